"""Spans of OpenTelemetry with impacts, and their counters: the SDK is the real one, and nothing is sent.

What a span says and a counter sums is what `lca.request` answers of the same tokens.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, StatusCode, TraceFlags, set_span_in_context

import lca
from lca.disk import requests
from lca.problems import Problems
from lca.tracking import usage
from lca.tracking.counters import Counters

METHOD = "ecologits-0-11"
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
USED = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 50}
SECOND = 10**9


class Service:
    """A service whose spans have impacts: what it exports, and what its counters come to."""

    def __init__(self, **settings: Any) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        meters = MeterProvider([self.reader])
        self.processor = lca.span_processor(SimpleSpanProcessor(self.exporter), meter_provider=meters, **settings)
        self.provider = TracerProvider(span_limits=SpanLimits(max_events=1))
        self.provider.add_span_processor(self.processor)
        self.tracer = self.provider.get_tracer("service")

    def ask(self, attributes: dict[str, Any], seconds: float = 2.0) -> ReadableSpan:
        """One span that took so long, as it is exported."""
        span = self.tracer.start_span("chat", attributes=attributes, start_time=SECOND)
        span.end(SECOND + int(seconds * SECOND))
        return self.exporter.get_finished_spans()[-1]

    @property
    def counted(self) -> dict[str, dict[tuple[str, ...], float]]:
        """The counters that have something, by name: what they sum, by the values of their attributes."""
        data = self.reader.get_metrics_data()
        metrics = [] if data is None else data.resource_metrics[0].scope_metrics[0].metrics
        assert all(metric.data.is_monotonic for metric in metrics)
        return {
            metric.name: {tuple(map(str, (at.attributes or {}).values())): at.value for at in metric.data.data_points}
            for metric in metrics
        }


@pytest.fixture(scope="module")
def answer() -> lca.Answer:
    return lca.request("openai/gpt-4o", 50, input_tokens=100, latency=2.0, method=METHOD)


def impacts(span: ReadableSpan) -> dict[str, Any]:
    return {name: value for name, value in (span.attributes or {}).items() if name.startswith("lca.")}


def test_a_span_says_what_a_request_answers(answer: lca.Answer) -> None:
    service = Service(method=METHOD)
    span = service.ask({**CHAT, **USED, "own": "kept"})
    said = impacts(span)
    assert {name.split(".")[2] for name in said if "impact" in name} == {"fe", "gwp", "adpe", "pe", "wc"}
    for key, figure in answer.items():
        for end in ("value", "low", "high"):
            assert said[f"lca.impact.{key.lower()}.{end}"] == getattr(figure, end)
    assert said["lca.model"] == "openai/gpt-4o"
    assert tuple(said["lca.method"]) == (METHOD,)
    assert (span.attributes or {})["own"] == "kept"
    assert service.counted["lca.impact.gwp.high"] == {("openai/gpt-4o", "openai", "USA"): answer["GWP"].high}
    assert service.counted["lca.requests.with_figure"] == {("openai/gpt-4o", "openai", "USA"): 1}


def test_of_several_methods_there_is_a_range_and_no_value() -> None:
    service = Service(region="FRA")
    said = impacts(service.ask({**CHAT, **USED}))
    answer = lca.request("openai/gpt-4o", 50, input_tokens=100, latency=2.0, region="FRA")
    assert said["lca.impact.gwp.low"], said["lca.impact.gwp.high"] == answer["GWP"][1:3]
    assert len(said["lca.method"]) == len(answer.methods) > 1
    assert not [name for name in said if name.endswith(".value")]
    assert not [name for name in service.counted if name.endswith(".value")]
    assert said["lca.region"] == "FRA"


def test_all_figures_at_once_are_those_asked_for_one_by_one() -> None:
    for answer in (lca.request("openai/gpt-4o", 50), lca.request("openai/gpt-4o", 50, method=METHOD)):
        assert dict(answer.items()) == {key: answer[key] for key in answer}


@pytest.mark.parametrize(
    ("attributes", "tokens"),  # output, input, cache read, cache write, reasoning
    [
        (USED, (50, 100, 0, 0, 0)),
        ({"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 50}, (50, 100, 0, 0, 0)),
        ({**USED, "gen_ai.usage.cache_read.input_tokens": 60}, (50, 40, 60, 0, 0)),
        ({**USED, "gen_ai.usage.cache_read_input_tokens": 60}, (50, 40, 60, 0, 0)),
        ({**USED, "gen_ai.usage.cache_creation.input_tokens": 30}, (50, 70, 0, 30, 0)),
        ({**USED, "gen_ai.usage.cache_write.input_tokens": 30}, (50, 70, 0, 30, 0)),
        ({**USED, "gen_ai.usage.cache_creation_input_tokens": 30}, (50, 70, 0, 30, 0)),
        ({**USED, "gen_ai.usage.reasoning.output_tokens": 20}, (30, 100, 0, 0, 20)),
        ({**USED, "gen_ai.usage.reasoning_tokens": 20}, (30, 100, 0, 0, 20)),
        ({**USED, "gen_ai.usage.reasoning_tokens": 20, "gen_ai.usage.total_tokens": 170}, (50, 100, 0, 0, 20)),
    ],
)
def test_names_of_today_of_tomorrow_and_of_old(attributes: dict[str, Any], tokens: tuple[int, ...]) -> None:
    assert tuple(usage.span(attributes)) == tokens


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({}, "the usage has no gen_ai.usage.input_tokens"),
        ({"gen_ai.usage.prompt_tokens": 5}, "the usage has no gen_ai.usage.output_tokens"),
        (
            {**USED, "gen_ai.usage.output_tokens": -1},
            "the usage has -1 gen_ai.usage.output_tokens: no number of",
        ),
        ({**USED, "gen_ai.usage.output_tokens": "9"}, "the usage has '9' gen_ai.usage.output_tokens: no number of"),
        ({**USED, "gen_ai.usage.output_tokens": 1.5}, "the usage has 1.5 gen_ai.usage.output_tokens: no number of"),
        ({**USED, "gen_ai.usage.output_tokens": True}, "the usage has True gen_ai.usage.output_tokens: no number of"),
        (
            {**USED, "gen_ai.usage.cache_read.input_tokens": 101},
            "of 100 gen_ai.usage.input_tokens there are 101",
        ),
        ({**USED, "gen_ai.usage.total_tokens": 7}, "7 total_tokens, 100 gen_ai.usage.input_tokens and 50 gen_ai.usage"),
    ],
)
def test_a_usage_that_cannot_be_has_no_figure_and_is_counted(attributes: dict[str, Any], why: str) -> None:
    service = Service(method=METHOD)
    assert why in impacts(service.ask({**CHAT, **attributes}))["lca.problem"]
    assert [*service.counted] == ["lca.requests.without_figure"]


def test_agents_say_again_what_the_requests_below_them_used(answer: lca.Answer) -> None:
    service = Service(method=METHOD)
    with service.tracer.start_as_current_span("agent") as agent:
        agent.set_attributes({"gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-4o"})
        with service.tracer.start_as_current_span("step"):
            for _ in range(2):
                service.ask({**CHAT, **USED})
        agent.set_attributes({"gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 100})
    *asked, _, told = service.exporter.get_finished_spans()
    assert [bool(impacts(span)) for span in asked] == [True, True]
    assert impacts(told) == {}
    assert service.counted["lca.requests.with_figure"] == {("openai/gpt-4o", "openai", "USA"): 2}
    assert [*service.counted["lca.impact.gwp.low"].values()] == [2 * answer["GWP"].low]
    assert "lca.requests.without_figure" not in service.counted


def test_two_instrumentations_of_one_request_are_one_request() -> None:
    service = Service(method=METHOD)
    with service.tracer.start_as_current_span("chat", attributes={**CHAT, **USED}):
        service.ask({**CHAT, **USED})
    assert [*service.counted["lca.requests.with_figure"].values()] == [1]
    assert len(service.processor._around) == 0


def test_what_is_around_a_span_of_another_process_is_not_waited_for() -> None:
    service = Service(method=METHOD)
    remote = SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1))
    with service.tracer.start_as_current_span(
        "chat", set_span_in_context(NonRecordingSpan(remote)), attributes={**CHAT, **USED}
    ):
        pass
    assert [*service.counted["lca.requests.with_figure"].values()] == [1]
    assert len(service.processor._around) == 0


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"gen_ai.operation.name": "invoke_agent", **USED}, "invoke_agent says what it used, and no request below it"),
        ({"gen_ai.operation.name": "embeddings", "gen_ai.usage.input_tokens": 5}, "no method has a measured source"),
        ({"llm.request.type": "rerank", "gen_ai.request.model": "rerank-v3"}, "no method has a measured source"),
        (USED | {"gen_ai.operation.name": "chat"}, "neither the request nor the answer names a model"),
    ],
)
def test_what_has_no_figure_says_why_and_is_counted(attributes: dict[str, Any], why: str) -> None:
    service = Service(method=METHOD)
    said = impacts(service.ask(attributes))
    assert why in said["lca.problem"]
    assert service.counted == {"lca.requests.without_figure": {(said["lca.problem"],): 1}}


@pytest.mark.parametrize(
    "attributes",
    [{}, {"http.method": "GET"}, {"gen_ai.operation.name": "execute_tool"}, {"gen_ai.operation.name": "create_agent"}],
)
def test_other_spans_are_handed_on_as_they_are(attributes: dict[str, Any]) -> None:
    service = Service(method=METHOD)
    assert type(service.ask(attributes)) is ReadableSpan
    assert service.counted == {}


def test_an_unknown_model_is_said_once_and_counted_each_time(caplog: pytest.LogCaptureFixture) -> None:
    service = Service(method=METHOD)
    with caplog.at_level(logging.WARNING, "lca"):
        for _ in range(3):
            span = service.ask({**CHAT, **USED, "gen_ai.request.model": "gpt-\x1b[31m7"})
    assert len(caplog.messages) == 1
    assert "\x1b" not in caplog.messages[0] + str(impacts(span))
    assert "no model 'openai/gpt-" in caplog.messages[0]
    assert [*service.counted["lca.requests.without_figure"].values()] == [3]


def test_an_unknown_model_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    near = requests.near_models
    monkeypatch.setattr(requests, "near_models", lambda *given: looked.append(given[0]) or near(*given))
    refusals = set()
    for _ in range(3):
        with pytest.raises(Problems) as refused:
            lca.request("gpt-unheard-of", 50)
        refusals.add(str(refused.value))
    assert looked == ["gpt-unheard-of"]
    assert len(refusals) == 1


def test_reasons_do_not_grow_without_bound(caplog: pytest.LogCaptureFixture) -> None:
    service = Service(method=METHOD)
    for number in range(150):
        service.ask({**CHAT, **USED, "gen_ai.request.model": f"gpt-unknown-{number}"})
    told = service.counted["lca.requests.without_figure"]
    assert len(told) == 101
    assert sum(told.values()) == 150
    assert told["other reasons",] == 50
    assert len(caplog.messages) == 100


def test_a_failed_request_is_counted_without_a_figure() -> None:
    service = Service(method=METHOD)
    with service.tracer.start_as_current_span("chat", attributes=CHAT) as span:
        span.set_status(StatusCode.ERROR)
    assert service.counted == {"lca.requests.without_figure": {("the request failed",): 1}}


def test_whatever_goes_wrong_the_service_has_its_span(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(method=METHOD)
    monkeypatch.setattr(Counters, "priced", lambda *_: 1 / 0)
    assert (service.ask({**CHAT, **USED}).attributes or {})["gen_ai.request.model"] == "gpt-4o"


def test_all_else_of_a_span_is_as_it_was() -> None:
    service = Service(method=METHOD)
    plain = InMemorySpanExporter()
    service.provider.add_span_processor(SimpleSpanProcessor(plain))
    with service.tracer.start_as_current_span("chat", attributes={**CHAT, **USED}) as span:
        span.add_event("one")
        span.add_event("two", {"a": 1})
    (own,), (other,) = service.exporter.get_finished_spans(), plain.get_finished_spans()
    told, untold = json.loads(own.to_json() or ""), json.loads(other.to_json() or "")
    assert told.pop("attributes") == untold.pop("attributes") | json.loads(json.dumps(impacts(own)))
    assert told == untold
    assert (own.dropped_events, own.dropped_attributes, own.dropped_links) == (1, 0, 0)
    assert own.instrumentation_scope == other.instrumentation_scope
    assert impacts(other) == {}


def test_without_latency_and_by_another_provider(answer: lca.Answer) -> None:
    said = impacts(Service(method=METHOD, latency=False).ask({**CHAT, **USED}, seconds=0.001))
    assert said["lca.impact.gwp.high"] == lca.request("openai/gpt-4o", 50, input_tokens=100, method=METHOD)["GWP"].high
    own = Service(method=METHOD, provider="openai").ask({**CHAT, **USED, "gen_ai.provider.name": "groq"})
    assert impacts(own)["lca.impact.gwp.high"] == answer["GWP"].high
    old = Service(method=METHOD).ask({"gen_ai.system": "az.ai.openai", "gen_ai.request.model": "gpt-4o", **USED})
    assert impacts(old)["lca.impact.gwp.high"] == answer["GWP"].high


def test_the_model_that_answered_comes_before_the_one_asked_for() -> None:
    service = Service(method=METHOD)
    said = impacts(service.ask({**CHAT, **USED, "gen_ai.response.model": "gpt-4o-mini"}))
    assert said["lca.model"] == "openai/gpt-4o-mini"


def test_counters_of_threads_lose_nothing(answer: lca.Answer) -> None:
    service = Service(method=METHOD)

    def ask() -> None:
        for _ in range(50):
            service.tracer.start_span("chat", attributes={**CHAT, **USED}, start_time=SECOND).end(3 * SECOND)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [*service.counted["lca.requests.with_figure"].values()] == [200]
    assert [*service.counted["lca.impact.pe.value"].values()] == [pytest.approx(200 * answer["PE"].value, rel=1e-12)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "ecologit-0-11"}, "no method 'ecologit-0-11'"),
        ({"region": "Atlantis"}, "no pack has electricity of 'Atlantis'"),
        ({"bach": 8}, "no method takes 'bach'"),
    ],
)
def test_settings_that_answer_nothing_are_refused_at_once(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(Problems, match=message):
        lca.span_processor(**settings)


def without(library: str, code: str) -> str:
    """What a process prints that has no such library."""
    blocked = f"import sys; sys.modules[{library!r}] = None\n{code}"
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, cwd=root, check=False)
    return done.stdout + done.stderr


def test_without_the_sdk_it_says_what_to_install() -> None:
    bare = without("opentelemetry.sdk", "import lca\nlca.span_processor()")
    assert "spans need the library opentelemetry-sdk" in bare
    assert "pip install 'lca[otel]'" in bare
