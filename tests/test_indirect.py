"""Indirect effects: declared beside the figures, printed wherever the study is, and never in a figure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.bench_pack import run, swapped, write_pack, written
from tests.command import Lca

STUDY = """\
study:
  criteria: [GWP]
  packs: [tiny]
  sources: {poll: {title: A poll}}
  indirect:
    trips:
      {what: meetings without trips, sign: reduces, order: second, amount: 2 kgCO2eq/visit, criterion: GWP,
       reason: users say so, source: poll, at: table 2}
    more: {what: more is asked for, sign: increases, order: third, reason: it costs nothing}
functional_units: {one: {demand: {visits: 1 visit}}}
activities: [{item: electricity, tier: data centre, stage: use, region: FRA, amount: 10 kWh/visit}]
"""  # by hand: 10 kWh at 0.1 kg are 1 kg; the 2 kg that trips would take are in no figure
TRIPS = "meetings without trips (second order, reduces impacts, GWP 2 kgCO2eq/visit): users say so (poll, table 2)"
MORE = "more is asked for (third order, increases impacts, unquantified): it costs nothing"


def test_they_are_in_no_figure(tmp_path: Path) -> None:
    """No total moves, and nothing of them counts as a number of the study."""
    assert run(tmp_path, STUDY)[0].total("one", "GWP") == pytest.approx(1)


@pytest.mark.parametrize("command", ["run", "scope", "account"])
def test_they_are_printed_beside(lca_: Lca, tmp_path: Path, command: str) -> None:
    done = lca_(command, str(written(tmp_path, STUDY)), "--packs", str(write_pack(tmp_path)))
    said = " ".join(done.out.split())
    assert (done.code, TRIPS in said, MORE in said) == (0, True, True)
    assert "in no figure" in said


def test_they_are_records_of_scope_and_account(lca_: Lca, tmp_path: Path) -> None:
    path, packs = str(written(tmp_path, STUDY)), str(write_pack(tmp_path))
    scope = json.loads(lca_("scope", path, "--packs", packs, "--format", "json").out)
    kept = ("name", "sign", "order", "amount", "criteria")
    assert [tuple(record[key] for key in kept) for record in scope if record["kind"] == "effect"] == [
        ("trips", "reduces", "second", "2 kgCO2eq/visit", ["GWP"]),
        ("more", "increases", "third", "unquantified", []),
    ]
    account = json.loads(lca_("account", path, "--packs", packs, "--format", "json").out)
    assert [one["note"] for one in account if one["kind"] == "indirect effect"] == [TRIPS, MORE]
    assert not [one for one in account if one["kind"] == "idle"]


def test_they_stand_in_the_workbook(lca_: Lca, tmp_path: Path) -> None:
    book = tmp_path / "study.xlsx"
    lca_("export", str(written(tmp_path, STUDY)), "--packs", str(write_pack(tmp_path)), "-o", str(book))
    rows = [[str(cell) for cell in row if cell] for row in load_workbook(book)["Read me"].values]
    assert [
        "trips",
        "meetings without trips",
        "second",
        "reduces",
        "GWP 2 kgCO2eq/visit",
        "poll, table 2",
        "users say so",
    ] in rows


WRONG = {
    ("order: second", "order: first"): "trips is of the first order, which figures count, and no indirect effect",
    ("order: second", "order: fourth"): "'fourth' is no order",
    ("sign: reduces", "sign: less"): "'less' is no sign",
    ("reason: users say so, ", ""): "no 'reason'",
    ("source: poll, ", ""): "the amount of trips has no source",
    ("source: poll", "source: pool"): "no source 'pool'",
    ("amount: 2 kgCO2eq/visit, ", ""): "trips has a criterion and no amount",
    ("criterion: GWP,", ""): "an impact says its criterion, as in criterion: GWP",
    ("criterion: GWP", "criterion: GPW"): "no criterion 'GPW'",
    ("2 kgCO2eq/visit", "-2 kgCO2eq/visit"): "which way it goes is said by sign",
    ("2 kgCO2eq/visit", "2 kWh/visit"): "kWh/visit is not a unit of GWP",
    ("2 kgCO2eq/visit", "much"): "much",
}


@pytest.mark.parametrize("change", WRONG, ids=WRONG.values())
def test_what_is_wrong_has_a_place(lca_: Lca, tmp_path: Path, change: tuple[str, str]) -> None:
    path = written(tmp_path, swapped(STUDY, change))
    done = lca_("run", str(path), "--packs", str(write_pack(tmp_path)))
    assert (done.code, WRONG[change] in " ".join(done.err.split())) == (1, True), done.err
    assert "study.yaml:" in done.err


def test_a_label_and_a_unit_of_ones_own_will_do(lca_: Lca, tmp_path: Path) -> None:
    """A criterion by its label, and an amount per thing that the study counts in."""
    text = swapped(STUDY, ("criterion: GWP", "criterion: gwp"), ("kgCO2eq/visit", "kgCO2eq/order"))
    done = lca_("run", str(written(tmp_path, f"units: [order]\n{text}")), "--packs", str(write_pack(tmp_path)))
    assert (done.code, "GWP 2 kgCO2eq/order" in " ".join(done.out.split())) == (0, True), done.err
