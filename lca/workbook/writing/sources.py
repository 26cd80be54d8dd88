"""Sources: what the study cites, and the packs that it uses."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from lca.citations import Source
from lca.workbook.names import HEAD_ROW
from lca.workbook.writing.book import Book
from lca.workbook.writing.setup import printed
from lca.workbook.writing.table import Column, Table

LONGEST_LINK = 2000  # characters; Excel takes 2,079
LEAD = "What the inputs, factors and expected figures cite."


class Row(NamedTuple):
    """A source, and by how many numbers it is cited."""

    source: Source
    cited: int

    @property
    def address(self) -> str:
        """Where a program finds it; empty if it says no such place."""
        return link(self.source.locator)


COLUMNS = Table[Row](
    Column("Key", "strong", lambda row: row.source.key, 26),
    Column("Authors", "wrapped", lambda row: row.source.authors, 34),
    Column("Title", "wrapped", lambda row: row.source.title, 52),
    Column("In", "wrapped", lambda row: row.source.container, 34),
    Column("Year", "wrapped", lambda row: row.source.year, 7),
    Column("Link or place", lambda row: "link" if row.address else "wrapped", lambda row: row.source.locator, 44),
    Column("Licence", "wrapped", lambda row: row.source.licence, 26),
    Column("Read on", "wrapped", lambda row: row.source.accessed, 12),
    Column("Note", "wrapped", lambda row: row.source.note, 52),
    Column("Cited by", ("number", "0"), lambda row: row.cited, 9),
)


def write(book: Book) -> None:
    """Write the sheet."""
    page = book.pages["Sources"]
    page.begin("Sources", LEAD, COLUMNS)
    for key, count in sorted(_cited(book).items()):
        about = Row(book.model.facts.sources.get(key) or Source(key), count)
        row = COLUMNS.write(page.rows, about)
        if about.address:
            column, style = COLUMNS.number("Link or place") - 1, book.styles.get("link")
            page.sheet.write_url(row - 1, column, about.address, style, about.address)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, COLUMNS.letter("Cited by"), HEAD_ROW)


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
