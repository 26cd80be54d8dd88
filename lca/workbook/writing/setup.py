"""How sheets are printed, and what all of them have: a colour of the tab, a way back, a foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lca.workbook.writing.book import DIGIT, Book, Page

A4 = 9  # Excel's number of the paper size
MARGIN = 0.4  # inch
DOTS = 96  # an inch of a screen
PAPER = round((11.69 - 2 * MARGIN) * DOTS * 0.92)  # dots across A4 on its side, less what programs differ by
LEAST, FULL = 80, 100  # percent: 8 points of the 10 that cells are written in, and those 10
TABS = {  # what a sheet is for
    "Inputs": "#F2C94C", "Factors": "#F2C94C", "Results": "#243B53", "Inventory": "#9AA5B1", "Impacts": "#9AA5B1",
    "Units": "#9AA5B1", "Checks": "#2F855A",
}  # fmt: skip


def printed(page: Page, book: Book, last: int, head_row: int = 0, kept: int = 1) -> None:
    """Paper, area, titles on each page, and a foot with the study, the sheet and the page.

    `last`: the last column that is printed; `kept`: how many of the first stand on each page where columns need
    several, because nothing is printed smaller than 8 points.
    """
    sheet, widths = page.sheet, [round(page.rows.widths[column] * DIGIT) for column in range(1, last + 1)]
    sheet.set_landscape()
    sheet.set_paper(A4)
    breaks = list(_breaks(widths, kept))
    scale = LEAST if breaks else min(FULL, max(LEAST, PAPER * 100 // sum(widths)))
    sheet.set_print_scale(scale)
    sheet.set_v_pagebreaks(breaks)
    sheet.set_margins(MARGIN, MARGIN, MARGIN + 0.2, MARGIN + 0.2)
    sheet.print_area(0, 0, max(0, page.rows.next - 2), last - 1)
    if breaks:
        sheet.repeat_columns(0, kept - 1)
    if head_row:
        sheet.repeat_rows(head_row - 1)
    title = _plain(book.title("study"))[:80]
    sheet.set_footer(f"&L&10 {title}&C&10 &A&R&10 &P / &N", {"margin": 0.4})
    sheet.hide_gridlines(2)
    if page.name in TABS:
        sheet.set_tab_color(TABS[page.name])


def _breaks(widths: Sequence[int], kept: int) -> Iterator[int]:
    """The columns, counted from 0, before which a new page begins, so that each page fits at 80 %.

    >>> list(_breaks([300, 500, 500, 500], 1)), list(_breaks([300, 500], 1))
    ([2, 3], [])
    """
    room, repeated, used = PAPER * 100 // LEAST, sum(widths[:kept]), 0
    for column, width in enumerate(widths):
        if used + width > room and column > kept:
            yield column
            used = repeated
        used += width


def _plain(text: str) -> str:
    """A text that holds no code of a foot."""
    return "".join(c for c in text if c.isprintable()).replace("&", "and")
