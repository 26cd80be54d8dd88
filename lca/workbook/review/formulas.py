"""Cells that computed when the workbook was exported: overwritten, changed or gone; and the names that they use.

The copy is compared with a fresh export of the same study. Programs write formulas in their own ways, and move what
refers to rows that were put in: formulas are compared by what they refer to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from lca.wording import plural
from lca.workbook.review.copies import Cell, Copy, Position, plain, reference
from lca.workbook.review.edits import Finding, Rows, handled
from lca.workbook.review.references import FROM_ANOTHER, areas, canonical, target
from lca.workbook.review.rows import COLUMNS, KEPT, table_in
from lca.workbook.review.shapes import STILL, Shape

SAME = 1e-12  # relative; programs save 15 to 17 digits
FEW = 3  # findings of a kind that are told one by one where more would be one act's
CLOSE = 1e-9  # relative: how near a value has to be that another program computed
NOT_HERE = "not read: put a row of your own into a pack for it, or say it in the column Reviewer, which goes along"
HINT = "no input moves this cell any more; what it shows cannot go into a scenario: change the inputs instead"


class Compared:
    """A copy against an export, by the shapes of its sheets. `expected`: what cells come to with the accepted edits."""

    def __init__(self, copy: Copy, pristine: Copy, shapes: Mapping[str, Shape], rows: Mapping[str, Rows]) -> None:
        self.copy, self.pristine, self.shapes, self.rows = copy, pristine, shapes, rows
        self.hidden = {name: _hidden(copy, name) for name in rows}
        self.expected: Mapping[str, float] | None = None
        self.renamed: dict[str, str] = {}
        self.was_named = {name.casefold(): at for name, at in pristine.names.items()}
        self.has_no_formulas = not any(cell.formula for cells in copy.sheets.values() for cell in cells.values())
        self.sorted = [name for name, shape in shapes.items() if shape.is_sorted]
        self.is_still = all(shape.is_same for shape in shapes.values())

    def is_told(self, name: str, at: Position) -> bool:
        """Whether one finding tells what became of the row of a cell, or of its hidden cells."""
        of = self.rows.get(name)
        if of is None:
            return name in COLUMNS  # nothing of it could be read
        return at[0] in of.told or (at[0] in of.left and at[1] in self.hidden[name])

    def moved(self, sheet: str, position: Position) -> Position | None:
        """Where a cell of the export has gone."""
        return self.shapes.get(sheet, STILL).moved(position)

    def holds_values(self, name: str) -> bool:
        """Whether all formulas of a sheet have become values, as programs leave them that know none."""
        if any(cell.formula for cell in self.copy.sheets[name].values()):
            return False
        return len(self._formulas(name)) > (0 if self.has_no_formulas else 1)

    def _formulas(self, name: str) -> dict[Position, Cell]:
        return {at: cell for at, cell in sorted(self.pristine.sheets[name].items()) if cell.formula}

    # --- cells ------------------------------------------------------------------------------------------------------

    def formulas(self) -> Iterator[Finding]:
        """What became of the formulas; rows that were taken out are told apart."""
        for name in self.shapes:
            if self.holds_values(name):
                yield from self._values(name)
            else:
                yield from self._cells(name)

    def _cells(self, name: str) -> Iterator[Finding]:
        cells = self.copy.sheets[name]
        filled = {row for row, _ in cells}
        unmoved: list[str] = []
        cut: list[str] = []
        for position, was in self._formulas(name).items():
            at = self.moved(name, position)
            if at is None or at[0] not in filled or self.is_told(name, at):
                continue  # told with its row
            where, now = f"{name}!{reference(at)}", cells.get(at)
            if now is not None and now.formula and not self._is_same(name, was.formula, now.formula):
                if not self.is_still and canonical(now.formula, name, called=self.copy.called) == canonical(
                    was.formula, name
                ):
                    unmoved.append(where)
                    continue
                if self._is_cut(name, was.formula, now.formula):
                    cut.append(where)
                    continue
                outside = FROM_ANOTHER.search(now.formula)
                hint = "it fetches from outside of the workbook" if outside else "propose it in the scenario or in code"
                shown, what = f"={plain(now.formula)}", "a formula was changed"
                if self._reads_nothing(name, now.formula):
                    what, hint = "a formula was overwritten by one that reads no cell", HINT
                yield Finding("formula changed", where, what, f"={plain(was.formula)}", shown, hint)
            elif now is None or not now.formula:
                yield self._overwritten(f"{name}!{reference(position)}", where, was, now)
        if cut:
            what = f"{plural(len(cut), 'formula refers', 'formulas refer')} to rows or sheets that were taken out"
            yield Finding("formulas off", cut[0], what, hint="they compute no longer: put those back")
        if unmoved:
            what = f"{plural(len(unmoved), 'formula refers', 'formulas refer')} to other cells than before"
            hint = "rows or columns were put in or taken out by a program that does not move what refers to them"
            yield Finding("formulas off", unmoved[0], what, hint=hint)

    def _is_cut(self, name: str, was: str, now: str) -> bool:
        """Whether a formula read a sheet, row or column that was taken out, which programs write in their own ways."""
        if "#REF!" in now and "#REF!" not in was:
            return True
        return any(area.sheet not in self.copy.sheets for area in areas(was, name, self.was_named))

    def _overwritten(self, origin: str, where: str, was: Cell, now: Cell | None) -> Finding:
        before = f"={plain(was.formula)}"
        if now is None:
            return Finding("formula gone", where, "a formula was deleted", before, "", "export again to have it back")
        what = f"a formula was overwritten by a value; it came to {was.text}"
        value = now.value if isinstance(now.value, float) else None
        return Finding("formula overwritten", where, what, before, now.text, HINT, origin, value)

    def _reads_nothing(self, name: str, formula: str) -> bool:
        """Whether a formula reads no cell."""
        names = {each.casefold(): at for each, at in self.copy.names.items()}
        return not any(True for _ in areas(formula, name, names, called=self.copy.called))

    def _is_same(self, name: str, was: str, now: str) -> bool:
        if was == now and not self.renamed and self.is_still:
            return True
        shown = canonical(now, name, called=self.copy.called)
        ways = (self.moved, self._in_place) if self.sorted else (self.moved,)
        return any(shown == canonical(was, name, way, self.renamed) for way in ways)

    def _in_place(self, sheet: str, position: Position) -> Position | None:
        """Where a cell of the export is read after its sheet was sorted, which moves no reference to it."""
        shape = self.shapes.get(sheet, STILL)
        if not shape.is_sorted:
            return shape.moved(position)
        column = shape.columns.get(position[1])
        return None if column is None else (position[0], column)

    def _values(self, name: str) -> Iterator[Finding]:
        """Values where formulas were: as exported, or as they are with the accepted edits, or overwritten."""
        cells, missing = self.copy.sheets[name], 0
        for position, was in self._formulas(name).items():
            at = self.moved(name, position)
            now = cells.get(at) if at is not None else None
            missing += now is None and was.value not in ("", None)
            if now is None or at is None or not isinstance(was.value, float) or now.error:
                continue
            origin = f"{name}!{reference(position)}"
            wanted = (was.value, was.value if self.expected is None else self.expected.get(origin, now.value))
            if not any(are_close(now.value, value, CLOSE) or now.value == value for value in wanted):
                yield self._overwritten(origin, f"{name}!{reference(at)}", was, now)
        if missing:
            what = f"{plural(missing, 'value', 'values')} of formulas are not there"
            yield Finding("values gone", name, what, hint="the copy was made before they were computed")

    def numbers(self) -> Iterator[Finding]:
        """Numbers that are no inputs; those of rows that were emptied are told with their rows."""
        for name in self.shapes:
            filled = {row for row, _ in self.copy.sheets[name]}
            columns = handled(self.pristine, name)
            for position, was in sorted(self.pristine.sheets[name].items()):
                at = self.moved(name, position)
                is_number = isinstance(was.value, float) and not was.formula
                if not is_number or at is None or self.is_told(name, at):
                    continue
                if at[0] in filled and position[1] not in columns:
                    yield from _number(name, at, was, self.copy.cell(name, at))

    # --- names ------------------------------------------------------------------------------------------------------

    def names(self) -> Iterator[Finding]:
        """Names that were given to other cells, renamed or deleted."""
        copy, called = self.copy, self.copy.called
        if not copy.names:
            return
        now = {
            canonical(at, "", called=called): name for name, at in copy.names.items() if name not in self.pristine.names
        }
        lost: list[str] = []  # with their cells
        changed: list[Finding] = []
        for name, at in self.pristine.names.items():
            wanted = canonical(at, "", self.moved)
            if name in copy.names:
                found = canonical(copy.names[name], "", called=called)
                if "#REF!" in found and self._leads_nowhere(at):
                    lost.append(name)
                elif found != wanted and not any(wanted.startswith(f"{sheet}!") for sheet in self.sorted):
                    changed.append(_renamed(name, wanted, copy.names[name]))
            elif wanted in now:
                self.renamed[name.casefold()] = now[wanted].casefold()
                hint = "the path and address of the row tell which input it is"
                what = f"the name {name} was changed"
                yield Finding("name changed", name, what, name, plain(now[wanted]), hint)
            elif self._leads_nowhere(at):
                lost.append(name)
            else:
                hint = "formulas with this name compute no longer"
                yield Finding("name gone", name, f"the name {name} is gone", at, "", hint)
        yield from _together(changed)
        if lost:
            what = f"{plural(len(lost), 'name refers', 'names refer')} to cells that were taken out"
            yield Finding("name gone", lost[0], what, hint="formulas with such a name compute no longer")

    def _leads_nowhere(self, at: str) -> bool:
        """Whether a name was that of cells whose sheet or row is gone."""
        found = target(at)
        if found is None:
            return canonical(at, "").partition("!")[0] not in self.copy.sheets
        return found[0] not in self.copy.sheets or self.moved(*found) is None


def _together(changed: list[Finding]) -> Iterator[Finding]:
    """Names that lead elsewhere, one by one where they are few."""
    if len(changed) <= FEW:
        yield from changed
        return
    names = ", ".join(finding.place for finding in changed[:FEW])
    what = f"{len(changed)} names refer to other cells than their own, such as {names}"
    hint = "a program took rows out, or put them in, without moving what refers to them: formulas read other cells"
    yield Finding("name changed", changed[0].place, what, changed[0].old, changed[0].new, hint)


def _hidden(copy: Copy, name: str) -> frozenset[int]:
    """The columns of a sheet that nobody sees."""
    table = table_in(copy, name)
    return frozenset(table.columns[head] for head in KEPT if head in table.columns) if table else frozenset()


def _renamed(name: str, wanted: str, found: str) -> Finding:
    is_broken = "#REF!" in found
    what = f"the name {name} refers to {'nothing' if is_broken else 'other cells than its own'}"
    hint = "formulas with this name compute no longer" if is_broken else "its formulas compute from other cells"
    return Finding("name changed", name, what, wanted, plain(found), hint)


def _number(name: str, position: Position, was: Cell, now: Cell | None) -> Iterator[Finding]:
    if now is not None and not now.formula and are_close(now.value, was.value, SAME):
        return
    shown = "" if now is None else f"={plain(now.formula)}" if now.formula else now.text
    if shown != was.text:
        what, hint = "a number that is no input was changed", "it was not read: change the scenario itself"
        if name == "Factors":
            what, hint = "what a factor is of was changed", NOT_HERE
        if name == "Units":
            hint = "it was not read: a conversion is fixed, and a number of a formula stands in the scenario"
        kind = "factor changed" if name == "Factors" else "number changed"
        yield Finding(kind, f"{name}!{reference(position)}", what, was.text, shown, hint)


def are_close(a: object, b: object, relative: float) -> bool:
    """Whether two cells hold numbers that differ by rounding alone."""
    return isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=relative)
