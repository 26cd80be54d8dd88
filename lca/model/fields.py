"""Fields: the meaning, unit, bounds and default of everything that a scenario may say, each stated once.

A record is a mapping of the scenario read through its fields. Reading is on demand: a formula may name a field that
stands further down, and a cycle is found where it closes. Messages, the JSON Schema, the documentation, the
workbook's validation and the truncation of laws read the same declarations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from lca import units
from lca.graph import Node
from lca.problems import Problem, Span, near
from lca.text.documents import Located
from lca.text.overlay import Path, joined

if TYPE_CHECKING:
    from lca.model.binding import Scope


class Broken(Exception):
    """A value that is wrong was asked for; the problem has been reported already."""


class Field:
    """One key of a mapping: its meaning and how its value is read."""

    kind = "any"

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


class Text(Field):
    """Plain words, or a key that names something."""

    kind = "text"

    def __init__(self, doc: str, *, required: bool = False, default: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(doc, required=required)
        self.default, self.choices = default, choices

    def read(self, record: Record, at: Located, path: Path) -> str:
        value = record.scope.text(at, joined(path))
        if self.choices and value not in self.choices:
            hint = near(value, self.choices, f"one of: {', '.join(self.choices)}")
            record.scope.fail(Problem(f"'{value}' is no {self.name}", (at.span,), hint))
        return value

    def absent(self, record: Record) -> str:
        return self.default


class Truth(Field):
    """true or false."""

    kind = "truth"

    def read(self, record: Record, at: Located, path: Path) -> bool:
        value = record.scope.text(at, joined(path))
        if value not in ("true", "false"):
            record.scope.fail(Problem(f"'{value}' is neither true nor false", (at.span,), "write true or false"))
        return value == "true"

    def absent(self, record: Record) -> bool:
        return False


class Names(Field):
    """A list of keys; one key alone may stand without brackets."""

    kind = "names"

    def read(self, record: Record, at: Located, path: Path) -> tuple[str, ...]:
        items = at.value if isinstance(at.value, list) else [at]
        return tuple(record.scope.text(item, joined(path)) for item in items)

    def absent(self, record: Record) -> tuple[str, ...]:
        return ()


class Quantity(Field):
    """A number with a unit, a mapping with a `value`, or a formula.

    unit: the unit it is asked in; any unit of the dimension will do. '' takes any dimension.
    per_work: also divided by a countable of the demand (kWh/image), see `Scope.work`.
    low, high: bounds in `unit`, themselves allowed; above: a bound that is itself not allowed.
    profile: where absent, taken from the parameters of the scenario's packs for the record's item.
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
    ) -> None:
        super().__init__(doc, required=required)
        self.unit, self.per_work, self.profile, self.group = unit, per_work, profile, group
        self.low, self.high, self.above = low, high, above

    def read(self, record: Record, at: Located, path: Path) -> Node:
        return record.scope.quantity(at, path, self)

    def absent(self, record: Record) -> Node | None:
        return record.profile(self) if self.profile else None

    def allows(self, value: float) -> bool:
        """Whether a number in the field's unit is inside its bounds."""
        return not (
            value != value
            or (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
            or (self.above is not None and value <= self.above)
        )

    def range_words(self) -> str:
        """The bounds in words.

        >>> Quantity("year", "", above=0).range_words()
        'above 0 year'
        >>> Quantity("1", "", low=0, high=1).range_words()
        'between 0 % and 100 %'
        """
        parts = [self._bound("above", self.above), self._bound("at least", self.low), self._bound("at most", self.high)]
        words = [part for part in parts if part]
        if self.low is not None and self.high is not None:
            return f"between {words[-2].removeprefix('at least ')} and {words[-1].removeprefix('at most ')}"
        return " and ".join(words)

    def _bound(self, words: str, bound: float | None) -> str:
        if bound is None:
            return ""
        shown = f"{bound * 100:g} %" if self.unit == "1" and bound <= 1 else f"{bound:g} {self.unit}".removesuffix(" 1")
        return f"{words} {shown}"


class One(Field):
    """A mapping with fields of its own."""

    kind = "record"

    def __init__(self, of: type[Record], doc: str, *, required: bool = False) -> None:
        super().__init__(doc, required=required)
        self.of = of

    def read(self, record: Record, at: Located, path: Path) -> Record:
        return record.scope.record(self.of, at, path, record)


class Each(One):
    """A mapping from names of the user's own to records. `total`: the shares of the records sum to 100 %."""

    kind = "map"

    def __init__(self, of: type[Record], doc: str, *, required: bool = False, total: str = "") -> None:
        super().__init__(of, doc, required=required)
        self.total = total

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Record]:  # type: ignore[override]
        entries = record.scope.mapping(at, joined(path))
        return {name: record.scope.record(self.of, child, (*path, name), record) for name, child in entries.items()}

    def absent(self, record: Record) -> dict[str, Record]:
        return {}


class OneOrEach(Each):
    """A record, or a mapping from names to several. One alone stands under the name ''."""

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Record]:  # type: ignore[override]
        entries = record.scope.mapping(at, joined(path))
        if any(key in self.of.fields for key in entries):
            return {"": record.scope.record(self.of, at, path, record)}
        return super().read(record, at, path)


