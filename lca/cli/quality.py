"""`lca quality`: what the figures rest on."""

from __future__ import annotations

from lca.cli.app import app, compiled, deliver, listed, variants_named
from lca.cli.options import Criteria, Folders, Formatted, Output, ScenarioName, Units, Variants


@app.command()
def quality(
    scenario: ScenarioName,
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    factors: Folders = None,
) -> None:
    """Print what kinds of inputs each total rests on.

    The shares of measured, published, derived, assumed and calibrated inputs.
    """
    from lca.disk.workspace import Run
    from lca.questions.quality import quality as qualities
    from lca.views.quality import report

    study = Run(scenario, factors or ())
    variants = variants_named(listed(variant), study.scenario.variants)
    model = compiled(study, fu, variants, criteria).model
    deliver(report(model, qualities(model)), format, output)
