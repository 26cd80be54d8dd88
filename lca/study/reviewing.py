"""A reviewer's copy of a workbook, read back: what it was exported from, and what was changed in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca.disk.workspace import Run, StudyResult, read_bytes, shown
from lca.report import Report
from lca.spoken import spoken

if TYPE_CHECKING:
    from lca.workbook.review import Review
    from lca.workbook.review.copies import Copy


class Reviewed(NamedTuple):
    """What a copy says, and the result of the cases that it has."""

    review: Review
    result: StudyResult

    @property
    def report(self) -> Report:
        """What the command prints."""
        from lca.views.review import report

        labels = {key: criterion.label for key, criterion in self.result.model.factors.criteria.items()}
        return report(self.review, labels)


def copied(workbook: Path) -> Copy:
    """The cells of a workbook. Problems where it is none."""
    from lca.workbook.reading import read
    from lca.workbook.reading.archive import PACKED

    return read(read_bytes(workbook, PACKED), shown(workbook))


def reviewed(study: Run, copy: Copy) -> Reviewed:
    """What was changed in a copy of the workbook of a study."""
    from lca.workbook.review import is_same, review

    result = _compiled(study, copy)
    pristine, nodes = _pristine(copy, result) if is_same(copy, result.model) else (None, {})
    return Reviewed(review(copy, pristine, result.model, result.values, study.sources, nodes), result)


def _compiled(study: Run, copy: Copy) -> StudyResult:
    """The cases that the workbook has."""
    from lca.model.case import CaseKey
    from lca.workbook.review import exported_cases

    every = (None, *study.scenario.variants)
    result, _ = study.compile((), every)
    wanted = [CaseKey(*case) for case in exported_cases(copy, result.model)]
    if len(wanted) == len(result.model.cases):
        return result
    units, variants = ({case[place]: None for case in wanted} for place in (0, 1))
    part = study.compile([unit for unit in units if unit is not None], variants)[0]
    part.whole = result.whole
    return part


def _pristine(copy: Copy, result: StudyResult) -> tuple[Copy, dict[str, tuple[int, float]]]:
    """A fresh export of the same study, with withheld values where the copy has them, and what its cells compute."""
    from lca.workbook.reading import read
    from lca.workbook.review.copies import has_withheld, language_of
    from lca.workbook.review.rows import COLUMNS
    from lca.workbook.writing import export, nodes

    verdicts, with_restricted = result.verdicts, not has_withheld(copy)
    with spoken(language_of(copy, COLUMNS["Inputs"])):
        data = export(result, verdicts, with_restricted=with_restricted)
    return read(data, "the export"), nodes(result, verdicts, with_restricted=with_restricted)
