"""Figures: one selector for what an expectation, a budget, a break-even or an explanation is about."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import NamedTuple

from lca import units
from lca.compile import PIECES, Line, Model
from lca.graph import Graph, Node, evaluate
from lca.model import inputs
from lca.model.case import CaseKey
from lca.model.declarations import Selector, Where
from lca.model.terms import EMBODIED, MARKET
from lca.problems import Misnamed, Problem, Problems, Span, near
from lca.questions import limits
from lca.questions.normalise import equivalents
from lca.questions.quantity import quantity
from lca.result import not_of
from lca.text.overlay import entries
from lca.units import ONE

MATCHED = ("tier", "phase", "stage", "item", "flow")
MOST_LISTED = 20  # names that a message lists


class Selection(NamedTuple):
    """A figure as plain values: what it is of, by which criterion, flow or quantity, and which lines it sums."""

    of: str
    variant: str | None = None
    criterion: str = ""
    flow: str = ""
    where: tuple[tuple[str, str], ...] = ()
    quantity: str = ""


def selection(figure: Selector) -> Selection:
    """The selection that a record of the scenario describes. Lines of a flow alone are the amount of that flow."""
    where: Where | None = figure.where
    wanted = (
        tuple((name, getattr(where, name)) for name in MATCHED if getattr(where, name)) if where is not None else ()
    )
    flow = figure.flow
    if where is not None and where.flow and not (figure.criterion or figure.quantity or figure.weighted):
        flow, wanted = where.flow, tuple(each for each in wanted if each[0] != "flow")
    return Selection(figure.need("of"), figure.variant or None, figure.criterion, flow, wanted, figure.quantity)


def matches(line: Line, where: tuple[tuple[str, str], ...]) -> bool:
    """Whether a line is one of those meant. `embodied` means every stage but use."""
    return all(
        (line.stage in EMBODIED if (name, wanted) == ("stage", "embodied") else getattr(line, name) == wanted)
        for name, wanted in where
    )


def node(model: Model, selected: Selection) -> Node:
    """The node of a selection. Problems where nothing of that kind exists."""
    case = CaseKey(selected.of, selected.variant)
    if case not in model.noted:
        words = f"'{selected.of}'" + (f" in variant '{selected.variant}'" if selected.variant else "")
        known = [unit for unit, _ in model.cases]
        raise Misnamed([Problem(f"there is no result for {words}", (), near(selected.of, known))])
    if selected.quantity:
        return quantity(model, case, selected.quantity)
    if selected.criterion and selected.criterion not in model.criteria:
        model = model.of_cases([case])  # others may lack what this one has
    of_case = model.lines.of(case)
    if selected.flow:
        return _flow(model, selected, [line for line in of_case if matches(line, selected.where)])
    if selected.criterion not in model.criteria:
        raise Misnamed([not_of(model, selected.criterion)])
    if not selected.where:
        return Node(model.graph, model.totals[case.total(selected.criterion)])
    of_criterion = [line for line in of_case if line.criterion == selected.criterion]
    meant = [Node(model.graph, line.impact) for line in of_criterion if matches(line, selected.where)]
    if not meant:
        words = ", ".join(f"{name}: {wanted}" for name, wanted in selected.where)
        hint = "\n".join(_there_are(of_criterion, *part) for part in selected.where)
        raise Misnamed([Problem(f"no line of {selected.of} has {words} for {selected.criterion}", (), hint)])
    return model.graph.sum(meant, model.factors.criteria[selected.criterion].unit)


def _there_are(lines: list[Line], name: str, wanted: str) -> str:
    """The near name of a column of lines, or all that stand in it."""
    known = dict.fromkeys(getattr(line, name) for line in lines)
    shown = [*known][:MOST_LISTED]
    listing = f"{name}s with lines: {', '.join(shown)}{', …' if len(known) > len(shown) else ''}"
    return listing if wanted in known else near(wanted, known, listing)


def _flow(model: Model, selected: Selection, every: list[Line]) -> Node:
    """The amount of a flow: of electricity by two bases that which is taken, since what is bought is the same again."""
    lines = [line for line in every if model.factors.criteria[line.criterion].basis != MARKET]
    amounts = _amounts([line for line in lines if line.flow == selected.flow])
    if not amounts:
        flows = sorted({line.flow for line in lines})
        raise Misnamed(
            [Problem(f"no flow '{selected.flow}' here", (), near(selected.flow, flows, f"flows: {', '.join(flows)}"))]
        )
    return model.graph.sum(_alike([Node(model.graph, index) for index in amounts]))


def _alike(amounts: list[Node]) -> list[Node]:
    """Amounts of one flow: where some are of pieces, such as devices, the plain numbers among them are of these too."""
    piece = next((node.unit for node in amounts if node.unit.dims in PIECES), None)
    if piece is None:
        return amounts
    return [node if node.unit.dims else node.to(ONE) * node.graph.one(piece) for node in amounts]


def _amounts(lines: list[Line]) -> list[int]:
    """The amounts of the flows that lines are of. A flow has a line for each criterion and stage, and counts once; two
    flows may well be of one amount.
    """
    times: Counter[tuple[str, str, str, str, int]] = Counter()
    for _, own in groupby(sorted(lines, key=_factored), _factored):
        times |= Counter((line.tier, line.phase, line.item, line.region, line.amount) for line in own)
    return [amount for *_, amount in times.elements()]


def _factored(line: Line) -> tuple[str, str]:
    return line.criterion, line.stage


def _given(model: Model, root: Node, path: str, value: Node) -> Node:
    """The figure where an input has another value; the other shares of a mix follow, so that it stays whole."""
    graph = model.graph
    new: dict[int, Node] = {}
    for index in inputs.leaves(model.facts, path, [root.index]):
        if value.unit is ONE and units.has_name(graph.unit[index]):
            raise Problems(
                [Problem("the unit is missing", (), f"write it after the number: {path} is in {graph.unit[index]}")]
            )
        wanted = value.to(graph.unit[index])
        number = float(evaluate(graph, None, graph.below([wanted.index]))[wanted.index])
        inputs.refuse_outside(model.facts, index, number)
        if beyond := list(limits.refused(model.facts, {index: number}, path)):
            raise Problems(beyond)
        new |= _shares(graph, index, wanted) if index in graph.weights else {index: wanted}
    return graph.replaced(root.index, new)


def _shares(graph: Graph, leaf: int, wanted: Node) -> dict[int, Node]:
    """The shares of the mixes of a leaf where its own is v in place of w: the others times (1 - v) / (1 - w)."""
    inputs.refuse_whole(graph, leaf)
    one, share = graph.constant(1), wanted.to(ONE)
    new: dict[int, Node] = {}
    for total in graph.weights[leaf]:
        mix = graph.mixes[total]
        own = next(Node(graph, index) for index in mix if graph.weight(index) == leaf)
        left = (one - share) / (one - own)
        new |= {index: share if index == own.index else Node(graph, index) * left for index in mix}
    return new


def _placed(problems: Problems, span: Span) -> Problems:
    return Problems([p if p.spans else p._replace(spans=(span,)) for p in problems.problems])


def _refuse_one_mix(model: Model, root: Node, record: Selector) -> None:
    """Problems where two shares of one mix are set: what the others are then would depend on the order."""
    seen: list[tuple[str, int]] = []
    for path in record.given if len(record.given) > 1 else ():
        try:
            (leaf, *_) = inputs.leaves(model.facts, path, [root.index])
        except Problems:
            continue
        other = next((known for known, index in seen if inputs.in_one_mix(model.graph, index, leaf)), None)
        if other is not None:
            hint = "set one of them; the others make room in proportion"
            raise Problems([Problem(f"{other} and {path} are shares of one mix", (record.span,), hint)])
        seen.append((path, leaf))


def _told(record: Selector) -> Span:
    """Where a record says what its figure is."""
    written = entries(record.tree)
    named = next((name for name in ("quantity", "weighted", "normalised") if name in written), "")
    return written[named].span if named else record.span


def _measured(model: Model, record: Selector) -> Node:
    """The figure of a record, in person-equivalents where it names a set for them."""
    chosen = selection(record)
    if not (record.normalised or record.weighted):
        return node(model, chosen)
    once = [key for key in model.criteria if not model.factors.criteria[key].of]  # of two bases, location-based
    keys = [chosen.criterion] if chosen.criterion else once
    impacts = {key: node(model, chosen._replace(criterion=key)) for key in keys}
    return equivalents(model, impacts, record.weighted or record.normalised, weighted=bool(record.weighted))


def figure(model: Model, record: Selector) -> Node:
    """The node of a figure, divided by another where it says `over`, times a number where it says `times`.

    `given` sets inputs to other values; each figure of a comparison has its own.
    """
    try:
        root = _measured(model, record)
    except Problems as problems:
        raise _placed(problems, _told(record)) from None
    _refuse_one_mix(model, root, record)
    for path, value in record.given.items():
        try:
            root = _given(model, root, path, value)
        except Problems as problems:
            raise _placed(problems, record.tree.value["given"].value[path].key_span) from None  # type: ignore[union-attr,index,call-overload]
    over: Selector | None = record.get(Selector.fields["over"])
    if over is not None:
        below = figure(model, over)
        if units.scale(root.unit, below.unit) is None:
            hint = "divide figures of one criterion, one flow, or quantities in units of one dimension"
            message = f"{root.unit} over {below.unit} is no share of it"
            raise Problems([Problem(message, (over.span,), hint)])
        root = (root / below).to(ONE)
    return root if record.times is None else root * record.times.to(ONE)
