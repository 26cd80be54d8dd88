"""A workbook as it was read back: cells, names, comments and properties, as plain values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from lca.problems import printable
from lca.spoken import LANGUAGES, said
from lca.workbook.names import SPOKEN, WITHHELD

Position = tuple[int, int]  # row and column, from 1
LONGEST_SHOWN = 300  # characters of a cell's text in a message
LETTERS = 26
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Cell(NamedTuple):
    """A cell that is not empty.

    value: what it shows, or None where a formula was saved without its value. formula: without its sign of equality.
    error: the value is the name of an error. look: `percent` or `date` where numbers are shown as such.
    """

    value: float | str | bool | None
    formula: str = ""
    error: bool = False
    look: str = ""

    @property
    def text(self) -> str:
        """The value as a text that may be shown."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool):
            return str(self.value).upper()
        return plain(self.value) if isinstance(self.value, str) else f"{self.value:.15g}"


class Comment(NamedTuple):
    """What somebody has written on a cell."""

    sheet: str
    cell: str
    author: str
    text: str


class Mark(NamedTuple):
    """How a cell was made to stand out: its fill, as the file says it, and whether it is struck through."""

    fill: str = ""
    struck: bool = False


class Copy(NamedTuple):
    """A workbook.

    remarks: what of it was not read, and why. marks: of the cells that stand out, by sheet; protected: the sheets whose
    cells are; called: the exported name of each sheet that has another now.
    """

    name: str
    sheets: dict[str, dict[Position, Cell]]
    names: dict[str, str]
    comments: tuple[Comment, ...] = ()
    properties: dict[str, str] = {}  # noqa: RUF012  never changed
    remarks: tuple[str, ...] = ()
    marks: dict[str, dict[Position, Mark]] = {}  # noqa: RUF012  never changed
    protected: frozenset[str] = frozenset()
    called: dict[str, str] = {}  # noqa: RUF012  never changed

    def cell(self, sheet: str, position: Position) -> Cell | None:
        return self.sheets.get(sheet, {}).get(position)

    def beside(self, label: str) -> str:
        """The text on the right of a label, wherever that stands; empty where it does not."""
        for cells in self.sheets.values():
            for (row, column), cell in cells.items():
                if cell.value == label and (row, column + 1) in cells:
                    return cells[row, column + 1].text
        return ""


class Table(NamedTuple):
    """A sheet with a row of headings: where it stands, and the column of each heading.

    taken: the headings that are there under another text, which were found by their place.
    """

    sheet: str
    head: int
    columns: dict[str, int]
    cells: dict[Position, Cell]
    taken: tuple[str, ...] = ()

    def rows(self) -> Iterator[int]:
        """The rows below the headings that are not empty."""
        return iter(sorted({row for row, _ in self.cells if row > self.head}))

    def get(self, row: int, column: str) -> Cell | None:
        return self.cells.get((row, self.columns[column])) if column in self.columns else None

    def text(self, row: int, column: str) -> str:
        cell = self.get(row, column)
        return cell.text if cell is not None else ""

    def place(self, row: int, column: str) -> str:
        return reference((row, self.columns.get(column, 1)))


def language_of(copy: Copy, heads: Collection[str]) -> str:
    """The language of a workbook: of its properties, or of its heads where programs have dropped those."""
    texts = {cell.value for cells in copy.sheets.values() for cell in cells.values() if isinstance(cell.value, str)}
    stated = copy.properties.get(SPOKEN, "")
    return stated if stated in LANGUAGES else max(LANGUAGES, key=lambda own: sum(said(h, own) in texts for h in heads))


def table_of(copy: Copy, sheet: str, wanted: tuple[str, ...], needed: tuple[tuple[str, ...], ...]) -> Table | None:
    """The table of a sheet: the first row that has one of each of the needed headings, or all but one that stands
    between its neighbours under another text. None where there is none.
    """
    cells = copy.sheets.get(sheet, {})
    heads = {said(head, own): head for own in reversed(LANGUAGES) for head in wanted}
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(cells.items()):
        if isinstance(cell.value, str) and cell.value in heads and not cell.formula:
            by_row.setdefault(row, {}).setdefault(heads[cell.value], column)
    for row, columns in by_row.items():
        taken: dict[str, int] = {}
        for name in (group[0] for group in needed if not any(name in columns for name in group)):
            taken |= _by_place(name, row, columns, wanted, cells)
        found = columns | taken
        if all(any(name in found for name in group) for group in needed):
            return Table(sheet, row, found, cells, tuple(taken))
    return None


def _by_place(
    name: str, row: int, columns: dict[str, int], wanted: tuple[str, ...], cells: dict[Position, Cell]
) -> dict[str, int]:
    """The column of a heading that has another text, where both of its neighbours stand beside it."""
    at = wanted.index(name)
    before, after = (wanted[place] if 0 <= place < len(wanted) else "" for place in (at - 1, at + 1))
    column = columns.get(before, 0) + 1
    is_there = before in columns and columns.get(after) == column + 1
    return {name: column} if is_there and column not in columns.values() and (row, column) in cells else {}


def reference(position: Position) -> str:
    """
    >>> reference((17, 2)), reference((1, 28))
    ('B17', 'AB1')
    """
    letters, column = "", position[1]
    while column > 0:
        column, rest = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{position[0]}"


def position_of(text: str) -> Position | None:
    """The row and column of a reference such as B17; None where it is none.

    >>> position_of("B17"), position_of("AB1"), position_of("17")
    ((17, 2), (1, 28), None)
    """
    match = REFERENCE.fullmatch(text)
    return (int(match[2]), column_number(match[1])) if match else None


def column_number(letters: str) -> int:
    """
    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters:
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number


def plain(text: str) -> str:
    r"""A text from a workbook on one line, without control characters, of bounded length.

    >>> plain("a\nb\x1b[2J")
    'a b�[2J'
    """
    shown = printable(" ".join(text[: LONGEST_SHOWN * 4].split()))
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"


def has_withheld(copy: Copy) -> bool:
    """Whether values stand as withheld, since their pack may not be passed on."""
    return any(cell.value == WITHHELD for name in ("Inputs", "Factors") for cell in copy.sheets.get(name, {}).values())
