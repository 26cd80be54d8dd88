"""What a reviewer has changed on Inputs and Factors: values, ranges and where they come from, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from lca.citations import BASES
from lca.compile import Model
from lca.graph import Input
from lca.model.ledger import Limit
from lca.problems import near, problem
from lca.text.writing import amount
from lca.units import ONE, Unit
from lca.wording import quantity
from lca.workbook.names import EXPORTED, PERCENT, PURE, REVIEWER, WITHHELD, from_cell
from lca.workbook.review.copies import Cell, Comment, Copy, Table, plain, position_of, reference
from lca.workbook.review.effects import Move
from lca.workbook.review.numbers import is_percent, typed, unit_of, why_not
from lca.workbook.review.rows import COLUMNS, LONGEST, NEEDED, Known, Row, table_in

SAME = 1e-12  # relative; programs save 15 to 17 digits
WORDS = ("Basis", "Source", "At", "Note")
ENDS = ("Low", "High")
HANDLED = {"Inputs": ("Value", "Unit", *ENDS, *WORDS, REVIEWER), "Factors": ("Value", "Unit", *ENDS, REVIEWER)}
DATES = range(36_526, 73_051)  # serial numbers of the days of 2000 to 2099
EPOCH = date(1899, 12, 30)
FAR = 30.0  # how many times what is known of an input a number is that looks like a date


class Detail(NamedTuple):
    """A cell beside the value that was changed: an end of the range, the unit, the basis, the source, its place, the
    note, or what a reviewer wrote.

    number: of an end of the range, in the unit of the input, and stated: as it is to be written; None where it was
    deleted or is none, and then refused says why.
    """

    column: str
    cell: str
    old: str
    new: str
    number: float | None = None
    stated: str = ""
    refused: str = ""


class Edit(NamedTuple):
    """A row of Inputs or Factors that was changed.

    leaf: its index in the graph. new: None where the value stayed or cannot be used; stated: as it is to be written,
    where that is in another unit than that of the input. typed: the number that the workbook itself computed with, if
    another, None where it is none. refused: why nothing of the value is written. warnings: what is written, and should
    be looked at again.
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
    stated: str = ""
    typed: float | None = None

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
    """What a sheet of inputs came to.

    told: the rows of which all is told by one finding. left: those beside which the hidden numbers are another's.
    """

    sheet: str
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    told: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()


def readable(copy: Copy) -> Iterator[str]:
    """The sheets of inputs that can be read. Problems where none can."""
    found = [sheet for sheet in COLUMNS if table_in(copy, sheet) is not None]
    if found:
        yield from found
        return
    sheet = next((sheet for sheet in COLUMNS if sheet in copy.sheets), next(iter(COLUMNS)))
    if sheet not in copy.sheets:
        known = ", ".join(plain(name) for name in list(copy.sheets)[:12])
        hint = near(sheet, copy.sheets, f"it has: {known}; was it written by `lca export`?")
        raise problem(f"{copy.name} has no sheet {sheet}", hint=hint)
    hint = "rows are told apart by them: put the headings back as they were exported"
    raise problem(f"{copy.name} has no columns {_headings(sheet)} on its sheet {sheet}", hint=hint)


def _headings(sheet: str) -> str:
    return " and ".join(" or ".join(group) for group in NEEDED[sheet])


def unreadable(copy: Copy) -> Iterator[Finding]:
    """The sheets of inputs of which nothing can be read, where others can."""
    for sheet in COLUMNS:
        if table_in(copy, sheet) is None:
            what = f"it has no columns {_headings(sheet)}" if sheet in copy.sheets else "the sheet is gone"
            way = "put back what was exported" if sheet in copy.sheets else "export again if it is needed"
            yield Finding("not read", sheet, f"{what}: nothing of what it held was read", hint=way)


def handled(copy: Copy, sheet: str) -> frozenset[int]:
    """The columns of a sheet whose changes are edits of its inputs."""
    table = table_in(copy, sheet)
    if table is None:
        return frozenset()
    return frozenset(table.columns[head] for head in HANDLED[sheet] if head in table.columns)


