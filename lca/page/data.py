"""What the script of a page is given: the tape, what its figures are, the inputs that can be moved, and their draws."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lca import units
from lca.citations import Source
from lca.graph import Graph, Input
from lca.model.ledger import Limit
from lca.page import draws
from lca.page.cells import groups, summed
from lca.page.inputs import Moved, moved, shown_name
from lca.page.other import Against, Other, beside
from lca.page.tape import Tape, tape
from lca.page.words import brief, one_side
from lca.questions import controls as declared
from lca.questions import grouping
from lca.questions.compare import Comparison
from lca.questions.grouping import ordered
from lca.questions.limits import derived
from lca.questions.withheld import withheld
from lca.result import Result
from lca.spoken import ENGLISH, told

Cell = tuple[int, int, int, int, int]  # places of the functional unit, variant, criterion, part and stage


class Data(NamedTuple):
    """A study as a page has it.

    names: what charts call each part, the smallest of many `other`. cells: the node of what each part and stage adds to
    a total. inputs: those of the widest reach first. frozen: impacts that rest on withheld numbers, which are numbers
    in the page. locked: the paths of the inputs that cannot be moved, since such impacts depend on them. graph: that of
    the model, and in a comparison what the other study adds.
    """

    result: Result
    graph: Graph
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
    other: Other | None = None

    @property
    def sources(self) -> Mapping[str, Source]:
        """What citations of the numbers in the page name."""
        return {**({} if self.other is None else self.other.sources), **self.result.model.facts.sources}

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
            "draws": draws.data(self.graph, self.uncertain, place),
            **({} if self.other is None else {"other": self._other(self.other)}),
        }

    def _other(self, other: Other) -> dict[str, Any]:
        """The other study, as a page of its own with one variant, and what carries the differences of each case."""
        against, place = other.against, self.tape.place
        units, criteria = self.result.functional_units, self.result.model.criteria
        at = [{key: k for k, key in enumerate(keys)} for keys in (units, criteria, self.parts, self.stages)]
        totals = [[other.totals.get((unit, key)) for key in criteria] for unit in units]
        cells = [
            [at[0][of.functional_unit], 0, at[1][of.criterion], at[2][of.part], at[3][of.stage], place[node]]
            for of, node in other.cells.items()
        ]
        return {
            "title": against.title,
            "variants": [{"key": None, "title": against.title}],
            "totals": [[[None if node is None else place[node] for node in of_unit]] for of_unit in totals],
            "cells": cells,
            **self._carried(against),
        }

    def _carried(self, against: Against) -> dict[str, Any]:
        """What changed, and by functional unit and variant which of it carries what; nothing that is withheld."""
        changes: dict[tuple[str, str, str], int] = {}
        carried: list[list[list[Any]]] = []
        for unit in self.result.functional_units:
            pairs = (against.pairs.get((unit, variant)) for variant in self.result.variants)
            carried.append([[] if pair is None or self.frozen else [*self._shares(pair, changes)] for pair in pairs])
        return {"changes": [*changes], "carried": carried}

    def _shares(self, pair: Comparison, changes: dict[tuple[str, str, str], int]) -> Iterator[list[Any]]:
        for each in pair.contributions:
            change = brief(each.name), one_side(each.old), one_side(each.new)
            at = changes.setdefault(change, len(changes))
            yield [at, *(each.carries.get(key) for key in self.result.model.criteria)]

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
        graph, leaf, place = self.graph, each.leaf, self.tape.place
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


def data(result: Result, against: Against | None = None, *, with_restricted: bool = False) -> Data:
    """A study as its page has it. `result` is of all cases that the page shows; `against`: what it is compared with.

    Impacts that depend on numbers which may not be passed on are numbers in the page, unless `with_restricted`.
    """
    model = result.model
    found = tuple(moved(model))
    own = groups(model)
    sums = {group: summed(model.graph, model, group.criterion, lines) for group, lines in own.items()}
    hidden = {*model.graph.above(set() if with_restricted else withheld(model), range(len(model.graph)))}
    frozen = {line.impact: result.values[line.impact] for line in model.lines if line.impact in hidden}
    locked = model.graph.below(frozen)
    graph, every, limits, results = model.graph, [*own], derived(model.facts), [result]
    roots = [*model.totals.values(), *sums.values()]
    other = None if against is None else beside(model, against, with_restricted=with_restricted)
    if other is not None:
        graph, every, limits = other.graph, [*own, *other.cells], [*limits, *other.limits]
        results += [] if other.against.result is None else [other.against.result]
        roots += [*other.totals.values(), *other.cells.values()]
        frozen |= other.frozen
    parts = tuple(ordered(group.part for group in every))
    stages = tuple(dict.fromkeys(group.stage for group in every))
    names = (result.functional_units, result.variants, model.criteria, parts, stages)
    places = [{key: at for at, key in enumerate(keys)} for keys in names]
    cells: dict[Cell, int] = {}
    for group, node in sums.items():
        unit, variant, criterion, part, stage = (of[key] for of, key in zip(places, group, strict=True))
        cells[unit, variant, criterion, part, stage] = node
    below = {*graph.below(roots, frozen)}
    limits = [limit for limit in limits if limit.index in below or _follows(graph, limit, below)]
    return Data(
        result,
        graph,
        parts,
        _names(parts, results),
        stages,
        cells,
        tuple(each for each in found if below.intersection(each.leaves)),
        tuple(draws.uncertain(graph, sorted(below))),
        tuple(limits),
        frozen,
        frozenset(leaf.path for leaf in (model.graph.info[i] for i in locked) if isinstance(leaf, Input)),
        tape(graph, [*roots, *(limit.index for limit in limits)], frozen),
        other,
    )


def _follows(graph: Graph, limit: Limit, below: Collection[int]) -> bool:
    """Whether a bounded quantity that no total is made of is made of inputs that totals are: these can be moved."""
    leaves = [index for index in graph.below([limit.index]) if graph.op[index] == "input"]
    return bool(leaves) and all(leaf in below for leaf in leaves)


def _names(parts: Iterable[str], results: Iterable[Result]) -> tuple[str, ...]:
    """What charts call each part: the smallest of all studies of a page are one."""
    records = [record for result in results for record in result.records(grouping.PAPER)]
    kept = {share.part for share in grouping.shares(records)}
    return tuple(part if part in kept else grouping.OTHER for part in parts)


def as_json(values: Any) -> str:
    """JSON that no HTML parser takes for more than text, inside a script element."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
