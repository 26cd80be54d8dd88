"""Scopes of the GHG Protocol: each line of a result in one, by who controls what, worked out by hand."""
# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from pathlib import Path

import pytest

from lca.model.terms import CATEGORIES, CONTROLS, STAGES
from lca.problems import Problems
from lca.questions import scopes
from lca.result import GHG_COLUMNS, Result
from lca.rules.ghg_scope import NONE, named, place
from tests.bench_pack import run

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {year: {demand: {visits: 600 visit, prompts: 1000 prompt}}}
"""  # FRA: 0.1 kg/kWh, USA 0.2; a server 1000 kg; a phone 50 made, 2 on its way, -1 at its end
SERVER = "server: {device: server, time: 8.76 h/prompt, lifetime: 1 year, aur: 100 %}"  # one server-year a year
PHONES = "terminals: {control: CONTROL, region: FRA, time: 73 h/visit, devices: {phone: {share: 100 %}}}"  # 43,800 h at 2 h a day: 30 phones of 2 years
TAKEN = 43_800 * 0.004 * 0.1  # kg of the electricity of phones in France, 4 W


def places(folder: Path, text: str, head: str = HEAD, criterion: str = "GWP") -> dict[str, float]:
    """The impact in each scope and category that is not 0, as 3.11."""
    found: dict[str, float] = {}
    for record in of(folder, text, head).records(GHG_COLUMNS):
        if record["criterion"] == criterion:
            scope, category = record["ghg_scope"], record["ghg_category"]
            number = f"3.{category.split()[0]}" if scope == "scope 3" else scope.removeprefix("scope ")
            found[number] = found.get(number, 0.0) + record["value"]
    return found


def of(folder: Path, text: str, head: str = HEAD) -> Result:
    return run(folder, f"{head}{text}\n")[0]


# electricity of a year: 1000 prompts × 1 kWh × PUE 1.5 × 0.1 = 150 kg; servers: one of 1000 kg
def hall(control: str) -> str:
    """A hall with a server, controlled by someone; by nobody who is stated where it is empty."""
    stated = f", control: {control}" if control else ""
    return f"sites: {{dc: {{region: FRA, pue: 1.5{stated}}}}}\ninference: {{site: dc, energy: 1 kWh/prompt, {SERVER}}}"


def phones(control: str) -> str:
    return PHONES.replace("CONTROL", control) if control else PHONES.replace("control: CONTROL, ", "")


FIBRE = "region: FRA, data: 1 GB/visit, links: {fibre: {share: 100 %, energy: 1 kWh/GB}}"
TRAINED = """\
sites: {dc: {region: FRA, pue: 1, control: own}, lab: {region: USA, pue: 1}}
inference: {site: dc, energy: 1 kWh/prompt}
training: {site: lab, runs: {v1: {energy: 500 kWh}, tuned: {from: v1, site: dc, energy: 20 kWh}}}"""
LINES = """\
activities:
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: 10 kWh}
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: 20 kWh, control: own}
  - {item: electricity, tier: terminals, stage: use, region: FRA, amount: 30 kWh}
  - {item: steel, tier: data centre, stage: manufacture, amount: 4 kg, ghg_category: 3.6}
  - {item: steel, tier: data centre, stage: end of life, amount: 1 kg, ghg_category: 1}"""
CASES: dict[str, tuple[str, dict[str, float]]] = {
    "a hall of one's own: electricity is scope 2, servers are capital goods": (hall("own"), {"2": 150, "3.2": 1000}),
    "a cloud: all of it is a purchased service": (hall(""), {"3.1": 1150}),
    "rented: all of it is leased assets upstream": (hall("rented"), {"3.8": 1150}),
    "a hall that is let: use is downstream, servers are capital goods": (hall("let"), {"3.13": 150, "3.2": 1000}),
    "a model trained by others, tuned and run in a hall of one's own": (TRAINED, {"2": 100 + 2, "3.1": 100}),
    "what users have": (phones(""), {"3.11": TAKEN, "no scope": 30 * (50 + 2 - 1)}),
    "the phones of one's staff": (phones("own"), {"2": TAKEN, "3.2": 30 * 50, "3.4": 30 * 2, "3.5": 30 * -1}),
    "phones that are sold": (phones("sold"), {"3.11": TAKEN, "3.1": 30 * 50, "3.9": 30 * 2, "3.12": 30 * -1}),
    "a network of others": (f"network: {{{FIBRE}}}", {"3.11": 600 * 0.1}),
    "a network that is purchased": (f"network: {{{FIBRE}, control: purchased}}", {"3.1": 600 * 0.1}),
    "free lines: by tier, by control, or as they say": (LINES, {"3.1": 1, "2": 2, "3.11": 3, "3.6": 8, "1": -3}),
}


@pytest.mark.parametrize("name", CASES)
def test_on_paper(tmp_path: Path, name: str) -> None:
    text, expected = CASES[name]
    assert places(tmp_path, text) == pytest.approx(expected)


def test_each_scope_is_by_both_bases(tmp_path: Path) -> None:
    """A hall in France on wind power: location-based by the mix, market-based by the contract."""
    text = """\
