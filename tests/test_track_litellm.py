"""LiteLLM as it is, with answers of its own making: nothing is asked of a network.

It is large, and its pins are not ours, so that it is in an environment of its own: `make test-all` runs this there.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest

import lca
from lca.disk import requests

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
