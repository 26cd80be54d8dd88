"""Years: a functional unit over several of them, rates, numbers that are given by year, and a demand in a table.

Every figure is worked out on paper, from the round numbers of the small pack: electricity of the USA is 0.4 kgCO2eq/kWh
in 2020 and 0.2 in 2024, that of France 0.1.
"""

# ruff: noqa: E501  a scenario's lines stay as their user writes them

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.compile import Model
from lca.disk.revisions import scenario_at
from lca.disk.workspace import Run, open_scenario
from lca.graph import elasticities
from lca.model.case import CaseKey
from lca.plots.kinds import years as plotted
from lca.plots.study import Asked
from lca.problems import Problems
from lca.questions.account import STATED, UNUSED, account
from lca.questions.compare import Side, compare, side
from lca.questions.drivers import driven, flows
from lca.questions.sensitivity import sensitivities
from lca.questions.sweep import asked, axis, sweep
from lca.questions.uncertainty import uncertainty
from lca.result import Result
from lca.scenario import Scenario
from lca.text.documents import Located
from lca.workbook import writing
from tests.bench_pack import run, swapped, write_pack, written
from tests.command import Lca
from tests.test_workbook import differences, recomputed, values_of

STUDY = """\
study: {title: Growth against efficiency, criteria: [GWP], packs: [tiny]}
functional_units:
  service:
    title: A service
    years: 2020..2024
    demand: {prompts: {value: 1000 prompt, low: 500 prompt, high: 1500 prompt}}
    rates:
      demand.prompts: {value: 100 %/year, low: 80 %/year, high: 110 %/year}
      inference.energy: -50 %/year
sites: {lab: {region: FRA, pue: 1}}
inference: {site: lab, energy: 10 Wh/prompt}
variants:
  half: {title: half the energy, with: {inference.energy: 5 Wh/prompt}}
  steady: {title: no growth, with: {'functional_units.service.rates."demand.prompts"': 0 %/year}}
"""
FIRST = 1000 * 0.01 * 0.1  # kgCO2eq of 1000 prompts at 10 Wh by electricity of France
EACH = [f"service {year}" for year in range(2020, 2025)]


def totals(result: Result, variant: str | None = None) -> list[float]:
    return [result.total(unit, "GWP", variant) for unit in result.functional_units]


def wrong(folder: Path, text: str, **files: str) -> str:
    for name, content in files.items():
        written(folder, content, f"{name}.csv")
    with pytest.raises(Problems) as told:
        run(folder, text)
    return str(told.value)


# --- rates ------------------------------------------------------------------------------------------------------------


def test_growth_that_doubles_and_efficiency_that_halves_cancel(tmp_path: Path) -> None:
    """2^n × 0.5^n is 1: each year is as the first, and their sum is five times as much."""
    result, _ = run(tmp_path, STUDY)
    assert result.functional_units == [*EACH, "service"]
    assert totals(result) == pytest.approx([FIRST] * 5 + [5 * FIRST])
    assert result.model.titles["service"] == "A service, 2020 to 2024"
    assert result.model.years[CaseKey("service", None)] == ("2020", "2021", "2022", "2023", "2024")


def test_a_variant_changes_what_the_rates_begin_with_or_a_rate(tmp_path: Path) -> None:
    """Half the energy in every year; without growth, efficiency alone halves year by year: 1 + 1/2 + … + 1/16."""
    result, _ = run(tmp_path, STUDY, variants=("half", "steady"))
    assert totals(result, "half") == pytest.approx([FIRST / 2] * 5 + [5 * FIRST / 2])
    assert totals(result, "steady") == pytest.approx([*(FIRST / 2**n for n in range(5)), FIRST * 31 / 16])


@pytest.mark.parametrize("rate", ["1 1/year", "1/365 1/day", "100 %/year", "{value: 1e2 %/year, low: 0 %/day}"])
def test_a_rate_is_the_same_in_any_unit(rate: str, tmp_path: Path) -> None:
    text = swapped(STUDY, ("{value: 100 %/year, low: 80 %/year, high: 110 %/year}", rate))
    assert totals(run(tmp_path, text)[0]) == pytest.approx([FIRST] * 5 + [5 * FIRST])


