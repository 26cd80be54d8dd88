"""`lca rank`: which model for a service, on cases worked out on paper.

The pack knows some models, with what an answer of each takes. Electricity of FRA is 0.1 kg CO2 eq/kWh, of USA 0.2.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import lca
from lca.disk.choices import ranked
from lca.disk.workspace import Library, Run
from lca.problems import Problems
from lca.questions.rank import Ranked
from lca.questions.scores import of_pack, of_table
from lca.text import sheets
from tests.bench_pack import PACKAGE, lay, write_pack, written
from tests.command import Lca

MODELS = """\
item,provider,architecture,aliases,released,at,quality,note
a/small,a,dense,,,p. 1,B,
a/wide,a,dense,,,p. 1,B,
a/large,a,dense,a/large-latest,,p. 1,B,
b/huge,b,dense,,,p. 1,B,
b/next,b,dense,,,p. 1,B,
b/bare,b,dense,,,p. 1,B,
"""
ENERGY = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
a/small,,2024,each,1,Wh,,,,p. 1,B,
a/wide,,2024,each,2,Wh,0,4,uniform,p. 1,B,
a/large,,2024,each,3,Wh,,,,p. 1,B,
b/huge,,2024,each,9,Wh,,,,p. 1,B,
b/next,,2024,each,4.5,Wh,,,,p. 1,B,
"""
ABOUT = PACKAGE | {
    "name": "answers",
    "resources": [{"path": "parameters.csv", "role": "parameters"}, {"path": "models.csv", "role": "models"}],
}
DESK = """\
study: {title: A help desk, criteria: [GWP, FE], packs: [tiny, answers]}
functional_units:
  answer: {title: An answer, demand: {prompts: 1 prompt}}
  day: {title: A day, demand: {prompts: 20 prompt}}
sites: {dc: {region: FRA, pue: {value: 2, low: 1, high: 3}}}
inference: {site: dc, method: by-model, model: b/huge}
methods:
  by-model:
    title: An answer as somebody measured it
    takes:
      model: {words: true, text: the model}
      each: {unit: Wh, per_work: true, of: model, parameter: each, text: electricity of an answer}
    gives: {energy: = each}
variants:
  clean: {title: elsewhere, with: {sites.dc.pue: 1}}
  other: {title: another model, with: {inference: {model: a/small}}}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Run:
    return opened(tmp_path)


def opened(folder: Path, text: str = DESK) -> Run:
    packs = write_pack(folder)
    lay(packs / "answers", ABOUT, parameters=ENERGY, models=MODELS)
    return Run(written(folder, text), [packs])


def table(folder: Path, text: str) -> Path:
    path = folder / "quality.csv"
    path.write_text(text, encoding="utf-8")
    return path


def of(desk: Run, models: str, *asked: object, **more: object) -> dict[str, Ranked]:
    """What is said of each model by GWP of one answer."""
    units = {"functional_units": ["answer"], "criteria": ["GWP"], "samples": 20_000} | more
    choice = ranked(desk, models.split(), *asked, **units)  # type: ignore[arg-type]
    return {one.model: one for one in choice.ranking.ranked}


# --- impacts and draws -----------------------------------------------------------------------------------------------


def test_impacts_are_those_of_the_service_with_each_model(desk: Run) -> None:
    """1 Wh x 2 x 0.1 kg/kWh = 0.2 g, 3 Wh = 0.6 g, 9 Wh = 1.8 g; the lowest first."""
    found = of(desk, "b/huge large a/small")
    assert [*found] == ["a/small", "a/large", "b/huge"]
    assert [one.value for one in found.values()] == pytest.approx([2e-4, 6e-4, 1.8e-3])
    assert {one.unit for one in found.values()} == {"kg CO2 eq"}


def test_how_often_each_is_the_lowest(desk: Run) -> None:
    """0 to 4 Wh, uniform, is below 3 Wh in 75 of 100 draws, and the common PUE of 1 to 3 takes nothing from that."""
    found = of(desk, "a/wide a/large")
    assert found["a/wide"].lowest == pytest.approx(0.75, abs=0.01)
    assert found["a/large"].lowest == pytest.approx(0.25, abs=0.01)


def test_the_interval_is_the_middle_95_percent_of_the_samples(desk: Run) -> None:
    """3 Wh x 0.1 kg/kWh x a PUE triangular from 1 to 3, whose ends are 1 + sqrt(0.05) and 3 - sqrt(0.05)."""
    large = of(desk, "a/small a/large")["a/large"]
    assert [large.low, large.high] == pytest.approx([3e-4 * 1.2236, 3e-4 * 2.7764], rel=0.01)


def test_an_input_that_is_declared_independent_has_a_draw_of_its_own_for_each_model(tmp_path: Path) -> None:
    """3 Wh x p against 4.5 Wh x q, p and q uniform from 1 to 3: p is above 1.5 q with a chance of 3/16."""
    uniform = DESK.replace("low: 1, high: 3", "low: 1, high: 3, law: uniform")
    apart = uniform.replace("packs:", "independent: [{input: sites.dc.pue, reason: two halls}], packs:")
    assert of(opened(tmp_path, uniform), "a/large b/next")["a/large"].lowest == 1
    assert of(opened(tmp_path, apart), "a/large b/next")["a/large"].lowest == pytest.approx(13 / 16, abs=0.01)


def test_on_a_variant_of_the_scenario(desk: Run) -> None:
    """At a PUE of 1 an answer of 3 Wh is 0.3 g; what a variant says of the model gives way to the models asked for."""
    assert of(desk, "a/small a/large", variant="clean")["a/large"].value == pytest.approx(3e-4)
    assert of(desk, "a/wide a/large", variant="other")["a/large"].value == pytest.approx(6e-4)


def test_what_models_have_in_common_is_said(desk: Run) -> None:
    assert ranked(desk, ["a/wide", "a/large"], samples=100).ranking.common == ("sites.dc.pue",)


# --- quality ---------------------------------------------------------------------------------------------------------

QUALITIES = "model,quality,source\nsmall,50,ours\na/wide,50,ours\nlarge,70,ours\nb/huge,60,ours\n"


def test_what_meets_a_threshold_competes_alone(desk: Run, tmp_path: Path) -> None:
    found = of(desk, "a/small a/large b/huge", table(tmp_path, QUALITIES), 60)
    assert [one.meets for one in found.values()] == [False, True, True]
    assert [one.lowest for one in found.values()] == [None, 1, 0]


def test_what_no_other_beats(desk: Run, tmp_path: Path) -> None:
    """wide has the quality of small at twice the impact; huge a lower one than large at three times its impact."""
    found = of(desk, "a/small a/wide a/large b/huge", table(tmp_path, QUALITIES))
    assert {key: one.beaten_by for key, one in found.items()} == {
        "a/small": "", "a/wide": "a/small", "a/large": "", "b/huge": "a/large",
    }  # fmt: skip
    assert [key for key, one in found.items() if one.is_non_dominated] == ["a/small", "a/large"]


def test_a_model_without_quality_is_said_and_not_dropped(desk: Run, tmp_path: Path) -> None:
    found = of(desk, "a/small a/large", table(tmp_path, "model,quality\na/large,70\n"), 60)
    assert found["a/small"].score is found["a/small"].meets is found["a/small"].beaten_by is None
    assert not found["a/small"].is_non_dominated
    assert found["a/large"].is_non_dominated


def called(name: str) -> list[str]:
    return {"large": ["a/large"], "both": ["a/x", "b/x"]}.get(name, [])


def test_names_of_a_table_are_those_of_models() -> None:
    """A name of several models is of all of them, unless one has a row of its own."""
    text = "model,quality,low,high\nlarge,7,6,8\nboth,3,,\nb/x,4,,\n"
    made = of_table(sheets.parse(text, "q.csv"), called)
    assert {key: score.value for key, score in made.items()} == {"a/large": 7, "a/x": 3, "b/x": 4}
    assert made["a/large"][1:] == (6, 8, "q.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model,score\na,1\n", "the table has no column quality"),
        ("model,quality,extra\na,1,2\n", "q.csv:1:15: unknown column 'extra'"),
        ("model,quality\na,good\n", "q.csv:2:3: "),
        ("model,quality\na,\n", "q.csv:2:3: "),
        ("model,quality\n,1\n", "q.csv:2:1: a row without a model"),
        ("model,quality\nlarge,1\na/large,2\n", "q.csv:3:1: two scores of a/large"),
    ],
)
def test_what_is_wrong_with_a_table(text: str, said: str) -> None:
    with pytest.raises(Problems) as wrong:
        of_table(sheets.parse(text, "q.csv"), called)
    assert said in str(wrong.value)


def test_the_shipped_pack_of_qualities() -> None:
    rows = [row for sheet in Library().pack("quality-arena-2025").tables["parameters"] for row in sheet.rows]
    assert len(rows) == 88
    assert of_pack([], called) == {}
    text = (Path(__file__).parents[1] / "factors/quality-arena-2025/parameters.csv").read_text("utf-8")
    printed = {row["item"]: row for row in csv.DictReader(io.StringIO(text))}
    assert [printed["meta-llama/Llama-3.3-70B-Instruct"][name] for name in ("value", "low", "high")] == [
        "1275", "1272", "1278",
    ]  # fmt: skip


# --- the command -----------------------------------------------------------------------------------------------------


def rank(lca_: Lca, desk: Run, *words: str) -> tuple[int, str, str]:
    return lca_("rank", desk.scenario.name, "--packs", str(desk.library.own[0]), "-n", "1000", *words)


def test_the_table_and_the_records(lca_: Lca, desk: Run, tmp_path: Path) -> None:
    path = str(table(tmp_path, QUALITIES))
    asked = ("--models", "small,large,b/huge", "--quality", path, "--at-least", "60", "--fu", "day")
    code, out, _ = rank(lca_, desk, *asked)
    assert code == 0
    assert max(len(line) for line in out.splitlines() if path not in line) <= 80
    assert "day, A day: GWP, kg CO2 eq" in out
    assert (
        "large has the lowest GWP of those with a quality of at least 60: 1.20e-02 kg CO2 eq, and in all"
        in " ".join(out.split())
    )
    rows = json.loads(rank(lca_, desk, *asked, "--format", "json")[1])
    rows = rows["records"] if isinstance(rows, dict) else rows
    assert [(row["model"], row["criterion"], row["meets"], row["non_dominated"]) for row in rows[:3]] == [
        ("a/small", "GWP", False, True), ("a/large", "GWP", True, True), ("b/huge", "GWP", True, False),
    ]  # fmt: skip


def test_in_python(desk: Run, tmp_path: Path) -> None:
    first, *_ = lca.rank(
        desk, "small,large", table(tmp_path, QUALITIES), functional_units="answer", criteria="FE", samples=100
    )
    assert (first.model, first.criterion, first.score.value if first.score else 0) == ("a/small", "FE", 50)
    assert first.value == pytest.approx(2e-3)


def test_a_plot_of_quality_against_impact(lca_: Lca, desk: Run, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    path, picture = str(table(tmp_path, QUALITIES)), tmp_path / "front.svg"
    code, _, err = rank(
        lca_, desk, "--models", "small,large,b/huge", "--quality", path, "--fu", "day", "--plot", str(picture)
    )
    assert (code, "front.svg" in err) == (0, True)
    assert "Quality against impact" in picture.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--models", "small,lage"), "no pack of the study has a model 'lage'\n   = did you mean 'large'"),
        (("--models", "small"), "a choice is among models: 2 or more"),
        (("--models", "small,a/small"), "a choice is among models: 2 or more"),
        (("--models", "small,large", "--at-least", "3"), "a threshold is of a quality, and none is named"),
        (("--models", "small,large", "--quality", "arena"), "no file and no pack 'arena'"),
        (("--models", "small,large", "--quality", "tiny"), "the pack tiny has no parameter called quality"),
        (("--models", "small,large", "--quality", "no.csv"), "there is no file no.csv"),
        (("--models", "small,large", "--block", "site"), "'site' takes no model"),
        (("--models", "small,bare"), "no pack of the study has it for 'b/bare'"),
        (("--models", "small,large", "--plot", "a.svg"), "no model has a quality to draw"),
        (("--models", "small,large", "--plot", "a.txt"), "its ending says no format"),
        (("--models", "small,large", "--variant", "x"), "no variant 'x'"),
    ],
)
def test_what_is_wrong_is_said(lca_: Lca, desk: Run, words: tuple[str, ...], said: str) -> None:
    code, _, err = rank(lca_, desk, *words)
    assert code in (1, 2)
    assert said in err


def test_a_scenario_whose_blocks_take_no_model_or_several(tmp_path: Path) -> None:
    plain = DESK.replace("method: by-model, model: b/huge", "energy: 1 Wh/prompt")
    with pytest.raises(Problems, match="no block of the scenario takes a model"):
        of(opened(tmp_path, plain), "a/small a/large")
    block = "{site: dc, method: by-model, model: b/huge}"
    text = DESK.replace(f"inference: {block}", f"inference:\n  chat: {block}\n  search: {block}").replace(
        "with: {inference: {model", "with: {inference.chat: {model"
    )
    two = opened(tmp_path / "two", text)
    with pytest.raises(Problems, match="2 blocks of the scenario take a model"):
        of(two, "a/small a/large")
    found = of(two, "a/small a/large", block="inference.chat")
    assert found["a/small"].value == pytest.approx(2e-3)  # 1 Wh and 9 Wh
