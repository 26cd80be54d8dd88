"""Why something contributes nothing to a figure, or is not in the study at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lca.compile import Line, Model
from lca.graph import Graph, Input
from lca.model.case import CaseKey
from lca.problems import Span, alike
from lca.questions.grouping import part_words
from lca.scenario import overlaid
from lca.spoken import N_, _
from lca.text.documents import Located
from lca.text.overlay import entries, find, items, joined
from lca.wording import clauses, either, localised, significant, with_unit

CALLED = ("device", "equipment", "building", "item", "provider")  # fields that name the item of a line
SCOPE = ("item", "tier", "phase", "stage", "impacts", "criterion")
NOT_ASSESSED = N_("{what} is not assessed: {reason}")
NOT_ASSESSED_FOR = N_("{what} is not assessed for {criterion}: {reason}")
EXCLUDED = N_("the training run {run} is not included; those that count: {runs}")
OUT_OF_SCOPE = N_("{what} is out of scope: {reason}")
IN_SCENARIO = N_("{path} is in the scenario")
OTHER_NAME = N_("{path} is in the scenario; its lines are called {names}")
DEEPEST = 12  # levels of a scenario in which a name is looked for


class Reason(NamedTuple):
    """One reason.

    kind: contributes, zero, not assessed, out of scope, excluded, elsewhere, other name, unused or unknown.
    """

    kind: str
    words: str
    place: str = ""


class Question(NamedTuple):
    """What is asked: an item, or a tier, phase or stage, of one case by one criterion."""

    model: Model
    values: Sequence[float]
    case: CaseKey
    criterion: str
    item: str
    trees: tuple[Located, ...]


def why_not(
    model: Model, values: Sequence[float], functional_unit: str, variant: str | None, criterion: str, item: str
) -> list[Reason]:
    """Every reason that is found; at least one."""
    case = CaseKey(functional_unit, variant)
    parts = model.scenario.parts(functional_unit)
    trees = tuple(overlaid(model.scenario, CaseKey(part, variant))[0] for part in parts)
    asked = Question(model, values, case, criterion, item, trees)
    finders = (_contributes, _not_assessed, _out_of_scope, _excluded, _elsewhere, _other_name)
    reasons = [reason for finder in finders for reason in finder(asked)]
    return list(dict.fromkeys(reasons)) or [_unknown(asked)]


# --- in the inventory -----------------------------------------------------------------------------------------------


def _contributes(asked: Question) -> Iterator[Reason]:
    lines = [line for line in _lines(asked) if line.criterion == asked.criterion]
    total = asked.values[asked.model.totals[asked.case.total(asked.criterion)]]
    amount = sum(asked.values[line.impact] for line in lines)
    if amount:
        unit = asked.model.factors.criteria[asked.criterion].unit_label
        shown = with_unit(significant(amount, 3), unit)
        words = _("it does contribute: {amount}", amount=shown)
        if total:
            share = localised(f"{amount / total * 100:.2f}")
            words = _("it does contribute: {amount}, {share}% of the total", amount=shown, share=share)
        yield Reason("contributes", words)
    for line in lines:
        if not asked.values[line.impact]:
            yield from _zero(asked, line)


def _lines(asked: Question) -> list[Line]:
    return [line for line in asked.model.lines if _is_of(line, asked.case) and _is_about(line, asked.item)]


def _is_of(line: Line, case: CaseKey) -> bool:
    return line.case == case


def _is_about(line: Line, item: str) -> bool:
    return item in (line.item, line.flow, line.tier, line.phase, line.stage)


def _zero(asked: Question, line: Line) -> Iterator[Reason]:
    what = f"{line.item} ({_(line.stage)}, {_(line.phase)})"
    causes = zeros(asked.model.graph, asked.values, line.impact)
    for leaf in causes:
        shown = with_unit(significant(leaf.value, 6), str(leaf.unit))
        words = _("{what} is 0 because {input} is {value}", what=what, input=leaf.path, value=shown)
        yield Reason("zero", words, _place(leaf.span))
    if not causes:
        yield Reason("zero", _("{what} is 0 because the terms of its formula cancel out", what=what))


def zeros(graph: Graph, values: Sequence[float], root: int) -> list[Input]:
    """The inputs that are 0 and make a node 0."""
    by_index: dict[int, Input] = {}
    pending, seen = [root], {root}
    while pending:
        i = pending.pop()
        if graph.op[i] == "input":
            by_index[i] = graph.info[i]
        args = graph.args[i][:1] if graph.op[i] == "/" else graph.made_of(i)
        through = [a for a in args if not values[a] and a not in seen]
        seen.update(through)
        pending += through
    return [leaf for _, leaf in sorted(by_index.items())]


# --- left out on purpose --------------------------------------------------------------------------------------------


def _not_assessed(asked: Question) -> Iterator[Reason]:
    for gap in _listed(asked, "not_assessed"):
        criterion = _text(gap, "criterion")
        if criterion in ("", asked.criterion) and (_mentions(gap, asked.item) or _is_noted(asked, gap)):
            message = NOT_ASSESSED_FOR if criterion else NOT_ASSESSED
            words = _(message, what=_described(gap), criterion=criterion, reason=_text(gap, "reason"))
            yield Reason("not assessed", words, _place(gap.span))


def _is_noted(asked: Question, gap: Located) -> bool:
    """Whether a line about the item was left out for the reason of a gap."""
    return any(
        note.kind == "not assessed"
        and note.reason == _text(gap, "reason")
        and note.criterion == asked.criterion
        and asked.item in (note.item, note.tier, note.phase)
        for note in asked.model.notes
    )


def _out_of_scope(asked: Question) -> Iterator[Reason]:
    for outside in _listed(asked, "out_of_scope"):
        if _mentions(outside, asked.item):
            words = _(OUT_OF_SCOPE, what=_described(outside), reason=_text(outside, "reason"))
            yield Reason("out of scope", words, _place(outside.span))


def _excluded(asked: Question) -> Iterator[Reason]:
    for tree in asked.trees if not _lines(asked) else ():
        for training in _trainings(tree):
            include = entries(training).get("include")
            named = [name for name in entries(entries(training).get("runs")) if f" {asked.item}".endswith(f" {name}")]
            if named and include is not None:
                counted = ", ".join(str(at.value) for at in items(include))
                words = _(EXCLUDED, run=named[0], runs=counted)
                yield Reason("excluded", words, _place(include.span))


def _trainings(tree: Located) -> list[Located]:
    """The training of a scenario, or each of several."""
    at = find(tree, ("training",))
    return [at] if at is not None and "runs" in entries(at) else [*entries(at).values()]


def _listed(asked: Question, key: str) -> list[Located]:
    given = [find(tree, ("study", key)) for tree in asked.trees[:1]]
    return [entry for at in given if at is not None for entry in (entries(at).values() or items(at))]


def _mentions(entry: Located, item: str) -> bool:
    return item in [_text(entry, name) for name in SCOPE]


def _described(entry: Located) -> str:
    words = [part_words(name, _text(entry, name)) for name in (*SCOPE[:-1], "region") if _text(entry, name)]
    return ", ".join(word for word in words if word != "*") or _("everything")


def _text(entry: Located, key: str) -> str:
    at = entries(entry).get(key)
    return at.value if at is not None and isinstance(at.value, str) else ""


# --- not in this inventory ------------------------------------------------------------------------------------------


def _elsewhere(asked: Question) -> Iterator[Reason]:
    if _lines(asked):
        return
    cases = dict.fromkeys(
        (line.functional_unit, line.variant) for line in asked.model.lines if _is_about(line, asked.item)
    )
    if cases:
        where = clauses(
            _("{case}, variant {name}", case=unit, name=variant) if variant else unit for unit, variant in cases
        )
        yield Reason("elsewhere", _("it is not in this inventory, but in that of: {cases}", cases=where))


def _other_name(asked: Question) -> Iterator[Reason]:
    if _lines(asked):
        return
    for tree in asked.trees:
        for path, at in _under(tree, asked.item):
            called = [_text(at, name) for name in CALLED if _text(at, name)]
            message = OTHER_NAME if called else IN_SCENARIO
            words = _(message, path=joined(path), names=either(called) if called else "")
            yield Reason("other name", words, _place(at.key_span))


def _under(tree: Located, key: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Located]]:
    """Everything that stands under a key, however deep."""
    for name, child in entries(tree).items():
        if name == key:
            yield (*path, name), child
        elif len(path) < DEEPEST:
            yield from _under(child, key, (*path, name))


def _unknown(asked: Question) -> Reason:
    lines = [line for line in asked.model.lines if _is_of(line, asked.case)]
    own = dict.fromkeys(name for line in lines for name in (line.item, line.flow))
    if asked.item in asked.model.factors.items():
        return Reason("unused", _("the study's packs have factors for it, but no flow of the inventory uses it"))
    close = [f"'{name}'" for name in alike(asked.item, own)]
    hint = _("did you mean {names}?", names=either(close)) if close else _("items: {names}", names=", ".join(own))
    return Reason("unknown", _("it is not in the inventory; {hint}", hint=hint))


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"
