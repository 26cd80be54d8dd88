"""Units: every number that a formula needs besides inputs and factors, as a named cell."""

from __future__ import annotations

from lca.workbook.writing.book import Book, Conversion, Page
from lca.workbook.writing.cells import Value
from lca.workbook.writing.setup import printed

COLUMNS = ("Name", "From", "To", "Multiply by", "Reads")
HEAD_ROW = 4
LEAD = (
    "Conversion factors between units, and the constants of formulas. A year has 365 days, as is the custom of the "
    "field (8,760 h)."
)


def write(book: Book) -> None:
    """Write the sheet; it comes last, for the other sheets say what they need."""
    page = book.pages["Units"]
    page.widths(40, 24, 24, 18, 70)
    page.begin("Units", LEAD, COLUMNS)
    _section(book, page, "Conversions", list(book.conversions.values()))
    _section(book, page, "Constants", list(book.constants.values()))
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, "E", HEAD_ROW)


def _section(book: Book, page: Page, title: str, conversions: list[Conversion]) -> None:
    get = book.styles.get
    if conversions:
        page.group(title, len(COLUMNS))
    for each in sorted(conversions, key=lambda c: c.name.casefold()):
        reads = each.note or _reads(each)
        values: list[Value] = [each.name, each.source or None, each.target or None, each.factor, reads]
        row = page.rows.line(values, [get("strong"), get("text"), get("text"), get("number", "General"), get("unit")])
        book.define(each.name, page.place("D", row).fixed)


def _reads(each: Conversion) -> str:
    target = "" if each.target == "1" else f" {each.target}"
    source = "1" if each.source == "1" else f"1 {each.source}"
    return f"{source} = {each.factor:.10g}{target}"
