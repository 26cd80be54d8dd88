"""Figures from sums: those of the requests of a key, as stated and by draws of what is uncertain.

A row of sums is a part of a group that takes one side of every choice, or one bin of its ratio. Of a part, the least of
two sums is not below the sum of the least of each request (Jensen's inequality), and a chord over the bin, which is
straight, is not above it: so each draw is bounded from both sides. As stated no bin goes over the middle, and both are
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np

from lca import samples
from lca.batch.plan import Choice, Plan, Product, Terms
from lca.batch.shapes import edges
from lca.graph import Input
from lca.operations import ROUNDING
from lca.samples import Floats

BLOCK = 500_000  # numbers that are worked out together
Sums = Mapping[Product, Floats]
Numbers = Mapping[int, Any]  # before terms, by node; of draws a column


class Draws(NamedTuple):
    """How many samples of what is uncertain, and by which seed."""

    samples: int
    seed: int = 0


class Drawn(NamedTuple):
    """Figures of some rows of sums by name: a row a draw. off: how far each may be off, where there are bins."""

    rows: slice
    values: Mapping[str, Floats]
    off: Mapping[str, Floats]


def figures(plan: Plan, sums: Sums) -> dict[str, Floats]:
    """The figures of each row of sums, by name, as stated."""
    return _Worked(plan, {index: plan.values[index] for index in plan.numbers}, sums).figures


def drawn(plan: Plan, sums: Sums, bins: Mapping[int, Floats], draws: Draws) -> Iterator[Drawn]:
    """The same by draws; an input that several keys have is drawn by the same numbers for all of them.

    bins: of each choice that is told apart by its ratio the bin of each row.
    """
    numbers = _drawn_numbers(plan, draws)
    size = next(iter(sums.values())).size
    step = max(1, BLOCK // draws.samples)
    for start in range(0, size, step):
        rows = slice(start, min(size, start + step))
        some = {product: each[rows] for product, each in sums.items()}
        with np.errstate(all="ignore"):
            worked = _Worked(plan, numbers, some, {node: each[rows] for node, each in bins.items()})
        whole = (draws.samples, rows.stop - rows.start)
        yield Drawn(
            rows,
            {name: np.broadcast_to(each, whole) for name, each in worked.figures.items()},
            {name: np.broadcast_to(each, whole) for name, each in worked.off.items()},
        )


def _drawn_numbers(plan: Plan, draws: Draws) -> Numbers:
    """What stands before terms, by draws."""
    graph, moved = plan.graph, [index for index in plan.numbers if index in plan.drawn]
    leaves = {index: samples.drawn(by_row(leaf)) for index, leaf in graph.inputs() if leaf.law is not None}
    rows = samples.sampled(samples.program(graph, moved, leaves), draws.samples, draws.seed) if moved else ()
    numbers: dict[int, Any] = {index: plan.values[index] for index in plan.numbers}
    return numbers | {index: row[:, np.newaxis] for index, row in zip(moved, rows, strict=True)}


def by_row(leaf: Input) -> Input:
    """A leaf that is drawn as its row of a pack is: one path is of other rows for other models."""
    origin = leaf.origin
    if origin is None or leaf.together or leaf.path.startswith(f"{origin.pack}."):
        return leaf
    own = copy(leaf)
    own.draw = ".".join(filter(None, (leaf.draw, origin.pack, origin.item, origin.name, origin.region)))
    return own


class _Worked:
    """Figures, and how far they may be off where bins are given."""

    def __init__(self, plan: Plan, numbers: Numbers, sums: Sums, bins: Mapping[int, Floats] | None = None) -> None:
        self.plan, self.numbers, self.bins = plan, numbers, bins or {}
        self.sums = dict(sums)
        self._off: dict[Product, Floats] = {}
        for choice in plan.choices:
            of = [self._added(terms) for terms in choice.of]
            take = np.minimum if choice.sign > 0 else np.maximum
            product = (choice.node,)
            self.sums[product] = taken = take.reduce(np.broadcast_arrays(*of))
            inner = np.maximum.reduce(np.broadcast_arrays(*(self._spread(terms) for terms in choice.of)))
            self._off[product] = inner + (self._gap(choice, of, taken) if choice.node in self.bins else 0.0)
        self.figures = {name: self._added(terms) for name, terms in plan.terms.items()}
        self.off = {name: self._spread(terms) for name, terms in plan.terms.items()} if self.bins else {}

    def _added(self, terms: Terms) -> Floats:
        total: Floats = np.zeros(1)
        for product, node in terms.items():
            total = total + self.numbers[node.index] * self.sums[product]
        return total

    def _spread(self, terms: Terms) -> Floats:
        """How far the choices among terms may be off together."""
        total: Floats = np.zeros(1)
        for product, node in terms.items():
            if product in self._off:
                total = total + np.abs(self.numbers[node.index]) * self._off[product]
        return total

    # --- bins -----------------------------------------------------------------------------------------------------

    def _gap(self, choice: Choice, of: Sequence[Floats], taken: Floats) -> Floats:
        """How far the sum of the least is below the least of the sums, or of the greatest above it."""
        first, second = of
        lower, upper = self._ratio(choice)
        with np.errstate(all="ignore"):
            steep = (1 - lower) / (upper - lower) if choice.sign > 0 else (upper - 1) / (upper - lower)
            steep = np.where(np.isfinite(steep), steep, float(choice.sign < 0))
            at_lower = lower if choice.sign > 0 else 1.0
            chord = at_lower * second + (first - lower * second) * steep
        gap = np.where((lower < 1) & (upper > 1), choice.sign * (taken - chord), 0.0)
        return np.where(self._is_known(choice), 0.0, np.maximum(gap, 0.0))

    def _ratio(self, choice: Choice) -> tuple[Floats, Floats]:
        """Between which numbers the ratio of the two is in each request, where draws have moved both."""
        ends = edges()
        place = self.bins[choice.node].astype(np.intp)
        (first_low, first_high), (second_low, second_high) = map(self._moved, choice.of)
        lower, upper = np.array([0.0, *ends])[place], np.array([*ends, np.inf])[place]
        with np.errstate(all="ignore"):
            lower, upper = lower * first_low / second_high, upper * first_high / second_low
        return np.where(np.isnan(lower), 0.0, lower), np.where(np.isnan(upper), np.inf, upper)

    def _moved(self, terms: Terms) -> tuple[Any, Any]:
        """By what the draws multiply terms, at least and at most; anything of those that are chosen or below 0."""
        low: Any = np.inf
        high: Any = 0.0
        for product, node in terms.items():
            before, now = self.plan.values[node.index], self.numbers[node.index]
            if product in self._off or before < 0 or np.min(now) < 0 or (before == 0 and np.max(now) > 0):
                return 0.0, np.inf
            if before:
                low, high = np.minimum(low, now / before), np.maximum(high, now / before)
        return low, high

    def _is_known(self, choice: Choice) -> Any:
        """Where one of the two is made of the other, as in max(min(a, b), b), so that no bin says more."""
        known: Any = False
        for one, other in (choice.of, choice.of[::-1]):
            inner = [each for each in self.plan.choices if one.keys() == {(each.node,)}]
            for terms in (terms for each in inner if each.sign != choice.sign for terms in each.of):
                known = known | self._are_alike(terms, other)
        return known

    def _are_alike(self, one: Terms, other: Terms) -> Any:
        """Where two sums are so term by term."""
        alike: Any = True
        for product in one.keys() | other.keys():
            own, theirs = (self.numbers[each[product].index] if product in each else 0.0 for each in (one, other))
            alike = alike & (np.abs(own - theirs) * self.sums[product] <= ROUNDING * np.abs(own * self.sums[product]))
        return alike
