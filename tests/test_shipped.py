"""The shipped scenarios: what each prints of its source, worked out on paper, and what every one of them keeps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import lca
from lca.checks.strict import findings
from lca.disk.workspace import Run
from lca.graph import Input
from lca.questions.account import account
from lca.result import Result, Verdict

SCENARIOS = Path(__file__).parent.parent / "scenarios"
NAMES = tuple(sorted(path.relative_to(SCENARIOS).with_suffix("").as_posix() for path in SCENARIOS.rglob("*.yaml")))
REPRODUCTIONS = {"stable_diffusion"}  # which take what a paper left open from elsewhere, as its documentation tells


@cache
def study(name: str) -> tuple[Result, dict[str, Verdict]]:
    opened: Run = lca.load(name)
    result, verdicts = opened.compile((), (None, *opened.scenario.variants))
    return result, {verdict.key: verdict for verdict in verdicts}


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_expects_figures_misses_none_and_leaves_nothing_unused(name: str) -> None:
    result, verdicts = study(name)
    assert {verdict.verdict for verdict in verdicts.values()} - {"known gap"}, "nothing but known gaps is expected"
    assert not [key for key, verdict in verdicts.items() if verdict.verdict in ("missed", "budget missed")]
    assert account(result).idle == ()


@pytest.mark.parametrize("name", sorted({*NAMES} - REPRODUCTIONS))
def test_what_is_assumed_has_a_range_and_a_reason_and_what_is_published_a_source(name: str) -> None:
    model = study(name)[0].model
    inputs: list[Input] = [
        model.graph.info[i] for i in model.graph.below(model.totals.values()) if model.graph.op[i] == "input"
    ]
    for leaf in (each for each in inputs if not each.span.file.startswith("factors/")):
        assert leaf.citation.source or leaf.citation.note, f"{leaf.path} has neither source nor reason"
        if leaf.citation.basis == "assumed":
            assert leaf.low is not None, f"{leaf.path} has no range"
            assert leaf.high is not None, f"{leaf.path} has no range"


@pytest.mark.parametrize("name", sorted({*NAMES} - REPRODUCTIONS))
def test_nothing_is_left_out_or_taken_instead_that_a_study_does_not_say(name: str) -> None:
    assert [problem.message for problem in findings(study(name)[0])] == []


def total(name: str, *case: str, variant: str | None = None) -> float:
    return study(name)[0].total(*case, variant)


def verdicts_of(name: str) -> dict[str, str]:
    return {key: verdict.verdict for key, verdict in study(name)[1].items()}


# --- published cases --------------------------------------------------------------------------------------------------


def test_the_training_of_bloom() -> None:
    """Luccioni et al. (2023): GPU hours at 400 W, idle energy as measured, 57 g/kWh; 6 years at 85 %."""
    energy, idle = 1082990 * 0.4, 256646
    years = 6 * 8760 * 0.85
    made = 1082990 / 8 / years * (2500 + 8 * 150)
    assert total("bloom", "bloom", "GWP") == pytest.approx((energy + idle) * 0.057 + made, rel=1e-9)
    assert total("bloom", "bloom", "FE") == pytest.approx(energy + idle, rel=1e-9)
    assert total("bloom", "bloom", "GWP", variant="pue") == pytest.approx(energy * 1.2 * 0.057 + made, rel=1e-9)
    assert {*verdicts_of("bloom").values()} == {"reproduced"}


def test_the_electricity_of_chatgpt() -> None:
    """de Vries (2023): servers at 6.5 kW, all day."""
    assert total("chatgpt_electricity", "day", "FE") == pytest.approx(3617 * 6.5 * 24, rel=1e-9)
    assert total("chatgpt_electricity", "request", "FE") == pytest.approx(3617 * 6.5 * 24 / 195e6, rel=1e-9)
    google = total("chatgpt_electricity", "request", "FE", variant="google")
    assert google == pytest.approx(512821 * 6.5 * 24 / 9e9, rel=1e-9)
    assert {*verdicts_of("chatgpt_electricity").values()} == {"reproduced"}


def test_the_training_of_gpt3_from_its_operations() -> None:
    """Patterson et al. (2021), Table 4: 3.14e23 operations at 24.6 TFLOP/s, 330 W and a PUE of 1.10."""
    hours = 3.14e23 / 24.6e12 / 3600
    assert total("gpt3_from_flops", "gpt3", "FE") == pytest.approx(hours * 0.33 * 1.1, rel=1e-9)
    assert total("gpt3_from_flops", "gpt3", "GWP") == pytest.approx(hours * 0.33 * 1.1 * 0.429, rel=1e-9)
    days = total("gpt3_from_flops", "gpt3", "FE", variant="days")
    assert days == pytest.approx(10000 * 14.8 * 24 * 0.33 * 1.1, rel=1e-9)
    assert verdicts_of("gpt3_from_flops") == {
        "energy": "reproduced",
        "climate": "reproduced",
        "llmcarbon": "reproduced",
        "days": "known gap",
    }


def test_the_water_of_gpt3() -> None:
    """Li et al., Table 1: on site by the electricity of servers, off site by that of the site."""
    each = 0.55 + 1.17 * 3.142
    assert total("gpt3_water", "request", "WC") == pytest.approx(0.004 * each, rel=1e-9)
    assert total("gpt3_water", "training", "WC") == pytest.approx(1287e3 * each, rel=1e-9)
    once = total("gpt3_water", "training", "WC", variant="once")
    assert once == pytest.approx(1287e3 * (0.55 / 1.17 + 3.142), rel=1e-9)
    assert {*verdicts_of("gpt3_water").values()} == {"reproduced"}


# --- studies of one's own ---------------------------------------------------------------------------------------------

FRANCE = 0.0441791  # kg, ember-2024
PROMPTS = 30000 * 300


def by_item(name: str, unit: str, criterion: str, variant: str | None = None) -> dict[str, float]:
    found: dict[str, float] = {}
    for record in study(name)[0].records(("item",)):
        if (record["functional_unit"], record["variant"], record["criterion"]) == (unit, variant, criterion):
            found[record["item"]] = found.get(record["item"], 0.0) + record["value"]
    return found


def test_a_year_of_the_chat_assistant() -> None:
    """Two servers that wait at 1.8 kW, nine million answers of 408.8 tokens, and one retrieval server, by hand."""
    waiting, answering = 1.8 * 2 * 8760, PROMPTS * 408.8 * 0.8223 / 3.6e6
    hall = waiting + answering + 0.237 * 8760
    year = by_item("chat_assistant", "year", "GWP")
    assert year["electricity"] == pytest.approx(hall * 1.4 * FRANCE, rel=1e-9)
    assert year["p5-48xlarge"] == pytest.approx((2 / 5 + 4 * 192 / 8 / 8760 / 0.8 / 5) * (5700 + 8 * 273), rel=1e-9)
    assert year["training quarterly"] == pytest.approx(4 * 192 * 1.05 * 1.25 * FRANCE, rel=1e-9)
    assert year["laptop"] == pytest.approx(
        PROMPTS / 4 * 8 / 60 * 0.75 * (0.0265 * FRANCE + 175 / (5 * 365 * 3)), rel=1e-9
    )
    trained = 4 * 192 * 1.05 * (1 + 0.21 * (1 / 0.8 - 1))
    kept = 200 * 3 * 10.5e-3
    water = by_item("chat_assistant", "year", "WC")
    assert water["cooling water"] == pytest.approx(0.4 * (hall + trained + kept), rel=1e-9)
    bought = by_item("chat_assistant", "year", "GWP_market")
    assert bought["electricity"] == pytest.approx(hall * 1.4 * 0.011, rel=1e-9)


def test_an_answer_by_ecologits_takes_no_hour_of_waiting() -> None:
    """EcoLogits 0.11: 4 GPUs of 8, 64 requests at once; its pace is a regression."""
    per_token = (
        1.1665273170451914e-06 * 70.55 * 2.718281828459045 ** (-0.011205921025579175 * 64) + 4.052928146734005e-05
    )
    pace = 0.0006785088094353663 * 70.55 + 0.0003119310311688259 * 64 + 0.019473717579473387
    energy = 408.8 * 4 * per_token / 1000 + 408.8 * pace / 3600 * 1.2 * 0.5 / 64
    answer = by_item("chat_assistant", "answer", "GWP", "busy")
    retrieval = 0.237 * 8760 / PROMPTS
    assert answer["electricity"] == pytest.approx((energy + retrieval) * 1.4 * FRANCE, rel=1e-9)


def test_an_order_of_the_shop() -> None:
    """50 visits of 127 s and 4.09 MB for an order, and a share of eight servers in Paris."""
    order = by_item("web_shop", "order", "GWP")
    megabytes = 50 * (2.14 + 0.5 * 3.9)
    assert order["fixed"] == pytest.approx(megabytes / 1000 * 0.76 * 0.009269347, rel=1e-9)
    assert order["mobile"] == pytest.approx(megabytes / 1000 * 0.24 * 0.0246836792, rel=1e-9)
    assert order["electricity"] == pytest.approx(8 * 0.237 * 8760 / 240000 * 1.11 * FRANCE, rel=1e-9)
    made = 170 + 12.3 + 2.79
    assert order["laptop"] == pytest.approx(
        50 * 127 / 3600 * 0.389 * (0.0265 * FRANCE + made / (5 * 365 * 3)), rel=1e-9
    )
    assert order["storage.orders"] == pytest.approx(200e-6 * 10 * 3 * 5.7e-3 * 1.11 * FRANCE, rel=1e-9)
