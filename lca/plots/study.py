"""What the figures of a study share: what they are asked for, what they are, and what each says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from lca import units
from lca.model.case import CaseKey
from lca.model.packs import FactorRow
from lca.model.terms import PHASES, STAGES, TIERS
from lca.plots import charts
from lca.plots.charts import Caption, Panel, Spec
from lca.questions import boundary, grouping
from lca.report import Report
from lca.result import Result
from lca.spoken import ENGLISH, _, language, told
from lca.wording import clauses, listed

TERMS = {*TIERS, *PHASES, *STAGES, *grouping.SIX, grouping.OTHER}
Table = Callable[[str, str], list[FactorRow]]


def _no_table(role: str, name: str) -> list[FactorRow]:
    raise LookupError(f"no {role} set {name}")


class Asked(NamedTuple):
    """What a figure is asked for. A kind takes what it has a use for.

    by: columns of the parts. ranges: inputs and their ranges, each varied on its own; also: a second one over all of
    its range. set_name: of normalisation. samples, seed: of what is drawn at random; told: is told how much is done.
    table: the rows of a normalisation set.
    """

    result: Result
    by: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    also: str = ""
    set_name: str = ""
    samples: int = 100_000
    seed: int = 0
    told: Callable[[float], None] | None = None
    table: Table = _no_table


class Drawing(NamedTuple):
    """A figure as a specification, and its numbers as records."""

    spec: Spec
    records: list[dict[str, Any]]

    @property
    def report(self) -> Report:
        """The numbers, for an output of records."""
        columns = tuple(dict.fromkeys(name for record in self.records for name in record))
        return Report((), columns, tuple(self.records))


def caption(result: Result, title: str, *more: str) -> Caption:
    """The title, what it is of, and the source: the scenario's file, its packs, its proxies and gaps."""
    about = result.model.scenario.about
    of = [about.title or result.model.scenario.name, _cases(result), *more]
    return Caption(title, " · ".join(word for word in of if word), source(result))


def _cases(result: Result) -> str:
    variants = [result.model.scenario.label(variant) for variant in result.variants]
    return listed(variants) if variants != ["base"] else ""


def source(result: Result) -> str:
    """Where a figure's numbers come from, and what they leave out."""
    packs = ", ".join(result.model.used_packs)
    name = result.model.scenario.name
    words = [_("Source: own calculation from {scenario}, factors of {packs}.", scenario=name, packs=packs)]
    known = result.model.factors.criteria
    proxies = [
        _(
            "{criteria} of {what} from {proxy}",
            criteria=listed(each.labels(known)),
            what=each.what,
            proxy=told(known[each.proxy].either),
        )
        for each in boundary.proxies(result.model)
    ]
    gaps = [f"{told(each.what)}{_of(each.labels(known))}" for each in boundary.gaps(result.model)]
    words += [_("By proxy: {parts}.", parts=clauses(proxies))] if proxies else []
    words += [_("Not assessed: {parts}.", parts=clauses(gaps))] if gaps else []
    return " ".join(words)


def _of(criteria: Sequence[str]) -> str:
    return f" ({', '.join(criteria)})" if criteria else ""


def variant_words(result: Result, variant: str | None) -> str:
    """What a variant is called, where there are several."""
    return result.model.scenario.label(variant) if len(result.variants) > 1 else ""


def case_titles(result: Result) -> dict[CaseKey, str]:
    """The name of each case, with its variant where there are several."""
    titles = {}
    for case in result.model.cases:
        unit = case.functional_unit
        words = (unit, result.model.titles.get(unit, ""), variant_words(result, case.variant))
        titles[case] = " · ".join(word for word in words if word)
    return titles


def criterion_labels(result: Result) -> dict[str, str]:
    """The label of each criterion, in the order of the tables."""
    return {criterion.key: told(criterion.label) for criterion in result.criteria}


def panel(result: Result, functional_unit: str, criterion: str, words: str = "") -> Panel:
    """The panel of one total."""
    about = result.model.factors.criteria[criterion]
    return Panel(" · ".join(word for word in (functional_unit, told(about.label), words) if word), about.unit_label)


def case_panel(result: Result, functional_unit: str, variant: str | None, criterion: str) -> Panel:
    """The panel of one total, with its variant where there are several."""
    return panel(
        result, functional_unit, criterion, result.model.scenario.label(variant) if len(result.variants) > 1 else ""
    )


def part_words(part: str, longest: int = charts.LONGEST) -> str:
    """A part of the service as a figure names it: terms of the field are ours to tell."""
    return charts.plain(", ".join(_(word) if word in TERMS else word for word in part.split(", ")), longest)


def columns_words(columns: Sequence[str]) -> str:
    """Columns of the parts, as a title names them."""
    return listed(_(name.replace("-", "_")) if language() != ENGLISH else name for name in columns)


def unit_words(unit: units.Unit) -> str:
    """A unit as an axis shows it; nothing for pure numbers."""
    return "" if unit is units.ONE else str(unit)


def is_log(points: Sequence[float]) -> bool:
    """Whether points are in equal ratios rather than equal steps.

    >>> is_log([1, 10, 100]), is_log([1, 2, 3]), is_log([1, 10])
    (True, False, False)
    """
    ordered = sorted(set(points))
    if len(ordered) < 3 or ordered[0] <= 0:
        return False
    ratios = [b / a for a, b in pairwise(ordered)]
    steps = [b - a for a, b in pairwise(ordered)]
    return max(ratios) / min(ratios) - 1 < 1e-6 < max(steps) / min(steps) - 1  # rounding of the points
