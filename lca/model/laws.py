"""Probability laws of inputs, as values. Parameters are in the unit of the input."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias


class Lognormal(NamedTuple):
    """ln x is normal. `gsd` is the geometric standard deviation; cut off at `least` and `most`."""

    median: float
    gsd: float
    least: float = 0.0
    most: float = math.inf
    origin: str = ""


class Normal(NamedTuple):
    """`mean` and `sd` before it is cut off at `least` and `most`."""

    mean: float
    sd: float
    least: float = -math.inf
    most: float = math.inf


class Uniform(NamedTuple):
    """All numbers from low to high alike."""

    low: float
    high: float


class Triangular(NamedTuple):
    """Most likely `mode`, less so on a straight line towards each end."""

    low: float
    mode: float
    high: float


class Choices(NamedTuple):
    """One of several numbers, in rising order, each with its chance."""

    values: tuple[float, ...]
    chances: tuple[float, ...]


class Dirichlet(NamedTuple):
    """A share of a mix that varies with the others; the larger the concentration, the less. `whole` is 100 %."""

    share: float
    concentration: float
    whole: float = 1.0


Law: TypeAlias = Lognormal | Normal | Uniform | Triangular | Choices | Dirichlet


def support(law: Law) -> tuple[float, float]:
    """The least and the greatest number that a law gives.

    >>> support(Choices((0.3, 0.5), (0.4, 0.6)))
    (0.3, 0.5)
    """
    match law:
        case Lognormal() | Normal():
            return law.least, law.most
        case Uniform(low, high) | Triangular(low, _, high):
            return low, high
        case Choices(values):
            return values[0], values[-1]
        case Dirichlet():
            return 0.0, law.whole


def words(law: Law | None, unit: str = "") -> str:
    """A law in words.

    >>> words(Triangular(1, 3, 8), "min/visit")
    'triangular, 1 to 8 min/visit round 3'
    >>> words(Lognormal(2.0, 1.2, most=5.0))
    'lognormal, median 2, geometric standard deviation 1.2, cut off at 5'
    """
    shown = f" {unit}" if unit not in ("", "1") else ""
    match law:
        case Lognormal(median, gsd, _, _, origin):
            text = f"lognormal, median {median:.4g}{shown}, geometric standard deviation {gsd:.4g}"
            return text + (f" ({origin})" if origin else "") + _cut(law)
        case Normal(mean, sd):
            return f"normal, mean {mean:.4g}{shown}, standard deviation {sd:.4g}{shown}{_cut(law)}"
        case Uniform(low, high):
            return f"uniform, {low:.4g} to {high:.4g}{shown}"
        case Triangular(low, mode, high):
            return f"triangular, {low:.4g} to {high:.4g}{shown} round {mode:.4g}"
        case Choices(values, chances):
            each = (f"{value:.4g}{shown} ({chance * 100:.3g} %)" for value, chance in zip(values, chances, strict=True))
            return f"one of {', '.join(each)}"
        case Dirichlet(_, concentration):
            return f"share of a Dirichlet law of concentration {concentration:.4g}"
        case None:
            return "held"


def _cut(law: Lognormal | Normal) -> str:
    usual = 0.0 if isinstance(law, Lognormal) else -math.inf
    ends = [f"{end:.4g}" for end in (law.least, law.most) if end != usual and math.isfinite(end)]
    return f", cut off at {' and '.join(ends)}" if ends else ""
