"""Inventories of Brightway become scenarios: round trips of our own exports, what bw2io writes, what is no study."""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path

import openpyxl
import pytest

from lca.disk.imports import files
from lca.disk.workspace import Library, Run
from lca.importers import Given, Made, kind
from lca.importers._databases.words import slug
from lca.outputs import Study, brightway
from lca.problems import Problems
from lca.report import Look
from lca.text.documents import parse
from lca.workbook.foreign.expressions import Unsayable, formula
from tests.command import Lca

RECORDED = Path(__file__).parent / "recorded"
SAMPLE = RECORDED / "brightway-inventory.xlsx"
SCORE = json.loads((RECORDED / "brightway-inventory.json").read_text(encoding="utf-8"))["score"]
MAP = """\
always: {tier: data centre, stage: use}
values:
  item: {market for server rack: {item: rack, stage: manufacture}}
scenario:
  factors:
    co2: {item: "carbon dioxide, fossil", stage: use, impacts: {GWP: 1 kgCO2eq/kg}}
    rack: {stage: manufacture, impacts: {GWP: 100 kgCO2eq/device}}
"""
OTHER = "scenario: {factors: {other: {stage: use, impacts: {GWP: 5 kgCO2eq/device}}}}"
CLOSE = 1e-12
SINGLE = 1e-6  # bw2data keeps amounts in single precision


def imported(path: Path, at: str = "", **said: str) -> Made:
    """An inventory, by a map where there is one."""
    map_ = parse(at, "map.yaml") if at else None
    return kind("brightway").read(Given(files([path]), Library(), said, map=map_))


