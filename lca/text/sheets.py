"""CSV text to rows that can say where each of their cells stands.

Strict, as RFC 4180: commas between cells, one width, quotes only around whole cells. A table of factors is edited in
spreadsheets by many hands, and each leniency would hide a shifted column. All cells stay text.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from lca.problems import Problem, Problems, Span, problem, shortened
from lca.text.source import Document, document, gathered

CELL = 4_000  # characters of a cell
COLUMNS = 200
ROWS = 200_000

_CELL = re.compile(r'(?P<quoted>"[^"]*+(?:""[^"]*+)*+")|[^,\r\n]*')
_WHOLE = 'quote whole cells, and double the quotes inside: "a ""b"" c"'
_SEPARATORS = {";": "semicolons", "\t": "tabs"}


class SheetRow(NamedTuple):
    """The cells of one record, and the line on which it begins."""

    line: int
    cells: tuple[str, ...]


class Sheet:
    """The records of a table below their header. Blank lines are left out; every row is as wide as the header."""

    __slots__ = ("document", "header", "header_line", "rows")

    def __init__(self, document: Document, header: SheetRow, rows: list[SheetRow]) -> None:
        self.document = document
        self.header = header.cells
        self.header_line = header.line
        self.rows = rows

    @property
    def name(self) -> str:
        return self.document.name

    def span(self, row: SheetRow, column: str) -> Span:
        """Where a row's cell of a column begins; ValueError if the header has no such column."""
        return _span(self.document, row.line, self.header.index(column))

    def header_span(self, index: int) -> Span:
        """Where the name of a column begins."""
        return _span(self.document, self.header_line, index)


def parse(text: str, name: str) -> Sheet:
    r"""The table that a CSV text writes. Raises Problems, all that were found.

    >>> sheet = parse("item,value\nserver,3", "factors.csv")
    >>> sheet.header, sheet.rows, str(sheet.span(sheet.rows[0], "value"))
    (('item', 'value'), [SheetRow(line=2, cells=('server', '3'))], 'factors.csv:2:8')
    """
    source = document(text, name)
    records = _records(source)
    if not records:
        raise problem("the table is empty", source.span(1, 1), hint="write the names of its columns on the first line")
    header, rows = records[0], records[1:]
    wrong = _separator(source, header) or chain(_in_header(source, header), _in_rows(source, header, rows))
    problems = iter(wrong)
    if (first := next(problems, None)) is not None:
        raise gathered(chain([first], problems))
    return Sheet(source, header, rows)


def _records(source: Document) -> list[SheetRow]:
    """The records with something in them. Raises Problems where quotes do not match or there are too many rows."""
    reader = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    records: list[SheetRow] = []
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                records.append(SheetRow(line, tuple(cells)))
            if len(records) > ROWS:
                raise problem(f"more than {ROWS:,} rows", source.span(line, 1), hint="split the table")
            line = reader.line_num + 1
    except csv.Error:
        raise Problems([_unreadable(source, line)]) from None
    return records


def _unreadable(source: Document, line: int) -> Problem:
    """What the csv module could not read in the record that begins on a line: a quote, or a cell without end."""
    end = start = source.start(line)
    for match in _written(source.text, start):
        start, end = match.span()
        if match[0].startswith('"') and not match["quoted"]:
            return Problem("this quote is never closed", (source.place(start),), _WHOLE)
        if end - start > CELL:
            return _too_long(source.place(start), end - start)
    return Problem("text after a closing quote", (source.place(end),), _WHOLE)


def _written(text: str, offset: int) -> Iterator[re.Match[str]]:
    """The cells of the record that begins at an offset, as they are written."""
    while match := _CELL.match(text, offset):
        yield match
        offset = match.end() + 1
        if not text.startswith(",", match.end()):
            return


def _in_header(source: Document, header: SheetRow) -> Iterator[Problem]:
    if len(header.cells) > COLUMNS:
        hint = "is a line break missing after the header?"
        yield Problem(f"{len(header.cells):,} columns, at most {COLUMNS}", (source.span(header.line, 1),), hint)
        return
    counts = Counter(header.cells)
    for index, name in enumerate(header.cells):
        span = _span(source, header.line, index)
        if not name.strip():
            yield Problem("a column without a name", (span,), "name it, or remove it and its cells")
        elif name != name.strip():
            yield Problem(f"the column '{shortened(name)}' has blanks around its name", (span,), "remove them")
        elif counts[name] > 1 and header.cells.index(name) < index:
            first = _span(source, header.line, header.cells.index(name))
            yield Problem(f"two columns '{shortened(name)}'", (span, first), "rename or remove one of them")


def _separator(source: Document, header: SheetRow) -> list[Problem]:
    """The one mistake that makes nonsense of all rows."""
    used = [title for sign, title in _SEPARATORS.items() if len(header.cells) == 1 and sign in header.cells[0]]
    hint = "save it as CSV with commas, and numbers with decimal points"
    return [Problem(f"the cells are separated by {title}", (source.span(header.line, 1),), hint) for title in used[:1]]


def _in_rows(source: Document, header: SheetRow, rows: list[SheetRow]) -> Iterator[Problem]:
    width = len(header.cells)
    for row in rows:
        text = "".join(row.cells)
        if len(row.cells) != width:
            yield _width(source, row, width)
        if len(text) > CELL:
            yield from _long_cells(source, row)
        if '"' in text:
            yield from _stray_quotes(source, row)


def _width(source: Document, row: SheetRow, width: int) -> Problem:
    cells = len(row.cells)
    span = _span(source, row.line, min(cells - 1, width))
    more = "quote a cell that contains a comma; decimals take a point"
    hint = more if cells > width else "an empty cell still needs its comma"
    return Problem(f"{_counted(cells)} below {width} column{'s' * (width != 1)}", (span,), hint)


def _counted(cells: int) -> str:
    return f"{cells} cell{'s' * (cells != 1)}"


def _long_cells(source: Document, row: SheetRow) -> Iterator[Problem]:
    for index, cell in enumerate(row.cells):
        if len(cell) > CELL:
            yield _too_long(_span(source, row.line, index), len(cell))


def _too_long(span: Span, length: int) -> Problem:
    return Problem(f"a cell of {length:,} characters", (span,), f"at most {CELL:,}; is a quote not closed?")


def _stray_quotes(source: Document, row: SheetRow) -> Iterator[Problem]:
    """Quotes in cells that are not quoted: the csv module takes them for text."""
    for index, cell in enumerate(row.cells):
        offset = _cell_offset(source, row.line, index)
        if '"' in cell and not source.text.startswith('"', offset):
            inside = source.place(offset + cell.index('"'))
            yield Problem("a quote inside a cell that is not quoted", (inside,), _WHOLE)


def _span(source: Document, line: int, index: int) -> Span:
    return source.place(_cell_offset(source, line, index))


def _cell_offset(source: Document, line: int, index: int) -> int:
    """Where the cell with this index begins in the text, in the record that begins on a line."""
    cells = _written(source.text, source.start(line))
    return next(islice(cells, index, None)).start()