def edited(copy: Copy, model: Model, sheet: str, pristine: Copy | None, *, in_percent: bool) -> Rows:
    """The rows of a sheet that were changed, and what else is odd about its rows.

    pristine: a fresh export; None where the copy is of another scenario. in_percent: whether the cells of percentages
    hold them as such, 40 for 40 %, as older workbooks do.
    """
    table = table_in(copy, sheet)
    if table is None:
        raise ValueError(sheet)
    known = Known(model, sheet, pristine)
    rows = known.read(table)
    moved = frozenset(row for row, of in rows.items() if of.moved is not None)
    reader = _Reader(table, model, _comments(copy, sheet), _exported(known), moved, in_percent=in_percent)
    edits: list[Edit] = []
    findings: list[Finding] = [*_taken(table), *_sorted(table, rows, known)]
    seen: dict[int, int] = {}
    told = {row for row, of in rows.items() if of.moved is not None or of.said}
    for row, of in rows.items():
        if of.said:
            continue
        if of.leaf is None:
            findings += _unknown(table, row, known, several=of.several)
        elif of.leaf in seen:
            told.add(row)
            if table.text(row, "Value") or table.text(row, "Unit"):
                findings.append(_repeated(table, row, seen[of.leaf]))
        else:
            seen[of.leaf] = row
            edits += reader.edit(row, of.leaf)
    if known.exported is not None:
        unsaid = {*seen, *(index for of in rows.values() for index in of.said)}
        findings += _gone(model, known, [index for index in known.indices if index not in unsaid])
    left = {*known.left_behind(table, rows)} - told
    if left:
        what = f"the hidden columns stayed where they were when {_listed(left)} sorted: they are of other rows now"
        hint = "values are read by their paths; marks of what was changed are wrong in the workbook itself"
        findings.append(Finding("rows sorted", sheet, what, hint=hint))
    return Rows(sheet, tuple(edits), (*reader.findings, *findings), frozenset(told), frozenset(left))


def _taken(table: Table) -> Iterator[Finding]:
    """Headings under another text."""
    for head in table.taken:
        at = (table.head, table.columns[head])
        what, now = f"the heading {head} has another text, and was told by its place", table.cells[at].text
        yield Finding("heading changed", f"{table.sheet}!{reference(at)}", what, head, now, "put it back")


def _sorted(table: Table, rows: Mapping[int, Row], known: Known) -> Iterator[Finding]:
    """Rows that stand beside the paths of others."""
    moved = [row for row, of in rows.items() if of.moved is not None]
    if moved:
        what = f"{_listed(moved)} sorted without their paths, which stand further to the right"
        hint = "they are read by their names and words, which agree; the workbook itself computes with swapped values"
        yield Finding("rows sorted", table.sheet, what, hint=hint)
    for row, of in rows.items():
        if of.said:
            paths = " and of ".join(known.graph.info[index].path for index in of.said)
            what = f"what stands in row {row} is of {paths}: nothing of the row was read"
            hint = "put back what it is of, or sort all columns together, the hidden ones too"
            yield Finding(
                "row mixed", f"{table.sheet}!{table.place(row, 'Value')}", what, "", table.text(row, "Value"), hint
            )


def _listed(rows: Iterable[int]) -> str:
    ordered = sorted(rows)
    if len(ordered) == 1:
        return f"row {ordered[0]} was"
    return f"{len(ordered)} rows, from {ordered[0]} to {ordered[-1]}, were"


def _raw(cell: Cell | None) -> str:
    """The text of a cell without blanks at its ends, of bounded length."""
    if cell is None or cell.value is None:
        return ""
    return cell.value.strip()[:LONGEST] if isinstance(cell.value, str) else cell.text


def _exported(known: Known) -> dict[int, dict[str, str]] | None:
    """The words of each row as they were exported, by leaf and column; None where there is no export."""
    table = known.exported
    if table is None:
        return None
    return {
        index: {column: _raw(table.get(row, column)) for column in (*WORDS, REVIEWER)}
        for index, row in known.rows.items()
    }


