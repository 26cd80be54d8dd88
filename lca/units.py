"""Units: what a text such as `kWh/image` means, and the arithmetic of units.

A unit is a product of atoms (`kWh`, `image`, `%`) with whole exponents. An atom has dimensions and an exact rational
scale to the base units: SI, with mass in kg, `bit`, and one base unit for each countable thing. What the atoms mean is
looked up in the shipped table `units.tsv`, which is written from `units.txt` by pint. pint is the authority, and is
imported only for a name that the table lacks. A text passes the grammar of this module before anyone is asked.

    unit   = ["1" "/"] factor {("*" | "·" | "/") factor}
    factor = name [("^" | "**") whole number from -9 to 9 | "²" | "³"]
    name   = "%" | (letter | "µ" | "Ω") {letter | "µ" | "Ω" | digit | "_"}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import takewhile
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from lca.problems import near, printable, shortened

if TYPE_CHECKING:
    import pint

Powers = tuple[tuple[str, int], ...]  # names with exponents: of atoms in written order, or of dimensions, sorted
Own = frozenset[str]  # the names of units of a scenario's own

LONGEST_UNIT = 80  # characters
LONGEST_NUMBER = 40  # characters
LONGEST_QUANTITY = 200  # characters
HIGHEST_WRITTEN = 9  # exponent
HIGHEST_DERIVED = 99  # exponent
WIDEST_SCALE = 500  # bits between a unit and its base: two such units convert within the range of a float
SHORTEST_ASKED = 4  # letters of a name that pint is asked about: nearly all of its shorter names surprise
NONE: Own = frozenset()
OWN = ":"  # begins the atom and the dimension of a unit of a scenario's own, so that they are like no others

DEFINITIONS = Path(__file__).with_name("units.txt")
TABLE = Path(__file__).with_name("units.tsv")


class UnitError(ValueError):
    """What is wrong with a text, the 0-based column within it where it goes wrong, and the way out.

    `unknown`: the name that means nothing, where that is all.
    """

    def __init__(self, message: str, offset: int = 0, hint: str = "", unknown: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.hint, self.unknown = message, offset, hint, unknown

    @property
    def ways(self) -> str:
        """The ways out of a text of a scenario, which may count in things of its own."""
        may_be_own = self.unknown and refused_own(self.unknown) is None
        return f"{self.hint}\na thing to count in is declared: units: [{self.unknown}]" if may_be_own else self.hint


class Namespace(NamedTuple):
    """A criterion as a reader of units: `kgCO2eq` is `kg` with the suffix `CO2eq`, and means nothing elsewhere.

    `unit` is the unit that the criterion declares; another dimension is refused. Where it is empty, any is taken.
    """

    key: str
    suffix: str = ""
    unit: str = ""
    label: str = ""

    @property
    def shown(self) -> str:
        """What messages call the criterion."""
        return self.label or self.key


class Atom(NamedTuple):
    """The meaning of one name: dimensions, and the exact scale num/den to the base units."""

    dims: Powers
    num: int
    den: int
    word: str = ""
    meaning: str = ""
    counted: bool = False


class Refusal(NamedTuple):
    """Why a name is no unit here, and what to write instead."""

    message: str
    hint: str
    unknown: str = ""


class Unit:
    """An immutable product of atoms. Two units that are written alike are one object: compare with `is`.

    `text` is what is displayed, `atoms` what was written, `dims` and `num`/`den` what it means.
    """

    __slots__ = ("text", "atoms", "dims", "num", "den")

    text: str
    atoms: Powers
    dims: Powers
    num: int
    den: int

    def __init__(self, text: str, atoms: Powers, dims: Powers, num: int, den: int) -> None:
        for name, value in zip(self.__slots__, (text, atoms, dims, num, den), strict=True):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a unit cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a unit cannot be changed: {name}")

    def __reduce__(self) -> tuple[Callable[[Powers], Unit], tuple[Powers]]:
        return _interned, (self.atoms,)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Unit('{self.text}')"


# The arithmetic of units


@cache
def times(left: Unit, right: Unit) -> Unit:
    """
    >>> times(unit("kWh/image"), unit("image/prompt"))
    Unit('kWh/prompt')
    """
    if left is ONE or right is ONE:
        return right if left is ONE else left
    return _interned(_numerators_first(_merged((*left.atoms, *right.atoms))))


@cache
def over(left: Unit, right: Unit) -> Unit:
    """
    >>> over(unit("kWh"), unit("kWh")) is ONE
    True
    """
    return times(left, power(right, -1))


@cache
def power(base: Unit, exponent: int) -> Unit:
    """
    >>> power(unit("m/s"), -2)
    Unit('s^2/m^2')
    """
    if exponent == 1:
        return base
    return _interned(_numerators_first(_merged((name, each * exponent) for name, each in base.atoms)))


@cache
def scale(source: Unit, target: Unit) -> float | None:
    """What to multiply a number in `source` by to have it in `target`; None where the dimensions differ.

    >>> scale(unit("kWh"), unit("MJ")), scale(unit("kWh"), unit("kg"))
    (3.6, None)
    """
    if source.dims != target.dims:
        return None
    return (source.num * target.den) / (source.den * target.num)


def conversion(source: Unit, target: Unit) -> str:
    """The factor of a change of unit, exactly, and what it is one of; empty where only the order of words changes.

    >>> conversion(unit("day/year"), ONE), conversion(unit("W*h"), unit("kWh")), conversion(unit("%"), ONE)
    ('1/365 year per day', '0.001 kWh per W*h', '0.01 per %')
    >>> conversion(unit("GPU*h"), unit("h*GPU")), conversion(ONE, unit("%"))
    ('', '100 % per 1')
    """
    made = over(target, source)
    if made is ONE:
        return ""
    above, *below = made.text.split("/")
    return " ".join([_ratio(made.den, made.num), *([] if above == "1" else [above]), "per", "*".join(below) or "1"])


def _ratio(num: int, den: int) -> str:
    """A ratio as a decimal where that is exact in a few digits, else as it is, else rounded.

    >>> _ratio(3, 1250), _ratio(25, 219), _ratio(3_600_000, 1), _ratio(10**15 + 1, 10**15 - 1)
    ('0.0024', '25/219', '3600000', '1')
    """
    short = f"{num / den:.12g}"
    if 10**12 % den == 0 and float(short) == num / den:
        return short
    ends = f"{num:.12g}", f"{den:.12g}"
    return "/".join(ends) if (int(float(ends[0])), int(float(ends[1]))) == (num, den) else short


def leading(made: Unit, wanted: Unit) -> float:
    """What leads from a unit to another, whatever the first is for a unit of.

    >>> leading(unit("kWh/visit"), unit("Wh")), leading(unit("MB"), unit("kB"))
    (1000.0, 1000.0)
    """
    rest = over(made, wanted)
    return rest.num / rest.den


def scale_stated(source: Unit, target: Unit) -> float | None:
    """`scale` for a number that somebody wrote: None too where a bare number stands for one in a unit, % included.

    >>> scale(ONE, unit("h/day")), scale_stated(ONE, unit("h/day")), scale_stated(ONE, unit("%"))
    (24.0, None, None)
    """
    return None if source is ONE and target is not ONE else scale(source, target)


def has_name(made: Unit) -> bool:
    """Whether a number needs its unit beside it: h/day, though it has no dimension, but neither % nor a pure number."""
    return any(_atom(name).dims for name, _ in made.atoms)


def denominator(made: Unit) -> Unit:
    """What a unit is per; a ratio of two units of one dimension is a number and no part of it.

    >>> denominator(unit("kg/GB/year")), denominator(unit("GPU*kB/B/server"))
    (Unit('GB*year'), Unit('server'))
    """
    above = {(_atom(name).dims, each) for name, each in made.atoms if each > 0}
    below = ((name, -each) for name, each in made.atoms if each < 0)
    return _interned(tuple((name, each) for name, each in below if (_atom(name).dims, each) not in above))


def per(made: Unit | str, other: Unit) -> str:
    """How a unit is written for one of another, also where a part of it cancels.

    >>> per("kWh", unit("CPU*h")), per("GB", unit("GB*h")), per("kWh", unit("prompt/s"))
    ('kWh/CPU/h', 'GB/GB/h', 'kWh*s/prompt')
    """
    if "/" in other.text or "^" in other.text:
        return str(over(unit(made) if isinstance(made, str) else made, other))
    return f"{made}/{other.text.replace('*', '/')}"


@cache
def coherent(made: Unit) -> Unit:
    """The unit of the same dimensions whose scale is 1: what a number 1 is one of.

    >>> coherent(unit("server*%")), coherent(unit("Mtoken/ktoken*server")), coherent(unit("kWh/h"))
    (Unit('server'), Unit('server'), Unit('J/s'))
    >>> coherent(unit("gCO2eq/kWh", Namespace("GWP", "CO2eq", "kgCO2eq")))
    Unit('kgCO2eq/J')
    """
    if all(_atom(name).num == _atom(name).den for name, _ in made.atoms):
        return made
    bases = ((_base_atoms(_atom(name).dims), each) for name, each in made.atoms)
    return _interned(_numerators_first(_merged((base, power * each) for atoms, each in bases for base, power in atoms)))


def is_counted(made: Unit) -> bool:
    """Whether a unit counts things of one kind: whole numbers of it mean something.

    >>> (
    ...     is_counted(unit("server*%")),
    ...     is_counted(unit("ktoken")),
    ...     is_counted(unit("GB")),
    ...     is_counted(unit("prompt/user")),
    ... )
    (True, True, False, False)
    """
    return len(made.dims) == 1 and (made.dims[0] in _counted_dims() or _is_one_of_own(made.dims))


def _is_one_of_own(dims: Powers) -> bool:
    return len(dims) == 1 and dims[0][0].startswith(OWN) and dims[0][1] == 1


def recounted(made: Unit, example: Unit) -> bool:
    """Whether a unit is an example with another countable thing in place of the one in it.

    >>> (
    ...     recounted(unit("W/server"), unit("W/GPU")),
    ...     recounted(unit("h*CPU"), unit("h*GPU")),
    ...     recounted(unit("W"), unit("W/GPU")),
    ...     recounted(unit("W/kg"), unit("W/GPU")),
    ...     recounted(unit("W*server"), unit("W/GPU")),
    ... )
    (True, True, False, False, False)
    """
    ratio = dict(over(made, example).dims)
    held = dict(example.dims)
    new = [name for name in ratio if name not in held]
    old = [name for name in ratio if name in held]
    if len(new) != 1 or len(old) != 1:
        return False
    power = held[old[0]]
    counted = all((name, 1) in _counted_dims() for name in (*new, *old))
    return counted and ratio == {new[0]: power, old[0]: -power}


@cache
def _counted_dims() -> frozenset[tuple[str, int]]:
    return frozenset(dim for atom in _table().values() if atom.counted for dim in atom.dims)


def _merged(powers: Iterable[tuple[str, int]]) -> Powers:
    """Each name once, in the order of first appearance, without those that cancel."""
    total: dict[str, int] = {}
    for name, exponent in powers:
        total[name] = total.get(name, 0) + exponent
    return tuple((name, exponent) for name, exponent in total.items() if exponent)


def _numerators_first(atoms: Powers) -> Powers:
    return tuple(sorted(atoms, key=lambda atom: atom[1] < 0))


_units: dict[Powers, Unit] = {}


def _interned(atoms: Powers) -> Unit:
    """The one unit with these atoms in this order."""
    known = _units.get(atoms)
    return known or _units.setdefault(atoms, _built(atoms))


def _built(atoms: Powers) -> Unit:
    text = _rendered(atoms)
    if any(abs(exponent) > HIGHEST_DERIVED for _, exponent in atoms):
        raise UnitError(f"an exponent of {text[:LONGEST_UNIT]} is beyond {HIGHEST_DERIVED}")
    num, den = _scale_of(atoms)
    if abs(num.bit_length() - den.bit_length()) > WIDEST_SCALE:
        raise UnitError(f"{text[:LONGEST_UNIT]} is too large or too small a unit to calculate with")
    return Unit(text, atoms, _dims_of(atoms), num, den)


def _scale_of(atoms: Powers) -> tuple[int, int]:
    num = den = 1
    for name, exponent in atoms:
        atom = _atom(name)
        over_and_under = (atom.num, atom.den) if exponent > 0 else (atom.den, atom.num)
        num, den = num * over_and_under[0] ** abs(exponent), den * over_and_under[1] ** abs(exponent)
    return _reduced(num, den)


def _reduced(num: int, den: int) -> tuple[int, int]:
    common = gcd(num, den)
    return num // common, den // common


def _dims_of(atoms: Powers) -> Powers:
    spread = ((dim, each * exponent) for name, exponent in atoms for dim, each in _atom(name).dims)
    return tuple(sorted(_merged(spread)))


def _rendered(atoms: Powers) -> str:
    """
    >>> _rendered((("kWh", 1), ("image", 2), ("prompt", -1))), _rendered((("h", -1),))
    ('kWh*image^2/prompt', '1/h')
    """
    text = "".join(f"{'*' if exponent > 0 else '/'}{_shown(name, abs(exponent))}" for name, exponent in atoms)
    return text[1:] if text.startswith("*") else f"1{text}"


def _shown(name: str, exponent: int) -> str:
    word = _word(name)
    if exponent == 1:
        return word
    return f"({word})^{exponent}" if "^" in word else f"{word}^{exponent}"


def _word(name: str) -> str:
    """What an atom or a dimension is called: criteria and scenarios have their own."""
    return name.rpartition(OWN)[2]


# From text to unit

FACTOR = re.compile(
    r" *(?P<name>%|[A-Za-zµΩ][A-Za-zµΩ0-9_]*)"
    r"(?:(?:\^|\*\*)(?P<exponent>-?[0-9])(?![0-9.])|(?P<raised>[²³]))?"
    r" *(?P<operator>/|·|\*(?!\*)|\Z)"
)
INVERSE = re.compile(r" *1 */")
IMPACT = re.compile(r" *(?P<atom>[^ *·/]+) *(?P<operator>/|·|\*(?!\*)|\Z)")
WRITTEN_DIFFERENTLY = str.maketrans("\u03bc\u2126", "\u00b5\u03a9")  # the other mu and the other omega of Unicode
RAISED = {"²": 2, "³": 3}


@lru_cache(maxsize=65536)
def unit(text: str, within: Namespace | None = None, own: Own = NONE) -> Unit:
    """The unit that a text names; within a criterion, its first factor is an impact. `own`: what a scenario counts in.

    >>> unit("kWh / image"), unit("m²"), unit(""), unit("kWh/student", own=frozenset({"student"}))
    (Unit('kWh/image'), Unit('m^2'), Unit('1'), Unit('kWh/student'))
    >>> unit("kgCO2eq/kWh", Namespace("GWP", "CO2eq", "kgCO2eq")).atoms
    (('GWP:kgCO2eq', 1), ('kWh', -1))
    """
    if len(text) > LONGEST_UNIT:
        raise UnitError(f"a unit of {len(text)} characters; the longest has {LONGEST_UNIT}", LONGEST_UNIT)
    text = text.translate(WRITTEN_DIFFERENTLY)
    return _interned(_written(text, _in_namespace(text, within, own) if within else _plain(text, own)))


def unit_in(text: str, space: Namespace | None, own: Own = NONE) -> Unit:
    """The unit that a text names: of a criterion where it begins with what that is counted in, else a plain one.

    >>> gwp = Namespace("GWP", "CO2eq", "kgCO2eq")
    >>> unit_in("gCO2eq/kWh", gwp), unit_in("kWh/prompt", gwp), unit_in("MJ/kWh", Namespace("PE", "", "MJ")).dims[0]
    (Unit('gCO2eq/kWh'), Unit('kWh/prompt'), ('PE', 1))
    """
    match = IMPACT.match(text) if space is not None else None
    if space is not None and match and match["atom"].endswith(space.suffix or space.unit):
        return unit(text, space, own)
    return unit(text, None, own)


def quantity_like(text: str, target: Unit) -> tuple[float, Unit]:
    """As `quantity`, in the units of the criterion and those of a scenario's own that a unit is of, if it is of any."""
    space = next((_spaces[name] for name, _ in target.dims if name in _spaces), None)
    try:
        return quantity(text, space, own_in(target))
    except UnitError:
        if space is None:
            raise
        value, bare = quantity(text)
        if bare is not ONE:
            raise
        return value, bare


