"""Databases that people hold become packs of their own: private, with every row accounted for.

Which form a file has is seen from what it holds. The values of the pack stay its owner's: `redistributable` is false,
and exports withhold them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lca import discovery
from lca.importers import Given, Made
from lca.importers._databases.entries import Asked, Passed
from lca.importers._databases.opened import Opened, opened
from lca.importers._databases.packing import LISTING, UNKNOWN, Account, Chosen, account, files, reasons
from lca.importers._databases.words import denominator
from lca.model.mapping import mapping
from lca.model.packs import QUALITIES, READ_ON
from lca.model.terms import STAGES
from lca.problems import Misnamed, Problem, Problems, near, problem, shortened
from lca.report import Block, Column, Grid, Heading, Prose, Report, row
from lca.text.documents import Located
from lca.text.overlay import entries
from lca.wording import listed, plural, some
from lca.workbook.foreign.numbers import SIGNS

TITLE = "a private pack of what you hold: Base Empreinte, NegaOctet and other tables, openLCA and ILCD archives"
TAKES = {
    "licence": "the licence or contract of its figures, needed",
    "source": "whose figures they are, and where they are from, needed",
    "accessed": "when the export was made or bought, as 2026-01-31, needed",
    "version": "the version of the source, needed where the name of the file has none, as in Base_Carbone_V23.6.csv",
    "title": "what the pack is; else its source and version",
    "citation": "a sentence that a paper could print; else the source, version and date",
    "stage": "the life-cycle stage of what states none: use, manufacture, embodied, …; else all",
    "per": "what one of is meant where a table does not say, as device",
    "law": "the law of ranges printed in percent: normal, lognormal, uniform; else triangular, as of any range",
    "quality": "the quality of all rows, A to E; else B, published and read at the source",
    "decimal": "comma or point, the sign before decimals of numbers in texts; else what each column shows",
    "archived": "yes takes elements that the source has archived",
    "regions": "no leaves out of which region factors are, for things of one supply chain",
}
USES = ("sheet", "map")
ORDER = 2

FORMS = "importers/_databases/forms"
NEEDED = ("licence", "source", "accessed")
LAWS = ("normal", "lognormal", "uniform")
TRUTHS = {"yes": True, "no": False}
MAPPED = ("item", "criterion", "stage", "unit", "region")
HEEDED = ("title", "values", "decimal", "note")  # keys of a map
VERSION = re.compile(r"[vV]?([0-9]+(?:[._][0-9]+)+)")
NO_NAME = re.compile(r"[^a-z0-9.]+")
MEANT = "They are kept as they are; a map says what they mean: values: {region: {…: …}}."
SHOWN = 12  # rows that the report shows of those that are no factors; the listing has all


def read(given: Given) -> Made:
    """The pack of some files. Problems where they are no export that is known, or too little is said of them."""
    _refuse(given)
    chosen, asked = _chosen(given), _asked(given)
    exports = [opened(file, given.sheet, _decimal(given)) for file in given.files]
    told = (one for export in exports for one in _form(export).entries(export, asked))
    made = account(told, given, asked, chosen)
    if not made.factors:
        raise Problems([Problem("no row of it is a factor", (given.files[0].span,), _reasons(made.passed))])
    name = _name(given)
    return Made(_report(made, name, exports), files=files(made, _about(given, name, exports), chosen.quality))


def _decimal(given: Given) -> str:
    """The sign before decimals that is said, by --set or by the map."""
    said = mapping(given.map).decimal if given.map is not None else ""
    return given.said.get("decimal", said)


def _form(export: Opened) -> Any:
    """The module of the form that an export has."""
    known = {name: discovery.module(FORMS, name) for name in discovery.files(FORMS, "TITLE")}
    for form in known.values():
        if form.reads(export):
            return form
    said = listed(str(form.TITLE) for form in known.values())
    columns = f"its columns: {some(export.table.columns.values(), SHOWN)}\n" if export.table else ""
    raise problem(f"{export.name} is none of the exports that are known", hint=f"{columns}known are {said}")


# --- what is said -----------------------------------------------------------------------------------------------------


def _refuse(given: Given) -> None:
    """Problems where something is not said, or is said wrongly."""
    said = given.said
    missing = [name for name in NEEDED if name not in said]
    if "version" not in said and not _version(given):
        missing.append("version")
    if missing:
        example = " ".join(f'--set {name}="…"' for name in missing)
        hint = f"a pack says whose figures it has: {example}\n" + "\n".join(
            f"{name}: {TAKES[name]}" for name in missing
        )
        raise Misnamed([Problem(f"not said: {listed(missing)}", (), hint)])
    wrong = [
        Problem(
            f"'{shortened(said[name])}' is no {name}", (), near(said[name], [*known], f"one of: {', '.join(known)}")
        )
        for name, known in (
            ("stage", STAGES),
            ("law", LAWS),
            ("quality", QUALITIES),
            ("decimal", SIGNS),
            ("archived", TRUTHS),
            ("regions", TRUTHS),
        )
        if name in said and said[name] not in known
    ]
    if not READ_ON.fullmatch(said["accessed"]):
        wrong.append(Problem(f"'{shortened(said['accessed'])}' is no date", (), "as 2026-01-31, or its month or year"))
    if "per" in said and denominator(said["per"]) is None:
        wrong.append(Problem(f"'{shortened(said['per'])}' is no unit", (), "such as device, kg or kWh"))
    if wrong:
        raise Misnamed(wrong)


def _version(given: Given) -> str:
    found = VERSION.search(given.files[0].name.rpartition("/")[2])
    return found[1].replace("_", ".") if found else ""


def _asked(given: Given) -> Asked:
    said = given.said
    stages = _mapping(given.map).get("stage", {})
    return Asked(
        given.library.criteria, said.get("law", ""), TRUTHS[said.get("archived", "no")], said.get("per", ""), stages
    )


def _chosen(given: Given) -> Chosen:
    said, words = given.said, _mapping(given.map)
    _refuse_words(given, words)
    return Chosen(
        said.get("stage", "all"), said.get("quality", "B"), TRUTHS[said.get("regions", "yes")],
        *(words.get(name, {}) for name in MAPPED),
    )  # fmt: skip


def _mapping(at: Located | None) -> dict[str, dict[str, str]]:
    """What the words of an export mean by a map: items, criteria, stages and units."""
    if at is None:
        return {}
    if idle := [key for name, key in entries(at).items() if name not in HEEDED]:
        hint = f"keys of a map that factors heed: {', '.join(HEEDED)}"
        raise Problems([Problem("this says nothing of factors", (one.key_span,), hint) for one in idle])
    values = mapping(at).values
    if values is None:
        if "decimal" in entries(at):
            return {}
        raise problem("the map says what no word means", at.span, hint="such as values: {unit: {repas: device}}")
    return {name: {word: said[name] for word, said in getattr(values, name).items() if name in said} for name in MAPPED}


def _refuse_words(given: Given, words: dict[str, dict[str, str]]) -> None:
    known = given.library.criteria
    wrong = [
        Problem(f"no criterion '{shortened(key)}'", (), near(key, known, f"criteria: {', '.join(known)}"))
        for key in words.get("criterion", {}).values() if key not in known
    ]  # fmt: skip
    wrong += [
        Problem(f"no stage '{shortened(own)}'", (), near(own, STAGES, f"stages: {', '.join(STAGES)}"))
        for own in words.get("stage", {}).values() if own not in STAGES
    ]  # fmt: skip
    if wrong:
        raise Problems(wrong)


# --- the pack ---------------------------------------------------------------------------------------------------------


def _name(given: Given) -> str:
    """The name of the pack: that of its folder."""
    if not given.output:
        raise problem(
            "this makes a pack, which is a folder", hint="name it with -o, as in -o mypacks/base-empreinte-23.6"
        )
    return given.output


def _about(given: Given, name: str, exports: Iterable[Opened]) -> dict[str, Any]:
    said = given.said
    version = said.get("version") or _version(given)
    read_ = ", ".join(export.name.rpartition("/")[2] for export in exports)
    return {
        "name": name,
        "title": said.get("title", f"{said['source']}, {version}"),
        "version": version,
        "description": f"Made by `lca import factors` of {read_}. What of it is no factor is in listing.csv.",
        "licenses": [{"name": said["licence"], "title": said["licence"]}],
        "sources": [{"title": said["source"]}],
        "citation": said.get("citation", f"{said['source']}, version {version}, {said['accessed']}."),
        "accessed": said["accessed"],
        "redistributable": False,
    }


def _report(made: Account, name: str, exports: Iterable[Opened]) -> Report:
    """What was made, what was not, and why: the first rows of it; the listing in the pack has all."""
    items = {factor.item for factor in made.factors}
    criteria = Counter(factor.criterion for factor in made.factors)
    columns = (Column("rows", right=True), Column("why they are no factors", fold=True), Column("as in", fold=True))
    first: dict[str, Passed] = {}
    for one in made.passed:
        first.setdefault(one.why, one)
    why = reasons(made.passed)
    rows = tuple(row(f"{count:,}", reason, _as(first[reason])) for reason, count in why.items())
    taken = (
        f"{plural(made.rows, 'row')} read of {listed(export.name for export in exports)}: {len(made.factors):,} are "
        f"factors, of {plural(len(items), 'item')} by {listed(criteria)}; {len(made.passed):,} are not."
    )
    blocks: list[Block] = [Heading(f"Pack {name}", 1), Prose(taken), *([Grid(columns, rows)] if rows else [])]
    blocks += [Prose(text) for text in _remarks(made)]
    ending = f"listing.csv has all of these, row by row. A study names the pack, packs: [{name}], with --packs FOLDER."
    records = tuple(
        _record(one, taken) for taken, group in (("no", made.passed), ("yes", made.remarks)) for one in group
    )
    return Report((*blocks, Prose(ending)), LISTING, records)


def _as(one: Passed) -> str:
    said = ": ".join(part for part in (one.name, one.detail) if part)
    return f"{one.place}: {said}" if said else one.place


def _remarks(made: Account) -> Iterator[str]:
    """What is to be said of rows that are factors."""
    if ranged := sum(bool(factor.entry.spread.low) and not factor.entry.spread.law for factor in made.factors):
        yield (
            f"{plural(ranged, 'row')} with a range of as many percent as printed. The export names no law: without "
            "--set law=…, it is triangular, as any range."
        )
    for why, count in reasons(made.remarks).items():
        example = next(one for one in made.remarks if one.why == why)
        if why == UNKNOWN:
            unknown = [one.detail for one in made.remarks if one.why == why]
            yield f"Regions that are not known here: {some(unknown, SHOWN)}. {MEANT}"
            continue
        yield f"Taken, with a remark, {plural(count, 'row')}: {why} ({_as(example)})."
    if made.methods:
        yield f"Methods: {'; '.join(f'{key} by {words}' for key, words in made.methods.items())}."


def _record(one: Passed, taken: str) -> dict[str, Any]:
    return {"place": one.place, "name": one.name, "taken": taken, "why": one.why, "detail": one.detail}


def _reasons(passed: Iterable[Passed]) -> str:
    return "\n".join(f"{count:,}: {why}" for why, count in [*reasons(passed).items()][:SHOWN])
