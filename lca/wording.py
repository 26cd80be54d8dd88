"""How numbers, lists and lines are written for people. Rounding happens here and nowhere else."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable
from functools import reduce
from unicodedata import combining, east_asian_width

from lca.problems import printable
from lca.spoken import ENGLISH, _, language, numbers

NONE = "–"
PLAIN = re.compile(r"(\d+)(\.\d+)?")
MARKED = re.compile(r"[\\`*_\[\]<>|~&$]")  # what Markdown reads otherwise than as it stands


def figure(value: float) -> str:
    """An impact: three significant digits, one form for all sizes, so that a column can be compared at a glance.

    >>> figure(6.7234e-08), figure(360012.0), figure(0.0)
    ('6.72e-08', '3.60e+05', '0')
    >>> from lca.spoken import spoken
    >>> with spoken("fr"):
    ...     figure(0.00784)
    '7,84\u202f×\u202f10⁻³'
    """
    if language() != ENGLISH:
        return numbers.number(value, numbers.DIGITS, language(), as_plain=False)
    return "0" if value == 0 else f"{value:.2e}"


def number(value: float) -> str:
    """A number as it might have been written: up to four significant digits.

    >>> number(37.5e6), number(0.00138), number(2.5), number(16000.0)
    ('3.75e7', '0.00138', '2.5', '16000')
    """
    if language() != ENGLISH:
        return numbers.stated(value, language())
    text = f"{float(f'{value:.4g}'):.6g}"
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def between(low: float | None, high: float | None) -> str:
    """The ends of a range; empty where there are none.

    >>> between(0.5, 3.0), between(None, 3.0), between(None, None)
    ('0.5 to 3', '– to 3', '')
    """
    ends = (low, high)
    first, last = (NONE if end is None else number(end) for end in ends)
    return _("{low} to {high}", low=first, high=last) if ends != (None, None) else ""


def percent(share: float) -> str:
    """A share, to a tenth of a percent.

    >>> percent(0.9132), percent(0.0001), percent(0.0), percent(1.0)
    ('91.3 %', '<0.1 %', '0.0 %', '100.0 %')
    """
    if 0 < abs(share) < 0.0005:  # would round to 0.0
        return localised("<0.1 %" if share > 0 else ">-0.1 %")
    return localised(f"{share * 100:.1f} %")


def deviation(relative: float) -> str:
    """A relative difference with its sign.

    >>> deviation(-0.0291), deviation(0.0), deviation(119.3), deviation(math.inf)
    ('-2.9 %', '+0.0 %', '+11930 %', 'no ratio')
    """
    if not math.isfinite(relative):
        return _("no ratio")
    rounded = round(relative * 100, 1) + 0.0  # -0.0 becomes 0.0
    return localised(f"{rounded:+.0f} %" if abs(rounded) >= 1000 else f"{rounded:+.1f} %")


def apart(value: float, is_other: Callable[[float], bool]) -> str:
    """A number with four digits, or with as many as it takes not to be read as one that it is not.

    >>> apart(100.0001, lambda shown: shown == 100), apart(90.0, lambda shown: shown == 100)
    ('100.0001', '90')
    """
    texts = (f"{value:.{digits}g}" for digits in range(4, 17))
    return next((text for text in (number(value), *texts) if not is_other(float(text))), repr(value))


def quantity(value: float, unit: str) -> str:
    """A number with its unit, if it has one.

    >>> quantity(67.5, "%"), quantity(0.4, "1"), quantity(4.0, "min/visit")
    ('67.5 %', '0.4', '4 min/visit')
    """
    if language() != ENGLISH:
        own = "" if unit == "1" else unit
        return numbers.with_unit(number(value), own, language(), several=numbers.is_several(value))
    return f"{number(value)} {unit}".removesuffix(" 1")


def localised(text: str) -> str:
    """A number as Python formats it, in the signs of the language in force.

    >>> from lca.spoken import spoken
    >>> with spoken("fr"):
    ...     localised("-11930.5 %")
    '−11\u202f930,5\u202f%'
    """
    if language() == ENGLISH:
        return text
    signed = text.replace("-", numbers.MINUS).replace(" %", f"{numbers.THIN}%")
    return PLAIN.sub(lambda found: numbers.grouped(found[1]) + (found[2] or "").replace(".", ","), signed)


def unit_words(unit: str) -> str:
    """A unit of results as people read it; in English as the tables of factors have it.

    >>> from lca.spoken import spoken
    >>> with spoken("fr"):
    ...     unit_words("kg CO2 eq")
    'kg éq. CO₂'
    """
    return unit if language() == ENGLISH else numbers.unit_words(unit, language())


def plural(count: int, one: str, several: str = "") -> str:
    """
    >>> plural(1, "input"), plural(2, "input"), plural(0, "known gap")
    ('1 input', '2 inputs', '0 known gaps')
    """
    return f"{count} {one if count == 1 else several or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *first, last = [*words] or [""]
    return _("{first} and {last}", first=", ".join(first), last=last) if first else last


def clauses(texts: Iterable[str]) -> str:
    """
    >>> clauses(["a", "b", "c"]), clauses([])
    ('a; b; c', '')
    """
    return reduce(lambda first, rest: _("{first}; {rest}", first=first, rest=rest), [*texts] or [""])


def grouped(count: int) -> str:
    """A whole number with its digits in threes.

    >>> grouped(100000)
    '100,000'
    """
    return f"{count:,}" if language() == ENGLISH else numbers.grouped(str(count))


def either(words: Iterable[str]) -> str:
    """
    >>> either(["a", "b", "c"]), either(["a"])
    ('a or b or c', 'a')
    """
    return reduce(lambda first, last: _("{first} or {last}", first=first, last=last), words)


def some(words: Iterable[str], most: int, *, counted: bool = True) -> str:
    """The first words of many, and how many there are.

    >>> some("abc", 3), some("abcd", 3), some("abcd", 3, counted=False)
    ('a, b, c', 'a, b, c, … (4 in all)', 'a, b, c, …')
    """
    every = [*words]
    more = f", {_('… ({count} in all)', count=len(every))}" if counted else ", …"
    return ", ".join(every[:most]) + (more if len(every) > most else "")


def runs(words: Iterable[str], joint: str = "") -> list[str]:
    """Words, of which whole numbers that follow one another are told as the first and the last.

    >>> runs(["2024", "2025", "2026", "2028", "ITA"])
    ['2024 to 2026', '2028', 'ITA']
    """
    groups: list[list[str]] = []
    for word in words:
        follows = groups and word.isdecimal() and groups[-1][-1].isdecimal() and int(word) == int(groups[-1][-1]) + 1
        groups[-1].append(word) if follows else groups.append([word])
    return [each[0] if len(each) == 1 else _run(each[0], each[-1], joint) for each in groups]


def _run(low: str, high: str, joint: str) -> str:
    return f"{low}{joint}{high}" if joint else _("{low} to {high}", low=low, high=high)


def folded(text: str, width: int) -> list[str]:
    """Lines of at most a width, broken at blanks; a longer word stands alone, whole.

    >>> folded("no open factor for this", 12)
    ['no open', 'factor for', 'this']
    """
    lines = [""]
    for word in printable(text.replace("\n", " ")).split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and columns(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def columns(text: str) -> int:
    """The columns that a text takes on a terminal.

    >>> columns("kWh"), columns("電力")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def legible(text: str) -> str:
    r"""JSON in which signs that cannot be seen are escaped, as they may be in any of its texts.

    >>> legible('"a\u202eb"')
    '"a\\u202eb"'
    """
    return "\n".join(line if line.isprintable() else "".join(map(_sign, line)) for line in text.split("\n"))


def _sign(sign: str) -> str:
    return sign if sign.isprintable() else json.dumps(sign)[1:-1]


def in_markdown(text: str) -> str:
    r"""Text on one line that means nothing but itself in Markdown.

    >>> print(in_markdown("GWP | <b>"))
    GWP \| \<b\>
    """
    return MARKED.sub(r"\\\g<0>", printable(text.replace("\n", " ")))
