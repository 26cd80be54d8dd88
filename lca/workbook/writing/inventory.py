"""Inventory: the flows that meet a factor, and the steps that lead to them."""

from __future__ import annotations

import math

from lca.compile import Line
from lca.workbook.names import WITHHELD as WORD
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Cell, Formula, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import as_computed
from lca.workbook.writing.tape import OPEN, WITHHELD, Step, Tape

COLUMNS = ("Quantity", "Value", "Unit", "Tier", "Phase", "Stage", "Flow", "Region", "Computed as", "Used for")
HEAD_ROW = 4
FIRST = HEAD_ROW + 2  # the first flow, below its heading
LONGEST_LABEL = 110


def flows(book: Book) -> dict[int, Line]:
    """The amounts that have a row here, each with the first line that uses it."""
    found: dict[int, Line] = {}
    for line in book.lines:
        if book.graph.op[line.amount] not in ("input", "const"):
            found.setdefault(line.amount, line)
    return found


def first_step(count: int) -> int:
    """The row of the first step, below the flows and a heading."""
    return FIRST + count + 2


LEAD = "Every quantity between the inputs and the impacts. Each value is a formula; the words beside it say which."


def write(book: Book, tape: Tape, of_flow: dict[int, Line]) -> None:
    """Write the sheet."""
    page = book.pages["Inventory"]
    page.widths(52, 13, 16, 12, 11, 13, 20, 9, 72, 20)
    page.begin("Inventory", LEAD, COLUMNS)
    page.group("Flows: amounts that meet an impact factor", len(COLUMNS))
    in_order = [tape.steps[row] for row in sorted(tape.steps)]
    for step in in_order:
        if step.node in of_flow:
            _row(book, page, step, of_flow[step.node])
    page.rows.skip()
    page.group("Steps: what the flows, and the figures of the checks, are made of", len(COLUMNS))
    for step in in_order:
        if step.node not in of_flow:
            _row(book, page, step, None)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    printed(page, book, "J", HEAD_ROW)


def _row(book: Book, page: Page, step: Step, line: Line | None) -> None:
    get = book.styles.get
    label = book.graph.names.get(step.node, "")
    about: list[Value] = [None] * 5
    if line is not None:
        label = label or ", ".join(filter(None, (line.item, line.flow if line.flow != line.item else "", line.region)))
        about = [line.tier, line.phase, line.stage, line.flow, line.region or None]
    unit = str(book.graph.unit[step.node]) if step.node >= 0 else ""
    used = (book.used_for[step.node] or "checks") if step.node >= 0 else ""
    value, style = _value(book, step)
    cells: list[Cell] = [
        (1, label or _shortened(step.words), get("wrapped")),
        (2, value, style),
        (3, "" if unit == "1" else unit, get("unit")),
        *((column, words, get("text")) for column, words in enumerate(about, 4)),
        (9, step.words, get("wrapped")),
        (10, used, get("wrapped")),
    ]
    page.rows.add([(column, None if value == "" else value, style) for column, value, style in cells])


def _value(book: Book, step: Step) -> tuple[Value, int]:
    if step.state == WITHHELD:
        return WORD, book.styles.get("withheld")
    if step.state != OPEN:
        return step.value, book.styles.get("withheld", as_computed(step.value))
    formula = Formula(step.formula.replace("Inventory!", ""), step.value)
    return formula, book.styles.get("number", as_computed(step.value if math.isfinite(step.value) else 0))


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_LABEL else f"{words[:LONGEST_LABEL]}…"
