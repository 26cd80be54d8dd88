"""Sites: energy and water as they are counted, zones of providers, contracts beside the grid, and meters of a site.

The figures were worked out on paper from the round numbers of the pack below.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import units
from lca.checks.strict import findings
from lca.disk.workspace import Run
from lca.graph import evaluate
from lca.model.case import CaseKey
from lca.problems import Problems
from lca.processes import activities
from lca.questions.account import account
from lca.questions.boundary import gaps
from lca.questions.explain import explain
from lca.questions.selection import Selection, node
from lca.questions.sensitivity import sensitivities
from lca.questions.sweep import asked, axis, sweep
from lca.questions.uncertainty import uncertainty
from lca.report import Entries
from lca.result import Result
from lca.views import study
from lca.workbook import writing
from tests.bench_pack import PACKAGE, lay, swapped, written
from tests.command import Lca
from tests.test_workbook import differences, recomputed, values_of

FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2024,GWP,0.1,kgCO2eq,kWh,0.05,0.2,,p. 1,B,
electricity,use,USA,2024,GWP,0.4,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,wind,2024,GWP,0.01,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,residual-FRA,2024,GWP,0.2,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,FRA,2024,WC,2,L,kWh,,,,p. 2,B,
electricity,use,FRA,2024,WU,0.003,m^3eq,kWh,,,,p. 2,B,
electricity,use,FRA,2024,PE,10,MJ,kWh,,,,p. 2,B,
electricity,use,USA,2024,PE,9,MJ,kWh,,,,p. 2,B,
server,embodied,,2024,GWP,1000,kgCO2eq,server,,,,p. 3,B,
phone,embodied,,2024,GWP,50,kgCO2eq,device,,,,p. 3,B,
hall,embodied,,2024,GWP,0.02,kgCO2eq,kWh,,,,p. 4,B,
"""
PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
cloudy,,2024,pue,1.6,1,,,,p. 6,B,
cloudy,,2024,wue,1,L/kWh,,,,p. 6,B,
cloudy,eu,2024,pue,1.4,1,,,,p. 6,B,
cloudy,eu,2024,wue,0.5,L/kWh,,,,p. 6,B,
cloudy,eu-west-1,2024,pue,1.2,1,,,,p. 6,B,
cloudy,eu-west-1,2024,wue,0.25,L/kWh,,,,p. 6,B,
cloudy,us-east-1,2024,pue,1.3,1,,,,p. 6,B,
plain,,2024,pue,1.5,1,,,,p. 6,B,
"""
ZONES = """\
item,zone,region,at,note
cloudy,eu-west-1,FRA,p. 7,Paris
cloudy,eu-west-2,FRA,p. 7,Lyon
cloudy,us-east-1,USA,p. 7,
"""
ABOUT = PACKAGE | {
    "name": "halls",
    "resources": [{"path": f"{role}.csv", "role": role} for role in ("factors", "parameters", "zones")],
}
HEAD = """\
study: {{title: Sites, criteria: [{criteria}], packs: [halls]{more}}}
functional_units: {{one: {{demand: {{requests: 1000 request}}}}}}
"""
ONE = HEAD + "sites: {{dc: {{{site}}}}}\ninference: {{site: dc, energy: 1 Wh/request}}\n"


def of(folder: Path, text: str, **kwargs: object) -> Result:
    lay(folder / "packs" / "halls", ABOUT, factors=FACTORS, parameters=PARAMETERS, zones=ZONES)
    return Run(written(folder, text), [folder / "packs"]).compile(**kwargs)[0]  # type: ignore[arg-type]


def one(folder: Path, site: str, criteria: str = "FE, WC, GWP", more: str = "") -> Result:
    return of(folder, ONE.format(site=site, criteria=criteria, more=more))


def left_out(result: Result) -> list[str]:
    return [f"{one.what} {','.join(one.criteria)}: {one.reason}" for one in gaps(result.model)]


# --- electricity counted as it is -------------------------------------------------------------------------------------

TIERS = """\
study: {title: All tiers, criteria: [FE]}
functional_units: {one: {demand: {visits: 60 visit}}}
sites: {dc: {region: Nowhere, pue: 1.5}}
terminals:
  region: {FRA: 30 %, Nowhere: 70 %}
  time: 10 min/visit
  devices: {phone: {share: 100 %, power: 5 W, lifetime: 3 year, daily_use: 2 h/day}}
network: {region: FRA, data: 10 MB/visit, links: {fibre: {share: 100 %, energy: 0.2 kWh/GB}}}
web_hosting:
  site: dc
  energy: 1 Wh/visit
  idle_power: 50 %
  server: {device: server, time: 1 s/visit, lifetime: 4 year, aur: 25 %}
activities:
  pump: {item: electricity, tier: data centre, stage: use, region: FRA, amount: 3.6 kJ/visit}
