"""A study in Python: other inputs, tables of many cases, and all that the commands print."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from math import isnan, nan
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca
from lca.cli import __path__ as commands
from tests.bench_pack import write_pack, written
from tests.command import Lca
from tests.test_docs import blocks

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = "stable_diffusion"

Ask = Callable[[Any], Any]

STUDY = """\
study:
  title: A service
  criteria: [GWP, PE]
  packs: [tiny]
functional_units:
  FU1: {{demand: {{prompts: {prompts}}}}}
  FU2: {{demand: {{prompts: 1e6 prompt}}}}
sites:
  dc: {{region: {{FRA: {fra!r}, USA: {usa!r}, World: {world!r}}}, pue: {{value: {pue}, low: 1, high: 3}}}}
inference:
  site: dc
  energy: {energy}
  server: {{device: server, time: 3 s/prompt, lifetime: {lifetime}, aur: {aur}}}
variants:
  L: {{title: little used, with: {{inference.server.aur: {aur_l}}}}}
"""
BASE: dict[str, Any] = {
    "prompts": "1 prompt", "fra": 0.5, "usa": 0.3, "world": 0.2, "pue": "1.2", "energy": "2 Wh/prompt",
    "lifetime": "4 year", "aur": "40 %", "aur_l": "20 %",
}  # fmt: skip
PATHS = {
    "prompts": "functional_units.FU1.demand.prompts",
    "pue": "sites.dc.pue",
    "energy": "inference.energy",
    "lifetime": "inference.server.lifetime",
    "aur": "inference.server.aur",
}
SHARES = {name: f"sites.dc.region.{name.upper() if len(name) == 3 else 'World'}" for name in ("fra", "usa", "world")}
CELLS = {  # a number alone, and how it is written; a share is a pure number
    "prompts": (st.floats(0.1, 1e6), "{!r} prompt"),
    "pue": (st.floats(1.0, 3.0), "{!r}"),
    "energy": (st.floats(0.01, 100.0), "{!r} Wh/prompt"),
    "lifetime": (st.floats(0.5, 20.0), "{!r} year"),
    "aur": (st.floats(0.01, 1.0), "{!r}"),
}


class Place(NamedTuple):
    folder: Path
    packs: Path
    study: lca.Study


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("python")
    packs = write_pack(folder)
    path = written(folder, STUDY.format(**BASE))
    return Place(folder, packs, lca.load(path, packs))


@pytest.fixture(scope="module")
def shipped() -> lca.Study:
    return lca.load(SHIPPED)


# --- tables, one case, a changed study and the command are one ----------------------------------------------------


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of which each states some inputs, as numbers or as texts with a unit, and up to two shares of a mix."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        row: dict[str, Any] = {}
        for name, (numbers, text) in CELLS.items():
            if draw(st.booleans()):
                number = draw(numbers)
                row[PATHS[name]] = text.format(number) if draw(st.booleans()) else number
        for name in draw(st.lists(st.sampled_from([*SHARES]), max_size=2, unique=True)):
            row[SHARES[name]] = draw(st.floats(0.0, 0.45))
        made.append(row)
    return made


def rewritten(row: dict[str, Any]) -> str:
    """The scenario's text with the values of a row; the other shares keep their proportions in what is left."""
    texts = dict(BASE)
    for name, path in PATHS.items():
        if path in row:
            own = row[path]
            texts[name] = own if isinstance(own, str) else CELLS[name][1].format(own)
    if PATHS["aur"] in row:
        texts["aur_l"] = texts["aur"]
    stated = {name: row[path] for name, path in SHARES.items() if path in row}
    rest = sum(BASE[name] for name in SHARES if name not in stated)
    left = 1.0 - sum(stated.values())
    texts |= stated | {name: BASE[name] * left / rest for name in SHARES if name not in stated}
    return STUDY.format(**texts)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows(), st.sampled_from(["base", "L"]))
def test_a_table_is_each_of_its_cases(place: Place, lca_: Lca, cases: list[dict[str, Any]], variant: str) -> None:
    study = place.study
    table = study.table(pd.DataFrame(cases, dtype=object), variant=variant)
    for place_, row in enumerate(cases):
        alone = study.run(row, variant=variant)
        changed = study.with_inputs(row).run(variant=variant)
        for unit, criterion in table.columns:
            value = table[unit, criterion].iloc[place_]
            assert alone.total(unit, criterion, variant) == pytest.approx(value, rel=1e-12)
            assert changed.total(unit, criterion, variant) == pytest.approx(value, rel=1e-12)
    path = written(place.folder, rewritten(cases[0]), "case.yaml")
    ran = lca_("run", str(path), "--packs", str(place.packs), "--variant", variant, "--format", "json")
    assert ran.code == 0, ran.err
    printed = {(r["functional_unit"], r["criterion"]): r["value"] for r in json.loads(ran.out)}
    assert printed == {key: pytest.approx(table[key].iloc[0], rel=1e-12) for key in table.columns}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_shipped_study_in_three_ways(shipped: lca.Study, seed: int) -> None:
    """A third of all that it states, each a little more, in every variant: a table, a run, and the text rewritten."""
    random = np.random.default_rng(seed)
    stated = shipped.inputs[shipped.inputs["pack"] == ""].drop_duplicates("path").set_index("path")
    shares = [path for path in stated.index if path.endswith(".share")]
    left = {*shares[1:], *(path for path in stated.index if path.startswith("functional_units"))}  # a fleet is full
    chosen = [path for path in stated.index if path not in left and random.random() < 1 / 3]
    row = {path: float(stated.loc[path, "value"] * random.uniform(1, 1.02)) for path in chosen}
    result, changed = shipped.run(row, variant="all"), shipped.with_inputs(row).run(variant="all")
    for variant in result.variants:
        asked = [path for path in row if path in moving(shipped, variant)]
        table = shipped.table([{path: row[path] for path in asked}], variant=variant)
        for key in table.columns:
            name = variant or "base"
            assert result.total(*key, name) == pytest.approx(table[key][0], rel=1e-12)
            assert changed.total(*key, name) == pytest.approx(table[key][0], rel=1e-12)


