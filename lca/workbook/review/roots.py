"""Errors under the cell in which they start: what fails only because another does is counted there, and not listed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lca.wording import plural
from lca.workbook.review.copies import Cell, Copy, Position, plain, reference
from lca.workbook.review.edits import Finding
from lca.workbook.review.references import Area, areas, names_in
from lca.workbook.review.rows import COLUMNS
from lca.workbook.review.shapes import Shape

Place = tuple[str, Position]
LARGEST = 100_000  # cells of a range that are looked through for what is no number


class Cause(NamedTuple):
    """Where errors start: a cell, or a name that leads nowhere."""

    place: str
    what: str
    value: str
    is_itself: bool = False


def roots(copy: Copy, pristine: Copy | None, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    """The causes of the cells that compute no longer, those of most of them first."""
    errors = _Errors(copy, pristine, shapes)
    below: dict[Cause, set[Place]] = {}
    for start in errors.starts():
        reached = errors.above(start)
        for cause in errors.causes(start):
            below.setdefault(cause, set()).update(reached)
    for cause, reached in sorted(below.items(), key=lambda item: -len(item[1])):
        count = len(reached) - cause.is_itself
        are = plural(count, "cell below it is an error", "cells below it are errors")
        following = f": {are} because of it" if count else ""
        hint = "put it right, and they compute again" if count else "undo what was done to the cells that it refers to"
        yield Finding(
            "does not compute", cause.place, f"{cause.what}{following}", "", "" if count else cause.value, hint
        )


class _Errors:
    """The cells that are errors, with what they read."""

    def __init__(self, copy: Copy, pristine: Copy | None, shapes: Mapping[str, Shape]) -> None:
        self.copy, self.pristine = copy, pristine
        self.back = {name: _Back(shape) for name, shape in shapes.items()}
        self.shapes = shapes
        self.exported = {name.casefold(): at for name, at in pristine.names.items()} if pristine is not None else {}
        self.names = {name.casefold(): at for name, at in copy.names.items()}
        self.known = {name.casefold() for name in pristine.names} if pristine is not None else set()
        self.cells: dict[Place, Cell] = {
            (name, at): cell
            for name, cells in copy.sheets.items()
            for at, cell in sorted(cells.items())
            if cell.error and not self._was_error(name, at)
        }
        self.columns: dict[tuple[str, int], list[int]] = {}
        for name, (row, column) in self.cells:
            self.columns.setdefault((name, column), []).append(row)
        self.reads = {place: [*self._areas(place)] for place in self.cells}
        self.parents = {place: [*self._among(place)] for place in self.cells}
        self.children: dict[Place, list[Place]] = {}
        for place, parents in self.parents.items():
            for parent in parents:
                self.children.setdefault(parent, []).append(place)

    def _was(self, name: str, at: Position) -> Cell | None:
        if self.pristine is None or name not in self.back:
            return None
        before = self.back[name].of(at)
        return None if before is None else self.pristine.cell(name, before)

    def _was_error(self, name: str, at: Position) -> bool:
        was = self._was(name, at)
        return was is not None and was.error

    def _areas(self, place: Place) -> Iterator[Area]:
        return areas(self.cells[place].formula, place[0], self.names, called=self.copy.called)

    def _among(self, place: Place) -> Iterator[Place]:
        """The errors that a cell reads."""
        for area in self.reads[place]:
            for column in range(area.first[1], min(area.last[1], area.first[1] + LARGEST) + 1):
                rows = self.columns.get((area.sheet, column), [])
                for row in rows[bisect_left(rows, area.first[0]) : bisect_right(rows, area.last[0])]:
                    if (area.sheet, (row, column)) != place:
                        yield area.sheet, (row, column)

    def starts(self) -> Iterator[Place]:
        """The errors that read no other; of those that read one another in a circle, the first."""
        seen: set[Place] = set()
        for place, parents in self.parents.items():
            if not parents:
                seen |= self.above(place)
                yield place
        for place in self.parents:
            if place not in seen:
                seen |= self.above(place)
                yield place

    def above(self, start: Place) -> set[Place]:
        """The errors that come from one, itself among them."""
        reached, waiting = {start}, [start]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in reached:
                    reached.add(child)
                    waiting.append(child)
        return reached

    def causes(self, start: Place) -> Iterator[Cause]:
        """What makes an error of a cell: what it reads and is no number, a name that is gone, or itself."""
        found = [*self._gone(start)] or [*self._no_numbers(start), *self._lost_names(start)]
        cell = self.cells[start]
        shown = plain(str(cell.value))
        formula = f"={plain(cell.formula)}" if cell.formula else ""
        what = f"the cell computes no longer, {formula}" if formula else "an error was typed"
        where = f"{plain(start[0])}!{reference(start[1])}"
        yield from found or [Cause(where, what, shown, is_itself=True)]

    def _gone(self, start: Place) -> Iterator[Cause]:
        """The rows and sheets that it read and that were taken out."""
        was = self._was(*start)
        if self.pristine is None or was is None or not was.formula:
            return
        for area in areas(was.formula, start[0], self.exported):
            if area.sheet not in self.copy.sheets:
                yield Cause(area.sheet, "the sheet was taken out", "")
            elif (
                area.first == area.last
                and area.sheet in self.shapes
                and self.shapes[area.sheet].moved(area.first) is None
            ):
                yield Cause(f"{area.sheet}!{area.first[0]}", "the row was taken out", "")

    def _no_numbers(self, start: Place) -> Iterator[Cause]:
        yield from self._among_areas(self.reads[start], set())

    def _among_areas(self, reads: Iterable[Area], seen: set[Place]) -> Iterator[Cause]:
        for area in reads:
            (top, left), (bottom, right) = area.first, area.last
            if (bottom - top + 1) * (right - left + 1) > LARGEST or area.sheet not in self.copy.sheets:
                continue
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield from self._no_number(area.sheet, (row, column), seen, is_one=area.first == area.last)

    def _no_number(self, name: str, at: Position, seen: set[Place], *, is_one: bool) -> Iterator[Cause]:
        cell, was = self.copy.cell(name, at), self._was(name, at)
        if (name, at) in seen:
            return
        seen.add((name, at))
        if is_one and was is not None and isinstance(was.value, str) and not was.formula:
            shown = cell.text if cell is not None else ""
            if shown != was.text:
                yield Cause(f"{name}!{reference(at)}", f"its text was {was.text}, which formulas select by", shown)
            return
        if self._is_no_longer(cell, was) and cell is not None:  # what it only passes on starts further up
            yield from self._among_areas(areas(cell.formula, name, self.names, called=self.copy.called), seen)
            return
        if self.pristine is not None:
            is_odd = was is not None and isinstance(was.value, float)
        else:
            is_odd = is_one and name in COLUMNS
        if not is_odd or (cell is not None and (cell.error or isinstance(cell.value, float) or cell.formula)):
            return
        shown = cell.text if cell is not None else ""
        what = f"it is the text '{shown}', not a number" if shown else "it is empty"
        yield Cause(f"{name}!{reference(at)}", what, shown)

    @staticmethod
    def _is_no_longer(cell: Cell | None, was: Cell | None) -> bool:
        """Whether a formula comes to a text where it came to a number, or to 0 where it did not."""
        if cell is None or was is None or not cell.formula or cell.error or not isinstance(was.value, float):
            return False
        return isinstance(cell.value, str) or (cell.value == 0 and was.value != 0)

    def _lost_names(self, start: Place) -> Iterator[Cause]:
        for name in dict.fromkeys(names_in(self.cells[start].formula)):
            if name in self.known and "#REF!" in self.names.get(name, "#REF!"):
                yield Cause(name, f"the name {name} refers to nothing", "")


class _Back:
    """Where cells of a copy were in its export."""

    def __init__(self, shape: Shape) -> None:
        self.is_same = shape.is_same
        self.rows = {now: before for before, now in shape.rows.items()}
        self.columns = {now: before for before, now in shape.columns.items()}

    def of(self, at: Position) -> Position | None:
        if self.is_same:
            return at
        row, column = self.rows.get(at[0]), self.columns.get(at[1])
        return None if row is None or column is None else (row, column)
