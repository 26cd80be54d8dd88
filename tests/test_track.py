"""Clients whose answers say their impacts: what is counted, of which model, and what happens at a limit.

The clients are the real ones of OpenAI and Anthropic; what they ask is answered here, by their own mock transports.
"""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import anthropic
import openai
import pytest

import lca
from lca.disk import requests
from lca.problems import Problems, problem
from lca.tracking import usage

try:
    import httpx2 as httpx
except ImportError:  # before version 3 of OpenAI's client and 2 of Anthropic's
    import httpx

pytestmark = pytest.mark.filterwarnings("ignore:The model .* is deprecated:DeprecationWarning")

ROOT = Path(__file__).resolve().parent.parent
HI = [{"role": "user", "content": "Hi"}]
REQUEST = requests.request
GRAM = 0.001  # kgCO2eq of a token that is put out, as `asked` answers


class Figure(NamedTuple):
    value: float | None
    low: float
    high: float
    unit: str


class Figures(dict[str, Figure]):
    """What is answered."""

    def rows(self) -> dict[str, Figure]:
        return self


class Asked(list[dict[str, Any]]):
    """What `lca.request` was asked, one after the other; it knows the models in `known`, or any."""

    known: tuple[str, ...] = ()

    def request(self, model: str, **takes: Any) -> Figures:
        self.append({"model": model, **takes})
        if self.known and model not in self.known:
            raise problem(f"no model '{model}'")
        mass = GRAM * takes["output_tokens"]
        return Figures(GWP=Figure(mass, mass / 2, mass * 2, "kgCO2eq"), FE=Figure(None, mass, mass, "kWh"))

    @property
    def tokens(self) -> tuple[int, ...]:
        """Of the last one: input, cache read, cache write, reasoning, output."""
        names = ("input", "cache_read", "cache_write", "reasoning", "output")
        return tuple(self[-1].get(f"{name}_tokens", 0) for name in names)


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()
    monkeypatch.setattr(requests, "request", asked.request)
    return asked


class Server:
    """What answers: a JSON body, or a list of events, for whatever is asked. It keeps what was asked."""

    def __init__(self, *answers: Any, status: int = 200) -> None:
        self.answers, self.status = list(answers), status
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(json.loads(request.content or b"{}"))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not isinstance(answer, list):
            return httpx.Response(self.status, json=answer)
        named = "type" in answer[0]
        events = (
            f"event: {each['type']}\ndata: {json.dumps(each)}" if named else f"data: {json.dumps(each)}"
            for each in answer
        )
        text = "\n\n".join([*events, *([] if named else ["data: [DONE]"]), ""])
        return httpx.Response(200, content=text, headers={"content-type": "text/event-stream"})

    async def answer(self, request: httpx.Request) -> httpx.Response:
        return self(request)

    @property
    def sync(self) -> Any:
        return httpx.Client(transport=httpx.MockTransport(self))

    @property
    def asynchronous(self) -> Any:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))


def open_ai(server: Server, **options: Any) -> Any:
    return openai.OpenAI(api_key="none", http_client=server.sync, max_retries=0, **options)


def claude(server: Server, **options: Any) -> Any:
    return anthropic.Anthropic(api_key="none", http_client=server.sync, max_retries=0, **options)


def completion(model: str = "gpt-4o-2024-08-06", prompt: int = 100, made: int = 50, **details: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}
    counts = {"prompt_tokens": prompt, "completion_tokens": made, "total_tokens": prompt + made, **details}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [choice],
        "usage": counts,
    }


def chunks(*, says: bool = True) -> list[dict[str, Any]]:
    """A stream of chat: two words, the end, and what was used if it says so."""
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "gpt-4o-2024-08-06"}
    deltas = [({"role": "assistant", "content": "Hel"}, None), ({"content": "lo"}, None), ({}, "stop")]
    told = [{**head, "choices": [{"index": 0, "delta": d, "finish_reason": end}], "usage": None} for d, end in deltas]
    used = {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    return [*told, *([{**head, "choices": [], "usage": used}] if says else [])]


def message(**counts: int) -> dict[str, Any]:
    used = {"input_tokens": 40, "output_tokens": 50, **counts}
    text = [{"type": "text", "text": "Hello"}]
    return {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-4-5-20251101",
        "content": text,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": used,
    }


def message_events() -> list[dict[str, Any]]:
    begun = {**message(output_tokens=1, cache_read_input_tokens=60), "content": [], "stop_reason": None}
    return [
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 50},
        },
        {"type": "message_stop"},
    ]


