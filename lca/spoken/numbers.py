"""Numbers as the page writes them, by language; `scripts/numbers.js` writes the same, to the letter.

A number has so many significant digits, the half rounded away from zero. A column is in one notation: plain, or, where
one of its numbers is below 0.01 or from ten million on, each times a power of ten, 10⁰ left out. Digits stand in threes
(SI Brochure, 5.4.4), with a decimal comma in French.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

POINT = {"en": ".", "fr": ","}
THIN, BLANK = "\u202f", "\u00a0"  # between digits and before %; between a number and its unit
MINUS, NONE = "−", "–"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LEAST, MOST = -2, 7  # powers of ten from and below which a number is plain
DIGITS, STATED = 3, 4  # of a result, and at most of an input
SEVERAL = 2  # from which on there are several in French
FORMULA = re.compile(r"CO2|CH4|N2O|SO2|PO4")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
EQUIVALENT = re.compile(r"^(\S+) (.+) eq$")
JOINED = re.compile(r"^([kMmµ]?g|t)CO2eq")
WORD = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)", re.ASCII)
OCTETS = re.compile(r"^([kMGTPEZ]i?)?B$")
FRENCH = {
    "year": "an", "month": "mois", "week": "semaine", "day": "jour", "hour": "heure", "minute": "minute",
    "visit": "visite", "session": "session", "user": "utilisateur", "subscriber": "abonné", "person": "personne",
    "query": "interrogation", "request": "requête", "prompt": "prompt", "message": "message", "page": "page",
    "task": "tâche", "image": "image", "video": "vidéo", "token": "token", "parameter": "paramètre",
    "device": "appareil", "server": "serveur", "card": "carte",
}  # fmt: skip


def rounded(size: float, digits: int) -> tuple[str, int]:
    """The first digits of a number above 0, and the power of ten of the first.

    >>> rounded(0.0758, 2), rounded(999.6, 3), rounded(2.5, 1), rounded(5, 3)
    (('76', -2), ('100', 3), ('3', 0), ('500', 0))
    """
    from decimal import ROUND_HALF_UP, Context  # which a plain run in English does not load

    exact = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(float(size))
    figures = "".join(map(str, exact.as_tuple().digits))
    return figures.ljust(digits, "0"), exact.adjusted()


def plain(figures: str, power: int, language: str) -> str:
    """Digits with the decimal sign at its place.

    >>> plain("76", -2, "fr"), plain("37", 5, "en"), plain("125", 1, "en")
    ('0,076', '370\u202f000', '12.5')
    """
    padded = figures.ljust(power + 1, "0") if power >= 0 else "0" * -power + figures
    whole = max(power, 0) + 1
    places = padded[whole:]
    return grouped(padded[:whole]) + (POINT[language] + places if places else "")


def grouped(whole: str) -> str:
    """
    >>> grouped("1234567")
    '1\u202f234\u202f567'
    """
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", THIN, whole)


def raised(power: int) -> str:
    """
    >>> raised(-8)
    '10⁻⁸'
    """
    return "10" + str(power).translate(RAISED)


def is_plain(value: float, digits: int = DIGITS) -> bool:
    """Whether a number is written without a power of ten."""
    return not value or not math.isfinite(value) or LEAST <= rounded(abs(value), digits)[1] < MOST


def number(value: float, digits: int, language: str, as_plain: bool | None = None) -> str:  # noqa: FBT001  a value
    """A number with so many significant digits.

    >>> number(0.00784, 3, "fr"), number(370063.5, 3, "en"), number(-0.0758, 3, "en"), number(float("nan"), 3, "en")
    ('7,84\u202f×\u202f10⁻³', '370\u202f000', '−0.0758', '–')
    """
    if value != value:
        return NONE
    sign, size = MINUS if value < 0 else "", abs(value)
    if not size or math.isinf(size):
        return sign + ("∞" if size else "0")
    figures, power = rounded(size, digits)
    if not power or (LEAST <= power < MOST if as_plain is None else as_plain):
        return sign + plain(figures, power, language)
    return f"{sign}{plain(figures, 0, language)}{THIN}×{THIN}{raised(power)}"


def numbers(values: Sequence[float], digits: int, language: str) -> list[str]:
    """A column of numbers in one notation.

    >>> numbers([0.5, 0.001, 4], 2, "en")
    ['5.0\u202f×\u202f10⁻¹', '1.0\u202f×\u202f10⁻³', '4.0']
    """
    as_plain = all(is_plain(value, digits) for value in values)
    return [number(value, digits, language, as_plain) for value in values]


def stated(value: float, language: str) -> str:
    """A number as it might have been written: up to four digits, without zeros at the end.

    >>> stated(67.5, "fr"), stated(3.75e9, "en"), stated(0.00138, "en"), stated(16000, "en")
    ('67,5', '3.75\u202f×\u202f10⁹', '0.00138', '16\u202f000')
    """
    if not value or not math.isfinite(value):
        return number(value, 1, language)
    figures, power = rounded(abs(value), STATED)
    figures = figures.rstrip("0")
    sign = MINUS if value < 0 else ""
    if LEAST - 2 <= power < MOST + 2:
        return sign + plain(figures, power, language)
    return f"{sign}{plain(figures, 0, language)}{THIN}×{THIN}{raised(power)}"


def percent(share: float, language: str) -> str:
    """
    >>> percent(0.749, "en"), percent(0.0042, "fr"), percent(-0.031, "en"), percent(0.00042, "en")
    ('75\u202f%', '0,4\u202f%', '−3\u202f%', '<0.1\u202f%')
    """
    size = abs(share) * 100
    if 0 < size < 0.1:
        return ("<" if share > 0 else f">{MINUS}") + plain("1", -1, language) + f"{THIN}%"
    return f"{number(math.copysign(size, share) if size else 0, digits_of_whole(size), language)}{THIN}%"


def change(relative: float, language: str) -> str:
    """A relative difference with its sign.

    >>> change(0.412, "en"), change(-0.0291, "fr"), change(0, "en"), change(11.234, "en")
    ('+41\u202f%', '−2,9\u202f%', '0\u202f%', '+1\u202f123\u202f%')
    """
    size = abs(relative) * 100
    sign = "+" if relative > 0 else ""
    digits = digits_of_whole(size) if size >= 10 else 2 if size >= 1 else 1
    return f"{sign}{number(relative * 100, digits, language)}{THIN}%"


def digits_of_whole(size: float) -> int:
    """How many digits leave a number whole, where that is plain; one of what is below 0.95."""
    if size < 0.95 or not math.isfinite(size):
        return 1
    power = rounded(size, 17)[1]
    return max(1, power + 1) if power < MOST else DIGITS


def unit_words(unit: str, language: str, *, several: bool = False) -> str:
    """A unit as people read it; in French its words as well, and of several things the first in the plural.

    >>> unit_words("kg CO2 eq", "fr"), unit_words("kgCO2eq/GPU", "en"), unit_words("m^2*h", "en")
    ('kg éq. CO₂', 'kg CO₂ eq/GPU', 'm²·h')
    >>> unit_words("MB/visit", "fr"), unit_words("prompt/day", "fr", several=True)
    ('Mo/visite', 'prompts/jour')
    """
    words = JOINED.sub(r"\1 éq. CO2" if language == "fr" else r"\1 CO2 eq", unit)
    if language == "fr":
        words = EQUIVALENT.sub(r"\1 éq. \2", words)
        words = WORD.sub(lambda found: _french(found[0], several=several and not found.start()), words)
    words = FORMULA.sub(lambda found: found[0].translate(LOWERED), words)
    return words.replace("^2", "²").replace("^3", "³").replace("*", "·")


def _french(word: str, *, several: bool) -> str:
    said = FRENCH.get(word)
    if said is None:
        return OCTETS.sub(r"\1o", word)
    return f"{said}s" if several and not said.endswith("s") else said


def is_several(value: float) -> bool:
    """Whether there are so many of a thing that French has it in the plural."""
    return abs(value) >= SEVERAL


def with_unit(text: str, unit: str, language: str, *, several: bool = False) -> str:
    """
    >>> with_unit("5", "MJ", "en"), with_unit("5", "", "en"), with_unit("5", "%", "en")
    ('5\u00a0MJ', '5', '5\u202f%')
    """
    words = unit_words(unit, language, several=several)
    return f"{text}{THIN if unit == '%' else BLANK}{words}" if unit else text


def quantity(value: float, unit: str, language: str) -> str:
    """A result with its unit.

    >>> quantity(0.00784, "kg CO2 eq", "fr")
    '7,84\u202f×\u202f10⁻³\u00a0kg éq. CO₂'
    """
    return with_unit(number(value, DIGITS, language), unit, language, several=is_several(value))


def input_quantity(value: float, unit: str, language: str) -> str:
    """An input with its unit.

    >>> input_quantity(67.5, "%", "en"), input_quantity(4, "min/visit", "en"), input_quantity(4, "year", "fr")
    ('67.5\u202f%', '4\u00a0min/visit', '4\u00a0ans')
    """
    return with_unit(stated(value, language), unit, language, several=is_several(value))


class Ticks(NamedTuple):
    """The marks of an axis, what stands at them, and the power of ten that their numbers are times; 0 where of none."""

    at: list[float]
    labels: list[str]
    power: int


def ticks(low: float, high: float, most: int, language: str) -> Ticks:
    """Round marks between two ends: 1, 2 or 5 times a power of ten from one to the next, about so many, two at least.

    >>> ticks(0, 370063, 4, "en"), ticks(0, 7.03e-8, 4, "en").labels, ticks(1, 1.4, 4, "en").labels
    (Ticks(at=[0.0, 100000.0, 200000.0, 300000.0], labels=['0', '100\u202f000', '200\u202f000', '300\u202f000'], power=0), ['0', '2', '4', '6'], ['1.0', '1.1', '1.2', '1.3', '1.4'])
    """  # noqa: E501
    times, step = step_of((high - low) / most)
    unit = float(f"1e{step}")
    first, last = math.ceil(low / unit / times - 1e-9), math.floor(high / unit / times + 1e-9)
    whole = [k * times for k in range(first, last + 1)]
    top = max((len(str(abs(k))) - 1 + step for k in whole if k), default=0)
    if len(whole) < 2 and math.isfinite(high - low):  # 5 times a power of ten may miss a short axis
        return ticks(low, high, most + 1, language)
    power = 0 if LEAST <= top < MOST else top
    return Ticks([k * unit for k in whole], [label_of(k, step - power, language) for k in whole], power)


def axis_unit(unit: str, power: int, language: str) -> str:
    """What the numbers of an axis are in.

    >>> axis_unit("kg Sb eq", -8, "en"), axis_unit("MJ", 0, "en"), axis_unit("", 9, "en")
    ('×\u202f10⁻⁸\u00a0kg Sb eq', 'MJ', '×\u202f10⁹')
    """
    return with_unit(f"×{THIN}{raised(power)}", unit, language) if power else unit_words(unit, language)


def step_of(least: float) -> tuple[int, int]:
    """The least of 1, 2, 5 times a power of ten that is not less: its digit, and the power."""
    if not 0 < least < math.inf:
        return 1, 0
    figures, power = rounded(least, 2)
    return next(((times, power) for times in (1, 2, 5) if int(figures) <= times * 10), (1, power + 1))


def label_of(whole: int, step: int, language: str) -> str:
    """A whole number times a power of ten."""
    if not whole:
        return "0"
    figures = str(abs(whole))
    power = len(figures) - 1 + step
    return (MINUS if whole < 0 else "") + plain(figures, power, language)
