"""Impacts in person-equivalents: criteria down, variants across, and a single score where one was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lca.model.terms import LOCATION
from lca.questions.normalise import Normalised, Score, location_based
from lca.questions.statements import NO_WEIGHTS
from lca.report import Block, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import N_, _, told
from lca.wording import NONE, deviation, figure, percent

COLUMNS = (
    "functional_unit", "variant", "criterion", "value", "unit", "person_equivalents", "reference", "set", "at", "pack",
    "reason", "weight",
)  # fmt: skip
SCORE = N_("single score")


class Names:
    """What the table calls things."""

    def __init__(
        self, titles: Mapping[str, str], variants: Mapping[str | None, str], labels: Mapping[str, str]
    ) -> None:
        self.titles, self.variants, self.labels = titles, variants, labels


def report(
    equivalents: Sequence[Normalised],
    scores: Sequence[Score],
    weights: Mapping[str, float],
    name: str,
    names: Names,
    *,
    is_public: bool = False,
) -> Report:
    """A table for each functional unit. `name` is that of the set of normalisation factors.

    is_public: whether the study is for comparative assertions disclosed to the public, in which no score may be used.
    """
    blocks = [
        block
        for unit in dict.fromkeys(each.functional_unit for each in equivalents)
        for block in _unit(equivalents, scores, unit, names)
    ]
    reasons = dict.fromkeys(each.reason for each in equivalents if each.reason)
    notes = [Prose(_("Not available: {reason}.", reason=told(reason))) for reason in reasons]
    if scores:
        notes.append(
            Prose(
                _("{words}, as this study is to support.", words=_(NO_WEIGHTS))
                if is_public
                else _("{words}.", words=_(NO_WEIGHTS)),
                "bad" if is_public else "fair",
            )
        )
        share = percent(scores[0].covered)
        notes.append(Prose(_("The criteria assessed have {share} of all weights of {set}.", share=share, set=name)))
        both = len(location_based(equivalents)) < len(equivalents)
        notes += [Prose(_("Single score: electricity is {basis}.", basis=_(LOCATION)))] if both else []
    said = _(
        "Normalised with {set}; person-equivalent: what one person causes in a year, worldwide, in the reference year "
        "of the set.", set=name,
    )  # fmt: skip
    notes.append(Prose(said, "faint"))
    return Report((*blocks, *notes), COLUMNS, tuple(_records(equivalents, scores, weights, name)))


def _unit(equivalents: Sequence[Normalised], scores: Sequence[Score], unit: str, names: Names) -> Iterator[Block]:
    own = [each for each in equivalents if each.functional_unit == unit]
    variants = list(dict.fromkeys(each.variant for each in own))
    named = f"{unit} {names.titles.get(unit, '')}".strip()
    yield Heading(_("{unit}, person-equivalents", unit=named))
    rows = list(_rows(own, variants, names.labels))
    values = {score.variant: score.value for score in scores if score.functional_unit == unit}
    if values:
        rows.append(row(_(SCORE), *_across([values.get(variant) for variant in variants]), tone="strong"))
    heads = [Column(names.variants[variant], right=True) for variant in variants]
    more = [Column(_("difference"), right=True)] if len(variants) == 2 else []
    yield Grid((Column(), *heads, *more), tuple(rows))


def _rows(own: Sequence[Normalised], variants: Sequence[str | None], labels: Mapping[str, str]) -> Iterator[Row]:
    for criterion in dict.fromkeys(each.criterion for each in own):
        values = {each.variant: each.people for each in own if each.criterion == criterion}
        yield row(told(labels[criterion]), *_across([values.get(variant) for variant in variants]))


def _across(values: Sequence[float | None]) -> Iterator[str]:
    """The values of the variants, and of two the difference of the second."""
    yield from (NONE if value is None else figure(value) for value in values)
    if len(values) == 2:
        first, second = values
        yield NONE if first is None or second is None or not first else deviation(second / first - 1)


def _records(
    equivalents: Sequence[Normalised], scores: Sequence[Score], weights: Mapping[str, float], name: str
) -> Iterator[Record]:
    for each in equivalents:
        reference = each.reference
        yield {
            "functional_unit": each.functional_unit,
            "variant": each.variant,
            "criterion": each.criterion,
            "value": each.impact,
            "unit": each.unit,
            "person_equivalents": each.people,
            "set": name,
            "reason": each.reason,
            "weight": weights.get(each.criterion),
        } | ({"reference": reference.value, "at": reference.at, "pack": reference.pack} if reference else {})
    for score in scores:
        yield {
            "functional_unit": score.functional_unit,
            "variant": score.variant,
            "criterion": SCORE,
            "person_equivalents": score.value,
            "set": name,
            "weight": score.covered,
        }
