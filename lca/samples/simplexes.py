"""Which shares of a case are divided by their sum after they are drawn."""

from __future__ import annotations

from collections.abc import Iterable

from lca import units
from lca.graph import Graph
from lca.model import inputs
from lca.model.laws import Dirichlet
from lca.model.ledger import Ledger
from lca.problems import Problem, Problems
from lca.samples.program import Simplex
from lca.units import ONE


def simplexes(ledger: Ledger, functional_units: Iterable[str], variant: str | None) -> dict[int, Simplex]:
    """The mix that each share of a case belongs to; that of a sum of functional units has several.

    A share that stands in the mixes of several functional units keeps the first. A mix of which one share is a formula
    is none: the formula has to keep the sum. Problems where a Dirichlet law is not that of all shares.
    """
    found: dict[int, Simplex] = {}
    for part in functional_units:
        for total in ledger.mixes.get((part, variant), ()):
            leaves = inputs.shares(ledger.graph, total)
            _refuse_mixed(ledger.graph, leaves)
            simplex = Simplex(tuple((leaf, units.scale(ledger.graph.unit[leaf], ONE) or 1.0) for leaf in leaves))
            for leaf in leaves:
                found.setdefault(leaf, simplex)
    return found


def _refuse_mixed(graph: Graph, members: Iterable[int]) -> None:
    leaves = [graph.info[member] for member in members]
    concentrations = {leaf.law.concentration for leaf in leaves if isinstance(leaf.law, Dirichlet)}
    others = [leaf for leaf in leaves if not isinstance(leaf.law, Dirichlet) and leaf.value]
    if concentrations and (others or len(concentrations) > 1):
        spans = tuple(leaf.span for leaf in leaves)
        hint = "give each share of the mix {dirichlet: {concentration: …}}, the same for all"
        raise Problems([Problem("a Dirichlet law is for all shares of a mix", spans[:4], hint)])