"""
# terminals 10 h × 5 W; network 0.6 GB × 0.2; hosting 60 Wh × 1.5, idle 60 Wh × 0.5 × 3 × 1.5; pump 60 × 1 Wh
BY_TIER = {"terminals": 0.05, "network": 0.12, "data centre": 0.09 + 0.135 + 0.06}


def test_final_electricity_is_that_of_all_tiers_pue_included_and_needs_no_factor(tmp_path: Path) -> None:
    text = swapped(TIERS, ("region: Nowhere, pue", "region: FRA, pue"), ("Nowhere: 70 %", "World: 70 %"))
    result = of(tmp_path, text)
    assert {r["tier"]: r["value"] for r in result.records(["tier"])} == pytest.approx(BY_TIER)
    assert result.total("one", "FE") == pytest.approx(sum(BY_TIER.values()))
    assert {line.stage for line in result.model.lines} == {"use"}
    assert left_out(result) == []  # making is not of this criterion
    with pytest.raises(Problems, match="no region 'Nowhere'"):
        of(tmp_path, TIERS)


def test_energy_never_meets_primary_energy(tmp_path: Path) -> None:
    result = one(tmp_path, "region: FRA, pue: 1.5", "FE, PE")
    assert (result.total("one", "FE"), result.total("one", "PE")) == pytest.approx((1.5, 15))
    fe, pe = (result.model.factors.criteria[key].unit for key in ("FE", "PE"))
    assert fe.dims != pe.dims
    text = ONE.format(site="region: FRA, pue: 1.5", criteria="FE", more="") + (
        "expect: {wrong: {of: one, criterion: FE, value: 1 kgCO2eq, basis: derived}}\n"
    )
    with pytest.raises(Problems):
        of(tmp_path, text)


def test_a_fleet_of_no_known_servers_has_its_electricity(tmp_path: Path) -> None:
    """De Vries (2023): 3,617 servers of 6.5 kW answer 195 million requests a day, 564 MWh, 2.9 Wh each."""
    result = of(
        tmp_path,
        """\
        study: {title: ChatGPT, criteria: [FE]}
        functional_units: {day: {demand: {requests: 195e6 request}}, request: {demand: {requests: 1 request}}}
        sites: {azure: {region: World, pue: 1}}
        inference: {site: azure, fleet: {servers: 3617 server, period: 1/365 year, power: 6500 W/server, serves: 195e6 request}}
        """,
    )
    assert result.total("day", "FE") == pytest.approx(3617 * 6.5 * 24)
    assert result.total("request", "FE") == pytest.approx(3617 * 6.5 * 24 / 195e6)


def test_a_share_of_a_mix_moves_no_final_electricity(tmp_path: Path) -> None:
    result = one(tmp_path, "region: {FRA: {value: 30 %, low: 10 %, high: 70 %}, USA: 70 %}, pue: 1.37", "FE")
    (found,) = sensitivities(result.model, draws=64)
    assert [(driver.path, driver.elasticity) for driver in found.drivers if driver.elasticity] == []
    spread = uncertainty(result.model, 100, 1).estimates[0].spread
    assert spread.high - spread.low == pytest.approx(0, abs=1e-12)


# --- water ------------------------------------------------------------------------------------------------------------


def test_water_on_site_is_counted_and_that_of_electricity_is_by_factors(tmp_path: Path) -> None:
    """Li et al. (2023), GPT-3 in the US: 4 Wh a request, PUE 1.17, 0.55 and 3.142 L/kWh: 2.2 + 14.70 = 16.904 mL."""
    lay(
        tmp_path / "packs" / "halls",
        ABOUT,
        factors=FACTORS.replace("WC,2,", "WC,3.142,"),
        parameters=PARAMETERS,
        zones=ZONES,
    )
    text = """\
    study: {title: Water, criteria: [WC], packs: [halls]}
    functional_units: {one: {demand: {requests: 1 request}}}
    sites: {dc: {region: FRA, pue: 1.17, wue: 0.55 L/kWh}}
    inference: {site: dc, energy: 0.004 kWh/request}
    """
    result = Run(written(tmp_path, text), [tmp_path / "packs"]).compile()[0]
    assert result.total("one", "WC") == pytest.approx(16.90456e-3)
    assert {r["flow"]: r["value"] for r in result.records(["flow"])} == pytest.approx(
        {"water": 2.2e-3, "electricity": 14.70456e-3}
    )
    said = str(result)
    assert "On site" in said
    assert "2.20e-03 L on site" in said
    assert "1.47e-02 L off site" in " ".join(said.split())


def test_water_that_a_service_takes_beside_the_wue_of_its_site(tmp_path: Path) -> None:
    lay(tmp_path / "packs" / "halls", ABOUT, factors=FACTORS, parameters=PARAMETERS, zones=ZONES)
    text = """\
    study: {title: Water, criteria: [WC], packs: [halls]}
    functional_units: {one: {demand: {requests: 3 request}}}
    sites: {dc: {region: FRA, pue: 1, wue: 0.5 L/kWh}}
    inference: {site: dc, energy: 0.004 kWh/request, water: 7 mL/request}
    """
    result = Run(written(tmp_path, text), [tmp_path / "packs"]).compile()[0]
    assert {r["flow"]: r["value"] for r in result.records(["flow"])} == pytest.approx(
        {"water": 3 * (0.5 * 0.004 + 0.007), "electricity": 3 * 0.004 * 2}
    )
    fleet = "fleet: {servers: 1 server, period: 1 year, energy: 9 kWh, serves: 1e3 request}, water: 7 mL/request"
    wrong = text.replace("energy: 0.004 kWh/request, water: 7 mL/request", fleet)
    with pytest.raises(Problems, match="its water"):
        Run(written(tmp_path, wrong), [tmp_path / "packs"]).compile()


def test_what_has_no_water_factor_is_not_assessed_and_said(tmp_path: Path) -> None:
    result = one(tmp_path, "region: {FRA: 50 %, USA: 50 %}, pue: 1, wue: 0.2 L/kWh", "WC")
    assert result.total("one", "WC") == pytest.approx(0.5 * 2 + 0.2)
    assert "electricity, use : no pack of the study has a factor of electricity in USA" in left_out(result)
    text = ONE.format(site="region: FRA, pue: 1, wue: 0.2 L/kWh", criteria="WC, GWP", more="").replace(
        "energy: 1 Wh/request",
        "energy: 1 Wh/request, server: {device: server, time: 1 s/request, lifetime: 4 year, aur: 1}",
    )
    assert "server, embodied WC: no pack of the study has a factor of server" in left_out(of(tmp_path, text))


def test_water_is_of_no_criterion_but_those_of_volumes(tmp_path: Path) -> None:
    result = one(tmp_path, "region: FRA, pue: 1, wue: 0.2 L/kWh", "GWP, PE, FE")
    assert {line.flow for line in result.model.lines} == {"electricity"}
    assert not [text for text in left_out(result) if "water" in text]
    bare = one(tmp_path, "region: FRA, pue: 1", "WC, GWP")
    assert "cooling water, use WC: the water that sites.dc takes itself is left out" in left_out(bare)
    weighted = one(tmp_path, "region: FRA, pue: 1, wue: 0.2 L/kWh", "WU")
    assert weighted.total("one", "WU") == pytest.approx(0.003)
    assert "cooling water, use : no pack of the study has a factor of water in FRA" in left_out(weighted)


def test_a_study_that_counts_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="one assesses nothing"):
        one(tmp_path, "region: USA, pue: 1", "WC")


# --- zones ------------------------------------------------------------------------------------------------------------


def test_a_zone_gives_pue_wue_and_region(tmp_path: Path) -> None:
    result = one(tmp_path, "provider: cloudy, zone: eu-west-1")
    assert [result.total("one", key) for key in ("FE", "WC", "GWP")] == pytest.approx([1.2, 1.2 * 2 + 0.25, 0.12])
    assert [(one.path, one.words) for one in account(result).taken] == [
        ("sites.dc.region", "FRA, where halls has cloudy eu-west-1")
    ]


def test_a_region_that_is_stated_stays_beside_the_zone(tmp_path: Path) -> None:
    result = one(tmp_path, "region: USA, provider: cloudy, zone: eu-west-1", "GWP")
    assert result.total("one", "GWP") == pytest.approx(1.2 * 0.4)
    assert account(result).taken == ()


def test_what_a_zone_has_not_is_that_of_the_land_around_it_or_of_the_provider_and_said(tmp_path: Path) -> None:
    around = one(tmp_path, "provider: cloudy, zone: eu-west-2")
    assert [around.total("one", key) for key in ("FE", "WC")] == pytest.approx([1.4, 1.4 * 2 + 0.5])
    assert {(swap.asked, swap.used) for swap in account(around).instead} == {("eu-west-2", "eu")}
    assert any("eu is taken for eu-west-2" in problem.message for problem in findings(around))
    way_out = ", stand_ins: [{asked: eu-west-2, used: eu, for: cloudy, reason: the land around it}]"
    declared = one(tmp_path, "provider: cloudy, zone: eu-west-2", more=way_out)
    assert not any("eu-west-2" in problem.message for problem in findings(declared))
    whole = one(tmp_path, "provider: cloudy, zone: us-east-1", "FE, WC")
    assert [whole.total("one", key) for key in ("FE", "WC")] == pytest.approx([1.3, 1])
    assert "the figure of cloudy as a whole, since halls has none for us-east-1" in [
        taken.words for taken in account(whole).taken
    ]
    assert [taken.path for taken in account(one(tmp_path, "provider: cloudy, zone: us-east-1", "FE")).taken] == [
        "sites.dc.region"
    ]


def test_the_account_prints_what_was_taken(tmp_path: Path, lca_: Lca) -> None:
    one(tmp_path, "provider: cloudy, zone: eu-west-1")
    ran = lca_("account", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs"))
    assert "Taken for what is left out" in ran.out
    assert "FRA, where halls has cloudy eu-west-1" in ran.out
    said = lca_("account", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs"), "--format", "json").out
    assert '"kind": "taken"' in said


# --- contracts --------------------------------------------------------------------------------------------------------

TWO = """\
study: {title: Contracts, criteria: [GWP, FE, PE], packs: [halls], not_assessed: [{item: server, criterion: PE, reason: none}]}
functional_units: {one: {demand: {requests: 1e6 request}}}
sites:
  dc: {region: FRA, pue: 1.5, supply: {wind: {value: 60 %, low: 20 %, high: 90 %}, residual-FRA: 40 %}}
  other: {region: FRA, pue: 1}
