"""Normalisation and weighting (ISO 14044, 4.4.3): impacts in the yearly impacts of one person, and a single score.

Both are optional elements of an assessment and rest on value choices; a single score is given on request alone, and
only where every criterion has a normalisation factor and a weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lca import units
from lca.compile import Model
from lca.graph import Node
from lca.model.case import TotalKey
from lca.model.criteria import Criterion, market_key
from lca.model.packs import FactorRow, of_set
from lca.problems import Problem, Problems
from lca.spoken import N_
from lca.units import ONE

SETS = NORMALISATION, WEIGHTING = "normalisation", "weighting"  # roles of the tables of sets
PERSON_YEAR = "person*year"


class Reference(NamedTuple):
    """The yearly impact of one person in a criterion, in the criterion's unit, and where it is printed."""

    value: float
    at: str
    pack: str


class Normalised(NamedTuple):
    """A total in person-equivalents: what so many people cause in a year. None, with the reason, where it has none."""

    functional_unit: str
    variant: str | None
    criterion: str
    impact: float
    unit: str
    people: float | None
    reference: Reference | None
    reason: str = ""


class Score(NamedTuple):
    """A single score of a case: person-equivalents, weighted. `covered`: the share of all weights that is assessed."""

    functional_unit: str
    variant: str | None
    value: float
    covered: float


def references(rows: Iterable[FactorRow], criteria: Mapping[str, Criterion]) -> dict[str, Reference]:
    """The normalisation factors of a set by criterion. Problems where a row is not per person and year."""
    by_criterion: dict[str, Reference] = {}
    problems: list[Problem] = []
    for row in rows:
        criterion = criteria.get(row["criterion"])
        if criterion is None:
            continue
        unit = units.unit(row["unit"], criterion.space)
        factor = units.scale(unit, criterion.unit)
        person_years = units.scale(units.unit(row["per"]), units.unit(PERSON_YEAR))
        if factor is None or person_years is None:
            hint = f"{criterion.key} is normalised in {criterion.space.unit} per person*year"
            problems.append(Problem(f"{row['unit']} per {row['per']} is no reference", (row.span("unit"),), hint))
        else:
            by_criterion[criterion.key] = Reference(float(row["value"]) * factor / person_years, row["at"], row.pack)
    if problems:
        raise Problems(problems)
    return by_criterion


def weights(rows: Iterable[FactorRow]) -> dict[str, float]:
    """The weights of a set by criterion, as shares."""
    by_criterion: dict[str, float] = {}
    for row in rows:
        by_criterion[row["criterion"]] = float(row["value"]) * (units.scale(units.unit(row["unit"]), units.ONE) or 1.0)
    return by_criterion


def normalised(
    totals: Mapping[TotalKey, float], criteria: Sequence[Criterion], known: Mapping[str, Reference], name: str
) -> list[Normalised]:
    """Every total in person-equivalents; one without a factor in the set says why it has none."""
    by_key = {criterion.key: criterion for criterion in criteria}
    return [
        _one(case, by_key[case[2]], impact, known.get(by_key[case[2]].of or case[2]), name)
        for case, impact in totals.items()
        if case[2] in by_key
    ]


def _one(key: TotalKey, criterion: Criterion, impact: float, reference: Reference | None, name: str) -> Normalised:
    people = impact / reference.value if reference and reference.value else None
    reason = (
        ""
        if reference
        else N_("{set} has no normalisation factor for {criterion}", set=name, criterion=criterion.label)
    )
    return Normalised(*key, impact, criterion.unit_label, people, reference, reason)


def scores(impacts: Sequence[Normalised], weight: Mapping[str, float], name: str) -> list[Score]:
    """The single score of each case. Problems where a criterion has no normalisation factor or no weight.

    Of electricity by both bases the location-based figure counts: the other is the same impact once more.
    """
    impacts = location_based(impacts)
    reasons = _reasons(impacts, weight, name)
    if reasons:
        left = ",".join(dict.fromkeys(one.criterion for one in impacts if one.criterion not in reasons))
        raise Problems([_no_score(key, reason, left) for key, reason in reasons.items()])
    whole = sum(weight.values())
    by_case: dict[tuple[str, str | None], list[Normalised]] = {}
    for one in impacts:
        by_case.setdefault((one.functional_unit, one.variant), []).append(one)
    return [
        Score(
            *case,
            sum((one.people or 0.0) * weight[one.criterion] for one in ones),
            sum(weight[one.criterion] for one in ones) / whole,
        )
        for case, ones in by_case.items()
    ]


def location_based(impacts: Sequence[Normalised]) -> list[Normalised]:
    """The impacts without those that are the market-based like of another."""
    likes = {market_key(one.criterion) for one in impacts}
    return [one for one in impacts if one.criterion not in likes]


def equivalents(model: Model, impacts: Mapping[str, Node], name: str, *, weighted: bool = False) -> Node:
    """Impacts by criterion in person-equivalents of a set, weighted or not, summed on the graph, in person*year.

    Problems where a criterion has no normalisation factor or no weight: it would count as 0.
    """
    by_role = {role: {row["criterion"]: row for row in model.factors.table(role, name)} for role in SETS}
    references(by_role[NORMALISATION].values(), model.factors.criteria)
    roles = SETS if weighted else SETS[:1]
    lacking = {(role, key): None for key in impacts for role in roles if key not in by_role[role]}
    if lacking:
        raise Problems([_not_in_set(model, name, role, key, impacts) for role, key in lacking])
    parts = [_people(model, by_role, key, impact, weighted=weighted) for key, impact in impacts.items()]
    return model.graph.sum(parts)


def _people(
    model: Model, by_role: Mapping[str, Mapping[str, FactorRow]], key: str, impact: Node, *, weighted: bool
) -> Node:
    """An impact over the yearly impact of one person, times the weight of its criterion."""
    row = by_role[NORMALISATION][key]
    unit = units.over(units.unit(row["unit"], model.factors.criteria[key].space), units.unit(row["per"]))
    people = (impact / model.graph.input(of_set(row, unit, NORMALISATION))).to(PERSON_YEAR)
    if not weighted:
        return people
    row = by_role[WEIGHTING][key]
    return people * model.graph.input(of_set(row, units.unit(row["unit"]), WEIGHTING)).to(ONE)


def _not_in_set(model: Model, name: str, role: str, key: str, impacts: Iterable[str]) -> Problem:
    what = "normalisation factor" if role == NORMALISATION else "weight"
    others = ", ".join(other for other in impacts if other != key)
    hint = f"a score without {key} would count it as 0" if others else "expect the figure itself, or name another set"
    return Problem(f"{name} has no {what} for {model.factors.criteria[key].label}", (), hint)


def _reasons(impacts: Iterable[Normalised], weight: Mapping[str, float], name: str) -> dict[str, str]:
    reasons = {one.criterion: one.reason for one in impacts if one.reason}
    unweighted = {
        one.criterion: f"{name} has no weight for {one.criterion}" for one in impacts if one.criterion not in weight
    }
    return {**unweighted, **reasons}


def _no_score(criterion: str, reason: str, left: str) -> Problem:
    hint = f"a score without {criterion} would count it as 0; ask for the others alone: --criteria {left}"
    return Problem(f"no single score: {reason}", (), hint)
