"""Whether figures have a mean and a variance: cases by hand, and that nothing rests on samples."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.graph import Graph, Input, Node, evaluate
from lca.model import moments
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform
from lca.problems import Span
from lca.questions.sensitivity.existence import Existence, Existing
from lca.questions.sensitivity.signomial import Refused, expand
from lca.units import ONE, unit
from tests.bench_pack import swapped
from tests.command import Lca

LAWS: dict[str, Law] = {
    "n": Normal(10, 4),  # reaches 0
    "c": Normal(10, 4, 0.0),  # cut off at 0, where it has a density
    "k": Normal(10, 4, 1.0),  # cut off above 0
    "u": Uniform(0, 1),
    "v": Uniform(0, 2),
    "p": Uniform(1, 2),
    "m": Uniform(-2, 0),
    "t": Triangular(0, 1, 3),  # vanishes at 0
    "s": Triangular(0, 0, 3),  # does not
    "w": Triangular(-1, 1, 3),
    "l": Lognormal(1, 3),
    "a": Choices((0.0, 1.0), (0.1, 0.9)),
    "b": Choices((0.0, 1.0), (0.0, 1.0)),
    "d": Choices((1.0, 2.0), (0.5, 0.5)),
}
Made = Callable[..., Node]


def found(made: Made) -> Existence:
    graph = Graph()
    x = {
        name: graph.input(Input(name, 1.0, ONE, Span("a.yaml", place, 1), law=law))
        for place, (name, law) in enumerate(LAWS.items(), 1)
    }
    one = graph.constant(1)
    root = made(one, **{name: x[name] for name in made.__code__.co_varnames[1 : made.__code__.co_argcount]})
    return Existing(graph, [root.index], evaluate(graph)).of(root.index)


def existing(made: Made) -> tuple[bool | None, bool | None]:
    existence = found(made)
    assert (existence.why == "") == (existence.variance is True)
    return existence.mean, existence.variance


def line(x: Node, *points: Node | float) -> Node:
    return x.apply("interp", *(p if isinstance(p, Node) else x.graph.constant(p) for p in points))


BOTH, MEAN, NONE = (True, True), (True, False), (False, False)
BY_HAND: dict[str, tuple[Made, tuple[bool, bool]]] = {
    "a normal law": (lambda one, n: one / n, NONE),
    "one cut off at 0": (lambda one, c: one / c, NONE),
    "one cut off above 0": (lambda one, k: one / k, BOTH),
    "uniform from 0": (lambda one, u: one / u, NONE),
    "uniform up to 0": (lambda one, m: one / m, NONE),
    "uniform above 0": (lambda one, p: one / p, BOTH),
    "triangular from 0: E 1/x = ∫ x/x dx": (lambda one, t: one / t, MEAN),
    "triangular from 0, most likely 0": (lambda one, s: one / s, NONE),
    "triangular across 0": (lambda one, w: one / w, NONE),
    "lognormal, any power": (lambda one, l: one / l**3, BOTH),  # noqa: E741
    "a choice of 0": (lambda one, a: one / a, NONE),
    "a choice of 0 that is never made": (lambda one, b: one / b, BOTH),
    "a square below": (lambda one, t: one / (t * t), NONE),
    "a negative power": (lambda one, t: t**-2, NONE),
    "the root is not divided": (lambda one, n, u: n * u, BOTH),
    "a product below": (lambda one, t, u: one / (t * u), NONE),
    "a product of two that vanish": (lambda one, t: one / (t * (t + one)), MEAN),
    "two from 0, both have to be small: u + v": (lambda one, u, v: one / (u + v), MEAN),
    "three from 0": (lambda one, u, v, t: one / (u + v + t), BOTH),
    "the same twice": (lambda one, u: one / (u + u.graph.constant(0.5) * u), NONE),
    "a loss on top of itself": (lambda one, u, v: one / (u + u * v), NONE),
    "a difference across 0": (lambda one, p, v: one / (p - v), NONE),
    "a difference that ends at 0 on both sides": (lambda one, p, u: one / (p - u), MEAN),
    "one minus a share of it": (lambda one, u: one / (one - u), NONE),
    "one minus what is below one": (lambda one, u, d: one / (one - u / (d + one)), BOTH),
    "nothing, over what reaches 0": (lambda one, k, n: (k - k) / n, BOTH),
    "what may be 0, over what reaches 0": (lambda one, a, n: a / n, NONE),
    "what cancels": (lambda one, n, p: n * p / n, BOTH),
    "a quotient of the same twice": (lambda one, u, p: (u + u * p) / u, BOTH),
    "a credit that does not cancel": (lambda one, n, p: one / n - p / n, NONE),
    "a maximum that keeps away": (lambda one, n: one / n.apply("max", one), BOTH),
    "a minimum that does not": (lambda one, u: one / u.apply("min", one), NONE),
    "a minimum above": (lambda one, u: (one / u).apply("min", one), BOTH),
    "the larger of two from 0": (lambda one, u, v: one / u.apply("max", v), MEAN),
    "a logarithm through 0": (lambda one, v: one / v.apply("log2"), NONE),
    "a logarithm away from 0": (lambda one, p: one / (p.apply("log2") + one), BOTH),
    "a logarithm of what comes near 0": (lambda one, u: u.apply("log2"), BOTH),
    "rounded up": (lambda one, u: one / u.apply("ceil"), BOTH),
    "rounded up to 0": (lambda one, w: one / w.apply("ceil"), NONE),
    "an exponential": (lambda one, n: one / n.apply("exp"), BOTH),
    "a power of 2": (lambda one, n: one / n.apply("exp2"), BOTH),
    "a power of 2 of a lognormal": (lambda one, l: l.apply("exp2"), NONE),  # noqa: E741
    "rounded down, not to 0": (lambda one, p: one / p.apply("floor"), BOTH),
    "rounded down to 0": (lambda one, w: one / w.apply("floor"), NONE),
    "rounded up to a multiple": (lambda one, u, p: one / u.apply("round_up", p), BOTH),
    "a natural logarithm of what comes near 0": (lambda one, u: u.apply("ln"), BOTH),
    "a root: E u^-1/2 = 2, but E 1/u": (lambda one, u: one / u.apply("sqrt"), MEAN),
    "a root of what vanishes at 0": (lambda one, t: one / t.apply("sqrt"), BOTH),
    "a power of -1.5: E t^-1.5 with density t": (lambda one, t: t.apply("**", -one - one / (one + one)), MEAN),
    "a power of -2": (lambda one, t: t.apply("**", -one - one), NONE),
    "a third root": (lambda one, u: one / u.apply("**", one / (one + one + one)), BOTH),
    "an exponential of a lognormal": (lambda one, l: l.apply("exp"), NONE),  # noqa: E741
    "an exponential of what goes far out": (lambda one, u: (one / u).apply("exp"), NONE),
    "and of minus that": (lambda one, u: (-(one / u)).apply("exp"), BOTH),
    "2^-load: between 2^-1 and 1": (lambda one, u: (one + one).apply("**", -u), BOTH),
    "below as well": (lambda one, u: one / (one + one).apply("**", -u), BOTH),
    "a base and an exponent in ranges": (lambda one, t, p: t.apply("**", p), BOTH),
    "a lognormal to a power of 0 to 1, not above 1 + l": (lambda one, l, u: l.apply("**", u), BOTH),  # noqa: E741
    "one below, as l^-p": (lambda one, l, p: l.apply("**", -p), BOTH),  # noqa: E741
    "2 to the power of a lognormal": (lambda one, l: (one + one).apply("**", l), NONE),  # noqa: E741
    "growth over a normal number of years": (lambda one, p, n: p.apply("**", n), BOTH),
    "an interpolation, which stays at its ends": (lambda one, l: line(l, 0, 1, 1, 5), BOTH),  # noqa: E741
    "below, where it keeps away from 0": (lambda one, l: one / line(l, 0, 1, 1, 5), BOTH),  # noqa: E741
    "below, where it begins at 0": (lambda one, u: one / line(u, 0, 0, 1, 1), NONE),
    "below, 0 where half of the draws are": (lambda one, v: one / line(v, 1, 0, 2, 1), NONE),
    "of what goes far out": (lambda one, u: line(one / u, 0, 0, 3, 1), BOTH),
    "up to a lognormal": (lambda one, u, l: one / line(u, 0, 1, 1, l), BOTH),  # noqa: E741
    "with points that move and rise": (lambda one, u, v: line(u, v, 1, 3, 2), BOTH),
    "rounded up to a multiple that may be 0": (lambda one, u, a: u.apply("round_up", a), NONE),
    "squared above": (lambda one, t: (one / t) ** 2, NONE),
    "a reciprocal of a reciprocal": (lambda one, n: one / (one / n), BOTH),
    "in another unit": (lambda one, u: one / u.to(unit("%")), NONE),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name: str) -> None:
    made, expected = BY_HAND[name]
    assert existing(made) == expected


NOT_KNOWN: dict[str, Made] = {
    "bounded, but its parts go together": lambda one, u, n: u / (u + n * n),
    "points of a line that may not rise": lambda one, u, v: line(u, v, 1, 1, 2),
    "a multiple that may be below 0": lambda one, u, w: u.apply("round_up", w),
    "a line over what may be no number": lambda one, w: line(w.apply("sqrt"), 0, 1, 1, 2),
    "a power of what may be below 0": lambda one, u, w: w.apply("**", u),
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_cannot_be_decided_is_never_said_to_exist(name: str) -> None:
    mean, variance = existing(NOT_KNOWN[name])
    assert (mean, variance) != BOTH
    assert False not in (mean, variance)


def mixed(*laws: Law | None) -> tuple[Graph, list[Node]]:
    graph = Graph()
    weights = [
        graph.input(Input(f"s{k}", 0.5, ONE, Span("a.yaml", k + 1, 1), law=law, group="s"))
        for k, law in enumerate(laws)
    ]
    return graph, graph.mix(weights)


@pytest.mark.parametrize(
    ("laws", "expected"),
    [
        ((Dirichlet(0.5, 1.8), Dirichlet(0.5, 1.8)), NONE),  # of shape 0.9
        ((Dirichlet(0.5, 3.0), Dirichlet(0.5, 3.0)), MEAN),  # of shape 1.5: E 1/x exists for shapes above 1
        ((Dirichlet(0.5, 5.0), Dirichlet(0.5, 5.0)), BOTH),  # of shape 2.5
        ((Uniform(0, 1), None), NONE),
        ((Triangular(0, 0.5, 1), None), MEAN),
        ((Uniform(0.1, 1), Uniform(0, 1)), BOTH),
    ],
)
def test_shares_of_a_mix_below(laws: tuple[Law | None, ...], expected: tuple[bool, bool]) -> None:
    """The mean of 1/x of a beta law of shapes a and b is (a + b - 1) / (a - 1)."""
    graph, shares = mixed(*laws)
    root = graph.constant(1) / shares[0]
    found = Existing(graph, [root.index, *(share.index for share in shares)], evaluate(graph))
    assert found.of(root.index)[:2] == expected
    assert found.of(shares[0].index)[:2] == BOTH


def test_what_is_left_of_a_mix_below() -> None:
    """1 - x is the other share: of shape 1.5."""
    graph, shares = mixed(Dirichlet(0.5, 3.0), Dirichlet(0.5, 3.0))
    root = graph.constant(1) / (graph.constant(1) - shares[0])
    assert Existing(graph, [root.index], evaluate(graph)).of(root.index)[:2] == MEAN


def test_what_is_drawn_together_goes_to_0_together() -> None:
    """u + v with v = 2 u is 3 u: no mean; drawn apart it has one."""
    graph = Graph()
    leaves = [Input(name, 1.0, ONE, Span("a.yaml", 1, place), law=LAWS[name]) for place, name in enumerate("uv", 1)]
    for leaf in leaves:
        leaf.draw = "u, v"
    u, v = map(graph.input, leaves)
    root = graph.constant(1) / (u + v)
    assert Existing(graph, [root.index], evaluate(graph)).of(root.index)[:2] == NONE


def test_alone() -> None:
    """Of 1 / (u + v) with v held at 0, u alone has no mean."""
    graph = Graph()
    u, v = (
        graph.input(Input(name, value, ONE, Span("a.yaml", 1, place), law=LAWS[name]))
        for place, (name, value) in enumerate([("u", 0.5), ("v", 0.0)], 1)
    )
    root = graph.constant(1) / (u + v)
    values = evaluate(graph)
    assert Existing(graph, [root.index], values, [u.index]).of(root.index)[:2] == NONE
    assert Existing(graph, [root.index], values, [v.index]).of(root.index)[:2] == BOTH


def test_the_inputs_that_do_it_are_named() -> None:
    graph = Graph()
    n, p = (graph.input(Input(name, 1.0, ONE, Span("a.yaml", 1, 1), law=LAWS[name])) for name in "np")
    root = p / n
    found = Existing(graph, [root.index], evaluate(graph)).of(root.index)
    assert found.why == "n (normal, mean 10, standard deviation 4)"
    assert found.words == "has no finite mean and no finite standard deviation"


@pytest.mark.parametrize(
    ("made", "named"),
    [
        (lambda one, s, u, n: s * (u / (u + n * n)), "n"),
        (lambda one, s, u, p: s * u.apply("**", -p), "u"),
        (lambda one, s, p, n: s * (p / (n * s)), "n"),
        (lambda one, s, l: s * l.apply("exp"), "l"),  # noqa: E741
        (lambda one, u, v, p: p * (one / (u + v)), "u and v"),
    ],
)
def test_what_only_multiplies_is_not_named(made: Made, named: str) -> None:
    """What reaches 0 takes nothing far out where it is not below the line."""
    why = found(made).why
    assert re.sub(r" \(.*?\)", "", why) == named


STEPS = st.lists(
    st.tuples(st.sampled_from(["+", "-", "*", "/", "^"]), st.integers(0, 99), st.integers(0, 99)), max_size=7
)


@settings(max_examples=400, deadline=None)
@given(STEPS, st.lists(st.sampled_from(list("nkutspl")), min_size=2, max_size=3, unique=True))
def test_the_moments_in_closed_form_say_the_same(steps: list[tuple[str, int, int]], names: list[str]) -> None:
    """Sums of products of powers have their moments in closed form: finite where the indices say so, and not else."""
    graph = Graph()
    nodes = [
        graph.input(Input(name, 1.5, ONE, Span("a.yaml", place, 1), law=LAWS[name]))
        for place, name in enumerate(names, 1)
    ]
    for op, i, j in steps:
        a, b = nodes[i % len(nodes)], nodes[j % len(nodes)]
        made: dict[str, Callable[[Node, Node], Node]] = {
            "+": Node.__add__, "-": Node.__sub__, "*": Node.__mul__, "/": Node.__truediv__,
            "^": lambda a, _, j=j: a ** (j % 5 - 2),  # type: ignore[misc]
        }  # fmt: skip
        nodes.append(made[op](a, b))
    root, values = nodes[-1].index, evaluate(graph)
    terms = expand(graph, root, range(len(names)), values)
    if isinstance(terms, Refused):
        return
    worst = [
        [moments.moment(graph.info[leaf].law, power * times) for exponents in terms for leaf, power in exponents]
        for times in (1, 2)
    ]
    found = Existing(graph, [root], values).of(root)
    for said, of_terms in zip(found[:2], worst, strict=True):
        if said is not None:
            assert said == all(map(math.isfinite, of_terms))


# --- from a scenario to what is printed ------------------------------------------------------------------------------

SCENARIO = """\
study: {title: Speed below, criteria: [GWP], packs: [boavizta-2023-11]}
functional_units: {hour: {demand: {visits: 1 visit}}}
parameters:
  speed: {value: 10, LAW}
  twice: {value: 2, low: 1, high: 4}