def quantity_of_any(text: str) -> tuple[float, Unit]:
    """As `quantity`, plain or else in the units of the first criterion known that takes it."""
    for space in (None, *_spaces.values()):
        try:
            return quantity(text, space, own_read(text))
        except UnitError:
            continue
    return quantity(text)


def _written(text: str, powers: Iterable[tuple[str, int]]) -> Powers:
    atoms = _merged(powers)
    for name, exponent in atoms:
        if abs(exponent) > HIGHEST_WRITTEN:
            word = _word(name)
            raise UnitError(f"the exponent of {word} is {exponent}, beyond {HIGHEST_WRITTEN}", max(0, text.rfind(word)))
    return atoms


def _plain(text: str, own: Own) -> Iterator[tuple[str, int]]:
    if text.strip(" ") in {"", "1"}:
        return iter(())
    inverse = INVERSE.match(text)
    return _factors(text, inverse.end(), -1, own) if inverse else _factors(text, 0, 1, own)


def _factors(text: str, start: int, sign: int, own: Own) -> Iterator[tuple[str, int]]:
    """The factors from a column on; `sign` is that of the first."""
    operator = "*"
    while operator:
        match = FACTOR.match(text, start) or _misspelt(text, start)
        name = OWN + match["name"] if match["name"] in own else match["name"]
        _atom(name, match.start("name"), own)
        yield name, sign * (RAISED.get(match["raised"] or "") or int(match["exponent"] or 1))
        operator, start = match["operator"], match.end()
        sign = -1 if operator == "/" else 1


