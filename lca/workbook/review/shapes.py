"""Where the sheets, rows and columns of an export have gone in a copy of it.

A sheet may have another name, rows and columns may be put in, taken out or sorted, and some programs leave out what is
empty. Sheets are told by their words, rows of inputs by their paths, and all else by the texts that it holds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from lca.workbook.review.copies import Cell, Copy, Position
from lca.workbook.review.rows import COLUMNS, IDENTIFYING, table_in

MOST_MATCHED = 3_000  # rows that are matched one by one
ALIKE = 0.5  # share of their texts that two sheets or rows have to have in common
Rows = dict[int, int]
Signature = tuple[str, ...]


class Shape(NamedTuple):
    """Where the rows and columns of a sheet have gone. `is_sorted`: its rows stand in another order."""

    rows: Rows
    columns: Rows
    is_same: bool
    is_sorted: bool = False

    def moved(self, position: Position) -> Position | None:
        """Where a cell has gone; None where its row or column was taken out."""
        if self.is_same:
            return position
        row, column = self.rows.get(position[0]), self.columns.get(position[1])
        return None if row is None or column is None else (row, column)


STILL = Shape({}, {}, is_same=True)


def found_again(copy: Copy, pristine: Copy | None) -> tuple[Copy, dict[str, str]]:
    """The copy with its sheets under the names that they were exported with, and what those are called now, if else."""
    missing = [name for name in (pristine.sheets if pristine else COLUMNS) if name not in copy.sheets]
    called: dict[str, str] = {}
    for name in missing:
        others = [other for other in copy.sheets if other not in called.values() and not _is_known(other, pristine)]
        other = max(others, key=lambda other: _likeness(copy, pristine, name, other), default="")
        if other and _likeness(copy, pristine, name, other) >= ALIKE:
            called[name] = other
    return (_renamed(copy, called) if called else copy), called


def _is_known(name: str, pristine: Copy | None) -> bool:
    return name in (pristine.sheets if pristine else COLUMNS)


def _likeness(copy: Copy, pristine: Copy | None, name: str, other: str) -> float:
    """The share of the texts of an exported sheet that a sheet of the copy has; without an export, of its heads."""
    now = _texts(copy.sheets[other].values())
    was = _texts(pristine.sheets[name].values()) if pristine else Counter(COLUMNS[name])
    return sum((was & now).values()) / max(1, sum(was.values()))


def _texts(cells: Iterable[Cell]) -> Counter[str]:
    return Counter(cell.value for cell in cells if isinstance(cell.value, str) and not cell.formula)


def _renamed(copy: Copy, called: Mapping[str, str]) -> Copy:
    known = {other: name for name, other in called.items()}
    sheets = {known.get(name, name): cells for name, cells in copy.sheets.items()}
    comments = tuple(comment._replace(sheet=known.get(comment.sheet, comment.sheet)) for comment in copy.comments)
    marks = {known.get(name, name): marks for name, marks in copy.marks.items()}
    protected = frozenset(known.get(name, name) for name in copy.protected)
    return copy._replace(sheets=sheets, comments=comments, marks=marks, protected=protected, called=known)


# --- rows and columns -----------------------------------------------------------------------------------------------


def shape(copy: Copy, pristine: Copy, name: str) -> Shape:
    """Where the rows and columns of a sheet have gone."""
    old, new = pristine.sheets[name], copy.sheets[name]
    if not any(cell.formula for cell in new.values()):  # what its texts were computed by is gone: they are texts
        old = {at: cell._replace(formula="") for at, cell in old.items()}
        pristine = pristine._replace(sheets={**pristine.sheets, name: old})
    if all((cell := new.get(at)) is not None and cell.value == was.value for at, was in old.items() if _is_text(was)):
        return STILL
    columns = _columns(copy, pristine, name)
    identifying = _identifying(pristine, name) & frozenset(columns)
    back = {now: before for before, now in columns.items()}
    before = _signatures(old, {column: column for _, column in old}, identifying)
    rows = matched(before, _signatures(new, back, identifying))
    in_order = [rows[row] for row in sorted(rows)]
    is_sorted = any(row > following for row, following in pairwise(in_order))
    width = {column for _, column in old}
    stay = all(row == rows.get(row) for row in before) and all(column == columns.get(column) for column in width)
    return STILL if stay else Shape(rows, columns, is_same=False, is_sorted=is_sorted)


def _is_text(cell: Cell) -> bool:
    return isinstance(cell.value, str) and not cell.formula


def _columns(copy: Copy, pristine: Copy, name: str) -> Rows:
    """The columns: of Inputs and Factors by their headings first, then all by their texts, in whatever order."""
    before, after = (_of_columns(of.sheets[name]) for of in (pristine, copy))
    headed: Rows = {}
    if name in COLUMNS:
        tables = [table_in(of, name) for of in (pristine, copy)]
        if tables[0] is not None and tables[1] is not None:
            now = tables[1].columns
            headed = {column: now[head] for head, column in tables[0].columns.items() if head in now}
    rest = matched(
        {column: texts for column, texts in before.items() if column not in headed},
        {column: texts for column, texts in after.items() if column not in headed.values()},
    )
    return headed | rest


def _of_columns(cells: Mapping[Position, Cell]) -> dict[int, Signature]:
    texts: dict[int, list[str]] = {}
    for (_, column), cell in cells.items():
        found = texts.setdefault(column, [])
        if isinstance(cell.value, str) and not cell.formula:
            found.append(cell.text)
    return {column: tuple(sorted(texts[column])) for column in sorted(texts)}


def _identifying(pristine: Copy, name: str) -> frozenset[int]:
    """The columns that tell the rows of Inputs and Factors apart, whatever a reviewer writes beside them."""
    table = table_in(pristine, name)
    return (
        frozenset(table.columns[head] for head in IDENTIFYING[name] if head in table.columns) if table else frozenset()
    )


def _signatures(cells: Mapping[Position, Cell], back: Rows, identifying: frozenset[int]) -> dict[int, Signature]:
    """What each row says: by its path and address, if it has them, else by its texts in the columns of the export."""
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(cells.items()):
        found = rows.setdefault(row, {})
        if column in back:
            found[back[column]] = cell
    return {row: _signature(found, identifying) for row, found in rows.items()}


def _signature(cells: Mapping[int, Cell], identifying: frozenset[int]) -> Signature:
    known = tuple(cells[column].text for column in sorted(cells) if column in identifying)
    return known or tuple(cells[at].text for at in sorted(cells) if _is_text(cells[at]))


# --- what has gone where --------------------------------------------------------------------------------------------


def matched(before: Mapping[int, Signature], after: Mapping[int, Signature]) -> Rows:
    """The new place of each row or column: of equal ones in their order, of those that were sorted by what they say,
    and of those whose texts were changed by their place among their neighbours.

    >>> matched({1: ("a",), 2: ("b",), 3: ("c",)}, {1: ("a",), 2: ("x",), 3: ("b!",), 4: ("c",)})
    {1: 1, 3: 4}
    >>> matched({1: ("a",), 2: ("b",), 3: ("c",)}, {1: ("c",), 2: ("a",), 3: ("b",)})
    {1: 2, 2: 3, 3: 1}
    """
    old, new = list(before), list(after)
    first, second = [before[row] for row in old], [after[row] for row in new]
    start = _in_common(first, second)
    end = min(_in_common(first[start:][::-1], second[start:][::-1]), len(first) - start, len(second) - start)
    rows = dict(zip(old[:start], new[:start], strict=True))
    rows |= dict(zip(old[len(old) - end :], new[len(new) - end :], strict=True))
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(a), len(b)) <= MOST_MATCHED:
        matcher = SequenceMatcher(None, [before[row] for row in a], [after[row] for row in b], autojunk=False)
        for i, k, size in matcher.get_matching_blocks():
            rows |= dict(zip(a[i : i + size], b[k : k + size], strict=True))
    rows |= _elsewhere(before, after, rows)
    rows |= dict(_between(before, after, rows))
    return dict(sorted(rows.items()))


def _in_common(first: Sequence[Signature], second: Sequence[Signature]) -> int:
    pairs = zip(first, second, strict=False)
    return next((count for count, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _elsewhere(before: Mapping[int, Signature], after: Mapping[int, Signature], rows: Rows) -> Rows:
    """Those that are not yet matched, by what they say, the first of several first."""
    taken = set(rows.values())
    free: dict[Signature, list[int]] = {}
    for row, texts in after.items():
        if row not in taken and texts:
            free.setdefault(texts, []).append(row)
    left = ((row, texts) for row, texts in before.items() if row not in rows)
    return {row: free[texts].pop(0) for row, texts in left if free.get(texts)}


def _between(before: Mapping[int, Signature], after: Mapping[int, Signature], rows: Rows) -> Iterator[tuple[int, int]]:
    """Those whose texts were changed: as many as there were between two neighbours, or the likeliest of those there;
    those that were emptied stay where their neighbours stay.
    """
    taken, order = set(rows.values()), list(before)
    free = [row for row in after if row not in taken]
    for run in _runs([row for row in before if row not in rows], order):
        ends = _neighbour(order, run[0], -1), _neighbour(order, run[-1], 1)
        above, below = rows.get(ends[0], 0), rows.get(ends[1], max(after, default=0) + 1)
        there = free[bisect_left(free, above) : bisect_left(free, below)]
        if not there and (below - above == ends[1] - ends[0] or not ends[1]):
            yield from ((row, row - ends[0] + above) for row in run)
            continue
        if len(there) == len(run):
            yield from zip(run, there, strict=True)
            continue
        for row in run:
            best = max(there, key=lambda other: _alike(before[row], after[other]), default=0)
            if there and _alike(before[row], after[best]) >= ALIKE:
                yield row, best
                there = [other for other in there if other > best]


def _runs(left: Sequence[int], order: Sequence[int]) -> Iterator[list[int]]:
    """Neighbours among those that are left."""
    places = {row: place for place, row in enumerate(order)}
    run: list[int] = []
    for row in left:
        if run and places[row] != places[run[-1]] + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _neighbour(order: Sequence[int], row: int, step: int) -> int:
    place = bisect_left(order, row) + step
    return order[place] if 0 <= place < len(order) else 0


def _alike(first: Signature, second: Signature) -> float:
    """The share of their texts that two rows have in common.

    >>> _alike(("a", "b"), ("b", "c", "d"))
    0.4
    """
    together = Counter(first) & Counter(second)
    return 2 * sum(together.values()) / max(1, len(first) + len(second))
