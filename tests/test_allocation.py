"""What is there once is carried once: by which convention, by how much, and never by two statements of one thing.

The small inputs stand as their users wrote them, with the figure worked out by hand or the words of the refusal.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import json
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from lca.disk.workspace import Run
from lca.language import records
from lca.model.fields import Quantity, Record, Rivals
from lca.problems import Problem, Problems
from lca.questions.allocation import conventions
from lca.questions.boundary import gaps, grid
from lca.result import Result
from lca.serving import Fleet, Server, Service
from tests.bench_pack import FACTORS, run, swapped, write_pack, written
from tests.command import Lca

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {year: {demand: {prompts: 20 prompt, visits: 10 visit}}}
sites: {dc: {region: FRA, pue: 1}}
"""  # FRA: 0.1 kg/kWh; a server 1000 kg, a monitor 80 kg, a laptop 200 kg
STUDY = Path(__file__).parent.parent / "scenarios" / "stable_diffusion.yaml"


def total(folder: Path, text: str, unit: str = "year", criterion: str = "GWP") -> float:
    return run(folder, text)[0].total(unit, criterion)


def refused(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(Problems) as raised:
        run(folder, text)
    return list(raised.value.problems)


def only(folder: Path, text: str) -> Problem:
    (problem,) = refused(folder, text)
    return problem


def said(result: Result) -> list[str]:
    return list(conventions(result))


# --- two statements of one thing --------------------------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "study": {"criteria": ["GWP"], "packs": ["tiny"]},
    "functional_units": {"year": {"demand": {"prompts": "20 prompt"}}},
}
SITES = {"sites": {"dc": {"region": "FRA", "pue": "1"}}}
SERVICE: dict[str, Any] = {
    "site": "dc",
    "images": "4 image/prompt",
    "tokens": "100 token/prompt",
    "energy": "2 Wh/token",
    "water": "1 mL/image",
    "idle_power": "30 %",
    "server": {"device": "server", "share": "1/8", "time": "2 s/image", "power": "500 W", "lifetime": "5 year", "aur": "50 %"},
    "fleet": {"servers": "2 server", "period": "1 year", "energy": "9 MWh", "power": "1 kW/server", "serves": "1e6 image", "share": "50 %", "share_by": "time"},
}  # fmt: skip
RUN: dict[str, Any] = {
    "energy": "9 kWh", "power": "1 kW/GPU", "idle_energy": "3 kWh", "idle_power": "30 %", "experiments": "20 %",
    "nodes": "2 GPU", "duration": "5 h", "time": "9 GPU*h", "gpus": "8 GPU/server",
    "compute": "1e20 FLOP", "speed": "100 TFLOP/s/GPU", "utilisation": "40 %",
    "amortised_over": "1e3 prompt",
}  # fmt: skip
TRAINING: dict[str, Any] = {
    "site": "dc", "device": "server", "lifetime": "5 year", "aur": "50 %",
    "allocation": "per use", "runs": {"v1": RUN},
}  # fmt: skip
LAPTOP_ALL: dict[str, Any] = {
    "power": "30 W", "lifetime": "5 year", "daily_use": "6 h/day", "standby": "1 W", "standby_time": "9 h/day",
    "always_on": "true", "count": "2",
}  # fmt: skip
TERMINALS: dict[str, Any] = {
    "region": "FRA", "time": "1 h/prompt",
    "devices": {"laptop": LAPTOP_ALL | {"share": "1", "shared_by": "2 person", "accessories": {"monitor": LAPTOP_ALL}}},
}  # fmt: skip
ROUTER: dict[str, Any] = {
    "device": "laptop", "equipment": "subscription", "count": "2", "power": "9 W", "lifetime": "5 year",
}  # fmt: skip
NETWORK: dict[str, Any] = {
    "region": "FRA", "data": "2 GB/prompt", "time": "1 h/prompt",
    "links": {
        "data": {"share": "50 %", "energy": "1 Wh/GB", "serves": "9 GB/day", "shared_by": "2 person", "always_on": {"router": ROUTER}},
        "time": {"share": "50 %", "energy": "1 Wh/GB", "serves": "6 h/day", "always_on": {"line": {"power": "1 W"}}},
    },
}  # fmt: skip
SUBSCRIPTION = "subscription,embodied,,2020,GWP,12,kgCO2eq,subscriber*year,,,,p. 4,B,\n"
Path_ = tuple[str, ...]


