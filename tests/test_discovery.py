"""What is found by its being there: a new output, kind of figure, check or command is one file, and nothing else.

`lca/` is copied to a folder of its own, toy files are laid beside the shipped ones, and the command line of the copy
is run in another process.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from lca import discovery
from lca.checks import checked
from lca.disk.workspace import Run
from lca.outputs import outputs
from lca.plots.kinds import kinds

ROOT = Path(__file__).resolve().parent.parent
STUDY = "stable_diffusion"
TOYS = {
    "outputs/toy.py": """
        WRITES = ("report", "records", "study")
        SUFFIXES = (".toy",)

        def render(report, look):
            return f"a toy of {len(report.records)} records\\n"
        """,
    "plots/kinds/toy.py": """
        from lca.plots.study import Drawing

        ABOUT = "what a toy shows"

        def drawing(asked):
            return Drawing({}, [{"criterion": key} for key in asked.result.model.criteria])
        """,
    "checks/toy.py": """
        from lca.problems import Problem

        def check(result, found, draws):
            return found._replace(problems=(*found.problems, Problem("a toy is amiss")))
        """,
    "blocks/toy.py": '''
        from lca.model.fields import One, Quantity, Record
        from lca.model.flow import Flow

        class Toy(Record):
            """A toy of one's own."""

            wound = Quantity("kWh", "electricity that winds it up", low=0, required=True)

        FIELD = One(Toy, "a toy")
        EXAMPLE = "toy:\\n  wound: {value: 2 kWh, low: 1 kWh, high: 3 kWh, basis: assumed, note: a guess}\\n"

        def flows(case):
            toy = case.block("toy")
            if toy is not None:
                yield Flow("terminals", "access", "use", "a toy", "electricity", "FRA", toy.need("wound"), toy)
        ''',
    "views/templates/toy.yaml": """
        # A toy that is wound up.
        study: {title: $title, criteria: [FE]}
        functional_units: {day: {title: see $file}}
        activities: [{item: electricity, tier: terminals, stage: use, region: FRA, amount: 2 kWh}]
        """,
    "importers/toy.py": """
        from lca.importers import Made
        from lca.report import Heading, Report

        TITLE = "A list of toys becomes parameters."
        USES = ("sheet",)
        TAKES = {
            "owner": "whose toys they are",
            "year": "the year in which they are counted",
        }

        def read(given):
            lines = [line.split() for file in given.files for line in file.lines()]
            part = {name: {"value": f"{count} piece", "note": given.said.get("owner", "")} for name, count in lines}
            return Made(Report((Heading(f"{len(part)} toys"),)), part=part)
        """,
    "cli/toy.py": '''
        from lca.cli.app import app

        @app.command()
        def toy() -> None:
            """Play with a toy."""
            print("played")
        ''',
}

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def unindented(text: str) -> str:
    return "\n".join(line.removeprefix(" " * 8) for line in text.splitlines()).removeprefix("\n")


@pytest.fixture(scope="module")
def lca(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command line of a copy that has the toys."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "lca", folder / "lca", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("factors", "scenarios"):
        (folder / name).symlink_to(ROOT / name)
    for name, text in TOYS.items():
        (folder / "lca" / name).write_text(unindented(text), encoding="utf-8")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lca", *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)

    return run


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


def test_an_output_is_one_file(lca: Command) -> None:
    assert "<table|csv|json|markdown|toy>" in said(lca("run", "--help")).replace(" |", "|")
    assert "|eu_model|toy>" in said(lca("export", "--help"))
    assert said(lca("run", STUDY, "--format", "toy")) == "a toy of 6 records"
    assert said(lca("export", STUDY, "--fu", "FU1", "--variant", "base", "--format", "toy")).startswith("a toy of ")
    assert said(lca("plot", STUDY, "contribution", "--format", "toy")).startswith("a toy of ")


def test_an_output_is_known_by_the_ending_of_its_files(lca: Command, tmp_path: Path) -> None:
    for command in (["run", STUDY], ["export", STUDY], ["plot", STUDY, "contribution"]):
        file = tmp_path / f"{command[0]}.toy"
        assert lca(*command, "-o", str(file)).returncode == 0
        assert file.read_text().startswith("a toy of ")
    assert ".txt, .toy, or --format" in lca("run", STUDY, "-o", "a.b").stderr


def test_a_kind_of_figure_is_one_file(lca: Command) -> None:
    words = said(lca("plot", "--help"))
    assert "tornado or toy." in words
    assert "toy: what a toy shows." in words
    assert said(lca("plot", STUDY, "toy", "--format", "csv")).split()[:2] == ["criterion", "ADPe"]


def test_a_kind_of_import_is_one_file(lca: Command, tmp_path: Path) -> None:
    words = said(lca("import"))
    assert "toy A list of toys becomes parameters. --sheet NAME" in words
    assert "--set owner=…: whose toys they are --set year=…: the year in which they are counted" in words
    toys, study = tmp_path / "toys.txt", tmp_path / "study.yaml"
    toys.write_text("ball 3\nkite 1\n")
    done = lca("import", "toy", str(toys), "--set", "owner=Eve: x")
    assert done.stdout.startswith('ball:\n  value: 3 piece\n  note: "Eve: x"\nkite:\n')
    assert done.stderr == "\n2 toys\n"
    study.write_text("parameters:  # of ours\n  kite: 2 piece  # old\n  # the end\nsites: {}\n")
    assert said(lca("import", "toy", str(toys), "--into", str(study), "parameters")) == "2 toys"
    expected = 'parameters:  # of ours\n  # old\n  kite:\n    value: 1 piece\n    note: ""\n  ball:\n    value: 3 piece'
    assert study.read_text() == f'{expected}\n    note: ""\n  # the end\nsites: {{}}\n'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "ownr=x"], "toy takes no 'ownr'\n   = did you mean 'owner'?"),
        (["--set", "owner"], "--set takes NAME=VALUE, not 'owner'"),
        (["--set", "year=1", "--set", "year=2"], "--set says year twice"),
        (["--map", "toys.yaml"], "toy takes no --map"),
    ],
)
def test_what_an_import_does_not_take_is_told(lca: Command, tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "toys.txt").write_text("")
    (tmp_path / "toys.yaml").write_text("a: 1")
    given = [str(tmp_path / word) if word == "toys.yaml" else word for word in words]
    done = lca("import", "toy", str(tmp_path / "toys.txt"), *given)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_check_is_one_file(lca: Command) -> None:
    done = lca("check", f"scenarios/{STUDY}.yaml")
    assert done.returncode == 1
    assert "a toy is amiss" in done.stderr


def test_a_block_is_one_file(lca: Command, tmp_path: Path) -> None:
    scenario = tmp_path / "first.yaml"
    assert lca("new", str(scenario)).returncode == 0
    assert "toy:\n  wound: {value: 2 kWh" in scenario.read_text()
    assert "a toy" in said(lca("run", str(scenario), "--by", "item"))
    assert "| **wound** | `kWh`, at least 0 kWh | electricity that winds it up |" in said(
        lca("schema", "--format", "markdown")
    )
    assert '"#/$defs/Toy"' in said(lca("schema"))
    book = tmp_path / "first.xlsx"
    assert lca("export", str(scenario), "-o", str(book)).returncode == 0
    sheet = openpyxl.load_workbook(book)["Inputs"]
    assert "toy.wound" in [cell.value for column in sheet.iter_cols() for cell in column]
    other = tmp_path / "wrong.yaml"
    other.write_text(scenario.read_text().replace("  wound: {value: 2 kWh", "  wound: {value: 2 kg"))
    assert "wound: electricity that winds it up, in kWh" in lca("run", str(other)).stderr


def test_a_kind_of_scenario_is_one_file(lca: Command, tmp_path: Path) -> None:
    assert "toy: A toy that is wound up." in said(lca("new", "--help"))
    scenario = tmp_path / "wound.yaml"
    assert lca("new", str(scenario), "--kind", "toy").returncode == 0
    assert scenario.read_text().splitlines()[0] == "# A toy that is wound up."
    assert "day see" in said(lca("run", str(scenario)))


def test_a_command_is_one_file(lca: Command) -> None:
    assert "toy Play with a toy." in said(lca("--help"))
    assert said(lca("toy")) == "played"


# --- the shipped files declare what they are ------------------------------------------------------------------------


def assert_declared(folder: str, name: str, *names: str) -> None:
    """What is read from the text of a file is what it holds once it is imported."""
    module = discovery.module(folder, name)
    read = discovery.files(folder, *names)[name]
    assert {each: getattr(module, each) for each in (*names, "ORDER") if hasattr(module, each)} == read


@pytest.mark.parametrize("name", [*outputs("report", "records", "study", "figure", "checks", "notebook")])
def test_an_output_declares_what_its_module_has(name: str) -> None:
    assert callable(discovery.module("outputs", name).render)
    assert_declared("outputs", name, "WRITES", "SUFFIXES", "BINARY")


@pytest.mark.parametrize("name", [*kinds()])
def test_a_kind_declares_what_its_module_has(name: str) -> None:
    assert kinds()[name].about
    assert callable(discovery.module("plots/kinds", name).drawing)
    assert_declared("plots/kinds", name, "ABOUT", "NEEDS", "VARIANTS")


def test_every_file_of_the_folders_is_found() -> None:
    shown = outputs("report", "records", "study", "figure", "checks", "notebook")
    assert set(shown) == {path.stem for path in (ROOT / "lca" / "outputs").glob("[!_]*.py")}
    endings = [suffix for output in shown.values() for suffix in output.suffixes]
    assert len(endings) == len(set(endings)), "two outputs claim one ending"


def test_all_checks_are_asked_and_draws_only_where_wanted() -> None:
    result, verdicts = Run(STUDY).compile(every_case=True)
    plain = checked(STUDY, result)
    assert plain.verdicts == verdicts == result.verdicts
    assert plain.problems == ()
    assert all(v.draws_met is not None for v in checked(STUDY, result, draws=16).verdicts)
