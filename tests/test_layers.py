"""The architecture, held by a test: who may import whom, and which module owns which library.

A module imports only lower layers or its own package. Files that stand side by side as alternatives (two rules, two
blocks, two outputs) never know each other. A library stands behind one module, so that it can be replaced, and a heavy
one is imported inside the function that needs it, so that start-up stays quick.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = {
    "problems": 0,
    "spoken": 0,
    "units": 0,
    "citations": 0,
    "wording": 0,
    "report": 0,
    "discovery": 0,
    "operations": 0,
    "graph": 1,
    "text": 1,
    "tex": 1,
    "model": 2,
    "rules": 3,
    "serving": 4,
    "inventory": 4,
    "blocks": 5,
    "language": 6,
    "scenario": 7,
    "upgrade": 7,
    "declared": 7,
    "dependence": 7,
    "missing": 7,
    "compile": 8,
    "samples": 8,
    "result": 9,
    "questions": 10,
    "checks": 11,
    "plots": 11,
    "processes": 11,
    "workbook": 11,
    "measured": 11,
    "views": 12,
    "page": 13,
    "outputs": 12,
    "importers": 12,
    "disk": 13,
    "study": 14,
    "tracking": 14,
    "batch": 14,
    "cli": 15,
    "__main__": 16,
}
FLOOR = ("lca", "lca.problems", "lca.spoken", "lca.spoken.numbers")  # for everybody: version, what is wrong, languages
# what several of them share stands in a package with a leading underscore
ALTERNATIVES = (
    "rules",
    "blocks",
    "checks",
    "views",
    "outputs",
    "importers",
    "plots.kinds",
    "tracking.clients",
    "batch.engines",
    "batch.formats",
)


class Owners(NamedTuple):
    """The modules below `lca.` that may import a library: at their top, or only inside a function."""

    top: tuple[str, ...] = ()
    lazily: tuple[str, ...] = ()


LIBRARIES = {
    "pint": Owners(lazily=("units",)),
    "yaml": Owners(top=("text.documents",)),
    "openpyxl": Owners(top=("outputs.brightway",), lazily=("workbook.reading*",)),
    "xlsxwriter": Owners(top=("workbook.writing*",)),
    "rich": Owners(lazily=("cli.progress",)),
    "typer": Owners(top=("cli", "cli.*")),
    "numpy": Owners(
        top=("samples*", "questions.*", "page.draws", "batch.parts", "batch.price"), lazily=("plots.*", "study.*")
    ),
    "pandas": Owners(lazily=("result", "questions.answer", "study.*")),
    "vl_convert": Owners(lazily=("plots.drawing",)),
    "olca_schema": Owners(lazily=("outputs.openlca",)),
    "opentelemetry": Owners(top=("tracking.spans",), lazily=("tracking.counters", "tracking.logged")),
    "litellm": Owners(lazily=("tracking.logged",)),
    "duckdb": Owners(lazily=("batch.engines.duckdb",)),
    "pyspark": Owners(lazily=("batch.engines.spark",)),
}


class Import(NamedTuple):
    """One imported name: `from lca.text import sheets` may mean the module lca.text.sheets, or a name in lca.text."""

    line: int
    module: str
    name: str
    at_start: bool

    def among(self, modules: frozenset[str]) -> str:
        """The module that is meant, given those that exist."""
        longer = f"{self.module}.{self.name}"
        return longer if longer in modules else self.module


def imports(tree: ast.Module) -> Iterator[Import]:
    """Every import of a module's text, wherever it stands; one under TYPE_CHECKING is not made at start-up."""
    pending: list[tuple[ast.AST, bool]] = [(tree, True)]
    while pending:
        node, at_start = pending.pop()
        yield from _named(node, at_start)
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types(node)
        pending += [(child, at_start and not later) for child in ast.iter_child_nodes(node)]


def _named(node: ast.AST, at_start: bool) -> Iterator[Import]:
    match node:
        case ast.Import(names=names):
            yield from (Import(node.lineno, alias.name, "", at_start) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield from (Import(node.lineno, "." * level + (module or ""), a.name, at_start) for a in names)
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[ast.Constant(value=str(name)), *_]):
            if called in ("import_module", "__import__"):
                yield Import(node.lineno, name, "", at_start)
            elif called == "module":  # of a folder's files, by `lca.discovery`
                yield Import(node.lineno, f"lca.{name.replace('/', '.')}", "", at_start)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def breaches(module: str, text: str, modules: frozenset[str]) -> list[str]:
    """What a module's imports do that they may not; `modules` are all that exist, by dotted name."""
    found = sorted(set(imports(ast.parse(text))))
    told = [(line.line, reason) for line in found if (reason := _breach(module, line, modules))]
    return [f"{module}:{line}: {reason}" for line, reason in dict.fromkeys(told)]


