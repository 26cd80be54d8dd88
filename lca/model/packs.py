"""Factor packs: criteria, packages and rows, each bound to where it stands and what it cites.

A pack is a Frictionless Data Package: `datapackage.json` and CSV tables. Loading refuses a pack without source or
licence, a row of wrong dimension, low > value, two rows for one key, an unknown criterion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from lca import units
from lca.citations import Citation, Origin, Source
from lca.graph import Input
from lca.model import catalogue, law_text
from lca.model.catalogue import Catalogue
from lca.model.criteria import Criterion, key_of, near_criterion
from lca.model.methods import of_pack
from lca.model.pedigree import Table, no_table
from lca.model.regions import Lookup, called, is_aggregate, no_regions
from lca.model.terms import BASES, STAGES, overlap
from lca.problems import Problem, Problems, Span, near, printable, shortened
from lca.text.documents import Located
from lca.text.sheets import Sheet
from lca.text.sheets import SheetRow as Cells
from lca.text.source import Document, gathered
from lca.units import Namespace

QUALITIES = "ABCDE"
READ_ON = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
ENDLESS = re.compile(r"[0-9]{1000,}")
COLUMNS = {
    "factors": "item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note",
    "parameters": "item,region,year,name,value,unit,low,high,law,at,quality,note",
    "assemblies": "item,component,amount,unit,low,high,at,quality,note",
    "zones": "item,zone,region,at,note",
    "models": catalogue.COLUMNS,
    "normalisation": "set,criterion,value,unit,per,at,note",
    "weighting": "set,criterion,value,unit,at,note",
    "criteria": "key,label,name,unit,suffix,unit_label,method,at,note,counts,stages",
    "sources": "key,authors,title,container,year,locator,licence,accessed,note",
}
METHOD = "method"  # the role of a file of formulas
KEYS = {
    "factors": ("item", "stage", "region", "year", "criterion"),
    "parameters": ("item", "region", "year", "name"),
    "assemblies": ("item", "component"),
    "zones": ("item", "zone"),
    "models": ("item",),
    "normalisation": ("set", "criterion"),
    "weighting": ("set", "criterion"),
}
ROLES = (*KEYS, METHOD)


class Key(NamedTuple):
    """A key of a datapackage.json: what it says, its shape in the words of JSON Schema, whether it has to be there."""

    text: str
    shape: dict[str, Any]
    needed: bool = False


WORDS = {"type": "string", "minLength": 1}
TRUTH = {"type": "boolean"}
NAMED = {"type": "object", "anyOf": [{"required": ["name"]}, {"required": ["title"]}]}
LISTED = {"type": "array", "minItems": 1, "items": NAMED}
RESOURCE = {
    "type": "object",
    "properties": {
        "path": WORDS | {"description": "where the file is, inside the pack"},
        "role": {
            "enum": [*ROLES],
            "description": f"what is in it; columns of the tables: {'; '.join(f'{r}: {COLUMNS[r]}' for r in KEYS)}",
        },
    },
    "required": ["path", "role"],
}
PACKAGE = {
    "name": Key("what studies call it: the name of its folder", WORDS, needed=True),
    "title": Key("what it is", WORDS, needed=True),
    "version": Key("the version of the source", WORDS, needed=True),
    "licenses": Key("the licences of its figures, each with a name or a title", LISTED, needed=True),
    "sources": Key("where its figures are from, each with a name or a title", LISTED, needed=True),
    "citation": Key("one sentence that a paper could print", WORDS, needed=True),
    "accessed": Key(
        "when the source was read, as 2026-01-31; its month or year will do",
        {"type": "string", "pattern": f"^{READ_ON.pattern}$"},
        needed=True,
    ),
    "resources": Key("its files", LISTED | {"items": RESOURCE}, needed=True),
    "redistributable": Key("whether its values may be shown; exports withhold those of others", TRUTH, needed=True),
    "share_alike": Key("whether what is derived from it has to keep its licence", TRUTH),
    "description": Key("what a reader must know of it", {"type": "string"}),
    "methods": Key(
        "how it assesses criteria, where that is not what criteria.csv says, as GWP: IPCC 2021, 100 years",
        {"type": "object", "additionalProperties": WORDS},
    ),
    "edition_of": Key(
        "the source that it is an edition of, as other packs that are call it; the numbers of `version` order them",
        WORDS,
    ),
    "end_of_life_credits": Key("whether they are in its figures: included, excluded or unknown", {"type": "string"}),
}  # any other key of a Frictionless Data Package may stand beside them
TRUTHS = {name: key.needed for name, key in PACKAGE.items() if key.shape is TRUTH}
NEEDED = tuple(name for name, key in PACKAGE.items() if key.needed and name not in TRUTHS)


class Pack(NamedTuple):
    """A factor pack: what it is, whose it is, and its tables by role.

    credits: whether end-of-life credits are in its figures: included, excluded, unknown, or empty. methods: how it
    assesses a criterion, where that is not what `criteria.csv` says. formulas: its methods by key, see `model/methods`.
    edition_of: the source that it and other packs are editions of; empty where it is the only one.
    """

    name: str
    title: str
    version: str
    citation: str
    licence: str
    accessed: str
    redistributable: bool
    share_alike: bool
    description: str
    credits: str
    methods: dict[str, str]
    tables: dict[str, tuple[Sheet, ...]]
    formulas: dict[str, Located]
    edition_of: str = ""

    @property
    def source(self) -> Source:
        return Source(self.name, title=self.citation or self.title, licence=self.licence, accessed=self.accessed)

    def rows(self) -> int:
        return sum(len(sheet.rows) for sheets in self.tables.values() for sheet in sheets)


class FactorRow:
    """A row of a pack, as written, and where it stands."""

    __slots__ = ("cells", "columns", "pack", "sheet")

    def __init__(self, pack: str, sheet: Sheet, cells: Cells, columns: dict[str, int]) -> None:
        self.pack, self.sheet, self.cells, self.columns = pack, sheet, cells, columns

    def __getitem__(self, column: str) -> str:
        return self.cells.cells[self.columns[column]]

    def span(self, column: str) -> Span:
        return self.sheet.span(self.cells, column)

    @property
    def stage(self) -> str:
        return self["stage"] if "stage" in self.columns else ""

    @property
    def year(self) -> int:
        return int(self["year"] or 0)

    @property
    def origin(self) -> Origin:
        """What the row is of."""
        cells = (self[name] if name in self.columns else "" for name in ("stage", "region", "year", "quality"))
        name = next(self[key] for key in ("criterion", "name", "component") if key in self.columns)
        return Origin(self.pack, self["item"], name, *cells)


def criteria(sheet: Sheet) -> dict[str, Criterion]:
    """The criteria of a table, by key, in its order."""
    _columns(sheet, "criteria")
    by_key: dict[str, Criterion] = {}
    problems = list(_repeated([sheet], ("key",)))
    for cells in sheet.rows:
        key, label, name, unit, suffix, unit_label, *about = cells.cells
        made = Criterion(key, label, name, Namespace(key, suffix, unit, label), unit_label, *about)
        by_key[key] = made
        try:
            _ = made.unit
        except units.UnitError as error:
            problems.append(Problem(error.message, (sheet.span(cells, "unit"),), error.hint))
        if made.counts and suffix:
            hint = "what is counted is in its own unit, such as kWh or L"
            problems.append(Problem(f"{unit} is no unit of a flow", (sheet.span(cells, "unit"),), hint))
        if made.stages and made.stages not in STAGES:
            hint = near(made.stages, STAGES, f"stages: {', '.join(STAGES)}; nothing for all")
            problems.append(Problem(f"no stage '{shortened(made.stages)}'", (sheet.span(cells, "stages"),), hint))
    if problems:
        raise Problems(problems)
    return by_key


def sources(sheet: Sheet) -> dict[str, Source]:
    """The citations of a table, by key."""
    _columns(sheet, "sources")
    if problems := list(_repeated([sheet], ("key",))):
        raise Problems(problems)
    return {cells.cells[0]: Source(*cells.cells) for cells in sheet.rows}


def package(text: str, name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """A datapackage.json, and the path of each table by its role. Problems where it is not one of ours."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problems([no_json(text, name, error)]) from None
    here = Span(name, 1, 1)
    if not isinstance(content, dict):
        raise Problems([Problem("a data package is a JSON object", (here,), "see factors/README.md")])
    missing = [key for key in NEEDED if not content.get(key)]
    if missing:
        hint = "every pack names its source and licence; see factors/README.md"
        raise Problems([Problem(f"the package has no {', '.join(missing)}", (here,), hint)])
    if not READ_ON.fullmatch(str(content["accessed"])):
        hint = "write the day on which the source was read, as 2026-01-31, or its month or year"
        raise Problems([Problem(f"'{shortened(str(content['accessed']))}' is no date", (here,), hint)])
    for key, needed in TRUTHS.items():
        if (needed or key in content) and not isinstance(content.get(key), bool):
            raise Problems([_no_truth(key, text, name, said=key in content)])
    if nameless := [key for key, asked in PACKAGE.items() if asked.shape is LISTED and not _are_named(content[key])]:
        hint = 'a list, each with a name or a title, such as "licenses": [{"name": "CC-BY-4.0"}]'
        raise Problems([Problem(f"the package does not name its {', '.join(nameless)}", (here,), hint)])
    edition = content.get("edition_of", "x")
    if (
        not isinstance(edition, str)
        or not edition
        or ("edition_of" in content and not numbers(str(content["version"])))
    ):
        hint = 'such as "edition_of": "ecologits" and "version": "0.11.3": the numbers order the editions'
        raise Problems([Problem("edition_of is a name, of packs whose versions have numbers", (here,), hint)])
    if problem := _bad_methods(content.get("methods", {}), here):
        raise Problems([problem])
    if wrong := [*_bad_resources(content["resources"])]:
        hint = f"each resource has a path inside the pack and a role: {', '.join(ROLES)}"
        raise Problems([Problem(f"resources are not in order: {', '.join(wrong)}", (here,), hint)])
    return content, {one["path"]: one["role"] for one in content["resources"]}


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, which order editions of one source.

    >>> numbers("0.11.3") > numbers("0.9.1"), numbers("2023-11")
    (True, (2023, 11))
    """
    return tuple(int(digits) for digits in re.findall(r"[0-9]{1,9}", version))


def _bad_resources(resources: Any) -> Iterator[str]:
    """What to call each resource that says no role of ours, or no path inside the pack."""
    for one in resources if isinstance(resources, list) else [resources]:
        path, role = (one.get("path"), one.get("role")) if isinstance(one, dict) else (None, None)
        if not isinstance(path, str) or not path:
            yield "one without a path"
        elif role not in ROLES or path.startswith(("/", ".")) or ".." in path or not path.isprintable():
            yield shortened(printable(path))


def _are_named(listed: Any) -> bool:
    """Whether each entry of a list has a name or a title."""
    return isinstance(listed, list) and all(
        isinstance(one, dict) and isinstance(one.get("title") or one.get("name"), str) for one in listed
    )


def _bad_methods(methods: Any, here: Span) -> Problem | None:
    """What to say where a package does not say by which method it assesses which criterion."""
    if isinstance(methods, dict) and all(isinstance(text, str) and text.strip() for text in methods.values()):
        return None
    hint = 'such as "methods": {"GWP": "IPCC 2021, 100 years"}'
    return Problem("methods are criteria, each with the words for its method", (here,), hint)


def no_json(text: str, name: str, error: Exception) -> Problem:
    """What to say of a text that is no JSON, is nested too deeply, or holds a number of thousands of digits."""
    if isinstance(error, json.JSONDecodeError):
        place, what = error.pos, f"this is not JSON: {error.msg}"
    elif (endless := ENDLESS.search(text)) is not None:
        place, what = endless.start(), f"a number of {len(endless[0]):,} digits"
    else:
        place, what = 0, "this is nested too deeply"
    return Problem(what, (Document(name, text).place(place),), "check it with any JSON tool")


def _no_truth(key: str, text: str, name: str, *, said: bool) -> Problem:
    """What to say where a package does not say plainly whether something holds."""
    if not said:
        hint = f'write "{key}": true, or false where exports have to withhold its values'
        return Problem(f"the package does not say whether it is {key}", (Span(name, 1, 1),), hint)
    before, _, _ = text.rpartition(f'"{key}"')
    line = before.count("\n") + 1
    span = Span(name, line, len(before) - (before.rfind("\n") + 1) + 1, text.split("\n")[line - 1])
    return Problem(f"{key} is true or false, without quotation marks", (span,), f'such as "{key}": true')


def pack(
    package: dict[str, Any],
    tables: dict[str, tuple[Sheet, ...]],
    known: dict[str, Criterion],
    formulas: Mapping[str, Located] = MappingProxyType({}),
) -> Pack:
    """A pack with its tables read and tested. Problems name every row that is wrong."""
    for sheets in tables.values():
        for sheet in sheets:
            _name_by_key(sheet, known)
    made = Pack(
        str(package["name"]),
        str(package["title"]),
        str(package["version"]),
        str(package["citation"]),
        "; ".join(str(entry.get("title") or entry.get("name")) for entry in package["licenses"]),
        str(package["accessed"]),
        package["redistributable"],
        bool(package.get("share_alike", False)),
        str(package.get("description", "")),
        str(package.get("end_of_life_credits", "")),
        dict(package.get("methods", {})),
        tables,
        {key: of_pack(tree, str(package["name"]), key) for key, tree in formulas.items()},
        str(package.get("edition_of", "")),
    )
    problems = [problem for role, sheets in tables.items() for problem in _table_problems(role, sheets, known)]
    problems += _unassessed(made)
    if problems:
        raise gathered(problems)
    return made


def _unassessed(pack: Pack) -> Iterator[Problem]:
    """Methods of criteria of which the pack has no factor."""
    sheets = pack.tables.get("factors", ())
    assessed = {row.cells[sheet.header.index("criterion")] for sheet in sheets for row in sheet.rows}
    for key in pack.methods:
        if key not in assessed:
            hint = near(key, assessed, f"criteria of the pack: {', '.join(sorted(assessed)) or 'none'}")
            span = Span(f"{pack.name}/datapackage.json", 1, 1)
            yield Problem(f"a method for '{shortened(key)}', of which the pack has no factor", (span,), hint)


def _name_by_key(sheet: Sheet, known: dict[str, Criterion]) -> None:
    """Name criteria by their keys, where rows name them by their labels, or in another case."""
    if "criterion" not in sheet.header:
        return
    place = sheet.header.index("criterion")
    words = {row.cells[place] for row in sheet.rows}
    keys = {word: key for word in words if word not in known and (key := key_of(known, word))}
    for number, row in enumerate(sheet.rows) if keys else ():
        if row.cells[place] in keys:
            cells = (*row.cells[:place], keys[row.cells[place]], *row.cells[place + 1 :])
            sheet.rows[number] = row._replace(cells=cells)


def _table_problems(role: str, sheets: tuple[Sheet, ...], known: dict[str, Criterion]) -> Iterator[Problem]:
    for sheet in sheets:
        _columns(sheet, role)
        if role == "factors":
            yield from _factor_problems(sheet, known)
        elif role in ("parameters", "assemblies"):
            yield from _parameter_problems(sheet, "amount" if role == "assemblies" else "value")
        elif role == "zones":
            yield from _zone_problems(sheet)
        elif role == "models":
            yield from catalogue.problems(sheet, QUALITIES)
        else:
            yield from _set_problems(sheet, role, known)
    yield from _repeated(sheets, KEYS.get(role, ()))
    if role == "factors":
        yield from _totals_and_parts(sheets)


def _columns(sheet: Sheet, role: str) -> None:
    wanted = COLUMNS[role].split(",")
    if list(sheet.header) != wanted:
        place = next((i for i, name in enumerate(sheet.header) if wanted[i : i + 1] != [name]), 0)
        missing = [name for name in wanted if name not in sheet.header]
        lacks = f"; missing: {', '.join(missing)}" if missing else ""
        hint = f"the columns of a table of {role} are: {COLUMNS[role]}{lacks}"
        raise Problems([Problem("these are not the columns of the table", (sheet.header_span(place),), hint)])


def _repeated(sheets: Iterable[Sheet], columns: tuple[str, ...]) -> Iterator[Problem]:
    """Two rows for one thing, in one table or in two."""
    seen: dict[tuple[str, ...], Span] = {}
    for sheet in sheets if columns else ():
        places = [sheet.header.index(name) for name in columns]
        for row in sheet.rows:
            key = tuple(called(row.cells[place])[0] for place in places)
            if key in seen:
                words = ", ".join(cell for cell in key if cell)
                yield Problem(f"two rows for {words}", (sheet.span(row, columns[0]), seen[key]), "keep one of them")
            else:
                seen[key] = Span(sheet.name, row.line, 1, sheet.document.line(row.line))


def _totals_and_parts(sheets: Iterable[Sheet]) -> Iterator[Problem]:
    """An item with a total and with parts of it for one criterion: in one region it would count twice.

    `embodied` is the total of all stages but use, `all` of every stage.
    """
    stages: dict[tuple[str, str], dict[str, None]] = {}
    for sheet in sheets:
        for row in sheet.rows:
            item, stage, _, _, criterion, *_ = row.cells
            others = [other for other in stages.setdefault((item, criterion), {}) if other != stage]
            stages[item, criterion][stage] = None
            if any(overlap(stage, other) for other in others):
                hint = "a pack has the parts of an item or their total, never both for one criterion"
                total = "total" if "all" in (stage, *others) else "embodied total"
                message = f"{item} has {'a' if total == 'total' else 'an'} {total} and its parts for {criterion}"
                yield Problem(message, (sheet.span(row, "stage"),), hint)


def _zone_problems(sheet: Sheet) -> Iterator[Problem]:
    """Zones of providers that name no provider, no zone or no region, or not where it is said."""
    for row in sheet.rows:
        for column, cell in zip(sheet.header[:-1], row.cells, strict=False):
            if not cell:
                hint = "a provider, its zone, the region that it is in, and where that is said"
                yield Problem(f"a zone without {column}", (sheet.span(row, column),), hint)


def _set_problems(sheet: Sheet, role: str, known: dict[str, Criterion]) -> Iterator[Problem]:
    for row in sheet.rows:
        cells = dict(zip(sheet.header, row.cells, strict=True))
        if cells["criterion"] not in known:
            hint = near_criterion(known, cells["criterion"])
            yield Problem(f"no criterion '{shortened(cells['criterion'])}'", (sheet.span(row, "criterion"),), hint)
        elif role == "normalisation" and _factor_unit(cells["unit"], cells["per"], known[cells["criterion"]]) is None:
            message = f"{cells['unit']} per {cells['per']} is no unit of {cells['criterion']}"
            space = known[cells["criterion"]].space
            way = units.respelt(cells["unit"], space) or units.respelt(cells["per"])
            hint = way or f"such as {space.unit} per person"
            yield Problem(message, (sheet.span(row, "unit"),), hint)
        elif role == "weighting" and not _is_share(cells["unit"]):
            yield Problem(f"{cells['unit']} is no unit of a weight", (sheet.span(row, "unit"),), "write 1 or %")
        yield from _number_problems(sheet, row, cells["value"], "", "")


def _is_share(text: str) -> bool:
    try:
        own = units.unit(text)
    except units.UnitError:
        return False
    return not own.dims and not units.has_name(own)


def _factor_problems(sheet: Sheet, known: dict[str, Criterion]) -> Iterator[Problem]:
    for cells in sheet.rows:
        item, stage, _, year, criterion, value, unit, per, low, high, _, at, quality, _ = cells.cells
        if not item:
            yield Problem("a row without an item", (sheet.span(cells, "item"),), "name what the factor is for")
        if criterion not in known:
            hint = near_criterion(known, criterion)
            yield Problem(f"no criterion '{shortened(criterion)}'", (sheet.span(cells, "criterion"),), hint)
        elif _factor_unit(unit, per, known[criterion]) is None:
            space = known[criterion].space
            way = units.respelt(unit, space) or units.respelt(per)
            hint = way or f"{criterion} is in {space.unit}, per a unit such as kWh or device"
            message = f"{shortened(unit)} per {shortened(per) or 'nothing'} is no unit of {criterion}"
            yield Problem(message, (sheet.span(cells, "unit"),), hint)
        if stage not in STAGES:
            hint = near(stage, STAGES, f"stages: {', '.join(STAGES)}")
            yield Problem(f"no stage '{shortened(stage)}'", (sheet.span(cells, "stage"),), hint)
        if not at:
            yield Problem("the row does not say where in its source it stands", (sheet.span(cells, "at"),), "fill `at`")
        if not quality or quality not in QUALITIES:
            hint = "A to E, see factors/README.md"
            yield Problem(f"no quality '{quality}'", (sheet.span(cells, "quality"),), hint)
        yield from _year_problems(sheet, cells, year)
        yield from _number_problems(sheet, cells, value, low, high)


def _year_problems(sheet: Sheet, cells: Cells, year: str) -> Iterator[Problem]:
    if year and not (year.isascii() and year.isdecimal() and len(year) == len("2024")):
        hint = "four digits, or nothing"
        yield Problem(f"'{shortened(year)}' is no year", (sheet.span(cells, "year"),), hint)


def _parameter_problems(sheet: Sheet, column: str) -> Iterator[Problem]:
    columns = {name: place for place, name in enumerate(sheet.header)}
    for cells in sheet.rows:
        row = cells.cells
        if "year" in columns:
            yield from _year_problems(sheet, cells, row[columns["year"]])
        try:
            units.unit(row[columns["unit"]])
        except units.UnitError as error:
            yield Problem(error.message, (sheet.span(cells, "unit"),), error.hint)
        value, low, high = (row[columns[name]] for name in (column, "low", "high"))
        yield from _number_problems(sheet, cells, value, low, high, column)
        if column == "amount" and (_float(row[columns["amount"]]) or 0.0) < 0:
            yield Problem(
                "an item is made of less than nothing", (sheet.span(cells, column),), "write an amount above 0"
            )


def _number_problems(
    sheet: Sheet, cells: Cells, value: str, low: str, high: str, column: str = "value"
) -> Iterator[Problem]:
    middle, least, most = _float(value), _float(low) if low else None, _float(high) if high else None
    if middle is None or (low and least is None) or (high and most is None):
        wrong = next(text for text in (value, low, high) if text in ("", value) or _float(text) is None)
        hint = units.unseparated(wrong) if units.SEPARATED.match(wrong) else "such as 0.37 or 9.9e-8"
        yield Problem("value, low and high are plain numbers", (sheet.span(cells, column),), hint)
    elif (least is not None and least > middle) or (most is not None and most < middle):
        yield Problem("low <= value <= high does not hold", (sheet.span(cells, column),), "order the three")
    for name, text, number in ((column, value, middle), ("low", low, least), ("high", high, most)):
        if number == 0 and units.vanishes(text):
            message = f"{shortened(text)} is too small for a number, and would be read as 0"
            yield Problem(message, (sheet.span(cells, name),), "write 0, or the number in a smaller unit")


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value - value == 0 and "_" not in text and text.isascii() else None


_UNITS: dict[tuple[str, str, Namespace], units.Unit | None] = {}


def _factor_unit(unit: str, per: str, criterion: Criterion) -> units.Unit | None:
    key = (unit, per, criterion.space)
    if key not in _UNITS:
        try:
            _UNITS[key] = units.over(units.unit(unit, criterion.space), units.unit(per))
        except units.UnitError:
            _UNITS[key] = None
    return _UNITS[key]


class Factors:
    """The rows of the packs that a study names, in its order of preference; `complete` unless one could not be read."""

    def __init__(
        self,
        packs: Iterable[Pack],
        known: dict[str, Criterion],
        shared: dict[str, Source],
        pedigree: Table = no_table,
        *,
        complete: bool = True,
        places: Lookup = no_regions,
    ) -> None:
        self.packs = {pack.name: pack for pack in packs}
        self.criteria, self.pedigree, self.complete, self.places = known, pedigree, complete, places
        self.sources = {**shared, **{name: pack.source for name, pack in self.packs.items()}}
        self._factors: dict[tuple[str, str], dict[str, list[FactorRow]]] = {}
        self._others: dict[tuple[str, str], dict[str, list[FactorRow]]] = {}
        self._zones: dict[str, dict[str, tuple[str, str]]] = {}
        self.catalogue = Catalogue()
        self._answers: dict[tuple[str, str, str, str], list[FactorRow]] = {}
        self._own: dict[tuple[str, str], list[Any]] = {}
        self._read_in = {name: int(pack.accessed[:4]) for name, pack in self.packs.items()}
        for pack in self.packs.values():
            for role, sheets in pack.tables.items():
                for sheet in sheets:
                    self._index(pack.name, role, sheet)

    def _index(self, pack: str, role: str, sheet: Sheet) -> None:
        if role == "zones":
            for item, zone, region, *_ in (cells.cells for cells in sheet.rows):
                self._zones.setdefault(item, {}).setdefault(zone, (region, pack))
            return
        if role == "models":
            self.catalogue.add(pack, sheet)
            return
        second = {"factors": "criterion", "parameters": "name"}.get(role)
        first = 0  # `item` or `set` is the first column of every table
        other = sheet.header.index(second) if second else None
        table = self._factors if role == "factors" else self._others
        columns = {name: place for place, name in enumerate(sheet.header)}
        for cells in sheet.rows:
            key = (cells.cells[first], role if other is None else cells.cells[other])
            table.setdefault(key, {}).setdefault(pack, []).append(FactorRow(pack, sheet, cells, columns))

    def by_both(self, keys: Iterable[str], *, named: bool = False) -> Factors:
        """The same with a second criterion beside each of some: as it, by market-based in place of location-based.

        `named`: both say by which of the two they are.
        """
        made, wanted, known = copy(self), {*keys}, dict[str, Criterion]()
        for key, own in ((key, own) for key, own in self.criteria.items() if not own.of):
            first, other = map(own.by_basis, BASES)
            known |= {key: first if named and key in wanted else own} | ({other.key: other} if key in wanted else {})
        made.criteria = known
        return made

    def _by_pack(self, item: str, criterion: str) -> dict[str, list[FactorRow]]:
        """The rows of an item by a criterion, pack by pack."""
        return self._factors.get((item, self._of(criterion)), {})

    def _of(self, criterion: str) -> str:
        """The criterion itself, or the one whose market-based like it is."""
        known = self.criteria.get(criterion)
        return known.of if known is not None and known.of else criterion

    def zones(self, item: str) -> dict[str, tuple[str, str]]:
        """The zones of a provider that packs place, each with its region and the pack."""
        return self._zones.get(item, {})

    def rows(self, item: str, criterion: str, region: str, year: str = "") -> list[FactorRow]:
        """The rows of the first pack that has the item for the criterion in the region, one a stage.

        Stage by stage, a row for the region stands over one for no region in particular. Of several years the one
        asked for, else the last before it, else the first after; where none is asked for, the newest that is no
        projection.
        """
        asked = (item, criterion, region, year)
        if asked not in self._answers:
            self._answers[asked] = self._rows(*asked)
        return self._answers[asked]

    @property
    def own(self) -> list[Any]:
        """The factors of the study's own."""
        return [row for rows in self._own.values() for row in rows]

    def beside(self, own: Iterable[Any], *, complete: bool = True) -> Factors:
        """The same with factors of a study's own, which are tried first; they have what a row of a pack has."""
        made = copy(self)
        made.complete = self.complete and complete
        made._own, made._answers = {}, {}  # noqa: SLF001
        vars(made).pop("_places", None)
        for row in own:
            made._own.setdefault((row["item"], row["criterion"]), []).append(row)  # noqa: SLF001
        return made

    def _rows(self, item: str, criterion: str, region: str, year: str) -> list[FactorRow]:
        own = self._of_year(_in_region(self._own.get((item, self._of(criterion)), []), region), year)
        for rows in self._by_pack(item, criterion).values():
            if here := self._of_year(_in_region(rows, region), year):
                return [*own, *(row for row in here if not any(overlap(row.stage, one.stage) for one in own))]
        return own

    def elsewhere(self, item: str, criterion: str, region: str, stages: Iterable[str]) -> dict[str, list[str]]:
        """Stages that the pack which serves an item has for other regions alone, each with those regions."""
        for rows in self._by_pack(item, criterion).values():
            if _in_region(rows, region):
                lacking = [
                    row for row in rows if row.stage not in stages and row["region"] not in ("", *called(region))
                ]
                return {stage: sorted({row["region"] for row in of}) for stage, of in _by_stage(lacking).items()}
        return {}

    def projections(self, item: str, criterion: str, region: str) -> list[str]:
        """The years of the rows that are projections, which are taken only where a year is asked for."""
        every = (row for rows in self._by_pack(item, criterion).values() for row in _in_region(rows, region))
        return sorted({row["year"] for row in every if self._is_projection(row)})

    def _is_projection(self, row: FactorRow) -> bool:
        """Whether a row is of a year after the one in which its pack was read."""
        return row.year > self._read_in.get(row.pack, row.year)

    def _of_year(self, rows: list[FactorRow], year: str) -> list[FactorRow]:
        """One row a stage."""
        if year.isdigit():
            return [_nearest(group, int(year)) for group in _by_stage(rows).values()]
        known = [row for row in rows if not self._is_projection(row)]
        return [max(group, key=lambda row: row.year) for group in _by_stage(known).values()]

    def methods(self) -> list[str]:
        """The methods of the packs."""
        return [key for pack in self.packs.values() for key in pack.formulas]

    def method(self, key: str) -> Located | None:
        """A method, of the first pack that has it."""
        return next((pack.formulas[key] for pack in self.packs.values() if key in pack.formulas), None)

    def assembly(self, item: str) -> list[FactorRow]:
        """What an item is made of, by the first pack that says so."""
        return next(iter(self._others.get((item, "assemblies"), {}).values()), [])

    def parameter(self, item: str, name: str, region: str = "", year: str = "") -> list[FactorRow]:
        """The row of a value that is no impact, such as the power of a device, for a region or for none; or no row.

        It is that of the first pack that has one. A part of a region, such as the zone eu-west-1, may have that of the
        region that its name begins with.
        """
        for rows in self._others.get((item, name), {}).values():
            wide = region.partition("-")[0]
            if here := self._of_year(_in_region(rows, region, wide), year):
                return here
        return []

    def parameter_leaf(self, row: FactorRow, path: str) -> Input:
        """A row of a table of parameters as an input at a path; at that of the row where none is given."""
        return _leaf(row, path or _path(row), units.unit(row["unit"]), "value", self.pedigree)

    def places_of(self, item: str, name: str) -> list[str]:
        """The regions for which packs have a parameter of an item."""
        return sorted({row["region"] for rows in self._others.get((item, name), {}).values() for row in rows})

    def every_place(self) -> list[str]:
        """The regions of all rows."""
        tables = (*self._factors.values(), *self._others.values(), {"": self.own})
        rows = (row for by_pack in tables for rows in by_pack.values() for row in rows if "region" in row.columns)
        return sorted({row["region"] for row in rows} - {""})

    def is_place(self, region: str) -> bool:
        """Whether a region is one of a row, a country, or a group of countries that data bases have a code for."""
        return region in self._places or is_aggregate(region) or bool(self.places().code(region))

    @cached_property
    def _places(self) -> set[str]:
        return {*self.every_place()}

    def is_own_place(self, region: str) -> bool:
        """Whether a region is one of the study's own alone."""
        return bool(region) and not self.beside(()).is_place(region)

    def components(self) -> list[str]:
        """What assemblies are made of."""
        made = (rows for (_, key), rows in self._others.items() if key == "assemblies")
        return sorted({row["component"] for by_pack in made for rows in by_pack.values() for row in rows})

    def has_row(self, path: str) -> bool:
        """Whether a row makes an input of this path."""
        pack = next((name for name in self.packs if path.startswith(f"{name}.")), "")
        rows = (row for table in (self._factors, self._others) for by in table.values() for row in by.get(pack, ()))
        return any(path == _path(row) for row in rows)

    def having(self, name: str) -> list[str]:
        """The items for which some pack has a parameter of a name."""
        return sorted({item for item, key in self._others if key == name})

    @cached_property
    def _items(self) -> set[str]:
        return {item for item, _ in self._others}

    def called(self, name: str) -> list[str]:
        """The items that a name is of: itself where packs have it, else the models that are called so.

        Of several models those of which packs have a number, where there are any.
        """
        if name in self._items:
            return [name]
        found = self.catalogue.keys(name)
        return [key for key in found if key in self._items] or found

    def table(self, role: str, name: str) -> list[FactorRow]:
        """The rows of a normalisation or weighting set, however its name is spelt."""
        named = (key for key in self._others if key[1] == role and plain(key[0]) == plain(name))
        return next((rows for key in named for rows in self._others[key].values()), [])

    def items(self, criterion: str = "") -> list[str]:
        """The items that have a factor, for a criterion or for any."""
        return sorted({item for item, key in (*self._factors, *self._own) if not criterion or key == criterion})

    def criteria_of(self, item: str) -> list[str]:
        """The criteria by which an item has a factor."""
        return sorted({key for known, key in (*self._factors, *self._own) if known == item})

    def places_with(self, item: str) -> list[str]:
        """The regions for which an item has a factor, by any criterion."""
        return sorted({place for key in self.criteria_of(item) for place in self.regions(item, key)} - {""})

    def regions(self, item: str, criterion: str) -> list[str]:
        """The regions for which an item has a factor."""
        own = self._own.get((item, self._of(criterion)), [])
        return sorted({row["region"] for rows in (own, *self._by_pack(item, criterion).values()) for row in rows})

    def leaf(self, row: FactorRow, criterion: str) -> Input:
        """A factor as an input, read in the namespace of a criterion (its own, or one that it stands in for)."""
        unit = _factor_unit(row["unit"], row["per"], self.criteria[criterion])
        if unit is None:
            hint = f"a proxy needs a factor in a unit like {self.criteria[criterion].space.unit}"
            raise Problems([Problem(f"{row['unit']} is no unit of {criterion}", (row.span("unit"),), hint)])
        return _leaf(row, _path(row), unit, "value", self.pedigree)


