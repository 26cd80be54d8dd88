"""The account of a file: what it says of a number is what happens when the number is changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lca.cli.new import KINDS
from lca.disk.workspace import Library, Run
from lca.language import Study, records
from lca.model.fields import Each, Listed, Mix, One, Quantities, Quantity, Record
from lca.problems import Problems
from lca.questions.account import CHECKED, STATED, UNUSED, USED, Account, Number, account, weights
from lca.result import Result
from lca.views.template import scenario as template
from tests.bench_pack import OWN, lay, swapped, write_pack, written
from tests.command import Lca
from tests.whole import some

SCENARIOS = Path(__file__).parent.parent / "scenarios"
NUMBER = re.compile(r"(\d+\.?\d*(?:e[-+]?\d+)?)(?:/(\d+))?")

EVERY = """\
study: {title: Every key, criteria: [GWP, WC], packs: [tiny]}
units: [parcel]
functional_units:
  one: {demand: {visits: 100 visit, prompts: 40 prompt, parcels: 3 parcel}}
  later:
    years: 2021..2024
    demand: {visits: 50 visit, prompts: 10 prompt, parcels: 2 parcel}
    rates: {demand.visits: 20 %/year, inference.by-image.energy: -10 %/year, terminals.devices.phone.power: 5 %/year}
    terminals: {time: {2021: 5 min/visit, 2023: 4 min/visit, 2024: 2 min/visit}}
parameters: {wanted: 2 kWh, both: "= wanted * 2"}
factors:
  answer: {stage: use, impacts: {GWP: 10 gCO2eq/prompt}}
  card: {impacts: {GWP: 90 kgCO2eq/GPU}}
  kit: {impacts: {GWP: "= 2 [GPU/device] * factors.card.impacts.GWP + 3 [kgCO2eq/device]"}}
equipment:
  node: {parts: {card: 4 GPU, kit: 2 device, steel: "= 1 [kg] * 3"}}
  rack: {parts: {node: 2 server, box: 1 device}}
  box: {method: by-metal, metal: 2 kg, parts: {card: 3 GPU}}
sites:
  lab: {region: {FRA: 60 %, USA: 40 %}, pue: 1.2, wue: 0.4 L/kWh, supply: {FRA: 90 %, World: 10 %}}
terminals:
  region: {FRA: 30 %, World: 70 %}
  time: 5 min/visit
  devices:
    phone: {share: 60 %, power: 3 W, lifetime: 3 year, daily_use: 3 h/day, standby: 1 W, standby_time: 12 h/day}
    laptop:
      share: 40 %
      count: 1
      power: 30 W
      lifetime: 5 year
      daily_use: 5 h/day
      shared_by: 2 person
      accessories:
        monitor: {count: 2, power: 20 W, lifetime: 6 year, daily_use: 5 h/day, standby: 0.3 W, standby_time: 6 h/day}
        hub: {device: monitor, power: 8 W, lifetime: 5 year, daily_use: 6 h/day, always_on: true}
network:
  region: FRA
  data: 3 MB/visit
  time: 4 min/visit
  links:
    fibre:
      share: 80 %
      energy: 0.05 kWh/GB
      serves: 200 GB/month
      shared_by: 2 person
      always_on: {router: {device: monitor, count: 1, power: 9 W, lifetime: 5 year}}
    air:
      share: 20 %
      energy: 0.2 kWh/GB
      equipment: fixed-kit
      serves: 3 h/day
      always_on: {line: {power: 4 kWh/year}}
web_hosting:
  fleet-by-power:
    site: lab
    server: {device: server, lifetime: 5 year, time: 3 s/visit, share: 50 %}
    fleet: {servers: 2 server, period: 1 year, power: 200 W/server, serves: 1e6 visit, share: 50 %, share_by: time}
  fleet-by-energy:
    site: lab
    server: {device: server, lifetime: 5 year}
    fleet: {servers: 2 server, period: 1 year, energy: 3000 kWh, serves: 1e6 visit}
