"""Sweeps and what-ifs: every point is the study run again with the numbers replaced; the study itself is by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lca.model.case import CaseKey
from lca.outputs import json as json_view
from lca.outputs import table
from lca.problems import Problems
from lca.questions.sweep import MOST_POINTS, Sweep, asked, axis, sweep
from lca.report import Look
from lca.result import Result
from lca.views.sweep import report
from tests.bench_pack import run, swapped, write_pack, written
from tests.command import Lca

STUDY = """\
study: {criteria: [GWP, PE], packs: [tiny]}
functional_units:
  FU1: {demand: {visits: 1000 visit, prompts: 100 prompt}}
  FU2: {demand: {visits: 5 visit, prompts: 1 prompt}}
parameters: {twice: "= 2 * sites.lab.pue"}
sites: {lab: {region: FRA, pue: 1.5}}
terminals:
  region: FRA
  time: 6 min/visit
  devices:
    laptop: {share: 60 %, power: 30 W, lifetime: 4 year, daily_use: 5 h/day}
    tablet: {share: 40 %, device: laptop, power: 15 W, lifetime: 4 year, daily_use: 5 h/day}
inference:
  site: lab
  energy: 0.1 kWh/prompt
  idle_power: 50 %
  server: {device: server, aur: 40 %, lifetime: 48 month, time: 2 s/prompt}
variants:
  slow: {with: {inference.server.aur: 10 %}}
