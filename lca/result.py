"""A result: the lines and totals of a model as plain columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lca.compile import Lines, Model
from lca.graph import evaluate
from lca.model.case import CaseKey, TotalKey
from lca.model.criteria import Criterion, key_of, near_criterion
from lca.model.ledger import endless_first, is_endless, why_endless
from lca.operations import ROUNDING
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.scenario import several
from lca.spoken import N_, _, n_

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (N_("tier"), N_("phase"), N_("stage"), N_("item"), N_("flow"), N_("region"))
GHG, GHG_COLUMNS = "ghg-scope", (N_("ghg_scope"), N_("ghg_category"))  # what `--by` calls both, and both
PART = "part"  # the record of the scenario that causes a line, by which questions of ours ask
TIDY = ("functional_unit", "variant", "tier", "phase", "stage", "item", "flow", "region", "criterion", "value", "unit")
MET, OVER = N_("budget met"), N_("budget missed")  # what becomes of a target
MISSES = ("missed", OVER)
WORDS = (  # of verdicts, as they are counted
    N_("reproduced"), N_("met"), N_("fitted"), N_("missed"), N_("known gap"), N_("holds"), MET, OVER,
)  # fmt: skip
TONE = {"reproduced": "good", "holds": "good", "fitted": "fair", "known gap": "fair", "missed": "bad"}
TONE |= {MET: "good", OVER: "bad"}
SLACK = 1e-6  # how far shares may be from 100 % by rounding of what is written


AnyResult = TypeVar("AnyResult", bound="Result")


class Verdict(NamedTuple):
    """What became of a figure that the study should meet.

    verdict: reproduced, fitted, missed, known gap, holds (an invariant that is no published figure), or budget met and
    budget missed (a target).
    criterion: or the flow, quantity or set of weights that the figure is by.
    published: the figure or bound that is expected; of an invariant of our own `basis` is derived, of a budget target.
    deviation: relative to it. leaning: the summed elasticity to calibrated inputs, by path.
    via: the text in which the source was read at second hand. words: the figure in words, for want of a title.
    draws_met: the share of draws over the ranges of inputs that meet it, where it was asked for.
    node, bound: the nodes of the computed figure and, where the relation is `below`, of the one above it; -1 if none.
    statistic, bound_statistic: what of their samples is compared; empty for the figures themselves. samples, seed: how
    many samples, and where their random numbers start; 0 where there is no statistic.
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
    node: int = -1
    bound: int = -1
    basis: str = ""
    via: str = ""
    words: str = ""
    draws_met: float | None = None
    statistic: str = ""
    bound_statistic: str = ""
    samples: int = 0
    seed: int = 0

    @property
    def total(self) -> TotalKey:
        """The total that the figure is of, where it is one."""
        return TotalKey(self.of, self.variant, self.criterion)

    @property
    def said(self) -> str:
        """Whose figure it is: `published`, `expected` by the scenario itself, or a `target`."""
        return {"derived": N_("expected"), "target": N_("target")}.get(self.basis, N_("published"))

    @property
    def drawn(self) -> str:
        """How a statistic was drawn; empty where there is none."""
        many = f"{self.samples:,}".replace(",", " ")
        return _("of {count} samples, seed {seed}", count=many, seed=self.seed) if self.samples else ""

    @property
    def is_missed(self) -> bool:
        """Whether it fails a check."""
        return self.verdict in MISSES

    @property
    def cited(self) -> str:
        """The source, the place in it and where that was read; empty for an expectation of our own."""
        return ", ".join(
            part for part in (self.source, self.at, self.via and _("via {source}", source=self.via)) if part
        )


def is_met(relation: str, computed: Any, published: Any, within: Any) -> Any:
    """Whether a figure, or an array of them, holds against a published one, whatever rounding does in another unit."""
    slack = ROUNDING * abs(published)
    match relation:
        case "at_least":
            return computed >= published - slack
        case "at_most":
            return computed <= published + slack
        case "below":
            return computed < published - slack
    return abs(computed - published) <= within * abs(published) + slack


