"""What must hold whatever the numbers are. Runs are held against runs here; the first is checked by hand."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import scenario
from lca.disk.workspace import Library, compiled
from lca.graph import Graph, Input, evaluate
from lca.model import packs
from lca.model.ledger import Ledger
from lca.problems import Span
from lca.result import Result
from lca.text import documents, sheets
from lca.units import ONE, scale, unit
from tests.bench_pack import ASSEMBLIES, FACTORS, PACKAGE, PARAMETERS, swapped

LIBRARY = Library()
EXACT = {"rel": 1e-12, "abs": 0}

SCENARIO = """\
study: {{criteria: [GWP, PE], packs: [tiny], not_assessed: [{{item: phone, criterion: PE, reason: none}}, {{item: disk, criterion: PE, reason: none}}]}}
functional_units:
  FU: {{demand: {{visits: {visits!r} visit, prompts: {prompts!r} prompt}}}}
sites: {{lab: {{region: {{FRA: {share!r}, World: {rest!r}}}, pue: 1.3}}}}
terminals:
  region: World
  time: {time!r} min/visit
  devices:
    phone: {{share: {share!r}}}
    laptop: {{share: {rest!r}, power: {power!r} W, lifetime: {life!r} year, daily_use: 5 h/day}}
storage: {{site: lab, data: 5 MB/visit, kept: {life!r} year, energy: 0.01 kWh/GB/year, device: disk, density: 10 TB/device, lifetime: 5 year}}
inference:
  site: lab
  images: 4 image/prompt
  energy: {energy!r} Wh/image
  idle_power: {share!r}
  server: {{device: server, share: 1/8, time: {time!r} s/image, lifetime: {life!r} year, aur: {share!r}}}
training:
  site: lab
  device: server
  lifetime: {life!r} year
  allocation: per use
  runs:
    v1: {{energy: {power!r} kWh, nodes: 2 server, duration: 5 h, amortised_over: 1e7 prompt}}
activities:
  - {{name: heat, item: electricity, tier: data centre, stage: use, region: USA, amount: {energy!r} kWh/visit}}
"""

positive = st.floats(1e-6, 1e6)
numbers = st.fixed_dictionaries(
    {
        "visits": positive,
        "prompts": positive,
        "time": st.floats(1e-3, 1e3),
        "power": positive,
        "life": st.floats(0.1, 30),
        "energy": st.floats(1e-3, 1e3),
        "share": st.floats(0.01, 0.99),
    }
)


def the_pack() -> packs.Pack:
    texts = {"factors": FACTORS, "parameters": PARAMETERS, "assemblies": ASSEMBLIES}
    tables = {role: (sheets.parse(text, f"{role}.csv"),) for role, text in texts.items()}
    return packs.pack(PACKAGE, tables, LIBRARY.criteria)


PACK = the_pack()


def run(text: str, pack: packs.Pack = PACK) -> Result:
    """A scenario's result, without touching the disk."""
    factors = packs.Factors([pack], LIBRARY.criteria, LIBRARY.sources)
    study = scenario.scenario(documents.parse(text, "study.yaml"), "study.yaml")
    ledger = Ledger(LIBRARY.sources, factors)
    model = compiled(study, factors, ledger, study.cases())
    assert ledger.problems == []
    return Result(model).check()


def written(values: dict[str, float]) -> str:
    return SCENARIO.format(**values, rest=1 - values["share"])


def lines(result: Result) -> dict[tuple[str, ...], float]:
    """The lines' impacts by what names them."""
    return {
        (line.phase, line.stage, line.item, line.flow, line.region, line.criterion): result.values[line.impact]
        for line in result.model.lines
    }


def by_hand(
    visits: float, prompts: float, time: float, power: float, life: float, energy: float, share: float
) -> float:
    """The GWP of the scenario, in kg."""
    rest = 1 - share
    site = 1.3 * (share * 0.1 + rest * 0.5)
    phone, laptop = 5e-3 * 0.5 + 51 / (2 * 365 * 2), power / 1000 * 0.5 + 200 / (life * 365 * 5)
    terminals = visits * time / 60 * (share * phone + rest * laptop)
    storage = visits * 5e-3 * life * (0.01 * site + 30 / (10_000 * 5))
    image = energy / 1000 * (1 + share * (1 / share - 1)) * site + time / 8 / 3600 / (life * 8760 * share) * 1000
    training = (power * site + 2 * 5 / (life * 8760) * 1000) / 1e7
    return terminals + storage + prompts * (4 * image + training) + visits * energy * 0.2


@given(numbers)
@settings(max_examples=50, deadline=None)
def test_the_scenario_by_hand(values: dict[str, float]) -> None:
    assert run(written(values)).total("FU", "GWP") == pytest.approx(by_hand(**values), rel=1e-9)  # shares are rounded


@given(numbers)
@settings(max_examples=50, deadline=None)
def test_double_the_demand_double_the_impact(values: dict[str, float]) -> None:
    doubled = values | {"visits": values["visits"] * 2, "prompts": values["prompts"] * 2}
    once, twice = lines(run(written(values))), lines(run(written(doubled)))
    assert twice == pytest.approx({name: 2 * value for name, value in once.items()}, **EXACT)


OTHER_UNITS = (
    ("min/visit", "h/visit"), ("W", "kW"), ("year", "day"), ("Wh/image", "MJ/image"), ("s/image", "min/image"),
    ("kWh/GB/year", "J/B/s"), ("MB/visit", "GiB/visit"), ("TB/device", "GB/device"), ("kWh", "MWh"), ("h/day", "%"), ("h", "month"),
)  # fmt: skip