def response(**used: Any) -> dict[str, Any]:
    counts = {
        "input_tokens": 100,
        "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 0},
        "output_tokens": 50,
        "output_tokens_details": {"reasoning_tokens": 30},
        "total_tokens": 150,
        **used,
    }
    return {
        "id": "1",
        "object": "response",
        "created_at": 0,
        "model": "gpt-5-2025-08-07",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "status": "completed",
        "usage": counts,
    }


def test_the_figures_are_those_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "request", REQUEST)
    details = {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 30}}
    server = Server(completion(model="gpt-4o", **details))
    client = lca.track(open_ai(server), latency=False, region="FRA", limit={"GWP": "1 g"})
    answer = client.chat.completions.create(model="gpt-4o", messages=HI)
    tokens = {"output_tokens": 20, "input_tokens": 40, "cache_read_tokens": 60, "reasoning_tokens": 30}
    own = lca.request("openai/gpt-4o", **tokens, region="FRA")
    assert dict(answer.impacts) == dict(own) != {}
    high = own["GWP"].high
    assert client.impacts["GWP"].high == high < 1e-3
    held = lca.track(open_ai(server), latency=False, region="FRA", limit={"GWP": f"{1.5 * high!r} kgCO2eq"})
    for _ in range(2):
        held.chat.completions.create(model="gpt-4o", messages=HI)
    with pytest.raises(lca.LimitReached):
        held.chat.completions.create(model="gpt-4o", messages=HI)


# What is counted, each token once


@pytest.mark.parametrize(
    ("read", "used", "tokens"),
    [
        # one class after the other taken out of what holds it
        (usage.chat, {"prompt_tokens": 100, "completion_tokens": 50}, (50, 100, 0, 0, 0)),
        (
            usage.chat,
            {"prompt_tokens": 100, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 60}},
            (50, 40, 60, 0, 0),
        ),
        (
            usage.chat,
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "prompt_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
            },
            (50, 10, 60, 30, 0),
        ),
        (
            usage.chat,
            {"prompt_tokens": 100, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 30}},
            (20, 100, 0, 0, 30),
        ),
        # reasoning that stands beside what is put out, as the total says
        (
            usage.chat,
            {
                "prompt_tokens": 100,
                "completion_tokens": 50,
                "completion_tokens_details": {"reasoning_tokens": 230},
                "total_tokens": 380,
            },
            (50, 100, 0, 0, 230),
        ),
        (usage.responses, response()["usage"], (20, 40, 60, 0, 30)),
        # Anthropic's cache stands beside the input
        (
            usage.messages,
            {
                "input_tokens": 40,
                "cache_read_input_tokens": 60,
                "cache_creation_input_tokens": 30,
                "output_tokens": 50,
                "output_tokens_details": {"thinking_tokens": 35},
            },
            (15, 40, 60, 30, 35),
        ),
        # what made room in the context is in no sum; what the turns of a tool took is
        (
            usage.messages,
            {
                "input_tokens": 40,
                "output_tokens": 50,
                "iterations": [
                    {"type": "compaction", "input_tokens": 1000, "output_tokens": 200},
                    {"type": "message", "input_tokens": 40, "output_tokens": 50},
                ],
            },
            (250, 1040, 0, 0, 0),
        ),
    ],
)
def test_each_token_is_counted_once(
    read: Callable[[Any], usage.Tokens], used: dict[str, Any], tokens: tuple[int, ...]
) -> None:
    assert read(used) == tokens


@pytest.mark.parametrize(
    ("read", "used", "message"),
    [
        (
            usage.responses,
            {"input_tokens": 5136, "output_tokens": 201, "input_tokens_details": {"cached_tokens": 10192}},
            "the usage contradicts itself: of 5136 input_tokens there are 10192 cached_tokens",
        ),
        (
            usage.chat,
            {"prompt_tokens": 1, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 51}},
            "the usage contradicts itself: of 50 completion_tokens there are 51 reasoning_tokens",
        ),
        (
            usage.chat,
            {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 400},
            "the usage contradicts itself: 400 total_tokens, 100 prompt_tokens and 50 completion_tokens",
        ),
        (usage.chat, {"prompt_tokens": 100}, "the usage has no completion_tokens"),
        (
            usage.messages,
            {"input_tokens": -1, "output_tokens": 5},
            "the usage has -1 input_tokens: no number of tokens",
        ),
        (
            usage.messages,
            {"input_tokens": 1.5, "output_tokens": 5},
            "the usage has 1.5 input_tokens: no number of tokens",
        ),
        (
            usage.messages,
            {"input_tokens": 1, "output_tokens": 5, "iterations": [{"type": "advisor_message", "model": "other"}]},
            "a part of the answer may be another model's: the usage has advisor_message",
        ),
    ],
)
def test_a_usage_that_contradicts_itself_is_told(
    read: Callable[[Any], usage.Tokens], used: dict[str, Any], message: str
) -> None:
    with pytest.raises(Problems) as raised:
        read(used)
    assert str(raised.value) == message


