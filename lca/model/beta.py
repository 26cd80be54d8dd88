"""The beta law: what one share of a Dirichlet law follows by itself."""

from __future__ import annotations

import math

TINY = 1e-300
STEPS = 10_000  # of the continued fraction; it needs about the square root of the larger parameter
HALVINGS = 200


def moment(a: float, b: float, power: int) -> float:
    """The mean of x to a whole power; inf where it does not exist.

    >>> round(moment(2, 3, 1), 12)
    0.4
    """
    if a + power <= 0:
        return math.inf
    if b <= 0:
        return 1.0
    return math.exp(math.lgamma(a + power) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(a + b + power))


def quantile(chance: float, a: float, b: float) -> float:
    """The share that is not reached with a chance, by halving.

    >>> round(quantile(0.5, 2, 2), 12)
    0.5
    """
    if b <= 0:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if below(middle, a, b) < chance else (low, middle)
    return (low + high) / 2


def below(x: float, a: float, b: float) -> float:
    """The chance of less than x: the regularised incomplete beta function (DLMF 8.17.22, its continued fraction)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - below(1 - x, b, a)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 + d1/(1 + d2/(1 + …)), by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, STEPS):
        m, odd = divmod(step, 2)
        if odd:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + term * d) or TINY)
        c = (1 + term / c) or TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
