"""Break-evens: where two figures meet, found on functions with known answers and on studies worked out by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.problems import Problems
from lca.questions.breakeven import BreakEven, break_even, case, meetings, sides, where
from tests.bench_pack import run, write_pack, written
from tests.command import Lca

# --- functions with known answers ------------------------------------------------------------------------------------


def against_nothing(
    function: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    return lambda x: (function(x), np.zeros_like(x))


@settings(max_examples=200, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(0.1, 5))
def test_one_crossing_is_found_to_the_last_digits(at: float, power: float) -> None:
    found, same = meetings(lambda x: (x**power, np.full_like(x, at**power)), 1e-4, 1e4)
    assert not same
    assert [crossing.value for crossing in found] == pytest.approx([at], rel=1e-12)
    assert not found[0].leap


def test_all_crossings_are_found_in_rising_order() -> None:
    found, _ = meetings(against_nothing(lambda x: (x - 1) * (x - 2) * (x - 30)), 0.1, 100)
    assert [crossing.value for crossing in found] == pytest.approx([1, 2, 30], rel=1e-12)


def test_none_is_found_where_there_is_none() -> None:
    assert meetings(lambda x: (x + 1, x), 0.1, 100) == ([], False)


def test_the_same_all_over() -> None:
    assert meetings(lambda x: (x, x), 0.1, 100) == ([], True)


def test_a_leap_is_no_meeting() -> None:
    found, _ = meetings(lambda x: (np.ceil(x), np.full_like(x, 2.5)), 0.5, 10)
    assert [(round(crossing.value, 9), crossing.leap) for crossing in found] == [(2.0, True)]


def test_where_figures_begin_and_cease_to_be_equal() -> None:
    found, _ = meetings(lambda x: (np.maximum(x, 10.0), np.full_like(x, 10.0)), 1, 100)
    assert [crossing.value for crossing in found] == pytest.approx([10], rel=0.02)  # to the next point of the grid


def test_a_range_that_begins_at_nothing_or_below() -> None:
    found, _ = meetings(lambda x: (x, np.full_like(x, 3.0)), 0, 10)
    assert found[0].value == pytest.approx(3, rel=1e-12)
    found, _ = meetings(lambda x: (x, np.full_like(x, -3.0)), -10, 10)
    assert found[0].value == pytest.approx(-3, rel=1e-12)


def test_an_end_that_meets() -> None:
    found, _ = meetings(lambda x: (x, np.ones_like(x)), 1, 100)
    assert [crossing.value for crossing in found] == [1]


# --- what is compared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["training"], ["=", "training"], ["training", "="], ["a", "=", "b", "=", "c"], ["tier=terminals"], []]
)
def test_two_figures_are_needed(words: list[str]) -> None:
    with pytest.raises(Problems, match="name two figures with = between them"):
        sides(words)


VALUES = {
    "phase": ["training", "inference"],
    "tier": ["terminals"],
    "stage": ["use", "embodied"],
    "item": ["server", "training"],
}


def test_what_words_select() -> None:
    assert where(["training", "stage=use"], VALUES) == (("phase", "training"), ("stage", "use"))
    assert where(["item=training"], VALUES) == (("item", "training"),)
    assert where(["total"], VALUES) == ()
    assert where(["variant=L", "server"], VALUES) == (("item", "server"),)
    assert case(["variant=L", "of=FU1"], "FU2", None) == ("FU1", "L")


@pytest.mark.parametrize(
    ("word", "words"), [("trainign", "no part 'trainign' here"), ("tier=moon", "no tier 'moon' here")]
)
def test_what_is_not_there(word: str, words: str) -> None:
    with pytest.raises(Problems, match=words):
        where([word], VALUES)


# --- studies by hand -------------------------------------------------------------------------------------------------

STUDY = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units:
  FU1: {demand: {visits: 10 visit, prompts: 100 prompt}}
sites: {lab: {region: FRA, pue: 1}, home: {region: USA, pue: 1}}
inference: {site: lab, energy: 0.5 kWh/prompt, server: {device: server, aur: 40 %, lifetime: 4 year, time: 1 h/prompt}}
training: {site: home, runs: {v1: {energy: 1000 kWh}}}
web_hosting: {site: lab, energy: 0.01 kWh/visit}
variants:
  more: {with: {training.runs.v1.energy: 3000 kWh}}
"""
PROMPT = 0.5 * 0.1 + 1000 / (0.4 * 4 * 8760)  # electricity, and the share of a server that an hour takes
TRAINING = 1000 * 0.2


def found(folder: Path, first: dict[str, str], second: dict[str, str], over: str, *ends: str) -> BreakEven:
    from lca.questions.selection import Selection, node

    model = run(folder, STUDY)[0].model
    nodes = [node(model, Selection("FU1", None, "GWP", "", tuple(each.items()))).index for each in (first, second)]
    return break_even(model.facts, *nodes, over, *ends)


