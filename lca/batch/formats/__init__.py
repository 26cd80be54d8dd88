"""Formats of logs, one file each, found by its being there and told by what its files hold.

A file declares, each on a line at its top,

    ABOUT     what it is, for readers
    ORDER     its place where a file could be of several

and has `recognises(names)`, whether a file with these columns, or objects with these keys, is of it, and
`flat(of)`, which says in SQL what the canonical columns are of a row (`Columns`, `Flat`). What its rule for classes of
tokens is, it says with its source. One whose objects hold many requests has `SHAPE`, see `otlp`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

from lca import discovery

FOLDER = "batch/formats"
MOST = 1_000_000_000  # tokens of a request: of more than these it is a mistake, and sums stay below 2^63
LONGEST = 7 * 24 * 3_600 * 1_000_000  # microseconds of a request
WRONG = "-1"  # what stands for a number that is none, until its row is rejected
NOTHING = "null"
UNKNOWN = "cast(null as varchar)"
UNREADABLE, NO_OBJECT = "lines that are no JSON", "lines that are no object"
UNREAD = f"case when json is null then '{UNREADABLE}' when json_type(json) <> 'OBJECT' then '{NO_OBJECT}' end"

INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT",
            "UHUGEINT")  # fmt: skip
FLOATS = ("FLOAT", "DOUBLE", "DECIMAL")
MOMENTS = ("TIMESTAMP", "DATE")
TEXT = "VARCHAR"
SIZES = ((10**17, "// 1000"), (10**14, ""), (10**11, "* 1000"), (0, "* 1000000"))  # an epoch in ns, µs, ms or s, in µs

Reason = tuple[str, str]  # a condition in SQL, and the words for it

# Of formats whose `own` are input, output, reasoning and total. Some servers, xAI's among them, count reasoning beside
# the output, which the total tells: the rule of `lca.tracking.usage`.
_BESIDE = "own__reasoning > 0 and own__total = own__input + own__output + own__reasoning"
MADE = f"case when {_BESIDE} then own__output + own__reasoning else own__output end"
_DIFFERS = "own__total > 0 and own__total <> own__input + own__output"
CONTRADICTION: Reason = (
    f"{_DIFFERS} and not coalesce({_BESIDE}, false)",
    "a total that is not the sum of input and output",
)


class Flat(NamedTuple):
    """What a row is, in SQL. Texts are VARCHAR; counts, `micros` since 1970 and times BIGINT, -1 where they are none.

    cache_inside, reasoning_inside: whether the input holds what is cached, and the output the reasoning. own: what is
    evaluated before all else, in their order; in SQL they are called `own__` and their name. none: rows that are no
    requests, and why. wrong: what contradicts itself, and how. id: what a row that was written twice has in common.
    parent: the id of what a request is a part of; where that is a request too, it is none of its own.
    """

    model: str
    output: str
    input: str = NOTHING
    cache_write: str = NOTHING
    cache_read: str = NOTHING
    reasoning: str = NOTHING
    provider: str = NOTHING
    region: str = NOTHING
    micros: str = NOTHING
    latency: str = NOTHING
    ttft: str = NOTHING
    id: str = NOTHING
    parent: str = NOTHING
    cache_inside: str = "false"
    reasoning_inside: str = "false"
    none: Sequence[Reason] = ()
    wrong: Sequence[Reason] = ()
    own: Mapping[str, str] = {}


class Range(NamedTuple):
    """What the footer of a file says of a column: its least and greatest value as texts, and how many have none."""

    low: str
    high: str
    nulls: int

    def within(self, least: float, most: float) -> bool:
        """Whether all its numbers are between two others."""
        try:
            return least <= float(self.low) and float(self.high) <= most
        except ValueError:
            return False


class Columns:
    """The columns of a file by name, each with its type; of JSON, the keys of objects, of which any may be there.

    ranges: what footers say of columns, so that not every row need be looked at. What is read of a column and can be
    nothing wrong is in `right`; what is there in every row, in `full`.
    """

    def __init__(
        self,
        types: Mapping[str, str],
        is_json: bool = False,  # noqa: FBT001, FBT002  a kind of file
        ranges: Mapping[str, Range] = MappingProxyType({}),
    ) -> None:
        self.types, self.is_json, self.ranges = types, is_json, ranges
        self.wanted: dict[str, None] = {}
        self.right: set[str] = {NOTHING}
        self.full: set[str] = set()

    def source(self, read: str) -> str:
        """The rows, in SQL, of what is read of files: of objects of JSON those keys that were asked for."""
        if not self.is_json:
            return f"select *, true as own__first, {UNKNOWN} as own__unread from ({read})"
        keys = literal(json.dumps(dict.fromkeys(self.wanted, TEXT)))
        objects = f"select json_transform(json, {keys}) as own__keys, {UNREAD} as own__unread, own__file from ({read})"
        return f"select own__keys.*, true as own__first, own__unread, own__file from ({objects})"

    def _found(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Those of some names that are there, with their types."""
        for name in names:
            if name not in self.types and (inner := self._inside(name)):
                yield inner, TEXT
            elif self.is_json:
                self.wanted[name] = None
                yield quoted(name), TEXT
            elif name in self.types:
                yield quoted(name), self.types[name]

    def _inside(self, name: str) -> str:
        """What stands in a column of JSON under keys with points between; '' where no column begins so."""
        first, point, rest = name.partition(".")
        if not point or first not in self.types:
            return ""
        path = literal("$" + "".join(f".{json.dumps(key)}" for key in rest.split(".")))
        text = self.text(first)
        return f"json_extract_string(case when json_valid({text}) then {text} end, {path})"

    def has(self, name: str) -> bool:
        """Whether a column is there to be grouped by, or a key of JSON in one."""
        return name in self.types or bool(self._inside(name))

    def _first(self, names: Iterable[str], read: Callable[[str, str], str]) -> str:
        """What is read of the first of some columns that has something."""
        made = [read(column, kind) for column, kind in self._found(names)]
        return f"coalesce({', '.join(made)})" if len(made) > 1 else (made or [NOTHING])[0]

    def text(self, *names: str) -> str:
        """A text; an empty one is none."""
        return self._sure(names, TEXT, lambda own: own.low != "", lambda column: column) or self._first(
            names, lambda column, kind: f"nullif({column if kind == TEXT else as_text(column, kind)}, '')"
        )

    def count(self, *names: str) -> str:
        """A count of tokens."""
        return self._sure(
            names, INTEGERS, lambda own: own.within(0, MOST), lambda column: f"cast({column} as bigint)"
        ) or self._first(names, count)

    def micros(self, *names: str) -> str:
        """A time in microseconds since 1970; one that names no zone is in UTC."""
        return self._sure(names, "TIMESTAMP", _is_dated, lambda column: f"epoch_us({column})") or self._first(
            names, micros
        )

    def lasting(self, *names: str, unit: float = 1_000_000) -> str:
        """A time that something takes, in microseconds, of which its unit has some."""
        return self._sure(
            names, "DOUBLE", lambda own: own.within(0, LONGEST / unit), lambda column: _rounded(column, unit)
        ) or self._first(names, lambda column, kind: lasting(column, kind, unit))

    def _sure(
        self,
        names: Sequence[str],
        kinds: str | tuple[str, ...],
        holds: Callable[[Range], bool],
        read: Callable[[str], str],
    ) -> str:
        """What is read of the one column of some that is there, where its footer says that it is all right; else ''."""
        there = [name for name in names if name in self.types]
        own = self.ranges.get(there[0]) if len(there) == 1 and not self.is_json else None
        if own is None or not self.types[there[0]].startswith(kinds) or not holds(own):
            return ""
        made = read(quoted(there[0]))
        self.right.add(made)
        if own.nulls == 0:
            self.full.add(made)
        return made


