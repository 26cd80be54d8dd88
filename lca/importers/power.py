"""Traces of power: of wattmeters, of software meters, and of GPUs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from lca import units
from lca.importers import File, Given, Made
from lca.measured import by_map
from lca.measured.integral import PAUSE, Integral, Looked, Window, integral, looked, trouble
from lca.measured.readings import SECOND, instant
from lca.measured.settings import hashed, is_once, number, quantity_of, stated
from lca.measured.traces import readings
from lca.model.mapping import Trace as Mapped
from lca.model.mapping import mapping
from lca.problems import Span, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.wording import plural, quantity, some

TITLE = "traces of power (Kwollect, ALUMET, nvidia-smi): energy, in all or for a unit of work, and idle power"
TAKES = {
    "work": "what was done meanwhile, such as 1200 prompt: the energy is then for one",
    "repeat": "files, where each file is a repetition of that work; else all count together",
    "from": "when to begin, such as 2026-11-25T22:00:00+01:00",
    "to": "when to end",
    "metric": "which metric, where there are several; several with commas",
    "idle": "the power below which a device is idle, such as 150 W; or auto, halfway from idle to active",
    "meter": "the accuracy of the meter, such as 2 %",
    "gap": "the longest pause that is bridged, such as 30 s; else ten times the usual one",
    "apart": "yes, where requests that a method prices in the scenario are others than those that were measured",
}
USES = ("map",)
ORDER = 1

WATT, SECONDS, KWH, JOULE = (units.unit(name) for name in ("W", "s", "kWh", "J"))
FIELDS = ("file", "energy", "unit", "seconds", "power", "idle_power", "devices", "readings", "gaps", "missing", "back")


def read(given: Given) -> Made:
    """The energy of a trace as the part of a scenario, with where it comes from."""
    said = given.said
    repeated = _choice(said, "repeat", ("files",)) == "files"
    work = quantity_of(said, "work", None, TAKES)
    if repeated and work is None:
        raise problem("repeat=files needs the work of each file", hint="--set work='1200 prompt'")
    groups: list[tuple[File, ...]] = [(file,) for file in given.files] if repeated else [given.files]
    trace = _trace(given)
    made = [_measured(group, said, trace) for group in groups]
    part = _part(made, groups, said, work)
    return Made(_report(groups, made), part=part, is_measured=is_once(given.said))


def _trace(given: Given) -> Mapped | None:
    """What the columns of the files mean, where a map says it."""
    if given.map is None:
        return None
    trace: Mapped | None = mapping(given.map).trace
    if trace is None:
        raise problem("the map says nothing of a trace", given.map.span, hint="trace: {time: …, power: …, unit: W}")
    return trace


def _measured(files: Iterable[File], said: Mapping[str, str], mapped: Mapped | None) -> Integral:
    """What files come to together."""
    metrics = tuple(name.strip() for name in said.get("metric", "").split(",") if name.strip())
    window = Window(*(_time(said, name) for name in ("from", "to")))
    own = partial(readings, tuple(files)) if mapped is None else partial(by_map.readings, tuple(files), mapped)
    trace, seen = looked(own, window, metrics)
    gap = number(said, "gap", SECONDS, TAKES) or PAUSE * seen.pause
    made = integral(trace, window, gap, _idle(said, seen))
    if not made.seconds:
        hint = "two readings at least, no further apart than --set gap="
        raise problem("the trace has no time in which power is known", hint=hint)
    return made


# --- what is set -----------------------------------------------------------------------------------------------------


def _choice(said: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = said.get(name, "")
    if value and value not in known:
        raise problem(f"{name}={shortened(value)} is not known", hint=f"{name}={' or '.join(known)}")
    return value


def _time(said: Mapping[str, str], name: str) -> int | None:
    return instant(said[name], Span(f"--set {name}", 1, 1))[0] if name in said else None


def _idle(said: Mapping[str, str], seen: Looked) -> float | None:
    if said.get("idle") != "auto":
        return number(said, "idle", WATT, TAKES)
    if seen.between is None:
        hint = "leave idle out: all of it is one"
        raise problem("idle=auto: low and high powers are too near to one another to be told apart", hint=hint)
    return seen.between


# --- what it becomes -------------------------------------------------------------------------------------------------


def _part(
    made: list[Integral], groups: list[tuple[File, ...]], said: Mapping[str, str], work: tuple[float, units.Unit] | None
) -> dict[str, Any]:
    """The keys of a block: energy, and idle power where it was asked for."""
    count, unit = work or (1.0, units.ONE)
    kwh = units.scale(JOULE, KWH) or 1.0
    active = [(each.energy - each.idle_energy) * kwh / count for each in made]
    energy = units.over(KWH, unit) if work else KWH
    accuracy = number(said, "meter", units.ONE, TAKES) or 0.0
    part = {"energy": stated(active, energy, accuracy, _note(made, groups))}
    idle = [each for each in made if each.idle_seconds and each.active_power]
    if idle:
        shares = [100 * each.idle_power / each.active_power for each in idle]
        words = f"of the active power, {quantity(_mean([each.active_power for each in idle]), 'W')}; {_rule(said)}"
        part["idle_power"] = stated(shares, units.unit("%"), 0.0, words)
    return part


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _note(made: list[Integral], groups: list[tuple[File, ...]]) -> str:
    files = [file for group in groups for file in group]
    first = min(each.first or 0 for each in made)
    last = max(each.last or 0 for each in made)
    metrics = sorted({metric for each in made for _, metric in each.devices})
    devices = len({device for each in made for device in each.devices})
    hours = quantity(sum(each.seconds for each in made) / 3600, "h")
    words = [
        hashed(files),
        f"{_moment(first)} to {_moment(last)}",
        f"{some(metrics, 3)} of {plural(devices, 'device')}",
        f"{plural(sum(each.readings for each in made), 'reading')} over {hours} of devices",
        *([f"{len(made)} repetitions"] if len(made) > 1 else []),
        *(["without idle hours"] if any(each.idle_seconds for each in made) else []),
        *(word for each in made for word in trouble(each)),
    ]
    return "; ".join(words)


def _rule(said: Mapping[str, str]) -> str:
    middle = "the middle of the powers that 5 and 95 % of the time are below"
    return f"idle is below {middle if said['idle'] == 'auto' else said['idle']}"


def _moment(time: int) -> str:
    return datetime.fromtimestamp(time // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _report(groups: list[tuple[File, ...]], made: list[Integral]) -> Report:
    records = tuple(_record(group, each) for group, each in zip(groups, made, strict=True))
    heads = ("files", "energy", "time of devices", "mean power", "least", "most")
    rows = (
        row(
            some((file.name for file in group), 2), quantity(each.energy / 3.6e6, "kWh"),
            quantity(each.seconds / 3600, "h"), quantity(each.power, "W"), quantity(each.least, "W"),
            quantity(each.most, "W"),
        )
        for group, each in zip(groups, made, strict=True)
    )  # fmt: skip
    told = [word for each in made for word in trouble(each)]
    notes = (Entries((Entry("Met on the way", tuple(told)),)),) if told else ()
    grid = Grid(tuple(Column(head, right=bool(place)) for place, head in enumerate(heads)), tuple(rows))
    return Report((Heading("What was measured"), grid, *notes), FIELDS, records)


def _record(group: tuple[File, ...], each: Integral) -> dict[str, Any]:
    files = ", ".join(file.name for file in group)
    numbers = (each.energy / 3.6e6, "kWh", each.seconds, each.power, each.idle_power, len(each.devices), each.readings)
    return dict(zip(FIELDS, (files, *numbers, each.gaps, each.missing, each.back), strict=True))
