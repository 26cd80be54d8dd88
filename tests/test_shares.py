"""Shares of a mix are on the graph: whatever changes, they sum to 100 %, and no caller asks which mix a share is in.

The hand figures are of the round factors in `bench_pack`: electricity in FRA 0.1, in USA 0.4 kgCO2eq/kWh. A mix of 60 %
FRA and 40 % USA for 100 kWh is 22 kg; with v of FRA and the rest of USA it is 40 - 30 v kg.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from lca.graph import Graph, Input, Node, elasticities, evaluate
from lca.model import inputs
from lca.problems import Problems, Span
from lca.questions.breakeven import break_even
from lca.questions.explain import Explanation, Folded, Reference, Step, explain
from lca.questions.sensitivity import sensitivities
from lca.questions.sweep import asked, axis, sweep
from lca.questions.uncertainty import uncertainty
from lca.result import Result
from lca.units import Unit, unit
from tests.bench_pack import run

MIX = """\
    study: {{title: Mix, criteria: [GWP], packs: [tiny]}}
    functional_units: {{year: {{year: 2020, demand: {{visits: 1 visit}}}}}}
    activities:
      - name: grid
        item: electricity
        tier: data centre
        stage: use
        region: {{FRA: {fra}, USA: {usa}{more}}}
        amount: 100 kWh/visit
