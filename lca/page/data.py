"""What the script of a page is given: the tape, what its figures are, the inputs that can be moved, and their draws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lca import units
from lca.compile import Model
from lca.graph import Input, Node
from lca.model.ledger import Limit
from lca.page import draws
from lca.page.inputs import Moved, moved, shown_name
from lca.page.tape import Tape, tape
from lca.page.words import brief
from lca.questions import controls as declared
from lca.questions import grouping
from lca.questions.grouping import ordered, part_name
from lca.questions.limits import derived
from lca.questions.withheld import withheld
from lca.result import Result
from lca.spoken import ENGLISH, told

Cell = tuple[int, int, int, int, int]  # places of the functional unit, variant, criterion, part and stage


class Data(NamedTuple):
    """A study as a page has it.

    names: what charts call each part, the smallest of many `other`. cells: the node of what each part and stage adds to
    a total. inputs: those of the widest reach first. frozen: impacts that rest on withheld numbers, which are numbers
    in the page. locked: the paths of the inputs that cannot be moved, since such impacts depend on them.
    """

    result: Result
    parts: tuple[str, ...]
    names: tuple[str, ...]
    stages: tuple[str, ...]
    cells: Mapping[Cell, int]
    inputs: tuple[Moved, ...]
    uncertain: tuple[int, ...]
    limits: tuple[Limit, ...]
    frozen: Mapping[int, float]
    locked: frozenset[str]
    tape: Tape

    @property
    def values(self) -> dict[str, Any]:
        """All of it as plain values, for JSON. Numbers of nodes are places on the tape."""
        model, place = self.result.model, self.tape.place
        return {
            "tape": self.tape.data,
            "functional_units": [
                {"key": key, "title": brief(model.titles.get(key, ""))} for key in self.result.functional_units
            ],
            "variants": [{"key": key, "title": brief(model.scenario.label(key))} for key in self.result.variants],
            "criteria": [{"key": c.key, "label": told(c.label), "unit": c.unit_label} for c in self.result.criteria],
            "parts": self.parts,
            "names": self.names,
            "stages": self.stages,
            "totals": [
                [[*self._totals(unit, variant)] for variant in self.result.variants]
                for unit in self.result.functional_units
            ],
            "cells": [[*cell, place[node]] for cell, node in self.cells.items()],
            "inputs": [self._input(each) for each in self.inputs],
            "limits": [self._limit(each) for each in self.limits],
            "draws": draws.data(model.graph, self.uncertain, place),
        }

    def _totals(self, unit: str, variant: str | None) -> Iterator[int | None]:
        totals, place = self.result.model.totals, self.tape.place
        for criterion in self.result.model.criteria:
            node = totals.get((unit, variant, criterion))  # type: ignore[call-overload]
            yield None if node is None else place[node]

    def called(self, path: str) -> Mapping[str, str]:
        """What the study calls an input, by language, with '' for any other; else its path in words."""
        words = declared.controls(self.result.model).get(path) or {"": shown_name(path)}
        return {"": words.get(ENGLISH) or next(iter(words.values())), **words}

    def _input(self, each: Moved) -> dict[str, Any]:
        graph, leaf, place = self.result.model.graph, each.leaf, self.tape.place
        return {
            "path": each.path,
            "label": {language: brief(words) for language, words in self.called(each.path).items()},
            "nodes": [place[index] for index in each.leaves],
            "scales": [units.scale(leaf.unit, graph.unit[index]) or 1.0 for index in each.leaves],
            "unit": each.unit,
            "least": each.least,
            "most": each.most,
            "may_be_least": each.may_be_least,
            "low": each.low,
            "high": each.high,
            "ranges": each.ranges if len({*each.ranges}) > 1 else None,
            "reach": each.reach,
            "is_stated": each.is_stated,
            "is_locked": each.path in self.locked,
        }

    def _limit(self, limit: Limit) -> dict[str, Any]:
        bounds = limit.bounds
        return {
            "node": self.tape.place[limit.index],
            "factor": limit.factor,
            "low": bounds.low,
            "high": bounds.high,
            "above": bounds.above,
            "path": limit.path,
            "words": str(bounds),
        }


def data(result: Result, *, with_restricted: bool = False) -> Data:
    """A study as its page has it. `result` is of all cases that the page shows.

    Impacts that depend on numbers which may not be passed on are numbers in the page, unless `with_restricted`.
    """
    model, graph = result.model, result.model.graph
    groups = _groups(model)
    parts = tuple(ordered(part for *_, part, _ in groups))
    stages = tuple(dict.fromkeys(stage for *_, stage in groups))
    names = (result.functional_units, result.variants, model.criteria, parts, stages)
    places = [{key: at for at, key in enumerate(keys)} for keys in names]
    cells: dict[Cell, int] = {}
    for group, lines in groups.items():
        unit, variant, criterion, part, stage = (of[key] for of, key in zip(places, group, strict=True))
        cells[unit, variant, criterion, part, stage] = _sum(model, group[2], lines)
    found = tuple(moved(model))
    hidden = graph.above(set() if with_restricted else withheld(model), range(len(graph)))
    frozen = {line.impact: result.values[line.impact] for line in model.lines if line.impact in {*hidden}}
    roots = [*model.totals.values(), *cells.values()]
    below = {*graph.below(roots, frozen)}
    limits = tuple(limit for limit in derived(model.facts) if limit.index in below)
    return Data(
        result,
        parts,
        _names(result, parts),
        stages,
        cells,
        tuple(each for each in found if below.intersection(each.leaves)),
        tuple(draws.uncertain(graph, sorted(below))),
        limits,
        frozen,
        frozenset(leaf.path for leaf in (graph.info[i] for i in graph.below(frozen)) if isinstance(leaf, Input)),
        tape(graph, roots, frozen),
    )


def _names(result: Result, parts: Iterable[str]) -> tuple[str, ...]:
    kept = {share.part for share in grouping.shares(result.records(grouping.PAPER))}
    return tuple(part if part in kept else grouping.OTHER for part in parts)


def _groups(model: Model) -> dict[tuple[Any, ...], list[int]]:
    """The impacts of lines by functional unit, variant, criterion, part and stage."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for line in model.lines:
        part = part_name((line.tier, line.phase))
        groups.setdefault((line.functional_unit, line.variant, line.criterion, part, line.stage), []).append(
            line.impact
        )
    return groups


def _sum(model: Model, criterion: str, lines: list[int]) -> int:
    graph = model.graph
    return graph.sum([Node(graph, index) for index in lines], model.factors.criteria[criterion].unit).index


def as_json(values: Any) -> str:
    """JSON that no HTML parser takes for more than text, inside a script element."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
