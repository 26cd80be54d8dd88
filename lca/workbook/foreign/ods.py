"""The sheets of an OpenDocument spreadsheet (.ods), read as a stream.

A file of 700 bytes may repeat one row a million times (OpenDocument 1.3, 19.675): rows and cells that are empty are
passed over, and what is filled is counted. Element and attribute names are those of OpenDocument 1.3, part 3.
"""

from __future__ import annotations

from lca.workbook.reading.archive import Archive
from lca.workbook.reading.cells import Budget
from lca.workbook.reading.xml import Attributes, stream
from lca.workbook.review.copies import Cell, Position

CONTENT = "content.xml"
MIMETYPE = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
HIDDEN = ("collapse", "filter")
NUMBERS = ("float", "percentage", "currency")
MOST_SHEETS = 100


def is_ods(data: bytes) -> bool:
    """Whether the first part of an archive says that it is a spreadsheet of OpenDocument."""
    return MIMETYPE in data[:200]


class Sheet:
    """A sheet as it is read."""

    def __init__(self) -> None:
        self.cells: dict[Position, Cell] = {}
        self.merged: list[tuple[Position, Position]] = []
        self.hidden: set[int] = set()


def read(archive: Archive) -> dict[str, Sheet]:
    """The sheets of a workbook by name. Problems where there are more cells than any inventory has."""
    reading = _Reading(archive)
    stream(archive, CONTENT, reading.start, reading.end, reading.text)
    if not reading.sheets:
        raise archive.refused("has no sheets", "ask for another copy")
    return reading.sheets


class _Reading:
    """Where the stream is."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.budget = archive, Budget(archive)
        self.sheets: dict[str, Sheet] = {}
        self.sheet = Sheet()
        self.row = self.column = self.rows_alike = self.cells_alike = 0
        self.is_hidden = self.inside = False
        self.aside = 0  # elements of a remark on a cell, whose words are no words of the cell
        self.attributes: Attributes = {}
        self.words: list[str] = []
        self.of_row: list[tuple[int, int, Cell]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if self.aside or name == "annotation":
            self.aside += 1
        elif name == "table" and len(self.sheets) < MOST_SHEETS:
            self.sheet = self.sheets.setdefault(_get(attributes, "name"), Sheet())
            self.row = 0
        elif name == "table-row":
            self.rows_alike, self.column, self.of_row = _count(attributes, "number-rows-repeated"), 0, []
            self.is_hidden = _get(attributes, "visibility") in HIDDEN
        elif name in ("table-cell", "covered-table-cell"):
            self.attributes, self.words = attributes, []
            self.cells_alike, self.inside = _count(attributes, "number-columns-repeated"), name == "table-cell"
        elif name == "p" and self.words:
            self.words.append("\n")
        elif name in ("s", "tab", "line-break") and self.inside:
            self.words.append(" ")

    def text(self, words: str) -> None:
        if self.inside and not self.aside:
            self.words.append(self.budget.keep(words))

    def end(self, name: str) -> None:
        if self.aside:
            self.aside -= 1
        elif name in ("table-cell", "covered-table-cell"):
            cell = self.cell() if self.inside else None
            if cell is not None:
                self.of_row.append((self.column + 1, self.cells_alike, cell))
                self.merge()
            self.column += self.cells_alike
            self.inside = False
        elif name == "table-row":
            self.close_row()

    def close_row(self) -> None:
        """Keep the cells of a row, and of those that are as it is."""
        for row in range(self.row + 1, self.row + 1 + (self.rows_alike if self.of_row else 0)):
            for column, alike, cell in self.of_row:
                self.budget.cells -= alike
                if self.budget.cells < 0:
                    raise self.archive.refused("has more cells than an inventory has", "take a part of it")
                self.sheet.cells |= {(row, column + place): cell for place in range(alike)}
            if self.is_hidden:
                self.sheet.hidden.add(row)
        self.row += self.rows_alike

    def merge(self) -> None:
        rows, columns = (_count(self.attributes, f"number-{what}-spanned") for what in ("rows", "columns"))
        if rows > 1 or columns > 1:
            first = (self.row + 1, self.column + 1)
            self.sheet.merged.append((first, (first[0] + rows - 1, first[1] + columns - 1)))

    def cell(self) -> Cell | None:
        """The cell that ends; None of an empty one."""
        kind, formula = _get(self.attributes, "value-type"), _get(self.attributes, "formula")
        words = "".join(self.words)
        if _get(self.attributes, "calcext:value-type") == "error" or (formula and words.startswith(("#", "Err:"))):
            return Cell(words[:20] or "#N/A", formula, error=True)
        if kind in NUMBERS:
            value = _number(_get(self.attributes, "value"))
            return Cell(value, formula, look="percent" if kind == "percentage" else "")
        if kind in ("date", "time"):
            return Cell(_get(self.attributes, f"{kind}-value"), formula, look="date")
        if kind == "boolean":
            return Cell(_get(self.attributes, "boolean-value") == "true", formula)
        if words.strip():
            return Cell(words, formula)
        return Cell(None, formula) if formula else None


def _get(attributes: Attributes, name: str) -> str:
    """An attribute with whatever prefix; one of `calcext` where it is asked for."""
    if ":" in name:
        return attributes.get(name, "")
    return next((v for k, v in attributes.items() if k.rpartition(":")[2] == name and not k.startswith("calcext:")), "")


def _count(attributes: Attributes, name: str) -> int:
    text = _get(attributes, name)
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < len("10000000") else 1


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
