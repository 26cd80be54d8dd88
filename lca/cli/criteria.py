"""`lca criteria`: the criteria, and which packs have factors by them."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import WRONG, app, criterion_named, deliver, packs_of, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problems


@app.command()
def criteria(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A criterion to explain, such as ADP.", show_default=False)
    ] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the impact criteria, or explain one.

    A criterion is found by its key or its label, in any case.
    """
    from lca.disk.workspace import Library
    from lca.views.criteria import counted, explained, listing

    library = Library(packs or ())
    key = criterion_named(library, name)
    opened, problems = packs_of(library)
    counts = counted(opened)
    report = explained(library.criteria[key], counts.get(key, {})) if key else listing(library.criteria, counts)
    deliver(report, format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)
