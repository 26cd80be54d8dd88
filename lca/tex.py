r"""Text as LaTeX prints it, and how wide that is: nothing in it acts, and no word is too long for a line.

It needs LaTeX of 2020 or later, which reads UTF-8, and its T1 encoding of fonts for letters with accents.
"""

from __future__ import annotations

import re
import unicodedata

from lca.problems import printable
from lca.spoken import ENGLISH, language

COMMANDS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    '"': r"\textquotedbl{}", "|": r"\textbar{}", "`": r"\`{}", "×": r"$\times$", "…": r"\dots{}", "–": "--",
    "—": "---", "→": r"$\rightarrow$", "−": "$-$", "±": r"$\pm$", "≤": r"$\leq$", "≥": r"$\geq$", "≈": r"$\approx$",
    "·": r"$\cdot$", "°": r"$^\circ$", "µ": r"$\mu$", "∞": r"$\infty$", "÷": r"$\div$", "§": r"\S{}",
    "€": "EUR", "\u202f": r"\,", "\xa0": "~",
}  # fmt: skip
LOW_AND_HIGH = {"<sub>": r"\textsubscript{{{}}}", "<super>": r"\textsuperscript{{{}}}"}
LETTERS = {chr(number) for number in range(0xC0, 0x180)} - {*"×÷ĦħĸĿŀŉŦŧſ"} | {*"ȘșȚțȲȳ¡¿£«»‹›“”„‘’"}  # of T1
LIGATURE = re.compile(r"([-'`,])(?=\1)")  # two of them are one other sign
DIGIT = re.compile(r"(?<=[A-Z])(\d)(?![\w-])")  # of a molecule: CO2, but neither CFC-11 nor m3
LOWERED = {0x2080 + digit: str(digit) for digit in range(10)}  # digits that stand low by themselves
LONG_WORD = re.compile(r"\S{14,}")
PIECE = 10  # characters of a long word, after which a line may end
NARROW, WIDE = {*"iljtfr.,:;'|!()[]/ "}, {*"mwMW%@—"}


def escaped(text: str) -> str:
    r"""Text that LaTeX prints as it is; a sign that its fonts lack, by its number.

    >>> escaped("50 % of R&D_1"), escaped("CO₂ in 中"), escaped("α--β")
    ('50 \\% of R\\&D\\_1', 'CO\\textsubscript{2} in [U+4E2D]', '$\\alpha$-{}-$\\beta$')
    """
    line = LIGATURE.sub("\\1\0", printable(text.replace("\n", " ")))
    return "".join("{}" if sign == "\0" else _sign(sign) for sign in line)


def running(text: str) -> str:
    r"""Escaped text in which a long word may go over several lines.

    >>> running("a_very_long_name_of_an_item, ok")
    'a\\_very\\_lon\\allowbreak{}g\\_name\\_of\\_\\allowbreak{}an\\_item, ok'
    """
    parts = (part for each in re.split(r"(\S{14,})", text.replace("\n", " ")) for part in [each] if part)
    return "".join(r"\allowbreak{}".join(map(escaped, _pieces(part))) for part in parts)


def unit(label: str) -> str:
    r"""A unit; the digits of a molecule stand low.

    >>> unit("kg CO2 eq"), unit("kg CFC-11 eq"), unit("m3 eq")
    ('kg CO\\textsubscript{2} eq', 'kg CFC-11 eq', 'm3 eq')
    """
    return DIGIT.sub(r"\\textsubscript{\1}", escaped(label.translate(LOWERED)))


def number(value: float) -> str:
    r"""Three significant digits as a power of ten.

    >>> number(7.8432e-3), number(0.0), number(-4.64)
    ('$7.84 \\times 10^{-3}$', '$0$', '$-4.64$')
    """
    mantissa, _, exponent = (f"{value:.2e}" if value else "0").partition("e")
    shown = decimal(mantissa)
    return f"${shown} \\times 10^{{{int(exponent)}}}$" if int(exponent or 0) else f"${shown}$"


def decimal(number: str) -> str:
    r"""A number of a formula with the decimal sign of the language in force; a comma in braces has no gap after it.

    >>> decimal("7.84")
    '7.84'
    >>> from lca.spoken import spoken
    >>> with spoken("fr"):
    ...     decimal("7.84")
    '7{,}84'
    """
    return number if language() == ENGLISH else number.replace(".", "{,}")


def points(text: str) -> float:
    """How wide a text is at most, in points, in the 10 point type of the article class."""
    return sum(3.9 if sign in NARROW else 10.3 if sign in WIDE else 5.6 if sign.islower() else 7.9 for sign in text)


def lines(text: str, width: float) -> int:
    """How many lines of a width in points a text takes, with some to spare for words that do not fill them."""
    return 1 + int(points(text) * 1.05 / width)


def _pieces(word: str) -> list[str]:
    if not LONG_WORD.fullmatch(word):
        return [word]
    return [word[start : start + PIECE] for start in range(0, len(word), PIECE)]


def _sign(sign: str) -> str:
    if sign in COMMANDS:
        return COMMANDS[sign]
    if sign.isascii() or sign in LETTERS:
        return sign
    kind, _, rest = unicodedata.decomposition(sign).partition(" ")
    if kind in LOW_AND_HIGH:
        return LOW_AND_HIGH[kind].format(escaped("".join(chr(int(each, 16)) for each in rest.split())))
    return _greek(sign) or _alike(sign)


def _greek(sign: str) -> str:
    r"""
    >>> _greek("Ω"), _greek("π"), _greek("x")
    ('$\\Omega$', '$\\pi$', '')
    """
    words = unicodedata.name(sign, "").split()
    if words[:1] != ["GREEK"] or words[1:3] not in (["SMALL", "LETTER"], ["CAPITAL", "LETTER"]) or len(words) != 4:
        return ""
    name = {"LAMDA": "LAMBDA"}.get(words[3], words[3]).lower()
    known = SMALL if words[1] == "SMALL" else CAPITALS
    return "" if name not in known else f"$\\{name if known is SMALL else name.title()}$"


SMALL = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
}  # fmt: skip
CAPITALS = {"gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"}


def _alike(sign: str) -> str:
    """
    >>> _alike("½"), _alike("ﬁ"), _alike("中")
    ('1/2', 'fi', '[U+4E2D]')
    """
    plain = unicodedata.normalize("NFKD", sign).replace("⁄", "/")
    return "".join(map(_sign, plain)) if plain.isascii() else f"[U+{ord(sign):04X}]"