# OpenAI


def test_an_answer_says_its_impacts_and_the_client_itself_is_as_it_was(asked: Asked) -> None:
    plain = open_ai(Server(completion()))
    client = lca.track(plain, region="FRA", method="fitted-2026", batch="64 request")
    answer = client.chat.completions.create(model="gpt-4o", messages=HI)
    assert type(client) is openai.OpenAI
    assert answer.impacts["GWP"].value == pytest.approx(0.05)
    assert answer.choices[0].message.content == "Hello"
    assert "impacts" not in answer.model_dump_json()
    (call,) = asked
    assert 0 < call.pop("latency") < 5
    assert call == {
        "model": "openai/gpt-4o-2024-08-06",
        "output_tokens": 50,
        "input_tokens": 100,
        "region": "FRA",
        "method": "fitted-2026",
        "batch": "64 request",
    }
    assert not hasattr(plain.chat.completions.create(model="gpt-4o", messages=HI), "impacts")
    assert not hasattr(plain, "impacts")
    assert len(asked) == 1


def test_latency_is_ours_to_keep(asked: Asked) -> None:
    client = lca.track(open_ai(Server(completion())), latency=False)
    client.chat.completions.create(model="gpt-4o", messages=HI)
    assert asked[0]["latency"] is None


def test_the_total_is_of_all_requests() -> None:
    client = lca.track(open_ai(Server(completion(made=50), completion(made=150))))
    client.chat.completions.create(model="gpt-4o", messages=HI)
    client.with_options(timeout=3).chat.completions.create(model="gpt-4o", messages=HI)
    total = client.impacts
    assert total["GWP"] == (pytest.approx(0.2), pytest.approx(0.1), pytest.approx(0.4), "kgCO2eq", 2)
    assert total["FE"].value is None
    assert (total.requests, total.with_figure, total.without_figure) == (2, 2, 0)
    assert str(total) == "2 requests, 2 with a figure\nGWP: 0.2 (0.1 to 0.4) kgCO2eq\nFE: 0.2 to 0.2 kWh"
    assert list(total) == ["GWP", "FE"]


def test_a_model_that_the_answer_names_and_nobody_knows_is_the_one_asked_for(asked: Asked) -> None:
    asked.known = ("openai/gpt-4o",)
    client = lca.track(open_ai(Server(completion())))
    assert client.chat.completions.create(model="gpt-4o", messages=HI).impacts
    assert [call["model"] for call in asked] == ["openai/gpt-4o-2024-08-06", "openai/gpt-4o"]


def test_an_unknown_model_has_no_figure_and_says_so(asked: Asked) -> None:
    asked.known = ("openai/gpt-4o",)
    client = lca.track(open_ai(Server(completion(model="gpt-0"))))
    impacts = client.chat.completions.create(model="gpt-0", messages=HI).impacts
    assert not impacts
    assert isinstance(impacts, lca.NoFigure)
    assert impacts.problem == "no model 'openai/gpt-0'"
    with pytest.raises(Problems, match="no model 'openai/gpt-0'"):
        impacts["GWP"]
    assert client.impacts.reasons == {"no model 'openai/gpt-0'": 1}
    assert (client.impacts.requests, client.impacts.without_figure) == (1, 1)


