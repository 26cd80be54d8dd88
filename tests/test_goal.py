"""Goal, scope and review as stated, factors against the data quality required, methods and stages: cases by hand."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lca.disk.workspace import Run
from lca.model.goal import Goal
from lca.questions.methods import methods, mixed
from lca.questions.requirement import Judgement, judgement
from lca.questions.stages import equipment, is_uneven
from lca.questions.statements import NOT_STATED, conflicts, statements, unstated
from lca.result import Result
from tests.bench_pack import FACTORS, PACKAGE, swapped, write_pack, written
from tests.command import Lca

STUDY = """\
study:
  criteria: [GWP]
  packs: [tiny]
STATED
functional_units: {one: {demand: {visits: 1 visit}}}
activities:
  - {name: here, item: electricity, tier: data centre, stage: use, region: FRA, amount: "= 10 [kWh]"}
  - {name: there, item: electricity, tier: data centre, stage: use, region: USA, amount: "= 20 [kWh]"}
  - {name: nowhere, item: electricity, tier: network, stage: use, region: World, amount: "= 2 [kWh]"}
  - {name: phones, item: phone, tier: terminals, stage: manufacture, amount: "= 0.1 [device]"}
parameters: {x: 2}
variants:
  L: {with: {parameters.x: 1}}
"""
# by hand, in kg: here 10 * 0.1 = 1 (2020), there 20 * 0.2 = 4 (2024), nowhere 2 * 0.5 = 1 (2020), phones 5 (2020): 11
GROUPS = {"here": 1 / 11, "there": 4 / 11, "nowhere": 1 / 11, "phones": 5 / 11}


def stated(text: str) -> str:
    return swapped(STUDY, ("STATED\n", "".join(f"  {line}\n" for line in text.splitlines())))


def run(folder: Path, text: str, **tables: str) -> Result:
    """The result of a study in all its cases; `tables` of the pack may have another text."""
    return Run(written(folder, text), [write_pack(folder, **tables)]).compile()[0]


def judged(folder: Path, quality: str, *more: tuple[str, str]) -> Judgement:
    result = run(folder, swapped(stated(f"quality: {{{quality}}}"), *more))
    return judgement(result, result.model.scenario.about.quality)


MISSES = {
    "year: 2024, time: 4 year": {},
    "year: 2024, time: 3 year": {"here": "4 years away", "nowhere": "4 years away", "phones": "4 years away"},
    "year: 2020, time: 3 year": {"there": "4 years away"},
    "year: 2021, time: 12 month": {"there": "3 years away"},
    "geography: country": {"nowhere": "World is no country"},
    "geography: region": {},
    "geography: world": {},
    "technology: same": {},
    "letter: B": {},
    "letter: A": dict.fromkeys(GROUPS, "letter B"),
}


@pytest.mark.parametrize("quality", MISSES)
def test_rows_against_what_is_required(tmp_path: Path, quality: str) -> None:
    """Each row by hand: what misses, why, how much it weighs, and the share of the total that meets it."""
    found = judged(tmp_path, quality)
    names = {("FRA", "2020"): "here", ("USA", "2024"): "there", ("World", "2020"): "nowhere", ("", "2020"): "phones"}
    by_name = {names[one.row.region, one.row.year]: one for one in found.data}
    assert {name: "; ".join(one.row.misses) for name, one in by_name.items() if one.row.misses} == MISSES[quality]
    assert {name: one.share for name, one in by_name.items()} == pytest.approx(GROUPS)
    met = 1 - sum(GROUPS[name] for name in MISSES[quality])
    assert list(found.met.values()) == pytest.approx([met])


def test_a_stand_in_is_judged_as_what_it_is(tmp_path: Path) -> None:
    """Declared or not, another country, a group of countries and another item are not what was asked for."""
    declared = "  stand_ins: [{asked: ITA, used: FRA, for: electricity, reason: a neighbour}]\nfunctional_units"
    other = (("region: FRA", "region: ITA"), ("functional_units", declared))
    for place in ("country", "region", "world"):
        missing = [one for one in judged(tmp_path, f"geography: {place}", *other).data if one.row.region == "FRA"]
        assert [(one.row.misses, one.reasons) for one in missing] == [(("FRA for ITA",), ("a neighbour",))]
    declared = "  stand_ins: [{asked: tablet, used: phone, for: tablet, reason: as small}]\nfunctional_units"
    other = (("item: phone", "item: tablet"), ("functional_units", declared))
    same = [one.row.misses for one in judged(tmp_path, "technology: same", *other).data if one.row.item == "phone"]
    similar = [one.row.misses for one in judged(tmp_path, "technology: similar", *other).data]
    assert same == [("phone for tablet",)]
    assert set(similar) == {()}


def test_a_group_of_countries_serves_where_the_world_will_do(tmp_path: Path) -> None:
    declared = "  stand_ins: [{asked: ITA, used: World, for: electricity, reason: none}]\nfunctional_units"
    other = (("region: FRA", "region: ITA"), ("functional_units", declared))
    verdicts = {place: judged(tmp_path, f"geography: {place}", *other) for place in ("country", "region", "world")}
    misses = {place: {m for one in found.data for m in one.row.misses} for place, found in verdicts.items()}
    assert misses == {"country": {"World for ITA", "World is no country"}, "region": {"World for ITA"}, "world": set()}


def test_a_row_that_does_not_say_is_no_proof(tmp_path: Path) -> None:
    factors = swapped(FACTORS, ("FRA,2020,GWP", ",,GWP"))
    result = run(tmp_path, stated("quality: {year: 2020, time: 1 year, geography: region}"), factors=factors)
    found = judgement(result, result.model.scenario.about.quality)
    assert ("year not said", "region not said, for FRA") in [one.row.misses for one in found.data]


def test_a_functional_unit_of_its_own_year_counts_ages_from_it(tmp_path: Path) -> None:
    year = ("{demand: {visits: 1 visit}}", "{demand: {visits: 1 visit}, year: 2030}")
    found = judged(tmp_path, "year: 2020, time: 1 year", year)
    assert {m for one in found.data for m in one.row.misses} == {"10 years away", "6 years away"}
    assert judged(tmp_path, "time: 10 year", year).met.popitem()[1] == pytest.approx(1)


def test_a_sum_is_judged_by_the_years_of_its_parts(tmp_path: Path) -> None:
    units = "{one: {demand: {visits: 1 visit}, year: 2020}, two: {sum_of: [one]}}"
    found = judged(tmp_path, "time: 0 year", ("{one: {demand: {visits: 1 visit}}}", units))
    assert {total.functional_unit: share for total, share in found.met.items()} == {"one": 1, "two": 1}
    found = judged(tmp_path, "time: 0 year", ("{one: {demand: {visits: 1 visit}}}", swapped(units, ("2020", "2021"))))
    assert {total.functional_unit: share for total, share in found.met.items()} == {"one": 0, "two": 0}


WRONG = {
    "quality: {}": "requires nothing",
    "quality: {year: 2024}": "requires nothing",
    "quality: {year: 2024, letter: B}": "has a year, and no time",
    "quality: {time: 5 year}": "has a time, and no year",
    "quality: {year: 2024, time: 5 kg}": "'5 kg' is no length of time",
    "quality: {year: 2024, time: 5}": "'5' is no length of time",
    "quality: {year: 2024, time: -5 year}": "'-5 year' is no length of time",
    "quality: {year: 24, time: 5 year}": "'24' is no year",
    "quality: {geography: continent}": "'continent' is no geography",
    "quality: {letter: F}": "'F' is no letter",
    "review: {by: us}": "no 'status'",
    "review: {status: none, by: us}": "no review has been made",
    "review: {status: peer}": "'peer' is no status",
    "goal: {comparative: yes}": "'yes' is no comparative",
    "goal: {aim: none}": "unknown key 'aim'",
    "modelling: marginal": "'marginal' is no modelling",
    "alternatives: [{part: training, instead: whole, variant: M}]": "no variant 'M'",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_contradicts_itself_has_a_place(lca_: Lca, tmp_path: Path, text: str) -> None:
    path, packs = written(tmp_path, stated(text)), write_pack(tmp_path)
    ran = lca_("run", str(path), "--packs", str(packs))
    assert ran.code == 1
    assert WRONG[text] in ran.err
    assert f"{path.name}:" in ran.err
    assert ran.err.count("\n   = ") == 1  # nothing else is wrong


GOAL = """\
goal: {purpose: to learn, use: teaching, audience: students, comparative: public, commissioner: a school}
review: {status: internal, by: Ada}
cut_off: below 1 %
modelling: consequential
alternatives: [{part: training, instead: whole, variant: L, reason: too much}]
quality: {year: 2021, time: 1 year}
"""
SAID = ("to learn", "teaching", "students", "a school", "internal, by Ada", "below 1 %", "consequential",
        "training, whole (variant L): too much", "within 1 year of 2021")  # fmt: skip


def test_what_is_stated_is_printed_and_what_is_not_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, stated(GOAL))
    texts = "\n".join(text for each in statements(result) for text in each.texts)
    assert all(words in texts for words in SAID)
    assert unstated(result) == ["Authors", "Date", "Version"]
    bare = run(tmp_path, stated(""))
    silent = ["Modelling", "Allocation"]  # what holds without a word of the author
    assert unstated(bare) == [each.term for each in statements(bare) if each.term not in silent]
    assert len(unstated(bare)) > len(Goal.fields)


def test_a_comparative_assertion_needs_a_panel(tmp_path: Path) -> None:
    for text, is_wrong in (
        (GOAL, True),
        ("goal: {comparative: public}", True),
        (GOAL.replace("status: internal", "status: panel"), False),
        (GOAL.replace("comparative: public", "comparative: internal"), False),
        ("", False),
    ):
        assert bool([*conflicts(run(tmp_path, stated(text)).model.scenario.about)]) == is_wrong


@pytest.mark.parametrize("words", [("scope",), ("scope", "--format", "markdown"), ("export", "--format", "markdown")])
def test_scope_and_export_show_it(lca_: Lca, tmp_path: Path, words: tuple[str, ...]) -> None:
    path, packs = written(tmp_path, stated(GOAL)), write_pack(tmp_path)
    ran = lca_(words[0], str(path), *words[1:], "--packs", str(packs))
    assert ran.code == 0, ran.err
    shown = " ".join(ran.out.split())
    assert all(text in shown for text in (*SAID, NOT_STATED, "Not in conformity", "meets it"))


def test_the_workbook_shows_it(lca_: Lca, tmp_path: Path) -> None:
    path, packs = written(tmp_path, stated(GOAL)), write_pack(tmp_path)
    book = tmp_path / "study.xlsx"
    assert lca_("export", str(path), "--packs", str(packs), "-o", str(book)).code == 0
    cells = [str(cell.value) for row in load_workbook(book)["Read me"].iter_rows() for cell in row if cell.value]
    assert all(
        any(words in cell for cell in cells)
        for words in (*SAID, NOT_STATED, "need a critical review", "Stages but use")
    )
    assert "no" in cells
    assert "yes" in cells


def test_scope_has_records_of_it(lca_: Lca, tmp_path: Path) -> None:
    path, packs = written(tmp_path, stated(GOAL)), write_pack(tmp_path)
    found = json.loads(lca_("scope", str(path), "--packs", str(packs), "--format", "json").out)
    kinds = {each["kind"] for each in found}
    assert kinds == {"cell", "statement", "method", "equipment", "quality"}
    rows = list(csv.DictReader(io.StringIO(lca_("scope", str(path), "--packs", str(packs), "--format", "csv").out)))
    assert [row["text"] for row in rows if row["name"] == "Purpose"] == ["to learn"]


STRICTER = (
    [f"year: 2022, time: {years} year" for years in (100, 4, 2, 1, 0)],
    [f"geography: {place}" for place in ("world", "region", "country")],
    [f"technology: {which}" for which in ("similar", "same")],
    [f"letter: {letter}" for letter in "EDCBA"],
)


@pytest.mark.parametrize("ladder", STRICTER, ids=lambda ladder: ladder[0].split(":")[0])
def test_a_stricter_requirement_is_met_by_no_more(tmp_path: Path, ladder: list[str]) -> None:
    met = [max(judged(tmp_path, step).met.values()) for step in ladder]
    assert met == sorted(met, reverse=True)
    assert met[0] == pytest.approx(1)


@pytest.mark.parametrize("quality", MISSES)
def test_what_meets_two_requirements_meets_both_together(tmp_path: Path, quality: str) -> None:
    """A total rests on what meets all; the reasons of a row are those of each requirement."""
    other = {"letter: A"} if "letter" not in quality else {"geography: country"}
    apart = [judged(tmp_path, each) for each in (quality, *other)]
    both = judged(tmp_path, ", ".join((quality, *other)))
    reasons = [{one.row[:5]: one.row.misses for one in each.data} for each in (*apart, both)]
    assert {row: {*reasons[0][row], *reasons[1][row]} for row in reasons[2]} == {
        row: {*misses} for row, misses in reasons[2].items()
    }


def test_texts_of_any_kind_stay_on_the_page(lca_: Lca, tmp_path: Path) -> None:
    """Long words, marks of tables and of formulas: told on 80 columns, and no formula."""
    text = '"=1+1 | * ' + "word " * 40 + '"'
    said = f"title: T\ngoal: {{purpose: {text}}}\ncut_off: {text}"
    path, packs = written(tmp_path, stated(said)), write_pack(tmp_path)
    shown = lca_("scope", str(path), "--packs", str(packs)).out
    assert max(map(len, shown.splitlines())) <= 80
    book = tmp_path / "study.xlsx"
    assert lca_("export", str(path), "--packs", str(packs), "-o", str(book)).code == 0
    cells = [cell for row in load_workbook(book)["Read me"].iter_rows() for cell in row if "=1+1" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


# --- methods ---------------------------------------------------------------------------------------------------------


def packed(folder: Path, text: str, methods_of_pack: object) -> list[object]:
    result = run(folder, text, package=json.dumps({**PACKAGE, "methods": methods_of_pack}))
    return methods(result.model)


def test_a_method_of_a_pack_stands_over_that_of_the_criterion(tmp_path: Path) -> None:
    plain = methods(run(tmp_path, stated("")).model)
    assert [(one.criterion, one.words[:4], one.packs) for one in plain] == [("GWP", "IPCC", ("tiny",))]
    own = packed(tmp_path, stated(""), {"GWP": "by eye"})
    assert [one.words for one in own] == ["by eye"]
    assert mixed(own) == ()


def test_a_proxy_is_a_method_of_its_own(tmp_path: Path) -> None:
    declared = "proxies: [{criterion: PE, from: ADPf, for: phone, reason: none}]"
    text = swapped(stated(declared), ("[GWP]", "[GWP, PE]"))
    found = methods(run(tmp_path, text).model)
    assert mixed(found) == ("PE",)
    assert [one.proxy for one in found if one.criterion == "PE"] == ["", "ADPf"]


@pytest.mark.parametrize("given", [{"GPW": "x"}, {"GWP": ""}, {"GWP": 1}, ["GWP"], "GWP"])
def test_methods_that_are_none_are_refused(lca_: Lca, tmp_path: Path, given: object) -> None:
    path, packs = written(tmp_path, stated("")), write_pack(tmp_path, package=json.dumps({**PACKAGE, "methods": given}))
    ran = lca_("run", str(path), "--packs", str(packs))
    assert ran.code == 1
    assert "method" in ran.err
    assert "datapackage.json:1" in ran.err


# --- stages ----------------------------------------------------------------------------------------------------------


MADE = '  - {name: boxes, item: ITEM, tier: data centre, stage: STAGE, amount: "= 1 [UNIT]"}\n'


def made(folder: Path, item: str, stage: str, unit: str = "device", phones: str = "embodied") -> list[object]:
    more = MADE.replace("ITEM", item).replace("STAGE", stage).replace("UNIT", unit)
    text = swapped(stated(""), ("stage: manufacture", f"stage: {phones}"), ("parameters:", f"{more}parameters:"))
    return equipment(run(folder, text))


def test_one_side_that_leaves_out_what_the_other_counts_is_said(tmp_path: Path) -> None:
    """The phone has manufacture, distribution and an end of life of -1 kg; the box its manufacture alone."""
    uneven = made(tmp_path, "gpu", "manufacture", "GPU")
    assert [(one.stages, one.credits) for one in uneven] == [
        (("manufacture", "distribution", "end of life"), ("phones",)),
        (("manufacture",), ()),
    ]
    assert is_uneven(uneven)
    assert not is_uneven(made(tmp_path, "laptop", "embodied"))  # one figure, for the same stages
    assert not is_uneven(made(tmp_path, "gpu", "manufacture", "GPU", phones="manufacture"))


def test_one_figure_for_every_stage_leaves_out_none(tmp_path: Path) -> None:
    factors = swapped(FACTORS, ("fixed-kit,use,,2020,GWP,0.02", "lot,all,,2020,GWP,0.02"))
    more = MADE.replace("ITEM", "lot").replace("STAGE", "all").replace("UNIT", "GB")
    text = swapped(stated(""), ("stage: manufacture", "stage: embodied"), ("parameters:", f"{more}parameters:"))
    found = equipment(run(tmp_path, text, factors=factors))
    assert {one.stages for one in found} == {("manufacture", "distribution", "end of life"), ("all",)}
    assert not is_uneven(found)


# --- caveats ---------------------------------------------------------------------------------------------------------


def test_a_single_score_says_what_it_is(lca_: Lca, tmp_path: Path) -> None:
    packs = write_pack(tmp_path)
    for text, is_public in (("", False), ("goal: {comparative: public}", True)):
        path = written(tmp_path, stated(text))
        asked = ("run", str(path), "--packs", str(packs), "--normalise", "EF3.1")
        assert "value choices" not in lca_(*asked).out
        shown = " ".join(lca_(*asked, "--weight").out.split())
        assert "rests on value choices: ISO 14044 (4.4.5) forbids weighting" in shown
        assert ("as this study is to support" in shown) == is_public


def test_a_comparison_says_what_may_be_compared(lca_: Lca, tmp_path: Path) -> None:
    units = ("{one: {", "{two: {demand: {visits: 2 visit}}, one: {")
    path, packs = written(tmp_path, swapped(stated(""), units)), write_pack(tmp_path)
    same = " ".join(lca_("compare", f"{path}#one", ":L#one", "--packs", str(packs)).out.split())
    other = " ".join(lca_("compare", f"{path}#one", ":#two", "--packs", str(packs)).out.split())
    assert "equivalent boundary, data quality, allocation and impact methods" in same
    assert "two functional units" not in same
    assert "one and two are two functional units" in other


def test_the_first_scenario_shows_how_to_state_it(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its comments on a critical review taken as they stand, it runs, and scope prints them."""
    monkeypatch.chdir(tmp_path)
    lca_("new", "first")
    path = tmp_path / "first.yaml"
    text = path.read_text("utf-8")
    for key in ("goal", "review", "cut_off", "quality"):
        text = swapped(text, (f"  # {key}: ", f"  {key}: "))
    path.write_text(text, "utf-8")
    shown = lca_("scope", "first.yaml")
    assert shown.code == 0, shown.err
    assert all(word in shown.out for word in ("why it is made", "none has been made", "within 5 years of 2026"))
