"""The factor packs: what there is and under which licence, and the rows that some words find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lca.model.case import TotalKey
from lca.model.criteria import Criterion
from lca.model.packs import Pack
from lca.problems import near
from lca.questions.editions import Moved
from lca.report import Block, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.text.sheets import Sheet
from lca.text.sheets import SheetRow as Cells
from lca.wording import NONE, deviation, figure, plural, some

PACK_FIELDS = (
    "pack", "title", "version", "licence", "share_alike", "redistributable", "rows", "citation", "accessed",
    "edition_of",
)  # fmt: skip
MOVED = ("pack", "newer", "functional_unit", "variant", "criterion", "before", "after", "unit", "change", "kept", "why")
MOST_KEPT = 8  # items that a line names
FIELDS = (
    "pack", "table", "item", "name", "stage", "region", "year", "criterion", "value", "unit", "per", "low", "high",
    "at", "quality", "note",
)  # fmt: skip
NUMBERS = ("value", "low", "high")
NAMES = {"set": "item", "component": "name", "amount": "value"}  # columns that some tables call otherwise


CALLED = ("pack", "table", "item", "name", "stage", "region", "year", "criterion", "unit", "per")  # what a row is


class Wanted(NamedTuple):
    """What rows are looked for: all words in what a row is, and exact columns."""

    words: tuple[str, ...] = ()
    criterion: str = ""
    region: str = ""


class Shown(NamedTuple):
    """How rows are looked at: what regions are called, whether notes are searched, and whether details are shown."""

    names: Callable[[str], list[str]] = lambda code: []
    notes: bool = False
    details: bool = False


# --- the packs -------------------------------------------------------------------------------------------------------


def listing(packs: Iterable[Pack]) -> Report:
    """Every pack, those of share-alike licence apart."""
    every = list(packs)
    free = [pack for pack in every if not pack.share_alike]
    alike = [pack for pack in every if pack.share_alike]
    blocks: list[Block] = [Heading("Factor packs"), _packs(free)]
    if alike:
        blocks += [Heading("Share-alike: data that you derive and publish keep the licence"), _packs(alike)]
    total = plural(sum(pack.rows() for pack in every), "row")
    blocks.append(Prose(f"{plural(len(every), 'pack')}, {total}. `lca factors WORD` finds rows."))
    return Report(tuple(blocks), PACK_FIELDS, tuple(map(_pack_record, every)))


def _packs(packs: list[Pack]) -> Grid:
    columns = (Column("pack"), Column("what", fold=True), Column("rows", right=True))
    return Grid(columns, tuple(row(p.name, p.title, str(p.rows()), remarks=[_licence(p)]) for p in packs))


def _licence(pack: Pack) -> str:
    return pack.licence if pack.redistributable else f"{pack.licence} (may not be redistributed)"


def _pack_record(pack: Pack) -> Record:
    record = pack._asdict() | {"pack": pack.name, "rows": pack.rows()}
    return {name: record[name] for name in PACK_FIELDS}


# --- editions --------------------------------------------------------------------------------------------------------


def editions(packs: Iterable[Pack]) -> Report:
    """Every pack with its version, the day on which its source was read, and its licence."""
    every = sorted(packs, key=lambda pack: pack.name)
    columns = (Column("pack"), Column("version", fold=True), Column("read on"), Column("edition of"))
    rows = [row(p.name, p.version, p.accessed, p.edition_of or NONE, remarks=[_licence(p)]) for p in every]
    told = Prose(f"{plural(len(every), 'pack')}. `lca packs --outdated SCENARIO` says which have a newer edition here.")
    return Report(
        (Heading("Factor packs"), Grid(columns, tuple(rows)), told), PACK_FIELDS, tuple(map(_pack_record, every))
    )


def outdated(study: str, every: list[Moved], known: dict[str, Criterion], others: Iterable[str]) -> Report:
    """What each newer edition would move of a study; `others` are the packs that have none here."""
    blocks: list[Block] = [Heading(f"Newer editions of the packs of {study}", 1)]
    for one in every:
        blocks += _moved(one, known)
    alone = [*others]
    if alone:
        blocks.append(Prose(f"No newer edition here: {', '.join(alone)}.", "faint"))
    return Report(tuple(blocks), MOVED, tuple(record for one in every for record in _moved_records(one, known)))


def _moved(one: Moved, known: dict[str, Criterion]) -> Iterator[Block]:
    old, new = one.edition
    yield Heading(f"{old.name} ({old.version}): {new.name} ({new.version})")
    if one.refused:
        yield Prose(f"It cannot stand in its place as it is: {one.refused}", "fair")
        return
    keys = list(dict.fromkeys(total.criterion for total in one.totals))
    cases = dict.fromkeys(total.case for total in one.totals)
    heads = (Column(fold=True), *(Column(known[key].label, right=True) for key in keys))
    yield Grid(heads, tuple(row(str(case), *(_change(one, case.total(key)) for key in keys)) for case in cases))
    if one.kept:
        yield Prose(f"The newer has no figure of these, which stay those of {old.name}: {some(one.kept, MOST_KEPT)}.")


def _change(one: Moved, total: TotalKey) -> str:
    before, after = one.totals.get(total, (0.0, None))
    if after is None:
        return NONE
    return deviation(after / before - 1) if before else f"{figure(before)} to {figure(after)}"


def _moved_records(one: Moved, known: dict[str, Criterion]) -> Iterator[Record]:
    old, new = one.edition
    about: Record = {"pack": old.name, "newer": new.name, "kept": list(one.kept), "why": one.refused}
    for total, (before, after) in one.totals.items():
        change = after / before - 1 if before and after is not None else None
        unit = known[total.criterion].unit_label
        yield about | total._asdict() | {"before": before, "after": after, "unit": unit, "change": change}
    if not one.totals:
        yield about


# --- rows ------------------------------------------------------------------------------------------------------------


def rows(packs: Iterable[Pack], wanted: Wanted, look: Shown = Shown()) -> Report:  # noqa: B008  a NamedTuple
    """The rows that are looked for, pack by pack: those first whose item is called so."""
    matching = [(pack, _sorted(_matching(pack, wanted, look), wanted)) for pack in packs]
    by_pack = [(pack, records) for pack, records in matching if records]
    by_pack.sort(key=lambda each: not _is_item(each[1][0], wanted))
    blocks = [block for pack, records in by_pack for block in _found(pack, records, look)]
    everything = tuple(record for _, records in by_pack for record in records)
    more = "" if look.details or not everything else "; -v shows source, quality, range and note of each"
    blocks.append(Prose(f"{plural(len(everything), 'row')} of {plural(len(by_pack), 'pack')}{more}"))
    return Report(tuple(blocks), FIELDS, everything)


def _sorted(records: Iterable[Record], wanted: Wanted) -> list[Record]:
    return sorted(records, key=lambda record: not _is_item(record, wanted))


def _is_item(record: Record, wanted: Wanted) -> bool:
    """Whether an item is called by one of the words."""
    return any(word.casefold() in record["item"].casefold() for word in wanted.words)


def nearest(packs: Iterable[Pack], wanted: Wanted, look: Shown = Shown()) -> str:  # noqa: B008  a NamedTuple
    """The way out where nothing was found: a near name for each word that stands in no row."""
    every = list(packs)
    in_notes = sum(1 for pack in every for _ in _matching(pack, wanted, look._replace(notes=True)))
    if in_notes:
        return f"{plural(in_notes, 'row')} with it in a note: add --notes"
    records = [record for pack in every for record in _records(pack)]
    texts = [_text(record, look) for record in records]
    regions = dict.fromkeys(record["region"] for record in records if record["region"])
    hints = [_nearest(word, _names(records)) for word in wanted.words if not any(word.casefold() in t for t in texts)]
    if wanted.region and wanted.region.casefold() not in map(str.casefold, regions):
        hints.append(_nearest(wanted.region, regions))
    return "; ".join(hints) or "each of these is known, but no row has them all: leave one out"


def _nearest(word: str, names: Iterable[str]) -> str:
    known = {name.casefold(): name for name in names}
    hint = near(word.casefold(), known)
    for lowered, name in known.items():
        hint = hint.replace(f"'{lowered}'", f"'{name}'")
    return f"{word}: {hint or 'nothing is called like that'}"


def _names(records: list[Record]) -> Iterable[str]:
    """What rows are called by."""
    columns = ("pack", "item", "name", "stage", "region", "criterion")
    return dict.fromkeys(record[column] for record in records for column in columns if record[column])


def _text(record: Record, look: Shown) -> str:
    columns = FIELDS if look.notes else CALLED
    return " ".join([*(str(record[column]) for column in columns), *look.names(record["region"])]).casefold()


def _matching(pack: Pack, wanted: Wanted, look: Shown) -> Iterator[Record]:
    words = [word.casefold() for word in wanted.words]
    for record in _records(pack):
        text = _text(record, look)
        exact = ((wanted.criterion, record["criterion"]), (wanted.region, record["region"]))
        if all(word in text for word in words) and all(not w or w.casefold() == h.casefold() for w, h in exact):
            yield record


def _records(pack: Pack) -> Iterator[Record]:
    for role, sheets in pack.tables.items():
        for sheet in sheets:
            yield from (_record(pack.name, role, sheet, cells) for cells in sheet.rows)


def _record(pack: str, role: str, sheet: Sheet, cells: Cells) -> Record:
    record: Record = {**dict.fromkeys(FIELDS, ""), **dict.fromkeys(NUMBERS), "pack": pack, "table": role}
    for column, text in zip(sheet.header, cells.cells, strict=True):
        name = NAMES.get(column, column)
        if name in record:
            record[name] = float(text) if name in NUMBERS and text else None if name in NUMBERS else text
    return record


def _found(pack: Pack, records: list[Record], look: Shown) -> Iterator[Block]:
    yield Heading(pack.name)
    yield Prose(f"{_licence(pack)}{', share-alike' if pack.share_alike else ''}", "faint")
    shown = [_texts(record) for record in records]
    used = [index for index in range(len(shown[0])) if any(texts[index] for texts in shown)]
    columns = (
        Column("item", fold=True), Column("what", fold=True), Column("region"), Column("criterion"),
        Column("value", right=True), Column("unit", tied=True),
    )  # fmt: skip
    lines = [_line(texts, used, record, look) for texts, record in zip(shown, records, strict=True)]
    yield Grid(tuple(columns[index] for index in used), tuple(lines))


def _texts(record: Record) -> tuple[str, ...]:
    what = record["stage"] or record["name"] or record["table"]
    where = f"{record['region']} {record['year']}".strip() if record["region"] else ""
    unit = f"{record['unit']}/{record['per']}" if record["per"] else record["unit"]
    value = "" if record["value"] is None else f"{record['value']:.6g}"
    return record["item"], what, where, record["criterion"], value, unit.removeprefix("1/") if unit != "1" else ""


def _line(texts: tuple[str, ...], used: list[int], record: Record, look: Shown) -> Row:
    cells = [texts[index] for index in used]
    if not look.details:
        return row(*cells)
    cited = "; ".join(part for part in (record["quality"], record["at"], _spread(record)) if part)
    return row(*cells, remarks=[cited, record["note"]])


def _spread(record: Record) -> str:
    low, high = record["low"], record["high"]
    if low is not None and high is not None:
        return f"range {low:.6g} to {high:.6g}"
    return "".join(f"{name} {end:.6g}" for name, end in (("low", low), ("high", high)) if end is not None)
