"""Hourly intensities as a factor: weighted means that can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.problems import Problems

HEAD = (
    "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
    "Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),Data source,Data estimated\n"
)
RTE = "Périmètre;Nature;Date;Heures;Consommation;Taux de Co2\n"


def maps(*hours: tuple[str, float | str], zone: str = "FR", estimated: str = "false") -> str:
    return HEAD + "".join(f"{time},France,France,{zone},1,{value},90,x,{estimated}\n" for time, value in hours)


def trace(*powers: tuple[str, float]) -> str:
    fields: list[dict[str, Any]] = [
        {"timestamp": time, "device_id": "a", "metric_id": "x_watt", "value": value} for time, value in powers
    ]
    return json.dumps(fields)


def imported(folder: Path, *texts: str, **said: str) -> Made:
    paths = [folder / f"file{place}.txt" for place, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return kind("intensity").read(Given(files(paths), Library(), said))


def factor(made: Made) -> dict[str, str]:
    (own,) = made.part.values()
    return {**own["impacts"]["GWP"], "region": own["region"]}


TWO = maps(("2026-01-01 10:00:00", 100), ("2026-01-01 11:00:00", 400))


def test_each_hour_alike_is_the_mean(tmp_path: Path) -> None:
    made = factor(imported(tmp_path, TWO))
    assert (made["value"], made["low"], made["high"]) == ("250 gCO2eq/kWh", "100 gCO2eq/kWh", "400 gCO2eq/kWh")
    assert made["region"] == "FRA"
    assert made["at"] == "2 hours of FR, 2026-01-01 10:00 to 2026-01-01 11:00 UTC"
    assert made["note"].startswith("each hour alike; ")


def test_a_trace_weighs_the_hours(tmp_path: Path) -> None:
    """300 W in the first hour and 100 W in the second: (3 × 100 + 400) / 4."""
    powers = [(f"2026-01-01T{h}:{m:02d}:00Z", 300 if h == 10 else 100) for h in (10, 11) for m in range(60)]
    steps = [*powers, ("2026-01-01T12:00:00Z", 100)]
    made = factor(imported(tmp_path, TWO, trace(*steps)))
    assert float(made["value"].split()[0]) == pytest.approx(175, rel=5e-3)  # the minute between is half and half
    assert "weighted by the electricity of" in made["note"]


def test_hours_that_are_not_known_are_said(tmp_path: Path) -> None:
    powers = [(f"2026-01-01T{h}:{m:02d}:00Z", 100.0) for h in (11, 12) for m in range(60)]
    made = factor(imported(tmp_path, TWO, trace(*powers)))
    assert made["value"] == "400 gCO2eq/kWh"
    assert "50.4 % of the electricity is in hours that are not known" in made["note"] or "49.6 %" in made["note"]
    other = trace(("2027-01-01T10:00:00Z", 1), ("2027-01-01T10:00:10Z", 1))
    with pytest.raises(Problems, match="share no hour"):
        imported(tmp_path, TWO, other)


def test_the_times_of_rte_are_those_of_paris(tmp_path: Path) -> None:
    """11:00 and 11:30 in Paris are 10 UTC in winter; what burns alone is said."""
    text = RTE + "France;x;2026-01-01;11:00;1;20\nFrance;x;01/01/2026;11:30;1;40\nFrance;x;2026-01-01;12:00;1;ND\n"
    powers = trace(("2026-01-01T10:00:00Z", 5), ("2026-01-01T10:01:00Z", 5))
    made = factor(imported(tmp_path, text, powers))
    assert made["value"] == "30 gCO2eq/kWh"
    assert "what burns alone" in made["note"]
    assert "1 rows have no number" in made["note"]


def test_estimates_are_counted_and_zones_asked_for(tmp_path: Path) -> None:
    both = (
        maps(("2026-01-01 10:00:00", 100), estimated="true")
        + maps(("2026-01-01 10:00:00", 300), zone="DE")[len(HEAD) :]
    )
    with pytest.raises(Problems, match="which zone is meant"):
        imported(tmp_path, both)
    made = factor(imported(tmp_path, both, zone="DE", region="hall"))
    assert (made["value"], made["region"]) == ("300 gCO2eq/kWh", "hall")
    assert "1 hours are estimates" in factor(imported(tmp_path, both, zone="FR"))["note"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("a,b\n1,2\n", "no columns of times and of intensities"),
        (maps(("2026-01-01 10:00:00", -5)), "is no intensity of a grid"),
        (maps(("2026-01-01 10:00:00", 1e9)), "is no intensity of a grid"),
        (maps(("2026-01-01 10:00:00", "much")), "much"),
        (maps(("noon", 5)), "'noon' is no time"),
        (maps(("2026-01-01 10:00:00", "")), "no hour with a number"),
    ],
)
def test_what_is_no_table_of_intensities_is_told(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problems, match=said):
        imported(tmp_path, text)


def test_a_long_step_is_in_each_hour_that_it_is_of(tmp_path: Path) -> None:
    """100 W from 10:30 to 11:30 and on to 12:00: 50 Wh at 100 g, 50 + 50 at 400; a kind of pause is not bridged."""
    steps = [(f"2026-01-01T{time}:00Z", 100.0) for time in ("10:30", "11:30", "12:00")]
    made = factor(imported(tmp_path, TWO, trace(*steps)))
    assert made["value"] == "300 gCO2eq/kWh"
    assert "not known" not in made["note"]


def test_what_is_left_out_of_a_trace_is_said(tmp_path: Path) -> None:
    powers = [(f"2026-01-01T10:{m:02d}:00Z", -1.0 if m == 3 else 100.0) for m in range(10)]
    made = imported(tmp_path, TWO, trace(*powers, ("2026-01-01T11:30:00Z", 100), ("2026-01-01T11:31:00Z", 100)))
    for text in (factor(made)["note"], str(made.report.blocks)):
        assert "1 pause, 4860 s in all, not bridged" in text
        assert "1 reading below 0" in text


def test_of_estimates_those_count_that_were_taken(tmp_path: Path) -> None:
    text = maps(("2026-01-01 10:00:00", 1)) + maps(("2026-01-01 11:00:00", 3), estimated="true")[len(HEAD) :]
    powers = trace(("2026-01-01T10:00:00Z", 5), ("2026-01-01T10:01:00Z", 5))
    assert "are estimates" not in factor(imported(tmp_path, text, powers))["note"]


def test_a_part_of_a_country_is_told(tmp_path: Path) -> None:
    text = maps(("2026-01-01 10:00:00", 100), zone="US-CAL-CISO")
    assert "US-CAL-CISO is a part of USA" in factor(imported(tmp_path, text))["note"]
    assert "part of" not in factor(imported(tmp_path, text, region="hall"))["note"]


def test_a_table_as_rte_writes_it_is_read(tmp_path: Path) -> None:
    """In Latin 1, with tabs, a tab more at the end, empty quarters of hours, and a sentence below."""
    rows = "".join(f"France\tDonnées\t2026-01-01\t11:{m}\t1\t{v}\t\n" for m, v in (("00", 20), ("15", ""), ("30", 40)))
    path = tmp_path / "eco2mix.xls"
    text = f"Périmètre\tNature\tDate\tHeures\tConsommation\tTaux de Co2\t\n{rows}RTE ne pourra être tenu responsable\n"
    path.write_text(text, encoding="latin-1")
    made = factor(kind("intensity").read(Given(files([path]), Library(), {})))
    assert made["value"] == "30 gCO2eq/kWh"
    assert "2 rows have no number" in made["note"]


def test_the_hour_that_comes_twice_in_france_is_two(tmp_path: Path) -> None:
    """Half hours of 15 and of 35 on average in the hour that comes twice, then 50: 100 / 3."""
    times = ("02:00", "02:30", "02:00", "02:30", "03:00")
    text = "Date;Heures;Taux de CO2\n" + "".join(f"2026-10-25;{time};{10 * (n + 1)}\n" for n, time in enumerate(times))
    made = factor(imported(tmp_path, text))
    assert made["value"] == "33.3333 gCO2eq/kWh"
    assert made["at"] == "3 hours of FR, 2026-10-25 00:00 to 2026-10-25 02:00 UTC"
