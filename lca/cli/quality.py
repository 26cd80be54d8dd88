"""`lca quality`: what the figures rest on."""

from __future__ import annotations

from lca.cli.app import Criteria, Folders, Formatted, Output, ScenarioName, Units, Variants, app, deliver, listed


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
    from lca.questions.quality import quality as found
    from lca.result import narrowed
    from lca.views.quality import report

    study = Run(scenario, factors or ())
    names = listed(variant)
    variants = (None, *study.scenario.variants) if names == ["all"] else tuple(names) or (None,)
    result, _ = study.compile(listed(fu), variants, with_expectations=False)
    model = narrowed(result, listed(criteria)).model
    deliver(report(model, found(model)), format, output)
