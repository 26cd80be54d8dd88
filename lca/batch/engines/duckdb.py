"""DuckDB in this process: memory bounded, what goes beyond it on disk, stopped within a second.

Configuration: https://duckdb.org/docs/stable/configuration/overview. Nothing is loaded from the network, and no name in
a query means a variable of ours.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waited
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lca.batch.dialect import Columns, Dialect, Told
from lca.problems import Problem, Problems, shortened

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = 700_000_000  # bytes that DuckDB keeps to; with Python, numpy and us a process is below 1 GB
TICK = 0.1  # seconds between two looks at how far a query is
SETTINGS = ("set TimeZone = 'UTC'", "set enable_progress_bar = true", "set enable_progress_bar_print = false")
LONGEST = 300  # characters of an error of DuckDB


class DuckDB:
    """A database of its own in this process, gone when it is closed.

    memory: bytes. threads: all cores where 0. spill: the folder in which a folder is made for what memory does not
    hold; that of the system where none. Problems where DuckDB is not there.
    """

    dialect = Dialect("DuckDB", "decode(unhex('{0}'))", "quantile_cont({0}, {1})")

    def __init__(self, memory: int = MEMORY, threads: int = 0, spill: str | Path | None = None) -> None:
        try:
            import duckdb
        except ImportError:
            raise Problems([Problem("DuckDB is not installed", (), "pip install 'lca[batch]'")]) from None
        self._wrong: type[Exception] = duckdb.Error
        self._spill = TemporaryDirectory(prefix="lca-batch-", dir=spill, ignore_cleanup_errors=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory}B",
            "threads": threads or os.cpu_count() or 1,
            "temp_directory": self._spill.name,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "python_enable_replacements": False,
        }
        self._base: DuckDBPyConnection | None = duckdb.connect(config=settings)
        for setting in ("load icu", *SETTINGS):
            self._base.execute(setting)
        self._worker = ThreadPoolExecutor(1, "lca-batch")

    def query(self, sql: str, told: Told | None = None) -> Columns:
        """The answer to a query, by column. Whole numbers are exact, whatever their size. Problems of DuckDB.

        It runs in a thread, so that Ctrl-C stops it at once. told: is told how much is done.
        """
        base = self._open
        work = self._worker.submit(_answered, base, sql)
        try:
            while True:
                with suppress(Waited):
                    return work.result(TICK)
                if work.done():  # an error of its own that is a time-out
                    return work.result()
                if told is not None:
                    told(min(max(base.query_progress() / 100, 0.0), 1.0))
        except self._wrong as error:
            raise Problems([_problem(error)]) from None
        except BaseException:
            base.interrupt()
            raise

    @property
    def _open(self) -> DuckDBPyConnection:
        if self._base is None:
            raise Problems([Problem("the engine is closed", (), "make another")])
        return self._base

    def close(self) -> None:
        """Stop what is under way, and take what is on disk away; a second time it does nothing."""
        if self._base is not None:
            self._base.interrupt()
            self._worker.shutdown()
            self._base.close()
            self._base = None
            self._spill.cleanup()

    def __enter__(self) -> DuckDB:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _answered(base: DuckDBPyConnection, sql: str) -> Columns:
    base.execute(sql)
    names = [column[0] for column in base.description or ()]
    rows: list[Any] = base.fetchall() if names else []
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}


def _problem(error: Exception) -> Problem:
    """What DuckDB says, on a line; a sum beyond 2⁶³ in our words."""
    text = str(error).partition("\n")[0]
    if "INT128" in text and "out of range" in text:
        return Problem("a sum is beyond 2⁶³", (), "the numbers of the log are too large to be those of requests")
    if "Out of Memory" in text:
        return Problem("the memory of the engine is full", (), f"fewer groups, or more memory; {shortened(text)}")
    return Problem(f"DuckDB: {text[:LONGEST]}")


ENGINE = DuckDB
