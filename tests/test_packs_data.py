"""The factor packs as a person would check them in a spreadsheet, with the standard library alone."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FACTORS = Path(__file__).parents[1] / "factors"
PACKS = sorted(path.parent for path in FACTORS.rglob("datapackage.json"))
SHARE_ALIKE = FACTORS / "share-alike"
Row = dict[str, str]

PACKAGE_TEXTS = ("name", "title", "version", "description", "publisher", "citation", "accessed")
CREDITS = {"included", "excluded", "unknown", "not applicable"}
HEADERS = {
    "factors": "item stage region year criterion value unit per low high law at quality note",
    "parameters": "item region year name value unit low high law at quality note",
    "assemblies": "item component amount unit low high at quality note",
    "normalisation": "set criterion value unit per at note",
    "weighting": "set criterion value unit at note",
    "zones": "item zone region at note",
    "models": "item provider architecture aliases released at quality note",
}
KEYS = {
    "factors": "item stage region year criterion",
    "parameters": "item region year name",
    "assemblies": "item component",
    "normalisation": "set criterion",
    "weighting": "set criterion",
    "zones": "item zone",
    "models": "item",
}
ROLES = set(HEADERS)
STAGES = {"manufacture", "distribution", "use", "end of life", "embodied", "all"}
PARTS = {"manufacture", "distribution", "end of life"}
KEBAB = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
MODEL = re.compile(r"[\w.-]+(/[\w.:-]+)+(, \S.*)?")  # a model, or a configuration that it was measured in
WORLDS, COUNTRY, FEWEST = ("World", "WOR"), re.compile(r"[A-Z]{3}"), 10  # of countries behind a default
PLACE = re.compile(r"[a-z]+_[a-z]+|[A-Z]{3}|World")  # a provider, or a zone, as its source calls it
CAUTION = "caution: "  # of a row that is kept as its source has it, and is wrong
UNIT = re.compile(r"1|%|[A-Za-z][A-Za-z0-9_]*(\^[1-9][A-Za-z]*)?([*/][A-Za-z][A-Za-z0-9_]*(\^[1-9])?)*")
PREFIXES = ("", "n", "u", "m", "k", "M", "G")


@cache
def package(pack: Path) -> dict[str, Any]:
    return dict(json.loads((pack / "datapackage.json").read_text(encoding="utf-8")))


@cache
def table(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        rows = list(reader)
    return tuple(reader.fieldnames or ()), rows


def resources(pack: Path, role: str | None = None) -> list[dict[str, Any]]:
    """Its tables; a method is no table, and is tested by what it gives."""
    tables = [one for one in package(pack)["resources"] if one["role"] != "method"]
    return [one for one in tables if role in {None, one["role"]}]


def rows_of(pack: Path, role: str) -> list[Row]:
    return [row for one in resources(pack, role) for row in table(pack / one["path"])[1]]


def with_role(role: str) -> list[Path]:
    return [pack for pack in PACKS if resources(pack, role)]


def fields(resource: dict[str, Any]) -> list[tuple[str, str]]:
    return [(field["name"], field["type"]) for field in resource["schema"]["fields"]]


def by_name(packs: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("pack", packs, ids=lambda pack: pack.name)


def key(row: Row, columns: str) -> tuple[str, ...]:
    return tuple(row[column] for column in columns.split())


def criteria() -> dict[str, Row]:
    return {row["key"]: row for row in table(FACTORS / "criteria.csv")[1]}


def in_the_unit_of(row: Row) -> bool:
    """The criterion's own unit, with any metric prefix."""
    own = criteria()[row["criterion"]]["unit"]
    bare = own[1:] if own[0] in "kM" else own
    return row["unit"] in {own, *(prefix + bare for prefix in PREFIXES)}


def in_order(row: Row) -> bool:
    low, value, high = (row.get(name) or row["value"] for name in ("low", "value", "high"))
    return float(low) <= float(value) <= float(high)


def value(pack: str, criterion: str, region: str, item: str = "electricity") -> float:
    wanted = (item, criterion, region)
    [found] = [row for row in rows_of(FACTORS / pack, "factors") if key(row, "item criterion region") == wanted]
    return float(found["value"])


# --- criteria


def test_there_are_packs() -> None:
    assert len(PACKS) >= 10


