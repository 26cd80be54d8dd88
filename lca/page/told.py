"""What the page tells of a figure that is asked for: names and units of nodes, and where each number is from.

The script writes a tree of it from the tape, as `lca explain` does from the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lca.graph import Graph, Input
from lca.operations import ATOM, TABLE
from lca.page.data import Data
from lca.page.tape import CODES
from lca.page.words import plain
from lca.questions.explain import NO_REASON, factor_name, line_name


def told(data: Data) -> dict[str, Any]:
    """Plain values for JSON. name, unit: of each place on the tape which of names and units it has; -1 for no name.

    operations: by code how each is written, and how tightly that holds together. leaves: by place which of texts are
    basis, source, at, via and file of a number, and its line.
    """
    graph, place = data.graph, data.tape.place
    units = list(dict.fromkeys(str(graph.unit[index]) for index in place))
    at = {unit: number for number, unit in enumerate(units)}
    leaves = [index for index in place if graph.op[index] == "input"]
    names = _names(data)
    said = list(dict.fromkeys(names[index] for index in place if index in names))
    of = {name: number for number, name in enumerate(said)}
    origins = {place[index]: _origin(graph.info[index]) for index in leaves}
    texts = list(dict.fromkeys(text for origin in origins.values() for text in origin))
    written = {text: number for number, text in enumerate(texts)}
    return {
        "names": list(map(plain, said)),
        "name": [of[names[index]] if index in names else -1 for index in place],
        "units": ["" if unit == "1" else unit for unit in units],
        "unit": [at[str(graph.unit[index])] for index in place],
        "texts": texts,
        "leaves": {
            str(place[index]): [*(written[text] for text in origins[place[index]]), graph.info[index].span.line]
            for index in leaves
        },
        "sources": _sources(data, leaves),
        "operations": _operations(),
        "atom": ATOM,
    }


def _names(data: Data) -> Mapping[int, str]:
    """What nodes are called: an input by its path, a figure by what it is, and by whatever name it was given."""
    model = data.result.model
    graph: Graph = data.graph
    names = dict(graph.names) | {i: graph.info[i].path for i in data.tape.place if graph.op[i] == "input"}
    names |= {line.factor: factor_name(line) for line in reversed(model.lines) if line.factor not in names}
    names |= {line.impact: line_name(line) for line in reversed(model.lines)}
    labels = model.factors.criteria
    for (unit, variant, criterion), index in model.totals.items():
        case = f"{unit}, {variant}" if variant else unit
        names[index] = f"{labels[criterion].label} of {case}"
    return names


def _origin(leaf: Input) -> list[str]:
    cited = leaf.citation
    basis = cited.basis if cited.source or cited.note else f"{cited.basis}, {NO_REASON}"
    said = (basis, cited.source, cited.at, cited.via, leaf.span.file)
    return list(map(plain, said))


def _sources(data: Data, leaves: Iterable[int]) -> dict[str, str]:
    known = data.sources
    cited = (data.graph.info[index].citation for index in leaves)
    keys = dict.fromkeys(key for each in cited for key in (each.source, each.via) if key in known)
    return {plain(key): plain(str(known[key])) for key in sorted(keys)}


def _operations() -> list[list[Any] | None]:
    forms = {CODES[name]: row.words for name, row in TABLE.items()}
    return [_form(forms[code]) if code in forms else None for code in range(len(CODES))]


def _form(form: Any) -> list[Any]:
    return [form.text, form.binds, form.first, form.rest, form.between]
