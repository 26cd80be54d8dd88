"""The account of a file: what became of every number that it states, what packs added, and what stands in for what.

A stated number is used, where a total of some case or a derived AUR depends on it; used by checks only; or not used,
because nothing asks for it or because something else stands in its place. Beside it stand the numbers that packs gave:
parameters in place of fields that the scenario leaves out, parts of assemblies, and factors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from lca.compile import Model
from lca.graph import Graph, Input, elasticities
from lca.model.case import TotalKey
from lca.model.inputs import written_out
from lca.model.ledger import Place, Stated, Taken
from lca.model.reader import stated
from lca.model.regions import called
from lca.model.stand_ins import Substitution
from lca.model.years import each_of
from lca.problems import Span
from lca.result import Result
from lca.spoken import N_, _, n_
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, is_year, items, joined, keyed, leaves
from lca.units import own_in

USES = USED, CHECKED, UNUSED = N_("used"), N_("used by checks only"), N_("not used")
STATED, DEFAULT, PART, FACTOR = "stated", "default", "part", "factor"  # kinds of numbers
PARAMETER, OF_METHOD = "parameter", "method number"  # of packs, for methods
ELSEWHERE = ("study", "units", "functional_units", "variants", "expect", "extends")  # what no case takes from the top
REASONS = {
    "parameters": N_("no formula names it"), "sites": N_("nothing stands there"), "factors": N_("no flow meets it"),
}  # fmt: skip
OWN, OF_ITSELF = N_("what is stated"), N_("the block says it itself")  # in place of what a method gives
NOT_INCLUDED = N_("no case includes it")


class Number(NamedTuple):
    """A number that figures may depend on.

    kind: `stated` by the scenario, or of a pack: a `default` in place of a field, a `part` of an assembly, a `factor`,
    a `parameter` that a method looks up, a `method number`.
    address: where it is written. text: as written. value: in `unit`. leaf: the input that it is, none of a formula.
    use: used, used by checks only, or not used, and then the reason. node: on the graph.
    """

    kind: str
    address: str
    text: str
    value: float
    unit: str
    use: str
    reason: str
    span: Span
    leaf: Input | None
    node: int


class Idle(NamedTuple):
    """Something stated that no figure depends on, and why: a number, or a thing with all its numbers."""

    path: str
    reason: str
    span: Span


class Weight(NamedTuple):
    """By how many percent a total moves for one percent of a number; the total that moves most."""

    total: TotalKey
    elasticity: float


class Account(NamedTuple):
    """All numbers of a file, what is idle in it, and what was taken in place of what was asked for, or left out."""

    numbers: tuple[Number, ...]
    idle: tuple[Idle, ...]
    instead: tuple[Substitution, ...]
    taken: tuple[Taken, ...] = ()

    def of(self, kind: str, use: str = "") -> list[Number]:
        """The numbers of a kind, or those of them that are of one use."""
        return [number for number in self.numbers if number.kind == kind and use in ("", number.use)]

    def tally(self) -> str:
        """How many numbers are stated, and how many of them are of each use."""
        said = (
            (USED, N_("{count} used")), (CHECKED, N_("{count} used by checks only")), (UNUSED, N_("{count} not used")),
        )  # fmt: skip
        uses = [_(words, count=count) for use, words in said if (count := len(self.of(STATED, use)))]
        return n_(
            "{count} number stated: {uses}",
            "{count} numbers stated: {uses}",
            len(self.of(STATED)),
            uses=", ".join(uses),
        )


def account(result: Result) -> Account:
    """The account of the file that a result is of, over every case that was compiled with it."""
    whole = result.whole
    ways = _Ways(whole.model, _below_checks(whole))
    numbers = [*_stated(whole, ways), *_of_packs(whole, ways)]
    taken = tuple(one for one in ways.facts.taken if one.node < 0 or one.node in ways.below)
    idle, instead = _idle(whole.model, ways, numbers), _instead(whole.model, ways.below)
    return Account(tuple(numbers), tuple(idle), tuple(instead), taken)


def weights(result: Result) -> dict[int, Weight]:
    """How much each input weighs in the total that it moves most, of all cases, by node; none that moves nothing."""
    whole, heaviest = result.whole, dict[int, Weight]()
    for total, root in whole.model.totals.items():
        for leaf, slope in elasticities(whole.model.graph, root, whole.values).items():
            if slope and (leaf not in heaviest or abs(slope) > abs(heaviest[leaf].elasticity)):
                heaviest[leaf] = Weight(total, slope)
    return heaviest


def assumed(result: Result) -> list[Input]:
    """The assumed inputs that a total shown depends on, each once."""
    graph = result.model.graph
    leaves = (graph.info[i] for i in graph.below(result.model.totals.values()) if graph.op[i] == "input")
    return list({(leaf.path, leaf.span): leaf for leaf in leaves if leaf.citation.basis == "assumed"}.values())


def is_ranged(leaf: Input) -> bool:
    """Whether an input says within what it may be."""
    return leaf.low is not None or leaf.high is not None or leaf.law is not None


def _below_checks(result: Result) -> set[int]:
    roots = [node for v in result.verdicts for node in (v.node, v.bound) if node >= 0]
    return set(result.model.graph.below(roots))


class _Ways:
    """What leads from stated quantities to figures."""

    def __init__(self, model: Model, checked: set[int]) -> None:
        self.facts, self.checked = model.facts, checked
        self.below = set(model.graph.below([*model.every.totals.values(), *model.facts.aurs.values()]))
        self._known: dict[Place, str] = {}

    @cached_property
    def asked(self) -> set[Path]:
        """The paths of which a part was asked for by the flows of a case."""
        return {path[:length] for path in self.facts.asked for length in range(1, len(path) + 1)}

    def use(self, place: Place) -> str:
        """What became of a stated quantity; a default of a pack, which may have a rate, is there where it is used."""
        if place not in self.facts.stated:
            return USED
        if place not in self._known:
            self._known[place] = UNUSED  # of a circle, which is no formula
            self._known[place] = self._use(self.facts.stated[place], place)
        return self._known[place]

    def _use(self, one: Stated, place: Place) -> str:
        by_nodes = _better(self._of_node(node) for node in one.nodes)
        if by_nodes == UNUSED or not one.text.startswith("=") or self._is_asked(one.path):
            return by_nodes
        named = CHECKED if place in self.facts.checked else UNUSED
        return _better((named, *(self.use(by) for by in self.facts.naming.get(place, ()))))

    def _of_node(self, node: int) -> str:
        return USED if node in self.below else CHECKED if node in self.checked else UNUSED

    def _is_asked(self, path: Path) -> bool:
        return path in self.facts.asked or path[:-1] in self.facts.asked

    def thing(self, path: Path) -> Path:
        """What is idle where a quantity is: the first part of its path of which nothing was asked for, else itself."""
        starts = (path[:length] for length in range(2, len(path)))
        return next((start for start in starts if start not in self.asked), path)


def _better(uses: Iterable[str]) -> str:
    return min(uses, key=USES.index, default=UNUSED)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _stated(result: Result, ways: _Ways) -> Iterator[Number]:
    graph = result.model.graph
    for place, one in ways.facts.stated.items():
        if one.path[0] != "expect" and not one.method:
            node, use = next(iter(one.nodes)), ways.use(place)
            leaf = None if one.text.startswith("=") else graph.info[node]
            why = "" if use == USED else _reason(ways, place, graph)
            value, unit = result.values[node], str(graph.unit[node])
            yield Number(STATED, one.address, one.text, value, unit, use, why, one.span, leaf, node)


def _reason(ways: _Ways, place: Place, graph: Graph) -> str:
    one = ways.facts.stated[place]
    path, thing = one.path, ways.thing(one.path)
    naming = [joined(by) for by, _ in ways.facts.naming.get(place, ())]
    if naming:
        several = len(naming) > 1
        words = N_("only {names} name it") if several else N_("only {names} names it")
        return N_(words, names=", ".join(naming))
    if is_year(path[-1]):
        return N_("no year that is assessed lies beside it")
    if path[0] in REASONS and not (path[0] == "sites" and path[:2] in ways.asked):
        return REASONS[path[0]]
    if path[0] == "functional_units" and "demand" in path:
        return N_("nothing is counted in {unit}", unit=graph.unit[next(iter(one.nodes))])
    if thing[0] == "training" and thing[-2:-1] == ("runs",):
        return NOT_INCLUDED
    return N_("no total depends on it") if path in ways.facts.asked else N_("nothing asks for it")


def _of_packs(result: Result, ways: _Ways) -> Iterator[Number]:
    graph = result.model.graph
    for node in sorted(ways.below | ways.checked):
        leaf = graph.info[node] if graph.op[node] == "input" else None
        if leaf is not None and leaf.origin is not None:
            text, use = f"{leaf.value:g} {leaf.unit}".removesuffix(" 1"), USED if node in ways.below else CHECKED
            kind = kind_of(result.model, leaf)
            yield Number(kind, leaf.path, text, leaf.value, str(leaf.unit), use, "", leaf.span, leaf, node)


def kind_of(model: Model, leaf: Input) -> str:
    """What a number of a pack is: in place of a field, a factor, what an item has or is made of, or of a method."""
    origin = leaf.origin
    if origin is None or leaf.path.startswith("methods."):
        return OF_METHOD
    if not leaf.path.startswith(f"{origin.pack}."):
        return DEFAULT
    if origin.name in model.factors.criteria:
        return FACTOR
    return PART if any(row["component"] == origin.name for row in model.factors.assembly(origin.item)) else PARAMETER


# --- what is idle -----------------------------------------------------------------------------------------------------


def _idle(model: Model, ways: _Ways, numbers: Sequence[Number]) -> Iterator[Idle]:
    things: dict[str, Idle] = {}
    by_place = {(one.address, one.span): one for one in ways.facts.stated.values()}
    for number in numbers:
        if number.use == UNUSED:
            path = by_place[number.address, number.span].path
            thing = ways.thing(path)
            name = number.address if thing == path else joined(thing)
            things.setdefault(name, Idle(name, number.reason, number.span))
    for name, at in entries(find(model.scenario.tree, ("sites",))).items():
        if ("sites", name) not in ways.asked:
            things.setdefault(f"sites.{name}", Idle(f"sites.{name}", REASONS["sites"], at.key_span))
    tree, named = model.scenario.tree, ("method", "extends")
    wanted = {at.value for key in named for at in keyed(tree, key) if isinstance(at.value, str)}
    for name, at in entries(find(tree, ("methods",))).items():
        if name not in wanted:
            things.setdefault(f"methods.{name}", Idle(f"methods.{name}", N_("no block names it"), at.key_span))
    yield from things.values()
    yield from _displaced(model, ways)
    yield from _idle_declarations(model, ways)
    yield from _idle_draws(model, ways)


def _displaced(model: Model, ways: _Ways) -> Iterator[Idle]:
    """What the scenario states for all cases, and every case states anew."""
    tree = model.scenario.tree
    plain = tree.with_value({key: at for key, at in entries(tree).items() if key not in (*ELSEWHERE, "methods")})
    read = {span for _, span in ways.facts.stated}
    paths = {path[:length] for path, _ in ways.facts.stated for length in range(1, len(path) + 1)}
    for edit in leaves(plain, (), ""):
        below = [at.span for at in _scalars(edit.value)]
        if edit.path in paths and read.isdisjoint(below):
            yield Idle(joined(edit.path), N_("every case sets its own"), edit.value.span)


def _scalars(at: Located) -> Iterator[Located]:
    if isinstance(at.value, list):
        for item in items(at):
            yield from _scalars(item)
    elif isinstance(at.value, dict) and "value" not in at.value:
        for child in at.value.values():
            yield from _scalars(child)
    else:
        yield stated(at)


def _idle_declarations(model: Model, ways: _Ways) -> Iterator[Idle]:
    """Packs, units, proxies and stand-ins that serve nothing."""
    about = model.scenario.about
    counted_in = {name for unit in {*model.graph.unit} for name in own_in(unit)}
    for at in items(find(model.scenario.tree, ("units",))):
        if at.value not in counted_in:
            yield Idle(f"units: {at.value}", N_("nothing is counted in it"), at.span)
    used = {*model.used_packs, *model.packs_among(ways.checked)}
    for at in items(find(model.scenario.tree, ("study", "packs"))):
        if at.value not in used:
            yield Idle(f"study.packs: {at.value}", N_("no number is taken from it"), at.span)
    made_use_of = {note.by for note in model.notes}
    for proxy in about.proxies.values():
        if joined(proxy.path) not in made_use_of:
            why = N_("{part} needs no proxy for {criterion}", part=proxy.for_, criterion=proxy.criterion)
            yield Idle(joined(proxy.path), why, proxy.span)
    taken = {(swap.asked, called(swap.used), swap.reason) for swap in _instead(model, ways.below)}
    for entry in about.stand_ins.values():
        if taken.isdisjoint((asked, called(entry.used), entry.reason) for asked in each_of(entry.asked)):
            yield Idle(joined(entry.path), N_("nothing is taken in its place"), entry.span)


def _idle_draws(model: Model, ways: _Ways) -> Iterator[Idle]:
    """Inputs that are declared to be drawn together or apart, where that changes no draw."""
    graph, about = model.graph, model.scenario.about
    varying = {
        leaf.path for index, leaf in graph.inputs() if leaf.law is not None and index in ways.below | ways.checked
    }
    for group in about.together.values():
        if len(varying & {written_out(path) for path in group.inputs}) < 2:
            yield Idle(joined(group.path), N_("fewer than two of its inputs vary and are used"), group.span)
    for entry in about.independent.values():
        if len(model.scenario.variants) < 1 or written_out(entry.input) not in varying:
            why = N_("it does not vary") if model.scenario.variants else N_("there is no variant")
            yield Idle(joined(entry.path), why, entry.span)


def _instead(model: Model, below: set[int]) -> dict[Substitution, None]:
    """What was taken in place of what was asked for, of the numbers that totals depend on."""
    instead = model.facts.instead
    own = {Substitution("method", key, OWN, path, "", OF_ITSELF): None for path, key in model.facts.overruled.items()}
    return {swap: None for leaf in sorted(instead) if leaf in below for swap in instead[leaf]} | own
