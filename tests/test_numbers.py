"""One way to read a number, wherever one is written: nothing that a person may have meant otherwise, and nothing that
would be read as 0, goes in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lca import units
from lca.disk.workspace import Library, Run
from lca.model.packs import COLUMNS as TABLES
from lca.model.pedigree import COLUMNS, pedigree
from lca.problems import Problems
from lca.questions.compare import saved
from lca.text import sheets
from lca.units import UnitError
from lca.workbook.reading.cells import Sheet
from lca.workbook.review.numbers import typed

PACKS = Path(__file__).parent / "golden" / "cli" / "packs"
NO_NUMBERS = ["nan", "-inf", "1_000", "٣", "1e-400", "1e999", "0x10", "1;5", "²", "1 %", "5 1", "1/2", "7 kWh", "", " "]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_number(text: str) -> None:
    with pytest.raises(UnitError):
        units.number(text)
    made = typed(text)  # in a cell of a workbook, where a half may be typed, and a unit behind a number
    assert made.refused or made.unit or text == "1/2"


def factors(text: str) -> Any:
    return pedigree(sheets.parse(f"{COLUMNS}\nown,basic,,{text},variance{',' * (COLUMNS.count(',') - 4)}\n", "p.csv"))


@pytest.mark.parametrize("text", [text for text in NO_NUMBERS if text.strip()])
def test_no_number_in_a_table_of_pedigree_factors(text: str) -> None:
    with pytest.raises(Problems, match=r"p\.csv:2:12: '.*' is no factor"):
        factors(text)
    assert factors("0.0006")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e-400", "1e999", "true", '"1"'])
def test_no_number_in_a_saved_result(text: str) -> None:
    record = {"functional_unit": "one", "variant": None, "criterion": "GWP", "value": 1.5, "unit": "kg"}
    whole = json.dumps([record])
    assert saved(whole, "old.json", None)["one"].totals == {"GWP": (1.5, "kg")}
    with pytest.raises(Problems, match=r"old\.json:1:1"):
        saved(whole.replace("1.5", text), "old.json", None)


@pytest.mark.parametrize("text", ["1e-400", "-2E-999", "1e999", "1_0", "٣"])
def test_no_number_in_a_cell(text: str) -> None:
    assert isinstance(read_cell(text), str)
    assert read_cell("-2.5E-3") == -0.0025
    assert read_cell("0e-400") == 0


def read_cell(text: str) -> Any:
    class Kept:
        keep: Callable[[str], str] = staticmethod(str)

    sheet = Sheet.__new__(Sheet)
    sheet.budget = Kept()  # type: ignore[assignment]
    return sheet._number(text)


# --- a figure whose unit has a name but no dimension is expected with its unit ---------------------------------------

DUTY = """\
study: {title: Duty, criteria: [GWP], packs: [own-1]}
functional_units: {one: {demand: {visits: 1 visit}}}
activities: {duty: {tier: terminals, stage: use, item: duty, region: World, amount: 2 h/day}}
expect: {duty: {of: one, flow: duty, value: VALUE, basis: derived}}
"""


def pack(folder: Path, role: str, *rows: str) -> Path:
    """A folder with one pack of one table."""
    own = folder / "own-1"
    own.mkdir()
    about = json.loads((PACKS / "tiny" / "datapackage.json").read_text(encoding="utf-8"))
    about |= {"name": "own-1", "resources": [{"path": f"{role}.csv", "role": role}]}
    (own / "datapackage.json").write_text(json.dumps(about), encoding="utf-8")
    (own / f"{role}.csv").write_text("\n".join([TABLES[role], *rows, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def duty(tmp_path: Path) -> Callable[[str], Any]:
    """The verdict on a duty of 2 h a day, by what is expected."""
    pack(tmp_path, "factors", "duty,use,World,2020,GWP,1,gCO2eq,h/day,,,,p. 1,B,")

    def verdict(value: str) -> Any:
        (tmp_path / "duty.yaml").write_text(DUTY.replace("VALUE", value), encoding="utf-8")
        return Run(tmp_path / "duty.yaml", [tmp_path]).compile()[1][0]

    return verdict


@pytest.mark.parametrize("value", ["2 h/day", "14 h/week", "120 min/day"])
def test_a_named_ratio_is_expected_in_its_unit(duty: Callable[[str], Any], value: str) -> None:
    assert (duty(value).verdict, duty(value).published) == ("holds", pytest.approx(2))


def test_a_bare_number_is_asked_for_its_unit(duty: Callable[[str], Any]) -> None:
    with pytest.raises(Problems, match="value has no unit") as raised:
        duty("2")
    assert "write '2 h/day'" in str(raised.value)


# --- units in packs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "row"),
    [
        ("factors", "box,use,World,2020,GWP,1,gCO2e,kWh,,,,p. 1,B,"),
        ("factors", "box,use,World,2020,GWP,1,gCO2eq,g CO2e,,,,p. 1,B,"),
        ("factors", "box,use,World,2020,PE,1,MJ,gCO2-eq,,,,p. 1,B,"),
        ("normalisation", "OWN,GWP,1,gCO2e,person*year,p. 1,"),
        ("normalisation", "OWN,GWP,1,gCO2eq,gCO2e,p. 1,"),
        ("parameters", "box,World,2020,power,1,gCO2e,,,,p. 1,B,"),
        ("parameters", "box,World,2020,power,1,kWh/gCO2e,,,,p. 1,B,"),
        ("assemblies", "box,part,1,gCO2e,,,p. 1,B,"),
    ],
)
def test_a_pack_is_told_how_a_co2_equivalent_is_written(tmp_path: Path, role: str, row: str) -> None:
    with pytest.raises(Problems, match="write gCO2eq"):
        Library([pack(tmp_path, role, row)]).pack("own-1")


@pytest.mark.parametrize("unit", ["kg", "h/day", "gCO2e", "kg/kWh"])
def test_a_weight_is_a_share(tmp_path: Path, unit: str) -> None:
    """It was taken as it stood, or as a fault of lca."""
    with pytest.raises(Problems, match="is no unit of a weight"):
        Library([pack(tmp_path, "weighting", f"OWN,GWP,20,{unit},p. 1,")]).pack("own-1")


@pytest.mark.parametrize("unit", ["%", "1", ""])
def test_a_weight_is_plain_or_in_percent(tmp_path: Path, unit: str) -> None:
    assert Library([pack(tmp_path, "weighting", f"OWN,GWP,20,{unit},p. 1,")]).pack("own-1")
