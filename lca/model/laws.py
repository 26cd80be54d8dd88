"""Probability laws of inputs, as values. Parameters are in the unit of the input."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

from lca.spoken import _
from lca.wording import listed, significant, with_unit

DIGITS = 4  # of numbers in words


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
    match law:
        case Lognormal(median, gsd, _least, _most, origin):
            text = _(
                "lognormal, median {median}, geometric standard deviation {gsd}",
                median=_with(median, unit), gsd=significant(gsd, DIGITS),
            )  # fmt: skip
            return text + (f" ({origin})" if origin else "") + _cut(law)
        case Normal(mean, sd):
            text = _("normal, mean {mean}, standard deviation {sd}", mean=_with(mean, unit), sd=_with(sd, unit))
            return text + _cut(law)
        case Uniform(low, high):
            return _("uniform, {low} to {high}", low=significant(low, DIGITS), high=_with(high, unit))
        case Triangular(low, mode, high):
            return _(
                "triangular, {low} to {high} round {mode}",
                low=significant(low, DIGITS), high=_with(high, unit), mode=significant(mode, DIGITS),
            )  # fmt: skip
        case Choices(values, chances):
            pairs = zip(values, chances, strict=True)
            each = (f"{_with(value, unit)} ({with_unit(significant(chance * 100, 3), '%')})" for value, chance in pairs)
            return _("one of {values}", values=", ".join(each))
        case Dirichlet(_shares, concentration):
            return _("share of a Dirichlet law of concentration {number}", number=significant(concentration, DIGITS))
        case None:
            return _("held")


def _with(value: float, unit: str) -> str:
    return with_unit(significant(value, DIGITS), unit)


def _cut(law: Lognormal | Normal) -> str:
    usual = 0.0 if isinstance(law, Lognormal) else -math.inf
    ends = [significant(end, DIGITS) for end in (law.least, law.most) if end != usual and math.isfinite(end)]
    return _(", cut off at {ends}", ends=listed(ends)) if ends else ""
