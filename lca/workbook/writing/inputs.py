"""Inputs: a row for each number that the scenario gives, to be changed in its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from lca.graph import Input
from lca.spoken import N_, _
from lca.workbook.names import (
    EXPORTED,
    HEAD_ROW,
    KEY,
    LOOK_AGAIN,
    PERCENT,
    PURE,
    REVIEWER,
    WITHHELD,
    in_cell,
    place,
    unit_in_cell,
)
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Formula, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import ALARM, CHANGED, RED, THIN, TYPED, TYPED_PERCENT
from lca.workbook.writing.table import Column, Style, Table
from lca.workbook.writing.validation import validate
from lca.workbook.writing.words import block_title, title_of

LEAD = N_(
    "Change a value in a framed yellow cell and every figure follows. Units are fixed: write the number in the unit "
    "of its row, a percentage with its sign. Low and high: the range in which the authors think that the value lies."
)
R = TypeVar("R")
NO_BREAK, FINE = "\u00a0", "–"
FRAMED = CHANGED | {"border": THIN, "border_color": RED}


class Given(NamedTuple):
    """A number of the scenario or of a pack, as its row shows it."""

    book: Book
    node: int
    leaf: Input

    @property
    def secret(self) -> bool:
        """Whether it may not be passed on."""
        return self.node in self.book.withheld

    def shown(self, number: float | None) -> Value:
        """What the cell of the value, or of an end of its range, holds."""
        return WITHHELD if self.secret else None if number is None else in_cell(number, str(self.leaf.unit))

    def look(self, kind: str) -> Style:
        """How a number looks: what is typed is what is shown."""
        if kind == "input" and self.is_fixed:
            kind = "number"
        return "withheld" if self.secret else (kind, TYPED_PERCENT if str(self.leaf.unit) == PERCENT else "General")

    @property
    def is_fixed(self) -> bool:
        """Whether it is a number inside a formula of the scenario, which has no place of its own to be set in."""
        return "#" in self.leaf.path.rpartition(".")[2]

    @property
    def unit(self) -> str:
        """The unit that its number is written in; a dash for a pure number."""
        return unit_in_cell(str(self.leaf.unit))

    @property
    def title(self) -> str:
        limit = self.book.limits.get(self.node)
        return title_of(self.leaf.path, limit.doc if limit else "")

    @property
    def cited(self) -> Value:
        """Its source, which leads to what is known of it."""
        return self.book.link_to_source(self.leaf.citation.source, self.source)

    @property
    def to_mend(self) -> Value:
        """What to write where a text stands for a number, or another unit: nothing as exported."""
        if self.secret:
            return None
        say = self.book.word_named
        cleaned = 'SUBSTITUTE({Value},{Unit},"")' if self.unit not in (PURE, PERCENT) else "{Value}"
        for name, sign in (("no_break_space", NO_BREAK), ("comma", ","), ("point", "."), ("percent_sign", PERCENT)):
            by = '""' if name in ("no_break_space", "percent_sign") else self.book.decimal_sign
            cleaned = f"SUBSTITUTE({cleaned},{say(f'sign_{name}', sign)},{by})"
        sign = f"&{say('sign_percent_sign', PERCENT)}" if str(self.leaf.unit) == PERCENT else ""
        text = f"IFERROR({say('words_write', 'write ')}&VALUE({cleaned}){sign},{say('words_number', 'write a number')})"
        unit = f"{say('words_unit', 'the unit is ')}&{{{EXPORTED[3]}}}"
        missing = say("words_missing", "write a number")
        fine = say("words_fine", FINE)
        ends = f"IF(OR(ISTEXT({{Low}}),ISTEXT({{High}})),{say('words_ends', 'low, high: write numbers')},{fine})"
        right = f"IF({{Unit}}={{{EXPORTED[3]}}},{ends},{unit})"
        return Formula(f"IF(ISNUMBER({{Value}}),{right},IF(ISTEXT({{Value}}),{text},{missing}))", FINE)

    @property
    def note(self) -> str:
        return "" if self.secret else self.leaf.citation.note

    @property
    def source(self) -> str:
        cited = self.leaf.citation
        return f"{cited.source} (read in {cited.via})" if cited.via else cited.source

    @property
    def used(self) -> str:
        """What depends on it, in words."""
        return self.book.use(self.node)


# Rows of headings have no path.


def numbered(of: Callable[[R], Given]) -> tuple[Column[R], ...]:
    """A number with its unit and range, and what to mend of them."""
    return (
        Column("Value", lambda row: of(row).look("input"), lambda row: of(row).shown(of(row).leaf.value), 13),
        Column("Unit", "unit", lambda row: of(row).unit, 17),
        Column("Low", lambda row: of(row).look("end"), lambda row: of(row).shown(of(row).leaf.low), 10),
        Column("High", lambda row: of(row).look("end"), lambda row: of(row).shown(of(row).leaf.high), 10),
        Column(LOOK_AGAIN, "mend", lambda row: of(row).to_mend, 16),
    )


def kept(of: Callable[[R], Given]) -> tuple[Column[R], ...]:
    """Columns that nobody sees: a row's number, its range and its unit as they were exported."""
    value, low, high, unit = EXPORTED
    return (
        Column(value, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.value), 12),
        Column(low, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.low), 12),
        Column(high, lambda row: of(row).look("faint"), lambda row: of(row).shown(of(row).leaf.high), 12),
        Column(unit, "faint", lambda row: of(row).unit, 12),
        Column(KEY, "faint", lambda row: of(row).node, 8),
    )


