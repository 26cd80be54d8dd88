"""A trace of power as energy: what is integrated, what is left out, and the idle part of it.

Two passes, in bounded memory whatever the length: the first counts how far readings are apart and how large powers are,
the second integrates. Between two readings of a device the power goes in a straight line, but for a pause longer than
`gap`, which is not bridged. An energy is that of the time since the reading before, and is counted whole.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lca.measured.readings import DEVICES, SECOND, Reading
from lca.problems import Problem, Problems, near, shortened
from lca.wording import plural, some

WITHIN = 0.005  # how far the middle of a bin is from what is in it, in logarithms
PAUSE = 10.0  # times the usual time between two readings: a gap
HOUR = 3_600 * SECOND
HOURS = 1_000_000  # that are told apart: a century
LOW, HIGH = 0.05, 0.95  # parts of the readings, whose powers idle and active ones are halfway between
APART = 1.2  # how many times the one is the other, at least
SHOWN = 12  # metrics that are listed
METRICS = 1_000  # that are told apart
NEAR = 600  # seconds that a clock may be off an hour when it is put back one
Trace = Callable[[], Iterable[Reading]]
Key = tuple[str, str]  # a device, and a metric of it
Gap = Callable[[Key], float]


class Window(NamedTuple):
    """The part of a trace that counts: times in nanoseconds, None where it has no end."""

    start: int | None = None
    end: int | None = None

    def holds(self, time: int) -> bool:
        """Whether a reading counts."""
        return (self.start is None or time >= self.start) and (self.end is None or time <= self.end)


class Looked(NamedTuple):
    """What the first pass says: seconds between readings of each device, in the middle; and a power halfway from idle
    to active.
    """

    pauses: Mapping[Key, float]
    between: float | None

    def gap(self, device: Key) -> float:
        """The longest pause of a device that is bridged, in s: devices of a trace may be read at paces of their own."""
        return PAUSE * self.pauses.get(device, 0.0)


@dataclass
class Device:
    """A device of a metric on the way through its trace."""

    time: int
    value: float
    shift: int = 0


@dataclass
class Integral:
    """What a trace comes to. Energies in J, times in s of each device, summed over devices.

    untimed: the part of energies of which it is not known since when they are. idle: the part below the threshold.
    gaps: pauses that are not bridged. missing, negative: readings without a number, or below 0. back: those that go
    back in time. shifts: changes of an hour of a clock. anew: counters that began anew. local: readings of a clock that
    names no zone.
    """

    energy: float = 0.0
    seconds: float = 0.0
    untimed: float = 0.0
    idle_energy: float = 0.0
    idle_seconds: float = 0.0
    readings: int = 0
    missing: int = 0
    gaps: int = 0
    gap_seconds: float = 0.0
    back: int = 0
    negative: int = 0
    shifts: int = 0
    anew: int = 0
    local: int = 0
    first: int | None = None
    last: int | None = None
    least: float = math.inf
    most: float = -math.inf
    devices: dict[tuple[str, str], Device] = field(default_factory=dict)

    @property
    def power(self) -> float:
        """The mean power of a device, in W."""
        return (self.energy - self.untimed) / self.seconds if self.seconds else 0.0

    @property
    def active_power(self) -> float:
        """The mean power of a device while it is not idle, in W."""
        seconds = self.seconds - self.idle_seconds
        return (self.energy - self.untimed - self.idle_energy) / seconds if seconds else 0.0

    @property
    def idle_power(self) -> float:
        """The mean power of a device while it is idle, in W."""
        return self.idle_energy / self.idle_seconds if self.idle_seconds else 0.0


def looked(trace: Trace, window: Window, metrics: tuple[str, ...] = ()) -> tuple[Trace, Looked]:
    """The first pass: the trace of some metrics, of the only one where none is named, and what it looks like.

    Problems where there are several, or none.
    """
    known: dict[str, _Metric] = {}
    for reading in trace():
        if reading.metric not in known and len(known) >= METRICS:
            message = f"there are more than {METRICS} metrics of power"
            raise Problems([Problem(message, (), "is the column of the metric one of readings?")])
        known.setdefault(reading.metric, _Metric()).take(reading, window)
    if not known:
        raise Problems([Problem("there is no reading of a power or an energy", (), "see `lca import power`")])
    ordered = sorted(known, key=lambda name: (-known[name].readings, name))
    listing = f"metrics: {some((f'{name} ({known[name].readings} readings)' for name in ordered), SHOWN)}"
    wrong = [name for name in metrics if name not in known]
    if wrong:
        raise Problems([Problem(f"no metric '{shortened(name)}'", (), near(name, known, listing)) for name in wrong])
    if not metrics and len(known) > 1:
        hint = f"name one, or several that share nothing: --set metric=NAME,NAME\n{listing}"
        raise Problems([Problem("there are several metrics, which may contain one another", (), hint)])
    wanted = {*(metrics or known)}
    powers = Counter[int]()
    for name in wanted:
        powers += known[name].powers
    low, high = _quantile(powers, LOW), _quantile(powers, HIGH)
    between = (low + high) / 2 if powers and high > APART * low else None
    pauses = {
        (series, name): _quantile(own, 0.5) / SECOND for name in wanted for series, own in known[name].pauses.items()
    }
    seen = Looked(pauses, between)
    if len(wanted) == len(known):
        return trace, seen
    return lambda: (reading for reading in trace() if reading.metric in wanted), seen


class _Metric:
    """How far the readings of a metric are apart, and how large, in bins; each device by itself."""

    def __init__(self) -> None:
        self.readings = 0
        self.pauses: dict[str, Counter[int]] = {}
        self.powers: Counter[int] = Counter()
        self.last: dict[str, tuple[int, float]] = {}

    def take(self, reading: Reading, window: Window) -> None:
        """One more reading, in the order of the file."""
        self.readings += 1
        if not window.holds(reading.time):
            return
        value = math.nan if reading.value is None else reading.value
        time, before = self.last.get(reading.series, (reading.time, value))
        if len(self.last) < DEVICES or reading.series in self.last:
            self.last[reading.series] = reading.time, value
        pause = reading.time - time
        if pause > 0:
            self.pauses.setdefault(reading.series, Counter())[_bin(pause)] += 1
            value -= before if reading.is_counter else 0.0
            power = value / (pause / SECOND) if reading.is_energy or reading.is_counter else value
            if 0 < power < math.inf:
                self.powers[_bin(power)] += 1


def _bin(value: float) -> int:
    return round(math.log(value) / (2 * WITHIN))


def _quantile(bins: Counter[int], part: float) -> float:
    reached, wanted = 0, part * bins.total()
    for each in sorted(bins):
        reached += bins[each]
        if reached >= wanted:
            return math.exp(each * 2 * WITHIN)
    return 0.0


class Segment(NamedTuple):
    """What a device took between two readings: energy in J, None over a pause; times in nanoseconds."""

    start: int
    end: int
    energy: float | None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start) / SECOND


def integral(trace: Trace, window: Window, gap: Gap, idle: float | None) -> Integral:
    """The second pass. gap: seconds that are bridged at most. idle: W below which a device is idle; None: none is."""
    made = Integral()
    for each in segments(trace, window, gap, made):
        if each.energy is None:
            made.gaps += 1
            made.gap_seconds += each.seconds
            continue
        made.energy += each.energy
        made.seconds += each.seconds
        if not each.seconds:
            made.untimed += each.energy
        else:
            power = each.energy / each.seconds
            made.least, made.most = min(made.least, power), max(made.most, power)
            if idle is not None and power < idle:
                made.idle_energy += each.energy
                made.idle_seconds += each.seconds
    return made


def segments(trace: Trace, window: Window, gap: Gap, made: Integral) -> Iterator[Segment]:
    """What each device took from one reading to the next; what is met on the way is counted in `made`."""
    for reading in trace():
        if not window.holds(reading.time):
            continue
        made.readings += 1
        made.local += reading.is_local
        if reading.value is None or not math.isfinite(reading.value):
            made.missing += 1
        elif reading.value < 0:
            made.negative += 1
        else:
            yield from _since(made, reading, reading.value, gap)


def _since(made: Integral, reading: Reading, value: float, gap_of: Gap) -> Iterator[Segment]:
    """What a device took since its reading before."""
    key = (reading.series, reading.metric)
    before = made.devices.get(key)
    if before is None:
        if len(made.devices) >= DEVICES:
            hint = "name the column of the device, and not one of readings"
            raise Problems([Problem(f"there are more than {DEVICES:,} devices".replace(",", " "), (), hint)])
        made.devices[key] = Device(reading.time, value)
        if reading.is_energy:
            yield Segment(reading.time, reading.time, value)
        _seen(made, reading.time)
        return
    gap = gap_of(key)
    back = before.time - before.shift - reading.time
    if (
        reading.is_local and back > 0 and abs(back - HOUR) <= min(gap, NEAR) * SECOND
    ):  # a clock of local time at the end of summer
        before.shift += HOUR
        made.shifts += 1
    time = reading.time + before.shift
    pause = (time - before.time) / SECOND
    if pause <= 0:
        made.back += 1
        return
    if reading.is_counter:
        made.anew += value < before.value
        yield Segment(before.time, time, value - before.value if value >= before.value else value)
    elif reading.is_energy:
        yield Segment(before.time, time, value)
    else:
        yield Segment(before.time, time, None if pause > gap else before.value / 2 * pause + value / 2 * pause)
    before.time, before.value = time, value
    _seen(made, time)


def by_hour(trace: Trace, window: Window, gap: Gap) -> tuple[dict[int, float], Integral]:
    """The energy of each hour since 1970, in J; a segment over several has in each what it is of its time.

    Problems where they are more than a meter runs.
    """
    made = Integral()
    hours: dict[int, float] = {}
    for each in segments(trace, window, gap, made):
        if each.energy is None:
            made.gaps += 1
            made.gap_seconds += each.seconds
            continue
        for hour in range(each.start // HOUR, max(each.start, each.end - 1) // HOUR + 1):
            inside = min(each.end, (hour + 1) * HOUR) - max(each.start, hour * HOUR)
            part = inside / (each.end - each.start) if each.seconds else 1.0
            hours[hour] = hours.get(hour, 0.0) + each.energy * part
            if len(hours) > HOURS:
                hint = "are its times in the unit that their size says?"
                raise Problems([Problem(f"the trace is of more than {HOURS} hours", (), hint)])
    return hours, made


def _seen(made: Integral, time: int) -> None:
    made.first = time if made.first is None else min(made.first, time)
    made.last = time if made.last is None else max(made.last, time)


def trouble(made: Integral) -> Iterator[str]:
    """What was met on the way, in words."""
    if made.gaps:
        yield f"{plural(made.gaps, 'pause')}, {made.gap_seconds:g} s in all, not bridged"
    if made.missing:
        yield f"{plural(made.missing, 'reading')} without a number"
    if made.negative:
        yield f"{plural(made.negative, 'reading')} below 0, left out"
    if made.back:
        yield f"{plural(made.back, 'reading')} that go back in time, or stand twice, left out"
    if made.shifts:
        yield f"a clock that goes back an hour {plural(made.shifts, 'time')}: taken as the end of summer time"
    if made.anew:
        yield f"a counter that began anew {plural(made.anew, 'time')}: what it had not told before is not counted"
