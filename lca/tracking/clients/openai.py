"""OpenAI's client: chat completions, completions and responses; and what is asked through it of other providers."""

from __future__ import annotations

from copy import copy
from typing import Any

from lca.problems import problem
from lca.tracking import usage
from lca.tracking.chat import Chat, asking, is_silent
from lca.tracking.follow import Reading, Settings, Tracker, attach
from lca.tracking.hooks import Prepared, hooked
from lca.tracking.usage import Tokens, part

MODULES = ("openai",)

NEEDED = ("request", "copy")
WANTED = "track a client, such as openai.OpenAI()"
STREAMS = ("chat.completions", "responses")
FREE = ("/input_tokens", "/cancel")  # asked without a model being run
HOSTS = {
    "openai.com": "openai",
    "azure.com": "openai",
    "anthropic.com": "anthropic",
    "mistral.ai": "mistralai",
    "googleapis.com": "google_genai",
    "cohere.com": "cohere",
    "cohere.ai": "cohere",
}
ENDED = ("response.completed", "response.incomplete", "response.failed")


class Response(Reading):
    """Responses, whole or told by events."""

    def take(self, answer: Any) -> None:
        super().take(part(answer, "response") or answer)

    def tokens(self) -> Tokens:
        if self.usage is None:
            raise problem("the answer does not say what it used, as one that goes on in the background does not")
        return usage.responses(self.usage)

    def closes(self, chunk: Any) -> bool:
        return part(chunk, "type") in ENDED

    def attach(self, answer: Any, impacts: Any) -> None:
        for each in (answer, part(answer, "response")):
            attach(each, impacts)


class Uncounted(Reading):
    """What no method counts: embeddings, images, sound."""

    def __init__(self, model: str, path: str) -> None:
        super().__init__(model)
        self._path = path

    def tokens(self) -> Tokens:
        raise problem(f"no method has a measured source for {self._path}: what generates text is counted")


def provider(client: Any) -> str:
    """Whose models it asks for, by the host that it asks; '' where that says nothing."""
    host = str(part(part(client, "base_url"), "host") or "")
    return next((name for end, name in HOSTS.items() if host == end or host.endswith(f".{end}")), "")


def tracked(client: Any, tracker: Tracker) -> Any:
    """A copy of the client that is tracked."""
    return hooked(client, tracker, lambda options: _prepared(options, tracker.settings), STREAMS)


def _prepared(options: Any, settings: Settings) -> Prepared | None:
    body, path = options.json_data, options.url.partition("?")[0].rstrip("/")
    model = part(body, "model") if isinstance(body, dict) else None
    if not isinstance(model, str) or options.method.lower() != "post" or path.endswith(FREE):
        return None
    if path.endswith("/completions"):
        ours = settings.stream_usage and is_silent(body, part(options, "extra_json"))
        return Prepared(_asking(options) if ours else options, Chat(model, ours=ours))
    if path.endswith("/responses"):
        return Prepared(options, Response(model))
    return Prepared(options, Uncounted(model, path))


def _asking(options: Any) -> Any:
    made = copy(options)
    made.json_data = asking(made.json_data)
    return made
