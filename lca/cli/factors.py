"""`lca factors`: the packs, and their rows."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import WRONG, app, criterion_named, deliver, packs_of, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problems


@app.command()
def factors(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORD]...", help="Find rows that have all of these words.", show_default=False),
    ] = None,
    pack: Annotated[str | None, typer.Option("--pack", metavar="NAME", help="Only the rows of this pack.")] = None,
    criterion: Annotated[str | None, typer.Option("--criterion", metavar="KEY", help="Only this criterion.")] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="CODE", help="Only this region, such as FRA or France.")
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Look in the notes as well.")] = False,  # noqa: FBT002
    verbose: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("-v", "--verbose", help="With source, quality, range and note of each row.")
    ] = False,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the factor packs and their licences, or find rows.

    A country may be named by its code or its name: `lca factors electricity germany`.
    """
    from lca.disk.workspace import Library
    from lca.study.asked import found
    from lca.views.packs import Shown, Wanted, listing

    library = Library(packs or ())
    opened, problems = packs_of(library, pack)
    places = library.places()
    code = places.code(region or "") or region or ""
    wanted = Wanted(tuple(words or ()), criterion_named(library, criterion), code)
    if any(wanted) or pack:
        report = found(opened, problems, wanted, Shown(places.names, notes, verbose))
    else:
        report = listing(opened)
    deliver(report, format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)
