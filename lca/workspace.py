"""The only module that reads and writes the disk: scenarios, factor packs, results."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from lca.checks import expectations
from lca.citations import Source
from lca.compile import Model, compiled
from lca.graph import Input
from lca.model import packs, scenario
from lca.model.binding import Ledger
from lca.model.blocks import Expectation
from lca.model.packs import Criterion, Factors, Pack
from lca.model.scenario import Scenario
from lca.problems import Problem, Problems, Span, near
from lca.result import Result, Verdict
from lca.text import documents, sheets
from lca.text.documents import Located
from lca.text.overlay import find, merged
from lca.text.source import SIZE

HERE = Path(__file__).parent
MOST_PARENTS = 10  # scenarios that extend one another
SHARE_ALIKE = "share-alike"


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
        with path.open("rb") as file:
            return documents.decode(file.read(SIZE + 1), name)
    except FileNotFoundError:
        raise Problems([Problem(f"there is no file {name}", (), _near_files(path))]) from None
    except (OSError, ValueError) as error:
        raise Problems([Problem(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}")]) from None


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a failure leaves the old one as it was."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101  what open() would have given
            os.replace(temporary, path)  # noqa: PTH105
        except BaseException:
            os.unlink(temporary)  # noqa: PTH108
            raise
    except OSError as error:
        raise Problems([Problem(f"{shown(path)} cannot be written: {error.strerror}")]) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def shown(path: Path) -> str:
    """A path as its user would write it from where they are."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError, RuntimeError):
        return str(path)


def _near_files(path: Path) -> str:
    try:
        here = [str(other) for other in path.parent.glob("*.y*ml")]
    except OSError:
        here = []
    known = [p.stem for p in sorted(shipped("scenarios").glob("*.yaml"))]
    return near(str(path), here) or f"shipped scenarios: {', '.join(known)}"


# --- scenarios ------------------------------------------------------------------------------------------------------


def locate(name: str | Path) -> Path:
    """The file of a scenario: a path, or the name of one that is shipped."""
    path = Path(name)
    if path.exists():
        return path
    other = shipped("scenarios") / f"{path.name.removesuffix('.yaml')}.yaml"
    bare = path.parent == Path() or path.parent == Path("scenarios")
    return other if bare and other.is_file() else path


def open_scenario(name: str | Path) -> Scenario:
    """A scenario with everything it extends. Problems where a text is wrong."""
    path = locate(name)
    tree = _extended(path, (path.resolve(),))
    return scenario.scenario(tree, shown(path))


def _extended(path: Path, chain: tuple[Path, ...]) -> Located:
    tree = documents.parse(read(path), shown(path))
    parent = find(tree, ("extends",))
    if parent is None:
        return tree
    if not isinstance(parent.value, str) or not parent.value:
        raise Problems([Problem("extends names one file", (parent.span,), "extends: other.yaml")])
    target = path.parent / parent.value
    target = target if target.exists() else locate(parent.value)
    if target.resolve() in chain or len(chain) > MOST_PARENTS:
        raise Problems([Problem("the scenarios extend one another in a circle", (parent.span,), "extend another one")])
    try:
        return merged(_extended(target, (*chain, target.resolve())), tree)
    except Problems as found:
        placed = [p if p.spans else p._replace(spans=(parent.span,)) for p in found.problems]
        raise Problems(placed) from None


def scenario_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """The scenarios of files and folders."""
    for given in paths:
        path = locate(given)
        if path.is_dir():
            yield from sorted(path.glob("*.yaml"))
        else:
            yield path


# --- factor packs ---------------------------------------------------------------------------------------------------


