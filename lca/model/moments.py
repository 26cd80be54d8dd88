"""What a law implies: its quantiles, its mean and variance, and the mean of any whole power."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from lca.model import beta
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform, support


def kept(law: Lognormal | Normal) -> float:
    """The part of a law that lies within its bounds, 1 where it is not cut off."""
    low, high = standard(law)
    return _between(low, high)


def standard(law: Lognormal | Normal) -> tuple[float, float]:
    """The bounds as standard deviations from the middle of the normal law that a law is made from."""
    if isinstance(law, Normal):
        return (law.least - law.mean) / law.sd, (law.most - law.mean) / law.sd
    sigma, middle = math.log(law.gsd), math.log(law.median)
    low, high = ((math.log(end) - middle) / sigma if end > 0 else -math.inf for end in (law.least, law.most))
    return low, high


def below(z: float) -> float:
    """The part of the standard normal law below z."""
    return math.erfc(-z / math.sqrt(2)) / 2


def score(chance: float) -> float:
    """The number that a standard normal one stays below with a chance; finite at 0 and 1."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(min(max(chance, 5e-324), 1 - 2**-53))


def _between(low: float, high: float) -> float:
    return below(high) - below(low) if low < 0 else below(-low) - below(-high)


def quantile(law: Law, chance: float) -> float:
    """The number that a law stays below with a chance between 0 and 1.

    >>> quantile(Triangular(0, 1, 2), 0.5), round(quantile(Lognormal(1, 2), 0.975), 4)
    (1.0, 3.8905)
    """
    match law:
        case Lognormal() | Normal():
            low, high = (below(z) for z in standard(law))
            z = score(low + chance * (high - low))
            drawn = law.mean + law.sd * z if isinstance(law, Normal) else law.median * _raised(law.gsd, z)
            return min(max(drawn, law.least), law.most)
        case Uniform(low, high):
            return low + chance * (high - low)
        case Triangular(low, mode, high):
            if chance * (high - low) <= mode - low:
                return low + math.sqrt(chance * (high - low)) * math.sqrt(mode - low)
            return high - math.sqrt((1 - chance) * (high - low)) * math.sqrt(high - mode)
        case Choices(values, chances):
            reached = 0.0
            for value, own in zip(values, chances, strict=True):
                reached += own
                if chance <= reached:
                    return value
            return values[-1]
        case Dirichlet(share, concentration, whole):
            first = concentration * share / whole
            return whole * beta.quantile(chance, first, concentration - first)


