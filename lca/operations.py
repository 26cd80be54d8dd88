"""Operations: what the graph can do, a row each. Whoever reads the graph reads these rows; none lists them again.

To add one: a row here, its cases in the tests, its line in docs/scenarios.md. Formulas, graph, gradient, samples,
closed forms, explanations and the workbook then know it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from itertools import pairwise
from operator import add
from typing import Any, Literal, NamedTuple, cast

Values = Sequence[float]
Rule = Literal["pure", "counted", "alike", "paired", "own"]

ROUNDING = 1e-12  # relative: what a change of unit may do to the last digits of a number

MOST_POINTS = 32  # of a line that is interpolated: what one formula of a spreadsheet holds

LOOSE, NEGATIVE, SUM, PRODUCT, POWER, ATOM = range(6)  # how tightly a text holds together


class Range:
    """All numbers from low to high; an end that is no number is infinite.

    Sums, products, quotients and whole powers are those of any two numbers of two ranges (Moore, Kearfott and Cloud,
    Introduction to Interval Analysis, 2009, chapter 2); 0 times infinity is 0. Rounding is left aside.

    >>> Range(1, 2) - Range(0, 3), Range(-1, 2) * 3, Range(1, 2) / Range(0, 4), Range(-1, 2) ** 2
    (-2 to 2, -3 to 6, 0.25 to inf, 0 to 4)
    """

    __slots__ = ("high", "low")

    def __init__(self, low: float, high: float) -> None:
        self.low = low if low == low else -math.inf
        self.high = high if high == high else math.inf

    def __repr__(self) -> str:
        return f"{self.low:g} to {self.high:g}"

    def __add__(self, other: Range | float) -> Range:
        other = ranged(other)
        return Range(self.low + other.low, self.high + other.high)

    __radd__ = __add__

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __sub__(self, other: Range | float) -> Range:
        other = ranged(other)
        return Range(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Range | float) -> Range:
        other = ranged(other)
        ends = [x * y if x and y else 0.0 for x in (self.low, self.high) for y in (other.low, other.high)]
        return Range(min(ends), max(ends))

    __rmul__ = __mul__

    def __truediv__(self, other: Range | float) -> Range:
        return self * ranged(other).inverse

    def __rtruediv__(self, other: float) -> Range:
        return self.inverse * other

    def __pow__(self, exponent: int) -> Range:
        if exponent < 0:
            return self.inverse**-exponent
        odd = exponent % 2
        ends = sorted(math.copysign(_power(abs(x), exponent), x if odd else 1.0) for x in (self.low, self.high))
        return Range(0.0 if exponent and not odd and self.low < 0 < self.high else ends[0], ends[1])

    @property
    def inverse(self) -> Range:
        """One over each."""
        if self.low < 0 < self.high or self.low == self.high == 0:
            return ANY
        return Range(1 / self.high if self.high else -math.inf, 1 / self.low if self.low else math.inf)


ANY = Range(-math.inf, math.inf)


def ranged(value: Range | float) -> Range:
    """A number as the range that holds no other."""
    return value if isinstance(value, Range) else Range(value, value)


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


class Over(NamedTuple):
    """An operation over ranges of its arguments: between which numbers its value lies, and each of its slopes.

    None: as for numbers, by the formulas that `value` and `slope` are, which take ranges as well.
    """

    value: Callable[[Any, Sequence[Range]], Range] | None = None
    slope: Callable[[Any, Sequence[Range], Range], Sequence[Range]] | None = None


class Operation(NamedTuple):
    """One operation.

    arity: least and most arguments. rule: what it takes; `pure` numbers, `counted` things or pure numbers, quantities
    `alike` in dimension, a quantity and points in `paired` numbers, or units of its `own`, worked out where it is
    built. value: of the information of a node (an exponent, a factor) and its arguments. slope: its derivative by each
    argument, given its value too. array: the numpy function of the same, where there is one. code: how it is written
    in Python with numpy's functions, for numbers and arrays; None: as for Excel. script: the value in JavaScript, of
    {0} and {1}, {info}, or {all}: the values and the places of its arguments among them. sql: the value in SQL that
    runs alike on DuckDB and Spark, of doubles {0}, {1}, … and {info}; or such a text for any number of arguments. bent:
    what it is called where it is no sum of products. call: how it is called, where names of values say more than that
    they are values.
    outside: why arguments give no number, or nothing. over: the same over ranges; None where nothing is known.
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
    over: Over | None = None
    code: Form | None = None
    script: str = ""
    sql: str | Callable[[int], str] = ""

    @property
    def in_code(self) -> Form:
        """How it is written in an expression of Python."""
        return self.code or self.excel

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

    def range(self, info: Any, args: Sequence[Range]) -> Range:
        """Between which numbers its value lies, over ranges of its arguments that do not depend on one another."""
        return ANY if self.over is None else (self.over.value or cast("Any", self.value))(info, args)

    def slopes(self, info: Any, args: Sequence[Range], value: Range) -> Sequence[Range]:
        """Between which numbers each of its slopes lies; where it jumps, how steep a line between two of its points."""
        if self.over is None:
            return [ANY] * len(args)
        made: Sequence[Any] = (self.over.slope or cast("Any", self.slope))(info, args, value)
        return [ranged(slope) for slope in made]


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


