"""Demands in machine time or in data kept, in every block. The hand's own arithmetic stands beside each."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from lca.problems import Problems
from lca.units import per, unit
from tests.bench_pack import run, written

YEAR = 8760  # hours


class Case(NamedTuple):
    """A demand, blocks, and the total in kg: electricity of FRA is 0.1 kg/kWh, a server 1000 kg, a disk 30 kg."""

    demand: str
    blocks: str
    total: float


ENERGY = "inference: {site: lab, energy: %s}"
CASES = {
    "power of a processor": Case("1 CPU*h", ENERGY % "10 W/CPU", 0.010 * 1.2 * 0.1),
    "energy of a processor's hour": Case("5 CPU*h", ENERGY % "36 kJ/CPU/h", 5 * 0.010 * 1.2 * 0.1),
    "power of a graphics processor for days": Case("2 GPU*day", ENERGY % "0.4 kW/GPU", 48 * 0.4 * 1.2 * 0.1),
    "a formula of all of it": Case('"= 30 [CPU] * 2 [h]"', ENERGY % "10 W/CPU", 60 * 0.010 * 1.2 * 0.1),
    "by a rate": Case(
        "3 GPU*h", "inference: {site: lab, tokens: 2 Mtoken/GPU/h, energy: 50 Wh/Mtoken}", 6 * 0.05 * 1.2 * 0.1
    ),
    "a share of a server for its time": Case(
        "64 CPU*h",
        "inference: {site: lab, server: {device: server, share: 1/32, time: 1 h/CPU/h, power: 320 W, lifetime: 4 year,"
        " aur: 50 %}}",
        2 * 0.32 * 1.2 * 0.1 + 2 / (4 * YEAR * 0.5) * 1000,
    ),
    "idle as well": Case(
        "1 CPU*h",
        "inference: {site: lab, energy: 10 W/CPU, idle_power: 50 %, server: {device: server, lifetime: 4 year,"
        " aur: 25 %}}",
        0.010 * (1 + 3 * 0.5) * 1.2 * 0.1,
    ),
    "a part of a fleet": Case(
        "1e4 CPU*h",
        "web_hosting: {site: lab, server: {device: server, lifetime: 4 year}, fleet: {servers: 8 server, period: 1 year,"
        " energy: 3e4 kWh, serves: 1e6 CPU*h}}",
        0.01 * (3e4 * 1.2 * 0.1 + 8 / 4 * 1000),
    ),
    "a part of a training": Case(
        "10 GPU*h",
        "training: {site: lab, allocation: per use, runs: {v1: {energy: 5e4 kWh, amortised_over: 1e6 GPU*h}}}",
        1e-5 * 5e4 * 1.2 * 0.1,
    ),
    "an activity": Case(
        "1 CPU*h", "activities: [{item: steel, tier: network, stage: manufacture, amount: 5 g/CPU/h}]", 0.005 * 2
    ),
    "an activity by its power": Case(
        "1 CPU*h",
        "activities: [{item: electricity, region: FRA, tier: network, stage: use, amount: 5 W/CPU}]",
        0.005 * 0.1,
    ),
    "data sent": Case(
        "2 CPU*h",
        "network: {region: FRA, data: 3 GB/CPU/h, links: {wire: {share: 1, energy: 0.2 kWh/GB}}}",
        6 * 0.2 * 0.1,
    ),
    "time at a terminal": Case(
        "2 GPU*h",
        "terminals: {region: FRA, time: 30 min/GPU/h, devices: {laptop: {share: 1, power: 30 W, lifetime: 4 year,"
        " daily_use: 4 h/day}}}",
        0.030 * 0.1 + 1 / (4 * 365 * 4) * 200,
    ),
    "an hour for an hour": Case(
        "3 h",
        "terminals: {region: FRA, time: 1 h/h, devices: {laptop: {share: 1, power: 30 W, lifetime: 4 year,"
        " daily_use: 4 h/day}}}",
        3 * (0.030 * 0.1 + 1 / (4 * 365 * 4) * 200),
    ),
    "a server for an hour of it": Case(
        "3 h", "inference: {site: lab, server: {device: server, time: 1 h/h, power: 300 W, lifetime: 4 year}}",
        3 * (0.3 * 1.2 * 0.1 + 1 / (4 * YEAR) * 1000),
    ),
    "power for an hour": Case("3 h", ENERGY % "300 W", 3 * 0.3 * 1.2 * 0.1),
    "data kept": Case("1 TB*month", "storage: {site: lab, energy: 2 W/TB}", 0.002 * 730 * 1.2 * 0.1),
    "data kept, by an hour": Case("730 GB*h", "storage: {site: lab, energy: 2 W/TB}", 0.002e-3 * 730 * 1.2 * 0.1),
    "data kept, in copies on disks": Case(
        '"= 500 [GB] * 2 [year]"',
        "storage: {site: lab, energy: 10 kWh/TB/year, copies: 3, device: disk, density: 6 TB/device, lifetime: 5 year}",
        3 * (10 * 1.2 * 0.1 + 1 / (6 * 5) * 30),
    ),
    "data kept, as a share of a demand": Case(
        "1 GB*year", "storage: {site: lab, data: 1 GB/GB/year, kept: 2 year, energy: 1 kWh/GB/year}", 2 * 1.2 * 0.1
    ),
    "electricity of data kept": Case("1 GB*year", ENERGY % "3 kWh/GB/year", 3 * 1.2 * 0.1),
}  # fmt: skip


def scenario(demand: str, blocks: str) -> str:
    return f"""\