def test_a_rate_is_of_a_name_as_formulas_have_them(tmp_path: Path) -> None:
    """`prompts`, `demand.prompts` and the whole path are one, and so are a parameter and its path."""
    text = swapped(STUDY, ("energy: 10 Wh/prompt}", "energy: = each}\nparameters: {each: 10 Wh/prompt}"))
    for growth in ("prompts", "demand.prompts", "functional_units.service.demand.prompts"):
        for saving in ("each", "parameters.each", "inference.energy"):
            other = text.replace("demand.prompts: {value", f"{growth}: {{value").replace(
                "inference.energy: -", f"{saving}: -"
            )
            assert totals(run(tmp_path, other)[0]) == pytest.approx([FIRST] * 5 + [5 * FIRST])


def test_a_rate_may_be_a_formula_and_change_what_a_pack_gives(tmp_path: Path) -> None:
    """The PUE of the provider is 1.5 in the packs; at -10 % a year it is 1.35 in 2021."""
    text = swapped(
        STUDY,
        ("pue: 1}", "provider: cloudy}"),
        ("2020..2024", "2020..2021"),
        ("inference.energy: -50 %/year", 'sites.lab.pue: "= down / 5"'),
        ("variants:", "parameters: {down: -50 %/year}\nvariants:"),
    )
    result, _ = run(tmp_path, text)
    assert totals(result)[:2] == pytest.approx([FIRST * 1.5, FIRST * 2 * 1.35])
    assert [n.address for n in account(result).of(STATED, UNUSED)] == []


def test_bounds_hold_in_every_year(tmp_path: Path) -> None:
    """A PUE of 1 that falls is below 1 in the second year."""
    told = wrong(tmp_path, swapped(STUDY, ("inference.energy: -50", "sites.lab.pue: -10")))
    assert "sites.lab.pue in 2021 is 0.9; it has to be between 1 and 10" in told


def test_a_rate_is_one_input_of_all_years(tmp_path: Path) -> None:
    """The sum of 2^n 0.5^n over n = 0 to 4 moves by Σ n / 5 · r / (1 + r) = 2 · 1/2 for a rate of 100 %."""
    result, _ = run(tmp_path, STUDY)
    model = result.model
    rate = next(i for i, leaf in model.graph.inputs() if leaf.path.endswith('rates."demand.prompts"'))
    slopes = elasticities(model.graph, model.totals[CaseKey("service", None).total("GWP")], result.values)
    assert slopes[rate] == pytest.approx(1.0)
    steps = sweep(model, [axis(model, asked('functional_units.service.rates."demand.prompts"=0%/year,100%/year'))])
    of = {each.functional_unit: each.values.tolist() for each in steps.series}
    assert of["service 2023"] == pytest.approx([FIRST / 8, FIRST])
    assert of["service"] == pytest.approx([FIRST * 31 / 16, FIRST * 5])
    assert "service 2020" not in of  # it is of the first year
    figures = {each.figure.functional_unit: each.spread.mean for each in uncertainty(model, 400, 1).estimates}
    assert figures["service"] == pytest.approx(sum(figures[unit] or 0.0 for unit in EACH), rel=1e-9)
    ranked = next(each for each in sensitivities(model) if each.functional_unit == "service")
    paths = {"functional_units.service.demand.prompts", 'functional_units.service.rates."demand.prompts"'}
    assert {one.path for one in ranked.drivers} == paths


def test_years_are_functional_units_that_may_be_named(tmp_path: Path, lca_: Lca) -> None:
    """Expected, added up, explained, compared and asked for on a command line, as any other."""
    text = STUDY.replace("sites:", "  both: {sum_of: [service, service 2024]}\nsites:") + (
        "expect:\n"
        f"  one: {{of: service 2023, criterion: GWP, value: {FIRST} kgCO2eq, basis: derived}}\n"
        "  all: {of: service, criterion: GWP, over: {of: service 2023, criterion: GWP}, value: 5, within: 0.1 %, basis: derived}\n"
    )
    result, verdicts = run(tmp_path, text)
    assert [v.verdict for v in verdicts] == ["holds", "holds"]
    assert result.total("both", "GWP") == pytest.approx(6 * FIRST)
    words = str(tmp_path / "study.yaml"), "--factors", str(tmp_path / "packs")
    assert "service 2023" in lca_("run", words[0], "--fu", "service 2023", *words[1:]).out
    told = lca_("explain", words[0], "service 2022", "GWP", *words[1:]).out
    assert "= 1000 prompt × (1 + 100 %/year [× 0.01 per %] × 1 year)^2" in " ".join(told.replace("│", " ").split())
    assert "did you mean 'service 2024'" in lca_("run", words[0], "--fu", "service 2025", *words[1:]).err


