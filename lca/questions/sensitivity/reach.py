"""How near to 0 and how far out a quantity comes, and how often: an algebra of indices over the graph's operations.

Near 0 the chance of |X| < e falls like e^b, far out that of |X| > t like t^-a. E|X|^p is finite for p below a alone,
and E|X|^-p for p below b alone (Embrechts, Klüppelberg and Mikosch, Modelling Extremal Events, 1997, section 3.3). An
index is inf where the chance falls faster than every power, and 0 where it does not fall: X is 0 with some chance.
Each is known between two bounds, which are equal where the operands are independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Triangular, support
from lca.operations import TABLE, Range

Index = tuple[float, float]  # least and most that it can be
Light = tuple[bool | None, bool | None]

NEVER, ALWAYS, UNKNOWN, DENSE = (inf, inf), (0.0, 0.0), (0.0, inf), (1.0, 1.0)
LIGHT: Light = (True, True)
OPEN = 1 + 1e-9  # an upper bound at which a moment may still exist is a little above itself


class Reach(NamedTuple):
    """What values a quantity takes.

    low, high: its ends, or beyond them. at_low, at_high: the indices there, of ends that are finite. zero, far: those
    near 0 and far out. solid: whether it has a density above 0 all the way between. draws: what it is drawn from, a
    bit each. light: of the side below and that above, whether the mean of the exponential of any multiple is finite;
    False: of none.
    """

    low: float
    high: float
    at_low: Index
    at_high: Index
    zero: Index
    far: Index
    solid: bool
    draws: int
    light: Light

    @property
    def is_number(self) -> bool:
        """Whether it does not vary."""
        return self.low == self.high


def number(value: float) -> Reach:
    """What does not vary."""
    zero = ALWAYS if value == 0 else NEVER
    return Reach(value, value, ALWAYS, ALWAYS, zero, NEVER, solid=False, draws=0, light=(True, True))


def _made(
    ends: tuple[float, float],
    at: tuple[Index, Index],
    inside: Index,
    far: Index,
    draws: int,
    *,
    solid: bool = False,
    light: Light = (None, None),
) -> Reach:
    """A reach from the index that it has near 0 where 0 is inside its ends."""
    low, high = ends
    zero = NEVER if low > 0 or high < 0 else at[0] if low == 0 else at[1] if high == 0 else inside
    far = NEVER if math.isfinite(low) and math.isfinite(high) else far
    below = True if low > -inf else False if high < inf and far[1] < inf else light[0]
    above = True if high < inf else False if low > -inf and far[1] < inf else light[1]
    return Reach(low, high, *at, zero, far, solid, draws, (below, above))


def of_law(law: Law, draws: int) -> Reach:
    """What an input takes. A law cut off at 0 has a density there; a triangular one that ends at 0 vanishes there.

    >>> of_law(Triangular(0, 1, 2), 1).zero, of_law(Triangular(0, 0, 2), 1).zero, of_law(Lognormal(1, 2), 1).zero
    ((2.0, 2.0), (1.0, 1.0), (inf, inf))
    """
    match law:
        case Choices(values, chances):
            taken = [value for value, chance in zip(values, chances, strict=True) if chance]
            inside = ALWAYS if 0 in taken else NEVER
            return _made((taken[0], taken[-1]), (ALWAYS, ALWAYS), inside, NEVER, draws)
        case Dirichlet(share, concentration, whole):
            shape = concentration * share / whole
            return _made((0.0, inf), ((shape, shape), NEVER), NEVER, NEVER, draws, solid=True)
        case Triangular(low, mode, high):
            at = ((1.0 if mode == low else 2.0,) * 2, (1.0 if mode == high else 2.0,) * 2)
            return _made((low, high), at, DENSE, NEVER, draws, solid=True)
        case Lognormal():
            at_low = NEVER if law.least == 0 else DENSE
            return _made(support(law), (at_low, DENSE), DENSE, NEVER, draws, solid=True, light=(True, False))
        case _:
            return _made(support(law), (DENSE, DENSE), DENSE, NEVER, draws, solid=True, light=(True, True))


# --- indices ---------------------------------------------------------------------------------------------------------


def _either(a: Index, b: Index) -> Index:
    """Of what happens as soon as one of two independent things does."""
    return min(a[0], b[0]), min(a[1], b[1])


def _both(a: Index, b: Index, *, free: bool) -> Index:
    """Of what happens only where two things do; `free`: independently."""
    return (a[0] + b[0], a[1] + b[1]) if free else (max(a[0], b[0]), inf)


def _together(a: float, b: float) -> float:
    """The least index of a product of dependent quantities (Hölder's inequality)."""
    return 0.0 if not a or not b else 1 / (1 / a + 1 / b) if a < inf or b < inf else inf


def _undone(a: float, b: float, *, bounded: bool) -> float:
    """The most that the index of a product can be, given that of one factor and how far the other undoes it."""
    if not a or a == inf or bounded:
        return a
    rest = 1 / a - (1 / b if b else inf)
    return OPEN / rest if rest > 0 else inf


# --- operations ------------------------------------------------------------------------------------------------------


def _neg(a: Reach) -> Reach:
    ends, at = (-a.high, -a.low), (a.at_high, a.at_low)
    return _made(ends, at, a.zero, a.far, a.draws, solid=a.solid, light=(a.light[1], a.light[0]))


def _plus(a: Reach, b: Reach) -> Reach:
    free = not a.draws & b.draws
    if a.is_number and b.is_number:
        return number(a.low + b.low)
    solid = free and (a.solid or a.is_number) and (b.solid or b.is_number)
    at = _both(a.at_low, b.at_low, free=free), _both(a.at_high, b.at_high, free=free)
    far = _far_of_sum(a, b, free=free)
    light = _light_sum(a, b), _light_sum(_neg(a), _neg(b))
    inside = DENSE if solid else UNKNOWN
    return _made((a.low + b.low, a.high + b.high), at, inside, far, a.draws | b.draws, solid=solid, light=light[::-1])


def _far_of_sum(a: Reach, b: Reach, *, free: bool) -> Index:
    """What is far out stays so unless the other takes it back."""
    least, most = min(a.far[0], b.far[0]), min(a.far[1], b.far[1])
    one_sided = (a.low > -inf and b.low > -inf) or (a.high < inf and b.high < inf)
    apart = a.far[1] < b.far[0] or b.far[1] < a.far[0]
    return least, most if free or one_sided or apart else inf


def _light_sum(a: Reach, b: Reach) -> bool | None:
    """Whether the upper side of a sum is light."""
    if a.light[1] and b.light[1]:
        return True
    return False if (a.light[1] is False and b.low > -inf) or (b.light[1] is False and a.low > -inf) else None


def _times(a: Reach, b: Reach) -> Reach:
    if a.is_number or b.is_number:
        return _scaled(b, a.low) if a.is_number else _scaled(a, b.low)
    if a.high <= 0 or b.high <= 0:
        return _neg(_times(_neg(a), b)) if a.high <= 0 else _neg(_times(a, _neg(b)))
    free = not a.draws & b.draws
    zero, far = (_either(a.zero, b.zero), _far_of_product(a, b)) if free else _of_product(a, b)
    ends = [x * y if x and y else 0.0 for x in (a.low, a.high) for y in (b.low, b.high)]
    at = UNKNOWN, UNKNOWN
    if a.low >= 0 and b.low >= 0:
        at = _both(a.at_low, b.at_low, free=free) if min(ends) else zero, _both(a.at_high, b.at_high, free=free)
    draws, solid = a.draws | b.draws, free and a.solid and b.solid
    light = (_is_bounded(a) and b.light == LIGHT) or (_is_bounded(b) and a.light == LIGHT)
    return _made((min(ends), max(ends)), at, zero, far, draws, solid=solid, light=LIGHT if light else (None, None))


def _far_of_product(a: Reach, b: Reach) -> Index:
    """Far out, of independent quantities: one stays so unless the other may be nothing but 0, as x - x is."""
    most = min(x.far[1] if y.zero[0] else inf for x, y in ((a, b), (b, a)))
    return min(a.far[0], b.far[0]), most


def _of_product(a: Reach, b: Reach) -> tuple[Index, Index]:
    """The indices near 0 and far out of a product of dependent quantities."""
    most_near = min(_undone(x.zero[1], y.far[0], bounded=_is_bounded(y)) for x, y in ((a, b), (b, a)))
    most_far = min(_undone(x.far[1], y.zero[0], bounded=y.low > 0 or y.high < 0) for x, y in ((a, b), (b, a)))
    return (_together(a.zero[0], b.zero[0]), most_near), (_together(a.far[0], b.far[0]), most_far)


def _is_bounded(a: Reach) -> bool:
    return math.isfinite(a.low) and math.isfinite(a.high)


def _scaled(a: Reach, factor: float) -> Reach:
    if factor == 0 or a.is_number:
        return number(a.low * factor if a.is_number else 0.0)
    if factor < 0:
        return _neg(_scaled(a, -factor))
    return a._replace(low=a.low * factor, high=a.high * factor)


def _inverse(a: Reach) -> Reach:
    if a.is_number and a.low:
        return number(1 / a.low)
    if a.high <= 0 and a.low < 0:
        return _neg(_inverse(_neg(a)))
    if a.low < 0 or a.is_number:
        return _made((-inf, inf), (NEVER, NEVER), a.far, a.zero, a.draws)
    ends = (0.0 if a.high == inf else 1 / a.high), (inf if a.low == 0 else 1 / a.low)
    at_low = a.far if a.high == inf else a.at_high
    return _made(ends, (at_low, a.at_low), NEVER, a.zero, a.draws, solid=a.solid)


def share(own: Reach, rest: Reach) -> Reach:
    """A weight over itself and the rest of its mix: 1 / (1 + rest / own)."""
    return _inverse(_plus(number(1.0), _times(rest, _inverse(own))))


def _power(a: Reach, exponent: float) -> Reach:
    if exponent <= 0:
        return _power(_inverse(a), -exponent) if exponent else number(1.0)
    if a.is_number:
        return number(_raised(a.low, exponent))
    if a.high <= 0:
        return _power(_neg(a), exponent) if exponent % 2 == 0 else _neg(_power(_neg(a), exponent))
    zero, far = (tuple(bound / exponent for bound in index) for index in (a.zero, a.far))
    low, high = _raised(a.low, exponent), _raised(a.high, exponent)
    at = a.at_low if a.low else zero, a.at_high
    if a.low < 0 and exponent % 2 == 0:
        low, high, at = 0.0, max(low, high), (zero, UNKNOWN)
    return _made((low, high), at, zero, far, a.draws, solid=a.solid)  # type: ignore[arg-type]


def _raised(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return inf if base > 0 or exponent % 2 == 0 else -inf


def _max(a: Reach, b: Reach) -> Reach:
    if a.is_number and b.is_number:
        return number(max(a.low, b.low))
    if a.low >= b.high or b.low >= a.high:
        return a if a.low >= b.high else b
    free = not a.draws & b.draws
    zero = min(a.zero[0], b.zero[0]), inf
    if a.low >= 0 and b.low >= 0:
        zero = _both(a.zero, b.zero, free=free)
    elif a.high <= 0 and b.high <= 0:
        zero = _either(a.zero, b.zero)
    far = min(a.far[0], b.far[0]), (min(a.far[1], b.far[1]) if a.low > -inf and b.low > -inf else inf)
    if a.high < inf and b.high < inf:
        far = _both(a.far, b.far, free=free)
    low, high = max(a.low, b.low), max(a.high, b.high)
    at = zero if low == 0 else UNKNOWN, zero if high == 0 else UNKNOWN
    above = True if a.light[1] and b.light[1] else False if False in (a.light[1], b.light[1]) else None
    below = True if a.light[0] or b.light[0] else None
    return _made((low, high), at, zero, far, a.draws | b.draws, light=(below, above))


def _min(a: Reach, b: Reach) -> Reach:
    return _neg(_max(_neg(a), _neg(b)))


def _ceil(a: Reach) -> Reach:
    """What is above 0 becomes at least 1; what is 0, or a little below it, 0."""
    low, high = (math.ceil(end) if math.isfinite(end) else end for end in (a.low, a.high))
    if a.low == 0 and a.zero[0] > 0:
        low = 1
    inside = ALWAYS if a.solid and a.low < 0 else UNKNOWN
    at = ALWAYS if a.zero[1] == 0 else UNKNOWN, ALWAYS if a.solid else UNKNOWN
    return _made((float(low), float(high)), at, inside, a.far, a.draws, light=a.light)


def _round_up(a: Reach, multiple: Reach) -> Reach:
    return _times(_ceil(_times(a, _inverse(multiple))), multiple)


def _real_power(a: Reach, exponent: Reach) -> Reach:
    """Of what is bounded above 0, an exponential; of what is not below 0, between its powers to the exponent's ends."""
    if a.low < 0 or not (exponent.low > 0 or a.zero[0] > 0):
        return _unknown((a, exponent))
    if exponent.is_number:
        return _power(a, exponent.low)
    if a.low > 0 and _is_bounded(a):
        return _exp(_times(_ln(a), exponent))
    if not _is_bounded(exponent):
        return _unknown((a, exponent))
    return _between([_power(a, end) for end in (exponent.low, exponent.high)], (a, exponent))


def _between(bounds: Sequence[Reach], args: Sequence[Reach]) -> Reach:
    """Of what is never below the least of some bounds, nor above the greatest; its ends are left open."""
    one_sided = all(bound.low >= 0 for bound in bounds) or all(bound.high <= 0 for bound in bounds)
    zero, far = (min(bound.zero[0] for bound in bounds) if one_sided else 0.0), min(bound.far[0] for bound in bounds)
    return _unknown(args)._replace(zero=(zero, inf), far=(far, inf))


def _interp(args: Sequence[Reach]) -> Reach:
    """Of points that rise: between them."""
    rises = args[0].far[0] and all(x.high < beyond.low for x, beyond in pairwise(args[1::2]))
    return _between(args[2::2], args) if rises else _unknown(args)


def _log2(a: Reach) -> Reach:
    """Of what is above 0: it goes to infinity so slowly that all its moments exist. Else it is no number."""
    if a.low < 0 or not a.zero[0]:
        sure = (a.low < 0 and a.solid) or not a.zero[1]
        return _made((-inf, inf), (NEVER, NEVER), UNKNOWN, ALWAYS if sure else UNKNOWN, a.draws)
    low, high = (math.log2(end) if 0 < end < inf else -inf if end == 0 else inf for end in (a.low, a.high))
    far, inside = (NEVER if a.far[0] else UNKNOWN), DENSE if a.solid else UNKNOWN
    light = (True if a.zero[0] == inf else None), (True if a.far[0] == inf else None)
    return _made((low, high), (a.at_low, a.at_high), inside, far, a.draws, solid=a.solid, light=light)


def _ln(a: Reach) -> Reach:
    return _scaled(_log2(a), math.log(2))


def _exp(a: Reach) -> Reach:
    low, high = _exponential(a.low), _exponential(a.high)
    below, far = (NEVER if side else ALWAYS if side is False else UNKNOWN for side in a.light)
    at_low = below if low == 0 else a.at_low
    return _made((low, high), (at_low, a.at_high), NEVER, far, a.draws, solid=a.solid)


def _exponential(end: float) -> float:
    try:
        return math.exp(end)
    except OverflowError:
        return inf


OPERATIONS: dict[str, Callable[[Any, Sequence[Reach]], Reach]] = {
    "*": lambda info, args: _times(*args),
    "/": lambda info, args: _times(args[0], _inverse(args[1])),
    "scale": lambda info, args: _scaled(args[0], info),
    "sum": lambda info, args: total(args),
    "-": lambda info, args: _plus(args[0], _neg(args[1])),
    "neg": lambda info, args: _neg(args[0]),
    "^": lambda info, args: _power(args[0], info),
    "min": lambda info, args: reduce(_min, args),
    "max": lambda info, args: reduce(_max, args),
    "ceil": lambda info, args: _ceil(args[0]),
    "floor": lambda info, args: _neg(_ceil(_neg(args[0]))),
    "round_up": lambda info, args: _round_up(*args),
    "log2": lambda info, args: _log2(args[0]),
    "ln": lambda info, args: _ln(args[0]),
    "exp": lambda info, args: _exp(args[0]),
    "exp2": lambda info, args: _exp(_scaled(args[0], math.log(2))),
    "sqrt": lambda info, args: _real_power(args[0], number(0.5)),
    "**": lambda info, args: _real_power(*args),
    "interp": lambda info, args: _interp(args),
}


def total(parts: Iterable[Reach]) -> Reach:
    """The sum of any number of quantities."""
    return reduce(_plus, parts, number(0.0))


def operation(op: str, info: Any, args: Sequence[Reach]) -> Reach:
    """What an operation of the graph makes of its arguments, by its rule here: where there is none, nothing is known.

    An end that the rule leaves open is that of its row's range, but where an argument may at times be no number.
    """
    made = OPERATIONS[op](info, args) if op in OPERATIONS else _unknown(args)
    if _is_bounded(made) or made.far == ALWAYS or any(arg.far[0] == 0 for arg in args):
        return made
    return _within(made, TABLE[op].range(info, [Range(arg.low, arg.high) for arg in args]))


def _within(a: Reach, span: Range) -> Reach:
    """With the ends of a range in place of infinite ones."""
    low, high = (a.low if a.low > -inf else span.low), (a.high if a.high < inf else span.high)
    if low == high:
        return number(low)
    at_low, at_high = (
        was if end == before else a.zero if end == 0 else UNKNOWN
        for end, before, was in ((low, a.low, a.at_low), (high, a.high, a.at_high))
    )
    return _made((low, high), (at_low, at_high), a.zero, a.far, a.draws, solid=a.solid, light=a.light)


def _unknown(args: Sequence[Reach]) -> Reach:
    draws = reduce(int.__or__, (arg.draws for arg in args), 0)
    return _made((-inf, inf), (UNKNOWN, UNKNOWN), UNKNOWN, UNKNOWN, draws)
