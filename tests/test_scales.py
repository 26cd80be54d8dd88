"""A unit's scale is never lost: a number written in another unit of its dimension moves no figure.

`%` may stand in every unit, so that every input can be written as 100 times its value in `unit*%`. The hand figures
are of the round factors in `bench_pack`: electricity in FRA 0.1 kgCO2eq/kWh.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from lca import units
from lca.checks.robustness import met_by_draws
from lca.disk.workspace import Library, Run
from lca.graph import Graph, Input, Node, evaluate
from lca.model import packs
from lca.model.inputs import number
from lca.model.ledger import Bounds
from lca.problems import Problems, Span
from lca.questions.breakeven import break_even
from lca.questions.sensitivity import sensitivities
from lca.questions.sweep import asked, axis, sweep
from lca.questions.uncertainty import uncertainty
from lca.text import sheets
from lca.units import Namespace, Unit, unit
from tests.bench_pack import PACKAGE, run, write_pack, written
from tests.test_fuzz import GOOD

SAME = 1e-12
PERCENT = unit("%")
STUDY = Path(__file__).parent.parent / "scenarios" / "stable_diffusion.yaml"
Key = tuple[str, Span]


# --- every input in another unit --------------------------------------------------------------------------------------


def in_percent(leaf: Input) -> Input:
    """The same quantity, its number 100 times as large; held, since totals alone are looked at."""
    unit = units.times(leaf.unit, PERCENT)
    return Input(leaf.path, leaf.value * 100, unit, leaf.span, leaf.citation, address=leaf.address, group=leaf.group)


class Rewriting:
    """Compiles a study with some of its inputs written in percent of their unit."""

    def __init__(self, study: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        self.study, self.seen, self.chosen = study, set[Key](), set[Key]()
        known = Graph.input

        def read(graph: Graph, leaf: Input) -> Node:
            key = leaf.path, leaf.span
            self.seen.add(key)
            return known(graph, in_percent(leaf) if key in self.chosen else leaf)

        monkeypatch.setattr(Graph, "input", read)

    def totals(self, *chosen: Key) -> dict[tuple[str, str | None, str], float]:
        self.chosen = set(chosen)
        cases = (None, *self.study.scenario.variants[:1])
        model = self.study.compile((), cases, with_expectations=False)[0].model  # a range may be what one expects
        values = evaluate(model.graph, None, model.graph.below(model.totals.values()))
        return {case: values[index] for case, index in model.totals.items()}


def of_study(_folder: Path) -> Run:
    return Run(STUDY)


def of_every_block(folder: Path) -> Run:
    return Run(written(folder, GOOD), [write_pack(folder)])


@pytest.mark.parametrize("study", [of_study, of_every_block])
def test_inputs_in_another_unit_move_no_total(
    study: Callable[[Path], Run], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewriting = Rewriting(study(tmp_path), monkeypatch)
    plain = rewriting.totals()
    leaves = sorted(rewriting.seen)
    assert len(leaves) > 50
    assert rewriting.totals(*leaves) == pytest.approx(plain, rel=SAME)
    moved = [leaf for leaf in leaves if rewriting.totals(leaf) != pytest.approx(plain, rel=SAME)]
    assert moved == []


# --- small cases by hand ----------------------------------------------------------------------------------------------


def total(folder: Path, text: str, **tables: str) -> float:
    result, _ = Run(written(folder, text), [write_pack(folder, **tables)]).compile()
    ((_, index),) = result.model.totals.items()
    return result.values[index]


FLEET = """\
    study: {{title: Fleet, criteria: [GWP], packs: [tiny]}}
    functional_units: {{year: {{demand: {{requests: 1e6 request}}}}}}
    sites: {{dc: {{region: FRA, pue: 1}}}}
    inference:
      site: dc
      server: {{device: box, lifetime: 4 year}}
      fleet: {{servers: {servers}, period: 1 year, power: 1 kW/server, serves: 1e6 request}}
