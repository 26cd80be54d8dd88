"""Low and high ends: no sample is beyond them, what is called exact is reached, and cases worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from lca import samples
from lca.disk.workspace import Run
from lca.graph import Draw, Graph, Input, Node, evaluate
from lca.model.laws import Choices, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.moments import quantile
from lca.operations import TABLE, Operation, Range
from lca.problems import Span
from lca.questions.ends import End, Ended, ends, ends_of
from lca.questions.ends.ranges import spanned
from lca.questions.ends.search import Search
from lca.questions.sensitivity.existence import Existing
from lca.units import ONE
from tests.bench_pack import run, swapped, write_pack
from tests.command import Lca

SLACK = 1e-9
KWH = 0.1  # kg of one kWh in the test pack
INFO = {"^": (-3, -2, -1, 0, 1, 2, 3), "scale": (-2.0, 0.01)}


def inside(value: float, low: float, high: float) -> bool:
    slack = SLACK * max(1.0, abs(value))
    return low - slack <= value <= high + slack


# --- every operation -------------------------------------------------------------------------------------------------


def ranges(seed: int, count: int) -> list[Range]:
    """Ranges above 0, across it, below it, from it, and points."""
    draws = np.random.default_rng(seed)
    spans = [
        sorted(draws.uniform(*draws.choice([(0.2, 3.0), (-2.0, 2.0), (-3.0, -0.1)]), 2).tolist()) for _ in range(count)
    ]
    spans = [(0.0, high) if seed % 5 == 1 else (low, low) if seed % 7 == 2 else (low, high) for low, high in spans]
    return [Range(min(span), max(span)) for span in spans]


def arguments(row: Operation, seed: int) -> list[Range]:
    """Ranges that an operation takes: of a line the x of its points rise, of a mix the total is no less than a part."""
    if row.rule == "paired":
        x, *ys = ranges(seed, 4)
        width = 0.4 * (seed % 2)
        return [x, *(part for k, y in enumerate(ys) for part in (Range(k - 1.0, k - 1 + width), y))]
    own = ranges(seed, row.arity[1] or 1 + seed % 3)
    if row.name == "share":
        return [Range(abs(own[0].low), abs(own[0].low) + 1), Range(abs(own[0].low) + 0.5, abs(own[0].low) + 3)]
    return own


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_an_operation_stays_in_its_range_and_its_slopes(row: Operation) -> None:
    """At points of the ranges the value is in its range, and where one argument moves, the quotient in its slope's."""
    tried = 0
    for seed, info in product(range(300), INFO.get(row.name, (None,))):
        own = arguments(row, seed)
        span = row.range(info, own)
        slopes = row.slopes(info, own, span)
        draws = np.random.default_rng(seed)
        for place in range(len(own)):
            point = [float(draws.choice([x.low, x.high, draws.uniform(x.low, x.high)])) for x in own]
            moved = [*point[:place], float(draws.uniform(own[place].low, own[place].high)), *point[place + 1 :]]
            if row.name == "share" and not all(0.5 <= a[1] - a[0] <= 2 for a in (point, moved)):
                continue
            first, last = (row.value(info, a) for a in (point, moved))
            if all(map(math.isfinite, (first, last))):
                tried += 1
                assert inside(first, span.low, span.high), (own, point)
                if point != moved and row.name != "share":  # of which the tape takes the slopes by the mix
                    quotient = (last - first) / (moved[place] - point[place])
                    assert inside(quotient, slopes[place].low, slopes[place].high), (own, point, moved)
    assert tried > 100


@pytest.mark.parametrize("row", TABLE.values(), ids=lambda row: row.name)
def test_of_every_operation_something_is_known(row: Operation) -> None:
    own = [Range(k + 1.0, k + 1.2) for k in range(5 if row.rule == "paired" else row.arity[1] or 3)]
    span = row.range({"^": 2, "scale": 3.0}.get(row.name), own)
    assert math.isfinite(span.low)
    assert math.isfinite(span.high)


# --- any tape --------------------------------------------------------------------------------------------------------


