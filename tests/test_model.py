"""Scenario text in, figures out: each block of the language beside the answer worked out by hand."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.problems import Problems
from lca.result import Result
from tests.bench_pack import run, swapped, write_pack, written

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  FU1: {demand: {visits: 1000 visit, prompts: 100 prompt}}
sites: {lab: {region: FRA, pue: 1.5}, edge: {region: {USA: 50 %, World: 50 %}, provider: cloudy}}
"""


class Case(NamedTuple):
    """Blocks of a scenario below HEAD, and totals by any columns: the hand's own arithmetic, as it is done."""

    text: str
    expected: dict[str, float]
    by: tuple[str, ...] = ("item", "stage")


CASES = {
    # --- terminals ------------------------------------------------------------------------------------------------
    "a device takes time used over all hours of its life": Case(
        """
        terminals:
          region: World
          time: 6 min/visit
          devices:
            laptop: {share: 100 %, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}
        """,
        {  # 1000 visits of 0.1 h: 100 h
            "laptop embodied": 100 / (4 * 365 * 5) * 200,
            "laptop use": 100 * 0.030 * 0.5,
        },
    ),
    "what is not stated comes from a pack's profile": Case(
        """
        terminals:
          region: World
          time: 0.1 h/visit
          devices: {phone: {share: 100 %}}
        """,
        {
            "phone manufacture": 100 / (2 * 365 * 2) * 50,
            "phone distribution": 100 / (2 * 365 * 2) * 2,
            "phone end of life": 100 / (2 * 365 * 2) * -1,
            "phone use": 100 * 0.005 * 0.5,
        },
    ),
    "a profile of the users' region goes before the general one": Case(
        """
        terminals: {region: FRA, time: 0.1 h/visit, devices: {phone: {share: 100 %}}}
        """,
        {"use": 100 * 0.004 * 0.1, "manufacture": 100 / 1460 * 50, "distribution": 100 / 1460 * 2,
         "end of life": -100 / 1460},
        ("stage",),
    ),
    "accessories are used as long as their device": Case(
        """
        terminals:
          region: World
          time: 6 min/visit
          devices:
            tower:
              device: laptop
              share: 25 %
              power: 100 W
              lifetime: 5 year
              daily_use: 4 h/day
              accessories: {monitor: {count: 2, power: 20 W, lifetime: 8 year, daily_use: 2 h/day}}
            phone: {share: 75 %}
        """,
        {
            "laptop embodied": 25 / (5 * 365 * 4) * 200,
            "laptop use": 25 * 0.1 * 0.5,
            "monitor embodied": 2 * 25 / (8 * 365 * 2) * 80,
            "monitor use": 2 * 25 * 0.02 * 0.5,
            "phone manufacture": 75 / 1460 * 50,
            "phone distribution": 75 / 1460 * 2,
            "phone end of life": -75 / 1460,
            "phone use": 75 * 0.005 * 0.5,
        },
    ),
    "users in several regions": Case(
        """
        terminals:
          region: {FRA: 20 %, USA: 30 %, World: 0.5}
          time: 6 min/visit
          devices: {laptop: {share: 1, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}}
        """,
        {"": 100 / (4 * 365 * 5) * 200, "FRA": 3 * 0.2 * 0.1, "USA": 3 * 0.3 * 0.2, "World": 3 * 0.5 * 0.5},
        ("region",),
    ),
    # --- network --------------------------------------------------------------------------------------------------
    "a network by its electricity": Case(
        """
        network:
          region: World
          data: 2 MB/visit
          links:
            wire: {share: 75 %, energy: 0.04 kWh/GB}
            air: {share: 25 %, energy: 0.2 kWh/GB}
        """,
        {"wire use": 2 * 0.75 * 0.04 * 0.5, "air use": 2 * 0.25 * 0.2 * 0.5},
    ),
    "a network by factors for a GB, use included": Case(
        """
        network: {region: World, data: 2 MB/visit, links: {wire: {share: 100 %, equipment: fixed-kit}}}
        """,
        {"wire use": 2 * 0.02, "wire manufacture": 2 * 0.01, "wire end of life": 2 * -0.002},
    ),
    "a network by both counts its electricity once": Case(
        """
        network:
          region: World
          data: 2 MB/visit
          links: {wire: {share: 100 %, energy: 0.04 kWh/GB, equipment: fixed-kit}}
        """,
        {"wire use": 2 * 0.04 * 0.5, "wire manufacture": 2 * 0.01, "wire end of life": 2 * -0.002},
    ),
    "a network whose electricity a pack knows": Case(
        "network: {region: World, data: 2 MB/visit, links: {fibre: {share: 100 %}}}",
        {"fibre use": 2 * 0.05 * 0.5},
    ),
    # --- servers --------------------------------------------------------------------------------------------------
    "measured energy, idle hours, PUE once, a share of a server": Case(
        """
        inference:
          site: lab
          images: 4 image/prompt
          energy: 2 Wh/image
          idle_power: 60 %
          server: {device: server, share: 1/8, time: 9 s/image, lifetime: 5 year, aur: 25 %}
        """,
        {  # 400 images: 0.8 kWh active, 1 h of server time
            "electricity use": 0.8 * 1.5 * 0.1,
            "idle electricity use": 0.8 * 0.6 * (1 / 0.25 - 1) * 1.5 * 0.1,
            "server embodied": 1 / 8 / (5 * 8760 * 0.25) * 1000,
        },
    ),
    "power times time in place of a measurement": Case(
        """
        web_hosting:
          site: lab
          server: {device: server, power: 300 W, share: 50 %, time: 3.6 s/visit, lifetime: 4 year}
        """,
        {  # 1000 visits: 1 h, half a server; without an AUR the server is active all its life
            "electricity use": 0.5 * 0.3 * 1.5 * 0.1,
            "server embodied": 0.5 / (4 * 8760) * 1000,
        },
    ),
    "tokens lead from prompts to energy": Case(
        "inference: {site: lab, tokens: 500 token/prompt, energy: 0.2 kWh/Mtoken}",
        {"electricity use": 100 * 500 * 0.2 / 1e6 * 1.5 * 0.1},
    ),
    "several services by name": Case(
        """
        inference:
          chat: {site: lab, energy: 3 Wh/prompt}
          search: {site: edge, energy: 2 Wh/prompt}
        """,
        {"FRA": 0.3 * 1.5 * 0.1, "USA": 0.2 * 1.25 * 0.5 * 0.2, "World": 0.2 * 1.25 * 0.5 * 0.5},
        ("region",),
    ),
    "a fleet in place of a measurement": Case(
        """
        web_hosting:
          site: lab
          server: {device: server, lifetime: 5 year, time: 36 s/visit}
          fleet: {servers: 4 server, period: 1 year, power: 200 W/server, serves: 1e6 visit, share: 50 %, share_by: time}
        """,
        {  # a thousandth of what it serves, half of it this service's
            "electricity use": 4 * 0.2 * 8760 * 0.001 * 0.5 * 1.5 * 0.1,
            "server embodied": 4 * 1 / 5 * 0.001 * 0.5 * 1000,
        },
    ),
    "a fleet whose electricity is read from a meter": Case(
        """
        inference:
          site: lab
          server: {device: server, lifetime: 5 year}
          fleet: {servers: 10 server, period: 6 month, energy: 30 MWh, serves: 1e5 prompt}
        """,
        {"electricity use": 30e3 * 0.001 * 1.5 * 0.1, "server embodied": 10 * 0.5 / 5 * 0.001 * 1000},
    ),
    # --- storage --------------------------------------------------------------------------------------------------
    "data kept, in copies, on disks": Case(
        """
        storage:
          site: lab
          data: 5 MB/visit
          kept: 2 year
          copies: 3
          energy: 0.01 kWh/GB/year
          device: disk
          density: 10 TB/device
          lifetime: 5 year
        """,
        {"storage use": 5 * 3 * 2 * 0.01 * 1.5 * 0.1, "disk embodied": 5 * 3 * 2 / (10_000 * 5) * 30},
    ),
    # --- training -------------------------------------------------------------------------------------------------
    "a run in whole: energy, idle hours, servers": Case(
        """
        training:
          site: lab
          device: server
          lifetime: 5 year
          aur: 80 %
          idle_power: 40 %
          runs:
            v1: {energy: 500 kWh, nodes: 2 server, duration: 50 h}
        """,
        {
            "training v1 use": 500 * 1.5 * 0.1,
            "idle training v1 use": 500 * 0.4 * (1 / 0.8 - 1) * 1.5 * 0.1,
            "server embodied": 2 * 50 / (5 * 8760 * 0.8) * 1000,
        },
    ),
    "node-hours times power": Case(
        "training: {site: lab, runs: {v1: {nodes: 4 server, duration: 2 day, power: 3 kW/server}}}",
        {"training v1 use": 4 * 48 * 3 * 1.5 * 0.1},
    ),
    "a run shared by its uses": Case(
        """
        training:
          site: lab
          allocation: per use
          include: [v2]
          runs:
            v1: {energy: 900 kWh, amortised_over: 1e6 prompt}
            v2: {energy: 500 kWh, amortised_over: 1e5 visit}
        """,
        {"training v2 use": 500 * 1000 / 1e5 * 1.5 * 0.1},
    ),
    # --- free lines and formulas ----------------------------------------------------------------------------------
    "free lines, in all or for a unit of the demand": Case(
        """
        parameters: {trips: 3 kg, half: "= trips / 2"}
        activities:
          - {name: poles, item: steel, tier: network, stage: manufacture, amount: 5 kg}
          - {name: nails, item: steel, tier: network, stage: manufacture, amount: 2 g/visit}
          - {name: beams, item: steel, tier: network, stage: manufacture, amount: "= half + 500 [g] + visits * 1 [g/visit]"}
          - {name: heat, item: electricity, tier: data centre, stage: use, region: {FRA: 1/4, USA: 3/4}, amount: 8 kWh}
        """,
        {
            "poles": 5 * 2,
            "nails": 0.002 * 1000 * 2,
            "beams": (1.5 + 0.5 + 1) * 2,
            "heat": 8 * (0.1 / 4 + 0.2 * 3 / 4),
        },
        ("item",),
    ),
    "every function and operator": Case(
        """
        parameters:
          a: 3
          b: 7
          c: "= max(a, b, 5) - min(a, b) * 2 / 4"
          d: "= ceil(c / 2) ^ 2 - -log2(8) + exp(0)"
        activities:
          - {item: steel, tier: network, stage: manufacture, amount: "= d * 1 [kg] + -(c * 1 [kg])"}
        """,
        {"steel": ((3**2 + 3 + 1) - 5.5) * 2},
        ("item",),
    ),
    "powers, roots, logarithms and roundings": Case(
        """
        parameters:
          a: 400 %
          gpus: {value: "= exp2(ceil(log2(9.2 [server] / 1 [server]))) * 1 [server]"}
          memory: "= round_up(13.2 [GB], 500 [MB])"
          whole: "= floor(3.9 [server]) + floor(2300 %) * 1 [server]"
          p: "= a ^ 1.5 + a ^ -0.5 + 2 ^ 10 + sqrt(a) + ln(exp(3)) + (a / 4) ^ a"
        activities:
          - {item: steel, tier: network, stage: manufacture, amount: "= p * 1 [kg]"}
          - {name: m, item: steel, tier: network, stage: manufacture, amount: "= memory * 1 [kg/GB]"}
          - {name: g, item: steel, tier: network, stage: manufacture, amount: "= (gpus + whole) * 1 [kg/server]"}
        """,
        {"steel": (8 + 0.5 + 1024 + 2 + 3 + 1) * 2, "m": 13.5 * 2, "g": (16 + 3 + 23) * 2},
        ("item",),
    ),
    "a line between points": Case(
        """
        parameters:
          load: 30 %
          power: "= interp(load, 10 [%], 200 [W], 0.5, 0.4 [kW], 1, 500 [W])"
          above: "= interp(2, 0, 1 [kg], 1, 3 [kg])"
        activities:
          - {item: steel, tier: network, stage: manufacture, amount: "= power * 1 [kg/W] + above"}
        """,
        {"steel": (300 + 3) * 2},
        ("item",),
    ),
    "names lead into blocks, mixes included": Case(
        """
        inference: {site: lab, images: 4 image/prompt, energy: "= base-power * 18 [s/image]"}
        terminals:
          region: {FRA: 40 %, World: "= 1 - terminals.region.FRA"}
          time: "= 2 * 3 [min/visit]"
          devices: {laptop: {share: 1, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}}
        parameters: {base-power: "= inference.images / 4 [image/prompt] * 400 [W]"}
        """,
        {"FRA": 400 * 18 * 400 / 3.6e6 * 1.5 * 0.1 + 3 * 0.4 * 0.1, "World": 3 * 0.6 * 0.5,
         "": 100 / (4 * 365 * 5) * 200},
        ("region",),
    ),
    # --- factors --------------------------------------------------------------------------------------------------
    "an assembly, and one inside another": Case(
        """
        activities:
          - {name: one, item: gpu-server, tier: data centre, stage: embodied, amount: 2 server}
          - {name: four, item: rack, tier: data centre, stage: embodied, amount: 0.5 device}
        """,
        {
            "one chassis embodied": 2 * 200, "one gpu manufacture": 2 * 8 * 90, "one gpu end of life": 2 * 8 * 10,
            "four chassis embodied": 2 * 200, "four gpu manufacture": 2 * 8 * 90, "four gpu end of life": 2 * 8 * 10,
        },
        ("item", "flow", "stage"),
    ),
    "a negative factor is subtracted": Case(
        """
        activities:
          - {name: made, item: steel, tier: network, stage: manufacture, amount: 10 kg}
          - {name: recycled, item: steel, tier: network, stage: end of life, amount: 4 kg}
        """,
        {"manufacture": 20, "end of life": -12},
        ("stage",),
    ),
    "any embodied stage stands for those that the pack has": Case(
        "activities: [{item: phone, tier: terminals, stage: embodied, amount: 1 device}]",
        {"manufacture": 50, "distribution": 2, "end of life": -1},
        ("stage",),
    ),
}  # fmt: skip


