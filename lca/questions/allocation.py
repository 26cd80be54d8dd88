"""Allocation: by which convention the cases carry each part of the service, and what a sum of them carries twice.

The conventions are ways of ISO 14044, 4.3.4.2: `whole` (all of a run), `per use` (a run or a fleet over the uses that
share it), `repeated` (a run that is done anew for each so many uses), `by time` (a device over the hours of its life,
standby over those of its use), `by data` (networks and storage), `among people` (those who share a device or a
subscriber's line).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.model.case import CaseKey
from lca.model.ledger import SLACK, Allocation
from lca.result import Result
from lca.spoken import N_, _, told
from lca.units import ONE
from lca.wording import clauses, listed, number, quantity

OF_ONE = (N_("per use"), N_("whole"), N_("repeated"))  # conventions of what is there once
OF_MANY = (N_("by time"), N_("by data"), N_("among people"))  # and of all else
SHOWN = 4  # cases, groups of parts, and sums that are listed
Known = dict[CaseKey, list[Allocation]]


class Carried(NamedTuple):
    """Parts of the service that the same cases carry by one convention; `cases` is empty where all of them do."""

    convention: str
    parts: tuple[str, ...]
    cases: str


def conventions(result: Result) -> Iterator[str]:
    """In words: how what is there once is carried, how the rest is, and what a sum of units carries more than once."""
    known = _known(result)
    for group in (OF_ONE, OF_MANY):
        texts = [_in_words([*_carried(result, known, convention)]) for convention in group]
        if any(texts):
            yield clauses(filter(None, texts))
    beyond = [*more_than_once(result)]
    yield from beyond[:SHOWN]
    if beyond[SHOWN:]:
        yield _("… {count} in all", count=len(beyond))


def carried(result: Result) -> Iterator[Carried]:
    """How the parts of the service are carried, convention by convention."""
    known = _known(result)
    for convention in (*OF_ONE, *OF_MANY):
        yield from _carried(result, known, convention)


def uses_of(result: Result, case: CaseKey, part: str) -> str:
    """In words: over what uses a case that is no sum shares a part, or the convention; empty where it carries none."""
    of_case = (each for each in result.model.facts.allocations if (each.functional_unit, each.variant) == case)
    return ", ".join(_detail(result, each).strip() or _(each.convention) for each in of_case if each.part == part)


def more_than_once(result: Result) -> Iterator[str]:
    """In words: what the sums of functional units carry more of than there is."""
    known = _known(result)
    for case in result.model.cases:
        yield from _more_than_once(result, case, known)


def _known(result: Result) -> Known:
    """The allocations of the cases that are no sums, and of those that sums add up."""
    known: Known = {case: [] for key in result.model.cases for case in _parts(result, key)}
    for each in result.model.facts.allocations:
        if (case := CaseKey(each.functional_unit, each.variant)) in known:
            known[case].append(each)
    return known


def _parts(result: Result, key: CaseKey) -> list[CaseKey]:
    """The cases that a case adds up; itself where it is no sum."""
    return [CaseKey(unit, key.variant) for unit in result.model.scenario.parts(key.functional_unit)]


def _carried(result: Result, known: Known, convention: str) -> Iterator[Carried]:
    of_part: dict[str, list[CaseKey]] = {}
    for case, allocations in known.items():
        for each in allocations:
            if each.convention == convention:
                of_part.setdefault(f"{told(each.part)}{_detail(result, each)}", []).append(case)
    together: dict[tuple[CaseKey, ...], list[str]] = {}
    for part, cases in of_part.items():
        together.setdefault(tuple(cases), []).append(part)
    yield from (Carried(convention, tuple(parts), _of_cases(cases, known)) for cases, parts in together.items())


def _detail(result: Result, allocation: Allocation) -> str:
    if allocation.shown < 0:
        return ""
    value, unit = result.values[allocation.shown], result.model.graph.unit[allocation.shown]
    shown = quantity(value * 100, "%") if unit is ONE else quantity(value, str(unit))
    words: str = told(allocation.words)
    return words.replace("{}", shown, 1)


def _in_words(groups: list[Carried]) -> str:
    texts = [f"{', '.join(each.parts)}{f' ({each.cases})' if each.cases else ''}" for each in groups[:SHOWN]]
    texts += [_("… {count} in all", count=len(groups))] if groups[SHOWN:] else []
    if not groups:
        return ""
    return _("{convention}: {parts}", convention=_(groups[0].convention), parts=", ".join(texts))


def _of_cases(cases: tuple[CaseKey, ...], known: Known) -> str:
    """The cases in words; a functional unit alone where all its cases are meant, nothing where all cases are."""
    if len(cases) == len(known):
        return ""
    chosen = {*cases}
    others = {case.functional_unit for case in known if case not in chosen}
    names = list(dict.fromkeys(str(case) if case.functional_unit in others else case.functional_unit for case in cases))
    more = [_("… {count} in all", count=len(names))] if names[SHOWN:] else []
    return clauses((*names[:SHOWN], *more))


def _more_than_once(result: Result, key: CaseKey, known: Known) -> Iterator[str]:
    times: dict[tuple[str, float], float] = {}
    units: dict[tuple[str, float], dict[str, None]] = {}
    for case in _parts(result, key):
        for each in known[case]:
            if each.of >= 0:
                what = (each.part, result.values[each.of])  # a run that two units state alike is one run
                times[what] = times.get(what, 0.0) + (1.0 if each.share < 0 else result.values[each.share])
                units.setdefault(what, {})[case.functional_unit] = None
    for (part, of), total in times.items():
        if total > 1 + SLACK:
            yield _(
                "{case} carries {part} {times} times, in {units}", case=str(key), part=part, times=number(total),
                units=listed(units[part, of]),
            )  # fmt: skip
