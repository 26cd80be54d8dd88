"""Standby, what is on all day, and what a subscriber has: each beside the answer worked out by hand."""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.problems import Problems
from lca.questions import boundary
from lca.questions.allocation import conventions
from lca.result import Result
from tests.bench_pack import FACTORS, PARAMETERS, swapped, write_pack, written

HEAD = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {FU1: {demand: {visits: 1000 visit}}}
"""
TABLE = (
    FACTORS
    + """\
line,embodied,World,2020,GWP,1.2,kgCO2eq,subscriber*month,,,,p. 7,B,
access,all,World,2020,GWP,40,kgCO2eq,subscriber*year,,,,p. 7,B,
"""
)
LAPTOP = """\
terminals:
  region: World
  time: 6 min/visit
  devices: {{laptop: {{share: 100 %, power: 30 W, lifetime: 4 year, daily_use: 6 h/day{more}}}}}
"""
MADE = 100 / (4 * 365 * 6) * 200  # 1000 visits of 0.1 h: 100 h, of the hours of use in its life
USED = 100 * 0.030 * 0.5
ROUTER = """\
network:
  region: World
  data: 60 MB/visit
  time: 6 min/visit
  links: {{wire: {{share: 50 %, energy: 0.01 kWh/GB, serves: {serves}{more}, always_on: {{{on}}}}}, air: {{share: 50 %, energy: 0.1 kWh/GB}}}}
"""


class Case(NamedTuple):
    """Blocks of a scenario below HEAD, and what they come to: the hand's own arithmetic, as it is done."""

    text: str
    expected: dict[str, float]


def laptop(more: str = "") -> str:
    return LAPTOP.format(more=more)


def router(serves: str, on: str = "router: {device: laptop, power: 10 W, lifetime: 5 year}", more: str = "") -> str:
    return ROUTER.format(serves=serves, on=on, more=more)


def lines(years: float, power: float = 10) -> dict[str, float]:
    """What a router comes to that is taken for a part of its years."""
    return {"laptop embodied": years / 5 * 200, "router use": years * power * 8.760 * 0.5}


# 60 GB in 100 h, half of them on each link
LINKS = {"wire use": 30 * 0.01 * 0.5, "air use": 30 * 0.1 * 0.5}
CASES = {
    "the standby of a day goes with its hours of use": Case(
        laptop(", standby: 2 W"),  # 18 h of standby for 6 h of use: 3 for one
        {"laptop embodied": MADE, "laptop use": USED, "standby of laptop use": 100 * 3 * 0.002 * 0.5},
    ),
    "hours of standby that are stated": Case(
        laptop(", standby: 2 W, standby_time: 12 h/day"),
        {"laptop embodied": MADE, "laptop use": USED, "standby of laptop use": 100 * 2 * 0.002 * 0.5},
    ),
    "what is on all day draws its power in the other hours too": Case(
        laptop(", always_on: true"),
        {"laptop embodied": MADE, "laptop use": USED, "idle laptop use": 100 * 3 * 0.030 * 0.5},
    ),
    "what is used all day has no standby": Case(
        swapped(laptop(", standby: 2 W"), ("6 h/day", "24 h/day")),
        {"laptop embodied": MADE / 4, "laptop use": USED, "standby of laptop use": 0},
    ),
    "several who look at one screen have a part of it, its accessories and its standby": Case(
        laptop(", standby: 2 W, shared_by: 2.5 person, accessories: {monitor: {count: 2, power: 20 W, lifetime: 8 year, daily_use: 4 h/day, standby: 1 W}}"),
        {
            "laptop embodied": MADE / 2.5,
            "laptop use": USED / 2.5,
            "standby of laptop use": 40 * 3 * 0.002 * 0.5,
            "monitor embodied": 2 * 40 / (8 * 365 * 4) * 80,
            "monitor use": 2 * 40 * 0.020 * 0.5,
            "standby of monitor use": 2 * 40 * 5 * 0.001 * 0.5,
        },
    ),
    "a subscriber's line by data": Case(router("360 GB/year"), LINKS | lines(30 / 360)),
    "a subscriber's line by data in a month": Case(router("30 GB/month"), LINKS | lines(30 / 360)),
    "a subscriber's line by time": Case(router("5 h/day"), LINKS | lines(50 / (5 * 365))),
    "a subscriber's line by the part of the time": Case(router("25 %"), LINKS | lines(50 / (6 * 365))),
    "a line among those of a household": Case(
        router("360 GB/year", more=", shared_by: 2 person"), LINKS | lines(30 / 720)
    ),
    "power as energy in a year, and no device": Case(
        router("360 GB/year", "hub: {power: 87.6 kWh/year, count: 2}"), LINKS | {"hub use": 30 / 360 * 2 * 87.6 * 0.5}
    ),
    "a factor per subscriber and time": Case(
        router("360 GB/year", "hub: {equipment: line, power: 1 W}"),
        LINKS | {"hub embodied": 30 / 360 * 12 * 1.2, "hub use": 30 / 360 * 8.760 * 0.5},
    ),
    "a factor of all stages, and no power": Case(
        router("360 GB/year", "hub: {equipment: access}"), LINKS | {"hub all": 30 / 360 * 40}
    ),
    "a link that is nothing but what a subscriber has": Case(
        swapped(router("360 GB/year"), ("energy: 0.01 kWh/GB, ", "")), {"air use": LINKS["air use"]} | lines(30 / 360)
    ),
}  # fmt: skip