factors: {wind: {item: electricity, region: wind, impacts: {GWP: 10 gCO2eq/kWh}}}
sites: {dc: {region: FRA, pue: 1, control: own, supply: wind}, cloud: {region: USA, pue: 1, supply: wind}}
inference: {a: {site: dc, energy: 1 kWh/prompt}, b: {site: cloud, energy: 1 kWh/prompt}}"""
    assert places(tmp_path, text) == pytest.approx({"2": 100, "3.1": 200})
    assert places(tmp_path, text, criterion="GWP_market") == pytest.approx({"2": 10, "3.1": 10})


def test_other_criteria_are_not_of_the_protocol(tmp_path: Path) -> None:
    head = HEAD.replace("[GWP]", "[GWP, PE]")
    text = "sites: {dc: {region: FRA, pue: 1, control: own}}\ninference: {site: dc, energy: 1 kWh/prompt}"
    assert places(tmp_path, text, head, "PE") == {"not of the protocol": 10_000}
    assert "PE: not of the protocol" in [*scopes.said(of(tmp_path, text, head))]


def test_the_footer_says_who_controls_what_and_what_is_a_default(tmp_path: Path) -> None:
    text = f"""\
sites: {{dc: {{region: FRA, pue: 1, control: own}}, cloud: {{region: USA, pue: 1}}}}
inference: {{a: {{site: dc, energy: 1 kWh/prompt}}, b: {{site: cloud, energy: 1 kWh/prompt}}}}
{phones("")}"""
    stated, default, *told = scopes.said(of(tmp_path, text))
    assert stated == "sites.dc own"
    assert default == "terminals others, sites.cloud purchased, by default: no control is stated"
    assert told == [scopes.WHOLE, scopes.OUTSIDE, scopes.INDIRECT]


def test_parts_sum_to_the_total(tmp_path: Path) -> None:
    for text, _ in CASES.values():
        result = of(tmp_path, text)
        parts = result.records(GHG_COLUMNS)
        assert sum(part["value"] for part in parts) == pytest.approx(result.total("year", "GWP"))


def test_there_is_a_place_for_every_control_and_stage() -> None:
    for control in CONTROLS:
        for stage in STAGES:
            found = place(control, stage, "electricity")
            is_of_others = control == "others" and stage not in ("use", "all")
            assert (found == NONE) is is_of_others
    assert {named(number).scope for number in CATEGORIES} == {"scope 1", "scope 2", "scope 3"}


def test_a_control_that_there_is_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problems) as raised:
        of(tmp_path, "sites: {dc: {region: FRA, pue: 1, control: mine}}\ninference: {site: dc, energy: 1 kWh/prompt}")
    (problem,) = raised.value.problems
    assert problem.message == "'mine' is no control"
    assert "own" in problem.hint


def test_a_free_line_states_its_category_or_who_controls_it(tmp_path: Path) -> None:
    line = "{item: electricity, tier: data centre, stage: use, region: FRA, amount: 1 kWh, control: own, ghg_category: 3.6}"
    with pytest.raises(Problems) as raised:
        of(tmp_path, f"activities: [{line}]")
    assert "says its GHG scope twice" in raised.value.problems[0].message