def json_parts(of: Columns, names: str | tuple[str, ...], shape: Any) -> str:
    """What JSON in a column holds, as a structure; null where it holds none, or is no JSON."""
    text = of.text(*((names,) if isinstance(names, str) else names))
    return f"try(json_transform({text}, {literal(json.dumps(shape))}))"


def as_text(column: str, kind: str) -> str:
    """A value of any type as a text: what is not plain as JSON."""
    return f"cast(to_json({column}) as varchar)" if "(" in kind or "[" in kind else f"cast({column} as varchar)"


def count(column: str, kind: str = TEXT, most: int = MOST) -> str:
    """A whole number from 0 to `most`, null where there is none, -1 where it is something else.

    Texts are not cast at once: a cast takes 1.5 for 2.
    """
    if kind in INTEGERS or kind.startswith(FLOATS):
        none, is_whole = f"{column} is null", "true"
        if kind not in INTEGERS:
            none, is_whole = f"{none} or isnan(cast({column} as double))", f"{column} = floor({column})"
        taken = f"{column} between 0 and {most} and {is_whole}"
        return f"case when {none} then null when {taken} then try_cast({column} as bigint) else {WRONG} end"
    text = column if kind == TEXT else as_text(column, kind)
    plain = f"try_cast({text} as bigint)"
    return (
        f"case when {text} is null or {text} = '' then null "
        f"when cast({plain} as varchar) = {text} or regexp_full_match({text}, '[0-9]{{1,18}}[.]0+') "
        f"then case when {plain} between 0 and {most} then {plain} else {WRONG} end else {WRONG} end"
    )


