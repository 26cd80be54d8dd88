"""Choosing a model: a study compiled with each of some, and scores of them from the user's table or a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from lca.compile import Model
from lca.disk.workspace import Library, Run, read, shown
from lca.model.packs import FactorRow
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.questions.alternatives import with_models
from lca.questions.rank import Ranking, rank
from lca.questions.scores import QUALITY, Called, Score, of_pack, of_table
from lca.result import Result, narrowed
from lca.text import sheets

FEWEST = 2  # models


class Choice(NamedTuple):
    """A ranking of models, the result that it is of, and whose the scores are."""

    ranking: Ranking
    result: Result
    source: str

    @property
    def model(self) -> Model:
        return self.result.model


def ranked(
    study: Run,
    models: Iterable[str],
    quality: str | Path | None = None,
    at_least: float | None = None,
    *,
    block: str = "",
    functional_units: Iterable[str] = (),
    variant: str | None = None,
    criteria: Iterable[str] = (),
    samples: int = 100_000,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Choice:
    """The models by their impacts in a service, with their scores by a table of CSV or a pack; see `lca.rank`."""
    if at_least is not None and quality is None:
        hint = "name a table with the columns model and quality, or a pack that has some: quality-arena-2025"
        raise Problems([Problem("a threshold is of a quality, and none is named", (), hint)])
    made = with_models(study.scenario, study.factors, _names(study, models), block, variant)
    if len(made.of) < FEWEST:
        raise Problems([Problem(f"a choice is among models: {FEWEST} or more", (), "name them with commas between")])
    scores, source = _scores(quality, study.library, study.factors.called) if quality is not None else ({}, "")
    result, _ = Run(made.scenario, library=study.library).compile(functional_units, made.of, with_expectations=False)
    result = narrowed(result, [*criteria])
    return Choice(rank(result.model, made.of, scores, at_least, samples, seed, progress=progress), result, source)


def _names(study: Run, models: Iterable[str]) -> list[str]:
    """Names of models, of which several may stand in one text with commas between; that of a model may hold commas."""
    every: list[str] = []
    for text in models:
        every += [text] if study.factors.called(text) else [part.strip() for part in text.split(",") if part.strip()]
    return every


def _scores(quality: str | Path, library: Library, called: Called) -> tuple[dict[str, Score], str]:
    """The scores of a file, or of a pack by its name, and whose they are."""
    if Path(quality).exists() or Path(quality).suffix:
        return of_table(sheets.parse(read(Path(quality)), shown(Path(quality))), called), shown(Path(quality))
    name = str(quality)
    having = [key for key in library.names() if key.startswith(f"{QUALITY}-")]
    if name not in library.names():
        listing = f"packs of qualities: {', '.join(having)}; or a file that ends in .csv"
        raise Misnamed([Problem(f"no file and no pack '{shortened(name)}'", (), near(name, having, listing))])
    pack = library.pack(name)
    rows = [
        FactorRow(name, sheet, row, {column: place for place, column in enumerate(sheet.header)})
        for sheet in pack.tables.get("parameters", ())
        for row in sheet.rows
        if row.cells[sheet.header.index("name")] == QUALITY
    ]
    if not rows:
        hint = f"packs of qualities: {', '.join(having)}"
        raise Misnamed([Problem(f"the pack {name} has no parameter called {QUALITY}", (), hint)])
    return of_pack(rows, called), f"{name}: {pack.citation} {pack.licence}"
