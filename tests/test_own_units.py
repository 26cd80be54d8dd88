"""Units of a scenario's own: a thing to count in is a unit and a dimension in that scenario, and nothing elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from lca import units
from lca.problems import Problems
from lca.questions.account import account
from lca.units import UnitError, unit
from tests.bench_pack import run, write_pack, written
from tests.command import Lca

OWN = frozenset({"order", "student"})
SHOP = """\
study: {title: A shop, criteria: [GWP], packs: [tiny]}
units: [order, student]
functional_units:
  one: {demand: {orders: 1 order}}
  year: {demand: {orders: "= enrolled * 3 [order/student]"}}
parameters: {enrolled: {value: 2000 student, low: 1500 student, high: 2500 student}}
sites: {lab: {region: FRA, pue: 1.2}}
inference: {site: lab, energy: {value: 1 Wh/order, low: 0.5 Wh/order, high: 2 Wh/order, law: triangular}}
activities:
  - {item: electricity, tier: network, stage: use, region: FRA, amount: 2 Wh/order}
variants: {green: {with: {inference.energy: 0.5 Wh/order}}}
"""


def refused(tmp_path: Path, text: str) -> str:
    """What is said of a scenario, with its ways out."""
    with pytest.raises(Problems) as caught:
        run(tmp_path, text)
    return "\n".join(f"{p.spans[0].line}:{p.spans[0].column} {p.message} | {p.hint}" for p in caught.value.problems)


# --- texts -----------------------------------------------------------------------------------------------------------


def test_each_is_a_dimension_of_its_own() -> None:
    made = unit("kWh*order/student", own=OWN)
    assert str(made) == "kWh*order/student"
    assert units.own_in(made) == OWN
    assert units.scale(unit("order", own=OWN), unit("student", own=OWN)) is None
    assert units.dimension_words(made) == "energy * order per student"
    assert units.is_counted(unit("order", own=OWN))
    assert not units.is_counted(unit("order^2", own=OWN))
    assert str(units.coherent(unit("order*%/h", own=OWN))) == "order/s"


def test_a_name_of_a_dimension_is_another_dimension() -> None:
    """A scenario that counts lengths of a pool counts no metres."""
    length = unit("length", own=frozenset({"length"}))
    assert units.scale(length, unit("m")) is None
    assert units.over(length, unit("m")).dims


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("orders", "orders is a plural", "write order"),
        ("korder", "korder has a prefix that order does not take", "write 1e3 order"),
        ("Order", "Order is not a unit", "did you mean 'order'?"),
        ("ordr", "ordr is not a unit", "did you mean 'order'?"),
        ("order2", "order2 is not a unit", "write order^2"),
        ("zzzz", "zzzz is not a unit", "`lca units` lists them; those of the scenario are order, student"),
    ],
)
def test_what_is_nearly_one(text: str, message: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        unit(f"kWh/{text}", own=OWN)
    assert (caught.value.message, hint in caught.value.hint) == (message, True)


@pytest.mark.parametrize("name", ["student", "order", "x", "student_day", "Order", "length", "class"])
def test_what_may_be_one(name: str) -> None:
    assert units.refused_own(name) is None


REFUSED = {
    "kWh": "kWh is a unit already",
    "visit": "visit is a unit already",
    "mmol": "mmol is a unit already",
    "exam": "exam is a unit already, or reads as one with a prefix",  # an exametre
    "camp": "camp is a unit already, or reads as one with a prefix",  # a centiampere
    "furlongs": "furlongs is a unit already, or reads as one",
    "visits": "visits is a plural",
    "kvisit": "kvisit has a prefix that visit does not take",
    "gpu": "gpu is not a unit",
    "item": "item does not say what is counted",
    "um": "um is not a unit",
    "kgCO2eq": "no word",
    "eq": "eq is a unit of impact",
    "h2": "'h2' is no word for a unit",
    "order-line": "'order-line' is no word for a unit",
    "étudiant": "is no word for a unit",
    "order line": "is no word for a unit",
    "a" * 41: "is no word for a unit",
    ":order": "is no word for a unit",
    "GWP:x": "is no word for a unit",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_may_not(tmp_path: Path, name: str) -> None:
    said = refused(tmp_path, SHOP.replace("units: [order, student]", f'units: [order, student, "{name}"]'))
    assert said.startswith("2:25 ")
    assert REFUSED[name] in said
    assert not said.endswith("| ")


@pytest.mark.parametrize(
    ("units_of_own", "message"),
    [
        ("[order, order, student]", "'order' stands twice in units"),
        ("[order, orders, student]", "orders is a plural"),
        ("[order, korder, student]", "korder has a prefix that order does not take"),
        ("[order, student, Student]", "did you mean 'student'?"),
        ("[]", "units names nothing"),
        ("{order: 1}", "units is a plain value, not a mapping"),
        ("[[order], student]", "units is a plain value, not a list"),
        (f"[{', '.join('order_' + chr(97 + n // 26) + chr(97 + n % 26) for n in range(51))}]", "51 units of the scen"),
    ],
)
def test_lists_that_are_none(tmp_path: Path, units_of_own: str, message: str) -> None:
    assert message in refused(tmp_path, SHOP.replace("units: [order, student]", f"units: {units_of_own}"))


def test_all_that_pint_understands_is_known_without_pint() -> None:
    registry = units._registry()
    words = [
        "exam",
        "camp",
        "student",
        "order",
        "furlongs",
        "kilowatts",
        "pupil",
        "pint",
        "team",
        "dozen",
        "metre",
        "ft",
        "kat",
    ]
    words += [name for name in registry._units if units.OWN_NAME.fullmatch(name)]
    for word in words:
        assert units._is_of_pint(word) == bool(registry.parse_unit_name(word)), word


def test_a_scenario_with_units_of_its_own_does_not_load_pint(tmp_path: Path) -> None:
    path, packs = written(tmp_path, SHOP), write_pack(tmp_path)
    code = f"import sys, lca; lca.load({str(path)!r}, packs=[{str(packs)!r}]).compile(); print('pint' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("False\n", "")


# --- scenarios -------------------------------------------------------------------------------------------------------


def test_by_hand(tmp_path: Path) -> None:
    """(1 Wh × 1.2 + 2 Wh) × 0.1 kg/kWh an order, and 6,000 orders a year."""
    result, _ = run(tmp_path, SHOP)
    assert result.total("one", "GWP") == pytest.approx(3.2e-3 * 0.1)
    assert result.total("year", "GWP") == pytest.approx(6000 * 3.2e-3 * 0.1)


def test_it_is_one_thing_and_no_other(tmp_path: Path) -> None:
    said = refused(
        tmp_path,
        SHOP.replace(
            "energy: {value: 1 Wh/order, low: 0.5 Wh/order", "energy: {value: 1 Wh/student, low: 0.5 Wh/student"
        ).replace("2 Wh/order, law", "2 Wh/student, law"),
    )
    assert "Wh/student is not kWh/order" in said


def test_without_its_declaration_it_is_no_unit_and_the_way_out_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, SHOP.replace("units: [order, student]\n", ""))
    assert "order is not a unit" in said
    assert "units: [order]" in said


def test_nothing_leaks_from_one_scenario_to_another(tmp_path: Path) -> None:
    """Whichever is read first, and read again."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    mine.mkdir(), other.mkdir()
    pupils = SHOP.replace("student", "pupil")
    for _ in range(2):
        run(mine, SHOP)
        assert "did you mean 'pupil'?" in refused(
            other, pupils.replace("3 [order/pupil]", "3 [order/pupils]").replace("pupils]", "pupill]")
        )
        assert "student is not a unit" in refused(other, pupils.replace("[order/pupil]", "[order/student]"))
        run(other, pupils)
        with pytest.raises(UnitError):
            unit("order")


