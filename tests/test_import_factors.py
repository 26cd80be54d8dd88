"""`lca import factors`: private packs of what people hold, every row accounted for. Files in the shapes of each form.

openLCA's are made by its own library; ILCD's are by hand, and what another reader makes of them is recorded.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import olca_schema as olca
import openpyxl
import pytest
from olca_schema.zipio import ZipWriter

from lca.importers._databases.bundle import Bundle
from lca.importers._databases.entries import Asked, Entry
from lca.importers._databases.forms import ilcd as form
from lca.importers._databases.opened import Opened
from tests import ilcd_files as ilcd
from tests.command import Lca
from tests.whole import WHOLE

SAID = (
    "--set",
    "licence=Contract 7",
    "--set",
    "source=A database",
    "--set",
    "accessed=2026-11-27",
    "--set",
    "version=3.1",
)
TOP = Path(__file__).parent.parent
COLUMNS = [
    "Type Ligne", "Identifiant de l'élément", "Structure", "Type de l'élément", "Statut de l'élément",
    "Nom base français", "Nom attribut français", "Nom frontière français", "Unité français", "Contributeur", "Source",
    "Localisation géographique", "Sous-localisation géographique français", "Sous-localisation géographique anglais",
    "Date de création", "Date de modification", "Période de validité", "Incertitude", "Type poste",
    "Nom poste français", "Total poste non décomposé", "CO2f",
]  # fmt: skip


def element(key: str, name: str, unit: str, value: str, **more: str) -> dict[str, str]:
    """A line of Base Empreinte; `more` by the first words of columns."""
    row = dict.fromkeys(COLUMNS, "") | {
        "Type Ligne": "Elément", "Identifiant de l'élément": key, "Type de l'élément": "Facteur d'émission",
        "Statut de l'élément": "Valide générique", "Nom base français": name, "Unité français": unit,
        "Total poste non décomposé": value, "Localisation géographique": "France continentale",
        "Date de modification": "15/12/2023",
    }  # fmt: skip
    names = {
        "line": "Type Ligne", "kind": "Type de l'élément", "status": "Statut de l'élément",
        "place": "Localisation géographique",
        "country": "Sous-localisation géographique anglais", "attribute": "Nom attribut français", "part": "Type poste",
        "percent": "Incertitude", "modified": "Date de modification",
    }  # fmt: skip
    return row | {names[name]: value for name, value in more.items()}


LAPTOP = [
    element("1", "Portable", "kgCO2e/unité", "201,5", attribute="14 pouces", percent="50"),
    element(
        "1", "Portable", "kgCO2e/unité", "190", attribute="14 pouces", percent="50", line="Poste", part="Fabrication"
    ),
    element("1", "Portable", "kgCO2e/unité", "10", attribute="14 pouces", percent="50", line="Poste", part="Transport"),
    element(
        "1", "Portable", "kgCO2e/unité", "1,5", attribute="14 pouces", percent="50", line="Poste", part="Fin de vie"
    ),
]
FUEL = [
    element("2", "Gazole", "kgCO2e/litre", "3,1", percent="10"),
    element("2", "Gazole", "kgCO2e/litre", "2,5", line="Poste", part="Combustion"),
    element("2", "Gazole", "kgCO2e/litre", "0,6", line="Poste", part="Amont"),
    element("3", "Gazole", "kgCO2e/kWh PCI", "0,32"),
]
OTHERS = [
    element(
        "4", "Électricité", "kgCO2e/kWh", "0,35", place="Autre pays du monde", country="Germany", modified="avr-22"
    ),
    element("5", "Vieux", "kgCO2e/kWh", "0,09", status="Archivé"),
    element("6", "Repas", "kgCO2e/repas", "2,1"),
    element("7", "Acier", "kgCO2e/tonne", "2 211", percent="abc"),
    element("8", "Sans valeur", "kgCO2e/kg", ""),
    element("9", "Papier", "kgCO2e/kg", "-0,4"),
    element("10", "Téléphone", "kgCO2e/unité", "60", percent="150"),
    element("11", "Téléphone", "kgCO2e/unité", "80"),
    element("12", "PCI", "kWh/kg", "13", kind="Données source"),
    element("13", "Orphelin", "kgCO2e/km", "0,004", line="Poste", part="Fabrication"),
    element("14", "Écran", "kgCO2e/unité", "n.d."),
    element("15", "Brouillon", "kgCO2e/unité", "5", status="En discussion"),
    element("16", "Disque", "kgCO2e/unité", "25"),
    element("16", "Disque", "kgCO2e/unité", "25"),
    element("17", "Bois", "kgCO2/m3", "30"),
]


def base_empreinte(rows: Iterable[dict[str, str]], encoding: str = "cp1252", sign: str = ";") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=sign, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def table(path: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))]


class Pack:
    """A pack as it was made: its rows and its listing by place, and what was told."""

    def __init__(self, folder: Path, told: str) -> None:
        self.about = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        self.rows = [row for one in self.about["resources"] for row in table(folder / one["path"])]
        self.listing = table(folder / "listing.csv")
        self.told = " ".join(told.split())

    def factors(self) -> dict[tuple[str, str, str, str], tuple[str, str, str]]:
        return {
            (row["item"], row["stage"], row["region"], row["criterion"]): (row["value"], row["unit"], row["per"])
            for row in self.rows
        }

    @property
    def not_taken(self) -> list[str]:
        return [row["why"] for row in self.listing if row["taken"] == "no"]


@pytest.fixture
def made(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)

    def make(data: bytes, name: str = "export.csv", *options: str) -> Pack:
        Path(name).write_bytes(data)
        ran = lca_("import", "factors", name, "-o", "packs/own", *SAID, *options)
        assert ran.code == 0, ran.out + ran.err
        opened = lca_("factors", "--packs", "packs", "--format", "csv")
        assert (opened.code, "own," in opened.out) == (0, True), opened.err
        return Pack(Path("packs/own"), ran.out)

    Path("packs").mkdir()
    return make


# --- Base Empreinte ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "sign"), [("cp1252", ";"), ("utf-8-sig", ";"), ("utf-8", ",")])
def test_each_line_of_base_empreinte_is_a_factor_or_told(made: Any, encoding: str, sign: str) -> None:
    rows = [*LAPTOP, *FUEL, *OTHERS]
    pack = made(base_empreinte(rows, encoding, sign))
    assert len(pack.rows) + len(pack.not_taken) == len(rows) == 23
    assert pack.factors() == {
        ("portable-14-pouces", "manufacture", "FRA", "GWP"): ("190", "kgCO2eq", "device"),
        ("portable-14-pouces", "distribution", "FRA", "GWP"): ("10", "kgCO2eq", "device"),
        ("portable-14-pouces", "end of life", "FRA", "GWP"): ("1.5", "kgCO2eq", "device"),
        ("gazole-per-litre", "all", "FRA", "GWP"): ("3.1", "kgCO2eq", "L"),
        ("gazole-per-kwh-pci", "all", "FRA", "GWP"): ("0.32", "kgCO2eq", "kWh"),
        ("electricite", "all", "DEU", "GWP"): ("0.35", "kgCO2eq", "kWh"),
        ("acier", "all", "FRA", "GWP"): ("2211", "kgCO2eq", "t"),
        ("papier", "all", "FRA", "GWP"): ("-0.4", "kgCO2eq", "kg"),
        ("telephone-10", "all", "FRA", "GWP"): ("60", "kgCO2eq", "device"),
        ("telephone-11", "all", "FRA", "GWP"): ("80", "kgCO2eq", "device"),
        ("disque", "all", "FRA", "GWP"): ("25", "kgCO2eq", "device"),
    }
    assert sorted(pack.not_taken) == sorted([
        "its parts are taken, by stage", *["a part of an element whose total is taken"] * 2, "archived",
        "a unit that is not known here", "no value", "no emission factor",
        "a part of an element that is not in the file",
        "the value is no number", "not validated", "the same as another row", "no unit of GWP",
    ])  # fmt: skip
    remarks = {row["place"]: row["why"] for row in pack.listing if row["taken"] == "yes"}
    assert remarks["line 15"] == "below 0: taken as a credit"
    assert "--set law=lognormal" in remarks["line 16"]
    assert remarks["line 13"] == "its uncertainty is no percentage, and not taken"
    assert {row["year"] for row in pack.rows if row["item"] == "electricite"} == {"2022"}
    assert "23 rows read of export.csv: 11 are factors, of 9 items by GWP; 12 are not." in pack.told


def test_a_percentage_is_a_range_and_its_law_is_what_is_said(made: Any, tmp_path: Path) -> None:
    """10 within 50 %: 5 to 15; by a lognormal law a factor of 1.5, 6.667 to 15. 150 % reaches 0, and is 4 to 25."""
    rows = [element("1", "A", "kgCO2e/kg", "10", percent="50"), element("2", "B", "kgCO2e/kg", "10", percent="150")]
    ranges = [(row["low"], row["high"], row["law"]) for row in made(base_empreinte(rows)).rows]
    assert ranges == [("5", "15", ""), ("", "", "")]
    (tmp_path / "packs" / "own").rename(tmp_path / "first")
    pack = made(base_empreinte(rows), "export.csv", "--set", "law=lognormal")
    assert [(row["low"], row["high"], row["law"]) for row in pack.rows] == [
        ("6.666666667", "15", "lognormal"), ("4", "25", "lognormal")
    ]  # fmt: skip


def test_a_study_runs_on_the_pack_and_exports_withhold_it(made: Any, lca_: Lca) -> None:
    """A quarter of a laptop: 201.5 / 4 = 50.375 kg."""
    made(base_empreinte(LAPTOP))
    text = """\
