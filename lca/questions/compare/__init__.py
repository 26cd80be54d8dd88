"""Two cases compared: the differences of their totals, and which changed inputs carry them.

A difference is shared among what changed by the Shapley value: each change is given its mean effect over all orders
in which the changes could be made. It is the only rule whose shares sum to the difference, give nothing to a change
without effect, treat changes alike that act alike, and add up over totals (Shapley 1953, "A value for n-person
games"). A number that changed is one player; so is a change of structure: a line that came or went, a list of
training runs, a proxy, another formula. Shares that have to sum to 100 % move together, as one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lca.problems import Problem, Problems
from lca.questions.compare.changes import Change, Player, counting_alike, players
from lca.questions.compare.coalitions import MOST, Build, Game, TooMany, shapley
from lca.questions.compare.sides import Side, saved, side
from lca.spoken import N_, _, later
from lca.text.documents import Located
from lca.text.overlay import entries, is_quantity, items
from lca.wording import clauses

CLOSE = 1e-9  # relative: how near a rebuilt total has to be to the one it stands for


class Difference(NamedTuple):
    """One criterion on both sides. `relative` is to the first; infinite where that is 0."""

    criterion: str
    unit: str
    a: float
    b: float
    difference: float
    relative: float


class Contribution(NamedTuple):
    """What one player carries of each difference, by criterion, and what changed."""

    name: str
    old: str
    new: str
    place: str
    carries: dict[str, float]


class Comparison(NamedTuple):
    """Two sides, their differences, and what carries them; a note where that cannot be said."""

    a: Side
    b: Side
    differences: tuple[Difference, ...]
    contributions: tuple[Contribution, ...] = ()
    idle: tuple[str, ...] = ()
    note: str = ""


def compare(a: Side, b: Side, build: Build | None = None, chosen: Sequence[str] = ()) -> Comparison:
    """The differences of two sides and, where both are known down to their inputs, what carries them.

    chosen: paths that are a player each, with everything below them; the rest is one more. Problems where a
    criterion has two units, or where nothing changed at a path that was chosen.
    """
    differences = tuple(_differences(a, b))
    plain = Comparison(a, b, differences)
    if build is None or not a.trees or not b.trees:
        return plain._replace(note=N_("a saved result has no inputs: what carries a difference cannot be said"))
    if len(a.trees) != len(b.trees):
        return plain._replace(note=N_("the functional units are sums of different numbers of others"))
    every = players(a.trees, b.trees, chosen)
    try:
        return _attributed(
            plain, Game(counting_alike(a.trees, b.trees), tuple(d.criterion for d in differences), every, build)
        )
    except TooMany as many:
        return plain._replace(note=many.words)
    except Problems as wrong:
        return plain._replace(note=N_("the one cannot be turned into the other: {why}", why=wrong.problems[0].message))


def changed(a: Side, b: Side) -> tuple[Contribution, ...]:
    """Every input that differs, old and new, whatever it carries; none where a side is not known down to its inputs."""
    if not a.trees or len(a.trees) != len(b.trees):
        return ()
    return tuple(_contribution(player, {}) for player in players(a.trees, b.trees))


def _differences(a: Side, b: Side) -> Iterator[Difference]:
    for key, (first, unit) in a.totals.items():
        if key in b.totals:
            second, other = b.totals[key]
            if unit != other:
                message = f"{key} is in {unit} in {a.label} and in {other} in {b.label}"
                raise Problems([Problem(message, (), "run the older one again")])
            yield _difference(key, unit, first, second)


def _difference(key: str, unit: str, a: float, b: float) -> Difference:
    relative = (b - a) / abs(a) if a else math.copysign(math.inf, b) if b else 0.0
    return Difference(key, unit, a, b, b - a, relative)


def _attributed(plain: Comparison, game: Game) -> Comparison:
    worth = game.worth
    first, last = worth[0], worth[-1]
    differences = tuple(_difference(d.criterion, d.unit, first[i], last[i]) for i, d in enumerate(plain.differences))
    pairs = zip(differences, plain.differences, strict=True)
    if not all(_close(new.b, old.b) and _close(new.a, old.a) for new, old in pairs):
        return plain._replace(note=N_("more than the scenario changed: what carries the difference cannot be said"))
    shares = [shapley([totals[i] for totals in worth], len(game.players)) for i in range(len(game.criteria))]
    carried = [
        _contribution(player, {key: shares[i][place] for i, key in enumerate(game.criteria)})
        for place, player in enumerate(game.players)
    ]
    moving = [c for c in carried if any(c.carries.values())]
    idle = (*game.idle, *(c.name for c in carried if not any(c.carries.values())))
    return plain._replace(differences=differences, contributions=tuple(_sorted(moving, differences)), idle=idle)


def _sorted(contributions: list[Contribution], differences: Sequence[Difference]) -> list[Contribution]:
    """The largest first, by the largest part of any difference that they carry."""
    sizes = {d.criterion: abs(d.difference) or abs(d.a) or 1.0 for d in differences}
    return sorted(contributions, key=lambda c: -max(abs(value) / sizes[key] for key, value in c.carries.items()))


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=CLOSE)


def _contribution(player: Player, carries: dict[str, float]) -> Contribution:
    paths = {change.path: change for change in player.changes}
    old = later(_wordings, [(change, change.old) for change in paths.values()])
    new = later(_wordings, [(change, change.new) for change in paths.values()])
    places = (change.new or change.old for change in paths.values())
    place = next((f"{at.span.file}:{at.span.line}" for at in places if at is not None), "")
    return Contribution(player.name, old, new, place, carries)


def _wordings(sides: Sequence[tuple[Change, Located | None]]) -> str:
    """What stands on one side of changes; of several, each with its name."""
    texts = [_("absent") if at is None else _words(at) for _change, at in sides]
    if len(texts) == 1:
        return texts[0]
    return clauses(
        _("{what}: {reason}", what=_last(change), reason=text) for (change, _at), text in zip(sides, texts, strict=True)
    )


def _last(change: Change) -> str:
    return change.path[-2] if change.path[-1] == "share" and len(change.path) > 1 else change.path[-1]


def _words(at: Located) -> str:
    """A value in a few words."""
    if is_quantity(at):
        return _words(entries(at)["value"])
    if isinstance(at.value, dict):
        return _("present")
    return ", ".join(_words(item) for item in items(at)) if isinstance(at.value, list) else at.value


__all__ = [
    "MOST", "Build", "Comparison", "Contribution", "Difference", "Side", "changed", "compare", "saved", "shapley",
    "side",
]  # fmt: skip
