"""Factors: the rows of the packs that the study uses, and no others."""

from __future__ import annotations

from lca.graph import Input
from lca.workbook.names import FACTOR_COLUMNS, HEAD_ROW, WITHHELD, place
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import COLUMNS, Value
from lca.workbook.writing.inputs import show_changes
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import as_written

VALUE, EXPORTED = (FACTOR_COLUMNS.index(name) + 1 for name in ("Value", "Exported"))
ROW = ("item", "stage", "region", "year", "criterion")
LEAD = (
    "Impact factors, and what things are made of, from the packs of the study. A value may be changed to try another; "
    "to keep it, put it into a pack of your own."
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the cells of the factors, which formulas use."""
    page = book.pages["Factors"]
    page.widths(30, 13, 9, 7, 11, 14, 18, 10, 10, 9, 25, 22, 36, 52, 20, 44, 28, 12)
    page.begin("Factors", LEAD, FACTOR_COLUMNS)
    written = _written(book)
    rows = {}
    for pack, leaves in _packs(book).items():
        title = f"{pack}: {book.model.factors.packs[pack].title}"
        page.group(title, len(FACTOR_COLUMNS))
        for i, leaf in leaves.items():
            rows[i] = _row(book, page, i, leaf, written.get((leaf.span.file, leaf.span.line), {}))
    _finish(book, page)
    return {i: str(page.place(COLUMNS[VALUE], row)) for i, row in rows.items()}


def _packs(book: Book) -> dict[str, dict[int, Input]]:
    found: dict[str, dict[int, Input]] = {pack: {} for pack in book.model.factors.packs}
    for i, leaf in book.graph.inputs():
        if book.is_factor(leaf) and i in book.needed_set:
            found[leaf.citation.source][i] = leaf
    return {pack: leaves for pack, leaves in found.items() if leaves}


def _written(book: Book) -> dict[tuple[str, int], dict[str, str]]:
    """The rows of the packs, as they were written, by file and line."""
    wanted = {(leaf.span.file, leaf.span.line) for i, leaf in book.graph.inputs() if book.is_factor(leaf)}
    files = {file for file, _ in wanted}
    return {
        (sheet.name, row.line): dict(zip(sheet.header, row.cells, strict=True))
        for pack in book.model.factors.packs.values()
        for sheets in pack.tables.values()
        for sheet in sheets
        if sheet.name in files
        for row in sheet.rows
        if (sheet.name, row.line) in wanted
    }


def _row(book: Book, page: Page, i: int, leaf: Input, written: dict[str, str]) -> int:
    get, pack = book.styles.get, book.model.factors.packs[leaf.citation.source]
    secret = i in book.withheld
    style = as_written(leaf.value)
    shown: list[Value] = [WITHHELD] * 4 if secret else [leaf.value, leaf.low, leaf.high, leaf.value]
    words = [written.get(name, "") for name in ROW]
    if "component" in written:
        words[:2] = [written["component"], f"in {written['item']}"]
    year: Value = int(words[3]) if words[3].isdigit() else words[3]
    values: list[Value] = [
        words[0] or leaf.path, words[1], words[2], year, words[4], shown[0], str(leaf.unit), shown[1], shown[2],
        leaf.quality, pack.name, pack.licence, leaf.citation.at, "" if secret else leaf.citation.note, book.used_for[i],
        leaf.path, place(leaf.span), shown[3],
    ]  # fmt: skip
    wrapped, text, faint, unit = get("wrapped"), get("text"), get("faint"), get("unit")
    ends = [get("number", "General" if end is None else as_written(end)) for end in (leaf.low, leaf.high)]
    styles = [
        wrapped, text, text, get("year", "0"), text, get("withheld") if secret else get("input", style), unit, *ends,
        unit, text, text, *[wrapped] * 3, faint, faint, get("faint", style),
    ]  # fmt: skip
    return page.rows.line([None if value == "" else value for value in values], styles)


def _finish(book: Book, page: Page) -> None:
    last = page.rows.next - 1
    page.sheet.freeze_panes(HEAD_ROW, 1)
    show_changes(page, VALUE, EXPORTED, last)
    for name, column in (("factors_now", VALUE), ("factors_exported", EXPORTED)):
        book.define(name, page.span(COLUMNS[column], HEAD_ROW + 1, last))
    printed(page, book, "O", HEAD_ROW)
