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
from lca.text.identity import digest
from lca.wording import figure, listed, plural, quantity

WHOLE_LIFE = "whole life cycle"
NO_RANGE = "without a range, since no input that it rests on has one"


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
        return f"{figure(self.value)} {self.criterion.unit_label}"


def cited(result: Result, samples: int = 0, seed: int = 0) -> Cited:
    """What is to be said of the one total of a result, with its ends, or an interval of so many samples.

    The result is of one case and one criterion.
    """
    model, [case], [criterion] = result.model, result.model.cases, result.criteria
    about = model.scenario.about
    squares, spread = boundary.grid(model), NO_RANGE
    if varied(model.graph, [*model.totals.values()]).uncertain:
        spread = _interval(model, samples, seed) if samples else _ends(result)
    packs = (model.factors.packs[name] for name in model.used_packs)
    return Cited(
        about.title or model.scenario.name,
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
    title = model.titles.get(case.functional_unit) or case.functional_unit
    read = model.read.get(case)
    flows = {} if read is None else read.demand
    demand = ", ".join(quantity(result.values[node.index], str(node.unit)) for node in flows.values())
    parts = "" if read is not None else f"the sum of {listed(model.scenario.parts(case.functional_unit))}"
    named = "" if case.variant is None else f", in the variant {model.scenario.label(case.variant)}"
    return f"{title}{f' ({demand or parts})' if demand or parts else ''}{named}"


# --- ranges ----------------------------------------------------------------------------------------------------------


def _ends(result: Result) -> str:
    [ended] = ends(result)
    words = []
    for (side, end), bound in zip(ended.sides, ("at least", "at most"), strict=True):
        known = math.isfinite(end.bound)
        words.append(f"{'' if end.is_exact else f'{bound} '}{figure(end.bound)}" if known else f"no {side} end")
    return f"from {words[0]} to {words[1]}, its lowest and highest over the ranges of its inputs"


def _interval(model: Model, samples: int, seed: int) -> str:
    spread = uncertainty(model, samples, seed).estimates[0].spread
    many = f"{samples:,}".replace(",", " ")
    return f"from {figure(spread.low)} to {figure(spread.high)} in 95 % of {many} draws (seed {seed}) of its inputs"


def _unranged(model: Model) -> str:
    held = varied(model.graph, [*model.totals.values()]).assumed
    return f" ({plural(len(held), 'input is', 'inputs are')} assumed and without a range)" if held else ""


# --- boundary ---------------------------------------------------------------------------------------------------------


def _left_out(squares: Iterable[GridCell]) -> Iterator[str]:
    direct = [square for square in squares if square.impacts == "direct"]
    for status in (NOT_ASSESSED, OUT_OF_SCOPE):
        if cells := _cells(direct, (status,)):
            yield f"{status}: {cells}"
    there = [square for square in direct if square.status != ABSENT]
    tiers = [tier for tier in TIERS if not any(square.tier == tier for square in there)]
    phases = [phase for phase in PHASES if not any(square.phase == phase for square in there)]
    if tiers or phases:
        yield f"nothing is described of {listed((*tiers, *phases))}"
    yield "indirect effects: in no figure"


def _cells(squares: Iterable[GridCell], statuses: tuple[str, ...]) -> str:
    """Cells in words: tiers, their phases, and the stages of each."""
    stages: dict[str, dict[str, list[str]]] = {}
    for square in squares:
        if square.impacts == "direct" and square.status in statuses:
            stages.setdefault(square.tier, {}).setdefault(square.phase, []).append(square.stage)
    tiers = []
    for tier, of_phase in stages.items():
        phases = (f"{name}: {WHOLE_LIFE if len(of) == len(STAGES) else listed(of)}" for name, of in of_phase.items())
        tiers.append(f"{tier} ({'; '.join(phases)})")
    return ", ".join(tiers)
