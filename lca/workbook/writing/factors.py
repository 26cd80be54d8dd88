"""Factors: the rows of the packs that the study uses, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lca.graph import Input
from lca.model.packs import Pack
from lca.spoken import N_, _
from lca.workbook.names import HEAD_ROW, REVIEWER, place
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Value
from lca.workbook.writing.inputs import Given, changeable, kept, numbered
from lca.workbook.writing.setup import printed
from lca.workbook.writing.table import Column, Table

LEAD = N_(
    "Impact factors, and what things are made of, from the packs of the study. A value may be changed to try another; "
    "to keep it, put it into a pack of your own."
)


class Row(NamedTuple):
    """A row of a pack: the number, and the words of its line as they were written, by column."""

    given: Given
    pack: Pack
    written: Mapping[str, str]

    def word(self, column: str) -> str:
        return self.written.get(column, "")

    @property
    def item(self) -> str:
        """What the number is of: a component of an assembly, or an item."""
        return self.word("component") or self.word("item") or self.given.leaf.path

    @property
    def stage(self) -> str:
        """The stage; of a component, what it is a part of; of a parameter, what it is called."""
        return f"in {self.word('item')}" if "component" in self.written else self.word("stage") or self.word("name")

    @property
    def year(self) -> Value:
        year = self.word("year")
        return int(year) if year.isdigit() else year


def _given(row: Row) -> Given:
    return row.given


COLUMNS = Table[Row](
    Column("Item", "wrapped", lambda row: row.item, 28),
    Column("Stage", "wrapped", lambda row: row.stage, 15),
    Column("Region", "text", lambda row: row.word("region"), 9),
    Column("Year", ("year", "0"), lambda row: row.year, 7),
    Column("Criterion", "text", lambda row: row.word("criterion"), 11),
    *numbered(_given),
    Column("Quality", "unit", lambda row: row.given.leaf.quality, 9),
    Column("Pack", "name", lambda row: row.pack.name, 18),
    Column("At", "wrapped", lambda row: row.given.leaf.citation.at, 32),
    Column("Note", "wrapped", lambda row: row.given.note, 48),
    Column("Used for", "wrapped", lambda row: row.given.used, 18),
    Column(REVIEWER, "open", lambda _: "", 28),
    Column("Path", "faint", lambda row: row.given.leaf.path, 44),
    Column("Place", "faint", lambda row: place(row.given.leaf.span), 28),
    *kept(_given),
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the cells of the factors, which formulas use."""
    page = book.pages["Factors"]
    page.begin(_("Factors"), _(LEAD), COLUMNS)
    lines = _written(book)
    rows = {}
    for name, leaves in _packs(book).items():
        pack = book.model.factors.packs[name]
        page.group(f"{name}: {pack.title}. Licence: {pack.licence}", COLUMNS.number(REVIEWER))
        for i, leaf in leaves.items():
            words = lines.get((leaf.span.file, leaf.span.line), {})
            rows[i] = COLUMNS.write(page.rows, Row(Given(book, i, leaf), pack, words))
    page.sheet.freeze_panes(HEAD_ROW, 1)
    changeable(book, page, COLUMNS, "factors", rows)
    printed(page, book, COLUMNS.number("Used for"), HEAD_ROW)
    return {i: book.leaf_text(i, str(page.place(COLUMNS.letter("Value"), row))) for i, row in rows.items()}


def _packs(book: Book) -> dict[str, dict[int, Input]]:
    by_pack: dict[str, dict[int, Input]] = {pack: {} for pack in book.model.factors.packs}
    for i, leaf in book.graph.inputs():
        if book.is_factor(leaf) and i in book.needed_set:
            by_pack[leaf.citation.source][i] = leaf
    return {pack: leaves for pack, leaves in by_pack.items() if leaves}


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
