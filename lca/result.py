"""A result: the lines and totals of a model as plain columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from lca import units
from lca.compile import Line, Model
from lca.graph import evaluate
from lca.model.packs import Criterion
from lca.problems import Problem, Problems

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("tier", "phase", "stage", "item", "flow", "region")
TIDY = ("functional_unit", "variant", "tier", "phase", "stage", "item", "flow", "region", "criterion", "value", "unit")
SLACK = 1e-6  # how far shares may be from 100 % by rounding of what is written


class Verdict(NamedTuple):
    """What became of a figure that the study should meet.

    verdict: reproduced, fitted, missed, known gap, or holds (an invariant that is no published figure).
    deviation: relative to the published figure or bound. leaning: the summed elasticity to calibrated inputs, by path.
    """

    key: str
    title: str
    of: str
    variant: str | None
    criterion: str
    published: float
    computed: float
    unit: str
    deviation: float
    relation: str
    within: float
    verdict: str
    reason: str
    source: str
    at: str
    place: str
    plain: bool
    leaning: dict[str, float]


class Result:
    """A model evaluated. `values[i]` is the number of node i in its unit."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.values: Sequence[float] = evaluate(model.graph)

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria of the study, in the order of its tables."""
        return [self.model.factors.criteria[key] for key in self.model.criteria]

    @property
    def variants(self) -> list[str | None]:
        return list(dict.fromkeys(case.variant for case in self.model.cases))

    @property
    def functional_units(self) -> list[str]:
        return list(dict.fromkeys(case.functional_unit for case in self.model.cases))

    def total(self, functional_unit: str, criterion: str, variant: str | None = None) -> float:
        """A total in the criterion's unit."""
        return self.values[self.model.totals[functional_unit, variant, criterion]]

    def unit(self, criterion: str) -> str:
        """A criterion's unit as tables print it."""
        return self.model.factors.criteria[criterion].unit_label

    def records(self, by: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Totals by any columns: functional_unit, variant, the columns asked for, criterion, value, unit, share.

        The share is of the sum of absolute values where signs are mixed. Without columns: the totals, without shares.
        """
        columns = tuple(by)
        groups: dict[tuple[Any, ...], float] = {}
        for case in self.model.cases:
            for key in self.model.criteria:
                if not columns:
                    groups[(*case, key)] = self.total(case.functional_unit, key, case.variant)
        if columns:
            for line in self.model.lines:
                group = (line.functional_unit, line.variant, *(getattr(line, c) for c in columns), line.criterion)
                groups[group] = groups.get(group, 0.0) + self.values[line.impact]
        whole = _wholes(groups)
        names = ("functional_unit", "variant", *columns, "criterion")
        return [
            dict(zip(names, group, strict=True))
            | {"value": value, "unit": self.unit(group[-1])}
            | ({"share": value / whole[group[0], group[1], group[-1]] if whole[group[0], group[1], group[-1]] else 0.0} if columns else {})
            for group, value in self._ordered(groups)
        ]

    def _ordered(self, groups: dict[tuple[Any, ...], float]) -> list[tuple[tuple[Any, ...], float]]:
        criteria = {key: place for place, key in enumerate(self.model.criteria)}
        cases = {tuple(case): place for place, case in enumerate(self.model.cases)}
        seen = {group: place for place, group in enumerate(dict.fromkeys(group[2:-1] for group in groups))}
        return sorted(groups.items(), key=lambda g: (cases[g[0][:2]], seen[g[0][2:-1]], criteria[g[0][-1]]))

    def lines(self) -> Iterator[dict[str, Any]]:
        """Every line as a record: the columns of `TIDY`, then basis and sources."""
        for line in self.model.lines:
            tidy = {name: getattr(line, name) for name in TIDY[:-2]}
            basis, sources = self.provenance[line.impact]
            yield tidy | {
                "value": self.values[line.impact],
                "unit": self.unit(line.criterion),
                "basis": ", ".join(basis),
                "sources": ", ".join(sources),
            }

    @cached_property
    def provenance(self) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        """The bases and the sources of the inputs of each line's impact, by node."""
        return {root: _provenance(self.model, root) for root in {line.impact for line in self.model.lines}}

    def frame(self) -> pd.DataFrame:
        """The lines as a pandas DataFrame, a row per line and criterion."""
        import pandas as pd

        columns = [*TIDY, "basis", "sources"]
        return pd.DataFrame(list(self.lines()), columns=columns)

    def check(self) -> Result:
        """The result itself. Problems where a number is out of its bounds, shares miss 100 %, or a total is infinite."""
        problems = [*self._out_of_bounds(), *self._off_totals(), *self._infinite()]
        if problems:
            raise Problems(problems)
        return self

    def _out_of_bounds(self) -> Iterator[Problem]:
        graph = self.model.graph
        for limit in dict.fromkeys(self.model.ledger.limits):
            factor = units.scale(graph.unit[limit.index], units.unit(limit.field.unit)) if limit.field.unit else 1.0
            value = self.values[limit.index] * (1.0 if factor is None else factor)
            if not limit.field.allows(value):
                shown = f"{self.values[limit.index]:g} {graph.unit[limit.index]}".removesuffix(" 1")
                hint = limit.field.doc if limit.field.doc else "check the number and its unit"
                message = f"{limit.path} is {shown}; it has to be {limit.field.range_words()}"
                yield Problem(message, (limit.span,), hint)

    def _off_totals(self) -> Iterator[Problem]:
        for total in dict.fromkeys(self.model.ledger.totals):
            value = self.values[total.index]
            if not abs(value - 1) <= SLACK:
                message = f"{total.what} sum to {value * 100:g} %"
                yield Problem(message, (total.span,), "they have to sum to 100 %")

    def _infinite(self) -> Iterator[Problem]:
        for (unit, variant, key), index in self.model.totals.items():
            if self.values[index] - self.values[index] != 0:
                case = f"{unit}, {variant}" if variant else unit
                yield Problem(f"{key} of {case} is not a finite number", (), "an input is out of all proportion")

    def _repr_html_(self) -> str:
        from lca.views.html import table

        return table(self)


def _wholes(groups: dict[tuple[Any, ...], float]) -> dict[tuple[Any, ...], float]:
    wholes: dict[tuple[Any, ...], float] = {}
    for group, value in groups.items():
        key = (group[0], group[1], group[-1])
        wholes[key] = wholes.get(key, 0.0) + abs(value)
    return wholes


def _provenance(model: Model, root: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    leaves = model.graph.leaves(root)
    bases = dict.fromkeys(leaf.citation.basis for leaf in leaves)
    sources = dict.fromkeys(leaf.citation.source for leaf in leaves if leaf.citation.source)
    return tuple(sorted(bases)), tuple(sources)


def lines_of(model: Model, functional_unit: str, variant: str | None) -> list[Line]:
    """The lines of one case."""
    return [line for line in model.lines if line.functional_unit == functional_unit and line.variant == variant]