def _in_namespace(text: str, within: Namespace, own: Own) -> Iterator[tuple[str, int]]:
    match = IMPACT.match(text)
    base = _impact(match["atom"], within) if match else None
    if match is None or base is None:
        raise _foreign(text, within)
    yield _registered(base, within), 1
    if match["operator"]:
        yield from _factors(text, match.end(), -1 if match["operator"] == "/" else 1, own)


def _impact(text: str, within: Namespace) -> Unit | None:
    """The unit before the criterion's suffix, if the criterion can be in it."""
    base = _before_suffix(text, within)
    declared = _before_suffix(within.unit, within) if within.unit else base
    return base if base and declared and base.dims and base.dims == declared.dims else None


_impacts: dict[str, Atom] = {}
_labels: dict[str, str] = {}
_spaces: dict[str, Namespace] = {}


def _registered(base: Unit, within: Namespace) -> str:
    """The key of an impact's atom: whatever the unit before the suffix, its one dimension is the criterion."""
    own = ((within.key, 1),)
    if within.key in _dimensions() and within.key != base.text:
        raise UnitError(f"a criterion cannot be called {within.key}: that is a dimension")
    key = f"{within.key}:{base.text}{within.suffix}"
    _impacts[key] = Atom(own, base.num, base.den)
    _impacts.setdefault(f"{within.key}:{_base_text(base.dims)}{within.suffix}", Atom(own, 1, 1))
    _labels[within.key] = within.shown
    _spaces[within.key] = within
    return key


