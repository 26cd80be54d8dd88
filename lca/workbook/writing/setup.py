"""How sheets are printed."""

from __future__ import annotations

from lca.workbook.writing.book import Book, Page

A4 = 9  # Excel's number of the paper size
MARGIN = 0.5  # inch


def printed(page: Page, book: Book, last_column: str, head_row: int = 0, *, landscape: bool = True) -> None:
    """Paper, area, titles on each page, and a foot with the study, the sheet and the page."""
    sheet = page.sheet
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = MARGIN
    sheet.page_margins.top = sheet.page_margins.bottom = MARGIN + 0.2
    sheet.print_area = f"A1:{last_column}{max(1, page.rows.next - 1)}"
    if head_row:
        sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.oddFooter.left.text = _plain(book.text("study", "title"))[:80]
    sheet.oddFooter.center.text = "&A"
    sheet.oddFooter.right.text = "&P / &N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
        part.size = 8
    sheet.sheet_view.showGridLines = False


def _plain(text: str) -> str:
    """A text that holds no code of a foot."""
    return "".join(c for c in text if c.isprintable()).replace("&", "and")