def a_law(draws: np.random.Generator) -> Law:
    low, mode, high = sorted(draws.uniform(*((0.1, 3.0) if draws.random() < 0.8 else (-2.0, 2.0)), 3).tolist())
    kind = draws.integers(3)
    if kind == 0:
        return Triangular(low, mode, high)
    return Uniform(low, high) if kind == 1 else Choices((low, mode, high), (0.3, 0.3, 0.4))


def a_tape(seed: int) -> tuple[Graph, int]:
    """A graph of a few inputs, some going together, with a mix, and operations of any kind on any of its nodes."""
    draws = np.random.default_rng(seed)
    graph = Graph()
    graph.draws = {"x0": Draw("pair", together=True), "x1": Draw("pair", together=True)} if seed % 3 == 0 else {}
    nodes = []
    for place in range(int(draws.integers(2, 5))):
        law = a_law(draws)
        nodes.append(graph.input(Input(f"x{place}", quantile(law, 0.5), ONE, Span("s", place + 1, 1), law=law)))
    weights = []
    for place in range(int(draws.integers(2, 5))):
        low, value, high = sorted(draws.uniform(0.05, 1.0, 3).tolist())
        law = Uniform(low, high) if draws.random() < 0.7 else None
        weights.append(graph.input(Input(f"w{place}", value, ONE, Span("m", place + 1, 1), law=law)))
    nodes += graph.mix(weights)
    names = [row.name for row in TABLE.values() if row.name != "share"]
    for _ in range(int(draws.integers(3, 9))):
        row = TABLE[str(draws.choice(names))]
        info = {"^": int(draws.integers(-2, 4)), "scale": -0.5}.get(row.name)
        args = [nodes[a] for a in draws.choice(len(nodes), 3 if row.rule == "paired" else row.arity[1] or 3)]
        if row.rule == "paired":
            args = [args[0], graph.constant(0.2), args[1], graph.constant(0.9), args[2]]
        nodes.append(graph.add(row.name, tuple(arg.index for arg in args), ONE, info))
    return graph, graph.sum([nodes[-1], nodes[-2], nodes[0] * nodes[-1]]).index


def both(graph: Graph, root: int) -> tuple[End, End]:
    search = Search(graph, root, evaluate(graph))
    return search.end(-1.0), search.end(1.0)


@pytest.mark.parametrize("seed", range(150))
def test_no_sample_of_any_tape_is_beyond_its_ends_and_exact_ones_are_reached(seed: int) -> None:
    graph, root = a_tape(seed)
    low, high = both(graph, root)
    laws = {leaf: samples.drawn(known) for leaf, known in graph.inputs() if known.law is not None}
    found = samples.sampled(samples.program(graph, [root], laws), 2000, seed)[0]
    found = found[np.isfinite(found)]
    slack = SLACK * (1 + np.abs(found))
    assert (found >= low.bound - slack).all()
    assert (found <= high.bound + slack).all()
    for end, sign in ((low, -1), (high, 1)):
        assert sign * end.bound >= sign * end.reached or end.is_exact
        assert not end.is_exact or end.bound == end.reached
        assert all(inside(value, *ends_of(graph.info[leaf])) for leaf, value in end.at.items())
        if math.isfinite(end.reached):
            assert evaluate(graph, end.at)[root] == pytest.approx(end.reached, rel=1e-9, abs=1e-12)


def test_most_of_those_tapes_have_exact_ends() -> None:
    """Else the test above would say little."""
    exact = [end.is_exact for seed in range(50) for end in both(*a_tape(seed))]
    assert sum(exact) > 0.7 * len(exact)


# --- what has ends has moments ---------------------------------------------------------------------------------------


def stays_in(graph: Graph, span: Range, seed: int) -> Node:
    """An input that stays in a range, most likely at its low end, anywhere alike or at one of its ends; or a number."""
    if span.low == span.high:
        return graph.constant(span.low)
    low, high, place = span.low, span.high, len(graph) + 1
    law = (Triangular(low, low, high), Uniform(low, high), Choices((low, high), (0.5, 0.5)))[(seed + place) % 3]
    return graph.input(Input(f"x{place}", low, ONE, Span("s", place, 1), law=law))


