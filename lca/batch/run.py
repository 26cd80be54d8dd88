"""A log priced from end to end: opened, flattened, accounted for, and summed by an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from lca.batch.dialect import Engine, Told as Progress
from lca.batch.engines.duckdb import DuckDB
from lca.batch.logs import opened
from lca.batch.names import named
from lca.batch.parts import Draws
from lca.batch.price import Priced, price
from lca.batch.pricers import ByMethod
from lca.batch.told import Told
from lca.disk.files import scratch
from lca.disk.requests import opened as requests
from lca.disk.workspace import read, shown
from lca.model.criteria import key_of, near_criterion
from lca.model.mapping import Log as Mapped
from lca.model.mapping import mapping
from lca.problems import Misnamed, Problem, problem, shortened
from lca.text.documents import parse

READING = 0.7  # part of the work that is reading


class Asked(NamedTuple):
    """What is asked of a log. days: whether it is to be told apart by day, whatever else it is grouped by."""

    logs: tuple[Path, ...]
    scenario: str
    by: tuple[str, ...]
    method: str
    region: str
    mapping: Path | None
    functional_unit: str
    variant: str | None
    block: str
    samples: int
    seed: int
    criteria: tuple[str, ...]
    packs: tuple[Path, ...]
    days: bool = False


def priced(asked: Asked, told: Progress | None = None) -> Told:
    """The figures of a log, and the account of its rows. Problems where something is wrong with either."""
    by_map = _mapping(asked.mapping)
    by = tuple(dict.fromkeys((*asked.by, *(["day"] if asked.days else []))))
    pricer, name, study = _pricer(asked, by_map)
    criteria = (study.library if study is not None else requests(asked.packs).library).criteria
    with scratch() as folder, DuckDB(spill=folder) as engine:
        account = opened(engine, asked.logs, folder, by, by_map, _part(told, 0.0, READING))
        draws = Draws(asked.samples, asked.seed) if asked.samples else None
        made = price(engine, pricer, by, draws=draws, told=_part(told, READING, 1.0))
    made = _narrowed(made, asked.criteria, criteria)
    budgets = tuple(_budgets(study, pricer, made)) if isinstance(pricer, InScenario) and study is not None else ()
    return Told(name, made, account, criteria, budgets)
