"""The catalogues of our messages: `python -m tools.catalogue` writes lca/spoken/*.po and *.mo anew from the sources.

A message is the text of a call of `_`, `n_`, `N_`, or of `say` in the report, in Python and in its scripts; what a
quantity of a scenario means, and the names of criteria in factors/criteria.csv, are messages too. Translations stay;
those of messages that are gone go.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from lca.spoken import ENGLISH, HERE, LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "n_": (1, 2), "Quantity": (2,)}
OF_WORKBOOK: dict[str, Any] = {"Column": None}  # heads, which are keys as well
OF_PAGE: dict[str, Any] = {"say": None, "says": None}  # of the report: in the language of the page
OPTIONS = {"parse_template_string": True}  # of JavaScript
SINCE = datetime(2026, 11, 27, tzinfo=UTC)  # a date of the head, so that the same messages make the same file
Message = str | tuple[str, ...]


def of_python(
    file: BinaryIO,
    keywords: Collection[str],
    _tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001  as Babel calls it
) -> Iterator[tuple[int, str, Message, list[str]]]:
    """The calls of a module, those in f-strings as well, which Babel's own reader of Python leaves out."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            several = KEYWORDS.get(name) is not None
            if name in keywords and len(texts) > several and isinstance(node.args[0], ast.Constant) and texts[several]:
                yield node.lineno, name, tuple(texts[:2]) if several else texts[0], []


METHODS = {".py": of_python, ".js": "javascript"}


def messages() -> Iterator[tuple[Message, str]]:
    """Every message of the sources, with the file that it stands in."""
    for path in sorted(each for each in (ROOT / "lca").rglob("*") if each.suffix in METHODS):
        name = path.relative_to(ROOT).as_posix()
        if name == "lca/spoken/__init__.py":
            continue
        found = extract(METHODS[path.suffix], io.BytesIO(path.read_bytes()), keywords=_keywords(name), options=OPTIONS)
        yield from ((message, name) for _, message, _, _ in found if message)
    with (ROOT / "factors" / "criteria.csv").open(encoding="utf-8", newline="") as file:
        yield from ((row["name"], "factors/criteria.csv") for row in csv.DictReader(file) if row["name"])


def _keywords(name: str) -> dict[str, Any]:
    own = {"lca/page/": OF_PAGE, "lca/workbook/writing/": OF_WORKBOOK}
    return KEYWORDS | next((more for folder, more in own.items() if name.startswith(folder)), {})


def made(language: str) -> Catalog:
    """The catalogue of a language: the messages of the sources with the translations that there are."""
    known = read(language)
    catalog = Catalog(language, project="lca", fuzzy=False, creation_date=SINCE, revision_date=SINCE, version="0.1")
    catalog.header_comment = f"# Messages of lca in '{language}': `python -m tools.catalogue` keeps the list."
    for message, name in messages():
        old = known.get(message)
        entry = catalog.add(message, old.string if old and old.string else None, locations=[(name, 0)])
        entry.locations = list(dict.fromkeys(entry.locations))
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it is written."""
    file = HERE / f"{language}.po"
    return read_po(io.BytesIO(file.read_bytes() if file.exists() else b""), locale=language)


def as_po(catalog: Catalog) -> bytes:
    """What translators write."""
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_output=True, include_lineno=False)
    return file.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    """What programs read."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def main() -> None:
    """Write every catalogue anew."""
    for language in LANGUAGES:
        if language != ENGLISH:
            catalog = made(language)
            (HERE / f"{language}.po").write_bytes(as_po(catalog))
            (HERE / f"{language}.mo").write_bytes(as_mo(catalog))


if __name__ == "__main__":
    main()