@pytest.mark.parametrize(
    ("host", "provider", "model", "key"),
    [
        ("https://api.openai.com/v1", None, "gpt-4o", "openai/gpt-4o"),
        ("https://eu.api.openai.com/v1", None, "gpt-4o", "openai/gpt-4o"),
        ("https://api.mistral.ai/v1", None, "mistral-small", "mistralai/mistral-small"),
        ("https://openrouter.ai/api/v1", None, "anthropic/claude-opus-4-5", "anthropic/claude-opus-4-5"),
        ("http://localhost:8000/v1", None, "meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("http://localhost:8000/v1", "openai", "gpt-4o", "openai/gpt-4o"),
        ("https://notopenai.com/v1", None, "gpt-4o", "gpt-4o"),
    ],
)
def test_a_model_is_of_the_provider_that_the_host_is_of(
    asked: Asked, host: str, provider: str | None, model: str, key: str
) -> None:
    client = lca.track(open_ai(Server(completion(model=model)), base_url=host), provider=provider)
    client.chat.completions.create(model=model, messages=HI)
    assert asked[0]["model"] == key


def test_azure_names_a_deployment_and_its_answer_the_model(asked: Asked) -> None:
    plain = openai.AzureOpenAI(
        api_key="none",
        api_version="2024-10-21",
        azure_endpoint="https://ours.openai.azure.com",
        http_client=Server(completion()).sync,
    )
    lca.track(plain).chat.completions.create(model="our-deployment", messages=HI)
    assert asked[0]["model"] == "openai/gpt-4o-2024-08-06"


def test_a_stream_ends_with_its_impacts_and_has_no_more_parts_than_asked_for(asked: Asked) -> None:
    server = Server(chunks())
    stream = lca.track(open_ai(server)).chat.completions.create(model="gpt-4o", messages=HI, stream=True)
    assert stream.impacts.problem == "the stream is not at its end"
    parts = list(stream)
    assert server.bodies[0]["stream_options"] == {"include_usage": True}
    assert [each.choices[0].delta.content for each in parts] == ["Hel", "lo", None]
    assert parts[-1].impacts is stream.impacts
    assert stream.impacts["GWP"].value == pytest.approx(0.05)
    assert isinstance(stream, openai.Stream)
    assert len(asked) == 1


def test_a_stream_that_was_asked_what_it_used_says_so(asked: Asked) -> None:
    client = lca.track(open_ai(Server(chunks())))
    options = {"include_usage": True}
    stream = client.chat.completions.create(model="gpt-4o", messages=HI, stream=True, stream_options=options)
    parts = list(stream)
    assert parts[-1].usage.prompt_tokens == 100
    assert parts[-1].impacts is stream.impacts
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("tracking", "more"),
    [({"stream_usage": False}, {}), ({}, {"stream_options": {"include_usage": False}}), ({}, {})],
)
def test_a_stream_that_does_not_say_what_it_used_has_no_figure(
    asked: Asked, tracking: dict[str, Any], more: dict[str, Any]
) -> None:
    server = Server(chunks(says=False))
    client = lca.track(open_ai(server), **tracking)
    stream = client.chat.completions.create(model="gpt-4o", messages=HI, stream=True, **more)
    assert len(list(stream)) == 3
    assert "the answer does not say what it used" in stream.impacts.problem
    assert server.bodies[0].get("stream_options") == (
        more.get("stream_options") or (None if tracking else {"include_usage": True})
    )
    assert asked == []


def test_a_stream_that_is_left_has_no_figure() -> None:
    client = lca.track(open_ai(Server(chunks())))
    with client.chat.completions.create(model="gpt-4o", messages=HI, stream=True) as stream:
        next(iter(stream))
    assert stream.impacts.problem == "the stream was left before it said what it used"
    assert (client.impacts.requests, client.impacts.without_figure) == (1, 1)


def test_a_stream_that_breaks_off_raises_what_it_raised() -> None:
    events = [*chunks()[:2], {"error": {"message": "overloaded"}}]
    stream = lca.track(open_ai(Server(events))).chat.completions.create(model="gpt-4o", messages=HI, stream=True)
    got = []
    with pytest.raises(openai.APIError, match="overloaded"):
        got.extend(each.choices[0].delta.content for each in stream)
    assert stream.impacts.problem == "the stream broke off: APIError"


def test_helpers_for_streams_say_their_impacts(asked: Asked) -> None:
    client = lca.track(open_ai(Server(chunks())))
    with client.chat.completions.stream(model="gpt-4o", messages=HI) as stream:
        assert "".join(e.delta for e in stream if e.type == "content.delta") == "Hello"
        whole = stream.get_final_completion()
    assert whole.impacts is stream.impacts
    assert whole.impacts["GWP"].value == pytest.approx(0.05)
    assert len(asked) == 1


def test_responses_and_their_events(asked: Asked) -> None:
    begun = {**response(), "status": "in_progress", "usage": None}
    events = [
        {"type": "response.created", "sequence_number": 0, "response": begun},
        {"type": "response.completed", "sequence_number": 1, "response": response()},
    ]
    client = lca.track(open_ai(Server(response(), events)))
    whole = client.responses.create(model="gpt-5", input="Hi")
    assert whole.impacts["GWP"].value == pytest.approx(0.02)
    assert asked.tokens == (40, 60, 0, 30, 20)
    stream = client.responses.create(model="gpt-5", input="Hi", stream=True)
    last = list(stream)[-1]
    assert last.impacts is last.response.impacts is stream.impacts
    assert asked.tokens == (40, 60, 0, 30, 20)
    assert len(asked) == 2


