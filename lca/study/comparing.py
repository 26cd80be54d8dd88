"""Comparisons: what two sides name, each opened, and every pair of their functional units compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca.disk.workspace import Library, Run, is_shipped, locate, open_scenario, read
from lca.problems import Misnamed, Problem, problem
from lca.report import Report
from lca.spoken import N_

if TYPE_CHECKING:
    from lca.questions.compare import Build, Comparison, Side
    from lca.result import Result
    from lca.scenario import Scenario

YAML = (".yaml", ".yml")
BASE = "base"


class Named(NamedTuple):
    """What one side names. `variant` and `functional_unit` are empty where it does not say."""

    file: str
    revision: str = ""
    variant: str = ""
    functional_unit: str = ""


class Opened(NamedTuple):
    """One side's cases by functional unit; the result behind them where it was not saved."""

    sides: dict[str, Side]
    is_live: bool
    result: Result | None = None


class Alone(NamedTuple):
    """What only one side has, in words, and which side: A or B."""

    words: str
    side: str


class Compared(NamedTuple):
    """The pairs that were compared, what tables call their criteria, and the figures that only one side has."""

    pairs: list[Comparison]
    labels: dict[str, str]
    alone: list[Alone]

    @property
    def report(self) -> Report:
        """What the command prints."""
        from lca.views.comparison import report

        return report(self.pairs, [one.words for one in self.alone], self.labels)


# --- what the arguments name ----------------------------------------------------------------------------------------


def named(text: str, other: str) -> Named:
    """What an argument names; `other` is the first one, which a leading colon stands for."""
    if text.startswith(":"):
        if not other:
            raise problem(f"'{text}' names no scenario", hint="A names the scenario, as in stable_diffusion:L")
        variant, _, unit = text[1:].partition("#")
        base = named(other, "")
        if base.file.endswith(".json"):
            raise problem(f"'{text}' needs a scenario before it", hint="a saved result has no scenario")
        return base._replace(variant=variant, functional_unit=unit)
    if _is_file(text):
        return Named(text)
    head, _, unit = text.partition("#")
    if _is_file(head) or ":" not in head:
        return Named(head, functional_unit=unit)
    left, _, right = head.partition(":")
    if _is_file(left):
        return Named(left, variant=right, functional_unit=unit)
    if Path(right).suffix in YAML or ":" not in right:
        return Named(right, left, "", unit)
    path, _, variant = right.rpartition(":")
    return Named(path, left, variant, unit)


def _is_file(name: str) -> bool:
    try:
        return bool(name) and locate(name).is_file()
    except (OSError, ValueError):
        return False


def opened(named: Named, variant: str, units: Sequence[str], library: Library) -> Opened:
    """The cases that a name is of. Problems where there is no such thing."""
    if named.file.endswith(".json") and not named.revision:
        return _saved(named, variant)
    label = f"{named.revision}:{named.file}" if named.revision else named.file
    return live(Run(_scenario(named), library=library), label, named, variant, units)


def live(study: Run, label: str, named: Named, variant: str, units: Sequence[str]) -> Opened:
    """The cases of a study; those that it is named for, or else a variant and some functional units."""
    scenario = study.scenario
    chosen = variant_named(named.variant or variant or BASE, scenario)
    wanted = [named.functional_unit] if named.functional_unit else units
    result, _ = study.compile(wanted, [chosen], with_expectations=False)
    return sides(result, label, chosen)


def sides(result: Result, label: str, variant: str | None) -> Opened:
    """The cases of a variant, of a result that has them."""
    from lca.model.case import CaseKey
    from lca.questions.compare import side

    made = {}
    for unit in result.functional_units:
        totals = {key: (result.total(unit, key, variant), result.unit(key)) for key in result.model.criteria}
        made[unit] = side(label, result.model.scenario, CaseKey(unit, variant), totals)
    return Opened(made, is_live=True, result=result)


def variant_named(name: str, scenario: Scenario) -> str | None:
    """The one variant that is meant. Misnamed where it is every one."""
    meant = scenario.variants_named(name)
    if len(meant) > 1 or (name == "all" and name not in scenario.variants):
        listing = ", ".join((BASE, *scenario.variants))
        raise Misnamed([Problem("all is no single case", (), f"one case is asked for: {listing}")])
    return meant[0]


