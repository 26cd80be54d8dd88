"""The cells of a worksheet, with their formulas and the values that were saved beside them."""

from __future__ import annotations

import math
import re

from lca.units import vanishes
from lca.workbook.reading.archive import Archive
from lca.workbook.reading.xml import LONGEST, Attributes, stream
from lca.workbook.review.copies import Cell, Position, position_of

ROWS = 100_000  # of a sheet, that are read
CELLS = 400_000  # of a workbook, that are read
CHARACTERS = 40_000_000  # of all texts of a workbook
TRANSLATED = 20_000_000  # characters of formulas that are written out from the one they share
TRUE = ("1", "true")
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


def shared_strings(archive: Archive, part: str, budget: Budget) -> list[str]:
    """The texts that cells refer to by number."""
    strings: list[str] = []
    pieces: list[str] = []
    inside = phonetic = False

    def start(name: str, _: Attributes) -> None:
        nonlocal inside, phonetic
        phonetic = phonetic or name == "rPh"
        inside = name == "t" and not phonetic
        if name == "si":
            pieces.clear()

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


class Sheet:
    """A worksheet as it is read."""

    def __init__(self, strings: list[str], looks: list[str], budget: Budget) -> None:
        self.strings, self.looks, self.budget = strings, looks, budget
        self.cells: dict[Position, Cell] = {}
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
            if self.rows > ROWS or self.row > ROWS:
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
        elif name == "c" and (self.value or self.formula or self.formula_group):
            self._close()

    def _close(self) -> None:
        value, error = self._value()
        formula = self._formula()
        if value is None and not formula:
            return
        if not formula and value == "":
            return
        self.budget.cells -= 1
        if self.budget.cells < 0 or self.row > ROWS:
            raise TooMuch
        look = self.looks[int(self.style)] if self.style.isdecimal() and int(self.style) < len(self.looks) else ""
        self.cells[self.row, self.column] = Cell(value, formula, error, look)

    def _value(self) -> tuple[float | str | bool | None, bool]:
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


def read(archive: Archive, part: str, strings: list[str], looks: list[str], budget: Budget) -> tuple[Sheet, bool]:
    """A worksheet, and whether it has more than was read."""
    sheet = Sheet(strings, looks, budget)
    try:
        stream(archive, part, sheet.start, sheet.end, sheet.text)
    except TooMuch:
        return sheet, True
    return sheet, False