def moving(study: lca.Study, variant: str | None) -> set[str]:
    """The paths that the figures of a variant depend on."""
    model = study.run(variant=variant).model
    below = model.graph.below(model.totals.values())
    return {model.graph.info[index].path for index in below if model.graph.op[index] == "input"}


def test_figures_worked_out_on_paper(place: Place) -> None:
    """2 Wh/prompt at PUE 1.2 and 0.5 × 0.1 + 0.3 × 0.2 + 0.2 × 0.5 = 0.21 kg/kWh, and 1000 kg of a server by time.

    3 s of 4 years at 40 %: 1000 × 3 / (4 × 31,536,000 × 0.4) = 5.9456e-5 kg.
    """
    energy, server = 2e-3 * 1.2 * 0.21, 1000 * 3 / (4 * 31_536_000 * 0.4)
    assert place.study.run().total("FU1", "GWP") == pytest.approx(energy + server, rel=1e-12)
    half = place.study.table({"inference.server.aur": [0.8], "inference.energy": ["1 Wh/prompt"]})
    assert half["FU1", "GWP"][0] == pytest.approx(energy / 2 + server / 2, rel=1e-12)


def test_shares_of_a_mix_on_paper(place: Place) -> None:
    """FRA to 80 %: the others keep 3 to 2 in 20 %. FRA and USA to 60 and 30 %: World has what is left, 10 %."""
    table = place.study.table({"sites.dc.region.FRA": [0.8, 0.6, None], "sites.dc.region.USA": [None, "30 %", None]})
    server = 1000 * 3 / (4 * 31_536_000 * 0.4)
    mixes = [0.8 * 0.1 + 0.12 * 0.2 + 0.08 * 0.5, 0.6 * 0.1 + 0.3 * 0.2 + 0.1 * 0.5, 0.21]
    assert [*table["FU1", "GWP"]] == [pytest.approx(2.4e-3 * mix + server, rel=1e-12) for mix in mixes]


def test_shares_that_are_too_much(place: Place) -> None:
    with pytest.raises(lca.Problems, match=r"row b: .* sum to 110 %"):
        place.study.table(
            pd.DataFrame({"sites.dc.region.FRA": [0.1, 0.7], "sites.dc.region.USA": [0.1, 0.4]}, index=["a", "b"])
        )
    with pytest.raises(lca.Problems, match="sum to 90 %"):
        place.study.run({SHARES["fra"]: 0.3, SHARES["usa"]: 0.3, SHARES["world"]: 0.3})
    whole = place.study.run({SHARES["fra"]: 0.2, SHARES["usa"]: 0.3, SHARES["world"]: 0.5})
    assert whole.total("FU1", "GWP") == pytest.approx(2.4e-3 * 0.33 + 1000 * 3 / (4 * 31_536_000 * 0.4), rel=1e-12)


# --- what a table takes -------------------------------------------------------------------------------------------


def test_an_index_and_units_are_kept(place: Place) -> None:
    frame = pd.DataFrame({"inference.server.aur": [0.1, 0.5]}, index=pd.Index(["idle", "busy"], name="case"))
    table = place.study.table(frame, functional_units="FU1", criteria="gwp")
    assert table.index.equals(frame.index)
    assert [*table.columns] == [("FU1", "GWP")]
    assert table.attrs == {"units": {"GWP": "kg CO2 eq"}, "compiled": 1}


def test_blank_is_as_the_study_has_it(place: Place) -> None:
    table = place.study.table({"inference.server.aur": [None, nan, "", " ", pd.NA, "40 %"]})
    base = place.study.run().total("FU1", "GWP")
    assert [*table["FU1", "GWP"]] == [pytest.approx(base, rel=1e-12)] * 6


def test_a_head_may_name_the_unit_of_numbers(place: Place) -> None:
    by_head = place.study.table({"inference.energy [kWh/prompt]": [0.002, "3 Wh/prompt"], "sites.dc.pue": [1.2, 1]})
    by_text = place.study.table({"inference.energy": ["2 Wh/prompt", 3], "sites.dc.pue": ["1.2", "100 %"]})
    assert np.allclose(by_head, by_text, rtol=1e-12, atol=0)


def test_quantities_of_pint(place: Place) -> None:
    import pint

    registry: Any = pint.UnitRegistry()
    registry.define("prompt = [prompt]")
    own = [3 * registry.year, 36 * registry.month, 26_280 * registry.hour, np.float64(3) * registry.year]
    table = place.study.table({"inference.server.lifetime": own, "inference.server.aur": [40 * registry.percent] * 4})
    plain = place.study.table({"inference.server.lifetime": [3.0]})
    assert table["FU1", "GWP"][0] == pytest.approx(plain["FU1", "GWP"][0], rel=1e-12)
    assert table["FU1", "GWP"][2] == pytest.approx(plain["FU1", "GWP"][0], rel=1e-12)
    energy = place.study.run({"inference.energy": 7.2 * registry.kilojoule / registry.prompt})
    assert energy.total("FU1", "GWP") == pytest.approx(place.study.run().total("FU1", "GWP"), rel=1e-12)
    with pytest.raises(lca.Problems, match="W is not year"):
        place.study.run({"inference.server.lifetime": 3 * registry.watt})


def test_no_rows_and_no_columns(place: Place) -> None:
    empty = place.study.table({"inference.server.aur": []})
    assert empty.shape == (0, 4)
    none = place.study.table(pd.DataFrame(index=["a", "b"]))
    assert [*none["FU2", "GWP"]] == [place.study.run().total("FU2", "GWP")] * 2


