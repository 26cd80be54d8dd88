"""Traces of power, each by the form that its first signs are of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca import discovery
from lca.measured.readings import Reading
from lca.problems import problem
from lca.text.opened import File

FOLDER = "measured/formats"
GPU = "GPU "  # how devices are called that are numbered in a machine
HEAD = 4_096  # bytes that a form is told by


def form(file: File) -> str:
    """The form of a file; empty where it is none that is known."""
    with file.open() as stream:
        head = stream.read(HEAD).decode("utf-8-sig", "replace")
    return next((name for name in discovery.files(FOLDER, "ABOUT") if _form(name).recognises(head)), "")


def readings(files: tuple[File, ...]) -> Iterator[Reading]:
    """The readings of files, each by its own form. A GPU has the number that it has in its own machine."""
    for file in files:
        name = form(file)
        if not name:
            known = "; ".join(each["ABOUT"] for each in discovery.files(FOLDER, "ABOUT").values())
            raise problem("this is no trace of power that is known", file.span, hint=f"known: {known}")
        for reading in _form(name).readings(file):
            is_of_all = not reading.series.startswith(GPU)
            yield reading if is_of_all else reading._replace(series=f"{file.name} {reading.series}")


def _form(name: str) -> Any:
    return discovery.module(FOLDER, name)
