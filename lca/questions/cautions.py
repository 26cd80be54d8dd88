"""What packs say of rows that they keep as their source has them, and that mislead."""

from __future__ import annotations

from collections.abc import Iterable

from lca.compile import Model
from lca.spoken import _, told

CAUTION, MORE = "caution: ", ";"  # how the note of such a row begins, and where what is printed of it ends


def cautions(model: Model, roots: Iterable[int] | None = None) -> list[str]:
    """The cautions of the rows that totals rest on, in words: what is meant, and what is wrong with it."""
    graph = model.graph
    found: dict[tuple[str, str], dict[str, None]] = {}
    for index in graph.below(model.totals.values() if roots is None else roots):
        leaf = graph.info[index] if graph.op[index] == "input" else None
        if leaf is not None and leaf.origin is not None and leaf.citation.note.startswith(CAUTION):
            name, of = leaf.origin.name, " ".join(filter(None, (leaf.origin.item, leaf.origin.region)))
            criterion = model.factors.criteria.get(name)
            found.setdefault((of, leaf.citation.note), {})[criterion.label if criterion else name] = None
    return [
        _("{what}: {reason}", what=f"{of}, {', '.join(map(told, names))}", reason=_short(note))
        for (of, note), names in found.items()
    ]


def _short(note: str) -> str:
    return note.removeprefix(CAUTION).partition(MORE)[0]
