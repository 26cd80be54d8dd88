"""A study is the same in any unit: each quantity, in scenarios and in every table of a pack, written in others.

The wide study holds every block in every form; its pack is written in prefixed units, ratios of unlike units and
hundredths. Rewritten one at a time the totals stay; rewritten all together nothing that any reader says moves.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import cache, partial
from operator import eq
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.compile import Model
from lca.disk.workspace import Library, Run
from lca.model.case import CaseKey
from lca.processes import activities
from lca.questions.breakeven import break_even
from lca.questions.compare import compare, side
from lca.questions.explain import Step, explain
from lca.questions.normalise import normalised, references, scores, weights
from lca.questions.quality import quality
from lca.questions.selection import Selection, node
from lca.questions.sensitivity import sensitivities
from lca.questions.sweep import asked, axis, sweep
from lca.questions.uncertainty import uncertainty
from lca.result import Result
from lca.scenario import Scenario
from lca.text.documents import Located
from lca.units import Namespace, Unit, UnitError, scale, unit
from lca.views import template
from lca.workbook import writing
from tests import bench_pack
from tests.bench_pack import PACKAGE, lay, written
from tests.other_units import OWN, Rewrite, Spot, in_another, in_percent, rewritten, spots
from tests.test_fuzz import GOOD
from tests.test_workbook import differences, edited, recomputed, values_of
from tests.whole import WHOLE, some

SAME = 1e-12
CRITERIA = Library().criteria

WIDE = """\
study:
  title: Everything, in many units
  criteria: [GWP, PE, ADPe, WC, FE]
  packs: [mixed]
  proxies:
    - {criterion: PE, from: ADPf, for: phone, reason: most of it}
  not_assessed:
    - {criterion: ADPe, stage: use, reason: no figure}
    - {criterion: ADPe, item: kit, reason: no figure}
    - {criterion: PE, item: kit, reason: no figure}
    - {criterion: ADPe, item: steel, reason: no figure}
    - {criterion: PE, item: steel, reason: no figure}
    - {criterion: ADPe, item: node, reason: no figure}
    - {criterion: PE, item: node, reason: no figure}
    - {criterion: ADPe, item: answer, reason: no figure}
    - {criterion: PE, item: answer, reason: no figure}
functional_units:
  one:
    demand: {visits: 1 visit, prompts: {value: 4 prompt, low: 2 prompt, high: 9 prompt}}
    training: {allocation: per use, include: [v2]}
  year:
    demand: {visits: {value: 2.5e6 visit, low: 1e6 visit, high: 4e6 visit}, prompts: "= visits * 0.8 [prompt/visit]"}
  both: {sum_of: [one, year]}
  later:
    years: 2023..2026
    demand: {visits: 5 visit, prompts: {2022: 4 prompt, 2026: {value: 9 prompt, low: 6 prompt, high: 12 prompt}}}
    rates: {demand.visits: {value: 30 %/year, low: 10 %/year, high: 60 %/year}, parameters.reply: 0.05 %/day, sites.lab.pue: 1 %/year}
    training: {allocation: per use, include: [v2]}
    parameters: {stock: {2023: 1.1 TB, 2030: 2100 GB}}
units: [parcel]
parameters:
  wraps: {value: 3 parcel, low: 2 parcel, high: 5 parcel}
  reply: {value: 0.4 ktoken/prompt, low: 100 token/prompt, high: 1.2 ktoken/prompt, law: lognormal}
  stock: 1.1 TB
  disk: 100 GB
  disks: "= ceil(stock / disk) + floor(round_up(stock, disk) / stock) + sqrt(disk / stock)"
  line: "= interp(stock, 1 [TB], 2 [Wh/prompt], 2000 [GB], 9 [kJ/prompt]) * (stock / disk) ^ -0.3"
  size: {value: 20e9, low: 8e9, high: 70e9}
  law: "= exp(-size / 40e9) * log2(1024) + 0.25"
  slower: "= max(3 [Wh/prompt], 0.0048 [MJ/prompt], min(9 [kJ/prompt], 0.004 [kWh/prompt])) * law + line"
methods:
  by-metal:
    title: By its metal
    takes: {metal: {unit: kg, text: how much}, sheet: {unit: m^2, default: {value: 50 cm^2, low: 0.002 m^2, high: 100 cm^2}, text: of one board}}
    parameters: {weight: {value: 2 g/cm^2, low: 10 kg/m^2, high: 3 g/cm^2}}
    gives: {parts: {steel: = metal + sheet * weight}}
  per-token:
    title: An answer by its tokens
    takes:
      made: {unit: token, per_work: true, text: tokens of an answer}
      wait: {unit: s, per_work: true, text: time before the first}
      pace: {unit: token/s, default: 3 ktoken/min, text: how fast they come}
      known: {unit: h, per_work: true, optional: true, text: time in all}
    parameters: {each: {value: 4 J/token, low: 0.5 Wh/ktoken, high: 12 MJ/Mtoken}, host: {value: 0.9 kW, low: 500 W, high: 1200 J/s}}
    equations: {time: "= min(made / pace + wait, known)"}
    gives:
      energy: = made * each + time * host / 8
      server: {device: rig, share: 1/8, time: = time, lifetime: 48 month}
