"""Old files: keys that are called otherwise now, wherever a scenario names them, and the text with their new names.

A field says what it was called: `renamed(field, "old")`. A name stands as a key, in a path (of a variant, of `given`,
of bands and draws) or in a formula. Only the names are rewritten, where they stand: all else stays to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lca.language import TOP, Here, followed, records
from lca.model.fields import Field, Names, Text, Words
from lca.problems import Problem, Problems, Span
from lca.text import documents, formulas
from lca.text.documents import Located
from lca.text.overlay import PART, Path, entries, joined, split

NOTE = "note"  # of a quantity, which may say anything


class Renamed(NamedTuple):
    """A name of a scenario that is another now.

    at: the value under the key, or the text that holds the name from `offset` on. above: the path of what the name is
    in. old, new: the parts of the name. clash: where the new name stands as well.
    """

    at: Located
    offset: int | None
    above: Path
    old: Path
    new: Path
    clash: Span | None = None

    @property
    def span(self) -> Span:
        """Where the name begins."""
        return self.at.key_span if self.offset is None else self.at.column_span(self.offset)

    def __str__(self) -> str:
        return f"{joined((*self.above, *self.old))} is called {joined((*self.above, *self.new))} now"

    @property
    def problem(self) -> Problem:
        """What to say where a file is not to be rewritten."""
        return Problem(str(self), (self.span,), "write the new name, or let `lca upgrade FILE` rewrite the file")


class Upgraded(NamedTuple):
    """A text with the names of now, and what was rewritten in it."""

    text: str
    changes: tuple[Renamed, ...]


def refuse_outdated(tree: Located) -> None:
    """Problems where a scenario uses names that are others now."""
    if outdated := [each.problem for each in renamed(tree)]:
        raise Problems(outdated)


def upgraded(text: str, name: str) -> Upgraded:
    """A text of a scenario by the names of now. Problems where it cannot be read, or a name not be rewritten."""
    tree = documents.parse(text, name)
    changes = tuple(renamed(tree))
    if problems := [problem for change in changes for problem in _hindrance(change)]:
        raise Problems(problems)
    made = tree.document.text
    for start, old, new in sorted((each for change in changes for each in _pieces(change)), reverse=True):
        made = made[:start] + new + made[start + len(old) :]
    return Upgraded(made, changes)


def path_now(path: str) -> str:
    """A dotted path by the names of now; a number inside a formula has its place after a `#`.

    >>> path_now("study.factors")
    'study.packs'
    """
    name, *place = path.split("#")
    return "#".join((joined(followed(split(name))[0]), *place)) if split(name) else path


def renamed(tree: Located) -> Iterator[Renamed]:
    """The names of a scenario that are others now, in the order in which they stand."""
    if any(name in tree.document.text for name in _former()):
        yield from _below(tree, TOP, ())


@cache
def _former() -> frozenset[str]:
    """What any field was called."""
    return frozenset(name for record in records() for field in record.fields.values() for name in field.was)


def _below(at: Located, here: Here, path: Path) -> Iterator[Renamed]:
    for key, child in entries(at).items():
        parts = (split(key) if here.by_path else ()) or (key,)
        now, there = followed(parts, here._replace(by_path=False))
        above = () if here.by_path else path
        if now != parts:
            other = entries(at).get(joined(now) if here.by_path else now[0])
            yield Renamed(child, None, above, parts, now, None if other is None else other.key_span)
        yield from _below(child, there, (*above, *now))
    for item in at.value if isinstance(at.value, list) else ():
        yield from _below(item, here._replace(named=False), path)
    if isinstance(at.value, str) and any(name in at.value for name in _former()):
        yield from _named_in(at, here, path)


def _named_in(at: Located, here: Here, path: Path) -> Iterator[Renamed]:
    """The names in a formula, or in a text that is a path."""
    text = str(at.value)
    if issubclass(here.kind or Field, Words) or path[-1:] == (NOTE,):
        return
    if text.startswith("="):
        named = [(name.offset + 1, name.parts) for name in _names(text[1:])]
    else:
        named = [(0, split(text))] if issubclass(here.kind or Field, Text | Names) else []
    for offset, parts in named:
        if (now := followed(parts)[0]) != parts:
            yield Renamed(at, offset, (), parts, now)


def _names(formula: str) -> list[formulas.Name]:
    try:
        return sorted(formulas.names(formulas.parse(formula)))
    except formulas.FormulaError:
        return []


# --- rewriting --------------------------------------------------------------------------------------------------------


def _hindrance(change: Renamed) -> Iterator[Problem]:
    """What keeps a name from being rewritten: the new one stands beside it, or it is written with escapes."""
    if change.clash is not None:
        message = f"{joined((*change.above, *change.old))} stands beside its new name, {change.new[-1]}"
        yield Problem(message, (change.span, change.clash), "keep one of the two")
    text = change.at.document.text
    if any(text[start : start + len(old)] != old for start, old, _ in _pieces(change)):
        yield Problem(
            f"{change}, and cannot be rewritten where it stands", (change.span,), "write the new name by hand"
        )


def _pieces(change: Renamed) -> Iterator[tuple[int, str, str]]:
    """The parts of a name that are others now: the offset in the text of the file, and the old and new part."""
    for start, old, new in zip(_starts(change), change.old, change.new, strict=False):
        if old != new:
            yield start, old, new


def _starts(change: Renamed) -> Iterator[int]:
    """Where each part of a name begins in the text of the file."""
    at, offset = change.at, change.offset
    if offset is not None:
        for part in PART.finditer(str(at.value), offset):
            yield _start(at.column_span(part.start(part.lastindex or 0)), at)
        return
    key = _start(at.key_span, at)
    key += at.document.text[key] in "'\""
    parts = PART.finditer(at.document.text, key) if len(change.old) > 1 else ()
    yield from (part.start(part.lastindex or 0) for part in parts) if parts else [key]


def _start(span: Span, at: Located) -> int:
    return at.document.start(span.line) + span.column - 1
