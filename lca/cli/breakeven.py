"""`lca breakeven`: at what value of an input two figures weigh the same."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, deliver, listed, variants_named
from lca.cli.options import IN_ENGLISH, Folders, Formatted, Lang, Output, ScenarioName


@app.command()
def breakeven(
    scenario: ScenarioName,
    functional_unit: Annotated[str, typer.Argument(metavar="FU", help="The functional unit.")],
    figures: Annotated[
        list[str],
        typer.Argument(metavar="FIGURE = FIGURE", help="Phases, tiers, stages, items, `total`, or tier=terminals."),
    ],
    over: Annotated[str, typer.Option("--over", metavar="PATH", help="The input to change.")],
    criterion: Annotated[
        list[str] | None,
        typer.Option("--criterion", "--criteria", metavar="KEYS", help="The criterion; all where absent."),
    ] = None,
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME", help="The variant.")] = None,
    start: Annotated[
        str, typer.Option("--from", metavar="QUANTITY", help="Where to begin; a thousandth of its value.")
    ] = "",
    stop: Annotated[
        str, typer.Option("--to", metavar="QUANTITY", help="Where to end; a thousand times its value.")
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Find where two figures weigh the same as an input changes.

    A figure is a phase, a tier, a stage, an item or `total`; or several of them, such as tier=terminals stage=use. It
    may also say of=FU1 or variant=L. All break-evens in the range are listed; where there is none, the figures at
    both ends.
    """
    from lca.disk.workspace import Run
    from lca.study.asked import break_evens
    from lca.views.breakeven import report

    study = Run(scenario, packs or ())
    own, *_ = variants_named([variant] if variant else [], study.scenario.variants)
    found = break_evens(study, functional_unit, figures, over, listed(criterion), own, start, stop)
    deliver(lambda: report(found), format, output, lang)