def added(numbers: Iterable[Any]) -> Any:
    """A sum, one number after the other: Python's own `sum` makes up for rounding from 3.12 on, and did not before."""
    return reduce(add, numbers, 0)


def _share(own: float, total: float) -> float:
    """A weight beyond all others is the whole."""
    return 1.0 if own == math.inf else float(divided(own, total))


def _power(a: Any, exponent: int) -> Any:
    """Of a number or a range; infinite where a float cannot hold it."""
    try:
        return a**exponent
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


# --- over ranges -----------------------------------------------------------------------------------------------------

AS_NUMBERS = Over()


def _rising(value: Callable[[Any, Values], float]) -> Callable[[Any, Sequence[Range]], Range]:
    """The range of what rises, or stays, with each of its arguments."""
    return lambda info, a: Range(value(info, [x.low for x in a]), value(info, [x.high for x in a]))


def _part(a: Sequence[Range]) -> Range:
    """The range of a weight's share of all: the others are the rest of the total."""
    own, rest = a[0], Range(max(0.0, a[1].low - a[0].low), a[1].high - a[0].high)
    least = 1 / (1 + rest.high / own.low) if own.low else float(not rest.high)
    return Range(least, 1 / (1 + rest.low / own.high) if own.high else 0.0)


def _of_power(info: int, a: Sequence[Range], _v: Range) -> Sequence[Range]:
    """Of a line from one side of a pole to the other nothing is known."""
    return (ANY if info < 0 and a[0].low < 0 < a[0].high else info * _power(a[0], info - 1),)


def _of_jumps(_info: Any, a: Sequence[Range], _v: Range) -> Sequence[Range]:
    """Of what rises with its first argument by jumps."""
    return [Range(0.0, math.inf), *(ANY for _ in a[1:])]


def _rounded_up(amount: Range, multiple: Range) -> Range:
    """Between an amount and a multiple more than it; by one multiple alone it rises with the amount."""
    if multiple.low <= 0:
        return ANY
    if multiple.low == multiple.high:
        return Range(_round_up(amount.low, multiple.low), _round_up(amount.high, multiple.low))
    return Range(amount.low, amount.high + multiple.high)


def _raised(base: Range, exponent: Range) -> Range:
    """A real power rises or falls with its base, whatever the exponent, and with that, whatever the base."""
    if base.low < 0:
        return ANY
    corners = [_real_power(x, y) for x in (base.low, base.high) for y in (exponent.low, exponent.high)]
    return ANY if any(corner != corner for corner in corners) else Range(min(corners), max(corners))