def _before_suffix(text: str, within: Namespace) -> Unit | None:
    if not text.endswith(within.suffix):
        return None
    try:
        return unit(text.removesuffix(within.suffix))
    except UnitError:
        return None


def _foreign(text: str, within: Namespace) -> UnitError:
    needed = within.unit if within.unit not in {"", text} else f"a unit that can be measured, such as kg{within.suffix}"
    offset = len(text) - len(text.lstrip(" "))
    message = f"{printable(text.strip(' ')) or '1'} is not a unit of {within.shown}"
    return UnitError(message, offset, respelt(text, within) or f"needed {needed}")


EQUIVALENT = "CO2eq"
EQUIVALENTS = re.compile(
    r"(?<![A-Za-zµ0-9_])(?P<mass>[A-Za-zµ]+) ?(?i:CO[2₂][ -]?(?:equivalents?|equiv|eq|e)\.?)(?![A-Za-z0-9])"
)


def respelt(text: str, within: Namespace | None = None) -> str:
    """What to write where a text holds a CO2 equivalent that is spelt as elsewhere; '' where it holds none.

    >>> respelt("gCO2e/kWh"), respelt("kWh/kg CO2-eq"), respelt("kgCO2eq"), respelt("kgCO2")
    ('write gCO2eq', 'write kgCO2eq', '', '')
    """
    if within and within.suffix != EQUIVALENT:
        return ""
    found = ((match[0], _respelt(match)) for match in EQUIVALENTS.finditer(text))
    return next((f"write {meant}" for written, meant in found if written != meant), "")


def _respelt(match: re.Match[str]) -> str:
    return f"{match['mass']}{EQUIVALENT}" if match["mass"] in _table() else match[0]


AFTER_A_NAME = r" *(?:%|[A-Za-zµΩ][A-Za-zµΩ0-9_]*)(?:(?:\^|\*\*)-?[0-9](?![0-9.])|[²³])? *"
IN_WORDS = r" +per +"
OPERATOR = r"[*·/]"
OUT_OF_PLACE = {
    "(": "a/b/c is a per b and c, and needs no parentheses",
    ")": "a/b/c is a per b and c, and needs no parentheses",
    "-": "multiply with *, divide with / or ^-1",
    ".": "multiply with *",
    "×": "multiply with *",
    "⋅": "multiply with *",
    "⁻": "divide with / or ^-1",
    "°": "write a temperature, or a difference of two, in K",
    "€": "write EUR",
    "$": "write USD",
    "£": "money is in EUR or USD",
    "‰": "write 0.1 %",
    "Å": "write nm",
    "[": "brackets stand around a unit in formulas only",
    "]": "brackets stand around a unit in formulas only",
}


def _misspelt(text: str, start: int) -> NoReturn:
    """Say where a text leaves the grammar, and what was probably meant."""
    named = re.match(AFTER_A_NAME, text[start:])
    offset = start + (named.end() if named else len(text[start:]) - len(text[start:].lstrip(" ")))
    rest, way = text[offset:], respelt(re.split(OPERATOR, text[start:], maxsplit=1)[0])
    if not rest:
        raise UnitError("a unit is missing at the end", offset)
    if named and rest.startswith(("^", "**")):
        raise UnitError(f"an exponent is a whole number from -{HIGHEST_WRITTEN} to {HIGHEST_WRITTEN}, once", offset)
    if named and text[offset - 1] == " ":
        raise UnitError(
            f"two units without * or / between them: '{printable(text)}'",
            offset,
            way or _joined(text),
        )
    if rest[0].isdigit():
        hint = way or "a number stands before its unit, in one piece"
        raise UnitError("a unit begins with a letter", offset, hint)
    raise UnitError(f"'{printable(rest[0])}' has no place in a unit", offset, way or OUT_OF_PLACE.get(rest[0], ""))


def _joined(text: str) -> str:
    if re.search(IN_WORDS, text):
        return f"write {printable(re.sub(IN_WORDS, '/', text.strip(' ')))}"
    if "CO2" in text or text.endswith("eq"):
        return f"write {printable(text.replace(' ', ''))}"
    return "multiply with *, divide with /"


# From text to quantity

NUMBER = re.compile(
    r" *(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?:/(?P<under>[0-9]+))?(?=[ %]|\Z) *"
)
SEPARATORS = "., '\u00a0\u2009\u202f\u2019"  # that writers put between the digits of a number
SEPARATED = re.compile(rf" *(?P<sign>[+-]?)(?P<digits>[0-9]+(?:[{SEPARATORS}][0-9]+)+)")
POINT = "decimals follow a point, thousands are not separated"
WHOLE = r"[+-]?[0-9]+"
NO_NUMBER = r"[+-]?\.?(?:nan|inf|infinity)\b"
BEGINNING = r" *[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


