"""Files that are kept, streams that refuse, signals, and text from strangers: nothing lost, nothing that acts."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from lca.cli import options
from lca.cli.app import app
from lca.disk import files
from lca.problems import Problems
from tests.bench_pack import FACTORS, PACKAGE, swapped, write_pack
from tests.command import Lca, Ran
from tests.test_fuzz import GOOD

ROOT = Path(__file__).resolve().parent.parent
STUDY = """\
study: {title: A chat, criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {visits: 1 visit}}}
parameters: {watts: {value: 300 W, low: 200 W, high: 400 W, basis: assumed}}
activities:
  - {item: electricity, tier: data centre, stage: use, region: FRA, amount: "= watts * 1 [h]"}
variants: {L: {with: {parameters.watts: 900 W}}}
"""
SUFFIXED = ("run", "study.yaml", "--packs", "packs", "--format", "csv", "-o")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a study, what it extends and its pack."""
    monkeypatch.chdir(tmp_path)
    write_pack(tmp_path)
    (tmp_path / "base.yaml").write_text(STUDY, "utf-8")
    (tmp_path / "study.yaml").write_text("extends: base.yaml\n", "utf-8")
    (tmp_path / "out.csv").write_text("old", "utf-8")
    return tmp_path


def process(*words: str, cwd: Path | None = None, **more: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    command = [sys.executable, "-m", "lca", *words]
    return subprocess.run(command, env=environment, cwd=cwd, timeout=60, check=False, **streams)  # type: ignore[call-overload,no-any-return]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# --- nothing that is read is written --------------------------------------------------------------------------------

INPUTS = (
    "study.yaml",
    "base.yaml",
    "packs/tiny/factors.csv",
    "packs/tiny/parameters.csv",
    "packs/tiny/datapackage.json",
    "packs/tiny/notes.txt",
    "packs/criteria.csv",
    "packs/idle/factors.csv",
)
NAMES = ("plain", "relative", "absolute", "soft link", "hard link", "linked folder")


def named(path: str, way: str) -> str:
    """A file by another name."""
    own = Path(path)
    match way:
        case "relative":
            return str(Path("packs") / ".." / own)
        case "absolute":
            return str(own.resolve())
        case "soft link":
            Path("link.csv").symlink_to(own)
            return "link.csv"
        case "hard link":
            Path("link.csv").hardlink_to(own)
            return "link.csv"
        case "linked folder":
            Path("other").symlink_to(own.parent, target_is_directory=True)
            return f"other/{own.name}"
        case _:
            return path


def complete(here: Path) -> None:
    """Files that are there to be read, and are not needed."""
    (here / "packs" / "tiny" / "notes.txt").write_text("notes", "utf-8")
    (here / "packs" / "criteria.csv").write_bytes((ROOT / "factors" / "criteria.csv").read_bytes())
    (here / "packs" / "idle").mkdir()
    about = json.dumps(PACKAGE | {"name": "idle", "resources": [{"path": "factors.csv", "role": "factors"}]})
    (here / "packs" / "idle" / "datapackage.json").write_text(about, "utf-8")
    (here / "packs" / "idle" / "factors.csv").write_text(FACTORS, "utf-8")


@pytest.mark.parametrize("way", NAMES)
@pytest.mark.parametrize("path", INPUTS)
def test_an_input_is_kept_by_whatever_name(path: str, way: str, here: Path, lca_: Lca) -> None:
    complete(here)
    output = named(path, way)
    before = contents(here)
    ran = lca_(*SUFFIXED, output)
    assert (ran.code, ran.out) == (1, "")
    assert f"-o {output} would overwrite" in ran.err
    assert Path(path).name in ran.err
    assert "write to another file" in ran.err
    assert contents(here) == before


@pytest.mark.usefixtures("here")
def test_what_stands_beside_inputs_is_written(lca_: Lca) -> None:
    assert lca_(*SUFFIXED, "packs/tiny/new.csv").code == 0
    for output in ("packs/out.csv", "out.csv", "factors.csv"):
        assert lca_(*SUFFIXED, output).code == 0
        assert lca_(*SUFFIXED, output).code == 0, "and again, over what was written before"


COMMANDS = {
    "run": ("run", "study.yaml"),
    "check": ("check", "study.yaml"),
    "check a folder": ("check", "."),
    "account": ("account", "study.yaml"),
    "quality": ("quality", "study.yaml"),
    "scope": ("scope", "study.yaml"),
    "explain": ("explain", "study.yaml", "one", "GWP"),
    "why not": ("explain", "study.yaml", "one", "GWP", "--why-not", "phone"),
    "export": ("export", "study.yaml"),
    "plot": ("plot", "study.yaml", "contribution"),
    "sweep": ("sweep", "study.yaml", "parameters.watts=100:200:3"),
    "breakeven": ("breakeven", "study.yaml", "one", "total", "=", "total", "variant=L", "--over", "parameters.watts"),
    "sensitivity": ("sensitivity", "study.yaml"),
    "uncertainty": ("uncertainty", "study.yaml", "-n", "100"),
    "compare": ("compare", "study.yaml", "saved.json"),
    "compare the other way": ("compare", "saved.json", "study.yaml"),
    "factors": ("factors", "--pack", "tiny"),
}
FORMATS = {"explain": "json", "why not": "json", "export": "csv", "plot": "csv"}
OWN = {"compare": "saved.json", "compare the other way": "saved.json", "factors": "packs/tiny/factors.csv"}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_writes_over_what_it_reads(command: str, here: Path, lca_: Lca) -> None:
    assert lca_("run", "study.yaml", "--packs", "packs", "--format", "json", "-o", "saved.json").code == 0
    before = contents(here)
    form = ("--format", FORMATS.get(command, "json"), "--packs", "packs")
    for output in {"base.yaml", OWN.get(command, "study.yaml")} - ({"base.yaml"} if command == "factors" else set()):
        ran = lca_(*COMMANDS[command], *form, "-o", output)
        assert (ran.code, ran.out, "would overwrite" in ran.err) == (1, "", True), ran
        assert contents(here) == before


@pytest.mark.parametrize("pair", [("a.xml", "./a.xml"), ("a.xml", "b.xml"), ("out.xml", "study.yaml")])
def test_two_outputs_are_two_files_and_no_input(pair: tuple[str, str], here: Path, lca_: Lca) -> None:
    (here / "b.xml").symlink_to("a.xml")
    before = contents(here)
    for one, other in (pair, pair[::-1]):
        ran = lca_("check", "study.yaml", "--packs", "packs", "--format", "json", "-o", one, "--junit", other)
        assert (ran.code, ran.out) == (1, "")
        assert all(Path(name).name in ran.err for name in pair if name != "out.xml")
        assert contents(here) == before


def test_a_review_keeps_the_base_and_the_packs(here: Path, lca_: Lca) -> None:
    assert lca_("export", "study.yaml", "--packs", "packs", "-o", "study.xlsx").code == 0
    book = openpyxl.load_workbook("study.xlsx")
    for row in book["Inputs"].iter_rows(min_row=5):
        for cell in row:
            cell.value = 310 if cell.value == 300 else cell.value
    book.save("edited.xlsx")
    for other in ("base.yaml", "linked.yaml"):
        Path("linked.yaml").unlink(missing_ok=True)
        Path("linked.yaml").hardlink_to("edited.xlsx")
        before = contents(here)
        ran = lca_("review", "edited.xlsx", "study.yaml", "--packs", "packs", "--force", "-o", other)
        assert (ran.code, "would overwrite" in ran.err) == (1, True), ran
        assert contents(here) == before


def test_all_options_that_write_are_known() -> None:
    """An option that takes a path and is no folder of packs writes, and says so by what it calls its value."""
    import typer

    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        context = typer.Context(command)
        writes = {p.name for p in command.params if p.make_metavar(context) == options.WRITTEN}
        assert writes == {p.name for p in command.params if p.name in ("output", "junit", "plot")}, name


def test_a_disk_that_ignores_case(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is one file to the disk is one file, whatever is written: seen once the first of two is there."""
    real = files.identity
    monkeypatch.setattr(files, "identity", lambda path: real(Path(str(path).lower())))
    with files.watched():
        files.will_write("-o", Path("A.csv"))
        files.will_write("--junit", Path("a.csv"))
        files.write(Path("a.csv"), "first")
        with pytest.raises(Problems, match="are one file"):
            files.write(Path("A.csv"), "second")
    assert (here / "a.csv").read_text("utf-8") == "first"


# --- where things are written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("device", ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_a_device_is_written_into(device: str, here: Path) -> None:
    (here / "link").symlink_to("/dev/stdout")
    before = os.stat(device) if device != "link" else os.lstat("link")  # noqa: PTH116
    ran = process(*SUFFIXED, device, cwd=here)
    assert ran.returncode == 0, ran.stderr
    told = ran.stderr if device == "/dev/stderr" else ran.stdout
    assert (b"one,,GWP,0.03" in told) == (device != "/dev/null")
    if device == "/dev/null":
        assert os.stat(device).st_rdev == before.st_rdev  # noqa: PTH116
    assert (here / "link").is_symlink()


def test_what_is_open_is_added_to(here: Path) -> None:
    """`-o /dev/stdout >> log` keeps what the log has."""
    with (here / "log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        assert process(*SUFFIXED, "/dev/stdout", cwd=here, stdout=log).returncode == 0
    assert (here / "log").read_text("utf-8").startswith("before\nfunctional_unit,")


def made(kind: str) -> Any:
    match kind:
        case "fifo":
            os.mkfifo("it")
        case "socket":
            bound = socket.socket(socket.AF_UNIX)
            bound.bind("it")
            return bound
        case "folder":
            Path("it").mkdir()
        case "loop":
            Path("it").symlink_to("it")
        case "linked fifo":
            os.mkfifo("pipe")
            Path("it").symlink_to("pipe")
    return None


def unread(name: str) -> list[tuple[str, int]]:
    """All that the disk says of it but when it was last read, which following a link moves."""
    of = os.lstat(name)
    return [(field, getattr(of, field)) for field in dir(of) if field.startswith("st_") and "atime" not in field]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", ["fifo", "socket", "folder", "loop", "linked fifo"])
def test_what_is_no_file_is_refused_at_once(kind: str, lca_: Lca) -> None:
    """A pipe without a reader would keep us waiting for ever."""
    kept = made(kind)
    before = unread("it")
    ran = lca_(*SUFFIXED, "it")
    assert (ran.code, ran.out, ran.err.startswith("it ")) == (1, "", True)
    assert unread("it") == before
    assert kept is None or kept.close() is None


def test_the_target_of_a_link_is_written(here: Path, lca_: Lca) -> None:
    (here / "far").mkdir()
    (here / "far" / "old.csv").write_text("old", "utf-8")
    (here / "old").symlink_to("far/old.csv")
    (here / "twice").symlink_to("old")
    (here / "new").symlink_to("far/new.csv")
    (here / "lost").symlink_to("nowhere/new.csv")
    for link, target in (("twice", "old.csv"), ("new", "new.csv")):
        assert lca_(*SUFFIXED, link).code == 0
        assert (here / link).is_symlink()
        assert "one,,GWP,0.03" in (here / "far" / target).read_text("utf-8")
    assert (lca_(*SUFFIXED, "lost").code, (here / "lost").is_symlink()) == (1, True)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_the_mode_stays_and_a_new_file_has_that_of_the_umask(mode: int, here: Path, lca_: Lca) -> None:
    (here / "out.csv").chmod(mode)
    mask = os.umask(0o027)
    try:
        assert lca_(*SUFFIXED, "out.csv").code == lca_(*SUFFIXED, "new.csv").code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE((here / "out.csv").stat().st_mode) == mode
    assert stat.S_IMODE((here / "new.csv").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_stays(here: Path, lca_: Lca) -> None:
    os.chown("out.csv", 12345, 54321)
    assert lca_(*SUFFIXED, "out.csv").code == 0
    now = (here / "out.csv").stat()
    assert (now.st_uid, now.st_gid) == (12345, 54321)


@pytest.mark.usefixtures("here")
def test_a_name_as_long_as_the_disk_takes(lca_: Lca) -> None:
    assert lca_(*SUFFIXED, "x" * 251 + ".csv").code == 0
    assert lca_(*SUFFIXED, "x" * 252 + ".csv").code == 1


def test_a_failure_keeps_the_old_file(here: Path) -> None:
    before = contents(here)
    limited = f'ulimit -f 0; exec "{sys.executable}" -m lca {" ".join(SUFFIXED)} out.csv'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(["/bin/bash", "-c", limited], cwd=here, env=environment, capture_output=True, check=False)
    assert (ran.returncode, b"out.csv cannot be written: File too large" in ran.stderr) == (1, True)
    assert contents(here) == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("moment", ["chmod", "replace", "fdopen"])
def test_whatever_breaks_off_leaves_nothing_behind(
    fault: Any, moment: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    before = contents(here)
    monkeypatch.setattr(Path if moment == "chmod" else os, moment, broken)
    if moment == "fdopen":
        monkeypatch.setattr(os, "replace", broken)
    with pytest.raises((KeyboardInterrupt, Problems, MemoryError)):
        files.write(Path("out.csv"), "new")
    assert contents(here) == before


# --- streams that refuse ------------------------------------------------------------------------------------------

SAYING = {
    "run": ("run", "study.yaml", "--packs", "packs"),
    "factors": ("factors", "electricity"),
    "help": ("--help",),
    "help of a command": ("run", "--help"),
    "version": ("--version",),
    "new": ("new", "fresh"),
    "schema": ("schema",),
}
FULL = Path("/dev/full")
CLOSED = {"stdout": ">&-", "stderr": "2>&-", "both": ">&- 2>&-", "all": "<&- >&- 2>&-"}


def shell(here: Path, words: tuple[str, ...], redirected: str) -> subprocess.CompletedProcess[bytes]:
    command = f'exec "{sys.executable}" -m lca {" ".join(words)} {redirected}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(["/bin/bash", "-c", command], cwd=here, env=environment, capture_output=True, check=False)


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", SAYING)
def test_a_full_output_is_said(command: str, here: Path) -> None:
    ran = shell(here, SAYING[command], "> /dev/full")
    assert (ran.returncode, b"the output cannot be written: No space left on device" in ran.stderr) == (1, True)
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("command", SAYING)
@pytest.mark.parametrize("closed", CLOSED)
def test_a_closed_stream_is_no_traceback(command: str, closed: str, here: Path) -> None:
    ran = shell(here, SAYING[command], CLOSED[closed])
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0 if closed == "stderr" else 1, False)
    assert (b"cannot be written: it is closed" in ran.stderr) == (closed == "stdout")


@pytest.mark.parametrize("closed", [*CLOSED.values(), "> /dev/full", "2> /dev/full"])
def test_an_output_that_is_not_needed_may_be_closed(closed: str, here: Path) -> None:
    """And what is written is the file, whatever number the system gives it."""
    ran = shell(here, (*SUFFIXED, "out.csv"), closed)
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)
    assert (here / "out.csv").read_text("utf-8").count("\n") == 2
    assert shell(here, ("run", "no.yaml"), closed).returncode == 1
    assert shell(here, ("runn", "no.yaml"), closed).returncode == 2


# --- signals --------------------------------------------------------------------------------------------------------

PROGRAM = "import sys; from lca.__main__ import main; main()"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment(number: signal.Signals, here: Path) -> None:
    """No traceback from the first line of ours on (Python itself answers before), and nothing half written."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    own, answered = str(ROOT / "lca"), 0
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, *SUFFIXED, "out.csv"],
        cwd=here,
        env=environment,
        check=True,
        capture_output=True,
    )
    step = (time.monotonic() - start) / 24
    for moment in range(24):
        words = [sys.executable, "-c", PROGRAM, *SUFFIXED, "out.csv"]
        with subprocess.Popen(
            words, cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            time.sleep(moment * step)
            running.send_signal(number)
            _, said = running.communicate(timeout=60)
        assert own not in said, said
        assert running.returncode in (0, -number, 130, 1 if "Traceback" in said else 130)
        answered += running.returncode in (-number, 130)
        assert [*here.glob(".lca*")] == []
    assert answered > 0


def test_interrupts_that_are_ignored_stay_so(here: Path) -> None:
    """As a shell has it for what runs in the background."""
    code = f"import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); {PROGRAM}"
    with subprocess.Popen(
        [sys.executable, "-c", code, *SUFFIXED, "out.csv"], cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as running:
        time.sleep(0.3)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0


# --- names ----------------------------------------------------------------------------------------------------------

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "run": ("run", "{}"),
    "factors": ("run", "study.yaml", "--packs", "{}"),
    "output": ("run", "study.yaml", "--packs", "packs", "-o", "{}.csv"),
    "folder": ("run", "study.yaml", "--packs", "packs", "-o", "{}/x.csv"),
    "junit": ("check", "study.yaml", "--packs", "packs", "--junit", "{}"),
    "check": ("check", "{}"),
    "new": ("new", "{}"),
    "review": ("review", "{}", "study.yaml"),
    "reviewed": ("review", "study.xlsx", "{}"),
    "written": ("review", "study.xlsx", "study.yaml", "-o", "{}.yaml"),
    "compare": ("compare", "study.yaml", "{}"),
    "compared": ("compare", "{}.json", "study.yaml"),
    "revision": ("compare", "HEAD:{}.yaml", "study.yaml"),
    "at": ("compare", "{}:study.yaml", "study.yaml"),
    "variant": ("run", "study.yaml", "--packs", "packs", "--variant", "{}"),
    "unit": ("run", "study.yaml", "--packs", "packs", "--fu", "{}"),
    "criteria": ("run", "study.yaml", "--packs", "packs", "--criteria", "{}"),
    "by": ("run", "study.yaml", "--by", "{}"),
    "set": ("run", "study.yaml", "--packs", "packs", "--normalise", "{}"),
    "item": ("explain", "study.yaml", "one", "GWP", "--packs", "packs", "--item", "{}"),
    "figure": ("explain", "study.yaml", "one", "{}", "--packs", "packs"),
    "why not": ("explain", "study.yaml", "one", "GWP", "--packs", "packs", "--why-not", "{}"),
    "words": ("factors", "{}"),
    "pack": ("factors", "--pack", "{}"),
    "criterion": ("factors", "--criterion", "{}"),
    "region": ("factors", "--region", "{}"),
    "text": ("units", "{}"),
    "range": ("sweep", "study.yaml", "{}=1:2:3", "--packs", "packs"),
    "ends": ("sweep", "study.yaml", "parameters.watts={}", "--packs", "packs"),
    "over": ("breakeven", "study.yaml", "one", "total", "=", "total", "--over", "{}", "--packs", "packs"),
    "sides": ("breakeven", "study.yaml", "{}", "{}", "=", "total", "--over", "parameters.watts", "--packs", "packs"),
    "kind": ("plot", "study.yaml", "{}"),
    "format": ("run", "study.yaml", "--format", "{}"),
    "option": ("run", "study.yaml", "--{}"),
    "command": ("{}",),
    "number": ("uncertainty", "study.yaml", "-n", "{}"),
    "percent": ("compare", "study.yaml", "study.yaml", "--fail-above", "{}"),
}
HOSTILE = {
    "long": "x" * 300,
    "longer": "x/" * 3000,
    "zero": "a\0b",
    "surrogate": "a\udcffb",
    "escape": "a\x1b]0;owned\x07\x1b[2Jb",
    "colour": "a\x1b[31mb",
    "new line": "a\n\nwrote b",
    "return": "a\r   b",
    "bidi": "a\u202eb\u2066c",
    "unseen": "a\u200b\u200e\ufeff\U000e0041b",
    "C1": "a\x9b31mb\x85c",
    "blank": "a\u00a0b\u3000c",
}


def assert_harmless(ran: Ran) -> None:
    """Nothing but what can be seen."""
    shown = (ran.out + ran.err).replace("\n", "")
    assert shown.isprintable(), [sign for sign in shown if not sign.isprintable()]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ARGUMENTS)
