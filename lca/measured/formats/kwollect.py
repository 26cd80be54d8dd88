"""Kwollect, the meters of Grid'5000: its API as JSON, or the same fields as CSV.

Fields: https://www.grid5000.fr/w/Monitoring_Using_Kwollect
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.measured.readings import Reading, instant, lacking, records
from lca.problems import Problems, Span, problem, shortened
from lca.text.opened import File

ABOUT = "Kwollect of Grid'5000, JSON or CSV"
TOOL = "Kwollect of Grid'5000"
ORDER = 0

FIELDS = ("timestamp", "device_id", "metric_id", "value")
POWERS = ("_watt", "_watts")  # what the metrics of powers end in


def recognises(head: str) -> bool:
    """Whether the first signs of a file are of this form."""
    return "metric_id" in head and "device_id" in head


def readings(file: File) -> Iterator[Reading]:
    """The powers in a file; what other metrics say is left out."""
    for line, found in records(file):
        span = Span(file.name, line, 1)
        if (wrong := lacking(FIELDS, found, span, "a reading of Kwollect has them")) is not None:
            raise Problems([wrong])
        metric = str(found["metric_id"])
        if metric.endswith(POWERS):
            time, is_placed = instant(str(found["timestamp"]), span)
            yield Reading(
                str(found["device_id"]), metric, time, _value(found["value"], span), line, is_local=not is_placed
            )


def _value(value: Any, span: Span) -> float | None:
    if value is None or value == "":
        return None
    try:
        return float(value if not isinstance(value, bool) else "")
    except (TypeError, ValueError, OverflowError):
        raise problem(f"{shortened(str(value))} is no power", span, hint="a number of W") from None
