"""The living report in Chromium: its figures are the engine's, whatever is moved, and so are those it downloads."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import pytest

from lca.disk.workspace import Library, Run
from lca.graph import evaluate
from lca.model import inputs
from lca.page import likes
from lca.page.data import Data, data
from lca.page.html import page as written_page
from lca.page.pages import Page as Written
from lca.page.scene import opening
from tests.bench_pack import swapped, write_pack
from tests.chromium import browser
from tests.chromium import shown as in_browser
from tests.whole import times

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("chromium")  # one browser for all
ROOT = Path(__file__).resolve().parent.parent
MOVES = times(70)  # in each of three studies
NEAR = 1e-9

# The variant states two shares of a mix of four itself, and has the other two in common with the base case.
PARTLY = """\
study: {title: A mix, criteria: [GWP], packs: [tiny], controls: [
  {input: terminals.devices.laptop.share, label: {en: Laptops, fr: Portables}},
  {input: terminals.devices.phone.share}, {input: terminals.devices.tower.share}, {input: terminals.time},
  {input: inference.energy}]}
functional_units:
  one: {title: A visit, demand: {visits: 1 visit, prompts: 2 prompt}}
  many: {title: A year, demand: {visits: 1e6 visit, prompts: 2e6 prompt}, terminals: {time: 4 min/visit}}
sites: {lab: {region: FRA, pue: 1.2}}
terminals:
  region: World
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit}
  devices:
    phone: {share: {value: 50 %, low: 40 %, high: 60 %}, power: 3 W, lifetime: 3 year, daily_use: 3 h/day}
    laptop: {share: {value: 30 %, low: 20 %, high: 40 %}, power: 30 W, lifetime: 5 year, daily_use: 5 h/day}
    tower: {device: laptop, share: 15 %, power: 100 W, lifetime: 5 year, daily_use: 4 h/day}
    other: {device: laptop, share: 5 %, power: 50 W, lifetime: 5 year, daily_use: 4 h/day}
inference: {site: lab, energy: {value: 2 Wh/prompt, low: 0.01 Wh/prompt, high: 5 Wh/prompt}}
variants:
  L: {title: Large, with: {terminals.devices.laptop.share: 20 %, terminals.devices.tower.share: 25 %}}
  M: {with: {inference.energy: 3 Wh/prompt}}
