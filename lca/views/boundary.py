"""The system boundary as a grid: life cycle × tier × AI phase × kind of impact, with the reasons below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.model.criteria import Criterion
from lca.model.terms import PHASES, TIERS
from lca.questions.boundary import ABSENT, BY_PROXY, OUT_OF_SCOPE, STAGES, GridCell, Remark, grid
from lca.questions.indirect import Effect, effects
from lca.report import Block, Cell, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, Row, row
from lca.result import Result
from lca.spoken import _, told
from lca.wording import NONE, clauses, listed

TONE = {"counted": "good", BY_PROXY: "fair", "not assessed": "bad", OUT_OF_SCOPE: "faint", ABSENT: "faint"}
FIELDS = (
    "kind", "tier", "phase", "stage", "impacts", "status", "criteria", "by_proxy", "not_assessed", "reasons", "name",
    "text", "sign", "order", "amount",
)  # fmt: skip
Numbers = dict[Remark, int]


def report(result: Result) -> Report:
    """The grid of direct impacts, what is said of indirect ones, and why."""
    squares = grid(result.model)
    records = [_record(square) for square in squares]
    records += [_effect(effect) for effect in effects(result.model.scenario.about)]
    return Report(tuple(_blocks(result, squares)), FIELDS, records)


def _blocks(result: Result, squares: tuple[GridCell, ...]) -> Iterator[Block]:
    known = result.model.factors.criteria
    direct = [square for square in squares if square.impacts == "direct"]
    numbers = {remark: number for number, remark in enumerate(dict.fromkeys(_remarks(direct)), 1)}
    yield Heading(_("Scope of {study}", study=result.model.scenario.about.title or result.model.scenario.name), 1)
    criteria = listed(f"{told(c.label)} ({_(c.name)})" for c in result.criteria)
    yield Prose(_("Criteria: {criteria}. No other kind of impact is assessed.", criteria=criteria))
    yield Heading(_("Direct impacts"))
    yield Grid(
        (Column("", fold=True), *(Column(_(stage), fold=True) for stage in STAGES)), tuple(_rows(direct, numbers))
    )
    if numbers:
        yield Heading(_("Why"))
        every = set(result.model.criteria)
        reasons = (Entry(str(number), (_why(remark, known, every),)) for remark, number in numbers.items())
        yield Entries(tuple(reasons))
    if any(square.whole for square in direct):
        yield Prose(_("* in one figure for all stages but use, as the factor packs have no parts"), "faint")
    absent = list(_absent(direct))
    if absent:
        yield Prose(_("Nothing in the inventory: {parts}.", parts=clauses(absent)), "faint")
    yield Heading(_("Indirect impacts"))
    declared = [Entry(effect.name, (effect.words,)) for effect in effects(result.model.scenario.about)]
    yield Entries((*declared, *(Entry(_(status), reasons) for status, reasons in _indirect(squares).items())))
    if declared:
        yield Prose(_("Declared apart, and in no figure."), "faint")


def _remarks(squares: Iterable[GridCell]) -> Iterator[Remark]:
    return (remark for square in squares for remark in square.remarks)


def _rows(squares: list[GridCell], numbers: Numbers) -> Iterator[Row]:
    for tier in TIERS:
        phases = [phase for phase in PHASES if any(_said(s) for s in squares if (s.tier, s.phase) == (tier, phase))]
        if phases:
            yield row(_(tier), *[""] * len(STAGES), tone="strong")
        for phase in phases:
            cells = [_cell(s, numbers) for s in squares if (s.tier, s.phase) == (tier, phase)]
            yield row(_(phase), *cells, depth=1)


def _said(square: GridCell) -> bool:
    return square.status != ABSENT


def _cell(square: GridCell, numbers: Numbers) -> Cell:
    if square.status == ABSENT:
        return Cell(NONE, "faint")
    refs = ",".join(str(numbers[remark]) for remark in square.remarks)
    return Cell(f"{_(square.status)}{'*' if square.whole else ''} {refs}".strip(), TONE[square.status])


def _why(remark: Remark, known: dict[str, Criterion], every: set[str]) -> str:
    keys = () if set(remark.criteria) == every else remark.criteria
    criteria = ", ".join(told(known[key].label) if key in known else key for key in keys)
    if remark.proxy:
        return _(
            "{criteria} {what}, from {proxy}: {reason}", criteria=criteria, what=remark.what,
            proxy=known[remark.proxy].either, reason=remark.reason,
        )  # fmt: skip
    if criteria:
        return _("{criteria} {what}: {reason}", criteria=criteria, what=remark.what, reason=remark.reason)
    return _("{what}: {reason}", what=remark.what, reason=remark.reason)


def _absent(squares: list[GridCell]) -> Iterator[str]:
    """The phases of each tier in which there is nothing at all."""
    for tier in TIERS:
        empty = [p for p in PHASES if not any(_said(s) for s in squares if (s.tier, s.phase) == (tier, p))]
        if empty:
            yield f"{_(tier)} × {listed(map(_, empty))}"


def _indirect(squares: tuple[GridCell, ...]) -> dict[str, tuple[str, ...]]:
    reasons: dict[str, dict[str, None]] = {}
    for square in squares:
        if square.impacts == "indirect":
            for remark in square.remarks:
                reasons.setdefault(square.status, {})[told(remark.reason)] = None
    return {status: tuple(texts) for status, texts in reasons.items()}


def _record(square: GridCell) -> Record:
    return {
        "kind": "cell",
        "tier": square.tier,
        "phase": square.phase,
        "stage": square.stage,
        "impacts": square.impacts,
        "status": square.status,
        "criteria": list(square.criteria),
        "by_proxy": {key: remark.proxy for remark in square.remarks if remark.proxy for key in remark.criteria},
        "not_assessed": [key for remark in square.remarks if not remark.proxy for key in remark.criteria],
        "reasons": [remark.reason for remark in square.remarks],
    }


def _effect(effect: Effect) -> Record:
    return {
        "kind": "effect", "impacts": "indirect", "name": effect.name, "text": effect.what, "sign": effect.sign,
        "order": effect.order, "amount": effect.amount, "criteria": [effect.criterion] if effect.criterion else [],
        "reasons": [effect.reason],
    }  # fmt: skip
