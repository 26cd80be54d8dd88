"""What a reviewer has changed on Inputs and Factors: values, ranges and where they come from, row by row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lca import units
from lca.citations import BASES
from lca.compile import Model
from lca.graph import Input
from lca.model.ledger import Limit
from lca.problems import Problems, near, problem
from lca.units import Namespace, Unit
from lca.upgrade import path_now
from lca.wording import quantity
from lca.workbook.names import PERCENT, PURE, WITHHELD, from_cell, place, unit_in_cell
from lca.workbook.review.copies import Cell, Comment, Copy, Table, plain, table_of
from lca.workbook.review.effects import Move
from lca.workbook.writing import factors, inputs

SAME = 1e-12  # relative; programs save 15 to 17 digits
LONGEST_NOTE = 2_000  # characters
WORDS = ("Basis", "Source", "At", "Note")
ENDS = ("Low", "High")
FIXED = ("Name", "Unit", "Fitted to", "Exported")
NEEDED = {"Inputs": ("Value", "Path"), "Factors": ("Value", "Path")}
COLUMNS = {"Inputs": inputs.COLUMNS.heads, "Factors": factors.COLUMNS.heads}
COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
Key = tuple[str, ...]


class Detail(NamedTuple):
    """A cell beside the value that was changed: an end of the range, the basis, the source, its place, the note."""

    column: str
    cell: str
    old: str
    new: str


class Edit(NamedTuple):
    """A row of Inputs or Factors that was changed.

    leaf: its index in the graph. new: None where the value stayed or cannot be used. refused: why nothing of the value
    is written. warnings: what is written, and should be looked at again.
    """

    sheet: str
    cell: str
    path: str
    address: str
    leaf: int
    unit: str
    old: float
    new: float | None
    shown: str
    details: tuple[Detail, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: str = ""
    comments: tuple[Comment, ...] = ()

    @property
    def is_factor(self) -> bool:
        return self.sheet == "Factors"

    @property
    def moves(self) -> bool:
        """Whether the value is changed to another number."""
        return self.new is not None


class Finding(NamedTuple):
    """Something else that is not as it was exported, or cannot be read.

    origin: the cell as it was exported, and value its new number, where a formula was overwritten by one. moves: what
    that does, where the cell is a quantity of the inventory.
    """

    kind: str
    place: str
    what: str
    old: str = ""
    new: str = ""
    hint: str = ""
    origin: str = ""
    value: float | None = None
    moves: tuple[Move, ...] = ()


class Rows(NamedTuple):
    """What a sheet of inputs came to."""

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def needed(copy: Copy, sheet: str) -> Table:
    """A sheet that a review cannot do without. Problems where it is gone, or its headings are."""
    table = table_of(copy, sheet, COLUMNS[sheet], NEEDED[sheet])
    if table is None and sheet not in copy.sheets:
        known = ", ".join(plain(name) for name in list(copy.sheets)[:12])
        hint = near(sheet, copy.sheets, f"it has: {known}; was it written by `lca export`?")
        raise problem(f"{copy.name} has no sheet {sheet}", hint=hint)
    if table is None:
        hint = "rows are told apart by the columns Path and Address: put the headings back as they were exported"
        raise problem(f"{copy.name} has no columns {' and '.join(NEEDED[sheet])} on its sheet {sheet}", hint=hint)
    return table


def edited(copy: Copy, model: Model, sheet: str, *, same_scenario: bool) -> Rows:
    """The rows of a sheet that were changed, and what else is odd about its rows."""
    table = needed(copy, sheet)
    leaves = _leaves(model, sheet)
    limits: dict[int, Limit] = {}
    for limit in model.facts.limits:
        limits.setdefault(limit.index, limit)
    reader = _Reader(table, model, limits, _comments(copy, sheet), same_scenario=same_scenario)
    edits: list[Edit] = []
    findings: list[Finding] = []
    seen: dict[int, int] = {}
    for row in table.rows():
        index = _leaf(table, row, leaves)
        if index is None:
            findings += _unknown(table, row, leaves)
        elif index in seen:
            what = f"row {row} repeats row {seen[index]}; it was not read"
            where = f"{sheet}!{table.place(row, 'Value')}"
            findings.append(Finding("row added", where, what, hint="change the first of them"))
        else:
            seen[index] = row
            edits += reader.edit(row, index)
            findings += reader.fixed(row, index)
    if same_scenario:
        gone = [index for indices in leaves.values() for index in indices if index not in seen]
        findings += _gone(model, sheet, dict.fromkeys(gone))
    return Rows(tuple(edits), tuple(findings))


def _leaves(model: Model, sheet: str) -> dict[Key, list[int]]:
    """The leaves that have a row on the sheet, by what a row says of itself: exactly, or by fewer and fewer columns."""
    packs = model.factors.packs
    leaves: dict[Key, list[int]] = {}
    for index, leaf in model.graph.inputs():
        of_pack = leaf.citation.source in packs and leaf.path.startswith(f"{leaf.citation.source}.")
        if of_pack != (sheet == "Factors"):
            continue
        where, unit = place(leaf.span), str(leaf.unit)
        address = unit if of_pack else leaf.address
        for key in ((leaf.path, address, where), (leaf.path, address), (leaf.path,)):
            leaves.setdefault(key, []).append(index)
    return leaves


def _leaf(table: Table, row: int, leaves: Mapping[Key, list[int]]) -> int | None:
    second = "Address" if table.sheet == "Inputs" else "Unit"
    path, address, where = (_raw(table.get(row, column)) for column in ("Path", second, "Place"))
    path, address = path_now(path), path_now(address)
    for key in ((path, address, where), (path, address), (path,)):
        indices = leaves.get(key, [])
        if len(indices) == 1:
            return indices[0]
    return None


def _raw(cell: Cell | None) -> str:
    """The text of a cell without blanks at its ends, of bounded length."""
    if cell is None or cell.value is None:
        return ""
    return cell.value.strip()[:LONGEST_NOTE] if isinstance(cell.value, str) else cell.text


def _unknown(table: Table, row: int, leaves: Mapping[Key, list[int]]) -> Iterator[Finding]:
    """A row that is none of the study's: one that was added, or one of an input that the scenario does not have."""
    path, value = table.text(row, "Path"), table.text(row, "Value")
    where = table.place(row, "Value")
    if path:
        known = [key[0] for key in leaves if len(key) == 1]
        several = len(leaves.get((path,), [])) > 1
        what = "several inputs have this path" if several else "the scenario has no such input"
        hint = "put its Address and Place back" if several else near(path, known, "add it to the scenario itself")
        yield Finding("row added", f"{table.sheet}!{where}", f"{path}: {what}", "", value, hint)
    elif value:
        what = f"{table.text(row, 'Name') or 'a row'} has no path: nothing in the model uses it"
        hint = "describe what is missing in a comment, or add it to the scenario itself"
        yield Finding("row added", f"{table.sheet}!{where}", what, "", value, hint)


