"""ALUMET: what its CSV output writes, a row a measurement, the unit at the end of the metric's name.

Energies are those of the time since the measurement before, and are summed; powers are integrated. Domains of RAPL
contain one another (the package its cores), so that each is a metric of its own.
Columns: https://github.com/alumet-dev/alumet, plugins/csv
"""

from __future__ import annotations

from collections.abc import Iterator

from lca.measured.readings import Reading, instant, lacking, rows
from lca.problems import Problems, Span, problem, shortened
from lca.text.opened import File

ABOUT = "ALUMET, CSV"
TOOL = "ALUMET"
ORDER = 1

COLUMNS = ("metric", "timestamp", "value")
OF = ("resource_kind", "resource_id", "consumer_kind", "consumer_id")
LATE = "__late_attributes"
SCALES = {"": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "n": 1e-9, "k": 1e3, "M": 1e6}


def recognises(head: str) -> bool:
    """Whether the first signs of a file are of this form."""
    line = next((line for line in head.splitlines() if line.strip()), "")
    return "metric" in line and "timestamp" in line and "resource_kind" in line


def readings(file: File) -> Iterator[Reading]:
    """The powers and energies in a file; what other metrics say is left out."""
    checked = False
    for line, row in rows(file):
        span = Span(file.name, line, 1)
        if not checked and (wrong := lacking(COLUMNS, row, Span(file.name, 1, 1), "ALUMET writes them")) is not None:
            raise Problems([wrong])
        checked = True
        unit = row["metric"].rpartition("_")[2]
        scale = SCALES.get(unit[:-1])
        if unit[-1:] in ("W", "J") and scale is not None:
            time, is_placed = instant(row["timestamp"], span)
            series = " ".join(row[name] for name in OF if row.get(name))
            yield Reading(
                series, _metric(row), time, _value(row["value"], scale, span), line, unit[-1] == "J", not is_placed
            )


def _metric(row: dict[str, str]) -> str:
    """A metric with what tells its parts apart."""
    late = dict(each.partition("=")[::2] for each in row.get(LATE, "").split(",") if "=" in each)
    domain = row.get("domain") or late.get("domain", "")
    return f"{row['metric']} {domain}".strip()


def _value(text: str, scale: float, span: Span) -> float | None:
    try:
        return float(text) * scale if text.strip() else None
    except (ValueError, OverflowError):
        raise problem(f"{shortened(text)} is no number", span, hint="of W or J, as the metric says") from None
