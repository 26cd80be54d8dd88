"""A reviewer's copy of the workbook against the scenario: what was changed, whom it moves, and what cannot be taken.

The copy is read by an importer; a fresh export of the same study shows which formulas were touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.citations import Source
from lca.compile import Model
from lca.graph import Input
from lca.model.case import TotalKey
from lca.text.identity import digest
from lca.wording import plural, quantity
from lca.workbook.names import FORMAT, PROPERTIES, total_name
from lca.workbook.review import edits, formulas
from lca.workbook.review.copies import Comment, Copy, plain, position_of, table_of
from lca.workbook.review.edits import COLUMNS, NEEDED, Detail, Edit, Finding
from lca.workbook.review.effects import Effects, Move

CLOSE = 1e-9  # relative: how near the workbook's own totals have to be


class Judged(NamedTuple):
    """An edit with what it moves when it alone is made, and the details that cannot be written, by column."""

    edit: Edit
    moves: tuple[Move, ...] = ()
    not_written: Mapping[str, str] = {}

    @property
    def is_accepted(self) -> bool:
        """Whether there is something to write."""
        kept = any(detail.column not in self.not_written for detail in self.edit.details)
        return (self.edit.moves and not self.edit.refused) or kept


class Review(NamedTuple):
    """Everything that a copy says.

    together: the totals with all accepted values in place, factors included. shown: what the copy's own cells show for
    them, by functional unit, variant and criterion. comments: those on cells that were not edited.
    """

    workbook: str
    scenario: str
    same_scenario: bool
    remarks: tuple[str, ...]
    edits: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    comments: tuple[Comment, ...]
    together: tuple[Move, ...]
    shown: dict[TotalKey, float]

    @property
    def accepted(self) -> tuple[Judged, ...]:
        return tuple(judged for judged in self.edits if judged.is_accepted)

    @property
    def given(self) -> dict[int, float]:
        """The accepted values, by the index of their leaf."""
        return accepted_values(judged.edit for judged in self.edits)


def accepted_values(proposed: Iterable[Edit]) -> dict[int, float]:
    """The values that are not refused, by the index of their leaf."""
    return {edit.leaf: edit.new for edit in proposed if edit.new is not None and not edit.refused}


def is_same(copy: Copy, model: Model) -> bool:
    """Whether a copy is of this very scenario, in a form that this program reads."""
    return copy.properties.get(PROPERTIES[2]) == digest(model.scenario.tree) and _format(copy) == str(FORMAT)


def _format(copy: Copy) -> str:
    return copy.properties.get(PROPERTIES[0], "")


def exported_cases(copy: Copy, model: Model) -> list[tuple[str, str | None]]:
    """The cases of a model that a copy has totals of; all where its names are gone."""
    cases = list(dict.fromkeys((unit, variant) for unit, variant, _ in model.totals))
    named = {(unit, variant) for unit, variant, key in model.totals if total_name(unit, key, variant) in copy.names}
    return [case for case in cases if case in named] or cases


def review(
    copy: Copy,
    pristine: Copy | None,
    model: Model,
    values: Sequence[float],
    sources: Mapping[str, Source],
    nodes: Mapping[str, tuple[int, float]],
) -> Review:
    """What a copy says of a model and its values. Problems where the copy has no inputs to read.

    pristine: a fresh export; None where the copy is of another scenario. nodes: the node that a cell of it computes.
    """
    same = pristine is not None
    rows = [edits.edited(copy, model, "Inputs", same_scenario=same)]
    if table_of(copy, "Factors", COLUMNS["Factors"], NEEDED["Factors"]) is not None:
        rows.append(edits.edited(copy, model, "Factors", same_scenario=same))
    effects = Effects(model, values)
    proposed = _refused_together(effects, [edit for of in rows for edit in of.edits])
    proposed = [_with_range(edit, model) for edit in map(_in_formula, proposed)]
    judged = tuple(_judged(edit, effects, sources) for edit in proposed)
    findings = [finding for of in rows for finding in of.findings]
    compared = formulas.compared(copy, pristine) if pristine is not None else formulas.broken(copy)
    findings += (_with_moves(finding, effects, nodes) for finding in compared)
    together = effects.moves(accepted_values(proposed))
    shown = _shown(copy, model)
    remarks = (*_identity(copy, model, same=same), *copy.remarks, *_agreement(shown, together))
    return Review(
        copy.name, model.scenario.name, same, remarks, judged, tuple(dict.fromkeys(findings)),
        _other_comments(copy, proposed), together, shown,
    )  # fmt: skip


def _with_moves(finding: Finding, effects: Effects, nodes: Mapping[str, tuple[int, float]]) -> Finding:
    """A quantity of the inventory that was overwritten moves totals, as an input does."""
    if finding.value is None or finding.origin not in nodes or not finding.origin.startswith("Inventory!"):
        return finding
    node, factor = nodes[finding.origin]
    return finding._replace(moves=effects.moves({node: finding.value * factor}))


def _judged(edit: Edit, effects: Effects, sources: Mapping[str, Source]) -> Judged:
    value = edit.new if edit.new is not None and not edit.refused else edit.old
    moves = effects.moves({edit.leaf: edit.new}) if edit.new is not None else ()
    limit = next((limit for limit in effects.model.facts.limits if limit.index == edit.leaf), None)
    return Judged(edit, moves, edits.refused_details(edit.details, sources, value, limit))


def _refused_together(effects: Effects, proposed: list[Edit]) -> list[Edit]:
    """The edits, those refused that only together break something: shares off 100 %, a derived AUR above it."""
    while refused := effects.refused(accepted_values(proposed)):
        proposed = [
            edit._replace(refused=refused[edit.leaf]) if edit.leaf in refused and not edit.refused else edit
            for edit in proposed
        ]
    return proposed


def _in_formula(edit: Edit) -> Edit:
    """A number inside a formula has no place of its own that a scenario could set."""
    if edit.new is None or edit.refused or "#" not in edit.path.rpartition(".")[2] or edit.is_factor:
        return edit
    path, _, _ = edit.path.rpartition("#")
    why = f"it is a number inside the formula of {path}: write that formula anew, or make the number a parameter"
    return edit._replace(refused=why)


def _with_range(edit: Edit, model: Model) -> Edit:
    """A value beyond its own range takes the end of the range along, and says so."""
    if edit.new is None or edit.refused:
        return edit
    leaf: Input = model.graph.info[edit.leaf]
    changed = {detail.column for detail in edit.details}
    warnings = list(edit.warnings)
    for name, end, beyond in (("Low", leaf.low, -1), ("High", leaf.high, 1)):
        if end is not None and name not in changed and (edit.new - end) * beyond > 0:
            was = quantity(end, edit.unit)
            warnings.append(f"the value is beyond {name.lower()}, {was}, which moves along with it")
    return edit._replace(warnings=tuple(warnings))


# --- what the copy is -----------------------------------------------------------------------------------------------


def _identity(copy: Copy, model: Model, *, same: bool) -> Iterator[str]:
    written = copy.properties.get(PROPERTIES[1], "")
    paths = "inputs are told by their paths; formulas, ranges and sources are not compared"
    name = model.scenario.name.replace("\\", "/").rpartition("/")[2]
    if not copy.properties.get(PROPERTIES[2]):
        yield f"it does not say of which scenario it is: {paths}"
    elif _format(copy) != str(FORMAT):
        yield f"it was written by another version of this program: {paths}"
    elif not same and written == name:
        yield f"it was exported from another version of {name}: {paths}"
    elif not same:
        yield f"it was exported from {plain(written)}, not from {name}: {paths}"


def _shown(copy: Copy, model: Model) -> dict[TotalKey, float]:
    """What the copy's cells show for the totals, where they were saved with their values."""
    shown = {}
    for unit, variant, key in model.totals:
        target = copy.names.get(total_name(unit, key, variant), "")
        sheet, _, ref = formulas.canonical(target, "").rpartition("!")
        position = position_of(ref)
        cell = copy.cell(sheet, position) if position is not None else None
        if cell is not None and isinstance(cell.value, float):
            shown[TotalKey(unit, variant, key)] = cell.value
    return shown