def figures(result: Result, by: tuple[str, ...], criterion: str = "GWP") -> dict[str, float]:
    """The records of the only case by columns, keyed by the words of the columns."""
    return {
        " ".join(str(record[column]) for column in by): record["value"]
        for record in result.records(by)
        if record["criterion"] == criterion
    }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_blocks(tmp_path: Path, case: Case) -> None:
    result, _ = run(tmp_path, HEAD + dedent(case.text))
    assert figures(result, case.by) == pytest.approx(case.expected, rel=1e-12)
    assert result.total("FU1", "GWP") == pytest.approx(sum(case.expected.values()), rel=1e-12)


# --- functional units, years, variants, overlays ---------------------------------------------------------------------


def totals(result: Result, criterion: str = "GWP") -> dict[str, float]:
    """Totals by functional unit, or by functional unit and variant."""
    return {
        " ".join(filter(None, (r["functional_unit"], r["variant"]))): r["value"]
        for r in result.records()
        if r["criterion"] == criterion
    }


def of(folder: Path, text: str, **asked: object) -> dict[str, float]:
    """The totals of a scenario from its text."""
    return totals(run(folder, text, **asked)[0])


def test_a_functional_unit_sums_others_each_in_its_year(tmp_path: Path) -> None:
    """
    study: {criteria: [GWP], packs: [tiny]}
    functional_units:
      Y1: {demand: {visits: 100 visit}, year: 2023}
      Y2: {demand: {visits: 200 visit}, year: 2025}
      last: {demand: {visits: 1 visit}}
      both: {sum_of: [Y1, Y2]}
      all: {sum_of: [both, last]}
    activities:
      - {item: electricity, tier: data centre, stage: use, region: USA, amount: 1 kWh/visit}
    """
    grown = {"Y1": 100 * 0.4, "Y2": 200 * 0.2, "last": 0.2, "both": 80, "all": 80.2}
    assert of(tmp_path, doc(test_a_functional_unit_sums_others_each_in_its_year)) == pytest.approx(grown, rel=1e-12)


