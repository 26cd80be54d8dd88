"""Spans of OpenTelemetry that ask a model, with their impacts, and counters of these.

A span cannot be written to once it has ended: what is handed on to exporters is the same span with more attributes. The
SDK calls a processor before that as well, but by then the span takes no attributes either (`_on_ending`, see
https://github.com/open-telemetry/opentelemetry-python/issues/5614).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import SpanContext, StatusCode

from lca.model.spans import ANSWERED, OPERATION, PROVIDER, REQUESTED
from lca.tracking import usage
from lca.tracking.counters import Counters
from lca.tracking.follow import Reading, Settings
from lca.tracking.usage import Tokens

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider

ASKING = frozenset((REQUESTED, ANSWERED, *OPERATION))
TEXT = ("chat", "generate_content", "text_completion", "completion")
UNCOUNTED = ("embeddings", "embedding", "rerank")
AROUND = ("create_agent", "invoke_agent", "execute_tool", "invoke_workflow", "plan", "retrieval")
PROVIDERS = {  # ours by theirs; of all others, hosts of the models of several among them, a model's name is its key
    "openai": "openai",
    "azure.ai.openai": "openai",
    "az.ai.openai": "openai",
    "anthropic": "anthropic",
    "mistral_ai": "mistralai",
    "cohere": "cohere",
    "gcp.gemini": "google_genai",
    "gcp.gen_ai": "google_genai",
    "gemini": "google_genai",
}
ALONE = "says what it used, and no request below it does"
MOST_OPEN = 10_000  # spans under way of which one below has been counted
NANO = 1e-9  # s


class ImpactSpanProcessor(SpanProcessor):
    """Hands spans on to other processors; those that ask a model with their impacts, which it counts as well.

    Of nested spans the innermost is counted: agents say again what the requests below them used.
    """

    def __init__(
        self, processors: Iterable[SpanProcessor], settings: Settings, meter_provider: MeterProvider | None = None
    ) -> None:
        """`settings.provider`: whose models are asked for, instead of what spans say; None where they say it."""
        self._processors = tuple(processors)
        self._provider = settings.provider or None
        self._counters = Counters(settings, meter_provider)
        self._around: OrderedDict[tuple[int, int], None] = OrderedDict()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        for each in self._processors:
            each.on_start(span, parent_context)

    def _on_ending(self, span: Span) -> None:
        for each in self._processors:
            each._on_ending(span)  # noqa: SLF001 - the SDK's own name

    def on_end(self, span: ReadableSpan) -> None:
        try:
            told = self._told(span)
        except Exception:  # noqa: BLE001 - whatever is wrong here, the user has their span
            told = span
        for each in self._processors:
            each.on_end(told)

    def shutdown(self) -> None:
        for each in self._processors:
            each.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        flushed = [each.force_flush(timeout_millis) for each in self._processors]
        return all(flushed)

    def _told(self, span: ReadableSpan) -> ReadableSpan:
        """A span with its impacts, if it is one that asks a model."""
        own = span.context
        if self._around and own is not None and (own.trace_id, own.span_id) in self._around:
            self._around.pop((own.trace_id, own.span_id), None)
            self._mark(span.parent)
            return span
        known = _copied(span)
        if ASKING.isdisjoint(known):
            return span
        impacts = self._impacts(known, span)
        if impacts:
            self._mark(span.parent)
        return WithImpacts(span, {**known, **impacts}) if impacts else span

    def _mark(self, above: SpanContext | None) -> None:
        """The spans around a span that was counted are not, if they end here."""
        if above is not None and not above.is_remote:
            self._around[above.trace_id, above.span_id] = None
            while len(self._around) > MOST_OPEN:
                self._around.popitem(last=False)

    def _impacts(self, attributes: Mapping[str, Any], span: ReadableSpan) -> dict[str, Any]:
        """What to say of a request; nothing where it is none."""
        operation = _first(attributes, OPERATION)
        if operation in UNCOUNTED:
            return self._counters.missed(f"no method has a measured source for {operation}: text is counted")
        reading = OfSpan(attributes, self._provider)
        if operation in AROUND:
            return self._counters.missed(f"{operation} {ALONE}") if reading.says else {}
        if not reading.says and operation not in TEXT:
            return {}
        if not reading.says and span.status.status_code is StatusCode.ERROR:
            return self._counters.missed("the request failed")
        began, ended = span.start_time or 0, span.end_time or 0
        return self._counters.priced(reading, (ended - began) * NANO)


class OfSpan(Reading):
    """What the attributes of a span say of a request."""

    def __init__(self, attributes: Mapping[str, Any], provider: str | None) -> None:
        said = str(_first(attributes, PROVIDER) or "")
        super().__init__(
            str(attributes.get(REQUESTED) or ""), PROVIDERS.get(said, "") if provider is None else provider
        )
        self.model = str(attributes.get(ANSWERED) or "")
        self.usage = attributes
        self.says = usage.says(attributes)

    def tokens(self) -> Tokens:
        return usage.span(self.usage)


class WithImpacts(ReadableSpan):
    """A span as it ended, with other attributes; what was dropped of it is told as the span tells it."""

    def __init__(self, span: ReadableSpan, attributes: Mapping[str, Any]) -> None:
        super().__init__(
            span.name,
            span.context,
            span.parent,
            span.resource,
            attributes,
            span.events,
            span.links,
            span.kind,
            status=span.status,
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )
        self._ended = span

    @property
    def dropped_attributes(self) -> int:
        return self._ended.dropped_attributes

    @property
    def dropped_events(self) -> int:
        return self._ended.dropped_events

    @property
    def dropped_links(self) -> int:
        return self._ended.dropped_links


def _copied(span: ReadableSpan) -> dict[str, Any]:
    copy = getattr(span.attributes, "copy", None)  # several times as quick as reading them one by one
    return {**copy()} if copy is not None else dict(span.attributes or {})


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if name in attributes:
            return attributes[name]
    return None
