"""Every command that the README and the docs show is run, and prints what they show.

In a ```console block, `$ lca …` or `$ python FILE` is a command and the lines below it are its output; `…` on a line of
its own stands for lines that are left out; UPDATE_GOLDEN=1 writes what is printed now. In a ```sh block, commands stand
without output and have to succeed. A ```yaml block that begins with `# file: NAME` is written to that file first, and
so is any block below a line `<!-- file: NAME -->`. In ```python blocks, `>>>` is what a reader types and the lines
below it are what Python prints; the blocks of a page go on from one another, and `...` in an output is anything.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

import lca
from lca.plots.kinds import kinds

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "docs" / "figures"
OWN = ROOT / "CONTRIBUTING.md"  # which shows what is added to the checkout itself
PAGES = [ROOT / "README.md", OWN, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# file: (\S+)\n")
# What a test cannot run inside itself: `make` is what runs this test. That it is there is tested.
NOT_HERE = ("make ", "pip ", "git ", "python -m ")


class Step(NamedTuple):
    command: str
    output: str | None


class Block(NamedTuple):
    """A block of a page, and the file that it is written to, if any."""

    kind: str
    text: str
    file: str


def blocks(page: str) -> list[Block]:
    return [Block(match[2], match[3], match[1] or _named(match[3])) for match in BLOCK.finditer(page)]


def _named(text: str) -> str:
    named = NAMED.match(text)
    return named[1] if named else ""


def commands(kind: str, text: str) -> list[Step]:
    if kind == "sh":
        joined = text.replace("\\\n", " ")
        return [Step(line, None) for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    found: list[Step] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], ""))
        elif found:
            found[-1] = Step(found[-1].command, f"{found[-1].output}{line}\n")
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command, comments=True)
    assert words[0] in ("lca", "python"), f"only lca commands and Python files can be shown: {command}"
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, *(["-m", *words] if words[0] == "lca" else words[1:])],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def pattern(shown: str) -> re.Pattern[str]:
    """The output as shown, where a line of `…` stands for any lines."""
    lines = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()) + r" *\n" for line in shown.splitlines()
    ]
    return re.compile("".join(lines) + r"\s*\Z")


def rewrite(page: Path, step: Step, printed: str) -> None:
    text = page.read_text("utf-8")
    shown = f"$ {step.command}\n{step.output}"
    assert text.count(shown) == 1, f"{step.command} stands more than once"
    tidy = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    page.write_text(text.replace(shown, f"$ {step.command}\n{tidy}"), "utf-8")


FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def typed(page: Path, text: str, space: dict[str, object], folder: Path) -> None:
    """Type what a block shows, and see whether Python prints what it shows."""
    checker = doctest.OutputChecker()
    for example in doctest.DocTestParser().get_examples(text):
        shown, printed = example.want, answered(example.source, space, folder)
        if checker.check_output(shown, printed, FLAGS):
            continue
        assert os.environ.get("UPDATE_GOLDEN"), f"{page.name}: {example.source}prints\n{printed}and not\n{shown}"
        source = "".join(f"{'... ' if n else '>>> '}{line}\n" for n, line in enumerate(example.source.splitlines()))
        whole = page.read_text("utf-8")
        assert whole.count(source + shown) == 1, f"{example.source} stands more than once"
        tidy = "".join(f"{line.rstrip() or '<BLANKLINE>'}\n" for line in printed.splitlines())
        page.write_text(whole.replace(source + shown, source + tidy), "utf-8")


def answered(source: str, space: dict[str, object], folder: Path) -> str:
    """What Python prints where something is typed; of an exception its name and message, as a doctest shows it."""
    import pandas as pd

    out, page = (
        io.StringIO(),
        pd.option_context("display.width", 80, "display.max_columns", 20, "display.max_colwidth", 50),
    )
    with page, contextlib.chdir(folder), contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "page", "single"), space)  # noqa: S102  a page of ours
        except Exception as error:  # noqa: BLE001  the page shows it
            out.write(f"{type(error).__name__}: {error}\n")
    return out.getvalue()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path) -> None:
    for name in ("scenarios", *(("lca", "factors") if page == OWN else ())):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    typing: dict[str, object] = {}
    for kind, text, file in blocks(page.read_text("utf-8")):
        if file:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text, "utf-8")
        if kind == "python" and ">>> " in text:
            typed(page, text, typing, tmp_path)
        for step in commands(kind, text) if kind in ("console", "sh") else ():
            if step.command.startswith(NOT_HERE):
                continue
            done = run(step.command, tmp_path)
            assert "Traceback" not in done.stderr, done.stderr
            if os.environ.get("UPDATE_GOLDEN") and step.output is not None and "…\n" not in step.output:
                rewrite(page, step, done.stdout + done.stderr)
            elif step.output is None:
                assert done.returncode == 0, f"{step.command}\n{done.stderr}"
            else:
                printed = done.stdout + done.stderr
                assert pattern(step.output).match(printed), f"{step.command} printed\n{printed}"
    for drawn in [*tmp_path.glob("*.svg")]:
        held_to(FIGURES / drawn.name, drawn)


def held_to(kept: Path, drawn: Path) -> None:
    """A picture that the docs keep is what the command of the page draws now."""
    if os.environ.get("UPDATE_GOLDEN") and kept.exists():
        shutil.copy(drawn, kept)
    assert not kept.exists() or kept.read_bytes() == drawn.read_bytes(), f"{kept.name} is drawn otherwise now"


def test_the_gallery_has_every_kind_of_figure_and_the_command_that_draws_it() -> None:
    text = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = re.findall(r"^```bash\n([^`]*)^```\n\n!\[.+\]\(figures/(.+)\)$", text, re.MULTILINE)
    run_elsewhere = {
        " ".join(step.command.split("#")[0].split())
        for page in PAGES
        for kind, block, _ in blocks(page.read_text("utf-8"))
        if kind == "sh"
        for step in commands(kind, block)
    }
    for command, figure in shown:
        (step,) = commands("sh", command)
        assert " ".join(step.command.split()) in run_elsewhere, f"no page runs {step.command}"
        assert step.command.split()[-1] == figure
    assert {figure for _, figure in shown} == {file.name for file in FIGURES.iterdir()}
    assert {command.split()[3] for command, _ in shown if command.startswith("lca plot")} >= {*kinds()} - {"sankey"}
    assert any("--sankey" in command for command, _ in shown)


def test_what_is_not_run_here_is_there() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for page in PAGES:
        text = page.read_text("utf-8")
        shown = [step.command for kind, block, _ in blocks(text) if kind == "sh" for step in commands(kind, block)]
        said = re.findall(r"`((?:make|python -m) [^`]+)`", text)
        for command in [*shown, *said]:
            words = [word for word in shlex.split(command, comments=True) if "=" not in word]
            if words[0] == "make":
                assert {*words[1:]} <= {*targets}, f"{page.name}: {command}"
            if words[:2] == ["python", "-m"]:
                assert importlib.util.find_spec(words[2]) is not None, f"{page.name}: {command}"
        assert [file for file in re.findall(r"\btests/test_\w+\.py", text) if not (ROOT / file).is_file()] == []


def test_the_versions_of_a_release_are_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert cited is not None
    assert project == lca.__version__ == cited[1]


def test_a_block_may_be_written_to_a_file() -> None:
    page = "<!-- file: a/b.csv -->\n```csv\nx\n```\n\n```yaml\n# file: c.yaml\ny: 1\n```\n\n```sh\nlca units\n```\n"
    assert [block.file for block in blocks(page)] == ["a/b.csv", "c.yaml", ""]


def test_a_page_that_shows_something_else_is_caught() -> None:
    assert pattern("a\n…\nz\n").match("a\nb\nc\nz\n")
    assert not pattern("a\nb\n").match("a\nc\n")
    assert not pattern("a\n").match("a\nb\n")


def test_the_reference_is_what_the_fields_say() -> None:
    from lca.views.reference import text

    page = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert page.rstrip("\n") == text().rstrip("\n"), "run `lca schema --format markdown -o docs/reference.md`"
