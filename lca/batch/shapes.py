"""One query for all keys: what an engine works out in each request, by the shape of their tapes, and what it sums.

Keys whose tapes differ in numbers alone have one shape, and one text of SQL. The numbers stand in a table that is
joined by as few of model, provider and region as tell them apart, or in the text where all keys have the same. Where
nothing is worked out in each request, nothing is joined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from lca.batch.dialect import Dialect
from lca.batch.plan import Choice, Column, Plan, Product
from lca.batch.sql import Level, Written, as_sql, nested, written

TOKENS = ("input", "cache_write", "cache_read", "reasoning", "output")
MAY_LACK = "latency"  # the one column that a request may lack
KEY = ("model", "provider", "region")
LARGE = 9e15  # beyond it a double holds no whole number of its own
LARGEST = 1.7976931348623157e308
EDGES = 16  # bins on either side of where both are alike
PER_DOUBLING = 8  # bins
OWN = "~"  # before names of a shape, until it has a number


class Key(NamedTuple):
    """What a tape is compiled for: as the log has it, and whether requests lack a latency."""

    model: str
    provider: str
    region: str
    lacks: bool = False


class Rows(NamedTuple):
    """What is worked out in each request of a plan. keys: by which requests are told apart; odd: whether one has no
    finite number. sums: the text of each product. numbers: that fill the places of all texts.
    """

    levels: tuple[Level, ...]
    keys: tuple[str, ...]
    odd: str
    sums: Mapping[Product, str]
    numbers: tuple[float, ...]

    @property
    def shape(self) -> object:
        """What keys of one text have in common."""
        return self.levels, self.keys, self.odd, tuple(self.sums.values())

    @property
    def is_plain(self) -> bool:
        """Whether nothing is worked out in each request."""
        return not self.levels and not self.keys


def edges() -> list[float]:
    """Where bins of a ratio end, each up to and with its edge; the middle one is 1."""
    return [2.0 ** (step / PER_DOUBLING) for step in range(1 - EDGES, EDGES)]


def rows(plan: Plan, binned: Iterable[int] = (), apart: Iterable[int] = ()) -> Rows:
    """What is worked out in each request of a plan, to be summed.

    binned: choices by whose ratio requests are told apart. apart: rounded nodes by whose value they are.
    """
    asked = [node for choice in plan.choices for node in plan.graph.args[choice.node]]
    made, levels = _worked(plan, [*asked, *plan.whole, *plan.real], ())
    whole = {node: f"{OWN}w{place}" for place, node in enumerate(plan.whole)}
    if whole:
        levels = (*levels, tuple((name, _whole(made.words[node])) for node, name in whole.items()))
    told = {*binned}
    keys = [_key(choice, plan, made, is_binned=choice.node in told) for choice in plan.choices]
    keys += [f"least(greatest({whole[node]}, -1), {EDGES})" for node in apart]
    below = dict.fromkeys(plan.whole, LARGE) | dict.fromkeys(plan.real, LARGEST)
    finite = " and ".join(_is(made.words[node], most) for node, most in below.items())
    names = {node: column.name for node, column in plan.tape.leaves.items()} | whole
    names |= {
        node: f"case when {_is(made.words[node], LARGEST)} then {made.words[node]} else 0e0 end" for node in plan.real
    }
    sums = {product: " * ".join(names[node] for node in product) for product in plan.products if product}
    texts = {product: f"sum({text})" if {*product} & {*plan.real} else _sum(text) for product, text in sums.items()}
    odd = f"case when {finite} then 0 else 1 end" if finite else ""
    return Rows(levels, tuple(keys), odd, texts, tuple(plan.values[slot] for slot in made.slots))


def each_request(plan: Plan) -> Rows:
    """The figures of each request of a plan: `sums` are their texts, each by the node of the figure."""
    chosen = [choice.node for choice in plan.choices]
    factors = {node for terms in plan.terms.values() for product in terms for node in product}
    made, levels = _worked(plan, [*chosen, *plan.whole, *plan.real], factors)
    names = {node: _name(column) for node, column in plan.tape.leaves.items()} | dict(made.words)
    numbers = [plan.values[slot] for slot in made.slots]
    texts: dict[Product, str] = {}
    for name, terms in plan.terms.items():
        words = []
        for product, node in terms.items():
            words.append(" * ".join((f"{{{len(numbers)}}}", *(names[factor] for factor in product))))
            numbers.append(plan.values[node.index])
        texts[(plan.tape.roots[name],)] = " + ".join(words) or "0e0"
    return Rows(levels or (((f"{OWN}all", "1e0"),),), (), "", texts, tuple(numbers))


def _worked(plan: Plan, nodes: Iterable[int], more: Collection[int]) -> tuple[Written, tuple[Level, ...]]:
    """Nodes in SQL, and the levels of names that they need, first the columns that they are of, and some more."""
    asked = list(dict.fromkeys(nodes))
    used = {*plan.graph.below(asked), *more} if asked or more else set()
    columns = [(node, column) for node, column in plan.tape.leaves.items() if node in used]
    names = {node: _name(column) for node, column in columns}
    made = written(plan.graph, plan.values, asked, names, plan.moving, OWN)
    doubles = tuple((_name(column), _double(column.name, column.per)) for _, column in columns)
    return made, ((doubles, *made.levels) if doubles else ())


def _name(column: Column) -> str:
    """What a column is called as a double, in the unit of the tape."""
    return f"d_{column.name}"


def _sum(text: str) -> str:
    """A sum of whole numbers, which is an error beyond 2⁶³ where engines would make another type of it."""
    return f"cast(sum({text}) as bigint)"


def _in_doubles(text: str) -> str:
    """The same sum of numbers that do not wrap; times 1, since Sail 0.7 calls a cast and what is cast alike."""
    factors = text.removeprefix("cast(sum(").removesuffix(") as bigint)").split(" * ")
    return f"sum(1e0 * {' * '.join(f'cast({factor} as double)' for factor in factors)})"


def _double(name: str, per: float) -> str:
    return f"cast({name} as double)" + (f" / {as_sql(per)}" if per != 1 else "")


def _is(word: str, below: float) -> str:
    return f"abs({word}) <= {as_sql(below)}"


def _whole(word: str) -> str:
    return f"case when {_is(word, LARGE)} then cast({word} as bigint) else 0 end"


def _key(choice: Choice, plan: Plan, made: Written, *, is_binned: bool) -> str:
    """Which is taken; or in which bin the ratio of the two is, so that up to the middle it is the first of a least."""
    words = [made.words[node] for node in plan.graph.args[choice.node]]
    if is_binned:
        return _bin(words[0], words[1], edges(), 0)
    sign = "<=" if choice.sign > 0 else ">="
    cases = []
    for place, word in enumerate(words[:-1]):
        before = " and ".join(f"{word} {sign} {other}" for other in words[place + 1 :])
        cases.append(f"when {before} then {place}")
    return f"case {' '.join(cases)} else {len(words) - 1} end"


def _bin(first: str, second: str, within: Sequence[float], start: int) -> str:
    """The number of edges that a ratio is beyond, by halving: a product is the same to the bit on every engine."""
    if not within:
        return str(start)
    middle = len(within) // 2
    below, above = within[:middle], within[middle + 1 :]
    edge = second if within[middle] == 1 else f"{second} * {as_sql(within[middle])}"
    lower, upper = _bin(first, second, below, start), _bin(first, second, above, start + middle + 1)
    return f"case when {first} <= {edge} then {lower} else {upper} end"


# --- the query --------------------------------------------------------------------------------------------------------


class Query(NamedTuple):
    """The sums of a log. names: the column of the answer that has each sum, by its text. own: of keys with texts of a
    shape, the column of each product.
    """

    sql: str
    names: Mapping[str, str]
    own: Mapping[Key, Mapping[Product, str]]

    def has(self, rows: Rows) -> bool:
        """Whether all that a key needs is summed, one that was not asked for."""
        return rows.is_plain and self.names.keys() >= {*rows.sums.values()}

    def columns(self, key: Key, rows: Rows) -> Mapping[Product, str]:
        """The column of the answer that has the sum of each product of a key."""
        return self.own.get(key) or {product: self.names[text] for product, text in rows.sums.items()}


class _Shape:
    """Keys of one text: its number, and the words that fill its places: numbers where all keys have the same."""

    def __init__(self, number: int, keys: Mapping[Key, Rows]) -> None:
        self.number, self.keys, self.rows = number, keys, next(iter(keys.values()))
        every = [*zip(*(own.numbers for own in keys.values()), strict=True)]
        self.apart = [place for place, numbers in enumerate(every) if len({*map(repr, numbers)}) > 1]
        self.words = [as_sql(numbers[0]) for numbers in every]
        for place in self.apart:
            self.words[place] = f"v{number}_{place}"

    @property
    def columns(self) -> list[str]:
        """The names of the numbers that differ between keys."""
        return [self.words[place] for place in self.apart]

    def cells(self, key: Key) -> tuple[str, ...] | None:
        """The numbers of a key, as SQL; None of one of another shape."""
        own = self.keys.get(key)
        return None if own is None else tuple(as_sql(own.numbers[place]) for place in self.apart)

    def filled(self, text: str) -> str:
        """A text of the shape with its words."""
        return text.format(*self.words).replace(OWN, f"s{self.number}_")


def _shapes(each: Mapping[Key, Rows]) -> list[_Shape]:
    groups: dict[object, dict[Key, Rows]] = {}
    for key, own in each.items():
        if not own.is_plain:
            groups.setdefault(own.shape, {})[key] = own
    return [_Shape(number, keys) for number, keys in enumerate(groups.values())]


class _Relation:
    """The table with all that is worked out in each request.

    without: keys for which there is nothing, where that has to be told.
    """

    def __init__(
        self,
        dialect: Dialect,
        each: Mapping[Key, Rows],
        by: Sequence[str],
        table: str,
        without: Collection[Key] | None = None,
    ) -> None:
        self.shapes = _shapes(each)
        self.of = {key: shape for shape in self.shapes for key in shape.keys}
        self._joined = _joined(dialect, each, self.shapes, without)
        levels: list[dict[str, str]] = []
        for shape in self.shapes:
            for depth, level in enumerate(shape.rows.levels):
                levels += [{}] * (depth == len(levels))
                levels[depth] = levels[depth] | {shape.filled(name): shape.filled(text) for name, text in level}
        base = [
            *(f"r.{name} as k{place}" for place, name in enumerate(KEY)),
            *(f"{text} as g{place}" for place, text in enumerate(by)),
            f"case when r.{MAY_LACK} is null then 1 else 0 end as lacks",
            *(f"r.{name} as {name}" for name in (*TOKENS, MAY_LACK)),
            *(["shape", *(name for shape in self.shapes for name in shape.columns)] if self._joined else []),
        ]
        relation = f"(select {', '.join(base)} from {table} as r{self._joined}) as t"
        self.text = nested(relation, [tuple(level.items()) for level in levels])

    def chosen(self, text: Callable[[Rows], str], nothing: str = "0") -> str:
        """What requests of each shape have, by its text; where that is empty, nothing."""
        texts = {shape.number: shape.filled(own) for shape in self.shapes if (own := text(shape.rows))}
        if not self._joined:
            return next(iter(texts.values()), nothing)
        cases = " ".join(f"when shape = {number} then {own}" for number, own in texts.items())
        return f"case {cases} else {nothing} end" if texts else nothing


def query(dialect: Dialect, each: Mapping[Key, Rows], by: Sequence[str], most: int, table: str = "requests") -> Query:
    """The query that sums a table by some expressions of its columns; its answer has at most one row more than `most`.

    Columns of the answer: `k0` to `k2` the key, `lacks` whether there is no latency, `g0`, … what is asked by, `e0`, …
    by what requests are told apart, `odd`, `n` requests, `whole` those with all tokens, `t_` and a column of the log
    its sum, `x0`, … other sums.
    """
    made = _Relation(dialect, each, by, table)
    keys = max((len(shape.rows.keys) for shape in made.shapes), default=0)
    apart = [(f"e{k}", made.chosen(lambda rows, k=k: "".join(rows.keys[k : k + 1]))) for k in range(keys)]  # type: ignore[misc]
    apart.append(("odd", made.chosen(lambda rows: rows.odd)))
    names = {_sum(name): f"t_{name}" for name in (*TOKENS, MAY_LACK)}
    own: dict[Key, dict[Product, str]] = {}
    for key, rows in each.items():
        shape = made.of.get(key)
        texts = {product: text if shape is None else shape.filled(text) for product, text in rows.sums.items()}
        columns = {product: names.setdefault(text, f"x{len(names)}") for product, text in texts.items()}
        own |= {} if shape is None else {key: columns}
    whole = [text for text in names if text.startswith("cast")] if dialect.wraps else []
    groups = ["k0", "k1", "k2", "lacks", *(f"g{place}" for place in range(len(by))), *(name for name, _ in apart)]
    counted = {"count(*)": "n", f"count({' + '.join(TOKENS)})": "whole"}
    counted |= names | {_in_doubles(text): f"c_{names[text]}" for text in whole}
    asked = ", ".join([*groups, *(f"{text} as {name}" for text, name in counted.items())])
    sql = f"select {asked} from {nested(made.text, [tuple(apart)])} group by {', '.join(groups)} limit {most + 1}"
    return Query(sql, names, own)


def figures_of_each(
    dialect: Dialect,
    each: Mapping[Key, tuple[Plan, Rows]],
    by: Sequence[str],
    names: Sequence[str],
    table: str,
    without: Collection[Key],
) -> str:
    """A relation of requests: `g0`, … what is asked by, `f0`, … the figures of some names; none of keys `without`."""
    made = _Relation(dialect, {key: own for key, (_, own) in each.items()}, by, table, without)
    roots = {own.shape: plan.tape.roots for plan, own in each.values()}

    def text(name: str) -> Callable[[Rows], str]:
        return lambda rows: rows.sums.get((roots[rows.shape].get(name, -1),), "")

    figures = (f"{made.chosen(text(name), 'cast(null as double)')} as f{place}" for place, name in enumerate(names))
    listed = [*(f"g{place}" for place in range(len(by))), *figures]
    return f"(select {', '.join(listed)} from {made.text}) as t"


def _joined(
    dialect: Dialect, each: Mapping[Key, Rows], shapes: Sequence[_Shape], without: Collection[Key] | None
) -> str:
    """The join of what differs between keys; nothing where all have the same.

    Where it need not be told what has nothing, keys without a latency count as those with one: of nothing is nothing.
    """
    if not shapes or (without is None and len(shapes) == 1 and not shapes[0].apart and _is_for_all(each, shapes[0])):
        return ""
    cells = {key: (shape.number, own) for shape in shapes for key in each if (own := shape.cells(key)) is not None}
    every = [key for key in each if key in cells or not key.lacks] if without is None else [*each, *without]
    on = next(names for names in _SUBSETS if _tells_apart(names, every, cells))
    rows: dict[tuple[object, ...], str] = {}
    for key, (number, own) in cells.items():
        numbers = [own if shape.number == number else ("cast(null as double)",) * len(shape.apart) for shape in shapes]
        told = _told(key, on)
        words = [*(str(int(w)) if isinstance(w, bool) else dialect.text(str(w)) for w in told), str(number)]
        rows[told] = f"({', '.join([*words, *(number for part in numbers for number in part)])})"
    names = [*(f"j_{name}" for name in on), "shape", *(name for shape in shapes for name in shape.columns)]
    lacks = f"case when r.{MAY_LACK} is null then 1 else 0 end"
    equal = [f"{lacks if name == LACKS else f'r.{name}'} = j_{name}" for name in on]
    table = f"(select * from (values {', '.join(rows.values())}) as v({', '.join(names)})) as j"
    return f" left join {table} on {' and '.join(equal)}"


LACKS = "lacks"
_SUBSETS = [names for size in range(1, 5) for names in combinations((*KEY, LACKS), size)]  # the fewest first


def _told(key: Key, names: Sequence[str]) -> tuple[str | bool, ...]:
    return tuple(getattr(key, name) for name in names)


def _is_for_all(each: Mapping[Key, Rows], shape: _Shape) -> bool:
    """Whether keys of other shapes than one are all without a latency, so that nothing of it has a value for them."""
    return all(key in shape.keys or key.lacks for key in each)


def _tells_apart(names: Sequence[str], every: Iterable[Key], cells: Mapping[Key, object]) -> bool:
    """Whether some parts of keys say what each has, or that it has nothing."""
    known: dict[object, object] = {}
    return all(known.setdefault(_told(key, names), cells.get(key)) == cells.get(key) for key in every)
