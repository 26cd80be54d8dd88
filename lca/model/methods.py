"""Methods: named, versioned, cited sets of formulas that a block reads its own keys through.

A method is a piece of the scenario's tree, `methods.KEY`; the file of a pack is merged below what the scenario says. A
block that names one is read through a subclass of its record: what the method takes become fields of the block, what
it gives stands below what the block states, which wins. Names are closed: a formula of a method sees its parameters,
what it takes and its equations, and nothing else, so that it can be read alone.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, Self, cast

from lca import units
from lca.citations import Origin
from lca.graph import Node
from lca.model.catalogue import of_several
from lca.model.expressions import OfPack, Scoped
from lca.model.fields import (
    Each,
    Field,
    Listed,
    Mix,
    Names,
    One,
    OneOrEach,
    Quantities,
    Quantity,
    Record,
    Rivals,
    Text,
    Truth,
    Words,
)
from lca.model.ledger import Taken
from lca.model.reader import Broken, Slot, stated
from lca.model.terms import NOTE
from lca.problems import Problem, Problems, Span, near, shortened
from lca.spoken import N_
from lca.text import formulas
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, is_quantity, joined, keyed, merged
from lca.text.source import gathered
from lca.units import Unit
from lca.wording import some

NAMES = ("takes", "parameters", "equations")  # the sections whose names formulas may use
MOST_LISTED = 12  # names that a message lists
MOST_NAMES = 5_000  # names of a method
DEEPEST = 10  # methods that extend one another


class Plain(Field):
    """A plain number, in the unit of its record."""

    kind = "number"

    def read(self, record: Record, at: Located, path: Path) -> float:
        text = record.reader.text(at, joined(path))
        try:
            value, unit = units.quantity(text)
        except units.UnitError:
            value, unit = 0.0, None
        if unit is not units.ONE:
            hint = "write the number alone: it is in the unit of what is taken"
            record.reader.fail(Problem(f"'{shortened(text)}' is no plain number", (at.span,), hint))
        return value


class AsWritten(Field):
    """A quantity, a formula or words, kept as it is written until a block needs it."""

    kind = "as written"


class Take(Record):
    """What a method asks of a block: a quantity or words, stated by the block, looked up, or a default."""

    text = Words("what it is", required=True)
    unit = Text("the unit that it is asked in; a pure number where absent", default="1")
    words = Truth("whether it is words, such as the name of a model, and no quantity")
    per_work = Truth("whether it is for a unit of the work, such as token/prompt")
    of = Text("the words that say which thing it is a parameter of, for packs to look it up")
    parameter = Text("what packs call it")
    default = AsWritten("its value where neither the block nor a pack has one: a quantity, a formula, or words")
    low = Plain("a lower bound, itself allowed")
    high = Plain("an upper bound, itself allowed")
    above = Plain("a lower bound that is itself not allowed")
    optional = Truth(
        "whether it may be left out; then what needs it is left out as well, and min and max do without it"
    )


class Formulas(Field):
    """A mapping from names of the user's own to formulas, which are read where a block uses them."""

    kind = "formulas"

    def read(self, record: Record, at: Located, path: Path) -> dict[str, Located]:
        return record.reader.mapping(at, joined(path))

    def absent(self, record: Record) -> dict[str, Located]:
        return {}


class Asked(Record):
    """How `lca request` asks a method of one request to a model."""

    packs = Names("packs that it needs beside its own, in order of preference")
    not_of = Names("architectures, as catalogues of models have them, of which it does not answer")
    apart = Words("why it answers by its name alone, and is not among the methods that a range is over")


class Method(Record):
    """A set of formulas that gives what a block does not state."""

    title = Words("what it is called", required=True)
    source = Text("the key of its source; its pack where absent")
    version = Words("its version")
    extends = Text("the method that it changes: what it takes is replaced name by name, all else merged")
    takes = Each(Take, "what it asks of a block")
    parameters = Quantities("", "its numbers, one for all blocks that use it")
    equations = Formulas("what it works out on the way")
    gives = Formulas("the keys of the block that it gives, with their formulas", required=True)
    request = One(Asked, "how `lca request` asks it of one request to a model; absent where it is of none")
    note = Words(NOTE)

    def check(self) -> None:
        super().check()
        self.reader.attempt(lambda: self.plan, self.span)

    @property
    def plan(self) -> Plan:
        """How the method is worked out, made once for all cases. Broken where it is wrong."""
        kept = self.reader.ledger.kept
        if id(self.tree) not in kept:
            kept[id(self.tree)] = (self.tree, None)
            kept[id(self.tree)] = (self.tree, _plan(self))
        plan = kept[id(self.tree)][1]
        if plan is None:
            raise Broken
        return cast("Plan", plan)


