"""The methods that are shipped, each held to figures of its own source."""

# ruff: noqa: E501  a vector is one line

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.result import Result
from tests.bench_pack import written

EXACT = 1e-12


def of(folder: Path, text: str) -> Result:
    return Run(written(folder, text)).compile()[0]


def totals(result: Result) -> dict[str, float]:
    return {key.criterion: result.values[index] for key, index in result.model.totals.items()}


# --- EcoLogits: what its release 0.11.3 returns for these inputs, at the low and the high end of a model's parameters ---


class Request(NamedTuple):
    """A request as EcoLogits was asked for it, and its answer: energy in kWh, making of the servers in kg, kg and MJ."""

    model: str
    tokens: int
    pue: float
    given: str
    energy: float
    gwp: float
    adpe: float
    pe: float


REQUESTS = (
    Request("gpt-4o", 1, 1.2, "active: 44 Gparameter, total: 440 Gparameter", 9.053121974891465e-06, 1.6237331081081081e-06, 9.094882553786663e-11, 2.0547514552223453e-05),
    Request("gpt-4o", 1, 1.2, "active: 132 Gparameter, total: 440 Gparameter", 1.0015203678490703e-05, 1.6237331081081081e-06, 9.094882553786663e-11, 2.0547514552223453e-05),
    Request("gpt-4o-mini", 1, 1.2, "active: 8 Gparameter, total: 8 Gparameter", 4.858657515830418e-07, 8.995088343881857e-08, 5.038344764914038e-12, 1.138282564551503e-06),
    Request("gpt-4o-mini", 1, 1.2, "active: 28 Gparameter, total: 28 Gparameter", 4.995316848728037e-07, 8.995088343881857e-08, 5.038344764914038e-12, 1.138282564551503e-06),
    Request("gpt-4", 1, 1.2, "active: 176 Gparameter, total: 1760 Gparameter", 5.639625896722474e-05, 9.497282608695652e-06, 5.319634703196347e-10, 0.00012018326881080009),
    Request("gpt-4", 1, 1.2, "active: 528 Gparameter, total: 1760 Gparameter", 7.178956622481252e-05, 9.497282608695652e-06, 5.319634703196347e-10, 0.00012018326881080009),
    Request("gpt-5", 1, 1.2, "active: 30 Gparameter, total: 300 Gparameter", 6.544300900990686e-05, 1.3403513418079097e-05, 7.507599600994075e-10, 0.00016961462794202374),
    Request("gpt-5", 1, 1.2, "active: 90 Gparameter, total: 300 Gparameter", 6.609897380781543e-05, 1.3403513418079097e-05, 7.507599600994075e-10, 0.00016961462794202374),
    Request("gpt-4.1", 1, 1.2, "active: 35 Gparameter, total: 352 Gparameter", 1.4065129323940581e-05, 2.688400205761317e-06, 1.5058314698937057e-10, 3.402033380623986e-05),
    Request("gpt-4.1", 1, 1.2, "active: 106 Gparameter, total: 352 Gparameter", 1.4841354334799057e-05, 2.688400205761317e-06, 1.5058314698937057e-10, 3.402033380623986e-05),
    Request("gpt-4.1-nano", 1, 1.2, "active: 10 Gparameter, total: 10 Gparameter", 7.133182550080985e-07, 1.3705211470883533e-07, 7.676587247009347e-12, 1.7343246296640138e-06),
    Request("gpt-4.1-nano", 1, 1.2, "active: 37 Gparameter, total: 37 Gparameter", 1.4635345298985542e-06, 2.7410422941767066e-07, 1.5353174494018694e-11, 3.4686492593280277e-06),
    Request("gpt-3.5-turbo", 1, 1.2, "active: 20 Gparameter, total: 20 Gparameter", 6.258664119596607e-07, 1.1740944602272726e-07, 6.5763586204510855e-12, 1.4857566731095198e-06),
    Request("gpt-3.5-turbo", 1, 1.2, "active: 70 Gparameter, total: 70 Gparameter", 2.6401249807362617e-06, 4.6963778409090905e-07, 2.6305434481804342e-11, 5.943026692438079e-06),
    Request("claude-opus-4-5-20251101", 1, 1.09, "active: 67 Gparameter, total: 670 Gparameter", 0.00011771181100090825, 2.6368681693989068e-05, 1.4769672547013663e-09, 0.0003336822216192163),
    Request("claude-opus-4-5-20251101", 1, 1.14, "active: 200 Gparameter, total: 670 Gparameter", 0.00012587414043260632, 2.6368681693989068e-05, 1.4769672547013663e-09, 0.0003336822216192163),
    Request("any", 1, 1.2, "active: 7.3 Gparameter, total: 7.3 Gparameter", 8.830321738278709e-08, 7.225002910669991e-09, 4.0468813867984117e-13, 9.142872785283152e-08),
    Request("any", 250, 1.2, "active: 7.3 Gparameter, total: 7.3 Gparameter", 2.2075804345696776e-05, 1.8062507276674978e-06, 1.011720346699603e-10, 2.285718196320788e-05),
)  # fmt: skip
ECOLOGITS = """\
study: {{title: A request, criteria: [GWP, ADPe, PE], packs: [ecologits-0-11], not_assessed: [{{item: electricity, reason: its energy is looked at}}]}}
functional_units: {{one: {{demand: {{requests: 1 request}}}}}}
sites: {{dc: {{region: USA, pue: {pue}}}}}
inference: {{site: dc, method: ecologits-0-11, model: {model}, output_tokens: {tokens} token/request, {given}}}
"""


