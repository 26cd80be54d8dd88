"""The command line: the only package that prints and exits. One file a command; heavy imports stand inside it."""

from __future__ import annotations

import atexit
import codecs
import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules

from lca.problems import Misnamed, Problems

INTERRUPTED = 130
GARBAGE = 100_000  # objects made between two looks for cycles: a run makes fewer, and holds no cycles to speak of
PLAIN = {"─": "-", "–": "-", "×": "x", "≥": ">=", "≤": "<=", "…": "...", "µ": "u", "“": '"', "”": '"', "’": "'"}


def main() -> None:
    """Run the command line; `app` says what the exit codes are; 130: interrupted, as by Ctrl-C."""
    try:
        _run()
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        _leave()


def _leave() -> None:
    """Go at once: nobody waits for threads that are still at work."""
    with suppress(OSError, AttributeError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(INTERRUPTED)


def _run() -> None:
    gc.set_threshold(GARBAGE)
    atexit.register(gc.freeze)  # what is left at the end goes with the process, unsearched: two bare starts
    # after the threshold: to import is to make objects by the ten thousand
    from lca.cli.app import USAGE, WRONG, app, show

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_plainer.__name__)
    for name in _wanted(sys.argv[1:]):
        import_module(f"lca.cli.{name}")
    try:
        app(prog_name="lca")
    except Problems as problems:
        show(problems)
        sys.exit(USAGE if isinstance(problems, Misnamed) else WRONG)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(WRONG)


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """What a terminal shows in place of the signs that it lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_plainer.__name__, _plainer)


def _wanted(arguments: list[str]) -> list[str]:
    """The files of the command that is asked for, so that no other is loaded; all where none is, as for help."""
    commands = [module.name for module in iter_modules(__path__)]
    return [name for name in arguments[:1] if name in commands] or commands
