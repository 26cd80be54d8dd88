"""The steps of an explanation, as plain values, and their numbers."""

from __future__ import annotations

from typing import NamedTuple

from lca.questions.explain.formulas import Term, referred, with_numbers


class Reference(NamedTuple):
    """A quantity that is explained elsewhere in the tree."""

    number: int
    name: str
    value: float
    unit: str
    share: float | None = None


class Folded(NamedTuple):
    """Terms of a sum that are small together."""

    terms: int
    value: float
    unit: str
    share: float | None = None


class Origin(NamedTuple):
    """Where a number was written, and who says so. A computed quantity has the bases of all its inputs."""

    place: str = ""
    basis: str = ""
    source: str = ""
    at: str = ""
    via: str = ""
    note: str = ""
    path: str = ""
    low: float | None = None
    high: float | None = None
    fitted_to: tuple[str, ...] = ()


class Step(NamedTuple):
    """A quantity and what it is made of. An input has no formula; `cut` says that its parts are not shown."""

    number: int
    name: str
    value: float
    unit: str
    origin: Origin
    formula: Term | None = None
    children: tuple[Step | Reference | Folded, ...] = ()
    share: float | None = None
    cut: bool = False


def renumbered(root: Step) -> Step:
    """The steps numbered in the order in which they are read; those that are not shown come last."""
    order: dict[int, int] = {}
    pending: list[Step | Reference | Folded] = [root]
    hidden: list[int] = []
    while pending:
        branch = pending.pop()
        if isinstance(branch, Step):
            order.setdefault(branch.number, len(order) + 1)
            pending += reversed(branch.children)
            hidden += referred(branch.formula) if branch.cut and branch.formula else []
    for number in hidden:
        order.setdefault(number, len(order) + 1)
    return _with_numbers(root, order)


def _with_numbers(step: Step, order: dict[int, int]) -> Step:
    children = tuple(
        _with_numbers(child, order)
        if isinstance(child, Step)
        else child._replace(number=order[child.number])
        if isinstance(child, Reference)
        else child
        for child in step.children
    )
    formula = step.formula and with_numbers(step.formula, order)
    return step._replace(number=order[step.number], formula=formula, children=children)