class Given(NamedTuple):
    """What a method gives at a path below a block: a formula with its tree, words of the block, or a plain value."""

    path: Path
    at: Located
    tree: formulas.Node | None = None
    words: str = ""


def _given_name(each: Given) -> str:
    """What a formula that is given is called among the others, whose names have no dots."""
    return joined(("gives", *each.path))


class Plan:
    """A method made ready: its names, and its formulas in an order in which each needs only those before it."""

    def __init__(
        self, key: str, takes: dict[str, Take], inner: dict[str, tuple[Located, formulas.Node | None]],
        equations: Iterable[str], gives: tuple[Given, ...],
    ) -> None:  # fmt: skip
        self.key, self.takes, self.inner = key, takes, inner
        self.equations, self.gives = frozenset(equations), gives
        self.order: tuple[str, ...] = ()
        self._pruned: dict[frozenset[str], dict[str, formulas.Node | None]] = {}
        self.blocks: dict[tuple[type, Unit | None], type[ByMethod]] = {}

    def needs(self, name: str) -> Iterator[str]:
        """The inner names that one needs."""
        tree = self.inner[name][1]
        for known in formulas.names(tree) if tree is not None else ():
            if known.parts[0] in self.inner:
                yield known.parts[0]

    def pruned(self, lacking: frozenset[str]) -> dict[str, formulas.Node | None]:
        """The formulas where some takes have no value; None where one needs them. What is no formula is not there."""
        if lacking not in self._pruned:
            trees: dict[str, formulas.Node | None] = {}
            absent = set(lacking)
            for name in (name for name in self.order if name in lacking or name not in self.takes):
                whole = self.inner[name][1]
                if whole is None:
                    absent.discard(name)
                    continue
                trees[name] = formulas.without(whole, absent)
                (absent.add if trees[name] is None else absent.discard)(name)
            for each in self.gives:
                if each.tree is not None:
                    trees[_given_name(each)] = formulas.without(each.tree, absent)
            self._pruned[lacking] = trees
        return self._pruned[lacking]


# --- what a method says -----------------------------------------------------------------------------------------------


def _plan(method: Method) -> Plan:
    """The plan of a method. Broken where a name or a formula is wrong, after all have been looked at."""
    takes: dict[str, Take] = method.takes
    equations: dict[str, Located] = method.equations
    known = _known(method)
    if takes.keys() != entries(entries(method.tree).get("takes")).keys():
        raise Broken
    bad = _Problems(method, known)
    inner: dict[str, tuple[Located, formulas.Node | None]] = {}
    for name, take in takes.items():
        bad.take(name, take)
        at = entries(take.tree).get("default")
        if at is not None and not take.words:
            inner[name] = (at, bad.parsed(at))
    inner |= {name: (at, bad.parsed(at)) for name, at in equations.items()}
    gives = tuple(_gives(find(method.tree, ("gives",)), takes, bad))
    plan = Plan(method.name, takes, inner, equations, gives)
    if bad.any:
        raise Broken
    plan.order = _ordered(plan, method)
    return plan


def _known(method: Method) -> dict[str, Span]:
    """The names of a method. Broken where one stands in two sections, or is none that a formula can write."""
    known: dict[str, Span] = {}
    wrong: list[Problem] = []
    for section in NAMES:
        for name, at in entries(entries(method.tree).get(section)).items():
            if name in known:
                message = f"{method.name} has '{shortened(name)}' twice"
                wrong.append(Problem(message, (at.key_span, known[name]), "rename one"))
            elif formulas.name_text((name,)).startswith('"') or "." in name:
                hint = "letters, digits and _, beginning with a letter"
                wrong.append(Problem(f"'{shortened(name)}' is no name for a formula", (at.key_span,), hint))
            known.setdefault(name, at.key_span)
    if len(known) > MOST_NAMES:
        wrong = [Problem(f"{method.name} has {len(known):,} names", (method.span,), f"at most {MOST_NAMES:,}")]
    method.reader.report(*wrong)
    if wrong:
        raise Broken
    return known


