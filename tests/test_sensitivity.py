"""What matters: the expansion against evaluation, closed forms against theory and samples, and what a study says."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.disk.workspace import Run
from lca.graph import Graph, Input, Node, elasticities, evaluate, gradient
from lca.model import inputs, moments
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import mean
from lca.outputs import csv as csv_view
from lca.outputs import table
from lca.problems import Problems, Span
from lca.questions.sensitivity import EXACT, MIX, SAMPLED, SHARE, Driver, Sensitivity, sensitivities
from lca.questions.sensitivity.mixes import Member, Mix
from lca.questions.sensitivity.signomial import MOST_TERMS, Exponents, Refused, expand, value
from lca.questions.sensitivity.sobol import Index, Indices, Jansen, closed
from lca.questions.sensitivity.variance import Group, Variances, groups
from lca.report import Look
from lca.units import ONE
from lca.views.sensitivity import report
from tests.bench_pack import run, swapped

SURE = 4.5  # standard errors that an estimate may be off


def leaf(graph: Graph, path: str, law: Law | None = None, held: float = 1.5, line: int = 0) -> Node:
    """A leaf with a law, its value the law's mean; or a held one."""
    place = Span("a.yaml", line or len(graph) + 1, 1)
    return graph.input(Input(path, held if law is None else mean(law), ONE, place, law=law))


def analysed(root: Node) -> Variances:
    graph = root.graph
    return Variances(graph, groups(graph, graph.below([root.index])), evaluate(graph))


def exact(root: Node) -> dict[str, Index]:
    found = analysed(root).exact(root.index)
    assert not isinstance(found, str), found
    return found.of


# --- the expansion ---------------------------------------------------------------------------------------------------

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["+", "-", "*", "/", "^", "neg", "scale", "sum"]), st.integers(0, 99), st.integers(0, 99)
    ),
    max_size=14,
)


def built(steps: Sequence[Step], inputs: int = 4, held: int = 2) -> tuple[Graph, list[int], Node]:
    """A graph from a list of operations on what was built before."""
    graph = Graph()
    nodes = [leaf(graph, f"x{k}", Uniform(1, 2)) for k in range(inputs)]
    nodes += [leaf(graph, f"h{k}", None, 0.5 + k) for k in range(held)]
    for op, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        made = {
            "+": lambda a=a, b=b: a + b,
            "-": lambda a=a, b=b: a - b,
            "*": lambda a=a, b=b: a * b,
            "/": lambda a=a, b=b: a / b,
            "^": lambda a=a, j=j: a ** (j % 7 - 3),
            "neg": lambda a=a: -a,
            "scale": lambda a=a: a.to("%"),
            "sum": lambda a=a, b=b: graph.sum([a, b, nodes[0], nodes[-1]]),
        }[op]()
        nodes.append(made.to(ONE) if op == "scale" else made)
    return graph, list(range(inputs)), nodes[-1]


@settings(max_examples=300, deadline=None)
@given(STEPS, st.lists(st.floats(0.5, 2), min_size=4, max_size=4))
def test_the_expansion_is_the_figure(steps: list[Step], points: list[float]) -> None:
    graph, leaves, root = built(steps)
    terms = expand(graph, root.index, leaves, evaluate(graph))
    if not isinstance(terms, Refused):
        at = dict(zip(leaves, points, strict=True))
        expected = evaluate(graph, at)[root.index]
        size = sum(abs(value({exponents: c}, at)) for exponents, c in terms.items())
        assert value(terms, at) == pytest.approx(expected, rel=1e-9, abs=1e-9 * size)


@settings(max_examples=200, deadline=None)
@given(STEPS, st.lists(st.floats(0.8, 1.5), min_size=4, max_size=4))
def test_derivatives_against_finite_differences(steps: list[Step], points: list[float]) -> None:
    graph, leaves, root = built(steps)
    at = dict(zip(leaves, points, strict=True))
    values = evaluate(graph, at)
    size = max(map(abs, values))
    if size < 1e4:
        slopes = gradient(graph, root.index, values)
        for index in leaves:
            step = 1e-5
            up, down = (evaluate(graph, at | {index: at[index] + sign * step})[root.index] for sign in (1, -1))
            assert slopes.get(index, 0.0) == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-5 * max(1, size))