@pytest.mark.parametrize("asked", REQUESTS, ids=str)
def test_ecologits(asked: Request, tmp_path: Path) -> None:
    result = of(tmp_path, ECOLOGITS.format(**asked._asdict()))
    index = next(i for i, name in result.model.graph.names.items() if name == "active electricity of inference")
    assert result.values[index] * asked.pue == pytest.approx(asked.energy, rel=EXACT)
    made = totals(result)
    assert (made["GWP"], made["ADPe"], made["PE"]) == pytest.approx((asked.gwp, asked.adpe, asked.pe), rel=EXACT)


# --- Sustainable Web Design: the figures of the tests of co2.js (commit 27cbe83), grams for a gigabyte ------------------

SWD = """\
study: {{title: A page, criteria: [GWP], packs: [swd-4]}}
functional_units: {{one: {{demand: {{visits: 1 visit}}}}}}
factors:
  world: {{item: electricity, region: World, impacts: {{GWP: 494 gCO2eq/kWh}}}}
  hundred: {{item: electricity, region: FRA, impacts: {{GWP: 100 gCO2eq/kWh}}}}
  two-hundred: {{item: electricity, region: DEU, impacts: {{GWP: 200 gCO2eq/kWh}}}}
  three-hundred: {{item: electricity, region: USA, impacts: {{GWP: 300 gCO2eq/kWh}}}}
processes:
  page: {{method: swd-4, data: 1 GB/visit{given}}}
"""


@pytest.mark.parametrize(
    ("given", "grams"),
    [
        ("", 148.2),
        (", green: 1", 121.03),
        (", green: 50 %", 134.615),
        (", first: 75 %, again: 20 %", 118.56),
        (", first: 75 %, again: 20 %, green: 1", 96.824),
        (", hosted: FRA, networks: DEU, users: USA", 5.5 + 11.8 + 24 + 52.364),
    ],
)
def test_sustainable_web_design(given: str, grams: float, tmp_path: Path) -> None:
    assert totals(of(tmp_path, SWD.format(given=given)))["GWP"] * 1000 == pytest.approx(grams, rel=EXACT)


# --- Green Algorithms: the formula of the calculator (form_blueprint.py, lines 985 to 1036, version 3.0), by hand ---------

GREEN = """\
study: {{title: A computation, criteria: [GWP], packs: [green-algorithms-3]}}
functional_units: {{one: {{demand: {{tasks: 1 task}}}}}}
factors: {{world: {{item: electricity, region: World, impacts: {{GWP: 475 gCO2eq/kWh}}}}}}
processes:
  job: {{method: green-algorithms, time: 12 h/task, region: World, {given}}}
"""


