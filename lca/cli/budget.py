"""`lca budget`: what a budget allows, and what would make it last."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, deliver, listed
from lca.cli.options import IN_ENGLISH, Folders, Formatted, Lang, Output, ScenarioName


@app.command()
def budget(
    scenario: ScenarioName,
    target: Annotated[
        str, typer.Option("--target", metavar="NAME", help="A target under expect; all where absent.")
    ] = "",
    models: Annotated[
        list[str] | None,
        typer.Option("--models", metavar="NAMES", help="Models to hand over to, with commas between. Repeatable."),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--regions", metavar="CODES", help="Regions of the sites, such as FRA,SWE. Repeatable."),
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option("--over", metavar="PATHS", help="Inputs to say the limit of; else all counted in tokens."),
    ] = None,
    block: Annotated[
        str, typer.Option("--block", metavar="PATH", help="Whose model it is, where several blocks take one.")
    ] = "",
    samples: Annotated[int, typer.Option("-n", "--samples", metavar="N", min=1, help="How many samples.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Where the random numbers start.")] = 0,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Say what a budget allows: so many requests, and what would buy more.

    A budget is a figure under expect with at_most and basis: target; `lca check` says whether it is met. Here it is
    said how much of the demand it lasts for, where to hand over to a smaller model, at how many tokens it is met, and
    what other models and regions come to.
    """
    from lca.disk.choices import budgets
    from lca.disk.workspace import Run
    from lca.views.budget import report

    found = budgets(
        Run(scenario, packs or ()), target, models or (), listed(regions), over=listed(over), block=block,
        samples=samples, seed=seed,
    )  # fmt: skip
    deliver(lambda: report(found, samples, seed), format, output, lang)
