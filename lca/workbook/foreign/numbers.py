"""Numbers as people write them: decimal commas or points, digits in groups of three, and a unit behind.

A workbook keeps numbers as numbers. In a text, `1,234` may be 1.234 or 1234: what its sheet says elsewhere decides, or
the map; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lca.units import vanishes

COMMA, POINT = "comma", "point"
SIGNS = {COMMA: ",", POINT: "."}
BLANK = " \u00a0\u2009\u202f"  # plain, no-break, thin, narrow no-break (as French Excel has between thousands)
APART = "'\u2019"  # Swiss
NOTHING = ("", "-", "\u2013", "\u2014")
BEGINNING = re.compile(
    rf"[+-]?(?:[0-9]|[.,][0-9])(?:[0-9.,]|[{BLANK}{APART}](?=[0-9]{{3}}(?![0-9])))*(?:[eE][+-]?[0-9]+)?"
)
LONGEST = 60  # characters of a number


class Written(NamedTuple):
    """A number and what stands behind it. `number` is as Python and scenarios write it."""

    number: str
    unit: str


class Unclear(Exception):
    """A text that is no number, or that could be two; `args` are what is wrong and the way out."""


def written(text: str, decimal: str) -> Written:
    """The number with which a text begins. `decimal`: comma, point, or '' where nobody says. Unclear where it is none.

    >>> written("1\u202f234,5 kWh/an", "comma"), written("12", ""), written("3.5e-2kg", "point")
    (Written(number='1234.5', unit='kWh/an'), Written(number='12', unit=''), Written(number='3.5e-2', unit='kg'))
    >>> written("1,234", "comma").number, written("1,234", "point").number, written("0,125", "").number
    ('1.234', '1234', '0.125')
    """
    bare = text.strip(BLANK).replace("\u2212", "-")
    found = BEGINNING.match(bare)
    if found is None or len(found[0]) > LONGEST:
        raise Unclear(f"'{text}' is no number", "correct it, or say what it means: values: {amount: {…: …}}")
    digits, unit = found[0], bare[found.end() :].strip(BLANK)
    if unit[:1].isdigit() or unit.startswith((*SIGNS.values(), *APART, "-", "+")):
        raise Unclear(f"'{text}' is no number", "a cell holds one number, and its unit at most")
    sign = _sign(digits) or decimal
    if decimal and _sign(digits) not in ("", decimal):
        raise Unclear(f"'{text}' has no decimal {decimal}, as the others have", "correct it, or say decimal in the map")
    if not sign and any(mark in digits for mark in SIGNS.values()):
        hint = "say in the map which sign stands before decimals: decimal: comma, or decimal: point"
        raise Unclear(f"'{text}' may be one number or a thousand times that", hint)
    return Written(_plain(digits, SIGNS.get(sign, "."), text), unit)


def _plain(digits: str, sign: str, text: str) -> str:
    """Digits without what separates thousands, and with a decimal point."""
    thousands = f"{BLANK}{APART}{'.' if sign == ',' else ','}"
    mantissa, mark, exponent = digits.replace("E", "e").partition("e")
    whole, _, rest = mantissa.partition(sign)
    groups = re.split(f"[{thousands}]", whole)
    if any(len(group) != len("000") for group in groups[1:]) or not re.fullmatch("[0-9]*", rest):
        raise Unclear(f"'{text}' is no number", "thousands are groups of three digits")
    plain = f"{''.join(groups)}{'.' if rest else ''}{rest}{mark}{exponent}"
    value = float(plain)
    if abs(value) == float("inf") or vanishes(plain):
        raise Unclear(f"'{text}' is no number that can be computed with", "is its exponent right?")
    return plain if not plain.lstrip("+-").startswith(".") else plain.replace(".", "0.", 1)


def _sign(digits: str) -> str:
    """The decimal sign that a number shows by itself; '' where it has none, or where it could separate thousands.

    >>> _sign("0,5"), _sign("1.234,5"), _sign("1.234.567"), _sign("12,345"), _sign("1234,567")
    ('comma', 'comma', 'comma', '', 'comma')
    """
    mantissa = re.split("[eE]", digits)[0]
    marks = [mark for mark in mantissa if mark in ",."]
    if not marks:
        return ""
    last, names = marks[-1], {sign: name for name, sign in SIGNS.items()}
    if marks.count(last) > 1:
        return names["," if last == "." else "."]  # it separates thousands
    if len(marks) > 1:
        return names[last]
    before, _, after = mantissa.lstrip("+-").partition(last)
    grouped = len(after) == len("000") and 0 < len(re.split(f"[{BLANK}{APART}]", before)[0]) <= len("000")
    alone = before.isdecimal() and before.lstrip("0") and len(before) <= len("000")
    return "" if grouped and alone else names[last]


def decimal_of(texts: Iterable[str]) -> dict[str, str]:
    """The decimal signs that numbers of a sheet show by themselves, each with the first text that does.

    >>> decimal_of(["1,234", "12", "0,5", "1.5"])
    {'comma': '0,5', 'point': '1.5'}
    """
    signs: dict[str, str] = {}
    for text in texts:
        found = BEGINNING.match(text.strip(BLANK))
        sign = _sign(found[0]) if found else ""
        if sign:
            signs.setdefault(sign, text)
    return signs
