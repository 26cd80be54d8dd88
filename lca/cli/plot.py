"""`lca plot`: the figures of a study, as pictures or as the numbers behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lca.cli.app import app, columns_named, emit, language_of, listed, look
from lca.cli.options import IN_ENGLISH, Criteria, Folders, Lang, Output, ScenarioName, Units
from lca.cli.progress import progress
from lca.outputs import Output as Form
from lca.outputs import outputs
from lca.plots.kinds import kinds
from lca.spoken import spoken

KINDS = kinds()
FORMS = outputs("figure", "records")

if TYPE_CHECKING:
    Kind = str
    Made = str
else:
    Kind = Literal[tuple(KINDS)]
    Made = Literal[tuple(FORMS)]


def _about() -> str:
    """The help of the command, with a sentence for each kind."""
    return "\n\n".join([str(plot.__doc__), " ".join(f"{kind.name}: {kind.about}." for kind in KINDS.values())])


def plot(
    scenario: ScenarioName,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=f"{', '.join([*KINDS][:-1])} or {[*KINDS][-1]}.")],
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
            help="Parts by tier, phase, stage, item, flow, region, ghg-scope; the six parts of the paper where absent.",
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
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Draw a figure of a study, or print the numbers behind it."""
    form = _form(made, output)
    chosen = KINDS["sankey" if sankey and kind == "contribution" else kind]
    columns = columns_named(listed(by))
    if chosen.needs == "ranges" and not ranges:
        raise typer.BadParameter(
            "name an input and its range, as in inference.server.aur=5%:100%:40", param_hint="PATH=RANGE"
        )
    from lca.disk.workspace import Run
    from lca.study.asked import drawn

    study = Run(scenario, packs or ())
    with spoken(language_of(form, lang)):
        with progress("sampling") as told:
            drawing = drawn(
                study, chosen, ranges=ranges or (), also=also, by=columns, functional_units=listed(fu),
                variants=listed(variant), criteria=listed(criteria), set_name=set_name, samples=samples, seed=seed,
                told=told,
            )  # fmt: skip
        emit(form.render(drawing if "figure" in form.writes else drawing.report, look(output)), output)


app.command(help=_about())(plot)


def _form(asked: str | None, output: Path | None) -> Form:
    """The form that is asked for, or that the ending of the file says; wrong usage where they differ."""
    ending = output.suffix.lower() if output is not None else ""
    said = next((name for name, form in FORMS.items() if ending in form.suffixes), "")
    chosen = asked or said
    if not chosen or said not in ("", chosen):
        endings = ", ".join(suffix for form in FORMS.values() for suffix in form.suffixes)
        hint = f"{output} is not {asked}" if asked else f"name a file that ends in {endings}"
        raise typer.BadParameter(hint, param_hint="-o")
    if output is None and FORMS[chosen].is_binary:
        raise typer.BadParameter(f"a {chosen} needs a file to go to", param_hint="-o")
    return FORMS[chosen]