def test_words_are_grouped_and_compiled_once_each(place: Place) -> None:
    regions = ["FRA", "USA", None, "FRA", "USA", "FRA"]
    table = place.study.table({"sites.dc.region": regions, "sites.dc.pue": [1, 1, 1.2, 2, 2, 3]}, criteria="GWP")
    assert table.attrs["compiled"] == 3
    server = 1000 * 3 / (4 * 31_536_000 * 0.4)
    per_kwh = [0.1, 0.2, 0.21, 0.1, 0.2, 0.1]
    wanted = [2e-3 * pue * mix + server for pue, mix in zip([1, 1, 1.2, 2, 2, 3], per_kwh, strict=True)]
    assert [*table["FU1", "GWP"]] == [pytest.approx(each, rel=1e-12) for each in wanted]
    alone = place.study.run({"sites.dc.region": "FRA", "sites.dc.pue": 2}).total("FU1", "GWP")
    assert alone == pytest.approx(wanted[3], rel=1e-12)
    changed = place.study.with_inputs({"sites.dc.region": "FRA", "sites.dc.pue": 2})
    assert changed.run().total("FU1", "GWP") == pytest.approx(wanted[3], rel=1e-12)


def test_a_column_may_name_variants(place: Place) -> None:
    table = place.study.table({"variant": ["base", "L", None], "sites.dc.pue": [1.5, 1.5, 1.5]}, variant="L")
    assert [*table["FU1", "GWP"]] == [
        pytest.approx(place.study.run({"sites.dc.pue": 1.5}, variant=name).total("FU1", "GWP"), rel=1e-12)
        for name in ("base", "L", "L")
    ]
    assert table.attrs["compiled"] == 1


def test_what_is_set_is_in_force_in_every_case(place: Place) -> None:
    """Variant L has a rate of its own; a rate that is set is in force there too, and its range is gone."""
    result = place.study.run({"inference.server.aur": "60 %"}, variant="all")
    assert result.total("FU1", "GWP", "L") == result.total("FU1", "GWP", "base")
    inputs = place.study.with_inputs({"sites.dc.pue": 1.3}).inputs.set_index("path")
    assert inputs.loc["sites.dc.pue", "value"] == 1.3
    assert isnan(inputs.loc["sites.dc.pue", "high"])
    assert place.study.inputs.set_index("path").loc["sites.dc.pue", "high"] == 3


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"inference.server.aurr": [0.1]}, ["no input 'inference.server.aurr'", "did you mean 'inference.server.aur'"]),
        ({"inference.server.aur": [0.5, 1.4]}, ["row 1, column 'inference.server.aur'", "cannot be 140 %"]),
        ({"inference.server.aur": [60]}, ["row 0", "cannot be 6000 %; it has to be above 0 % and at most 100 %"]),
        ({"inference.server.aur": ["3 kWh"]}, ["row 0, column 'inference.server.aur': kWh is not %"]),
        ({"inference.energy": [0.2, "a lot"]}, ["row 1, column 'inference.energy': 'a lot': a number is missing"]),
        ({"inference.energy": [True]}, ["row 0, column 'inference.energy': True is no quantity"]),
        ({"inference.energy": [float("inf")]}, ["row 0", "cannot be inf", "it has to be finite"]),
        ({"inference.energy": ["1e999 Wh/prompt"]}, ["row 0, column 'inference.energy'", "too large"]),
        ({"inference.energy [km]": [1]}, ["column 'inference.energy [km]': km is not Wh/prompt"]),
        ({"sites.dc.region [kg]": ["FRA"]}, ["'sites.dc.region [kg]' has a unit"]),
        ({"sites.dc.region": ["FRA", "XXX"]}, ["XXX", "in row 1, where sites.dc.region"]),
        ({"sites.ds.region": ["FRA"]}, ["there is no 'ds'", "sites has: dc"]),
        ({"variant": ["M"]}, ["no variant 'M'"]),
        ({"study.title": ["x"]}, ["no input 'study.title'"]),
        ({"inference": ["x"]}, ["inference is no single input", "set its parts: inference.site, inference.energy"]),
        ({7: [1]}, ["7 is no name of an input"]),
        ({" " * 100_000: [1]}, ["is no name of an input"]),
        ({"inference.energy": 1}, ["this makes no table"]),
        ({"functional_units.FU1.prompts": [1], PATHS["prompts"]: [2]}, ["columns 1 and 2 are both of"]),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(place: Place, frame: dict[Any, Any], words: list[str]) -> None:
    with pytest.raises(lca.Problems) as raised:
        place.study.table(frame)
    assert [word for word in words if word not in str(raised.value)] == []


def test_columns_of_one_name(place: Place) -> None:
    frame = pd.DataFrame([[0.1, 0.2]], columns=["inference.server.aur"] * 2)
    with pytest.raises(lca.Problems, match="columns 1 and 2 are both of inference"):
        place.study.table(frame)


def test_many_rows_that_are_wrong_are_counted(place: Place) -> None:
    with pytest.raises(lca.Problems, match="rows 0, 1, 2 and 97 more"):
        place.study.table({"inference.server.aur": [2.0] * 100})


def test_what_a_derived_quantity_leaves_is_said(tmp_path: Path) -> None:
    text = STUDY.format(**BASE | {"aur": '"= parameters.rate * 2"', "aur_l": "20 %"}) + "parameters: {rate: 20 %}\n"
    study = lca.load(written(tmp_path, text), write_pack(tmp_path))
    with pytest.raises(lca.Problems, match=r"rows 1, 2: inference.server.aur is 120 %"):
        study.table({"parameters.rate": [0.3, 0.6, 0.7]})
    with pytest.raises(lca.Problems, match="derived by a formula"):
        study.table({"inference.server.aur": [0.3]})


# --- one rule: a number that is set is in force in every case that is asked for -----------------------------------