def _unknown(table: Table, row: int, known: Known, *, several: bool) -> Iterator[Finding]:
    """A row that is none of the study's: one that was added, or one of an input that the scenario does not have."""
    path, value = table.text(row, "Path"), table.text(row, "Value")
    where = table.place(row, "Value")
    if path:
        what = "several inputs have this path" if several else "the scenario has no such input"
        hint = (
            "put its Address and Place back" if several else near(path, known.paths(), "add it to the scenario itself")
        )
        yield Finding("row added", f"{table.sheet}!{where}", f"{path}: {what}", "", value, hint)
    elif value:
        what = f"{table.text(row, 'Name') or 'a row'} has no path: nothing in the model uses it"
        hint = "describe what is missing in a comment, or add it to the scenario itself"
        yield Finding("row added", f"{table.sheet}!{where}", what, "", value, hint)


def _repeated(table: Table, row: int, first: int) -> Finding:
    """A row that is there twice, with the value of each."""
    what = f"row {row} repeats row {first}, {table.text(row, 'Path') or table.text(row, 'Name')}; it was not read"
    old, new = (" ".join(f"{table.text(at, 'Value')} {table.text(at, 'Unit')}".split()) for at in (first, row))
    where = f"{table.sheet}!{table.place(row, 'Value')}"
    return Finding("row repeated", where, what, old, new, "change the first of them")


def _gone(model: Model, known: Known, indices: Iterable[int]) -> Iterator[Finding]:
    graph = model.graph
    needed_nodes = set(graph.below(model.totals.values()))
    for index in indices:
        leaf: Input = graph.info[index]
        if index in needed_nodes or (known.sheet == "Inputs" and not leaf.path.startswith("expect.")):
            hint = "an input cannot be removed in the workbook: take it out of the scenario"
            old = quantity(leaf.value, str(leaf.unit))
            where = f"{known.sheet}!{known.rows[index]}" if index in known.rows else known.sheet
            yield Finding("row removed", where, f"the row of {leaf.path} is gone", old, "", hint)


def _comments(copy: Copy, sheet: str) -> dict[int, tuple[Comment, ...]]:
    by_row: dict[int, tuple[Comment, ...]] = {}
    for comment in copy.comments:
        position = position_of(comment.cell)
        if comment.sheet == sheet and position is not None:
            by_row[position[0]] = (*by_row.get(position[0], ()), comment)
    return by_row


class _Number(NamedTuple):
    """A cell that holds a number: in the unit of its input, as it is to be written where that is in another unit, and
    what was made of what was typed; or why it holds none.
    """

    number: float = math.nan
    stated: str = ""
    said: str = ""
    refused: str = ""


