"""`lca uncertainty` and `lca quality`, from the text of a scenario to figures."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from lca.disk.workspace import Run
from lca.model.laws import Lognormal, Triangular
from lca.outputs import table
from lca.problems import Problems
from lca.questions.quality import Quality, quality
from lca.questions.uncertainty import Estimate, Uncertainty, uncertainty
from lca.report import Look
from lca.result import Result
from lca.views.uncertainty import report
from tests import bench_pack
from tests.bench_pack import lay, swapped

PACKAGE = bench_pack.PACKAGE | {"name": "mine", "resources": [{"path": "factors.csv", "role": "factors"}]}
FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
thing,manufacture,,2020,GWP,2,kgCO2eq,device,,,,p. 1,A,
spread,manufacture,,2020,GWP,2,kgCO2eq,device,1,4,,p. 1,B,
known,manufacture,,2020,GWP,2,kgCO2eq,device,,,pedigree 2 3 1 1 4,p. 1,D,
electricity,use,USA,2020,GWP,0.4,kgCO2eq,kWh,,,,p. 1,C,
electricity,use,FRA,2020,GWP,0.1,kgCO2eq,kWh,,,,p. 1,C,
"""
HEAD = """\
study: {title: A test, criteria: [GWP], packs: [mine]}
functional_units:
  FU1: {demand: {visits: 1 visit}}
"""


def activity(item: str, amount: str, name: str = "", region: str = "") -> str:
    stage = "use" if region else "manufacture"
    where = f", region: {region}" if region else ""
    return f"  - {{name: {name or item}, item: {item}, tier: data centre, stage: {stage}, amount: {amount}{where}}}\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    lay(tmp_path / "mine", PACKAGE, factors=FACTORS)

    def compiled(body: str, variants: tuple[str | None, ...] = (None,), head: str = HEAD) -> Result:
        (tmp_path / "a.yaml").write_text(head + body)
        return Run(tmp_path / "a.yaml", [tmp_path]).compile((), variants)[0]

    return compiled


def spread(result: Result, count: int = 100_000, **more: Any) -> Uncertainty:
    return uncertainty(result.model, count, 1, **more)


def only(found: Uncertainty) -> Estimate:
    (estimate,) = found.estimates
    return estimate


# --- a study whose answer is known by hand ---------------------------------------------------------------------------


def test_a_study_known_by_hand(run: Any) -> None:
    """2 kg × (1 to 3 devices, all alike): uniform from 2 to 6 kg, mean 4, sd 4 / sqrt(12), 95 % from 2.1 to 5.9."""
    found = spread(
        run("activities:\n" + activity("thing", "{value: 2 device, low: 1 device, high: 3 device, law: uniform}"))
    )
    estimate = only(found)
    assert estimate.value == 4
    assert estimate.spread.mean == pytest.approx(4, abs=0.02)
    assert estimate.spread.sd == pytest.approx(4 / 12**0.5, rel=0.01)
    assert [estimate.spread.low, estimate.spread.high] == pytest.approx([2.1, 5.9], abs=0.02)
    assert [leaf.path for leaf in found.inputs.uncertain] == ["activities.thing.amount"]
    assert estimate.causes == ()


def test_a_range_without_a_law_is_triangular_round_the_value(run: Any) -> None:
    found = spread(run("activities:\n" + activity("thing", "{value: 1 device, low: 1 device, high: 4 device}")))
    assert found.inputs.uncertain[0].law == Triangular(1, 1, 4)
    assert only(found).spread.mean == pytest.approx(2 * 2, abs=0.02)


def test_ranges_and_laws_of_packs(run: Any) -> None:
    result = run("activities:\n" + activity("spread", "1 device") + activity("known", "1 device"))
    laws = {leaf.path: leaf.law for leaf in spread(result).inputs.uncertain}
    assert laws["mine.spread.manufacture.GWP"] == Triangular(1, 2, 4)
    known = laws["mine.known.manufacture.GWP"]
    assert isinstance(known, Lognormal)
    assert round(known.gsd, 4) == 1.2269


def test_what_varies_and_what_is_held(run: Any) -> None:
    body = (
        "activities:\n"
        + activity("thing", "{value: 1 device, low: 1 device, high: 2 device}", "a")
        + activity("thing", "{value: 1 device, note: a guess}", "b")
        + activity("thing", "{value: 1 device, low: 1 device, high: 2 device, law: held}", "c")
    )
    found = spread(run(body)).inputs
    assert [leaf.path for leaf in found.uncertain] == ["activities.a.amount"]
    assert {leaf.path for leaf in found.held} == {
        "activities.b.amount",
        "activities.c.amount",
        "mine.thing.manufacture.GWP",
    }
    assert [leaf.path for leaf in found.assumed] == ["activities.b.amount", "activities.c.amount"]


