"""Budgets for readers: what is allowed, where to hand over, and what tokens, models and regions would buy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lca.questions.alternatives import MODEL
from lca.questions.breakeven import BreakEven
from lca.questions.budget import Budget, Flow, Way
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Verdict
from lca.spoken import N_, _, told
from lca.wording import NONE, deviation, figure, listed, number, quantity, significant, spaced, unit_words, with_unit

COLUMNS = (
    "target", "functional_unit", "variant", "kind", "name", "value", "budget", "unit", "relative", "kept", "times",
    "allowed", "allowed_unit", "handed_over_after",
)  # fmt: skip
HUNDRED = 100
AS_IT_IS = N_("as it is")
DIGITS = 3
SPENT = N_("The budget is used up before any of the demand: its fixed part is above it.")
UNMOVED = N_("It is the same however much of the demand there is.")
DERIVED = N_(
    "The demand is made by formulas: name an input that it is made of with --over, and what it may be is said."
)
MET_AT = N_("the budget is met at {value}, {times} times the {now}")
WITHIN = N_("within the budget all the way from {low} to {high}; {now}")
BEYOND = N_("above the budget all the way from {low} to {high}; {now}")
HANDED = N_("after {flows} to {model}: with the rest answered by it, all of the demand is within the budget")
USED_UP = N_(
    "The budget is used up after {used} of {planned}: hand over to a person then, or to a smaller model before."
)


def report(budgets: Sequence[Budget], samples: int, seed: int) -> Report:
    """A section for each target."""
    blocks: list[Block] = []
    for each in budgets:
        blocks += _section(each)
    drawn = _("Kept of 100 draws: {samples} samples, seed {seed}.", samples=spaced(samples), seed=seed)
    blocks.append(Prose(drawn, "faint"))
    return Report(tuple(blocks), COLUMNS, tuple(record for each in budgets for record in _records(each)))


def _section(of: Budget) -> Iterator[Block]:
    target, first = of.target, of.ways[0]
    title = told(target.title)
    yield Heading(_("{what}: {reason}", what=target.key, reason=title) if title else target.key)
    case = f"{target.of}, {target.variant}" if target.variant else target.of
    limit = with_unit(figure(target.published), target.unit)
    yield Prose(_("{what} is to be at most {limit}.", what=target.words or case, limit=limit))
    flows = first.flows if first.times is not None else ()
    heads = [f"{target.criterion}\n{unit_words(target.unit)}", _("to the\nbudget"), _("kept\nof 100")]
    heads += [_("allowed, of\n{amount}", amount=_amount(flow, 1)) for flow in flows]
    yield Grid(
        (Column(), *(Column(head, right=True) for head in heads)), tuple(_row(way, target, flows) for way in of.ways)
    )
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
        return _(AS_IT_IS)
    return way.of.rpartition("/")[2] if way.what == MODEL else _("in {region}", region=way.of)


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
    return with_unit(_short(flow.amount * times), str(flow.unit))


def _answer(first: Way) -> str:
    """How much of the demand the budget is for, and what comes then."""
    if first.times is None:
        return _(UNMOVED if first.flows else DERIVED)
    if first.times == 0:
        return _(SPENT)
    if first.refused:
        return _("The demand cannot be what the budget would allow: {why}.", why=first.refused)
    if math.isinf(first.times):
        return _("A thousand times the demand is within the budget.")
    used = listed([_amount(flow, first.times) for flow in first.flows])
    planned = listed([_amount(flow, 1) for flow in first.flows])
    if first.times >= 1:
        return _("All of {planned} is within the budget, which lasts for {used}.", planned=planned, used=used)
    return _(USED_UP, used=used, planned=planned)


def _entries(of: Budget) -> Iterator[Entry]:
    handed = [way for way in of.ways if way.handed is not None]
    texts = tuple(
        _(HANDED, flows=listed([_amount(flow, way.handed or 0) for flow in way.flows]), model=way.of) for way in handed
    )
    if texts:
        yield Entry(_("Hand-over"), texts)
    for even in of.inputs:
        yield Entry(even.path, tuple(_input(even)))
    refused = [_("{what}: {reason}", what=_name(way), reason=way.refused) for way in of.ways[1:] if way.refused]
    if refused:
        yield Entry(_("Not possible"), tuple(refused))


def _input(even: BreakEven) -> Iterator[str]:
    """At which value of an input the budget is met."""
    unit = str(even.unit)
    now = _("{value} now", value=with_unit(_short(even.base), unit))
    meets = [crossing for crossing in even.crossings if not crossing.leap] or list(even.crossings)
    for crossing in meets:
        value, times = with_unit(_short(crossing.value), unit), significant(crossing.value / even.base, 3)
        yield _(MET_AT, value=value, times=times, now=now)
    if not meets and not even.refused:
        words = BEYOND if even.ends[0][0] > even.ends[0][1] else WITHIN
        yield _(words, low=quantity(even.low, unit), high=quantity(even.high, unit), now=now)
    yield from (_("{first}; {rest}", first=told(refused), rest=now) for refused in even.refused)


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