def test_training_counts_as_a_whole_and_inference_by_the_prompt(tmp_path: Path) -> None:
    even = found(tmp_path, {"phase": "training"}, {"phase": "inference"}, "functional_units.FU1.prompts")
    (crossing,) = even.crossings
    assert crossing.value == pytest.approx(TRAINING / PROMPT, rel=1e-12)
    assert crossing.first == pytest.approx(crossing.second, rel=1e-12)
    assert crossing.first == pytest.approx(TRAINING, rel=1e-12)
    assert (even.path, str(even.unit), even.base) == ("functional_units.FU1.demand.prompts", "prompt", 100)
    assert (even.low, even.high) == (0.1, 100_000)


def test_an_input_that_divides(tmp_path: Path) -> None:
    even = found(tmp_path, {"stage": "use", "phase": "inference"}, {"item": "server"}, "inference.server.lifetime")
    assert [crossing.value for crossing in even.crossings] == pytest.approx([1000 / (0.05 * 0.4 * 8760)], rel=1e-12)


def test_the_range_keeps_to_the_bounds_of_the_field(tmp_path: Path) -> None:
    even = found(tmp_path, {"phase": "training"}, {"phase": "inference"}, "inference.server.aur")
    assert (even.low, even.high) == (pytest.approx(0.04), 100)
    (crossing,) = even.crossings
    share = 100 / (TRAINING / 100 - 0.05) * 1000 / (4 * 8760)
    assert crossing.value == pytest.approx(share, rel=1e-12)


def test_none_in_a_narrow_range(tmp_path: Path) -> None:
    both = ({"phase": "training"}, {"phase": "inference"})
    even = found(tmp_path, *both, "functional_units.FU1.prompts", "1 prompt", "20")
    assert even.crossings == ()
    assert even.ends[0] == pytest.approx((TRAINING, PROMPT), rel=1e-12)
    assert even.ends[1] == pytest.approx((TRAINING, 20 * PROMPT), rel=1e-12)


def test_units_as_they_are_written(tmp_path: Path) -> None:
    both = ({"stage": "use", "phase": "inference"}, {"item": "server"})
    even = found(tmp_path, *both, "inference.server.lifetime", "6 month", "10 year")
    assert (even.low, even.high, str(even.unit)) == (6, 120, "month")
    assert even.crossings[0].value == pytest.approx(1000 / (0.05 * 0.4 * 8760) * 12, rel=1e-3)


@pytest.mark.parametrize(
    ("over", "ends", "words"),
    [
        ("inference.server.aur", ("", "120 %"), "cannot be 120 %"),
        ("inference.server.aur", ("50 %", "20 %"), "has no range to search"),
        ("inference.server.aur", ("5 h", ""), "--from: h is not %"),
        ("inference.server.arr", (), "no input 'inference.server.arr'"),
        ("web_hosting.energy", (), "no figure asked for depends on web_hosting.energy"),
    ],
)
def test_what_cannot_be_searched(tmp_path: Path, over: str, ends: tuple[str, ...], words: str) -> None:
    with pytest.raises(Problems) as problems:
        found(tmp_path, {"phase": "training"}, {"phase": "inference"}, over, *ends)
    assert words in str(problems.value)


# --- the command -----------------------------------------------------------------------------------------------------


PROMPTS = ("--over", "functional_units.FU1.prompts")


@pytest.fixture
def asked(lca_: Lca, tmp_path: Path) -> Lca:
    """`lca breakeven` of FU1, by the words that follow."""
    path, packs = written(tmp_path, STUDY), write_pack(tmp_path)
    return lambda *words: lca_("breakeven", str(path), "FU1", *words, "--packs", str(packs))


def test_the_answer_in_words(asked: Lca) -> None:
    ran = asked("training", "=", "inference", *PROMPTS)
    assert ran.code == 0
    text = " ".join(ran.out.split())
    at = f"{TRAINING / PROMPT:.6g} prompt"
    assert f"They weigh the same at functional_units.FU1.demand.prompts = {at}" in text
    assert f"training below {at}, inference above {at}." in text


def test_no_answer_shows_both_ends(asked: Lca) -> None:
    ran = asked("total", "=", "phase=training", *PROMPTS)
    assert ran.code == 0
    text = " ".join(ran.out.split())
    assert "No break-even" in text
    assert "total all over the range" in text
    assert "0.1 prompt from" in text
    assert "100000 prompt to" in text


def test_a_variant_against_the_base_case(asked: Lca) -> None:
    words = ("training", "variant=more", "=", "inference", "variant=base", *PROMPTS, "--format", "csv")
    ran = asked(*words)
    assert ran.code == 0
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    (at,) = (row for row in rows if row["kind"] == "break-even")
    assert float(at["value"]) == pytest.approx(3 * TRAINING / PROMPT, rel=1e-12)
    assert [row["kind"] for row in rows] == ["from", "base", "break-even", "to"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("training", "=", "inference"), 2),
        (("training", "inference", *PROMPTS), 1),
        (("training", "=", "inference", *PROMPTS, "--criterion", "GPW"), 2),
        (("training", "=", "inference", "of=FU9", *PROMPTS), 2),
    ],
)
def test_what_the_command_cannot_do(asked: Lca, words: tuple[str, ...], code: int) -> None:
    ran = asked(*words)
    assert ran.code == code
    assert ran.out == ""
    assert "Traceback" not in ran.err
