"""A progress bar on the error stream for work of more than a second; none where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

PATIENCE = 1.0  # seconds before anything is shown


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None] | None]:
    """A function to be told how much is done, from 0 to 1; None where the error stream is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as shown:
        update: Callable[[float], None] | None = None
        begin = time.monotonic() + PATIENCE

        def show(done: float) -> None:
            nonlocal update
            if update is None and time.monotonic() >= begin:
                update = _bar(what, shown)
            if update is not None:
                update(done)

        yield show


def _bar(what: str, shown: ExitStack) -> Callable[[float], None]:
    from rich.console import Console
    from rich.progress import Progress

    from lca.disk.files import UNDONE

    console = Console(file=getattr(sys.stderr, "stream", sys.stderr))  # its own signs move the cursor
    bar = shown.enter_context(Progress(console=console, transient=True))
    UNDONE[bar] = partial(console.show_cursor, True)  # noqa: FBT003  of rich
    shown.callback(UNDONE.pop, bar)
    task = bar.add_task(what, total=1.0)
    return lambda done: bar.update(task, completed=done)
