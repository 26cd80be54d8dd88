"""What is wrong is told where it is: every field that a scenario may say, with values of every wrong shape."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lca.disk.workspace import Library, Run
from lca.language import records
from lca.problems import Problem, Problems
from lca.text.documents import Located, parse
from tests.bench_pack import write_pack
from tests.whole import some

STUDY = """\
study:
  title: Everything
  base: small
  authors: Adams
  date: today
  version: one
  goal: {purpose: to test, use: none, audience: nobody, comparative: none, commissioner: Adams}
  review: {status: external, by: Adams, statement: here}
  modelling: attributional
  cut_off: none
  alternatives: [{part: training, instead: whole, variant: L, reason: simpler}]
  quality: {year: "2020", time: 5 year, geography: region, technology: same, letter: C}
  note: a note
  criteria: [GWP, PE]
  packs: [tiny]
  proxies: [{criterion: PE, from: ADPf, for: phone, reason: most of it}]
  stand_ins: [{asked: cloud, used: cloudy, for: lab, reason: alike}]
  not_assessed:
    - {item: laptop, tier: terminals, phase: access, criterion: PE, stage: embodied, reason: no figure}
    - {criterion: PE, tier: network, reason: no figure}
    - {item: gpu-server, criterion: PE, reason: no figure}
    - {item: disk, criterion: PE, reason: no figure}
  out_of_scope: [{item: cables, tier: network, phase: access, stage: end of life, impacts: direct, reason: small}]
  indirect: {trips: {what: no trips, sign: reduces, order: second, amount: 2 kgCO2eq/visit, criterion: GWP, reason: seen, source: paper, at: p. 3}}
  sources: {paper: {title: A paper, authors: Adams, container: Journal, year: "2024", locator: here, licence: free, accessed: today, note: good}}
  together: [{inputs: [terminals.time, parameters.watts], reason: alike}]
  independent: [{input: parameters.apart, reason: apart}]
  bands: [{input: terminals.time, from: 1 min/visit, to: 5 min/visit, text: seen, source: paper, at: p. 3, via: paper, note: good}]
  controls: [{input: terminals.time, label: {en: Time, fr: Temps}}, {input: inference.server.aur, label: Rate}]
units: [order]
factors:
  timber: {item: wood, stage: manufacture, region: FRA, year: "2024", impacts: {GWP: 1 kgCO2eq/kg, PE: 9 MJ/kg}, note: good}
equipment:
  shelf: {parts: {wood: 3 kg}, note: good}
functional_units:
  FU1:
    title: one
    demand: {visits: 1 visit, prompts: "= demand.visits * 2 [prompt/visit]"}
    year: 2030
    note: a note
  both: {sum_of: [FU1], title: two}
  later: {years: 2023..2025, demand: {visits: 1 visit, prompts: {2023: 1 prompt, 2025: 3 prompt}}, rates: {demand.visits: {value: 20 %/year, low: 10 %/year, high: 30 %/year}, inference.energy: -9 %/year}, terminals: {time: {2023: 3 min/visit, 2026: 2 min/visit}}}
parameters:
  watts: {value: 300 W, low: 100 W, high: 500 W, law: triangular, basis: published, source: paper, at: p. 1, via: paper, note: a guess}
  apart: {value: 2 W, low: 1 W, high: 3 W}
  size: "= ceil(log2(1000)) * 1 [MB/visit]"
sites:
  lab: {region: {FRA: 40 %, World: "= 1 - 0.4"}, pue: 1.2, wue: 0.3 L/kWh, supply: {FRA: 30 %, World: 70 %}, control: own, note: here}
  edge: {region: USA, provider: cloudy, supply: FRA}
terminals:
  region: World
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit}
  note: a note
  control: let
  devices:
    phone: {share: 60 %, count: 1, shared_by: 2 person, standby: 1 W, standby_time: 9 h/day, note: a note}
    tower: {device: laptop, share: 40 %, power: 100 W, lifetime: 5 year, daily_use: 4 h/day, accessories: {screen: {device: laptop, count: 1, power: 9 W, lifetime: 5 year, daily_use: 4 h/day, always_on: true, note: good}}}
network:
  region: World
  data: "= parameters.size"
  time: 2 min/visit
  note: a note
  control: purchased
  links: {fibre: {share: 75 %, energy: 1 kWh/GB, serves: 6 h/day, shared_by: 2 person, always_on: {router: {device: laptop, count: 1, power: 9 W, lifetime: 5 year, note: good}}}, air: {share: 25 %, energy: 0.2 kWh/GB, equipment: fixed-kit, note: good}}
