"""Numbers as people type them into a cell: understood where they have one meaning, met with what to write elsewhere."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from typing import NamedTuple

from lca import units
from lca.units import ONE, Namespace, Unit
from lca.workbook.names import PERCENT, PURE
from lca.workbook.review.copies import plain

LONGEST = 100  # characters of a number with its unit
TYPED = re.compile(
    r"(?P<sign>[-+]?) ?(?P<digits>[0-9][0-9 .,']*|[.,][0-9]+)?(?P<part>[¼-¾⅐-⅞])?"
    r"(?P<exponent>[eE][-+]?[0-9]{1,3}(?![0-9]))?(?P<unit>.*)",
    re.DOTALL,
)
FRACTION = re.compile(r"(?P<number>[-+]?[0-9]{1,9} ?/ ?[0-9]{1,9})(?P<unit>(?: .*)?)")
GROUP = len("000")
SEPARATORS = " .,'"


class Typed(NamedTuple):
    """A number as it was typed. unit: the one that was typed with it, if one was; refused: why it is none."""

    number: float = 0.0
    unit: str = ""
    refused: str = ""


def typed(text: str) -> Typed:
    r"""The number of a text, with the unit that stands behind it.

    >>> typed("45 W"), typed("1\u00a0234,5"), typed("−3e-2"), typed("1½ h")
    (Typed(number=45.0, unit='W', refused=''), Typed(number=1234.5, unit='', refused=''), Typed(number=-0.03, unit='', refused=''), Typed(number=1.5, unit='h', refused=''))
    >>> typed("1/8 1/visit"), typed("1,5%")
    (Typed(number=0.125, unit='1/visit', refused=''), Typed(number=1.5, unit='%', refused=''))
    >>> typed("1,500").refused, typed("about 3").refused
    ("'1,500' can be read as 1.5 and as 1500: type it as a number", "'about 3' is a text, not a number: type a number")
    """  # noqa: E501
    words = " ".join(text.replace("\u2212", "-").replace("\u2019", "'").replace("\u200b", "").split())
    shown = plain(words)
    if len(words) > LONGEST:
        return Typed(refused=f"'{shown}' is a text, not a number: type a number")
    fraction = FRACTION.fullmatch(words)
    if fraction is not None:
        return _quantity(fraction["number"].replace(" ", ""), fraction["unit"].strip(), shown)
    match = TYPED.fullmatch(words)
    if match is None or not (match["digits"] or match["part"]):
        return Typed(refused=f"'{shown}' is a text, not a number: type a number")
    readings = _readings((match["digits"] or "0").strip())
    if len(readings) > 1 and not match["exponent"]:
        can = " and as ".join(f"{match['sign']}{_short(reading)}" for reading in readings)
        return Typed(refused=f"'{shown}' can be read as {can}: type it as a number")
    if not readings or (match["part"] and (match["exponent"] or not readings[0].isdigit())):
        return Typed(refused=f"'{shown}' is a text, not a number: type a number")
    number = readings[0]
    if match["part"]:
        number = repr(float(number) + unicodedata.numeric(match["part"]))
    return _quantity(f"{match['sign']}{number}{match['exponent'] or ''}", match["unit"].strip(), shown)


def _quantity(number: str, unit: str, shown: str) -> Typed:
    try:
        value, _ = units.quantity(number)
    except units.UnitError as error:
        return Typed(refused=f"'{shown}' is no number: {error.message}")
    if unit[:1].isdigit() and not unit.startswith("1/"):
        return Typed(refused=f"'{shown}' is a text, not a number: type a number")
    return Typed(value, unit)


def _readings(digits: str) -> list[str]:
    """The numbers that digits with separators can stand for: in groups of three, or with decimals.

    >>> _readings("1.234,5"), _readings("1,234,567"), _readings("12,5"), _readings("1,234"), _readings("1,23,4")
    (['1234.5'], ['1234567'], ['12.5'], ['1.234', '1234'], [])
    """
    signs = [sign for sign in digits if sign in SEPARATORS]
    *groups, last = re.split(f"[{SEPARATORS}]", digits)
    if not signs:
        return [digits]
    readings = []
    whole = 0 < len(groups[0]) <= GROUP and not groups[0].startswith("0")
    in_groups = all(len(group) == GROUP for group in groups[1:])
    others = set(signs[:-1])
    is_decimal = signs[-1] in ".," and signs[-1] not in others and len(others) <= 1
    if is_decimal and last and (len(groups) == 1 or (whole and in_groups)):
        readings.append(f"{''.join(groups) or '0'}.{last}")
    if len(set(signs)) == 1 and whole and in_groups and len(last) == GROUP:
        readings.append(f"{''.join(groups)}{last}")
    return readings


def _short(number: str) -> str:
    return f"{float(number):.15g}"


def unit_of(text: str, target: Unit, spaces: tuple[Namespace, ...]) -> tuple[Unit, float] | None:
    """A unit that somebody wrote, and what leads from it to the target; None where it is none of that dimension."""
    words = " ".join(text.split())
    if words in ("", PURE, "-"):
        words = "1"
    for space in (None, *spaces):
        try:
            made = units.unit(words, space, units.own_in(target))
        except units.UnitError:
            continue
        factor = 100.0 if made is ONE and is_percent(target) else units.scale_stated(made, target)
        if factor is not None:
            return made, factor
    return None


def why_not(text: str, target: Unit, spaces: tuple[Namespace, ...]) -> str:
    """Why a unit that somebody wrote is none that leads to the target, and what to write.

    >>> why_not("weeks", units.unit("day"), ()), why_not("kg", units.unit("day"), ())
    ("there is no unit 'weeks': write week: a unit is written in the singular", 'kg does not lead to day')
    """
    try:
        units.unit(" ".join(text.split()), None, units.own_in(target))
    except units.UnitError as error:
        if not _is_known(text, target, spaces):
            return f"there is no unit '{plain(text)}': {plain(error.hint or error.message)}"
    return f"{plain(text)} does not lead to {target}"


def _is_known(text: str, target: Unit, spaces: tuple[Namespace, ...]) -> bool:
    for space in spaces:
        with suppress(units.UnitError):
            units.unit(" ".join(text.split()), space, units.own_in(target))
            return True
    return False


def is_percent(unit: Unit) -> bool:
    """Whether the cell of a quantity holds a fraction."""
    return str(unit) == PERCENT
