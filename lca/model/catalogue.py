"""The catalogue: what models are called, who serves them, and what packs say of them.

A key is `provider/model`. Aliases are other keys of the same model. What follows a slash of a key or of an alias is a
bare name, which is enough where it is that of one model alone. Nothing else is taken: a name that is nearly right is
none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from lca.problems import Problem, Span, near, shortened
from lca.text.sheets import Sheet
from lca.wording import some

COLUMNS = "item,provider,architecture,aliases,released,at,quality,note"
MOST_LISTED = 12  # names that a message lists
PARTS = re.compile(r"[^a-z0-9]+")  # between the words of a name
APART = ", "  # between a model and a configuration that it was measured in


class Entry(NamedTuple):
    """A model as a pack has it."""

    item: str
    provider: str
    architecture: str
    aliases: str
    released: str
    at: str
    quality: str
    note: str
    pack: str

    @property
    def names(self) -> tuple[str, ...]:
        """Its key and its aliases."""
        return (self.item, *self.aliases.split())


class Catalogue:
    """The models of packs, those of the first pack before those of the next."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.every: list[Entry] = []

    def add(self, pack: str, sheet: Sheet) -> None:
        """The models of a table."""
        for row in sheet.rows:
            entry = Entry._make((*row.cells, pack))
            self.every.append(entry)
            self.entries.setdefault(entry.item, entry)

    def keys(self, name: str) -> list[str]:
        r"""The keys of the models that are called by a name, or by the part of it that names one: none, one, several.

        >>> from lca.text import sheets
        >>> known = Catalogue()
        >>> rows = "openai/gpt-4o,openai,,,,p. 1,E,\nazure/gpt-4o,azure,,us/gpt-4o,,p. 1,E,"
        >>> known.add("pack", sheets.parse(COLUMNS + "\n" + rows, "models.csv"))
        >>> known.keys("openai/gpt-4o"), known.keys("us/gpt-4o"), known.keys("gpt-4o"), known.keys("gpt-4")
        (['openai/gpt-4o'], ['azure/gpt-4o'], ['openai/gpt-4o', 'azure/gpt-4o'], [])
        """
        if name in self.entries:
            return [name]
        if not (found := self._aliases.get(name) or self._bare.get(name, {})):
            model, apart, rest = name.partition(APART)
            return [f"{key}{apart}{rest}" for key in self.keys(model)] if apart else []
        return [*found]

    @cached_property
    def _aliases(self) -> dict[str, dict[str, None]]:
        return _by_name((name, entry.item) for entry in self.every for name in entry.names)

    @cached_property
    def _bare(self) -> dict[str, dict[str, None]]:
        return _by_name((bare, entry.item) for entry in self.every for name in entry.names for bare in _bare(name))

    @cached_property
    def names(self) -> list[str]:
        """All that models are called."""
        return [*dict.fromkeys((*self.entries, *self._aliases, *self._bare))]


def of_several(name: str, keys: Iterable[str], *spans: Span) -> Problem:
    """What to say of a name that several models have."""
    listed = [*keys]
    hint = f"name one of them: {some(listed, MOST_LISTED)}"
    return Problem(f"'{shortened(name)}' is the name of {len(listed)} models", spans, hint)


def near_models(name: str, known: Iterable[str]) -> str:
    """The way out of a name that no model has: those that are near it, first of all those that share a word with it."""
    parts = {*PARTS.split(name.casefold())}
    alike = sorted(known, key=lambda other: parts.isdisjoint(PARTS.split(other.casefold())))
    return near(name, alike, "`lca request --list` lists those that packs know")


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    made: dict[str, dict[str, None]] = {}
    for name, item in pairs:
        made.setdefault(name, {})[item] = None
    return made


def _bare(name: str) -> Iterator[str]:
    """What follows the first slash, and what follows the second."""
    _, slash, rest = name.partition("/")
    if slash:
        yield rest
        yield from _bare(rest)


def problems(sheet: Sheet, qualities: str) -> Iterator[Problem]:
    """What is wrong with a table of models."""
    seen: dict[str, str] = {}
    for row in sheet.rows:
        entry = Entry._make((*row.cells, ""))
        for column in ("item", "provider", "at"):
            if not getattr(entry, column):
                hint = "a model has a key such as openai/gpt-4o, who serves it, and where that is said"
                yield Problem(f"a model without {column}", (sheet.span(row, column),), hint)
        if not entry.quality or entry.quality not in qualities:
            hint = "A to E, see factors/README.md"
            yield Problem(f"no quality '{entry.quality}'", (sheet.span(row, "quality"),), hint)
        for name in entry.names:
            if seen.setdefault(name, entry.item) != entry.item:
                message = f"{name} is {seen[name]} and {entry.item}"
                yield Problem(message, (sheet.span(row, "aliases"),), "a name is that of one model: keep one of them")
