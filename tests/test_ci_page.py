"""What docs/ci.md gives to GitHub, GitLab and pre-commit is run here, as far as it can be without them.

Each YAML block is parsed; the shell lines in it are run in a repository that holds the files of the page; the hook is
run as pre-commit runs one of `language: system`: its entry, then the files of the repository that `files` picks.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.test_docs import ROOT, blocks

PAGE = {block.file: block.text for block in blocks((ROOT / "docs" / "ci.md").read_text("utf-8")) if block.file}
GITHUB: dict[str, Any] = yaml.safe_load(PAGE[".github/workflows/figures.yml"])
GITLAB: dict[str, Any] = yaml.safe_load(PAGE[".gitlab-ci.yml"])
HOOKS: dict[str, Any] = yaml.safe_load(PAGE[".pre-commit-config.yaml"])
STUDY = "studies/answer.yaml"
WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org")
MISS = (("3 Wh/prompt", "9 Wh/prompt"),)
BREAK = (("3 Wh/prompt", "3 kg/prompt"),)

Ran = subprocess.CompletedProcess[str]
Shell = Callable[..., Ran]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in a repository as the page describes it, whose `origin/main` is what was committed first."""
    place, programs = tmp_path / "repository", tmp_path / "bin"
    for name, text in {**PAGE, "wheels/lca-0.1.0-py3-none-any.whl": ""}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, "utf-8")
    shutil.copytree(ROOT / "tests" / "golden" / "cli" / "packs" / "tiny", place / "packs" / "tiny")
    programs.mkdir()
    for name, text in {
        "lca": f'{shlex.quote(sys.executable)} -m lca "$@"',
        "pip": 'test "$1" = install -a -f "$2"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "TERM": "dumb"}

    def run(line: str, *options: str, **more: str) -> Ran:
        words = ["bash", "--noprofile", "--norc", *(options or ("-eo", "pipefail")), "-c", line]
        return subprocess.run(
            words, cwd=place, env=environment | more, capture_output=True, text=True, check=False, timeout=120
        )

    git = f"git {shlex.join(WHO)}"
    made = run(f"git init -q && git add . && {git} commit -qm first && git update-ref refs/remotes/origin/main HEAD")
    assert made.returncode == 0, made.stderr
    return run


def edit(shell: Shell, *changes: tuple[str, str]) -> None:
    for old, new in changes:
        assert shell(f"sed -i.bak {shlex.quote(f's|{old}|{new}|')} {STUDY} && ! git diff --quiet").returncode == 0


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = GITHUB["jobs"]["figures"]["steps"]
    return found


def on_github(shell: Shell) -> list[Ran]:
    """The shell lines of the job as for a pull request, up to the first that fails."""
    done: list[Ran] = []
    for step in steps():
        if "run" in step and not any(ran.returncode for ran in done):
            given = {
                name: str(text).replace("${{ github.base_ref }}", "main") for name, text in step.get("env", {}).items()
            }
            assert not [text for text in (*given.values(), step["run"]) if "${{" in text]
            done.append(shell(step["run"], **given))
    return done


def on_gitlab(shell: Shell) -> Ran:
    return shell("\n".join(GITLAB["figures"]["script"]))


def before_commit(shell: Shell) -> Ran:
    """The entry of the hook on the files of the repository that it asks for."""
    (hook,) = HOOKS["repos"][0]["hooks"]
    every = shell("git ls-files").stdout.splitlines()
    picked = [file for file in every if re.search(hook["files"], file)]
    assert picked == [STUDY]
    return shell(shlex.join([*shlex.split(hook["entry"]), *picked]))


@pytest.mark.parametrize(("changes", "code"), [((), 0), (MISS, 3), (BREAK, 1)], ids=["met", "missed", "broken"])
def test_each_ends_with_the_code_of_the_page(shell: Shell, changes: tuple[tuple[str, str], ...], code: int) -> None:
    edit(shell, *changes)
    ran = on_github(shell)
    assert [each.returncode for each in ran] == ([0, 0, 0] if not code else [0, code]), ran[-1].stderr
    assert on_gitlab(shell).returncode == code
    assert before_commit(shell).returncode == code


def test_github_is_told_the_line_and_the_report_is_kept(shell: Shell) -> None:
    edit(shell, *MISS)
    ran = on_github(shell)[-1]
    assert f"::error file={STUDY},line=8,col=3,title=lca%3A missed::an answer is small: " in ran.stdout
    kept = next(step["with"]["path"] for step in steps() if "upload-artifact" in step.get("uses", ""))
    report = shell(f"cat {kept}").stdout
    (suite,) = ET.fromstring(report)  # noqa: S314  our own file
    assert (suite.get("failures"), suite.get("tests")) == ("1", "7")


def test_a_pull_request_is_compared_with_its_branch(shell: Shell) -> None:
    """4 Wh are within what is expected, and a third more than before."""
    edit(shell, ("3 Wh/prompt", "4 Wh/prompt"))
    *others, compared = on_github(shell)
    assert [each.returncode for each in others] == [0, 0]
    assert compared.returncode == 3
    assert f"GWP of {STUDY} answer differs by +33.3 %" in compared.stderr


def test_gitlab_is_given_the_report_and_the_code_of_a_miss(shell: Shell) -> None:
    job = GITLAB["figures"]
    assert job["allow_failure"] == {"exit_codes": 3}
    on_gitlab(shell)
    assert shell(f"test -s {job['artifacts']['reports']['junit']}").returncode == 0


def test_the_wide_hook_of_the_page_runs(shell: Shell) -> None:
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    entry = next(found for found in re.findall(r"`entry: ([^`]+)`", page))
    (files,) = re.findall(r"`files: ([^`]+)`", page)
    picked = [file for file in shell("git ls-files").stdout.splitlines() if re.search(files, file)]
    assert picked == [*(f"packs/tiny/{name}" for name in ("datapackage.json", "factors.csv", "parameters.csv")), STUDY]
    assert shell(entry).returncode == 0


@pytest.mark.parametrize("name", PAGE)
def test_every_block_parses(name: str) -> None:
    assert isinstance(yaml.safe_load(PAGE[name]), dict)
