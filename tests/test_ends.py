"""Low and high ends: no sample is beyond them, what is called exact is reached, and cases worked out by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from lca import samples
from lca.graph import Draw, Graph, Input, Node, evaluate
from lca.model.laws import Choices, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import quantile
from lca.operations import TABLE, Operation, Range
from lca.problems import Span
from lca.questions.ends import End, ends_of
from lca.questions.ends.search import Search
from lca.units import ONE

SLACK = 1e-9
KWH = 0.1  # kg of one kWh in the test pack
INFO = {"^": (-3, -2, -1, 0, 1, 2, 3), "scale": (-2.0, 0.01)}


def inside(value: float, low: float, high: float) -> bool:
    slack = SLACK * max(1.0, abs(value))
    return low - slack <= value <= high + slack


# --- every operation -------------------------------------------------------------------------------------------------


def ranges(seed: int, count: int) -> list[Range]:
    """Ranges above 0, across it, below it, from it, and points."""
    draws = np.random.default_rng(seed)
    spans = [
        sorted(draws.uniform(*draws.choice([(0.2, 3.0), (-2.0, 2.0), (-3.0, -0.1)]), 2).tolist()) for _ in range(count)
    ]
    spans = [(0.0, high) if seed % 5 == 1 else (low, low) if seed % 7 == 2 else (low, high) for low, high in spans]
    return [Range(min(span), max(span)) for span in spans]


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_an_operation_stays_in_its_range_and_its_slopes(row: Operation) -> None:
    """At points of the ranges the value is in its range, and where one argument moves, the quotient in its slope's."""
    tried = 0
    for seed, info in product(range(300), INFO.get(row.name, (None,))):
        own = ranges(seed, row.arity[1] or 1 + seed % 3)
        if row.name == "share":
            own = [Range(abs(own[0].low), abs(own[0].low) + 1), Range(abs(own[0].low) + 0.5, abs(own[0].low) + 3)]
        span = row.range(info, own)
        slopes = row.slopes(info, own, span)
        draws = np.random.default_rng(seed)
        for place in range(len(own)):
            point = [float(draws.choice([x.low, x.high, draws.uniform(x.low, x.high)])) for x in own]
            moved = [*point[:place], float(draws.uniform(own[place].low, own[place].high)), *point[place + 1 :]]
            if row.name == "share" and not all(0.5 <= a[1] - a[0] <= 2 for a in (point, moved)):
                continue
            first, last = (row.value(info, a) for a in (point, moved))
            if all(map(math.isfinite, (first, last))):
                tried += 1
                assert inside(first, span.low, span.high), (own, point)
                if point != moved and row.name != "share":  # of which the tape takes the slopes by the mix
                    quotient = (last - first) / (moved[place] - point[place])
                    assert inside(quotient, slopes[place].low, slopes[place].high), (own, point, moved)
    assert tried > 100


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_of_every_operation_something_is_known(row: Operation) -> None:
    own = [Range(0.5, 0.6), Range(1.0, 1.2), Range(2.0, 2.4)][: row.arity[1] or 3]
    span = row.range({"^": 2, "scale": 3.0}.get(row.name), own)
    assert math.isfinite(span.low)
    assert math.isfinite(span.high)


# --- any tape --------------------------------------------------------------------------------------------------------


def a_law(draws: np.random.Generator) -> Law:
    low, mode, high = sorted(draws.uniform(*((0.1, 3.0) if draws.random() < 0.8 else (-2.0, 2.0)), 3).tolist())
    kind = draws.integers(3)
    if kind == 0:
        return Triangular(low, mode, high)
    return Uniform(low, high) if kind == 1 else Choices((low, mode, high), (0.3, 0.3, 0.4))