def test_a_workbook_computes_every_year(tmp_path: Path) -> None:
    """LibreOffice has the rates, the years and the mixes in live formulas."""
    result, verdicts = run(tmp_path, MIXED, variants=(None, "more"))
    data = writing.export(result, verdicts)
    assert differences(data, values_of(recomputed({"years": data}, tmp_path / "office")["years"])) == []


def test_what_changed_is_one_number_for_all_years(tmp_path: Path) -> None:
    """A rate of 100 % that becomes 0 % carries the difference of the sum, 5 - 31/16 times the first year."""
    steady = swapped(STUDY, ("{value: 100 %/year, low: 80 %/year, high: 110 %/year}", "0 %/year"))
    packs = [write_pack(tmp_path)]
    runs = [Run(written(tmp_path, text, name), packs) for text, name in ((STUDY, "a.yaml"), (steady, "b.yaml"))]

    def of(run: Run, unit: str) -> Side:
        result = run.compile()[0]
        return side(run.scenario.name, run.scenario, CaseKey(unit, None), {"GWP": (result.total(unit, "GWP"), "kg")})

    def build(tree: Located, unit: str) -> Model:
        return Run(Scenario("", tree), library=runs[0].library).model([CaseKey(unit, None)])

    made = compare(of(runs[0], "service"), of(runs[1], "service"), build, ())
    assert [(c.name, c.carries["GWP"]) for c in made.contributions] == [
        ('functional_units.service.rates."demand.prompts"', pytest.approx(FIRST * (31 / 16 - 5)))
    ]
    written(tmp_path, f"# another file\n{steady}", "c.yaml")
    runs.append(Run(tmp_path / "c.yaml", packs))
    of_years = compare(of(runs[1], "service 2020"), of(runs[2], "service 2024"), build, ())
    assert [(c.name, c.old, c.new) for c in of_years.contributions] == [
        ("functional_units.service.year", "2020", "2024")
    ]
    assert of_years.contributions[0].carries["GWP"] == pytest.approx(FIRST * (1 / 16 - 1))


def test_factors_are_of_each_year_and_what_stands_in_is_said_of_many_at_once(tmp_path: Path, lca_: Lca) -> None:
    """The USA's electricity is of 2020 until 2023 and of 2024 from then on; stand-ins may be of several years."""
    text = swapped(STUDY, ("region: FRA", "region: USA"), ("2020..2024", "2020..2027"))
    result, _ = run(tmp_path, text)
    assert totals(result)[:8] == pytest.approx([FIRST * 4] * 4 + [FIRST * 2] * 4)
    path, packs = str(written(tmp_path, text)), ("--factors", str(tmp_path / "packs"))
    said = " ".join(lca_("run", path, *packs).out.split())
    assert "2020 for 2021 to 2023: electricity 2024 for 2025 to 2027: electricity" in said
    assert "[{asked: 2025..2027, used: 2024, for: electricity" in " ".join(
        lca_("check", "--strict", path, *packs).out.split()
    )
    late = "stand_ins: [{asked: 2024..2030, used: 2020, for: electricity, reason: the last that is final}]"
    written(tmp_path, swapped(text, ("packs: [tiny]", f"packs: [tiny], {late}")))
    told = " ".join(lca_("account", path, *packs).out.split())
    assert "2020 for 2025 to 2027 electricity (tiny) declared: the last that is final" in told
    assert "Not used" not in told


def test_a_factor_of_the_study_has_rates_and_years(tmp_path: Path) -> None:
    """A grid at 0.1 kg/kWh that halves in one unit, stays in another, and goes from 0.5 to 1.5 kg in two years in a third."""
    text = """
        study: {title: A grid, criteria: [GWP]}
        functional_units:
          halved: {years: 2024..2025, demand: {prompts: 1 prompt}, rates: {factors.grid.impacts.GWP: -50 %/year}}
          steady: {years: 2024..2025, demand: {prompts: 1 prompt}}
          stated: {years: 2024..2025, demand: {prompts: 1 prompt}, factors: {grid: {impacts: {GWP: {2024: 0.5 kgCO2eq/kWh, 2026: 1.5 kgCO2eq/kWh}}}}}
        factors: {grid: {item: electricity, region: FRA, impacts: {GWP: 0.1 kgCO2eq/kWh}}}
        sites: {dc: {region: FRA, pue: 1}}
        inference: {site: dc, energy: 1 kWh/prompt}
    """
    result, _ = run(tmp_path, text)
    assert totals(result) == pytest.approx([0.1, 0.05, 0.15, 0.1, 0.1, 0.2, 0.5, 1.0, 1.5])
    assert [n.address for n in account(result).of(STATED, UNUSED)] == []


