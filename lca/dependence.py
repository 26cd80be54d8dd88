"""Which inputs vary together and which apart, as a study declares; each path is one draw where it declares nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lca.graph import Draw, Input
from lca.language import Study
from lca.model import inputs
from lca.model.declarations import About, Independent, Together
from lca.model.ledger import Facts
from lca.model.packs import Factors
from lca.model.reader import Broken
from lca.problems import Problem
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, items, split

RANGE = ("low", "high", "law")


class Entry(NamedTuple):
    """Where a path is named, as it was written, and what its inputs are drawn by."""

    path: str
    at: Located
    draw: Draw


class Dependence:
    """What a study declares of its draws."""

    def __init__(self, together: Mapping[str, Together], independent: Mapping[str, Independent]) -> None:
        self.groups = [list(_entries(group)) for group in together.values()]
        self.apart = [
            Entry(inputs.written_out(each.need("input")), entries(each.tree)["input"], Draw(each.input))
            for each in independent.values()
        ]

    def draws(self, variant: str | None) -> dict[str, Draw]:
        """What paths are drawn by in a variant, where it is not their own name alone."""
        shared = {entry.path: entry.draw for group in self.groups for entry in group}
        return shared | {entry.path: Draw(f"{entry.path} in {variant}") for entry in self.apart if variant is not None}

    def problems(self, facts: Facts, tree: Located, factors: Factors) -> Iterator[Problem]:
        """Paths that are no inputs, that do not vary, or that are declared twice; groups of one."""
        leaves: dict[str, list[Input]] = {}
        named = [entry for group in self.groups for entry in group] + self.apart
        for _, leaf in facts.graph.inputs() if named else ():
            leaves.setdefault(leaf.path, []).append(leaf)
        first: dict[str, Entry] = {}
        for entry in named:
            if first.setdefault(entry.path, entry) is not entry:
                spans = (entry.at.span, first[entry.path].at.span)
                yield Problem(f"{entry.path} is declared twice", spans, "an input is in one group, or independent")
            yield from _wrong(entry, leaves.get(entry.path, []), facts, tree, factors)
        for group in self.groups:
            if len(group) == 1:
                hint = "name two or more; an input alone is one draw as it is"
                yield Problem(f"{group[0].path} is together with nothing", (group[0].at.span,), hint)


def dependence(study: Study) -> Dependence:
    """What a study declares; nothing where that cannot be read, which is reported elsewhere."""
    try:
        about: About = study.need("study")
        return Dependence(about.together, about.independent)
    except Broken:
        return Dependence({}, {})


def _entries(group: Together) -> Iterator[Entry]:
    paths = [inputs.written_out(path) for path in group.need("inputs")]
    places = items(entries(group.tree)["inputs"])
    for path, at in zip(paths, places, strict=True):
        yield Entry(path, at, Draw(" & ".join(paths), together=True))


def _wrong(entry: Entry, leaves: list[Input], facts: Facts, tree: Located, factors: Factors) -> Iterator[Problem]:
    """What is wrong with a path; one that the cases asked for do not have may be that of another."""
    written = _written(tree, split(entry.path))
    if not leaves and written is None and not factors.has_row(entry.path):
        every = [index for index, _ in facts.graph.inputs()]
        yield inputs.nothing(facts, entry.path, every)._replace(spans=(entry.at.span,))
    elif any(leaf.group for leaf in leaves) and entry.draw.together:
        hint = "the shares of a mix vary with one another, so that they keep their sum; leave it out"
        yield Problem(f"{entry.path} is a share of a mix", (entry.at.span,), hint)
    elif leaves and not any(leaf.law for leaf in leaves) and not any(key in RANGE for key in entries(written)):
        hint = "give it a low and a high, or a law"
        yield Problem(f"{entry.path} is held: it has no draw", (entry.at.span,), hint)


def _written(tree: Located, path: Path) -> Located | None:
    """Where a path is written: in the scenario, in what a functional unit sets, or in a variant."""
    units = entries(find(tree, ("functional_units",))).values()
    changed = [
        (split(key), child)
        for variant in entries(find(tree, ("variants",))).values()
        for key, child in entries(entries(variant).get("with")).items()
    ]
    below = [(child, path[len(parts) :]) for parts, child in changed if path[: len(parts)] == parts]
    found = (find(at, rest) for at, rest in [(tree, path), *((unit, path) for unit in units), *below])
    return next((at for at in found if at is not None), None)