def tally(verdicts: Iterable[Verdict]) -> str:
    """How many of each verdict; nothing is said of one that there is none of, but for misses.

    A one-sided finding, such as one part being larger than another, is met more easily than a figure, and is counted
    apart from those that are reproduced.

    >>> tally([])
    '0 missed'
    """
    counts: dict[str, list[Verdict]] = {word: [] for word in WORDS}
    for v in verdicts:
        counts["met" if v.verdict == "reproduced" and v.relation != "value" else v.verdict].append(v)
    shown = {word: own for word, own in counts.items() if own or word == "missed"}
    return ", ".join(_counted(word, own) for word, own in shown.items())


def _counted(word: str, own: list[Verdict]) -> str:
    totals, count = sum(v.plain for v in own), len(own)
    if word == "reproduced" and 0 < totals < count:
        return _("{count} reproduced ({totals} of them totals)", count=count, totals=totals)
    return {
        "reproduced": n_("{count} reproduced", "{count} reproduced", count),
        "met": n_("{count} one-sided finding met", "{count} one-sided findings met", count),
        "fitted": n_("{count} fitted", "{count} fitted", count),
        "missed": n_("{count} missed", "{count} missed", count),
        "known gap": n_("{count} known gap", "{count} known gaps", count),
        "holds": n_("{count} invariant holds", "{count} invariants hold", count),
        MET: n_("{count} budget met", "{count} budgets met", count),
        OVER: n_("{count} budget missed", "{count} budgets missed", count),
    }[word]


class Result:
    """A model evaluated. `values[i]` is the number of node i in its unit; `verdicts` are those on expected figures.

    `whole` is the result of every case that was compiled with it, of which it may show a part.
    """

    def __init__(self, model: Model, verdicts: Iterable[Verdict] = (), whole: Result | None = None) -> None:
        self.model = model
        self.values: Sequence[float] = evaluate(model.graph) if whole is None else whole.values
        self.verdicts = list(verdicts)
        self.whole = whole or self

    def __repr__(self) -> str:
        """A result in a line: of which study, which cases and by which criteria."""
        cases = ", ".join(dict.fromkeys(str(case) for case in self.model.cases))
        return f"Result({self.model.scenario.name}: {cases}; by {', '.join(self.model.criteria)})"

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
        """A total in the unit of a criterion, which is named by its key or label, in any case.

        Without a variant it is that of the base case, or of the only variant that the result has. Misnamed, with near
        names, where the result has no such total.
        """
        case = CaseKey(functional_unit, variant)
        if case not in self.model.cases:
            case = self._case(functional_unit, variant)
        return self.values[self.model.totals[case.total(self._key(criterion))]]

    def _case(self, functional_unit: str, variant: str | None) -> CaseKey:
        """The case that names mean, written in another way than the study has them."""
        units, variants = self.functional_units, {"base" if name is None else name: name for name in self.variants}
        only = next(iter(variants)) if len(variants) == 1 and variant is None else "base"
        unit = _meant("functional unit", functional_unit, units)
        name = _meant("variant", only if variant is None else variant, [*variants])
        return CaseKey(unit, variants[name])

    def unit(self, criterion: str) -> str:
        """A criterion's unit as tables print it."""
        return self.model.factors.criteria[self._key(criterion)].unit_label

    def _key(self, criterion: str) -> str:
        key = key_of(self.model.factors.criteria, criterion)
        if key not in self.model.criteria:
            raise Misnamed([not_of(self.model, criterion)])
        return key

    def records(self, by: Iterable[str] = ()) -> list[dict[str, Any]]:
        """Totals by any columns: functional_unit, variant, the columns asked for, criterion, value, unit, share.

        The share is of the sum of absolute values where signs are mixed. Without columns: the totals, without shares.
        """
        columns = columns_named(by)
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
            | (
                {"share": value / whole[group[0], group[1], group[-1]] if whole[group[0], group[1], group[-1]] else 0.0}
                if columns
                else {}
            )
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
        """The lines as a pandas DataFrame, a row per line and criterion; the case without a variant is `base`."""
        import pandas as pd

        columns = [*TIDY, "basis", "sources"]
        return pd.DataFrame([{**line, "variant": line["variant"] or "base"} for line in self.lines()], columns=columns)

    def check(self, *, shown_only: bool = False) -> Result:
        """The result itself. Problems where a number is out of bounds, shares miss 100 %, or a total is infinite.

        shown_only: of what its own totals depend on, and not of all that was compiled with them.
        """
        among = {*self.model.graph.below(self.model.totals.values())} if shown_only else None
        problems = [*self.model.facts.tested(self.values, among)] or [*self._infinite()]
        if problems:
            raise Problems(problems)
        return self

    def _infinite(self) -> Iterator[Problem]:
        """Where totals stop being numbers, each place once."""
        graph, values = self.model.graph, self.values
        endless = {index: key for key, index in self.model.totals.items() if is_endless(values[index])}
        for index in endless_first(graph, values, endless):
            hint, spans = why_endless(graph, values, index)
            case = next(key.case for total, key in endless.items() if total >= index)
            name = graph.names.get(index, f"a part of {case}")
            yield Problem(f"{name} is not a finite number", spans, hint)


