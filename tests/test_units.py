"""Units: what is read, what is refused and in which words, and that pint agrees."""

from __future__ import annotations

import copy
import csv
import doctest
import functools
import math
import operator
import pickle
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca import units
from lca.units import ONE, Namespace, Unit, UnitError, dimension_words, known, over, power, quantity, scale, times, unit

GWP = Namespace("GWP", "CO2eq", "kgCO2eq")
PE = Namespace("PE", "", "MJ")
ADPF = Namespace("ADPf", "", "MJ")
ADPE = Namespace("ADPe", "Sbeq", "kgSbeq", "ADP")
WATER = Namespace("WU", "eq", "m^3eq")
ACID = Namespace("AP", "H+eq", "molH+eq")

NAMES = [name for name, _, _ in known()]


@functools.cache
def plain_pint() -> pint.UnitRegistry:
    """Another registry than the one that wrote the table: floats, and pint's own base units."""
    registry = pint.UnitRegistry(None, on_redefinition="ignore")
    registry.load_definitions(str(files("pint") / "default_en.txt"))
    registry.load_definitions(units.DEFINITIONS.read_text(encoding="utf-8").splitlines())
    registry.default_system = "mks"
    return registry


def in_pint(made: Unit) -> tuple[float, dict[str, int]]:
    """Scale and dimensions of a unit by pint's arithmetic."""
    registry = plain_pint()
    product = functools.reduce(operator.mul, (registry.Unit(name) ** n for name, n in made.atoms), registry.Unit(""))
    whole = registry.Quantity(1.0, product).to_base_units()
    return whole.magnitude, {name.strip("[]"): int(n) for name, n in product.dimensionality.items()}


def told(text: str, within: Namespace | None = None) -> str:
    """What is said about a text that is no unit."""
    with pytest.raises(UnitError) as caught:
        unit(text, within)
    return f"{caught.value.offset}: {caught.value.message}; {caught.value.hint}"


def told_of_quantity(text: str, within: Namespace | None = None) -> str:
    with pytest.raises(UnitError) as caught:
        quantity(text, within)
    return f"{caught.value.offset}: {caught.value.message}; {caught.value.hint}"


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip("\n").splitlines()]


def test_examples() -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    outcome = doctest.testmod(units, optionflags=flags)
    assert outcome.attempted > 8
    assert not outcome.failed


# pint is the authority


def test_the_shipped_table_is_what_pint_says_today() -> None:
    assert units.TABLE.read_text(encoding="utf-8") == units.table_text(), "run `make units`"


@pytest.mark.parametrize("name", NAMES)
def test_each_atom_is_what_pint_says(name: str) -> None:
    made = unit(name)
    factor, dims = in_pint(made)
    assert made.num / made.den == pytest.approx(factor, rel=1e-14)
    assert dict(made.dims) == dims


def test_every_name_that_pint_knows_agrees_or_is_refused() -> None:
    taken = 0
    for name in sorted(plain_pint()._units):
        try:
            made = unit(name)
        except UnitError:
            continue
        taken += 1
        factor, dims = in_pint(made)
        assert made.num / made.den == pytest.approx(factor, rel=1e-12), name
        assert dict(made.dims) == dims, name
    assert taken > 300


def test_no_name_is_both_taken_and_refused() -> None:
    assert not set(units._table()) & set(units._refusals())


@pytest.mark.parametrize("name", ["mile", "acre", "sievert", "lumen", "imperial_gallon"])
def test_a_name_outside_the_table_is_asked_of_pint(name: str) -> None:
    assert name not in NAMES
    assert unit(name).text == name


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable], input=code, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    ).stdout.strip()


PROOF = "print([name for name in ('pint', 'numpy', 'fractions', 'decimal') if name in sys.modules])"


def test_pint_is_not_imported_for_what_the_table_or_the_grammar_knows() -> None:
    refused = [row[0] for row in rows(SURPRISES) + rows(MISSPELT)]
    texts = [*NAMES, *refused, *(text for text in HOSTILE if text not in GRAMMATICAL)]
    code = f"""
import sys
from lca.units import *
for text in {texts!r}:
    try:
        unit(text), quantity("1.5 " + text)
    except UnitError:
        pass
{PROOF}"""
    assert run(code) == "[]"


def test_pint_is_imported_for_what_they_do_not_know() -> None:
    assert "pint" in run(f"import sys\nfrom lca.units import unit\nunit('mile')\n{PROOF}")


# What is read

