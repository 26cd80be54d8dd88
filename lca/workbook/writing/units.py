"""Units: every number that a formula needs besides inputs and factors, as a named cell."""

from __future__ import annotations

from lca.spoken import N_, _
from lca.workbook.names import EXPORTED as KEPT
from lca.workbook.names import HEAD_ROW
from lca.workbook.writing.book import Book, Conversion, Page
from lca.workbook.writing.setup import printed
from lca.workbook.writing.table import Column, Table

EXPORTED = KEPT[0]
LEAD = N_(
    "Conversion factors between units, and the constants of formulas. A year has 365 days, as is the custom of the "
    "field (8,760 h)."
)


def _reads(each: Conversion) -> str:
    target = "" if each.target == "1" else f" {each.target}"
    source = "1" if each.source == "1" else f"1 {each.source}"
    return f"{source} = {each.factor:.10g}{target}"


COLUMNS = Table[Conversion](
    Column("Name", "strong", lambda each: each.name, 40),
    Column("From", "text", lambda each: each.source, 24),
    Column("To", "text", lambda each: each.target, 24),
    Column("Multiply by", ("number", "General"), lambda each: each.factor, 18),
    Column("Reads", "unit", lambda each: each.note or _reads(each), 70),
    Column(EXPORTED, "faint", lambda each: each.factor, 18),
)


def write(book: Book) -> None:
    """Write the sheet; it comes last, for the other sheets say what they need."""
    page = book.pages["Units"]
    page.begin(_("Units"), _(LEAD), COLUMNS)
    _section(book, page, "Conversions", list(book.conversions.values()))
    _section(book, page, "Used inside formulas", list(book.constants.values()))
    last = page.rows.next - 1
    book.define("units", page.span(COLUMNS.letter("Multiply by"), HEAD_ROW + 1, last))
    book.define("units_exported", page.span(COLUMNS.letter(EXPORTED), HEAD_ROW + 1, last))
    page.hide(COLUMNS.number(EXPORTED))
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, COLUMNS.number("Reads"), HEAD_ROW)


def _section(book: Book, page: Page, title: str, conversions: list[Conversion]) -> None:
    if conversions:
        page.group(title, len(COLUMNS))
    for each in sorted(conversions, key=lambda c: c.name.casefold()):
        row = COLUMNS.write(page.rows, each)
        book.define(each.name, page.place(COLUMNS.letter("Multiply by"), row).fixed)
