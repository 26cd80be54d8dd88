"""LiteLLM as it is, with answers of its own making: nothing is asked of a network.

It is large, and its pins are not ours, so that it is in an environment of its own: `make test-all` runs this there.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

import lca
from lca.disk import requests
from lca.questions.answer import About, Answer
from lca.tracking import logged

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # its prices would else be fetched
litellm = pytest.importorskip(
    "litellm", reason="litellm is in an environment of its own: `make test-all` runs these there"
)

pytestmark = pytest.mark.filterwarnings("ignore")
HI = [{"role": "user", "content": "Hi"}]


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def request(model: str, **takes: Any) -> dict[str, Any]:
        asked.append({"model": model, **takes})
        return {}

    monkeypatch.setattr(requests, "request", request)
    return asked


def test_a_completion_says_its_impacts(asked: list[dict[str, Any]]) -> None:
    client = lca.track(litellm)
    answer = client.completion("anthropic/claude-opus-4-5", HI, mock_response="Hello")
    assert answer.impacts == {}
    assert asked[0]["model"] == "anthropic/claude-opus-4-5"
    assert asked[0]["output_tokens"] == answer.usage.completion_tokens > 0
    assert asked[0]["input_tokens"] == answer.usage.prompt_tokens > 0
    assert "impacts" not in answer.model_dump_json()
    assert not hasattr(litellm.completion("gpt-4o", HI, mock_response="Hello"), "impacts")
    assert client.model_list is litellm.model_list
    assert client.impacts.with_figure == 1


@pytest.mark.parametrize("options", [{}, {"stream_options": {"include_usage": True}}])
def test_a_stream_ends_with_its_impacts(asked: list[dict[str, Any]], options: dict[str, Any]) -> None:
    plain = list(litellm.completion("gpt-4o", HI, mock_response="Hello there", stream=True, **options))
    stream = lca.track(litellm).completion("gpt-4o", HI, mock_response="Hello there", stream=True, **options)
    parts = list(stream)
    assert [each.choices for each in parts] == [each.choices for each in plain]
    assert parts[-1].impacts is stream.impacts
    assert stream.impacts == {}
    (call,) = asked
    assert (call["model"], call["input_tokens"] > 0, call["output_tokens"] > 0) == ("openai/gpt-4o", True, True)


def test_asynchronous_completions(asked: list[dict[str, Any]]) -> None:
    async def main() -> None:
        client = lca.track(litellm)
        answer = await client.acompletion("gemini/gemini-2.5-pro", HI, mock_response="Hello")
        assert answer.impacts == {}
        stream = await client.acompletion("gemini/gemini-2.5-pro", HI, mock_response="Hello", stream=True)
        parts = [each async for each in stream]
        assert parts[-1].impacts is stream.impacts
        assert stream.impacts == {}

    asyncio.run(main())
    assert [call["model"] for call in asked] == ["google_genai/gemini-2.5-pro"] * 2


def test_a_router_says_which_model_answered(asked: list[dict[str, Any]]) -> None:
    behind = {"model": "openai/gpt-4o-mini", "mock_response": "Hello", "api_key": "none"}
    client = lca.track(litellm.Router(model_list=[{"model_name": "small", "litellm_params": behind}]))
    assert client.completion("small", messages=HI).impacts == {}
    assert list(client.completion("small", messages=HI, stream=True))[-1].impacts == {}
    assert asyncio.run(client.acompletion("small", messages=HI)).impacts == {}
    assert [call["model"] for call in asked] == ["openai/gpt-4o-mini"] * 3


def test_anthropic_is_told_of_as_openai_is(asked: list[dict[str, Any]]) -> None:
    from litellm.llms.anthropic.chat.transformation import AnthropicConfig

    from lca.tracking import usage

    told = {"input_tokens": 40, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 30, "output_tokens": 50}
    made = AnthropicConfig().calculate_usage(usage_object=told, reasoning_content=None)
    assert usage.chat(made) == usage.messages(told) == (50, 40, 60, 30, 0)
    assert asked == []


Record = dict[str, Any]
LOGGED = [{"role": "user", "content": "Log me"}]


@pytest.fixture
def logs() -> Iterator[list[Record]]:
    """What callbacks after ours are given to log."""
    logs: list[Record] = []

    class Written(litellm.integrations.custom_logger.CustomLogger):
        def log_success_event(self, kwargs: Record, **_: Any) -> None:
            if LOGGED in (kwargs.get("messages"), kwargs.get("input")):  # others are written late
                logs.append(kwargs)

        async def async_log_success_event(self, kwargs: Record, **_: Any) -> None:
            self.log_success_event(kwargs)

    litellm.callbacks = [Written(), lca.litellm_callback(region="FRA")]
    yield logs
    litellm.logging_callback_manager._reset_all_callbacks()


def waited(logs: list[Record], count: int) -> list[Record]:
    """The logs, which LiteLLM writes in threads of its own."""
    for _ in range(100):
        if len(logs) >= count:
            break
        time.sleep(0.05)
    assert len(logs) == count
    return logs


def figures(log: Record) -> Record:
    return dict(log["standard_logging_object"]["metadata"]["lca"])


@pytest.fixture
def answering(asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """As `asked`, and every answer has a figure."""

    def request(model: str, **takes: Any) -> Answer:
        asked.append({"model": model, **takes})
        grams = float(takes["output_tokens"])
        about = About("m", "", model, "FRA", {"GWP": "kgCO2eq"}, (), (), (), (), (), ())
        return Answer(about, (grams, grams / 2, grams * 2))

    monkeypatch.setattr(requests, "request", request)
    return asked


def test_a_log_has_the_impacts(answering: list[dict[str, Any]], logs: list[Record]) -> None:
    answer = litellm.completion("anthropic/claude-opus-4-5", LOGGED, mock_response="Hello")
    (log,) = waited(logs, 1)
    made = answer.usage.completion_tokens
    assert figures(log) == {
        "lca.model": "anthropic/claude-opus-4-5",
        "lca.method": ["m"],
        "lca.region": "FRA",
        "lca.impact.gwp.value": made,
        "lca.impact.gwp.low": made / 2,
        "lca.impact.gwp.high": made * 2,
    }
    assert json.dumps(figures(log))
    assert answering[0]["input_tokens"] == answer.usage.prompt_tokens
    assert answering[0]["latency"] == log["standard_logging_object"]["response_time"]


@pytest.mark.parametrize("stream", [False, True])
def test_each_request_is_counted_once(stream: bool, answering: list[dict[str, Any]], logs: list[Record]) -> None:
    async def main() -> None:
        answer = await litellm.acompletion(
            "mistral/mistral-large-latest", LOGGED, mock_response="Hello there", stream=stream
        )
        if stream:
            _ = [each async for each in answer]
        await asyncio.sleep(0.5)

    asyncio.run(main())
    answer = litellm.completion("mistral/mistral-large-latest", LOGGED, mock_response="Hello there", stream=stream)
    _ = list(answer) if stream else None
    assert [figures(log)["lca.model"] for log in waited(logs, 2)] == ["mistralai/mistral-large-latest"] * 2
    assert [call["model"] for call in answering].count("mistralai/mistral-large-latest") == 2  # others are logged late


@pytest.mark.usefixtures("answering")
def test_what_the_proxy_keeps_says_it_too(logs: list[Record]) -> None:
    """Of a request's metadata the proxy writes `spend_logs_metadata` into its table; a client's own is nobody's."""
    own, of_proxy = {"mine": 1}, {"user_api_key": "hashed", "spend_logs_metadata": {"team": "a"}}
    for count, metadata in enumerate((own, of_proxy), 1):
        litellm.completion("gpt-4o", LOGGED, mock_response="Hello", metadata=metadata)
        waited(logs, count)
    assert "spend_logs_metadata" not in own
    assert logs[1]["litellm_params"]["metadata"]["spend_logs_metadata"] == {"team": "a", "lca": figures(logs[1])}


def test_what_runs_no_model_that_is_counted_says_why(answering: list[dict[str, Any]], logs: list[Record]) -> None:
    litellm.embedding("text-embedding-3-small", LOGGED, mock_response=[0.1])
    (log,) = waited(logs, 1)
    assert figures(log) == {"lca.problem": "no method has a measured source for embedding: text is counted"}
    assert answering == []


def test_a_callback_that_fails_leaves_the_log(
    asked: list[dict[str, Any]], logs: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logged.Log, "_impacts", lambda *_: 1 / 0)
    litellm.completion("gpt-4o", LOGGED, mock_response="Hello")
    (log,) = waited(logs, 1)
    assert "lca" not in log["standard_logging_object"]["metadata"]
    assert asked == []
