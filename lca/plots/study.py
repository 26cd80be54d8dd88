"""A study's figures: from its result to the values of a plot, its specification and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from lca import units
from lca.model.case import CaseKey
from lca.plots.bands import bands
from lca.plots.charts import Axis, Caption, Panel, Spec
from lca.plots.kinds import contribution, intervals, normalised, sankey, sweep, tornado
from lca.plots.kinds import heat as heatmap
from lca.plots.kinds import uncertainty as histogram
from lca.problems import Problem, Problems
from lca.questions import boundary, drivers, grouping
from lca.questions.normalise import Normalised
from lca.report import Report
from lca.result import Result
from lca.wording import listed, quantity

MOST_CELLS = 10_000  # of a heat map
PERSON_EQUIVALENTS = "person-equivalents: what so many people cause in a year"


class Drawing(NamedTuple):
    """A figure as a specification, and its numbers as records."""

    spec: Spec
    records: list[dict[str, Any]]

    @property
    def report(self) -> Report:
        """The numbers, for a view of records."""
        columns = tuple(dict.fromkeys(name for record in self.records for name in record))
        return Report((), columns, tuple(self.records))


# --- What every figure says of itself -------------------------------------------------------------------------------


def caption(result: Result, title: str, *more: str) -> Caption:
    """The title, what it is of, and the source: the scenario's file, its packs, its proxies and gaps."""
    about = result.model.scenario.about
    of = [about.title or result.model.scenario.name, _cases(result), *more]
    return Caption(title, " · ".join(word for word in of if word), source(result))


def _cases(result: Result) -> str:
    variants = [variant_title(result, variant) for variant in result.variants]
    return listed(variants) if variants != ["base"] else ""


def source(result: Result) -> str:
    """Where a figure's numbers come from, and what they leave out."""
    used = {pack for names in result.model.packs.values() for pack in names}
    packs = [name for name in result.model.factors.packs if name in used]
    words = [f"Source: own calculation from {result.model.scenario.name}, factors of {', '.join(packs)}."]
    proxies = [
        f"{listed(_labels(result, each.criteria))} of {each.what} from {listed(_labels(result, [each.proxy]))}"
        for each in boundary.proxies(result.model)
    ]
    gaps = [f"{each.what}{_of(_labels(result, each.criteria))}" for each in boundary.gaps(result.model)]
    words += [f"By proxy: {'; '.join(proxies)}."] if proxies else []
    words += [f"Not assessed: {'; '.join(gaps)}."] if gaps else []
    return " ".join(words)


def _labels(result: Result, keys: Iterable[str]) -> list[str]:
    known = result.model.factors.criteria
    return [known[key].label if key in known else key for key in keys]


def _of(criteria: Sequence[str]) -> str:
    return f" ({', '.join(criteria)})" if criteria else ""


def variant_title(result: Result, variant: str | None) -> str:
    """What a variant is called; the base case by the study's own name for it."""
    if variant is None:
        return str(result.model.scenario.about.base)
    return str(result.model.scenario.study.variants[variant].title or variant)


def case_titles(result: Result) -> dict[grouping.Case, str]:
    """The name of each case, with its variant where there are several."""
    several = len(result.variants) > 1
    return {
        (unit, variant): " · ".join(
            word
            for word in (unit, result.model.titles.get(unit, ""), variant_title(result, variant) if several else "")
            if word
        )
        for unit, variant in result.model.cases
    }


def criterion_labels(result: Result) -> dict[str, str]:
    """The label of each criterion, in the order of the tables."""
    return {criterion.key: criterion.label for criterion in result.criteria}


def panel(result: Result, functional_unit: str, criterion: str, words: str = "") -> Panel:
    """The panel of one total."""
    found = result.model.factors.criteria[criterion]
    return Panel(" · ".join(word for word in (functional_unit, found.label, words) if word), found.unit_label)


# --- The figures ----------------------------------------------------------------------------------------------------


def contributions(result: Result, by: Sequence[str] = ()) -> Drawing:
    """What each part contributes to each criterion of each case, as stacked bars."""
    columns = tuple(by) or grouping.PAPER
    found = grouping.shares(result.records(columns), columns)
    title = "Contribution of each part" if columns == grouping.PAPER else f"Contribution by {listed(columns)}"
    spec = contribution.spec(found, case_titles(result), criterion_labels(result), caption(result, title))
    return Drawing(spec, contribution.rows(found))


def ribbons(result: Result, by: Sequence[str] = ()) -> Drawing:
    """From the demand through the parts to the criteria."""
    columns = tuple(by) or grouping.PAPER
    found = drivers.driven(result.model, result.values, columns)
    about = caption(result, "From the demand to the impacts")
    labels = criterion_labels(result)
    spec = sankey.spec(found, drivers.flows(result.model), case_titles(result), labels, about)
    return Drawing(spec, sankey.rows(found))


