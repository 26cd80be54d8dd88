"""The accepted edits as text: a scenario that extends the original, and a pack with the factors that were changed.

What a reviewer typed is quoted, so that no text of theirs can become a key, a comment's end or a formula.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, NamedTuple

from lca.compile import Model
from lca.graph import Input
from lca.model.packs import COLUMNS, Pack
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, is_quantity, items, joined, split
from lca.text.writing import LONGEST, Keys, amount, block, dumped, safe, scalar
from lca.wording import quantity
from lca.workbook.names import REVIEWER
from lca.workbook.review import Judged, Review
from lca.workbook.review.copies import Comment
from lca.workbook.review.edits import ENDS

LONGEST_CELL = 3_500  # characters of a pack's cell, of which it takes 4,000
MOST_FINDINGS = 100  # that the head of a scenario lists
ROLES = ("factors", "assemblies", "parameters")  # tables of which numbers have a row on the sheet of factors


class Rewritten(NamedTuple):
    """The text of the scenario, the files of its pack by name, and the pack's name; none without changed factors."""

    scenario: str
    pack: str = ""
    files: Mapping[str, str] = {}


def rewritten(review: Review, model: Model, extends: str, file: str, *, laws: bool = True) -> Rewritten:
    """The accepted edits. `extends`: how the new file names the old one; laws: whether edited inputs keep theirs."""
    writer = _Writer(model, laws=laws)
    for judged in review.accepted:
        if not judged.edit.is_factor:
            writer.write(judged)
    changed = [judged for judged in review.accepted if judged.edit.is_factor]
    pack = f"{file.rpartition('.')[0] or file}-factors" if changed else ""
    files = pack_files(changed, model, pack, review.workbook) if changed else {}
    if changed:
        named = [str(item.value) for item in items(find(model.scenario.tree, ("study", "packs")))]
        writer.tree.setdefault("study", {})["packs"] = [pack, *named]
    head = [f"# {line}" for line in _head(review, file, pack)]
    lines = [*head, f"extends: {scalar(extends)}", *block(writer.tree, writer.remarks)]
    return Rewritten("\n".join(lines) + "\n", pack, files)


def _head(review: Review, file: str, pack: str) -> Iterator[str]:
    yield f"The accepted edits of {safe(review.workbook)}, a reviewed copy of {safe(review.scenario)}."
    if pack:
        yield f"The factors that were changed are in the pack {pack}: lca run {file} --packs {pack}"
    for judged in review.edits:
        if judged.edit.refused:
            yield f"Not written: {safe(judged.edit.path)}: {safe(judged.edit.refused)}"
        for detail in judged.edit.details:
            if detail.column in judged.not_written:
                what = f"{detail.column.lower()} of {safe(judged.edit.path)}, {safe(detail.new) or 'nothing'}"
                yield f"Not written: {what}: {safe(judged.not_written[detail.column])}"
    for finding in review.findings[:MOST_FINDINGS]:
        changed = f": {safe(finding.old) or 'nothing'} → {safe(finding.new) or 'nothing'}" if finding.new else ""
        yield f"Not carried over: {safe(finding.place)}: {safe(finding.what)}{changed}"
    if len(review.findings) > MOST_FINDINGS:
        yield f"Not carried over: {len(review.findings) - MOST_FINDINGS:,} more findings, which lca review lists"
    for comment in review.comments:
        yield f"Comment on {comment_words(comment)}"


def comment_words(comment: Comment) -> str:
    """A comment on one line, with its cell and its author."""
    by = f" by {safe(comment.author)}" if comment.author.strip() else ""
    return f"{safe(comment.sheet)}!{comment.cell}{by}: {safe(comment.text)}"