def test_a_response_in_the_background_has_no_figure() -> None:
    queued = {**response(), "status": "queued", "usage": None}
    answer = lca.track(open_ai(Server(queued))).responses.create(model="gpt-5", input="Hi", background=True)
    assert "goes on in the background" in answer.impacts.problem


def test_a_raw_answer_says_its_impacts() -> None:
    client = lca.track(open_ai(Server(completion())))
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=HI)
    assert raw.http_response.status_code == 200
    assert raw.parse().impacts is raw.impacts
    assert raw.impacts["GWP"].value == pytest.approx(0.05)
    with client.chat.completions.with_streaming_response.create(model="gpt-4o", messages=HI) as unread:
        assert json.loads(unread.read())["model"] == "gpt-4o-2024-08-06"
    assert "was not looked into" in unread.impacts.problem
    assert (client.impacts.requests, client.impacts.with_figure) == (2, 1)


def test_a_raw_stream_says_its_impacts() -> None:
    client = lca.track(open_ai(Server(chunks())))
    raw = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=HI, stream=True)
    stream = raw.parse()
    assert len(list(stream)) == 3
    assert stream.impacts["GWP"].value == pytest.approx(0.05)


def test_an_answer_may_be_copied_compared_and_written_out() -> None:
    server = Server(completion())
    plain = open_ai(server)
    own, answer = (each.chat.completions.create(model="gpt-4o", messages=HI) for each in (plain, lca.track(plain)))
    assert (answer, answer.to_json(), repr(answer)) == (own, own.to_json(), repr(own))
    assert pickle.loads(pickle.dumps(answer)).impacts == copy.deepcopy(answer).impacts == answer.impacts  # noqa: S301


def test_parsed_answers_say_their_impacts() -> None:
    client = lca.track(open_ai(Server(completion())))
    answer = client.chat.completions.parse(model="gpt-4o", messages=HI)
    assert answer.impacts["GWP"].value == pytest.approx(0.05)


def test_embeddings_have_no_figure_and_are_counted_as_such(asked: Asked) -> None:
    vector = {"object": "embedding", "index": 0, "embedding": [0.0]}
    body = {"object": "list", "model": "small", "data": [vector], "usage": {"prompt_tokens": 5, "total_tokens": 5}}
    client = lca.track(open_ai(Server(body)))
    answer = client.embeddings.create(model="small", input="Hi", encoding_format="float")
    assert answer.impacts.problem == "no method has a measured source for /embeddings: what generates text is counted"
    assert (client.impacts.requests, client.impacts.without_figure) == (1, 1)
    assert asked == []


def test_what_runs_no_model_passes_through() -> None:
    client = lca.track(open_ai(Server({"object": "list", "data": []})))
    assert list(client.models.list()) == []
    assert client.impacts.requests == 0


def test_a_request_that_fails_raises_what_it_raises() -> None:
    client = lca.track(open_ai(Server({"error": {"message": "slower"}}, status=429)))
    with pytest.raises(openai.RateLimitError, match="slower"):
        client.chat.completions.create(model="gpt-4o", messages=HI)
    assert client.impacts.reasons == {"the request failed: RateLimitError": 1}


@pytest.mark.parametrize(
    "used", [None, {}, {"prompt_tokens": "many"}, {"prompt_tokens": 1, "completion_tokens": {"a": 1}}, "none", 3]
)
def test_whatever_the_usage_is_the_user_has_the_answer(asked: Asked, used: Any) -> None:
    client = lca.track(open_ai(Server({**completion(), "usage": used})))
    answer = client.chat.completions.create(model="gpt-4o", messages=HI)
    assert answer.choices[0].message.content == "Hello"
    assert answer.impacts.problem
    assert asked == []


def test_a_bug_of_ours_is_told_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "request", lambda *_, **__: 1 / 0)
    client = lca.track(open_ai(Server(completion())))
    answer = client.chat.completions.create(model="gpt-4o", messages=HI)
    assert "ZeroDivisionError" in answer.impacts.problem


def test_a_client_may_be_tracked_twice() -> None:
    service = lca.track(open_ai(Server(completion(), chunks())))
    visitor = lca.track(service)
    visitor.chat.completions.create(model="gpt-4o", messages=HI)
    parts = list(visitor.chat.completions.create(model="gpt-4o", messages=HI, stream=True))
    assert [each.choices[0].delta.content for each in parts] == ["Hel", "lo", None]
    assert service.impacts.with_figure == visitor.impacts.with_figure == 2