MIXED = """\
study: {title: A service, criteria: [GWP], packs: [tiny]}
functional_units:
  FU1: {demand: {prompts: 1 prompt}}
  FU2: {demand: {prompts: 10 prompt}}
parameters: {perhaps: 3 Wh/prompt}
sites: {dc: {region: {FRA: 60 %, USA: 40 %}, pue: 1}}
inference: {site: dc, energy: 2 Wh/prompt}
variants:
  formula: {title: by a formula, with: {inference.energy: = parameters.perhaps * 2}}
  named: {title: as another is, with: {inference.energy: = parameters.perhaps}}
  stated: {title: its own, with: {inference.energy: 5 Wh/prompt}}
  word: {title: one region, with: {sites.dc.region: FRA}}
"""
ENERGY = "inference.energy"
FACTOR = {"FRA": 0.1, "USA": 0.2}  # kg CO2 eq per kWh, of the pack
Way = Callable[[lca.Study, dict[str, Any], str], Any]
WAYS: dict[str, Way] = {
    "run": lambda study, inputs, variant: study.run(inputs, variant=variant),
    "table": lambda study, inputs, variant: study.table(
        [{**inputs, "variant": "base" if each is None else each} for each in study.scenario.variants_named(variant)]
    ),
    "sweep": lambda study, inputs, variant: study.sweep({k: [v] for k, v in inputs.items()}, variant=variant),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> lca.Study:
    folder = tmp_path_factory.mktemp("mixed")
    return lca.load(written(folder, MIXED), write_pack(folder))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("variant", "named"), [("all", "formula, named"), ("formula", "formula"), ("named", "named")])
def test_a_case_that_derives_an_input_is_named(mixed: lca.Study, way: str, variant: str, named: str) -> None:
    with pytest.raises(lca.Problems) as raised:
        WAYS[way](mixed, {ENERGY: 4}, variant)
    said = str(raised.value)
    assert f"{ENERGY} is derived by a formula in {named}" in said
    assert "change what it is made of there: parameters.perhaps" in said
    assert "ask only for the cases in which it is a number: base, stated, word" in said
    assert "study.with_inputs({...}) states a number" in said


def test_what_is_asked_for_beside_it_is_answered(mixed: lca.Study) -> None:
    """4 Wh at 0.6 × 0.1 + 0.4 × 0.2 = 0.14 kg/kWh."""
    asked = ["base", "stated"]
    result = mixed.run({ENERGY: 4}, variant=asked)
    table = mixed.table({ENERGY: [4, 4], "variant": asked})
    for place, variant in enumerate(asked):
        assert result.total("FU1", "GWP", variant) == pytest.approx(4e-3 * 0.14, rel=1e-12)
        assert table["FU1", "GWP"][place] == pytest.approx(4e-3 * 0.14, rel=1e-12)
    mixed.table({ENERGY: [4, None], "variant": ["base", "formula"]})
    assert len(mixed.sweep({ENERGY: [4]}, variant=asked).records) == 8


@pytest.mark.parametrize("value", [4, "4 Wh/prompt", "14.4 kJ/prompt"])
def test_with_inputs_writes_a_number_where_a_case_derives_it(mixed: lca.Study, value: Any) -> None:
    """As stating it in YAML would: every case has 4 Wh, the one of France alone at 0.1 kg/kWh."""
    result = mixed.with_inputs({ENERGY: value}).run(variant="all")
    for variant in ("base", "formula", "named", "stated"):
        assert result.total("FU2", "GWP", variant) == pytest.approx(4e-2 * 0.14, rel=1e-12)
    assert result.total("FU2", "GWP", "word") == pytest.approx(4e-2 * 0.1, rel=1e-12)


def test_a_share_that_a_case_does_not_have_is_said(mixed: lca.Study) -> None:
    path = "sites.dc.region.FRA"
    for ask in (
        lambda: mixed.run({path: 0.5}, variant="all"),
        lambda: mixed.table({path: [0.5], "variant": ["word"]}),
        lambda: mixed.with_inputs({path: 0.5}),
        lambda: mixed.sweep({path: [0.5]}, variant="all"),
    ):
        with pytest.raises(lca.Problems, match=r"sites.dc.region.FRA is no share of the mix in word"):
            ask()
    assert mixed.run({path: 0.5}).total("FU1", "GWP") == pytest.approx(2e-3 * 0.15, rel=1e-12)


def test_the_command_leaves_no_case_out_in_silence(mixed: lca.Study, lca_: Lca) -> None:
    packs = str(mixed.library.own[0])
    ran = lca_("sweep", mixed.scenario.name, f"{ENERGY}=1,9", "--variant", "all", "--packs", packs)
    assert ran.code == 1
    assert f"{ENERGY} is derived by a formula in formula, named" in ran.err


def test_an_input_of_every_case_is_in_force_or_said() -> None:
    """Shipped studies derive nothing in one case that is a number in another."""
    from lca.questions.force import idle

    for name in ("stable_diffusion", "chat_assistant", "video_streaming", "web_shop"):
        study = lca.load(name)
        assert [*idle(study.whole.model, study.inputs["path"])] == []


def test_only_what_is_asked_for_is_tested(shipped: lca.Study) -> None:
    """A fleet that serves 1e6 visits cannot carry the 75e6 of FU2; the one visit of FU1 it can."""
    few = {"web_hosting.fleet.serves": 1e6}
    result = shipped.run(few, functional_units="FU1")
    table = shipped.table([few], functional_units="FU1")
    assert result.total("FU1", "GWP") == pytest.approx(table["FU1", "GWP"][0], rel=1e-12)
    for ask in (lambda: shipped.run(few), lambda: shipped.table([few])):
        with pytest.raises(lca.Problems, match="carries is 7500 %; it has to be at most 100 %"):
            ask()


@pytest.mark.parametrize("name", ["inference.server.aurr", "terminals.regoin", "nothing"])
def test_a_misspelt_name_is_refused_whatever_it_is_given(place: Place, name: str) -> None:
    for ask in (
        lambda: place.study.run({name: None}),
        lambda: place.study.with_inputs({name: nan}),
        lambda: place.study.table({name: [None]}),
        lambda: place.study.table(pd.DataFrame({name: []})),
    ):
        with pytest.raises(lca.Misnamed):
            ask()


# --- names and units ----------------------------------------------------------------------------------------------


