"""Impact assessment methods as the factors of each criterion have them, and where one total mixes several.

ISO 14044, 4.4: the impact categories, indicators and characterization models of a study are identified. A pack that
assesses a criterion otherwise than `criteria.csv` says states it under `methods`; a proxy is a method of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lca.compile import Line, Model


class Method(NamedTuple):
    """How a criterion is assessed in some packs. `proxy`: the criterion whose factors stand in; empty for its own."""

    criterion: str
    words: str
    packs: tuple[str, ...]
    proxy: str = ""


def methods(model: Model) -> list[Method]:
    """The methods of each criterion, that of most lines first; of a criterion with several, totals are mixed."""
    return [method for key in model.criteria for method in _of(model, key)]


def mixed(of: Iterable[Method]) -> tuple[str, ...]:
    """The criteria whose totals add up figures of several methods."""
    keys = [method.criterion for method in of]
    return tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))


def _of(model: Model, criterion: str) -> list[Method]:
    packs: dict[tuple[str, str], list[str]] = {}
    for line in model.lines:
        for pack in _packs(model, line) if line.criterion == criterion else ():
            own = line.proxy or criterion
            words = model.factors.packs[pack].methods.get(own, model.factors.criteria[own].method)
            packs.setdefault((words, line.proxy), []).append(pack)
    ordered = sorted(packs.items(), key=lambda each: -len(each[1]))
    return [Method(criterion, words, tuple(dict.fromkeys(names)), proxy) for (words, proxy), names in ordered]


def _packs(model: Model, line: Line) -> Iterable[str]:
    graph = model.graph
    origins = (graph.info[i].origin for i in graph.below([line.factor]) if graph.op[i] == "input")
    return (origin.pack for origin in origins if origin is not None)
