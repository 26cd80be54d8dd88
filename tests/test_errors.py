"""Bad input: each as a user's file beside the exact message, in tests/golden/errors/.

UPDATE_GOLDEN=1 pytest tests/test_errors.py writes the golden files anew; read them aloud before committing them.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.problems import Problems
from tests.bench_pack import FACTORS, PACKAGE, PARAMETERS, swapped, write_pack, written

GOLDEN = Path(__file__).parent / "golden" / "errors"

STUDY = "study: {criteria: [GWP], packs: [tiny], sources: {paper: {title: A paper}}}\n"
UNITS = "functional_units: {FU1: {demand: {visits: 10 visit, prompts: 5 prompt}}}\n"
HEAD = STUDY + UNITS
SITES = "sites: {lab: {region: USA, pue: 1.2}}\n"
PLAIN = "inference: {site: lab, energy: 1 Wh/prompt}\n"

DEVICE = (
    "terminals: {{region: USA, time: 1 h/visit, devices: "
    "{{desktop: {{share: 100 %, power: 9 W, lifetime: 4 year, daily_use: {daily_use}}}}}}}\n"
)

KEPT = (
    "terminals: {{region: USA, time: 1 h/visit, devices: "
    "{{laptop: {{share: 100 %, power: 9 W, lifetime: 4 year, daily_use: {use}}}}}}}\n"
)
LINE = "network: {{region: USA, data: 1 MB/visit, links: {{wire: {{share: 100 %, energy: 0.1 kWh/GB, {of}}}}}}}\n"


class Bad(NamedTuple):
    """A user's file, the tables of the pack that are not in order, the files beside it, and what is asked for."""

    text: str
    pack: dict[str, str] = {}  # noqa: RUF012
    files: dict[str, str] = {}  # noqa: RUF012
    functional_units: tuple[str, ...] = ()
    variants: tuple[str | None, ...] = (None,)


def after(text: str, head: str = HEAD + SITES) -> Bad:
    """A good beginning with bad blocks below it."""
    return Bad(head + dedent(text).lstrip("\n"))


def pack(**tables: str) -> Bad:
    """A good scenario with a pack that is not in order."""
    return Bad(HEAD + SITES + PLAIN, tables)


def row(text: str) -> str:
    """The factors with one more row."""
    return FACTORS + text + "\n"


def without(key: str) -> str:
    return json.dumps({name: value for name, value in PACKAGE.items() if name != key})


FAN_OUT = "\n".join(f"  p{i}: &p{i} [*p{i - 1}, *p{i - 1}]" for i in range(1, 4))

