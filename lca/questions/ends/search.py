"""The least and the greatest number that a node reaches while its inputs go over their ranges, by branch and bound.

A node that never falls as an input rises is greatest at the input's high end (Moore, Kearfott and Cloud, Introduction
to Interval Analysis, 2009, section 6.4): such inputs are put there, which narrows all other ranges, until none is left
or none can be told. What is left is halved, the half that promises most first, and halves that cannot hold more than
has been reached are done with (Hansen and Walster, Global Optimization Using Interval Analysis, 2004, chapter 12).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from lca.graph import Graph, Input, evaluate
from lca.model import moments
from lca.model.laws import Choices, Lognormal, Normal, support
from lca.operations import Range
from lca.questions.ends.ranges import NOTHING, slope_by, slopes, spanned

MOST, VISITS = 100, 100_000  # halvings for an end, and nodes that they visit: of many nodes fewer halvings
PIECES = 64  # that a box is cut into to tell how a node follows a draw
CLOSE = 1e-9  # relative: a bound this close to what is reached is reached

Part = tuple[float, float]  # of the ranges of a draw, from where to where, as chances of less
WHOLE: Part = (0.0, 1.0)


class End(NamedTuple):
    """The least or the greatest number of a node.

    bound: what it cannot pass. reached: the farthest number that was found, and `at` the leaves there, by index.
    is_exact: whether the bound is reached, rounding aside. open: where it is not, the paths of the inputs with which
    the node is not known to rise or to fall.
    """

    bound: float
    reached: float
    at: Mapping[int, float]
    is_exact: bool
    open: tuple[str, ...] = ()


class Box(NamedTuple):
    """A part of the ranges: of each draw, which of them are open, and the ranges of nodes and of slopes over it."""

    parts: Mapping[str, Part]
    free: tuple[str, ...]
    spans: list[Range]
    slopes: Mapping[int, Range]


class Look(NamedTuple):
    """What a box holds: nothing beyond its promise, and a number that is reached, with the leaves there."""

    promise: float
    reached: float
    at: Mapping[int, float]


def ends_of(leaf: Input) -> tuple[float, float]:
    """The ends of an input that varies: those of its law, or the stated ones of a law that goes beyond them."""
    low, high = support(leaf.law)
    if isinstance(leaf.law, Normal | Lognormal):
        return (low if leaf.low is None else leaf.low), (high if leaf.high is None else leaf.high)
    return low, high


def placed(leaf: Input, chance: float) -> float:
    """What an input is at a chance of less: the low end at 0, the high one at 1, never beyond them."""
    low, high = ends_of(leaf)
    return (low, high)[int(chance)] if chance in WHOLE else min(max(moments.quantile(leaf.law, chance), low), high)


class Search:
    """A node and what moves it. `values` are those of all nodes as they stand.

    Inputs of one draw are at the same chance of their laws: all are high at once.
    """

    def __init__(self, graph: Graph, root: int, values: Sequence[float]) -> None:
        self.graph, self.root, self.values = graph, root, values
        self.draws: dict[str, list[int]] = {}
        below = graph.below([root])
        for i in below:
            if graph.op[i] == "input" and graph.info[i].law is not None:
                self.draws.setdefault(graph.info[i].draw, []).append(i)
        self.moving = graph.above(self._leaves(self.draws), below)

    def end(self, sign: float) -> End:
        """The greatest number, or with a sign of -1 the least."""
        known = [Range(value, value) for value in self.values]
        start = self._settled(dict.fromkeys(self.draws, WHOLE), known, self.moving, sign)
        moving = self.graph.above(self._leaves(start.free), self.moving)
        best = self._look(start, sign)
        waiting = [(-best.promise, 0, start)]
        for turn in range(1, 2 * min(MOST, VISITS // (len(moving) or 1)), 2):
            if not waiting[0][2].free or not self._is_beyond(-waiting[0][0], best.reached):
                break
            for number, half in enumerate(self._halves(heapq.heappop(waiting)[2]), turn):
                box = self._settled(half, start.spans, moving, sign)
                look = self._look(box, sign)
                best = max(best, look, key=lambda each: each.reached)
                heapq.heappush(waiting, (-look.promise, number, box))
        promise = -waiting[0][0]
        if self._is_beyond(promise, best.reached):
            return End(sign * promise, sign * best.reached, best.at, is_exact=False, open=self._paths(start.free))
        return End(sign * best.reached, sign * best.reached, best.at, is_exact=True)

    def settled(self, sign: float, over: Mapping[int, Range]) -> dict[int, float] | None:
        """Where the leaves that vary are for the greatest number (the least with -1) wherever others are in ranges.

        None where that depends on where those are.
        """
        below = self.graph.below([self.root])
        known = [Range(value, value) for value in self.values]
        known = spanned(self.graph, over, self.graph.above(over, below), known)
        box = self._settled(dict.fromkeys(self.draws, WHOLE), known, self.moving, sign)
        while box.free:
            told = ((draw, self._told_by_pieces(draw, box, known, sign)) for draw in box.free)
            draw, place = next((each for each in told if each[1] is not None), ("", None))
            if place is None:
                return None
            box = self._settled({**box.parts, draw: place}, known, self.moving, sign)
        return {leaf: placed(self.graph.info[leaf], part[0]) for leaf, part in self._each(box.parts)}

    def _told_by_pieces(self, draw: str, box: Box, known: list[Range], sign: float) -> Part | None:
        """Where a draw is put if in every piece of a box the node only rises, or only falls, with it; None if not."""
        waiting, ends = [box.parts], set[int]()
        for _ in range(PIECES):
            if not waiting or len(ends) > 1:
                break
            parts = waiting.pop()
            over = {i: Range(*(placed(self.graph.info[i], chance) for chance in part)) for i, part in self._each(parts)}
            spans = spanned(self.graph, over, self.moving, known)
            own = [slope_by(self.graph, self.root, leaf, spans, self.moving) * sign for leaf in self.draws[draw]]
            if all(slope.low >= 0 for slope in own):
                ends.add(1)
            elif all(slope.high <= 0 for slope in own):
                ends.add(0)
            else:
                waiting += self._cut_across(parts, max(box.free, key=lambda each: parts[each][1] - parts[each][0]))
        return (box.parts[draw][ends.pop()],) * 2 if not waiting and len(ends) == 1 else None

    def _is_beyond(self, promise: float, reached: float) -> bool:
        slack = CLOSE * abs(self.values[self.root])
        return promise > reached and not math.isclose(promise, reached, rel_tol=CLOSE, abs_tol=slack)

    # --- boxes ------------------------------------------------------------------------------------------------------

    def _settled(self, parts: Mapping[str, Part], known: list[Range], nodes: Sequence[int], sign: float) -> Box:
        """The part of a box that holds its greatest number: a draw that is told by its slope is put at one place."""
        while True:
            over = {i: Range(*(placed(self.graph.info[i], chance) for chance in part)) for i, part in self._each(parts)}
            spans = spanned(self.graph, over, nodes, known)
            free = tuple(draw for draw in parts if any(over[i].low < over[i].high for i in self.draws[draw]))
            by = slopes(self.graph, self.root, spans, nodes) if free else {}
            told = {draw: place for draw in free for place in self._told(draw, parts[draw], by, sign)}
            if not told:
                return Box(parts, free, spans, by)
            parts = {**parts, **told}

    def _told(self, draw: str, part: Part, by: Mapping[int, Range], sign: float) -> Iterator[Part]:
        """Where a draw is put: at the end that the node only rises to; in the middle where it does not move it."""
        own = [by.get(leaf, NOTHING) * sign for leaf in self.draws[draw]]
        if all(slope.low == slope.high == 0 for slope in own):
            yield _middle(part), _middle(part)
        elif all(slope.low >= 0 for slope in own):
            yield part[1], part[1]
        elif all(slope.high <= 0 for slope in own):
            yield part[0], part[0]

    def _halves(self, box: Box) -> Iterator[dict[str, Part]]:
        """The box, halved across the draw that moves the node most, or the widest where that is not known."""
        smears = {draw: sum(map(_size, self._moves(box, draw))) for draw in box.free}
        known = all(map(math.isfinite, smears.values()))
        across = max(box.free, key=lambda draw: smears[draw] if known else box.parts[draw][1] - box.parts[draw][0])
        return self._cut_across(box.parts, across)

    def _cut_across(self, parts: Mapping[str, Part], across: str) -> Iterator[dict[str, Part]]:
        low, high = parts[across]
        cut = self._cut(across, (low, high))
        for half in ((low, cut), (math.nextafter(cut, high), high)):
            yield {**parts, across: half}

    def _cut(self, draw: str, part: Part) -> float:
        """Where a part is halved: where a choice jumps from one number to the next, or in the middle."""
        laws = (self.graph.info[leaf].law for leaf in self.draws[draw])
        every = [chance for law in laws if isinstance(law, Choices) for chance in accumulate(law.chances)]
        jumps = [chance for chance in every if part[0] < chance < part[1]]
        return min(jumps, key=lambda chance: abs(chance - _middle(part)), default=_middle(part))

    def _moves(self, box: Box, draw: str) -> Iterator[Range]:
        """How far the node goes with each leaf of a draw, from the middle of a box."""
        for i in self.draws[draw]:
            yield box.slopes[i] * (box.spans[i] - placed(self.graph.info[i], _middle(box.parts[draw])))

    def _look(self, box: Box, sign: float) -> Look:
        """The promise of a box: of its ranges, or of its middle and its slopes (Moore, section 6.3) if that is less."""
        middle = self._at({draw: _middle(part) for draw, part in box.parts.items()}, sign)
        corner = self._at({draw: self._guess(box, draw, sign) for draw in box.parts}, sign)
        own = box.spans[self.root] * sign
        around = sum((move * sign for draw in box.free for move in self._moves(box, draw)), NOTHING) + middle.reached
        promise = min(own.high, around.high) if math.isfinite(middle.reached) else own.high
        if not box.free and math.isfinite(corner.reached):
            promise = corner.reached
        best = max(middle, corner, key=lambda each: each.reached)
        return best._replace(promise=promise)

    def _guess(self, box: Box, draw: str, sign: float) -> float:
        """At which end of a box a draw seems to bring the node farther."""
        rises = sum(sign * (move.low + move.high) for move in self._moves(box, draw)) if draw in box.free else 0.0
        return box.parts[draw][int(rises > 0)]

    def _at(self, chances: Mapping[str, float], sign: float) -> Look:
        """A point: what is reached there."""
        leaves = {i: placed(self.graph.info[i], chances[draw]) for draw, own in self.draws.items() for i in own}
        value = sign * evaluate(self.graph, leaves, self.moving, self.values)[self.root]
        return Look(value, -math.inf if math.isnan(value) else value, leaves)

    # --- draws ------------------------------------------------------------------------------------------------------

    def _each(self, parts: Mapping[str, Part]) -> Iterator[tuple[int, Part]]:
        return ((leaf, part) for draw, part in parts.items() for leaf in self.draws[draw])

    def _leaves(self, draws: Iterable[str]) -> list[int]:
        return [leaf for draw in draws for leaf in self.draws[draw]]

    def _paths(self, draws: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.graph.info[leaf].path for leaf in self._leaves(draws)))


def _middle(part: Part) -> float:
    return (part[0] + part[1]) / 2


def _size(moves: Range) -> float:
    return max(-moves.low, moves.high)
