"""A log priced, as readers are told: what groups come to, what has no figures, and an account of every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.batch.price import Group, Priced
from lca.batch.rows import Account
from lca.batch.shapes import MAY_LACK, TOKENS
from lca.model.criteria import Criterion
from lca.problems import shortened
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.wording import NONE, figure, grouped, percent, some

COUNTS = ("requests", "unpriced", *(f"{name}_tokens" for name in TOKENS))
FIGURES = ("criterion", "value", "low", "high", "off", "mean", "unit")
MOST_ROWS = 40  # groups that people are shown
MOST_NAMES = 10  # models without figures
MOST_NOTES = 8
MEAN = "a request, on average"
ALL = "all"
WIDEST = 24  # signs of a name


class Budget(NamedTuple):
    """A budget of a request: its name, its criterion, what may be at most, and the mean of the log, in one unit."""

    name: str
    criterion: str
    at_most: float
    mean: float
    unit: str

    @property
    def is_kept(self) -> bool:
        """Whether the mean is at most what it may be, but for rounding."""
        return self.mean <= self.at_most * (1 + 1e-9)


class Told(NamedTuple):
    """What there is to say of a log: by whom it is priced, the figures, and what became of its rows.

    unchecked: the names of budgets that a log does not answer.
    """

    by: str
    priced: Priced
    account: Account
    criteria: Mapping[str, Criterion]
    budgets: Sequence[Budget] = ()
    unchecked: Sequence[str] = ()


def report(of: Told) -> Report:
    """Figures by group, and under them what they rest on."""
    blocks: list[Block] = [Heading(_title(of), 1), Prose(_headline(of)), *_table(of)]
    entries = tuple(_entries(of))
    return Report((*blocks, Entries(entries)), (*of.priced.columns, *COUNTS, *FIGURES), tuple(records(of.priced)))


def records(priced: Priced) -> Iterator[Record]:
    """A record a group and criterion; `mean`: of a request that has figures. off: how far bins may be off.

    Of a group of which no request has figures there are none.
    """
    for group in priced.groups:
        own = dict(zip(priced.columns, group.by, strict=True))
        own |= {"requests": group.requests, "unpriced": group.unpriced}
        own |= {f"{name}_tokens": group.sums[name] for name in TOKENS}
        counted = group.requests - group.unpriced
        for criterion, total in group.totals.items():
            ends = {"value": total.value, "low": total.low, "high": total.high, "off": total.bound}
            ends = ends if counted else dict.fromkeys(ends)
            mean = total.value / counted if counted else None
            yield own | {"criterion": criterion, "unit": priced.units[criterion]} | ends | {"mean": mean}


def _title(of: Told) -> str:
    return f"{_many(of.account.requests, 'request')} by {of.by}"


def _headline(of: Told) -> str:
    """How much of the log has figures."""
    every = sum(_tokens(group) for group in of.priced.groups)
    without = sum(each.tokens for each in of.priced.unpriced)
    requests = sum(each.requests for each in of.priced.unpriced)
    rejected = sum(each.rows for each in of.account.left)
    none = "is no request or cannot be read" if rejected == 1 else "are no requests or cannot be read"
    said = f"Of {_many(of.account.read, 'row')} in {_many(of.account.files, 'file')}, {grouped(rejected)} {none}. "
    left = sum(each for name, each in of.priced.left.items() if name in TOKENS)
    whose = "Of the others" if requests else "Of these"
    more = f" {whose}, {percent(left / (every - without))} are of classes that are not counted." if left else ""
    if not requests:
        return f"{said}All {grouped(every)} tokens are of requests that have figures.{more}"
    share = percent(without / every) if every else percent(1.0)
    return f"{said}{share} of all tokens have no figures: those of {_many(requests, 'request')}, named below.{more}"


def _many(count: int, what: str) -> str:
    return f"{grouped(count)} {what}{'' if count == 1 else 's'}"


def _tokens(group: Group) -> int:
    return sum(group.sums[name] for name in TOKENS)


# --- the table --------------------------------------------------------------------------------------------------------


def _table(of: Told) -> Iterator[Block]:
    """A row a group, all of them together, and a request on average."""
    groups, units = of.priced.groups, of.priced.units
    if not units:
        return
    heads = [Column(name, fold=True) for name in of.priced.columns] or [Column()]
    labels = {key: of.criteria[key] for key in units}
    columns = [
        *heads,
        Column("requests", right=True),
        *(Column(f"{key}\n{labels[key].unit_label}", right=True) for key in units),
    ]
    rows = [_row(group, of) for group in groups[:MOST_ROWS]] if of.priced.columns else []
    counted = sum(group.requests - group.unpriced for group in groups)
    totals = {key: sum(group.totals[key].value for group in groups) for key in units}
    blanks = [""] * (len(heads) - 1)
    rows.append(row(ALL, *blanks, grouped(counted), *(figure(each) for each in totals.values()), tone="strong"))
    means = [figure(each / counted) if counted else NONE for each in totals.values()]
    rows.append(row(MEAN, *blanks, "", *means, tone="faint"))
    yield Grid(tuple(columns), tuple(rows))
    if len(groups) > MOST_ROWS:
        yield Prose(f"{grouped(len(groups) - MOST_ROWS)} more groups are in --format csv or json, or -o.", "faint")


def _row(group: Group, of: Told) -> Row:
    names = [shortened(str(each), WIDEST) if each not in (None, "") else NONE for each in group.by]
    cells = [grouped(group.requests - group.unpriced)]
    remarks = []
    for key, unit in of.priced.units.items():
        total = group.totals[key]
        cells.append(figure(total.value) if group.requests > group.unpriced else NONE)
        if total.low is not None and total.high is not None:
            remarks.append(f"{key} {figure(total.low)} to {figure(total.high)} {unit}")
    return row(*names, *map(Cell, cells), remarks=remarks)


# --- what they rest on ------------------------------------------------------------------------------------------------


def _entries(of: Told) -> Iterator[Entry]:
    for each in of.budgets:
        verdict = "is kept" if each.is_kept else "is missed"
        said = f"{each.criterion}: {figure(each.mean)} {each.unit} a request, at most {figure(each.at_most)}"
        yield Entry(f"budget {each.name} {verdict}", (said,))
    for name in of.unchecked:
        yield Entry(
            f"budget {name} is not checked", ("a log is held to at_most of the functional unit by a criterion",)
        )
    yield Entry("Rows", tuple(_rows(of.account)))
    without = _without(of.priced)
    named = [
        f"{_named(model, region)}: {_many(requests, 'request')}, {_many(tokens, 'token')}: {why}"
        for (model, region, why), (requests, tokens) in without[:MOST_NAMES]
    ]
    more = len(without) - len(named)
    if named:
        way = "a map says what they are: --map MAP.yaml with log: {models: {name of the log: key of the catalogue}}"
        yield Entry("Without figures", (*named, *([f"and {grouped(more)} more"] if more else []), way))
    if of.priced.left:
        yield Entry("Not counted", tuple(_left(of.priced)))
    if of.priced.how:
        yield Entry("How", of.priced.how)
    notes = of.priced.notes
    if notes:
        rest = len(notes) - MOST_NOTES
        yield Entry(
            "Rests on", (*notes[:MOST_NOTES], *([f"and {grouped(rest)} more notes on models"] if rest > 0 else []))
        )


def _without(priced: Priced) -> list[tuple[tuple[str, str, str], tuple[int, int]]]:
    """Models and regions that have no figures, and why: how many requests and tokens, the most first."""
    made: dict[tuple[str, str, str], tuple[int, int]] = {}
    for each in priced.unpriced:
        name = (each.key.model, each.key.region, each.why)
        requests, tokens = made.get(name, (0, 0))
        made[name] = (requests + each.requests, tokens + each.tokens)
    return sorted(((name, own) for name, own in made.items() if own[0]), key=lambda each: (-each[1][1], each[0]))


def _left(priced: Priced) -> Iterator[str]:
    """What requests state and their methods do not take."""
    left = [(name.replace("_", " "), each) for name, each in priced.left.items() if name in TOKENS]
    tokens = [f"{name} {_many(each, 'token')}" for name, each in left]
    if tokens:
        yield f"since the method does not take them: {', '.join(tokens)}"
    if MAY_LACK in priced.left:
        yield "since the method does not take it: the latency of requests"


def _named(model: str, region: str) -> str:
    return f"{shortened(model)}{f' in {shortened(region)}' if region else ''}"


def _rows(account: Account) -> Iterator[str]:
    """Every row, once: those that are priced, and why others are not."""
    yield f"{grouped(account.read)} read, as many as were counted: {_many(account.requests, 'request')}"
    for each in account.left:
        where = f" ({some(each.examples, len(each.examples))})" if each.examples else ""
        yield f"{grouped(each.rows)} left out: {each.reason}{where}"
    if account.twice:
        differ = (
            f"; {grouped(account.differ)} with other numbers, of which the most tokens count" if account.differ else ""
        )
        yield f"{grouped(account.twice)} written again{differ}"
    if account.holding:
        yield f"{grouped(account.holding)} left out: requests that hold others, which count in their place"
    if account.bare:
        yield f"of {_many(account.bare, 'request')} no input tokens are stated: none are counted"