def _breach(module: str, line: Import, modules: frozenset[str]) -> str:
    root = line.module.partition(".")[0]
    if line.module.startswith("."):
        return "a relative import hides the layer"
    if root == "lca":
        lazily = module == "lca" and not line.at_start
        return "" if lazily else _upward(module, line.among(modules))
    if root in sys.stdlib_module_names:
        return ""
    return _foreign(module, root, line.at_start)


def _upward(module: str, target: str) -> str:
    if target in FLOOR:
        return ""
    here, there = module.split(".")[1:], target.split(".")[1:]
    if not here:
        return f"the package itself imports nothing of its own at start, not {target}"
    if unplaced := [name for name in (here[0], there[0]) if name not in LAYERS]:
        return f"'{unplaced[0]}' has no layer: give it one in {Path(__file__).name}"
    if here[0] == there[0]:
        return _sideways(here, there, target)
    if LAYERS[there[0]] < LAYERS[here[0]]:
        return ""
    return f"layer {LAYERS[here[0]]} imports {target} of layer {LAYERS[there[0]]}"


def _sideways(here: list[str], there: list[str], target: str) -> str:
    shared = next((i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), 0)
    is_alternative = ".".join(here[:shared]) in ALTERNATIVES and not there[shared].startswith("_")
    return f"imports its sibling {target}" if is_alternative else ""


def _foreign(module: str, library: str, at_start: bool) -> str:
    if library not in LIBRARIES:
        return f"{library} is nobody's: give it an owner in {Path(__file__).name}"
    owners = LIBRARIES[library]
    if _is_one_of(module, owners.top):
        return ""
    if not _is_one_of(module, owners.lazily):
        return f"{library} belongs to {', '.join(owners.top + owners.lazily)}"
    return f"{library} is heavy: import it inside the function that needs it" if at_start else ""


def _is_one_of(module: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(module, f"lca.{pattern}") for pattern in patterns)


def dotted(path: Path) -> str:
    """lca/text/__init__.py is the module lca.text."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {dotted(path): path for path in sorted((ROOT / "lca").rglob("*.py"))}


@pytest.mark.parametrize("module", FILES)
def test_a_module_keeps_to_its_layer_and_its_libraries(module: str) -> None:
    assert breaches(module, FILES[module].read_text(encoding="utf-8"), frozenset(FILES)) == []


@pytest.mark.parametrize("module", sorted({name.split(".")[1] for name in FILES if "." in name}))
def test_every_module_has_a_layer(module: str) -> None:
    assert module in LAYERS


def test_the_page_lists_every_name() -> None:
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)/?`", page, re.MULTILINE)
    assert {name: int(layer) for layer, name in rows} == LAYERS


def knows(modules: Mapping[str, str]) -> dict[str, set[str]]:
    """The modules that each module imports, for types too; a package stands for no file below it.

    That all may import `lca`, for its version, makes no circle: it imports nothing of its own at start.
    """
    known = frozenset(modules)
    return {
        module: {line.among(known) for line in imports(ast.parse(text))} & known - {module, "lca"}
        for module, text in modules.items()
    }


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Modules that know each other, directly or through others."""
    reached: dict[str, set[str]] = {module: set(own) for module, own in graph.items()}
    for through in graph:
        for far in reached.values():
            if through in far:
                far.update(reached[through])
    return [sorted(far & {other for other in graph if m in reached[other]}) for m, far in reached.items() if m in far]


def test_no_modules_know_each_other() -> None:
    texts = {module: path.read_text(encoding="utf-8") for module, path in FILES.items()}
    assert circles(knows(texts)) == []


def test_a_circle_is_found() -> None:
    texts = {
        "lca.a": "from lca import b",
        "lca.b": "if TYPE_CHECKING:\n    from lca.c import C",
        "lca.c": "def f():\n    import lca.a",
        "lca.d": "import lca.a",
    }
    assert circles(knows({"lca": "", **texts})) == [["lca.a", "lca.b", "lca.c"]] * 3


