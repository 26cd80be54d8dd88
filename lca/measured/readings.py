"""Readings of meters, however a file has them: times, numbers, and JSON that is read piece by piece."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

from lca.problems import Problem, Span, problem, shortened
from lca.text.opened import File

SECOND = 1_000_000_000  # nanoseconds
BETWEEN = re.compile(r"[\ufeff\[\], \t\r\n]*")  # what stands between readings
PIECE = 1 << 16  # characters that are read at a time
LONGEST = 1 << 20  # characters of one reading
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?")
QUARTER = 900 * SECOND
HALF = 2 * QUARTER
QUARTERS = 10_000  # whose offsets are remembered
DEVICES = 100_000  # that are told apart
GPU = "GPU "  # how devices are called that are numbered in a machine
SIZES = ((1e17, 1), (1e14, 1_000), (1e11, 1_000_000), (0.0, SECOND))  # an epoch in ns, µs, ms or s, by its size


class Reading(NamedTuple):
    """What a meter says at a time.

    series: the device. metric: what is measured of it. time: nanoseconds since 1970; of a clock that names no zone, as
    if it were UTC. value: in W of a power, in J of an energy; None where the meter has none. line: where it is written.
    is_energy: of the time since the reading before. is_counter: of all the time since the counter began.
    is_local: of a clock that names no zone.
    """

    series: str
    metric: str
    time: int
    value: float | None
    line: int
    is_energy: bool = False
    is_local: bool = False
    is_counter: bool = False


def instant(text: str, span: Span) -> tuple[int, bool]:
    """A time in nanoseconds since 1970, and whether it names its zone. Problems where it is none.

    >>> here = Span("trace.csv", 2, 1)
    >>> (
    ...     instant("2025-07-21T16:15:31.5+02:00", here),
    ...     instant("1753107331.5", here),
    ...     instant("2025/07/21 14:15:31", here),
    ... )
    ((1753107331500000000, True), (1753107331500000000, True), (1753107331000000000, False))
    """
    found = _instant(text)
    if found is None:
        hint = "2026-11-25T22:00:00+01:00, 2026/11/25 22:00:00.123, or seconds, ms, µs or ns since 1970"
        raise problem(f"'{shortened(text.strip())}' is no time", span, hint=hint)
    return found


@lru_cache(maxsize=64)
def _instant(text: str) -> tuple[int, bool] | None:
    """As `instant`, None where it is none. Devices that are read together have one time."""
    text = text.strip()
    if NUMBER.fullmatch(text):
        value = float(text)
        scale = next(scale for least, scale in SIZES if abs(value) >= least)
        if not abs(value) * scale < END:
            return None
        return int(text) * scale if text.isdigit() else round(value * scale), True
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
        has_zone = moment.tzinfo is not None
        since = (moment if has_zone else moment.replace(tzinfo=UTC)) - EPOCH
    except (ValueError, OverflowError):
        return None
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1_000, has_zone


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END = 250_000_000_000 * SECOND  # the year 9892: later ones are none


def placed(readings: Iterable[Reading], zone: ZoneInfo) -> Iterator[Reading]:
    """Readings of a clock that names no zone, as those of a place; of an hour that comes twice, the second goes on.

    One that goes back by less than half an hour goes on there only where readings are as far apart: else it is one that
    stands twice, or out of order.
    """
    offsets: dict[tuple[int, int], int] = {}
    last: dict[tuple[str, str], tuple[int, int]] = {}  # a time, and how far it was from the one before
    for reading in readings:
        if reading.is_local:
            key, quarter = (reading.series, reading.metric), reading.time // QUARTER
            first, second = (_offset(offsets, quarter, fold, zone) for fold in (0, 1))
            time = reading.time - first
            before, pause = last.get(key, (time - 1, 0))
            if time <= before and (reading.time - second - before < HALF or pause >= HALF):
                time = reading.time - second
            if (len(last) < DEVICES or key in last) and time > before:
                last[key] = time, time - before if key in last else 0
            reading = reading._replace(time=time, is_local=False)  # noqa: PLW2901  the same, elsewhere
        yield reading


def _offset(known: dict[tuple[int, int], int], quarter: int, fold: int, zone: ZoneInfo) -> int:
    """How far a place is before UTC in a quarter of an hour of its own clock."""
    key = quarter, fold
    if key not in known:
        if len(known) > QUARTERS:
            known.clear()
        moment = datetime.fromtimestamp(quarter * 900, UTC).replace(tzinfo=zone, fold=fold)
        known[key] = int((moment.utcoffset() or timedelta()).total_seconds()) * SECOND
    return known[key]


def records(
    file: File, each: Callable[[dict[str, Any]], dict[str, Any]] = dict
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON, or the rows of its table, each with its line; `each` is made of an object."""
    if file.head(64).lstrip()[:1] not in ("[", "{"):
        yield from rows(file)
        return
    with file.texts() as text:
        for line, found in objects(text, file.name):
            yield line, each(found)


