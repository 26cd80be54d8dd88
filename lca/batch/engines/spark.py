"""A server of Spark Connect, by its light client: a cluster of Spark 4, or Sail.

Its files are its own: it reads tables that this machine writes only from folders that both see. A server that is not
there, or goes away, is said within seconds: the client as it comes tries fifteen times and waits up to a minute between
two tries (https://github.com/apache/spark, python/pyspark/sql/connect/client/retries.py). What an address holds besides
the server, such as a token, is in no message.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from lca.batch.dialect import Columns, Dialect, Told
from lca.problems import Problem, Problems, printable, problem, shortened

SCHEME = "sc://"
PORT = 15_002  # where a server listens that is told nothing else
CONNECTING = 5.0  # seconds in which a server has to answer
STOPPING = 0.5  # seconds in which it is asked to stop
PROBING = 10.0  # seconds between two looks at whether it is still there
DEADLINE = 3_600.0  # seconds that a query may take
TICK = 0.1  # seconds between two looks at whether an answer is here
LONGEST = 300  # characters of an error of the server
RETRIES = {"max_retries": 2, "initial_backoff": 200, "max_backoff": 1_000, "max_server_retry_delay": 1_000}  # ms
INSTALL = "install it with `pip install 'lca[spark]'`, in a checkout with `.venv/bin/pip install -e '.[spark]'`"
OF_TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"  # noqa: S105 - a name: where the client looks for a token that no address shows
WANTED = "such as sc://localhost:15002"


class Address:
    """Where a server is, and what of its address is nobody else's."""

    def __init__(self, text: str) -> None:
        """Problems where it is no address; they do not show it, since it may hold a token."""
        self.whole = text
        if not text.startswith(SCHEME):
            raise problem("an engine is a server of Spark Connect", hint=WANTED)
        try:
            parts = urlsplit(text)
            self.host, self.port = parts.hostname or "", parts.port or PORT
        except ValueError:
            raise problem("the address of the engine has no port that is a number", hint=WANTED) from None
        is_path = parts.path not in ("", "/") and not parts.path.startswith("/;")
        if not self.host or parts.username or parts.query or parts.fragment or is_path:
            raise problem("the address of the engine is none of Spark Connect", hint=f"{WANTED}/;use_ssl=true")
        said = [each.partition("=")[2] or each for each in parts.path.strip("/").split(";")]
        said.append(os.environ.get(OF_TOKEN, ""))
        every = {each for word in said for each in (word, unquote(word))} - {"", "true", "false"}
        self.secrets = sorted(every, key=len, reverse=True)

    @property
    def shown(self) -> str:
        """The server alone."""
        return f"{self.host}:{self.port}"

    def scrubbed(self, text: str) -> str:
        """A text of others without what only the address says, on a line."""
        for secret in (self.whole, *self.secrets):
            text = text.replace(secret, "…")
        return printable(" ".join(text.split()))