def test_what_a_sum_is_of_need_not_be_asked_for(tmp_path: Path) -> None:
    text = doc(test_a_functional_unit_sums_others_each_in_its_year)
    assert of(tmp_path, text, functional_units=["both"]) == pytest.approx({"both": 80})


def test_overlays_of_functional_units_and_variants(tmp_path: Path) -> None:
    """
    study: {criteria: [GWP], packs: [tiny], base: as it is}
    functional_units:
      one: {demand: {prompts: 1 prompt}}
      year: {demand: {prompts: 1000 prompt}, inference: {energy: 2 Wh/prompt}}
    sites: {lab: {region: World, pue: 1}}
    inference: {site: lab, energy: {value: 1 Wh/prompt, low: 0.5 Wh/prompt, high: 3 Wh/prompt}}
    variants:
      cool: {with: {sites.lab.region: FRA}}
      lean: {with: {sites: {lab: {pue: 1.2}}, functional_units.year.inference.energy: 1.5 Wh/prompt}}
      small: {over: true, with: {inference.energy: 0.5 Wh/prompt}}
    """
    text = doc(test_overlays_of_functional_units_and_variants)
    assert of(tmp_path, text, variants=[None, "cool", "lean", "small"]) == pytest.approx(
        {
            "one": 0.0005, "one cool": 0.0001, "one lean": 0.0006, "one small": 0.00025,
            "year": 1.0, "year cool": 0.2, "year lean": 1.5 * 1.2 * 0.5, "year small": 0.25,
        }
    )  # fmt: skip