class _Writer:
    """The tree of the new scenario as it grows: mappings, lists and texts. `remarks` stand above a key."""

    def __init__(self, model: Model, *, laws: bool) -> None:
        self.model, self.graph, self.laws = model, model.graph, laws
        self.source = model.scenario.tree
        self.places = dict(places(self.source))
        self.tree: dict[str, Any] = {}
        self.remarks: dict[Keys, list[str]] = {}
        self.done: dict[int, dict[str, Any]] = {}

    def write(self, judged: Judged) -> None:
        """Put an edit where its input is written, or where it would be."""
        leaf: Input = self.graph.info[judged.edit.leaf]
        made = self.quantity(judged, leaf)
        self.done[judged.edit.leaf] = made
        comments = [comment_words(comment) for comment in judged.edit.comments]
        comments += [f"Look again: {safe(warning)}" for warning in judged.edit.warnings]
        known = self.places.get(leaf.span[:3])
        if known is not None:
            self.put(known, made, comments)
        else:
            self.explicit(judged.edit.leaf, leaf, made, comments)

    def put(self, keys: Keys, made: Any, comments: Iterable[str] = ()) -> None:
        """Set a value; a list on the way is written whole, since lists are replaced whole."""
        branch: Any = self.tree
        source: Located | None = self.source
        for key in keys[:-1]:
            source = _child(source, key)
            if isinstance(branch, dict) and key not in branch:
                branch[key] = dumped(source) if source is not None and isinstance(source.value, list) else {}
            branch = branch[key]
        branch[keys[-1]] = made
        self.remarks.setdefault(keys, []).extend(comments)

    # --- values that stand in a pack --------------------------------------------------------------------------------

    def explicit(self, index: int, leaf: Input, made: dict[str, Any], comments: list[str]) -> None:
        """A value from a pack becomes a field of the scenario, in the cases that used it and in no other."""
        path = split(leaf.path)
        alike = [(i, other.span[:3]) for i, other in self.graph.inputs() if other.path == leaf.path]
        of_path = [i for i, span in alike if span not in self.places]
        users = {i: self.cases(i) for i in of_path}
        if len([i for i in of_path if users[i]]) <= 1:
            self.put(self.home(path, users[index]), made, comments)
            return
        for i in of_path:
            if self.done.get(i) is None:
                self.done[i] = self.cited(self.graph.info[i])
            for keys in self.overlays(path, users[i], users):
                self.put(keys, dict(self.done[i]), comments if i == index else ())

    def cases(self, index: int) -> list[tuple[str, str | None]]:
        """The cases whose totals depend on a leaf."""
        totals = self.model.totals
        moving = set(self.graph.above([index], self.graph.below(totals.values())))
        return list(dict.fromkeys((unit, variant) for (unit, variant, _), root in totals.items() if root in moving))

    def home(self, path: Path, cases: list[tuple[str, str | None]]) -> Keys:
        """Where a field is to stand: in the base case, or in the overlay that has what it is part of."""
        if find(self.source, path[:-1]) is not None:
            return path
        for unit, variant in cases:
            for keys in (("functional_units", self.model.scenario.written(unit)), ("variants", variant or "", "with")):
                overlay = find(self.source, keys)
                inside = literal(overlay, path[:-1]) if overlay is not None else None
                if inside is not None:
                    return (*keys, *inside, path[-1])
        return path

    def overlays(
        self, path: Path, own: list[tuple[str, str | None]], users: Mapping[int, list[tuple[str, str | None]]]
    ) -> Iterator[Keys]:
        """Where the value of some cases is to stand, where other cases have another."""
        base_units = {unit for cases in users.values() for unit, variant in cases if variant is None}
        mine = {unit for unit, variant in own if variant is None}
        if mine and mine == base_units:
            yield self.home(path, own)
            return
        for unit in sorted({self.model.scenario.written(unit) for unit in mine}):
            yield ("functional_units", unit, *path)
        for variant in dict.fromkeys(variant for _, variant in own if variant is not None and not mine):
            yield ("variants", variant, "with", joined(path))

    # --- one quantity -----------------------------------------------------------------------------------------------

    def quantity(self, judged: Judged, leaf: Input) -> dict[str, Any]:
        """A quantity as it is to be written, with its range and where it comes from."""
        edit = judged.edit
        made = self.cited(leaf)
        moved = edit.new is not None and not edit.refused
        kept = {d.column: safe(d.new) for d in edit.details if d.column not in judged.not_written}
        if edit.new is not None and not edit.refused:
            made["value"] = edit.stated or amount(edit.new, edit.unit)
            for end, old, beyond in (("low", leaf.low, -1), ("high", leaf.high, 1)):
                if old is not None and (edit.new - old) * beyond > 0:
                    made[end] = made["value"]
        elif edit.stated and not edit.refused:
            made["value"] = edit.stated
        for detail in edit.details:
            if detail.column in ENDS and detail.column in kept:
                made[detail.column.lower()] = detail.stated
        self._say_where_from(made, judged, kept, leaf, moved=moved)
        if not self.laws:
            made.pop("law", None)
        return {key: value for key, value in made.items() if value}

    def _say_where_from(
        self, made: dict[str, Any], judged: Judged, kept: Mapping[str, str], leaf: Input, *, moved: bool
    ) -> None:
        """Basis, source and note: a value that no longer is its source's says so, and what it was."""
        vouched = "Basis" in kept or "Source" in kept
        if moved and not vouched:
            for key in ("source", "at", "via"):
                made.pop(key, None)
            made["basis"] = "assumed"
        if moved:
            made.pop("fitted_to", None)
            made["basis"] = "assumed" if made.get("basis") == "calibrated" else made.get("basis", "")
        if "Source" in kept:
            made.pop("via", None)
        for column in ("Basis", "Source", "At"):
            if column in kept:
                made[column.lower()] = kept[column]
        made["note"] = "; ".join(filter(None, self._notes(judged, kept, leaf, moved=moved)))[:LONGEST]

    def _notes(self, judged: Judged, kept: Mapping[str, str], leaf: Input, *, moved: bool) -> Iterator[str]:
        yield kept["Note"] if "Note" in kept else safe(leaf.citation.note)
        if moved:
            yield f"in review: was {quantity_in_full(leaf.value, judged.edit.unit)} ({safe(str(leaf.citation))})"
        for detail in judged.edit.details:
            if detail.column == "Source" and "Source" in judged.not_written:
                yield f"source given in review: {safe(detail.new)}"
        if REVIEWER in kept:
            yield f"reviewer: {kept[REVIEWER]}"
        for comment in judged.edit.comments:
            by = f"{safe(comment.author)}: " if comment.author.strip() else ""
            yield f"comment in review: {by}{safe(comment.text)}"

    def cited(self, leaf: Input) -> dict[str, Any]:
        """A leaf as it is written: word by word where the scenario has it, else from the row of its pack."""
        keys = self.places.get(leaf.span[:3])
        at = _found(self.source, keys) if keys is not None else None
        if at is not None:
            return {"value": "", **dumped(at)} if is_quantity(at) else {"value": dumped(at)}
        ends = ((name, end) for name, end in (("low", leaf.low), ("high", leaf.high)) if end is not None)
        cited, unit = leaf.citation, str(leaf.unit)
        made = {"value": amount(leaf.value, unit), **{name: amount(end, unit) for name, end in ends}}
        made |= {"basis": cited.basis, "source": cited.source, "at": cited.at, "note": safe(cited.note)}
        return {key: text for key, text in made.items() if text}


