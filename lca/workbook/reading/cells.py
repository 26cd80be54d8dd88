"""The cells of a worksheet, with their formulas and the values that were saved beside them."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from lca.units import vanishes
from lca.workbook.reading.archive import Archive
from lca.workbook.reading.xml import LONGEST, Attributes, stream
from lca.workbook.review.copies import Cell, Mark, Position, position_of

ROWS = 100_000  # of a sheet, that are read
CELLS = 400_000  # of a workbook, that are read; those that stand out count twice
CHARACTERS = 40_000_000  # of all texts of a workbook
TRANSLATED = 20_000_000  # characters of formulas that are written out from the one they share
TRUE, OFF = ("1", "true"), ("0", "false")
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"})
NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]{1,3})?")


class TooMuch(Exception):
    """A sheet has more than is read of one."""


class Budget:
    """What may still be kept in memory, over all sheets."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.cells, self.characters, self.translated = CELLS, CHARACTERS, TRANSLATED

    def keep(self, text: str) -> str:
        """The text, counted; Problems where there is more than any study holds."""
        self.characters -= len(text)
        if self.characters < 0:
            raise self.archive.refused(
                f"holds more than {CHARACTERS // 1_000_000} million characters of text", "ask for another copy"
            )
        return text


class Strings(list[str]):
    """The texts that cells refer to by number; `struck` are the numbers of those of which a part is struck through."""

    def __init__(self) -> None:
        super().__init__()
        self.struck: set[int] = set()


def shared_strings(archive: Archive, part: str, budget: Budget) -> Strings:
    """The texts that cells refer to by number."""
    strings = Strings()
    pieces: list[str] = []
    inside = phonetic = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal inside, phonetic
        phonetic = phonetic or name == "rPh"
        inside = name == "t" and not phonetic
        if name == "si":
            pieces.clear()
        elif name == "strike" and attributes.get("val", "1") not in OFF:
            strings.struck.add(len(strings))

    def end(name: str) -> None:
        nonlocal inside, phonetic
        inside = False
        phonetic = phonetic and name != "rPh"
        if name == "si":
            budget.keep(" ")
            strings.append("".join(pieces)[:LONGEST])

    def text(words: str) -> None:
        if inside:
            pieces.append(budget.keep(words))

    stream(archive, part, start, end, text)
    return strings


class Style(NamedTuple):
    """How a style shows numbers, `percent`, `date` or neither, and how it makes cells stand out."""

    look: str = ""
    mark: Mark = Mark()


PLAIN = Style()


