"""`lca budget`: what a budget allows, on a case worked out on paper.

An answer of 500 tokens at 4 mWh each takes 2 Wh, with small 0.5 Wh. Electricity of USA is 0.2 kg CO2 eq/kWh, that
of FRA 0.1: a day of 20 answers is 8 g, with small 2 g, in FRA 4 g.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.disk.choices import budgets
from lca.disk.workspace import Run
from lca.problems import Problems
from lca.questions.budget import Budget
from tests.bench_pack import PACKAGE, lay, swapped, write_pack, written
from tests.command import Lca

MODELS = """\
item,provider,architecture,aliases,released,at,quality,note
a/small,a,dense,,,p. 1,B,
a/large,a,dense,,,p. 1,B,
"""
ENERGY = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
a/small,,2024,each,1,mWh/token,,,,p. 1,B,
a/large,,2024,each,4,mWh/token,,,,p. 1,B,
"""
ABOUT = PACKAGE | {
    "name": "answers",
    "resources": [{"path": "parameters.csv", "role": "parameters"}, {"path": "models.csv", "role": "models"}],
}
DESK = """\
study: {title: A help desk, criteria: [GWP], packs: [tiny, answers]}
functional_units:
  day: {title: A day of a user, demand: {prompts: 20 prompt, users: 1 user*day}}
sites: {dc: {region: USA, pue: 1}}
inference:
  site: dc
  method: by-model
  model: a/large
  written: {value: 500 token/prompt, low: 100 token/prompt, high: 900 token/prompt, law: uniform}
methods:
  by-model:
    title: An answer by its tokens
    takes:
      model: {words: true, text: the model}
      written: {unit: token, per_work: true, low: 0, text: tokens of an answer}
      each: {unit: mWh/token, of: model, parameter: each, text: electricity of a token}
    gives: {energy: = written * each}
variants:
  clean: {title: elsewhere, with: {sites.dc.region: FRA}}
expect:
  limit: {title: ours, of: day, criterion: GWP, at_most: 5 gCO2eq, basis: target}
"""
LIMIT = "of: day, criterion: GWP, at_most: 5 gCO2eq, basis: target"


def opened(folder: Path, *changes: tuple[str, str]) -> Run:
    packs = write_pack(folder)
    lay(packs / "answers", ABOUT, parameters=ENERGY, models=MODELS)
    return Run(written(folder, swapped(DESK, *changes)), [packs])


def only(folder: Path, *changes: tuple[str, str], **asked: object) -> Budget:
    (found,) = budgets(opened(folder, *changes), **{"samples": 20_000} | asked)  # type: ignore[arg-type]
    return found


# --- what it allows --------------------------------------------------------------------------------------------------


def test_how_much_of_the_demand_a_budget_lasts_for(tmp_path: Path) -> None:
    """5 g of 8 g: 12.5 of 20 answers. It is kept up to 312.5 tokens, of 100 to 900: in 26.6 % of the samples."""
    (way,) = only(tmp_path).ways
    assert way.figure == pytest.approx(8e-3)
    assert way.times == pytest.approx(5 / 8)
    assert [flow.amount * (way.times or 0) for flow in way.flows] == pytest.approx([12.5])
    assert way.kept == pytest.approx(212.5 / 800, abs=0.01)


def test_how_many_tokens_it_is_met_at(tmp_path: Path) -> None:
    (even,) = only(tmp_path).inputs
    assert (even.path, [crossing.value for crossing in even.crossings]) == ("inference.written", [pytest.approx(312.5)])


def test_what_another_model_or_region_buys(tmp_path: Path) -> None:
    """Small at 2 g lasts for 50 answers, FRA at 4 g for 25; handed over after half: 4 g and 1 g are 5 g."""
    _, small, france = only(tmp_path, models=["small"], regions=["FRA"]).ways
    assert (small.what, small.of, small.figure, small.times) == ("model", "a/small", *map(pytest.approx, (2e-3, 2.5)))
    assert small.handed == pytest.approx(0.5)
    assert (france.what, france.of, france.figure, france.times) == (
        "region", "FRA", *map(pytest.approx, (4e-3, 1.25)),
    )  # fmt: skip
    assert france.handed is None


def test_nothing_is_handed_over_where_it_does_not_help_or_is_not_needed(tmp_path: Path) -> None:
    wide = only(tmp_path / "wide", ("at_most: 5", "at_most: 9"), models=["small"])
    tight = only(tmp_path / "tight", ("at_most: 5", "at_most: 1"), models=["small"])
    assert [way.handed for way in (*wide.ways, *tight.ways)] == [None] * 4


def test_a_budget_that_something_fixed_is_above(tmp_path: Path) -> None:
    steel = (
        "methods:",
        "activities: [{item: steel, tier: data centre, stage: manufacture, amount: 1 kg}]\nmethods:",
    )
    assert only(tmp_path, steel).ways[0].times == 0


def test_a_budget_that_lasts_for_more_than_there_can_be(tmp_path: Path) -> None:
    """A training carried over 15 answers cannot be carried by 25 of them."""
    fleet = "web_hosting: {site: dc, fleet: {servers: 1 server, period: 1 day, energy: 1 Wh, serves: 22 prompt}}\n"
    way = only(tmp_path, ("methods:", f"{fleet}methods:"), regions=["FRA"]).ways[1]
    assert way.times == pytest.approx(20 * (5e-3 / (4e-3 + 20 / 22 * 1e-4)) / 20)
    assert "serves" in way.refused or "100 %" in way.refused