def _of_any_power(_info: Any, a: Sequence[Range], v: Range) -> Sequence[Range]:
    base, exponent = a
    by_exponent = v * _rising(_logarithm(math.log))(None, [base])
    return exponent * _raised(base, exponent - 1), by_exponent


def _is_laid(a: Sequence[Range]) -> bool:
    """Whether the points of a line stand at one x each, and rise."""
    return all(x.low == x.high for x in a[1::2]) and _rises([x.low for x in a])


def _along(a: Sequence[Range]) -> Range:
    """The range of a line: at the ends of the value, and at the points between. It rises with each y."""
    if not all(x.high < beyond.low for x, beyond in pairwise(a[1::2])):
        return ANY
    if not _is_laid(a):
        return Range(min(y.low for y in a[2::2]), max(y.high for y in a[2::2]))
    places = [a[0].low, a[0].high, *(x.low for x in a[1::2] if a[0].low < x.low < a[0].high)]
    lowest, highest = [x.low for x in a[1:]], [x.high for x in a[1:]]
    return Range(min(_interp([x, *lowest]) for x in places), max(_interp([x, *highest]) for x in places))


def _of_a_line(_info: Any, a: Sequence[Range], _v: Range) -> Sequence[Range]:
    """By the value, of any of the lines that it comes to; by each y no more than 1."""
    if not _is_laid(a):
        return [ANY] * len(a)
    points = list(zip(a[1::2], a[2::2], strict=True))
    lines = [(q[1] - p[1]) / (q[0] - p[0]) for p, q in pairwise(points) if p[0].low < a[0].high and q[0].low > a[0].low]
    if not lines or a[0].low < a[1].low or a[0].high > a[-2].low:
        lines.append(Range(0.0, 0.0))
    by_value = Range(min(line.low for line in lines), max(line.high for line in lines))
    return [by_value, *(Range(0.0, 1.0) if place % 2 else ANY for place in range(len(a) - 1))]


def _of_those_that_may_be_taken(_info: Any, a: Sequence[Range], v: Range) -> Sequence[Range]:
    """Of a least or a greatest: 0 of what never is, 1 of what alone can be."""
    may = [x.low <= v.high and x.high >= v.low for x in a]
    return [Range(float(own and sum(may) == 1), float(own)) for own in may]


# --- the rows --------------------------------------------------------------------------------------------------------


def _called(name: str) -> Form:
    return Form(f"{name}({{all}})")


def _function(name: str) -> Form:
    return Form(f"{name}({{all}})", between=",")


_SLACK = ("rounding", ROUNDING, "relative: what a change of unit may do to last digits")


def _line(count: int, most: str = "MAX", least: str = "MIN") -> str:
    """A line of points in a spreadsheet: how far the value is on the way from each to the next. An error, as no number
    is, where an x does not rise.
    """
    steps = (
        f"+({{{k + 3}}}-{{{k + 1}}})*{most}(0,{least}(1,({{0}}-{{{k}}})/{most}(0,{{{k + 2}}}-{{{k}}})))"
        for k in range(1, count - 2, 2)
    )
    return "{2}" + "".join(steps)


def _line_in_code(count: int) -> str:
    return _line(count, "maximum", "minimum")


_NO_NUMBER_IN_SQL, _INFINITE_IN_SQL = "cast('NaN' as double)", "cast('Infinity' as double)"
_OVER_IN_SQL = (  # engines disagree on a division by 0: infinite, nothing, or an error
    "case when {1} <> 0e0 then {0} / {1} when {0} = 0e0 or isnan({0}) or isnan({1}) then "
    f"{_NO_NUMBER_IN_SQL} when {{0}} > 0e0 then {_INFINITE_IN_SQL} else -{_INFINITE_IN_SQL} end"
)


def _first_in_sql(is_before: str, count: int) -> str:
    """The least or the greatest: of SQL no number is the greatest of all, of Python it is the first or none."""
    text = "{0}"
    for place in range(1, count):
        own = f"{{{place}}}"
        text = f"case when {is_before.format(own, text)} then {own} else {text} end"
    return text


