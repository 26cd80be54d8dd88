"""Uncertainty for readers: each figure's spread, why its mean is not its value, and how variants compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby
from typing import TypeVar

from lca.compile import Model
from lca.graph import Input
from lca.model import moments
from lca.model.laws import words
from lca.questions.grouping import column_words, part_words
from lca.questions.uncertainty import DIRICHLET, NEGLIGIBLE, Cause, Comparison, Estimate, Inputs, Sampled, Uncertainty
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.samples import Spread
from lca.spoken import N_, _, n_, told
from lca.wording import (
    NONE,
    beginning,
    deviation,
    figure,
    listed,
    localised,
    number,
    percent,
    quantity,
    spaced,
    unit_words,
)  # fmt: skip

T = TypeVar("T")

BARS = " ▁▂▃▄▅▆▇█"
ENDS = ("2.5 %", "97.5 %")
EVERY = (N_("as stated"), N_("mean"), N_("median"), N_("sd"), *ENDS)
MOST_BESIDE = 3  # columns of names that fit beside numbers
SOME = (*EVERY[:2], *ENDS)  # of parts, which have more columns of words
ABOVE = N_("The mean is {gap} above the value as stated, the median {median}.")
BELOW = N_("The mean is {gap} below the value as stated, the median {median}.")
OTHERS = N_("{change}: other inputs, each by itself")
CHANCE, AT_ONCE = N_("{change}: chance, of the samples drawn"), N_("{change}: inputs acting at once")
NAMED = 3  # inputs that a sentence names
DIVIDED = N_(
    "The shares of {mixes} are each divided by the sum of their draws, so that they keep their sum ({method})."
)
MIXES = {DIRICHLET: N_("The shares of {mixes} follow a Dirichlet law, so that they keep their sum ({method}).")}
SURE = 3.0  # standard errors of a mean beyond which it is not off by chance
LISTED = 10  # assumed inputs without a range that are listed
PLAIN = (
    "deterministic", "mean", "median", "sd", "p2_5", "p97_5", "unit", "mean_error", "samples", "seed",
    "lacks",
)  # fmt: skip
PAIRED = ("against", "below_against", "equal_to_against", "difference_median", "difference_p2_5", "difference_p97_5")
HISTOGRAM = ("causes", "histogram_from", "histogram_to", "histogram")


def report(model: Model, uncertainty: Uncertainty) -> Report:
    """A table for each case, and what explains it."""
    blocks: list[Block] = []
    for case, estimates in _grouped(uncertainty.estimates, lambda estimate: _case(model, estimate.figure)):
        blocks += _estimates(model, case, estimates, uncertainty.by)
    for unit, estimates in _grouped(uncertainty.estimates, lambda estimate: estimate.figure.functional_unit):
        blocks += [] if uncertainty.by else _reasons(model, unit, estimates)
    for case, comparisons in _grouped(uncertainty.comparisons, _versus):
        blocks += _comparisons(model, case, comparisons, uncertainty.by)
    blocks += [Prose(_("Beyond what can be: {what}.", what=what), "bad") for what in uncertainty.beyond]
    blocks += [Heading(_("What varies")), *_inputs(uncertainty.inputs, uncertainty.samples, uncertainty.seed)]
    return Report(tuple(blocks), columns(uncertainty.by), tuple(records(model, uncertainty)))


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """By a name, in the order in which names come first."""
    groups: dict[str, list[T]] = {}
    for one in items:
        groups.setdefault(key(one), []).append(one)
    return list(groups.items())


def columns(by: Sequence[str]) -> tuple[str, ...]:
    """The columns of the records."""
    return ("functional_unit", "variant", *by, "criterion", *PLAIN, *PAIRED, *HISTOGRAM)


def records(model: Model, uncertainty: Uncertainty) -> Iterator[Record]:
    """A record for each figure; the difference is that from the same draws of the case it is compared with."""
    pairs = {one.figure: one for one in uncertainty.comparisons}
    for estimate in uncertainty.estimates:
        sampled, spread = estimate.figure, estimate.spread
        values = (
            estimate.value, spread.mean, spread.median, spread.sd, spread.low, spread.high,
            model.factors.criteria[sampled.criterion].unit_label, spread.error, uncertainty.samples, uncertainty.seed,
            _lacks(estimate),
        )  # fmt: skip
        record: Record = {
            "functional_unit": sampled.functional_unit,
            "variant": sampled.variant,
            "criterion": sampled.criterion,
        }
        record |= dict(zip(uncertainty.by, sampled.group, strict=True)) | dict(zip(PLAIN, values, strict=True))
        if sampled in pairs:
            record |= dict(zip(PAIRED, (_name(pairs[sampled].against), *pairs[sampled].pair), strict=True))
        causes = {cause.name: cause.effect for cause in estimate.causes}
        ends = (causes, spread.edges[0], spread.edges[-1], list(spread.counts))
        yield record | dict(zip(HISTOGRAM, ends, strict=True))


# --- the spread of each figure --------------------------------------------------------------------------------------


def _case(model: Model, sampled: Sampled) -> str:
    several = any(case.variant for case in model.cases)
    title = told(model.titles.get(sampled.functional_unit, ""))
    name = sampled.functional_unit + (f", {_name(sampled.variant)}" if several else "")
    return _("{what}: {reason}", what=name, reason=title) if title else name


def _name(variant: str | None) -> str:
    return variant or "base"


def _estimates(model: Model, case: str, estimates: Sequence[Estimate], by: Sequence[str]) -> Iterator[Block]:
    yield Heading(case)
    heads = SOME if by else EVERY
    rows = [_row(model, estimate, heads, by) for estimate in estimates]
    yield Grid((*_labels(by), *_numbers(heads)), tuple(rows))
    for said, group in _grouped(estimates, _lacks):
        if said:
            figures = listed(dict.fromkeys(_part(model, estimate, by) for estimate in group))
            yield Prose(_("{figures} {lacks}.", figures=figures, lacks=said), "fair")


def _numbers(heads: Iterable[str]) -> list[Column]:
    return [Column(localised(head) if head in ENDS else _(head), right=True) for head in heads]


def _part(model: Model, estimate: Estimate, by: Sequence[str]) -> str:
    label = told(model.factors.criteria[estimate.figure.criterion].label)
    group = " ".join(_group(estimate.figure, by))
    return _("{criterion} of {case}", criterion=label, case=group) if group else label


def _group(sampled: Sampled, by: Sequence[str]) -> list[str]:
    return [part_words(column, name) for column, name in zip(by, sampled.group, strict=True)]


def _lacks(estimate: Estimate) -> str:
    """What a figure does not have, or may not have, and why; empty where it has a mean and a deviation."""
    existence = estimate.existence
    if existence.variance:
        return ""
    return _(
        "{lacks}: {cause}, however rarely, as where what divides comes near 0. Median and quantiles stand; a range "
        "that keeps away from there gives it both",
        lacks=existence.words, cause=existence.cause,
    )  # fmt: skip


def _labels(by: Sequence[str]) -> list[Column]:
    heads = [Column(name, fold=True) for name in _beside([*map(column_words, by)])]
    return [*heads, Column(), Column()]


def _beside(parts: Sequence[str]) -> Sequence[str]:
    """The names of a part, each in a column of its own; those of more than fit beside one another in one.

    >>> _beside(["network", "use"]), _beside(["network", "access", "use", "mobile"])
    (['network', 'use'], ['network / access / use / mobile'])
    """
    return parts if len(parts) <= MOST_BESIDE else [" / ".join(parts)]


def _row(model: Model, estimate: Estimate, heads: Sequence[str], by: Sequence[str]) -> Row:
    sampled, spread = estimate.figure, estimate.spread
    criterion = model.factors.criteria[sampled.criterion]
    values = (estimate.value, spread.mean, spread.median, spread.sd, spread.low, spread.high)
    shown = (NONE if x is None else figure(x) for head, x in zip(EVERY, values, strict=True) if head in heads)
    bars = histogram(spread) if spread.sd or spread.sd is None else ""
    group = _beside(_group(sampled, by))
    return row(*group, told(criterion.label), unit_words(criterion.unit_label), *shown, remarks=(bars,))


def histogram(spread: Spread) -> str:
    """The samples as bars, from the 0.5 % to the 99.5 % quantile.

    >>> histogram(Spread(2, 1, 2, 0, 4, 0, (0.0, 1.0, 2.0, 3.0, 4.0), (1, 8, 4, 0)))
    '0  ▁█▄   4.00e+00'
    """
    top = max(spread.counts) or 1
    steps = len(BARS) - 1
    bars = "".join(BARS[-(-count * steps // top)] for count in spread.counts)
    return f"{figure(spread.edges[0])}  {bars}  {figure(spread.edges[-1])}"


# --- why ------------------------------------------------------------------------------------------------------------


def _reasons(model: Model, unit: str, estimates: Sequence[Estimate]) -> Iterator[Block]:
    """For the first of the variants: the records have the others."""
    first = [one for one in estimates if one.figure.variant == estimates[0].figure.variant]
    labels = model.factors.criteria
    gaps = [Entry(told(labels[e.figure.criterion].label), tuple(_why(e))) for e in first if abs(e.gap) > NEGLIGIBLE]
    if gaps:
        yield Heading(_("{case}: why the mean is not the value as stated", case=unit))
        yield Entries(tuple(gaps))


def _why(estimate: Estimate) -> Iterator[str]:
    """The gap between mean and value as stated, and the inputs that make most of it when varied alone."""
    gap, median = percent(abs(estimate.gap)), (estimate.spread.median - estimate.value) / abs(estimate.value)
    yield _(ABOVE if estimate.gap > 0 else BELOW, gap=gap, median=deviation(median))
    for cause in estimate.causes[:NAMED]:
        yield _because(cause)
    others = sum(cause.effect for cause in estimate.causes[NAMED:])
    together = estimate.gap - sum(cause.effect for cause in estimate.causes)
    if abs(others) > NEGLIGIBLE / 2:
        yield _(OTHERS, change=deviation(others))
    if abs(together) > NEGLIGIBLE / 2:
        yield _(CHANCE if _is_chance(estimate, together) else AT_ONCE, change=deviation(together))


def _is_chance(estimate: Estimate, rest: float) -> bool:
    """Whether a part of the gap is no more than samples are off by, or has nothing else that it could come of."""
    error = estimate.spread.error
    return estimate.draws < 2 or error is None or abs(rest * estimate.value) <= SURE * error


def _because(cause: Cause) -> str:
    curved = cause.effect - cause.shift
    reasons = []
    if abs(cause.shift) >= abs(cause.effect) / 4:
        alone = cause.name == cause.leaf.path
        reasons.append(_skewed(cause.leaf) if alone else _("their ranges are asymmetric"))
    if abs(curved) >= abs(cause.effect) / 4:
        reasons.append(_("the figure does not rise straight with it, as where it divides"))
    why = reduce(lambda first, rest: _("{first}, and {rest}", first=first, rest=rest), reasons or [""])
    return _("{change}: {inputs}; {why}", change=deviation(cause.effect), inputs=cause.name, why=why)


def _skewed(leaf: Input) -> str:
    mean = quantity(moments.mean(leaf.law), str(leaf.unit))
    return _(
        "its range is asymmetric: mean {mean}, stated {value} ({law})",
        mean=mean, value=number(leaf.value), law=words(leaf.law),
    )  # fmt: skip


# --- variants, draw by draw -----------------------------------------------------------------------------------------


def _versus(one: Comparison) -> str:
    sampled = one.figure
    return _(
        "{case}: {name} against {other}, draw by draw",
        case=sampled.functional_unit, name=_name(sampled.variant), other=_name(one.against),
    )  # fmt: skip


def _comparisons(model: Model, case: str, comparisons: Sequence[Comparison], by: Sequence[str]) -> Iterator[Block]:
    yield Heading(case)
    heads = (N_("below"), N_("equal"), N_("difference\nmedian"), *ENDS)
    rows = []
    for one in comparisons:
        criterion = model.factors.criteria[one.figure.criterion]
        pair = one.pair
        ends = (figure(value) for value in (pair.median, pair.low, pair.high))
        equal = percent(pair.equal) if pair.equal else NONE
        names = (*_beside(_group(one.figure, by)), told(criterion.label), unit_words(criterion.unit_label))
        rows.append(row(*names, percent(pair.below), equal, *ends))
    yield Grid((*_labels(by), *_numbers(heads)), tuple(rows))


# --- inputs ---------------------------------------------------------------------------------------------------------


def _inputs(inputs: Inputs, samples: int, seed: int) -> Iterator[Block]:
    varied = n_(
        "{count} input varies, {held}. {samples} samples, seed {seed}.",
        "{count} inputs vary, {held}. {samples} samples, seed {seed}.",
        len(inputs.uncertain), held=n_("{count} is held", "{count} are held", len(inputs.held)),
        samples=spaced(samples), seed=seed,
    )  # fmt: skip
    yield Prose(varied)
    if inputs.assumed:
        assumed = n_(
            "{count} input is assumed and without a range, so the spread is too narrow: {inputs}.",
            "{count} inputs are assumed and without a range, so the spread is too narrow: {inputs}.",
            len(inputs.assumed), inputs=beginning([leaf.path for leaf in inputs.assumed], LISTED),
        )  # fmt: skip
        yield Prose(assumed)
    for method, group in groupby(sorted(inputs.mixes, key=lambda mix: mix[1]), lambda mix: mix[1]):
        names = listed(name for name, _method in group)
        yield Prose(_(MIXES.get(method, DIVIDED), mixes=names, method=_(method)))
    for paths in inputs.together:
        yield Prose(_("{inputs} go together: one draw, each at the same quantile of its law.", inputs=listed(paths)))
    if inputs.apart:
        yield Prose(_("{inputs}: a draw of its own in each variant.", inputs=listed(inputs.apart)))
    if not inputs.uncertain:
        yield Prose(_("No input has a range: give some low and high."), "fair")