study: {title: Desk, criteria: [GWP], packs: [own]}
functional_units: {year: {demand: {years: 1 year}}}
activities:
  laptop: {item: portable-14-pouces, tier: terminals, stage: embodied, region: FRA, amount: 0.25 device/year}
"""
    Path("desk.yaml").write_text(text, encoding="utf-8")
    ran = lca_("run", "desk.yaml", "--packs", "packs", "--format", "json")
    assert sum(one["value"] for one in json.loads(ran.out)) == pytest.approx(50.375)
    assert "(may not be redistributed)" in lca_("packs", "--packs", "packs").out
    for output in ("brightway", "openlca", "excel"):
        assert lca_("export", "desk.yaml", "--packs", "packs", "-o", f"desk-{output}", "--format", output).code == 0
        with zipfile.ZipFile(f"desk-{output}") as archive:
            texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        assert not any("190" in one for one in texts if "withheld" in one), output


def test_what_is_not_said_is_asked_for(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Base_Carbone_V23.6.csv").write_bytes(base_empreinte(LAPTOP))
    told = lca_("import", "factors", "Base_Carbone_V23.6.csv", "-o", "own")
    assert told.code == 2
    assert "not said: licence, source and accessed" in told.err
    assert not Path("own").exists()
    without = lca_("import", "factors", "Base_Carbone_V23.6.csv", *SAID)
    assert "name it with -o" in without.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--set", "stage=usage"), "'usage' is no stage"),
        (("--set", "law=gauss"), "'gauss' is no law"),
        (("--set", "quality=F"), "'F' is no quality"),
        (("--set", "colour=red"), "takes no 'colour'"),
        (("--map", "m.yaml"), "this says nothing of factors"),
    ],
)
def test_what_is_said_wrongly_is_told(
    lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.yaml").write_text("colours: {a: b}\n", encoding="utf-8")
    Path("export.csv").write_bytes(base_empreinte(LAPTOP))
    told = lca_("import", "factors", "export.csv", "-o", "own", *SAID, *options)
    assert told.code in (1, 2)
    assert said in told.err


def test_a_mapping_says_what_words_mean(made: Any) -> None:
    Path("map.yaml").write_text(
        "values:\n  unit: {repas: device}\n  item: {repas: meal}\n  stage: {Amont: manufacture, Combustion: use}\n"
    )
    pack = made(base_empreinte([*FUEL[:3], OTHERS[2]]), "export.csv", "--map", "map.yaml", "--set", "stage=use")
    assert ("meal", "use", "FRA", "GWP") in pack.factors()
    assert ("gazole", "use", "FRA", "GWP") in pack.factors()


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_with_a_row_an_impact(made: Any) -> None:
    """The columns that G4IT prints for its reference data; its criteria are in capitals."""
    text = """\
