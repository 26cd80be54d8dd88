"""The living report as a file: whole, closed to the outside, the same bytes everywhere, and nothing in it that acts."""

from __future__ import annotations

import ast
import base64
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

import lca
from lca.disk.workspace import Library, Run
from lca.page.controls import controls, track
from lca.page.data import Data, data
from lca.page.figures import TABLES, TITLES
from lca.page.html import page, script
from lca.page.languages import told
from lca.page.pages import AUTO, Page
from lca.page.sections import linked
from lca.problems import Problems
from lca.spoken import messages as catalogue
from tests.bench_pack import PACKAGE, swapped, write_pack
from tests.command import Lca

ROOT = Path(__file__).resolve().parent.parent
STUDY = """\
study: {title: A chat, authors: Adams, version: one, criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: A visit, demand: {visits: 1 visit, prompts: 2 prompt}}}
sites: {lab: {region: FRA, pue: {value: 1.2, low: 1.1, high: 1.6}}}
terminals:
  region: World
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit, basis: assumed, note: NOTE}
  devices:
    phone: {share: {value: 70 %, low: 60 %, high: 80 %}, power: 3 W, lifetime: 3 year, daily_use: 3 h/day}
    laptop: {share: {value: 30 %, low: 20 %, high: 40 %}, power: 30 W, lifetime: 5 year, daily_use: 5 h/day}
inference: {site: lab, energy: {value: 2 Wh/prompt, low: 0.01 Wh/prompt, high: 5 Wh/prompt, source: paper, at: p. 3}}
variants: {L: {title: Large, with: {inference.energy: 4 Wh/prompt}}}
expect: {met: {of: one, criterion: GWP, at_least: 0 kgCO2eq, basis: derived}}
"""
STUDY = STUDY.replace("packs: [tiny]}", "packs: [tiny], sources: {paper: {title: A paper, locator: https://a.org/b}}}")
HOSTILE = """</script></style><img src=x onerror=alert(1)>{place} שלום '"& <b>""" + "x" * 10_000


def study(folder: Path, text: str = STUDY, **package: object) -> Data:
    (folder / "study.yaml").write_text(text, "utf-8")
    packs = write_pack(folder)
    if package:
        (packs / "tiny" / "datapackage.json").write_text(json.dumps(PACKAGE | package), "utf-8")
    run = Run(folder / "study.yaml", [packs])
    return data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])


def of_text(folder: Path, text: str = STUDY, *, lock: bool = False, language: str = "en") -> str:
    return page(Page(study(folder, text), language, "study.yaml"), lock=lock)


@cache
def shipped(name: str) -> str:
    run = Run(ROOT / "scenarios" / f"{name}.yaml")
    made = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
    return page(Page(made, "en", name))


