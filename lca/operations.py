"""Operations: what the graph can do, a row each. Whoever reads the graph reads these rows; none lists them again.

To add one: a row here, its cases in the tests, its line in docs/scenarios.md. Formulas, graph, gradient, samples,
closed forms, explanations and the workbook then know it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

Values = Sequence[float]
Rule = Literal["pure", "counted", "alike", "own"]

ROUNDING = 1e-12  # relative: what a change of unit may do to the last digits of a number

LOOSE, NEGATIVE, SUM, PRODUCT, POWER, ATOM = range(6)  # how tightly a text holds together


class Form(NamedTuple):
    """How an operation is written.

    text: with {0}, {1}, … for the arguments, {all} for all of them, {info} for an exponent or a factor and {n0}, {n1},
    … for `numbers` of its own, each with a name and what it is. binds: how tightly the whole holds together; first,
    rest: how tightly the first and the other arguments have to, else they stand in brackets. between: what stands
    between all.
    """

    text: str
    binds: int = ATOM
    first: int = LOOSE
    rest: int = LOOSE
    between: str = ", "
    numbers: tuple[tuple[str, float, str], ...] = ()


class Operation(NamedTuple):
    """One operation.

    arity: least and most arguments. rule: what it takes; `pure` numbers, `counted` things or pure numbers, quantities
    `alike` in dimension, or units of its `own`, worked out where it is built. value: of the information of a node (an
    exponent, a factor) and its arguments. slope: its derivative by each argument, given its value too. array: the numpy
    function of the same, where there is one. bent: what it is called where it is no sum of products.
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

    @property
    def is_called(self) -> bool:
        """Whether a formula calls it by its name."""
        return self.rule != "own"


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


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def _log2(a: float) -> float:
    return math.log2(a) if a > 0 else math.nan


def _ceil(a: float) -> float:
    """The next whole number; that of a number which is whole but for rounding, as 1.1 TB / 100 GB is, itself."""
    return float(math.ceil(a * (1 - math.copysign(ROUNDING, a)))) if math.isfinite(a) else a


# --- slopes ----------------------------------------------------------------------------------------------------------


def _of_quotient(_info: Any, a: Values, v: float) -> Sequence[float]:
    return divided(1.0, a[1]), divided(-v, a[1])


def _of_the_one_taken(_info: Any, a: Values, v: float) -> Sequence[float]:
    taken = next((k for k, x in enumerate(a) if x == v), 0)
    return [float(k == taken) for k in range(len(a))]


# --- the rows --------------------------------------------------------------------------------------------------------


def _called(name: str) -> Form:
    return Form(f"{name}({{all}})")


def _function(name: str) -> Form:
    return Form(f"{name}({{all}})", between=",")


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
            numbers=(("rounding", ROUNDING, "relative: what a change of unit may do to last digits"),),
        ),
        _called("ceil"), bent="a rounding up",
    ),
    Operation(
        "log2", (1, 1), "pure", lambda i, a: _log2(a[0]), lambda i, a, v: (divided(1.0, a[0] * math.log(2)),),
        Form("LOG({0},{n0})", numbers=(("base_of_log2", 2.0, "the base of the logarithm log2"),)),
        _called("log2"), "log2", "a logarithm",
    ),
    Operation(
        "exp", (1, 1), "pure", lambda i, a: _exp(a[0]), lambda i, a, v: (v,),
        _function("EXP"), _called("exp"), "exp", "an exponential",
    ),
)  # fmt: skip
TABLE = {row.name: row for row in ROWS}


def functions() -> dict[str, tuple[int, int | None]]:
    """What a formula may call by its name, with the least and the most values."""
    return {row.name: row.arity for row in TABLE.values() if row.is_called}


Part = tuple[str, int]  # a text, and how tightly it holds together


def written(form: Form, parts: Sequence[Part], info: object = "", numbers: Sequence[str] = ()) -> Part:
    """An operation on texts, and how tightly the whole holds together: the one place that knows of brackets.

    >>> written(TABLE["/"].words, [("a + b", SUM), ("c / d", PRODUCT)])
    ('(a + b) / (c / d)', 3)
    """
    held = [bracketed(part, form.rest if place else form.first) for place, part in enumerate(parts)]
    named = {f"n{place}": number for place, number in enumerate(numbers)}
    return form.text.format(*held, all=form.between.join(held), info=info, **named), form.binds


def bracketed(part: Part, least: int) -> str:
    """A text, in brackets where it is looser than it has to be."""
    return part[0] if part[1] >= least else f"({part[0]})"
