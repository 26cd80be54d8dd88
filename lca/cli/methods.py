"""`lca methods`: the methods that packs have, and one as a formula sheet."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.cli.app import WRONG, app, deliver, packs_of, show
from lca.cli.options import Folders, Formatted, Output
from lca.problems import Problem, Problems, near, shortened


@app.command()
def methods(
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="A method to print as a formula sheet.", show_default=False)
    ] = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    packs: Folders = None,
) -> None:
    """List the methods that give what a block does not state, or print one with its sources.

    A study names the method's pack under study.packs, and a block the method: `method: KEY`.
    """
    from lca.disk.workspace import Library, misread_methods
    from lca.views.methods import listing, sheet

    library = Library(packs or ())
    opened, problems = packs_of(library)
    problems += misread_methods(library, opened, key)
    known = [name for pack in opened for name in pack.formulas]
    if key is not None and key not in known:
        hint = near(key, known, f"methods: {', '.join(known) or 'none'}")
        raise Problems([Problem(f"no method '{shortened(key)}'", (), hint), *problems])
    deliver(sheet(opened, key) if key is not None else listing(opened), format, output)
    if problems:
        show(Problems(problems))
        raise typer.Exit(WRONG)