# Anthropic


def test_a_message_says_its_impacts(asked: Asked) -> None:
    client = lca.track(claude(Server(message(cache_read_input_tokens=60, cache_creation_input_tokens=30))))
    answer = client.messages.create(model="claude-opus-4-5", max_tokens=9, messages=HI)
    assert answer.impacts["GWP"].value == pytest.approx(0.05)
    assert asked[0]["model"] == "anthropic/claude-opus-4-5-20251101"
    assert asked.tokens == (40, 60, 30, 0, 50)
    assert type(client) is anthropic.Anthropic
    beta = client.beta.messages.create(model="claude-opus-4-5", max_tokens=9, messages=HI)
    assert beta.impacts["GWP"].value == pytest.approx(0.05)


def test_counting_tokens_runs_no_model() -> None:
    client = lca.track(claude(Server({"input_tokens": 5})))
    assert client.messages.count_tokens(model="claude-opus-4-5", messages=HI).input_tokens == 5
    assert client.impacts.requests == 0


def test_events_of_a_message_add_up_to_its_usage(asked: Asked) -> None:
    client = lca.track(claude(Server(message_events())))
    stream = client.messages.create(model="claude-opus-4-5", max_tokens=9, messages=HI, stream=True)
    events = list(stream)
    assert [each.type for each in events] == [each["type"] for each in message_events()]
    assert events[-1].impacts is stream.impacts
    assert asked.tokens == (40, 60, 0, 0, 50)
    assert len(asked) == 1


def test_a_message_that_breaks_off_has_no_figure() -> None:
    stream = lca.track(claude(Server(message_events()[:3]))).messages.create(
        model="claude-opus-4-5", max_tokens=9, messages=HI, stream=True
    )
    assert len(list(stream)) == 3
    assert stream.impacts.problem == "the answer does not say what it used"


def test_the_helper_for_streams_of_messages() -> None:
    client = lca.track(claude(Server(message_events())))
    with client.messages.stream(model="claude-opus-4-5", max_tokens=9, messages=HI) as stream:
        assert "".join(stream.text_stream) == "Hello"
        whole = stream.get_final_message()
    assert whole.impacts is stream.impacts
    assert stream.impacts["GWP"].value == pytest.approx(0.05)
    assert (client.impacts.requests, client.impacts.with_figure) == (1, 1)


# Asynchronous clients


def test_asynchronous_clients_do_the_same() -> None:
    async def all_of(stream: AsyncIterator[Any]) -> list[Any]:
        return [each async for each in stream]

    async def main() -> None:
        server = Server(completion(), chunks(), chunks())
        client = lca.track(openai.AsyncOpenAI(api_key="none", http_client=server.asynchronous))
        create = client.chat.completions.create
        answer = await create(model="gpt-4o", messages=HI)
        assert answer.impacts["GWP"].value == pytest.approx(0.05)
        stream = await create(model="gpt-4o", messages=HI, stream=True)
        parts = await all_of(stream)
        assert len(parts) == 3
        assert parts[-1].impacts is stream.impacts
        async with client.chat.completions.stream(model="gpt-4o", messages=HI) as helper:
            whole = await helper.get_final_completion()
        assert whole.impacts is helper.impacts
        assert client.impacts.with_figure == 3

        server = Server(message(), message_events(), message_events())
        claude = lca.track(anthropic.AsyncAnthropic(api_key="none", http_client=server.asynchronous))
        asking: dict[str, Any] = {"model": "claude-opus-4-5", "max_tokens": 9, "messages": HI}
        assert (await claude.messages.create(**asking)).impacts["GWP"].value == pytest.approx(0.05)
        events = await all_of(await claude.messages.create(**asking, stream=True))
        assert events[-1].impacts["GWP"].value == pytest.approx(0.05)
        async with claude.messages.stream(**asking) as helper:
            whole = await helper.get_final_message()
        assert whole.impacts is helper.impacts

    asyncio.run(main())


def test_many_at_once_are_all_counted() -> None:
    async def main() -> Any:
        client = lca.track(openai.AsyncOpenAI(api_key="none", http_client=Server(completion()).asynchronous))
        await asyncio.gather(*(client.chat.completions.create(model="gpt-4o", messages=HI) for _ in range(20)))
        return client.impacts

    assert asyncio.run(main())["GWP"].value == pytest.approx(1.0)

    client = lca.track(open_ai(Server(completion())))
    ask = lambda: [client.chat.completions.create(model="gpt-4o", messages=HI) for _ in range(5)]  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert client.impacts["GWP"].requests == client.impacts.requests == 20