"""
BOX = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2020,GWP,0.1,kgCO2eq,kWh,,,,p. 1,B,
box,embodied,,2020,GWP,{number},{unit},server,,,,p. 1,B,
"""
IN_KG = BOX.format(number=1000, unit="kgCO2eq")


@pytest.mark.parametrize(
    "servers", ["3 server", "300 server*%", '"= 10 [server] * 30 [%]"', '"= 3 [Mtoken/ktoken*server] / 1000"']
)
def test_a_fleet_in_any_unit_of_servers(tmp_path: Path, servers: str) -> None:
    # 3 kW for a year of 365 days at 0.1 kg/kWh, and a quarter of the life of three servers of 1,000 kg
    by_hand = 3 * 8760 * 0.1 + 3 / 4 * 1000
    assert total(tmp_path, FLEET.format(servers=servers), factors=IN_KG) == pytest.approx(by_hand, rel=SAME)


TRAINING = """\
    study: {{title: Run, criteria: [GWP], packs: [tiny]}}
    functional_units: {{year: {{demand: {{requests: 1 request}}}}}}
    sites: {{dc: {{region: FRA, pue: 1}}}}
    training:
      {{site: dc, device: box, lifetime: 4 year, allocation: whole,
        runs: {{v1: {{nodes: {nodes}, duration: 1460 h, power: 1 kW/server}}}}}}
"""


@pytest.mark.parametrize("nodes", ["4 server", "400 server*%", '"= 4000 [ktoken/Mtoken*server]"'])
def test_a_run_on_nodes_in_any_unit_of_servers(tmp_path: Path, nodes: str) -> None:
    # 4 kW for 1,460 h, a sixth of a year, and a sixth of the life of one server
    by_hand = 4 * 1460 * 0.1 + 4 * 1460 / (4 * 8760) * 1000
    assert total(tmp_path, TRAINING.format(nodes=nodes), factors=IN_KG) == pytest.approx(by_hand, rel=SAME)


PHONE = """\
    study: {title: Phone, criteria: [GWP], packs: [tiny]}
    functional_units: {hour: {demand: {visits: 1 visit}}}
    terminals:
      region: FRA
      time: 1 h/visit
      devices: {phone: {share: 100 %, power: 2 W, lifetime: 3 year, daily_use: 4 h/day}}
"""
PHONES = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2020,GWP,98,gCO2eq,kWh,,,,p. 1,B,
phone,embodied,,2020,GWP,{value},device,,,,p. 1,B,
"""


@pytest.mark.parametrize("value", ["50,kgCO2eq", "50000,gCO2eq", "0.05,tCO2eq", "5e7,mgCO2eq"])
def test_a_factor_per_piece_in_any_unit_of_the_criterion(tmp_path: Path, value: str) -> None:
    by_hand = 50 / 4380 + 0.002 * 0.098  # 50 kg over 3 years of 4 h a day, and 2 Wh
    assert total(tmp_path, PHONE, factors=PHONES.format(value=value)) == pytest.approx(by_hand, rel=SAME)


ROUNDED = """\
    study: {{title: Rounded, criteria: [GWP], packs: [tiny]}}
    functional_units: {{year: {{demand: {{requests: 1 request}}}}}}
    parameters: {{data: {data}, part: {part}, parts: "= ceil({ceil})"}}
    activities:
      - {{item: electricity, tier: data centre, stage: use, region: FRA, amount: "= parts * {each}"}}