def test_any_argument(place: str, text: str, here: Path, lca_: Lca) -> None:
    words = [word.replace("{}", HOSTILE[text]) for word in ARGUMENTS[place]]
    ran = lca_(*words)
    assert_harmless(ran)
    assert ran.code in (0, 1, 2, 3)
    assert "wrote b" not in (ran.out + ran.err).splitlines(), "an argument makes no line of its own"
    assert [*here.glob(".lca*")] == []


# --- texts of strangers ---------------------------------------------------------------------------------------------

RAW = "a\x1b[2J\x9b1m\u202eb\u2069\u200c\ue000\x07\rc"
SEEN = "x\u200c\ue000\u00a0\u0378y"  # what a YAML text may hold, and a terminal shows as nothing
EVIL = f"""\
study:
  title: "{SEEN}"
  base: "{SEEN} base"
  criteria: [GWP]
  packs: [tiny]
  not_assessed: [{{criterion: GWP, tier: network, reason: "{SEEN}"}}]
  out_of_scope: [{{impacts: "indirect", reason: "{SEEN}"}}]
  sources: {{"key": {{title: "{SEEN}", authors: "{SEEN}", year: "{SEEN}", locator: "{SEEN}", note: "{SEEN}"}}}}
functional_units:
  one{SEEN}: {{title: "{SEEN}", demand: {{visits: {{value: 1 visit, source: key, at: "{SEEN}", note: "{SEEN}"}}}}}}
parameters:
  watts: {{value: 300 W, low: 200 W, high: 400 W, basis: assumed, note: "{SEEN}"}}
  bad{SEEN}: {{value: 5 W, basis: assumed, note: "{SEEN}"}}
activities:
  - name: "{SEEN}"
    item: electricity
    tier: data centre
    stage: use
    region: FRA
    amount: "= watts * 1 [h]"
variants: {{L{SEEN}: {{title: "{SEEN}", note: "{SEEN}", with: {{parameters.watts: 900 W}}}}}}
expect:
  e{SEEN}: {{title: "{SEEN}", of: "one{SEEN}", criterion: GWP, value: 0.03 kgCO2eq, within: 5 %, basis: derived, at: "{SEEN}"}}
  f{SEEN}: {{title: "{SEEN}", of: "one{SEEN}", criterion: GWP, value: 3 kgCO2eq, within: 5 %, basis: derived, known_gap: "{SEEN}"}}
"""  # noqa: E501
ONE = f"one{SEEN}"
EVIL_COMMANDS = {
    "run": ("run", "S", "-v"),
    "run all": ("run", "S", "--variant", "all"),
    "check": ("check", "S"),
    "strict": ("check", "S", "--strict"),
    "github": ("check", "S", "--format", "github"),
    "junit": ("check", "S", "--format", "junit"),
    "account": ("account", "S"),
    "summary": ("account", "S", "--summary"),
    "quality": ("quality", "S"),
    "scope": ("scope", "S"),
    "explain": ("explain", "S", ONE, "GWP"),
    "explain markdown": ("explain", "S", ONE, "GWP", "--format", "markdown"),
    "explain json": ("explain", "S", ONE, "GWP", "--format", "json"),
    "why not": ("explain", "S", ONE, "GWP", "--why-not", "phone"),
    "export": ("export", "S", "--format", "latex"),
    "export json": ("export", "S", "--format", "json"),
    "export markdown": ("export", "S", "--format", "markdown"),
    "plot": ("plot", "S", "contribution", "--format", "csv"),
    "plot json": ("plot", "S", "contribution", "--format", "json"),
    "sweep": ("sweep", "S", "parameters.watts=100:200:3"),
    "breakeven": ("breakeven", "S", ONE, "total", "=", "total", f"variant=L{SEEN}", "--over", "parameters.watts"),
    "sensitivity": ("sensitivity", "S"),
    "uncertainty": ("uncertainty", "S", "-n", "100", "--variant", "all"),
    "compare": ("compare", "S", f":L{SEEN}"),
    "factors": ("factors",),
    "rows": ("factors", "electricity", "-v", "--notes"),
    "pack": ("factors", "--pack", "tiny", "-v"),
}
MANY = ("table", "markdown", "json", "csv")
NO_FORMAT = {"github", "junit", "explain", "explain markdown", "explain json", "why not"}


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study and a pack of which each text would act on a terminal, in folders whose names would too."""
    folder = tmp_path_factory.mktemp("evil") / f"d{RAW}\nwrote d"
    folder.mkdir()
    about = json.loads(json.dumps(PACKAGE))
    about |= dict.fromkeys(("title", "citation", "version", "note", "description"), f"{RAW}\nz")
    about["licenses"] = [{"name": RAW, "title": f"{RAW}\nz", "path": RAW}]
    about["sources"] = [{"title": RAW, "path": RAW}]
    rows = FACTORS.replace(",p. 1,B,", f",{SEEN},B,{SEEN}")
    write_pack(folder, package=about, factors=rows)
    (folder / f"s{RAW}.yaml").write_text(EVIL, "utf-8")
    return folder


def evil_words(evil: Path, command: str) -> list[str]:
    words = [str(evil / f"s{RAW}.yaml") if word == "S" else word for word in EVIL_COMMANDS[command]]
    return [*words, "--packs", str(evil / "packs")]


FORMS = [
    (command, form)
    for command, words in EVIL_COMMANDS.items()
    for form in MANY
    if form == "table" or not ("--format" in words or command in NO_FORMAT)
]


@pytest.mark.parametrize(("command", "form"), FORMS)
def test_no_text_acts_on_a_terminal(command: str, form: str, evil: Path, lca_: Lca) -> None:
    asked = () if form == "table" else ("--format", form)
    ran = lca_(*evil_words(evil, command), *asked)
    assert_harmless(ran)
    assert "wrote d" not in (ran.out + ran.err).splitlines()


def test_the_evil_study_runs(evil: Path, lca_: Lca) -> None:
    """So that what is tested is the answer, and not one and the same refusal."""
    codes = {command: lca_(*evil_words(evil, command)).code for command in EVIL_COMMANDS}
    assert codes == dict.fromkeys(EVIL_COMMANDS, 0) | {"strict": 3}


@pytest.mark.parametrize("command", EVIL_COMMANDS)
def test_a_terminal_gets_colours_of_ours_alone(
    command: str, evil: Path, monkeypatch: pytest.MonkeyPatch, lca_: Lca
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    printed = sys.stdout
    lca_(*evil_words(evil, command))
    monkeypatch.undo()
    plain = re.sub("\x1b\\[(?:0|1|2|31|32|33)m", "", printed.getvalue())  # type: ignore[attr-defined]
    assert plain.replace("\n", "").isprintable()
    assert "[31mb" not in printed.getvalue().replace("\x1b[31mb", "")


@pytest.mark.usefixtures("here")
def test_what_was_saved_or_edited_elsewhere(lca_: Lca) -> None:
    """A result and a workbook that came back with more in them."""
    assert lca_("run", "study.yaml", "--packs", "packs", "--format", "json", "-o", "saved.json").code == 0
    saved = Path("saved.json").read_text("utf-8")
    for old in ('"one"', '"GWP"', '"kgCO2eq"', '"kg CO2 eq"'):
        evil_text = json.dumps(f"{json.loads(old)}{RAW}\nwrote d")
        Path("evil.json").write_text(saved.replace(old, evil_text), "utf-8")
        for pair in (("evil.json", "study.yaml"), ("study.yaml", "evil.json"), ("evil.json", "evil.json")):
            ran = lca_("compare", *pair, "--packs", "packs", "--fail-above", "1%")
            assert_harmless(ran)
            assert "wrote d" not in (ran.out + ran.err).splitlines()
    assert lca_("export", "study.yaml", "--packs", "packs", "-o", "study.xlsx").code == 0
    book = openpyxl.load_workbook("study.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = f"{cell.value} \u202e\u2066\ue000"
                    cell.comment = Comment("\u202e\u2066\ue000", "\u202ead")
    book.save("edited.xlsx")
    for form in ("table", "markdown", "json", "csv"):
        assert_harmless(lca_("review", "edited.xlsx", "study.yaml", "--packs", "packs", "--format", form))


@pytest.mark.usefixtures("here")
def test_json_says_the_same_where_it_escapes(lca_: Lca) -> None:
    Path("s.yaml").write_text(swapped(STUDY, ("one:", "one\u00a0x:")), "utf-8")
    ran = lca_("run", "s.yaml", "--packs", "packs", "--format", "json")
    assert "one\\u00a0x" in ran.out
    assert json.loads(ran.out)[0]["functional_unit"] == "one\u00a0x"


# --- extends --------------------------------------------------------------------------------------------------------

SECRETS = {
    "shadow": "root:$6$hunter2:19000:0:99999:7:::\ndaemon:*:19000:hunter2:\n",
    "hosts": "127.0.0.1 hunter2\n",
    "key": "-----BEGIN hunter2-----\nhunter2\n",
    "environment": "PASSWORD=hunter2\n",
    "pairs": "user: hunter2\npassword: hunter2\n",
    "a key": "hunter2: 1\n",
    "twice": "study: 1\nstudy: hunter2\n",
    "wireless": "network: {wifi: {access-points: {hunter2: {password: hunter2}}}}\n",
    "storage": "storage: hunter2\n",
    "list": "- hunter2\n",
    "sites": "sites: {hunter2: {token: hunter2}}\n",
    "inference": "inference: {a: {hunter2: 1}}\n",
    "training": "training: [hunter2]\n",
    "bytes": "\x01hunter2\n",
    "tags": "!!hunter2 x\n",
    "json": '{"token": "hunter2"}\n',
    "empty": "",
}
WAYS = ("../other/secret", "../other/../other/secret", "absolute", "link", "linked/secret")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", SECRETS)
def test_nothing_is_told_of_a_file_elsewhere(kind: str, way: str, here: Path, lca_: Lca) -> None:
    (here / "own").mkdir()
    (here / "other").mkdir()
    (here / "other" / "secret").write_text(SECRETS[kind], "utf-8")
    (here / "own" / "link").symlink_to(here / "other" / "secret")
    (here / "own" / "linked").symlink_to(here / "other")
    name = str(here / "other" / "secret") if way == "absolute" else way
    (here / "own" / "s.yaml").write_text(f"extends: {name}\n", "utf-8")
    for words in (("run", "own/s.yaml"), ("check", "own/s.yaml"), ("compare", "own/s.yaml", "base.yaml")):
        ran = lca_(*words, "--packs", "packs")
        assert ran.code == 1
        assert "hunter2" not in ran.out + ran.err
        assert "no scenario" in ran.err
        assert "own/s.yaml:1:10" in ran.err + ran.out


def test_a_scenario_of_the_project_is_extended_from_anywhere(here: Path, lca_: Lca) -> None:
    (here / "own").mkdir()
    (here / "own" / "s.yaml").write_text("extends: ../study.yaml\n", "utf-8")
    ran = lca_("run", "own/s.yaml", "--packs", "packs", "--format", "csv")
    assert (ran.code, "one,,GWP,0.03" in ran.out) == (0, True)
    (here / "base.yaml").write_text(swapped(STUDY, ("300 W", "300 kg")), "utf-8")
    assert "base.yaml:3" in lca_("run", "own/s.yaml", "--packs", "packs").err, "what is a scenario is helped with"


def test_no_name_of_another_folder_is_told(here: Path, lca_: Lca) -> None:
    (here / "own").mkdir()
    (here / "hunter2.yaml").write_text(STUDY, "utf-8")
    (here / "own" / "s.yaml").write_text("extends: ../hunter.yaml\n", "utf-8")
    ran = lca_("run", "own/s.yaml")
    assert (ran.code, "hunter2" in ran.err, "there is no file" in ran.err) == (1, False, True)


def test_every_shipped_scenario_is_known_as_one() -> None:
    from lca.language import is_known
    from lca.text.documents import parse

    texts = [path.read_text("utf-8") for path in (ROOT / "scenarios").rglob("*.yaml")]
    assert all(is_known(parse(text, "")) for text in [*texts, STUDY, EVIL, GOOD])


def test_a_revision_extends_nothing_that_was_not_in_it(here: Path, lca_: Lca) -> None:
    (here / "secret").write_text("hunter2: 1\n", "utf-8")
    (here / "s.yaml").write_text(f"extends: {here}/secret\n", "utf-8")
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")
    for words in (("init", "-q"), ("add", "s.yaml"), ("commit", "-qm", "one")):
        subprocess.run([*git, *words], check=True, capture_output=True)
    ran = lca_("compare", "HEAD:s.yaml", "base.yaml", "--packs", "packs")
    assert (ran.code, "hunter2" in ran.err) == (1, False)