# LiteLLM, as it answers; the real one is asked in test_track_litellm.py


def lite_llm(*answers: Any) -> Any:
    """A module that answers as LiteLLM does, and keeps what it was asked."""
    module = ModuleType("litellm")
    module.asked = []  # type: ignore[attr-defined]

    def completion(model: str, messages: Any = None, **named: Any) -> Any:
        module.asked.append({"model": model, "messages": messages, **named})
        return answers[len(module.asked) - 1]

    async def acompletion(model: str, messages: Any = None, **named: Any) -> Any:
        return completion(model, messages, **named)

    module.completion, module.acompletion, module.drop_params = completion, acompletion, True  # type: ignore[attr-defined]
    return module


def answered(model: str, provider: str, **counts: Any) -> SimpleNamespace:
    return SimpleNamespace(model=model, usage=counts, choices=[1], _hidden_params={"custom_llm_provider": provider})


def test_litellm_counts_as_openai_does_whoever_answers(asked: Asked) -> None:
    details = {"cached_tokens": 60, "cache_write_tokens": 30, "cache_creation_tokens": 30}
    used = {"prompt_tokens": 130, "completion_tokens": 50, "total_tokens": 180, "prompt_tokens_details": details}
    answer = answered("claude-opus-4-5-20251101", "anthropic", **used, cache_read_input_tokens=60)
    module = lite_llm(answer, answered("gemini-2.5-pro", "gemini", prompt_tokens=1, completion_tokens=2))
    client = lca.track(module)
    assert client.completion("anthropic/claude-opus-4-5", HI).impacts["GWP"].value == pytest.approx(0.05)
    assert asked[-1]["model"] == "anthropic/claude-opus-4-5-20251101"
    assert asked.tokens == (40, 60, 30, 0, 50)
    assert asyncio.run(client.acompletion(model="gemini/gemini-2.5-pro", messages=HI)).impacts
    assert asked[-1]["model"] == "google_genai/gemini-2.5-pro"
    assert client.drop_params is True
    assert client.impacts.with_figure == 2


# Limits


def test_at_its_limit_a_client_sends_nothing_more() -> None:
    server = Server(completion())
    client = lca.track(open_ai(server), limit={"GWP": "150 g"})  # the high end of a request is 100 g
    for _ in range(2):
        assert client.chat.completions.create(model="gpt-4o", messages=HI).impacts
    with pytest.raises(lca.LimitReached) as raised:
        client.chat.completions.create(model="gpt-4o", messages=HI)
    assert str(raised.value) == (
        "2 requests came to 0.2 kgCO2eq of GWP, the high end of what they may have come to: the limit is 0.15 kgCO2eq"
    )
    assert (raised.value.criterion, raised.value.limit) == ("GWP", pytest.approx(0.15))
    assert raised.value.total is client.impacts
    assert len(server.bodies) == 2


def test_a_limit_holds_for_asynchronous_clients_and_streams() -> None:
    async def main() -> None:
        server = Server(chunks())
        plain = openai.AsyncOpenAI(api_key="none", http_client=server.asynchronous)
        client = lca.track(plain, limit={"FE": "50 Wh"})
        async for _ in await client.chat.completions.create(model="gpt-4o", messages=HI, stream=True):
            pass
        with pytest.raises(lca.LimitReached, match=r"came to 0\.05 kWh of FE: the limit is 0\.05 kWh"):
            await client.chat.completions.create(model="gpt-4o", messages=HI)

    asyncio.run(main())


def test_a_callback_learns_of_a_limit_at_once_and_before_each_request_after() -> None:
    told: list[float] = []
    client = lca.track(
        open_ai(Server(completion())),
        limit={"GWP": "150 gCO2eq"},
        on_limit=lambda total: told.append(total["GWP"].high),
    )
    client.chat.completions.create(model="gpt-4o", messages=HI)
    assert told == []
    client.chat.completions.create(model="gpt-4o", messages=HI)
    assert told == [pytest.approx(0.2)]
    client.chat.completions.create(model="gpt-4o", messages=HI)
    assert told == pytest.approx([0.2, 0.2, 0.3])


