"""A file that a command was given, to be read as a whole or as a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import IO, NamedTuple

from lca.problems import Span, problem
from lca.text.documents import decode
from lca.text.source import SIZE


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

    def lines(self, encoding: str = "utf-8-sig") -> Iterator[str]:
        """Its lines one by one, however large it is, without their ends. Problems where they are no such text."""
        done = 0
        with self.open() as stream, TextIOWrapper(stream, encoding=encoding) as text:
            try:
                for line in text:
                    yield line.rstrip("\r\n")
                    done += 1
            except UnicodeDecodeError as error:
                byte, hint = error.object[error.start], f"save it as {encoding.upper().removesuffix('-SIG')}"
                raise problem(f"byte 0x{byte:02X} is no text", Span(self.name, done + 1, 1), hint=hint) from None
