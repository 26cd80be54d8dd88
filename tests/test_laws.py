"""Laws: how they are written, what is refused, and what they imply."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from scipy import integrate, stats

from lca import units
from lca.disk.workspace import Library
from lca.graph import Input
from lca.model import law_text
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform, words
from lca.model.ledger import Bounds
from lca.model.moments import mean, moment, quantile, variance
from lca.model.pedigree import Pedigree, pedigree
from lca.problems import Problems, Span
from lca.text import documents, sheets

SPAN = Span("a.yaml", 1, 1)
TABLE = Library().pedigree()


def bound(text: str, bounds: Bounds | None = None, group: str = "") -> Law | None:
    """The law of a quantity as a scenario writes it."""
    details = documents.parse(f"q: {text}", "a.yaml").mapping["q"].mapping
    value, unit = units.quantity(str(details["value"].value))
    low, high = (_end(details, key, unit) for key in ("low", "high"))
    within = law_text.within(bounds or Bounds(), unit)
    written = law_text.law_text(details["law"]) if "law" in details else None
    return law_text.bound(written, law_text.Given(value, unit, low, high, within, SPAN, group), lambda: TABLE)


def _end(details: Any, key: str, unit: units.Unit) -> float | None:
    if key not in details:
        return None
    value, own = units.quantity(str(details[key].value))
    return value * (units.scale(own, unit) or 1.0)


SHARE = Bounds("1", 0, 1)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("{value: 3 W}", None),
        ("{value: 3 W, low: 3 W, high: 3 W}", None),
        ("{value: 3 W, low: 1 W, high: 8 W, law: held}", None),
        ("{value: 3 W, low: 1 W, high: 8 W}", Triangular(1, 3, 8)),
        ("{value: 3 W, low: 1 W}", Triangular(1, 3, 3)),
        ("{value: 3 W, low: 1 W, high: 8 W, law: triangular}", Triangular(1, 3, 8)),
        ("{value: 3 W, low: 1 W, high: 8 W, law: uniform}", Uniform(1, 8)),
        ("{value: 3 kW, low: 1000 W, high: 8 kW, law: uniform}", Uniform(1, 8)),
        ("{value: 2 W, law: {normal: {sd: 500 mW}}}", Normal(2, 0.5)),
        ("{value: 2 W, law: {normal: {cv: 10 %}}}", Normal(2, 0.2)),
        ("{value: 2 W, law: {lognormal: {gsd: 1.5}}}", Lognormal(2, 1.5)),
        ("{value: 2 W, law: {lognormal: {gsd: 150 %}}}", Lognormal(2, 1.5)),
        ("{value: 0.3, law: {choices: {0.3: 40 %, 0.5: 60 %}}}", Choices((0.3, 0.5), (0.4, 0.6))),
        ("{value: 30 %, law: {choices: {50 %: 0.6, 30 %: 0.4}}}", Choices((30, 50), (0.4, 0.6))),
    ],
)
def test_a_law_as_it_is_written(text: str, law: Law | None) -> None:
    found = bound(text)
    assert found is None if law is None else found is not None and type(found) is type(law)
    if found is not None and law is not None and not isinstance(law, Choices):
        assert list(found)[:3] == pytest.approx(list(law)[:3])
    if isinstance(law, Choices):
        assert found == law


def test_low_and_high_are_the_95_percent_interval_of_normal_and_lognormal_laws() -> None:
    for kind in ("normal", "lognormal"):
        law = bound(f"{{value: 3 W, low: 1 W, high: 4 W, law: {kind}}}")
        assert law is not None
        assert [quantile(law, part) for part in (0.025, 0.975)] == pytest.approx([1, 4])


def test_laws_are_cut_off_at_the_bounds_of_their_field() -> None:
    law = bound("{value: 80 %, law: {normal: {sd: 20 %}}}", SHARE)
    assert isinstance(law, Normal)
    assert (law.least, law.most) == (0, 100)
    law = bound("{value: 0.8, law: {lognormal: {gsd: 1.3}}}", SHARE)
    assert isinstance(law, Lognormal)
    assert (law.least, law.most) == (0, 1)
    per_visit = bound("{value: 3 min/visit, law: {normal: {sd: 2 min/visit}}}", Bounds("h", 0))
    assert isinstance(per_visit, Normal)
    assert per_visit.least == 0


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        ("{value: 3 W, low: 1 W, high: 8 W, law: lognormall}", "no law 'lognormall'", "lognormal"),
        ("{value: 3 W, low: 1 W, law: uniform}", "uniform needs low and high", "give both ends"),
        ("{value: 3 W, law: lognormal}", "lognormal needs low and high", "or its parameters"),
        ("{value: 3 W, low: -1 W, high: 8 W, law: lognormal}", "lognormal with low: -1", "triangular or normal"),
        ("{value: -3 W, law: {lognormal: {gsd: 1.2}}}", "lognormal for -3", "triangular or normal"),
        ("{value: -3 W, law: {pedigree: [1, 1, 1, 1, 1]}}", "pedigree for -3", "triangular or normal"),
        ("{value: 3 W, law: {lognormal: {gsd: 0.9}}}", "gsd is 0.9", "above 1"),
        ("{value: 3 W, law: {lognormal: {gds: 1.2}}}", "lognormal has no parameter 'gds'", "gsd"),
        ("{value: 3 W, law: {normal: {sd: 0.5}}}", "the unit is missing", "write '0.5 W'"),
        ("{value: 3 W, law: {normal: {sd: 1 kg}}}", "kg is not W", "write it in W"),
        ("{value: 3 W, low: 1 W, high: 5 W, law: {normal: {sd: 1 W}}}", "normal has both a range and sd", "leave out"),
        ("{value: 3 W, law: {normal: {sd: 1 W, cv: 3 %}}}", "normal takes one of sd and cv", "leave out"),
        ("{value: 3 W, law: {normal: {sd: 0 W}}}", "sd is 0 W", "above 0"),
        ("{value: 0.3, law: {choices: {0.3: 40 %, 0.5: 50 %}}}", "the chances sum to 90 %", "100 %"),
        ("{value: 0.3, law: {choices: {0.3: 100 %}}}", "two or more different numbers", "choices"),
        ("{value: 0.3, law: {choices: {0.3: 50 %, 30 %: 50 %}}}", "two or more different numbers", "choices"),
        ("{value: 3 W, law: {pedigree: [1, 2, 3, 1]}}", "pedigree needs 5 scores from 1 to 5", "reliability"),
        ("{value: 3 W, law: {pedigree: [1, 2, 3, 1, 6]}}", "pedigree needs 5 scores from 1 to 5", "reliability"),
        ("{value: 3 W, low: 1 W, high: 4 W, law: {pedigree: [1, 2, 3, 1, 4]}}", "low and high give another", "leave"),
        (
            "{value: 3 W, law: {pedigree: {scores: [1, 1, 1, 1, 1], factors: ecoinvent}}}",
            "no set of pedigree factors 'ecoinvent'",
            "ecoinvent-3",
        ),
        (
            "{value: 3 W, law: {pedigree: {scores: [5, 1, 1, 1, 1], factors: ciroth-2016}}}",
            "ciroth-2016 has no factor for the score 5",
            "leaves it open",
        ),
        ("{value: 30 %, law: {dirichlet: {concentration: 50}}}", "dirichlet is for the shares of a mix", "triangular"),
        ("{value: 3 W, law: [uniform]}", "a law is one word", "gsd: 1.2"),
        ("{value: 3 W, law: {normal: 3}}", "normal takes a mapping", "sd"),
    ],
)
def test_a_law_that_is_refused_says_why_and_the_way_out(text: str, message: str, way_out: str) -> None:
    with pytest.raises(Problems) as found:
        bound(text)
    (problem,) = found.value.problems
    assert message in problem.message
    assert way_out in problem.hint
    assert problem.spans[0].file == "a.yaml"


def test_a_law_that_is_hardly_possible_is_refused() -> None:
    with pytest.raises(Problems, match=r"only 7 % of the law is possible"):
        bound("{value: 50 %, law: {normal: {sd: 600 %}}}", SHARE)
    with pytest.raises(Problems, match=r"one choice is 1\.2"):
        bound("{value: 0.3, law: {choices: {0.3: 40 %, 1.2: 60 %}}}", SHARE)


def test_the_law_of_a_row_has_no_units() -> None:
    unit = units.unit("kWh/GB")
    given = law_text.Given(0.05, unit, None, None, law_text.of_row(0.05, None), SPAN)
    law = law_text.bound(law_text.in_row("normal sd=0.01", SPAN), given, lambda: TABLE)
    assert law == Normal(0.05, 0.01, 0.0)
    credit = law_text.Given(-3.0, unit, -4.0, -1.0, law_text.of_row(-3.0, -4.0), SPAN)
    assert law_text.bound(None, credit, lambda: TABLE) == Triangular(-4, -3, -1)
    with pytest.raises(Problems, match="lognormal with low: -4"):
        law_text.bound(law_text.in_row("lognormal", SPAN), credit, lambda: TABLE)


# --- the pedigree matrix ---------------------------------------------------------------------------------------------


def test_a_worked_example_of_the_pedigree_matrix() -> None:
    """Scores (2, 3, 1, 1, 4) by the variances of Weidema et al. (2013), tables 10.3 and 10.5.

    0.0006 (basic) + 0.0006 + 0.0006 + 0 + 0 + 0.04 = 0.0418; gsd = exp(sqrt(0.0418)) = 1.2269.
    """
    law = bound("{value: 10 W, law: {pedigree: [2, 3, 1, 1, 4]}}")
    assert isinstance(law, Lognormal)
    assert law.median == 10
    assert law.gsd == pytest.approx(math.exp(math.sqrt(0.0418)), rel=1e-12)
    assert round(law.gsd, 4) == 1.2269
    assert "pedigree 2 3 1 1 4, ecoinvent-3" in words(law, "W")


def test_the_same_example_with_the_factors_of_ecoinvent_2() -> None:
    """Frischknecht et al.: exp(sqrt(ln² 1.05 + ln² 1.05 + ln² 1.05 + ln² 1 + ln² 1 + ln² 1.5)) is the squared gsd."""
    law = bound("{value: 10 W, law: {pedigree: {scores: [2, 3, 1, 1, 4], factors: ecoinvent-2}}}")
    assert isinstance(law, Lognormal)
    squared = math.exp(math.sqrt(3 * math.log(1.05) ** 2 + math.log(1.5) ** 2))
    assert law.gsd**2 == pytest.approx(squared, rel=1e-12)
    assert law.gsd == pytest.approx(1.23, abs=0.005)


def test_a_basic_factor_of_the_users_own() -> None:
    law = bound("{value: 10 W, law: {pedigree: {scores: [1, 1, 1, 1, 1], basic: 2}}}")
    assert isinstance(law, Lognormal)
    assert law.gsd**2 == pytest.approx(2)


def test_the_two_sets_of_ecoinvent_agree_as_far_as_they_are_printed() -> None:
    """The variances of version 3 are those of the factors of version 2, rounded, where version 2 has one."""
    for new, old in zip(TABLE.variances["ecoinvent-3"], TABLE.variances["ecoinvent-2"], strict=True):
        for variance_, other in zip(new, old, strict=True):
            assert variance_ == pytest.approx(other, rel=0.2) or math.isinf(other)


def test_every_factor_of_the_table_is_there_and_rises() -> None:
    assert list(TABLE.variances) == ["ecoinvent-3", "ecoinvent-2", "ciroth-2016"]
    for by_indicator in TABLE.variances.values():
        for factors in by_indicator:
            known = [each for each in factors if each < math.inf]
            assert known == sorted(known)
            assert len(factors) == 5
    assert TABLE.variances["ciroth-2016"][0][1] == pytest.approx(math.log(1.54) ** 2)
    assert TABLE.basic["ecoinvent-3"] == 0.0006


def test_a_table_of_pedigree_factors_that_is_wrong_is_refused() -> None:
    header = "set,indicator,score,value,scale,source,at,note\n"
    with pytest.raises(Problems, match="'-1' is no factor"):
        pedigree(sheets.parse(f"{header}x,reliability,1,-1,gsd,s,p. 1,\n", "pedigree.csv"))
    with pytest.raises(Problems, match="columns"):
        pedigree(sheets.parse("set,score\nx,1\n", "pedigree.csv"))
    assert isinstance(pedigree(sheets.parse(f"{header}x,reliability,1,1.1,gsd,s,p. 1,\n", "pedigree.csv")), Pedigree)


# --- what laws imply, against scipy ---------------------------------------------------------------------------------

LAWS: list[tuple[Law, Any]] = [
    (Lognormal(2, 1.5), stats.lognorm(math.log(1.5), scale=2)),
    (Normal(3, 0.5), stats.norm(3, 0.5)),
    (Normal(1, 1, 0.0), stats.truncnorm(-1, math.inf, 1, 1)),
    (Normal(0.8, 0.3, 0.2, 1.0), stats.truncnorm(-2, 2 / 3, 0.8, 0.3)),
    (Uniform(1, 4), stats.uniform(1, 3)),
    (Triangular(1, 3, 8), stats.triang(2 / 7, 1, 7)),
    (Triangular(1, 1, 8), stats.triang(0, 1, 7)),
    (Triangular(1, 8, 8), stats.triang(1, 1, 7)),
    (Triangular(2.9999, 3, 3.0001), stats.triang(0.5, 2.9999, 0.0002)),
    (Dirichlet(0.3, 10), stats.beta(3, 7)),
    (Dirichlet(30, 40, 100), stats.beta(12, 28, scale=100)),
]


@pytest.mark.parametrize(("law", "peer"), LAWS)
def test_mean_variance_and_quantiles(law: Law, peer: Any) -> None:
    assert mean(law) == pytest.approx(peer.mean(), rel=1e-9)
    assert variance(law) == pytest.approx(peer.var(), rel=1e-6)
    for part in (0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.999):
        assert quantile(law, part) == pytest.approx(peer.ppf(part), rel=1e-8)


@pytest.mark.parametrize(("law", "peer"), LAWS)
@pytest.mark.parametrize("power", [-3, -2, -1, 1, 2, 3, 4])
def test_moments_of_whole_powers(law: Law, peer: Any, power: int) -> None:
    low, _ = peer.support()
    if power < 0 and low <= 0 and not isinstance(law, Lognormal):
        if not isinstance(law, Dirichlet):
            assert moment(law, power) == math.inf
        elif power == -1:
            assert moment(law, power) == pytest.approx(_expected(peer, power), rel=1e-6)
        return
    assert moment(law, power) == pytest.approx(_expected(peer, power), rel=1e-7)


def _expected(peer: Any, power: int) -> float:
    ends = [float(peer.ppf(part)) for part in (1e-15, 0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999, 1 - 1e-15)]
    return float(sum(integrate.quad(lambda x: x**power * peer.pdf(x), a, b, limit=200)[0] for a, b in pairwise(ends)))


def test_a_cut_off_lognormal() -> None:
    law, sigma = Lognormal(2, 1.5, 1.0, 3.0), math.log(1.5)
    whole = stats.lognorm(sigma, scale=2)
    part = whole.cdf(3) - whole.cdf(1)
    for power in (-2, -1, 1, 2):
        found = integrate.quad(lambda x, power=power: x**power * whole.pdf(x), 1, 3)[0] / part
        assert moment(law, power) == pytest.approx(found, rel=1e-9)
    assert quantile(law, 0.5) == pytest.approx(whole.ppf(whole.cdf(1) + part / 2))


def test_the_reciprocal_of_a_triangular_law_that_ends_at_zero_has_a_mean() -> None:
    found = integrate.quad(lambda x: stats.triang(0.4, 0, 5).pdf(x) / x, 0, 5, points=[2])[0]
    assert moment(Triangular(0, 2, 5), -1) == pytest.approx(found, rel=1e-8)
    assert moment(Triangular(0, 5, 5), -1) == pytest.approx(2 / 5)
    assert moment(Triangular(0, 2, 5), -2) == math.inf
    assert moment(Triangular(0, 0, 5), -1) == math.inf
    assert moment(Triangular(-5, -2, 0), -1) == pytest.approx(-found, rel=1e-8)


def test_choices() -> None:
    law = Choices((0.3, 0.5), (0.4, 0.6))
    assert mean(law) == pytest.approx(0.42)
    assert variance(law) == pytest.approx(0.4 * 0.12**2 + 0.6 * 0.08**2)
    assert [quantile(law, part) for part in (0.1, 0.4, 0.41, 1.0)] == [0.3, 0.3, 0.5, 0.5]
    assert moment(law, -1) == pytest.approx(0.4 / 0.3 + 0.6 / 0.5)
    assert moment(Choices((0.0, 1.0), (0.5, 0.5)), -1) == math.inf


def test_numbers_out_of_all_proportion_are_infinite_and_no_error() -> None:
    for law in (Normal(1e200, 1e199), Uniform(1e200, 1e250), Lognormal(1e300, 1000), Triangular(1e200, 1e201, 1e202)):
        assert variance(law) == math.inf
        assert moment(law, 3) == math.inf
        assert quantile(law, 0.999999999) > 0


# --- the part of a law between low and high --------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "peer"), [("normal", stats.norm), ("lognormal", stats.lognorm)])
def test_low_and_high_may_be_other_quantiles(kind: str, peer: Any) -> None:
    """80 % between them: the 10th and the 90th percentile, both met exactly."""
    law = bound(f"{{value: 300.96 kg, low: 196.11 kg, high: 490 kg, law: {{{kind}: {{holds: 80 %}}}}}}")
    assert law is not None
    assert [quantile(law, part) for part in (0.1, 0.9)] == pytest.approx([196.11, 490], rel=1e-12)
    if kind == "lognormal":
        assert isinstance(law, Lognormal)
        assert law.median == pytest.approx((196.11 * 490) ** 0.5)
        assert peer(math.log(law.gsd), scale=law.median).cdf(490) == pytest.approx(0.9)


def test_a_range_of_one_standard_deviation_to_each_side_agrees_with_it() -> None:
    law = Normal(350, 273, -math.inf, math.inf)
    assert bound("{value: 350 kg, low: 77 kg, high: 623 kg, law: {normal: {cv: 78 %}}}") == law
    assert bound("{value: 350 kg, low: 77 kg, high: 623 kg, law: {normal: {sd: 273 kg}}}") == law
    with pytest.raises(Problems, match="both a range and cv"):
        bound("{value: 350 kg, low: 77 kg, high: 623 kg, law: {normal: {cv: 50 %}}}")


@pytest.mark.parametrize("part", ["0 %", "100 %", "1.2", "-5 %"])
def test_a_part_that_a_range_cannot_hold_is_refused(part: str) -> None:
    with pytest.raises(Problems, match="holds is"):
        bound(f"{{value: 3 W, low: 1 W, high: 8 W, law: {{lognormal: {{holds: {part}}}}}}}")


def test_holds_needs_a_range() -> None:
    with pytest.raises(Problems, match="lognormal needs low and high"):
        bound("{value: 3 W, law: {lognormal: {holds: 80 %}}}")


def of_pack(pack: str) -> dict[str, Input]:
    factors = Library().every()
    rows = [row for by in factors._factors.values() for row in by.get(pack, ())]
    return {row["item"]: factors.leaf(row, "GWP") for row in rows}


def test_ranges_of_ecodiag_are_one_standard_deviation_to_each_side() -> None:
    ranged = {item: leaf for item, leaf in of_pack("ecodiag-2022").items() if leaf.low is not None}
    assert len(ranged) == 8
    for leaf in ranged.values():
        assert isinstance(leaf.law, Normal)
        assert leaf.high is not None
        assert leaf.low is not None
        assert leaf.law[:3] == pytest.approx((leaf.value, (leaf.high - leaf.low) / 2, 0))
    assert ranged["desktop"].law == Normal(350, 273, 0.0)


def test_ranges_of_declarations_are_their_10th_and_90th_percentiles() -> None:
    ranged = of_pack("boavizta-pcf-2023")
    assert len(ranged) == 11
    for leaf in ranged.values():
        quantiles = [quantile(leaf.law, part) for part in (0.1, 0.9)]
        assert quantiles == pytest.approx([leaf.low, leaf.high])