def is_finite(span: Range) -> bool:
    return math.isfinite(span.low) and math.isfinite(span.high)


def has_moments(graph: Graph, root: int) -> bool:
    return Existing(graph, [root], evaluate(graph)).of(root)[:2] == (True, True)


@pytest.mark.parametrize("row", [row for row in TABLE.values() if row.name != "share"], ids=lambda row: row.name)
def test_what_has_a_range_has_a_mean_and_a_deviation(row: Operation) -> None:
    """Of bounded inputs, also times another whose low is 0. Shares are in the next test."""
    tried = 0
    for seed, info in product(range(60), INFO.get(row.name, (None,))):
        own = arguments(row, seed)
        if is_finite(row.range(info, own)):
            tried += 1
            graph = Graph()
            leaves = tuple(stays_in(graph, span, seed).index for span in own)
            root = graph.add(row.name, leaves, ONE, info)
            assert has_moments(graph, root.index), (own, info)
            assert has_moments(graph, (stays_in(graph, Range(0.0, 2.0), seed) * root).index), (own, info)
    assert tried > 10


def test_any_tape_of_ranges_has_a_mean_and_a_deviation() -> None:
    """Where every node has a finite range: none can be no number."""
    tried = 0
    for seed in range(200):
        graph, root = a_tape(seed)
        values = evaluate(graph)
        over = {i: Range(*ends_of(known)) for i, known in graph.inputs() if known.law is not None}
        nodes = graph.above(over, graph.below([root]))
        spans = spanned(graph, over, nodes, [Range(value, value) for value in values])
        if all(is_finite(spans[i]) for i in nodes):
            tried += 1
            assert has_moments(graph, root), seed
    assert tried > 40


# --- by hand ---------------------------------------------------------------------------------------------------------


def leaf(graph: Graph, path: str, law: Law | None, value: float = 1.0, **stated: float) -> Node:
    return graph.input(Input(path, value, ONE, Span(path, 1, 1), law=law, **stated))  # type: ignore[arg-type]


def test_what_only_seems_to_go_both_ways_is_exact() -> None:
    """x / (1 + x) rises with x: from 1/2 to 3/4. (1/a - 1) / a falls with a: from 0 at 1 to 6 at 1/3."""
    graph = Graph()
    one, x = graph.constant(1), leaf(graph, "x", Uniform(1, 3), 2)
    low, high = both(graph, (x / (one + x)).index)
    assert (low.bound, high.bound) == (0.5, 0.75)
    a = leaf(graph, "a", Uniform(1 / 3, 1), 0.5)
    low, high = both(graph, ((one / a - one) * (one / a)).index)
    assert (low.bound, high.bound) == (0, pytest.approx(6))
    assert low.is_exact
    assert high.is_exact


def test_a_top_between_the_ends_is_found() -> None:
    """x (1 - x) is 1/4 at a half and least at the end that is farther from it."""
    graph = Graph()
    x = leaf(graph, "x", Uniform(0.2, 0.9), 0.5)
    low, high = both(graph, (x * (graph.constant(1) - x)).index)
    assert low == (pytest.approx(0.09), pytest.approx(0.09), {x.index: 0.9}, True, ())
    assert high.bound == pytest.approx(0.25, rel=1e-8)
    assert high.is_exact


def test_a_mix_goes_to_the_corner_that_favours_the_largest() -> None:
    """Of 1, 2 and 10 by shares: the highest has the third high and the others low, (1 + 2 + 6·10) / 8 = 7.875."""
    graph = Graph()
    weights = [leaf(graph, f"w{k}", Uniform(*span), 1.0) for k, span in enumerate(((1, 3), (1, 2), (2, 6)))]
    parts = [share * graph.constant(size) for share, size in zip(graph.mix(weights), (1, 2, 10), strict=True)]
    low, high = both(graph, graph.sum(parts).index)
    corners = [(1 * a + 2 * b + 10 * c) / (a + b + c) for a, b, c in product((1, 3), (1, 2), (2, 6))]
    assert (low.bound, high.bound) == (pytest.approx(min(corners)), pytest.approx(7.875))
    assert max(corners) == 7.875
    assert low.is_exact
    assert high.is_exact


