"""Requests as a scenario prices them: the functional unit that is made of requests, with the model of each.

The work that the functional unit demands of the block is so many requests; one of them is the whole over their number.
"""

from __future__ import annotations

from collections.abc import Mapping

from lca import units
from lca.batch.plan import Column, Tape
from lca.batch.pricers import PER, TAKES, Named
from lca.batch.shapes import MAY_LACK, Key
from lca.compile import Model
from lca.disk.workspace import Run
from lca.graph import Node, evaluate
from lca.model.case import CaseKey
from lca.model.criteria import Criterion
from lca.problems import Misnamed, Problem, near, problem
from lca.questions.alternatives import MODEL, asked, of_variant, with_request
from lca.questions.cautions import cautions
from lca.text.overlay import entries, find, joined
from lca.units import Unit
from lca.wording import some

COUNTED = "token"  # of what a take is, where its method says no unit
MOST_LISTED = 12


class InScenario:
    """Each request as the scenario has it with its model, its tokens, its latency if known, and its region.

    Where its method takes no model, as one of a service of one's own, all requests are to that. Problems where no block
    takes a model or tokens, its method takes no tokens, or it is not clear what a request is of the work.
    """

    def __init__(
        self, study: Run, named: Named, functional_unit: str = "", variant: str | None = None, block: str = ""
    ) -> None:
        self.study, self.named, self.variant = study, named, variant
        study.scenario.cases((), [variant])
        self.path, takes = asked(study.scenario, [*TAKES], block, variant)
        self.takes_model = MODEL in takes
        self.takes = {take: column for column, take in TAKES.items() if take in takes}
        self.says = {take: {key: str(at.value) for key, at in entries(takes[take]).items()} for take in self.takes}
        known = study.scenario.functional_units
        if functional_unit and functional_unit not in known:
            hint = near(functional_unit, known, f"functional units: {some(known, MOST_LISTED)}")
            raise Misnamed([Problem(f"no functional unit '{functional_unit}'", (), hint)])
        if not functional_unit and len(known) > 1:
            raise problem(f"the scenario has {len(known)} functional units", hint=f"--fu {' or '.join(known)}")
        self.functional_unit = functional_unit or known[0]
        if all(column == MAY_LACK for column in self.takes.values()):
            raise problem(
                f"the method of {joined(self.path)} takes no tokens of a request", hint="--block names another"
            )
        self._known: dict[object, Tape] = {}
        case = CaseKey(self.functional_unit, self.variant)
        model = study.model([case])
        self.criteria: Mapping[str, Criterion] = model.factors.criteria  # those of contracts for electricity among them
        self.work = self._work(model, case)

    def _work(self, model: Model, case: CaseKey) -> tuple[str, Unit, float]:
        """The flow of the demand that is requests, its unit, and how many there are. Problems of the scenario."""
        graph, flows = model.graph, model.facts.demands[case]
        counted = [(name, graph.unit[node], node) for node, name in flows.items() if graph.unit[node].dims]
        if len(counted) > 1:
            stated = self._stated()
            counted = [each for each in counted if each[1].dims == stated] or counted
        if len(counted) != 1:
            listing = f"it demands {some([name for name, *_ in counted], MOST_LISTED) or 'nothing'}"
            hint = f"a functional unit of requests, as in demand: {{requests: 1 request}}; {listing}"
            raise problem(f"it is not clear what a request is of {self.functional_unit}", hint=hint)
        name, unit, node = counted[0]
        return name, unit, float(evaluate(graph)[node])

    def _stated(self) -> object:
        """The dimensions of what tokens are stated for in the block, such as prompts; None where none are."""
        for take in self.takes:
            at = find(of_variant(self.study.scenario, self.variant), (*self.path, take))
            text = entries(at).get("value", at).value if at is not None else None
            if isinstance(text, str) and not text.startswith("="):
                _, unit = units.quantity_of_any(text)
                wanted = units.unit(self.says[take].get("unit", COUNTED))
                return units.over(wanted, unit).dims
        return None

    def tape(self, key: Key) -> Tape:
        """The tape of requests to a model. Problems where the scenario cannot be with it."""
        model, region = self.named(key)
        known = (model if self.takes_model else "", region, key.lacks)
        if known not in self._known:
            self._known[known] = self._made(*known)
        return self._known[known]

    def _made(self, model: str, region: str, lacks: bool) -> Tape:  # noqa: FBT001  a part of a key
        flow, unit, _ = self.work
        columns = {take: column for take, column in self.takes.items() if not (lacks and column == MAY_LACK)}
        texts = {take: f"1 {self._unit(take, unit)}" for take in columns}
        made = with_request(self.study.scenario, self.study.factors, self.path, model, texts, region, self.variant)
        case = CaseKey(self.functional_unit, next(iter(made.of)))
        compiled = Run(made.scenario, library=self.study.library).model([case])
        graph = compiled.graph
        demand = next(node for node, name in compiled.facts.demands[case].items() if name == flow)
        paths: Mapping[str, int] = {leaf.path: index for index, leaf in graph.inputs()}
        leaves = {
            paths[joined((*self.path, take))]: Column(column, PER.get(column, 1.0)) for take, column in columns.items()
        }
        totals = {total.criterion: node for total, node in compiled.totals.items()}
        roots = {name: (Node(graph, node) / Node(graph, demand)).index for name, node in totals.items()}
        own = {name: self.criteria[name].space.unit for name in totals}
        says = () if model else (f"{joined(self.path)} takes no model: all requests are to what it is",)
        left = tuple(column for column in TAKES if column not in self.takes.values())
        return Tape(graph, roots, leaves, own, (*says, *cautions(compiled)), left)

    def _unit(self, take: str, work: Unit) -> str:
        unit = self.says[take].get("unit", "1")
        return units.per(unit, work) if self.says[take].get("per_work") == "true" else unit
