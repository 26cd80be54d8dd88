"""A log priced: the figures of groups of requests, from sums that an engine makes and tapes that are compiled once.

`price` asks the engine which models, providers and regions there are, has a tape for each, says what is to be summed
(`plan`, `shapes`), and works out each group from its sums (`parts`). Where requests of a group take different sides of
a least or greatest, they are told apart by the side, or under draws, which move it, by bins of the ratio of the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import isfinite, prod
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np

from lca import samples
from lca.batch.dialect import Columns, Dialect, Engine, Told
from lca.batch.parts import Draws, drawn, figures
from lca.batch.plan import Plan, Product, Tape
from lca.batch.shapes import KEY, MAY_LACK, TOKENS, Key, Query, Rows, each_request, figures_of_each, query, rows
from lca.batch.sql import as_sql
from lca.graph import evaluate
from lca.problems import Problem, Problems, shortened
from lca.samples import Floats
from lca.samples.summary import HIGH, LOW
from lca.wording import listed, percent, plural

MOST_KEYS = 20_000  # models, providers and regions
MOST_GROUPS = 200_000  # rows of sums
COMPILING = 0.3  # part of the work that is a tape for each key
MOST_WHOLE = 2.0**63  # sums of integers


class Pricer(Protocol):
    """What has a tape for requests."""

    def tape(self, key: Key) -> Tape:
        """The tape of requests to a model. Problems where they cannot be priced, which say why."""


class Figure(NamedTuple):
    """A total of a group. low, high: the ends of the 95 % of the draws in the middle, where there are draws.

    bound: how far bins may be off in any draw, in the unit of the figure.
    """

    value: float
    low: float | None = None
    high: float | None = None
    bound: float = 0.0


class Group(NamedTuple):
    """Some requests: what they are grouped by, how many they are, the sums of their columns, and their totals.

    sums: tokens by class, and microseconds of latency of those that have one. unpriced: how many have no figures.
    """

    by: tuple[Any, ...]
    requests: int
    sums: Mapping[str, int]
    totals: Mapping[str, Figure]
    unpriced: int = 0


class Unpriced(NamedTuple):
    """Requests that have no figures, and why."""

    key: Key
    requests: int
    tokens: int
    why: str


class Priced(NamedTuple):
    """A log priced.

    columns: what its groups are by. units: of the totals. how: what is exact and what is not, in words. notes: of the
    tapes. left: sums of columns that requests with figures have, and their tapes do not take.
    """

    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    units: Mapping[str, str]
    unpriced: tuple[Unpriced, ...]
    how: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left: Mapping[str, int] = MappingProxyType({})


def price(
    engine: Engine,
    pricer: Pricer,
    by: Mapping[str, str] | Iterable[str] = (),
    *,
    table: str = "requests",
    draws: Draws | None = None,
    most: int = MOST_GROUPS,
    told: Told | None = None,
) -> Priced:
    """The figures of the groups of a table of requests.

    by: columns of the table, or names of groups, each with an expression over columns. draws: for an interval of each
    total. most: rows of sums that are taken in. Problems where there are more, or where a figure is not finite.
    """
    asked = dict(by) if isinstance(by, Mapping) else {name: name for name in by}
    plans = _Plans(pricer, is_drawn=draws is not None)
    plans.add(_keys(engine, table), told=part(told, 0.0, COMPILING))
    while True:
        made = plans.query(engine.dialect, [*asked.values()], most, table)
        sums = _Sums(engine.query(made.sql, part(told, COMPILING, 1.0)), tuple(asked))
        sums.check(most, wraps=engine.dialect.wraps)
        if plans.add(sums.places, made):
            return sums.priced(plans, made, draws)


class Each(NamedTuple):
    """A log with figures of each request. relation: to select from: `g0`, … what was asked by, and `columns` by figure.

    refused: why requests have none.
    """

    relation: str
    columns: Mapping[str, str]
    units: Mapping[str, str]
    refused: Mapping[Key, str]


def in_each(engine: Engine, pricer: Pricer, by: Iterable[str] = (), *, table: str = "requests") -> Each:
    """The figures of each request, row by row, in SQL written from the tapes; by expressions over columns."""
    plans = _Plans(pricer, is_drawn=False)
    plans.add(_keys(engine, table, f", case when {MAY_LACK} is null then 1 else 0 end as lacks"))
    units = plans.units
    made = {id(plan): (plan, each_request(plan)) for plan in plans.of.values()}
    each = {key: made[id(plan)] for key, plan in plans.of.items()}
    relation = figures_of_each(engine.dialect, each, [*by], [*units], table, plans.refused)
    return Each(relation, {name: f"f{place}" for place, name in enumerate(units)}, units, plans.refused)


def quantiles(
    engine: Engine,
    pricer: Pricer,
    at: Sequence[float],
    by: Mapping[str, str] | Iterable[str] = (),
    *,
    table: str = "requests",
    most: int = MOST_GROUPS,
    told: Told | None = None,
) -> dict[tuple[Any, ...], dict[str, tuple[float, ...]]]:
    """Quantiles of the figures of single requests, by group and figure: they never follow from sums.

    at: parts of the requests, 0.5 for the median; on a straight line between neighbours. by, most: as of `price`.
    """
    asked = dict(by) if isinstance(by, Mapping) else {name: name for name in by}
    made = in_each(engine, pricer, [*asked.values()], table=table)
    groups = [f"g{place}" for place in range(len(asked))]
    columns = {
        (n, part): engine.dialect.quantile.format(column, as_sql(part))
        for n, column in made.columns.items()
        for part in at
    }
    listed = [*groups, *(f"{text} as q{place}" for place, text in enumerate(columns.values()))]
    of_groups = f" group by {', '.join(groups)}" if groups else ""
    found = engine.query(f"select {', '.join(listed)} from {made.relation}{of_groups} limit {most + 1}", told)
    rows_of = [*zip(*found.values(), strict=True)]
    _refuse_too_many(len(rows_of), most, asked)
    count = len(groups)
    return {
        row[:count]: {name: row[count + place * len(at) :][: len(at)] for place, name in enumerate(made.columns)}
        for row in rows_of
    }


def _refuse_too_many(groups: int, most: int, asked: Iterable[str]) -> None:
    if groups > most:
        hint = f"ask for less than {', '.join(asked)} at once, or for days in place of hours"
        raise Problems([Problem(f"there are more than {most:,} groups", (), hint)])


def _keys(engine: Engine, table: str, more: str = "") -> list[Key]:
    """The keys of a table, as with a latency where `more` does not tell. Problems where there are too many."""
    found = engine.query(f"select distinct {', '.join(KEY)}{more} from {table} limit {MOST_KEYS + 1}")
    keys = [Key(*names[:3], *map(bool, names[3:])) for names in zip(*found.values(), strict=True)]
    if len(keys) > MOST_KEYS:
        hint = "are names of requests or of users among its models or regions?"
        raise Problems([Problem(f"the log has more than {MOST_KEYS:,} models, providers and regions", (), hint)])
    return keys


def part(told: Told | None, start: float, end: float) -> Told | None:
    """What a part of the work tells of the whole."""
    return None if told is None else lambda done: told(start + done * (end - start))


class _Plans:
    """The plan of each key, made once for each tape, and why others have none."""

    def __init__(self, pricer: Pricer, *, is_drawn: bool) -> None:
        self.pricer, self.is_drawn = pricer, is_drawn
        self.of: dict[Key, Plan] = {}
        self.refused: dict[Key, str] = {}
        self._rows: dict[Key, Rows] = {}
        self._made: dict[int, tuple[Plan, Rows]] = {}

    def add(self, keys: Collection[Key], made: Query | None = None, told: Told | None = None) -> bool:
        """Have a plan for some keys; whether a query has summed all that those need that are new."""
        enough = True
        for place, key in enumerate(keys):
            if told is not None:
                told(place / len(keys))
            if key in self.of or key in self.refused:
                continue
            if any(not isinstance(name, str) for name in key[: len(KEY)]):
                self.refused[key] = "no model, provider or region is stated, not even an empty one"
                continue
            try:
                tape = self.pricer.tape(key)
            except Problems as wrong:
                self.refused[key] = wrong.problems[0].message
                continue
            if id(tape) not in self._made:
                plan = Plan(tape)
                self._made[id(tape)] = plan, rows(plan, *((plan.binned, plan.apart) if self.is_drawn else ()))
            self.of[key], self._rows[key] = self._made[id(tape)]
            enough = enough and made is not None and made.has(self._rows[key])
        return enough

    @property
    def units(self) -> dict[str, str]:
        """The figures of all plans, each with its unit."""
        return {name: unit for plan in self.of.values() for name, unit in plan.tape.units.items()}

    def query(self, dialect: Dialect, by: Sequence[str], most: int, table: str) -> Query:
        """The query for all keys."""
        return query(dialect, self._rows, by, most, table)

    def columns(self, key: Key, made: Query) -> Mapping[Product, str]:
        """The column of the sums that has each product of a key."""
        return made.columns(key, self._rows[key])


# --- figures ----------------------------------------------------------------------------------------------------------


class _Sums:
    """The rows of sums of a log: parts of groups of one key, told apart as its plan needs them."""

    def __init__(self, cells: Columns, asked: tuple[str, ...]) -> None:
        self.cells, self.asked = cells, asked
        self.size = len(cells["n"])
        self._known: dict[str, Floats] = {}
        self.keys = [
            Key(model, provider, region, bool(lacks))
            for model, provider, region, lacks in zip(
                *(cells[name] for name in ("k0", "k1", "k2", "lacks")), strict=True
            )
        ]
        self.places: dict[Key, list[int]] = {}
        for place, key in enumerate(self.keys):
            self.places.setdefault(key, []).append(place)
        columns = [cells[f"g{place}"] for place in range(len(asked))]
        names = zip(*columns, strict=True) if columns else ((),) * self.size
        self.names: dict[tuple[Any, ...], int] = {}
        self.group = np.array([self.names.setdefault(name, len(self.names)) for name in names], dtype=np.intp)

    def check(self, most: int, *, wraps: bool) -> None:
        """Problems where there are too many groups, a request lacks tokens, or a sum came back wrong."""
        _refuse_too_many(self.size, most, self.asked)
        lacking = sum(self.cells["n"]) - sum(self.cells["whole"])
        if lacking:
            what = plural(lacking, "request has", "requests have")
            raise Problems([Problem(f"{what} no number of tokens of some class", (), "0 is a number of tokens")])
        checks = [each for name, each in self.cells.items() if wraps and name.startswith("c_")]
        if any(each is not None and each >= MOST_WHOLE for column in checks for each in column):
            raise Problems([Problem("a sum is beyond 2⁶³", (), "the numbers are too large to be those of requests")])

    def priced(self, plans: _Plans, made: Query, draws: Draws | None) -> Priced:
        """Every group with its totals. Problems where one is not finite."""
        units = plans.units
        size, count = len(self.names), 0 if draws is None else draws.samples
        has_bins = any(plan.binned for plan in plans.of.values())
        samples.refuse_too_many(count, (1 + has_bins) * len(units) * size, "samples")
        values = {name: np.zeros(size) for name in units}
        ends = {name: np.zeros((count, size)) for name in units}
        offs = {name: np.zeros((count if has_bins else 0, size)) for name in units}
        for key, plan in plans.of.items():
            places = self._sorted(key)
            group, sums = self.group[places], self._sums(key, plan, plans.columns(key, made), places)
            for name, each in figures(plan, sums).items():
                _add(values[name], np.broadcast_to(each, group.shape), group)
            bins = {choice.node: self._numbers(f"e{place}")[places] for place, choice in enumerate(plan.choices)}
            bins = {node: each for node, each in bins.items() if node in plan.binned}
            for some in drawn(plan, sums, bins, draws) if draws is not None and places.size else ():
                for into, of in ((ends, some.values), (offs, some.off)):
                    for name, each in of.items():
                        _add(into[name], each, group[some.rows])
        _refuse_infinite(values)
        off = {name: each.max(axis=0, initial=0.0) for name, each in offs.items()}
        spread = {name: np.quantile(each, (LOW, HIGH), axis=0).tolist() for name, each in ends.items() if count}

        def total(name: str, group: int) -> Figure:
            low, high = (each[group] for each in spread[name]) if count else (None, None)
            return Figure(float(values[name][group]), low, high, float(off[name][group]))

        totals = [{name: total(name, group) for name in units} for group in range(size)]
        how = _how(plans.of, {name: _relative(off[name], values[name]) for name in units} if count else None)
        notes = tuple(dict.fromkeys(note for plan in plans.of.values() for note in plan.tape.notes))
        groups, unpriced = self._groups(plans.refused, totals), self._unpriced(plans.refused)
        return Priced(self.asked, groups, units, unpriced, how, notes, self._left(plans.of))

    def _numbers(self, column: str) -> Floats:
        """A column of the sums; of nothing, 0."""
        if column not in self._known:
            self._known[column] = np.array([each or 0 for each in self.cells[column]], dtype=np.float64)
        return self._known[column]

    def _sorted(self, key: Key) -> Any:
        """The places of the sums of a key, those of a group beside one another."""
        places = np.array(self.places.get(key, ()), dtype=np.intp)
        return places[np.argsort(self.group[places], kind="stable")]

    def _sums(self, key: Key, plan: Plan, columns: Mapping[Product, str], places: Any) -> dict[Product, Floats]:
        """The sum of each product, in the units of the tape. Problems where one has no finite number."""
        sums: dict[Product, Floats] = {(): self._numbers("n")[places]}
        for product, column in columns.items():
            per = prod(plan.tape.leaves[node].per for node in product if node in plan.tape.leaves)
            sums[product] = self._numbers(column)[places] / per
        odd = self._numbers("odd")[places] == 1 if plan.whole or plan.real else np.zeros(places.size, dtype=bool)
        if odd.any():
            some = sum(self._numbers(f"t_{column.name}")[places][odd] for column in plan.tape.leaves.values())
            at_0 = evaluate(plan.graph, dict.fromkeys(plan.tape.leaves, 0.0))
            if np.any(some) or not all(isfinite(at_0[root]) for root in plan.tape.roots.values()):
                what = plural(int(sums[()][odd].sum()), "request has", "requests have")
                message = f"{what} no finite figures of {shortened(key.model)}"
                raise Problems(
                    [Problem(message, (), "some divide by a number that is 0: leave them out, or take another method")]
                )
        return sums

    # --- rows of the answer ---------------------------------------------------------------------------------------

    def _groups(self, refused: Mapping[Key, str], totals: list[dict[str, Figure]]) -> tuple[Group, ...]:
        columns = ["n", *(f"t_{name}" for name in (*TOKENS, MAY_LACK))]
        counts = [[0] * (len(columns) + 1) for _ in self.names]
        for place, group in enumerate(self.group):
            for column, name in enumerate(columns):
                counts[group][column] += self.cells[name][place] or 0
            counts[group][-1] += self.cells["n"][place] if self.keys[place] in refused else 0
        return tuple(
            Group(name, n, dict(zip((*TOKENS, MAY_LACK), each, strict=True)), own, unpriced)
            for name, (n, *each, unpriced), own in zip(self.names, counts, totals, strict=True)
        )

    def _left(self, plans: Mapping[Key, Plan]) -> dict[str, int]:
        """The sums of columns that tapes do not take, those that are something."""
        left = dict.fromkeys((*TOKENS, MAY_LACK), 0)
        for key, plan in plans.items():
            for name in plan.tape.left:
                left[name] += sum(self.cells[f"t_{name}"][place] or 0 for place in self.places.get(key, ()))
        return {name: each for name, each in left.items() if each}

    def _unpriced(self, refused: Mapping[Key, str]) -> tuple[Unpriced, ...]:
        found = []
        for key, why in refused.items():
            places = self.places.get(key, [])
            tokens = sum(self.cells[f"t_{name}"][place] or 0 for place in places for name in TOKENS)
            found.append(Unpriced(key, sum(self.cells["n"][place] for place in places), tokens, why))
        return tuple(sorted(found, key=lambda each: (-each.requests, each.key)))


def _add(into: Floats, values: Floats, group: Any) -> None:
    """Add values to the groups that they are of, which stand beside one another."""
    if group.size:
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        into[..., group[starts]] += np.add.reduceat(values, starts, axis=-1)


def _refuse_infinite(values: Mapping[str, Floats]) -> None:
    if not all(np.isfinite(each).all() for each in values.values()):
        raise Problems([Problem("the figures are not finite", (), "smaller numbers have figures")])


def _relative(off: Floats, values: Floats) -> float:
    """The largest of what groups are off, relative to them."""
    with np.errstate(all="ignore"):
        return float(np.max(np.where(off > 0, off / np.abs(values), 0.0), initial=0.0))


def _how(plans: Mapping[Key, Plan], off: Mapping[str, float] | None) -> tuple[str, ...]:
    """What is exact, and what is not, in words. off: how far bins may be off by criterion, where there are draws."""
    made = list(dict.fromkeys(plans.values()))
    lines = dict.fromkeys(line for plan in made for line in _how_of(plan, is_drawn=off is not None))
    if off and any(plan.binned for plan in made):
        most = ", ".join(f"{name} {percent(each)}" for name, each in off.items())
        lines[f"draws move which is taken; bins may be off, in any draw and group, by at most: {most}"] = None
    return ("sums of whole numbers, which any group has exactly", *lines) if made else ()


def _how_of(plan: Plan, *, is_drawn: bool) -> Iterator[str]:
    for choice in plan.choices:
        of = listed(dict.fromkeys(map(plan.name, plan.graph.args[choice.node])))
        word = f"the {'least' if choice.sign > 0 else 'greatest'} of {of}"
        is_binned = is_drawn and choice.node in plan.binned
        own = f"{plan.name(choice.node)}, " if choice.node in plan.graph.names else ""
        yield f"{own}{word}: {'by bins of their ratio' if is_binned else 'requests are told apart by which is taken'}"
    for node in plan.whole:
        yield f"{plan.name(node)}: rounded in each request, summed as whole numbers"
    for node in plan.real:
        yield f"{plan.name(node)}: worked out in each request, by SQL written from the tape"
    if is_drawn:
        held = [plan.name(node) for node in (*plan.whole, *plan.real) if node in plan.drawn]
        yield from (f"{name}: held as stated, since draws would need all requests again" for name in held)