def test_a_share_that_is_all_of_its_mix_moves_nothing() -> None:
    graph = Graph()
    (share,) = graph.mix([leaf(graph, "w", Uniform(0, 1), 1.0)])
    low, high = both(graph, share.index)
    assert (low.bound, high.bound) == (1, 1)


def test_inputs_that_go_together_do_not_cancel() -> None:
    """a from 1 to 3 and b from 2 to 6: b - a is from -1 to 5; with b = 2 a at each chance, from 1 to 3."""
    for draws, expected in (({}, (-1, 5)), ({p: Draw("ab", together=True) for p in "ab"}, (1, 3))):
        graph = Graph()
        graph.draws = draws
        a, b = leaf(graph, "a", Uniform(1, 3)), leaf(graph, "b", Uniform(2, 6))
        low, high = both(graph, (b - a).index)
        assert (low.bound, high.bound) == pytest.approx(expected)


def test_a_choice_is_one_of_its_numbers() -> None:
    """(x - 2)² of a choice of 0, 1 and 5 is 1, 4 or 9, and never the 0 that lies between."""
    graph = Graph()
    x = leaf(graph, "x", Choices((0.0, 1.0, 5.0), (0.2, 0.3, 0.5)))
    low, high = both(graph, ((x - graph.constant(2)) ** 2).index)
    assert (low.bound, high.bound) == (1, 9)
    assert low.is_exact


@pytest.mark.parametrize(
    ("law", "stated", "expected"),
    [
        (Lognormal(3, 1.5), {"low": 1.0, "high": 8.0}, (1, 8)),
        (Lognormal(3, 1.5), {}, (0, math.inf)),
        (Normal(3, 1), {}, (-math.inf, math.inf)),
        (Normal(3, 1, 0.0), {}, (0, math.inf)),
        (Normal(3, 1, 0.0), {"low": 1.0, "high": 5.0}, (1, 5)),
        (Triangular(1, 3, 8), {"low": 1.0, "high": 8.0}, (1, 8)),
    ],
)
def test_the_ends_of_an_input(law: Law, stated: dict[str, float], expected: tuple[float, float]) -> None:
    graph = Graph()
    x = leaf(graph, "x", law, 3, **stated)
    low, high = both(graph, (x * graph.constant(2)).index)
    assert (low.bound, high.bound) == tuple(2 * end for end in expected)


def test_where_too_much_is_open_the_end_is_a_bound() -> None:
    """A sum of many products with tops between their ends takes more halvings than there are."""
    graph = Graph()
    xs = [leaf(graph, f"x{k}", Uniform(0, 1), 0.5) for k in range(8)]
    one = graph.constant(1)
    total = graph.sum([a * (one - b) * (one - a) * b for a in xs for b in xs if a is not b])
    low, high = both(graph, total.index)
    assert high.bound > high.reached >= 56 / 16 * (1 - SLACK)
    assert not high.is_exact
    assert high.open == tuple(f"x{k}" for k in range(8))
    assert (low.bound, low.reached) == (0, 0) or low.bound < low.reached


# --- studies ---------------------------------------------------------------------------------------------------------

SITES = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: A prompt, demand: {prompts: 1 prompt}}}
sites:
  lab:
    region: {FRA: {value: 60 %, low: 40 %, high: 70 %}, USA: {value: 30 %, low: 20 %, high: 50 %}, World: 10 %}
    pue: {value: 1.2, low: 1.1, high: 1.6}
parameters:
  power: {value: 200 W, low: 100 W, high: 400 W}
  load: {value: 50 %, low: 20 %, high: 90 %}
  used: {value: 1 h, low: 0.5 h, high: 1.5 h, law: uniform}
  credit: {value: 0.02 kWh/prompt, low: 0.01 kWh/prompt, high: 0.5 kWh/prompt}
