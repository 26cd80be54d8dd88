"""How often draws over the inputs' ranges meet an expected figure, against a share that is known by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.checks.robustness import met_by_draws
from lca.disk.workspace import Run
from tests.bench_pack import swapped

SCENARIO = """
study: {criteria: [GWP], packs: [boavizta-2023-11], sources: {paper: {title: A paper}}}
functional_units:
  one: {demand: {visits: 1 visit}}
parameters:
  energy: {value: 1 kWh/visit, low: 0.5 kWh/visit, high: 1.5 kWh/visit, law: uniform}
activities: [{item: electricity, tier: network, stage: use, region: USA, amount: = energy}]
expect:
  near: {of: one, criterion: GWP, value: 0.37 kgCO2eq, within: 10 %, source: paper}
  above: {of: one, criterion: GWP, at_least: 0.2775 kgCO2eq, source: paper}
  less:
    of: one
    criterion: GWP
    given: {parameters.energy: 0.5 kWh/visit}
    below: {of: one, criterion: GWP}
    source: paper
"""


def test_the_share_of_draws_is_that_of_the_law(tmp_path: Path) -> None:
    """Energy is uniform from 0.5 to 1.5: within 10 % of 1 in a fifth, above 0.75 in three quarters, above 0.5 ever."""
    path = tmp_path / "one.yaml"
    path.write_text(swapped(SCENARIO, ("amount: = energy", 'amount: "= energy"')))
    result, verdicts = Run(path).compile()
    assert [v.draws_met for v in verdicts] == [None] * 3
    met = {v.key: v.draws_met for v in met_by_draws(result, verdicts, 200_000)}
    assert met == {"near": pytest.approx(0.2, abs=0.005), "above": pytest.approx(0.75, abs=0.005), "less": 1.0}


MIX = """
study: {criteria: [GWP], packs: [boavizta-2023-11, boavizta-2023-11-devices], sources: {paper: {title: A paper}}}
functional_units: {one: {demand: {visits: 1 visit}}}
terminals:
  region: World
  time: 3 min/visit
  devices:
    smartphone: {share: {value: 50 %, low: 30 %, high: 70 %}, power: 1 W, lifetime: 3 year, daily_use: 3 h/day}
    laptop: {share: {value: 30 %, low: 20 %, high: 40 %}, power: 30 W, lifetime: 5 year, daily_use: 5 h/day}
    tablet: {share: {value: 20 %, low: 10 %, high: 30 %}, power: 5 W, lifetime: 4 year, daily_use: 2 h/day}
expect:
  base: {of: one, criterion: GWP, value: 1.39e-3 kgCO2eq, within: 1 %, source: paper}
"""
OTHER = """  other: {of: one, variant: v, criterion: GWP, value: 1.44e-3 kgCO2eq, within: 1 %, source: paper}
variants:
  v:
    with:
      terminals.devices.smartphone.share: {value: 30 %, low: 20 %, high: 40 %}
      terminals.devices.laptop.share: {value: 50 %, low: 40 %, high: 60 %}
"""


def test_a_variant_that_changes_some_shares_of_a_mix_leaves_the_base_case_alone(tmp_path: Path) -> None:
    met = []
    for text in (MIX, MIX + OTHER):
        path = tmp_path / "mix.yaml"
        path.write_text(text)
        result, verdicts = Run(path).compile(every_case=True)
        met.append(met_by_draws(result, verdicts, 20_000)[0].draws_met)
    assert met[0] == met[1]