def places(tree: Located) -> Iterator[tuple[tuple[str, int, int], Keys]]:
    """Where each plain value is written, with the keys that lead to it; a quantity's are those of its mapping."""
    waiting: list[tuple[Keys, Located]] = [((), tree)]
    while waiting:
        keys, at = waiting.pop()
        if isinstance(at.value, str):
            yield at.span[:3], keys
        elif is_quantity(at) and keys:
            yield entries(at)["value"].span[:3], keys
        else:
            below = at.value.items() if isinstance(at.value, dict) else enumerate(at.value)
            waiting += [((*keys, key), child) for key, child in below]


def _child(at: Located | None, key: str | int) -> Located | None:
    if at is None or isinstance(at.value, str):
        return None
    if isinstance(at.value, list):
        return at.value[key] if isinstance(key, int) and key < len(at.value) else None
    return at.value.get(str(key))


def _found(tree: Located, keys: Keys) -> Located | None:
    at: Located | None = tree
    for key in keys:
        at = _child(at, key)
    return at


def literal(overlay: Located, path: Path) -> tuple[str, ...] | None:
    """The keys under which an overlay has a path: it may write several parts as one, with dots."""
    if not path:
        return ()
    for key, child in entries(overlay).items():
        parts = split(key)
        if parts and path[: len(parts)] == parts:
            rest = literal(child, path[len(parts) :])
            if rest is not None:
                return (key, *rest)
    return None


def quantity_in_full(value: float, unit: str) -> str:
    """A number for a note: as short as it can be without becoming another."""
    short = quantity(value, unit)
    return short if float(short.partition(" ")[0]) == value else amount(value, unit)


# --- a pack of one's own --------------------------------------------------------------------------------------------


def pack_files(changed: Iterable[Judged], model: Model, name: str, workbook: str) -> dict[str, str]:
    """The files of a pack with the factors that were changed, and the rows that belong to them.

    A study takes an item's rows for a criterion from one pack, so the rows beside a changed one come along unchanged.
    """
    packs = model.factors.packs
    values: dict[tuple[str, int], Judged] = {}
    wanted: dict[str, set[tuple[str, str]]] = {role: set() for role in ROLES}
    for judged in changed:
        leaf: Input = model.graph.info[judged.edit.leaf]
        values[leaf.span[:2]] = judged
        for role, row in _rows_at(packs[leaf.citation.source], leaf):
            wanted[role].add(_key(row))
    tables, used = _tables(packs, wanted, values)
    files = {f"{role}.csv": _table(role, rows) for role, rows in tables.items() if rows}
    return {"datapackage.json": _package(name, workbook, [packs[key] for key in used], tuple(files)), **files}


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    """What a study takes from one pack: an item's factors by a criterion, its parameter of a name, all its parts."""
    return row["item"], row.get("criterion") or row.get("name", "")


