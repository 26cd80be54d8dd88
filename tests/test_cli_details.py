"""What newcomers stumbled over, each as the command that they gave and what it has to say."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lca.disk.workspace import Run, shipped
from lca.plots.charts import percent
from lca.problems import Problem, Span
from lca.questions.breakeven import sides
from lca.result import tally
from lca.views.sensitivity import LONGEST, shortened
from tests.bench_pack import PACKAGE, lay, swapped, write_pack
from tests.command import Lca

STUDY = """\
study:
  title: Chatting
  criteria: [GWP, ADPe]
  packs: [tiny, manuals-2026]
  not_assessed: [{item: printed-manual, stage: end of life, criterion: ADPe, reason: no figure}]
  sources:
    paper: {title: A paper}
    slides: {title: Its slides}
functional_units:
  one: {title: One answer, demand: {prompts: 1 prompt}}
sites: {lab: {region: USA, pue: {value: 1.2, low: 1.1, high: 1.5, basis: assumed, note: none is known}}}
inference: {site: lab, energy: {value: 2 Wh/prompt, low: 1 Wh/prompt, high: 4 Wh/prompt, basis: assumed, note: a guess}}
activities:
  - {item: printed-manual, tier: terminals, stage: manufacture, amount: 1 g/prompt}
  - {item: printed-manual, tier: terminals, stage: distribution, amount: 1 g/prompt}
expect:
  own: {of: one, criterion: GWP, value: 2e-3 kgCO2eq, within: 50 %, basis: derived}
  share:
    of: one
    criterion: GWP
    where: {tier: terminals}
    over: {of: one, criterion: GWP}
    at_least: 30 %
    source: paper
    at: Table 2
    via: slides
