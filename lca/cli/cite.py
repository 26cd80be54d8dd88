"""`lca cite`: a figure to quote, with all that has to be said with it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from lca.cli.app import app, emit, variant_named
from lca.cli.options import IN_ENGLISH, Folders, Lang, Output, ScenarioName

TODAY, CARD = "today", "model-card"


@app.command()
def cite(
    scenario: ScenarioName,
    fu: Annotated[
        str, typer.Option("--fu", metavar="NAME", help="The functional unit.", show_default="the first")
    ] = "",
    variant: Annotated[str, typer.Option("--variant", metavar="NAME", help="The variant.")] = "base",
    criterion: Annotated[
        str, typer.Option("--criterion", metavar="KEY", help="The criterion.", show_default="the first")
    ] = "",
    form: Annotated[
        Literal["text", "markdown", "bibtex", "model-card"], typer.Option("--form", help="In which form.")
    ] = "text",
    samples: Annotated[
        int, typer.Option("-n", "--samples", min=0, metavar="N", help="An interval of N draws in place of the ends.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the random numbers start.")] = 0,
    date: Annotated[
        str, typer.Option("--date", metavar="YYYY-MM-DD", help="The day on which it was computed.", show_default=TODAY)
    ] = "",
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Print a sentence to quote: a figure, its range, what it counts, method, packs, hash of its inputs, date.

    A model card is the metadata `co2_eq_emissions` of the Hugging Face hub. BoAmps reports and the energy lines of the
    EU's Model Documentation Form are files: `lca export --format`.
    """
    from lca.disk.workspace import Run
    from lca.study.asked import cited, day

    if form == CARD and lang != IN_ENGLISH:
        raise typer.BadParameter("a model card is in English: leave out --lang", param_hint="--lang")
    day(date)
    study = Run(scenario, packs or ())
    own = variant_named(variant, study.scenario.variants)
    unit = fu or study.scenario.functional_units[0]
    emit(cited(study, unit, own, criterion, form, samples, seed, date, lang), output)
