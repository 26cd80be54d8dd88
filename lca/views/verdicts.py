"""What became of the figures that scenarios expect: a line for each, and the count."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Checked, summarised
from lca.problems import Problem
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import COLUMNS, TONE, Verdict
from lca.spoken import _, n_, told
from lca.wording import NONE, clauses, deviation, figure, listed, localised, percent, quantity, significant, unit_words

SIGNS = {"value": "", "at_least": "≥ ", "at_most": "≤ ", "below": "< "}
WIDEST = 4  # digits of a pure number above one
SEEN = ("missed", "known gap", "budget missed")  # verdicts of figures that differ from what they are held against
FIELDS = (
    "scenario", "key", "title", "of", "variant", "criterion", "published", "computed", "unit", "deviation", "relation",
    "within", "verdict", "reason", "source", "at", "place", "leaning", "basis", "via", "words", "draws_met",
    "statistic", "bound_statistic", "samples", "seed",
)  # fmt: skip


def report(checked: list[Checked]) -> Report:
    """Every verdict, scenario by scenario."""
    blocks = [block for one in checked for block in _scenario(one)]
    summary = Prose(summarised(checked), "strong")
    records = tuple(record for one in checked for record in _records(one))
    return Report((*blocks, summary), FIELDS, records)


def _scenario(one: Checked) -> Iterator[Block]:
    yield Heading(one.scenario)
    if one.problems:
        yield Prose(n_("not checked: {count} problem", "not checked: {count} problems", len(one.problems)), "bad")
        return
    if one.verdicts:
        columns = (
            Column(_("verdict")), Column(_("figure"), fold=True), Column(_("computed"), right=True),
            Column(_head(one.verdicts), right=True), Column(_("deviation"), right=True),
        )  # fmt: skip
        yield Grid(columns, tuple(_row(v, one.labels) for v in one.verdicts))
    else:
        yield Prose(_("expects no figure"), "faint")
    yield _invariants(one)
    if one.findings:
        yield Entries(tuple(_finding(each) for each in one.findings))


def _invariants(one: Checked) -> Prose:
    """What has to hold beside the figures, and whether it does."""
    broken = sum(bool(each.broken) for each in one.invariants)
    if broken:
        words = n_(
            "{broken} of {count} invariant do not hold", "{broken} of {count} invariants do not hold",
            len(one.invariants), broken=broken,
        )  # fmt: skip
        return Prose(words, "bad")
    columns = listed(map(_, COLUMNS))
    return Prose(_("parts sum to totals, and shares to 100 %, by {columns}", columns=columns), "faint")


def _finding(finding: Problem) -> Entry:
    place = f"{finding.spans[0]}: " if finding.spans else ""
    return Entry(_("strict"), tuple(filter(None, (f"{place}{finding.message}", *finding.hint.split("\n")))))


def _head(verdicts: list[Verdict]) -> str:
    """What the figures are that others are held against."""
    first, *others = sorted({v.said for v in verdicts}, reverse=True)
    return "\n".join((_(first), *(_("or {name}", name=_(other)) for other in others)))


def _row(v: Verdict, labels: dict[str, str]) -> Row:
    computed, bound = _told(v)
    apart = _deviation(v) if v.relation == "value" else NONE
    cells = (_what(v, labels), computed, SIGNS[v.relation] + bound, apart)
    return row(Cell(_(v.verdict), TONE[v.verdict]), *cells, remarks=_remarks(v))


def _what(v: Verdict, labels: dict[str, str]) -> str:
    case = f"{v.of}, {v.variant}" if v.variant else v.of
    unit = f", {unit_words(v.unit)}" if v.unit not in ("", "1") else ""
    what = _("{criterion} of {case}", criterion=labels.get(v.criterion, v.criterion), case=case)
    return f"{told(v.title or v.words) or what}{unit}"


def _told(v: Verdict) -> tuple[str, str]:
    """The figure and what it is held against, with as many digits as it takes to see that they differ."""
    shown = _shown(v.computed, v.unit), _shown(v.published, v.unit)
    if shown[0] != shown[1] or v.verdict not in SEEN or v.computed == v.published:
        return shown
    texts = ((significant(v.computed, digits), significant(v.published, digits)) for digits in range(WIDEST, 17))
    return next((pair for pair in texts if pair[0] != pair[1]), shown)


def _deviation(v: Verdict) -> str:
    """How far the figure is from the printed one; of one that is missed, never nothing."""
    said = deviation(v.deviation)
    is_none = said in (deviation(0.0), deviation(-0.0)) and v.deviation
    return localised(f"{v.deviation * 100:+.1g} %") if v.verdict in SEEN and is_none else said


def _shown(value: float, unit: str) -> str:
    """A figure; a pure number as a share, unless it is more than the whole."""
    if unit in ("", "1"):
        return percent(value) if abs(value) <= 1 else significant(value, WIDEST)
    return figure(value)


def _remarks(v: Verdict) -> Iterator[str]:
    source = v.cited or (_("a target") if v.basis == "target" else _("derived here"))
    within = _("within {share}", share=quantity(v.within * 100, "%")) if v.relation == "value" else ""
    yield clauses(part for part in (_("{what}: {reason}", what=v.key, reason=source), within) if part)
    if v.samples:
        yield v.drawn
    if v.draws_met is not None:
        yield _("met in {share} of the draws over the ranges of the inputs", share=percent(v.draws_met))
    if v.leaning and v.verdict != "fitted":
        slopes = (f"{path} {localised(f'{slope:+.2f}')}" for path, slope in v.leaning.items())
        yield _("leans on {inputs}", inputs=", ".join(slopes))
    if v.reason and v.verdict == "known gap":
        yield _("known gap: {reason}", reason=v.reason)


def _records(one: Checked) -> Iterator[Record]:
    """A record for each verdict, problem and finding; the last two have a message for a title, and the way out."""
    yield from ({"scenario": one.scenario, **v._asdict()} for v in one.verdicts)
    for word, problems in (("problem", one.wrong), ("strict", one.findings)):
        for p in problems:
            place = str(p.spans[0]) if p.spans else ""
            yield {"scenario": one.scenario, "title": p.message, "verdict": word, "reason": p.hint, "place": place}
