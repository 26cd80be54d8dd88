"""`lca run`: the study's table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca import discovery
from lca.cli.app import app, columns_named, deliver, listed, variants_named
from lca.cli.options import IN_ENGLISH, By, Criteria, Folders, Formatted, Lang, Output, ScenarioName, Units, Variants

SHAPES = discovery.files("views/tables", "ABOUT").items()
TABLES = {name.replace("_", "-"): constants["ABOUT"] for name, constants in SHAPES}

if TYPE_CHECKING:
    Shape = str
else:
    Shape = Literal[tuple(TABLES)]


@app.command()
def run(
    scenario: ScenarioName,
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    by: By = None,
    assumed: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("-v", "--assumed", help="List the assumed inputs with their ranges and reasons.")
    ] = False,
    normalise: Annotated[
        str, typer.Option("--normalise", metavar="SET", help="In person-equivalents of a set, such as EF3.1.")
    ] = "",
    weight: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--weight", help="With --normalise: also a single score, by the weights of the set.")
    ] = False,
    ends: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--ends", help="The lowest and highest of each figure, over all ranges at once.")
    ] = False,
    table: Annotated[
        Shape | None,
        typer.Option("--table", help=f"{'; '.join(f'{name}: {about}' for name, about in TABLES.items())}."),
    ] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Print the impacts of a study, beside the published ones."""
    columns = columns_named(listed(by))
    if table and (columns or ends or normalise):
        raise typer.BadParameter("a table has its own shape: leave out --by, --ends, --normalise", param_hint="--table")
    if ends and normalise:
        raise typer.BadParameter("ends are those of impacts: leave out --normalise", param_hint="--ends")
    if weight and not normalise:
        raise typer.BadParameter("a single score needs a set: --normalise EF3.1 --weight", param_hint="--weight")
    if table and lang != IN_ENGLISH:
        raise typer.BadParameter("a table has the words of its own rule: leave out --lang", param_hint="--table")
    from lca.disk.workspace import Run
    from lca.study.asked import reported

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    result, _ = study.compile(listed(fu), variants, every_case=True)
    made = partial(
        reported, study, result, columns, listed(criteria), assumed=assumed, normalise=normalise, weight=weight,
        ends=ends, table=table or "",
    )  # fmt: skip
    deliver(made, format, output, lang)
