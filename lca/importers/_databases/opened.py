"""An export that was opened: a table, or a bundle of data sets."""

from __future__ import annotations

from typing import NamedTuple

from lca.importers import File
from lca.importers._databases.bundle import Bundle
from lca.importers._databases.tables import MOST, Table, of_csv, of_workbook
from lca.workbook.foreign.ods import is_ods

ZIP = b"PK"
WORKBOOK = "xl/workbook.xml"


class Opened(NamedTuple):
    """One of the two; and what it is called."""

    name: str
    table: Table | None = None
    bundle: Bundle | None = None


def opened(file: File, sheet: str, decimal: str = "") -> Opened:
    """A file, by what it holds and not by its ending. Problems where it is damaged, or was made to do harm.

    decimal: the sign before decimals of numbers in texts; '' where the columns show it.
    """
    data = file.data(max(MOST, Bundle.packed))
    if not data.startswith(ZIP):
        return Opened(file.name, table=of_csv(data, file.name, decimal))
    bundle = Bundle(data, file.name)
    if WORKBOOK in bundle or is_ods(data):
        return Opened(file.name, table=of_workbook(data, file.name, sheet, decimal))
    return Opened(file.name, bundle=bundle)
