"""A log of 10,000,000 requests priced, in CPU time of the process over DuckDB's own scan of the same columns."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable, Sequence

from bench.measure import Row, median
from lca.batch.engines.duckdb import DuckDB
from lca.batch.price import Priced, in_each, price
from lca.batch.pricers import ByMethod
from lca.batch.shapes import KEY, MAY_LACK, TOKENS
from lca.disk.requests import opened

ROWS = 10_000_000
ROUNDS = 3
AGGREGATE, BRANCH, PRODUCTS, EACH, MEMORY = 2.0, 3.0, 4.0, 5.0, 1_000.0
MODELS = (
    "meta-llama/Llama-3.1-405B-Instruct", "meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-8B-Instruct",
    "openai/gpt-oss-120b", "openai/gpt-oss-20b",
)  # fmt: skip
REGIONS = ("FRA", "SWE", "USA", "IND", "DEU")
DAY = {"day": "ms - ms % 86400000"}
MADE = """
copy (select
  [{models}][1 + cast(floor(random() * {m}) as int)] as model,
  'provider ' || cast(floor(random() * 3) as int) as provider,
  [{regions}][1 + cast(floor(random() * {r}) as int)] as region,
  1773532800000 + cast(floor(random() * 30 * 86400000) as bigint) as ms,
  cast(floor(exp(random() * 8)) as bigint) as input,
  cast(floor(random() * 500) as bigint) as cache_write,
  cast(floor(random() * 3000) as bigint) as cache_read,
  cast(greatest(0, floor(random() * 2000) - 1000) as bigint) as reasoning,
  cast(floor(exp(random() * 7)) as bigint) as output,
  case when random() < 0.1 then null else cast(floor(exp(random() * 9 + 8) * 10) as bigint) end as latency
from range({rows})) to '{file}' (format parquet, compression zstd)
"""


def made(engine: DuckDB, folder: str, rows: int = ROWS) -> None:
    """A log in a folder, and the view of it."""
    names = {"models": _listed(MODELS), "m": len(MODELS), "regions": _listed(REGIONS), "r": len(REGIONS)}
    for part in range(-(-rows // ROWS)):
        engine.query(f"select setseed({0.1 + part / 1000})")
        engine.query(MADE.format(**names, rows=min(rows, ROWS), file=f"{folder}/{part}.parquet"))
    engine.query(f"create view requests as select * from read_parquet('{folder}/*.parquet')")  # noqa: S608  our folder


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def cpu(work: Callable[[], object]) -> float:
    """The CPU time of this process for a piece of work, in all of its threads."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def works(engine: DuckDB) -> dict[str, Callable[[], object]]:
    """What is measured, by what it is called; the scan first. Tapes are compiled before."""
    requests = opened(())

    def by_day(pricer: ByMethod) -> Priced:
        priced = price(engine, pricer, DAY)
        if priced.unpriced:
            raise RuntimeError(priced.unpriced[0].why)
        return priced

    affine, branch, products = (ByMethod(requests, key) for key in ("measured", "ecologits-0-11", "fitted-2026"))
    sums = ", ".join([*(f"sum({name})" for name in (*TOKENS, MAY_LACK)), *(f"max({name})" for name in (*KEY, "ms"))])
    each = in_each(engine, branch)
    figures = ", ".join(f"sum({column})" for column in each.columns.values())
    return {
        "scan": lambda: engine.query(f"select {sums} from requests"),  # noqa: S608  names of ours
        "sums alone (measured)": lambda: by_day(affine),
        "with a key for the branch of a least (ecologits-0-11)": lambda: by_day(branch),
        "with products (fitted-2026)": lambda: by_day(products),
        "row by row (ecologits-0-11)": lambda: engine.query(f"select {figures} from {each.relation}"),  # noqa: S608
    }


def rows() -> list[Row]:
    """The measurements of this file."""
    with tempfile.TemporaryDirectory() as folder, DuckDB(threads=2, spill=folder) as engine:
        made(engine, folder)
        measured = works(engine)
        for work in measured.values():
            work()
        times = [{name: cpu(work) for name, work in measured.items()} for _ in range(ROUNDS)]
    limits = dict(zip([*measured][1:], (AGGREGATE, BRANCH, PRODUCTS, EACH), strict=True))
    least = min(each["scan"] for each in times)
    out = [
        Row(
            f"10,000,000 requests by day, {name} / DuckDB's scan, CPU time",
            median([each[name] / each["scan"] for each in times]),
            limit,
            detail=f"{min(each[name] for each in times):.1f} s against {least:.1f} s",
        )
        for name, limit in limits.items()
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*out, Row("the same, peak of the process in MB", peak, MEMORY)]
