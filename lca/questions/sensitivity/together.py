"""Moments of inputs that go together: each at the same quantile of its law, so that one random number moves all.

With q_i the quantile function of the i-th law, E[Π x_i^a_i] = ∫ Π q_i(Φ(z))^a_i φ(z) dz over the standard normal law.
In z the quantiles of normal, lognormal and uniform laws are smooth; at the mode of a triangular law and at the steps
of choices they are not, and there the integral is cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import prod

from lca.model.laws import Choices, Law, Lognormal, Normal, Triangular, support
from lca.model.moments import GAUSS, below, quantile, score

FAR, WIDTH = 40.0, 0.5  # how far out the integral goes, and pieces of it, in standard deviations
Powers = Sequence[tuple[Law, int]]


def moment(powers: Powers) -> float:
    """The mean of a product of whole powers; inf where what stands below can be 0, or beyond what a float holds."""
    if any(power < 0 and support(law)[0] <= 0 <= support(law)[1] and not _is_away(law) for law, power in powers):
        return math.inf
    try:
        return sum(_over(powers, first, last) for first, last in pairwise(_cuts(law for law, _ in powers)))
    except (OverflowError, ZeroDivisionError):
        return math.inf


def _is_away(law: Law) -> bool:
    """Whether a law whose support ends at 0, or goes across it, never gives 0 nor comes near it."""
    return isinstance(law, Lognormal) or (isinstance(law, Choices) and 0 not in law.values)


def _over(powers: Powers, first: float, last: float) -> float:
    middle, half = (first + last) / 2, (last - first) / 2
    points = ((middle + half * node, weight) for node, weight in GAUSS)
    return half * sum(weight * _density(z) * prod(at(law, z) ** power for law, power in powers) for z, weight in points)


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def at(law: Law, z: float) -> float:
    """The number of a law at the quantile of a standard normal number."""
    match law:
        case Normal(mean, sd, least, most) if math.isinf(least) and math.isinf(most):
            return mean + sd * z
        case Lognormal(median, gsd, least, most) if least == 0 and math.isinf(most):
            return float(median * gsd**z)
        case _:
            return quantile(law, below(z))


def _cuts(laws: Iterable[Law]) -> list[float]:
    """Where pieces of the integral meet."""
    kinks = {score(chance) for law in laws for chance in _kinks(law) if 0 < chance < 1}
    count = round(2 * FAR / WIDTH)
    return sorted({*(-FAR + WIDTH * place for place in range(count + 1)), *kinks})


def _kinks(law: Law) -> Iterator[float]:
    """The chances at which the quantiles of a law have a kink or a step."""
    if isinstance(law, Triangular):
        yield (law.mode - law.low) / (law.high - law.low)
    if isinstance(law, Choices):
        reached = 0.0
        for chance in law.chances:
            reached += chance
            yield reached