def test_held_inputs_are_numbers_and_terms_merge() -> None:
    graph = Graph()
    x, y = (leaf(graph, name, Uniform(1, 2)) for name in "xy")
    lines = [x * y * leaf(graph, f"held{k}", None, k + 1.0) for k in range(60)]
    terms = expand(graph, graph.sum([*lines, x / y, graph.constant(3)]).index, [0, 1], evaluate(graph))
    assert terms == {((0, 1), (1, 1)): 60 * 61 / 2, ((0, 1), (1, -1)): 1.0, (): 3.0}


def test_what_cancels_is_gone() -> None:
    graph = Graph()
    x, y = (leaf(graph, name, Uniform(1, 2)) for name in "xy")
    assert expand(graph, (x * y / x - y).index, [0, 1], evaluate(graph)) == {}
    assert expand(graph, (x * y / x).index, [0, 1], evaluate(graph)) == {((1, 1),): 1.0}


Made = Callable[[Graph, Node, Node], Node]
REFUSED: dict[str, tuple[Made, str]] = {
    "a minimum": (lambda g, x, y: x.apply("min", y), "a minimum"),
    "a maximum": (lambda g, x, y: x.apply("max", y), "a maximum"),
    "a ceiling": (lambda g, x, y: x.apply("ceil") * y, "a rounding up"),
    "a logarithm": (lambda g, x, y: x.apply("log2"), "a logarithm"),
    "an exponential": (lambda g, x, y: x.apply("exp"), "an exponential"),
    "a floor": (lambda g, x, y: x.apply("floor"), "a rounding down"),
    "a multiple": (lambda g, x, y: x.apply("round_up", y), "a rounding up"),
    "a root": (lambda g, x, y: x.apply("sqrt"), "a square root"),
    "a power": (lambda g, x, y: x.apply("**", y), "a power that is not whole"),
    "a line": (lambda g, x, y: x.apply("interp", y, x, y + y, y), "an interpolation"),
    "a sum below": (lambda g, x, y: x / (x + y), "a sum in a denominator"),
    "a negative power of a sum": (lambda g, x, y: (x + y) ** -2, "a sum in a denominator"),
    "a division by nothing": (lambda g, x, y: x / (y - y), "a division by 0"),
    "numbers beyond all bounds": (lambda g, x, y: x * g.constant(1e200) * g.constant(1e200), "a number beyond"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_why_a_figure_is_not_expanded(name: str) -> None:
    make, reason = REFUSED[name]
    graph = Graph()
    x, y = (leaf(graph, path, Uniform(1, 2)) for path in "xy")
    found = expand(graph, make(graph, x, y).index, [0, 1], evaluate(graph))
    assert isinstance(found, Refused)
    assert found.reason.startswith(reason)


def test_what_bends_held_inputs_alone_is_a_number() -> None:
    graph = Graph()
    x, held = leaf(graph, "x", Uniform(1, 2)), leaf(graph, "held", None, 2.3)
    root = x * held.apply("ceil") / (held + held.apply("exp"))
    terms = expand(graph, root.index, [0], evaluate(graph))
    assert terms == {((0, 1),): pytest.approx(3 / (2.3 + math.exp(2.3)))}


def product_of_sums(count: int) -> tuple[Graph, Node]:
    graph = Graph()
    x = [leaf(graph, f"x{k}", Uniform(1, 2)) for k in range(40)]
    total = graph.constant(1)
    for i in range(count):
        total = total * graph.sum([x[(i * 5 + j) % 40] * x[(i * 7 + j * 3) % 40] for j in range(6)])
    return graph, total


def test_a_product_of_many_sums_is_refused_and_not_worked_out() -> None:
    graph, small = product_of_sums(3)
    assert len(expand(graph, small.index, range(40), evaluate(graph))) > 100
    graph, large = product_of_sums(30)  # 6 ** 30 terms
    refused = expand(graph, large.index, range(40), evaluate(graph))
    assert isinstance(refused, Refused)
    assert refused.reason == f"more than {MOST_TERMS:,} terms"
    assert graph.op[refused.node] == "*"
    assert refused.node < graph.below([large.index])[-1]  # at the product where it is too much, not at the last


def test_powers_of_a_sum_of_one_input_are_refused_for_their_work() -> None:
    graph = Graph()
    power = leaf(graph, "x", Uniform(1, 2)) + graph.constant(1)
    for _ in range(40):
        power = power * power  # few terms for long, ever more work
    assert isinstance(expand(graph, power.index, [0], evaluate(graph)), Refused)


# --- the closed form against theory ----------------------------------------------------------------------------------


def of_lognormals(sigmas: Sequence[float]) -> Callable[[Exponents], float]:
    return lambda exponents: math.prod(math.exp((power * sigmas[leaf]) ** 2 / 2) for leaf, power in exponents)


def test_a_product_of_lognormals() -> None:
    sigmas, powers = (0.1, 0.5, 0.3), (1, -1, 2)
    found = closed({((0, 1), (1, -1), (2, 2)): 7.0}, of_lognormals(sigmas))
    assert isinstance(found, Indices)
    own = [(sigma * power) ** 2 for sigma, power in zip(sigmas, powers, strict=True)]
    assert found.mean == pytest.approx(7 * math.exp(sum(own) / 2), rel=1e-14)
    assert found.variance == pytest.approx(found.mean**2 * math.expm1(sum(own)), rel=1e-12)
    for place, each in enumerate(own):
        assert found.of[place].first == pytest.approx(math.expm1(each) / math.expm1(sum(own)), rel=1e-12)
        rest = math.expm1(sum(own) - each) / math.expm1(sum(own))
        assert found.of[place].total == pytest.approx(1 - rest, rel=1e-12)


def test_a_sum_of_normals() -> None:
    graph = Graph()
    deviations = (0.1, 0.4, 0.2)
    x = [leaf(graph, f"x{k}", Normal(10, sd)) for k, sd in enumerate(deviations)]
    found = exact(graph.sum([x[0] * graph.constant(3), -x[1], x[2]]))
    shares = [0.09, 0.16, 0.04]
    for place, share in enumerate(shares):
        assert found[f"x{place}"] == pytest.approx((share / sum(shares), share / sum(shares), 0, 0), rel=1e-9)


def test_a_product_of_two_uniforms() -> None:
    graph = Graph()
    x, y = (leaf(graph, name, Uniform(0, 1)) for name in "xy")
    found = analysed(x * y).exact((x * y).index)
    assert not isinstance(found, str)
    assert (found.mean, found.variance) == (pytest.approx(1 / 4), pytest.approx(7 / 144))
    assert found.of["x"] == pytest.approx((3 / 7, 4 / 7, 0, 0))


def test_a_quotient_of_uniforms_has_the_moments_of_the_reciprocal() -> None:
    graph = Graph()
    x, y = leaf(graph, "x", Uniform(1, 2)), leaf(graph, "y", Uniform(1, 3))
    found = analysed(x / y).exact((x / y).index)
    assert not isinstance(found, str)
    first, second = math.log(3) / 2, 1 / 3
    assert found.mean == pytest.approx(1.5 * first)
    assert found.variance == pytest.approx(7 / 3 * second - (1.5 * first) ** 2)


def test_small_spreads_keep_their_digits() -> None:
    sigmas = (1e-6, 2e-6)
    found = closed({((0, 1),): 1.0, ((1, 1),): 1.0}, of_lognormals(sigmas))
    assert isinstance(found, Indices)
    assert found.of[0].first == pytest.approx(0.2, rel=1e-3)


def test_no_input_varies() -> None:
    graph = Graph()
    root = leaf(graph, "held") * graph.constant(2)
    found = analysed(root).exact(root.index)
    assert not isinstance(found, str)
    assert (found.of, found.mean, found.variance) == ({}, 3.0, 0.0)


@pytest.mark.parametrize(
    ("law", "power"),
    [
        (Uniform(0, 1), -1),
        (Normal(1, 0.2), -1),
        (Triangular(0, 1, 2), -1),
        (Normal(1, 0.2, 0.0), -2),
        (Normal(0, 1), 1),
    ],
)
def test_a_moment_that_does_not_exist_is_named(law: Law, power: int) -> None:
    graph = Graph()
    x, y = leaf(graph, "x", law), leaf(graph, "y", Uniform(1, 2))
    root = y * x**power
    reason = analysed(root).exact(root.index)
    assert isinstance(reason, str)
    assert ("1/x" if power == -1 else "x") in reason


# --- mixes -----------------------------------------------------------------------------------------------------------


def test_shares_of_a_dirichlet_law() -> None:
    shares, concentration = (0.5, 0.3, 0.2), 12.0
    mix = Mix(Member(k, Dirichlet(share, concentration, 1.0), share, 1.0) for k, share in enumerate(shares))
    assert mix.moment(()) == 1.0
    assert mix.moment(((0, 1),)) == pytest.approx(0.5, rel=1e-13)
    assert mix.moment(((0, 1), (1, 1))) == pytest.approx(0.15 * 12 / 13, rel=1e-13)
    assert mix.moment(((2, 2),)) == pytest.approx(0.2 * (0.2 * 12 + 1) / 13, rel=1e-13)


def test_two_uniform_shares() -> None:
    mix = Mix([Member(0, Uniform(0, 100), 50, 0.01), Member(1, Uniform(0, 1), 0.5, 1.0)])
    assert mix.moment(((0, 1),)) == pytest.approx(0.5, rel=1e-12)  # a plain number, whatever it was drawn in
    assert mix.moment(((0, 2),)) == pytest.approx(mix.moment(((1, 2),)), rel=1e-12)
    assert mix.moment(((1, 2),)) == pytest.approx(1 - math.log(2), rel=1e-12)
    assert math.isnan(mix.moment(((0, -1),)))


MIXED: tuple[Law | None, ...] = (
    Triangular(0.3, 0.4, 0.6),
    Lognormal(0.2, 1.3, 0, 1),
    Normal(0.1, 0.05, 0, 1),
    Choices((0.05, 0.1), (0.4, 0.6)),
    None,
)


def mixed(graph: Graph) -> list[Node]:
    weights = [leaf(graph, f"share{k}", law, 0.1) for k, law in enumerate(MIXED)]
    for weight in weights:
        graph.info[weight.index].group = "mix"
    return graph.mix(weights)


def test_the_moments_of_any_mix_against_samples() -> None:
    graph = Graph()
    shares = mixed(graph)
    variances = analysed(graph.sum(shares))
    drawn = variances.drawn([share.index for share in shares], 200_000, 1)
    mix = variances._mixes[shares[0].index]
    assert sum(drawn.values()) == pytest.approx(np.ones(200_000))
    for powers in [((0, 1),), ((1, 2),), ((4, 1),), ((0, 1), (1, 1)), ((2, 1), (3, 2))]:
        exponents = tuple((shares[k].index, power) for k, power in powers)
        sample = np.prod([drawn[index] ** power for index, power in exponents], axis=0)
        assert abs(sample.mean() - mix.moment(exponents)) < SURE * sample.std() / math.sqrt(sample.size)


# --- the estimator ---------------------------------------------------------------------------------------------------


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), with the usual a = 7 and b = 0.1."""
    return np.asarray(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def ishigami_indices() -> tuple[list[float], list[float]]:
    a, b = 7, 0.1
    one, two = (1 + b * math.pi**4 / 5) ** 2 / 2, a**2 / 8
    both = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    whole = one + two + both
    return [one / whole, two / whole, 0.0], [(one + both) / whole, two / whole, both / whole]


def estimated(function: Callable[[np.ndarray], np.ndarray], inputs: int, draws: int, seed: int) -> Indices:
    generator = np.random.default_rng(seed)
    first, second = generator.uniform(-math.pi, math.pi, (2, inputs, draws))
    figure = Jansen(function(first), function(second))
    of = {}
    for k in range(inputs):
        own = first.copy()
        own[k] = second[k]
        of[k] = figure.index(function(own))
    return Indices(figure.mean, figure.variance, of)


def test_the_estimator_finds_the_indices_of_ishigami() -> None:
    found = estimated(ishigami, 3, 65_536, 1)
    first, total = ishigami_indices()
    for k in range(3):
        assert abs(found.of[k].first - first[k]) < SURE * found.of[k].first_error
        assert abs(found.of[k].total - total[k]) < SURE * found.of[k].total_error
        assert found.of[k].first_error < 0.01


def test_its_standard_errors_say_how_far_it_is_off() -> None:
    first, total = ishigami_indices()
    inside = []
    for seed in range(120):
        found = estimated(ishigami, 3, 1_024, seed)
        for k in range(3):
            inside.append(abs(found.of[k].first - first[k]) < 1.96 * found.of[k].first_error)
            inside.append(abs(found.of[k].total - total[k]) < 1.96 * found.of[k].total_error)
    assert 0.91 < np.mean(inside) < 0.99


def test_a_figure_that_does_not_vary_has_no_indices() -> None:
    flat = np.ones(10)
    assert Jansen(flat, flat).index(flat) == Index(0.0, 0.0)


# --- the closed form against the estimator and against SALib ----------------------------------------------------------

LAWS: list[Law] = [
    Lognormal(2, 1.3),
    Triangular(1, 3, 4),
    Uniform(1, 2),
    Normal(5, 0.5),
    Choices((1.0, 2.0, 4.0), (0.2, 0.5, 0.3)),
    Lognormal(0.4, 1.5, 0.1, 0.9),
]


def a_study() -> Node:
    """Sums of products, quotients and powers of inputs with every kind of law, and of shares of a mix."""
    graph = Graph()
    a, b, c, d, e, f = (leaf(graph, f"x{k}", law) for k, law in enumerate(LAWS))
    shares = mixed(graph)
    held = leaf(graph, "held", None, 3.0)
    used = graph.sum([a * share * graph.constant(k + 1) for k, share in enumerate(shares)])
    idle = a * b * (graph.constant(1) / f - graph.constant(1))
    return graph.sum([used * c, idle / held, d * e, b**2 * c / e, held])


def test_the_closed_form_against_samples() -> None:
    root = a_study()
    variances = analysed(root)
    found = variances.exact(root.index)
    assert not isinstance(found, str)
    assert found.method == EXACT
    estimates = variances.estimated([root.index], 65_536, 3)[0]
    assert found.mean == pytest.approx(estimates.mean, rel=0.005)
    assert found.variance == pytest.approx(estimates.variance, rel=0.03)
    for place, group in enumerate(variances.groups):
        assert abs(found.of[group.name].first - estimates.of[place].first) < SURE * estimates.of[place].first_error
        assert abs(found.of[group.name].total - estimates.of[place].total) < SURE * estimates.of[place].total_error


def test_the_closed_form_is_inside_the_intervals_of_salib() -> None:
    pytest.importorskip("SALib")
    from bench.sensitivity import inside_salib

    assert inside_salib(1_024) >= 0.95


def test_the_same_seed_gives_the_same_estimates() -> None:
    root = a_study()
    one, two = (analysed(root).estimated([root.index], 1_000, 7) for _ in range(2))
    assert one == two
    assert analysed(root).estimated([root.index], 1_000, 8) != one


def test_samples_that_do_not_fit_are_refused() -> None:
    root = a_study()
    with pytest.raises(Problems, match="too many"):
        analysed(root).estimated([root.index], 10_000_000, 7)


def test_two_values_of_one_path_are_one_input() -> None:
    graph = Graph()
    one, other = leaf(graph, "x", Uniform(1, 2), line=1), leaf(graph, "x", Uniform(2, 3), line=2)
    variances = analysed(one + other)
    assert variances.groups == [Group("x", (0, 1))]
    reason = variances.exact((one + other).index)
    assert isinstance(reason, str)
    assert "several values" in reason
    assert variances.estimated([(one + other).index], 1_000, 1)[0].of[0].first == pytest.approx(1)


# --- studies ---------------------------------------------------------------------------------------------------------

STUDY = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  FU1: {demand: {visits: 1000 visit, prompts: 100 prompt}}
  FU2: {demand: {visits: 5 visit, prompts: 0 prompt}}
sites: {lab: {region: FRA, pue: {value: 1.5, low: 1.2, high: 1.7}}}
terminals:
  region: FRA
  time: {value: 6 min/visit, low: 3 min/visit, high: 9 min/visit}
  devices:
    phone: {share: {value: 60 %, low: 50 %, high: 80 %}, power: 5 W, lifetime: 2 year, daily_use: 2 h/day}
    laptop: {share: 40 %, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}
inference:
  site: lab
  energy: {value: 0.1 kWh/prompt, law: {lognormal: {gsd: 1.2}}}
  idle_power: 50 %
  server: {device: server, aur: {value: 40 %, low: 20 %, high: 80 %}, lifetime: 4 year}
"""


def studied(folder: Path, text: str = STUDY, **asked: object) -> list[Sensitivity]:
    return sensitivities(run(folder, text, **asked)[0].model, 2_000, 1)


def named(found: Sensitivity) -> dict[str, Driver]:
    return {driver.path: driver for driver in found.drivers}


def total(folder: Path, *changes: tuple[str, str], unit: str = "FU1") -> float:
    return run(folder, swapped(STUDY, *changes))[0].total(unit, "GWP")


def by_hand(aur: float = 0.4, energy: float = 0.1, phone: float = 0.6) -> float:
    """The GWP of FU1, in kg: 100 hours at terminals, and the energy of 100 prompts with idle time."""
    use = (5 * phone + 30 * (1 - phone)) / 1000 * 0.1
    devices = phone * 51 / (2 * 365 * 2) + (1 - phone) * 200 / (4 * 365 * 5)
    return 100 * (use + devices) + 100 * energy * (1 + 0.5 * (1 / aur - 1)) * 1.5 * 0.1


def test_the_study_by_hand(tmp_path: Path) -> None:
    """What the tornado is held against is checked here."""
    assert total(tmp_path) == pytest.approx(by_hand(), rel=1e-12)
    aur, energy, share = (
        named(studied(tmp_path)[0])[path]
        for path in ("inference.server.aur", "inference.energy", "terminals.devices.phone.share")
    )
    assert (aur.at_low, aur.at_high) == pytest.approx((by_hand(aur=0.2), by_hand(aur=0.8)), rel=1e-12)
    spread = 1.2**1.959963984540054
    assert (energy.at_low, energy.at_high) == pytest.approx(
        (by_hand(energy=0.1 / spread), by_hand(energy=0.1 * spread)), rel=1e-12
    )
    assert (share.at_low, share.at_high) == pytest.approx((by_hand(phone=0.5), by_hand(phone=0.8)), rel=1e-12)


def test_the_tornado_is_the_study_with_one_number_changed(tmp_path: Path) -> None:
    found = named(studied(tmp_path)[0])
    aur = found["inference.server.aur"]
    assert (aur.low, aur.high, aur.unit, aur.value) == (20.0, 80.0, "%", 40.0)
    assert aur.at_low == pytest.approx(total(tmp_path, ("value: 40 %, low: 20 %", "value: 20 %, low: 20 %")), rel=1e-12)
    assert aur.at_high == pytest.approx(
        total(tmp_path, ("value: 40 %, low: 20 %", "value: 80 %, low: 20 %")), rel=1e-12
    )
    energy = found["inference.energy"]
    assert energy.low == pytest.approx(0.1 * 1.2**-1.959963984540054)
    half = total(tmp_path, ("value: 0.1 kWh/prompt", f"value: {energy.low!r} kWh/prompt"))
    assert energy.at_low == pytest.approx(half, rel=1e-12)


def test_the_other_shares_of_a_mix_follow(tmp_path: Path) -> None:
    share = named(studied(tmp_path)[0])["terminals.devices.phone.share"]
    assert (share.kind, share.mix) == (SHARE, "terminals.devices")
    expected = total(tmp_path, ("value: 60 %, low: 50 %", "value: 80 %, low: 50 %"), ("share: 40 %", "share: 20 %"))
    assert share.at_high == pytest.approx(expected, rel=1e-12)


def test_a_mix_has_one_index_and_its_shares_none(tmp_path: Path) -> None:
    found = named(studied(tmp_path)[0])
    assert found["terminals.devices"].kind == MIX
    assert found["terminals.devices"].sobol is not None
    assert found["terminals.devices.phone.share"].sobol is None
    assert found["terminals.devices.laptop.share"].low is None  # held, and follows


def test_elasticities_against_finite_differences(tmp_path: Path) -> None:
    result, _ = run(tmp_path, STUDY)
    graph, root = result.model.graph, result.model.totals["FU1", None, "GWP"]
    slopes = elasticities(graph, root, result.values)
    step = 1e-5
    for index, slope in slopes.items():
        ends = (inputs.given(graph, index, graph.info[index].value * (1 + sign * step)) for sign in (1, -1))
        up, down = (evaluate(graph, {index: end})[root] for end in ends)
        assert slope == pytest.approx((up - down) / (2 * step * result.values[root]), rel=1e-6, abs=1e-9)
    drivers = named(sensitivities(result.model)[0])
    assert drivers["inference.server.aur"].elasticity == slopes[_index_of(graph, "inference.server.aur")]


def _index_of(graph: Graph, path: str) -> int:
    return next(index for index, each in graph.inputs() if each.path == path)


def test_indices_add_up_and_totals_are_no_less(tmp_path: Path) -> None:
    (found,) = studied(tmp_path, functional_units=["FU1"])
    indices = found.indices.of.values()
    assert found.indices.method == EXACT
    assert sum(index.first for index in indices) <= 1 < sum(index.total for index in indices)
    assert all(index.first <= index.total + 1e-12 for index in indices)
    ranked = [driver.sobol.total for driver in found.drivers if driver.sobol]
    assert all(a >= b for a, b in pairwise(ranked))


def test_what_is_held_is_counted_with_its_elasticity(tmp_path: Path) -> None:
    (found,) = studied(tmp_path, functional_units=["FU1"])
    held = dict(found.held)
    assert "tiny.electricity.use.FRA.GWP" in held
    assert not held.keys() & named(found).keys()
    assert [abs(slope) for _, slope in found.held] == sorted((abs(slope) for _, slope in found.held), reverse=True)


def test_an_input_of_another_case_is_no_driver(tmp_path: Path) -> None:
    assert "functional_units.FU1.demand.prompts" not in dict(studied(tmp_path)[1].held)


FORMULA = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {FU1: {demand: {visits: 1 visit}}}
parameters:
  a: {value: 2, low: 1, high: 3}
  b: {value: 3, low: 2, high: 5}
  nil: {value: 0.5, low: 0, high: 1, law: uniform}
activities:
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: "= (FORMULA) * 1 [kWh]"}
"""
REASONS = {
    "min(a, b)": "a minimum, in activities.electricity.amount",
    "max(a, b) / 2": "a maximum",
    "ceil(a)": "a rounding up",
    "a ^ 1.5": "a power that is not whole, in activities.electricity.amount",
    "interp(a, 1, 2, 3, b)": "an interpolation",
    "a / (a + b)": "a sum in a denominator",
    "a / nil": "1/parameters.nil has no finite mean or variance",
}


@pytest.mark.parametrize("formula", REASONS)
def test_why_indices_are_estimated(tmp_path: Path, formula: str) -> None:
    (found,) = studied(tmp_path, swapped(FORMULA, ("FORMULA", formula)))
    assert found.indices.method == SAMPLED
    assert found.indices.draws == 2_000
    assert found.indices.reason.startswith(REASONS[formula])
    text = table.render(report(run(tmp_path, swapped(FORMULA, ("FORMULA", "a")))[0].model, [found]), Look(80))
    assert "no closed form" in text


@pytest.mark.parametrize("formula", ["a * b", "a / b", "a - b", "(a + b) ^ 3", "a ^ -2", "1 / a - 1", "a * min(1, 2)"])
def test_what_has_a_closed_form(tmp_path: Path, formula: str) -> None:
    (found,) = studied(tmp_path, swapped(FORMULA, ("FORMULA", formula)))
    assert (found.indices.method, found.indices.reason) == (EXACT, "")


def test_a_sum_of_functional_units_that_states_a_mix_twice_is_refused(tmp_path: Path) -> None:
    text = swapped(STUDY, ("FU2: {demand: {visits: 5 visit, prompts: 0 prompt}}", """FU2:
    demand: {visits: 5 visit, prompts: 1 prompt}
    terminals: {devices: {phone: {share: {value: 70 %, low: 60 %, high: 80 %}}, laptop: {share: 30 %}}}
  both: {sum_of: [FU1, FU2]}"""))  # fmt: skip
    result, _ = run(tmp_path, text, functional_units=["both"])
    with pytest.raises(Problems, match="stated more than once"):
        sensitivities(result.model)


def test_no_range_anywhere(tmp_path: Path) -> None:
    text = swapped(FORMULA, ("FORMULA", "2"))
    result, _ = run(tmp_path, text)
    found = sensitivities(result.model)
    assert found[0].drivers == ()
    assert "does not vary" in table.render(report(result.model, found), Look(80))


# --- what readers and machines get -----------------------------------------------------------------------------------


def test_the_table_fits_a_page(tmp_path: Path) -> None:
    result, _ = run(tmp_path, STUDY)
    text = table.render(report(result.model, sensitivities(result.model)), Look(80))
    assert max(map(len, text.splitlines())) <= 80
    assert "Indices in closed form" in text
    assert "░░░░│" in text or "│░░░░" in text
    assert text.count("first  total") == 2  # one table a figure: not dealt out


def test_the_records(tmp_path: Path) -> None:
    result, _ = run(tmp_path, STUDY, functional_units=["FU1"])
    rows = list(csv.DictReader(io.StringIO(csv_view.render(report(result.model, sensitivities(result.model)), Look()))))
    by_input = {row["input"]: row for row in rows}
    aur = by_input["inference.server.aur"]
    assert (aur["kind"], aur["low"], aur["input_unit"], aur["method"]) == ("input", "20.0", "%", EXACT)
    assert float(aur["first"]) <= float(aur["total"])
    assert by_input["tiny.electricity.use.FRA.GWP"]["kind"] == "held"
    assert by_input["terminals.devices"]["kind"] == MIX


def test_the_shipped_study_has_a_closed_form_for_every_figure() -> None:
    result, _ = Run("stable_diffusion").compile(with_expectations=False)
    assert {found.indices.method for found in sensitivities(result.model, 300)} == {EXACT}


MIDDLE, SIGMA = math.log(0.4), math.log(1.5)
CUT = [0.5 * math.erfc(-(math.log(end) - MIDDLE) / SIGMA / math.sqrt(2)) for end in (0.1, 0.9)]


def cut_off(power: int) -> float:
    """The mean of a power of the last law, by its textbook formula: a shift of the bounds by power × sigma."""
    ends = [(math.log(end) - MIDDLE) / SIGMA - power * SIGMA for end in (0.1, 0.9)]
    low, high = (0.5 * math.erfc(-end / math.sqrt(2)) for end in ends)
    return math.exp(power * MIDDLE + (power * SIGMA) ** 2 / 2) * (high - low) / (CUT[1] - CUT[0])


BY_HAND = [  # the means of x and of its square
    (2 * math.exp(math.log(1.3) ** 2 / 2), 4 * math.exp(2 * math.log(1.3) ** 2)),
    ((1 + 3 + 4) / 3, (1 + 9 + 16 + 3 + 4 + 12) / 6),
    (3 / 2, 7 / 3),
    (5, 25 + 0.25),
    (0.2 + 1.0 + 1.2, 0.2 + 2.0 + 4.8),
    (cut_off(1), cut_off(2)),
]


@pytest.mark.parametrize(("law", "expected"), list(zip(LAWS, BY_HAND, strict=True)))
def test_moments_are_those_of_the_laws(law: Law, expected: tuple[float, float]) -> None:
    assert mean(law) == pytest.approx(expected[0], rel=1e-9)
    assert tuple(moments.moment(law, power) for power in (1, 2)) == pytest.approx(expected, rel=1e-9)
