"""Anthropic's client: messages, of the beta and of the clouds as well."""

from __future__ import annotations

from typing import Any

from lca.problems import problem
from lca.tracking import usage
from lca.tracking.follow import Reading, Tracker, attach
from lca.tracking.hooks import Prepared, hooked
from lca.tracking.usage import Tokens, part

MODULES = ("anthropic",)

NEEDED = ("request", "copy")
WANTED = "track a client, such as anthropic.Anthropic()"
STREAMS = ("messages", "beta.messages")
COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens_details",
    "iterations",
)


class Message(Reading):
    """Messages, whole or told by events: the first says what is taken in, the last but one what is given out."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._is_whole = False

    def take(self, answer: Any) -> None:
        message = part(answer, "message") or answer
        self.model = part(message, "model") or self.model
        said = {name: part(part(message, "usage"), name) for name in COUNTS}
        self.usage = {**(self.usage or {}), **{name: count for name, count in said.items() if count is not None}}
        self._is_whole = self._is_whole or part(answer, "type") in ("message", "message_delta")

    def tokens(self) -> Tokens:
        if not self.usage or not self._is_whole:
            raise problem("the answer does not say what it used")
        return usage.messages(self.usage)

    def closes(self, chunk: Any) -> bool:
        return bool(part(chunk, "type") == "message_stop")

    def attach(self, answer: Any, impacts: Any) -> None:
        for each in (answer, part(answer, "message")):
            attach(each, impacts)


def provider(client: Any) -> str:
    """Whose models it asks for; '' where it is pointed to another's host."""
    host = str(part(part(client, "base_url"), "host") or "")
    is_cloud = any(each.__module__.startswith("anthropic.lib.") for each in type(client).__mro__)
    return "anthropic" if is_cloud or host == "anthropic.com" or host.endswith(".anthropic.com") else ""


def tracked(client: Any, tracker: Tracker) -> Any:
    """A copy of the client that is tracked."""
    return hooked(client, tracker, _prepared, STREAMS)


def _prepared(options: Any) -> Prepared | None:
    body, path = options.json_data, options.url.partition("?")[0].rstrip("/")
    model = part(body, "model") if isinstance(body, dict) else None
    if not isinstance(model, str) or not path.endswith("/messages"):
        return None
    return Prepared(options, Message(model))