def _rows_at(pack: Pack, leaf: Input) -> Iterator[tuple[str, dict[str, str]]]:
    for role in ROLES:
        for sheet in pack.tables.get(role, ()):
            for row in sheet.rows if sheet.name == leaf.span.file else ():
                if row.line == leaf.span.line:
                    yield role, dict(zip(sheet.header, row.cells, strict=True))


def _tables(
    packs: Mapping[str, Pack], wanted: Mapping[str, set[tuple[str, str]]], values: Mapping[tuple[str, int], Judged]
) -> tuple[dict[str, list[dict[str, str]]], dict[str, None]]:
    """The rows by table and their packs: for an item, criterion and region those of the first pack that has it."""
    owner: dict[tuple[str, ...], str] = {}
    used: dict[str, None] = {}
    tables: dict[str, list[dict[str, str]]] = {role: [] for role in wanted}
    for role, keys in wanted.items():
        for pack in packs.values():
            for sheet in pack.tables.get(role, ()):
                for cells in sheet.rows:
                    row = dict(zip(sheet.header, cells.cells, strict=True))
                    key = _key(row)
                    if key in keys and owner.setdefault((role, *key, row.get("region", "")), pack.name) == pack.name:
                        used[pack.name] = None
                        judged = values.get((sheet.name, cells.line))
                        tables[role].append(row if judged is None else _changed(row, judged, pack.name))
    return tables, used


def _changed(row: dict[str, str], judged: Judged, pack: str) -> dict[str, str]:
    """A row of a pack with its new value, and with what was said of it; with the latter alone where that is all."""
    column = "amount" if "amount" in row else "value"
    edit = judged.edit
    said = [f"comment in review: {comment_words(comment)}" for comment in edit.comments]
    said += [f"reviewer: {safe(detail.new)}" for detail in edit.details if detail.column == REVIEWER and detail.new]
    ends = {d.column.lower(): d for d in edit.details if d.column in ENDS and d.column not in judged.not_written}
    said = [f"{end} changed in review: {row[end] or 'none'} in {pack}" for end in ends] + said
    row = row | {end: "" if detail.number is None else f"{detail.number!r}" for end, detail in ends.items()}
    if ends and "law" in row and not (row["low"] and row["high"]):
        row = row | {"law": ""}
    if edit.new is None or edit.refused:
        return {**row, "note": "; ".join(filter(None, (*said, row["note"])))[:LONGEST_CELL]}
    new = edit.new
    said = [f"changed in review: {row[column]} in {pack}, quality {row['quality']}", *said]
    note = "; ".join(filter(None, (*said, row["note"])))[:LONGEST_CELL]
    low, high = (row["low"], row["high"])
    low = f"{new!r}" if low and float(low) > new else low
    high = f"{new!r}" if high and float(high) < new else high
    changed = {column: f"{new!r}", "low": low, "high": high, "quality": "E", "note": note}
    return {**row, **changed, **({"law": ""} if "law" in row else {})}


def _table(role: str, rows: list[dict[str, str]]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS[role].split(","), lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _package(name: str, workbook: str, packs: list[Pack], files: tuple[str, ...]) -> str:
    titles = "; ".join(pack.title for pack in packs)
    about = {
        "name": name,
        "profile": "tabular-data-package",
        "title": f"Factors changed in a review ({safe(workbook)}), from: {titles}",
        "version": "1",
        "description": "Rows that a reviewer changed are of quality E and say so; those beside them are as they were.",
        "licenses": [{"title": licence} for licence in dict.fromkeys(pack.licence for pack in packs)],
        "sources": [{"title": pack.citation} for pack in packs],
        "citation": f"Values changed in a review. Originally: {' '.join(pack.citation for pack in packs)}",
        "accessed": max((pack.accessed for pack in packs), default=""),
        "redistributable": all(pack.redistributable for pack in packs),
        "share_alike": any(pack.share_alike for pack in packs),
        "resources": [{"name": file.partition(".")[0], "path": file, "role": file.partition(".")[0]} for file in files],
    }
    return json.dumps(about, indent=2, ensure_ascii=False) + "\n"