def test_an_overlay_replaces_a_quantity_whole_and_says_where_it_is_written(tmp_path: Path) -> None:
    text = doc(test_overlays_of_functional_units_and_variants)
    result, _ = run(tmp_path, text, variants=[None, "lean"])
    energies = [leaf for _, leaf in result.model.graph.inputs() if leaf.path == "inference.energy"]
    assert [(leaf.value, leaf.low, leaf.address) for leaf in energies] == [
        (1, 0.5, "inference.energy"),
        (2, None, "functional_units.year.inference.energy"),
        (1.5, None, "variants.lean.with.functional_units.year.inference.energy"),
    ]


def test_cases_share_what_they_have_in_common(tmp_path: Path) -> None:
    text = doc(test_overlays_of_functional_units_and_variants)
    alone = len(run(tmp_path, text, functional_units=["one"])[0].model.graph)
    both = len(run(tmp_path, text)[0].model.graph)
    assert both - alone < alone


def test_a_scenario_extends_another(tmp_path: Path) -> None:
    """
    extends: base.yaml
    functional_units: {FU1: {demand: {prompts: 3 prompt}}}
    inference: {idle_power: 50 %, server: {aur: 50 %, lifetime: 5 year, device: server}}
    """
    base = """
    study: {criteria: [GWP], packs: [tiny]}
    functional_units: {FU1: {demand: {prompts: 1 prompt}}}
    sites: {lab: {region: World, pue: 1}}
    inference: {site: lab, energy: 1 kWh/prompt}
    """
    written(tmp_path, base, "base.yaml")
    assert of(tmp_path, doc(test_a_scenario_extends_another)) == pytest.approx({"FU1": 3 * 0.5 * 1.5})


