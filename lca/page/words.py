"""The strings of the page in the languages that it speaks, and names of others on one line.

`scripts/words.js` says the same from those of the messages that stand in the scripts, and the terms of the data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from lca.problems import printable
from lca.spoken import ENGLISH, N_, _, messages

TERMS = (
    N_("terminals"),
    N_("network"),
    N_("web hosting"),
    N_("inference"),
    N_("training"),
    N_("data"),
    N_("other"),
    N_("access"),
    N_("data centre"),
    N_("measured"),
    N_("published"),
    N_("derived"),
    N_("assumed"),
    N_("calibrated"),
)
SIDES = (N_("absent"), N_("present"))  # what one of two studies may say of an input
LONGEST = 160  # characters of a name in the page


def words(script: str, heads: Iterable[str], language: str) -> dict[str, str]:
    """The messages of a script, its terms and the heads of its tables, by what they are in English; none of English."""
    if language == ENGLISH:
        return {}
    kept = {*TERMS, *heads}
    every = messages(language).items()
    return {text: said for text, said in every if text in kept or json.dumps(text, ensure_ascii=False) in script}


def plain(text: str) -> str:
    r"""A text of a scenario or a pack on one line, without what cannot be seen or turns others round.

    >>> plain("a\nb\u202e")
    'a b�'
    """
    return " ".join(map(printable, text.split("\n")))


def brief(text: str) -> str:
    """
    >>> brief("a title"), len(brief("x" * 10_000)) == LONGEST
    ('a title', True)
    """
    words = plain(text)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def one_side(words: str) -> str:
    """What one of two studies says of an input that differs, on a line."""
    return _(words) if words in SIDES else brief(words)
