"""An inventory that stands in tables beside the scenario: a row an activity, by its name, as if it were written there.

    name,item,amount [kWh/visit],tier,stage,region,source
    web servers,electricity,0.003,data center,use,FRA,bill

Columns are called as the fields of an activity, and as what may be said of a number: its range and where it comes from.
An empty cell says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lca.problems import Problem, Span, near, shortened
from lca.text.documents import Located
from lca.text.overlay import entries, put
from lca.text.sheets import Sheet, SheetRow
from lca.text.source import gathered
from lca.text.tables import CITED, Head, Opened, cell, head, located, names_tables, quantity, with_unit
from lca.units import NUMBER

ACTIVITIES = "activities"
NAME, ITEM, AMOUNT, UNIT, NOTE, METHOD = "name", "item", "amount", "unit", "note", "method"
ENDS = ("low", "high")  # of the range of an amount, in its unit
SAID = ("law", "fitted_to", *CITED)  # of an amount
ABOVE = (
    (ACTIVITIES,),
    ("processes", "*", ACTIVITIES),
    ("functional_units", "*", ACTIVITIES),
    ("functional_units", "*", "processes", "*", ACTIVITIES),
    ("variants", "*", "with", ACTIVITIES),
)  # where a table may stand; *: any name
_EXAMPLE = "name,item,amount [kWh/visit],tier,stage,region"
_MISSING = f"it has a row for each activity, below the names of its columns, as in {_EXAMPLE}"


def with_inventories(tree: Located, table: Opened, fields: tuple[str, ...]) -> Located:
    """The tree with the rows of each inventory in place of the names of its tables.

    `fields`: those of an activity. Problems where a table is not in order.
    """
    for pattern in ABOVE:
        for path, at in _found(tree, pattern):
            tree = put(tree, path, _inventory(at, table, fields))
    return tree


def _found(tree: Located, pattern: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Located]]:
    """Where tables are named under a pattern of keys."""
    if not pattern:
        if names_tables(tree):
            yield (), tree
        return
    for key, child in entries(tree).items():
        if pattern[0] in ("*", key):
            yield from (((key, *path), at) for path, at in _found(child, pattern[1:]))


def _inventory(at: Located, table: Opened, fields: tuple[str, ...]) -> Located:
    """The activities of all tables that a value names, by name."""
    rows: dict[str, Located] = {}
    problems: list[Problem] = []
    for named in at.value if isinstance(at.value, list) else [at]:
        read = _Table(table(named, _MISSING))
        problems += read.in_header(fields)
        for name, row in () if problems else read.rows():
            first = rows.setdefault(name, row)
            if first is not row:
                hint = "give each row a name of its own, in a column name"
                problems.append(Problem(f"two rows of '{shortened(name)}'", (row.key_span, first.key_span), hint))
        problems += read.problems
    if problems:
        raise gathered(problems)
    return at.with_value(dict(rows))


class _Table:
    """One table, and what is wrong in its rows."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.heads: dict[str, Head] = {}
        for one in map(head, sheet.header):
            self.heads.setdefault(one.name, one)
        self.problems: list[Problem] = []

    def in_header(self, fields: tuple[str, ...]) -> Iterator[Problem]:
        """What is wrong with the names of the columns, or else with the table as a whole."""
        wrong = [*self.in_columns(dict.fromkeys((NAME, ITEM, AMOUNT, UNIT, *ENDS, *fields, *SAID)))]
        first = (self.sheet.header_span(0),)
        if not wrong and ITEM not in self.heads and METHOD not in self.heads:
            wrong.append(Problem("the inventory has no column item", first, f"as in {_EXAMPLE}"))
        if not wrong and not self.sheet.rows:
            wrong.append(Problem("the inventory has no row", first, "write one for each activity"))
        yield from wrong

    def in_columns(self, known: dict[str, None]) -> Iterator[Problem]:
        """What is wrong with the name of each column."""
        for place, column in enumerate(self.sheet.header):
            here, one = self.sheet.header_span(place), head(column)
            if self.heads[one.name].column != column:
                other = self.head_span(self.heads[one.name])
                yield Problem(f"two columns of {shortened(one.name)}", (here, other), "keep one of the two")
            elif one.name not in known and METHOD not in self.heads:
                hint = near(one.name, known, f"columns: {', '.join(known)}")
                yield Problem(f"an inventory has no column '{shortened(one.name)}'", (here,), hint)
            elif one.unit and one.name in (known.keys() - {AMOUNT, *ENDS}):
                yield Problem(f"{one.name} has no unit", (here,), f"write {one.name}")
            elif one.name == UNIT and AMOUNT in self.heads and self.heads[AMOUNT].unit:
                also = self.head_span(self.heads[AMOUNT])
                yield Problem("the unit of the amounts is stated twice", (here, also), "keep one of the two")

    def rows(self) -> Iterator[tuple[str, Located]]:
        """Each row by its name."""
        for row in self.sheet.rows:
            named = next((name for name in (NAME, ITEM) if self.text(row, name)), "")
            key = self.sheet.span(row, named or self.sheet.header[0])
            if named:
                yield self.text(row, named), self.row(row, key)
            else:
                self.problems.append(Problem("a row without an item", (key,), "name it, or leave the row out"))

    def row(self, row: SheetRow, key: Span) -> Located:
        """One activity. What is said of its amount stands with that; a note on the activity where it has none."""
        made = self.cells(row, (name for name in self.heads if name not in (NAME, UNIT, *ENDS, *SAID)))
        if AMOUNT in made:
            said = self.cells(row, (name for name in (*ENDS, *SAID) if name in self.heads))
            made[AMOUNT] = quantity(made[AMOUNT], said)
        elif idle := [name for name in (*ENDS, *SAID, UNIT) if name != NOTE and self.text(row, name)]:
            span = self.sheet.span(row, self.heads[idle[0]].column)
            self.problems.append(Problem(f"{idle[0]} is of no amount", (span,), "state the amount, or empty the cell"))
        else:
            made |= self.cells(row, (name for name in (NOTE,) if name in self.heads))
        return located(self.sheet, {**made}, key, key)

    def cells(self, row: SheetRow, names: Iterable[str]) -> dict[str, Located]:
        """What a row says in some columns, numbers with their units."""
        return {name: at for name in names if (at := self.cell(row, self.heads[name])) is not None}

    def cell(self, row: SheetRow, one: Head) -> Located | None:
        """What a row says in a column, a number with its unit; None where the cell is empty."""
        text = self.text(row, one.name)
        if not text:
            return None
        at = located(self.sheet, text, self.sheet.span(row, one.column), self.head_span(one))
        return self.in_unit(row, one, at, text) if one.unit or one.name in (AMOUNT, *ENDS) else at

    def in_unit(self, row: SheetRow, one: Head, at: Located, text: str) -> Located:
        """A number with its unit: its own, or else that of its column, of the column of units, or of the amount."""
        stated, place = self.stated(row, one)
        own = text if text.startswith("=") else _own_unit(text)
        if own[:1].isdigit():
            hint = f"write {re.sub(r'(?<=[0-9]) +(?=[0-9])', '', shortened(text))}"
            self.problems.append(Problem(f"'{shortened(text)}' is two numbers", (at.span,), hint))
        elif own and stated and own != stated:
            of = "a formula" if text.startswith("=") else shortened(text)
            message = f"{of} has a unit, and is said to be in {stated}"
            self.problems.append(Problem(message, (at.span, place), "keep one of the two"))
        if not own and not stated and one.name in ENDS:
            stated, place = self.of_amount(row)
        return at if own or not stated else with_unit(at, stated, place)

    def stated(self, row: SheetRow, one: Head) -> tuple[str, Span]:
        """The unit that a column, or the column of units, gives a number, and where it stands."""
        if one.unit:
            span = self.head_span(one)
            return one.unit, span._replace(column=span.column + one.column.index("[") + 1)
        text = self.text(row, UNIT)
        return text, self.sheet.span(row, UNIT) if text else self.head_span(one)

    def of_amount(self, row: SheetRow) -> tuple[str, Span]:
        """The unit of the amount of a row, and where it stands."""
        one = self.heads[AMOUNT]
        text, span = self.text(row, AMOUNT), self.sheet.span(row, one.column)
        own = _own_unit(text)
        return (own, span._replace(column=span.column + text.index(own))) if own else self.stated(row, one)

    def head_span(self, one: Head) -> Span:
        """Where the name of a column stands."""
        return self.sheet.header_span(self.sheet.header.index(one.column))

    def text(self, row: SheetRow, name: str) -> str:
        """What stands in a row under a name; '' where there is no such column."""
        return cell(self.sheet, row, self.heads[name].column) if name in self.heads else ""


def _own_unit(text: str) -> str:
    """What stands after a number.

    >>> _own_unit("1.5 kWh"), _own_unit("1.5"), _own_unit("1,5 kWh")
    ('kWh', '', '')
    """
    found = NUMBER.match(text)
    return text[found.end() :] if found else ""
