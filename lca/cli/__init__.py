"""The command line: the only package that prints and exits. One file a command; heavy imports stand inside it."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pkgutil import iter_modules
from types import FrameType
from typing import Any

from lca.problems import Misnamed, Problem, Problems, printable

INTERRUPTED = 130
GARBAGE = 100_000  # objects made between two looks for cycles: a run makes fewer, and holds no cycles to speak of
ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # the signals that ask a program to end
SHOWN = 100  # characters of a name that the system refuses


def main(*, alone: bool = False) -> None:
    """Run the command line; `app` says what the exit codes are; 130: interrupted, as by Ctrl-C.

    `alone`: nothing else runs in this process, and a signal to end is obeyed wherever it comes.
    """
    if alone:
        _obey()
    try:
        _run()
    except KeyboardInterrupt:
        _leave()
    except SystemExit as end:
        if end.code != INTERRUPTED:
            raise
        _leave()


def _obey() -> None:
    """End at once at a signal, but for those that are ignored, as in the background or under nohup.

    An exception that is raised between any two instructions would now and then be taken for another's, or swallowed.
    """
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    """Remove what is half made, and go as the signal asks."""
    files = sys.modules.get("lca.disk.files")  # which may be half loaded
    for undo in [*getattr(files, "UNDONE", {}).values()]:
        with suppress(Exception):
            undo()
    if number == signal.SIGINT:
        os._exit(INTERRUPTED)
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _leave() -> None:
    """Go at once: nobody waits for threads that are still at work."""
    os._exit(INTERRUPTED)


def _run() -> None:
    gc.set_threshold(GARBAGE)
    atexit.register(gc.freeze)  # what is left at the end goes with the process, unsearched: two bare starts
    from lca.cli.streams import shown

    with shown():
        code = _ran()
    sys.exit(code)


def _ran() -> int:
    """The exit code of the command that is asked for; what is wrong with its files or its line is said."""
    import typer  # after the threshold: to import is to make objects by the ten thousand

    from lca.cli.app import USAGE, WRONG, app, show

    usage: Any = typer.BadParameter.__mro__[2]  # Click's own error, the base of all wrong usage
    for name in _wanted(sys.argv[1:]):
        import_module(f"lca.cli.{name}")
    try:
        return int(app(prog_name="lca", standalone_mode=False) or 0)
    except Problems as problems:
        show(problems)
        return USAGE if isinstance(problems, Misnamed) else WRONG
    except BrokenPipeError:
        pass  # nobody reads on
    except OSError as error:
        show(Problems([Problem(f"{_named(error)} cannot be used: {error.strerror or error}")]))
    except usage as wrong:
        return _misused(wrong)
    return WRONG


def _named(error: OSError) -> str:
    return str(error.filename or "a file")[:SHOWN]


def _misused(wrong: Any) -> int:
    """Say what is wrong with the command line, as Click does, on one line; help is said where nothing was asked."""
    said = wrong.format_message()
    if wrong.ctx is None or said != wrong.ctx.get_help():
        wrong.format_message = lambda: printable(said)
    wrong.show()
    return int(wrong.exit_code)


def _wanted(arguments: list[str]) -> list[str]:
    """The files of the command that is asked for, so that no other is loaded; all where none is, as for help."""
    commands = {module.name.rstrip("_"): module.name for module in iter_modules(__path__)}
    return [commands[name] for name in arguments[:1] if name in commands] or [*commands.values()]