def a_tape(seed: int) -> tuple[Graph, int]:
    """A graph of a few inputs, some going together, with a mix, and operations of any kind on any of its nodes."""
    draws = np.random.default_rng(seed)
    graph = Graph()
    graph.draws = {"x0": Draw("pair", together=True), "x1": Draw("pair", together=True)} if seed % 3 == 0 else {}
    nodes = []
    for place in range(int(draws.integers(2, 5))):
        law = a_law(draws)
        nodes.append(graph.input(Input(f"x{place}", quantile(law, 0.5), ONE, Span("s", place + 1, 1), law=law)))
    weights = []
    for place in range(int(draws.integers(2, 5))):
        low, value, high = sorted(draws.uniform(0.05, 1.0, 3).tolist())
        law = Uniform(low, high) if draws.random() < 0.7 else None
        weights.append(graph.input(Input(f"w{place}", value, ONE, Span("m", place + 1, 1), law=law)))
    nodes += graph.mix(weights)
    names = [row.name for row in TABLE.values() if row.name != "share"]
    for _ in range(int(draws.integers(3, 9))):
        row = TABLE[str(draws.choice(names))]
        args = draws.choice(len(nodes), row.arity[1] or 3)
        info = {"^": int(draws.integers(-2, 4)), "scale": -0.5}.get(row.name)
        nodes.append(graph.add(row.name, tuple(nodes[a].index for a in args), ONE, info))
    return graph, graph.sum([nodes[-1], nodes[-2], nodes[0] * nodes[-1]]).index


def both(graph: Graph, root: int) -> tuple[End, End]:
    search = Search(graph, root, evaluate(graph))
    return search.end(-1.0), search.end(1.0)


@pytest.mark.parametrize("seed", range(150))
def test_no_sample_of_any_tape_is_beyond_its_ends_and_exact_ones_are_reached(seed: int) -> None:
    graph, root = a_tape(seed)
    low, high = both(graph, root)
    laws = {leaf: samples.drawn(known) for leaf, known in graph.inputs() if known.law is not None}
    found = samples.sampled(samples.program(graph, [root], laws), 2000, seed)[0]
    found = found[np.isfinite(found)]
    slack = SLACK * (1 + np.abs(found))
    assert (found >= low.bound - slack).all()
    assert (found <= high.bound + slack).all()
    for end, sign in ((low, -1), (high, 1)):
        assert sign * end.bound >= sign * end.reached or end.is_exact
        assert not end.is_exact or end.bound == end.reached
        assert all(inside(value, *ends_of(graph.info[leaf])) for leaf, value in end.at.items())
        if math.isfinite(end.reached):
            assert evaluate(graph, end.at)[root] == pytest.approx(end.reached, rel=1e-9, abs=1e-12)


def test_most_of_those_tapes_have_exact_ends() -> None:
    """Else the test above would say little."""
    exact = [end.is_exact for seed in range(50) for end in both(*a_tape(seed))]
    assert sum(exact) > 0.8 * len(exact)


# --- by hand ---------------------------------------------------------------------------------------------------------


def leaf(graph: Graph, path: str, law: Law | None, value: float = 1.0, **stated: float) -> Node:
    return graph.input(Input(path, value, ONE, Span(path, 1, 1), law=law, **stated))  # type: ignore[arg-type]


def test_what_only_seems_to_go_both_ways_is_exact() -> None:
    """x / (1 + x) rises with x: from 1/2 to 3/4. (1/a - 1) / a falls with a: from 0 at 1 to 6 at 1/3."""
    graph = Graph()
    one, x = graph.constant(1), leaf(graph, "x", Uniform(1, 3), 2)
    low, high = both(graph, (x / (one + x)).index)
    assert (low.bound, high.bound) == (0.5, 0.75)
    a = leaf(graph, "a", Uniform(1 / 3, 1), 0.5)
    low, high = both(graph, ((one / a - one) * (one / a)).index)
    assert (low.bound, high.bound) == (0, pytest.approx(6))
    assert low.is_exact
    assert high.is_exact


def test_a_top_between_the_ends_is_found() -> None:
    """x (1 - x) is 1/4 at a half and least at the end that is farther from it."""
    graph = Graph()
    x = leaf(graph, "x", Uniform(0.2, 0.9), 0.5)
    low, high = both(graph, (x * (graph.constant(1) - x)).index)
    assert low == (pytest.approx(0.09), pytest.approx(0.09), {x.index: 0.9}, True, ())
    assert high.bound == pytest.approx(0.25, rel=1e-8)
    assert high.is_exact


