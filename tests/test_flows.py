"""A flow as a figure: how much of it the whole demand takes, whatever it is stated per, each flow once.

Calculated by hand. `one` makes 10 visits of 2 Wh, `two` 30; an idle 0.1 kWh comes to each functional unit as a whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lca.disk.workspace import Run
from lca.questions.selection import Selection, node
from lca.result import Result
from tests.command import Lca

PACKS = Path(__file__).parent / "golden" / "cli" / "packs"
SCENARIO = """\
study: {title: Calls, criteria: [GWP, ADPe], packs: [tiny]}
functional_units:
  one: {demand: {visits: 10 visit}}
  two: {demand: {visits: 30 visit}}
  all: {sum_of: [one, two]}
activities:
  call: {tier: network, stage: use, item: electricity, region: FRA, amount: CALL}
  idle: {tier: network, stage: use, item: electricity, region: FRA, amount: 0.1 kWh}
  twin: {tier: network, stage: use, item: electricity, region: World, amount: "= activities.idle.amount"}
"""
PER_VISIT = SCENARIO.replace("CALL", "2 Wh/visit")
STATED = SCENARIO.replace("CALL", '"= 0.002 [kWh/visit] * demand.visits"')
KWH = {("one", "call"): 0.02, ("two", "call"): 0.06, ("all", "call"): 0.08, ("one", ""): 0.22, ("all", ""): 0.48}


def opened(folder: Path, text: str = PER_VISIT) -> Result:
    (folder / "calls.yaml").write_text(text, encoding="utf-8")
    return Run(folder / "calls.yaml", [PACKS]).compile()[0]


def amount(result: Result, of: str, item: str = "") -> float:
    from lca.graph import evaluate

    where = (("item", item),) if item else ()
    made = node(result.model, Selection(of, flow="electricity", where=where)).to("kWh")
    return float(evaluate(made.graph)[made.index])


@pytest.mark.parametrize("text", [PER_VISIT, STATED], ids=["per visit", "in all"])
@pytest.mark.parametrize("case", KWH, ids=str)
def test_a_flow_is_what_the_whole_demand_takes(tmp_path: Path, text: str, case: tuple[str, str]) -> None:
    assert amount(opened(tmp_path, text), *case) == pytest.approx(KWH[case], rel=1e-12)


def test_the_impact_of_a_line_is_its_amount_times_its_factor(tmp_path: Path) -> None:
    result = opened(tmp_path)
    units = result.model.graph.unit
    for line in result.model.lines:
        product = result.values[line.amount] * result.values[line.factor]
        scale = 0.001 if str(units[line.amount]) == "Wh" else 1.0
        assert result.values[line.impact] == pytest.approx(product * scale, rel=1e-12)


def test_it_can_be_expected_explained_and_divided(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    expect = """\
expect:
  one: {of: one, flow: electricity, value: 220 Wh, within: 0.01 %, basis: derived}
  all: {of: all, flow: electricity, value: 0.48 kWh, within: 0.01 %, basis: derived}
  share: {of: one, flow: electricity, over: {of: all, flow: electricity}, value: 45.833 %, basis: derived}
"""
    monkeypatch.chdir(tmp_path)
    opened(tmp_path, PER_VISIT + expect)
    ran = lca_("check", "calls.yaml", "--packs", str(PACKS))
    assert (ran.code, "3 invariants hold" in ran.out) == (0, True), ran.out + ran.err
    told = lca_("explain", "calls.yaml", "one", "electricity", "--packs", str(PACKS))
    assert "10 visit × 2 Wh/visit" in told.out, told.err


def test_the_workbook_and_brightway_take_the_same_amount(
    tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    monkeypatch.chdir(tmp_path)
    opened(tmp_path)
    own = ("--packs", str(PACKS))
    assert lca_("export", "calls.yaml", "-o", "calls.xlsx", *own).code == 0
    rows: list[Any] = [*openpyxl.load_workbook("calls.xlsx", data_only=True)["Impacts"].iter_rows(values_only=True)]
    head = next(row for row in rows if "Amount" in row)
    lines = [row for row in rows[rows.index(head) + 1 :] if row[head.index("Item")] == "call"]
    seen = {(row[head.index("Amount")], row[head.index("Amount") + 1]) for row in lines}
    assert {(round(value, 9), unit) for value, unit in seen} == {(20, "Wh"), (60, "Wh")}


PIECES = """\
study: {title: Phones, criteria: [GWP, ADPe], packs: [tiny]}
functional_units: {one: {demand: {visits: 10 visit}}}
activities:
  bare: {tier: terminals, stage: embodied, item: phone, region: World, amount: FIRST}
  each: {tier: terminals, stage: embodied, item: phone, region: World, amount: 0.001 device/visit}
"""


@pytest.mark.parametrize("first", ["0.002", "0.2 %", "0.002 device", "0.2 device*%"])
def test_a_plain_number_of_pieces_adds_up_with_pieces(tmp_path: Path, first: str) -> None:
    """0.002 phones, and 0.001 for each of 10 visits."""
    from lca.graph import evaluate

    model = opened(tmp_path, PIECES.replace("FIRST", first)).model
    made = node(model, Selection("one", flow="phone")).to("device")
    assert evaluate(made.graph)[made.index] == pytest.approx(0.012, rel=1e-12)