storage:
  site: lab
  data: 5 MB/visit
  kept: 2 year
  copies: 2
  energy: 0.01 kWh/GB/year
  device: disk
  density: 10 TB/device
  lifetime: 5 year
inference:
  by-image:
    site: lab
    images: 4 image/prompt
    energy: 2 Wh/image
    water: 3 mL/image
    idle_power: 60 %
    server: {device: server, share: 1/8, time: 9 s/image, lifetime: 5 year, aur: 25 %}
  by-token:
    site: lab
    tokens: 400 token/prompt
    energy: 2 mWh/token
  by-power:
    site: lab
    server: {device: server, power: 300 W, time: 2 s/prompt, lifetime: 5 year}
training:
  site: lab
  device: server
  lifetime: 5 year
  aur: 80 %
  idle_power: 20 %
  gpus: 8 GPU/server
  power: 300 W/GPU
  speed: 100 TFLOP/s/GPU
  utilisation: 40 %
  experiments: 10 %
  allocation: per use
  runs:
    measured: {energy: 900 kWh, idle_energy: 200 kWh, nodes: 2 server, duration: 100 h, amortised_over: 5e4 prompt}
    powered: {nodes: 2 server, duration: 100 h, power: 2 kW/server, amortised_over: 5e4 prompt}
    hours:
      {time: 800 GPU*h, gpus: 4 GPU/server, lifetime: 4 year, aur: 70 %, idle_power: 30 %, experiments: 20 %,
       amortised_over: 5e4 prompt}
    computed: {compute: 1e20 FLOP, amortised_over: 5e4 prompt}
    tuned:
      {compute: 1e18 FLOP, speed: 50 TFLOP/s/GPU, utilisation: 30 %, allocation: repeated, amortised_over: 40 prompt}
activities:
  - {item: electricity, tier: data centre, stage: use, region: {FRA: 50 %, USA: 50 %}, amount: "= both"}
  - {item: steel, tier: network, stage: manufacture, amount: 20 g/parcel}
  - {item: answer, tier: data centre, stage: use, amount: 2 prompt}
  - {item: node, tier: data centre, stage: embodied, amount: 5e-4 GPU}
  - {item: rack, tier: data centre, stage: embodied, amount: 1e-4 device}
methods:
  by-metal:
    title: By its metal
    takes: {metal: {unit: kg, text: how much}, boards: {default: 2, text: boards}}
    parameters: {waste: 10 %}
    gives: {parts: {steel: = metal * (1 + waste), kit: "= boards * 1 [device]"}}
  by-size:
    title: By its size
    takes: {size: {unit: GB, per_work: true, text: how much}}
    parameters: {each: 3 Wh/GB}
    gives: {activities: {sent: {item: electricity, tier: network, stage: use, region: FRA, amount: = size * each}}}
processes:
  page: {method: by-size, size: 2 MB/visit}
variants:
  more: {with: {inference.by-token.tokens: 800 token/prompt}}
"""


def of(folder: Path, text: str, *packs: Path) -> Result:
    return Run(written(folder, text), [write_pack(folder), *packs]).compile(every_case=True)[0]


def totals(result: Result) -> dict[tuple[str, str | None, str], float]:
    return {key: result.whole.values[index] for key, index in result.whole.model.totals.items()}


# --- proof by mutation ------------------------------------------------------------------------------------------------


def changed(text: str, number: Number, factor: float) -> str:
    """A scenario's text with one of its numbers changed."""
    lines = text.split("\n")
    line = lines[number.span.line - 1]
    match = NUMBER.search(line, number.span.column - 1)
    assert match is not None, line
    value = float(match[1]) / float(match[2] or 1) * factor
    lines[number.span.line - 1] = f"{line[: match.start()]}{value!r}{line[match.end() :]}"
    return "\n".join(lines)


