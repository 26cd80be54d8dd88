"""`lca report`: a study as one HTML file, whose inputs can be moved."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lca.cli.app import app, emit, listed, variants_named
from lca.cli.options import IN_ENGLISH, Folders, LangOfReader, Units

if TYPE_CHECKING:
    from lca.page.pages import Page

INDEX = "index.html"


@app.command()
def report(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario, the name of a shipped one, or a folder of them.")
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="The page, or a folder for pages; whole or not at all."),
    ],
    lang: LangOfReader = IN_ENGLISH,
    lock: Annotated[  # noqa: FBT002  an option
        bool, typer.Option("--lock", help="Without scripts: nothing can be moved.")
    ] = False,
    fu: Units = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", metavar="NAME|base", help="Only this variant. Repeatable.", show_default="all"),
    ] = None,
    compare: Annotated[
        str,
        typer.Option("--compare", metavar="OTHER", help="A study to hold it against, named as for `lca compare`."),
    ] = "",
    players: Annotated[
        list[str] | None,
        typer.Option("--players", metavar="PATHS", help="With --compare: what to tell apart, as for `lca compare`."),
    ] = None,
    packs: Folders = None,
) -> None:
    """Write a study as one HTML file: figures, what stands behind them, and inputs to move.

    It needs nothing but a browser, and asks nothing of any server. Without scripts it is whole as well. Of a folder,
    -o is a folder too: an index, and a page for each scenario.
    """
    from lca.disk.workspace import locate, shown
    from lca.page.html import page
    from lca.page.pages import AUTO

    if lock and lang == AUTO:
        hint = "--lock leaves out the script that chooses a language: name one, --lang en or --lang fr"
        raise typer.BadParameter(hint, param_hint="--lang")
    folder = locate(scenario)
    if players and not compare:
        raise typer.BadParameter("--players says what a comparison tells apart: name the other study with --compare")
    if not folder.is_dir():
        made = _page(scenario, lang, fu, variant, packs, compare, players)
        emit(page(made, lock=lock), output)
        return
    if compare:
        raise typer.BadParameter(f"--compare is of one study, and {shown(folder)} is a folder: name a scenario in it")
    if fu or variant:
        raise typer.BadParameter("a folder has every case of each scenario: leave out --fu and --variant")
    _write(folder, output, lang, packs, lock=lock)


def _page(
    scenario: str | Path,
    lang: str,
    fu: list[str] | None,
    variant: list[str] | None,
    packs: list[Path] | None,
    compare: str = "",
    players: list[str] | None = None,
) -> Page:
    from lca.disk.workspace import Run, is_shipped
    from lca.study.asked import page_of

    study = Run(scenario, packs or ())
    variants = variants_named(listed(variant) or ["all"], study.scenario.variants)
    result, _ = study.compile(listed(fu), variants, every_case=True)
    name = Path(study.scenario.name)
    called = name.relative_to("scenarios").with_suffix("").as_posix() if is_shipped(str(scenario)) else name.name
    beside = None
    if compare:
        from lca.study.beside import against

        gc.enable()  # models are made of cycles, and a comparison may build thousands
        beside = against(result, str(scenario), compare, study.library, listed(fu), listed(players))
    return page_of(result, lang, called, packs or (), beside)


def _write(folder: Path, output: Path, lang: str, packs: list[Path] | None, *, lock: bool) -> None:
    """An index and a page for each scenario of a folder, and of the folders in it."""
    from lca.disk.imports import write_folder
    from lca.disk.workspace import scenario_files, shown
    from lca.page.html import page
    from lca.page.index import index
    from lca.problems import printable, problem

    pages = {
        place.relative_to(folder).with_suffix(".html").as_posix(): _page(place, lang, None, None, packs)
        for place in scenario_files([folder])
    }
    if not pages:
        raise problem(f"there is no scenario in {shown(folder)}", hint="name a folder with files that end in .yaml")
    made = {name: page(one, lock=lock) for name, one in pages.items()}
    if INDEX in made:
        raise problem(
            f"a scenario is called {INDEX.removesuffix('.html')}", hint="give it another name: so is the index"
        )
    write_folder(output, {INDEX: index(pages, lang), **made})
    sys.stderr.write(printable(f"wrote {shown(output)}: {INDEX}, and {len(made)} reports") + "\n")