def test_inputs_are_a_mapping_or_a_row(place: Place) -> None:
    frame = pd.DataFrame({"inference.server.aur": [0.1, 0.8]})
    assert place.study.run(frame.iloc[1]).total("FU1", "GWP") == place.study.table(frame)["FU1", "GWP"][1]
    assert place.study.run({}).verdicts == place.study.run().verdicts
    with pytest.raises(lca.Problems, match=r"a variant is study.run\(variant='L'\)"):
        place.study.run("L")  # type: ignore[arg-type]


def test_a_total_is_named_in_any_way(place: Place, shipped: lca.Study) -> None:
    result = place.study.run(variant=["base", "L"])
    assert result.total("fu1", "gwp", "l") == result.total("FU1", "GWP", "L")
    assert result.total("FU1", "GWP", "base") == result.total("FU1", "GWP")
    assert place.study.run(variant="L").total("FU1", "GWP") == result.total("FU1", "GWP", "L")
    assert shipped.run().total("FU1", "ADP") == shipped.run().total("FU1", "ADPe")
    for names, word in (
        (("FU3", "GWP"), "'FU2' or 'FU1'"),
        (("FU1", "GPW"), "'GWP'"),
        (("FU1", "GWP", "LL"), "'L'"),
        (("FU1", "GWP", "M"), "variants of this result: base, L"),
    ):
        with pytest.raises(lca.Problems, match=word):
            result.total(*names)


def test_a_bare_text_is_one_name(place: Place) -> None:
    assert place.study.run(functional_units="FU1").functional_units == ["FU1"]
    assert place.study.run(variant="L").variants == ["L"]
    assert lca.run(place.study, "base", "FU1").functional_units == ["FU1"]
    assert {record["tier"] for record in place.study.run().records("tier")} == {"data centre"}
    assert place.study.report("tier", criteria="GWP", functional_units="FU1").frame()["unit"].unique() == ["kg CO2 eq"]
    assert lca.load(place.folder / "study.yaml", packs=str(place.packs)).run().total("FU1", "GWP")


def test_loading_tells_what_is_wrong(tmp_path: Path) -> None:
    packs = write_pack(tmp_path)
    with pytest.raises(lca.Problems, match=r"study.yaml:\d+:\d+: .*aur"):
        lca.load(written(tmp_path, STUDY.format(**BASE | {"aur": "140 %"})), packs)
    with pytest.raises(lca.Problems, match="factor for 'servant'"):
        lca.load(written(tmp_path, STUDY.format(**BASE).replace("device: server", "device: servant")), packs)
    with pytest.raises(lca.Problems, match="there is no file"):
        lca.load(tmp_path / "none.yaml")


def test_inputs_say_where_they_are_from(shipped: lca.Study) -> None:
    frame = shipped.inputs.set_index("path")
    row = frame.loc["inference.server.lifetime"]
    assert (row["unit"], row["basis"]) == ("year", "published")
    assert row["place"].startswith("scenarios/stable_diffusion.yaml:")
    assert frame.loc["boavizta-2023-11.electricity.use.World.GWP", "pack"] == "boavizta-2023-11"
    assert frame.loc["training.aur", "unit"] == "1"


def test_a_number_of_a_pack(shipped: lca.Study) -> None:
    path = "boavizta-2023-11.electricity.use.World.GWP"
    base = shipped.inputs.set_index("path").loc[path, "value"]
    assert shipped.run({path: base}).total("FU1", "GWP") == shipped.run().total("FU1", "GWP")
    assert shipped.run({path: f"{base / 2} kgCO2eq/kWh"}).total("FU1", "GWP") < shipped.run().total("FU1", "GWP")
    with pytest.raises(lca.Problems, match="is a number of a pack"):
        shipped.with_inputs({path: base})


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda s: s.sweep({PATHS["aur"]: 0.5}), ["goes over a list of values, and no float"]),
        (lambda s: s.sweep({PATHS["aur"]: []}), ["goes over no value"]),
        (lambda s: s.sweep({PATHS["aur"]: [None, 0.5]}), ["goes over a blank"]),
        (lambda s: s.sweep({PATHS["aur"]: [1], PATHS["pue"]: [1]}), ["of one input, and 2 inputs", "`also`"]),
        (lambda s: s.sweep(5), ["of one input, and no int"]),
        (lambda s: s.sweep({"sites.dc.region": ["FRA"]}), ["said in words", "study.table({'sites.dc.region': [...]})"]),
        (lambda s: s.uncertainty("1000"), ["samples is '1000'", "samples=1000"]),
        (lambda s: s.uncertainty(1.5), ["samples is 1.5"]),
        (lambda s: s.run({5: 0.4}), ["5 is no name of an input"]),
        (lambda s: s.run({PATHS["energy"]: "= 2 * 3"}), ["'= 2 * 3' is a formula, and a value is set here"]),
        (lambda s: s.run({PATHS["energy"]: "much"}), ["inference.energy: 'much': a number is missing"]),
        (lambda s: s.run({"sites.dc.region": {"FRA"}}), ["sites.dc.region is given a set", "give a list"]),
        (lambda s: s.run({"sites.dc.region": np.array(["FRA"])}), ["sites.dc.region is given an array"]),
        (lambda s: s.run(functional_units=[5]), ["a name is a text, and no int: 5"]),
        (lambda s: s.run(criteria=5), ["a name is a text, and no int: 5"]),
        (lambda s: s.breakeven("inference = total", PATHS["pue"], start=2, stop=1), ["give start= and stop="]),
        (lambda _: lca.load(None), ["a scenario is a file or a name, and no NoneType"]),  # type: ignore[arg-type]
        (lambda _: lca.load(5), ["a scenario is a file or a name, and no int"]),  # type: ignore[arg-type]
        (lambda _: lca.load(SHIPPED, packs="none"), ["there is no folder none", "packs takes a folder"]),
    ],
)
def test_what_python_would_stumble_over_is_a_problem(place: Place, ask: Ask, words: list[str]) -> None:
    with pytest.raises(lca.Problems) as raised:
        ask(place.study)
    assert [word for word in words if word not in str(raised.value)] == []
    assert "--" not in str(raised.value)


