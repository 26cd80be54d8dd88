"""The charts of the page: the rows of `lca plot`, well-formed pictures, and the same to the letter from both languages.

The JavaScript runs in Chromium, in a blank page: numbers, drawings and sentences are compared as text.
"""

from __future__ import annotations

import ast
import json
import math
import random
import re
import struct
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest

from lca import units
from lca.disk.workspace import Run
from lca.page import charts, svg, tape
from lca.page.charts import CHARTS
from lca.page.data import Data, as_json, data
from lca.page.scene import Scene, View, columns_now, is_movable, moved, opening, total_in_view
from lca.page.tape import HERE
from lca.plots import charts as plots
from lca.plots.kinds import contribution, sweep, tornado
from lca.plots.study import Asked
from lca.questions.uncertainty import uncertainty
from lca.spoken import messages as catalogue
from lca.spoken import numbers
from lca.study.beside import against as held_against
from tests.bench_pack import PACKAGE, write_pack, written
from tests.chromium import browser
from tests.whole import times

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("stable_diffusion", "chat_assistant", "video_streaming", "web_shop", "bloom")
STUDIES = (*SHIPPED, "credits", "withheld", "two", "saved")
WIDTHS = (320, 520, 860)
HOSTILE = "</text><script>alert(1)</script> \"'&"

# Parts of both signs, more of them than there are colours, and names that mean something in HTML.
CREDITS = """
study: {title: A credit, criteria: [GWP]}
functional_units: {one: {title: HOSTILE, demand: {prompts: 100 prompt}}}
factors:
  answer: {stage: use, impacts: {GWP: {value: 10 mgCO2eq/prompt, low: 5 mgCO2eq/prompt, high: 30 mgCO2eq/prompt}}}
  board: {stage: manufacture, impacts: {GWP: {value: 2 gCO2eq/device, low: 1 gCO2eq/device, high: 3 gCO2eq/device}}}
  heat: {stage: end of life, impacts: {GWP: {value: -6 mgCO2eq/prompt, low: -9 mgCO2eq/prompt, high: 0 gCO2eq/prompt}}}
activities:
  - {item: answer, tier: data centre, phase: inference, stage: use, amount: = 1 * prompts}
  - {item: heat, tier: data centre, phase: inference, stage: end of life, amount: = 0.5 * prompts}
  - {item: heat, tier: network, phase: access, stage: end of life, amount: = 1 * prompts}
  - {item: board, tier: terminals, phase: access, stage: manufacture, amount: 0.1 device}
MORE
variants:
  half: {title: HOSTILE, with: {factors.answer.impacts.GWP: 5 mgCO2eq/prompt}}
  twice: {title: Un été à Kyōto 京都, with: {factors.answer.impacts.GWP: 20 mgCO2eq/prompt}}
"""
MANY = "".join(
    f"  - {{item: answer, tier: {tier}, phase: {phase}, stage: use, amount: {size} prompt}}\n"
    for size, (tier, phase) in enumerate(
        product(("terminals", "network", "data centre"), ("data", "training", "access")), 1
    )
)


