"""Figures of a log as Parquet: in one file, or a file a day."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from lca.batch.engines.duckdb import DuckDB
from lca.batch.formats import literal, quoted
from lca.batch.price import Priced
from lca.batch.told import COUNTS, FIGURES, records
from lca.disk.files import scratch, write
from lca.problems import problem
from lca.report import Record

DAY = "day"
UNDATED = "undated"
TEXTS = ("criterion", "unit")


def as_parquet(path: Path, priced: Priced) -> None:
    """Write the figures to a file, whole or not at all."""
    write(path, _parquet(priced.columns, records(priced)))


def write_days(folder: Path, priced: Priced) -> list[Path]:
    """Write a file a day into a folder, day=2026-01-01/requests.parquet; those of other days that are there stay.

    A day that is run again has its file replaced, whole or not at all. What has no day is day=undated.
    """
    if folder.exists() and not folder.is_dir():
        raise problem(f"{folder} is no folder", hint="name one, or one that is not there yet")
    others = [name for name in priced.columns if name != DAY]
    by_day: dict[str, list[Record]] = {}
    for each in records(priced):
        by_day.setdefault(each[DAY] or UNDATED, []).append(each)
    written = []
    for day, rows in sorted(by_day.items()):
        place = folder / f"{DAY}={day}"
        place.mkdir(parents=True, exist_ok=True)
        write(place / "requests.parquet", _parquet(others, rows))
        written.append(place / "requests.parquet")
    return written


def _parquet(by: Sequence[str], rows: Iterable[Record]) -> bytes:
    """Records as a file of Parquet: what they are grouped by as texts, counts as whole numbers, figures as doubles."""
    columns = {**dict.fromkeys(by, "VARCHAR"), **dict.fromkeys(COUNTS, "BIGINT")}
    columns |= {name: "VARCHAR" if name in TEXTS else "DOUBLE" for name in FIGURES}
    with scratch() as folder, DuckDB(threads=1, spill=folder) as engine:
        table, made = folder / "figures.csv", folder / "figures.parquet"
        with table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_NOTNULL if hasattr(csv, "QUOTE_NOTNULL") else csv.QUOTE_ALL)
            writer.writerows([each[name] for name in columns] for each in rows)
        types = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in columns.items())
        read = f"read_csv({literal(str(table))}, auto_detect = false, header = false, quote = '\"', escape = '\"', "
        texts = f", force_not_null = [{', '.join(map(literal, by))}]" if by else ""
        read += f"columns = {{{types}}}{texts})"
        engine.query(
            f"copy (select {', '.join(map(quoted, columns))} from {read}) to {literal(str(made))} (format parquet)"
        )
        return made.read_bytes()
