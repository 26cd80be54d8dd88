"""The tokens of a request, in classes that share none, from what a provider says of them.

Providers count in ways of their own: what is read from a cache is a part of the input at one and stands beside it at
another. Here each token is counted once. What contradicts itself is a problem, and never set right in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lca.model.spans import CACHE_READ, CACHE_WRITE, INPUT, OUTPUT, REASONING, TOTAL
from lca.problems import problem

OWN_MODEL = ("message", "compaction")  # kinds of Anthropic's iterations that the model asked for does itself
BESIDE = "compaction"  # the kind of which the tokens are not in the sums of the usage

CLASSES = (INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING, TOTAL)
SAYING = frozenset((*INPUT, *OUTPUT))


class Tokens(NamedTuple):
    """The tokens of one request: reasoning is not in the output, and neither class of the cache is in the input."""

    output: int
    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    reasoning: int = 0

    def takes(self) -> dict[str, Any]:
        """What `lca.request` takes of them: what is put out, and of the other classes those that there are."""
        return {name: count for name, count in zip(TAKEN, self, strict=True) if count or name == TAKEN[0]}


TAKEN = tuple(f"{name}_tokens" for name in Tokens._fields)


def chat(usage: Any) -> Tokens:
    """OpenAI's chat completions, and LiteLLM: the input holds both classes of the cache, the output the reasoning.

    >>> details = {
    ...     "prompt_tokens_details": {"cached_tokens": 60},
    ...     "completion_tokens_details": {"reasoning_tokens": 30},
    ... }
    >>> chat({"prompt_tokens": 100, "completion_tokens": 50, **details})
    Tokens(output=20, input=40, cache_read=60, cache_write=0, reasoning=30)
    """
    return _inclusive(usage, "prompt_tokens", "completion_tokens")


def responses(usage: Any) -> Tokens:
    """OpenAI's responses: as chat completions under other names."""
    return _inclusive(usage, "input_tokens", "output_tokens")


def messages(usage: Any) -> Tokens:
    """Anthropic's messages: the input stands beside both classes of the cache, the output holds the thinking.

    >>> messages({"input_tokens": 40, "cache_read_input_tokens": 60, "output_tokens": 50})
    Tokens(output=50, input=40, cache_read=60, cache_write=0, reasoning=0)
    """
    parts = part(usage, "iterations") or []
    others = sorted({str(part(each, "type")) for each in parts} - {*OWN_MODEL})
    if others:
        raise problem(f"a part of the answer may be another model's: the usage has {', '.join(others)}")
    counted = [_message(each) for each in (usage, *(each for each in parts if part(each, "type") == BESIDE))]
    return Tokens(*map(sum, zip(*counted, strict=True)))


def span(attributes: Mapping[str, Any]) -> Tokens:
    """A span of OpenTelemetry: the input holds both classes of the cache, the output the reasoning.

    >>> span({"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.output_tokens": 50, CACHE_READ[0]: 60, REASONING[0]: 30})
    Tokens(output=20, input=40, cache_read=60, cache_write=0, reasoning=30)
    """
    taken, made, *others = [_called(attributes, names) for names in CLASSES]
    inside, outside, read, write, thought, total = [
        _number(attributes.get(name), name) for name in (taken, made, *others)
    ]
    if inside is None or outside is None:
        raise problem(f"the usage has no {taken if inside is None else made}")
    return _split(inside, outside, read or 0, write or 0, thought or 0, total or 0, taken, made)


def says(attributes: Mapping[str, Any]) -> bool:
    """Whether the attributes of a span say what was used."""
    return not SAYING.isdisjoint(attributes)


def _called(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The name by which attributes say something: the first that is there."""
    for name in names:
        if name in attributes:
            return name
    return names[0]


def part(value: Any, name: str) -> Any:
    """What an answer holds under a name, be it a mapping or an object; None where there is nothing."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _message(usage: Any) -> Tokens:
    made, thought = _stated(usage, "output_tokens"), _count(usage, "output_tokens_details", "thinking_tokens")
    return Tokens(
        _less(made, "output_tokens", thinking_tokens=thought),
        _stated(usage, "input_tokens"),
        _count(usage, "cache_read_input_tokens"),
        _count(usage, "cache_creation_input_tokens"),
        thought,
    )


def _inclusive(usage: Any, taken: str, made: str) -> Tokens:
    read = _count(usage, f"{taken}_details", "cached_tokens")
    write = _count(usage, f"{taken}_details", "cache_write_tokens")
    thought = _count(usage, f"{made}_details", "reasoning_tokens")
    total = _count(usage, "total_tokens")
    return _split(_stated(usage, taken), _stated(usage, made), read, write, thought, total, taken, made)


def _split(inside: int, outside: int, read: int, write: int, thought: int, total: int, taken: str, made: str) -> Tokens:
    """An input that holds both classes of the cache, and an output that holds the reasoning; their names."""
    if thought and total == inside + outside + thought:  # some servers, xAI's among them, count reasoning beside it
        outside += thought
    elif total and total != inside + outside:
        raise problem(f"the usage contradicts itself: {total} total_tokens, {inside} {taken} and {outside} {made}")
    return Tokens(
        _less(outside, made, reasoning_tokens=thought),
        _less(inside, taken, cached_tokens=read, cache_write_tokens=write),
        read,
        write,
        thought,
    )


def _less(whole: int, name: str, **parts: int) -> int:
    """A count without its parts. Problems where they are more than it."""
    rest = whole - sum(parts.values())
    if rest < 0:
        told = " and ".join(f"{count} {each}" for each, count in parts.items() if count)
        raise problem(f"the usage contradicts itself: of {whole} {name} there are {told}")
    return rest


def _stated(usage: Any, name: str) -> int:
    if part(usage, name) is None:
        raise problem(f"the usage has no {name}")
    return _count(usage, name)


def _count(usage: Any, *path: str) -> int:
    """The count at a path; what is not there is none."""
    found = usage
    for name in path:
        found = part(found, name)
    return _number(found, path[-1]) or 0


def _number(found: Any, name: str) -> int | None:
    """A number of tokens; None where nothing is said."""
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise problem(f"the usage has {found!r} {name}: no number of tokens")
    return found
