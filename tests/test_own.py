"""Factors and equipment of a study's own: figures worked out on paper, and what they do through each reader."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from lca.compile import DEEPEST
from lca.disk.workspace import Run
from lca.model import own
from lca.problems import Problems
from lca.questions.account import STATED, UNUSED, account
from lca.result import Result
from lca.text.overlay import split
from tests.bench_pack import run, write_pack, written
from tests.command import Lca

HEAD = "study: {criteria: [GWP], packs: [tiny]}\nfunctional_units: {one: {demand: {prompts: 100 prompt}}}\n"
SITE = "sites: {lab: {region: USA, pue: 1.5}}\n"
ENERGY = "inference: {site: lab, energy: 2 kWh/prompt}\n"
SERVER = "inference: {site: lab, energy: 2 kWh/prompt, server: {device: %s, time: 1 h/prompt, lifetime: 1 year}}\n"
USED_UP = 100 / 8760  # servers of 100 prompts, each an hour of a year


class Case(NamedTuple):
    """The blocks of a study, and what each of its flows comes to by GWP."""

    text: str
    figures: dict[str, float]


CASES = {
    "no pack is needed, and a region may be of its own": Case(
        "study: {criteria: [GWP]}\nfunctional_units: {one: {demand: {prompts: 100 prompt}}}\n"
        "factors: {grid: {item: electricity, region: iowa, impacts: {GWP: 0.429 kgCO2eq/kWh}}}\n"
        "sites: {lab: {region: iowa, pue: 1.10}}\n" + ENERGY,
        {"electricity use": 200 * 1.1 * 0.429},
    ),
    "an own factor comes before the packs, in its region alone": Case(
        HEAD + "factors: {electricity: {region: FRA, impacts: {GWP: 57 gCO2eq/kWh}}}\n"
        "sites: {lab: {region: {FRA: 50 %, USA: 50 %}, pue: 1}}\n" + ENERGY,
        {"electricity use": 100 * 0.057 + 100 * 0.2},
    ),
    "one without a region is for every region": Case(
        HEAD + SITE + "factors: {electricity: {impacts: {GWP: 1 kgCO2eq/MWh}}}\n" + ENERGY,
        {"electricity use": 300 * 0.001},
    ),
    "an impact that is stated outright": Case(
        HEAD + "factors: {answer: {stage: use, impacts: {GWP: 10 mgCO2eq/prompt}}}\n"
        "activities: [{item: answer, tier: data centre, stage: use, amount: = 1 * prompts}]\n",
        {"answer use": 100 * 1e-5},
    ),
    "one stage of its own, the others of the pack": Case(
        HEAD + "factors: {phone: {stage: manufacture, impacts: {GWP: 40 kgCO2eq/device}}}\n"
        "activities: [{item: phone, tier: terminals, stage: embodied, amount: 1 device}]\n",
        {"phone manufacture": 40, "phone distribution": 2, "phone end of life": -1},
    ),
    "a whole of its own, and none of the pack's parts": Case(
        HEAD + "factors: {phone: {impacts: {GWP: 40 kgCO2eq/device}}}\n"
        "activities: [{item: phone, tier: terminals, stage: embodied, amount: 1 device}]\n",
        {"phone embodied": 40},
    ),
    "a formula of another own factor": Case(
        HEAD + "factors:\n  a: {impacts: {GWP: 3 kgCO2eq/kg}}\n"
        "  b: {impacts: {GWP: '= 2 [kg/device] * factors.a.impacts.GWP + 500 [gCO2eq/device]'}}\n"
        "activities: [{item: b, tier: network, stage: embodied, amount: 4 device}]\n",
        {"b embodied": 4 * 6.5},
    ),
    "of two years the one asked for": Case(
        HEAD.replace("{demand", "{year: 2030, demand") + SITE +
        "factors:\n  now: {item: electricity, year: 2024, impacts: {GWP: 1 kgCO2eq/kWh}}\n"
        "  then: {item: electricity, year: 2030, impacts: {GWP: 0.5 kgCO2eq/kWh}}\n" + ENERGY,
        {"electricity use": 300 * 0.5},
    ),
    "equipment of parts of the pack, of its own and of equipment": Case(
        HEAD + "factors: {board: {impacts: {GWP: 3 kgCO2eq/kg}}}\n"
        "equipment:\n  node: {parts: {chassis: 1 device, card: 2 device, board: '= 1 [kg] + 500 [g]'}}\n"
        "  card: {parts: {gpu: 4 GPU}}\n"
        "activities: [{item: node, tier: data centre, stage: embodied, amount: 3 server}]\n",
        {"chassis embodied": 3 * 200, "gpu manufacture": 24 * 90, "gpu end of life": 24 * 10, "board embodied": 3 * 4.5},
    ),
    "equipment as a server that is used up": Case(
        HEAD + SITE + "equipment: {node: {parts: {server: 2 server}}}\n" + SERVER % "node",
        {"electricity use": 300 * 0.2, "server embodied": USED_UP * 2 * 1000},
    ),
    "one GPU of a server of eight, of its own": Case(
        HEAD + "equipment: {node: {parts: {chassis: 1 device, gpu: 8 GPU}}}\n"
        "activities: [{item: node, tier: data centre, stage: embodied, amount: 1 GPU}]\n",
        {"chassis embodied": 200 / 8, "gpu manufacture": 90, "gpu end of life": 10},
    ),
    "one GPU of a server of eight, of the pack": Case(
        HEAD + "activities: [{item: gpu-server, tier: data centre, stage: embodied, amount: 0.01 GPU/prompt}]\n",
        {"chassis embodied": 200 / 8, "gpu manufacture": 90, "gpu end of life": 10},
    ),
    "a server of a rack of four": Case(
        HEAD + "equipment: {row: {parts: {gpu-server: 4 server, disk: 2 device}}}\n"
        "activities: [{item: row, tier: data centre, stage: embodied, amount: 1 server}]\n",
        {"chassis embodied": 200, "gpu manufacture": 720, "gpu end of life": 80, "disk embodied": 15},
    ),
    "a device is the thing, whatever it is made of": Case(
        HEAD + "equipment: {box: {parts: {disk: 2 device}}}\n"
        "activities: [{item: box, tier: data centre, stage: embodied, amount: 3 device}]\n",
        {"disk embodied": 180},
    ),
    "what the study says is made of parts comes before the pack's total": Case(
        HEAD + "equipment: {laptop: {parts: {disk: 2 device}}}\n"
        "activities: [{item: laptop, tier: terminals, stage: embodied, amount: 1 device}]\n",
        {"disk embodied": 60},
    ),
}  # fmt: skip


def figures(result: Result) -> dict[str, float]:
    return {
        f"{r['flow']} {r['stage']}": r["value"] for r in result.records(("flow", "stage")) if r["criterion"] == "GWP"
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_figures_on_paper(tmp_path: Path, case: Case) -> None:
    result, _ = run(tmp_path, case.text)
    assert figures(result) == pytest.approx(case.figures)
    idle = {number.address for number in account(result).of(STATED, UNUSED)}
    assert idle <= {"functional_units.one.demand.prompts", "factors.now.impacts.GWP"}


STUDY = (
    HEAD.replace("[GWP]", "[GWP, PE]")
    + """\
