"""Traces of power: of wattmeters, of software meters, and of GPUs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lca import units
from lca.importers import File, Given, Made
from lca.measured import by_map
from lca.measured.integral import Integral, Looked, Window, integral, looked, trouble
from lca.measured.readings import SECOND, Reading, instant, placed
from lca.measured.settings import Cited, cited, is_once, is_repeated, named_in, number, quantity_of, stated, zone_of
from lca.measured.traces import in_order, readings, tools
from lca.model.mapping import Trace as Mapped
from lca.model.mapping import mapping
from lca.problems import Span, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.wording import listed, plural, quantity, some

TITLE = "traces of power (Kwollect, ALUMET, nvidia-smi): energy, in all or for a unit of work, and idle power"
TAKES = {
    "work": "what was done meanwhile, such as 1200 prompt: the energy is then for one",
    "repeat": "files, where each file is a repetition of that work; else all count together",
    "from": "when to begin, such as 2026-11-25T22:00:00+01:00",
    "to": "when to end",
    "metric": "which metric, where there are several; several with commas",
    "idle": "the power below which a device is idle, such as 150 W; or auto, halfway from idle to active",
    "meter": "the accuracy of the meter, such as 2 %",
    "clock": "the time zone of a trace that names none, such as Europe/Paris",
    "gap": "the longest pause that is bridged, such as 30 s; else ten times the usual one",
    "apart": "yes, where requests that a method prices in the scenario are others than those that were measured",
}
USES = ("map",)
ORDER = 1

WATT, SECONDS, KWH, JOULE = (units.unit(name) for name in ("W", "s", "kWh", "J"))
NOWHERE = Span("--set", 1, 1)
FIELDS = ("file", "energy", "unit", "seconds", "power", "idle_power", "devices", "readings", "gaps", "missing", "back")


def read(given: Given) -> Made:
    """The energy of a trace as the part of a scenario, with where it comes from."""
    said = given.said
    work = quantity_of(said, "work", None, TAKES)
    groups: list[tuple[File, ...]] = [(file,) for file in given.files] if is_repeated(said, "file") else [given.files]
    trace = _trace(given)
    made = [_measured(group, said, trace) for group in groups]
    source = _cited(made, given.files, said, "" if trace else tools(given.files))
    part = _part(made, said, work, source)
    return Made(_report(groups, made), part=part, sources=source.sources, is_measured=is_once(given.said))


def _trace(given: Given) -> Mapped | None:
    """What the columns of the files mean, where a map says it."""
    if given.map is None:
        return None
    trace: Mapped | None = mapping(given.map).trace
    if trace is None:
        raise problem("the map says nothing of a trace", given.map.span, hint="trace: {time: …, power: …, unit: W}")
    return trace


def _measured(files: tuple[File, ...], said: Mapping[str, str], mapped: Mapped | None) -> Integral:
    """What files come to together."""
    read = readings if mapped is None else partial(by_map.readings, trace=mapped)
    zone = zone_of(said)
    window = Window(*(_time(said, name, zone) for name in ("from", "to")))
    own = in_order(read, files, zone)
    _refuse_unheeded(said, {reading.is_local for file in files for reading in islice(read((file,)), 1)})
    trace, seen = looked(own, window, named_in(said, "metric"))
    stated = number(said, "gap", SECONDS, TAKES)
    made = integral(trace, window, (lambda _: stated) if stated else seen.gap, _idle(said, seen))
    if not made.seconds:
        hint = "two readings at least, no further apart than --set gap="
        raise problem("the trace has no time in which power is known", hint=hint)
    return made


def _refuse_unheeded(said: Mapping[str, str], are_local: set[bool]) -> None:
    """Problems where what is set and the trace are of clocks that cannot be compared, or a zone is of nothing."""
    ends = {name: instant(said[name], NOWHERE)[1] for name in ("from", "to") if name in said}
    if "clock" not in said:
        placed_ = [name for name, is_placed in ends.items() if is_placed]
        if placed_ and True in are_local:
            hint = "say of which place its clock is: --set clock=Europe/Paris"
            raise problem(f"{listed(placed_)} names a zone, and the trace none", hint=hint)
        local = [name for name, is_placed in ends.items() if not is_placed]
        if local and False in are_local:
            hint = "as in 2026-11-25T22:00:00+01:00, or say of which place it is: --set clock=Europe/Paris"
            raise problem(f"the trace names its zone, and {listed(local)} none", hint=hint)
    elif are_local == {False} and all(ends.values()):
        raise problem("the times of the trace name their zone", hint="take clock out: nothing would heed it")


# --- what is set -----------------------------------------------------------------------------------------------------


def _time(said: Mapping[str, str], name: str, zone: ZoneInfo | None) -> int | None:
    if name not in said:
        return None
    time, is_placed = instant(said[name], Span(f"--set {name}", 1, 1))
    own = Reading("", "", time, None, 1, is_local=not is_placed)
    return next(placed((own,), zone)).time if zone else time


def _idle(said: Mapping[str, str], seen: Looked) -> float | None:
    if said.get("idle") != "auto":
        return number(said, "idle", WATT, TAKES)
    if seen.between is None:
        hint = "leave idle out: all of it is one"
        raise problem("idle=auto: low and high powers are too near to one another to be told apart", hint=hint)
    return seen.between


# --- what it becomes -------------------------------------------------------------------------------------------------


def _part(
    made: list[Integral], said: Mapping[str, str], work: tuple[float, units.Unit] | None, source: Cited
) -> dict[str, Any]:
    """The keys of a block: energy, and idle power where it was asked for."""
    count, unit = work or (1.0, units.ONE)
    kwh = units.scale(JOULE, KWH) or 1.0
    if any(each.seconds == each.idle_seconds for each in made):
        raise problem(f"idle={shortened(said['idle'])}: all of a trace is below it", hint=TAKES["idle"])
    active = [(each.energy - each.idle_energy) * kwh / count for each in made]
    energy = units.over(KWH, unit) if work else KWH
    accuracy = number(said, "meter", units.ONE, TAKES) or 0.0
    if accuracy >= 1:
        raise problem(f"meter={shortened(said['meter'])} leaves nothing of what was measured", hint=TAKES["meter"])
    part = {"energy": stated(active, energy, accuracy, source)}
    idle = [each for each in made if each.idle_seconds and each.active_power]
    if idle:
        shares = [100 * each.idle_power / each.active_power for each in idle]
        words = f"of the active power, {quantity(_mean([each.active_power for each in idle]), 'W')}; {_rule(said)}"
        part["idle_power"] = stated(shares, units.unit("%"), 0.0, source._replace(note=words))
    return part


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _cited(made: list[Integral], files: tuple[File, ...], said: Mapping[str, str], tool: str) -> Cited:
    first = min(each.first or 0 for each in made)
    last = max(each.last or 0 for each in made)
    metrics = sorted({metric for each in made for _, metric in each.devices})
    devices = len({device for each in made for device in each.devices})
    hours = quantity(sum(each.seconds for each in made) / 3600, "h")
    clock = "of a clock that names no zone" if any(each.local for each in made) else "UTC"
    at = f"{some(metrics, 3)} of {plural(devices, 'device')}, {_moment(first)} to {_moment(last)} {clock}"
    words = [
        f"{plural(sum(each.readings for each in made), 'reading')} over {hours} of devices",
        *([f"{len(made)} repetitions"] if len(made) > 1 else []),
        *(["without idle hours"] if any(each.idle_seconds for each in made) else []),
        *(
            [f"no hour is idle: {_rule(said)}"]
            if "idle" in said and not any(each.idle_seconds for each in made)
            else []
        ),
        *([f"accuracy of the meter {said['meter']}"] if "meter" in said else []),
        *(word for each in made for word in trouble(each)),
    ]
    return cited(files, tool, at, words, _moment(last)[:4])


def _rule(said: Mapping[str, str]) -> str:
    middle = "the middle of the powers that 5 and 95 % of the readings are below"
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