def result(folder: Path, text: str, head: str = HEAD) -> Result:
    return Run(written(folder, head + text), [write_pack(folder, factors=TABLE)]).compile()[0]


def total(folder: Path, text: str) -> float:
    return result(folder, text).total("FU1", "GWP")


def figures(of: Result) -> dict[str, float]:
    return {f"{record['item']} {record['stage']}": record["value"] for record in of.records(("item", "stage"))}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_by_hand(tmp_path: Path, case: Case) -> None:
    assert figures(result(tmp_path, case.text)) == pytest.approx(case.expected, rel=1e-12)


# --- one thing said in two ways -------------------------------------------------------------------------------------

PAIRS = {
    "always on is standby at full power": (laptop(", always_on: true"), laptop(", standby: 30 W")),
    "the rest of the day, stated": (laptop(", standby: 2 W"), laptop(", standby: 2 W, standby_time: 18 h/day")),
    "the hours of standby as a part of the day": (laptop(", standby: 2 W, standby_time: 12 h/day"), laptop(", standby: 2 W, standby_time: 50 %")),
    "no standby": (laptop(), laptop(", standby: 0 W")),
    "two people at one screen, half a screen each": (laptop(", standby: 2 W, shared_by: 2 person"), laptop(", standby: 2 W, count: 0.5")),
    "by time and by data, where an hour takes as much data for all": (router("1200 h/year"), router("720 GB/year")),
    "the line of a household, and a person's part of it": (router("720 GB/year"), router("360 GB/year", more=", shared_by: 2 person")),
    "a router of the users, and one of the network": (
        "terminals: {region: World, time: 6 min/visit, devices: {laptop: {share: 100 %, power: 10 W, lifetime: 5 year, daily_use: 5 h/day, always_on: true}}}\n",
        "network: {region: World, data: 1 MB/visit, time: 6 min/visit, links: {wire: {share: 100 %, serves: 5 h/day, always_on: {router: {device: laptop, power: 10 W, lifetime: 5 year}}}}}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_two_ways_to_say_it(tmp_path: Path, pair: tuple[str, str]) -> None:
    first, second = (total(tmp_path, text) for text in pair)
    assert first == pytest.approx(second, rel=1e-12)


def reasons(of: Result) -> set[str]:
    return {remark.reason for remark in boundary.gaps(of.model)}


# --- what is said of it -----------------------------------------------------------------------------------------------


def test_the_shares_are_printed(tmp_path: Path) -> None:
    text = laptop(", standby: 2 W, shared_by: 2.5 person") + router("30 GB/month", more=", shared_by: 2 person")
    (said,) = conventions(result(tmp_path, text))
    assert said == (
        "by time: terminals, standby of laptop over 6 h/day of use; by data: network, the line of wire over 30 GB/month; "
        "among people: laptop (2.5 person), the line of wire (2 person)"
    )


def test_what_a_subscriber_has_and_no_factor_for_is_named(tmp_path: Path) -> None:
    gaps = reasons(result(tmp_path, router("5 h/day", "hub: {power: 2 W}")))
    assert "network.links.wire.always_on.hub names neither device nor equipment" in gaps
    assert "network.links.wire names no equipment" in gaps - reasons(
        result(tmp_path, router("5 h/day", "hub: {equipment: access}"))
    )


def test_a_link_of_nothing_but_lines_says_that_its_data_take_nothing(tmp_path: Path) -> None:
    said = "network.links.wire states no energy for its data"
    assert said not in reasons(result(tmp_path, router("360 GB/year")))
    assert said in reasons(result(tmp_path, swapped(router("360 GB/year"), ("energy: 0.01 kWh/GB, ", ""))))


def test_a_pack_may_know_the_power_on_standby(tmp_path: Path) -> None:
    known = PARAMETERS + "laptop,,2020,standby,2,W,,,,p. 2,B,\n"
    of = Run(written(tmp_path, HEAD + laptop()), [write_pack(tmp_path, parameters=known)]).compile()[0]
    assert figures(of)["standby of laptop use"] == pytest.approx(100 * 3 * 0.002 * 0.5)


def test_a_day_has_24_hours(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        total(tmp_path, laptop(", standby: 2 W, standby_time: 19 h/day"))
    (problem,) = caught.value.problems
    assert problem.message.startswith("the part of a day that terminals.devices.laptop is on is 104.2 %")