def pairs(of: type[Record], below: Path_ = ()) -> list[tuple[Path_, Path_, str]]:
    return [((*below, *pair.first), (*below, *pair.second), pair.what) for pair in of.rivals]


IN_SERVICE = [*pairs(Service), *pairs(Fleet, ("fleet",))]
KNOWN = {record.__name__: record for record in records()}
IN_TRAINING = pairs(KNOWN["Run"], ("runs", "v1"))
OF_LAPTOP = ("devices", "laptop")
IN_TERMINALS = [*pairs(KNOWN["Device"], OF_LAPTOP), *pairs(KNOWN["Accessory"], (*OF_LAPTOP, "accessories", "monitor"))]
IN_NETWORK = pairs(KNOWN["AlwaysOn"], ("links", "data", "always_on", "router"))
BLOCKS = {
    "inference": (SERVICE, IN_SERVICE),
    "training": (TRAINING, IN_TRAINING),
    "terminals": (TERMINALS, IN_TERMINALS),
    "network": (NETWORK, IN_NETWORK),
}


def without(tree: dict[str, Any], dropped: frozenset[Path_]) -> dict[str, Any]:
    tree = deepcopy(tree)
    for path in dropped:
        here: Any = tree
        for part in path[:-1]:
            here = here.get(part, {})
        here.pop(path[-1], None)
    return tree


def consistent(block: str) -> list[frozenset[Path_]]:
    """The smallest sets of keys to drop after which nothing is said twice."""
    ways = {frozenset(way) for way in product(*(pair[:2] for pair in BLOCKS[block][1]))}
    wholes = {frozenset(path for path in way if path[:-1] not in way) for way in ways}
    return sorted((way for way in wholes if not any(other < way for other in wholes)), key=sorted)


def text_of(block: str, tree: dict[str, Any]) -> str:
    return json.dumps(EVERYTHING | (SITES if "site" in tree else {}) | {block: tree})


def test_the_tables_are_of_all_blocks() -> None:
    apart = ("Selector", "Expectation", "Activity")  # of checks, and of GHG scopes
    known = {r.__name__: r.rivals for r in records() if r.rivals and r.__name__ not in apart}
    assert set(known) == {"Service", "Fleet", "Run", "Accessory", "Device", "AlwaysOn"}
    assert all(isinstance(pair, Rivals) for rivals in known.values() for pair in rivals)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_pair_that_says_one_thing_is_refused_with_both_places(tmp_path: Path, block: str) -> None:
    tree, rivals = BLOCKS[block]
    told = {problem.message: problem for problem in refused(tmp_path, text_of(block, tree))}
    for first, second, what in rivals:
        where, keys = f"{block}.{'.'.join(first)}", [".".join(path) for path in (first, second)]
        found = [
            p for message, p in told.items() if what in message and all(key.split(".")[-1] in message for key in keys)
        ]
        assert found, where
        assert all(len(problem.spans) == 2 and "take" in problem.hint for problem in found)


@pytest.mark.parametrize(("block", "way"), [(block, way) for block in BLOCKS for way in consistent(block)])
def test_with_one_statement_of_each_thing_every_number_moves_a_figure(
    tmp_path: Path, block: str, way: frozenset[Path_]
) -> None:
    """So no other pair of keys says one thing: each is stated here beside all that is no rival of it."""
    fleet = block == "inference" and ("fleet",) not in way
    unheard = {("tokens",)} if fleet else set()  # the fleet is measured in images
    unheard |= {("runs", "v1", key) for key in ("speed", "utilisation")} if ("runs", "v1", "compute") in way else set()
    path = written(tmp_path, text_of(block, without(BLOCKS[block][0], way | frozenset(unheard))))
    result, _ = Run(path, [write_pack(tmp_path, factors=FACTORS + SUBSCRIPTION)]).compile()
    facts = result.model.facts
    reached = set(facts.graph.below([*result.model.totals.values(), *facts.aurs.values()]))
    idle = {leaf.path for index, leaf in facts.graph.inputs() if index not in reached}
    idle -= {"inference.water"}  # which GWP has no factor of
    assert idle == ({"inference.tokens"} if {("energy",), ("fleet",)} <= way else set())  # nothing is stated per token


