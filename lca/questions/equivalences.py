"""Totals in things that people know: a distance by car, the life of a smartphone, what one person causes in a year.

Each is a row of `factors/equivalences.csv`, which names rows of packs: its factor is theirs, with source and place, and
by no other criterion than theirs. None is of weak evidence, and none is taken times the people of a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lca import units
from lca.model.criteria import Criterion
from lca.model.packs import Pack
from lca.operations import added
from lca.questions.quality import WEAK
from lca.text.sheets import Sheet

Row = Mapping[str, str]
LIFETIME, YEAR = "lifetime", units.unit("year")


class Factor(NamedTuple):
    """What one of a thing counts, in the unit of a criterion, and where that is printed."""

    value: float
    at: tuple[str, ...]


class Equivalence(NamedTuple):
    """A thing that totals are told in. name, said, of: messages. units: what it is counted in, the largest first.

    life: the years over which a thing is spread; None where it is not. sources: the packs behind it.
    """

    key: str
    name: str
    said: str
    of: str
    units: tuple[str, ...]
    life: float | None
    sources: tuple[Pack, ...]
    factors: Mapping[str, Factor]


def packs_of(table: Sheet) -> list[str]:
    """The names of the packs that a table of equivalences names."""
    return list(dict.fromkeys(name for row in _rows(table) for name in (row["pack"], row["over"]) if name))


def equivalences(table: Sheet, packs: Mapping[str, Pack], criteria: Iterable[Criterion]) -> list[Equivalence]:
    """Those that have a factor by one of the criteria, in the order of the table."""
    every = list(criteria)
    made = (_equivalence(row, packs, every) for row in _rows(table))
    return [each for each in made if each.factors]


def _equivalence(row: Row, packs: Mapping[str, Pack], criteria: Iterable[Criterion]) -> Equivalence:
    own = packs[row["pack"]]
    spread = _lifetime(packs[row["over"]], row["item"]) if row["over"] else None
    found = {criterion.key: _factor(row, own, criterion, spread) for criterion in criteria}
    return Equivalence(
        row["key"],
        row["name"],
        row["said"],
        row["of"],
        tuple(row["units"].split()),
        spread.value if spread else None,
        tuple(packs[name] for name in (row["pack"], row["over"]) if name),
        {key: factor for key, factor in found.items() if factor},
    )


def _factor(row: Row, pack: Pack, criterion: Criterion, spread: Factor | None) -> Factor | None:
    """The sum of the stages of a thing by a criterion; None where a part of it is unknown, weak or no burden."""
    own = [each for each in _of(pack, row) if each["criterion"] == (criterion.of or criterion.key)]
    values = [_value(each, row["per"], criterion) for each in own if each.get("quality") not in WEAK]
    known = [value for value in values if value is not None and value > 0]
    if not own or len(known) < len(own):
        return None
    at = tuple(each["at"] for each in own)
    return Factor(added(known) / spread.value, (*at, *spread.at)) if spread else Factor(added(known), at)


def _of(pack: Pack, row: Row) -> Iterator[Row]:
    for sheet in pack.tables.get(row["role"], ()):
        for each in _rows(sheet):
            if each[sheet.header[0]] == row["item"] and each.get("region", "") == row["region"]:
                yield each


def _value(row: Row, per: str, criterion: Criterion) -> float | None:
    try:
        unit = units.scale(units.unit(row["unit"], criterion.space), criterion.unit)
        of = units.scale(units.unit(row["per"]), units.unit(per))
    except units.UnitError:
        return None
    return None if unit is None or of is None else float(row["value"]) * unit / of


def _lifetime(pack: Pack, item: str) -> Factor:
    """The years that a thing lasts."""
    own = (row for sheet in pack.tables["parameters"] for row in _rows(sheet))
    row = next(row for row in own if (row["item"], row["name"]) == (item, LIFETIME))
    return Factor(float(row["value"]) * (units.scale(units.unit(row["unit"]), YEAR) or 0), (row["at"],))


def _rows(sheet: Sheet) -> Iterator[Row]:
    return (dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows)
