"""The uncertain part of a graph as steps for arrays.

What depends on held inputs alone is a number. What is left is written as linear forms over `variables`: a variable is
a draw, or a product, quotient, minimum, … of variables. So a factor that is held costs a coefficient and no array, two
lines with the same variable merge, and a quantity that is only scaled is never computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from math import inf
from typing import Any, NamedTuple, TypeAlias

from lca.graph import Graph, evaluate

MERGED = 64  # terms of a sum that is merged into another; a longer one becomes a variable
SPREAD = 8  # terms of a sum that is multiplied term by term


class Instruction(NamedTuple):
    """How a variable comes from earlier ones. The variable is the place of the step in its program."""

    op: str
    args: tuple[int, ...] = ()
    info: Any = None


class Linear(NamedTuple):
    """A sum of variables times coefficients, and a number."""

    terms: dict[int, float]
    offset: float = 0.0


Form: TypeAlias = float | tuple[float, int] | Linear  # a number, a coefficient of one variable, or a sum


class Program(NamedTuple):
    """Steps, and each root as a sum over their variables."""

    steps: list[Instruction]
    roots: list[Linear]


class Builder:
    """Steps, each made once."""

    def __init__(self) -> None:
        self.steps: list[Instruction] = []
        self._known: dict[Any, int] = {}

    def variable(self, op: str, args: tuple[int, ...] = (), info: Any = None) -> int:
        key = (op, args, info)
        place = self._known.get(key)
        if place is None:
            place = self._known[key] = len(self.steps)
            self.steps.append(Instruction(op, args, info))
        return place

    def single(self, form: Form) -> tuple[float, int]:
        """A form as a coefficient of one variable."""
        if isinstance(form, Linear):
            return 1.0, self.variable("sum", tuple(form.terms), (tuple(form.terms.values()), form.offset))
        if isinstance(form, float):
            return 1.0, self.variable("number", (), form)
        return form

    def alone(self, form: Form) -> int:
        """A form as a variable."""
        coefficient, variable = self.single(form)
        return variable if coefficient == 1.0 else self.variable("sum", (variable,), ((coefficient,), 0.0))

    # --- operations -------------------------------------------------------------------------------------------------

    def times(self, a: Form, b: Form) -> Form:
        if isinstance(a, float):
            return self.scaled(b, a)
        if isinstance(b, float):
            return self.scaled(a, b)
        (c, x), (d, y) = self.single(a), self.single(b)
        return c * d, self.variable("*", (x, y) if x <= y else (y, x))

    def scaled(self, a: Form, factor: float) -> Form:
        if isinstance(a, float):
            return a * factor
        if isinstance(a, Linear):
            if len(a.terms) > SPREAD:
                return factor, self.single(a)[1]
            return Linear({x: c * factor for x, c in a.terms.items()}, a.offset * factor)
        return a[0] * factor, a[1]

    def over(self, a: Form, b: Form) -> Form:
        if isinstance(b, float):
            return self.scaled(a, 1 / b) if b else (1.0, self.variable("/", (self.alone(a), self.alone(b))))
        d, y = self.single(b)
        if not d:
            return 1.0, self.variable("/", (self.alone(a), self.alone(b)))
        if isinstance(a, float):
            return a / d, self.variable("1/", (y,))
        c, x = self.single(a)
        return c / d, self.variable("/", (x, y))

    def share(self, own: Form, total: Form) -> Form:
        """A weight over the total of its mix. One that is swept may be beyond all others: it is the whole then."""
        if isinstance(own, float):
            return 1.0 if own == inf else self.over(own, total)
        (c, x), (d, y) = self.single(own), self.single(total)
        if self.steps[x].op != "swept":
            return self.over(own, total)
        return 1.0, self.variable("share", (x, y), c / d)

    def sum(self, forms: Iterable[Form], signs: Iterable[float] = repeat(1.0)) -> Form:
        """Of any number of forms, each times its sign."""
        terms: dict[int, float] = {}
        offset = 0.0
        for form, sign in zip(forms, signs, strict=False):
            if isinstance(form, float):
                offset += sign * form
            elif isinstance(form, Linear) and len(form.terms) <= MERGED:
                offset += sign * form.offset
                for x, c in form.terms.items():
                    terms[x] = terms.get(x, 0.0) + sign * c
            else:
                c, x = self.single(form)
                terms[x] = terms.get(x, 0.0) + sign * c
        if terms and (offset or len(terms) > 1):
            return Linear(terms, offset)
        return next(((c, x) for x, c in terms.items()), offset)

    def power(self, a: Form, exponent: int) -> Form:
        c, x = self.single(a)
        if exponent == 0:
            return 1.0
        if exponent < 0 and not c:
            return 1.0, self.variable("^", (self.alone(a),), exponent)
        if exponent in (1, -1):
            return (c, x) if exponent == 1 else (1 / c, self.variable("1/", (x,)))
        return c**exponent, self.variable("^", (x,), exponent)

    def other(self, op: str, forms: Iterable[Form]) -> Form:
        """What is no arithmetic: an operation of arrays."""
        return 1.0, self.variable(op, tuple(self.alone(form) for form in forms))


def program(
    graph: Graph,
    roots: Sequence[int],
    leaves: Mapping[int, Callable[[Builder], Form]],
) -> Program:
    """The roots as steps over the uncertain leaves. `leaves` says what an uncertain leaf is made of."""
    below = graph.below(roots)
    builder = Builder()
    values = evaluate(graph, nodes=below)
    forms: dict[int, Form] = {i: leaves[i](builder) for i in below if i in leaves}
    ops, arguments, infos = graph.op, graph.args, graph.info
    for i in below:
        for a in arguments[i]:
            if a in forms and i not in forms:
                args = [forms[b] if b in forms else float(values[b]) for b in arguments[i]]
                forms[i] = _form(builder, ops[i], infos[i], args)
                break
    return Program(builder.steps, [_linear(forms[r] if r in forms else float(values[r])) for r in roots])


def _linear(form: Form) -> Linear:
    if isinstance(form, Linear):
        return form
    return Linear({}, form) if isinstance(form, float) else Linear({form[1]: form[0]})


def _form(builder: Builder, op: str, info: Any, args: list[Form]) -> Form:
    match op:
        case "*":
            return builder.times(args[0], args[1])
        case "scale":
            return builder.scaled(args[0], info)
        case "/":
            return builder.over(args[0], args[1])
        case "share":
            return builder.share(args[0], args[1])
        case "sum":
            return builder.sum(args)
        case "-":
            return builder.sum(args, (1.0, -1.0))
        case "neg":
            return builder.scaled(args[0], -1.0)
        case "^":
            return builder.power(args[0], info)
        case _:
            return builder.other(op, args)
