"""The notebooks of the docs: their cells run in order, what they end in is shown, and no output is kept.

Cells run in a plain namespace: a kernel, and what starts one, would be a hundred megabytes of packages for the same.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "docs").rglob("*.ipynb"))
SHOWN = ("_repr_mimebundle_", "_repr_html_", "__repr__")  # what a notebook asks of an object, in this order


def run(source: str, space: dict[str, Any]) -> Any:
    """Run a cell, and give what its last line comes to, as a notebook shows it; None where it is no expression."""
    *lines, last = ast.parse(source).body
    exec(compile(ast.Module(lines, []), "cell", "exec"), space)  # noqa: S102
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), space)  # noqa: S307
    exec(compile(ast.Module([last], []), "cell", "exec"), space)  # noqa: S102
    return None


def shown(value: Any) -> Any:
    ask = next(name for name in SHOWN if hasattr(value, name))
    return getattr(value, ask)()


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_one_and_keeps_no_output(path: Path) -> None:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.source for cell in cells if cell.outputs or cell.execution_count] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_the_cells_of_a_notebook_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    for cell in nbformat.read(path, as_version=nbformat.NO_CONVERT).cells:
        if cell.cell_type == "code":
            value = run(cell.source, space)
            assert value is None or shown(value), cell.source