# --- numbers by year --------------------------------------------------------------------------------------------------

MIXED = """\
study: {title: A mix, criteria: [GWP], packs: [tiny]}
functional_units:
  phones: {years: 2020..2024, demand: {visits: {2020: 60 visit, 2024: 100 visit}}}
  then: {year: 2023, demand: {visits: 60 visit}}
terminals:
  region: FRA
  time: 1 min/visit
  devices:
    laptop: {share: {2020: 80 %, 2024: 40 %}, power: 100 W, lifetime: 1e9 year, daily_use: 1 h/day}
    phone: {share: {2020: 20 %, 2024: {value: 60 %, low: 50 %, high: 70 %}}, power: 5 W, lifetime: 1e9 year}
variants:
  more: {with: {terminals.devices.laptop.share.2024: 30 %, terminals.devices.phone.share.2024: 70 %}}
"""


def mixed(visits: float, laptops: float) -> float:
    return visits / 60 * (0.1 * laptops + 0.005 * (1 - laptops)) * 0.1


def test_a_number_goes_in_a_straight_line_between_the_years_it_is_given_for(tmp_path: Path) -> None:
    """Visits by 10 a year, laptops down by 10 points a year; 2023 alone has 50 % of them."""
    result, _ = run(tmp_path, MIXED)
    each = [mixed(60 + 10 * n, 0.8 - 0.1 * n) for n in range(5)]
    assert totals(result) == pytest.approx([*each, sum(each), mixed(60, 0.5)], rel=1e-6)
    assert totals(run(tmp_path, MIXED, variants=("more",))[0], "more")[-1] == pytest.approx(mixed(60, 0.425), rel=1e-6)


def test_a_mix_is_whole_in_every_year_whatever_an_input_does(tmp_path: Path) -> None:
    """With 80 % phones in 2024 the laptops are 20 %: in 2022 half way from 80 %."""
    model = run(tmp_path, MIXED)[0].model
    made = sweep(model, [axis(model, asked("terminals.devices.phone.share.2024=80%"))])
    at = {each.functional_unit: each.values[0] for each in made.series}
    assert at["phones 2024"] == pytest.approx(mixed(100, 0.2), rel=1e-6)
    assert at["phones 2022"] == pytest.approx(mixed(80, 0.5), rel=1e-6)
    assert "phones 2020" not in at
    assert uncertainty(model, 100, 0).beyond == ()


def test_a_unit_of_a_year_is_that_of_the_first(tmp_path: Path) -> None:
    text = swapped(MIXED, ("2024: 100 visit", "2024: {value: 10000 %*visit, low: 90 visit}"))
    assert totals(run(tmp_path, text)[0])[2] == pytest.approx(mixed(80, 0.6), rel=1e-6)


def test_a_year_that_nobody_asks_for_is_not_used(tmp_path: Path) -> None:
    text = swapped(MIXED, ("{2020: 60 visit", "{2010: 1 visit, 2020: 60 visit"))
    made = account(run(tmp_path, text)[0])
    assert [(n.address, n.reason) for n in made.of(STATED, UNUSED)] == [
        ("functional_units.phones.demand.visits.2010", "no year that is assessed lies beside it")
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(2000, 2050), st.integers(0, 30), st.floats(-99, 300), st.floats(-99, 300))
def test_the_sum_is_the_sum_and_each_year_is_its_own_power(first: int, more: int, up: float, down: float) -> None:
    """Any span and any two rates: value × ((1 + a) (1 + b))^n, and the whole is what the years add up to."""
    with TemporaryDirectory() as folder:
        text = swapped(
            STUDY, ("2020..2024", f"{first}..{first + more}"), ("energy: -50 %", f"energy: {down} %"),
            ("{value: 100 %/year, low: 80 %/year, high: 110 %/year}", f"{up} %/year"),
        )  # fmt: skip
        *each, whole = totals(run(Path(folder), text)[0])
    yearly = (1 + up / 100) * (1 + down / 100)
    assert each == pytest.approx([FIRST * yearly**n for n in range(more + 1)], rel=1e-9)
    assert whole == pytest.approx(sum(each))