def test_a_mix_goes_to_the_corner_that_favours_the_largest() -> None:
    """Of 1, 2 and 10 by shares: the highest has the third high and the others low, (1 + 2 + 6·10) / 8 = 7.875."""
    graph = Graph()
    weights = [leaf(graph, f"w{k}", Uniform(*span), 1.0) for k, span in enumerate(((1, 3), (1, 2), (2, 6)))]
    parts = [share * graph.constant(size) for share, size in zip(graph.mix(weights), (1, 2, 10), strict=True)]
    low, high = both(graph, graph.sum(parts).index)
    corners = [(1 * a + 2 * b + 10 * c) / (a + b + c) for a, b, c in product((1, 3), (1, 2), (2, 6))]
    assert (low.bound, high.bound) == (pytest.approx(min(corners)), pytest.approx(7.875))
    assert max(corners) == 7.875
    assert low.is_exact
    assert high.is_exact


def test_a_share_that_is_all_of_its_mix_moves_nothing() -> None:
    graph = Graph()
    (share,) = graph.mix([leaf(graph, "w", Uniform(0, 1), 1.0)])
    low, high = both(graph, share.index)
    assert (low.bound, high.bound) == (1, 1)


def test_inputs_that_go_together_do_not_cancel() -> None:
    """a from 1 to 3 and b from 2 to 6: b - a is from -1 to 5; with b = 2 a at each chance, from 1 to 3."""
    for draws, expected in (({}, (-1, 5)), ({p: Draw("ab", together=True) for p in "ab"}, (1, 3))):
        graph = Graph()
        graph.draws = draws
        a, b = leaf(graph, "a", Uniform(1, 3)), leaf(graph, "b", Uniform(2, 6))
        low, high = both(graph, (b - a).index)
        assert (low.bound, high.bound) == pytest.approx(expected)


def test_a_choice_is_one_of_its_numbers() -> None:
    """(x - 2)² of a choice of 0, 1 and 5 is 1, 4 or 9, and never the 0 that lies between."""
    graph = Graph()
    x = leaf(graph, "x", Choices((0.0, 1.0, 5.0), (0.2, 0.3, 0.5)))
    low, high = both(graph, ((x - graph.constant(2)) ** 2).index)
    assert (low.bound, high.bound) == (1, 9)
    assert low.is_exact


@pytest.mark.parametrize(
    ("law", "stated", "expected"),
    [
        (Lognormal(3, 1.5), {"low": 1.0, "high": 8.0}, (1, 8)),
        (Lognormal(3, 1.5), {}, (0, math.inf)),
        (Normal(3, 1), {}, (-math.inf, math.inf)),
        (Normal(3, 1, 0.0), {}, (0, math.inf)),
        (Normal(3, 1, 0.0), {"low": 1.0, "high": 5.0}, (1, 5)),
        (Triangular(1, 3, 8), {"low": 1.0, "high": 8.0}, (1, 8)),
    ],
)
def test_the_ends_of_an_input(law: Law, stated: dict[str, float], expected: tuple[float, float]) -> None:
    graph = Graph()
    x = leaf(graph, "x", law, 3, **stated)
    low, high = both(graph, (x * graph.constant(2)).index)
    assert (low.bound, high.bound) == tuple(2 * end for end in expected)


def test_where_too_much_is_open_the_end_is_a_bound() -> None:
    """A sum of many products with tops between their ends takes more halvings than there are."""
    graph = Graph()
    xs = [leaf(graph, f"x{k}", Uniform(0, 1), 0.5) for k in range(8)]
    one = graph.constant(1)
    total = graph.sum([a * (one - b) * (one - a) * b for a in xs for b in xs if a is not b])
    low, high = both(graph, total.index)
    assert high.bound > high.reached >= 56 / 16 * (1 - SLACK)
    assert not high.is_exact
    assert high.open == tuple(f"x{k}" for k in range(8))
    assert (low.bound, low.reached) == (0, 0) or low.bound < low.reached
