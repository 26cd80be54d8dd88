"""LiteLLM's log with the impacts of each request: a callback, for its module and its proxy alike."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from lca.tracking.clients.litellm import Completion
from lca.tracking.counters import PROBLEM, Counters

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider

    from lca.tracking.follow import Settings

KEY = "lca"  # in the metadata of a log
PAYLOAD = "standard_logging_object"
SPENT = "spend_logs_metadata"  # what the proxy keeps of a request's metadata, beside its own
OF_PROXY = "user_api_key"
TEXT = {  # calls that generate text, each by its name in LiteLLM; asynchronous ones begin with an a
    kind + call
    for kind in ("", "a")
    for call in ("completion", "text_completion", "responses", "anthropic_messages", "generate_content")
}
CACHED = "LiteLLM answered from its cache, and no model ran"


def callback(settings: Settings, meter_provider: MeterProvider | None) -> Any:
    """What LiteLLM takes as a callback. Raises ImportError where LiteLLM is not there."""
    from litellm.integrations.custom_logger import CustomLogger

    class ImpactLogger(Log, CustomLogger):  # type: ignore[misc]  # it ships no types that we have
        """The impacts of each request in its log, as a callback."""

    made = ImpactLogger()
    made.begin(settings, meter_provider)
    return made


class Log:
    """The impacts of each request in the metadata of its log, and counted."""

    def begin(self, settings: Settings, meter_provider: MeterProvider | None) -> None:
        """Whose models are asked for, where, by which method; what collects the counters."""
        self._provider = settings.provider or None
        self._counters = Counters(settings, meter_provider)

    def logging_hook(self, kwargs: dict[str, Any], result: Any, call_type: str) -> tuple[dict[str, Any], Any]:
        """Before any callback writes its log."""
        with suppress(Exception):  # whatever is wrong here, the user has their log
            self._log(kwargs, call_type)
        return kwargs, result

    async def async_logging_hook(
        self, kwargs: dict[str, Any], result: Any, call_type: str
    ) -> tuple[dict[str, Any], Any]:
        return self.logging_hook(kwargs, result, call_type)

    def _log(self, kwargs: dict[str, Any], call_type: str) -> None:
        payload = kwargs.get(PAYLOAD)
        if not payload or KEY in payload["metadata"]:  # a part of a stream, or a second log of one request
            return
        impacts = self._impacts(payload, call_type)
        if impacts:
            payload["metadata"][KEY] = impacts
            _spend(kwargs.get("litellm_params") or {}, impacts)

    def _impacts(self, payload: Mapping[str, Any], call_type: str) -> dict[str, Any]:
        if payload.get("cache_hit"):
            return {PROBLEM: CACHED}
        if call_type not in TEXT:
            reason = f"no method has a measured source for {call_type}: text is counted"
            took = payload.get("total_tokens") or payload.get("prompt_tokens")
            return self._counters.missed(reason) if took else {}
        reading = Completion(str(payload.get("model") or ""), self._provider)
        reading.take(
            {
                "usage": payload["metadata"].get("usage_object"),
                "_hidden_params": {"custom_llm_provider": payload.get("custom_llm_provider")},
            }
        )
        said = self._counters.priced(reading, float(payload.get("response_time") or 0))
        return {name: [*each] if isinstance(each, tuple) else each for name, each in said.items()}


def _spend(params: Mapping[str, Any], impacts: Mapping[str, Any]) -> None:
    """The same for the proxy's table of what was spent; a user's own metadata is left as it is."""
    for name in ("litellm_metadata", "metadata"):
        metadata = params.get(name)
        if metadata and OF_PROXY in metadata:
            metadata[SPENT] = {**(metadata.get(SPENT) or {}), KEY: impacts}
