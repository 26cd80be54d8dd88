"""Factors and parameters of packs held to the data quality that the study requires (ISO 14044, 4.2).

Time: the years between a row and the year that the study is of. Geography: the region that was asked for and that of
the row. Technology: the item that was asked for and that of the row. Letter: how good the pack says the row is. What
was taken in place of what, declared or not, is judged as it is. A row that does not say its year, or its region where
one was asked for, is no proof: it does not meet what is required.

Bills of materials have neither year nor region and are not judged, nor is what the scenario itself states, whose basis
`lca quality` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.citations import Origin
from lca.compile import Line, Model
from lca.graph import Input
from lca.model.case import TotalKey
from lca.model.goal import COUNTRY, REGION, SAME, Requirement
from lca.model.packs import QUALITIES
from lca.model.regions import called, is_aggregate
from lca.questions.account import FACTOR, PART, kind_of
from lca.result import Result
from lca.spoken import _, n_
from lca.wording import number


class Datum(NamedTuple):
    """A row of a pack that totals depend on, and what was asked for where it serves: an item, a region, years."""

    item: str
    region: str
    years: tuple[int, ...]
    origin: Origin
    reasons: tuple[str, ...] = ()


class Row(NamedTuple):
    """Rows of one item, region, year and letter, and why they miss what is required: empty where they meet it."""

    item: str
    region: str
    pack: str
    year: str
    letter: str
    misses: tuple[str, ...]


class Judged(NamedTuple):
    """Rows, the criteria by which they count, and how much they weigh.

    share: of the total in which they weigh most, by absolute values. reasons: why the study takes them in place of
    what was asked for.
    """

    row: Row
    criteria: tuple[str, ...]
    share: float
    reasons: tuple[str, ...]


class Judgement(NamedTuple):
    """All rows, what misses first; and of each total the share that rests on rows that meet what is required."""

    data: tuple[Judged, ...]
    met: dict[TotalKey, float]


Sizes = dict[TotalKey, float]


def judgement(result: Result, required: Requirement) -> Judgement:
    """The rows that a result depends on, held to what is required of them."""
    wholes: Sizes = {}
    met: Sizes = {}
    weights: dict[Row, Sizes] = {}
    reasons: dict[Row, dict[str, None]] = {}
    for line in result.model.lines:
        size, data = abs(result.values[line.impact]), [*_data(result.model, line, required)]
        rows = {_row(each, required): None for each in data}
        _add(wholes, line.total, size)
        _add(met, line.total, 0.0 if any(row.misses for row in rows) else size)
        for row in rows:
            _add(weights.setdefault(row, {}), line.total, size)
        for each in data:
            reasons.setdefault(_row(each, required), {}).update(dict.fromkeys(each.reasons))
    judged = (_judged(row, sizes, wholes, tuple(reasons[row])) for row, sizes in weights.items())
    ordered = sorted(judged, key=lambda one: (not one.row.misses, -one.share))
    return Judgement(tuple(ordered), {key: met[key] / whole if whole else 0.0 for key, whole in wholes.items()})


def _add(sizes: Sizes, key: TotalKey, size: float) -> None:
    sizes[key] = sizes.get(key, 0.0) + size


def _row(datum: Datum, required: Requirement) -> Row:
    of = datum.origin
    return Row(of.item, of.region, of.pack, of.year, of.quality, misses(datum, required))


def _judged(row: Row, sizes: Sizes, wholes: Sizes, reasons: tuple[str, ...]) -> Judged:
    share = max((size / wholes[key] for key, size in sizes.items() if wholes[key]), default=0.0)
    return Judged(row, tuple(dict.fromkeys(key.criterion for key in sizes)), share, reasons)


def misses(datum: Datum, required: Requirement) -> tuple[str, ...]:
    """Why a row misses what is required, in words; nothing where it meets it."""
    return tuple(words for of in (_time, _geography, _technology, _letter) if (words := of(datum, required)))


# --- aspects ---------------------------------------------------------------------------------------------------------


def _time(datum: Datum, required: Requirement) -> str:
    if required.time is None:
        return ""
    if not datum.origin.year:
        return _("year not said")
    age = max(abs(year - int(datum.origin.year)) for year in datum.years)
    return n_("{count} year away", "{count} years away", age) if age > required.time else ""


def _geography(datum: Datum, required: Requirement) -> str:
    asked, used = datum.region, datum.origin.region
    if not required.geography or not (asked or used):
        return ""
    if not used:
        return _("region not said, for {asked}", asked=asked)
    if used in called(asked or used):
        return _("{region} is no country", region=used) if required.geography == COUNTRY and is_aggregate(used) else ""
    return (
        ""
        if is_aggregate(used) and required.geography not in (COUNTRY, REGION)
        else _("{used} for {asked}", used=used, asked=asked)
    )


def _technology(datum: Datum, required: Requirement) -> str:
    other = required.technology == SAME and datum.origin.item != datum.item
    return _("{used} for {asked}", used=datum.origin.item, asked=datum.item) if other else ""


def _letter(datum: Datum, required: Requirement) -> str:
    own = datum.origin.quality
    if not required.letter or (own and QUALITIES.index(own) <= QUALITIES.index(required.letter)):
        return ""
    return _("letter {letter}", letter=own) if own else _("letter not said")


# --- data ------------------------------------------------------------------------------------------------------------


def _data(model: Model, line: Line, required: Requirement) -> Iterator[Datum]:
    """The rows of packs and the study's own factors below a line, but for bills of materials."""
    graph = model.graph
    own = {factor.node.index: factor.origin for factor in model.factors.own}
    below_factor = set(graph.below([line.factor]))
    stated = tuple(int(year) for year in model.years[line.case])
    years = stated or ((int(required.year),) if required.year else ())
    for node in graph.below([line.impact]):
        leaf = graph.info[node] if graph.op[node] == "input" else None
        if node in own:
            yield Datum(line.flow, line.region, years, own[node], ())
        elif leaf is not None and leaf.origin is not None and kind_of(model, leaf) != PART:
            yield _datum(model, line, leaf, leaf.origin, node, years, of_line=node in below_factor)


def _datum(
    model: Model, line: Line, leaf: Input, origin: Origin, node: int, years: tuple[int, ...], *, of_line: bool
) -> Datum:
    """A row, with what was asked for: of a factor by the line, of a parameter by what it was taken in place of."""
    swaps = [swap for swap in model.facts.instead.get(node, ()) if swap.kind != "year" or int(swap.asked) in years]
    asked = {swap.kind: swap.asked for swap in swaps}
    if of_line and kind_of(model, leaf) == FACTOR:
        asked |= {"item": line.flow, "region": line.region}
        swaps = [swap for swap in swaps if swap.asked in (line.flow, line.region, *map(str, years))]
    reasons = tuple(dict.fromkeys(swap.reason or _("not declared") for swap in swaps))
    return Datum(asked.get("item", origin.item), asked.get("region", origin.region), years, origin, reasons)


def in_words(required: Requirement) -> Iterator[str]:
    """What is required, aspect by aspect."""
    if required.time is not None:
        within = _("1 year") if required.time == 1 else _("{number} years", number=number(required.time))
        of = required.year or _("the year of the functional unit")
        yield _("time: within {years} of {year}", years=within, year=of)
    if required.geography:
        yield _("geography: {value}", value=_(required.geography))
    if required.technology:
        yield _("technology: {value}", value=_(required.technology))
    if required.letter:
        yield _("letter: {value} or better", value=required.letter)