class _Problems:
    """What is wrong with the formulas of a method."""

    def __init__(self, method: Method, known: Mapping[str, Span]) -> None:
        self.method, self.known, self.any = method, known, False
        self.words = {name for name, take in method.takes.items() if take.words}

    def report(self, message: str, span: Span, hint: str) -> None:
        self.any = True
        self.method.reader.report(Problem(message, (span,), hint))

    def take(self, name: str, take: Take) -> None:
        """What is wrong with something taken."""
        at = entries(take.tree)
        if bool(take.parameter) != bool(take.of):
            lacks = "of" if take.parameter else "parameter"
            self.report(
                f"{name} has no {lacks}", take.span, "a look-up needs both: of which words, and what packs call it"
            )
        if take.of and take.of not in self.words:
            hint = near(take.of, sorted(self.words), f"takes that are words: {', '.join(sorted(self.words)) or 'none'}")
            self.report(f"'{shortened(take.of)}' is no words that {self.method.name} takes", at["of"].span, hint)
        if take.words:
            for key in ("unit", "per_work", "of", "parameter", "low", "high", "above"):
                if key in at:
                    self.report(f"{name} is words, and has {key}", at[key].key_span, "take one of the two out")
            other = _other(at["default"]) if "default" in at else ""
            if other and other not in self.words - {name}:
                hint = f"takes that are words: {', '.join(sorted(self.words - {name})) or 'none'}"
                self.report(f"'{shortened(other)}' is no other words that it takes", at["default"].span, hint)
            return
        try:
            units.unit(take.unit)
        except units.UnitError as error:
            self.report(error.message, at["unit"].span if "unit" in at else take.span, error.hint or "check the unit")

    def parsed(self, at: Located) -> formulas.Node | None:
        """The tree of a formula; None of a plain value, or where something is wrong with it."""
        value = stated(at)
        if not isinstance(value.value, str) or not value.value.startswith("="):
            return None
        try:
            tree = formulas.parse(value.value[1:])
        except formulas.FormulaError as error:
            self.report(error.message, value.column_span(error.offset + 1), error.hint)
            return None
        for name in formulas.names(tree):
            self.name(name, value)
        return tree

    def name(self, name: formulas.Name, at: Located) -> None:
        """A name that a formula uses."""
        word, span = joined(name.parts), at.column_span(name.offset + 1)
        if len(name.parts) > 1 or word not in self.known:
            listed = f"names of {self.method.name}: {some(self.known, MOST_LISTED)}"
            self.report(f"{self.method.name} has no '{shortened(word)}'", span, near(word, self.known, listed))
        elif word in self.words and str(at.value)[1:].strip() != word:
            self.report(
                f"{word} is words, and no quantity", span, f"`= {word}` alone puts the words of the block there"
            )


def _gives(at: Located | None, takes: Mapping[str, Take], bad: _Problems, path: Path = ()) -> Iterator[Given]:
    """The leaves of what a method gives."""
    for name, child in entries(at).items():
        below = (*path, name)
        if isinstance(child.value, dict) and not is_quantity(child):
            yield from _gives(child, takes, bad, below)
            continue
        tree = bad.parsed(child)
        word = tree.parts[0] if isinstance(tree, formulas.Name) else ""
        alone = word in takes and takes[word].words
        yield Given(below, child, None, word) if alone else Given(below, child, tree)


def _ordered(plan: Plan, method: Method) -> tuple[str, ...]:
    """The inner names, each after those that it needs. Broken where they go in a circle."""
    order: dict[str, None] = {}
    for name in plan.inner:
        waiting: dict[str, Iterator[str]] = {} if name in order else {name: plan.needs(name)}
        while waiting:
            here = next(reversed(waiting))
            after = next((one for one in waiting[here] if one not in order), None)
            if after is None:
                order[here] = None
                del waiting[here]
            elif after in waiting:
                circle = [*waiting][[*waiting].index(after) :]
                words = " -> ".join([*circle[:6], after])
                span = stated(plan.inner[after][0]).span
                method.reader.fail(
                    Problem(f"a formula needs its own result: {words}", (span,), "give one of them without the others")
                )
            else:
                waiting[after] = plan.needs(after)
    return tuple(order)


# --- a block by a method ----------------------------------------------------------------------------------------------


