"""Tables of traffic become a demand and the terminals' mix and time, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.problems import Problems
from tests.command import Lca

TABLE = """\
Month,Country,Device,Visits,Avg. Visit Duration,Bounce Rate
2025-01,FR,Mobile,600,00:02:00,40%
2025-01,FR,Desktop,200,00:06:00,30%
2025-02,Germany,Mobile,150,00:04:00,20%
2025-02,Atlantis,Mobile,50,00:04:00,20%
"""


def imported(folder: Path, text: str, part: tuple[str, ...] = (), **said: str) -> Made:
    path = folder / "visits.csv"
    path.write_text(text, encoding="utf-8")
    said = {name.rstrip("_"): value for name, value in said.items()}
    return kind("traffic").read(Given(files([path]), Library(), said, part=part))


def shares(mix: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: own["value"] for name, own in mix.items()}


def test_a_table_is_a_demand_a_mix_and_a_time(tmp_path: Path) -> None:
    """1000 visits: 80 % on phones, 80 % from France; (600 × 2 + 200 × 6 + 200 × 4) / 1000 = 3.2 minutes."""
    made = imported(tmp_path, TABLE)
    demand = made.part["functional_units"]["period"]["demand"]["visits"]
    assert (demand["value"], demand["basis"]) == ("1000 visit", "measured")
    assert demand["at"] == "2025-01 to 2025-02"
    assert made.sources[demand["source"]]["title"] == "visits.csv"
    terminals = made.part["terminals"]
    assert terminals["time"]["value"] == "3.2 min/visit"
    assert shares(terminals["region"]) == {"FRA": "80 %", "DEU": "15 %", "World": "5 %"}
    assert {name: own["share"]["value"] for name, own in terminals["devices"].items()} == {
        "smartphone": "80 %", "desktop": "20 %",
    }  # fmt: skip
    assert any("Bounce Rate" in text for block in made.report.blocks for text in str(block).split("'"))


def test_wholes_beside_their_parts_are_not_counted_twice(tmp_path: Path) -> None:
    plain = imported(tmp_path, TABLE).part["terminals"]
    whole = imported(tmp_path, TABLE + "2025-01,All,All,800,00:03:00,\n").part["terminals"]
    assert shares(whole["region"]) == shares(plain["region"])
    assert whole["time"]["value"] == plain["time"]["value"]
    told = imported(tmp_path, TABLE + "2025-01,All,All,1000,00:03:00,\n")
    assert "200 of 1000 visits are in no part" in str(told.report.blocks)
    with pytest.raises(Problems, match="its parts sum to 800 visits, and it says 500"):
        imported(tmp_path, TABLE + "2025-01,All,All,500,00:03:00,\n")


def test_the_same_visits_by_country_and_by_device_are_refused(tmp_path: Path) -> None:
    text = "country,device,visits\nFR,,800\nDE,,200\n,mobile,700\n,desktop,300\n"
    with pytest.raises(Problems, match="hold the visits of those of another"):
        imported(tmp_path, text)


def test_rows_that_do_not_say_a_device_are_told(tmp_path: Path) -> None:
    made = imported(tmp_path, "month,device,visits\n2025-01,mobile,30\n2025-01,desktop,10\n2025-02,All,60\n")
    assert {name: own["share"]["value"] for name, own in made.part["terminals"]["devices"].items()} == {
        "smartphone": "75 %", "desktop": "25 %",
    }  # fmt: skip
    assert "60.0 % of the visits are of no device" in str(made.report.blocks)


def test_months_and_names_of_the_study(tmp_path: Path) -> None:
    made = imported(tmp_path, TABLE, from_="2025-01", to="01/2025", flow="session", devices="desktop=laptop")
    assert made.part["functional_units"]["period"]["demand"] == {
        "sessions": {**made.part["functional_units"]["period"]["demand"]["sessions"], "value": "800 session"}
    }
    assert made.part["terminals"]["time"]["value"] == "3 min/session"
    assert [*made.part["terminals"]["devices"]] == ["smartphone", "laptop"]


def test_a_french_table(tmp_path: Path) -> None:
    text = "\ufeffMois;Pays;Appareil;Visites;Durée (min)\n2025-01;France;Mobile;1 200 000;3,5\n"
    made = imported(tmp_path, text)
    assert made.part["functional_units"]["period"]["demand"]["visits"]["value"] == "1200000 visit"
    assert made.part["terminals"]["time"]["value"] == "3.5 min/visit"


@pytest.mark.parametrize(
    ("text", "said", "message"),
    [
        ("", {}, "the file is empty"),
        ("country,hits\nFR,1\n", {}, "no column of visits"),
        ("visits\nmany\n", {}, "'many'"),
        ("visits\n-5\n", {}, "below 0"),
        ("visits\n0\n", {}, "no visit in it"),
        ("month,visits\nsoon,5\n", {}, "'soon' is no month"),
        ("month,visits\n2025-13,5\n", {}, "is no month"),
        ("visits,duration\n5,long\n", {}, "no duration: 'long' is no number"),
        ("device,visits\nwatch,5\n", {}, "what is the device 'watch' in the study"),
        ("device,visits\nmobile,5\nmobile,6\n", {}, "two rows are of the same"),
        ("visits\n5\n", {"from": "2025-01"}, "a row has no month"),
        ("visits\n5\n", {"devices": "mobile=tv"}, "no row is of the device 'mobile'"),
        ("visits\n5\n", {}, None),
        ("device,visits\nmobile,5\n", {"devices": "mobile"}, "'mobile' says no device"),
    ],
)
def test_what_is_no_table_of_traffic_is_told(
    text: str, said: dict[str, str], message: str | None, tmp_path: Path
) -> None:
    if message is None:
        assert "terminals" not in imported(tmp_path, text, **said).part
        return
    with pytest.raises(Problems, match=message):
        imported(tmp_path, text, **said)


def test_it_goes_where_it_belongs(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(TABLE, encoding="utf-8")
    assert lca_("new", "bot", "--kind", "chat").code == 0
    unit = next(iter(yaml.safe_load(Path("bot.yaml").read_text(encoding="utf-8"))["functional_units"]))
    for path in (f"functional_units.{unit}.demand", "terminals"):
        ran = lca_("import", "traffic", "visits.csv", "--set", "devices=desktop=laptop", "--into", "bot.yaml", path)
        assert ran.code == 0, ran.err
    tree = yaml.safe_load(Path("bot.yaml").read_text(encoding="utf-8"))
    assert tree["functional_units"][unit]["demand"]["visits"]["value"] == "1000 visit"
    assert shares(tree["terminals"]["region"]) == {"FRA": "80 %", "DEU": "15 %", "World": "5 %"}
    ran = lca_("run", "bot.yaml")
    assert ran.code == 0, ran.err
    wrong = lca_("import", "traffic", "visits.csv", "--into", "bot.yaml", "network")
    assert "nothing for network" in wrong.err


def test_a_week_and_the_year_at_its_pace(tmp_path: Path) -> None:
    """Seven days of 100 visits are 700, and 36 500 a year."""
    text = "date,visits\n" + "".join(f"2026-11-{day:02d},100\n" for day in range(16, 23))
    made = imported(tmp_path, text)
    assert made.part["functional_units"]["period"]["demand"]["visits"]["value"] == "700 visit"
    assert "the demand is that of 7 days, 2026-11-16 to 2026-11-22" in str(made.report.blocks)
    visits = imported(tmp_path, text, year="scaled").part["functional_units"]["year"]["demand"]["visits"]
    assert visits["value"] == "36500 visit"
    assert "those of 7 days, times 365 / 7" in visits["note"]
    assert (
        imported(tmp_path, text, from_="2026-11-20").part["functional_units"]["period"]["demand"]["visits"]["value"]
        == "300 visit"
    )
    with pytest.raises(Problems, match="is a day of a month that has a row too"):
        imported(tmp_path, text + "2026-11,500\n")


def test_months_that_are_written_by_their_first_day(tmp_path: Path) -> None:
    text = "date,visits\n" + "".join(f"2025-{month:02d}-01,100\n" for month in range(1, 13))
    made = imported(tmp_path, text)
    assert made.part["functional_units"]["year"]["demand"]["visits"]["value"] == "1200 visit"
    assert made.part["functional_units"]["year"]["demand"]["visits"]["at"] == "2025-01 to 2025-12"


@pytest.mark.parametrize(
    ("visits", "value"),
    [
        (["31000.123", "1"], "31001.1 visit"),
        (["31.123", "5.5"], "36.623 visit"),
        (["31.123", "5"], "31128 visit"),
        (['"31,123"', "5"], "31128 visit"),
        (['"1,031,123.5"', "5"], "1.03113e+06 visit"),
    ],
)
def test_points_and_commas_are_what_the_column_shows(visits: list[str], value: str, tmp_path: Path) -> None:
    text = "country,visits\n" + "".join(f"{land},{number}\n" for land, number in zip(("FR", "DE"), visits, strict=True))
    got = imported(tmp_path, text).part["functional_units"]["period"]["demand"]["visits"]["value"]
    assert float(got.removesuffix(" visit")) == float(value.removesuffix(" visit"))


def told(made: Made) -> str:
    return " ".join(str(made.report.blocks).split())


def test_seconds_with_signs_between_thousands_are_not_guessed(tmp_path: Path) -> None:
    """1,234 is one second or a thousand; another of the column shows which: 1,234.5 s is 20.575 minutes."""
    head = "Month,Visits,Avg. Visit Duration (s)\n"
    with pytest.raises(Problems, match="'1,234' may be one number or a thousand times that"):
        imported(tmp_path, f'{head}2025-01,10,"1,234"\n')
    made = imported(tmp_path, f'{head}2025-01,10,"1,234"\n2025-02,10,"1,234.5"\n')
    assert made.part["terminals"]["time"]["value"] == "20.5708 min/visit"


@pytest.mark.parametrize("head", ["Durée moyenne (s)", "Durée moyenne des visites (s)", "durée d'une visite"])
def test_french_durations_and_what_is_taken_instead_is_said(head: str, tmp_path: Path) -> None:
    """(100 × 180.5 + 300 × 60.5) / 400 s; a country that is none is told, as are months that have no row."""
    made = imported(tmp_path, f"Mois;Pays;Visites;{head}\n01/2025;France;100;180,5\n04/2025;Atlantide;300;60,5\n")
    assert made.part["terminals"]["time"]["value"] == "1.50833 min/visit"
    assert "no region is called: Atlantide, taken to be World" in told(made)
    assert "2 months between the first and the last without a row" in told(made)
    assert [source["year"] for source in made.sources.values()] == ["2025"]


def test_days_without_a_row_are_told(tmp_path: Path) -> None:
    made = imported(tmp_path, "Date,Visits\n2025-02-27,1\n2025-03-02,1\n")
    assert "2 days between the first and the last without a row" in told(made)


def test_a_period_without_rows_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="no row is within from and to"):
        imported(tmp_path, TABLE, from_="2026-01")