class Sheet:
    """A worksheet as it is read."""

    def __init__(self, strings: Strings, styles: list[Style], budget: Budget) -> None:
        self.strings, self.styles, self.budget = strings, styles, budget
        self.cells: dict[Position, Cell] = {}
        self.marks: dict[Position, Mark] = {}
        self.is_protected = self.is_cut = False
        self.rows = self.row = self.column = 0
        self.kind = self.style = self.ref = ""
        self.formula_kind = self.formula_group = ""
        self.into: list[str] | None = None
        self.value: list[str] = []
        self.formula: list[str] = []
        self.masters: dict[str, tuple[str, str]] = {}
        self.hidden: set[int] = set()  # rows
        self.merged: list[str] = []  # ranges, as in A1:B2

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self.rows += 1
            self.row, self.column = _whole(attributes.get("r", ""), self.row + 1), 0
            if self.rows > ROWS:
                raise TooMuch
            if attributes.get("hidden") in TRUE:
                self.hidden.add(self.row)
        elif name == "c":
            self._cell(attributes)
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        elif name == "f":
            self.formula_kind, self.formula_group = attributes.get("t", ""), attributes.get("si", "")
            self.into = self.formula
        elif name in ("v", "t"):
            self.into = self.value
        elif name == "sheetProtection":
            self.is_protected = attributes.get("sheet", "0") not in OFF

    def _cell(self, attributes: Attributes) -> None:
        position = position_of(attributes.get("r", "")) or (self.row, self.column + 1)
        self.row, self.column = position
        self.ref = attributes.get("r", "")
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.formula_kind = self.formula_group = ""
        self.value.clear()
        self.formula.clear()

    def text(self, words: str) -> None:
        if self.into is not None and sum(map(len, self.into)) < LONGEST:
            self.into.append(words)

    def end(self, name: str) -> None:
        if name in ("f", "v", "t"):
            self.into = None
        elif name == "c":
            style = self._style()
            struck = self.kind == "s" and self.strings.struck and _whole("".join(self.value), -1) in self.strings.struck
            mark = style.mark._replace(struck=True) if struck else style.mark
            if (mark.struck or mark.fill) and self.row <= ROWS:  # programs fill empty rows down to the last
                self._count()
                self.marks[self.row, self.column] = mark
            if self.value or self.formula or self.formula_group:
                self._close(style.look)

    def _style(self) -> Style:
        known = self.style.isdecimal() and len(self.style) < len("1000000") and int(self.style) < len(self.styles)
        return self.styles[int(self.style)] if known else PLAIN

    def _count(self) -> None:
        self.budget.cells -= 1
        if self.budget.cells < 0 or self.row > ROWS:
            raise TooMuch

    def _close(self, look: str) -> None:
        value, error = self._value()
        formula = self._formula()
        if value is None and not formula:
            return
        if not formula and value == "":
            return
        self._count()
        self.cells[self.row, self.column] = Cell(value, formula, error, look)

    def _value(self) -> tuple[float | str | bool | None, bool]:
        """The value, and whether it is an error; programs that know values alone write the names of errors."""
        value, is_error = self._saved()
        return value, is_error or (isinstance(value, str) and value in ERRORS)

    def _saved(self) -> tuple[float | str | bool | None, bool]:
        text = "".join(self.value)
        if self.kind == "s":
            known = text.isdecimal() and len(text) < len("1000000000") and int(text) < len(self.strings)
            return (self.strings[int(text)] if known else ""), False
        if self.kind in ("str", "inlineStr", "d"):
            return self.budget.keep(text), False
        if self.kind == "e":
            return text[:20] or "#N/A", True  # the longest name of an error has 14 characters
        if self.kind == "b":
            return text.strip() == "1", False
        return self._number(text), False

    def _number(self, text: str) -> float | str | None:
        text = text.strip()
        if not text:
            return None
        number = float(text) if len(text) < 400 and NUMBER.fullmatch(text) else math.nan
        return number if math.isfinite(number) and not vanishes(text) else self.budget.keep(text)

    def _formula(self) -> str:
        text = self.budget.keep("".join(self.formula))
        if self.formula_kind != "shared":
            return text
        if text:
            self.masters[self.formula_group] = text, self.ref
            return text
        master, origin = self.masters.get(self.formula_group, ("", ""))
        self.budget.translated -= len(master)
        return _moved(master, origin, self.ref) if self.budget.translated > 0 else master


def _moved(formula: str, origin: str, target: str) -> str:
    """A formula that several cells share, as it reads in one of them."""
    from openpyxl.formula.tokenizer import TokenizerError
    from openpyxl.formula.translate import Translator, TranslatorError

    if position_of(origin) is None or position_of(target) is None:
        return formula
    try:
        return str(Translator(f"={formula}", origin).translate_formula(target))[1:]
    except (TokenizerError, TranslatorError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        return formula


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len("10000000") else otherwise


def read(archive: Archive, part: str, strings: Strings, styles: list[Style], budget: Budget) -> Sheet:
    """A worksheet; `is_cut` where it has more cells than were read."""
    sheet = Sheet(strings, styles, budget)
    try:
        stream(archive, part, sheet.start, sheet.end, sheet.text)
    except TooMuch:
        sheet.is_cut = True
    return sheet
