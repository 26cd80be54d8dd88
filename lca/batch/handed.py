"""The table of requests, handed to an engine elsewhere: as Parquet files, in a folder that both see.

What is read, left out and written twice is so before, in this process: an account of rows is the same on every engine,
and none meets a file that it would skip or fill with nulls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lca.batch.dialect import Engine
from lca.batch.flatten import CANONICAL, REQUESTS
from lca.batch.formats import literal
from lca.batch.shapes import KEY
from lca.problems import problem

if TYPE_CHECKING:
    from lca.batch.engines.spark import Spark


@contextmanager
def handed(engine: Engine, far: Spark, folder: Path, by: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """What the groups are called there, while the table is: other engines have other quotes, and other dates.

    by: names of groups, each as SQL over the table of requests. Problems where the folder is none, or the engine does
    not see it.
    """
    called = {name: name if name in KEY else f"by{number}" for number, name in enumerate(by)}
    more = "".join(f", {by[name]} as {own}" for name, own in called.items() if name not in KEY)
    try:
        made = TemporaryDirectory(prefix="lca-batch-", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise problem(f"no folder to write to: {folder}", hint=error.strerror or "") from None
    with made as own:
        there = Path(own) / REQUESTS
        sql = f"select {', '.join(CANONICAL)}{more} from {REQUESTS}"
        rows = engine.query(f"copy ({sql}) to {literal(str(there))} (format parquet, per_thread_output true)")
        Path(own).chmod(0o755)  # the engine may be another user
        far.read(REQUESTS, sorted(there.glob("*.parquet")), sum(next(iter(rows.values()))))
        yield called