factors:
  valley: {item: electricity, region: valley, impacts: {GWP: {value: 11 gCO2eq/kWh, low: 4 kgCO2eq/MWh, high: 25 gCO2eq/kWh}, PE: {value: 3.6 MJ/kWh, law: {normal: {sd: 0.1 MJ/kWh}}}}}
  lookup: {stage: use, impacts: {GWP: 10 mgCO2eq/prompt, PE: 2 kJ/prompt}}
  card: {impacts: {GWP: {value: 164 kgCO2eq/GPU, low: 0.143 tCO2eq/GPU, high: 318 kgCO2eq/GPU}}}
  twin: {impacts: {GWP: "= factors.card.impacts.GWP * 2 [GPU/device]"}}
equipment:
  node: {parts: {card: {value: 8 GPU, low: 4 GPU, high: 8 GPU}, steel: 3 kg, twin: "= 300 [g] / 0.1 [kg] * 2 [device]", box: 1 device}}
  box: {method: by-metal, metal: {value: 2 kg, low: 1500 g, high: 0.003 t}, parts: {card: 1 GPU}}
sites:
  lab: {region: USA, pue: {value: 1.3, low: 1.1, high: 1.6}, wue: {value: 0.4 L/kWh, low: 0.1 mL/Wh, high: 0.2 L/MJ}, supply: {wind: {value: 60 %, low: 40 %, high: 90 %}, residual-FRA: 40 %}}
  edge: {region: {FRA: {value: 40 %, low: 20 %, high: 60 %}, World: 60 %}, provider: cloudy}
terminals:
  region: {FRA: 1/4, World: 3/4}
  time: {value: 3 min/visit, low: 45 s/visit, high: 0.15 h/visit}
  devices:
    phone: {share: {value: 60 %, low: 40 %, high: 80 %}}
    tower:
      device: laptop
      share: 40 %
      power: {value: 100 W, low: 0.05 kW, high: 150 W}
      lifetime: {value: 5 year, low: 1300 day, high: 84 month}
      daily_use: {value: 4 h/day, low: 90 min/day, high: 2190 h/year}
      standby: {value: 2 W, low: 500 mW, high: 0.004 kW}
      standby_time: {value: 10 h/day, low: 200 min/day, high: 50 %}
      shared_by: {value: 1.5 person, low: 1 person, high: 3 person}
      accessories:
        screen: {device: laptop, count: 1.5, power: 30 W, lifetime: 6 year, daily_use: 4 h/day}
        hub: {device: laptop, power: 9000 mW, lifetime: 60 month, daily_use: 360 min/day, always_on: true}
network:
  region: World
  data: {value: 2 MB/visit, low: 8 Mbit/visit, high: 5 MiB/visit}
  time: {value: 200 s/visit, low: 1 min/visit, high: 0.1 h/visit}
  links:
    fibre:
      share: 70 %
      serves: {value: 200 GB/month, low: 1 TB/year, high: 80 Gbit/day}
      shared_by: 2 person
      always_on: {router: {device: laptop, power: {value: 87.6 kWh/year, low: 5 W, high: 0.02 kW}, lifetime: 5 year}, line: {equipment: subscription, power: 1 W}}
    air: {share: 30 %, energy: {value: 0.2 kWh/GB, law: {normal: {sd: 0.09 MJ/GB}}}, equipment: kit, serves: {value: 6 h/day, low: 120 min/day, high: 50 %}, always_on: {line: {power: 1 W}}}
web_hosting:
  site: edge
  server: {device: server, lifetime: 5 year, time: 3.6 s/visit, share: 1/2}
  fleet: {servers: 4 server, period: 1 year, power: {value: 200 W/server, low: 0.1 kW/server, high: 300 W/server}, serves: 1e7 visit, share: 50 %, share_by: time}
