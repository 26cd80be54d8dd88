"""JSON Schemas of scenarios, methods and packs, from the fields themselves: editors complete and check with them.

They describe shapes and names. Units, formulas and what one field asks of another are tested by `lca run`. What extends
another may leave anything out, so there only the keys at the top are named; and a method in a scenario may be one of a
pack with a number changed. `x-unit` is the unit that a quantity is asked in; bounds hold for plain numbers, which only
quantities without a dimension take.
"""

from __future__ import annotations

import json
from typing import Any

from lca.citations import BASES
from lca.language import BLOCKS, Study, records
from lca.model import fields
from lca.model.declarations import FunctionalUnit
from lca.model.fields import Field, Record
from lca.model.mapping import FIELDS, Aliases, Mapping, Meant, OnlyWhere, Rows
from lca.model.methods import AsWritten, ByMethod, Formulas, Method
from lca.model.packs import PACKAGE

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCENARIO, METHOD, PACK, MAPPING = "scenario", "method", "pack", "mapping"
TOPS = {
    SCENARIO: (Study, "A scenario of lca"),
    METHOD: (Method, "A method of lca, as a file of a pack"),
    MAPPING: (Mapping, "A map of lca: what the columns and words of a table mean"),
}
Schema = dict[str, Any]

PLAIN: Schema = {"type": ["string", "number", "boolean"]}
QUANTITY: Schema = {
    "description": "a number with its unit, as in 1.38e-3 kWh/image; a formula that begins with =; or a mapping",
    "anyOf": [
        {"type": "string"},
        {"type": "number"},
        {
            "type": "object",
            "properties": {
                "value": {"type": ["string", "number"], "description": "a number with its unit, or a formula"},
                "low": {"type": ["string", "number"], "description": "the lower end of its range"},
                "high": {"type": ["string", "number"], "description": "the upper end of its range"},
                "law": {"description": "its probability law"},
                "basis": {"enum": list(BASES), "description": "; ".join(f"{k}: {v}" for k, v in BASES.items())},
                "source": {"type": "string", "description": "the key of its source"},
                "at": {**PLAIN, "description": "where in the source: page, table, row"},
                "via": {"type": "string", "description": "the text in which the source was read at second hand"},
                "note": {**PLAIN, "description": "anything a reader should know"},
                "fitted_to": {
                    "type": ["string", "array"],
                    "items": {"type": "string"},
                    "description": "the keys of `expect` that a calibrated input was fitted to",
                },
            },
            "required": ["value"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "description": "what it is in some years, in a straight line between them",
            "propertyNames": {"pattern": "^[0-9]{4}$"},
            "additionalProperties": {"$ref": "#/$defs/quantity"},
        },
    ],
}


TABLE: Schema = {"type": "string", "pattern": "\\.csv$", "description": "a table beside the scenario"}
FORMULAS: Schema = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"$ref": "#/$defs/quantity"}, {"$ref": "#/$defs/formulas"}]},
}

OF_MAPS: dict[type[Field], Schema] = {
    Aliases: {
        "type": "object",
        "additionalProperties": {"anyOf": [PLAIN, {"type": "object", "propertyNames": {"enum": [*FIELDS]}}]},
    },
    OnlyWhere: {"type": "object", "additionalProperties": {"anyOf": [PLAIN, {"type": "array", "items": PLAIN}]}},
    Meant: {"type": "object", "additionalProperties": PLAIN},
    Rows: {"type": ["string", "integer"], "pattern": "^[0-9]{1,6}( *\\.\\. *[0-9]{1,6})?$"},
}


def text(of: str = SCENARIO) -> str:
    """The schema as it is printed: of a scenario, a method, a map, or a pack's datapackage.json."""
    return json.dumps(schema(of), indent=2, ensure_ascii=False) + "\n"


def schema(of: str = SCENARIO) -> Schema:
    """The whole schema; the same for the same version of lca."""
    return _package() if of == PACK else _language(*TOPS[of])


def _language(top: type[Record], title: str) -> Schema:
    """The schema of a record and of all that may stand below it."""
    partial = _completed() if top is Study else set()
    definitions = {record.__name__: _record(record, is_partial=record in partial) for record in records(top)}
    names = dict.fromkeys(top.fields, True)
    return {
        "$schema": DRAFT,
        "title": title,
        "if": {"type": "object", "required": ["extends"]},
        "then": {"type": "object", "properties": names, "additionalProperties": False},
        "else": _reference(top),
        "$defs": {"quantity": QUANTITY, "formulas": FORMULAS, **dict(sorted(definitions.items()))},
    }


def _package() -> Schema:
    """The schema of a datapackage.json; it may have the other keys of a Frictionless Data Package."""
    return {
        "$schema": DRAFT,
        "title": "A pack of lca: its datapackage.json",
        "type": "object",
        "properties": {name: {"description": key.text, **key.shape} for name, key in PACKAGE.items()},
        "required": [name for name, key in PACKAGE.items() if key.needed],
    }


