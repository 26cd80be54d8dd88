"""An account of the rows of a log: what was counted beforehand is priced, left out, or was written twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

from lca.batch.dialect import Engine
from lca.batch.files import LINES, OBJECT, PARQUET, TABLE, Log
from lca.batch.flatten import REQUESTS, ROWS, SINGLE, Group
from lca.batch.formats import literal
from lca.problems import Problem, Problems

BROKEN = "rows whose cells do not fit the head"
MOST_EXAMPLES = 3


class Left(NamedTuple):
    """Rows that are not priced: why, how many, and where the first of them stand."""

    reason: str
    rows: int
    examples: tuple[str, ...] = ()


class Account(NamedTuple):
    """The rows of a log: read = requests + what is left + twice + holding.

    requests: those that are to be priced, of which `bare` say no input, which is taken as 0. twice: rows that say again
    what others say of the same request; `differ` requests are said with different numbers, of which the row with most
    tokens counts. holding: requests that hold others, which count.
    """

    files: int
    read: int
    requests: int
    left: tuple[Left, ...]
    twice: int
    differ: int
    holding: int
    bare: int


def account(engine: Engine, groups: Sequence[Group]) -> Account:
    """What became of the rows of a log. Problems where they are more or fewer than were counted beforehand."""
    logs = {str(log.path): log for group in groups for log in group.logs}
    broken = _broken(engine, logs) if any(group.kind == TABLE for group in groups) else []
    found = engine.query(
        f"select own__file as file, why, count(*) as rows, count_if(own__first) as counted, count_if(bare) as bare "
        f"from {ROWS} group by 1, 2 order by why"
    )
    columns = zip(*(found[name] for name in ("file", "why", "rows", "counted", "bare")), strict=True)
    read: Counter[Any] = Counter(str(log.path) for log, _ in broken)
    counts: Counter[Any] = Counter()
    bare = 0
    for file, why, rows, counted, without in cast("Iterator[tuple[Any, ...]]", columns):
        read[file] += counted
        counts[why] += rows
        bare += without if why is None else 0
    _refuse_difference(logs, read)
    valid = counts.pop(None, 0)
    left = [Left(why, rows, tuple(_examples(engine, logs, why))) for why, rows in counts.most_common()]
    if broken:
        left.append(
            Left(BROKEN, len(broken), tuple(f"{log.name}, line {line}" for log, line in broken[:MOST_EXAMPLES]))
        )
    single, requests = (_one(engine, f"select count(*) from {name}") for name in (SINGLE, REQUESTS))
    differ = _one(engine, "select count(*) from kept where differ")
    whole = valid + sum(each.rows for each in left)
    return Account(len(logs), whole, requests, tuple(left), valid - single, differ, single - requests, bare)


def _one(engine: Engine, sql: str) -> Any:
    """The one number that a query answers."""
    return next(iter(engine.query(sql).values()))[0]


def _refuse_difference(logs: Mapping[str, Log], read: Mapping[Any, int]) -> None:
    """Problems where an engine has read more or fewer rows of a file than were counted."""
    hint = "was it written to meanwhile, or are its quotes not in pairs? write it again, or as Parquet"
    wrong = [
        Problem(f"{log.name} has {log.rows:,} rows, and {read.get(path, 0):,} were read", (), hint)
        for path, log in logs.items()
        if log.rows >= 0 and read.get(path, 0) != log.rows
    ]
    if wrong:
        raise Problems(wrong)


def _broken(engine: Engine, logs: dict[str, Log]) -> list[tuple[Log, int]]:
    """The rows of CSV that DuckDB could not take apart, each with its file and line."""
    found = engine.query(
        "select file_path, min(line_byte_position) as byte, any_value(csv_line) as text from reject_errors "
        "join reject_scans using (scan_id, file_id) group by file_path, scan_id, file_id, line order by 1, 2"
    )
    rows: Iterator[Any] = zip(found["file_path"], found["byte"], found["text"], strict=True)
    named = [(logs[str(path)], int(byte), str(text)) for path, byte, text in rows]
    return [
        (log, _line_at(log.path, byte + len(text) - len(text.lstrip("\r\n"))) if place < MOST_EXAMPLES else 0)
        for place, (log, byte, text) in enumerate(named)
    ]


def _line_at(path: Path, byte: int) -> int:
    """The line in which a byte stands, both counted from 1."""
    with path.open("rb") as stream:
        return stream.read(byte - 1).count(b"\n") + 1


def _examples(engine: Engine, logs: dict[str, Log], why: str) -> Iterator[str]:
    """Where the first rows stand that are left out for a reason."""
    found = engine.query(
        f"select own__file as file, own__row as row from {ROWS} where why = {literal(why)} order by 1, 2 "
        f"limit {MOST_EXAMPLES}"
    )
    for path, row in zip(found["file"], found["row"], strict=True):
        log = logs[str(path)]
        upto = f"own__file = {literal(str(path))} and own__first and own__row <= {row}"
        number = _one(engine, f"select count(*) from {ROWS} where {upto}") if log.kind != PARQUET else int(str(row)) + 1
        yield log.name if log.kind == OBJECT else f"{log.name}, {_place(log, number)}"


def _place(log: Log, number: int) -> str:
    """Where a row stands: the line of an object on a line of its own."""
    if log.kind != LINES:
        return f"row {number}"
    with log.path.open("rb") as stream:
        lines = (place for place, line in enumerate(stream, 1) if not line.isspace())
        return f"line {next(islice(lines, number - 1, None), 0)}"
