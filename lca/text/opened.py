"""A file that a command was given, to be read as a whole or as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO, NamedTuple

from lca.problems import Span, problem
from lca.text.documents import decode
from lca.text.source import SIZE, WIDE

LONGEST = 1 << 20  # characters of a line
LATIN = "cp1252"
RTE = "Périmètre".encode(LATIN)  # how its tables begin
FORM = "is it a table, a row a line?"


class File(NamedTuple):
    """A file that a command was given: the name that its user knows it by, and how it is opened, each time anew."""

    name: str
    open: Callable[[], IO[bytes]]

    @property
    def span(self) -> Span:
        """The file as a whole, for problems."""
        return Span(self.name, 1, 1)

    def data(self, most: int) -> bytes:
        """All its bytes. Problems where there are more than `most`."""
        with self.open() as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise problem(f"the file is larger than {most / 1e6:,.0f} MB", self.span, hint="take a part of it")
        return data

    def text(self) -> str:
        """Its text, in UTF-8, of at most `SIZE`. Problems where it is none."""
        return decode(self.data(SIZE), self.name)

    @contextmanager
    def texts(self) -> Iterator[TextIOWrapper]:
        """Its text as a stream, in UTF-8, or in UTF-16 where it begins with the mark of that, as PowerShell writes it.

        Tables of RTE, which begin with one word that says so, are in Latin 1.

        Problems where it is no such text.
        """
        with self.open() as stream:
            start = stream.read(len(RTE))
        encoding = "utf-16" if start[:2] in WIDE else LATIN if start == RTE else "utf-8-sig"
        with self.open() as stream, TextIOWrapper(stream, encoding=encoding) as text:
            try:
                yield text
            except UnicodeDecodeError as error:
                what = f"byte 0x{error.object[error.start]:02X} is no text" if error.object else "this is no text"
                raise problem(what, self.span, hint="save it as UTF-8") from None

    def head(self, most: int) -> str:
        """The first characters of its text."""
        with self.texts() as text:
            return text.read(most)

    def lines(self) -> Iterator[str]:
        """Its lines one by one, with their ends, however large it is. Problems where one is no text, or long."""
        done = 0
        with self.texts() as text:
            try:
                while line := text.readline(LONGEST):
                    done += 1
                    if len(line) == LONGEST and line[-1] != "\n":
                        raise problem("the line is longer than a million signs", Span(self.name, done, 1), hint=FORM)
                    if "\0" in line:
                        hint = "save it as UTF-8 text"
                        raise problem("this is not a text: it holds zero bytes", Span(self.name, done, 1), hint=hint)
                    yield line
            except UnicodeDecodeError as error:
                byte = error.object[error.start]
                span = Span(self.name, done + 1, 1)
                raise problem(f"byte 0x{byte:02X} is no text", span, hint="save it as UTF-8") from None
