"""What a sentence has to say that quotes a figure: what it is of, its range, what it counts, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lca.compile import Model
from lca.model.case import CaseKey
from lca.model.criteria import Criterion
from lca.model.terms import PHASES, TIERS
from lca.questions import boundary
from lca.questions.boundary import ABSENT, BY_PROXY, COUNTED, NOT_ASSESSED, OUT_OF_SCOPE, STAGES, GridCell
from lca.questions.ends import ends
from lca.questions.methods import methods
from lca.questions.uncertainty import uncertainty, varied
from lca.result import Result
from lca.spoken import N_, _, n_, told
from lca.text.identity import digest
from lca.wording import clauses, figure, listed, quantity, spaced, with_unit

WHOLE_LIFE = N_("whole life cycle")
NO_RANGE = N_("without a range, since no input that it rests on has one")


BOUNDS = ((N_("at least {bound}"), N_("no low end")), (N_("at most {bound}"), N_("no high end")))


class Cited(NamedTuple):
    """A figure and all that has to be said with it, each in words.

    value: in the unit of the criterion. spread: its range, and which kind of range it is. inputs: the hash of the
    scenario and of the tables of its packs.
    """

    study: str
    authors: str
    case: CaseKey
    of: str
    criterion: Criterion
    value: float
    spread: str
    counted: str
    left_out: tuple[str, ...]
    methods: tuple[str, ...]
    packs: tuple[str, ...]
    inputs: str

    @property
    def figure(self) -> str:
        """The figure with its unit."""
        return with_unit(figure(self.value), self.criterion.unit_label)


def cited(result: Result, samples: int = 0, seed: int = 0) -> Cited:
    """What is to be said of the one total of a result, with its ends, or an interval of so many samples.

    The result is of one case and one criterion.
    """
    model, [case], [criterion] = result.model, result.model.cases, result.criteria
    about = model.scenario.about
    squares, spread = boundary.grid(model), _(NO_RANGE)
    if varied(model.graph, [*model.totals.values()]).uncertain:
        spread = _interval(model, samples, seed) if samples else _ends(result)
    packs = (model.factors.packs[name] for name in model.used_packs)
    return Cited(
        told(about.title) or model.scenario.name,
        about.authors,
        case,
        _of(result, case),
        criterion,
        result.total(case.functional_unit, criterion.key, case.variant),
        f"{spread}{_unranged(model)}",
        _cells(squares, (COUNTED, BY_PROXY)),
        tuple(_left_out(squares)),
        tuple(dict.fromkeys(method.words for method in methods(model))) or (criterion.method,),
        tuple(f"{pack.name} ({pack.version})" for pack in packs),
        inputs(model),
    )


def inputs(model: Model) -> str:
    """The hash of all that figures rest on: the scenario, and every table of the packs that it names."""
    every = model.factors.packs.values()
    tables = {f"{pack.name} {role}": sheets for pack in every for role, sheets in pack.tables.items()}
    return digest(model.scenario.tree, tables)


def _of(result: Result, case: CaseKey) -> str:
    """The functional unit in words, with what it demands, and the variant."""
    model = result.model
    title = told(model.titles.get(case.functional_unit)) or case.functional_unit
    read = model.read.get(case)
    flows = {} if read is None else read.demand
    demand = ", ".join(quantity(result.values[node.index], str(node.unit)) for node in flows.values())
    parts = "" if read else _("the sum of {parts}", parts=listed(model.scenario.parts(case.functional_unit)))
    what = f"{title}{f' ({demand or parts})' if demand or parts else ''}"
    if case.variant is None:
        return what
    return _("{what}, in the variant {name}", what=what, name=model.scenario.label(case.variant))


# --- ranges ----------------------------------------------------------------------------------------------------------


def _ends(result: Result) -> str:
    [ended] = ends(result)
    words = []
    for (_side, end), (bound, none) in zip(ended.sides, BOUNDS, strict=True):
        shown = figure(end.bound) if end.is_exact else _(bound, bound=figure(end.bound))
        words.append(shown if math.isfinite(end.bound) else _(none))
    low, high = words
    return _("from {low} to {high}, its lowest and highest over the ranges of its inputs", low=low, high=high)


def _interval(model: Model, samples: int, seed: int) -> str:
    spread = uncertainty(model, samples, seed).estimates[0].spread
    return _(
        "from {low} to {high} in 95 % of {draws} draws (seed {seed}) of its inputs",
        low=figure(spread.low), high=figure(spread.high), draws=spaced(samples), seed=seed,
    )  # fmt: skip


def _unranged(model: Model) -> str:
    held = varied(model.graph, [*model.totals.values()]).assumed
    if not held:
        return ""
    return n_(
        " ({count} input is assumed and without a range)",
        " ({count} inputs are assumed and without a range)",
        len(held),
    )


# --- boundary ---------------------------------------------------------------------------------------------------------


def _left_out(squares: Iterable[GridCell]) -> Iterator[str]:
    direct = [square for square in squares if square.impacts == "direct"]
    for status in (NOT_ASSESSED, OUT_OF_SCOPE):
        if cells := _cells(direct, (status,)):
            yield _("{what}: {reason}", what=_(status), reason=cells)
    there = [square for square in direct if square.status != ABSENT]
    tiers = [tier for tier in TIERS if not any(square.tier == tier for square in there)]
    phases = [phase for phase in PHASES if not any(square.phase == phase for square in there)]
    if tiers or phases:
        yield _("nothing is described of {parts}", parts=listed(map(_, (*tiers, *phases))))
    yield _("indirect effects: in no figure")


def _cells(squares: Iterable[GridCell], statuses: tuple[str, ...]) -> str:
    """Cells in words: tiers, their phases, and the stages of each."""
    stages: dict[str, dict[str, list[str]]] = {}
    for square in squares:
        if square.impacts == "direct" and square.status in statuses:
            stages.setdefault(square.tier, {}).setdefault(square.phase, []).append(square.stage)
    tiers = []
    for tier, of_phase in stages.items():
        phases = (
            _("{what}: {reason}", what=_(name), reason=_(WHOLE_LIFE) if len(of) == len(STAGES) else listed(map(_, of)))
            for name, of in of_phase.items()
        )
        tiers.append(f"{_(tier)} ({clauses(phases)})")
    return ", ".join(tiers)