def test_what_python_has_otherwise_is_taken(place: Place) -> None:
    study = place.study
    assert study.uncertainty(1e3).records == study.uncertainty(1000).records
    even = ("inference = total", PATHS["pue"])
    assert study.breakeven(*even, start=1, stop=2).records == study.breakeven(*even, start="1", stop="2").records
    assert lca.library().factors(["electricity", "france"]).records == lca.library().factors(
        "electricity", "france"
    ).records  # fmt: skip
    assert (
        study.run(functional_units="fu2", variant="l").records()
        == study.run(functional_units="FU2", variant="L").records()
    )
    assert str(study.explain("gwp", "fu1")) == str(study.explain("GWP", "FU1"))
    assert [*study.run(criteria="gwp").model.criteria] == ["GWP"]


def test_rows_that_cannot_be_read_are_counted(place: Place) -> None:
    with pytest.raises(lca.Problems, match=r"column 'inference.energy': 2,990 more rows are wrong"):
        place.study.table({PATHS["energy"]: ["x"] * 3000})


def test_an_address_is_set_as_it_is_listed(place: Place) -> None:
    """The rate of variant L alone, by its address: the base case keeps its own."""
    address = "variants.L.with.inference.server.aur"
    assert address in set(place.study.inputs["address"])
    result = place.study.run({address: 0.4}, variant="all")
    assert result.total("FU1", "GWP", "L") == place.study.run().total("FU1", "GWP")
    changed = place.study.with_inputs({address: 0.4}).run(variant="all")
    assert changed.total("FU1", "GWP", "L") == result.total("FU1", "GWP", "base") == changed.total("FU1", "GWP", "base")
    with pytest.raises(lca.Problems, match="is set twice"):
        place.study.run({address: 0.4, PATHS["aur"]: 0.4}, variant="L")


def test_a_variant_in_which_shares_cannot_be_is_named() -> None:
    """The television is all there is in one variant, so that it cannot be half."""
    with pytest.raises(lca.Problems, match=r"sum to 50 % in .*smart-tv"):
        lca.load("video_streaming").with_inputs({"terminals.devices.tv.share": 0.5})


# --- other processes --------------------------------------------------------------------------------------------------


