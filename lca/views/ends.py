"""Low and high ends for readers: a table for each case, and under it which ends are reached and which are bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from lca.graph import Input
from lca.model.case import CaseKey
from lca.model.laws import words
from lca.questions.ends import SIDES, End, Ended, beyond, ends_of, short
from lca.questions.grouping import column_words, part_words
from lca.questions.uncertainty import Inputs, varied
from lca.report import Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Result
from lca.spoken import N_, _, n_, told
from lca.wording import NONE, figure, listed, some, unit_words

MOST_BESIDE = 3  # columns of names that fit beside numbers
MOST_NAMED, MOST_LISTED = 3, 10  # inputs that a sentence names, and that a list does
BOUNDS = {  # what is said of an end that is a bound, and of one that is not there
    "low": N_("{figure} is at least {end}: it is not known to rise, or to fall, all the way with {inputs}{reached}."),
    "high": N_("{figure} is at most {end}: it is not known to rise, or to fall, all the way with {inputs}{reached}."),
}
ENDLESS = {
    ("low", True): N_("{figure} has no low end: {why}{reached}."),
    ("low", False): N_("{figure} has no low end that is known: {why}{reached}."),
    ("high", True): N_("{figure} has no high end: {why}{reached}."),
    ("high", False): N_("{figure} has no high end that is known: {why}{reached}."),
}
LACKS = {
    ("low",): N_("{input} has no low end: {law}."),
    ("high",): N_("{input} has no high end: {law}."),
    SIDES: N_("{input} has no low and no high end: {law}."),
}
UNBOUNDED = N_("it is not bounded, as where what divides can be 0")
SIGNS = {"low": "≥", "high": "≤"}
COLUMNS = (
    "low", "high", "low_is_exact", "high_is_exact", "low_reached", "high_reached", "low_open", "high_open",
)  # fmt: skip


def report(result: Result, figures: Sequence[Ended], by: Sequence[str] = ()) -> Report:
    """The ends of each figure beside its value, and what they rest on."""
    blocks: list[Block] = []
    for case, own in groupby(figures, lambda each: CaseKey(each.record["functional_unit"], each.record["variant"])):
        blocks += _case(result, case, [*own], by)
    blocks += [Prose(_("Beyond what can be: {what}.", what=words), "bad") for words in beyond(result, figures)]
    inputs = varied(result.model.graph, [each.node for each in figures])
    blocks += [Heading(_("What goes over its range")), *(Prose(text) for text in _inputs(inputs))]
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
    labels = [Column(name, fold=True) for name in _beside([*map(column_words, by)])]
    heads = [*labels, Column(), Column(), *(Column(head, right=True) for head in (_("as stated"), _("low"), _("high")))]
    yield Grid(tuple(heads), tuple(_row(result, each, by) for each in own))
    said = [text for each in own for side, end in each.sides for text in _said(result, each, by, side, end)]
    yield from (Prose(text, "fair") for text in said)
    if any(end.is_exact and math.isfinite(end.bound) for each in own for _side, end in each.sides):
        others = _("The other ends are exact: inputs within their ranges reach them.")
        words_ = others if said else _("Ends are exact: inputs within their ranges reach them.")
        yield Prose(words_, "faint")


def _beside(parts: Sequence[str]) -> Sequence[str]:
    """The names of a part, each in a column of its own; those of more than fit beside one another in one."""
    return parts if len(parts) <= MOST_BESIDE else [" / ".join(parts)]


def _row(result: Result, each: Ended, by: Sequence[str]) -> Row:
    criterion = result.model.factors.criteria[each.record["criterion"]]
    group = [_part(each, name) or NONE for name in by]
    ends = (Cell(_shown(side, end), "strong" if end.is_exact else "fair") for side, end in each.sides)
    return row(
        *_beside(group), told(criterion.label), unit_words(criterion.unit_label), figure(each.record["value"]), *ends
    )


def _shown(side: str, end: End) -> str:
    if not math.isfinite(end.bound):
        return NONE
    return figure(end.bound) if end.is_exact else f"{SIGNS[side]} {figure(end.bound)}"


def _said(result: Result, each: Ended, by: Sequence[str], side: str, end: End) -> Iterator[str]:
    """What there is to say of an end that is not reached, or of one that there is not."""
    label = told(result.model.factors.criteria[each.record["criterion"]].label)
    part = " ".join(_part(each, name) for name in by)
    of = _("{criterion} of {case}", criterion=label, case=part) if part else label
    so_far = _("; {figure} is reached", figure=figure(end.reached)) if math.isfinite(end.reached) else ""
    if not math.isfinite(end.bound):
        endless = [leaf.path for leaf in varied(result.model.graph, [each.node]).uncertain if _lacking(leaf)]
        named = some(endless, MOST_NAMED)
        why = n_("{inputs} has none", "{inputs} have none", len(endless), inputs=named) if endless else _(UNBOUNDED)
        yield _(ENDLESS[side, end.is_exact], figure=of, why=why, reached=so_far)
    elif not end.is_exact:
        named = some(end.open, MOST_NAMED)
        yield _(BOUNDS[side], figure=of, end=figure(end.bound), inputs=named, reached=so_far)


def _part(each: Ended, column: str) -> str:
    return part_words(column, str(each.record[column]))


# --- inputs ----------------------------------------------------------------------------------------------------------


def _inputs(inputs: Inputs) -> Iterator[str]:
    """What goes over which range, and what is held."""
    held = n_("{count} is held", "{count} are held", len(inputs.held))
    yield n_(
        "{count} input, all at once; {held}.", "{count} inputs, all at once; {held}.", len(inputs.uncertain), held=held
    )
    if not inputs.uncertain:
        yield _("No input has a range: give some low and high.")
    endless = [leaf for leaf in inputs.uncertain if _lacking(leaf)]
    if bounded := [leaf.path for leaf in short(inputs.uncertain) if leaf not in endless]:
        named = some(bounded, MOST_LISTED)
        yield _("Laws go beyond the stated low and high, which are the ends here: {inputs}.", inputs=named)
    for leaf in endless[:MOST_LISTED]:
        yield _(LACKS[tuple(_lacking(leaf))], input=leaf.path, law=words(leaf.law, str(leaf.unit)))
    if inputs.assumed:
        named = some((leaf.path for leaf in inputs.assumed), MOST_LISTED)
        yield n_(
            "{count} input is assumed and without a range, so the ends are too near by what they would add: {inputs}.",
            "{count} inputs are assumed and without a range, so the ends are too near by what they would add: {inputs}.",  # noqa: E501
            len(inputs.assumed), inputs=named,
        )  # fmt: skip
    if inputs.mixes:
        mixes = listed(name for name, *_shares in inputs.mixes)
        yield _("Shares, each divided by their sum, so that they keep it: {mixes}.", mixes=mixes)
    for paths in inputs.together:
        yield _("{inputs} go together: all are high at once.", inputs=listed(paths))


def _lacking(leaf: Input) -> list[str]:
    """The ends that an input has not."""
    return [side for side, end in zip(SIDES, ends_of(leaf), strict=True) if not math.isfinite(end)]
