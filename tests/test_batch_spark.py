"""Logs summed by a server of Spark Connect: Sail or Spark, or what SPARK_REMOTE names; sums are DuckDB's to the bit.

All are large, so that each is in an environment of its own, and these tests run there.
"""

from __future__ import annotations

import json
import math
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lca.batch.engines import spark
from lca.batch.engines.duckdb import DuckDB
from lca.batch.engines.spark import Address, Spark
from lca.batch.run import Asked, priced
from lca.problems import Problems
from tests.oracles import spark as oracle

pytest.importorskip("pyspark", reason="pyspark-client is in an environment of its own: `make test` runs these there")
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).resolve().parent.parent
COPY = "copy (select 1 as x from range({})) to '{}' (format parquet)"
METHODS = ("ecologits-0-11", "token-rates", "fitted-2026")
MODELS = ("openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-opus-4-5", "nobody/knows-it")
SERVER = """
import sys, time
from pysail.spark import SparkConnectServer
server = SparkConnectServer(ip="127.0.0.1", port=0)
server.start(background=True)
print(server.listening_address[1], flush=True)
time.sleep(600)
"""


def sail() -> tuple[subprocess.Popen[str], int]:
    """A server of its own, which can be killed, and its port."""
    pytest.importorskip("pysail", reason="Sail is in an environment of its own: `make test` runs these there")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    return server, int(server.stdout.readline())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the tests ask."""
    if given := os.environ.get("SPARK_REMOTE"):
        yield given
        return
    if find_spec("pysail") is None:
        with oracle.server() as told:
            yield told
        return
    server, port = sail()
    yield f"sc://127.0.0.1:{port}"
    server.kill()
    server.communicate()


@pytest.fixture
def engine(address: str) -> Iterator[Spark]:
    with Spark(address) as engine:
        yield engine


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of one's own as lines of JSON; columns and names are what strangers may call them."""
    chance = random.Random(7)  # noqa: S311  no secret
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(3_000):
            row: dict[str, Any] = {
                "time": f"2026-01-0{chance.randint(1, 3)}T0{chance.randint(0, 9)}:30:00Z",
                "model": chance.choice(MODELS),
                "region": chance.choice(["FRA", "USA"]),
                "input_tokens": chance.randrange(2_000),
                "output_tokens": chance.randrange(900),
                "cache_read_tokens": chance.choice([0, chance.randrange(500)]),
                "reasoning_tokens": chance.choice([0, chance.randrange(500)]),
                "latency": chance.choice([None, chance.random() * 20]),
                'a tenant\'s "own"': chance.choice(["a", "it's; drop table requests --", "\N{GREEK SMALL LETTER MU}"]),
            }
            stream.write(json.dumps(row) + "\n")
    return path


def same(one: Any, other: Any) -> bool:
    return one is other or one == other or math.isclose(one, other, rel_tol=1e-12)


@pytest.mark.parametrize("by", [("model",), ("day", "region"), ("hour", 'a tenant\'s "own"')])
@pytest.mark.parametrize("method", METHODS)
def test_the_figures_are_those_of_duckdb(method: str, by: tuple[str, ...], log: Path, address: str) -> None:
    asked = Asked((log,), by, method=method)
    here, there = priced(asked), priced(asked._replace(engine=address))
    assert here.account == there.account
    assert here.priced.unpriced == there.priced.unpriced
    assert here.priced.how == there.priced.how
    own = {group.by: group for group in here.priced.groups}
    other = {group.by: group for group in there.priced.groups}
    assert own.keys() == other.keys()
    for key, group in own.items():
        assert (group.requests, group.sums, group.unpriced) == (*other[key][1:3], other[key].unpriced)
        for criterion, figure in group.totals.items():
            assert same(figure.value, other[key].totals[criterion].value)


def test_intervals_are_those_of_duckdb(log: Path, address: str) -> None:
    asked = Asked((log,), ("model",), method="ecologits-0-11", samples=200)
    here, there = priced(asked).priced, priced(asked._replace(engine=address)).priced
    for one, other in zip(sorted(here.groups), sorted(there.groups), strict=True):
        for key, figure in one.totals.items():
            assert all(same(*ends) for ends in zip(figure, other.totals[key], strict=True))


def test_texts_of_strangers_mean_nothing_to_it(engine: Spark) -> None:
    for text in ("it's", "a\\'b", "\n\t\x1b[31m", 'μ%_"`$', "{0}", "'; drop view requests; --"):
        assert engine.query(f"select {engine.dialect.text(text)} as text") == {"text": [text]}


def test_a_quantile_is_duckdbs(engine: Spark) -> None:
    values = "(values (1.0e0), (4.0e0), (9.0e0), (16.0e0)) as t(x)"
    told = []
    for each in (engine, DuckDB()):
        asked = each.dialect.quantile.format("x", "0.4e0")
        told.append(each.query(f"select {asked} as x from {values}")["x"][0])  # noqa: S608
    assert told[0] == pytest.approx(told[1], rel=1e-15) == pytest.approx(5.0)


def test_a_sum_beyond_what_it_holds_is_an_error(engine: Spark) -> None:
    """Sail wraps: then its dialect says so, and whoever asks looks at the sums as numbers with a point as well."""
    query = "select cast(sum(x) as bigint) as x from (values (9223372036854775807), (1)) as t(x)"
    if engine.dialect.wraps:
        assert engine.query(query)["x"][0] < 0
    else:
        with pytest.raises(Problems, match="a sum is beyond 2⁶³"):
            engine.query(query)