def objects(stream: IO[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON array, or of objects one after the other, each with its line; never all of them at once.

    Problems where the text is no such JSON, is cut, or one object is very long.
    """
    decoder = json.JSONDecoder(parse_constant=lambda word: _refuse(word, name))
    held, at, line, ended = "", 0, 1, False
    while True:
        start = BETWEEN.match(held, at).end()  # type: ignore[union-attr]  # it matches nothing too
        line += held.count("\n", at, start)
        at = start
        try:
            found, end = decoder.raw_decode(held, at)
            is_whole = end < len(held) or ended
        except json.JSONDecodeError as error:
            found, end, is_whole = None, at, False
            if ended and at < len(held):
                span = Span(name, line + held.count("\n", at, error.pos), error.colno)
                raise problem("this is no JSON", span, hint=f"{error.msg}; the file may be cut") from None
        except (ValueError, RecursionError):  # a whole number of thousands of digits; objects in objects in objects
            hint = "numbers, and objects in others, of a meter are short"
            raise problem("this reading is no meter's", Span(name, line, 1), hint=hint) from None
        if is_whole:
            if not isinstance(found, dict):
                hint = "an array of readings, each { }"
                raise problem(f"{shortened(str(found))} is no reading", Span(name, line, 1), hint=hint)
            yield line, found
            line += held.count("\n", at, end)
            at = end
        elif ended:
            return
        else:
            if len(held) - at > LONGEST:
                raise problem("one reading is longer than a million signs", Span(name, line, 1))
            piece = stream.read(PIECE)
            ended = not piece
            held, at = held[at:] + piece, 0


def _refuse(word: str, name: str) -> float:
    raise problem(f"{word} is no number of JSON", Span(name, 1, 1), hint="leave the reading out")


def rows(file: File, signs: str = ",;\t") -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table by the names of its columns, each with the line it begins on; blank ones are left out.

    What separates them is the sign of which the head has most. A head that stands again, as in files that were put
    behind one another, is no row. The last columns of a row that has fewer cells are empty. Problems where there is no
    head, a column comes twice, or a row has more cells than columns: which number is which is not known then.
    """
    import csv

    lines = file.lines()
    start, head = next(((n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"), (1, ""))
    sign = max(signs, key=head.count)
    reader = csv.reader(chain((head,), lines), delimiter=sign, skipinitialspace=True, strict=True)
    begun = start
    try:
        own = next(reader, [])
        names = [cell.strip() for cell in own]
        width = len(names)
        twice = next((name for name, count in Counter(names).items() if name and count > 1), None)
        if not head or twice is not None:
            message = "the file is empty" if not head else f"two columns are called {shortened(str(twice))}"
            raise problem(message, Span(file.name, start, 1), hint="the first line names the columns")
        for found in reader:
            cells = found
            number, begun = begun + 1, start + reader.line_num - 1
            if len(cells) != width or cells == own:
                if not any(map(str.strip, cells)) or cells == own:
                    continue
                if any(map(str.strip, cells[width:])):
                    hint = f"is a {'decimal comma' if sign == ',' else 'text'} not in quotes?"
                    more = f"the row has {len(cells)} cells, and there are {width} columns"
                    raise problem(more, Span(file.name, number, 1), hint=hint)
                cells = [*found, *[""] * (width - len(found))]
            yield number, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        words = f"the row cannot be read: {error}"
        raise problem(words, Span(file.name, begun + 1, 1), hint="is a quote not closed?") from None


def lacking(wanted: Iterable[str], columns: Iterable[str], span: Span, hint: str) -> Problem | None:
    """What to say where a table lacks columns."""
    known = {*columns}
    missing = [name for name in wanted if name not in known]
    if not missing:
        return None
    return Problem(f"no column {', '.join(missing)}", (span,), f"{hint}; there are: {shortened(', '.join(known))}")
