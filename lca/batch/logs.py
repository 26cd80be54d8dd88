"""A log opened: its files looked at, flattened and accounted for, ready to be priced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lca.batch.dialect import Engine, Told
from lca.batch.files import found, looked_at
from lca.batch.flatten import flattened, groups, refuse_unknown
from lca.batch.formats import literal
from lca.batch.rows import Account, account
from lca.model.mapping import Log as Mapped


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

    def schema(path: Path) -> tuple[int, Mapping[str, str]]:
        name = literal(str(path))
        rows = engine.query(f"select num_rows from parquet_file_metadata({name})")
        types = engine.query(f"describe select * from read_parquet({name})")
        return int(str(rows["num_rows"][0])), dict(
            zip(map(str, types["column_name"]), map(str, types["column_type"]), strict=True)
        )

    alike = groups(looked_at(found(paths), schema), by_map)
    refuse_unknown(alike, by)
    flattened(engine, alike, folder, by, told)
    return account(engine, alike)
