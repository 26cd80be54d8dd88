"""`lca scope`: what is counted, and what is not."""

from __future__ import annotations

from lca.cli.app import app, deliver
from lca.cli.options import Folders, Formatted, Output, ScenarioName


@app.command()
def scope(
    scenario: ScenarioName,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    factors: Folders = None,
) -> None:
    """Show what is counted, by proxy, not assessed, and why."""
    from lca.disk.workspace import Run
    from lca.views.boundary import report

    result, _ = Run(scenario, factors or ()).compile()
    deliver(report(result), format, output)
