"""`lca new --kind`: what is written of each kind of service runs as it stands, and hides nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.cli.new import KINDS as ABOUT
from lca.disk.workspace import Run
from lca.questions.account import STATED, USED, account
from tests.command import Lca

KINDS = [*ABOUT]
CONSTRUCTS = {  # what a kind cannot do without, as the account names it
    "chat": ("inference.output_tokens", "terminals.time"),
    "image": ("inference.energy", "storage.kept", "training.runs.model.time"),
    "web": ("processes.home.data", "processes.article.data"),
    "streaming": ("network.links.fixed.serves", "terminals.devices.tv.standby", "web_hosting.fleet.servers"),
    "training": ("factors.hydro.impacts.GWP", "training.runs.base.time", "training.runs.ours.compute"),
}


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scenario of a kind, as a user has it written."""
    monkeypatch.chdir(tmp_path)
    ran = lca_("new", request.param, "--kind", request.param)
    assert (ran.code, ran.err) == (0, "")
    return Path(f"{request.param}.yaml")


def test_it_runs_and_meets_what_it_expects(made: Path, lca_: Lca) -> None:
    for words in (("run",), ("run", "--variant", "all", "--by", "tier"), ("check",), ("scope",)):
        ran = lca_(words[0], str(made), *words[1:])
        assert (ran.code, ran.err) == (0, "")
    assert "0 missed" in lca_("check", str(made)).out
    assert "Not used" not in lca_("run", str(made)).out


def test_every_number_is_used_and_says_how_sure_it_is(made: Path) -> None:
    result, _ = Run(str(made)).compile(every_case=True)
    numbers = account(result).of(STATED)
    assert [number.address for number in numbers if number.use != USED] == []
    assert {*CONSTRUCTS[made.stem]} <= {number.address for number in numbers}


def test_every_assumption_has_a_range_and_a_reason(made: Path, lca_: Lca) -> None:
    """But for shares of all of something, which are no guess."""
    rows = json.loads(lca_("account", str(made), "--format", "json").out)
    assumed = [row for row in rows if row["kind"] == STATED and row["basis"] == "assumed"]
    bare = [row["name"] for row in assumed if row["low"] is None or not row["note"]]
    assert len(assumed) >= 8
    assert [name for name in bare if not name.endswith((".share", ".gpus"))] == []


def test_every_reader_takes_it(made: Path, lca_: Lca) -> None:
    """The workbook comes back as it was, and the ranges can be drawn from."""
    book = str(made.with_suffix(".xlsx"))
    assert lca_("export", str(made), "-o", book).code == 0
    assert "Nothing in it was changed." in lca_("review", book, str(made)).out
    for words in (("uncertainty", "-n", "100"), ("run", "--ends")):
        ran = lca_(words[0], str(made), *words[1:])
        assert (ran.code, ran.err) == (0, "")


def test_it_fits_a_few_screens(made: Path) -> None:
    lines = made.read_text("utf-8").splitlines()
    assert 40 <= len(lines) <= 90
    assert [line for line in lines if len(line) > 120] == []
    assert sum("#" in line for line in lines) >= 12
    assert "$" not in made.read_text("utf-8")


def test_the_title_is_text_whatever_it_holds(lca_: Lca, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert lca_("new", 'say "$file" {x}', "--kind", "web").code == 0
    assert lca_("run", 'say "$file" {x}.yaml').out.startswith('say "$file" {x}\n')


def test_help_says_which_kinds_there_are(lca_: Lca) -> None:
    told = " ".join(lca_("new", "--help").out.split())
    assert KINDS == ["chat", "image", "streaming", "training", "web"]
    assert [about for about in ABOUT.values() if about not in told] == []


@pytest.mark.parametrize(("word", "near"), [("wbe", "; did you mean 'web'?"), ("xyz", ""), ("", "")])
def test_a_kind_that_is_none_is_said(word: str, near: str, lca_: Lca, tmp_path: Path) -> None:
    ran = lca_("new", str(tmp_path / "a"), "--kind", word)
    assert (ran.code, [*tmp_path.iterdir()]) == (2, [])
    said = " ".join(ran.err.split())
    assert f"is not one of {', '.join(KINDS)}{near}" in said if word else "--kind" in said
