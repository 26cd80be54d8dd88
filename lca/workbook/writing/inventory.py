"""Inventory: the flows that meet a factor, and the steps that lead to them."""

from __future__ import annotations

import math
from typing import NamedTuple

from lca.compile import Line
from lca.model.terms import MARKET
from lca.spoken import N_, _
from lca.workbook.names import HEAD_ROW, PURE
from lca.workbook.names import WITHHELD as WORD
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Formula, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import COMPUTED, as_computed
from lca.workbook.writing.table import Column, Style, Table
from lca.workbook.writing.tape import OPEN, WITHHELD, Tape, TapeRow

FIRST = HEAD_ROW + 2  # the first flow, below its heading
LONGEST_LABEL = 110


def flows(book: Book) -> dict[int, Line]:
    """The amounts that have a row here, each with the first line that uses it."""
    by_amount: dict[int, Line] = {}
    for line in book.lines:
        if book.graph.op[line.amount] not in ("input", "const"):
            by_amount.setdefault(line.amount, line)
    return by_amount


def first_step(count: int) -> int:
    """The row of the first step, below the flows and a heading."""
    return FIRST + count + 2


LEAD = N_("Every quantity between the inputs and the impacts. Each value is a formula; the words beside it say which.")


class Row(NamedTuple):
    """A step, and the first line that uses it, if it is a flow."""

    book: Book
    step: TapeRow
    line: Line | None

    def of_line(self, name: str) -> str:
        """What a column of the line says."""
        return getattr(self.line, name) or "" if self.line else ""

    @property
    def label(self) -> str:
        """Its name; of a flow, else what it is of; else how it is computed."""
        name = self.book.graph.names.get(self.step.node, "")
        return name or self._flow or _shortened(self.step.words)

    @property
    def _flow(self) -> str:
        item, flow, region = (self.of_line(name) for name in ("item", "flow", "region"))
        return ", ".join(filter(None, (item, flow if flow != item else "", region, self._basis)))

    @property
    def _basis(self) -> str:
        """That it is what is bought, and no amount beside the one that is taken."""
        known = self.book.model.factors.criteria
        return MARKET if self.line and known[self.line.criterion].basis == MARKET else ""

    @property
    def value(self) -> Value:
        if self.step.state == WITHHELD:
            return WORD
        return Formula(self.step.formula.replace("Inventory!", ""), self.step.value) if self._open else self.step.value

    @property
    def look(self) -> Style:
        if self.step.state == WITHHELD:
            return "withheld"
        value = self.step.value if math.isfinite(self.step.value) or not self._open else 0
        return "number" if self._open else "withheld", as_computed(value)

    @property
    def _open(self) -> bool:
        return self.step.state == OPEN

    @property
    def unit(self) -> str:
        return self.book.unit(self.step.node) or PURE if self.step.node >= 0 else ""

    @property
    def used(self) -> str:
        """What depends on it, in words."""
        return self.book.use(self.step.node) if self.step.node >= 0 else ""


COLUMNS = Table[Row](
    Column("Quantity", "wrapped", lambda row: row.label, 52),
    Column("Value", lambda row: row.look, lambda row: row.value, 13),
    Column("Unit", "unit", lambda row: row.unit, 16),
    Column("Tier", "text", lambda row: row.of_line("tier"), 12),
    Column("Phase", "text", lambda row: row.of_line("phase"), 11),
    Column("Stage", "text", lambda row: row.of_line("stage"), 13),
    Column("Flow", "text", lambda row: row.of_line("flow"), 20),
    Column("Region", "text", lambda row: row.of_line("region"), 9),
    Column("Computed as", "wrapped", lambda row: row.step.words, 72),
    Column("Used for", "wrapped", lambda row: row.used, 20),
)


def write(book: Book, tape: Tape, of_flow: dict[int, Line]) -> None:
    """Write the sheet."""
    page = book.pages["Inventory"]
    page.begin(_("Inventory"), _(LEAD), COLUMNS)
    in_order = [Row(book, tape.steps[row], of_flow.get(tape.steps[row].node)) for row in sorted(tape.steps)]
    page.group("Flows: amounts that meet an impact factor", len(COLUMNS))
    for row in in_order:
        if row.line:
            COLUMNS.write(page.rows, row)
    page.rows.skip()
    page.group("Steps: what the flows, and the figures of the checks, are made of", len(COLUMNS))
    for row in in_order:
        if not row.line:
            COLUMNS.write(page.rows, row)
    page.adapt(COLUMNS.letter("Value"), FIRST, page.rows.next - 1, COMPUTED)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, COLUMNS.number("Used for"), HEAD_ROW)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_LABEL else f"{words[:LONGEST_LABEL]}…"