# --- what a demand drives, and the plot -------------------------------------------------------------------------------


def test_the_demand_is_that_of_the_year(tmp_path: Path) -> None:
    model = (result := run(tmp_path, STUDY)[0]).model
    amounts = {
        flow.case.functional_unit: flow.amount
        for flow in flows(model, result.values)
        if flow.case.functional_unit != "service"
    }
    assert amounts == pytest.approx({unit: 1000 * 2**n for n, unit in enumerate(EACH)})
    assert {each.driver for each in driven(model, result.values)} == {"prompts"}


def test_the_plot_has_every_year_and_all_up_to_it(tmp_path: Path, lca_: Lca) -> None:
    packs = str(write_pack(tmp_path))
    model = Run(written(tmp_path, STUDY), [packs]).compile(EACH)[0]
    made = plotted.drawing(Asked(model)).records
    impacts = [(each["year"], each["value"], each["cumulative"]) for each in made if each["criterion"] == "GWP"]
    assert impacts == [(str(2020 + n), pytest.approx(FIRST), pytest.approx(FIRST * (n + 1))) for n in range(5)]
    assert [each["cumulative"] for each in made if not each["criterion"]] == [1000, 3000, 7000, 15000, 31000]
    words = ("plot", str(tmp_path / "study.yaml"), "years", "--factors", packs)
    ran = lca_(*words, "--format", "json", "--fu", "service", "--variant", "all")
    assert len(json.loads(ran.out)) == 3 * 2 * 5
    assert lca_(*words, "-o", str(tmp_path / "years.svg")).code == 0
    written(tmp_path, MIXED)
    ran = lca_(*words, "--format", "json", "--fu", "then")
    assert ran.code == 1
    assert "no functional unit that is meant goes over years" in ran.err
    assert "no functional unit 'x'" in lca_(*words, "--format", "json", "--fu", "x").err


# --- a demand in a table ----------------------------------------------------------------------------------------------

TABLED = swapped(
    STUDY,
    ("demand: {prompts: {value: 1000 prompt, low: 500 prompt, high: 1500 prompt}}", "demand: demand.csv"),
    ("      demand.prompts: {value: 100 %/year, low: 80 %/year, high: 110 %/year}\n", ""),
    ("  steady: {title: no growth, with: {'functional_units.service.rates.\"demand.prompts\"': 0 %/year}}\n", ""),
    ("packs: [tiny]}", "packs: [tiny], sources: {survey: {title: A survey}}}"),
)
TABLE = """\
year,prompts [prompt],source,at,note
2020,1000,survey,p. 1,counted
2024,5000,,,
"""