class Read(HTMLParser):
    """A page as a browser takes it apart: its elements, what they hold, and what was not closed."""

    VOID = frozenset({"meta", "link", "br", "input", "wbr", "rect", "circle", "line", "path", "polyline"})

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# --- closed to the outside -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stable_diffusion", "chat_assistant", "bloom"])
def test_a_page_is_well_formed_closed_and_small(name: str) -> None:
    text = shipped(name)
    read = Read(text)
    assert read.open == []
    [policy] = [each["content"] for each in read.of("meta") if each.get("http-equiv")]
    [style] = read.texts["style"]
    code, plain = script(), "".join(read.texts["script"])
    assert plain.endswith(code)
    assert policy == (
        f"default-src 'none'; script-src {hashed(code)}; style-src {hashed(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert [each.get("type") for each in read.of("script")] == ["application/json", None]
    assert len(text.encode()) < 500_000
    closed_to_the_outside(read)


def closed_to_the_outside(read: Read) -> None:
    for tag, attributes in read.elements:
        assert tag not in ("img", "iframe", "object", "embed", "base", "audio", "video", "source", "use", "image"), tag
        assert not {"style", "src", "srcset", "background", "action"} & {*attributes}, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        if "href" in attributes:
            assert re.match(r"https?://|#|data:,$", str(attributes["href"])), attributes


def test_the_same_script_for_every_study_and_no_text_of_one_in_it() -> None:
    assert script() in shipped("stable_diffusion")
    assert script() in shipped("bloom")
    assert "</script" not in script()
    assert not re.search(r"\b(eval|Function|import|fetch|XMLHttpRequest|WebSocket|setAttribute\(.on)\b", script())


# --- whole without scripts -------------------------------------------------------------------------------------------


def test_the_page_is_whole_before_any_script(tmp_path: Path) -> None:
    read = Read(of_text(tmp_path))
    ids = {attributes.get("id") for _, attributes in read.elements}
    assert {"totals", "boundary", "ground", "quality", "checks", "inputs", "account", "goal", "sources", "again"} <= ids
    assert {f"chart-{name}" for name in TITLES} <= ids
    assert {*TABLES} == {*TITLES}
    hidden = [attributes for tag, attributes in read.elements if tag == "form" or attributes.get("id") == "controls"]
    assert all("hidden" in attributes for attributes in hidden)
    words = " ".join(text for texts in read.texts.values() for text in texts)
    for said in ("A chat", "A visit", "Large", "thin evidence", "p. 3", "A paper", "SHA-256", "lca run study.yaml"):
        assert said in words, said
    assert len(read.of("svg")) >= 7


def test_a_locked_page_has_no_script_and_nothing_to_move(tmp_path: Path) -> None:
    text = of_text(tmp_path, lock=True)
    read = Read(text)
    assert read.of("script") == []
    assert "script-src 'none'" in text
    assert not read.of("input")
    assert not read.of("button")
    for part in ("<svg", 'id="inputs"', 'id="again"', "Numbers"):
        assert part in text
    opened = Read(of_text(tmp_path))
    assert [each for each in read.of("section") if each.get("id") != "controls"] == [
        each for each in opened.of("section") if each.get("id") != "controls"
    ]


# --- strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", [False, True])
def test_nothing_that_a_scenario_says_is_markup(tmp_path: Path, lock: bool) -> None:
    text = json.dumps(HOSTILE, ensure_ascii=False)
    bad = swapped(
        STUDY, ("title: A chat", f"title: {text}"), ("authors: Adams", f"authors: {text}"), ("A visit", text),
        ("Large", text), ("note: NOTE", f"note: {text}"), ("at: p. 3", f"at: {text}"),
        ("title: A paper, locator: https://a.org/b", f"title: {text}, locator: 'javascript:alert(1)'"),
        ("packs: [tiny],", f"packs: [tiny], controls: [{{input: terminals.time, label: {text}}}],"),
    )  # fmt: skip
    read = Read(of_text(tmp_path, bad, lock=lock))
    assert read.open == []
    closed_to_the_outside(read)
    assert len(read.of("b")) == 0
    assert not any(str(each.get("href")).startswith("javascript") for each in read.of("a"))
    if not lock:
        values = json.loads(read.texts["script"][0])
        keys, rows = values["inputs"]["keys"], values["inputs"]["rows"]
        assert rows[values["controls"][0]["input"]][keys.index("label")][""].startswith("</script></style>")


def test_only_addresses_of_the_web_become_links() -> None:
    assert (
        linked("javascript:alert(1) data:text/html,x ftp://a.org") == "javascript:alert(1) data:text/html,x ftp://a.org"
    )
    assert linked('https://a.org/"onclick="x') == (
        '<a href="https://a.org/" rel="noopener noreferrer">https://a.org/</a>&quot;onclick=&quot;x'
    )
    assert 'href="https://doi.org/10.1016/j.procir.2024.01.098"' in linked(
        "Procedia. doi 10.1016/j.procir.2024.01.098."
    )


@pytest.mark.parametrize("language", ["en", "fr", AUTO])
def test_numbers_that_may_not_be_passed_on_are_not_in_the_page(tmp_path: Path, language: str) -> None:
    """The tiny pack's phone, 50 kg, in a pack that keeps its numbers: its impacts are numbers, and what moves them is
    locked.
    """
    made = study(tmp_path, redistributable=False)
    likes = tuple(Library().equivalences(made.result.criteria))
    text = page(Page(made, "en", "study.yaml", (), likes).in_language(language))
    assert ("masqué" if language == "fr" else "withheld") in text
    assert ("transmis" if language == "fr" else "may not be passed on") in text
    values = json.loads(Read(text).texts["script"][0])
    assert values["controls"] == []
    hidden = {leaf.value for _, leaf in made.result.model.graph.inputs() if leaf.origin and leaf.value not in (0, 1)}
    assert not hidden & {*values["tape"]["info"]} - {leaf.leaf.value for leaf in made.inputs if leaf.is_stated}


# --- the same everywhere ---------------------------------------------------------------------------------------------


def test_the_same_bytes_under_other_hash_seeds_and_locales(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY, "utf-8")
    write_pack(tmp_path)
    made = set()
    for seed, locale in (("0", "C"), ("4242", "fr_FR.UTF-8"), ("7", "tr_TR.UTF-8")):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "LC_ALL": locale}
        command = [sys.executable, "-m", "lca", "report", "study.yaml", "--packs", "packs", "-o", "page.html"]
        command += ["--compare", ":L", "--lang", "auto"]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=120)
        made.add((tmp_path / "page.html").read_bytes())
    assert len(made) == 1


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca) -> None:
    monkeypatch.chdir(tmp_path)
    study(tmp_path)
    over = lca_("report", "study.yaml", "--packs", "packs", "-o", "study.yaml")
    assert over.code == 1
    assert "would overwrite" in over.err
    assert (tmp_path / "study.yaml").read_text("utf-8") == STUDY
    assert lca_("report", "study.yaml", "--packs", "packs", "-o", "a.html", "--lang", "fr").code == 0
    text = (tmp_path / "a.html").read_text("utf-8")
    assert '<html lang="fr">' in text
    assert "Ce qui pèse le plus" in text
    one = lca_("report", "study.yaml", "--packs", "packs", "-o", "b.html", "--variant", "base", "--lock")
    assert one.code == 0
    assert "Large" not in (tmp_path / "b.html").read_text("utf-8").split('id="boundary"')[0]
    assert lca_("report", "study.yaml", "--packs", "packs", "-o", "c.html", "--fu", "two").code == 2


