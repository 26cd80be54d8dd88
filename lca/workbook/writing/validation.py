"""What a program refuses to be typed: numbers outside the bounds of their field, words for numbers, other units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lca.graph import Input
from lca.model.ledger import Bounds, Limit
from lca.wording import quantity
from lca.workbook.names import PERCENT, in_cell, unit_in_cell
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.table import Table

LEAST, MOST, SMALLEST = "-1E+300", "1E+300", "1E-300"  # of what a program takes for a number
LONGEST_MESSAGE = 250  # characters; Excel takes 255
LONGEST_LIST = 250  # characters of the entries of a list
MOST_RANGES = 200  # of one rule: programs read them as one text


class Rule(NamedTuple):
    """What a number has to be, in the unit of its row, and what to say if it is not."""

    operator: str
    low: str
    high: str
    words: str
    prompt: str


ANY = Rule("between", LEAST, MOST, "An end of a range is a number in the unit of its row, or empty.", "")


def in_own_unit(limit: Limit) -> Bounds:
    """Bounds in the unit in which the value is written."""
    factor = limit.factor or 1.0
    low, high, above = (None if end is None else end / factor for end in limit.bounds[1:])
    return Bounds(limit.bounds.unit, low, high, above)


def validate(book: Book, page: Page, rows: Mapping[int, int], table: Table[Any]) -> None:
    """Rules for the cells of numbers, by the bounds of their fields; `rows` are those of the leaves."""
    values, units = table.letter("Value"), table.letter("Unit")
    rules: dict[Rule, list[int]] = {}
    fixed: dict[str, list[int]] = {}
    for i, row in rows.items():
        unit = str(book.graph.unit[i])
        fixed.setdefault(unit_in_cell(unit), []).append(row)
        if i not in book.withheld:
            rules.setdefault(_rule(book.limits.get(i), book.graph.info[i]), []).append(row)
    for rule, row_numbers in rules.items():
        _add(page, values, row_numbers, _number(rule))
    open_rows = [row for i, row in rows.items() if i not in book.withheld]
    for head in ("Low", "High") if open_rows else ():
        _add(page, table.letter(head), open_rows, {**_number(ANY), "ignore_blank": True})
    for unit, row_numbers in fixed.items():
        if len(unit) <= LONGEST_LIST and not set(unit) & set('",'):
            _add(page, units, row_numbers, _fixed(unit))


def _rule(limit: Limit | None, leaf: Input) -> Rule:
    unit = str(leaf.unit)
    bounds = in_own_unit(limit) if limit else Bounds()
    low, high, above = (None if end is None else repr(in_cell(end, unit)) for end in bounds[1:])
    words, prompt = _words(limit, unit), _prompt(limit, leaf)
    if above is None or (low is not None and float(low) > float(above)):
        return Rule("between", low or LEAST, high or MOST, words, prompt)
    least = above if float(above) else SMALLEST
    return Rule("between", least, high, words, prompt) if high else Rule(">", above, "", words, prompt)


def _words(limit: Limit | None, unit: str) -> str:
    bounds = str(limit.bounds) if limit and limit.bounds.exist else ""
    written = "" if unit == "1" or unit in bounds.split() else f", written in {unit}"
    return f"This has to be a number{' ' if bounds else ''}{bounds}{written}."


def _prompt(limit: Limit | None, leaf: Input) -> str:
    """What a reader sees beside the cell: its unit, the range that the authors give, and what may be typed."""
    unit = str(leaf.unit)
    written = {"1": "A pure number.", PERCENT: "A percentage: type 40% for 40 %."}.get(unit, f"In {unit}.")
    stated = [("low", leaf.low), ("high", leaf.high)]
    ends = ", ".join(f"{name} {quantity(end, unit)}" for name, end in stated if end is not None)
    allowed = f" It has to be {limit.bounds}." if limit and limit.bounds.exist else ""
    return f"{written}{f' Range of the authors: {ends}.' if ends else ''}{allowed}"


def _number(rule: Rule) -> dict[str, Any]:
    ends = {"minimum": rule.low, "maximum": rule.high} if rule.high else {"value": rule.low}
    return {
        "validate": "decimal", "criteria": rule.operator, **ends, "ignore_blank": False, "error_title": "Out of bounds",
        "error_message": rule.words[:LONGEST_MESSAGE], "show_input": bool(rule.prompt),
        "input_message": rule.prompt[:LONGEST_MESSAGE],
    }  # fmt: skip


def _fixed(text: str) -> dict[str, Any]:
    return {
        "validate": "list", "source": [text], "ignore_blank": False, "dropdown": False, "show_input": False,
        "error_title": "Units are fixed", "error_message": "Write the value in the unit that stands here.",
    }  # fmt: skip


def _add(page: Page, letter: str, rows: Sequence[int], rule: dict[str, Any]) -> None:
    """A rule for the cells of a column; rows that follow one another are one range."""
    runs = list(_runs(rows))
    for start in range(0, len(runs), MOST_RANGES):
        page.restrict([f"{letter}{first}:{letter}{last}" for first, last in runs[start : start + MOST_RANGES]], rule)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """
    >>> list(_runs([5, 6, 7, 9]))
    [(5, 7), (9, 9)]
    """
    ordered = sorted(rows)
    starts = [row for before, row in zip([None, *ordered], ordered, strict=False) if before is None or row > before + 1]
    ends = [row for row, after in zip(ordered, [*ordered[1:], None], strict=True) if after is None or after > row + 1]
    return zip(starts, ends, strict=True)