class _Reader:
    """Rows against the leaves of the model."""

    def __init__(
        self,
        table: Table,
        model: Model,
        comments: dict[int, tuple[Comment, ...]],
        exported: dict[int, dict[str, str]] | None,
        moved: frozenset[int],
        *,
        in_percent: bool,
    ) -> None:
        self.table, self.comments, self.exported, self.in_percent = table, comments, exported, in_percent
        self.graph, self.moved = model.graph, moved
        self.spaces = tuple(criterion.space for criterion in model.factors.criteria.values())
        self.findings: list[Finding] = []
        self.limits: dict[int, Limit] = {}
        for limit in model.facts.limits:
            self.limits.setdefault(limit.index, limit)

    def edit(self, row: int, index: int) -> Iterator[Edit]:
        """The edit of a row, if there is one."""
        leaf: Input = self.graph.info[index]
        cell = self.table.get(row, "Value")
        found = self._value(row, cell, leaf)
        before = self._before(row, leaf)
        is_same = not found.refused and (_is_same(found.number, before) or _is_same(found.number, leaf.value))
        new = None if is_same or found.refused else found.number
        stay = self._ends_stay(row, leaf, found.number)
        details = (*self._unit(row, leaf), *self._ends(row, leaf, stay=stay), *self._words(row, index))
        is_other = any(detail.column == "Unit" for detail in details)
        if is_same and cell is not None and (cell.formula or isinstance(cell.value, str)) and cell.value != WITHHELD:
            self.findings.append(self._unmoved(row, cell, leaf))
        comments = self.comments.get(row, ())
        if new is None and not found.refused and not details and not comments:
            return
        refused = found.refused or (self._out_of_bounds(new, index, leaf) if new is not None else "")
        said = [found.said] if found.said and (new is not None or is_other) else []
        if new is not None:
            said += _warnings(cell, leaf, new, before, is_refused=bool(refused))
        if stay and not found.refused:
            said.append(f"the range stays in {leaf.unit}: in the new unit it would not have the value in it")
        where = f"{self.table.sheet}!{self.table.place(row, 'Value')}"
        yield Edit(
            self.table.sheet, where, leaf.path, leaf.address, index, str(leaf.unit), leaf.value,
            new, self._shown(row, cell, leaf), details, tuple(said), refused, comments,
            found.stated if new is not None or is_other else "", self._computed_with(cell, leaf),
        )  # fmt: skip

    def _shown(self, row: int, cell: Cell | None, leaf: Input) -> str:
        """What stands in the cell, with the unit that its row has now where that is another."""
        text = cell.text if cell is not None else ""
        unit = self.table.text(row, "Unit") if text and self._is_changed(row, leaf) else ""
        return f"{text} {unit}".strip()

    def _unmoved(self, row: int, cell: Cell, leaf: Input) -> Finding:
        """A value that stayed, in another form."""
        where = f"{self.table.sheet}!{self.table.place(row, 'Value')}"
        old = amount(leaf.value, str(leaf.unit))
        if cell.formula:
            what, new = (
                f"the value of {leaf.path} was given a formula that comes to the same",
                f"={plain(cell.formula)}",
            )
            return Finding("value restated", where, what, old, new, "the value is kept, and the formula is not")
        what = f"the value of {leaf.path} became a text that says the same"
        return Finding("value restated", where, what, old, cell.text, "the workbook itself may not compute with a text")

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _value(self, row: int, cell: Cell | None, leaf: Input) -> _Number:
        if cell is not None and cell.value == WITHHELD:
            return _Number(leaf.value)
        return self._number(row, cell, leaf)

    def _before(self, row: int, leaf: Input) -> float:
        """The value when the workbook was exported: that of the scenario, unless it is another now."""
        exported = self.table.get(row, EXPORTED[0])
        if self.exported is not None or exported is None or not isinstance(exported.value, float):
            return leaf.value
        unit = self._unit_in(row, leaf, EXPORTED[3] if EXPORTED[3] in self.table.columns else "Unit")
        return leaf.value if unit is None else self._plain(exported.value, unit[0]) * unit[1]

    def _computed_with(self, cell: Cell | None, leaf: Input) -> float | None:
        """The number that the workbook itself computed with, in the unit of the input; None where it had none."""
        if cell is None or isinstance(cell.value, bool) or not isinstance(cell.value, float):
            return None
        return self._plain(cell.value, leaf.unit)

    def _plain(self, number: float, unit: Unit) -> float:
        """The number of a cell in the unit of its row."""
        return from_cell(number, PERCENT) if is_percent(unit) and not self.in_percent else number

    def _number(self, row: int, cell: Cell | None, leaf: Input) -> _Number:
        """What a cell holds, in the unit of its row or in that which was typed with it."""
        if (refused := _no_number(cell)) or cell is None:
            return _Number(refused=refused or "the value was deleted")
        unit = self._unit_in(row, leaf, "Unit")
        if (day := _as_date(cell.value, leaf, self._plain(1.0, leaf.unit))) is not None:
            return _Number(refused=_dated(cell.text, day, leaf))
        if isinstance(cell.value, str):
            return self._typed(cell.value, row, leaf, unit)
        if unit is None:
            return _Number(refused=self._foreign(row, leaf))
        made, factor = unit
        given = float(cell.value or 0)
        is_old = made is leaf.unit and _is_same(given, leaf.value)
        if cell.look == "percent" and not is_percent(made) and made is not ONE and not is_old:
            way = f"type the number, or '{amount(leaf.value, str(leaf.unit))}' with the number in place, as a text"
            said = f"the cell holds {from_cell(given, PERCENT):.6g} %, and the input is in {made}"
            return _Number(refused=f"{said}: {way}")
        if cell.look != "percent" and is_percent(made) and not is_percent(leaf.unit):
            two = f"{given:.6g} % and as {from_cell(given, PERCENT):.6g} %"
            return _Number(refused=f"its unit was changed to %: {given:.6g} can be read as {two}: type it with its %")
        is_part = is_percent(made) and (cell.look == "percent" or not self.in_percent)
        number = from_cell(given, PERCENT) if is_part else given
        if made is leaf.unit or not self._is_changed(row, leaf):
            return _Number(number * factor)
        computed = quantity(self._plain(given, leaf.unit), str(leaf.unit))
        said = f"the workbook itself computed with {computed}, since it does not convert"
        written = amount(number, str(made)) if made is not ONE else ""
        return _Number(number * factor, written, said)

    def _foreign(self, row: int, leaf: Input) -> str:
        """Why a row is not read: its unit is of another kind."""
        return f"its unit was changed: {why_not(self.table.text(row, 'Unit'), leaf.unit, self.spaces)}"

    def _typed(self, text: str, row: int, leaf: Input, unit: tuple[Unit, float] | None) -> _Number:
        """A text that was meant as a number."""
        found = typed(text)
        if found.refused:
            return _Number(refused=found.refused)
        if found.unit:
            unit = unit_of(found.unit, leaf.unit, self.spaces)
            if unit is None:
                why = why_not(found.unit, leaf.unit, self.spaces)
                way = why if why.startswith("there is no") else "type a number, or one with such a unit"
                return _Number(refused=f"'{plain(text)}' is not {_in(leaf)}: {way}")
        elif unit is None:
            return _Number(refused=self._foreign(row, leaf))
        elif is_percent(unit[0]):
            two = f"{found.number:.6g} % and as {from_cell(found.number, PERCENT):.6g} %"
            return _Number(refused=f"the text '{plain(text)}' can be read as {two}: type it with its %")
        made, factor = unit
        written = amount(found.number, str(made))
        said = f"the text '{plain(text)}' is read as {written}; the workbook itself may not compute with a text"
        is_own = made is leaf.unit or made is ONE
        return _Number(found.number * factor, "" if is_own else written, said)

    def _unit_in(self, row: int, leaf: Input, column: str) -> tuple[Unit, float] | None:
        """The unit that a row states, and what leads from it to that of the input; None where it is of another kind."""
        text = self.table.text(row, column) if column in self.table.columns else str(leaf.unit)
        if is_same_text(text or PURE, PURE) and str(leaf.unit) == "1":
            return leaf.unit, 1.0
        if is_same_text(text, plain(str(leaf.unit))):
            return leaf.unit, 1.0
        return unit_of(text, leaf.unit, self.spaces)

    def _is_changed(self, row: int, leaf: Input) -> bool:
        """Whether a row states another unit than it was exported with."""
        if "Unit" not in self.table.columns:
            return False
        text = self.table.text(row, "Unit") or PURE
        if self.exported is None:
            return EXPORTED[3] in self.table.columns and not is_same_text(text, self.table.text(row, EXPORTED[3]))
        own = str(leaf.unit)
        return not (is_same_text(text, plain(own)) or (own == "1" and text == PURE))

    def _out_of_bounds(self, number: float, index: int, leaf: Input) -> str:
        limit = self.limits.get(index)
        if limit is None or limit.bounds.allows(number * limit.factor):
            return ""
        said = f": {limit.doc}" if limit.doc else ""
        why = f"{quantity(number, str(leaf.unit))} is out of bounds; it has to be {limit.bounds}{said}"
        is_likely = is_percent(leaf.unit) and _is_hundredth(number, leaf.value)
        if is_likely and limit.bounds.allows(number / 100 * limit.factor):
            meant = f"{number / 100:.6g} %"
            share = f"the cell holds a share, so that {number / 100:.6g} is {quantity(number, '%')}"
            why = f"{why}; {share}: for {meant} write {meant}"
        return why

    # --- ranges, units and sources ----------------------------------------------------------------------------------

    def _unit(self, row: int, leaf: Input) -> Iterator[Detail]:
        if self._is_changed(row, leaf):
            yield Detail("Unit", self.table.place(row, "Unit"), str(leaf.unit), self.table.text(row, "Unit") or "1")

    def _ends_stay(self, row: int, leaf: Input, value: float) -> bool:
        """Whether ends of the range were left as they were when the unit of their row was changed: in the new one, the
        value would not be among them.
        """
        if not self._is_changed(row, leaf):
            return False
        unit = self._unit_in(row, leaf, "Unit")
        factor = math.nan if unit is None else unit[1]
        pairs = [(sign, end) for sign, end in ((1, leaf.low), (-1, leaf.high)) if end is not None]
        return any(not (value - end * factor) * sign >= 0 for sign, end in pairs)

    def _ends(self, row: int, leaf: Input, *, stay: bool) -> Iterator[Detail]:
        if self.exported is None:
            return
        for column, end in zip(ENDS, (leaf.low, leaf.high), strict=True):
            cell = self.table.get(row, column)
            if column not in self.table.columns or (cell is not None and cell.value == WITHHELD):
                continue
            old = "" if end is None else quantity(end, str(leaf.unit))
            where = self.table.place(row, column)
            if cell is None or (cell.value in (None, "") and not cell.formula):
                if end is not None:
                    yield Detail(column, where, old, "")
                continue
            found = self._number(row, cell, leaf)
            if stay and self._is_as_exported(cell, end, leaf):
                continue
            if found.refused:
                yield Detail(column, where, old, cell.text, refused=found.refused)
            elif end is None or not _is_same(found.number, end):
                shown = found.stated or amount(found.number, str(leaf.unit))
                formula = f" (={plain(cell.formula)})" if cell.formula else ""
                yield Detail(column, where, old, f"{shown}{formula}", found.number, shown)

    def _is_as_exported(self, cell: Cell, end: float | None, leaf: Input) -> bool:
        return end is not None and isinstance(cell.value, float) and _is_same(self._plain(cell.value, leaf.unit), end)

    def _words(self, row: int, index: int) -> Iterator[Detail]:
        """Basis, source, place and note of an input, and what a reviewer wrote beside it."""
        words = (*WORDS, REVIEWER) if self.exported is not None and self.table.sheet == "Inputs" else (REVIEWER,)
        was = (self.exported or {}).get(index, {})
        for column in words:
            cell = self.table.get(row, column)
            new, old = _raw(cell), was.get(column, "")
            if column in self.table.columns and not is_same_text(new, old) and new != WITHHELD:
                formula = f" (={plain(cell.formula)})" if cell is not None and cell.formula else ""
                is_lost = column == REVIEWER and row in self.moved
                why = "its row was sorted without it: of which input it is cannot be told" if is_lost else ""
                yield Detail(column, self.table.place(row, column), old, f"{new}{formula}", refused=why)


