"""What a table beside a scenario has in common with any other: its cells as located text.

A number has its unit in the head of its column, as in `amount [kWh/image]`, in a column of units, or beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from lca.problems import Span
from lca.text.documents import Located
from lca.text.sheets import Sheet, SheetRow

ENDING = ".csv"
CITED = ("basis", "source", "at", "via", "note")  # where a number comes from
HEAD = re.compile(r"(?P<name>[^\[\]]*[^\[\]\s])\s*\[(?P<unit>[^\[\]]+)\]")
Opened = Callable[[Located, str], Sheet]  # the table that a scenario names, and what to say where it is not there


class Head(NamedTuple):
    """What the name of a column says: a name, and the unit of all that stands below, if any."""

    name: str
    unit: str
    column: str


class Beside(Located):
    """A number of a table whose unit stands elsewhere: in the head of its column, or in another cell."""

    __slots__ = ("unit_at", "unit_from")

    unit_at: Span
    unit_from: int

    def column_span(self, offset: int) -> Span:
        """Where a character stands, of the number or of its unit."""
        if offset < self.unit_from:
            return super().column_span(offset)
        return self.unit_at._replace(column=self.unit_at.column + offset - self.unit_from)


def with_unit(number: Located, unit: str, at: Span) -> Located:
    """A number with a unit that begins elsewhere."""
    made = Beside(
        f"{number.value} {unit}", number.document, number.line, number.column, number.key_line, number.key_column
    )
    made.unit_at, made.unit_from = at, len(str(number.value)) + 1
    return made


def head(column: str) -> Head:
    """
    >>> head("amount [kWh/image]"), head("item")
    (Head(name='amount', unit='kWh/image', column='amount [kWh/image]'), Head(name='item', unit='', column='item'))
    """
    found = HEAD.fullmatch(column)
    return Head(found["name"], found["unit"].strip(), column) if found else Head(column, "", column)


def is_table(at: Located | None) -> bool:
    """Whether a value names a table."""
    return at is not None and isinstance(at.value, str) and at.value.endswith(ENDING)


def names_tables(at: Located) -> bool:
    """Whether a value names one table, or is a list of such names alone."""
    listed = at.value if isinstance(at.value, list) else [at]
    return bool(listed) and all(map(is_table, listed))


def cell(sheet: Sheet, row: SheetRow, column: str) -> str:
    """What stands in a row under the name of a column, without blanks around it."""
    return row.cells[sheet.header.index(column)].strip()


def located(sheet: Sheet, value: str | dict[str, Located], span: Span, key: Span) -> Located:
    """A value that stands in a table, as if it were written there."""
    return Located(value, sheet.document, span.line, span.column, key.line, key.column)


def words(sheet: Sheet, row: SheetRow, columns: Iterable[str], key: Span) -> dict[str, Located]:
    """What a row says in some columns, by their names; empty cells, and columns that are not there, say nothing."""
    told = {name: cell(sheet, row, name) for name in columns if name in sheet.header}
    return {name: located(sheet, text, sheet.span(row, name), key) for name, text in told.items() if text}


def quantity(value: Located, said: dict[str, Located]) -> Located:
    """A number with what other cells of its row say of it; alone where they say nothing."""
    return value.with_value({"value": value, **said}) if said else value