def test_every_quantity_of_these_blocks_is_tried() -> None:
    stated = {Service: SERVICE, Server: SERVICE["server"], Fleet: SERVICE["fleet"]}
    trees = {"Run": RUN | TRAINING, "Training": RUN | TRAINING, "Accessory": LAPTOP_ALL, "AlwaysOn": ROUTER}
    trees |= {"Network": NETWORK, "Device": TERMINALS["devices"]["laptop"], "Link": NETWORK["links"]["data"]}
    stated |= {KNOWN[name]: tree for name, tree in trees.items()}
    for record, tree in stated.items():
        assert {name for name, field in record.fields.items() if isinstance(field, Quantity)} <= set(tree)


def test_energy_beside_power_nodes_and_duration(tmp_path: Path) -> None:
    # 4 servers x 24 h x 6.5 kW = 624 kWh, not 100 kWh
    problem = only(
        tmp_path,
        HEAD
        + "training: {site: dc, runs: {v1: {energy: 100 kWh, nodes: 4 server, duration: 24 h, power: 6.5 kW/server}}}\n",
    )
    assert "by energy and by power" in problem.message
    assert [span.column for span in problem.spans] == [84, 34]
    assert "nodes and duration may stay" in problem.hint


def test_nodes_and_duration_beside_energy_say_which_servers(tmp_path: Path) -> None:
    text = (
        HEAD
        + "training: {site: dc, device: server, lifetime: 4 year, runs: {v1: {energy: 100 kWh, nodes: 4 server, duration: 24 h}}}\n"
    )
    assert total(tmp_path, text) == pytest.approx(100 * 0.1 + 4 * 24 / (4 * 8760) * 1000)


def test_what_a_formula_makes_of_the_other_is_no_second_statement(tmp_path: Path) -> None:
    run_ = "{nodes: 4 server, duration: 24 h, power: 6.5 kW/server, energy: '= training.runs.v1.power * 4 [server] * 24 [h] * 90 [%]'}"
    assert total(tmp_path, HEAD + f"training: {{site: dc, runs: {{v1: {run_}}}}}\n") == pytest.approx(624 * 0.9 * 0.1)


FLEET = "inference: {{site: dc, {more} server: {{device: server, lifetime: 4 year{server}}}, fleet: {{servers: 2 server, period: 1 year, power: 1 kW/server, serves: {serves}}}}}\n"


@pytest.mark.parametrize(
    ("more", "server", "serves", "idle"),
    [
        ("tokens: 50 token/prompt,", "", "1e3 prompt", "tokens"),
        ("images: 4 image/prompt,", "", "1e3 prompt", "images"),
        ("", ", share: 1/8", "1e3 prompt", "server.share"),
        ("images: 4 image/prompt, tokens: 50 token/prompt,", ", share: 1/8", "1e3 image", "tokens server.share"),
        ("images: 4 image/prompt,", "", "1e3 image", ""),
        ("tokens: 50 token/prompt,", ", share: 1/8, time: 1 s/token", "1e3 prompt", ""),
        ("tokens: 50 token/prompt,", "", "'= inference.tokens * 1e3 [prompt] * 1 [prompt/token]'", ""),
    ],
)
def test_a_fleet_makes_use_of_what_is_said_of_its_work_or_refuses_it(
    tmp_path: Path, more: str, server: str, serves: str, idle: str
) -> None:
    text = HEAD + FLEET.format(more=more, server=server, serves=serves)
    if not idle:
        run(tmp_path, text)
        return
    told = refused(tmp_path, text)
    assert [problem.message for problem in told] == [
        f"inference has {key}, and a fleet that stands in its place" for key in idle.split()
    ]
    assert all(len(problem.spans) == 2 for problem in told)