WRITTEN = """
kWh/image          | kWh/image          | energy per image
kWh / image        | kWh/image          | energy per image
kWh*image^-1       | kWh/image          | energy per image
W·h/image          | W*h/image          | energy per image
1/kWh              | 1/kWh              | per energy
GB/visit           | GB/visit           | information per visit
kg/kWh             | kg/kWh             | mass per energy
kg*EUR/kWh         | kg*EUR/kWh         | mass * money in EUR per energy
kg/m³              | kg/m^3             | mass per volume
m²                 | m^2                | area
m**2*year          | m^2*year           | area * time
m/s                | m/s                | length per time
1/s                | 1/s                | frequency
image/s            | image/s            | image per time
s/image            | s/image            | time per image
1/visit            | 1/visit            | per visit
h/day              | h/day              | [dimensionless]
%                  | %                  | [dimensionless]
percent            | percent            | [dimensionless]
%/year             | %/year             | frequency
kWh/kWh            | 1                  | [dimensionless]
token/s            | token/s            | token per time
TFLOP/s            | TFLOP/s            | computation per time
image^2/server     | image^2/server     | image^2 per server
\u03bcg            | \u00b5g            | mass
1                  | 1                  | [dimensionless]
"""


@pytest.mark.parametrize(("text", "shown", "words"), rows(WRITTEN))
def test_a_unit_is_shown_as_it_was_written_and_told_in_words(text: str, shown: str, words: str) -> None:
    assert str(unit(text)) == shown
    assert dimension_words(unit(text)) == words


SAME = """
1 kWh | 3.6 MJ
1 year | 8760 h
1 year | 12 month
1 day | 24 hour
1 GB | 8e9 bit
1 GiB | 1073741824 B
1 t | 1e6 g
1 L | 1e-3 m^3
1 Ah*V | 1 Wh
1 Mtoken | 1000 ktoken
100 % | 1
1 % | 1e4 ppm
1 W | 1 J/s
1 Hz | 1 1/s
1 kWh/year | 3.6e6 J/year
1 h/day | 3600 s/day
"""


@pytest.mark.parametrize(("left", "right"), rows(SAME))
def test_two_ways_to_write_one_quantity(left: str, right: str) -> None:
    (one, source), (other, target) = quantity(left), quantity(right)
    factor = scale(source, target)
    assert factor is not None
    assert one * factor == other


APART = """
visit | prompt
image | 1
token | request
Bq | Hz
EUR | USD
GB | kWh
FLOP | 1
CTUe | CTUh
server | GPU
kWh | kW
J | 1/s
bit | %
"""


@pytest.mark.parametrize(("left", "right"), rows(APART))
def test_what_never_converts(left: str, right: str) -> None:
    assert scale(unit(left), unit(right)) is None


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("1 lb", "0.45359237 kg"),  # the pound of 1959, exactly
        ("1 klb", "453.59237 kg"),
        ("1 BTU", "1055.05585262 J"),  # of the International Steam Table, exactly
        ("1 kBTU", "1.05505585262 MJ"),
        ("1 GBTU", "1055.05585262 GJ"),
        ("2 kWh/lb", "4.409245243697551 kWh/kg"),  # 2 / 0.45359237
        ("3412 BTU", "0.9999584914276223 kWh"),  # 3412 * 1055.05585262 / 3.6e6
    ],
)
def test_the_pound_and_the_btu_that_papers_print(text: str, worth: str) -> None:
    (value, made), (expected, target) = quantity(text), quantity(worth)
    assert value * (scale(made, target) or math.nan) == pytest.approx(expected, rel=1e-15)


def test_one_text_one_object() -> None:
    assert unit("kWh / image") is unit("kWh*image^-1") is times(unit("kWh"), unit("1/image"))
    assert unit("") is unit("1") is unit(" 1 ") is ONE
    assert copy.deepcopy(unit("kWh/image")) is pickle.loads(pickle.dumps(unit("kWh/image"))) is unit("kWh/image")  # noqa: S301
    assert len({unit("h"), unit("hour"), unit("h")}) == 2


def test_a_unit_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        unit("kWh").num = 1  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot be changed"):
        del unit("kWh").text


DERIVED = """
kWh/image | image/prompt | kWh/prompt | kWh*prompt/image^2
kWh | kWh | kWh^2 | 1
1 | kWh | kWh | 1/kWh
kWh | 1 | kWh | kWh
1/h | kWh | kWh/h | 1/h/kWh
% | server | %*server | %/server
GB/visit | visit/month | GB/month | GB*month/visit^2
"""


@pytest.mark.parametrize(("left", "right", "product", "quotient"), rows(DERIVED))
def test_products_and_quotients_are_shown_numerators_first(left: str, right: str, product: str, quotient: str) -> None:
    assert str(times(unit(left), unit(right))) == product
    assert str(over(unit(left), unit(right))) == quotient


def test_powers() -> None:
    assert power(unit("m/s"), 2) is unit("m^2/s^2")
    assert power(unit("m/s"), 0) is ONE
    assert power(unit("1/h*kWh"), 1) is unit("1/h*kWh")
    assert str(power(unit("m^3eq", WATER), 2)) == "(m^3eq)^2"


