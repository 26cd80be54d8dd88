"""Has Spark price a log and writes what it says: `python -P tests/oracles/spark.py FILE`, in Spark's environment.

`make test-all` runs it there. A server of Spark Connect is started for it, which needs Java 17. The log is the same
each time, and has figures of every kind: from plain sums, with requests told apart by the side of a least of two, from
products and whole numbers, and worked out in each request. `tests/test_batch_recorded.py` asks DuckDB the same.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lca.batch.dialect import Engine
from lca.batch.engines.duckdb import DuckDB
from lca.batch.engines.spark import Spark
from lca.batch.handed import handed
from lca.batch.logs import opened
from lca.batch.names import named
from lca.batch.periods import expressions
from lca.batch.plan import Column, Tape
from lca.batch.price import Pricer, price, quantiles
from lca.batch.pricers import ByMethod
from lca.batch.shapes import Key
from lca.disk.requests import opened as requests
from lca.graph import Graph, Input, Node
from lca.problems import Span, problem
from lca.units import unit

METHODS = ("ecologits-0-11", "fitted-2026", "token-rates", "measured")
BY = (("model", "region"), ("day",), ("tenant",))
ROWS = 4_000
PARTS = (0.1, 0.5, 0.95)
STARTING = 120  # s
NEEDED = "Spark needs Java 17 or newer, on the PATH or where JAVA_HOME says (Debian, Ubuntu: openjdk-17-jre-headless)"
MODELS = ("openai/gpt-4o", "openai/gpt-4o-mini", "anthropic/claude-opus-4-5", "meta-llama/Llama-3.1-8B-Instruct", "x/y")
TENANTS = ("a", "it's; drop table requests --", "\N{GREEK SMALL LETTER MU}")


def log(path: Path) -> Path:
    """Write the log. Only `random()` is asked, which is the same in all Pythons."""
    chance = random.Random(17)  # noqa: S311  no secret

    def below(most: int) -> int:
        return int(chance.random() * most)

    with path.open("w", encoding="utf-8") as stream:
        for _ in range(ROWS):
            row = {
                "time": f"2026-01-0{1 + below(3)}T{below(24):02}:30:00Z",
                "model": MODELS[below(len(MODELS))],
                "region": ("FRA", "USA")[below(2)],
                "input_tokens": below(20_000),
                "output_tokens": below(900),
                "cache_write_tokens": below(2) * below(300),
                "cache_read_tokens": below(2) * below(500),
                "reasoning_tokens": below(2) * below(5_000),
                "latency": None if below(5) == 0 else below(20_000) / 1_000,
                "tenant": TENANTS[below(len(TENANTS))],
            }
            stream.write(json.dumps(row) + "\n")
    return path


class OnPaper:
    """Energy of requests, of each kind by itself; of one without a latency there is none."""

    def __init__(self) -> None:
        graph, where = Graph(), Span("paper", 1, 1)

        def leaf(name: str, value: float, in_: str) -> Node:
            return graph.input(Input(name, value, unit(in_), where))

        out, read, late = leaf("output", 1, "token"), leaf("input", 1, "token"), leaf("latency", 1, "s")
        made = {
            "sums": out * leaf("each", 0.3, "J/token"),
            "least": (out * leaf("pace", 0.1, "s/token")).apply("min", late) * leaf("power", 10, "W"),
            "products": out * read * leaf("both", 1e-7, "J/token^2"),
            "rounded": (read / leaf("block", 128, "token")).apply("ceil") * late * leaf("held", 3, "W"),
            "each": out * read * late * leaf("all", 1e-9, "W/token^2"),
        }
        self.made = Tape(
            graph,
            {name: node.to("J").index for name, node in made.items()},
            {out.index: Column("output"), read.index: Column("input"), late.index: Column("latency", 1e6)},
            dict.fromkeys(made, "J"),
        )

    def tape(self, key: Key) -> Tape:
        """The one tape."""
        if key.lacks:
            raise problem("no latency is stated")
        return self.made


def answers(far: Spark | None = None) -> dict[str, Any]:
    """What an engine says of the log, by what priced it and how it is grouped; DuckDB where none is named."""
    known = requests(())
    pricers: dict[str, Pricer] = {
        name: ByMethod(known, name, named(known.form(name).factors.called)) for name in METHODS
    }
    pricers["on paper"] = OnPaper()
    columns = list(dict.fromkeys(name for by in BY for name in by))
    with TemporaryDirectory() as name, DuckDB(spill=name) as engine:
        opened(engine, [log(Path(name) / "log.jsonl")], Path(name), columns)
        if far is None:
            return _answers(engine, pricers, expressions(columns))
        with handed(engine, far, Path(name), expressions(columns)) as called:
            return _answers(far, pricers, dict(called))


def _answers(engine: Engine, pricers: dict[str, Pricer], called: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for name, pricer in pricers.items():
        for by in BY:
            made = price(engine, pricer, {each: called[each] for each in by})
            said[f"{name} by {', '.join(by)}"] = {
                " ".join(map(str, group.by)): {
                    "requests": group.requests,
                    "unpriced": group.unpriced,
                    "sums": dict(group.sums),
                    "totals": {key: figure.value for key, figure in group.totals.items()},
                }
                for group in sorted(made.groups)
            }
    single = quantiles(engine, pricers["on paper"], PARTS, {"region": called["region"]})
    said["quantiles"] = {by[0]: {key: list(ends) for key, ends in single[by].items()} for by in sorted(single)}
    return said


@contextmanager
def server() -> Iterator[str]:
    """The address of a server of Spark Connect while it runs. An end of the program where there is no Java."""
    home = os.environ.get("JAVA_HOME", "")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    number = told.partition('"')[2].partition(".")[0].partition('"')[0]
    if not number.isdigit() or int(number) < 17:
        raise SystemExit(f"{NEEDED}; there is {told.splitlines()[0] if told else 'none'}")
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    top = Path(found.origin).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.ui.enabled": "false",
    }
    with TemporaryDirectory() as folder:
        running = subprocess.Popen(
            [top / "bin" / "spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
             "--master", "local[2]", "--driver-memory", "1g",
             *(word for key, value in settings.items() for word in ("--conf", f"{key}={value}")), "spark-internal"],
            env={**os.environ, "SPARK_HOME": str(top), "SPARK_LOCAL_IP": "127.0.0.1"},
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(running, port)
            yield f"sc://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait()


def _wait(running: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens."""
    end = time.monotonic() + STARTING
    while time.monotonic() < end and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("Spark's server did not start")


def main(target: Path) -> None:
    """Ask, and write the answers."""
    with server() as address, Spark(address) as engine:
        said = {"version": version("pyspark"), "answers": answers(engine)}
    target.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
