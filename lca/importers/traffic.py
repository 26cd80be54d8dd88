"""Tables of traffic: visits by month, country and device, and how long they last, as trackers export them.

Columns go by name, in English or French; what others say is let through and told. Rows of a whole, such as `All`, are
left out where its parts stand beside it, and held against their sum.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations, product
from operator import attrgetter
from typing import Any, NamedTuple

from lca.importers import Given, Made
from lca.measured.readings import rows
from lca.measured.settings import Cited, cited, short
from lca.problems import Problem, Problems, Span, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.text.opened import File
from lca.text.writing import amount
from lca.wording import NONE, percent, plural, quantity, some
from lca.workbook.foreign.numbers import COMMA, POINT, Unclear, decimal_of, written

TITLE = "tables of traffic: visits as a demand, and the mix, the countries and the time of terminals"
TAKES = {
    "flow": "what a visit is in the study, such as session; else visit",
    "devices": "what its devices are in the study, as in mobile=smartphone,desktop=laptop",
    "from": "the first month or day that counts, such as 2025-01",
    "to": "the last month or day that counts",
    "year": "scaled, for a year of 365 days at the pace of the days that are there; else the demand is theirs",
}
USES = ()
ORDER = 7

COLUMNS = {
    "visits": r"(?:total )?(?:visits?|sessions?|visites)",
    "month": r"(?:year.)?(?:month|date|period|mois|période)",
    "country": r"(?:country|countries|country code|geo|pays)",
    "device": r"(?:devices?|device category|platform|appareils?|terminal)",
    "duration": r"(?:(?:avg\.?|average|mean)?[ _]*(?:visit|session)?[ _]*(?:duration|time on site)"
    r"|durée(?: moyenne)?(?: (?:d'une|des|de|par) visites?)?)[ _]*"
    r"(?:[(\[](?P<unit>s|sec|seconds|secondes|min|minutes|h)[)\]])?",
}
WHOLE = re.compile(r"(?i)all|total|totals|overall|world|worldwide|tous|toutes|monde|ensemble|")
MONTH = re.compile(r"(\d{4})[-/.]?(\d{2})(?:[-/.]?(\d{2}))?(?:[T ].*)?|(\d{2})/(\d{4})")
FIRST = "-01"  # the day by which tables of months write them
YEAR = 365  # days
MOST_DAYS = 31  # that are listed
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
DEVICES = {
    "mobile": "smartphone", "mobile web": "smartphone", "phone": "smartphone", "smartphone": "smartphone",
    "desktop": "desktop", "computer": "desktop", "ordinateur": "desktop", "laptop": "laptop",
    "tablet": "tablet", "tablette": "tablet", "tv": "tv", "smart tv": "tv",
}  # fmt: skip
REST = "World"  # the region of countries that have no code
SLACK = 0.01  # how far a whole may be from the sum of its parts by rounding
MINUTES = {"s": 1 / 60, "sec": 1 / 60, "seconds": 1 / 60, "secondes": 1 / 60, "min": 1.0, "minutes": 1.0, "h": 60.0}
MASKS = [*product((True, False), repeat=3)]
Key = tuple[str, str, str]  # month or day, country and device, '' where a row is of all


class Visits(NamedTuple):
    """Visits of a row: how many, how long they last in minutes, and what they are of; '' where the row does not say."""

    number: float
    minutes: float | None
    when: str
    country: str
    device: str
    at: Span


def read(given: Given) -> Made:
    """Visits as parts of a scenario: its demand, and its terminals."""
    every, passed = _rows(given.files)
    inside = _within(_by_months(every), given.said)
    if every and not inside:
        raise problem("no row is within from and to", given.files[0].span, hint="is the year right?")
    counted, told = _parts(inside)
    total = sum(each.number for each in counted)
    if not total:
        raise problem(
            "there is no visit in it", given.files[0].span, hint="a column `visits`, a row a month and device"
        )
    days, period = _period(counted)
    scale, words = _scale(given.said, days, period)
    year = period.rpartition(" ")[2][:4] if days else ""
    source = cited(given.files, "", period, [plural(len(counted), "row")], year)
    flow = given.said.get("flow", "visit")
    own = source._replace(note="; ".join((*words, source.note)), basis="derived" if words else "measured")
    demand = {f"{flow}s": {"value": amount(short(total * scale), flow), **own.said}}
    is_year = scale != 1 or days in (YEAR, YEAR + 1)
    unit = {"year": {"demand": demand}} if is_year else {"period": {"title": period, "demand": demand}}
    terminals = _terminals(counted, flow, given, source)
    made = {"functional_units": unit, **({"terminals": terminals} if terminals else {})}
    part = _part_at(given.part, made, demand)
    span = [] if part is terminals else _span(days, period, is_year=is_year)
    remarks = [*told, *_unsaid(counted, total), *_elsewhere(counted, given), *span, *_between(counted), *passed]
    return Made(_report(counted, total, remarks), part=part, sources=source.sources)


def _scale(said: Mapping[str, str], days: int, period: str) -> tuple[float, list[str]]:
    """What visits are multiplied by to be those of a year, and how that is said; 1 where it is not asked for."""
    if "year" not in said:
        return 1.0, []
    if said["year"] != "scaled":
        raise problem(f"year={shortened(said['year'])} is not known", hint="year=scaled")
    if not days:
        raise problem(period, hint="a column of days or months says how long they are: leave year out")
    return YEAR / days, [f"those of {plural(days, 'day')}, times {YEAR} / {days}"]


def _span(days: int, period: str, *, is_year: bool) -> Iterator[str]:
    """Of which time the demand is."""
    if not is_year and days:
        yield f"the demand is that of {plural(days, 'day')}, {period}; --set year=scaled makes it one of a year"
    elif not days:
        yield f"{period}: how long the demand is of is for you to say"


def _by_months(every: list[Visits]) -> list[Visits]:
    """Visits by month, where each is of the first day of one; else by day."""
    dated = [each.when for each in every if each.when]
    if not all(when.endswith(FIRST) and len(when) > len("2026-10") for when in dated):
        return every
    return [each._replace(when=each.when.removesuffix(FIRST)) for each in every]


def _period(counted: list[Visits]) -> tuple[int, str]:
    """How many days visits are of, 0 where nobody says; and which."""
    when = sorted({each.when for each in counted if each.when})
    if not when or any(not each.when for each in counted):
        return 0, "no days are told"
    months = [each for each in when if len(each) == len("2026-10")]
    days = sum(monthrange(int(each[:4]), int(each[5:]))[1] for each in months)
    in_days, known = [each for each in when if len(each) > len("2026-10")], {*months}
    twice = next((each for each in in_days if each[:7] in known), "")
    if twice:
        at = next(each.at for each in counted if each.when == twice)
        raise problem(f"{twice} is a day of a month that has a row too", at, hint="keep the days or the month")
    return days + len(in_days), f"{when[0]} to {when[-1]}"


def _between(counted: list[Visits]) -> Iterator[str]:
    """How many months, or days, between the first and the last have no row."""
    when = sorted({each.when for each in counted if each.when})
    ends = [date.fromisoformat(f"{each}{FIRST}" if len(each) == len("2026-10") else each) for each in when]
    are_months = all(len(each) == len("2026-10") for each in when)
    if not ends or (not are_months and any(len(each) == len("2026-10") for each in when)):
        return
    first, last = ends[0], ends[-1]
    span = 12 * (last.year - first.year) + last.month - first.month if are_months else (last - first).days
    if missing := span + 1 - len(when):
        yield f"{plural(missing, 'month' if are_months else 'day')} between the first and the last without a row"


def _part_at(path: tuple[str, ...], made: Mapping[str, Any], demand: Mapping[str, Any]) -> Any:
    """What goes where: a demand under one of a functional unit, terminals under terminals."""
    if not path:
        return made
    if path[0] == "functional_units" and path[-1] == "demand":
        return demand
    if path == ("terminals",) and "terminals" in made:
        return made["terminals"]
    hint = "--into SCENARIO functional_units.NAME.demand, or terminals; or leave --into out, and all is printed"
    raise problem(f"a table of traffic is nothing for {'.'.join(path)}", hint=hint)


# --- rows ------------------------------------------------------------------------------------------------------------


def _rows(files: tuple[File, ...]) -> tuple[list[Visits], list[str]]:
    """The rows of all files, and the columns that are let through."""
    found: list[Visits] = []
    passed: dict[str, None] = {}
    for file in files:
        named: dict[str, str] = {}
        scale = 1 / 60
        decimals: dict[str, str] = {}
        for line, cells in rows(file):
            span = Span(file.name, line, 1)
            if not named:
                named, scale = _columns(cells, Span(file.name, 1, 1))
                decimals = {what: _decimal(file, named[what]) for what in ("visits", "duration") if what in named}
                passed |= dict.fromkeys(name for name in cells if name and name not in named.values())
            text = {what: (cells.get(column) or "").strip() for what, column in named.items()}
            if not any(text.values()):
                continue
            minutes = _minutes(text["duration"], decimals["duration"], scale, span) if text.get("duration") else None
            found.append(
                Visits(
                    _count(text["visits"], decimals["visits"], span), minutes, _when(text.get("month", ""), span),
                    _plain(text.get("country", "")), _plain(text.get("device", "")), span,
                )
            )  # fmt: skip
    return found, [f"columns that are not read: {some(passed, 8)}"] if passed else []


def _columns(cells: Mapping[str, str], head: Span) -> tuple[dict[str, str], float]:
    named: dict[str, str] = {}
    scale = 1 / 60
    for column in cells:
        for what, sign in COLUMNS.items():
            match = re.fullmatch(sign, column.strip(), re.IGNORECASE)
            if match and what not in named:
                named[what] = column
                if what == "duration":
                    scale = MINUTES[(match["unit"] or "s").lower()]
                break
    if "visits" not in named:
        raise Problems(
            [Problem("no column of visits", (head,), "visits, sessions or visites; a row a month and device")]
        )
    return named, scale


def _plain(text: str) -> str:
    return "" if WHOLE.fullmatch(text) else text


def _decimal(file: File, column: str) -> str:
    """The decimal sign that numbers of a column show; '' where none does, as of whole numbers."""
    shown = decimal_of(cells.get(column, "") for _, cells in rows(file))
    if len(shown) > 1:
        words = " and ".join(f"'{shortened(text)}'" for text in shown.values())
        raise problem(f"{words} have two decimal signs", file.span, hint="write all with one")
    return next(iter(shown), "")


def _count(text: str, decimal: str, span: Span) -> float:
    """A number of visits. They are whole where no other shows a decimal sign: 31,234 and 31.234 are thousands then."""
    try:
        found = written(text, decimal or (COMMA if "." in text else POINT))
    except Unclear as error:
        raise problem(str(error.args[0]), span, hint="visits are a number") from None
    if found.unit:
        raise problem(f"'{shortened(text)}' is no number", span, hint="visits are a number")
    value = float(found.number)
    if value < 0:
        raise problem(f"{shortened(text)} visits are below 0", span)
    return value


def _when(text: str, span: Span) -> str:
    """A month or a day as 2026-10 or 2026-10-31; '' of what is of all."""
    if not text or WHOLE.fullmatch(text):
        return ""
    match = MONTH.fullmatch(text)
    year, month, day = (match[1] or match[5], match[2] or match[4], match[3]) if match else ("", "", "")
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        hint = "2025-03, 2025-03-31, 202503 or 03/2025"
        raise problem(f"'{shortened(text)}' is no month and no day", span, hint=hint) from None
    return f"{year}-{month}{f'-{day}' if day else ''}"


def _minutes(text: str, decimal: str, scale: float, span: Span) -> float:
    """A duration in minutes: 3:20, 00:03:20, or a number in the unit of its column's head, of seconds where none is."""
    clock = CLOCK.fullmatch(text)
    if clock:
        return int(clock[1] or 0) * 60 + int(clock[2]) + int(clock[3]) / 60
    try:
        found = written(text, decimal)
    except Unclear as error:
        hint = "00:03:20, or seconds without a sign between thousands"
        raise problem(f"no duration: {error.args[0]}", span, hint=hint) from None
    if found.unit or float(found.number) < 0:
        raise problem(f"'{shortened(text)}' is no duration", span, hint="00:03:20, or seconds")
    return float(found.number) * scale


