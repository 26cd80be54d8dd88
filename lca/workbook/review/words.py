"""All else in a copy that is not as it was exported: texts, rows, columns and sheets, and what stands out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import groupby

from lca import __version__
from lca.wording import plural
from lca.workbook.names import SHEETS
from lca.workbook.review.copies import Cell, Copy, Mark, Position, plain, reference
from lca.workbook.review.edits import Finding, handled, is_same_text
from lca.workbook.review.formulas import NOT_HERE
from lca.workbook.review.references import Area, areas, target
from lca.workbook.review.rows import COLUMNS, table_in
from lca.workbook.review.shapes import Shape

CHOICES = ("shown_variant", "shown_functional_unit")  # cells that only select what tables show
OF_PANDAS = re.compile(r"Unnamed: \d+")  # the head of a column that had none
LONGEST_LABEL = 60  # characters
SELECTS = re.compile(r"\b(SUMIFS?|COUNTIFS?|MATCH|INDEX|LOOKUP)\b")
OF_A_FACTOR = ("Item", "Stage", "Region", "Year", "Criterion", "Quality", "Pack", "At", "Note")
SELECTED_BY = "formulas select by this text, and find nothing under another: put it back"
NOT_READ = "no program reads it: see whether it asks for a change"


class Words:
    """What a copy says in words and colours, against an export."""

    def __init__(
        self, copy: Copy, pristine: Copy, shapes: Mapping[str, Shape], is_told: Callable[[str, Position], bool]
    ) -> None:
        self.copy, self.pristine, self.shapes, self.is_told = copy, pristine, shapes, is_told
        self._ranges: set[Area] = set()
        self.choices = {target(pristine.names[name]) for name in CHOICES if name in pristine.names}
        self.filled = {name: {row for row, _ in cells} for name, cells in copy.sheets.items()}
        self.by_path = {name: _paths(copy, name) for name in COLUMNS}

    # --- sheets, rows and columns -----------------------------------------------------------------------------------

    def sheets(self) -> Iterator[Finding]:
        for name in self.pristine.sheets:
            if name not in self.copy.sheets:
                hint = "its cells were not compared; export again if it is needed"
                yield Finding("sheet gone", name, f"the sheet {name} is gone", hint=hint)
        for name, cells in self.copy.sheets.items():
            if name not in self.pristine.sheets and name not in SHEETS:
                hint = "it is not part of the model: read it yourself"
                yield Finding(
                    "sheet added", plain(name), f"a sheet was added, of {plural(len(cells), 'cell')}", hint=hint
                )

    def order(self) -> Iterator[Finding]:
        for name, shape in self.shapes.items():
            if shape.is_sorted:
                what = "the rows were sorted: formulas read cells by place, so that its own totals may be wrong"
                hint = "inputs and factors are read by their paths here, and are right"
                yield Finding("rows sorted", name, what, hint=hint if name in COLUMNS else "undo the sorting")
            yield from self._gone(name, shape)

    def _gone(self, name: str, shape: Shape) -> Iterator[Finding]:
        """Rows and columns that were taken out; rows of inputs are told by their paths."""
        by_row: dict[int, list[Cell]] = {}
        by_column: dict[int, list[Cell]] = {}
        for (row, column), cell in sorted(self.pristine.sheets[name].items()):
            by_row.setdefault(row, []).append(cell)
            by_column.setdefault(column, []).append(cell)
        paths = _paths(self.pristine, name)
        for row, cells in by_row.items():
            if self._is_gone(name, row) and row not in paths:
                yield Finding(
                    "row removed", f"{name}!{row}", "a row is gone", _said(cells), "", "export again to have it"
                )
        if shape.is_same:
            return
        for column, cells in by_column.items():
            if column not in shape.columns:
                where = f"{name}!{reference((1, column)).rstrip('1')}"
                yield Finding("column removed", where, "a column is gone", _said(cells), "", "export again to have it")

    def _is_gone(self, name: str, row: int) -> bool:
        """Whether a row was taken out, or emptied."""
        shape = self.shapes[name]
        now = row if shape.is_same else shape.rows.get(row)
        return now not in self.filled[name]

    # --- cells ------------------------------------------------------------------------------------------------------

    def cells(self) -> Iterator[Finding]:
        """Texts that were changed or deleted, and what stands in cells that were empty."""
        for name, shape in self.shapes.items():
            yield from self._changed(name, shape)
            yield from self._added(name, shape)

    def _changed(self, name: str, shape: Shape) -> Iterator[Finding]:
        columns, heads = handled(self.pristine, name), _paths(self.pristine, name)
        for position, was in sorted(self.pristine.sheets[name].items()):
            at = shape.moved(position)
            if at is None or was.formula or not isinstance(was.value, str) or self._is_left(name, position, was):
                continue
            if self._is_gone(name, position[0]) or self.is_told(name, at):
                continue
            if position[1] in columns and position[0] in heads:
                continue
            now = self.copy.cell(name, at)
            shown = "" if now is None else f"={plain(now.formula)}" if now.formula else now.text
            if now is None or now.formula or not is_same_text(_whole(now), was.value):
                where = f"{name}!{reference(at)}"
                what = "a text was changed" if shown else "a text was deleted"
                kind, hint = self._kind(name, position)
                yield Finding(kind, where, f"{what}{self._beside(name, at)}", was.text, shown, hint)

    def _kind(self, name: str, at: Position) -> tuple[str, str]:
        """What kind of text it is that was changed: a label that formulas select by, what a factor is of, or words."""
        table = table_in(self.pristine, name)
        heads = {column: head for head, column in table.columns.items()} if table is not None else {}
        if table is not None and at[0] > table.head and heads.get(at[1]) in OF_A_FACTOR and name == "Factors":
            return "factor changed", NOT_HERE
        return ("label changed", SELECTED_BY) if (name, at) in self._labels else ("text changed", NOT_READ)

    @cached_property
    def _labels(self) -> set[tuple[str, Position]]:
        """The texts that formulas select by: those that a formula reads alone, and those of the lines of impacts."""
        names = {name.casefold(): at for name, at in self.pristine.names.items()}
        found: set[tuple[str, Position]] = set()
        for name, cells in self.pristine.sheets.items():
            for cell in cells.values():
                if SELECTS.search(cell.formula):
                    for area in areas(cell.formula, name, names):
                        if area.first == area.last:
                            found.add((area.sheet, area.first))
                        elif area not in self._ranges:
                            self._ranges.add(area)
        for area in self._ranges:
            cells = self.pristine.sheets.get(area.sheet, {})
            rows, columns = (range(area.first[n], area.last[n] + 1) for n in (0, 1))
            found |= {(area.sheet, at) for at in cells if at[0] in rows and at[1] in columns}
        return found

    def _is_left(self, name: str, position: Position, was: Cell) -> bool:
        """Whether a text may differ: a choice of what is shown, or which program wrote the workbook."""
        return (name, position) in self.choices or was.text.startswith(f"lca {__version__}")

    def _added(self, name: str, shape: Shape) -> Iterator[Finding]:
        back_rows = {now: before for before, now in shape.rows.items()}
        back_columns = {now: before for before, now in shape.columns.items()}
        was, columns, values = self.pristine.sheets[name], handled(self.pristine, name), _values(self.copy, name)
        counted = _counted(self.copy.sheets[name], back_columns) if not shape.is_same else frozenset()
        for position, cell in sorted(self.copy.sheets[name].items()):
            row, column = position
            before = position if shape.is_same else (back_rows.get(row, 0), back_columns.get(column, 0))
            if before in was or column in counted or (isinstance(cell.value, str) and OF_PANDAS.fullmatch(cell.value)):
                continue
            is_of_input = before[0] != 0 and before[1] in columns and row in self.by_path[name]
            if is_of_input or (before[0] == 0 and column == values) or self.is_told(name, position):
                continue  # what is told as an edit, or as a row that was added
            where = f"{name}!{reference(position)}"
            shown = f"={plain(cell.formula)}" if cell.formula else cell.text
            kind = "row" if before[0] == 0 else "column" if before[1] == 0 else "cell"
            place = "a cell that was empty" if kind == "cell" else f"a {kind} that was added"
            yield Finding("text added", where, f"{place}{self._beside(name, position)}", "", shown, NOT_READ)

    def _beside(self, name: str, position: Position) -> str:
        """What the row of a cell is about, in words."""
        row, cells = position[0], self.copy.sheets[name]
        label = self.by_path.get(name, {}).get(row, "")
        if not label:
            texts = (cells[at] for at in ((row, column) for column in range(1, position[1])) if at in cells)
            label = next((cell.text for cell in texts if isinstance(cell.value, str) and not cell.formula), "")
        return f", beside {label[:LONGEST_LABEL]}" if label else ""

    # --- what stands out --------------------------------------------------------------------------------------------

    def marks(self) -> Iterator[Finding]:
        """Cells that were struck through, or filled with a colour that the export has not.

        What became of all cells of one fill is a program's way of writing it, and nobody's mark.
        """
        if not any(self.copy.marks.values()):
            return
        was, now = dict(self._marks_of_export()), dict(self._marks_of_copy())
        usual: dict[str, Counter[str]] = {}
        for at in {*was, *now}:
            usual.setdefault(was.get(at, Mark()).fill, Counter())[now.get(at, Mark()).fill] += 1
        ours = {mark.fill for marks in self.pristine.marks.values() for mark in marks.values()}
        kept = {fill: counts.most_common(1)[0][0] for fill, counts in usual.items()} | {"": ""}
        found: dict[tuple[str, Position], str] = {}
        for at, mark in now.items():
            before = was.get(at, Mark())
            struck = "struck through" if mark.struck and not before.struck else ""
            is_filled = mark.fill not in ("", kept[before.fill], *ours)
            if struck or is_filled:
                found[at] = " and ".join(filter(None, (struck, "given another colour" if is_filled else "")))
        yield from self._grouped(found)

    def _marks_of_export(self) -> Iterator[tuple[tuple[str, Position], Mark]]:
        for name, shape in self.shapes.items():
            for position, mark in self.pristine.marks.get(name, {}).items():
                at = shape.moved(position)
                if at is not None:
                    yield (name, at), mark

    def _marks_of_copy(self) -> Iterator[tuple[tuple[str, Position], Mark]]:
        for name in self.shapes:
            yield from (((name, at), mark) for at, mark in self.copy.marks.get(name, {}).items())

    def _grouped(self, found: Mapping[tuple[str, Position], str]) -> Iterator[Finding]:
        """Neighbours in a row as one."""
        ordered = [(name, at, what) for (name, at), what in sorted(found.items())]
        runs = groupby(enumerate(ordered), key=lambda e: (e[1][0], e[1][1][0], e[1][1][1] - e[0], e[1][2]))
        for (name, _, _, what), run in runs:
            positions = [at for _, (_, at, _) in run]
            first, last = positions[0], positions[-1]
            where = reference(first) if first == last else f"{reference(first)}:{reference(last)}"
            texts = [cell.text for at in positions if (cell := self.copy.cell(name, at)) is not None and cell.text]
            beside = self.by_path.get(name, {}).get(first[0], "") or ", ".join(texts)[:LONGEST_LABEL]
            of = f" ({beside})" if beside else ""
            cells = "the cell was" if len(positions) == 1 else "cells were"
            yield Finding("marked", f"{name}!{where}", f"{cells} {what}{of}", hint=NOT_READ)


def _paths(copy: Copy, name: str) -> dict[int, str]:
    """The path of each row of Inputs or Factors that has one, or its name."""
    table = table_in(copy, name)
    if table is None:
        return {}
    return {row: path for row in table.rows() if (path := table.text(row, "Path") or table.text(row, "Name"))}


def _values(copy: Copy, name: str) -> int:
    """The column of the values of Inputs or Factors; 0 elsewhere."""
    table = table_in(copy, name)
    return table.columns["Value"] if table is not None else 0


def _said(cells: list[Cell]) -> str:
    texts = [cell.text for cell in cells if cell.text and not cell.formula]
    return plain(", ".join(texts[:3])) or plural(len(cells), "formula", "formulas")


def _whole(cell: Cell) -> str:
    return cell.value if isinstance(cell.value, str) else cell.text


def _counted(cells: Mapping[Position, Cell], known: Mapping[int, int]) -> frozenset[int]:
    """Added columns that only number the rows, as pandas puts one in front."""
    by_column: dict[int, list[object]] = {}
    for (_, column), cell in sorted(cells.items()):
        if column not in known:
            by_column.setdefault(column, []).append(cell.value)
    return frozenset(column for column, values in by_column.items() if values == [float(n) for n in range(len(values))])
