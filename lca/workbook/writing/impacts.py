"""Impacts: every flow times its factor, for each functional unit and variant."""

from __future__ import annotations

from lca.compile import Line
from lca.operations import PRODUCT
from lca.workbook.names import WITHHELD
from lca.workbook.writing.book import Book
from lca.workbook.writing.cells import Formula, Place, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import as_computed, as_written
from lca.workbook.writing.tape import WITHHELD as CLOSED
from lca.workbook.writing.tape import Tape

COLUMNS = (
    "Functional unit", "Variant", "Tier", "Phase", "Stage", "Item", "Flow", "Region", "Criterion", "Amount", "Unit",
    "Factor", "Unit", "Impact", "Unit", "Basis", "Sources", "Note",
)  # fmt: skip
NAMED = {
    "lines_functional_unit": "A", "lines_variant": "B", "lines_tier": "C", "lines_phase": "D", "lines_stage": "E",
    "lines_item": "F", "lines_criterion": "I", "lines_impact": "N",
}  # fmt: skip
HEAD_ROW = 4
FIRST = HEAD_ROW + 1
IMPACT = "N"


def places(book: Book) -> dict[int, Place]:
    """The first row of each impact."""
    found: dict[int, Place] = {}
    for row, line in enumerate(book.lines, FIRST):
        found.setdefault(line.impact, Place("Impacts", IMPACT, row))
    return found


def ranges(book: Book) -> dict[tuple[str, str | None, str], tuple[int, int]]:
    """The first and the last row of each total."""
    found: dict[tuple[str, str | None, str], tuple[int, int]] = {}
    for row, line in enumerate(book.lines, FIRST):
        key = (line.functional_unit, line.variant, line.criterion)
        found[key] = (found[key][0], row) if key in found else (row, row)
    return found


LEAD = (
    "Flow × factor: a line for each functional unit, variant and criterion. The tables of Results select and add up "
    "these lines."
)


def write(book: Book, tape: Tape) -> None:
    """Write the sheet."""
    page, get = book.pages["Impacts"], book.styles.get
    page.widths(14, 16, 12, 11, 13, 24, 24, 8, 10, 13, 14, 13, 20, 13, 12, 26, 70, 26)
    page.begin("Impacts", LEAD, COLUMNS)
    text = get("text")
    for row, line in enumerate(book.lines, FIRST):
        values, numbers = _numbers(book, tape, line, row)
        words = [
            book.unit_labels[line.functional_unit], book.variant_labels[line.variant], line.tier, line.phase,
            line.stage, book.item_labels[line.item], line.flow, line.region or None,
            book.criterion_labels[line.criterion],
        ]  # fmt: skip
        basis, sources = book.origin(line.impact)
        label = book.criterion_labels.get(line.proxy, line.proxy)
        note = f"factor of {label} stands in" if line.proxy else None
        page.rows.line([*words, *values, basis, sources or None, note], [text] * 9 + numbers + [text] * 3)
    last = max(FIRST, page.rows.next - 1)
    for name, column in NAMED.items():
        book.define(name, page.span(column, FIRST, last))
    page.sheet.freeze_panes = f"B{FIRST}"
    page.sheet.auto_filter.ref = f"A{HEAD_ROW}:R{last}"
    printed(page, book, "O", HEAD_ROW)


def _numbers(book: Book, tape: Tape, line: Line, row: int) -> tuple[list[Value], list[int]]:
    """Amount, factor and impact with their units, and their styles."""
    graph, get = book.graph, book.styles.get
    amount, factor, impact = (book.values[i] for i in (line.amount, line.factor, line.impact))
    label = book.result.unit(line.criterion)
    hidden = tape.state[line.factor] == CLOSED, tape.state[line.amount] == CLOSED
    values: list[Value] = [
        WITHHELD if hidden[1] else Formula(tape.text[line.amount], amount),
        _unit(str(graph.unit[line.amount])),
        WITHHELD if hidden[0] else Formula(tape.text[line.factor], factor),
        str(graph.unit[line.factor]),
        Formula(_product(book, tape, line, row), impact) if line.impact not in tape.values_only else impact,
        label,
    ]
    unit = get("unit")
    styles = [
        get("withheld") if hidden[1] else get("number", as_computed(amount)),
        unit,
        get("withheld") if hidden[0] else get("number", as_written(factor)),
        unit,
        get("total" if line.impact not in tape.values_only else "withheld", as_computed(impact)),
        unit,
    ]
    return values, styles


def _unit(text: str) -> str | None:
    return None if text == "1" else text


def _product(book: Book, tape: Tape, line: Line, row: int) -> str:
    """Amount times factor in this row, converted where the criterion is counted in another unit."""
    graph, node, convert = book.graph, line.impact, ""
    if graph.op[node] == "scale":
        child = graph.args[node][0]
        convert = (
            f"*{book.convert(graph.unit[child], graph.unit[node], graph.info[node])}" if graph.info[node] != 1 else ""
        )
        node = child
    shared = node != line.impact and node in tape.at
    if shared or graph.op[node] in ("input", "const"):
        return f"{tape.text[node]}{convert}"
    here = {tape.text[line.amount]: f"J{row}", tape.text[line.factor]: f"L{row}"}
    operands = [here.get(tape.text[child]) or tape.part(child, PRODUCT)[0] for child in graph.args[node]]
    return f"{'*'.join(operands)}{convert}"
