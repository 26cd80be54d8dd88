"""The messages of readers: the catalogues are those of the sources, whole, and what is said of ours is said in them."""

from __future__ import annotations

import csv
import gettext
import html
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pytest
import yaml

import lca.spoken as spoken_
from lca.checks import checked
from lca.disk.workspace import Run
from lca.plots.kinds import kinds
from lca.plots.study import Asked
from lca.questions import account
from lca.questions.ends import ends
from lca.questions.quality import quality
from lca.report import Block, Entries, Grid, Heading, Prose
from lca.spoken import ENGLISH, HERE, LANGUAGES, N_, _, language, said, spoken, told
from lca.spoken.numbers import FRENCH as FRENCH_UNITS
from lca.views import account as account_view
from lca.views import boundary, goal, verdicts
from lca.views import ends as ends_view
from lca.views import quality as quality_view
from lca.views import study as study_view
from lca.wording import deviation, figure, number, percent, quantity, unit_words
from lca.workbook.review.rows import COLUMNS
from lca.workbook.writing.cells import LETTERS
from tests.bench_pack import write_pack
from tests.command import Lca
from tests.test_words import STUDY
from tools import catalogue

ROOT = Path(__file__).resolve().parent.parent
OTHERS = [each for each in LANGUAGES if each != ENGLISH]
PLACE = re.compile(r"\{\w+\}")


