"""Hourly carbon intensities of a grid as a factor, weighted by when electricity was taken.

Columns of Electricity Maps (Datetime (UTC), Zone id, Carbon intensity … (Life cycle) or (direct)), and of RTE's éCO2mix
(Date, Heures, Taux de Co2: local time, and what burns in France alone). What is only of the burning is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lca import units
from lca.importers import Given, Made
from lca.measured.integral import HOUR, Window, by_hour, looked, trouble
from lca.measured.readings import SECOND, instant, rows
from lca.measured.settings import Cited, cited, named_in, short, zone_of
from lca.measured.traces import form, in_order, readings
from lca.problems import Problem, Problems, Span, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.text.opened import File
from lca.text.writing import amount, safe
from lca.wording import number, percent, plural, some

TITLE = "hourly intensities of a grid (Electricity Maps, RTE), weighted by a trace of power where one is named too"
TAKES = {
    "region": "the region of the factor; else that of the zone, such as FRA of FR",
    "zone": "the zone, where a file has several",
    "criterion": "the criterion of the factor; else GWP",
    "clock": "the time zone of a trace that names none, such as Europe/Paris; or UTC",
    "metric": "which metric of the trace, where it has several",
}
USES = ()
ORDER = 6

LIFE_CYCLE = re.compile(r"(?i)carbon intensity.*\((?:life.?cycle|lca)\)")
DIRECT = re.compile(r"(?i)carbon intensity.*\(direct\)|taux de co2")
TIME = re.compile(r"(?i)datetime(?: \(utc\))?|date - heure")
DAY, CLOCK = re.compile(r"(?i)date"), re.compile(r"(?i)heures?")
ESTIMATED = re.compile(r"(?i)data estimated")
ZONE = re.compile(r"(?i)zone id")
PARIS = ZoneInfo("Europe/Paris")
FRANCE = "FR"
RTE, HEAD = "taux de co2", 4_096  # what the head of a file of RTE holds
UNIT = "gCO2eq/kWh"
LOW, HIGH = 0.05, 0.95
MOST = 5_000.0  # g/kWh: no grid has more
FIELDS = ("region", "zone", "hours", "value", "low", "high", "unweighted", "unit", "covered")


class Hour(NamedTuple):
    """What a grid is in an hour since 1970, in g/kWh; by life cycle or by what burns alone; measured or estimated."""

    hour: int
    zone: str
    value: float
    is_direct: bool
    is_estimated: bool


class Grids(NamedTuple):
    """The hours of a zone; those that are estimates, and rows without a number."""

    zone: str
    hours: dict[int, float]
    is_direct: bool
    estimated: frozenset[int]
    empty: int


def read(given: Given) -> Made:
    """A factor of electricity from hourly intensities, as one of the study's own."""
    traces = tuple(file for file in given.files if form(file))
    tables = tuple(file for file in given.files if file not in traces)
    if not tables:
        raise problem("there is no table of intensities", hint="name it beside the trace: Electricity Maps or RTE, CSV")
    grid = _grid(tables, given.said.get("zone", ""))
    region = given.said.get("region") or given.library.places().code(grid.zone.partition("-")[0]) or grid.zone
    taken, told = _taken(traces, given.said) if traces else (dict.fromkeys(grid.hours, 1.0), [])
    if "-" in grid.zone and "region" not in given.said and region != grid.zone:
        told.append(f"{grid.zone} is a part of {region}: --set region=… makes it a place of its own")
    known = {hour: energy for hour, energy in taken.items() if hour in grid.hours}
    total = sum(taken.values())
    covered = sum(known.values()) / total if total else 0.0
    if not known or not covered:
        raise problem(
            "the trace and the intensities share no hour", hint="times of both are in UTC, or name their zone"
        )
    source = _cited(tables, traces, grid, covered, known)
    source = source._replace(note=safe("; ".join((source.note, *told))))
    value = sum(grid.hours[hour] * energy for hour, energy in known.items()) / sum(known.values())
    low, high = (_quantile(grid.hours, known, part) for part in (LOW, HIGH))
    criterion = given.said.get("criterion", "GWP")
    ends = {"low": amount(short(low), UNIT), "high": amount(short(high), UNIT)} if low < high else {}
    stated = {"value": amount(short(value), UNIT), **ends, **source.said}
    part = {f"hourly-{grid.zone}": {"item": "electricity", "region": region, "impacts": {criterion: stated}}}
    record = (
        region,
        grid.zone,
        len(known),
        value,
        low,
        high,
        sum(grid.hours.values()) / len(grid.hours),
        UNIT,
        covered,
    )
    return Made(_report(record, grid, told), part=part, sources=source.sources)


