"""Langfuse: observations as it exports them, to blob storage (snake_case) or by hand (camelCase).

The parts of `usageDetails` share no token: what is cached is taken out of the input when it comes in, and reasoning out
of the output. Where `total` is the input and the output alone, the other parts are inside them.
Fields: https://langfuse.com/docs/api-and-data-platform/features/export-to-blob-storage and
https://langfuse.com/docs/observability/features/token-and-cost-tracking
"""

from __future__ import annotations

from collections.abc import Collection

from lca.batch.formats import Columns, Flat, count, json_parts

ABOUT = "Langfuse, observations as it exports them"
ORDER = 3

READ = ("input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "input_cache_read_tokens")
WRITTEN = ("cache_creation_input_tokens", "input_cache_creation", "input_cache_write", "cache_write_input_tokens")
THOUGHT = ("output_reasoning_tokens", "output_reasoning", "reasoning_tokens")
SUMS = ("input", "output", "total")
TYPES = ("GENERATION", "EMBEDDING")  # of observations that are a request to a model


def recognises(names: Collection[str]) -> bool:
    """Whether a file with these columns, or objects with these keys, is of this format."""
    is_snake = "trace_id" in names and ("usage_details" in names or "provided_model_name" in names)
    is_camel = "traceId" in names and any(name in names for name in ("usageDetails", "inputUsage", "usage"))
    return "type" in names and (is_snake or is_camel)


def flat(of: Columns) -> Flat:
    """What an observation was; those that are no generation, and generations that hold others, are left out."""

    def first(names: Collection[str]) -> str:
        return f"coalesce({', '.join(count(f'own__parts.{name}') for name in names)})"

    begun = of.micros("start_time", "startTime")
    ended = of.micros("end_time", "endTime")
    trace = of.text("trace_id", "traceId")
    parent = of.text("parent_observation_id", "parentObservationId")
    inside = "coalesce(own__total = own__input + own__output and own__total > 0, false)"
    return Flat(
        model=of.text("provided_model_name", "providedModelName", "model"),
        input=f"coalesce(own__input, {of.count('inputUsage')})",
        output=f"coalesce(own__output, {of.count('outputUsage')})",
        cache_read=first(READ),
        cache_write=first(WRITTEN),
        reasoning=first(THOUGHT),
        micros=begun,
        latency=f"coalesce({of.lasting('latency')}, ({ended}) - ({begun}))",
        ttft=of.lasting("time_to_first_token", "timeToFirstToken"),
        id=f"{trace} || ' ' || {of.text('id')}",
        parent=f"{trace} || ' ' || {parent}",
        cache_inside=inside,
        reasoning_inside=inside,
        own={
            "parts": json_parts(
                of,
                ("usage_details", "usageDetails", "usage"),
                dict.fromkeys((*SUMS, *READ, *WRITTEN, *THOUGHT, "unit"), "VARCHAR"),
            ),
            **{name: count(f"own__parts.{name}") for name in SUMS},
        },
        none=((f"{of.text('type')} not in {TYPES}", "observations that are no generation"),),
        wrong=(("own__parts.unit <> 'TOKENS'", "usage that is not in tokens"),),
    )