def _up_in_sql(number: str) -> str:
    """The next whole number but for rounding. Beyond 2⁵³ all are whole; some engines make an integer of them."""
    slack = f"case when {number} < 0e0 then {1 + ROUNDING!r}e0 else {1 - ROUNDING!r}e0 end"
    return f"(case when abs({number}) < 9e15 then cast(ceil({number} * {slack}) as double) else {number} end)"


def _line_in_sql(count: int) -> str:
    """A line of points; no number where an x does not rise."""
    xs = [f"{{{place}}}" for place in range(1, count, 2)]
    ys = [f"{{{place}}}" for place in range(2, count, 2)]
    rises = " and ".join(f"{x} < {beyond}" for x, beyond in pairwise(xs))
    steps = [f"when {{0}} <= {xs[0]} then {ys[0]}"]
    for (x, beyond), (y, further) in zip(pairwise(xs), pairwise(ys), strict=True):
        way = f"(({{0}} - {x}) / ({beyond} - {x}))"
        steps.append(f"when {{0}} < {beyond} then {y} * (1e0 - {way}) + {further} * {way}")
    return f"case when not ({rises}) or isnan({{0}}) then {_NO_NUMBER_IN_SQL} {' '.join(steps)} else {ys[-1]} end"


def _nested(name: str) -> Form:
    """A function of two numbers, for any number of them."""

    def text(count: int) -> str:
        return f"{name}(" * (count - 1) + "{0}" + "".join(f",{{{place}}})" for place in range(1, count))

    return Form(text)


def _not_above_0(a: Values) -> str:
    return "" if a[0] > 0 else "it takes the logarithm of a number that is not above 0"


