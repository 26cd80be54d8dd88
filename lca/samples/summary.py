"""What samples say: mean, spread and quantiles of each figure, and how two figures of the same draws compare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lca.samples.streams import CHUNK, Floats
from lca.samples.threads import each

LOW, MIDDLE, HIGH = 0.025, 0.5, 0.975
TAIL = 0.005  # part of the samples at each end that a histogram leaves out
BINS = 40


class Spread(NamedTuple):
    """The samples of one figure. `error` is the standard error of the mean. What has no finite value is None.

    The histogram counts samples between neighbouring edges; the 0.5 % at each end are outside.
    """

    mean: float | None
    sd: float | None
    median: float
    low: float
    high: float
    error: float | None
    edges: tuple[float, ...]
    counts: tuple[int, ...]


class Pair(NamedTuple):
    """Two figures of the same draws: how often the first is below the second, how often equal, and their difference."""

    below: float
    equal: float
    median: float
    low: float
    high: float


def spreads(rows: Floats, threads: int = 2) -> list[Spread]:
    """What each row says. The rows are sorted in place."""
    return each(spread, rows, threads)


def spread(row: Floats) -> Spread:
    """What a row says; it is sorted in place."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(row.mean())
        sd = _deviation(row, mean)
    row.sort()
    edges = np.linspace(quantile(row, TAIL), quantile(row, 1 - TAIL), BINS + 1)
    counts = np.diff(np.searchsorted(row, edges[1:-1]), prepend=0, append=row.size)
    counts[0] -= np.searchsorted(row, edges[0])
    counts[-1] -= row.size - np.searchsorted(row, edges[-1], side="right")
    error = sd / math.sqrt(row.size)
    median, low, high = (quantile(row, part) for part in (MIDDLE, LOW, HIGH))
    return Spread(mean, sd, median, low, high, error, tuple(edges.tolist()), tuple(counts.tolist()))


def pair(first: Floats, second: Floats) -> Pair:
    """Two rows of the same draws, not sorted."""
    with np.errstate(invalid="ignore"):
        difference = first - second
    below = float(np.count_nonzero(difference < 0) / difference.size)
    equal = float(np.count_nonzero(difference == 0) / difference.size)
    difference.sort()
    return Pair(below, equal, *(quantile(difference, part) for part in (MIDDLE, LOW, HIGH)))


def pairs(rows: Floats, against: Sequence[tuple[int, int]], threads: int = 2) -> list[Pair]:
    """Rows of the same draws, each against another, by their places."""
    return each(lambda places: pair(rows[places[0]], rows[places[1]]), against, threads)


def lowest(rows: Floats) -> list[float]:
    """The part of the draws in which each row is the lowest; rows that are lowest together share the draw.

    >>> lowest(np.array([[1.0, 2.0, 3.0, 0.0], [1.0, 3.0, 2.0, 1.0]]))
    [0.625, 0.375]
    """
    parts = rows == np.fmin.reduce(rows)
    return [float(part) for part in np.divide(parts, parts.sum(axis=0)).mean(axis=1)]


def infinite(rows: Floats) -> list[float]:
    """The part of each row that is not a finite number."""
    return [float(1 - np.count_nonzero(np.isfinite(row)) / row.size) for row in rows]


def quantile(row: Sequence[float] | Floats, part: float) -> float:
    """A quantile of a sorted row, on a straight line between neighbours (Hyndman and Fan 1996, definition 7)."""
    place = part * (len(row) - 1)
    below = math.floor(place)
    first = float(row[below])
    rest = place - below
    return first + rest * (float(row[below + 1]) - first) if rest else first


def _deviation(row: Floats, mean: float) -> float:
    """The standard deviation, in pieces that need no second array of the size of the first."""
    if row.size < 2:
        return 0.0
    squares = 0.0
    for start in range(0, row.size, CHUNK):
        apart = row[start : start + CHUNK] - mean
        squares += float(np.square(apart, out=apart).sum())
    return math.sqrt(squares / (row.size - 1))