def columns_named(names: Iterable[str]) -> tuple[str, ...]:
    """Columns of the lines of a result, each once; `ghg-scope` is two, the scope and its category. Misnamed of others.

    >>> columns_named("tier"), columns_named(["stage", "ghg-scope"])
    (('tier',), ('stage', 'ghg_scope', 'ghg_category'))
    """
    known = (*COLUMNS, GHG, *GHG_COLUMNS)
    wrong = [name for name in several(names) if name not in (*known, PART)]
    if wrong:
        hint = near(wrong[0], known, f"columns: {', '.join(known)}")
        raise Misnamed([Problem(f"no column '{shortened(wrong[0])}' in the lines of a result", (), hint)])
    return tuple(dict.fromkeys(c for name in several(names) for c in (GHG_COLUMNS if name == GHG else (name,))))


def _meant(what: str, name: str, known: list[str]) -> str:
    """The one of some names that is meant, in whatever case it is written. Misnamed where none is, or several."""
    meant = [name] if name in known else [own for own in known if own.casefold() == name.casefold()]
    if len(meant) != 1:
        listing = f"{what}s of this result: {', '.join(known)}"
        raise Misnamed([Problem(f"no {what} '{shortened(name)}' in the result", (), near(name, known, listing))])
    return meant[0]


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


def narrowed(result: AnyResult, names: Iterable[str]) -> AnyResult:
    """The result for some criteria only, named by key or label; all where none is named. It keeps every verdict."""
    wanted = {name: key_of(result.model.factors.criteria, name) for name in several(names)}
    problems = [not_of(result.model, name) for name, key in wanted.items() if key not in result.model.criteria]
    if problems:
        raise Misnamed(problems)
    keys = tuple(dict.fromkeys(wanted.values())) or result.model.criteria
    model = result.model
    lines = Lines(line for line in model.lines if line.criterion in keys)
    totals = {case: index for case, index in model.totals.items() if case[-1] in keys}
    part = model._replace(criteria=keys, lines=lines, totals=totals)
    return type(result)(part, result.verdicts, result.whole) if wanted else result


def not_of(model: Model, name: str) -> Problem:
    """What to say of a criterion that a study is not by."""
    known = model.factors.criteria
    own = {key: known[key] for key in model.criteria}
    listing = f"the study is by {', '.join(own)}"
    if (key := key_of(known, name)) and known[key].of in own:
        hint = "lca run says why under Not assessed; --fu shows it of the functional units that have it"
        return Problem(f"{known[key].label} is not assessed in all cases", (), hint)
    if key:
        return Problem(f"the study has no criterion '{name}'", (), f"{listing}: add it to study.criteria")
    hint = near_criterion(own, name, listing)
    others = near_criterion(known, name, listing) if hint == listing else ""
    ways = hint if others in ("", listing) else f"{others}\n{listing}"
    return Problem(f"the study has no criterion '{shortened(name)}'", (), ways)