training:
  site: lab
  allocation: per use
  runs: {v1: {energy: = power * used * (1 + load) / load, amortised_over: {value: 20 prompt, low: 10 prompt}}}
activities: [{item: electricity, tier: network, stage: use, region: FRA, amount: = -credit * load}]
"""


def a_study(folder: Path, text: str = SITES, **asked: object) -> list[Ended]:
    return ends(run(folder, text)[0], **asked)  # type: ignore[arg-type]


def test_the_ends_of_a_small_study_are_those_of_its_corners(tmp_path: Path) -> None:
    result, _ = run(tmp_path, SITES)
    graph, (each,) = result.model.graph, ends(result)
    varying = [(index, ends_of(known)) for index, known in graph.inputs() if known.law is not None]
    paths = [index for index, _ in varying]
    below = graph.below([each.node])
    corners = [
        evaluate(graph, dict(zip(paths, corner, strict=True)), below)[each.node]
        for corner in product(*(own for _, own in varying))
    ]
    assert len(corners) >= 2**8
    assert each.low.is_exact
    assert each.high.is_exact
    assert (each.low.bound, each.high.bound) == pytest.approx((min(corners), max(corners)), rel=1e-12)


def test_no_sample_of_the_shipped_study_is_beyond_its_ends() -> None:
    result, _ = Run("stable_diffusion").compile(variants=(None, "L"), every_case=True)
    graph, figures = result.model.graph, ends(result)
    laws = {index: samples.drawn(known) for index, known in graph.inputs() if known.law is not None}
    rows = samples.sampled(samples.program(graph, [each.node for each in figures], laws), 20_000, 1)
    for each, row in zip(figures, rows, strict=True):
        assert each.low.is_exact
        assert each.high.is_exact
        assert each.low.bound < row.min() < each.record["value"] < row.max() < each.high.bound
        assert each.low.bound == pytest.approx(evaluate(graph, each.low.at)[each.node], rel=1e-12)


def test_parts_have_ends_of_their_own(tmp_path: Path) -> None:
    """The credit is highest, and takes least, at a load of 20 %: 0.01 · 20 % of 0.1 kg."""
    network = next(each for each in a_study(tmp_path, by=["tier"]) if each.record["tier"] == "network")
    assert network.high.bound == pytest.approx(-0.01 * 0.2 * KWH)
    assert network.low.bound == pytest.approx(-0.5 * 0.9 * KWH)
    assert network.record["share"] < 0


def test_a_held_input_and_what_a_variant_states_keep_to_their_value(tmp_path: Path) -> None:
    """In the variant the power is 300 W and the load 50 %, so that only what is left varies."""
    text = swapped(SITES, ("law: uniform", "law: held"))
    text += "variants: {L: {with: {parameters.power: 300 W, parameters.load: 50 %}}}\n"
    result, _ = run(tmp_path, text, variants=(None, "L"))
    base, other = ends(result)
    moved = [{result.model.graph.info[leaf].path for leaf in each.high.at} for each in (base, other)]
    assert moved[0] - moved[1] == {"parameters.power", "parameters.load"}
    assert "parameters.used" not in moved[0]


# --- what is said ----------------------------------------------------------------------------------------------------

OPEN = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: A visit, demand: {visits: 1 visit}}}
parameters:
  many: {value: 3, law: {lognormal: {gsd: 2}}}
  some: {value: 3, low: 1, high: 8, law: lognormal}
  less: {value: 2, low: -1, high: 3}
activities:
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: "= many * 1 [kWh]"}
  - {item: electricity, tier: network, stage: use, region: FRA, amount: "= some * 1 [kWh]"}
  - {item: electricity, tier: terminals, stage: use, region: FRA, amount: "= 1 [kWh] / less"}
"""
LOOSE = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: A visit, demand: {visits: 1 visit}}}
parameters:
PARAMETERS
activities:
  - item: electricity
    tier: data centre
    stage: use
    region: FRA
    amount: "= (SUM) * 1 [kWh]"
"""
CARRIED = """\
study: {criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {prompts: 1 prompt}}}
sites: {lab: {region: FRA, pue: 1}}
training:
  site: lab
  allocation: per use
  runs: {v1: {energy: 1 kWh, amortised_over: {value: 2 prompt, low: 0.5 prompt, high: 4 prompt}}}