def test_a_share_and_what_it_is_by_go_together(tmp_path: Path) -> None:
    text = HEAD + FLEET.format(more="", server="", serves="1e3 prompt, share_by: time")
    assert only(tmp_path, text).message == "inference.fleet has share_by and no share"


WHOLE = "training: {site: dc, allocation: whole, runs: {v1: {energy: 100 kWh, amortised_over: 1e3 prompt}}}\n"


def test_uses_that_share_a_run_that_every_case_carries_whole(tmp_path: Path) -> None:
    problem = only(tmp_path, HEAD + WHOLE)
    assert "every case carries each run whole" in problem.message
    assert [span.text.strip()[:8] for span in problem.spans] == ["training", "training"]


@pytest.mark.parametrize(
    "other",
    [
        ("year: {", "once: {demand: {prompts: 1 prompt}, training: {allocation: per use}}, year: {"),
        ("sites:", "variants: {shared: {with: {training.allocation: per use}}}\nsites:"),
    ],
)
def test_uses_that_share_a_run_in_another_case(tmp_path: Path, other: tuple[str, str]) -> None:
    text = swapped(HEAD, other) + WHOLE
    assert total(tmp_path, text) == pytest.approx(10)


@pytest.mark.parametrize("key", ["year: 2030", "demand: {prompts: 1 prompt}"])
def test_a_sum_has_nothing_of_its_own(tmp_path: Path, key: str) -> None:
    text = (
        swapped(HEAD, ("{year: {", f"{{both: {{sum_of: [year], {key}}}, year: {{"))
        + "training: {site: dc, runs: {v1: {energy: 100 kWh}}}\n"
    )
    assert f"has a {key.split(':', maxsplit=1)[0]} of its own" in only(tmp_path, text).message


# --- bounded ----------------------------------------------------------------------------------------------------------

PER_USE = "training: {{site: dc, allocation: per use, runs: {{v1: {{energy: 100 kWh, amortised_over: {over}}}}}}}\n"


def test_more_uses_than_share_a_run(tmp_path: Path) -> None:
    problem = only(tmp_path, HEAD + PER_USE.format(over="10 prompt"))  # 20 prompts are asked for
    assert problem.message == "the share of training v1 that year carries is 200 %; it has to be at most 100 %"
    assert "allocation: whole" in problem.hint


@pytest.mark.parametrize(
    ("over", "carried"),
    [("20 prompt", 1), ("'= 0.1 * 200 [prompt]'", 1), ("80 prompt", 1 / 4), ("2000 prompt*%", 1)],
)
def test_all_uses_that_share_a_run_carry_it_once(tmp_path: Path, over: str, carried: float) -> None:
    assert total(tmp_path, HEAD + PER_USE.format(over=over)) == pytest.approx(100 * 0.1 * carried)


def test_rounding_is_no_use_more(tmp_path: Path) -> None:
    text = swapped(HEAD, ("20 prompt", "'= 0.1 * 3 * 1 [prompt]'"))  # 0.30000000000000004
    assert total(tmp_path, text + PER_USE.format(over="0.3 prompt")) == pytest.approx(10)


def test_more_work_than_a_fleet_serves(tmp_path: Path) -> None:
    text = HEAD + FLEET.format(more="", server="", serves="'= 20 [prompt] / 100'")
    assert "the share of the fleet of inference that year carries is 10000 %" in only(tmp_path, text).message
    # 2 servers for a year: 2/4 of a server's life, and 2 x 8760 kWh; half of the work
    half = HEAD + FLEET.format(more="", server="", serves="40 prompt")
    assert total(tmp_path, half) == pytest.approx((2 * 8760 * 0.1 + 2 / 4 * 1000) / 2)


