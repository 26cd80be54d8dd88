"""The command line as its users meet it: what each command prints at 80 columns, and what it says when it cannot.

Each golden file holds the command and everything that came back. The scenarios and the made-up factor packs stand
beside them. UPDATE_GOLDEN=1 writes the files anew: look at every line of the difference.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import lca
from lca.outputs import csv as csv_view
from lca.outputs import html, markdown, table
from lca.report import Cell, Column, Grid, Look, Report, row
from tests.command import Lca, Ran

HERE = Path(__file__).parent / "golden" / "cli"
ROOT = HERE.parents[2]
OWN = ("--packs", "packs")
CHAT = ("chat.yaml", *OWN)


@pytest.fixture
def lca_(lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> Lca:
    """Run a command in this process, in the folder of the golden files."""
    monkeypatch.chdir(HERE)
    return lca_


def shown(words: tuple[str, ...], ran: Ran) -> str:
    parts = [f"$ lca {shlex.join(words)}", ran.out.rstrip("\n"), ran.err.rstrip("\n"), f"[exit {ran.code}]"]
    return "\n".join(part for part in parts if part) + "\n"


def compare(name: str, text: str) -> None:
    path = HERE / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


GOLDEN = {
    "run": ("run", *CHAT),
    "run_assumed": ("run", *CHAT, "--assumed", "--fu", "FU1"),
    "run_by_tier": ("run", *CHAT, "--by", "tier"),
    "run_by_three": ("run", *CHAT, "--by", "tier,phase,stage", "--fu", "FU2"),
    "run_variants": ("run", *CHAT, "--variant", "all"),
    "run_variant": ("run", *CHAT, "--variant", "slow", "--fu", "FU1", "--criteria", "GWP,pe"),
    "run_markdown": ("run", *CHAT, "--format", "markdown", "--by", "tier,stage", "--fu", "FU2"),
    "run_csv": ("run", *CHAT, "--format", "csv", "--by", "tier", "--fu", "FU1"),
    "run_json": ("run", *CHAT, "--format", "json", "--fu", "FU1", "--variant", "all"),
    "check": ("check", "chat.yaml", "missed.yaml", "broken.yaml", *OWN),
    "check_csv": ("check", "chat.yaml", "--format", "csv", *OWN),
    "scope": ("scope", *CHAT),
    "scope_markdown": ("scope", *CHAT, "--format", "markdown"),
    "factors_pack": ("factors", "--pack", "tiny", *OWN),
    "factors_words": ("factors", "--pack", "tiny", "PHONE", "manu", *OWN),
    "factors_json": ("factors", "--pack", "tiny", "phone", "--criterion", "ADP", "--format", "json", *OWN),
    "units": ("units",),
    "units_text": ("units", "kWh/image"),
    "units_impact": ("units", "kgCO2eq/kWh"),
    "new": ("new", "chat"),
}
MESSAGES = {
    "no_file": ("run", "chatt.yaml", *OWN),
    "directory": ("run", "packs", *OWN),
    "empty": ("run", "empty.yaml", *OWN),
    "broken": ("run", "broken.yaml", *OWN),
    "no_functional_unit": ("run", *CHAT, "--fu", "FU3"),
    "no_variant": ("run", *CHAT, "--variant", "slwo"),
    "no_criterion": ("run", *CHAT, "--criteria", "GPW,ADP,water"),
    "no_column": ("run", *CHAT, "--by", "teir"),
    "no_format": ("run", *CHAT, "--format", "excel"),
    "no_folder": ("run", "chat.yaml", "--packs", "pakcs"),
    "no_row": ("factors", "--pack", "tiny", "phon", "manufactur", "fone", *OWN),
    "no_row_of_all": ("factors", "--pack", "tiny", "phone", "kWh", *OWN),
    "no_pack": ("factors", "--pack", "tinny", *OWN),
    "no_region": ("factors", "--pack", "tiny", "--region", "FRAU", *OWN),
    "no_unit": ("units", "kwh/image"),
    "no_command": ("rnu",),
    "not_written": ("run", *CHAT, "-o", "nowhere/chat.csv"),
}


@pytest.mark.parametrize("name", [name for name in GOLDEN if name != "new"])
def test_output(name: str, lca_: Lca) -> None:
    compare(name, shown(GOLDEN[name], lca_(*GOLDEN[name])))


@pytest.mark.parametrize("name", MESSAGES)
def test_message(name: str, lca_: Lca) -> None:
    ran = lca_(*MESSAGES[name])
    assert ran.code in {1, 2}
    assert ran.out == ""
    assert "Traceback" not in ran.err
    compare(f"message_{name}", shown(MESSAGES[name], ran))


def test_no_line_is_wider_than_the_page(lca_: Lca) -> None:
    for words in GOLDEN.values():
        if "--format" not in words and words[0] != "new":
            ran = lca_(*words)
            assert [line for line in ran.out.splitlines() if len(line) > 80] == []


def test_no_figure_is_cut_on_a_narrow_page(lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = lca_("run", *CHAT).out
    monkeypatch.setenv("COLUMNS", "40")
    narrow = lca_("run", *CHAT).out
    figures = {word for word in wide.split() if "e-" in word or "e+" in word}
    assert figures
    assert figures <= set(narrow.split())
    assert max(map(len, narrow.splitlines())) <= 40
    compare("run_narrow", narrow)


# --- machines --------------------------------------------------------------------------------------------------------


def records(ran: Ran) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.err
    return list(json.loads(ran.out))


def test_json_is_in_full_precision_and_says_what_it_is_of(lca_: Lca) -> None:
    result = lca.run(lca.load("chat.yaml", ["packs"]))
    found = records(lca_("run", *CHAT, "--format", "json"))
    assert [(r["functional_unit"], r["variant"], r["criterion"]) for r in found] == [
        (unit, None, key) for unit in ("FU1", "FU2") for key in ("ADPe", "GWP", "PE")
    ]
    assert [r["value"] for r in found] == [result.total(r["functional_unit"], r["criterion"]) for r in found]
    assert found[1]["unit"] == "kg CO2 eq"


def test_csv_and_json_hold_the_same(lca_: Lca) -> None:
    words = ("run", *CHAT, "--by", "tier,item", "--variant", "all")
    of_json = records(lca_(*words, "--format", "json"))
    of_csv = list(csv.DictReader(io.StringIO(lca_(*words, "--format", "csv").out)))
    assert [float(r["value"]) for r in of_csv] == [r["value"] for r in of_json]
    assert [r["tier"] for r in of_csv] == [r["tier"] for r in of_json]
    assert list(of_csv[0]) == ["functional_unit", "variant", "tier", "item", "criterion", "value", "unit", "share"]


def test_parts_and_shares_add_up(lca_: Lca) -> None:
    totals = {
        (r["functional_unit"], r["criterion"]): r["value"] for r in records(lca_("run", *CHAT, "--format", "json"))
    }
    parts = records(lca_("run", *CHAT, "--format", "json", "--by", "tier,phase,stage"))
    for (unit, key), total in totals.items():
        mine = [r for r in parts if (r["functional_unit"], r["criterion"]) == (unit, key)]
        assert sum(r["value"] for r in mine) == pytest.approx(total, rel=1e-12)
        assert sum(abs(r["share"]) for r in mine) == pytest.approx(1, rel=1e-12)


PLACES = ("2:19", "3:27", "3:34")  # of what is wrong in broken.yaml


def test_check_in_json_has_every_field_and_fails_with_a_miss(lca_: Lca) -> None:
    ran = lca_("check", "chat.yaml", "missed.yaml", "broken.yaml", *OWN, "--format", "json")
    found = json.loads(ran.out)
    needed = {"of", "criterion", "published", "computed", "unit", "deviation", "verdict", "source", "at"}
    assert needed <= set(found[0])
    assert found[0]["place"].startswith("chat.yaml:")
    assert {r["scenario"] for r in found if r["key"]} == {"chat.yaml", "missed.yaml"}
    wrong = [r for r in found if r["verdict"] == "problem"]
    assert [(r["scenario"], r["place"]) for r in wrong] == [("broken.yaml", f"broken.yaml:{p}") for p in PLACES]
    assert wrong[0]["title"] == "kg/visit is not h"
    assert [r["verdict"] for r in found if r["key"] == "adp_fu1"] == ["reproduced", "missed"]
    assert next(r for r in found if r["key"] == "adp_fu1")["leaning"].keys() == {"terminals.time"}
    assert ran.code == 1
    assert "broken.yaml:2:" in ran.err


@pytest.mark.parametrize(
    ("scenario", "code"),
    [("chat.yaml", 0), ("missed.yaml", 3), ("broken.yaml", 1), ("empty.yaml", 1), ("none.yaml", 1)],
)
def test_check_ends_with(scenario: str, code: int, lca_: Lca) -> None:
    assert lca_("check", scenario, *OWN).code == code


def test_check_takes_folders(lca_: Lca, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_bytes((HERE / "chat.yaml").read_bytes())
    ran = lca_("check", str(tmp_path), *OWN)
    assert ran.code == 0, ran.err
    assert "2 reproduced, 2 one-sided findings met, 2 fitted, 0 missed, 2 known gaps" in ran.out


def test_check_of_an_empty_folder_is_no_success(lca_: Lca, tmp_path: Path) -> None:
    ran = lca_("check", str(tmp_path), *OWN)
    assert ran.code == 1
    assert "no scenario" in ran.err


def test_junit_has_a_case_for_each_figure(lca_: Lca, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    lca_("check", "chat.yaml", "missed.yaml", "broken.yaml", *OWN, "--junit", str(path))
    suites = ET.parse(path).getroot().findall("testsuite")  # noqa: S314  our own file
    assert [suite.get("name") for suite in suites] == ["chat.yaml", "missed.yaml", "broken.yaml"]
    assert [suite.get("tests") for suite in suites] == ["11", "11", "3"]
    assert [suite.get("failures") for suite in suites] == ["0", "1", "0"]
    assert [suite.get("errors") for suite in suites] == ["0", "0", "3"]
    skipped = [case for case in suites[0] if case.find("skipped") is not None]
    assert [case.get("name") for case in skipped] == ["pe_fu2"]
    assert "the paper counts offices as well" in str(skipped[0].find("skipped").get("message"))  # type: ignore[union-attr]
    assert {case.get("classname") for case in suites[0]} == {"chat.yaml"}
    invariants = [case for case in suites[0] if str(case.get("name")).startswith("parts sum to totals")]
    assert len(invariants) == 6
    assert not [child for case in invariants for child in case]


def test_scope_has_a_record_for_each_cell(lca_: Lca) -> None:
    found = [each for each in records(lca_("scope", *CHAT, "--format", "json")) if each["kind"] == "cell"]
    assert len(found) == 3 * 4 * 4 * 2
    cells = {(r["tier"], r["phase"], r["stage"], r["impacts"]): r for r in found}
    made = cells["terminals", "access", "manufacture", "direct"]
    assert (made["status"], made["criteria"], made["by_proxy"]) == ("counted", ["ADPe", "GWP"], {"PE": "ADPf"})
    assert cells["network", "access", "manufacture", "direct"]["status"] == "not assessed"
    assert cells["data centre", "data", "use", "direct"]["reasons"] == ["nothing is kept"]
    assert cells["data centre", "inference", "distribution", "direct"]["status"] == "not assessed"
    assert {r["status"] for r in found if r["impacts"] == "indirect"} == {"out of scope"}


def test_every_format_of_every_listing(lca_: Lca) -> None:
    for words in (("factors",), ("units",), ("units", "GB"), ("factors", "smartphone"), ("scope", *CHAT)):
        for name in ("table", "csv", "json", "markdown"):
            ran = lca_(*words, "--format", name)
            assert ran.code == 0, ran.err
            assert ran.out.strip()


def test_factors_lists_every_shipped_pack(lca_: Lca) -> None:
    found = records(lca_("factors", "--format", "json"))
    folders = {path.parent.name for path in (ROOT / "factors").rglob("datapackage.json")}
    assert {r["pack"] for r in found} == folders
    assert all(r["licence"] and r["rows"] for r in found)
    assert {r["pack"] for r in found if r["share_alike"]} == {
        path.parent.name for path in (ROOT / "factors" / "share-alike").rglob("datapackage.json")
    }


def test_output_goes_to_a_file_in_the_format_of_its_ending(lca_: Lca, tmp_path: Path) -> None:
    for ending, begin in (("csv", "functional_unit,"), ("json", "["), ("md", "# A chat"), ("txt", "A chat")):
        path = tmp_path / f"chat.{ending}"
        ran = lca_("run", *CHAT, "-o", str(path))
        assert (ran.code, ran.out) == (0, "")
        assert path.read_text(encoding="utf-8").startswith(begin)


def test_a_failed_run_leaves_the_old_file(lca_: Lca, tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_text("old", encoding="utf-8")
    assert lca_("run", "broken.yaml", *OWN, "-o", str(path)).code == 1
    assert path.read_text(encoding="utf-8") == "old"


def test_a_new_scenario_runs_and_is_not_overwritten(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = lca_("new", "my chat")
    assert made.code == 0, made.err
    assert "lca run" in made.out
    assert lca_("run", "my chat.yaml").code == 0
    assert lca_("check", "my chat.yaml").code == 0
    assert "without" not in lca_("run", "my chat.yaml").out.partition(" 0 without")[0]
    again = lca_("new", "my chat")
    assert (again.code, "already there" in again.err) == (1, True)


def test_the_version(lca_: Lca) -> None:
    assert lca_("--version").out == f"lca {lca.__version__}\n"


@pytest.mark.parametrize("command", ["run", "check", "scope", "factors", "units", "schema", "new"])
def test_every_command_has_help(command: str, lca_: Lca) -> None:
    ran = lca_(command, "--help")
    assert ran.code == 0
    assert "Usage: lca" in ran.out


# --- what is written by users stays text -----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", " =1"])
def test_a_formula_in_a_csv_cell_is_disarmed(text: str) -> None:
    shown = csv_view.render(Report((), ("a", "b"), ({"a": text, "b": -1.5},)), Look())
    assert list(csv.reader(io.StringIO(shown)))[1] == [f"'{text}", "-1.5"]


def test_markdown_and_html_escape() -> None:
    grid = Grid((Column("a|b"), Column("n", right=True)), (row("<script>|*x*", Cell("1", "strong")),))
    report = Report((grid,))
    assert markdown.render(report, Look()).splitlines() == [
        r"| a\|b | n |",
        "| :--- | ---: |",
        r"| \<script\>\|\*x\* | **1** |",
    ]
    assert "<script>" not in html.render(report, Look())


def test_a_terminal_gets_colours_and_no_control_characters() -> None:
    report = Report((Grid((Column("x"),), (row(Cell("bad\x1b[2J", "bad")),)),))
    assert "\x1b[31mbad�[2J\x1b[0m" in table.render(report, Look(80, colours=True))
    assert "\x1b" not in table.render(report, Look(80))


# --- Python ----------------------------------------------------------------------------------------------------------


def test_the_frame_is_tidy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    result = lca.run(lca.load("chat.yaml", ["packs"]), variant="all")
    frame = result.frame()
    assert list(frame.columns) == [
        "functional_unit", "variant", "tier", "phase", "stage", "item", "flow", "region", "criterion", "value", "unit",
        "basis", "sources",
    ]  # fmt: skip
    mine = frame[(frame.functional_unit == "FU2") & (frame.variant == "slow") & (frame.criterion == "GWP")]
    assert mine.value.sum() == pytest.approx(result.total("FU2", "GWP", "slow"))
    assert "paper-2020" in set(", ".join(frame.sources).split(", "))


def test_a_notebook_shows_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    shown = lca.run(lca.load("chat.yaml", ["packs"]))._repr_html_()  # type: ignore[attr-defined]
    for text in ("A chat service", "FU2 A year of service", "1.84e+05", "known gap", "fitted to gwp_fu2"):
        assert text in shown
    assert "http" not in shown


# --- processes -------------------------------------------------------------------------------------------------------

HEAVY = {
    "numpy", "pandas", "openpyxl", "xlsxwriter", "pydantic", "pint", "rich",
    "asyncio", "concurrent.futures", "decimal", "email", "fractions", "hashlib", "http", "importlib.metadata",
    "random", "statistics", "tempfile", "xml", "zipfile",
}  # fmt: skip
SHELL = ("lca.cli", "lca.problems", "lca.report")  # all that help and the version need of ours
LISTS = {"lca.discovery", "lca.outputs", "lca.plots", "lca.plots.kinds", "lca.spoken"}
LOADED = """
import sys
from lca.cli import main
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def process(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    command = [sys.executable, "-c", LOADED, *words]
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "words",
    [("run", *CHAT), ("run", *CHAT, "--by", "tier"), ("check", *CHAT), ("scope", *CHAT), ("--help",), ("--version",)],
)
def test_what_is_heavy_is_not_loaded(words: tuple[str, ...]) -> None:
    ran = process(*words)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
    assert set(ran.stderr.split()) & HEAVY == set()


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_reads_no_study_and_loads_nothing_that_does(word: str) -> None:
    loaded = set(process(word).stderr.split())
    assert "typer" in loaded  # the list is that of the process, and whole
    own = {name for name in loaded if name.startswith("lca.") and not name.startswith(SHELL)}
    assert own <= LISTS  # what says which files there are, and none of them
    assert "yaml" not in loaded


