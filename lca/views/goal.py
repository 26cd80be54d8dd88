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
from lca.wording import NONE, listed, percent

MIXED = "mixed: parts assessed by different methods are added up"
UNEVEN = "One side leaves out stages that another counts: the equipment is not assessed over the same stages."
MET = "meets it"
IN_ONE = {TOTAL: "all but use", EVERY: "every stage"}


def blocks(result: Result) -> Iterator[Block]:
    """All that there is to say of it."""
    about = result.model.scenario.about
    yield Heading("Goal and scope")
    yield Entries(tuple(Entry(each.term, each.shown) for each in statements(result)))
    if missing := unstated(result):
        yield Prose(f"{ASKED_FOR}: {', '.join(missing).lower()}.", "fair")
    for conflict in conflicts(about):
        yield Prose(f"Not in conformity: {conflict}.", "bad")
    yield from _methods(result)
    yield from _stages(result)
    if about.quality is not None:
        yield from _quality(result, judgement(result, about.quality))


def records(result: Result) -> Iterator[Record]:
    """A record for each statement, method and group of equipment, and for each row of a pack that is judged."""
    about = result.model.scenario.about
    for each in statements(result):
        yield {"kind": "statement", "name": each.term, "text": "; ".join(each.shown)}
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
    yield Heading("Impact methods")
    entries = []
    for criterion in result.criteria:
        texts = [_method(result, each) for each in every if each.criterion == criterion.key]
        entries.append(Entry(criterion.label, (*([MIXED] if criterion.key in beyond else []), *texts)))
    yield Entries(tuple(entries))


def _method(result: Result, method: Method) -> str:
    labels = result.model.factors.criteria
    proxy = f"by proxy, from {labels[method.proxy].label}: " if method.proxy else ""
    return f"{proxy}{method.words} ({', '.join(method.packs)})"


# --- stages ----------------------------------------------------------------------------------------------------------


def _stages(result: Result) -> Iterator[Block]:
    groups = equipment(result)
    if groups:
        yield Heading("Stages of equipment, but use")
        yield Entries(tuple(Entry(", ".join(group.items), (_equipment(group),)) for group in groups))
    if is_uneven(groups):
        yield Prose(UNEVEN, "fair")


def _equipment(group: Equipment) -> str:
    parts = [stage for stage in group.stages if stage not in IN_ONE]
    alone = "" if group.counted == PARTS else " alone"
    texts = [f"{listed(parts)}{alone}"] if parts else []
    some = " for some criteria" if len(group.stages) > 1 else ""
    texts += [f"{words}, in one figure{some}" for stage, words in IN_ONE.items() if stage in group.stages]
    whose = "" if group.credits == group.items else f" for {', '.join(group.credits)}"
    return "; ".join((*texts, *([f"with end-of-life credits{whose}"] if group.credits else [])))


# --- data quality ----------------------------------------------------------------------------------------------------


def _quality(result: Result, judged: Judgement) -> Iterator[Block]:
    yield Heading("Factors against the data quality required")
    heads = (Column("", fold=True), Column("pack", fold=True), Column("weighs", right=True), Column("", fold=True))
    yield Grid(heads, tuple(_row(result, one) for one in judged.data))
    yield Prose("Weighs: the largest share of a total that rests on it. Bills of materials are not judged.", "faint")
    yield Heading("Shares of the totals that rest on what meets it", 3)
    columns = (Column("", fold=True), *(Column(c.label, right=True) for c in result.criteria))
    yield Grid(columns, tuple(_shares(result, judged)))


def _row(result: Result, one: Judged) -> Row:
    tone = "fair" if one.row.misses else "good"
    return row(_name(result, one), one.row.pack, percent(one.share), Cell(_verdict(one), tone))


def _name(result: Result, one: Judged) -> str:
    labels = ", ".join(result.model.factors.criteria[key].label for key in one.criteria)
    own = ", ".join(part for part in (one.row.item, one.row.region, one.row.year, one.row.letter) if part)
    return f"{own}: {labels}"


def _verdict(one: Judged) -> str:
    reasons = f" ({'; '.join(one.reasons)})" if one.reasons else ""
    return f"{'; '.join(one.row.misses) or MET}{reasons}"


def _shares(result: Result, judged: Judgement) -> Iterator[Row]:
    for case in result.model.cases:
        shares = [judged.met.get(case.total(c.key)) for c in result.criteria]
        yield row(str(case), *(NONE if share is None else percent(share) for share in shares))
