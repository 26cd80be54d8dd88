"""The only module that reads and writes the disk: scenarios, factor packs, results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from lca import scenario
from lca.blocks import contradictions
from lca.checks import expectations
from lca.citations import Source
from lca.compile import Model, compiled
from lca.declared import of_no_variant
from lca.disk.files import ELSEWHERE, has_read, may_read
from lca.graph import evaluate
from lca.language import is_known, with_tables
from lca.model import methods, packs, pedigree, regions
from lca.model.case import CaseKey
from lca.model.criteria import Criterion
from lca.model.ledger import Enough, Ledger
from lca.model.packs import FactorRow, Factors, Pack
from lca.model.pedigree import Pedigree
from lca.model.regions import Regions
from lca.model.terms import holds
from lca.problems import Misnamed, Problem, Problems, Span, near, shortened
from lca.questions import bands, controls
from lca.questions.equivalences import Equivalence, equivalences, packs_of
from lca.report import Entries, Entry, Look, Report
from lca.result import Result, Verdict
from lca.scenario import Scenario
from lca.text import documents, sheets
from lca.text.documents import Located
from lca.text.overlay import entries, find, items, merged
from lca.text.source import SIZE, gathered
from lca.upgrade import refuse_outdated

Read = TypeVar("Read")
HERE = Path(__file__).resolve().parent.parent
MOST_PARENTS = 10  # scenarios that extend one another
SHARE_ALIKE = "share-alike"
LONGEST_NAME = 200  # characters of the name of a pack or of a file: longer ones no disk can hold
PEDIGREE = "pedigree.csv"
REGIONS = "regions.csv"
EQUIVALENCES = "equivalences.csv"
TABLES = ("criteria.csv", "sources.csv", PEDIGREE, REGIONS)  # that may stand beside packs, or without any


def shipped(what: str) -> Path:
    """The folder of `factors` or `scenarios`: inside the installed package, or beside it in a checkout."""
    inside = HERE / "data" / what
    return inside if inside.is_dir() else HERE.parent / what


def read(path: Path) -> str:
    """The text of a file. Problems where it cannot be read, is too large or is no text."""
    name = shown(path)
    here = Span(name, 1, 1)
    try:
        if path.is_dir():
            raise Problems([Problem("this is a directory", (here,), "name a file in it")])
        if not path.is_file() and path.exists():
            raise Problems([Problem("this is not a plain file", (here,), "name a file that ends in .yaml")])
        if path.is_file() and path.stat().st_size > SIZE:
            message = f"the file is too large: {path.stat().st_size / 1e6:.1f} MB, at most {SIZE // 1_000_000} MB"
            raise Problems([Problem(message, (here,), "split it into several files")])
        with path.open("rb") as file:
            has_read(file.fileno(), name)
            return documents.decode(file.read(SIZE + 1), name)
    except FileNotFoundError:
        raise Problems([Problem(f"there is no file {name}", (), _near_files(path))]) from None
    except (OSError, ValueError) as error:
        raise Problems([Problem(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}")]) from None


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file, at most one more than `most`. Problems where it cannot be read."""
    name = shown(path)
    if path.exists() and not path.is_file():
        raise Problems([Problem(f"{name} is not a plain file", (), "name a file")])
    try:
        with path.open("rb") as file:
            has_read(file.fileno(), name)
            return file.read(most + 1)
    except FileNotFoundError:
        raise Problems([Problem(f"there is no file {name}")]) from None
    except (OSError, ValueError) as error:
        raise Problems([Problem(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}")]) from None


def shown(path: Path) -> str:
    """A path as its user would write it from where they are; a shipped file by its place in the package."""
    try:
        place = path.resolve()
        for folder in (shipped("factors"), shipped("scenarios")):
            if place.is_relative_to(folder):
                return str(Path(folder.name) / place.relative_to(folder))
        return str(place.relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):
        return str(path)


def _near_files(path: Path) -> str:
    try:
        here = [str(other) for other in path.parent.glob("*.y*ml")]
    except OSError:
        here = []
    known = [_name(place) for place in scenarios_in(shipped("scenarios"))]
    listing = dict.fromkeys(f"{name.partition('/')[0]}/…" if "/" in name else name for name in known)
    return near(str(path), [*here, *known], f"shipped scenarios: {', '.join(listing)}")


# --- scenarios ------------------------------------------------------------------------------------------------------


def locate(name: str | Path) -> Path:
    """The file of a scenario: a path, or the name of one that is shipped, without its folder where no other has it."""
    path = Path(name)
    try:
        if path.exists():
            return path
    except OSError as error:
        raise Problems([Problem(f"{shortened(str(name))} cannot be read: {error.strerror}")]) from None
    known = {_name(place): place for place in scenarios_in(shipped("scenarios"))}
    wanted = path.as_posix().removeprefix("scenarios/").removesuffix(".yaml")
    inner = [place for key, place in known.items() if key.endswith(f"/{wanted}")]
    return known.get(wanted) or (inner[0] if len(inner) == 1 else path)


def scenarios_in(folder: Path) -> list[Path]:
    """The scenarios of a folder, its own first, then those of the folders in it, but for packs and hidden ones."""
    below = [place for place in sorted(folder.iterdir()) if place.is_dir() and not place.is_symlink()]
    inner = [place for place in below if place.name[0] != "." and not (place / "datapackage.json").is_file()]
    return [*sorted(folder.glob("*.yaml")), *(file for place in inner for file in scenarios_in(place))]


def _name(place: Path) -> str:
    """What a shipped scenario is called."""
    return place.relative_to(shipped("scenarios")).with_suffix("").as_posix()


def is_shipped(name: str) -> bool:
    """Whether a name means a scenario of the package."""
    place = locate(name)
    return place.is_file() and _real(place).is_relative_to(_real(shipped("scenarios")))


def named_from(name: str, output: Path | None) -> str:
    """A scenario as a file beside it names it: by its path from there, or a shipped one by its name."""
    place, shipped_here = locate(name).resolve(), shipped("scenarios").resolve()
    folder = Path.cwd() if output is None else output.resolve().parent
    if place.is_relative_to(shipped_here) and not folder.is_relative_to(shipped_here.parent):
        return place.relative_to(shipped_here).with_suffix("").as_posix()
    return Path(os.path.relpath(place, folder)).as_posix()


def open_scenario(name: str | Path) -> Scenario:
    """A scenario with everything it extends. Problems where a text is wrong."""
    path = locate(name)
    return scenario.scenario(_extended(path, (_real(path),)), shown(path))


def _real(path: Path) -> Path:
    """A path without links, also where they lead in a circle."""
    return Path(os.path.realpath(path))


def _extended(path: Path, chain: tuple[Path, ...]) -> Located:
    written = documents.parse(read(path), shown(path))
    refuse_outdated(written)
    tree = with_tables(written, partial(_table, path.parent, chain[0]))
    parent = find(tree, ("extends",))
    if parent is None:
        return tree
    if not isinstance(parent.value, str) or not 0 < len(parent.value) <= LONGEST_NAME:
        raise Problems([Problem("extends names one file", (parent.span,), "extends: other.yaml")])
    target = path.parent / parent.value
    target = target if target.exists() else locate(parent.value)
    if _real(target) in chain or len(chain) > MOST_PARENTS:
        raise Problems([Problem("the scenarios extend one another in a circle", (parent.span,), "extend another one")])
    if not _may_tell(target, chain[0]):
        _must_be_a_scenario(target, parent.span)
    try:
        return merged(_extended(target, (*chain, _real(target))), tree)
    except Problems as raised:
        placed = [p if p.spans else p._replace(spans=(parent.span,)) for p in raised.problems]
        raise Problems(placed) from None


def _table(folder: Path, first: Path, at: Located, about: str) -> sheets.Sheet:
    """A table that a scenario names. Problems where it is elsewhere: what is in it is nobody's business.

    `about`: what to say of such a table where there is none.
    """
    name = str(at.value)
    target = folder / name
    if len(name) > LONGEST_NAME or not _may_tell(target, first):
        hint = "put it beside the scenario that is run, or below it"
        raise Problems([Problem(f"the table {shortened(name)} is not beside the scenario", (at.span,), hint)])
    if not os.path.lexists(target):
        raise Problems([Problem(f"there is no file {shortened(shown(target))}", (at.span,), about)])
    return sheets.parse(read(target), shown(target))


def _may_tell(target: Path, first: Path) -> bool:
    """Whether messages may show what is in a file: beside or below the scenario that was named, or shipped."""
    return any(_real(target).is_relative_to(_real(folder)) for folder in (first.parent, shipped("scenarios")))


def _must_be_a_scenario(target: Path, span: Span) -> None:
    """Problems, without a word of what is in it, where a file elsewhere is no scenario: its text is nobody's business.

    A scenario that a stranger wrote may name any file of the machine; what it finds there is not to reach a log.
    """
    named = shortened(shown(target))
    if not os.path.lexists(target):
        raise Problems([Problem(f"there is no file {named}", (span,), "extends names a file from where it stands")])
    try:
        known = is_known(documents.parse(read(target), ""))
    except Problems as raised:
        if any(told.hint == ELSEWHERE for told in raised.problems):
            raise
        known = False
    if not known:
        hint = f"`lca run {named}` says why; nothing is shown of what is outside the folder of the scenario"
        raise Problems([Problem(f"{named} is no scenario", (span,), hint)])


def scenario_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The scenarios of files and folders, and of the folders in these."""
    for name in paths:
        path = locate(name)
        if path.is_dir():
            yield from scenarios_in(path)
        else:
            yield path


# --- factor packs ---------------------------------------------------------------------------------------------------


class Library:
    """The criteria, citations and packs of the shipped folder and of the user's own."""

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self.own = [Path(folder) for folder in folders]
        for folder in self.own:
            if not folder.is_dir():
                raise Problems([Problem(f"there is no folder {shown(folder)}", (), "--packs takes a folder of packs")])
            if not (next(_pack_folders(folder), None) or any((folder / name).is_file() for name in TABLES)):
                hint = "a pack is a folder with a datapackage.json; --packs names it, or the folder that it is in"
                raise Problems([Problem(f"there is no factor pack in {shown(folder)}", (), hint)])
        self.folders = [*self.own, shipped("factors")]
        may_read(self._files)
        self.criteria: dict[str, Criterion] = {}
        self.sources: dict[str, Source] = {}
        for folder in reversed(self.folders):
            self.criteria |= _read_table(folder / "criteria.csv", packs.criteria)
            self.sources |= _read_table(folder / "sources.csv", packs.sources)
        self._packs: dict[str, Pack] = {}
        self._opened: dict[str, Factors] = {}

    def names(self) -> dict[str, Path]:
        """Every pack there is and its folder; the user's own come first."""
        folders: dict[str, Path] = {}
        for folder in self.folders:
            for candidate in _pack_folders(folder):
                folders.setdefault(candidate.name, candidate)
        return folders

    def _files(self) -> Iterator[Path]:
        """Every table and pack, whether the study names it or not."""
        for folder in self.folders:
            yield from (folder / name for name in TABLES)
            for pack in _pack_folders(folder):
                yield from pack.iterdir()

    def folder(self, name: str) -> Path | None:
        """The folder of a pack, without listing all of them. Problems where two packs that differ have the name."""
        found = list(self._folders(name))
        for other in found[1:]:
            if not _same(found[0], other):
                spans = tuple(Span(shown(folder / "datapackage.json"), 1, 1) for folder in (found[0], other))
                hint = "give your own pack another name, and its folder: studies would not say which one they mean"
                raise Problems([Problem(f"two packs are called '{name}', and differ", spans, hint)])
        return found[0] if found else None

    def _folders(self, name: str) -> Iterator[Path]:
        safe = name == Path(name).name and len(name) <= LONGEST_NAME
        for folder in self.folders if safe else ():
            for candidate in (folder / name, folder / SHARE_ALIKE / name, folder if folder.name == name else None):
                if candidate is not None and (candidate / "datapackage.json").is_file():
                    yield candidate

    def pack(self, name: str) -> Pack:
        """A pack, read and tested. Problems where it does not exist or is not in order."""
        if name not in self._packs:
            folder = self.folder(name)
            if folder is None:
                known = self.names()
                hint = near(name, known, f"packs: {', '.join(known)}")
                more = "a pack of your own: name its folder with --packs DIR"
                raise Misnamed([Problem(f"no factor pack '{shortened(name)}'", (), f"{hint}\n{more}")])
            self._packs[name] = self._read(folder)
        return self._packs[name]

    def editions(self, source: str) -> list[Pack]:
        """The packs that are editions of a source; none of no source. Problems where one is not in order."""
        found = (name for name, folder in self.names().items() if source and _edition(folder) == source)
        return [self.pack(name) for name in found]

    def pedigree(self) -> Pedigree:
        """The uncertainty factors of the pedigree matrix: the user's own, or the published ones."""
        return pedigree.pedigree(self._beside(PEDIGREE))

    def places(self) -> Regions:
        """Regions by name: the user's own table, or the shipped one."""
        return regions.regions(self._beside(REGIONS))

    def equivalences(self, criteria: Iterable[Criterion]) -> list[Equivalence]:
        """The things that totals by some criteria can be told in."""
        table = self._beside(EQUIVALENCES)
        return equivalences(table, {name: self.pack(name) for name in packs_of(table)}, criteria)

    def _beside(self, name: str) -> sheets.Sheet:
        """A table that stands beside the packs, from the first folder that has it."""
        path = next((f / name for f in self.folders if (f / name).is_file()), shipped("factors") / name)
        return sheets.parse(read(path), shown(path))

    def _read(self, folder: Path) -> Pack:
        path = folder / "datapackage.json"
        about, files = _package(folder)
        if about["name"] != folder.name:
            message = f"the pack calls itself '{shortened(str(about['name']))}', and its folder '{folder.name}'"
            raise Problems([Problem(message, (Span(shown(path), 1, 1),), "give both one name: studies name it so")])
        tables: dict[str, tuple[sheets.Sheet, ...]] = {}
        formulas: dict[str, Located] = {}
        for file, role in files.items():
            if not (folder / file).is_file():
                hint = "name the tables that stand beside it"
                raise Problems([Problem(f"the pack has no table {file}", (Span(shown(path), 1, 1),), hint)])
            text, name = read(folder / file), shown(folder / file)
            if role == packs.METHOD:
                formulas[Path(file).stem] = documents.parse(text, name)
            else:
                tables[role] = (*tables.get(role, ()), sheets.parse(text, name))
        return packs.pack(about, tables, self.criteria, formulas)

    def factors(self, names: Iterable[Located]) -> tuple[Factors, list[Problem]]:
        """The packs that a study names, in its order, and what is wrong with them."""
        opened: list[Pack] = []
        problems: list[Problem] = []
        for at in names:
            try:
                opened.append(self.pack(str(at.value)))
            except Problems as wrong:
                problems += [p if p.spans else p._replace(spans=(at.span,)) for p in wrong.problems]
        complete = not problems
        made = Factors(opened, self.criteria, self.sources, self.pedigree, complete=complete, places=self.places)
        return made, problems

    def every(self) -> Factors:
        """The rows of all packs, in the order of their names."""
        return Factors([self.pack(name) for name in self.names()], self.criteria, self.sources)

    def table(self, role: str, name: str) -> list[FactorRow]:
        """The rows of a normalisation or weighting set, from the first pack that has it. Problems where none has."""
        return Factors([self.pack_of_set(role, name)], self.criteria, {}).table(role, name)

    def pack_of_set(self, role: str, name: str) -> Pack:
        """The first pack that has a normalisation or weighting set. Problems where none has."""
        known: dict[str, None] = {}
        for pack, folder in self.names().items():
            if role in _package(folder)[1].values():
                sets = dict.fromkeys(row.cells[0] for sheet in self.pack(pack).tables[role] for row in sheet.rows)
                if packs.plain(name) in map(packs.plain, sets):
                    return self.pack(pack)
                known |= sets
        raise Misnamed(
            [Problem(f"no {role} set '{shortened(name)}'", (), near(name, known, f"sets: {', '.join(known)}"))]
        )

    @cached_property
    def _every(self) -> list[str]:
        return [*self.names()]

    def tried(self, tree: Located, name: str) -> list[Problem]:
        """What is wrong with a scenario that is not written yet; nothing where it runs."""
        try:
            Run(scenario.scenario(tree, name), library=self).compile()
        except Problems as wrong:
            return [*wrong.problems]
        return []

    def _alone(self, name: str) -> Factors:
        """The rows of one pack."""
        if name not in self._opened:
            self._opened[name] = Factors([self.pack(name)], self.criteria, {})
        return self._opened[name]

    def elsewhere(self, item: str, criterion: str, region: str, stage: str) -> list[str]:
        """The packs that have a factor for a stage; one that is not in order has none."""
        having = []
        for name in self._every:
            with suppress(Problems):
                rows = self._alone(name).rows(item, criterion, region)
                if any(stage == "all" or holds(row.stage, stage) for row in rows):
                    having.append(name)
        return having


def misread_methods(library: Library, packs: Iterable[Pack], key: str | None = None) -> list[Problem]:
    """What is wrong with the methods of packs, or with one of them."""
    opened = [*packs]
    every = {name: tree for pack in reversed(opened) for name, tree in pack.formulas.items() if key in (None, name)}
    factors = Factors(opened, library.criteria, library.sources)
    ledger = Ledger(factors.sources, factors)
    try:
        for name, tree in every.items():
            around = tree.with_value({"methods": tree.with_value({name: methods.whole(tree, factors.method)})})
            study = scenario.unbound(around, ledger).study
            study.check_field("methods", study.fields["methods"])
    except Problems as wrong:
        ledger.report(*wrong.problems)
    return ledger.problems


def _package(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """What a pack says of itself, and its files. Problems where it is not in order."""
    path = folder / "datapackage.json"
    return packs.package(read(path), shown(path))


def _edition(folder: Path) -> str:
    """The source that a pack is an edition of."""
    return str(_package(folder)[0].get("edition_of", ""))


def _same(pack: Path, other: Path) -> bool:
    """Whether two folders hold the same pack: what they say of it, and every table, are the same."""
    if pack.resolve() == other.resolve():
        return True
    tables = sorted({file.name for folder in (pack, other) for file in folder.glob("*.[cy]*") if file.is_file()})
    files = [(pack / name, other / name) for name in ("datapackage.json", *tables)]
    return all(a.is_file() and b.is_file() and a.read_bytes() == b.read_bytes() for a, b in files)


def _pack_folders(folder: Path) -> Iterator[Path]:
    """The packs of a folder: itself, those in it, and those that stand apart in it for their licence."""
    for candidate in (folder, *sorted(folder.glob("*")), *sorted((folder / SHARE_ALIKE).glob("*"))):
        if (candidate / "datapackage.json").is_file():
            yield candidate


def _read_table(path: Path, reader: Callable[[sheets.Sheet], dict[str, Read]]) -> dict[str, Read]:
    """A table that stands beside the packs; nothing where there is none."""
    return reader(sheets.parse(read(path), shown(path))) if path.is_file() else {}


# --- runs -----------------------------------------------------------------------------------------------------------


class StudyResult(Result):
    """A result that prints as the table of `lca run`, also in a notebook.

    needs: the cases that each expected figure is of, by its key. given: the inputs that a caller set, as they were
    given.
    """

    needs: Mapping[str, Set[CaseKey]] = {}
    given: Mapping[str, str] = {}

    def of_cases(self, cases: Iterable[CaseKey]) -> StudyResult:
        """The part of it that is of some cases, with the verdicts on figures of these alone."""
        among = dict.fromkeys(cases)
        verdicts = [verdict for verdict in self.verdicts if self.needs[verdict.key] <= among.keys()]
        made = StudyResult(self.model.of_cases(among), verdicts, self.whole)
        made.needs = self.needs
        return made

    def __str__(self) -> str:
        from lca.outputs import table

        return table.render(self._report(), Look())

    def _repr_html_(self) -> str:
        from lca.outputs import html

        return html.render(self._report(), Look())

    def _report(self) -> Report:
        from lca.views.study import report

        made = report(self, self.verdicts)
        given = Entries((Entry("With", tuple(f"{path} = {value}" for path, value in self.given.items())),))
        return made._replace(blocks=(*made.blocks, given)) if self.given else made


class Run:
    """A scenario opened with its factors, ready to be compiled for any of its cases."""

    def __init__(
        self, name: str | Path | Scenario, folders: Iterable[str | Path] = (), library: Library | None = None
    ) -> None:
        self.library = library or Library(folders)
        opened = name if isinstance(name, Scenario) else open_scenario(name)
        named, wrong = _packs_of_sets(opened, self.library)
        self.factors, self._problems = self.library.factors([*_named_packs(opened), *named])
        self._problems += wrong
        tree = scenario.by_keys(opened.tree, self.library.criteria)
        self.scenario = Scenario(opened.name, methods.with_methods(tree, self.factors.method))

    def __repr__(self) -> str:
        """A study in a line: its file, and its cases by name."""
        cases = f"functional units {', '.join(self.scenario.functional_units)}"
        variants = f"; variants {', '.join(self.scenario.variants)}" if self.scenario.variants else ""
        return f"Run({self.scenario.name}: {cases}{variants})"

    @property
    def sources(self) -> dict[str, Source]:
        """The citations that the scenario may name."""
        return {**self.factors.sources, **_own_sources(self.scenario)}

    def compile(
        self,
        functional_units: Iterable[str] = (),
        variants: Iterable[str | None] = (None,),
        *,
        with_expectations: bool = True,
        every_case: bool = False,
        held: str | None = None,
    ) -> tuple[StudyResult, list[Verdict]]:
        """The result of the cases, and the verdicts on the figures expected of them. Problems, all at once.

        `every_case`: all others are compiled and tested beside them; they are in the `whole` of the result. `held`: the
        variant that is held against what is expected of the base case.
        """
        ledger = self._ledger()
        with _ordered(ledger):
            ledger.report(*self._problems)
            expected = expectations.expected(self.scenario, ledger, held) if with_expectations else {}
            asked = self.scenario.cases(functional_units, variants)
            known = self.scenario.cases((), (None, *self.scenario.variants)) if every_case else asked
            ledger.report(*scenario.misdirected(self.scenario), *contradictions(self.scenario.tree))
            ledger.report(*of_no_variant(self.scenario.study))
            whole = StudyResult(self._model(ledger, list(dict.fromkeys([*asked, *known]))))
            whole.check()
            if every_case:
                ledger.report(*bands.misread(whole.model), *controls.misread(whole.model))
            if ledger.problems:
                raise in_order(ledger.problems)
            if with_expectations:
                whole.verdicts = expectations.verdicts(whole, expected, ledger.facts.calibrated)
        whole.needs = {key: expectations.cases(record) for key, record in expected.items()}
        result = whole.of_cases(asked) if every_case else whole
        return result, result.verdicts

    def _ledger(self) -> Ledger:
        return Ledger(self.sources, self.factors, self.library.pedigree)

    def model(self, cases: Iterable[CaseKey]) -> Model:
        """The cases compiled, their numbers untested. Problems, all at once."""
        ledger = self._ledger()
        with _ordered(ledger):
            ledger.report(*self._problems)
            return self._model(ledger, list(cases))

    def _model(self, ledger: Ledger, cases: list[CaseKey]) -> Model:
        model = compiled(self.scenario, self.factors, ledger, cases, self.library.elsewhere)
        if ledger.problems:
            ledger.report(*ledger.facts.tested(evaluate(ledger.graph)))
            raise in_order(ledger.problems)
        return model


@contextmanager
def _ordered(ledger: Ledger) -> Iterator[None]:
    """All problems in the order in which they are written, also where there are too many to go on."""
    try:
        yield
    except Enough:
        raise in_order(ledger.problems, stopped=True) from None
    except Misnamed:
        raise
    except Problems as raised:
        raise in_order(raised.problems) from None


def in_order(problems: Iterable[Problem], *, stopped: bool = False) -> Problems:
    """Problems by file, line and column; those that have no place come first. `stopped`: too many to go on."""
    return gathered(sorted(problems, key=lambda problem: [span[:3] for span in problem.spans[:1]]), stopped=stopped)


def _named_packs(scenario: Scenario) -> list[Located]:
    named = find(scenario.tree, ("study", "packs"))
    if named is None:
        return []
    return [item for item in items(named) if isinstance(item.value, str) and item.value]


def _packs_of_sets(scenario: Scenario, library: Library) -> tuple[list[Located], list[Problem]]:
    """The packs of the sets by which expected figures are normalised or weighted, and which names are of none."""
    named: list[Located] = []
    problems: list[Problem] = []
    for key, at in expectations.sets(scenario.tree):
        for role in expectations.ROLES[key]:
            try:
                named.append(at.with_value(library.pack_of_set(role, str(at.value)).name))
            except Problems as wrong:
                problems += [p if p.spans else p._replace(spans=(at.span,)) for p in wrong.problems]
    return named, problems


def _own_sources(scenario: Scenario) -> dict[str, Source]:
    return {key: _source(key, at) for key, at in entries(find(scenario.tree, ("study", "sources"))).items()}


def _source(key: str, at: Located) -> Source:
    if not isinstance(at.value, dict):
        return Source(key, title=str(at.value))
    plain = {name: str(child.value) for name, child in at.value.items() if name in Source._fields}
    return Source(key, **{name: text for name, text in plain.items() if name != "key"})
