"""`lca rank`: which model for a service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.cli.app import app, by_ending, deliver, emit, listed, look, variant_named
from lca.cli.options import IN_ENGLISH, Folders, Formatted, Lang, Output, ScenarioName, Units
from lca.cli.progress import progress
from lca.outputs import outputs
from lca.spoken import spoken

PICTURES = outputs("figure")


@app.command()
def rank(
    scenario: ScenarioName,
    models: Annotated[
        list[str],
        typer.Option("--models", metavar="NAMES", help="Models by their names, with commas between. Repeatable."),
    ],
    quality: Annotated[
        str,
        typer.Option(
            "--quality", metavar="TABLE", help="A CSV table with model and quality, or a pack: quality-arena-2025."
        ),
    ] = "",
    at_least: Annotated[
        float | None, typer.Option("--at-least", metavar="X", help="The quality that a model has to have.")
    ] = None,
    block: Annotated[
        str, typer.Option("--block", metavar="PATH", help="Whose model it is, where several blocks take one.")
    ] = "",
    criterion: Annotated[
        list[str] | None,
        typer.Option("--criterion", "--criteria", metavar="KEYS", help="The criterion; all where absent."),
    ] = None,
    fu: Units = None,
    variant: Annotated[
        str, typer.Option("--variant", metavar="NAME", help="A variant of the scenario on which models are tried.")
    ] = "base",
    samples: Annotated[int, typer.Option("-n", "--samples", metavar="N", help="How many samples.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the random numbers start.")] = 0,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw quality against impact, as .svg, .png or .pdf."),
    ] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Rank models by the impacts of a service with each, beside their quality.

    The service is that of the scenario, with each model in the place of its own. What models have in common is one
    draw for all of them, so that it does not blur which is lower.
    """
    picture = PICTURES[by_ending(plot, PICTURES, "svg")] if plot is not None else None
    from lca.disk.choices import ranked
    from lca.disk.workspace import Run
    from lca.views.rank import report

    study = Run(scenario, packs or ())
    own = variant_named(variant, study.scenario.variants)
    with progress("sampling") as told:
        choice = ranked(
            study, models, quality or None, at_least, block=block, functional_units=listed(fu), variant=own,
            criteria=listed(criterion), samples=samples, seed=seed, progress=told,
        )  # fmt: skip
    if plot is not None and picture is not None:
        from lca.plots.frontier import drawing

        with spoken(lang):
            emit(picture.render(drawing(choice.result, choice.ranking, choice.source), look(plot)), plot)
    deliver(lambda: report(choice.model, choice.ranking, choice.source), format, output, lang)