"""


@pytest.mark.parametrize(
    ("data", "part", "ceil", "each", "by_hand"),
    [
        ("1.2 TB", "500 GB", "data / part", "10 [kWh/request]", 3.0),  # three disks
        ("1200 GB", "0.5 TB", "data / part", "10 [kWh/request]", 3.0),
        ("240 %", "1", "data", "10 [kWh/request]", 3.0),
        ("1.2 ktoken", "1 token", "data / part / 500", "10 [kWh/request]", 3.0),
        ("240 server*%", "1", "data", "10 [kWh/server/request]", 3.0),
        ("1.2345678 ktoken", "1", "data", "10 [kWh/ktoken/request]", 1.235),  # 1,235 tokens
        ("1.1 TB", "100 GB", "data / part", "10 [kWh/request]", 11.0),  # in floats 11.000000000000002
        ("1100 GB", "0.1 TB", "data / part", "10 [kWh/request]", 11.0),
        ("1.1000001 TB", "100 GB", "data / part", "10 [kWh/request]", 12.0),
        ("-1.1 TB", "100 GB", "-1 * data / part - data / part - data / part", "10 [kWh/request]", 33.0),
        ("-1.15 TB", "100 GB", "data / part", "10 [kWh/request]", -11.0),
    ],
)
def test_what_rounds_sees_the_number_itself(
    tmp_path: Path, data: str, part: str, ceil: str, each: str, by_hand: float
) -> None:
    text = ROUNDED.format(data=data, part=part, ceil=ceil, each=each)
    assert total(tmp_path, text) == pytest.approx(by_hand, rel=SAME)


@pytest.mark.parametrize("data", ["1500 Wh", "1.5 h", "2 GB", "3 incidence", "2 prompt/user", "2 server^2", "2 kg"])
def test_a_whole_number_of_what(tmp_path: Path, data: str) -> None:
    with pytest.raises(Problems) as wrong:
        run(tmp_path, ROUNDED.format(data=data, part="1", ceil="data", each="10 [kWh/request]"))
    asked = data.partition(" ")[2]
    problem = wrong.value.problems[0]
    assert problem.message == f"ceil of {asked}: a whole number of what?"
    assert problem.hint == f"divide it by one {asked}"


# --- ranges and laws in other units than the value --------------------------------------------------------------------

RANGED = """\
    study: {{title: Ranged, criteria: [GWP], packs: [tiny]}}
    functional_units: {{day: {{demand: {{visits: 10 visit, prompts: 50 prompt}}}}}}
    sites: {{dc: {{region: FRA, pue: 1.2}}}}
    inference: {{site: dc, energy: {energy}}}
    terminals:
      region: FRA
      time: 1 h/visit
      devices: {{phone: {{share: 100 %, power: 2 W, lifetime: 3 year, daily_use: {daily_use}}}}}
"""


@pytest.mark.parametrize(
    ("plain", "mixed"),
    [
        (
            f"{{value: 1 kWh/prompt, low: 0.8 kWh/prompt, high: 1.25 kWh/prompt, law: {law}}}",
            f"{{value: 1 kWh/prompt, low: 800 Wh/prompt, high: 4.5 MJ/prompt, law: {law}}}",
        )
        for law in ("triangular", "uniform", "normal", "lognormal")
    ]
    + [
        ("{value: 1 kWh/prompt, low: 0.8 kWh/prompt}", "{value: 1 kWh/prompt, low: 80000 Wh*%/prompt}"),
        (
            "{value: 1 kWh/prompt, law: {normal: {sd: 0.1 kWh/prompt}}}",
            "{value: 1 kWh/prompt, law: {normal: {sd: 360 kJ/prompt}}}",
        ),
        (
            "{value: 1 kWh/prompt, law: {choices: {0.5 kWh/prompt: 40 %, 1.25 kWh/prompt: 60 %}}}",
            "{value: 1 kWh/prompt, law: {choices: {500 Wh/prompt: 0.4, 4.5 MJ/prompt: 0.6}}}",
        ),
    ],
)
@pytest.mark.parametrize(
    ("hours", "in_others"),
    [
        (
            "{value: 4 h/day, low: 3 h/day, high: 6 h/day}",
            "{value: 4 h/day, low: 180 min/day, high: 42 h/week}",
        ),
        (
            "{value: 4 h/day, low: 3 h/day, high: 6 h/day, law: lognormal}",
            "{value: 4 h/day, low: 12.5 %, high: 2190 h/year, law: lognormal}",
        ),
    ],
)
def test_a_range_in_other_units_than_its_value(
    tmp_path: Path, plain: str, mixed: str, hours: str, in_others: str
) -> None:
    one = figures(tmp_path, RANGED.format(energy=plain, daily_use=hours))
    assert figures(tmp_path, RANGED.format(energy=mixed, daily_use=in_others)) == pytest.approx(one, rel=SAME)


def figures(folder: Path, text: str) -> list[float]:
    """A study's total, what 1,000 samples under one seed say of it, and its tornado."""
    (folder / "study.yaml").write_text(dedent(text), encoding="utf-8")
    if not (folder / "packs").exists():
        write_pack(folder)
    model = Run(folder / "study.yaml", [folder / "packs"]).compile()[0].model
    (estimate,) = uncertainty(model, 1_000, 7).estimates
    (driven,) = sensitivities(model)
    spread = [estimate.spread.mean, estimate.spread.low, estimate.spread.high]
    bars = {bar.path: (bar.low, bar.high, bar.at_low, bar.at_high) for bar in driven.drivers}
    assert {"inference.energy", "terminals.devices.phone.daily_use"} <= set(bars)
    return [estimate.value, *spread, *(end for path in sorted(bars) for end in bars[path] if end is not None)]


