"""Sources: what the study cites, and the packs that it uses."""

from __future__ import annotations

from urllib.parse import urlsplit

from lca.citations import Source
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.setup import printed

COLUMNS = ("Key", "Authors", "Title", "In", "Year", "Link or place", "Licence", "Read on", "Note", "Cited by")
HEAD_ROW = 4
LINK = 6
LONGEST_LINK = 2000  # characters; Excel takes 2,079
LEAD = "What the inputs, factors and expected figures cite."


def write(book: Book) -> None:
    """Write the sheet."""
    page = book.pages["Sources"]
    page.widths(26, 34, 52, 34, 7, 44, 26, 12, 52, 9)
    page.begin("Sources", LEAD, COLUMNS)
    for key, count in sorted(_cited(book).items()):
        _row(book, page, book.model.ledger.sources.get(key) or Source(key), count)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, "J", HEAD_ROW)


def _row(book: Book, page: Page, source: Source, count: int) -> None:
    get = book.styles.get
    address = link(source.locator)
    row = page.rows.line(
        [*(text or None for text in source), count],
        [
            get("strong"),
            *[get("wrapped")] * 4,
            get("link" if address else "wrapped"),
            *[get("wrapped")] * 3,
            get("number", "0"),
        ],
    )
    if address:
        page.sheet.write_url(row - 1, LINK - 1, address, get("link"), address)


def _cited(book: Book) -> dict[str, int]:
    """How many inputs, factors and figures cite each source, at first or second hand."""
    counts: dict[str, int] = {}
    cited = [book.graph.info[i].citation for i in book.needed if book.graph.op[i] == "input"]
    keys = [key for citation in cited for key in (citation.source, citation.via)]
    for key in [*keys, *(verdict.source for verdict in book.verdicts)]:
        if key:
            counts[key] = counts.get(key, 0) + 1
    return counts


def link(text: str) -> str:
    """An address that a program may open; empty if the text is none.

    >>> link("https://doi.org/10.1/x"), link("doi 10.1/x"), link("javascript:alert(1)")
    ('https://doi.org/10.1/x', '', '')
    """
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    plain = text.isascii() and text.isprintable() and not any(sign in text for sign in ' "<>\\^`{|}')
    return text if fine and plain and len(text) <= LONGEST_LINK else ""