def carried(thing: Any) -> Any:
    """A thing as another process has it."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301  our own


def aur_of(value: float) -> float:
    return lca.load(SHIPPED).run({"inference.server.aur": value}).total("FU1", "GWP")


def test_problems_come_back_from_another_process() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(aur_of, 0.4).result() == aur_of(0.4)
        with pytest.raises(lca.Problems, match="cannot be 400 %") as raised:
            pool.submit(aur_of, 4).result()
    assert raised.value.problems[0].hint
    misnamed = carried(lca.Misnamed([lca.Problem("no", (), "yes")]))
    assert (type(misnamed), misnamed.problems) == (lca.Misnamed, (lca.Problem("no", (), "yes"),))


@pytest.mark.parametrize("name", [SHIPPED, "chat_assistant"])
def test_a_study_and_what_it_answers_are_pickled(name: str) -> None:
    """Of a study with a method, whose blocks have classes of their own, too."""
    study = lca.load(name)
    path = next(path for path in study.inputs["path"] if path.endswith("aur"))
    unit = study.scenario.functional_units[0]
    study.run({path: 0.3})
    again = carried(study)
    for own in (study.run(variant="all"), study.run({path: 0.3})):
        other = carried(own)
        assert (other.records(), str(other)) == (own.records(), str(own))
    for ask in (
        lambda s: s.run({path: 0.3}).records(),
        lambda s: s.with_inputs({path: 0.3}).run(variant="all").records(),
        lambda s: str(s.account()),
        lambda s: str(s.explain("GWP", unit)),
        lambda s: s.sweep({path: [0.3]}).records,
    ):
        assert ask(again) == ask(study)
    for report in (study.sweep({path: [0.3]}), study.account(), study.checks()):
        assert str(carried(report)) == str(report)


# --- objects ------------------------------------------------------------------------------------------------------


def test_objects_print_themselves(place: Place) -> None:
    study = place.study
    assert repr(study).startswith("Study(")
    assert repr(study.report("tier")).startswith("<run: ")
    assert "GWP" in study.report()._repr_html_()
    assert "inference.server.aur = 60 %" in str(study.run({"inference.server.aur": "60 %"}))
    assert repr(study.explain("GWP")).startswith("<explain: GWP of FU1")


def test_names_of_a_stranger_are_escaped(tmp_path: Path) -> None:
    text = STUDY.format(**BASE).replace("A service", "<script>alert(1)</script>")
    study = lca.load(written(tmp_path, text.replace("FU1:", "'<b>1</b>':")), write_pack(tmp_path))
    shown = "".join(
        each._repr_html_()
        for each in (study, study.run(), study.report("tier"), study.explain("GWP"), study.scope(), study.quality())
    )
    assert "<script>" not in shown
    assert "<b>1" not in shown


def test_a_plot_is_a_specification_and_a_file(shipped: lca.Study, tmp_path: Path) -> None:
    plot = shipped.plot("contribution", functional_units="FU1", variant="base")
    bundle = plot._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v5+json"] == plot.spec
    assert "v5" in plot.spec["$schema"]
    assert "<svg" in bundle["image/svg+xml"]
    assert plot.grammar == "vega-lite"
    ribbons = shipped.plot("sankey", functional_units="FU1", variant="base")
    assert (ribbons.grammar, "application/vnd.vega.v5+json" in ribbons._repr_mimebundle_()) == ("vega", True)
    assert b"<svg" in plot.save(tmp_path / "plot.svg").read_bytes()
    assert json.loads(plot.save(tmp_path / "plot.json").read_text("utf-8")) == plot.spec
    assert len(pd.read_csv(plot.save(tmp_path / "plot.csv"))) == len(plot.frame())
    for wrong in (lambda: plot.save(tmp_path / "plot.gif"), lambda: shipped.plot("pie"), lambda: shipped.plot("sweep")):
        with pytest.raises(lca.Problems):
            wrong()


def test_a_changed_study_is_compared_with_itself(place: Place) -> None:
    changed = place.study.with_inputs({"inference.server.aur": "80 %", "sites.dc.region": "FRA"})
    frame = place.study.compare(changed, functional_units="FU1").frame()
    carried = frame[frame["kind"] == "contribution"].groupby("criterion")["difference"].sum()
    total = frame[frame["kind"] == "total"].set_index("criterion")["difference"]
    assert {*frame["input"].dropna()} >= {"inference.server.aur"}
    assert carried["GWP"] == pytest.approx(total["GWP"], rel=1e-9)


@pytest.mark.parametrize(
    "inputs",
    [
        {PATHS["aur"]: "60 %", PATHS["pue"]: 1.5, SHARES["fra"]: 0.1},
        {"sites.dc.region": {"FRA": 0.5, "USA": 0.5}},
        {"sites.dc.region": "USA", PATHS["prompts"]: 3},
    ],
)
def test_a_changed_study_is_saved_as_a_scenario(place: Place, lca_: Lca, inputs: dict[str, Any]) -> None:
    """`lca run` has the same figures of it, in every case."""
    changed = place.study.with_inputs(inputs)
    file = changed.save(place.folder / "saved.yaml")
    assert "extends: study.yaml" in file.read_text("utf-8")
    ran = lca_("run", str(file), "--packs", str(place.packs), "--variant", "all", "--format", "json")
    assert ran.code == 0, ran.err
    assert [r["value"] for r in json.loads(ran.out)] == [
        pytest.approx(r["value"], rel=1e-12) for r in changed.run(variant="all").records()
    ]


def test_what_was_not_changed_is_not_saved(place: Place) -> None:
    with pytest.raises(lca.Problems, match="no input of this study was set"):
        place.study.save(place.folder / "same.yaml")
    with pytest.raises(lca.Problems, match="cannot be written"):
        place.study.with_inputs({PATHS["pue"]: 1.1}).save(place.folder / "none" / "x.yaml")


def test_an_explanation_and_a_request_have_frames(shipped: lca.Study) -> None:
    frame = shipped.explain("GWP", "FU1").frame()
    assert frame.loc[0, "value"] == shipped.run().total("FU1", "GWP")
    assert {"depth", "name", "unit", "share", "place", "source"} <= {*frame}
    assert len(shipped.explain("GWP", why_not="server").frame())
    one = lca.request("openai/gpt-4o", output_tokens=400)
    rows = one.frame().set_index(["criterion", "method"])
    assert rows.loc[("GWP", "ecologits-0-11"), "high"] == one["GWP"].methods["ecologits-0-11"].high
    assert rows.loc[("GWP", ""), "high"] == one["GWP"].high
    assert "<table" in one._repr_html_()
    many = lca.request("openai/gpt-4o", output_tokens=np.array([100, 400]), method="ecologits-0-11").frame()
    assert [*many[many["criterion"] == "GWP"]["request"]] == [0, 1]
    assert many[many["criterion"] == "GWP"]["high"].iloc[1] == one["GWP"].methods["ecologits-0-11"].high


# --- everything that a command prints is reachable ----------------------------------------------------------------

CHAT = str(ROOT / "tests" / "golden" / "cli" / "chat.yaml")
PACKS = str(ROOT / "tests" / "golden" / "cli" / "packs")
ASKED = "--packs", PACKS
SAME: dict[str, tuple[tuple[str, ...], Ask]] = {  # the words of a command, and the same in Python
    "run": (("run", CHAT, "--by", "tier", *ASKED), lambda s: s.report("tier")),
    "sweep": (("sweep", CHAT, "sites.lab.pue=1.1,1.3", *ASKED), lambda s: s.sweep({"sites.lab.pue": [1.1, 1.3]})),
    "uncertainty": (("uncertainty", CHAT, "-n", "1000", *ASKED), lambda s: s.uncertainty(1000)),
    "sensitivity": (("sensitivity", CHAT, *ASKED), lambda s: s.sensitivity()),
    "breakeven": (
        ("breakeven", CHAT, "FU1", "inference = terminals", "--over", "sites.lab.pue", *ASKED),
        lambda s: s.breakeven("inference = terminals", "sites.lab.pue", "FU1"),
    ),
    "compare": (("compare", CHAT, ":slow", *ASKED), lambda s: s.compare(":slow")),
    "check": (("check", CHAT, *ASKED), lambda s: s.checks()),
    "explain": (("explain", CHAT, "FU1", "GWP", *ASKED), lambda s: s.explain("GWP", "FU1")),
    "account": (("account", CHAT, *ASKED), lambda s: s.account()),
    "quality": (("quality", CHAT, *ASKED), lambda s: s.quality()),
    "scope": (("scope", CHAT, *ASKED), lambda s: s.scope()),
    "packs": (("packs", *ASKED), lambda _: lca.library(PACKS).packs()),
    "methods": (("methods",), lambda _: lca.library().methods()),
    "criteria": (("criteria", "ADP"), lambda _: lca.library().criteria("ADP")),
    "units": (("units", "kWh/image"), lambda _: lca.library().units("kWh/image")),
    "factors": (("factors", "electricity", "france"), lambda _: lca.library().factors("electricity", "france")),
}
WORKBOOK = "chat.xlsx"
SERVICE = "desk.yaml"  # of the page on choosing a model
MODELS = ["Llama-3.1-8B-Instruct", "Qwen3-32B"]
FITTED = "stable_diffusion"
SAME_OF: dict[str, tuple[str, tuple[str, ...], Ask]] = {  # the same of another file
    "review": (CHAT, ("review", WORKBOOK, CHAT, *ASKED), lambda s: s.review(WORKBOOK)),
    "calibrate": (
        FITTED,
        ("calibrate", FITTED, "--to", "gwp_fu1,gwp_fu2"),
        lambda s: s.calibrate(["gwp_fu1", "gwp_fu2"]),
    ),
    "rank": (
        SERVICE,
        ("rank", SERVICE, "--models", ",".join(MODELS), "-n", "1000"),
        lambda s: s.rank(MODELS, samples=1000),
    ),
    "budget": (SERVICE, ("budget", SERVICE, "-n", "1000"), lambda s: s.budget(samples=1000)),
}
REACHED: dict[str, str] = {  # commands whose answer is no list of records, or is of another scenario
    "cite": "Study.cite",
    "plot": "Study.plot",
    "export": "Study.export",
    "report": "Study.page",
    "request": "request",
    "batch": "priced",
    "import_": "imported",
    "new": "Library.template",
    "schema": "Library.schema",
    "upgrade": "Library.upgraded",
}
SHARED = {"app", "options", "progress", "streams"}  # files of the command line that are no commands


def named() -> Iterator[str]:
    yield from (path.stem for path in sorted(Path(next(iter(commands))).glob("[!_]*.py")) if path.stem not in SHARED)


def test_every_command_has_its_like_in_python() -> None:
    assert [name for name in named() if name not in {*SAME, *SAME_OF, *REACHED}] == []
    for place in REACHED.values():
        thing: Any = lca
        for part in place.split("."):
            thing = getattr(thing, part)
        assert thing.__doc__


@pytest.mark.parametrize("name", SAME)
def test_a_command_and_python_have_the_same_numbers(name: str, lca_: Lca) -> None:
    words, ask = SAME[name]
    ran = lca_(*words, "--format", "json")
    assert ran.code in (0, 3), ran.err
    printed = json.loads(ran.out)
    answer = ask(lca.load(CHAT, PACKS))
    if name == "explain":
        assert answer.data == printed
        return
    assert_same(answer.frame(), printed)


def assert_same(frame: pd.DataFrame, printed: list[dict[str, Any]]) -> None:
    """A frame holds the numbers and words that a command has printed as JSON."""
    assert printed
    assert list(frame.columns) == list(printed[0])
    for column in frame.columns:
        for own, other in zip(frame[column], (record[column] for record in printed), strict=True):
            if isinstance(other, float | int) and not isinstance(other, bool):
                assert own == other
            elif isinstance(other, str):
                assert str(own) == other


@pytest.mark.parametrize("name", SAME_OF)
def test_a_command_on_another_file_too(name: str, lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "choosing.md").read_text("utf-8")
    (own,) = (block.text for block in blocks(page) if block.file == SERVICE)
    Path(SERVICE).write_text(own, "utf-8")
    lca.load(CHAT, PACKS).export(WORKBOOK)
    file, words, ask = SAME_OF[name]
    ran = lca_(*words, "--format", "json")
    assert ran.code == 0, ran.err
    answer = ask(lca.load(file, PACKS if file == CHAT else ()))
    if name == "review":
        assert answer.records == json.loads(ran.out)
    else:
        assert_same(answer.frame(), json.loads(ran.out))


def test_rank_and_budget_say_what_they_lack(shipped: lca.Study) -> None:
    with pytest.raises(lca.Problems, match="no block of the scenario takes a model"):
        shipped.rank(["a", "b"])
    with pytest.raises(lca.Problems, match="no budget"):
        shipped.budget()


def test_cite_export_and_texts(shipped: lca.Study, tmp_path: Path) -> None:
    assert "6.37e-08 kg Sb eq" in shipped.cite("ADP", date="2026-01-31")
    assert shipped.cite(form="bibtex").startswith("@")
    assert shipped.export(tmp_path / "study.xlsx").stat().st_size > 10_000
    for wrong in (lambda: shipped.cite(date="yesterday"), lambda: shipped.export(tmp_path / "study.doc")):
        with pytest.raises(lca.Problems):
            wrong()
    library = lca.library()
    written(tmp_path, library.template("Mine"), "mine.yaml")
    assert lca.load(tmp_path / "mine.yaml").run().functional_units
    assert json.loads(library.schema())["title"] == "A scenario of lca"
    assert library.upgraded(STUDY.format(**BASE)) == STUDY.format(**BASE)


def test_what_importers_make(tmp_path: Path, lca_: Lca) -> None:
    """The same text as of the command, and a part of a scenario where it is named."""
    sheet = written(tmp_path, "item,amount,unit\nlaptop,3,device\n", "sheet.csv")
    made = lca.imported("table", sheet)
    assert made.scenario == lca_("import", "table", str(sheet)).out
    assert made.save(tmp_path / "map.yaml").read_text("utf-8") == made.scenario
    wrong: tuple[tuple[Ask, str], ...] = (
        (lambda _: lca.imported("tabel", sheet), "did you mean 'table'"),
        (lambda _: lca.imported("table", tmp_path / "none.csv"), "there is no file"),
        (lambda _: lca.imported("table", sheet, colour="red"), "table takes no 'colour'"),
        (lambda _: made.into(tmp_path / "x.yaml"), "no path was named"),
    )
    for ask, words in wrong:
        with pytest.raises(lca.Problems, match=words):
            ask(None)


def test_a_page_is_that_of_the_command(tmp_path: Path, lca_: Lca) -> None:
    file = lca.load(SHIPPED).page(tmp_path / "own.html", functional_units="FU1", lock=True)
    lca_("report", SHIPPED, "-o", str(tmp_path / "theirs.html"), "--fu", "FU1", "--lock")
    assert file.read_text("utf-8") == (tmp_path / "theirs.html").read_text("utf-8")


# --- what is loaded -----------------------------------------------------------------------------------------------


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {*done.stdout.split()}


def test_what_python_loads() -> None:
    assert {name for name in loaded("import lca") if name.startswith("lca")} == {"lca"}
    assert not {"numpy", "pandas", "pint", "typer"} & loaded("import lca\nlca.load('stable_diffusion').run()")
    assert "pandas" not in loaded("import lca\nlca.load('stable_diffusion').run({'sites.host.pue': 1.2})")


def test_what_is_exported_is_there() -> None:
    assert [name for name in lca.TYPES if not getattr(lca, name).__doc__] == []
    assert {*lca.TYPES} <= {*dir(lca)}
    assert (ROOT / "lca" / "py.typed").is_file()
