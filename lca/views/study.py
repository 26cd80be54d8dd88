"""The result of a study for its readers: the figures beside the published ones, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isclose

from lca.graph import Input
from lca.model.case import CaseKey, TotalKey
from lca.model.criteria import Criterion
from lca.model.terms import CATEGORIES, PHASES, SCOPES, STAGES, TIERS
from lca.questions import allocation, boundary, scopes
from lca.questions.account import DEFAULT, Account, account, assumed, is_ranged
from lca.questions.cautions import cautions
from lca.questions.indirect import effects
from lca.questions.quality import weak
from lca.report import GAP, Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Report, Row, row
from lca.result import GHG_COLUMNS, TONE, Result, Verdict, tally
from lca.rules import ghg_scope
from lca.spoken import _, n_, told
from lca.wording import (
    NONE,
    between,
    clauses,
    deviation,
    either,
    figure,
    folded,
    localised,
    percent,
    quantity,
    runs,
    some,
    unit_words,
)

MOST_LISTED, MOST_WEAK = 8, 3  # names of a line
MOST_LINES = 4  # of what is said case by case
MUCH = 0.1  # of a total
HEAD = 14  # characters of a line of a column's head
PLACES = (*SCOPES, *(ghg_scope.named(number).category for number in CATEGORIES))
ORDER = {name: place for place, name in enumerate((*TIERS, *PHASES, *STAGES, *PLACES))}
OURS = ("tier", "phase", "stage", *GHG_COLUMNS)  # columns of which we say the words
Published = dict[TotalKey, Verdict]
Parts = dict[tuple[str, ...], list[float | None]]


def report(result: Result, verdicts: list[Verdict], by: tuple[str, ...] = (), *, every_input: bool = False) -> Report:
    """The totals of each functional unit, or their parts by the columns asked for, and what they rest on."""
    blocks = [*title(result), *_figures(result, verdicts, by), *grounds(result, verdicts, by)]
    blocks += assumed_inputs(result) if every_input else ()
    names = ("functional_unit", "variant", *by, "criterion", "value", "unit", *(("share",) if by else ()))
    return Report(tuple(blocks), names, tuple(result.records(by)))


def title(result: Result) -> Iterator[Block]:
    """What the study is called, and which scenario of it this is."""
    study = result.model.scenario.about
    yield Heading(study.title or result.model.scenario.name, 1)
    variants = result.variants
    if len(variants) == 1 and (variants[0] is not None or study.base):
        yield Prose(_("Scenario: {name}", name=result.model.scenario.label(variants[0])), "faint")


def _figures(result: Result, verdicts: list[Verdict], by: tuple[str, ...]) -> Iterator[Block]:
    if by:
        yield from _parts(result, by)
    elif len(result.variants) > 1:
        yield from _compared(result, _published(result, verdicts))
    else:
        yield _totals(result, _published(result, verdicts))


def _published(result: Result, verdicts: list[Verdict]) -> Published:
    """The verdicts on plain totals, by case and criterion."""
    plain = [v for v in verdicts if v.plain and v.relation == "value" and v.criterion in result.model.criteria]
    return {v.total: v for v in plain if isclose(v.computed, result.total(v.of, v.criterion, v.variant), rel_tol=1e-9)}


# --- names -----------------------------------------------------------------------------------------------------------


def _unit_name(result: Result, functional_unit: str) -> str:
    return f"{functional_unit} {result.model.titles.get(functional_unit, '')}".strip()


def _heading(result: Result, functional_unit: str, variant: str | None) -> str:
    several = len(result.variants) > 1
    name = _unit_name(result, functional_unit)
    return f"{name} – {result.model.scenario.label(variant)}" if several else name


def _stacked(text: str) -> str:
    return "\n".join(folded(text, HEAD))


# --- totals ----------------------------------------------------------------------------------------------------------


def _totals(result: Result, published: Published) -> Grid:
    heads = [Column(f"{told(c.label)}\n{unit_words(c.unit_label)}", right=True) for c in result.criteria]
    rows: list[Row] = []
    for case in result.model.cases:
        values = (figure(result.total(case.functional_unit, c.key, case.variant)) for c in result.criteria)
        verdicts = [published.get(case.total(c.key)) for c in result.criteria]
        lines = [row(_unit_name(result, case.functional_unit), *values, tone="strong"), *_beside(verdicts)]
        rows += [GAP, *lines] if rows and len(lines) > 1 else lines
    return Grid((Column(fold=True), *heads), tuple(rows))


def _beside(verdicts: list[Verdict | None]) -> Iterator[Row]:
    """The expected figures, how far the computed ones are from them, and the verdicts."""
    if not any(verdicts):
        return
    said = either(dict.fromkeys(_(v.said) for v in verdicts if v))
    yield row(said, *(figure(v.published) if v else NONE for v in verdicts), depth=1, tone="faint")
    yield row(_("deviation"), *(deviation(v.deviation) if v else NONE for v in verdicts), depth=1)
    yield row(_("verdict"), *(Cell(_(v.verdict), TONE[v.verdict]) if v else Cell(NONE) for v in verdicts), depth=1)


def _compared(result: Result, published: Published) -> Iterator[Block]:
    """A table for each functional unit: a row for each criterion, a column for each variant."""
    variants = result.variants
    heads = [Column(_stacked(result.model.scenario.label(variant)), right=True) for variant in variants]
    for unit in result.functional_units:
        yield Heading(_unit_name(result, unit))
        rows = [line for c in result.criteria for line in (GAP, *_across(result, published, unit, c))]
        yield Grid((Column(fold=True), *heads), tuple(rows[1:]))


def _across(result: Result, published: Published, unit: str, criterion: Criterion) -> Iterator[Row]:
    values = [result.total(unit, criterion.key, variant) for variant in result.variants]
    yield row(f"{told(criterion.label)}, {unit_words(criterion.unit_label)}", *map(figure, values), tone="strong")
    if result.variants[0] is None and len(values) > 1:
        ratios = [deviation(value / values[0] - 1) if values[0] else NONE for value in values[1:]]
        yield row(_("against {name}", name=result.model.scenario.label(None)), "", *ratios, depth=1)
    yield from _beside([published.get(TotalKey(unit, variant, criterion.key)) for variant in result.variants])


# --- parts -----------------------------------------------------------------------------------------------------------


def _parts(result: Result, by: tuple[str, ...]) -> Iterator[Block]:
    columns = [Column(" / ".join(map(_, by)), fold=True)]
    for c in result.criteria:
        columns += [
            Column(f"{told(c.label)}\n{unit_words(c.unit_label)}", right=True),
            Column(_("share"), right=True, tied=True),
        ]
    of_case = _parts_of(result, by)
    for case in result.model.cases:
        yield Heading(_heading(result, case.functional_unit, case.variant))
        parts = _in_order(of_case[case])
        wholes = [sum(abs(value or 0.0) for value in values) for values in zip(*parts.values(), strict=True)]
        totals = _part(_("total"), _sums(parts), wholes, 0, "strong")
        yield Grid(tuple(columns), (*_tree(parts, wholes, by), totals))
        if any(value < 0 for values in parts.values() for value in values if value is not None):
            yield Prose(_("Some parts are negative: shares are of the sum of absolute values."), "faint")


def _parts_of(result: Result, by: tuple[str, ...]) -> dict[CaseKey, Parts]:
    """The value of each part of each case by criterion; none where there is no line."""
    place = {key: index for index, key in enumerate(result.model.criteria)}
    of_case: dict[CaseKey, Parts] = {case: {} for case in result.model.cases}
    for record in result.records(by):
        parts = of_case[CaseKey(record["functional_unit"], record["variant"])]
        group = tuple(record[name] for name in by)
        parts.setdefault(group, [None] * len(place))[place[record["criterion"]]] = record["value"]
    return of_case


def _in_order(parts: Parts) -> Parts:
    """The parts in the order of the field."""
    return dict(sorted(parts.items(), key=lambda part: [ORDER.get(name, 0) for name in part[0]]))


def _sums(parts: Parts) -> list[float | None]:
    columns = [[value for value in values if value is not None] for values in zip(*parts.values(), strict=True)]
    return [sum(values) if values else None for values in columns]


def _tree(parts: Parts, wholes: list[float], by: tuple[str, ...], depth: int = 0) -> Iterator[Row]:
    """A row for each value of the first column, and under it those of the columns after it."""
    branches: dict[str, Parts] = {}
    for group, values in parts.items():
        branches.setdefault(group[0], {})[group[1:]] = values
    for name, below in branches.items():
        yield _part((_(name) if by[depth] in OURS else name) or NONE, _sums(below), wholes, depth)
        if () not in below:
            yield from _tree(below, wholes, by, depth + 1)


def _part(name: str, values: list[float | None], wholes: list[float], depth: int, tone: str = "") -> Row:
    cells = [Cell(name, tone)]
    for value, whole in zip(values, wholes, strict=True):
        share = "" if value is None else percent(value / whole if whole else 0.0)
        cells += [Cell(NONE if value is None else figure(value), tone), Cell(share, "faint")]
    return Row(tuple(cells), depth)


# --- what the figures rest on ----------------------------------------------------------------------------------------


def grounds(result: Result, verdicts: list[Verdict], by: tuple[str, ...] = ()) -> Iterator[Block]:
    """What the figures rest on, and what they leave out; by scopes, who is taken to control what."""
    made = account(result)
    by_term: dict[str, Iterable[str]] = {
        _("GHG scopes"): scopes.said(result) if {*by} & {*GHG_COLUMNS} else (),
        _("Figures"): [tally(verdicts) if verdicts else _("none is expected of these cases")],
        _("Calibrated"): _calibrated(result, verdicts),
        _("Assumed"): [_assumed_words(assumed(result))],
        _("Proxies"): _proxies(result),
        _("Not assessed"): _gaps(result),
        _("Indirect"): _indirect(result),
        _("Allocation"): allocation.conventions(result),
        _("On site"): _first([*_counted(result)]),
        _("Derived AUR"): _aurs(result),
        _("Account"): _account(made),
        _("Not used"): _idle(made),
        _("Instead"): _instead(made),
        _("Factors"): _packs(result),
        _("Own factors"): _own(result),
        _("Weak factors"): _weak(result),
        _("Caution"): cautions(result.model),
        _("Licences"): _licences(result),
    }
    said = {term: tuple(texts) for term, texts in by_term.items()}
    yield Entries(tuple(Entry(term, texts) for term, texts in said.items() if texts))


def _calibrated(result: Result, verdicts: list[Verdict]) -> Iterator[str]:
    leaves = {(leaf.path, leaf.span): leaf for leaf in result.model.facts.calibrated.values()}
    if not leaves:
        yield _("nothing is fitted")
    for leaf in leaves.values():
        value = quantity(leaf.value, str(leaf.unit))
        yield _(
            "{input} = {value}, fitted to {figures}{elasticity}", input=leaf.path, value=value,
            figures=", ".join(leaf.fitted_to), elasticity=_leaning(result, leaf, verdicts),
        )  # fmt: skip


def _leaning(result: Result, leaf: Input, verdicts: list[Verdict]) -> str:
    """How the other figures move with a calibrated input."""
    labels = result.model.factors.criteria
    others = [
        f"{v.of} {told(labels[v.criterion].label)} {localised(f'{v.leaning[leaf.path]:+.2f}')}"
        for v in verdicts
        if v.plain and leaf.path in v.leaning and v.verdict != "fitted"
    ]
    return _("; elasticity of {figures}", figures=", ".join(others)) if others else ""


def _assumed_words(inputs: list[Input]) -> str:
    if not inputs:
        return _("no input")
    ranged = sum(is_ranged(leaf) for leaf in inputs)
    return n_(
        "{count} input: {ranged} with a range, {others} without (-v lists them)",
        "{count} inputs: {ranged} with a range, {others} without (-v lists them)",
        len(inputs), ranged=ranged, others=len(inputs) - ranged,
    )  # fmt: skip


def _proxies(result: Result) -> list[str]:
    labels = result.model.factors.criteria
    return [
        _(
            "{criteria} of {what} from {proxy}: {reason}",
            criteria=", ".join(remark.labels(labels)),
            what=remark.what,
            proxy=labels[remark.proxy].either,
            reason=remark.reason,
        )
        for remark in boundary.proxies(result.model)
        if {*remark.criteria} & {*result.model.criteria}
    ]


def _gaps(result: Result) -> list[str]:
    shown, known = set(result.model.criteria), result.model.factors.criteria
    return [
        _(
            "{what} ({criteria}): {reason}",
            what=remark.what,
            criteria=", ".join(remark.labels(known)),
            reason=remark.reason,
        )
        if remark.criteria
        else _("{what}: {reason}", what=remark.what, reason=remark.reason)
        for remark in boundary.gaps(result.model)
        if not remark.criteria or shown & set(remark.criteria)
    ]


def _indirect(result: Result) -> list[str]:
    """What is declared beside the figures."""
    declared = [effect.words for effect in effects(result.model.scenario.about)]
    return [_("declared apart, and in no figure:"), *declared] if declared else []


def _aurs(result: Result) -> Iterator[str]:
    """The rates that follow from fleets, each with its cases where they differ."""
    model = result.model
    cases = {CaseKey(part, c.variant) for c in model.cases for part in model.scenario.parts(c.functional_unit)}
    aurs: dict[str, dict[int, list[str]]] = {}
    for (case, where), index in model.facts.aurs.items():
        if case in cases:
            aurs.setdefault(where, {}).setdefault(index, []).append(str(case))
    for where, of in aurs.items():
        for index, names in of.items():
            more = "; …" if len(names) > MOST_WEAK else ""
            said = f" ({clauses(names[:MOST_WEAK])}{more})" if len(of) > 1 else ""
            yield _("{where}{cases}: {value}", where=where, cases=said, value=percent(result.values[index]))


def _counted(result: Result) -> Iterator[str]:
    """Of criteria that count a flow and have factors beside: how much of each total is counted, and how much is not."""
    for case in result.model.cases:
        lines = result.model.lines.of(case)
        for c in (each for each in result.criteria if each.counts and not each.stages):
            own = [(result.values[line.impact], line.flow == c.counts) for line in lines if line.criterion == c.key]
            counted, by_factors = (sum(value for value, is_flow in own if is_flow is way) for way in (True, False))
            if counted and by_factors:
                on, off = (f"{figure(value)} {unit_words(c.unit_label)}" for value in (counted, by_factors))
                yield _(
                    "{criterion} of {case}: {on} on site, as its {flow} is counted; {off} off site, by factors",
                    criterion=c.label, case=str(case), on=on, flow=c.counts, off=off,
                )  # fmt: skip


def _first(texts: list[str]) -> list[str]:
    """The first of many lines, and how many there are."""
    return [*texts[:MOST_LINES], *([_("… {count} in all", count=len(texts))] if texts[MOST_LINES:] else [])]


def _account(made: Account) -> Iterator[str]:
    """How many numbers there are of each use."""
    defaults = len(made.of(DEFAULT))
    packs = n_("; {count} default from packs", "; {count} defaults from packs", defaults) if defaults else ""
    yield _("{tally}{packs} (lca account lists them)", tally=made.tally(), packs=packs)


def _idle(made: Account) -> Iterator[str]:
    """What no figure depends on."""
    if made.idle:
        yield some((idle.path for idle in made.idle), MOST_LISTED)


def _instead(made: Account) -> Iterator[str]:
    """What was taken in place of what: that of one pair together, and what stands for several for the same items."""
    items: dict[tuple[str, str], dict[str, None]] = {}
    for swap in made.instead:
        items.setdefault((swap.used, swap.asked), {})[swap.item] = None
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (used, asked), named in items.items():
        alike.setdefault((used, tuple(named)), []).append(asked)
    for (used, names), several in alike.items():
        items_ = some(names, MOST_LISTED, counted=False)
        yield from (_("{used} for {asked}: {items}", used=used, asked=asked, items=items_) for asked in runs(several))
    yield from (_("{what}: {reason}", what=one.path, reason=one.words) for one in made.taken)


def _packs(result: Result) -> list[str]:
    """The packs of each criterion; criteria of the same packs together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    known = result.model.factors.criteria
    for key, packs in result.model.packs.items():
        alike.setdefault(packs, []).append(told(known[key].label))
    return [
        _("{what}: {reason}", what=", ".join(labels), reason=", ".join(packs))
        for packs, labels in alike.items()
        if packs
    ]


