"""Where the variance of figures comes from: Sobol' indices, exact where that is possible and estimated elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isfinite
from typing import NamedTuple

import numpy as np

from lca.graph import Graph, Input
from lca.model import moments
from lca.model.laws import Law
from lca.problems import Problem, Problems
from lca.questions.sensitivity import together
from lca.questions.sensitivity.existence import Existence, Existing
from lca.questions.sensitivity.mixes import Mix, members
from lca.questions.sensitivity.signomial import Exponents, Refused, expand
from lca.questions.sensitivity.sobol import Index, Indices, Jansen, NoMoment, closed
from lca.samples import Floats, Progress, drawn, program, refuse_too_many, sampled, sweeper
from lca.spoken import N_

EXACT, SAMPLED = "closed form", "Jansen"
WITHOUT = N_("{product} has no finite mean or variance; estimates do not settle; give it a range away from 0")


class Group(NamedTuple):
    """What varies by itself: an input (the leaves of its path), inputs that go together, or the shares of a mix.

    `mix`: the total of the weights of a mix, whose shares are all here, held ones too.
    """

    name: str
    nodes: tuple[int, ...]
    mix: int | None = None
    together: bool = False


class Decomposition(NamedTuple):
    """The indices of a figure by group, its mean and its variance; None where they do not exist, or may not.

    method: `closed form` or `Jansen`; reason: why it is not the closed form. terms: of the expanded figure; draws: of
    each of the two samples of the estimator.
    """

    of: dict[str, Index | None]
    mean: float | None
    variance: float | None
    method: str
    reason: str = ""
    terms: int = 0
    draws: int = 0


def groups(graph: Graph, below: Iterable[int]) -> list[Group]:
    """What varies by itself among some nodes, in the order of the tape.

    Problems where a mix that varies is stated more than once, as in a functional unit that adds up others.
    """
    by_key: dict[tuple[str, int | None], tuple[int, ...]] = {}  # by group or draw, and total
    for index in below:
        if graph.op[index] == "share":
            total = graph.args[index][1]
            weights: list[Input] = [graph.info[graph.weight(share)] for share in graph.mixes[total]]
            if any(leaf.law is not None for leaf in weights):
                by_key[weights[0].group, total] = graph.mixes[total]
        elif graph.op[index] == "input" and index not in graph.weights and graph.info[index].law is not None:
            key = graph.info[index].draw, None
            by_key[key] = (*by_key.get(key, ()), index)
    for name, mix in by_key:
        if mix is not None and len([other for other, total in by_key if other == name and total is not None]) > 1:
            hint = "ask for the functional units that it adds up, one by one"
            raise Problems([Problem(f"the shares of {name} are stated more than once in one figure", (), hint)])
    return [
        Group(name, nodes, mix) if mix is not None else _of_draw([graph.info[node] for node in nodes], nodes)
        for (name, mix), nodes in by_key.items()
    ]


def _of_draw(leaves: Sequence[Input], nodes: tuple[int, ...]) -> Group:
    """Under the paths of the inputs, whatever the draw is called."""
    return Group(", ".join(dict.fromkeys(leaf.path for leaf in leaves)), nodes, None, leaves[0].together)


def leaves_of(graph: Graph, group: Group) -> list[int]:
    """The inputs of a group: of a mix, the weights of its shares."""
    return [graph.weight(node) if group.mix is not None else node for node in group.nodes]


class Variances:
    """The indices of figures of one case. `values` are those of all nodes as the study stands."""

    def __init__(self, graph: Graph, own: Sequence[Group], values: Sequence[float]) -> None:
        self.graph, self.groups, self.values = graph, own, values
        self._moments: dict[Exponents, float] = {}

    def indices(
        self, roots: Sequence[int], draws: int, seed: int, progress: Progress | None = None
    ) -> list[Decomposition]:
        """The indices of each root: all that have a closed form by it, all others from the same samples."""
        exact = {root: self.exact(root) for root in roots}
        left = {root: reason for root, reason in exact.items() if isinstance(reason, str)}
        estimates = dict(zip(left, self.estimated(left, draws, seed, progress), strict=True)) if left else {}
        existing = Existing(self.graph, left, self.values)
        found = {
            root: self._estimate(estimates[root], each, draws, existing.of(root)) if isinstance(each, str) else each
            for root, each in exact.items()
        }
        return [found[root] for root in roots]

    # --- closed form ------------------------------------------------------------------------------------------------

    def exact(self, root: int) -> Decomposition | str:
        """The indices in closed form; where there is none, why."""
        below = set(self.graph.below([root]))
        moving = [group for group in self.groups if below.intersection(group.nodes)]
        for group in moving:
            if group.mix is None and not group.together and len(below.intersection(group.nodes)) > 1:
                return N_("{inputs} has several values in one figure, drawn together", inputs=group.name)
        terms = expand(self.graph, root, [node for group in moving for node in group.nodes], self.values)
        if isinstance(terms, Refused):
            return self._with_place(terms, root)
        first = {node: group.nodes[0] for group in moving for node in group.nodes}
        indices = closed(terms, self._moment, first)
        if isinstance(indices, NoMoment):
            return self._no_moment(indices.exponents)
        named: dict[str, Index | None] = {
            group.name: indices.of.get(group.nodes[0], Index(0.0, 0.0)) for group in moving
        }
        return Decomposition(named, indices.mean, indices.variance, EXACT, "", len(terms))

    def _moment(self, exponents: Exponents) -> float:
        if not exponents:
            return 1.0
        mix = self._mixes.get(exponents[0][0])
        if mix is not None:
            return mix.moment(exponents)
        if exponents not in self._moments:
            laws = [(self.graph.info[leaf].law, power) for leaf, power in exponents]
            self._moments[exponents] = moment(*laws[0]) if len(laws) == 1 else together.moment(laws)
        return self._moments[exponents]

    @cached_property
    def _mixes(self) -> dict[int, Mix]:
        by_node: dict[int, Mix] = {}
        for group in self.groups:
            if group.mix is not None:
                by_node |= dict.fromkeys(group.nodes, Mix(members(self.graph, group.mix)))
        return by_node

    def _no_moment(self, exponents: Exponents) -> str:
        words = []
        for node, power in exponents:
            path = self.graph.info[self.graph.weight(node) if self.graph.op[node] == "share" else node].path
            words.append(path if power == 1 else f"1/{path}" if power == -1 else f"{path}^{power}")
        product = " * ".join(words)
        if len(exponents) > 1 and exponents[0][0] not in self._mixes:
            return N_("{product}, drawn together, has no closed form or no finite mean or variance", product=product)
        if any(power < 0 for _, power in exponents):
            return N_(WITHOUT, product=product)
        return N_("{product} has a mean of 0 beside its spread, or none", product=product)

    def _with_place(self, refused: Refused, root: int) -> str:
        """Why, and where in a figure: the first quantity above it that has a name."""
        above = self.graph.above([refused.node], self.graph.below([root]))
        name = next((self.graph.names[index] for index in above if index in self.graph.names), "")
        return N_("{reason}, in {name}", reason=refused.reason, name=name) if name else refused.reason

    # --- samples ----------------------------------------------------------------------------------------------------

    def estimated(self, roots: Iterable[int], draws: int, seed: int, progress: Progress | None = None) -> list[Indices]:
        """Jansen's estimates for each root, by the place of the group: two samples, and one more for each group."""
        nodes = list(roots)
        varying = [node for group in self.groups for node in group.nodes]
        refuse_too_many(draws, 2 * len(varying) + 3 * len(nodes), "samples")
        first, second = (self.drawn(varying, draws, seed + k) for k in (0, 1))
        swept = sweeper(self.graph, nodes, varying)
        figures = [Jansen(plain, other) for plain, other in zip(swept(first), swept(second), strict=True)]
        indices: list[dict[int, Index]] = [{} for _ in nodes]
        for place, group in enumerate(self.groups):
            swapped = swept(first | {node: second[node] for node in group.nodes})
            for of, figure, row in zip(indices, figures, swapped, strict=True):
                of[place] = figure.index(row)
            if progress:
                progress((place + 1) / len(self.groups))
        return [Indices(figure.mean, figure.variance, of) for figure, of in zip(figures, indices, strict=True)]

    def drawn(self, nodes: Sequence[int], draws: int, seed: int) -> dict[int, Floats]:
        """A sample of inputs and shares; the shares of a mix sum to 100 % in each draw."""
        laws = {index: drawn(leaf) for index, leaf in self.graph.inputs() if leaf.law is not None}
        return dict(zip(nodes, sampled(program(self.graph, nodes, laws), draws, seed), strict=True))

    def _estimate(self, indices: Indices, reason: str, draws: int, existence: Existence) -> Decomposition:
        """Estimates of what exists: of a variance that does not, or may not, there are no shares."""
        of: dict[str, Index | None] = {group.name: indices.of[place] for place, group in enumerate(self.groups)}
        if not isfinite(indices.variance):
            reason = N_("{reason}; some draws gave no finite number", reason=reason)
        if existence.variance:
            return Decomposition(of, indices.mean, indices.variance, SAMPLED, reason, 0, draws)
        if getattr(reason, "message", "") != WITHOUT:
            lacks, why = existence.words, existence.why
            reason = N_("{reason}; the figure {lacks}, with {inputs}", reason=reason, lacks=lacks, inputs=why)
        mean = indices.mean if existence.mean else None
        return Decomposition(dict.fromkeys(of), mean, None, SAMPLED, reason, 0, draws)


def moment(law: Law, power: int) -> float:
    """The mean of a whole power of an input; inf where it has none or a float cannot hold it."""
    try:
        return moments.moment(law, power)
    except OverflowError:
        return np.inf
