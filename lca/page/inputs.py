"""The inputs of a page: which can be moved, between what, and how far each moves the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca import units
from lca.compile import Model
from lca.graph import Graph, Input, evaluate
from lca.model import inputs
from lca.model.ledger import Facts
from lca.questions.sensitivity import range_of
from lca.text.overlay import split
from lca.units import ONE, Powers

Range = tuple[float | None, float | None]


class Moved(NamedTuple):
    """An input by its path, with every leaf that it became: several where cases write it in several places.

    Where a case states it in another dimension (data a month, hours a day), that is another input of the same path.

    least, most: what it may be, in its unit, and may_be_least. low, high: its range; None where it has none. ranges:
    those of all its leaves, each in the unit of its own, since cases may state other ones. reach: how
    far it moves the total that it moves most, relative to it. is_stated: by the scenario, and not by a pack.
    mixes: the totals of the mixes that its leaves are weights of.
    """

    path: str
    leaves: tuple[int, ...]
    leaf: Input
    least: float | None
    most: float | None
    may_be_least: bool
    low: float | None
    high: float | None
    ranges: tuple[Range, ...]
    reach: float
    is_stated: bool
    mixes: tuple[int, ...]

    @property
    def unit(self) -> str:
        """Its unit as it is written; none of a pure number."""
        return "" if self.leaf.unit is ONE else str(self.leaf.unit)


def moved(model: Model) -> list[Moved]:
    """The inputs that the totals of a model depend on, those of the widest reach first."""
    graph = model.graph
    roots = [*model.totals.values()]
    below, values = graph.below(roots), evaluate(graph)
    alike: dict[tuple[str, Powers], list[int]] = {}
    for index in below:
        if graph.op[index] == "input":
            alike.setdefault((graph.info[index].path, graph.unit[index].dims), []).append(index)
    found = [_moved(model.facts, path, leaves, roots, below, values) for (path, _), leaves in alike.items()]
    return sorted(found, key=lambda each: (-each.reach, each.path))


def _moved(
    facts: Facts, path: str, leaves: Sequence[int], roots: Sequence[int], below: Sequence[int], values: Sequence[float]
) -> Moved:
    graph = facts.graph
    leaf: Input = graph.info[leaves[0]]
    low, high = _range(leaf)
    least, most, may_be_least = bounds(facts, leaves[0])
    mixes = tuple(dict.fromkeys(total for each in leaves for total in graph.weights.get(each, ())))
    reach = _reach(graph, leaves, (low, high), roots, below, values)
    ranges = tuple(_range(graph.info[each]) for each in leaves)
    is_stated = leaf.origin is None
    return Moved(path, (*leaves,), leaf, least, most, may_be_least, low, high, ranges, reach, is_stated, mixes)


def _range(leaf: Input) -> Range:
    return range_of(leaf) if leaf.law is not None or leaf.low is not None or leaf.high is not None else (None, None)


def bounds(facts: Facts, leaf: int) -> tuple[float | None, float | None, bool]:
    """The bounds of a leaf in its own unit, and whether it may be the least; a share of a mix is 0 to 100 %."""
    least, most, may_be_least = None, None, True
    for limit in inputs.bounds(facts, leaf):
        bounds = limit.bounds
        lower = bounds.low if bounds.above is None else bounds.above
        if lower is not None and (least is None or lower / limit.factor > least):
            least, may_be_least = lower / limit.factor, bounds.above is None
        if bounds.high is not None and (most is None or bounds.high / limit.factor < most):
            most = bounds.high / limit.factor
    if leaf in facts.graph.weights:
        whole = units.scale(ONE, facts.graph.unit[leaf]) or 1.0
        least, most = least or 0.0, whole if most is None else min(whole, most)
    return least, most, may_be_least


def _reach(
    graph: Graph,
    leaves: Sequence[int],
    ends: Iterable[float | None],
    roots: Sequence[int],
    below: Sequence[int],
    values: Sequence[float],
) -> float:
    at_ends = [*_at_ends(graph, leaves, ends, roots, below, values)]
    if len(at_ends) < 2:
        return 0.0
    return max(
        (abs(at_ends[1][root] - at_ends[0][root]) / abs(values[root]) for root in roots if values[root]), default=0.0
    )


def _at_ends(
    graph: Graph,
    leaves: Sequence[int],
    ends: Iterable[float | None],
    roots: Sequence[int],
    below: Sequence[int],
    values: Sequence[float],
) -> Iterator[Mapping[int, float]]:
    free = [leaf for leaf in leaves if not inputs.is_whole(graph, leaf)]
    nodes = graph.above(free, below)
    for end in ends:
        if end is not None:
            given = {leaf: inputs.given(graph, leaf, end * _scale(graph, leaves[0], leaf)) for leaf in free}
            known = evaluate(graph, given, nodes, values)
            yield {root: known[root] for root in roots}


def _scale(graph: Graph, first: int, leaf: int) -> float:
    return units.scale(graph.unit[first], graph.unit[leaf]) or 1.0


def shown_name(path: str) -> str:
    """A path for readers.

    >>> shown_name("inference.server.idle_power")
    'inference › server › idle power'
    """
    return " › ".join(part.replace("_", " ") for part in split(path) or (path,))
