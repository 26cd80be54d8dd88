"""Whatever stands in a scenario or in a pack: a result or problems, soon, and never anything else."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.disk.workspace import Run
from lca.problems import Problems
from tests.bench_pack import ASSEMBLIES, FACTORS, PACKAGE, PARAMETERS, swapped, write_pack, written
from tests.whole import some, times

GOOD = """\
study:
  title: Everything
  criteria: [GWP, PE]
  packs: [tiny]
  proxies:
    - {criterion: PE, from: ADPf, for: phone, reason: most of it}
  not_assessed:
    - {item: laptop, criterion: PE, stage: embodied, reason: no figure}
    - {criterion: PE, tier: network, reason: no figure}
    - {item: gpu-server, criterion: PE, reason: no figure}
    - {item: disk, criterion: PE, reason: no figure}
  out_of_scope:
    - {impacts: indirect, reason: direct impacts alone}
  sources:
    paper: {title: A paper, authors: Adams, year: "2024"}
functional_units:
  FU1:
    title: one
    demand: {visits: 1 visit, prompts: "= demand.visits * 2 [prompt/visit]"}
    training: {allocation: per use, include: [v2]}
  FU2:
    demand: {visits: {value: 1e6 visit, source: paper, at: p. 3}, prompts: 2e6 prompt}
    year: 2030
  both: {sum_of: [FU1, FU2], title: two}
parameters:
  watts: {value: 300 W, low: 100 W, high: 500 W, basis: assumed, note: a guess}
  hours: "= max(1 [h], 30 [min]) * 2 / (1 + 1)"
  size: "= ceil(log2(1000)) * 1 [MB/visit]"
  curve: "= floor(ln(9) ^ 1.5) + sqrt(exp2(3)) + round_up(0.3, 0.25) + interp(2, 1, 4, 3, 5)"
factors:
  mine: {item: electricity, region: mine, impacts: {GWP: {value: 30 gCO2eq/kWh, low: 20 gCO2eq/kWh, high: 50 gCO2eq/kWh}, PE: 5 MJ/kWh}}
  card: {impacts: {GWP: 100 kgCO2eq/GPU, PE: "= 2 [1/GPU] * 1 [kWh] * factors.mine.impacts.PE"}}
equipment:
  node: {parts: {card: {value: 4 GPU, low: 2 GPU, high: 8 GPU}, server: "= 1 [server] / 2", box: 1 device}}
  box: {method: by-metal, metal: 2 kg, parts: {card: 1 GPU}}
methods:
  by-metal: {title: By its metal, takes: {metal: {unit: kg, text: how much}}, parameters: {waste: 10 %}, gives: {parts: {server: "= metal * (1 + waste) / 2000 [kg/server]"}}}
sites:
  lab: {region: USA, pue: 1.2, wue: 0.3 L/kWh, supply: {World: 60 %, FRA: 40 %}}
  edge: {region: {FRA: 40 %, World: "= 1 - 0.4"}, provider: cloudy, supply: FRA}
terminals:
  region: World
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit}
  devices:
    phone: {share: 60 %}
    tower:
      device: laptop
      share: 40 %
      power: 100 W
      lifetime: 5 year
      daily_use: 4 h/day
      standby: {value: 2 W, low: 1 W, high: 4 W}
      standby_time: 10 h/day
      shared_by: 1.5 person
      accessories: {hub: {device: laptop, power: 9 W, lifetime: 5 year, daily_use: 6 h/day, always_on: true}}
network:
  region: World
  data: "= parameters.size"
  time: = terminals.time
  links:
    fibre: {share: 75 %}
    air: {share: 25 %, energy: 0.2 kWh/GB, equipment: fixed-kit, serves: 200 GB/month, shared_by: 2 person, always_on: {router: {device: laptop, power: 10 W, lifetime: 5 year}}}
web_hosting:
  site: edge
  server: {device: server, lifetime: 5 year, time: 36 s/visit}
  fleet: {servers: 4 server, period: 1 year, power: 200 W/server, serves: 1e6 visit, share: 50 %, share_by: time}
storage: {site: lab, data: 5 MB/visit, kept: 2 year, energy: 0.01 kWh/GB/year, device: disk, density: 10 TB/device, lifetime: 5 year}
inference:
  chat:
    site: lab
    images: 4 image/prompt
    energy: {value: 2 Wh/image, basis: calibrated, fitted_to: [g]}
    idle_power: 60 %
    server: {device: gpu-server, share: 1/8, time: 9 s/image, lifetime: 5 year, aur: 25 %}
  search: {site: edge, metered: site, energy: "= watts * hours / 1000 [prompt]"}