# Years, and a pack that may not be passed on: an uncertain input is behind what is withheld and behind what is not.
WITHHELD = """
study: {title: Withheld, criteria: [GWP], packs: [tiny]}
functional_units: {one: {years: 2024..2026, demand: {prompts: 100 prompt}}}
parameters: {size: {value: 2, low: 1, high: 4}}
factors:
  answer: {stage: use, impacts: {GWP: {value: 10 gCO2eq/prompt, low: 5 gCO2eq/prompt, high: 30 gCO2eq/prompt}}}
sites: {lab: {region: {USA: {value: 60 %, low: 50 %, high: 80 %}, FRA: 40 %}, pue: {value: 1.5, low: 1.1, high: 1.9}}}
inference: {site: lab, energy: "= size * 1 [kWh/prompt]"}
activities:
  - {item: answer, tier: network, phase: access, stage: use, amount: "= size * prompts"}
  - {item: steel, tier: terminals, phase: access, stage: embodied, amount: 2 kg}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    """The studies of this file."""
    folder = tmp_path_factory.mktemp("own")
    pack = write_pack(folder, package=json.dumps(PACKAGE | {"redistributable": False}))
    text = CREDITS.replace("HOSTILE", json.dumps(HOSTILE)).replace("MORE\n", MANY)
    return {
        "credits": of_file(written(folder, text, "credits.yaml")),
        "withheld": of_file(written(folder, WITHHELD, "withheld.yaml"), pack),
        "two": beside(folder, ":twice#one"),
        "saved": beside(folder, saved(folder)),
    }


def beside(folder: Path, other: str) -> Data:
    """The study of credits, its base case held against another."""
    run = Run(folder / "credits.yaml")
    result = run.compile(variants=(None, "half"), with_expectations=False)[0]
    return data(result, held_against(result, str(folder / "credits.yaml"), other, run.library))


def saved(folder: Path) -> str:
    records = [{"functional_unit": "one", "criterion": "GWP", "value": -3.5, "unit": "kg CO2 eq"}]
    (folder / "saved.json").write_text(json.dumps(records), "utf-8")
    return str(folder / "saved.json")


@pytest.fixture
def study(request: pytest.FixtureRequest, own: dict[str, Data]) -> Data:
    return own[request.param] if request.param in own else shipped(request.param)


@cache
def of_file(path: Path, *packs: Path) -> Data:
    """A study with all its variants."""
    run = Run(path, packs)
    return data(run.compile(variants=(None, *run.scenario.variants), with_expectations=False)[0])


def shipped(name: str) -> Data:
    return of_file(ROOT / "scenarios" / f"{name}.yaml")


def views(made: Data) -> list[View]:
    """Every total of a study, as what is looked at."""
    result = made.result
    sizes = (len(result.functional_units), len(result.variants), len(result.criteria))
    every = (View(*places) for places in product(*map(range, sizes)))
    return [view for view in every if made.values["totals"][view.unit][view.variant][view.criterion] is not None]


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_what_is_drawn_with_is_that_of_lca_plot() -> None:
    script = (HERE / "svg.js").read_text(encoding="utf-8")
    assert f"PALETTE = {json.dumps(list(plots.PALETTE))}" in script
    assert f"INKS = {json.dumps([plots.ink_on(colour) for colour in plots.PALETTE])}" in script


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HOSTILE, "&lt;/text&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;"),
        ("a\u202eb\u2066c\0d\u200be", "a�b�c�d�e"),
        ("Kyōto 京都", "Kyōto 京都"),
    ],
)
def test_text_is_escaped(text: str, shown: str) -> None:
    assert svg.escape(text) == shown
    assert svg.tag("g", aria_label=text) == f'<g aria-label="{shown}"/>'


# --- rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_contributions_are_those_of_lca_plot(name: str) -> None:
    made = shipped(name)
    scene, result = opening(made, "en"), made.result
    plotted = {
        (row["functional_unit"], row["variant"], row["criterion"], row["part"]): (row["value"], row["share"])
        for row in contribution.drawing(Asked(result)).records
    }
    shown = {
        (fu, variant or "", result.criteria[row["of"]].key, row["part"]): (row["value"], row["share"])
        for i, fu in enumerate(result.functional_units)
        for j, variant in enumerate(result.variants)
        for row in CHARTS["contribution"].rows(scene._replace(view=View(i, j, 0)))
    }
    assert shown == {key: pytest.approx(pair, rel=1e-9, abs=1e-300) for key, pair in plotted.items()}


@pytest.mark.parametrize("name", ["chat_assistant", "video_streaming", "web_shop", "bloom"])
def test_what_matters_is_that_of_lca_plot(name: str) -> None:
    made = shipped(name)
    scene, result = opening(made, "en"), made.result
    plotted: dict[str, list[tuple[str, float, float]]] = {}
    for row in tornado.drawing(Asked(result)).records:
        plotted.setdefault(row["figure"], []).append((row["input"], row["low"], row["high"]))
    for view in views(made):
        variant = result.model.scenario.label(result.variants[view.variant])
        figure = f"{result.functional_units[view.unit]} · {result.criteria[view.criterion].label} · {variant}"
        rows = CHARTS["tornado"].rows(scene._replace(view=view))
        expected = {path: (low, high) for path, low, high in plotted.get(figure, [])}
        shown = {row["input"]: (row["low"], row["high"]) for row in rows}
        assert shown == {path: pytest.approx(ends, rel=1e-9) for path, ends in expected.items()}
        assert [abs(row["high"] - row["low"]) for row in rows] == sorted(
            (abs(row["high"] - row["low"]) for row in rows), reverse=True
        )


def test_the_curve_is_the_sweep() -> None:
    made = shipped("stable_diffusion")
    scene, result = opening(made, "en"), made.result
    each = made.values["inputs"][scene.curve]
    assert each["path"] == "inference.server.aur"
    path, low, high = each["path"], each["low"], each["high"]
    plotted = sweep.drawing(Asked(result, ranges=(f"{path}={low} %:{high} %:41",))).records
    lines = {(row["figure"], row["line"], round(row["x"], 9)): row["value"] for row in plotted}
    for view in (View(0, 0, 0), View(1, 2, 1)):
        figure = f"{result.functional_units[view.unit]} · {result.criteria[view.criterion].label}"
        rows = CHARTS["curve"].rows(scene._replace(view=view))
        assert len(rows) == 41 * len(result.variants)
        shown = {(figure, row["variant"], round(row["x"], 9)): row["value"] for row in rows}
        assert shown == pytest.approx({key: lines[key] for key in shown}, rel=1e-9)


@pytest.mark.parametrize("name", SHIPPED)
def test_making_and_use_are_the_stages_of_the_study(name: str) -> None:
    made = shipped(name)
    scene, result = opening(made, "en"), made.result
    sums: dict[tuple[Any, ...], float] = {}
    for row in result.records(("stage",)):
        kind = {"use": "use", "all": "undivided"}.get(row["stage"], "making")
        key = (row["functional_unit"], row["variant"], row["criterion"], kind)
        sums[key] = sums.get(key, 0.0) + row["value"]
    for view in views(made):
        rows = CHARTS["making"].rows(scene._replace(view=view))
        case = (result.functional_units[view.unit], result.variants[view.variant], result.criteria[view.criterion].key)
        for kind in ("making", "use", "undivided"):
            assert sum(row[kind] for row in rows) == pytest.approx(sums.get((*case, kind), 0.0), rel=1e-9, abs=1e-300)


def test_dots_and_variants_are_near_what_many_samples_say() -> None:
    """1,000 draws in layers against 20,000 at random: a median to 4 %, a chance to 3 of a hundred."""
    made = shipped("chat_assistant")
    scene, result = opening(made, "en"), made.result
    sampled = uncertainty(result.model, 20_000, 0)
    known = {each.figure[:3]: each.spread for each in sampled.estimates}
    for view in views(made)[::7]:
        case = (result.functional_units[view.unit], result.variants[view.variant], result.criteria[view.criterion].key)
        rows = CHARTS["dots"].rows(scene._replace(view=view))
        assert (rows[24]["value"] + rows[25]["value"]) / 2 == pytest.approx(known[case].median, rel=0.04)
        inside = [row for row in rows if known[case].low <= row["value"] <= known[case].high]
        assert 46 <= len(inside) <= 50
    for of, against, pair in sampled.comparisons:
        view = View(result.functional_units.index(of[0]), result.variants.index(of[1]), 0)
        label = result.model.factors.criteria[of[2]].label
        row = next(
            row for row in CHARTS["variants"].rows(scene._replace(view=view))
            if row["criterion"] == label and row["place"] == result.variants.index(against)
        )  # fmt: skip
        if row["lower"] is None:
            assert pair.equal > 0.999 or pair.below + pair.equal == pytest.approx(1)
        else:
            assert row["lower"] == pytest.approx(pair.below, abs=0.03)


def test_a_share_that_is_moved_stays_while_others_are_drawn() -> None:
    """Whatever the others of its mix come to in a draw, the moved share is what it was put to."""
    made = shipped("chat_assistant")
    scene = opening(made, "en")
    graph, place = made.result.model.graph, made.tape.place
    for mix in made.values["tape"]["mixes"]:
        drawn = [leaf for leaf in mix["of"] if leaf in scene.machine.drawn]
        if len(drawn) < 2:
            continue
        leaf = drawn[0]
        share = next(s for shares in graph.mixes.values() for s in shares if place.get(graph.weight(s)) == leaf)
        moves = {leaf: 0.25 * mix["whole"]}
        scene.machine.settle(moves)
        column = columns_now(scene._replace(moves=moves), [place[share]])[0]
        assert column is None or column == pytest.approx([0.25] * 1000)
        assert scene.machine.values[place[share]] == pytest.approx(0.25)
        free = columns_now(scene._replace(moves={}), [place[share]])[0]
        assert free is not None
        assert max(free) - min(free) > 0.05
        return
    pytest.fail("no mix of which two shares are drawn")


def test_what_is_withheld_is_no_draw_and_moves_nothing(own: dict[str, Data]) -> None:
    """By hand, in kg a year: 2 answers for each of 100 prompts are 2 of 10 g, and what is withheld stays what it is."""
    made = own["withheld"]
    scene = opening(made, "en")
    root = total_in_view(scene)
    assert root is not None
    total = scene.machine.stated[root]
    size, answer = ("parameters.size", "factors.answer.impacts.GWP")
    rows = {row["input"]: row for row in CHARTS["tornado"].rows(scene)}
    assert {*rows} == {answer}
    assert size in made.locked
    assert (rows[answer]["low"], rows[answer]["high"]) == pytest.approx((total - 1, total + 4))
    dots = [row["value"] for row in CHARTS["dots"].rows(scene)]
    assert min(dots) > total - 2 + 100 * 1 * 0.005 - 1e-9
    assert max(dots) < total - 2 + 100 * 4 * 0.03 + 1e-9


# --- drawings --------------------------------------------------------------------------------------------------------

TAGS = {"svg", "rect", "line", "text", "circle", "path"}
NAMESPACE = "{http://www.w3.org/2000/svg}"


def scenes(made: Data, many: int, seed: int = 0) -> Iterator[Scene]:
    """Views of a study, with nothing moved and with some inputs anywhere in their ranges, in both languages."""
    first, some = opening(made, "en"), random.Random(seed)  # noqa: S311  no secret
    movable = [each for each in first.data["inputs"] if is_movable(each) and each["low"] is not None]
    for number in range(many):
        moves: dict[int, float] = {}
        if number % 3 == 2:
            for each in some.sample(movable, min(3, len(movable))):
                moves |= moved(first, each, some.uniform(each["low"], each["high"]))
        curve = some.randrange(len(first.data["inputs"])) if number % 2 else first.curve
        scene = first._replace(view=some.choice(views(made)), moves=moves, curve=curve)
        yield scene._replace(language="fr" if number % 4 == 1 else "en")


def texts_of(scene: Scene, width: int) -> Iterator[tuple[str, str, str]]:
    """The name of each chart, its drawing and its sentence."""
    scene.machine.settle(scene.moves)
    for name, chart in CHARTS.items():
        rows = chart.rows(scene)
        yield name, chart.draw(rows, scene, width), chart.say(rows, scene)


@pytest.mark.parametrize("study", STUDIES, indirect=True)
def test_drawings_are_well_formed_and_hold_what_they_show(study: Data) -> None:
    for number, scene in enumerate(scenes(study, 6)):
        width = WIDTHS[number % 3]
        for name, drawing, sentence in texts_of(scene, width):
            assert sentence
            assert "{" not in sentence
            if not drawing:
                assert name in ("dots", "curve", "tornado", "variants", "against", "carried", "apart")
                continue
            assert " style=" not in drawing
            assert not re.search(r"\b(nan|NaN|-?inf|Infinity|None|null|undefined)\b", drawing)
            root = ET.fromstring(drawing)  # noqa: S314  ours
            assert root.attrib["role"] == "img"
            assert root.attrib["aria-label"] == sentence
            assert {each.tag.removeprefix(NAMESPACE) for each in root.iter()} <= TAGS
            for each in root.iter():
                assert inside(each, width, float(root.attrib["height"])), (name, ET.tostring(each))


def inside(each: ET.Element, width: float, height: float) -> bool:
    """Whether a mark or a text lies within its drawing, by what texts are guessed to take."""
    x, y = float(each.get("x", 0)), float(each.get("y", 0))
    if each.tag == f"{NAMESPACE}rect":
        return x >= -0.1 and x + float(each.attrib["width"]) <= width + 0.1 and y >= 0
    if each.tag == f"{NAMESPACE}circle":
        return float(each.attrib["r"]) <= float(each.attrib["cx"]) <= width - float(each.attrib["r"])
    if each.tag == f"{NAMESPACE}text":
        size = float(each.get("font-size", svg.SIZE))
        long = svg.width_of(each.text or "", size) * (1 if each.get("font-weight") is None else 1.05)
        left = x - long * {"end": 1.0, "middle": 0.5}.get(each.get("text-anchor", ""), 0.0)
        return left >= -3 and left + long <= width + 3 and size * 0.7 <= y <= height
    return True


def test_names_that_mean_something_in_html_are_text(own: dict[str, Data]) -> None:
    made = own["credits"]
    scene = opening(made, "en")._replace(view=View(0, 1, 0))
    drawn = {name: drawing for name, drawing, _ in texts_of(scene, 860)}
    assert HOSTILE in [each.text for each in ET.fromstring(drawn["curve"]).iter()]  # noqa: S314  ours
    assert HOSTILE in [each.text for each in ET.fromstring(drawn["variants"]).iter()]  # noqa: S314  ours
    assert "<script" not in "".join(drawn.values())


def test_credits_are_to_the_left_of_nothing(own: dict[str, Data]) -> None:
    """By hand, in mg: the network gives back 100 of 6, the data centre 50 of 6 of the 1000 that answers come to."""
    made = own["credits"]
    rows = {row["part"]: row for row in CHARTS["contribution"].rows(opening(made, "en"))}
    assert rows["network"]["value"] == pytest.approx((-600 + 60) * 1e-6)
    assert rows["inference"]["value"] == pytest.approx((1000 - 300) * 1e-6)
    assert len(rows) == 8
    assert "other" in rows
    assert sum(abs(row["share"]) for row in rows.values()) == pytest.approx(1)
    making = {row["part"]: row for row in CHARTS["making"].rows(opening(made, "en"))}
    assert making["network"] == pytest.approx({"making": -600e-6, "use": 60e-6, "undivided": 0} | {"part": "network"})


# --- words -----------------------------------------------------------------------------------------------------------


def test_every_sentence_is_said_in_french_and_in_both_scripts() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in (HERE / "charts").glob("*.js"))
    sentences = {text for path in (HERE.parent / "charts").glob("*.py") for text in sentences_of(path)}
    assert len(sentences) > 15
    assert sorted(sentences - {*catalogue("fr")}) == []
    assert [text for text in sorted(sentences) if f'"{text}"' not in scripts] == []
    for text in sentences:
        assert set(re.findall(r"{\w+}", catalogue("fr")[text])) == set(re.findall(r"{\w+}", text)), text


def sentences_of(path: Path) -> Iterator[str]:
    """The texts of a file that are sentences, or have places to be filled."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documented)
    for node in texts:
        if isinstance(node.value, str) and " " in node.value and re.search(r"{\w+}|\.$", node.value):
            yield node.value


