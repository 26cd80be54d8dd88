"""Low and high ends for readers: a table for each case, and under it which ends are reached and which are bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from lca.graph import Input
from lca.model.case import CaseKey
from lca.model.laws import words
from lca.questions.ends import SIDES, End, Ended, beyond, ends_of, short
from lca.questions.uncertainty import Inputs, varied
from lca.report import Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Result
from lca.wording import NONE, figure, listed, plural, some

MOST_BESIDE = 3  # columns of names that fit beside numbers
MOST_NAMED, MOST_LISTED = 3, 10  # inputs that a sentence names, and that a list does
WORDS = {"low": "at least", "high": "at most"}
UNBOUNDED = "it is not bounded, as where what divides can be 0"
SIGNS = {"low": "≥", "high": "≤"}
COLUMNS = (
    "low", "high", "low_is_exact", "high_is_exact", "low_reached", "high_reached", "low_open", "high_open",
)  # fmt: skip


def report(result: Result, figures: Sequence[Ended], by: Sequence[str] = ()) -> Report:
    """The ends of each figure beside its value, and what they rest on."""
    blocks: list[Block] = []
    for case, own in groupby(figures, lambda each: CaseKey(each.record["functional_unit"], each.record["variant"])):
        blocks += _case(result, case, [*own], by)
    blocks += [Prose(f"Beyond what can be: {words}.", "bad") for words in beyond(result, figures)]
    inputs = varied(result.model.graph, [each.node for each in figures])
    blocks += [Heading("What goes over its range"), *(Prose(text) for text in _inputs(inputs))]
    names = ("functional_unit", "variant", *by, "criterion", "value", "unit", *(("share",) if by else ()), *COLUMNS)
    return Report(tuple(blocks), names, tuple(map(_record, figures)))


def _record(of: Ended) -> Record:
    """The columns of `lca run`, and the ends; an end is None where there is none."""
    ends = [*of.sides]
    return of.record | {
        **{side: _finite(end.bound) for side, end in ends},
        **{f"{side}_is_exact": end.is_exact for side, end in ends},
        **{f"{side}_reached": _finite(end.reached) for side, end in ends},
        **{f"{side}_open": list(end.open) for side, end in ends},
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


# --- a case ----------------------------------------------------------------------------------------------------------


def _case(result: Result, case: CaseKey, own: Sequence[Ended], by: Sequence[str]) -> Iterator[Block]:
    several = len(result.variants) > 1
    title = f"{case.functional_unit} {result.model.titles.get(case.functional_unit, '')}".strip()
    yield Heading(f"{title} – {result.model.scenario.label(case.variant)}" if several else title)
    labels = [Column(name, fold=True) for name in _beside(by)]
    heads = [*labels, Column(), Column(), *(Column(head, right=True) for head in ("as stated", "low", "high"))]
    yield Grid(tuple(heads), tuple(_row(result, each, by) for each in own))
    said = [text for each in own for side, end in each.sides for text in _said(result, each, by, side, end)]
    yield from (Prose(text, "fair") for text in said)
    if any(end.is_exact and math.isfinite(end.bound) for each in own for _, end in each.sides):
        which = "The other ends" if said else "Ends"
        yield Prose(f"{which} are exact: inputs within their ranges reach them.", "faint")


def _beside(parts: Sequence[str]) -> Sequence[str]:
    """The names of a part, each in a column of its own; those of more than fit beside one another in one."""
    return parts if len(parts) <= MOST_BESIDE else [" / ".join(parts)]


def _row(result: Result, each: Ended, by: Sequence[str]) -> Row:
    criterion = result.model.factors.criteria[each.record["criterion"]]
    group = [str(each.record[name]) or NONE for name in by]
    ends = (Cell(_shown(side, end), "strong" if end.is_exact else "fair") for side, end in each.sides)
    return row(*_beside(group), criterion.label, criterion.unit_label, figure(each.record["value"]), *ends)


def _shown(side: str, end: End) -> str:
    if not math.isfinite(end.bound):
        return NONE
    return figure(end.bound) if end.is_exact else f"{SIGNS[side]} {figure(end.bound)}"


def _said(result: Result, each: Ended, by: Sequence[str], side: str, end: End) -> Iterator[str]:
    """What there is to say of an end that is not reached, or of one that there is not."""
    label = result.model.factors.criteria[each.record["criterion"]].label
    of = " ".join(
        (label, *(f"of {each.record[name]}" for name in by[:1]), *(str(each.record[name]) for name in by[1:]))
    )
    so_far = f"; {figure(end.reached)} is reached" if math.isfinite(end.reached) else ""
    if not math.isfinite(end.bound):
        endless = [leaf.path for leaf in varied(result.model.graph, [each.node]).uncertain if _lacking(leaf)]
        has = "has" if len(endless) == 1 else "have"
        why = f"{some(endless, MOST_NAMED)} {has} none" if endless else UNBOUNDED
        what = f"{of} has no {side} end" if end.is_exact else f"{of} has no {side} end that is known"
        yield f"{what}: {why}{so_far}."
    elif not end.is_exact:
        way = f"it is not known to rise, or to fall, all the way with {some(end.open, MOST_NAMED)}"
        yield f"{of} is {WORDS[side]} {figure(end.bound)}: {way}{so_far}."


# --- inputs ----------------------------------------------------------------------------------------------------------


def _inputs(inputs: Inputs) -> Iterator[str]:
    """What goes over which range, and what is held."""
    held = plural(len(inputs.held), "is held", "are held")
    yield f"{plural(len(inputs.uncertain), 'input')}, all at once; {held}."
    if not inputs.uncertain:
        yield "No input has a range: give some low and high."
    endless = [leaf for leaf in inputs.uncertain if _lacking(leaf)]
    if bounded := [leaf.path for leaf in short(inputs.uncertain) if leaf not in endless]:
        yield f"Laws go beyond the stated low and high, which are the ends here: {some(bounded, MOST_LISTED)}."
    for leaf in endless[:MOST_LISTED]:
        yield f"{leaf.path} has no {' and no '.join(_lacking(leaf))} end: {words(leaf.law, str(leaf.unit))}."
    if inputs.assumed:
        named = some((leaf.path for leaf in inputs.assumed), MOST_LISTED)
        count = plural(len(inputs.assumed), "input is", "inputs are")
        yield f"{count} assumed and without a range, so the ends are too near by what they would add: {named}."
    if inputs.mixes:
        yield f"Shares, each divided by their sum, so that they keep it: {listed(name for name, _ in inputs.mixes)}."
    yield from (f"{listed(paths)} go together: all are high at once." for paths in inputs.together)


def _lacking(leaf: Input) -> list[str]:
    """The ends that an input has not."""
    return [side for side, end in zip(SIDES, ends_of(leaf), strict=True) if not math.isfinite(end)]
