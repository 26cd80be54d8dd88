"""Inputs that go together, and inputs that are drawn apart in each variant: by hand, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lca import samples
from lca.graph import Draw, Graph, Input, Node
from lca.model.laws import Choices, Law, Lognormal, Normal, Triangular, Uniform
from lca.problems import Problems, Span
from lca.questions.sensitivity import EXACT, MEMBER, TOGETHER, sensitivities, together
from lca.questions.uncertainty import Uncertainty, uncertainty
from lca.units import ONE
from tests.bench_pack import run, swapped

STUDY = """\
study:
  criteria: [GWP]
  packs: [tiny]
DECLARED
functional_units: {one: {demand: {visits: 1 visit}}}
parameters:
  a: {value: 2, low: 1, high: 3, law: uniform}
  b: {value: 20, low: 10, high: 30, law: uniform}
  c: {value: 5, law: {normal: {sd: 1}}}
  held: 1
activities:
  - {name: grid, item: electricity, tier: data centre, stage: use, region: FRA, amount: "= FORMULA * held * 1 [kWh]"}
variants:
  L: {with: {parameters.held: 1}}
"""
TOGETHER_AB = "  together: [{inputs: [parameters.a, parameters.b], reason: one device}]"
APART_A = "  independent: [{input: parameters.a, reason: another place}]"
KWH = 0.1  # kg of one kWh in the test pack


def study(folder: Path, declared: str = "", formula: str = "(a + b / 10)", **asked: object) -> object:
    return run(folder, swapped(STUDY, ("DECLARED\n", declared + "\n" * bool(declared)), ("FORMULA", formula)), **asked)[
        0
    ].model


def drawn(folder: Path, *asked: str, count: int = 50_000, variants: tuple[str | None, ...] = (None,)) -> Uncertainty:
    return uncertainty(study(folder, *asked, variants=variants), count, 1)


def deviation(found: Uncertainty, place: int = 0) -> float:
    estimate = found.estimates[place]
    sd = estimate.spread.sd
    assert sd is not None
    return sd / estimate.value * 4  # of a figure whose value is 4 kWh


def test_a_sum_of_two_that_go_together(tmp_path: Path) -> None:
    """a and b / 10 are uniform from 1 to 3, of variance 1/3: apart 2/3 in sum, together (2 a) 4/3."""
    assert deviation(drawn(tmp_path)) == pytest.approx((2 / 3) ** 0.5, rel=0.01)
    assert deviation(drawn(tmp_path, TOGETHER_AB)) == pytest.approx((4 / 3) ** 0.5, rel=0.01)


def test_a_quotient_of_two_that_go_together_does_not_vary(tmp_path: Path) -> None:
    spread = drawn(tmp_path, TOGETHER_AB, "a / b").estimates[0].spread
    assert spread.low == pytest.approx(spread.high, rel=1e-12)


LAWS: dict[str, tuple[Law, object]] = {
    "normal": (Normal(10, 2), stats.norm(10, 2)),
    "cut off": (Normal(10, 5, 8.0), stats.truncnorm(-0.4, np.inf, 10, 5)),
    "lognormal": (Lognormal(3, 1.5), stats.lognorm(np.log(1.5), scale=3)),
    "uniform": (Uniform(1, 4), stats.uniform(1, 3)),
    "triangular": (Triangular(1, 2, 5), stats.triang(0.25, 1, 4)),
    "choices": (Choices((1.0, 2.0, 7.0), (0.2, 0.5, 0.3)), None),
}


def grouped() -> tuple[Graph, list[Node]]:
    graph = Graph()
    graph.draws = dict.fromkeys(LAWS, Draw("all", together=True))
    leaves = [
        Input(name, 1.0, ONE, Span("a.yaml", k, 1), law=law) for k, (name, (law, _)) in enumerate(LAWS.items(), 1)
    ]
    return graph, [graph.input(leaf) for leaf in leaves]


def rows(count: int) -> np.ndarray:
    graph, nodes = grouped()
    leaves = {index: samples.drawn(leaf) for index, leaf in graph.inputs()}
    return samples.sampled(samples.program(graph, [node.index for node in nodes], leaves), count, 3)


def test_each_rises_with_all_others_whatever_the_law() -> None:
    drawn_ = rows(20_000)
    order = np.argsort(drawn_[0], kind="stable")
    for row in drawn_:
        assert (np.diff(row[order]) >= 0).all()


def test_each_keeps_its_own_law() -> None:
    for row, (law, peer) in zip(rows(20_000), LAWS.values(), strict=True):
        if peer is not None:
            assert stats.kstest(row, peer.cdf).pvalue > 0.001, law  # type: ignore[attr-defined]
        else:
            assert (row == 7.0).mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("powers", "expected"),
    [
        ([(Uniform(0, 1), 1), (Uniform(0, 2), 1)], 2 / 3),  # 2 E u²
        ([(Uniform(0, 1), 2), (Uniform(0, 2), 2)], 4 / 5),
        ([(Uniform(1, 2), -1), (Uniform(2, 4), 1)], 2.0),
        ([(Normal(0, 1), 1), (Normal(5, 2), 1)], 2.0),  # E z (5 + 2 z)
        ([(Lognormal(1, np.exp(0.5)), 1), (Lognormal(1, np.exp(0.5)), 1)], np.exp(0.5)),  # E exp(z)
        ([(Lognormal(1, np.exp(2)), 2), (Lognormal(1, np.exp(2)), 2)], np.exp(32)),  # E exp(8 z)
        ([(Uniform(0, 1), 1), (Choices((0.0, 1.0), (0.5, 0.5)), 1)], 3 / 8),  # of u from 1/2
        ([(Triangular(0, 0, 1), 1), (Uniform(0, 1), 1)], 0.5 - 4 / 15),  # E u (1 - sqrt(1 - u))
        ([(Uniform(0, 1), -1), (Uniform(1, 2), 1)], np.inf),
    ],
)
def test_moments_of_what_goes_together(powers: list[tuple[Law, int]], expected: float) -> None:
    assert together.moment(powers) == pytest.approx(expected, rel=1e-10)


def test_what_goes_together_is_one_factor_of_the_variance_in_closed_form(tmp_path: Path) -> None:
    """a b + c: with a = 2 + u, b = 20 + 10 u the product is 40 + 40 u + 10 u², u uniform from -1 to 1."""
    (found,) = sensitivities(study(tmp_path, TOGETHER_AB, "(a * b + c)"), 500)
    assert (found.indices.method, set(found.indices.of)) == (EXACT, {"parameters.a, parameters.b", "parameters.c"})
    product = 40**2 / 3 + 10**2 * (1 / 5 - 1 / 9)
    index = found.indices.of["parameters.a, parameters.b"]
    assert index is not None
    assert index.first == pytest.approx(product / (product + 1), rel=1e-9)
    kinds = {driver.path: driver.kind for driver in found.drivers}
    assert kinds["parameters.a, parameters.b"] == TOGETHER
    assert kinds["parameters.a"] == kinds["parameters.b"] == MEMBER


def test_estimates_move_the_whole_group(tmp_path: Path) -> None:
    """max(a / b, 0.05) is 0.1 whatever the draw: it does not vary."""
    (found,) = sensitivities(study(tmp_path, TOGETHER_AB, "max(a / b, 0.05)"), 500)
    assert found.indices.variance == pytest.approx(0, abs=1e-20)


def test_a_cause_is_a_group(tmp_path: Path) -> None:
    """E a b is 40 + 10/3, 8.3 % above 40, and neither alone moves the mean."""
    (estimate,) = drawn(tmp_path, TOGETHER_AB, "(a * b)").estimates
    (cause,) = estimate.causes
    assert (cause.name, cause.shift) == ("parameters.a, parameters.b", 0)
    assert cause.effect == pytest.approx(1 / 12, rel=1e-3)


def test_variants_share_a_draw_unless_it_is_declared_independent(tmp_path: Path) -> None:
    (shared,) = drawn(tmp_path, variants=(None, "L")).comparisons
    assert shared.pair.equal == 1
    (apart,) = drawn(tmp_path, APART_A, variants=(None, "L")).comparisons
    assert apart.pair.equal == 0
    assert apart.pair.below == pytest.approx(0.5, abs=0.01)
    high = drawn(tmp_path, APART_A, variants=(None, "L")).inputs
    assert high.apart == ("parameters.a",)


def test_what_is_declared_moves_no_other_draw(tmp_path: Path) -> None:
    plain, apart = drawn(tmp_path), drawn(tmp_path, APART_A, variants=(None, "L"))
    assert plain.estimates[0].spread == apart.estimates[0].spread
    assert deviation(apart, 1) == pytest.approx(deviation(plain), rel=0.02)
    alone = drawn(tmp_path, "", "(c)"), drawn(tmp_path, TOGETHER_AB, "(c)")
    assert alone[0].estimates[0].spread == alone[1].estimates[0].spread


MIX = "region: {FRA: {value: 60 %, low: 50 %, high: 70 %}, World: {value: 40 %, low: 30 %, high: 50 %}}"
WRONG = {
    "a path that is no input": ("parameters.a, parameters.bb", "no input 'parameters.bb'", "did you mean"),
    "one that is held": ("parameters.a, parameters.held", "parameters.held is held", "low and a high"),
    "one alone": ("parameters.a", "together with nothing", "two or more"),
    "one twice": ("parameters.a, parameters.a", "stands twice", ""),
    "a formula": ("parameters.a, activities.grid.amount", "derived by a formula", "parameters.a"),
    "a mistyped row of a pack": ("parameters.a, tiny.elec.use.FRA.GWP", "no input 'tiny.elec.use.FRA.GWP'", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str, tmp_path: Path) -> None:
    paths, message, hint = WRONG[name]
    with pytest.raises(Problems) as raised:
        study(tmp_path, f"  together: [{{inputs: [{paths}], reason: why}}]")
    (problem,) = raised.value.problems
    assert message in problem.message
    assert hint in problem.hint
    assert problem.spans[0].line == 4


def test_two_groups_with_one_path(tmp_path: Path) -> None:
    groups = ("{inputs: [parameters.a, parameters.b], reason: x}", "{inputs: [parameters.c, parameters.a], reason: y}")
    both = f"  together: [{', '.join(groups)}]"
    for declared in (both, f"{TOGETHER_AB}\n{APART_A}"):
        with pytest.raises(Problems, match="declared twice"):
            study(tmp_path, declared)


def test_a_share_of_a_mix_goes_with_its_mix(tmp_path: Path) -> None:
    text = swapped(STUDY, ("DECLARED", "  together: [{inputs: [parameters.a, activities.grid.region.FRA], reason: x}]"))
    text = swapped(text, ("FORMULA", "a"), ("region: FRA", MIX))
    with pytest.raises(Problems, match="share of a mix"):
        run(tmp_path, text)


def test_an_input_of_a_variant_alone_may_be_named(tmp_path: Path) -> None:
    declared = "  together: [{inputs: [parameters.a, parameters.held], reason: x}]"
    text = swapped(STUDY, ("DECLARED", declared), ("FORMULA", "a"))
    text = swapped(text, ("{parameters.held: 1}", "{parameters.held: {value: 1, low: 0.5, high: 2}}"))
    assert uncertainty(run(tmp_path, text, variants=("L",))[0].model, 500, 1).inputs.together == (
        ("parameters.a", "parameters.held"),
    )