web_hosting:
  site: edge
  metered: site
  note: a note
  server: {device: server, lifetime: 5 year, time: 36 s/visit}
  fleet: {servers: 4 server, period: 1 year, power: 200 W/server, serves: 1e6 visit, share: 50 %, share_by: time}
storage: {site: lab, metered: site, copies: 2, data: 5 MB/visit, kept: 2 year, energy: 0.01 kWh/GB/year, device: disk, density: 10 TB/device, lifetime: 5 year}
inference:
  site: lab
  images: 4 image/prompt
  energy: {value: 2 Wh/image, basis: calibrated, fitted_to: [g]}
  water: 1 mL/prompt
  idle_power: 60 %
  server: {device: gpu-server, share: 1/8, time: 9 s/image, lifetime: 5 year, aur: 25 %}
training:
  site: lab
  device: server
  lifetime: 5 year
  aur: 80 %
  idle_power: 40 %
  allocation: per use
  include: [v3, v4]
  with_ancestors: true
  gpus: 8 GPU/server
  speed: 300 TFLOP/s/GPU
  utilisation: 40 %
  experiments: 20 %
  runs:
    v2: {metered: site, power: 3 kW/server, nodes: 2 server, duration: 50 h, amortised_over: 1e6 prompt}
    v3: {from: v2, phase: training, power: 400 W/GPU, compute: 1e20 FLOP, amortised_over: 1e6 prompt, uses_of: everybody}
    v4: {title: newest, time: 100 GPU*h, energy: 50 kWh, idle_energy: 5 kWh, amortised_over: 1e6 prompt}
methods:
  rough: {title: Rough, takes: {size: {text: how much, unit: GB, per_work: true, low: 0, high: 1e6, above: -1}, where: {text: a region, words: true, default: FRA}}, parameters: {each: 1 Wh/GB}, gives: {activities: {sent: {item: electricity, tier: network, stage: use, region: "= where", amount: "= size * each"}}}}
  made:
    title: Made
    source: paper
    version: one
    note: good
    request: {packs: [shop], apart: for tests, not_of: [diffusion]}
    extends: rough
    takes:
      kind: {text: which terminal, words: true, default: phone}
      load: {text: its power, unit: W, of: kind, parameter: power}
      rest: {text: time, unit: s, per_work: true, optional: true}
    equations: {part: "= min(size * each, load * rest)"}
    gives: {activities: {sent: {amount: "= part"}}}
processes:
  page: {method: made, size: 2 MB/visit, note: good}
activities:
  - {name: shelf, item: shelf, tier: data centre, stage: embodied, region: FRA, amount: 1e-3 device, control: rented}
  - {name: heat, item: electricity, tier: data centre, phase: training, stage: use, region: {FRA: 1/4, USA: 3/4}, amount: 8 kWh, ghg_category: 3.6}
variants:
  L: {title: Large, over: true, with: {inference.server.aur: 50 %}}
expect:
  g: {of: FU1, title: a figure, criterion: GWP, value: 1 kgCO2eq, within: 5 %, source: paper, known_gap: round numbers, at: p. 9, via: paper}
  s: {of: FU1, variant: L, criterion: GWP, where: {tier: data centre, phase: inference, stage: use, item: electricity}, over: {of: FU1, variant: L, criterion: GWP}, given: {sites.lab.pue: 1.3}, times: 2, at_most: 199 %, basis: derived}
  l: {of: FU1, criterion: GWP, at_least: 0 kgCO2eq, basis: derived}
  e: {of: FU1, flow: electricity, below: {of: both, flow: electricity, given: {terminals.time: 4 min/visit}}, basis: derived}
  q: {of: FU1, quantity: terminals.time, statistic: p95, samples: 200, seed: 3, at_most: 1 h/visit, basis: derived}
  n: {of: FU1, criterion: GWP, where: {flow: electricity}, normalised: EF3.1, value: 1200 person*year, digits: 4, known_gap: round, basis: derived}
  w: {of: FU1, criterion: GWP, weighted: EF3.1, at_most: 1000 person*year, basis: target}
