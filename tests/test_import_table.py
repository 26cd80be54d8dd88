"""Sheets that people made at home become scenarios: shapes of mess, each with its figures worked out on paper.

Round numbers of the small pack: electricity 0.1 kgCO2eq/kWh in France, 0.2 in the USA (2024); a laptop 200, a server
1000 kgCO2eq embodied; a phone 50 to manufacture.
"""

# ruff: noqa: E501  a sheet's lines stay as their user writes them

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.disk.imports import files
from lca.disk.workspace import Library, Run
from lca.importers import Given, kind
from lca.model.mapping import mapping
from lca.problems import Problems
from lca.text.documents import parse
from lca.text.writing import block
from lca.views.schema import schema
from lca.workbook.foreign import grid
from lca.workbook.foreign.numbers import Unclear, written
from tests.bench_pack import write_pack
from tests.command import Lca, Ran
from tests.test_cli_schema import wrong as wrong_by_schema

SCENARIO = """\
scenario:
  study: {title: A portal, criteria: [GWP], packs: [tiny]}
  functional_units: {year: {demand: {visits: 1000 visit}}}
"""
FRENCH = """\
columns: {item: Équipement, amount: Quantité, unit: Unité, tier: Tiers, stage: Étape, region: Pays}
values:
  item: {PC portables: laptop, Serveurs: {item: server, unit: server}, Électricité: electricity}
  unit: {unités: '', kWh/an: kWh, MWh/an: MWh}
  tier: {Terminaux: terminals, Réseau: network, Centre de données: data centre}
  stage: {Fabrication: embodied, Utilisation: use}
  region: {France: FRA}
always: {unit: device, basis: measured}
"""
Rows = list[list[Any]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    return tmp_path


def book(rows: Rows, name: str = "sheet.xlsx", merge: tuple[str, ...] = (), hidden: tuple[int, ...] = ()) -> str:
    """A workbook with one sheet, Parc, as openpyxl writes it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Parc"
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    made.save(name)
    return name


def imported(lca_: Lca, file: str, map_: str, *words: str, scenario: str = SCENARIO) -> Ran:
    """The command with a map; the scenario is written to made.yaml."""
    Path("map.yaml").write_text(map_ + scenario, encoding="utf-8")
    return lca_("import", "table", file, "--map", "map.yaml", "--packs", "packs", "-o", "made.yaml", *words)


def total(name: str = "made.yaml", by: dict[str, str] | None = None) -> float:
    result, _ = Run(name, ["packs"]).compile()
    return float(sum(line["value"] for line in result.lines() if all(line[k] == v for k, v in (by or {}).items())))


def told(ran: Ran) -> str:
    """What a command printed, on one line."""
    return " ".join((ran.out + ran.err).split())


# --- shapes of mess ---------------------------------------------------------------------------------------------------

TEXT = """\
Inventaire du portail;;;;;
;;;;;
Équipement;Quantité;Unité;Tiers;Étape;Pays
PC portables;1\xa0250;unités;Terminaux;Fabrication;
Électricité;62\xa0500,5;kWh/an;Terminaux;Utilisation;France

Serveurs;4;unités;Centre de données;Fabrication;
Électricité;0,25;MWh/an;Centre de données;Utilisation;France
TOTAL;;;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("thousands", ["\xa0", "\u202f", " ", "\u2009", "'"])
def test_french_text_with_semicolons(encoding: str, thousands: str, lca_: Lca) -> None:
    """1250 × 200 + 62,500.5 × 0.1 + 4 × 1000 + 250 × 0.1 = 260,275.05 kgCO2eq."""
    if encoding == "cp1252" and thousands in "\u202f\u2009":
        pytest.skip("Windows-1252 has no such blank")
    Path("sheet.csv").write_bytes(TEXT.replace("\xa0", thousands).encode(encoding))
    ran = imported(lca_, "sheet.csv", FRENCH)
    assert (ran.code, ran.err) == (0, "wrote made.yaml\n"), ran
    assert total() == pytest.approx(260_275.05)
    assert "9 TOTAL total" in told(ran)
    assert "decimal comma" in told(ran)
    assert ("Windows-1252" in told(ran)) == (encoding == "cp1252")
    study = parse(Path("made.yaml").read_text(encoding="utf-8"), "").mapping
    amount = study["activities"].mapping["Serveurs"].mapping["amount"].mapping
    assert {key: at.value for key, at in amount.items()} == {
        "value": "4 server", "basis": "measured", "source": "sheet", "at": "line 7",
    }  # fmt: skip
    assert "Électricité (row 8)" in study["activities"].mapping


SECTIONS: Rows = [
    ["Bilan 2024", None, None, None, None, None],
    ["Équipement", "Quantité", "Unité", "Étape", "Pays", "kg CO2e"],
    ["Terminaux"],
    ["PC portables", 10, "unités", "Fabrication", None, 2000],
    ["Électricité", 500, "kWh/an", "Utilisation", "France", 50],
    ["Sous-total Terminaux", None, None, None, None, 2050],
    [None],
    ["Centre de données"],
    ["Serveurs", 2, "unités", "Fabrication", None, 2000],
    ["Équipement", "Quantité", "Unité", "Étape", "Pays", "kg CO2e"],
    ["Serveurs", "-", "unités", "Fabrication", None, None],
    ["Électricité", 1, "MWh/an", "Utilisation", "France", 100],
    ["Sous-total Centre de données", None, None, None, None, 2100],
    ["Total général", None, None, None, None, 4150],
    ["Notes du cabinet"],
]
BY_SECTIONS = (
    FRENCH.replace(", tier: Tiers", "")
    + """\
sections: tier
skip: [Notes]
totals:
  all: {row: Total général, column: kg CO2e, criterion: GWP, unit: kgCO2eq, within: 1 %}
  terminals: {row: 6, column: F, criterion: GWP, unit: kgCO2eq, where: {tier: terminals}}
  energy: {row: 12, column: Quantité, flow: electricity, unit: MWh, where: {tier: data centre}, within: 0.1 %}
"""
)


def test_sections_and_totals_that_become_expectations(lca_: Lca) -> None:
    """10 × 200 + 500 × 0.1 = 2050 for terminals; 2 × 1000 + 1000 × 0.1 = 2100 for the centre; 4150 in all."""
    file = book(SECTIONS, hidden=(5,))
    ran = imported(lca_, file, BY_SECTIONS)
    assert ran.code == 0, ran
    assert total() == pytest.approx(4150)
    assert total(by={"tier": "terminals"}) == pytest.approx(2050)
    for words in (
        "14 rows with something in them: 3 head, 2 sections, 4 activities, 3 totals, 1 no amount, 1 left out. They make 4 activities.",
        "3 Terminaux section tier: terminals",
        "6 Sous-total Terminaux total",
        "10 Équipement head the head once more",
        "11 Serveurs no amount",
        "15 Notes du cabinet left out as the map says",
        "hidden rows are read as all others: 5",
        "energy 1 MWh Parc!B12",
    ):
        assert words in told(ran), words
    checked = lca_("check", "made.yaml", "--packs", "packs")
    assert checked.code == 0, checked
    assert "3 reproduced" in told(checked)
    rows = json.loads(imported(lca_, file, BY_SECTIONS, "--format", "json").out)
    listed = rows if isinstance(rows, list) else rows["records"]
    assert [each["row"] for each in listed] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    sheet = [*SECTIONS]
    sheet[3] = ["PC portables", 11, "unités", "Fabrication", None, 2000]
    assert imported(lca_, book(sheet), BY_SECTIONS).code == 0
    assert lca_("check", "made.yaml", "--packs", "packs").code == 3


def test_a_merged_head_over_two_rows_and_two_activities_a_row(lca_: Lca) -> None:
    """Making, over five years: (20 × 200 + 10 × 1000) / 5 = 2800; use: (20 × 50 + 10 × 2000) × 0.1 = 2100 kgCO2eq."""
    rows: Rows = [
        ["Parc informatique"],
        ["Matériel", "Tier", "Fabrication", None, "Utilisation", None],
        [None, None, "Nombre", "Durée de vie (ans)", "Consommation", "kWh"],
        ["Portables", "terminals", 20, 5, "par poste et par an", 20 * 50],
        ["Serveurs", "data centre", 10, 5, "mesure", 10 * 2000],
    ]
    file = book(rows, merge=("A2:A3", "B2:B3", "C2:D2", "E2:F2"))
    map_ = """\
columns: {name: Matériel, tier: Tier}
lines:
  making:
    columns: {item: Matériel, amount: Fabrication / Nombre, over: Durée de vie}
    always: {stage: embodied}
  use:
    columns: {amount: F, note: [Consommation]}
    always: {stage: use, item: electricity, region: FRA}
values: {item: {Portables: {item: laptop, unit: device}, Serveurs: {item: server, unit: server}}}
"""
    ran = imported(lca_, file, map_)
    assert ran.code == 0, ran
    assert total(by={"stage": "embodied"}) == pytest.approx(2800)
    assert total(by={"stage": "use"}) == pytest.approx(2100)
    text = Path("made.yaml").read_text(encoding="utf-8")
    assert 'value: "= 20 [device] / 5"' in text
    assert "note: par poste et par an" in text
    assert "2 amounts" not in told(ran)
    assert "4 amounts without a basis" in told(ran)


def test_units_behind_numbers_and_merged_words(lca_: Lca) -> None:
    """1.5 MWh + 250 kWh by 0.1, and 3 laptops: 150 + 25 + 600 = 775 kgCO2eq; the tier stands once for two rows."""
    rows: Rows = [
        ["Item", "Tier", "Stage", "Country", "Amount"],
        ["electricity", "network", "use", "FRA", "1.5 MWh"],
        ["electricity", None, "use", "FRA", "250kWh"],
        ["laptop", "terminals", "embodied", None, "3 devices"],
        ["laptop", None, None, None, "n/a"],
    ]
    file = book(rows, merge=("B2:B3",))
    map_ = "columns: {item: Item, tier: Tier, stage: Stage, region: Country, amount: Amount}\nvalues: {unit: {devices: device}, amount: {n/a: ''}}\n"
    assert imported(lca_, file, map_).code == 0
    assert total() == pytest.approx(775)
    rows[4] = ["laptop", None, None, None, "1,000 devices"]
    ran = imported(lca_, book(rows, merge=("B2:B3",)), map_.replace("columns", "down: [tier, stage]\ncolumns"))
    assert ran.code == 0, ran  # 1.5 shows that the point stands before decimals
    assert total() == pytest.approx(775 + 200_000)


def test_formulas_count_by_the_values_that_were_saved(lca_: Lca) -> None:
    """(4 + 6) laptops by a formula are 2000 kgCO2eq; 60 % of one kWh is 0.6 of it."""
    with xlsxwriter.Workbook("sheet.xlsx") as made:
        sheet = made.add_worksheet("Parc")
        sheet.write_row(0, 0, ["item", "amount", "unit", "share", "when"])
        sheet.write(1, 0, "laptop")
        sheet.write_formula(1, 1, "=4+6", None, 10)
        sheet.write(1, 2, "device")
        sheet.write(2, 0, "broken")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.write_row(2, 2, ["device"])
    map_ = "columns: {item: item, amount: amount, unit: unit}\nalways: {tier: terminals, stage: embodied}\n"
    ran = imported(lca_, "sheet.xlsx", map_)
    assert (ran.code, Path("made.yaml").exists()) == (1, False)
    assert "sheet.xlsx:3:2: Parc!B3: a formula that comes to #DIV/0!" in ran.err
    ran = imported(lca_, "sheet.xlsx", map_ + "skip: [broken]\n")
    assert ran.code == 0
    assert total() == pytest.approx(2000)
    ran = imported(lca_, book([["item", "amount", "unit"], ["laptop", "=4+6", "device"]]), map_)
    assert "Parc!B2: a formula whose value was not saved" in ran.err


HEAD = (
    '<?xml version="1.0"?><o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><o:body><o:spreadsheet><table:table table:name="Parc">'
)
TAIL = "</table:table></o:spreadsheet></o:body></o:document-content>"


def ods(rows: str, name: str = "sheet.ods") -> str:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        made.writestr("content.xml", HEAD + rows + TAIL)
    return name


def words(*texts: str) -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts
    )


