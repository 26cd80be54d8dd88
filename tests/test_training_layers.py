"""Layers of training: each run over its own uses, base models first, worked out by hand; and the figure of them."""
# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from lca.disk.workspace import Run
from lca.plots import drawing
from lca.plots.kinds import layers as kind
from lca.plots.study import Asked
from lca.problems import Problems
from lca.questions.layers import REST, layers
from tests.bench_pack import run

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  prompt: {demand: {prompts: 1 prompt}}
  year: {demand: {prompts: 1000 prompt}}
  both: {sum_of: [prompt, year]}
sites: {dc: {region: FRA, pue: 1}}
inference: {site: dc, energy: 1 Wh/prompt}
"""  # 0.1 kg/kWh
RUNS = """\
training: {site: dc, allocation: per use, include: [session], with_ancestors: true, runs: {
  session: {title: a session, from: user, allocation: repeated, energy: 0.01 kWh, amortised_over: 10 prompt, uses_of: a session},
  user: {from: tuned, allocation: repeated, energy: 1 kWh, amortised_over: 500 prompt},
  tuned: {from: base, energy: 100 kWh, amortised_over: 1e6 prompt, uses_of: a firm},
  base: {energy: 1e6 kWh, amortised_over: 1e9 prompt, uses_of: all},
  unused: {from: base, energy: 1e9 kWh, amortised_over: 1 prompt}}}
"""
PROMPT = {  # kg of a prompt: energy × 0.1 / uses
    "base": (1e-4, "over 1e9 prompt of all"),
    "tuned": (1e-5, "over 1e6 prompt of a firm"),
    "user": (2e-4, "for each 500 prompt"),
    "a session": (1e-4, "for each 10 prompt of a session"),
    REST: (1e-4, ""),
}


@pytest.mark.parametrize(("unit", "times"), [("prompt", 1), ("year", 1000), ("both", 1001)])
def test_each_layer_over_its_own_uses(tmp_path: Path, unit: str, times: int) -> None:
    result, _ = run(tmp_path, HEAD + RUNS)
    found = [layer for layer in layers(result) if layer.case.functional_unit == unit]
    assert [layer.name for layer in found] == [*PROMPT]
    assert [layer.value for layer in found] == pytest.approx([value * times for value, _ in PROMPT.values()])
    assert [layer.uses for layer in found] == [uses for _, uses in PROMPT.values()]
    assert found[-1].cumulative == pytest.approx(result.total(unit, "GWP"))
    assert sum(layer.share for layer in found) == pytest.approx(1)


def test_a_run_that_is_carried_whole_says_so(tmp_path: Path) -> None:
    text = "training: {site: dc, runs: {base: {energy: 10 kWh}, tuned: {from: base, energy: 1 kWh}}}\n"
    found = layers(run(tmp_path, HEAD + text)[0])
    assert [(layer.name, layer.from_, layer.uses) for layer in found[:2]] == [
        ("base", "", "whole"),
        ("tuned", "base", "whole"),
    ]


def test_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="carries a run of training"):
        layers(run(tmp_path, HEAD)[0])


def test_the_figure_is_a_stack_of_the_layers(tmp_path: Path) -> None:
    made = kind.drawing(Asked(run(tmp_path, HEAD + RUNS)[0]))
    rows = made.spec["vconcat"][0]["data"]["values"]
    assert [row["layer"] for row in rows] == [*PROMPT]
    assert rows[0]["start"] == 0
    assert all(below["start"] == pytest.approx(row["end"]) for row, below in pairwise(rows))
    assert rows[-1]["end"] == pytest.approx(sum(value for value, _ in PROMPT.values()))
    assert "of a firm" in rows[1]["text"]
    assert [record["layer"] for record in made.records][:5] == [*PROMPT]


def test_a_name_with_an_apostrophe_is_drawn(tmp_path: Path) -> None:
    text = RUNS.replace("title: a session", "title: a user's session")
    spec = kind.drawing(Asked(run(tmp_path, HEAD + text)[0])).spec
    assert drawing.draw(spec, "svg").count(b"a user's session") >= 1


def test_the_worked_scenario_has_every_layer() -> None:
    """Electricity of each layer of a prompt of four images, by hand, PUE 1.135 and US electricity at 0.37 kg/kWh."""
    result, _ = Run("training_layers").compile(with_expectations=False)
    lines = [line for line in result.model.lines if line.criterion == "FE" and not line.item.startswith("idle")]
    found = {
        line.item.removeprefix("training "): result.values[line.impact] for line in lines if line.phase == "training"
    }
    kwh = {
        "v1-1": 15_000 / 12.59e9,
        "v1-2": 29_400 / 12.59e9,
        "v1-5": 33_900 / 690e6,
        "organisation": 12 * 0.3 / 1e5,
        "user": 0.139 * 0.4 / 200,
        "session": 5.56e-3 * 0.4 / 16,
    }
    assert found == pytest.approx({name: energy * 4 * 1.135 for name, energy in kwh.items()})
    names = [layer.name for layer in layers(result) if layer.criterion == "GWP"]
    assert names == [
        "base model, v1-1",
        "earlier version, v1-2",
        "version in service, v1-5",
        "fine-tuning by an organisation",
        "fine-tuning for a user",
        "adaptation in a session",
        REST,
    ]