class Mutation:
    """A scenario whose numbers are changed one by one, with packs that are read once."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder, self.text, self.library = folder, text, Library([write_pack(folder)])
        self.before = self.run(text)
        self.plain, self.weigh = totals(self.before), weights(self.before)

    def run(self, text: str, *, checked: bool = True) -> Result:
        run = Run(written(self.folder, text), library=self.library)
        return run.compile(every_case=True, with_expectations=checked)[0]

    def is_told(self, number: Number) -> bool:
        """Whether a percent more or less of a number moves a total just where the account says so; shares may not."""
        refused: list[str] = []
        for factor in (1.01, 0.99):
            try:
                after = self.run(changed(self.text, number, factor), checked=False)
            except Problems as told:
                refused.append(str(told))
                continue
            moved = totals(after) != pytest.approx(self.plain, rel=1e-9)
            return moved == (number.use == USED and number.node in self.weigh)
        return all("sum to" in said for said in refused)


LARGE = ("chat_assistant", "web_shop", "video_streaming")
EVERY_SO_MANY = {"every": 4, "stable_diffusion": 3}
PUBLISHED = tuple(path.stem for path in (SCENARIOS / "published").glob("*.yaml"))
FLOORED = "inference.duration"  # of a video of whole frames: a percent of it moves them, and no slope says so
SMALL = ("bloom", "chatgpt_electricity", "gpt3_from_flops", "gpt3_water")  # published cases of a few numbers


@cache
def texts() -> dict[str, str]:
    every = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SCENARIOS.rglob("*.yaml"))}
    shipped = {name: text for name, text in every.items() if "\nextends:" not in text}  # else numbers are elsewhere
    new = {f"new {kind}": template("mine", "mine.yaml", kind) for kind in ("", *KINDS)}
    return shipped | new | {"every": EVERY}


@pytest.mark.parametrize("name", texts())
def test_a_percent_more_of_any_number_moves_what_the_account_says(name: str, tmp_path: Path) -> None:
    made = Mutation(tmp_path, texts()[name])
    stated = [number for number in account(made.before).of(STATED) if number.leaf is not None]
    assert len(stated) > (1 if name in PUBLISHED else 3 if name in SMALL else 10)
    tried = some(stated, EVERY_SO_MANY.get(name, 8 if name in (*LARGE, *PUBLISHED) else 1))
    stepless = [number for number in tried if not number.address.endswith(FLOORED)]
    assert [number.address for number in stepless if not made.is_told(number)] == []


@pytest.mark.parametrize("name", texts())
def test_the_ends_of_ranges_are_in_the_account(name: str, tmp_path: Path, lca_: Lca) -> None:
    text = texts()[name]
    path, packs = written(tmp_path, text), str(write_pack(tmp_path))
    plain = json.loads(lca_("account", str(path), "--format", "json", "--packs", packs).out)
    wider = re.sub(r"(low|high): (1/)?([\d.]+)", lambda m: f"{m[1]}: {m[2] or ''}{m[3]}0000001", text)
    wider = re.sub(r"0000001(e|/)", r"\1", wider)
    written(tmp_path, wider)
    ran = lca_("account", str(path), "--format", "json", "--packs", packs)
    if ran.code == 0 and name != "every":
        moved = json.loads(ran.out)
        pairs = [(a, b) for a, b in zip(plain, moved, strict=True) if a["low"] is not None and a["kind"] == STATED]
        assert [a["name"] for a, b in pairs if (a["low"], a["high"]) == (b["low"], b["high"])] == []


def quantities(record: Record) -> Iterator[tuple[type[Record], str]]:
    """The fields for numbers that a record and those below it state."""
    for name, field in record.fields.items():
        if not record.has(name):
            continue
        if isinstance(field, Quantity | Quantities | Mix):
            yield type(record), name
        elif isinstance(field, One):
            value = record.get(field)
            for child in value.values() if isinstance(field, Each | Listed) else [value]:
                yield from quantities(child)


def test_every_key_for_a_number_is_told_of(tmp_path: Path) -> None:
    """The scenario above states every key of the reference that takes numbers, but for those of expectations."""
    of_checks = {"Expectation", "Selector", "Where"}
    known = {
        (record, name)
        for record in records(Study)
        if record.__name__ not in of_checks
        for name, field in record.fields.items()
        if isinstance(field, Quantity | Quantities | Mix)
    }
    study = Run(written(tmp_path, EVERY), [write_pack(tmp_path)]).scenario.study
    # what a record inherits stands under the record itself, such as the power of an accessory under a device
    assert {(r.__name__, n) for r, n in known} - {(r.__name__, n) for r, n in quantities(study)} == set()
    assert [n.address for n in account(of(tmp_path, EVERY)).of(STATED) if n.use != USED] == []


# --- what is not used, and why ----------------------------------------------------------------------------------------

FAULT = """\
study: {title: unused inputs, criteria: [GWP], packs: [tiny]}
functional_units:
  one: {demand: {prompts: 1 prompt, queries: 5 query}}
