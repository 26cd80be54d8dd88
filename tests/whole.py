"""How much is tried of what is much: all of it by `make test-all`, a part of it, always the same, by `make test`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
WHOLE = os.environ.get("LCA_WHOLE") == "1"


def some(items: Sequence[T], every: int, first: int = 0) -> Sequence[T]:
    """Each so many of some items from the first on; all of them by `make test-all`."""
    return items if WHOLE else items[first % every :: every]


def times(count: int) -> int:
    """How many random cases are tried: so many by `make test-all`, a third of them by `make test`."""
    return count if WHOLE else -(-count // 3)
