"""Operations: what the graph can do, a row each. Whoever reads the graph reads these rows; none lists them again.

To add one: a row here, its cases in the tests, its line in docs/scenarios.md. Formulas, graph, gradient, samples,
closed forms, explanations and the workbook then know it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

Values = Sequence[float]
Rule = Literal["pure", "counted", "alike", "paired", "own"]

ROUNDING = 1e-12  # relative: what a change of unit may do to the last digits of a number

MOST_POINTS = 32  # of a line that is interpolated: what one formula of a spreadsheet holds

LOOSE, NEGATIVE, SUM, PRODUCT, POWER, ATOM = range(6)  # how tightly a text holds together


class Form(NamedTuple):
    """How an operation is written.

    text: with {0}, {1}, … for the arguments, {all} for all of them, {info} for an exponent or a factor and {n0}, {n1},
    … for `numbers` of its own, each with a name and what it is; or such a text for any number of arguments. binds: how
    tightly the whole holds together; first, rest: how tightly the first and the other arguments have to, else they
    stand in brackets. between: what stands between all.
    """

    text: str | Callable[[int], str]
    binds: int = ATOM
    first: int = LOOSE
    rest: int = LOOSE
    between: str = ", "
    numbers: tuple[tuple[str, float, str], ...] = ()

    def of(self, count: int) -> str:
        """The text for so many arguments."""
        return self.text if isinstance(self.text, str) else self.text(count)


class Operation(NamedTuple):
    """One operation.

    arity: least and most arguments. rule: what it takes; `pure` numbers, `counted` things or pure numbers, quantities
    `alike` in dimension, a quantity and points in `paired` numbers, or units of its `own`, worked out where it is
    built. value: of the information of a node (an exponent, a factor) and its arguments. slope: its derivative by each
    argument, given its value too. array: the numpy function of the same, where there is one. bent: what it is called
    where it is no sum of products. call: how it is called, where names of values say more than that they are values.
    outside: why arguments give no number, or nothing.
    """

    name: str
    arity: tuple[int, int | None]
    rule: Rule
    value: Callable[[Any, Values], float]
    slope: Callable[[Any, Values, float], Sequence[float]]
    excel: Form
    words: Form
    array: str = ""
    bent: str = ""
    call: str = ""
    outside: Callable[[Values], str] = lambda a: ""

    @property
    def is_called(self) -> bool:
        """Whether a formula calls it by its name."""
        return self.rule != "own" and self.name.isidentifier()

    def takes(self, count: int) -> bool:
        """Whether it takes so many arguments; points come in twos."""
        least, most = self.arity
        fits = least <= count and (most is None or count <= most)
        return fits and (self.rule != "paired" or count % 2 == 1)

    @property
    def usage(self) -> str:
        """How it is called."""
        return self.call or f"{self.name}({', '.join(['value'] * self.arity[0])})"

    @property
    def asked(self) -> str:
        """How many values it takes.

        >>> TABLE["ceil"].asked, TABLE["interp"].asked
        ('1 value', 'a value and 2 to 32 points of two values each')
        """
        least = self.arity[0]
        if self.rule == "paired":
            return f"a value and {least // 2} to {MOST_POINTS} points of two values each"
        return f"{least} value{'s' if least > 1 else ''}"


# --- numbers that a float cannot hold --------------------------------------------------------------------------------


def is_same(a: float, b: float) -> bool:
    """Whether two numbers differ by rounding alone, as 0.036 and 36 × 0.001 do.

    >>> is_same(0.036, 36 * 0.001), is_same(1.0, 1.0 + 1e-9)
    (True, False)
    """
    return math.isclose(a, b, rel_tol=ROUNDING)


def divided(a: Any, b: Any) -> Any:
    """A quotient; infinite or no number where floats are divided by 0."""
    try:
        return a / b
    except ZeroDivisionError:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a)


def _share(own: float, total: float) -> float:
    """A weight beyond all others is the whole."""
    return 1.0 if own == math.inf else float(divided(own, total))


def _power(a: float, exponent: int) -> float:
    try:
        return float(a**exponent)
    except (ZeroDivisionError, OverflowError):
        return math.inf


def _real_power(a: float, exponent: float) -> float:
    try:
        return math.pow(a, exponent)
    except OverflowError:
        return -math.inf if a < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return math.inf if a == 0 else math.nan


def _bounded(function: Callable[[float], float]) -> Callable[[Any, Values], float]:
    """A function of one number that is infinite beyond all floats."""

    def value(_info: Any, a: Values) -> float:
        try:
            return function(a[0])
        except OverflowError:
            return math.inf

    return value


def _logarithm(of: Callable[[float], float]) -> Callable[[Any, Values], float]:
    return lambda _info, a: of(a[0]) if a[0] > 0 else math.nan


def _root(a: float) -> float:
    return math.sqrt(a) if a >= 0 else math.nan


def _floor(a: float) -> float:
    """The whole number below; that of a number which is whole but for rounding, itself."""
    return -_ceil(-a)


def _round_up(a: float, multiple: float) -> float:
    return _ceil(a / multiple) * multiple if multiple > 0 else math.nan


def _rises(a: Values) -> bool:
    return all(x < beyond for x, beyond in pairwise(a[1::2]))


def _between(a: Values) -> tuple[int, float]:
    """The place of the last x that is not beyond the first value, and how far it is on the way to the next, 0 to 1."""
    x, xs = a[0], a[1::2]
    if x >= xs[-1]:
        return len(xs) - 2, 1.0
    k = max(0, bisect_right(xs, x) - 1)
    return k, max(0.0, (x - xs[k]) / (xs[k + 1] - xs[k]))


def _interp(a: Values) -> float:
    """On the straight lines from point to point; before the first and after the last what it is there."""
    if not _rises(a) or a[0] != a[0]:
        return math.nan
    (k, way), ys = _between(a), a[2::2]
    return ys[k] if way == 0 else ys[k + 1] if way == 1 else ys[k] * (1 - way) + ys[k + 1] * way


def _ceil(a: float) -> float:
    """The next whole number; that of a number which is whole but for rounding, as 1.1 TB / 100 GB is, itself."""
    return float(math.ceil(a * (1 - math.copysign(ROUNDING, a)))) if math.isfinite(a) else a


# --- slopes ----------------------------------------------------------------------------------------------------------


def _of_quotient(_info: Any, a: Values, v: float) -> Sequence[float]:
    return divided(1.0, a[1]), divided(-v, a[1])


def _of_the_one_taken(_info: Any, a: Values, v: float) -> Sequence[float]:
    taken = next((k for k, x in enumerate(a) if x == v), 0)
    return [float(k == taken) for k in range(len(a))]


def _of_real_power(_info: Any, a: Values, v: float) -> Sequence[float]:
    base, exponent = a
    by_exponent = v * math.log(base) if base > 0 else 0.0 if base == 0 else math.nan
    return (exponent * _real_power(base, exponent - 1) if exponent else 0.0), by_exponent


def _of_line(_info: Any, a: Values, _v: float) -> Sequence[float]:
    """By the value and by each point. Where two lines meet it is that of the second; beyond the ends nothing moves."""
    slopes = [0.0] * len(a)
    if not _rises(a):
        return [math.nan] * len(a)
    k, way = _between(a)
    x, y, beyond, further = range(1 + 2 * k, 5 + 2 * k)
    slopes[y], slopes[further] = 1 - way, way
    if a[1] <= a[0] < a[-2]:
        slopes[0] = (a[further] - a[y]) / (a[beyond] - a[x])
        slopes[x], slopes[beyond] = -slopes[0] * (1 - way), -slopes[0] * way
    return slopes


# --- the rows --------------------------------------------------------------------------------------------------------


def _called(name: str) -> Form:
    return Form(f"{name}({{all}})")


def _function(name: str) -> Form:
    return Form(f"{name}({{all}})", between=",")


_SLACK = ("rounding", ROUNDING, "relative: what a change of unit may do to last digits")


def _line(count: int) -> str:
    """A line of points in a spreadsheet: how far the value is on the way from each to the next. An error, as no number
    is, where an x does not rise.
    """
    steps = (
        f"+({{{k + 3}}}-{{{k + 1}}})*MAX(0,MIN(1,({{0}}-{{{k}}})/MAX(0,{{{k + 2}}}-{{{k}}})))"
        for k in range(1, count - 2, 2)
    )
    return "{2}" + "".join(steps)


def _not_above_0(a: Values) -> str:
    return "" if a[0] > 0 else "it takes the logarithm of a number that is not above 0"


ROWS = (
    Operation(
        "*", (2, 2), "own", lambda i, a: a[0] * a[1], lambda i, a, v: (a[1], a[0]),
        Form("{0}*{1}", PRODUCT, PRODUCT, PRODUCT), Form("{0} × {1}", PRODUCT, PRODUCT, PRODUCT),
    ),
    Operation(
        "/", (2, 2), "own", lambda i, a: divided(*a), _of_quotient,
        Form("{0}/{1}", PRODUCT, PRODUCT, POWER), Form("{0} / {1}", PRODUCT, PRODUCT, POWER),
    ),
    Operation(
        "share", (2, 2), "own", lambda i, a: _share(*a), _of_quotient, Form("{0}"), Form("{0}"),
    ),
    Operation(
        "scale", (1, 1), "own", lambda i, a: a[0] * i, lambda i, a, v: (i,),
        Form("{0}*{info}", PRODUCT, PRODUCT), Form("{0} [× {info}]", PRODUCT, PRODUCT),
    ),
    Operation(
        "sum", (1, None), "own", lambda i, a: sum(a), lambda i, a, v: [1.0] * len(a),
        Form("{all}", SUM, SUM, SUM, "+"), Form("{all}", SUM, SUM, SUM, " + "),
    ),
    Operation(
        "-", (2, 2), "own", lambda i, a: a[0] - a[1], lambda i, a, v: (1.0, -1.0),
        Form("{0}-{1}", SUM, SUM, PRODUCT), Form("{0} - {1}", SUM, SUM, PRODUCT),
    ),
    Operation(
        "neg", (1, 1), "own", lambda i, a: -a[0], lambda i, a, v: (-1.0,),
        Form("-{0}", NEGATIVE, ATOM), Form("-{0}", SUM, PRODUCT),
    ),
    Operation(
        "^", (1, 1), "own", lambda i, a: _power(a[0], i), lambda i, a, v: (i * _power(a[0], i - 1),),
        Form("{0}^{info}", POWER, ATOM), Form("{0}^{info}", POWER, ATOM),
    ),
    Operation(
        "min", (1, None), "alike", lambda i, a: min(a), _of_the_one_taken,
        _function("MIN"), _called("min"), "minimum", "a minimum",
    ),
    Operation(
        "max", (1, None), "alike", lambda i, a: max(a), _of_the_one_taken,
        _function("MAX"), _called("max"), "maximum", "a maximum",
    ),
    Operation(
        "ceil", (1, 1), "counted", lambda i, a: _ceil(a[0]), lambda i, a, v: (0.0,),
        Form(
            "-INT(-{0}*(1-SIGN({0})*{n0}))", NEGATIVE, ATOM, ATOM,
            numbers=(_SLACK,),
        ),
        _called("ceil"), bent="a rounding up",
    ),
    Operation(
        "floor", (1, 1), "counted", lambda i, a: _floor(a[0]), lambda i, a, v: (0.0,),
        Form("INT({0}*(1+SIGN({0})*{n0}))", ATOM, ATOM, ATOM, numbers=(_SLACK,)),
        _called("floor"), bent="a rounding down",
    ),
    Operation(
        "round_up", (2, 2), "alike", lambda i, a: _round_up(*a), lambda i, a, v: (0.0, divided(v, a[1])),
        Form("-INT(-({0}/MAX(0,{1}))*(1-SIGN({0})*{n0}))*{1}", NEGATIVE, ATOM, ATOM, numbers=(_SLACK,)),
        _called("round_up"), bent="a rounding up", call="round_up(amount, multiple)",
        outside=lambda a: "" if a[1] > 0 else "it rounds up to a multiple that is not above 0",
    ),
    Operation(
        "log2", (1, 1), "pure", _logarithm(math.log2), lambda i, a, v: (divided(1.0, a[0] * math.log(2)),),
        Form("LOG({0},{n0})", numbers=(("base_of_log2", 2.0, "the base of the logarithm log2"),)),
        _called("log2"), "log2", "a logarithm", outside=_not_above_0,
    ),
    Operation(
        "ln", (1, 1), "pure", _logarithm(math.log), lambda i, a, v: (divided(1.0, a[0]),),
        _function("LN"), _called("ln"), "log", "a logarithm", outside=_not_above_0,
    ),
    Operation(
        "exp", (1, 1), "pure", _bounded(math.exp), lambda i, a, v: (v,),
        _function("EXP"), _called("exp"), "exp", "an exponential",
    ),
    Operation(
        "exp2", (1, 1), "pure", _bounded(math.exp2), lambda i, a, v: (v * math.log(2),),
        Form("{n0}^{0}", POWER, ATOM, numbers=(("base_of_exp2", 2.0, "the base of the exponential exp2"),)),
        _called("exp2"), "exp2", "an exponential",
    ),
    Operation(
        "sqrt", (1, 1), "pure", lambda i, a: _root(a[0]), lambda i, a, v: (divided(1.0, 2 * v),),
        _function("SQRT"), _called("sqrt"), "sqrt", "a square root",
        outside=lambda a: "" if a[0] >= 0 else "it takes the square root of a number below 0",
    ),
    Operation(
        "**", (2, 2), "pure", lambda i, a: _real_power(*a), _of_real_power,
        _function("POWER"), Form("{0}^{1}", POWER, ATOM, ATOM), "power", "a power that is not whole",
        outside=lambda a: "" if a[0] >= 0 else "it takes a power that is not whole of a number below 0",
    ),
    Operation(
        "interp", (5, 1 + 2 * MOST_POINTS), "paired", lambda i, a: _interp(a), _of_line,
        Form(_line, SUM, ATOM, ATOM), _called("interp"), bent="an interpolation", call="interp(x, x1, y1, x2, y2, …)",
        outside=lambda a: "" if _rises(a) else "each x of the points has to be above the one before",
    ),
)  # fmt: skip
TABLE = {row.name: row for row in ROWS}


def functions() -> dict[str, Operation]:
    """What a formula may call by its name."""
    return {row.name: row for row in TABLE.values() if row.is_called}


Part = tuple[str, int]  # a text, and how tightly it holds together


def written(form: Form, parts: Sequence[Part], info: object = "", numbers: Sequence[str] = ()) -> Part:
    """An operation on texts, and how tightly the whole holds together: the one place that knows of brackets.

    >>> written(TABLE["/"].words, [("a + b", SUM), ("c / d", PRODUCT)])
    ('(a + b) / (c / d)', 3)
    """
    held = [bracketed(part, form.rest if place else form.first) for place, part in enumerate(parts)]
    named = {f"n{place}": number for place, number in enumerate(numbers)}
    return form.of(len(parts)).format(*held, all=form.between.join(held), info=info, **named), form.binds


def bracketed(part: Part, least: int) -> str:
    """A text, in brackets where it is looser than it has to be."""
    return part[0] if part[1] >= least else f"({part[0]})"
