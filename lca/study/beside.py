"""What a report holds a study against: the other study, opened as `lca compare` opens it, and every pair of cases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lca.disk.workspace import Library, locate, shown
from lca.problems import Misnamed, Problem, problem
from lca.study.comparing import BASE, Named, Opened, compared, named, opened, sides

if TYPE_CHECKING:
    from lca.page.other import Against
    from lca.questions.compare import Comparison
    from lca.result import Result


def against(
    result: Result, name: str, other: str, library: Library, units: Sequence[str] = (), players: Sequence[str] = ()
) -> Against:
    """A study, called `name`, beside another. units: the functional units that are asked for; all where none is named.

    Misnamed where no functional unit of one has its like in the other.
    """
    from lca.page.other import Against

    of = named(other, name)
    if not of.revision and locate(of.file).is_dir():
        raise problem(f"{shown(Path(of.file))} is a folder", hint="--compare takes one study: name a scenario in it")
    there = opened(of, "", (), library)
    if alike := {unit: side for unit, side in there.sides.items() if unit in units}:
        there = there._replace(sides=alike)
    _refuse_unlike(result.functional_units, there)
    pairs: dict[tuple[str, str | None], Comparison] = {}
    for variant in result.variants:
        one = sides(result, name, variant)
        made = compared(Named(name, variant=variant or BASE), of, one, there, library, players)
        pairs |= {(pair.a.functional_unit, variant): pair for pair in made.pairs}
    return Against(other, result.model.scenario, there.result, pairs, tuple(there.sides))


def _refuse_unlike(units: list[str], there: Opened) -> None:
    """Misnamed where nothing can be paired: each is held against its namesake, or one against one."""
    if not {*units} & {*there.sides} and not len(units) == len(there.sides) == 1:
        message = f"the study has {', '.join(units)}, the other {', '.join(there.sides)}"
        raise Misnamed(
            [Problem(message, (), "name one with --fu, and one of the other with #, as in --compare OTHER#FU")]
        )
