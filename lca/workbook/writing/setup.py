"""How sheets are printed."""

from __future__ import annotations

from lca.workbook.writing.book import Book, Page

A4 = 9  # Excel's number of the paper size
MARGIN = 0.5  # inch


def printed(page: Page, book: Book, last_column: str, head_row: int = 0) -> None:
    """Paper, area, titles on each page, and a foot with the study, the sheet and the page."""
    sheet = page.sheet
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(MARGIN, MARGIN, MARGIN + 0.2, MARGIN + 0.2)
    sheet.print_area(f"A1:{last_column}{max(1, page.rows.next - 1)}")
    if head_row:
        sheet.repeat_rows(head_row - 1)
    title = _plain(book.text("study", "title"))[:80]
    sheet.set_footer(f"&L&8 {title}&C&8 &A&R&8 &P / &N", {"margin": 0.5})
    sheet.hide_gridlines(2)


def _plain(text: str) -> str:
    """A text that holds no code of a foot."""
    return "".join(c for c in text if c.isprintable()).replace("&", "and")
