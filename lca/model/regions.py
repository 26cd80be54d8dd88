"""Regions by what people call them: the codes of ISO 3166 of three and of two letters, and short English names."""

from __future__ import annotations

from collections.abc import Callable

from lca.problems import Problem, Problems
from lca.text.sheets import Sheet

WORLD = "World"
COLUMNS = ("code", "alpha_2", "name")
AGGREGATES = (  # what data bases call one and the same group of countries; the first name is ours
    (WORLD, "WOR", "GLO", "WLD"),
    ("EU27", "EU", "EU-27", "EUE"),
    ("Europe", "RER", "EEE"),
)


def called(region: str) -> tuple[str, ...]:
    """All names of a region: the codes of an aggregate mean the same, whichever data base they are from.

    >>> called("GLO"), called("FRA")
    (('World', 'WOR', 'GLO', 'WLD'), ('FRA',))
    """
    return next((names for names in AGGREGATES if region in names), (region,))


def is_aggregate(region: str) -> bool:
    """Whether a region is a group of countries that data bases have a code for."""
    return any(region in names for names in AGGREGATES)


class Regions:
    """Codes and names, of which a code may have several."""

    def __init__(self, rows: tuple[tuple[str, str, str], ...] = ()) -> None:
        self._codes: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        for code, short, name in rows:
            self._codes |= {word.casefold(): code for word in (code, short, name)}
            self._names.setdefault(code, []).append(name)

    def code(self, word: str) -> str:
        """The three-letter code of a code or a name, in any case; empty where nothing is called so.

        >>> known = Regions((("DEU", "DE", "Germany"),))
        >>> known.code("germany"), known.code("de"), known.code("Gondor")
        ('DEU', 'DEU', '')
        """
        return self._codes.get(word.strip().casefold(), "")

    def names(self, code: str) -> list[str]:
        """What a region is called, by its three-letter code."""
        return self._names.get(code, [])


Lookup = Callable[[], Regions]


def no_regions() -> Regions:
    """Where none are known by name."""
    return Regions()


def regions(sheet: Sheet) -> Regions:
    """The regions of a table. Problems where it has other columns."""
    if sheet.header != COLUMNS:
        hint = f"the columns of a table of regions are: {','.join(COLUMNS)}"
        raise Problems([Problem("these are not the columns of the table", (sheet.header_span(0),), hint)])
    return Regions(tuple((row.cells[0], row.cells[1], row.cells[2]) for row in sheet.rows))