BAD = {
    # --- keys and shapes --------------------------------------------------------------------------------------------
    "unknown key": after("inference: {site: lab, enrgy: 1 Wh/prompt, energy: 1 Wh/prompt}"),
    "a key that is called otherwise now": Bad(HEAD.replace("packs:", "factors:") + SITES + PLAIN),
    "an own factor by no criterion": after("factors: {a: {impacts: {GPW: 1 kgCO2eq/kg}}}\n" + PLAIN),
    "an own factor in a unit of another criterion": after(
        "factors:\n  a: {impacts: {GWP: 1 MJ/kg}}\n  b: {impacts: {PE: {value: 1 MJ/kg, low: 1 gCO2eq/kg}}}\n"
        "  c: {impacts: {GWP: 1}}\n  d: {impacts: {PE: '= 2 [kg]'}}\n  e: {impacts: {GWP: 1 gCO2e/kg}}\n" + PLAIN
    ),
    "an own factor that is for no unit": after("factors: {a: {impacts: {GWP: 1 kgCO2eq}}}\n" + PLAIN),
    "an own factor without impacts": after("factors:\n  a: {item: electricity}\n  b: 3\n" + PLAIN),
    "an own factor of a wrong stage, year, key": after(
        "factors: {a: {stage: making, year: 20, impact: 1, impacts: {GWP: 1 kgCO2eq/kg}}}\n" + PLAIN
    ),
    "two own factors for one thing": after(
        "factors:\n  a: {item: gpu, impacts: {GWP: 1 kgCO2eq/GPU}}\n  gpu: {impacts: {GWP: 2 kgCO2eq/GPU}}\n" + PLAIN
    ),
    "own factors for a whole and a part": after(
        "factors:\n  a: {item: gpu, impacts: {GWP: 1 kgCO2eq/GPU}}\n"
        "  b: {item: gpu, stage: manufacture, impacts: {GWP: 2 kgCO2eq/GPU}}\n" + PLAIN
    ),
    "a criterion of an own factor twice": after("factors: {a: {impacts: {GWP: 1 gCO2eq/kg, gwp: 2 gCO2eq/kg}}}\n" + PLAIN),
    "an own factor for another region": after(
        "factors: {grid: {item: power, region: iwoa, impacts: {GWP: 1 gCO2eq/kWh}}}\n"
        "activities: [{item: power, tier: network, stage: embodied, region: iowa, amount: 1 kWh}]"
    ),
    "an amount that an own factor is not per": after(
        "factors: {manual: {impacts: {GWP: 1 gCO2eq/kg}}}\n"
        "activities: [{item: manual, tier: network, stage: embodied, amount: 3 device}]"
    ),
    "equipment that is made of itself": after(
        "equipment:\n  a: {parts: {b: 1}}\n  b: {parts: {c: 2, gpu: 1 GPU}}\n  c: {parts: {a: 3}}\n" + PLAIN
    ),
    "equipment of nothing, of less than nothing, of words": after(
        "equipment:\n  a: {}\n  b: {parts: {gpu: -1 GPU}}\n  c: {parts: {gpu: some}}\n  d: {parts: [gpu]}\n"
        "  e: {part: {gpu: 1 GPU}}\n" + PLAIN
    ),
    "equipment by a method that lacks something": after(
        "methods: {by-metal: {title: M, takes: {metal: {unit: kg, text: how much}}, gives: {parts: {steel: = metal}}}}\n"
        "equipment: {a: {method: by-metal, parts: {gpu: 1 GPU}}, b: {method: by-metal, metal: 2 kg, mettle: 1}}\n"
        "activities: [{item: a, tier: data centre, stage: embodied, amount: 3 server}]"
    ),
    "equipment counted in what it is not made of": after(
        "equipment: {a: {parts: {gpu: 8 GPU, chassis: 1 device}}}\n"
        "activities: [{item: a, tier: data centre, stage: embodied, amount: 3 card}]"
    ),
    "equipment counted in what several parts are": after(
        "equipment: {a: {parts: {gpu: 4 GPU, steel: 3 kg, small: 4 GPU}}}\n"
        "activities: [{item: a, tier: data centre, stage: embodied, amount: 1 GPU}]"
    ),
    "a part that has no factor": after(
        "equipment: {a: {parts: {gpu: 8 GPU, gpuu: 1 device}}}\n"
        "activities: [{item: a, tier: data centre, stage: embodied, amount: 1 server}]"
    ),
    "a part in another unit than its factor": after(
        "equipment: {a: {parts: {gpu: 8 kg}}}\n"
        "activities: [{item: a, tier: data centre, stage: embodied, amount: 1 server}]"
    ),
    "a variant of an own factor that is not there": after(
        "factors: {a: {impacts: {GWP: 1 kgCO2eq/kg}}}\nvariants: {v: {with: {factors.b.impacts.GWP: 1 gCO2eq/kg}}}\n" + PLAIN
    )._replace(variants=(None, "v")),
    "unknown block": after("infrence: {site: lab, energy: 1 Wh/prompt}\nactivities: []"),
    "unknown key of a quantity": after("inference: {site: lab, energy: {value: 1 Wh/prompt, lo: 0.5 Wh/prompt}}"),
    "duplicate key": after("inference:\n  site: lab\n  energy: 1 Wh/prompt\n  energy: 2 Wh/prompt"),
    "no value": after("inference:\n  site: lab\n  energy:"),
    "nothing below a block": after("terminals:\ninference: {site: lab, energy: 1 Wh/prompt}"),
    "a list where a mapping belongs": after("inference: [lab, 1 Wh/prompt]"),
    "a mapping where a name belongs": after("inference: {site: {lab: 1}, energy: 1 Wh/prompt}"),
    "a quantity without a value": after("inference: {site: lab, energy: {low: 1 Wh/prompt, high: 3 Wh/prompt}}"),
    "no functional unit": Bad(STUDY + SITES + PLAIN),
    "no demand": Bad(STUDY + "functional_units: {FU1: {title: A year}}\n" + SITES + PLAIN),
    "no study": Bad(UNITS + SITES + PLAIN),
    "a required key is missing": after("inference: {energy: 1 Wh/prompt}"),
    "a device without a profile": after(
        "terminals: {region: USA, time: 1 h/visit, devices: {telex: {share: 100 %, power: 5 W, lifetime: 9 year}}}"
    ),
    "a provider by a near name": Bad(HEAD + "sites: {lab: {region: USA, provider: Cloudy}}\n" + PLAIN),
    "a provider that no pack knows, of a variant": Bad(
        HEAD + SITES + PLAIN + "variants: {V: {with: {sites.lab.provider: phone}}}\n", variants=("V",)
    ),
    "a device by a near name": after(
        "terminals: {region: USA, time: 1 h/visit, devices: {mine: {device: Phone, share: 100 %, power: 5 W, lifetime: 9 year}}}"
    ),
    "a word that is none of the choices": after(
        "activities: [{item: steel, tier: networks, stage: manufacture, amount: 1 kg}]"
    ),
    "no part of the service": after(""),
    # --- quantities -------------------------------------------------------------------------------------------------
    "wrong dimension": after("inference: {site: lab, energy: 1.4 W/prompt}"),
    "wrong unit of the demand": after("inference: {site: lab, energy: 1.38e-3 kWh/image}"),
    "a total where a rate belongs": after("inference: {site: lab, energy: 500 kWh}"),
    "two flows of the demand fit": Bad(
        STUDY
        + "functional_units: {FU1: {demand: {prompts: 5 prompt, retries: 2 prompt}}}\n"
        + SITES
        + PLAIN
    ),
    "missing unit": after("inference: {site: lab, energy: 0.0014}"),
    "a bare number for h per day": after(DEVICE.format(daily_use="1")),
    "a formula that is a bare number for h per day": after(DEVICE.format(daily_use="'= 24 / 8'")),
    "a bare end of h per day": after(DEVICE.format(daily_use="{value: 4 h/day, low: 1, high: 6 h/day}")),
    "a bare spread of h per day": after(DEVICE.format(daily_use="{value: 4 h/day, law: {normal: {sd: 1}}}")),
    "a bare number for h per day in a pack": Bad(
        HEAD + "terminals: {region: USA, time: 1 h/visit, devices: {phone: {share: 100 %}}}\n",
        {"parameters": swapped(PARAMETERS, ("daily_use,2,h/day", "daily_use,2,1"))},
    ),
    "too small a number": after("inference: {site: lab, energy: {value: 1 Wh/prompt, low: 1e-400 Wh/prompt}}"),
    "too small a number in a formula": after("inference: {site: lab, energy: '= 1e-400 [Wh/prompt]'}"),
    "gCO2e in a field": after("parameters: {intensity: 400 gCO2e/kWh}\n" + PLAIN),
    "gCO2e in a formula": after("inference: {site: lab, energy: '= 1 [kWh/prompt] * 400 [gCO2e/kWh]'}"),
    "gCO2e in a figure": after(PLAIN + "expect: {g: {of: FU1, criterion: GWP, value: 5 tCO2e, source: paper}}\n"),
    "missing unit of a range": after("inference: {site: lab, energy: {value: 2 Wh/prompt, low: 1, high: 3 Wh/prompt}}"),
    "a range in another dimension": after("inference: {site: lab, energy: {value: 2 Wh/prompt, low: 1 W/prompt}}"),
    "a value outside its range": after("inference: {site: lab, energy: {value: 2 Wh/prompt, low: 3 Wh/prompt}}"),
    "unknown unit": after("inference: {site: lab, energy: 1.4 kwh/prompt}"),
    "plural unit": after("inference: {site: lab, energy: 1.4 Wh/prompts}"),
    "decimal comma": after("inference: {site: lab, energy: '1,4 Wh/prompt'}"),
    "a unit that hangs other programs": after("inference: {site: lab, energy: 1 Wh^10**10**10/prompt}"),
    "a number without end": after("inference: {site: lab, energy: 10**10**10 Wh/prompt}"),
    "too large a number": after("inference: {site: lab, energy: 1e999 Wh/prompt}"),
    "not a number": after("inference: {site: lab, energy: nan Wh/prompt}"),
    "infinite": after("inference: {site: lab, energy: inf}"),
    "out of all proportion": after("inference: {site: lab, energy: '= 1e200 [Wh/prompt] * 1e200'}"),
    "negative lifetime": after(
        "inference: {site: lab, energy: 1 Wh/prompt, server: {device: server, time: 1 s/prompt, lifetime: -3 year}}"
    ),
    "zero lifetime": after(
        "inference: {site: lab, energy: 1 Wh/prompt, server: {device: server, time: 1 s/prompt, lifetime: 0 year}}"
    ),
    "aur above 100 %": after(
        """
        inference:
          site: lab
          energy: 1 Wh/prompt
          server: {device: server, time: 1 s/prompt, lifetime: 3 year, aur: {value: 90 %, low: 0 %, high: 120 %}}
        training:
          site: lab
          aur: "= 2 * 60 %"
          runs: {v1: {energy: 1 MWh}}
        """
    ),
    "aur of a fleet": after(
        """
        inference:
          site: lab
          server: {device: server, lifetime: 3 year, time: 10 min/prompt}
          fleet: {servers: 2 server, period: 1 year, power: 300 W/server, serves: 1e6 prompt}
        """
    ),
    "a PUE below 1": Bad(HEAD + "sites: {lab: {region: USA, pue: 0.9}}\n" + PLAIN),
    "shares of devices": after(
        """
        terminals:
          region: USA
          time: 1 h/visit
          devices:
            phone: {share: 60 %}
            laptop: {share: 30 %, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}
        """
    ),
    "shares of regions": Bad(HEAD + "sites: {lab: {region: {USA: 60 %, FRA: 50 %}, pue: 1.2}}\n" + PLAIN),
    # --- formulas ---------------------------------------------------------------------------------------------------
    "unquoted formula": after("inference: {site: lab, energy: = max(1, 2) * 1 [Wh/prompt]}"),
    "unquoted formula with a unit": after("inference: {site: lab, energy: = 2 * 1 [Wh/prompt]}"),
    "unknown name": after("parameters: {watts: 3 W}\ninference: {site: lab, energy: '= wats * 1 [s/prompt]'}"),
    "unknown path": after("inference: {site: lab, energy: '= inference.sever.power * 1 [s/prompt]'}"),
    "a path to no quantity": after("inference: {site: lab, energy: '= sites.lab * 1 [s/prompt]'}"),
    "a field that is not stated": after("inference: {site: lab, energy: '= inference.images * 1 [Wh/image]'}"),
    "a name with two meanings": after("parameters: {visits: 3 visit}\ninference: {site: lab, energy: '= visits * 1 [Wh/prompt/visit]'}"),
    "cycle": after(
        """
        parameters:
          a: "= b + 1 [W]"
          b: "= 2 * c"
          c: "= a - 1 [W]"
        inference: {site: lab, energy: "= a * 1 [s/prompt]"}
        """
    ),
    "a formula that needs itself": after("inference: {site: lab, energy: '= inference.energy * 2'}"),
    "adding what does not add": after("inference: {site: lab, energy: '= 1 [Wh/prompt] + 3 [s/prompt]'}"),
    "comparing what does not compare": after("inference: {site: lab, energy: '= min(1 [Wh/prompt], 3 [GB])'}"),
    "log2 of a quantity": after("inference: {site: lab, energy: '= log2(8 [GB]) * 1 [Wh/prompt]'}"),
    "wrong dimension of a formula": after("inference: {site: lab, energy: '= 2 * 3 [GB]'}"),
    "a function that is none": after("inference: {site: lab, energy: '= cbrt(2) * 1 [Wh/prompt]'}"),
    "a power of a quantity": after("inference: {site: lab, energy: '= 2 [Wh/prompt] ^ 1.5'}"),
    "an exponent with a unit": after("inference: {site: lab, energy: '= 2 ^ 1 [h] * 1 [Wh/prompt]'}"),
    "a line of points that are no two": after("inference: {site: lab, energy: '= interp(2, 1, 1 [Wh/prompt], 3)'}"),
    "a line of points of two dimensions": after("inference: {site: lab, energy: '= interp(2, 1, 1 [Wh/prompt], 3, 2 [Wh/visit])'}"),
    "a line asked at another quantity": after("inference: {site: lab, energy: '= interp(2 [h], 1, 1 [Wh/prompt], 3, 2 [Wh/prompt])'}"),
    "a line whose points do not rise": after("inference: {site: lab, energy: '= interp(2, 3, 1 [Wh/prompt], 1, 2 [Wh/prompt])'}"),
    "a multiple of another quantity": after("inference: {site: lab, energy: '= round_up(2 [Wh/prompt], 1 [Wh])'}"),
    "a multiple of 0": after("inference: {site: lab, energy: '= round_up(2 [Wh/prompt], 0 [Wh/prompt])'}"),
    "a floor of a quantity": after("inference: {site: lab, energy: '= floor(2 [Wh/prompt])'}"),
    "a root of less than 0": after("inference: {site: lab, energy: '= sqrt(-2) * 1 [Wh/prompt]'}"),
    "a logarithm of 0": after("inference: {site: lab, energy: '= ln(0) * 1 [Wh/prompt]'}"),
    "a range of a formula": after("inference: {site: lab, energy: {value: '= 1 [Wh/prompt]', low: 0.5 Wh/prompt}}"),
    "a formula too deep": after(f"inference: {{site: lab, energy: '= {'(' * 60}1 [Wh/prompt]{')' * 60}'}}"),
    "a formula too long": after(f"inference: {{site: lab, energy: '= 1 [Wh/prompt]{' + 1 [Wh/prompt]' * 150}'}}"),
    "a unit to the power of 100": after(f"inference: {{site: lab, energy: '= {' * '.join(['w'] * 120)}'}}\nparameters: {{w: 3 W}}"),
    # --- names of things ---------------------------------------------------------------------------------------------
    "unknown site": after("inference: {site: lb, energy: 1 Wh/prompt}"),
    "unknown training version": after("training: {site: lab, include: [v1, v3], runs: {v1: {energy: 1 kWh}, v2: {energy: 1 kWh}}}"),
    "unknown criterion": Bad("study: {criteria: [GWP, GPW], packs: [tiny]}\n" + UNITS + SITES + PLAIN),
    "unknown pack": Bad("study: {criteria: [GWP], packs: [tiny, boavizta-2023]}\n" + UNITS + SITES + PLAIN),
    "unknown source": after("inference: {site: lab, energy: {value: 1 Wh/prompt, source: papr, at: p. 3}}"),
    "unknown basis": after("inference: {site: lab, energy: {value: 1 Wh/prompt, basis: guessed}}"),
    "published without a source": after("inference: {site: lab, energy: {value: 1 Wh/prompt, basis: published}}"),
    "unknown functional unit": Bad(HEAD + SITES + PLAIN, functional_units=("FU2",)),
    "unknown variant": Bad(HEAD + SITES + PLAIN + "variants: {L: {with: {inference.energy: 2 Wh/prompt}}}\n", variants=("M",)),
    "a named twice": Bad("study: {criteria: [GWP, GWP], packs: [tiny]}\n" + UNITS + SITES + PLAIN),
    # --- factors -----------------------------------------------------------------------------------------------------
    "missing item": after(
        "activities: [{item: lapotp, tier: terminals, stage: embodied, amount: 1 device}]",
        swapped(HEAD, ("[GWP]", "[GWP, PE]")),
    ),
    "missing criterion": after(
        "activities: [{item: monitor, tier: terminals, stage: embodied, amount: 1 device}]",
        swapped(HEAD, ("[GWP]", "[GWP, PE, ADPe]")),
    ),
    "missing region": Bad(HEAD + "sites: {lab: {region: UAS, pue: 1.2}}\n" + PLAIN),
    "missing stage": after("activities: [{item: phone, tier: terminals, stage: use, amount: 1 device}]"),
    "a pack has it": after("activities: [{item: smartphone, tier: terminals, stage: embodied, amount: 1 device}]"),
    "an amount that the factor is not per": after("activities: [{item: steel, tier: network, stage: manufacture, amount: 3 m}]"),
    "a gap of an item that is nowhere": Bad(
        "study: {criteria: [GWP], packs: [tiny], not_assessed: [{item: labb, reason: x}, {item: cable, reason: y}]}\n" + UNITS + SITES + PLAIN
    ),
    "a gap of no criterion": Bad(
        "study: {criteria: [GWP], packs: [tiny], not_assessed: [{criterion: gpw, tier: network, reason: none}]}\n" + UNITS + SITES + PLAIN
    ),
    "a proxy for what is nowhere": Bad(
        "study: {criteria: [GWP], packs: [tiny], proxies: [{criterion: PE, from: ADPff, for: terminal, reason: none}]}\n"
        + UNITS + SITES + PLAIN
    ),
    "out of scope and counted": Bad(
        "study: {criteria: [GWP], packs: [tiny], out_of_scope: [{phase: inference, reason: small}]}\n" + UNITS + SITES + PLAIN
    ),
    "a gap of nothing": Bad(
        "study: {criteria: [GWP], packs: [tiny], not_assessed: [{reason: no time}]}\n" + UNITS + SITES + PLAIN
    ),
    "a proxy in another unit": Bad(
        "study: {criteria: [PE], packs: [tiny], proxies: [{criterion: PE, from: GWP, for: monitor, reason: none}]}\n"
        + UNITS
        + "activities: [{item: monitor, tier: terminals, stage: embodied, amount: 1 device}]\n"
    ),
    # --- variants, overlays, sums --------------------------------------------------------------------------------------
    "a path that does not exist": Bad(
        HEAD + SITES + PLAIN + "variants: {L: {with: {inference.server.aur: 50 %, sites.lap.pue: 1.1, inference.enrgy: 1 Wh/prompt}}}\n",
        variants=("L",),
    ),
    "no path at all": Bad(HEAD + SITES + PLAIN + "variants: {L: {with: {inference..energy: 1 Wh/prompt}}}\n", variants=("L",)),
    "a path into a list": Bad(
        HEAD
        + "activities: [{item: steel, tier: network, stage: manufacture, amount: 3 kg}]\n"
        + "variants: {L: {with: {activities.steel.amount: 4 kg}}}\n",
        variants=("L",),
    ),
    "a variant of nothing": Bad(HEAD + SITES + PLAIN + "variants: {L: {titel: Large}}\n"),
    "a variant that changes the figures": Bad(
        HEAD + SITES + PLAIN + "expect: {g: {of: FU1, criterion: GWP, at_most: 1 kgCO2eq, source: paper}}\n"
        "variants: {L: {with: {expect.g.at_most: 2 kgCO2eq}}}\n",
        variants=("L",),
    ),
    "clashing overlays": Bad(
        STUDY
        + "functional_units: {FU1: {demand: {prompts: 5 prompt}, inference: {energy: 2 Wh/prompt}}}\n"
        + SITES
        + PLAIN
        + "variants: {L: {with: {inference.energy: 3 Wh/prompt}}}\n",
        variants=(None, "L"),
    ),
    "set twice": Bad(
        HEAD + SITES + PLAIN + "variants: {L: {with: {inference.energy: 3 Wh/prompt, inference: {energy: 4 Wh/prompt}}}}\n",
        variants=("L",),
    ),
    "extends circle": Bad("extends: other.yaml\n" + HEAD, files={"other.yaml": "extends: study.yaml\n"}),
    "extends nothing": Bad("extends: other.yaml\n" + HEAD),
    "a sum of what does not exist": Bad(
        STUDY + "functional_units: {FU1: {demand: {prompts: 5 prompt}}, all: {sum_of: [FU1, FU3]}}\n" + SITES + PLAIN
    ),
    "a sum of nothing": Bad(
        STUDY + "functional_units: {FU1: {demand: {prompts: 5 prompt}}, all: {title: both, sum_of: []}}\n" + SITES + PLAIN
    ),
    "a sum of itself": Bad(
        STUDY + "functional_units: {FU1: {demand: {prompts: 5 prompt}}, a: {sum_of: [b, FU1]}, b: {sum_of: [a]}}\n" + SITES + PLAIN
    ),
    "a sum with a demand": Bad(
        STUDY + "functional_units: {FU1: {demand: {prompts: 5 prompt}}, a: {sum_of: [FU1], demand: {prompts: 2 prompt}, yaer: 2030}}\n"
        + SITES
        + PLAIN
    ),
    "no year": Bad(STUDY + "functional_units: {FU1: {demand: {prompts: 5 prompt}, year: next}}\n" + SITES + PLAIN),
    # --- blocks that contradict themselves ----------------------------------------------------------------------------
    "idle power without AUR": after("inference: {site: lab, energy: 1 Wh/prompt, idle_power: 50 %}"),
    "a fleet and a measurement": after(
        """
        inference:
          site: lab
          energy: 1 Wh/prompt
          server: {device: server, lifetime: 3 year, aur: 50 %}
          fleet: {servers: 2 server, period: 1 year, power: 300 W/server, serves: 1e6 prompt, share: 50 %}
        """
    ),
    "a service without electricity": after("inference: {site: lab, server: {device: server, lifetime: 3 year, time: 1 s/prompt}}"),
    "factors of nothing": after("factors:"),
    "equipment of nothing": after("equipment:"),
    "a share of another unit": after("inference: {site: lab, energy: 1 Wh/prompt}\nexpect: {a: {of: FU1, criterion: GWP, over: {of: FU1, flow: electricity}, at_most: 1, basis: derived}}"),
    "a network of nothing": after("network: {region: USA, data: 1 MB/visit, links: {wire: {share: 100 %}}}"),
    "a run said twice": after("training: {site: lab, runs: {v1: {energy: 1 kWh, nodes: 2 server, duration: 1 h, power: 1 kW/server}}}"),
    "a run carried beyond the whole": after("training: {site: lab, allocation: per use, runs: {v1: {energy: 1 kWh, amortised_over: 2 prompt}}}"),
    "uses that share what every case carries whole": after("training: {site: lab, allocation: whole, runs: {v1: {energy: 1 kWh, amortised_over: 9 prompt}}}"),
    "a day of more than 24 hours": after(KEPT.format(use="6 h/day, standby: 1 W, standby_time: 19 h/day")),
    "standby time of nothing": after(KEPT.format(use="6 h/day, standby_time: 9 h/day")),
    "standby of what is always on": after(KEPT.format(use="6 h/day, standby: 1 W, standby_time: 9 h/day, always_on: true")),
    "always on for hours that a pack knows": after("terminals: {region: USA, time: 1 h/visit, devices: {phone: {share: 100 %, always_on: true}}}"),
    "always on or not": after(KEPT.format(use="6 h/day, always_on: yes")),
    "shared by no people": after(KEPT.format(use="6 h/day, shared_by: 2")),
    "shared by nobody": after(KEPT.format(use="6 h/day, shared_by: 0 person")),
    "a line that serves nobody knows what": after(LINE.format(of="always_on: {router: {device: laptop, power: 9 W, lifetime: 5 year}}")),
    "a line that serves neither data nor time": after(LINE.format(of="serves: 9 GB, always_on: {router: {device: laptop, power: 9 W, lifetime: 5 year}}")),
    "a line that serves for more than a day": after(LINE.format(of="serves: 30 h/day, always_on: {router: {device: laptop, power: 9 W, lifetime: 5 year}}").replace("data: 1 MB/visit", "data: 1 MB/visit, time: 1 h/visit")),
    "a line by time without a time": after(LINE.format(of="serves: 6 h/day, always_on: {router: {device: laptop, power: 9 W, lifetime: 5 year}}")),
    "a line of nothing": after(LINE.format(of="serves: 6 h/day, shared_by: 2 person")),
    "a router of two kinds": after(LINE.format(of="serves: 9 GB/month, always_on: {router: {device: laptop, equipment: laptop, power: 9 W}}")),
    "a router that lasts": after(LINE.format(of="serves: 9 GB/month, always_on: {router: {device: laptop, power: 9 W}}")),
    "a router without power": after(LINE.format(of="serves: 9 GB/month, always_on: {router: {device: laptop, lifetime: 5 year}}")),
    "a device counted by subscribers": after(LINE.format(of="serves: 9 GB/month, always_on: {router: {equipment: laptop, power: 9 W}}")),
    "a fleet that is too small": after(
        """
        inference:
          site: lab
          server: {device: server, lifetime: 3 year}
          fleet: {servers: 2 server, period: 1 year, power: 300 W/server, serves: 4 prompt}
        """
    ),
    "a fleet beside tokens": after(
        """
        inference:
          site: lab
          tokens: 50 token/prompt
          server: {device: server, lifetime: 3 year}
          fleet: {servers: 2 server, period: 1 year, power: 300 W/server, serves: 40 prompt}
        """
    ),
    "a run that nobody uses": after("training: {site: lab, allocation: per use, runs: {v1: {energy: 1 kWh}, v2: {energy: 1 kWh, amortised_over: 5 image}}}"),
    # --- calibration and expectations ---------------------------------------------------------------------------------
    "calibrated to nothing": after("inference: {site: lab, energy: {value: 1 Wh/prompt, basis: calibrated}}"),
    "fitted but not calibrated": after("inference: {site: lab, energy: {value: 1 Wh/prompt, fitted_to: [g]}}"),
    "fitted to what does not exist": after(
        """
        inference: {site: lab, energy: {value: 1 Wh/prompt, basis: calibrated, fitted_to: [gwp]}}
        expect: {gwp1: {of: FU1, criterion: GWP, at_most: 1 kgCO2eq, source: paper}}
        """
    ),
    "fitted to what does not depend on it": after(
        """
        inference: {site: lab, energy: {value: 1 Wh/prompt, basis: calibrated, fitted_to: [g]}}
        network: {region: USA, data: 1 MB/visit, links: {wire: {share: 100 %, energy: 1 kWh/GB}}}
        expect: {g: {of: FU1, criterion: GWP, where: {tier: network}, at_most: 1 kgCO2eq, source: paper}}
        """
    ),
    "more calibrated inputs than figures": after(
        """
        inference:
          site: lab
          energy: {value: 1 Wh/prompt, basis: calibrated, fitted_to: [g]}
          server: {device: server, time: {value: 1 s/prompt, basis: calibrated, fitted_to: [g]}, lifetime: 5 year}
        expect: {g: {of: FU1, criterion: GWP, at_most: 1 kgCO2eq, source: paper}}
        """
    ),
    "a fitted formula": after("inference: {site: lab, energy: {value: '= 1 [Wh/prompt]', basis: calibrated, fitted_to: [g]}}"),
    "expect misdescribed": after(
        PLAIN
        + """
expect:
  nothing: {of: FU1, criterion: GWP, source: paper}
  both: {of: FU1, criterion: GWP, value: 1 kgCO2eq, at_most: 2 kgCO2eq, source: paper}
  neither: {of: FU1, value: 1 kgCO2eq, source: paper}
  no_source: {of: FU1, criterion: GWP, value: 1 kgCO2eq}
  wrong_source: {of: FU1, criterion: GWP, value: 1 kgCO2eq, source: papers}
  wrong_unit_of: {of: FU3, criterion: GWP, value: 1 kgCO2eq, source: paper}
  wrong_variant: {of: FU1, variant: L, criterion: GWP, value: 1 kgCO2eq, source: paper}
  half: {of: FU1, criterion: GWP, over: {of: FU1}, at_least: 50 %, source: paper}
  tolerant: {of: FU1, criterion: GWP, at_least: 1 kgCO2eq, within: 5 %, source: paper}
  mapped: {of: FU1, criterion: GWP, value: {value: 1 kgCO2eq}, source: paper}
"""
    ),
    "expect of what is not there": after(
        PLAIN
        + """
expect:
  criterion: {of: FU1, criterion: PE, value: 1 MJ, source: paper}
  where: {of: FU1, criterion: GWP, where: {tier: network}, value: 1 kgCO2eq, source: paper}
  flow: {of: FU1, flow: electrcity, value: 1 kWh, source: paper}
  dimension: {of: FU1, criterion: GWP, value: 1 MJ, source: paper}
  number: {of: FU1, criterion: GWP, value: about 5, source: paper}
  compared: {of: FU1, criterion: GWP, below: {of: FU1, flow: electricity}, source: paper}
"""
    ),
    "expect of a quantity, a statistic, a score or a target misdescribed": after(
        PLAIN
        + """
expect:
  two: {of: FU1, criterion: GWP, quantity: prompts, value: 5 prompt, basis: derived}
  three: {of: FU1, criterion: GWP, flow: electricity, quantity: prompts, value: 5 prompt, basis: derived}
  lines: {of: FU1, quantity: prompts, where: {flow: electricity}, value: 5 prompt, basis: derived}
  flows: {of: FU1, flow: electricity, where: {flow: electricity}, at_least: 0 kWh, basis: derived}
  score: {of: FU1, quantity: prompts, weighted: EF3.1, at_least: 0 person*year, basis: derived}
  of_what: {of: FU1, normalised: EF3.1, at_least: 0 person*year, basis: derived}
  both_sets: {of: FU1, criterion: GWP, normalised: EF3.1, weighted: EF3.1, at_least: 0 person*year, basis: derived}
  statistic: {of: FU1, criterion: GWP, statistic: medain, at_least: 0 kgCO2eq, basis: derived}
  quantile: {of: FU1, criterion: GWP, statistic: p100, at_least: 0 kgCO2eq, basis: derived}
  divided: {of: FU1, criterion: GWP, over: {of: FU1, criterion: GWP, statistic: sd}, at_least: 0 %, basis: derived}
  samples: {of: FU1, criterion: GWP, statistic: sd, samples: 10, at_least: 0 kgCO2eq, basis: derived}
  seed: {of: FU1, criterion: GWP, seed: 3, at_least: 0 kgCO2eq, basis: derived}
  digits: {of: FU1, criterion: GWP, value: 1200 gCO2eq, digits: 20, basis: derived}
  tolerances: {of: FU1, criterion: GWP, value: 1200 gCO2eq, digits: 2, within: 1 %, basis: derived}
  bound: {of: FU1, criterion: GWP, at_most: 1200 gCO2eq, digits: 2, basis: derived}
  basis: {of: FU1, criterion: GWP, at_most: 1200 gCO2eq, basis: targte}
  gap: {of: FU1, criterion: GWP, at_most: 1200 gCO2eq, basis: target, known_gap: not yet}
"""
    ),
    "expect of a quantity, a statistic or a score that is not there": after(
        PLAIN
        + """
expect:
  near: {of: FU1, quantity: inference.enrgy, value: 1 Wh/prompt, basis: derived}
  name: {of: FU1, quantity: activ electricity of inference, value: 1 Wh, basis: derived}
  words: {of: FU1, quantity: inference.site, value: 1 Wh, basis: derived}
  unit: {of: FU1, quantity: inference.energy, value: 1 Wh/image, basis: derived}
  bare: {of: FU1, quantity: inference.energy, value: 1, basis: derived}
  held: {of: FU1, quantity: prompts, statistic: mean, value: 5 prompt, basis: derived}
  people: {of: FU1, criterion: GWP, normalised: EF3.1, value: 1 kgCO2eq, basis: derived}
  line: {of: FU1, criterion: GWP, where: {flow: electrcity}, value: 1 kgCO2eq, basis: derived}
"""
    ),
    "expect by a set that no pack has": after(
        PLAIN + "expect: {g: {of: FU1, criterion: GWP, normalised: EF3.2, value: 1 person*year, basis: derived}}\n"
    ),
    # --- several at once ------------------------------------------------------------------------------------------------
    "several at once, in two functional units, each shown once": Bad(
        """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  FU1: {demand: {prompts: 5 prompt}}
  FU2: {demand: {prompts: 5e6 prompt}}
sites:
  lab: {region: USA, pue: 0.8}
  edge: {regoin: USA}
inference:
  site: lab
  energy: 1 Wh/prompt
  server: {device: servre, share: 1/8, time: 3 s/prompt, lifetime: 5 years, aur: 140 %}
training:
  site: lob
  runs: {v1: {energy: 5 W}}
activities:
  - {item: steel, tier: network, stage: manufacture, amount: 3 m}
  - {item: stele, tier: network, stage: manufacture, amount: 3 kg}
"""
    ),
    # --- packs ----------------------------------------------------------------------------------------------------------
    "pack: not JSON": pack(package='{"name": "tiny", }'),
    "pack: not an object": pack(package="[1, 2]"),
    "pack: no licence": pack(package=without("licenses")),
    "pack: whether it may be redistributed is not said": pack(package=without("redistributable")),
    "pack: redistributable is a word": pack(package=json.dumps({**PACKAGE, "redistributable": "no"}, indent=2)),
    "pack: share_alike is a number": pack(package=json.dumps({**PACKAGE, "share_alike": 1}, indent=2)),
    "pack: no source": pack(package=without("sources")),
    "pack: a licence and a source that have no name": pack(
        package=json.dumps({**PACKAGE, "licenses": "CC-BY-4.0", "sources": [{"path": "https://example.org"}]})
    ),
    "pack: tables of no role": pack(
        package=json.dumps(PACKAGE | {"resources": [{"path": "../factors.csv", "role": "factors"}, {"path": "x.csv", "role": "numbers"}]})
    ),
    "pack: a table that is not there": pack(
        package=json.dumps(PACKAGE | {"resources": [{"path": "numbers.csv", "role": "factors"}]})
    ),
    "pack: bad columns": pack(factors=FACTORS.replace("criterion,", "criteria,", 1)),
    "pack: too few cells": pack(factors=row("tin,manufacture,,2020,GWP,1,kgCO2eq")),
    "pack: semicolons": pack(factors=FACTORS.replace(",", ";")),
    "pack: wrong dimension": pack(factors=row("tin,manufacture,,2020,GWP,1,kg,kg,,,,p. 9,B,")),
    "pack: low above value": pack(factors=row("tin,manufacture,,2020,GWP,1,kgCO2eq,kg,2,3,,p. 9,B,")),
    "pack: not a number": pack(factors=row("tin,manufacture,,2020,GWP,NaN,kgCO2eq,kg,,,,p. 9,B,\ntin,use,,2020,GWP,\"1,5\",kgCO2eq,kg,,,,p. 9,B,")),
    "pack: digits of another script": pack(factors=row("tin,manufacture,,2020,GWP,９,kgCO2eq,kg,,,,p. 9,B,\ntin,use,,2020,GWP,1,kgCO2eq,kg,,٣,,p. 9,B,")),
    "pack: too small a number": pack(factors=row("tin,manufacture,,2020,GWP,1e-400,kgCO2eq,kg,,,,p. 9,B,\ntin,use,,2020,GWP,1,kgCO2eq,kg,1e-400,,,p. 9,B,")),
    "pack: gCO2e": pack(
        factors=row("tin,manufacture,,2020,GWP,1,gCO2e,kg,,,,p. 9,B,\ntin,use,,2020,GWP,1,kg CO2-eq,kg,,,,p. 9,B,"),
        parameters=PARAMETERS + "phone,,2020,weight,1,kgCO2e/device,,,,p. 2,B,\n",
    ),
    "pack: two rows for one key": pack(factors=row("phone,manufacture,,2020,GWP,51,kgCO2eq,device,,,,p. 9,B,")),
    "pack: unknown criterion": pack(factors=row("tin,manufacture,,2020,GPW,1,kgCO2eq,kg,,,,p. 9,B,")),
    "pack: unknown stage, year, quality, no place": pack(factors=row("tin,manufactur,,20,GWP,1,kgCO2eq,kg,,,,,F,")),
    "pack: total and parts": pack(factors=row("laptop,end of life,,2020,GWP,1,kgCO2eq,device,,,,p. 9,B,")),
    "pack: parameters": pack(parameters=PARAMETERS + "phone,,2020,power,6,W,,,,p. 2,B,\nphone,,2020,weight,1,kilo,,,,p. 2,B,\n"),
    "pack: a profile of another dimension": Bad(
        HEAD + "terminals: {region: USA, time: 1 h/visit, devices: {phone: {share: 100 %}}}\n",
        {"parameters": swapped(PARAMETERS, ("phone,,2020,power,5,W", "phone,,2020,power,5,kWh"))},
    ),
    "pack: empty": pack(factors=""),
}  # fmt: skip


