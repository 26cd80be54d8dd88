"""The workbook: its export over the time that openpyxl takes to write as many styled cells without any logic."""

from __future__ import annotations

import io
import tempfile
from copy import copy
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

from bench.engine import HEAD, ITEMS, LINE
from bench.measure import Row, in_turns
from lca.disk.workspace import Run
from lca.workbook.writing import export

LIMIT = 1.5
LINES = 430  # of a generated study that comes to more than 5,000 formulas
WIDE = 12  # columns of the plain workbook


def rows() -> list[Row]:
    """The measurements of this file."""
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.yaml"
        body = (
            LINE.strip("\n").format(
                i=i, item=ITEMS[i % len(ITEMS)], amount=f'"= visits * {i + 1} [device/visit] / 1e6"'
            )
            for i in range(LINES)
        )
        large.write_text("\n".join([HEAD.strip("\n"), *body, ""]))
        return [_row("stable_diffusion"), _row(str(large))]


def _row(scenario: str) -> Row:
    study = Run(scenario)
    result, verdicts = study.compile((), (None, *study.scenario.variants))
    cells, formulas = _counted(export(result, verdicts))
    ours, plain = in_turns([lambda: export(result, verdicts), lambda: _plain(cells)], rounds=3)
    what = f"lca export of {Path(scenario).stem} / openpyxl, as many styled cells"
    return Row(what, ours / plain, LIMIT, detail=f"{ours * 1e3:.0f} ms, {cells:,} cells, {formulas:,} formulas")


def _counted(workbook: bytes) -> tuple[int, int]:
    """The cells of a workbook that hold something, and the formulas among them."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return len(values), sum(isinstance(value, str) and value.startswith("=") for value in values)


def _plain(cells: int) -> bytes:
    """As many cells, all of one ready-made style: the fastest that openpyxl writes styled cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    ready = sheet.cell(1, 1)
    ready.font, ready.number_format = Font(bold=True), "0.00"
    for number in range(cells):
        cell = sheet.cell(number // WIDE + 1, number % WIDE + 1, float(number))
        cell._style = copy(ready._style)  # noqa: SLF001  what openpyxl itself does to copy a style
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