# --- controls --------------------------------------------------------------------------------------------------------


def test_controls_are_what_the_study_names_or_what_reaches_furthest(tmp_path: Path) -> None:
    every = [each.moved.path for each in controls(study(tmp_path))]
    assert {*every} == {
        "terminals.time", "inference.energy", "sites.lab.pue", "terminals.devices.phone.share",
        "terminals.devices.laptop.share",
    }  # fmt: skip
    named = "controls: [{input: sites.lab.pue, label: {en: Overhead, fr: Surcoût}}, {input: terminals.time}],"
    made = study(tmp_path, swapped(STUDY, ("packs: [tiny],", f"packs: [tiny], {named}")))
    assert [each.label for each in controls(made)] == ["Overhead", "terminals › time"]
    assert [each.label for each in controls(made, "fr")] == ["Surcoût", "terminals › time"]


@pytest.mark.parametrize(
    ("control", "message", "hint"),
    [
        ("{input: terminals.tme}", "no input 'terminals.tme'", "did you mean 'terminals.time'?"),
        ("{input: tiny.phone.manufacture.GWP}", "tiny.phone.manufacture.GWP is a number of the pack tiny", "state it"),
        ("{input: terminals.time, label: {english: Time}}", "'english' is no language", "two letters"),
    ],
)
def test_a_control_of_nothing_is_told(control: str, message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(Problems) as told:
        study(tmp_path, swapped(STUDY, ("packs: [tiny],", f"packs: [tiny], controls: [{control}],")))
    [problem] = told.value.problems
    assert message in problem.message
    assert hint in problem.hint
    assert problem.spans[0].line == 1


def test_a_share_that_a_reader_puts_to_all_of_its_mix_has_no_slider_any_more(tmp_path: Path) -> None:
    """The study names it; the scenario that its page wrote has 100 % of it, and nothing of the other."""
    chosen = "controls: [{input: terminals.devices.phone.share}, {input: terminals.time}],"
    named = STUDY.replace("packs: [tiny],", f"packs: [tiny], {chosen}")
    (tmp_path / "named.yaml").write_text(named, "utf-8")
    moved = "extends: named.yaml\nterminals: {devices: {phone: {share: 100 %}, laptop: {share: 0 %}}}\n"
    made = study(tmp_path, moved)
    assert [each.moved.path for each in controls(made)] == ["terminals.time"]
    assert "no other share of the mix could take the rest: terminals.devices.phone.share" in of_text(tmp_path, moved)


def test_sliders_by_hand(tmp_path: Path) -> None:
    """1 to 8 minutes and about a minute more, to whole minutes; 0.01 to 5 by powers; shares from 0 to 100 %."""
    tracks = {each.moved.path: track(each.moved) for each in controls(study(tmp_path))}
    assert tracks["terminals.time"] == (0.0, 10.0, False)
    assert tracks["inference.energy"] == (0.01, 5.0, True)
    assert tracks["terminals.devices.phone.share"] == (0.0, 100.0, False)
    pue = tracks["sites.lab.pue"]
    assert (pue.start, pue.end) == (1.0, 1.7)


# --- words -----------------------------------------------------------------------------------------------------------


def said() -> Iterator[str]:
    """The strings of ours that the page says, in Python and in JavaScript."""
    for file in (ROOT / "lca" / "page").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                if name in ("_", "say") and isinstance(node.args[0].value, str):
                    yield node.args[0].value
    for file in (ROOT / "lca" / "page" / "scripts").glob("*.js"):
        for found in re.finditer(r'\b(?:say|_|says)\(("(?:[^"\\]|\\.)*")', file.read_text("utf-8")):
            yield json.loads(found[1])
    yield from (title for title, _ in TITLES.values())
    yield from (head for columns in TABLES.values() for _, head, _ in columns)


def test_every_string_is_said_in_french() -> None:
    french = catalogue("fr")
    assert [text for text in said() if text not in french] == []
    places = {text: ({*re.findall(r"\{\w+\}", text)}, {*re.findall(r"\{\w+\}", french[text])}) for text in said()}
    assert [text for text, (own, other) in places.items() if own != other] == []


def test_a_folder_is_an_index_and_a_page_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca) -> None:
    monkeypatch.chdir(tmp_path)
    own = ROOT / "scenarios" / "bloom.yaml"
    text = own.read_text(encoding="utf-8").replace("title: Training of BLOOM", "title: <b>'Bloom'</b>", 1)
    for place in ("studies/a&b 1.yaml", "studies/more/second.yaml"):
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        Path(place).write_text(text, encoding="utf-8")
    ran = lca_("report", "studies", "-o", "site", "--lang", "fr")
    assert ran.code == 0, ran.err
    made = {path.relative_to("site").as_posix() for path in Path("site").rglob("*.html")}
    assert made == {"index.html", "a&b 1.html", "more/second.html"}
    index = Path("site/index.html").read_text(encoding="utf-8")
    assert 'href="a%26b%201.html"' in index
    assert 'href="more/second.html"' in index
    assert "script-src 'none'" in html.unescape(index)
    assert "<b>" not in index
    assert "50\u202f500" in index
    assert lca_("report", "studies", "-o", "site").code == 1  # it is there already
    assert lca_("report", "studies", "-o", "other", "--fu", "bloom").code == 2
    Path("studies/index.yaml").write_text(text, encoding="utf-8")
    assert "a scenario is called index" in lca_("report", "studies", "-o", "other").err
    Path("none").mkdir()
    assert "there is no scenario in none" in lca_("report", "none", "-o", "other").err