def test_arithmetic_has_bounds() -> None:
    grown = power(unit("image"), 9)
    with pytest.raises(UnitError, match="beyond 99"):
        power(power(grown, 9), 9)
    with pytest.raises(UnitError, match="too large or too small"):
        power(unit("EJ"), 9)


# Properties

NAME = st.sampled_from(NAMES)
FACTOR = st.tuples(NAME, st.integers(-2, 2).filter(bool))
FACTORS = st.lists(FACTOR, min_size=1, max_size=3, unique_by=lambda factor: factor[0])
UNIT = FACTORS.map(lambda factors: unit("*".join(f"{name}^{n}" for name, n in factors)))
SMALL = FACTOR.map(lambda factor: unit(f"{factor[0]}^{factor[1]}"))


def meaning(made: Unit) -> tuple[object, ...]:
    return made.dims, made.num, made.den, frozenset(made.atoms)


@given(UNIT)
def test_the_text_of_a_unit_reads_as_that_unit(made: Unit) -> None:
    assert unit(made.text) is made


@given(UNIT)
def test_products_are_what_pint_says(made: Unit) -> None:
    factor, dims = in_pint(made)
    assert made.num / made.den == pytest.approx(factor, rel=1e-12)
    assert dict(made.dims) == dims


@given(SMALL, SMALL, SMALL)
def test_multiplication_is_associative_and_commutes(a: Unit, b: Unit, c: Unit) -> None:
    assert meaning(times(times(a, b), c)) == meaning(times(a, times(b, c)))
    assert meaning(times(a, b)) == meaning(times(b, a))


@given(SMALL, SMALL)
def test_division_undoes_multiplication(a: Unit, b: Unit) -> None:
    assert over(times(a, b), b) is a
    assert times(a, power(a, -1)) is ONE


@given(UNIT, st.data())
def test_scales_there_and_back_make_one(made: Unit, data: st.DataObject) -> None:
    alike = [[other for other in NAMES if unit(other).dims == unit(name).dims] for name, _ in made.atoms]
    chosen = [f"{data.draw(st.sampled_from(names))}^{n}" for names, (_, n) in zip(alike, made.atoms, strict=True)]
    other = unit("*".join(chosen))
    there, back = scale(made, other), scale(other, made)
    assert there is not None
    assert back is not None
    assert there * back == pytest.approx(1, rel=4e-16)
    assert scale(made, made) == 1


@given(st.floats(allow_nan=False, allow_infinity=False), UNIT)
def test_a_quantity_reads_as_it_is_printed(value: float, made: Unit) -> None:
    assert quantity(f"{value!r} {made}") == (value, made)


@given(st.text(max_size=100))
def test_any_text_is_a_unit_or_a_unit_error(text: str) -> None:
    refused = []
    for read in (unit, quantity):
        try:
            read(text)
        except UnitError as error:
            refused.append(error)
    assert all(0 <= error.offset <= len(text) and error.message.isprintable() for error in refused)


# A criterion reads its own units

IMPACTS = [
    (GWP, "kgCO2eq", "GWP:kgCO2eq", "GWP"),
    (GWP, "gCO2eq/kWh", "GWP:gCO2eq", "GWP per energy"),
    (GWP, "tCO2eq*year/server", "GWP:tCO2eq", "time * GWP per server"),
    (PE, "MJ", "PE:MJ", "PE"),
    (PE, "kWh", "PE:kWh", "PE"),
    (PE, "MJ/kWh", "PE:MJ", "PE per energy"),
    (ADPE, "µgSbeq", "ADPe:µgSbeq", "ADP"),
    (WATER, "m^3eq/kg", "WU:m^3eq", "WU per mass"),
    (WATER, "m³eq", "WU:m^3eq", "WU"),
    (ACID, "molH+eq", "AP:molH+eq", "AP"),
    (Namespace("PM", "", "incidence"), "incidence", "PM:incidence", "PM"),
    (Namespace("LU", "", "point"), "mpoint", "LU:mpoint", "LU"),
]


@pytest.mark.parametrize(("within", "text", "key", "words"), IMPACTS)
def test_an_impact_is_an_atom_of_its_criterion(within: Namespace, text: str, key: str, words: str) -> None:
    made = unit(text, within)
    assert made.atoms[0] == (key, 1)
    assert dict(made.dims)[within.key] == 1
    assert unit(made.text, within) is made
    assert dimension_words(made) == words


def test_megajoules_of_three_kinds_never_meet() -> None:
    kinds = [unit("MJ"), unit("MJ", PE), unit("MJ", ADPF)]
    assert [scale(a, b) for a in kinds for b in kinds if a is not b] == [None] * 6
    assert over(unit("MJ", PE), unit("MJ")).dims != ()
    assert str(times(unit("MJ/kWh", PE), unit("kWh"))) == "MJ"
    assert times(unit("MJ/kWh", PE), unit("kWh")) is unit("MJ", PE)