def test_a_sweep_says_where_a_fleet_is_too_small(tmp_path: Path, lca_: Lca) -> None:
    path = written(tmp_path, HEAD + FLEET.format(more="", server="", serves="40 prompt"))
    asked = ("sweep", str(path), "--packs", str(write_pack(tmp_path)))
    assert lca_(*asked, "functional_units.year.prompts=10 prompt:40 prompt:3").code == 0
    assert (
        "at functional_units.year.demand.prompts = 80"
        in lca_(*asked, "functional_units.year.prompts=10 prompt:80 prompt:3").err
    )


# --- carried twice by a sum -------------------------------------------------------------------------------------------

UNITS = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  france: {demand: {prompts: 6 prompt}}
  spain: {demand: {prompts: 6 prompt}}
  both: {sum_of: [france, spain]}
  more: {sum_of: [both, france]}
sites: {dc: {region: FRA, pue: 1}}
"""


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("training: {site: dc, allocation: whole, runs: {v1: {energy: 100 kWh}}}\n",
         ["both carries training v1 2 times, in france and spain", "more carries training v1 3 times, in france and spain"]),
        (PER_USE.format(over="10 prompt"),  # 60 % each
         ["both carries training v1 1.2 times, in france and spain", "more carries training v1 1.8 times, in france and spain"]),
        (PER_USE.format(over="12 prompt"), ["more carries training v1 1.5 times, in france and spain"]),
        (PER_USE.format(over="18 prompt"), []),
        (FLEET.format(more="", server="", serves="'= demand.prompts'"),  # each says that the two servers are all its own
         ["both carries the fleet of inference 2 times, in france and spain", "more carries the fleet of inference 3 times, in france and spain"]),
    ],
)  # fmt: skip
def test_a_sum_says_what_it_carries_more_than_once(tmp_path: Path, block: str, words: list[str]) -> None:
    result, _ = run(tmp_path, UNITS + block)
    assert [text for text in said(result) if " times" in text] == words


def test_runs_of_their_own_are_no_run_carried_twice(tmp_path: Path) -> None:
    own = "training: {runs: {v1: {energy: 50 kWh}}}"
    text = swapped(UNITS, ("spain: {demand: {prompts: 6 prompt}}", f"spain: {{demand: {{prompts: 6 prompt}}, {own}}}"))
    result, _ = run(tmp_path, text + "training: {site: dc, allocation: whole, runs: {v1: {energy: 100 kWh}}}\n")
    assert not [text for text in said(result) if "both" in text]
    assert result.total("both", "GWP") == pytest.approx(15)


# --- the convention in force ------------------------------------------------------------------------------------------


def test_the_convention_is_said_by_case() -> None:
    result, _ = Run(STUDY).compile()
    per_use, by_time = said(result)
    assert per_use == (
        "per use: the fleet of web_hosting over 7.5e7 visit, training v1-5 over 3.125e7 prompt (FU1); "
        "whole: training v1-4, training v1-5 (FU2)"
    )
    assert by_time == "by time: terminals, inference (12.5 % of a dgx-a100); by data: network, storage"


def test_many_cases_are_told_in_a_line(tmp_path: Path) -> None:
    units = "".join(
        f"  u{i}: {{demand: {{prompts: 1 prompt}}, training: {{allocation: per use}}}}\n" for i in range(60)
    )
    text = swapped(UNITS, ("sites:", f"{units}sites:")) + swapped(
        PER_USE.format(over="100 prompt"), ("per use", "whole")
    )
    lines = said(run(tmp_path, text)[0])
    assert (
        lines[0]
        == "per use: training v1 over 100 prompt (u0; u1; u2; u3; … 60 in all); whole: training v1 (france; spain)"
    )


def test_many_runs_and_many_sums_are_told_in_a_line(tmp_path: Path) -> None:
    units = "".join(
        f"  u{i}: {{demand: {{prompts: {i + 2} prompt}}}}\n  s{i}: {{sum_of: [u{i}, france]}}\n" for i in range(50)
    )
    result, _ = run(
        tmp_path,
        swapped(UNITS, ("sites:", f"{units}sites:")) + FLEET.format(more="", server="", serves="'= demand.prompts'"),
    )
    lines = said(result)
    assert lines[0].startswith(
        "per use: the fleet of inference over 6 prompt (france; spain; u4), the fleet of inference over 2"
    )
    assert lines[0].endswith("over 4 prompt (u2), … 50 in all")
    assert lines[-1] == "… 52 in all"
    assert len(lines) == 6


def test_the_footer_and_the_workbook_say_it(tmp_path: Path, lca_: Lca) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = written(tmp_path, HEAD + PER_USE.format(over="80 prompt"))
    for form in ("table", "markdown"):
        assert (
            "per use: training v1 over 80 prompt"
            in lca_("run", str(path), "--packs", str(write_pack(tmp_path)), "--format", form).out
        )
    book = tmp_path / "book.xlsx"
    assert lca_("export", str(path), "--packs", str(write_pack(tmp_path)), "-o", str(book)).code == 0
    texts = [cell.value for row in openpyxl.load_workbook(book)["Read me"] for cell in row]
    assert "training v1 over 80 prompt" in texts


# --- a unit without a demand ------------------------------------------------------------------------------------------


def test_a_unit_of_training_alone_needs_no_demand(tmp_path: Path, lca_: Lca) -> None:
    text = swapped(HEAD, ("{demand: {prompts: 20 prompt, visits: 10 visit}}", "{title: The model}"))
    text += "training: {site: dc, runs: {v1: {energy: 100 kWh}}}\n"
    assert total(tmp_path, text) == pytest.approx(10)
    asked = (str(tmp_path / "study.yaml"), "--packs", str(write_pack(tmp_path)))
    for command in ("run", "scope", "check", "uncertainty", "quality"):
        assert lca_(command, *asked).code == 0


@pytest.mark.parametrize(
    ("block", "needs"),
    [
        ("inference: {site: dc, energy: 1 Wh/prompt}", "inference.energy needs one in prompt"),
        ("inference: {site: dc, tokens: 9 token/prompt, energy: 1 Wh/token}", "inference.energy needs one in prompt"),
        (
            "terminals: {region: FRA, time: 1 h/visit, devices: {phone: {share: 1}}}",
            "terminals.time needs one in visit",
        ),
        ("network: {region: FRA, data: 1 MB/visit, links: {fibre: {share: 1}}}", "network.data needs one in visit"),
        (
            "storage: {site: dc, data: 1 MB/image, kept: 1 year, energy: 1 kWh/GB/year}",
            "storage.data needs one in image",
        ),
        (PER_USE.format(over="10 prompt"), "training.runs.v1.amortised_over needs one in prompt"),
        (FLEET.format(more="", server="", serves="9 visit"), "inference.fleet.serves needs one in visit"),
        (
            "activities: [{item: steel, tier: network, stage: manufacture, amount: 3 g/visit}]",
            "the amount of steel needs one in visit",
        ),
    ],
)
def test_what_needs_a_demand_names_it_and_the_place(tmp_path: Path, block: str, needs: str) -> None:
    text = swapped(HEAD, ("{demand: {prompts: 20 prompt, visits: 10 visit}}", "{title: The model}")) + block
    problem = refused(tmp_path, text)[0]
    assert problem.message == f"year has no demand, and {needs}"
    assert [span.line for span in problem.spans] == [2, 4]
    assert "as in demand: {" in problem.hint


# --- devices ----------------------------------------------------------------------------------------------------------

SCREENS = "terminals: {{region: FRA, time: 1 h/visit, devices: {{monitor: {{share: 100 %, {count}power: 30 W, lifetime: 6 year, daily_use: 5 h/day{more}}}}}}}\n"
SCREEN = 10 * (80 / (6 * 365 * 5) + 0.030 * 0.1)  # 10 visits of an hour: of the making, and 30 W


@pytest.mark.parametrize(
    ("count", "times"), [("", 1), ("count: 1, ", 1), ("count: 2, ", 2), ("count: 50 %, ", 0.5), ("count: 0, ", 0)]
)
def test_a_count_of_devices(tmp_path: Path, count: str, times: float) -> None:
    assert total(tmp_path, HEAD + SCREENS.format(count=count, more="")) == pytest.approx(times * SCREEN)


def test_each_of_several_devices_has_its_accessories(tmp_path: Path) -> None:
    more = ", accessories: {laptop: {count: 3, power: 10 W, lifetime: 4 year, daily_use: 2 h/day}}"
    laptop = 10 * (200 / (4 * 365 * 2) + 0.010 * 0.1)
    assert total(tmp_path, HEAD + SCREENS.format(count="count: 2, ", more=more)) == pytest.approx(
        2 * (SCREEN + 3 * laptop)
    )


def test_two_screens_of_the_shipped_packs(tmp_path: Path) -> None:
    text = """\
