"""Expressions of Brightway's parameters, in Python's syntax with numpy's functions, as formulas of scenarios."""

from __future__ import annotations

import ast
from collections.abc import Callable

LONGEST = 2_000  # characters, of what is read and of what is written
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
CALLED = {
    "sqrt": "sqrt", "exp": "exp", "exp2": "exp2", "log": "ln", "log2": "log2", "ceil": "ceil", "floor": "floor",
    "min": "min", "max": "max", "minimum": "min", "maximum": "max",
}  # fmt: skip
NUMPY = ("np", "numpy", "math")


class Unsayable(Exception):
    """What a formula of a scenario does not say; `args` has it in words."""


def formula(text: str, name: Callable[[str], str]) -> str:
    """An expression as a formula. `name`: what a parameter is called there. Unsayable where it is none.

    >>> formula("2*np.log(a)**-b/3.0", str.upper)
    '2 * (ln(A) ^ -B) / 3.0'
    """
    if len(text) > LONGEST:
        raise Unsayable("its expression is too long")
    try:
        made = _said(ast.parse(text.strip().removeprefix("="), mode="eval").body, name)[0]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unsayable("its expression is none") from None
    if len(made) > LONGEST:
        raise Unsayable("its expression is too long")
    return made


SUM, PRODUCT, NEGATIVE, POWER, ATOM = range(5)
BINDS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER}


def _said(node: ast.expr, name: Callable[[str], str]) -> tuple[str, int]:
    """A part of an expression, and how tightly it holds together."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return repr(value), ATOM
        case ast.Name(id=word):
            return name(word), ATOM
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return f"-{_within(inner, name, POWER)}", NEGATIVE
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _said(inner, name)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            sign = SIGNS[type(op)]
            binds = BINDS[sign]
            if sign == "^":
                return f"{_within(left, name, ATOM)} ^ {_within(right, name, NEGATIVE)}", POWER
            return f"{_within(left, name, binds)} {sign} {_within(right, name, binds + 1)}", binds
        case ast.Call(func=func, args=[_, *_] as args, keywords=[]):
            word = func.id if isinstance(func, ast.Name) else ""
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in NUMPY:
                word = func.attr
            if word in CALLED:
                return f"{CALLED[word]}({', '.join(_said(arg, name)[0] for arg in args)})", ATOM
    raise Unsayable(f"formulas of scenarios do not say '{ast.unparse(node)[:60]}'")


def _within(node: ast.expr, name: Callable[[str], str], least: int) -> str:
    text, binds = _said(node, name)
    is_power = binds == POWER and least == NEGATIVE  # an exponent that is a power itself
    return text if binds >= least and not is_power else f"({text})"
