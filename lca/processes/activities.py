"""The inventory of each case as activities and exchanges; which of them carry laws, and which are expressions.

An exchange that is one uncertain input times a number carries the law of that input, where the case takes it in no
other exchange. All else that depends on inputs is an expression of parameters, which carry their laws: programs draw
each exchange by itself, and an input that two of them take would be drawn twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from lca import units
from lca.compile import Line, Model
from lca.graph import Graph, Input, gradient
from lca.model.case import CaseKey
from lca.model.laws import Choices, Dirichlet
from lca.processes.parameters import Parameter, Parameters, Spread, scaled
from lca.result import Result
from lca.units import Unit
from lca.wording import plural, some

ANYWHERE = "GLO"
CUSTOMARY = (units.unit("kWh"), units.unit("GB"))  # other amounts are in coherent units: kg, m, device
SHOWN = 4  # inputs that a remark names
WITHHELD = "the factor may not be redistributed and is withheld"


class Exchange(NamedTuple):
    """An input of an activity. `code` is that of the activity or elementary flow that it comes from.

    formula: its amount as an expression of parameters; law: of its amount, where it is drawn by itself. One at most.
    """

    name: str
    amount: float
    unit: str
    location: str
    kind: str
    code: str
    comment: str = ""
    formula: str = ""
    law: Spread | None = None


class Activity(NamedTuple):
    """An activity, or an elementary flow, which has no exchanges; `criterion`: the key of what the flow stands for."""

    name: str
    code: str
    unit: str
    location: str
    kind: str
    comment: str
    exchanges: tuple[Exchange, ...] = ()
    criterion: str = ""


class Book(NamedTuple):
    """Activities, elementary flows first and cases last, the parameters of their expressions, and what is left out."""

    activities: tuple[Activity, ...]
    parameters: tuple[Parameter, ...]
    left_out: tuple[str, ...]


class Use(NamedTuple):
    """A flow of a case and its factors: lines that differ in their criterion alone. `unit`: what an amount counts.

    withheld: lines whose factors may not be shown.
    """

    lines: tuple[Line, ...]
    withheld: tuple[Line, ...]
    node: int
    unit: Unit

    @property
    def first(self) -> Line:
        return (*self.lines, *self.withheld)[0]


def activities(result: Result, *, with_restricted: bool = False) -> Book:
    """The criteria, the flows and the cases of a study; values that may not be passed on are in no expression."""
    return _Writer(result, with_restricted=with_restricted).book()


class _Writer:
    """One study on its way to activities."""

    def __init__(self, result: Result, *, with_restricted: bool) -> None:
        self.result, self.graph, self.values = result, result.model.graph, result.values
        self.with_restricted = with_restricted
        self.flows: dict[tuple[Any, ...], Activity] = {}
        self.uses = {case: tuple(self._uses(case)) for case in result.model.cases}
        self.hidden = (
            set() if with_restricted else {i for i, leaf in self.graph.inputs() if _is_closed(result.model, leaf)}
        )
        nodes = {node for uses in self.uses.values() for use in uses for node in self._nodes(use)}
        self.parameters = Parameters(self.graph, self.values, nodes, self.hidden)
        self.uncertain = {node: self._uncertain(node) for node in nodes}
        self.once = self._once()
        self.written: set[int] = set()
        self.numbers: set[int] = set()

    def book(self) -> Book:
        """All of it. Cases are made first: they make the flows that they take."""
        cases = [self._case(case, uses) for case, uses in self.uses.items()]
        criteria = [
            Activity(
                c.name, code_of(c.key), c.unit_label, ANYWHERE, "emission", f"criterion {c.key}: {c.method}", (), c.key
            )
            for c in self.result.criteria
        ]
        parameters = self.parameters.taken(self.written)
        return Book((*criteria, *self.flows.values(), *cases), tuple(parameters), tuple(self._left_out(parameters)))

    # --- uses ---------------------------------------------------------------------------------------------------------

    def _uses(self, case: CaseKey) -> Iterator[Use]:
        groups: dict[tuple[Any, ...], list[Line]] = {}
        seen: Counter[tuple[Any, ...]] = Counter()
        for line in self.result.model.lines:
            if line.case == case:
                key = (line.tier, line.phase, line.stage, line.item, line.flow, line.region, self._amount(line))
                seen[*key, line.criterion] += 1
                groups.setdefault((*key, seen[*key, line.criterion]), []).append(line)
        for lines in groups.values():
            node = self._amount(lines[0])
            closed = [line for line in lines if not self.with_restricted and self._is_withheld(line)]
            open_ = [line for line in lines if line not in closed]
            yield Use(tuple(open_), tuple(closed), node, _told_in(self.graph.unit[node]))

    def _is_withheld(self, line: Line) -> bool:
        leaf = self.graph.info[line.factor]
        return isinstance(leaf, Input) and _is_closed(self.result.model, leaf)

    def _amount(self, line: Line) -> int:
        """The amount of a line as its factor takes it: the impact is a product of the two, perhaps converted."""
        graph, i = self.graph, line.impact
        while graph.op[i] == "scale":
            (i,) = graph.args[i]
        return graph.args[i][0] if graph.op[i] == "*" and graph.args[i][1] == line.factor else line.amount

    def _nodes(self, use: Use) -> Iterator[int]:
        """What a use is written of: its amount and its factors, and products in place of factors that are withheld."""
        if use.lines:
            yield use.node
            yield from (line.factor for line in use.lines)
        yield from (line.impact for line in use.withheld)

    # --- laws ---------------------------------------------------------------------------------------------------------

    def _uncertain(self, node: int) -> tuple[int, ...]:
        below = self.graph.below([node])
        return tuple(i for i in below if self.graph.op[i] == "input" and self.graph.info[i].law is not None)

    def _once(self) -> set[str]:
        """The draws that no case takes in two of its exchanges."""
        most: Counter[str] = Counter()
        for uses in self.uses.values():
            exchanges = {(self._flow_key(use) if node != use.node else place, node)
                         for place, use in enumerate(uses) for node in self._nodes(use)}  # fmt: skip
            draws = Counter(
                draw for _, node in exchanges for draw in {self.graph.info[i].draw for i in self.uncertain[node]}
            )
            most |= draws
        return {draw for draw, times in most.items() if times == 1}

    def _law(self, node: int, factor: float) -> Spread | None:
        """The law of an exchange that is one uncertain input times a number."""
        if len(self.uncertain[node]) != 1 or self.parameters.is_hidden(node):
            return None
        (leaf,) = self.uncertain[node]
        info = self.graph.info[leaf]
        if info.together or info.draw not in self.once or isinstance(info.law, Choices | Dirichlet):
            return None
        times = _times(self.graph, node, leaf, self.values)
        return scaled(info.law, times * factor) if times is not None and times * factor > 0 else None

    def _told(self, node: int, factor: float) -> dict[str, Any]:
        """The law or the expression of an exchange; neither where it is a plain number."""
        law = self._law(node, factor)
        if law is not None:
            return {"law": law}
        formula = self.parameters.expression(node, factor)
        is_certain_factor = not self.uncertain[node] and self.graph.op[node] == "input"
        if formula and not is_certain_factor:
            self.written.add(node)
            return {"formula": formula}
        self.numbers.add(node)
        return {}

    def _left_out(self, parameters: Iterable[Parameter]) -> Iterator[str]:
        leaves = [p.leaf for p in parameters if p.leaf is not None]
        if unknown := [leaf.path for leaf in leaves if isinstance(leaf.law, Choices | Dirichlet)]:
            yield f"laws that other programs do not have, of {some(unknown, SHOWN)}: held at the value stated"
        if together := [leaf.path for leaf in leaves if leaf.together and leaf.law is not None]:
            yield f"that {some(together, SHOWN)} go together: each is drawn by itself"
        if closed := sum(self.parameters.is_hidden(node) for node in self.numbers):
            amounts = plural(closed, "amount")
            yield f"parameters and laws of {amounts} made of values that may not be passed on: plain numbers there"

    # --- activities ---------------------------------------------------------------------------------------------------

    def _case(self, case: CaseKey, uses: Iterable[Use]) -> Activity:
        exchanges: list[Exchange] = []
        for use in uses:
            if use.lines:
                exchanges.append(self._taken(self._flow(use), use))
            exchanges += [self._withheld(line) for line in use.withheld]
        name = f"{case.functional_unit}, {case.variant}" if case.variant else case.functional_unit
        title = self.result.model.titles.get(case.functional_unit, "")
        return _producing(Activity(name, f"case {name}", "unit", ANYWHERE, "process", title, tuple(exchanges)))

    def _flow_key(self, use: Use) -> tuple[Any, ...]:
        """What makes a flow one: by two bases, one factor serves two criteria."""
        first = use.first
        return (first.flow, first.stage, first.region, use.unit, *((line.criterion, line.factor) for line in use.lines))

    def _flow(self, use: Use) -> Activity:
        """The activity of a flow with its factors, made once."""
        key, first = self._flow_key(use), use.first
        if key not in self.flows:
            name = ", ".join(part for part in (first.flow, first.stage, first.region) if part)
            factors = tuple(self._factor(line, use.unit) for line in use.lines)
            code = f"flow {len(self.flows) + 1} {name}"
            made = Activity(name, code, str(use.unit), _location(first.region), "process", "", factors)
            self.flows[key] = _producing(made)
        return self.flows[key]

    def _factor(self, line: Line, per: Unit) -> Exchange:
        criterion = self.result.model.factors.criteria[line.criterion]
        factor = units.scale(units.times(per, self.graph.unit[line.factor]), criterion.unit)
        scale = 1.0 if factor is None else factor
        return Exchange(
            criterion.name, self.values[line.factor] * scale, criterion.unit_label, "", "biosphere",
            code_of(line.criterion), _comment(self.result.model, line), **self._told(line.factor, scale),
        )  # fmt: skip

    def _taken(self, flow: Activity, use: Use) -> Exchange:
        line = use.first
        scale = units.scale(self.graph.unit[use.node], use.unit) or 1.0
        return Exchange(
            flow.name, self.values[use.node] * scale, flow.unit, flow.location, "technosphere", flow.code,
            f"{line.item}: {line.tier}, {line.phase}, {line.stage}", **self._told(use.node, scale),
        )  # fmt: skip

    def _withheld(self, line: Line) -> Exchange:
        criterion = self.result.model.factors.criteria[line.criterion]
        comment = f"{line.item}: {line.tier}, {line.phase}, {line.stage}; {WITHHELD}"
        self.numbers.add(line.impact)
        value = self.values[line.impact]
        return Exchange(criterion.name, value, criterion.unit_label, "", "biosphere", code_of(line.criterion), comment)


def _is_closed(model: Model, leaf: Input) -> bool:
    """Whether an input is of a pack that may not be passed on."""
    pack = model.factors.packs.get(leaf.citation.source)
    return pack is not None and not pack.redistributable


def code_of(criterion: str) -> str:
    """The code of the elementary flow that stands for a criterion."""
    return f"criterion {criterion}"


def _told_in(stated: Unit) -> Unit:
    """The unit of an amount, whatever the one it was stated in: one flow is one activity."""
    customary = (unit for unit in CUSTOMARY if unit.dims == stated.dims)
    return next(customary, None) or units.coherent(stated)


def _times(graph: Graph, node: int, leaf: int, values: Sequence[float]) -> float | None:
    """The number that a node is times a leaf, where it depends on no other input; None where it is no such multiple."""
    below = graph.below([node])
    if any(graph.op[i] == "input" and i != leaf for i in below):
        return None
    moving = {*graph.above([leaf], below)}
    for i in moving - {leaf}:
        op, args = graph.op[i], [child in moving for child in graph.args[i]]
        if not (op in ("scale", "neg") or (op == "*" and sum(args) == 1) or (op == "/" and args == [True, False])):
            return None
    return gradient(graph, node, values)[leaf]


def _producing(activity: Activity) -> Activity:
    own = Exchange(activity.name, 1.0, activity.unit, activity.location, "production", activity.code)
    return activity._replace(exchanges=(own, *activity.exchanges))


def _comment(model: Model, line: Line) -> str:
    leaf = model.graph.info[line.factor]
    proxy = f"by {line.proxy} as proxy; " if line.proxy else ""
    if not isinstance(leaf, Input):
        return proxy
    return f"{proxy}{leaf.path} = {leaf.value:g} {leaf.unit}; {leaf.citation}; {leaf.span.file}:{leaf.span.line}"


def _location(region: str) -> str:
    return ANYWHERE if region in ("", "World") else region