storage: {site: lab, metered: site, data: 5 MB/visit, kept: 18 month, copies: 3, energy: 0.01 kWh/GB/year, device: medium, density: 10 TB/device, lifetime: 60 month}
inference:
  chat:
    site: lab
    tokens: {value: 0.3 ktoken/prompt, low: 100 token/prompt, high: 900 token/prompt}
    energy: {value: 4 J/token, low: 0.5 Wh/ktoken, high: 12 MJ/Mtoken}
    idle_power: 60 %
    server: {device: rig, share: 1/8, time: {value: 20 ms/token, law: {choices: {10 s/ktoken: 40 %, 0.04 s/token: 60 %}}}, lifetime: 5 year, aur: {value: 25 %, low: 12 %, high: 50 %}}
  search: {site: edge, energy: "= slower"}
  cluster:
    site: edge
    tokens: "= parameters.reply"
    server: {device: rig, lifetime: 4 year, time: 0.02 s/token}
    fleet: {servers: "= disks * 2 [server]", period: 12 month, energy: 40 MWh, serves: 2 Gtoken}
  served:
    site: lab
    method: per-token
    made: {value: 0.2 ktoken/prompt, low: 50 token/prompt, high: 900 token/prompt}
    wait: 400 ms
    server: {aur: 1/4}
training:
  site: lab
  device: server
  lifetime: 5 year
  aur: 80 %
  idle_power: 40 %
  allocation: whole
  runs:
    v1: {energy: 500 kWh, idle_energy: {value: 90 kWh, low: 0.2 GJ, high: 1 GJ}, nodes: 2 server, duration: 50 h}
    v2: {power: 3 kW/server, nodes: 2 server, duration: 2 day, amortised_over: 1e6 prompt}
    cards: {from: v1, site: edge, time: {value: 800 GPU*h, low: 20 GPU*day, high: 4e6 GPU*s}, power: {value: 400 W/GPU, low: 0.2 kW/GPU, high: 700 W/GPU}, gpus: 8 GPU/server, experiments: 20 %, lifetime: 40 month, aur: 70 %}
    counted: {from: cards, compute: {value: 1e20 FLOP, low: 30 EFLOP, high: 2e8 TFLOP}, speed: 0.3 PFLOP/s/GPU, utilisation: {value: 40 %, low: 30 %, high: 50 %}, power: 5 kW/server, gpus: 8 GPU/server, idle_power: 30 %, amortised_over: 1e6 prompt, allocation: repeated, phase: data, uses_of: everybody}
activities:
  - {name: heat, item: electricity, tier: data centre, stage: use, region: {FRA: 1/4, USA: 3/4}, amount: 29 MJ}
  - {item: steel, tier: network, stage: manufacture, amount: "= demand.visits * 3 [g/visit]"}
  - {name: answers, item: answer, tier: network, stage: manufacture, amount: 2e-3}
  - {item: lookup, tier: data centre, stage: use, amount: "= demand.prompts * 1"}
  - {name: hydro, item: electricity, tier: data centre, stage: use, region: valley, amount: 2 kWh}
  - {item: node, tier: data centre, stage: embodied, amount: 1e-8 GPU/prompt}
  - {name: spares, item: medium, tier: network, stage: embodied, amount: "= (disks + 40 * wraps / 1 [parcel]) / 1000"}
variants:
  L: {title: Large, with: {functional_units.year.training.include: [v1], functional_units.year.training.with_ancestors: true, inference.chat.server.aur: 30 %, inference.search.energy: 9 kJ/prompt}}
expect:
  near: {of: year, criterion: GWP, value: 60 tCO2eq, within: 5 %, basis: derived, known_gap: round numbers}
  most: {of: year, criterion: GWP, where: {phase: inference}, over: {of: year, criterion: GWP}, at_least: 10 %, basis: derived}
  less: {of: one, criterion: GWP, given: {inference.chat.server.aur: 40 %, factors.valley.impacts.GWP: 9 gCO2eq/kWh, terminals.time: 2 min/visit}, below: {of: one, criterion: GWP}, basis: derived}
  kwh: {of: year, flow: electricity, at_most: 1 TJ, basis: derived}
  reply: {of: one, quantity: parameters.reply, value: 400 token/prompt, within: 1 %, basis: derived}
  p95: {of: one, quantity: inference.chat.energy, statistic: p95, samples: 300, seed: 7, at_most: 1 TJ/token, basis: derived}
  people: {of: year, criterion: GWP, where: {flow: electricity, phase: inference}, normalised: EF3.1, at_most: 1e6 person*year, basis: target}
  score: {of: year, criterion: GWP, weighted: EF3.1, below: {of: both, criterion: GWP, weighted: EF3.1}, basis: derived}
