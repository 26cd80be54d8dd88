"""Where the arrays of a program stand: rows of one workspace, given up after their last use and used again.

The first rows are a tile: variables that totals are made of are gathered there, and added to all totals at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from lca.samples.program import Linear, Program
from lca.samples.steps import Operation, is_in_place, operation
from lca.samples.streams import Floats

TILE = 32  # variables that are added to the totals at once


class Code(NamedTuple):
    """One step: what to do, into which row, from which rows."""

    operation: Operation
    out: int
    args: tuple[int, ...]
    info: Any


class Addition(NamedTuple):
    """The first rows of the tile, times coefficients, added to some of the totals."""

    rows: int
    totals: tuple[int, ...]
    coefficients: Floats  # total, row


class Layout(NamedTuple):
    """A program as rows: what is done in turn, how many rows it takes, what is drawn, and where totals begin."""

    code: tuple[Code | Addition, ...]
    rows: int
    offsets: tuple[float, ...]
    draws: tuple[tuple[int, tuple[Any, ...]], ...]
    redraws: tuple[tuple[int, str], ...]


def layout(program: Program) -> Layout:
    """A program as rows."""
    return _Allocator(program).made()


class _Allocator:
    def __init__(self, program: Program) -> None:
        self.steps, self.roots = program
        self.needed = _needed(program)
        self.last = self._last_uses()
        self.wanted = _wanted(self.roots)
        self.code: list[Code | Addition] = []
        self.row_of: dict[int, int] = {}
        self.free: list[int] = []
        self.rows = TILE
        self.tile: list[int] = []

    def made(self) -> Layout:
        for variable in self.needed:
            self._place(variable)
        self._add()
        offsets = tuple(root.offset for root in self.roots)
        draws = [(v, self.steps[v].info) for v in self.needed if self.steps[v].op == "draw"]
        redraws = [(v, self.steps[v].info[0]) for v in self.needed if self.steps[v].op == "redraw"]
        return Layout(tuple(self.code), self.rows, offsets, tuple(draws), tuple(redraws))

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for variable in self.needed:
            for arg in self.steps[variable].args:
                last[arg] = variable
        return last

    def _place(self, variable: int) -> None:
        step = self.steps[variable]
        rows = tuple(self.row_of[arg] for arg in step.args)
        if is_in_place(step.op):
            self._release(variable)
        in_tile = variable in self.wanted and variable not in self.last
        out = len(self.tile) if in_tile else self._row(rows)
        if not is_in_place(step.op):
            self._release(variable)
        info = (variable, *step.info[1:]) if step.op == "redraw" else variable if step.op == "draw" else step.info
        self.code.append(Code(operation(step.op), out, rows, info))
        self.row_of[variable] = out
        if variable in self.wanted:
            if not in_tile:
                self.code.append(Code(_copy, len(self.tile), (out,), None))
            self.tile.append(variable)
            if len(self.tile) == TILE:
                self._add()

    def _release(self, variable: int) -> None:
        for arg in dict.fromkeys(self.steps[variable].args):
            if self.last[arg] == variable:
                self.free.append(self.row_of[arg])

    def _row(self, preferred: Sequence[int]) -> int:
        for row in preferred:
            if row in self.free:
                self.free.remove(row)
                return row
        if self.free:
            return self.free.pop()
        self.rows += 1
        return self.rows - 1

    def _add(self) -> None:
        """The tile, added to the totals that have one of its variables."""
        totals = tuple(sorted({total for variable in self.tile for total in self.wanted[variable]}))
        if totals:
            table = np.array([[self.roots[total].terms.get(v, 0.0) for v in self.tile] for total in totals])
            self.code.append(Addition(len(self.tile), totals, table))
        self.tile = []


def _copy(out: Floats, args: list[Floats], _info: object, _sources: object) -> None:
    out[:] = args[0]


def _needed(program: Program) -> list[int]:
    """The variables that totals are made of, each after those it is made of and as late as it can be."""
    done: dict[int, None] = {}
    for total in sorted({variable for root in program.roots for variable in root.terms}):
        pending = [total]
        while pending:
            missing = [arg for arg in program.steps[pending[-1]].args if arg not in done]
            if missing:
                pending += reversed(missing)
            else:
                done[pending.pop()] = None
    return list(done)


def _wanted(roots: Sequence[Linear]) -> dict[int, list[int]]:
    """The totals that a variable is a term of."""
    totals: dict[int, list[int]] = {}
    for total, root in enumerate(roots):
        for variable in root.terms:
            totals.setdefault(variable, []).append(total)
    return totals