def value(number: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{number}" {more}><text:p>…</text:p></table:table-cell>'


ODS = (
    "<table:table-row>" + words("item", "tier", "amount", "unit", "stage") + "</table:table-row>"
    '<table:table-row table:number-rows-repeated="1000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    '<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation>'
    "<text:p>laptop</text:p></table:table-cell>"
    '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>terminals</text:p></table:table-cell>'
    + value("2", 'table:formula="of:=1+1"') + words("device", "embodied") + "</table:table-row>"
    '<table:table-row table:visibility="filter">' + words("laptop") + "<table:covered-table-cell/>" + value("3")
    + words("device", "embodied") + "</table:table-row>"
    '<table:table-row table:number-rows-repeated="1040000"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
)  # fmt: skip
PLAIN = "columns: {item: item, tier: tier, amount: amount, unit: unit, stage: stage}\n"


def test_an_opendocument_spreadsheet(lca_: Lca) -> None:
    """2 + 3 laptops are 1000 kgCO2eq; a thousand empty rows stand between head and rows."""
    ran = imported(lca_, ods(ODS), PLAIN)
    assert ran.code == 0, ran
    assert total() == pytest.approx(1000)
    assert "hidden rows are read as all others: 1003" in told(ran)
    assert "at: Parc!C1002" in Path("made.yaml").read_text(encoding="utf-8").replace('"', "")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_copy_that_libreoffice_saved_says_the_same(lca_: Lca, tmp_path: Path) -> None:
    file = book(SECTIONS, hidden=(5,))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", file]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    texts = []
    for name in (file, "sheet.ods"):
        assert imported(lca_, name, BY_SECTIONS).code == 0
        texts.append(Path("made.yaml").read_text(encoding="utf-8").replace("sheet.ods", "sheet.xlsx"))
    assert texts[0] == texts[1]


def test_what_meets_no_factor_is_listed_with_rows_and_near_items(lca_: Lca) -> None:
    """The ten laptops count, 2000 kgCO2eq; what has no factor is not assessed, and the scenario runs."""
    rows: Rows = [["item", "tier", "amount", "unit", "stage"], *([["laptop", "terminals", 10, "device", "embodied"]])]
    rows += [
        ["lapptop", "terminals", 3, "device", "embodied"],
        ["antenna", "network", 1, "km", "manufacture"],
        ["lapptop", "network", 1, "device", "embodied"],
    ]
    ran = imported(lca_, book(rows), PLAIN)
    assert ran.code == 0, ran
    assert total() == pytest.approx(2000)
    assert "lapptop rows 3, 5: GWP, embodied did you mean 'laptop'?" in told(ran)
    assert "antenna row 4: GWP, manufacture" in told(ran)
    shown = lca_("run", "made.yaml", "--packs", "packs")
    assert "Not assessed lapptop, embodied (GWP): no factor; rows 3, 5 of Parc" in " ".join(shown.out.split())


REGIONS: Rows = [
    ["item", "tier", "amount", "unit", "stage", "region"],
    ["laptop", "terminals", 10, "device", "embodied", None],
    ["electricity", "network", 1000, "kWh", "use", "FRA"],
    ["electricity", "network", 2000, "kWh", "use", "USA"],
    ["electricity", "network", 4000, "kWh", "use", "EU27"],
    ["gadget", "network", 1, "kWh", "use", "FRA"],
    ["gadget", "network", 1, "kWh", "use", "EU27"],
]
IN_REGIONS = PLAIN.replace("stage: stage", "stage: stage, region: region")


def test_a_region_without_a_factor_leaves_out_its_own_rows_alone(lca_: Lca) -> None:
    """10 × 200 + 1000 × 0.1 + 2000 × 0.2 = 2500; the 4000 kWh of the EU, which have no factor, are not assessed."""
    ran = imported(lca_, book(REGIONS), IN_REGIONS)
    assert ran.code == 0, ran
    assert total() == pytest.approx(2500)
    assert "electricity row 5: GWP, use in EU27 of groups of countries it has a factor for: World" in told(ran)
    assert "gadget rows 6, 7: GWP, use" in told(ran)
    shown = " ".join(lca_("run", "made.yaml", "--packs", "packs").out.split())
    assert "electricity, use, EU27 (GWP): no factor; row 5 of Parc" in shown
    assert "gadget, use (GWP): no factor; rows 6, 7 of Parc" in shown


def test_where_no_row_is_left_each_is_told_why(lca_: Lca) -> None:
    ran = imported(lca_, book([REGIONS[0], REGIONS[4]]), IN_REGIONS)
    assert ran.code == 1
    assert "Parc!C2: no GWP factor for 'electricity'" in told(ran)
    assert "assesses nothing" not in ran.err


@pytest.mark.parametrize(
    ("word", "way"),
    [("US", "did you mean the region 'USA'?"), ("Utopia", "no region 'Utopia'"), (None, "it has a factor in")],
)
def test_a_region_that_is_a_slip_is_no_gap(word: str | None, way: str, lca_: Lca) -> None:
    """As the fourth row says it: who made the sheet can mend that, and nothing is left out."""
    rows = [*REGIONS[:4], [*REGIONS[4][:5], word]]
    ran = imported(lca_, book(rows), IN_REGIONS)
    assert (ran.code, Path("made.yaml").exists()) == (1, False)
    assert way in told(ran)
    assert "Parc!C5" in told(ran)


BY = "columns: {item: item, amount: amount, over: %s, times: %s}\nalways: {tier: terminals, stage: embodied, unit: device}\n"


@pytest.mark.parametrize("head", ["Life", "Life (years)", "Durée (ans)", "Life (months)", "Vie (mois)", "Life (days)"])
@pytest.mark.parametrize("cell", [5, "5", "5 years", "60 months", "60 mois", "5 ans", 60, 1825])
def test_a_time_that_divides_counts_in_years(head: str, cell: Any, lca_: Lca) -> None:
    """200 laptops of 200 kgCO2eq that live 5 years are 8000 kgCO2eq a year, in whatever unit the 5 years stand."""
    named = "month" if "mo" in head else "day" if "day" in head else "year"
    own = "month" if "mo" in str(cell) else "year" if "s" in str(cell) else ""
    written_ = {"year": 5, "month": 60, "day": 1825}
    if own and "(" in head and own != named:
        ran = imported(lca_, book([["item", "amount", head, "by"], ["laptop", 200, cell, 1]]), BY % ("C", "by"))
        assert ran.code == 1
        assert f"Parc!C2: the number is in {own}, and its head says {named}" in told(ran)
        return
    unit = own or (named if "(" in head else "")
    if not own and float(cell) != written_[unit or "year"]:
        return
    ran = imported(lca_, book([["item", "amount", head, "by"], ["laptop", 200, cell, 1]]), BY % ("C", "by"))
    assert ran.code == 0, ran
    assert total() == pytest.approx(8000)
    assert ("divided by years of life" in told(ran)) == (unit in ("month", "day"))


def test_a_share_multiplies_and_divides_nothing(lca_: Lca) -> None:
    """(1000 × 12 % + 100 × 0.5 + 40 × 25 %) laptops over 2 years are 90, with 200 kgCO2eq each: 18,000 kgCO2eq."""
    with xlsxwriter.Workbook("sheet.xlsx") as made:
        sheet = made.add_worksheet("Parc")
        sheet.write_row(0, 0, ["item", "amount", "years", "share"])
        for row, (amount, share) in enumerate([(1000, "12 %"), (100, 0.5), (40, 0.25)], 1):
            sheet.write_row(row, 0, ["laptop", amount, 2, share])
        sheet.write_number(3, 3, 0.25, made.add_format({"num_format": "0%"}))
    assert imported(lca_, "sheet.xlsx", BY % ("years", "share")).code == 0
    assert total() == pytest.approx(18_000)
    proposed_ = lca_("import", "table", "sheet.xlsx", "--packs", "packs").out
    assert "  times: share" in proposed_
    ran = imported(lca_, "sheet.xlsx", BY % ("share", "years"))
    assert ran.code == 1
    assert "Parc!D2, and in all in 2 rows: 2, 4: an amount is divided by a number or a time, and this is in %" in told(
        ran
    )
    assert "a share multiplies: name its column times, and not over" in told(ran)


@pytest.mark.parametrize(
    ("over", "times", "message"),
    [
        ("5 kg", 1, "Parc!C2: an amount is divided by a number or a time, and this is in kg"),
        (5, "3 kg", "Parc!D2: an amount is multiplied by a number or percents, and this is in kg"),
        (5, "3 years", "Parc!D2: an amount is multiplied by a number or percents, and this is in year"),
        ("5 lustres", 1, "Parc!C2: 'lustres' is no unit"),
        (0, 1, "Parc!C2: an amount is divided by 0"),
        (5, None, "Parc!D2: nothing stands where the amount is multiplied"),
    ],
)
def test_the_unit_of_what_divides_or_multiplies_is_never_lost(over: Any, times: Any, message: str, lca_: Lca) -> None:
    ran = imported(
        lca_, book([["item", "amount", "life", "share"], ["laptop", 1, over, times]]), BY % ("life", "share")
    )
    assert ran.code == 1
    assert message in told(ran)


def test_a_range_is_divided_as_its_value(lca_: Lca) -> None:
    """(8, 10, 12) laptops over 60 months, half of each: 1 in the middle, 200 kgCO2eq."""
    rows: Rows = [["item", "amount", "low", "high", "life", "share"], ["laptop", 10, 8, 12, "60 months", "50 %"]]
    ran = imported(
        lca_, book(rows), (BY % ("life", "share")).replace("amount: amount", "amount: amount, low: low, high: high")
    )
    assert ran.code == 0, ran
    assert total() == pytest.approx(200)
    text = Path("made.yaml").read_text(encoding="utf-8")
    assert "low: 0.8 device" in text
    assert "high: 1.2 device" in text
    assert "10 device * 50 [%] / 60 [month] * 1 [year]" in text


def test_both_prefixes_m_before_a_unit_are_two(lca_: Lca) -> None:
    """mWh is a milliwatt-hour, 10^-9 of a MWh, and no map proposes otherwise; what differs in capitals is a guess."""
    rows: Rows = [
        ["item", "amount", "unit"],
        *([["electricity", 1, u] for u in ("mWh", "MWh", "mWh/an", "MWh/an", "KWH/AN")]),
    ]
    out = lca_("import", "table", book(rows), "--packs", "packs").out
    assert "    mWh:" not in out
    assert "    MWh:" not in out
    assert "    mWh/an: mWh/an   # what does it mean?" in out
    assert "    MWh/an: MWh\n" in out
    assert "    KWH/AN: kWh   # is it?" in out
    map_ = "columns: {item: item, amount: amount, unit: unit}\nalways: {tier: network, stage: use, region: FRA}\nvalues: {unit: {MWh/an: MWh, kWh/an: kWh}}\n"
    assert "Parc!B4: 'mWh/an' is no unit" in told(imported(lca_, book(rows), map_))
    assert imported(lca_, book([*rows[:3], *rows[4:]]), map_).code == 0
    assert total() == pytest.approx((1e-6 + 1000 + 1000 + 1) * 0.1)


# --- what the map has to say ------------------------------------------------------------------------------------------

CLEAN: Rows = [["item", "tier", "amount", "unit", "stage"], ["laptop", "terminals", 10, "device", "embodied"]]


@pytest.mark.parametrize(
    ("row", "map_", "message"),
    [
        ([], PLAIN + "colums: {}\n", "map.yaml:2:1: unknown key 'colums' in the map = did you mean 'columns'?"),
        ([], PLAIN.replace("unit: unit", "unit: Einheit"), "map.yaml:1:57: no column is called 'Einheit' = columns by row 1: item, tier, amount, unit, stage"),
        ([], "columns: {item: item}\n", "no column is the amount = say in which column the amount stands"),
        ([], PLAIN + "values: {item: {laptop: {itm: x}}}\n", "map.yaml:2:26: an activity has no 'itm' = did you mean 'item'?"),
        ([], PLAIN + "head: top\n", "map.yaml:2:7: 'top' is no row = as in 4, or 4..5"),
        ([], PLAIN + "sections: tiers\n", "'tiers' is no sections = did you mean 'tier'"),
        ([], PLAIN + "down: [amount]\n", "'amount' is not taken from above"),
        ([], PLAIN + "totals: {all: {row: Total, column: amount, criterion: GWP}}\n", "map.yaml:2:21: no row begins with 'Total'"),
        ([], PLAIN + "sheet: Other\n", "there is no sheet 'Other' = sheets: Parc"),
        (["laptop", "terminal", 1, "device", "embodied"], PLAIN, "sheet.xlsx:3:2: Parc!B3: 'terminal' is no tier = did you mean 'terminals'? = say what it means: values: {tier: {terminal: …}}"),
        (["laptop", None, 1, "device", "embodied"], PLAIN, "Parc!B3: no tier is said = name its column, or say what holds for all: always: {tier: …}"),
        (["laptop", "terminals", 1, None, "embodied"], PLAIN, "Parc!C3: no unit is said of the amount"),
        (["laptop", "terminals", 1, "pce", "embodied"], PLAIN, "Parc!C3: 'pce' is no unit"),
        (["laptop", "terminals", 1, "kg", "embodied"], PLAIN, "sheet.xlsx:3:1: Parc!C3:"),
        (["laptop", "terminals", "1 kg", "device", "embodied"], PLAIN, "Parc!C3: the amount is in kg, and its unit is said to be device"),
        (["laptop", "terminals", "env. 12", "device", "embodied"], PLAIN, "Parc!C3: 'env. 12' is no number"),
        (["laptop", "terminals", "10-12", "device", "embodied"], PLAIN, "Parc!C3: '10-12' is no number"),
        (["laptop", "terminals", "1,234", "device", "embodied"], PLAIN, "Parc!C3: '1,234' may be one number or a thousand times that"),
        (["laptop", "terminals", "1e400", "device", "embodied"], PLAIN, "Parc!C3: '1e400' is no number that can be computed with"),
        (["laptop", "terminals", True, "device", "embodied"], PLAIN, "Parc!C3: 'TRUE' is no number"),
    ],
)  # fmt: skip
def test_what_the_map_does_not_say_is_told_by_row(row: list[Any], map_: str, message: str, lca_: Lca) -> None:
    ran = imported(lca_, book([*CLEAN, *([row] if row else [])]), map_)
    assert ran.code == 1
    for part in message.split(" = "):
        assert part in told(ran), ran.err
    assert not Path("made.yaml").exists()


def test_a_total_of_what_has_no_factor_is_told_in_the_map(lca_: Lca) -> None:
    rows = [*CLEAN, ["antenna", "network", 1, "device", "embodied"], ["Total", None, 5, None, None]]
    total_ = "totals: {all: {row: Total, column: amount, criterion: GWP, unit: kgCO2eq, where: {tier: network}}}\n"
    ran = imported(lca_, book(rows), PLAIN + total_)
    assert ran.code == 1
    assert "map.yaml:2:10: no line of year has tier: network for GWP" in ran.err
    assert "or take the total out of the map" in ran.err


def test_one_word_that_many_rows_have_is_told_once(lca_: Lca) -> None:
    rows = [*CLEAN, *([["laptop", "Réseau", 1, "device", "embodied"]] * 20)]
    ran = imported(lca_, book(rows), PLAIN)
    assert "Parc!B3, and in all in 20 rows: 3, 4, 5, 6, 7, 8, 9, 10, …: 'Réseau' is no tier" in told(ran)
    assert ran.err.count("no tier") == 1


def test_a_date_is_no_number(lca_: Lca) -> None:
    day = datetime(2024, 5, 1)  # noqa: DTZ001  workbooks have no zones
    ran = imported(lca_, book([*CLEAN, ["laptop", "terminals", day, "device", "embodied"]]), PLAIN)
    assert "Parc!C3: a date where a number is expected" in told(ran)


def test_the_map_says_the_study(lca_: Lca) -> None:
    assert (
        "the map says nothing of the study and its functional unit"
        in imported(lca_, book(CLEAN), PLAIN, scenario="").err
    )
    ran = imported(lca_, book(CLEAN), PLAIN, scenario=SCENARIO.replace("GWP", "GPW"))
    assert "map.yaml:3:" in ran.err, ran.err


def test_activities_go_into_a_scenario_that_is_there(lca_: Lca) -> None:
    study = Path("study.yaml")
    study.write_text(
        "# ours\nstudy: {title: x, criteria: [GWP], packs: [tiny], sources: {sheet: {title: Our sheet}}}\nfunctional_units: {year: {}}\n\n# the inventory\nactivities: {}  # to come\n"
    )
    Path("map.yaml").write_text(PLAIN)
    ran = lca_("import", "table", book(CLEAN), "--map", "map.yaml", "--into", "study.yaml", "activities")
    assert (ran.code, ran.err) == (0, "wrote study.yaml\n"), ran
    assert study.read_text().startswith("# ours\nstudy: {title: x")
    assert "# the inventory\n# to come\nactivities:\n  laptop:\n" in study.read_text()
    assert total("study.yaml") == pytest.approx(2000)
    before = study.read_text()
    ran = lca_(
        "import", "table", "sheet.xlsx", "--map", "map.yaml", "--into", "study.yaml", "activities", "-o", "sheet.xlsx"
    )
    assert ran.code == 1
    assert "would overwrite" in ran.err
    assert study.read_text() == before


IN_TABLE = "study: {title: x, criteria: [GWP], packs: [tiny]}\nfunctional_units: {year: {}}\nactivities: %s\n"


@pytest.mark.parametrize(
    ("there", "told_"),
    [
        ("inventory.csv", "study.yaml:3:1: activities is there already, and says something else: inventory.csv"),
        ("[a.csv, b.csv]", "study.yaml:3:1: activities is there already, and says something else: a list of 2"),
        (
            "{laptop: {item: laptop, tier: terminals, stage: embodied, amount: 7 device}}",
            "activities.laptop.amount is there already, and says something else: 7 device",
        ),
    ],
)
def test_what_stands_in_a_scenario_is_not_replaced_unless_that_is_said(there: str, told_: str, lca_: Lca) -> None:
    study = Path("study.yaml")
    study.write_text(IN_TABLE % there, encoding="utf-8")
    before = study.read_text(encoding="utf-8")
    Path("map.yaml").write_text(PLAIN, encoding="utf-8")
    words = ("import", "table", book(CLEAN), "--map", "map.yaml", "--into", "study.yaml", "activities")
    ran = lca_(*words)
    assert (ran.code, study.read_text(encoding="utf-8")) == (1, before)
    assert told_ in told(ran)
    assert "--set replace=yes replaces what is there" in told(ran)
    ran = lca_(*words, "--set", "replace=yes")
    assert ran.code == 0, ran
    assert "replaced activities" in ran.err
    assert "amount:\n" in study.read_text(encoding="utf-8")
    assert "10 device" in study.read_text(encoding="utf-8")
    assert lca_(*words).code == 0, "the same once more takes the place of nothing"


def test_replace_is_said_where_it_means_something(lca_: Lca) -> None:
    Path("map.yaml").write_text(PLAIN + SCENARIO, encoding="utf-8")
    words = ("import", "table", book(CLEAN), "--map", "map.yaml", "--set")
    assert "replace says nothing without --into" in lca_(*words, "replace=yes").err
    assert "'no' is no replace" in lca_(*words, "replace=no").err


LIKE_TOTALS: Rows = [
    ["item", "tier", "amount", "unit", "stage"],
    ["laptop", "terminals", 10, "device", "embodied"],
    ["Total laptops of Lyon", "terminals", 3, "device", "embodied"],
    ["draft", "terminals", 100, "device", "embodied"],
    ["draft", "terminals", 100, "device", "embodied"],
    ["TOTAL", None, 13, None, None],
]
LYON = PLAIN + "values: {item: {Total laptops of Lyon: laptop}}\n"


def test_a_row_that_is_called_total_may_be_an_activity(lca_: Lca) -> None:
    """10 × 200 = 2000 with the row of Lyon as a total, 13 × 200 = 2600 with it as a row; the sheet's total is none."""
    file = book(LIKE_TOTALS)
    ran = imported(lca_, file, LYON + "skip: [4..5]\n")
    assert ran.code == 0, ran
    assert total() == pytest.approx(2000)
    assert "taken as totals, and they say all that an activity does: 3 'Total laptops of Lyon'" in told(ran)
    of_sheet = "totals: {all: {row: 6, column: amount, flow: laptop, unit: device, within: 1 %}}\n"
    for more in ("skip: [4..5, 6]\n", "skip: [4, 5]\n" + of_sheet, "skip: [draft, 6]\n"):
        ran = imported(lca_, file, LYON + "total_rows: []\n" + more)
        assert ran.code == 0, (more, ran)
        assert total() == pytest.approx(2600)
        assert "say all that an activity does" not in told(ran)


def test_words_that_no_row_begins_with_are_said(lca_: Lca) -> None:
    ran = imported(lca_, book(LIKE_TOTALS[:3]), LYON + "skip: [draft, 77]\ntotal_rows: [Bilan]\n")
    assert "skip of the map: no row begins with draft, 77" in told(ran)
    assert "total_rows of the map: no row begins with Bilan" in told(ran)


def test_what_a_line_says_always_stands_over_a_column_of_all(lca_: Lca) -> None:
    """10 laptops made, 2000; and 500 kWh of use in France, 0.1 a kWh: 50, whatever the column of stages says."""
    rows: Rows = [["item", "amount", "kWh", "stage"], ["laptop", 10, 500, "embodied"]]
    map_ = """\
columns: {item: item, stage: stage}
always: {tier: terminals}
lines:
  making: {columns: {amount: amount}, always: {unit: device}}
  using: {columns: {amount: kWh}, always: {item: electricity, stage: use, region: FRA, unit: kWh}}
"""
    ran = imported(lca_, book(rows), map_)
    assert ran.code == 0, ran
    assert total(by={"stage": "use"}) == pytest.approx(50)
    assert total() == pytest.approx(2050)


def test_the_ends_of_a_range_are_in_the_unit_of_their_heads(lca_: Lca) -> None:
    """1 MWh with an end in kWh: 900 kWh and 1.1 MWh."""
    rows: Rows = [["item", "amount (MWh)", "min (kWh)", "max"], ["electricity", 1, 900, 1.1]]
    map_ = (
        "columns: {item: item, amount: amount, low: min, high: max}\nalways: {tier: network, stage: use, region: FRA}\n"
    )
    assert imported(lca_, book(rows), map_).code == 0
    text = Path("made.yaml").read_text(encoding="utf-8")
    assert "low: 900 kWh" in text
    assert "high: 1.1 MWh" in text


@pytest.mark.parametrize(
    ("unit", "way"),
    [
        ("kWh/an", "of a study of a year it is kWh = say what it means: values: {unit: {kWh/an: …}}"),
        ("kWh/mois", "of a study of a year it is 12 times as many kWh: multiply in the sheet"),
    ],
)
def test_an_amount_of_a_time_says_what_it_is_of_a_year(unit: str, way: str, lca_: Lca) -> None:
    ran = imported(lca_, book([*CLEAN, ["laptop", "terminals", 1, unit, "embodied"]]), PLAIN)
    assert way in told(ran)


# --- a map that is proposed -------------------------------------------------------------------------------------------


def test_a_map_is_proposed_that_runs_once_it_is_corrected(lca_: Lca) -> None:
    """The French sheet of sections, by its proposal alone but for packs and stages: 4150 kgCO2eq again."""
    file = book(SECTIONS)
    ran = lca_("import", "table", file, "--packs", "packs")
    assert ran.code == 0
    for line in (
        'item: "Équipement"',
        "sections: tier",
        "    Serveurs: {item: server, unit: server}",
        "    PC portables: laptop",
        '    "Électricité": electricity\n',
        "    kWh/an: kWh",
        "    France: FRA",
        '    "unités": ""',
        "#   gwp: {row: 14, column: F, criterion: GWP",
    ):
        assert line in ran.out, line
    map_ = ran.out.replace("[ademe-negaoctet-2026, ember-2024]", "[tiny]").replace(
        "Fabrication: manufacture", "Fabrication: embodied"
    )
    mapping(parse(map_, "map.yaml"))
    assert imported(lca_, file, map_, scenario="").code == 0
    assert total() == pytest.approx(4150)


def test_what_a_proposal_leaves_open_is_said(lca_: Lca) -> None:
    ran = lca_("import", "table", book([["Poste", "Nombre"], ["Bidule", 3]]), "--packs", "packs")
    assert "Bidule: Bidule   # what does it mean?" in ran.out
    assert "1 word left open" in ran.err
    assert "tier: data centre   # one of: terminals, network, data centre" in ran.out


def test_the_schema_of_maps_accepts_what_is_proposed_and_read() -> None:
    for text in (FRENCH + SCENARIO, BY_SECTIONS + SCENARIO, PLAIN):
        tree = parse(text, "map.yaml")
        plain = json.loads(json.dumps(_plain(tree)))
        assert not [*wrong_by_schema(plain, schema("mapping"))], text
    assert [*wrong_by_schema({"columns": {"item": "x"}, "colums": {}}, schema("mapping"))]


def _plain(at: Any) -> Any:
    from lca.text.writing import dumped

    return dumped(at)


# --- hostile files ----------------------------------------------------------------------------------------------------


def refused(data: bytes, name: str) -> str:
    with pytest.raises(Problems) as wrong:
        grid.read(data, name)
    return str(wrong.value)


def test_a_row_repeated_a_million_times_is_no_bomb() -> None:
    file = ods(
        '<table:table-row table:number-rows-repeated="1048576">'
        + value("1", 'table:number-columns-repeated="500"')
        + "</table:table-row>"
    )
    assert Path(file).stat().st_size < 2000
    assert "has more cells than an inventory has" in refused(Path(file).read_bytes(), file)


def test_what_is_no_sheet_is_told() -> None:
    assert "an old .xls" in refused(b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls")
    assert "no text, and no workbook" in refused(b"\x81\x8d\x8f\x90\x9d\xff", "a.csv")
    assert "damaged" in refused(b"PK\x03\x04rubbish", "a.xlsx")
    assert "U+202E" in refused("item;a\nx\u202e;1\n".encode(), "a.csv")
    assert "the file is empty" in refused(b"", "a.xlsx")
    assert "called a workbook, and is a text" in grid.read(b"item;amount\nx;1\n", "a.xlsx").remarks[0]
    assert "0 sheets are filled" in refused(Path(book([])).read_bytes(), "a.xlsx")
    ods("")
    assert "has no sheets" not in refused(Path("sheet.ods").read_bytes(), "a.ods")


def test_words_of_a_sheet_write_no_yaml(lca_: Lca) -> None:
    evil = '=HYPERLINK("x")\n  injected: "1" # {['
    rows: Rows = [*CLEAN, [evil.lstrip("="), "terminals", 1, "device", "embodied"]]
    assert imported(lca_, book(rows), PLAIN).code == 0
    tree = parse(Path("made.yaml").read_text(encoding="utf-8"), "").mapping
    assert len(tree["activities"].mapping) == 2
    assert "injected" not in tree


@pytest.mark.parametrize(
    "text", ["", "x", "1 2", "1..2", "1,2,3", "--1", "1'23", "12 34 kWh", "٣", "1e99999", "1e-999", "," * 50]
)
@pytest.mark.parametrize("decimal", ["", "comma", "point"])
def test_what_is_no_number_is_none(text: str, decimal: str) -> None:
    with pytest.raises(Unclear):
        written(text, decimal)


# --- clean sheets, however they are written ---------------------------------------------------------------------------

KINDS = [
    ("electricity", "use", "FRA", ("kWh", "Wh", "MJ")),
    ("laptop", "embodied", "", ("device",)),
    ("steel", "manufacture", "", ("kg", "g")),
]
AMOUNTS = st.floats(1e-3, 1e7).map(lambda number: float(f"{number:.6g}"))
LINES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), AMOUNTS, st.booleans()), min_size=1, max_size=7)


