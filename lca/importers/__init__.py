"""Importers: what people and other programs have becomes scenarios, parts of them, and packs; one file a kind.

A file declares, each in a constant at its top,

    TITLE  what it reads and what that becomes, in a line
    TAKES  what `--set NAME=VALUE` may say: a line for each name
    USES   which of the options `--sheet` and `--map` it heeds, as in ("sheet", "map")
    ORDER  its place in lists

and has `read(given)`, which makes a `Made` of a `Given`. A kind opens no file by itself, prints nothing and writes
nothing: it is given what to read, and says what is to be written and told. It raises Problems with file and row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from lca import discovery
from lca.citations import Source
from lca.model.criteria import Criterion
from lca.model.packs import Factors
from lca.model.regions import Regions
from lca.problems import Misnamed, Problem, near, shortened
from lca.report import Entries, Entry, Heading, Prose, Record, Report
from lca.text.documents import Located
from lca.text.opened import File as File
from lca.text.writing import Keys, block

FOLDER = "importers"
SHEET, MAP = "sheet", "map"  # what USES may hold
WHOLE = "."  # the path of a scenario as a whole
CITED = "# What it cites, for study.sources, where --into puts it:"
FIELDS = ("kind", "title", "takes", "what")
OPTIONS = {
    "sheet": "--sheet NAME: the sheet of a workbook that is meant",
    "map": "--map MAP.yaml: what its columns mean",
}


class Known(Protocol):
    """What packs there are, as the library on the disk knows them."""

    criteria: dict[str, Criterion]
    sources: dict[str, Source]

    def factors(self, names: Iterable[Located]) -> tuple[Factors, list[Problem]]:
        """The packs of some names, and what is wrong with them."""

    def every(self) -> Factors:
        """The rows of all packs."""

    def names(self) -> Iterable[str]:
        """Every pack there is."""

    def places(self) -> Regions:
        """Regions by name."""

    def tried(self, tree: Located, name: str) -> list[Problem]:
        """What is wrong with a scenario that is not written yet; nothing where it runs."""


class Given(NamedTuple):
    """What an importer is to read.

    files: those that were named, in that order, unopened. said: what `--set` says. sheet: the one that is meant, or ''.
    map: the mapping as located text, or None. part: where in a scenario what is made is to stand, () for all of it.
    output: what -o is called, without the folders it is in; '' where it is not given.
    """

    files: tuple[File, ...]
    library: Known
    said: Mapping[str, str] = {}
    sheet: str = ""
    map: Located | None = None
    part: tuple[str, ...] = ()
    output: str = ""


class Made(NamedTuple):
    """What an importer makes of it: one of a text, a part of a scenario, and files; and what is to be told of it.

    text: a file whole, such as a scenario. part: what `--into SCENARIO PATH` puts there, as plain mappings, lists and
    texts; it is printed where no scenario is named and there is no text. remarks: comments above keys of the part.
    sources: what the part cites, as `study.sources` is to describe it.
    files: those of a folder, such as a pack, by name. report: what was made, and what was not, and why. is_measured:
    whether it is the electricity of requests, which no method may price beside it. only_adds: whether it may not take
    the place of what stands in a scenario; what else does is told.
    """

    report: Report
    text: str = ""
    part: Any = None
    remarks: Mapping[Keys, list[str]] = {}
    sources: Mapping[str, Mapping[str, str]] = {}
    files: Mapping[str, str | bytes] = {}
    is_measured: bool = False
    only_adds: bool = False

    @property
    def whole(self) -> str:
        """The text that is printed or written where nothing else is asked for."""
        if self.text:
            return self.text
        cited = [CITED, *(f"#   {line}" for line in block(self.sources))] if self.sources else []
        return "\n".join((*cited, *block(self.part, self.remarks))) + "\n"


class Kind(NamedTuple):
    """A kind of import, as its file declares it."""

    name: str
    title: str
    takes: Mapping[str, str]
    uses: tuple[str, ...]

    def read(self, given: Given) -> Made:
        """What it makes of what is given. Problems where that is not in order, or it is told what it does not take."""
        self._refuse_idle(given)
        made: Made = discovery.module("importers", self.name.replace("-", "_")).read(given)
        return made

    def _refuse_idle(self, given: Given) -> None:
        listing = f"{self.name} takes: {', '.join(self.takes)}" if self.takes else f"{self.name} takes no --set"
        wrong = [
            Problem(f"{self.name} takes no '{shortened(name)}'", (), near(name, self.takes, listing))
            for name in given.said
            if name not in self.takes
        ]
        for option, value in ((SHEET, given.sheet), (MAP, given.map)):
            if value and option not in self.uses:
                wrong.append(Problem(f"{self.name} takes no --{option}", (), "take it out: nothing would heed it"))
        if wrong:
            raise Misnamed(wrong)


def kinds() -> dict[str, Kind]:
    """The kinds of import, by name."""
    declared = discovery.files(FOLDER, "TITLE", "TAKES", "USES").items()
    made = (Kind(n.replace("_", "-"), c.get("TITLE", ""), c.get("TAKES", {}), c.get("USES", ())) for n, c in declared)
    return {kind.name: kind for kind in made}


def kind(name: str) -> Kind:
    """The kind of a name. Misnamed where there is none."""
    known = kinds()
    if name not in known:
        hint = near(name, known, f"kinds: {', '.join(known)}; `lca import` says what each takes")
        raise Misnamed([Problem(f"no kind of import '{shortened(name)}'", (), hint)])
    return known[name]


def settings(words: Iterable[str]) -> dict[str, str]:
    """What `--set NAME=VALUE` says. Misnamed where a word is none, or says a name twice.

    >>> settings(["year=2024", "name=a=b"])
    {'year': '2024', 'name': 'a=b'}
    """
    said: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or not name or not value:
            raise Misnamed([Problem(f"--set takes NAME=VALUE, not '{shortened(word)}'", (), "as in --set year=2024")])
        if name in said:
            raise Misnamed([Problem(f"--set says {shortened(name)} twice", (), "keep one of the two")])
        said[name] = value
    return said


def listing(kinds: Iterable[Kind]) -> Report:
    """Each kind with the options that it heeds and what may be set."""
    known = [*kinds]
    entries = tuple(Entry(kind.name, (kind.title, *_takes(kind))) for kind in known)
    words = "lca import KIND FILE… [-o FILE]; or --into SCENARIO PATH, which keeps all else in the scenario as it is."
    records = tuple(_record(kind, name, what) for kind in known for name, what in ({"": ""} | {**kind.takes}).items())
    return Report((Heading("Kinds of import"), Entries(entries), Prose(words)), FIELDS, records)


def _takes(kind: Kind) -> tuple[str, ...]:
    return (*(OPTIONS[name] for name in kind.uses), *(f"--set {name}=…: {what}" for name, what in kind.takes.items()))


def _record(kind: Kind, name: str, what: str) -> Record:
    return {"kind": kind.name, "title": kind.title, "takes": name, "what": what}