def test_one_that_nothing_is_counted_in_is_told(tmp_path: Path) -> None:
    result, _ = run(tmp_path, SHOP.replace("[order, student]", "[order, student, parcel]"))
    assert [(idle.path, idle.reason) for idle in account(result).idle] == [
        ("units: parcel", "nothing is counted in it")
    ]


def test_a_variant_changes_none(tmp_path: Path) -> None:
    assert "a variant cannot change units" in refused(
        tmp_path, SHOP.replace("{inference.energy", "{units: [order], inference.energy")
    )


def test_they_are_inherited(tmp_path: Path) -> None:
    written(tmp_path, SHOP, "parent.yaml")
    child = "extends: parent.yaml\ninference: {energy: 3 Wh/order}\n"
    result, _ = run(tmp_path, child)
    assert result.total("one", "GWP") == pytest.approx((3 * 1.2 + 2) * 1e-4)


# --- all who read the graph ------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    written(tmp_path, SHOP, "shop.yaml")
    write_pack(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_two_scenarios_with_units_of_their_own_are_compared(shop: Path, lca_: Lca) -> None:
    """A mixture of two sides counts in the units of both: 6,000 orders or 4,800, at 1 Wh or 1.5."""
    text = SHOP.replace("student", "pupil").replace("2000 pupil", "1600 pupil")
    written(shop, text.replace("1 Wh/order, low", "0.0015 kWh/order, low"), "other.yaml")
    ran = lca_("compare", "shop.yaml", "other.yaml", "--packs", "packs", "--fu", "year")
    assert ran.code == 0
    assert "1 Wh/order → 0.0015 kWh/order" in ran.out
    assert "What carries the differences" in ran.out
    assert "cannot be" not in ran.out


def test_the_same_number_in_another_unit_is_no_change(shop: Path, lca_: Lca) -> None:
    written(shop, SHOP.replace("value: 1 Wh/order", "value: 3.6 kJ/order"), "other.yaml")
    ran = lca_("compare", "shop.yaml", "other.yaml", "--packs", "packs", "--fu", "year")
    assert "3.6 kJ" not in ran.out


@pytest.mark.usefixtures("shop")
def test_a_reviewer_changes_a_number_in_one(lca_: Lca) -> None:
    assert lca_("export", "shop.yaml", "--packs", "packs", "-o", "shop.xlsx").code == 0
    book = openpyxl.load_workbook("shop.xlsx")
    cells = [cell for row in book["Inputs"].iter_rows() for cell in row]
    row = next(cell.row for cell in cells if cell.value == "inference.energy")
    in_row = [cell for cell in cells if cell.row == row]
    value = next(cell for cell in in_row if cell.value == 1)
    assert "Wh/order" in [cell.value for cell in in_row]
    value.value = 1.5
    book.save("edited.xlsx")
    ran = lca_("review", "edited.xlsx", "shop.yaml", "--packs", "packs", "-o", "new.yaml")
    assert ran.code == 0
    assert "1.5 Wh/order" in Path("new.yaml").read_text(encoding="utf-8")
    assert lca_("run", "new.yaml", "--packs", "packs").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "shop.yaml", "parameters.enrolled=1000 student:3000 student:3", "--fu", "year"),
        ("sweep", "shop.yaml", "inference.energy=1 Wh/order,2 Wh/order"),
        ("explain", "shop.yaml", "year", "GWP"),
        ("uncertainty", "shop.yaml", "--samples", "100"),
        ("sensitivity", "shop.yaml"),
        ("account", "shop.yaml"),
        ("check", "shop.yaml"),
        ("export", "shop.yaml", "--format", "brightway", "-o", "bw.json"),
        ("export", "shop.yaml", "--format", "markdown", "-o", "shop.md"),
    ],
    ids=lambda words: "-".join(words[:1]),
)
@pytest.mark.usefixtures("shop")
def test_commands(lca_: Lca, words: tuple[str, ...]) -> None:
    ran = lca_(*words, "--packs", "packs")
    assert (ran.code, ran.err if ran.code else "") == (0, "")


def test_a_factor_of_the_scenario_is_for_one(tmp_path: Path) -> None:
    """0.5 kg an order beside its electricity: 6,000 orders a year."""
    for stated in ("{value: 500 gCO2eq/order, low: 0.4 kgCO2eq/order, high: 0.6 kgCO2eq/order}", "0.5 kgCO2eq/order"):
        text = SHOP.replace("sites:", f"factors: {{parcel: {{stage: embodied, impacts: {{GWP: {stated}}}}}}}\nsites:")
        parcel = "  - {item: parcel, tier: network, stage: embodied, amount: = demand.orders}\nvariants:"
        result, _ = run(tmp_path, text.replace("variants:", parcel))
        assert result.total("year", "GWP") == pytest.approx(6000 * (3.2e-3 * 0.1 + 0.5))