def told(attempt: Callable[[], object]) -> str:
    """The message of what cannot be done."""
    with pytest.raises(Problems) as caught:
        attempt()
    return f"{caught.value}\n"


def golden(name: str, text: str) -> None:
    """Compare with a golden file, or write it."""
    slug = "".join(c if c.isalnum() else "-" for c in name).strip("-").replace("--", "-")
    path = GOLDEN / f"{slug}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages name files as seen from the folder of the scenario."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", BAD)
def test_messages(tmp_path: Path, name: str) -> None:
    bad = BAD[name]
    for other, text in bad.files.items():
        written(tmp_path, text, other)
    path, packs = written(tmp_path, bad.text), write_pack(tmp_path, **bad.pack)
    message = told(lambda: Run(path, [packs]).compile(bad.functional_units, bad.variants))
    golden(name, f"{bad.text.rstrip()}\n\n{'-' * 120}\n{message}")


def test_every_golden_file_has_its_case() -> None:
    assert len(list(GOLDEN.glob("*.txt"))) == len(BAD) + len(FILES)


# --- files that are no scenario ------------------------------------------------------------------------------------------


def _text(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text, encoding="utf-8") and None


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


FILES: dict[str, Callable[[Path], None]] = {
    "file: empty": _text(""),
    "file: only a comment": _text("# nothing yet\n"),
    "file: binary": _bytes(bytes(range(256)) * 4),
    "file: a workbook": _bytes(b"PK\x03\x04rest of the archive"),
    "file: latin-1": _bytes("study: {title: Étude}".encode("latin-1")),
    "file: 50 MB": _sparse,
    "file: a directory": lambda path: path.mkdir(),
    "file: a pipe": os.mkfifo,
    "file: missing": lambda path: None,
    "file: alias bomb": _text(f"study:\n  p0: &p0 [lol, lol]\n{FAN_OUT}\n"),
    "file: deep nesting": _text("a: " + "[" * 200_000),
    "file: deep blocks": _text("".join(f"{'  ' * i}a{i}:\n" for i in range(100))),
    "file: a list": _text("- study\n- functional_units\n"),
    "file: a tab": _text("study:\n\ttitle: x\n"),
    "file: unseen characters": _text("study: {title: a\u202eb}\n"),
}


