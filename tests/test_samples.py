"""Samples: the same graph on arrays, whatever the block, the thread or the order; and what the numbers say."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lca import samples
from lca.graph import Graph, Input, Node, evaluate
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import mean, moment, variance
from lca.problems import Span
from lca.samples import CHUNK
from lca.samples.summary import quantile
from lca.units import ONE

SOME = 2 * CHUNK + 4_321  # two chunks and a part
SURE = 5.0  # standard errors that a sampled figure may be off


def leaf(graph: Graph, path: str, value: float, law: Law | None = None) -> Node:
    return graph.input(Input(path, value, ONE, Span("a.yaml", len(graph) + 1, 1), law=law))


def drawn(graph: Graph, roots: Sequence[Node]) -> samples.Program:
    laws = {index: samples.drawn(each) for index, each in graph.inputs() if each.law is not None}
    return samples.program(graph, [root.index for root in roots], laws)


EVERY_LAW: list[Law] = [
    Lognormal(2, 1.5),
    Lognormal(2, 1.5, 1.5, 3.0),
    Normal(3, 0.5),
    Normal(1, 1, 0.0),
    Normal(0.8, 0.3, 0.2, 1.0),
    Uniform(1, 4),
    Triangular(1, 3, 8),
    Triangular(1, 1, 8),
    Triangular(1, 8, 8),
    Choices((0.3, 0.5, 2.0), (0.4, 0.5, 0.1)),
]


def everything() -> tuple[Graph, list[Node]]:
    """A graph with every law and every operation."""
    graph = Graph()
    a, b, c, d, e, f, g, h, i, j = (leaf(graph, f"p{k}", mean(law), law) for k, law in enumerate(EVERY_LAW))
    held = leaf(graph, "held", 0.7)
    one = graph.constant(1)
    roots = [
        graph.sum([a * held, b * c / d, (e - f) * held, -g]),
        a.apply("min", h, held) + i.apply("max", j),
        (a / b + c).apply("log2") + (e * held).apply("exp") + g.apply("ceil"),
        b.apply("ln") + f.apply("exp2") + d.apply("sqrt") + g.apply("floor") + b.apply("**", f) + d.apply("**", held),
        g.apply("round_up", d) + f.apply("interp", one, h, one + d, i, one + d + held, g),
        one / (a + b + c) + held / d + (h**3) * (i**-2) + j**2,
        held * held,
        a,
    ]
    return graph, roots


# --- streams ---------------------------------------------------------------------------------------------------------


def test_neither_blocks_nor_threads_change_a_bit() -> None:
    graph, roots = everything()
    made = drawn(graph, roots)
    first = samples.sampled(made, SOME, 7, threads=1, block=8192)
    for block, threads in ((8192, 2), (16384, 3), (1000, 1), (777, 2), (65536, 2), (10**6, 2)):
        assert np.array_equal(first, samples.sampled(made, SOME, 7, threads=threads, block=block)), (block, threads)


def test_a_longer_run_begins_like_a_shorter_one() -> None:
    graph, roots = everything()
    made = drawn(graph, roots)
    long = samples.sampled(made, SOME, 7)
    assert np.array_equal(long[:, :1234], samples.sampled(made, 1234, 7))


def test_another_seed_gives_other_numbers() -> None:
    graph, roots = everything()
    made = drawn(graph, roots)
    assert not np.array_equal(samples.sampled(made, 100, 1)[0], samples.sampled(made, 100, 2)[0])


def test_another_input_moves_no_draw() -> None:
    def run(paths: Sequence[str]) -> dict[str, Any]:
        graph = Graph()
        nodes = [leaf(graph, path, 2.0, EVERY_LAW[ord(path) % len(EVERY_LAW)]) for path in paths]
        return dict(zip(paths, samples.sampled(drawn(graph, nodes), 5_000, 3), strict=True))

    few, many = run("abdf"), run("zfyedxcba")
    for path, row in few.items():
        assert np.array_equal(row, many[path])


def test_one_path_in_two_cases_is_drawn_once() -> None:
    graph = Graph()
    base, variant = leaf(graph, "p", 2.0, Normal(2, 0.5)), leaf(graph, "p", 3.0, Normal(3, 1.0))
    rows = samples.sampled(drawn(graph, [base, variant]), 1000, 0)
    assert np.allclose((rows[0] - 2) / 0.5, rows[1] - 3)


def test_the_order_of_rows_changes_next_to_nothing() -> None:
    def total(order: Sequence[int]) -> Any:
        graph = Graph()
        lines = [leaf(graph, f"p{k}", 2.0, Lognormal(2 + k, 1.4)) * leaf(graph, f"f{k}", 0.3 * k + 0.1) for k in order]
        return samples.sampled(drawn(graph, [graph.sum(lines)]), 5_000, 0)[0]

    numbers = list(range(200))
    assert np.allclose(total(numbers), total(numbers[::-1]), rtol=1e-12, atol=0)


# --- the same as plain numbers ---------------------------------------------------------------------------------------


def agree(graph: Graph, roots: list[Node], count: int = 40) -> None:
    """Samples against `evaluate` with the numbers drawn."""
    leaves = [Node(graph, index) for index, each in graph.inputs() if each.law is not None]
    rows = samples.sampled(drawn(graph, [*roots, *leaves]), count, 5)
    for sample in range(0, count, 7):
        given_ = {node.index: float(rows[len(roots) + k, sample]) for k, node in enumerate(leaves)}
        plain = evaluate(graph, given_)
        for k, root in enumerate(roots):
            assert rows[k, sample] == pytest.approx(plain[root.index], rel=1e-11, abs=1e-300, nan_ok=True)


def test_every_operation_as_evaluate_has_it() -> None:
    agree(*everything())


CALLED = ["ceil", "floor", "round_up", "log2", "ln", "exp", "exp2", "sqrt", "**"]
OPS = st.sampled_from(["*", "/", "+", "-", "neg", "^2", "^-1", "min", "max", "sum", *CALLED])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(OPS, st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40))
def test_any_graph_as_evaluate_has_it(steps: list[tuple[str, int, int]]) -> None:
    graph = Graph()
    nodes = [
        leaf(graph, f"u{k}", 1.5, law) for k, law in enumerate((Uniform(1, 2), Triangular(1, 2, 3), Uniform(-1, 2)))
    ]
    nodes += [leaf(graph, "h1", 0.5), leaf(graph, "h2", -2.0), leaf(graph, "h0", 0.0)]
    for op, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        nodes.append(_made(graph, op, a, b))
    plain = [evaluate(graph)[node.index] for node in nodes]
    kept = [node for node, value in zip(nodes, plain, strict=True) if abs(value) < 1e30]
    with np.errstate(all="ignore"):
        close(graph, kept[-4:])


def close(graph: Graph, roots: list[Node]) -> None:
    """As `agree`, where cancellation may cost digits: against the size of what is summed."""
    leaves = [Node(graph, index) for index, each in graph.inputs() if each.law is not None]
    rows = samples.sampled(drawn(graph, [*roots, *leaves]), 3, 5)
    for sample in range(3):
        plain = evaluate(graph, {n.index: float(rows[len(roots) + k, sample]) for k, n in enumerate(leaves)})
        if not all(math.isfinite(value) and abs(value) < 1e12 for value in plain):
            continue
        nearest = min([abs(value - round(value)) for value in plain if value != round(value)], default=1)
        if nearest < 1e-6 or any(0 < abs(value) < 1e-6 for value in plain):
            continue
        size = max(1.0, *(abs(value) for value in plain))
        for k, root in enumerate(roots):
            assert abs(rows[k, sample] - plain[root.index]) <= 1e-9 * size**2


def _made(graph: Graph, op: str, a: Node, b: Node) -> Node:
    match op:
        case "*":
            return a * b
        case "/":
            return a / b
        case "+" | "sum":
            return graph.sum([a, b, a] if op == "sum" else [a, b])
        case "-":
            return a - b
        case "neg":
            return -a
        case "^2" | "^-1":
            return a ** int(op[1:])
        case "min" | "max" | "round_up" | "**":
            return a.apply(op, b)
        case _:
            return a.apply(op)


def test_division_by_nothing_and_logarithms_of_nothing_are_what_they_are_in_plain_numbers() -> None:
    graph = Graph()
    x, zero, minus = leaf(graph, "x", 1.0, Uniform(1, 2)), leaf(graph, "z", 0.0), leaf(graph, "m", -1.0)
    rows = samples.sampled(drawn(graph, [x / zero, (x * minus).apply("log2"), zero / x, (x * zero) ** -1]), 3, 0)
    assert np.all(np.isposinf(rows[0]))
    assert np.all(np.isnan(rows[1]))
    assert np.all(rows[2] == 0)
    assert np.all(np.isposinf(rows[3]))


def test_shares_of_a_mix_keep_their_sum() -> None:
    graph = Graph()
    shares = [
        leaf(graph, "a", 0.5, Triangular(0.2, 0.5, 0.8)),
        leaf(graph, "b", 0.3, Uniform(0.1, 0.5)),
        leaf(graph, "c", 0.2),
    ]
    raw = samples.sampled(drawn(graph, shares), 2_000, 0)
    rows = samples.sampled(drawn(graph, graph.mix(shares)), 2_000, 0)
    assert np.allclose(rows.sum(axis=0), 1, rtol=1e-14)
    assert np.allclose(rows, raw / raw.sum(axis=0), rtol=1e-14)


def test_a_mix_whose_shares_are_all_held_stays_as_it_is() -> None:
    graph = Graph()
    shares = graph.mix([leaf(graph, "a", 60.0), leaf(graph, "b", 40.0)])
    made = drawn(graph, [shares[0] * leaf(graph, "x", 1.0, Uniform(1, 2))])
    assert {step.op for step in made.steps} == {"draw"}


# --- numbers against closed forms ------------------------------------------------------------------------------------

MANY = 400_000


def spread_of(root: Node, count: int = MANY) -> samples.Spread:
    return samples.spread(samples.sampled(drawn(root.graph, [root]), count, 11)[0])


@pytest.mark.parametrize("law", EVERY_LAW)
def test_mean_and_spread_of_each_law(law: Law) -> None:
    found = spread_of(leaf(Graph(), "x", 1.0, law))
    assert abs(found.mean - mean(law)) < SURE * math.sqrt(variance(law) / MANY)
    assert found.sd == pytest.approx(math.sqrt(variance(law)), rel=0.02)


PEERS = [
    (Lognormal(2, 1.5), stats.lognorm(math.log(1.5), scale=2)),
    (Normal(0.8, 0.3, 0.2, 1.0), stats.truncnorm(-2, 2 / 3, 0.8, 0.3)),
    (Triangular(1, 3, 8), stats.triang(2 / 7, 1, 7)),
    (Triangular(1, 8, 8), stats.triang(1, 1, 7)),
    (Uniform(1, 4), stats.uniform(1, 3)),
]


@pytest.mark.parametrize(("law", "peer"), PEERS)
def test_the_draws_follow_the_law(law: Law, peer: Any) -> None:
    row = samples.sampled(drawn(graph := Graph(), [leaf(graph, "x", 1.0, law)]), 20_000, 0)[0]
    assert stats.kstest(row, peer.cdf).pvalue > 1e-4


def test_a_product_of_lognormals_is_lognormal() -> None:
    """ln x y / z is normal: its median is the quotient of the medians, its variance the sum of the variances."""
    graph = Graph()
    x, y, z = (
        leaf(graph, name, 2.0, Lognormal(median, gsd))
        for name, median, gsd in (("x", 2, 1.3), ("y", 5, 1.2), ("z", 4, 1.5))
    )
    found = spread_of(x * y / z)
    sigma = math.sqrt(sum(math.log(gsd) ** 2 for gsd in (1.3, 1.2, 1.5)))
    peer = stats.lognorm(sigma, scale=2 * 5 / 4)
    assert abs(found.mean - peer.mean()) < SURE * peer.std() / math.sqrt(MANY)
    assert found.median == pytest.approx(2.5, rel=0.01)
    assert [found.low, found.high] == pytest.approx(peer.ppf([0.025, 0.975]), rel=0.01)


def test_a_sum_of_normals_is_normal() -> None:
    graph = Graph()
    nodes = [leaf(graph, f"n{k}", 10.0, Normal(10 + k, 1 + k)) for k in range(4)]
    found = spread_of(graph.sum(nodes))
    peer = stats.norm(10 + 11 + 12 + 13, math.sqrt(1 + 4 + 9 + 16))
    assert abs(found.mean - peer.mean()) < SURE * found.error
    assert [found.low, found.median, found.high] == pytest.approx(peer.ppf([0.025, 0.5, 0.975]), abs=0.08)


def test_quantiles_are_of_sums_and_no_sums_of_quantiles() -> None:
    """Two independent parts: the spread of the total is sqrt(2), not 2, times that of a part."""
    graph = Graph()
    parts = [leaf(graph, f"n{k}", 10.0, Normal(10, 1)) for k in range(2)]
    rows = samples.sampled(drawn(graph, [*parts, graph.sum(parts)]), MANY, 0)
    first, second, total = samples.spreads(rows)
    assert total.high == pytest.approx(20 + 1.96 * math.sqrt(2), abs=0.02)
    assert first.high + second.high == pytest.approx(20 + 1.96 * 2, abs=0.02)


def test_the_mean_of_a_quotient() -> None:
    graph = Graph()
    root = leaf(graph, "x", 3.0) / leaf(graph, "y", 0.4, Triangular(0.12, 0.4, 0.8))
    found = spread_of(root)
    assert abs(found.mean - 3 * moment(Triangular(0.12, 0.4, 0.8), -1)) < SURE * found.error


def test_a_dirichlet_mix() -> None:
    """Each share is a beta number; shares of one mix vary against one another: cov = -a b / (k + 1)."""
    graph = Graph()
    values = (0.5, 0.3, 0.2)
    shares = [leaf(graph, name, value, Dirichlet(value, 12)) for name, value in zip("abc", values, strict=True)]
    rows = samples.sampled(drawn(graph, graph.mix(shares)), 200_000, 0)
    assert np.allclose(rows.sum(axis=0), 1)
    covariance = np.cov(rows)
    for i, a in enumerate(values):
        assert rows[i].mean() == pytest.approx(a, abs=0.002)
        assert covariance[i, i] == pytest.approx(a * (1 - a) / 13, rel=0.03)
        for j, b in enumerate(values[:i]):
            assert covariance[i, j] == pytest.approx(-a * b / 13, rel=0.03)
    assert stats.kstest(rows[1][:20_000], stats.beta(0.3 * 12, 0.7 * 12).cdf).pvalue > 1e-4


def test_choices_come_as_often_as_they_should() -> None:
    graph = Graph()
    row = samples.sampled(drawn(graph, [leaf(graph, "x", 0.3, Choices((0.3, 0.5, 2.0), (0.4, 0.5, 0.1)))]), MANY, 0)[0]
    for value, chance in ((0.3, 0.4), (0.5, 0.5), (2.0, 0.1)):
        assert np.mean(row == value) == pytest.approx(chance, abs=SURE * math.sqrt(chance / MANY))


def test_a_paired_comparison_against_theory() -> None:
    """x y < x z is y < z: two normals, 0.3 apart, of standard deviations 0.4 and 0.3: Φ(0.3 / 0.5)."""
    graph = Graph()
    x, y, z = (
        leaf(graph, "x", 100.0, Lognormal(100, 3)),
        leaf(graph, "y", 3.0, Normal(3, 0.4)),
        leaf(graph, "z", 3.3, Normal(3.3, 0.3)),
    )
    rows = samples.sampled(drawn(graph, [x * y, x * z, x * y]), MANY, 0)
    chance = stats.norm.cdf(0.3 / 0.5)
    found = samples.pair(rows[0], rows[1])
    assert found.below == pytest.approx(chance, abs=SURE * math.sqrt(chance * (1 - chance) / MANY))
    assert found.equal == 0
    assert samples.pair(rows[0], rows[2]).equal == 1


def test_quantiles_as_numpy_has_them() -> None:
    row = np.sort(np.random.default_rng(1).random(1001))
    for part in (0, 0.025, 0.3333, 0.5, 0.975, 1):
        assert quantile(row, part) == pytest.approx(np.quantile(row, part), rel=1e-14)


def test_the_histogram_counts_all_but_the_ends() -> None:
    found = samples.spread(np.linspace(0, 1, 100_001))
    assert sum(found.counts) == pytest.approx(99_000, abs=3)
    assert found.edges[0] == pytest.approx(0.005)
    assert found.edges[-1] == pytest.approx(0.995)
    assert max(found.counts) - min(found.counts) <= 3


def test_what_does_not_vary_has_no_spread() -> None:
    found = samples.spread(np.full(1000, 2.5))
    assert (found.mean, found.sd, found.low, found.high) == (2.5, 0, 2.5, 2.5)
    assert sum(found.counts) == 1000


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_inputs() -> None:
    """A thousand inputs: whole arrays would take 8 bytes × 200 000 × 1 000 = 1.6 GB."""
    graph = Graph()
    lines = [
        leaf(graph, f"p{k}", 2.0, Lognormal(2, 1.4)) * leaf(graph, f"q{k % 7}", 2.0, Uniform(1, 3)) for k in range(1000)
    ]
    made = drawn(graph, [graph.sum(lines)])
    tracemalloc.start()
    samples.sampled(made, 200_000, 0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6


def test_memory_does_not_grow_with_what_is_alive_at_once() -> None:
    """Each input is needed to the end: 3 000 rows of a workspace make the blocks smaller, not the workspace larger."""
    graph = Graph()
    nodes = [leaf(graph, f"p{k}", 2.0, Uniform(1, 2)) for k in range(3000)]
    product = nodes[0]
    for node in nodes[1:]:
        product = product + node / (product + nodes[0])
    for node in nodes:
        product = product * node / (node + nodes[0])
    made = drawn(graph, [product])
    tracemalloc.start()
    samples.sampled(made, 20_000, 0, threads=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 130e6


def test_progress_is_told_and_ends() -> None:
    graph, roots = everything()
    told: list[float] = []
    samples.sampled(drawn(graph, roots), SOME, 0, progress=told.append)
    assert max(told) == 1
    assert len(told) == 3


# --- sweeps ----------------------------------------------------------------------------------------------------------


def test_a_sweep_is_evaluate_at_each_point() -> None:
    graph, roots = everything()
    aur, other = roots[-1].index, next(i for i, each in graph.inputs() if each.path == "p3")
    points = np.linspace(0.1, 4, 2_000)
    rows = samples.sweep(graph, [root.index for root in roots], {aur: points, other: points[::-1]})
    for place in (0, 1, 700, 1_999):
        plain = evaluate(graph, {aur: points[place], other: points[::-1][place]})
        assert list(rows[:, place]) == pytest.approx([plain[root.index] for root in roots], rel=1e-12)


def test_a_sweep_over_more_points_than_a_block() -> None:
    graph = Graph()
    x = leaf(graph, "x", 1.0)
    points = np.linspace(1, 2, 3 * samples.BLOCK + 5)
    assert np.allclose(samples.sweep(graph, [(x * x).index], {x.index: points})[0], points**2)
