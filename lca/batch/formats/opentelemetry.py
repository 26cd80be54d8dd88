"""OpenTelemetry: spans by its conventions for generative AI, as OTLP-JSON or in Parquet, by present and older names.

`gen_ai.usage.input_tokens` hold what is read from and written to a cache, `output_tokens` the reasoning. Spans of
agents and tools repeat what the requests below them took, and a span of a library may stand in that of another: only
requests count that hold no other request.
Names: https://github.com/open-telemetry/semantic-conventions-genai; what input tokens hold: pull request 3163 of
https://github.com/open-telemetry/semantic-conventions; OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from lca.batch.formats import (
    CONTRADICTION,
    MADE,
    NOTHING,
    TEXT,
    UNREAD,
    WRONG,
    Columns,
    Flat,
    Range,
    Reason,
    count,
    lasting,
    literal,
    quoted,
)
from lca.model.spans import (
    ANSWERED,
    CACHE_READ,
    CACHE_WRITE,
    INPUT,
    OPERATION,
    OUTPUT,
    PROVIDER,
    REASONING,
    REQUESTED,
    TOTAL,
)

ABOUT = "OpenTelemetry, GenAI spans as OTLP-JSON or in Parquet"
ORDER = 4

REQUESTS = ("chat", "generate_content", "text_completion", "embeddings", "completion", "embedding")  # and older names
FIRST = ("gen_ai.response.time_to_first_chunk",)
HELD = ("SpanAttributes", "span_attributes", "attributes")  # columns of Parquet that hold all attributes
VALUES = ("stringValue", "intValue", "doubleValue", "boolValue")

ATTRIBUTES = [{"key": TEXT, "value": dict.fromkeys(VALUES, TEXT)}]
SPAN = {
    **dict.fromkeys(("traceId", "spanId", "parentSpanId", "startTimeUnixNano", "endTimeUnixNano"), TEXT),
    "status": {"code": TEXT},
    "attributes": ATTRIBUTES,
}
OTLP = {"resourceSpans": [{"resource": {"attributes": ATTRIBUTES}, "scopeSpans": [{"spans": [SPAN]}]}]}
LONGEST = 9 * 10**18  # nanoseconds since 1970


def recognises(names: Collection[str]) -> bool:
    """Whether a file with these columns, or objects with these keys, is of this format."""
    has_ids = any(name in names for name in ("spanId", "span_id", "SpanId"))
    has_attributes = any(name in names for name in (*HELD, *OUTPUT))
    return "resourceSpans" in names or (has_ids and has_attributes)


def columns(types: Mapping[str, str], is_json: bool, ranges: Mapping[str, Range]) -> Columns:  # noqa: FBT001  a kind
    """The spans of objects, or of rows."""
    return Spans(types, is_json) if is_json else Rows(types, ranges=ranges)


class Spans(Columns):
    """The spans of OTLP-JSON, many in an object; columns are attributes, of the span or else of its resource."""

    def source(self, read: str) -> str:
        """The spans, in SQL; lists that are not there are as those with nothing in them."""

        def each(of: str, name: str, first: str) -> str:
            some = f"case when len({of}) > 0 then {of} else [null] end"
            return f"{first} and generate_subscripts({some}, 1) = 1 as own__first, unnest({some}) as {name}"

        spans_of = f"json_transform(json, {literal(json.dumps(OTLP))})"
        objects = f"select {UNREAD} as unread, {spans_of} as otlp, own__file from ({read})"
        resources = f"select unread, own__file, {each('otlp.resourceSpans', 'resource', 'true')} from ({objects})"
        scopes = (
            "select unread, own__file, resource.resource.attributes as beside, "
            f"{each('resource.scopeSpans', 'scope', 'own__first')} from ({resources})"
        )
        spans = f"select unread, own__file, beside, {each('scope.spans', 'own__span', 'own__first')} from ({scopes})"
        keys = "list_transform({0}, lambda each: each.key)"
        return (
            "select *, coalesce(unread, case when own__span is null then 'lines without spans' end) as own__unread, "
            f"own__span.attributes as own__attributes, {keys.format('own__span.attributes')} as own__keys, "
            f"{keys.format('beside')} as own__outer from ({spans})"
        )

    def text(self, *names: str) -> str:
        """The first of some attributes that there is."""
        found = [*(self._at(name, "own__attributes", "own__keys") for name in names)]
        found += [self._at(name, "beside", "own__outer") for name in names]
        return f"coalesce({', '.join(found)})"

    def has(self, name: str) -> bool:
        """Which attributes there are, only reading all of them tells."""
        return True

    @staticmethod
    def _at(name: str, attributes: str, keys: str) -> str:
        value = f"{attributes}[list_position({keys}, {literal(name)})].value"
        return f"coalesce({', '.join(f'{value}.{kind}' for kind in VALUES)})"

    def own(self, *names: str) -> str:
        """The first of some attributes of the span alone."""
        return f"coalesce({', '.join(self._at(name, 'own__attributes', 'own__keys') for name in names)}, null)"


class Rows(Columns):
    """The spans of a table: attributes are columns, or are held together as a map, a structure or JSON."""

    def text(self, *names: str) -> str:
        """The first of some attributes that there is, or of columns that are called so."""
        found = [super().text(*names)] if any(name in self.types for name in names) else []
        found += [self._held(column, name) for column in HELD if column in self.types for name in names]
        return f"coalesce({', '.join((*found, 'null'))})" if found else NOTHING

    own = text

    def has(self, name: str) -> bool:
        """Which attributes are held together, only reading all of them tells."""
        return name in self.types or any(column in self.types for column in HELD)

    def _held(self, column: str, name: str) -> str:
        kind, held = self.types[column], quoted(column)
        if kind.startswith("MAP("):
            value = f"map_values({held})[list_position(map_keys({held}), {literal(name)})]"
            return f"cast({value} as varchar)"
        path = literal(f"$.{json.dumps(name)}")
        text = f"json_extract_string(case when json_valid({held}) then {held} end, {path})"
        return text if kind == TEXT else f"json_extract_string(to_json({held}), {path})"


def flat(of: Any) -> Flat:
    """What a span was; those of no request to a model, and those that hold one, are left out."""
    classes = {"cache_read": CACHE_READ, "cache_write": CACHE_WRITE}
    summed = {"input": INPUT, "output": OUTPUT, "reasoning": REASONING, "total": TOTAL}
    is_json = isinstance(of, Spans)
    own = {"operation": of.own(*OPERATION), "asked": of.own(ANSWERED, REQUESTED)}
    counts = summed | classes
    own |= {f"{name}_text": of.own(*names) for name, names in counts.items()}
    own |= {name: count(f"own__{name}_text") for name in counts}
    fails = f"({of.own('error.type')} is not null or {_status(of)})"
    failed = f"own__input is null and own__output is null and {fails}"
    wrong: tuple[Reason, ...] = (CONTRADICTION,)
    if is_json:
        mine = "list_filter(own__keys, lambda each: starts_with(each, 'gen_ai.'))"
        wrong = ((f"len({mine}) > list_unique({mine})", "an attribute that is there twice"), *wrong)
    begun, lasts, trace, span, parent = _times(of)
    return Flat(
        model="own__asked",
        provider=of.own(*PROVIDER),
        input="own__input",
        output=MADE,
        **{name: f"own__{name}" for name in ("reasoning", *classes)},
        micros=begun,
        latency=lasts,
        ttft=lasting(f"({of.own(*FIRST)})"),
        id=f"{trace} || ' ' || nullif({span}, '')",
        parent=f"{trace} || ' ' || nullif({parent}, '')",
        cache_inside="true",
        reasoning_inside="true",
        own=own,
        none=(
            (
                f"own__operation is not null and own__operation not in {REQUESTS}",
                "spans that are no request to a model",
            ),
            ("own__operation is null and own__asked is null", "spans that are no request to a model"),
            (failed, "failed"),
        ),
        wrong=wrong,
    )


def _status(of: Any) -> str:
    code = "own__span.status.code" if isinstance(of, Spans) else Columns.text(of, "StatusCode", "status_code")
    return f"coalesce({code} in ('2', 'STATUS_CODE_ERROR', 'Error', 'ERROR'), false)"


def _times(of: Any) -> tuple[str, str, str, str, str]:
    """When a span began and how long it lasted in microseconds, its trace, its own id and that of the span it is in."""
    if isinstance(of, Spans):
        begun, ended = (count(f"own__span.{end}TimeUnixNano", most=LONGEST) for end in ("start", "end"))
        ids = tuple(f"own__span.{name}" for name in ("traceId", "spanId", "parentSpanId"))
        since = f"case when ({begun}) < 0 then {WRONG} else ({begun}) // 1000 end"
        return since, f"(({ended}) - ({begun}) + 500) // 1000", *ids  # type: ignore[return-value]
    begun = of.micros("start_time", "startTime", "start_timestamp", "Timestamp", "startTimeUnixNano")
    ended = of.micros("end_time", "endTime", "end_timestamp", "endTimeUnixNano")
    lasted = of.lasting("Duration", "duration_nano", unit=0.001)
    return (
        begun,
        f"coalesce({lasted}, ({ended}) - ({begun}))",
        Columns.text(of, "trace_id", "traceId", "TraceId"),
        Columns.text(of, "span_id", "spanId", "SpanId"),
        Columns.text(of, "parent_span_id", "parentSpanId", "ParentSpanId", "parent_id"),
    )