@pytest.mark.parametrize("name", FILES)
def test_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "study.yaml"
    FILES[name](path)
    golden(name, told(lambda: Run(path)))


def test_a_device_without_end() -> None:
    assert "this is not a plain file" in told(lambda: Run("/dev/zero"))


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").symlink_to(tmp_path / "study.yaml")
    assert "study.yaml cannot be read: Too many levels of symbolic links" in told(lambda: Run("study.yaml"))


def test_a_name_too_long_for_a_file() -> None:
    assert "cannot be read: File name too long" in told(lambda: Run("a" * 5000))


def test_more_than_a_hundred_problems_are_cut_off(tmp_path: Path) -> None:
    lines = "".join(f"  p{i}: {i} furlongz\n" for i in range(3000))
    path, packs = written(tmp_path, HEAD + SITES + PLAIN + "parameters:\n" + lines), write_pack(tmp_path)
    message = told(lambda: Run(path, [packs]).compile())
    assert message.count("furlongz is not a unit") == 100
    assert "more than 100 problems: the rest is not looked for" in message


def test_long_chains_of_names_in_either_order(tmp_path: Path) -> None:
    """5,000 parameters, each of which needs the next."""
    names = [f"  p{i}: '= p{i + 1} + 1 [W]'" for i in range(5000)]
    for chain in (names, names[::-1]):
        blocks = "parameters:\n" + "\n".join([*chain, "  p5000: 1 W", ""])
        text = HEAD + SITES + blocks + "inference: {site: lab, energy: '= p0 * 3600 [s/prompt]'}\n"
        result, _ = Run(written(tmp_path, text), [write_pack(tmp_path)]).compile()
        assert result.total("FU1", "GWP") == pytest.approx(5 * 5.001 * 1.2 * 0.4 / 2)