def micros(column: str, kind: str = TEXT) -> str:
    """A time in microseconds since 1970, null where there is none, -1 where it is something else."""
    if kind.startswith(MOMENTS):
        moment = column if kind.startswith("TIMESTAMP WITH") else f"cast({column} as timestamp)"
        return f"case when isfinite({moment}) then epoch_us({moment}) when {column} is null then null else {WRONG} end"
    if kind in INTEGERS or kind.startswith(FLOATS):
        return _epoch(column, kind)
    moment = f"try_cast({column} as timestamptz)"
    number = _epoch(f"try_cast({column} as double)", "DOUBLE")
    whole = _epoch(f"try_cast({column} as bigint)", "BIGINT")
    return (
        f"case when {column} is null or {column} = '' then null when {moment} is not null "
        f"then case when isfinite({moment}) then epoch_us({moment}) else {WRONG} end "
        f"when regexp_full_match({column}, '[0-9]{{1,19}}') then {whole} else coalesce({number}, {WRONG}) end"
    )


def _epoch(column: str, kind: str) -> str:
    """Seconds, or their thousandths and so on, since 1970: by their size."""
    number, part = (f"try_cast({column} as bigint)", "//") if kind in INTEGERS else (f"cast({column} as double)", "/")
    cases = " ".join(f"when {column} >= {least} then {_micros(number, change, part)}" for least, change in SIZES)
    lost = f"when {column} is null or isnan(cast({column} as double)) then null when {column} > 9e18 then {WRONG}"
    return f"case {lost} {cases} else {WRONG} end"


def _is_dated(own: Range) -> bool:
    return all(re.match("(19[7-9]|2[0-9]{2})[0-9]-", end) for end in (own.low, own.high))


def _rounded(column: str, unit: float) -> str:
    return f"try_cast(round({column} * {unit!r}) as bigint)"  # what is no number is none


def _micros(number: str, change: str, part: str) -> str:
    changed = f"{number} {change.replace('//', part)}"
    return changed if part == "//" else f"try_cast(round({changed}) as bigint)"


def lasting(column: str, kind: str = TEXT, unit: float = 1_000_000) -> str:
    """How long something takes in microseconds, null where nobody says it, -1 where it is no time."""
    number = f"cast({column} as double)" if kind != TEXT else f"try_cast({column} as double)"
    none = f"{column} is null" + (f" or {column} = ''" if kind == TEXT else f" or isnan({number})")
    in_range = f"{number} between 0 and {LONGEST} / {unit!r}"
    return (
        f"case when {none} then null when {in_range} then cast(round({number} * {unit!r}) as bigint) else {WRONG} end"
    )


def quoted(name: str) -> str:
    """A name as an identifier of SQL, whatever it holds.

    >>> quoted('a"; drop table x')
    '"a""; drop table x"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal of SQL, whatever it holds.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def known() -> dict[str, str]:
    """The formats there are, with what each is."""
    return {name: each["ABOUT"] for name, each in discovery.files(FOLDER, "ABOUT").items()}


def module(name: str) -> ModuleType:
    """A format, imported."""
    return discovery.module(FOLDER, name)


def of(names: Any) -> str:
    """The format of a file with some columns or keys; '' where it is none that is known."""
    return next((name for name in known() if module(name).recognises(names)), "")