class ByMethod(Record):
    """A part of a scenario that a method may give keys of."""

    method = Text("the method that gives what is not stated here; a key of `methods`, or of a pack")
    looked_up: Mapping[str, Node] = MappingProxyType({})

    @classmethod
    def read(cls, tree: Located, path: Path, parent: Record) -> Self:
        parent.reader.mapping(tree, joined(path))
        named = entries(tree).get("method")
        return super().read(tree, path, parent) if named is None else _applied(cls, tree, path, parent, named)


def _other(default: Located) -> str:
    """The other words that a default of words names, as `= model` does; '' where it is words itself."""
    text = default.value if isinstance(default.value, str) else ""
    return text.removeprefix("=").strip() if text.startswith("=") else ""


class TakenQuantity(Quantity):
    """What a method takes, as a field of a block."""

    def absent(self, record: Record) -> Node | None:
        return cast("ByMethod", record).looked_up.get(self.name)


class TakenWords(Field):
    """Words that a method takes: text, or whatever its block puts in their place."""

    kind = "text"


class _Names:
    """What the names of a method's formulas lead to, from one block."""

    def __init__(self, plan: Plan, parameters: Mapping[str, Located]) -> None:
        self.plan, self.parameters = plan, parameters
        self.record: ByMethod | None = None

    def __call__(self, parts: Path) -> Slot | Node:
        name, record = parts[0], self.record
        if name in self.parameters:
            return Slot(self.parameters[name], ("methods", self.plan.key, "parameters", name), ANY)
        if record is None:
            raise Broken
        field = record.fields[name]
        at = entries(record.tree).get(name)
        if at is not None and isinstance(field, Quantity):
            return Slot(at, (*record.path, name), field.asked)
        value = record.get(field)
        if isinstance(value, Node):
            return value
        raise LookupError(f"{joined(record.path)} has no '{name}'", f"state it; {field.doc}")


ANY = Quantity("", "a parameter of the method").asked


