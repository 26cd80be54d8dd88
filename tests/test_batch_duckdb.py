"""DuckDB as an engine: answers by column, exact whole numbers, errors in our words, stopped at once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lca.batch.engines.duckdb import DuckDB
from lca.problems import Problems

LONG = "select count(*) from range(1000000000000) t where sin(range) > 2"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(memory=200_000_000, threads=2, spill=tmp_path) as made:
        yield made


def test_an_answer_is_columns_and_whole_numbers_are_exact(engine: DuckDB) -> None:
    sql = "select sum(x) as s, count(*) as n from (values (9223372036854775807), (1)) t(x)"
    assert engine.query(sql) == {"s": [2**63], "n": [2]}
    assert engine.query("select 1 as a where false") == {"a": []}


def test_a_sum_beyond_its_type_is_an_error(engine: DuckDB) -> None:
    with pytest.raises(Problems, match="beyond 2⁶³"):
        engine.query("select cast(sum(x) as bigint) from (values (9223372036854775807), (1)) t(x)")


def test_a_name_is_no_variable_of_ours_and_an_error_is_a_problem(engine: DuckDB) -> None:
    frame = {"a": [1]}
    with pytest.raises(Problems, match="DuckDB: Catalog Error"):
        engine.query("select * from frame")
    assert frame


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_stops_a_query_within_a_second_and_the_engine_goes_on(engine: DuckDB) -> None:
    told: list[float] = []
    timer = threading.Timer(0.4, signal.raise_signal, [signal.SIGINT])
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        engine.query(LONG, told.append)
    assert time.monotonic() - begun < 1.4
    assert told
    assert all(0 <= each <= 1 for each in told)
    assert engine.query("select 1 as a") == {"a": [1]}


def test_what_does_not_fit_into_memory_goes_to_the_folder_and_is_taken_away(tmp_path: Path) -> None:
    with DuckDB(memory=100_000_000, threads=1, spill=tmp_path) as engine:
        sql = "select count(*) as n from (select range % 3000000 as k, count(*) from range(3000000) group by k)"
        assert engine.query(sql) == {"n": [3_000_000]}
        assert [*tmp_path.iterdir()]
    assert not [*tmp_path.iterdir()]
    engine.close()
    with pytest.raises(Problems, match="closed"):
        engine.query("select 1")
