"""`lca explain`: one figure as a tree, down to lines of files and citations."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from lca.cli.app import app, by_ending, emit, language_of, variant_named
from lca.cli.options import IN_ENGLISH, REPORTS, Folders, Lang, Output, ScenarioName
from lca.spoken import spoken

Format = Literal["text", "markdown", "json"]
ENDINGS = {"text": REPORTS["table"], "markdown": REPORTS["markdown"], "json": REPORTS["json"]}


@app.command()
def explain(
    scenario: ScenarioName,
    functional_unit: Annotated[str, typer.Argument(metavar="FU", help="The functional unit.")],
    criterion: Annotated[
        str,
        typer.Argument(
            metavar="CRITERION", help="A criterion, a flow such as electricity, or a quantity by its path in the file."
        ),
    ],
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME|base", help="The variant.")] = None,
    item: Annotated[str, typer.Option("--item", help="Only the lines of this item.")] = "",
    tier: Annotated[str, typer.Option("--tier", help="Only the lines of this tier.")] = "",
    phase: Annotated[str, typer.Option("--phase", help="Only the lines of this AI phase.")] = "",
    stage: Annotated[str, typer.Option("--stage", help="Only the lines of this life-cycle stage.")] = "",
    depth: Annotated[int, typer.Option("--depth", metavar="N", min=0, help="How many levels to show.")] = 60,
    fold: Annotated[
        float,
        typer.Option(
            "--fold", metavar="PERCENT", min=0, max=100, help="Fold terms of a sum that are less together; 0 shows all."
        ),
    ] = 2.0,
    why_not: Annotated[
        str, typer.Option("--why-not", metavar="ITEM", help="Say why an item contributes nothing or is missing.")
    ] = "",
    format: Annotated[  # noqa: A002  the option's name
        Format | None,
        typer.Option(
            "--format", help="text for people, json for machines; else by the ending of FILE.", show_default="text"
        ),
    ] = None,
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Follow a figure down to the inputs that it is made of.

    Each quantity has its formula with names and with values, its basis, and each input the line of the file where it
    is written and its source. A quantity is explained once; `see [7]` refers to it. `[× 0.01 per %]` is a conversion
    of units, with its factor. Shares are of the sum that a term belongs to.
    """
    from lca.disk.workspace import Run
    from lca.study import asked
    from lca.views import explanation as view

    render = {"text": view.text, "markdown": view.markdown, "json": view.as_json}
    form = format or by_ending(output, ENDINGS, "text")
    own = language_of(ENDINGS[form], lang)
    study = Run(scenario, packs or ())
    variant = variant_named(variant or "base", study.scenario.variants)
    if why_not:
        reasons = asked.why_not(study, functional_unit, criterion, why_not, variant, own)
        with spoken(own):
            emit(view.reasons(*reasons, form), output)
        return
    wanted = (("tier", tier), ("phase", phase), ("stage", stage), ("item", item))
    where = tuple((name, value) for name, value in wanted if value)
    explanation = asked.explained(study, functional_unit, criterion, variant, where, depth, fold, own)
    with spoken(own):
        emit(render[form](explanation), output)