"""
FRA = "activities.grid.region.FRA"
WRITTEN = [("60 %", "40 %"), ("0.6", "0.4"), ("60 %", "0.4"), ("3/5", "40 %"), ("600000 ppm", "40 %")]


def mixed(folder: Path, fra: str = "60 %", usa: str = "40 %", more: str = "", rest: str = "") -> Result:
    return run(folder, MIX.format(fra=fra, usa=usa, more=more) + rest)[0]


def total(result: Result) -> int:
    return result.model.totals["year", None, "GWP"]


def leaf(graph: Graph, value: float, of: Unit, line: int) -> Node:
    return graph.input(Input(f"m.{line}", value, of, Span("s", line, 1), group="m"))


# --- on the graph ----------------------------------------------------------------------------------------------------


def test_shares_sum_to_one_whatever_their_weights() -> None:
    graph = Graph()
    weights = [leaf(graph, 60, unit("%"), 1), leaf(graph, 0.3, unit("1"), 2), leaf(graph, 1e5, unit("ppm"), 3)]
    shares = [share.index for share in graph.mix(weights)]
    values = evaluate(graph, {weights[0].index: 240})
    assert [values[share] for share in shares] == pytest.approx([6 / 7, 3 / 28, 1 / 28])
    assert [graph.weight(share) for share in shares] == [weight.index for weight in weights]
    assert [leaf.path for leaf in graph.leaves(shares[1])] == ["m.2"]


def test_the_same_weights_are_the_same_mix() -> None:
    graph = Graph()
    weights = [leaf(graph, 60, unit("%"), 1), leaf(graph, 40, unit("%"), 2)]
    assert [node.index for node in graph.mix(weights)] == [node.index for node in graph.mix(weights)]
    assert len(graph.mixes) == 1
    assert inputs.in_one_mix(graph, *(weight.index for weight in weights))


@pytest.mark.parametrize("of", ["%", "1", "ppm"])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.99, 1.0])
def test_a_share_is_set_by_its_weight(of: str, share: float) -> None:
    graph = Graph()
    whole = {"%": 100, "1": 1, "ppm": 1e6}[of]
    weights = [leaf(graph, 0.6 * whole, unit(of), 1), leaf(graph, 30, unit("%"), 2), leaf(graph, 0.1, unit("1"), 3)]
    shares = [node.index for node in graph.mix(weights)]
    own = weights[0].index
    values = evaluate(graph, {own: inputs.given(graph, own, share * whole)})
    rest = 1 - share
    assert [values[i] for i in shares] == pytest.approx([share, rest * 0.75, rest * 0.25])


@pytest.mark.parametrize(
    ("moves", "shares"),
    [
        ({0: 20}, [0.2, 0.6, 0.2]),  # the others keep 3 to 1 of what is left
        ({0: 20, 1: 40}, [0.2, 0.4, 0.4]),  # the third takes the rest
        ({0: 0, 1: 100}, [0, 1, 0]),
        ({0: 25, 1: 60, 2: 0.15}, [0.25, 0.6, 0.15]),
    ],
)
def test_several_shares_are_set_together(moves: dict[int, float], shares: list[float]) -> None:
    graph = Graph()
    weights = [leaf(graph, 60, unit("%"), 1), leaf(graph, 30, unit("%"), 2), leaf(graph, 0.1, unit("1"), 3)]
    nodes = [node.index for node in graph.mix(weights)]
    settled = inputs.settled(graph, {weights[k].index: value for k, value in moves.items()})
    values = evaluate(graph, settled)
    assert [values[node] for node in nodes] == pytest.approx(shares)


def test_a_share_that_is_all_of_its_mix_does_not_move() -> None:
    graph = Graph()
    weights = [leaf(graph, 100, unit("%"), 1), leaf(graph, 0, unit("%"), 2)]
    nodes = [node.index for node in graph.mix(weights)]
    values = evaluate(graph, inputs.settled(graph, {weights[0].index: 40.0}))
    assert [values[node] for node in nodes] == [1, 0]


# --- in a study ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fra", "usa"), WRITTEN)
def test_a_mix_in_any_unit_of_its_shares(tmp_path: Path, fra: str, usa: str) -> None:
    result = mixed(tmp_path, fra, usa)
    assert result.values[total(result)] == pytest.approx(22, rel=1e-12)


@pytest.mark.parametrize(("fra", "usa"), WRITTEN)
def test_a_swept_share_moves_the_others(tmp_path: Path, fra: str, usa: str) -> None:
    model = mixed(tmp_path, fra, usa).model
    found = sweep(model, [axis(model, asked(f"{FRA}=0%,25%,60%,100%"))])
    assert found.series[0].values == pytest.approx([40, 32.5, 22, 10], rel=1e-12)
    assert found.series[0].base == pytest.approx(22, rel=1e-12)


@pytest.mark.parametrize(("fra", "usa"), WRITTEN)
def test_an_elasticity_has_the_sign_of_the_bar(tmp_path: Path, fra: str, usa: str) -> None:
    # y = 40 - 30 v: at v = 0.6 the elasticity is 0.6 / 22 * -30, where it was 6 / 22 with the other share left standing
    result = mixed(tmp_path, fra, usa)
    graph = result.model.graph
    by_path = {graph.info[i].path: e for i, e in elasticities(graph, total(result), result.values).items()}
    assert by_path[FRA] == pytest.approx(-18 / 22)
    assert by_path[FRA.replace("FRA", "USA")] == pytest.approx(12 / 22)  # y = 10 + 30 v at v = 0.4


@pytest.mark.parametrize(
    ("fra", "usa", "scale"),
    [("{value: 60 %, low: 50 %, high: 80 %}", "40 %", 100), ("{value: 0.6, low: 0.5, high: 0.8}", "40 %", 1)],
)
def test_bars_and_indices_of_a_share(tmp_path: Path, fra: str, usa: str, scale: float) -> None:
    (found,) = sensitivities(mixed(tmp_path, fra, usa).model)
    mix, own, other = found.drivers
    assert mix.sobol is not None
    assert (mix.sobol.first, mix.sobol.total) == pytest.approx((1, 1))
    assert (own.at_low, own.at_high) == pytest.approx((25, 16))
    assert (own.low, own.high, own.value) == pytest.approx((0.5 * scale, 0.8 * scale, 0.6 * scale))
    assert own.elasticity == pytest.approx(-18 / 22)
    assert other.at_low is None
    assert found.indices.mean == pytest.approx(_mean_of_the_mix(), rel=1e-9)


def _mean_of_the_mix() -> float:
    """40 - 30 E[x / (x + 0.4)] for x triangular from 0.5 to 0.8 round 0.6, by Simpson's rule on each side."""

    def density(x: float) -> float:
        return 2 * (x - 0.5) / 0.03 if x < 0.6 else 2 * (0.8 - x) / 0.06

    def integral(low: float, high: float, n: int = 400) -> float:
        h = (high - low) / n
        f = [density(low + k * h) * (low + k * h) / (low + k * h + 0.4) for k in range(n + 1)]
        return h / 3 * (f[0] + f[-1] + 4 * sum(f[1:-1:2]) + 2 * sum(f[2:-1:2]))

    return 40 - 30 * (integral(0.5, 0.6 - 1e-15) + integral(0.6, 0.8))


LINKS = """\
    study: {title: Links, criteria: [GWP], packs: [tiny]}
    functional_units: {year: {year: 2020, demand: {visits: 1 visit}}}
    network:
      region: FRA
      data: 100 GB/visit
      links:
        a: {share: 60 %, energy: 1 kWh/GB}
        b: {share: 30 %, energy: 2 kWh/GB}
        c: {share: 10 %, energy: 4 kWh/GB}
    variants:
      other: {title: Other, with: {network: {links: {b: {share: 10 %}, c: {share: 30 %}}}}}
"""


