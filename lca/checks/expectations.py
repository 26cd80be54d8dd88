"""Expectations: the figures that a study should meet, and what became of each.

A figure used to fit an input is fitted, never reproduced. A reproduced figure says how far it leans on the calibrated
inputs: the sum of its elasticities to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca import units
from lca.checks import Checked
from lca.graph import Input, Node, elasticities, extended
from lca.model.case import CaseKey
from lca.model.declarations import Expectation, Selector
from lca.model.ledger import Ledger
from lca.problems import Problem, Problems, near
from lca.questions.selection import Selection, figure, selection
from lca.result import Result, Verdict, is_met
from lca.scenario import Scenario, unbound
from lca.text.documents import Located
from lca.text.overlay import entries, find, joined

ORDER = 0
HELD_AGAINST = ("over", "below")
RELATIONS = ("value", "at_least", "at_most", "below")
MANTISSA = re.compile(r" *([-+]?[0-9]*\.?[0-9]+|[-+]?[0-9]+\.)(?![0-9/])")  # of a number as printed; not of a fraction


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


def _of_variant(figure: Located, variant: str) -> Located:
    """A figure, and those that it is held against, of a variant where they name none."""
    children = {key: _of_variant(at, variant) if key in HELD_AGAINST else at for key, at in entries(figure).items()}
    return figure.with_value({"variant": figure.with_value(variant), **children}) if children else figure


def _misdescribed(record: Expectation, scenario: Scenario) -> Iterator[Problem]:
    relations = [name for name in RELATIONS if record.has(name)]
    if len(relations) != 1:
        said = f"both {' and '.join(relations)}" if relations else "nothing of the figure"
        hint = "give one of: value (with within), at_least, at_most, below"
        yield Problem(f"expect.{record.name} says {said}", (record.span,), hint)
    yield from _mistold(record, relations)
    for part in _figures(record):
        if bool(part.criterion) == bool(part.flow):
            said = "both a criterion and a flow" if part.criterion else "neither a criterion nor a flow"
            hint = "criterion: GWP, or flow: electricity"
            yield Problem(f"{joined(part.path)} has {said}", (part.span,), hint)
        yield from _unknown_names(part, scenario)
    yield from _unsourced(record)


def _mistold(record: Expectation, relations: list[str]) -> Iterator[Problem]:
    written = entries(record.tree)
    for name in relations:
        if name != "below" and not isinstance(written[name].value, str):
            yield Problem(
                f"expect.{record.name}.{name} is a number with its unit", (written[name].span,), "such as 90 %"
            )
    if record.has("within") and "value" not in relations:
        yield Problem("within goes with value", (written["within"].key_span,), "take it out: a bound has no tolerance")


def _unsourced(record: Expectation) -> Iterator[Problem]:
    written = entries(record.tree)
    if record.basis not in ("", "published", "derived"):
        hint = "published, or derived for an invariant of your own"
        yield Problem(f"'{record.basis}' is no basis of a figure", (written["basis"].span,), hint)
    if record.basis != "derived" and not record.source:
        hint = "name the source, or write basis: derived for an invariant of your own"
        yield Problem(f"expect.{record.name} names no source", (record.span,), hint)
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
            built[key] = figure(result.model, record), None if below is None else figure(result.model, below)
        except Problems as raised:
            problems += raised.problems
    values = extended(result.model.graph, result.values)
    fitted = {key for leaf in calibrated.values() for key in leaf.fitted_to}
    made: list[Verdict] = []
    for key, (node, below_node) in built.items():
        try:
            made.append(_verdict(result, wanted[key], node, below_node, values, fitted, calibrated))
        except Problems as raised:
            problems += raised.problems
    problems += _fitting_problems(result, calibrated, expectations, built)
    if problems:
        raise Problems(problems)
    return made


def _verdict(
    result: Result, record: Expectation, node: Node, below: Node | None, values: list[float], fitted: set[str],
    calibrated: dict[int, Input],
) -> Verdict:  # fmt: skip
    relation, published, digits = _published(result, record, node, below, values)
    computed = values[node.index]
    deviation = computed / published - 1 if published else float("inf") if computed else 0.0
    within = _tolerance(record, relation, values, digits)
    held = is_met(relation, computed, published, within)
    word = _word(record, held=bool(held), fitted=record.name in fitted)
    chosen = selection(record)
    return Verdict(
        record.name, record.title, chosen.of, chosen.variant, chosen.criterion or chosen.flow, published, computed,
        _unit(result, record, node), deviation, relation, within, word, record.known_gap, record.source,
        record.at, str(record.span), _is_plain(record) and bool(chosen.criterion),
        _leaning(result, node, values, calibrated), node.index, -1 if below is None else below.index, record.basis,
        record.via, _words(result, record),
    )  # fmt: skip


def _words(result: Result, record: Selector) -> str:
    """A figure in words: what it is by, of which case, which lines it sums, and what it is a share of."""
    chosen = selection(record)
    over: Selector | None = record.get(Selector.fields["over"])
    given = "".join(f" with another {path}" for path in record.given)
    share = "" if over is None else f" / {'total' if _is_whole(record, over) else _words(result, over)}"
    return f"{_case_words(result, chosen)}{_where_words(chosen)}{given}{share}"


def _case_words(result: Result, chosen: Selection) -> str:
    known = result.model.factors.criteria
    name = known[chosen.criterion].label if chosen.criterion in known else chosen.criterion or chosen.flow
    return f"{name} of {chosen.of}{f', {chosen.variant}' if chosen.variant else ''}"


def _where_words(chosen: Selection) -> str:
    return f": {', '.join(wanted for _, wanted in chosen.where)}" if chosen.where else ""


def _is_whole(record: Selector, over: Selector) -> bool:
    """Whether a figure is divided by the total that it is a part of."""
    part, whole = selection(record), selection(over)
    return bool(part.where) and whole == part._replace(where=()) and not over.given and over.times is None


def _is_plain(record: Expectation) -> bool:
    """Whether the figure is a total as the tables show it."""
    return record.where is None and record.get(Selector.fields["over"]) is None and not record.given


def _word(record: Expectation, *, held: bool, fitted: bool) -> str:
    if not held:
        return "known gap" if record.known_gap else "missed"
    if fitted:
        return "fitted"
    return "holds" if record.basis == "derived" else "reproduced"


def _published(
    result: Result, record: Expectation, node: Node, below: Node | None, values: list[float]
) -> tuple[str, float, str]:
    """The relation, the published figure in the unit of the computed one, and its digits as printed."""
    if below is not None:
        return "below", _same(record, below, node, values), ""
    relation = next(name for name in RELATIONS if record.has(name))
    at = entries(record.tree)[relation]
    text = str(at.value)
    criterion = result.model.factors.criteria.get(record.criterion)
    space = criterion.space if criterion is not None and record.get(Selector.fields["over"]) is None else None
    try:
        value, unit = units.quantity(text, space, units.own_in(node.unit))
    except units.UnitError as error:
        raise Problems([Problem(error.message, (at.column_span(error.offset),), error.hint)]) from None
    factor = units.scale_stated(unit, node.unit)
    if factor is None:
        bare = unit is units.ONE
        hint = f"write '{text} {node.unit}'" if bare else f"the figure is in {node.unit}"
        said = f"{relation} has no unit" if bare else f"{unit} is not {node.unit}"
        raise Problems([Problem(said, (at.span,), hint)])
    return relation, value * factor, text


def _same(record: Expectation, below: Node, node: Node, values: list[float]) -> float:
    factor = units.scale(below.unit, node.unit)
    if factor is None:
        span = entries(record.tree)["below"].key_span
        hint = "compare figures of one criterion or flow, or divide both with over"
        raise Problems([Problem(f"{node.unit} cannot be compared with {below.unit}", (span,), hint)])
    return values[below.index] * factor


def _tolerance(record: Expectation, relation: str, values: list[float], text: str) -> float:
    """What `within` says; else half a unit of the last digit printed."""
    if relation != "value":
        return 0.0
    if record.within is not None:
        within: Node = record.within
        return float(values[within.index]) * (units.scale(within.unit, units.ONE) or 1.0)
    printed = MANTISSA.match(text)
    if printed is None or not float(printed[1]):
        return 0.0
    return 0.5 * 10.0 ** -len(printed[1].partition(".")[2]) / abs(float(printed[1]))  # half of the last digit


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
