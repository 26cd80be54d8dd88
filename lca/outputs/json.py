"""A report's records as JSON: a list of objects, every number in full, none where there is none."""

from __future__ import annotations

import json
import math
from typing import Any

from lca.report import Look, Report
from lca.wording import legible

WRITES = ("report", "records", "study")
SUFFIXES = (".json",)
ORDER = 5


def render(report: Report, _look: Look) -> str:
    """The records, one below the other."""
    records = [{name: _value(record.get(name)) for name in report.columns} for record in report.records]
    return legible(json.dumps(records, indent=1, ensure_ascii=False, allow_nan=False)) + "\n"


def _value(value: Any) -> Any:
    """JSON has no word for what is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