class Listed(One):
    """A list of records, or a map of named ones. Each has a name that does not depend on its place in the list."""

    kind = "list"

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Record]:  # type: ignore[override]
        scope = record.scope
        if isinstance(at.value, dict):
            return {name: scope.record(self.of, child, (*path, name), record) for name, child in at.value.items()}
        if not isinstance(at.value, list):
            scope.fail(Problem(f"{joined(path)} is a list", (at.span,), "begin each entry with `- `"))
        named = _entry_names(at.value, self.of.entry_name)
        return {name: scope.record(self.of, child, (*path, name), record) for name, child in named}

    def absent(self, record: Record) -> dict[str, Record]:
        return {}


def _entry_names(entries: list[Located], key: str) -> Iterator[tuple[str, Located]]:
    seen: dict[str, int] = {}
    for entry in entries:
        given = entry.value.get("name") or entry.value.get(key) if isinstance(entry.value, dict) else None
        name = given.value if given is not None and isinstance(given.value, str) else "entry"
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), entry


class Quantities(Field):
    """A mapping from names of the user's own to quantities."""

    kind = "quantities"

    def __init__(self, unit: str, doc: str, *, required: bool = False, low: float | None = None) -> None:
        super().__init__(doc, required=required)
        self.item = Quantity(unit, doc, low=low)

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Node]:
        found: dict[str, Node] = {}
        entries = record.scope.mapping(at, joined(path))
        for name in entries:
            try:
                found[name] = self.one(record, at, path, name)
            except Broken:
                continue
        if len(found) < len(entries):
            raise Broken
        return found

    def one(self, record: Record, at: Located, path: Path, name: str) -> Node:
        """The quantity of one name, so that a formula may ask for it before the others are read."""
        return record.scope.quantity(at.value[name], (*path, name), self.item)

    def absent(self, record: Record) -> dict[str, Node]:
        return {}


class Mix(Field):
    """A region, or a mapping of regions to shares that sum to 100 %."""

    kind = "mix"
    share = Quantity("1", "share of the mix", low=0, high=1, group=True)

    def read(self, record: Record, at: Located, path: Path) -> tuple[tuple[str, Node | None], ...]:
        if isinstance(at.value, str):
            return ((record.scope.text(at, joined(path)), None),)
        entries = record.scope.mapping(at, joined(path))
        shares = tuple(
            (region, record.scope.quantity(child, (*path, region), self.share)) for region, child in entries.items()
        )
        record.scope.must_total([share for _, share in shares], at.span, f"the shares of {joined(path)}")
        return shares


class Record:
    """A mapping of a scenario. Its class says which keys it may have."""

    __slots__ = ("scope", "tree", "path", "parent", "_values")
    fields: ClassVar[dict[str, Field]] = {}
    entry_name: ClassVar[str] = "name"

    def __init__(self, scope: Scope, tree: Located, path: Path, parent: Record | None = None) -> None:
        self.scope, self.tree, self.path, self.parent = scope, tree, path, parent
        self._values: dict[str, Any] = {}

    def __init_subclass__(cls) -> None:
        own = {value.name: value for value in vars(cls).values() if isinstance(value, Field)}
        cls.fields = {**cls.fields, **own}

    @property
    def name(self) -> str:
        """The key under which the record stands."""
        return self.path[-1] if self.path else ""

    @property
    def span(self) -> Span:
        return self.tree.key_span if self.tree.key_line else self.tree.span

    def has(self, name: str) -> bool:
        """Whether the scenario states a field."""
        return name in self.tree.value

    def get(self, field: Field) -> Any:
        """The value of a field, read once. Broken where it is wrong."""
        name = field.name
        if name not in self._values:
            at = self.tree.value.get(name)
            self._values[name] = field.absent(self) if at is None else field.read(self, at, (*self.path, name))
        return self._values[name]

    def need(self, name: str, why: str = "") -> Any:
        """The value of a field that has to be there; `why` says what for."""
        field = self.fields[name]
        value = self.get(field)
        if value is None or value == () or value == "" or value == {}:
            self.scope.fail(self.missing(field, why))
        return value

    def missing(self, field: Field, why: str = "") -> Problem:
        """What to say of a field that is not there."""
        unit = f" in {field.unit}" if isinstance(field, Quantity) and field.unit not in ("", "1") else ""
        where = joined(self.path) or "the scenario"
        return Problem(f"{where} has no '{field.name}'", (self.span,), why or f"{field.name}: {field.doc}{unit}")

    def item(self) -> str:
        """The key of the thing that the record is about, under which packs have parameters for it."""
        return self.name

    def profile(self, field: Field) -> Node | None:
        """A field's value from the parameters of the scenario's packs, or None."""
        return self.scope.profile(self.item(), field.name, (*self.path, field.name))

    def check(self) -> None:
        """Read every field, report every unknown and missing key, and go down."""
        for key, child in self.tree.value.items():
            if key not in self.fields:
                hint = near(key, self.fields, f"keys here: {', '.join(self.fields)}")
                self.scope.report(Problem(f"unknown key '{key}' in {joined(self.path) or 'the scenario'}", (child.key_span,), hint))
        for name, field in self.fields.items():
            try:
                value = self.need(name) if field.required else self.get(field)
            except Broken:
                continue
            for record in value.values() if isinstance(value, dict) else (value,):
                if isinstance(record, Record):
                    record.check()


def unit_of(field: Quantity) -> units.Unit:
    """The unit in which a field is asked."""
    return units.unit(field.unit)
