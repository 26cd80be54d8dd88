"""Tables of a sheet: a column says its head, how its cells look, what stands in them, and how wide it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from lca.spoken import _
from lca.workbook.writing.cells import LETTERS, Formula, Rows, Value

R = TypeVar("R")  # what a row is about
Style = str | tuple[str, str]  # a kind of cell, and the format of its numbers


class Column(NamedTuple, Generic[R]):
    """A column of a table; `key` names it where the head does not: two have the same, or it has none."""

    head: str
    style: Style | Callable[[R], Style]
    value: Callable[[R], Value]
    width: float = 0  # characters
    key: str = ""


class Table(Generic[R]):
    """Columns from the first of a sheet on. A formula names a cell of its own row by its column's key, in braces."""

    def __init__(self, *columns: Column[R]) -> None:
        self.columns = columns
        self.heads = tuple(column.head for column in columns)
        self.keys = tuple(column.key or column.head for column in columns)

    def __len__(self) -> int:
        return len(self.columns)

    def number(self, key: str) -> int:
        """Which column it is, counted from 1."""
        return self.keys.index(key) + 1

    def letter(self, key: str) -> str:
        """The letter of a column."""
        return LETTERS[self.number(key)]

    def head(self, rows: Rows, width: int = 0) -> None:
        """Write the heads of the columns, over `width` columns at least."""
        heads = [*self.heads, *[""] * (width - len(self))]
        rows.line([_(head) or None for head in heads], rows.styles.heads(heads))

    def write(self, rows: Rows, about: R) -> int:
        """Write a row, and say which it is. An empty text leaves its cell empty."""
        get, cells = rows.styles.get, []
        for number, (_head, style, value_of, *_more) in enumerate(self.columns, 1):
            value = value_of(about)
            if value.__class__ is Formula:
                value = self._placed(value, rows.next)
            look = style if isinstance(style, str | tuple) else style(about)
            cells.append((number, None if value == "" else value, get(look) if look.__class__ is str else get(*look)))
        return rows.add(cells)

    def _placed(self, formula: Formula, row: int) -> Formula:
        if "{" not in formula.text:
            return formula
        cells = {key: f"{letter}{row}" for key, letter in zip(self.keys, LETTERS[1:], strict=False)}
        return Formula(formula.text.format_map(cells), formula.value)
