"""The text of one file: its lines, and what no text may hold.

Scenarios and tables of factors come from strangers. Before a parser sees them they are known to be UTF-8, of bounded
size, and free of characters that a reader cannot see or that show a line other than it is (Unicode report 36).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import accumulate, islice

from lca.problems import Problem, Problems, Span, problem

SIZE = 10_000_000  # bytes of a file, and characters of a text
MOST = 100  # problems gathered from one file
MOST_COUNTED = 10_000  # problems that are counted, to say how many more there are

_BOM = "\ufeff"
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
_LAST_CONTROL = "\x9f"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how texts in UTF-16 begin


class Document:
    """A text under the name that its user knows it by."""

    __slots__ = ("_lines", "_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text.removeprefix(_BOM)
        self._lines: list[str] | None = None
        self._starts: list[int] | None = None

    def line(self, number: int) -> str:
        r"""The text of a line, counted from 1; empty beyond the end.

        >>> Document("chat.yaml", "a: 1\nb: 2").line(2)
        'b: 2'
        """
        lines = self._split()
        return lines[number - 1].rstrip("\r\n") if 0 < number <= len(lines) else ""

    @property
    def length(self) -> int:
        """How many lines there are."""
        return len(self._split())

    def span(self, line: int, column: int) -> Span:
        """A place in this document, with the text of its line."""
        return Span(self.name, line, column, self.line(line))

    def start(self, line: int) -> int:
        """The offset at which a line begins."""
        return self._offsets()[line - 1]

    def place(self, offset: int) -> Span:
        r"""The place of the character at an offset from the start of the text.

        >>> str(Document("chat.yaml", "a: 1\nb: 2").place(8))
        'chat.yaml:2:4'
        """
        starts = self._offsets()
        line = bisect_right(starts, offset)
        return self.span(line, offset - starts[line - 1] + 1)

    def _split(self) -> list[str]:
        if self._lines is None:
            self._lines = list(StringIO(self.text, newline=""))
        return self._lines

    def _offsets(self) -> list[int]:
        if self._starts is None:
            lines = map(len, self._split())
            ended = not self.text or self.text.endswith(("\n", "\r"))
            self._starts = list(accumulate(lines, initial=0))[: None if ended else -1]
        return self._starts

    def __repr__(self) -> str:
        return f"Document({self.name!r})"


def decode(data: bytes, name: str) -> str:
    """The text of a file's bytes, without a byte order mark. Raises Problems unless it is UTF-8 text."""
    if len(data) > SIZE:
        raise _too_large(len(data), Span(name, 1, 1))
    if data.startswith(_WORKBOOKS):
        raise problem("this is a workbook or an archive, not a text", Span(name, 1, 1), hint="save it as plain text")
    if data.startswith(WIDE):
        raise problem("this text is UTF-16", Span(name, 1, 1), hint="save it as UTF-8")
    if b"\0" in data:
        raise problem("this is not a text: it holds zero bytes", Span(name, 1, 1), hint="save it as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error, name) from None


def document(text: str, name: str) -> Document:
    """A text that is safe to parse and to show. Raises Problems where it is too large or holds unseen characters."""
    if len(text) > SIZE:
        raise _too_large(len(text), Span(name, 1, 1))
    made = Document(name, text)
    if _UNSEEN.search(made.text):
        raise gathered(_unseen_in(made))
    return made


def unseen(text: str) -> str:
    r"""What to call the first character of the text that cannot be seen; empty if there is none.

    >>> unseen("a\u202eb")
    'invisible character U+202E'
    >>> unseen("a\tb")
    ''
    """
    match = _UNSEEN.search(text)
    return _title(match[0]) if match else ""


def gathered(problems: Iterable[Problem], *, stopped: bool = False) -> Problems:
    """The first problems, and how many more there are, or that the rest was not looked for."""
    known = list(islice(problems, MOST_COUNTED))
    least = "more than " if len(known) == MOST_COUNTED else ""
    more = f"{least}{len(known) - MOST:,} more problems are not shown"
    more = f"more than {MOST} problems: the rest is not looked for" if stopped else more
    rest = [Problem(more, hint="fix these first")] if len(known) > MOST else []
    return Problems([*known[:MOST], *rest])


def _unseen_in(document: Document) -> Iterator[Problem]:
    for match in _UNSEEN.finditer(document.text):
        yield Problem(_title(match[0]), (document.place(match.start()),), "delete it, or type the line again")


def _title(character: str) -> str:
    kind = "invisible" if character > _LAST_CONTROL else "control"
    return f"{kind} character U+{ord(character):04X}"


def _too_large(size: int, span: Span) -> Problems:
    return problem(
        f"the file is too large: {size / 1e6:.1f} MB, at most {SIZE // 1_000_000} MB",
        span,
        hint="split it into several files",
    )


def _not_utf8(data: bytes, error: UnicodeDecodeError, name: str) -> Problems:
    readable = Document(name, data.decode("utf-8", "replace"))
    span = readable.place(len(Document(name, data[: error.start].decode("utf-8")).text))
    return problem(f"byte 0x{data[error.start]:02X} is not UTF-8", span, hint="save the file as UTF-8")
