"""`lca sweep`: the result as one or two inputs go over a range."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, columns_named, compiled, deliver, listed, variants_named
from lca.cli.options import IN_ENGLISH, By, Criteria, Folders, Formatted, Lang, Output, ScenarioName, Units, Variants


@app.command()
def sweep(
    scenario: ScenarioName,
    range_: Annotated[
        str, typer.Argument(metavar="PATH=RANGE", help="first:last:count, :log after it, or a list a,b,c.")
    ],
    also: Annotated[
        str, typer.Option("--and", metavar="PATH=RANGE", help="A second input, over all of its range.")
    ] = "",
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    by: By = None,
    relative: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--relative", help="As a share of the base case.")
    ] = False,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Change one or two inputs over a range, all else as it is.

    inference.server.aur=5%:100%:40 is forty points of equal steps; functional_units.FU2.prompts=1e5:1e9:30:log thirty
    of equal ratios; sites.lab.pue=1.1,1.2,1.5 a list. A number without a unit is in that of the input. Where the input
    is a share of a mix, the others follow.
    """
    from lca.cli.progress import progress
    from lca.disk.workspace import Run
    from lca.questions.sweep import asked, axis
    from lca.questions.sweep import sweep as swept
    from lca.views.sweep import report

    ranges = [asked(text) for text in (range_, also) if text]
    columns = columns_named(listed(by))
    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    model = compiled(study, fu, variants, criteria).model
    with progress("sweeping") as told:
        answer = swept(model, [axis(model, each) for each in ranges], columns, told)
    deliver(lambda: report(model, answer, relative=relative), format, output, lang)