COLUMNS = Table[Given](
    Column("What", "wrapped", lambda given: given.title, 36),
    Column("Name", "name", lambda given: given.book.input_names[given.node], 26),
    *numbered(lambda given: given),
    Column("Basis", "unit", lambda given: given.leaf.citation.basis, 11),
    Column("Source", lambda given: "link" if given.source else "wrapped", lambda given: given.cited, 24),
    Column("At", "wrapped", lambda given: given.leaf.citation.at, 24),
    Column("Note", "wrapped", lambda given: given.note, 48),
    Column("Used for", "wrapped", lambda given: given.used, 20),
    Column("Fitted to", "wrapped", lambda given: ", ".join(given.leaf.fitted_to), 14),
    Column(REVIEWER, "open", lambda _: "", 28),
    Column("Path", "faint", lambda given: given.leaf.path, 34),
    Column("Address", "faint", lambda given: given.leaf.address, 34),
    Column("Place", "faint", lambda given: place(given.leaf.span), 26),
    *kept(lambda given: given),
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the names of the inputs, which formulas use."""
    page = book.pages["Inputs"]
    page.begin(_("Inputs"), _(LEAD), COLUMNS)
    rows = {}
    for block, leaves in _blocks(book).items():
        page.group(block, COLUMNS.number(REVIEWER))
        for i, leaf in leaves.items():
            rows[i] = COLUMNS.write(page.rows, Given(book, i, leaf))
            book.define(book.input_names[i], page.place(COLUMNS.letter("Value"), rows[i]).fixed)
    page.sheet.freeze_panes(HEAD_ROW, COLUMNS.number("What"))
    changeable(book, page, COLUMNS, "inputs", rows)
    printed(page, book, COLUMNS.number(REVIEWER), HEAD_ROW)
    return {i: book.leaf_text(i, name) for i, name in book.input_names.items()}


def _blocks(book: Book) -> dict[str, dict[int, Input]]:
    blocks: dict[str, dict[int, Input]] = {}
    for i, leaf in book.inputs.items():
        blocks.setdefault(block_title(leaf.path.partition(".")[0]), {})[i] = leaf
    return blocks


def changeable(book: Book, page: Page, table: Table[Any], what: str, rows: Mapping[int, int]) -> None:
    """Name the values as they are and as exported; those that differ stand out, in colour and without."""
    value, exported, unit, unit_before = (table.letter(head) for head in ("Value", EXPORTED[0], "Unit", EXPORTED[3]))
    first, last = HEAD_ROW + 1, page.rows.next - 1
    low, high = table.letter("Low"), table.letter("High")
    book.define(f"{what}_ranges", f"{page.place(low, first).fixed}:${high}${max(first, last)}")
    named = {"now": value, "exported": exported, "units": unit, "units_exported": unit_before}
    for name, letter in named.items():
        book.define(f"{what}_{name}", page.span(letter, first, last))
    page.highlight(f"{value}{first}:{value}{max(first, last)}", f"${value}{first}<>${exported}{first}", FRAMED)
    mend, fine = table.letter(LOOK_AGAIN), book.word_named("words_fine", FINE)
    page.highlight(f"{mend}{first}:{mend}{max(first, last)}", f"${mend}{first}<>{fine}", ALARM)
    page.highlight(f"{unit}{first}:{unit}{max(first, last)}", f"${unit}{first}<>${unit_before}{first}", FRAMED)
    for head in ("Value", "Low", "High"):
        page.adapt(table.letter(head), first, last, TYPED, unit)
    validate(book, page, rows, table)
    book.keys |= {page.place(table.letter(KEY), row): i for i, row in rows.items()}
    page.hide(*(table.number(head) for head in (*EXPORTED, KEY)))
