"""What runs without anybody looking on: exit codes, annotations, test reports, strictness."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.checks import Checked, checked
from lca.disk.workspace import Run
from lca.outputs import github, junit
from lca.problems import Problem, Span
from lca.report import Look
from lca.result import Result
from lca.views import verdicts
from tests.command import Lca

HERE = Path(__file__).parent / "golden" / "cli"
OWN = ("--packs", str(HERE / "packs"))
BARE = """\
study: {title: A chat, criteria: [GWP], packs: [tiny], not_assessed: [{item: network, stage: embodied, reason: none}]}
functional_units: {FU1: {demand: {visits: 1 visit}}}
network:
  region: World
  data: 5 MB/visit
  links: {fixed: {share: 100 %, energy: 0.05 kWh/GB}}
"""
EXPECTS = "expect:\n  low: {of: FU1, criterion: GWP, at_most: %s, basis: derived}\n"
COMMAND = re.compile(r"::(?P<name>\w+) (?P<properties>[^\r\n]*?)::(?P<message>[^\r\n]*)")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with studies that expect nothing, what is met, what is missed, and one with a fault."""
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "bare": BARE,
        "met": BARE + EXPECTS % "1 gCO2eq",
        "missed": BARE + EXPECTS % "1 mgCO2eq",
    }.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(BARE.replace("5 MB", "5 kg"), encoding="utf-8")
    return tmp_path


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as GitHub's runner reads it: `ActionCommand.TryParseV2` of actions/runner."""
    assert line.startswith("::")
    end = line.index("::", 2)
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.split(",") if pair)
    return name, {key: undone(value, "\r\n:,%") for key, value in pairs}, undone(line[end + 2 :], "\r\n%")


def undone(text: str, signs: str) -> str:
    for sign in signs:
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


# --- exit codes: 1 wins over 3 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("bare.yaml",), 0),
        (("met.yaml",), 0),
        (("missed.yaml",), 3),
        (("missed.yaml", "met.yaml"), 3),
        (("wrong.yaml",), 1),
        (("missed.yaml", "wrong.yaml"), 1),
        (("bare.yaml", "--strict"), 3),
        (("met.yaml", "--strict"), 0),
        (("bare.yaml", "wrong.yaml", "--strict"), 1),
        (("none.yaml",), 1),
        (("met.yaml", "--draws", "few"), 2),
        (("met.yaml", "--formt", "json"), 2),
    ],
)
@pytest.mark.usefixtures("files")
def test_check_ends_with(lca_: Lca, words: tuple[str, ...], code: int) -> None:
    assert lca_("check", *words, *OWN).code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("met.yaml", "missed.yaml", "--fail-above", "0%"), 0),
        (("met.yaml", "more.yaml"), 0),
        (("met.yaml", "more.yaml", "--fail-above", "101 %"), 0),
        (("met.yaml", "more.yaml", "--fail-above", "99 %"), 3),
        (("met.yaml", "wrong.yaml", "--fail-above", "99 %"), 1),
        (("met.yaml", "more.yaml", "--fail-above", "99 kWh"), 2),
    ],
)
def test_compare_ends_with(files: Path, lca_: Lca, words: tuple[str, ...], code: int) -> None:
    (files / "more.yaml").write_text(BARE.replace("5 MB", "10 MB"), encoding="utf-8")
    assert lca_("compare", *words, *OWN).code == code


# --- annotations -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_github_is_told_the_line_of_each_miss_and_problem(lca_: Lca) -> None:
    ran = lca_("check", "missed.yaml", "wrong.yaml", "bare.yaml", "--strict", *OWN, "--format", "github")
    *lines, summary = ran.out.splitlines()
    problem, missed, strict = map(read, lines)
    assert (problem[0], problem[1]["file"], problem[1]["line"], problem[1]["col"]) == ("error", "wrong.yaml", "5", "9")
    assert problem[2].startswith("kg/visit is not GB")
    assert missed[1] == {"file": "missed.yaml", "line": "8", "col": "3", "title": "lca: missed"}
    # 5 MB × 0.05 kWh/GB × 500 g/kWh = 0.125 g
    assert missed[2] == "GWP of FU1: 0.000125 kg CO2 eq, expected at most 1e-06 kg CO2 eq"
    assert strict[1] == {"file": "bare.yaml", "line": "1", "col": "8", "title": "lca: strict"}
    assert summary == "1 missed, 1 problem, 1 strict finding"