"""


def swept(result: Result, *ranges: str, by: tuple[str, ...] = ()) -> Sweep:
    return sweep(result.model, [axis(result.model, asked(text)) for text in ranges], by)


def study(folder: Path, *changes: tuple[str, str], text: str = STUDY, **asked_: object) -> Result:
    return run(folder, swapped(text, *changes), **asked_)[0]


def message(folder: Path, *ranges: str, text: str = STUDY, **asked_: object) -> str:
    with pytest.raises(Problems) as problems:
        swept(study(folder, text=text, **asked_), *ranges)
    return str(problems.value)


# --- ranges as written -----------------------------------------------------------------------------------------------

POINTS = {
    "inference.server.aur=20%:80%:3": ([20, 50, 80], "%"),
    "inference.server.aur=0.2:0.8:3": ([20, 50, 80], "%"),
    "inference.server.aur=80%,20%": ([80, 20], "%"),
    "inference.server.time=1 s/prompt:100 s/prompt:3:log": ([1, 10, 100], "s/prompt"),
    "inference.server.time=1:3:3:lin": ([1, 2, 3], "s/prompt"),
    "inference.server.lifetime=1 year:2 year:2": ([1, 2], "year"),
    "inference.server.lifetime=12, 2 year": ([12, 24], "month"),
    "sites.lab.pue=1.1,1.2": ([1.1, 1.2], "1"),
    "functional_units.FU1.prompts=1e2:1e4:3:log": ([100, 1000, 10_000], "prompt"),
    "functional_units.FU1.demand.prompts=7": ([7], "prompt"),
}


@pytest.mark.parametrize("text", POINTS)
def test_points(tmp_path: Path, text: str) -> None:
    points, unit = POINTS[text]
    found = axis(study(tmp_path).model, asked(text))
    assert (list(found.points), str(found.unit)) == (pytest.approx(points), unit)


WRONG = {
    "inference.server.aur": "is no range of an input",
    "inference.server.aur=": "is no range of an input",
    "=1:2:3": "is no range of an input",
    "inference.server.aur=1:2": "is no range",
    "inference.server.aur=1:2:3:4": "is no range",
    "inference.server.aur=1:2:1": "is no number of points",
    "inference.server.aur=1:2:x": "is no number of points",
    "inference.energy=1kWh/prompt:3kWh/prompt:3": "a space is missing between a number and its unit",
    "inference.server.aur=1:2:10000000": "is no number of points",
    "inference.server.aur=1%,,3%": "is no range of an input",
    "inference.server.aur=20%:120%:3": "cannot be 120 %; it has to be above 0 % and at most 100 %",
    "inference.server.aur=20:80%:3": "cannot be 2000 %",  # 20 is a number without a unit
    "inference.server.aur=0:1:3": "cannot be 0 %",
    "inference.server.aur=1 h:2 h:3": "h is not %",
    "inference.server.aur=nan:1:3": "nan is not a number",
    "inference.server.aur=1 %:2 foo:3": "foo is not a unit",
    "functional_units.FU1.prompts=0:1e4:3:log": "equal ratios need two ends above 0",
    "inference.server.aurr=1%:2%:3": "did you mean 'inference.server.aur'",
    "aur=1%:2%:3": "did you mean inference.server.aur?",
    "pue=1:2:3": "did you mean sites.lab.pue?",
    "parameters.twice=1:2:3": "parameters.twice is derived by a formula",
    "terminals.devices.laptop.share=0:150%:3": "cannot be 150 %",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_range(tmp_path: Path, text: str) -> None:
    assert WRONG[text] in message(tmp_path, text)


def test_a_derived_quantity_says_what_it_is_made_of(tmp_path: Path) -> None:
    text = swapped(STUDY, ("energy: 0.1 kWh/prompt", 'energy: "= 0.05 [kWh/prompt] * twice"'))
    found = message(tmp_path, "inference.energy=1:2:3", text=text)
    assert "inference.energy is derived by a formula" in found
    assert "sites.lab.pue" in found


def test_an_input_that_no_figure_depends_on(tmp_path: Path) -> None:
    text = swapped(STUDY, ("parameters: {", "parameters: {idle: 3, "))
    assert "depends on parameters.idle" in message(tmp_path, "parameters.idle=1:2:3", text=text)


def test_too_many_points(tmp_path: Path) -> None:
    wide = ("inference.server.aur=1%:90%:1000", "sites.lab.pue=1.1:2:1000")
    assert f"are more than {MOST_POINTS:,}" in message(tmp_path, *wide)


def test_one_input_twice(tmp_path: Path) -> None:
    same = ("inference.server.aur=1%:90%:3", "inference.server.aur=1%:90%:3")
    assert "asked for twice" in message(tmp_path, *same)


# --- points against the study run again ------------------------------------------------------------------------------


def by_hand(
    aur: float = 0.4,
    pue: float = 1.5,
    years: float = 4,
    visits: float = 1000,
    laptop: float = 0.6,
    prompts: float = 100,
) -> float:
    """The GWP of FU1, in kg: power of the mix and its laptops, energy of the prompts with idle time, servers."""
    hours = visits * 6 / 60
    terminals = hours * ((30 * laptop + 15 * (1 - laptop)) / 1000 * 0.1 + 200 / (4 * 365 * 5))
    prompt = 0.1 * (1 + 0.5 * (1 / aur - 1)) * pue * 0.1 + 2 / 3600 / (years * 8760 * aur) * 1000
    return terminals + prompts * prompt


def test_the_study_by_hand(tmp_path: Path) -> None:
    """What the other tests run again is checked here."""
    assert study(tmp_path).total("FU1", "GWP") == pytest.approx(by_hand(), rel=1e-12)
    assert study(tmp_path).total("FU2", "GWP") == pytest.approx(by_hand(visits=5, prompts=1), rel=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inference.server.aur=5%,80%", [by_hand(aur=aur) for aur in (0.05, 0.8)]),
        ("inference.server.lifetime=1 year,8 year", [by_hand(years=years) for years in (1, 8)]),
        ("sites.lab.pue=1,3", [by_hand(pue=pue) for pue in (1, 3)]),
        ("functional_units.FU1.visits=1,1e6", [by_hand(visits=visits) for visits in (1, 1e6)]),
        ("terminals.devices.laptop.share=0%,100%", [by_hand(laptop=share) for share in (0, 1)]),
    ],
)
def test_points_by_hand(tmp_path: Path, text: str, expected: list[float]) -> None:
    found = swept(study(tmp_path), text)
    (values,) = (each.values for each in found.series if each[:3] == ("FU1", None, "GWP"))
    assert values == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("inference.server.aur=5%:80%:4", "aur: 40 %", "aur: {} %"),
        ("inference.server.lifetime=1 year:8 year:3", "lifetime: 48 month", "lifetime: {} year"),
        ("sites.lab.pue=1:3:3", "pue: 1.5", "pue: {}"),
        ("functional_units.FU2.visits=1:1e6:3:log", "visits: 5 visit", "visits: {} visit"),
    ],
)
def test_every_point_is_the_study_run_again(tmp_path: Path, text: str, old: str, new: str) -> None:
    found = swept(study(tmp_path), text)
    for place, point in enumerate(found.axes[0].points):
        again = study(tmp_path, (old, new.format(repr(point))))
        for series in found.series:
            expected = again.total(series.functional_unit, series.criterion)
            assert series.values[place] == pytest.approx(expected, rel=1e-12)


def test_two_inputs_the_second_faster(tmp_path: Path) -> None:
    found = swept(study(tmp_path), "inference.server.aur=10%,40%", "sites.lab.pue=1,1.5,2")
    assert found.grid == [(10, 1), (10, 1.5), (10, 2), (40, 1), (40, 1.5), (40, 2)]
    series = next(each for each in found.series if each[:3] == ("FU1", None, "GWP"))
    again = study(tmp_path, ("aur: 40 %", "aur: 10 %"), ("pue: 1.5", "pue: 2"))
    assert series.values[2] == pytest.approx(again.total("FU1", "GWP"), rel=1e-12)
    assert series.values[4] == pytest.approx(series.base, rel=1e-12)


def test_the_other_shares_of_a_mix_follow(tmp_path: Path) -> None:
    found = swept(study(tmp_path), "terminals.devices.laptop.share=0%,25%,100%")
    for place, share in enumerate((0, 25, 100)):
        again = study(tmp_path, ("share: 60 %", f"share: {share} %"), ("share: 40 %", f"share: {100 - share} %"))
        assert found.series[0].values[place] == pytest.approx(again.total("FU1", "GWP"), rel=1e-12)


def test_two_shares_of_one_mix_are_refused(tmp_path: Path) -> None:
    both = ("terminals.devices.laptop.share=10%,20%", "terminals.devices.tablet.share=10%,20%")
    assert "are shares of one mix" in message(tmp_path, *both)


def test_a_share_of_everything_leaves_nothing_to_follow(tmp_path: Path) -> None:
    text = swapped(STUDY, ("share: 60 %", "share: 100 %"), ("share: 40 %", "share: 0 %"))
    assert "no other share can make up for it" in message(tmp_path, "terminals.devices.laptop.share=10%,20%", text=text)


def test_a_formula_keeps_the_sum_of_its_mix(tmp_path: Path) -> None:
    text = swapped(STUDY, ("tablet: {share: 40 %", 'tablet: {share: "= 1 - terminals.devices.laptop.share"'))
    found = swept(study(tmp_path, text=text), "terminals.devices.laptop.share=0%,25%,100%")
    assert found.series[0].values == pytest.approx([by_hand(laptop=share) for share in (0, 0.25, 1)], rel=1e-12)


def test_parts_sum_to_the_totals(tmp_path: Path) -> None:
    result = study(tmp_path)
    whole = swept(result, "inference.server.aur=5%:80%:7")
    parts = swept(result, "inference.server.aur=5%:80%:7", by=("phase", "stage"))
    for total in whole.series:
        own = [each.values for each in parts.series if each[:3] == total[:3]]
        assert np.sum(own, axis=0) == pytest.approx(total.values, rel=1e-12)


def test_a_variant_has_its_own_base(tmp_path: Path) -> None:
    result = study(tmp_path, variants=(None, "slow"))
    found = swept(result, "inference.server.aur=10%,40%")
    assert found.at_base[CaseKey("FU1", None)] == (40,)
    assert found.at_base[CaseKey("FU1", "slow")] == (10,)
    base, slow = (next(s for s in found.series if s[:3] == ("FU1", name, "GWP")) for name in (None, "slow"))
    assert list(base.values) == list(slow.values)
    assert base.values[1] == pytest.approx(base.base)
    assert slow.values[0] == pytest.approx(slow.base)


def test_a_case_that_does_not_depend_on_the_input_is_left_out(tmp_path: Path) -> None:
    result = study(tmp_path)
    found = swept(result, "functional_units.FU1.prompts=1,100")
    assert {series.functional_unit for series in found.series} == {"FU1"}
    text = table.render(report(result.model, found), Look(80))
    assert "FU2 does not depend on functional_units.FU1.demand.prompts" in text


FLEET = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {FU1: {demand: {visits: 10 visit}}}
sites: {lab: {region: FRA, pue: 1.5}}
web_hosting:
  site: lab
  server: {device: server, lifetime: 4 year, time: 100 s/visit}
  fleet: {servers: 4 server, period: 1 year, power: 100 W/server, serves: 1e6 visit}
"""


