"""Demand: from what is stated for a unit of work (kWh/image) to what the functional unit as a whole takes.

The reference flow that drives a quantity is the one that its unit calls for, directly or through a rate (image/prompt).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from lca import units
from lca.graph import Input, Node, leaf_spans
from lca.problems import Problem, Problems, Span
from lca.units import ONE, Unit

Chain = tuple[Node, ...]
Rates = Mapping[str, "Node | None"]  # what leads from a flow to the work, by the name of its field
NO_RATES: Rates = {}


def driven(flows: list[Node], intensity: Node, wanted: Unit, where: str, rates: Rates) -> Node:
    """The flow of the demand times its rate, if one leads there, times the intensity, in the unit wanted."""
    ways = [(*chain, intensity) for chain in _chains(flows, rates) if _fits((*chain, intensity), wanted)]
    if len(ways) != 1:
        raise Problems([_no_flow(flows, intensity, wanted, where, rates, several=len(ways) > 1)])
    return _product(ways[0]).to(wanted)


def in_unit_of(flows: list[Node], stated: Node, where: str, rates: Rates) -> Node:
    """The flow of the demand, times its rate, that is counted in the unit of a stated amount of work."""
    unit = stated.unit
    ways = [chain for chain in _chains(flows, rates) if _fits(chain, unit)]
    if len(ways) != 1:
        raise Problems([_uncounted(flows, stated, where, several=len(ways) > 1)])
    return _product(ways[0]).to(unit)


def missing(
    asking: Node, where: str, rates: Rates, functional_unit: str, span: Span, wanted: Unit | None = None
) -> Problem:
    """What to say where a quantity needs a demand, and the functional unit has none; `wanted`: of all of the demand."""
    counted = units.denominator(asking.unit) if units.denominator(asking.unit).dims else asking.unit
    if wanted is not None and (needed := units.over(wanted, asking.unit)).dims != counted.dims:
        return _lacking(where, str(units.coherent(needed)), asking, functional_unit, span)
    led = [units.over(counted, rate.unit) for rate in rates.values() if rate is not None]
    name = str(next((unit for unit in (*led, counted) if [power for _, power in unit.atoms] == [1]), "prompt"))
    return _lacking(where, name, asking, functional_unit, span)


def _lacking(where: str, unit: str, asking: Node, functional_unit: str, span: Span) -> Problem:
    message = f"{functional_unit} has no demand, and {where} needs one in {unit}"
    flow = f"{unit}s" if unit.isalpha() else "work"
    hint = f"say what the impacts are for, as in demand: {{{flow}: 1 {unit}}}"
    return Problem(message, (span, *leaf_spans(asking)[:1]), hint)


def _bare_flow(flow: Node, intensity: Node, where: str) -> Problem:
    """What to say where a flow of the demand is a plain number, and a quantity is for a unit of it."""
    counted = units.denominator(intensity.unit)
    example = f", as in '1 {counted}'" if counted.dims else ""
    hint = f"write what is counted after the number{example}: {where} is in {intensity.unit}"
    name = next((leaf.path for leaf in flow.graph.leaves(flow.index)), "a flow of the demand")
    return Problem(f"{name} has no unit", (*leaf_spans(flow), *leaf_spans(intensity)), hint)


def _uncounted(flows: list[Node], stated: Node, where: str, *, several: bool) -> Problem:
    per = sorted({str(flow.unit) for flow in flows})
    demanded = f"the functional unit demands {', '.join(per) or 'nothing'}"
    if not stated.unit.dims:
        return Problem(
            f"{where} has no unit", leaf_spans(stated), f"write what is counted after the number; {demanded}"
        )
    which = "several flows" if several else "no flow"
    message = f"{where} is in {stated.unit}, which {which} of the demand can be counted in"
    return Problem(message, leaf_spans(stated), demanded)


def _chains(flows: list[Node], rates: Rates) -> Iterator[Chain]:
    ways: list[Chain] = [(), *((rate,) for rate in rates.values() if rate is not None)]
    yield from ((flow, *way) for flow in flows for way in ways)


def _fits(chain: Chain, wanted: Unit) -> bool:
    return units.scale(reduce(units.times, (node.unit for node in chain), ONE), wanted) is not None


def _product(chain: Chain) -> Node:
    return reduce(Node.__mul__, chain)


def _no_flow(flows: list[Node], intensity: Node, wanted: Unit, where: str, rates: Rates, *, several: bool) -> Problem:
    per = sorted({str(flow.unit) for flow in flows})
    spans = leaf_spans(intensity)
    ways = sorted({units.per(wanted, flow.unit) for flow in flows})
    if not several and (bare := next((flow for flow in flows if flow.unit is ONE), None)) is not None:
        return _bare_flow(bare, intensity, where)
    if several:
        hint = "keep one flow for each unit in the demand, or write the value for the unit of one flow only"
        return Problem(f"{where} fits several flows of the demand", spans, hint)
    asked = " or ".join(ways) or f"{wanted} for a unit of the demand"
    written = f"write it per {' or per '.join(per)}" if per else "give the functional unit a demand"
    block = where.split(".", maxsplit=1)[0]
    by_rate = f", or state {block}.{' or '.join(rates)}" if rates else ""
    total = (
        "; a total for the functional unit is a formula, = … / demand.name"
        if intensity.unit.dims == wanted.dims
        else ""
    )
    words = f"needed {units.dimension_words(wanted)} for a unit of the demand: {written}{by_rate}{total}"
    return Problem(f"{intensity.unit} is not {asked}", spans, words)


def is_demanded(leaf: Input) -> bool:
    """Whether an input says what the functional unit is, and so is no datum."""
    first, *rest = leaf.path.split(".")
    return first == "functional_units" and "demand" in rest
