"""`lca schema`: the language of scenarios, methods and packs, for editors and for readers."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Literal

import typer

from lca.cli.app import app, emit
from lca.cli.options import Output

VIEWS = {"json": "lca.views.schema", "markdown": "lca.views.reference"}


@app.command()
def schema(
    of: Annotated[
        Literal["scenario", "method", "pack", "mapping"],
        typer.Option("--of", help="method: a file of formulas; pack: its datapackage.json; mapping: of imports."),
    ] = "scenario",
    layout: Annotated[Literal["json", "markdown"], typer.Option("--format", help="json: a JSON Schema.")] = "json",
    output: Output = None,
) -> None:
    """Print the JSON Schema of scenarios, methods, packs or maps of imports, or all keys of scenarios as a page.

    Editors that know the schema complete and check files as they are written.
    """
    if layout == "markdown" and of != "scenario":
        raise typer.BadParameter("the page is of scenarios, and has methods; take json", param_hint="--format")
    view = import_module(VIEWS[layout])
    emit(view.text() if layout == "markdown" else view.text(of), output)
