"""Tables in the shapes that officers are asked for: rows that are worked out by hand, and blanks that are said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lca.cli.run import TABLES
from lca.problems import Problems
from lca.report import Prose, Report
from lca.views.tables import table
from tests.bench_pack import run
from tests.command import Lca

HALL = """\
study: {criteria: [CRITERIA], packs: [tiny]}
functional_units: {year: {title: A year, demand: {visits: 600 visit, prompts: 1000 prompt}}}
factors: {wind: {item: electricity, region: wind, impacts: {GWP: 10 gCO2eq/kWh}}}
sites: {dc: {region: FRA, pue: 1.5, control: own SUPPLY}, cloud: {region: USA, pue: 1 SUPPLY}}
inference:
  ours: {site: dc, energy: 1 kWh/prompt, server: {device: server, time: 8.76 h/prompt, lifetime: 1 year, aur: 100 %}}
  theirs: {site: cloud, energy: 1 kWh/prompt}
terminals: {region: FRA, time: 73 h/visit, devices: {phone: {share: 100 %}}}
"""  # 1000 kWh: at 0.1 kg and a PUE of 1.5, or 0.2 kg; a server of 1000 kg; 30 phones of 50 + 2 - 1 kg, 17.52 kg in use


def of(folder: Path, shape: str, criteria: str = "GWP", supply: str = "") -> Report:
    text = HALL.replace("CRITERIA", criteria).replace("SUPPLY", f", supply: {supply}" if supply else "")
    text = "\n".join(line for line in text.splitlines() if supply or not line.startswith("factors"))
    return table(shape, run(folder, f"{text}\n")[0])


def rows(report: Report) -> dict[str, Any]:
    """The values of the table of ESRS by paragraph, those of scope 3 by category."""
    return {r["row"].split()[0] if r["paragraph"] == "51" else r["paragraph"]: r["value"] for r in report.records}


def said(report: Report) -> str:
    return " ".join(block.text for block in report.blocks if isinstance(block, Prose))


def test_esrs_in_tonnes_by_both_bases(tmp_path: Path) -> None:
    """Market-based, the 1,500 kWh of the hall come from wind at 10 g, and scope 3 stays as it is."""
    found = rows(of(tmp_path, "esrs-e1", supply="wind"))
    third = 1.0 + 0.2 + 0.01752
    assert {key: value for key, value in found.items() if value is not None} == pytest.approx(
        {
            "44 b, 49 a": 0.15,
            "44 b, 49 b": 0.015,
            "44 c, 51": third,
            "1": 0.2,
            "2": 1.0,
            "11": 0.01752,
            "44 d, 52 a": third + 0.15,
            "44 d, 52 b": third + 0.015,
        }
    )
    assert [key for key in found if key.isdigit()] == [str(number) for number in range(1, 16)]


def test_esrs_leaves_blank_what_is_not_known_and_says_so(tmp_path: Path) -> None:
    report = of(tmp_path, "esrs-e1")
    found = rows(report)
    assert found["44 b, 49 b"] is found["44 d, 52 b"] is found["48 b"] is found["44 a, 48 a"] is None
    assert "no site states what its electricity is bought as" in said(report)
    assert "1.53e+00 tCO2eq of year" in said(report)  # 30 phones, made by others for others: in no row


def test_esrs_needs_greenhouse_gases(tmp_path: Path) -> None:
    text = "study: {criteria: [PE], packs: [tiny]}\nfunctional_units: {one: {demand: {prompts: 1 prompt}}}\n"
    result = run(tmp_path, text + "sites: {dc: {region: FRA, pue: 1}}\ninference: {site: dc, energy: 1 kWh/prompt}\n")[
        0
    ]
    with pytest.raises(Problems, match="greenhouse gases"):
        table("esrs-e1", result)


def test_pcr_by_tier_stage_and_indicator(tmp_path: Path) -> None:
    report = of(tmp_path, "pcr-digital")
    found = {(r["tier"], r["stage"]): r["value"] for r in report.records if r["criterion"] == "GWP"}
    assert {place: value for place, value in found.items() if value is not None} == pytest.approx(
        {
            ("terminals", "manufacture"): 1500,
            ("terminals", "distribution"): 60,
            ("terminals", "end of life"): -30,
            ("terminals", "use"): 17.52,
            ("data centre", "use"): 150 + 200,
            ("data centre", "embodied"): 1000,
        }
    )
    assert {stage for tier, stage in found if tier == "network"} == {
        "manufacture",
        "distribution",
        "use",
        "end of life",
    }
    assert {r["criterion"] for r in report.records} == {"ADPe", "GWP", "AP", "PM", "IR"}
    assert "no criteria of the study: ADP (" in said(report)


def test_pcr_says_which_criteria_have_no_place(tmp_path: Path) -> None:
    text = "study: {criteria: [GWP, PE], packs: [tiny]}\nfunctional_units: {one: {demand: {prompts: 1 prompt}}}\n"
    result = run(tmp_path, text + "sites: {dc: {region: FRA, pue: 1}}\ninference: {site: dc, energy: 1 kWh/prompt}\n")[
        0
    ]
    assert "none of its five indicators: PE" in said(table("pcr-digital", result))


def test_every_shape_says_what_it_is_of() -> None:
    assert all(TABLES.values())


def test_a_table_has_its_own_shape(lca_: Lca) -> None:
    done = lca_("run", "stable_diffusion", "--table", "esrs-e1", "--by", "tier")
    assert done.code == 2
    assert "leave out --by" in done.err