def test_an_impact_converts_within_its_criterion() -> None:
    assert scale(unit("gCO2eq/kWh", GWP), unit("kgCO2eq/MJ", GWP)) == 1 / 3600
    assert scale(unit("kWh", PE), unit("MJ", PE)) == 3.6
    assert quantity("-3 kgCO2eq", GWP) == (-3, unit("kgCO2eq", GWP))


def test_a_criterion_cannot_be_called_like_a_dimension() -> None:
    assert told("kg", Namespace("mass", "", "kg")) == "0: a criterion cannot be called mass: that is a dimension; "


def test_a_criterion_may_be_called_like_its_own_unit() -> None:
    made = unit("CTUe/kg", Namespace("CTUe", "", "CTUe"))
    assert made.atoms == (("CTUe:CTUe", 1), ("kg", -1))
    assert str(made) == "CTUe/kg"


FOREIGN = [
    (GWP, "kgCO2e", "0: kgCO2e is not a unit of GWP; write kgCO2eq"),
    (GWP, "kg CO2eq", "0: kg CO2eq is not a unit of GWP; write kgCO2eq"),
    (GWP, " gCO2e/kWh", "1: gCO2e/kWh is not a unit of GWP; write gCO2eq"),
    (GWP, "t CO2-eq", "0: t CO2-eq is not a unit of GWP; write tCO2eq"),
    (GWP, "kgCO₂e", "0: kgCO₂e is not a unit of GWP; write kgCO2eq"),
    (ADPE, "gCO2e", "0: gCO2e is not a unit of ADP; needed kgSbeq"),
    (GWP, "MJ", "0: MJ is not a unit of GWP; needed kgCO2eq"),
    (GWP, "mCO2eq", "0: mCO2eq is not a unit of GWP; needed kgCO2eq"),
    (GWP, "CO2eq", "0: CO2eq is not a unit of GWP; needed kgCO2eq"),
    (GWP, "", "0: 1 is not a unit of GWP; needed kgCO2eq"),
    (GWP, " %", "1: % is not a unit of GWP; needed kgCO2eq"),
    (GWP, "1/kWh", "0: 1/kWh is not a unit of GWP; needed kgCO2eq"),
    (GWP, "visit*kgCO2eq", "0: visit*kgCO2eq is not a unit of GWP; needed kgCO2eq"),
    (GWP, "kgCO2eq/kWhs", "8: kWhs is a plural; write kWh: a unit is written in the singular"),
    (GWP, "kgCO2eq/", "8: a unit is missing at the end; "),
    (PE, "kg", "0: kg is not a unit of PE; needed MJ"),
    (PE, "MJ^2", "0: MJ^2 is not a unit of PE; needed MJ"),
    (WATER, "m3eq", "0: m3eq is not a unit of WU; needed m^3eq"),
    (ADPE, "kgCO2eq", "0: kgCO2eq is not a unit of ADP; needed kgSbeq"),
    (
        Namespace("X", "q", "fooq"),
        "fooq",
        "0: fooq is not a unit of X; needed a unit that can be measured, such as kgq",
    ),
    (Namespace("X", "q"), "kg", "0: kg is not a unit of X; needed a unit that can be measured, such as kgq"),
]


@pytest.mark.parametrize(("within", "text", "said"), FOREIGN)
def test_what_a_criterion_says_about_other_units(within: Namespace, text: str, said: str) -> None:
    assert told(text, within) == said


FACTORS_FOLDER = Path(__file__).parents[1] / "factors"


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            row[name] for row in csv.DictReader(line for line in lines if not line.startswith("#")) if row.get(name)
        ]


def test_every_shipped_criterion_reads_its_own_unit() -> None:
    with (FACTORS_FOLDER / "criteria.csv").open(encoding="utf-8", newline="") as lines:
        criteria = [Namespace(row["key"], row["suffix"], row["unit"]) for row in csv.DictReader(lines)]
    assert criteria
    for criterion in criteria:
        assert unit(criterion.unit, criterion).dims == ((criterion.key, 1),)


def test_every_shipped_factor_is_per_a_unit_of_the_table() -> None:
    used = {text for path in FACTORS_FOLDER.rglob("factors.csv") for text in column(path, "per")}
    assert used
    assert {name for text in used for name, _ in unit(text).atoms} <= set(NAMES)


# What is refused, and in which words: text | message | way out

