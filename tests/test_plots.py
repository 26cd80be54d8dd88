"""Figures: the specifications hold the numbers of the result, and the pictures are what they say they are."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from lca.disk.workspace import Run
from lca.graph import evaluate
from lca.outputs import csv
from lca.plots import charts, drawing, heat, intervals
from lca.plots.charts import Axis, Caption, Panel
from lca.plots.kinds import contribution, normalised, sankey, sweep, tornado, uncertainty
from lca.plots.study import Asked, Drawing, criterion_labels
from lca.problems import Problems
from lca.questions import drivers, grouping
from lca.questions.bands import Band
from lca.questions.grouping import Share
from lca.result import Result
from tests.bench_pack import swapped

ROOT = Path(__file__).resolve().parent.parent
STUDY = ROOT / "scenarios" / "stable_diffusion.yaml"
CAPTION = Caption("Title", "of a study", "Source: own calculation.")
CASE = ("FU1", None)


@pytest.fixture(scope="module")
def study() -> Run:
    return Run(STUDY)


@pytest.fixture(scope="module")
def result(study: Run) -> Result:
    return study.compile(variants=(None, "L"), with_expectations=False)[0]


@pytest.fixture(scope="module")
def base(study: Run) -> Result:
    return study.compile(with_expectations=False)[0]


def rows_of(spec: Any) -> Iterator[dict[str, Any]]:
    """Every row of data anywhere in a specification."""
    if isinstance(spec, dict):
        values = spec.get("values")
        if isinstance(values, list):
            yield from (row for row in values if isinstance(row, dict))
        for child in spec.values():
            yield from rows_of(child)
    elif isinstance(spec, list):
        for child in spec:
            yield from rows_of(child)


def texts(svg: bytes) -> list[str]:
    return [" ".join(node.itertext()) for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314  ours


# --- numbers --------------------------------------------------------------------------------------------------------


PARTS = {  # the six of Berthelot et al. (2024), p. 708, by hand
    ("terminals", "access"): "terminals",
    ("network", "access"): "network",
    ("data centre", "access"): "web hosting",
    ("data centre", "inference"): "inference",
    ("data centre", "training"): "training",
    ("data centre", "data"): "data",
}


def test_bars_are_the_shares_of_the_result(result: Result) -> None:
    made = contribution.drawing(Asked(result))
    drawn = [row for row in rows_of(made.spec) if "share" in row and "start" in row]
    expected = result.records(("tier", "phase"))
    assert sorted(row["value"] for row in drawn) == sorted(record["value"] for record in expected)
    assert sorted(row["share"] for row in drawn) == pytest.approx(sorted(record["share"] for record in expected))
    key = ("functional_unit", "variant", "criterion", "part", "value", "unit", "share")
    named = [each | {"part": PARTS[each["tier"], each["phase"]], "variant": each["variant"] or ""} for each in expected]
    assert sorted(tuple(row[name] for name in key) for row in made.records) == sorted(
        tuple(row[name] for name in key) for row in named
    )


def test_the_parts_are_the_six_of_the_paper(base: Result) -> None:
    found = grouping.shares(base.records(grouping.PAPER))
    assert grouping.names(found) == list(grouping.SIX)


def test_segments_fill_their_bar_and_carry_their_share(base: Result) -> None:
    made = contribution.drawing(Asked(base))
    for panel in made.spec["vconcat"][:-1]:
        rows = panel["data"]["values"]
        for label in ("ADP", "GWP", "PE"):
            bar = [row for row in rows if row["criterion"] == label]
            assert bar[0]["start"] == 0
            assert bar[-1]["end"] == pytest.approx(1)
            assert all(a["end"] == b["start"] for a, b in pairwise(bar))
            assert all(row["text"].endswith(" %") for row in bar if row["share"] >= contribution.LABELLED)


def test_the_total_stands_at_the_bar_with_its_unit(base: Result) -> None:
    shown = {row["total"] for row in rows_of(contribution.drawing(Asked(base)).spec) if "total" in row}
    for unit in ("FU1", "FU2"):
        for criterion in base.criteria:
            assert charts.measured(base.total(unit, criterion.key), criterion.unit_label) in shown


def test_credits_extend_to_the_left() -> None:
    found = [Share(CASE, "GWP", "make", 3, "kg", 0.75), Share(CASE, "GWP", "recycle", -1, "kg", -0.25)]
    made = contribution.spec(found, {CASE: "FU1"}, {"GWP": "GWP"}, CAPTION)
    rows = made["vconcat"][0]["data"]["values"]
    assert [(row["start"], row["end"]) for row in rows] == [(0, 0.75), (0, -0.25)]
    assert rows[0]["total"] == "2.00 kg"
    assert drawing.draw(made, "svg").startswith(b"<svg")


def test_lines_of_one_part_are_summed() -> None:
    record = {"functional_unit": "FU1", "variant": None, "criterion": "GWP", "unit": "kg"}
    found = grouping.shares(
        [record | {"item": item, "value": n, "share": n / 10} for item, n in (("a", 4), ("b", 1), ("c", 2), ("b", 3))],
        ("item",), most=2,
    )  # fmt: skip
    assert found == [Share(CASE, "GWP", "a", 4, "kg", 0.4), Share(CASE, "GWP", "other", 6, "kg", pytest.approx(0.6))]


def test_many_parts_end_in_other() -> None:
    found = grouping.condensed([Share(CASE, "GWP", f"p{i}", 1, "kg", 0.01 * (i + 1)) for i in range(20)])
    assert len({share.part for share in found}) == grouping.MOST
    assert grouping.names(found)[-1] == grouping.OTHER


def test_ribbons_sum_to_their_nodes(base: Result) -> None:
    found = drivers.driven(base.model, base.values)
    labels = criterion_labels(base)
    for unit in ("FU1", "FU2"):
        own = [each for each in found if each.case == (unit, None)]
        flows = [flow for flow in drivers.flows(base.model, base.values) if flow.case == (unit, None)]
        nodes, ribbons = sankey.layout(own, flows, labels, 0)
        heights = {node.key: node.height for node in nodes}
        scale = sankey.HEIGHT / len(labels)
        for key in labels:
            assert sum(ribbon.width for ribbon in ribbons if ribbon.target == key) == pytest.approx(1)
        for part in grouping.SIX:
            arriving = sum(ribbon.width for ribbon in ribbons if ribbon.target == part)
            leaving = sum(ribbon.width for ribbon in ribbons if ribbon.source == part)
            assert arriving == pytest.approx(leaving) == pytest.approx(heights[part] / scale)


def test_ribbons_carry_the_totals(base: Result) -> None:
    found = drivers.driven(base.model, base.values)
    for unit in ("FU1", "FU2"):
        for key in base.model.criteria:
            total = sum(each.value for each in found if each.case == (unit, None) and each.criterion == key)
            assert total == pytest.approx(base.total(unit, key))


def test_training_is_driven_by_prompts_where_it_is_shared_and_by_nothing_where_it_is_whole(base: Result) -> None:
    found = drivers.driven(base.model, base.values)
    of_training = {(each.case[0], each.driver) for each in found if each.part == "training"}
    assert of_training == {("FU1", "prompts"), ("FU2", drivers.FIXED)}
    assert {each.driver for each in found if each.part == "terminals"} == {"visits"}


DEMANDED_BY_FORMULA = """
study: {criteria: [GWP], packs: [boavizta-2023-11]}
parameters: {n: 100 visit}
functional_units: {FU1: {demand: {visits: = n, prompts: "= n * 2 [prompt/visit]"}}}
sites: {lab: {region: FRA, pue: 1.2}}
web_hosting: {site: lab, energy: 1 Wh/visit}
inference: {site: lab, energy: 3 Wh/prompt}
"""


def test_a_demand_that_is_a_formula_drives_its_parts_by_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(DEMANDED_BY_FORMULA)
    result, _ = Run(path).compile()
    found = {(each.driver, each.part): each.share for each in drivers.driven(result.model, result.values)}
    assert found == pytest.approx({("visits", "web hosting"): 1 / 7, ("prompts", "inference"): 6 / 7})
    flows = {flow.name: (flow.amount, flow.unit) for flow in drivers.flows(result.model, result.values)}
    assert flows == {"visits": (100, "visit"), "prompts": (200, "prompt")}


def test_lines_are_the_result_with_the_input_replaced(base: Result) -> None:
    made = sweep.drawing(Asked(base, ranges=("inference.server.aur=10%:50%:3",)))
    graph = base.model.graph
    leaf = next(i for i, found in graph.inputs() if found.path == "inference.server.aur")
    root = base.model.totals["FU2", None, "GWP"]
    drawn = [row for row in made.records if row["figure"] == "FU2 · GWP"]
    assert [row["x"] for row in drawn] == [10, 30, 50]
    assert [row["x_unit"] for row in drawn] == ["%"] * 3
    assert [row["value"] for row in drawn] == pytest.approx([evaluate(graph, {leaf: x})[root] for x in (10, 30, 50)])
    shown = {row["y"] for row in rows_of(made.spec) if "y" in row}
    assert {row["value"] for row in made.records} <= shown


def test_the_base_case_is_a_point(base: Result) -> None:
    made = sweep.drawing(
        Asked(
            base,
            ranges=(
                "inference.server.aur=10%:50%:3",
                "training.aur=10%:90%:3",
            ),
        )
    )
    points = [row for row in rows_of(made.spec) if row.get("y") == pytest.approx(base.total("FU2", "GWP"))]
    assert {row["x"] for row in points} >= {40, 80}


def test_the_study_marks_the_range_of_real_world_studies(base: Result) -> None:
    made = sweep.drawing(Asked(base, ranges=("inference.server.aur=5%:100%:4",)))
    assert {"x": 12, "end": 18} in list(rows_of(made.spec))
    assert "12-18 %" in json.dumps(made.spec)
    beyond = sweep.drawing(Asked(base, ranges=("inference.server.aur=50%:100%:4",)))
    assert {"x": 12, "end": 18} not in list(rows_of(beyond.spec))


def test_points_in_any_order_make_one_line(base: Result) -> None:
    rising = sweep.drawing(Asked(base, ranges=("training.aur=20%,50%,90%",))).records
    falling = sweep.drawing(Asked(base, ranges=("training.aur=90%,20%,50%",))).records
    assert falling == rising


def test_parts_of_a_sweep_sum_to_its_totals(base: Result) -> None:
    whole = sweep.drawing(Asked(base, ranges=("inference.server.aur=10%,40%",))).records
    split = sweep.drawing(Asked(base, ("item",), ("inference.server.aur=10%,40%",))).records
    assert len({row["line"] for row in split}) == grouping.MOST
    for row in whole:
        same = [each["value"] for each in split if (each["figure"], each["x"]) == (row["figure"], row["x"])]
        assert sum(same) == pytest.approx(row["value"])


def test_a_map_has_a_cell_for_each_pair(base: Result) -> None:
    made = heat.drawing(base, ["inference.server.aur=10%,40%,80%", "training.aur=90%,20%"])
    cells = {(row["x"], row["y"]): row["value"] for row in made.records if row["figure"] == "FU2 · GWP"}
    assert set(cells) == {(x, y) for x in (10, 40, 80) for y in (20, 90)}
    alone = sweep.drawing(Asked(base, ranges=("inference.server.aur=10%,40%,80%",))).records
    near = [row["value"] for row in alone if row["figure"] == "FU2 · GWP"]
    assert cells[40, 90] < near[1] < cells[40, 20]
    assert cells[10, 20] > cells[80, 20]


def test_person_equivalents_are_totals_over_references(study: Run, result: Result) -> None:
    made = normalised.drawing(Asked(result, set_name="EF3.1", table=study.library.table))
    found = {(row["figure"][:3], row["variant"], row["criterion"]): row["value"] for row in made.records}
    assert found["FU2", "S, standard", "GWP"] == pytest.approx(result.total("FU2", "GWP") / 7553.08316285117)
    assert found["FU2", "L, full legacy", "GWP"] > found["FU2", "S, standard", "GWP"]
    assert found["FU2", "S, standard", "PE"] is None
    assert "no normalisation factor for PE" in json.dumps(made.spec)


def test_swings_are_the_figure_at_the_ends_of_the_range(base: Result) -> None:
    made = tornado.drawing(Asked(base))
    graph = base.model.graph
    leaf = next(i for i, found in graph.inputs() if found.path == "inference.server.aur")
    root = base.model.totals["FU2", None, "GWP"]
    row = next(r for r in made.records if (r["figure"], r["input"]) == ("FU2 · GWP", "inference.server.aur"))
    assert (row["low_end"], row["high_end"]) == ("12 %", "80 %")
    assert (row["low"], row["high"]) == pytest.approx(tuple(evaluate(graph, {leaf: x})[root] for x in (12, 80)))
    assert row["base"] == base.total("FU2", "GWP")


def test_the_widest_swing_stands_on_top() -> None:
    found = [tornado.Swing(Panel("P"), f"i{k}", 10 - k, 10 + k, "", "", 10) for k in (1, 3, 2)]
    assert [swing.input for swing in tornado.widest(found, 2)] == ["i3", "i2"]


def test_histograms_are_of_the_samples(base: Result) -> None:
    made = uncertainty.drawing(Asked(base, samples=2_000, seed=7))
    own = [row for row in made.records if row["figure"] == "FU2 · GWP"]
    assert 0.98 * 2_000 <= sum(row["samples"] for row in own) <= 2_000
    assert own[0]["deterministic"] == base.total("FU2", "GWP")
    assert own[0]["low"] < own[0]["median"] < own[0]["high"]
    assert made.spec == uncertainty.drawing(Asked(base, samples=2_000, seed=7)).spec


def test_intervals_are_of_the_parts(base: Result) -> None:
    made = uncertainty.drawing(Asked(base, ("tier", "phase"), samples=1_000, seed=7))
    own = [row for row in made.records if row["figure"] == "FU2 · GWP"]
    assert [row["part"] for row in own] == list(grouping.SIX)
    assert sum(row["deterministic"] for row in own) == pytest.approx(base.total("FU2", "GWP"))


# --- what a figure says of itself -----------------------------------------------------------------------------------


def test_a_figure_names_its_study_its_factors_and_its_gaps(base: Result) -> None:
    shown = " ".join(texts(drawing.draw(contribution.drawing(Asked(base)).spec, "svg")))
    for words in ("Stable Diffusion as a service", "S, standard", "stable_diffusion.yaml", "gpu-proxies-2026"):
        assert words in shown
    assert "PE of terminals from ADPf" in shown
    assert "network, embodied" in shown


def test_names_of_lines_never_meet() -> None:
    places = sweep.apart([0, 1, 2, 3, 130, 131], 13, 132)
    gaps = [b - a for a, b in zip(sorted(places), sorted(places)[1:], strict=False)]
    assert min(gaps) >= 13 - 1e-9
    assert max(places) <= 132


def test_neighbours_differ_in_grey() -> None:
    def grey(colour: str) -> float:
        return sum(w * int(colour[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))  # ITU-R BT.601

    pairs = zip(charts.PALETTE[:5], charts.PALETTE[1:5], strict=False)
    assert all(abs(grey(a) - grey(b)) > 30 for a, b in pairs)


# --- hostile words --------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "</text><image href='http://example.org/x'/>",
    '"><b>bold</b> & &amp; ]]>',
    '=HYPERLINK("http://example.org")',
    "a\nb\tc\x00\x1b[2J\u202edrow",
    "datum.value",
    "a.b[0]['c']",
    '{"signal": "1+1"}',
    "x" * 5_000,
    "",
    "日本語 🦆 ñ",
    "__proto__",
)


def every_figure(word: str) -> Iterator[tuple[str, charts.Spec, list[dict[str, Any]]]]:
    caption = Caption(word, word, word)
    panel = Panel(word, word)
    shares = [Share(CASE, "GWP", word, 1, word, 0.5), Share(CASE, "GWP", f"{word}2", 1, word, 0.5)]
    yield "contribution", contribution.spec(shares, {CASE: word}, {"GWP": word}, caption), contribution.rows(shares)
    driven = [drivers.Driven(CASE, "GWP", word, word, 1, word, 1)]
    flows = [drivers.Flow(CASE, word, 1, word)]
    yield "sankey", sankey.spec(driven, flows, {CASE: word}, {"GWP": word}, caption), sankey.rows(driven)
    lines = [sweep.Series(panel, word, (1, 2), (3, 4), (1, 3)), sweep.Series(panel, f"{word}2", (1, 2), (3, 5))]
    axis = Axis(word, word)
    yield "sweep", sweep.spec(lines, axis, [Band(1, 2, word)], caption), sweep.rows(lines, axis)
    maps = [heat.Field(panel, (1, 2), (1, 2), ((1, 2), (3, 4)), (1, 2))]
    yield "heat", heat.spec(maps, axis, axis, caption), heat.rows(maps, axis, axis)
    bars = [normalised.Bar(panel, word, word, 1.0), normalised.Bar(panel, word, f"{word}2", None, word)]
    yield "normalised", normalised.spec(bars, caption), normalised.rows(bars)
    swings = [tornado.Swing(panel, word, 1, 3, word, word, 2)]
    yield "tornado", tornado.spec(swings, caption), tornado.rows(swings)
    spread = [uncertainty.Spread(panel, (0, 1, 2), (3, 4), 1, 1, 1, 0, 2, 7)]
    yield "uncertainty", uncertainty.spec(spread, caption), uncertainty.rows(spread)
    own = [intervals.Interval(panel, word, 1, 2, 3, 2, 2)]
    yield "intervals", intervals.spec(own, caption), intervals.rows(own)


@pytest.mark.parametrize("word", HOSTILE, ids=lambda word: repr(word[:12]))
def test_words_stay_words(word: str) -> None:
    for name, spec, _ in every_figure(word):
        svg = drawing.draw(spec, "svg")
        kinds = {node.tag.rpartition("}")[2] for node in ET.fromstring(svg).iter()}  # noqa: S314  ours
        assert kinds <= {
            "svg",
            "g",
            "path",
            "rect",
            "text",
            "tspan",
            "line",
            "defs",
            "clipPath",
            "linearGradient",
            "stop",
        }, name
        assert not {"script", "image", "a", "foreignObject"} & kinds
        if word == "<script>alert(1)</script>":
            assert any(word in text for text in texts(svg)), name


@pytest.mark.parametrize("word", ["=1+1", "@x", "+x", "-x", "\tx"])
def test_numbers_for_spreadsheets_are_no_formulas(word: str) -> None:
    for name, spec, records in every_figure(word):
        text = csv.render(Drawing(spec, records).report, page())
        cells = [cell for line in text.splitlines()[1:] for cell in line.replace('"', "").split(",")]
        assert not [cell for cell in cells if cell.startswith(word)], name


def page() -> Any:
    from lca.report import Look

    return Look()


# --- pictures -------------------------------------------------------------------------------------------------------


def test_the_same_figure_is_the_same_file(base: Result) -> None:
    made = [
        contribution.drawing(Asked(base)),
        sankey.drawing(Asked(base)),
        sweep.drawing(Asked(base, ranges=("training.aur=5%:100%:9",))),
    ]
    first = [drawing.draw(each.spec, "svg") for each in made]
    again = [drawing.draw(each.spec, "svg") for each in reversed(made)]
    assert first == again[::-1]


def test_another_process_draws_the_same_file(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        assert lca("plot", str(STUDY), "contribution", "-o", name, folder=tmp_path).returncode == 0
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_missing_library_is_said_with_the_way_out(base: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(Problems, match=r"vl-convert-python.*not installed") as found:
        drawing.draw(contribution.drawing(Asked(base)).spec, "png")
    assert "pip install 'lca[plot]'" in str(found.value)


def lca(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lca", *words]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("ending", "start"),
    [("png", b"\x89PNG\r\n\x1a\n"), ("svg", b"<svg"), ("pdf", b"%PDF-"), ("csv", b"functional_unit,"), ("json", b"[")],
)
def test_each_format_is_what_it_says(ending: str, start: bytes, tmp_path: Path) -> None:
    done = lca("plot", str(STUDY), "contribution", "--fu", "FU1", "-o", f"x.{ending}", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"wrote x.{ending}\n"
    assert (tmp_path / f"x.{ending}").read_bytes().startswith(start)


@pytest.mark.parametrize(
    "words",
    [
        ("contribution", "--by", "stage"),
        ("contribution", "--sankey"),
        ("sankey", "--variant", "L"),
        ("sweep", "inference.server.aur=5%:100%:5", "--fu", "FU2"),
        ("sweep", "inference.server.aur=5%:100%:5", "--and", "training.aur=5%:100%:5", "--fu", "FU2"),
        ("normalised",),
        ("uncertainty", "-n", "500", "--criteria", "GWP"),
        ("tornado", "--fu", "FU2", "--criteria", "GWP"),
    ],
    ids=" ".join,
)
def test_every_kind_is_drawn(words: tuple[str, ...], tmp_path: Path) -> None:
    done = lca("plot", str(STUDY), *words, "-o", "x.svg", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert texts((tmp_path / "x.svg").read_bytes())


def test_without_a_file_an_svg_and_the_numbers_are_printed(tmp_path: Path) -> None:
    assert lca("plot", str(STUDY), "contribution", "--format", "svg", folder=tmp_path).stdout.startswith("<svg")
    numbers = json.loads(lca("plot", str(STUDY), "sankey", "--format", "json", folder=tmp_path).stdout)
    assert math.fsum(row["share"] for row in numbers) == pytest.approx(6)  # two functional units, three criteria


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("contribution",), "name a file that ends in"),
        (("contribution", "-o", "x.gif"), "name a file that ends in"),
        (("contribution", "-o", "x.png", "--format", "csv"), "x.png is not csv"),
        (("contribution", "--format", "png"), "needs a file"),
        (("contribution", "--by", "teir", "-o", "x.svg"), "did you mean 'tier'"),
        (("sweep", "-o", "x.svg"), "name an input and its range"),
        (("pie", "-o", "x.svg"), "pie"),
    ],
)
def test_a_wrong_command_line_says_what_it_wants(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = lca("plot", str(STUDY), *words, folder=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


NAMES = ("no input", "did you mean", "no functional unit 'FU9'")  # that a command line gives and nothing has


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sweep", "inference.server.aur=5%:100%:5", "terminals.time=1 min/visit:9 min/visit:5"), "is in min/visit"),
        (("sweep", "inference.server.auw=5%:100%:5"), "no input"),
        (("sweep", "training.aur=5%:100%:200", "--and", "inference.server.aur=5%:100%:200"), "cannot be read"),
        (("normalised", "--normalise", "EF3"), "did you mean"),
        (("contribution", "--fu", "FU9"), "no functional unit 'FU9'"),
    ],
)
def test_what_cannot_be_drawn_is_said(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = lca("plot", str(STUDY), *words, "-o", "x.svg", folder=tmp_path)
    assert done.returncode == (2 if message in NAMES else 1)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


# --- bands ----------------------------------------------------------------------------------------------------------

SCENARIO = """
study:
  title: Bands
  criteria: [GWP]
  packs: [boavizta-2023-11]
  bands:
    - {BAND}
