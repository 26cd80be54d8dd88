"""Years: over which of them a functional unit goes, and what a number comes to in each.

A yearly rate compounds: in year y a number is its value × (1 + rate)^(y - first year), the compound growth of
economics and of every efficiency that is told in percent a year. A number that is given for some years goes in a
straight line between them, and stands for no year before the first or after the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from lca.graph import Node
from lca.text.documents import Located
from lca.text.overlay import Path, entries, is_year

MOST = 100  # years of a functional unit
PER_YEAR = "%/year"
_SPAN = re.compile(r"([0-9]{4})\s*\.\.\s*([0-9]{4})")


class Years(NamedTuple):
    """From the first to the last year, both included."""

    first: int
    last: int

    @property
    def each(self) -> tuple[str, ...]:
        """Every year of them."""
        return tuple(str(year) for year in range(self.first, self.last + 1))

    def __str__(self) -> str:
        """
        >>> print(Years(2024, 2030))
        2024 to 2030
        """
        return f"{self.first} to {self.last}"


def years(text: object) -> Years | None:
    """The years that a text says; None where it says none, they run backwards, or are too many.

    >>> years("2024..2030"), years("2030..2024"), years("2024")
    (Years(first=2024, last=2030), None, None)
    """
    found = _SPAN.fullmatch(text) if isinstance(text, str) else None
    made = Years(int(found[1]), int(found[2])) if found else None
    return made if made is not None and 0 <= made.last - made.first < MOST else None


def each_of(said: str) -> tuple[str, ...]:
    """The years that a text says, each by itself; else the text.

    >>> each_of("2024..2026"), each_of("FRA")
    (('2024', '2025', '2026'), ('FRA',))
    """
    span = years(said)
    return (said,) if span is None else span.each


def why_no_years(text: str) -> str:
    """The way out where a text says no years."""
    found = _SPAN.fullmatch(text)
    if found and found[2] < found[1]:
        return f"the first year comes first: {found[2]}..{found[1]}"
    if found:
        return f"at most {MOST} years: end them earlier"
    return "the first and the last, as in 2024..2030; a single year is year: 2024"


def of_unit(unit: Located | None) -> Years | None:
    """The years that a functional unit goes over; None where it is of one year, or of none in particular."""
    stated = entries(unit)
    at = stated.get("years")
    return None if at is None or "year" in stated or "sum_of" in stated else years(at.value)


def in_year(unit: Located, year: str) -> Located:
    """A functional unit of several years in one of them, which stands where the years are written."""
    stated = entries(unit)
    return unit.with_value({**stated, "year": stated["years"].with_value(year)})


def name(unit: str, year: str) -> str:
    """What a functional unit is called in one of its years."""
    return f"{unit} {year}"


def plain(path: Path) -> Path:
    """The path of a quantity, without the year for which it is given.

    >>> plain(("inference", "energy", "2024"))
    ('inference', 'energy')
    """
    return path[:-1] if is_year(path[-1]) else path


# --- numbers over the years -------------------------------------------------------------------------------------------


def grown(value: Node, rate: Node, passed: int) -> Node:
    """A value after some years at a yearly rate."""
    graph = value.graph
    yearly = graph.constant(1) + (rate.to(PER_YEAR).to("1/year") * graph.year()).to("1")
    return (value * yearly**passed).to(value.unit)


def between(given: Mapping[int, Node], year: int) -> Node:
    """The value in a year from those of other years, in a straight line between the nearest; in the unit of the first.

    A mix keeps its sum: the shares of a year are those of two whole mixes, in one proportion for all of them. Problems
    where they are of different dimensions; ValueError for a year before or after them all.
    """
    unit = given[min(given)].unit
    alike = {each: node.to(unit) for each, node in given.items()}
    before, after = max(y for y in alike if y <= year), min(y for y in alike if y >= year)
    if before == after:
        return alike[before]
    one, part = alike[before].graph.constant(1), alike[before].graph.constant((year - before) / (after - before))
    return alike[before] * (one - part) + alike[after] * part
