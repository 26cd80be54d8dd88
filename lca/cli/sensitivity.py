"""`lca sensitivity`: which inputs matter."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, compiled, deliver, listed, variants_named
from lca.cli.options import IN_ENGLISH, Criteria, Folders, Formatted, Lang, Output, ScenarioName, Units, Variants


@app.command()
def sensitivity(
    scenario: ScenarioName,
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=1, help="How many inputs a table shows.")] = 10,
    draws: Annotated[
        int, typer.Option("-n", metavar="N", min=256, help="Samples, where there is no closed form.")
    ] = 8_192,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the samples.")] = 0,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Show what each figure depends on most.

    For each input that has a range or a law: the figure at both ends of the range, its elasticity, and Sobol' indices,
    exact wherever the figure is a sum of products of powers of the inputs.
    """
    from lca.cli.progress import progress
    from lca.disk.workspace import Run
    from lca.questions.sensitivity import sensitivities
    from lca.views.sensitivity import report

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    model = compiled(study, fu, variants, criteria).model
    with progress("sampling") as told:
        answers = sensitivities(model, draws, seed, told)
    deliver(lambda: report(model, answers, top), format, output, lang)