def test_an_input_in_two_dimensions_is_two_that_move_apart() -> None:
    """A line serves 207 GB a month, and in the variant that shares it by time 6 hours a day: no number is both."""
    run = Run(ROOT / "scenarios" / "video_streaming.yaml")
    made = data(run.compile((), (None, *run.scenario.variants), every_case=True)[0])
    both = {each.unit: place for place, each in enumerate(made.inputs) if each.path == "network.links.fixed.serves"}
    assert {*both} == {"GB/month", "h/day"}
    graph = made.result.model.graph
    assert all(graph.info[leaf].unit.dims == each.leaf.unit.dims for each in made.inputs for leaf in each.leaves)
    moved = [each.place for each in controls(made) if each.moved.path == "network.links.fixed.serves"]
    assert moved == [both["GB/month"]]


# --- several languages -----------------------------------------------------------------------------------------------


def in_all(folder: Path, text: str = STUDY) -> str:
    return page(Page(study(folder, text), "en", "study.yaml").in_language(AUTO))


def test_a_page_of_all_languages_is_that_in_english_and_what_differs(tmp_path: Path) -> None:
    """Without its script it is whole in English, and says so; what differs is far less than a second page."""
    written, english = in_all(tmp_path), of_text(tmp_path)
    said = '<span lang="en">English; with scripts also: <span lang="fr">Français</span></span>'
    chosen = re.compile(r'<p class="languages sub">.*?</p>')
    assert said in written
    first = written[written.index("<body>") : written.index('<script type="application/json"')]
    assert chosen.sub("", first) == english[english.index("<body>") : english.index('<script type="application/json"')]
    assert len(written) < len(english) * 1.15
    assert Read(written).open == []


