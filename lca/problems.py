"""Where something was written, what is wrong with it, and the way out.

Problems are values: every layer gathers them and goes on, so that a run shows all of them at once.
`Problems` is the only exception of the package that the command line catches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from lca.spoken import ENGLISH, language

LONGEST = 160  # characters of a misspelt word that are looked at
BEFORE = "   | "  # what stands before a line of a file
GONE = "…"  # in place of what is cut off
PAGE = 80  # characters of a line of a message, where nobody says otherwise
BLANKS = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
UNBROKEN = "\xa0\u202f"  # of them those at which no line is broken
MOST_SHOWN = 101  # problems that are listed: a hundred, and a word on the rest
LONGEST_MESSAGE, LONGEST_WAY = 500, 1_000  # characters of a message and of a way out
_ECHOED = re.compile(r"'([^']{60,})'")
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
        return self.text()

    def text(self, width: int = PAGE) -> str:
        """The problem as its reader sees it; lines of files are cut to a width round what is wrong."""
        lines = [] if self.spans else [printable(self.message)]
        for position, span in enumerate(self.spans):
            lines += [printable(f"{span}: {'see also' if position else self.message}"), *_excerpt(span, width)]
        lines += [f"   = {printable(way)}" for way in self.hint.split("\n") if way]
        return "\n".join(lines)


class Problems(Exception):
    """Everything that is wrong with the user's files, in the order in which it was written; what it echoes is short."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(map(_brief, problems)))
        super().__init__(*self.problems)

    def __reduce__(self) -> tuple[type[Problems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)

    def __str__(self) -> str:
        return self.text()

    def text(self, width: int = PAGE) -> str:
        """All of them, one below the other; of many the first, and how many more there are."""
        shown = [problem.text(width) for problem in self.problems[:MOST_SHOWN]]
        more = len(self.problems) - len(shown)
        return "\n\n".join([*shown, *([f"{more:,} more problems are not shown"] if more else [])])


class Misnamed(Problems):
    """What was asked for is called otherwise, or does not exist: the question is wrong, and no file."""


def problem(message: str, *spans: Span, hint: str = "") -> Problems:
    """One problem, ready to raise."""
    return Problems([Problem(message, spans, hint)])


def near(word: str, words: Iterable[str], otherwise: str = "") -> str:
    """The way out of a misspelt word.

    >>> near("lifetme", ["lifetime", "power"])
    "did you mean 'lifetime'?"
    >>> near("AWS", ["aws", "gcp"])
    "did you mean 'aws'?"
    """
    close = alike(word, words)
    return "did you mean " + " or ".join(f"'{name}'" for name in close) + "?" if close else otherwise


def alike(word: str, words: Iterable[str]) -> list[str]:
    """The words that a misspelt one may have meant.

    >>> alike("lifetme", ["lifetime", "power"])
    ['lifetime']
    """
    from difflib import get_close_matches  # only where something is wrong

    known = list(islice(words, MOST_COMPARED))
    return [name for name in known if name.casefold() == word.casefold()] or get_close_matches(word[:LONGEST], known, 3)


def shortened(text: str, most: int = 60) -> str:
    """A text fit for a message.

    >>> shortened("inference.server", 10)
    'inference…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def printable(text: str) -> str:
    r"""Text of one line with every control, escape and bidi character made visible, so that it cannot move the cursor.

    Blanks of other widths are blanks, but for those that languages other than English set in numbers and before signs.

    >>> printable("a\x1b[31m\u202e\u00a0%")
    'a�[31m� %'
    """
    if text.isprintable():
        return text
    kept = "" if language() == ENGLISH else UNBROKEN
    return "".join(c if c.isprintable() or c in kept else " " if c in BLANKS else "�" for c in text)


def visible(text: str) -> str:
    r"""Text of several lines, each printable.

    >>> visible("a\x1bb\nc")
    'a�b\nc'
    """
    return "\n".join(map(printable, text.split("\n")))


def _brief(problem: Problem) -> Problem:
    """A problem that echoes no more of a long value than tells which one it is."""
    message, _, hint = problem
    if len(message) <= PAGE and len(hint) <= LONGEST_WAY:
        return problem
    ways = (shortened(_echoes_cut(way), LONGEST_WAY) for way in hint.split("\n"))
    return problem._replace(message=shortened(_echoes_cut(message), LONGEST_MESSAGE), hint="\n".join(ways))


def _echoes_cut(text: str) -> str:
    """
    >>> _echoes_cut("no source '" + 100 * "x" + "'") == "no source '" + 59 * "x" + "…'"
    True
    """
    cut = _ECHOED.sub(lambda match: f"'{shortened(match[1])}'", text)
    return " ".join(shortened(word, LONGEST) for word in cut.split(" "))


def _excerpt(span: Span, width: int) -> list[str]:
    if not span.text:
        return []
    shown, caret = _window(printable(span.text), span.column - 1, width - len(BEFORE))
    return [f"{BEFORE}{shown}", f"{BEFORE}{' ' * caret}^"]


def _window(text: str, offset: int, width: int) -> tuple[str, int]:
    """The part of a line round a place that fits a width, and where the place is in it.

    >>> _window("0123456789", 5, 6), _window("0123456789", 1, 6), _window("0123456789", 10, 6), _window("0123", 4, 6)
    (('…3456…', 3), ('01234…', 1), ('…6789', 5), ('0123', 4))
    """
    if len(text) <= width and offset < width:
        return text, offset
    early = offset < width - width // 4
    start = 0 if early else max(0, min(offset - width // 2, len(text) - width + 1))
    shown = text[start : start + width]
    shown = f"{GONE}{shown[1:]}" if start else shown
    return f"{shown[:-1]}{GONE}" if start + width < len(text) else shown, offset - start
