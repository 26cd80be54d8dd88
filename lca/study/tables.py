"""Many cases in a frame: a row a case, a column an input; what is answered is a frame of the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lca.compile import Model
from lca.model.inputs import written_out
from lca.problems import Misnamed, Problem, Problems, shortened
from lca.questions.force import refuse_idle
from lca.questions.settings import is_in_words
from lca.result import Result, narrowed
from lca.scenario import Scenario, several
from lca.study.values import (
    WITH_INPUTS,
    as_words,
    column,
    headed,
    is_blank,
    known_of,
    refuse_unit,
    refuse_unknown,
)

if TYPE_CHECKING:
    import pandas as pd

    from lca.disk.workspace import StudyResult
    from lca.questions.rows import Column, Labels

VARIANT = "variant"  # the column that names the variant of a row
LEVELS = ("functional_unit", "criterion")
MOST_STUDIES = 1_000  # that are compiled for a table


class Study(Protocol):
    """What a table asks of its study."""

    scenario: Scenario

    @property
    def whole(self) -> StudyResult:
        """The result of every case."""

    def variant(self, name: str | None) -> str | None:
        """The variant that a name means."""

    def with_words(self, words: Mapping[str, str]) -> Study:
        """The study with values by path."""


class Head(NamedTuple):
    """A column of the frame: its place, its name, the path that it is of, and the unit that it names, if any."""

    place: int
    name: str
    path: str
    unit: str


class Group(NamedTuple):
    """What rows have in common: a variant, and what is set in words, by path."""

    variant: str | None
    words: tuple[tuple[str, str], ...]


def table(
    study: Study, frame: Any, variant: str | None, functional_units: Iterable[str], criteria: Iterable[str]
) -> pd.DataFrame:
    """The totals of each row of a frame; see `Study.table`."""
    import numpy as np
    import pandas as pd

    given = framed(frame)
    heads = _heads(given)
    units, labels = several(functional_units), [*given.index]
    numbers, groups = _groups(study, given, heads, variant)
    _refuse_idle(study, given, numbers, groups, units)
    found: dict[tuple[str, str], Any] = {}
    printed: dict[str, str] = {}
    for group, places in groups.items():
        result = narrowed(_result(study, group, units, labels[places[0]] if places else None), criteria)
        rows = _totals(study, result, given, numbers, places, labels)
        for (unit, _, criterion), values in zip(result.model.totals, rows, strict=True):
            found.setdefault((unit, criterion), np.full(len(given), np.nan))[places] = values
            printed[criterion] = result.unit(criterion)
    columns = pd.MultiIndex.from_tuples(list(found), names=LEVELS)
    answer = pd.DataFrame(np.array(list(found.values())).reshape(len(found), -1).T, index=given.index, columns=columns)
    answer.attrs = {"units": printed, "compiled": len({group.words for group in groups})}
    return answer


def framed(frame: Any) -> pd.DataFrame:
    """A frame of pandas, of what else makes one: a mapping of columns, a list of rows. Problems where nothing does."""
    import pandas as pd

    if hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if isinstance(frame, pd.DataFrame):
        return frame
    try:
        return pd.DataFrame(frame)
    except (TypeError, ValueError) as wrong:
        hint = "a row a case: a DataFrame, or a mapping of columns such as {'inference.server.aur': [0.1, 0.5]}"
        raise Problems([Problem(f"this makes no table: {shortened(str(wrong))}", (), hint)]) from None


def _heads(frame: pd.DataFrame) -> list[Head]:
    """What columns are called. Misnamed where two are of one input."""
    heads = [Head(place, str(name), *headed(name)) for place, name in enumerate(frame.columns)]
    first: dict[str, Head] = {}
    for head in heads:
        other = first.setdefault(written_out(head.path), head)
        if other is not head:
            hint = "keep one of the two"
            message = f"columns {other.place + 1} and {head.place + 1} are both of {shortened(head.path)}"
            raise Misnamed([Problem(message, (), hint)])
    return heads


# --- rows that have their words in common -------------------------------------------------------------------------


def _groups(
    study: Study, frame: pd.DataFrame, heads: Sequence[Head], variant: str | None
) -> tuple[list[Head], dict[Group, list[int]]]:
    """The columns of numbers, and the places of the rows of each group in the order of the frame.

    Problems where there are too many groups.
    """
    own = study.variant(variant)
    variants = _variants(study, frame, heads, own)
    graph = study.whole.model.graph
    worded = [head for head in heads if head.path != VARIANT and is_in_words(graph, study.scenario, head.path)]
    cells: dict[str, list[str | None]] = {}
    for head in worded:
        refuse_unit(head.name, head.unit)
        cells[head.path] = [None if is_blank(c) else as_words(head.name, c) for c in frame.iloc[:, head.place]]
    numbers = [head for head in heads if head.path != VARIANT and head not in worded]
    if not cells and len(set(variants)) <= 1:
        return numbers, {Group(variants[0] if variants else own, ()): list(range(len(frame)))}
    groups: dict[Group, list[int]] = {}
    for place, name in enumerate(variants):
        said = ((path, texts[place]) for path, texts in cells.items())
        words = tuple((path, text) for path, text in said if text is not None)
        groups.setdefault(Group(name, words), []).append(place)
    if len(studies := {group.words for group in groups}) > MOST_STUDIES:
        hint = f"at most {MOST_STUDIES:,}: each is compiled for itself, for these are words: {', '.join(cells)}"
        raise Problems([Problem(f"the rows are of {len(studies):,} different studies", (), hint)])
    return numbers, groups


def _variants(study: Study, frame: pd.DataFrame, heads: Sequence[Head], own: str | None) -> list[str | None]:
    head = next((head for head in heads if head.path == VARIANT), None)
    if head is None:
        return [own] * len(frame)
    names = ["" if is_blank(cell) else str(cell) for cell in frame.iloc[:, head.place]]
    meant = {name: study.variant(name) if name else own for name in dict.fromkeys(names)}
    return [meant[name] for name in names]


def _refuse_idle(
    study: Study, frame: pd.DataFrame, heads: Sequence[Head], groups: Mapping[Group, list[int]], units: tuple[str, ...]
) -> None:
    """Problems where a variant of some rows, which set no words, derives an input: all such variants together."""
    by_variants: dict[tuple[str | None, ...], list[str]] = {}
    plain = {group.variant: places for group, places in groups.items() if not group.words}
    for head in heads:
        cells = frame.iloc[:, head.place]
        meant = tuple(name for name, places in plain.items() if not all(map(is_blank, cells.iloc[places])))
        by_variants.setdefault(meant, []).append(head.path)
    for variants, paths in by_variants.items():
        refuse_idle(study.whole.model.of_cases(study.scenario.cases(units, variants)), paths, WITH_INPUTS)


def _result(study: Study, group: Group, units: tuple[str, ...], label: Any) -> Result:
    """The cases of a group. Problems, with its first row, where what it sets cannot be."""
    try:
        changed = study.with_words(dict(group.words)) if group.words else study
        return changed.whole.of_cases(changed.scenario.cases(units, [group.variant]))
    except Problems as wrong:
        said = ", ".join(f"{path}: {text}" for path, text in group.words)
        hinted = (p._replace(hint=f"{p.hint}\nin row {label}, where {said}".strip()) for p in wrong.problems)
        raise type(wrong)(hinted) from None


def _totals(
    study: Study, result: Result, frame: pd.DataFrame, heads: Sequence[Head], places: list[int], labels: Sequence[Any]
) -> Any:
    """The totals of the rows of a group: `heads` are of the numbers in them."""
    from lca.questions.rows import Labels, totals

    part = frame if len(places) == len(frame) else frame.iloc[places]
    columns = []
    problems: list[Problem] = []
    known = known_of(result.model)
    refuse_unknown(known, study.scenario, [head.path for head in heads])
    stated = [head for head in heads if not places or not all(map(is_blank, part.iloc[:, head.place]))]
    refuse_idle(result.model, [head.path for head in stated], WITH_INPUTS)
    for head in stated:
        cells = part.iloc[:, head.place]
        try:
            where = _Where(labels, places, head.name)
            columns.append(column(known, head.path, head.name, head.unit, cells, where))
        except Problems as wrong:
            problems += wrong.problems
    if problems:
        raise Problems([*problems, *_beyond(result.model, columns, Labels(labels, places))])
    return totals(result.model, columns, Labels(labels, places), len(places))


def _beyond(model: Model, columns: Sequence[Column], labels: Labels) -> tuple[Problem, ...]:
    """What is wrong with columns that could be read."""
    from lca.questions.rows import leaves

    try:
        leaves(model, columns, labels)
    except Problems as wrong:
        return wrong.problems
    return ()


class _Where:
    """What a message calls a cell of a column."""

    def __init__(self, labels: Sequence[Any], places: Sequence[int], name: str) -> None:
        self.labels, self.places, self.name = labels, places, name

    def __call__(self, place: int) -> str:
        return f"row {self.labels[self.places[place]]}, column '{self.name}': "
