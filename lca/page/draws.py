"""Draws of uncertain inputs that the page and Python make alike: quantiles of each law, and ranks from one generator.

Of each input there is one number in each of so many layers of equal chance, in an order of its own (McKay, Beckman and
Conover 1979, Technometrics 21(2)): a few draws then spread as many random ones do. Inputs that go together have one
order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

from lca import samples
from lca.graph import Graph, Input
from lca.model.laws import Choices, Dirichlet
from lca.model.moments import quantile
from lca.samples import Floats

COUNT = 1_000
TAIL = (0.0005, 0.002, 0.005, 0.01, 0.025, 0.05)  # between these and the twentieths, quantiles go in straight lines
CHANCES = (*TAIL, *(k / 20 for k in range(2, 19)), *(1 - chance for chance in reversed(TAIL)))
SAMPLED = 100_000  # from which the quantiles of a weight of a Dirichlet law are taken
WORD = 0xFFFFFFFF


def data(graph: Graph, leaves: Iterable[int], place: Mapping[int, int]) -> dict[str, Any]:
    """How the page draws: for each leaf its place on the tape, the name of its draw, and quantiles, or numbers and the
    chance that is reached with each.
    """
    drawn = []
    for leaf in leaves:
        chances, numbers = table(graph, leaf)
        steps = {} if chances is CHANCES else {"at": chances}
        drawn.append({"node": place[leaf], "draw": graph.info[leaf].draw, "of": numbers, **steps})
    return {"count": COUNT, "chances": CHANCES, "leaves": drawn}


def columns(graph: Graph, leaves: Iterable[int]) -> dict[int, Floats]:
    """The draws of each leaf, in its unit."""
    return {leaf: _column(graph, leaf) for leaf in leaves}


def uncertain(graph: Graph, nodes: Iterable[int]) -> list[int]:
    """The leaves among nodes that have a law."""
    return [index for index in nodes if graph.op[index] == "input" and graph.info[index].law is not None]


def _column(graph: Graph, leaf: int) -> Floats:
    chances, numbers = table(graph, leaf)
    at = (np.array(ranks(graph.info[leaf].draw)) + 0.5) / COUNT
    if chances is CHANCES:
        return np.interp(at, chances, numbers)
    return np.asarray(numbers)[np.searchsorted(chances, at)]


def table(graph: Graph, leaf: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Chances, and the number that a leaf stays below with each; of choices the chances that are reached with each."""
    info: Input = graph.info[leaf]
    if isinstance(info.law, Choices):
        return _reached(info.law), info.law.values
    if isinstance(info.law, Dirichlet):
        program = samples.program(graph, [leaf], {leaf: samples.drawn(info)})
        return CHANCES, tuple(map(_short, np.quantile(samples.sampled(program, SAMPLED, 0)[0], CHANCES)))
    return CHANCES, tuple(_short(quantile(info.law, chance)) for chance in CHANCES)


def _reached(law: Choices) -> tuple[float, ...]:
    reached, total = [], 0.0
    for chance in law.chances[:-1]:
        total += chance
        reached.append(total)
    return (*reached, 1.0)


def _short(number: float) -> float:
    """Six digits: less than what straight lines between quantiles leave."""
    return float(f"{number:.6g}")


@cache
def ranks(name: str) -> list[int]:
    """0 to so many, in an order that a name gives: Fisher's and Yates's shuffle by xorshift (Marsaglia 2003).

    >>> sorted(ranks("pue")) == [*range(COUNT)], ranks("pue")[:3], ranks("aur")[:3]
    (True, [188, 475, 520], [955, 606, 531])
    """
    state = 2166136261  # FNV-1a, 32 bits
    for byte in name.encode():
        state = (state ^ byte) * 16777619 & WORD
    state = state or 1
    order = list(range(COUNT))
    for last in range(COUNT - 1, 0, -1):
        state ^= state << 13 & WORD
        state ^= state >> 17
        state ^= state << 5 & WORD
        other = state % (last + 1)
        order[last], order[other] = order[other], order[last]
    return order
