"""Tables in the shapes that officers are asked for, one file each, found by its name and imported on use.

A file declares ABOUT, what the shape is of, which `lca run` reads from its text for its help, and has `report(result)`,
which fills it. What a study does not know stays blank, and is said below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca import discovery

if TYPE_CHECKING:
    from lca.model.case import CaseKey
    from lca.report import Report
    from lca.result import Result

FOLDER = "views/tables"


def tables() -> list[str]:
    """The names of the shapes."""
    return [name.replace("_", "-") for name in discovery.files(FOLDER, "ABOUT")]


def table(shape: str, result: Result) -> Report:
    """A result in a shape. Problems where the study has nothing that it asks for."""
    made: Report = discovery.module(FOLDER, shape.replace("-", "_")).report(result)
    return made


def name(result: Result, case: CaseKey) -> str:
    """What a case is called: its functional unit, with the title, and its variant where there are several."""
    title = result.model.titles.get(case.functional_unit, "")
    variant = f" – {result.model.scenario.label(case.variant)}" if len(result.variants) > 1 else ""
    return f"{case.functional_unit} {title}".strip() + variant
