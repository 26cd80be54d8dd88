"""The workbook as bytes: the same study gives the same bytes, so that a workbook can live in a repository.

openpyxl writes every part; the rows, which are the bulk, are written beforehand and put in their place here, with the
computed value beside each formula, which openpyxl does not write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.writer.excel import ExcelWriter

if TYPE_CHECKING:
    from openpyxl import Workbook

DATA = re.compile(r"<sheetData ?/>|<sheetData>.*?</sheetData>", re.DOTALL)
SIZE = re.compile(r'<dimension ref="[^"]*" ?/>')
UNIX = 3  # the system that an archive says it was made on, wherever it is
PLAIN_FILE = 0o644 << 16


class Archive(ZipFile):
    """An archive whose entries all have one date; a worksheet gets its rows on the way in."""

    def __init__(self, file: BytesIO, date: datetime, rows: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)
        self._date, self._rows = date, rows

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        info = ZipInfo(str(zinfo_or_arcname), self._date.timetuple()[:6])
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, UNIX, PLAIN_FILE
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        dimension, rows = self._rows[arcname]
        text = Path(filename).read_text(encoding="utf-8")
        text = SIZE.sub(lambda _: f'<dimension ref="{dimension}"/>', text, count=1)
        self.writestr(arcname, DATA.sub(lambda _: rows, text, count=1))


def packed(workbook: Workbook, date: datetime, rows: Mapping[str, tuple[str, str]]) -> bytes:
    """The bytes of a workbook; `rows` are the extent and the rows of each worksheet, by its path."""
    workbook.properties.created = workbook.properties.modified = date
    buffer = BytesIO()
    ExcelWriter(workbook, Archive(buffer, date, rows)).save()
    return buffer.getvalue()