def _within(every: list[Visits], said: Mapping[str, str]) -> list[Visits]:
    ends = [_when(said[name], Span(f"--set {name}", 1, 1)) if name in said else "" for name in ("from", "to")]
    if any(ends) and any(not each.when for each in every):
        raise problem(
            "a row has no month and no day",
            next(each.at for each in every if not each.when),
            hint="leave from and to out",
        )
    first, last = ends
    return [
        each
        for each in every
        if (not first or each.when[: len(first)] >= first) and (not last or each.when[: len(last)] <= last)
    ]


def _parts(every: list[Visits]) -> tuple[list[Visits], list[str]]:
    """The rows that share no visit. Problems where two are of the same, or of what a sum is not of its parts."""
    seen: dict[Key, Visits] = {}
    for each in every:
        key = (each.when, each.country, each.device)
        if key in seen:
            spans = (seen[key].at, each.at)
            raise problem("two rows are of the same month, country and device", *spans, hint="keep one of the two")
        seen[key] = each
    parts: dict[Key, float] = {}
    wholes = _wholes(seen)
    leaves = {key: each for key, each in seen.items() if key not in wholes}
    for key, each in leaves.items():
        for whole in _above(key):
            if whole in wholes:
                parts[whole] = parts.get(whole, 0.0) + each.number
    _refuse_shared(leaves)
    told = []
    for key in wholes:
        every_one, total = seen[key], parts.get(key, 0.0)
        missing = every_one.number - total
        if missing < -SLACK * max(every_one.number, 1.0):
            said = f"its parts sum to {total:g} visits, and it says {every_one.number:g}"
            raise problem(said, every_one.at, hint="which of them is right?")
        if missing > SLACK * every_one.number:
            line = every_one.at.line
            told.append(f"line {line}: {missing:g} of {every_one.number:g} visits are in no part, and left out")
    return [*leaves.values()], told