inference:
  a: {site: dc, energy: 1 Wh/request, server: {device: server, time: 1 s/request, lifetime: 5 year, aur: 50 %}}
  b: {site: other, energy: 1 Wh/request}
variants:
  grid: {with: {sites.dc.supply: wind, sites.other.supply: wind}}
"""
SERVER = 1e6 / 3600 / (5 * 8760 * 0.5) * 1000
LOCATION = 1500 * 0.1 + 1000 * 0.1 + SERVER
MARKET = 1500 * (0.6 * 0.01 + 0.4 * 0.2) + 1000 * 0.2 + SERVER  # the other site has no contract: its residual mix


def test_contracts_stand_beside_the_grid(tmp_path: Path) -> None:
    result = of(tmp_path, TWO)
    assert result.model.criteria == ("GWP", "GWP_market", "FE", "PE")
    assert [c.label for c in result.criteria] == ["GWP location-based", "GWP market-based", "FE", "PE"]
    totals = [result.total("one", key) for key in result.model.criteria]
    assert totals == pytest.approx([LOCATION, MARKET, 2500, 25000])
    by_region = {r["region"]: r["value"] for r in result.records(["region"]) if r["criterion"] == "GWP_market"}
    assert by_region == pytest.approx({"wind": 9, "residual-FRA": 120 + 200, "": SERVER})
    notes = left_out(result)
    assert "market-based electricity, use PE: no pack of the study has a factor of electricity in wind" in notes
    assert [(taken.path, taken.words) for taken in account(result).taken] == [
        ("sites.other.supply", "residual-FRA, since no contract is stated (market-based)")
    ]


def test_what_is_bought_may_be_declared_as_not_assessed_by_a_criterion(tmp_path: Path) -> None:
    """The way out that strictness names: PE of the contract has no factor, and the study says so."""
    declared = "{item: market-based electricity, criterion: PE, reason: not for wind}"
    text = swapped(TWO, ("not_assessed: [", f"not_assessed: [{declared}, "))
    result = of(tmp_path, text)
    assert [result.total("one", key) for key in result.model.criteria] == pytest.approx([LOCATION, MARKET, 2500, 25000])
    assert "market-based electricity PE: not for wind" in left_out(result)
    assert not [problem.message for problem in findings(result) if "market-based" in problem.message]
    assert [problem.message for problem in findings(of(tmp_path, TWO)) if "market-based" in problem.message]


def test_a_comparison_says_by_which_basis_its_figures_are(tmp_path: Path, lca_: Lca) -> None:
    of(tmp_path, TWO)
    path, packs = str(tmp_path / "study.yaml"), str(tmp_path / "packs")
    told = " ".join(lca_("compare", path, f"{path}:grid", "--packs", packs).out.split())
    assert "GWP location-based" in told
    assert "GWP market-based" in told
    assert "GWP_market" not in told


def test_an_own_factor_of_a_contract_is_named_by_what_it_counts_for(tmp_path: Path, lca_: Lca) -> None:
    own = "factors: {w: {item: electricity, region: mill, impacts: {GWP: 0.01 kgCO2eq/kWh}}}\n"
    text = swapped(TWO, ("supply: {wind: {value: 60 %, low: 20 %, high: 90 %}, residual-FRA: 40 %}", "supply: mill"))
    of(tmp_path, text + own)
    told = " ".join(lca_("run", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs")).out.split())
    assert "electricity in mill, a region of the study's own: GWP market-based" in told


def test_without_a_residual_mix_the_market_based_figure_is_not_assessed(tmp_path: Path) -> None:
    text = swapped(TWO, ("other: {region: FRA", "other: {region: USA"))
    result = of(tmp_path, text)
    assert result.model.criteria == ("GWP", "FE", "PE")
    assert result.total("one", "GWP") == pytest.approx(150 + 400 + SERVER)
    why = "market-based electricity, use GWP: no pack of the study has a factor of electricity in residual-USA"
    assert why in left_out(result)
    assert [problem.message for problem in findings(result) if "residual-USA" in problem.message] != []


def test_both_bases_are_in_all_cases_where_one_has_a_contract(tmp_path: Path) -> None:
    """A variant that buys otherwise is held against the base case, by which the sites have their residual mix."""
    plain = swapped(TWO, (", supply: {wind: {value: 60 %, low: 20 %, high: 90 %}, residual-FRA: 40 %}", ""))
    for variants in ((None,), (None, "grid")):
        result = of(tmp_path, plain, variants=variants)
        assert result.model.criteria == ("GWP", "GWP_market", "FE", "PE")
        assert result.total("one", "GWP_market") == pytest.approx(2500 * 0.2 + SERVER)
    assert result.total("one", "GWP market-based", "grid") == pytest.approx(2500 * 0.01 + SERVER)
    assert result.total("one", "GWP", "grid") == pytest.approx(LOCATION)


def test_a_contract_for_the_grid_is_the_grid(tmp_path: Path) -> None:
    result = one(tmp_path, "region: FRA, pue: 1.5, supply: FRA", "GWP, PE, WC")
    for key in ("GWP", "PE", "WC"):
        assert result.total("one", f"{key}_market") == result.total("one", key)
    assert len(list(sensitivities(result.model, draws=64))) == len(result.model.criteria)


@given(share=st.floats(0.01, 0.99))
@settings(max_examples=8, deadline=None)
def test_a_mix_of_contracts_is_their_mean(share: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    mix = f"supply: {{wind: {share!r}, USA: {1 - share!r}}}"
    result = one(tmp_path_factory.mktemp("mix"), f"region: FRA, pue: 1.5, {mix}", "GWP")
    assert result.total("one", "GWP_market") == pytest.approx(1.5 * (share * 0.01 + (1 - share) * 0.4))
    assert result.total("one", "GWP") == pytest.approx(0.15)


def test_gaps_and_proxies_hold_on_both_bases(tmp_path: Path) -> None:
    of_gap = of(
        tmp_path,
        swapped(
            TWO,
            (
                "[{item: server, criterion: PE, reason: none}]",
                "[{item: server, criterion: PE, reason: none}, {stage: embodied, criterion: GWP, reason: none}]",
            ),
        ),
    )
    assert [of_gap.total("one", key) for key in ("GWP", "GWP_market")] == pytest.approx(
        [LOCATION - SERVER, MARKET - SERVER]
    )
    text = ONE.format(
        site="region: FRA, pue: 1, supply: USA",
        criteria="ADPf",
        more=", proxies: [{criterion: ADPf, from: PE, for: electricity, reason: near}]",
    )
    by_proxy = of(tmp_path, text)
    assert [by_proxy.total("one", key) for key in ("ADPf", "ADPf_market")] == pytest.approx([10, 9])


def test_a_single_score_counts_one_of_the_two_bases(tmp_path: Path, lca_: Lca) -> None:
    """Both are normalised by the factor of GWP; a weight of 21.06 % is counted once."""
    one(tmp_path, "region: FRA, pue: 1.5, supply: USA", "GWP")
    command = (
        "run",
        str(tmp_path / "study.yaml"),
        "--packs",
        str(tmp_path / "packs"),
        "--normalise",
        "EF3.1",
        "--weight",
    )
    said = json.loads(lca_(*command, "--format", "json").out)
    grid, market, score = (record["person_equivalents"] for record in said)
    assert market == pytest.approx(4 * grid)
    assert score == pytest.approx(grid * said[0]["weight"])
    assert "Single score: electricity is location-based." in lca_(*command).out


def test_an_expected_figure_may_be_market_based(tmp_path: Path) -> None:
    text = TWO + "expect:\n  m: {of: one, criterion: GWP_market, value: 341.7 kgCO2eq, within: 0.1 %, basis: derived}\n"
    (verdict,) = of(tmp_path, text).verdicts
    assert verdict.verdict == "holds"


# A site that buys half of its kWh as wind and half as the mix of its own region: 1 kWh of 100 g; 0.5 × 10 + 0.5 × 100 g.
HALVES = """\
study: {title: Halves, criteria: [GWP, ADPf, PE], proxies: [{criterion: PE, from: ADPf, for: electricity, reason: near}], not_assessed: [{tier: network, criterion: ADPf, reason: none}]}
functional_units: {a: {demand: {prompts: 1 prompt}}, b: {demand: {prompts: 2 prompt}}, both: {sum_of: [a, b]}}
factors:
  x: {item: electricity, region: X, impacts: {GWP: 100 gCO2eq/kWh, ADPf: 2 MJ/kWh}}
  w: {item: electricity, region: wind, impacts: {GWP: 10 gCO2eq/kWh, ADPf: 1 MJ/kWh}}
