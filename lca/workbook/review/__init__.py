"""A reviewer's copy of the workbook against the scenario: what was changed, whom it moves, and what cannot be taken.

The copy is read by an importer; a fresh export of the same study shows what else is not as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.citations import Source
from lca.compile import Model
from lca.graph import Input, evaluate
from lca.model.case import TotalKey
from lca.text.identity import digest
from lca.wording import plural, quantity
from lca.workbook.names import FORMAT, IDENTITY, PROPERTIES, SCENARIO, WRITTEN_BY, total_name
from lca.workbook.review import edits
from lca.workbook.review.copies import Cell, Comment, Copy, plain
from lca.workbook.review.edits import Detail, Edit, Finding
from lca.workbook.review.effects import Effects, Move
from lca.workbook.review.formulas import Compared
from lca.workbook.review.references import target
from lca.workbook.review.roots import roots
from lca.workbook.review.shapes import Shape, found_again, shape
from lca.workbook.review.words import Words

CLOSE = 1e-9  # relative: how near the workbook's own totals have to be
FIRST_IN_FRACTIONS = 2  # the format of workbooks from which on the cells of percentages hold fractions
Node = tuple[int, float]  # what a cell computes, and what leads from its number to that


class Judged(NamedTuple):
    """An edit with what it moves when it alone is made, and the details that cannot be written, by column."""

    edit: Edit
    moves: tuple[Move, ...] = ()
    not_written: Mapping[str, str] = {}

    @property
    def is_accepted(self) -> bool:
        """Whether there is something to write."""
        if not self.edit.refused and (self.edit.moves or self.edit.stated):
            return True
        has_words = bool(self.edit.comments) and not _is_in_formula(self.edit)
        return has_words or any(detail.column not in (*self.not_written, "Unit") for detail in self.edit.details)


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
    return _identity_of(copy) == digest(model.scenario.tree) and _format(copy) == str(FORMAT)


def _identity_of(copy: Copy) -> str:
    """The hash of the scenario: of the workbook's properties, or of its Read me where programs have dropped those."""
    return copy.properties.get(PROPERTIES[2], "") or copy.beside(IDENTITY)


def _format(copy: Copy) -> str:
    written = copy.properties.get(PROPERTIES[0], "") or copy.beside(WRITTEN_BY).rpartition(" ")[2]
    return written.removesuffix(".0")


def _scenario(copy: Copy) -> str:
    return copy.properties.get(PROPERTIES[1], "") or copy.beside(SCENARIO)


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
    nodes: Mapping[str, Node],
) -> Review:
    """What a copy says of a model and its values. Problems where the copy has no inputs to read.

    pristine: a fresh export; None where the copy is of another scenario. nodes: what a cell of it computes.
    """
    copy, called = found_again(copy, pristine)
    in_percent = _format(copy).isdecimal() and int(_format(copy)) < FIRST_IN_FRACTIONS
    rows = [edits.edited(copy, model, sheet, pristine, in_percent=in_percent) for sheet in edits.readable(copy)]
    effects = Effects(model, values)
    proposed = _refused_together(effects, [edit for of in rows for edit in of.edits])
    proposed = [_with_range(_in_formula(edit, model), model) for edit in proposed]
    judged = tuple(_judged(edit, effects, sources) for edit in proposed)
    accepted = accepted_values(proposed)
    together = effects.moves(accepted)
    compared: list[Finding] = []
    found = [*edits.unreadable(copy), *(finding for of in rows for finding in of.findings)]
    shapes: dict[str, Shape] = {}
    dropped: list[str] = []
    if pristine is not None:
        shapes = {name: shape(copy, pristine, name) for name in pristine.sheets if name in copy.sheets}
        comparison = Compared(copy, pristine, shapes, {of.sheet: of for of in rows})
        if accepted and any(comparison.holds_values(name) for name in shapes):
            comparison.expected = _expected(effects, accepted, nodes)
        compared, rest = _compared(comparison, found)
        dropped = [*_dropped(copy, pristine, comparison)]
    else:
        rest = found
    errors = tuple(roots(copy, pristine, shapes))
    findings = (*(_with_moves(finding, effects, nodes) for finding in compared), *errors, *rest)
    shown = _totals(copy, pristine, shapes, model)
    remarks = (
        *_identity(copy, model, same=pristine is not None),
        *(
            f"its sheet '{plain(other)}' is {name}, by what is in it: places say {name}"
            for name, other in called.items()
        ),
        *copy.remarks,
        *dropped,
        *_agreement(shown, together, effects.moves(_as_typed(proposed))),
    )
    return Review(
        copy.name, model.scenario.name, pristine is not None, remarks, judged, tuple(dict.fromkeys(findings)),
        _other_comments(copy, proposed), together, _numbers(shown),
    )  # fmt: skip