# --- what is missing, stands in or is left out -----------------------------------------------------------------------

GAPS = """
study:
  criteria: [GWP, PE]
  packs: [tiny]
  proxies: [{criterion: PE, from: ADPf, for: phone, reason: fossil resources are most of it}]
  not_assessed:
    - {item: monitor, criterion: PE, reason: no figure}
    - {item: gpu-server, criterion: PE, reason: no figures of components}
    - {item: phone, stage: end of life, reason: kept in drawers}
functional_units: {FU1: {demand: {visits: 1 visit}}}
activities:
  - {name: screen, item: monitor, tier: terminals, stage: embodied, amount: 1 device}
  - {name: hand, item: phone, tier: terminals, stage: embodied, amount: 1 device}
  - {name: box, item: gpu-server, tier: data centre, stage: embodied, amount: 1 server}
"""


def test_a_proxy_a_gap_and_a_gap_of_one_stage(tmp_path: Path) -> None:
    result, _ = run(tmp_path, GAPS)
    assert figures(result, ("item", "stage"), "PE") == {"hand manufacture": 600}
    assert figures(result, ("item", "stage"), "GWP") == pytest.approx(
        {
            "screen embodied": 80, "hand manufacture": 50, "hand distribution": 2, "box embodied": 200,
            "box manufacture": 720, "box end of life": 80,
        }
    )  # fmt: skip
    assert {line.proxy for line in result.model.lines if line.criterion == "PE"} == {"ADPf"}
    assert {(n.kind, n.item, n.stage, n.criterion) for n in result.model.notes} == {
        ("proxy", "hand", "embodied", "PE"),
        ("not assessed", "screen", "embodied", "PE"),
        ("not assessed", "box", "embodied", "PE"),
        ("not assessed", "hand", "end of life", "GWP"),
        ("not assessed", "hand", "end of life", "PE"),
        ("not stated", "hand", "distribution", "PE"),  # GWP has a factor of it, ADPf has none
    }


