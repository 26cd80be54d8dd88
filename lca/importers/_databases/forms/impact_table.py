"""Tables of impacts: NegaOctet and others, a row an item and an impact, or a column an impact.

NegaOctet's own file is sold, and its columns are not published. Those that tools print for it are: names of indicators
and units of the Environmental Footprint, life-cycle steps, one item a row. They are known by what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.importers._databases.entries import Asked, Entry, Passed, Told
from lca.importers._databases.opened import Opened
from lca.importers._databases.tables import Row, Table
from lca.importers._databases.words import criterion, names_a_criterion, plain, stage

TITLE = "a table of impacts, such as NegaOctet's, CSV or xlsx: a row or a column an impact"
ORDER = 4

NAME = ("name", "nom", "item", "designation", "product", "produit", "equipment", "equipement", "libelle")
ID = ("uuid", "id", "identifiant", "reference", "refequipement")
CRITERION = ("criterion", "critere", "indicator", "indicateur", "impact category", "categorie d impact")
VALUE = ("value", "valeur", "amount", "resultat", "impact")
UNIT = ("unit", "unite", "impact unit", "unite de l impact")
PER = ("per", "product unit", "reference unit", "unite de reference", "functional unit", "unite fonctionnelle")
STAGE = ("stage", "lifecyclestep", "life cycle step", "life cycle stage", "etape", "etapeacv", "etape du cycle de vie")
REGION = ("region", "location", "localisation", "pays", "country", "geography", "zone")
YEAR = ("year", "annee", "reference year", "annee de reference")
NOTE = ("description", "commentaire", "comment", "note", "source")
ROLES = (*NAME, *ID, *CRITERION, *VALUE, *UNIT, *PER, *STAGE, *REGION, *YEAR, *NOTE)
INSIDE = re.compile(r"[\[(]([^\[\]()]+)[\])]\s*[\])]?\s*$")


def reads(opened: Opened) -> bool:
    """Whether it names things, and impacts in rows or in columns."""
    table = opened.table
    if table is None or not _has(table, (*NAME, *ID)):
        return False
    return (_has(table, CRITERION) and _has(table, VALUE)) or any(map(names_a_criterion, table.columns.values()))


def entries(opened: Opened, asked: Asked) -> Iterator[Told]:
    """Every row, or every cell under an impact."""
    table = opened.table
    if table is None:
        return
    is_long = _has(table, CRITERION) and _has(table, VALUE)
    wide = {} if is_long else {own: said for own, said in table.columns.items() if names_a_criterion(said)}
    if not is_long:
        yield from _strangers(table, wide)
    for row in table.rows:
        if is_long:
            yield _entry(row, table.place(row), row.get(*CRITERION), _first(row, VALUE), row.get(*UNIT), asked)
        else:
            for own, said in wide.items():
                inside = INSIDE.search(said)
                unit = inside[1].strip() if inside else ""
                yield _entry(row, f"{table.place(row)}, {said}", said, own, unit, asked)


def _has(table: Table, names: tuple[str, ...]) -> bool:
    return any(name in table.columns for name in names)


def _strangers(table: Table, wide: dict[str, str]) -> Iterator[Passed]:
    """Columns of numbers that are under no criterion of ours."""
    for own, said in table.columns.items():
        if own not in (*wide, *ROLES) and any(row.value(own) for row in table.rows):
            yield Passed(f"column {said or own}", "", "a column that names no criterion of ours", said)


def _first(row: Row, names: tuple[str, ...]) -> str:
    """The first of some columns in which something stands."""
    return next((name for name in names if row.get(name)), names[0])


def _entry(row: Row, place: str, said: str, column: str, unit: str, asked: Asked) -> Told:
    value = row.value(column)
    name = row.get(*NAME) or row.get(*ID)
    if not name:
        return Passed(place, "", "no name", "")
    if not row.get(column):
        return Passed(place, name, "no value", said)
    if value is None:
        return Passed(place, name, row.unclear(column), row.get(column))
    if not criterion(said, asked.known):
        return Passed(place, name, "no criterion of ours", said)
    step = row.get(*STAGE)
    if step and not (stage(step) or step in asked.stages):
        return Passed(place, name, "no stage of ours", step)
    own, _, over = unit.partition("/")
    note = "; ".join(part for part in (row.get(*ID), *(row.get(one) for one in NOTE)) if part)
    per = row.get(*PER) or over.strip() or asked.per
    if not per:
        return Passed(place, name, "nothing says what one of is meant", "--set per=device says it")
    return Entry(
        place, row.get(*ID) or plain(name), name, said, value, own.strip(), per, step,
        row.get(*REGION), row.get(*YEAR), note=note,
    )  # fmt: skip
