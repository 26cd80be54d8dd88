"""What a study declares about its boundary, held to what it counts: an entry names something, and nothing counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from lca.language import Study
from lca.model.declarations import About, Gap, Outside, Proxy
from lca.model.fields import Record
from lca.model.packs import Factors, near_criterion
from lca.model.reader import Broken
from lca.model.terms import PHASES, TIERS, holds
from lca.problems import Problem, near, shortened
from lca.text.documents import Located
from lca.text.overlay import entries, items

ANY = ("", "*", "electricity", *TIERS, *PHASES)  # what an entry may name in every study
OUTSIDE = "take the entry out, name the item of it that is left out, or do not count this"
WITHIN = "one figure holds several stages: leave all of them out with stage: embodied, or take the entry out"
ITEMS, CRITERIA = ("item", "for"), ("criterion", "from")  # keys of an entry


class Counted(Protocol):
    """A line of a result, as far as an entry can name it."""

    @property
    def tier(self) -> str: ...
    @property
    def phase(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def flow(self) -> str: ...
    @property
    def criterion(self) -> str: ...


class Left(Protocol):
    """What a case leaves out, by the name that an entry can give it."""

    @property
    def item(self) -> str: ...


def misdeclared(study: Study, factors: Factors, lines: Iterable[Counted], left: Iterable[Left]) -> Iterator[Problem]:
    """Entries that name nothing, and those of not_assessed and out_of_scope that name what is counted.

    An entry for a tier, phase or stage in which nothing takes place is no mistake: it says why nothing does.
    """
    lines = list(lines)
    try:
        about: About = study.need("study")
        gaps: list[Gap] = list(about.not_assessed.values())
        proxies: list[Proxy] = list(about.proxies.values())
        named = [*gaps, *proxies, *about.stand_ins.values()]
        outside: list[Outside] = list(about.out_of_scope.values())
    except Broken:
        return
    words = _words(study.tree, factors, lines) | {each.item: None for each in left} if named else {}
    for entry in named if factors.complete else ():
        yield from _of_nothing(entry, words, factors)
    for entry in outside:
        yield from _of_what_counts(entry, "out of scope", OUTSIDE, lines)
    for gap in gaps:
        yield from _of_what_counts(gap, "not assessed", WITHIN, lines)
        yield from _of_a_proxy(gap, proxies)


def _of_nothing(entry: Record, words: dict[str, None], factors: Factors) -> Iterator[Problem]:
    for key, at in entries(entry.tree).items():
        if not isinstance(at.value, str):
            continue
        if key in ITEMS and at.value not in ANY and at.value not in words:
            hint = near(at.value, words, "write the item as the study does, or say its tier, phase or stage")
            yield Problem(f"nothing in the study is called '{shortened(at.value)}'", (at.span,), hint)
        if key in CRITERIA and at.value not in factors.criteria:
            hint = near_criterion(factors.criteria, at.value)
            yield Problem(f"no criterion '{shortened(at.value)}'", (at.span,), hint)


def _of_what_counts(entry: Outside | Gap, said: str, hint: str, lines: Iterable[Counted]) -> Iterator[Problem]:
    try:
        met = next((line for line in lines if _names(entry, line)), None)
    except Broken:
        return
    if met is not None:
        what = f"{met.item} ({met.tier}, {met.phase}, {met.stage})"
        yield Problem(f"this is declared {said}, and counted: {what}", (entry.span,), hint)


def _of_a_proxy(gap: Gap, proxies: Iterable[Proxy]) -> Iterator[Problem]:
    """Two statements of one thing: a part that is not assessed, and for which a proxy stands in."""
    try:
        part = {word for word in (gap.item, gap.tier, gap.phase) if word not in ("", "*")}
        both = [p for p in proxies if part == {p.for_} and gap.criterion in ("", p.criterion) and not gap.stage]
    except Broken:
        return
    for proxy in both:
        message = f"{proxy.criterion} of {proxy.for_} is declared as not assessed, and as taken from {proxy.from_}"
        yield Problem(message, (gap.span, proxy.span), "take one of the two entries out")


def _names(entry: Outside | Gap, line: Counted) -> bool:
    """Whether an entry names what a line counts, or a part of it. What is declared as not assessed has no line."""
    of_item = entry.item in ("", line.item, line.flow)
    if isinstance(entry, Gap):
        of_item = of_item or entry.item in ("*", line.tier, line.phase)
        of_kind = entry.criterion in ("", line.criterion)
    else:
        of_kind = entry.impacts != "indirect"
    of_stage = not entry.stage or holds(line.stage, entry.stage)
    return of_item and of_kind and of_stage and entry.tier in ("", line.tier) and entry.phase in ("", line.phase)


def _words(tree: Located, factors: Factors, lines: Iterable[Counted]) -> dict[str, None]:
    """All that is called something: keys and words of the study's blocks, components of the packs, items counted."""
    words = {name: None for line in lines for name in (line.item, line.flow)} | dict.fromkeys(factors.components())
    pending = [at for key, at in entries(tree).items() if key not in ("study", "expect")]
    seen = {id(at) for at in pending}
    while pending:
        at = pending.pop()
        words |= dict.fromkeys(part for key in entries(at) for part in (key, *key.split(".")))
        if isinstance(at.value, str):
            words[at.value] = None
            continue
        below = [child for child in (*entries(at).values(), *items(at)) if id(child) not in seen and child is not at]
        seen |= {id(child) for child in below}
        pending += below
    return words