study: {{criteria: [GWP], packs: [tiny]}}
functional_units: {{FU1: {{demand: {{work: {demand}}}}}}}
sites: {{lab: {{region: FRA, pue: 1.2}}}}
{blocks}
"""


@pytest.mark.parametrize("name", CASES)
def test_by_hand(tmp_path: Path, name: str) -> None:
    demand, blocks, total = CASES[name]
    result, _ = run(tmp_path, scenario(demand, blocks))
    assert result.total("FU1", "GWP") == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if "CPU" in case.demand and case.demand[0] != '"']
)
def test_twice_the_demand_is_twice_the_total(tmp_path: Path, name: str) -> None:
    """And as much in minutes, and in hundredths of a processor."""
    demand, blocks, total = CASES[name]
    number, _, asked = demand.partition(" ")
    for other, factor in ((asked, 2.0), (asked.replace("h", "min"), 1 / 60), (f"{asked}*%", 0.01)):
        result, _ = run(tmp_path, scenario(f"{float(number)} {other}", blocks))
        assert result.total("FU1", "GWP") == pytest.approx(total * (factor if other != asked else 1.0), rel=1e-12)


WRONG = {
    "power for a prompt": (
        "1 prompt", ENERGY % "10 W/CPU", "W/CPU is not kWh",
        "in kWh for a unit of the demand, such as kWh/prompt; this is power per CPU",
    ),
    "a prompt for a processor": ("1 CPU*h", ENERGY % "1 Wh/prompt", "Wh/prompt is not kWh/CPU/h", "write it per CPU*h"),
    "energy of a processor without its time": ("1 CPU*h", ENERGY % "1 Wh/CPU", "Wh/CPU is not kWh/CPU/h", "CPU*h"),
    "another processor": ("1 CPU*h", ENERGY % "10 W/GPU", "W/GPU is not kWh", "such as kWh/CPU/h"),
    "a plain number": (
        "3 h", "inference: {site: lab, server: {device: server, time: 1, power: 300 W, lifetime: 4 year}}",
        "the unit is missing", "as in '1 h/h'",
    ),
    "hours for hours, and prompts": (
        "3 prompt", "inference: {site: lab, server: {device: server, time: 1 h/h, power: 300 W, lifetime: 4 year}}",
        "1 is not h/prompt", "write it per prompt",
    ),
    "data kept without how long": (
        "1 GB*year", "storage: {site: lab, data: 1 GB/GB/year, energy: 1 kWh/GB/year}", "storage has no 'kept'", "",
    ),
    "how long without data": (
        "1 GB*year", "storage: {site: lab, kept: 1 year, energy: 1 kWh/GB/year}", "storage has no 'data'", "GB*year",
    ),
    "no data at all": (
        "1 prompt", "storage: {site: lab, energy: 1 kWh/GB/year}", "storage has no 'data'",
        "none where the demand itself is data kept, in GB*year",
    ),
    "a fleet that serves something else": (
        "1 CPU*h",
        "inference: {site: lab, server: {device: server, lifetime: 4 year}, fleet: {servers: 8 server, period: 1 year, energy: 3e4 kWh, serves: 1e6 CPU}}",
        "inference.fleet.serves is in CPU, which no flow of the demand can be counted in", "demands CPU*h",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_a_way_out(tmp_path: Path, name: str) -> None:
    demand, blocks, message, hint = WRONG[name]
    with pytest.raises(Problems) as caught:
        run(tmp_path, scenario(demand, blocks))
    (problem,) = caught.value.problems
    assert message in problem.message
    assert hint in problem.hint
    assert problem.spans[0].line == 4


def test_a_functional_unit_without_a_demand(tmp_path: Path) -> None:
    text = scenario("1 CPU*h", ENERGY % "10 W/CPU").replace("{demand: {work: 1 CPU*h}}", "{title: nothing}")
    with pytest.raises(Problems) as caught:
        run(tmp_path, text)
    assert "in kWh for a unit of the demand, such as kWh/prompt" in caught.value.problems[0].hint


def test_how_a_unit_is_written_for_one_of_another() -> None:
    assert per("GB", unit("GB*h")) == "GB/GB/h"
    assert unit(per("kWh", unit("CPU*h"))) is unit("kWh/CPU/h")
    assert str(unit(per("h", unit("1/h")))) == "h^2"


def test_two_functional_units_in_one_scenario(tmp_path: Path) -> None:
    """Prompts and processor hours: each block says its own."""
    text = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  prompt: {demand: {prompts: 1 prompt}}
  hour: {demand: {work: 1 GPU*h}, inference.energy: 400 W/GPU}
sites: {lab: {region: FRA, pue: 1.2}}
inference: {site: lab, energy: 2 Wh/prompt}
"""
    text = text.replace("inference.energy: 400 W/GPU", "inference: {energy: 400 W/GPU}")
    result, _ = run(tmp_path, text)
    assert result.total("prompt", "GWP") == pytest.approx(0.002 * 1.2 * 0.1)
    assert result.total("hour", "GWP") == pytest.approx(0.4 * 1.2 * 0.1)
    assert written(tmp_path, text).exists()
