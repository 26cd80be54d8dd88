"""What engines differ in; all other SQL is one text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

Columns = dict[str, list[Any]]  # by name; a value a row, None where there is none
Told = Callable[[float], None]  # how much is done, from 0 to 1
PLAIN = re.compile(r"[\w .:/@+-]*", re.ASCII)  # what stands between quotes alike in all engines


class Dialect(NamedTuple):
    """An engine's own ways.

    hexadecimal: a text from its UTF-8 bytes in hexadecimal, {0}. quantile: of {0} at a part {1} of the rows. wraps:
    whether a sum of integers beyond 2⁶³ comes back wrong, and no error.
    """

    name: str
    hexadecimal: str
    quantile: str
    wraps: bool = False

    def text(self, text: str) -> str:
        """A text as SQL has it; engines read signs in quotes each in its own way, so that others are bytes.

        >>> Dialect("DuckDB", "decode(unhex('{0}'))", "quantile_cont({0}, {1})").text("it's")
        "decode(unhex('69742773'))"
        """
        return f"'{text}'" if PLAIN.fullmatch(text) else self.hexadecimal.format(text.encode().hex())


class Engine(Protocol):
    """What sums a log."""

    dialect: Dialect

    def query(self, sql: str, told: Told | None = None) -> Columns:
        """The answer to a query, by column; of what answers nothing, such as `create view`, no columns. Problems."""

    def close(self) -> None:
        """Let go of what is held; a second time it does nothing."""
