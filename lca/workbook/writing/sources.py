"""Sources: what the study cites, and the packs that it uses."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from lca.citations import Source
from lca.spoken import N_, _
from lca.workbook.names import HEAD_ROW
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Link, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.table import Column, Table

LONGEST_LINK = 2000  # characters; Excel takes 2,079
LEAD = N_("What the inputs, factors and expected figures cite.")


class Row(NamedTuple):
    """A source, and by how many numbers it is cited."""

    source: Source
    cited: int

    @property
    def place(self) -> Value:
        """Where it is found; a program may open it where that is an address."""
        address = link(self.source.locator)
        return Link(address, address) if address else self.source.locator


COLUMNS = Table[Row](
    Column("Key", "strong", lambda row: row.source.key, 18),
    Column("Authors", "wrapped", lambda row: row.source.authors, 22),
    Column("Title", "wrapped", lambda row: row.source.title, 32),
    Column("In", "wrapped", lambda row: row.source.container, 20),
    Column("Year", "wrapped", lambda row: row.source.year, 6),
    Column("Link or place", lambda row: "link" if link(row.source.locator) else "wrapped", lambda row: row.place, 17),
    Column("Licence", "wrapped", lambda row: row.source.licence, 16),
    Column("Read on", "wrapped", lambda row: row.source.accessed, 11),
    Column("Note", "wrapped", lambda row: row.source.note, 22),
    Column("Cited by", ("number", "0"), lambda row: row.cited, 7),
)


def write(book: Book) -> None:
    """Write the sheet."""
    page = book.pages["Sources"]
    page.begin(_("Sources"), _(LEAD), COLUMNS)
    for key, count in book.cited.items():
        COLUMNS.write(page.rows, Row(book.model.facts.sources.get(key) or Source(key), count))
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, COLUMNS.number("Cited by"), HEAD_ROW)


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