SURPRISES = """
visits   | visits is a plural                            | write visit: a unit is written in the singular
kWhs     | kWhs is a plural                              | write kWh: a unit is written in the singular
tons     | ton is the short ton of the US, 907 kg        | write t, which is 1000 kg
kvisit   | kvisit has a prefix that visit does not take  | write 1e3 visit
Mprompt  | Mprompt has a prefix that prompt does not take | write 1e6 prompt
mtoken   | mtoken has a prefix that token does not take  | write 1e-3 token
Gb       | Gb is the gilbert, and not a gigabit          | write Gbit or GB
Mb       | Mb is a barn, an area, and not a bit          | write bit or B with its prefix: Gbit, GB
Go       | Go is French for the byte                     | write B with its prefix: GB
octet    | octet is French for the byte                  | write B with its prefix: GB
KB       | KB is neither 1000 nor 1024 bytes             | write kB or KiB
Mbps     | Mbps is a rate in one word                    | write bit/s with its prefix: Mbit/s
TFLOPS   | TFLOPS is a rate in one word                  | write FLOP/s with its prefix: TFLOP/s
fps      | fps is a foot per second, and not a frame rate | write image/s
rps      | rps is a turn per second, and not a request rate | write request/s
ton      | ton is the short ton of the US, 907 kg        | write t, which is 1000 kg
kt       | kt is the knot, a speed, and not a kilotonne  | write Gg, or 1e3 t
Pt       | Pt is a petatonne or a pint, and not a point  | write point, mpoint or µpoint
a        | a is a year by another name                   | write year
yr       | yr is a year by another name                  | write year
light_year | light_year is a year of 365.25 days, or made of it | write the days, or the metres
hr       | hr is an hour by another name                 | write h
degC     | degC is read off a scale with a zero of its own | write a temperature, or a difference of two, in K
degF     | degF is read off a scale with a zero of its own | write a temperature, or a difference of two, in K
C        | C is the coulomb, and not a degree Celsius    | write a temperature, or a difference of two, in K
dB       | dB is a logarithm, and cannot be multiplied   | write the power itself, in W
dBm      | dBm is a logarithm, and cannot be multiplied  | write the power itself, in W
k        | k is a prefix without a unit                  | write 1e3, 1e6 or 1e9 in the number
count    | count does not say what is counted            | write server, image, token …; a plain number needs no unit
units    | units does not say what is counted            | write server, image, token …; a plain number needs no unit
GPUh     | GPUh is not one unit                          | write GPU*h
dpi      | dpi is the dry pint, and not a resolution     | write pixel/inch
lbs      | lbs is a plural                               | write lb: a unit is written in the singular
oz       | oz is one of several ounces                   | write g
Btu      | Btu is written in capitals                    | write BTU or kBTU
MBtu     | MBtu is a thousand or a million BTU           | write kBTU, or the number in full
MMBtu    | MMBtu is a million BTU                        | write 1e3 kBTU
quarter  | quarter is an old or a rare measure in pint   | write what is meant in SI units
kgCO2eq  | kgCO2eq is a unit of impact                   | an impact unit belongs to a criterion, and is read only there
kgCO2e   | kgCO2e is a unit of impact | write kgCO2eq; an impact unit belongs to a criterion, and is read only there
kgSbeq   | kgSbeq is a unit of impact                    | an impact unit belongs to a criterion, and is read only there
kwh      | kwh is not a unit                             | did you mean 'kWh'?
Kg       | Kg is not a unit                              | did you mean 'kg'?
l        | l is not a unit                               | did you mean 'L'?
m2       | m2 is not a unit                              | write m^2
ug       | ug is not a unit                              | write µg
ft       | ft is not a unit                              | did you mean 't'?
"""

ASKED = """
kWx            | kWx is not a unit                      | did you mean 'kW' or 'kWh'?
vist           | vist is not a unit                     | did you mean 'visit'?
jahr           | jahr is not a unit                     | `lca units` lists them
bytes          | bytes is written B here                | write B
kilowatt_hour  | kilowatt_hour is written kWh here      | write kWh
tonne          | tonne is written t here                | write t
pound          | pound is written lb here               | write lb
metre          | metre is written m here                | write m
miles          | miles is written mile here             | write mile
kday           | kday has a prefix that day does not take | write it in the number
kiloimage      | kiloimage has a prefix that image does not take | write 1e3 image
microimage     | microimage has a prefix that image does not take | write it in the number
semiyear       | semiyear has a prefix that year does not take | write it in the number
speed_of_light | speed_of_light is a constant of physics | write the number
radian         | radian is a plain number               | write the number, without a unit
degree         | degree is a plain number               | write the number, without a unit
franklin       | franklin has no exact scale            | write it in SI units
nmi            | nmi has two meanings: nautical_mile and nanomile | write the one meant
amps           | amps has two meanings: attometer_per_second and ampere | write the one meant
kiloton        | ton is the short ton of the US, 907 kg | write t, which is 1000 kg
Gcal           | calorie may be a calorie or a thousand | write kcal, or kJ
kgallon        | gallon is one measure in the US and another elsewhere | write L
degRe          | degRe is read off a scale, and cannot be multiplied | write the quantity itself: K, W, Pa
decibelwatt    | decibelwatt is read off a scale, and cannot be multiplied | write the quantity itself: K, W, Pa
"""


