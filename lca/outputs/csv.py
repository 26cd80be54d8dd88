"""A report's records as CSV, every number in full. Safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

from lca.report import Look, Report

WRITES = ("report", "records", "study")
SUFFIXES = (".csv",)
ORDER = 4

FORMULAS = ("=", "+", "-", "@", "\t")  # with these a spreadsheet takes a text for a formula


def render(report: Report, _look: Look) -> str:
    """A header and a line for each record."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(report.columns)
    writer.writerows([cell(record.get(name)) for name in report.columns] for record in report.records)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value as a cell: numbers as they are, texts that look like a formula behind an apostrophe.

    >>> cell("=1+1"), cell(-1.5e-8), cell({"terminals.time": 0.5}), cell(("a", "b")), cell(None)
    ("'=1+1", '-1.5e-08', 'terminals.time: 0.5', 'a; b', '')
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        value = [f"{key}: {item}" for key, item in value.items()]
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text.splitlines())
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text
