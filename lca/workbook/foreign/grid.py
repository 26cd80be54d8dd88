"""A sheet as cells, whatever file it is in: .xlsx, .ods or text with separators. What is hidden or merged is known."""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lca.problems import Problems, Span, near, problem, shortened
from lca.text.source import WIDE, document
from lca.workbook.foreign import ods
from lca.workbook.reading import worksheets
from lca.workbook.reading.archive import Archive
from lca.workbook.reading.cells import CELLS
from lca.workbook.review.copies import Cell, Position, position_of, reference

ROWS, COLUMNS = 100_000, 500  # of a sheet, that are read
CELL = 4_000  # characters of a cell
SEPARATORS = ";\t,|"
LOOKED_AT = 50  # lines by which a separator is chosen
WESTERN = "cp1252"  # what Excel calls ANSI in western Europe: Latin-1 and more
BOOKS = (".xlsx", ".xlsm", ".ods")
OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet that are not empty, by row and column from 1.

    merged: the first and last position of each merged range. hidden: rows that are not shown. is_text: whether rows are
    lines of a text. remarks: what a reader should know of how it was read.
    """

    file: str
    sheet: str
    cells: Mapping[Position, Cell]
    merged: tuple[tuple[Position, Position], ...] = ()
    hidden: frozenset[int] = frozenset()
    is_text: bool = False
    remarks: tuple[str, ...] = ()

    def text(self, row: int, column: int) -> str:
        """What a cell shows, without blanks around it; '' of an empty one."""
        cell = self.cells.get((row, column))
        return " ".join(cell.text.split()) if cell is not None else ""

    def span(self, row: int, column: int = 1) -> Span:
        """The place of a cell."""
        return Span(self.file, row, column)

    def place(self, row: int, column: int) -> str:
        """The place of a cell as its user calls it: Parc!D12, or line 12."""
        return f"line {row}" if self.is_text else f"{self.sheet}!{reference((row, column))}"

    @cached_property
    def rows(self) -> list[int]:
        """The rows that are not empty."""
        return sorted({row for row, _ in self.cells})

    @cached_property
    def width(self) -> int:
        """The last column that is not empty."""
        return max((column for _, column in self.cells), default=0)

    def merged_into(self) -> dict[Position, Position]:
        """For each position inside a merged range but its first, that one; of as many as a sheet may have cells."""
        into: dict[Position, Position] = {}
        rows, width = self.rows, self.width
        for (top, left), (bottom, right) in self.merged:
            for row in rows[bisect_left(rows, top) : bisect_right(rows, bottom)]:
                into |= {(row, column): (top, left) for column in range(left, min(right, width) + 1)}
            if len(into) > CELLS:
                raise problem("too many cells are merged", self.span(top, left), hint="unmerge them")
        return {position: first for position, first in into.items() if position != first}


def read(data: bytes, name: str, sheet: str = "") -> Grid:
    """The sheet of a file, by its name where there are several.

    Problems where it cannot be read or is not to be trusted.
    """
    if data.startswith(OLD):
        hint = "save it as .xlsx or .ods in Excel or LibreOffice, without a password"
        raise problem("this is an old .xls, or is protected by a password", Span(name, 1, 1), hint=hint)
    if not data.strip():
        raise problem("the file is empty", Span(name, 1, 1), hint="is it the right file? save it once more")
    if not data.startswith(b"PK"):
        if sheet:
            raise problem(f"a text has no sheet '{shortened(sheet)}'", Span(name, 1, 1), hint="take --sheet out")
        return _of_text(data, name)
    of_book = _of_ods(data, name) if ods.is_ods(data) else _of_xlsx(data, name)
    if sheet and sheet not in of_book:
        hint = near(sheet, of_book, f"sheets: {', '.join(of_book)}")
        raise problem(f"there is no sheet '{shortened(sheet)}'", Span(name, 1, 1), hint=hint)
    filled = {title: grid for title, grid in of_book.items() if grid.cells}
    if not sheet and len(filled) != 1:
        hint = f"say which one is meant with --sheet: {', '.join(filled)}" if filled else "is it the right file?"
        raise problem(f"{len(filled)} sheets are filled", Span(name, 1, 1), hint=hint)
    return of_book[sheet] if sheet else next(iter(filled.values()))


def sheets(data: bytes, name: str) -> dict[str, Grid]:
    """All the sheets of a workbook (.xlsx) by name. Problems where it is none, or is not to be trusted."""
    return _of_xlsx(data, name)


def _of_xlsx(data: bytes, name: str) -> dict[str, Grid]:
    made = {}
    for title, sheet in worksheets(Archive(data, name)):
        if sheet.is_cut:
            far = reference(max(sheet.cells, default=(1, 1)))
            raise problem(
                f"the sheet {shortened(title)} has more cells than the {CELLS:,} that are read of a workbook, in "
                f"{ROWS:,} rows at most",
                Span(name, 1, 1),
                hint=f"take a part of it; it was read up to {far}: is something left far below or beside it?",
            )
        ranges = (tuple(map(position_of, range_.partition(":")[::2])) for range_ in sheet.merged)
        merged = tuple((first, last) for first, last in ranges if first and last)
        made[title] = Grid(name, title, sheet.cells, merged, frozenset(sheet.hidden))
    return made


def _of_ods(data: bytes, name: str) -> dict[str, Grid]:
    sheets = ods.read(Archive(data, name, opendocument=True))
    return {
        title: Grid(name, title, sheet.cells, tuple(sheet.merged), frozenset(sheet.hidden))
        for title, sheet in sheets.items()
    }


# --- text -------------------------------------------------------------------------------------------------------------


def _of_text(data: bytes, name: str) -> Grid:
    text, remarks = _decoded(data, name)
    if name.casefold().endswith(BOOKS):
        remarks.append("it is called a workbook, and is a text: it was read as one")
    source = document(text, name)
    separator = _separator(source.text)
    cells: dict[Position, Cell] = {}
    for row, texts in _records(source.text, separator, name):
        for column, word in enumerate(texts, 1):
            if word.strip():
                if len(word) > CELL or column > COLUMNS:
                    hint = "is a quote not closed?"
                    raise problem("a cell too long, or too many of them", Span(name, row, 1), hint=hint)
                cells[row, column] = Cell(word)
    return Grid(name, "", cells, is_text=True, remarks=tuple(remarks))


def _decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    wide = "utf-16" if data.startswith(WIDE) else ""
    try:
        return data.decode(wide or "utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(WESTERN), ["it is no UTF-8: it was read as Windows-1252 (Latin-1)"]
    except UnicodeDecodeError:
        raise problem("this is no text, and no workbook", Span(name, 1, 1), hint="save it as .xlsx or .csv") from None


def _separator(text: str) -> str:
    """The sign that cuts most lines into as many cells as the line that has most."""
    lines = [line for line in re.sub(r'"[^"]*"', "", text[: LOOKED_AT * CELL]).splitlines() if line.strip()][:LOOKED_AT]
    counts = {sign: [line.count(sign) for line in lines] for sign in SEPARATORS}
    return max(
        SEPARATORS,
        key=lambda sign: (sum(1 for n in counts[sign] if n and n == max(counts[sign])), -SEPARATORS.index(sign)),
    )


def _records(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a text, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    try:
        for texts in reader:
            if line > ROWS:
                raise problem(f"more than {ROWS:,} lines", Span(name, line, 1), hint="split the file")
            yield line, texts
            line = reader.line_num + 1
    except csv.Error as error:
        raise Problems([*problem(f"the line cannot be read: {error}", Span(name, line, 1)).problems]) from None
