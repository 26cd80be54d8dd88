"""The same service with another model or in another region: variants that a question makes of a scenario for itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lca.model.catalogue import near_models, of_several
from lca.model.packs import Factors
from lca.problems import Misnamed, Problem, Problems, near, shortened
from lca.scenario import Scenario, overlaid
from lca.text import documents
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, joined, leaves, put, split
from lca.wording import listed, some

MODEL = "model"
NO_BLOCKS = ("study", "functional_units", "methods", "variants", "expect")  # where no block of the service stands
MOST_LISTED = 12
REGION = "region"


class Made(NamedTuple):
    """A scenario with variants of a question's own, and what is set in each: a model or a region, by variant."""

    scenario: Scenario
    of: Mapping[str, str]


def with_models(
    scenario: Scenario, factors: Factors, names: Iterable[str], block: str = "", variant: str | None = None
) -> Made:
    """The service with each of some models, each a variant, on top of one of the scenario's own where it is named.

    block: the path of the block whose model it is, where several take one. Problems where a model is none that packs
    know, or no block takes one.
    """
    path = (*_block(of_variant(scenario, variant), block), MODEL)
    return _made(scenario, "--models", variant, {key: {path: key} for key in models(factors, names)})


def with_regions(scenario: Scenario, factors: Factors, regions: Iterable[str], variant: str | None = None) -> Made:
    """The service with the electricity of its sites from each of some regions. Problems where one is no region."""
    paths = _in_region(scenario, factors, regions := [*regions])
    return _made(scenario, "--regions", variant, {each: dict.fromkeys(paths, each) for each in regions})


def _in_region(scenario: Scenario, factors: Factors, regions: Sequence[str]) -> list[Path]:
    """The paths of the regions of sites. Problems where there are none, or no electricity of one that is wanted."""
    sites = [*entries(find(scenario.tree, ("sites",)))]
    if not sites:
        hint = "write sites: {dc: {region: FRA, pue: 1.2}}, and name it in its blocks: site: dc"
        raise Problems([Problem("the scenario has no sites, whose region could be another", (), hint)])
    known = factors.places_with("electricity")
    wrong = [each for each in regions if each not in known]
    if wrong:
        listing = f"regions: {some(known, MOST_LISTED)}"
        raise Misnamed(
            Problem(f"no pack of the study has electricity of '{shortened(each)}'", (), near(each, known, listing))
            for each in wrong
        )
    return [("sites", site, REGION) for site in sites]


def with_request(
    scenario: Scenario, factors: Factors, path: Path, model: str, takes: Mapping[str, str], region: str = "",
    variant: str | None = None,
) -> Made:  # fmt: skip
    """The service as a request to a model sees it: with that model, what is taken of the request, and its region.

    path: of the block that is asked, see `asked`. model: empty where its method takes none. takes: what it takes, as it
    would be written. Problems where the model is none that packs know, or they have no electricity of the region.
    """
    key = models(factors, [model])[0] if model else "request"
    setting = {(*path, MODEL): key} if model else {}
    setting |= {(*path, take): text for take, text in takes.items()}
    if region:
        tree = of_variant(scenario, variant)
        site = entries(find(tree, path)).get("site") or entries(find(tree, path[:1])).get("site")
        sites = _in_region(scenario, factors, [region])
        setting |= {at: region for at in sites if site is None or at[1] == site.value}
    return _made(scenario, "the log", variant, {key: setting})


def asked(
    scenario: Scenario, names: Sequence[str], block: str = "", variant: str | None = None
) -> tuple[Path, Mapping[str, Located]]:
    """The path of the block that requests are put to, and what its method takes: a model, or any of some names.

    Problems where none takes one.
    """
    tree = of_variant(scenario, variant)
    path = _block(tree, block, (MODEL, *names))
    method = str(entries(find(tree, path))["method"].value)
    return path, entries(entries(entries(find(tree, ("methods",)))[method]).get("takes"))


def of_variant(scenario: Scenario, variant: str | None) -> Located:
    """The tree of a variant, whose block may have a method that takes a model, or another site."""
    tree = scenario.tree
    for edit in scenario.edits(variant):
        tree = put(tree, edit.path, edit.value)
    return tree