def test_the_default_study_is_below_500_kb_in_all_languages() -> None:
    run = Run(ROOT / "scenarios" / "stable_diffusion.yaml")
    result = run.compile((), (None, *run.scenario.variants), every_case=True)[0]
    likes = tuple(Library().equivalences(result.criteria))
    written = page(Page(data(result), "en", "stable_diffusion", (), likes).in_language(AUTO))
    assert len(written.encode()) < 500_000


def test_a_body_with_other_tags_is_told_whole() -> None:
    assert told("<p>one</p>", '<p>un <a href="https://a.org">lien</a></p>') == {
        "html": '<p>un <a href="https://a.org">lien</a></p>'
    }


def test_what_is_drawn_as_the_page_opens_is_left_to_its_script() -> None:
    drawn = '<div class="drawing"><svg><g><text x="1">{}</text></g><rect/></svg></div><p>{}</p>'
    made = told(drawn.format("one", "two"), drawn.format("un<br>", "deux"))
    assert made["texts"] == ["deux"]


def test_every_language_is_refused_without_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca) -> None:
    monkeypatch.chdir(tmp_path)
    ran = lca_("report", "bloom", "-o", "page.html", "--lock", "--lang", "auto")
    assert ran.code == 2
    assert "--lock leaves out the script that chooses a language: name one" in " ".join(ran.err.split())
    assert not Path("page.html").exists()
    with pytest.raises(Problems, match="a page without scripts is in one language"):
        lca.load("bloom").page("page.html", lang="auto", lock=True)


def test_the_index_of_a_folder_is_in_all_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca) -> None:
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    Path("studies").mkdir()
    Path("studies/one.yaml").write_text(STUDY, encoding="utf-8")
    assert lca_("report", "studies", "-o", "site", "--packs", "packs", "--lang", "auto").code == 0
    index = Path("site/index.html").read_text(encoding="utf-8")
    assert "<h1>Reports · Rapports</h1>" in index
    assert index.count('lang="fr"') == 2  # its study, its foot
    assert "Français" in Path("site/one.html").read_text(encoding="utf-8")