def test_missing_is_never_zero(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="no PE factor for 'monitor' of screen"):
        run(tmp_path, swapped(GAPS, ("    - {item: monitor, criterion: PE, reason: no figure}\n", "")))


def test_a_total_of_nothing_is_refused(tmp_path: Path) -> None:
    """
    study: {criteria: [GWP, PE], packs: [tiny], not_assessed: [{criterion: PE, reason: not of interest}]}
    functional_units: {FU1: {demand: {visits: 1 visit}}}
    activities: [{item: electricity, tier: network, stage: use, region: USA, amount: 1 kWh/visit}]
    """
    with pytest.raises(Problems, match="FU1 assesses nothing by PE"):
        run(tmp_path, doc(test_a_total_of_nothing_is_refused))


def test_what_an_input_is_missing_for_is_noted(tmp_path: Path) -> None:
    """
    study: {criteria: [GWP], packs: [tiny]}
    functional_units: {FU1: {demand: {prompts: 1 prompt}}}
    sites: {lab: {region: USA, pue: 1.1}}
    network: {region: USA, data: 1 MB/prompt, links: {wire: {share: 1, energy: 0.1 kWh/GB}}}
    storage: {site: lab, data: 1 MB/prompt, kept: 1 year, energy: 0.1 kWh/GB/year}
    inference: {site: lab, energy: 1 Wh/prompt, server: {device: server, lifetime: 5 year}}
    training: {site: lab, runs: {v1: {energy: 1 MWh}}}
    """
    result, _ = run(tmp_path, doc(test_what_an_input_is_missing_for_is_noted))
    assert {(note.kind, note.stage, note.reason) for note in result.model.notes} == {
        ("not stated", "embodied", "network.links.wire names no equipment"),
        ("not stated", "embodied", "storage names no device"),
        ("not stated", "embodied", "inference has no server.time"),
        ("not stated", "embodied", "training names no device"),
        ("not stated", "use", "inference states no idle_power"),
        ("not stated", "use", "training states no idle_power"),
    }


