"""What a study says of its goal, its scope and its review, and what it does not say (ISO 14044, clauses 4.2, 5 and 6).

The list is that of what a report has to state; what the author leaves out is said to be not stated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lca.model.declarations import About
from lca.model.goal import NO_REVIEW, PANEL, PUBLIC, Alternative, Goal, Review
from lca.questions import allocation
from lca.questions.requirement import in_words
from lca.result import Result
from lca.spoken import N_, _

NOT_STATED = N_("not stated")
ASSERTIONS = {
    "none": N_("none: no product is said to be better than another or equal to it"),
    "internal": N_("intended, not to be disclosed to the public"),
    "public": N_("intended to be disclosed to the public"),
}
ASKED_FOR = N_("Not stated, and asked for by ISO 14044 (4.2, 5 and 6)")
NEEDS_PANEL = N_(
    "comparative assertions disclosed to the public need a critical review by a panel (ISO 14044, clause 6)"
)
NO_WEIGHTS = N_(
    "A single score rests on value choices: ISO 14044 (4.4.5) forbids weighting in comparative assertions disclosed to "
    "the public"
)
EQUIVALENT = N_(
    "Compare what has the same functional unit, and equivalent boundary, data quality, allocation and impact methods; "
    "differences are to be reported (ISO 14044, 4.2 and 5.3)."
)


class Statement(NamedTuple):
    """What the study says of one thing that a report has to state; no text where it says nothing."""

    term: str
    texts: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts, or that there are none."""
        return self.texts or (_(NOT_STATED),)


def statements(result: Result) -> list[Statement]:
    """Everything that a report has to state, in the order of the standard."""
    about = result.model.scenario.about
    return [Statement(term, tuple(text for text in texts if text)) for term, texts in _every(result, about)]


def unstated(result: Result) -> list[str]:
    """The terms of which the study says nothing."""
    return [each.term for each in statements(result) if not each.texts]


def conflicts(about: About) -> Iterator[str]:
    """What the study states of itself and the standard does not allow."""
    review: Review | None = about.review
    if is_public(about) and (review is None or review.status != PANEL):
        yield NEEDS_PANEL


def is_public(about: About) -> bool:
    """Whether the study is to support comparative assertions disclosed to the public."""
    goal: Goal | None = about.goal
    return goal is not None and goal.comparative == PUBLIC


def _every(result: Result, about: About) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from _goal(about)
    modelling = _(about.modelling)
    by_default = _("{modelling}, by default", modelling=modelling)
    yield _("Modelling"), (modelling if "modelling" in about.tree.value else by_default,)
    yield _("Cut-off rule"), (about.cut_off,)
    yield _("Allocation"), tuple(allocation.conventions(result)) or (_("nothing is shared out"),)
    yield _("Other allocations"), tuple(_alternative(each) for each in about.alternatives.values())
    yield _("Data quality"), () if about.quality is None else tuple(in_words(about.quality))
    yield _("Critical review"), _review(about.review)
    yield _("Authors"), (about.authors,)
    yield _("Date"), (about.date,)
    yield _("Version"), (about.version,)


def _goal(about: About) -> Iterator[tuple[str, tuple[str, ...]]]:
    goal: Goal | None = about.goal
    said = {name: "" if goal is None else getattr(goal, name) for name in Goal.fields}
    yield _("Purpose"), (said["purpose"],)
    yield _("Intended use"), (said["use"],)
    yield _("Audience"), (said["audience"],)
    yield _("Comparative assertions"), (_(ASSERTIONS.get(said["comparative"], "")),)
    yield _("Commissioned by"), (said["commissioner"],)


def _alternative(each: Alternative) -> str:
    computed = _(" (variant {name})", name=each.variant) if each.variant else ""
    what = f"{each.part}, {each.instead}{computed}"
    return _("{what}: {reason}", what=what, reason=each.reason) if each.reason else what


def _review(review: Review | None) -> tuple[str, ...]:
    if review is None:
        return ()
    if review.status == NO_REVIEW:
        return (_("none has been made"),)
    by = _("by {names}", names=review.by) if review.by else _("reviewers not stated")
    statement = _("statement: {place}", place=review.statement) if review.statement else _("statement not stated")
    return (_("{status}, {by}; {statement}", status=_(review.status), by=by, statement=statement),)