def test_a_budget_of_a_variant_is_tried_on_it(tmp_path: Path) -> None:
    """In FRA a day is 4 g, with small 1 g."""
    own = (LIMIT, f"variant: clean, {LIMIT}")
    as_it_is, small = only(tmp_path, own, models=["small"]).ways
    assert [as_it_is.figure, small.figure] == pytest.approx([4e-3, 1e-3])


def test_an_input_that_is_named(tmp_path: Path) -> None:
    found = only(tmp_path, ("pue: 1}", "pue: 1.6}"), over=["sites.dc.pue"])
    assert [even.path for even in found.inputs] == ["sites.dc.pue"]
    assert found.inputs[0].crossings == ()  # 5 g of 12.8 g would be a PUE of 0.625, which none can be


# --- targets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "computed", "met"),
    [
        ("5 gCO2eq", 8e-3, False),  # of the day
        ("0.3 gCO2eq/prompt", 4e-4, False),  # of an answer, 8 g over 20
        ("9 gCO2eq/user/day", 8e-3, True),
        ("0.5 kgCO2eq/prompt", 4e-4, True),
    ],
)
def test_a_target_for_a_unit_of_the_demand(tmp_path: Path, bound: str, computed: float, met: bool) -> None:
    _, (verdict,) = opened(tmp_path, ("5 gCO2eq", bound)).compile()
    assert verdict.computed == pytest.approx(computed)
    assert verdict.verdict == ("budget met" if met else "budget missed")


def test_a_target_for_a_unit_does_not_hang_on_the_demand(tmp_path: Path) -> None:
    found = only(tmp_path, ("5 gCO2eq", "0.25 gCO2eq/prompt"))
    assert found.ways[0].times is None
    assert found.inputs[0].crossings[0].value == pytest.approx(312.5)


def test_a_target_for_a_user_allows_requests_of_a_user(tmp_path: Path) -> None:
    """Of two users with 20 answers, 4 g each: 3 g each are 15 answers of theirs."""
    users = ("users: 1 user", "users: 2 user")
    way = only(tmp_path, users, ("5 gCO2eq", "3 gCO2eq/user/day")).ways[0]
    assert [(flow.name, flow.amount * (way.times or 0)) for flow in way.flows] == [("prompts", pytest.approx(15))]


def test_a_target_for_a_unit_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="gCO2eq/image is not kgCO2eq"):
        opened(tmp_path, ("5 gCO2eq", "5 gCO2eq/image")).compile()


# --- the command -----------------------------------------------------------------------------------------------------


def ask(lca_: Lca, study: Run, *words: str) -> tuple[int, str, str]:
    return lca_("budget", study.scenario.name, "--packs", str(study.library.own[0]), "-n", "1000", *words)


def test_what_is_said(lca_: Lca, tmp_path: Path) -> None:
    study = opened(tmp_path)
    code, out, _ = ask(lca_, study, "--models", "small", "--regions", "FRA")
    said = " ".join(out.split())
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "GWP of day is to be at most 5.00e-03 kg CO2 eq." in said
    assert "The budget is used up after 12.5 prompt of 20 prompt" in said
    assert "after 10 prompt to a/small" in said
    assert "the budget is met at 313 token/prompt, 0.625 times the 500 token/prompt now" in said
    rows = json.loads(ask(lca_, study, "--format", "json")[1])
    rows = rows["records"] if isinstance(rows, dict) else rows
    assert [row["kind"] for row in rows] == ["as it is", "input"]


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        ((LIMIT, LIMIT), ("--target", "limt"), "no target 'limt'\n   = did you mean 'limit'"),
        (
            (LIMIT, LIMIT),
            ("--regions", "FRX"),
            "no pack of the study has electricity of 'FRX'\n   = did you mean 'FRA'",
        ),
        ((LIMIT, LIMIT), ("--models", "smal"), "no pack of the study has a model 'smal'"),
        ((LIMIT, LIMIT), ("--over", "inference.written2"), "no input 'inference.written2'"),
        (("basis: target", "basis: derived"), (), "the scenario has no budget"),
        (("at_most: 5", "at_least: 5"), (), "limit is no budget that can be used up"),
        (("at_most: 5", "statistic: p95, at_most: 5"), (), "limit is no budget that can be used up"),
    ],
)
def test_what_is_wrong_is_said(
    lca_: Lca, tmp_path: Path, change: tuple[str, str], words: tuple[str, ...], said: str
) -> None:
    code, _, err = ask(lca_, opened(tmp_path, change), *words)
    assert code in (1, 2)
    assert said in err


@pytest.mark.parametrize("milligrams", [8, 0.008])
def test_a_budget_far_below_the_plan_still_allows_a_part(tmp_path: Path, milligrams: float) -> None:
    """20 answers are 8 g, all of which follow the demand: 8 mg are a thousandth of it, and less is less."""
    way = only(tmp_path, ("at_most: 5 g", f"at_most: {milligrams:g} mg")).ways[0]
    assert way.times == pytest.approx(milligrams / 8000, rel=1e-6)
