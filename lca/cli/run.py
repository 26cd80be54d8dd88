"""`lca run`: the study's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca import discovery
from lca.cli.app import app, columns_named, deliver, listed, variants_named
from lca.cli.options import By, Criteria, Folders, Formatted, Output, ScenarioName, Units, Variants

if TYPE_CHECKING:
    from lca.disk.workspace import Run
    from lca.report import Report
    from lca.result import Result

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
    from lca.disk.workspace import Run
    from lca.result import narrowed
    from lca.views.study import assumed_inputs, grounds, report, title

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    result, verdicts = study.compile(listed(fu), variants, every_case=True)
    shown = narrowed(result, listed(criteria))
    if normalise or ends or table:
        other = _shaped(shown, table) if table else _ended(shown, columns) if ends else None
        other = other or _normalised(study, shown, normalise, weight=weight)
        listing = assumed_inputs(shown) if assumed else ()
        blocks = (*title(shown), *other.blocks, *grounds(shown, verdicts, columns), *listing)
        deliver(other._replace(blocks=blocks), format, output)
    else:
        deliver(report(shown, verdicts, columns, every_input=assumed), format, output)


def _normalised(study: Run, result: Result, name: str, *, weight: bool) -> Report:
    from lca.questions.normalise import normalised, references, scores, weights
    from lca.questions.statements import is_public
    from lca.views.normalised import Names, report

    rows = study.library.table("normalisation", name)
    own = rows[0]["set"]
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    equivalents = normalised(totals, result.criteria, references(rows, result.model.factors.criteria), own)
    weighed = weights(study.library.table("weighting", own)) if weight else {}
    titles = {variant: study.scenario.label(variant) for variant in (None, *study.scenario.variants)}
    names = Names(result.model.titles, titles, {criterion.key: criterion.label for criterion in result.criteria})
    single = scores(equivalents, weighed, own) if weight else []
    return report(equivalents, single, weighed, own, names, is_public=is_public(study.scenario.about))


def _shaped(result: Result, name: str) -> Report:
    from lca.views.tables import table

    return table(name, result)


def _ended(result: Result, by: tuple[str, ...]) -> Report:
    from lca.questions.ends import ends
    from lca.views.ends import report

    return report(result, ends(result, by), by)