training:
  site: lab
  device: server
  lifetime: 5 year
  aur: 80 %
  idle_power: 40 %
  allocation: whole
  runs:
    v1: {energy: 500 kWh, nodes: 2 server, duration: 50 h}
    v2: {from: v1, power: 3 kW/server, nodes: 2 server, duration: 50 h, amortised_over: 1e6 prompt, uses_of: all users}
    v3: {from: v2, site: edge, time: 800 GPU*h, gpus: 8 GPU/server, power: 400 W/GPU, idle_energy: 9 kWh, experiments: 20 %}
    crawl: {phase: data, compute: 1e18 FLOP, speed: 100 TFLOP/s/server, utilisation: 40 %, power: 1 kW/server}
activities:
  - {name: heat, item: electricity, tier: data centre, stage: use, region: {FRA: 1/4, USA: 3/4}, amount: 8 kWh}
  - {name: ore, item: electricity, tier: data centre, stage: use, region: mine, amount: 2 kWh}
  - {item: node, tier: data centre, stage: embodied, amount: 1e-6 GPU/visit}
  - {item: steel, tier: network, stage: manufacture, amount: "= demand.visits * 3 [g/visit]"}
variants:
  L: {title: Large, with: {functional_units.FU2.training.include: [v3], functional_units.FU2.training.with_ancestors: true, inference.chat.server.aur: 50 %}}
  M: {over: true, with: {training: {allocation: whole}, terminals.time: 5 min/visit}}
expect:
  g: {of: FU1, criterion: GWP, value: 1 kgCO2eq, within: 5 %, source: paper, known_gap: round numbers}
  s: {of: FU2, variant: L, criterion: GWP, where: {phase: inference}, over: {of: FU2, variant: L, criterion: GWP}, at_most: 99 %, source: paper}
  e: {of: FU2, flow: electricity, below: {of: both, flow: electricity}, basis: derived}
  q: {of: FU2, quantity: parameters.size, value: 1200 MB/visit, within: 5 %, known_gap: round numbers, source: paper}
  d: {of: FU1, quantity: watts, statistic: p95, samples: 200, seed: 1, at_most: 1 kW, basis: derived}
  n: {of: FU1, criterion: GWP, where: {flow: electricity, tier: network}, normalised: EF3.1, at_least: 0 person*year, basis: target}
"""

YEARS = """\
  later:
    years: 2023..2024
    demand: {visits: {2023: 1 visit, 2025: 3 visit}, prompts: 1 prompt}
    rates: {demand.prompts: 20 %/year, inference.chat.energy: -5 %/year}
    training: {allocation: per use, include: [v2]}
    terminals: {time: {2023: 3 min/visit, 2024: 2 min/visit}}
