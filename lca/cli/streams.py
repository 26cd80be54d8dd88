"""The streams of a command: the one place where text leaves, and where what came from outside is made visible."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

from lca.problems import Problem, Problems, visible
from lca.report import Toned

PLAIN = {"─": "-", "–": "-", "×": "x", "≥": ">=", "≤": "<=", "…": "...", "µ": "u", "“": '"', "”": '"', "’": "'"}
TONE = re.compile("(\x1b\\[[0-9]{1,2}m)")  # as `outputs.table` sets it, which lets no other escape through
STANDARD = 3  # input, output, errors


class Outlet:
    """A stream that shows what would act on a terminal. `stream` is None where it was closed before we began."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def isatty(self) -> bool:
        """Whether a person watches."""
        return self.stream is not None and self.stream.isatty()

    def write(self, text: str) -> int:
        """Write at once what a terminal may be shown, in colours where a text brings its own."""
        if text == "":  # for which a full disk has no room either
            return 0
        if self.stream is None:
            raise OSError("it is closed")
        parts = TONE.split(text) if isinstance(text, Toned) else [text]
        self.stream.write("".join(part if number % 2 else visible(part) for number, part in enumerate(parts)))
        self.stream.flush()  # what cannot be written is noticed here, not when Python ends
        return len(text)

    def flush(self) -> None:
        """Nothing is left to be written."""


class Answers(Outlet):
    """Where the answer goes: a command that cannot give it has failed."""

    def write(self, text: str) -> int:
        """Problems where the stream takes no more; a pipe that nobody reads is left alone."""
        try:
            return super().write(text)
        except (OSError, ValueError) as error:
            _abandon(self.stream)
            if isinstance(error, BrokenPipeError):
                raise
            reason = getattr(error, "strerror", None) or str(error)
            raise Problems([Problem(f"the output cannot be written: {reason}", (), "-o writes to a file")]) from None


class Remarks(Outlet):
    """Where errors and remarks go: where nobody can be told, nobody is."""

    def write(self, text: str) -> int:
        """What the stream does not take is lost."""
        try:
            return super().write(text)
        except (OSError, ValueError):
            _abandon(self.stream)
            return len(text)


@contextmanager
def shown() -> Iterator[None]:
    """All that is printed goes through here."""
    _occupied()
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_plainer.__name__)
    sys.stdout, sys.stderr = cast("TextIO", Answers(before[0])), cast("TextIO", Remarks(before[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _occupied() -> None:
    """No file of ours takes the number of a stream that was closed; what is written there fails."""
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDONLY)) < STANDARD:
            os.set_inheritable(number, True)  # noqa: FBT003  of the system
        os.close(number)


def _abandon(stream: TextIO | None) -> None:
    """What is still held for a stream that takes no more goes nowhere, also when Python ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), cast("TextIO", stream).fileno())


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """What a terminal shows in place of the signs that it lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_plainer.__name__, _plainer)
