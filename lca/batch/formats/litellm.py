"""LiteLLM: the spend logs of its proxy (`LiteLLM_SpendLogs`), and what its callbacks are given.

`prompt_tokens` hold both classes of the cache, whoever the provider is (LiteLLM adds to Anthropic's what is cached),
and `completion_tokens` the reasoning, but for servers that count it beside them, which `total_tokens` tells: the rule
of `lca.tracking.usage.chat`. How they are made up is in `metadata.usage_object`.
Columns: https://github.com/BerriAI/litellm, schema.prisma and litellm/types/utils.py (StandardLoggingPayload), 1.110.2
"""

from __future__ import annotations

from collections.abc import Collection

from lca.batch.formats import CONTRADICTION, MADE, Columns, Flat, count, json_parts

ABOUT = "LiteLLM, spend logs and what callbacks are given"
ORDER = 2

USAGE = {
    "usage_object": {
        "cache_read_input_tokens": "VARCHAR",
        "cache_creation_input_tokens": "VARCHAR",
        "prompt_tokens_details": dict.fromkeys(
            ("cached_tokens", "cache_write_tokens", "cache_creation_tokens"), "VARCHAR"
        ),
        "completion_tokens_details": {"reasoning_tokens": "VARCHAR"},
    }
}
TEXTS = "completion|response|message|embedding|generate_?content"  # kinds of calls whose tokens are those of a text


def recognises(names: Collection[str]) -> bool:
    """Whether a file with these columns, or objects with these keys, is of this format."""
    has_id = "request_id" in names or ("id" in names and "call_type" in names)
    return has_id and all(name in names for name in ("model", "prompt_tokens", "completion_tokens"))


def flat(of: Columns) -> Flat:
    """What a call was; one that failed before it took a token, or was answered from LiteLLM's own cache, is none."""
    usage = "own__parts.usage_object"
    details = f"{usage}.prompt_tokens_details"
    begun, ended = of.micros("startTime"), of.micros("endTime")
    first = of.micros("completionStartTime")
    kind, status = of.text("call_type"), of.text("status")
    return Flat(
        model=of.text("model"),
        provider=of.text("custom_llm_provider"),
        input="own__input",
        output=MADE,
        cache_read=f"coalesce({count(f'{details}.cached_tokens')}, {count(f'{usage}.cache_read_input_tokens')})",
        cache_write=f"coalesce({count(f'{details}.cache_write_tokens')}, {count(f'{details}.cache_creation_tokens')}, "
        f"{count(f'{usage}.cache_creation_input_tokens')})",
        reasoning="own__reasoning",
        micros=begun,
        latency=f"coalesce({of.lasting('request_duration_ms', unit=1_000)}, {of.lasting('response_time')}, "
        f"({ended}) - ({begun}))",
        ttft=f"({first}) - ({begun})",
        id=of.text("request_id", "id"),
        cache_inside="true",
        reasoning_inside="true",
        own={
            "parts": json_parts(of, "metadata", USAGE),
            "output": of.count("completion_tokens"),
            "input": of.count("prompt_tokens"),
            "total": of.count("total_tokens"),
            "reasoning": count("own__parts.usage_object.completion_tokens_details.reasoning_tokens"),
        },
        none=(
            (f"lower({of.text('cache_hit')}) = 'true'", "answered from LiteLLM's cache"),
            (f"{status} = 'failure' and coalesce(own__input, 0) = 0 and coalesce(own__output, 0) = 0", "failed"),
            (f"not regexp_matches(lower({kind}), '{TEXTS}')", "calls that are no requests for text"),
        ),
        wrong=(CONTRADICTION,),
    )