def _in(leaf: Input) -> str:
    """How the number of an input is read."""
    return "a plain number" if str(leaf.unit) == "1" else f"a number in {leaf.unit}"


def _no_number(cell: Cell | None) -> str:
    """Why a cell holds no number, as far as its kind tells."""
    if cell is None or cell.value == "" or (cell.value is None and not cell.formula):
        return "the value was deleted"
    if cell.error:
        return f"the cell does not compute: {plain(str(cell.value))}"
    if cell.value is None:
        return f"a formula without its value, ={plain(cell.formula)}: open and save it in Excel or LibreOffice"
    if isinstance(cell.value, bool):
        return f"{cell.text} is no number"
    if cell.look == "date" and not isinstance(cell.value, str):
        way = "format the cell as a number and type it again"
        day = _day(cell.value)
        return f"what was typed was taken for a date ({cell.value:g}{f', {day}' if day else ''}): {way}"
    return ""


def _as_date(number: object, leaf: Input, unit: float) -> str | None:
    """The day that a number looks like: a whole one as programs count days, far above all that is known of the input.

    unit: what a cell that holds 1 stands for.
    """
    if not isinstance(number, float) or not number.is_integer() or int(number) not in DATES:
        return None
    known = max(abs(end) for end in (leaf.value, leaf.low, leaf.high) if end is not None)
    return _day(number) if abs(number) * unit > FAR * known else None