def test_criteria_open_with_the_three_of_the_paper_and_are_said_once() -> None:
    header, rows = table(FACTORS / "criteria.csv")
    assert header == (
        "key",
        "label",
        "name",
        "unit",
        "suffix",
        "unit_label",
        "method",
        "at",
        "note",
        "counts",
        "stages",
    )
    assert [row["key"] for row in rows[:3]] == ["ADPe", "GWP", "PE"]
    assert len(criteria()) == len(rows)
    assert criteria()["ADPe"]["label"] == "ADP"


@pytest.mark.parametrize("one", criteria().values(), ids=criteria())
def test_a_criterion_is_complete_and_its_unit_ends_in_its_suffix(one: Row) -> None:
    assert all(one[column] for column in ("label", "name", "unit", "unit_label", "method", "at"))
    assert one["unit"].endswith(one["suffix"])
    assert UNIT.fullmatch(one["unit"].removesuffix(one["suffix"]))


# --- datapackage.json


@by_name(PACKS)
def test_a_package_says_who_when_and_under_what_licence(pack: Path) -> None:
    said = package(pack)
    assert said["name"] == pack.name
    assert all(isinstance(said[name], str) and said[name].strip() for name in PACKAGE_TEXTS)
    assert date.fromisoformat(said["accessed"]) >= date(2020, 1, 1)
    assert said["licenses"]
    assert all({"name", "title", "path"} <= licence.keys() for licence in said["licenses"])
    assert said["sources"]
    assert all({"title", "path"} <= source.keys() for source in said["sources"])
    assert isinstance(said["redistributable"], bool)
    assert isinstance(said["share_alike"], bool)
    assert said["end_of_life_credits"] in CREDITS


@by_name(PACKS)
def test_a_citation_is_one_sentence_to_print(pack: Path) -> None:
    citation = package(pack)["citation"]
    assert citation.endswith(".")
    assert "\n" not in citation
    assert len(citation) >= 40


@by_name(PACKS)
def test_a_licence_file_that_is_named_is_there(pack: Path) -> None:
    local = [one["path"] for one in package(pack)["licenses"] if not one["path"].startswith("https://")]
    assert [path for path in local if not (pack / path).is_file()] == []


@by_name(PACKS)
def test_share_alike_packs_stand_apart_with_their_notice(pack: Path) -> None:
    apart = SHARE_ALIKE in pack.parents
    assert apart == package(pack)["share_alike"]
    assert not apart or (pack / "NOTICE.md").is_file()


@by_name(PACKS)
def test_every_table_is_described_and_every_description_has_its_table(pack: Path) -> None:
    described = {one["path"] for one in resources(pack)}
    assert described == {path.name for path in pack.glob("*.csv")}
    assert {one["role"] for one in resources(pack)} <= ROLES


@by_name(PACKS)
def test_a_schema_matches_its_header_exactly(pack: Path) -> None:
    for one in resources(pack):
        header, _ = table(pack / one["path"])
        names = [name for name, _ in fields(one)]
        assert one["profile"] == "tabular-data-resource"
        assert list(header) == names
        assert all(field["description"] for field in one["schema"]["fields"])
        assert set(one["schema"]["primaryKey"]) <= set(names)
        assert one["schema"]["missingValues"] == [""]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_one_role_has_one_schema_everywhere(role: str) -> None:
    schemas = {
        (tuple(fields(one)), tuple(one["schema"]["primaryKey"])) for pack in PACKS for one in resources(pack, role)
    }
    assert schemas or role == "models"
    for names, primary in schemas:
        assert len(schemas) == 1
        assert " ".join(name for name, _ in names) == HEADERS[role]
        assert " ".join(primary) == KEYS[role]


# --- tables


@by_name(PACKS)
def test_every_row_has_as_many_cells_as_columns(pack: Path) -> None:
    for one in resources(pack):
        for row in table(pack / one["path"])[1]:
            assert None not in row
            assert None not in row.values()
            assert all(cell == cell.strip() for cell in row.values())


@by_name(PACKS)
def test_no_row_is_said_twice(pack: Path) -> None:
    for one in resources(pack):
        columns = " ".join(one["schema"]["primaryKey"])
        counts = Counter(key(row, columns) for row in table(pack / one["path"])[1])
        assert [found for found, count in counts.items() if count > 1] == []


