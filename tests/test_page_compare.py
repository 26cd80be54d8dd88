"""A report that holds a study against another: the figures of `lca compare`, whatever is moved those of the engine, and
what cannot be compared said.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from lca.disk.workspace import Run
from lca.graph import evaluate
from lca.model import inputs
from lca.model.case import CaseKey
from lca.page.charts import CHARTS
from lca.page.data import Data, data
from lca.page.html import page as written_page
from lca.page.other import Other
from lca.page.pages import Page as Written
from lca.page.scene import View, opening
from lca.problems import Misnamed, Problems
from lca.questions.uncertainty import uncertainty
from lca.study.beside import against
from lca.study.comparing import compared, named, opened
from tests.bench_pack import PACKAGE, swapped, write_pack
from tests.chromium import browser
from tests.chromium import shown as in_browser
from tests.command import Lca
from tests.test_page import Read, closed_to_the_outside
from tests.test_page_live import PARTLY
from tests.whole import times

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("chromium")  # one browser for all
NEAR = 1e-9
MOVES = times(40)

# By hand, in g: 2 prompts of 2 Wh, 1.2 of overhead and 0.1 g for each Wh are 0.48.
ONE = """\
study: {title: Small, criteria: [GWP], packs: [tiny], controls: [{input: sites.lab.pue}, {input: inference.energy}]}
functional_units:
  one: {title: Two prompts, demand: {prompts: 2 prompt}}
sites:
  lab: {region: FRA, pue: {value: 1.2, low: 1.1, high: 1.6}}