def as_written(number: float, decimal: str, thousands: str) -> str:
    """A number as people of a country write it, in full."""
    whole, _, rest = f"{number:.12f}".rstrip("0").partition(".")
    grouped = f"{int(whole):,}".replace(",", thousands)
    return f"{grouped}{decimal}{rest}" if rest else grouped


@settings(deadline=None, max_examples=30)
@given(
    LINES,
    st.sampled_from([(",", " "), (",", "\u202f"), (",", "."), (".", ","), (".", ""), (".", "'")]),
    st.sampled_from(["csv", "xlsx", "xlsx as text"]),
    st.sampled_from(["column", "cell", "mixed"]),
    st.sampled_from([";", "\t"]),
)
def test_a_clean_sheet_comes_to_the_totals_of_its_yaml(
    lines: list[Any], signs: tuple[str, str], form: str, where: str, separator: str
) -> None:
    rows, activities = [["item", "tier", "stage", "region", "amount", "unit"]], {}
    for place, ((item, stage, region, units), chosen, number, is_apart) in enumerate(lines):
        unit = units[chosen % len(units)]
        apart = where == "column" or (where == "mixed" and is_apart)
        text: Any = as_written(number, *signs) if form != "xlsx" or not apart else number
        cell = text if apart else f"{text} {unit}"
        rows.append([item, "network", stage, region, cell, unit if apart else ""])
        activities[str(place)] = {
            "item": item,
            "tier": "network",
            "stage": stage,
            "region": region,
            "amount": f"{number!r} {unit}",
        }
    tree = {
        "study": {"title": "x", "criteria": ["GWP"], "packs": ["tiny"]},
        "functional_units": {"year": {"title": "x"}},
    }
    plain = {name: {key: text for key, text in each.items() if text} for name, each in activities.items()}
    decimal = "comma" if signs[0] == "," else "point"
    map_ = f"decimal: {decimal}\ncolumns: {{item: item, tier: tier, stage: stage, region: region, amount: amount, unit: unit}}\n"
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_pack(folder)
        file = folder / ("sheet.csv" if form == "csv" else "sheet.xlsx")
        if form == "csv":
            out = io.StringIO()
            csv.writer(out, delimiter=separator).writerows(rows)
            file.write_text(out.getvalue(), encoding="utf-8")
        else:
            book(rows, str(file))
        map_ += "\n".join(block({"scenario": tree}))
        given_ = Given(files([file]), Library([folder / "packs"]), map=parse(map_, "map.yaml"))
        (folder / "made.yaml").write_text(kind("table").read(given_).text, encoding="utf-8")
        (folder / "plain.yaml").write_text("\n".join(block({**tree, "activities": plain})), encoding="utf-8")
        made, right = (
            Run(folder / f"{each}.yaml", [folder / "packs"]).compile()[0].total("year", "GWP")
            for each in ("made", "plain")
        )
        assert made == pytest.approx(right, rel=1e-12)
