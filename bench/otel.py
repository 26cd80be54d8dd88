"""What impacts add to a span of OpenTelemetry, beside what the SDK takes for the span itself."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time
from typing import Any

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

import lca
from bench.measure import Row

SPANS, ROUNDS = 400, 40
MOST_ONE, MOST_SEVERAL = 3.5, 5.0
MODEL = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
ANSWER = {
    "gen_ai.response.model": "gpt-4o",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 60,
    "gen_ai.usage.output_tokens": 400,
    "server.address": "api.openai.com",
    "server.port": 443,
}


class Nowhere(SpanExporter):
    """Exports to nobody."""

    def export(self, spans: Any) -> SpanExportResult:
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        pass


def rows() -> list[Row]:
    """The measurements of this file."""
    processors = [
        BatchSpanProcessor(Nowhere()),
        lca.span_processor(BatchSpanProcessor(Nowhere()), meter_provider=MeterProvider(), method="ecologits-0-11"),
        lca.span_processor(BatchSpanProcessor(Nowhere()), meter_provider=MeterProvider()),
    ]
    works = [_work(each) for each in processors]
    rounds = [[_seconds(work) for work in works] for _ in range(1 + ROUNDS)][1:]
    plain, one, several = (min(column) / SPANS * 1e6 for column in zip(*rounds, strict=True))
    for each in processors:
        each.shutdown()
    said = f"{plain:.0f} µs a span by the SDK, and {{:.0f}} more"
    return [
        Row(
            "a span with impacts by one method / by the SDK alone",
            one / plain,
            MOST_ONE,
            detail=said.format(one - plain),
        ),
        Row("the same by all methods", several / plain, MOST_SEVERAL, detail=said.format(several - plain)),
    ]


def _seconds(work: Callable[[], None]) -> float:
    """Time of the thread that asks: what is exported is exported by another."""
    start = thread_time()
    work()
    return thread_time() - start


def _work(processor: SpanProcessor) -> Callable[[], None]:
    provider = TracerProvider()
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("bench")

    def work() -> None:
        for _ in range(SPANS):
            with tracer.start_as_current_span("chat gpt-4o", attributes=MODEL) as span:
                for name, value in ANSWER.items():
                    span.set_attribute(name, value)

    return work