def _path(row: FactorRow) -> str:
    """The path of a row, by which figures that depend on it name it."""
    return ".".join(name for name in (row.pack, *_names(row)) if name)


def _names(row: FactorRow) -> tuple[str, ...]:
    """What the path of a row is made of, besides its pack."""
    known = ("item", "stage", "region", "criterion") if "stage" in row.columns else ("item", "name", "component")
    return tuple(row[column] for column in known if column in row.columns)


def component(row: FactorRow) -> Input:
    """A row of a table of assemblies as an input: how much of a component is in one item."""
    return _leaf(row, f"{row.pack}.{row['item']}.{row['component']}", units.unit(row["unit"]), "amount", no_table)


def of_set(row: FactorRow, unit: units.Unit, role: str) -> Input:
    """A row of a normalisation or weighting set as an input."""
    name, criterion = row["set"], row["criterion"]
    cited = Citation("published", row.pack, row["at"], "", row["note"] if "note" in row.columns else "")
    origin = Origin(row.pack, name, criterion, role)
    return Input(f"{row.pack}.{role}.{criterion}", float(row["value"]), unit, row.span("value"), cited, origin=origin)


def plain(name: str) -> str:
    """A name without case and signs: EF3.1 is ef-3.1.

    >>> plain("EF 3.1"), plain("ef-3.1")
    ('ef3.1', 'ef3.1')
    """
    return name.casefold().replace("-", "").replace(" ", "")


