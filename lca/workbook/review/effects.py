"""Whom an edit moves: the totals of every case, evaluated with some numbers replaced."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.compile import Model
from lca.graph import Graph, evaluate
from lca.model.case import TotalKey
from lca.model.ledger import SLACK
from lca.wording import quantity

NOTHING = 1e-12  # relative: a difference by rounding


class Move(NamedTuple):
    """A total before and after. `relative` is to the first; infinite where that is 0."""

    functional_unit: str
    variant: str | None
    criterion: str
    unit: str
    before: float
    after: float

    @property
    def total(self) -> TotalKey:
        """Which total it is."""
        return TotalKey(self.functional_unit, self.variant, self.criterion)

    @property
    def relative(self) -> float:
        if self.before:
            return (self.after - self.before) / abs(self.before)
        return math.copysign(math.inf, self.after) if self.after else 0.0

    @property
    def is_none(self) -> bool:
        """Whether the total stays where it is."""
        return math.isclose(self.before, self.after, rel_tol=NOTHING)


class Effects:
    """The totals of a model under replaced numbers. `values`: those of its nodes as they are."""

    def __init__(self, model: Model, values: Sequence[float]) -> None:
        self.model, self.values = model, values
        self.graph: Graph = model.graph
        self.nodes = self.graph.below(model.totals.values())

    def evaluated(self, given: Mapping[int, float], nodes: Sequence[int] | None = None) -> list[float]:
        """The values of the nodes that depend on those that are given, the others as they are."""
        moving = self.graph.above(given, self.nodes if nodes is None else nodes)
        known = list(self.values)
        for index, value in given.items():
            known[index] = value
        return evaluate(self.graph, given, [index for index in moving if index not in given], known)

    def moves(self, given: Mapping[int, float]) -> tuple[Move, ...]:
        """Every total with the given numbers in place of the model's: leaves, or quantities that were overwritten."""
        values = self.evaluated(given)
        labels = {key: self.model.factors.criteria[key].unit_label for key in self.model.criteria}
        return tuple(
            Move(unit, variant, key, labels[key], float(self.values[index]), float(values[index]))
            for (unit, variant, key), index in self.model.totals.items()
        )

    def refused(self, given: Mapping[int, float]) -> dict[int, str]:
        """The given leaves that together bring something out of its bounds, or shares off 100 %, and why."""
        facts, graph = self.model.facts, self.graph
        checked = {limit.index for limit in facts.limits} | {total.index for total in facts.sums}
        checked.update(self.model.totals.values())
        values = self.evaluated(given, graph.below(checked))
        reasons: dict[int, str] = {}
        for node, message in self._broken(values):
            for leaf in _among(graph.below([node]), given):
                reasons.setdefault(leaf, message)
        return reasons

    def _broken(self, values: Sequence[float]) -> Iterator[tuple[int, str]]:
        facts = self.model.facts
        for limit in dict.fromkeys(facts.limits):
            value = float(values[limit.index])
            if not limit.bounds.allows(value * limit.factor):
                shown = quantity(value, str(self.graph.unit[limit.index]))
                yield limit.index, f"{limit.path} would be {shown}; it has to be {limit.bounds}"
        for (unit, variant, key), index in self.model.totals.items():
            if not math.isfinite(values[index]):
                yield index, f"{key} of {unit}{f', {variant}' if variant else ''} would not be a finite number"
        for total in dict.fromkeys(facts.sums):
            if not abs(values[total.index] - 1) <= SLACK:
                yield total.index, f"{total.what} would sum to {values[total.index] * 100:g} %, not 100 %"


def _among(nodes: Iterable[int], given: Mapping[int, float]) -> list[int]:
    return [node for node in nodes if node in given]
