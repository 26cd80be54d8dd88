"""Uncertainty for readers: each figure's spread, why its mean is not its value, and how variants compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from lca.compile import Model
from lca.graph import Input
from lca.model import moments
from lca.model.laws import words
from lca.questions.uncertainty import NEGLIGIBLE, Cause, Comparison, Estimate, Inputs, Sampled, Uncertainty
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.samples import Spread
from lca.wording import NONE, deviation, figure, listed, number, percent, plural, quantity

T = TypeVar("T")

BARS = " ▁▂▃▄▅▆▇█"
EVERY = ("as stated", "mean", "median", "sd", "2.5 %", "97.5 %")
MOST_BESIDE = 3  # columns of names that fit beside numbers
SOME = ("as stated", "mean", "2.5 %", "97.5 %")  # of parts, which have more columns of words
NAMED = 3  # inputs that a sentence names
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
    blocks += [Prose(f"Beyond what can be: {words}.", "bad") for words in uncertainty.beyond]
    blocks += [Heading("What varies"), *_inputs(uncertainty.inputs, uncertainty.samples, uncertainty.seed)]
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
    title = model.titles.get(sampled.functional_unit, "")
    name = sampled.functional_unit + (f", {_name(sampled.variant)}" if several else "")
    return f"{name}: {title}" if title else name


def _name(variant: str | None) -> str:
    return variant or "base"


def _estimates(model: Model, case: str, estimates: Sequence[Estimate], by: Sequence[str]) -> Iterator[Block]:
    yield Heading(case)
    heads = SOME if by else EVERY
    rows = [_row(model, estimate, heads) for estimate in estimates]
    yield Grid((*_labels(by), *(Column(head, right=True) for head in heads)), tuple(rows))
    for said, group in _grouped(estimates, _lacks):
        if said:
            yield Prose(f"{listed(dict.fromkeys(_part(model, estimate) for estimate in group))} {said}.", "fair")


def _part(model: Model, estimate: Estimate) -> str:
    label = model.factors.criteria[estimate.figure.criterion].label
    return " ".join((label, *(f"of {name}" for name in estimate.figure.group[:1]), *estimate.figure.group[1:]))


def _lacks(estimate: Estimate) -> str:
    """What a figure does not have, or may not have, and why; empty where it has a mean and a deviation."""
    existence = estimate.existence
    if existence.variance:
        return ""
    return (
        f"{existence.words}: {existence.cause}, however rarely, as where what divides comes near 0. Median and "
        "quantiles stand; a range that keeps away from there gives it both"
    )


def _labels(by: Sequence[str]) -> list[Column]:
    heads = [Column(name, fold=True) for name in _beside(by)]
    return [*heads, Column(), Column()]


def _beside(parts: Sequence[str]) -> Sequence[str]:
    """The names of a part, each in a column of its own; those of more than fit beside one another in one.

    >>> _beside(["network", "use"]), _beside(["network", "access", "use", "mobile"])
    (['network', 'use'], ['network / access / use / mobile'])
    """
    return parts if len(parts) <= MOST_BESIDE else [" / ".join(parts)]


def _row(model: Model, estimate: Estimate, heads: Sequence[str]) -> Row:
    sampled, spread = estimate.figure, estimate.spread
    criterion = model.factors.criteria[sampled.criterion]
    values = (estimate.value, spread.mean, spread.median, spread.sd, spread.low, spread.high)
    shown = (NONE if x is None else figure(x) for head, x in zip(EVERY, values, strict=True) if head in heads)
    bars = histogram(spread) if spread.sd or spread.sd is None else ""
    return row(*_beside(sampled.group), criterion.label, criterion.unit_label, *shown, remarks=(bars,))


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
    told = [Entry(labels[e.figure.criterion].label, tuple(_why(e))) for e in first if abs(e.gap) > NEGLIGIBLE]
    if told:
        yield Heading(f"{unit}: why the mean is not the value as stated")
        yield Entries(tuple(told))


def _why(estimate: Estimate) -> Iterator[str]:
    """The gap between mean and value as stated, and the inputs that make most of it when varied alone."""
    side = "above" if estimate.gap > 0 else "below"
    median = (estimate.spread.median - estimate.value) / abs(estimate.value)
    yield f"The mean is {percent(abs(estimate.gap))} {side} the value as stated, the median {deviation(median)}."
    for cause in estimate.causes[:NAMED]:
        yield _because(cause)
    others = sum(cause.effect for cause in estimate.causes[NAMED:])
    together = estimate.gap - sum(cause.effect for cause in estimate.causes)
    if abs(others) > NEGLIGIBLE / 2:
        yield f"{deviation(others)}: other inputs, each by itself"
    if abs(together) > NEGLIGIBLE / 2:
        chance = _is_chance(estimate, together)
        yield f"{deviation(together)}: {'chance, of the samples drawn' if chance else 'inputs acting at once'}"


def _is_chance(estimate: Estimate, rest: float) -> bool:
    """Whether a part of the gap is no more than samples are off by, or has nothing else that it could come of."""
    error = estimate.spread.error
    return estimate.draws < 2 or error is None or abs(rest * estimate.value) <= SURE * error


def _because(cause: Cause) -> str:
    curved = cause.effect - cause.shift
    reasons = []
    if abs(cause.shift) >= abs(cause.effect) / 4:
        alone = cause.name == cause.leaf.path
        reasons.append(
            f"its range is asymmetric: {_mean_words(cause.leaf)}" if alone else "their ranges are asymmetric"
        )
    if abs(curved) >= abs(cause.effect) / 4:
        reasons.append("the figure does not rise straight with it, as where it divides")
    return f"{deviation(cause.effect)}: {cause.name}; {', and '.join(reasons)}"


def _mean_words(leaf: Input) -> str:
    mean = quantity(moments.mean(leaf.law), str(leaf.unit))
    return f"mean {mean}, stated {number(leaf.value)} ({words(leaf.law)})"


# --- variants, draw by draw -----------------------------------------------------------------------------------------


def _versus(one: Comparison) -> str:
    sampled = one.figure
    return f"{sampled.functional_unit}: {_name(sampled.variant)} against {_name(one.against)}, draw by draw"


def _comparisons(model: Model, case: str, comparisons: Sequence[Comparison], by: Sequence[str]) -> Iterator[Block]:
    yield Heading(case)
    heads = ("below", "equal", "difference\nmedian", "2.5 %", "97.5 %")
    rows = []
    for one in comparisons:
        criterion = model.factors.criteria[one.figure.criterion]
        pair = one.pair
        ends = (figure(value) for value in (pair.median, pair.low, pair.high))
        equal = percent(pair.equal) if pair.equal else NONE
        rows.append(
            row(*_beside(one.figure.group), criterion.label, criterion.unit_label, percent(pair.below), equal, *ends)
        )
    yield Grid((*_labels(by), *(Column(head, right=True) for head in heads)), tuple(rows))


# --- inputs ---------------------------------------------------------------------------------------------------------


def _inputs(inputs: Inputs, samples: int, seed: int) -> Iterator[Block]:
    held = plural(len(inputs.held), "is held", "are held")
    shown = f"{samples:,}".replace(",", " ")
    varied = plural(len(inputs.uncertain), "input varies", "inputs vary")
    yield Prose(f"{varied}, {held}. {shown} samples, seed {seed}.")
    if inputs.assumed:
        names = [leaf.path for leaf in inputs.assumed[:LISTED]]
        more = f" and {len(inputs.assumed) - LISTED} more" if len(inputs.assumed) > LISTED else ""
        count = plural(len(inputs.assumed), "input is", "inputs are")
        yield Prose(f"{count} assumed and without a range, so the spread is too narrow: {', '.join(names)}{more}.")
    for method, group in groupby(sorted(inputs.mixes, key=lambda mix: mix[1]), lambda mix: mix[1]):
        names = [name for name, _ in group]
        said = "follow a Dirichlet law" if method == "Dirichlet" else "are each divided by the sum of their draws"
        yield Prose(f"The shares of {listed(names)} {said}, so that they keep their sum ({method}).")
    for paths in inputs.together:
        yield Prose(f"{listed(paths)} go together: one draw, each at the same quantile of its law.")
    if inputs.apart:
        yield Prose(f"{listed(inputs.apart)}: a draw of its own in each variant.")
    if not inputs.uncertain:
        yield Prose("No input has a range: give some low and high.", "fair")
