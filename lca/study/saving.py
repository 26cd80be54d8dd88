"""A changed study as a scenario: what it extends, and what differs."""

from __future__ import annotations

from math import isclose
from pathlib import Path
from typing import Any

from lca.disk.files import write
from lca.disk.workspace import Library, Run, StudyResult, named_from
from lca.operations import ROUNDING
from lca.problems import Problem, Problems
from lca.scenario import Scenario
from lca.text import documents
from lca.text.overlay import merged
from lca.text.writing import block, dumped

NOTHING = "0 %"  # of a part that a mix no longer has


def saved(root: Scenario, changed: Scenario, whole: StudyResult, library: Library, file: Path) -> Path:
    """Write what a scenario changes of another, which it extends. Problems where the file would not say the same."""
    differing = _differing(dumped(root.tree), dumped(changed.tree))
    if not differing:
        raise Problems([Problem("no input of this study was set", (), "save what `with_inputs` gives")])
    text = "\n".join(block({"extends": named_from(root.name, file), **differing})) + "\n"
    again = Scenario(changed.name, merged(root.tree, documents.parse(text, str(file))))
    if not _is_same(Run(again, library=library).compile(every_case=True, with_expectations=False)[0].whole, whole):
        hint = "change the file itself"
        raise Problems([Problem("what was set cannot be said by extending the scenario", (), hint)])
    write(file, text)
    return file


def _differing(old: Any, new: Any) -> Any:
    """What merged over a value makes the other of it; nothing where both are the same."""
    if not isinstance(old, dict) or not isinstance(new, dict) or "value" in old or "value" in new:
        return new
    changed = {
        key: _differing(old[key], each) if key in old else each for key, each in new.items() if each != old.get(key)
    }
    return changed | {key: NOTHING for key in old if key not in new}


def _is_same(one: Any, other: StudyResult) -> bool:
    """Whether two results have the same totals."""
    totals = [{key: made.values[index] for key, index in made.model.totals.items()} for made in (one, other)]
    return totals[0].keys() == totals[1].keys() and all(
        isclose(value, totals[1][key], rel_tol=ROUNDING) for key, value in totals[0].items()
    )
