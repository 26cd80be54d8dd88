"""Fields: the meaning, unit, bounds and default of everything that a scenario may say, each stated once.

A record is a mapping of the scenario read through its fields. Reading is on demand: a formula may name a field that
stands further down, and a cycle is found where it closes. Messages, the JSON Schema, the documentation, the
workbook's validation and the truncation of laws read the same declarations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, partial
from typing import Any, ClassVar, NamedTuple, NoReturn, Self, TypeVar

from lca.graph import Node
from lca.model.ledger import Bounds
from lca.model.reader import Asked, Broken, Reader
from lca.model.years import Years, why_no_years, years
from lca.problems import Problem, Span, near, shortened
from lca.spoken import chosen, language
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, is_year, items, joined
from lca.units import Unit

T = TypeVar("T")
MOST_LISTED = 8  # names that a message lists
WHOLE = re.compile(r"[0-9]{1,9}")
LANGUAGE = re.compile("[a-z]{2}")
BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


class Field:
    """One key of a mapping: its meaning and how its value is read."""

    kind = "any"
    moves = True  # whether a figure can follow a change of it
    was: tuple[str, ...] = ()  # what it was called before
    by_path = False  # whether its keys are paths from the top of the scenario

    def __init__(self, doc: str, *, required: bool = False) -> None:
        self.doc, self.required = doc, required
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.rstrip("_")

    def __get__(self, record: Record | None, owner: type) -> Any:
        return self if record is None else record.get(self)

    def read(self, record: Record, at: Located, path: Path) -> Any:
        """The value of the field; Broken where it is wrong."""
        return at

    def absent(self, record: Record) -> Any:
        """The value of the field where the mapping does not have it."""
        return None

    def check(self, record: Record, value: Any) -> None:
        """Report what is wrong further down."""
        if isinstance(value, Record):
            value.check()


class Text(Field):
    """Plain words, or a key that names something."""

    kind = "text"

    def __init__(self, doc: str, *, required: bool = False, default: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(doc, required=required)
        self.default, self.choices = default, choices

    def read(self, record: Record, at: Located, path: Path) -> str:
        value = record.reader.text(at, joined(path))
        if self.choices and value not in self.choices:
            hint = near(value, self.choices, f"one of: {', '.join(self.choices)}")
            record.reader.fail(Problem(f"'{shortened(value)}' is no {self.name}", (at.span,), hint))
        return value

    def absent(self, record: Record) -> str:
        return self.default


class Profiled(Text):
    """The item under which packs have the parameters of a record: `names` of them, one of which some pack has."""

    def __init__(self, doc: str, *names: str) -> None:
        super().__init__(doc)
        self.names = names

    def check(self, record: Record, value: str) -> None:
        if not record.reader.ledger.packs.complete or self.name not in entries(record.tree):
            return
        known = {item for name in self.names for item in record.reader.having(name)}
        stands_in = {entry.asked for entry in record.reader.context.stand_ins(value, *self.names, *record.path)}
        if value not in known | stands_in:
            hint = near(value, sorted(known), f"{self.name}s: {', '.join(sorted(known)) or 'none in these packs'}")
            span = entries(record.tree)[self.name].span
            record.reader.report(Problem(f"no pack of the study has {self.name} '{shortened(value)}'", (span,), hint))


class Words(Text):
    """Words for readers, such as titles, notes and reasons."""

    moves = False


class ByLanguage(Words):
    """Words for readers, or such words by language, as in {en: Time, fr: Temps}; '' stands for any language."""

    def read(self, record: Record, at: Located, path: Path) -> Any:
        if isinstance(at.value, str):
            return {"": record.reader.text(at, joined(path))}
        words = {}
        for name, child in record.reader.mapping(at, joined(path)).items():
            if not LANGUAGE.fullmatch(name):
                hint = "two letters of ISO 639-1, as in en: Time or fr: Temps"
                record.reader.fail(Problem(f"'{shortened(name)}' is no language", (child.key_span,), hint))
            words[name] = record.reader.text(child, joined((*path, name)))
        return words

    def absent(self, record: Record) -> Any:
        return {}


class Title(ByLanguage):
    """What something is called: words, or words by language, of which those in the language in force are read."""

    def __get__(self, record: Record | None, owner: type) -> Any:
        return self if record is None else chosen(record.get(self), language())


def title_at(at: Located | None) -> str:
    """What a title says in the language in force, as it is written; empty where there is none."""
    if at is not None and isinstance(at.value, str):
        return at.value
    return chosen({key: child.value for key, child in entries(at).items() if isinstance(child.value, str)}, language())


class Year(Text):
    """A year of four digits."""

    def read(self, record: Record, at: Located, path: Path) -> str:
        value = record.reader.text(at, joined(path))
        if not is_year(value):
            record.reader.fail(Problem(f"'{shortened(value)}' is no year", (at.span,), "four digits, such as 2024"))
        return value


class YearSpan(Field):
    """Years, from a first to a last one."""

    kind = "years"

    def read(self, record: Record, at: Located, path: Path) -> Years:
        text = record.reader.text(at, joined(path))
        known = years(text)
        if known is None:
            record.reader.fail(Problem(f"'{shortened(text)}' is no span of years", (at.span,), why_no_years(text)))
        return known


class Truth(Field):
    """true or false."""

    kind = "truth"

    def read(self, record: Record, at: Located, path: Path) -> bool:
        value = record.reader.text(at, joined(path))
        if value not in ("true", "false"):
            message = f"'{shortened(value)}' is neither true nor false"
            record.reader.fail(Problem(message, (at.span,), "write true or false"))
        return value == "true"

    def absent(self, record: Record) -> bool:
        return False


class Whole(Field):
    """A whole number from `low` to `high`, which is a choice and no input."""

    kind = "whole"

    def __init__(self, doc: str, low: int, high: int | None = None, default: int | None = None) -> None:
        super().__init__(doc)
        self.low, self.high, self.default = low, high, default

    @property
    def words(self) -> str:
        """
        >>> Whole("", 1, 15).words, Whole("", 0).words
        ('a whole number from 1 to 15', 'a whole number of at least 0')
        """
        return f"a whole number {f'of at least {self.low}' if self.high is None else f'from {self.low} to {self.high}'}"

    def read(self, record: Record, at: Located, path: Path) -> int:
        text = record.reader.text(at, joined(path))
        number = int(text) if WHOLE.fullmatch(text) else -1
        if number < self.low or (self.high is not None and number > self.high):
            message = f"{joined(path)} is {self.words}, not '{shortened(text)}'"
            record.reader.fail(Problem(message, (at.span,), self.doc))
        return number

    def absent(self, record: Record) -> int | None:
        return self.default


class Names(Field):
    """A list of keys; one key alone may stand without brackets."""

    kind = "names"

    def read(self, record: Record, at: Located, path: Path) -> tuple[str, ...]:
        if not items(at):
            hint = "name one, or take the line out"
            record.reader.fail(Problem(f"{joined(path)} names nothing", (at.span,), hint))
        named = [(record.reader.text(item, joined(path)), item) for item in items(at)]
        first: dict[str, Located] = {}
        for name, item in named:
            if first.setdefault(name, item) is not item:
                spans = (item.span, first[name].span)
                record.reader.fail(Problem(f"'{shortened(name)}' stands twice in {joined(path)}", spans, "keep one"))
        return tuple(first)

    def absent(self, record: Record) -> tuple[str, ...]:
        return ()


class Quantity(Field):
    """A number with a unit, a mapping with a `value`, or a formula.

    unit: the unit it is asked in; any unit of the dimension will do. '' takes any dimension.
    per_work: also divided by a countable of the demand (kWh/image), see `Case.work`.
    low, high: bounds in `unit`, themselves allowed; above: a bound that is itself not allowed.
    profile: where absent, taken from the parameters of the scenario's packs for the record's item.
    rate: leads from a flow of the demand to the work that other quantities are stated for (image/prompt).
    counted: the countable thing in `unit` is an example (W/GPU), and any other will do; bounds are 0 then.
    work: what a quantity per work is for a unit of, where it is stated without one; None: as it is written.
    """

    kind = "quantity"

    def __init__(
        self,
        unit: str,
        doc: str,
        *,
        required: bool = False,
        per_work: bool = False,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
        profile: bool = False,
        group: bool = False,
        rate: bool = False,
        counted: bool = False,
    ) -> None:
        super().__init__(doc, required=required)
        self.unit, self.per_work, self.profile, self.group, self.rate = unit, per_work, profile, group, rate
        self.low, self.high, self.above, self.counted = low, high, above, counted
        self.work: Unit | None = None
        self.bounds = Bounds(unit, low, high, above)
        self.by_criterion = False  # whether it is an impact, of the criterion that it is called

    @cached_property
    def asked(self) -> Asked:
        """What a reader has to know of it."""
        return Asked(
            self.name, self.unit, self.doc, self.bounds, self.per_work, self.group, self.counted, self.work,
            self.by_criterion,
        )  # fmt: skip

    def read(self, record: Record, at: Located, path: Path) -> Node:
        return record.reader.quantity(at, path, self.asked)

    def absent(self, record: Record) -> Node | None:
        return record.profile(self) if self.profile else None


class One(Field):
    """A mapping with fields of its own."""

    kind = "record"

    def __init__(self, of: type[Record], doc: str, *, required: bool = False) -> None:
        super().__init__(doc, required=required)
        self.of = of

    def read(self, record: Record, at: Located, path: Path) -> Record:
        return self.of.read(at, path, record)


class Each(One):
    """A mapping from names of the user's own to records. `total`: the shares of the records sum to 100 %."""

    kind = "map"

    def __init__(self, of: type[Record], doc: str, *, required: bool = False, total: str = "") -> None:
        super().__init__(of, doc, required=required)
        self.total = total

    def read(self, record: Record, at: Located, path: Path) -> Any:
        return _records(self.of, record, path, record.reader.mapping(at, joined(path)).items())

    def absent(self, record: Record) -> Any:
        return {}

    def check(self, record: Record, value: Any) -> None:
        for child in value.values():
            child.check()
        if self.total and value:
            self.check_total(record, value)

    def check_total(self, record: Record, children: dict[str, Record]) -> None:
        """Test that the shares of the records sum to 100 %, once their values are known."""
        try:
            shares = [child.get(child.fields[self.total]) for child in children.values()]
        except Broken:
            return
        at = entries(record.tree)[self.name]
        if len(children) == len(entries(at)) and None not in shares:
            record.reader.must_total(shares, at.key_span, f"the shares of {joined((*record.path, self.name))}")