def people(result: Result, found: Iterable[Normalised], name: str) -> Drawing:
    """Every criterion in person-equivalents, one variant beside another."""
    titles = {
        unit: f"{unit} · {result.model.titles.get(unit, '')}".removesuffix(" · ") for unit in result.functional_units
    }
    labels = criterion_labels(result)
    bars = [
        normalised.Bar(
            Panel(titles[each.functional_unit], PERSON_EQUIVALENTS), each.criterion,
            variant_title(result, each.variant), each.people, each.reason, labels[each.criterion],
        )
        for each in found
    ]  # fmt: skip
    return Drawing(
        normalised.spec(bars, caption(result, "Normalised impacts", f"normalised with {name}")), normalised.rows(bars)
    )


def lines(result: Result, ranges: Sequence[str], by: Sequence[str] = ()) -> Drawing:
    """How the totals, or their parts, answer to inputs that are varied each on its own."""
    from lca.questions import sweep as swept

    model = result.model
    axes = [swept.axis(model, swept.asked(text)) for text in ranges]
    unit = _one_unit(axes)
    found = [line for axis in axes for line in _lines(result, swept.sweep(model, [axis], by), len(axes) > 1, unit)]
    marked = [sweep.Band(*band) for axis in axes for band in bands(model, axis.path, unit)]
    paths = [axis.path for axis in axes]
    across = Axis(_axis_name(paths), _unit_words(unit), _is_log(axes[0].points))
    spec = sweep.spec(found, across, list(dict.fromkeys(marked)), caption(result, f"Impact by {listed(paths)}"))
    return Drawing(spec, sweep.rows(found, across))


def _lines(result: Result, made: Any, named: bool, unit: units.Unit) -> list[sweep.Series]:  # noqa: FBT001  handed on
    """The lines of one input, from its least to its greatest point; the smallest parts of many are one."""
    axis = made.axes[0]
    factor = units.scale(axis.unit, unit) or 1.0
    order = sorted(range(len(axis.points)), key=lambda i: axis.points[i])
    xs = tuple(axis.points[i] * factor for i in order)
    summed: dict[tuple[Panel, str], sweep.Series] = {}
    kept = _kept(made)
    for each in made.series:
        own = panel(result, each.functional_unit, each.criterion)
        name = _line_name(result, axis.path if named else "", each, made.by, kept)
        ys = tuple(float(each.values[i]) for i in order)
        base = (made.at_base[CaseKey(each.functional_unit, each.variant)][0] * factor, each.base)
        known = summed.get((own, name))
        summed[own, name] = _added(known, ys, base) if known else sweep.Series(own, name, xs, ys, base)
    return list(summed.values())


def _kept(made: Any) -> set[str]:
    """The parts that have a line of their own: those with the largest shares anywhere."""
    whole: dict[tuple[str, str | None, str], float] = {}
    weight: dict[str, float] = {}
    for each in made.series:
        key = (each.functional_unit, each.variant, each.criterion)
        whole[key] = whole.get(key, 0.0) + float(abs(each.values).max())
    for each in made.series:
        share = float(abs(each.values).max()) / (whole[each.functional_unit, each.variant, each.criterion] or 1.0)
        part = grouping.part_name(each.group, made.by)
        weight[part] = max(weight.get(part, 0.0), share)
    ranked = sorted(weight, key=lambda part: -weight[part])
    return set(ranked if len(ranked) <= grouping.MOST else ranked[: grouping.MOST - 1])


def _added(known: sweep.Series, ys: Sequence[float], base: tuple[float, float]) -> sweep.Series:
    old = known.base or (base[0], 0.0)
    return known._replace(ys=tuple(a + b for a, b in zip(known.ys, ys, strict=True)), base=(base[0], old[1] + base[1]))


def _axis_name(paths: Sequence[str]) -> str:
    """
    >>> _axis_name(["a.aur"]), _axis_name(["a.aur", "b.aur"]), _axis_name(["a.aur", "b.pue"])
    ('a.aur', 'aur, each on its own', 'each input on its own')
    """
    last = {path.rpartition(".")[2] for path in paths}
    if len(paths) == 1:
        return paths[0]
    return f"{last.pop()}, each on its own" if len(last) == 1 else "each input on its own"


def _one_unit(axes: Sequence[Any]) -> units.Unit:
    first: units.Unit = axes[0].unit
    for axis in axes:
        if units.scale(axis.unit, first) is None:
            hint = "plot one of them, or give the second with --and for a heat map"
            raise Problems([Problem(f"{axis.path} is in {axis.unit}, {axes[0].path} in {first}", (), hint)])
    return first


def _line_name(result: Result, path: str, series: Any, by: Sequence[str] = (), kept: Iterable[str] = ()) -> str:
    variant = variant_title(result, series.variant) if len(result.variants) > 1 else ""
    part = grouping.part_name(series.group, by) if by else ""
    part = part if part in kept or not part else grouping.OTHER
    return " · ".join(word for word in (path, part, variant) if word)