sites: {s: {region: X, pue: 1, supply: {wind: 50 %, X: 50 %}}}
inference: {site: s, energy: 1 kWh/prompt}
"""


def taken_of(result: Result, unit: str = "one", flow: str = "electricity", **where: str) -> float:
    node_ = node(result.model, Selection(unit, flow=flow, where=tuple(where.items())))
    return float(evaluate(result.model.graph)[node_.index]) * (units.scale(node_.unit, units.unit("kWh")) or 0)


def test_what_is_bought_is_no_electricity_beside_what_is_taken(tmp_path: Path) -> None:
    """The amount of electricity is that of the site, whether it says how it is bought or not: 1 kWh, 2 kWh and 3 kWh."""
    plain = swapped(HALVES, (", supply: {wind: 50 %, X: 50 %}", ""))
    for text in (plain, HALVES, swapped(HALVES, ("supply: {wind: 50 %, X: 50 %}", "supply: X"))):
        result = of(tmp_path, text)
        assert [taken_of(result, unit) for unit in ("a", "b", "both")] == pytest.approx([1, 2, 3])
        assert taken_of(result, "both", tier="data centre") == pytest.approx(3)


def test_amounts_of_sites_with_a_residual_mix_are_those_that_they_take(tmp_path: Path) -> None:
    """1.5 of the site with contracts and 1 of the other; 1000 kWh each; servers, of no basis, count once."""
    result = of(tmp_path, TWO, variants=(None, "grid"))
    assert taken_of(result) == pytest.approx(2500)
    assert taken_of(result, phase="inference", stage="use") == pytest.approx(2500)
    servers = node(result.model, Selection("one", flow="server"))
    assert evaluate(result.model.graph)[servers.index] == pytest.approx(1e6 / 3600 / (5 * 8760 * 0.5))
    expected = """\
