"""How things are timed: in turns with their floor or peer, so that a machine that slows down slows both."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

ROUNDS = 7


class Row(NamedTuple):
    """A measured ratio and the bound that it has to keep: `limit` from above, or from below where `least`."""

    what: str
    ratio: float
    limit: float
    least: bool = False
    detail: str = ""

    @property
    def kept(self) -> bool:
        return self.ratio >= self.limit if self.least else self.ratio <= self.limit


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call, without the collector."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


def in_turns(works: Sequence[Callable[[], object]], rounds: int = ROUNDS) -> list[float]:
    """The least time of each piece of work over rounds in which they take turns, after one round to warm up."""
    for work in works:
        work()
    times = [[seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def process(*arguments: str) -> Callable[[], None]:
    """A Python process with these arguments, as work to be timed."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

    return run


def median(values: Sequence[float]) -> float:
    """The middle of some values."""
    return statistics.median(values)