def _own(result: Result) -> Iterator[str]:
    """The factors of the study's own that totals rest on, and the regions that only they know."""
    factors, below = result.model.factors, {*result.model.graph.below(result.model.totals.values())}
    counted: dict[int, dict[str, None]] = {}
    for line in result.model.lines:
        counted.setdefault(line.factor, {})[line.criterion] = None
    labels: dict[str, dict[str, None]] = {}
    for factor in factors.own:
        if factor.node.index in below:
            item, region = factor["item"], factor["region"]
            place = _(" in {region}", region=region) if region else ""
            own = _(", a region of the study's own") if factors.is_own_place(region) else ""
            keys = counted.get(factor.node.index, (factor.criterion,))
            labels.setdefault(f"{item}{place}{own}", {}).update(
                (told(factors.criteria[key].label), None) for key in keys
            )
    yield from (_("{what}: {reason}", what=words, reason=", ".join(keys)) for words, keys in labels.items())


def _weak(result: Result) -> Iterator[str]:
    """What rests on factors that are proxies or weak guesses, where that is not little."""
    known = result.model.factors.criteria
    for one in weak(result.model, result.values):
        if one.share >= MUCH:
            flows = some(one.flows, MOST_WEAK, counted=False)
            yield _(
                "{criterion}: {share} of {case} is of quality D or E ({flows})", criterion=known[one.criterion].label,
                share=percent(one.share), case=str(one.case), flows=flows,
            )  # fmt: skip


def _licences(result: Result) -> Iterator[str]:
    for name in result.model.used_packs:
        pack = result.model.factors.packs[name]
        if pack.share_alike:
            yield _(
                "{pack} is under {licence}: data that you derive from it and publish keep that licence", pack=name,
                licence=pack.licence,
            )  # fmt: skip
        if not pack.redistributable:
            yield _("{pack} may not be redistributed ({licence})", pack=name, licence=pack.licence)


def assumed_inputs(result: Result) -> Iterator[Block]:
    """Every assumed input with its value, range and reason."""
    leaves = assumed(result)
    if leaves:
        yield Heading(_("Assumed inputs"))
        yield Entries(tuple(Entry(leaf.path, (_assumed_text(leaf),)) for leaf in leaves))


def _assumed_text(leaf: Input) -> str:
    span = between(leaf.low, leaf.high) or _("no range")
    source = ", ".join(part for part in (leaf.citation.source, leaf.citation.at) if part)
    texts = (f"{quantity(leaf.value, str(leaf.unit))} ({span})", source, leaf.citation.note)
    return clauses(part for part in texts if part)
