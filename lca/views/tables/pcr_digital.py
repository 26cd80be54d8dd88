"""Impacts by tier, life-cycle stage and indicator, as the French rules for digital services ask for them.

ADEME, Référentiel méthodologique d'évaluation environnementale des services numériques, the rule that those of internet
access, data centres and company networks stand under (its text was not read): three tiers, the life cycle in four
stages, and five indicators, as the manual of NumEcoEval prints them ("Les critères d'impact": "Indicateurs
environnementaux retenus" by the "RCP mère").
"""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.case import CaseKey
from lca.model.terms import TIERS
from lca.report import Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Result
from lca.views.tables import name
from lca.wording import figure, listed

ABOUT = "impacts by tier, stage and indicator, ADEME's RCP for digital services"

INDICATORS = ("ADPe", "GWP", "AP", "PM", "IR")  # NumEcoEval's manual, "Indicateurs environnementaux retenus"
FRENCH = {"terminals": "terminaux", "network": "réseaux", "data centre": "centres de données"}
STAGES = {
    "manufacture": "manufacture (fabrication)",
    "distribution": "distribution (distribution)",
    "use": "use (utilisation)",
    "end of life": "end of life (fin de vie)",
    "embodied": "all but use, in one figure",
    "all": "all stages, in one figure",
}
WHOLE = ("embodied", "all")  # rows that are there where a figure is
FIELDS = ("functional_unit", "variant", "tier", "stage", "criterion", "value", "unit")
Values = dict[tuple[CaseKey, str, str, str], float]


def report(result: Result) -> Report:
    """A table for each case: its tiers and their stages down, the indicators across."""
    values = _values(result)
    blocks = [
        block for case in result.model.cases for block in (Heading(name(result, case)), _grid(result, case, values))
    ]
    records = tuple(
        _record(result, case, *place, values) for case in result.model.cases for place in _places(values, case)
    )
    return Report((*blocks, *_notes(result)), FIELDS, records)


def _values(result: Result) -> Values:
    return {
        (CaseKey(r["functional_unit"], r["variant"]), r["tier"], r["stage"], r["criterion"]): r["value"]
        for r in result.records(("tier", "stage"))
        if r["criterion"] in INDICATORS
    }


def _stages(values: Values, case: CaseKey, tier: str) -> list[str]:
    """The stages that a tier is shown by: those that are in one figure where there is one."""
    there = {stage for key, of, stage, _ in values if (key, of) == (case, tier)}
    return [stage for stage in STAGES if stage not in WHOLE or stage in there]


def _places(values: Values, case: CaseKey) -> Iterator[tuple[str, str, str]]:
    for tier in TIERS:
        for stage in _stages(values, case, tier):
            yield from ((tier, stage, key) for key in INDICATORS)


def _grid(result: Result, case: CaseKey, values: Values) -> Grid:
    known = result.model.factors.criteria
    heads = (Column(f"{known[key].label}\n{known[key].unit_label}", right=True) for key in INDICATORS)
    rows: list[Row] = []
    for tier in TIERS:
        rows.append(row(f"{tier} ({FRENCH[tier]})", *_sums(values, case, tier), tone="strong"))
        rows += [_row(values, case, tier, stage) for stage in _stages(values, case, tier)]
    rows.append(row("total", *_sums(values, case), tone="strong"))
    return Grid((Column("tier / stage", fold=True), *heads), tuple(rows))


def _row(values: Values, case: CaseKey, tier: str, stage: str) -> Row:
    cells = (_cell(values.get((case, tier, stage, key))) for key in INDICATORS)
    return Row((Cell(STAGES[stage]), *cells), 1)


def _sums(values: Values, case: CaseKey, tier: str = "") -> Iterator[Cell]:
    for key in INDICATORS:
        own = [v for (of, in_tier, _, by), v in values.items() if (of, by) == (case, key) and tier in ("", in_tier)]
        yield _cell(sum(own) if own else None)


def _cell(value: float | None) -> Cell:
    return Cell("" if value is None else figure(value))


def _record(result: Result, case: CaseKey, tier: str, stage: str, key: str, values: Values) -> Record:
    unit = result.model.factors.criteria[key].unit_label
    return dict(zip(FIELDS, (*case, tier, stage, key, values.get((case, tier, stage, key)), unit), strict=True))


def _notes(result: Result) -> Iterator[Block]:
    known, own = result.model.factors.criteria, result.model.criteria
    lacking = [f"{known[key].label} ({known[key].name})" for key in INDICATORS if key not in own]
    if lacking:
        yield Prose(f"Blank, since no criteria of the study: {listed(lacking)}.", "faint")
    others = [known[key].label for key in own if key not in INDICATORS]
    if others:
        yield Prose(f"Not in the table, since none of its five indicators: {listed(others)}.", "faint")
    yield Prose("Other blank cells: no figure, see Not assessed; or within a figure of several stages.", "faint")