class OneOrEach(Each):
    """A record, or a mapping from names to several. One alone stands under the name ''."""

    def read(self, record: Record, at: Located, path: Path) -> Any:
        children = record.reader.mapping(at, joined(path))
        plain = any(not isinstance(child.value, dict) for child in children.values())
        if plain or any(key in self.of.fields for key in children):
            return {"": self.of.read(at, path, record)}
        return super().read(record, at, path)


class Listed(One):
    """A list of records, or a map of named ones. Each has a name that does not depend on its place in the list.

    `table`: it may name tables that hold them, which `text.inventories` reads.
    """

    kind = "list"

    def __init__(self, of: type[Record], doc: str, *, required: bool = False, table: bool = False) -> None:
        super().__init__(of, doc, required=required)
        self.table = table

    def read(self, record: Record, at: Located, path: Path) -> Any:
        if isinstance(at.value, str):
            message = f"{joined(path)} is a list of entries, not a plain value"
            more = ", or name a table beside the scenario, as in inventory.csv" if self.table else ""
            if self.table and at.value.casefold().endswith(BOOKS):
                more += "\na workbook is no table: save its sheet as CSV; or, made at home, see `lca import table`"
            record.reader.fail(Problem(message, (at.span,), f"begin each entry with `- `, on a line below{more}"))
        return _records(self.of, record, path, self.named(at))

    def named(self, at: Located) -> Iterable[tuple[str, Located]]:
        """The entries with their names."""
        return entry_names(at.value, self.of.entry_name) if isinstance(at.value, list) else entries(at).items()

    def absent(self, record: Record) -> Any:
        return {}

    def check(self, record: Record, value: Any) -> None:
        for child in value.values():
            child.check()


