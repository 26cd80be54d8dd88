"""A study: a scenario with its factors, compiled once, to be run with other inputs and asked as the commands ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lca import units
from lca.disk.workspace import StudyResult
from lca.graph import Input
from lca.model.inputs import written_out
from lca.problems import Misnamed, Problem, Problems, shortened
from lca.questions.account import account
from lca.questions.force import NO_SHARE, idle, problem, refuse_idle
from lca.questions.settings import held, is_in_words, with_numbers, with_words, written
from lca.result import narrowed
from lca.scenario import Scenario, several
from lca.study.hints import told_in_python
from lca.study.questions import Names, Questions, Variants, variants
from lca.study.values import (
    WITH_INPUTS,
    alone,
    as_text,
    as_words,
    headed,
    is_blank,
    known_of,
    path_of,
    refuse_unit,
    refuse_unknown,
    single,
)

if TYPE_CHECKING:
    import pandas as pd

    from lca.compile import Model
    from lca.questions.rows import Column

Inputs = Mapping[str, Any]
INPUTS = (
    "path", "value", "unit", "low", "high", "basis", "source", "at", "note", "pack", "place", "address",
)  # fmt: skip


class Asked(NamedTuple):
    """Inputs as a caller sets them: numbers by the names that they were given, words by path, and what is blank."""

    numbers: dict[str, Any]
    words: dict[str, str]
    blank: tuple[str, ...]


@told_in_python
class Study(Questions):
    """A scenario with its factors, all of its cases compiled: `lca.load("stable_diffusion")` makes one.

    Inputs are named by paths, those that `inputs` lists, that `lca run -v` prints and that `lca sweep` takes. A value
    is a number in the unit that `inputs` lists, a text such as `"60 %"`, or a quantity of pint. Variants are named by
    their names; `base` is the case without one, `all` is every case. Of lists of names a bare text is that one name.

    All that is asked raises `lca.Problems` where something is wrong: each problem with its place and the way out.
    """

    @cached_property
    def _changed(self) -> dict[Any, Study]:
        """The studies with other words that were asked for."""
        return {}

    def run(
        self,
        inputs: Inputs | None = None,
        *,
        variant: Variants = None,
        functional_units: Names = (),
        criteria: Names = (),
    ) -> StudyResult:
        """The result with some inputs set, all else as it is: `study.run({"inference.server.aur": "60 %"})`.

        inputs: values by path. A number is worked out on the graph that is there; what is set in words, such as a
        model, a region or a list of what to include, is compiled anew. A share of a mix is what it is set to, and the
        others of the mix keep their proportions. Expected figures are of the study as it stands: a result with other
        inputs has no verdicts; that of `with_inputs` has.

        A number that is set is in force in every case that is asked for. Where one of them derives it, or makes a mix
        of other shares, that is said, and nothing is run.

        variant: the base case where absent. functional_units, criteria: all where absent.

        Returns a `lca.Result`: `total("FU1", "GWP")`, `records(by)`, `frame()`; it prints as the table of `lca run`.
        """
        inputs = mapped({} if inputs is None else inputs)
        cases = self.scenario.cases(functional_units, variants(variant))
        asked = self._sorted(inputs)
        changed = self.with_words(asked.words)
        result = changed.whole.of_cases(cases)
        leaves = changed.leaves_of(asked, result.model)
        if not asked.numbers and not asked.words:
            return narrowed(result, criteria)
        made = StudyResult(held(result.model, leaves))
        made.given = {path: _shown(value) for path, value in inputs.items()}
        made.check(shown_only=True)
        return narrowed(made, criteria)

    def with_inputs(self, inputs: Inputs) -> Study:
        """The study with some inputs set in its text, wherever it writes them: every question can be asked of it.

        Inputs are those of `run`. What is set has no range, no law and no source any more. A number of a pack stands in
        no scenario and cannot be set here; `run` and `table` take it. Where a case derives an input, by a formula or a
        method, the number is written in place of that, so that it is in force in every case.
        """
        asked = self._sorted(mapped(inputs))
        changed = self.with_words(asked.words)
        model = changed.whole.model
        derived = {one.path for one in idle(model, map(path_of, asked.numbers)) if one.what != NO_SHARE}
        in_text = {path: name for name in asked.numbers if (path := written_out(path_of(name))) in derived}
        texts = {path: written(as_text(model, name, asked.numbers[name])) for path, name in in_text.items()}
        rest = {name: value for name, value in asked.numbers.items() if name not in in_text.values()}
        changed = changed.with_words(texts)
        refuse_idle(changed.whole.model, texts)
        leaves = changed.leaves_of(asked._replace(numbers=rest), changed.whole.model)
        if not leaves:
            return changed
        return self._made(with_numbers(changed.scenario, changed.whole.model, leaves))

    def save(self, file: str | Path) -> Path:
        """Write what was set as a scenario of its own, which extends the one that was loaded: YAML for `lca run`.

        Its figures are those of this study. Problems where nothing was set.
        """
        from lca.study.saving import saved

        return saved(self.root, self.scenario, self.whole, self.library, Path(file))

    def _made(self, scenario: Scenario) -> Study:
        """A study of the same packs, which knows what it was made of."""
        made = Study(scenario, library=self.library)
        made.root = self.root
        return made

    def with_words(self, words: Mapping[str, str]) -> Study:
        """The study with values by path, each as `lca.questions.settings.written` has it; compiled once and kept."""
        if not words:
            return self
        key = tuple(sorted(words.items()))
        if key not in self._changed:
            made = self._made(with_words(self.scenario, words))
            unused = {one.path: one.reason for one in account(made.whole).idle}
            if wrong := [Problem(f"{path} is not used", (), unused[path]) for path in words if path in unused]:
                raise Problems(wrong)
            self._changed[key] = made
        return self._changed[key]

    def _sorted(self, inputs: Inputs) -> Asked:
        """Inputs by what they are. Misnamed where one is called by no path."""
        graph = self.whole.model.graph
        numbers: dict[str, Any] = {}
        words: dict[str, str] = {}
        blank: list[str] = []
        problems: list[Problem] = []
        for name, value in inputs.items():
            try:
                path, unit = headed(name)
                if is_blank(value):
                    blank.append(path)
                elif is_in_words(graph, self.scenario, path):
                    refuse_unit(name, unit)
                    words[path] = as_words(name, value)
                else:
                    numbers[name] = value
            except Misnamed as wrong:
                problems += wrong.problems
        if problems:
            raise Misnamed(problems)
        return Asked(numbers, words, tuple(blank))

    def leaves_of(self, asked: Asked, model: Model) -> dict[int, float]:
        """What leaves of some cases are where inputs have other numbers.

        Problems where one is out of bounds or in a wrong unit, is no input, or is not in force in every case.
        """
        known = known_of(model)
        refuse_unknown(known, self.scenario, asked.blank)
        if not asked.numbers:
            return {}
        from lca.questions.rows import Labels, leaves

        problems = [problem(model, one, WITH_INPUTS) for one in idle(model, map(path_of, asked.numbers))]
        columns: list[Column] = []
        unnamed: list[Problem] = []
        told = {one.path for one in idle(model, map(path_of, asked.numbers))}
        for name, value in asked.numbers.items():
            try:
                if written_out(path_of(name)) not in told:
                    columns.append(single(known, name, value))
            except Misnamed as wrong:
                unnamed += wrong.problems
            except Problems as wrong:
                problems += wrong.problems
        if unnamed and not problems:
            raise Misnamed(unnamed)
        if problems or unnamed:
            raise Problems([*unnamed, *problems])
        return {index: float(values[0]) for index, values in leaves(model, columns, Labels()).items()}

    def table(
        self,
        frame: Any,
        *,
        variant: str | None = None,
        functional_units: Names = (),
        criteria: Names = (),
    ) -> pd.DataFrame:
        """The totals of many cases: `study.table({"inference.server.aur": [0.1, 0.2, 0.6]})`.

        frame: a DataFrame, or what makes one: a row a case, a column an input. A column is called by a path, or by a
        path and the unit of its numbers, `"network.data [GB]"`; a cell is a value as `run` takes it, and one that is
        blank (None, NaN, an empty text) leaves the input as the study has it. A column `variant` names variants.

        The answer has a row for each of the frame, with its index, and a column for each functional unit and criterion:
        `answer["FU1", "GWP"]`. `answer.attrs["units"]` are the units of the criteria, and `answer.attrs["compiled"]` is
        how many studies the rows are of: rows that set the same words, such as a model or a region, are worked out
        together, on arrays. NaN is where a variant has no such criterion.

        variant: of rows that name none; the base case where absent. functional_units, criteria: all where absent.

        Raises `lca.Problems`, with row and column, where a value is none, is in a wrong unit or out of bounds.
        """
        from lca.study.tables import table

        return table(self, frame, variant, several(functional_units), several(criteria))

    @property
    def inputs(self) -> pd.DataFrame:
        """Every input that a total depends on, of all cases: a row an input and place.

        Columns: `path`; `value`, `low`, `high` in `unit` (a share is a pure number: 0.6 is 60 %; without a range the
        ends are missing); `basis`; `source`, `at` and `note` of the number; `pack`, where it is of one; `place`, the
        file and line where it is written; `address`, the path of the text there.
        """
        import pandas as pd

        return pd.DataFrame([*_inputs(self.whole.model)], columns=list(INPUTS))


def _inputs(model: Model) -> Iterator[tuple[Any, ...]]:
    graph = model.graph
    for index in graph.below(model.totals.values()):
        if graph.op[index] == "input":
            leaf: Input = graph.info[index]
            unit = alone(leaf.unit)
            factor = units.scale(leaf.unit, unit) or 1.0
            ends = (None if end is None else end * factor for end in (leaf.low, leaf.high))
            cited, place = leaf.citation, f"{leaf.span.file}:{leaf.span.line}"
            pack = leaf.origin.pack if leaf.origin else ""
            yield (
                leaf.path, leaf.value * factor, str(unit), *ends, cited.basis, cited.source, cited.at, cited.note, pack,
                place, leaf.address,
            )  # fmt: skip


def mapped(inputs: Any) -> dict[str, Any]:
    """Inputs as a dict: of a mapping, or a row of a frame. Misnamed of anything else."""
    try:
        return dict(inputs.items())
    except AttributeError:
        hint = "as in study.run({'inference.server.aur': '60 %'}); a variant is study.run(variant='L')"
        raise Misnamed([Problem(f"inputs are values by path, and no {type(inputs).__name__}", (), hint)]) from None


def _shown(value: Any) -> str:
    return shortened(str(value))
