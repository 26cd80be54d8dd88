"""Large files: time and memory of whole commands on a file over those on one of half its size."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from bench.measure import Row

CASES = 750
POINTS = 50_000
LIMIT = 2.4
ROUNDS = 3
COMMAND = "from lca.cli import main; main()"
BODY = """
sites:
  host: {region: FRA, pue: 1.2}
inference:
  site: host
  server: {device: motherboard, time: 3 s/prompt, power: 400 W, lifetime: 4 year, aur: 20 %}
web_hosting:
  site: host
  server: {device: motherboard, time: 1 s/visit, power: 200 W, lifetime: 4 year, aur: 20 %}
"""
HEAD = "study: {criteria: [ADPe, GWP, PE], packs: [uba-2021, boavizta-2023-11]}\nfunctional_units:\n"
UNIT = "  FU{i}: {{demand: {{visits: {i} visit, prompts: 2 prompt}}}}\n"
VARIANT = "  v{i}: {{with: {{inference.server.time: {i} s/prompt}}}}\n"
FIGURE = "  e{i}: {{of: FU{i}, criterion: GWP, value: 1 kgCO2eq, within: 10 %, source: ipcc-2014}}\n"


class Cost(NamedTuple):
    """What a process took: seconds of its own, and its peak of memory in MB."""

    time: float
    memory: float


def units(count: int) -> str:
    """A study of so many functional units."""
    return f"{HEAD}{_lines(UNIT, count)}{BODY}"


def variants(count: int) -> str:
    """A study of one functional unit in so many variants."""
    return f"{units(1)}variants:\n{_lines(VARIANT, count)}"


def expected(count: int) -> str:
    """A study that expects a figure of each of so many functional units."""
    return f"{units(count)}expect:\n{_lines(FIGURE, count)}"


def _lines(line: str, count: int) -> str:
    return "".join(line.format(i=i) for i in range(1, count + 1))


def rows() -> list[Row]:
    """The measurements of this file."""
    floor = _cost("run", units(1), ())
    made = [
        ("run of {:,} functional units, by tier", "run", units, ("--by", "tier")),
        ("run of {:,} variants, by tier", "run", variants, ("--variant", "all", "--by", "tier")),
        ("check of {:,} expected figures", "check", expected, ()),
    ]
    found = []
    for what, command, text, options in made:
        half, whole = (_cost(command, text(count), options) for count in (CASES, 2 * CASES))
        found += _ratios(what.format(2 * CASES), floor, half, whole)
    half, whole = (
        _cost("sweep", units(1), (f"inference.server.aur=5%:50%:{count}",)) for count in (POINTS, 2 * POINTS)
    )
    return [*found, *_ratios(f"sweep of {2 * POINTS:,} points, as a table", floor, half, whole)]


def _ratios(what: str, floor: Cost, half: Cost, whole: Cost) -> list[Row]:
    time, memory = ((b - c) / (a - c) for a, b, c in zip(half, whole, floor, strict=True))
    return [
        Row(f"{what} / half of it", time, LIMIT, detail=f"{whole.time:.1f} s"),
        Row("memory of the same", memory, LIMIT, detail=f"{whole.memory:.0f} MB"),
    ]


def _cost(command: str, text: str, options: tuple[str, ...]) -> Cost:
    """The least processor time and peak of memory of a command on a scenario."""
    return Cost(*map(min, *(_once(command, text, options) for _ in range(ROUNDS))))


def _once(command: str, text: str, options: tuple[str, ...]) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.yaml"
        path.write_text(text)
        arguments = [sys.executable, "-c", COMMAND, command, str(path), *options]
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 3), arguments  # noqa: S101  3: a figure is missed
    return Cost(used.ru_utime, used.ru_maxrss / 1024)