def _grid(tables: tuple[File, ...], wanted: str) -> Grids:
    """The hours of one zone: the mean of an hour that has several rows."""
    found: dict[str, dict[int, list[Hour]]] = {}
    empty = 0
    for file in tables:
        for each in _hours(file):
            if each is None:
                empty += 1
            else:
                found.setdefault(each.zone, {}).setdefault(each.hour, []).append(each)
    if not found:
        raise problem("there is no hour with a number in it", tables[0].span, hint="a row an hour, below the columns")
    zone = wanted or next(iter(found))
    if zone not in found or (not wanted and len(found) > 1):
        raise problem("which zone is meant?", hint=f"--set zone=…: {some(found, 10)}")
    rows_ = [each for own in found[zone].values() for each in own]
    if len({each.is_direct for each in rows_}) > 1:
        raise problem("some files are by life cycle, and others by what burns alone", hint="import those of one kind")
    hours = {hour: sum(each.value for each in own) / len(own) for hour, own in found[zone].items()}
    return Grids(zone, hours, rows_[0].is_direct, frozenset(each.hour for each in rows_ if each.is_estimated), empty)


def _hours(file: File) -> Iterator[Hour | None]:
    """The rows of a file; None where one has no number."""
    names: dict[str, str] = {}
    before = 0
    for line, cells in rows(file):
        span = Span(file.name, line, 1)
        names = names or _columns(cells, Span(file.name, 1, 1))
        text = cells.get(names["value"], "").strip().replace(",", ".")
        if text in ("", "ND", "null", "nan", "NaN"):
            yield None
            continue
        try:
            value = units.number(text)
        except units.UnitError as error:
            raise problem(
                f"'{shortened(text)}': {error.message}", span, hint=f"{names['value']} is a number of g/kWh"
            ) from None
        if not 0 <= value <= MOST:
            raise problem(f"{shortened(text)} g/kWh is no intensity of a grid", span, hint=f"0 to {MOST:g} g/kWh")
        if "time" in names:
            time = instant(cells[names["time"]], span)[0]
        else:
            time = before = _in_paris(_local(cells, names, span), before)
        zone = cells[names["zone"]].strip() if "zone" in names else FRANCE
        estimated = cells.get(names.get("estimated", ""), "").strip().lower() == "true"
        yield Hour(time // HOUR, zone, value, LIFE_CYCLE.search(names["value"]) is None, estimated)


def _columns(cells: Mapping[str, str], head: Span) -> dict[str, str]:
    """Which column is what; that of the life cycle is taken where there is one."""
    wanted = {"time": TIME, "day": DAY, "clock": CLOCK, "zone": ZONE, "estimated": ESTIMATED}
    named = {what: name for what, sign in wanted.items() for name in cells if name and sign.fullmatch(name.strip())}
    value = next((name for sign in (LIFE_CYCLE, DIRECT) for name in cells if name and sign.search(name)), None)
    if value is None or ("time" not in named and not {"day", "clock"} <= named.keys()):
        hint = "Datetime (UTC) and Carbon intensity gCO₂eq/kWh (Life cycle); or Date, Heures and Taux de Co2"
        raise Problems([Problem("no columns of times and of intensities", (head,), hint)])
    return {**named, "value": value}


def _local(cells: Mapping[str, str], names: Mapping[str, str], span: Span) -> datetime:
    """The time of a row by the clocks of France."""
    day, clock = cells[names["day"]].strip(), cells[names["clock"]].strip()
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", day):
        day = "-".join(reversed(day.split("/")))
    try:
        return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=None)
    except ValueError:
        raise problem(f"'{shortened(f'{day} {clock}')}' is no time", span, hint="2026-11-25 and 22:00") from None


