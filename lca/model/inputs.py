"""Inputs found by their path: which leaves a name means, what numbers it may be given, and what moves with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca import units
from lca.graph import Graph, Input
from lca.model.ledger import Facts, Limit, beside
from lca.operations import ROUNDING, divided
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.text.overlay import joined, split
from lca.units import ONE, Unit
from lca.wording import some

WORDED = ("region",)  # what a scenario states in words, and no figure moves with
BARE = re.compile(r"[^A-Za-z%µΩ]*(?:[eE][-+]?[0-9]+)?\s*")  # a number without a unit
SHOWN = 8  # names that a message lists


def leaves(facts: Facts, path: str, roots: Iterable[int]) -> list[int]:
    """The leaves of a path that figures depend on: several where cases write it in several places.

    `functional_units.FU2.prompts` is short for `functional_units.FU2.demand.prompts`. Where no path is so called, it is
    the address of the one place where a number is written. Problems where there is none.
    """
    graph = facts.graph
    below = graph.below(roots)
    name = written_out(path)
    known = [index for index in below if graph.op[index] == "input"]
    leaves = [index for index in known if graph.info[index].path == name]
    leaves = leaves or [index for index in known if graph.info[index].address == path]
    if not leaves:
        raise Misnamed([nothing(facts, path, below)])
    return leaves


class Known:
    """The inputs that some figures depend on, by path: as `leaves`, for many paths."""

    def __init__(self, facts: Facts, roots: Iterable[int]) -> None:
        self.facts, self.graph = facts, facts.graph
        self._below = self.graph.below(roots)
        self._by_path: dict[str, list[int]] = {}
        self._by_address: dict[str, list[int]] = {}
        for index in self._below:
            if self.graph.op[index] == "input":
                leaf: Input = self.graph.info[index]
                self._by_path.setdefault(leaf.path, []).append(index)
                self._by_address.setdefault(leaf.address, []).append(index)

    def leaves(self, path: str) -> list[int]:
        """The leaves of a path, or of an address. Misnamed where there is none."""
        found = self._by_path.get(written_out(path)) or self._by_address.get(path)
        if not found:
            raise Misnamed([nothing(self.facts, path, self._below)])
        return found


def written_out(path: str) -> str:
    """
    >>> written_out("functional_units.FU2.prompts")
    'functional_units.FU2.demand.prompts'
    >>> written_out("inference.server.aur")
    'inference.server.aur'
    """
    parts = split(path)
    if len(parts) == 3 and parts[0] == "functional_units":
        return joined((*parts[:2], "demand", parts[2]))
    return joined(parts) if parts else path


def nothing(facts: Facts, path: str, below: Iterable[int]) -> Problem:
    """What to say of a path that is no input of some nodes: what it is instead, or what is near."""
    graph, name = facts.graph, written_out(path)
    derived = [index for index, known in graph.names.items() if known == name]
    if derived:
        leaves = _listed(leaf.path for leaf in graph.leaves(derived[0]))
        return Problem(f"{name} is derived by a formula", (), f"change what it is made of: {leaves}")
    if any(leaf.path == name for _, leaf in graph.inputs()):
        hint = "ask for another functional unit, variant or criterion"
        return Problem(f"no figure asked for depends on {name}", (), hint)
    known = list(dict.fromkeys(graph.info[index].path for index in below if graph.op[index] == "input"))
    if name.rpartition(".")[2] in WORDED:
        shares = [other for other in known if other.startswith(f"{name}.")]
        hint = f"change a share of it, such as {shares[0]}, or use variants" if shares else "use variants: one for each"
        return Problem(f"{name} is a region and no number", (), hint)
    ending = [other for other in known if other.endswith(f".{path}")]
    hint = f"did you mean {' or '.join(ending[:3])}?" if ending else near(name, known, f"inputs: {_listed(known)}")
    return Problem(f"no input '{shortened(path)}'", (), hint)


def _listed(names: Iterable[str]) -> str:
    return some(dict.fromkeys(names), SHOWN)


def number(text: str, leaf: Unit, what: str) -> tuple[float, Unit]:
    """A quantity as written on a command line; without a unit it is in that of the input. Problems where it is none."""
    try:
        value, unit = units.quantity_like(text, leaf)
    except units.UnitError as error:
        raise Problems([Problem(f"{what}: {error.message}", (), f"{error.hint}\n{_in_unit(leaf)}".strip())]) from None
    if unit is ONE and units.has_name(leaf):
        unit = leaf
    if units.scale(unit, leaf) is None:
        raise Problems([Problem(f"{what}: {unit} is not {leaf}", (), _in_unit(leaf))])
    return value, unit


def in_unit_of(graph: Graph, index: int, value: Any, unit: Unit) -> Any:
    """A number, or an array of them, in the unit of a leaf. Problems where that has another dimension.

    The cases of a study may state one input in units of two dimensions, kWh/prompt and kWh/image.
    """
    leaf: Input = graph.info[index]
    factor = units.scale(unit, leaf.unit)
    if factor is None:
        hint = "ask for the cases that state it in one unit"
        raise Problems([Problem(f"{leaf.path} is in {leaf.unit} in one case, and {unit} is not", (leaf.span,), hint)])
    return value * factor


def numbers(graph: Graph, leaves: Iterable[int], texts: Sequence[tuple[str, str]]) -> list[tuple[float, Unit]]:
    """Quantities of one input as written on a command line, each a text and what it is.

    Problems where one is none, or stands without a unit and cases state the input in several.
    """
    own = list(dict.fromkeys(graph.unit[index] for index in leaves))
    for text, what in texts if len(own) > 1 and units.has_name(own[0]) else ():
        if BARE.fullmatch(text):
            message = f"{what}: a number alone, which could be in {' or in '.join(map(str, own))}"
            raise Problems([Problem(message, (), "write its unit")])
    return [number(text, own[0], what) for text, what in texts]


def _in_unit(leaf: Unit) -> str:
    return f"it is in {leaf}; a number alone is taken so" if units.has_name(leaf) else "it is a pure number or in %"


def bounds(facts: Facts, index: int) -> list[Limit]:
    """What bounds a leaf or a derived quantity."""
    return [limit for limit in dict.fromkeys(facts.limits) if limit.index == index]


def refuse_outside(facts: Facts, index: int, value: float) -> None:
    """Problems where a number in the leaf's unit is outside the bounds of its field."""
    leaf: Input = facts.graph.info[index]
    for limit in bounds(facts, index):
        if not limit.bounds.allows(value * limit.factor):
            shown = beside(limit.bounds, value, leaf.unit)
            raise Problems([Problem(f"{leaf.path} cannot be {shown}; it has to be {limit.bounds}", (), limit.doc)])


