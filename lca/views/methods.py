"""Methods: those that packs have, and one as a formula sheet: what it takes, its numbers, its formulas, its sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

from lca.model.methods import whole
from lca.model.packs import Pack
from lca.model.reader import stated
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import N_, _
from lca.text.documents import Located
from lca.text.overlay import Path, entries, is_quantity, joined

FIELDS = ("method", "pack", "part", "name", "unit", "value", "low", "high", "source", "at", "note", "text")
PARTS = {"parameters": N_("Parameters"), "equations": N_("Equations"), "gives": N_("Gives")}


def listing(packs: Iterable[Pack]) -> Report:
    """Every method of the packs, a row each."""
    every = [(pack, key, tree) for pack in packs for key, tree in pack.formulas.items()]
    columns = (Column(_("method")), Column(_("what"), fold=True), Column(_("pack")))
    rows = tuple(row(key, _text(tree, "title"), pack.name, remarks=[_by(tree, pack)]) for pack, key, tree in every)
    words = _("`lca methods KEY` prints one as a formula sheet. A block names it: `method: KEY`.")
    records = tuple(
        _record(pack, key, "method", "", tree) | {"text": _text(tree, "title")} for pack, key, tree in every
    )
    return Report((Heading(_("Methods")), Grid(columns, rows), Prose(words)), FIELDS, records)


def sheet(packs: Iterable[Pack], key: str) -> Report:
    """One method as a formula sheet."""
    opened = [*packs]
    pack = next(pack for pack in opened if key in pack.formulas)
    known = {name: tree for other in (pack, *opened) for name, tree in other.formulas.items()}
    tree = whole(pack.formulas[key], known.get)
    blocks: list[Block] = [Heading(f"{key}: {_text(tree, 'title')}", 1), Entries(tuple(_about(tree, pack)))]
    blocks += _takes(entries(tree).get("takes"))
    for part, title in PARTS.items():
        rows = tuple(_formula(joined(path), at) for path, at in _leaves(entries(tree).get(part)))
        columns = (Column(), Column(fold=True), Column(_("at"), fold=True))
        blocks += [Heading(_(title)), Grid(columns, rows)] if rows else []
    return Report(tuple(blocks), FIELDS, tuple(_records(pack, key, tree)))


def _about(tree: Located, pack: Pack) -> Iterator[Entry]:
    """Whose method it is."""
    said = (
        (_("pack"), pack.name), (_("source"), _by(tree, pack)), (_("version"), _text(tree, "version")),
        (_("licence"), pack.licence), (_("note"), _text(tree, "note")),
    )  # fmt: skip
    yield from (Entry(term, (text,)) for term, text in said if text)


def _by(tree: Located, pack: Pack) -> str:
    return pack.citation if _text(tree, "source") in ("", pack.name) else _text(tree, "source")


def _takes(at: Located | None) -> Iterator[Block]:
    """What is asked of a block, and what is taken where it states nothing."""
    of = entries(at)
    rows = tuple(row(name, _unit(take), _text(take, "text"), _else(take)) for name, take in of.items())
    columns = (Column(), Column(_("unit")), Column(_("what"), fold=True), Column(_("else"), fold=True))
    yield from (Heading(_("Takes")), Grid(columns, rows)) if rows else ()


def _unit(take: Located) -> str:
    if _text(take, "words") == "true":
        return _("words")
    unit = _text(take, "unit") or "1"
    return _("{unit} per work", unit=unit) if _text(take, "per_work") == "true" else unit


def _else(take: Located) -> str:
    """What is taken where the block states nothing."""
    looked_up = (
        _("{parameter} of the {thing}", parameter=_text(take, "parameter"), thing=_text(take, "of"))
        if _text(take, "parameter")
        else ""
    )
    default = entries(take).get("default")
    value = "" if default is None else str(stated(default).value).removeprefix("= ")
    may = _("may be left out") if _text(take, "optional") == "true" else ""
    ways = [part for part in (looked_up, value, may) if part]
    return (
        reduce(lambda first, then: _("{first}, else {then}", first=first, then=then), ways)
        if ways
        else _("has to be stated")
    )


def _formula(name: str, at: Located) -> Row:
    text = str(stated(at).value)
    low, high = (_text(at, end) or "…" for end in ("low", "high"))
    ends = _("{low} to {high}", low=low, high=high) if {"low", "high"} & {*entries(at)} else ""
    shown = text if text.startswith("=") else f"= {text}{f' ({ends})' if ends else ''}"
    return row(name, shown, ", ".join(part for part in (_text(at, "at"), _text(at, "note")) if part))


def _leaves(at: Located | None, path: Path = ()) -> Iterator[tuple[Path, Located]]:
    for name, child in entries(at).items():
        if isinstance(child.value, dict) and not is_quantity(child):
            yield from _leaves(child, (*path, name))
        else:
            yield (*path, name), child


def _text(at: Located, key: str) -> str:
    child = entries(at).get(key) if not isinstance(at.value, str) else None
    return child.value if child is not None and isinstance(child.value, str) else ""


# --- records ----------------------------------------------------------------------------------------------------------


def _records(pack: Pack, key: str, tree: Located) -> Iterator[Record]:
    for name, take in entries(entries(tree).get("takes")).items():
        made = _record(pack, key, "takes", name, take)
        yield made | {"unit": _unit(take), "value": _else(take), "text": _text(take, "text")}
    for part in PARTS:
        for path, at in _leaves(entries(tree).get(part)):
            yield _record(pack, key, part, joined(path), at) | {"value": str(stated(at).value)}


def _record(pack: Pack, key: str, part: str, name: str, at: Located) -> Record:
    said = {field: _text(at, field) for field in ("low", "high", "source", "at", "note")}
    return {"method": key, "pack": pack.name, "part": part, "name": name, **said}