class _Use:
    """A method in use by one block: what the block states, and what the method gives below it."""

    def __init__(self, plan: Plan, tree: Located, path: Path, parent: Record) -> None:
        self.plan, self.tree, self.path, self.parent = plan, tree, path, parent
        self.own, self.reader = entries(tree), parent.reader

    @cached_property
    def words(self) -> dict[str, Located]:
        """The words that the method takes: those of the block, else its default.

        That may be other words of it; then it is what packs call the thing that these name.
        """
        asked = {name: take for name, take in self.plan.takes.items() if take.words}
        found = {name: self.own.get(name) or entries(take.tree).get("default") for name, take in asked.items()}
        others = {name: _other(at) for name, at in found.items() if at is not None and name not in self.own}
        named = {name: found.get(other) for name, other in others.items() if other}
        found |= {name: None if at is None else at.with_value(self._item(at)) for name, at in named.items()}
        return {name: at for name, at in found.items() if at is not None}

    @cached_property
    def looked_up(self) -> dict[str, Node]:
        """What packs have of the things that the block names: one input for all blocks that name the same."""
        asked = [(name, take) for name, take in self.plan.takes.items() if take.parameter and name not in self.own]
        found = {name: self._of_packs(take) for name, take in asked if take.of in self.words}
        return {name: node for name, node in found.items() if node is not None}

    def _of_packs(self, take: Take) -> Node | None:
        item = self._item(self.words[take.of])
        if not item:
            return None
        field = _field(take, self.work)
        node = self.reader.profile(item, field.asked._replace(name=take.parameter), (), "")
        return None if node is None else self.reader.for_work(node, field.asked)

    def _item(self, at: Located) -> str:
        """What packs call the thing that words name. Broken where several things are called so."""
        name = at.value if isinstance(at.value, str) else ""
        items = self.reader.ledger.packs.called(name) if name else []
        if len(items) > 1:
            self.reader.fail(of_several(name, items, at.span))
        return items[0] if items else name

    @cached_property
    def lacking(self) -> frozenset[str]:
        """The quantities that nobody states and no pack has; some of them have a default."""
        known = self.own.keys() | self.looked_up.keys()
        return frozenset(name for name, take in self.plan.takes.items() if not take.words and name not in known)

    @property
    def trees(self) -> dict[str, formulas.Node | None]:
        """The formulas of the method as far as they have what they need."""
        return self.plan.pruned(self.lacking)

    @cached_property
    def work(self) -> Unit | None:
        """The unit of work that what is taken is for: that of the first that is stated so, else that of the demand."""
        for name, take in self.plan.takes.items():
            unit = self.reader.unit_written(self.own[name]) if take.per_work and name in self.own else None
            over = units.ONE if unit is None else units.over(unit, units.unit(take.unit))
            if len(over.dims) == 1 and over.dims[0][1] == -1:
                return units.over(units.ONE, units.coherent(over))
        context = self.reader.context
        return next((unit for unit in context.demanded() if unit is not None and unit.dims), None) or context.counted()

    def problems(self) -> Iterator[Problem]:
        """What the block states and the method works out, and what it does not state and the method takes."""
        where, plan = joined(self.path), self.plan
        for name in self.own.keys() & plan.equations:
            hint = f"take it out; what may be stated: {', '.join(plan.takes)}"
            yield Problem(f"{name} is worked out by {plan.key}, and not stated", (self.own[name].key_span,), hint)
        for name in self._absent():
            message = f"{where} has no '{name}', which {plan.key} takes"
            yield Problem(message, (self.own["method"].span,), self._way(name, plan.takes[name]))

    def _absent(self) -> list[str]:
        """What the block has to state and does not; else what has a default that needs something left out."""
        takes = {name: take for name, take in self.plan.takes.items() if not take.optional}
        absent = [name for name, take in takes.items() if take.words and name not in self.words]
        absent += [name for name in takes if name in self.lacking and name not in self.plan.inner]
        return absent or [name for name in takes if name in self.lacking and self.trees.get(name, name) is None]

    def unknown(self, cls: type[Record], others: Iterable[str]) -> Iterator[Problem]:
        """Keys that neither the block nor a method has: what is missing may be one of them, misspelt."""
        known = dict.fromkeys((*cls.fields, *self.plan.takes, *self.plan.equations, *others))
        for name, at in self.own.items():
            if name not in known:
                hint = near(name, known, f"keys here: {', '.join((*self.plan.takes, *cls.fields))}")
                message = f"unknown key '{shortened(name)}' in {joined(self.path)}"
                yield Problem(message, (at.key_span,), hint)

    def _way(self, name: str, take: Take) -> str:
        """The way out where a block lacks what its method takes."""
        said = f"{name}: {take.text}{f', in {take.unit}' if take.unit != '1' and not take.words else ''}"
        item = self.words[take.of].value if take.parameter and take.of in self.words else None
        if not isinstance(item, str):
            return said
        others = near(item, self.reader.having(take.parameter))
        return f"{said}; no pack of the study has it for '{shortened(item)}'{'; ' if others else ''}{others}"

    def not_found(self) -> Iterator[Taken]:
        """The defaults that are taken because no pack has a parameter of the thing that the block names."""
        for name in sorted(self.lacking & self.plan.inner.keys()):
            take = self.plan.takes[name]
            item = self.words[take.of].value if take.of in self.words else ""
            if take.parameter and isinstance(item, str) and self.trees.get(name, take) is not None:
                words = N_(
                    "its default, since no pack of the study has {parameter} of {item}", parameter=take.parameter,
                    item=shortened(item),
                )  # fmt: skip
                yield Taken(joined((*self.path, name)), words, self.own["method"].span)

    def given(self, cls: type[Record], names: Callable[[Path], Slot | Node]) -> dict[str, Located]:
        """What stands below what the block states: defaults and equations, and what the method gives of its keys."""
        below: dict[str, Any] = {}
        for name, (at, whole) in self.plan.inner.items():
            known = name in self.own or name in self.looked_up
            if not known and (whole is None or self.trees[name] is not None):
                below[name] = _scoped(at, self.trees.get(name), names, self.plan.key)
        dropped = [path for pair in cls.rivals for path in self._displaced(pair)]
        for each in self.plan.gives:
            leaf = None if any(each.path[: len(path)] == path for path in dropped) else self._leaf(each, names)
            if leaf is not None:
                _put(below, each.path, leaf)
        return {key: _located(child, self.tree) for key, child in below.items()}

    def _displaced(self, pair: Rivals) -> Iterator[Path]:
        """Of two keys that say one thing, the one that the block leaves out where it states the other."""
        first, second = (find(self.tree, path) is not None for path in (pair.first, pair.second))
        if first != second:
            yield pair.second if first else pair.first

    def _leaf(self, each: Given, names: Callable[[Path], Slot | Node]) -> Located | None:
        if each.words:
            return self.words.get(each.words)
        tree = None if each.tree is None else self.trees[_given_name(each)]
        return None if each.tree is not None and tree is None else _scoped(each.at, tree, names, self.plan.key)


