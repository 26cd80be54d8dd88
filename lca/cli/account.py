"""`lca account`: what became of every number of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.cli.app import app, compiled, deliver, listed, variants_named
from lca.cli.options import (
    IN_ENGLISH,
    Criteria,
    Folders,
    Format,
    Formatted,
    Lang,
    Output,
    ScenarioName,
    Units,
    Variants,
)


@app.command()
def account(
    scenario: ScenarioName,
    summary: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--summary", help="Only what kinds of inputs each total rests on.")
    ] = False,
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """List every number: used, by checks only, or not and why.

    Also what packs gave, and what was taken in place of what was asked for. It covers every case of the file;
    functional units, variants and criteria can be chosen for the summary.
    """
    from lca.disk.workspace import Run
    from lca.questions.account import account as accounted
    from lca.questions.account import weights
    from lca.views.account import report

    if summary:
        summarise(scenario, fu, variant, criteria, format, output, lang, packs)
        return
    if fu or variant or criteria:
        raise typer.BadParameter("an account covers every case: choose among them with --summary")
    result, _ = Run(scenario, packs or ()).compile(every_case=True)
    deliver(lambda: report(result, accounted(result), weights(result)), format, output, lang)


def summarise(
    scenario: str,
    fu: list[str] | None,
    variant: list[str] | None,
    criteria: list[str] | None,
    chosen: Format | None,
    output: Path | None,
    lang: str,
    packs: list[Path] | None,
) -> None:
    """Print what kinds of inputs each total rests on."""
    from lca.disk.workspace import Run
    from lca.questions.quality import quality
    from lca.views.quality import report

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    model = compiled(study, fu, variants, criteria).model
    deliver(lambda: report(model, quality(model)), chosen, output, lang)
