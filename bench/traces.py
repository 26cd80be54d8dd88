"""Traces of power: the time of importing one over that of reading its rows, and memory, which no length moves."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Row, in_turns
from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, kind

READINGS, LONGER = 40_000, 8
START = datetime(2026, 11, 1, tzinfo=UTC)
MORE = 1.1
PEAK = """\
import resource, sys
from bench.traces import imported
imported(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def smi(count: int) -> Iterator[str]:
    """A trace of eight GPUs, as nvidia-smi writes it."""
    yield "timestamp, index, name, power.draw [W]\n"
    for place in range(count // 8):
        time = START + timedelta(milliseconds=100 * place)
        clock = f"{time:%Y/%m/%d %H:%M:%S.%f}"[:-3]
        yield from (f"{clock}, {gpu}, NVIDIA H100, {300 + (place * 7 + gpu) % 200}.50 W\n" for gpu in range(8))


def kwollect(count: int) -> Iterator[str]:
    """A trace of eight nodes, as the API of Kwollect gives it."""
    for place in range(count // 8):
        time = (START + timedelta(milliseconds=20 * place)).isoformat()
        for node in range(8):
            reading = {
                "timestamp": time,
                "device_id": f"node-{node}",
                "metric_id": "wattmetre_power_watt",
                "value": 200.5,
            }
            yield f"{'[' if place + node == 0 else ', '}{json.dumps(reading | {'labels': {}})}"
    yield "]"


FORMS: dict[str, tuple[Callable[[int], Iterator[str]], float]] = {  # and how many times as long importing may take
    "nvidia-smi": (smi, 50),
    "Kwollect, JSON": (kwollect, 28),
}


def imported(path: str) -> object:
    """What a trace becomes."""
    return kind("power").read(Given(files([Path(path)]), Library()))


def _read(path: Path) -> object:
    """The rows of a file, once, with their numbers."""
    with path.open(encoding="utf-8", newline="") as stream:
        if path.suffix == ".json":
            return [float(each["value"]) for each in json.load(stream)]
        reader = csv.reader(stream)
        next(reader)
        return [float(cells[3].split()[0]) for cells in reader]


def _peak(path: Path) -> int:
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], check=True, capture_output=True, text=True)  # noqa: S603
    return int(done.stdout)


def rows() -> Iterator[Row]:
    """The measurements of this file."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, slower) in FORMS.items():
            suffix = "json" if make is kwollect else "csv"
            short, long = (Path(folder) / f"{each}.{suffix}" for each in ("short", "long"))
            short.write_text("".join(make(READINGS)), encoding="utf-8")
            long.write_text("".join(make(READINGS * LONGER)), encoding="utf-8")
            ours, floor = in_turns([lambda: imported(str(short)), lambda: _read(short)], rounds=3)  # noqa: B023  at once
            size = short.stat().st_size / 1e6
            detail = f"{size / ours:.2g} MB a second, read twice"
            yield Row(f"importing a trace of {name} / reading its rows", ours / floor, slower, detail=detail)
            detail = f"{long.stat().st_size / 1e6:.0f} MB"
            yield Row(f"memory of one {LONGER} times as long / of it", _peak(long) / _peak(short), MORE, detail=detail)