"""

# Names that every object of JavaScript has already, and a share in another unit than the others of its mix.
NAMED = PARTLY
for old, new in {
    "phone: {": "constructor: {device: phone, ",
    "devices.phone": "devices.constructor",
    "tower": "toString",
    "share: 15 %": "share: 0.15",
    "  M: ": "  valueOf: ",
}.items():
    NAMED = NAMED.replace(old, new)
OWN = {"partly": PARTLY, "named": NAMED}


class Opened(NamedTuple):
    """A study, its page in a browser, and what went wrong there."""

    study: Data
    page: Page
    told: list[str]
    file: Path
    scenario: Path | str
    packs: tuple[Path, ...]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("page")
    write_pack(here)
    for name, text in OWN.items():
        (here / f"{name}.yaml").write_text(text, "utf-8")
    return here


@pytest.fixture(scope="module")
def open_(chromium: Browser, folder: Path) -> Any:
    @cache
    def opened(name: str, language: str = "en") -> Opened:
        own = name in OWN
        scenario: Path | str = folder / f"{name}.yaml" if own else ROOT / "scenarios" / f"{name}.yaml"
        packs = (folder / "packs",) if own else ()
        run = Run(scenario, packs)
        study = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
        file = folder / f"{name}-{language}.html"
        file.write_text(written_page(as_page(study, language, f"{name}.yaml" if own else name)), "utf-8")
        return Opened(study, *in_browser(chromium, file), file, scenario, packs)

    return opened


def as_page(study: Data, language: str, name: str) -> Written:
    return Written(study, language, name, (), tuple(Library().equivalences(study.result.criteria)))


STUDIES = ("stable_diffusion", "video_streaming", "partly")


def figures(opened: Opened) -> list[float]:
    """All totals and their parts, as the page has them."""
    nodes = [opened.study.tape.place[root] for root in roots(opened.study)]
    made: list[float] = opened.page.evaluate("nodes => nodes.map(node => PAGE.engine.values[node])", nodes)
    return made


def roots(study: Data) -> list[int]:
    return [*study.result.model.totals.values(), *study.cells.values()]


def expected(study: Data, moves: dict[int, float]) -> list[float]:
    graph = study.result.model.graph
    values = evaluate(graph, inputs.settled(graph, moves))
    return [values[root] for root in roots(study)]


def moves_of(opened: Opened) -> dict[int, float]:
    """What the page has moved: leaves of the graph, and numbers in their units."""
    put = opened.page.evaluate("() => [...PAGE.put]")
    moved = [(opened.study.inputs[place], value) for place, value in put]
    values = opened.study.values["inputs"]
    return {
        leaf: value * scale
        for (each, value), (place, _) in zip(moved, put, strict=True)
        for leaf, scale in zip(each.leaves, values[place]["scales"], strict=True)
    }


def move(opened: Opened, place: int, value: float) -> str:
    """Type a number into a field, as a reader does; what the page says against it."""
    field = opened.page.locator(f"#number-{place}")
    field.fill(repr(value))
    said: str = opened.page.evaluate("place => PAGE.controls.find(({input}) => input === place).said", place)
    field.blur()
    opened.page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
    return said


def reset(opened: Opened) -> None:
    opened.page.locator("#reset").click()
    opened.page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")


def shown(opened: Opened) -> list[dict[str, Any]]:
    controls: list[dict[str, Any]] = opened.page.evaluate(
        "() => PAGE.data.controls.map(({input, track}) => ({input, track, ...PAGE.data.inputs[input], input}))"
    )
    return controls


@pytest.mark.parametrize("name", STUDIES)
def test_every_figure_on_load_is_the_engine_s(name: str, open_: Any) -> None:
    opened = open_(name)
    reset(opened)
    assert figures(opened) == pytest.approx(expected(opened.study, {}), rel=NEAR)
    assert opened.told == []


@pytest.mark.parametrize("name", STUDIES)
def test_every_figure_after_random_moves_is_the_engine_s(name: str, open_: Any) -> None:
    opened, chance = open_(name), random.Random(7)  # noqa: S311  the same every time
    reset(opened)
    controls = shown(opened)
    moved = 0
    for _ in range(MOVES):
        each = chance.choice(controls)
        start, end, _by_powers = each["track"]
        before = moves_of(opened)
        opened.page.evaluate(
            "([place, value]) => { if (!PAGE.fault(place, value)) PAGE.move(place, value); PAGE.redraw(); }",
            [each["input"], float(f"{chance.uniform(start, end):.4g}")],
        )
        now = moves_of(opened)
        moved += now != before
        assert figures(opened) == pytest.approx(expected(opened.study, now), rel=NEAR)
    assert moved > MOVES / 2
    assert opened.told == []


def move_some(opened: Opened, chance: random.Random) -> None:
    """Three inputs anywhere on their sliders, all others as they are stated."""
    reset(opened)
    for each in chance.sample(shown(opened), 3):
        start, end, _by_powers = each["track"]
        opened.page.evaluate(
            "([place, value]) => { if (!PAGE.fault(place, value)) PAGE.move(place, value); PAGE.redraw(); }",
            [each["input"], float(f"{chance.uniform(start, end):.3g}")],
        )


@pytest.mark.parametrize("name", STUDIES)
def test_a_downloaded_scenario_gives_the_figures_of_the_page(name: str, open_: Any, folder: Path) -> None:
    opened, chance = open_(name), random.Random(11)  # noqa: S311  the same every time
    for step in range(4):
        move_some(opened, chance)
        while opened.page.locator("#limits").inner_text():  # no study could say it, and the page tells
            move_some(opened, chance)
        same_when_run(opened, folder / f"moved-{name}-{step}.yaml")


@pytest.mark.parametrize("name", [*STUDIES, "named"])
def test_sliders_at_their_ends_download_as_the_page_has_them(name: str, open_: Any, folder: Path) -> None:
    """Each alone: a share of all of its mix is a weight beyond all others, and is written as the share that it is."""
    opened = open_(name)
    for each in shown(opened):
        if name == "named" or each["unit"] in ("", "%"):
            reset(opened)
            opened.page.locator(f"#slide-{each['input']}").press("End")
            opened.page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
            if not opened.page.locator("#limits").inner_text():
                same_when_run(opened, folder / f"end-{name}-{each['input']}.yaml")


def same_when_run(opened: Opened, file: Path) -> None:
    """The scenario that the page downloads has the totals that the page shows."""
    with opened.page.expect_download() as download:
        opened.page.locator("#download").click()
    download.value.save_as(file)
    run = Run(file, opened.packs)
    result = run.compile((), (None, *run.scenario.variants), every_case=True)[0]
    totals = opened.study.result.model.totals
    nodes = [opened.study.tape.place[index] for index in totals.values()]
    of_page = opened.page.evaluate("nodes => nodes.map(node => PAGE.engine.values[node])", nodes)
    of_run = [result.values[result.model.totals[key]] for key in totals]
    assert of_run == pytest.approx(of_page, rel=NEAR), file.read_text("utf-8")


def test_a_share_stays_where_it_was_put_and_the_others_take_the_rest(open_: Any) -> None:
    """50, 30, 15, 5: the laptops at 40 leave 60 for 50 : 15 : 5; the phones at 25 then leave 35 for 15 : 5."""
    opened = open_("partly")
    reset(opened)
    place = {each["path"].split(".")[-2]: each["input"] for each in shown(opened)}
    assert move(opened, place["laptop"], 40) == ""
    value = lambda name: opened.page.evaluate("place => PAGE.value_of(place)", place[name])  # noqa: E731
    assert [value(name) for name in ("phone", "laptop", "tower")] == pytest.approx([60 * 50 / 70, 40, 60 * 15 / 70])
    said = move(opened, place["laptop"], 140)
    assert "100" in said
    assert value("laptop") == 40


@pytest.mark.parametrize(
    ("language", "typed", "taken", "said"),
    [
        ("en", "1.5", 1.5, ""),
        ("en", "1,5", 1, "has to be a number, such as 1.5. It stays 1 min/visit"),
        ("fr", "1,5", 1.5, ""),
        ("fr", "1.5", 1.5, ""),
        ("en", "3 000", 3000, ""),
        ("en", "1e400", 1e40, "beyond what can be worked with. It stays"),
        ("en", "NaN", 3, "has to be a number"),
        ("fr", "2 -3", 2, "un nombre, comme 1,5. La valeur reste 2 min/visite"),
        ("en", "-0.5", 0, "at least 0"),
    ],
)
def test_what_is_typed_is_taken_or_said(language: str, typed: str, taken: float, said: str, open_: Any) -> None:
    """Sign by sign, as a reader types it, and on leaving the field: it has what stands, and why is beside it."""
    opened = open_("partly", language)
    reset(opened)
    place = next(each["input"] for each in shown(opened) if each["path"] == "terminals.time")
    field = opened.page.locator(f"#number-{place}")
    field.fill("")
    field.press_sequentially(typed)
    field.blur()
    assert opened.page.evaluate("place => PAGE.value_of(place)", place) == taken
    remark = opened.page.locator(f".control[data-input='{place}'] .remark").inner_text().replace("\xa0", " ")
    assert said in remark
    assert bool(said) == bool(remark)
    assert field.input_value() == repr(taken).removesuffix(".0").replace(".", "," if language == "fr" else ".")
    assert opened.told == []


def test_what_an_address_asks_for_in_vain_is_said(open_: Any, chromium: Browser) -> None:
    opened = open_("stable_diffusion")
    with at(
        chromium,
        opened.file,
        "#variant=Z&unit=FU2&like=moon&put=terminals.time=NaN&put=a=1&put=inference.server.aur=20",
    ) as page:
        said = page.locator("#limits")
        assert "variant=Z, like=moon, put=terminals.time=NaN" in said.inner_text()
        assert "FU2" not in said.inner_text()
        page.locator("#slide-1").press("End")
        page.evaluate("() => PAGE.redraw()")
        assert said.inner_text() == ""


def test_links_within_the_page_leave_its_address_as_it_is(open_: Any, chromium: Browser) -> None:
    """And back to the page as it opened is back to the study."""
    opened = open_("stable_diffusion")
    with at(chromium, opened.file) as page:
        page.locator("#slide-1").press("End")
        moved = page.evaluate("() => location.hash")
        assert "put=" in moved
        page.locator("nav a").first.click()
        page.wait_for_function("moved => location.hash === moved", arg=moved)
        page.evaluate("() => { location.hash = ''; }")
        page.wait_for_function("() => PAGE.put.size === 0")


def test_a_study_that_comes_to_nothing_is_assessed(folder: Path, chromium: Browser) -> None:
    """And what is moved there is said by its figure, as nothing is a share or a change of 0."""
    made = PARTLY.replace("time: {value: 3 min/visit, low: 1", "time: {value: 0 min/visit, low: 0")
    made = made.replace("terminals: {time: 4 min/visit}", "").replace(
        "{value: 2 Wh/prompt, low: 0.01", "{value: 0 Wh/prompt, low: 0"
    )
    (folder / "nothing.yaml").write_text(made, "utf-8")
    study = data(Run(folder / "nothing.yaml", (folder / "packs",)).compile((), (None,), every_case=True)[0])
    file = folder / "nothing.html"
    file.write_text(written_page(Written(study, "en", "nothing.yaml")), "utf-8")
    assert "not assessed here" not in file.read_text("utf-8").split("<script")[0]
    with at(chromium, file, "#put=terminals.time=3") as page:
        assert page.locator("#change").inner_text() == "0 kg CO₂ eq in the study".replace("0 kg", "0\xa0kg")
        assert (page.locator("#strip svg").get_attribute("aria-label") or "").endswith("in the study.")
        assert "as in the study" not in (page.locator("#strip svg").get_attribute("aria-label") or "")
        page.locator("#reset").click()
        page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
        assert page.locator("#chart-contribution .says").inner_text() == "GWP is 0 here: no part adds anything."


def test_a_total_without_end_is_drawn_without_errors(open_: Any) -> None:
    opened = open_("stable_diffusion")
    reset(opened)
    place = next(each["input"] for each in shown(opened) if each["path"] == "inference.server.aur")
    move(opened, place, 1e-320)
    assert "∞" in opened.page.locator("#total").inner_text()
    assert opened.told == []
    reset(opened)


def test_what_no_study_could_say_is_said_beside_the_answer(open_: Any) -> None:
    """A fleet that serves 50 million visits cannot serve the 75 million of the year."""
    opened = open_("stable_diffusion")
    reset(opened)
    place = next(k for k, each in enumerate(opened.study.inputs) if each.path == "web_hosting.fleet.serves")
    opened.page.evaluate("place => { PAGE.move(place, 5e7); PAGE.redraw(); }", place)
    said = opened.page.locator("#limits").inner_text()
    assert "has to be" in said
    assert "could not be run" in said
    reset(opened)
    assert opened.page.locator("#limits").inner_text() == ""


def test_a_bound_of_what_no_total_is_made_of_is_said_as_well(open_: Any) -> None:
    """A set-top box that is used 3 h a day cannot be on standby for 23: a day has 24."""
    opened = open_("video_streaming")
    reset(opened)
    place = next(k for k, each in enumerate(opened.study.inputs) if each.path.endswith("set-top-box.standby_time"))
    opened.page.evaluate("place => { PAGE.move(place, 23); PAGE.redraw(); }", place)
    assert "set-top-box is on is 1.083 now, and has to be at most 100 %" in opened.page.locator("#limits").inner_text()
    reset(opened)


def test_the_address_says_what_is_moved_and_opens_so(open_: Any, chromium: Browser) -> None:
    opened = open_("stable_diffusion")
    reset(opened)
    place = shown(opened)[0]["input"]
    move(opened, place, 20)
    opened.page.locator('.choice input[name="unit"][value="1"]').check(force=True)
    opened.page.evaluate("() => PAGE.redraw()")
    address = opened.page.evaluate("() => location.hash")
    answer = opened.page.locator("#total").inner_text()
    assert "inference.server.aur" in address
    other = chromium.new_page()
    other.goto(f"{opened.file.as_uri()}{address}")
    other.wait_for_function("typeof PAGE === 'object'")
    assert other.locator("#total").inner_text() == answer
    assert "from the study" in other.locator("#change").inner_text()
    other.close()


# --- several languages -----------------------------------------------------------------------------------------------

BODY = """() => {
    const body = document.body.cloneNode(true);
    for (const each of body.querySelectorAll("script, .languages")) each.remove();
    return [document.documentElement.lang, document.title, body.innerHTML];
}"""
IN_TWO = swapped(
    PARTLY, ("title: A mix", "title: {en: A mix, fr: Un mélange}"), ("title: Large", "title: {fr: Grand, en: Large}"),
    ("title: A visit", "title: {en: A visit, fr: Une visite}"),
)  # fmt: skip


class Told(NamedTuple):
    """A study as a page in each language and as one that speaks both; an input that is moved there, and to what."""

    files: dict[str, Path]
    put: str


@pytest.fixture(scope="module")
def told(folder: Path) -> Any:
    @cache
    def written(name: str) -> Told:
        scenario: Path | str = ROOT / "scenarios" / f"{name}.yaml"
        if name == "in_two":
            scenario = folder / "in_two.yaml"
            scenario.write_text(IN_TWO, "utf-8")
        run = Run(scenario, (folder / "packs",) if name == "in_two" else ())
        study = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
        files = {language: folder / f"{name}-told-{language}.html" for language in ("en", "fr", "auto")}
        for language, file in files.items():
            file.write_text(written_page(as_page(study, "en", name).in_language(language)), "utf-8")
        return Told(files, "inference.energy=3.3" if name == "in_two" else "inference.server.aur=21.5")

    return written


@contextmanager
def at(chromium: Browser, file: Path, address: str = "", locale: str = "en-GB") -> Iterator[Page]:
    """A page that a reader of some language opens; nothing goes wrong there."""
    context, wrong = chromium.new_context(viewport={"width": 1280, "height": 900}, locale=locale), list[str]()
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{file.as_uri()}{address}")
    page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
    yield page
    assert wrong == []
    context.close()


def body(page: Page) -> Any:
    """All that a page is, once it has said what stands: its language, its title, and what is in it."""
    page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
    return page.evaluate(BODY)


@pytest.mark.parametrize("name", ["stable_diffusion", "in_two"])
def test_a_page_goes_to_the_one_that_is_written_in_the_other_language(name: str, told: Any, chromium: Browser) -> None:
    """Node by node, with a view, an equivalence and a move; and back."""
    files, put = told(name)
    address = f"#unit={'many' if name == 'in_two' else 'FU2'}&variant=L&criterion=GWP&like=car&put={put}"
    there = {}
    for language in ("en", "fr"):
        with at(chromium, files[language], address) as page:
            there[language] = body(page)
    with at(chromium, files["auto"], address) as page:
        assert body(page) == there["en"]
        for language in ("fr", "en", "fr"):
            page.locator(f".languages button[lang={language}]").click()
            assert body(page) == there[language]
            assert f"lang={language}" in page.evaluate("() => location.hash")
            assert put in unquote(page.evaluate("() => location.hash"))
            assert page.evaluate("() => document.activeElement.lang") == language


def test_a_page_opens_in_the_language_of_its_reader_or_of_its_address(told: Any, chromium: Browser) -> None:
    file = told("in_two").files["auto"]
    lang = "() => document.documentElement.lang"
    cases = [("fr-CA", "", "fr"), ("en-US", "", "en"), ("de-DE", "", "en"), ("en-US", "#lang=fr", "fr")]
    cases += [("fr-FR", "#lang=en", "en"), ("fr-FR", "#lang=xx&unit=many", "fr")]
    for locale, address, language in cases:
        with at(chromium, file, address, locale) as page:
            assert (page.evaluate(lang), page.title()) == (language, {"en": "A mix", "fr": "Un mélange"}[language])
            page.locator('.choice input[name="variant"][value="1"]').check(force=True)
            kept = page.evaluate("() => location.hash")
            assert ("lang=" in kept) is (address in ("#lang=fr", "#lang=en"))
            page.evaluate("language => { location.hash = `lang=${language}`; }", {"en": "fr", "fr": "en"}[language])
            page.wait_for_function(f"document.documentElement.lang !== '{language}'")


def test_after_a_change_of_language_all_that_is_said_is_in_the_other(told: Any, chromium: Browser) -> None:
    """Charts, what is spoken of them, remarks, dialog, numbers; folds and the curve stay as they are."""
    with at(chromium, told("stable_diffusion").files["auto"]) as page:
        page.locator("#chart-contribution summary").click()
        page.locator("#curve").select_option(index=2)
        page.locator(".languages button[lang=fr]").click()
        assert page.locator("#curve").evaluate("select => select.selectedIndex") == 2
        assert page.locator("#chart-contribution details").evaluate("fold => fold.open")
        assert page.locator("#chart-contribution th").first.inner_text() == "Critère"
        assert page.locator("#chart-contribution svg").get_attribute("aria-label") == (
            page.locator("#chart-contribution .says").inner_text()
        )
        assert "la plus grande part" in page.locator("#chart-contribution .says").inner_text()
        place = page.evaluate("() => PAGE.data.controls[0].input")
        field = page.locator(f"#number-{place}")
        field.fill("400")
        assert "au plus" in page.locator(f'.control[data-input="{place}"] .remark').inner_text()
        field.fill("20.5")
        page.evaluate("() => { PAGE.redraw(); PAGE.settle(); }")
        assert "étude" in page.locator("#change").inner_text()
        assert "20,5" in str(page.locator(f"#slide-{place}").get_attribute("aria-valuetext"))
        page.locator("#total").click()
        assert page.locator("dialog").count() == 1
        assert page.locator("dialog button").inner_text() == "Fermer"
        page.keyboard.press("Escape")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_equivalence_is_asked_for_and_follows_moves(language: str, open_: Any) -> None:
    """None is there at first; each says what Python says, of the study and of what is moved, and why it has none."""
    opened = open_("stable_diffusion", language)
    reset(opened)
    page, of = opened.page, as_page(opened.study, language, "stable_diffusion")
    scene, every = opening(opened.study, language), likes.data(of)
    criteria = [each.key for each in opened.study.result.criteria]
    said, what = page.locator("#like-said"), page.locator("#like-of")
    assert (page.locator("#like").input_value(), said.inner_text(), what.inner_text()) == ("", "", "")
    assert page.locator("#likes").count() == 0
    for moved in (False, True):
        if moved:
            move(opened, shown(opened)[0]["input"], 20)
        for like in every:
            page.locator("#like").select_option(like["key"])
            for criterion in range(len(criteria)):
                page.locator(f'.choice input[name="criterion"][value="{criterion}"]').check(force=True)
                page.evaluate("() => PAGE.redraw()")
                value = page.evaluate("PAGE.engine.values[PAGE.data.totals[0][0][PAGE.view.criterion]]")
                assert said.inner_text() == likes.words(like, scene, value, criterion)
                factor = like["factors"][criterion]
                known = "" if factor is None else f"{likes.of_what(like, scene, criterion)} "
                assert what.inner_text().startswith(known)
                assert bool(what.inner_text()) is (factor is not None)
    assert "like=person" in page.evaluate("() => location.hash")
    page.locator("#like").select_option("")
    assert said.inner_text() == ""
    page.locator('.choice input[name="criterion"][value="0"]').check(force=True)
    assert opened.told == []


def test_the_keyboard_reaches_everything(open_: Any) -> None:
    opened = open_("stable_diffusion")
    reset(opened)
    page = opened.page
    page.evaluate("() => document.activeElement.blur()")
    reached: set[str] = set()
    for _ in range(220):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => { const e = document.activeElement; return e.id || e.name || e.className || e.tagName; }"
            )
        )
    controls = shown(opened)
    assert {"total", "like", "reset", "download", "curve", "figure", "unit", "variant", "criterion"} <= reached
    assert {f"slide-{each['input']}" for each in controls} | {f"number-{each['input']}" for each in controls} <= reached
    first = page.locator(f"#slide-{controls[0]['input']}")
    first.focus()
    before = page.locator("#total").inner_text()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    page.evaluate("() => PAGE.redraw()")
    assert page.locator("#total").inner_text() != before
    assert first.get_attribute("aria-valuetext").endswith("%")
    page.locator("#total").focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()


def test_a_figure_explains_itself_down_to_lines_of_files(open_: Any) -> None:
    opened = open_("stable_diffusion")
    reset(opened)
    page = opened.page
    page.locator("table.totals .figure").first.click()
    for _ in range(12):
        closed = page.locator("dialog details:not([open]) > summary")
        if not closed.count():
            break
        closed.first.click()
    text = page.locator("dialog").inner_text()
    assert "scenarios/stable_diffusion.yaml:" in text
    assert "ADP of FU1" in text
    assert " × " in text
    page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_scrolls_sideways(width: int, open_: Any, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(open_("stable_diffusion").file.as_uri())
    page.wait_for_function("typeof PAGE === 'object'")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


def test_print_has_every_chart_and_every_fold_open(open_: Any) -> None:
    page = open_("stable_diffusion").page
    page.emulate_media(media="print")
    drawn = "() => [...document.querySelectorAll('figure:not([hidden]) .drawing svg')].map(svg => svg.clientHeight)"
    folds = (
        "() => [...document.querySelectorAll('main details:not(.deep, .deep *, [hidden] *)')]"
        ".map(fold => fold.clientHeight)"
    )
    assert len(page.evaluate(drawn)) == 6
    assert min(page.evaluate(drawn)) > 20
    assert min(page.evaluate(folds)) > 30
    page.emulate_media(media="screen")


def test_what_a_page_is_given_never_acts(chromium: Browser, folder: Path) -> None:
    """Titles, labels, notes and names that would be markup, scripts or addresses anywhere else."""
    bad = "</script><img src=x onerror=alert(1)>{title} \u05e9\u05dc\u05d5\u05dd '\"&" + "x" * 10_000
    text = PARTLY.replace("A mix", "BAD").replace("Laptops", "BAD").replace("A visit", "BAD").replace("Large", "BAD")
    text = text.replace("BAD", "BADWORDS").replace("'BADWORDS'", "BADWORDS")
    text = text.replace("BADWORDS", json.dumps(bad)).replace(
        "low: 1 min/visit", f"low: 1 min/visit, note: {json.dumps(bad)}"
    )
    (folder / "bad.yaml").write_text(text, "utf-8")
    run = Run(folder / "bad.yaml", (folder / "packs",))
    study = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
    file = folder / "bad.html"
    file.write_text(written_page(Written(study, "en", "bad.yaml")), "utf-8")
    told: list[str] = []
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("request", lambda request: told.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    page.wait_for_function("typeof PAGE === 'object'")
    page.locator("table.totals .figure").first.click()
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.evaluate("() => document.scripts.length") == 2
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert told == []
    page.close()


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1280, "light"), ("fr", 390, "dark")])
def test_nothing_shuts_a_reader_out(language: str, width: int, scheme: Any, open_: Any, chromium: Browser) -> None:
    """What axe-core finds of WCAG's rules and its own, with all folds open."""
    from axe_playwright_python.sync_playwright import Axe

    file = open_("stable_diffusion", language).file
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(file.as_uri())
    page.wait_for_function("typeof PAGE === 'object'")
    page.evaluate("() => { for (const fold of document.querySelectorAll('main details')) fold.open = true; }")
    found = Axe().run(page).response
    page.close()
    assert len(found["passes"]) > 20
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]] == []