class Library:
    """The criteria, citations and packs of the shipped folder and of the user's own."""

    def __init__(self, folders: Iterable[str | Path] = ()) -> None:
        self.own = [Path(folder) for folder in folders]
        for folder in self.own:
            if not folder.is_dir():
                raise Problems([Problem(f"there is no folder {shown(folder)}", (), "--factors takes a folder of packs")])
        self.folders = [*self.own, shipped("factors")]
        self.criteria: dict[str, Criterion] = {}
        self.sources: dict[str, Source] = {}
        for folder in reversed(self.folders):
            for name, table, reader in (
                ("criteria.csv", self.criteria, packs.criteria),
                ("sources.csv", self.sources, packs.sources),
            ):
                if (folder / name).is_file():
                    table.update(reader(sheets.parse(read(folder / name), shown(folder / name))))  # type: ignore[arg-type,operator]
        self._packs: dict[str, Pack] = {}

    def names(self) -> dict[str, Path]:
        """Every pack there is and its folder; the user's own come first."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            candidates = [folder, *sorted(folder.glob("*")), *sorted((folder / SHARE_ALIKE).glob("*"))]
            for candidate in candidates:
                if (candidate / "datapackage.json").is_file():
                    found.setdefault(candidate.name, candidate)
        return found

    def folder(self, name: str) -> Path | None:
        """The folder of a pack, without listing all of them."""
        safe = name == Path(name).name
        for folder in self.folders if safe else ():
            for candidate in (folder / name, folder / SHARE_ALIKE / name, folder if folder.name == name else None):
                if candidate is not None and (candidate / "datapackage.json").is_file():
                    return candidate
        return None

    def pack(self, name: str) -> Pack:
        """A pack, read and tested. Problems where it does not exist or is not in order."""
        if name not in self._packs:
            folder = self.folder(name)
            if folder is None:
                known = self.names()
                raise Problems([Problem(f"no factor pack '{name}'", (), near(name, known, f"packs: {', '.join(known)}"))])
            self._packs[name] = self._read(folder)
        return self._packs[name]

    def _read(self, folder: Path) -> Pack:
        path = folder / "datapackage.json"
        about, files = packs.package(read(path), shown(path))
        tables: dict[str, tuple[sheets.Sheet, ...]] = {}
        for file, role in files.items():
            sheet = sheets.parse(read(folder / file), shown(folder / file))
            tables[role] = (*tables.get(role, ()), sheet)
        return packs.pack(about, tables, self.criteria)

    def factors(self, names: Iterable[Located]) -> tuple[Factors, list[Problem]]:
        """The packs that a study names, in its order, and what is wrong with them."""
        found: list[Pack] = []
        problems: list[Problem] = []
        for at in names:
            try:
                found.append(self.pack(str(at.value)))
            except Problems as wrong:
                problems += [p if p.spans else p._replace(spans=(at.span,)) for p in wrong.problems]
        return Factors(found, self.criteria, self.sources), problems

    def every(self) -> Factors:
        """The rows of all packs, in the order of their names."""
        return Factors([self.pack(name) for name in self.names()], self.criteria, self.sources)

    def elsewhere(self, item: str, criterion: str, region: str) -> list[str]:
        """The packs that have a factor."""
        return [name for name in self.names() if Factors([self.pack(name)], self.criteria, {}).rows(item, criterion, region)]


# --- runs -----------------------------------------------------------------------------------------------------------


class Run:
    """A scenario opened with its factors, ready to be compiled for any of its cases."""

    def __init__(self, name: str | Path, folders: Iterable[str | Path] = ()) -> None:
        self.scenario = open_scenario(name)
        self.library = Library(folders)
        self.factors, self._problems = self.library.factors(_named_packs(self.scenario))

    @property
    def sources(self) -> dict[str, Source]:
        """The citations that the scenario may name."""
        return {**self.factors.sources, **_own_sources(self.scenario)}

    def compile(
        self,
        functional_units: Iterable[str] = (),
        variants: Iterable[str | None] = (None,),
        with_expectations: bool = True,
        every_expectation: bool = False,
    ) -> tuple[Result, list[Verdict]]:
        """The result of the cases, and the verdicts on the figures expected of them. Problems, all at once."""
        ledger = Ledger(self.sources, self.factors.parameter)
        ledger.problems += self._problems
        expected = expectations.expected(self.scenario, ledger) if with_expectations else {}
        asked = self.scenario.cases(functional_units, variants)
        more = [case for case in expectations.cases(expected) if every_expectation and case not in asked]
        model = self._model(ledger, [*asked, *more], expected)
        result = Result(model).check()
        return result, expectations.verdicts(result, expected, ledger.calibrated)

    def _model(self, ledger: Ledger, cases: list[scenario.Case], expected: dict[str, Expectation]) -> Model:
        try:
            model = compiled(self.scenario, self.factors, ledger, cases, self.library.elsewhere)
        except RecursionError:
            ledger.problems.append(Problem("formulas lead to one another too deeply", (), "shorten the chain of names"))
        if ledger.problems:
            raise Problems(sorted(ledger.problems, key=_place))
        return model


def _place(problem: Problem) -> tuple[str, int, int]:
    return (problem.spans[0].file, problem.spans[0].line, problem.spans[0].column) if problem.spans else ("", 0, 0)


def _named_packs(scenario: Scenario) -> list[Located]:
    given = find(scenario.tree, ("study", "factors"))
    if given is None:
        return []
    items = given.value if isinstance(given.value, list) else [given]
    return [item for item in items if isinstance(item.value, str) and item.value]


def _own_sources(scenario: Scenario) -> dict[str, Source]:
    given = find(scenario.tree, ("study", "sources"))
    entries = given.value if given is not None and isinstance(given.value, dict) else {}
    return {key: _source(key, at) for key, at in entries.items()}


def _source(key: str, at: Located) -> Source:
    if not isinstance(at.value, dict):
        return Source(key, title=str(at.value))
    plain = {name: str(child.value) for name, child in at.value.items() if name in Source._fields}
    return Source(key, **{name: text for name, text in plain.items() if name != "key"})


__all__ = ["Input", "Library", "Run", "locate", "open_scenario", "read", "scenario_files", "shipped", "write"]
