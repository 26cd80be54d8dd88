"""Exported: a hidden sheet that knows the place of every row of Inputs and Factors, so that sorting them is noticed."""

from __future__ import annotations

from typing import NamedTuple

from lca.spoken import N_, _
from lca.workbook.names import HEAD_ROW
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Formula, Place
from lca.workbook.writing.table import Column, Table

LEAD = N_(
    "Hidden: which row of Inputs and Factors stood where. Formulas refer to cells, and no row may leave its place."
)


class Kept(NamedTuple):
    """A row of Inputs or Factors: the cell of its key, the key, and what it is of."""

    place: Place
    key: int
    path: str


COLUMNS = Table[Kept](
    Column("Path", "text", lambda row: row.path, 60),
    Column("Key", ("number", "0"), lambda row: row.key, 10),
    Column("Now", ("number", "0"), lambda row: Formula(str(row.place), row.key), 10),
    Column("Elsewhere", ("number", "0"), lambda row: Formula("IFERROR(1*({Now}<>{Key}),1)", 0), 10),
)


def write(book: Book) -> None:
    """Write the sheet."""
    page = book.pages["Exported"]
    page.begin(_("Exported"), _(LEAD), COLUMNS)
    for place, key in book.keys.items():
        COLUMNS.write(page.rows, Kept(place, key, book.graph.info[key].path))
    book.define("rows_elsewhere", page.span(COLUMNS.letter("Elsewhere"), HEAD_ROW + 1, page.rows.next - 1))
    page.conceal()