# --- sums first, quantiles after -------------------------------------------------------------------------------------

NORMAL = "{value: 10 device, law: {normal: {sd: 1 device}}}"


def test_the_quantile_of_a_total_is_no_sum_of_quantiles(run: Any) -> None:
    result = run("activities:\n" + activity("thing", NORMAL, "a") + activity("thing", NORMAL, "b"))
    total = only(spread(result))
    parts = spread(result, by=("item",)).estimates
    assert [part.figure.group for part in parts] == [("a",), ("b",)]
    assert total.spread.high == pytest.approx(40 + 2 * 2**0.5 * 1.96, abs=0.06)
    assert sum(part.spread.high for part in parts) == pytest.approx(40 + 2 * 2 * 1.96, abs=0.06)


def test_figures_in_several_passes_are_those_of_one(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of one pass are held against theory above: a sum of normal laws."""
    result = run("activities:\n" + "".join(activity("thing", NORMAL, name) for name in "abcdefg"))
    whole = spread(result, 1000, by=("item",))
    monkeypatch.setattr("lca.questions.uncertainty.ROOM", 2_500)
    parts = spread(result, 1000, by=("item",))
    for one, other in zip(whole.estimates, parts.estimates, strict=True):
        assert one.figure == other.figure
        assert one.spread.mean == pytest.approx(other.spread.mean, rel=1e-14)


# --- variants, draw by draw ------------------------------------------------------------------------------------------

TWO = """\
parameters:
  common: {value: 100 device, low: 10 device, high: 1000 device, law: lognormal}
  own: {value: 3, law: {normal: {sd: 0.4}}}
  other: {value: 3.3, law: {normal: {sd: 0.3}}}
activities:
  thing: {item: thing, tier: data centre, stage: manufacture, amount: "= common * own"}
variants:
  L: {with: {parameters.own: 3.2}}
  X: {with: {activities.thing.amount: "= common * other"}}
"""


def test_a_small_difference_is_sure_where_the_large_spread_is_common(run: Any) -> None:
    body = swapped(TWO, ("{value: 3, law: {normal: {sd: 0.4}}}", "3"))
    found = spread(run(body, (None, "L")))
    low, high = (estimate.spread for estimate in found.estimates)
    assert low.high > high.low
    (comparison,) = found.comparisons
    assert (comparison.figure.variant, comparison.against) == ("L", None)
    assert comparison.pair.below == 0
    assert comparison.pair.median == pytest.approx(low.median / 3 * 0.2, rel=1e-9)


def test_the_chance_that_one_variant_is_below_the_other(run: Any) -> None:
    """common × own < common × other: Φ(0.3 / sqrt(0.4² + 0.3²)) = Φ(0.6)."""
    (comparison,) = spread(run(TWO, (None, "X"))).comparisons
    assert 1 - comparison.pair.below == pytest.approx(stats.norm.cdf(0.6), abs=0.007)


def test_variants_that_do_not_differ_are_equal(run: Any) -> None:
    body = swapped(TWO, ("own: 3.2", "other: 3.2"))
    (comparison,) = spread(run(body, (None, "L"))).comparisons
    assert comparison.pair.equal == 1


# --- mixes -----------------------------------------------------------------------------------------------------------

MIXED = """\
activities:
  grid:
    item: electricity
    tier: data centre
    stage: use
    region:
      USA: {value: 60 %, low: 40 %, high: 80 %}
      FRA: {value: 40 %, low: 20 %, high: 60 %}
    amount: 1 kWh
"""


def test_shares_of_a_mix_keep_their_sum(run: Any) -> None:
    """Were they free, 0.4 × 80 % + 0.1 × 60 % could be; with their sum kept, 0.4 × 80 % + 0.1 × 20 % is the end."""
    found = spread(run(MIXED))
    assert found.inputs.mixes == (("activities.grid.region", "renormalised"),)
    assert only(found).spread.mean == pytest.approx(0.28, rel=0.01)
    assert only(found).spread.high < 0.4 * 0.8 + 0.1 * 0.2


def test_a_dirichlet_mix(run: Any) -> None:
    """The impact is 0.1 + 0.3 × a beta number of mean 0.6 and variance 0.24 / 25."""
    body = swapped(MIXED, ("low: 40 %, high: 80 %", "law: {dirichlet: {concentration: 24}}"))
    body = swapped(body, ("low: 20 %, high: 60 %", "law: {dirichlet: {concentration: 24}}"))
    found = spread(run(body))
    assert found.inputs.mixes == (("activities.grid.region", "Dirichlet"),)
    assert only(found).spread.mean == pytest.approx(0.28, abs=0.001)
    assert only(found).spread.sd == pytest.approx(0.3 * (0.24 / 25) ** 0.5, rel=0.02)


def test_a_dirichlet_law_is_for_the_whole_mix(run: Any) -> None:
    body = swapped(MIXED, ("low: 40 %, high: 80 %", "law: {dirichlet: {concentration: 24}}"))
    with pytest.raises(Problems, match="a Dirichlet law is for all shares of a mix"):
        spread(run(body))


def test_a_variant_may_have_another_mix_with_a_share_in_common(run: Any) -> None:
    """USA is one input of two mixes: in the base case it is divided by one sum, in the variant by another."""
    body = MIXED + "variants:\n  L: {with: {activities.grid.region.FRA: {value: 40 %, law: held}}}\n"
    base, variant = spread(run(body, (None, "L"))).estimates
    alone = only(spread(run(body, ("L",))))
    assert variant.spread == alone.spread
    assert base.spread.sd > variant.spread.sd


# --- why the mean is not the value -----------------------------------------------------------------------------------


def test_an_asymmetric_range_is_named_as_the_cause(run: Any) -> None:
    estimate = only(
        spread(run("activities:\n" + activity("thing", "{value: 1 device, low: 1 device, high: 4 device}")))
    )
    (cause,) = estimate.causes
    assert cause.leaf.path == "activities.thing.amount"
    assert cause.effect == pytest.approx(1, abs=1e-3)
    assert cause.shift == pytest.approx(1, abs=1e-9)
    assert estimate.gap == pytest.approx(1, abs=0.02)


def test_a_quotient_is_named_as_the_cause(run: Any) -> None:
    """E[1/x] for x uniform from 0.2 to 0.6 is ln 3 / 0.4 = 2.7465, against 1 / 0.4 = 2.5."""
    body = "parameters:\n  aur: {value: 0.4, low: 0.2, high: 0.6, law: uniform}\nactivities:\n"
    estimate = only(spread(run(body + activity("thing", '"= 1 [device] / aur"'))))
    (cause,) = estimate.causes
    assert cause.effect == pytest.approx(2.746530721670274 / 2.5 - 1, rel=1e-3)
    assert cause.shift == pytest.approx(0, abs=1e-12)


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_law_that_is_wrong_is_a_problem_with_its_place(run: Any) -> None:
    with pytest.raises(Problems) as found:
        run("activities:\n" + activity("thing", "{value: 1 device, low: 1 device, high: 2 device, law: gauss}"))
    (problem,) = found.value.problems
    assert problem.message == "no law 'gauss'"
    assert problem.spans[0].line == 5
    assert "normal" in problem.hint


def test_a_law_of_a_row_that_is_wrong_is_a_problem_with_its_place(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine" / "factors.csv").write_text(swapped(FACTORS, ("pedigree 2 3 1 1 4", "pedigree 2 3")))
    with pytest.raises(Problems) as found:
        run("activities:\n" + activity("known", "1 device"))
    (problem,) = found.value.problems
    assert problem.message == "pedigree needs 5 scores from 1 to 5"
    assert (Path(problem.spans[0].file).name, problem.spans[0].line) == ("factors.csv", 4)


@pytest.mark.parametrize(("count", "words"), [(3, "too few"), (10**9, "too many")])
def test_too_few_and_too_many_samples(run: Any, count: int, words: str) -> None:
    with pytest.raises(Problems, match=words):
        spread(run("activities:\n" + activity("spread", "1 device")), count)


def test_a_figure_that_is_not_finite_is_refused(run: Any) -> None:
    body = "parameters:\n  p: {value: 1, law: {choices: {0: 50 %, 1: 50 %}}}\nactivities:\n"
    with pytest.raises(Problems, match=r"GWP of FU1 is not a finite number in \d+ % of the samples"):
        spread(run(body + activity("thing", '"= 1 [device] / p"')))


# --- what the figures rest on ----------------------------------------------------------------------------------------

BASES = """\
study:
  title: A test
  criteria: [GWP]
  packs: [mine]
  sources: {s: {title: A source}}
functional_units:
  FU1: {demand: {visits: 1 visit}}
activities:
  - {name: a, item: thing, tier: data centre, stage: manufacture, amount: {value: 3 device, basis: measured, source: s}}
  - {name: b, item: spread, tier: data centre, stage: manufacture, amount: {value: 1 device, source: s}}
  - {name: c, item: known, tier: data centre, stage: manufacture, amount: {value: 1 device, note: a guess}}
"""


def test_what_a_total_rests_on(run: Any) -> None:
    """6 kg measured × published factor (A), 2 kg published (B), 2 kg assumed (D): 60, 20 and 20 % of 10 kg."""
    (found,) = quality(run(BASES, head="").model)
    assert found == Quality(
        "FU1",
        None,
        "GWP",
        weakest={"published": pytest.approx(0.8), "assumed": pytest.approx(0.2)},
        weight={"measured": pytest.approx(0.3), "published": pytest.approx(0.6), "assumed": pytest.approx(0.1)},
        factors={"A": pytest.approx(0.6), "B": pytest.approx(0.2), "D": pytest.approx(0.2)},
    )


# --- the command line ------------------------------------------------------------------------------------------------


def lca(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "lca", *arguments], capture_output=True, text=True, check=False)


STUDY = ("stable_diffusion", "--fu", "FU2", "--criteria", "GWP")


def test_the_command_prints_a_table_and_no_bar_when_piped() -> None:
    done = lca("uncertainty", *STUDY, "-n", "2000", "--variant", "L")
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("as stated", "97.5 %", "█", "why the mean is not the value", "L against base", "are held"):
        assert words in done.stdout


def test_the_same_seed_prints_the_same_whatever_the_threads() -> None:
    """Draws of one thread are held against scipy and closed forms in test_samples.py."""
    first = lca("uncertainty", *STUDY, "-n", "70000", "--seed", "3", "--threads", "1", "--format", "json")
    second = lca("uncertainty", *STUDY, "-n", "70000", "--seed", "3", "--threads", "3", "--format", "json")
    assert first.stdout == second.stdout
    (record,) = json.loads(first.stdout)
    assert record["p2_5"] < record["median"] < record["p97_5"]
    assert record["samples"] == 70000
    assert sum(record["histogram"]) == pytest.approx(0.99 * 70000, abs=5)


def test_parts_and_csv() -> None:
    done = lca("uncertainty", *STUDY, "-n", "500", "--by", "tier", "--format", "csv")
    header, *rows = done.stdout.splitlines()
    assert header.startswith("functional_unit,variant,tier,criterion,deterministic,mean,median,sd,p2_5,p97_5,unit")
    assert len(rows) == 3


def test_quality_of_the_shipped_study() -> None:
    done = lca("quality", *STUDY, "--format", "json")
    records = json.loads(done.stdout)
    for reading in ("weakest input", "weight of inputs", "quality of factors"):
        assert sum(r["share"] for r in records if r["reading"] == reading) == pytest.approx(1)


def test_a_plain_run_does_not_load_numpy() -> None:
    code = "import sys, lca.cli\nsys.argv = ['lca', 'run', 'stable_diffusion']\ntry:\n lca.cli.main()\nfinally:\n"
    code += " sys.stderr.write(str('numpy' in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("False")


def test_what_alone_varies_does_not_act_at_once_with_others(run: Any) -> None:
    """E[1/x] is 1.2 % off the samples' mean by chance alone: there is no second input."""
    body = "parameters:\n  aur: {value: 0.4, low: 0.02, high: 0.6}\nactivities:\n"
    result = run(body + activity("thing", '"= 1 [device] / aur"'))
    for seed in range(8):
        text = table.render(report(result.model, uncertainty(result.model, 100, seed)), Look(80))
        assert "acting at once" not in text


def test_inputs_that_act_at_once_are_told_from_chance(run: Any) -> None:
    """The mean of x y with y = 1 and x = 1 as stated is 4/3 · 4/3; alone each makes +33 %, at once another 11 %."""
    body = "parameters:\n  x: {value: 1, low: 1, high: 2}\n  y: {value: 1, low: 1, high: 2}\nactivities:\n"
    result = run(body + activity("thing", '"= x * y * 1 [device]"'))
    text = table.render(report(result.model, spread(result)), Look(80))
    assert re.search(r"\+11\.\d %: inputs acting at once", text)
