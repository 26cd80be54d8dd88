"""Goal and scope for critical reviewers: what is stated and what is not, methods, stages of equipment, data quality."""

from __future__ import annotations

from collections.abc import Iterator

from lca.questions.methods import Method, methods, mixed
from lca.questions.requirement import Judged, Judgement, judgement
from lca.questions.stages import EVERY, Equipment, equipment, is_uneven
from lca.questions.statements import ASKED_FOR, conflicts, statements, unstated
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Record, Row, row
from lca.result import Result
from lca.rules.end_of_life import PARTS, TOTAL
from lca.spoken import N_, _, told
from lca.wording import NONE, clauses, listed, percent

MIXED = N_("mixed: parts assessed by different methods are added up")
UNEVEN = N_("One side leaves out stages that another counts: the equipment is not assessed over the same stages.")
MET = N_("meets it")
IN_ONE = {  # alone, and where it is so by some criteria
    TOTAL: (N_("all but use, in one figure"), N_("all but use, in one figure for some criteria")),
    EVERY: (N_("every stage, in one figure"), N_("every stage, in one figure for some criteria")),
}


def blocks(result: Result) -> Iterator[Block]:
    """All that there is to say of it."""
    about = result.model.scenario.about
    yield Heading(_("Goal and scope"))
    yield Entries(tuple(Entry(each.term, each.shown) for each in statements(result)))
    if missing := unstated(result):
        yield Prose(_("{asked_for}: {terms}.", asked_for=_(ASKED_FOR), terms=", ".join(missing).lower()), "fair")
    for conflict in conflicts(about):
        yield Prose(_("Not in conformity: {conflict}.", conflict=_(conflict)), "bad")
    yield from _methods(result)
    yield from _stages(result)
    if about.quality is not None:
        yield from _quality(result, judgement(result, about.quality))


def records(result: Result) -> Iterator[Record]:
    """A record for each statement, method and group of equipment, and for each row of a pack that is judged."""
    about = result.model.scenario.about
    for each in statements(result):
        yield {"kind": "statement", "name": each.term, "text": clauses(each.shown)}
    for method in methods(result.model):
        yield {"kind": "method", "name": method.criterion, "text": _method(result, method)}
    for group in equipment(result):
        yield {"kind": "equipment", "name": ", ".join(group.items), "text": _equipment(group)}
    judged = judgement(result, about.quality).data if about.quality is not None else ()
    for one in judged:
        yield {"kind": "quality", "name": _name(result, one), "text": _verdict(one), "criteria": list(one.criteria)}


# --- methods ---------------------------------------------------------------------------------------------------------


def _methods(result: Result) -> Iterator[Block]:
    every = methods(result.model)
    beyond = mixed(every)
    yield Heading(_("Impact methods"))
    entries = []
    for criterion in result.criteria:
        texts = [_method(result, each) for each in every if each.criterion == criterion.key]
        entries.append(Entry(told(criterion.label), (*([_(MIXED)] if criterion.key in beyond else []), *texts)))
    yield Entries(tuple(entries))


def _method(result: Result, method: Method) -> str:
    labels = result.model.factors.criteria
    said = f"{method.words} ({', '.join(method.packs)})"
    if not method.proxy:
        return said
    return _("by proxy, from {criterion}: {method}", criterion=labels[method.proxy].label, method=said)


# --- stages ----------------------------------------------------------------------------------------------------------


def _stages(result: Result) -> Iterator[Block]:
    groups = equipment(result)
    if groups:
        yield Heading(_("Stages of equipment, but use"))
        yield Entries(tuple(Entry(", ".join(group.items), (_equipment(group),)) for group in groups))
    if is_uneven(groups):
        yield Prose(_(UNEVEN), "fair")


def _equipment(group: Equipment) -> str:
    parts = [stage for stage in group.stages if stage not in IN_ONE]
    named = listed(map(_, parts))
    texts = [named if group.counted == PARTS else _("{stages} alone", stages=named)] if parts else []
    some = len(group.stages) > 1
    texts += [_(words[some]) for stage, words in IN_ONE.items() if stage in group.stages]
    if group.credits == group.items:
        texts.append(_("with end-of-life credits"))
    elif group.credits:
        texts.append(_("with end-of-life credits for {items}", items=", ".join(group.credits)))
    return clauses(texts)


# --- data quality ----------------------------------------------------------------------------------------------------


def _quality(result: Result, judged: Judgement) -> Iterator[Block]:
    yield Heading(_("Factors against the data quality required"))
    heads = (
        Column("", fold=True),
        Column(_("pack"), fold=True),
        Column(_("weighs"), right=True),
        Column("", fold=True),
    )
    yield Grid(heads, tuple(_row(result, one) for one in judged.data))
    yield Prose(_("Weighs: the largest share of a total that rests on it. Bills of materials are not judged."), "faint")
    yield Heading(_("Shares of the totals that rest on what meets it"), 3)
    columns = (Column("", fold=True), *(Column(told(c.label), right=True) for c in result.criteria))
    yield Grid(columns, tuple(_shares(result, judged)))


def _row(result: Result, one: Judged) -> Row:
    tone = "fair" if one.row.misses else "good"
    return row(_name(result, one), one.row.pack, percent(one.share), Cell(_verdict(one), tone))


def _name(result: Result, one: Judged) -> str:
    labels = ", ".join(told(result.model.factors.criteria[key].label) for key in one.criteria)
    own = ", ".join(part for part in (one.row.item, one.row.region, one.row.year, one.row.letter) if part)
    return _("{what}: {reason}", what=own, reason=labels)


def _verdict(one: Judged) -> str:
    reasons = f" ({clauses(one.reasons)})" if one.reasons else ""
    return f"{clauses(one.row.misses) or _(MET)}{reasons}"


def _shares(result: Result, judged: Judgement) -> Iterator[Row]:
    for case in result.model.cases:
        shares = [judged.met.get(case.total(c.key)) for c in result.criteria]
        yield row(str(case), *(NONE if share is None else percent(share) for share in shares))