expect:
  taken: {of: one, flow: electricity, value: 2500 kWh, within: 0, basis: derived}
  bought: {of: one, criterion: GWP_market, where: {flow: electricity}, value: 329 kgCO2eq, within: 0, basis: derived}
"""  # 1500 × (0.6 × 0.01 + 0.4 × 0.2) + 1000 × 0.2
    verdicts = of(tmp_path, TWO + expected).verdicts
    assert [verdict.verdict for verdict in verdicts] == ["holds", "holds"]


def test_brightway_keeps_the_two_bases_of_one_factor_apart(tmp_path: Path) -> None:
    result = of(tmp_path, HALVES)
    assert [result.total("a", key) for key in ("GWP", "GWP_market")] == pytest.approx([0.1, 0.055])
    assert scores_of(result, "a") == pytest.approx(
        {f"criterion {key}": result.total("a", key) for key in result.model.criteria}
    )
    years = swapped(HALVES, ("b: {demand", "b: {years: 2024..2026, demand"), (", both: {sum_of: [a, b]}", ""))
    result = of(tmp_path, years)
    for case in result.model.cases:
        wanted = {f"criterion {key}": result.total(case.functional_unit, key) for key in result.model.criteria}
        assert scores_of(result, str(case)) == pytest.approx(wanted)


def scores_of(result: Result, case: str) -> dict[str, float]:
    """What a case scores, solved from its activities."""
    by_code = {activity.code: activity for activity in activities(result).activities}
    scores: dict[str, float] = {}
    for use in (e for e in by_code[f"case {case}"].exchanges if e.kind == "technosphere"):
        for factor in (e for e in by_code[use.code].exchanges if e.kind == "biosphere"):
            scores[factor.code] = scores.get(factor.code, 0.0) + use.amount * factor.amount
    return scores


def under_the_table(result: Result) -> dict[str, tuple[str, ...]]:
    """What is said under the table of totals, by its term."""
    grounds = next(block for block in study.report(result, []).blocks if isinstance(block, Entries))
    return {entry.term: entry.texts for entry in grounds.entries}


def test_what_is_said_under_the_table_names_both_bases(tmp_path: Path) -> None:
    said = under_the_table(of(tmp_path, HALVES))
    both = "GWP location-based, GWP market-based, ADPf location-based, ADPf market-based"
    assert said["Own factors"] == (
        f"electricity in X, a region of the study's own: {both}",
        "electricity in wind, a region of the study's own: GWP market-based, ADPf market-based",
    )
    assert said["Proxies"] == ("PE location-based, PE market-based of electricity from ADPf: near",)
    assert said["Not assessed"][0] == "network, everything (ADPf location-based, ADPf market-based): none"


def test_a_proxy_of_what_is_bought_alone_is_said_of_it_alone(tmp_path: Path) -> None:
    """X has PE of its own; wind has none, and takes ADPf in its place: 0.5 × 9 + 0.5 × 1 MJ."""
    result = of(tmp_path, swapped(HALVES, ("ADPf: 2 MJ/kWh}", "ADPf: 2 MJ/kWh, PE: 9 MJ/kWh}")))
    assert [result.total("a", key) for key in ("PE", "PE_market")] == pytest.approx([9, 5])
    assert under_the_table(result)["Proxies"] == ("PE market-based of electricity from ADPf: near",)


def test_of_many_cases_the_first_say_how_much_water_is_counted_on_site(tmp_path: Path) -> None:
    more = "".join(f", v{i}: {{with: {{inference.energy: {i} Wh/request}}}}" for i in range(2, 6))
    text = ONE.format(site="region: FRA, pue: 1, wue: 1 L/kWh, supply: FRA", criteria="WC", more="")
    result = of(tmp_path, text + f"variants: {{{more[2:]}}}\n", variants=(None, "v2", "v3", "v4", "v5"))
    (*first, last) = under_the_table(result)["On site"]
    assert first[:2] == [
        f"WC {basis} of one: 1.00e+00 L on site, as its water is counted; 2.00e+00 L off site, by factors"
        for basis in ("location-based", "market-based")
    ]
    assert (len(first), last) == (4, "… 10 in all")
    assert len(under_the_table(of(tmp_path, text))["On site"]) == 2


BOUGHT = """\
study: {{title: Contracts, criteria: [GWP], {more}}}
functional_units: {{a: {{demand: {{prompts: 1 prompt}}}}}}
factors:
  x: {{item: electricity, region: X, impacts: {{GWP: 100 gCO2eq/kWh}}}}
  w: {{item: electricity, region: hydro, impacts: {{GWP: 10 gCO2eq/kWh}}}}
  net: {{impacts: {{GWP: 1 gCO2eq/GB}}}}
