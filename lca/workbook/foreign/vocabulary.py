"""What words of sheets mostly mean, by what they are words for: columns, tiers, stages, regions, units, times."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from lca.model.mapping import CHOICES
from lca.text import sheets
from lca.workbook.foreign.heads import IN_BRACKETS, alike, alike_unit

UNITS = ("unit", "time")  # kinds of words in which capitals say something


@cache
def words() -> dict[str, dict[str, str]]:
    """What words of sheets mostly mean, kind by kind."""
    text = files("lca.workbook.foreign").joinpath("words.csv").read_text(encoding="utf-8")
    made: dict[str, dict[str, str]] = {}
    for of, word, means in (cells.cells for cells in sheets.parse(text, "words.csv").rows):
        made.setdefault(of, {})[alike_unit(word) if of in UNITS else bare(word)] = means
    return made


@cache
def _as_written() -> set[tuple[str, str]]:
    text = files("lca.workbook.foreign").joinpath("words.csv").read_text(encoding="utf-8")
    return {(cells.cells[0], cells.cells[1]) for cells in sheets.parse(text, "words.csv").rows}


def bare(text: str) -> str:
    """A text without capitals, accents and what stands in brackets.

    >>> bare("Quantité (kWh)"), bare("Équipement")
    ('quantite', 'equipement')
    """
    plain = unicodedata.normalize("NFKD", IN_BRACKETS.sub("", alike(text)))
    return "".join(character for character in plain if not unicodedata.combining(character))


def meaning(of: str, text: str) -> str | None:
    """What a word mostly means; None where nobody knows. The m and M before a symbol of a unit are two.

    >>> meaning("unit", "MWh/an"), meaning("unit", "mWh/an"), meaning("time", "Ans"), meaning("region", "Allemagne")
    ('MWh', None, 'year', 'DEU')
    """
    if of in UNITS:
        return words().get(of, {}).get(alike_unit(text))
    own, choices = bare(text), CHOICES.get(of, ())
    return own if own in choices else words().get(of, {}).get(own)


def is_written_so(of: str, text: str) -> bool:
    """Whether the table has a word as it is written, its capitals too."""
    return (of, text) in _as_written()