def _applied(cls: type[Any], tree: Located, path: Path, parent: Record, named: Located) -> Any:
    """A block read through a method: what the block states, and below it what the method gives."""
    method = _method(parent, named, path)
    plan = method.plan
    use = _Use(plan, tree, path, parent)
    if wrong := [*use.problems()]:
        others = (name for other in _others(method) for name in other.plan.takes)
        parent.reader.report(*wrong, *use.unknown(cls, others))
        raise Broken
    names = _Names(plan, entries(entries(method.tree).get("parameters")))
    block = _block(cls, use.work, method)
    record = block(parent.reader, merged(tree.with_value(use.given(cls, names)), tree), path, parent)
    record.looked_up = use.looked_up
    names.record = record
    parent.reader.ledger.facts.taken.update(dict.fromkeys(use.not_found()))
    for each in plan.gives:
        if find(tree, each.path) is not None:
            parent.reader.ledger.facts.overruled[joined((*path, *each.path))] = plan.key
    return record


def _method(parent: Record, named: Located, path: Path) -> Method:
    """The method that a block names. Broken where there is none, or it is wrong."""
    key = parent.reader.text(named, joined((*path, "method")))
    top = parent.top
    known: dict[str, Method] = top.get(top.fields["methods"])
    if key in known:
        return known[key]
    if key in entries(entries(top.tree).get("methods")) or not parent.reader.ledger.packs.complete:
        raise Broken
    every = dict.fromkeys((*known, *parent.reader.ledger.packs.methods()))
    listed = f"methods: {', '.join(every)}" if every else "no pack of the study has one"
    hint = near(key, every, f"{listed}; `lca methods` lists those of all packs")
    return parent.reader.fail(Problem(f"no method '{shortened(key)}'", (named.span,), hint))


# --- the record of such a block ---------------------------------------------------------------------------------------


def _block(cls: type[Any], work: Unit | None, method: Method) -> type[ByMethod]:
    """The class of blocks of a kind that use a method. Broken where the method does not fit them."""
    plan = method.plan
    if (cls, work) not in plan.blocks:
        _must_fit(cls, plan, method)
        fields: dict[str, Field] = dict(cls.fields)
        for name, take in plan.takes.items():
            if name not in fields:
                fields[name] = _named(TakenWords(take.text) if take.words else _field(take, work), name)
        for name in plan.equations:
            fields[name] = _named(Quantity("", f"worked out by {plan.key}"), name)
        others = (other.plan for other in _others(method))
        aside = {name: take for other in others for name, take in other.takes.items() if name not in fields}
        for name, take in aside.items():
            fields[name] = _named(Field(take.text) if take.words else _field(take, None), name)
        plan.blocks[cls, work] = _made(cls, fields)
    return plan.blocks[cls, work]


class _OfMethod(type):
    """What classes of blocks are that a method gives fields: pickled by what they are made of."""


def _made(cls: type[Any], fields: dict[str, Field]) -> type[ByMethod]:
    made = cast("type[ByMethod]", _OfMethod(cls.__name__, (cls,), {}))
    made.fields = fields
    return made


def _taken_apart(made: Any) -> tuple[Any, ...]:
    return _made, (made.__bases__[0], made.fields)


copyreg.pickle(_OfMethod, _taken_apart)


def _others(method: Method) -> Iterator[Method]:
    """The other methods of the case that are in order: what a block states for them is set aside."""
    every: dict[str, Method] = method.top.get(method.top.fields["methods"])
    for other in every.values():
        if other is not method and method.reader.attempt(lambda other=other: other.plan, other.span) is not None:  # type: ignore[misc]
            yield other


def _named(field: Field, name: str) -> Field:
    field.name = name
    return field


def _field(take: Take, work: Unit | None) -> Quantity:
    field = TakenQuantity(take.unit, take.text, per_work=take.per_work, low=take.low, high=take.high, above=take.above)
    field.work = work
    return field