def test_a_demand_may_stand_in_a_table(tmp_path: Path) -> None:
    """1,000, 2,000, … 5,000 prompts, each year at half the energy of the one before."""
    written(tmp_path, TABLE, "demand.csv")
    result, _ = run(tmp_path, TABLED)
    each = [FIRST * (n + 1) / 2**n for n in range(5)]
    assert totals(result) == pytest.approx([*each, sum(each)])
    leaf = next(leaf for _, leaf in result.model.graph.inputs() if leaf.path.endswith("prompts.2020"))
    assert (leaf.citation.source, leaf.citation.at, leaf.citation.note) == ("survey", "p. 1", "counted")
    assert str(leaf.span).endswith("demand.csv:2:6")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("prompts [prompt]\n1\n", "1:1: a table of demand has no column year"),
        ("year\n2020\n", "1:1: a table of demand has no flow"),
        ("year,prompts\n2020,1\n", "1:6: the column 'prompts' has no unit"),
        ("year,prompts [prompts]\n2020,1\n", "1:6: prompts is a plural"),
        ("year,a [prompt],a [visit]\n2020,1,1\n", "1:17: two columns of a"),
        ("year,prompts [prompt]\n", "1:1: a table of demand has no row"),
        ("year,prompts [prompt]\n20,1\n", "2:1: '20' is no year"),
        ("year,prompts [prompt]\n2020,1\n2020,2\n", "3:1: two rows of 2020"),
        ("year,prompts [prompt]\n2020,\n", "2:6: prompts [prompt] has no number"),
        ("year,prompts [prompt]\n2020,=1+1\n", "2:6: a number is missing"),
        ("year,prompts [prompt]\n2020,1 visit\n", "2:6: 1 visit is not a plain number"),
        ("year,prompts [prompt]\n2020,nan\n", "2:6:"),
        ("year;prompts [prompt]\n2020;1\n", "1:1: the cells are separated by semicolons"),
        ("year,prompts [prompt]\n2020,1\n2023,1\n", "1:6: functional_units.service.demand.prompts is given for 2020 to 2023, and not for 2024"),
        ("year,prompts [prompt],source\n2020,1,nowhere\n2024,1,\n", "2:8: no source 'nowhere'"),
        ("year,prompts [visit]\n2020,1\n2024,1\n", "= needed energy for a unit of the demand"),
        ("year,prompts [prompt]\n2020,-1\n2024,1\n", "2:6: functional_units.service.demand.prompts.2020 is -1 prompt"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_in_order_is_told_by_its_row_and_column(table: str, message: str, tmp_path: Path) -> None:
    assert message in wrong(tmp_path, TABLED, demand=table)


def test_a_table_stands_beside_the_scenario(tmp_path: Path) -> None:
    """A scenario of a stranger may not have any file read, nor learn whether it is there."""
    folder = tmp_path / "mine"
    folder.mkdir()
    written(tmp_path, "secret,words\n", "demand.csv")
    for name in ("../demand.csv", str(tmp_path / "demand.csv"), "../no.csv", "link.csv", "x" * 300 + ".csv"):
        if name == "link.csv":
            (folder / name).symlink_to(tmp_path / "demand.csv")
        told = wrong(folder, TABLED.replace("demand.csv", name))
        assert "is not beside the scenario" in told
        assert "secret" not in told
    assert "there is no file" in wrong(folder, TABLED)
    (folder / "demand.csv").mkdir()
    assert "this is a directory" in wrong(folder, TABLED)
    assert "is no mapping, and no table" in wrong(folder, TABLED.replace("demand.csv", "demand"))
    below = folder / "tables"
    below.mkdir()
    written(below, TABLE, "demand.csv")
    assert run(folder, TABLED.replace("demand.csv", "tables/demand.csv"))


def test_a_table_of_an_extended_file_stands_beside_that_one(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    written(tmp_path / "base", TABLED, "base.yaml")
    written(tmp_path / "base", TABLE, "demand.csv")
    more = "extends: base/base.yaml\nfunctional_units: {service: {demand: {prompts: {2024: 9000 prompt}}}}\n"
    result, _ = run(tmp_path, more)
    assert totals(result)[:3] == pytest.approx([FIRST, FIRST * 3 / 2, FIRST * 5 / 4])


def test_a_table_is_that_of_the_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, TABLED)
    written(tmp_path, TABLE, "demand.csv")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], check=True)  # noqa: S607
    written(tmp_path, TABLE.replace("1000", "7000"), "demand.csv")
    opened = scenario_at("HEAD", "study.yaml", lambda _: None)
    demand = opened.tree.mapping["functional_units"].mapping["service"].mapping["demand"]
    assert demand.mapping["prompts"].mapping["2020"].mapping["value"].value == "1000 prompt"
    assert "7000 prompt" in str(
        open_scenario("study.yaml")
        .tree.mapping["functional_units"]
        .mapping["service"]
        .mapping["demand"]
        .mapping["prompts"]
        .mapping["2020"]
        .value
    )


