"""Choosing a model: a study compiled with each of some, scores of them from a table or a pack, and budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from lca.checks.expectations import of_variant, targets
from lca.compile import Model
from lca.disk.workspace import Library, Run, read, shown
from lca.model.packs import FactorRow
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.questions.alternatives import MODEL, REGION, with_models, with_regions
from lca.questions.budget import Budget, budget
from lca.questions.rank import Ranking, rank
from lca.questions.scores import QUALITY, Called, Score, of_pack, of_table
from lca.result import Result, narrowed
from lca.scenario import Scenario
from lca.text import sheets
from lca.text.documents import Located
from lca.text.overlay import entries, put

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
        raise Problems(
            [
                Problem(
                    f"a choice is among models: {FEWEST} or more",
                    (),
                    "name them with commas between and no space, or --models for each",
                )
            ]
        )
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


# --- budgets ----------------------------------------------------------------------------------------------------------


def budgets(
    study: Run,
    target: str = "",
    models: Iterable[str] = (),
    regions: Iterable[str] = (),
    *,
    over: Iterable[str] = (),
    block: str = "",
    samples: int = 100_000,
    seed: int = 0,
) -> list[Budget]:
    """What each target of a scenario allows, or the one that is named, and what other models and regions would buy."""
    known = targets(study.scenario)
    if target and target not in known:
        listing = f"targets: {', '.join(known)}" if known else WITHOUT
        raise Misnamed([Problem(f"no target '{shortened(target)}'", (), near(target, known, listing))])
    if not known:
        raise Problems([Problem("the scenario has no budget", (), WITHOUT)])
    named = _names(study, models)
    return [
        _budget(study, key, known[key], named, [*regions], [*over], block, samples, seed)
        for key in ([target] if target else known)
    ]


WITHOUT = "write one under expect: {of: FU, criterion: GWP, at_most: 5 gCO2eq, basis: target}"


def _budget(
    study: Run, key: str, at: Located, models: list[str], regions: list[str], over: list[str], block: str,
    count: int, seed: int,
) -> Budget:  # fmt: skip
    scenario, own = study.scenario, entries(at).get("variant")
    variant = str(own.value) if own is not None else None
    others: dict[str, tuple[str, str]] = {}
    if models:
        made = with_models(scenario, study.factors, models, block, variant)
        scenario, others = made.scenario, others | {name: (MODEL, of) for name, of in made.of.items()}
    if regions:
        made = with_regions(scenario, study.factors, regions, variant)
        scenario, others = made.scenario, others | {name: (REGION, of) for name, of in made.of.items()}
    keys = {f"{key} with {name}": name for name in others}
    for other, name in keys.items():
        scenario = Scenario(scenario.name, put(scenario.tree, ("expect", other), of_variant(at, name)))
    of = str(entries(at)["of"].value)
    result, verdicts = Run(scenario, library=study.library).compile([of], (variant, *others))
    found = {verdict.key: verdict for verdict in verdicts}
    if found[key].statistic or found[key].relation != "at_most":
        hint = "write at_most, without statistic; in how many draws it is kept is said beside it"
        raise Problems([Problem(f"{key} is no budget that can be used up", (at.span,), hint)])
    return budget(
        result.model.facts, found[key], {others[name]: found[other] for other, name in keys.items()}, over, count, seed
    )
