"""Tables of others: CSV in whatever encoding and with whatever separator, and sheets of workbooks. Cells are texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from lca.importers._databases.words import plain
from lca.problems import Span, problem
from lca.workbook.foreign.grid import read

MOST = 200_000_000  # bytes of a table
ROWS = 200_000
HEADED = 25  # rows among which the head of a sheet is looked for
SEPARATORS = ";\t,|"


class Row(NamedTuple):
    """A row: the number of its line or row, and its cells by the plain names of their columns."""

    number: int
    cells: dict[str, str]

    def get(self, *names: str) -> str:
        """The first of some columns that says something."""
        for name in names:
            if cell := self.cells.get(name, "").strip():
                return cell
        return ""


class Table(NamedTuple):
    """A table with a head. columns: as they are written, by their plain names; word: what its rows are called."""

    name: str
    columns: dict[str, str]
    rows: list[Row]
    word: str = "line"

    def place(self, row: Row) -> str:
        """Where a row stands."""
        return f"{self.word} {row.number}"


def of_csv(data: bytes, name: str) -> Table:
    """The table of a CSV file. Problems where it has no rows, or too many."""
    text = _text(data)
    head, _, _ = text.partition("\n")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _table(name, ((reader.line_num, cells) for cells in reader), "line")
    except csv.Error as error:
        hint = "save it anew as CSV from the program that made it"
        raise problem(f"this is no CSV: {error}", Span(name, reader.line_num, 1), hint=hint) from None


def _text(data: bytes) -> str:
    """UTF-8, or what Windows writes in the west of Europe."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def of_workbook(data: bytes, name: str, sheet: str) -> Table:
    """A sheet of a workbook. Problems where it is cut off, or where it is not said which one is meant."""
    grid = read(data, name, sheet)
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in grid.cells.items():
        rows.setdefault(row, {})[column] = cell.text
    listed = [(number, [cells.get(c, "") for c in range(1, max(cells) + 1)]) for number, cells in sorted(rows.items())]
    return _table(f"{name}, {grid.sheet}", _from_head(listed), "row")


def _from_head(rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Rows from the head on: of the first ones, that with the most texts."""
    first = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows[:HEADED]]
    yield from rows[first.index(max(first)) :] if first else ()


def _table(name: str, rows: Iterator[tuple[int, list[str]]], word: str) -> Table:
    _, head = next(rows, (0, []))
    columns: dict[str, str] = {}
    names = []
    for place, written in enumerate(head):
        own = plain(written) or f"column {place + 1}"
        own = own if own not in columns else f"{own} {place + 1}"
        columns[own] = written.strip()
        names.append(own)
    found: list[Row] = []
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            found.append(Row(number, dict(zip(names, cells, strict=False))))
        if len(found) > ROWS:
            raise problem(f"{name} has more than {ROWS:,} rows", hint="split the table")
    if not found:
        raise problem(f"{name} has no rows", hint="the first line names the columns, each below it is a factor")
    return Table(name, columns, found, word)