KNOWN = frozenset({"lca", "lca.problems", "lca.text", "lca.text.sheets", "lca.views", "lca.views.table"})


@pytest.mark.parametrize(
    ("module", "text", "reason"),
    [
        # layers
        ("lca.graph", "from lca.compile import lines", "layer 1 imports lca.compile of layer 8"),
        ("lca.graph", "import lca.text.sheets", "layer 1 imports lca.text.sheets of layer 1"),
        ("lca.graph", "from lca.text import sheets", "layer 1 imports lca.text.sheets of layer 1"),
        ("lca.graph", "def f():\n    import lca.cli", "layer 1 imports lca.cli of layer 15"),
        ("lca.graph", "if TYPE_CHECKING:\n    from lca.cli import main", "layer 1 imports lca.cli of layer 15"),
        ("lca.graph", "import_module('lca.cli')", "layer 1 imports lca.cli of layer 15"),
        ("lca.graph", "discovery.module('plots/kinds', name)", "layer 1 imports lca.plots.kinds of layer 11"),
        ("lca.text.sheets", "from lca.model.case import Case", "layer 1 imports lca.model.case of layer 2"),
        ("lca.checks.expect", "import lca.views.table", "layer 11 imports lca.views.table of layer 12"),
        ("lca", "from lca.cli import main", "the package itself imports nothing of its own at start, not lca.cli"),
        ("lca.graph", "from lca import helpers\nimport lca.misc", "'misc' has no layer: give it one in test_layers.py"),
        ("lca.graph", "from . import cli", "a relative import hides the layer"),
        # siblings
        ("lca.rules.training", "from lca.rules.occupancy import aur", "imports its sibling lca.rules.occupancy"),
        ("lca.views.page", "from lca.views import table", "imports its sibling lca.views.table"),
        ("lca.plots.kinds.heat", "import lca.plots.kinds.sweep", "imports its sibling lca.plots.kinds.sweep"),
        # libraries
        ("lca.graph", "import pint", "pint belongs to units"),
        ("lca.units", "import pint", "pint is heavy: import it inside the function that needs it"),
        ("lca.text.sheets", "from yaml.cyaml import CParser", "yaml belongs to text.documents"),
        ("lca.views.page", "import openpyxl", "openpyxl belongs to outputs.brightway, workbook.reading*"),
        ("lca.checks.expect", "def f():\n    import rich", "rich belongs to cli.progress"),
        ("lca.disk.workspace", "import typer", "typer belongs to cli, cli.*"),
        (
            "lca.graph",
            "async def f():\n    import numpy",
            "numpy belongs to samples*, questions.*, page.draws, batch.parts, batch.price, plots.*, study.*",
        ),
        ("lca.plots.page", "import numpy as np", "numpy is heavy: import it inside the function that needs it"),
        ("lca.result", "class A:\n    import pandas", "pandas is heavy: import it inside the function that needs it"),
        ("lca.units", "import requests", "requests is nobody's: give it an owner in test_layers.py"),
    ],
)
def test_a_breach_is_found(module: str, text: str, reason: str) -> None:
    assert [found.split(": ", 1)[1] for found in breaches(module, text, KNOWN)] == [reason]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("lca.units", "import json\nfrom lca.problems import problem\ndef f():\n    import pint"),
        ("lca.text.documents", "import yaml\nfrom lca.text.sheets import Row\nfrom lca import __version__"),
        ("lca.result", "if TYPE_CHECKING:\n    import pandas\ndef frame():\n    import pandas"),
        ("lca.workbook.writing.cells", "from xlsxwriter.format import Format"),
        ("lca.workbook.writing.cells", "from lca.workbook.writing.styles import HEAD\nfrom lca.result import Result"),
        ("lca.blocks", "from lca.blocks import terminals"),
        ("lca.plots.kinds.heat", "from lca.plots.study import Asked\nimport lca.plots.kinds"),
        ("lca.model.case", "from lca.model.fields import Field"),
        ("lca.cli", "import typer\nfrom lca.views.table import table\nfrom lca.disk.workspace import load"),
    ],
)
def test_what_is_allowed(module: str, text: str) -> None:
    assert breaches(module, text, KNOWN) == []