@by_name(PACKS)
def test_numbers_are_finite_and_their_ranges_in_order(pack: Path) -> None:
    for one in resources(pack):
        numeric = [name for name, type_ in fields(one) if type_ in {"number", "integer"}]
        for row in table(pack / one["path"])[1]:
            assert all(math.isfinite(float(row[name])) for name in numeric if row[name]), row
            assert "value" not in row or in_order(row), row


@by_name(PACKS)
def test_every_row_says_where_it_stands_in_its_source(pack: Path) -> None:
    for one in resources(pack):
        rows = table(pack / one["path"])[1]
        assert [row for row in rows if "at" in row and not row["at"]] == []
        assert [row for row in rows if "quality" in row and row["quality"] not in set("ABCDE")] == []


@by_name(with_role("factors"))
def test_a_factor_names_a_known_item_stage_criterion_and_unit(pack: Path) -> None:
    for row in rows_of(pack, "factors"):
        assert KEBAB.fullmatch(row["item"]), row
        assert row["stage"] in STAGES, row
        assert row["criterion"] in criteria(), row
        assert in_the_unit_of(row), row
        assert UNIT.fullmatch(row["per"]), row
        assert 1990 <= int(row["year"]) <= 2030, row


@by_name(with_role("factors"))
def test_embodied_or_its_parts_never_both(pack: Path) -> None:
    rows = rows_of(pack, "factors")
    whole = {key(row, "item criterion region") for row in rows if row["stage"] == "embodied"}
    parts = {key(row, "item criterion region") for row in rows if row["stage"] in PARTS}
    assert whole & parts == set()


@by_name(with_role("factors"))
def test_electricity_is_a_positive_flow_of_the_use_stage(pack: Path) -> None:
    for row in rows_of(pack, "factors"):
        if row["item"] == "electricity" or row["item"].startswith("electricity-"):
            assert row["stage"] == "use", row
            assert row["per"] == "kWh", row
            assert float(row["value"]) > 0 or row["note"].startswith(CAUTION), row


@by_name(with_role("factors"))
def test_primary_energy_of_electricity_is_physical(pack: Path) -> None:
    rows = [row for row in rows_of(pack, "factors") if key(row, "item criterion") == ("electricity", "PE")]
    assert all(3.6 <= float(row["value"]) <= 40 for row in rows if not row["note"].startswith(CAUTION))


@by_name(PACKS)
def test_no_default_for_the_world_is_cleaner_than_what_is_behind_it(pack: Path) -> None:
    """Whoever does not know the country gets no cleaner answer than in nine of ten countries, or a caution with it."""
    worlds: dict[tuple[str, ...], list[Row]] = {}
    countries: dict[tuple[str, ...], dict[str, float]] = {}
    for role, columns in (("factors", "item stage criterion"), ("parameters", "item name")):
        for row in rows_of(pack, role):
            if row["region"] in WORLDS:
                worlds.setdefault(key(row, columns), []).append(row)
            elif COUNTRY.fullmatch(row["region"]) and not row["note"].startswith(CAUTION):
                countries.setdefault(key(row, columns), {})[row["region"]] = float(row["value"])
    for of, rows in worlds.items():
        behind = [*countries.get(of, {}).values()]
        for row in rows if len(behind) >= FEWEST else ():
            dirtier = sum(value > float(row["value"]) for value in behind)
            assert dirtier < 0.9 * len(behind) or row["note"].startswith(CAUTION), row


@by_name(with_role("parameters"))
def test_a_parameter_is_named_and_pue_and_wue_are_plausible(pack: Path) -> None:
    for row in rows_of(pack, "parameters"):
        assert any(names.fullmatch(row["item"]) for names in (KEBAB, MODEL, PLACE)), row
        assert row["name"], row
        if row["name"] == "pue":
            assert row["unit"] == "1", row
            assert 1 <= float(row["value"]) <= 3, row
        if row["name"] == "wue":
            assert row["unit"] == "L/kWh", row
            assert 0 <= float(row["value"]) <= 10, row


