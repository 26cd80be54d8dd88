"""lca: life-cycle assessment of digital and generative-AI services.

>>> import lca
>>> study = lca.load("stable_diffusion")
>>> result = lca.run(study)
>>> frame = result.frame()
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lca.disk.workspace import Run
    from lca.result import Result

if getattr(sys, "argv", [])[:1] == ["-m"]:  # Python looks for what `-m lca` is to run, and answers no interrupt itself
    import os
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))

__version__ = "0.1.0"


def load(scenario: str | Path, packs: Iterable[str | Path] = ()) -> Run:
    """A scenario from a file, or a shipped one by its name; `packs` adds folders of them.

    Raises `lca.problems.Problems` where there is no such file or it is no YAML. What it means, with the packs that it
    names, is looked at by `run`, which tells all that is wrong at once.
    """
    from lca.disk.workspace import Run

    return Run(scenario, packs)


def run(scenario: Run | str | Path, variant: str | None = None, functional_units: Iterable[str] = ()) -> Result:
    """The result of a scenario: `variant` names one, or `all` for the base case and every variant.

    `functional_units` names one or several; all where it names none.

    Raises `lca.problems.Problems` with everything that is wrong, each with its place and the way out.
    """
    from lca.disk.workspace import Run

    study = scenario if isinstance(scenario, Run) else Run(scenario)
    functional_units = [functional_units] if isinstance(functional_units, str) else functional_units
    variants = (None, *study.scenario.variants) if variant == "all" else (variant,)
    return study.compile(functional_units, variants, every_case=True)[0]