def _agreement(shown: Mapping[TotalKey, float], together: tuple[Move, ...]) -> Iterator[str]:
    pairs = [(move, shown.get(move.total)) for move in together]
    known = [(move, value) for move, value in pairs if value is not None]
    if not known and together:
        yield "it was saved without computed values, so that its own totals cannot be compared"
    off = [(move, value) for move, value in known if not _close(move.after, value)]
    if off and all(_close(move.before, value) for move, value in known):
        yield "it was saved without recomputing: its totals are those of the scenario"
    elif off:
        move, value = off[0]
        case = f"{move.functional_unit}, {move.variant}" if move.variant else move.functional_unit
        yield (
            f"{plural(len(off), 'of its own totals is', 'of its own totals are')} not what the accepted edits come to"
            f", such as {move.criterion} of {case}: {value:.6g} in the workbook, {move.after:.6g} here; what was not "
            "accepted makes the difference"
        )


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=CLOSE)


def _other_comments(copy: Copy, proposed: list[Edit]) -> tuple[Comment, ...]:
    taken = {comment for edit in proposed for comment in edit.comments}
    return tuple(comment for comment in copy.comments if comment not in taken)


__all__ = ["Detail", "Edit", "Finding", "Judged", "Move", "Review", "exported_cases", "is_same", "review"]