def _above(key: Key) -> list[Key]:
    """What a row is a part of: the same with some of its month, country and device left out."""
    made = {tuple(each if kept else "" for each, kept in zip(key, mask, strict=True)) for mask in MASKS}
    return [each for each in made if each != key]  # type: ignore[misc]


def _wholes(seen: Mapping[Key, Visits]) -> dict[Key, None]:
    return dict.fromkeys(whole for key in seen for whole in _above(key) if whole in seen)


def _refuse_shared(leaves: Mapping[Key, Visits]) -> None:
    """Problems where rows by country stand beside rows by device: they are the same visits."""
    kinds: dict[tuple[bool, ...], Visits] = {}
    for key, each in leaves.items():
        kinds.setdefault(tuple(map(bool, key)), each)
    for (one, first), (other, second) in combinations(kinds.items(), 2):
        more = {a > b for a, b in zip(one, other, strict=True) if a != b}
        if more == {True, False}:
            hint = "import one of the two, or a table that has both in each row"
            raise problem("rows of one kind hold the visits of those of another", first.at, second.at, hint=hint)


# --- what they become ------------------------------------------------------------------------------------------------


def _by(counted: list[Visits], key: Callable[[Visits], str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in counted:
        found[key(each)] = found.get(key(each), 0.0) + each.number
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _terminals(counted: list[Visits], flow: str, given: Given, source: Cited) -> dict[str, Any]:
    """The devices, countries and time of visits, each by the rows that say it."""
    made: dict[str, Any] = {}
    minutes = _mean_minutes(counted)
    if minutes is not None:
        made["time"] = {"value": amount(short(minutes), f"min/{flow}"), **source.said}
    code = given.library.places().code
    placed = _by([each for each in counted if each.country], lambda each: code(each.country) or REST)
    if placed:
        mix = {name: {"value": share, **source.said} for name, share in _shares(placed).items()}
        made["region"] = mix if len(mix) > 1 else next(iter(mix))
    known = DEVICES | _named(given.said.get("devices", ""))
    held = [each for each in counted if each.device]
    unknown = next((each for each in held if each.device.lower() not in known), None)
    if unknown is not None:
        hint = f"--set devices='{shortened(unknown.device)}=smartphone'"
        raise problem(f"what is the device '{shortened(unknown.device)}' in the study?", unknown.at, hint=hint)
    idle = [
        name for name in _named(given.said.get("devices", "")) if name not in {each.device.lower() for each in held}
    ]
    if idle:
        raise problem(f"no row is of the device '{shortened(idle[0])}'", hint="take it out of --set devices=…")
    if held:
        shares = _shares(_by(held, lambda each: known[each.device.lower()]))
        made["devices"] = {name: {"share": {"value": share, **source.said}} for name, share in shares.items()}
    return made


def _unsaid(counted: list[Visits], total: float) -> Iterator[str]:
    """How many visits no country or device is told of, where it is of others."""
    for of in ("country", "device"):
        told = sum(each.number for each in counted if getattr(each, of))
        if 0 < told < total:
            yield f"{percent(1 - told / total)} of the visits are of no {of}: they are taken to be as the others"


def _elsewhere(counted: list[Visits], given: Given) -> Iterator[str]:
    """The countries that no region is called after."""
    code = given.library.places().code
    unknown = dict.fromkeys(each.country for each in counted if each.country and not code(each.country))
    if unknown:
        yield f"countries that no region is called: {some(unknown, 8)}, taken to be {REST}"


def _named(text: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    wrong = [name for name, sign, value in pairs if not sign or not value.strip()]
    if wrong:
        raise problem(f"devices: '{shortened(wrong[0])}' says no device", hint=TAKES["devices"])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _shares(by: Mapping[str, float]) -> dict[str, str]:
    """Shares in percent, to a thousandth; the largest takes what rounding leaves, so that they sum to 100 %."""
    total = sum(by.values())
    rounded = {name: round(100 * count / total, 3) for name, count in by.items() if total}
    if rounded:
        first = next(iter(rounded))
        rounded[first] = round(100 - sum(share for name, share in rounded.items() if name != first), 3)
    return {name: amount(share, "%") for name, share in rounded.items() if share > 0}


class Group(NamedTuple):
    """Visits of one month or day, country or device: how many, their part of all, and how long they last in minutes."""

    of: str
    name: str
    visits: float
    share: float
    minutes: float | None


def _groups(counted: list[Visits], total: float) -> Iterator[Group]:
    are_days = any(len(each.when) > len("2026-10") for each in counted)
    are_many = are_days and len({each.when for each in counted}) > MOST_DAYS
    ways: dict[str, Callable[[Visits], str]] = {
        "day" if are_days and not are_many else "month": lambda each: each.when[:7] if are_many else each.when,
        "country": attrgetter("country"),
        "device": attrgetter("device"),
    }
    for of, key in ways.items():
        parts: dict[str, list[Visits]] = {}
        for each in counted:
            parts.setdefault(key(each), []).append(each)
        named = _by(counted, key)
        for name, count in sorted(named.items()) if of in ("day", "month") else named.items():
            if name:
                yield Group(of, name, count, count / total, _mean_minutes(parts[name]))


def _mean_minutes(counted: Iterable[Visits]) -> float | None:
    """How long visits last, of those of which it is known."""
    timed = [(each.number, each.minutes) for each in counted if each.minutes is not None]
    weight = sum(number for number, _ in timed)
    return sum(number * minutes for number, minutes in timed) / weight if weight else None


def _report(counted: list[Visits], total: float, told: list[str]) -> Report:
    groups = [*_groups(counted, total)]
    heads = ("of", "name", "visits", "share", "time")
    cells = (
        row(
            each.of, each.name, f"{each.visits:,.0f}".replace(",", " "), percent(each.share),
            NONE if each.minutes is None else quantity(each.minutes, "min"),
        )
        for each in groups
    )  # fmt: skip
    grid = (
        (Grid(tuple(Column(head, right=place > 1) for place, head in enumerate(heads)), tuple(cells)),)
        if groups
        else ()
    )
    notes = (Entries((Entry("Met on the way", tuple(told)),)),) if told else ()
    title = Heading(f"{total:,.0f} visits".replace(",", " "))
    return Report((title, *grid, *notes), Group._fields, tuple(each._asdict() for each in groups))