factors:
  grid: {item: electricity, region: here, impacts: {GWP: {value: 60 gCO2eq/kWh, law: {normal: {sd: 5 gCO2eq/kWh}}}, pe: 8 MJ/kWh}}
  card: {impacts: {gwp: 100 kgCO2eq/GPU, PE: {value: 0.4 GWh/GPU, low: 1 TJ/GPU}}}
  idle: {impacts: {GWP: 1 kgCO2eq/kg}}
equipment:
  node: {parts: {card: {value: 8 GPU, low: 4 GPU, high: 8 GPU}}}
  spare: {parts: {card: 1 GPU}}
sites: {lab: {region: here, pue: 1.5}}
inference: {site: lab, energy: 2 kWh/prompt, server: {device: node, time: 1 h/prompt, lifetime: 1 year}}
variants:
  clean: {with: {factors.grid.impacts.gwp: 10 gCO2eq/kWh}}
  large: {with: {equipment.node.parts.card: 16 GPU}}
expect:
  half: {of: one, criterion: GWP, value: 9 kgCO2eq, within: 1 %, where: {stage: use}, given: {factors.grid.impacts.GWP: 30 gCO2eq/kWh}, basis: derived}
"""
)
CARDS = USED_UP * 8 * 100


def study(folder: Path, text: str = STUDY) -> Result:
    return Run(written(folder, text), [write_pack(folder)]).compile(every_case=True)[0]


def test_variants_given_and_criteria_by_label(tmp_path: Path) -> None:
    result = study(tmp_path).whole
    assert result.total("one", "GWP") == pytest.approx(300 * 0.06 + CARDS)
    assert result.total("one", "GWP", "clean") == pytest.approx(300 * 0.01 + CARDS)
    assert result.total("one", "GWP", "large") == pytest.approx(300 * 0.06 + 2 * CARDS)
    assert result.total("one", "PE") == pytest.approx(300 * 8 + USED_UP * 8 * 1.44e6)
    assert [verdict.verdict for verdict in result.verdicts] == ["holds"]


def test_what_nothing_uses_is_in_the_account(tmp_path: Path) -> None:
    idle = {one.path: one.reason for one in account(study(tmp_path)).idle}
    assert idle["factors.idle"] == "no flow meets it"
    assert "equipment.spare" in idle


COMMANDS = {
    "sweep": ("sweep", "{}", "factors.grid.impacts.GWP=10 gCO2eq/kWh,20 gCO2eq/kWh"),
    "a part": ("sweep", "{}", "equipment.node.parts.card=2,4 GPU"),
    "uncertainty": ("uncertainty", "{}", "-n", "100"),
    "sensitivity": ("sensitivity", "{}"),
    "explain": ("explain", "{}", "one", "GWP"),
    "account": ("account", "{}"),
    "quality": ("quality", "{}"),
    "scope": ("scope", "{}"),
    "check": ("check", "{}"),
    "breakeven": (
        "breakeven",
        "{}",
        "one",
        "total",
        "=",
        "total",
        "variant=clean",
        "--over",
        "factors.grid.impacts.GWP",
        "--criterion",
        "GWP",
        "--from",
        "1 gCO2eq/kWh",
    ),
    "strict": ("run", "{}", "--variant", "all", "--by", "tier,region"),
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_every_question(tmp_path: Path, words: tuple[str, ...], lca_: Lca) -> None:
    path, packs = str(written(tmp_path, STUDY)), str(write_pack(tmp_path))
    ran = lca_(*(word.format(path) if word == "{}" else word for word in words), "--packs", packs)
    assert ran.code == 0, ran.err + ran.out
    assert ran.err == ""


def test_the_table_says_what_is_its_own(tmp_path: Path, lca_: Lca) -> None:
    ran = lca_("run", str(written(tmp_path, STUDY)), "--packs", str(write_pack(tmp_path)))
    assert "electricity in here, a region of the study's own: GWP, PE" in " ".join(ran.out.split())


def test_an_own_factor_stands_in_for_another_criterion(tmp_path: Path) -> None:
    proxies = "proxies: [{criterion: PE, from: ADPf, for: card, reason: none}]"
    text = HEAD.replace("[GWP]", "[PE]").replace("packs:", f"{proxies}, packs:")
    text += "factors: {card: {impacts: {ADPf: 2 GJ/GPU}}}\n"
    text += "activities: [{item: card, tier: data centre, stage: embodied, amount: 3 GPU}]\n"
    assert run(tmp_path, text)[0].total("one", "PE") == pytest.approx(6000)


def test_a_workbook_holds_it_and_is_reviewed(tmp_path: Path, lca_: Lca) -> None:
    path, packs, book = str(written(tmp_path, STUDY)), str(write_pack(tmp_path)), str(tmp_path / "s.xlsx")
    assert lca_("export", path, "--packs", packs, "-o", book).code == 0
    found = json.loads(lca_("review", book, path, "--packs", packs, "--format", "json").out)
    assert [record for record in found if record["kind"] in ("input", "factor", "row added")] == []


def test_depth_is_one_number() -> None:
    assert own.DEEPEST == DEEPEST


def test_many_parts_are_refused_quickly(tmp_path: Path) -> None:
    """Parts of parts of parts: 30 ^ 8 of them are counted, and none is made."""
    levels = "".join(
        f"  e{n}: {{parts: {{{', '.join(f'p{n}-{k}: 1, ' for k in range(30))}e{n + 1}: 30}}}}\n".replace(", ,", ",")
        for n in range(8)
    )
    text = (
        HEAD + "equipment:\n" + levels + "activities: [{item: e0, tier: network, stage: embodied, amount: 1 device}]\n"
    )
    with pytest.raises(Problems):
        run(tmp_path, text)


def test_any_part_of_a_path_may_stand_in_quotes(tmp_path: Path, lca_: Lca) -> None:
    """As in formulas, where a name of two words needs them; both writings are one path."""
    quoted, bare = 'factors."a lamp".impacts.GWP', "factors.a lamp.impacts.GWP"
    text = (
        HEAD.replace(", packs: [tiny]", "") + "factors: {a lamp: {impacts: {GWP: 1 kgCO2eq/device}}}\n"
        "activities: [{item: a lamp, tier: network, stage: embodied, amount: 4 device}]\n"
        f"variants: {{v: {{with: {{'{quoted}': 2 kgCO2eq/device}}}}, w: {{with: {{{bare}: 3 kgCO2eq/device}}}}}}\n"
    )
    result, _ = run(tmp_path, text, variants=(None, "v", "w"))
    assert [result.values[result.model.totals["one", name, "GWP"]] for name in (None, "v", "w")] == [4, 8, 12]
    swept = [lca_("sweep", str(written(tmp_path, text)), f"{path}=1:2:2").out for path in (quoted, bare)]
    assert swept[0] == swept[1]
    assert "8.00e+00" in swept[0]
    with pytest.raises(Problems, match="is stated twice"):
        run(tmp_path, text.replace("}}, w: {with: {", ", "), variants=("v",))


@pytest.mark.parametrize(
    "path", ['factors."".impacts', 'factors."a lamp', 'factors."a" lamp.impacts', "factors..impacts"]
)
def test_what_is_no_path(path: str) -> None:
    assert split(path) == ()
