"""Where a number that a caller sets is in force: in every case that is asked for, or it is said where it is not.

One path may be a number in some cases and something else in others: derived by a formula or by a method, given year by
year, or a share of a mix that another case makes of other parts. Setting the number moves the former alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from lca.compile import Model
from lca.model.case import CaseKey
from lca.model.inputs import SHOWN, written_out
from lca.problems import Problem, Problems
from lca.text.overlay import find, is_year, joined, split
from lca.wording import some

IN_A_YEAR = re.compile(r"(?P<path>.+) in \d{4}")  # what a quantity is called that differs from year to year
NO_SHARE = "no share of the mix"
IN_TEXT = "state a number in the text of those cases, which takes its place there"

BESIDE = "or state it among the shares of those cases, in the file"


class Idle(NamedTuple):
    """Cases in which a number that is set would not be in force, what it is there, and what that is made of."""

    path: str
    what: str
    cases: tuple[CaseKey, ...]
    made_of: tuple[str, ...] = ()


def refuse_idle(model: Model, paths: Iterable[str], way: str = IN_TEXT) -> None:
    """Problems where a path is a number in some cases of a model, and not in others. `way`: how to set it there."""
    problems = [problem(model, one, way) for one in idle(model, paths)]
    if problems:
        raise Problems(problems)


def problem(model: Model, one: Idle, way: str = IN_TEXT) -> Problem:
    """What to say of it, and the ways out."""
    message = f"{one.path} is {one.what} in {called(one.cases, model.cases)}"
    ways = [f"change what it is made of there: {some(one.made_of, SHOWN)}"] if one.made_of else []
    every = model.of_cases(dict.fromkeys(total.case for total in model.every.totals))
    if rest := [case for case in _moved(every, _leaves(model, one.path)) if case not in one.cases]:
        ways.append(f"ask only for the cases in which it is a number: {called(rest, every.cases)}")
    return Problem(message, (), "\n".join([*ways, BESIDE if one.what == NO_SHARE else way]))


def called(cases: Collection[CaseKey], among: Sequence[CaseKey]) -> str:
    """Cases by their variants, where all functional units of these are meant; else by both.

    >>> every = [CaseKey(unit, variant) for unit in ("FU1", "FU2") for variant in (None, "L")]
    >>> called(every[1:], every), called(every[:1], every[:2])
    ('L, FU2 in base', 'base')
    """
    by_variant: dict[str | None, list[CaseKey]] = {}
    for case in among:
        by_variant.setdefault(case.variant, []).append(case)
    names: list[str] = []
    for variant, own in by_variant.items():
        meant = [case for case in own if case in cases]
        if len(meant) == len(own):
            names.append(variant or "base")
        else:
            names += [f"{case.functional_unit} in {variant or 'base'}" for case in meant]
    return some(sorted(names, key=lambda name: " in " in name), SHOWN)


def cases_of(model: Model, nodes: Iterable[int]) -> str:
    """The cases whose totals depend on nodes, by name."""
    return called(_moved(model, nodes), model.cases)


def idle(model: Model, paths: Iterable[str]) -> Iterator[Idle]:
    """Where paths are something else than numbers, in the cases of a model."""
    graph = model.graph
    leaves: dict[str, set[int]] = {written_out(path): set() for path in paths}
    by_year: dict[str, list[int]] = {}
    for index, leaf in graph.inputs():
        path, _, last = leaf.path.rpartition(".")
        if leaf.path in leaves:
            leaves[leaf.path].add(index)
        if path in leaves and is_year(last):
            by_year.setdefault(path, []).append(index)
    derived: dict[str, list[int]] = {}
    for index, told in graph.told.items():
        for _, name in told:
            match = IN_A_YEAR.fullmatch(name)
            path = match["path"] if match else name
            if path in leaves and index not in leaves[path] and leaves[path].isdisjoint(graph.below([index])):
                derived.setdefault(path, []).append(index)
    for path, own in leaves.items():
        years = _moved(model, by_year.get(path, ()))
        if years:
            made_of = dict.fromkeys(graph.info[index].path for index in by_year[path])
            yield Idle(path, "given year by year", years, tuple(made_of))
        known = _moved(model, derived.get(path, ()))
        alike = _alike(model, path, own)
        formulas = tuple(case for case in model.cases if case in {*known, *alike} and case not in years)
        if formulas:
            parts = _parts(model, [*derived.get(path, ()), *(alike[case] for case in formulas if case in alike)])
            yield Idle(path, "derived by a formula", formulas, parts)
        if not own.isdisjoint(graph.weights) and not is_year(split(path)[-1]):
            without = tuple(case for case in _without(model, path, own) if case not in {*years, *formulas})
            if without:
                yield Idle(path, NO_SHARE, without)


def _alike(model: Model, path: str, own: Collection[int]) -> dict[CaseKey, int]:
    """The cases in which a path is another input, as by `= parameters.rate`, and that input."""
    graph, found = model.graph, dict[CaseKey, int]()
    others = {
        (node, one.address)
        for one in model.facts.stated.values()
        for node in one.nodes
        if one.text.startswith("=") and joined(one.path) == path and node not in own and graph.op[node] == "input"
    }
    numbers = _moved(model, own) if others else ()
    for node, address in sorted(others):
        of, name = (*split(address)[:2], "")[:2] if split(address) else ("", "")
        for case in _moved(model, [node]):
            here = {"variants": case.variant, "functional_units": case.functional_unit}.get(of, name) == name
            if here and case not in numbers:
                found[case] = node
    return found


def _parts(model: Model, derived: Iterable[int]) -> tuple[str, ...]:
    """What quantities are made of, but for numbers inside formulas: what the scenario states first."""
    made_of = {leaf.path: leaf for node in derived for leaf in model.graph.leaves(node) if "#" not in leaf.path}
    return tuple(sorted(made_of, key=lambda path: made_of[path].origin is not None or path.startswith("methods.")))


def _leaves(model: Model, path: str) -> list[int]:
    return [index for index, leaf in model.graph.inputs() if leaf.path == path]


def _moved(model: Model, nodes: Iterable[int]) -> tuple[CaseKey, ...]:
    """The cases of which a total is or depends on one of some nodes."""
    starts = [*nodes]
    if not starts:
        return ()
    moving = set(model.graph.above(starts, model.graph.below(model.totals.values())))
    return tuple(dict.fromkeys(total.case for total, root in model.totals.items() if root in moving))


def _without(model: Model, path: str, own: Collection[int]) -> Iterator[CaseKey]:
    """The cases that make up a mix of other shares than one that is set."""
    graph, moved = model.graph, {*_moved(model, own)}
    parts = split(path)
    beside: list[int] = []
    for index, leaf in graph.inputs():
        other = split(leaf.path)
        if index in graph.weights and index not in own and len(other) == len(parts):
            apart = [place for place, (a, b) in enumerate(zip(parts, other, strict=True)) if a != b]
            beside += [index] if apart == [len(parts) - 1] or apart == [len(parts) - 2] else []
    mixed = {*_moved(model, beside)}
    for case in model.cases:
        if case not in moved and (case in mixed or _is_word(model, case, parts[:-1])):
            yield case


def _is_word(model: Model, case: CaseKey, mix: tuple[str, ...]) -> bool:
    """Whether a case names one thing, such as a region, where another case has a mix; and is about it at all."""
    read = model.read.get(case)
    at = None if read is None else find(read.study.tree, mix)
    return at is not None and isinstance(at.value, str)