def quantity(text: str, within: Namespace | None = None, own: Own = NONE) -> tuple[float, Unit]:
    """A number and its unit. The number may be a fraction of whole numbers; without a unit it is a plain number.

    `own`: units of a scenario's own that it may be in.

    >>> quantity("1.38e-3 kWh/image"), quantity("67.5 %"), quantity("1/8")
    ((0.00138, Unit('kWh/image')), (67.5, Unit('%')), (0.125, Unit('1')))
    """
    if len(text) > LONGEST_QUANTITY:
        raise UnitError(f"a quantity of {len(text)} characters; the longest has {LONGEST_QUANTITY}", LONGEST_QUANTITY)
    match = NUMBER.match(text) or _no_number(text, own)
    if match.end("number") - match.start("number") > LONGEST_NUMBER or len(match["under"] or "") > LONGEST_NUMBER:
        raise UnitError(f"a number of more than {LONGEST_NUMBER} characters", match.start("number"))
    value = _fraction(match) if match["under"] else _float(match["number"], match.start("number"))
    try:
        return value, unit(text[match.end() :].rstrip(" "), within, own)
    except UnitError as error:
        grouped = SEPARATED.match(text)
        if grouped is not None and grouped.end() > match.end():  # 1 234,5 kWh
            raise UnitError("the digits of a number are separated", match.end(), unseparated(text)) from None
        raise UnitError(error.message, match.end() + error.offset, error.hint, error.unknown) from None


def _float(text: str, offset: int) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise UnitError(f"{text} is too large for a number", offset)
    if vanishes(text):
        raise UnitError(f"{text} is too small for a number, and would be read as 0", offset)
    return value


def number(text: str) -> float:
    """A number without a unit, as quantities begin with one: ASCII digits and a point, no separators, finite, and never
    so small that it would be read as 0. UnitError elsewhere.

    >>> number("-1.5e3"), number(" 7 ")
    (-1500.0, 7.0)
    """
    value, own = quantity(text)
    if own is not ONE or "/" in text or NUMBER.fullmatch(text) is None:
        raise UnitError(
            f"{printable(text.strip())[:LONGEST_NUMBER]} is not a plain number", 0, "such as 0.37 or 9.9e-8"
        )
    return value


def vanishes(number: str) -> bool:
    """Whether a number other than 0 is so small that it would be read as 0.

    >>> vanishes("1e-400"), vanishes("0.0e-400"), vanishes("1e-300")
    (True, False, False)
    """
    return not float(number) and any(digit in "123456789" for digit in number.lower().partition("e")[0])


def _fraction(match: re.Match[str]) -> float:
    if not re.fullmatch(WHOLE, match["number"]):
        hint = "write a formula, such as = 1.5 / 2"
        raise UnitError("a fraction is made of two whole numbers", match.start("number"), hint)
    if not int(match["under"]):
        raise UnitError("a fraction over 0", match.start("under"))
    return int(match["number"]) / int(match["under"])


def _no_number(text: str, own: Own) -> NoReturn:
    """Say why a text does not begin with a number, and what was probably meant."""
    word = text.strip(" ")
    start = len(text) - len(text.lstrip(" "))
    if re.match(NO_NUMBER, word, re.IGNORECASE):
        raise UnitError(
            f"{printable(word[:LONGEST_NUMBER])} is not a number", start, "a quantity that is unknown is left out"
        )
    begun = re.match(BEGINNING, text)
    if not begun:
        raise UnitError("a number is missing", start, _numbered(word))
    number, rest = begun[0].strip(" "), text[begun.end() :]
    hint, meant = _separated(number, rest), _as_unit(rest, own)
    if meant and not hint:
        raise UnitError("a space is missing between a number and its unit", begun.end(), f"write {number} {meant}")
    raise UnitError(f"'{printable(rest[0])}' does not belong to the number", begun.end(), hint)


def _numbered(word: str) -> str:
    if word.startswith("\u2212"):
        return "the minus sign is -"
    return f"write 1 {_as_unit(word)}" if _as_unit(word) else "a quantity is written 1.5 kWh"


def _as_unit(text: str, own: Own = NONE) -> str:
    """A text that begins with a unit, CO2 equivalents spelt as here; '' where it does not."""
    if len(text) > LONGEST_UNIT:
        return ""
    match, meant = FACTOR.match(text), EQUIVALENTS.sub(_respelt, text)
    begins = match is not None and (match["name"] in _table() or match["name"] in own)
    return printable(meant) if begins or EQUIVALENT in meant.partition("/")[0] else ""


def _separated(number: str, rest: str) -> str:
    if rest[0] in ",.'":
        return unseparated(number + rest)
    if power := re.match(r"(\^|\*\*)([+-]?[0-9]{1,3})(?![0-9^*])", rest):
        return f"write 1e{int(power[2])}" if number.lstrip("+") == "10" else "write it in full, or as in 1e6"
    if rest[0] == "_":
        return "digits are not separated"
    if rest[0] == "/":
        return f"write {number} 1/{printable(rest[1:LONGEST_UNIT])}"
    if number.lstrip("+-") == "0" and rest[0] in "xXbBoO":
        return "numbers are decimal"
    return ""


def unseparated(text: str) -> str:
    """The way out of a number whose digits are separated, as German, French or English writers do.

    >>> unseparated("1,35 kWh"), unseparated("1.234,5"), unseparated("1,234,567 W")
    ('write 1.35', 'write 1234.5', 'write 1234567')
    >>> unseparated("12,345")
    'write 12.345, or 12345 if the comma separates thousands'
    """
    found = SEPARATED.match(text)
    *groups, last = re.split(f"[{SEPARATORS}]", found["digits"]) if found else [""]
    if found is None or not groups:
        return POINT
    sign, signs = found["sign"], [sign for sign in found["digits"] if sign in SEPARATORS]
    by_point = signs[-1] in ",." and signs.count(signs[-1]) == 1
    if any(len(group) != len("000") for group in (groups[1:] if by_point else [*groups[1:], last])):
        return POINT
    whole = f"write {sign}{''.join(groups)}{last}"
    if not by_point:
        return whole
    point = f"write {sign}{''.join(groups)}.{last}"
    either = signs == [","] and len(last) == len("000") and len(groups[0]) <= len("000") and groups[0] != "0"
    return f"{point}, or {whole.removeprefix('write ')} if the comma separates thousands" if either else point


# The words of messages and of `lca units`

SI_DIMENSIONS = frozenset({"current", "length", "luminosity", "mass", "substance", "temperature", "time"})