def _day(number: float) -> str:
    """The day of a serial number, as worksheets count them; empty where it is none of this century.

    >>> _day(46146.0), _day(5.0)
    ('4 May 2026', '')
    """
    if int(number) not in DATES:
        return ""
    day = EPOCH + timedelta(int(number))
    return f"{day.day} {day:%B %Y}"


def _dated(text: str, day: str, leaf: Input) -> str:
    unit = "" if str(leaf.unit) in ("1", PERCENT) else f" {leaf.unit}"
    way = f"write 4/5 as =4/5, or as 0.8; if {text} is meant, write '{text}{unit}' as a text"
    return f"{text} looks like a date ({day}), which programs make of a fraction such as 4/5: {way}"


def _warnings(cell: Cell | None, leaf: Input, number: float, before: float, *, is_refused: bool) -> Iterator[str]:
    unit = str(leaf.unit)
    if cell is not None and cell.formula:
        yield f"the input was given a formula, ={plain(cell.formula)}: its value when it was saved is taken"
    if unit == PERCENT and not is_refused and _is_hundredth(number, before):
        factor = "a hundredth" if abs(number) < abs(before) else "a hundred times"
        what = f"{number:.6g} % is about {factor} of {before:.6g} %"
        yield f"{what}: the cell holds a share, so that 0.4 stands for 40 %"
    if not _is_same(before, leaf.value):
        yield f"it was exported as {quantity(before, unit)}; the scenario now says {quantity(leaf.value, unit)}"