@given(numbers, st.lists(st.sampled_from(OTHER_UNITS), min_size=1, unique=True))
@settings(max_examples=50, deadline=None)
def test_a_quantity_in_another_unit_is_the_same(values: dict[str, float], changes: list[tuple[str, str]]) -> None:
    text = written(values)
    other = text
    for old, new in changes:
        factor = scale(unit(old), unit(new))
        other, count = re.subn(
            rf"(: )([-+.e0-9]+) {re.escape(old)}(?=[,}}\n])",
            lambda m, f=factor, n=new: f"{m[1]}{float(m[2]) * f!r} {n}",
            other,
        )
        assert count, old
    assert lines(run(other)) == pytest.approx(lines(run(text)), **EXACT)


def per_megajoule(row: str) -> str:
    """A row of the table of factors in gCO2eq/MJ, if it is in kgCO2eq/kWh."""
    cells = row.split(",")
    if cells[6:8] != ["kgCO2eq", "kWh"]:
        return row
    value, low, high = (cell and repr(float(cell) * 1000 / 3.6) for cell in (cells[5], cells[8], cells[9]))
    return ",".join([*cells[:5], value, "gCO2eq", "MJ", low, high, *cells[10:]])


@given(numbers)
@settings(max_examples=10, deadline=None)
def test_a_factor_in_another_unit_is_the_same(values: dict[str, float]) -> None:
    rows = "\n".join(map(per_megajoule, FACTORS.splitlines()))
    assert rows.count(",gCO2eq,MJ,") == 3
    other = PACK._replace(tables={**PACK.tables, "factors": (sheets.parse(rows, "factors.csv"),)})
    assert lines(run(written(values), other)) == pytest.approx(lines(run(written(values))), **EXACT)


@given(numbers, st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_a_device_split_in_two_is_the_same(values: dict[str, float], part: float) -> None:
    text = written(values)
    whole = next(line for line in text.splitlines() if line.lstrip().startswith("laptop:"))
    rest = 1 - values["share"]
    halves = [
        whole.replace("laptop:", f"{name}:")
        .replace("{share:", "{device: laptop, share:")
        .replace(repr(rest), repr(share), 1)
        for name, share in (("a", rest * part), ("b", rest * (1 - part)))
    ]
    split = run(text.replace(whole, "\n".join(halves)))
    for key in ("GWP", "PE"):
        assert split.total("FU", key) == pytest.approx(
            run(text).total("FU", key), rel=1e-9
        )  # shares to within rounding
        assert sum_of(split, "laptop", key) == pytest.approx(sum_of(run(text), "laptop", key), **EXACT)


def sum_of(result: Result, item: str, key: str) -> float:
    return sum(r["value"] for r in result.records(("item",)) if r["item"] == item and r["criterion"] == key)


@given(numbers)
@settings(max_examples=30, deadline=None)
def test_parts_sum_to_totals(values: dict[str, float]) -> None:
    result = run(written(values))
    for columns in (("tier",), ("phase",), ("stage", "item"), ("tier", "phase", "stage", "item", "flow", "region")):
        for key in ("GWP", "PE"):
            parts = [record for record in result.records(columns) if record["criterion"] == key]
            assert sum(part["value"] for part in parts) == pytest.approx(result.total("FU", key), **EXACT)
            assert sum(abs(part["share"]) for part in parts) == pytest.approx(1, rel=1e-12)


def blocks(text: str) -> list[str]:
    """The blocks of a scenario, each with its lines."""
    return re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)[1:]


@given(numbers, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_changes_nothing(values: dict[str, float], random: object) -> None:
    text = written(values)
    shuffled = blocks(text)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    header, *rows = FACTORS.splitlines(keepends=True)
    random.shuffle(rows)  # type: ignore[attr-defined]
    tables = {**PACK.tables, "factors": (sheets.parse(header + "".join(rows), "factors.csv"),)}
    other = run("".join(shuffled), PACK._replace(tables=tables))
    assert lines(other) == pytest.approx(lines(run(text)), **EXACT)
    for key in ("GWP", "PE"):
        assert other.total("FU", key) == pytest.approx(run(text).total("FU", key), **EXACT)


@given(numbers, st.floats(-1e9, 1e9))
@settings(max_examples=20, deadline=None)
def test_an_unrelated_parameter_changes_nothing(values: dict[str, float], number: float) -> None:
    text = written(values)
    other = run(text + f"parameters: {{spare: {number!r} kWh, twice: '= spare * 2'}}\n")
    assert lines(other) == lines(run(text))


@given(numbers)
@settings(max_examples=20, deadline=None)
def test_an_input_at_another_place_is_the_same(values: dict[str, float]) -> None:
    """A number written where it is used, or as a parameter that a formula names."""
    text = written(values)
    moved = (
        swapped(text, (f"{values['energy']!r} Wh/image", '"= shot"'))
        + f"parameters: {{shot: {values['energy']!r} Wh/image}}\n"
    )
    assert lines(run(moved)) == lines(run(text))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_a_quantity_used_twice_is_one_node(values: list[float]) -> None:
    graph = Graph()
    nodes = [graph.input(Input(f"p{i}", v, ONE, Span("s", i, 1))) for i, v in enumerate(values)]
    first = graph.sum(nodes) * nodes[0]
    size = len(graph)
    assert (graph.sum(nodes) * nodes[0]).index == first.index
    assert len(graph) == size
    assert evaluate(graph)[first.index] == sum(values) * values[0]
