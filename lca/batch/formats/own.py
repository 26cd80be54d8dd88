"""A log of one's own: columns that are called as `lca.request` calls its numbers, or those that a map names.

Classes of tokens share none, as there; a map says where one is inside another.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lca.batch.formats import NOTHING, Columns, Flat

ABOUT = "columns called model, output_tokens, input_tokens and so on, as lca.request has them"
ORDER = 9
NEEDED = ("model", "output_tokens")
NAMES = (*NEEDED, "provider", "region", "input_tokens", "cache_write_tokens", "cache_read_tokens", "reasoning_tokens",
         "latency", "time")  # fmt: skip


def recognises(names: Collection[str]) -> bool:
    """Whether a file with these columns is of this format."""
    return all(name in names for name in NEEDED)


def flat(of: Columns, called: Mapping[str, str] | None = None, per_second: float = 1.0) -> Flat:
    """The columns as they are called; of a latency, a second has some of the unit."""
    names = {name: name for name in NAMES} if called is None else called

    def read(what: str, name: str) -> str:
        return str(getattr(of, what)(names[name])) if name in names else NOTHING

    latency = of.lasting(names["latency"], unit=1e6 / per_second) if "latency" in names else NOTHING
    return Flat(
        model=read("text", "model"),
        provider=read("text", "provider"),
        region=read("text", "region"),
        input=read("count", "input_tokens"),
        cache_write=read("count", "cache_write_tokens"),
        cache_read=read("count", "cache_read_tokens"),
        reasoning=read("count", "reasoning_tokens"),
        output=read("count", "output_tokens"),
        micros=read("micros", "time"),
        latency=latency,
        id=read("text", "id"),
    )