def test_a_long_cycle_is_found(tmp_path: Path) -> None:
    names = "".join(f"  p{i}: '= p{(i + 1) % 5000}'\n" for i in range(5000))
    message = told(lambda: Run(written(tmp_path, HEAD + SITES + PLAIN + "parameters:\n" + names)).compile())
    assert message.count("a formula needs its own result") == 1


def spans(folder: Path, text: str) -> Iterator[tuple[str, int, int]]:
    """The places of all problems of a scenario."""
    try:
        Run(written(folder, text), [write_pack(folder)]).compile()
    except Problems as found:
        yield from (problem.spans[0][:3] for problem in found.problems if problem.spans)


def test_problems_stand_in_the_order_of_the_text(tmp_path: Path) -> None:
    places = list(spans(tmp_path, BAD["several at once, in two functional units, each shown once"].text))
    assert len(places) == 9
    assert places == sorted(places)


def test_a_region_with_factors_by_other_criteria_is_not_taken_for_another_region(tmp_path: Path) -> None:
    """India has GWP and ADPe in the pack, and no sound PE: no other country is suggested for it."""
    path = tmp_path / "india.yaml"
    path.write_text(
        "study: {criteria: [GWP, PE], packs: [boavizta-2023-11]}\n"
        "functional_units: {one: {demand: {requests: 1 request}}}\n"
        "activities: [{item: electricity, tier: data centre, stage: use, region: IND, amount: 1 kWh/request}]\n"
    )
    with pytest.raises(Problems, match="IND has factors by ADPe, GWP, and none by PE"):
        Run(path).compile()