@cache
def dimension_words(unit: Unit) -> str:
    """The dimension of a unit in words.

    >>> dimension_words(unit("kWh/image")), dimension_words(ONE)
    ('energy per image', '[dimensionless]')
    """
    if not unit.dims:
        return "[dimensionless]"
    terms = _terms_of_dims(unit.dims) or _terms_of_atoms(unit.atoms)
    above = " * ".join(_raised(word, exponent) for word, exponent in terms if exponent > 0)
    below = "".join(f" per {_raised(word, -exponent)}" for word, exponent in terms if exponent < 0)
    return f"{above}{below}".lstrip()


def _raised(word: str, exponent: int) -> str:
    return word if exponent == 1 else f"{word}^{exponent}"


def _terms_of_dims(dims: Powers) -> Powers:
    """The word for all dimensions together, or for the physical ones beside the counted ones; () if there is none."""
    words = _words()
    if dims in words:
        return ((words[dims], 1),)
    counted = tuple(
        (words.get(((dim, 1),), _labels.get(dim, _word(dim))), each) for dim, each in dims if dim not in SI_DIMENSIONS
    )
    physical = tuple((dim, each) for dim, each in dims if dim in SI_DIMENSIONS)
    if not physical:
        return counted
    for sign in (1, -1):
        turned = tuple((dim, each * sign) for dim, each in physical)
        below = sign < 0 and not any(each > 0 for _, each in counted)  # as L/kWh, which is no inverse pressure
        if turned in words and any(each > 0 for _, each in turned) and not below:
            return ((words[turned], 1), *counted) if sign > 0 else (*counted, (words[turned], -1))
    return ()


def _terms_of_atoms(atoms: Powers) -> Powers:
    terms = []
    for name, exponent in atoms:
        sign = 1 if exponent > 0 else -1
        raised = _words().get(_dims_of(((name, abs(exponent)),)))
        terms.append((raised, sign) if raised else (_atom(name).word, exponent))
    return _merged(terms)


@cache
def _words() -> dict[Powers, str]:
    """The word of each dimension that has one: that of the first atom of the table that has it."""
    words: dict[Powers, str] = {}
    for atom in _table().values():
        words.setdefault(atom.dims, atom.word)
    return words


@cache
def _dimensions() -> frozenset[str]:
    return frozenset(dim for atom in _table().values() for dim, _ in atom.dims)


def known() -> list[tuple[str, str, str]]:
    """Every name of the table, what it means and what it is worth.

    >>> known()[0]
    ('visit', 'visit: one visit of a service by a user', '')
    """
    return [(name, _meaning(atom), _worth(name, atom)) for name, atom in _table().items()]


def _meaning(atom: Atom) -> str:
    return f"{atom.word}: {atom.meaning}" if atom.meaning else atom.word


def _worth(name: str, atom: Atom) -> str:
    base = _base_text(atom.dims)
    number = str(atom.num) if atom.den == 1 else f"{atom.num}/{atom.den}"
    return "" if base == name else f"{number} {base}".rstrip()


@cache
def _base_text(dims: Powers) -> str:
    """The base unit of these dimensions: a name of its own, or the product of theirs."""
    if not dims:
        return ""
    return _base_name(dims, _table()) or _rendered(tuple((_base_text(((dim, 1),)), each) for dim, each in dims))


def _base_name(dims: Powers, among: Mapping[str, Atom]) -> str:
    return next((name for name, at in among.items() if at.dims == dims and at.num == at.den == 1), "")


def _base_atoms(dims: Powers) -> Powers:
    """The one name of these dimensions with a scale of 1, or one for each of them."""
    named = dims[0][0] if _is_one_of_own(dims) else _base_name(dims, _table()) or _base_name(dims, _impacts)
    return ((named, 1),) if named else tuple((_base_atoms(((dim, 1),))[0][0], each) for dim, each in dims)


# The meaning of a name


def _atom(name: str, offset: int = 0, own: Own = NONE) -> Atom:
    if name.startswith(OWN):
        return _own_atom(name)
    meant = _impacts.get(name) or _table().get(name) or _looked_up(name, own)
    if isinstance(meant, Refusal):
        raise UnitError(meant.message, offset, meant.hint, meant.unknown)
    return meant


@lru_cache(maxsize=4096)
def _looked_up(name: str, own: Own) -> Atom | Refusal:
    """What a name outside the table means: reasons of our own to refuse it come first, then pint is asked."""
    known = _with_own(own)
    for rule in (*REASONS, _power_in_name, _short):
        refusal = rule(name, known)
        if refusal:
            return refusal
    return _asked(name, known)


@cache
def _own_atom(name: str) -> Atom:
    """A countable thing of a scenario's own: any two scenarios that count in a word of that name mean one of it."""
    return Atom(((name, 1),), 1, 1, _word(name), counted=True)


@cache
def _with_own(own: Own) -> Mapping[str, Atom]:
    return {**_table(), **{name: _own_atom(OWN + name) for name in sorted(own)}} if own else _table()


@cache
def _rows() -> tuple[list[str], ...]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(line.split("\t") for line in lines if not line.startswith("#"))


@cache
def _table() -> dict[str, Atom]:
    """The shipped table: name, dimensions, num, den, word, meaning."""
    return {
        row[0]: Atom(_read_dims(row[1]), int(row[2]), int(row[3]), row[4], row[5], row[6] == COUNTED)
        for row in _rows()
        if len(row) > len(Atom._fields)
    }


@cache
def _read_dims(text: str) -> Powers:
    """
    >>> _read_dims("length^2 mass time^-2")
    (('length', 2), ('mass', 1), ('time', -2))
    """
    parts = (part.partition("^") for part in text.split())
    return tuple((name, int(exponent or 1)) for name, _, exponent in parts)


@cache
def _refusals() -> dict[str, Refusal]:
    return {row[0]: Refusal(row[1], row[2]) for row in _rows() if len(row) <= len(Atom._fields)}


def _is_count(name: str, known: Mapping[str, Atom]) -> bool:
    atom = known.get(name)
    return atom is not None and atom.dims in (((name, 1),), ((OWN + name, 1),))


def _listed(name: str, _known: object = None) -> Refusal | None:
    return _refusals().get(name)


def _impact_outside(name: str, _known: object = None) -> Refusal | None:
    if "CO2" not in name and not name.endswith("eq") and not respelt(name):
        return None
    hint = "an impact unit belongs to a criterion, and is read only there"
    return Refusal(f"{name} is a unit of impact", "; ".join(filter(None, (respelt(name), hint))))