# --- what can go wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2020..2024", "2024..2020", "'2024..2020' is no span of years|the first year comes first: 2020..2024"),
        ("2020..2024", "2020", "'2020' is no span of years|a single year is year: 2024"),
        ("2020..2024", "1900..2024", "at most 100 years"),
        ("2020..2024", "[2020, 2021]", "functional_units.service.years is a plain value, not a list"),
        ("years: 2020..2024", "years: 2020..2024\n    year: 2020", "service has a year and years"),
        ("years: 2020..2024", "year: 2020", "functional_units.service has rates and no years"),
        ("  service:", "  other: {demand: {prompts: 1 prompt}}\n  service:\n    sum_of: [other]", "service adds up others and has a years of its own"),
        ("inference.energy: -50", "inference.energies: -50", "no quantity 'inference.energies'|did you mean 'energy'?"),
        ("inference.energy: -50", "inference: -50", "names here: prompts"),
        ("inference.energy: -50", "inference..energy: -50", "this is not a path"),
        ("inference.energy: -50", "inference.site: -50", "'inference.site' is no quantity"),
        ("inference.energy: -50", "inference.tokens: -50", "inference does not state 'tokens'"),
        ("inference.energy: -50", "prompts: -50", "functional_units.service.demand.prompts has two rates"),
        ("inference.energy: -50", 'functional_units.service.rates."demand.prompts": -50', "a rate cannot change"),
        ("inference.energy: -50 %/year", "inference.energy: -150 %/year", "it has to be at least -100 %/year"),
        ("inference.energy: -50 %/year", "inference.energy: -50 %", "% is not %/year|write -50 %/year"),
        ("inference.energy: -50 %/year", "inference.energy: -0.5", "the unit is missing"),
        ("inference.energy: -50 %/year", "inference.energy: {2020: -50 %/year}", "is given for 2020 to 2020, and not for 2021"),
        ("inference.energy: -50 %/year", 'inference.energy: "= inference.energy * 1 [prompt/Wh/year]"', "a formula needs its own result"),
        ("energy: 10 Wh/prompt}", "energy: {2020: 1 Wh/prompt, 2024: 2 Wh/prompt}}", "inference.energy is given by year, and has a rate"),
        ("energy: 10 Wh/prompt}", "energy: {2020: 1 Wh/prompt, 2024: {2025: 2 Wh/prompt}}}", "inference.energy.2024 is given by year again"),
        ("pue: 1}", "pue: {2021: 1, 2024: 2}}", "sites.lab.pue is given for 2021 to 2024, and not for 2020"),
        ("pue: 1}", "pue: {2020: 1, 2024: 2 W}}", "W is not 1"),
        ("region: FRA", "region: {FRA: {2020: 50 %, 2024: 60 %}, USA: 50 %}", "sites.lab.region.USA is not given for the years of sites.lab.region.FRA"),
        ("region: FRA", "region: {FRA: {2020: 50 %, 2024: 60 %}, USA: {2020: 50 %, 2024: 60 %}}", "the shares of sites.lab.region in 2024 sum to 120 %"),
        ("inference.energy: -50", "sites.lab.region.FRA: -50", "no quantity"),
        ("sites: {lab: {region: FRA", "  service 2022: {demand: {prompts: 1 prompt}}\nsites: {lab: {region: FRA", "service 2022 is what service is called in a year of it"),
        ("with: {inference.energy: 5 Wh/prompt}", "with: {functional_units.service.years: 2020..2022}", "a variant cannot change functional_units.service.years, of years"),
        ("with: {inference.energy: 5 Wh/prompt}", "with: {functional_units.service.year: 2020}", "a variant cannot change functional_units.service.year, of years"),
    ],
)  # fmt: skip
def test_each_way_to_get_it_wrong_is_told(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = swapped(STUDY, (old, new))
    told = wrong(tmp_path, text)
    assert all(part in told for part in message.split("|")), told
    assert "study.yaml:" in told


def test_a_share_of_a_mix_has_no_rate(tmp_path: Path) -> None:
    text = STUDY.replace("region: FRA", "region: {FRA: 50 %, USA: 50 %}").replace(
        "inference.energy: -", "sites.lab.region.FRA: -"
    )
    assert "sites.lab.region.FRA is a share of a mix, which has no rate" in wrong(tmp_path, text)


def test_a_number_by_year_needs_a_year(tmp_path: Path) -> None:
    told = wrong(tmp_path, swapped(MIXED, ("year: 2023, ", "")))
    assert "terminals.devices.laptop.share is given for 2020 to 2024, and the functional unit has no year" in told


def test_of_the_years_of_a_number_there_is_an_end(tmp_path: Path) -> None:
    many = ", ".join(f"{year}: 60 visit" for year in range(1950, 2051))
    told = wrong(tmp_path, swapped(MIXED, ("2020: 60 visit, 2024: 100 visit", many)))
    assert "functional_units.phones.demand.visits is given for 101 years" in told


def test_of_years_there_is_an_end(tmp_path: Path) -> None:
    many = "".join(f"  u{n}: {{years: 1950..2049, demand: {{prompts: 1 prompt}}}}\n" for n in range(11))
    assert "more than 1,000 years of functional units in all" in wrong(
        tmp_path, STUDY.replace("sites:", f"{many}sites:")
    )
