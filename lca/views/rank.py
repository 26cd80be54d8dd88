"""Models for a service, for readers: impacts, how sure their order is, quality, and which of them no other beats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from lca.compile import Model
from lca.questions.rank import Ranked, Ranking
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import N_, _, n_, told
from lca.wording import NONE, beginning, figure, localised, number, some, spaced, unit_words, with_unit

COLUMNS = (
    "functional_unit", "criterion", "model", "value", "p2_5", "p97_5", "unit", "lowest", "quality", "quality_low",
    "quality_high", "quality_source", "meets", "non_dominated", "beaten_by", "samples", "seed",
)  # fmt: skip
NON_DOMINATED, BELOW, UNKNOWN = "*", "<", "?"
HUNDRED = 100
LISTED = 10  # assumed inputs without a range that are listed
STAR = N_(
    "* non-dominated: no other model here has a lower impact at no lower quality, or a higher quality at no higher "
    "impact."
)
IN_ALL = N_("{model} has the lowest {what}: {figure}, and in all draws.")
IN_SOME = N_("{model} has the lowest {what}: {figure}, and in {draws} of 100 draws.")


def report(model: Model, ranking: Ranking, source: str = "") -> Report:
    """A table for each functional unit and criterion; `source`: whose the qualities are."""
    groups = [[*group] for _, group in groupby(ranking.ranked, lambda one: (one.functional_unit, one.criterion))]
    blocks: list[Block] = []
    for group in groups:
        blocks += _section(model, ranking, group)
    if any(one.score for one in ranking.ranked):
        blocks.append(Prose(_(STAR), "faint"))
    if ranking.at_least is not None:
        words = _("< below {least}; ? no quality is known. Neither competes.", least=number(ranking.at_least))
        blocks.append(Prose(words, "faint"))
    return Report((*blocks, Entries(tuple(_notes(ranking, source)))), COLUMNS, tuple(_records(ranking)))


def short(keys: Iterable[str]) -> dict[str, str]:
    """What models are called in a table: what follows the last slash, where that is one's alone.

    >>> short(["a/x", "b/x", "b/y"])
    {'a/x': 'a/x', 'b/x': 'b/x', 'b/y': 'y'}
    """
    every = dict.fromkeys(keys)
    times = Counter(key.rpartition("/")[2] for key in every)
    return {key: key.rpartition("/")[2] if times[key.rpartition("/")[2]] == 1 else key for key in every}


def _section(model: Model, ranking: Ranking, group: Sequence[Ranked]) -> Iterator[Block]:
    first = group[0]
    title = told(model.titles.get(first.functional_unit, ""))
    label = told(model.factors.criteria[first.criterion].label)
    unit = f"{first.functional_unit}{f', {title}' if title else ''}"
    yield Heading(_("{what}: {reason}", what=unit, reason=f"{label}, {unit_words(first.unit)}"))
    scored = any(one.score for one in group)
    heads = [
        Column(_("model")),
        *(
            Column(name, right=True)
            for name in (_("as stated"), localised("2.5 %"), localised("97.5 %"), _("lowest\nof 100"))
        ),
    ]
    heads += [Column(_("quality"), right=True), Column("", tied=True)] if scored else []
    names = short(one.model for one in group)
    yield Grid(tuple(heads), tuple(_row(one, names[one.model], scored=scored) for one in group))
    yield Prose(_answer(ranking, group, label))


def _row(one: Ranked, name: str, *, scored: bool) -> Row:
    numbers = (figure(one.value), figure(one.low), figure(one.high), _draws(one.lowest))
    quality = number(one.score.value) if one.score else NONE
    mark = NON_DOMINATED * one.is_non_dominated + (BELOW if one.meets is False else "")
    competes = one.lowest is not None
    marks = (quality, mark if one.score or competes else UNKNOWN) if scored else ()
    return row(name, *numbers, *marks, tone="strong" if one.is_non_dominated and competes else "")


def _draws(part: float | None) -> str:
    """
    >>> _draws(0.923), _draws(0.004), _draws(0.0), _draws(None)
    ('92', '<1', '0', '–')
    """
    if part is None:
        return NONE
    return "<1" if 0 < part < 1 / HUNDRED / 2 else ">99" if 1 - 1 / HUNDRED / 2 < part < 1 else f"{part * HUNDRED:.0f}"


def _answer(ranking: Ranking, group: Sequence[Ranked], label: str) -> str:
    """Which model has the lowest impact of those that may be chosen, and how sure that is."""
    competing = [one for one in group if one.lowest is not None]
    if not competing:
        return _("No model here has a quality of at least {least}.", least=number(ranking.at_least or 0))
    best = competing[0]
    name = short(one.model for one in group)[best.model]
    what, shown = label, with_unit(figure(best.value), best.unit)
    if ranking.at_least is not None:
        what = _("{what} of those with a quality of at least {least}", what=label, least=number(ranking.at_least))
    if any(one.value == best.value for one in competing[1:]):
        return _("Several have the lowest {what}: {figure}.", what=what, figure=shown)
    if best.lowest == 1:
        return _(IN_ALL, model=name, what=what, figure=shown)
    return _(IN_SOME, model=name, what=what, figure=shown, draws=_draws(best.lowest))


def _notes(ranking: Ranking, source: str) -> Iterator[Entry]:
    lacking = [one.model for one in ranking.ranked if one.score is None]
    if source:
        own = dict.fromkeys(one.score.source for one in ranking.ranked if one.score)
        yield Entry(_("Quality"), (source, *(name for name in own if not source.startswith(name))))
        if lacking:
            yield Entry(
                _("No quality"), tuple(_("{model}: not judged by it", model=key) for key in dict.fromkeys(lacking))
            )
    inputs = ranking.inputs
    drawn = n_(
        "{count} input varies, {held}; {samples} samples, seed {seed}",
        "{count} inputs vary, {held}; {samples} samples, seed {seed}",
        len(inputs.uncertain), held=n_("{count} is held", "{count} are held", len(inputs.held)),
        samples=spaced(ranking.samples), seed=ranking.seed,
    )  # fmt: skip
    yield Entry(_("Draws"), (drawn,))
    if ranking.common:
        shared = _("one draw for all models: {inputs}", inputs=some(ranking.common, LISTED))
        yield Entry(_("In common"), (shared,))
    if inputs.assumed:
        named = beginning((leaf.path for leaf in inputs.assumed), LISTED)
        yield Entry(_("No range"), (_("assumed, so that the spread is too narrow: {inputs}", inputs=named),))


def _records(ranking: Ranking) -> Iterator[Record]:
    for one in ranking.ranked:
        score = one.score
        values = (
            one.functional_unit, one.criterion, one.model, one.value, one.low, one.high, one.unit, one.lowest,
            *((score.value, score.low, score.high, score.source) if score else (None, None, None, None)),
            one.meets, one.is_non_dominated if score else None, one.beaten_by or None, ranking.samples, ranking.seed,
        )  # fmt: skip
        yield dict(zip(COLUMNS, values, strict=True))
