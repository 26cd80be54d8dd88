"""Cells as text of a worksheet: numbers, formulas with their computed values, and text that stays text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import product
from string import ascii_uppercase
from typing import Any, NamedTuple

from lca.workbook.writing.styles import Styles

LONGEST_TEXT = 32_000  # characters; Excel takes 32,767
LINE, PADDING, HIGHEST = 12.9, 2.0, 400.0  # points; Excel takes rows of 409
DEFAULT_WIDTH = 13.0  # characters
ROOM = 1.22  # letters of our font in the width of one character, less what a line loses at its end
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
COMMANDING = ("=", "+", "-", "@", "\t")  # with which a program takes a typed text for a formula

COLUMNS: list[str] = ["", *ascii_uppercase, *map("".join, product(ascii_uppercase, repeat=2))]
COLUMNS += map("".join, product("ABCDEFGHIJKLMNOPQRSTUVW", ascii_uppercase, ascii_uppercase))


class Formula(NamedTuple):
    """A formula without its sign of equality, and what the engine says that it comes to."""

    text: str
    value: float | str


Value = None | str | float | Formula
Cell = tuple[int, Value, int]  # column, value, style


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


def clean(text: str) -> str:
    r"""Text that a worksheet can hold: characters that XML lacks are made visible.

    >>> clean("a\x00b\r\nc"), clean("_x0041_")
    ('a�b\nc', '_x005F_x0041_')
    """
    shown = ILLEGAL.sub("\ufffd", text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
    return ESCAPE.sub("_x005F_", shown) if "_x" in shown else shown


def escaped(text: str) -> str:
    """
    >>> escaped("a < b & c")
    'a &lt; b &amp; c'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lines_needed(text: str, width: float) -> int:
    r"""How many lines a wrapped text takes in a column of a width in characters.

    >>> lines_needed("short", 20), lines_needed("a text of twenty-nine letters", 20), lines_needed("a\nb", 20)
    (1, 2, 2)
    """
    return sum(max(1, math.ceil(len(part) / (width * ROOM))) for part in text.split("\n"))


class Rows:
    """The rows of a sheet. `next` is the one that is written next."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.written: dict[int, str] = {}
        self.widths: dict[int, float] = {}
        self.next = 1
        self.widest = 1

    def add(self, cells: Iterable[Cell], lines: int = 0) -> int:
        """Write the next row, and say which it is. It is `lines` high, or as high as its longest wrapped text."""
        row, texts, wraps = self.next, [], () if lines else self.styles.wrapping
        for column, value, style in cells:
            texts.append(self._cell(f"{COLUMNS[column]}{row}", value, style))
            if value.__class__ is str and style in wraps:
                lines = max(lines, lines_needed(value, self.widths.get(column, DEFAULT_WIDTH)))
        tall = f' ht="{min(HIGHEST, LINE * lines + PADDING):g}" customHeight="1"' if lines > 1 else ""
        self.written[row] = f'<row r="{row}"{tall}>{"".join(texts)}</row>'
        self.widest = max(self.widest, len(texts))
        self.next += 1
        return row

    def line(self, values: Iterable[Value], styles: Iterable[int]) -> int:
        """Write a row from the first column on."""
        return self.add(zip(range(1, len(COLUMNS)), values, styles, strict=False))

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.next += rows

    def xml(self) -> str:
        rows = (self.written[row] for row in sorted(self.written))
        return f"<sheetData>{''.join(rows)}</sheetData>"

    def _cell(self, ref: str, value: Any, style: int) -> str:
        if value is None:
            return f'<c r="{ref}" s="{style}"/>'
        if value.__class__ is Formula:
            return _formula(ref, value, style)
        if isinstance(value, str):
            return self._text(ref, value, style)
        return f'<c r="{ref}" s="{style}"><v>{value!r}</v></c>' if math.isfinite(value) else _error(ref, style, "")

    def _text(self, ref: str, text: str, style: int) -> str:
        if text.startswith(COMMANDING):
            style = self.styles.quoted(style)
        text = escaped(clean(text))
        space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
        return f'<c r="{ref}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _formula(ref: str, formula: Formula, style: int) -> str:
    text, value = formula
    if "&" in text or "<" in text or ">" in text:
        text = escaped(text)
    if isinstance(value, str):
        return f'<c r="{ref}" s="{style}" t="str"><f>{text}</f><v>{escaped(clean(value))}</v></c>'
    if not math.isfinite(value):
        return _error(ref, style, f"<f>{text}</f>")
    return f'<c r="{ref}" s="{style}"><f>{text}</f><v>{value!r}</v></c>'


def _error(ref: str, style: int, formula: str) -> str:
    return f'<c r="{ref}" s="{style}" t="e">{formula}<v>#DIV/0!</v></c>'