def models(factors: Factors, names: Iterable[str]) -> list[str]:
    """The keys of models by their names, each once. Problems where one is that of no model, or of several."""
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for name in names:
        keys = factors.called(name)
        if len(keys) == 1:
            found[keys[0]] = None
        elif keys:
            problems.append(of_several(name, keys))
        else:
            hint = near_models(name, factors.catalogue.names)
            problems.append(Problem(f"no pack of the study has a model '{shortened(name)}'", (), hint))
    if problems:
        raise Misnamed(problems)
    return [*found]


# --- the block --------------------------------------------------------------------------------------------------------


def _block(tree: Located, named: str, takes: Sequence[str] = (MODEL,)) -> Path:
    """The path of the block whose model changes, or of one that takes something else."""
    takers = dict.fromkeys(joined(path) for path in _takers(tree, takes))
    if named:
        if named not in takers:
            listing = f"blocks that take a model: {listed(takers)}" if takers else "no block takes a model"
            raise Misnamed([Problem(f"'{shortened(named)}' takes no model", (), near(named, takers, listing))])
        return split(named)
    if not takers:
        hint = "give one a method that takes a model, such as method: ecologits-0-11; `lca methods` lists them"
        raise Problems([Problem("no block of the scenario takes a model", (), hint)])
    if len(takers) > 1:
        hint = f"name one with --block: {some(takers, MOST_LISTED)}"
        raise Problems([Problem(f"{len(takers)} blocks of the scenario take a model", (), hint)])
    return split(next(iter(takers)))


def _takers(tree: Located, takes: Sequence[str]) -> Iterator[Path]:
    """The paths of the blocks by a method that takes one of some things."""
    methods = entries(find(tree, ("methods",)))
    for path, at in _below(tree):
        named = entries(at).get("method")
        method = methods.get(named.value) if named is not None and isinstance(named.value, str) else None
        if not entries(entries(method).get("takes")).keys().isdisjoint(takes):
            yield path


def _below(tree: Located, path: Path = ()) -> Iterator[tuple[Path, Located]]:
    """The mappings that stand in the blocks of a scenario, each with its path."""
    for name, child in entries(tree).items():
        if path or name not in NO_BLOCKS:
            if isinstance(child.value, dict):
                yield (*path, name), child
            yield from _below(child, (*path, name))


# --- the variants -----------------------------------------------------------------------------------------------------


def _made(scenario: Scenario, option: str, variant: str | None, sets: Mapping[str, Mapping[Path, str]]) -> Made:
    """The scenario with a variant for each of some settings; what the variant below it may set, it has set."""
    for unit in scenario.functional_units if variant is not None else ():
        for part in scenario.parts(unit):
            overlaid(scenario, scenario.cases([part], [variant])[0])
    names = _names(scenario.variants, sets)
    tree = scenario.tree
    for name, setting in zip(names, sets.values(), strict=True):
        written = {joined(path): value for path, value in setting.items()}
        text = json.dumps({"over": True, "with": written}, ensure_ascii=False)
        own = documents.parse(text, option)
        given = entries(own)["with"]
        whole = given.with_value({**dict(_kept(scenario, variant, setting)), **entries(given)})
        tree = put(tree, ("variants", name), own.with_value({**entries(own), "with": whole}))
    return Made(Scenario(scenario.name, tree), dict(zip(names, sets, strict=True)))


def _kept(scenario: Scenario, variant: str | None, setting: Mapping[Path, str]) -> Iterator[tuple[str, Located]]:
    """What a variant sets and a setting does not, as it is written: a mapping may be new as a whole alone."""
    given = find(scenario.tree, ("variants", variant, "with")) if variant is not None else None
    for text, value in entries(given).items():
        parts = [*leaves(value, split(text), text)]
        if any(edit.path in setting for edit in parts):
            yield from ((joined(edit.path), edit.value) for edit in parts if edit.path not in setting)
        else:
            yield text, value


def _names(taken: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """Names of variants that the scenario has no other of."""
    made: list[str] = []
    for name in wanted:
        while name in (*taken, *made, "base", "all"):
            name += "'"  # noqa: PLW2901  until it is free
        made.append(name)
    return made
