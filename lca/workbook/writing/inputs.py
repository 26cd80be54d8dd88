"""Inputs: a row for each number that the scenario gives, to be changed in its cell."""

from __future__ import annotations

from lca.graph import Input
from lca.workbook.names import HEAD_ROW, INPUT_COLUMNS, WITHHELD, place
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import COLUMNS, Value
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import CHANGED, RED, as_written
from lca.workbook.writing.validation import validate

VALUE, UNIT, EXPORTED = (INPUT_COLUMNS.index(name) + 1 for name in ("Value", "Unit", "Exported"))
FRAMED = CHANGED | {"border": 1, "border_color": RED}
LEAD = (
    "Change a value in a framed yellow cell and every figure follows. Units are fixed: write the number in the unit "
    "of its row. Low and high are the range in which the authors think that the value lies."
)


def write(book: Book) -> dict[int, str]:
    """Write the sheet; the names of the inputs, which formulas use."""
    page = book.pages["Inputs"]
    page.widths(44, 14, 15, 11, 11, 11, 24, 26, 58, 20, 14, 34, 34, 26, 12)
    page.begin("Inputs", LEAD, INPUT_COLUMNS)
    rows = {}
    for block, leaves in _blocks(book).items():
        page.group(block, len(INPUT_COLUMNS))
        for i, leaf in leaves.items():
            rows[i] = _row(book, page, i, leaf)
    _finish(book, page, rows)
    return dict(book.input_names)


def _blocks(book: Book) -> dict[str, dict[int, Input]]:
    blocks: dict[str, dict[int, Input]] = {}
    for i, leaf in book.inputs.items():
        block = leaf.path.partition(".")[0].replace("_", " ")
        blocks.setdefault(f"{block[:1].upper()}{block[1:]}", {})[i] = leaf
    return blocks


def _row(book: Book, page: Page, i: int, leaf: Input) -> int:
    get, name = book.styles.get, book.input_names[i]
    cited, secret = leaf.citation, i in book.withheld
    style = as_written(leaf.value)
    used = book.used_for[i] or ("checks" if i in book.needed_set else "–")
    shown: list[Value] = [WITHHELD] * 4 if secret else [leaf.value, leaf.low, leaf.high, leaf.value]
    via = f" (read in {cited.via})" if cited.via else ""
    values = [
        name, shown[0], str(leaf.unit), shown[1], shown[2], cited.basis, f"{cited.source}{via}", cited.at,
        "" if secret else cited.note, used, ", ".join(leaf.fitted_to), leaf.path, leaf.address, place(leaf.span),
        shown[3],
    ]  # fmt: skip
    wrapped, faint = get("wrapped"), get("faint")
    ends = [get("number", "General" if end is None else as_written(end)) for end in (leaf.low, leaf.high)]
    styles = [
        get("text"), get("withheld") if secret else get("input", style), get("unit"), *ends, get("unit"),
        *[wrapped] * 5, *[faint] * 3, get("faint", style),
    ]  # fmt: skip
    row = page.rows.line([None if value == "" else value for value in values], styles)
    book.define(name, page.place(COLUMNS[VALUE], row).fixed)
    return row


def _finish(book: Book, page: Page, rows: dict[int, int]) -> None:
    last = page.rows.next - 1
    page.sheet.freeze_panes(HEAD_ROW, VALUE)
    validate(book, page, rows, VALUE, UNIT)
    show_changes(page, VALUE, EXPORTED, last)
    first = HEAD_ROW + 1
    value, exported = (page.span(COLUMNS[column], first, last) for column in (VALUE, EXPORTED))
    book.define("inputs_now", value)
    book.define("inputs_exported", exported)
    printed(page, book, "K", HEAD_ROW)


def show_changes(page: Page, value: int, exported: int, last: int) -> None:
    """Cells whose value is no longer what was exported stand out, in colour and without."""
    first = HEAD_ROW + 1
    cell, old = f"${COLUMNS[value]}{first}", f"${COLUMNS[exported]}{first}"
    page.highlight(f"{COLUMNS[value]}{first}:{COLUMNS[value]}{max(first, last)}", f"{cell}<>{old}", FRAMED)
