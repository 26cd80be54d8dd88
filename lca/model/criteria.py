"""Criteria, and what people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lca import units
from lca.model.terms import MARKET
from lca.problems import Misnamed, Problem, near, shortened
from lca.spoken import N_
from lca.units import Namespace

SHORTEST_WORD, MOST_WORDS, MOST_MEANT = 4, 5, 4  # of long names: letters, words looked for, criteria listed


class Criterion(NamedTuple):
    """An impact criterion: its key, its label in tables, its long name, and the namespace in which its units are read.

    method: of the characterisation; at: what the indicator is called there. counts: the flow that counts as it is,
    without a factor: electricity or water. stages: the one life-cycle stage that it is of; empty for all. basis: by
    which of the `BASES` of electricity, where a study is by both; of: the criterion that it is then the like of.
    """

    key: str
    label: str
    name: str
    space: Namespace
    unit_label: str
    method: str
    at: str = ""
    note: str = ""
    counts: str = ""
    stages: str = ""
    basis: str = ""
    of: str = ""

    @property
    def either(self) -> str:
        """Its label, whichever of the two bases it is by: what a proxy is taken from is of the same basis as it."""
        return str(self.label).removesuffix(f" {self.basis}") if self.basis else self.label

    @property
    def unit(self) -> units.Unit:
        return units.unit(self.space.unit, self.space)

    @property
    def plain_unit(self) -> units.Unit:
        """The unit that it is counted in, whatever it is of: the kg of kgCO2eq."""
        return units.unit(self.space.unit.removesuffix(self.space.suffix))

    @property
    def each(self) -> units.Unit:
        """The unit of the factor by which a counted flow counts as it is, such as kWh of the criterion per kWh."""
        return units.over(self.unit, units.unit(self.space.unit))

    def by_basis(self, basis: str) -> Criterion:
        """The same by one of the two bases of electricity: location-based is itself, market-based the like of it."""
        key, of = (market_key(self.key), self.key) if basis == MARKET else (self.key, "")
        label = N_("{criterion} {basis}", criterion=self.label, basis=N_(basis))
        name = N_("{first}, {rest}", first=N_(self.name), rest=N_(basis))
        return self._replace(key=key, label=label, name=name, basis=basis, of=of)


def market_key(key: str) -> str:
    """The key of the market-based like of a criterion."""
    return f"{key}_market"


def key_of(known: Mapping[str, Criterion], word: str) -> str:
    """The key of the criterion that a word names: its key or its label, in any case; '' where none is, or several."""
    if word in known:
        return word
    keys = _called(known, word)
    return keys[0] if len(keys) == 1 else ""


def criteria_named(known: Mapping[str, Criterion], words: Iterable[str]) -> list[str]:
    """The keys of the criteria that words name, each by its key or label. Misnamed, of all that name none."""
    found = [(word, key_of(known, word)) for word in words]
    wrong = [
        Problem(f"no criterion '{shortened(word)}'", (), near_criterion(known, word)) for word, key in found if not key
    ]
    if wrong:
        raise Misnamed(wrong)
    return [key for _, key in found]


def _called(known: Mapping[str, Criterion], word: str) -> list[str]:
    """The criteria that are called so: one whose key it is comes before those that tables call so."""
    folded = word.casefold()
    by_key = [key for key in known if key.casefold() == folded]
    return by_key or [key for key, criterion in known.items() if criterion.label.casefold() == folded]


def near_criterion(known: Mapping[str, Criterion], word: str, otherwise: str = "") -> str:
    """The way out where no criterion, or none alone, is called so: a near key or label, else a word of long names."""
    if len(called := _called(known, word)) > 1:
        return f"{word} may be {' or '.join(called)}: write the key"
    if meant := _by_long_name(known, word):
        return f"did you mean {' or '.join(f'{c.key} ({c.name})' for c in meant[:MOST_MEANT])}?"
    listing = otherwise or f"criteria: {', '.join(known)}; `lca criteria` says what they are"
    labels = [criterion.label for criterion in known.values()]
    return near(word, known) or near(word, labels) or near(word.upper(), known, listing)


def _by_long_name(known: Mapping[str, Criterion], word: str) -> list[Criterion]:
    """The criteria in whose long name every part of a word begins a word, else is near one."""
    parts = [part for part in re.split(r"\W+", word.casefold()) if len(part) >= SHORTEST_WORD][:MOST_WORDS]
    words = {key: re.split(r"\W+", criterion.name.casefold()) for key, criterion in known.items()}
    begun = [key for key, own in words.items() if parts and all(any(w.startswith(part) for w in own) for part in parts)]
    close = [key for key, own in words.items() if parts and all(near(part, own) for part in parts)]
    return [known[key] for key in begun or close]