@pytest.mark.parametrize(
    ("given", "kwh"),
    [
        # 12 cores of 12 W, 64 GB at 0.3725 W, in a place that nobody knows
        ("cores: 12, memory: 64 GB", 12 * (12 * 12 + 64 * 0.3725) * 1.56 / 1000),
        # half busy, on a computer of one's own, five times over
        ("cores: 16, processor: xeon-gold-6142, usage: 50 %, memory: 8 GB, pue: 1, runs: 5",
         12 * (16 * 9.4 * 0.5 + 8 * 0.3725) * 5 / 1000),
        # four GPUs, and no core counted
        ("gpus: 4 GPU, gpu: tesla-v100, memory: 64 GB, pue: 1.12", 12 * (4 * 300 + 64 * 0.3725) * 1.12 / 1000),
    ],
)  # fmt: skip
def test_green_algorithms(given: str, kwh: float, tmp_path: Path) -> None:
    assert totals(of(tmp_path, GREEN.format(given=given)))["GWP"] == pytest.approx(kwh * 0.475, rel=EXACT)


# --- trainings: the model card of Stable Diffusion by GPU hours, and GPT-3 by its operations ---------------------------------

TRAINING = """\
study: {{title: A training, criteria: [GWP], packs: [lacoste-2019, patterson-2021]}}
functional_units: {{model: {{title: a trained model}}}}
factors: {{there: {{item: electricity, region: USA, impacts: {{GWP: {intensity} kgCO2eq/kWh}}}}}}
sites: {{dc: {{region: USA, pue: {pue}}}}}
training: {{site: dc, runs: {{final: {{{run}}}}}}}
"""


def test_gpu_hours(tmp_path: Path) -> None:
    """11,250 kg as printed on the card of Stable Diffusion v1 (150,000 hours of A100 PCIe at 0.3 kg/kWh, no PUE)."""
    run = "method: gpu-hours, gpu: a100-pcie, time: 150000 GPU*h"
    assert totals(of(tmp_path, TRAINING.format(intensity=0.3, pue=1, run=run)))["GWP"] == pytest.approx(
        11_250, rel=EXACT
    )


def test_flops(tmp_path: Path) -> None:
    """552.1 t and 1,287 MWh for GPT-3 (Patterson et al. 2021, Table 4), from 3.14e23 FLOP at 24.6 of 125 TFLOP/s."""
    run = "method: flops, accelerator: v100, reached: = 24.6 / 125, compute: 3.14e23 FLOP"
    result = of(tmp_path, TRAINING.format(intensity=0.429, pue=1.1, run=run))
    assert totals(result)["GWP"] == pytest.approx(552_100, rel=0.005)
    by_hand = 3.14e23 / 24.6e12 / 3600 * 0.33 * 1.1 * 0.429
    assert totals(result)["GWP"] == pytest.approx(by_hand, rel=EXACT)


# --- UBA and Boavizta: the formulas of BoaviztAPI's documentation (docs/docs/Explanations/components), by hand --------------

SERVER = """\
study: {{title: A server, criteria: [GWP, ADPe, PE], packs: [uba-2021, boavizta-2026-08-profiles]}}
functional_units: {{one: {{demand: {{servers: 1 server}}}}}}
factors: {{our-gpu: {{impacts: {{GWP: 164 kgCO2eq/GPU, ADPe: 5 gSbeq/GPU, PE: 2 GJ/GPU}}}}}}
equipment: {{ours: {{method: server-2021, {given}}}}}
activities: [{{item: ours, tier: data centre, stage: embodied, amount: {amount}}}]
"""
R740 = "cpus: 2, cores: 24, die_per_core: 24.5 mm^2, ram: 384 GB, modules: 12, ram_density: 1.79 GB/cm^2, ssd: 400 GB, ssds: 1, ssd_density: 50.6 GB/cm^2"
SMALL = "cpus: 1, cores: 8, ram: 40 GB"
BOARD, ASSEMBLY, RACK, POWER = 66.1, 6.68, 150, 2 * 2.99 * 24.3


def made(folder: Path, given: str, amount: str = "1 server") -> dict[str, float]:
    return totals(of(folder, SERVER.format(given=given, amount=amount)))


def memory(gigabytes: float, modules: int, density: float = 1.244) -> float:
    return gigabytes / density * 2.2 + modules * 5.22


