"""A quantity of a case: by the path or name that formulas have for it, or by the name that explanations give it."""

from __future__ import annotations

from collections.abc import Iterator

from lca.compile import Model
from lca.graph import Node
from lca.model import inputs
from lca.model.case import Case, CaseKey
from lca.model.ledger import Facts
from lca.model.reader import Broken, Slot, stated
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.text.overlay import split
from lca.wording import some

LISTED = 12  # names that a message lists


def quantity(model: Model, key: CaseKey, name: str) -> Node:
    """The node of a quantity, in its own unit: a field, a parameter, a flow of the demand, what is derived of them, or
    an input such as a factor of a pack.

    `inference.server.aur` is the derived one where a fleet stands in its place. Problems where there is none, or
    several of a name.
    """
    if key not in model.read:
        hint = f"ask for it of {' or '.join(model.scenario.parts(key.functional_unit)[:LISTED])}"
        raise Misnamed([Problem(f"{key} adds up others, and has no quantities of its own", (), hint)])
    try:
        return _stated(model.facts, model.read[key], name)
    except LookupError as error:
        message, hint = error.args
    known: dict[str, dict[int, None]] = {}
    for told, index in (*_derived(model, key), *_inputs(model, key)):
        known.setdefault(told, {})[index] = None
    asked = inputs.written_out(name)
    if len(known.get(asked, ())) > 1:
        raise Misnamed([Problem(f"{key} has several quantities '{shortened(name)}'", (), "name what they are made of")])
    if asked not in known:
        derived = some(dict.fromkeys(each for each, _ in _derived(model, key)), LISTED)
        ways = "" if hint.startswith("did you") else near(name, known, derived and f"derived: {derived}")
        raise Misnamed([Problem(message, (), f"{hint}\n{ways}".strip())])
    return Node(model.graph, next(iter(known[asked])))


def _stated(facts: Facts, case: Case, name: str) -> Node:
    """What a formula of the case would mean by a name. LookupError with message and way out where there is nothing."""
    try:
        named = case.named(split(inputs.written_out(name)) or (name,))
        if not isinstance(named, Slot):
            return named
        facts.checked.add((named.path, stated(named.at).span))
        return case.reader.quantity(*named)
    except Broken:
        raise Problems(case.ledger.problems) from None


def _derived(model: Model, key: CaseKey) -> Iterator[tuple[str, int]]:
    """What is derived in a case, by the names that explanations give it; the AUR of a fleet by its path too."""
    for (case, where), index in model.facts.aurs.items():
        if case == key:
            yield f"{where}.server.aur", index
    for index, told in model.graph.told.items():
        yield from ((name, index) for context, name in told if context is not None and context[0] == key)


def _inputs(model: Model, key: CaseKey) -> Iterator[tuple[str, int]]:
    """The inputs that the totals of a case depend on, by path."""
    graph = model.graph
    roots = (index for total, index in model.totals.items() if total.case == key)
    return ((graph.info[index].path, index) for index in graph.below(roots) if graph.op[index] == "input")
