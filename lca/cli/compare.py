"""`lca compare`: two cases, their differences, and which changed inputs carry them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lca.cli.app import MISSED, app, deliver, listed, variant_named
from lca.cli.options import Folders, Formatted, Output, Units

if TYPE_CHECKING:
    from lca.disk.workspace import Library
    from lca.questions.compare import Build, Comparison, Side
    from lca.scenario import Scenario

YAML = (".yaml", ".yml")
ONLY_IN = " is only in {}"


class Named(NamedTuple):
    """What one argument names. `variant` and `functional_unit` are empty where it does not say."""

    file: str
    revision: str = ""
    variant: str = ""
    functional_unit: str = ""


class Opened(NamedTuple):
    """One argument's cases by functional unit."""

    sides: dict[str, Side]
    is_live: bool


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The case to compare with.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other case.")],
    fu: Units = None,
    variant: Annotated[
        str, typer.Option("--variant", metavar="NAME", help="The variant of both, where they name none.")
    ] = "",
    players: Annotated[
        list[str] | None,
        typer.Option(
            "--players",
            metavar="PATHS",
            help="Changed inputs to tell apart; a path stands for all below it, the rest counts as one.",
        ),
    ] = None,
    fail_above: Annotated[
        str, typer.Option("--fail-above", metavar="PERCENT", help="Exit with 3 if a figure differs by more or is gone.")
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Compare two cases, and say which inputs make the difference.

    A and B are each one of:

    \b
    SCENARIO            a file, or the name of a shipped one
    SCENARIO:VARIANT    a variant of it; SCENARIO:base is its base case
    SCENARIO#FU         one functional unit, as in stable_diffusion:L#FU2
    REV:PATH            at a git revision, as in HEAD~1:scenarios/chat.yaml
    RESULT.json         what `lca run --format json` has written

    B may begin with a colon and then means the scenario of A: `lca compare stable_diffusion :L`, or
    `lca compare stable_diffusion#FU1 :#FU2`. Without functional units, each is compared with its namesake.

    Each changed input carries its mean effect over all orders in which the changes can be made (Shapley value), so
    that the parts sum to the difference. Lines that came or went, lists, proxies and formulas count as one input each;
    so do shares that sum to 100 %.
    """  # noqa: D301  the mark keeps the lines of the list apart
    from lca.disk.workspace import Library
    from lca.views.comparison import report

    gc.enable()  # models are made of cycles, and a comparison may build thousands
    limit = _percent(fail_above)
    library = Library(packs or ())
    first = _named(a, "")
    second = _named(b, a)
    one, other = (_opened(named, variant, listed(fu), library) for named in (first, second))
    comparisons = list(_compared(first, second, one, other, _build(library), listed(players)))
    if not comparisons:
        units = ", ".join(one.sides), ", ".join(other.sides)
        raise typer.BadParameter(f"A has {units[0]}, B has {units[1]}: name one of each with #", param_hint="A B")
    several = len(one.sides) + len(other.sides) > 2
    labels = _labels(comparisons, library)
    alone = [*(_without_partner(one, other) if several else ()), *_criteria_alone(comparisons, labels)]
    deliver(report(comparisons, alone, labels), format, output)
    if limit is not None:
        _judge(comparisons, limit, labels, [words for words in alone if words.endswith(ONLY_IN.format("A"))])


def _percent(text: str) -> float | None:
    """The share that a percentage is; its sign may be left out. None where none is asked for."""
    from lca.units import ONE, UnitError, quantity, unit

    try:
        value, written = quantity(text or "0")
    except UnitError:
        value, written = -1.0, ONE
    if value < 0 or written not in (ONE, unit("%")):
        raise typer.BadParameter(f"'{text}' is no percentage; write it as 2%", param_hint="--fail-above")
    return value / 100 if text else None


# --- what the arguments name ----------------------------------------------------------------------------------------


def _named(text: str, other: str) -> Named:
    """What an argument names; `other` is the first one, which a leading colon stands for."""
    from lca.problems import problem

    if text.startswith(":"):
        if not other:
            raise problem(f"'{text}' names no scenario", hint="A names the scenario, as in stable_diffusion:L")
        variant, _, unit = text[1:].partition("#")
        base = _named(other, "")
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
    from lca.disk.workspace import locate

    try:
        return bool(name) and locate(name).is_file()
    except (OSError, ValueError):
        return False


def _opened(named: Named, variant: str, units: list[str], library: Library) -> Opened:
    if named.file.endswith(".json") and not named.revision:
        return _saved(named, variant)
    return _live(named, variant, units, library)


def _live(named: Named, variant: str, units: list[str], library: Library) -> Opened:
    from lca.disk.workspace import Run
    from lca.model.case import CaseKey
    from lca.questions.compare import side

    study = Run(_scenario(named), library=library)
    scenario = study.scenario
    chosen = variant_named(named.variant or variant or "base", scenario.variants)
    wanted = [named.functional_unit] if named.functional_unit else units
    result, _ = study.compile(wanted, [chosen], with_expectations=False)
    label = f"{named.revision}:{named.file}" if named.revision else named.file
    sides = {}
    for unit in result.functional_units:
        totals = {key: (result.total(unit, key, chosen), result.unit(key)) for key in result.model.criteria}
        sides[unit] = side(label, scenario, CaseKey(unit, chosen), totals)
    return Opened(sides, is_live=True)


def _scenario(named: Named) -> Scenario:
    from lca.disk.workspace import is_shipped, open_scenario

    if not named.revision:
        return open_scenario(named.file)
    from lca.disk.revisions import scenario_at

    return scenario_at(named.revision, named.file, lambda name: open_scenario(name).tree if is_shipped(name) else None)


def _saved(named: Named, variant: str) -> Opened:
    from lca.disk.workspace import read
    from lca.questions.compare import saved

    chosen = named.variant or variant
    sides = saved(read(Path(named.file)), named.file, None if chosen in ("", "base") else chosen)
    if named.functional_unit:
        sides = {unit: side for unit, side in sides.items() if unit == named.functional_unit}
    return Opened(sides, is_live=False)


def _build(library: Library) -> Build:
    """How a tree of one functional unit becomes a model, with the packs that it names."""
    from lca.compile import Model
    from lca.disk.workspace import Run
    from lca.model.case import CaseKey
    from lca.scenario import Scenario
    from lca.text.documents import Located

    def build(tree: Located, functional_unit: str) -> Model:
        scenario = Scenario("", tree)
        return Run(scenario, library=library).model([CaseKey(functional_unit, None)])

    return build


# --- pairs ----------------------------------------------------------------------------------------------------------


def _compared(
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


def _without_partner(one: Opened, other: Opened) -> Iterator[str]:
    for unit in dict.fromkeys((*one.sides, *other.sides)):
        if (unit in one.sides) != (unit in other.sides):
            yield unit + ONLY_IN.format("A" if unit in one.sides else "B")


def _labels(comparisons: list[Comparison], library: Library) -> dict[str, str]:
    """What tables call the criteria; of what is by both bases, each says by which."""
    from lca.model.criteria import market_key
    from lca.model.terms import BASES

    shown = {difference.criterion for comparison in comparisons for difference in comparison.differences}
    labels = {key: criterion.label for key, criterion in library.criteria.items()}
    both = [criterion for key, criterion in library.criteria.items() if market_key(key) in shown]
    return labels | {made.key: made.label for each in both for made in map(each.by_basis, BASES)}


def _criteria_alone(comparisons: list[Comparison], labels: dict[str, str]) -> Iterator[str]:
    """The figures of a pair that only one of the two has."""
    for a, b, *_ in comparisons:
        for key in dict.fromkeys((*a.totals, *b.totals)):
            if (key in a.totals) != (key in b.totals):
                side, own = ("A", a) if key in a.totals else ("B", b)
                yield f"{labels.get(key, key)} of {own.functional_unit}{ONLY_IN.format(side)}"


def _judge(comparisons: list[Comparison], limit: float, labels: dict[str, str], gone: list[str]) -> None:
    """Exit with 3 where a figure differs by more than the limit or is gone, and name it."""
    from lca.views.comparison import name
    from lca.wording import deviation

    beyond = [
        f"{labels.get(d.criterion, d.criterion)} of {name(comparison.b)} differs by {deviation(d.relative)}"
        for comparison in comparisons
        for d in comparison.differences
        if not abs(d.relative) <= limit
    ]
    if beyond or gone:
        sys.stderr.write("\n".join([*gone, *beyond, *([f"more than {limit * 100:g} %"] if beyond else [])]) + "\n")
        raise typer.Exit(MISSED)
