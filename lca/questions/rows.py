"""The totals of a study in many cases at once: a row a case, a column an input, all rows evaluated together.

What a row does not state is as the study has it. Shares of a mix follow their rule: those that a row states are what it
says, and the others of the mix keep their proportions in what these leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lca import units
from lca.compile import Model
from lca.model import inputs
from lca.model.ledger import SLACK, Bounds, Limit, beside
from lca.operations import ROUNDING
from lca.problems import Problem, Problems
from lca.questions.force import cases_of
from lca.samples import refuse_too_many, sweeper
from lca.units import ONE, Unit

Floats = npt.NDArray[np.float64]
MOST_ROWS_NAMED = 3  # of a column, in one message


class Column(NamedTuple):
    """What rows state of one input: its leaves, what the caller calls it, and a number a row in a unit.

    NaN is where a row says nothing.
    """

    leaves: Sequence[int]
    name: str
    values: Floats
    unit: Unit


class Labels:
    """What the caller calls its rows, and which of them these are; of none, a row is not spoken of."""

    def __init__(self, labels: Sequence[Any] = (), places: Any = ()) -> None:
        self.labels, self.places = labels, places

    def where(self, wrong: npt.NDArray[np.bool_], column: str = "") -> str:
        """The rows that are meant, the first of them by name, and the column: what a message begins with."""
        if not len(self.labels):
            return ""
        meant = np.flatnonzero(wrong)
        named = [str(self.labels[int(self.places[place])]) for place in islice(meant, MOST_ROWS_NAMED)]
        more = f" and {len(meant) - len(named):,} more" if len(meant) > len(named) else ""
        beside = f", column '{column}'" if column else ""
        return f"row{'s' if len(named) > 1 else ''} {', '.join(named)}{more}{beside}: "


def totals(model: Model, columns: Sequence[Column], labels: Labels, rows: int) -> Floats:
    """The totals of a model: a row for each of its totals, in their order, and a column for each row of the inputs.

    Problems, each with its row and column, where a number is out of bounds or leads to what is.
    """
    roots = list(model.totals.values())
    tested = [*_bounded(model, roots)]
    refuse_too_many(rows, len(roots) + len(tested) + len(columns), "rows")
    given = leaves(model, columns, labels)
    moving = set(model.graph.above(given, model.graph.below([*roots, *tested])))
    wanted = [*roots, *(index for index in tested if index in moving)]
    made = sweeper(model.graph, wanted, given)(given)
    made = np.broadcast_to(made, (len(wanted), rows)) if made.shape[1] != rows else made
    reached = dict(zip(wanted[len(roots) :], made[len(roots) :], strict=True))
    problems = [*_impossible(model, reached, labels), *_endless(model, made[: len(roots)], labels)]
    if problems:
        raise Problems(problems)
    return made[: len(roots)]


def _bounded(model: Model, roots: Iterable[int]) -> Iterator[int]:
    """The derived quantities of the cases asked for that have bounds, and the sums of shares that a formula keeps."""
    facts, graph = model.facts, model.graph
    sums = (total.index for total in facts.sums if total.index not in graph.mixes)
    below = set(graph.below(roots))
    for index in dict.fromkeys((*(limit.index for limit in facts.limits), *sums)):
        if index in below and graph.op[index] not in ("input", "share"):
            yield index


# --- what leaves are ----------------------------------------------------------------------------------------------


def leaves(model: Model, columns: Sequence[Column], labels: Labels) -> dict[int, Floats]:
    """What each leaf is in every row, with the weights beside it in a mix.

    Problems where a number is out of bounds, or shares do not go together.
    """
    graph = model.graph
    wanted: dict[int, Floats] = {}
    problems: list[Problem] = []
    limits: dict[int, list[Limit]] = {}
    for limit in dict.fromkeys(model.facts.limits):
        limits.setdefault(limit.index, []).append(limit)
    for column in columns:
        for index in column.leaves:
            values = inputs.in_unit_of(graph, index, column.values, column.unit)
            if index in wanted:
                problems.append(Problem(f"{graph.info[index].path} is set twice", (), "keep one of the two"))
            problems += _outside(model, index, column, values, limits.get(index, ()), labels)
            wanted[index] = values
    if problems:
        raise Problems(problems)
    shares = {index: values for index, values in wanted.items() if index in graph.weights}
    plain = {index: _filled(values, graph.info[index].value) for index, values in wanted.items() if index not in shares}
    return plain | _mixed(model, shares, labels)


def _filled(values: Floats, otherwise: float) -> Floats:
    empty = np.isnan(values)
    return np.where(empty, otherwise, values) if empty.any() else values


def _outside(
    model: Model, index: int, column: Column, values: Floats, limits: Sequence[Limit], labels: Labels
) -> Iterator[Problem]:
    """Numbers that are infinite, or out of the bounds of their input."""
    path = model.graph.info[index].path
    for wrong, bounds, why, doc in (
        (np.isinf(values), Bounds(), "it has to be finite", ""),
        *(
            (_beyond(values * limit.factor, limit.bounds), limit.bounds, f"it has to be {limit.bounds}", limit.doc)
            for limit in limits
        ),
    ):
        if wrong.any():
            first = float(values[np.flatnonzero(wrong)[0]])
            shown = beside(bounds, first, model.graph.unit[index])
            where = labels.where(wrong, column.name)
            yield Problem(f"{where}{path} cannot be {shown}; {why}", (), doc)
            return


def _beyond(values: Floats, bounds: Bounds) -> npt.NDArray[np.bool_]:
    """Which numbers are outside; no number is no number outside."""
    slack = ROUNDING * np.abs(values)
    wrong = np.zeros(values.shape, dtype=bool)
    if bounds.low is not None:
        wrong |= values < bounds.low - np.maximum(slack, ROUNDING * abs(bounds.low))
    if bounds.high is not None:
        wrong |= values > bounds.high + np.maximum(slack, ROUNDING * abs(bounds.high))
    if bounds.above is not None:
        wrong |= values <= bounds.above
    return wrong


def _mixed(model: Model, stated: Mapping[int, Floats], labels: Labels) -> dict[int, Floats]:
    """The weights of the mixes of which rows state shares.

    What rows state is what they say; the other weights keep their proportions in what is left of the whole.
    """
    graph = model.graph
    made: dict[int, Floats] = {}
    for total in dict.fromkeys(mix for index in stated for mix in graph.weights[index]):
        leaves = [graph.weight(share) for share in graph.mixes[total]]
        whole = {leaf: units.scale(ONE, graph.unit[leaf]) or 1.0 for leaf in leaves}
        size = next(stated[leaf].size for leaf in leaves if leaf in stated)
        given = np.array([stated[leaf] / whole[leaf] if leaf in stated else np.full(size, np.nan) for leaf in leaves])
        stays = np.isnan(given)
        weights = np.array([[graph.info[leaf].value / whole[leaf]] for leaf in leaves])
        rest, left = (weights * stays).sum(axis=0), 1.0 - np.where(stays, 0.0, given).sum(axis=0)
        _refuse_unwhole(model, leaves, rest, left, stays, labels)
        with np.errstate(all="ignore"):
            factor = np.where(stays.all(axis=0), 1.0, np.where(rest > 0, np.maximum(left, 0.0) / rest, 1.0))
        for leaf, row, own, stay in zip(leaves, given, weights, stays, strict=True):
            values = np.where(stay, own * factor, row) * whole[leaf]
            if leaf in made and not np.allclose(made[leaf], values, rtol=ROUNDING, atol=0.0):
                message = f"the shares beside {graph.info[leaf].path} differ from case to case, and so would it"
                raise Problems([Problem(message, (), "ask for one functional unit at a time")])
            made[leaf] = values
    return made


def _refuse_unwhole(
    model: Model, leaves: Sequence[int], rest: Floats, left: Floats, stays: npt.NDArray[np.bool_], labels: Labels
) -> None:
    """Problems where shares that a row states are more than all, or less with nothing beside them that could grow."""
    stated = ~stays.all(axis=0)
    too_many, too_few = stated & (left < -SLACK), stated & (rest <= 0) & (left > SLACK)
    paths = ", ".join(model.graph.info[leaf].path for leaf in leaves)
    several = len(dict.fromkeys(case.variant for case in model.cases)) > 1
    where = f" in {cases_of(model, leaves)}" if several else ""
    for wrong, hint in (
        (too_many, "they are shares of one mix"),
        (too_few, "no other share of the mix is more than 0 % and could make up for it"),
    ):
        if wrong.any():
            shown = 100 * (1.0 - float(left[np.flatnonzero(wrong)[0]]))
            raise Problems([Problem(f"{labels.where(wrong)}{paths} sum to {shown:g} %{where}", (), hint)])


# --- what they lead to --------------------------------------------------------------------------------------------


def _impossible(model: Model, reached: Mapping[int, Floats], labels: Labels) -> Iterator[Problem]:
    """Where a derived quantity leaves its bounds, or shares that a formula keeps miss 100 %."""
    for limit in dict.fromkeys(model.facts.limits):
        values = reached.get(limit.index)
        if values is not None and (wrong := _beyond(values * limit.factor, limit.bounds)).any():
            first = float(values[np.flatnonzero(wrong)[0]])
            shown = beside(limit.bounds, first, model.graph.unit[limit.index])
            message = f"{labels.where(wrong)}{limit.path} is {shown}; it has to be {limit.bounds}"
            yield Problem(message, (limit.span,), limit.doc)
    for total in dict.fromkeys(model.facts.sums):
        values = reached.get(total.index)
        if values is not None and (wrong := ~(np.abs(values - 1) <= SLACK)).any():
            percent = 100 * float(values[np.flatnonzero(wrong)[0]])
            yield Problem(f"{labels.where(wrong)}{total.what} sum to {percent:g} %", (total.span,), "")


def _endless(model: Model, made: Floats, labels: Labels) -> Iterator[Problem]:
    """Where a total is no finite number."""
    for key, values in zip(model.totals, made, strict=True):
        wrong = ~np.isfinite(values)
        if wrong.any():
            hint = "an input is out of all proportion, or something is divided by 0"
            yield Problem(f"{labels.where(wrong)}{key.criterion} of {key.case} is not a finite number", (), hint)
            return