def _plural(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    one = name.removesuffix("s")
    if one == name or one not in known:
        return None if one == name else _listed(one)
    return Refusal(f"{name} is a plural", f"write {one}: a unit is written in the singular")


PREFIXES = {"k": "1e3", "M": "1e6", "G": "1e9", "T": "1e12", "m": "1e-3", "kilo": "1e3", "mega": "1e6", "giga": "1e9"}


def _prefixed_count(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    for prefix, number in PREFIXES.items():
        thing = name.removeprefix(prefix).removesuffix("s")
        if name.startswith(prefix) and _is_count(thing, known):
            return Refusal(f"{name} has a prefix that {thing} does not take", f"write {number} {thing}")
    return None


def _power_in_name(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    if name[-1] not in "23" or name[:-1] not in known:
        return None
    return Refusal(f"{name} is not a unit", f"write {name[:-1]}^{name[-1]}")


def _latin_mu(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    meant = f"µ{name[1:]}"
    return Refusal(f"{name} is not a unit", f"write {meant}") if name[0] == "u" and meant in known else None


def _other_case(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    lowered = name.casefold()
    alike = [f"'{other}'" for other in known if other.casefold() == lowered]
    return Refusal(f"{name} is not a unit", f"did you mean {' or '.join(alike)}?") if alike else None


def _short(name: str, known: Mapping[str, Atom]) -> Refusal | None:
    return _unknown(name, known) if len(name) < SHORTEST_ASKED else None


def _unknown(name: str, known: Mapping[str, Atom]) -> Refusal:
    own = [each for each, atom in known.items() if atom.dims[:1] == ((OWN + each, 1),)]
    listed = f"; those of the scenario are {', '.join(own[:MOST_LISTED])}" if own else ""
    return Refusal(f"{name} is not a unit", near(name, known, f"`lca units` lists them{listed}"), name)


Reason = Callable[[str, Mapping[str, Atom]], "Refusal | None"]
REASONS: tuple[Reason, ...] = (_listed, _impact_outside, _plural, _prefixed_count, _latin_mu, _other_case)


# Units of a scenario's own

OWN_NAME = re.compile(r"[A-Za-z](?:[A-Za-z_]*[A-Za-z])?")
LONGEST_OWN = 40  # letters of a name
MOST_OWN = 50  # names
MOST_LISTED = 12  # names that a message lists


def refused_own(name: str, others: Own = NONE) -> Refusal | None:
    """Why a name cannot be that of a unit of a scenario's own, beside others; None where it can.

    >>> refused_own("student"), refused_own("kWh").message, refused_own("exam").message
    (None, 'kWh is a unit already', 'exam is a unit already, or reads as one with a prefix')
    """
    if not OWN_NAME.fullmatch(name) or len(name) > LONGEST_OWN:
        way = f"letters a to z, {LONGEST_OWN} at most, such as order or student_day"
        return Refusal(f"'{shortened(printable(name))}' is no word for a unit", way)
    if name in _table():
        return Refusal(f"{name} is a unit already", "take it out: it needs no declaring")
    known = _with_own(others - {name})
    told = next(filter(None, (rule(name, known) for rule in REASONS)), None)
    if told is not None:
        return Refusal(f"{name} cannot be a unit of the scenario's own: {told.message}", told.hint)
    if _is_of_pint(name):
        return Refusal(f"{name} is a unit already, or reads as one with a prefix", "count in another word")
    return None


def own_of(names: Iterable[str]) -> Own:
    """Those of some names that can be units of a scenario's own."""
    return frozenset(name for name in names if refused_own(name) is None)


def own_in(made: Unit) -> Own:
    """The units of a scenario's own that a unit is made of: what a text has to know to be read in its dimension."""
    return frozenset(_word(name) for name, _ in made.atoms if name.startswith(OWN))


def own_read(text: str) -> Own:
    """What is a unit of its scenario's own in a text that the scenario has been read with."""
    return own_of(OWN_NAME.findall(text))


@cache
def _of_pint(kind: str) -> frozenset[str]:
    """The names of pint's units, or its prefixes, as the table lists them."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return frozenset(next(line for line in lines if line.startswith(f"# {kind}: ")).split()[2:])


def _is_of_pint(name: str) -> bool:
    """Whether pint understands a name: as a unit, with a prefix or without, in the plural or not. pint is not loaded.

    >>> _is_of_pint("furlongs"), _is_of_pint("centiamp"), _is_of_pint("student")
    (True, True, False)
    """
    names = {name, name.removesuffix("s")}
    units, prefixes = _of_pint(UNITS_OF_PINT), _of_pint(PREFIXES_OF_PINT)
    return any(one in units or _is_prefixed(one, units, prefixes) for one in names)


def _is_prefixed(name: str, units: frozenset[str], prefixes: frozenset[str]) -> bool:
    return any(name[:place] in prefixes and name[place:] in units for place in range(1, len(name)))


# pint, the authority

FRACTION_PREFIXES = frozenset({"semi", "demi", "sesqui"})
CONSTANT = r"(\w+) *="


@cache
def _registry() -> pint.UnitRegistry[Any]:
    """The definitions of pint with ours on top, in exact arithmetic.

    Both are read before anything is asked: a registry that has been asked keeps its old answers.
    """
    from fractions import Fraction

    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None, non_int_type=Fraction, on_redefinition="ignore")
    registry.load_definitions(_pint_file("default_en.txt"))
    registry.load_definitions(DEFINITIONS.read_text(encoding="utf-8").splitlines())
    registry.default_system = "mks"
    return registry


def _pint_file(name: str) -> str:
    from importlib.resources import files

    return str(files("pint") / name)


@cache
def _constants() -> frozenset[str]:
    lines = Path(_pint_file("constants_en.txt")).read_text(encoding="utf-8").splitlines()
    return frozenset(match[1] for line in lines if (match := re.match(CONSTANT, line)))


def _asked(name: str, known: Mapping[str, Atom]) -> Atom | Refusal:
    """What pint answers, refused where it is no plain scale of a quantity or has another name here."""
    candidates = _registry().parse_unit_name(name)
    if not candidates:
        return _unknown(name, known)
    if len(candidates) > 1:
        return Refusal(
            f"{name} has two meanings: {' and '.join(a + b for a, b, _ in candidates)}", "write the one meant"
        )
    prefix, root, _ = candidates[0]
    ours = _our_names().get((prefix, root)) or _singular(name, candidates)
    if ours:
        return Refusal(f"{name} is written {ours} here", f"write {ours}")
    if prefix and root in _refusals():  # a kiloton is made of tons
        return _refusals()[root]
    if prefix and (prefix in FRACTION_PREFIXES or not _takes_prefix(root)):
        return Refusal(f"{name} has a prefix that {root} does not take", "write it in the number")
    if root in _constants():
        return Refusal(f"{name} is a constant of physics", "write the number")
    return _measured(name, prefix + root)


@cache
def _our_names() -> dict[tuple[str, str], str]:
    """What the table calls what pint knows by several names."""
    parsed = ((name, _registry().parse_unit_name(name)[0]) for name in reversed(_table()))
    return {(prefix, root): name for name, (prefix, root, _) in parsed}


def _singular(name: str, candidates: tuple[tuple[str, str, str], ...]) -> str:
    """The name without its s, if it means the same; pint does not say that it took an s away."""
    one = name.removesuffix("s")
    return one if one != name and _registry().parse_unit_name(one) == candidates else ""


def _takes_prefix(root: str) -> bool:
    """No prefix for what is counted, nor for minutes, hours and longer times: `kday` is no unit."""
    dims = dict(_registry().get_dimensionality(root))
    return root == "second" or (f"[{root}]" not in dims and dims != {"[time]": 1})


def _measured(name: str, root: str) -> Atom | Refusal:
    if not _is_multiple(root):
        return Refusal(f"{name} is read off a scale, and cannot be multiplied", "write the quantity itself: K, W, Pa")
    try:
        atom = _exact(root)
    except (ArithmeticError, TypeError, ValueError):
        return Refusal(f"{name} has no exact scale", "write it in SI units")
    return atom if atom.dims else Refusal(f"{name} is a plain number", "write the number, without a unit")


def _is_multiple(root: str) -> bool:
    """Whether none of it is nothing: false for a logarithm, and for a temperature with a zero of its own."""
    try:
        return bool(_registry().Quantity(0, root).to_base_units().magnitude == 0)
    except (ArithmeticError, TypeError, ValueError):
        return False


def _exact(root: str) -> Atom:
    """Dimensions and scale in pint; ValueError where either is not exact."""
    from fractions import Fraction

    factor = _registry().get_base_units(root)[0]
    dims = {name.strip("[]"): Fraction(str(each)) for name, each in _registry().get_dimensionality(root).items()}
    if not isinstance(factor, int | Fraction) or factor <= 0 or any(each.denominator != 1 for each in dims.values()):
        raise ValueError(root)
    return Atom(
        tuple(sorted((name, int(each)) for name, each in dims.items())), factor.numerator, factor.denominator, root
    )


# The shipped table

GROUP = r"#\+ (?P<word>[^:]+): (?P<names>.+)"
COUNTABLE, COUNTED = "# Countable things:", "counted"
COUNT = r"(?P<name>\w+) = \[(?P=name)\]"
NOTE = r"(?P<name>\w+) = [^#]*# (?P<meaning>.+)"
REFUSED = r"#- (?P<names>[^|]+) \| (?P<what>[^|]+) \| (?P<hint>.+)"
HEADING = (
    "# Written by `make units` from units.txt: "
    "name, dimensions, num, den, word, meaning, counted; or name, message, hint."
)


UNITS_OF_PINT, PREFIXES_OF_PINT = "names-of-pint", "prefixes-of-pint"


def _names_of_pint() -> Iterator[str]:
    """All that pint calls a unit or a prefix, so that no scenario calls a unit of its own so.

    It is another registry that tells: one that was asked for a name with a prefix has it among its units.
    """
    fresh = _registry.__wrapped__()
    for kind, known in ((UNITS_OF_PINT, fresh._units), (PREFIXES_OF_PINT, fresh._prefixes)):  # noqa: SLF001
        yield f"# {kind}: {' '.join(sorted(filter(OWN_NAME.fullmatch, known)))}"


def table_text() -> str:
    """The table as it should be shipped: what `units.txt` names, as pint understands it."""
    lines = DEFINITIONS.read_text(encoding="utf-8").splitlines()
    notes = {match["name"]: match["meaning"] for line in lines if (match := re.match(NOTE, line))}
    things = _things(lines)
    atoms = [
        _atom_row(name, word, notes.get(name, ""), COUNTED if word in things else "")
        for name, word in _named(lines).items()
    ]
    return "\n".join([HEADING, *atoms, *_refused_rows(lines), *_names_of_pint(), ""])


def _named(lines: Iterable[str]) -> dict[str, str]:
    """The names of the table, each with the word for its dimension."""
    words: dict[str, str] = {}
    for line in lines:
        if group := re.match(GROUP, line):
            words |= dict.fromkeys(group["names"].split(), group["word"])
        elif count := re.match(COUNT, line):
            words[count["name"]] = count["name"]
    return words


def _things(lines: list[str]) -> set[str]:
    """What is defined under the heading of countable things, up to the next heading."""
    start = next(place for place, line in enumerate(lines) if line.startswith(COUNTABLE)) + 1
    section = takewhile(lambda line: not line.startswith("# "), lines[start:])
    return {found["name"] for line in section if (found := re.match(COUNT, line))}


def _atom_row(name: str, word: str, meaning: str, counted: str) -> str:
    prefix, root, _ = _registry().parse_unit_name(name)[0]
    atom = _exact(prefix + root)
    dims = " ".join(_raised(dim, exponent) for dim, exponent in atom.dims)
    return "\t".join((name, dims, str(atom.num), str(atom.den), word, meaning, counted))


def _refused_rows(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if match := re.match(REFUSED, line):
            yield from (f"{name}\t{name} {match['what']}\t{match['hint']}" for name in match["names"].split())


def write_table() -> None:
    """Write the shipped table; the old one stands until the new one is complete."""
    fresh = TABLE.with_suffix(".new")
    fresh.write_text(table_text(), encoding="utf-8")
    fresh.replace(TABLE)


ONE = _interned(())

if __name__ == "__main__":
    write_table()
