"""Formulas of an explanation: their parts, and how they are written for people."""

from __future__ import annotations

from typing import Any, NamedTuple

from lca import operations
from lca.operations import ATOM, TABLE
from lca.spoken import _
from lca.wording import localised, significant, with_unit


class Conversion(NamedTuple):
    """A change of unit: what to multiply by, from which unit to which, and that in words: 1/365 year per day."""

    factor: float
    source: str
    target: str
    words: str


class Term(NamedTuple):
    """A part of a formula.

    info: the number of a step (ref), a value and its unit (const, folded), an exponent, or a `Conversion` (scale).
    """

    op: str
    args: tuple[Term, ...] = ()
    info: Any = None


def factor_words(conversion: Conversion) -> str:
    """What a change of unit multiplies by, in the language in force.

    >>> factor_words(Conversion(0.01, "%", "1", "0.01 per %"))
    '0.01 per %'
    """
    factor, sign, unit = conversion.words.partition(" per ")
    return _("{factor} per {unit}", factor=localised(factor), unit=unit) if sign else conversion.words


def referred(term: Term) -> list[int]:
    """The numbers of the steps that a formula refers to, in its order."""
    return [term.info] if term.op == "ref" else [number for arg in term.args for number in referred(arg)]


def with_numbers(term: Term, order: dict[int, int]) -> Term:
    """A formula that refers to its steps by other numbers."""
    if term.op == "ref":
        return term._replace(info=order[term.info])
    return term._replace(args=tuple(with_numbers(arg, order) for arg in term.args))


def formula_text(term: Term, shown: Any, conversions: bool = False) -> str:  # noqa: FBT001, FBT002
    """A formula as a line of text; `shown` words a step by its number.

    >>> share = Term("scale", (Term("ref", (), 2),), Conversion(0.01, "%", "1", "0.01 per %"))
    >>> half = Term("*", (Term("ref", (), 1), share))
    >>> formula_text(half, {1: "time", 2: "share"}.get)
    'time × share'
    >>> formula_text(half, {1: "3 h", 2: "35 %"}.get, conversions=True)
    '3 h × 35 % [× 0.01 per %]'
    """
    return _worded(term, shown, conversions)[0]


def _worded(term: Term, shown: Any, conversions: bool) -> operations.Part:  # noqa: FBT001
    if term.op == "ref":
        return str(shown(term.info)), ATOM
    if term.op in ("folded", "const"):
        value, unit = term.info
        return with_unit(significant(value, 5 if term.op == "folded" else 6), unit), ATOM
    parts = [_worded(arg, shown, conversions) for arg in term.args]
    if term.op != "scale":
        return operations.written(TABLE[term.op].words, parts, term.info)
    words = factor_words(term.info) if conversions else ""
    return operations.written(TABLE["scale"].words, parts, words) if words else parts[0]