parameters: {cache_hit: 40 %, chained: "= cache_hit * 2", size: 12 GB, alias: "= power", power: 2 Wh/prompt}
sites: {dc: {region: FRA, pue: 1}, other: {region: USA, pue: 1.9}, bare: {region: USA}}
inference: {site: dc, tokens: 4000 token/prompt, energy: "= power"}
"""


def reasons(made: Account) -> dict[str, str]:
    return {idle.path: idle.reason for idle in made.idle}


def test_what_moves_nothing_is_said_and_why(tmp_path: Path, lca_: Lca) -> None:
    assert reasons(account(of(tmp_path, FAULT))) == {
        "functional_units.one.demand.queries": "nothing is counted in query",
        "parameters.cache_hit": "only parameters.chained names it",
        "parameters.chained": "no formula names it",
        "parameters.size": "no formula names it",
        "parameters.alias": "no formula names it",
        "sites.other": "nothing stands there",
        "sites.bare": "nothing stands there",
        "inference.tokens": "no total depends on it",
    }
    ran = lca_("run", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs"))
    assert "Not used      functional_units.one.demand.queries" in ran.out
    assert "11 numbers stated" in ran.out


def test_what_every_case_sets_anew(tmp_path: Path) -> None:
    text = swapped(FAULT, ("one: {", "one: {inference: {energy: 3 Wh/prompt}, "))
    assert reasons(account(of(tmp_path, text)))["inference.energy"] == "every case sets its own"
    listed = FAULT + "activities: [{item: electricity, tier: data centre, stage: use, region: FRA, amount: 1 kWh}]\n"
    own = "activities: [{item: electricity, tier: data centre, stage: use, region: USA, amount: 1 kWh}]"
    assert "activities" not in reasons(account(of(tmp_path, listed)))
    made = account(of(tmp_path, swapped(listed, ("one: {", f"one: {{{own}, "))))
    assert reasons(made)["activities"] == "every case sets its own"


def test_what_one_case_uses_is_used(tmp_path: Path) -> None:
    text = EVERY + "  less: {with: {training.include: [measured, hours, computed, tuned]}}\n"
    assert account(of(tmp_path, text)).idle == ()
    of_one = swapped(
        EVERY, ("allocation: per use", "allocation: per use\n  include: [measured, hours, computed, tuned]")
    )
    assert reasons(account(of(tmp_path, of_one))) == {"training.runs.powered": "no case includes it"}


def test_what_only_a_check_uses(tmp_path: Path) -> None:
    text = FAULT + (
        "expect:\n  used: {of: one, criterion: GWP, given: {inference.energy: 4 Wh/prompt}, at_least: 0 g,"
        " basis: derived}\n"
    )
    text = swapped(
        text,
        (
            'inference: {site: dc, tokens: 4000 token/prompt, energy: "= power"}',
            "inference: {site: dc, energy: 2 Wh/prompt}",
        ),
    )
    text = text.replace("at_least: 0 g", "at_least: 0 gCO2eq")
    made = account(of(tmp_path, text))
    assert made.of(STATED, CHECKED) == []
    assert {n.address for n in made.of(STATED, UNUSED)} >= {"parameters.power"}


def test_packs_proxies_and_stand_ins_that_serve_nothing(tmp_path: Path) -> None:
    text = swapped(
        FAULT,
        (
            "packs: [tiny]}",
            """packs: [tiny, ember-2024], proxies: [{criterion: GWP, from: PE, for: electricity, reason: none}],
            stand_ins: [{asked: ITA, used: FRA, for: electricity, reason: near}]}""",
        ),
    )
    told = reasons(account(of(tmp_path, text)))
    assert told["study.packs: ember-2024"] == "no number is taken from it"
    assert told["study.proxies.GWP"] == "electricity needs no proxy for GWP"
    assert told["study.stand_ins.ITA"] == "nothing is taken in its place"


# --- what is taken in place of what was asked for ---------------------------------------------------------------------

POWER = """\
study: {title: Y, criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {requests: 1 request}, year: 2030}}
sites: {dc: {region: USA, pue: 1}}
inference: {site: dc, energy: 1 kWh/request}
"""


def instead(result: Result) -> list[tuple[str, str, str, str]]:
    return [(swap.used, swap.asked, swap.item, swap.reason) for swap in account(result).instead]


def test_another_year_is_said(tmp_path: Path, lca_: Lca) -> None:
    """The pack has the USA's electricity of 2020 and 2024: 0.2 kg/kWh is of 2024, the last before 2030."""
    result = of(tmp_path, POWER)
    assert instead(result) == [("2024", "2030", "electricity", "")]
    assert result.total("one", "GWP") == pytest.approx(0.2)
    ran = lca_("run", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs"))
    assert "Instead       2024 for 2030: electricity" in ran.out
    declared = "packs: [tiny], stand_ins: [{asked: 2030, used: 2020, for: electricity, reason: the last that is final}]"
    result = of(tmp_path, swapped(POWER, ("packs: [tiny]", declared)))
    assert instead(result) == [("2020", "2030", "electricity", "the last that is final")]
    assert result.total("one", "GWP") == pytest.approx(0.4)


def test_a_projection_is_taken_only_where_its_year_is_asked_for(tmp_path: Path) -> None:
    """The pack was read in 2024, so that a row of 2030 is a projection."""
    rows = "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note\n"
    now, later = (f"electricity,use,USA,{y},GWP,{v},kgCO2eq,kWh,,,,p. 1,B,\n" for y, v in ((2023, 0.4), (2030, 0.1)))
    (tmp_path / "own").mkdir()
    text = swapped(POWER, ("packs: [tiny]", "packs: [own]"))
    any_year = swapped(text, (", year: 2030", ""))
    pack = lay(tmp_path / "packs" / "own", OWN, factors=rows + now + later).parent
    assert of(tmp_path, any_year, pack).total("one", "GWP") == pytest.approx(0.4)
    assert of(tmp_path, text, pack).total("one", "GWP") == pytest.approx(0.1)
    lay(tmp_path / "packs" / "own", OWN, factors=rows + later)
    with pytest.raises(Problems, match="its factors are projections, for 2030: give the functional unit a year"):
        of(tmp_path, any_year, pack)


DATA = """\
study: {title: Mobile data in Italy, criteria: [GWP], packs: [ember-2024, traficom-2022]}
functional_units: {gb: {demand: {visits: 1 visit}}}
network: {region: ITA, data: 1 GB/visit, links: {network-mobile: {share: 100 %}}}
"""


def test_a_region_serves_another_only_where_that_is_declared(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"packs have it for FIN: state it, or declare study.stand_ins: \[\{asked: ITA"):
        of(tmp_path, DATA)
    stand_in = "traficom-2022], stand_ins: [{asked: ITA, used: FIN, for: network-mobile, reason: no other is known}]"
    result = of(tmp_path, swapped(DATA, ("traficom-2022]", stand_in)))
    assert instead(result) == [("FIN", "ITA", "network-mobile", "no other is known")]
    assert result.total("gb", "GWP") == pytest.approx(0.0345, rel=1e-2)  # as when it served in silence
    electricity = swapped(DATA, ("region: ITA", "region: CAF"), ("share: 100 %", "share: 100 %, energy: 1 kWh/GB"))
    factor = "traficom-2022], stand_ins: [{asked: CAF, used: SRB, for: electricity, reason: a neighbour}]"
    result = of(tmp_path, swapped(electricity, ("traficom-2022]", factor)))
    assert instead(result) == [("SRB", "CAF", "electricity", "a neighbour")]


def test_the_world_serves_a_region_and_is_said(tmp_path: Path) -> None:
    text = swapped(DATA, ("ember-2024, traficom-2022", "tiny"), ("network-mobile", "fibre"), ("ITA", "FRA"))
    assert instead(of(tmp_path, text)) == [("World", "FRA", "fibre", "")]
    mixed = swapped(text, ("region: FRA", "region: {FRA: 50 %, USA: 50 %}"))
    assert instead(of(tmp_path, mixed)) == [("World", "FRA, USA", "fibre", "")]


def test_a_provider_stands_in_for_another(tmp_path: Path) -> None:
    text = swapped(POWER, ("pue: 1}", "provider: foggy}"), (", year: 2030", ""))
    with pytest.raises(Problems, match="no pack of the study has provider 'foggy'"):
        of(tmp_path, text)
    declared = "packs: [tiny], stand_ins: [{asked: foggy, used: cloudy, for: dc, reason: the same halls}]"
    result = of(tmp_path, swapped(text, ("packs: [tiny]", declared)))
    assert instead(result) == [("cloudy", "foggy", "cloudy", "the same halls")]
    assert result.total("one", "GWP") == pytest.approx(1.25 * 0.2)


@pytest.mark.parametrize(
    ("asked", "pack", "used"),
    [
        ("EU", "ember-2024", "EU27"),
        ("GLO", "ember-2024", "World"),
        ("WOR", "tiny", "World"),
        ("RER", "ember-2024", "Europe"),
        ("EUE", "ember-2024", "EU27"),
    ],
)
def test_codes_of_aggregates_mean_the_same(asked: str, pack: str, used: str, tmp_path: Path) -> None:
    text = swapped(POWER, (", year: 2030", ""), ("[tiny]", f"[{pack}]"))
    result = of(tmp_path, swapped(text, ("region: USA", f"region: {asked}")))
    assert instead(result) == []
    assert totals(result) == totals(of(tmp_path, swapped(text, ("region: USA", f"region: {used}"))))


@pytest.mark.parametrize("asked", ["EU", "EUE", "EU27"])
def test_an_aggregate_that_is_not_there_names_the_others(asked: str, tmp_path: Path) -> None:
    text = swapped(POWER, (", year: 2030", ""), ("[tiny]", "[boavizta-2023-11]"), ("region: USA", f"region: {asked}"))
    with pytest.raises(Problems, match="of groups of countries it has a factor for: Europe, World"):
        of(tmp_path, text)


# --- factors of several regions for one item --------------------------------------------------------------------------

PARTS = """\
study: {title: Parts, criteria: [GWP], packs: [own]}
functional_units: {one: {demand: {visits: 1 visit}}}
activities:
  - {item: box, tier: terminals, stage: embodied, amount: 1 device/visit}
"""


def a_row(stage: str, region: str, value: float) -> str:
    return f"box,{stage},{region},2020,GWP,{value},kgCO2eq,device,,,,p. 1,B,\n"


HEAD = "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note\n"


@pytest.mark.parametrize(
    ("region", "total", "note"),
    [
        ("", 5, "the packs have a factor of box for FRA alone"),  # distribution alone
        (", region: FRA", 45, ""),  # its own manufacture, and the distribution that has no region
        (", region: DEU", 5, "the packs have a factor of box for FRA alone, none for DEU"),
    ],
)
def test_a_stage_for_other_regions_alone_is_said(region: str, total: float, note: str, tmp_path: Path) -> None:
    rows = a_row("manufacture", "FRA", 40) + a_row("distribution", "", 5)
    pack = lay(tmp_path / "packs" / "own", OWN, factors=HEAD + rows).parent
    result = of(tmp_path, swapped(PARTS, ("stage: embodied", f"stage: embodied{region}")), pack)
    assert result.total("one", "GWP") == pytest.approx(total)
    assert [n.reason for n in result.model.notes if n.stage == "manufacture"] == ([note] if note else [])


def test_a_total_and_parts_of_an_item_in_two_regions_are_refused(tmp_path: Path) -> None:
    rows = a_row("embodied", "", 40) + a_row("manufacture", "FRA", 5)
    pack = lay(tmp_path / "packs" / "own", OWN, factors=HEAD + rows).parent
    with pytest.raises(Problems, match="box has an embodied total and its parts for GWP"):
        of(tmp_path, PARTS, pack)


# --- what packs gave --------------------------------------------------------------------------------------------------


def test_packs_of_parameters_and_assemblies_are_cited(lca_: Lca) -> None:
    out = lca_("run", "stable_diffusion").out
    assert "machines-2026" in out  # the parts of its servers


def test_defaults_are_listed_with_value_region_year_and_pack(tmp_path: Path, lca_: Lca) -> None:
    text = swapped(DATA, ("ember-2024, traficom-2022", "tiny"), ("network-mobile", "fibre"), ("ITA", "FRA"))
    path, packs = written(tmp_path, text), str(write_pack(tmp_path))
    listed = json.loads(lca_("account", str(path), "--format", "json", "--packs", packs).out)
    (default,) = [each for each in listed if each["kind"] == "default"]
    given = ("network.links.fibre.energy", 0.05, "kWh/GB", "World", "2020", "tiny")
    assert tuple(default[key] for key in ("name", "value", "unit", "region", "year", "pack")) == given
    (swap,) = [each for each in listed if each["kind"].startswith("substitution")]
    assert (swap["asked"], swap["used"], swap["item"]) == ("FRA", "World", "fibre")


def test_the_summary_is_what_quality_prints(lca_: Lca) -> None:
    assert lca_("account", "stable_diffusion", "--summary").out == lca_("quality", "stable_diffusion").out
    assert lca_("account", "stable_diffusion", "--fu", "FU1").code == 2


def test_run_reads_every_variant(tmp_path: Path, lca_: Lca) -> None:
    path = written(tmp_path, EVERY + "  wrong: {with: {inference.by-token.tokens: 8 kg/prompt}}\n")
    ran = lca_("run", str(path), "--packs", str(write_pack(tmp_path)))
    assert ran.code == 1
    assert "kg/prompt" in ran.err


def test_a_band_of_no_input_is_an_error_of_every_run(tmp_path: Path) -> None:
    band = "bands: [{input: inference.enrgy, from: 1 Wh/prompt, to: 2 Wh/prompt, text: usual, source: nobody}]"
    with pytest.raises(Problems, match=r"no input 'inference.enrgy'(.|\n)*did you mean 'inference.energy'"):
        of(tmp_path, swapped(POWER, ("packs: [tiny]", f"packs: [tiny], {band}")))
