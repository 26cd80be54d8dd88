"""A demand that stands in a table beside the scenario: a row a year becomes located text, as if it were written there.

    year,prompts [prompt],visits [visit]
    2024,1e9,2.5e8
    2027,4e9,6e8

The columns `basis`, `source`, `at`, `via` and `note` say of each row where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from lca.problems import Problem, Problems, Span, shortened
from lca.text.documents import Located
from lca.text.overlay import entries, find, is_year, put
from lca.text.sheets import Sheet, SheetRow
from lca.units import UnitError, number, unit

ENDING = ".csv"
CITED = ("basis", "source", "at", "via", "note")
_HEAD = re.compile(r"(?P<flow>[^\[\]]*[^\[\]\s])\s*\[(?P<unit>[^\[\]]+)\]")
_EXAMPLE = "as in year,prompts [prompt],visits [visit]"


def with_demands(tree: Located, table: Callable[[Located], Sheet]) -> Located:
    """The tree with each demand that names a table in place of its name. Problems where a table is not in order."""
    for name, written in entries(find(tree, ("functional_units",))).items():
        at = entries(written).get("demand")
        if at is not None and isinstance(at.value, str) and at.value.endswith(ENDING):
            tree = put(tree, ("functional_units", name, "demand"), _demand(at, table(at)))
    return tree


def _demand(at: Located, sheet: Sheet) -> Located:
    problems = [*_in_header(sheet)] or [*_in_rows(sheet)]
    if problems:
        raise Problems(problems)
    heads = ((column, _HEAD.fullmatch(column)) for column in sheet.header)
    flows = {head["flow"]: _flow(sheet, column, head["unit"]) for column, head in heads if head}
    return at.with_value(flows)


def _flow(sheet: Sheet, column: str, counted: str) -> Located:
    """What one flow is in each year."""
    given = {_cell(sheet, row, "year"): row for row in sheet.rows}
    head = sheet.header_span(sheet.header.index(column))
    years = {year: _quantity(sheet, row, column, counted) for year, row in given.items()}
    return _located(sheet, years, head, head)


def _quantity(sheet: Sheet, row: SheetRow, column: str, counted: str) -> Located:
    span, key = sheet.span(row, column), sheet.span(row, "year")
    value = _located(sheet, f"{_cell(sheet, row, column)} {counted}", span, key)
    told = {name: _cell(sheet, row, name) for name in CITED if name in sheet.header}
    cited = {name: _located(sheet, text, sheet.span(row, name), key) for name, text in told.items() if text}
    return _located(sheet, {"value": value, **cited}, span, key) if cited else value


def _located(sheet: Sheet, value: str | dict[str, Located], span: Span, key: Span) -> Located:
    return Located(value, sheet.document, span.line, span.column, key.line, key.column)


def _cell(sheet: Sheet, row: SheetRow, column: str) -> str:
    return row.cells[sheet.header.index(column)].strip()


def _in_header(sheet: Sheet) -> Iterator[Problem]:
    if "year" not in sheet.header:
        yield Problem("a table of demand has no column year", (sheet.header_span(0),), _EXAMPLE)
    known = {"year", *CITED}
    flows: dict[str, int] = {}
    for place, column in enumerate(sheet.header):
        head = _HEAD.fullmatch(column)
        if head is None and column not in known:
            hint = f"write the unit after the flow, {_EXAMPLE}; or one of: {', '.join(CITED)}"
            yield Problem(f"the column '{shortened(column)}' has no unit", (sheet.header_span(place),), hint)
        elif head and flows.setdefault(head["flow"], place) != place:
            spans = (sheet.header_span(place), sheet.header_span(flows[head["flow"]]))
            yield Problem(f"two columns of {shortened(head['flow'])}", spans, "keep one of the two")
        elif head and (wrong := _wrong_unit(head["unit"])) is not None:
            yield Problem(wrong.message, (sheet.header_span(place),), wrong.hint or _EXAMPLE)
    if not flows and "year" in sheet.header:
        yield Problem("a table of demand has no flow", (sheet.header_span(0),), _EXAMPLE)


def _wrong_unit(text: str) -> UnitError | None:
    try:
        unit(text)
    except UnitError as error:
        return error
    return None


def _in_rows(sheet: Sheet) -> Iterator[Problem]:
    if not sheet.rows:
        yield Problem("a table of demand has no row", (sheet.header_span(0),), "write one for each year")
    first: dict[str, SheetRow] = {}
    for row in sheet.rows:
        year = _cell(sheet, row, "year")
        if not is_year(year):
            yield Problem(f"'{shortened(year)}' is no year", (sheet.span(row, "year"),), "four digits, such as 2024")
        elif first.setdefault(year, row) is not row:
            spans = (sheet.span(row, "year"), sheet.span(first[year], "year"))
            yield Problem(f"two rows of {year}", spans, "keep one of the two")
        yield from filter(None, map(partial(_no_number, sheet, row), sheet.header))


def _no_number(sheet: Sheet, row: SheetRow, column: str) -> Problem | None:
    """What to say of the cell of a flow that is no plain number."""
    text = _cell(sheet, row, column)
    if _HEAD.fullmatch(column) is None:
        return None
    if not text:
        hint = "write it, or leave the row out: between two years a number goes in a straight line"
        return Problem(f"{column} has no number", (sheet.span(row, column),), hint)
    try:
        number(text)
    except UnitError as error:
        return Problem(error.message, (sheet.span(row, column),), error.hint or "its unit is in the head")
    return None
