"""Base Empreinte and Base Carbone (ADEME): the CSV of all elements, and of what other bases print in its columns.

The columns are those of the file of data.ademe.fr (V22 to V23: semicolons, decimal commas, Windows-1252), with blanks
or underscores in their names. An element stands on a line of its own, its parts (`Poste`) on lines around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.importers._databases.entries import Asked, Entry, Passed, Spread, Told
from lca.importers._databases.opened import Opened
from lca.importers._databases.tables import Row, Table
from lca.importers._databases.words import plain, stage

TITLE = "Base Empreinte or Base Carbone (ADEME), CSV or xlsx"
ORDER = 1

LINE, ID, VALUE, UNIT = "type ligne", "identifiant de l element", "total poste non decompose", "unite francais"
STATUS, KIND = "statut de l element", "type de l element"
NAMES = ("nom base francais", "nom attribut francais", "nom frontiere francais")
MODIFIED, CREATED, VALID = "date de modification", "date de creation", "periode de validite"
PLACE, INNER = (
    "localisation geographique",
    ("sous localisation geographique anglais", "sous localisation geographique francais"),
)
UNCERTAINTY = "incertitude"
ELEMENT, PART = "element", "poste"
FACTOR = "facteur d emission"
VALIDATED = ("valide generique", "valide specifique")
ARCHIVED = "archive"
REGIONS = {"france continentale": "FRA", "monde": "World", "europe": "Europe"}
OWN = ("outre mer", "autre pays du monde")
YEAR = re.compile(r"(?:19|20)[0-9]{2}")
SHORT_YEAR = re.compile(r"[^0-9]([0-9]{2})$")
CLOSE = 1e-3  # relative: by how much parts may differ from their total by rounding
LEAST = 1e-9


def reads(opened: Opened) -> bool:
    """Whether it has the columns of Base Empreinte."""
    table = opened.table
    return table is not None and {LINE, ID, VALUE, UNIT} <= {*table.columns}


def entries(opened: Opened, asked: Asked) -> Iterator[Told]:
    """Every line: a total, or its parts where each is of one life-cycle stage and they add up to it."""
    table = opened.table
    if table is None:
        return
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(row.get(ID) or f"line {row.number}", []).append(row)
    for rows in groups.values():
        yield from _element(table, rows, asked)


def _element(table: Table, rows: list[Row], asked: Asked) -> Iterator[Told]:
    told = {row.number: _refused(table, row, asked) for row in rows}
    open_ = [row for row in rows if told[row.number] is None]
    totals = [row for row in open_ if plain_of(row, LINE) == ELEMENT]
    parts = [row for row in open_ if plain_of(row, LINE) == PART]
    by_stage = _by_stage(totals, parts)
    yield from (passed for passed in told.values() if passed is not None)
    for row in totals:
        if by_stage:
            yield Passed(table.place(row), _name(row), "its parts are taken, by stage", row.get(VALUE))
        else:
            yield _entry(table, row, "", asked)
    for row in parts:
        if by_stage:
            yield _entry(table, row, by_stage[row.number], asked)._replace(part=True)
        elif totals:
            detail = f"{row.get('type poste')}: {row.get(VALUE)} {row.get(UNIT)}".strip()
            yield Passed(table.place(row), _name(row), "a part of an element whose total is taken", detail)
        else:
            yield Passed(table.place(row), _name(row), "a part of an element that is not in the file", row.get(ID))


def _refused(table: Table, row: Row, asked: Asked) -> Passed | None:
    """Why a line is no factor, whatever its number is."""
    place, name, status = table.place(row), _name(row), plain_of(row, STATUS)
    if plain_of(row, LINE) not in (ELEMENT, PART):
        return Passed(place, name, "neither an element nor a part of one", row.get(LINE))
    if row.get(KIND) and plain_of(row, KIND) != FACTOR:
        return Passed(place, name, "no emission factor", row.get(KIND))
    if status == ARCHIVED and not asked.archived:
        return Passed(place, name, "archived", "--set archived=yes takes these")
    if status and status not in (*VALIDATED, ARCHIVED):
        return Passed(place, name, "not validated", row.get(STATUS))
    if not row.get(VALUE):
        return Passed(place, name, "no value")
    if row.value(VALUE) is None:
        return Passed(place, name, row.unclear(VALUE), row.get(VALUE))
    return None


def _by_stage(totals: list[Row], parts: list[Row]) -> dict[int, str]:
    """The stage of each part, where each is of one, no two of the same, and they add up to the total."""
    stages = {row.number: stage(row.get("type poste")) for row in parts}
    values = [float(row.value(VALUE) or 0) for row in parts]
    if len(totals) != 1 or not parts or not all(stages.values()) or len({*stages.values()}) < len(parts):
        return {}
    total = float(totals[0].value(VALUE) or 0)
    return stages if abs(sum(values) - total) <= max(LEAST, CLOSE * abs(total)) else {}


def _entry(table: Table, row: Row, own: str, asked: Asked) -> Entry:
    unit, _, per = row.get(UNIT).partition("/")
    value = row.value(VALUE) or ""
    spread, doubt = _spread(value, row, asked.law)
    archived = "archived" if plain_of(row, STATUS) == ARCHIVED else ""
    told = (
        archived, f"element {row.get(ID)}", row.get("type poste"), row.get("nom poste francais"),
        f"per {per.strip()}" if per else "", f"uncertainty {row.get(UNCERTAINTY)} %" if row.get(UNCERTAINTY) else "",
        f"valid: {row.get(VALID)}" if row.get(VALID) else "", row.get("contributeur"), row.get("source"),
    )  # fmt: skip
    return Entry(
        table.place(row), row.get(ID), _name(row), "Climate change", value, unit.strip(), per.strip(), own,
        _region(row), _year(row), spread, "", "; ".join(part for part in told if part),
        "; ".join(part for part in (archived, doubt) if part),
    )  # fmt: skip


def _name(row: Row) -> str:
    return ", ".join(dict.fromkeys(part.strip('" ') for name in NAMES if (part := row.get(name))))


def _region(row: Row) -> str:
    outer = plain_of(row, PLACE)
    inner = row.get(*INNER)
    return inner if outer in OWN and inner else REGIONS.get(outer, inner or row.get(PLACE))


def _year(row: Row) -> str:
    for name in (MODIFIED, CREATED):
        said = row.get(name)
        if found := YEAR.search(said):
            return found[0]
        if short := SHORT_YEAR.search(said):
            return f"20{short[1]}"
    return ""


def _spread(value: str, row: Row, law: str) -> tuple[Spread, str]:
    """What an uncertainty of so many percent comes to, and what to say where that is nothing.

    It is a range of as much to both sides. By a lognormal law it is a factor: the Bilan Carbone method reads it as how
    much greater the value may be (www.bilancarbone-methode.com, 4.4.2).
    """
    part = row.value(UNCERTAINTY)
    if not row.get(UNCERTAINTY):
        return Spread(), ""
    if part is None or float(part) < 0:
        return Spread(), "its uncertainty is no percentage, and not taken"
    middle, share = float(value), float(part) / 100
    if not share or not middle:
        return Spread(), ""
    if law == "lognormal" and middle > 0:
        return Spread(_told(middle / (1 + share)), _told(middle * (1 + share)), law), ""
    if share >= 1:
        return Spread(), "its uncertainty reaches 0 as a range, and is not taken: --set law=lognormal takes it"
    ends = sorted((middle * (1 - share), middle * (1 + share)))
    return Spread(_told(ends[0]), _told(ends[1]), law if law != "lognormal" else ""), ""


def _told(value: float) -> str:
    return f"{value:.10g}"


def plain_of(row: Row, name: str) -> str:
    """A cell without case, accents and signs."""
    return plain(row.get(name))