def _must_fit(cls: type[Record], plan: Plan, method: Method) -> None:
    """Broken where a method gives a key that a block does not have, or works out one that it has."""
    wrong = False
    for each in plan.gives:
        depth = _depth(cls, each.path)
        if depth < len(each.path):
            message = f"{plan.key} gives {joined(each.path)}, which a {cls.__name__.lower()} does not have"
            hint = near(each.path[depth], cls.fields, "the method is for blocks that have it")
            method.reader.report(Problem(message, (each.at.key_span,), hint))
            wrong = True
    for name in plan.equations & cls.fields.keys():
        message = f"{name} is a key of a {cls.__name__.lower()}, and an equation of {plan.key}"
        method.reader.report(Problem(message, (plan.inner[name][0].key_span,), "give the equation another name"))
        wrong = True
    for name, take in plan.takes.items():
        own = cls.fields.get(name)
        if own is not None and not _is_alike(own, take):
            message = f"{plan.key} takes {name} in another unit than a {cls.__name__.lower()} has it"
            method.reader.report(Problem(message, (take.span,), "give what is taken another name"))
            wrong = True
    if wrong:
        raise Broken


def _is_alike(own: Field, take: Take) -> bool:
    """Whether a key of a block can serve as what a method takes under the same name."""
    if take.words or not isinstance(own, Quantity):
        return take.words and not isinstance(own, Quantity)
    return units.scale(units.unit(own.unit), units.unit(take.unit)) is not None


def _depth(record: type[Record] | None, path: Path) -> int:
    """How many parts of a path a record knows."""
    depth = 0
    while depth < len(path):
        field = None if record is None else record.fields.get(path[depth])
        if field is None:
            return depth
        depth += 1
        if isinstance(field, Each | Listed) and not isinstance(field, OneOrEach):
            depth += 1
        if isinstance(field, Quantities | Mix):
            return len(path)
        record = field.of if isinstance(field, One) else None
    return depth


def _scoped(at: Located, tree: formulas.Node | None, names: Callable[[Path], Slot | Node], key: str) -> Located:
    """A formula with the names that it sees; a plain value as it is."""
    if tree is None:
        return at
    if is_quantity(at):
        details = entries(at)
        return at.with_value({**details, "value": Scoped.of(details["value"], tree, names, key)})
    return Scoped.of(at, tree, names, key)


def _put(tree: dict[str, Any], path: Path, leaf: Located) -> None:
    for part in path[:-1]:
        below = tree.get(part)
        tree = tree.setdefault(part, {}) if not isinstance(below, Located) else {}
    tree[path[-1]] = leaf


def _located(child: Any, around: Located) -> Located:
    if isinstance(child, Located):
        return child
    return around.with_value({key: _located(below, around) for key, below in child.items()})


# --- the methods of a scenario ----------------------------------------------------------------------------------------


Find = Callable[[str], "Located | None"]


def with_methods(tree: Located, find_method: Find) -> Located:
    """A scenario with the methods that it names, those of packs below what it says of them. Problems all at once."""
    own = entries(entries(tree).get("methods"))
    named = {at.value: None for at in keyed(tree, "method") if isinstance(at.value, str)}
    made: dict[str, Located] = {}
    problems: list[Problem] = []
    for key in dict.fromkeys((*own, *named)):
        try:
            found = _whole(key, own, find_method, ())
        except Problems as wrong:
            problems += wrong.problems
            continue
        if found is not None:
            made[key] = found
    if problems:
        raise gathered(dict.fromkeys(problems))
    if not made:
        return tree
    around = entries(tree).get("methods", tree)
    return tree.with_value({**entries(tree), "methods": around.with_value({**own, **made})})


def whole(tree: Located, find_method: Find) -> Located:
    """A method of a pack with what it extends. Problems where that does not exist."""
    return _whole("", {"": tree}, find_method, ()) or tree


def _whole(key: str, own: Mapping[str, Located], find_method: Find, chain: tuple[str, ...]) -> Located | None:
    """A method with what it extends, and with what the scenario says of it. None where nobody knows it."""
    of_pack, over = find_method(key), own.get(key)
    if of_pack is not None and over is not None:
        _adds_nothing(key, of_pack, over)
    base = of_pack if of_pack is not None else over
    if base is None or not isinstance(base.value, dict):
        return base
    parent = entries(base).get("extends")
    if parent is not None and isinstance(parent.value, str):
        below = _whole(parent.value, own, find_method, (*chain, key)) if _may_extend(parent, (*chain, key)) else None
        if below is None:
            hint = "name one of a pack of the study"
            raise Problems([Problem(f"no method '{shortened(parent.value)}'", (parent.span,), hint)])
        base = _extended(below, base)
    return base if of_pack is None or over is None else merged(base, over)


