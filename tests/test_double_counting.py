"""What is easily counted twice is counted once: the PUE, water, what several tools say of one server, classes of tokens."""

# ruff: noqa: E501  a scenario is one line

from __future__ import annotations

from pathlib import Path

import pytest

import lca
from lca.disk.requests import opened
from lca.disk.workspace import Run
from lca.questions.account import account
from lca.result import Result

EXACT = 1e-12
METHODS = {
    "ecologits-0-11": "openai/gpt-4o",
    "ecologits-0-9": "openai/gpt-4o",
    "ecologits-0-8": "openai/gpt-4o",
    "token-rates": "openai/gpt-4o",
    "measured": "meta-llama/Llama-3.1-70B-Instruct",
    "fitted-2026": "meta-llama/Llama-3.1-70B-Instruct",
    "image": "black-forest-labs/FLUX.1-dev",
}
HEAD = """\
study: {title: One answer, criteria: [FE, GWP, WC], packs: [ecologits-0-11]}
functional_units: {answer: {demand: {requests: 1 request}}}
"""


def totals(text: str, folder: Path) -> dict[str, float]:
    return {key.criterion: value for key, value in of(text, folder)[1].items()}


def of(text: str, folder: Path) -> tuple[Result, dict[lca.model.case.TotalKey, float]]:  # type: ignore[name-defined]
    path = folder / "scenario.yaml"
    path.write_text(text)
    result = Run(path).compile()[0]
    return result, {key: result.values[index] for key, index in result.model.totals.items()}


def asked(method: str, model: str) -> str:
    given = {} if method == "image" else {"output_tokens": 400.0}
    return opened().yaml(model, "", method, given)


@pytest.mark.parametrize("method", METHODS)
def test_a_pue_multiplies_all_electricity_once_and_nothing_else(method: str, tmp_path: Path) -> None:
    """Final electricity goes with the PUE; of the other impacts as much as is of electricity, by its factor."""
    text = asked(method, METHODS[method])
    site = next(line for line in text.splitlines() if line.startswith("  dc:"))
    plain, doubled = (
        totals(text.replace(site, f"  dc: {{region: FRA, pue: {pue}, wue: 0 L/kWh}}"), tmp_path) for pue in (1, 2)
    )
    assert doubled["FE"] == pytest.approx(2 * plain["FE"], rel=EXACT)
    factor = 0.04186  # kg CO2 eq/kWh of electricity in France, below as the pack has it
    factor = (doubled["GWP"] - plain["GWP"]) / plain["FE"]
    again = totals(text.replace(site, "  dc: {region: FRA, pue: 3, wue: 0 L/kWh}"), tmp_path)
    assert again["GWP"] - doubled["GWP"] == pytest.approx(factor * plain["FE"], rel=1e-9)


@pytest.mark.parametrize("method", ["ecologits-0-11", "token-rates", "measured", "fitted-2026", "image"])
def test_water_is_that_of_the_site_and_that_of_its_electricity(method: str, tmp_path: Path) -> None:
    """By its definition (ISO/IEC 30134-9) the WUE is for a kWh of the equipment; electricity is taken with the PUE."""
    text = asked(method, METHODS[method])
    site = next(line for line in text.splitlines() if line.startswith("  dc:"))

    def water(pue: float, wue: float) -> float:
        return totals(text.replace(site, f"  dc: {{region: FRA, pue: {pue}, wue: {wue} L/kWh}}"), tmp_path)["WC"]

    it = totals(text.replace(site, "  dc: {region: FRA, pue: 1, wue: 0 L/kWh}"), tmp_path)["FE"]
    per_kwh = water(1, 0) / it
    assert water(1.5, 0.4) == pytest.approx(it * (0.4 + 1.5 * per_kwh), rel=1e-9)


def test_ecologits_0_9_has_its_fault_and_no_other(tmp_path: Path) -> None:
    """It multiplies water by the PUE twice: PUE × IT × (WUE + PUE × water of electricity)."""
    new, old = (lca.request("openai/gpt-4o", 400, method=f"ecologits-0-{release}")["WC"] for release in (11, 9))
    energies = [lca.request("openai/gpt-4o", 400, method=f"ecologits-0-{release}")["FE"] for release in (11, 9)]
    per_kwh = [water.low / energy.low for water, energy in zip((new, old), energies, strict=True)]
    assert per_kwh[1] == pytest.approx(1.2 * per_kwh[0], rel=1e-4), (
        "the electricity of the USA is the same but for rounding"
    )


def test_rates_that_include_a_pue_are_not_multiplied_again() -> None:
    """Couch's 1,950 Wh for a million tokens of output are with a PUE of 1.2; so are ours at a site of 1.2."""
    answer = lca.request("openai/gpt-4o", output_tokens=1e6, method="token-rates")
    assert answer["FE"].value == pytest.approx(1.950, rel=1e-9)


def test_each_class_of_tokens_has_its_own_rate_once() -> None:
    """390 + 490 + 39 + 1,950 + 1,950 Wh for a million of each class, and each alone."""
    rates = {
        "input_tokens": 0.390,
        "cache_write_tokens": 0.490,
        "cache_read_tokens": 0.039,
        "output_tokens": 1.950,
        "reasoning_tokens": 1.950,
    }

    def kwh(**tokens: float) -> float:
        return float(lca.request("openai/gpt-4o", method="token-rates", **tokens)["FE"].value)  # type: ignore[arg-type]

    zero = dict.fromkeys(rates, 0.0)
    for name, rate in rates.items():
        assert kwh(**{**zero, name: 1e6}) == pytest.approx(rate, rel=1e-9)
    assert kwh(**dict.fromkeys(rates, 1e6)) == pytest.approx(sum(rates.values()), rel=1e-9)


@pytest.mark.parametrize("method", ["ecologits-0-11", "ecologits-0-9", "ecologits-0-8", "measured", "fitted-2026"])
def test_reasoning_is_generated_like_output(method: str) -> None:
    model = METHODS[method]
    split = lca.request(model, output_tokens=300, reasoning_tokens=100, method=method)
    whole = lca.request(model, output_tokens=400, method=method)
    assert [figure[:3] for figure in split.values()] == [
        pytest.approx(figure[:3], rel=EXACT) for figure in whole.values()
    ]


def test_a_measurement_stands_in_place_of_an_estimate(tmp_path: Path) -> None:
    """A server that EcoLogits estimates and CodeCarbon meters is counted once: what is measured, and it is said."""
    site = "sites: {dc: {region: FRA, pue: 1.5, wue: 0 L/kWh}}\n"
    block = "inference: {site: dc, method: ecologits-0-11, model: openai/gpt-4o, output_tokens: 400 token/request%s}\n"
    alone = totals(HEAD + site + block % "", tmp_path)
    result, made = of(HEAD + site + block % ", energy: 0.5 Wh/request", tmp_path)
    both = {key.criterion: value for key, value in made.items()}
    assert both["FE"] == pytest.approx(0.5e-3 * 1.5, rel=EXACT)
    assert both["FE"] != pytest.approx(alone["FE"], rel=0.01)
    assert (
        any("energy" in one.path and "ecologits-0-11" in one.words for one in account(result).taken)
        or any("ecologits-0-11" in str(idle) for idle in account(result).idle)
        or "inference.energy" in result.model.facts.overruled
    )
    metered = totals(HEAD + site + block % ", energy: 0.75 Wh/request, metered: site", tmp_path)
    assert metered["FE"] == pytest.approx(0.75e-3, rel=EXACT), "metered at the site, the PUE is in it"
