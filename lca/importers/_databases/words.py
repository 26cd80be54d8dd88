"""The words of others: names of criteria, units and stages as databases print them, to ours."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lca import units
from lca.model.criteria import Criterion
from lca.units import Namespace, Unit, UnitError
from lca.workbook.foreign.heads import alike_unit

HERE = Path(__file__).parent
NO_WORD = re.compile(r"[^a-z0-9]+")
EQUIVALENT = re.compile(r"(?:world|equivalents?|eq|depriv(?:ed)?|(?<=co2)e)+$")
EQUIVALENT_OF = re.compile(r"^(kg|g|t|mg)eq([a-z].*)$")
PREFIX = re.compile(r"^\s*(EF|PEF|ILCD|CML|EN ?15804)[\s\d.+A-Za-z()]*?[:|,-]\s*", re.IGNORECASE)
BRACKETED = re.compile(r"\s*[\[(]([^\[\]]*)[\])]\s*$")


@cache
def plain(word: str) -> str:
    """A word without case, accents and signs.

    >>> plain("Écotoxicité, eaux douces"), plain("Climate change - fossil")
    ('ecotoxicite eaux douces', 'climate change fossil')
    """
    bare = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    return NO_WORD.sub(" ", bare).strip()


@cache
def slug(name: str) -> str:
    """A name as a key of an item.

    >>> slug("Ordinateur portable, 14 pouces (moyen)")
    'ordinateur-portable-14-pouces-moyen'
    """
    return plain(name).replace(" ", "-")[:120].strip("-")


@cache
def _rows(name: str) -> tuple[tuple[str, str], ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple((row[0], row[1]) for row in [*csv.reader(file)][1:])


@cache
def _criteria() -> dict[str, str]:
    return {plain(name): key for key, name in _rows("criteria.csv")}


@cache
def _stages() -> dict[str, str]:
    return {plain(said): stage for stage, said in _rows("stages.csv")}


@cache
def _pers() -> dict[str, str]:
    return {alike_unit(said): unit for said, unit in _rows("units.csv")}


def criterion(said: str, known: Mapping[str, Criterion]) -> str:
    """The key of the criterion that a source calls so; '' where none of ours is.

    A name of a method before it and a unit in brackets behind it are left aside.
    """
    own = {plain(word): key for key, one in known.items() for word in (one.key, one.label, one.name)}
    found = next((key for name in _names(said) if (key := _criteria().get(name) or own.get(name, ""))), "")
    return found if found in known else ""


def names_a_criterion(said: str) -> bool:
    """Whether a source's word is the name of a criterion."""
    return any(name in _criteria() for name in _names(said))


def _names(said: str) -> list[str]:
    """What may be the name in what a source says."""
    bare = PREFIX.sub("", said)
    return [plain(name) for name in (said, bare, BRACKETED.sub("", said), BRACKETED.sub("", bare))]


@cache
def stage(said: str) -> str:
    """The life-cycle stage that a source calls so; '' where none is."""
    return _stages().get(plain(said), "")


@cache
def numerator(said: str, space: Namespace) -> str:
    """A unit of an impact as a row of a pack writes it; '' where it is none of the criterion.

    >>> gwp = Namespace("GWP", "CO2eq", "kgCO2eq", "GWP")
    >>> numerator("kg CO2 eq", gwp), numerator("gCO2e", gwp), numerator("kg SO2 eq", gwp)
    ('kgCO2eq', 'gCO2eq', '')
    >>> numerator("mg CO2 eq.", gwp), numerator("Mg CO2 eq.", gwp)  # a megagram is a tonne
    ('mgCO2eq', 'tCO2eq')
    """
    heads = {_folded(space.unit): ""}
    if space.unit.startswith("kg"):
        heads |= {_folded(head + space.unit.removeprefix("kg")): head for head in ("t", "g", "mg")}
    head = heads.get(_folded(said))
    if head == "mg" and said.lstrip().startswith("M"):
        head = "t"
    elif head == "" and _is_mega(said) != _is_mega(space.unit):
        head = None
    if head is not None:
        return head + space.unit.removeprefix("kg") if head else space.unit
    own = _pers().get(alike_unit(said), said.strip())
    return own if _is_unit(own, space) else ""


def _is_mega(said: str) -> bool:
    return alike_unit(said).startswith("mega ")


def _is_unit(text: str, space: Namespace) -> bool:
    try:
        return units.scale(units.unit(text, space), units.unit(space.unit, space)) is not None
    except UnitError:
        return False


def _folded(said: str) -> str:
    """A unit without signs and case, its equivalents told alike.

    >>> _folded("kg CO2-Eq."), _folded("kg éq. CO2"), _folded("m³ world eq. deprived"), _folded("disease inc.")
    ('kgco2eq', 'kgco2eq', 'm3eq', 'incidence')
    """
    bare = plain(said).replace(" ", "")
    if bare in ("pt", "points", "dimensionlesspt"):
        return "point"
    if bare.startswith(("disease", "death")) or bare == "incidence":
        return "incidence"
    return EQUIVALENT.sub("eq", EQUIVALENT_OF.sub(r"\1\2eq", bare))


@cache
def denominator(said: str) -> Unit | None:
    """What one of is meant; None where we do not know it.

    >>> str(denominator("tonne.km")), str(denominator("kWh PCI")), denominator("repas")
    ('t*km', 'kWh', None)
    """
    bare = re.sub(r"\s+", " ", said.strip())
    for text in (_pers().get(alike_unit(bare), ""), bare):
        try:
            if text:
                return units.unit(text)
        except UnitError:
            continue
    return None
