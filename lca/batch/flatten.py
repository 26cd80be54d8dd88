"""Logs flattened: from each format to the table `requests`, by DuckDB's own SQL.

What is text (JSON, CSV) is read once, and written as Parquet beside the engine's other files; Parquet is read where it
is. Each row says why it is no request, if it is none, so that whatever was counted beforehand is accounted for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, cast

from lca import units
from lca.batch import formats
from lca.batch.dialect import Engine, Told
from lca.batch.files import ARRAY, LINES, LONGEST_ROW, PARQUET, TABLE, Log
from lca.batch.formats import Columns, Flat, Range, Reason, literal, quoted
from lca.batch.periods import PERIODS
from lca.batch.shapes import KEY, MAY_LACK, TOKENS
from lca.model.mapping import Log as Mapped
from lca.problems import Misnamed, Problem, Problems, near, problem, shortened
from lca.text.overlay import entries
from lca.wording import listed, some

OWN = "own"  # the format that a map makes of a file
OTHERS = "rows that the map leaves out"
TAKEN = ("id", "parent", "why", "bare", "differ")  # names of columns of our own
ROWS, SINGLE, REQUESTS = "flattened", "single", "requests"
NO_COUNT = f"tokens that are no whole number from 0 to {formats.MOST:.0e}".replace("e+0", "e")
SPANS = (MAY_LACK, "ttft")
CANONICAL = (*KEY, "ms", *TOKENS, *SPANS)
MOST_LISTED = 12


class Group(NamedTuple):
    """Files that are read alike: of one format, one kind, and one set of columns, by a map if there is one."""

    format: str
    kind: str
    logs: tuple[Log, ...]
    by_map: Mapped | None = None

    @property
    def columns(self) -> Columns:
        """What the files have, by name."""
        types = {name: kind for log in self.logs for name, kind in log.types.items()}
        make = getattr(formats.module(self.format), "columns", Columns)
        made: Columns = make(types, self.logs[0].is_json, _ranges(self.logs))
        return made

    def flat(self, columns: Columns) -> Flat:
        """What a row is, in SQL; a map says which column is what, or which rows count in a format that is known."""
        by_map = self.by_map
        if by_map is None:
            return cast("Flat", formats.module(self.format).flat(columns))
        flat = formats.module(self.format).flat(
            columns, *([_called(by_map), _per_second(by_map)] if by_map.columns else [])
        )
        inside = {f"{name}_inside": "true" for name in by_map.inside}
        only = [
            (f"coalesce({columns.text(name)}, '') not in ({', '.join(map(literal, words))})", OTHERS)
            for name, words in by_map.only.items()
        ]
        return cast("Flat", flat._replace(none=(*flat.none, *only), **inside))


def _ranges(logs: Sequence[Log]) -> dict[str, Range]:
    """What the footer of the one file says of its columns: of several files they are not put together."""
    return {**logs[0].ranges} if len(logs) == 1 else {}


def _called(by_map: Mapped) -> dict[str, str]:
    """What columns are called, by our names."""
    found = ((name, getattr(by_map.columns, name)) for name in by_map.columns.fields)
    return {name: str(column) for name, column in found if column}


def _per_second(by_map: Mapped) -> float:
    """How many of the unit of a latency are a second. Problems where it is no unit of time."""
    at = entries(by_map.tree).get("latency_unit", by_map.tree).span
    try:
        scale = units.scale(units.unit("s"), units.unit(by_map.latency_unit))
    except units.UnitError as error:
        raise problem(error.message, at, hint=error.hint) from None
    if scale is None:
        raise problem(f"{shortened(by_map.latency_unit)} is no unit of time", at, hint="such as s or ms")
    return scale


def groups(logs: Iterable[Log], by_map: Mapped | None = None) -> list[Group]:
    """The files of a log by how they are read. Problems of those whose format is none that is known."""
    wrong: list[Problem] = []
    told: list[tuple[str, str, tuple[Any, ...], Log]] = []
    for log in logs:
        name = OWN if by_map is not None and by_map.columns else formats.of(log.types)
        wrong += [*_unfit(log, name, by_map)]
        types = () if log.is_json else (*log.types.items(), log.sign)
        told.append((name, log.kind, types, log))
    if wrong:
        raise Problems(wrong)
    told.sort(key=lambda each: (each[0], each[1], str(each[2]), str(each[3].path)))
    return [
        Group(key[0], key[1], tuple(each[3] for each in alike), by_map)
        for key, alike in groupby(told, key=lambda each: each[:3])
    ]


def _unfit(log: Log, name: str, by_map: Mapped | None) -> Iterator[Problem]:
    """What keeps a file from being read: it is of no format, or lacks columns that a map names."""
    there = some(map(shortened, log.types), MOST_LISTED)
    if not name:
        hint = "\n".join((*formats.known().values(), "or say with --map which column is which"))
        yield Problem(f"{log.name} is a log of no format that is known; it has {there}", (), hint)
    if by_map is None:
        return
    columns = Columns(log.types, log.is_json)
    asked = [*(_called(by_map).values() if by_map.columns else ()), *by_map.only]
    lacking = [column for column in asked if name and not columns.has(column)]
    if lacking:
        told = listed([f"'{shortened(column)}'" for column in lacking])
        yield Problem(f"{log.name} has no column {told}", (by_map.span,), f"the map names it; there are {there}")


def refuse_unknown(groups: Sequence[Group], by: Iterable[str]) -> None:
    """Problems where something is to be grouped by that no file has, or that is a number."""
    every = [group.columns for group in groups]
    known = dict.fromkeys((*KEY, *PERIODS, *(name for columns in every for name in columns.types)))
    wrong = []
    for name in by:
        if name in (*CANONICAL, *TAKEN) and name not in KEY:
            wrong.append(Problem(f"requests are not grouped by {name}", (), f"by one of {some(known, MOST_LISTED)}"))
        elif name not in (*KEY, *PERIODS) and not any(columns.has(name) for columns in every):
            hint = near(name, known, f"columns: {some(map(shortened, known), MOST_LISTED)}")
            wrong.append(Problem(f"no column '{shortened(name)}' to group by", (), hint))
    if wrong:
        raise Misnamed(wrong)


def flattened(
    engine: Engine, groups: Sequence[Group], folder: Path, by: Sequence[str] = (), told: Told | None = None
) -> None:
    """Make the table `flattened` of all rows, and `requests` of those that are to be priced, each once.

    folder: where tables are written that are not read as they are. by: the columns to group by. Problems where a file
    has another number of rows than was counted.
    """
    parts: list[str] = []
    sizes = [sum(log.size for log in group.logs) for group in groups]
    kinds = [*dict.fromkeys(group.format for group in groups)]
    for number, group in enumerate(groups):
        sql = select(group, by, kinds.index(group.format))
        if group.kind != PARQUET:
            made = folder / f"{number}.parquet"
            share = _shared(told, sum(sizes[:number]), sizes[number], sum(sizes))
            engine.query("set preserve_insertion_order = true")
            engine.query(f"copy ({sql}) to {literal(str(made))} (format parquet, row_group_size 100000)", share)
            engine.query("set preserve_insertion_order = false")
            sql = f"select *, file_row_number as own__row from read_parquet({literal(str(made))})"
        parts.append(sql)
    engine.query(f"create view {ROWS} as {' union all by name '.join(parts)}")
    _once(engine, groups, by)


def _shared(told: Told | None, before: int, own: int, whole: int) -> Told | None:
    """What a part of the work tells of the whole."""
    return None if told is None else lambda done: told((before + done * own) / max(whole, 1))


def _columns(by: Sequence[str]) -> str:
    """The columns of the canonical table, and those to group by."""
    return ", ".join(map(quoted, (*CANONICAL, *(name for name in by if name not in (*KEY, *PERIODS)))))


def all_are_requests(engine: Engine, by: Sequence[str]) -> None:
    """Every row has been found to be a request: it need not be looked at again."""
    engine.query(f"create or replace view {REQUESTS} as select {_columns(by)} from {ROWS}")


def _once(engine: Engine, groups: Sequence[Group], by: Sequence[str]) -> None:
    """The requests without those that were written twice, and without those that hold others.

    Few ids come twice, so that their hashes are looked for first, and only rows of these are compared.
    """
    valid = f"from {ROWS} where why is null"
    columns = _columns(by)
    engine.query(f"create table kept as select {columns}, id, parent, false as differ from {ROWS} limit 0")
    single, requests = f"select {columns}, id, parent {valid}", f"select {columns} from {SINGLE}"
    if any(_has_ids(group) for group in groups):
        if _some(engine, "twins", f"hash(id) as found {valid} and id is not null group by 1 having count(*) > 1"):
            _keep(engine, columns, f"{valid} and id is not null and hash(id) in (from twins)")
            single += " and (id is null or hash(id) not in (from twins))"
            single += f" union all select {columns}, id, parent from kept"
        engine.query(f"create view {SINGLE} as {single}")
        ids = f"select hash(id) from {SINGLE} where id is not null"
        if _some(engine, "holding", f"distinct found from ({_around(engine)}) where found in ({ids})"):
            requests += " where id is null or hash(id) not in (from holding)"
    else:
        engine.query(f"create view {SINGLE} as {single}")
    engine.query(f"create view {REQUESTS} as {requests}")


def _around(engine: Engine) -> str:
    """What requests are in, in SQL, also with others in between that are none, as the span of a tool."""
    parents = f"select hash(parent) as found from {SINGLE} where parent is not null"
    between = "hash(id) as own, hash(parent) as found"
    if not _some(engine, "links", f"{between} from {ROWS} where why is not null and parent is not null"):
        return parents
    up = "select found from links where own in"
    return f"{parents} union all (with recursive above as ({up} ({parents}) union {up} (from above)) from above)"


def _some(engine: Engine, table: str, sql: str) -> bool:
    """Make a table of what is selected, and say whether there is anything."""
    engine.query(f"create table {table} as select {sql}")
    return bool(engine.query(f"select 1 as one from {table} limit 1")["one"])


def _keep(engine: Engine, columns: str, twins: str) -> None:
    """Of the rows of each id keep the one with most tokens, and say whether others have other numbers."""
    tokens = ", ".join(f"{name} := {name}" for name in TOKENS)
    order = ", ".join(f"{name} desc" for name in ("output", "reasoning", "input", "cache_read", "cache_write"))
    engine.query(
        f"insert into kept select {columns}, id, parent, differ from (select *, "
        f"min(struct_pack({tokens})) over each <> max(struct_pack({tokens})) over each as differ, "
        f"row_number() over (partition by id order by {order}, ms, {columns}) as place "
        f"{twins} window each as (partition by id)) where place = 1"
    )


def _has_ids(group: Group) -> bool:
    return bool(group.flat(group.columns).id != formats.NOTHING)


# --- one group --------------------------------------------------------------------------------------------------------


def select(group: Group, by: Sequence[str], number: int) -> str:
    """The rows of files as canonical columns, in SQL, each with why it is no request, if it is none.

    number: of their format, among those of the log.
    """
    columns = group.columns
    flat = group.flat(columns)
    more = {name: columns.text(name) for name in by if name not in PERIODS and name not in KEY}
    source = columns.source(_read(group))
    for name, expression in flat.own.items():
        source = f"select *, {expression} as own__{name} from ({source})"
    words = {name: getattr(flat, name) for name in KEY} | more
    words |= {"id": _id(flat.id, number), "parent": _id(flat.parent, number)}
    counts = {name: getattr(flat, name) for name in ("micros", *TOKENS, *SPANS)}
    fields = [
        *(f"cast({expression} as varchar) as {quoted(name)}" for name, expression in words.items()),
        *(f"cast({expression} as bigint) as own__{name}" for name, expression in counts.items()),
        f"{flat.cache_inside} as own__cached", f"{flat.reasoning_inside} as own__thought",
        "own__file", "own__first", *(["own__row"] if group.kind == PARQUET else []),
        f"coalesce(own__unread, {_case(flat.none)}) as own__none", f"{_case(flat.wrong)} as own__wrong",
    ]  # fmt: skip
    less = (
        "own__input - case when own__cached then coalesce(own__cache_read, 0) + coalesce(own__cache_write, 0) else 0 "
        "end as own__fresh, "
        "own__output - case when own__thought then coalesce(own__reasoning, 0) else 0 end as own__made"
    )
    made = f"select *, {less} from (select {', '.join(fields)} from ({source}))"
    texts = ", ".join(
        quoted(name) if words[name] in columns.full else f"coalesce({quoted(name)}, '') as {quoted(name)}"
        for name in (*KEY, *more)
    )
    taken = {"input": "own__fresh", "output": "own__made"}
    tokens = ", ".join(f"coalesce({taken.get(name, f'own__{name}')}, 0) as {name}" for name in TOKENS)
    times = "own__micros // 1000 as ms, own__latency as latency, own__ttft as ttft"
    place = f"own__file, own__first{', own__row' if group.kind == PARQUET else ''}"
    told = f"id, parent, own__input is null as bare, {place}, {_why(flat, columns)} as why"
    return f"select {texts}, {times}, {tokens}, {told} from ({made})"


def _id(expression: str, number: int) -> str:
    """An id that is that of its own format alone."""
    return expression if expression == formats.NOTHING or number == 0 else f"'{number} ' || ({expression})"


def _why(flat: Flat, columns: Columns) -> str:
    """Why a row is no request to be priced, in SQL; null where it is one. What footers rule out is not asked."""
    right, full = columns.right, columns.full
    counts = [f"own__{name} < 0" for name in TOKENS if getattr(flat, name) not in right]
    times = [f"own__{name} not between 0 and {formats.LONGEST}" for name in SPANS if getattr(flat, name) not in right]
    cases = [
        ("own__none is not null", "own__none", columns.is_json or flat.none),
        ("coalesce(model, '') = ''", "'no model'", flat.model not in full),
        ("own__input is null and own__output is null", "'no tokens'", full.isdisjoint((flat.input, flat.output))),
        (" or ".join(counts), f"'{NO_COUNT}'", counts),
        ("own__wrong is not null", "own__wrong", flat.wrong),
        ("own__fresh < 0", "'more cached tokens than input'", flat.cache_inside != "false"),
        ("own__made < 0", "'more reasoning tokens than output'", flat.reasoning_inside != "false"),
        ("own__micros < 0", "'a time that is none'", flat.micros not in right),
        (" or ".join(times), "'a latency that is none'", times),
    ]
    asked = " ".join(f"when {condition} then {words}" for condition, words, is_asked in cases if is_asked)
    return f"case {asked} end" if asked else formats.UNKNOWN


def _case(reasons: Iterable[Reason]) -> str:
    cases = " ".join(f"when {condition} then {literal(words)}" for condition, words in reasons)
    return f"case {cases} end" if cases else "cast(null as varchar)"


def _read(group: Group) -> str:
    """The rows of files as they stand there, in SQL."""
    paths = ", ".join(literal(str(log.path)) for log in group.logs)
    longest = max(log.longest for log in group.logs) + 1_000
    objects = f"maximum_object_size = {max(longest, 1 << 20)}"
    shape = {LINES: "newline_delimited", ARRAY: "array"}.get(group.kind, "unstructured")
    if group.kind == PARQUET:
        return f"select *, filename as own__file, file_row_number as own__row from read_parquet([{paths}])"
    if group.kind == TABLE:
        first = group.logs[0]
        types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in first.types)
        return (
            f"select *, filename as own__file from read_csv([{paths}], auto_detect = false, header = true, "
            f"delim = {literal(first.sign)}, quote = '\"', escape = '\"', columns = {{{types}}}, "
            f"store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_ROW})"
        )
    skip = ", ignore_errors = true" if group.kind == LINES else ""
    return f"select json, filename as own__file from read_json_objects([{paths}], format = '{shape}', {objects}{skip})"
