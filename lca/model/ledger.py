"""The ledger of a build: the graph that all cases share, what is wrong, and what is tested once values are known."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from lca import units
from lca.citations import Source
from lca.graph import Graph, Input, Node, leaf_spans
from lca.model.pedigree import Table, no_table
from lca.model.stand_ins import Substitution
from lca.operations import TABLE, is_same
from lca.problems import Problem, Span
from lca.spoken import ENGLISH, N_, _, spoken
from lca.text.overlay import Path, joined
from lca.text.source import MOST
from lca.units import Unit
from lca.wording import apart, listed, significant, with_unit

SLACK = 1e-6  # how far shares may be from 100 % by rounding of what is written
WHOLE = 100  # percent
DIGITS = 6  # of a bound in words
ABOVE, AT_LEAST, AT_MOST = N_("above {bound}"), N_("at least {bound}"), N_("at most {bound}")


class Parameters(Protocol):
    """The tables of parameters of the packs that a study names; not `complete` where a pack could not be read."""

    complete: bool
    criteria: dict[str, Any]

    def parameter(self, item: str, name: str, region: str = "", year: str = "") -> Sequence[Any]:
        """The row of a parameter, or none."""

    def parameter_leaf(self, row: Any, path: str) -> Input:
        """A row as an input."""

    def having(self, name: str) -> list[str]:
        """The items that have a parameter."""

    def called(self, name: str) -> list[str]:
        """The items that a name is of: itself where they have it, else the models that are called so."""

    def places_of(self, item: str, name: str) -> list[str]:
        """The regions for which an item has it."""

    def places_with(self, item: str) -> list[str]:
        """The regions for which an item has a factor, by any criterion."""

    def zones(self, item: str) -> Mapping[str, tuple[str, str]]:
        """The zones of a provider, each with its region and the pack that says so."""

    def methods(self) -> list[str]:
        """The methods that they have."""


class Stated(NamedTuple):
    """A quantity as a scenario states it: its path, where it is written, its text, and the nodes that it became.

    method: the method that it belongs to, where no scenario states it.
    """

    path: Path
    address: str
    span: Span
    text: str
    nodes: dict[int, None]
    method: str = ""


Place = tuple[Path, Span]  # what a stated quantity is known by: its path and where it is written


class Bounds(NamedTuple):
    """Between what a number has to be, in a unit: `low` and `high` are allowed, `above` is not."""

    unit: str = ""
    low: float | None = None
    high: float | None = None
    above: float | None = None

    def allows(self, value: float) -> bool:
        """Whether a number in the unit is inside."""
        return not (
            value != value
            or (self.low is not None and value < self.low and not is_same(value, self.low))
            or (self.high is not None and value > self.high and not is_same(value, self.high))
            or (self.above is not None and value <= self.above)
        )

    @property
    def exist(self) -> bool:
        """Whether there is a bound at all."""
        return self.low is not None or self.high is not None or self.above is not None

    def __str__(self) -> str:
        """
        >>> print(Bounds("year", above=0)), print(Bounds("1", 0, 1)), print(Bounds("1", None, 1, 0))
        above 0 year
        between 0 % and 100 %
        above 0 % and at most 100 %
        (None, None, None)
        """
        with spoken(ENGLISH):
            return in_words(self)


def in_words(bounds: Bounds) -> str:
    """Between what a number has to be, in the language in force."""
    if bounds.low is not None and bounds.high is not None:
        return _("between {low} and {high}", low=_shown(bounds, bounds.low), high=_shown(bounds, bounds.high))
    named = ((ABOVE, bounds.above), (AT_LEAST, bounds.low), (AT_MOST, bounds.high))
    texts = [_(words, bound=_shown(bounds, bound)) for words, bound in named if bound is not None]
    return listed(texts)


def _shown(bounds: Bounds, bound: float) -> str:
    share = bounds.unit == "1" and (bounds.high or 0) <= 1 and bounds.low != 1
    return with_unit(significant(bound * 100 if share else bound, DIGITS), "%" if share else bounds.unit)


class Limit(NamedTuple):
    """Bounds on a node; `factor` leads from its unit to theirs."""

    index: int  # type: ignore[assignment]  # nobody looks for a value in it
    factor: float
    bounds: Bounds
    doc: str
    span: Span
    path: str


class Total(NamedTuple):
    """Shares that have to sum to 100 %."""

    index: int  # type: ignore[assignment]  # nobody looks for a value in it
    span: Span
    what: str


class Allocation(NamedTuple):
    """By which convention a case carries a part of the service.

    convention: `whole`, `per use`, `repeated`, `by time`, `by data` or `among people`. shown: a node that a reader
    should see, and `words` with {} in its place. share: the node of what the case carries of a thing that is there
    once; of: what it is, the same in every case that shares it. -1 where there is none; a thing without a share is
    carried whole.
    """

    functional_unit: str
    variant: str | None
    convention: str
    part: str
    words: str = ""
    shown: int = -1
    share: int = -1
    of: int = -1


class Taken(NamedTuple):
    """What is taken for something that the scenario leaves out: its path, in words what and why, and where.

    node: of the number that it is; -1 where it is none.
    """

    path: str
    words: str
    span: Span
    node: int = -1


class Enough(Exception):
    """There are so many problems that looking for more helps nobody."""


class Facts:
    """What stays of a build: the graph, the sources that may be cited, and what has to hold once values are known.

    limits: bounds on nodes. sums: of shares. calibrated: inputs that were fitted to a figure, by index. aurs: the
    active utilization rates that fleets come to, by case and where they stand. allocations: how each case carries its
    parts. instead: what leaves were taken in place of. taken: what is taken for what a site leaves out. stated: every
    quantity that was read; naming: which of them the formula of another names; asked: the fields that the flows of a
    case asked for; checked: the quantities that expected figures name; overruled: the paths that a block states itself
    in place of a method, with its key. demands: the flows that each case demands, by node.
    """

    def __init__(self, sources: dict[str, Source]) -> None:
        self.graph = Graph()
        self.sources = sources
        self.limits: list[Limit] = []
        self.sums: list[Total] = []
        self.calibrated: dict[int, Input] = {}
        self.aurs: dict[tuple[tuple[str, str | None], str], int] = {}
        self.instead: dict[int, dict[Substitution, None]] = {}
        self.taken: dict[Taken, None] = {}
        self.stated: dict[Place, Stated] = {}
        self.naming: dict[Place, dict[Place, None]] = {}
        self.asked: set[Path] = set()
        self.demands: dict[tuple[str, str | None], dict[int, str]] = {}
        self.checked: set[Place] = set()
        self.allocations: dict[Allocation, None] = {}
        self.overruled: dict[str, str] = {}

    def state(self, path: Path, address: str, span: Span, text: str, node: Node, method: str = "") -> None:
        """Remember a quantity that a scenario states, and a node that it became: cases may give it several."""
        known = self.stated.setdefault((path, span), Stated(path, address, span, text, {}, method))
        known.nodes[node.index] = None

    def replaced(self, leaf: Node, instead: Iterable[Substitution]) -> None:
        """Remember what a number of a pack was taken in place of."""
        if swaps := dict.fromkeys(instead):
            self.instead.setdefault(leaf.index, {}).update(swaps)

    def tested(self, values: Sequence[float], among: Container[int] | None = None) -> Iterator[Problem]:
        """What is no finite number, what values are out of their bounds, and which shares miss 100 %.

        among: of which nodes; all where it is None.
        """
        among = range(len(values)) if among is None else among
        endless = self._endless(values, among)
        for it in endless:
            node = next(node for node in it.nodes if node in among and is_endless(values[node]))
            hint, causes = why_endless(self.graph, values, next(endless_first(self.graph, values, [node])))
            spans = tuple(dict.fromkeys((it.span, *(span for span in causes if span.line != it.span.line))))
            yield Problem(f"{joined(it.path)} is not a finite number", spans, hint)
        for limit in dict.fromkeys(limit for limit in self.limits if limit.index in among):
            value = values[limit.index]
            if not limit.bounds.allows(value * limit.factor) and not (endless and is_endless(value)):
                yield out_of_bounds(
                    limit.path, value, self.graph.unit[limit.index], limit.bounds, limit.doc, limit.span
                )
        for total in dict.fromkeys(total for total in self.sums if total.index in among):
            value = values[total.index]
            if not abs(value - 1) <= SLACK and not (endless and is_endless(value)):
                message = f"{total.what} sum to {apart(value * 100, lambda shown: shown == WHOLE)} %"
                yield Problem(message, (total.span,), "they have to sum to 100 %")

    def _endless(self, values: Sequence[float], among: Container[int]) -> list[Stated]:
        """The quantities that come to no finite number, but for those that are made of another of them."""
        every = [
            place
            for place, it in self.stated.items()
            if any(node in among and is_endless(values[node]) for node in it.nodes)
        ]
        made = {by for place in every for by in self.naming.get(place, ())}
        return [self.stated[place] for place in every if place not in made] or [self.stated[p] for p in every]


def is_endless(value: float) -> bool:
    """Whether a value is no finite number."""
    return value - value != 0


def endless_first(graph: Graph, values: Sequence[float], roots: Iterable[int]) -> Iterator[int]:
    """The nodes that are no finite number though all that they are made of are, in the order of the tape."""
    for index in graph.below(roots):
        if is_endless(values[index]) and not any(is_endless(values[child]) for child in graph.args[index]):
            yield index


def why_endless(graph: Graph, values: Sequence[float], index: int) -> tuple[str, tuple[Span, ...]]:
    """Why such a node is no number, and where: the inputs of what it divides by, or its own."""
    op, args = graph.op[index], graph.args[index]
    by = args[1] if op == "/" else index
    if by == index or values[by]:
        outside = TABLE[op].outside([values[a] for a in args]) if op in TABLE else ""
        return outside or "an input is out of all proportion", leaf_spans(Node(graph, index))
    return "it divides by 0", leaf_spans(Node(graph, by)) or leaf_spans(Node(graph, index))


class Ledger:
    """A build of all cases of a scenario: what it comes to, what is wrong, and whom it asks."""

    def __init__(self, sources: dict[str, Source], packs: Parameters, pedigree: Table = no_table) -> None:
        self.facts = Facts(sources)
        self.packs, self.pedigree = packs, pedigree
        self.by_both = False  # whether electricity is location-based and market-based
        self.asking = False  # whether the flows of a case are being made
        self.problems: list[Problem] = []
        self.kept: dict[int, tuple[Any, Any]] = {}  # what is made of a part of the text once for all cases
        self._seen: set[tuple[str, tuple[Span, ...]]] = set()
        self.gaps: dict[tuple[str, ...], None] = {}  # tier, phase, stage, item, reason, unit of the criteria concerned

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "kept": {}}  # known by where they stand in memory, which is another elsewhere

    @property
    def graph(self) -> Graph:
        """The graph that is built."""
        return self.facts.graph

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Remember which fields are asked for: the flows of a case are being made."""
        self.asking = True
        try:
            yield
        finally:
            self.asking = False

    def report(self, *problems: Problem) -> None:
        """Remember problems, each once in a place, and go on. Enough when there are too many."""
        for problem in problems:
            if problem[:2] not in self._seen:
                self._seen.add(problem[:2])
                self.problems.append(problem)
        if len(self.problems) > MOST:
            raise Enough


def out_of_bounds(path: str, value: float, unit: Unit, bounds: Bounds, doc: str, span: Span) -> Problem:
    """What to say of a number outside its bounds, with as many digits as it takes to be seen outside."""
    message = f"{path} is {beside(bounds, value, unit)}; it has to be {bounds}"
    return Problem(message, (span,), doc or "check the number and its unit")


def beside(bounds: Bounds, value: float, unit: Unit) -> str:
    """A number outside its bounds as it stands beside them: in percent where they are, its digits told apart."""
    percent = bounds.unit == "1" and bounds.high == 1 and not unit.atoms
    scale = WHOLE if percent else 1
    factor = units.leading(unit, units.unit(bounds.unit)) / scale
    told = apart(value * scale, lambda shown: bounds.allows(shown * factor))
    return f"{told} %" if percent else f"{told} {unit}".removesuffix(" 1")