@pytest.mark.parametrize(("text", "message", "hint"), rows(SURPRISES) + rows(ASKED))
def test_surprising_names_are_refused_with_a_way_out(text: str, message: str, hint: str) -> None:
    assert told(text) == f"0: {message}; {hint}"
    assert told(f"kWh/{text}") == f"4: {message}; {hint}"


# What one of a unit is worth, of those that are read in two ways elsewhere: unit | number | base unit

WORTH = """
t       | 1000             | kg
Mg      | 1000             | kg
Mt      | 1e9              | kg
lb      | 0.45359237       | kg
short_ton | 907.18474      | kg
long_ton | 1016.0469088    | kg
L       | 0.001            | m^3
imperial_gallon | 0.00454609 | m^3
m       | 1                | m
min     | 60               | s
h       | 3600             | s
d       | 86400            | s
day     | 86400            | s
week    | 604800           | s
month   | 2628000          | s
year    | 31536000         | s
bit     | 1                | bit
B       | 8                | bit
kB      | 8000             | bit
KiB     | 8192             | bit
Mbit    | 1e6              | bit
MB      | 8e6              | bit
MiB     | 8388608          | bit
GiB     | 8589934592       | bit
W       | 1                | W
Wh      | 3600             | J
mWh     | 3.6              | J
MWh     | 3.6e9            | J
W*h     | 3600             | J
kWh/year | 0.1141552511415525 | W
kcal    | 4184             | J
toe     | 41.868e9         | J
BTU     | 1055.05585262    | J
K       | 1                | K
%       | 0.01             | 1
percent | 0.01             | 1
ppm     | 1e-6             | 1
EUR     | 1                | EUR
ktoken  | 1000             | token
"""


@pytest.mark.parametrize(("text", "number", "base"), rows(WORTH))
def test_what_one_of_a_unit_is_worth(text: str, number: str, base: str) -> None:
    assert scale(unit(text), unit(base)) == pytest.approx(float(number), rel=1e-15)


# What means one thing here and another there, or nothing: none is read, and each has a way out.

AMBIGUOUS = """
tonne ton tons kton kiloton megaton kt mt T oz ounce lbs pound hundredweight cwt Kg KG kgs
cal Cal calorie Gcal Btu MBtu MMBTU therm kthm hp horsepower Wp var
gal gallon kgal quart bushel barrel bbl l ml cup
hr hrs hours sec mn mins yr y a mo mon wk days weeks months years quarter decade julian_year light_year
M k G u pct ppt ppb permille pcs pc count unit each dozen
kwh Kwh KWh KWH kWH kw KW MWH mwh Wk w Whr kWhe kWp
mb Mb mB mbit gb gB Gb KB kb Kib b o Mo octet bps Mbps baud
degC degF C F °C dB dBm € $ £ usd eur GBP
CO2eq gCO2 gCO2eq gCO2e kgCO2e CO2 req prompts tokens kvisit Mprompt gpu cpu m2 m3 ug in ft
"""


@pytest.mark.parametrize("text", AMBIGUOUS.split())
def test_what_is_ambiguous_is_refused(text: str) -> None:
    for written in (text, f"kWh/{text}", f"{text}*%"):
        with pytest.raises(UnitError) as refused:
            unit(written)
        assert refused.value.hint


@pytest.mark.parametrize("text", ["tonCO2eq", "ktCO2eq", "CO2eq", "gCO2", "kg", "kgCO2", "kgC", "galCO2eq", "kgCO2e"])
def test_what_is_no_impact_is_refused(text: str) -> None:
    with pytest.raises(UnitError) as refused:
        unit(text, GWP)
    assert refused.value.hint


# text | offset: message | way out