def given(graph: Graph, index: int, value: Any) -> Any:
    """What a leaf has to be for its input to be `value`, in its unit: of a share of a mix, its weight.

    `value` is a number or an array of them.

    A share v beside others that keep their weights, 1 - w in all, has the weight v (1 - w) / (1 - v); they make room in
    proportion. Problems where they are nothing and cannot make up for it.
    """
    if index not in graph.weights:
        return value
    refuse_whole(graph, index)
    leaf: Input = graph.info[index]
    whole = units.scale(ONE, leaf.unit) or 1.0
    return value * divided(whole - leaf.value, whole - value)


def settled(graph: Graph, moves: Mapping[int, float]) -> dict[int, float]:
    """What leaves have to be for several to be moved, each in its unit: of shares of mixes, their weights.

    Shares that are moved stay what they are set to; the others keep their weights, so that they take the rest in
    proportion. Where the others are nothing, and cannot take it, nothing moves.
    """
    out = dict(moves)
    for shares in graph.mixes.values():
        leaves = [weight for weight in map(graph.weight, shares) if graph.op[weight] == "input"]
        put = [leaf for leaf in leaves if leaf in moves]
        if not put:
            continue
        unit = graph.unit[leaves[0]]
        before = left = whole = units.scale(ONE, unit) or 1.0
        for leaf in put:
            factor = units.scale(graph.unit[leaf], unit) or 1.0
            before -= graph.info[leaf].value * factor
            left -= moves[leaf] * factor
        is_all = len(put) > 1 and abs(left) <= whole * ROUNDING
        is_stuck = not is_all and abs(before) <= whole * ROUNDING
        for leaf in put:
            weight = moves[leaf] if is_all else moves[leaf] * divided(before, left)
            out[leaf] = graph.info[leaf].value if is_stuck else weight
        if is_all:
            out |= {leaf: 0.0 for leaf in leaves if leaf not in moves}
    return out


def is_whole(graph: Graph, index: int) -> bool:
    """Whether a leaf is all of its mix: whatever its weight becomes, its share stays 100 %."""
    leaf: Input = graph.info[index]
    return index in graph.weights and leaf.value == (units.scale(ONE, leaf.unit) or 1.0)


def refuse_whole(graph: Graph, index: int) -> None:
    """Problems where a share is all of its mix, so that it cannot be another."""
    if is_whole(graph, index):
        hint = "give another share more than 0 % first"
        path = graph.info[index].path
        raise Problems([Problem(f"{path} is 100 %, and no other share can make up for it", (), hint)])


def in_one_mix(graph: Graph, first: int, second: int) -> bool:
    """Whether two leaves are shares of one mix."""
    return not {*graph.weights.get(first, ())}.isdisjoint(graph.weights.get(second, ()))