F = TypeVar("F", bound=Field)


def held(field: F) -> F:
    """A field that two sides of a comparison have in common: what differs in it is no change of an input."""
    field.moves = False
    return field


def renamed(field: F, *was: str) -> F:
    """A field with the names that it had before: a file that uses one is told so, and `lca upgrade` rewrites it."""
    field.was = was
    return field


def by_path(field: F) -> F:
    """A field whose keys are paths from the top of the scenario."""
    field.by_path = True
    return field


def _records(
    of: type[Record], record: Record, path: Path, children: Iterable[tuple[str, Located]]
) -> dict[str, Record]:
    """The records that are in order; what is wrong with the others is reported."""
    records: dict[str, Record] = {}
    for name, child in children:
        try:
            records[name] = of.read(child, (*path, name), record)
        except Broken:
            continue
    return records


def entry_names(listed: list[Located], key: str) -> Iterator[tuple[str, Located]]:
    """The entries of a list by their `name`, else by another key; the second of a name is called `name#2`."""
    seen: dict[str, int] = {}
    for entry in listed:
        given = entries(entry).get("name") or entries(entry).get(key)
        name = given.value if given is not None and isinstance(given.value, str) and given.value else "entry"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), entry


class Quantities(Field):
    """A mapping from names of the user's own to quantities. `table`: it may name one, which `text.demands` reads."""

    kind = "quantities"

    def __init__(
        self, unit: str, doc: str, *, required: bool = False, low: float | None = None, table: bool = False
    ) -> None:
        super().__init__(doc, required=required)
        self.item, self.table = Quantity(unit, doc, low=low), table

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Node]:
        if self.table and isinstance(at.value, str) and at.value:
            hint = "write `name: quantity` lines below it, or name a table beside the scenario, as in demand.csv"
            record.reader.fail(Problem(f"{joined(path)} is no mapping, and no table", (at.span,), hint))
        return _quantities(record, at, path, self.item)

    def entry(self) -> Quantity:
        """The field of one of them."""
        return self.item

    def absent(self, record: Record) -> dict[str, Node]:
        return {}


