"""Stand-ins: what is taken in place of what was asked for, and what a study declares of it.

A region, a provider or a thing for which the packs have nothing is served by another only where `study.stand_ins` says
so. The
nearest year, and the world for a parameter of a region, are taken as they are; whether or not they are declared, they
are said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

from lca.citations import Origin
from lca.model.regions import called
from lca.model.years import each_of


class Asked(NamedTuple):
    """What a factor or a parameter is looked up for. The region and the year may be empty: none is asked for."""

    item: str
    region: str
    year: str


class Substitution(NamedTuple):
    """What was taken in place of what was asked for: an item, a region or a year. `reason`: empty if undeclared."""

    kind: str
    asked: str
    used: str
    item: str
    pack: str
    reason: str = ""

    def is_of(self, origin: Origin) -> bool:
        """Whether a row of a pack is what was taken."""
        return getattr(origin, self.kind) == self.used and (origin.item, origin.pack) == (self.item, self.pack)


class StandIn(Protocol):
    """An entry of study.stand_ins."""

    @property
    def asked(self) -> str: ...
    @property
    def used(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Row(Protocol):
    """A row of a pack."""

    @property
    def origin(self) -> Origin: ...


R = TypeVar("R", bound=Row)
Find = Callable[[str, str, str], Sequence[R]]  # item, region, year


def taken(
    find: Find[R], asked: Asked, declared: Sequence[StandIn], last: str = ""
) -> tuple[Sequence[R], tuple[Substitution, ...]]:
    """The rows that serve, and what they were taken in place of.

    What is asked for comes first, then what is declared in its place, then the region `last`.
    """
    for item, region in _ways(asked, declared, last):
        rows = find(item, region, asked.year)
        if rows:
            rows = _of_declared_year(rows, partial(find, item, region), asked.year, declared)
            return rows, tuple(dict.fromkeys(_substitutions(rows, asked, declared)))
    return [], ()


def _ways(asked: Asked, declared: Iterable[StandIn], last: str) -> Iterator[tuple[str, str]]:
    yield asked.item, asked.region
    for entry in declared:
        if entry.asked == asked.region:
            yield asked.item, entry.used
        if entry.asked == asked.item:
            yield entry.used, asked.region
    if last:
        yield asked.item, last


def _of_declared_year(
    rows: Sequence[R], find: Callable[[str], Sequence[R]], year: str, declared: Iterable[StandIn]
) -> Sequence[R]:
    """The rows themselves where they are of the year; else those of a year declared in its place."""
    if all(row.origin.year in ("", year) for row in rows):
        return rows
    others = (find(entry.used) for entry in declared if year in each_of(entry.asked))
    return next((other for other in others if other), rows)


def _substitutions(rows: Iterable[Row], asked: Asked, declared: Sequence[StandIn]) -> Iterator[Substitution]:
    for origin in (row.origin for row in rows):
        pairs = zip(Asked._fields, asked, (origin.item, origin.region, origin.year), strict=True)
        for kind, wanted, used in pairs:
            if wanted and used and used not in called(wanted):
                of = (entry for entry in declared if wanted in each_of(entry.asked) and used in called(entry.used))
                reason = next((entry.reason for entry in of), "")
                yield Substitution(kind, wanted, used, origin.item, origin.pack, reason)