MISSPELT = """
GB per visit | 3: two units without * or / between them: 'GB per visit' | write GB/visit
kg CO2e per kWh | 3: two units without * or / between them: 'kg CO2e per kWh' | write kgCO2eq
gCO2-eq      | 4: '-' has no place in a unit | write gCO2eq
kg CO2eq     | 3: two units without * or / between them: 'kg CO2eq' | write kgCO2eq
kWh image    | 4: two units without * or / between them: 'kWh image' | multiply with *, divide with /
kWh/         | 4: a unit is missing at the end |
/kWh         | 0: '/' has no place in a unit |
kWh//h       | 4: '/' has no place in a unit |
(kWh)        | 0: '(' has no place in a unit | a/b/c is a per b and c, and needs no parentheses
kWh/(h*day)  | 4: '(' has no place in a unit | a/b/c is a per b and c, and needs no parentheses
kWh-1        | 3: '-' has no place in a unit | multiply with *, divide with / or ^-1
kW.h         | 2: '.' has no place in a unit | multiply with *
°C           | 0: '°' has no place in a unit | write a temperature, or a difference of two, in K
€            | 0: '€' has no place in a unit | write EUR
5 GB         | 0: a unit begins with a letter | a number stands before its unit, in one piece
2/kWh        | 0: a unit begins with a letter | a number stands before its unit, in one piece
kWh/1        | 4: a unit begins with a letter | a number stands before its unit, in one piece
m^10         | 1: an exponent is a whole number from -9 to 9, once |
m^1.5        | 1: an exponent is a whole number from -9 to 9, once |
m**          | 1: an exponent is a whole number from -9 to 9, once |
m**-9**9     | 5: an exponent is a whole number from -9 to 9, once |
kWh^999999   | 3: an exponent is a whole number from -9 to 9, once |
h*m^9*m      | 6: the exponent of m is 10, beyond 9 |
10**10**10   | 0: a unit begins with a letter | a number stands before its unit, in one piece
__import__("os") | 0: '_' has no place in a unit |
EJ^9         | 0: EJ^9 is too large or too small a unit to calculate with |
"""


@pytest.mark.parametrize(("text", "said", "hint"), rows(MISSPELT))
def test_misspelt_units_are_told_where_and_how(text: str, said: str, hint: str) -> None:
    assert told(text) == f"{said}; {hint}"


HOSTILE = [
    "10**10**10",
    "kWh^999999",
    "m^" + "9" * 70,
    "a" * 10_000,
    "a" * 80,
    "m*" * 40,
    "m*" * 5_000_000,
    "m**-9**9",
    "-".join("1" * 40),
    '__import__("os")',
    "kWh\0",
    "\0",
    "\u202ehWk",
    "kWh\u200f",
    "kWh\n",
    "kWh\t/h",
    "kWh/\u00a0image",
    "\N{ARABIC-INDIC DIGIT FIVE}",
    "m^\N{ARABIC-INDIC DIGIT FIVE}",
    "é",
    "YFLOP^9",
    "((((((((",
    " " * 80,
    "GWP:kgCO2eq",
    "µ" * 80,
]
GRAMMATICAL = {"a" * 80, "µ" * 80, " " * 80}


