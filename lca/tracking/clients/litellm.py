"""LiteLLM, its module or a Router: completions of whatever provider, which it tells of as OpenAI does."""

from __future__ import annotations

from typing import Any

from lca.tracking.chat import Chat, asking, is_silent
from lca.tracking.follow import NAME, Tracker
from lca.tracking.hooks import sent, sent_off
from lca.tracking.usage import part

MODULES = ("litellm",)

NEEDED = ("completion", "acompletion")
WANTED = "track the module litellm, or a Router"
PROVIDERS = {  # ours by LiteLLM's; '' where a model's name is its key
    "azure": "openai",
    "text-completion-openai": "openai",
    "gemini": "google_genai",
    "mistral": "mistralai",
    "cohere_chat": "cohere",
    "huggingface": "",
}


class Completion(Chat):
    """A completion; LiteLLM says whose it is with the answer."""

    def take(self, answer: Any) -> None:
        super().take(answer)
        whose = part(part(answer, "_hidden_params"), "custom_llm_provider")
        if whose and self.provider is None:
            self.provider = PROVIDERS.get(whose, whose)
            self._prefix = f"{whose}/"
        self.model, self.asked = (name.removeprefix(self._prefix) for name in (self.model, self.asked))

    _prefix = "/"


class Tracked:
    """LiteLLM with its completions tracked; all else of it is as it was."""

    def __init__(self, client: Any, tracker: Tracker) -> None:
        self._client, self._tracker = client, tracker
        setattr(self, NAME, tracker.total)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def completion(self, *given: Any, **named: Any) -> Any:
        """As LiteLLM's own."""
        reading, asked = self._prepared(given, named)
        return sent(self._tracker, reading, lambda: self._client.completion(*given, **asked))

    async def acompletion(self, *given: Any, **named: Any) -> Any:
        """As LiteLLM's own."""
        reading, asked = self._prepared(given, named)
        return await sent_off(self._tracker, reading, lambda: self._client.acompletion(*given, **asked))

    def _prepared(self, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Completion, dict[str, Any]]:
        settings = self._tracker.settings
        model = given[0] if given else named.get("model")
        ours = settings.stream_usage and is_silent(named)
        reading = Completion(str(model or ""), settings.provider or None, ours=ours)
        return reading, asking(named) if ours else named


def provider(_client: Any) -> str:
    """Nobody's: each answer says whose it is."""
    return ""


def tracked(client: Any, tracker: Tracker) -> Tracked:
    """An object with the client's completions, tracked; all else of the client is as it was."""
    return Tracked(client, tracker)
