"""The study as a workbook of live formulas."""

from __future__ import annotations

from lca.outputs import Study
from lca.report import Look
from lca.workbook.writing import export

WRITES = ("study",)
SUFFIXES = (".xlsx",)
ORDER = 0
HEEDS = ("with_restricted",)
BINARY = True


def render(study: Study, _look: Look) -> bytes:
    """The bytes of an .xlsx file."""
    return export(study.result, study.verdicts, with_restricted=study.with_restricted)
