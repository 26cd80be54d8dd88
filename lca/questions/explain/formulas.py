"""Formulas of an explanation: their parts, and how they are written for people."""

from __future__ import annotations

from typing import Any, NamedTuple

CHAINS = {"*": " × ", "/": " / ", "-": " - ", "sum": " + "}
STRENGTH = {"sum": 1, "-": 1, "neg": 1, "*": 2, "/": 2, "scale": 2, "^": 3}


class Term(NamedTuple):
    """A part of a formula.

    info: the number of a step (ref), a value and its unit (const, folded), an exponent, or the factor and unit of a
    conversion.
    """

    op: str
    args: tuple[Term, ...] = ()
    info: Any = None


def referred(term: Term) -> list[int]:
    """The numbers of the steps that a formula refers to, in its order."""
    return [term.info] if term.op == "ref" else [number for arg in term.args for number in referred(arg)]


def with_numbers(term: Term, order: dict[int, int]) -> Term:
    """A formula that refers to its steps by other numbers."""
    if term.op == "ref":
        return term._replace(info=order[term.info])
    return term._replace(args=tuple(with_numbers(arg, order) for arg in term.args))


def written(term: Term, shown: Any, conversions: bool = False) -> str:  # noqa: FBT001, FBT002
    """A formula as a line of text; `shown` words a step by its number.

    >>> half = Term("*", (Term("ref", (), 1), Term("scale", (Term("ref", (), 2),), (0.01, "1"))))
    >>> written(half, {1: "time", 2: "share"}.get)
    'time × share'
    >>> written(half, {1: "3 h", 2: "35 %"}.get, conversions=True)
    '3 h × 35 % [× 0.01]'
    """
    return _worded(term, shown, conversions)[0]


def _worded(term: Term, shown: Any, conversions: bool) -> tuple[str, int]:  # noqa: FBT001
    """The text, and how strongly it holds together: 1 a sum, 2 a product, 3 a power, 4 a name."""
    if term.op == "ref":
        return str(shown(term.info)), 4
    if term.op == "folded":
        value, unit = term.info
        return f"{value:.5g} {unit}".removesuffix(" 1"), 4
    if term.op == "const":
        value, unit = term.info
        return f"{value:g}" if unit == "1" else f"{value:g} {unit}", 4
    if term.op == "scale":
        text, strength = _worded(term.args[0], shown, conversions)
        if not conversions:
            return text, strength
        factor, unit = term.info
        target = "" if unit == "1" else f" → {unit}"
        return f"{_held(text, strength, 2)} [× {factor:.6g}{target}]", 2
    parts = [_worded(arg, shown, conversions) for arg in term.args]
    strength = STRENGTH.get(term.op, 4)
    if term.op == "neg":
        return f"-{_held(*parts[0], 2)}", 1
    if term.op == "^":
        return f"{_held(*parts[0], 4)}^{term.info}", 3
    if term.op not in CHAINS:
        return f"{term.op}({', '.join(text for text, _ in parts)})", 4
    first, *rest = parts
    tighter = strength + (term.op in ("/", "-"))
    words = [_held(*first, strength), *(_held(*part, tighter) for part in rest)]
    return CHAINS[term.op].join(words), strength


def _held(text: str, strength: int, needed: int) -> str:
    return text if strength >= needed else f"({text})"