def _raised(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def mean(law: Law) -> float:
    """The mean of a law.

    >>> mean(Triangular(1, 3, 8))
    4.0
    """
    return (law.low + law.mode + law.high) / 3 if isinstance(law, Triangular) else moment(law, 1)


def variance(law: Law) -> float:
    """The variance of a law; inf where it is too large for a number.

    >>> round(variance(Uniform(0, 12)), 9)
    12.0
    """
    try:
        return _variance(law)
    except OverflowError:
        return math.inf


def _variance(law: Law) -> float:
    match law:
        case Uniform(low, high):
            return (high - low) ** 2 / 12
        case Triangular(a, m, b):
            return ((b - a) ** 2 + (m - a) * (m - b)) / 18
        case Choices(values, chances):
            middle = mean(law)
            return sum(chance * (value - middle) ** 2 for value, chance in zip(values, chances, strict=True))
        case Dirichlet(share, concentration, whole):
            return share * (whole - share) / (concentration + 1)
        case Normal():
            return _normal_variance(law)
        case Lognormal():
            first, second = moment(law, 1), moment(law, 2)
            return max(0.0, (second / first / first - 1) * first * first) if second < math.inf else math.inf


def moment(law: Law, power: int) -> float:
    """The mean of x to a whole power of either sign; inf where it does not exist or is too large for a number.

    >>> moment(Uniform(1, 3), 2), moment(Uniform(0, 1), -1)
    (4.333333333333333, inf)
    """
    try:
        return _moment(law, power)
    except OverflowError:
        return math.inf


def _moment(law: Law, power: int) -> float:
    if power == 0:
        return 1.0
    low, high = support(law)
    if power < 0 and not isinstance(law, Lognormal | Choices | Dirichlet) and low <= 0 <= high:
        return _reciprocal_at_zero(law, power)
    match law:
        case Lognormal(median, gsd):
            sigma = math.log(gsd)
            first, last = (z - power * sigma for z in standard(law))
            return median**power * math.exp((power * sigma) ** 2 / 2) * _between(first, last) / kept(law)
        case Normal():
            return _normal_moment(law, power)
        case Uniform():
            return _mean_between(low, high, power)
        case Triangular():
            return _triangular_moment(law, power)
        case Choices(values, chances):
            taken = [(value, chance) for value, chance in zip(values, chances, strict=True) if chance]
            if power < 0 and any(not value for value, _ in taken):
                return math.inf
            return sum(chance * value**power for value, chance in taken)
        case Dirichlet(share, concentration, whole):
            return beta.moment(concentration * share / whole, concentration * (1 - share / whole), power) * whole**power


def _reciprocal_at_zero(law: Law, power: int) -> float:
    """A triangular law vanishes at an end that is 0, so that 1/x has a mean there; all else diverges."""
    if isinstance(law, Triangular) and power == -1 and law.mode != 0 and 0 in (law.low, law.high):
        width = law.high - law.low
        far = law.high if law.low == 0 else law.low
        near_part = 2 / width * math.copysign(1.0, far)
        rest = abs(far - law.mode)
        if not rest:
            return near_part
        far_part = 2 / (width * rest) * (abs(far) * math.log(far / law.mode) - rest) * math.copysign(1.0, far)
        return near_part + far_part
    return math.inf


def _normal_moment(law: Normal, power: int) -> float:
    low, high = standard(law)
    if power < 0:
        ends = (max(law.least, law.mean - 40 * law.sd), min(law.most, law.mean + 40 * law.sd))
        return _integral(lambda x: x**power * _density((x - law.mean) / law.sd), *ends) / law.sd / kept(law)
    part = kept(law)
    earlier, latest = 0.0, 1.0
    for k in range(1, power + 1):
        edge = _edge(law.most, high, k - 1) - _edge(law.least, low, k - 1)
        earlier, latest = latest, law.mean * latest + (k - 1) * law.sd**2 * earlier - law.sd * edge / part
    return latest


def _normal_variance(law: Normal) -> float:
    low, high = standard(law)
    part = kept(law)
    first, last = (_density(z) if math.isfinite(z) else 0.0 for z in (low, high))
    slope = ((low * first if first else 0.0) - (high * last if last else 0.0)) / part
    return law.sd * law.sd * max(0.0, 1 + slope - ((first - last) / part) ** 2)


def _edge(end: float, z: float, power: int) -> float:
    return end**power * _density(z) if math.isfinite(end) else 0.0


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _mean_between(low: float, high: float, power: int) -> float:
    if low == high:
        return low**power
    if power == -1:
        return math.log(high / low) / (high - low)
    return (high ** (power + 1) - low ** (power + 1)) / ((power + 1) * (high - low))


def _triangular_moment(law: Triangular, power: int) -> float:
    size = max(abs(law.low), abs(law.high))
    a, m, b = (end / size for end in law)
    rising = 2 / ((b - a) * (m - a)) if m > a else 0.0
    falling = 2 / ((b - a) * (b - m)) if b > m else 0.0
    left = _integral(lambda x: x**power * (x - a) * rising, a, m) if rising else 0.0
    right = _integral(lambda x: x**power * (b - x) * falling, m, b) if falling else 0.0
    return float((left + right) * size**power)


def _integral(function: Callable[[float], float], low: float, high: float) -> float:
    """The integral of a smooth function: Gauss-Legendre over pieces that shrink towards 0, where powers are steep."""
    if low < 0 < high:
        return _integral(function, low, 0.0) + _integral(function, 0.0, high)
    total = 0.0
    for first, last in _pieces(low, high):
        middle, half = (first + last) / 2, (last - first) / 2
        total += half * sum(weight * function(middle + half * node) for node, weight in GAUSS)
    return total


def _pieces(low: float, high: float) -> list[tuple[float, float]]:
    if high < 0:
        return [(-last, -first) for first, last in _pieces(-high, -low)]
    if not low and not high:
        return []
    floor = low if low > 0 else high * 2.0**-60
    count = max(16, min(400, 4 * math.ceil(math.log2(high / floor)))) if low > 0 and high / low > 2 else 16
    if high / floor > 2:
        cuts = [floor * (high / floor) ** (k / count) for k in range(count + 1)]
    else:
        cuts = [low + (high - low) * k / count for k in range(count + 1)]
    cuts[0], cuts[-1] = low, high
    return list(pairwise(cuts))


# Nodes and weights of the ten-point Gauss-Legendre rule on -1 to 1 (Abramowitz and Stegun 1964, table 25.4).
_HALF = (
    (0.14887433898163122, 0.29552422471475287),
    (0.4333953941292472, 0.26926671930999635),
    (0.6794095682990244, 0.21908636251598204),
    (0.8650633666889845, 0.1494513491505806),
    (0.9739065285171717, 0.06667134430868814),
)
GAUSS = tuple((sign * node, weight) for node, weight in _HALF for sign in (-1, 1))
