"""A demand that stands in a table beside the scenario: a row a year becomes located text, as if it were written there.

    year,prompts [prompt],visits [visit]
    2024,1e9,2.5e8
    2027,4e9,6e8

The columns `basis`, `source`, `at`, `via` and `note` say of each row where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lca.problems import Problem, Problems, shortened
from lca.text.documents import Located
from lca.text.overlay import entries, find, is_year, put
from lca.text.sheets import Sheet, SheetRow
from lca.text.tables import CITED, HEAD, Opened, cell, is_table, located, quantity, with_unit, words
from lca.units import UnitError, number, unit

_EXAMPLE = "as in year,prompts [prompt],visits [visit]"
_MISSING = f"it has the columns year and, with their units, the flows, {_EXAMPLE.removesuffix(',visits [visit]')}"


def with_demands(tree: Located, table: Opened) -> Located:
    """The tree with each demand that names a table in place of its name. Problems where a table is not in order."""
    for name, written in entries(find(tree, ("functional_units",))).items():
        at = entries(written).get("demand")
        if at is not None and is_table(at):
            tree = put(tree, ("functional_units", name, "demand"), _demand(at, table(at, _MISSING)))
    return tree


def _demand(at: Located, sheet: Sheet) -> Located:
    problems = [*_in_header(sheet)] or [*_in_rows(sheet)]
    if problems:
        raise Problems(problems)
    heads = ((column, HEAD.fullmatch(column)) for column in sheet.header)
    flows = {head["name"]: _flow(sheet, column, head["unit"]) for column, head in heads if head}
    return at.with_value(flows)


def _flow(sheet: Sheet, column: str, counted: str) -> Located:
    """What one flow is in each year."""
    given = {cell(sheet, row, "year"): row for row in sheet.rows}
    head = sheet.header_span(sheet.header.index(column))
    years = {year: _quantity(sheet, row, column, counted) for year, row in given.items()}
    return located(sheet, years, head, head)


def _quantity(sheet: Sheet, row: SheetRow, column: str, counted: str) -> Located:
    span, key = sheet.span(row, column), sheet.span(row, "year")
    head = sheet.header_span(sheet.header.index(column))
    unit_at = head._replace(column=head.column + column.index("[") + 1)
    value = with_unit(located(sheet, cell(sheet, row, column), span, key), counted, unit_at)
    return quantity(value, words(sheet, row, CITED, key))


def _in_header(sheet: Sheet) -> Iterator[Problem]:
    if "year" not in sheet.header:
        yield Problem("a table of demand has no column year", (sheet.header_span(0),), _EXAMPLE)
    known = {"year", *CITED}
    flows: dict[str, int] = {}
    for place, column in enumerate(sheet.header):
        head = HEAD.fullmatch(column)
        if head is None and column not in known:
            hint = f"write the unit after the flow, {_EXAMPLE}; or one of: {', '.join(CITED)}"
            yield Problem(f"the column '{shortened(column)}' has no unit", (sheet.header_span(place),), hint)
        elif head and flows.setdefault(head["name"], place) != place:
            spans = (sheet.header_span(place), sheet.header_span(flows[head["name"]]))
            yield Problem(f"two columns of {shortened(head['name'])}", spans, "keep one of the two")
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
        year = cell(sheet, row, "year")
        if not is_year(year):
            yield Problem(f"'{shortened(year)}' is no year", (sheet.span(row, "year"),), "four digits, such as 2024")
        elif first.setdefault(year, row) is not row:
            spans = (sheet.span(row, "year"), sheet.span(first[year], "year"))
            yield Problem(f"two rows of {year}", spans, "keep one of the two")
        yield from filter(None, map(partial(_no_number, sheet, row), sheet.header))


def _no_number(sheet: Sheet, row: SheetRow, column: str) -> Problem | None:
    """What to say of the cell of a flow that is no plain number."""
    text = cell(sheet, row, column)
    if HEAD.fullmatch(column) is None:
        return None
    if not text:
        hint = "write it, or leave the row out: between two years a number goes in a straight line"
        return Problem(f"{column} has no number", (sheet.span(row, column),), hint)
    try:
        number(text)
    except UnitError as error:
        return Problem(error.message, (sheet.span(row, column),), error.hint or "its unit is in the head")
    return None
