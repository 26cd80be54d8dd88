"""`lca uncertainty`: how sure the figures are."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, columns_named, compiled, deliver, listed, variants_named
from lca.cli.options import IN_ENGLISH, By, Criteria, Folders, Formatted, Lang, Output, ScenarioName, Units
from lca.cli.progress import progress


@app.command()
def uncertainty(
    scenario: ScenarioName,
    samples: Annotated[int, typer.Option("-n", "--samples", metavar="N", help="How many samples.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the random numbers start.")] = 0,
    fu: Units = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", metavar="NAME|all", help="A variant beside the base case, or all. Repeatable."),
    ] = None,
    criteria: Criteria = None,
    by: By = None,
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="They change no figure.")] = 2,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Print how sure each figure is: its spread, all inputs varied.

    Every input that has a range or a law is varied, all at once. Variants are compared with the base case draw by draw.
    """
    columns = columns_named(listed(by))
    from lca.disk.workspace import Run
    from lca.questions.uncertainty import uncertainty as propagated
    from lca.views.uncertainty import report

    study = Run(scenario, packs or ())
    variants = dict.fromkeys((None, *variants_named(listed(variant), study.scenario.variants)))
    model = compiled(study, fu, variants, criteria).model
    with progress("sampling") as told:
        spread = propagated(model, samples, seed, columns, threads, told)
    deliver(lambda: report(model, spread), format, output, lang)