# --- the same in JavaScript ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A blank page with the scripts of the charts."""
    scripts = (HERE / "words.js", HERE / "draws.js")
    with browser() as started:
        blank = started.new_page()
        blank.set_content("<p>")
        blank.add_script_tag(content=tape.core())
        for script in scripts:
            blank.add_script_tag(content=script.read_text(encoding="utf-8"))
        blank.add_script_tag(content=charts.script())
        blank.evaluate("french => CATALOGUES.set('fr', new Map(Object.entries(french)))", catalogue("fr"))
        yield blank


ALL_TEXTS = """asked => asked.map(([view, moves, curve, language, width]) => {
  const moved = new Map(moves);
  MACHINE.settle(moved);
  const scene = scene_of(DATA, MACHINE, view, moved, curve, language);
  return Object.entries(CHARTS).map(([name, chart]) => {
    const rows = chart.rows(scene);
    return [name, chart.draw(rows, scene, width), chart.say(rows, scene), JSON.stringify(rows)];
  });
})"""


@pytest.mark.parametrize("study", STUDIES, indirect=True)
def test_charts_are_the_same_from_both_languages(study: Data, page: Page) -> None:
    page.evaluate(
        "text => { globalThis.DATA = JSON.parse(text); globalThis.MACHINE = machine(DATA.tape); }",
        as_json(study.values),
    )
    asked = [(scene, WIDTHS[number % 3]) for number, scene in enumerate(scenes(study, times(15), 1))]
    told = [
        [scene.view._asdict(), [*scene.moves.items()], scene.curve, scene.language, width] for scene, width in asked
    ]
    for (scene, width), theirs in zip(asked, page.evaluate(ALL_TEXTS, told), strict=True):
        assert [[*each] for each in texts_of(scene, width)] == [each[:3] for each in theirs]
        for (name, *_, rows), chart in zip(theirs, CHARTS.values(), strict=True):
            assert [*map(near, chart.rows(scene))] == json.loads(rows), name