sites: {{s: {{region: {region}, pue: 1{supply}}}}}
inference: {{site: s, energy: 1 kWh/prompt}}
network: {{region: X, data: 1 GB/prompt, links: {{l: {{share: 100 %, equipment: net}}}}}}
"""


@pytest.mark.parametrize(
    ("region", "supply", "entries", "expected"),
    [
        ("X", ", supply: wind", "{asked: wind, used: hydro, for: electricity, reason: near}", (0.101, 0.011)),
        (
            "X",
            ", supply: {wind: 50 %, X: 50 %}",
            "{asked: wind, used: hydro, for: inference, reason: near}",
            (0.101, 0.056),
        ),
        ("Y", ", supply: hydro", "{asked: Y, used: X, for: electricity, reason: near}", (0.101, 0.011)),
        (
            "Y",
            ", supply: residual-Y",
            "{asked: Y, used: X, for: electricity, reason: r}, {asked: residual-Y, used: hydro, for: electricity, reason: near}",
            (0.101, 0.011),
        ),
    ],
)
def test_a_stand_in_serves_what_is_bought(
    tmp_path: Path, region: str, supply: str, entries: str, expected: tuple[float, float]
) -> None:
    """100 g of X and 10 g of hydro for 1 kWh, and 1 g for 1 GB."""
    text = BOUGHT.format(region=region, supply=supply, more=f"stand_ins: [{entries}]")
    result = of(tmp_path, text)
    assert [result.total("a", key) for key in ("GWP", "GWP_market")] == pytest.approx(expected)
    assert {swap.reason for swap in account(result).instead} <= {"near", "r"}
    assert not [idle for idle in account(result).idle if "stand_ins" in idle.path]


def test_a_stand_in_for_another_part_is_none_for_what_is_bought(tmp_path: Path) -> None:
    entry = "{asked: wind, used: hydro, for: training, reason: near}"
    result = of(tmp_path, BOUGHT.format(region="X", supply=", supply: wind", more=f"stand_ins: [{entry}]"))
    assert result.model.criteria == ("GWP",)
    why = "market-based electricity, use : no pack of the study has a factor of electricity in wind"
    assert why in left_out(result)
    assert [idle.path for idle in account(result).idle if "stand_ins" in idle.path] == ["study.stand_ins.wind"]


def test_what_is_market_based_may_be_left_out_alone(tmp_path: Path) -> None:
    """All of its electricity: no figure, and said; all of the network: 10 g of 11 g."""
    gap = "not_assessed: [{item: electricity, criterion: GWP_market, reason: no contract says}]"
    for supply in (", supply: hydro", ", supply: wind"):
        result = of(tmp_path, BOUGHT.format(region="X", supply=supply, more=gap))
        assert result.model.criteria == ("GWP",)
        assert result.total("a", "GWP") == pytest.approx(0.101)
        assert under_the_table(result)["Not assessed"][0] == "market-based electricity (GWP): no contract says"
        assert {idle.reason for idle in account(result).idle if "supply" in idle.path} <= {"no total depends on it"}
    network = "not_assessed: [{tier: network, criterion: GWP_market, reason: not asked}]"
    result = of(tmp_path, BOUGHT.format(region="X", supply=", supply: hydro", more=network))
    assert [result.total("a", key) for key in ("GWP", "GWP_market")] == pytest.approx([0.101, 0.010])
    assert under_the_table(result)["Not assessed"][0] == "network, everything (GWP market-based): not asked"


@pytest.mark.parametrize(
    "entry", ["{asked: {a: b}, used: hydro, for: electricity, reason: r}", "asked", "{asked: [wind]}", "null"]
)
def test_a_malformed_entry_is_said_and_serves_nothing(tmp_path: Path, entry: str) -> None:
    for key in ("stand_ins", "not_assessed"):
        more = f"{key}: [{entry.replace('asked', 'criterion') if key == 'not_assessed' else entry}]"
        with pytest.raises(Problems) as told:
            of(tmp_path, BOUGHT.format(region="X", supply=", supply: wind", more=more))
        assert all(problem.spans for problem in told.value.problems)


def test_a_proxy_may_be_for_what_is_bought_alone(tmp_path: Path) -> None:
    """PE of X is 9 MJ; of wind by ADPf 1 MJ, in place of nothing: 0.5 × 9 + 0.5 × 1."""
    own = ("ADPf: 2 MJ/kWh}", "ADPf: 2 MJ/kWh, PE: 9 MJ/kWh}")
    result = of(tmp_path, swapped(HALVES, own, ("{criterion: PE, from", "{criterion: PE_market, from")))
    assert [result.total("a", key) for key in ("PE", "PE_market")] == pytest.approx([9, 5])


@pytest.mark.parametrize(
    ("more", "supply", "message", "hint"),
    [
        ("not_assessed: [{item: electricity, criterion: GWP_market, reason: r}]", "", "no criterion 'GWP_market'", "write GWP: where a site has a supply it is market-based too"),
        ("not_assessed: [{item: electricity, criterion: PE_market, reason: r}]", ", supply: hydro", "the study does not ask for PE_market", "criteria of the study: GWP"),
        ("not_assessed: [{item: electricity, criterion: GPW_market, reason: r}]", ", supply: hydro", "no criterion 'GPW_market'", "criteria: "),
        ("proxies: [{criterion: GWP, from: PE_market, for: training, reason: r}]", ", supply: hydro", "no criterion 'PE_market'", "write PE"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_for_one_basis_is_said(
    tmp_path: Path, more: str, supply: str, message: str, hint: str
) -> None:
    with pytest.raises(Problems) as told:
        of(tmp_path, BOUGHT.format(region="X", supply=supply, more=more))
    (problem,) = told.value.problems
    assert message in problem.message
    assert hint in problem.hint


# One functional unit stands at a site with contracts, the other at one without, of whose region no residual mix is known:
# 2 kWh of 100 g and 0.5 × 10 + 0.5 × 100 g; 3 kWh of 100 g.
PARTLY = """\
study: {title: Partly, criteria: [GWP, FE]}
functional_units: {t: {training: {include: t}}, u: {training: {include: u}}, both: {sum_of: [t, u]}}
factors:
  x: {item: electricity, region: X, impacts: {GWP: {value: 100 gCO2eq/kWh, low: 50 gCO2eq/kWh, high: 200 gCO2eq/kWh}}}
  w: {item: electricity, region: wind, impacts: {GWP: 10 gCO2eq/kWh}}
sites: {s: {region: X, pue: 1, supply: {wind: 50 %, X: 50 %}}, bare: {region: X, pue: 1}}
training: {allocation: whole, runs: {t: {site: s, energy: 2 kWh}, u: {site: bare, energy: 3 kWh}}}
expect:
  bought: {of: t, criterion: GWP_market, value: 110 gCO2eq, within: 0, basis: derived}
  by_item: {of: t, criterion: GWP_market, where: {flow: electricity}, value: 110 gCO2eq, within: 0, basis: derived}
  taken: {of: both, flow: electricity, value: 5 kWh, within: 0, basis: derived}
  mean: {of: t, criterion: GWP_market, statistic: median, at_least: 80 gCO2eq, samples: 500, basis: derived}