def test_an_error_of_the_server_is_told_on_a_line(engine: Spark) -> None:
    with pytest.raises(Problems) as wrong:
        engine.query("select nope from nowhere")
    assert "\n" not in wrong.value.problems[0].message
    assert "nope" in str(wrong.value) or "nowhere" in str(wrong.value)
    assert engine.query("select 1 as x") == {"x": [1]}


def test_a_file_that_it_does_not_see_or_skips_is_an_error(engine: Spark, tmp_path: Path) -> None:
    with DuckDB() as here:
        for name, rows in (("a", 3), ("b", 2)):
            here.query(COPY.format(rows, tmp_path / f"{name}.parquet"))
    files = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    engine.read("both", files, 5)
    assert engine.query("select count(*) as n from both") == {"n": [5]}
    with pytest.raises(Problems, match="the engine reads 5 rows of 6") as wrong:
        engine.read("both", files, 6)
    assert "--shared" in str(wrong.value)
    (tmp_path / "b.parquet").write_bytes(b"")
    with pytest.raises(Problems):
        engine.read("both", files, 5)
    with pytest.raises(Problems, match=r"the engine cannot read the log|reads 0 rows"):
        engine.read("none", [tmp_path / "nowhere" / "c.parquet"], 1)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_server_that_is_not_there_is_said_at_once(log: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Problems, match=r"no engine at 127\.0\.0\.1") as wrong:
        priced(Asked((log,), engine=f"sc://127.0.0.1:{free_port()}/;token=s3cr3t", method=METHODS[0]))
    assert time.monotonic() - begun < 3
    assert "s3cr3t" not in str(wrong.value)


def test_a_server_that_is_killed_is_said_within_seconds() -> None:
    server, port = sail()
    with Spark(f"sc://127.0.0.1:{port}") as engine:
        server.kill()
        server.communicate()
        begun = time.monotonic()
        with pytest.raises(Problems, match=f"the engine at 127.0.0.1:{port} does not answer"):
            engine.query("select 1 as x")
        assert time.monotonic() - begun < 15


LONG = "select count(*) as n from range(3000000) a cross join range(3000000) b where a.id * b.id % 7 = 3"


@pytest.fixture
def busy() -> Iterator[str]:
    """A server of its own, which a long query keeps busy."""
    server, port = sail()
    yield f"sc://127.0.0.1:{port}"
    server.kill()
    server.communicate()


def test_a_query_that_takes_too_long_is_given_up(busy: str) -> None:
    with Spark(busy, deadline=1.0) as engine:
        begun = time.monotonic()
        with pytest.raises(Problems, match="no answer after 1 s"):
            engine.query(LONG)
        assert time.monotonic() - begun < 5


def test_ctrl_c_ends_the_program_within_a_second(busy: str, tmp_path: Path) -> None:
    code = f"""
import _thread, threading, time
from lca.batch.engines.spark import Spark
engine = Spark({busy!r})
threading.Timer(1.0, lambda: (print(time.time(), flush=True), _thread.interrupt_main())).start()
engine.query({LONG!r})
"""
    file = tmp_path / "asking.py"  # Spark's client takes what is typed for a test of its own
    file.write_text(code, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", file],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    ended = time.time()
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt", done.stderr
    assert ended - float(done.stdout) < 2  # a second until it is told, and the end of Python


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://localhost", "an engine is a server of Spark Connect"),
        ("sc://", "is none of Spark Connect"),
        ("sc://host/path;token=s3cr3t", "is none of Spark Connect"),
        ("sc://bob:s3cr3t@host", "is none of Spark Connect"),
        ("sc://host?token=s3cr3t", "is none of Spark Connect"),
        ("sc://host:s3cr3t", "has no port that is a number"),
    ],
)
def test_an_address_that_is_none_is_not_shown(text: str, why: str) -> None:
    with pytest.raises(Problems, match=why) as wrong:
        Address(text)
    assert "s3cr3t" not in str(wrong.value)


@pytest.mark.parametrize("words", ["token=s3cr3t", "use_ssl=true;token=s3%20cr3t", "s3cr3t", "token=s3cr3t=="])
def test_a_token_is_in_no_message(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Address(f"sc://host:1/;{words}")
    told = own.scrubbed(f"cannot reach {own.whole} with s3cr3t, s3 cr3t, s3cr3t== or s3%20cr3t as it is true")
    assert own.secrets[0] not in told
    assert own.whole not in told
    assert told.endswith("true")
    assert own.shown == "host:1"
    monkeypatch.setenv(spark.OF_TOKEN, "s3cr3t of all")
    assert "of all" not in Address("sc://host").scrubbed("s3cr3t of all")


def test_a_bad_word_of_an_address_is_told_without_it(address: str) -> None:
    with pytest.raises(Problems) as wrong:
        Spark(f"{address.partition('/;')[0]}/;s3cr3t")
    assert "s3cr3t" not in str(wrong.value)


def test_a_folder_without_an_engine_is_said(log: Path, tmp_path: Path) -> None:
    with pytest.raises(Problems, match="--shared is for an engine"):
        priced(Asked((log,), method=METHODS[0], shared=tmp_path))


def test_nothing_is_left_in_the_folder_that_both_see(log: Path, tmp_path: Path, address: str) -> None:
    made = priced(Asked((log,), ("model",), method=METHODS[0], engine=address, shared=tmp_path))
    assert made.priced.groups
    assert [*tmp_path.iterdir()] == []
