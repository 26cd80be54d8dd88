"""`lca scope`: goal and scope: what is counted and what is not, what is stated and what is not."""

from __future__ import annotations

from lca.cli.app import app, deliver
from lca.cli.options import IN_ENGLISH, Folders, Formatted, Lang, Output, ScenarioName
from lca.report import Report


@app.command()
def scope(
    scenario: ScenarioName,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Show the goal and scope: what is counted, by proxy, not assessed, and why; and what is not stated."""
    from lca.disk.workspace import Run
    from lca.views import boundary, goal

    result, _ = Run(scenario, packs or ()).compile()

    def made() -> Report:
        grid = boundary.report(result)
        records = (*grid.records, *goal.records(result))
        return grid._replace(blocks=(*grid.blocks, *goal.blocks(result)), records=records)

    deliver(made, format, output, lang)