"""


def test_what_one_unit_lacks_the_other_has(tmp_path: Path) -> None:
    """All together are without GWP_market, which is said; the unit that has it shows it alone, and meets what is expected."""
    study_ = Run(written(tmp_path, PARTLY))
    result, verdicts = study_.compile(every_case=True)
    assert result.model.criteria == ("GWP", "FE")
    assert [result.total(unit, "GWP") for unit in ("t", "u", "both")] == pytest.approx([0.2, 0.3, 0.5])
    assert [verdict.verdict for verdict in verdicts] == ["holds"] * 4
    why = "market-based electricity, use (GWP): no pack of the study has a factor of electricity in residual-X"
    assert why in under_the_table(result)["Not assessed"]
    assert not account(result).idle
    assert "GWP_market" not in {line.criterion for line in result.model.lines}
    alone, _ = study_.compile(["t"], every_case=True)
    assert alone.model.criteria == ("GWP", "GWP_market", "FE")
    assert alone.total("t", "GWP_market") == pytest.approx(0.11)
    assert not [text for text in under_the_table(alone)["Not assessed"] if text.startswith("market-based")]
    for unit in ("u", "both"):
        other, _ = study_.compile([unit], every_case=True)
        assert other.model.criteria == ("GWP", "FE")
        assert why in under_the_table(other)["Not assessed"]
        text = swapped(PARTLY, ("{of: t, criterion: GWP_market, value", f"{{of: {unit}, criterion: GWP_market, value"))
        with pytest.raises(Problems) as told:
            Run(written(tmp_path, text)).compile(every_case=True)
        assert [problem.message for problem in told.value.problems] == ["GWP market-based is not assessed in all cases"]


def test_the_workbook_holds_what_one_unit_has_alone(tmp_path: Path) -> None:
    result, verdicts = Run(written(tmp_path, PARTLY)).compile(every_case=True)
    data = writing.export(result, verdicts)
    again = recomputed({"partly": data}, tmp_path / "office")["partly"]
    assert differences(data, values_of(again)) == []


def test_the_workbook_says_of_amounts_that_they_are_what_is_bought(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(writing.export(of(tmp_path, HALVES), [])), read_only=True)
    named = [row[0] for row in book["Inventory"].iter_rows(values_only=True) if row[0] and "electricity, " in row[0]]
    of_unit = ["electricity, X", "electricity, wind, market-based", "electricity, X, market-based"]
    assert sorted(named) == sorted(of_unit * 2)


# --- meters -----------------------------------------------------------------------------------------------------------

METERED = """\
study: {title: Meters, criteria: [GWP, FE, WC], packs: [halls], not_assessed: [{item: server, criterion: WC, reason: none}]}
functional_units: {one: {demand: {requests: 1000 request, visits: 10 visit}}}
sites: {dc: {region: FRA, pue: 1.25, wue: 0.4 L/kWh, building: hall}}
inference: {site: dc, energy: ENERGY Wh/request, idle_power: 30 %, METER, server: {device: server, time: 1 s/request, lifetime: 5 year, aur: 40 %}}
web_hosting: {site: dc, METER, fleet: {servers: 2 server, period: 1 year, power: ENERGY W/server, serves: 1e5 visit}}
storage: {site: dc, METER, data: 1 GB/visit, kept: 1 year, energy: ENERGY kWh/GB/year}
training: {site: dc, METER, runs: {v: {energy: ENERGY kWh}, w: {metered: equipment, energy: 7 kWh}}}
"""


def metered(energy: float, meter: str) -> str:
    return METERED.replace("ENERGY", repr(energy)).replace("METER", meter)


def test_what_the_meter_of_the_site_counts_holds_the_pue(tmp_path: Path) -> None:
    """Of every block: 1.25 times the energy, metered at the site, is the same electricity, water and building."""
    plain, at_site = of(tmp_path, metered(8, "metered: equipment")), of(tmp_path, metered(10, "metered: site"))
    for key in ("GWP", "FE", "WC"):
        by_item = [
            {(r["item"], r["flow"]): r["value"] for r in result.records(["item", "flow"]) if r["criterion"] == key}
            for result in (plain, at_site)
        ]
        assert by_item[0] == pytest.approx(by_item[1])
        assert plain.total("one", key) > 0
    # FE: 1.25 × (8 Wh × 1000 × (1 + 0.3 × 1.5) + 2 × 8 W × 8760 h × 1e-4 + 8 kWh/GB × 10 GB + 8 kWh + 7 kWh)
    assert plain.total("one", "FE") == pytest.approx(1.25 * (8 * 1.45 + 2 * 8 * 8.76 * 1e-4 + 80 + 8 + 7))
    assert plain.total("one", "GWP") == pytest.approx(
        plain.total("one", "FE") * (0.1 + 0.02 / 1.25) + 1000 * (1000 / 3600 / (5 * 8760 * 0.4))
    )
    assert plain.total("one", "WC") == pytest.approx(plain.total("one", "FE") * (2 + 0.4 / 1.25))


def test_a_metered_site_of_unknown_pue_needs_none_but_for_water_and_building(tmp_path: Path) -> None:
    text = swapped(
        ONE.format(site="region: FRA, wue: 1 L/kWh, building: hall", criteria="FE, WC, GWP", more=""),
        ("{site: dc,", "{site: dc, metered: site,"),
    )
    result = of(tmp_path, text)
    assert [result.total("one", key) for key in ("FE", "WC", "GWP")] == pytest.approx([1, 2, 0.1])
    said = left_out(result)
    assert not [text for text in said if "has no pue" in text]
    assert any(
        text.startswith("cooling water, use WC: the water of sites.dc is for a kWh of its equipment") for text in said
    )
    assert any(text.startswith("hall, embodied ") for text in said)


# --- what is wrong ----------------------------------------------------------------------------------------------------

WRONG = {
    "zone: eu-west-1": ("sites.dc has no 'provider'", "a zone is that of a provider: name it"),
    "provider: cloudy, zone: eu-wset-1": ("cloudy has no zone 'eu-wset-1'", "did you mean 'eu-west-1'"),
    "region: FRA, provider: cloudy, zone: moon": ("cloudy has no zone 'moon'", "zones: eu, eu-west-1, eu-west-2, us-east-1"),
    "region: FRA, provider: plain, zone: moon": ("plain has no zone 'moon'", "take it out: no pack has its zones"),
    "provider: cloudy, zone: eu": ("sites.dc has no 'region'", "no pack of the study says in which region cloudy eu is"),
    "pue: 1": ("sites.dc has no 'region'", "that of its zone where absent"),
    "region: FRA, supply: wnd": ("no factor of electricity bought as 'wnd'", "did you mean 'wind'?"),
    "region: FRA, supply: solar park": ("no factor of electricity bought as 'solar park'", "factors: {solar park: {item: electricity, region: …}}"),
    "region: FRA, supply: {wind: 50 %, FRA: 40 %}": ("the shares of sites.dc.supply sum to 90 %", "they have to sum to 100 %"),
    "region: FRA, wue: 3": ("the unit is missing", "'3 L/kWh'"),
    "region: FRA, wue: 3 kWh": ("kWh is not L/kWh", "water usage effectiveness"),
    "region: FRA, wue: -1 L/kWh": ("sites.dc.wue is -1 L/kWh", "water usage effectiveness"),
    "region: FRA, building: barn": ("no GWP factor for 'barn' (embodied stage)", "or declare it"),
}  # fmt: skip


@pytest.mark.parametrize("site", WRONG)
def test_what_is_wrong_with_a_site_is_said_once_with_the_way_out(tmp_path: Path, site: str) -> None:
    message, hint = WRONG[site]
    with pytest.raises(Problems) as told:
        one(tmp_path, site, "GWP")
    (problem,) = told.value.problems
    assert message in problem.message
    assert hint in problem.hint
    assert problem.spans


def test_a_meter_is_at_the_site_or_at_the_equipment(tmp_path: Path) -> None:
    text = swapped(ONE.format(site="region: FRA", criteria="GWP", more=""), ("{site: dc,", "{site: dc, metered: wall,"))
    with pytest.raises(Problems, match="'wall' is no metered"):
        of(tmp_path, text)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Q,Q,Counted,kWh,,kWh,m,not in EF,,electricity,usage", "no stage 'usage'"),
        ("Q,Q,Counted,kgQeq,Qeq,kg,m,not in EF,,electricity,use", "kgQeq is no unit of a flow"),
        ("Q,Q,Counted,kWh,,kWh,m,not in EF,", "columns"),
    ],
)
def test_a_criterion_that_counts_is_of_a_plain_unit_and_a_stage(tmp_path: Path, row: str, message: str) -> None:
    lay(tmp_path / "packs" / "halls", ABOUT, factors=FACTORS, parameters=PARAMETERS, zones=ZONES)
    head = "key,label,name,unit,suffix,unit_label,method,at,note,counts,stages"
    (tmp_path / "packs" / "criteria.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(Problems) as told:
        Run(written(tmp_path, ONE.format(site="region: FRA", criteria="GWP", more="")), [tmp_path / "packs"])
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("cloudy,,FRA,p. 7,", "a zone without zone"),
        ("cloudy,north,,p. 7,", "a zone without region"),
        ("cloudy,north,FRA,,", "a zone without at"),
        ("cloudy,north,FRA,p. 7,\ncloudy,north,USA,p. 7,", "two rows for cloudy, north"),
    ],
)
def test_a_table_of_zones_is_tested(tmp_path: Path, rows: str, message: str) -> None:
    zones = f"item,zone,region,at,note\n{rows}\n"
    lay(tmp_path / "packs" / "halls", ABOUT, factors=FACTORS, parameters=PARAMETERS, zones=zones)
    run = Run(written(tmp_path, ONE.format(site="region: FRA", criteria="GWP", more="")), [tmp_path / "packs"])
    with pytest.raises(Problems) as told:
        run.compile()
    assert message in str(told.value)


# --- all readers ------------------------------------------------------------------------------------------------------


def everything(folder: Path) -> Result:
    text = swapped(
        TWO,
        ("criteria: [GWP, FE, PE]", "criteria: [GWP, FE, WC]"),
        ("criterion: PE", "criterion: WC"),
        ("pue: 1.5,", "pue: {value: 1.5, low: 1.2, high: 2}, wue: {value: 0.4 L/kWh, low: 0.1 L/kWh, high: 1 L/kWh},"),
    )
    return of(folder, text, variants=(None, "grid"))


def test_explanations_name_the_factor_of_one(tmp_path: Path) -> None:
    result = everything(tmp_path)
    case = CaseKey("one", None)
    told = str(explain(result.model, result.model.totals[case.total("WC")], "WC", *case, fold=0))
    assert "sites.dc.wue" in told
    assert "L/L" in told
    told = str(explain(result.model, result.model.totals[case.total("GWP_market")], "GWP", *case, fold=0))
    assert "sites.dc.supply.wind" in told
    assert "sites.dc.region" not in told


def test_brightway_has_the_same_scores(tmp_path: Path) -> None:
    result = everything(tmp_path)
    for case in result.model.cases:
        wanted = {f"criterion {key}": result.total("one", key, case.variant) for key in result.model.criteria}
        assert scores_of(result, str(case)) == pytest.approx(wanted)


def test_the_workbook_computes_the_same(tmp_path: Path) -> None:
    result = everything(tmp_path)
    data = writing.export(result, [])
    again = recomputed({"sites": data}, tmp_path / "office")["sites"]
    assert differences(data, values_of(again)) == []
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    assert "GWP market-based" in {cell for row in book["Impacts"].iter_rows(values_only=True) for cell in row}


def test_sweeps_and_draws_go_through_contracts_and_water(tmp_path: Path) -> None:
    result = everything(tmp_path)
    base = result.model.of_cases([case for case in result.model.cases if case.variant is None])
    found = sweep(base, [axis(base, asked("sites.dc.supply.wind=0 %,100 %"))])
    ends = {one.criterion: one.values.ravel().tolist() for one in found.series if one.case == CaseKey("one", None)}
    assert ends["GWP_market"] == pytest.approx([1500 * 0.2 + 200 + SERVER, 1500 * 0.01 + 200 + SERVER])
    assert ends["GWP"] == pytest.approx([LOCATION, LOCATION])
    assert ends["FE"] == pytest.approx([2500, 2500])
    drawn = {e.figure.criterion: e.spread for e in uncertainty(result.model, 200, 3).estimates}
    assert drawn["WC"].low < result.total("one", "WC") < drawn["WC"].high