study: {title: Two screens, criteria: [GWP], packs: [ember-2024, ademe-negaoctet-2026]}
functional_units:
  hour: {demand: {visits: 1 visit}}
terminals:
  region: FRA
  time: 1 h/visit
  devices: {monitor: {share: 100 %, count: 2, power: 30 W, lifetime: 6 year, daily_use: 5 h/day}}
"""
    assert Run(written(tmp_path, text)).compile()[0].total("hour", "GWP") == pytest.approx(1.54e-2, rel=3e-3)


# --- water on site ----------------------------------------------------------------------------------------------------

WATER = """\
study: {{title: Water, criteria: [{criteria}], packs: [boavizta-2023-11, wri-2020, providers-2025]{more}}}
functional_units: {{one: {{demand: {{requests: 1 request}}}}}}
sites: {{dc: {{region: USA, {site}}}}}
inference: {{site: dc, energy: 1 kWh/request}}
"""
LEFT_OUT = ", not_assessed: [{item: cooling water, criterion: WC, reason: asked for and not known}]"


def water(folder: Path, criteria: str = "WC", site: str = "pue: 1.2", more: str = "") -> list[str]:
    result = Run(written(folder, WATER.format(criteria=criteria, site=site, more=more))).compile()[0]
    assert result.total("one", criteria.split(",", maxsplit=1)[0]) > 0
    return [
        f"{remark.what} {remark.criteria}: {remark.reason}" for remark in gaps(result.model) if "cooling" in remark.what
    ]


def test_the_water_of_a_site_is_said_to_be_left_out_unless_its_provider_has_it(tmp_path: Path) -> None:
    assert water(tmp_path) == ["cooling water, use (): the water that sites.dc takes itself is left out"]
    assert water(tmp_path, site="provider: aws") == []


def test_of_criteria_of_water_alone(tmp_path: Path) -> None:
    assert water(tmp_path, criteria="GWP") == []
    (text,) = water(tmp_path, criteria="WC, GWP")
    assert text.startswith("cooling water, use ('WC',)")


def test_declared_it_is_said_with_the_own_reason_alone(tmp_path: Path) -> None:
    assert water(tmp_path, more=LEFT_OUT) == ["cooling water ('WC',): asked for and not known"]


# --- what is declared as left out, and counted ------------------------------------------------------------------------

DECLARED = "study: {{criteria: [GWP], packs: [tiny], {entry}}}\n"
LAPTOP = "terminals: {region: FRA, time: 1 h/visit, devices: {laptop: {share: 1, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}}}\n"


@pytest.mark.parametrize(
    "entry",
    [
        "out_of_scope: [{phase: access, reason: why}]",
        "out_of_scope: [{phase: access, stage: use, reason: why}]",
        "out_of_scope: [{tier: terminals, stage: manufacture, impacts: direct, reason: why}]",  # in one figure with the rest
        "out_of_scope: [{tier: terminals, stage: embodied, reason: why}]",
        "out_of_scope: [{item: laptop, tier: terminals, reason: why}]",
        "not_assessed: [{item: laptop, stage: manufacture, reason: why}]",
        "not_assessed: [{tier: terminals, stage: end of life, criterion: GWP, reason: why}]",
    ],
)
def test_what_counts_is_not_declared_as_left_out(tmp_path: Path, entry: str) -> None:
    _, rest = HEAD.split("\n", 1)
    assert (
        "and counted: laptop (terminals, access,"
        in only(tmp_path, DECLARED.format(entry=entry) + rest + LAPTOP).message
    )


@pytest.mark.parametrize(
    "entry",
    [
        "out_of_scope: [{phase: training, reason: why}]",
        "out_of_scope: [{phase: access, impacts: indirect, reason: why}]",
        "out_of_scope: [{item: the users' chairs, tier: terminals, reason: why}]",
        "not_assessed: [{item: laptop, stage: embodied, reason: why}]",
        "not_assessed: [{tier: network, stage: manufacture, reason: why}]",
    ],
)
def test_what_does_not_count_may_be_declared(tmp_path: Path, entry: str) -> None:
    _, rest = HEAD.split("\n", 1)
    run(tmp_path, DECLARED.format(entry=entry) + rest + LAPTOP)


@pytest.mark.parametrize("entry", ["{item: access, reason: why}", "{phase: access, reason: why}"])
def test_a_phase_is_left_out_by_its_name(tmp_path: Path, entry: str) -> None:
    _, rest = HEAD.split("\n", 1)
    text = DECLARED.format(entry=f"not_assessed: [{entry}]") + rest + LAPTOP
    assert total(tmp_path, text + "training: {site: dc, runs: {v1: {energy: 100 kWh}}}\n") == pytest.approx(10)


def test_the_grid_of_the_study_says_what_of_the_data_is_left_out() -> None:
    cells = {(c.tier, c.phase, c.stage): c for c in grid(Run(STUDY).compile()[0].model) if c.impacts == "direct"}
    use = cells["data centre", "data", "use"]
    assert use.status == "counted"
    assert [remark.reason for remark in use.remarks] == [
        "collection of the data sets (they were collected by others, for many models)"
    ]


def test_a_part_is_not_left_out_and_taken_by_proxy(tmp_path: Path) -> None:
    entries = "proxies: [{criterion: GWP, from: PE, for: terminals, reason: why}], not_assessed: [{tier: terminals, criterion: GWP, reason: why}]"
    _, rest = HEAD.split("\n", 1)
    run_ = "training: {site: dc, runs: {v1: {energy: 100 kWh}}}\n"
    problem = only(tmp_path, DECLARED.format(entry=entries) + rest + LAPTOP + run_)
    assert problem.message == "GWP of terminals is declared as not assessed, and as taken from PE"
    assert len(problem.spans) == 2


# --- amounts ----------------------------------------------------------------------------------------------------------

ANSWER = FACTORS + "answer,use,,2020,GWP,0.1,kgCO2eq,prompt,,,,p. 1,B,\n"
AMOUNT = 'activities: [{{item: answer, tier: network, stage: use, amount: "{amount}"}}]\n'


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1 prompt", 0.1), ("= 1 * prompts", 2.0), ("= 40 [%] * prompts", 0.8), ("3 prompt/visit", 3.0)],
)
def test_an_amount_in_all_or_for_each_unit_of_the_demand(tmp_path: Path, amount: str, expected: float) -> None:
    path = written(tmp_path, HEAD + AMOUNT.format(amount=amount))  # 20 prompts, 10 visits
    assert Run(path, [write_pack(tmp_path, factors=ANSWER)]).compile()[0].total("year", "GWP") == pytest.approx(
        expected
    )


@pytest.mark.parametrize("amount", ["1", "100 %", "= 3 / 2", "1 prompt/prompt"])
def test_a_bare_amount_is_asked_for_its_unit(tmp_path: Path, amount: str) -> None:
    path = written(tmp_path, HEAD + AMOUNT.format(amount=amount))
    with pytest.raises(Problems, match="the amount of answer has no unit") as raised:
        Run(path, [write_pack(tmp_path, factors=ANSWER)]).compile()
    assert "'1 prompt' for one in all, '= 1 * prompts' for one for each" in raised.value.problems[0].hint


def test_a_bare_count_of_pieces_is_a_count(tmp_path: Path) -> None:
    assert total(
        tmp_path, HEAD + swapped(AMOUNT, ("answer", "laptop"), ("use", "embodied")).format(amount="3")
    ) == pytest.approx(600)
