"""A statistic of a figure: what its samples say, as `lca uncertainty` draws them, of any node of the graph.

Figures of the same number of samples and seed are drawn together, and share the draws of the inputs they share. A
moment that does not exist is refused, never estimated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lca import samples
from lca.graph import Graph
from lca.problems import Problem, Problems, near, shortened
from lca.questions.sensitivity.existence import Existence, Existing
from lca.questions.uncertainty import ROOM, is_wild
from lca.samples import Floats

MOMENTS = ("mean", "sd")
NAMED = {"median": 0.5, "low": 0.025, "high": 0.975}  # quantiles, as `lca uncertainty` prints them
QUANTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,6})?)")
SUCH = (*MOMENTS, *NAMED, "p5", "p95")  # that a message lists


class Asked(NamedTuple):
    """A statistic of a node: its name, how many samples it is of, and where their random numbers start."""

    node: int
    name: str
    samples: int
    seed: int


def part(name: str) -> float | None:
    """The part of the samples that is below a quantile; None of what is none.

    >>> part("p97.5"), part("median"), part("mean"), part("p0")
    (0.975, 0.5, None, None)
    """
    matched = QUANTILE.fullmatch(name)
    below = NAMED.get(name) if matched is None else float(matched[1]) / 100
    return below or None


def unknown(name: str) -> Problem | None:
    """What to say of a name that is none of a statistic."""
    if name in MOMENTS or part(name) is not None:
        return None
    hint = near(
        name, SUCH, "one of: mean, sd, median, low and high (2.5 % and 97.5 %), or a quantile such as p5 or p99.5"
    )
    return Problem(f"'{shortened(name)}' is no statistic", (), hint)


def statistics(graph: Graph, values: Sequence[float], asked: Iterable[Asked]) -> dict[Asked, float | Problem]:
    """Each statistic, in the unit of its node, or what is wrong with it.

    Problems where nothing varies, where there are too many samples, where some are not finite, and where a mean or a
    deviation does not exist or is not known to.
    """
    found: dict[Asked, float | Problem] = {}
    every = list(dict.fromkeys(asked))
    existing = Existing(graph, [each.node for each in every], values)
    for count, seed in dict.fromkeys((each.samples, each.seed) for each in every):
        own = [each for each in every if (each.samples, each.seed) == (count, seed)]
        try:
            found |= _drawn(existing, own, count, seed)
        except Problems as raised:
            found |= dict.fromkeys(own, raised.problems[0])
    return found


def _drawn(existing: Existing, asked: Sequence[Asked], count: int, seed: int) -> dict[Asked, float | Problem]:
    """The statistics of one number of samples and seed, as many nodes at once as there is room for."""
    graph = existing.graph
    samples.refuse_too_many(count, 1, "samples")
    nodes = list(dict.fromkeys(each.node for each in asked))
    drawn = {index: samples.drawn(leaf) for index, leaf in graph.inputs() if leaf.law is not None}
    found: dict[Asked, float | Problem] = {}
    most = max(1, ROOM // count)
    for start in range(0, len(nodes), most):
        some = nodes[start : start + most]
        rows = dict(zip(some, samples.sampled(samples.program(graph, some, drawn), count, seed), strict=True))
        for node, row in rows.items():
            found |= _of_row(existing, node, row, [each for each in asked if each.node == node])
    return found


def _of_row(existing: Existing, node: int, row: Floats, asked: Sequence[Asked]) -> dict[Asked, float | Problem]:
    """The statistics of the samples of one node."""
    if not existing.draws(node):
        hint = "give inputs low and high, or a law; or take the statistic out"
        return dict.fromkeys(asked, Problem("nothing that the figure depends on varies", (), hint))
    exists = existing.of(node)
    (infinite,) = samples.infinite(row.reshape(1, -1))
    if is_wild(exists, infinite):
        message = f"the figure is not a finite number in {infinite * 100:.2g} % of the samples"
        return dict.fromkeys(asked, Problem(message, (), "an input that divides can be 0: narrow its range"))
    spread = samples.spread(row)
    moments = {"mean": spread.mean if exists.mean else None, "sd": spread.sd if exists.variance else None}
    return {each: _value(each.name, row, moments, exists) for each in asked}


def _value(name: str, row: Floats, moments: dict[str, float | None], exists: Existence) -> float | Problem:
    """A statistic of sorted samples."""
    below = part(name)
    value = moments[name] if below is None else samples.quantile(row, below)
    if value is not None:
        return value
    hint = "expect its median or a quantile, or narrow the range of what divides"
    return Problem(f"the figure {exists.words}: {exists.cause}", (), hint)