def _compared(comparison: Compared, found: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What is not as it was exported: the formulas, which come first, and all else."""
    names = list(comparison.names())
    words = Words(comparison.copy, comparison.pristine, comparison.shapes, comparison.is_told)
    formulas = sorted(comparison.formulas(), key=lambda finding: finding.kind != "formula overwritten")
    return formulas, [
        *words.sheets(), *words.order(), *names, *found, *comparison.numbers(), *words.cells(), *words.marks()
    ]  # fmt: skip


def _dropped(copy: Copy, pristine: Copy, comparison: Compared) -> Iterator[str]:
    """What programs leave out of a copy without anybody's having asked for it."""
    if pristine.protected and not copy.protected:
        yield "its sheets are no longer protected"
    elif missing := sorted(pristine.protected & {*copy.sheets} - copy.protected):
        yield f"no longer protected: {', '.join(missing)}"
    if pristine.names and not copy.names:
        yield "its cells have no names any more: formulas are compared by what they say"
    values = [name for name in comparison.shapes if comparison.holds_values(name)]
    if values:
        yield f"it holds values where formulas were, on {', '.join(values)}: they are compared with what they came to"


def _expected(effects: Effects, accepted: Mapping[int, float], nodes: Mapping[str, Node]) -> dict[str, float]:
    """What cells come to with the accepted edits."""
    values = evaluate(effects.graph, accepted)
    return {place: float(values[node]) / factor for place, (node, factor) in nodes.items() if factor}


def _as_typed(proposed: Iterable[Edit]) -> dict[int, float]:
    """The numbers that the workbook itself computed with, refused or not, and in the units that were exported."""
    return {edit.leaf: edit.typed for edit in proposed if edit.typed is not None}


def _with_moves(finding: Finding, effects: Effects, nodes: Mapping[str, Node]) -> Finding:
    """A quantity of the inventory that was overwritten moves totals, as an input does."""
    if finding.value is None or finding.origin not in nodes or not finding.origin.startswith("Inventory!"):
        return finding
    node, factor = nodes[finding.origin]
    return finding._replace(moves=effects.moves({node: finding.value * factor}))


def _judged(edit: Edit, effects: Effects, sources: Mapping[str, Source]) -> Judged:
    value = edit.new if edit.new is not None and not edit.refused else edit.old
    moves = effects.moves({edit.leaf: edit.new}) if edit.new is not None else ()
    limit = next((limit for limit in effects.model.facts.limits if limit.index == edit.leaf), None)
    refused = edits.refused_details(edit.details, sources, value, limit)
    if _is_in_formula(edit):
        refused = {
            detail.column: "a number inside a formula has no words of its own" for detail in edit.details
        } | refused
    return Judged(edit, moves, refused)


def _refused_together(effects: Effects, proposed: list[Edit]) -> list[Edit]:
    """The edits, those refused that only together break something: shares off 100 %, a derived AUR above it."""
    while refused := effects.refused(accepted_values(proposed)):
        proposed = [
            edit._replace(refused=refused[edit.leaf]) if edit.leaf in refused and not edit.refused else edit
            for edit in proposed
        ]
    return proposed


def _is_in_formula(edit: Edit) -> bool:
    return "#" in edit.path.rpartition(".")[2] and not edit.is_factor


def _in_formula(edit: Edit, model: Model) -> Edit:
    """A number inside a formula has no place of its own that a scenario could set."""
    if edit.new is None or edit.refused or not _is_in_formula(edit):
        return edit
    path, _, _ = edit.path.rpartition("#")
    span = model.graph.info[edit.leaf].span
    where = f"{plain(span.file).replace(chr(92), '/').rpartition('/')[2]}:{span.line}"
    way = "write that formula anew, or make the number a parameter"
    return edit._replace(refused=f"it is a number inside the formula of {path}, at {where}, and is not read: {way}")


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
    written = _scenario(copy)
    paths = "inputs are told by their paths; formulas, ranges and texts are not compared"
    name = model.scenario.name.replace("\\", "/").rpartition("/")[2]
    if not _identity_of(copy):
        yield f"it does not say of which scenario it is: {paths}"
    elif _format(copy) != str(FORMAT):
        yield f"it was written by another version of this program: {paths}"
    elif not same and written == name:
        yield f"it was exported from another version of {name}: {paths}"
    elif not same:
        yield f"it was exported from {plain(written)}, not from {name}: {paths}"


def _totals(
    copy: Copy, pristine: Copy | None, shapes: Mapping[str, Shape], model: Model
) -> dict[TotalKey, Cell | None]:
    """The copy's cells of the totals, where the export has them, or else where the copy's names lead."""
    cells: dict[TotalKey, Cell | None] = {}
    for unit, variant, key in model.totals:
        name = total_name(unit, key, variant)
        at = target((pristine or copy).names.get(name, ""), copy.called if pristine is None else None)
        if at is None:
            continue
        position = shapes[at[0]].moved(at[1]) if at[0] in shapes else at[1]
        cells[TotalKey(unit, variant, key)] = copy.cell(at[0], position) if position is not None else None
    return cells


def _numbers(cells: Mapping[TotalKey, Cell | None]) -> dict[TotalKey, float]:
    return {total: cell.value for total, cell in cells.items() if cell is not None and isinstance(cell.value, float)}


def _agreement(
    cells: Mapping[TotalKey, Cell | None], together: tuple[Move, ...], as_typed: tuple[Move, ...]
) -> Iterator[str]:
    shown = _numbers(cells)
    failing = sum(cell is not None and cell.error for cell in cells.values())
    known = [(move, shown[move.total]) for move in together if move.total in shown]
    if failing:
        are = plural(failing, "of its own totals is an error", "of its own totals are errors")
        yield f"{are}: see below where errors start"
    elif not known and together:
        yield "it was saved without computed values, so that its own totals cannot be compared"
    off = [(move, value) for move, value in known if not _close(move.after, value)]
    typed = {move.total: move.after for move in as_typed}
    if off and all(_close(move.before, value) for move, value in known):
        yield "it was saved without recomputing: its totals are those of the scenario"
    elif off and all(_close(typed[move.total], value) for move, value in known):
        yield (
            "its own totals are those of the numbers in its cells as they stand, each in the unit that was exported, "
            "those that are not accepted included"
        )
    elif off:
        move, value = off[0]
        case = f"{move.functional_unit}, {move.variant}" if move.variant else move.functional_unit
        yield (
            f"{plural(len(off), 'of its own totals is', 'of its own totals are')} not what the accepted edits come to"
            f", such as {move.criterion} of {case}: {value:.6g} in the workbook, {move.after:.6g} here; what was not "
            "accepted, texts and changed formulas make the difference"
        )


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=CLOSE)


def _other_comments(copy: Copy, proposed: list[Edit]) -> tuple[Comment, ...]:
    taken = {comment for edit in proposed for comment in edit.comments}
    return tuple(comment for comment in copy.comments if comment not in taken)


__all__ = ["Detail", "Edit", "Finding", "Judged", "Move", "Review", "exported_cases", "is_same", "review"]
