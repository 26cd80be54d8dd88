"""The dashboard asks what there is: Prometheus runs its queries on what the SDK's exporter shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

import lca

ROOT = Path(__file__).resolve().parent.parent
BOARD = json.loads((ROOT / "docs" / "dashboard.json").read_text("utf-8"))
PANELS = {panel["title"]: panel for panel in BOARD["panels"]}
CRITERIA = {each["value"]: each["text"] for each in BOARD["templating"]["list"][1]["options"]}
MODELS = {"gpt-4o": 2, "gpt-4o-mini": 1, "mistral-large-latest": 1, "gpt-unknown": 1}  # requests a minute
MINUTES = 60
METHOD = "ecologits-0-11"


class Sample(NamedTuple):
    name: str
    labels: dict[str, str]
    value: float


@pytest.fixture(scope="module")
def shown() -> list[Sample]:
    """What the exporter shows of the requests of a minute."""
    registry = CollectorRegistry()
    meters = MeterProvider([PrometheusMetricReader(registry=registry)])
    provider = TracerProvider()
    provider.add_span_processor(lca.span_processor(meter_provider=meters, method=METHOD))
    tracer = provider.get_tracer("service")
    used = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 50}
    for model, requests in MODELS.items():
        for _ in range(requests):
            tracer.start_span("chat", attributes={**used, "gen_ai.request.model": model}, start_time=1).end(2 * 10**9)
    families = text_string_to_metric_families(generate_latest(registry).decode())
    samples = [Sample(each.name, each.labels, each.value) for family in families for each in family.samples]
    return [sample for sample in samples if sample.name.startswith("lca_")]


def queries() -> Iterator[tuple[str, str]]:
    """Every query of the board as Grafana sends it, with its panel and criterion."""
    said = {"$__range": "1h", "$__rate_interval": "5m", "$model": ".*", "$provider": ".*", "$region": ".*"}
    for title, panel in PANELS.items():
        for target in panel["targets"]:
            text = target["expr"]
            for name, value in said.items():
                text = text.replace(name, value)
            for criterion in CRITERIA if "criterion" in text else ("",):
                name = f"{title.split(':')[0]} {target['refId']} {criterion}".strip()
                yield name, text.replace("${criterion}", criterion)


QUERIES = dict(queries())


def test_a_query_names_counters_and_labels_that_are_shown(shown: list[Sample]) -> None:
    names = {sample.name for sample in shown}
    labels = {label for sample in shown for label in sample.labels}
    asked = {word for text in QUERIES.values() for word in re.findall(r"\blca_\w+", text)}
    assert asked <= names | labels
    assert {name for name in asked if name.endswith("_total")} <= names
    assert {word for text in QUERIES.values() for word in re.findall(r"(\w+)=~", text)} <= labels
    assert "$" not in "".join(QUERIES.values())


def test_every_criterion_of_a_request_can_be_chosen(shown: list[Sample]) -> None:
    answer = lca.request("openai/gpt-4o", 50, input_tokens=100, method=METHOD)
    assert CRITERIA.keys() == {key.lower() for key in answer}
    assert {text.rsplit(", ")[-1] for text in CRITERIA.values()} == {figure.unit for figure in answer.values()}
    for key in CRITERIA:
        assert {f"lca_impact_{key}_{end}_total" for end in ("value", "low", "high")} <= {each.name for each in shown}


@pytest.fixture(scope="module")
def answers(shown: list[Sample], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Sample]]:
    """What Prometheus answers to each query after an hour in which every minute was alike."""
    if not (shutil.which("prometheus") and shutil.which("promtool")):
        message = "prometheus is not installed: `make programs` installs it"
        (pytest.fail if os.environ.get("LCA_REQUIRE_TOOLS") == "1" else pytest.skip)(message)
    folder = tmp_path_factory.mktemp("prometheus")
    end = int(time.time()) // 60 * 60 - 600
    lines: list[str] = []
    for name, labels, value in shown:
        told = ",".join(f"{key}={json.dumps(each)}" for key, each in labels.items())
        lines += [f"{name}{{{told}}} {value * i!r} {end - 60 * (MINUTES - i)}" for i in range(MINUTES + 1)]
    (folder / "shown.txt").write_text("\n".join([*lines, "# EOF\n"]), "utf-8")
    made = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "shown.txt", "data"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
    (folder / "none.yml").write_text("global: {}\n", "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["prometheus", "--config.file=none.yml", "--storage.tsdb.path=data", f"--web.listen-address={address}"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(address)
            return {name: _asked(address, text, end) for name, text in QUERIES.items()}
        finally:
            server.terminate()


def _got(address: str, path: str) -> bytes:
    with closing(HTTPConnection(address, timeout=10)) as asked:
        asked.request("GET", path)
        answer = asked.getresponse()
        told = answer.read()
    if answer.status != 200:
        raise OSError(told.decode())
    return told


def _wait(address: str) -> None:
    for _ in range(400):
        try:
            _got(address, "/-/ready")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("prometheus did not start")


def _asked(address: str, query: str, at: int) -> list[Sample]:
    told: Any = json.loads(_got(address, f"/api/v1/query?{urllib.parse.urlencode({'query': query, 'time': at})}"))
    return [Sample("", each["metric"], float(each["value"][1])) for each in told["data"]["result"]]


def test_prometheus_answers_every_query(answers: dict[str, list[Sample]]) -> None:
    assert [name for name, told in answers.items() if not told] == []


@pytest.mark.parametrize("criterion", CRITERIA)
def test_what_the_board_shows_is_what_the_requests_came_to(criterion: str, answers: dict[str, list[Sample]]) -> None:
    keys = {"gpt-4o": "openai/gpt-4o", "gpt-4o-mini": "openai/gpt-4o-mini"}
    keys["mistral-large-latest"] = "mistralai/mistral-large-latest"
    minute: dict[str, tuple[float, float]] = {}
    for name, key in keys.items():
        answer = lca.request(key, 50, input_tokens=100, latency=2.0, method=METHOD)
        figure = {known.lower(): each for known, each in answer.items()}[criterion]
        minute[answer.model] = MODELS[name] * figure.low, MODELS[name] * figure.high
    low, high = (sum(each[end] for each in minute.values()) for end in (0, 1))

    def only(name: str) -> float:
        (sample,) = answers[f"{name} {criterion}"]
        return sample.value

    def by(name: str, label: str) -> dict[str, Any]:
        return {each.labels[label]: pytest.approx(each.value, rel=1e-6) for each in answers[f"{name} A {criterion}"]}

    assert only("At least A") == pytest.approx(MINUTES * low, rel=1e-6)
    assert only("At most A") == pytest.approx(MINUTES * high, rel=1e-6)
    assert only("A request, at least and at most A") == pytest.approx(low / 4, rel=1e-6)
    assert only("A request, at least and at most B") == pytest.approx(high / 4, rel=1e-6)
    assert {key: MINUTES * most for key, (_, most) in minute.items()} == by("An hour, by model, at most", "lca_model")
    openai = sum(most for key, (_, most) in minute.items() if key.startswith("openai/"))
    assert by("By provider, at most", "lca_provider") == {
        "openai": MINUTES * openai,
        "mistralai": MINUTES * (high - openai),
    }
    assert sum(each.value for each in answers[f"By region of the electricity, at most A {criterion}"]) == pytest.approx(
        MINUTES * high, rel=1e-6
    )


def test_what_has_no_figure_is_shown_with_the_reason(answers: dict[str, list[Sample]]) -> None:
    (share,) = answers["Share of requests without a figure A"]
    assert share.value == pytest.approx(1 / 5, rel=1e-6)
    (reason,) = answers["Requests without a figure, by reason A"]
    assert reason.labels["lca_problem"] == "no model 'gpt-unknown'"
    assert reason.value == pytest.approx(MINUTES, rel=1e-6)
    (count,) = answers["Requests with a figure A"]
    assert count.value == pytest.approx(4 * MINUTES, rel=1e-6)


def test_the_board_is_one_that_grafana_reads() -> None:
    assert BOARD["schemaVersion"] >= 36
    places = [tuple(panel["gridPos"][key] for key in "xywh") for panel in BOARD["panels"]]
    cells = [(i, j) for x, y, w, h in places for i in range(x, x + w) for j in range(y, y + h)]
    assert len(cells) == len({*cells})
    assert all(x + w <= 24 for x, _, w, _ in places)
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    known = {each["name"] for each in BOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(BOARD["panels"])))
    assert {name for name in used if not name.startswith("__")} == known
