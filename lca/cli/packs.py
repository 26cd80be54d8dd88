"""`lca packs`: the packs with version, date and licence, and which of a study have a newer edition here."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import WRONG, app, deliver, packs_of, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problems


@app.command()
def packs(
    outdated: Annotated[
        str,
        typer.Option("--outdated", metavar="SCENARIO", help="Packs of it with a newer edition here, and what moves."),
    ] = "",
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the factor packs with version, date and licence; or the newer editions of those of a study.

    Each newer edition is put in the place of the older, alone, and the totals of the base case are told before and
    after. `lca factors` finds rows.
    """
    from lca.disk.workspace import Library as Opened
    from lca.views.packs import editions

    library = Opened(packs or ())
    if outdated:
        from lca.disk.workspace import Run
        from lca.study.asked import outdated as newer

        deliver(newer(Run(outdated, library=library)), format, output)
        return
    opened, problems = packs_of(library)
    deliver(editions(opened), format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)