def workbook(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for each in (("Database", "own"), (), *rows):
        book.active.append(each)
    path = folder / "own.xlsx"
    book.save(path)
    return path


def total(folder: Path, made: Made, key: str = "GWP", unit: str = "") -> float:
    (folder / "made.yaml").write_text(made.text, encoding="utf-8")
    result, _ = Run(str(folder / "made.yaml")).compile()
    return result.total(unit or result.model.cases[0].functional_unit, key)


HEAD = ("name", "amount", "unit", "type", "input", "formula", "uncertainty type", "loc", "scale", "minimum", "maximum")
ITS = (("Activity", "thing"), ("code", "thing"), ("unit", "unit"), ("Exchanges",), HEAD)
GWP = (("Activity", "climate"), ("code", "criterion GWP"), ("type", "emission"))
ALWAYS = {"tier": "network", "stage": "use"}


@pytest.mark.parametrize("study", ["web_shop", "bloom", "gpt3_water"])
def test_our_own_export_comes_back(study: str, tmp_path: Path) -> None:
    """Each case by each criterion, as it is and with a parameter of the database 5 % higher."""
    result, _ = Run(study).compile()
    path = tmp_path / "study.xlsx"
    path.write_bytes(brightway.render(Study(result), Look()))
    made = imported(path)
    (tmp_path / "made.yaml").write_text(made.text, encoding="utf-8")
    again, _ = Run(str(tmp_path / "made.yaml")).compile()
    for case in result.model.cases:
        unit = slug(f"{case.functional_unit}, {case.variant}" if case.variant else case.functional_unit)
        for key in result.model.criteria:
            assert math.isclose(
                again.total(unit, key), result.total(case.functional_unit, key, case.variant), rel_tol=CLOSE
            )
    assert {each["fate"] for each in made.report.records} <= {"factor", "parameter", "activity", "left out"}


def test_a_parameter_of_the_export_moves_what_the_input_moved(tmp_path: Path) -> None:
    before, _ = Run("web_shop").compile()
    (tmp_path / "study.xlsx").write_bytes(brightway.render(Study(before), Look()))
    (tmp_path / "made.yaml").write_text(imported(tmp_path / "study.xlsx").text, encoding="utf-8")
    (pue,) = {leaf.path for leaf in before.model.facts.graph.info if getattr(leaf, "path", "").endswith(".pue")}
    unit = before.model.cases[0].functional_unit
    totals = []
    for base, path, own in (
        ("web_shop", pue, unit), ("made.yaml", f"parameters.{pue.replace('.', '_')}", slug(unit)),
    ):  # fmt: skip
        text = f"extends: {base}\nvariants: {{more: {{with: {{{path}: 1.9}}}}}}\n"
        (tmp_path / "moved.yaml").write_text(text, encoding="utf-8")
        result, _ = Run(str(tmp_path / "moved.yaml")).compile((), (None, "more"))
        totals.append([result.total(own, "GWP"), result.total(own, "GWP", "more")])
    assert totals[0][1] > totals[0][0]
    assert totals[1] == pytest.approx(totals[0], rel=CLOSE)


def test_what_bw2io_writes_has_the_score_of_bw2calc(tmp_path: Path) -> None:
    """0.18 s · 10⁶ / 3600 / √0.64 = 62.5 h of 0.25 · 1.2 kWh, of 0.056 kg each: 1.05 kg; and the racks, 0.0125 kg."""
    made = imported(SAMPLE, MAP, criteria="GWP")
    assert total(tmp_path, made) == pytest.approx(SCORE + 62.5 * 2e-6 * 100, rel=SINGLE)
    tree = (tmp_path / "made.yaml").read_text(encoding="utf-8")
    assert "gsd: 1.22140275" in tree
    assert "seconds * 1000000.0 / 3600 / sqrt(busy)" in tree
    fates = {each["name"]: (each["fate"], each["why"]) for each in made.report.records}
    assert fates["spare"] == ("left out", "no functional unit takes it")
    assert fates["draw"] == ("parameter", "")


def test_what_has_no_factor_is_listed_and_declared(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.xlsx").write_bytes(SAMPLE.read_bytes())
    Path("map.yaml").write_text(MAP.replace("    rack: {", "    other: {"), encoding="utf-8")
    alone = lca_(
        "import", "brightway", "page.xlsx", "--set", "criteria=GWP", "--set", "tier=network", "--set", "stage=use"
    )
    assert "nothing that it takes has a factor" in alone.err
    ran = lca_("import", "brightway", "page.xlsx", "--map", "map.yaml", "--set", "criteria=GWP", "-o", "page.yaml")
    assert ran.code == 0, ran.err
    assert "rack  GWP, manufacture:" in ran.out
    assert "(0.000125 device)" in ran.out
    ran = lca_("run", "page.yaml")
    assert ran.code == 0, ran.err
    assert "no factor in the workbook" in " ".join(ran.out.split())


def test_a_production_of_several_and_of_activities_in_activities(tmp_path: Path) -> None:
    """4 of a part that is made 8 at a time of 2 kg each 8: 1 kg; 3 kg CO2eq a kg."""
    path = workbook(
        tmp_path, *ITS, ("thing", 1, "unit", "production"), ("part", 4, "unit", "technosphere"), (),
        ("Activity", "part"), ("code", "part"), ("unit", "unit"), ("Exchanges",), HEAD,
        ("part", 8, "unit", "production"), ("steel", 2, "kilogram", "technosphere"), (),
        ("Activity", "steel"), ("code", "steel"), ("unit", "kilogram"), ("Exchanges",), HEAD,
        ("steel", 1, "kilogram", "production"), ("climate", 3, "kg CO2 eq", "biosphere", "own::criterion GWP"), (),
        *GWP,
    )  # fmt: skip
    assert total(tmp_path, imported(path, **ALWAYS)) == pytest.approx(3, rel=CLOSE)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ((2, "unit", "technosphere", "", "gone * 2"), "there is no parameter gone"),
        ((2, "unit", "technosphere", "", "[1][0]"), "formulas of scenarios do not say"),
        ((2, "unit", "technosphere", "", "1 +"), "its expression is none"),
        ((2, "unit", "technosphere", "", "(" * 500 + "1" + ")" * 500), "its expression is none"),
        ((2, "unit", "technosphere", "", "", 9, 1, 1), "its law (uncertainty type 9) is none"),
    ],
)
def test_what_cannot_be_said_is_held_and_told(cells: tuple[object, ...], why: str, tmp_path: Path) -> None:
    path = workbook(tmp_path, *ITS, ("thing", 1, "unit", "production"), ("other", *cells))
    made = imported(path, OTHER, criteria="GWP", **ALWAYS)
    assert total(tmp_path, made) == pytest.approx(10)
    (told,) = [each for each in made.report.records if each["fate"] == "held at its number"]
    assert why in told["why"]


def test_a_loop_is_left_out_and_told(tmp_path: Path) -> None:
    loop = ("Activity", "loop"), ("code", "loop"), ("unit", "unit"), ("Exchanges",), HEAD
    rows = (
        ("loop", 1, "unit", "production"),
        ("loop", 0.5, "unit", "technosphere"),
        ("other", 2, "unit", "technosphere"),
    )
    path = workbook(
        tmp_path, *ITS, ("thing", 1, "unit", "production"), ("loop", 1, "unit", "technosphere"), (), *loop, *rows
    )
    made = imported(path, OTHER, criteria="GWP", **ALWAYS)
    assert any("takes itself" in each["why"] for each in made.report.records)


