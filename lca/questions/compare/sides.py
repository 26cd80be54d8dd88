"""The two sides of a comparison: cases of scenarios, or what was saved of a run."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from lca.model.case import CaseKey
from lca.model.packs import no_json
from lca.problems import Problem, Problems, Span
from lca.questions.compare.changes import mapped
from lca.scenario import Scenario, overlaid
from lca.text.documents import Located
from lca.units import UnitError, number


class Side(NamedTuple):
    """One of the two cases: how it is called, and its totals with units.

    `trees`: what is behind them, if known: the functional units that it adds up, each with its overlays applied.
    """

    label: str
    functional_unit: str
    variant: str | None
    totals: dict[str, tuple[float, str]]
    trees: tuple[tuple[str, Located], ...] = ()


def side(label: str, scenario: Scenario, case: CaseKey, totals: dict[str, tuple[float, str]]) -> Side:
    """A case of a scenario as one side."""
    parts = scenario.parts(case.functional_unit)
    trees = ((scenario.written(part), overlaid(scenario, CaseKey(part, case.variant))[0]) for part in parts)
    return Side(label, *case, totals, tuple((name, mapped(tree)) for name, tree in trees))


def saved(text: str, name: str, variant: str | None) -> dict[str, Side]:
    """The sides of a saved result by functional unit: the records that `lca run --format json` writes, parts added up.

    Problems where the text is something else, or has no such variant.
    """
    sides: dict[str, dict[str, tuple[float, str]]] = {}
    records = _records(text, name)
    for record in records:
        if (record.get("variant") or None) == variant:
            totals = sides.setdefault(str(record["functional_unit"]), {})
            so_far = totals.get(record["criterion"], (0.0, ""))[0]
            totals[str(record["criterion"])] = so_far + float(record["value"]), str(record.get("unit", ""))
    if not sides:
        hint = f"it has: {', '.join(dict.fromkeys(record.get('variant') or 'the base case' for record in records))}"
        raise Problems([Problem(f"{name} has no results for {variant or 'the base case'}", (), hint)])
    return {unit: Side(name, unit, variant, totals) for unit, totals in sides.items()}


def _records(text: str, name: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(text, parse_float=number, parse_int=number, parse_constant=number)
    except UnitError as error:
        raise Problems([Problem(error.message, (Span(name, 1, 1),), error.hint)]) from None
    except (ValueError, RecursionError) as error:
        told = no_json(text, name, error)._replace(hint="save a result with `lca run --format json`")
        raise Problems([told]) from None
    if isinstance(content, list) and content and all(_is_record(record) for record in content):
        return content
    hint = "it has to be what `lca run --format json` writes"
    raise Problems([Problem("this is no saved result", (Span(name, 1, 1),), hint)])


def _is_record(record: object) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("functional_unit"), str)
        and isinstance(record.get("criterion"), str)
        and isinstance(record.get("value"), int | float)
        and not isinstance(record["value"], bool)
    )
