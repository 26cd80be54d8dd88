"""Where something was written, what is wrong with it, and the way out.

Problems are values: every layer gathers them and goes on, so that a run shows all of them at once.
`Problems` is the only exception of the package that the command line catches.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

WIDEST = 160  # characters of a source line that a message shows
MOST_COMPARED = 1_000  # words that a misspelt one is compared with


class Span(NamedTuple):
    """A place in a file that a person can open: 1-based line and column, and the text of the line."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing to fix.

    The first span is where it is wrong; further spans are shown as `see also`. `hint` is the way out; several ways
    stand on lines of their own.
    """

    message: str
    spans: tuple[Span, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        """
        >>> print(Problem("J is not W", (Span("chat.yaml", 5, 10, "  power: 7 J"),), "needed a power"))
        chat.yaml:5:10: J is not W
           |   power: 7 J
           |          ^
           = needed a power
        """
        lines = [] if self.spans else [self.message]
        for position, span in enumerate(self.spans):
            lines += [f"{span}: {'see also' if position else self.message}", *_excerpt(span)]
        lines += [f"   = {way}" for way in self.hint.split("\n") if way]
        return "\n".join(lines)


class Problems(Exception):
    """Everything that is wrong with the user's files, in the order in which it was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.problems))


def problem(message: str, *spans: Span, hint: str = "") -> Problems:
    """One problem, ready to raise."""
    return Problems([Problem(message, spans, hint)])


def near(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """The way out of a misspelt word.

    >>> near("lifetme", ["lifetime", "power"])
    "did you mean 'lifetime'?"
    """
    close = get_close_matches(word[:WIDEST], list(islice(words, MOST_COMPARED)), 3)
    if not close:
        return otherwise
    return "did you mean " + " or ".join(f"'{name}'" for name in close) + "?"


def printable(text: str) -> str:
    """Text with control characters made visible, so that a message cannot move the cursor."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _excerpt(span: Span) -> list[str]:
    if not span.text:
        return []
    start = max(0, span.column - WIDEST // 2)
    shown = printable(span.text[start : start + WIDEST])
    return [f"   | {shown}", f"   | {' ' * (span.column - 1 - start)}^"]