activities:
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: "= twice * 1 [kWh] / speed"}
variants:
  L: {with: {parameters.twice: {value: 3, low: 2, high: 4}}}
"""
NORMAL_LAW = "law: {normal: {cv: 40 %}}"
FROM_0 = "low: 0, high: 15"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def written(law: str) -> str:
        (tmp_path / "speed.yaml").write_text(swapped(SCENARIO, ("LAW", law)))
        return str(tmp_path / "speed.yaml")

    return written


@pytest.mark.parametrize("seed", ["0", "1", "7"])
@pytest.mark.parametrize("draws", ["100", "20000"])
def test_no_mean_is_printed_whatever_the_samples(file: Callable[[str], str], lca_: Lca, seed: str, draws: str) -> None:
    asked = ("uncertainty", file(NORMAL_LAW), "-n", draws, "--seed", seed, "--variant", "L")
    ran = lca_(*asked)
    assert ran.code == 0
    assert (
        " ".join(ran.out.split()).count("GWP has no finite mean and no finite standard deviation: parameters.speed")
        == 2
    )
    assert "why the mean" not in ran.out
    for record in json.loads(lca_(*asked, "--format", "json").out):
        assert (record["mean"], record["sd"], record["mean_error"], record["causes"]) == (None, None, None, {})
        assert record["p2_5"] < record["median"] < record["p97_5"]
        assert "parameters.speed" in record["lacks"]


def test_a_mean_without_a_deviation(file: Callable[[str], str], lca_: Lca) -> None:
    """Speed is triangular from 0 to 15 round 10; its density is 2 x / 150 up to 10 and 2 (15 - x) / 75 from there."""
    (record,) = json.loads(lca_("uncertainty", file(FROM_0), "-n", "100000", "--format", "json").out)
    reciprocal = 2 / 15 + 2 / (15 * 5) * (15 * math.log(15 / 10) - 5)
    assert record["mean"] == pytest.approx(record["deterministic"] * 10 * reciprocal * 7 / 3 / 2, rel=0.05)
    assert record["sd"] is None
    assert record["lacks"].startswith("has no finite standard deviation")
    assert record["causes"]["parameters.speed"] == pytest.approx(10 * reciprocal - 1, rel=0.01)


@pytest.mark.parametrize("form", ["csv", "markdown", "table"])
def test_every_form_says_it(form: str, file: Callable[[str], str], lca_: Lca) -> None:
    ran = lca_("uncertainty", file(NORMAL_LAW), "-n", "200", "--format", form)
    assert ran.code == 0
    assert "has no finite mean" in " ".join(ran.out.split())


def test_sensitivity_gives_no_shares_of_a_variance_that_does_not_exist(file: Callable[[str], str], lca_: Lca) -> None:
    for law, said in ((NORMAL_LAW, "no mean and no standard deviation"), (FROM_0, "no standard deviation.")):
        ran = lca_("sensitivity", file(law))
        text = " ".join(ran.out.split())
        assert "No indices" in text
        assert said in text
        records = json.loads(lca_("sensitivity", file(law), "--format", "json").out)
        assert all(record.get("first") is None and record.get("total") is None for record in records)


def test_a_picture_marks_no_mean(file: Callable[[str], str], lca_: Lca, tmp_path: Path) -> None:
    for by in ((), ("--by", "tier")):
        asked = ("plot", file(NORMAL_LAW), "uncertainty", "-n", "200", *by, "-o", str(tmp_path / "a.json"))
        assert lca_(*asked).code == 0
        assert '"mean": null' in (tmp_path / "a.json").read_text()


@pytest.mark.parametrize("draws", ["100", "200000"])
def test_a_rare_choice_of_0_has_no_mean_whether_or_not_it_is_met(
    draws: str, file: Callable[[str], str], lca_: Lca
) -> None:
    asked = ("uncertainty", file("law: {choices: {0: 0.01 %, 10: 99.99 %}}"), "-n", draws, "--variant", "L")
    for record in json.loads(lca_(*asked, "--format", "json").out):
        assert (record["mean"], record["sd"], record["causes"]) == (None, None, {})
        assert record["p97_5"] < 2


def test_a_choice_of_0_that_is_not_rare_is_refused(file: Callable[[str], str], lca_: Lca) -> None:
    ran = lca_("uncertainty", file("law: {choices: {0: 5 %, 10: 95 %}}"))
    assert ran.code == 1
    assert "not a finite number" in ran.err


@pytest.mark.parametrize(
    ("factor", "mean", "sd"),
    [("2^-load", 0.66081, 0.27278), ("interp(load, 0, 1, 1, 5)", 3.4, 1.43217)],
)
def test_what_only_multiplies_leaves_mean_and_deviation(
    factor: str, mean: float, sd: float, lca_: Lca, tmp_path: Path
) -> None:
    """X from 0 to 2 round 1 has E X² = 7/6. With L from 0.4 to 0.8 round 0.6, E 2^-kL = 2^-0.6k (sinh(z)/z)² where
    z = 0.1 k ln 2, and E (1 + 4L)² = 3.4² + 16 · 0.2²/6.
    """
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(f"""\
study: {{title: Load, criteria: [GWP]}}
functional_units: {{a: {{demand: {{prompts: 1 prompt}}}}}}
factors:
  x: {{stage: use, impacts: {{GWP: {{value: 1 kgCO2eq/prompt, low: 0 kgCO2eq/prompt, high: 2 kgCO2eq/prompt}}}}}}
parameters: {{load: {{value: 60 %, low: 40 %, high: 80 %}}}}
activities: [{{item: x, tier: network, stage: use, amount: "= {factor} * prompts"}}]
expect:
  mean: {{of: a, criterion: GWP, statistic: mean, value: {mean} kgCO2eq, basis: derived, within: 1 %}}
  sd: {{of: a, criterion: GWP, statistic: sd, value: {sd} kgCO2eq, basis: derived, within: 1 %}}
""")
    checked = lca_("check", str(scenario))
    assert checked.code == 0, checked
    assert "no finite" not in lca_("uncertainty", str(scenario), "-n", "500").out