"""

FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2024,GWP,0.06,gCO2eq,Wh,0.05,0.08,,p. 1,B,
electricity,use,USA,2024,GWP,0.11,tCO2eq,GJ,,,lognormal gsd=1.2,p. 1,B,
electricity,use,World,2024,GWP,4.8e7,mgCO2eq%,kWh,,,normal sd=5e6,p. 1,B,
electricity,use,wind,2024,GWP,12e-6,tCO2eq,kWh,,,,p. 1,B,
electricity,use,residual-FRA,2024,GWP,30,gCO2eq,MJ,20,40,,p. 1,B,
electricity,use,residual-World,2024,GWP,500,gCO2eq,kWh,,,,p. 1,B,
electricity,use,,2024,WC,3.1e3,mL,kWh,2e3,5e3,,p. 1,B,
electricity,use,FRA,2024,PE,11e3,MJ,MWh,,,,p. 1,B,
electricity,use,USA,2024,PE,2.5,kWh,kWh,,,uniform,p. 1,B,
electricity,use,World,2024,PE,2500,kJ,MJ,2000,3000,,p. 1,B,
phone,manufacture,,2024,GWP,50e3,gCO2eq,device,4e4,6e4,,p. 2,B,
phone,distribution,,2024,GWP,2e6,mgCO2eq,device,,,,p. 2,B,
phone,end of life,,2024,GWP,-0.1,tCO2eq%,device,,,,p. 2,B,
phone,manufacture,,2024,ADPf,0.6,GJ,device,,,,p. 2,B,
phone,manufacture,,2024,ADPe,1.9e3,mgSbeq,device,,,pedigree 2 3 1 1 4,p. 2,B,
laptop,embodied,,2024,GWP,0.2,tCO2eq,device,,,,p. 2,B,
laptop,embodied,,2024,PE,0.8,MWh,device,,,,p. 2,B,
laptop,embodied,,2024,ADPe,5,gSbeq,device,,,,p. 2,B,
server,embodied,,2024,GWP,1,tCO2eq,server,0.8,1.5,,p. 3,B,
server,embodied,,2024,PE,12,GJ,server,,,choices 10=40% 14=60%,p. 3,B,
server,embodied,,2024,ADPe,140,gSbeq,server,,,,p. 3,B,
chassis,embodied,,2024,GWP,2e5,gCO2eq,device,,,,p. 3,B,
chassis,embodied,,2024,PE,3e3,MJ,device,,,,p. 3,B,
chassis,embodied,,2024,ADPe,2e4,mgSbeq,device,,,,p. 3,B,
gpu,manufacture,,2024,GWP,9e7,mgCO2eq,GPU,,,,p. 3,B,
gpu,end of life,,2024,GWP,1000,kgCO2eq%,GPU,,,,p. 3,B,
gpu,embodied,,2024,PE,1.2e6,kJ,GPU,,,,p. 3,B,
gpu,embodied,,2024,ADPe,11,gSbeq,GPU,,,,p. 3,B,
board,manufacture,,2024,GWP,12.5,gCO2eq,g,,,,p. 3,B,
board,manufacture,,2024,PE,0.2,MJ,g,,,,p. 3,B,
board,manufacture,,2024,ADPe,110,gSbeq,t,,,,p. 3,B,
medium,embodied,,2024,GWP,30e3,gCO2eq,device,,,,p. 3,B,
medium,embodied,,2024,PE,4e8,mJ,device,,,,p. 3,B,
medium,embodied,,2024,ADPe,800,mgSbeq,device,,,,p. 3,B,
kit,manufacture,,2024,GWP,10,gCO2eq,GB,,,,p. 4,B,
kit,end of life,,2024,GWP,-0.25,gCO2eq,Gbit,,,,p. 4,B,
subscription,manufacture,,2024,GWP,3.3e3,gCO2eq,subscriber*month,,,,p. 4,B,
subscription,manufacture,,2024,PE,0.5,GJ,subscriber*year,,,,p. 4,B,
subscription,manufacture,,2024,ADPe,9e3,mgSbeq,subscriber*year,,,,p. 4,B,
steel,manufacture,,2024,GWP,2,tCO2eq,t,,,,p. 5,B,
answer,manufacture,,2024,GWP,3,gCO2eq,,,,,p. 5,B,
"""
FACTORS = FACTORS.replace("eq%,", "eq*%,").replace("kWh,kWh,,,uniform", "kWh,kWh,2.2,2.9,uniform")
PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
phone,,2024,power,5000,mW,2500,9000,,p. 2,B,
phone,,2024,lifetime,30,month,,,,p. 2,B,
phone,,2024,daily_use,1.2e7,ms/day,6e6,2e7,,p. 2,B,
fibre,World,2024,energy,0.18,MJ/GB,,,lognormal gsd=1.3,p. 4,B,
cloudy,,2024,pue,150,%,,,normal sd=10,p. 6,B,
cloudy,,2024,wue,200,mL/kWh,100,300,,p. 6,B,
"""
ASSEMBLIES = """\
item,component,amount,unit,low,high,at,quality,note
rig,chassis,100,device*%/server,,,p. 3,B,
rig,gpu,8,GPU/server,,,p. 3,B,
rig,board,2.5e6,mg/server,2e6,3e6,p. 3,B,
chassis-and-board,chassis,1,device/device,,,p. 3,B,
"""
NORMALISATION = """\
set,criterion,value,unit,per,at,note
mixed,GWP,7.5,tCO2eq,person*year,p. 1,
mixed,PE,6.5,GWh,person*month,p. 1,
mixed,ADPe,6.4e3,mgSbeq,person*day,p. 1,
"""
WEIGHTING = """\
set,criterion,value,unit,at,note
mixed,GWP,50,%,p. 1,
mixed,PE,0.3,1,p. 1,
mixed,ADPe,2e5,ppm,p. 1,
"""
TABLES = {
    "factors": FACTORS, "parameters": PARAMETERS, "assemblies": ASSEMBLIES, "normalisation": NORMALISATION,
    "weighting": WEIGHTING,
}  # fmt: skip


# --- tables in other units -------------------------------------------------------------------------------------------


def table(text: str, chosen: set[int], rewrite: Rewrite) -> str:
    """A table of a pack with the chosen rows in other units."""
    rows = list(csv.DictReader(io.StringIO(text)))
    made = [_row(row, rewrite, place) if place in chosen else row for place, row in enumerate(rows)]
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return out.getvalue()


def _row(row: dict[str, str], rewrite: Rewrite, chooses: int) -> dict[str, str]:
    space = CRITERIA[row["criterion"]].space if "per" in row else None
    new, factor = _unit(row["unit"], space, rewrite, chooses)
    per, under = _unit(row["per"], None, rewrite, chooses + 1) if row.get("per") else (row.get("per"), 1.0)
    factor /= under
    numbers = {key: repr(float(row[key]) * factor) for key in ("value", "amount", "low", "high") if row.get(key)}
    law = {"law": " ".join(_word(word, factor) for word in row["law"].split())} if row.get("law") else {}
    return row | {"unit": new} | ({"per": per} if per else {}) | numbers | law


def _unit(text: str, space: Namespace | None, rewrite: Rewrite, chooses: int) -> tuple[str, float]:
    old = unit(text, space)
    new = rewrite(old, chooses)
    factor = scale(old, unit(new, space))
    assert factor is not None
    return new, factor


def _word(word: str, factor: float) -> str:
    """A part of a law: a spread or a choice in the unit of the value, or a pure number."""
    name, sign, number = word.partition("=")
    if name == "sd":
        return f"sd={float(number) * factor!r}"
    return f"{float(name) * factor!r}{sign}{number}" if sign and name[0].isdigit() else word


# --- studies ---------------------------------------------------------------------------------------------------------

FOLDER = TemporaryDirectory()  # goes with the process
MET = ("terminals.time", "1 s/visit", "20 h/visit", "year")
IMPACT = 13  # the column of impacts on their sheet, from 0
SPACES = tuple(CRITERIA[key].space for key in ("GWP", "PE", "ADPe", "WC", "FE"))


class Study(NamedTuple):
    """A scenario and a pack of its own, as texts that can be rewritten; and what is asked of it on the command line."""

    name: str
    text: str
    pack: str
    tables: dict[str, str]
    swept: str
    met: tuple[str, str, str, str]  # an input, the ends between which two phases meet, and its functional unit

    @property
    def spots(self) -> list[Spot]:
        return spots(self.text, SPACES)

    @property
    def size(self) -> int:
        """How many quantities and rows there are."""
        return len(self.spots) + sum(map(_count, self.tables.values()))

    def rewritten(self, chosen: Callable[[int], bool], rewrite: Rewrite) -> Study:
        """The study with those quantities and rows in other units whose number is chosen."""
        every, first = self.spots, len(self.spots)
        text = rewritten(self.text, [spot for place, spot in enumerate(every) if chosen(place)], rewrite)
        tables = {}
        for role, rows in self.tables.items():
            tables[role] = table(rows, {row for row in range(_count(rows)) if chosen(first + row)}, rewrite)
            first += _count(rows)
        return self._replace(text=text, tables=tables)

    def run(self) -> Run:
        folder = Path(mkdtemp(dir=FOLDER.name))
        if self.pack:
            resources = [{"path": f"{role}.csv", "role": role} for role in self.tables]
            lay(folder / "packs" / self.pack, PACKAGE | {"name": self.pack, "resources": resources}, **self.tables)
        return Run(written(folder, self.text), [folder / "packs"] if self.pack else [])

    def result(self, *, of_variants: bool = True) -> Result:
        study = self.run()
        return study.compile((), (None, *(study.scenario.variants if of_variants else ())))[0]


def _count(rows: str) -> int:
    return rows.count("\n") - 1


@cache
def studies() -> dict[str, Study]:
    """The shipped scenario, the one that `lca new` writes, one of every block, and the wide one with its pack."""
    shipped = (Path(__file__).parent.parent / "scenarios" / "stable_diffusion.yaml").read_text(encoding="utf-8")
    aur, chat = "inference.server.aur", "inference.chat.server.aur"
    tables = {"factors": bench_pack.FACTORS, "parameters": bench_pack.PARAMETERS, "assemblies": bench_pack.ASSEMBLIES}
    of_each = (
        Study("stable_diffusion", shipped, "", {}, f"{aur}=10 %:0.8:5", (aur, "1 %", "0.9", "FU1")),
        Study("new", template.scenario("New", "new.yaml"), "", {}, f"{aur}=100000 ppm,80 %", (aur, "1 %", "1", "FU1")),
        Study("every_block", GOOD, "tiny", tables, f"{chat}=0.1,900000 ppm", (chat, "0.01 %", "1", "FU1")),
        Study("wide", WIDE, "mixed", TABLES, "terminals.time=6 s/visit:0.5 h/visit:4:log", MET),
    )
    return {study.name: study for study in of_each}


# --- what is read of them --------------------------------------------------------------------------------------------

Reading = dict[tuple[Any, ...], float]


def in_base(value: float, made: Unit | str) -> float:
    """A number in the coherent unit of its own."""
    own = _read(made) if isinstance(made, str) else made
    return value * own.num / own.den


def _read(text: str) -> Unit:
    for space in (None, *SPACES):
        try:
            return unit(text, space, OWN)
        except UnitError:
            continue
    raise AssertionError(text)


def totals(result: Result) -> Reading:
    return {tuple(key): result.values[index] for key, index in result.model.totals.items()}


def lines(result: Result) -> Reading:
    """Impacts and amounts line by line."""
    read: Reading = {}
    for place, line in enumerate(result.model.lines):
        key = (place, *line.total, line.item, line.flow, line.region, line.stage)
        read[*key, "impact"] = result.values[line.impact]
        read[*key, "amount"] = in_base(result.values[line.amount], result.model.graph.unit[line.amount])
    return read


def verdicts(result: Result) -> Reading:
    """What is expected and computed, and what became of it."""
    read: Reading = {}
    for each in result.verdicts:
        made = result.model.graph.unit[each.node]
        read[each.key, each.verdict, "computed"] = in_base(each.computed, made)
        read[each.key, each.verdict, "expected"] = in_base(each.published, made)
        read[each.key, "within"] = each.within
    return read


def samples(result: Result) -> Reading:
    """Samples under one seed, of totals and of parts."""
    read: Reading = {}
    for by in ((), ("phase",)):
        for estimate in uncertainty(result.model, 300, 7, by).estimates:
            spread, read_as = estimate.spread, estimate.figure[:4]
            with_sd = None if spread.mean is None or spread.sd is None else spread.mean + spread.sd
            told = {"mean": spread.mean, "with sd": with_sd, "low": spread.low, "high": spread.high}
            read |= {(*read_as, name): number for name, number in told.items()}
    return read


def drivers(result: Result) -> Reading:
    """Elasticities, indices, ranges and the figures at their ends."""
    read: Reading = {}
    for found in sensitivities(result.model, draws=256):
        key = (found.functional_unit, found.variant, found.criterion)
        read |= {(*key, "held", path): slope for path, slope in found.held}
        for driver in found.drivers:
            ends = {"low": driver.low, "high": driver.high}
            told = {name: None if end is None else in_base(end, driver.unit) for name, end in ends.items()}
            told |= {"at low": driver.at_low, "at high": driver.at_high, "elasticity": driver.elasticity}
            told["with the rest"] = None if driver.sobol is None else 1 + driver.sobol.first
            read |= {(*key, driver.path, name): number for name, number in told.items() if number is not None}
    return read


def swept(result: Result, study: Study) -> Reading:
    found = sweep(result.model, [axis(result.model, asked(study.swept))], ("phase",))
    return {
        (*one.case, one.criterion, *one.group, place): value
        for one in found.series
        for place, value in enumerate([*one.values.tolist(), one.base])
    }


def met(result: Result, study: Study) -> Reading:
    """Where training and inference, or what brings the users, meet."""
    path, start, stop, functional_unit = study.met
    phases = list(dict.fromkeys(line.phase for line in result.model.lines))[:2]
    read: Reading = {}
    for key in result.model.criteria[:1]:
        figures = [node(result.model, Selection(functional_unit, None, key, "", (("phase", p),))).index for p in phases]
        found = break_even(result.model.facts, *figures, path, start, stop)
        read[key, "base"] = in_base(found.base, found.unit)
        assert found.crossings
        for place, crossing in enumerate(found.crossings):
            read[key, place] = in_base(crossing.value, found.unit)
            read[key, place, "figure"] = crossing.first
    return read


def rests_on(result: Result) -> Reading:
    return {
        (*each[:3], of, name): share
        for each in quality(result.model)
        for of, shares in enumerate(each[3:])
        for name, share in shares.items()
    }


def weighed(result: Result, study: Study) -> Reading:
    """People and single scores, by the set of the pack."""
    library, name = study.run().library, "mixed" if study.pack == "mixed" else "EF3.1"
    known = references(library.table("normalisation", name), CRITERIA)
    people = normalised(
        {key: value for key, value in totals(result).items() if key[2] in known}, result.criteria, known, name
    )
    weight = weights(library.table("weighting", name))
    read: Reading = {tuple(each[:3]): each.people or 0.0 for each in people}
    return read | {tuple(score[:2]): score.value for score in scores(people, weight, name)}


def told(result: Result) -> Reading:
    """The numbers of the explanation of each total, where one name has one number."""
    read: dict[tuple[Any, ...], set[float]] = {}
    for key, index in result.model.totals.items():
        waiting: list[Any] = [explain(result.model, index, str(key), *key.case, fold=0).root]
        while waiting:
            step = waiting.pop()
            read.setdefault((*key, step.name), set()).add(in_base(step.value, step.unit))
            waiting += [child for child in getattr(step, "children", ()) if isinstance(child, Step)]
    return {key: next(iter(values)) for key, values in read.items() if len(values) == 1}


def inventory(result: Result) -> Reading:
    """What Brightway is given: exchanges in the coherent units of their own, and scores."""
    read: Reading = {}
    for place, activity in enumerate(activities(result, with_restricted=True).activities):
        per = 1.0 if activity.kind == "emission" or activity.unit == "unit" else in_base(1, activity.unit)
        for number, each in enumerate(activity.exchanges):
            own = in_base(1, each.unit) if each.kind == "technosphere" else 1 / per if each.kind == "biosphere" else 1
            read[place, activity.name, number, each.name, each.kind] = each.amount * own
    return read


def sheets(result: Result) -> Reading:
    """The figures that stand beside the formulas of the workbook, where they are in the units of the criteria."""
    book = openpyxl.load_workbook(io.BytesIO(writing.export(result, result.verdicts)), read_only=True, data_only=True)
    impacts = [row[IMPACT] for row in book["Impacts"].iter_rows(values_only=True) if len(row) > IMPACT]
    rows = [*enumerate(book["Results"].iter_rows(values_only=True)), *enumerate([each] for each in impacts)]
    return {
        (number, place, column, len(row)): float(value)
        for number, (place, row) in enumerate(rows)
        for column, value in enumerate(row)
        if isinstance(value, int | float)
    }


# --- the same in any unit --------------------------------------------------------------------------------------------

READERS = (totals, lines, verdicts, samples, drivers, rests_on, told, inventory, sheets)
ASKED = (swept, met, weighed)
LOOSE = {"drivers": 1e-9}  # where the shares of a mix vary together
PART = 0.8  # of the names in an explanation, at least, are the same: a change of unit is a step of its own


@cache
def readings(name: str, rewrite: Rewrite | None) -> dict[str, Reading]:
    """All that readers say of a study, as it is or with everything in other units."""
    study = studies()[name]
    study = study.rewritten(lambda _: True, rewrite) if rewrite else study
    result = study.result()
    return {reader.__name__: reader(result) for reader in READERS} | {
        reader.__name__: reader(result, study) for reader in ASKED
    }


REWRITTEN = [(name, rewrite) for name in studies() for rewrite in (in_percent, in_another)]
TRIED = [each for each in REWRITTEN if WHOLE or each != ("wide", in_percent)]  # which alone takes as long as all others


@pytest.mark.parametrize("reader", [reader.__name__ for reader in (*READERS, *ASKED)])
@pytest.mark.parametrize(("name", "rewrite"), TRIED)
@pytest.mark.xdist_group("units")
def test_all_in_other_units_is_the_same(name: str, rewrite: Rewrite, reader: str) -> None:
    plain, other = readings(name, None)[reader], readings(name, rewrite)[reader]
    if reader == "told":
        assert len(plain.keys() & other.keys()) > PART * len(plain)
        plain = {key: value for key, value in plain.items() if key in other}
        other = {key: other[key] for key in plain}
    assert other == pytest.approx(plain, rel=LOOSE.get(reader, SAME), abs=0)


@pytest.mark.parametrize(("name", "rewrite"), TRIED)
def test_parts_in_other_units_move_no_total(name: str, rewrite: Rewrite) -> None:
    """Every two quantities stand once in different units: of those whose number has a bit, one has been rewritten."""
    study = studies()[name]
    plain = near(study)
    for bit in some(range(study.size.bit_length()), 2 if name == "wide" else 1):
        for half in (0, 1):
            part = study.rewritten(lambda place, bit=bit, half=half: place >> bit & 1 == half, rewrite)
            assert totals(part.result()) == plain, (bit, half)


def near(study: Study, *, of_variants: bool = True) -> Any:
    return pytest.approx(totals(study.result(of_variants=of_variants)), rel=SAME, abs=0)


@pytest.mark.parametrize("part", range(4))
def test_each_in_another_unit_moves_no_total(part: int) -> None:
    study = studies()["wide"]
    plain = near(study, of_variants=False)
    each = {
        place: study.rewritten(partial(eq, place), in_another) for place in some(range(part, study.size, 4), 9, part)
    }
    assert [place for place, one in each.items() if totals(one.result(of_variants=False)) != plain] == []


@pytest.mark.parametrize("rewrite", some([in_percent, in_another], 2))
@pytest.mark.parametrize("name", ["stable_diffusion", *(["wide"] if WHOLE else [])])
def test_nothing_has_changed_between_two_that_are_the_same(name: str, rewrite: Rewrite) -> None:
    sides = []
    for study in (studies()[name], studies()[name]._replace(tables={}).rewritten(lambda _: True, rewrite)):
        opened = study._replace(tables=studies()[name].tables).run()
        unit_ = next(iter(opened.scenario.functional_units))
        result, _ = opened.compile((unit_,), with_expectations=False)
        figures = {key: (result.total(unit_, key), result.unit(key)) for key in result.model.criteria}
        sides.append(side(study.name, opened.scenario, CaseKey(unit_, None), figures))

    def build(tree: Located, unit_: str) -> Model:
        return Run(Scenario("", tree), library=opened.library).model([CaseKey(unit_, None)])

    compared = compare(*sides, build)
    formulas = [one for one in compared.contributions if one.old.startswith("=")]  # compared as texts
    size = {one.criterion: abs(one.a) for one in compared.differences}
    assert (compared.contributions, compared.note) == (tuple(formulas), "")
    assert all(abs(part) <= SAME * size[key] for one in formulas for key, part in one.carries.items())
    assert all(abs(one.difference) <= SAME * size[one.criterion] for one in compared.differences)


@pytest.mark.xdist_group("office")
def test_workbooks_in_other_units_compute_the_same(tmp_path: Path) -> None:
    """LibreOffice computes from the rewritten numbers what the engine says, which is what the plain study comes to."""
    others = {
        rewrite.__name__: rewritten_all(name, rewrite) for name in ("wide",) for rewrite in (in_percent, in_another)
    }
    books = {name: writing.export(result, result.verdicts) for name, result in others.items()}
    computed = recomputed({name: edited(data, {}) for name, data in books.items()}, tmp_path)
    for name, data in books.items():
        assert differences(data, values_of(computed[name])) == []


def rewritten_all(name: str, rewrite: Rewrite) -> Result:
    return studies()[name].rewritten(lambda _: True, rewrite).result()


# --- random scenarios ------------------------------------------------------------------------------------------------

BLOCKS = re.split(r"^(?=[a-z_]+:)", WIDE, flags=re.MULTILINE)[1:]
ALWAYS = ("units", "functional_units", "parameters", "methods", "sites", "factors", "equipment")
HEAD = "study: {title: Random, criteria: [GWP], packs: [mixed]}\n"
PARTS = [block for block in BLOCKS if not block.startswith((*ALWAYS, "study", "variants", "expect"))]
LINE = re.compile(r"[^\n]*\n?")


def scaled(text: str, random: Random) -> str:
    """The text with its quantities up to a quarter larger or smaller, line by line; pure numbers as they are."""
    return "".join(_scaled(line, random.uniform(0.8, 1.25)) for line in LINE.findall(text))


def _scaled(line: str, by: float) -> str:
    parts, at = [], 0
    for spot in spots(line, SPACES):
        if spot.unit.dims:
            parts += [line[at : spot.start], spot.form.format(f"{float(spot.number) * by!r}", spot.unit)]
            at = spot.stop
    return "".join([*parts, line[at:]])


@given(st.sets(st.sampled_from(PARTS), min_size=1), st.randoms(use_true_random=False), st.data())
@settings(max_examples=15, deadline=None)
def test_random_scenarios_in_random_units(chosen: set[str], random: Random, data: st.DataObject) -> None:
    blocks = [block for block in BLOCKS if block.startswith(ALWAYS) or block in chosen]
    text = HEAD + scaled("".join(blocks), random)
    if not any(block.startswith("training") for block in chosen):
        text = text.replace("    training: {allocation: per use, include: [v2]}\n", "")
    study = studies()["wide"]._replace(text=text)
    places = data.draw(st.sets(st.integers(0, study.size - 1), min_size=1))
    other = study.rewritten(places.__contains__, random.choice([in_percent, in_another]))
    plain = study.result()
    assert lines(other.result()) == pytest.approx(lines(plain), rel=SAME, abs=0)