class Impacts(Quantities):
    """A mapping from criteria to impacts of a unit of something, each in the units of its criterion."""

    kind = "impacts"

    def __init__(self, doc: str, *, required: bool = False) -> None:
        super().__init__("", doc, required=required)
        self.item.by_criterion = True


SHARE = Quantity("1", "share of the mix", low=0, high=1, group=True)  # of a region: it has no name of its own


class Mix(Field):
    """A region, or a mapping of regions to shares that sum to 100 %."""

    kind = "mix"

    def read(self, record: Record, at: Located, path: Path) -> tuple[tuple[str, Node | None], ...]:
        if isinstance(at.value, str):
            return ((record.reader.text(at, joined(path)), None),)
        shares = _quantities(record, at, path, SHARE)
        record.reader.must_total(list(shares.values()), at.key_span, f"the shares of {joined(path)}")
        return tuple(shares.items())

    def entry(self) -> Quantity:
        """The field of one of the shares."""
        return SHARE


def _quantities(record: Record, at: Located, path: Path, field: Quantity) -> dict[str, Node]:
    """The quantities of a mapping; Broken where one of them is wrong, after all have been read."""
    nodes: dict[str, Node] = {}
    children = record.reader.mapping(at, joined(path))
    for name, child in children.items():
        try:
            nodes[name] = record.reader.quantity(child, (*path, name), field.asked)
        except Broken:
            continue
    if len(nodes) < len(children):
        raise Broken
    return nodes