def _gone(model: Model, sheet: str, indices: Mapping[int, None]) -> Iterator[Finding]:
    graph = model.graph
    needed_nodes = set(graph.below(model.totals.values()))
    for index in indices:
        leaf: Input = graph.info[index]
        if index in needed_nodes or (sheet == "Inputs" and not leaf.path.startswith("expect.")):
            hint = "an input cannot be removed in the workbook: take it out of the scenario"
            old = quantity(leaf.value, str(leaf.unit))
            yield Finding("row removed", sheet, f"the row of {leaf.path} is gone", old, "", hint)


def _comments(copy: Copy, sheet: str) -> dict[int, tuple[Comment, ...]]:
    from lca.workbook.review.copies import position_of

    by_row: dict[int, tuple[Comment, ...]] = {}
    for comment in copy.comments:
        position = position_of(comment.cell)
        if comment.sheet == sheet and position is not None:
            by_row[position[0]] = (*by_row.get(position[0], ()), comment)
    return by_row


class _Reader:
    """Rows against the leaves of the model."""

    def __init__(
        self,
        table: Table,
        model: Model,
        limits: dict[int, Limit],
        comments: dict[int, tuple[Comment, ...]],
        *,
        same_scenario: bool,
    ) -> None:
        self.table, self.limits, self.comments = table, limits, comments
        self.same_scenario = same_scenario
        self.graph, self.criteria = model.graph, model.factors.criteria

    # --- values -----------------------------------------------------------------------------------------------------

    def edit(self, row: int, index: int) -> Iterator[Edit]:
        """The edit of a row, if there is one."""
        leaf: Input = self.graph.info[index]
        cell = self.table.get(row, "Value")
        details = tuple(self._details(row, leaf)) if self.same_scenario and self.table.sheet == "Inputs" else ()
        new, refused, warnings = self._value(row, cell, leaf, index)
        if new is None and not refused and not details:
            return
        if self._has_another_unit(row, leaf) and self.same_scenario and (new is not None or _ends(details)):
            new, refused, warnings, details = None, f"its unit was changed: the number is read {_in(leaf)}", [], ()
        where = f"{self.table.sheet}!{self.table.place(row, 'Value')}"
        yield Edit(
            self.table.sheet, where, leaf.path, leaf.address, index, str(leaf.unit), leaf.value, new,
            cell.text if cell is not None else "", details, tuple(warnings), refused, self.comments.get(row, ()),
        )  # fmt: skip

    def _value(self, row: int, cell: Cell | None, leaf: Input, index: int) -> tuple[float | None, str, list[str]]:
        """The new value where there is one, why it cannot be used, and what is to be looked at."""
        exported = self.table.get(row, "Exported")
        if cell is not None and cell.value == WITHHELD:
            return None, "", []
        number, refused = _number(cell)
        if refused:
            return None, refused, []
        number = from_cell(number, str(leaf.unit))
        was = exported.value if exported is not None and not self.same_scenario else None
        before = from_cell(was, str(leaf.unit)) if isinstance(was, float) else leaf.value
        if _is_same(number, before) or _is_same(number, leaf.value):
            return None, "", []
        if self._has_another_unit(row, leaf) and not self.same_scenario:
            factor = self._factor(row, leaf)
            if factor is None:
                return None, f"it is in {plain(self.table.text(row, 'Unit'))}: the number is read {_in(leaf)}", []
            number, before = number * factor, before * factor
        return number, self._out_of_bounds(number, index, leaf), [*_warnings(cell, leaf, number, before)]

    def _has_another_unit(self, row: int, leaf: Input) -> bool:
        """Whether the row says another unit than the input is in: changed by hand, or in the scenario since."""
        text = self.table.text(row, "Unit") if "Unit" in self.table.columns else ""
        return not _is_same_text(text or PURE, unit_in_cell(plain(str(leaf.unit))))

    def _factor(self, row: int, leaf: Input) -> float | None:
        """What leads from the unit of the row to that of the input; None where it is no unit of its dimension."""
        text = self.table.text(row, "Unit")
        spaces = (None, *(criterion.space for criterion in self.criteria.values()))
        return next((factor for space in spaces if (factor := _scale(text, space, leaf.unit)) is not None), None)

    def _out_of_bounds(self, number: float, index: int, leaf: Input) -> str:
        limit = self.limits.get(index)
        if limit is None or limit.bounds.allows(number * limit.factor):
            return ""
        said = f": {limit.doc}" if limit.doc else ""
        return f"{quantity(number, str(leaf.unit))} is out of bounds; it has to be {limit.bounds}{said}"

    # --- ranges and sources -----------------------------------------------------------------------------------------

    def _details(self, row: int, leaf: Input) -> Iterator[Detail]:
        for column, end in zip(ENDS, (leaf.low, leaf.high), strict=True):
            yield from self._end(row, column, end, str(leaf.unit))
        for column, old in zip(WORDS, _cited(leaf), strict=True):
            cell = self.table.get(row, column)
            new = _raw(cell)
            if column in self.table.columns and not _is_same_text(new, old) and new != WITHHELD:
                yield Detail(column, self.table.place(row, column), old, new)

    def _end(self, row: int, column: str, end: float | None, unit: str) -> Iterator[Detail]:
        cell = self.table.get(row, column)
        if column not in self.table.columns or (cell is not None and cell.value == WITHHELD):
            return
        old = "" if end is None else f"{end!r}"
        where = self.table.place(row, column)
        if cell is None or cell.value in (None, ""):
            if end is not None:
                yield Detail(column, where, old, "")
            return
        number, refused = _number(cell)
        number = from_cell(number, unit)
        if refused:
            yield Detail(column, where, old, cell.text)
        elif end is None or not _is_same(number, end):
            yield Detail(column, where, old, f"{number!r}")

    # --- what is not to be changed ----------------------------------------------------------------------------------

    def fixed(self, row: int, index: int) -> Iterator[Finding]:
        """Cells that identify a row, and have been changed."""
        leaf: Input = self.graph.info[index]
        expected = {"Unit": unit_in_cell(str(leaf.unit)), "Fitted to": ", ".join(leaf.fitted_to)}
        hints = {
            "Unit": f"units are fixed: the value is read {_in(leaf)}",
            "Fitted to": "what an input is fitted to stands in the scenario",
        }
        for column, old in expected.items():
            new = self.table.text(row, column)
            if column in self.table.columns and not _is_same_text(new, plain(old)):
                where = f"{self.table.sheet}!{self.table.place(row, column)}"
                what = f"the {column.lower()} of {leaf.path} was changed"
                yield Finding("fixed cell changed", where, what, old, new, hints[column])