def test_a_share_is_swept_where_a_variant_restates_part_of_its_mix(tmp_path: Path) -> None:
    # 10 kg for each kWh/GB: v of a, and the rest at (3 * 2 + 1 * 4) / 4, in the variant at (1 * 2 + 3 * 4) / 4
    model = run(tmp_path, LINKS, variants=(None, "other"))[0].model
    found = sweep(model, [axis(model, asked("network.links.a.share=0%,20%,60%"))])
    by_variant = {series.variant: series.values for series in found.series}
    assert by_variant[None] == pytest.approx([25, 22, 16], rel=1e-12)
    assert by_variant["other"] == pytest.approx([35, 30, 20], rel=1e-12)


def test_two_shares_of_one_mix_are_not_swept_together(tmp_path: Path) -> None:
    model = mixed(tmp_path).model
    with pytest.raises(Problems, match="are shares of one mix"):
        sweep(model, [axis(model, asked(f"{FRA}=10%,20%")), axis(model, asked("activities.grid.region.USA=1%,2%"))])


def test_a_share_of_a_hundred_percent_is_not_set(tmp_path: Path) -> None:
    model = mixed(tmp_path, "100 %", "0 %").model
    with pytest.raises(Problems, match="FRA is 100 %, and no other share can make up for it"):
        sweep(model, [axis(model, asked(f"{FRA}=10%,20%"))])


def test_a_break_even_of_a_share(tmp_path: Path) -> None:
    result = mixed(tmp_path)
    graph = result.model.graph
    line = graph.input(Input("held", 20.0, graph.unit[total(result)], Span("s", 1, 1)))
    found = break_even(result.model.facts, total(result), line.index, FRA, "1%", "99%")
    assert found.crossings[0].value == pytest.approx(100 * 20 / 30)


def test_what_is_written_sums_to_a_hundred_percent(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"the shares of activities\.grid\.region sum to 110 %"):
        mixed(tmp_path, "70 %", "40 %")


def test_a_formula_keeps_the_sum_itself(tmp_path: Path) -> None:
    result = mixed(tmp_path, usa=f'"= 1 - {FRA}"')
    assert not result.model.graph.mixes
    model = result.model
    found = sweep(model, [axis(model, asked(f"{FRA}=0%,100%"))])
    assert found.series[0].values == pytest.approx([40, 10])


def test_why_the_mean_differs_speaks_of_shares_that_follow(tmp_path: Path) -> None:
    """One cause: x of FRA beside 0.4 of USA. Its own mean, 30 points lower, counts by the slope of the mix."""
    model = mixed(tmp_path, "{value: 60 %, law: uniform, low: 0 %, high: 60 %}").model
    (estimate,) = uncertainty(model, 20_000, 1).estimates
    # 40 - 30 E[x / (x + 0.4)], x uniform from 0 to 0.6: E = 1 - 0.4 / 0.6 ln(1 / 0.4)
    mean = 40 - 30 * (1 - 0.4 / 0.6 * math.log(1 / 0.4))
    (cause,) = estimate.causes
    assert cause.effect == pytest.approx(mean / 22 - 1, rel=2e-3)
    assert estimate.gap == pytest.approx(cause.effect, rel=0.02)
    # dy/dx = -30 * 0.4 at x = 0.6, and the mean of x is 0.3 lower
    assert cause.shift == pytest.approx(30 * 0.4 * 0.3 / 22)


def test_an_explanation_shows_the_share_as_it_is_written(tmp_path: Path) -> None:
    result = mixed(tmp_path)
    told = told_as_lines(explain(result.model, total(result), "GWP", "year"))
    assert any(line.startswith(f"{FRA} = 60 %") for line in told), told
    assert "USA" not in next(line for line in told if "(use" in line and "FRA" in line)


def told_as_lines(found: Explanation) -> list[str]:
    """The steps of an explanation by name and value, with their formulas."""
    waiting: list[Step | Reference | Folded] = [found.root]
    lines = []
    while waiting:
        step = waiting.pop(0)
        if isinstance(step, Step):
            lines.append(f"{step.name} = {step.value:g} {step.unit}")
            waiting += step.children
    return lines


def test_a_share_of_100_percent_moves_nothing(tmp_path: Path) -> None:
    """100 kWh all of FRA are 10 kg: no other share can make room, so both ends of its range are the figure itself."""
    whole = mixed(tmp_path, "{value: 100 %, low: 80 %, high: 100 %}", "0 %")
    (found,) = sensitivities(whole.model)
    (own,) = [driver for driver in found.drivers if driver.path == FRA]
    assert (own.at_low, own.at_high) == pytest.approx((10, 10))
    with pytest.raises(Problems, match="is 100 %, and no other share can make up for it"):
        inputs.refuse_whole(whole.model.graph, inputs.leaves(whole.model.facts, FRA, [total(whole)])[0])