"""
Say = Callable[..., str]
MANUALS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
printed-manual,manufacture,,2026,GWP,0.9,kgCO2eq,kg,0.7,1.4,,own table,C,ink
printed-manual,distribution,,2026,GWP,0.3,kgCO2eq,kg,0.2,0.4,,own table,C,parcel
printed-manual,manufacture,,2026,ADPe,1e-6,kgSbeq,kg,,,,own table,D,
printed-manual,distribution,,2026,ADPe,1e-7,kgSbeq,kg,,,,own table,D,
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A study, its packs under `own`, and a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    write_pack(tmp_path).rename("own")
    factors = tmp_path / "own" / "tiny" / "factors.csv"
    row = "electricity,use,USA,2020,ADPe,1e-8,kgSbeq,kWh,,,,p. 1,B,\n"
    factors.write_text(factors.read_text("utf-8") + row, "utf-8")
    manuals("own", "manuals-2026")
    Path("chat.yaml").write_text(STUDY, "utf-8")


def manuals(folder: str, name: str, called: str = "") -> None:
    resources = [{"path": "factors.csv", "role": "factors"}]
    lay(
        Path(folder, name),
        PACKAGE | {"name": called or name, "resources": resources, "accessed": "2026-01-01"},
        factors=MANUALS,
    )


@pytest.fixture
def said(lca_: Lca) -> Say:
    """Run a command; all that it printed, blanks as one."""

    def run(*words: str) -> str:
        own = ("--packs", "own") if "--packs" not in words and words[0] != "new" else ()
        ran = lca_(*words, *own)
        return " ".join(f"{ran.out}{ran.err}".split())

    return run


SAID = {
    "an empty folder of packs": (("factors", "--packs", "."), "there is no factor pack in"),
    "no pack": (("factors", "--pack", "mine"), "--packs DIR"),
    "notes are searched when asked": (("factors", "parcel"), "1 row with it in a note: add --notes"),
    "notes": (("factors", "parcel", "--notes"), "1 row of 1 pack"),
    "one line a row": (("factors", "printed"), "printed-manual manufacture GWP 0.9 kgCO2eq/kg printed-manual dist"),
    "details": (("factors", "printed", "-v"), "C; own table; range 0.7 to 1.4 ink"),
    "a country by name": (("factors", "--pack", "tiny", "electricity", "france"), "electricity use FRA 2020"),
    "a region by name": (("factors", "--pack", "tiny", "--region", "France"), "electricity use FRA 2020"),
    "one argument": (("breakeven", "chat.yaml", "one", "inference = terminals", "--over", "sites.lab.pue"), "heavier"),
    "plural": (("breakeven", "chat.yaml", "one", "terminals = total", "--over", "sites.lab.pue"), "heavier side is"),
    "our own figure": (("run", "chat.yaml"), "expected 2.00e-03"),
    "only what there is": (("run", "chat.yaml"), "Figures 1 one-sided finding met, 0 missed, 1 invariant holds"),
    "a figure in words": (("check", "chat.yaml"), "GWP of one: terminals / total"),
    "at second hand": (("check", "chat.yaml"), "share: paper, Table 2, via slides"),
    "no deviation of a bound": (("check", "chat.yaml"), "≥ 30.0 % –"),
    "normalised, with a title": (("run", "chat.yaml", "--normalise", "EF3.1"), "Chatting one One answer, person-eq"),
    "normalised, with grounds": (("run", "chat.yaml", "--normalise", "EF3.1"), "Figures 1 one-sided finding met"),
    "a near tier": (("explain", "chat.yaml", "one", "GWP", "--tier", "terminal"), "did you mean 'terminals'?"),
    "why not": (("explain", "chat.yaml", "one", "GWP", "--item", "x"), "--why-not x says why it has none"),
    "a label": (("explain", "chat.yaml", "one", "ADP"), "ADPe of one"),
    "a region is no number": (("sweep", "chat.yaml", "sites.lab.region=SWE,DEU"), "and no number = use variants"),
    "the right unit": (("sweep", "chat.yaml", "inference.energy=1 W,2 W"), "it is in Wh/prompt"),
    "a file of no format": (("run", "chat.yaml", "-o", "x.foo"), "use one of .csv, .json, .md"),
    "an explanation of no format": (("explain", "chat.yaml", "one", "GWP", "-o", "x.foo"), "use one of .txt, .md"),
    "one sample": (("uncertainty", "chat.yaml", "-n", "1"), "1 sample is too few"),
    "a compared label": (("compare", "chat.yaml#one", "chat.yaml#one"), "ADP 1."),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str, said: Say) -> None:
    words, expected = SAID[name]
    text = said(*words)
    assert expected in text
    assert not Path("x.foo").exists()


def test_the_command_to_run_next_can_be_copied(said: Say) -> None:
    assert "lca run 'my study.yaml'" in said("new", "my study")


def test_a_broken_pack_is_told_whatever_is_looked_for(said: Say) -> None:
    manuals("own", "other", "another")
    for words in (("printed",), ("nothing-like-it",), ()):
        text = said("factors", *words)
        assert "other/datapackage.json:1:1: the pack calls itself 'another', and its folder 'other'" in text


def test_a_pack_that_bears_the_name_of_a_shipped_one_is_refused(said: Say) -> None:
    manuals("own", "uba-2021")
    Path("chat.yaml").write_text(swapped(STUDY, ("packs: [", "packs: [uba-2021, ")), "utf-8")
    text = said("run", "chat.yaml")
    assert "own/uba-2021/datapackage.json:1:1: two packs are called 'uba-2021', and differ" in text
    assert "factors/uba-2021/datapackage.json:1:1: see also" in text


def test_a_copy_of_a_shipped_pack_is_that_pack(said: Say) -> None:
    shutil.copytree(shipped("factors") / "uba-2021", "own/uba-2021")
    Path("chat.yaml").write_text(swapped(STUDY, ("packs: [", "packs: [uba-2021, ")), "utf-8")
    assert "two packs" not in said("run", "chat.yaml")


@pytest.mark.parametrize("option", ["--fu", "--variant", "--criteria", "--by"])
@pytest.mark.parametrize("value", ["", " ", "GWP,"])
def test_an_empty_name_is_not_every_name(option: str, value: str, lca_: Lca) -> None:
    done = lca_("run", "chat.yaml", option, value, "--packs", "own")
    assert done.code == 2
    assert f"Invalid value for '{option}': a name is empty" in done.err


@pytest.mark.parametrize(("called", "code"), [("US", "USA"), ("united states", "USA"), ("France", "FRA")])
def test_a_region_by_another_name(called: str, code: str, said: Say) -> None:
    Path("chat.yaml").write_text(swapped(STUDY, ("region: USA", f"region: {called}")), "utf-8")
    told = said("run", "chat.yaml")
    assert f"did you mean the region '{code}'?" in told, told


def test_base_names_the_case_without_a_variant(said: Say) -> None:
    shown = said("quality", "chat.yaml")
    assert "assumed" in shown
    assert said("quality", "chat.yaml", "--variant", "base") == shown


def test_one_case_is_asked_for_by_name(said: Say) -> None:
    assert "one case is asked for: base" in said("explain", "chat.yaml", "one", "GWP", "--variant", "all")
    assert "one case is asked for: base" in said("compare", "chat.yaml", "chat.yaml:all")


def test_a_fitted_input_is_asked_about_as_any_other(said: Say) -> None:
    """What an input was fitted to is a matter of `run` and `check`; a question about it does not need the figure."""
    fitted = "{value: 1.5, basis: calibrated, fitted_to: [one]}"
    expect = "expect: {one: {of: one, criterion: GWP, at_least: 0 gCO2eq, basis: derived}}\n"
    Path("chat.yaml").write_text(
        swapped(STUDY, ("{value: 1.2, low: 1.1, high: 1.5, basis: assumed, note: none is known}", fitted)) + expect,
        "utf-8",
    )
    for words in (("explain", "one", "GWP"), ("sweep", "sites.lab.pue=1.1:1.3:3"), ("quality",)):
        assert "which is not in expect" not in said(words[0], "chat.yaml", *words[1:])
        assert "GWP" in said(words[0], "chat.yaml", *words[1:])


def test_a_criterion_has_one_name_everywhere(said: Say) -> None:
    """By its key or its label, in any case: in the study, what is expected, a proxy, an option, a question, a pack."""
    told = said("run", "chat.yaml", "--format", "csv")
    for name in ("ADP", "adpe", "Adp"):
        named = swapped(STUDY, ("[GWP, ADPe]", f"[gwp, {name}]"), ("criterion: ADPe", f"criterion: {name}"))
        named = named.replace("criterion: GWP", "criterion: gwp")
        Path("named.yaml").write_text(named, "utf-8")
        assert said("run", "named.yaml", "--format", "csv") == told
        one = said("run", "chat.yaml", "--criteria", "ADPe", "--format", "csv")
        assert said("run", "named.yaml", "--criteria", name, "--format", "csv") == one
        assert "ADPe of one" in said("explain", "named.yaml", "one", name)
        result = Run("named.yaml", ["own"]).compile()[0]
        assert result.total("one", name) == result.total("one", "ADPe") != 0
        assert result.unit(name) == "kg Sb eq"


def test_a_pack_names_criteria_by_label(said: Say) -> None:
    told = said("run", "chat.yaml", "--format", "csv")
    for table in Path("own").rglob("*.csv"):
        text = table.read_text("utf-8")
        table.write_text(text.replace(",ADPe,", ",ADP,").replace(",GWP,", ",gwp,"), "utf-8")
    assert any(",ADP," in table.read_text("utf-8") for table in Path("own").rglob("*.csv"))
    assert said("run", "chat.yaml", "--format", "csv") == told


MACHINES = {
    "breakeven": ("breakeven", "chat.yaml", "one", "inference", "=", "terminals", "--over", "sites.lab.pue"),
    "plot": ("plot", "chat.yaml", "normalised"),
    "compare": ("compare", "chat.yaml#one", "chat.yaml#one"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_machines_read_keys(name: str, said: Say) -> None:
    said(*MACHINES[name], "--format", "csv")
    main_out = Path("out.csv")
    said(*MACHINES[name], "-o", str(main_out))
    rows = csv.DictReader(io.StringIO(main_out.read_text("utf-8")))
    assert {row["criterion"] for row in rows} == {"GWP", "ADPe"}


def test_junit_words(said: Say) -> None:
    said("check", "chat.yaml", "--junit", "j.xml")
    texts = [case.findtext("system-out") or "" for case in ET.parse("j.xml").getroot().iter("testcase")]  # noqa: S314
    assert re.search(r"expected 0\.002 kg CO2 eq \([-+]", texts[0])
    assert re.fullmatch(r"reproduced: [0-9.]+ %, published at least 30\.0 %", texts[1])


def test_json_of_a_check_has_the_second_hand_source() -> None:
    _, verdicts = Run("chat.yaml", ["own"]).compile()
    assert [(v.key, v.said, v.via) for v in verdicts] == [("own", "expected", ""), ("share", "published", "slides")]
    assert tally(verdicts) == "1 one-sided finding met, 0 missed, 1 invariant holds"


def test_names_of_a_table_are_unique_and_keep_the_item() -> None:
    paths = [f"own-2026.printed-manual.{stage}.GWP" for stage in ("manufacture", "distribution", "end of life")]
    names = shortened([*paths, "terminals.devices.smartphone.lifetime"], ["own-2026"])
    assert len(set(names)) == 4
    assert all("printed-manual" in name for name in names[:3])
    assert names[3].endswith("smartphone.lifetime")
    assert max(map(len, names)) <= LONGEST


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["training = inference"], (["training"], ["inference"])),
        ([" tier=data centre = phase=training stage=use"], (["tier=data centre"], ["phase=training", "stage=use"])),
        (["tier=end", "=", "total of=FU2"], (["tier=end"], ["total", "of=FU2"])),
    ],
)
def test_sides_in_one_argument(words: list[str], found: tuple[list[str], list[str]]) -> None:
    assert sides(words) == found


def test_a_tiny_share_is_below_a_tenth_of_a_percent() -> None:
    assert percent(8e-7) == "<0.1 %"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("column", [1, 30, 90, 200])
def test_an_excerpt_fits_the_page_and_the_caret_is_right(width: int, column: int) -> None:
    text = "".join(chr(ord("a") + i % 26) for i in range(200))
    line, caret = Problem("wrong", (Span("x.yaml", 1, column, text),)).text(width).splitlines()[1:]
    assert max(len(line), len(caret)) <= width
    assert line[len(caret) - 1] == text[column - 1]


def test_the_summary_of_every_command_fits(said: Say) -> None:
    assert "..." not in said("--help").replace("[ARGS]...", "")