ROWS = (
    Operation(
        "*", (2, 2), "own", lambda i, a: a[0] * a[1], lambda i, a, v: (a[1], a[0]),
        Form("{0}*{1}", PRODUCT, PRODUCT, PRODUCT), Form("{0} × {1}", PRODUCT, PRODUCT, PRODUCT),
        over=AS_NUMBERS,
        script="{0} * {1}",
        sql="{0} * {1}",
    ),
    Operation(
        "/", (2, 2), "own", lambda i, a: divided(*a), _of_quotient,
        Form("{0}/{1}", PRODUCT, PRODUCT, POWER), Form("{0} / {1}", PRODUCT, PRODUCT, POWER),
        over=AS_NUMBERS,
        script="divided({0}, {1})",
        sql=_OVER_IN_SQL,
    ),
    Operation(
        "share", (2, 2), "own", lambda i, a: _share(*a), _of_quotient, Form("{0}"), Form("{0}"),
        over=Over(lambda i, a: _part(a)),
        code=Form("{0}/{1}", PRODUCT, PRODUCT, POWER),
        script="{0} === Infinity ? 1 : divided({0}, {1})",
        sql=f"case when {{0}} = {_INFINITE_IN_SQL} then 1e0 else {_OVER_IN_SQL} end",
    ),
    Operation(
        "scale", (1, 1), "own", lambda i, a: a[0] * i, lambda i, a, v: (i,),
        Form("{0}*{info}", PRODUCT, PRODUCT), Form("{0} [× {info}]", PRODUCT, PRODUCT),
        over=AS_NUMBERS,
        script="{0} * {info}",
        sql="{0} * {info}",
    ),
    Operation(
        "sum", (1, None), "own", lambda i, a: added(a), lambda i, a, v: [1.0] * len(a),
        Form("{all}", SUM, SUM, SUM, "+"), Form("{all}", SUM, SUM, SUM, " + "),
        over=AS_NUMBERS,
        script="added({all})",
        sql=lambda count: " + ".join(f"{{{place}}}" for place in range(count)),
    ),
    Operation(
        "-", (2, 2), "own", lambda i, a: a[0] - a[1], lambda i, a, v: (1.0, -1.0),
        Form("{0}-{1}", SUM, SUM, PRODUCT), Form("{0} - {1}", SUM, SUM, PRODUCT),
        over=AS_NUMBERS,
        script="{0} - {1}",
        sql="{0} - {1}",
    ),
    Operation(
        "neg", (1, 1), "own", lambda i, a: -a[0], lambda i, a, v: (-1.0,),
        Form("-{0}", NEGATIVE, ATOM), Form("-{0}", SUM, PRODUCT),
        over=AS_NUMBERS,
        script="-{0}",
        sql="-{0}",
    ),
    Operation(
        "^", (1, 1), "own", lambda i, a: _power(a[0], i), lambda i, a, v: (i * _power(a[0], i - 1),),
        Form("{0}^{info}", POWER, ATOM), Form("{0}^{info}", POWER, ATOM),
        over=Over(slope=_of_power),
        code=Form("{0}**{info}", POWER, ATOM),
        script="whole({0}, {info})",
        sql="power({0}, {info})",
    ),
    Operation(
        "min", (1, None), "alike", lambda i, a: min(a), _of_the_one_taken,
        _function("MIN"), _called("min"), "minimum", "a minimum",
        over=Over(_rising(lambda i, a: min(a)), _of_those_that_may_be_taken),
        code=_nested("minimum"),
        script="least({all})",
        sql=partial(_first_in_sql, "{0} < {1} and not isnan({1})"),
    ),
    Operation(
        "max", (1, None), "alike", lambda i, a: max(a), _of_the_one_taken,
        _function("MAX"), _called("max"), "maximum", "a maximum",
        over=Over(_rising(lambda i, a: max(a)), _of_those_that_may_be_taken),
        code=_nested("maximum"),
        script="greatest({all})",
        sql=partial(_first_in_sql, "{0} > {1} and not isnan({0})"),
    ),
    Operation(
        "ceil", (1, 1), "counted", lambda i, a: _ceil(a[0]), lambda i, a, v: (0.0,),
        Form(
            "-INT(-{0}*(1-SIGN({0})*{n0}))", NEGATIVE, ATOM, ATOM,
            numbers=(_SLACK,),
        ),
        _called("ceil"), bent="a rounding up",
        over=Over(_rising(lambda i, a: _ceil(a[0])), _of_jumps),
        code=Form("ceil({0}*(1-sign({0})*{n0}))", ATOM, ATOM, ATOM, numbers=(_SLACK,)),
        script="up({0})",
        sql=_up_in_sql("{0}"),
    ),
    Operation(
        "floor", (1, 1), "counted", lambda i, a: _floor(a[0]), lambda i, a, v: (0.0,),
        Form("INT({0}*(1+SIGN({0})*{n0}))", ATOM, ATOM, ATOM, numbers=(_SLACK,)),
        _called("floor"), bent="a rounding down",
        over=Over(_rising(lambda i, a: _floor(a[0])), _of_jumps),
        code=Form("floor({0}*(1+sign({0})*{n0}))", ATOM, ATOM, ATOM, numbers=(_SLACK,)),
        script="-up(-{0})",
        sql="-" + _up_in_sql("(-{0})"),
    ),
    Operation(
        "round_up", (2, 2), "alike", lambda i, a: _round_up(*a), lambda i, a, v: (0.0, divided(v, a[1])),
        Form("-INT(-({0}/MAX(0,{1}))*(1-SIGN({0})*{n0}))*{1}", NEGATIVE, ATOM, ATOM, numbers=(_SLACK,)),
        _called("round_up"), bent="a rounding up", call="round_up(amount, multiple)",
        outside=lambda a: "" if a[1] > 0 else "it rounds up to a multiple that is not above 0",
        over=Over(lambda i, a: _rounded_up(*a), _of_jumps),
        code=Form("ceil({0}/{1}*(1-sign({0})*{n0}))*{1}", PRODUCT, ATOM, ATOM, numbers=(_SLACK,)),
        script="{1} > 0 ? up({0} / {1}) * {1} : NaN",
        sql=f"case when {{1}} > 0e0 then {_up_in_sql('({0} / {1})')} * {{1}} else {_NO_NUMBER_IN_SQL} end",
    ),
    Operation(
        "log2", (1, 1), "pure", _logarithm(math.log2), lambda i, a, v: (divided(1.0, a[0] * math.log(2)),),
        Form("LOG({0},{n0})", numbers=(("base_of_log2", 2.0, "the base of the logarithm log2"),)),
        _called("log2"), "log2", "a logarithm", outside=_not_above_0,
        over=Over(_rising(_logarithm(math.log2))),
        code=_function("log2"),
        script="{0} > 0 ? Math.log2({0}) : NaN",
        sql=f"case when {{0}} > 0e0 then ln({{0}}) / {math.log(2)!r}e0 else {_NO_NUMBER_IN_SQL} end",
    ),
    Operation(
        "ln", (1, 1), "pure", _logarithm(math.log), lambda i, a, v: (divided(1.0, a[0]),),
        _function("LN"), _called("ln"), "log", "a logarithm", outside=_not_above_0,
        over=Over(_rising(_logarithm(math.log))),
        code=_function("log"),
        script="{0} > 0 ? Math.log({0}) : NaN",
        sql=f"case when {{0}} > 0e0 then ln({{0}}) else {_NO_NUMBER_IN_SQL} end",
    ),
    Operation(
        "exp", (1, 1), "pure", _bounded(math.exp), lambda i, a, v: (v,),
        _function("EXP"), _called("exp"), "exp", "an exponential",
        over=Over(_rising(_bounded(math.exp))),
        code=_function("exp"),
        script="Math.exp({0})",
        sql="exp({0})",
    ),
    Operation(
        "exp2", (1, 1), "pure", _bounded(math.exp2), lambda i, a, v: (v * math.log(2),),
        Form("{n0}^{0}", POWER, ATOM, numbers=(("base_of_exp2", 2.0, "the base of the exponential exp2"),)),
        _called("exp2"), "exp2", "an exponential",
        over=Over(_rising(_bounded(math.exp2))),
        code=_function("exp2"),
        script="2 ** {0}",
        sql="power(2e0, {0})",
    ),
    Operation(
        "sqrt", (1, 1), "pure", lambda i, a: _root(a[0]), lambda i, a, v: (divided(1.0, 2 * v),),
        _function("SQRT"), _called("sqrt"), "sqrt", "a square root",
        outside=lambda a: "" if a[0] >= 0 else "it takes the square root of a number below 0",
        over=Over(_rising(lambda i, a: _root(a[0]))),
        code=_function("sqrt"),
        script="Math.sqrt({0})",
        sql=f"case when {{0}} >= 0e0 then sqrt({{0}}) else {_NO_NUMBER_IN_SQL} end",
    ),
    Operation(
        "**", (2, 2), "pure", lambda i, a: _real_power(*a), _of_real_power,
        _function("POWER"), Form("{0}^{1}", POWER, ATOM, ATOM), "power", "a power that is not whole",
        outside=lambda a: "" if a[0] >= 0 else "it takes a power that is not whole of a number below 0",
        over=Over(lambda i, a: _raised(*a), _of_any_power),
        code=_function("power"),
        script="real({0}, {1})",
        sql="power({0}, {1})",
    ),
    Operation(
        "interp", (5, 1 + 2 * MOST_POINTS), "paired", lambda i, a: _interp(a), _of_line,
        Form(_line, SUM, ATOM, ATOM), _called("interp"), bent="an interpolation", call="interp(x, x1, y1, x2, y2, …)",
        outside=lambda a: "" if _rises(a) else "each x of the points has to be above the one before",
        over=Over(lambda i, a: _along(a), _of_a_line),
        code=Form(_line_in_code, SUM, ATOM, ATOM),
        script="line({all})",
        sql=_line_in_sql,
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