def _reference(record: type[Record]) -> Schema:
    return {"$ref": f"#/$defs/{record.__name__}"}


def _record(record: type[Record], *, is_partial: bool) -> Schema:
    properties = {name: _field(field) for name, field in record.fields.items()}
    if record is FunctionalUnit:
        properties |= _overlays()
    needed = [name for name, field in record.fields.items() if field.required and not getattr(field, "profile", False)]
    made: Schema = {"type": "object", "description": _about(record), "properties": properties}
    asked = {"required": needed} if needed and not is_partial else {}
    if issubclass(record, ByMethod):  # it may have the keys that its method takes, and leave out what that gives
        return {**made, "if": {"required": ["method"]}, "else": {**asked, "propertyNames": {"enum": [*properties]}}}
    return {**made, **asked, "additionalProperties": False}


def _about(record: type[Record]) -> str:
    return (record.__doc__ or "").partition("\n")[0]


def _overlays() -> dict[str, Schema]:
    """A functional unit may set values of any block but `study`."""
    words = "values of this block that hold for this functional unit only"
    kinds: dict[str, Any] = {
        name: ["array", "object", "string"] if isinstance(Study.fields[name], fields.Listed) else "object"
        for name in BLOCKS
        if name != "study"
    }
    return {name: {"type": kind, "description": words} for name, kind in kinds.items()}


def _completed() -> set[type[Record]]:
    """What of a scenario something else may complete, so that none of its keys is needed where it stands.

    A functional unit or a variant completes a block, a pack the method that it has, and a method all below its block.
    """
    blocks = [Study.fields[name] for name in BLOCKS if name != "study"]
    known = {block.of for block in blocks if isinstance(block, fields.One)}
    return known.union(records(Method), *(records(one) for one in known if issubclass(one, ByMethod)))


def _field(field: Field) -> Schema:
    return {"description": field.doc, **(OF_MAPS.get(type(field)) or _shape(field))}


def _shape(field: Field) -> Schema:
    match field:
        case fields.Text():
            return _text(field)
        case fields.Truth():
            return {"type": "boolean"}
        case fields.Whole():
            return _whole(field)
        case fields.Names():
            return {"anyOf": [{"type": "string"}, {"type": "array", "items": PLAIN}]}
        case fields.YearSpan():
            return {"type": "string", "pattern": "^[0-9]{4} *\\.\\. *[0-9]{4}$"}
        case fields.Quantity():
            return _quantity(field)
        case fields.Quantities():
            made = _map(_quantity(field.item))
            return {"anyOf": [{"type": "string"}, made]} if field.table else made
        case Formulas():
            return {"$ref": "#/$defs/formulas"}
        case AsWritten():
            return {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/quantity"}]}
        case fields.Mix():
            return {"anyOf": [{"type": "string"}, _map(_quantity(fields.SHARE))]}
        case fields.One():
            return _of_records(field)
    return {"type": "object"} if field.name in ("with", "scenario") else {"type": ["string", "number"]}


def _of_records(field: fields.One) -> Schema:
    match field:
        case fields.OneOrEach():
            return {"anyOf": [_reference(field.of), _map(_reference(field.of))]}
        case fields.Listed():
            several: list[Schema] = [{"type": "array", "items": _reference(field.of)}, _map(_reference(field.of))]
            tables: list[Schema] = [TABLE, {"type": "array", "items": TABLE}] if field.table else []
            return {"anyOf": [*several, *tables]}
        case fields.Each():
            return _map(_reference(field.of))
    return _reference(field.of)


def _default(field: fields.Text) -> Schema:
    return {"default": field.default} if field.default else {}


def _text(field: fields.Text) -> Schema:
    if isinstance(field, fields.ByLanguage):
        return {"anyOf": [PLAIN, {**_map(PLAIN), "propertyNames": {"pattern": f"^{fields.LANGUAGE.pattern}$"}}]}
    return {"enum": list(field.choices)} if field.choices else {**PLAIN, **_default(field)}


def _whole(field: fields.Whole) -> Schema:
    bounds = (("minimum", field.low), ("maximum", field.high), ("default", field.default))
    return {"type": "integer"} | {name: bound for name, bound in bounds if bound is not None}


def _map(of: Schema) -> Schema:
    return {"type": "object", "additionalProperties": of}


def _quantity(field: fields.Quantity) -> Schema:
    made: Schema = {"$ref": "#/$defs/quantity"}
    if field.unit and field.unit != "1":
        made["x-unit"] = field.unit
    bounds = (("minimum", field.low), ("maximum", field.high), ("exclusiveMinimum", field.above))
    of_numbers = {name: bound for name, bound in bounds if bound is not None and field.unit == "1"}
    return {**made, **of_numbers}
