"""Traces of power, each by the form that its first signs are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from lca import discovery
from lca.measured.integral import Trace
from lca.measured.readings import GPU, Reading, placed
from lca.problems import problem
from lca.text.opened import File
from lca.wording import listed

FOLDER = "measured/formats"
HEAD = 4_096  # bytes that a form is told by


def form(file: File) -> str:
    """The form of a file; empty where it is none that is known."""
    head = file.head(HEAD)
    return next((name for name in discovery.files(FOLDER, "ABOUT") if _form(name).recognises(head)), "")


def readings(files: tuple[File, ...]) -> Iterator[Reading]:
    """The readings of files, each by its own form. A GPU has the number that it has in its own machine."""
    for file in files:
        name = form(file)
        if not name:
            known = "; ".join(each["ABOUT"] for each in discovery.files(FOLDER, "ABOUT").values())
            raise problem("this is no trace of power that is known", file.span, hint=f"known: {known}")
        for reading in _form(name).readings(file):
            series = reading[0]
            yield Reading(f"{file.name} {series}", *reading[1:]) if series.startswith(GPU) else reading


def tools(files: tuple[File, ...]) -> str:
    """What wrote some files."""
    return listed(dict.fromkeys(_form(name).TOOL for name in map(form, files) if name))


def in_order(
    read: Callable[[tuple[File, ...]], Iterable[Reading]], files: tuple[File, ...], zone: ZoneInfo | None
) -> Trace:
    """The trace of some files in the order in which they begin, whatever that in which they were named.

    zone: the place of a clock that names none.
    """

    def start(file: File) -> int:
        return next((reading.time for reading in read((file,))), 0)

    own = tuple(sorted(files, key=start)) if len(files) > 1 else files
    return (lambda: placed(read(own), zone)) if zone is not None else (lambda: read(own))


def _form(name: str) -> Any:
    return discovery.module(FOLDER, name)
