"""A figure as a sum of products of powers of its uncertain inputs, where it is one.

Such a sum (a signomial) is Σ c Π x^a with whole exponents a of either sign. Inputs that are held count as numbers, so
that terms merge and only what is uncertain is expanded. One loop over the tape; nothing recurses. The number of terms
and the work are bounded, so that a product of many sums is refused at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, prod
from typing import NamedTuple

from lca.graph import Graph
from lca.operations import TABLE
from lca.spoken import N_, later
from lca.wording import grouped

Exponents = tuple[tuple[int, int], ...]  # (index of a leaf or a share, exponent), by index, without zeros
Terms = dict[Exponents, float]

MOST_TERMS = 1_000
TOO_MANY = N_("more than {count} terms", count=later(grouped, MOST_TERMS))
MOST_WORK = 1_000_000  # products and sums of terms for one figure: about a second


class Refused(NamedTuple):
    """Why a figure is not expanded, and the node at which that shows."""

    reason: str
    node: int


class _Stop(Exception):
    """The expansion cannot go on; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def expand(graph: Graph, root: int, uncertain: Iterable[int], values: Sequence[float]) -> Terms | Refused:
    """The terms of a root over what is uncertain; `values` are those of all nodes, for what is held.

    A term's key is its exponents by leaf; the key () is the constant.
    """
    moving = graph.above(uncertain, graph.below([root]))
    left = _uses(graph, moving)
    budget = _Budget()
    expanded: dict[int, Terms] = {}
    for index in moving:
        args = graph.args[index]
        parts = [expanded[a] if a in expanded else _constant(values[a]) for a in args]
        try:
            expanded[index] = _node(graph, index, parts, budget)
        except _Stop as stop:
            return Refused(stop.reason, index)
        for child in args:
            left[child] -= 1
            if not left[child] and child in expanded:
                del expanded[child]
    terms = expanded.get(root, _constant(values[root]))
    return terms if all(map(isfinite, terms.values())) else Refused(N_("a number beyond all bounds"), root)


def value(terms: Terms, leaves: Mapping[int, float]) -> float:
    """The sum of the terms where the leaves have these values.

    >>> value({((3, 2),): 5.0, (): 1.0}, {3: 2.0})
    21.0
    """
    return sum(c * prod(leaves[leaf] ** exponent for leaf, exponent in exponents) for exponents, c in terms.items())


def merged(a: Exponents, b: Exponents) -> Exponents:
    """The exponents of a product.

    >>> merged(((1, 1), (4, -1)), ((4, 1), (7, 2)))
    ((1, 1), (7, 2))
    """
    if not a or not b:
        return a or b
    total = dict(a)
    for leaf, exponent in b:
        total[leaf] = total.get(leaf, 0) + exponent
    return tuple(sorted((leaf, exponent) for leaf, exponent in total.items() if exponent))


class _Budget:
    """The work that one expansion may still take."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise _Stop(TOO_MANY)


def _uses(graph: Graph, nodes: Iterable[int]) -> dict[int, int]:
    """How often each node is an argument, so that its terms can be let go after the last time."""
    uses: dict[int, int] = {}
    for index in nodes:
        for child in graph.args[index]:
            uses[child] = uses.get(child, 0) + 1
    return uses


def _constant(number: float) -> Terms:
    return {(): number} if number else {}


def _node(graph: Graph, index: int, parts: list[Terms], budget: _Budget) -> Terms:
    info = graph.info[index]
    match graph.op[index]:
        case "input" | "share":
            return {((index, 1),): 1.0}
        case "scale":
            return _scaled(parts[0], info, budget)
        case "neg":
            return _scaled(parts[0], -1.0, budget)
        case "sum":
            return _sum(parts, budget)
        case "-":
            return _sum([parts[0], _scaled(parts[1], -1.0, budget)], budget)
        case "*":
            return _product(parts[0], parts[1], budget)
        case "/":
            return _product(parts[0], _inverse(parts[1]), budget)
        case "^":
            return _power(parts[0] if info >= 0 else _inverse(parts[0]), abs(info), budget)
        case op:
            raise _Stop(TABLE[op].bent)


def _scaled(terms: Terms, factor: float, budget: _Budget) -> Terms:
    budget.spend(len(terms))
    return {exponents: c * factor for exponents, c in terms.items()}


def _sum(parts: list[Terms], budget: _Budget) -> Terms:
    total: Terms = {}
    for terms in parts:
        budget.spend(len(terms))
        for exponents, c in terms.items():
            total[exponents] = total.get(exponents, 0.0) + c
    return _kept(total)


def _product(left: Terms, right: Terms, budget: _Budget) -> Terms:
    budget.spend(len(left) * len(right))
    total: Terms = {}
    for a, x in left.items():
        for b, y in right.items():
            exponents = merged(a, b)
            total[exponents] = total.get(exponents, 0.0) + x * y
        if len(total) > MOST_TERMS:
            break
    return _kept(total)


def _inverse(terms: Terms) -> Terms:
    if len(terms) > 1:
        raise _Stop(N_("a sum in a denominator"))
    if not terms:
        raise _Stop(N_("a division by 0"))
    ((exponents, c),) = terms.items()
    return {tuple((leaf, -exponent) for leaf, exponent in exponents): 1 / c}


def _power(terms: Terms, exponent: int, budget: _Budget) -> Terms:
    result: Terms = {(): 1.0}
    for _ in range(exponent):
        result = _product(result, terms, budget)
    return result


def _kept(terms: Terms) -> Terms:
    """The terms that have not cancelled. Stops where there are too many."""
    if len(terms) > MOST_TERMS:
        raise _Stop(TOO_MANY)
    return {exponents: c for exponents, c in terms.items() if c} if 0.0 in terms.values() else terms
