"""The strings of the page in the languages that it speaks.

Whole sentences with named places, never pieces that are glued together. `scripts/words.js` says the same from the same
catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lca.problems import printable

ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr")
LONGEST = 160  # characters of a name in the page
HERE = Path(__file__).parent


def _(text: str, language: str = ENGLISH, **places: str) -> str:
    """A string of ours in a language, with its places filled; in English where the catalogue does not have it.

    >>> _("{count} of {all}", "en", count="3", all="4"), _("Reset", "fr")
    ('3 of 4', 'Rétablir')
    """
    said = catalogue(language).get(text, text)
    return said.format_map(places) if places else said


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The strings by what they are in English; none of English itself."""
    file = HERE / f"{language}.json"
    strings: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8")) if language != ENGLISH else {}
    return strings


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
