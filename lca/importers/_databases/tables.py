"""Tables of others: CSV in whatever encoding and with whatever separator, and sheets of workbooks. Cells are texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from lca.importers._databases.numbers import is_two, of_table
from lca.importers._databases.words import plain
from lca.problems import Span, problem
from lca.workbook.foreign.grid import read
from lca.workbook.foreign.numbers import POINT, decimal_of

MOST = 200_000_000  # bytes of a table
ROWS = 200_000
HEADED = 25  # rows among which the head of a sheet is looked for
SEPARATORS = ";\t,|"
NUMERAL = re.compile(r"[+-]?[0-9.,\s'\u2019]*[0-9](?:[eE][+-]?[0-9]+)?")  # a cell that is a number alone
TWO = "the value may be one number or a thousand times that: --set decimal=comma or point says which"


class Row(NamedTuple):
    """A row: the number of its line or row, and its cells by the plain names of their columns.

    signs: the decimal sign of numbers by column, where it is known. typed: columns whose cell
    is a number of a workbook.
    """

    number: int
    cells: dict[str, str]
    signs: Mapping[str, str] = {}
    typed: frozenset[str] = frozenset()

    def value(self, name: str) -> str | None:
        """The number of a column as a pack writes it; None where there is none, or where it could be two."""
        return of_table(self.cells.get(name, ""), self._sign(name))

    def unclear(self, name: str) -> str:
        """Why a cell is no number."""
        return TWO if is_two(self.cells.get(name, ""), self._sign(name)) else "the value is no number"

    def _sign(self, name: str) -> str:
        return POINT if name in self.typed else self.signs.get(name, "")

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


def of_csv(data: bytes, name: str, decimal: str = "") -> Table:
    """The table of a CSV file. Problems where it has no rows, or too many."""
    text = _text(data)
    head, _, _ = text.partition("\n")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return _table(name, _records(reader), "line", decimal)
    except csv.Error as error:
        hint = "save it anew as CSV from the program that made it"
        raise problem(f"this is no CSV: {error}", Span(name, reader.line_num, 1), hint=hint) from None


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """The records of a text, each with the line on which it begins."""
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _text(data: bytes) -> str:
    """UTF-8, or what Windows writes in the west of Europe."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def of_workbook(data: bytes, name: str, sheet: str, decimal: str = "") -> Table:
    """A sheet of a workbook. Problems where it is cut off, or where it is not said which one is meant."""
    grid = read(data, name, sheet)
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in grid.cells.items():
        rows.setdefault(row, {})[column] = cell.text
    listed = [(number, [cells.get(c, "") for c in range(1, max(cells) + 1)]) for number, cells in sorted(rows.items())]
    typed = {at for at, cell in grid.cells.items() if not isinstance(cell.value, str)}
    return _table(f"{name}, {grid.sheet}", _from_head(listed), "row", decimal, typed)


def _from_head(rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Rows from the head on: of the first ones, that with the most texts."""
    first = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows[:HEADED]]
    yield from rows[first.index(max(first)) :] if first else ()


def _table(
    name: str,
    rows: Iterator[tuple[int, list[str]]],
    word: str,
    decimal: str,
    typed: Container[tuple[int, int]] = frozenset(),
) -> Table:
    _, head = next(rows, (0, []))
    columns: dict[str, str] = {}
    names = []
    for place, written in enumerate(head):
        own = plain(written) or f"column {place + 1}"
        own = own if own not in columns else f"{own} {place + 1}"
        columns[own] = written.strip()
        names.append(own)
    found: list[Row] = []
    signs: dict[str, str] = {}
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            numbers = frozenset(column for place, column in enumerate(names, 1) if (number, place) in typed)
            found.append(Row(number, dict(zip(names, cells, strict=False)), signs, numbers))
        if len(found) > ROWS:
            raise problem(f"{name} has more than {ROWS:,} rows", hint="split the table")
    if not found:
        raise problem(f"{name} has no rows", hint="the first line names the columns, each below it is a factor")
    signs |= dict.fromkeys(names, decimal) if decimal else _signs(names, found)
    return Table(name, columns, found, word)


def _signs(names: list[str], rows: list[Row]) -> dict[str, str]:
    """The decimal sign that the texts of each column show; else the one that all other columns show."""
    shown = {
        name: decimal_of(
            cell for row in rows if name not in row.typed and NUMERAL.fullmatch(cell := row.cells.get(name, "").strip())
        )
        for name in names
    }
    all_ = {sign for signs in shown.values() for sign in signs}
    common = next(iter(all_)) if len(all_) == 1 else ""
    return {name: next(iter(signs)) if len(signs) == 1 else "" if signs else common for name, signs in shown.items()}
