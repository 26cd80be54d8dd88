"""What engines differ in; all other SQL is one text."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

Columns = dict[str, list[object]]  # by name; a value a row, None where there is none
Told = Callable[[float], None]  # how much is done, from 0 to 1


class Dialect(NamedTuple):
    """An engine's own ways. wraps: whether a sum of integers beyond 2⁶³ comes back wrong, and no error."""

    name: str
    wraps: bool = False


class Engine(Protocol):
    """What sums a log."""

    dialect: Dialect

    def query(self, sql: str, told: Told | None = None) -> Columns:
        """The answer to a query, by column; of what answers nothing, such as `create view`, no columns. Problems."""

    def close(self) -> None:
        """Let go of what is held; a second time it does nothing."""
