"""Impacts: every flow times its factor, for each functional unit and variant."""

from __future__ import annotations

from typing import NamedTuple

from lca.compile import Line
from lca.model.case import TotalKey
from lca.operations import PRODUCT
from lca.spoken import N_, _
from lca.workbook.names import HEAD_ROW, PURE, WITHHELD
from lca.workbook.writing.book import HIDE, Book
from lca.workbook.writing.cells import Formula, Place, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import COMPUTED, IMPACT, TYPED, as_computed
from lca.workbook.writing.table import Column, Style, Table
from lca.workbook.writing.tape import WITHHELD as CLOSED
from lca.workbook.writing.tape import Tape

FIRST = HEAD_ROW + 1
LEAD = N_(
    "Flow × factor: a line for each functional unit, variant and criterion. The tables of Results select and add up "
    "these lines. Lines of 0 are filtered out of sight: the arrow on Impact shows them."
)
NAMED = ("Functional unit", "Variant", "Tier", "Phase", "Stage", "Item", "Criterion", "Impact")  # columns with a name


class Row(NamedTuple):
    """A line as its row shows it."""

    book: Book
    tape: Tape
    line: Line

    def number(self, node: int) -> Value:
        """An amount or a factor."""
        return WITHHELD if self._closed(node) else Formula(self.tape.text[node], self.book.values[node])

    def look(self, node: int, number_format: str) -> Style:
        """How it looks."""
        return "withheld" if self._closed(node) else ("number", number_format)

    def _closed(self, node: int) -> bool:
        return self.tape.state[node] == CLOSED

    @property
    def impact(self) -> Value:
        value = self.book.values[self.line.impact]
        return value if self._value_only else Formula(_product(self.book, self.tape, self.line), value)

    @property
    def look_of_impact(self) -> Style:
        """How the impact looks."""
        return "withheld" if self._value_only else "total", IMPACT

    @property
    def _value_only(self) -> bool:
        return self.line.impact in self.tape.values_only

    @property
    def note(self) -> str:
        label = self.book.criterion_labels.get(self.line.proxy, self.line.proxy)
        return f"factor of {label} stands in" if self.line.proxy else ""


COLUMNS = Table[Row](
    Column("Functional unit", "text", lambda row: row.book.unit_labels[row.line.functional_unit], 11),
    Column("Variant", "wrapped", lambda row: row.book.variant_labels[row.line.variant], 14),
    Column("Tier", "text", lambda row: row.line.tier, 10),
    Column("Phase", "text", lambda row: row.line.phase, 9),
    Column("Stage", "text", lambda row: row.line.stage, 11),
    Column("Item", "wrapped", lambda row: row.book.item_labels[row.line.item], 20),
    Column("Flow", "wrapped", lambda row: row.line.flow, 18),
    Column("Region", "text", lambda row: row.line.region, 7),
    Column("Criterion", "text", lambda row: row.book.criterion_labels[row.line.criterion], 9),
    Column(
        "Amount",
        lambda row: row.look(row.line.amount, as_computed(row.book.values[row.line.amount])),
        lambda row: row.number(row.line.amount),
        10,
    ),
    Column("Unit", "unit", lambda row: row.book.unit(row.line.amount) or PURE, 9, "Unit of amount"),
    Column("Factor", lambda row: row.look(row.line.factor, "General"), lambda row: row.number(row.line.factor), 10),
    Column("Unit", "unit", lambda row: row.book.unit(row.line.factor) or PURE, 14, "Unit of factor"),
    Column("Impact", lambda row: row.look_of_impact, lambda row: row.impact, 9),
    Column("Unit", "unit", lambda row: row.book.result.unit(row.line.criterion), 10, "Unit of impact"),
    Column("Basis", "text", lambda row: row.book.origin(row.line.impact)[0], 26),
    Column("Sources", "text", lambda row: row.book.origin(row.line.impact)[1], 70),
    Column("Note", "text", lambda row: row.note, 26),
)
IMPACTS = COLUMNS.letter("Impact")


def places(book: Book) -> dict[int, Place]:
    """The first row of each impact."""
    by_impact: dict[int, Place] = {}
    for row, line in enumerate(book.lines, FIRST):
        by_impact.setdefault(line.impact, Place("Impacts", IMPACTS, row))
    return by_impact


def ranges(book: Book) -> dict[TotalKey, tuple[int, int]]:
    """The first and the last row of each total."""
    by_total: dict[TotalKey, tuple[int, int]] = {}
    for row, line in enumerate(book.lines, FIRST):
        first, _ = by_total.get(line.total, (row, row))
        by_total[line.total] = (first, row)
    return by_total


def write(book: Book, tape: Tape) -> None:
    """Write the sheet."""
    page = book.pages["Impacts"]
    page.begin(_("Impacts"), _(LEAD), COLUMNS)
    for line in book.lines:
        row = COLUMNS.write(page.rows, Row(book, tape, line))
        if book.values[line.impact] == 0:
            page.sheet.set_row(row - 1, None, None, HIDE)
    last = max(FIRST, page.rows.next - 1)
    for head in NAMED:
        book.define(f"lines_{head.lower().replace(' ', '_')}", page.span(COLUMNS.letter(head), FIRST, last))
    page.adapt(COLUMNS.letter("Amount"), FIRST, last, COMPUTED)
    page.adapt(COLUMNS.letter("Factor"), FIRST, last, TYPED, COLUMNS.letter("Unit of factor"))
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(COLUMNS) - 1)
    if any(book.values[line.impact] == 0 for line in book.lines):
        page.sheet.filter_column(COLUMNS.number("Impact") - 1, "x != 0")
    printed(page, book, COLUMNS.number("Unit of impact"), HEAD_ROW)


def _product(book: Book, tape: Tape, line: Line) -> str:
    """Amount times factor of its row, converted where the criterion is counted in another unit."""
    graph, node, convert = book.graph, line.impact, ""
    if graph.op[node] == "scale":
        name = book.converted(node)
        convert, node = f"*{name}" if name else "", graph.args[node][0]
    shared = node != line.impact and node in tape.places
    if shared or graph.op[node] in ("input", "const"):
        return f"{tape.text[node]}{convert}"
    here = {tape.text[line.amount]: "{Amount}", tape.text[line.factor]: "{Factor}"}
    operands = [here.get(tape.text[child]) or tape.part(child, PRODUCT)[0] for child in graph.args[node]]
    return f"{'*'.join(operands)}{convert}"
