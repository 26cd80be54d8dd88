"""The scenario language, key by key, as a Markdown page: from the same fields that check a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from lca.citations import BASES
from lca.language import Study
from lca.model import fields
from lca.model.fields import Field, Record
from lca.model.methods import Formulas

HEAD = """# The scenario language, key by key

Written by `lca schema --format markdown` from the fields themselves. **Bold** keys are required where their block
stands. A *quantity* is a number with its unit, a formula that begins with `=`, or a mapping; see
[writing a scenario](scenarios.md).

## Keys of a quantity

| key | meaning |
|---|---|
| **value** | a number with its unit, or a formula |
| low, high | the ends of its range |
| law | its probability law, see [how sure](uncertainty.md) |
| basis | {bases} |
| source | a key of `factors/sources.csv`, of a pack, or of `study.sources` |
| at | where in the source: page, table, row |
| via | the text in which the source was read at second hand |
| note | anything a reader should know |
| fitted_to | the keys of `expect` that a calibrated input was fitted to |
"""


def text() -> str:
    """The page."""
    bases = "; ".join(f"*{basis}*: {meaning}" for basis, meaning in BASES.items())
    return "\n".join([HEAD.format(bases=bases), *_records()])


def _records() -> Iterator[str]:
    pending: list[tuple[str, type[Record]]] = [("", Study)]
    seen: dict[type[Record], str] = {}
    while pending:
        where, record = pending.pop(0)
        if record in seen:
            continue
        seen[record] = where
        title = f"`{where}`" if where else "The file"
        yield f"## {title}\n\n{' '.join((record.__doc__ or '').split())}\n"
        yield "| key | value | meaning |\n|---|---|---|"
        yield from (_row(name, field) for name, field in record.fields.items())
        yield ""
        inner = ((name, field) for name, field in record.fields.items() if isinstance(field, fields.One))
        pending += [(_below(where, name, field), field.of) for name, field in inner]


def _below(where: str, name: str, field: fields.One) -> str:
    named = isinstance(field, fields.Each | fields.Listed) and not isinstance(field, fields.OneOrEach)
    return ".".join(part for part in (where, name, "NAME" if named else "") if part)


def _row(name: str, field: Field) -> str:
    shown = f"**{name}**" if field.required else name
    return f"| {shown} | {_value(field)} | {field.doc.replace('|', chr(92) + '|')} |"


def _value(field: Field) -> str:
    match field:
        case fields.ByLanguage():
            return "text, or a text by language"
        case fields.Text():
            return ", ".join(field.choices) or "text"
        case fields.Truth():
            return "true or false"
        case fields.Whole():
            return field.words if field.default is None else f"{field.words}; else {field.default}"
        case fields.Names():
            return "a name or a list of names"
        case fields.YearSpan():
            return "years"
        case fields.Quantity():
            return _quantity(field)
        case fields.Quantities():
            return "names to quantities"
        case Formulas():
            return "names to formulas"
        case fields.Mix():
            return "a region, or regions to shares"
        case fields.One():
            return _of_records(field)
    return "as its key says"


def _of_records(field: fields.One) -> str:
    match field:
        case fields.OneOrEach():
            return "a block, or names to blocks"
        case fields.Listed():
            return "a list of blocks"
        case fields.Each():
            return "names to blocks"
    return "a block"


def _quantity(field: fields.Quantity) -> str:
    unit = "a pure number" if field.unit == "1" else f"`{field.unit}`" if field.unit else "any unit"
    per = " per unit of the demand" if field.per_work else ", or of another countable thing" if field.counted else ""
    words = str(field.bounds)
    bounds = f", {words}" if words else ""
    profile = "; else from the packs" if field.profile else ""
    return f"{unit}{per}{bounds}{profile}"
