"""The files that an importer is given, and where what it makes is written."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import IO

from lca.disk.files import beside, has_read, may_read, rewrite, write
from lca.disk.workspace import read_bytes, shown
from lca.importers import File, Made
from lca.problems import Problem, Problems, problem, shortened
from lca.text import documents
from lca.text.documents import Located
from lca.text.overlay import Path as Keys
from lca.text.overlay import entries, find, is_quantity, joined
from lca.text.source import SIZE, decode, gathered
from lca.text.writing import patched, replaced

SOURCES = ("study", "sources")


def files(paths: Iterable[Path]) -> tuple[File, ...]:
    """Files to be opened, none of which is written over. Problems where one is not there, or is no plain file."""
    named = [*paths]
    may_read(lambda: named)
    if wrong := [told for path in named if (told := _unreadable(path)) is not None]:
        raise Problems(wrong)
    return tuple(File(shown(path), partial(_opened, path)) for path in named)


def _unreadable(path: Path) -> Problem | None:
    try:
        if path.is_file():
            return None
    except (OSError, ValueError) as error:
        return Problem(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
    if path.exists():
        return Problem(f"{shown(path)} is not a plain file", (), "name a file")
    return Problem(f"there is no file {shown(path)}")


def _opened(path: Path) -> IO[bytes]:
    name = shown(path)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise Problems([Problem(f"{name} cannot be read: {error.strerror or error}")]) from None
    try:
        has_read(stream.fileno(), name)
    except Problems:
        stream.close()
        raise
    return stream


def put_into(made: Made, scenario: Path, keys: Keys, output: Path | None) -> tuple[Path, tuple[str, ...]]:
    """Put what an importer made into a scenario at a path; all else in it stays to the byte.

    Where it was written, and what it took the place of, in words. Problems where it may take the place of nothing.
    """
    if made.part is None:
        raise problem("this is no part of a scenario", hint="take --into out: it becomes files of its own")
    name = shown(scenario)
    data = read_bytes(scenario, SIZE)
    written = decode(data, name)
    tree = documents.parse(written, name)
    if made.is_measured:
        _refuse_twice(tree, keys)
    before = [*replaced(tree, keys, made.part)]
    if made.only_adds and before:
        raise gathered(_in_the_way(path, at) for path, at in before)
    text = patched(written, name, keys, made.part)
    described = entries(find(tree, SOURCES))
    if cited := {key: source for key, source in made.sources.items() if key not in described}:
        text = patched(text, name, SOURCES, cited)
    content = (codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"") + text.encode()
    if output is not None:
        write(output, content)
    else:
        rewrite(scenario, content)
    return output or scenario, tuple(f"{joined(path)}, which was {_was(at)} ({at.span})" for path, at in before)


def _in_the_way(path: Keys, at: Located) -> Problem:
    """That something stands where an import would write."""
    ways = "take another name for the row, or put it into another scenario; --set replace=yes replaces what is there"
    if not isinstance(at.value, dict):
        ways = f"write the rows there, or put them into another scenario; {ways.rpartition('; ')[2]}"
    return Problem(f"{joined(path)} is there already, and says something else: {_was(at)}", (at.key_span,), ways)


def _was(at: Located) -> str:
    """A value of a scenario in a few words."""
    if isinstance(at.value, str):
        return shortened(at.value)
    if is_quantity(at):
        return _was(entries(at)["value"])
    return f"{'a list' if isinstance(at.value, list) else 'a mapping'} of {len(at.value)}"


def _refuse_twice(tree: Located, keys: Keys) -> None:
    """Problems where a method prices requests beside those that are measured: they may be the same."""
    block = find(tree, keys[:1])
    if block is None:
        return
    own = find(tree, keys)
    priced = [at for at in (block, *entries(block).values()) if at is not own and "method" in entries(at)]
    if priced:
        spans = tuple(entries(at)["method"].key_span for at in priced)
        hint = "take the method out; or, where it prices other requests than were measured, --set apart=yes"
        raise problem("requests that are priced by a method would count twice", *spans, hint=hint)


def write_folder(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files as a folder of their own, whole or not at all. Problems where something is there already."""
    if os.path.lexists(folder):
        raise problem(f"{shown(folder)} is already there", hint="choose another name, or move it away")
    with beside(folder) as temporary:
        for name, content in files.items():
            place = temporary / name
            place.parent.mkdir(parents=True, exist_ok=True)
            write(place, content)