def _in(leaf: Input) -> str:
    """How the number of an input is read."""
    return "as a plain number" if str(leaf.unit) == "1" else f"in {leaf.unit}"


def _ends(details: tuple[Detail, ...]) -> bool:
    """Whether an end of the range was changed."""
    return any(detail.column in ENDS for detail in details)


def _scale(text: str, space: Namespace | None, target: Unit) -> float | None:
    try:
        return units.scale(units.unit(text, space, units.own_in(target)), target)
    except units.UnitError:
        return None


def _number(cell: Cell | None) -> tuple[float, str]:
    """The number of a cell, or why there is none."""
    if cell is None or cell.value == "" or (cell.value is None and not cell.formula):
        return math.nan, "the value was deleted"
    if cell.error:
        return math.nan, f"the cell does not compute: {plain(str(cell.value))}"
    if cell.value is None:
        way = "open and save it in Excel or LibreOffice"
        return math.nan, f"a formula without its value, ={plain(cell.formula)}: {way}"
    if isinstance(cell.value, bool):
        return math.nan, f"{cell.text} is no number"
    if isinstance(cell.value, str):
        hint = ": write it with a decimal point" if COMMA.fullmatch(cell.value.strip()) else ""
        return math.nan, f"'{plain(cell.value)}' is a text, not a number{hint}"
    if cell.look == "date":
        way = "format the cell as a number and type it again"
        return math.nan, f"what was typed was taken for a date ({cell.value:g}): {way}"
    return float(cell.value), ""