def _leaf(row: FactorRow, path: str, unit: units.Unit, column: str, pedigree: Table) -> Input:
    value, span = float(row[column]), row.span(column)
    low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
    citation = Citation("assumed" if row["quality"] == "E" else "published", row.pack, row["at"], "", row["note"])
    text = row["law"] if "law" in row.sheet.header else ""
    written = law_text.in_row(text, row.span("law")) if text else None
    law = law_text.bound(written, law_text.Given(value, unit, low, high, law_text.of_row(value, low), span), pedigree)
    return Input(path, value, unit, span, citation, low, high, law, origin=row.origin)


def _in_region(rows: list[FactorRow], region: str, wide: str = "") -> list[FactorRow]:
    """Stage by stage the rows of a region, of one around it, else those for no region in particular."""
    names = called(region)
    if wide not in ("", region) and not any(row["region"] in names for row in rows):
        names = called(wide)
    own = {row.stage for row in rows if row["region"] in names}
    return [row for row in rows if row["region"] in names or (not row["region"] and row.stage not in own)]


def _by_stage(rows: Iterable[FactorRow]) -> dict[str, list[FactorRow]]:
    stages: dict[str, list[FactorRow]] = {}
    for row in rows:
        stages.setdefault(row.stage, []).append(row)
    return stages


def _nearest(rows: list[FactorRow], year: int) -> FactorRow:
    before = [row for row in rows if row.year <= year]
    return max(before, key=lambda row: row.year) if before else min(rows, key=lambda row: row.year)