inference: {site: lab, energy: {value: 2 Wh/prompt}}
"""
LAW = "value: 3 Wh/prompt, low: 1 Wh/prompt, high: 5 Wh/prompt, law: uniform"
OTHER = swapped(ONE, ("title: Small", "title: Large"), ("value: 2 Wh/prompt", LAW))
# The other states some shares of a mix otherwise, and writes a time in another unit.
UNLIKE = swapped(
    PARTLY, ("title: A mix", "title: Another mix"), ("value: 30 %, low", "value: 25 %, low"),
    ("share: 15 %", "share: 20 %"), ("pue: 1.2", "pue: 1.3"),
    ("3 min/visit, low: 1 min/visit, high: 8 min", "180 s/visit, low: 60 s/visit, high: 480 s"),
)  # fmt: skip


class Opened(NamedTuple):
    """Two studies, their page in a browser, and what went wrong there."""

    study: Data
    page: Page
    told: list[str]

    @property
    def other(self) -> Other:
        assert self.study.other is not None
        return self.study.other


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("compare")
    write_pack(here)
    for name, text in {"one": ONE, "other": OTHER, "partly": PARTLY, "unlike": UNLIKE}.items():
        (here / f"{name}.yaml").write_text(text, "utf-8")
    return here


def beside(folder: Path, name: str, other: str, variants: tuple[str | None, ...] | None = None) -> Data:
    """A study, of a folder or shipped, held against another."""
    own = folder / f"{name}.yaml"
    scenario, packs = (str(own), [folder / "packs"]) if own.exists() else (name, [])
    run = Run(scenario, packs)
    cases = (None, *run.scenario.variants) if variants is None else variants
    result = run.compile((), cases, every_case=True)[0]
    return data(result, against(result, scenario, other, run.library))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def open_(chromium: Browser, folder: Path) -> Any:
    @cache
    def made(name: str, other: str) -> Opened:
        is_own = (folder / other).exists()
        study = beside(folder, name, str(folder / other) if is_own else other, None if is_own else (None,))
        file = folder / f"{name}-{other.strip(':')}.html"
        file.write_text(written_page(Written(study, "en", name)), "utf-8")
        return Opened(study, *in_browser(chromium, file))

    return made


PAIRS = (("one", "other.yaml"), ("partly", "unlike.yaml"), ("chat_assistant", ":small"))


def totals(opened: Opened, of: dict[Any, int]) -> list[float]:
    nodes = [opened.study.tape.place[index] for index in of.values()]
    found: list[float] = opened.page.evaluate("nodes => nodes.map(node => PAGE.engine.values[node])", nodes)
    return found


def own_totals(study: Data) -> dict[Any, int]:
    return dict(study.result.model.totals)


def moves_of(opened: Opened) -> dict[str, tuple[float, Any]]:
    """What the page has moved: by path a number and its unit."""
    put = opened.page.evaluate("() => [...PAGE.put]")
    return {opened.study.inputs[place].path: (value, opened.study.inputs[place].leaf.unit) for place, value in put}


def of_engine(model: Any, moves: dict[str, tuple[float, Any]], roots: list[int]) -> list[float]:
    """Figures of a model by itself with inputs moved by their paths."""
    graph = model.graph
    leaves = [(index, leaf) for index, leaf in graph.inputs() if leaf.path in moves]
    given = {index: inputs.in_unit_of(graph, index, *moves[leaf.path]) for index, leaf in leaves}
    values = evaluate(graph, inputs.settled(graph, given))
    return [values[root] for root in roots]


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_every_figure_on_load_is_that_of_lca_compare(name: str, other: str, open_: Any, folder: Path) -> None:
    opened_page = open_(name, other)
    own = folder / f"{name}.yaml"
    run = Run(str(own) if own.exists() else name, [folder / "packs"] if own.exists() else [])
    a = named(str(own) if own.exists() else name, "")
    b = named(str(folder / other) if (folder / other).exists() else other, a.file)
    sides = [opened(each, "", (), run.library) for each in (a, b)]
    told = compared(a, b, *sides, run.library, ())
    page = opened_page.page
    scene = "scene_of(PAGE.data, PAGE.engine, {unit: k, variant: 0, criterion: c}, new Map(), 0, 'en')"
    units, criteria = opened_page.study.result.functional_units, opened_page.study.result.model.criteria
    for pair in told.pairs:
        k = units.index(pair.a.functional_unit)
        rows = page.evaluate(f"k => {{ const c = 0; return CHARTS.against.rows({scene}); }}", k)
        of_unit = {criteria[row["of"]]: row for row in rows if row["unit_at"] == k}
        for each in pair.differences:
            row = of_unit[each.criterion]
            assert (row["value"], row["other"]) == pytest.approx((each.a, each.b), rel=NEAR)
            assert row["difference"] == pytest.approx(each.difference, rel=1e-6, abs=abs(each.a) * NEAR)
            carried = page.evaluate(f"([k, c]) => CHARTS.carried.rows({scene})", [k, criteria.index(each.criterion)])
            known = {c.name: c.carries[each.criterion] for c in pair.contributions if c.carries[each.criterion]}
            assert {row["input"]: row["value"] for row in carried} == pytest.approx(known, rel=NEAR)
    assert opened_page.told == []


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_every_figure_after_random_moves_is_the_engine_s(name: str, other: str, open_: Any) -> None:
    """What both state alike moves the other as a run of its own does; all else leaves it as it is."""
    opened, chance = open_(name, other), random.Random(3)  # noqa: S311  the same every time
    opened.page.locator("#reset").click()
    own, there = opened.study.result.model, opened.other.models[0]
    pairs = {key: opened.other.against.pair(key[0]).b for key in opened.other.totals}
    roots = [
        there.totals[CaseKey(side.functional_unit, side.variant).total(criterion)]
        for (_, criterion), side in pairs.items()
    ]
    shown = opened.page.evaluate("() => PAGE.data.controls.map(({input, track}) => [input, track])")
    moved, both = 0, 0
    for _ in range(MOVES):
        place, (start, end, _by_powers) = chance.choice(shown)
        opened.page.evaluate(
            "([place, value]) => { if (!PAGE.fault(place, value)) PAGE.move(place, value); PAGE.redraw(); }",
            [place, float(f"{chance.uniform(start, end):.4g}")],
        )
        moves = moves_of(opened)
        alike = {path: move for path, move in moves.items() if path in opened.other.shared}
        moved, both = moved + bool(moves), both + bool(alike)
        assert totals(opened, own_totals(opened.study)) == pytest.approx(
            of_engine(own, moves, [*own.totals.values()]), rel=NEAR
        )
        assert totals(opened, dict(opened.other.totals)) == pytest.approx(of_engine(there, alike, roots), rel=NEAR)
    assert moved > MOVES / 2
    assert both > MOVES / 4
    assert opened.told == []
    opened.page.locator("#reset").click()


def test_by_hand(open_: Any) -> None:
    """0.48 g and 3 / 2 of it, 0.72. Of 1 to 5 Wh three quarters are more than 2, whatever the overhead of both.

    With an overhead of 1.5 they are 0.6 and 0.9; with 4 Wh here 1.2 and 0.9, and one quarter is more.
    """
    opened = open_("one", "other.yaml")
    page = opened.page
    page.locator("#reset").click()
    rows = "() => CHARTS.against.rows(scene_of(PAGE.data, PAGE.engine, {...PAGE.view}, %s, 0, 'en'))"
    [row] = page.evaluate(rows % "new Map()")
    assert (row["value"], row["other"]) == pytest.approx((0.48e-3, 0.72e-3))
    assert row["relative"] == pytest.approx(0.5)
    assert row["lower"] == pytest.approx(0.75)
    assert "This study is lower in 75 of 100 draws." in page.locator("#chart-against .says").inner_text()
    assert "+50" in page.locator("#other-change").inner_text()
    assert opened.other.shared >= {"sites.lab.pue"}
    assert {*opened.other.kept} == {"inference.energy"}
    pue, energy = page.evaluate("() => PAGE.data.controls.map(({input}) => input)")
    for place, value in ((pue, "1.5"), (energy, "4")):
        page.locator(f"#number-{place}").fill(value)
        page.locator(f"#number-{place}").blur()
        page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
        if place == pue:
            assert page.evaluate("() => PAGE.engine.values[PAGE.data.other.totals[0][0][0]]") == pytest.approx(0.9e-3)
            assert page.evaluate("() => PAGE.engine.values[PAGE.data.totals[0][0][0]]") == pytest.approx(0.6e-3)
    said = page.locator("#chart-against .says").inner_text()
    assert "lower in 25 of 100 draws, what you moved being held" in said
    assert "1.20 × 10" in said.replace("\u202f", " ")
    notes = [page.locator(f"#note-{place}").inner_text() for place in (pue, energy)]
    assert "Moves both studies." in notes[0]
    assert "The other study keeps 3\xa0Wh/prompt." in notes[1]
    page.locator("#reset").click()


def test_the_share_of_draws_is_that_of_the_sampler(folder: Path) -> None:
    """1,000 draws in layers of two studies against 20,000 at random of one with both as cases: to 3 of a hundred.

    What has the same path goes together, with another range as well; what has another path, the overhead, does not.
    """
    text = swapped(
        ONE, ("pue: {value: 1.2", "pue: {value: 1.3"),
        ("value: 2 Wh/prompt", "value: 2 Wh/prompt, low: 1 Wh/prompt, high: 4 Wh/prompt"),
        ("inference:", "  far: {region: FRA, pue: {value: 1.25, low: 1.05, high: 1.7}}\ninference:"),
    )  # fmt: skip
    far = "{inference.site: far, inference.energy: {value: 2.1 Wh/prompt, low: 1.5 Wh/prompt, high: 4 Wh/prompt}}"
    (folder / "both.yaml").write_text(f"{text}variants: {{far: {{with: {far}}}}}\n", "utf-8")
    made = beside(folder, "both", ":far", (None,))
    model = Run(folder / "both.yaml", [folder / "packs"]).compile((), (None, "far"))[0].model
    [(of, than, pair)] = uncertainty(model, 20_000, 0).comparisons
    assert (of[1], than) == ("far", None)
    [row] = CHARTS["against"].rows(opening(made, "en"))
    assert 0.2 < row["lower"] < 0.8
    assert row["lower"] == pytest.approx(1 - pair.below - pair.equal, abs=0.03)


# --- one tape --------------------------------------------------------------------------------------------------------


def test_the_same_study_adds_nothing_to_the_tape(folder: Path) -> None:
    """Whatever its units and its order, what both state alike is one leaf, and what is made of it one node."""
    alone = beside(folder, "partly", str(folder / "partly.yaml"))
    run = Run(folder / "partly.yaml", [folder / "packs"])
    plain = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
    assert len(alone.tape.place) == len(plain.tape.place)
    assert alone.other is not None
    assert not alone.other.kept
    assert [row["difference"] for row in CHARTS["against"].rows(opening(alone, "en"))] == [0, 0]


def test_a_mix_moves_whole_or_not_at_all(folder: Path) -> None:
    """Two of four shares differ: the others, of the same numbers, stay with theirs. 180 s is 3 min."""
    made = beside(folder, "partly", str(folder / "unlike.yaml"))
    assert made.other is not None
    kept = {path.split(".")[-2] for path in made.other.kept if path.endswith(".share")}
    assert kept == {"phone", "laptop", "tower", "other"}
    assert "terminals.time" in made.other.shared
    assert "sites.lab.pue" in made.other.kept


# --- what cannot be compared -----------------------------------------------------------------------------------------


def text_of(folder: Path, name: str, other: str, *, lock: bool = False, language: str = "en") -> str:
    return written_page(Written(beside(folder, name, other), language, name), lock=lock)


def words_of(text: str) -> str:
    read = Read(text)
    assert read.open == []
    closed_to_the_outside(read)
    return " ".join(text for tag, texts in read.texts.items() if tag not in ("script", "style") for text in texts)


def test_what_only_one_has_and_other_definitions_are_said(folder: Path) -> None:
    two = "  two: {title: Another, demand: {prompts: 5 prompt}}\n"
    first = swapped(ONE, ("sites:", f"{two}sites:"))
    more = swapped(
        first, ("criteria: [GWP]", "criteria: [GWP, PE]"), ("prompts: 2 prompt", "prompts: 3 prompt"),
        ("  two:", "  three:"),
    )  # fmt: skip
    none = swapped(first, ("  one:", "  a:"), ("  two:", "  b:"))
    for name, text in (("first", first), ("more", more), ("none", none)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    words = words_of(text_of(folder, "first", str(folder / "more.yaml"), lock=True))
    assert "Only this study has the functional units two." in words
    assert "Only the other has the functional units three." in words
    assert "Only the other is assessed by PE." in words
    assert "“one” asks for 2\u202fprompt here, and “one” for 3\u202fprompt there." in words.replace("\xa0", "\u202f")
    with pytest.raises(Misnamed, match="the study has one, two, the other a, b"):
        beside(folder, "first", str(folder / "none.yaml"))


def test_a_saved_result_is_held_and_says_what_it_lacks(folder: Path) -> None:
    records = [{"functional_unit": "one", "criterion": "GWP", "value": 0.5e-3, "unit": "kg CO2 eq"}]
    (folder / "saved.json").write_text(json.dumps(records), "utf-8")
    made = beside(folder, "other", str(folder / "saved.json"))
    [row] = CHARTS["against"].rows(opening(made, "en"))
    assert (row["value"], row["other"]) == pytest.approx((0.72e-3, 0.5e-3))
    assert 0.2 < row["lower"] < 0.3  # below 0.5 g of 2 prompts, 1.1 to 1.6 of overhead, are some of 1 to 5 Wh
    words = words_of(written_page(Written(made, "en", "other")))
    assert "is a saved result: its totals stay what they are" in words
    assert "a saved result has no inputs: what carries a difference cannot be said" in words
    (folder / "saved.json").write_text("[]", "utf-8")
    with pytest.raises(Problems, match="no saved result"):
        beside(folder, "other", str(folder / "saved.json"))


def test_numbers_of_the_other_that_may_not_be_passed_on_are_not_in_the_page(tmp_path: Path) -> None:
    """Both rest on the pack; what the other makes of it are plain numbers, and nothing moves them."""
    write_pack(tmp_path, package=json.dumps(PACKAGE | {"redistributable": False}))
    (tmp_path / "one.yaml").write_text(ONE, "utf-8")
    (tmp_path / "other.yaml").write_text(swapped(OTHER, ("region: FRA", "region: USA")), "utf-8")
    made = beside(tmp_path, "one", str(tmp_path / "other.yaml"))
    text = written_page(Written(made, "en", "one"))
    words = words_of(text)
    assert "may not be passed on: what rests on them is a plain number here" in words
    assert "What carries the difference rests on numbers that may not be passed on." in words
    values = json.loads(Read(text).texts["script"][0])
    assert not {0.1, 0.4, 0.2, 200.0} & {*values["tape"]["info"]}
    assert values["controls"] == []
    assert not values["other"]["changes"]
    assert made.other is not None
    assert not made.other.shared


def test_nothing_that_the_other_says_is_markup(folder: Path) -> None:
    bad = "</script><img src=x onerror=alert(1)>{title} '\"& <b>" + "x" * 10_000
    text = json.dumps(bad)
    hostile = swapped(
        PARTLY, ("title: A mix", f"title: {text}"), ("title: A year", f"title: {text}"),
        ("value: 3 min/visit, low", f"value: 4 min/visit, note: {text}, source: s, at: {text}, low"),
        ("criteria: [GWP],", f"criteria: [GWP], sources: {{s: {{title: {text}, locator: 'javascript:alert(1)'}}}},"),
    )  # fmt: skip
    (folder / "hostile.yaml").write_text(hostile, "utf-8")
    for lock in (False, True):
        page = text_of(folder, "partly", str(folder / "hostile.yaml"), lock=lock)
        read = Read(page)
        assert "onerror=alert(1)" in words_of(page)
        assert read.of("b") == read.of("img") == []
        assert len(page) < 400_000


# --- languages, forms ------------------------------------------------------------------------------------------------


def test_a_locked_page_has_all_of_it_and_french_says_so(folder: Path) -> None:
    locked = text_of(folder, "one", str(folder / "other.yaml"), lock=True)
    read = Read(locked)
    assert read.of("script") == []
    for part in ("Compared with “Large”", "+50", "Two studies side by side", "inference.energy", "75"):
        assert part in words_of(locked).replace(".\u200b", "."), part
    assert {"chart-against", "chart-carried", "chart-apart"} <= {each.get("id") for each in read.of("figure")}
    assert "moves both" not in words_of(locked)
    words = words_of(text_of(folder, "one", str(folder / "other.yaml"), language="fr"))
    for part in ("Comparée à", "Deux études côte à côte", "Déplace les deux études.", "L’autre étude garde 3"):
        assert part in words, part


def test_the_shipped_study_beside_another_like_it_is_small(folder: Path) -> None:
    text = (
        "extends: stable_diffusion\nstudy: {title: Smaller servers}\n"
        "inference: {server: {aur: {value: 60 %, low: 12 %, high: 80 %}}, energy: 1 Wh/image}\n"
        "terminals: {time: {value: 3 min/visit, low: 1 min/visit, high: 9 min/visit}}\n"
    )
    (folder / "smaller.yaml").write_text(text, "utf-8")
    made = beside(folder, "stable_diffusion", str(folder / "smaller.yaml"))
    assert len(written_page(Written(made, "fr", "stable_diffusion")).encode()) < 500_000


def test_the_command(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca) -> None:
    monkeypatch.chdir(folder)
    packs, target = ("--packs", "packs"), str(tmp_path / "a.html")
    assert lca_("report", "one.yaml", "--compare", "other.yaml", *packs, "-o", target).code == 0
    assert "lca report one.yaml --compare other.yaml" in Path(target).read_text("utf-8")
    whole = lca_("report", str(folder), "--compare", "other.yaml", *packs, "-o", str(tmp_path / "b"))
    assert whole.code == 2
    assert "--compare is of one study" in whole.err
    of_folder = lca_("report", "one.yaml", "--compare", str(tmp_path), *packs, "-o", target)
    assert of_folder.code == 1
    assert "is a folder" in of_folder.err
    assert lca_("report", "one.yaml", "--players", "inference", *packs, "-o", target).code == 2
    over = lca_("report", "one.yaml", "--compare", "other.yaml", *packs, "-o", "other.yaml")
    assert over.code == 1
    assert "would overwrite" in over.err


def test_what_is_looked_at_is_what_is_compared(folder: Path) -> None:
    """Each variant is held against the other; the rows are of that in view."""
    made = beside(folder, "partly", ":M")
    scene = opening(made, "en")
    rows = [CHARTS["against"].rows(scene._replace(view=View(0, k, 0))) for k in range(3)]
    assert rows[2][0]["difference"] == 0
    assert rows[0][0]["difference"] > 0
    assert rows[0][0]["other"] == rows[1][0]["other"] == rows[2][0]["value"]
