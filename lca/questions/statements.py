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

NOT_STATED = "not stated"
ASSERTIONS = {
    "none": "none: no product is said to be better than another or equal to it",
    "internal": "intended, not to be disclosed to the public",
    "public": "intended to be disclosed to the public",
}
ASKED_FOR = "Not stated, and asked for by ISO 14044 (4.2, 5 and 6)"
NEEDS_PANEL = "comparative assertions disclosed to the public need a critical review by a panel (ISO 14044, clause 6)"
NO_WEIGHTS = (
    "A single score rests on value choices: ISO 14044 (4.4.5) forbids weighting in comparative assertions disclosed to "
    "the public"
)
EQUIVALENT = (
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
        return self.texts or (NOT_STATED,)


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
    yield "Modelling", (about.modelling if "modelling" in about.tree.value else f"{about.modelling}, by default",)
    yield "Cut-off rule", (about.cut_off,)
    yield "Allocation", tuple(allocation.conventions(result)) or ("nothing is shared out",)
    yield "Other allocations", tuple(_alternative(each) for each in about.alternatives.values())
    yield "Data quality", () if about.quality is None else tuple(in_words(about.quality))
    yield "Critical review", _review(about.review)
    for name in ("authors", "date", "version"):
        yield name.capitalize(), (getattr(about, name),)


def _goal(about: About) -> Iterator[tuple[str, tuple[str, ...]]]:
    goal: Goal | None = about.goal
    said = {name: "" if goal is None else getattr(goal, name) for name in Goal.fields}
    yield "Purpose", (said["purpose"],)
    yield "Intended use", (said["use"],)
    yield "Audience", (said["audience"],)
    yield "Comparative assertions", (ASSERTIONS.get(said["comparative"], ""),)
    yield "Commissioned by", (said["commissioner"],)


def _alternative(each: Alternative) -> str:
    computed = f" (variant {each.variant})" if each.variant else ""
    reason = f": {each.reason}" if each.reason else ""
    return f"{each.part}, {each.instead}{computed}{reason}"


def _review(review: Review | None) -> tuple[str, ...]:
    if review is None:
        return ()
    if review.status == NO_REVIEW:
        return ("none has been made",)
    by = f"by {review.by}" if review.by else f"reviewers {NOT_STATED}"
    statement = f"statement: {review.statement}" if review.statement else f"statement {NOT_STATED}"
    return (f"{review.status}, {by}; {statement}",)