def _in_paris(local: datetime, before: int) -> int:
    """Nanoseconds since 1970 of a time in France; of an hour that comes twice, the one after the row before."""
    first, second = (int(local.replace(tzinfo=PARIS, fold=fold).timestamp()) * SECOND for fold in (0, 1))
    return first if first > before else second


def _taken(traces: tuple[File, ...], said: Mapping[str, str]) -> tuple[dict[int, float], list[str]]:
    """The energy of each hour of a trace, and what was met in it."""
    trace, seen = looked(in_order(readings, traces, zone_of(said)), Window(), named_in(said, "metric"))
    hours, made = by_hour(trace, Window(), seen.gap)
    if made.local:
        hint = "say of which place its clock is: --set clock=Europe/Paris, or clock=UTC"
        raise problem("the times of the trace name no zone, and those of the grid do", traces[0].span, hint=hint)
    return hours, [*trouble(made)]


def _quantile(hours: Mapping[int, float], energies: Mapping[int, float], part: float) -> float:
    """What so large a part of the electricity is not above."""
    reached, total = 0.0, sum(energies.values())
    for hour in sorted(energies, key=lambda hour: (hours[hour], hour)):
        reached += energies[hour]
        if reached >= part * total * (1 - 1e-12):
            return hours[hour]
    return max(hours[hour] for hour in energies)


def _cited(
    tables: tuple[File, ...], traces: tuple[File, ...], grid: Grids, covered: float, known: Mapping[int, float]
) -> Cited:
    first, last = (datetime.fromtimestamp(hour * 3600, UTC) for hour in (min(known), max(known)))
    weighted = (
        f"weighted by the electricity of {some((file.name for file in traces), 2)}" if traces else "each hour alike"
    )
    at = f"{plural(len(known), 'hour')} of {grid.zone}, {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
    words = [
        weighted,
        *(["the range is that of the hours in which 90 % of it is taken"] if len(known) > 1 else []),
        *(["what burns alone, without the life cycle of fuels and plants"] if grid.is_direct else []),
        *([f"{estimated} hours are estimates"] if (estimated := len(grid.estimated & known.keys())) else []),
        *([f"{grid.empty} rows have no number"] if grid.empty else []),
        *([f"{percent(1 - covered)} of the electricity is in hours that are not known"] if covered < 1 else []),
    ]
    tool = "éCO2mix of RTE" if RTE in tables[0].head(HEAD).casefold() else "Electricity Maps"
    return cited((*tables, *traces), tool, at, words, f"{last:%Y}")._replace(basis="published")


def _report(record: tuple[Any, ...], grid: Grids, met: list[str]) -> Report:
    named = dict(zip(FIELDS, record, strict=True))
    heads = ("region", "hours", f"weighted, {UNIT}", "low", "high", "each hour alike")
    cells = (
        named["region"], str(named["hours"]),
        *(number(named[name]) for name in ("value", "low", "high", "unweighted")),
    )  # fmt: skip
    burnt = (Entry("Caution", ("what burns alone: it is no factor of a life cycle",)),) if grid.is_direct else ()
    told = (*burnt, *((Entry("Met on the way", tuple(met)),) if met else ()))
    table = Grid(tuple(Column(head, right=bool(place)) for place, head in enumerate(heads)), (row(*cells),))
    return Report((Heading("Electricity"), table, *((Entries(told),) if told else ())), FIELDS, (named,))
