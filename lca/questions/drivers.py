"""What drives each part: how much of an impact grows with each reference flow of the demand, by exact derivatives.

The elasticity of a line to a flow is the share of it that grows with that flow. What grows with none, such as a
training run that counts as a whole, is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lca.compile import Line, Model
from lca.graph import elasticities
from lca.model.case import CaseKey
from lca.questions.grouping import PAPER, Share, condensed, part_name
from lca.spoken import N_

FIXED = N_("fixed")
ROUNDING = 1e-9
Demand = dict[int, str]  # the name of each flow by its node


class Driven(NamedTuple):
    """The share of a criterion's total that one flow of the demand causes by one part."""

    case: CaseKey
    criterion: str
    driver: str
    part: str
    value: float
    unit: str
    share: float


class Flow(NamedTuple):
    """A reference flow of a case: its name, amount and unit."""

    case: CaseKey
    name: str
    amount: float
    unit: str


def driven(model: Model, values: Sequence[float], by: Sequence[str] = PAPER) -> list[Driven]:
    """Every criterion's total by flow and part. Shares are of the sum of absolute values."""
    named = _demanded(model)
    roots = dict.fromkeys((line.functional_unit, line.impact) for line in model.lines)
    fractions = {(unit, root): dict(_fractions(model, values, root, named[unit])) for unit, root in roots}
    by_driver: dict[str, list[Share]] = {}
    whole: dict[tuple[CaseKey, str], float] = {}
    for line in model.lines:
        case = line.case
        whole[case, line.criterion] = whole.get((case, line.criterion), 0.0) + abs(values[line.impact])
    for line in model.lines:
        for driver, fraction in fractions[line.functional_unit, line.impact].items():
            by_driver.setdefault(driver, []).append(_share(model, line, values[line.impact] * fraction, whole, by))
    drivers = [driver for driver, shares in by_driver.items() for _ in shares]
    shares = condensed([share for each in by_driver.values() for share in each])
    return _summed(zip(drivers, shares, strict=True))


def _share(model: Model, line: Line, value: float, whole: dict[tuple[CaseKey, str], float], by: Sequence[str]) -> Share:
    case = line.case
    unit = model.factors.criteria[line.criterion].unit_label
    part = part_name([getattr(line, name) for name in by], by)
    total = whole[case, line.criterion]
    return Share(case, line.criterion, part, value, unit, value / total if total else 0.0)


def _summed(pairs: Iterable[tuple[str, Share]]) -> list[Driven]:
    by_key: dict[tuple[CaseKey, str, str, str], Driven] = {}
    for driver, share in pairs:
        key = (share.case, share.criterion, driver, share.part)
        known = by_key.get(key)
        sums = (known.value, known.share) if known else (0.0, 0.0)
        by_key[key] = Driven(*key, sums[0] + share.value, share.unit, sums[1] + share.share)
    return list(by_key.values())


def flows(model: Model, values: Sequence[float]) -> list[Flow]:
    """The reference flows that the totals depend on."""
    seen: dict[Flow, None] = {}
    named = _demanded(model)
    for key, root in model.totals.items():
        of_unit = named[key.functional_unit]
        for i in model.graph.below([root]):
            if i in of_unit:
                seen[Flow(key.case, of_unit[i], values[i], str(model.graph.unit[i]))] = None
    return list(seen)


def _demanded(model: Model) -> dict[str, Demand]:
    """The flows that each functional unit demands, or those that it adds up: stated as numbers or by formulas."""
    own: dict[str, Demand] = {}
    for (unit, _), flows in model.facts.demands.items():
        own.setdefault(unit, {}).update(flows)
    units = dict.fromkeys(case.functional_unit for case in model.cases)
    parts = {unit: model.scenario.parts(unit) for unit in units}
    return {unit: {i: name for part in of for i, name in own.get(part, {}).items()} for unit, of in parts.items()}


def _fractions(model: Model, values: Sequence[float], root: int, demand: Demand) -> Iterator[tuple[str, float]]:
    """Which share of an impact grows with which flow; the rest is fixed."""
    graph = model.graph
    drawn: dict[str, float] = {}
    for i, slope in elasticities(graph, root, values, demand).items():
        if name := demand.get(i):
            drawn[name] = drawn.get(name, 0.0) + max(0.0, slope)
    total = max(1.0, sum(drawn.values()))
    yield from ((name, slope / total) for name, slope in drawn.items() if slope)
    rest = 1.0 - sum(drawn.values()) / total
    if rest > ROUNDING:
        yield FIXED, rest