def _is_hundredth(number: float, before: float) -> bool:
    """Whether a change of a percentage looks as if the sign had been forgotten, or typed twice.

    >>> _is_hundredth(0.4, 40.0), _is_hundredth(0.5, 45.0), _is_hundredth(35.0, 40.0), _is_hundredth(0.5, 0.8)
    (True, True, False, False)
    >>> _is_hundredth(40.0, 0.5)
    True
    """
    if number <= 0 or before <= 0:
        return False
    distance = abs(math.log(number / before))
    return abs(distance - math.log(100)) < distance


def _is_same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=SAME, abs_tol=0.0)


def is_same_text(a: str, b: str) -> bool:
    """Whether two texts differ by more than blanks and characters that a worksheet cannot hold."""
    first, second = (" ".join(plain_whole(text).split()) for text in (a, b))
    return first == second


def plain_whole(text: str) -> str:
    """A text whose control characters are visible, not shortened."""
    return "".join(c if c.isprintable() or c.isspace() else "�" for c in text[:LONGEST])


def refused_details(
    details: tuple[Detail, ...], sources: Mapping[str, object], value: float, limit: Limit | None
) -> dict[str, str]:
    """Which changes beside a value cannot be written, and why, by column."""
    given = {detail.column: detail for detail in details}
    reasons = {detail.column: detail.refused for detail in details if detail.refused}
    for column in ENDS:
        number = given[column].number if column in given else None
        if number is None:
            continue
        if (number > value) if column == "Low" else (number < value):
            beyond = "above" if column == "Low" else "below"
            is_sign = given[column].stated.endswith(PERCENT) and column == "Low" and number / 100 <= value
            sign = f"; for {number / 100:.6g} % write {number / 100:.6g} %" if is_sign else ""
            reasons[column] = f"it is {beyond} the value{sign}"
        elif limit is not None and not limit.bounds.allows(number * limit.factor):
            reasons[column] = f"it has to be {limit.bounds}"
    basis = given["Basis"].new if "Basis" in given else ""
    if basis and basis not in BASES:
        reasons["Basis"] = f"'{plain(basis)}' is no basis; {near(basis, BASES, ', '.join(BASES))}"
    if basis == "calibrated":
        reasons["Basis"] = "calibrated inputs say what they are fitted to: write it in the scenario"
    if "Basis" in given and not basis:
        reasons["Basis"] = f"a number has a basis: {', '.join(BASES)}"
    source = given["Source"].new if "Source" in given else ""
    if source and source not in sources:
        reasons["Source"] = f"the study has no source '{plain(source)}': its words go into the note"
    return reasons