"""
LINES = swapped(GOOD, ("  both: {", f"{YEARS}  both: {{")).splitlines()
HOSTILE = (
    "", "~", "null", "NO", "nan", "inf", "-inf", "1e999", "1e-999", "-1", "0", "1e308", "10**10**10", "9" * 60, "1/0", "1_000", "1,5 kWh",
    "= ", "=", "= 1 / 0", "= 0 [kWh]", "= exp(1000)", "= -1", "= log2(0 - 5)", "= 10 ^ 9 ^ 9", "= visits", "= demand", "= study.title",
    "= study.criteria", "= sites", "= sites.lab.region", "= sites.edge.region.FRA", "= inference.chat", "= training.runs.v1.energy",
    "= terminals.time", "= parameters", "= expect.g", "= variants.L", "= functional_units.FU2.year", "= max()", "= a.b.c.d", '= "', "= ((((",
    "= " + "(" * 50 + "1" + ")" * 50, "= " + "-" * 49 + "1", "= " + "hours * " * 200 + "1", "= min(" + "1, " * 600 + "1)",
    "[]", "{}", "[[[]]]", "{a: {b: {c: 1}}}", "[1, 2]", "{value: 1}", "{value: }", "{value: {value: 1}}", "{value: 1 kWh, low: 2 kWh}",
    "{USA: 50 %}", "{USA: 50 %, FRA: x}", "{value: 1, basis: calibrated, fitted_to: [g, g]}", "{value: 1, law: [1, 2]}", "&a x", "*a", "!!python/object x",
    "<<", "- x", "'", '"', "|", ">", "? x", "%", "@", "`", "\t", "\x00", "\u202e", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "kWh", "1 degC", "1 Gb", "1 ton", "1 dB", "1 kWh^9", "1 Tbit^9", "1 B/s^99", "3 m**m", "1 visit/visit", "100 %", "101 %", "x" * 5000,
    "FU1", "both", "v1", "v3", "lab", "tiny", "base-impacts-2.01", "../../etc/passwd", "gpu-server", "electricity", "node", "card", "= factors.mine.impacts.GWP", "= equipment.node", "1 gCO2eq", "{GWP: 1 MJ/kWh}", "{card: 1 GPU, node: 1}", "USA", "GWP", "PE", "2030", "²", "٣",
    "2023..2025", "2025..2023", "0000..9999", "later 2023", "{2023: 1, 2024: 2}", "{2023: {2023: 1}}", "20 %/year", "x.csv", "../x.csv",
)  # fmt: skip

line = st.integers(0, len(LINES) - 1)
edit = st.one_of(
    st.tuples(st.just("delete"), line, line),
    st.tuples(st.just("double"), line, line),
    st.tuples(st.just("swap"), line, line),
    st.tuples(st.just("value"), line, st.sampled_from(HOSTILE)),
    st.tuples(st.just("inner"), line, st.sampled_from(HOSTILE)),
    st.tuples(st.just("key"), line, st.sampled_from(HOSTILE)),
    st.tuples(st.just("indent"), line, st.integers(0, 12)),
    st.tuples(st.just("text"), line, st.text(max_size=30)),
)


def changed(lines: list[str], kind: str, at: int, by: int | str) -> list[str]:
    """A text with one edit made."""
    at = min(at, len(lines) - 1)
    old = lines[at]
    match kind:
        case "delete":
            new = []
        case "double":
            new = [old, lines[min(int(by), len(lines) - 1)]]
        case "swap":
            new = [old.split(":")[0] + ":" + lines[min(int(by), len(lines) - 1)].partition(":")[2]]
        case "value":
            new = [f"{old.partition(':')[0]}: {by}"]
        case "inner":
            head, comma, rest = old.rpartition(",") if "," in old else old.rpartition(" ")
            new = [f"{head.rpartition(':')[0]}: {by}{comma}{rest}"]
        case "key":
            new = [f"{old[: len(old) - len(old.lstrip())]}{by}:{old.partition(':')[2]}"]
        case "indent":
            new = [" " * int(by) + old.strip()]
        case _:
            new = [old + str(by)]
    return lines[:at] + new + lines[at + 1 :] or [""]


@cache
def folder() -> Path:
    """One folder for all examples."""
    made = Path(mkdtemp())
    write_pack(made)
    return made


def survives(text: str) -> None:
    """Every case of a scenario, its figures and its messages."""
    path = folder() / "study.yaml"
    path.write_bytes(text.encode("utf-8", "replace"))
    try:
        study = Run(path, [folder() / "packs"])
        result, _ = study.compile((), (None, *study.scenario.variants), every_case=True)
        list(result.lines())
    except Problems as found:
        messages = [problem.message for problem in found.problems]
        told = str(found)
    else:
        messages, told = [], "a result"
    assert all(messages)
    assert told.strip()


def test_the_good_one_is_good() -> None:
    path = written(folder(), GOOD, "good.yaml")
    study = Run(path, [folder() / "packs"])
    result, verdicts = study.compile((), (None, "L", "M"), every_case=True)
    told = {"g": "known gap", "s": "reproduced", "e": "holds", "q": "known gap", "d": "holds", "n": "budget met"}
    assert {v.key: v.verdict for v in verdicts} == told
    assert len(result.records()) == 36  # nine cases by two criteria, on both bases of electricity


@given(st.lists(edit, min_size=1, max_size=4))
@settings(max_examples=times(250), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_scenario_with_anything_changed(edits: list[tuple[str, int, int | str]]) -> None:
    lines = LINES
    for kind, at, by in edits:
        lines = changed(lines, kind, at, by)
    survives("\n".join(lines))


@pytest.mark.parametrize("token", some(HOSTILE, 4), ids=some(range(len(HOSTILE)), 4))
def test_each_hostile_token_in_many_places(token: str) -> None:
    """Once as the value of each fifth line, another fifth for each token."""
    first = HOSTILE.index(token) % 5
    for at in range(first, len(LINES), 5):
        survives("\n".join(changed(LINES, "value", at, token)))


@given(st.text(max_size=200))
@settings(max_examples=times(100), deadline=None)
def test_any_text(text: str) -> None:
    survives(text)


TABLES = {"factors": FACTORS, "parameters": PARAMETERS, "assemblies": ASSEMBLIES}
CELLS = (
    *HOSTILE[:20],
    "1;2",
    "kgCO2eq",
    "use",
    "embodied",
    "end of life",
    "GPU/server",
    "1/server",
    "GPU",
    "gpu-server",
    "F",
    "lognormal",
)


@given(st.sampled_from(sorted(TABLES)), st.integers(0, 30), st.integers(0, 13), st.sampled_from(CELLS))
@settings(max_examples=times(150), deadline=None, suppress_health_check=list(HealthCheck))
def test_a_pack_with_a_cell_changed(table: str, row: int, column: int, cell: str) -> None:
    lines = TABLES[table].splitlines()
    cells = lines[row % len(lines)].split(",")
    cells[column % len(cells)] = cell
    lines[row % len(lines)] = ",".join(cells)
    write_pack(folder(), **{table: "\n".join(lines).replace("\x00", "") + "\n"})
    try:
        survives(GOOD)
    finally:
        write_pack(folder())


@given(
    st.dictionaries(
        st.sampled_from(sorted(PACKAGE)), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))
    )
)
@settings(max_examples=times(60), deadline=None)
def test_a_package_with_entries_changed(changes: dict[str, object]) -> None:
    import json

    write_pack(folder(), package=json.dumps(PACKAGE | changes))
    try:
        survives(GOOD)
    finally:
        write_pack(folder())


@pytest.mark.parametrize(
    "text",
    [
        GOOD + "".join(f"  x{i}: {{item: steel, tier: network, stage: use, amount: 1 m}}\n" for i in range(3000)),
        swapped(GOOD, ("parameters:\n", "parameters:\n" + "".join(f"  q{i}: '= q{i + 1} * q{i + 2}'\n" for i in range(5000)))),
        swapped(GOOD, ("parameters:\n", "parameters:\n" + "".join(f"  q{i}: '= nothing-{i}'\n" for i in range(5000)))),
        swapped(GOOD, ("activities:\n", "activities:\n" + "".join(f"  - {{item: stel{i}, tier: network, stage: use, amount: 1 m}}\n" for i in range(3000)))),
        swapped(GOOD, ("variants:\n", "variants:\n  N: {with: {" + ", ".join(f"a.b{i}: 1" for i in range(5000)) + "}}\n")),
        swapped(GOOD, ("functional_units:\n", "functional_units:\n" + "".join(f"  U{i}: {{sum_of: [U{i + 1}, U{i + 2}]}}\n" for i in range(60)))),
        swapped(GOOD, ("  both: {", "  U0: {demand: {visits: 1 visit}}\n  U1: {sum_of: [U0]}\n" + "".join(f"  U{i}: {{sum_of: [U{i - 1}, U{i - 2}]}}\n" for i in range(2, 90)) + "  both: {")),
        swapped(GOOD, ("  both: {", "  U0: {demand: {visits: 1 visit, prompts: 1 prompt}}\n" + "".join(f"  U{i}: {{sum_of: [U{i - 1}, FU1]}}\n" for i in range(1, 5000)) + "  both: {")),
        swapped(GOOD, ("  both: {", "".join(f"  Y{i}: {{years: 1950..2049, demand: {{visits: 1 visit, prompts: 1 prompt}}}}\n" for i in range(3000)) + "  both: {")),
        swapped(GOOD, ("  both: {", swapped(YEARS, ("demand.prompts: ", "".join(f"a.b{i}: 1 %/year, " for i in range(3000)) + "demand.prompts: ")) + "  both: {")),
        swapped(GOOD, ("  both: {", swapped(YEARS, ("{2023: 1 visit", "{" + "".join(f"{year}: 1 visit, " for year in range(3000, 9999)) + "2023: 1 visit")) + "  both: {")),
    ],
    ids=("unknown keys", "long chains", "unknown names", "unknown items", "unknown paths", "sums of sums", "rabbits", "a tower of sums", "many years", "rates of nothing", "a long table"),
)  # fmt: skip
def test_much_that_is_wrong_is_told_soon(text: str) -> None:
    survives(text)
