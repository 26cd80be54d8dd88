"""A log opened: its files looked at, flattened and accounted for, ready to be priced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lca.batch.dialect import Engine, Told
from lca.batch.files import found, looked_at
from lca.batch.flatten import all_are_requests, flattened, groups, refuse_unknown
from lca.batch.formats import FLOATS, INTEGERS, Range, literal
from lca.batch.rows import Account, account
from lca.model.mapping import Log as Mapped

NUMBERS = (*INTEGERS, *FLOATS)


def opened(
    engine: Engine,
    paths: Iterable[Path],
    folder: Path,
    by: Sequence[str] = (),
    by_map: Mapped | None = None,
    told: Told | None = None,
) -> Account:
    """Make the table `requests` of the files that paths, patterns and folders name, and give an account of their rows.

    folder: for tables that are written on the way. by: columns to be grouped by. Problems where a file cannot be read.
    """
    alike = groups(looked_at(found(paths), partial(_footer, engine)), by_map)
    refuse_unknown(alike, by)
    flattened(engine, alike, folder, by, told)
    made = account(engine, alike)
    if made.requests == made.read:
        all_are_requests(engine, by)
    return made


def _footer(engine: Engine, path: Path) -> tuple[int, Mapping[str, str], Mapping[str, Range]]:
    """What the footer of a Parquet file says: its rows, the types of its columns, and the ranges of those."""
    name = literal(str(path))
    rows = engine.query(f"select num_rows from parquet_file_metadata({name})")["num_rows"][0]
    types = engine.query(f"describe select * from read_parquet({name})")
    of = dict(zip(types["column_name"], types["column_type"], strict=True))
    ends = ("stats_min_value", "stats_max_value", "stats_null_count")
    found = engine.query(f"select path_in_schema as column, {', '.join(ends)} from parquet_metadata({name})")
    parts: dict[str, list[Any]] = {}
    for column, *own in zip(found["column"], *(found[end] for end in ends), strict=True):
        parts.setdefault(column, []).append(own)
    ranges = {column: _range(of.get(column, ""), each) for column, each in parts.items()}
    return rows, of, {column: each for column, each in ranges.items() if each is not None}


def _range(kind: str, parts: list[Any]) -> Range | None:
    """The range of a column over the parts of a file; None where a part does not say it."""
    if any(each is None for part in parts for each in part):
        return None
    lows, highs, nulls = zip(*parts, strict=True)
    is_number = kind.startswith(NUMBERS)
    first, last = (min(lows, key=float), max(highs, key=float)) if is_number else (min(lows), max(highs))
    return Range(first, last, sum(nulls))
