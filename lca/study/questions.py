"""What is asked of a study, a method a question: each answer is what the command of that name prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lca.disk.workspace import Library, Run, StudyResult
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.questions.settings import is_in_words
from lca.result import columns_named, narrowed
from lca.scenario import Scenario, several
from lca.study.hints import count, told_in_python
from lca.study.reports import StudyExplanation, StudyReport

if TYPE_CHECKING:
    from lca.compile import Model
    from lca.study.pictures import StudyPlot

Names = str | Iterable[str]
Variants = str | Iterable[str | None] | None


@told_in_python
class Questions(Run):
    """A scenario with its factors, all of its cases compiled, and the questions that commands ask of one."""

    def __init__(
        self,
        scenario: str | Path | Scenario,
        packs: str | Path | Iterable[str | Path] = (),
        library: Library | None = None,
    ) -> None:
        given: Any = scenario
        if not isinstance(given, str | Path | Scenario):
            hint = "as in lca.load('chat.yaml'), or lca.load('stable_diffusion')"
            raise Misnamed([Problem(f"a scenario is a file or a name, and no {type(given).__name__}", (), hint)])
        super().__init__(scenario, several(packs), library)
        self.root = self.scenario  # as it was loaded
        self.is_changed = isinstance(scenario, Scenario)
        self._asked: dict[Any, StudyResult] = {}
        self.whole  # what is wrong with the text is told now  # noqa: B018

    def __repr__(self) -> str:
        return super().__repr__().replace("Run(", f"{type(self).__name__}(", 1)

    def _repr_html_(self) -> str:
        return self.report()._repr_html_()

    @cached_property
    def whole(self) -> StudyResult:
        """The result of every case of the study as it stands."""
        return cast("StudyResult", self.compile(every_case=True)[0].whole)

    def unit(self, name: str) -> str:
        """The functional unit that a name means, in any case; the first where there is none."""
        return self.scenario.cases([name])[0].functional_unit if name else self.scenario.functional_units[0]

    def variant(self, name: str | None) -> str | None:
        """The one variant that a name means; None is the base case. Misnamed where there is none, or every one is."""
        meant = self.scenario.variants_named(name)
        if len(meant) > 1:
            listing = ", ".join(("base", *self.scenario.variants))
            raise Misnamed([Problem("one case is asked for here", (), f"name one variant of: {listing}")])
        return self.scenario.cases(self.scenario.functional_units[:1], meant)[0].variant

    def report(
        self,
        by: Names = (),
        *,
        functional_units: Names = (),
        variant: Variants = None,
        criteria: Names = (),
        assumed: bool = False,
        normalise: str = "",
        weight: bool = False,
        ends: bool = False,
        table: str = "",
    ) -> StudyReport:
        """What `lca run` prints: totals, or parts by columns of the lines such as `tier` or `stage`.

        assumed: with the assumed inputs. normalise: in person-equivalents of a set such as `EF3.1`, and with `weight` a
        single score. ends: the lowest and highest of each figure, over all ranges at once. table: a shape of its own:
        `esrs-e1` or `pcr-digital`.
        """
        from lca.study.asked import reported
        from lca.views.tables import tables

        if table and table not in tables():
            listing = f"tables: {', '.join(tables())}"
            raise Misnamed([Problem(f"no table '{shortened(table)}'", (), near(table, tables(), listing))])
        clashing = [(table, by or ends or normalise), (ends, normalise), (weight, not normalise)]
        if any(one and other for one, other in clashing):
            hint = "a table has its own shape, ends are those of impacts, and a single score needs a set: normalise"
            raise Misnamed([Problem("these do not go together", (), hint)])
        result = self.whole.of_cases(self.scenario.cases(functional_units, variants(variant)))
        made = reported(
            self, result, columns_named(by), several(criteria), assumed=assumed, normalise=normalise, weight=weight,
            ends=ends, table=table,
        )  # fmt: skip
        return StudyReport("run", made)

    def sweep(
        self,
        range_: str | Mapping[str, Any],
        also: str | Mapping[str, Any] = "",
        *,
        by: Names = (),
        functional_units: Names = (),
        variant: Variants = None,
        criteria: Names = (),
        relative: bool = False,
    ) -> StudyReport:
        """The totals, or parts, as one input or two go over a range: `study.sweep("inference.server.aur=5%:100%:40")`.

        A range is a text as `lca sweep` takes it, or values by path: `{"inference.server.aur": ["5 %", "10 %"]}`.
        Records have `input_1`, `value_1`, `unit_1`, the figure's `value` and `unit`, `relative` to the base case.
        """
        from lca.questions.force import refuse_idle
        from lca.questions.sweep import asked, axis, sweep
        from lca.study.values import WITH_INPUTS
        from lca.views.sweep import report

        model = self._compiled(functional_units, variant, criteria)
        ranges = [asked(_range(each)) for each in (range_, also) if each]
        cases = self.scenario.cases(functional_units, variants(variant))
        _refuse_words(self, [each.path for each in ranges])
        refuse_idle(self.whole.model.of_cases(cases), [each.path for each in ranges], WITH_INPUTS)
        axes = [axis(model, each) for each in ranges]
        return StudyReport("sweep", report(model, sweep(model, axes, columns_named(by)), relative=relative))

    def uncertainty(
        self,
        samples: int = 100_000,
        seed: int = 0,
        *,
        by: Names = (),
        functional_units: Names = (),
        variant: Variants = None,
        criteria: Names = (),
        threads: int = 2,
    ) -> StudyReport:
        """How sure the figures are: their spread over samples of all inputs that have a range or a law.

        Variants are compared with the base case draw by draw. What it prints is what `lca uncertainty` prints.
        """
        from lca.questions.uncertainty import uncertainty
        from lca.views.uncertainty import report

        beside = dict.fromkeys((None, *self.scenario.variants_named(variants(variant))))
        model = self._compiled(functional_units, beside, criteria)
        return StudyReport(
            "uncertainty",
            report(
                model, uncertainty(model, count("samples", samples), count("seed", seed), columns_named(by), threads)
            ),
        )

    def sensitivity(
        self,
        *,
        functional_units: Names = (),
        variant: Variants = None,
        criteria: Names = (),
        top: int = 10,
        samples: int = 8_192,
        seed: int = 0,
    ) -> StudyReport:
        """Which inputs matter: each over its own range, its elasticity, and its share of the variance (Sobol' indices).

        top: how many are printed; records have all. samples: where there is no closed form.
        """
        from lca.questions.sensitivity import sensitivities
        from lca.views.sensitivity import report

        model = self._compiled(functional_units, variant, criteria)
        return StudyReport(
            "sensitivity",
            report(model, sensitivities(model, count("samples", samples), count("seed", seed)), count("top", top)),
        )

    def breakeven(
        self,
        figures: str | Sequence[str],
        over: str,
        functional_unit: str = "",
        *,
        criteria: Names = (),
        variant: str | None = None,
        start: str | float = "",
        stop: str | float = "",
    ) -> StudyReport:
        """Where two figures weigh the same as an input changes: `study.breakeven("training = inference", over=path)`.

        figures: as the command takes them. over: the path of the input; start, stop: its range, texts with units or
        numbers in the unit of the input.
        functional_unit: the first where absent.
        """
        from lca.study.asked import break_evens
        from lca.views.breakeven import report

        unit, words = self.unit(functional_unit), several(figures)
        found = break_evens(
            self, unit, words, over, several(criteria), self.variant(variant), _text(start), _text(stop)
        )
        return StudyReport("breakeven", report(found))

    def compare(
        self,
        other: str | Path | Questions,
        *,
        functional_units: Names = (),
        variant: str | None = None,
        players: Names = (),
    ) -> StudyReport:
        """This study against another: their differences, and which inputs carry them (Shapley values).

        other: a study, such as one of `with_inputs`; a variant of this one, `"L"`; or a text as `lca compare` takes it:
        a variant and a functional unit, `":L#FU2"`, a file, a git revision, `"HEAD~1:chat.yaml"`, or a saved result.
        functional_units, variant: of both, where `other` names none. players: changed inputs to tell apart; the rest
        counts as one.
        """
        from lca.study.comparing import Named, compared, live, named, opened

        units, own = several(functional_units), variant or ""
        first = Named(self.scenario.name)
        one = live(self, self.scenario.name, first, own, units)
        if isinstance(other, Questions):
            second, two = first, live(other, self._called(other), first, own, units)
        else:
            text = f":{other}" if other in ("base", *self.scenario.variants) else str(other)
            second = named(text, self.scenario.name)
            ours = text.startswith(":")
            two = live(self, second.file, second, own, units) if ours else opened(second, own, units, self.library)
        made = compared(first, second, one, two, self.library, several(players))
        return StudyReport("compare", made.report)

    def _called(self, other: Questions) -> str:
        name = other.scenario.name
        return f"{name}, changed" if name == self.scenario.name else name

    def rank(
        self,
        models: Names,
        quality: str | Path | None = None,
        at_least: float | None = None,
        *,
        block: str = "",
        functional_units: Names = (),
        variant: str | None = None,
        criteria: Names = (),
        samples: int = 100_000,
        seed: int = 0,
    ) -> StudyReport:
        """Models by the impacts of the service with each; see `lca.rank`."""
        from lca.disk.choices import ranked
        from lca.views.rank import report

        choice = ranked(
            self, several(models), quality, at_least, block=block, functional_units=several(functional_units),
            variant=self.variant(variant), criteria=several(criteria),
            samples=count("samples", samples), seed=count("seed", seed),
        )  # fmt: skip
        return StudyReport("rank", report(choice.model, choice.ranking, choice.source))

    def budget(
        self,
        target: str = "",
        *,
        models: Names = (),
        regions: Names = (),
        over: Names = (),
        block: str = "",
        samples: int = 100_000,
        seed: int = 0,
    ) -> StudyReport:
        """What the budgets under `expect` allow, and what other models and regions would buy."""
        from lca.disk.choices import budgets
        from lca.views.budget import report

        found = budgets(
            self, target, several(models), several(regions), over=several(over), block=block,
            samples=count("samples", samples), seed=count("seed", seed),
        )  # fmt: skip
        return StudyReport("budget", report(found, samples, seed))

    def checks(self, *, draws: int = 0, strict: bool = False, variant: str | None = None) -> StudyReport:
        """Every figure that the study expects, recomputed, with its verdict.

        draws: also how often each is met as inputs are drawn so many times. strict: also what is unused or undeclared.
        variant: which is held against what is expected of the base case.
        """
        from lca.checks import checked
        from lca.views.verdicts import report

        held = self.variant(variant)
        result = self.whole if held is None else self.compile(every_case=True, held=held)[0].whole
        return StudyReport("check", report([checked(self.scenario.name, result, count("draws", draws), strict=strict)]))

    def calibrate(self, to: Names = (), fit: Names = ()) -> StudyReport:
        """What published figures can say about inputs; with `fit` the smallest change of some that meets them.

        to: keys of `expect`; all that have a value where none is named. fit: paths, at most as many as figures.
        """
        from lca.study.asked import calibrated

        return StudyReport("calibrate", calibrated(self, several(to), several(fit))[0])

    def explain(
        self,
        criterion: str,
        functional_unit: str = "",
        *,
        variant: str | None = None,
        tier: str = "",
        phase: str = "",
        stage: str = "",
        item: str = "",
        depth: int = 60,
        fold: float = 2.0,
        why_not: str = "",
    ) -> StudyExplanation:
        """A figure down to the inputs that it is made of, each with its place and source.

        criterion: one of the study, a flow such as `electricity`, or a quantity by its path. tier, phase, stage, item:
        of only these lines. fold: terms of a sum that are less than so many percent together. why_not: an item, to
        say why it contributes nothing instead.
        """
        from lca.study.asked import explained
        from lca.study.asked import why_not as reasons
        from lca.views import explanation as view

        unit, own = self.unit(functional_unit), self.variant(variant)
        if why_not:
            said = reasons(self, unit, criterion, why_not, own)
            return StudyExplanation(*(view.reasons(*said, form) for form in ("text", "markdown", "json")))
        wanted = (("tier", tier), ("phase", phase), ("stage", stage), ("item", item))
        where = tuple((name, value) for name, value in wanted if value)
        told = explained(self, unit, criterion, own, where, depth, fold)
        return StudyExplanation(view.text(told), view.markdown(told), view.as_json(told))

    def account(self) -> StudyReport:
        """What became of every number: used, by checks only, or not and why; and what packs gave."""
        from lca.questions.account import account, weights
        from lca.views.account import report

        result = self.whole.of_cases(self.scenario.cases())
        return StudyReport("account", report(result, account(result), weights(result)))

    def quality(
        self,
        *,
        functional_units: Names = (),
        variant: Variants = None,
        criteria: Names = (),
    ) -> StudyReport:
        """What kinds of inputs each total rests on: measured, published, derived, assumed, calibrated."""
        from lca.questions.quality import quality
        from lca.views.quality import report

        model = self._compiled(functional_units, variant, criteria)
        return StudyReport("quality", report(model, quality(model)))

    def scope(self) -> StudyReport:
        """Goal and scope: what is counted, by proxy, not assessed, and why; and what is not stated."""
        from lca.views import boundary, goal

        result, _ = self.compile()
        grid = boundary.report(result)
        records = (*grid.records, *goal.records(result))
        return StudyReport("scope", grid._replace(blocks=(*grid.blocks, *goal.blocks(result)), records=records))

    def cite(
        self,
        criterion: str = "",
        functional_unit: str = "",
        *,
        variant: str | None = None,
        form: str = "text",
        samples: int = 0,
        seed: int = 0,
        date: str = "",
    ) -> str:
        """A sentence to quote: a figure, its range, what it counts, method, packs, hash of its inputs, date.

        form: `text`, `markdown`, `bibtex` or `model-card`. samples: an interval of so many draws in place of the ends.
        date: `2026-01-31`; today where absent. criterion, functional_unit: the first where absent.
        """
        from lca.study.asked import cited

        unit = self.unit(functional_unit)
        return cited(
            self, unit, self.variant(variant), criterion, form, count("samples", samples), count("seed", seed), date
        )

    def review(self, workbook: str | Path) -> StudyReport:
        """What a reviewer changed in a copy of the exported workbook, and whom each change moves."""
        from lca.study.reviewing import copied, reviewed

        return StudyReport("review", reviewed(self, copied(Path(workbook))).report)

    def outdated(self) -> StudyReport:
        """The packs of the study with a newer edition here, and what each would move."""
        from lca.study.asked import outdated

        if self.is_changed:
            hint = "ask the study as it was loaded"
            raise Problems([Problem("editions are compared for the file, and inputs of this study were set", (), hint)])
        return StudyReport("packs", outdated(self))

    def export(
        self,
        file: str | Path,
        *,
        functional_units: Names = (),
        variant: Variants = "all",
        published: bool = False,
        with_restricted: bool = False,
    ) -> Path:
        """Write the study for others, in the form that the ending says: .xlsx, .tex, .csv, .json, .md, and what else
        `lca export` knows. published: with published figures. with_restricted: with values not to be passed on.
        """
        from lca.study.asked import exported

        return exported(
            self, Path(file), several(functional_units), variants(variant), published=published,
            with_restricted=with_restricted,
        )  # fmt: skip

    def page(
        self,
        file: str | Path,
        *,
        lang: Literal["en", "fr", "auto"] = "en",
        lock: bool = False,
        functional_units: Names = (),
        variant: Variants = "all",
    ) -> Path:
        """Write the study as one HTML file, whose inputs can be moved; with `lock` nothing can.

        lang: `en`, `fr`, or `auto`, that of each reader, who can change it.
        """
        from lca.study.asked import paged

        result = self.whole.of_cases(self.scenario.cases(functional_units, variants(variant)))
        return paged(self, result, Path(file), lang, lock=lock)

    def plot(
        self,
        kind: str,
        ranges: Names = (),
        *,
        also: str = "",
        by: Names = (),
        functional_units: Names = (),
        variant: str | Iterable[str | None] = (),
        criteria: Names = (),
        normalise: str = "EF3.1",
        samples: int = 100_000,
        seed: int = 0,
    ) -> StudyPlot:
        """A figure: `contribution`, `sankey`, `sweep`, `tornado`, `uncertainty`, and what else `lca plot` draws.

        ranges, also: of a sweep, as `lca sweep` takes them. by: columns of the parts. variant: those of the kind where
        absent. normalise: the set, for normalised figures. samples, seed: for what is drawn at random.
        """
        from lca.plots.kinds import kinds
        from lca.study.asked import drawn
        from lca.study.pictures import StudyPlot

        known = kinds()
        if kind not in known:
            raise Misnamed(
                [Problem(f"no plot '{shortened(kind)}'", (), near(kind, known, f"plots: {', '.join(known)}"))]
            )
        if known[kind].needs == "ranges" and not ranges:
            hint = "name an input and its range, as in inference.server.aur=5%:100%:40"
            raise Misnamed([Problem(f"a {kind} needs a range", (), hint)])
        drawing = drawn(
            self, known[kind], ranges=several(ranges), also=also, by=columns_named(by), variants=variants(variant),
            functional_units=several(functional_units), criteria=several(criteria), set_name=normalise,
            samples=count("samples", samples), seed=count("seed", seed),
        )  # fmt: skip
        return StudyPlot(kind, drawing)

    def _compiled(self, functional_units: Names, variant: Variants, criteria: Names) -> Model:
        """The cases that are asked for, compiled once and kept, by some criteria."""
        key = (several(functional_units), self.scenario.variants_named(variants(variant)))
        if key not in self._asked:
            self._asked[key] = self.compile(*key, with_expectations=False)[0]
        return narrowed(self._asked[key], several(criteria)).model


def variants(variant: Variants) -> Iterable[str | None]:
    """Variants that a caller names, in a list or alone."""
    return (variant,) if variant is None or isinstance(variant, str) else variant


def _range(given: Any) -> str:
    """A range as the command takes it. Misnamed where it is none."""
    if isinstance(given, str):
        return given
    hint = "as in study.sweep({'inference.server.aur': [0.1, 0.5]}); a second input is `also`"
    if not isinstance(given, Mapping) or len(given) != 1:
        what = f"{len(given)} inputs" if isinstance(given, Mapping) else f"no {type(given).__name__}"
        raise Misnamed([Problem(f"a range is of one input, and {what}", (), hint)])
    ((path, points),) = given.items()
    if isinstance(points, str) or not hasattr(points, "__iter__") or not getattr(points, "shape", (1,)):
        raise Misnamed([Problem(f"{path} goes over a list of values, and no {type(points).__name__}", (), hint)])
    texts = [_text(point) for point in points]
    if not texts or not all(texts):
        raise Misnamed([Problem(f"{path} goes over {'a blank' if texts else 'no value'}", (), hint)])
    return f"{path}={','.join(texts)}"


def _text(value: Any) -> str:
    """A quantity as a command takes it; nothing of what is blank."""
    return "" if value is None or value != value else str(value).strip()


def _refuse_words(study: Questions, paths: Iterable[str]) -> None:
    """Misnamed where an input is said in words, which no sweep goes over."""
    for path in paths:
        if is_in_words(study.whole.model.graph, study.scenario, path):
            hint = f"study.table({{'{path}': [...]}}) runs the study with each"
            raise Misnamed([Problem(f"{path} is said in words and is no number", (), hint)])