def _warnings(cell: Cell | None, leaf: Input, number: float, before: float) -> Iterator[str]:
    unit = str(leaf.unit)
    if cell is not None and cell.formula:
        yield f"the input was given a formula, ={plain(cell.formula)}: its value when it was saved is taken"
    if unit == PERCENT and _is_hundredth(number, before):
        factor = "a hundredth" if abs(number) < abs(before) else "a hundred times"
        yield f"{number:.6g} % is about {factor} of {before:.6g} %: the cell holds a fraction, 0.4 for 40 %"
    if not _is_same(before, leaf.value):
        yield f"it was exported as {quantity(before, unit)}; the scenario now says {quantity(leaf.value, unit)}"


def _is_hundredth(number: float, before: float) -> bool:
    """Whether a change of a percentage looks as if the sign had been forgotten, or typed twice.

    >>> _is_hundredth(0.4, 40.0), _is_hundredth(0.5, 45.0), _is_hundredth(35.0, 40.0), _is_hundredth(0.5, 0.8)
    (True, True, False, False)
    >>> _is_hundredth(40.0, 0.5)
    True
    """
    if number <= 0 or before <= 0 or not (number <= 1 < before or before <= 1 < number):
        return False
    distance = abs(math.log(number / before))
    return abs(distance - math.log(100)) < distance


def _cited(leaf: Input) -> tuple[str, str, str, str]:
    """Basis, source, place in it and note as the sheet shows them."""
    cited = leaf.citation
    via = f" (read in {cited.via})" if cited.via else ""
    return cited.basis, f"{cited.source}{via}", cited.at, cited.note


def _is_same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=SAME, abs_tol=0.0)


def _is_same_text(a: str, b: str) -> bool:
    """Whether two texts differ by more than blanks and characters that a worksheet cannot hold."""
    first, second = (" ".join(plain_whole(text).split()) for text in (a, b))
    return first == second


def plain_whole(text: str) -> str:
    """A text whose control characters are visible, not shortened."""
    return "".join(c if c.isprintable() or c.isspace() else "�" for c in text[:LONGEST_NOTE])


def refused_details(
    details: tuple[Detail, ...], sources: Mapping[str, object], value: float, limit: Limit | None
) -> dict[str, str]:
    """Which changes beside a value cannot be written, and why, by column."""
    given = {detail.column: detail.new for detail in details}
    reasons: dict[str, str] = {}
    for column in ENDS:
        if given.get(column):
            number = _float(given[column])
            if number is None:
                reasons[column] = f"'{plain(given[column])}' is no number"
            elif (number > value) if column == "Low" else (number < value):
                beyond = "above" if column == "Low" else "below"
                reasons[column] = f"{number:g} is {beyond} the value, {value:g}"
            elif limit is not None and not limit.bounds.allows(number * limit.factor):
                reasons[column] = f"it has to be {limit.bounds}"
    if "Basis" in given and given["Basis"] not in BASES:
        reasons["Basis"] = f"'{plain(given['Basis'])}' is no basis; {near(given['Basis'], BASES, ', '.join(BASES))}"
    if given.get("Basis") == "calibrated":
        reasons["Basis"] = "calibrated inputs say what they are fitted to: write it in the scenario"
    if given.get("Source") and given["Source"] not in sources:
        reasons["Source"] = f"the study has no source '{plain(given['Source'])}': its words go into the note"
    return reasons


def _float(text: str) -> float | None:
    try:
        return units.number(text)
    except units.UnitError:
        return None


__all__ = ["Detail", "Edit", "Finding", "Problems", "Rows", "edited", "needed", "plain_whole", "refused_details"]