@pytest.mark.parametrize("command", ["run", "check", "scope"])
def test_a_command_loads_no_other(command: str) -> None:
    loaded = set(process(command, *CHAT).stderr.split())
    assert {name for name in loaded if name.startswith("lca.cli.")} == {
        "lca.cli.app",
        "lca.cli.options",
        "lca.cli.streams",
        f"lca.cli.{command}",
    }


FROZEN = """
import atexit, gc, sys
from lca.cli import main
print("typer" in sys.modules, file=sys.stderr)
atexit.register(lambda: print(gc.get_freeze_count() > 10_000, file=sys.stderr))  # runs after what main registers
main()
"""


def test_python_neither_searches_what_typer_brings_nor_what_is_left_at_the_end() -> None:
    """Start-up: the collector waits from before typer is imported, and the end of the process is not searched."""
    ran = subprocess.run(
        [sys.executable, "-c", FROZEN, "run", *CHAT], cwd=HERE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stderr.split() == ["False", "True"]


def test_a_closed_pipe_is_no_traceback() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "lca", "factors", "e"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


def test_a_terminal_without_our_signs_gets_plain_ones() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    command = [sys.executable, "-m", "lca", "check", *CHAT]
    ran = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ">= 50.0 %" in ran.stdout
    assert "-" * 80 in ran.stdout
    assert "?" not in ran.stdout
