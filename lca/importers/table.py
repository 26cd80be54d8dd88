"""A sheet made at home, by a map of its columns and words; without a map, one is proposed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from lca import units
from lca.importers import Given, Known, Made
from lca.missing import MEANT_REGION, unmet
from lca.model.mapping import Mapping as Map
from lca.model.mapping import SheetTotal, mapping
from lca.problems import Misnamed, Problem, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Prose, Record, Report, row
from lca.text.documents import Located, parse
from lca.text.overlay import entries, find, items, merged, put
from lca.text.source import gathered
from lca.text.writing import block, dumped, safe
from lca.wording import plural
from lca.workbook.foreign import grid as grids
from lca.workbook.foreign.proposed import TO_FILL, proposed
from lca.workbook.foreign.rows import ACTIVITY, HEAD, SECTION, TOTAL, Activity, Total, Understood, understood
from lca.workbook.reading.archive import PACKED

TITLE = "A sheet made at home (.xlsx, .ods, .csv) becomes a scenario, by a map; without one, a map is proposed."
TAKES = {"replace": "yes, where activities of the scenario of --into may be replaced"}  # all else its map says
USES = ("sheet", "map")
ORDER = 1

FIELDS = ("row", "fate", "words", "why", "name", "item", "tier", "phase", "stage", "amount")
GAPS = ("study", "not_assessed")
MOST_ROUNDS = 200  # in which what has no factor is found, a hundred items each
YES = "yes"
LONGEST_NAME = 150  # characters
NOUNS = {ACTIVITY: "activities", TOTAL: "totals", SECTION: "sections", HEAD: "head"}
MOST_SHOWN = 8  # rows that a remark lists
MOST_LISTED = 200  # rows of a report
MADE = "the rows of the sheet"  # what is made of them, as a text
Unmet = tuple[str, str, str]  # item, stage, region
WAYS = ("or ",)  # how the ways out begin that are of a scenario, and of no sheet


class Gap(NamedTuple):
    """An item of the sheet without a factor, in a region or in all: by which criteria, and what to say of it."""

    item: str
    stage: str
    region: str
    criteria: tuple[str, ...]
    activities: tuple[Activity, ...]
    hint: str

    @property
    def rows(self) -> str:
        """Its rows, in words."""
        rows = ", ".join(str(activity.row) for activity in self.activities)
        return f"row{'s' * (len(self.activities) > 1)} {rows}"


def read(given: Given) -> Made:
    """The scenario that a sheet and its map make, or a map to begin with. Problems where the map does not fit."""
    if replace := given.said.get("replace"):
        if replace != YES:
            raise Misnamed([Problem(f"'{shortened(replace)}' is no replace", (), "say --set replace=yes, or nothing")])
        if not given.part:
            raise Misnamed([Problem("replace says nothing without --into", (), "take it out: nothing would heed it")])
    if len(given.files) != 1:
        raise problem("a table is one file", hint="import each by itself")
    asked = mapping(given.map) if given.map is not None else None
    sheet = given.sheet or (asked.sheet if asked is not None else "")
    grid = grids.read(given.files[0].data(PACKED), given.files[0].name, sheet)
    if asked is not None and asked.columns is None:
        hint = "columns: {item: Name of its column, amount: …}; without --map, a map is proposed"
        raise problem("the map says no columns", asked.span, hint=hint)
    if asked is None:
        if given.part:
            raise problem(
                "a part of a scenario is made by a map", hint="name it with --map; without --into one is proposed"
            )
        return _proposed(grid, given)
    return _made(grid, asked, given)


def _proposed(grid: grids.Grid, given: Given) -> Made:
    map_ = proposed(grid, given.library.every().items(), given.library.places())
    words = (*map_.remarks, _open(map_.text.count(TO_FILL)))
    told = Prose("A map to begin with: correct it, and import the sheet with it, --map MAP.yaml.")
    remarks = (Prose(word) for word in (*grid.remarks, *words) if word)
    return Made(Report((Heading(f"A map of {grid.file}", 1), told, *remarks)), map_.text)


def _open(count: int) -> str:
    return f"{plural(count, 'word')} left open: {TO_FILL}" if count else ""


def _made(grid: grids.Grid, asked: Map, given: Given) -> Made:
    read = understood(grid, asked)
    if not read.activities:
        raise problem(
            "no row of the sheet is an activity", grid.span(1), hint="is the head in another row? say head: ROW"
        )
    source = re.sub("[^a-z0-9]+", "-", PurePath(grid.file).stem.casefold()).strip("-") or "sheet"
    tree = {each.name: each for each in read.activities}
    part = {_key(name): _activity(each, source) for name, each in tree.items()}
    if given.part:
        sources = {source: {"title": safe(grid.file)}}
        return Made(_report(grid, read, ()), part=part, sources=sources, only_adds="replace" not in given.said)
    scenario = _scenario(grid, asked, read, part, source)
    gaps = _gaps(scenario, asked, {_key(name): each for name, each in tree.items()}, grid, given.library)
    if gaps:
        scenario["study"]["not_assessed"] = [*scenario["study"].get("not_assessed", []), *_declared(gaps, grid)]
    of = f"{safe(grid.file)}, sheet {safe(grid.sheet)}" if grid.sheet else safe(grid.file)
    head = f"# What {of} says by a map, as `lca import table` read it."
    return Made(_report(grid, read, gaps), "\n".join([head, *block(scenario)]) + "\n")


# --- the scenario -----------------------------------------------------------------------------------------------------


def _scenario(grid: grids.Grid, asked: Map, read: Understood, part: dict[str, Any], source: str) -> dict[str, Any]:
    """The scenario of the map, with its activities, its expectations and the sheet as a source."""
    at = asked.scenario
    if at is None or not {"study", "functional_units"} <= entries(at).keys():
        hint = "under scenario: study with title, criteria and packs; functional_units with their demand"
        raise problem("the map says nothing of the study and its functional unit", asked.span, hint=hint)
    made: dict[str, Any] = dumped(at)
    if "activities" in made:
        span = entries(at)["activities"].key_span
        raise problem(
            "the activities are those of the sheet", span, hint="add others in a scenario that extends this one"
        )
    if not isinstance(made["study"], dict):
        raise problem(
            "study is a mapping", entries(at)["study"].span, hint="study: {title: …, criteria: […], packs: […]}"
        )
    title = f"{grid.file}, sheet {grid.sheet}" if grid.sheet else grid.file
    sources = made["study"].get("sources")
    made["study"]["sources"] = {source: {"title": title}, **(sources if isinstance(sources, dict) else {})}
    made["activities"] = part
    if read.totals:
        units = [*entries(entries(at)["functional_units"])]
        expected = {total.key: _expected(total, source, units) for total in read.totals}
        made["expect"] = {**made.get("expect", {}), **expected}
    return made


def _key(name: str) -> str:
    return shortened(safe(name).replace('"', "'"), LONGEST_NAME)


def _activity(activity: Activity, source: str) -> dict[str, Any]:
    said = {
        name: activity.said[name] for name in ("item", "tier", "phase", "stage", "region") if activity.said.get(name)
    }
    value, note = activity.amount, activity.note
    low, high = activity.low, activity.high
    by = _by(activity)
    if by:
        if low or high:
            factor = _plain(activity.times) / _plain(activity.over)
            note = f"{note}; {activity.amount}{by}".removeprefix("; ")
            value, low, high = (_multiplied(text, factor) for text in (value, low, high))
        else:
            value = f"= {_operand(activity.amount)}{by}"
    cited = {"basis": activity.said.get("basis", "assumed"), "source": source, "at": activity.place, "note": note}
    amount = {"value": value, "low": low, "high": high, **cited}
    return {**said, "amount": {key: text for key, text in amount.items() if text}}


def _by(activity: Activity) -> str:
    """What is done to an amount, as a formula goes on: a time that divides is counted in years.

    >>> _by(Activity(1, "", {}, "10 device", "", times="12 %", over="60 month"))
    ' * 12 [%] / 60 [month] * 1 [year]'
    """
    over = f" / {_operand(activity.over)}" if activity.over else ""
    if over.endswith("[year]"):
        over = over.removesuffix(" [year]")
    elif over.endswith("]"):
        over = f"{over} * 1 [year]"
    return (f" * {_operand(activity.times)}" if activity.times else "") + over


def _operand(text: str) -> str:
    number, _, unit = text.partition(" ")
    return f"{number} [{unit}]" if unit else number


def _plain(text: str) -> float:
    """What multiplies or divides as a number: percents as a fraction, a time in years; '' is 1."""
    number, _, unit = text.partition(" ")
    if not text:
        return 1.0
    of = units.unit("year") if unit and unit != "%" else units.ONE
    return float(number) * (units.scale(units.unit(unit), of) or 1.0) if unit else float(number)


def _multiplied(text: str, by: float) -> str:
    number, sign, unit = text.partition(" ")
    return f"{float(number) * by:.15g}{sign}{unit}" if text else ""


def _expected(total: Total, source: str, units: list[str]) -> dict[str, Any]:
    asked: SheetTotal = total.asked
    if not asked.of and len(units) != 1:
        span = asked.span
        raise problem(
            f"the total {total.key} is of one functional unit",
            span,
            hint=f"say which, as in of: {units[0] if units else 'FU1'}",
        )
    if not (asked.criterion or asked.flow):
        raise problem(
            f"the total {total.key} is of nothing", asked.span, hint="say criterion: GWP, or flow: electricity"
        )
    where = dumped(entries(asked.tree)["where"]) if asked.where is not None else {}
    said = {
        "title": asked.title, "of": asked.of or units[0], "criterion": asked.criterion, "flow": asked.flow,
        "where": where, "value": total.value, "within": asked.within, "source": source, "at": total.place,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}


# --- what has no factor -----------------------------------------------------------------------------------------------


def _gaps(
    scenario: Mapping[str, Any], asked: Map, by_name: Mapping[str, Activity], grid: grids.Grid, library: Known
) -> tuple[Gap, ...]:
    """What the scenario has no factor for, item by item. Problems where something else keeps it from running."""
    written: Located = asked.scenario
    gaps: dict[Unmet, Gap] = {}
    first: list[Problem] = []
    for _ in range(MOST_ROUNDS):
        tree = _tree(scenario, written, _declared(gaps.values(), grid))
        known = {at.key_line: by_name[name] for name, at in entries(entries(tree)["activities"]).items()}
        expected = {at.key_line: asked.totals[key] for key, at in _expectations(tree) if key in asked.totals}
        wrong = library.tried(tree, "the scenario of the map")
        found = [(_of_total(told, expected), _activity_of(told, known, [*expected])) for told in wrong]
        nowhere = {a.said.get("region") for told, a in found if a is not None and told.message.startswith("no region ")}
        found = [(t, a) for t, a in found if a is None or not unmet(t) or a.said.get("region") not in nowhere]
        lacking = [(told, a) for told, a in found if a is not None and unmet(told) and not _is_to_correct(told, a)]
        if not lacking:
            if found and len(_left_out_by(gaps, by_name)) == len(by_name):
                raise gathered(first)
            if found:
                raise gathered(_placed(told, activity, grid) for told, activity in found)
            break
        for told, activity in lacking:
            first.append(_placed(told, activity, grid))
            key = _unmet(activity)
            alike = tuple(each for each in by_name.values() if _unmet(each) == key)
            before = gaps[key].criteria if key in gaps else ()
            hint = "\n".join(way for way in told.hint.split("\n") if not way.startswith(WAYS))
            gaps[key] = Gap(*key, tuple(dict.fromkeys((*before, *unmet(told)))), alike, hint)
    return tuple(_joined(gaps, by_name))


def _unmet(activity: Activity) -> Unmet:
    return activity.said["item"], activity.said["stage"], activity.said.get("region", "")


def _left_out_by(gaps: Iterable[Unmet], by_name: Mapping[str, Activity]) -> list[Activity]:
    """The activities of rows that are left out."""
    left = {*gaps}
    return [each for each in by_name.values() if _unmet(each) in left]


def _joined(gaps: Mapping[Unmet, Gap], by_name: Mapping[str, Activity]) -> Iterator[Gap]:
    """The gaps, those of one item as one where no row of it counts and no other region would do."""
    of: dict[tuple[str, str], list[Gap]] = {}
    for gap in gaps.values():
        of.setdefault((gap.item, gap.stage), []).append(gap)
    for (item, stage), each in of.items():
        rows = tuple(a for a in by_name.values() if (a.said["item"], a.said["stage"]) == (item, stage))
        is_whole = sum(len(gap.activities) for gap in each) == len(rows) and len({gap.criteria for gap in each}) == 1
        if is_whole and not any(_is_of_region(gap.hint) for gap in each):
            yield each[0]._replace(region="", activities=rows)
        else:
            yield from each


def _tree(scenario: Mapping[str, Any], written: Located, declared: list[dict[str, str]]) -> Located:
    """The scenario as located text, what the map says of it where it stands in the map."""
    made = parse("\n".join(block(dict(scenario))), MADE)
    tree = merged(made, written)
    if declared:
        stated = [*items(find(written, GAPS))]
        more = parse("\n".join(block({"gaps": declared})), MADE).mapping["gaps"]
        tree = put(tree, GAPS, more.with_value([*stated, *items(more)]))
    return tree


def _expectations(tree: Located) -> Iterator[tuple[str, Located]]:
    """What the rows of the sheet make the scenario expect."""
    return ((key, at) for key, at in entries(entries(tree).get("expect")).items() if at.document.name == MADE)


def _line(told: Problem) -> int:
    """The line of what is made of the rows that a problem is in; 0 where it is in the map."""
    return next((span.line for span in told.spans if span.file == MADE), 0)


def _of_total(told: Problem, expected: Mapping[int, SheetTotal]) -> Problem:
    """A problem of a total, where the map names that."""
    before = [line for line in expected if line <= _line(told)]
    if not before:
        return told
    hint = f"{told.hint}\nfind factors for what it sums, or take the total out of the map"
    return Problem(told.message, (expected[max(before)].span,), hint)


def _activity_of(told: Problem, known: Mapping[int, Activity], ends: list[int]) -> Activity | None:
    """The activity that a problem is in; None where it is in the map, or of a total."""
    line = _line(told)
    before = [start for start in known if start <= line]
    return known[max(before)] if before and line < min(ends, default=line + 1) else None


def _placed(told: Problem, activity: Activity | None, grid: grids.Grid) -> Problem:
    """A problem where its reader finds it: in the sheet, or in the map."""
    if activity is None:
        return told
    words = f"{activity.place}: {told.message}"
    hint = "\n".join(way for way in told.hint.split("\n") if not way.startswith(WAYS))
    region = activity.said.get("region", "")
    if region and MEANT_REGION in told.hint:
        hint += f"\nsay what it means: values: {{region: {{{shortened(region)}: …}}}}"
    return Problem(words, (grid.span(activity.row),), hint)


def _is_of_region(hint: str) -> bool:
    """Whether an item has a factor, and none in the region that is asked for."""
    return any(way.startswith(("it has a factor in", "of groups of countries")) for way in hint.split("\n"))


def _is_to_correct(told: Problem, activity: Activity) -> bool:
    """Whether a region is missing or a slip, where the item has others: who made the sheet can mend that."""
    region = activity.said.get("region", "")
    return MEANT_REGION in told.hint if region else _is_of_region(told.hint)


def _declared(gaps: Iterable[Gap], grid: grids.Grid) -> list[dict[str, str]]:
    """What is not assessed, as scenarios say it."""
    return [
        {
            "item": gap.item,
            "stage": gap.stage,
            **({"region": gap.region} if gap.region else {}),
            "criterion": key,
            "reason": f"no factor; {gap.rows} of {safe(grid.sheet or grid.file)}",
        }
        for gap in gaps
        for key in gap.criteria
    ]


# --- what is told -----------------------------------------------------------------------------------------------------


def _report(grid: grids.Grid, read: Understood, gaps: Iterable[Gap]) -> Report:
    gaps = tuple(gaps)
    counts: dict[str, int] = {}
    for fate in read.fates:
        counts[fate.kind] = counts.get(fate.kind, 0) + 1
    words = ", ".join(_counted(kind, count) for kind, count in counts.items())
    title = Heading(f"{grid.file}{f', sheet {grid.sheet}' if grid.sheet else ''}", 1)
    made = plural(len(read.activities), "activity", "activities")
    told = Prose(f"{plural(len(read.fates), 'row')} with something in them: {words}. They make {made}.")
    remarks = [*read.remarks, *_basis(read.activities), *_years(read.activities)]
    blocks = (
        title,
        told,
        *((Heading("Without a factor: listed as not assessed"), Entries(tuple(map(_lacking, gaps)))) if gaps else ()),
        *_left_out(read),
        *((Heading("Totals that became expectations"), _totals(read)) if read.totals else ()),
        *((Heading("To know"), *map(Prose, remarks)) if remarks else ()),
    )
    return Report(blocks, FIELDS, tuple(_records(read)))


def _counted(kind: str, count: int) -> str:
    """Rows of a kind in words.

    >>> _counted("total", 2), _counted("activity", 3), _counted("left out", 2)
    ('2 totals', '3 activities', '2 left out')
    """
    return plural(count, kind, NOUNS[kind]) if kind in NOUNS else f"{count} {kind}"


def _lacking(gap: Gap) -> Entry:
    names = dict.fromkeys(each.name for each in gap.activities if not each.name.startswith(gap.item))
    called = f" ({'; '.join([*names][:3])})" if names else ""
    place = f" in {gap.region}" if gap.region else ""
    words = f"{gap.rows}: {', '.join(gap.criteria)}, {gap.stage}{place}{called}"
    return Entry(gap.item, tuple(filter(None, (words, *gap.hint.split("\n")))))


def _left_out(read: Understood) -> tuple[Any, ...]:
    """The rows that made no activity, and why; heads are none of those."""
    out = [fate for fate in read.fates if fate.kind != ACTIVITY and not (fate.kind == HEAD and not fate.why)]
    if not out:
        return ()
    rows = [row(str(fate.row), fate.words, fate.kind, fate.why) for fate in out[:MOST_LISTED]]
    columns = (Column("row", right=True), Column("begins with", fold=True), Column("taken as"), Column("", fold=True))
    more = [Prose(f"{len(out) - MOST_LISTED:,} more; --format csv lists them")] if len(out) > MOST_LISTED else []
    return (Heading("Rows that are no activity"), Grid(columns, tuple(rows)), *more)


def _totals(read: Understood) -> Grid:
    rows = tuple(row(total.key, total.value, total.place) for total in read.totals)
    return Grid((Column("expected"), Column("value"), Column("from")), rows)


def _basis(activities: Iterable[Activity]) -> Iterator[str]:
    count = sum(1 for activity in activities if not activity.said.get("basis"))
    if count:
        ways = "say always: {basis: measured}, or name the column that says it"
        yield f"{plural(count, 'amount')} without a basis: taken as assumed; {ways}"


def _years(activities: Iterable[Activity]) -> Iterator[str]:
    """That a time by which amounts are divided is counted in years."""
    of: dict[str, list[str]] = {}
    for each in activities:
        if each.over.partition(" ")[2] not in ("", "year"):
            of.setdefault(each.over, []).append(str(each.row))
    said = (
        f"{over} is {_plain(over):.6g} year ({'rows' if len(rows) > 1 else 'row'} {', '.join(rows[:MOST_SHOWN])}"
        f"{', …' if len(rows) > MOST_SHOWN else ''})"
        for over, rows in of.items()
    )
    if of:
        yield f"divided by years of life: {'; '.join(said)}"


def _records(read: Understood) -> Iterator[Record]:
    of: dict[int, list[Activity]] = {}
    for activity in read.activities:
        of.setdefault(activity.row, []).append(activity)
    for fate in read.fates:
        told = {"row": fate.row, "fate": fate.kind, "words": fate.words, "why": fate.why}
        made = [{**each.said, "name": each.name, "amount": each.amount} for each in of.get(fate.row, ())]
        for said in made or [{}]:
            yield {name: {**told, **said}.get(name, "") for name in FIELDS}
