"""Checks: what the study expects, and what has to hold of any study, as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from lca import units
from lca.model.case import TotalKey
from lca.model.ledger import SLACK, Bounds, Limit
from lca.operations import ROUNDING
from lca.result import MET, OVER, Verdict
from lca.spoken import N_, _, told
from lca.workbook.writing import intact
from lca.workbook.writing.book import Book, Page, Tally
from lca.workbook.writing.cells import Formula, Place, Value
from lca.workbook.writing.impacts import IMPACTS as LINES
from lca.workbook.writing.impacts import ranges
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import CHANGE, CHANGED, IMPACT, as_computed
from lca.workbook.writing.table import Column, Table
from lca.workbook.writing.tape import OPEN, Tape
from lca.workbook.writing.validation import in_own_unit

LEAD = N_(
    "Published figures that the study should meet, and what holds of every study. Verdicts are formulas, and follow "
    "each change."
)
NEAR = 1e-9  # relative: how far two ways to add the same figures may be apart
MEANINGS = {
    "reproduced": N_("the published figure is met, and no input was chosen by it"),
    "fitted": N_("the published figure is met because an input was chosen so"),
    "holds": N_("a relation of the study's own holds"),
    "missed": N_("the figure is missed"),
    "known gap": N_("the figure is missed, and the study says why"),
    MET: N_("a target of the study is met"),
    OVER: N_("a target of the study is missed"),
    "ok": N_("what has to hold of every study holds"),
    "FAILED": N_("it does not: a number is out of bounds or a text, a unit, a row or a count is not as exported, …"),
}
GAP_KNOWN = "known gap"
PASSES = ("reproduced", "fitted", "holds", MET, "ok")
WORDS_OF_TALLY = "stands in the sentence that says how many checks pass"
WORD_ROW = 5  # the first word; below them, how many checks fail
FIRST = WORD_ROW + len(MEANINGS) + 9  # the first expectation
PERCENT = "0.0%"
R = TypeVar("R")
Totals = Mapping[TotalKey, Place]
Look = tuple[str, str]
SMALL = ("number", "0.0E+00")
WITHIN = "ABS({Difference})<={Tolerance}"
GAP: Column[Any] = Column("", "text", lambda _: None)


class Figure(NamedTuple):
    """A figure that the study expects, with its verdict."""

    book: Book
    tape: Tape
    verdict: Verdict

    @property
    def number(self) -> str:
        """The format of the figure: a share is shown as one."""
        if self.verdict.criterion in self.book.criterion_labels and not self.is_share:
            return IMPACT
        size = max(abs(self.value), abs(self.bound))
        return PERCENT if self.is_share and size <= 1 else as_computed(self.value)

    @property
    def is_share(self) -> bool:
        return self.verdict.unit in ("1", "%")

    @property
    def value(self) -> float:
        return self._shown(self.verdict.computed)

    @property
    def bound(self) -> float:
        return self._shown(self.verdict.published)

    def _shown(self, value: float) -> float:
        return self.book.shown.number(self.verdict.node, value) if self.verdict.node >= 0 else value

    @property
    def unit(self) -> str:
        node, unit = self.verdict.node, self.verdict.unit
        return self.book.unit(node) if node >= 0 and unit == str(self.book.graph.unit[node]) else unit

    @property
    def of(self) -> str:
        return self.book.unit_labels.get(self.verdict.of, self.verdict.of)

    @property
    def variant(self) -> str:
        return self.book.variant_labels.get(self.verdict.variant, self.verdict.variant or "")

    @property
    def criterion(self) -> str:
        return self.book.criterion_labels.get(self.verdict.criterion, self.verdict.criterion)

    @property
    def title(self) -> str:
        said = told(self.verdict.title or self.verdict.words)
        said = said or _("{criterion} of {case}", criterion=self.criterion, case=self.of)
        drawn = self.verdict.drawn
        return _("{what} ({drawn}: a number that no formula follows)", what=said, drawn=drawn) if drawn else said

    @property
    def published(self) -> Value:
        """The published figure; a formula where the study computes it."""
        bound, node, tape = self.verdict.bound, self.verdict.node, self.tape
        if bound < 0 or tape.state[bound] != OPEN or self.verdict.bound_statistic:
            return self.bound
        source, target = self.book.shown.unit(bound), self.book.shown.unit(node)
        factor = units.scale(source, target)
        convert = "" if factor in (None, 1) else f"*{self.book.convert(source, target, factor or 1)}"
        return Formula(f"{tape.part(bound, 2)[0]}{convert}", self.bound)

    @property
    def computed(self) -> Value:
        node, value = self.verdict.node, self.value
        live = node >= 0 and self.tape.state[node] == OPEN and not self.verdict.statistic
        return Formula(self.tape.text[node], value) if live else value

    @property
    def look(self) -> Look:
        """How the computed figure looks."""
        open_ = isinstance(self.computed, Formula) or self.verdict.statistic
        return "number" if open_ else "withheld", self.number

    @property
    def deviation(self) -> Formula:
        published, computed = self.verdict.published, self.verdict.computed
        value = computed / published - 1 if published else 1.0 if computed else 0.0
        return Formula("IF({Expected}=0,1*({Computed}<>0),{Computed}/{Expected}-1)", value)

    @property
    def met(self) -> Formula:
        """The verdict: which word it is where the relation holds, and which where it does not."""
        slack = self.book.constant_named("rounding", ROUNDING, "relative: what a change of unit may do to last digits")
        test = RELATIONS[self.verdict.relation].format(slack=slack)
        missed = "known gap" if self.verdict.reason else OVER if self.verdict.basis == "target" else "missed"
        return Formula(f"IF({test},{word(_if_met(self.verdict))},{word(missed)})", self.verdict.verdict)

    @property
    def cited(self) -> Value:
        """Its source, which leads to what is known of it."""
        return self.book.link_to_source(self.verdict.source, self.verdict.source)

    @property
    def at(self) -> str:
        return ", ".join(
            part for part in (self.verdict.at, self.verdict.via and _("via {source}", source=self.verdict.via)) if part
        )

    @property
    def leaning(self) -> str:
        """The fitted inputs on which it leans, with its elasticities."""
        return ", ".join(f"{path}: {slope:+.2f}" for path, slope in self.verdict.leaning.items() if slope)


RELATIONS = {
    "value": "ABS({{Deviation}})<={{Tolerance}}+{slack}",
    "at_least": "{{Computed}}>={{Expected}}-ABS({{Expected}})*{slack}",
    "at_most": "{{Computed}}<={{Expected}}+ABS({{Expected}})*{slack}",
    "below": "{{Computed}}<{{Expected}}-ABS({{Expected}})*{slack}",
}  # fmt: skip
EXPECTED = Table[Figure](
    Column("Figure", "text", lambda figure: figure.verdict.key, 32),
    Column("What", "wrapped", lambda figure: figure.title, 32),
    Column("Of", "text", lambda figure: figure.of, 9),
    Column("Variant", "wrapped", lambda figure: figure.variant, 12),
    Column("Criterion or flow", "text", lambda figure: figure.criterion, 11),
    Column("Relation", "text", lambda figure: figure.verdict.relation.replace("_", " "), 9),
    Column("Expected", lambda figure: ("number", figure.number), lambda figure: figure.published, 11),
    Column("Computed", lambda figure: figure.look, lambda figure: figure.computed, 11),
    Column("Unit", "unit", lambda figure: "" if figure.is_share else figure.unit, 11),
    Column("Deviation", ("number", CHANGE), lambda figure: figure.deviation, 10),
    Column("Tolerance", ("number", PERCENT), lambda figure: _within(figure.verdict), 10),
    Column("Verdict", "verdict", lambda figure: figure.met, 12),
    Column("Why it is missed", "wrapped", lambda figure: figure.verdict.reason, 40),
    Column("Source", lambda figure: "link" if figure.verdict.source else "wrapped", lambda figure: figure.cited, 18),
    Column("At", "wrapped", lambda figure: figure.at, 12),
    Column("Leans on fitted inputs", "wrapped", lambda figure: figure.leaning, 26),
    Column("Place", "faint", lambda figure: figure.verdict.place.rpartition("/")[2], 24),
)
VERDICT = EXPECTED.letter("Verdict")


class Sum(NamedTuple):
    """A total beside the sum of its lines; `text` is its formula, and `cells` are those of the lines."""

    book: Book
    case: TotalKey
    text: str
    cells: str
    near: str

    @property
    def total(self) -> float:
        return self.book.values[self.book.model.totals[self.case]]

    @property
    def lines(self) -> list[float]:
        return [self.book.values[line.impact] for line in self.book.by_total[self.case]]

    @property
    def tolerance(self) -> float:
        return NEAR * sum(map(abs, self.lines))

    @property
    def holds(self) -> bool:
        return abs(sum(self.lines) - self.total) <= self.tolerance


class Shares(NamedTuple):
    """A sum that has to be 100 %; `none` allows for nothing at all."""

    what: str
    sum: Formula
    slack: str
    none: bool = False

    @property
    def value(self) -> float:
        return float(self.sum.value)

    @property
    def holds(self) -> bool:
        return abs(self.value - 1) <= SLACK or (self.none and self.value == 0)

    @property
    def test(self) -> str:
        return f"OR({WITHIN},{{Sum}}=0)" if self.none else WITHIN


class Bounded(NamedTuple):
    """A quantity, and the bounds within which it has to stay."""

    book: Book
    tape: Tape
    limit: Limit

    @property
    def value(self) -> float:
        return self.book.values[self.limit.index]

    @property
    def bounds(self) -> Bounds:
        own = in_own_unit(self.limit)
        ends = (None if end is None else self.book.shown.number(self.limit.index, end) for end in own[1:])
        return Bounds(own.unit, *ends)

    @property
    def unit(self) -> str:
        return self.book.unit(self.limit.index)

    @property
    def is_share(self) -> bool:
        """Whether it is shown as a percentage."""
        return str(self.book.graph.unit[self.limit.index]) == "%"

    @property
    def holds(self) -> bool:
        return self.limit.bounds.allows(self.book.shown.of_cell(self.limit.index, self.value) * self.limit.factor)

    @property
    def test(self) -> str:
        ends = (">{Above}", self.bounds.above), (">={At least}", self.bounds.low), ("<={At most}", self.bounds.high)
        tests = [f"{{Value}}{text}" for text, end in ends if end is not None]
        return f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]


class Since(NamedTuple):
    """A total as it was exported, and as it is."""

    book: Book
    case: TotalKey

    @property
    def value(self) -> float:
        return self.book.values[self.book.model.totals[self.case]]


def _test(test: str, *, holds: bool) -> Formula:
    """The verdict on what has to hold of every study: ok or FAILED."""
    return Formula(f"IF({test},word_ok,word_failed)", "ok" if holds else "FAILED")


def _case(key: str) -> tuple[Column[Any], ...]:
    """The columns that say which total a row is about."""
    return (
        Column(key, "text", lambda row: row.book.total_names[row.case]),
        GAP,
        Column("Of", "text", lambda row: row.book.unit_labels[row.case[0]]),
        Column("Variant", "text", lambda row: row.book.variant_labels[row.case[1]]),
        Column("Criterion", "text", lambda row: row.book.criterion_labels[row.case[2]]),
        GAP,
    )


SUMS = Table[Sum](
    *_case("Total"),
    Column("In Results", ("number", IMPACT), lambda row: Formula(row.text, row.total)),
    Column("Sum of lines", ("number", IMPACT), lambda row: Formula(f"SUM({row.cells})", sum(row.lines))),
    Column("Unit", "unit", lambda row: row.book.result.unit(row.case[2])),
    Column(
        "Difference",
        ("number", IMPACT),
        lambda row: Formula("{Sum of lines}-{In Results}", sum(row.lines) - row.total),
    ),
    Column(
        "Tolerance",
        ("number", IMPACT),
        lambda row: Formula(f"{row.near}*SUMPRODUCT(ABS({row.cells}))", row.tolerance),
    ),
    Column("Check", "verdict", lambda row: _test(WITHIN, holds=row.holds)),
)
SHARES = Table[Shares](
    Column("Shares", "text", lambda row: row.what),
    *[GAP] * 5,
    Column("Should be", ("number", PERCENT), lambda row: Formula("1", 1)),
    Column("Sum", ("number", PERCENT), lambda row: row.sum),
    GAP,
    Column("Difference", SMALL, lambda row: Formula("{Sum}-{Should be}", row.value - 1)),
    Column("Tolerance", SMALL, lambda row: Formula(row.slack, SLACK)),
    Column("Check", "verdict", lambda row: _test(row.test, holds=row.holds)),
)
BOUNDS = Table[Bounded](
    Column("Quantity", "text", lambda row: row.limit.path),
    *[GAP] * 3,
    Column("Above", "number", lambda row: row.bounds.above),
    Column("At least", "number", lambda row: row.bounds.low),
    Column("At most", "number", lambda row: row.bounds.high),
    Column(
        "Value",
        lambda row: ("number", PERCENT if row.is_share else "General"),
        lambda row: Formula(row.tape.text[row.limit.index], row.value),
    ),
    Column("Unit", "unit", lambda row: row.unit),
    *[GAP] * 2,
    Column("Check", "verdict", lambda row: _test(row.test, holds=row.holds)),
)
INTACT = Table[intact.Intact](
    Column("The workbook itself", "text", lambda row: row.what),
    *[GAP] * 5,
    Column("Should be", ("number", "0"), lambda row: row.value),
    Column("Found", ("number", "0"), lambda row: row.found),
    *[GAP] * 3,
    Column("Check", "verdict", lambda _: _test("{Found}={Should be}", holds=True)),
)
SINCE = Table[Since](
    *_case("Total"),
    Column("Exported", ("number", IMPACT), lambda row: row.value),
    Column("Now", ("number", IMPACT), lambda row: Formula(row.book.total_names[row.case], row.value)),
    Column("Unit", "unit", lambda row: row.book.result.unit(row.case[2])),
    Column("Change", ("number", CHANGE), lambda row: Formula("IF({Exported}=0,0,{Now}/{Exported}-1)", 0.0)),
)


def word(name: str) -> str:
    """The name of the cell that holds a word of the verdicts."""
    return f"word_{name.replace(' ', '_').lower()}"


def figures(book: Book) -> dict[str, tuple[Place, Place]]:
    """The cells of the published figure and of the verdict of each expectation."""
    return {
        verdict.key: (Place("Checks", EXPECTED.letter("Expected"), row), Place("Checks", VERDICT, row))
        for row, verdict in enumerate(book.verdicts, FIRST)
    }


def write(book: Book, tape: Tape, totals: Totals, shares: Sequence[tuple[str, str, float]]) -> None:
    """Write the sheet; `shares` are a label, a range and the sum of the sizes of shares that are shown."""
    page = book.pages["Checks"]
    page.widths(*(column.width for column in EXPECTED.columns))
    near = book.constant_named("tolerance", NEAR, "how far two ways to add the same figures may be apart")
    slack = book.constant_named(
        "slack_of_shares", SLACK, "how far shares may be from 100 % by rounding of what is written"
    )
    _summary(book, page)
    _expected(book, page, tape)
    first = page.rows.next
    start = page.rows.next
    kept = _table(
        page,
        N_("What is counted of the workbook itself; `lca review` compares formulas, labels, regions and years"),
        INTACT,
        intact.rows(book),
    )
    book.define("checks_itself", page.span(VERDICT, start, page.rows.next - 1))
    sums = _table(page, N_("Lines sum to totals"), SUMS, _sums(book, totals, near))
    whole = _table(page, N_("Shares sum to 100 %"), SHARES, _shares(book, tape, shares, slack))
    bounded = _table(page, N_("Quantities stay within their bounds"), BOUNDS, _bounds(book, tape))
    book.define("checks_verdicts", page.span(VERDICT, FIRST, FIRST + len(book.verdicts) - 1))
    book.define("checks_invariants", page.span(VERDICT, first, page.rows.next - 1))
    _table(page, N_("Totals since export"), SINCE, [Since(book, case) for case in totals])
    book.kept = len(kept)
    states = [row.holds for rows in (sums, whole, bounded) for row in rows]
    _count(book, page, [*states, *(True for _ in kept)])
    _finish(book, page)


def _table(page: Page, title: str, table: Table[R], rows: Iterable[R]) -> list[R]:
    """Write a table below what is there, as wide as its verdicts, and say what its rows are about."""
    width, written = max(len(table), EXPECTED.number("Verdict")), list(rows)
    page.rows.skip()
    page.section(_(title), width)
    table.head(page.rows, width)
    for row in written:
        table.write(page.rows, row)
    return written


# --- the summary -----------------------------------------------------------------------------------------------------


def _summary(book: Book, page: Page) -> None:
    """The words that verdicts are made of; how many there are of each is filled in last."""
    page.begin(_("Checks"), _(LEAD))
    page.rows.next = WORD_ROW + len(MEANINGS) + 1
    for row, name in enumerate(MEANINGS, WORD_ROW):
        book.define(word(name), page.place(WORDS.letter("Word"), row).fixed)
    for row, name in enumerate(("passed", "gaps", "failed", "all", "headline"), WORD_ROW + len(MEANINGS)):
        book.define(f"checks_{name}", page.place(WORDS.letter("How many"), row).fixed)
    book.define("values_changed", page.place(WORDS.letter("How many"), WORD_ROW + len(MEANINGS) + 5).fixed)


def _count(book: Book, page: Page, states: Sequence[bool]) -> None:
    get, after = book.styles.get, page.rows.next
    counts = {name: sum(verdict.verdict == name for verdict in book.verdicts) for name in MEANINGS}
    counts |= {"ok": sum(states), "FAILED": len(states) - sum(states)}
    page.rows.next = WORD_ROW - 1
    page.rows.line([*map(_, WORDS.heads)], book.styles.heads(WORDS.keys))
    rows = {name: WORDS.write(page.rows, (name, counts[name])) for name in MEANINGS}
    tally = book.tally = Tally(sum(counts[name] for name in PASSES), counts[GAP_KNOWN], sum(counts.values()))
    passing = "+".join(f"{WORDS.letter('How many')}{rows[name]}" for name in PASSES)
    gaps = f"{WORDS.letter('How many')}{rows[GAP_KNOWN]}"
    for label, value in (
        (N_("Checks that pass"), Formula(passing, tally.passed)),
        (N_("Known gaps"), Formula(gaps, tally.gaps)),
        (N_("Checks that fail, errors included"), Formula("checks_all-checks_passed-checks_gaps", tally.failed)),
        (N_("Checks in all, as exported"), float(tally.all)),
        (N_("In words"), Formula(_headline(book), tally.words)),
        (N_("Values changed since export"), Formula(_changed(book), 0)),
    ):
        page.rows.line([_(label), value], [get("total"), get("total", "0")])
    page.rows.next = after


def _headline(book: Book) -> str:
    """The tally in words: as many pass, or fail, of how many; errors in the cells that are counted pass for nothing."""
    text = book.constant_named
    of, passed, failed = (
        text("words_of", " of ", WORDS_OF_TALLY),
        text("words_pass", " pass", WORDS_OF_TALLY),
        text("words_fail", " fail", WORDS_OF_TALLY),
    )
    known, alarm = text("words_gaps", ", known gaps: ", WORDS_OF_TALLY), text("words_alarm", "FAIL: ", WORDS_OF_TALLY)
    gaps = f'IF(checks_gaps=0,"",{known}&checks_gaps)'
    bad = f"{alarm}&checks_failed&{of}&checks_all&{failed}"
    return f"IF(checks_failed=0,checks_passed&{of}&checks_all&{passed}&{gaps},{bad})"


def _changed(book: Book) -> str:
    """How many values are not as they were; a word where a cell shows an error, which cannot be compared."""
    error = book.constant_named("words_error", "an error", "stands where values cannot be counted")
    changed = "+".join(f"SUMPRODUCT(1*({what}_now<>{what}_exported))" for what in ("inputs", "factors"))
    return f"IFERROR({changed},{error})"


def _counted(name: str, count: int) -> Formula:
    where = "checks_invariants" if name in ("ok", "FAILED") else "checks_verdicts"
    return Formula(f"COUNTIF({where},{word(name)})", count)


WORDS = Table[tuple[str, int]](
    Column("Verdict", "strong", lambda row: row[0], key="Word"),
    Column("How many", ("number", "0"), lambda row: _counted(*row)),
    Column("Meaning", "unit", lambda row: _(MEANINGS[row[0]])),
)


# --- what the study expects ------------------------------------------------------------------------------------------


def _expected(book: Book, page: Page, tape: Tape) -> None:
    page.rows.next = FIRST - 3
    _table(page, N_("Figures expected"), EXPECTED, [Figure(book, tape, verdict) for verdict in book.verdicts])
    if not book.verdicts:
        page.rows.line(["The study expects no figures."], [book.styles.get("text")])


def _within(verdict: Verdict) -> float | None:
    return verdict.within if verdict.relation == "value" else None


def _if_met(verdict: Verdict) -> str:
    if verdict.verdict in ("reproduced", "fitted", "holds"):
        return verdict.verdict
    if verdict.basis == "target":
        return MET
    return "reproduced" if verdict.source else "holds"


# --- what holds of every study ---------------------------------------------------------------------------------------


def _sums(book: Book, totals: Totals, near: str) -> Iterator[Sum]:
    for case, (first, last) in ranges(book).items():
        yield Sum(book, case, str(totals[case]), f"Impacts!{LINES}{first}:{LINES}{last}", near)


def _shares(book: Book, tape: Tape, shown: Sequence[tuple[str, str, float]], slack: str) -> Iterator[Shares]:
    graph = book.graph
    named: dict[int, str] = {}
    for total in book.model.facts.sums:
        if tape.state[total.index] == OPEN:
            named.setdefault(total.index, total.what)
    for index, what in named.items():
        text = f"SUM({tape.text[index]})" if graph.op[index] == "input" else tape.text[index]
        yield Shares(what, Formula(text, book.values[index]), slack)
    for what, cells, size in shown:
        yield Shares(what, Formula(f"SUMPRODUCT(ABS({cells}))", size), slack, none=True)


def _bounds(book: Book, tape: Tape) -> Iterator[Bounded]:
    for index, limit in book.limits.items():
        if limit.bounds.exist and index in book.needed_set and tape.state[index] == OPEN:
            yield Bounded(book, tape, limit)


def _finish(book: Book, page: Page) -> None:
    page.sheet.freeze_panes("B3")
    rule = f"OR(${VERDICT}{FIRST}=word_failed,${VERDICT}{FIRST}=word_missed)"
    page.highlight(f"{VERDICT}{FIRST}:{VERDICT}{page.rows.next - 1}", rule, CHANGED)
    printed(page, book, EXPECTED.number("At"))