criterion;lifecycleStep;name;category;avgElectricityConsumption;description;location;level;source;tier;unit;value;version
CLIMATE_CHANGE;MANUFACTURING;server-x;srv;10.5;a server;FR;1;invented;1;kgCO2eq;100,2;1
CLIMATE_CHANGE;END_OF_LIFE;server-x;srv;10.5;a server;FR;1;invented;1;kgCO2eq;1;1
CLIMATE_CHANGE;ELSEWHERE;server-x;srv;10.5;a server;FR;1;invented;1;kgCO2eq;1;1
Mass of Electric and Electronic Wastes-[WEEE (kg)];USING;server-x;srv;;;FR;1;invented;1;kg;3;1
"""
    pack = made(text.encode(), "negaoctet.csv", "--set", "per=device")
    assert pack.factors() == {
        ("server-x", "manufacture", "FRA", "GWP"): ("100.2", "kgCO2eq", "device"),
        ("server-x", "end of life", "FRA", "GWP"): ("1", "kgCO2eq", "device"),
    }
    assert pack.not_taken == ["no stage of ours", "no criterion of ours"]


def french(*rows: tuple[str, str, str, str]) -> bytes:
    """A table in French of things, their unit of climate change, its value, and where they are."""
    head = "Nom;Indicateur;Unité;Valeur;Unité fonctionnelle;Région"
    lines = (f"{name};Changement climatique;{unit};{value};kWh;{place}" for name, unit, value, place in rows)
    return "\n".join([head, *lines]).encode()


def test_a_megagram_is_a_tonne_and_a_milligram_is_none(made: Any) -> None:
    units = ("mg CO2 eq.", "Mg CO2 eq.", "MgCO2e", "t CO2 eq", "KG CO2 EQ", "Gg CO2 eq")
    pack = made(french(*((f"thing {place}", unit, "0,5", "FR") for place, unit in enumerate(units))))
    found = [pack.factors().get((f"thing-{place}", "all", "FRA", "GWP"), ("",) * 3)[1] for place in range(len(units))]
    assert found == ["mgCO2eq", "tCO2eq", "tCO2eq", "tCO2eq", "kgCO2eq", ""]
    assert pack.not_taken == ["no unit of GWP"]


def test_a_number_that_could_be_two_is_taken_where_its_column_shows_which(made: Any) -> None:
    """`1.234` is 1234 in a column with 0,5; alone it is refused, and --set or the map say which it is."""
    two = [("one", "kg CO2 eq", "1.234", "FR"), ("two", "kg CO2 eq", "5", "FR")]
    key = ("one", "all", "FRA", "GWP")
    assert made(french(*two, ("three", "kg CO2 eq", "0,5", "FR"))).factors()[key][0] == "1234"
    shutil.rmtree("packs/own")
    assert made(french(*two, ("three", "kg CO2 eq", "0.5", "FR"))).factors()[key][0] == "1.234"
    shutil.rmtree("packs/own")
    pack = made(french(*two))
    assert key not in pack.factors()
    assert "--set decimal=comma" in pack.not_taken[0]
    shutil.rmtree("packs/own")
    assert made(french(*two), "export.csv", "--set", "decimal=comma").factors()[key][0] == "1234"
    shutil.rmtree("packs/own")
    Path("m.yaml").write_text("decimal: point\n", encoding="utf-8")
    assert made(french(*two), "export.csv", "--map", "m.yaml").factors()[key][0] == "1.234"


def test_a_record_over_several_lines_is_where_it_begins(made: Any) -> None:
    rows = [('"a thing\n of\n three lines"', "kg CO2 eq", "0,5", "FR"), ("next", "kg CO2 eq", "0,5", "FR")]
    assert [row["at"] for row in made(french(*rows)).rows] == ["line 2", "line 5"]


def test_numbers_of_a_workbook_are_no_texts(made: Any) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Nom", "Indicateur", "Unité", "Valeur", "Unité fonctionnelle"])
    for name, value in (("one", 1.234), ("two", "1.234"), ("three", "0,5")):
        sheet.append([name, "Changement climatique", "kg CO2 eq", value, "kWh"])
    data = io.BytesIO()
    book.save(data)
    found = made(data.getvalue(), "export.xlsx").factors()
    assert [found[name, "all", "", "GWP"][0] for name in ("one", "two", "three")] == ["1.234", "1234", "0.5"]


def test_regions_are_known_by_name_by_a_map_or_listed(made: Any) -> None:
    places = ("Allemagne", "Royaume-Uni", "Monde", "FR", "Poland", "Bretagne", "Ailleurs")
    data = french(*((f"thing {place}", "kg CO2 eq", "0,5", word) for place, word in enumerate(places)))
    Path("m.yaml").write_text("values: {region: {Ailleurs: USA}}\n", encoding="utf-8")
    pack = made(data, "export.csv", "--map", "m.yaml")
    assert [key[2] for key in pack.factors()] == ["DEU", "GBR", "World", "FRA", "POL", "Bretagne", "USA"]
    assert "Regions that are not known here: Bretagne." in pack.told


def test_a_workbook_with_a_column_an_impact(made: Any) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["A database, edition 2026"])
    sheet.append(["UUID", "Name", "Reference unit", "Life cycle stage", "Climate change (kg CO2 eq)",
                  "Resource use, minerals and metals (kg Sb eq)", "Water use (m3 world eq)", "Waste (kg)"])  # fmt: skip
    sheet.append(["u1", "Cable", "kg", "Fabrication", 12.5, 1e-4, None, 3])
    sheet.append(["u2", "Cable", "m", "Fabrication", 0.5, "x", 0.1, 3])
    data = io.BytesIO()
    book.save(data)
    pack = made(data.getvalue(), "export.xlsx")
    assert pack.factors() == {
        ("cable-per-kg", "manufacture", "", "GWP"): ("12.5", "kgCO2eq", "kg"),
        ("cable-per-kg", "manufacture", "", "ADPe"): ("0.0001", "kgSbeq", "kg"),
        ("cable-per-m", "manufacture", "", "GWP"): ("0.5", "kgCO2eq", "m"),
        ("cable-per-m", "manufacture", "", "WU"): ("0.1", "m^3eq", "m"),
    }
    assert sorted(pack.not_taken) == ["a column that names no criterion of ours", "no value", "the value is no number"]


def test_a_table_of_another_kind_says_what_it_is(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.csv").write_text("colour;size\nred;3\n", encoding="utf-8")
    told = lca_("import", "factors", "other.csv", "-o", "own", *SAID)
    assert told.code == 1
    assert "none of the exports that are known" in told.err
    assert "its columns: colour, size" in told.err


# --- openLCA ----------------------------------------------------------------------------------------------------------


def jsonld(*entities: Any) -> bytes:
    data = io.BytesIO()
    with ZipWriter(data) as archive:  # type: ignore[arg-type]
        for one in entities:
            archive.write(one)
    return data.getvalue()


def result_of(
    name: str, impacts: dict[str, tuple[float, str]], amount: float = 1.0, unit: str = "kg"
) -> tuple[Any, ...]:
    """A result of openLCA: impacts of an amount of a product in France, by categories that state their units."""
    categories = [olca.ImpactCategory(name=said, ref_unit=own) for said, (_, own) in impacts.items()]
    place = olca.Location(name="France", code="FR")
    flow = olca.FlowResult(
        amount=amount, flow=olca.Ref(id="f", name=f"{name} product"), is_input=False, is_ref_flow=True,
        location=place.to_ref(), unit=olca.Ref(id="u", name=unit),
    )  # fmt: skip
    values = [
        olca.ImpactResult(amount=value, indicator=category.to_ref())
        for category, (value, _) in zip(categories, impacts.values(), strict=True)
    ]
    method = olca.ImpactMethod(name="EF 3.1")
    made = olca.Result(name=name, flow_results=[flow], impact_results=values, impact_method=method.to_ref())
    return made, *categories, place, method


def test_a_result_of_openlca_is_impacts_of_its_reference_flow(made: Any) -> None:
    """50 kg CO2 eq for 4 kg of it: 12.5 for one."""
    impacts = {
        "Climate change": (50.0, "kg CO2 eq"),
        "Land use": (8.0, "Pt"),
        "Smell": (1.0, "kg"),
        "Acidification": (2.0, "kg SO2 eq"),
    }
    unit = olca.new_process("A unit process")
    unit.process_type = olca.ProcessType.UNIT_PROCESS
    system = olca.ProductSystem(name="Never calculated")
    pack = made(jsonld(*result_of("Steel", impacts, amount=4.0), unit, system), "export.zip")
    assert pack.factors() == {
        ("steel", "all", "FRA", "GWP"): ("12.5", "kgCO2eq", "kg"),
        ("steel", "all", "FRA", "LU"): ("2", "point", "kg"),
    }
    whys = "; ".join(pack.not_taken)
    assert "a unit process: its exchanges are no factors" in whys
    assert "a product system without results" in whys
    assert "no criterion of ours" in whys
    assert "no unit of AP" in whys
    assert pack.not_taken.count("an impact category: it assesses flows, and is of no thing") == 4
    assert pack.about["methods"]["GWP"] == "EF 3.1: Climate change"
    assert pack.about["redistributable"] is False


def test_a_declaration_of_openlca_is_by_stage(made: Any) -> None:
    """A1-A3 of 3, A4 of 1, C3 and C4 of 0.25 each, D of -1, for 2 m of it."""
    modules, parts = [], []
    for name, value in {"A1-A3": 3.0, "A4": 1.0, "C3": 0.25, "C4": 0.25, "D": -1.0}.items():
        own, *others = result_of(name, {"GWP-total": (value, "kg CO2 eq")})
        modules.append(olca.EpdModule(name=name, multiplier=1.0, result=own.to_ref()))
        parts += [own, *others]
    product = olca.EpdProduct(amount=2.0, flow=olca.Ref(id="f", name="Pipe"), unit=olca.Ref(id="u", name="m"))
    pack = made(jsonld(olca.Epd(name="Pipe", product=product, modules=modules), *parts), "epd.zip")
    assert pack.factors() == {
        ("pipe", "manufacture", "FRA", "GWP"): ("1.5", "kgCO2eq", "m"),
        ("pipe", "distribution", "FRA", "GWP"): ("0.5", "kgCO2eq", "m"),
        ("pipe", "end of life", "FRA", "GWP"): ("0.25", "kgCO2eq", "m"),
    }
    assert "a module of no life-cycle stage: credits beyond the system" in pack.not_taken


def test_our_own_export_has_no_results_and_says_so(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lca_("export", "stable_diffusion", "--format", "openlca", "-o", "sd.zip").code == 0
    told = lca_("import", "factors", "sd.zip", "-o", "own", *SAID)
    assert told.code == 1
    assert "a product system without results: calculate it, and export the result" in " ".join(told.err.split())


# --- ILCD -------------------------------------------------------------------------------------------------------------

MODULES = {"A1": "2.0", "A2": "0.5", "A3": "1.5", "A4": "0.25", "C3": "0.125", "D": "-0.5"}
TOTAL = ilcd.result(ilcd.CLIMATE, "Global Warming Potential - total (GWP-total)", modules=MODULES, unit="kg CO2 eq.")
DECLARATION = ilcd.archive({"a1": ilcd.process("a1", "Brick", TOTAL, "2.0")})


def test_results_of_ilcd_are_impacts_of_the_reference_flow(made: Any) -> None:
    """7 kg CO2 eq for 2 kg: 3.5 for one."""
    data = ilcd.archive({
        "p1": ilcd.process("p1", "Brick", ilcd.result(ilcd.CLIMATE, "Climate change", "7.0"), "2.0"),
        "p2": ilcd.process("p2", "Sand", "", kind="Unit process, single operation"),
        "p3": ilcd.process("p3", "Lime", ilcd.result(ilcd.SULPHUR, "Smell", "7.0"), place="RER"),
        "p4": ilcd.process("p4", "Clay", ilcd.result(ilcd.CLIMATE, "Climate change", "none"), place="GLO"),
    })  # fmt: skip
    pack = made(data, "export.zip")
    assert pack.factors() == {("brick", "all", "FRA", "GWP"): ("3.5", "kgCO2eq", "kg")}
    assert pack.rows[0]["year"] == "2022"
    expected = {
        "a process without results: its exchanges are no factors", "no criterion of ours", "the value is no number",
        "an impact method: it assesses flows, and is of no thing", "named by others, and no factors",
    }  # fmt: skip
    assert {*pack.not_taken} == expected


def test_a_declaration_of_ilcd_is_by_stage(made: Any) -> None:
    """2 + 0.5 + 1.5 of making, 0.25 of transport, 0.125 of the end, for 2 kg of it."""
    pack = made(DECLARATION, "epd.zip")
    assert pack.factors() == {
        ("brick", "manufacture", "FRA", "GWP"): ("2", "kgCO2eq", "kg"),
        ("brick", "distribution", "FRA", "GWP"): ("0.125", "kgCO2eq", "kg"),
        ("brick", "end of life", "FRA", "GWP"): ("0.0625", "kgCO2eq", "kg"),
    }


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_ilcdlib_reads_the_same() -> None:
    """The archive that it was asked about, as `make test-all` recorded it, is the one above: 4 kg for 2 kg of it."""
    assert parts((TOP / "tests/recorded/ilcd-epd.zip").read_bytes()) == parts(DECLARATION)
    recorded = json.loads((TOP / "tests/recorded/ilcd.json").read_text(encoding="utf-8"))["archives"]["ilcd-epd.zip"]
    (export,) = [Opened("epd.zip", bundle=Bundle(DECLARATION, "epd.zip"))]
    told = [one for one in form.entries(export, Asked({})) if isinstance(one, Entry)]
    one = {entry.stage: float(entry.value) * recorded["unit"]["amount"] for entry in told}
    impacts = recorded["impacts"]["gwp"]
    assert {entry.per for entry in told} == {recorded["unit"]["unit"]}
    assert one["manufacture"] == pytest.approx(impacts["A1A2A3"])
    assert one["distribution"] == pytest.approx(impacts["A4"])
    assert one["end of life"] == pytest.approx(impacts["C3"])


def test_a_flow_of_which_one_is_several_of_its_property(made: Any) -> None:
    """2 bricks of 4 kg each: 7 kg CO2 eq for 8 kg."""
    text = ilcd.flow().replace("<meanValue>1<", "<meanValue>4<")
    brick = ilcd.process("p1", "Brick", ilcd.result(ilcd.CLIMATE, "Climate change", "7.0"), "2.0")
    pack = made(ilcd.archive({"p1": brick}, **{f"ILCD/flows/{ilcd.FLOW}.xml": text}), "export.zip")
    assert [*pack.factors().values()] == [("0.875", "kgCO2eq", "kg")]


# --- files that were made to do harm ----------------------------------------------------------------------------------


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("olca-schema.json", '{"version": 2}')
        file.writestr("results/a.json", " " * 60_000_000)
    return data.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><processDataSet>&b;</processDataSet>'
)
HARMFUL = {
    "a bomb": (bomb(), "it may be a bomb"),
    "a name outside": (ilcd.packed({"../../processes/x.xml": "<a/>"}), "points outside of it"),
    "entities": (ilcd.packed({"processes/x.xml": ENTITIES}), "declares a document type"),
    "deep XML": (ilcd.packed({"processes/x.xml": "<a>" * 5_000 + "</a>" * 5_000}), "nested too deeply"),
    "broken XML": (ilcd.packed({"processes/x.xml": "<a><b></a>"}), "is damaged"),
    "deep JSON": (ilcd.packed({"results/x.json": "[" * 200_000}), "nested too deeply"),
    "a long number": (ilcd.packed({"results/x.json": '{"a": ' + "9" * 9_000 + "}"}), "a number of 9,000 digits"),
    "other JSON": (ilcd.packed({"results/x.json": '[1, {"a": null}]'}), "a result without the amount"),
    "no archive": (b"PK\x03\x04" + b"x" * 200, "is damaged or cut off"),
    "cut off": (DECLARATION[:700], "is damaged or cut off"),
    "nothing": (b"", "has no rows"),
    "an endless quote": (b'a;name;value;criterion\n1;"' + b"x" * 300_000, "this is no CSV"),
    "no text": (bytes(range(256)) * 40, "none of the exports"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_made_to_do_harm_is_refused(
    name: str, lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data, said = HARMFUL[name]
    Path("file").write_bytes(data)
    told = lca_("import", "factors", "file", "-o", "own", *SAID)
    assert told.code == 1, told.out
    assert said in " ".join(told.err.split())
    assert "Traceback" not in told.err
    assert not Path("own").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_formula_stays_a_text(made: Any) -> None:
    """What a cell says is no formula of the CSV that is made, nor one of a workbook made of that."""
    pack = made(base_empreinte([element("1", '=HYPERLINK("http://x")', "kgCO2e/kg", "1")]))
    assert pack.rows[0]["item"] == "hyperlink-http-x"
    assert pack.rows[0]["note"].startswith("'=HYPERLINK")


def test_a_hundred_thousand_rows(made: Any) -> None:
    """A fifth of them by `make test`; less than a fifth of a millisecond each here, and much room for slow machines."""
    count = 100_000 if WHOLE else 20_000
    rows = [element(str(n), f"Chose {n % 5000}", "kgCO2e/kg", f"{n},5", percent="10") for n in range(count)]
    data = base_empreinte(rows)
    started = time.process_time()
    pack = made(data)
    assert len(pack.rows) + len(pack.not_taken) == count
    assert len(pack.about["resources"]) == -(-count // 15_000)
    assert time.process_time() - started < count / 1_000
