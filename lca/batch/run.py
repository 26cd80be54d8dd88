"""A log priced from end to end: opened, flattened, accounted for, and summed by an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca import units
from lca.batch.dialect import Told as Progress
from lca.batch.engines.duckdb import DuckDB
from lca.batch.handed import handed
from lca.batch.in_scenario import InScenario
from lca.batch.logs import opened
from lca.batch.names import named
from lca.batch.parts import Draws
from lca.batch.periods import dated, expressions
from lca.batch.price import Priced, Pricer, part, price
from lca.batch.pricers import ByMethod
from lca.batch.told import Budget, Told
from lca.checks.expectations import targets
from lca.disk.files import scratch
from lca.disk.requests import opened as requests
from lca.disk.workspace import Run, read, shown
from lca.model.criteria import Criterion, criteria_named
from lca.model.mapping import Log as Mapped
from lca.model.mapping import mapping
from lca.problems import problem
from lca.text.documents import parse
from lca.text.overlay import entries
from lca.wording import some

if TYPE_CHECKING:
    from lca.batch.engines.spark import Spark

READING = 0.7  # part of the work that is reading
MOST_LISTED = 12
OF_A_TOTAL = {"title", "of", "variant", "criterion", "at_most", "basis", "source", "at", "via", "note"}


class Asked(NamedTuple):
    """What is asked of a log: of its files, by what it is priced (a scenario or a method), and how it is shown.

    by_day: whether it is told apart by day, whatever else it is grouped by. engine: the address of a server of Spark
    Connect that sums it; shared: a folder that it sees too.
    """

    logs: tuple[Path, ...]
    by: tuple[str, ...] = ()
    by_day: bool = False
    map: Path | None = None
    region: str = ""
    method: str = ""
    scenario: str = ""
    functional_unit: str = ""
    variant: str | None = None
    block: str = ""
    samples: int = 0
    seed: int = 0
    criteria: tuple[str, ...] = ()
    packs: tuple[Path, ...] = ()
    engine: str = ""
    shared: Path | None = None


def priced(asked: Asked, told: Progress | None = None) -> Told:
    """The figures of a log, and the account of its rows. Problems where something is wrong with either."""
    by_map = _mapping(asked.map)
    by = tuple(dict.fromkeys((*asked.by, *(["day"] if asked.by_day else []))))
    pricer, name, criteria = _in_scenario(asked, by_map) if asked.scenario else _by_method(asked, by_map)
    wanted = criteria_named(criteria, asked.criteria)
    draws = Draws(asked.samples, asked.seed) if asked.samples else None
    with _far(asked) as far, scratch() as folder, DuckDB(spill=folder) as engine:
        account = opened(engine, asked.logs, folder, by, by_map, part(told, 0.0, READING))
        if far is None:
            made = price(engine, pricer, expressions(by), draws=draws, told=part(told, READING, 1.0))
        else:
            with handed(engine, far, asked.shared or folder, expressions(by)) as called:
                made = price(far, pricer, called, draws=draws)
    budgets, unchecked = _budgets(pricer, made) if isinstance(pricer, InScenario) else ([], [])
    return Told(name, _narrowed(dated(made), wanted), account, criteria, budgets, unchecked)


def _far(asked: Asked) -> AbstractContextManager[Spark | None]:
    """The engine that is named, before a log is read; none where it is the one in this process."""
    if asked.engine:
        from lca.batch.engines.spark import Spark

        return Spark(asked.engine)
    if asked.shared is not None:
        raise problem("--shared is for an engine that --engine names", hint="leave it out")
    return nullcontext()


def _mapping(path: Path | None) -> Mapped | None:
    """What a map says of a log. Problems where it says nothing of one."""
    if path is None:
        return None
    tree = parse(read(path), shown(path))
    said: Mapped | None = mapping(tree).log
    if said is None:
        raise problem("the map says nothing of a log", tree.span, hint="log: {models: {…}}, or log: {columns: {…}}")
    return said


# --- by what ----------------------------------------------------------------------------------------------------------


def _by_method(asked: Asked, by_map: Mapped | None) -> tuple[Pricer, str, Mapping[str, Criterion]]:
    known = requests(asked.packs)
    if not asked.method:
        hint = f"name a scenario after the logs, or --method {' or '.join(known.forms())}"
        raise problem("it is not said by what requests are priced", hint=hint)
    form = known.form(asked.method)
    known.check(asked.method, asked.region, ())
    named_so = named(form.factors.called, by_map, asked.region)
    return ByMethod(known, asked.method, named_so), asked.method, known.library.criteria


def _in_scenario(asked: Asked, by_map: Mapped | None) -> tuple[Pricer, str, Mapping[str, Criterion]]:
    study = Run(asked.scenario, asked.packs)
    named_so = named(study.factors.called, by_map, asked.region)
    pricer = InScenario(study, named_so, asked.functional_unit, asked.variant, asked.block)
    return pricer, f"{shown(Path(asked.scenario))}, {pricer.functional_unit}", pricer.criteria


def _narrowed(made: Priced, wanted: Sequence[str]) -> Priced:
    """The figures by some criteria alone. Problems where there are none by one of them."""
    if not wanted or not made.units:
        return made
    lacking = [key for key in wanted if key not in made.units]
    if lacking:
        raise problem(f"no figures by {', '.join(lacking)}", hint=f"there are {some(made.units, MOST_LISTED)}")
    kept = {key: made.units[key] for key in wanted}
    groups = (group._replace(totals={key: group.totals[key] for key in kept}) for group in made.groups)
    return made._replace(units=kept, groups=tuple(groups))


def _budgets(pricer: InScenario, made: Priced) -> tuple[list[Budget], list[str]]:
    """The budgets of the functional unit, for one request of it, beside what those of the log come to on average.

    Then the names of those that a log does not answer: of a flow, a part, a share, a what-if, a statistic, or a least.
    """
    budgets: list[Budget] = []
    unchecked: list[str] = []
    known = targets(pricer.study.scenario)
    counted = sum(group.requests - group.unpriced for group in made.groups)
    if not known or not counted:
        return budgets, unchecked
    result, verdicts = pricer.study.compile([pricer.functional_unit], [pricer.variant])
    for each in verdicts:
        is_own = each.key in known and each.of == pricer.functional_unit and each.variant == pricer.variant
        if not is_own:
            continue
        stated = entries(known[each.key])
        scale = None
        if each.criterion in made.units and stated.keys() <= OF_A_TOTAL:
            scale = units.scale(result.model.graph.unit[each.node], pricer.criteria[each.criterion].unit)
        if scale is None:  # a part, a share, a what-if, or for another unit than the whole
            unchecked.append(each.key)
        else:
            mean = sum(group.totals[each.criterion].value for group in made.groups) / counted
            at_most = each.published * scale / pricer.work[2]
            budgets.append(Budget(each.key, each.criterion, at_most, mean, made.units[each.criterion]))
    return budgets, unchecked