# --- a bare number, where the unit has a name and no dimension --------------------------------------------------------


@pytest.mark.parametrize("daily_use", ["6 h/day", "25 %", "360 min/day", '"= 3 [h/day] * 2"', '"= 25 %"'])
def test_hours_a_day_in_any_unit(tmp_path: Path, daily_use: str) -> None:
    by_hand = 50 / (3 * 365 * 6) + 0.002 * 0.098  # 50 kg over 3 years of 6 h a day, and 2 Wh
    text = PHONE.replace("4 h/day", daily_use)
    assert total(tmp_path, text, factors=PHONES.format(value="50,kgCO2eq")) == pytest.approx(by_hand, rel=SAME)


def test_a_bare_number_of_the_command_line_is_in_the_unit_of_the_input() -> None:
    assert number("3", unit("h/day"), "daily_use") == (3, unit("h/day"))
    assert number("3", unit("%"), "share") == (3, units.ONE)
    with pytest.raises(Problems) as wrong:
        number("3 gCO2e", unit("kWh"), "energy")
    assert wrong.value.problems[0].hint.startswith("write gCO2eq; ")


# --- the constant 1 ---------------------------------------------------------------------------------------------------


def gwp(text: str) -> Unit:
    return unit(text, Namespace("GWP", "CO2eq", "kgCO2eq"))


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (unit("server*%"), unit("server")),
        (unit("Mtoken/ktoken*server"), unit("server")),
        (unit("TB/GB"), units.ONE),
        (unit("server"), unit("server")),
        (unit("kWh"), unit("J")),
        (unit("g"), unit("kg")),
        (unit("h"), unit("s")),
    ],
)
def test_one_is_of_the_coherent_unit(asked: Unit, given: Unit) -> None:
    one = Graph().one(asked)
    assert one.unit is given
    assert (given.num, given.den, given.dims) == (1, 1, asked.dims)
    assert one.graph.info[one.index] == 1


def test_an_impact_has_a_coherent_unit_too() -> None:
    assert units.coherent(gwp("gCO2eq")) is gwp("kgCO2eq")
    assert units.coherent(gwp("gCO2eq/device")) is gwp("kgCO2eq/device")
    energy = partial(unit, within=Namespace("PE", "", "MJ"))
    assert units.coherent(energy("MJ")) is energy("J")


# --- numbers that are the same but for rounding -----------------------------------------------------------------------


