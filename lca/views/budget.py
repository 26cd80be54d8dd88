"""Budgets for readers: what is allowed, where to hand over, and what tokens, models and regions would buy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lca.questions.alternatives import MODEL
from lca.questions.breakeven import BreakEven
from lca.questions.budget import Budget, Flow, Way
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Verdict
from lca.wording import NONE, deviation, figure, listed, number, quantity

COLUMNS = (
    "target", "functional_unit", "variant", "kind", "name", "value", "budget", "unit", "relative", "kept", "times",
    "allowed", "allowed_unit", "handed_over_after",
)  # fmt: skip
HUNDRED = 100
AS_IT_IS = "as it is"
DIGITS = 3
SPENT = "The budget is used up before any of the demand: its fixed part is above it."
UNMOVED = "It is the same however much of the demand there is."
DERIVED = "The demand is made by formulas: name an input that it is made of with --over, and what it may be is said."


def report(budgets: Sequence[Budget], samples: int, seed: int) -> Report:
    """A section for each target."""
    blocks: list[Block] = []
    for each in budgets:
        blocks += _section(each)
    shown = f"{samples:,}".replace(",", " ")
    blocks.append(Prose(f"Kept of {HUNDRED} draws: {shown} samples, seed {seed}.", "faint"))
    return Report(tuple(blocks), COLUMNS, tuple(record for each in budgets for record in _records(each)))


def _section(of: Budget) -> Iterator[Block]:
    target, first = of.target, of.ways[0]
    named = f": {target.title}" if target.title else ""
    yield Heading(f"{target.key}{named}")
    case = f"{target.of}, {target.variant}" if target.variant else target.of
    yield Prose(f"{target.words or case} is to be at most {figure(target.published)} {target.unit}.")
    flows = first.flows if first.times is not None else ()
    heads = [Column(f"{target.criterion}\n{target.unit}", right=True), Column("to the\nbudget", right=True)]
    heads += [Column(f"kept\nof {HUNDRED}", right=True)]
    heads += [Column(f"allowed, of\n{_amount(flow, 1)}", right=True) for flow in flows]
    yield Grid((Column(), *heads), tuple(_row(way, target, flows) for way in of.ways))
    yield Prose(_answer(first))
    entries = tuple(_entries(of))
    yield from [Entries(entries)] if entries else []


def _row(way: Way, target: Verdict, flows: Sequence[Flow]) -> Row:
    share = f"{way.kept * HUNDRED:.0f}"
    allowed = [_allowed(way, flow) for flow in flows]
    relative = way.figure / target.published - 1 if target.published else math.inf
    return row(_name(way), figure(way.figure), deviation(relative), share, *allowed, tone="" if way.what else "strong")


def _name(way: Way) -> str:
    if not way.what:
        return AS_IT_IS
    return way.of.rpartition("/")[2] if way.what == MODEL else f"in {way.of}"


def _allowed(way: Way, flow: Flow) -> str:
    if way.times is None or way.refused:
        return NONE
    if math.isinf(way.times):
        return f"> {number(flow.amount * 1000)}"
    return _short(flow.amount * way.times)


def _short(value: float) -> str:
    """
    >>> _short(11.8203), _short(0.0), _short(123456.0)
    ('11.8', '0', '123000')
    """
    return number(float(f"{value:.{DIGITS}g}"))


def _amount(flow: Flow, times: float) -> str:
    return f"{_short(flow.amount * times)} {flow.unit}".removesuffix(" 1")


def _answer(first: Way) -> str:
    """How much of the demand the budget is for, and what comes then."""
    if first.times is None:
        return UNMOVED if first.flows else DERIVED
    if first.times == 0:
        return SPENT
    if first.refused:
        return f"The demand cannot be what the budget would allow: {first.refused}."
    if math.isinf(first.times):
        return "A thousand times the demand is within the budget."
    used = listed([_amount(flow, first.times) for flow in first.flows])
    planned = listed([_amount(flow, 1) for flow in first.flows])
    if first.times >= 1:
        return f"All of {planned} is within the budget, which lasts for {used}."
    return f"The budget is used up after {used} of {planned}: hand over to a person then, or to a smaller model before."


def _entries(of: Budget) -> Iterator[Entry]:
    handed = [way for way in of.ways if way.handed is not None]
    texts = tuple(
        f"after {listed([_amount(flow, way.handed or 0) for flow in way.flows])} to {way.of}: with the rest answered "
        "by it, all of the demand is within the budget"
        for way in handed
    )
    if texts:
        yield Entry("Hand-over", texts)
    for even in of.inputs:
        yield Entry(even.path, tuple(_input(even)))
    refused = [f"{_name(way)}: {way.refused}" for way in of.ways[1:] if way.refused]
    if refused:
        yield Entry("Not possible", tuple(refused))


def _input(even: BreakEven) -> Iterator[str]:
    """At which value of an input the budget is met."""
    now = f"{_short(even.base)} {even.unit} now"
    meets = [crossing for crossing in even.crossings if not crossing.leap] or list(even.crossings)
    for crossing in meets:
        times = f"{crossing.value / even.base:.3g} times the {now}"
        yield f"the budget is met at {_short(crossing.value)} {even.unit}, {times}"
    if not meets and not even.refused:
        side = "above" if even.ends[0][0] > even.ends[0][1] else "within"
        low, high = quantity(even.low, str(even.unit)), quantity(even.high, str(even.unit))
        yield f"{side} the budget all the way from {low} to {high}; {now}"
    yield from (f"{words}; {now}" for words in even.refused)


def _records(of: Budget) -> Iterator[Record]:
    target = of.target
    about = {
        "target": target.key, "functional_unit": target.of, "variant": target.variant, "budget": target.published,
        "unit": target.unit,
    }  # fmt: skip
    for way in of.ways:
        relative = way.figure / target.published - 1 if target.published else None
        own = {"kind": way.what or AS_IT_IS, "name": way.of or None, "value": way.figure, "relative": relative}
        own |= {"kept": way.kept, "times": way.times}
        for flow in way.flows or (None,):
            amount = None if flow is None or way.times is None else flow.amount * way.times
            handed = None if flow is None or way.handed is None else flow.amount * way.handed
            unit = None if flow is None else str(flow.unit)
            yield about | own | {"allowed": amount, "allowed_unit": unit, "handed_over_after": handed}
    for even in of.inputs:
        for crossing in even.crossings:
            own = {"kind": "input", "name": even.path, "value": crossing.first, "times": crossing.value / even.base}
            yield about | own | {"allowed": crossing.value, "allowed_unit": str(even.unit)}