def pairs(language: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The messages of a catalogue: in English one or two texts, and those of the translation."""
    for entry in catalogue.read(language):
        if entry.id:
            yield (
                tuple([entry.id] if isinstance(entry.id, str) else entry.id),
                tuple([entry.string] if isinstance(entry.string, str) else entry.string),
            )


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_is_that_of_the_sources(language: str) -> None:
    """`python -m tools.catalogue` writes it."""
    assert catalogue.as_po(catalogue.made(language)).decode() == (HERE / f"{language}.po").read_text("utf-8")


@pytest.mark.parametrize("language", OTHERS)
def test_programs_read_what_translators_wrote(language: str) -> None:
    """By what it holds: a head of another Babel is no difference."""
    compiled = gettext.GNUTranslations(io.BytesIO(catalogue.as_mo(catalogue.read(language))))
    with (HERE / f"{language}.mo").open("rb") as file:
        committed = gettext.GNUTranslations(file)
    ours, theirs = ({key: text for key, text in each._catalog.items() if key} for each in (committed, compiled))
    assert ours == theirs


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_with_its_places(language: str) -> None:
    every = [*pairs(language)]
    assert len(every) > 100
    assert [own for own, texts in every if not all(texts)] == []
    for own, texts in every:
        for text in texts:
            assert {*PLACE.findall(text)} == {*PLACE.findall(own[-1])}, own


def test_french_has_its_typography() -> None:
    """No line is broken before ; : ! ? % or inside guillemets; the apostrophe is curly."""
    wrong = re.compile(r" [;:!?%»]|« |\S[!?»](?<![\u202f][!?»])|\w'\w")
    assert [text for _own, texts in pairs("fr") for text in texts if wrong.search(text)] == []


def test_a_message_is_said_in_the_language_in_force() -> None:
    assert (language(), _("Sources and licences")) == ("en", "Sources and licences")
    with spoken("fr"):
        assert (language(), _("Sources and licences"), _("")) == ("fr", "Sources et licences", "")
        assert _("no message of ours") == "no message of ours"
    assert language() == ENGLISH


def test_words_are_told_later_and_what_users_wrote_is_not() -> None:
    later = N_("{low} to {high}", low=N_("web hosting"), high="use")
    assert later == "web hosting to use"
    with spoken("fr"):
        assert (told(later), told("{low} to {high}"), told("use")) == (
            "hébergement web à use",
            "{low} to {high}",
            "use",
        )


def blanks(*texts: str) -> list[str]:
    """Texts with blanks of all widths as blanks."""
    return [re.sub("[\u00a0\u202f]", " ", text) for text in texts]


def test_numbers_in_french_by_hand() -> None:
    with spoken("fr"):
        assert figure(0.00784) == "7,84\u202f×\u202f10⁻³"
        assert blanks(figure(360_012.0), figure(0.0)) == ["3,60 × 10⁵", "0"]
        assert blanks(number(37.5e6), number(16_000.0), number(0.00138)) == ["37 500 000", "16 000", "0,00138"]
        assert blanks(percent(0.9132), percent(0.0001), percent(-0.031)) == ["91,3 %", "<0,1 %", "−3,1 %"]
        assert blanks(deviation(-0.0291), deviation(0.0), deviation(119.3)) == ["−2,9 %", "+0,0 %", "+11 930 %"]
        assert blanks(quantity(67.5, "%"), quantity(4, "min/visit"), quantity(0.4, "1")) == [
            "67,5 %",
            "4 min/visite",
            "0,4",
        ]
        assert unit_words("kg CO2 eq") == "kg éq. CO₂"
    assert (figure(0.00784), unit_words("kg CO2 eq")) == ("7.84e-03", "kg CO2 eq")


# --- nothing of ours stands outside the catalogues --------------------------------------------------------------------

RING = {ord(a) + k: chr(ring + k) for a, ring in (("a", 0x24D0), ("A", 0x24B6)) for k in range(26)}
WORD = re.compile(r"[A-Za-z]{3,}")
CODES = "entry market normalisation weighting lca csv json sha schema yaml html run report packs src base"  # they stay
CODES += " author misc none aria label"  # of BibTeX, and of the text alternatives of a page
TWO = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")  # words in a row
SPREAD = """\
study:
  title: Spread
  criteria: [GWP]
  packs: [tiny]
  together: [{inputs: [parameters.heads, parameters.tails], reason: alike}]
  independent: [{input: parameters.apart, reason: apart}]
functional_units:
  FU1: {title: one, demand: {visits: 1 visit}}
  FU2: {title: two, demand: {visits: {value: 1e3 visit, low: 500 visit, high: 2e3 visit}}}
parameters:
  near: {value: 1, law: {normal: {sd: 0.5}}, basis: assumed, note: a guess}
  heads: {value: 2, low: 1, high: 8, law: lognormal}
  tails: {value: 3, low: 2, high: 3.5, law: uniform}
  coin: {value: 1, law: {choices: {1: 40 %, 2: 60 %}}}
  apart: {value: 2, low: 1, high: 3}
  bare: {value: 2, basis: assumed, note: a guess}
sites:
  lab:
    pue: {value: 1.2, low: 1.1, high: 2}
    region:
      FRA: {value: 40 %, law: {dirichlet: {concentration: 20}}}
      World: {value: 60 %, law: {dirichlet: {concentration: 20}}}
web_hosting:
  site: lab
  energy: "= parameters.heads * parameters.tails * parameters.coin * parameters.bare / parameters.near * 1 [kWh/visit]"
network:
  region: World
  data: 1 MB/visit
  links: {all: {share: 100 %, energy: "= ceil(parameters.apart) * 1 [kWh/GB]"}}
variants:
  L: {title: large, with: {parameters.coin: 2, parameters.apart: {value: 3, low: 2, high: 4}}}
expect:
  met: {of: FU1, criterion: GWP, value: 2.3 kgCO2eq, within: 90 %, basis: derived}
  missed: {of: FU1, criterion: GWP, value: 1 kgCO2eq, within: 1 %, basis: derived}
  top: {of: FU1, criterion: GWP, at_most: 1 gCO2eq, basis: target, title: our budget}
  half: {of: FU2, criterion: GWP, statistic: median, at_least: 1 gCO2eq, basis: derived}
"""  # a law of every kind, one without a mean, what is met and what is missed


class Ringed(gettext.NullTranslations):
    """A language in which the letters of each message, but for its places, have rings round them."""

    _catalog: ClassVar[dict[str, str]] = {}  # what the scripts of a page are given

    def gettext(self, message: str) -> str:
        parts = re.split(r"(\{\w*\})", message)
        return "".join(part if part.startswith("{") else part.translate(RING) for part in parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, set[str]]:
    """A study that has every field, and the words that are not ours: those of its files, and of the tables of packs."""
    folder = tmp_path_factory.mktemp("ringed")
    write_pack(folder)
    (folder / "study.yaml").write_text(STUDY, "utf-8")
    (folder / "spread.yaml").write_text(SPREAD, "utf-8")
    with (ROOT / "factors" / "criteria.csv").open(encoding="utf-8") as table:
        rows = [{**row, "name": ""} for row in csv.DictReader(table)]
    texts = [*(file.read_text("utf-8") for file in folder.rglob("*.*")), *map(str, rows)]
    words = {word for text in texts for word in WORD.findall(text)}
    units = {f"{word}{end}" for word in FRENCH_UNITS.values() for end in ("", "s")}
    codes = {*CODES.split(), "spread", *WORD.findall(str(folder))}
    return Run(folder / "study.yaml", [folder / "packs"]), words | units | codes


@pytest.fixture
def ringed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(spoken_, "catalogue", lambda _language: Ringed())
    with spoken("fr"):
        yield


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Prose():
                yield block.text
            case Entries():
                yield from (text for entry in block.entries for text in (entry.term, *entry.texts))
            case Grid():
                yield from (column.head for column in block.columns)
                yield from (text for row in block.rows for text in (*(cell.text for cell in row.cells), *row.remarks))


def outside(texts: Iterable[str], words: set[str]) -> list[str]:
    """The words that no message has, with the text that each stands in."""
    return sorted({f"{word} in {text!r}" for text in texts for word in WORD.findall(text) if word not in words})


@pytest.mark.usefixtures("ringed")
@pytest.mark.parametrize("by", [(), ("tier", "stage"), ("item", "flow", "region"), ("ghg_scope", "ghg_category")])
def test_no_word_of_a_table_is_untranslated(study: tuple[Run, set[str]], by: tuple[str, ...]) -> None:
    run, words = study
    result, told_of = run.compile((), (None, *run.scenario.variants), every_case=True)
    blocks = study_view.report(result, told_of, by, every_input=True).blocks
    assert outside(texts_of(blocks), words) == []


@pytest.mark.usefixtures("ringed")
def test_no_word_of_the_sections_of_the_report_is_untranslated(study: tuple[Run, set[str]]) -> None:
    run, words = study
    result, told_of = run.compile((), (None, *run.scenario.variants), every_case=True)
    made = account.account(result)
    blocks = [
        *account_view.report(result, made, account.weights(result)).blocks,
        *boundary.report(result).blocks,
        *goal.blocks(result),
        *quality_view.report(result.model, quality(result.model)).blocks,
        *verdicts.report([checked("study", result)]).blocks,
        *ends_view.report(result, ends(result, ("tier", "item")), ("tier", "item")).blocks,
    ]
    assert len(told_of) > 5
    assert outside(texts_of(blocks), words) == []


COMMANDS = (
    "uncertainty spread.yaml -n 100 --variant L",
    "uncertainty study.yaml -n 100 --by tier,phase --fu FU1",
    "sensitivity spread.yaml -n 256",
    "sensitivity study.yaml -n 256 --fu FU1 --top 3",
    "compare spread.yaml#FU1 :L#FU2",
    "check study.yaml spread.yaml --draws 100",
    "cite spread.yaml -n 100",
    "cite study.yaml --form bibtex --variant L",
    "sweep spread.yaml parameters.apart=1:3:2 --and parameters.coin=1,2 --relative",
    "sweep study.yaml inference.server.aur=5%:100%:2 --by tier,phase --fu FU1",
    "breakeven spread.yaml FU1 network = access --over parameters.coin",
    "breakeven spread.yaml FU1 network = access --over parameters.apart --from 1 --to 20",
    "budget spread.yaml -n 100",
    "explain study.yaml FU1 GWP --format markdown",
    "explain study.yaml FU1 terminals.time",
    "explain study.yaml FU1 PE --format markdown --depth 3 --fold 40",
    "explain study.yaml FU1 GWP --why-not phone",
    "explain study.yaml FU1 GWP --why-not cables",
    "explain study.yaml FU1 PE --why-not gpu-server",
    "explain study.yaml FU1 GWP --why-not v2",
    "explain study.yaml FU1 GWP --why-not phones",
    "quality spread.yaml",
    "account study.yaml",
    "scope study.yaml",
    "run study.yaml --ends --fu FU1",
    "run study.yaml --variant all --by ghg-scope -v",
)
NAMES = re.compile(  # of items and quantities, by which commands ask for them
    r"(idle |active )?(electricity|training|laptop)( of [\w ]+| v\d)?|idle hours for an active hour|page sent|"
    r"time (of use|on \w+)|(standby|share|data|power) (of|on|over|kept by|stored) ?[\w ]*|\w+ consumed( by \w+)?|"
    r"phones|cables|functional units|data transferred"
)
SIDE_BY_SIDE = {*WORD.findall("later both two one tiny yaml FRA USA World Large small Everything"), "FU"}  # in headings
CELLS = re.compile(r"\s{2,}|[│├└]")


def in_a_row(texts: Iterable[str], text: str) -> list[str]:
    """Words in a row that no message has, and that no text of the study has side by side."""
    flat = (re.sub("[\u00a0\u202f\\s]+", " ", NAMES.sub("", each)) for each in texts)
    found = {row[0] for each in flat for row in TWO.finditer(each) if row[0] not in text}
    return sorted(row for row in found if not {*row.split()} <= SIDE_BY_SIDE)


@pytest.fixture
def in_folder(study: tuple[Run, set[str]], monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], str]:
    """The folder of the study is where commands run: the words of its files, and their text."""
    folder = Path(study[0].scenario.name).parent
    monkeypatch.chdir(folder)
    monkeypatch.setattr(spoken_, "catalogue", lambda _language: Ringed())
    files = [file for file in folder.rglob("*.*") if file.suffix in (".yaml", ".csv", ".json")]
    table = (ROOT / "factors" / "criteria.csv").read_text("utf-8")
    return study[1], " ".join(" ".join([*(file.read_text("utf-8") for file in files), table]).split())


@pytest.mark.parametrize("command", COMMANDS)
def test_no_word_that_a_command_prints_is_untranslated(
    command: str, in_folder: tuple[set[str], str], lca_: Lca
) -> None:
    words, text = in_folder
    done = lca_(*command.split(), "--lang", "fr", "--packs", "packs")
    assert done.code in (0, 3)
    assert outside(NAMES.sub("", done.out).splitlines(), words) == []
    assert in_a_row((cell for line in done.out.splitlines() for cell in CELLS.split(line)), text) == []


DESK = """\
study: {title: Desk, criteria: [GWP], packs: [fitted-2026, models-2026, ember-2024, ecologits-0-11]}
functional_units: {answer: {title: An answer, demand: {prompts: 20 prompt}}}
sites: {dc: {region: USA, pue: {value: 1.2, low: 1.1, high: 1.5, basis: assumed, note: guess}}}
inference:
  site: dc
  method: fitted-2026
  model: meta-llama/Llama-3.3-70B-Instruct
  input_tokens: {value: 1000 token/prompt, low: 300 token/prompt, high: 3000 token/prompt, basis: assumed, note: guess}
  output_tokens: {value: 400 token/prompt, low: 200 token/prompt, high: 800 token/prompt, basis: assumed, note: guess}
expect: {day: {title: our budget, of: answer, criterion: GWP, at_most: 1 gCO2eq, basis: target}}
"""
SCORES = "model,quality,source\nLlama-3.1-8B-Instruct,50,Adams\nQwen3-32B,70,Adams\n"


@pytest.mark.parametrize(
    "command",
    [
        "rank desk.yaml --models Llama-3.1-8B-Instruct,Qwen3-32B --quality scores.csv --at-least 60",
        "rank desk.yaml --models Llama-3.1-8B-Instruct,Qwen3-32B",
        "budget desk.yaml --models Llama-3.1-8B-Instruct --regions FRA",
    ],
)
def test_no_word_of_a_choice_of_models_is_untranslated(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(spoken_, "catalogue", lambda _language: Ringed())
    (tmp_path / "desk.yaml").write_text(DESK, "utf-8")
    (tmp_path / "scores.csv").write_text(SCORES, "utf-8")
    done = lca_(*command.split(), "-n", "100", "--lang", "fr")
    assert done.code == 0
    paths = re.compile(r"[\w-]+(\.[\w-]+)+|scores.csv|[\w-]*/[\w.-]+|\w+(-[\w.]+)+")
    assert outside(paths.sub("", done.out).splitlines(), {*WORD.findall(f"{command} {DESK} {SCORES}")}) == []


def test_no_word_of_a_page_is_untranslated(in_folder: tuple[set[str], str], lca_: Lca) -> None:
    words, text = in_folder
    with (ROOT / "factors" / "equivalences.csv").open(encoding="utf-8") as table:
        packs = {row[key] for row in csv.DictReader(table) for key in ("pack", "over") if row[key]}
    files = [file for pack in packs for file in (ROOT / "factors" / pack).iterdir()]
    of_packs = " ".join(" ".join(file.read_text("utf-8") for file in files).split())
    words, text = words | {*WORD.findall(of_packs)}, f"{text} {of_packs}"
    for name in ("study", "spread"):
        done = lca_("report", f"{name}.yaml", "-o", f"{name}.html", "--lang", "fr", "--packs", "packs")
        assert done.code == 0
        page = Path(f"{name}.html").read_text("utf-8")
        shown = re.sub(r'(?s)<(script|style|code|pre)\b.*?</\1>|<(\w+)[^>]* lang="en"[^>]*>.*?</\2>', "", page)
        texts = [html.unescape(each) for each in re.split(r"<[^>]*>", shown)]
        texts += [
            html.unescape(found[2]) for found in re.finditer(r'\b(aria-label|title|alt|placeholder)="([^"]*)"', shown)
        ]
        assert len(texts) > 500
        assert outside((NAMES.sub("", each) for each in texts), words) == []
        assert in_a_row(texts, text) == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_what_machines_read_is_the_same_in_every_language(
    form: str, study: tuple[Run, set[str]], monkeypatch: pytest.MonkeyPatch, lca_: Lca
) -> None:
    monkeypatch.chdir(Path(study[0].scenario.name).parent)
    for command in ("run spread.yaml --variant all", "sensitivity spread.yaml -n 256", "compare spread.yaml :L"):
        words = (*command.split(), "--packs", "packs", "--format", form)
        english, french = lca_(*words), lca_(*words, "--lang", "fr")
        assert french.out == english.out
        assert "is the same in every language" in french.err


def texts_in(spec: object) -> Iterator[str]:
    """What a specification shows: titles, names of legends, and texts and names of its values."""
    if isinstance(spec, list):
        yield from (text for each in spec for text in texts_in(each))
    elif isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "subtitle", "text", "part", "end", "name", "domain") and not isinstance(value, dict):
                yield from (text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
            yield from texts_in(value)


@pytest.mark.usefixtures("ringed")
@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        *((kind, {}) for kind in ("contribution", "tornado", "uncertainty", "layers", "sankey", "years", "normalised")),
        ("sweep", {"ranges": ("inference.server.aur=5%:100%:3", "sites.lab.pue=1:2:3")}),
        ("sweep", {"ranges": ("inference.server.aur=5%:100%:3",), "also": "sites.lab.pue=1:2:3"}),
    ],
)
def test_no_word_of_a_plot_is_untranslated(study: tuple[Run, set[str]], kind: str, asked: dict[str, Any]) -> None:
    run, words = study
    result, _verdicts = run.compile((), (None, *run.scenario.variants), every_case=True)
    made = kinds()[kind].drawing(Asked(result, samples=100, table=run.library.table, set_name="EF3.1", **asked))
    fields = {"halos", "labels", "nodes", "ribbons", "below", "texts", "colour", "quality"}  # names of data of Vega
    texts = [*texts_in(made.spec)]
    assert len(texts) > 10
    assert outside(texts, words | fields) == []


# --- titles of the study in several languages -------------------------------------------------------------------------


def test_titles_are_told_in_the_language_that_they_are_written_in(
    tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    text = """\
study: {title: {en: A chat, fr: Une conversation}, criteria: [GWP], packs: [tiny]}
functional_units: {one: {title: {fr: Une visite, en: A visit}, demand: {visits: 1 visit}}}
sites: {lab: {region: FRA}}
web_hosting: {site: lab, energy: {value: 2 kWh/visit}}
variants: {L: {title: {fr: Grand, en: Large}, with: {web_hosting.energy: 3 kWh/visit}}, M: {title: Middle, with: {}}}
expect:
  g: {of: one, title: {en: a figure, fr: un chiffre}, criterion: GWP, value: 0.2 kgCO2eq, within: 1 %, basis: derived}
"""
    (tmp_path / "study.yaml").write_text(text, "utf-8")
    packs = ("--packs", str(tmp_path / "packs"))
    english = lca_("run", "study.yaml", "--variant", "all", *packs).out
    french = lca_("run", "study.yaml", "--variant", "all", "--lang", "fr", *packs).out
    for own, other in (("A chat", "Une conversation"), ("A visit", "Une visite"), ("Large", "Grand")):
        assert own in english
        assert other not in english
        assert other in french
        assert own not in french
    assert "Middle" in french
    assert "a figure" in lca_("check", "study.yaml", *packs).out
    assert lca_("report", "study.yaml", "--lang", "fr", "-o", "a.html", *packs).code == 0
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "un chiffre" in page
    assert "<title>Une conversation</title>" in page


def test_a_title_in_no_language_is_told(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    study = "study: {title: {english: A chat}, criteria: [GWP], packs: [tiny]}"
    text = f"{study}\nfunctional_units: {{one: {{demand: {{visits: 1 visit}}}}}}\n"
    (tmp_path / "study.yaml").write_text(text, "utf-8")
    done = lca_("run", "study.yaml", "--packs", str(tmp_path / "packs"))
    assert done.code == 1
    assert "'english' is no language" in done.err


# --- the workbook -----------------------------------------------------------------------------------------------------


def test_heads_of_columns_are_told_apart_in_every_language() -> None:
    """A reader finds the column of a head, whatever the language of the workbook."""
    for heads in COLUMNS.values():
        for own in LANGUAGES:
            assert len({said(head, own) for head in heads}) == len(heads)


def test_a_workbook_in_french_is_read_back(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    """As exported nothing of it is changed; a value is found under `Valeur`, with or without our properties."""
    monkeypatch.chdir(tmp_path)
    assert lca_("export", "stable_diffusion", "--lang", "fr", "-o", "fr.xlsx").code == 0
    assert "Nothing in it was changed" in lca_("review", "fr.xlsx", "stable_diffusion").out
    book = openpyxl.load_workbook("fr.xlsx")
    sheet = book["Inputs"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    assert {"Valeur", "Bas", "Haut", "Unité", "Source", "Chemin", "Réviseur"} <= {*heads}
    row = next(cell.row for cell in sheet[LETTERS[heads["Chemin"]]] if cell.value == "terminals.time")
    sheet.cell(row, heads["Valeur"]).value = 4
    sheet.cell(row, heads["Réviseur"]).value = "trop bas"
    book.save("edited.xlsx")
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    book.save("bare.xlsx")
    for file in ("edited.xlsx", "bare.xlsx"):
        told_of = lca_("review", file, "stable_diffusion").out
        assert "terminals.time" in told_of
        assert "5 min/visit" in told_of
        assert "4 min/visit" in told_of
        assert "trop bas" in told_of
        assert "text changed" not in told_of


def test_what_has_no_labels_is_in_english(lca_: Lca) -> None:
    done = lca_("export", "bloom", "--format", "json", "--lang", "fr")
    assert done.code == 2
    assert "json is in English: excel, latex, markdown only" in done.err


def test_a_table_for_a_paper_in_french(lca_: Lca) -> None:
    """A comma of a formula stands in braces, so that no gap follows it; a unit is written as in French."""
    made = lca_("export", "bloom", "--published", "--format", "latex", "--lang", "fr").out
    assert r"$5{,}05 \times 10^{4}$" in made
    assert r"kg éq. CO\textsubscript{2}" in made
    assert r"$+0{,}1$\,\%" in made
    assert "Unité fonctionnelle &" in made
    assert "**5,05\u202f×\u202f10⁴**" in lca_("export", "bloom", "--format", "markdown", "--lang", "fr").out


# --- a scenario to begin with -----------------------------------------------------------------------------------------

SAID = ("title", "note", "reason", "uses_of")
FRENCH = ROOT / "lca" / "views" / "templates" / "fr"


def without_words(at: object) -> object:
    """A text of YAML without what is said in words."""
    if isinstance(at, dict):
        return {key: without_words(value) for key, value in at.items() if key not in SAID}
    return [without_words(each) for each in at] if isinstance(at, list) else at


@pytest.mark.parametrize("file", sorted(FRENCH.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_first_scenario_is_the_same_in_french(
    file: Path, tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own, other = (yaml.safe_load(each.read_text("utf-8")) for each in (FRENCH.parent / file.name, file))
    assert without_words(own) == without_words(other)
    assert lca_("new", "premier", "--kind", file.stem, "--lang", "fr").code == 0
    assert lca_("run", "premier.yaml", "--lang", "fr").code == 0


def test_what_is_not_written_in_french_is_said(tmp_path: Path, lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = lca_("new", "premier", "--lang", "fr")
    assert done.code == 1
    assert "is not written in fr" in done.err
    assert not [*tmp_path.iterdir()]


def test_every_kind_is_written_in_every_language() -> None:
    kinds_ = {file.name for file in FRENCH.parent.glob("*.yaml")}
    for other in OTHERS:
        assert {file.name for file in (FRENCH.parent / other).glob("*.yaml")} == kinds_
