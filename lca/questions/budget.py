"""What a budget allows: how much of the demand, how many tokens, and what another model or region would buy.

The demand grows or shrinks as a whole, all its flows in proportion, until the figure meets what it may be at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lca import samples, units
from lca.graph import Graph, Node
from lca.model import inputs
from lca.model.ledger import Facts
from lca.problems import Problems
from lca.questions import limits
from lca.questions.breakeven import BreakEven, Crossing, Floats, break_even, meetings
from lca.result import Verdict, is_met
from lca.text.overlay import split
from lca.units import Unit

LEAST, MOST = 1e-3, 1e3  # times the demand, between which its limit is looked for
COUNTED = "token"  # the unit of what there may be less of
DEMAND = ("functional_units", "demand")  # what the path of a flow is made of, but for the names


class Flow(NamedTuple):
    """A flow of the demand as it is planned: its path, its amount and its unit."""

    path: str
    amount: float
    unit: Unit

    @property
    def name(self) -> str:
        return split(self.path)[-1]


class Way(NamedTuple):
    """The service as it is, or with another model or region, against a budget.

    what: "", model or region; of: which. times: the demand that the budget allows, as a ratio to that which is planned;
    None where it does not move the figure, `inf` where a thousand times it are within the budget, 0 where a thousandth
    of it is not. refused: what leaves its bounds there. kept: in what part of the samples the budget is met. handed:
    the part of the demand after which the rest may be handed over to it, so that all of it stays within the budget;
    None where that does not help, or is not needed.
    """

    what: str
    of: str
    figure: float
    flows: tuple[Flow, ...]
    times: float | None
    refused: str
    kept: float
    handed: float | None = None


class Budget(NamedTuple):
    """A target, the ways of it, and the value of each input at which it is met."""

    target: Verdict
    ways: tuple[Way, ...]
    inputs: tuple[BreakEven, ...]


def budget(
    facts: Facts,
    target: Verdict,
    others: Mapping[tuple[str, str], Verdict],
    over: Sequence[str] = (),
    count: int = 100_000,
    seed: int = 0,
) -> Budget:
    """What a target allows; `others` are the same figure with other models and regions, by what it is and which.

    over: inputs to say the limit of; all that are counted in tokens where none is named. Problems where there is none.
    """
    graph, limit = facts.graph, target.published
    kept = _kept(graph, [target, *others.values()], count, seed)
    first = _way(facts, target, "", "", kept[0])
    ways = [first]
    for ((what, of), other), part in zip(others.items(), kept[1:], strict=True):
        way = _way(facts, other, what, of, part)
        helps = what == "model" and not _is_kept(target) and _is_kept(other)
        ways.append(way._replace(handed=_handed(graph, target, other) if helps else None))
    bound = _number(graph, limit, graph.unit[target.node])
    paths = over or dict.fromkeys(_counted_in_tokens(graph, target.node))
    found = [break_even(facts, target.node, bound.index, path) for path in paths if over or _moves(facts, target, path)]
    return Budget(target, tuple(ways), tuple(found))


def _is_kept(of: Verdict) -> bool:
    return bool(is_met("at_most", of.computed, of.published, 0.0))


def _number(graph: Graph, value: float, unit: Unit) -> Node:
    """A number of a unit on the graph."""
    one = graph.one(unit)
    return (graph.constant(value * (units.scale(unit, one.unit) or 1.0)) * one).to(unit)


def _kept(graph: Graph, every: Sequence[Verdict], count: int, seed: int) -> list[float]:
    """In what part of the samples each is within its budget."""
    samples.refuse_too_many(count, len(every), "samples")
    drawn = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    rows = samples.sampled(samples.program(graph, [each.node for each in every], drawn), count, seed)
    return [float(is_met("at_most", row, each.published, 0.0).mean()) for each, row in zip(every, rows, strict=True)]


# --- the demand -------------------------------------------------------------------------------------------------------


def _flows(graph: Graph, nodes: Iterable[int]) -> dict[int, Flow]:
    """The flows of the demand that figures depend on and that are stated as numbers, by leaf."""
    below = (index for index in graph.below(nodes) if graph.op[index] == "input")
    return {i: Flow(graph.info[i].path, graph.info[i].value, graph.unit[i]) for i in below if _is_flow(graph, i)}


def _growing(graph: Graph, nodes: Iterable[int]) -> dict[int, Flow]:
    """Those that grow: not one for a unit of which the figure is, as the users of a figure for each of them."""
    roots = [*nodes]
    units_of = {i for root in roots if graph.op[root] == "/" for i in graph.below([graph.args[root][1]])}
    return {index: flow for index, flow in _flows(graph, roots).items() if index not in units_of}


def _is_flow(graph: Graph, index: int) -> bool:
    parts = split(graph.info[index].path)
    return parts[:1] + parts[2:-1] == DEMAND


def _scaled(graph: Graph, nodes: Sequence[int], flows: Mapping[int, Flow]) -> Callable[[Floats], Floats]:
    """Figures as functions of how many times the demand there is: a row each."""
    swept = samples.sweeper(graph, nodes, flows)
    return lambda times: swept({leaf: flow.amount * times for leaf, flow in flows.items()})


def _way(facts: Facts, of: Verdict, what: str, which: str, kept: float) -> Way:
    graph, limit = facts.graph, of.published
    flows = _growing(graph, [of.node])
    shown = tuple({flow.path: flow for flow in (flows or _flows(graph, [of.node])).values()}.values())
    way = Way(what, which, of.computed, shown, None, "", kept)
    if not flows:
        return way
    figure = _scaled(graph, [of.node], flows)
    fixed, least, asked, most = figure(np.array([0.0, LEAST, 1.0, MOST]))[0].tolist()
    if least == asked == most:
        return way
    if least > limit > fixed:  # so little that what is bent does not matter
        return way._replace(times=LEAST * (limit - fixed) / (least - fixed))
    if least > limit or most <= limit:
        return way._replace(times=0.0 if least > limit else float("inf"))
    crossing = _first(lambda times: (figure(times)[0], np.full_like(times, limit)), LEAST, MOST)
    given = {leaf: flow.amount * crossing.value for leaf, flow in flows.items()}
    beyond = next(limits.refused(facts, given, "demand"), None)
    return way._replace(times=crossing.value, refused=beyond.message if beyond else "")


def _first(figures: Callable[[Floats], tuple[Floats, Floats]], low: float, high: float) -> Crossing:
    crossings, _ = meetings(figures, low, high)
    return crossings[0]


def _handed(graph: Graph, base: Verdict, other: Verdict) -> float | None:
    """The part of the demand after which the rest is handed over, all of it together at the limit.

    The rest adds to the figure of the other what it has more with all of the demand than with the first part of it.
    """
    flows = _growing(graph, [base.node, other.node])
    if not flows:
        return None
    figures = _scaled(graph, [base.node, other.node], flows)
    limit, whole = base.published, float(figures(np.array([1.0]))[1][0])

    def both(times: Floats) -> tuple[Floats, Floats]:
        first, second = figures(times)
        return first + whole - second, np.full_like(times, limit)

    crossings, _ = meetings(both, LEAST, 1.0)
    return crossings[0].value if crossings else None


# --- inputs -----------------------------------------------------------------------------------------------------------


def _counted_in_tokens(graph: Graph, node: int) -> Iterator[str]:
    """The inputs of which there may be fewer: so many tokens, or so many for a unit of the work."""
    for index in graph.below([node]):
        if (
            graph.op[index] == "input"
            and not _is_flow(graph, index)
            and dict(graph.unit[index].dims).get(COUNTED, 0) > 0
        ):
            yield graph.info[index].path


def _moves(facts: Facts, target: Verdict, path: str) -> bool:
    """Whether an input is one whose range can be searched, which one of 0 tokens is not."""
    try:
        return all(facts.graph.info[leaf].value > 0 for leaf in inputs.leaves(facts, path, [target.node]))
    except Problems:
        return False