def test_a_known_gap_is_a_notice_and_is_told_once(lca_: Lca, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    ran = lca_("check", "chat.yaml", "missed.yaml", *OWN, "--format", "github")
    commands = [read(line) for line in ran.out.splitlines()[:-1]]
    assert [(name, said["file"]) for name, said, _ in commands] == [("error", "missed.yaml"), ("notice", "chat.yaml")]
    assert commands[1][2].endswith("known gap: the paper counts offices as well")


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_no_text_of_a_user_is_a_command(file: str, message: str, hint: str) -> None:
    one = Checked("s.yaml", [], {}, (Problem(message, (Span(file, 3, 4),), hint),))
    text = github.render([one], Look())
    command, summary, end = text.split("\n")
    assert (summary, end) == ("0 missed, 1 problem", "")
    assert len(text.splitlines()) == 2
    name, said, words = read(command)
    assert (name, said["line"], said["col"], [*said]) == ("error", "3", "4", ["file", "line", "col", "title"])
    if file.isprintable():
        assert said["file"] == file
    if message.isprintable() and not hint:
        assert words == message.strip()


# --- test reports ----------------------------------------------------------------------------------------------------


def suite(one: Checked) -> ET.Element:
    found = ET.fromstring(junit.render([one], Look())).find("testsuite")  # noqa: S314  our own file
    assert found is not None
    return found


def outcomes(one: Checked) -> dict[str, str]:
    return {str(case.get("name")): next((child.tag for child in case), "") for case in suite(one)}


@pytest.mark.usefixtures("files")
def test_invariants_are_test_cases() -> None:
    result, _ = Run("met.yaml", [HERE / "packs"]).compile(every_case=True)
    told = outcomes(checked("met.yaml", result))
    assert list(told.values()) == ["system-out", "", "", "", "", "", ""]
    assert "parts sum to totals, and shares to 100 %, by tier" in told


@pytest.mark.usefixtures("files")
def test_a_broken_invariant_fails_its_test_case() -> None:
    result, _ = Run("met.yaml", [HERE / "packs"]).compile(every_case=True)
    line = result.model.lines[0]
    wrong = Result(result.model._replace(totals={line.total: line.factor}), result.verdicts)
    one = checked("met.yaml", wrong)
    counts = {name: suite(one).get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "7", "failures": "6", "errors": "0", "skipped": "0"}
    assert len(one.wrong) == 6
    said = [str(block) for block in verdicts.report([one]).blocks]
    assert any("6 of 6 invariants do not hold" in text for text in said)
    assert not any("not checked" in text for text in said)


@pytest.mark.usefixtures("files")
def test_findings_and_draws_are_in_the_test_report() -> None:
    result, _ = Run("bare.yaml", [HERE / "packs"]).compile(every_case=True)
    assert outcomes(checked("bare.yaml", result, strict=True))["strict 1"] == "failure"
    result, _ = Run("met.yaml", [HERE / "packs"]).compile(every_case=True)
    case = suite(checked("met.yaml", result, draws=16))[0]
    # 0.3 to 0.9 kg/kWh: never 1 g
    assert case.findtext("system-out") == (
        "holds: 0.000125 kg CO2 eq, expected at most 0.001 kg CO2 eq, met in 100.0 % of the draws"
    )


# --- strictness ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_a_study_that_expects_nothing_is_not_strict(lca_: Lca) -> None:
    ran = lca_("check", "bare.yaml", "--strict", *OWN)
    words = " ".join(ran.out.split())
    assert "strict bare.yaml:1:8: the study expects no figure" in words
    assert "say under expect what a figure comes to" in words
    assert words.endswith("0 missed, 1 strict finding")


@pytest.mark.usefixtures("files")
def test_findings_are_records(lca_: Lca) -> None:
    ran = lca_("check", "bare.yaml", "wrong.yaml", "--strict", *OWN, "--format", "json")
    told = [(each["scenario"], each["verdict"], each["title"], each["place"]) for each in json.loads(ran.out)]
    assert told[0] == ("bare.yaml", "strict", "the study expects no figure", "bare.yaml:1:8")
    assert (told[1][0], told[1][1], told[1][3]) == ("wrong.yaml", "problem", "wrong.yaml:5:9")


@pytest.mark.usefixtures("files")
def test_strictness_is_asked_only_where_it_is_wanted() -> None:
    result, _ = Run("bare.yaml", [HERE / "packs"]).compile(every_case=True)
    assert checked("bare.yaml", result).findings == ()
    assert len(checked("bare.yaml", result, strict=True).findings) == 1


def test_the_shipped_studies_are_strict(lca_: Lca) -> None:
    assert lca_("check", "--strict").code == 0
