"""What a study declares about its boundary, held to what it counts: an entry names something, and nothing counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Protocol

from lca.language import Study
from lca.model.criteria import market_key, near_criterion
from lca.model.declarations import About, Gap, Outside, Proxy, StandIn
from lca.model.fields import Record
from lca.model.goal import Alternative
from lca.model.packs import Factors
from lca.model.reader import Broken
from lca.model.terms import PHASES, TIERS, holds
from lca.problems import Problem, near, shortened
from lca.text.documents import Located
from lca.text.overlay import entries, everything, is_quantity, keyed, mixed, split, words_under

ANY = ("", "*", "electricity", *TIERS, *PHASES)  # what an entry may name in every study
OUTSIDE = "take the entry out, name the item of it that is left out, or do not count this"
WITHIN = "one figure holds several stages: leave all of them out with stage: embodied, or take the entry out"
THINGS = ("item", "device", "equipment", "building", "provider", "name")  # keys whose words are things
NO_BLOCKS = ("study", "expect", "functional_units", "variants")
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
    def region(self) -> str: ...
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
        asked = about.criteria
        of_criteria = [gap for gap in gaps if gap.criterion in factors.criteria]
        stand_ins = {entry: entry.used for entry in about.stand_ins.values()}
    except Broken:
        return
    words = _words(study.tree, factors, lines) | {each.item: None for each in left} if named else {}
    for entry in named if factors.complete else ():
        yield from _of_nothing(entry, words, factors)
    if factors.complete:
        yield from _of_no_stand_in(stand_ins, factors)
        yield from _of_no_asked_criterion(of_criteria, asked, factors)
    for entry in outside:
        yield from _of_what_counts(entry, "out of scope", OUTSIDE, lines)
    for gap in gaps:
        yield from _of_what_counts(gap, "not assessed", WITHIN, lines)
        yield from _of_a_proxy(gap, proxies)


def of_no_variant(study: Study) -> Iterator[Problem]:
    """Alternatives that name a variant which the study, as it is written, does not have."""
    with suppress(Broken):
        about: About = study.need("study")
        alternatives: list[Alternative] = list(about.alternatives.values())
        known = list(study.variants)
        for entry in alternatives:
            if entry.variant and entry.variant not in known:
                hint = near(entry.variant, known, f"variants: {', '.join(known) or 'none'}")
                at = entries(entry.tree)["variant"]
                yield Problem(f"no variant '{shortened(entry.variant)}'", (at.span,), hint)


def _of_nothing(entry: Record, words: dict[str, None], factors: Factors) -> Iterator[Problem]:
    for key, at in entries(entry.tree).items():
        if not isinstance(at.value, str):
            continue
        if key in ITEMS and at.value not in ANY and at.value not in words:
            hint = near(at.value, words, "write the item as the study does, or say its tier, phase or stage")
            yield Problem(f"nothing in the study is called '{shortened(at.value)}'", (at.span,), hint)
        plain = {name: criterion for name, criterion in factors.criteria.items() if not criterion.of}
        if key in CRITERIA and at.value not in (plain if key == "from" else factors.criteria):
            of = next((name for name in plain if market_key(name) == at.value), "")
            hint = f"write {of}: where a site has a supply it is market-based too" if of else ""
            yield Problem(f"no criterion '{shortened(at.value)}'", (at.span,), hint or near_criterion(plain, at.value))


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
        both = [
            p
            for p in proxies
            if part == {p.for_} and gap.criterion in ("", p.criterion) and not (gap.stage or gap.region)
        ]
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
        of_kind = entry.criterion in ("", line.criterion) and entry.region in ("", line.region)
    else:
        of_kind = entry.impacts != "indirect"
    of_stage = not entry.stage or holds(line.stage, entry.stage)
    return of_item and of_kind and of_stage and entry.tier in ("", line.tier) and entry.phase in ("", line.phase)


def _words(tree: Located, factors: Factors, lines: Iterable[Counted]) -> dict[str, None]:
    """All that is called something: the named things of the study's blocks and what they are, and items counted."""
    words = {name: None for line in lines for name in (line.item, line.flow)} | dict.fromkeys(factors.components())
    blocks = tree.with_value({key: at for key, at in entries(tree).items() if key not in NO_BLOCKS})
    units = entries(tree).get("functional_units")
    for at in (one for top in (blocks, *entries(units).values()) for one in everything(top)):
        for key, child in entries(at).items():
            if key == "parts":
                words |= dict.fromkeys(entries(child))
            if isinstance(child.value, dict) and not is_quantity(child):
                words |= dict.fromkeys(split(key) or (key,))
            elif key.rpartition(".")[2] in THINGS and isinstance(child.value, str):
                words[child.value] = None
    return words


def of_no_place(tree: Located, factors: Factors) -> Iterator[Problem]:
    """Regions that are nowhere: in no pack of the study, in no table of regions, and without a declared stand-in."""
    served = words_under(tree, ("study", "stand_ins"), "asked")
    plain = {key: at for key, at in entries(tree).items() if key != "methods"}  # which may put a block's words there
    for at in keyed(tree.with_value(plain), "region"):
        for name, span in mixed(at).items():
            if name not in served and not factors.is_place(name):
                hint = near(name, factors.every_place(), "a code of three letters, as FRA, or a region of a pack")
                yield Problem(f"no region '{shortened(name)}'", (span,), hint)


def _of_no_stand_in(declared: dict[StandIn, str], factors: Factors) -> Iterator[Problem]:
    """Stand-ins by something that the packs do not have."""
    known = {*factors.having("pue"), *factors.having("wue"), *factors.items()}
    for entry, used in declared.items():
        if not (used.isdecimal() or factors.is_place(used) or used in known):
            hint = near(used, sorted(known), "name a region, a year, a provider or an item of a pack of the study")
            yield Problem(f"no pack of the study has '{shortened(used)}'", (entry.span,), hint)


def _of_no_asked_criterion(gaps: Iterable[Gap], criteria: Iterable[str], factors: Factors) -> Iterator[Problem]:
    asked = [*criteria]
    for gap in gaps:
        if not {gap.criterion, factors.criteria[gap.criterion].of} & {*asked}:
            hint = f"criteria of the study: {', '.join(asked)}; take the entry out"
            yield Problem(f"the study does not ask for {gap.criterion}", (gap.span,), hint)