@by_name(with_role("normalisation"))
def test_normalisation_is_per_person_and_year_in_the_units_of_the_criteria(pack: Path) -> None:
    for row in rows_of(pack, "normalisation"):
        assert in_the_unit_of(row), row
        assert row["per"] == "person*year", row
        assert float(row["value"]) > 0, row


@by_name(with_role("zones"))
def test_a_zone_is_in_a_country_that_electricity_is_known_of(pack: Path) -> None:
    rows = rows_of(pack, "zones")
    assert all(row[column] for row in rows for column in ("item", "zone", "region", "at"))
    known = {row["region"] for row in rows_of(FACTORS / "ember-2024", "factors")}
    assert {row["region"] for row in rows} <= known
    providers = {row["item"] for row in rows_of(pack, "parameters")}
    assert {row["item"] for row in rows} <= providers
    placed = {(row["item"], row["zone"]) for row in rows}
    zones = {(row["item"], row["region"]) for row in rows_of(pack, "parameters") if len(row["region"]) > len("eu")}
    assert zones <= placed


@by_name(with_role("weighting"))
def test_the_weights_of_a_set_sum_to_the_whole(pack: Path) -> None:
    rows = rows_of(pack, "weighting")
    assert all(row["criterion"] in criteria() for row in rows)
    for name in {row["set"] for row in rows}:
        weights = [float(row["value"]) / (100 if row["unit"] == "%" else 1) for row in rows if row["set"] == name]
        assert math.isclose(sum(weights), 1, rel_tol=1e-9)


# --- figures known from elsewhere


@pytest.mark.parametrize(
    ("pack", "criterion", "region", "figure", "tolerance"),
    [
        ("ember-2024", "GWP", "USA", 0.384, 0.0005),
        ("ember-2024", "GWP", "FRA", 0.0442, 0.00005),
        ("ember-2024", "GWP", "World", 0.473, 0.0005),
        ("base-impacts-2.01", "ADPe", "World", 7.38e-8, 0.005e-8),
        ("base-impacts-2.01", "ADPf", "FRA", 9.31, 0.005),
        ("boavizta-2023-11", "GWP", "USA", 0.37, 0),
        ("boavizta-2023-11", "GWP", "FRA", 0.098, 0),
        ("boavizta-2023-11", "GWP", "World", 0.39, 0),
        ("boavizta-2023-11", "PE", "USA", 11.358, 0),
        ("boavizta-2023-11", "PE", "FRA", 11.289, 0),
        ("boavizta-2023-11", "PE", "World", 9.988, 0),
        ("boavizta-2023-11", "ADPe", "USA", 9.855e-8, 0.001e-8),
        ("boavizta-2023-11", "ADPe", "FRA", 4.858e-8, 0.001e-8),
        ("boavizta-2023-11", "ADPe", "World", 7.377e-8, 0.001e-8),
        ("wri-2020", "WC", "World", 3.91, 0.005),
        ("wri-2020", "WC", "FRA", 3.67, 0.005),
        ("share-alike/electricity-maps-2024", "GWP", "FR", 0.0334, 0.00005),
        ("share-alike/digital4better-2026-07", "ADPe", "USA", 8.47e-7, 0.005e-7),
    ],
)
def test_electricity_has_the_published_figure(
    pack: str, criterion: str, region: str, figure: float, tolerance: float
) -> None:
    assert abs(value(pack, criterion, region) - figure) <= tolerance


@pytest.mark.parametrize("region", ["CZE", "World"])
def test_the_defective_acidification_rows_stay_out(region: str) -> None:
    rows = rows_of(FACTORS / "base-impacts-2.01", "factors")
    assert ("AP", region) not in {key(row, "criterion region") for row in rows}


@pytest.mark.parametrize(
    ("pack", "criterion", "figure"),
    [
        ("ef-3.1", "GWP", "7553.08316285117"),
        ("ef-3.1", "ADPe", "0.0636226152369547"),
        ("ef-3.1", "ADPf", "65004.2596640165"),
        ("ef-3.0", "GWP", "8095.525063944057"),
    ],
)
def test_normalisation_keeps_every_digit_of_its_source(pack: str, criterion: str, figure: str) -> None:
    found = {row["criterion"]: row["value"] for row in rows_of(FACTORS / pack, "normalisation")}
    assert len(found) == 16
    assert found[criterion] == figure