def _scenario(named: Named) -> Scenario:
    if not named.revision:
        return open_scenario(named.file)
    from lca.disk.revisions import scenario_at

    return scenario_at(named.revision, named.file, lambda name: open_scenario(name).tree if is_shipped(name) else None)


def _saved(named: Named, variant: str) -> Opened:
    from lca.questions.compare import saved

    chosen = named.variant or variant
    sides = saved(read(Path(named.file)), named.file, None if chosen in ("", BASE) else chosen)
    if named.functional_unit:
        sides = {unit: side for unit, side in sides.items() if unit == named.functional_unit}
    return Opened(sides, is_live=False)


def _build(library: Library) -> Build:
    """How a tree of one functional unit becomes a model, with the packs that it names."""
    from lca.compile import Model
    from lca.model.case import CaseKey
    from lca.scenario import Scenario
    from lca.text.documents import Located

    def build(tree: Located, functional_unit: str) -> Model:
        scenario = Scenario("", tree)
        return Run(scenario, library=library).model([CaseKey(functional_unit, None)])

    return build


# --- pairs ----------------------------------------------------------------------------------------------------------


def compared(
    first: Named, second: Named, one: Opened, other: Opened, library: Library, players: Iterable[str]
) -> Compared:
    """Every pair of the two sides. Misnamed where no functional unit of one has its like in the other."""
    pairs = list(_pairs(first, second, one, other, _build(library), [*players]))
    if not pairs:
        units = ", ".join(one.sides), ", ".join(other.sides)
        raise Misnamed([Problem(f"A has {units[0]}, B has {units[1]}", (), "name one of each with #, as in :L#FU1")])
    several = len(one.sides) + len(other.sides) > 2
    labels = _labels(pairs, library)
    alone = [*(_without_partner(one, other) if several else ()), *_criteria_alone(pairs, labels)]
    return Compared(pairs, labels, alone)


def _pairs(
    first: Named, second: Named, one: Opened, other: Opened, build: Build, players: list[str]
) -> Iterator[Comparison]:
    from lca.questions.compare import compare

    live = build if one.is_live and other.is_live else None
    if first.functional_unit and second.functional_unit:
        pairs = [(one.sides.get(first.functional_unit), other.sides.get(second.functional_unit))]
    elif len(one.sides) == len(other.sides) == 1:
        pairs = [(next(iter(one.sides.values())), next(iter(other.sides.values())))]
    else:
        pairs = [(side, other.sides.get(unit)) for unit, side in one.sides.items()]
    for a, b in pairs:
        if a is not None and b is not None:
            yield compare(a, b, live, players)


def _without_partner(one: Opened, other: Opened) -> Iterator[Alone]:
    for unit in dict.fromkeys((*one.sides, *other.sides)):
        if (unit in one.sides) != (unit in other.sides):
            yield _alone(unit, "A" if unit in one.sides else "B")


def _labels(comparisons: list[Comparison], library: Library) -> dict[str, str]:
    """What tables call the criteria; of what is by both bases, each says by which."""
    from lca.model.criteria import market_key
    from lca.model.terms import BASES

    shown = {difference.criterion for comparison in comparisons for difference in comparison.differences}
    labels = {key: criterion.label for key, criterion in library.criteria.items()}
    both = [criterion for key, criterion in library.criteria.items() if market_key(key) in shown]
    return labels | {made.key: made.label for each in both for made in map(each.by_basis, BASES)}


def _criteria_alone(comparisons: list[Comparison], labels: dict[str, str]) -> Iterator[Alone]:
    """The figures of a pair that only one of the two has."""
    for a, b, *_ in comparisons:
        for key in dict.fromkeys((*a.totals, *b.totals)):
            if (key in a.totals) != (key in b.totals):
                side, own = ("A", a) if key in a.totals else ("B", b)
                what = N_("{criterion} of {case}", criterion=labels.get(key, key), case=own.functional_unit)
                yield _alone(what, side)


def _alone(what: str, side: str) -> Alone:
    return Alone(N_("{what} is only in {side}", what=what, side=side), side)
