"""A review for its readers: what was changed, whom it moves, what else is not as it was, and the comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from lca import units
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Report, Row, row, section
from lca.wording import NONE, apart, deviation, figure, listed, number, plural, quantity
from lca.workbook.names import REVIEWER
from lca.workbook.review import Edit, Finding, Judged, Move, Review
from lca.workbook.review.copies import Comment, plain

COLUMNS = (
    "kind", "place", "path", "address", "functional_unit", "variant", "criterion", "unit", "old", "new", "before",
    "after", "relative", "what", "hint", "accepted", "author",
)  # fmt: skip
BASE = "base"
FORMULAS = ("formula overwritten", "formula gone", "formula changed", "formulas off", "values gone")
ERRORS = ("does not compute",)
UNREAD = ("text added", "text changed", "marked")
UNCAPPED = ("formula overwritten", "formula gone")  # what silently makes figures wrong is listed whole
LONGEST_FORMULA = 55  # characters of it that are shown
MOST_LISTED = 40  # findings of a kind on a sheet


def report(review: Review, labels: Mapping[str, str]) -> Report:
    """Everything that a copy says; `labels` are what tables call the criteria.

    Records: a row for each edit, total that it moves, finding and comment.
    """
    return Report(tuple(_blocks(review, labels)), COLUMNS, tuple(_records(review)))


def _blocks(review: Review, labels: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(f"Review of {plain(review.workbook)}, against {plain(review.scenario)}", 1)
    yield Prose(_summary(review))
    yield from (Prose(f"Note: {remark}.", "fair") for remark in review.remarks)
    yield from section("Formulas overwritten or changed", _listed(review, FORMULAS, labels))
    yield from section("Errors, each where it starts", _listed(review, ERRORS, labels))
    if review.edits:
        yield Heading("Changed inputs and factors")
        yield Entries(tuple(_entry(judged) for judged in review.edits))
        moving = [judged for judged in review.edits if judged.moves]
        if moving:
            yield Heading("What each change moves, made alone")
            yield _effects(moving, review.together, labels)
    if any(not move.is_none for move in review.together):
        yield Heading("All accepted changes together")
        yield _together(review.together, labels)
    known = (*FORMULAS, *ERRORS, *UNREAD)
    others = dict.fromkeys(finding.kind for finding in review.findings if finding.kind not in known)
    yield from section("Not as it was exported", _listed(review, tuple(others), labels))
    yield from section("Texts and marks, which no program reads", _listed(review, UNREAD, labels))
    comments = (Entry(_on(comment), (_said(comment),)) for comment in review.comments)
    yield from section("Comments on other cells", comments)


def _summary(review: Review) -> str:
    values = [judged.edit for judged in review.edits if judged.edit.moves or judged.edit.refused]
    accepted = len(review.accepted)
    beside = sum(any(d.column != REVIEWER for d in judged.edit.details) for judged in review.edits)
    remarks = sum(any(d.column == REVIEWER for d in judged.edit.details) for judged in review.edits)
    kinds = Counter(finding.kind in UNCAPPED for finding in review.findings)
    counts = {
        ("changed value", "changed values"): len(values),
        ("changed range, unit or source", "changed ranges, units or sources"): beside,
        ("remark of a reviewer", "remarks of a reviewer"): remarks,
        ("overwritten formula", "overwritten formulas"): kinds[True],
        ("other finding", "other findings"): kinds[False],
        ("comment", "comments"): len(review.comments) + sum(len(judged.edit.comments) for judged in review.edits),
    }
    parts = [plural(count, *words) for words, count in counts.items() if count]
    refused = len(review.edits) - accepted
    cannot = f"; {refused} of {len(review.edits)} edits cannot be written" if refused else ""
    return f"{listed(parts)}{cannot}." if parts else "Nothing in it was changed."


# --- edits ----------------------------------------------------------------------------------------------------------


def _entry(judged: Judged) -> Entry:
    edit = judged.edit
    where = f" ({plain(edit.address)})" if edit.address not in ("", edit.path) else ""
    return Entry(f"{plain(edit.path)}{where}", tuple(_lines(judged)))


def _lines(judged: Judged) -> Iterator[str]:
    edit = judged.edit
    if edit.new is not None or edit.refused:
        yield f"{_old(edit)} → {_new(edit)} at {edit.cell}"
    for detail in edit.details:
        refused = judged.not_written.get(detail.column, "")
        is_change = detail.old or not detail.new
        words = f"{_words(detail.old)} → {_words(detail.new)}" if is_change else _words(detail.new)
        line = f"{detail.column.lower()}: {words} at {edit.sheet}!{detail.cell}"
        yield f"{line}; not written: {refused}" if refused else line
    yield from (f"look again: {warning}" for warning in edit.warnings)
    if edit.refused:
        yield f"not written: {edit.refused}"
    elif edit.is_factor and edit.moves:
        yield "a factor cannot stand in a scenario: with -o it goes into a pack of your own, beside the scenario"
    yield from (f"comment {_said(comment)}" for comment in edit.comments)


def _old(edit: Edit) -> str:
    """The value as it was, with digits enough not to be read as the new one."""
    return _told_apart(edit.old, edit.new, edit.unit)


def _told_apart(value: float, other: float | None, unit: str) -> str:
    if other is None or value == other:
        return quantity(value, unit)
    rounded = float(number(other))
    text = apart(value, lambda shown: shown == other or (shown == rounded and shown != value))
    return f"{text} {unit}".removesuffix(" 1")


def _new(edit: Edit) -> str:
    """The new value as it was stated, and what that is in the unit of the input."""
    if edit.new is None:
        return plain(edit.shown) or "nothing"
    own = _told_apart(edit.new, edit.old, edit.unit)
    return f"{plain(edit.stated)}, which is {own}," if edit.stated else own


def _words(text: str) -> str:
    try:
        return f"{units.number(text):.6g}"
    except units.UnitError:
        return plain(text) or "nothing"


def _effects(moving: Sequence[Judged], together: Sequence[Move], labels: Mapping[str, str]) -> Grid:
    criteria = list(dict.fromkeys(move.criterion for move in together))
    columns = (Column(fold=True), *(Column(labels.get(key, key), right=True) for key in criteria))
    return Grid(columns, tuple(_effect_rows(moving, criteria)))


def _effect_rows(moving: Sequence[Judged], criteria: Sequence[str]) -> Iterator[Row]:
    for judged in moving:
        edit = judged.edit
        yield row(_name(edit), *[""] * len(criteria), tone="strong")
        moved = [move for move in judged.moves if not move.is_none]
        alike: dict[tuple[str, ...], list[str]] = {}
        for (unit, variant), moves in _by_case(moved).items():
            cells = (deviation(moves[key].relative) if key in moves else NONE for key in criteria)
            alike.setdefault((unit, *cells), []).append(variant)
        for (unit, *shown), variants in alike.items():
            yield row(f"{unit}, {', '.join(variants)}", *shown, depth=1)
        if not moved:
            yield row(Cell("moves no total", "faint"), *[""] * len(criteria), depth=1)


def _name(edit: Edit) -> str:
    """Where the input is written: its path, or its address in an overlay."""
    name = plain(edit.path if edit.is_factor else edit.address)
    return f"{name} (not written)" if edit.refused else name


def _by_case(moves: Iterable[Move]) -> dict[tuple[str, str], dict[str, Move]]:
    by_case: dict[tuple[str, str], dict[str, Move]] = {}
    for move in moves:
        by_case.setdefault((move.functional_unit, move.variant or BASE), {})[move.criterion] = move
    return by_case


def _together(moves: Sequence[Move], labels: Mapping[str, str]) -> Grid:
    columns = (Column(fold=True), *(Column(head, right=True) for head in ("before", "after", "")), Column("unit"))
    return Grid(columns, tuple(_total(move, labels) for move in moves))


def _total(move: Move, labels: Mapping[str, str]) -> Row:
    case = f"{labels.get(move.criterion, move.criterion)} of {move.functional_unit}, {move.variant or BASE}"
    return row(case, figure(move.before), figure(move.after), deviation(move.relative), move.unit)


# --- findings and comments ------------------------------------------------------------------------------------------


def _listed(review: Review, kinds: Sequence[str], labels: Mapping[str, str]) -> Iterator[Entry]:
    """The findings of some kinds, of each as many as are read on a sheet."""
    counts: Counter[tuple[str, str]] = Counter()
    for finding in review.findings:
        if finding.kind in kinds:
            key = finding.kind, finding.place.rpartition("!")[0]
            counts[key] += 1
            if finding.kind in UNCAPPED or counts[key] <= MOST_LISTED:
                yield _finding(finding, labels)
    for (kind, sheet), count in counts.items():
        if kind not in UNCAPPED and count > MOST_LISTED:
            yield Entry(sheet or "names", (f"{count - MOST_LISTED:,} more ({kind}); all of them with --format json",))


def _finding(finding: Finding, labels: Mapping[str, str]) -> Entry:
    old, new = _around(finding.old, finding.new)
    changed = f": {old or 'nothing'} → {new or 'nothing'}" if old or new else ""
    if finding.kind == "text added":
        changed = f": {new}"
    moved = _by_case(move for move in finding.moves if not move.is_none)
    effects = (f"moves {', '.join(case)}: {_figures(moves, labels)}" for case, moves in moved.items())
    lines = (f"{finding.what}{changed}", *effects, "" if finding.kind in UNREAD else finding.hint)
    return Entry(finding.place, tuple(line for line in lines if line))


def _around(old: str, new: str) -> tuple[str, str]:
    """Two texts, of long formulas the part in which they differ: they have no blank at which a line could be broken.

    >>> _around("=SUM(" + "A1," * 30 + "B1)", "=SUM(" + "A1," * 30 + "B2)")
    ('…1,A1,A1,A1,A1,A1,B1)', '…1,A1,A1,A1,A1,A1,B2)')
    """
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    start = max(0, sum(1 for _ in pairs) - LONGEST_FORMULA // 3) if old.startswith("=") and new.startswith("=") else 0
    start = start if max(len(old), len(new)) > LONGEST_FORMULA else 0
    return _shortened(old, start), _shortened(new, start)


def _shortened(text: str, start: int = 0) -> str:
    if not text.startswith("="):
        return text
    end = "…" if len(text) - start > LONGEST_FORMULA else ""
    return f"{'…' if start else ''}{text[start : start + LONGEST_FORMULA]}{end}"


def _figures(moves: Mapping[str, Move], labels: Mapping[str, str]) -> str:
    return ", ".join(f"{labels.get(key, key)} {deviation(move.relative)}" for key, move in moves.items())


def _on(comment: Comment) -> str:
    return f"{plain(comment.sheet)}!{comment.cell}"


def _said(comment: Comment) -> str:
    by = f"{plain(comment.author)}: " if comment.author.strip() else ""
    return f"{by}{plain(comment.text)}"


# --- records --------------------------------------------------------------------------------------------------------


def _records(review: Review) -> Iterator[dict[str, Any]]:
    for remark in review.remarks:
        yield {"kind": "remark", "what": remark}
    for judged in review.edits:
        yield from _edit_records(judged)
    for move in review.together:
        yield {"kind": "together", **_move(move)}
    for finding in review.findings:
        yield {name: getattr(finding, name) for name in ("kind", "place", "what", "old", "new", "hint")}
        moved = (move for move in finding.moves if not move.is_none)
        yield from ({"kind": "moves", "place": finding.place, **_move(move)} for move in moved)
    for comment in review.comments:
        yield _comment(comment)


def _edit_records(judged: Judged) -> Iterator[dict[str, Any]]:
    edit = judged.edit
    own = {"path": edit.path, "address": edit.address}
    if edit.new is not None or edit.refused:
        what = edit.refused or "; ".join(edit.warnings)
        new = edit.new if edit.new is not None else plain(edit.shown)
        kind = "factor" if edit.is_factor else "input"
        yield {
            "kind": kind, "place": edit.cell, **own, "unit": edit.unit, "old": edit.old, "new": new, "what": what,
            "accepted": not edit.refused,
        }  # fmt: skip
    for detail in edit.details:
        why = judged.not_written.get(detail.column, "")
        yield {
            "kind": detail.column.lower(), "place": f"{edit.sheet}!{detail.cell}", **own, "old": plain(detail.old),
            "new": plain(detail.new), "what": why, "accepted": not why,
        }  # fmt: skip
    for move in judged.moves:
        if not move.is_none:
            yield {"kind": "moves", "place": edit.cell, **own, **_move(move)}
    for comment in edit.comments:
        yield {**_comment(comment), **own}


def _move(move: Move) -> dict[str, Any]:
    names = ("functional_unit", "variant", "criterion", "unit", "before", "after", "relative")
    return {name: getattr(move, name) for name in names}


def _comment(comment: Comment) -> dict[str, Any]:
    author, text = plain(comment.author), plain(comment.text)
    return {"kind": "comment", "place": _on(comment), "author": author, "what": text}