def test_a_derived_quantity_out_of_its_bounds_is_refused(tmp_path: Path) -> None:
    found = message(tmp_path, "web_hosting.fleet.servers=1 server:4 server:4", text=FLEET)
    assert "it has to be above 0 % and at most 100 %" in found
    assert "at web_hosting.fleet.servers = 1 server" in found
    swept(study(tmp_path, text=FLEET), "web_hosting.fleet.servers=4 server:9 server:4")


# --- what readers and machines get -----------------------------------------------------------------------------------


def test_the_base_case_is_marked_where_it_belongs(tmp_path: Path) -> None:
    result = study(tmp_path, functional_units=["FU1"])
    text = table.render(report(result.model, swept(result, "inference.server.aur=80%:20%:3")), Look(80))
    rows = [line for line in text.splitlines() if "%" in line]
    assert [line.split()[0] for line in rows] == ["80", "50", "40", "20"]
    assert [("base" in line) for line in rows] == [False, False, True, False]


def test_a_point_that_is_the_base_case_is_not_shown_twice(tmp_path: Path) -> None:
    result = study(tmp_path, functional_units=["FU1"])
    text = table.render(report(result.model, swept(result, "inference.server.aur=0.2:0.6:3")), Look(80))
    assert len([line for line in text.splitlines() if "%" in line]) == 3
    assert text.count("base") == 1


