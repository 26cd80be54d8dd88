"""A report's records as CSV, every number in full. Safe to open in a spreadsheet.

With a decimal comma, cells are parted by semicolons and the file begins with a byte-order mark: where the comma is the
system's decimal sign, Excel takes semicolons for separators, and without the mark takes no file for UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from lca.report import Look, Report

WRITES = ("report", "records", "study")
SUFFIXES = (".csv",)
ORDER = 4

FORMULAS = ("=", "+", "-", "@", "\t")  # with these a spreadsheet takes a text for a formula
INSIDE = re.compile(r"(?<=\S[;,\t])(?=[=+@-])")  # where a text that is parted by another sign would begin one
MARK = "\ufeff"


def render(report: Report, look: Look) -> str:
    """A header and a line for each record."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if look.comma else ",", lineterminator="\n")
    writer.writerow(report.columns)
    writer.writerows([cell(record.get(name), look.comma) for name in report.columns] for record in report.records)
    return f"{MARK if look.comma else ''}{text.getvalue()}"


def cell(value: Any, comma: bool = False) -> str:  # noqa: FBT001, FBT002  the form of the whole file
    """A value as a cell: numbers as they are, texts that look like a formula behind an apostrophe.

    >>> cell("=1+1"), cell(-1.5e-8), cell({"terminals.time": 0.5}), cell(("a", "b")), cell(None)
    ("'=1+1", '-1.5e-08', 'terminals.time: 0.5', 'a; b', '')
    >>> cell(-1.5e-8, comma=True), cell([0.5, 2], comma=True), cell("v1.5", comma=True), cell("a;=b")
    ('-1,5e-08', '0,5; 2', 'v1.5', "a;'=b")
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return repr(value).replace(".", ",") if comma else repr(value)
    if isinstance(value, dict):
        value = [f"{key}: {cell(item, comma)}" for key, item in value.items()]
    text = "; ".join(cell(item, comma) for item in value) if isinstance(value, list | tuple) else str(value)
    text = INSIDE.sub("'", " ".join(text.splitlines()))
    return f"'{text}" if text.lstrip(" ").startswith(FORMULAS) else text