def near(row: dict[str, Any]) -> dict[str, Any]:
    return {key: pytest.approx(value, rel=1e-9) if isinstance(value, float) else value for key, value in row.items()}


def test_the_page_opens_as_python_wrote_it(page: Page) -> None:
    made = shipped("stable_diffusion")
    page.evaluate("text => { globalThis.DATA = JSON.parse(text); }", as_json(made.values))
    theirs = page.evaluate("(({view, curve}) => [view, curve])(opening(DATA, machine(DATA.tape), 'en'))")
    scene = opening(made, "en")
    assert theirs == [scene.view._asdict(), scene.curve]
    assert total_in_view(scene) is not None


class Numbers(NamedTuple):
    """A function of both languages, and what it is given beside a number."""

    name: str
    rest: tuple[Any, ...]


FUNCTIONS = (
    Numbers("number", (3, "en")), Numbers("number", (1, "fr")), Numbers("number", (2, "en", True)),
    Numbers("stated", ("fr",)), Numbers("percent", ("en",)), Numbers("change", ("fr",)),
    Numbers("input_quantity", ("%", "fr")), Numbers("input_quantity", ("prompt/year", "fr")),
    Numbers("quantity", ("kg CO2 eq", "fr")), Numbers("is_plain", (3,)),
    Numbers("quantity", ("kgSbeq/device", "fr")),
)  # fmt: skip
KNOWN = (0.0, -0.0, 0.5, 2.5, 0.125, 0.001, 0.0095, 9.995, 99.95, 999.5, 1e21, 1e22, 5e-324, 1.7e308)
AXES = "pairs => pairs.map(([low, high]) => (({at, labels, power}) => [at, labels, power])(ticks(low, high, 4, 'fr')))"