def test_relative_to_the_base_case(tmp_path: Path) -> None:
    result = study(tmp_path, functional_units=["FU1"])
    found = swept(result, "functional_units.FU1.visits=1000,2000", "functional_units.FU1.prompts=100,200")
    text = table.render(report(result.model, found, relative=True), Look(80))
    rows = [line for line in text.splitlines() if line.startswith("2000 visit") and "200 prompt" in line]
    assert "".join(rows).count("200.0 %") == 2


def test_the_records(tmp_path: Path) -> None:
    result = study(tmp_path)
    found = swept(result, "inference.server.aur=20%,80%", by=("phase",))
    rows = json.loads(json_view.render(report(result.model, found), Look()))
    assert len(rows) == len(found.series) * 3
    assert rows[0]["base"] is True
    assert rows[0]["relative"] == 1
    assert rows[1] == {
        "functional_unit": "FU1", "variant": None, "input_1": "inference.server.aur", "value_1": 20.0, "unit_1": "%",
        "criterion": "GWP", "phase": found.series[0].group[0], "value": found.series[0].values[0],
        "unit": "kg CO2 eq", "relative": pytest.approx(found.series[0].values[0] / found.series[0].base), "base": False,
    }  # fmt: skip


# --- what-ifs: `given` in a figure -----------------------------------------------------------------------------------

EXPECT = """\
expect:
  rises:
    title: Below 20 % the impact rises more for inference
    of: FU1
    criterion: GWP
    given: {inference.server.aur: 10 %}
    at_least: 1.5
    over: {of: FU1, criterion: GWP, given: {inference.server.aur: 20 %}}
    basis: derived
  less:
    {of: FU1, criterion: GWP, given: {terminals.time: 6 min/visit}, below: {of: FU1, criterion: GWP, given: {sites.lab.pue: 3, inference.server.aur: 5 %}}, basis: derived}
  mix:
    {of: FU1, criterion: GWP, given: {terminals.devices.laptop.share: 25 %}, at_least: 0 kgCO2eq, basis: derived}
"""  # noqa: E501