"""


def said(lca_: Lca, folder: Path, text: str, *words: str) -> str:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    ran = lca_("run", str(path), "--packs", str(write_pack(folder)), "--ends", *words)
    return ran.out + ran.err


def test_a_table_of_ends(lca_: Lca, tmp_path: Path) -> None:
    out = said(lca_, tmp_path, SITES)
    assert "one A prompt\n" in out
    assert ["as", "stated", "low", "high"] in [line.split() for line in out.splitlines()]
    assert "Ends are exact: inputs within their ranges reach them.\n" in out
    assert "Shares, each divided by their sum, so that they keep it: sites.lab.region." in out
    assert max(map(len, out.splitlines())) <= 80


def test_what_has_no_end_says_why(lca_: Lca, tmp_path: Path) -> None:
    out = " ".join(said(lca_, tmp_path, OPEN, "--by", "tier").split())
    assert "GWP of data centre has no high end: parameters.many has none." in out
    assert "GWP of terminals has no low end that is known: it is not bounded, as where what divides can be 0; " in out
    assert "The other ends are exact" in out
    assert "Laws go beyond the stated low and high, which are the ends here: parameters.some." in out
    assert "parameters.many has no high end: lognormal, median 3, geometric standard deviation 2." in out


def test_a_bound_names_what_leaves_it_open(lca_: Lca, tmp_path: Path) -> None:
    parameters = "\n".join(f"  x{k}: {{value: 0.4, low: 0, high: 1}}" for k in range(8))
    parts = " + ".join(f"x{a}*(1-x{b})*(1-x{a})*x{b}" for a in range(8) for b in range(8) if a != b)
    out = said(lca_, tmp_path, swapped(LOOSE, ("PARAMETERS", parameters), ("SUM", parts)))
    assert " ≤ " in out
    words = "it is not known to rise, or to fall, all the way with parameters.x0, parameters.x1, parameters.x2, … (8 in"
    assert words in " ".join(out.split())
    assert "is reached." in out


def test_what_leaves_its_bounds_at_an_end_is_said(lca_: Lca, tmp_path: Path) -> None:
    """Half a prompt over which a run is spread would carry two runs."""
    out = " ".join(said(lca_, tmp_path, CARRIED).split())
    assert "Beyond what can be: " in out
    assert "at the high end of one, GWP." in out
    assert "at the low end" not in out


def test_records_have_the_ends_beside_the_value(lca_: Lca, tmp_path: Path) -> None:
    (record,) = json.loads(said(lca_, tmp_path, SITES, "--format", "json"))
    assert record["low"] < record["value"] < record["high"]
    assert (record["low_is_exact"], record["high_is_exact"], record["low_open"]) == (True, True, [])
    (line,) = csv.DictReader(io.StringIO(said(lca_, tmp_path, SITES, "--format", "csv")))
    assert float(line["high"]) == record["high"]
    assert "| low | high |" in said(lca_, tmp_path, SITES, "--format", "markdown")
    no_end = json.loads(said(lca_, tmp_path, OPEN, "--format", "json"))[0]
    assert no_end["high"] is None


def test_where_nothing_has_a_range_that_is_said(lca_: Lca, tmp_path: Path) -> None:
    text = swapped(LOOSE, ("parameters:\nPARAMETERS\n", ""), ("(SUM)", "2"))
    out = said(lca_, tmp_path, text)
    assert "No input has a range: give some low and high." in out
    assert "GWP  kg CO2 eq   2.00e-01  2.00e-01  2.00e-01" in out


def test_ends_are_not_of_person_equivalents(lca_: Lca, tmp_path: Path) -> None:
    assert "leave out --normalise" in said(lca_, tmp_path, SITES, "--normalise", "EF3.1")


def test_assumed_inputs_are_listed_beside_ends(lca_: Lca, tmp_path: Path) -> None:
    assert "Assumed inputs" in said(lca_, tmp_path, SITES, "-v")
