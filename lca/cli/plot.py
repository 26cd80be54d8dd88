"""`lca plot`: the figures of a study, as pictures or as the numbers behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, cast

import typer

from lca.cli.app import (
    Criteria,
    Folders,
    Output,
    ScenarioName,
    Units,
    app,
    columns_named,
    deliver,
    listed,
    variants_named,
)
from lca.cli.progress import progress

if TYPE_CHECKING:
    from lca.disk.workspace import Run
    from lca.plots.study import Drawing
    from lca.result import Result

Kind = Literal["contribution", "sankey", "sweep", "normalised", "uncertainty", "tornado"]
Made = Literal["png", "svg", "pdf", "csv", "json"]
NUMBERS = ("csv", "json")
FORMATS = ("png", "svg", "pdf", *NUMBERS)


class Asked(NamedTuple):
    """What a figure is asked for, beside its kind."""

    study: Run
    result: Result
    by: tuple[str, ...]
    ranges: tuple[str, ...]
    also: str
    set_name: str
    samples: int
    seed: int


@app.command()
def plot(
    scenario: ScenarioName,
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="contribution, sankey, sweep, normalised, uncertainty or tornado.")
    ],
    ranges: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH=RANGE]...",
            help="For a sweep: inputs and their ranges, each varied on its own.",
            show_default=False,
        ),
    ] = None,
    also: Annotated[
        str,
        typer.Option(
            "--and", metavar="PATH=RANGE", help="For a sweep: a second input over all of its range, as a heat map."
        ),
    ] = "",
    fu: Units = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            metavar="NAME|all",
            help="A variant, or all of them; `base` is the case without one. Repeatable.",
        ),
    ] = None,
    criteria: Criteria = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMNS",
            help="Parts by tier, phase, stage, item, flow, region; the six parts of the paper where absent.",
        ),
    ] = None,
    sankey: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--sankey", help="For contributions: ribbons from the demand to the criteria.")
    ] = False,
    set_name: Annotated[
        str, typer.Option("--normalise", metavar="SET", help="For normalised: the set of factors.")
    ] = "EF3.1",
    samples: Annotated[
        int, typer.Option("-n", metavar="N", min=2, help="For uncertainty: how many samples.")
    ] = 100_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="For uncertainty: where the random numbers start.")] = 0,
    made: Annotated[
        Made | None,
        typer.Option(
            "--format",
            help="png, svg and pdf are pictures; csv and json the numbers behind them.",
            show_default="the ending of -o",
        ),
    ] = None,
    output: Output = None,
    factors: Folders = None,
) -> None:
    """Draw a figure of a study, or print the numbers behind it.

    contribution: what each part contributes to each criterion. sankey: from the demand through the parts to the
    criteria. sweep: impacts as inputs go over a range. normalised: criteria in person-equivalents, variants side by
    side. uncertainty: histograms of the totals. tornado: which inputs matter.
    """
    chosen = _format(made, output)
    columns = columns_named(listed(by))
    from lca.disk.workspace import Run
    from lca.result import narrowed

    study = Run(scenario, factors or ())
    names = listed(variant) or (["all"] if kind == "normalised" else [])
    result, _ = study.compile(listed(fu), variants_named(names, study.scenario.variants), with_expectations=False)
    asked = Asked(
        study, narrowed(result, listed(criteria)), columns, tuple(ranges or ()), also, set_name, samples, seed
    )
    drawing = _DRAWN["sankey" if sankey and kind == "contribution" else kind](asked)
    if chosen in NUMBERS:
        deliver(drawing.report, cast("Literal['csv', 'json']", chosen), output)
    else:
        _picture(drawing, chosen, output)


def _format(made: str | None, output: Path | None) -> str:
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    chosen = made or ending
    if chosen not in FORMATS or (ending in FORMATS and ending != chosen):
        hint = (
            f"name a file that ends in {', '.join(f'.{name}' for name in FORMATS)}"
            if not made
            else f"{output} is not {made}"
        )
        raise typer.BadParameter(hint, param_hint="-o")
    if output is None and chosen in ("png", "pdf"):
        raise typer.BadParameter(f"a {chosen} needs a file to go to", param_hint="-o")
    return chosen


def _picture(drawing: Drawing, chosen: str, output: Path | None) -> None:
    import sys

    from lca.disk.workspace import shown, write
    from lca.plots.drawing import draw

    content = draw(drawing.spec, chosen)
    if output is None:
        sys.stdout.write(content.decode("utf-8"))
        return
    write(output, content)
    sys.stderr.write(f"wrote {shown(output)}\n")


# --- The kinds ------------------------------------------------------------------------------------------------------


def _contribution(asked: Asked) -> Drawing:
    from lca.plots.study import contributions

    return contributions(asked.result, asked.by)


def _sankey(asked: Asked) -> Drawing:
    from lca.plots.study import ribbons

    return ribbons(asked.result, asked.by)


def _normalised(asked: Asked) -> Drawing:
    from lca.plots.study import people
    from lca.questions.normalise import normalised, references

    result, name = asked.result, asked.set_name
    known = references(asked.study.library.table("normalisation", name), result.model.factors.criteria)
    totals = {case: result.values[index] for case, index in result.model.totals.items()}
    return people(result, normalised(totals, result.criteria, known, name), name)


def _sweep(asked: Asked) -> Drawing:
    from lca.plots.study import heat, lines

    if not asked.ranges:
        raise typer.BadParameter(
            "name an input and its range, as in inference.server.aur=5%:100%:40", param_hint="PATH=RANGE"
        )
    if asked.also:
        return heat(asked.result, (*asked.ranges, asked.also))
    return lines(asked.result, asked.ranges, asked.by)


def _tornado(asked: Asked) -> Drawing:
    from lca.plots.study import swings

    return swings(asked.result)


def _uncertainty(asked: Asked) -> Drawing:
    from lca.plots.study import spreads

    with progress("sampling") as told:
        return spreads(asked.result, asked.samples, asked.seed, asked.by, told)


_DRAWN = {
    "contribution": _contribution,
    "sankey": _sankey,
    "normalised": _normalised,
    "sweep": _sweep,
    "tornado": _tornado,
    "uncertainty": _uncertainty,
}