def _is_log(points: Sequence[float]) -> bool:
    """Whether points are in equal ratios rather than equal steps."""
    ordered = sorted(set(points))
    if len(ordered) < 3 or ordered[0] <= 0:
        return False
    ratios = [b / a for a, b in pairwise(ordered)]
    steps = [b - a for a, b in pairwise(ordered)]
    return max(ratios) / min(ratios) - 1 < 1e-6 < max(steps) / min(steps) - 1  # rounding of the points


def heat(result: Result, ranges: Sequence[str]) -> Drawing:
    """How the totals answer to two inputs that are varied together."""
    from lca.questions import sweep as swept

    axes = [swept.axis(result.model, swept.asked(text)) for text in ranges]
    if len(axes) != 2:
        raise Problems([Problem("a heat map is of two inputs", (), "one before --and, one after it")])
    if len(axes[0].points) * len(axes[1].points) > MOST_CELLS:
        raise Problems([Problem(f"a map of more than {MOST_CELLS:,} points cannot be read", (), "ask for fewer")])
    made = swept.sweep(result.model, axes)
    maps = [_map(result, made, series) for series in made.series]
    across, up = (Axis(axis.path, _unit_words(axis.unit), _is_log(axis.points)) for axis in axes)
    spec = heatmap.spec(maps, across, up, caption(result, f"Impact by {listed(axis.path for axis in axes)}"))
    return Drawing(spec, heatmap.rows(maps, across, up))


def _map(result: Result, made: Any, series: Any) -> heatmap.Field:
    xs, ys = ([*enumerate(axis.points)] for axis in made.axes)
    columns, rows = (sorted(points, key=lambda point: point[1]) for points in (xs, ys))
    wide = len(ys)
    return heatmap.Field(
        panel(result, series.functional_unit, series.criterion, _line_name(result, "", series)),
        tuple(x for _, x in columns), tuple(y for _, y in rows),
        tuple(tuple(float(series.values[i * wide + j]) for i, _ in columns) for j, _ in rows),
        made.at_base[CaseKey(series.functional_unit, series.variant)],
    )  # fmt: skip


def _unit_words(unit: units.Unit) -> str:
    return "" if unit is units.ONE else str(unit)


def swings(result: Result) -> Drawing:
    """How far each total goes when one uncertain input goes over its own range."""
    from lca.questions.sensitivity import MIX, sensitivities

    found = [
        _swing(panel(result, each.functional_unit, each.criterion, _line_name(result, "", each)), driver, each.value)
        for each in sensitivities(result.model, draws=2)
        for driver in each.drivers
        if driver.kind != MIX and driver.swing
    ]
    if not found:
        hint = "give some inputs `low` and `high`"
        raise Problems([Problem("no total depends on an input that has a range", (), hint)])
    return Drawing(tornado.spec(found, caption(result, "What matters: one input at a time")), tornado.rows(found))


def _swing(own: Panel, driver: Any, base: float) -> tornado.Swing:
    ends = (quantity(driver.low, driver.unit), quantity(driver.high, driver.unit))
    return tornado.Swing(own, driver.path, driver.at_low, driver.at_high, *ends, base)


def spreads(
    result: Result, count: int, seed: int, by: Sequence[str] = (), progress: Callable[[float], None] | None = None
) -> Drawing:
    """How sure the totals are: a histogram of each; or their parts, as intervals."""
    from lca.questions.uncertainty import uncertainty

    found = uncertainty(result.model, count, seed, by, progress=progress)
    title = "Uncertainty of the parts" if by else "Uncertainty of the totals"
    about = caption(result, title, f"{count:,} samples, seed {seed}")
    if by:
        bars = [_interval(result, each, by) for each in found.estimates]
        order = grouping.ordered(bar.part for bar in bars)
        bars.sort(key=lambda bar: order.index(bar.part))
        return Drawing(intervals.spec(bars, about), intervals.rows(bars))
    estimates = list(found.estimates)
    if len(result.model.cases) == histogram.COLUMNS:  # a column for each case, a row for each criterion
        estimates.sort(key=lambda each: result.model.criteria.index(each.figure.criterion))
    shown = [_histogram(result, each, count) for each in estimates]
    return Drawing(histogram.spec(shown, about), histogram.rows(shown))


def _panel_of(result: Result, figure: Any) -> Panel:
    return panel(result, figure.functional_unit, figure.criterion, _line_name(result, "", figure))


def _histogram(result: Result, estimate: Any, samples: int) -> histogram.Spread:
    own = estimate.spread
    bins = (own.edges, own.counts)
    return histogram.Spread(
        _panel_of(result, estimate.figure), *bins, own.mean, own.median, estimate.value, own.low, own.high, samples
    )


def _interval(result: Result, estimate: Any, by: Sequence[str]) -> intervals.Interval:
    own = estimate.spread
    part = grouping.part_name(estimate.figure.group, by)
    return intervals.Interval(
        _panel_of(result, estimate.figure), part, own.low, own.median, own.high, own.mean, estimate.value
    )
