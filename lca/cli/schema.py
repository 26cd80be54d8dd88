"""`lca schema`: the scenario language, for editors and for readers."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Literal

import typer

from lca.cli.app import app, emit
from lca.cli.options import Output

VIEWS = {"json": "lca.views.schema", "markdown": "lca.views.reference"}


@app.command()
def schema(
    layout: Annotated[Literal["json", "markdown"], typer.Option("--format", help="json: a JSON Schema.")] = "json",
    output: Output = None,
) -> None:
    """Print the JSON Schema of scenarios, or all keys as a page.

    Editors that know the schema complete and check scenarios as they are written.
    """
    emit(import_module(VIEWS[layout]).text(), output)
