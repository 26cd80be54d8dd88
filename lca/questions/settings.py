"""A study with some of its inputs set otherwise, as a caller sets them: numbers, or words such as a model or a region.

On the graph, a number that is set is held: it has no range, no law and no source but the caller. In the text, what is
set is put wherever the scenario writes it, in the base case, in functional units and in variants alike, so that it is
in force in every case.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from lca.citations import Citation
from lca.compile import Model
from lca.graph import Graph, Input
from lca.language import OVERLAID, may_add
from lca.model import inputs
from lca.problems import Misnamed, Problem, Problems, shortened
from lca.scenario import Scenario
from lca.text import documents
from lca.text.documents import Located
from lca.text.overlay import Path, edits, entries, everything, find, is_quantity, joined, put, split

BY_CALLER = Citation("assumed", note="set by the caller")
GIVEN = "inputs: {}"  # what messages call where they stand: each in a place of its own, by which it is known
MOST_PARTS = 5  # that a message lists
Spot = tuple[str, int, int]  # file, line, column

# --- on the graph -------------------------------------------------------------------------------------------------


def held(model: Model, numbers: Mapping[int, float]) -> Model:
    """The model with leaves, by index, held at numbers in their units. The model itself stays as it is."""
    facts, graph = copy.copy(model.facts), model.graph
    facts.graph = graph.holding({index: _held(graph.info[index], value) for index, value in numbers.items()})
    facts.calibrated = {index: leaf for index, leaf in facts.calibrated.items() if index not in numbers}
    return model._replace(facts=facts)


def _held(leaf: Input, value: float) -> Input:
    made = Input(leaf.path, value, leaf.unit, leaf.span, BY_CALLER, address=leaf.address, group=leaf.group)
    made.draw, made.together = leaf.draw, leaf.together
    return made


# --- in the text --------------------------------------------------------------------------------------------------


def written(value: Any) -> str:
    """A value as a scenario writes it, a text or a list or a mapping of them: what tells one from another too."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def with_words(scenario: Scenario, words: Mapping[str, str]) -> Scenario:
    """The scenario with values, as `written` has them, at paths. Problems where a path leads nowhere."""
    for path, text in words.items():
        scenario = Scenario(scenario.name, _put(scenario, path, text))
    return scenario


def _put(scenario: Scenario, text: str, value: str) -> Located:
    given = documents.parse(f"{{{json.dumps(text, ensure_ascii=False)}: {value}}}", GIVEN.format(text))
    path, at = _path(scenario, text, given), entries(given)[text]
    _refuse_block(scenario, path)
    spots = {_spot(place): at for place in _places(scenario, path)}
    tree = _replaced(scenario.tree, spots) if spots else scenario.tree
    return tree if find(scenario.tree, path) is not None else put(tree, path, at)


def _path(scenario: Scenario, text: str, given: Located) -> Path:
    """The path that a text is. Problems where a scenario has nothing there that a variant could change."""
    path = split(text)
    if path[:1] and path[0] not in OVERLAID and path[0] != "functional_units":
        hint = f"inputs are those of functional_units and of blocks: {', '.join(sorted(OVERLAID))}"
        raise Misnamed([Problem(f"no input '{shortened(text)}'", (), hint)])
    try:
        edits(given, "", scenario.tree, lambda part: may_add(scenario.tree, part))
    except Problems as wrong:
        raise Misnamed(problem._replace(spans=()) for problem in wrong.problems) from None
    return path


def _refuse_block(scenario: Scenario, path: Path) -> None:
    """Misnamed where a whole block would be replaced; the region of a site may be a mix of some."""
    own = find(scenario.tree, path)
    if own is not None and isinstance(own.value, dict) and not is_quantity(own) and path[-1] not in inputs.WORDED:
        parts = ", ".join(joined((*path, name)) for name in [*own.value][:MOST_PARTS])
        raise Misnamed([Problem(f"{joined(path)} is no single input", (), f"set its parts: {parts}")])


def _places(scenario: Scenario, path: Path) -> Iterator[Located]:
    """What the scenario writes at a path: in the base case, in functional units and in variants.

    Problems where one of them writes a part of it, which would stay.
    """
    tree = scenario.tree
    units = entries(find(tree, ("functional_units",)))
    paths = [path, *(("functional_units", unit, *path) for unit in units if path[0] in OVERLAID)]
    yield from (at for each in paths if (at := find(tree, each)) is not None)
    for variant in scenario.variants:
        for edit in scenario.edits(variant):
            if edit.path in paths:
                yield edit.value
            elif any(edit.path[: len(each)] == each for each in paths):
                hint = f"set {joined(edit.path)} itself, or change the file"
                message = f"variant {variant} sets a part of {joined(path)}"
                raise Problems([Problem(message, (edit.value.key_span,), hint)])


def with_numbers(scenario: Scenario, model: Model, numbers: Mapping[int, float]) -> Scenario:
    """The scenario with the numbers of leaves, by index, written where they stand.

    model: of every case of the scenario. Problems where one is of a pack, and stands in no scenario.
    """
    spots, missing = {}, []
    known = {*map(_spot, everything(scenario.tree))}
    for index, value in numbers.items():
        leaf: Input = model.graph.info[index]
        text = f"{repr(value).removesuffix('.0')} {leaf.unit}".removesuffix(" 1")
        if leaf.span[:3] in known:
            given = documents.parse(
                json.dumps({leaf.path: text}, ensure_ascii=False), GIVEN.format(f"{leaf.path} ({index})")
            )
            spots[leaf.span[:3]] = entries(given)[leaf.path]
        else:
            missing.append(leaf)
    if missing:
        raise Problems(_unwritten(leaf) for leaf in missing)
    return Scenario(scenario.name, _replaced(scenario.tree, spots))


def _unwritten(leaf: Input) -> Problem:
    """What to say of a number that stands in no scenario by itself."""
    of_pack = leaf.origin is not None
    where = "is a number of a pack" if of_pack else "stands inside a formula, or a row of a table"
    way = "state a number of your own in its place" if of_pack else "change it there"
    return Problem(f"{leaf.path} {where}", (leaf.span,), f"`run` and `table` take it; in the text, {way}")


def _spot(at: Located) -> Spot:
    return at.span[:3]


def _replaced(tree: Located, by: Mapping[Spot, Located]) -> Located:
    """The tree with other values in some places; a quantity is replaced whole, with its range and its source."""
    stated = entries(tree).get("value") if is_quantity(tree) else None
    over = by.get(_spot(tree)) or (None if stated is None else by.get(_spot(stated)))
    if over is not None:
        return over
    if isinstance(tree.value, dict):
        return tree.with_value({key: _replaced(child, by) for key, child in tree.value.items()})
    if isinstance(tree.value, list):
        return tree.with_value([_replaced(child, by) for child in tree.value])
    return tree


# --- which of the two ---------------------------------------------------------------------------------------------


def is_in_words(graph: Graph, scenario: Scenario, path: str) -> bool:
    """Whether a path is of something that a scenario says in words, and no number: a model, what to include."""
    parts = split(path)
    if is_quantity_of(graph, path) or not parts or parts[0] not in (*OVERLAID, "functional_units"):
        return False
    return find(scenario.tree, parts) is not None or may_add(scenario.tree, parts)


def is_quantity_of(graph: Graph, path: str) -> bool:
    """Whether a path is a number in some case, or derived, or the address of a number."""
    name = inputs.written_out(path)
    told = any(name == each for names in graph.told.values() for _, each in names)
    return told or any(name == leaf.path or path == leaf.address for _, leaf in graph.inputs())