def _may_extend(parent: Located, chain: tuple[str, ...]) -> bool:
    """True; Problems where methods extend one another in a circle, or too many do."""
    message, hint = "the methods extend one another in a circle", "extend another one"
    if parent.value not in chain:
        message, hint = "too many methods extend one another", f"at most {DEEPEST}: write one of them whole"
    if parent.value in chain or len(chain) > DEEPEST:
        raise Problems([Problem(message, (parent.span,), hint)])
    return True


def _extended(below: Located, above: Located) -> Located:
    """One method on top of another: what is taken is replaced whole, name by name."""
    takes = {**entries(entries(below).get("takes")), **entries(entries(above).get("takes"))}
    both = merged(below, above)
    around = entries(both).get("takes")
    children = {key: at for key, at in entries(both).items() if key != "extends"}
    return both.with_value(children if around is None else {**children, "takes": around.with_value(takes)})


def _adds_nothing(key: str, of_pack: Located, over: Located) -> None:
    """Problems where a scenario adds a name to a method of a pack: that is another method, which extends it."""
    wrong = []
    for section in NAMES:
        known = entries(entries(of_pack).get(section))
        for name, at in entries(entries(over).get(section)).items():
            if name not in known and "extends" not in entries(of_pack):
                hint = near(name, known, f"a method of your own may add it: methods: {{NAME: {{extends: {key}, …}}}}")
                wrong.append(Problem(f"{key} has no '{shortened(name)}' among its {section}", (at.key_span,), hint))
    if wrong:
        raise Problems(wrong)


def of_pack(tree: Located, pack: str, key: str) -> Located:
    """The method of a pack's file, with its source on every value, and its numbers known to be of the pack."""
    own = entries(tree).get("source")
    cite = _Cited(pack, key, own if own is not None and isinstance(own.value, str) else tree.with_value(pack))
    children = dict(entries(tree))
    hint = "write the formula among the equations: the parameters of a method are its numbers"
    made = [stated(at) for at in entries(children.get("parameters")).values()]
    wrong = [at for at in made if isinstance(at.value, str) and at.value.startswith("=")]
    if wrong:
        raise Problems(Problem("a parameter of a method is no formula", (at.span,), hint) for at in wrong)
    for section in ("parameters", "equations"):
        at = children.get(section)
        if at is not None and isinstance(at.value, dict):
            children[section] = at.with_value({name: cite.quantity(name, child) for name, child in at.value.items()})
    takes = children.get("takes")
    if takes is not None and isinstance(takes.value, dict):
        children["takes"] = takes.with_value({name: cite.take(name, child) for name, child in takes.value.items()})
    if "gives" in children:
        children["gives"] = cite.below(children["gives"], ("gives",))
    return tree.with_value(children)


class _Cited(NamedTuple):
    """What stamps the values of a method's file with where they are from."""

    pack: str
    key: str
    source: Located

    def quantity(self, name: str, at: Located) -> Located:
        """A value with its source; a number is known to be of the pack."""
        details = entries(at) if is_quantity(at) else {"value": at}
        value = details["value"]
        if not isinstance(value.value, str):
            return at
        if not value.value.startswith("="):
            value = OfPack.of(value, Origin(self.pack, self.key, name))
        return at.with_value({"source": self.source, **details, "value": value})

    def take(self, name: str, at: Located) -> Located:
        children = entries(at)
        words = children.get("words")
        if "default" not in children or (words is not None and words.value == "true"):
            return at
        return at.with_value({**children, "default": self.quantity(name, children["default"])})

    def below(self, at: Located, path: Path = ()) -> Located:
        """What is given: mappings with a value get their source; plain values may be words, and say where they are."""
        if is_quantity(at):
            return self.quantity(joined(path), at)
        if not isinstance(at.value, dict):
            is_plain = isinstance(at.value, str) and not at.value.startswith("=")
            return OfPack.of(at, Origin(self.pack, self.key, joined(path))) if is_plain else at
        return at.with_value({name: self.below(child, (*path, name)) for name, child in at.value.items()})