"""
WRONG = ("= 1/0", "= 0", "1,35", [["one"]], {"one": ["two"]}, "")
ELSEWHERE = {
    ("Service", "tokens"),
    ("Site", "zone"),
    ("Site", "building"),
}  # fields that do not go with the others of the study
PYTHON = re.compile(
    r"Located|\bNone\b|<class|<lca|\w\('|\(\('|\{'|\['|object at|\b(dict|str|tuple|float|NoneType)\b|Error\b"
)

Path_ = tuple[str | int, ...]


def quoted(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(key)}: {quoted(child)}' for key, child in value.items())}}}"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def below(at: Located, path: Path_ = ()) -> Iterator[Path_]:
    """The paths of all that a text says."""
    if path:
        yield path
    children = (
        at.value.items() if isinstance(at.value, dict) else enumerate(at.value if isinstance(at.value, list) else ())
    )
    for key, child in children:
        yield from below(child, (*path, key))


def put(at: Located, path: Path_, value: object) -> object:
    """A plain tree with another value at a path."""
    if not path:
        return value
    first, *rest = path
    if isinstance(at.value, dict):
        return {
            key: put(child, tuple(rest), value) if key == first else plain(child) for key, child in at.value.items()
        }
    return [put(child, tuple(rest), value) if place == first else plain(child) for place, child in enumerate(at.value)]


def plain(at: Located) -> object:
    if isinstance(at.value, dict):
        return {key: plain(child) for key, child in at.value.items()}
    return [plain(child) for child in at.value] if isinstance(at.value, list) else at.value


def plain_tree() -> dict[str, object]:
    tree = plain(TREE)
    assert isinstance(tree, dict)
    return tree


TREE = parse(STUDY, "study.yaml")
PATHS = list(below(TREE))


@cache
def library(folder: Path) -> Library:
    return Library([write_pack(folder)])


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("packs"))


def told(text: str, packs: Library, folder: Path) -> tuple[Problem, ...]:
    path = folder / "study.yaml"
    path.write_text(text, "utf-8")
    try:
        run = Run(path, library=packs)
        run.compile((), (None, *run.scenario.variants))
    except Problems as raised:
        return raised.problems
    return ()


def lines_of(path: Path_, wrong: object) -> str:
    """The study with a wrong value, a line for each block."""
    tree = put(TREE, path, wrong)
    assert isinstance(tree, dict)
    return "".join(f"{key}: {quoted(value)}\n" for key, value in tree.items())


def test_the_study_has_every_field_and_is_in_order(packs: Library, tmp_path: Path) -> None:
    assert told(STUDY, packs, tmp_path) == ()
    named = {key for path in PATHS for key in path}
    known = {(record.__name__, name) for record in records() for name in record.fields}
    assert {(record, name) for record, name in known if name not in named} == ELSEWHERE


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_value_is_told_with_its_place_and_a_way_out(wrong: object, packs: Library, tmp_path: Path) -> None:
    """In every field: each problem has a file, a line and a column, a way out, and no word of the program's own."""
    refused = 0
    tried = some(PATHS, 4 * len(WRONG), WRONG.index(wrong))
    for path in tried:
        found = told(lines_of(path, wrong), packs, tmp_path)
        refused += bool(found)
        for problem in found:
            assert problem.spans, (path, problem)
            assert problem.spans[0].line
            assert problem.spans[0].column
            assert problem.hint, (path, problem)
            assert not PYTHON.search(problem.message + problem.hint), (path, problem)
    assert refused > len(tried) / 2


NUMBERS = {
    "sites.lab.pue": ("sites", "lab", "pue"),
    "terminals.devices.phone.share": ("terminals", "devices", "phone", "share"),
    "sites.lab.region.FRA": ("sites", "lab", "region", "FRA"),
    "inference.server.share": ("inference", "server", "share"),
    "expect.g.within": ("expect", "g", "within"),
    "expect.s.times": ("expect", "s", "times"),
    "functional_units.FU1.demand.visits": ("functional_units", "FU1", "demand", "visits"),
    "parameters.watts": ("parameters", "watts"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_division_by_0_is_told_where_it_stands(name: str, packs: Library, tmp_path: Path) -> None:
    path = NUMBERS[name]
    unit = {"visits": " [visit]"}.get(str(path[-1]), "")
    wrong = f"= 1{unit} / 0"
    found = told(lines_of(path, wrong), packs, tmp_path)
    assert any(name in each.message and "is not a finite number" in each.message for each in found), found
    place = lines_of(path, wrong).splitlines()[list(plain_tree()).index(str(path[0]))].index(wrong)
    assert {each.spans[0].column for each in found} == {place}
    assert all(each.hint == "it divides by 0" for each in found)
