"""`lca quality`: what the figures rest on, another name for `lca account --summary`."""

from __future__ import annotations

from lca.cli.account import summarise
from lca.cli.app import app
from lca.cli.options import IN_ENGLISH, Criteria, Folders, Formatted, Lang, Output, ScenarioName, Units, Variants


@app.command()
def quality(
    scenario: ScenarioName,
    fu: Units = None,
    variant: Variants = None,
    criteria: Criteria = None,
    format: Formatted = None,  # noqa: A002  the option's name
    output: Output = None,
    lang: Lang = IN_ENGLISH,
    packs: Folders = None,
) -> None:
    """Print what kinds of inputs each total rests on.

    The shares of measured, published, derived, assumed and calibrated inputs: the summary of `lca account`.
    """
    summarise(scenario, fu, variant, criteria, format, output, lang, packs)