@pytest.mark.parametrize(("value", "end"), [("0.036 kWh", "36 Wh"), ("118 Wh", "0.118 kWh"), ("0.013 MJ", "13 kJ")])
def test_the_end_of_a_range_that_is_the_value_in_another_unit(tmp_path: Path, value: str, end: str) -> None:
    for low, high in ((end, "1 kWh"), ("1 Wh", end)):
        energy = f"{{value: {value}/prompt, low: {low}/prompt, high: {high}/prompt}}"
        text = RANGED.format(energy=energy, daily_use="4 h/day")
        result, _ = run(tmp_path, text)
        (leaf,) = [leaf for _, leaf in result.model.graph.inputs() if leaf.path == "inference.energy"]
        assert leaf.value in (leaf.low, leaf.high)


def test_bounds_hold_but_for_rounding() -> None:
    hours = Bounds("h/day", high=24, above=0)
    assert [hours.allows(value) for value in (24, 24.000000000000004, 24.0001, 0, 1e-300)] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert not Bounds("1", low=0).allows(-1e-300)


EXPECTED = """\
study: {{title: Bound, criteria: [GWP], packs: [tiny]}}
functional_units: {{u: {{demand: {{visits: 1 visit}}}}}}
activities:
  - {{item: electricity, tier: network, stage: use, region: FRA, amount: {amount}}}
expect: {{it: {{of: u, flow: electricity, {bound}, basis: derived}}}}
"""
BOUNDS = {
    "at_most: 0.036 kWh": "holds", "at_least: 0.036 kWh": "holds", "at_most: 36 Wh": "holds",
    "at_least: 36 Wh": "holds", "value: 0.036 kWh": "holds",
    "at_most: 35.999 Wh": "missed", "at_least: 36.001 Wh": "missed",
    "below: {of: u, flow: electricity, times: 1}": "missed",
    "below: {of: u, flow: electricity, times: '1.001'}": "holds",
    "value: 0.04 kWh, within: 10 %": "holds", "value: 0.04 kWh, within: 9.9 %": "missed",
}  # fmt: skip


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("amount", ["36 Wh", "0.036 kWh", "129600 J", "3600 Wh*%"])
def test_a_figure_that_stands_on_its_bound(tmp_path: Path, amount: str, bound: str) -> None:
    _, verdicts = run(tmp_path, EXPECTED.format(amount=amount, bound=bound))
    assert [each.verdict for each in verdicts] == [BOUNDS[bound]]
    assert met_by_draws(run(tmp_path, EXPECTED.format(amount=amount, bound=bound))[0], verdicts, 100)[0].draws_met == (
        BOUNDS[bound] == "holds"
    )


# --- parts of assemblies ----------------------------------------------------------------------------------------------

RIG = """\
    study: {title: Rig, criteria: [GWP], packs: [tiny]}
    functional_units: {year: {demand: {requests: 1 request}}}
    activities:
      - {item: rig, tier: data centre, stage: embodied, amount: 3}
"""
PARTS = """\
item,component,amount,unit,low,high,at,quality,note
rig,gpu,{amount},{unit},,,p. 3,B,
"""


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("8", "GPU/server"), ("800", "GPU*%/server"), ("0.008", "GPU*kB/B/server"), ("8e6", "GPU*B/MB/server")],
)
def test_a_part_of_an_assembly_in_any_unit(tmp_path: Path, amount: str, unit: str) -> None:
    # three rigs of 8 GPUs of 90 + 10 kg
    assert total(tmp_path, RIG, assemblies=PARTS.format(amount=amount, unit=unit)) == pytest.approx(2400, rel=SAME)


# --- inputs that cases state in several units -------------------------------------------------------------------------

CASES = """\
    study: {title: Cases, criteria: [GWP], packs: [tiny]}
    functional_units: {u: {demand: {visits: 10 visit, prompts: 50 prompt}}}
    sites: {dc: {region: FRA, pue: 1}}
    inference: {site: dc, energy: 1 kWh/prompt}
    variants:
      wh: {with: {inference.energy: 900 Wh/prompt}}
      visit: {with: {inference.energy: 4 kWh/visit}}
"""


