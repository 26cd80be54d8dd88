"""Logs of a million requests, from their formats to their figures: CPU time against DuckDB's own reading of the same.

Of Parquet, against a scan of the columns that count: rows are looked at twice, once for the account and once for the
sums. Of OTLP-JSON, against DuckDB's own parsing of the same file. What a process does once, whatever the log, is taken
off: the time of a log of a thousand rows.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import Row
from lca.batch.engines.duckdb import DuckDB
from lca.batch.logs import opened
from lca.batch.run import Asked, priced

ROWS, FEW = 2_000_000, 1_000
LINES, EACH = 10_000, 10  # lines of OTLP, and spans in each
ROUNDS = 3
MODELS = ("openai/gpt-4o", "openai/gpt-4o-mini", "openai/gpt-4.1", "openai/o3", "nobody/knows")
REGIONS = ("FRA", "USA", "SWE")
COUNTS = {"input_tokens": 4_000, "cache_read_tokens": 200, "output_tokens": 900, "reasoning_tokens": 200}
BEGUN = 1_767_225_600  # 2026-01-01, in seconds


def rows() -> list[Row]:
    """The measurements of this file."""
    with TemporaryDirectory() as name, DuckDB(spill=name) as engine:
        folder = Path(name)
        table, few = (_table(engine, folder / f"{count}.parquet", count) for count in (ROWS, FEW))
        spans = _spans(folder / "spans.jsonl")
        scanned = f"select {_scanned()} from '{table}'"
        scan = _cpu(lambda: engine.query(scanned))
        parsing = _cpu(
            lambda: engine.query(f"select count(each) from (select unnest(resourceSpans) as each from '{spans}')")
        )

        def ours(method: str, *by: str) -> float:
            both = (_cpu(lambda log=log: priced(Asked((log,), by, method=method))) for log in (table, few))
            return next(both) - next(both)

        plain, branch = ours("token-rates", "day"), ours("ecologits-0-11", "model", "day")
        flat = _cpu(lambda: _flattened(spans))
    said = f"{ROWS:.0e} rows"
    return [
        Row("a log by day, sums alone / a scan of its columns", plain / scan, 8, detail=f"{plain:.2f} s of {said}"),
        Row("the same by model, with a least of two / scan", branch / scan, 16, detail=f"{branch:.2f} s of {said}"),
        Row(
            "OTLP-JSON flattened / DuckDB's parsing", flat / parsing, 4, detail=f"{flat:.2f} s of {LINES * EACH} spans"
        ),
    ]


def _cpu(work: Callable[[], object]) -> float:
    """The least CPU time of some calls, that of all threads."""
    times = []
    for _ in range(ROUNDS):
        start = _spent()
        work()
        times.append(_spent() - start)
    return min(times)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _scanned() -> str:
    words = (f"sum(length({name}))" for name in ("model", "provider", "region"))
    return ", ".join((*words, *(f"sum({name})" for name in (*COUNTS, "latency")), "max(epoch_us(time))"))


def _table(engine: DuckDB, path: Path, count: int) -> Path:
    """A log of one's own, as Parquet."""

    def one_of(names: tuple[str, ...], places: int) -> str:
        return f"({list(names)})[1 + (range // {places} + range) % {len(names)}]"

    counts = ", ".join(f"cast(random() * {most} as integer) as {name}" for name, most in COUNTS.items())
    words = f"{one_of(MODELS, 7)} as model, 'openai' as provider, {one_of(REGIONS, 11)} as region"
    times = f"random() * 20 as latency, to_timestamp({BEGUN} + range * 2592000.0 / {count}) as time"
    made = f"select {words}, {counts}, {times} from range({count})"
    engine.query(f"copy ({made}) to '{path}' (format parquet)")
    return path


def _spans(path: Path) -> Path:
    """Spans as OTLP-JSON, some in each line."""
    said: dict[str, Any] = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "server.address": "x",
                            "gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o"}  # fmt: skip
    words = [{"key": key, "value": {"stringValue": value}} for key, value in said.items()]
    with path.open("w", encoding="utf-8") as stream:
        for line in range(LINES):
            spans = [_span(line * EACH + place, words) for place in range(EACH)]
            made = {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": spans}]}]}
            stream.write(f"{json.dumps(made)}\n")
    return path


def _span(number: int, words: list[Any]) -> dict[str, Any]:
    names = ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
    counts = [{"key": name, "value": {"intValue": str(number % 997)}} for name in names]
    begun = BEGUN * 10**9 + number
    times = {"startTimeUnixNano": str(begun), "endTimeUnixNano": str(begun + 10**9)}
    ids = {"traceId": f"{number:032x}", "spanId": f"{number:016x}"}
    return {**ids, "name": "chat", "kind": 3, **times, "attributes": [*words, *counts], "status": {}}


def _flattened(log: Path) -> None:
    with TemporaryDirectory() as folder, DuckDB(spill=folder) as engine:
        opened(engine, [log], Path(folder))
