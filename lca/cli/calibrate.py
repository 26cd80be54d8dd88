"""`lca calibrate`: what published figures say about inputs, and a fit where one is asked for."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import app, deliver, emit, listed
from lca.cli.options import Folders, Formatted, Output, ScenarioName


@app.command()
def calibrate(
    scenario: ScenarioName,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="KEYS", help="Figures of expect to learn from; all that have a value."),
    ] = None,
    fit: Annotated[
        list[str] | None,
        typer.Option("--fit", metavar="PATHS", help="Inputs to fit, at most as many as figures. Without it, none is."),
    ] = None,
    as_yaml: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--yaml", help="With --fit: print the scenario with the fitted inputs as calibrated.")
    ] = False,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """Say what published figures can tell about inputs, before any is fitted to them.

    Which inputs they can tell apart, how far each would have to move within its range to meet each figure alone, and
    how much of each range they leave. A fit is the smallest change that meets them, and they are no evidence any more.
    """
    if as_yaml and (not fit or format):
        raise typer.BadParameter("goes with --fit, and has no --format", param_hint="--yaml")
    from lca.disk.workspace import Run, named_from
    from lca.study.asked import calibrated
    from lca.views.calibrate import scenario as fitted

    report, made = calibrated(Run(scenario, packs or ()), listed(to), listed(fit))
    if made is not None and as_yaml:
        emit(fitted(made, named_from(scenario, output)), output)
    else:
        deliver(report, format, output)