@pytest.mark.parametrize(
    ("rows", "said", "message"),
    [
        ((), {}, "its functional units take nothing|each activity is taken"),
        ((("Database", "two"),), {}, "two databases are named"),
        ((*ITS, ("other", 2, "unit", "technosphere")), {"criteria": "GWP"}, "is of no tier and stage"),
        ((*ITS, ("other", 2, "unit", "technosphere")), ALWAYS, "by which criteria"),
        ((*ITS, ("other", 2, "unit", "technosphere")), {"of": "thnig"}, "0 activities are called 'thnig'"),
        ((*ITS, ("other", 2, "unit", "technosphere")), {"tier": "cloud"}, "'cloud' is no tier"),
    ],
)
def test_what_is_not_said_is_asked(
    rows: tuple[tuple[object, ...], ...], said: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(Problems, match=message):
        imported(workbook(tmp_path, *rows), **said)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(made.getvalue())
    with pytest.raises(Problems, match="unpacks to"):
        imported(tmp_path / "bomb.xlsx")


def test_expressions_are_said_with_the_brackets_that_they_need() -> None:
    cases = {
        "a-(b-c)": "a - (b - c)",
        "(a**b)**c": "(a ^ b) ^ c",
        "a/b/c": "a / b / c",
        "-a**2": "-a ^ 2",
        "a**-b": "a ^ -b",
    }
    assert {text: formula(text, str) for text in cases} == cases
    with pytest.raises(Unsayable):
        formula("__import__('os').system('x')", str)


CLIMATE = ("climate", 6, "kg CO2 eq", "biosphere", "own::criterion GWP")


def test_what_an_activity_makes_is_told_where_it_is_not_one(tmp_path: Path) -> None:
    """6 kg CO2eq for 2: 3 for one; its formula moves nothing from then on, and what is made beside it bears nothing."""
    production = ("thing", 2, "unit", "production", "", "1 + 1")
    path = workbook(tmp_path, *ITS, production, ("scrap", 1, "unit", "production"), CLIMATE, (), *GWP)
    made = imported(path, **ALWAYS)
    assert total(tmp_path, made) == pytest.approx(3, rel=CLOSE)
    whys = {record["name"]: record["why"] for record in made.report.records if record["why"]}
    assert whys == {
        "thing": "what its activity takes is for 2, and is divided by it; its formula is not kept",
        "scrap": "all that its activity takes is counted for thing",
    }


@pytest.mark.parametrize(("amount", "words"), [(0, "makes nothing"), ("", "makes no number")])
def test_an_activity_that_makes_nothing_is_refused(amount: object, words: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=words):
        imported(workbook(tmp_path, *ITS, ("thing", amount, "unit", "production"), CLIMATE, (), *GWP), **ALWAYS)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (
            (2, "unit", "technosphere", "", "", 2, 0.6931471805599453, 0.1, 1, 3),
            "goes on beyond its minimum and maximum",
        ),
        ((2, "unit", "technosphere", "", "", 3, 2, 0.1, 1, 3), "goes on beyond its minimum and maximum"),
        ((2, "unit", "technosphere", "", "", 3, 1, 0.1), "the mean of its law is not its amount"),
        ((2, "unit", "technosphere", "", "", 5, 1, "", 1, 3), "the mode of its law is not its amount"),
        ((2, "unit", "technosphere", "", "1 + 1", 3, 2, 0.1), "its law is not kept beside its formula"),
    ],
)
def test_what_a_law_does_not_keep_is_told(cells: tuple[object, ...], why: str, tmp_path: Path) -> None:
    path = workbook(tmp_path, *ITS, ("thing", 1, "unit", "production"), ("other", *cells), (), *GWP)
    made = imported(path, OTHER, **ALWAYS)
    assert any(why in record["why"] for record in made.report.records)
    assert total(tmp_path, made) == pytest.approx(10, rel=1e-9)


def test_waste_that_is_treated_counts_where_it_is_left(tmp_path: Path) -> None:
    """Brightway writes half a kilogram of waste as -0.5, of a treatment that makes -1 for 6 kg CO2eq: 3 kg."""
    path = workbook(
        tmp_path, *ITS, ("thing", 1, "unit", "production"), ("treatment", -0.5, "kilogram", "technosphere"), (),
        ("Activity", "treatment"), ("code", "treatment"), ("unit", "kilogram"), ("Exchanges",), HEAD,
        ("treatment", -1, "kilogram", "production"), CLIMATE, (), *GWP,
    )  # fmt: skip
    assert total(tmp_path, imported(path, **ALWAYS)) == pytest.approx(3, rel=CLOSE)