def test_what_a_callback_raises_is_raised() -> None:
    class Enough(Exception):
        pass

    def stop(_: object) -> None:
        raise Enough

    client = lca.track(open_ai(Server(chunks())), limit={"GWP": "1 mg"}, on_limit=stop)
    stream = client.chat.completions.create(model="gpt-4o", messages=HI, stream=True)
    got = []
    with pytest.raises(Enough):
        got.extend(stream)
    assert [each.choices[0].delta.content for each in stream] == [None]  # what was held is not lost


@pytest.mark.parametrize(
    ("limit", "message", "hint"),
    [
        ({"GPW": "5 g"}, "limit: no criterion 'GPW' of a request", "did you mean 'GWP'?"),
        ({"AP": "5 mol"}, "limit: no criterion 'AP' of a request", "did you mean 'ADPe'?"),
        ({"GWP": "5 kWh"}, "limit of GWP: 5 kWh is in no unit of GWP", "such as '5 kgCO2eq'"),
        ({"GWP": "5"}, "limit of GWP: 5 is in no unit of GWP", "such as '5 kgCO2eq'"),
        ({"FE": "0 kWh"}, "limit of FE: 0 kWh is not above 0", "such as '5 kWh'"),
        ({"FE": "1 kWhh"}, "limit of FE: kWhh is not a unit", "did you mean 'kWh' or 'kW' or 'Wh'?"),
        ({"WC": "much"}, "limit of WC: a number is missing", "a quantity is written 1.5 kWh"),
    ],
)
def test_a_limit_that_is_none_is_told_when_it_is_set(limit: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(Problems) as raised:
        lca.track(open_ai(Server({})), limit=limit)
    (wrong,) = raised.value.problems
    assert (wrong.message, wrong.hint) == (message, hint)


def test_what_is_no_client_is_told() -> None:
    with pytest.raises(Problems, match=r"builtins\.dict is no client that can be tracked"):
        lca.track({})
    with pytest.raises(
        Problems, match=r"openai has no request: it is no client\s+= track a client, such as openai.OpenAI"
    ):
        lca.track(openai)


async def never_awaited(_: object) -> None: ...


def test_a_callback_that_is_to_be_awaited_is_refused() -> None:
    with pytest.raises(Problems, match="on_limit is not awaited"):
        lca.track(open_ai(Server({})), limit={"GWP": "5 g"}, on_limit=never_awaited)
    with pytest.raises(Problems, match="on_limit is never called without a limit"):
        lca.track(open_ai(Server({})), on_limit=print)


def test_what_the_page_shows_is_what_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "track.md").read_text("utf-8")
    opened = [open_ai(Server(completion(), chunks())), open_ai(Server(completion())), open_ai(Server(completion()))]
    opened += [open_ai(Server(completion())) for _ in range(3)]
    monkeypatch.setattr(openai, "OpenAI", lambda: opened.pop(0))
    names: dict[str, Any] = {"messages": HI, "hand_over": lambda total: None}
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(block, names)  # noqa: S102 - our own page
    assert len(blocks) >= 3


def test_nothing_of_it_is_loaded_by_others() -> None:
    text = (
        "import sys, lca.cli.run\n"
        "assert not [each for each in sys.modules if each.startswith(('lca.tracking', 'openai', 'anthropic'))]\n"
        "lca.LimitReached\n"
        "assert not [each for each in sys.modules if each.startswith(('openai', 'anthropic', 'httpx'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_streams_of_one_kind_do_not_share_their_impacts() -> None:
    client = lca.track(open_ai(Server(chunks())))
    streams: list[Iterator[Any]] = [
        client.chat.completions.create(model="gpt-4o", messages=HI, stream=True) for _ in range(2)
    ]
    list(streams[0])
    assert streams[0].impacts  # type: ignore[attr-defined]
    assert not streams[1].impacts  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("named", "message", "hint"),
    [
        ({"method": "nonsense"}, "no method 'nonsense'", "methods of a request: "),
        ({"nonsense": 3}, "no method takes 'nonsense'", "methods take "),
        ({"bacth": 3}, "no method takes 'bacth'", "did you mean 'batch'"),
        ({"region": "fra"}, "no pack has electricity of 'fra'", "did you mean 'FRA'?"),
    ],
    ids=str,
)
def test_what_no_request_could_be_answered_with_is_told_at_once(named: dict[str, Any], message: str, hint: str) -> None:
    """Otherwise no answer would have a figure, and no limit would ever be reached."""
    with pytest.raises(Problems) as raised:
        lca.track(open_ai(Server(completion())), limit={"GWP": "1 g"}, **named)
    (problem,) = raised.value.problems
    assert problem.message == message
    assert (problem.hint or "").startswith(hint)
