"""Checks: what the study expects, and what has to hold of any study, as formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lca import units
from lca.model.ledger import SLACK, Limit
from lca.result import Verdict
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Formula, Place, Value
from lca.workbook.writing.impacts import ranges
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import CHANGE, CHANGED, IMPACT, as_computed, as_written
from lca.workbook.writing.tape import OPEN, Tape
from lca.workbook.writing.validation import in_own_unit, limits_of

LEAD = (
    "Published figures that the study should meet, and what holds of every study. Verdicts are formulas, and follow "
    "each change."
)
NEAR = 1e-9  # relative: how far two ways to add the same figures may be apart
MEANINGS = {
    "reproduced": "the published figure is met, and no input was chosen by it",
    "fitted": "the published figure is met because an input was chosen so",
    "holds": "a relation of the study's own holds",
    "missed": "the figure is missed",
    "known gap": "the figure is missed, and the study says why",
    "ok": "what has to hold of every study holds",
    "FAILED": "it does not: an input is out of bounds, shares do not sum to 100 %, or a formula was overwritten",
}
WORD_ROW = 5  # the first word; below them, how many checks fail
FIRST = WORD_ROW + len(MEANINGS) + 4  # the first expectation
VERDICT = "L"
EXPECTED = (
    "Figure", "What", "Of", "Variant", "Criterion or flow", "Relation", "Expected", "Computed", "Unit", "Deviation",
    "Tolerance", "Verdict", "Why it is missed", "Source", "At", "Leans on fitted inputs", "Place",
)  # fmt: skip
SUMS = (
    "Total",
    "",
    "Of",
    "Variant",
    "Criterion",
    "",
    "In Results",
    "Sum of lines",
    "Unit",
    "Difference",
    "Tolerance",
    "Check",
)
SHARES = ("Shares", "", "", "", "", "", "Should be", "Sum", "", "Difference", "Tolerance", "Check")
BOUNDS = ("Quantity", "", "", "", "Above", "At least", "At most", "Value", "Unit", "", "", "Check")
SINCE = ("Total", "", "Of", "Variant", "Criterion", "", "Exported", "Now", "Unit", "Change", "", "")
PERCENT = "0.0%"
Totals = Mapping[tuple[str, str | None, str], Place]


def word(name: str) -> str:
    """The name of the cell that holds a word of the verdicts."""
    return f"word_{name.replace(' ', '_').lower()}"


def figures(book: Book) -> dict[str, tuple[Place, Place]]:
    """The cells of the published figure and of the verdict of each expectation."""
    return {
        verdict.key: (Place("Checks", "G", row), Place("Checks", VERDICT, row))
        for row, verdict in enumerate(book.verdicts, FIRST)
    }


def write(book: Book, tape: Tape, totals: Totals, shares: Sequence[tuple[str, str, float]]) -> None:
    """Write the sheet; `shares` are a label, a range and the sum of the sizes of shares that are shown."""
    page = book.pages["Checks"]
    page.widths(44, 36, 10, 13, 12, 10, 12, 12, 12, 11, 11, 13, 40, 18, 12, 26, 24)
    near = book.constant_named("tolerance", NEAR, "how far two ways to add the same figures may be apart")
    slack = book.constant_named(
        "slack_of_shares", SLACK, "how far shares may be from 100 % by rounding of what is written"
    )
    _summary(book, page)
    _expected(book, page, tape)
    first = page.rows.next
    states = [
        *_sums(book, page, totals, near),
        *_shares(book, page, tape, shares, slack),
        *_bounds(book, page, tape),
    ]
    book.define("checks_verdicts", page.span(VERDICT, FIRST, FIRST + len(book.verdicts) - 1))
    book.define("checks_invariants", page.span(VERDICT, first, page.rows.next - 1))
    _since_export(book, page, totals)
    _count(book, page, states)
    _finish(book, page)


def _heading(book: Book, page: Page, title: str, head: Sequence[str]) -> None:
    page.rows.skip()
    page.section(title, len(head))
    page.rows.line([name or None for name in head], book.styles.heads(head))


# --- the summary -----------------------------------------------------------------------------------------------------


def _summary(book: Book, page: Page) -> None:
    """The words that verdicts are made of; how many there are of each is filled in last."""
    page.begin("Checks", LEAD)
    page.rows.next = WORD_ROW + len(MEANINGS) + 1
    for row, name in enumerate(MEANINGS, WORD_ROW):
        book.define(word(name), page.place("A", row).fixed)
    book.define("checks_failed", page.place("B", WORD_ROW + len(MEANINGS)).fixed)


def _count(book: Book, page: Page, states: Sequence[bool]) -> None:
    get, after = book.styles.get, page.rows.next
    counts = {name: sum(verdict.verdict == name for verdict in book.verdicts) for name in MEANINGS}
    counts |= {"ok": sum(states), "FAILED": len(states) - sum(states)}
    page.rows.next = WORD_ROW - 1
    page.rows.line(["Verdict", "How many", "Meaning"], book.styles.heads(("Word", "How many", "Meaning")))
    for name, meaning in MEANINGS.items():
        where = "checks_invariants" if name in ("ok", "FAILED") else "checks_verdicts"
        count = Formula(f"COUNTIF({where},{word(name)})", counts[name])
        page.rows.line([name, count, meaning], [get("strong"), get("number", "0"), get("unit")])
    missed, failed = (WORD_ROW + list(MEANINGS).index(name) for name in ("missed", "FAILED"))
    total = Formula(f"B{missed}+B{failed}", counts["missed"] + counts["FAILED"])
    page.rows.line(["Checks that fail", total], [get("total"), get("total", "0")])
    page.rows.next = after


# --- what the study expects ------------------------------------------------------------------------------------------


def _expected(book: Book, page: Page, tape: Tape) -> None:
    page.rows.next = FIRST - 3
    _heading(book, page, "Figures expected", EXPECTED)
    for verdict in book.verdicts:
        _verdict(book, page, tape, verdict)
    if not book.verdicts:
        page.rows.line(["The study expects no figures."], [book.styles.get("text")])


def _verdict(book: Book, page: Page, tape: Tape, verdict: Verdict) -> None:
    get, row = book.styles.get, page.rows.next
    published, computed = _published(book, tape, verdict), _of_node(tape, verdict.node, verdict.computed)
    share = verdict.unit == "1"
    number = (
        PERCENT if share and max(abs(verdict.computed), abs(verdict.published)) <= 1 else as_computed(verdict.computed)
    )
    name = book.criterion_labels.get(verdict.criterion, verdict.criterion)
    title = verdict.title or verdict.words or f"{name} of {book.unit_labels.get(verdict.of, verdict.of)}"
    leaning = ", ".join(f"{path}: {slope:+.2f}" for path, slope in verdict.leaning.items() if slope)
    cells: list[tuple[Value, int]] = [
        (verdict.key, get("text")),
        (title, get("wrapped")),
        (book.unit_labels.get(verdict.of, verdict.of), get("text")),
        (book.variant_labels.get(verdict.variant, verdict.variant), get("text")),
        (name, get("text")),
        (verdict.relation.replace("_", " "), get("text")),
        (published, get("number", number)),
        (computed, get("number" if isinstance(computed, Formula) else "withheld", number)),
        (None if share else verdict.unit, get("unit")),
        (Formula(f"IF(G{row}=0,1*(H{row}<>0),H{row}/G{row}-1)", _deviation(verdict)), get("number", CHANGE)),
        (verdict.within if verdict.relation == "value" else None, get("number", PERCENT)),
        (Formula(_met(verdict, row), verdict.verdict), get("verdict")),
        *((text or None, get("wrapped")) for text in (verdict.reason, verdict.source, _at(verdict), leaning)),
        (verdict.place.rpartition("/")[2], get("faint")),
    ]
    page.rows.line([value for value, _ in cells], [style for _, style in cells])


def _at(verdict: Verdict) -> str:
    return ", ".join(part for part in (verdict.at, verdict.via and f"via {verdict.via}") if part)


def _published(book: Book, tape: Tape, verdict: Verdict) -> Value:
    if verdict.bound < 0 or tape.state[verdict.bound] != OPEN:
        return verdict.published
    source, target = (book.graph.unit[node] for node in (verdict.bound, verdict.node))
    text = tape.part(verdict.bound, 2)[0]
    factor = units.scale(source, target)
    convert = "" if factor in (None, 1) else f"*{book.convert(source, target, factor or 1)}"
    return Formula(f"{text}{convert}", verdict.published)


def _of_node(tape: Tape, node: int, value: float) -> Value:
    return Formula(tape.text[node], value) if node >= 0 and tape.state[node] == OPEN else value


def _deviation(verdict: Verdict) -> float:
    if not verdict.published:
        return 1.0 if verdict.computed else 0.0
    return verdict.computed / verdict.published - 1


def _met(verdict: Verdict, row: int) -> str:
    tests = {"at_least": f"H{row}>=G{row}", "at_most": f"H{row}<=G{row}", "below": f"H{row}<G{row}"}
    test = tests.get(verdict.relation, f"ABS(J{row})<=K{row}")
    return f"IF({test},{word(_if_met(verdict))},{word('known gap' if verdict.reason else 'missed')})"


def _if_met(verdict: Verdict) -> str:
    if verdict.verdict in ("reproduced", "fitted", "holds"):
        return verdict.verdict
    return "reproduced" if verdict.source else "holds"


# --- what holds of every study ---------------------------------------------------------------------------------------


def _test(book: Book, page: Page, values: Sequence[Value], styles: Sequence[int], test: str, *, holds: bool) -> bool:
    """A row that ends with a verdict: ok or FAILED."""
    verdict = Formula(f"IF({test},word_ok,word_failed)", "ok" if holds else "FAILED")
    page.rows.line([*values, verdict], [*styles, book.styles.get("verdict")])
    return holds


def _sums(book: Book, page: Page, totals: Totals, near: str) -> Iterator[bool]:
    _heading(book, page, "Lines sum to totals", SUMS)
    get, at = book.styles.get, ranges(book)
    styles = [*[get("text")] * 6, *[get("number", IMPACT)] * 2, get("unit"), *[get("number", IMPACT)] * 2]
    for case, (first, last) in at.items():
        row, cells = page.rows.next, f"Impacts!N{first}:N{last}"
        lines = [book.values[line.impact] for line in book.by_total[case]]
        total, size = book.values[book.model.totals[case]], sum(map(abs, lines))
        values: list[Value] = [
            book.total_names[case], None, book.unit_labels[case[0]], book.variant_labels[case[1]],
            book.criterion_labels[case[2]], None, Formula(str(totals[case]), total),
            Formula(f"SUM({cells})", sum(lines)), book.result.unit(case[2]),
            Formula(f"H{row}-G{row}", sum(lines) - total),
            Formula(f"{near}*SUMPRODUCT(ABS({cells}))", NEAR * size),
        ]  # fmt: skip
        yield _test(book, page, values, styles, f"ABS(J{row})<=K{row}", holds=abs(sum(lines) - total) <= NEAR * size)


def _shares(book: Book, page: Page, tape: Tape, shown: Sequence[tuple[str, str, float]], slack: str) -> Iterator[bool]:
    _heading(book, page, "Shares sum to 100 %", SHARES)
    graph = book.graph
    named: dict[int, str] = {}
    for total in book.model.ledger.totals:
        if tape.state[total.index] == OPEN:
            named.setdefault(total.index, total.what)
    for index, what in named.items():
        text = f"SUM({tape.text[index]})" if graph.op[index] == "input" else tape.text[index]
        yield _whole(book, page, what, Formula(text, book.values[index]), slack)
    for what, cells, size in shown:
        yield _whole(book, page, what, Formula(f"SUMPRODUCT(ABS({cells}))", size), slack, none=True)


def _whole(book: Book, page: Page, what: str, sum_: Formula, slack: str, *, none: bool = False) -> bool:
    """A row that tests for 100 %; `none` allows for nothing at all."""
    get, row = book.styles.get, page.rows.next
    value = float(sum_.value)
    test = f"ABS(J{row})<=K{row}"
    values: list[Value] = [
        what, *[None] * 5, Formula("1", 1), sum_, None, Formula(f"H{row}-G{row}", value - 1), Formula(slack, SLACK)
    ]  # fmt: skip
    styles = [*[get("text")] * 6, *[get("number", PERCENT)] * 2, get("text"), *[get("number", "0.0E+00")] * 2]
    holds = abs(value - 1) <= SLACK or (none and value == 0)
    return _test(book, page, values, styles, f"OR({test},H{row}=0)" if none else test, holds=holds)


def _bounds(book: Book, page: Page, tape: Tape) -> Iterator[bool]:
    _heading(book, page, "Quantities stay within their bounds", BOUNDS)
    for index, limit in limits_of(book).items():
        if limit.bounds.exist and index in book.needed_set and tape.state[index] == OPEN:
            yield _bound(book, page, tape, limit)


def _bound(book: Book, page: Page, tape: Tape, limit: Limit) -> bool:
    get, row, value = book.styles.get, page.rows.next, book.values[limit.index]
    bounds, unit = in_own_unit(limit), str(book.graph.unit[limit.index])
    tests = [
        f"H{row}{sign}{column}{row}"
        for column, sign, end in (("E", ">", bounds.above), ("F", ">=", bounds.low), ("G", "<=", bounds.high))
        if end is not None
    ]
    ends: list[Value] = [bounds.above, bounds.low, bounds.high]
    number = get("number", "General")
    values: list[Value] = [
        limit.path, None, None, None, *ends, Formula(tape.text[limit.index], value), None if unit == "1" else unit,
        None, None,
    ]  # fmt: skip
    styles = [*[get("text")] * 4, *[number] * 3, get("number", as_written(value)), get("unit"), *[get("text")] * 2]
    test = f"AND({','.join(tests)})" if len(tests) > 1 else tests[0]
    return _test(book, page, values, styles, test, holds=limit.bounds.allows(value * limit.factor))


def _since_export(book: Book, page: Page, totals: Totals) -> None:
    """What the reader's changes did to the totals."""
    _heading(book, page, "Totals since export", SINCE)
    get = book.styles.get
    styles = [*[get("text")] * 6, *[get("number", IMPACT)] * 2, get("unit"), get("number", CHANGE)]
    for case in totals:
        row, value = page.rows.next, book.values[book.model.totals[case]]
        values: list[Value] = [
            book.total_names[case], None, book.unit_labels[case[0]], book.variant_labels[case[1]],
            book.criterion_labels[case[2]], None, value, Formula(book.total_names[case], value),
            book.result.unit(case[2]),
            Formula(f"IF(G{row}=0,0,H{row}/G{row}-1)", 0.0),
        ]  # fmt: skip
        page.rows.line(values, styles)


def _finish(book: Book, page: Page) -> None:
    page.sheet.freeze_panes("B3")
    last = page.rows.next - 1
    rule = f"OR($L{FIRST}=word_failed,$L{FIRST}=word_missed)"
    page.highlight(f"L{FIRST}:L{last}", rule, CHANGED)
    printed(page, book, "O")
