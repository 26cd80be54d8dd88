"""A log of one's own: columns that are called as `lca.request` calls its numbers.

Classes of tokens share none, as there. A map says what columns of other names are, and whether a class is inside
another.
"""

from __future__ import annotations

from collections.abc import Collection

from lca.batch.formats import Columns, Flat

ABOUT = "columns called model, output_tokens, input_tokens and so on, as lca.request has them"
ORDER = 9
NEEDED = ("model", "output_tokens")


def recognises(names: Collection[str]) -> bool:
    """Whether a file with these columns is of this format."""
    return all(name in names for name in NEEDED)


def flat(of: Columns) -> Flat:
    """The columns as they are called; a latency is in seconds."""
    return Flat(
        model=of.text("model"),
        provider=of.text("provider"),
        region=of.text("region"),
        input=of.count("input_tokens"),
        cache_write=of.count("cache_write_tokens"),
        cache_read=of.count("cache_read_tokens"),
        reasoning=of.count("reasoning_tokens"),
        output=of.count("output_tokens"),
        micros=of.micros("time"),
        latency=of.lasting("latency"),
    )
