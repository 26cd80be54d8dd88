"""One figure as a tree in plain values: the quantities it is made of, down to lines of files and citations.

A step is a quantity that a reader would name: a total, a line of the inventory, a named intermediate, an input.
What stands between two steps is the formula of the upper one. A quantity is explained where it is met first, and
referred to by its number afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lca.compile import Model
from lca.model.case import CaseKey
from lca.questions.explain.formulas import Term, factor_words, formula_text
from lca.questions.explain.steps import Folded, Origin, Reference, Step, renumbered
from lca.questions.explain.teller import NO_REASON, Teller, factor_name, line_name

FOLD = 0.02  # of a sum: terms that are smaller together are folded
DEEPEST = 60  # steps inside one another


class Explanation(NamedTuple):
    """A figure explained, and the full citations of its sources by key."""

    title: str
    root: Step
    sources: dict[str, str]


def explain(
    model: Model,
    root: int,
    name: str,
    functional_unit: str,
    variant: str | None = None,
    depth: int = DEEPEST,
    fold: float = FOLD,
    title: str = "",
) -> Explanation:
    """The explanation of a node as a figure of one case.

    depth: how many steps are shown inside one another. fold: the share of a sum under which its smallest terms are
    shown as one; 0 shows all.
    """
    teller = Teller(model, root, name, CaseKey(functional_unit, variant), fold)
    step = renumbered(teller.step(root, min(depth, DEEPEST), None))
    return Explanation(title or name, step, _citations(model, teller.cited))


def _citations(model: Model, keys: Iterable[str]) -> dict[str, str]:
    sources = model.facts.sources
    full = {key: sources[key] for key in keys if key in sources}
    return {key: f"{source}{f' [{source.licence}]' if source.licence else ''}" for key, source in full.items()}


__all__ = [
    "DEEPEST", "FOLD", "NO_REASON", "Explanation", "Folded", "Origin", "Reference", "Step", "Term", "explain",
    "factor_name", "factor_words", "formula_text", "line_name",
]  # fmt: skip
