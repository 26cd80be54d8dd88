"""Quantities as cells hold them: a percentage is a fraction, so that no unit that a reader meets holds a `%`."""

from __future__ import annotations

from collections.abc import Sequence

from lca import units
from lca.graph import Graph
from lca.units import Unit
from lca.workbook.names import PERCENT

HUNDREDTH = units.unit(PERCENT)


class Shown:
    """The nodes of a graph as their cells show them. `values`: the number that each cell holds."""

    def __init__(self, graph: Graph, values: Sequence[float]) -> None:
        self.graph = graph
        known = {unit: _percents(unit) for unit in set(graph.unit)}
        self._percents = known
        self._plain = {unit: without(unit, count) for unit, count in known.items()}
        self.values = [self.number(i, value) for i, value in enumerate(values)]

    def number(self, node: int, value: float) -> float:
        """A number in the unit of a node as its cell holds it."""
        count = self._percents[self.graph.unit[node]]
        return value / float(100**count) if count > 0 else value * float(100**-count)

    def of_cell(self, node: int, value: float) -> float:
        """A number of the cell of a node in the unit of the node."""
        return value * float(100.0 ** self._percents[self.graph.unit[node]])

    def unit(self, node: int) -> Unit:
        """The unit of the cell of a node."""
        return self._plain[self.graph.unit[node]]

    def factor(self, node: int) -> float:
        """What a node that converts multiplies the cell of its argument by."""
        source, target = self.graph.unit[self.graph.args[node][0]], self.graph.unit[node]
        if self._percents[source] == self._percents[target] == 0:
            return float(self.graph.info[node])
        return units.scale(self._plain[source], self._plain[target]) or 1.0


def _percents(unit: Unit) -> int:
    return sum(power for name, power in unit.atoms if name == PERCENT)


def without(unit: Unit, count: int) -> Unit:
    """A unit without its percents."""
    return units.over(unit, units.power(HUNDREDTH, count)) if count else unit
