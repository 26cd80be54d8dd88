"""`lca report`: a study as one HTML file, whose inputs can be moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from lca.cli.app import app, emit, listed, variants_named
from lca.cli.options import Folders, ScenarioName, Units

ENGLISH: Literal["en", "fr"] = "en"


@app.command()
def report(
    scenario: ScenarioName,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The page, written whole or not at all.")
    ],
    lang: Annotated[Literal["en", "fr"], typer.Option("--lang", help="The language of the page.")] = ENGLISH,
    lock: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--lock", help="Without scripts: nothing can be moved.")
    ] = False,
    fu: Units = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", metavar="NAME|base", help="Only this variant. Repeatable.", show_default="all"),
    ] = None,
    packs: Folders = None,
) -> None:
    """Write a study as one HTML file: figures, what stands behind them, and inputs to move.

    It needs nothing but a browser, and asks nothing of any server. Without scripts it is whole as well.
    """
    from lca.disk.workspace import Run, is_shipped
    from lca.page.data import data
    from lca.page.html import page
    from lca.page.pages import Page

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant) or ["all"], study.scenario.variants)
    result, _ = study.compile(listed(fu), variants, every_case=True)
    name = Path(study.scenario.name)
    called = name.relative_to("scenarios").with_suffix("").as_posix() if is_shipped(scenario) else name.name
    emit(page(Page(data(result), lang, called, tuple(map(str, packs or ()))), lock=lock), output)