def some_numbers(many: int) -> list[float]:
    """Numbers of every size: halves that round, round ones, those beside them, and any that 64 bits can be."""
    some = random.Random(15)  # noqa: S311  no secret
    makers = (
        lambda: (some.randrange(10**4) + 0.5) * 2.0 ** some.randrange(-12, 12),
        lambda: some.randrange(2000) * 10.0 ** some.randrange(-12, 12),
        lambda: some.randrange(10**6) / 10 ** some.randrange(1, 8),
        lambda: some.uniform(-2, 2) * 10.0 ** some.randrange(-30, 30),
        lambda: math.nextafter(some.randrange(1, 1000) / 8, some.choice((0, math.inf))),
        lambda: struct.unpack("<d", some.randbytes(8))[0],
    )
    made = (some.choice(makers)() for _ in range(many))
    return [*KNOWN, *filter(math.isfinite, made)]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: f"{each.name}{each.rest}")
def test_numbers_are_the_same_from_both_languages(function: Numbers, page: Page) -> None:
    values = some_numbers(times(100_000) // 3)
    text = f"text => JSON.parse(text).map(value => {function.name}(value, ...{json.dumps(function.rest)}))"
    theirs = page.evaluate(text, json.dumps(values))
    ours = [getattr(numbers, function.name)(value, *function.rest) for value in values]
    assert [each for each in zip(values, ours, theirs, strict=True) if each[1] != each[2]] == []


TABLE_OF_UNITS = [line.split("\t")[0] for line in units.TABLE.read_text("utf-8").splitlines()[1:]]


def test_units_are_the_same_from_both_languages(page: Page) -> None:
    every = [
        *TABLE_OF_UNITS,
        "kg CO2 eq",
        "MB/visit",
        "year",
        "m^2*year",
        "visit_2/day",
        "çday",
        "kgCO2eq/GPU",
        "toString",
    ]
    for language, several in product(("en", "fr"), (True, False)):
        text = "([every, ...rest]) => every.map(unit => unit_words(unit, ...rest))"
        ours = [numbers.unit_words(unit, language, several=several) for unit in every]
        assert page.evaluate(text, [every, language, several]) == ours


def test_axes_are_the_same_from_both_languages(page: Page) -> None:
    values = [value for value in some_numbers(times(12_000)) if abs(value) < 1e100]
    pairs = [pair for pair in map(sorted, pairwise(values)) if pair[1] - pair[0] > 1e-9 * max(map(abs, pair))]
    theirs = page.evaluate(AXES, pairs)
    for (low, high), axis in zip(pairs, theirs, strict=True):
        assert [*numbers.ticks(low, high, 4, "fr")] == axis, (low, high)
        assert 2 <= len(axis[0]) <= 6