def test_a_figure_with_other_inputs_is_the_study_run_again(tmp_path: Path) -> None:
    _, verdicts = run(tmp_path, STUDY + EXPECT)
    by_key = {verdict.key: verdict for verdict in verdicts}
    ten, twenty = (study(tmp_path, ("aur: 40 %", f"aur: {x} %")).total("FU1", "GWP") for x in (10, 20))
    assert by_key["rises"].computed == pytest.approx(ten / twenty, rel=1e-12)
    dirty = study(tmp_path, ("aur: 40 %", "aur: 5 %"), ("pue: 1.5", "pue: 3")).total("FU1", "GWP")
    assert by_key["less"].published == pytest.approx(dirty, rel=1e-12)
    assert by_key["less"].computed == pytest.approx(study(tmp_path).total("FU1", "GWP"), rel=1e-12)
    mixed = study(tmp_path, ("share: 60 %", "share: 25 %"), ("share: 40 %", "share: 75 %")).total("FU1", "GWP")
    assert by_key["mix"].computed == pytest.approx(mixed, rel=1e-12)
    assert {verdict.verdict for verdict in verdicts} == {"holds"}
    assert not any(verdict.plain for verdict in verdicts)


def test_a_what_if_leaves_the_totals_as_they_are(tmp_path: Path) -> None:
    assert run(tmp_path, STUDY + EXPECT)[0].total("FU1", "GWP") == study(tmp_path).total("FU1", "GWP")


@pytest.mark.parametrize(
    ("given", "words", "column"),
    [
        ("inference.server.auw: 10 %", "did you mean 'inference.server.aur'", 43),
        ("inference.server.aur: 110 %", "cannot be 110 %; it has to be above 0 % and at most 100 %", 43),
        ("inference.server.aur: 10 h", "h is not %", 65),
        ("functional_units.FU2.demand.visits: 10 visit", "no figure asked for depends on", 43),
    ],
)
def test_what_a_what_if_cannot_set(tmp_path: Path, given: str, words: str, column: int) -> None:
    line = f"expect:\n  x: {{of: FU1, criterion: GWP, given: {{   {given}}}, at_least: 0 kgCO2eq, basis: derived}}\n"
    with pytest.raises(Problems) as problems:
        run(tmp_path, STUDY + line)
    (problem,) = problems.value.problems
    assert words in f"{problem.message} {problem.hint}"
    assert problem.spans[0].column == column


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("sweep", "inference.server.aur=1%:2%"), 1, "is no range"),
        (("sweep", "inference.server.aur=0%:50%:3"), 1, "cannot be 0 %"),
        (("sweep", "inference.server.aur=10%:50%:3", "--by", "phse"), 2, "phase"),
        (("sweep", "inference.server.aur=10%:50%:3", "--variant", "fast"), 2, "no variant 'fast'"),
        (("sweep", "inference.server.aur=10%:50%:3", "--criteria", "ADPe"), 2, "no criterion 'ADPe'"),
        (("sensitivity", "--top", "0"), 2, "--top"),
        (("sensitivity", "--fu", "FU9"), 2, "no functional unit 'FU9'"),
        (("sweep", "inference.server.aur=10%:50%:3", "--variant", "all", "--relative"), 0, ""),
        (("sensitivity", "--variant", "base,slow", "--format", "json"), 0, ""),
    ],
)
def test_the_commands(tmp_path: Path, lca_: Lca, words: tuple[str, ...], code: int, message: str) -> None:
    path, packs = written(tmp_path, STUDY), write_pack(tmp_path)
    ran = lca_(words[0], str(path), *words[1:], "--packs", str(packs))
    assert ran.code == code
    assert bool(ran.out) == (code == 0)
    assert message in ran.err
    assert "Traceback" not in ran.err
