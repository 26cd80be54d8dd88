"""One query for all keys: what an engine works out in each request, by the shape of their tapes, and what it sums.

Keys whose tapes differ in numbers alone have one shape, and one text of SQL. The numbers stand in a table that is
joined by as few of model, provider and region as tell them apart, or in the text where all keys have the same. Where
nothing is worked out in each request, nothing is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from lca.batch.dialect import Dialect
from lca.batch.plan import Choice, Plan, Product
from lca.batch.sql import Level, Written, literal, nested, written

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
    """What is worked out in each request of a plan.

    binned: choices by whose ratio requests are told apart. apart: rounded nodes by whose value they are.
    """
    asked = [node for choice in plan.choices for node in plan.graph.args[choice.node]]
    nodes = list(dict.fromkeys([*asked, *plan.whole, *plan.real]))
    used = plan.graph.below(nodes) if nodes else []
    columns = {node: column for node, column in plan.tape.leaves.items() if node in used}
    made = written(
        plan.graph, plan.values, nodes, {node: f"d_{column.name}" for node, column in columns.items()}, plan.moving, OWN
    )
    doubles = tuple((f"d_{column.name}", _double(column.name, column.per)) for column in columns.values())
    whole = tuple((f"{OWN}w{place}", _whole(made.words[node])) for place, node in enumerate(plan.whole))
    levels = (doubles, *made.levels, whole) if nodes else ()
    told = {*binned}
    keys = [_key(choice, plan, made, is_binned=choice.node in told) for choice in plan.choices]
    names = {node: name for (name, _), node in zip(whole, plan.whole, strict=True)}
    keys += [f"least(greatest({names[node]}, -1), {EDGES})" for node in apart]
    finite = [_is(made.words[node], LARGE) for node in plan.whole] + [
        _is(made.words[node], LARGEST) for node in plan.real
    ]
    odd = f"case when {' and '.join(finite)} then 0 else 1 end" if finite else ""
    names |= {
        node: f"case when {_is(made.words[node], LARGEST)} then {made.words[node]} else 0e0 end" for node in plan.real
    }
    names |= {node: column.name for node, column in plan.tape.leaves.items()}
    real = {*plan.real}
    sums = {
        product: _sum(" * ".join(names[node] for node in product), is_real=not real.isdisjoint(product))
        for product in plan.products
        if product
    }
    return Rows(levels, tuple(keys), odd, sums, tuple(plan.values[slot] for slot in made.slots))


def _sum(text: str, *, is_real: bool = False) -> str:
    """A sum; of whole numbers an error beyond 2⁶³, where engines would make another type of it, or wrap."""
    return f"sum({text})" if is_real else f"cast(sum({text}) as bigint)"


def _in_doubles(sum_: str) -> str:
    """What is summed, in numbers that do not wrap."""
    return (
        "cast("
        + sum_.removeprefix("cast(sum(").removesuffix(") as bigint)").replace(" * ", " as double) * cast(")
        + " as double)"
    )


def _double(name: str, per: float) -> str:
    return f"cast({name} as double)" + (f" / {literal(per)}" if per != 1 else "")


def _is(word: str, below: float) -> str:
    return f"abs({word}) <= {literal(below)}"


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
    edge = second if within[middle] == 1 else f"{second} * {literal(within[middle])}"
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
        self.words = [literal(numbers[0]) for numbers in every]
        for place in self.apart:
            self.words[place] = f"v{number}_{place}"

    @property
    def columns(self) -> list[str]:
        """The names of the numbers that differ between keys."""
        return [self.words[place] for place in self.apart]

    def cells(self, key: Key) -> tuple[str, ...] | None:
        """The numbers of a key, as SQL; None of one of another shape."""
        own = self.keys.get(key)
        return None if own is None else tuple(literal(own.numbers[place]) for place in self.apart)

    def filled(self, text: str) -> str:
        """A text of the shape with its words."""
        return text.format(*self.words).replace(OWN, f"s{self.number}_")


def _shapes(each: Mapping[Key, Rows]) -> list[_Shape]:
    groups: dict[object, dict[Key, Rows]] = {}
    for key, own in each.items():
        if not own.is_plain:
            groups.setdefault(own.shape, {})[key] = own
    return [_Shape(number, keys) for number, keys in enumerate(groups.values())]


def query(dialect: Dialect, each: Mapping[Key, Rows], by: Sequence[str], most: int, table: str = "requests") -> Query:
    """The query that sums a table by some expressions of its columns; its answer has at most one row more than `most`.

    Columns of the answer: `k0` to `k2` the key, `lacks` whether there is no latency, `g0`, … what is asked by, `e0`, …
    by what requests are told apart, `odd`, `n` requests, `whole` those with all tokens, `t_` and a column of the log
    its sum, `x0`, … other sums.
    """
    shapes = _shapes(each)
    of = {key: shape for shape in shapes for key in shape.keys}
    joined = _joined(dialect, each, shapes)
    levels: list[dict[str, str]] = []
    for shape in shapes:
        for depth, level in enumerate(shape.rows.levels):
            levels += [{}] * (depth == len(levels))
            levels[depth] = levels[depth] | {shape.filled(name): shape.filled(text) for name, text in level}
    keys = max((len(shape.rows.keys) for shape in shapes), default=0)
    apart = {
        f"e{place}": _chosen(shapes, [shape.rows.keys[place : place + 1] for shape in shapes], joined)
        for place in range(keys)
    }
    apart["odd"] = _chosen(shapes, [(shape.rows.odd,) * bool(shape.rows.odd) for shape in shapes], joined)
    names = {_sum(name): f"t_{name}" for name in (*TOKENS, MAY_LACK)}
    own: dict[Key, dict[Product, str]] = {}
    for key, rows in each.items():
        texts = {product: of[key].filled(text) if key in of else text for product, text in rows.sums.items()}
        columns = {product: names.setdefault(text, f"x{len(names)}") for product, text in texts.items()}
        own |= {key: columns} if key in of else {}
    base = [
        *(f"r.{name} as k{place}" for place, name in enumerate(KEY)),
        *(f"{text} as g{place}" for place, text in enumerate(by)),
        f"case when r.{MAY_LACK} is null then 1 else 0 end as lacks",
        *(f"r.{name} as {name}" for name in (*TOKENS, MAY_LACK)),
        *(["shape", *(name for shape in shapes for name in shape.columns)] if joined else []),
    ]
    if dialect.wraps:
        names |= {f"sum({_in_doubles(text)})": f"c_{name}" for text, name in names.items() if text.startswith("cast")}
    relation = f"(select {', '.join(base)} from {table} as r{joined}) as t"
    relation = nested(relation, [tuple(level.items()) for level in (*levels, apart)])
    groups = ["k0", "k1", "k2", "lacks", *(f"g{place}" for place in range(len(by))), *apart]
    asked = [
        *groups,
        "count(*) as n",
        f"count({' + '.join(TOKENS)}) as whole",
        *(f"{t} as {n}" for t, n in names.items()),
    ]
    sql = f"select {', '.join(asked)} from {relation} group by {', '.join(groups)} limit {most + 1}"
    return Query(sql, names, own)


def _chosen(shapes: Sequence[_Shape], own: Sequence[Sequence[str]], joined: str) -> str:
    """What requests of each shape have, by its text or none; 0 where they have nothing."""
    texts = {shape.number: shape.filled(each) for shape, some in zip(shapes, own, strict=True) for each in some}
    if not joined:
        return next(iter(texts.values()), "0")
    return f"case {' '.join(f'when shape = {n} then {each}' for n, each in texts.items())} else 0 end" if texts else "0"


def _joined(dialect: Dialect, each: Mapping[Key, Rows], shapes: Sequence[_Shape]) -> str:
    """The join of what differs between keys; nothing where all have the same."""
    if not shapes or (len(shapes) == 1 and not shapes[0].apart and _is_for_all(each, shapes[0])):
        return ""
    cells = {key: (shape.number, own) for shape in shapes for key in each if (own := shape.cells(key)) is not None}
    on = next(names for names in _SUBSETS if _tells_apart(names, each, cells))
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


def _tells_apart(names: Sequence[str], each: Mapping[Key, Rows], cells: Mapping[Key, object]) -> bool:
    """Whether some parts of keys say what each has; keys that have nothing count where a latency does not tell them."""
    known: dict[object, object] = {}
    every = [key for key in each if key in cells or LACKS in names or not key.lacks]
    return all(known.setdefault(_told(key, names), cells.get(key)) == cells.get(key) for key in every)