class Rivals(NamedTuple):
    """Two keys that say one thing, so that one of them would go unheard: their paths below a record.

    what: what both of them say. why: how they come to say the same.
    """

    first: Path
    second: Path
    what: str
    why: str


class Record:
    """A mapping of a scenario. Its class says which keys it may have, and which of them say one thing."""

    __slots__ = ("reader", "tree", "path", "parent", "_values")
    fields: ClassVar[dict[str, Field]] = {}
    rivals: ClassVar[tuple[Rivals, ...]] = ()
    overlaid: ClassVar[tuple[str, ...]] = ()  # other keys that it may have, which are read elsewhere
    entry_name: ClassVar[str] = "name"
    called: ClassVar[str] = "the scenario"  # where it stands at the top

    def __init__(self, reader: Reader, tree: Located, path: Path, parent: Record | None = None) -> None:
        self.reader, self.tree, self.path, self.parent = reader, tree, path, parent
        self._values: dict[str, Any] = {}

    def __init_subclass__(cls) -> None:
        own = {value.name: value for value in vars(cls).values() if isinstance(value, Field)}
        above = {name: field for base in reversed(cls.__bases__) for name, field in getattr(base, "fields", {}).items()}
        cls.fields = {**above, **own}

    @classmethod
    def read(cls, tree: Located, path: Path, parent: Record) -> Self:
        """The record of a mapping below another record; Broken where it is no mapping."""
        parent.reader.mapping(tree, joined(path))
        return cls(parent.reader, tree, path, parent)

    @property
    def name(self) -> str:
        """The key under which the record stands."""
        return self.path[-1] if self.path else ""

    @property
    def span(self) -> Span:
        return self.tree.key_span if self.tree.key_line else self.tree.span

    @property
    def top(self) -> Record:
        """The record that it is below, with none above: the study."""
        return self if self.parent is None else self.parent.top

    def has(self, name: str) -> bool:
        """Whether the scenario states a field."""
        return name in entries(self.tree)

    def get(self, field: Field) -> Any:
        """The value of a field, read once. Broken where it is wrong."""
        name = field.name
        if name not in self._values:
            at = entries(self.tree).get(name)
            self._values[name] = field.absent(self) if at is None else field.read(self, at, (*self.path, name))
        value = self._values[name]
        if self.reader.ledger.asking and not isinstance(value, Record):
            self.reader.ledger.facts.asked.add((*self.path, name))
        return value

    def need(self, name: str, why: str = "") -> Any:
        """The value of a field that has to be there; `why` says what for."""
        field = self.fields[name]
        value = self.get(field)
        if value is None or value in ((), "", {}):
            self.reader.fail(self.missing(field, why))
        return value

    def fail(self, message: str, hint: str) -> NoReturn:
        """Report what is wrong with the record and stop reading it."""
        self.reader.fail(Problem(message, (self.span,), hint))

    def going_on(self, each: Iterator[T]) -> Iterator[T]:
        """What an iterator gives until something is wrong with the record, so that it does not hide others' trouble."""
        return self.reader.going_on(each, self.span)

    def missing(self, field: Field, why: str = "") -> Problem:
        """What to say of a field that is not there."""
        said = f"{field.name}: {field.doc}"
        if isinstance(field, Quantity):
            said += f", in {field.unit}" if field.unit not in ("", "1") else ""
            said += f"; no pack of the study has it for '{self.item()}'" if field.profile else ""
            said += f"\n{self.elsewhere(field)}" if field.profile else ""
        return Problem(f"{joined(self.path) or self.called} has no '{field.name}'", (self.span,), why or said)

    def elsewhere(self, field: Field) -> str:
        """Where packs have a parameter that they do not have for the record: in other regions, or for near names."""
        item, region = self.item(), self.region_of_profile()
        places = [place for place in self.reader.ledger.packs.places_of(item, field.name) if place]
        if not places:
            return near(item, self.reader.having(field.name))
        declared = f"{{asked: {region}, used: {places[0]}, for: {item}, reason: …}}"
        return (
            f"packs have it for {', '.join(places[:MOST_LISTED])}: state it, or declare study.stand_ins: [{declared}]"
        )

    def item(self) -> str:
        """The key of the thing that the record is about, under which packs have parameters for it."""
        return self.name

    def region_of_profile(self) -> str:
        """The region for which parameters are looked up, of the record or of what it is part of; all those of a mix."""
        holder: Record | None = self
        while holder is not None:
            at = entries(holder.tree).get("region")
            if at is not None:
                return at.value if isinstance(at.value, str) else ", ".join(entries(at))
            holder = holder.parent
        return ""

    def profile(self, field: Quantity) -> Node | None:
        """A field's value from the parameters of the scenario's packs, or None."""
        return self.reader.profile(self.item(), field.asked, (*self.path, field.name), self.region_of_profile())

    def check(self) -> None:
        """Read every field, report every unknown and missing key, and go down."""
        for key, child in entries(self.tree).items():
            if key not in self.fields:
                where = joined(self.path) or self.called
                known = [*self.fields, *self.overlaid]
                hint = near(key, known, f"keys here: {', '.join(known)}")
                self.reader.report(Problem(f"unknown key '{shortened(key)}' in {where}", (child.key_span,), hint))
        for name, field in self.fields.items():
            if field.required or name in entries(self.tree):
                self.check_field(name, field)
        for pair in self.rivals:
            self._refuse_both(pair)

    def check_field(self, name: str, field: Field) -> None:
        """Report what is wrong with a field and below it."""
        attempt = self.reader.attempt
        value = attempt(lambda: self.need(name) if field.required else self.get(field), self.span)
        if value is not None:
            attempt(lambda: field.check(self, value), self.span)

    # --- two statements of one thing --------------------------------------------------------------------------------

    def _refuse_both(self, pair: Rivals) -> None:
        """Report two keys that say one thing, unless the one is made of the other by a formula."""
        first, second = (find(self.tree, path) for path in (pair.first, pair.second))
        if first is None or second is None or self._follow(pair.first, pair.second):
            return
        where = joined(self.path)
        ways = f"take {where}.{joined(pair.first)} or {where}.{joined(pair.second)} out: {pair.why}"
        message = f"{where} says {pair.what} twice, by {joined(pair.first)} and by {joined(pair.second)}"
        self.reader.report(Problem(message, (second.key_span, first.key_span), ways))

    def _follow(self, *paths: Path) -> bool:
        """Whether what stands at one of two paths is made of what stands at the other."""
        read = (self.reader.attempt(partial(self._indices, path), self.span) for path in paths)
        one, other = (indices or set() for indices in read)
        below = self.reader.graph.below
        return bool(one and other) and (one <= {*below(other)} or other <= {*below(one)})

    def _indices(self, path: Path) -> set[int]:
        return {node.index for node in self.numbers(path)}

    def numbers(self, path: Path = ()) -> Iterator[Node]:
        """The quantities that are stated at a path below the record. Broken where one of them is wrong."""
        for name in path[:1] or entries(self.tree):
            value = self.get(self.fields[name]) if self.has(name) and name in self.fields else None
            if isinstance(value, Record):
                yield from value.numbers(path[1:])
            elif isinstance(value, Node):
                yield value
