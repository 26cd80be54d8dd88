"""How much is held at once: the one bound on draws and points, so that a command says so before memory is short."""

from __future__ import annotations

from lca.problems import Problem, Problems

MOST = 10_000_000  # draws or points, however little is kept of each
ROOM = 40_000_000  # numbers held at once: 320 MB


def most(held: int) -> int:
    """The most draws or points of which `held` numbers each are kept.

    >>> most(1), most(80)
    (10000000, 500000)
    """
    return min(MOST, ROOM // max(1, held))


def refuse_too_many(asked: int, held: int, what: str) -> None:
    """Problems where more is asked for than memory is to hold."""
    if asked > most(held):
        hint = f"at most {most(held):,} here: {held:,} numbers are kept of each, and {ROOM:,} in all (320 MB)"
        raise Problems([Problem(f"{asked:,} {what} are too many", (), hint)])