functional_units:
  FU1: {demand: {prompts: 1 prompt}}
sites:
  lab: {region: USA, pue: 1.2}
inference:
  site: lab
  energy: {value: 1e-3 kWh/prompt, low: 5e-4 kWh/prompt, high: 2e-3 kWh/prompt}
"""


@pytest.mark.parametrize(
    ("band", "message"),
    [
        ("{input: inference.energie, from: 1 Wh/prompt, to: 2 Wh/prompt, text: t}", "did you mean 'inference.energy'"),
        ("{input: inference.energy, from: 1 Wh, to: 2 Wh/prompt, text: t}", "Wh is not kWh/prompt"),
        ("{input: inference.energy, from: 1 Wh/prompt, to: many, text: t}", "many"),
        ("{input: inference.energy, from: 3 Wh/prompt, to: 2 Wh/prompt, text: t}", "ends before it begins"),
        (
            "{input: inference.energy, from: 1 Wh/prompt, to: 2 Wh/prompt, text: t, source: nobody}",
            "no source 'nobody'",
        ),
        ("{input: inference.energy, from: 1 Wh/prompt, to: 2 Wh/prompt}", "text"),
        ("{input: inference.energy, from: 1 Wh/prompt, to: 2 Wh/prompt, text: t, till: 3}", "unknown key 'till'"),
    ],
)
def test_a_wrong_band_is_reported_where_it_is_written(band: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bands.yaml"
    path.write_text(swapped(SCENARIO, ("{BAND}", band)), "utf-8")
    with pytest.raises(Problems) as found:
        sweep.drawing(Asked(Run(path).compile()[0], ranges=("inference.energy=1e-4:1e-2:5:log",)))
    assert message in str(found.value)
    assert "bands.yaml:" in str(found.value)


def test_a_band_is_drawn_in_the_unit_of_the_axis(tmp_path: Path) -> None:
    path = tmp_path / "bands.yaml"
    band = "{input: inference.energy, from: 0.5 Wh/prompt, to: 2 Wh/prompt, text: measured elsewhere}"
    path.write_text(swapped(SCENARIO, ("{BAND}", band)), "utf-8")
    made = sweep.drawing(Asked(Run(path).compile()[0], ranges=("inference.energy=1e-4:1e-2:5:log",)))
    assert {"x": pytest.approx(0.0005), "end": pytest.approx(0.002)} in list(rows_of(made.spec))
    scales = [layer["encoding"]["x"]["scale"]["type"] for layer in made.spec["vconcat"][0]["layer"][:1]]
    assert scales == ["log"]


def test_a_study_without_ranges_has_nothing_to_rank(tmp_path: Path) -> None:
    path = tmp_path / "held.yaml"
    text = swapped(SCENARIO, ("  bands:\n    - {BAND}\n", ""), (", low: 5e-4 kWh/prompt, high: 2e-3 kWh/prompt", ""))
    path.write_text(text, "utf-8")
    with pytest.raises(Problems, match="no total depends on an input that has a range"):
        tornado.drawing(Asked(Run(path).compile()[0]))


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_limited_address_space_is_told(tmp_path: Path) -> None:
    """The engine that draws would end the program with a dump."""
    words = f"ulimit -v 8000000; {sys.executable} -m lca plot {STUDY} tornado -o {tmp_path / 'x.png'}"
    ran = subprocess.run(["/bin/sh", "-c", words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    assert "drawing needs an address space of 64 GiB, and the limit is 7.6 GiB" in ran.stderr


def test_of_very_many_panels_the_first_are_drawn() -> None:
    made = charts.stacked([{"mark": "bar"}] * 30, Caption("a", "b", "c"))
    assert len(made["vconcat"]) == charts.MOST_VIEWS + 1
    assert "12 of 30 panels are drawn" in " ".join(made["vconcat"][-1]["mark"]["text"])
