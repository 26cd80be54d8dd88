"""Claude Code: what it keeps of its sessions in ~/.claude/projects, a line an event.

Usage is Anthropic's: the input stands beside both classes of the cache, the output holds the thinking, and what a
compaction took is beside all (`lca.tracking.usage.messages`). A message is written several times while it comes in,
with fewer tokens at first, so that of the lines of a `message.id` the one with most tokens counts.
Usage: https://docs.claude.com/en/api/messages; lines that repeat: https://github.com/ccusage/ccusage/issues/901
"""

from __future__ import annotations

from collections.abc import Collection

from lca.batch.formats import Columns, Flat, count, json_parts

ABOUT = "Claude Code, sessions in ~/.claude/projects"
ORDER = 1

COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
USAGE = {
    **dict.fromkeys(COUNTS, "VARCHAR"),
    "output_tokens_details": {"thinking_tokens": "VARCHAR"},
    "iterations": [dict.fromkeys(("type", *COUNTS), "VARCHAR")],
}
MESSAGE = {"id": "VARCHAR", "model": "VARCHAR", "usage": USAGE}
BESIDE = "compaction"


def recognises(names: Collection[str]) -> bool:
    """Whether objects with these keys are of this format."""
    return all(name in names for name in ("message", "sessionId", "uuid", "type"))


def flat(of: Columns) -> Flat:
    """What a line says of a request; lines of other events, and those that Claude Code makes up, are none."""
    usage = "own__parts.usage"
    iterations = f"{usage}.iterations"
    beside = f"list_filter({iterations}, lambda each: each.type = '{BESIDE}')"

    def counted(name: str) -> str:
        more = f"list_sum(list_transform({beside}, lambda each: {count(f'each.{name}')}))"
        return f"({count(f'{usage}.{name}')}) + coalesce({more}, 0)"

    others = f"list_filter({iterations}, lambda each: each.type not in ('message', '{BESIDE}') or each.type is null)"
    return Flat(
        model="own__parts.model",
        input=counted("input_tokens"),
        cache_write=counted("cache_creation_input_tokens"),
        cache_read=counted("cache_read_input_tokens"),
        output=counted("output_tokens"),
        reasoning=count(f"{usage}.output_tokens_details.thinking_tokens"),
        micros=of.micros("timestamp"),
        id="own__parts.id",
        reasoning_inside="true",
        own={"parts": json_parts(of, "message", MESSAGE)},
        none=(
            (f"{of.text('type')} is distinct from 'assistant'", "lines that are no answer"),
            ("own__parts.model = '<synthetic>'", "answers that Claude Code made up"),
        ),
        wrong=((f"len({others}) > 0", "a part of the answer may be another model's"),),
    )
