"""Work in threads that an interrupt does not wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(work: Callable[[T], R], of: Iterable[T], threads: int, stopped: Event | None = None) -> list[R]:
    """What a function gives for each of some things, in their order.

    Whatever ends it early, such as Ctrl-C, sets `stopped` and goes on at once: what is under way ends by itself.
    """
    pool = ThreadPoolExecutor(max(1, threads))
    try:
        return list(pool.map(work, of))
    except BaseException:
        (stopped or Event()).set()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
