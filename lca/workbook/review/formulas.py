"""Cells that computed when the workbook was exported: overwritten, changed, gone, or computing no longer.

The copy is compared with a fresh export of the same study. Rows that a reviewer has put in or taken out move all that
is below them, and programs write formulas in their own ways: rows are matched by their texts, and formulas compared by
what they refer to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from lca.workbook.names import SHEETS
from lca.workbook.review.copies import Cell, Copy, Position, column_number, plain, reference, table_of
from lca.workbook.review.edits import COLUMNS, NEEDED, Finding

MOST_MATCHED = 3_000  # rows that are matched one by one
MOST_LISTED = 40  # cells of one sheet that are listed
MOST_NAMES = 8  # names that are listed
SAME = 1e-12  # relative; programs save 15 to 17 digits
SHEET = r"(?:'(?:[^']|'')+'|[A-Za-z_][\w.]*)!"
TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    rf"|(?P<sheet>{SHEET})?(?<![\w.])\$?(?P<column>[A-Z]{{1,3}})\$?(?P<row>[0-9]{{1,7}})(?![\w(.!])"
    r"|(?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_\\À-ÖØ-öø-ÿ][\w.]*)"
    r"|(?P<blank>\s+)|(?P<sign>.)",
    re.DOTALL,
)
FROM_ANOTHER = re.compile(r"\[[0-9]+\]|\bWEBSERVICE\s*\(|\|'", re.IGNORECASE)
Rows = dict[int, int]


class Shape(NamedTuple):
    """Where the rows and columns of a sheet have gone; empty where all are in their places."""

    rows: Rows
    columns: Rows
    is_same: bool

    def moved(self, position: Position) -> Position | None:
        """Where a cell has gone; None where its row or column was taken out."""
        if self.is_same:
            return position
        row, column = self.rows.get(position[0]), self.columns.get(position[1], position[1])
        return None if row is None else (row, column)


STILL = Shape({}, {}, is_same=True)


def compared(copy: Copy, pristine: Copy) -> Iterator[Finding]:
    """What became of the sheets, names and formulas of an export."""
    yield from _sheets(copy, pristine)
    shared = [name for name in pristine.sheets if name in copy.sheets]
    shapes = {name: _shape(copy, pristine, name) for name in shared}
    renamed, of_names = _names(copy, pristine, shapes)
    yield from of_names
    for name in shared:
        yield from _cells(copy, pristine, name, shapes, renamed)


def broken(copy: Copy) -> Iterator[Finding]:
    """Cells that show an error, where there is no export to compare with."""
    for name, cells in copy.sheets.items():
        errors = [(position, cell) for position, cell in sorted(cells.items()) if cell.error]
        yield from _limited(name, [_error(name, position, cell) for position, cell in errors])


# --- sheets and names -----------------------------------------------------------------------------------------------


def _sheets(copy: Copy, pristine: Copy) -> Iterator[Finding]:
    for name in pristine.sheets:
        if name not in copy.sheets:
            hint = "its cells were not compared; export again if it is needed"
            yield Finding("sheet gone", name, f"the sheet {name} is gone or has another name", hint=hint)
    for name in copy.sheets:
        if name not in pristine.sheets and name not in SHEETS:
            hint = "it is not part of the model: read it yourself"
            yield Finding("sheet added", plain(name), "a sheet was added", hint=hint)


def _names(copy: Copy, pristine: Copy, shapes: Mapping[str, Shape]) -> tuple[dict[str, str], list[Finding]]:
    """Names that were given to other cells, renamed or deleted; and the new name of each renamed one."""
    now = {canonical(target, ""): name for name, target in copy.names.items() if name not in pristine.names}
    renamed: dict[str, str] = {}
    findings: list[Finding] = []
    for name, target in pristine.names.items():
        wanted = canonical(target, "", shapes)
        if name not in copy.names:
            other = now.get(wanted, "")
            if other:
                renamed[name.casefold()] = other.casefold()
                hint = "the path and address of the row tell which input it is"
                findings.append(Finding("name changed", name, f"the name {name} was changed", name, plain(other), hint))
            else:
                hint = "formulas with this name compute no longer"
                findings.append(Finding("name gone", name, f"the name {name} is gone", target, "", hint))
        elif canonical(copy.names[name], "") != wanted:
            is_broken = "#REF!" in copy.names[name]
            what = f"the name {name} refers to {'nothing' if is_broken else 'other cells than its own'}"
            hint = "formulas with this name compute no longer" if is_broken else "its formulas compute from other cells"
            findings.append(Finding("name changed", name, what, wanted, plain(copy.names[name]), hint))
    more = len(findings) - MOST_NAMES
    if more > 0:
        hint = "were rows put in or taken out by a program that does not move what refers to them?"
        what = f"{more:,} more names are gone or refer to other cells"
        findings[MOST_NAMES:] = [Finding("more", "names", what, hint=hint)]
    return renamed, findings


# --- where rows and columns have gone -------------------------------------------------------------------------------


def _shape(copy: Copy, pristine: Copy, name: str) -> Shape:
    columns = _columns(copy, pristine, name)
    back = {now: before for before, now in columns.items()}
    old, new = _by_row(pristine.sheets[name], {}), _by_row(copy.sheets[name], back)
    identifying = _identifying(pristine, name)
    before = {row: _signature(cells, identifying) for row, cells in old.items()}
    after = {row: _signature(cells, identifying) for row, cells in new.items()}
    moved = any(number != other for number, other in columns.items())
    if not moved and all(after.get(row) == signature for row, signature in before.items()):
        return STILL
    rows = _matched(before, after)
    if not moved and all(row == other for row, other in rows.items()) and len(rows) == len(before):
        return STILL
    return Shape(rows, columns, is_same=False)


def _columns(copy: Copy, pristine: Copy, name: str) -> Rows:
    """The columns of Inputs and Factors by their headings."""
    if name not in COLUMNS:
        return {}
    before, after = (table_of(of, name, COLUMNS[name], NEEDED[name]) for of in (pristine, copy))
    if before is None or after is None:
        return {}
    return {column: after.columns[head] for head, column in before.columns.items() if head in after.columns}


def _identifying(pristine: Copy, name: str) -> frozenset[int]:
    """The columns that tell the rows of Inputs and Factors apart, whatever a reviewer writes beside them."""
    table = table_of(pristine, name, COLUMNS[name], NEEDED[name]) if name in COLUMNS else None
    wanted = ("Path", "Address", "Place", "Unit") if name == "Factors" else ("Path", "Address", "Place")
    return frozenset(table.columns[head] for head in wanted if head in table.columns) if table else frozenset()


def _by_row(cells: Mapping[Position, Cell], back: Rows) -> dict[int, dict[int, Cell]]:
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(cells.items()):
        rows.setdefault(row, {})[back.get(column, column)] = cell
    return rows


def _signature(cells: Mapping[int, Cell], identifying: frozenset[int]) -> tuple[str, ...]:
    """What a row says: by its path and address, if it has them."""
    known = tuple(cell.text for column, cell in cells.items() if column in identifying)
    return known or tuple(cell.text for cell in cells.values() if isinstance(cell.value, str) and not cell.formula)


def _matched(before: Mapping[int, tuple[str, ...]], after: Mapping[int, tuple[str, ...]]) -> Rows:
    """The new place of each row. Rows whose texts were changed keep their place among their neighbours."""
    old, new = list(before), list(after)
    first = [before[row] for row in old]
    second = [after[row] for row in new]
    start = _alike(first, second)
    end = min(_alike(first[start:][::-1], second[start:][::-1]), len(first) - start, len(second) - start)
    matched = dict(zip(old[:start], new[:start], strict=True))
    matched |= dict(zip(old[len(old) - end :], new[len(new) - end :], strict=True))
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(a), len(b)) > MOST_MATCHED:
        return matched | {row: row for row in a}
    matcher = SequenceMatcher(None, [before[row] for row in a], [after[row] for row in b], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and j - i == m - k):
            matched |= dict(zip(a[i:j], b[k:m], strict=True))
    return matched


def _alike(first: list[tuple[str, ...]], second: list[tuple[str, ...]]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


# --- cells ----------------------------------------------------------------------------------------------------------


def _cells(
    copy: Copy, pristine: Copy, name: str, shapes: Mapping[str, Shape], renamed: Mapping[str, str]
) -> Iterator[Finding]:
    shape, cells = shapes[name], copy.sheets[name]
    findings: list[Finding] = []
    for position, was in sorted(pristine.sheets[name].items()):
        target = shape.moved(position)
        now = None if target is None else cells.get(target)
        if was.formula and target is None:
            where, shown = f"{name}!{reference(position)}", f"={plain(was.formula)}"
            findings.append(Finding("formula gone", where, "the row of a formula is gone", shown))
        elif was.formula and target is not None:
            findings += _formula(name, (position, target), was, now, shapes, renamed)
        elif _is_number(was) and name not in COLUMNS and target is not None:
            findings += _constant(name, target, was, now)
    yield from _limited(name, findings)


def _formula(
    name: str,
    positions: tuple[Position, Position],
    was: Cell,
    now: Cell | None,
    shapes: Mapping[str, Shape],
    renamed: Mapping[str, str],
) -> Iterator[Finding]:
    origin, where = (f"{name}!{reference(position)}" for position in positions)
    before = f"={plain(was.formula)}"
    if now is None:
        yield Finding("formula gone", where, "a formula was deleted", before, "", "export again to have it back")
    elif not now.formula:
        what = f"a formula was overwritten by a value; it came to {was.text}"
        hint = "no input moves this cell any more; what it shows cannot go into a scenario: change the inputs instead"
        value = now.value if isinstance(now.value, float) else None
        yield Finding("formula overwritten", where, what, before, now.text, hint, origin, value)
    elif not _is_same(name, was.formula, now.formula, shapes, renamed):
        outside = FROM_ANOTHER.search(now.formula)
        hint = "it fetches from outside of the workbook" if outside else "propose it in the scenario or in the code"
        yield Finding("formula changed", where, "a formula was changed", before, f"={plain(now.formula)}", hint)
    if now is not None and now.error and not was.error:
        yield _error(name, positions[1], now)


def _is_same(name: str, was: str, now: str, shapes: Mapping[str, Shape], renamed: Mapping[str, str]) -> bool:
    if was == now and not renamed and all(shape.is_same for shape in shapes.values()):
        return True
    return canonical(now, name) == canonical(was, name, shapes, renamed)


def _constant(name: str, position: Position, was: Cell, now: Cell | None) -> Iterator[Finding]:
    if now is not None and not now.formula and _are_close(now.value, was.value):
        return
    shown = "" if now is None else f"={plain(now.formula)}" if now.formula else now.text
    if shown != was.text:
        what, hint = "a number that is no input was changed", "it was not read: change the scenario itself"
        yield Finding("number changed", f"{name}!{reference(position)}", what, was.text, shown, hint)


def _are_close(a: object, b: object) -> bool:
    return isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=SAME)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell.value, float) and not cell.formula


def _error(name: str, position: Position, cell: Cell) -> Finding:
    hint = "undo what was done to the cells that it refers to"
    shown = f"={plain(cell.formula)}" if cell.formula else ""
    what = f"the cell computes no longer: {plain(str(cell.value))}"
    return Finding(
        "does not compute", f"{plain(name)}!{reference(position)}", what, shown, plain(str(cell.value)), hint
    )


def _limited(name: str, findings: list[Finding]) -> Iterator[Finding]:
    yield from findings[:MOST_LISTED]
    if len(findings) > MOST_LISTED:
        more = len(findings) - MOST_LISTED
        yield Finding("more", plain(name), f"{more:,} more cells of {plain(name)} are not as they were exported")


# --- formulas by what they say --------------------------------------------------------------------------------------


def canonical(
    formula: str, sheet: str, shapes: Mapping[str, Shape] | None = None, renamed: Mapping[str, str] | None = None
) -> str:
    r"""A formula in one way of writing: no blanks, no dollars, each cell with its sheet, names in small letters.

    With shapes, cells are named by where they have gone.

    >>> canonical("sum( B$2:B9,'Read me'!A1)*Pue & \"a b\"", "Impacts")
    'sum(Impacts!B2:Impacts!B9,Read me!A1)*pue&"a b"'
    """
    parts: list[str] = []
    last = sheet
    for token in TOKEN.finditer(formula):
        kind = token.lastgroup
        if token["column"]:
            named = token["sheet"]
            last = _unquoted(named) if named else (last if parts and parts[-1] == ":" else sheet)
            parts.append(_moved(last, (int(token["row"]), column_number(token["column"])), shapes))
        elif kind == "name":
            name = token["name"].casefold().removeprefix("_xlfn.")
            parts.append((renamed or {}).get(name, name))
        elif kind == "number":
            parts.append(f"{float(token['number']):.15g}")
        elif kind != "blank":
            parts.append(token[0])
    return "".join(parts)


def _moved(sheet: str, position: Position, shapes: Mapping[str, Shape] | None) -> str:
    shape = (shapes or {}).get(sheet, STILL)
    target = shape.moved(position)
    return f"{sheet}!{reference(target) if target else '#REF'}"


def _unquoted(sheet: str) -> str:
    name = sheet[:-1]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name
