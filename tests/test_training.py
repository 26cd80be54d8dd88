"""Runs of training: their machine time and electricity, what differs from the training's, lineage, and whose uses.

The small inputs stand as their users wrote them, with the figure worked out by hand or the words of the refusal.
"""
# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.disk.workspace import Run
from lca.problems import Problem, Problems
from lca.questions.account import account
from lca.questions.allocation import conventions
from lca.questions.why_not import why_not
from lca.result import Result
from lca.rules.training import circles, in_scope, lineage
from lca.wording import number
from tests.bench_pack import run, written

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {year: {demand: {prompts: 1000 prompt, sessions: 50 session}}}
sites: {dc: {region: FRA, pue: 1.5}, far: {region: USA, pue: 1}}
"""  # FRA: 0.1 kg/kWh, USA 0.2; a server 1000 kg; a GPU 100 kg; a gpu-server 200 + 8 × 100 kg


def lines(result: Result, unit: str = "year") -> dict[str, float]:
    """The impact of each item in each stage that is use or not."""
    sums: dict[str, float] = {}
    for line in result.model.lines:
        if line.functional_unit == unit:
            name = f"{line.item} {'use' if line.stage == 'use' else 'made'}"
            sums[name] = sums.get(name, 0.0) + result.values[line.impact]
    return sums


def of(folder: Path, training: str, head: str = HEAD) -> Result:
    return run(folder, f"{head}training: {training}\n")[0]


def only(folder: Path, training: str, head: str = HEAD) -> Problem:
    with pytest.raises(Problems) as raised:
        of(folder, training, head)
    (problem,) = raised.value.problems
    return problem


# --- worked out on paper ----------------------------------------------------------------------------------------------

LIFE = "device: server, lifetime: 2 year, aur: 50 %"  # 8,760 active hours
CASES: dict[str, tuple[str, dict[str, float]]] = {
    "machine-hours of GPUs, counted in servers": (
        f"{{site: dc, {LIFE}, gpus: 8 GPU/server, runs: {{v1: {{time: 876 GPU*h, power: 400 W/GPU}}}}}}",
        {"training v1 use": 876 * 0.4 * 1.5 * 0.1, "server made": 876 / 8 / 8760 * 1000},
    ),
    "machine-hours of GPUs, counted in GPUs": (
        "{site: dc, device: gpu, lifetime: 2 year, aur: 50 %, runs: {v1: {time: 876 GPU*h, power: 400 W/GPU}}}",
        {"training v1 use": 876 * 0.4 * 1.5 * 0.1, "gpu made": 876 / 8760 * 100},
    ),
    "an assembly": (
        "{site: dc, device: gpu-server, gpus: 8 GPU/server, lifetime: 1 year, runs: {v1: {time: 8760 GPU*h, power: 1 W/GPU}}}",
        {"training v1 use": 8.76 * 0.15, "gpu-server made": (200 + 800) / 8},
    ),
    "machine-hours of servers": (
        f"{{site: dc, {LIFE}, runs: {{v1: {{time: 8760 server*h, power: 2 kW/server}}}}}}",
        {"training v1 use": 8760 * 2 * 0.15, "server made": 1000},
    ),
    "a server whose factor is for a device": (
        "{site: dc, device: chassis, lifetime: 1 year, runs: {v1: {energy: 0 kWh, time: 4380 server*h}}}",
        {"training v1 use": 0, "chassis made": 100},
    ),
    "nodes are GPUs": (
        "{site: dc, runs: {v1: {nodes: 100 GPU, duration: 2 day, power: 300 W/GPU}}}",
        {"training v1 use": 100 * 48 * 0.3 * 0.15},
    ),
    "time in servers, power per GPU": (
        "{site: dc, gpus: 8 GPU/server, runs: {v1: {time: 10 server*h, power: 300 W/GPU}}}",
        {"training v1 use": 10 * 8 * 0.3 * 0.15},
    ),
    "time in GPUs, power per server": (
        "{site: dc, gpus: 8 GPU/server, runs: {v1: {time: 80 GPU*h, power: 3 kW/server}}}",
        {"training v1 use": 10 * 3 * 0.15},
    ),
    "a computation": (  # 3.6e21 / (250e12 × 0.4) = 3.6e7 s = 10,000 h
        "{site: dc, speed: 250 TFLOP/s/GPU, runs: {v1: {compute: 3.6e21 FLOP, utilisation: 40 %, power: 500 W/GPU}}}",
        {"training v1 use": 10_000 * 0.5 * 0.15},
    ),
    "a computation in PFLOP/s-days, at a speed that was measured": (  # 100 × 86,400 / 0.24 = 3.6e7 s
        "{site: dc, runs: {v1: {compute: 100 PFLOP/s*day, speed: 240 TFLOP/s/GPU, utilisation: 100 %, power: 500 W/GPU}}}",
        {"training v1 use": 10_000 * 0.5 * 0.15},
    ),
    "idle hours as measured": (
        "{site: dc, aur: 80 %, idle_power: 50 %, runs: {v1: {energy: 100 kWh, idle_energy: 60 kWh}, v2: {energy: 100 kWh}}}",
        {"training v1 use": 15, "idle training v1 use": 9, "training v2 use": 15, "idle training v2 use": 100 * 0.5 * 0.25 * 0.15},
    ),
    "a run says what differs": (
        f"{{site: dc, {LIFE}, idle_power: 50 %, power: 1 kW/server, runs: {{v1: {{time: 8760 server*h}}, v2: {{site: far, device: gpu, lifetime: 1 year, aur: 25 %, idle_power: 0 %, time: 2190 GPU*h, power: 400 W/GPU}}}}}}",
        {"training v1 use": 8760 * 0.15, "idle training v1 use": 8760 * 0.5 * 0.15, "server made": 1000,
         "training v2 use": 2190 * 0.4 * 0.2, "idle training v2 use": 0, "gpu made": 100},
    ),
    "failed runs as a share of each, or of one": (
        f"{{site: dc, {LIFE}, experiments: 20 %, runs: {{v1: {{energy: 100 kWh, time: 8760 server*h, idle_energy: 10 kWh}}, v2: {{energy: 100 kWh, time: 8760 server*h, experiments: 0 %}}}}}}",
        {"training v1 use": 18, "idle training v1 use": 1.8, "server made": 2200, "training v2 use": 15},
    ),
    "work on the data": (
        "{site: dc, runs: {crawl: {phase: data, energy: 100 kWh}, v1: {energy: 200 kWh}}}",
        {"data crawl use": 15, "training v1 use": 30},
    ),
    "several trainings": (
        "{words: {site: dc, runs: {v1: {energy: 100 kWh}}}, pictures: {site: far, runs: {v1: {energy: 100 kWh}}}}",
        {"training words v1 use": 15, "training pictures v1 use": 20},
    ),
    "a base model that others share, and a fine-tuning of our own": (
        "{site: dc, runs: {base: {energy: 1e6 kWh, allocation: per use, amortised_over: 1e9 prompt, uses_of: all customers}, tuned: {from: base, energy: 50 kWh}}}",
        {"training base use": 0.15, "training tuned use": 7.5},
    ),
    "a fine-tuning for each session": (
        "{site: dc, runs: {tuned: {energy: 0.1 kWh, allocation: repeated, amortised_over: 1 session}}}",
        {"training tuned use": 0.1 * 50 * 0.15},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_on_paper(tmp_path: Path, name: str) -> None:
    training, expected = CASES[name]
    assert lines(of(tmp_path, training)) == pytest.approx(expected)


# --- lineage ----------------------------------------------------------------------------------------------------------

FAMILY = """{site: dc, include: [INCLUDE], with_ancestors: WITH, runs: {
  v1: {energy: 1 kWh}, v2: {energy: 10 kWh, from: v1}, v3: {energy: 100 kWh, from: v2}, v4: {energy: 1000 kWh, from: v2}}}"""


@pytest.mark.parametrize(
    ("include", "with_ancestors", "energy"),
    [
        ("v4", "false", 1000),
        ("v4", "true", 1011),
        ("v3, v4", "true", 1111),
        ("v4, v2", "true", 1011),
        ("v1", "true", 1),
    ],
)
def test_a_lineage_counts_each_run_once(tmp_path: Path, include: str, with_ancestors: str, energy: float) -> None:
    text = FAMILY.replace("INCLUDE", include).replace("WITH", with_ancestors)
    assert of(tmp_path, text).total("year", "GWP") == pytest.approx(energy * 0.15)


def test_without_names_every_run_counts_once(tmp_path: Path) -> None:
    text = FAMILY.replace("include: [INCLUDE], ", "").replace("WITH", "true")
    assert of(tmp_path, text).total("year", "GWP") == pytest.approx(1111 * 0.15)


def test_a_variant_takes_the_lineage_of_one_of_several_trainings(tmp_path: Path) -> None:
    text = HEAD + (
        "training: {a: {site: dc, include: [v2], runs: {v1: {energy: 1 kWh}, v2: {energy: 10 kWh, from: v1}}}, b: {site: dc, runs: {v1: {energy: 100 kWh}}}}\n"
        "variants: {L: {with: {training.a.with_ancestors: true}}}\n"
    )
    result, _ = run(tmp_path, text, variants=(None, "L"))
    assert [result.total("year", "GWP", variant) for variant in (None, "L")] == pytest.approx([16.5, 16.65])


NAMES = st.sampled_from("abcdefgh")
FROM = st.dictionaries(NAMES, NAMES)


@given(FROM, st.lists(NAMES, unique=True))
def test_in_scope_is_each_named_run_after_its_ancestors(started_from: dict[str, str], named: list[str]) -> None:
    counted = in_scope(named, started_from, with_ancestors=True)
    assert len(set(counted)) == len(counted)
    assert set(counted) == {each for name in named for each in lineage(name, started_from)}
    assert in_scope(named, started_from, with_ancestors=False) == tuple(named)
    if not list(circles(started_from)):
        later = {name: place for place, name in enumerate(counted)}
        assert all(later[started_from[name]] < later[name] for name in counted if name in started_from)


@given(FROM)
def test_every_circle_is_found_once(started_from: dict[str, str]) -> None:
    found = list(circles(started_from))
    in_some = {name for name in started_from if name in _below(name, started_from)}
    assert sorted(name for circle in found for name in circle) == sorted(in_some)
    assert all(started_from[name] in circle for circle in found for name in circle)


def _below(name: str, started_from: dict[str, str]) -> set[str]:
    seen: set[str] = set()
    while (name := started_from.get(name, "")) and name not in seen:
        seen.add(name)
    return seen


# --- what is said -----------------------------------------------------------------------------------------------------


def test_whose_uses_carry_a_run_is_printed(tmp_path: Path) -> None:
    base = "base: {energy: 1e6 kWh, allocation: per use, amortised_over: 1e9 prompt, uses_of: 'all {} customers'}"
    tuned = "tuned: {energy: 1 kWh, allocation: repeated, amortised_over: 1 session}"
    result = of(tmp_path, f"{{site: dc, runs: {{{base}, {tuned}, own: {{energy: 1 kWh}}}}}}")
    (said,) = conventions(result)
    assert "per use: training base over 1e9 prompt of all {} customers" in said
    assert "whole: training own" in said
    assert "repeated: training tuned for each 1 session" in said


def test_what_no_run_takes_from_its_training_is_said(tmp_path: Path) -> None:
    text = "{site: far, power: 1 kW/GPU, speed: 1 TFLOP/s/GPU, runs: {v1: {site: dc, energy: 1 kWh, time: 5 GPU*h}}}"
    paths = {each.path for each in account(of(tmp_path, text)).idle}
    assert paths - {"functional_units.year.demand"} == {
        "training.power",
        "training.speed",
        "training.runs.v1.time",
        "sites.far",
    }


def test_why_a_run_of_one_of_several_trainings_is_not_in(tmp_path: Path) -> None:
    text = "{a: {site: dc, include: [v2], runs: {v1: {energy: 1 kWh}, v2: {energy: 1 kWh}}}, b: {site: dc, runs: {w: {energy: 1 kWh}}}}"
    result = of(tmp_path, text)
    for item in ("v1", "training a v1", "idle training a v1"):
        told = why_not(result.model, result.values, "year", None, "GWP", item)
        assert "the training run v1 is not included; those that count: v2" in [each.words for each in told]


# --- what goes wrong, and what does not --------------------------------------------------------------------------------


def test_time_may_be_a_formula_of_nodes_and_duration(tmp_path: Path) -> None:
    run_ = "{nodes: 4 server, duration: 24 h, time: '= training.runs.v1.nodes * training.runs.v1.duration', power: 1 kW/server}"
    assert of(tmp_path, f"{{site: dc, runs: {{v1: {run_}}}}}").total("year", "GWP") == pytest.approx(96 * 0.15)


@pytest.mark.parametrize(
    ("run_", "message", "hint"),
    [
        ("{power: 1 kW/GPU}", "training.runs.v1 has no 'nodes'", "time, such as 1000 GPU*h"),
        ("{time: 5 GPU*h}", "training run v1 has no electricity", "power of a machine"),
        ("{time: 5 h, power: 1 W/GPU}", "h is not GPU*h", "900 server*h"),
        ("{time: 5 kg*h, power: 1 W/GPU}", "kg*h is not GPU*h", "machine time"),
        ("{time: 5 GPU, power: 1 W/GPU}", "GPU is not GPU*h", "machine time"),
        ("{time: 5 GPU*h, power: 1 W}", "W is not W/GPU", "of one GPU or server"),
        ("{time: 5 GPU*h, power: 1 W/kg}", "W/kg is not W/GPU", "of one GPU or server"),
        ("{nodes: 5, duration: 1 h, power: 1 W/GPU}", "the unit is missing", "'5 server'"),
        ("{time: 5 GPU*h, power: 1 W/server}", "training.runs.v1 counts its time in GPU and its power per server", "gpus: 8 GPU/server"),
        ("{compute: 1e20 FLOP, power: 1 W/GPU}", "training.runs.v1 has no 'speed'", "speed × utilisation"),
        ("{compute: 1e20 FLOP, speed: 1 TFLOP/s/GPU, power: 1 W/GPU}", "training.runs.v1 has no 'utilisation'", "100 %"),
        ("{compute: 1e20 FLOP/s, speed: 1 TFLOP/s/GPU, utilisation: 1, power: 1 W/GPU}", "FLOP/s is not FLOP", "operations"),
        ("{compute: 1 FLOP, speed: 1 TFLOP/s, utilisation: 1, power: 1 W/GPU}", "TFLOP/s is not FLOP/s/GPU", "312 TFLOP/s/GPU"),
        ("{energy: 1 kWh, from: v0}", "no run 'v0' in training", "runs: v1"),
        ("{energy: 1 kWh, from: v1}", "v1 started from itself: v1 -> v1", "one run at most"),
        ("{energy: 1 kWh, from: [v1]}", "training.runs.v1.from is a plain value, not a list", "one line"),
        ("{energy: 1 kWh, uses_of: all}", "training.runs.v1 says whose uses share it, and not how many", "amortised_over"),
        ("{energy: 1 kWh, allocation: repeated}", "training.runs.v1 has no 'amortised_over'", "allocation repeated"),
        ("{energy: 1 kWh, phase: inference}", "'inference' is no phase", "training, data"),
        ("{energy: 1 kWh, experiments: -1 %}", "training.runs.v1.experiments is -1 %", "failed and exploratory"),
        ("{energy: 1 kWh, device: gpu-server, time: 1 GPU*h}", "training.runs.v1 has no 'lifetime'", "share of a lifetime"),
        ("{energy: 1 kWh, device: server, time: 1 GPU*h, lifetime: 1 year}", "GPU is not server", "gpus: 8 GPU/server"),
        ("{energy: 1 kWh, device: gpu, time: 1 server*h, lifetime: 1 year}", "server is not GPU", "gpus: 8 GPU/server"),
    ],
)  # fmt: skip
def test_each_way_to_get_it_wrong(tmp_path: Path, run_: str, message: str, hint: str) -> None:
    problem = only(tmp_path, f"{{site: dc, runs: {{v1: {run_}}}}}")
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert problem.spans


def test_no_site_at_all_is_told_of_the_run(tmp_path: Path) -> None:
    assert only(tmp_path, "{runs: {v1: {energy: 1 kWh}}}").message == "training.runs.v1 has no 'site'"


def test_what_a_method_gives_a_run_stands_below_what_its_training_states(tmp_path: Path) -> None:
    given = HEAD + "methods: {m: {title: M, gives: {power: '= 300 [W/GPU]'}}}\n"
    runs = "runs: {v1: {method: m, time: 10 GPU*h}}"
    assert of(tmp_path, f"{{site: dc, {runs}}}", given).total("year", "GWP") == pytest.approx(3 * 0.15)
    assert of(tmp_path, f"{{site: dc, power: 1 kW/GPU, {runs}}}", given).total("year", "GWP") == pytest.approx(
        10 * 0.15
    )


def test_the_former_name_is_told(tmp_path: Path) -> None:
    problem = only(tmp_path, "{a: {site: dc, versions: {v1: {energy: 1 kWh}}}}")
    assert problem.message == "training.a.versions is called training.a.runs now"


# --- published cases --------------------------------------------------------------------------------------------------

PUBLISHED: dict[str, tuple[str, float, float]] = {
    # Patterson et al. 2021 (arXiv 2104.10350), Table 4, MWh with the PUE: GPT-3 by its nodes and by its FLOPs, and T5
    "GPT-3, nodes": ("{nodes: 10000 GPU, duration: 14.8 day, power: 330 W/GPU, site: p}", 1.1, 1287.0),
    "GPT-3, FLOPs": ("{compute: 3.14e23 FLOP, speed: 125 TFLOP/s/GPU, utilisation: 19.7 %, power: 330 W/GPU}", 1.1, 1287.0),
    "T5": ("{nodes: 512 card, duration: 20 day, power: 310 W/card}", 1.12, 85.7),
    # Luccioni et al. 2023 (arXiv 2211.02001), Table 1
    "BLOOM": ("{time: 1082990 GPU*h, power: 400 W/GPU}", 1, 433.196),
    # Touvron et al. 2023 (arXiv 2302.13971), Table 15
    "LLaMA-65B": ("{time: 1022362 GPU*h, power: 400 W/GPU}", 1.1, 449.0),
    # Strubell et al. 2019, Table 3: 201 kWh
    "Transformer big": ("{time: 84 server*h, power: 1515.43 W/server}", 1.58, 0.201),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_energy(tmp_path: Path, name: str) -> None:
    """As printed, to the rounding of the inputs as printed: T5 took 20 days, to half a day."""
    run_, pue, published = PUBLISHED[name]
    text = HEAD.replace("far: {region: USA, pue: 1}", f"p: {{region: USA, pue: {pue}}}")
    result = of(tmp_path, f"{{site: p, runs: {{v1: {run_}}}}}", text)
    (line,) = [line for line in result.model.lines if line.item == "training v1"]
    amount: Any = result.values[line.amount]
    assert amount == pytest.approx(published * 1000, rel=0.5 / 20 if name == "T5" else 0.002), number(amount)


def test_published_making(tmp_path: Path) -> None:
    """Luccioni et al. 2023, section 4.1: 7.6 t for the servers of BLOOM without GPUs, 3.6 t for its GPUs."""
    text = """\
study: {criteria: [GWP], packs: [luccioni-2023], not_assessed: [{item: electricity, reason: its making alone}]}
functional_units: {bloom: {title: final training}}
sites: {jean-zay: {region: FRA, pue: 1}}
training:
  site: jean-zay
  device: server-bloom
  gpus: 8 GPU/server
  lifetime: 6 year
  aur: 85 %
  runs: {bloom: {time: 1082990 GPU*h, power: 400 W/GPU}}
"""
    result, _ = Run(written(tmp_path, text)).compile()
    made = {line.flow: result.values[line.impact] for line in result.model.lines}
    assert made == pytest.approx({"host-bloom": 7600, "gpu-a100-sxm4-80gb": 3600}, rel=0.012)
