"""A reviewer's workbook, read defensively: it comes by mail, and it may have been made to do harm.

Nothing in it is run, fetched or unpacked to the disk. Macros and links to other workbooks are left out with a remark.
The XML is read as a stream by a parser that knows neither document types nor entities, so that memory is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import TypeVar

from lca.workbook.reading import cells, comments
from lca.workbook.reading.archive import SAVE_AS, Archive
from lca.workbook.reading.xml import Element, tree
from lca.workbook.review.copies import Comment, Copy, Mark, plain

T = TypeVar("T")
BOOK = "xl/workbook.xml"
MOST_SHEETS = 100
LONGEST_NAME = 300  # characters of a name and of what it refers to
DATES = {*range(14, 23), *range(45, 48)}  # number formats that every program knows (ECMA-376, 18.8.30)
PERCENTS = {9, 10}
IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def read(data: bytes, name: str) -> Copy:
    """The workbook of some bytes. Problems where it cannot be read or is not to be trusted."""
    archive = Archive(data, name)
    remarks = [*_remarks(archive)]
    sheets: dict[str, cells.Sheet] = {}
    all_comments: list[Comment] = []
    people = comments.people(archive)
    for title, part, sheet in _read(archive):
        sheets[title] = sheet
        if sheet.is_cut:
            remarks.append(f"{plain(title)} is larger than a study's sheet: the rest of it was not read")
        notes = [target for kind, target in _related(archive, part).values() if kind in ("comments", "threadedComment")]
        all_comments += comments.read(archive, title, [note for note in notes if note in archive], people)
    if not sheets:
        raise archive.refused("has no sheets", "ask for another copy")
    return Copy(
        name, {title: sheet.cells for title, sheet in sheets.items()}, _names(tree(archive, BOOK)),
        tuple(all_comments[: comments.MOST]), _properties(archive), tuple(remarks),
        {title: sheet.marks for title, sheet in sheets.items()},
        frozenset(title for title, sheet in sheets.items() if sheet.is_protected),
    )  # fmt: skip


def worksheets(archive: Archive) -> Iterator[tuple[str, cells.Sheet]]:
    """The worksheets of a workbook by name; one `is_cut` that has more than is read of a sheet."""
    for title, _, sheet in _read(archive):
        yield title, sheet


def _read(archive: Archive) -> Iterator[tuple[str, str, cells.Sheet]]:
    """Each worksheet with its name and its part."""
    if BOOK not in archive:
        raise archive.refused("lacks the part that lists its sheets", f"open it and {SAVE_AS}")
    book, related, budget = tree(archive, BOOK), _related(archive, BOOK), cells.Budget(archive)
    shared = next((part for kind, part in related.values() if kind == "sharedStrings"), "")
    strings = cells.shared_strings(archive, shared, budget) if shared in archive else cells.Strings()
    style = next((part for kind, part in related.values() if kind == "styles"), "")
    styles = _styles(tree(archive, style)) if style in archive else []
    for title, part in _sheets(book, related, archive):
        yield title, part, cells.read(archive, part, strings, styles, budget)


def _sheets(book: Element, related: dict[str, tuple[str, str]], archive: Archive) -> Iterator[tuple[str, str]]:
    for sheet in book.below("sheet")[:MOST_SHEETS]:
        kind, part = related.get(sheet.get("id"), ("", ""))
        if kind == "worksheet" and part in archive:
            yield sheet.get("name"), part


def _related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to: their kind and name, by the key of the relation."""
    relations = join(dirname(part), "_rels", f"{part.rpartition('/')[2]}.rels")
    if relations not in archive:
        return {}
    related = {}
    for relation in tree(archive, relations).below("Relationship"):
        target = relation.get("Target")
        inside = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
        if relation.get("TargetMode") != "External":
            related[relation.get("Id")] = relation.get("Type").rpartition("/")[2], inside
    return related


def _remarks(archive: Archive) -> Iterator[str]:
    names = [name.casefold() for name in archive.names]
    if any("vbaproject" in name or "/macrosheets/" in name for name in names):
        yield "it carries macros: they were neither run nor read"
    if any("/externallinks/" in name for name in names):
        yield "it links to other workbooks: the links were not followed"
    if any("/embeddings/" in name or "/activex/" in name for name in names):
        yield "it carries embedded objects: they were not read"
    if any(name.startswith("xl/connections") or "/querytables/" in name for name in names):
        yield "it connects to outside data: nothing was fetched"


def _names(book: Element) -> dict[str, str]:
    return {
        name.get("name")[:LONGEST_NAME]: name.text[:LONGEST_NAME]
        for name in book.below("definedName")
        if name.get("name") and not name.get("name").startswith("_xlnm") and not name.get("localSheetId")
    }


def _properties(archive: Archive) -> dict[str, str]:
    if "docProps/custom.xml" not in archive:
        return {}
    entries = tree(archive, "docProps/custom.xml").below("property")
    return {entry.get("name"): "".join(child.text for child in entry.children)[:LONGEST_NAME] for entry in entries}


def _styles(styles: Element) -> list[cells.Style]:
    """What each style of cells says of numbers, and how it makes cells stand out."""
    codes = {entry.get("numFmtId"): entry.get("formatCode") for entry in styles.below("numFmt")}
    fills = [_fill(entry) for group in styles.each("fills") for entry in group.each("fill")]
    struck = [_is_struck(entry) for group in styles.each("fonts") for entry in group.each("font")]
    return [
        cells.Style(
            _look(entry.get("numFmtId"), codes.get(entry.get("numFmtId"), "")),
            Mark(_at(fills, entry.get("fillId"), ""), _at(struck, entry.get("fontId"), otherwise=False)),
        )
        for group in styles.each("cellXfs")
        for entry in group.each("xf")
    ]


def _at(values: list[T], number: str, otherwise: T) -> T:
    known = number.isdecimal() and len(number) < len("1000000") and int(number) < len(values)
    return values[int(number)] if known else otherwise


def _fill(fill: Element) -> str:
    """The colour of a fill as the file says it; empty where there is none."""
    for pattern in fill.each("patternFill"):
        if pattern.get("patternType") not in ("", "none"):
            colours = [colour for name in ("fgColor", "bgColor") for colour in pattern.each(name)]
            said = [f"{name} {value}" for colour in colours[:1] for name, value in sorted(colour.attributes.items())]
            return " ".join((pattern.get("patternType"), *said))[:LONGEST_NAME]
    return "gradient" if fill.each("gradientFill") else ""


def _is_struck(font: Element) -> bool:
    return any(strike.get("val") not in cells.OFF for strike in font.each("strike"))


def _look(number: str, code: str) -> str:
    """
    >>> _look("10", ""), _look("14", ""), _look("164", 'd"%"/m/yy'), _look("164", "0.0%"), _look("0", "")
    ('percent', 'date', 'date', 'percent', '')
    """
    known = int(number) if number.isdecimal() and len(number) < 6 else 0
    bare = IN_QUOTES.sub("", code).casefold()
    if known in PERCENTS or "%" in bare:
        return "percent"
    return "date" if known in DATES or (bare != "general" and set(bare) & set("dmyhs")) else ""
