"""Expectations: the figures that a study should meet, and what became of each.

A figure used to fit an input is fitted, never reproduced. A reproduced figure says how far it leans on the calibrated
inputs: the sum of its elasticities to them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from lca import units
from lca.checks import Checked
from lca.graph import Input, Node, elasticities, extended
from lca.model.case import CaseKey
from lca.model.declarations import Expectation, Selector
from lca.model.ledger import Ledger
from lca.problems import Problem, Problems, near, shortened
from lca.questions.normalise import NORMALISATION, SETS
from lca.questions.selection import Selection, figure, selection
from lca.result import MET, OVER, Result, Verdict, is_met
from lca.scenario import Scenario, unbound
from lca.spoken import N_, titled
from lca.text.documents import Located
from lca.text.overlay import entries, find, joined
from lca.wording import listed

if TYPE_CHECKING:
    from lca.questions.statistic import Asked

ORDER = 0
HELD_AGAINST = ("over", "below")
RELATIONS = ("value", "at_least", "at_most", "below")
MEASURES = ("criterion", "flow", "quantity")
WAYS = "criterion: GWP, flow: electricity, or quantity: inference.energy"
TARGET = "target"  # the basis of a budget
BASES = ("published", "derived", TARGET)
SAID = {"normalised": N_("{figure}, normalised by {set}"), "weighted": N_("{figure}, weighted by {set}")}
ROLES = {"normalised": (NORMALISATION,), "weighted": SETS}  # of the tables that a set is in
MANTISSA = re.compile(r" *[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(?![0-9./])")  # of a number as printed; not of a fraction


def check(result: Result, checked: Checked, _draws: int) -> Checked:
    """The verdicts that the result came with: what a figure should be is compiled with the figures."""
    return checked._replace(verdicts=[*checked.verdicts, *result.verdicts])


def expected(scenario: Scenario, ledger: Ledger, variant: str | None = None) -> dict[str, Expectation]:
    """The expectations of a scenario by key; what is wrong with them goes to the ledger.

    `variant` stands in for the base case, in figures that name none.
    """
    at = find(scenario.tree, ("expect",))
    if at is None:
        return {}
    if variant is not None:
        at = at.with_value({key: _of_variant(child, variant) for key, child in entries(at).items()})
    case = unbound(scenario.tree.with_value({"expect": at}), ledger)
    records: dict[str, Expectation] = case.reader.attempt(lambda: case.block("expect"), at.span) or {}
    sound: dict[str, Expectation] = {}
    for key, record in records.items():
        before = len(ledger.problems)
        record.check()
        if len(ledger.problems) == before:
            ledger.report(*_misdescribed(record, scenario))
        if len(ledger.problems) == before:
            sound[key] = record
    return sound


def sets(tree: Located) -> Iterator[tuple[str, Located]]:
    """The sets that expected figures are normalised or weighted by, each with its key."""
    for at in entries(find(tree, ("expect",))).values():
        yield from _sets(at)


def _sets(at: Located) -> Iterator[tuple[str, Located]]:
    for key, child in entries(at).items():
        if key in ROLES and isinstance(child.value, str) and child.value:
            yield key, child
        elif key in HELD_AGAINST:
            yield from _sets(child)


def _of_variant(figure: Located, variant: str) -> Located:
    """A figure, and those that it is held against, of a variant where they name none."""
    children = {key: _of_variant(at, variant) if key in HELD_AGAINST else at for key, at in entries(figure).items()}
    return figure.with_value({"variant": figure.with_value(variant), **children}) if children else figure


def targets(scenario: Scenario) -> dict[str, Located]:
    """The budgets of a scenario as they are written, by key."""
    expected = entries(find(scenario.tree, ("expect",)))
    return {key: at for key, at in expected.items() if (own := entries(at).get("basis")) and own.value == TARGET}


def of_variant(figure: Located, variant: str) -> Located:
    """A figure of another variant than its own, and so those that it is held against where they are of that one too."""
    return _moved(figure, _variant(figure), variant)


def _moved(figure: Located, was: str, variant: str) -> Located:
    children = {key: _moved(at, was, variant) if key in HELD_AGAINST else at for key, at in entries(figure).items()}
    own = {"variant": figure.with_value(variant)} if _variant(figure) in ("", was) else {}
    return figure.with_value({**children, **own})


def _variant(figure: Located) -> str:
    own = entries(figure).get("variant")
    return "" if own is None else str(own.value)


def _misdescribed(record: Expectation, scenario: Scenario) -> Iterator[Problem]:
    relations = [name for name in RELATIONS if record.has(name)]
    if len(relations) != 1:
        said = f"both {' and '.join(relations)}" if relations else "nothing of the figure"
        hint = "give one of: value (with within), at_least, at_most, below"
        yield Problem(f"expect.{record.name} says {said}", (record.span,), hint)
    yield from _mistold(record, relations)
    for part in _figures(record):
        yield from _mismeasured(part)
        yield from _unknown_names(part, scenario)
    yield from _misdrawn(record)
    yield from _unsourced(record)


def _mismeasured(part: Selector) -> Iterator[Problem]:
    """What is wrong with what a figure is by, of its unit apart."""
    named, name = [name for name in MEASURES if getattr(part, name)], joined(part.path)
    if len(named) > 1:
        message = f"{name} has {'both ' * (len(named) == 2)}{listed([f'a {each}' for each in named])}"
        yield Problem(message, (part.span,), f"keep one: {WAYS}")
    scored = part.normalised or part.weighted
    if not named and not scored and not (part.where is not None and part.where.flow):
        yield Problem(f"{name} has neither a criterion nor a flow nor a quantity", (part.span,), WAYS)
    written = entries(part.tree)
    for key in ROLES:
        if key in written and (named or key == "normalised") and named != ["criterion"]:
            hint = "name a criterion, and the lines of a flow by where: {flow: …}"
            yield Problem(f"what is {key} is by a criterion", (written[key].key_span,), hint)
    if part.quantity and part.has("where"):
        hint = "take it out, or name a criterion or a flow"
        yield Problem("where goes with a criterion or a flow", (written["where"].key_span,), hint)


def _misdrawn(record: Expectation) -> Iterator[Problem]:
    """What is wrong with the statistics of a figure and of what it is held against."""
    for part in _figures(record):
        if part.statistic:
            from lca.questions.statistic import unknown

            at = entries(part.tree)["statistic"]
            problem = unknown(part.statistic)
            if part.name == "over":
                hint = "write it beside over: each sample is divided by its own"
                problem = Problem("what a figure is divided by has no statistic of its own", (), hint)
            yield from [problem._replace(spans=(at.span,))] if problem else []
    drawn = record.statistic or (record.below is not None and record.below.statistic)
    for key in ("samples", "seed"):
        if record.has(key) and not drawn:
            yield Problem(f"{key} goes with statistic", (entries(record.tree)[key].key_span,), "statistic: median")


def _mistold(record: Expectation, relations: list[str]) -> Iterator[Problem]:
    written = entries(record.tree)
    for name in relations:
        if name != "below" and not isinstance(written[name].value, str):
            yield Problem(
                f"expect.{record.name}.{name} is a number with its unit", (written[name].span,), "such as 90 %"
            )
    for key in ("within", "digits"):
        if record.has(key) and "value" not in relations:
            yield Problem(f"{key} goes with value", (written[key].key_span,), "take it out: a bound has no tolerance")


def _unsourced(record: Expectation) -> Iterator[Problem]:
    written = entries(record.tree)
    if record.basis not in ("", *BASES):
        hint = near(record.basis, BASES, "published, derived for an invariant of your own, or target for a budget")
        yield Problem(f"'{shortened(record.basis)}' is no basis of a figure", (written["basis"].span,), hint)
    if record.basis in ("", "published") and not record.source:
        hint = "name the source, or write basis: derived for an invariant of your own, basis: target for a budget"
        yield Problem(f"expect.{record.name} names no source", (record.span,), hint)
    if record.basis == TARGET and record.known_gap:
        hint = "take it out: a target is met or missed"
        yield Problem("a target has no known gap", (written["known_gap"].key_span,), hint)
    known = record.reader.ledger.facts.sources
    for name in ("source", "via"):
        key = getattr(record, name)
        if key and key not in known:
            hint = near(key, known, "describe it under study.sources: key: {title: …}")
            yield Problem(f"no source '{key}'", (written[name].span,), hint)


def _unknown_names(part: Selector, scenario: Scenario) -> Iterator[Problem]:
    for name, known in (("of", scenario.functional_units), ("variant", scenario.variants)):
        value = getattr(part, name)
        if value and value not in known:
            what = {"of": "functional unit"}.get(name, name)
            hint = near(value, known, f"{what}s: {', '.join(known) or 'none'}")
            yield Problem(f"no {what} '{value}'", (entries(part.tree)[name].span,), hint)


def _figures(record: Selector) -> Iterator[Selector]:
    yield record
    for name in HELD_AGAINST:
        child = record.get(record.fields[name]) if name in record.fields else None
        if child is not None:
            yield from _figures(child)


def cases(record: Expectation) -> set[CaseKey]:
    """The cases that an expectation is about."""
    chosen = (selection(part) for part in _figures(record))
    return {CaseKey(one.of, one.variant) for one in chosen}


def verdicts(result: Result, expectations: dict[str, Expectation], calibrated: dict[int, Input]) -> list[Verdict]:
    """A verdict for each expectation about a case of the result. Problems where one cannot be tested."""
    known = set(result.model.cases)
    wanted = {key: record for key, record in expectations.items() if cases(record) <= known}
    problems: list[Problem] = []
    built: dict[str, tuple[Node, Node | None]] = {}
    for key, record in wanted.items():
        try:
            below = record.below
            built[key] = (
                _for_a_unit(result, record, figure(result.model, record)),
                None if below is None else figure(result.model, below),
            )
        except Problems as raised:
            problems += raised.problems
    values = extended(result.model.graph, result.values)
    told = _told(result, wanted, built, values)
    fitted = {key for leaf in calibrated.values() for key in leaf.fitted_to}
    made: list[Verdict] = []
    for key, (node, below_node) in built.items():
        try:
            of = Sides(node, below_node, *(_number(*side) for side in told[key]))
            made.append(_verdict(result, wanted[key], of, values, fitted, calibrated))
        except Problems as raised:
            problems += raised.problems
    problems += _fitting_problems(result, calibrated, expectations, built)
    if problems:
        raise Problems(problems)
    return made


def _for_a_unit(result: Result, record: Expectation, node: Node) -> Node:
    """The figure for a unit of the demand, where it is expected so, as in gCO2eq/prompt of a year; else as it is."""
    case = result.model.read.get(CaseKey(record.of, record.variant or None))
    relation = next((name for name in RELATIONS if record.has(name)), "below")
    if case is None or relation == "below":
        return node
    _, unit = _quantity(result, record, node, entries(record.tree)[relation])
    if unit is units.ONE or units.scale(unit, node.unit) is not None:
        return node
    flows = [flow for flow in case.demand.values() if units.scale(units.times(unit, flow.unit), node.unit) is not None]
    return node / flows[0] if len(flows) == 1 else node


class Sides(NamedTuple):
    """A figure and the one that it stays below, if it is held against one: their nodes and what is compared of them."""

    node: Node
    below: Node | None
    computed: float
    bound: float = 0.0


Told = tuple[Selector, "float | Problem"]  # a side of an expectation, and its number or what is wrong with it


def _told(
    result: Result, wanted: dict[str, Expectation], built: dict[str, tuple[Node, Node | None]], values: list[float]
) -> dict[str, list[Told]]:
    """The numbers of each expectation: the value of a node, or the statistic of its samples that is asked for."""
    sides = {
        key: [(part, node.index) for part, node in zip((wanted[key], wanted[key].below), nodes, strict=True) if node]
        for key, nodes in built.items()
    }
    asked = [_asked(wanted[key], *side) for key, own in sides.items() for side in own if side[0].statistic]
    drawn = _statistics(result, asked, values)
    return {
        key: [(part, drawn[_asked(wanted[key], part, node)] if part.statistic else values[node]) for part, node in own]
        for key, own in sides.items()
    }


def _asked(record: Expectation, part: Selector, node: int) -> Asked:
    from lca.questions.statistic import Asked

    return Asked(node, part.statistic, record.samples, record.seed)


def _statistics(result: Result, asked: list[Asked], values: list[float]) -> dict[Asked, float | Problem]:
    """What is asked of samples; where nothing is, nothing is drawn, nor what draws imported."""
    if not asked:
        return {}
    from lca.questions.statistic import statistics

    return statistics(result.model.graph, values, asked)


def _number(part: Selector, told: float | Problem) -> float:
    if isinstance(told, Problem):
        raise Problems([told._replace(spans=(entries(part.tree)["statistic"].span,))])
    return told


def _verdict(
    result: Result, record: Expectation, of: Sides, values: list[float], fitted: set[str], calibrated: dict[int, Input]
) -> Verdict:
    node, below, computed = of.node, of.below, of.computed
    relation, published, digits = _published(result, record, of)
    deviation = computed / published - 1 if published else float("inf") if computed else 0.0
    within = _tolerance(record, relation, values, digits)
    held = is_met(relation, computed, published, within)
    word = _word(record, held=bool(held), fitted=record.name in fitted)
    chosen = selection(record)
    against = "" if record.below is None else record.below.statistic
    drawn = (record.samples, record.seed) if record.statistic or against else (0, 0)
    title = titled(record.get(Expectation.fields["title"]))
    return Verdict(
        record.name, title, chosen.of, chosen.variant, _measure(record), published, computed,
        _unit(result, record, node), deviation, relation, within, word, record.known_gap, record.source,
        record.at, str(record.span), _is_plain(record) and bool(chosen.criterion),
        _leaning(result, node, values, calibrated), node.index, -1 if below is None else below.index, record.basis,
        record.via, _words(result, record), None, record.statistic, against, *drawn,
    )  # fmt: skip


def _measure(record: Selector) -> str:
    """What a figure is by."""
    chosen = selection(record)
    score = N_("{set} score", set=record.weighted) if record.weighted else ""
    return chosen.criterion or chosen.flow or chosen.quantity or score


def _words(result: Result, record: Selector) -> str:
    """A figure in words: what it is by, of which case, which lines it sums, and what it is a share of."""
    chosen = selection(record)
    over: Selector | None = record.get(Selector.fields["over"])
    words = _case_words(result, record, chosen)
    if chosen.where:
        parts = (N_(wanted) if name in ("tier", "phase", "stage") else wanted for name, wanted in chosen.where)
        row = reduce(lambda first, rest: N_("{first}, {rest}", first=first, rest=rest), parts)
        words = N_("{case}: {parts}", case=words, parts=row)
    for name, said in SAID.items():
        if getattr(record, name) and chosen.criterion:
            words = N_(said, figure=words, set=getattr(record, name))
    for path in record.given:
        words = N_("{figure} with another {path}", figure=words, path=path)
    if over is not None:
        whole = N_("total") if _is_whole(record, over) else _words(result, over)
        words = N_("{figure} / {whole}", figure=words, whole=whole)
    return N_("{statistic} of {figure}", statistic=record.statistic, figure=words) if record.statistic else words


def _case_words(result: Result, record: Selector, chosen: Selection) -> str:
    known = result.model.factors.criteria
    name = known[chosen.criterion].label if chosen.criterion in known else _measure(record)
    case = f"{chosen.of}, {chosen.variant}" if chosen.variant else chosen.of
    return N_("{criterion} of {case}", criterion=name, case=case)


def _is_whole(record: Selector, over: Selector) -> bool:
    """Whether a figure is divided by the total that it is a part of."""
    if any(getattr(record, name) != getattr(over, name) for name in ROLES):
        return False
    part, whole = selection(record), selection(over)
    return bool(part.where) and whole == part._replace(where=()) and not over.given and over.times is None


def _is_plain(record: Expectation) -> bool:
    """Whether the figure is a total as the tables show it."""
    changed = (record.where, record.get(Selector.fields["over"]), *(getattr(record, name) or None for name in ROLES))
    return all(each is None for each in changed) and not record.given and not record.statistic


def _word(record: Expectation, *, held: bool, fitted: bool) -> str:
    if record.basis == TARGET:
        return MET if held else OVER
    if not held:
        return "known gap" if record.known_gap else "missed"
    if fitted:
        return "fitted"
    return "holds" if record.basis == "derived" else "reproduced"


def _published(result: Result, record: Expectation, of: Sides) -> tuple[str, float, str]:
    """The relation, the published figure in the unit of the computed one, and its digits as printed."""
    if of.below is not None:
        return "below", _same(record, of.below, of), ""
    node = of.node
    relation = next(name for name in RELATIONS if record.has(name))
    at = entries(record.tree)[relation]
    text = str(at.value)
    value, unit = _quantity(result, record, node, at)
    factor = units.scale_stated(unit, node.unit)
    if factor is None:
        bare = unit is units.ONE
        hint = f"write '{text} {node.unit}'" if bare else f"the figure is in {node.unit}"
        said = f"{relation} has no unit" if bare else f"{unit} is not {node.unit}"
        raise Problems([Problem(said, (at.span,), hint)])
    return relation, value * factor, text


def _quantity(result: Result, record: Expectation, node: Node, at: Located) -> tuple[float, units.Unit]:
    """The number and unit of what is expected, read in the units of the criterion that the figure is counted in."""
    space = _namespace(result, record, node)
    try:
        return units.quantity(str(at.value), space, units.own_in(node.unit))
    except units.UnitError as error:
        ways = error.hint if space else f"{error.hint}\nthe figure is in {node.unit}".strip()
        raise Problems([Problem(error.message, (at.column_span(error.offset),), ways)]) from None


def _namespace(result: Result, record: Expectation, node: Node) -> units.Namespace | None:
    """The units of a criterion, where the figure is counted in them, as a quantity such as a factor may be."""
    known = result.model.factors.criteria
    if record.quantity:
        dims = {name for name, _ in node.unit.dims}
        return next((each.space for each in known.values() if dims & {name for name, _ in each.unit.dims}), None)
    plain = record.get(Selector.fields["over"]) is None and not (record.normalised or record.weighted)
    return known[record.criterion].space if plain and record.criterion in known else None


def _same(record: Expectation, below: Node, of: Sides) -> float:
    factor = units.scale(below.unit, of.node.unit)
    if factor is None:
        span = entries(record.tree)["below"].key_span
        hint = "compare figures of one criterion or flow, or divide both with over"
        raise Problems([Problem(f"{of.node.unit} cannot be compared with {below.unit}", (span,), hint)])
    return of.bound * factor


def _tolerance(record: Expectation, relation: str, values: list[float], text: str) -> float:
    """What `within` says; else half a unit of the last digit printed, which zeros at the end of a whole number are not
    unless `digits` counts them: 1200 is 1150 to 1250, 1200. and 1.2e3 say what they are.
    """
    if relation != "value":
        return 0.0
    if record.within is not None:
        within: Node = record.within
        return float(values[within.index]) * (units.scale(within.unit, units.ONE) or 1.0)
    printed = MANTISSA.match(text)
    if printed is None or not float(printed[1]):
        return 0.0
    size = float(printed[1])
    return 0.5 * 10.0 ** _last_place(printed[1], record.digits) / size  # half of the last digit


def _last_place(printed: str, digits: int | None) -> int:
    """The power of ten of the last digit of a number.

    >>> [_last_place(text, None) for text in ("1200", "1200.", "12.50", "0.0034")], _last_place("1200", 4)
    ([2, 0, -2, -4], 0)
    """
    if digits is not None:
        return math.floor(math.log10(float(printed))) + 1 - digits
    whole, point, decimals = printed.partition(".")
    return -len(decimals) if point else len(whole) - len(whole.rstrip("0"))


def _unit(result: Result, record: Expectation, node: Node) -> str:
    criterion = result.model.factors.criteria.get(record.criterion)
    plain = criterion is not None and node.unit is criterion.unit
    return criterion.unit_label if plain and criterion is not None else str(node.unit)


def _leaning(result: Result, node: Node, values: list[float], calibrated: dict[int, Input]) -> dict[str, float]:
    slopes = elasticities(result.model.graph, node.index, values) if calibrated else {}
    return {leaf.path: slopes[index] for index, leaf in calibrated.items() if index in slopes}


def _paths(result: Result, sides: tuple[Node, Node | None]) -> set[str]:
    """The inputs that a figure depends on, or the one that it stays below."""
    return {leaf.path for node in sides if node is not None for leaf in result.model.graph.leaves(node.index)}


def _fitting_problems(
    result: Result, calibrated: dict[int, Input], expectations: dict[str, Expectation], built: dict[str, Any]
) -> Iterator[Problem]:
    leaves = {leaf.span: leaf for leaf in calibrated.values()}.values()
    named = {key for leaf in leaves for key in leaf.fitted_to}
    for leaf in leaves:
        for key in leaf.fitted_to:
            if key not in expectations:
                hint = near(key, expectations, f"keys of expect: {', '.join(expectations)}")
                yield Problem(f"{leaf.path} is fitted to '{key}', which is not in expect", (leaf.span,), hint)
            elif key in built and leaf.path not in _paths(result, built[key]):
                hint = "name a figure that moves with it"
                yield Problem(f"expect.{key} does not depend on {leaf.path}", (leaf.span,), hint)
    if len(named) < len({leaf.path for leaf in leaves}):
        hint = "each calibrated input needs a figure of its own that it is fitted to"
        spans = tuple(leaf.span for leaf in leaves)
        figures = f"{len(named)} figure{'s' * (len(named) != 1)}"
        yield Problem(f"{len(leaves)} inputs are fitted to {figures}", spans, hint)