@pytest.mark.parametrize(
    "text", [text for text in HOSTILE if text not in GRAMMATICAL], ids=lambda text: repr(text[:20])
)
def test_hostile_units_are_refused(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        unit(text)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", ["a" * 80, "µ" * 80])
def test_a_long_name_is_unknown(text: str) -> None:
    assert told(text) == f"0: {text} is not a unit; `lca units` lists them"


# Quantities

READ = """
1.38e-3 kWh/image | 0.00138 | kWh/image
67.5 %            | 67.5    | %
67.5%             | 67.5    | %
1/8               | 0.125   | 1
1/3 server        | 0.3333333333333333 | server
75e6 visit        | 75e6    | visit
5                 | 5       | 1
-3 kg             | -3      | kg
+3 kg             | 3       | kg
.5 kg             | 0.5     | kg
5. kg             | 5       | kg
0e5 kg            | 0       | kg
2 1/kWh           | 2       | 1/kWh
5   kWh / image   | 5       | kWh/image
"""


@pytest.mark.parametrize(("text", "value", "shown"), rows(READ))
def test_a_quantity_is_a_number_and_a_unit(text: str, value: str, shown: str) -> None:
    assert quantity(text) == (float(value), unit(shown))
    assert quantity(f"  {text} ") == quantity(text)


REFUSED = """
nan            | 0: nan is not a number | a quantity that is unknown is left out
-.inf kWh      | 0: -.inf kWh is not a number | a quantity that is unknown is left out
infinity       | 0: infinity is not a number | a quantity that is unknown is left out
1e999 kWh      | 0: 1e999 is too large for a number |
-1e999         | 0: -1e999 is too large for a number |
1e-999         | 0: 1e-999 is too small for a number, and would be read as 0 |
0x10           | 1: 'x' does not belong to the number | numbers are decimal
1_000 kWh      | 1: '_' does not belong to the number | digits are not separated
1,5            | 1: ',' does not belong to the number | write 1.5
1,500 kWh      | 1: ',' does not belong to the number | write 1.500, or 1500 if the comma separates thousands
1.234,5 kWh    | 5: ',' does not belong to the number | write 1234.5
1'234.5 kWh    | 1: ''' does not belong to the number | write 1234.5
-1.234.567 W   | 6: '.' does not belong to the number | write -1234567
5 000 kWh      | 2: the digits of a number are separated | write 5000
1 234,5 kWh    | 2: the digits of a number are separated | write 1234.5
5 GB per visit | 5: two units without * or / between them: 'GB per visit' | write GB/visit
5kWh           | 1: a space is missing between a number and its unit | write 5 kWh
3J/token       | 1: a space is missing between a number and its unit | write 3 J/token
3foo           | 1: 'f' does not belong to the number |
5/kWh          | 1: '/' does not belong to the number | write 5 1/kWh
1e             | 1: 'e' does not belong to the number |
1.2.3          | 3: '.' does not belong to the number | decimals follow a point, thousands are not separated
1/0            | 2: a fraction over 0 |
1.5/2          | 0: a fraction is made of two whole numbers | write a formula, such as = 1.5 / 2
kWh            | 0: a number is missing | write 1 kWh
--5            | 0: a number is missing | a quantity is written 1.5 kWh
−5 kWh         | 0: a number is missing | the minus sign is -
~5 kWh         | 0: a number is missing | a quantity is written 1.5 kWh
5 kWh/visits   | 6: visits is a plural | write visit: a unit is written in the singular
5 kgCO2eq      | 2: kgCO2eq is a unit of impact | an impact unit belongs to a criterion, and is read only there
"""


@pytest.mark.parametrize(("text", "said", "hint"), rows(REFUSED))
def test_what_is_no_quantity(text: str, said: str, hint: str) -> None:
    assert told_of_quantity(text) == f"{said}; {hint}"


def test_nothing_is_no_quantity() -> None:
    assert told_of_quantity("") == "0: a number is missing; a quantity is written 1.5 kWh"


def test_a_unit_of_ones_own_is_glued_as_any_is() -> None:
    with pytest.raises(UnitError, match="a space is missing between a number and its unit") as told:
        quantity("3order", own=frozenset({"order"}))
    assert told.value.hint == "write 3 order"


def test_a_column_counts_from_the_start_of_the_text() -> None:
    assert told_of_quantity("  5   kWh/visits").startswith("10: ")
    assert told_of_quantity("  5 kgCO2e", GWP) == "4: kgCO2e is not a unit of GWP; write kgCO2eq"


@pytest.mark.parametrize("digits", [41, 190, 1_000_000])
@pytest.mark.parametrize("shape", ["{}", "{} kWh", "1/{}", "1.{}", "{}x", "1e{}"])
def test_long_numbers_are_refused(shape: str, digits: int) -> None:
    assert len(told_of_quantity(shape.format("1" * digits))) < 200


def test_a_quotient_is_correctly_rounded() -> None:
    assert scale(unit("kWh"), unit("MJ")) == 3.6
    assert scale(unit("s"), unit("year")) == 1 / 31_536_000
    assert math.isclose(scale(unit("month"), unit("day")) or 0, 365 / 12, rel_tol=0)


# `lca units`


def test_known_units_are_listed_with_their_worth() -> None:
    listed = {name: (meant, worth) for name, meant, worth in known()}
    assert listed["kWh"] == ("energy", "3600000 J")
    assert listed["%"] == ("ratio", "1/100")
    assert listed["year"] == ("time: 365 days: 8,760 hours", "31536000 s")
    assert listed["ktoken"] == ("token", "1000 token")
    assert listed["ha"] == ("area", "10000 m^2")
    assert listed["image"] == ("image: one image made or stored", "")


SPELT = [
    "{}CO2e",
    "{} CO2e",
    "{}CO2-eq",
    "{}CO₂eq",
    "{}CO2equiv",
    "{} CO2 equivalent",
    "{}co2e",
    "{}CO2 eq.",
    "{} CO2-e",
]
PLACES = ["{}", "{}/kWh", "{} / GB", "5 {}", "5{}", "1e-3{}/kWh"]
OUTSIDE = [*PLACES, "kWh/{}", "1/{}", "5 kWh/{}"]


@pytest.mark.parametrize("mass", ["g", "kg", "t", "lb"])
@pytest.mark.parametrize("place", OUTSIDE)
@pytest.mark.parametrize("spelt", SPELT)
def test_a_co2_equivalent_is_met_with_its_spelling(spelt: str, place: str, mass: str) -> None:
    """In quantities and in units alone, inside a criterion and outside."""
    text = place.format(spelt.format(mass))
    read = quantity if text[0].isdigit() and not text.startswith("1/") else unit
    for within in (GWP, None):
        with pytest.raises(UnitError) as raised:
            read(text, within)
        assert f"{mass}CO2eq" in raised.value.hint


@pytest.mark.parametrize("place", PLACES[:4])
def test_what_is_spelt_as_here_is_not_met_with_anything(place: str) -> None:
    assert units.respelt(place.format("kgCO2eq")) == ""
    assert units.respelt(place.format("kgCO2")) == ""