def energies(folder: Path, variants: tuple[str | None, ...], points: str) -> list[float]:
    model = run(folder, CASES, variants=variants)[0].model
    found = sweep(model, [axis(model, asked(f"inference.energy={points}"))])
    return [value for series in found.series for value in series.values.tolist()]


def test_a_sweep_over_cases_in_several_units(tmp_path: Path) -> None:
    # 50 prompts at 0.1 kg/kWh: 2 kWh a prompt are 10 kg, 500 Wh are 2.5 kg, in every case
    assert energies(tmp_path, (None, "wh"), "500 Wh/prompt,2 kWh/prompt") == pytest.approx([2.5, 10, 2.5, 10])
    assert energies(tmp_path, ("wh",), "500,2000") == pytest.approx([2.5, 10])
    assert energies(tmp_path, ("visit",), "500 Wh/visit,2 kWh/visit") == pytest.approx([0.5, 2])
    assert energies(tmp_path, ("visit",), "1,2000 Wh/visit") == pytest.approx([1, 2])


MEANT = {
    (None, "wh"): ("1,2", "inference.energy: a number alone, which could be in kWh/prompt or in Wh/prompt"),
    (None, "visit"): (
        "1 kWh/prompt,2 kWh/prompt",
        "inference.energy is in kWh/visit in one case, and kWh/prompt is not",
    ),
}


@pytest.mark.parametrize("variants", MEANT)
def test_a_sweep_over_cases_that_cannot_be_meant(tmp_path: Path, variants: tuple[str | None, ...]) -> None:
    points, said = MEANT[variants]
    with pytest.raises(Problems) as wrong:
        energies(tmp_path, variants, points)
    assert wrong.value.problems[0].message == said


@pytest.mark.parametrize(("start", "stop"), [("1", "2000"), ("1 Wh/prompt", "2000")])
def test_a_break_even_over_cases_in_several_units(tmp_path: Path, start: str, stop: str) -> None:
    model = run(tmp_path, CASES, variants=(None, "wh"))[0].model
    with pytest.raises(Problems) as wrong:
        break_even(model.facts, *model.totals.values(), "inference.energy", start, stop)
    assert wrong.value.problems[0].hint == "write its unit"


GIVEN = """\
    expect:
      less:
        {{of: hour, criterion: GWP, given: {{terminals.devices.phone.daily_use: {hours}}}, at_most: 1 kgCO2eq,
         basis: derived}}
"""


def test_an_input_that_a_figure_sets_has_its_unit(tmp_path: Path) -> None:
    factors = PHONES.format(value="50,kgCO2eq")
    text = dedent(PHONE) + dedent(GIVEN.format(hours="120 min/day"))
    _, verdicts = Run(written(tmp_path, text), [write_pack(tmp_path, factors=factors)]).compile()
    assert verdicts[0].computed == pytest.approx(50 / (3 * 365 * 2) + 0.002 * 0.098, rel=SAME)
    with pytest.raises(Problems) as wrong:
        Run(written(tmp_path, text.replace("120 min/day", "2")), [tmp_path / "packs"]).compile()
    assert wrong.value.problems[0].message == "the unit is missing"


# --- weights ----------------------------------------------------------------------------------------------------------


WEIGHTS = {
    "%": "",
    "1": "",
    "": "",
    "ppm": "",
    "kg": "kg is no unit of a weight",
    "prozent": "prozent is no unit of a weight",
}


@pytest.mark.parametrize(("unit", "refused"), WEIGHTS.items())
def test_a_weight_is_a_share(unit: str, refused: str) -> None:
    sheet = sheets.parse(f"set,criterion,value,unit,at,note\nown,GWP,20,{unit},p. 1,\n", "weighting.csv")
    said = ""
    try:
        packs.pack(PACKAGE, {"weighting": (sheet,)}, Library().criteria)
    except Problems as wrong:
        said = wrong.problems[0].message
    assert said == refused
