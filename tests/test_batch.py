"""`lca batch`, from a log to its figures: what a log comes to is the sum of what `lca request` says of its rows."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lca
from lca.batch import price as pricing
from lca.batch.engines.duckdb import DuckDB
from lca.batch.run import Asked, priced
from lca.disk.requests import CLASSES, opened
from lca.problems import Problems
from tests.command import Lca, Ran
from tests.test_batch_price import models

Batch = Callable[..., Ran]  # `lca batch` by its words
HEAD = ("time", "model", "region", *CLASSES, "latency", "tenant")


@pytest.fixture
def batch(lca_: Lca) -> Batch:
    return lambda *words: lca_("batch", *map(str, words))


def logged(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEAD)
        writer.writeheader()
        writer.writerows(rows)
    return path


def requests(models: list[str], count: int, seed: int = 1) -> list[dict[str, Any]]:
    chance = random.Random(seed)  # noqa: S311  no secret
    return [
        {
            "time": f"2026-01-0{chance.randint(1, 3)} 0{chance.randint(0, 9)}:30:00",
            "model": chance.choice(models),
            "region": chance.choice(["FRA", "USA"]),
            **{name: chance.choice([0, chance.randrange(2_000)]) for name in CLASSES},
            "latency": chance.choice(["", 0.25, 2.5, 40]),
            "tenant": chance.choice("ab"),
        }
        for _ in range(count)
    ]


def summed(rows: list[dict[str, Any]], method: str) -> dict[str, float]:
    """What `lca.request` says of each row, summed."""
    known = opened(()).form(method)
    totals: dict[str, float] = {}
    for each in rows:
        takes = {name: each[name] for name in CLASSES if name != "output_tokens"}
        if each["latency"] != "":
            takes["latency"] = float(each["latency"])
        answer = lca.request(each["model"], each["output_tokens"], region=each["region"], method=known.key, **takes)
        for criterion, figure in answer.items():
            totals[criterion] = totals.get(criterion, 0.0) + figure.value
    return totals


def answering(method: str, most: int = 3) -> list[str]:
    """Some models that a method answers of, given tokens."""
    return models(opened(()), method, most)


METHODS = sorted(key for key in opened(()).forms() if answering(key, 1))


@pytest.mark.parametrize("method", METHODS)
def test_a_log_is_the_sum_of_its_requests_by_every_method(tmp_path: Path, method: str) -> None:
    rows = requests(answering(method), 60)
    log = logged(tmp_path / "log.csv", rows)
    made = priced(Asked((log,), ("tenant", "day"), method=method)).priced
    expected = summed(rows, method)
    assert len(made.groups) == 6
    for criterion, value in expected.items():
        total = sum(group.totals[criterion].value for group in made.groups)
        assert math.isclose(total, value, rel_tol=1e-9)


def test_most_methods_that_ship_are_among_them() -> None:
    assert {"ecologits-0-11", "ecologits-0-9", "ecologits-0-8", "token-rates"} <= {*METHODS}


def scenario(path: Path, budget: str = "") -> Path:
    """The scenario of a request, as `lca request --yaml` prints it, with a budget."""
    text = opened(()).yaml("openai/gpt-4o", "USA", "ecologits-0-11", {"output_tokens": 100, "latency": 5})
    if budget:
        text += f"expect:\n  lean: {{of: request, criterion: GWP, at_most: {budget}, basis: target}}\n"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_log_in_a_scenario_is_what_the_method_says(tmp_path: Path) -> None:
    rows = [
        {**each, "latency": each["latency"] or 0.5} for each in requests(["openai/gpt-4o", "openai/gpt-4o-mini"], 60)
    ]
    log = logged(tmp_path / "log.csv", rows)
    made = priced(Asked((log,), ("model",), scenario=str(scenario(tmp_path / "request.yaml")))).priced
    expected = summed(rows, "ecologits-0-11")
    assert {group.by[0] for group in made.groups} == {each["model"] for each in rows}
    for criterion, value in expected.items():
        assert math.isclose(sum(group.totals[criterion].value for group in made.groups), value, rel_tol=1e-9)


@pytest.mark.parametrize(("budget", "code"), [("1 kgCO2eq", 0), ("1 mgCO2eq", 3)])
def test_a_budget_of_a_request_is_checked(tmp_path: Path, batch: Batch, budget: str, code: int) -> None:
    log = logged(tmp_path / "log.csv", requests(["openai/gpt-4o"], 5))
    ran = batch(log, scenario(tmp_path / "request.yaml", budget))
    assert ran.code == code
    assert f"budget lean is {'missed' if code else 'kept'}" in ran.out


def test_models_that_nobody_knows_are_listed_with_their_share(tmp_path: Path, batch: Batch) -> None:
    rows = [
        {"model": model, "output_tokens": tokens, "time": "2026-01-01", "latency": ""}
        for model, tokens in (("openai/gpt-4o", 75), ("chat-prod", 20), ("\x1b[31m<b>'; drop table requests", 5))
    ]
    log = logged(tmp_path / "log.csv", rows)
    ran = batch(log, "--method", "ecologits-0-11", "--by", "model")
    words = " ".join(ran.out.split())
    assert ran.code == 0
    assert "25.0 % of all tokens have no figures: those of 2 requests, named below." in words
    assert "chat-prod: 1 request, 20 tokens: no model 'chat-prod'" in words
    assert "\x1b" not in ran.out
    said = tmp_path / "map.yaml"
    said.write_text("log:\n  models: {chat-prod: openai/gpt-4o}\n", encoding="utf-8")
    again = batch(log, "--method", "ecologits-0-11", "--map", said)
    assert "5.0 % of all tokens have no figures" in " ".join(again.out.split())


def test_who_serves_a_model_tells_models_of_one_name_apart(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    names = [("openai", "gpt-4o"), ("openrouter", "gpt-4o"), ("", "openai/gpt-4o")]
    log.write_text("".join(json.dumps({"provider": p, "model": m, "output_tokens": 100}) + "\n" for p, m in names))
    made = priced(Asked((log,), ("provider",), method="ecologits-0-11")).priced
    assert not made.unpriced
    assert len({group.totals["GWP"].value for group in made.groups}) == 1


def test_figures_are_records_in_every_form(tmp_path: Path, batch: Batch) -> None:
    log = logged(tmp_path / "log.csv", requests(["openai/gpt-4o"], 20))
    asked = (log, "--method", "ecologits-0-11", "--by", "tenant,day", "--criteria", "GWP,FE")
    as_json = json.loads(batch(*asked, "--format", "json").out)
    rows = [*csv.DictReader(batch(*asked, "--format", "csv").out.splitlines())]
    assert batch(*asked, "-o", tmp_path / "made.parquet").code == 0
    with DuckDB(threads=1) as engine:
        found = engine.query(f"from '{tmp_path / 'made.parquet'}'")
    assert len(as_json) == len(rows) == len(found["value"]) == 12
    assert [each["value"] for each in as_json] == [float(each["value"]) for each in rows] == found["value"]
    assert [*as_json[0]] == [*rows[0]] == [*found]
    assert {each["criterion"] for each in as_json} == {"GWP", "FE"}
    assert found["requests"] == [each["requests"] for each in as_json]


def test_a_day_that_is_run_again_is_replaced(tmp_path: Path, batch: Batch) -> None:
    days = tmp_path / "days"

    def run(rows: list[dict[str, Any]]) -> dict[str, int]:
        log = logged(tmp_path / "log.csv", rows)
        ran = batch(log, "--method", "ecologits-0-11", "--criteria", "GWP", "--by", "tenant", "--days", days)
        assert ran.code == 0
        with DuckDB(threads=1) as engine:
            counted = "select cast(day as varchar) as day, cast(sum(requests) as bigint) as n"
            kept = f"read_parquet('{days}/*/*.parquet', hive_partitioning = true)"
            found = engine.query(f"{counted} from {kept} group by 1")
        return dict(zip(found["day"], found["n"], strict=True))

    first = requests(["openai/gpt-4o"], 30)
    counts = {f"2026-01-0{n}": sum(each["time"].startswith(f"2026-01-0{n}") for each in first) for n in (1, 2, 3)}
    assert run(first) == counts
    assert run([each for each in first if each["time"].startswith("2026-01-02")][:2]) == counts | {"2026-01-02": 2}


def test_periods_are_those_of_utc(tmp_path: Path) -> None:
    times = ["2026-01-01T00:30:00+02:00", "2025-12-31 23:10:00", "2026-01-01T00:00:00Z", ""]
    rows = [{"model": "openai/gpt-4o", "output_tokens": 1, "time": time} for time in times]
    log = logged(tmp_path / "log.csv", rows)
    made = priced(Asked((log,), ("hour", "day", "month"), method="ecologits-0-11")).priced
    assert sorted(group.by for group in made.groups) == [
        ("", "", ""),
        ("2025-12-31 22:00", "2025-12-31", "2025-12"),
        ("2025-12-31 23:00", "2025-12-31", "2025-12"),
        ("2026-01-01 00:00", "2026-01-01", "2026-01"),
    ]


def test_an_interval_holds_the_figure(tmp_path: Path) -> None:
    log = logged(tmp_path / "log.csv", requests(["openai/gpt-4o"], 30))
    made = priced(Asked((log,), method="ecologits-0-11", samples=200)).priced
    total = made.groups[0].totals["GWP"]
    assert total.low is not None
    assert total.high is not None
    assert total.low < total.value < total.high


def test_groups_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "MOST_GROUPS", 3)
    monkeypatch.setattr(pricing.price, "__kwdefaults__", {**pricing.price.__kwdefaults__, "most": 3})
    log = logged(tmp_path / "log.csv", requests(["openai/gpt-4o"], 30))
    with pytest.raises(Problems, match="more than 3 groups"):
        priced(Asked((log,), ("tenant", "hour"), method="ecologits-0-11"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "it is not said by what requests are priced"),
        (("--method", "ecologits-0-12"), "no method 'ecologits-0-12'"),
        (("--method", "ecologits-0-11", "--by", "tenat"), "did you mean 'tenant'?"),
        (("--method", "ecologits-0-11", "--criteria", "GWPP"), "no criterion 'GWPP'"),
        (("request.yaml", "--method", "ecologits-0-11"), "request.yaml names its own method"),
        (("chat_assistant",), "no block of the scenario takes a model"),
    ],
)
def test_what_is_asked_wrongly_is_told(tmp_path: Path, batch: Batch, words: tuple[str, ...], said: str) -> None:
    log = logged(tmp_path / "log.csv", requests(["openai/gpt-4o"], 2))
    ran = batch(log, *words)
    assert ran.code in (1, 2)
    assert said in ran.err


def test_what_the_method_does_not_take_is_said(batch: Batch, tmp_path: Path) -> None:
    row = {"model": "gpt-4o", "region": "FRA", "input_tokens": 300, "output_tokens": 100, "latency": 5}
    log = logged(tmp_path / "log.csv", [row, row])
    told = " ".join(batch(log, "--method", "ecologits-0-11").out.split())
    assert "All 800 tokens are of requests that have figures. Of these, 75.0 % are of" in told
    assert "since the method does not take them: input 600 tokens" in told
    assert "since the method does not take it: the latency" in batch(log, "--method", "token-rates").out
    request = " ".join(batch(log, scenario(tmp_path / "request.yaml")).out.split())
    assert "since the method does not take them: input 600 tokens" in request


def test_a_variant_and_what_contracts_for_electricity_come_to(tmp_path: Path) -> None:
    row = {"model": "llama-3.1-70b", "output_tokens": 409, "region": ""}
    log = logged(tmp_path / "log.csv", [row] * 3)
    asked = Asked((log,), scenario="chat_assistant", functional_unit="answer", variant="busy")
    told = priced(asked)
    stated = {"inference.model.output_tokens": "409 token/prompt"}
    result = lca.load("chat_assistant").run(stated, variant="busy", functional_units="answer")
    assert {"GWP", "GWP_market"} <= {*told.priced.units}
    for criterion in told.priced.units:
        expected = 3 * result.total("answer", criterion, "busy")
        assert math.isclose(told.priced.groups[0].totals[criterion].value, expected, rel_tol=1e-9)
        assert told.criteria[criterion].unit_label
    with pytest.raises(Problems, match="no variant 'bus'"):
        priced(asked._replace(variant="bus"))


def test_all_of_a_log_as_parquet_and_by_day_alone(batch: Batch, tmp_path: Path) -> None:
    log = logged(tmp_path / "log.csv", requests(["gpt-4o"], 20))
    asked = (log, "--method", "ecologits-0-11", "--criteria", "GWP")
    assert batch(*asked, "-o", tmp_path / "all.parquet").code == 0
    assert batch(*asked, "--days", tmp_path / "days").code == 0
    with DuckDB(threads=1) as engine:
        whole = engine.query(f"from read_parquet('{tmp_path}/all.parquet')")
        days = engine.query(f"from read_parquet('{tmp_path}/days/*/*.parquet')")
    assert whole["requests"][0] == 20
    assert math.isclose(sum(days["value"]), whole["value"][0], rel_tol=1e-9)


def test_a_file_that_is_named_in_several_ways_counts_once(batch: Batch, tmp_path: Path) -> None:
    log = logged(tmp_path / "log.csv", requests(["gpt-4o"], 20))
    (tmp_path / "link.csv").symlink_to(log)
    told = batch(
        tmp_path, tmp_path / "link.csv", tmp_path / ".." / tmp_path.name / "log.csv", "--method", "ecologits-0-11"
    )
    assert "Of 20 rows in 1 file" in told.out


def test_a_region_that_no_pack_has_is_refused_even_where_all_requests_name_theirs(batch: Batch, tmp_path: Path) -> None:
    log = logged(tmp_path / "log.csv", requests(["gpt-4o"], 5))
    told = batch(log, "--method", "ecologits-0-11", "--region", "XX")
    assert told.code != 0
    assert "XX" in told.err


def test_a_budget_that_a_log_does_not_answer_is_said(batch: Batch, tmp_path: Path) -> None:
    service = scenario(tmp_path / "service.yaml", "1 kgCO2eq")
    more = "  floor: {of: request, criterion: GWP, at_least: 1 kgCO2eq, basis: target}\n"
    more += "  part: {of: request, criterion: GWP, where: {stage: use}, at_most: 1 pgCO2eq, basis: target}\n"
    service.write_text(service.read_text(encoding="utf-8") + more, encoding="utf-8")
    code, told, _ = batch(logged(tmp_path / "log.csv", requests(["gpt-4o"], 5)), service)
    assert code == 0
    assert "budget lean is kept" in told
    assert "budget floor is not checked" in told
    assert "budget part is not checked" in told


def test_python_says_what_the_command_says(tmp_path: Path, lca_: Lca) -> None:
    log = logged(tmp_path / "log.csv", requests(answering("ecologits-0-11"), 20))
    said = lca.priced(log, method="ecologits-0-11", by=["tenant", "day"], criteria="GWP")
    ran = lca_(
        "batch", str(log), "--method", "ecologits-0-11", "--by", "tenant,day", "--criteria", "GWP", "--format", "json"
    )
    assert said.records == json.loads(ran.out)
    assert said.frame()["requests"].sum() == 20
    assert str(said).startswith("20 requests by ecologits-0-11")
