"""Which model for a service: its impacts with each, how sure their order is, and what quality there is for them.

All models are drawn together, so that what they have in common, such as the electricity of a site, is one draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from lca import samples
from lca.compile import Model
from lca.questions.scores import Score
from lca.questions.uncertainty import Estimate, Inputs, uncertainty, varied


class Ranked(NamedTuple):
    """A service with one model: an impact as stated, and the ends of the middle 95 % of its samples.

    unit: as tables print it. score: None where nobody has one of the model. meets: whether that is at least what is
    asked for; None where nothing is asked, or there is no score. lowest: in what part of the samples it has the lowest
    impact of all models, or of those that meet what is asked for; None where it does not compete. beaten_by: the model
    of lowest impact that has neither a higher impact nor a lower score, and is better by one of them; "" where there is
    none, None where there is no score.
    """

    functional_unit: str
    criterion: str
    unit: str
    model: str
    value: float
    low: float
    high: float
    score: Score | None
    meets: bool | None
    lowest: float | None
    beaten_by: str | None

    @property
    def is_non_dominated(self) -> bool:
        """Whether no other model has neither a higher impact nor a lower score, being better by one of them."""
        return self.beaten_by == ""


class Ranking(NamedTuple):
    """Models of each functional unit and criterion, those of lower impact first; and what was drawn.

    common: the inputs that vary and are one draw for several models.
    """

    ranked: tuple[Ranked, ...]
    at_least: float | None
    samples: int
    seed: int
    inputs: Inputs
    common: tuple[str, ...]


def rank(
    model: Model,
    models: Mapping[str, str],
    scores: Mapping[str, Score] | None = None,
    at_least: float | None = None,
    count: int = 100_000,
    seed: int = 0,
    threads: int = samples.THREADS,
    progress: Callable[[float], None] | None = None,
) -> Ranking:
    """The models of a study compiled with each, by the variants that they are; `at_least` is of their scores.

    Problems where there are too few or too many samples, or a figure is not finite in some of them.
    """
    known = scores or {}
    competing = [v for v, key in models.items() if at_least is None or _meets(known.get(key), at_least)]
    drawn = uncertainty(model, count, seed, (), threads, progress, competing)
    ranked: list[Ranked] = []
    for _, group in groupby(drawn.estimates, lambda one: (one.figure.functional_unit, one.figure.criterion)):
        ranked += _ordered(model, {models[str(one.figure.variant)]: one for one in group}, known, at_least)
    return Ranking(tuple(ranked), at_least, count, seed, drawn.inputs, tuple(_common(model, drawn.estimates)))


def _common(model: Model, estimates: Iterable[Estimate]) -> dict[str, None]:
    """The paths of the draws that figures of several models share."""
    users: dict[tuple[str, str], set[str | None]] = {}
    for one in estimates:
        for leaf in varied(model.graph, [one.figure.node]).uncertain:
            users.setdefault((leaf.path, leaf.draw), set()).add(one.figure.variant)
    return {path: None for (path, _), variants in users.items() if len(variants) > 1}


def _meets(score: Score | None, at_least: float | None) -> bool | None:
    return None if score is None or at_least is None else score.value >= at_least


def _ordered(
    model: Model, of: Mapping[str, Estimate], scores: Mapping[str, Score], at_least: float | None
) -> Iterator[Ranked]:
    """The models of one functional unit and criterion."""
    impacts = {key: one.value for key, one in sorted(of.items(), key=lambda each: each[1].value)}
    for key, value in impacts.items():
        one, score = of[key], scores.get(key)
        figure = one.figure
        unit = model.factors.criteria[figure.criterion].unit_label
        yield Ranked(
            figure.functional_unit, figure.criterion, unit, key, value, one.spread.low, one.spread.high, score,
            _meets(score, at_least), one.lowest, None if score is None else _beaten_by(key, impacts, scores),
        )  # fmt: skip


def _beaten_by(key: str, impacts: Mapping[str, float], scores: Mapping[str, Score]) -> str:
    own = impacts[key], -scores[key].value
    others = ((other, (value, -scores[other].value)) for other, value in impacts.items() if other in scores)
    return next(
        (other for other, its in others if its != own and all(a <= b for a, b in zip(its, own, strict=True))), ""
    )