class Spark:
    """A session of its own at a server, gone when it is closed.

    deadline: seconds that a query may take. Problems where the client or the server is not there.
    """

    def __init__(self, address: str, deadline: float = DEADLINE) -> None:
        self._address, self._deadline = Address(address), deadline
        self._session, self._channel = _session(self._address)
        try:
            version = str(self.query("select version() as version")["version"][0])
            self._session.conf.set("spark.sql.session.timeZone", "UTC")
            self._session.conf.set("spark.sql.ansi.enabled", "true")
        except BaseException:
            self.close()
            raise
        is_spark = re.match(r"[4-9]\.|\d\d+\.", version) is not None  # Sail says its own version, which is below 1
        self.dialect = Dialect(
            "Spark" if is_spark else "Sail",
            "decode(unhex('{0}'), 'utf-8')",
            "percentile({0}, {1})",
            wraps=not is_spark,
        )

    def read(self, name: str, files: Sequence[Path], rows: int) -> None:
        """Make a table of Parquet files that the server reads at the same paths. Problems where it reads other rows."""
        paths = [str(file.resolve()) for file in files]
        where = f"{files[0].resolve().parent} has to be a folder that the engine sees too: name one with --shared"
        try:
            self._waited(lambda: self._session.read.parquet(*paths).createOrReplaceTempView(name))
            found = self.query(f"select count(*) as rows from {name}")["rows"][0]
        except Problems as wrong:
            raise problem("the engine cannot read the log", hint=f"{where}; {wrong.problems[0].message}") from None
        if found != rows:
            raise problem(f"the engine reads {found:,} rows of {rows:,} that were written", hint=where)

    def query(self, sql: str, told: Told | None = None) -> Columns:
        """The answer to a query, by column. Problems of the server, and where it goes away or takes too long.

        It runs in a thread, so that Ctrl-C stops it at once. told: is told nothing, since not all servers say it.
        """
        table = self._waited(lambda: self._session.sql(sql).toArrow())
        return {name: table.column(place).to_pylist() for place, name in enumerate(table.column_names)}

    def _waited(self, work: Any) -> Any:
        if self._session is None:
            raise Problems([Problem("the engine is closed", (), "make another")])
        done: list[Any] = []
        wrong: list[BaseException] = []

        def run() -> None:
            try:
                done.append(work())
            except BaseException as error:  # noqa: BLE001 - it is told by who waits
                wrong.append(error)

        worker = threading.Thread(target=run, name="lca-batch", daemon=True)  # one that hangs keeps no program
        worker.start()
        try:
            self._wait(worker)
        except BaseException:
            self._stop()
            raise
        if wrong:
            raise Problems([self._problem(wrong[0])]) from None
        return done[0]

    def _wait(self, worker: threading.Thread) -> None:
        """Until the work is done. Problems where the server is gone meanwhile, or the time is over."""
        begun = probed = monotonic()
        while True:
            worker.join(TICK)
            now = monotonic()
            if not worker.is_alive():
                return
            if now - begun > self._deadline:
                hint = "fewer groups or files; it was asked to stop"
                raise problem(f"the engine has no answer after {self._deadline:g} s", hint=hint)
            if now - probed > PROBING:
                _reach(self._address)
                probed = monotonic()

    def _stop(self) -> None:
        """Ask the server to stop what it does for us, and let go of it at once: one that is busy answers nothing."""
        _within(STOPPING, self._session.interruptAll)
        self._session = None
        self._channel.close()

    def _problem(self, error: BaseException) -> Problem:
        """What the server says, on a line; a sum beyond 2⁶³ in our words."""
        text = self._address.scrubbed(str(error))
        if "ARITHMETIC_OVERFLOW" in text:
            hint = "the numbers of the log are too large to be those of requests"
            return Problem("a sum is beyond 2⁶³", (), hint)
        if "UNAVAILABLE" in text or "Connection refused" in text:
            hint = "is it there still, and with TLS if its address has a token?"
            return Problem(f"the engine at {self._address.shown} does not answer", (), hint)
        if "UNAUTHENTICATED" in text or "PERMISSION_DENIED" in text:
            return Problem(f"the engine at {self._address.shown} lets nobody in so", (), "see to its token")
        return Problem(f"the engine: {shortened(text, LONGEST)}")

    def close(self) -> None:
        """Let go of the session; a second time it does nothing."""
        session, self._session = self._session, None
        if session is not None:
            _within(CONNECTING, session.client.close)
            self._channel.close()

    def __enter__(self) -> Spark:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _session(address: Address) -> tuple[Any, Any]:
    """A session, and its channel: while it is open, the client asks the server once more as the program ends."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # it would write to the terminal what is told as a problem
    try:
        from pyspark.sql.connect.client import DefaultChannelBuilder
        from pyspark.sql.connect.client.retries import DefaultPolicy
        from pyspark.sql.connect.session import SparkSession
    except ImportError:
        raise problem("Spark Connect needs the library pyspark-client", hint=INSTALL) from None
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # it is told as a problem
    _reach(address)
    try:
        builder = DefaultChannelBuilder(address.whole)
        channel = builder.toChannel()
        builder.toChannel = lambda: channel
        session = SparkSession(builder)
        session.client.set_retry_policies([DefaultPolicy(**RETRIES)])
    except Exception as error:  # noqa: BLE001 - of the client, which shows the address
        raise problem(f"the engine: {shortened(address.scrubbed(str(error)), LONGEST)}", hint=WANTED) from None
    return session, channel


def _reach(address: Address) -> None:
    """Problems where nothing listens."""
    try:
        with socket.create_connection((address.host, address.port), timeout=CONNECTING):
            pass
    except OSError as error:
        why = "no answer" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
        hint = "start it, or leave --engine out: DuckDB then sums the log in this process"
        raise problem(f"no engine at {address.shown}: {why}", hint=hint) from None


def _within(seconds: float, work: Callable[[], object]) -> None:
    """Do something as far as it is done in some time; what is wrong with it is no matter."""

    def run() -> None:
        with suppress(Exception):
            work()

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(seconds)


ENGINE = Spark
