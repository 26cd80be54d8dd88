"""Inputs: a row for each number that the scenario gives, to be changed in its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from lca.graph import Input
from lca.workbook.names import EXPORTED, HEAD_ROW, KEY, PERCENT, REVIEWER, WITHHELD, in_cell, place, unit_in_cell
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import CHANGED, RED, THIN, TYPED_PERCENT
from lca.workbook.writing.table import Column, Style, Table
from lca.workbook.writing.validation import validate

LEAD = (
    "Change a value in a framed yellow cell and every figure follows. Units are fixed: write the number in the unit "
    "of its row. Low and high are the range in which the authors think that the value lies."
)
R = TypeVar("R")
FRAMED = CHANGED | {"border": THIN, "border_color": RED}


class Given(NamedTuple):
    """A number of the scenario or of a pack, as its row shows it."""

    book: Book
    node: int
    leaf: Input

    @property
    def secret(self) -> bool:
        """Whether it may not be passed on."""
        return self.node in self.book.withheld

    def shown(self, number: float | None) -> Value:
        """What the cell of the value, or of an end of its range, holds."""
        return WITHHELD if self.secret else None if number is None else in_cell(number, str(self.leaf.unit))

    def look(self, kind: str) -> Style:
        """How a number looks: what is typed is what is shown."""
        return "withheld" if self.secret else (kind, TYPED_PERCENT if str(self.leaf.unit) == PERCENT else "General")

    @property
    def unit(self) -> str:
        """The unit that its number is written in; a dash for a pure number."""
        return unit_in_cell(str(self.leaf.unit))

    @property
    def note(self) -> str:
        return "" if self.secret else self.leaf.citation.note

    @property
    def source(self) -> str:
        cited = self.leaf.citation
        return f"{cited.source} (read in {cited.via})" if cited.via else cited.source

    @property
    def used(self) -> str:
        """What depends on it, in words."""
        return self.book.used_for[self.node] or ("checks" if self.node in self.book.needed_set else "–")


# Rows of headings have no path.


def kept(of: Callable[[R], Given]) -> tuple[Column[R], ...]:
    """Columns that nobody sees: a row's number, its range and its unit as they were exported."""
    value, low, high, unit = EXPORTED
    return (
        Column(value, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.value), 12),
        Column(low, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.low), 12),
        Column(high, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.high), 12),
        Column(unit, "faint", lambda row: of(row).unit, 12),
        Column(KEY, "faint", lambda row: of(row).node, 8),
    )


COLUMNS = Table[Given](
    Column("Name", "text", lambda given: given.book.input_names[given.node], 44),
    Column("Value", lambda given: given.look("input"), lambda given: given.shown(given.leaf.value), 14),
    Column("Unit", "unit", lambda given: given.unit, 15),
    Column("Low", lambda given: given.look("end"), lambda given: given.shown(given.leaf.low), 11),
    Column("High", lambda given: given.look("end"), lambda given: given.shown(given.leaf.high), 11),
    Column("Basis", "unit", lambda given: given.leaf.citation.basis, 11),
    Column("Source", "wrapped", lambda given: given.source, 24),
    Column("At", "wrapped", lambda given: given.leaf.citation.at, 26),
    Column("Note", "wrapped", lambda given: given.note, 58),
    Column("Used for", "wrapped", lambda given: given.used, 20),
    Column("Fitted to", "wrapped", lambda given: ", ".join(given.leaf.fitted_to), 14),
    Column(REVIEWER, "open", lambda _: "", 30),
    Column("Path", "faint", lambda given: given.leaf.path, 34),
    Column("Address", "faint", lambda given: given.leaf.address, 34),
    Column("Place", "faint", lambda given: place(given.leaf.span), 26),
    *kept(lambda given: given),
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the names of the inputs, which formulas use."""
    page = book.pages["Inputs"]
    page.begin("Inputs", LEAD, COLUMNS)
    rows = {}
    for block, leaves in _blocks(book).items():
        page.group(block, len(COLUMNS))
        for i, leaf in leaves.items():
            rows[i] = COLUMNS.write(page.rows, Given(book, i, leaf))
            book.define(book.input_names[i], page.place(COLUMNS.letter("Value"), rows[i]).fixed)
    validate(book, page, rows, COLUMNS.letter("Value"), COLUMNS.letter("Unit"))
    page.sheet.freeze_panes(HEAD_ROW, COLUMNS.number("Value"))
    changeable(book, page, COLUMNS, "inputs", rows)
    printed(page, book, COLUMNS.letter("Fitted to"), HEAD_ROW)
    return {i: book.leaf_text(i, name) for i, name in book.input_names.items()}


def _blocks(book: Book) -> dict[str, dict[int, Input]]:
    blocks: dict[str, dict[int, Input]] = {}
    for i, leaf in book.inputs.items():
        block = leaf.path.partition(".")[0].replace("_", " ")
        blocks.setdefault(f"{block[:1].upper()}{block[1:]}", {})[i] = leaf
    return blocks


def changeable(book: Book, page: Page, table: Table[Any], what: str, rows: Mapping[int, int]) -> None:
    """Name the values as they are and as exported; those that differ stand out, in colour and without."""
    value, exported = table.letter("Value"), table.letter("Exported")
    first, last = HEAD_ROW + 1, page.rows.next - 1
    book.define(f"{what}_now", page.span(value, first, last))
    book.define(f"{what}_exported", page.span(exported, first, last))
    page.highlight(f"{value}{first}:{value}{max(first, last)}", f"${value}{first}<>${exported}{first}", FRAMED)
    book.keys |= {page.place(table.letter(KEY), row): i for i, row in rows.items()}
    page.hide(*(table.number(head) for head in (*EXPORTED, KEY)))
