"""Moments of the shares of a mix, which are drawn each by its law and divided by their sum.

With T the sum and m = Σ a, E[Π x^a / T^m] = 1/Γ(m) ∫ t^(m-1) Π E[x^a exp(-t x)] dt, since the draws are independent
and 1/T^m = 1/Γ(m) ∫ t^(m-1) exp(-t T) dt. So an integral over all shares at once becomes one over t of a product of
integrals over one share each. With t = exp(y) the integrand is analytic and dies out on both sides: the trapezoidal
rule then converges faster than any power of its step (Trefethen and Weideman, SIAM Review 56, 2014, 385-458).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lca import units
from lca.graph import Graph, Input
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import standard
from lca.questions.sensitivity.signomial import Exponents

Floats = npt.NDArray[np.float64]
Density = Callable[[Floats], Floats]

STEP = 0.125  # of y; at 0.25 the error is already below that of the arithmetic
FROM, TO = -40.0, 80.0  # of y: exp(-40) is below the precision of a float, and gamma laws die out slowly above
POINTS = 30  # of a Gauss-Legendre rule over one piece of a law
NEAR, LEAST = 8.0, 1e-13  # pieces shrink towards 0, where exp(-t x) is steep: by this ratio, down to this part
FAR = 9.0  # standard deviations beyond which a normal law has nothing left


class Member(NamedTuple):
    """A share of a mix: its node, and its weight's law (None: held), value, and what leads from its unit to 1."""

    share: int
    law: Law | None
    value: float
    factor: float


def members(graph: Graph, total: int) -> Iterator[Member]:
    """The shares of the mix with this total of weights."""
    for share in graph.mixes[total]:
        leaf: Input = graph.info[graph.weight(share)]
        yield Member(share, leaf.law, leaf.value, units.scale(leaf.unit, units.ONE) or 1.0)


class Mix:
    """Shares that are drawn and divided by their sum, held ones too."""

    def __init__(self, shares: Iterable[Member]) -> None:
        self.members = tuple(shares)
        self._t = np.exp(np.arange(FROM, TO, STEP))
        self._transforms: dict[tuple[int, int], Floats] = {}

    def moment(self, exponents: Exponents) -> float:
        """The mean of a product of whole powers of shares; nan where a power is negative."""
        powers = dict(exponents)
        total = sum(powers.values())
        if not powers:
            return 1.0
        if min(powers.values()) < 0:
            return math.nan
        integrand = self._t**total
        for member in self.members:
            power = powers.get(member.share, 0)
            integrand = integrand * self._transform(member, power) * member.factor**power
        return float(integrand.sum() * STEP / math.gamma(total))

    def _transform(self, member: Member, power: int) -> Floats:
        """E[x^a exp(-t f x)] at every t, of a weight x whose unit is f of 1; known from the second time on."""
        key = (member.share, power)
        if key not in self._transforms:
            self._transforms[key] = _transform(member, power, self._t)
        return self._transforms[key]


def _transform(member: Member, power: int, t: Floats) -> Floats:
    if isinstance(member.law, Dirichlet):
        return _of_gamma(member.law, power, t * member.factor)
    places, weights = _rule(member)
    decay: Floats = np.exp(-np.outer(t * member.factor, places)) @ (weights * places**power)
    return decay


def _of_gamma(law: Dirichlet, power: int, t: Floats) -> Floats:
    """A share of a Dirichlet law is a gamma number before it is divided."""
    shape, scale = law.concentration * law.share / law.whole, law.whole / law.concentration
    rising = math.prod(shape + k for k in range(power)) * scale**power
    decay: Floats = rising * (1 + scale * t) ** -(shape + power)
    return decay


def _rule(member: Member) -> tuple[Floats, Floats]:
    """Places and weights that stand for a law: sums over them are its means."""
    match member.law:
        case None:
            return np.array([member.value]), np.ones(1)
        case Choices(values, chances):
            return np.array(values), np.array(chances)
        case Uniform(low, high):
            return _pieces((low, high), np.ones_like)
        case Triangular(low, mode, high):
            rising, falling = max(mode - low, 1e-300), max(high - mode, 1e-300)
            return _pieces((low, mode, high), lambda x: np.where(x < mode, (x - low) / rising, (high - x) / falling))
        case Normal(mean, sd):
            first, last = (mean + sd * z for z in _within(member.law))
            return _pieces(tuple(np.linspace(first, last, 5)), lambda x: np.exp(-(((x - mean) / sd) ** 2) / 2))
        case Lognormal(median, gsd):
            z, weights = _pieces(tuple(np.linspace(*_within(member.law), 5)), lambda z: np.exp(-z * z / 2))
            return median * gsd**z, weights
        case _:
            raise AssertionError(member.law)


def _within(law: Normal | Lognormal) -> tuple[float, float]:
    """The ends of a law as standard deviations from its middle, or as far out as there is anything."""
    low, high = (min(max(z, -FAR), FAR) for z in standard(law))
    return low, high


def _pieces(cuts: Sequence[float], density: Density) -> tuple[Floats, Floats]:
    """A Gauss-Legendre rule on each piece between cuts, weighed by a density up to a factor."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    places, masses = [], []
    for low, high in pairwise(_graded(cuts)):
        if high > low:
            x = (low + high) / 2 + (high - low) / 2 * nodes
            places.append(x)
            masses.append(density(x) * weights * (high - low) / 2)
    if not places:
        return np.array([cuts[0]]), np.ones(1)
    mass = np.concatenate(masses)
    return np.concatenate(places), mass / mass.sum()


def _graded(cuts: Sequence[float]) -> list[float]:
    """The cuts, and more of them towards 0 where the first is at 0 or close to it."""
    low, high = cuts[0], cuts[1]
    more = []
    while low >= 0 and high > NEAR * max(low, cuts[1] * LEAST):
        high /= NEAR
        more.append(high)
    return [low, *reversed(more), *cuts[1:]]
