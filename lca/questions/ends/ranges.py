"""The tape over ranges: between which numbers each node lies, and by which slopes a root follows its leaves.

Ranges of arguments are taken as if they did not depend on one another, so that what comes out may be wider than what
is reached, and never narrower, rounding aside. A slope is that of any line between two points of the ranges: a root
whose slope by a leaf is never below 0 does not fall with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lca.graph import Graph
from lca.operations import TABLE, Range

NOTHING = Range(0.0, 0.0)


def spanned(graph: Graph, leaves: Mapping[int, Range], nodes: Iterable[int], known: Sequence[Range]) -> list[Range]:
    """The range of every one of `nodes`, in the order of the tape, over ranges of leaves; of the others, as known."""
    out = list(known)
    for i in nodes:
        op = graph.op[i]
        out[i] = leaves[i] if op == "input" else TABLE[op].range(graph.info[i], [out[a] for a in graph.args[i]])
    return out


def slopes(graph: Graph, root: int, spans: Sequence[Range], nodes: Sequence[int]) -> dict[int, Range]:
    """The slope of a root by each leaf among `nodes`, the ones that move: one backward pass over them."""
    moving = set(nodes)
    slope: dict[int, Range] = {root: Range(1.0, 1.0)}
    for i in reversed(nodes):
        if i in graph.mixes:
            for own, part in _of_mix(graph, i, slope, spans):
                slope[own] = slope.get(own, NOTHING) + part
        if i not in slope or graph.op[i] in ("input", "share"):
            continue
        args = graph.args[i]
        partials = TABLE[graph.op[i]].slopes(graph.info[i], [spans[a] for a in args], spans[i])
        for child, partial in zip(args, partials, strict=True):
            if child in moving:
                slope[child] = slope.get(child, NOTHING) + slope[i] * partial
    return {i: slope.get(i, NOTHING) for i in nodes if graph.op[i] == "input"}


def slope_by(graph: Graph, root: int, leaf: int, spans: Sequence[Range], nodes: Iterable[int]) -> Range:
    """The slope of a root by one leaf: a forward pass, which keeps what counts against one another together.

    It is narrower than `slopes` where a node that the leaf moves by two ways is then multiplied by what is wide.
    """
    slope = {leaf: Range(1.0, 1.0)}
    for i in nodes:
        args = graph.args[i]
        if i != leaf and any(a in slope for a in args):
            partials = TABLE[graph.op[i]].slopes(graph.info[i], [spans[a] for a in args], spans[i])
            slope[i] = sum((slope[a] * by for a, by in zip(args, partials, strict=True) if a in slope), NOTHING)
    return slope.get(root, NOTHING)


def _of_mix(
    graph: Graph, total: int, slope: Mapping[int, Range], spans: Sequence[Range]
) -> Iterable[tuple[int, Range]]:
    """What the shares of a mix bring to the slope by each weight.

    Where f follows share i by a_i and T is the total, df/dw_i = sum over j of (a_i - a_j) w_j / T²: the shares sum to
    100 %, so that no weight makes a difference by itself.
    """
    own = {graph.args[share][0]: slope.get(share, NOTHING) for share in graph.mixes[total]}
    squared = spans[total] ** 2
    for i, by in own.items():
        gains = [(by - other) * spans[j] for j, other in own.items() if j != i]
        yield i, sum(gains, NOTHING) / squared