def test_shares_of_mixed_sign_are_of_the_sum_of_absolute_values(tmp_path: Path) -> None:
    """
    study: {criteria: [GWP], packs: [tiny]}
    functional_units: {FU1: {demand: {visits: 1 visit}}}
    activities:
      - {name: made, item: steel, tier: network, stage: manufacture, amount: 3 kg}
      - {name: recycled, item: steel, tier: network, stage: end of life, amount: 4 kg}
    """
    result, _ = run(tmp_path, doc(test_shares_of_mixed_sign_are_of_the_sum_of_absolute_values))
    shares = {record["item"]: record["share"] for record in result.records(("item",))}
    assert shares == pytest.approx({"made": 6 / 18, "recycled": -12 / 18})
    assert result.total("FU1", "GWP") == pytest.approx(-6)


# --- expectations ----------------------------------------------------------------------------------------------------


def test_what_becomes_of_each_figure(tmp_path: Path) -> None:
    """
    study:
      criteria: [GWP]
      packs: [tiny]
      sources: {paper: {title: A paper}}
    functional_units:
      FU1: {demand: {prompts: 10 prompt}}
      FU2: {demand: {prompts: 30 prompt}}
    sites: {lab: {region: World, pue: 1}}
    inference: {site: lab, energy: {value: 2 kWh/prompt, basis: calibrated, fitted_to: [fit]}}
    activities:
      - {item: electricity, tier: network, stage: use, region: World, amount: 10 kWh}
    expect:
      fit: {of: FU1, criterion: GWP, value: 15 kgCO2eq, source: paper}
      met: {of: FU2, criterion: GWP, value: 34 kgCO2eq, within: 5 %, source: paper}
      printed: {of: FU2, criterion: GWP, value: 3.5e4 gCO2eq, source: paper}
      off: {of: FU2, criterion: GWP, value: 20 kgCO2eq, within: 5 %, source: paper}
      known: {of: FU2, criterion: GWP, value: 20 kgCO2eq, source: paper, known_gap: another grid}
      share: {of: FU2, criterion: GWP, where: {phase: inference}, over: {of: FU2, criterion: GWP}, at_least: 85 %, source: paper}
      most: {of: FU2, criterion: GWP, at_most: 40 kgCO2eq, source: paper}
      smaller: {of: FU1, criterion: GWP, below: {of: FU2, criterion: GWP}, source: paper}
      threefold: {of: FU2, flow: electricity, where: {phase: inference}, over: {of: FU1, flow: electricity, where: {phase: inference}}, value: "3", basis: derived}
    """
    _, verdicts = run(tmp_path, doc(test_what_becomes_of_each_figure))
    assert {v.key: (v.verdict, round(v.deviation, 4)) for v in verdicts} == {
        "fit": ("fitted", 0),
        "met": ("reproduced", 0.0294),
        "printed": ("reproduced", 0),
        "off": ("missed", 0.75),
        "known": ("known gap", 0.75),
        "share": ("reproduced", 0.0084),
        "most": ("reproduced", -0.125),
        "smaller": ("reproduced", -0.5714),
        "threefold": ("holds", 0),
    }
    leaning = {v.key: v.leaning for v in verdicts}
    assert leaning["met"] == pytest.approx({"inference.energy": 30 / 35})
    assert leaning["threefold"] == {}


def test_the_aur_of_a_fleet_is_derived_and_kept_possible(tmp_path: Path) -> None:
    case = CASES["a fleet in place of a measurement"].text
    result, _ = run(tmp_path, HEAD + dedent(case))
    aurs = {where: result.values[index] for (_, where), index in result.model.facts.aurs.items()}
    assert aurs == pytest.approx({"web_hosting": 1e6 * 36 / 3600 / (4 * 8760 * 0.5)})
    with pytest.raises(Problems, match=r"the AUR of web_hosting, from its fleet, is 228\.3 %"):
        run(tmp_path, HEAD + dedent(swapped(case, ("36 s/visit", "144 s/visit"))))


def test_a_run_needs_no_folder_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + dedent(CASES["node-hours times power"].text))
    first = Run(path, [write_pack(tmp_path)])
    for _ in range(2):
        assert totals(first.compile()[0])["FU1"] == pytest.approx(4 * 48 * 3 * 1.5 * 0.1)


def doc(test: object) -> str:
    """The scenario in a test's docstring."""
    return dedent(str(test.__doc__))
