"""Allocation: by which convention the cases carry each part of the service, and what a sum of them carries twice.

The conventions are ways of ISO 14044, 4.3.4.2: `whole` (all of a run), `per use` (a run or a fleet over the uses that
share it), `by time` (a device over the hours of its life), `by data` (networks and storage).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.model.case import CaseKey
from lca.model.ledger import SLACK, Allocation
from lca.result import Result
from lca.units import ONE
from lca.wording import listed, number, quantity

OF_ONE, OF_MANY = ("per use", "whole"), ("by time", "by data")  # of what is there once, and of all else
SHOWN = 4  # cases that a line lists
Known = dict[CaseKey, list[Allocation]]


def conventions(result: Result) -> Iterator[str]:
    """In words: how what is there once is carried, how the rest is, and what a sum of units carries more than once."""
    known: Known = {case: [] for key in result.model.cases for case in _parts(result, key)}
    for each in result.model.facts.allocations:
        if (case := CaseKey(each.functional_unit, each.variant)) in known:
            known[case].append(each)
    for group in (OF_ONE, OF_MANY):
        texts = [_in_words(result, convention, known) for convention in group]
        if any(texts):
            yield "; ".join(filter(None, texts))
    yield from dict.fromkeys(text for case in result.model.cases for text in _more_than_once(result, case, known))


def _parts(result: Result, key: CaseKey) -> list[CaseKey]:
    """The cases that a case adds up; itself where it is no sum."""
    return [CaseKey(unit, key.variant) for unit in result.model.scenario.parts(key.functional_unit)]


def _in_words(result: Result, convention: str, known: Known) -> str:
    """The parts of a convention, those of the same cases together; empty where there is none."""
    of_part: dict[str, list[CaseKey]] = {}
    for case, allocations in known.items():
        for each in allocations:
            if each.convention == convention:
                of_part.setdefault(f"{each.part}{_detail(result, each)}", []).append(case)
    together: dict[tuple[CaseKey, ...], list[str]] = {}
    for part, cases in of_part.items():
        together.setdefault(tuple(cases), []).append(part)
    texts = (f"{', '.join(parts)}{_of_cases(cases, known)}" for cases, parts in together.items())
    return f"{convention}: {', '.join(texts)}" if together else ""


def _detail(result: Result, allocation: Allocation) -> str:
    if allocation.shown < 0:
        return ""
    value, unit = result.values[allocation.shown], result.model.graph.unit[allocation.shown]
    return allocation.words.format(quantity(value * 100, "%") if unit is ONE else quantity(value, str(unit)))


def _of_cases(cases: tuple[CaseKey, ...], known: Known) -> str:
    """The cases in brackets; a functional unit alone where all its cases are meant, nothing where all cases are."""
    if len(cases) == len(known):
        return ""
    every: dict[str, list[CaseKey]] = {}
    for case in known:
        every.setdefault(case.functional_unit, []).append(case)
    whole = {unit for unit, own in every.items() if set(own) <= set(cases)}
    names = list(dict.fromkeys(case.functional_unit if case.functional_unit in whole else str(case) for case in cases))
    return f" ({'; '.join(names[:SHOWN])}{f'; … {len(names)} in all' if names[SHOWN:] else ''})"


def _more_than_once(result: Result, key: CaseKey, known: Known) -> Iterator[str]:
    """What a sum of functional units carries more of than there is."""
    carried: dict[tuple[str, int], list[tuple[CaseKey, float]]] = {}
    for case in _parts(result, key):
        for each in known[case]:
            if each.of >= 0:
                share = 1.0 if each.share < 0 else result.values[each.share]
                carried.setdefault((each.part, each.of), []).append((case, share))
    for (part, _), shares in carried.items():
        times = sum(share for _, share in shares)
        if times > 1 + SLACK:
            yield f"{key} carries {part} {number(times)} times, in {listed(_names(shares))}"


def _names(shares: Iterable[tuple[CaseKey, float]]) -> list[str]:
    return [*dict.fromkeys(case.functional_unit for case, _ in shares)]
