"""Cells of a worksheet: numbers, formulas with their computed values, and text that stays text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from string import ascii_uppercase
from typing import TYPE_CHECKING, NamedTuple

from lca.workbook.writing.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_000  # characters; Excel takes 32,767
LINE, PADDING, HIGHEST = 12.9, 2.0, 400.0  # points; Excel takes rows of 409
DEFAULT_WIDTH = 13.0  # characters
ROOM = 1.22  # letters of our font in the width of one character, less what a line loses at its end
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
ERROR = "#DIV/0!"
MARKED_UP = "<r>"  # with which XlsxWriter takes a text for one that holds markup already
COMMANDING = ("=", "+", "-", "@", "\t")  # with which a program takes a typed text for a formula

LETTERS: list[str] = ["", *ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
LETTERS += map("".join, product("ABCDEFGHIJKLMNOPQRSTUVW", ascii_uppercase, ascii_uppercase))


class Formula(NamedTuple):
    """A formula without its sign of equality, and what the engine says that it comes to."""

    text: str
    value: float | str


class Link(NamedTuple):
    """A text that leads somewhere: to an address, or to a cell of the workbook."""

    text: str
    target: str


Value = None | str | float | Formula | Link
Cell = tuple[int, Value, "Format"]  # column, value, style


class Place(NamedTuple):
    """A cell of the workbook."""

    sheet: str
    column: str
    row: int

    def __str__(self) -> str:
        """
        >>> print(Place("Impacts", "N", 6), Place("Read me", "A", 1))
        Impacts!N6 'Read me'!A1
        """
        return f"{quoted(self.sheet)}!{self.column}{self.row}"

    @property
    def fixed(self) -> str:
        """The cell as defined names refer to it."""
        return f"{quoted(self.sheet)}!${self.column}${self.row}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return sheet if sheet.isalnum() else f"'{sheet}'"


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    r"""Text that a worksheet can hold: characters that XML lacks are made visible.

    >>> clean("a\x00b\r\nc"), clean("<r>plain</r>")
    ('a�b\nc', ' <r>plain</r>')
    """
    shown = ILLEGAL.sub("\ufffd", text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    return f" {shown}" if shown.startswith(MARKED_UP) else shown


def lines_needed(text: str, width: float) -> int:
    r"""How many lines a wrapped text takes in a column of a width in characters.

    >>> lines_needed("short", 20), lines_needed("a text of twenty-nine letters", 20), lines_needed("a\nb", 20)
    (1, 2, 2)
    """
    return sum(max(1, math.ceil(len(part) / (width * ROOM))) for part in text.split("\n"))


class Rows:
    """The rows of a sheet. `next` is the one that is written next."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet, self.styles = sheet, styles
        self.widths: dict[int, float] = {}
        self.formulas: list[tuple[int, int]] = []  # the rows and columns of those that computed values are checked by
        self.next = 1

    def add(self, cells: Iterable[Cell], lines: int = 0) -> int:
        """Write the next row, and say which it is. It is `lines` high, or as high as its longest wrapped text."""
        row, wraps = self.next, () if lines else self.styles.wrapping
        for column, value, style in cells:
            self._write(row - 1, column - 1, value, style)
            text = value.text if value.__class__ is Link else value
            if isinstance(text, str) and style in wraps:
                lines = max(lines, lines_needed(text, self.widths.get(column, DEFAULT_WIDTH)))
        if lines > 1:
            self.sheet.set_row(row - 1, min(HIGHEST, LINE * lines + PADDING))
        self.next += 1
        return row

    def line(self, values: Iterable[Value], styles: Iterable[Format]) -> int:
        """Write a row from the first column on."""
        return self.add(zip(range(1, len(LETTERS)), values, styles, strict=False))

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.next += rows

    def _write(self, row: int, column: int, value: Value, style: Format) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, Formula):
            self.formulas.append((row + 1, column + 1))
            self.sheet.write_formula(row, column, value.text, style, _shown(value.value))
        elif isinstance(value, Link):
            kept = self.styles.quoted(style) if value.text.startswith(COMMANDING) else style
            self.sheet.write_url(row, column, value.target, kept, clean(value.text))
        elif isinstance(value, str):
            kept = self.styles.quoted(style) if value.startswith(COMMANDING) else style
            self.sheet.write_string(row, column, clean(value), kept)
        elif math.isfinite(value):
            self.sheet.write_number(row, column, value, style)
        else:
            self.sheet.write_formula(row, column, "1/0", style, ERROR)


def _shown(value: float | str) -> float | str:
    """What stands beside a formula."""
    if isinstance(value, str):
        return ESCAPE.sub("_x005F_", clean(value))
    return value if math.isfinite(value) else ERROR
