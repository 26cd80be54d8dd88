"""The lowest and the highest that totals, or their parts, come to: every input goes over its whole range at once.

`ends(result)` gives a record a figure with both ends; each says whether it is reached or is a bound. Inputs vary as in
`lca uncertainty`: those that go together are high at once, the shares of a mix are divided by their sum, held ones
stay. An input's range is that of its law; of a normal or lognormal law with a stated low and high, from the one to the
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lca.compile import Model
from lca.graph import Input, Node, evaluate, extended
from lca.model.case import TotalKey
from lca.model.laws import support
from lca.questions.ends.search import End, Search, ends_of
from lca.questions.limits import derived
from lca.result import Result
from lca.wording import some

__all__ = ["SIDES", "End", "Ended", "beyond", "ends", "ends_of", "short"]

SIDES = ("low", "high")
MOST_NAMED = 4  # ends that a sentence names


class Ended(NamedTuple):
    """A figure with its ends: a record of `Result.records`, the node, and the least and the greatest of it."""

    record: dict[str, Any]
    node: int
    low: End
    high: End

    @property
    def name(self) -> str:
        """The figure in words: what it is of, and its criterion."""
        known = ("value", "unit", "share")
        return ", ".join(str(word) for column, word in self.record.items() if word and column not in known)

    @property
    def sides(self) -> Iterator[tuple[str, End]]:
        """Each end, with the word for it."""
        return zip(SIDES, (self.low, self.high), strict=True)


def ends(result: Result, by: Iterable[str] = ()) -> list[Ended]:
    """The ends of every total of a result, or of its parts by columns of its lines, in the order of its records."""
    names = ("functional_unit", "variant", *by, "criterion")
    nodes = _nodes(result.model, names)
    values = extended(result.model.graph, result.values)
    known: dict[int, tuple[End, End]] = {}
    for node in nodes.values():
        if node not in known:
            search = Search(result.model.graph, node, values)
            known[node] = search.end(-1.0), search.end(1.0)
    records = ((record, nodes[tuple(record[name] for name in names)]) for record in result.records(by))
    return [Ended(record, node, *known[node]) for record, node in records]


def _nodes(model: Model, names: Sequence[str]) -> dict[tuple[Any, ...], int]:
    """The node of each figure by the values of its columns."""
    if tuple(names) == TotalKey._fields:
        return {tuple(key): index for key, index in model.totals.items()}
    impacts: dict[tuple[Any, ...], list[Node]] = {}
    for line in model.lines:
        impacts.setdefault(tuple(getattr(line, name) for name in names), []).append(Node(model.graph, line.impact))
    units = {key: criterion.unit for key, criterion in model.factors.criteria.items()}
    return {key: model.graph.sum(nodes, units[key[-1]]).index for key, nodes in impacts.items()}


def short(leaves: Iterable[Input]) -> list[Input]:
    """Those of which the law goes beyond the ends that are taken."""
    return [leaf for leaf in leaves if ends_of(leaf) != support(leaf.law)]


def beyond(result: Result, figures: Iterable[Ended]) -> Iterator[str]:
    """In words: which derived quantities that figures are made of leave their bounds, and at which ends."""
    graph, limits = result.model.graph, derived(result.model.facts)
    values = extended(graph, result.values)
    where: dict[str, dict[str, None]] = {}
    for figure in figures if limits else ():
        below = graph.below([figure.node])
        for side, end in figure.sides:
            found = evaluate(graph, end.at, graph.above(end.at, below), values)
            for limit in limits:
                if limit.index in below and not limit.bounds.allows(found[limit.index] * limit.factor):
                    what = f"{limit.path} is not {limit.bounds}"
                    where.setdefault(what, {})[f"the {side} end of {figure.name}"] = None
    yield from (f"{what} at {some(named, MOST_NAMED)}" for what, named in where.items())