@pytest.mark.parametrize(
    ("given", "kg"),
    [
        # the Dell R740 of its page on formats
        (R740, 2 * (24 * 0.245 * 1.97 + 9.14) + memory(384, 12, 1.79) + 400 / 50.6 * 2.2 + 6.34 + POWER + BOARD + RACK + ASSEMBLY),
        # next to nothing is known: a core of 39.75 mm^2, modules of 32 GB, no disk
        (SMALL, 8 * 0.3975 * 1.97 + 9.14 + memory(40, 2) + POWER + BOARD + RACK + ASSEMBLY),
        # a blade with a sixteenth of an enclosure, hard disks, an SSD for each 1,000 GB, one power supply
        (f"{SMALL}, case: blade, hdds: 3, ssd: 1.2 TB, psus: 1, psu_weight: 2 kg",
         8 * 0.3975 * 1.97 + 9.14 + memory(40, 2) + 3 * 31.11 + 1200 / 54.88 * 2.2 + 2 * 6.34 + 2 * 24.3 + BOARD + 30.9 + 880 / 16 + ASSEMBLY),
        # the area of the dies itself, memory and flash as packs have them
        ("cpus: 2, die: 694 mm^2, ram: 64 GB, memory: ram-die-samsung-18-nm, ssd: 960 GB, flash: ssd-die-samsung-96l",
         2 * (6.94 * 1.97 + 9.14) + memory(64, 2, 2.375) + 960 / 57 * 2.2 + 6.34 + POWER + BOARD + RACK + ASSEMBLY),
    ],
)  # fmt: skip
def test_servers(given: str, kg: float, tmp_path: Path) -> None:
    assert made(tmp_path, given)["GWP"] == pytest.approx(kg, rel=EXACT)


def test_the_server_of_the_documentation(tmp_path: Path) -> None:
    """Getting started, a custom server: it prints 0.1659 kg Sb eq; PE by hand from its tables of constants."""
    result = made(
        tmp_path,
        "cpus: 2, cores: 12, die_per_core: 245 mm^2, ram: 768 GB, modules: 12, ram_density: 1.79 GB/cm^2, ssd: 1600 GB, ssds: 4, ssd_density: 50.6 GB/cm^2",
    )
    assert float(f"{result['ADPe']:.4g}") == 0.1659
    pe = (
        2 * (29.4 * 26.5 + 156)
        + 768 / 1.79 * 27.3
        + 12 * 74
        + 1600 / 50.6 * 27.3
        + 4 * 73.98
        + 5.98 * 352
        + 836
        + 2200
        + 68.6
    )
    assert result["PE"] == pytest.approx(pe, rel=EXACT)


def test_gpus_stand_beside_what_the_method_gives_and_what_is_stated_wins(tmp_path: Path) -> None:
    plain = made(tmp_path, SMALL)["GWP"]
    with_gpus = f"{SMALL}, parts: {{our-gpu: 8 GPU, motherboard: 2 device}}"
    whole = plain + 8 * 164 + BOARD
    assert made(tmp_path, with_gpus)["GWP"] == pytest.approx(whole, rel=EXACT)
    assert made(tmp_path, with_gpus, "1 GPU")["GWP"] == pytest.approx(whole / 8, rel=EXACT)


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("die: 318 mm^2", "cpus: 1, ram: 40 GB"),
        ("modules: 2, psus: 2, psu_weight: 2.99 kg, boards: 1, racks: 1, memory: ram-die", SMALL),
        ("parts: {cpu-die: 3.18 cm^2, server-assembly: 1 device}", SMALL),
    ],
)
def test_to_state_what_is_taken_changes_nothing(told: str, left: str, tmp_path: Path) -> None:
    assert made(tmp_path, f"{left}, {told}") == pytest.approx(made(tmp_path, SMALL), rel=EXACT)


def test_parts_by_hand_and_by_the_method_are_one_server(tmp_path: Path) -> None:
    """A server described by its parts, and the same by what the method takes of them."""
    parts = "{cpu-package: 2 device, cpu-die: '= 2 * 24 * 24.5 [mm^2]', ram-die: '= 192 [GB] / 1.79 [GB/cm^2]', ssd-die: '= 800 [GB] / 50.6 [GB/cm^2]', our-gpu: 2 GPU, psu: 6 kg, motherboard: 1 device}"
    by_hand = totals(
        of(tmp_path, SERVER.format(given=f"parts: {parts}", amount="1 server").replace("method: server-2021, ", ""))
    )
    taken = (
        R740.replace("384", "192")
        .replace("modules: 12", "modules: 0")
        .replace("400", "800")
        .replace("ssds: 1", "ssds: 0")
    )
    given = f"{taken}, psus: 1, psu_weight: 6 kg, racks: 0, parts: {{our-gpu: 2 GPU, server-assembly: 0 device}}"
    assert made(tmp_path, given) == pytest.approx(by_hand, rel=EXACT)
