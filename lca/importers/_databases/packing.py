"""Entries as a pack: keys of items, criteria, units and stages in our words, and the account of every row.

What is no factor of ours is listed with its place and why, in `listing.csv` beside the factors; nothing is dropped.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from lca.importers import Given
from lca.importers._databases.entries import Asked, Entry, Passed, Told
from lca.importers._databases.numbers import number
from lca.importers._databases.words import criterion, denominator, numerator, slug, stage
from lca.model.packs import COLUMNS
from lca.model.regions import Regions, called, is_aggregate
from lca.model.terms import STAGES, overlap
from lca.workbook.foreign.vocabulary import meaning

UNKNOWN = "a region that is not known here, kept as it is"
LISTING = ("place", "name", "taken", "why", "detail")
ALL = "all"
LONGEST = 300  # characters of a note
ROWS = 15_000  # of one table: at the longest, what a pack may have in a file
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet takes a text for a formula

Key = tuple[str, str, str, str, str]  # item, stage, region, year, criterion


class Chosen(NamedTuple):
    """What the user says of the pack: its stage and quality where entries say none, and words of a mapping.

    regions: whether factors keep the region that they are of. items, criteria, stages, units, places: words of the
    export to ours.
    """

    stage: str = ALL
    quality: str = "B"
    regions: bool = True
    items: Mapping[str, str] = {}
    criteria: Mapping[str, str] = {}
    stages: Mapping[str, str] = {}
    units: Mapping[str, str] = {}
    places: Mapping[str, str] = {}


class Factor(NamedTuple):
    """An entry in our words."""

    entry: Entry
    item: str
    stage: str
    region: str
    criterion: str
    unit: str
    per: str

    @property
    def key(self) -> Key:
        """What no two rows of a pack may share."""
        return self.item, self.stage, called(self.region)[0], self.entry.year, self.criterion


class Account(NamedTuple):
    """The factors of a pack, and every row that is none or of which something is to be said."""

    factors: tuple[Factor, ...]
    passed: tuple[Passed, ...]
    remarks: tuple[Passed, ...]
    methods: dict[str, str]

    @property
    def rows(self) -> int:
        """How many rows, data sets and cells there were."""
        return len(self.factors) + len(self.passed)


def account(told: Iterable[Told], given: Given, asked: Asked, chosen: Chosen) -> Account:
    """Every entry as a factor, or with why it is none."""
    factors: list[Factor] = []
    passed: list[Passed] = []
    places = given.library.places()
    keys: dict[str, str] = {}
    for one in told:
        if isinstance(one, Entry) and one.criterion not in keys:
            keys[one.criterion] = chosen.criteria.get(one.criterion) or criterion(one.criterion, asked.known)
        made = one if isinstance(one, Passed) else _factor(one, keys[one.criterion], asked, chosen, places)
        (passed if isinstance(made, Passed) else factors).append(made)  # type: ignore[arg-type]
    factors, remarks = _apart(factors)
    factors, again = _without_repeated(factors)
    factors, parts = _without_overlaps(factors)
    remarks += [Passed(f.entry.place, f.entry.name, f.entry.remark) for f in factors if f.entry.remark]
    remarks += _unknown(factors, places)
    remarks += [Passed(f.entry.place, f.entry.name, "below 0: taken as a credit", f.entry.value) for f in factors
                if float(f.entry.value) < 0]  # fmt: skip
    return Account(tuple(factors), (*passed, *again, *parts), tuple(remarks), _methods(factors, asked))


def _factor(entry: Entry, key: str, asked: Asked, chosen: Chosen, places: Regions) -> Factor | Passed:
    if key not in asked.known:
        return Passed(entry.place, entry.name, "no criterion of ours", entry.criterion)
    unit = numerator(chosen.units.get(entry.unit, entry.unit), asked.known[key].space)
    if not unit:
        return Passed(entry.place, entry.name, f"no unit of {key}", entry.unit or "no unit")
    per = denominator(chosen.units.get(entry.per, entry.per))
    if per is None:
        return Passed(entry.place, entry.name, "a unit that is not known here", entry.per or "no unit")
    own = chosen.stages.get(entry.stage) or (stage(entry.stage) if entry.stage else chosen.stage)
    if own not in STAGES:
        return Passed(entry.place, entry.name, "no stage of ours", entry.stage)
    item = chosen.items.get(slug(entry.name)) or slug(entry.name)
    if not item:
        return Passed(entry.place, entry.name, "no name")
    region = _region(entry.region, chosen, places) if chosen.regions else ""
    return Factor(entry, item, own, region, key, unit, str(per))


def _region(said: str, chosen: Chosen, places: Regions) -> str:
    """A region in our words: as the map says it, by its code or name, or by what it is mostly called; else as it is."""
    own = chosen.places.get(said) or said
    return places.code(own) or called(meaning("region", own) or own)[0]


def _unknown(factors: Iterable[Factor], places: Regions) -> Iterator[Passed]:
    """The regions that are in no table of ours, each with the first row that has it."""
    first = {f.region: f for f in reversed([*factors]) if f.region}
    for region, factor in sorted(first.items()):
        if not (places.code(region) or is_aggregate(region)):
            yield Passed(factor.entry.place, factor.entry.name, UNKNOWN, region)


def _apart(factors: list[Factor]) -> tuple[list[Factor], list[Passed]]:
    """Things of one name told apart, where they are counted by different units or known by different keys."""
    by_item: dict[str, dict[str, set[str]]] = {}
    for factor in factors:
        by_item.setdefault(factor.item, {}).setdefault(factor.entry.per, set()).add(factor.entry.key)
    made: list[Factor] = []
    renamed: dict[str, Passed] = {}
    for factor in factors:
        pers = by_item[factor.item]
        item = factor.item
        if len(pers) > 1:
            item = f"{item}-per-{slug(factor.entry.per)}"
        made.append(factor._replace(item=item))
    taken: dict[Key, set[str]] = {}
    for factor in made:
        taken.setdefault(factor.key, set()).add(factor.entry.key)
    clashing = {(f.item, f.entry.key) for f in made if len(taken[f.key]) > 1}
    apart: list[Factor] = []
    for factor in made:
        if (factor.item, factor.entry.key) in clashing:
            own = f"{factor.item}-{slug(factor.entry.key)}"
            renamed[own] = Passed(factor.entry.place, factor.entry.name, "several things of one name: told apart", own)
            factor = factor._replace(item=own)  # noqa: PLW2901
        apart.append(factor)
    return apart, [*renamed.values()]


def _without_repeated(factors: list[Factor]) -> tuple[list[Factor], list[Passed]]:
    """The first of several rows for one key of one thing."""
    seen: dict[Key, Factor] = {}
    again: list[Passed] = []
    for factor in factors:
        first = seen.setdefault(factor.key, factor)
        if first is not factor:
            is_same = float(first.entry.value) == float(factor.entry.value)
            why = "the same as another row" if is_same else "another value for the same thing: the first is taken"
            again.append(
                Passed(factor.entry.place, factor.entry.name, why, f"{first.entry.place}: {first.entry.value}")
            )
    return [*seen.values()], again


def _without_overlaps(factors: list[Factor]) -> tuple[list[Factor], list[Passed]]:
    """The parts of a thing, where there is a total of them too: a pack has the parts or the total."""
    stages: dict[tuple[str, str], set[str]] = {}
    for factor in factors:
        stages.setdefault((factor.item, factor.criterion), set()).add(factor.stage)
    kept: list[Factor] = []
    gone: list[Passed] = []
    for factor in factors:
        others = stages[factor.item, factor.criterion] - {factor.stage}
        if factor.stage in (ALL, "embodied") and any(overlap(factor.stage, other) for other in others):
            entry = factor.entry
            gone.append(
                Passed(entry.place, entry.name, "a total whose parts are taken", f"{factor.criterion}: {entry.value}")
            )
        else:
            kept.append(factor)
    return kept, gone


def _methods(factors: Iterable[Factor], asked: Asked) -> dict[str, str]:
    """By which method each criterion is assessed, where the export names it."""
    named: dict[str, dict[str, None]] = {}
    for factor in factors:
        if factor.entry.method:
            named.setdefault(factor.criterion, {})[f"{factor.entry.method}: {factor.entry.criterion}"] = None
    return {key: "; ".join(words) for key, words in named.items() if key in asked.known}


# --- files ------------------------------------------------------------------------------------------------------------


def files(made: Account, about: Mapping[str, Any], quality: str) -> dict[str, str]:
    """The files of the pack: what it is, its factors in as many tables as they need, and the account of the rest."""
    columns = COLUMNS["factors"].split(",")
    tables = {
        f"factors{f'-{number}' if len(made.factors) > ROWS else ''}.csv": _csv(
            columns, map(partial(_row, quality), part)
        )
        for number, part in enumerate(_parts(made.factors), 1)
    }
    listed = [*((p, "no") for p in made.passed), *((p, "yes") for p in made.remarks)]
    package = {**about, "resources": [{"path": name, "role": "factors"} for name in tables]}
    package |= {"methods": made.methods} if made.methods else {}
    return {
        "datapackage.json": json.dumps(package, indent=2, ensure_ascii=False) + "\n",
        **tables,
        "listing.csv": _csv(LISTING, ((one.place, one.name, taken, one.why, one.detail) for one, taken in listed)),
    }


def _parts(factors: tuple[Factor, ...]) -> Iterator[tuple[Factor, ...]]:
    return (factors[start : start + ROWS] for start in range(0, len(factors), ROWS))


def _row(quality: str, factor: Factor) -> Iterator[str]:
    entry = factor.entry
    note = " ".join(f"{entry.name}: {entry.note}".removesuffix(": ").split())[:LONGEST]
    yield from (factor.item, factor.stage, factor.region, entry.year, factor.criterion, entry.value, factor.unit)
    yield from (factor.per, *entry.spread, entry.place, quality, note)


def _csv(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(map(_safe, row) for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    """A text that a spreadsheet would take for a formula stands behind an apostrophe."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULAS) and number(cell) is None else cell


def reasons(passed: Iterable[Passed]) -> Counter[str]:
    """Why rows are no factors, most frequent first."""
    return Counter(dict(Counter(one.why for one in passed).most_common()))
