"""nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv: a row a GPU and time.

Of several columns of power the instant one is taken, else the average one, else what the driver calls power.draw, which
is an average over a second on some GPUs (Yang et al. 2024, arXiv 2312.02741: it is sampled part of the time, so give
`--set meter=` a range).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.measured.readings import GPU, NUMBER, Reading, instant, rows
from lca.problems import Span, problem, shortened
from lca.text.opened import File

ABOUT = "nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv"
TOOL = "nvidia-smi"
ORDER = 2

POWERS = ("power.draw.instant", "power.draw.average", "power.draw")
EVERYWHERE = (
    "uuid",
    "gpu_uuid",
)  # what a GPU has in all files; numbers are those of a machine, and many have no serial
DEVICES = (*EVERYWHERE, "pci.bus_id", "gpu_bus_id", "index", "gpu_index", "serial")
NAMES = re.compile(r"power\.draw")
SCALES = {"W": 1.0, "mW": 1e-3, "kW": 1e3}


def recognises(head: str) -> bool:
    """Whether the first signs of a file are of this form."""
    return NAMES.search(head.split("\n", 1)[0]) is not None


def readings(file: File) -> Iterator[Reading]:
    """The powers in a file; where the driver has none it says so in brackets."""
    power = clock = device = column = unit = before = ""
    for line, row in rows(file):
        if not power:
            named = {column.partition("[")[0].strip(): column for column in row}
            power = next((name for name in POWERS if name in named), "")
            if not power or "timestamp" not in named:
                hint = "nvidia-smi --query-gpu=timestamp,index,power.draw --format=csv"
                raise problem("no columns timestamp and power.draw", Span(file.name, 1, 1), hint=hint)
            clock, column = named["timestamp"], named[power]
            known = next((name for name in DEVICES if name in named), "")
            device, before = named.get(known, ""), "" if known in EVERYWHERE else GPU
            unit = column.partition("[")[2].strip("] ")
        span = Span(file.name, line, 1)
        time, is_placed = instant(row[clock], span)
        value = _value(row[column], unit, span)
        series = f"{before}{row[device].strip() if device else '0'}"
        yield Reading(series, power, time, value, line, is_local=not is_placed)


def _value(text: str, unit: str, span: Span) -> float | None:
    text = text.strip()
    if text.startswith("[") or text in ("", "N/A"):
        return None
    number, _, own = text.partition(" ")
    scale = SCALES.get(own.strip() or unit or "W")
    if scale is None or not NUMBER.fullmatch(number):
        raise problem(f"'{shortened(text)}' is no power", span, hint="such as 431.22 W, or [N/A]")
    return float(number) * scale
