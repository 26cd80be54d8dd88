"""Chat completions as OpenAI tells of them and others after it: whole, or a stream that ends with what it used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.problems import problem
from lca.tracking import usage
from lca.tracking.follow import Reading
from lca.tracking.usage import Tokens, part

ASKED = "include_usage"  # of a stream's options
SILENT = "the answer does not say what it used: a stream does if asked by stream_options={'include_usage': True}"


class Chat(Reading):
    """A completion, whole or in parts. `ours`: whether a stream was asked what it used by us alone.

    Then the part that says so, which has no text, goes to nobody, and the part before it waits for it.
    """

    def __init__(self, model: str, provider: str | None = None, *, ours: bool = False) -> None:
        super().__init__(model, provider)
        self._ours = ours

    def tokens(self) -> Tokens:
        if self.usage is None:
            raise problem(SILENT)
        return usage.chat(self.usage)

    def closes(self, chunk: Any) -> bool:
        return not part(chunk, "choices") and part(chunk, "usage") is not None

    def holds(self, chunk: Any) -> bool:
        return self._ours and any(part(choice, "finish_reason") for choice in part(chunk, "choices") or ())

    def swallows(self, chunk: Any) -> bool:
        return self._ours and self.closes(chunk)


def is_silent(*bodies: Any) -> bool:
    """Whether a stream is asked for, and nothing is said of whether it says what it used."""
    stated = [body for body in bodies if isinstance(body, Mapping)]
    said = any(ASKED in (part(body, "stream_options") or {}) for body in stated)
    return any(part(body, "stream") is True for body in stated) and not said


def asking(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same request, of which the stream says what it used."""
    return {**body, "stream_options": {**(part(body, "stream_options") or {}), ASKED: True}}
