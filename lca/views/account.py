"""The account of a file for readers: what is idle, what stands in for what, and every number with its use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lca.model.stand_ins import Substitution
from lca.questions.account import (
    DEFAULT,
    FACTOR,
    OF_METHOD,
    PARAMETER,
    PART,
    STATED,
    USED,
    USES,
    Account,
    Number,
    Weight,
)
from lca.questions.indirect import APART, Effect, effects
from lca.report import Block, Cell, Column, Entry, Grid, Heading, Prose, Record, Report, Row, row, section
from lca.result import Result
from lca.spoken import N_, _, n_, told
from lca.text.overlay import Path, split
from lca.wording import between, quantity, runs, signed

COLUMNS = (
    "kind", "name", "value", "unit", "text", "low", "high", "basis", "source", "at", "via", "note", "use", "reason",
    "functional_unit", "variant", "criterion", "elasticity", "pack", "item", "region", "year", "asked", "used", "place",
)  # fmt: skip
KINDS = {
    DEFAULT: N_("Taken from packs, for fields that are left out"),
    OF_METHOD: N_("Numbers of methods"),
    PARAMETER: N_("Looked up by methods"),
    PART: N_("Parts of assemblies"),
    FACTOR: N_("Factors"),
}
TONE = {USES[0]: "", USES[1]: "faint", USES[2]: "bad"}
SHORT = {USES[1]: N_("checks"), USES[2]: N_("not used")}
NOTHING = N_("nothing")
WEIGHS = N_("What a number weighs: by how many percent the total that it moves most follows one percent of it.")
Weights = Mapping[int, Weight]


def report(result: Result, account: Account, weights: Weights) -> Report:
    """What is idle, what was taken in place of what, and all numbers: those stated, then those of packs."""
    study = result.model.scenario
    blocks: list[Block] = [Heading(_("Account of {study}", study=study.about.title or study.name), 1)]
    blocks += [*summary(result, account, Prose(_(WEIGHS), "faint"))]
    blocks += _table(_("Stated"), _stated(account.of(STATED), weights))
    for kind, title in KINDS.items():
        blocks += _table(_(title), _of_packs(account.of(kind), weights))
    return Report(tuple(blocks), COLUMNS, (*_records(account, weights), *map(_effect, effects(study.about))))


def summary(result: Result, account: Account, *remarks: Block) -> Iterator[Block]:
    """How many numbers there are of each use, and what a reader has to know of some; without the numbers."""
    yield Prose(_counts(account))
    yield from remarks
    yield from section(
        _("Not used"), (Entry(idle.path, (f"{told(idle.reason)} ({idle.span})",)) for idle in account.idle)
    )
    yield from section(_("Taken in place of what was asked for"), _instead(account.instead))
    yield from section(_("Taken for what is left out"), (Entry(one.path, (told(one.words),)) for one in account.taken))
    declared = effects(result.model.scenario.about)
    yield from section(
        _("Indirect effects: declared apart, and in no figure"), (Entry(each.name, (each.words,)) for each in declared)
    )


def _counts(account: Account) -> str:
    counts = {kind: len(account.of(kind)) for kind in KINDS}
    said = {
        DEFAULT: n_("{count} default", "{count} defaults", counts[DEFAULT]),
        OF_METHOD: n_("{count} method number", "{count} numbers of methods", counts[OF_METHOD]),
        PARAMETER: n_("{count} parameter", "{count} parameters", counts[PARAMETER]),
        PART: n_("{count} part", "{count} parts", counts[PART]),
        FACTOR: n_("{count} factor", "{count} factors", counts[FACTOR]),
    }
    packs = ", ".join(words for kind, words in said.items() if counts[kind])
    tally = account.tally()
    return _("{tally}. Of packs: {packs}.", tally=tally, packs=packs) if packs else _("{tally}.", tally=tally)


def _instead(swaps: Iterable[Substitution]) -> Iterator[Entry]:
    """Each pair once, with the items that it was taken for; years of which one stands for the same items together."""
    pairs: dict[tuple[str, str, str], dict[str, None]] = {}
    for swap in swaps:
        pairs.setdefault((swap.used, swap.asked, swap.reason), {})[_taken(swap)] = None
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (used, asked, reason), items in pairs.items():
        alike.setdefault((used, ", ".join(items), reason), []).append(asked)
    for (used, named, reason), several in alike.items():
        declared = _("declared: {reason}", reason=reason) if reason else _("not declared under study.stand_ins")
        said = (_("{used} for {asked}", used=used, asked=asked) for asked in runs(several))
        yield from (Entry(words, (named, declared)) for words in said)


def _taken(swap: Substitution) -> str:
    return f"{swap.item} ({swap.pack})" if swap.pack else swap.item


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(title: str, rows: Iterable[tuple[Path, Row]]) -> Iterator[Block]:
    """The rows as the branches of the tree that their paths make."""
    lines = tuple(_tree([*rows]))
    if lines:
        heads = (Column(_("value"), right=True), Column(_("range"), fold=True), Column(_("rests on"), fold=True))
        yield Heading(title)
        yield Grid((Column(), *heads, Column(_("weighs"), right=True)), lines)


def _tree(rows: list[tuple[Path, Row]]) -> Iterator[Row]:
    first: dict[Path, int] = {}
    for path, _row in rows:
        for length in range(1, len(path) + 1):
            first.setdefault(path[:length], len(first))
    written: Path = ()
    for path, own in sorted(rows, key=lambda one: [first[one[0][:length]] for length in range(1, len(one[0]) + 1)]):
        same = next((n for n, (a, b) in enumerate(zip(path, written, strict=False)) if a != b), len(written))
        yield from (row(part, "", "", "", "", depth=n, tone="strong") for n, part in enumerate(path[:-1]) if n >= same)
        yield own._replace(depth=len(path) - 1)
        written = path


def _stated(numbers: Iterable[Number], weights: Weights) -> Iterator[tuple[Path, Row]]:
    for number in numbers:
        leaf, path = number.leaf, split(number.address) or (number.address,)
        span = "" if leaf is None else between(leaf.low, leaf.high)
        basis = _("formula") if leaf is None else _(leaf.citation.basis)
        yield path, row(path[-1], _value(number), span, basis, Cell(_use(number, weights), TONE[number.use]))


def _of_packs(numbers: Iterable[Number], weights: Weights) -> Iterator[tuple[Path, Row]]:
    for number in numbers:
        if number.leaf is not None and (origin := number.leaf.origin) is not None:
            span = between(number.leaf.low, number.leaf.high)
            rests_on = " ".join(part for part in (origin.pack, origin.region, origin.year) if part)
            name = number.address.removeprefix(f"{origin.pack}.")
            of_item = origin.item, " ".join(filter(None, (_(origin.stage), origin.name)))
            path = split(name) if number.kind in (DEFAULT, OF_METHOD) else of_item
            yield path or (name,), row(path[-1], _value(number), span, rests_on, _use(number, weights))


def _value(number: Number) -> str:
    return quantity(number.value, number.unit)


def _use(number: Number, weights: Weights) -> str:
    """How much a number weighs, or that it weighs nothing."""
    if number.use != USED:
        return _(SHORT[number.use])
    if number.leaf is None:
        return ""
    weight = weights.get(number.node)
    return _(NOTHING) if weight is None else signed(weight.elasticity, 2)


# --- records ----------------------------------------------------------------------------------------------------------


def _records(account: Account, weights: Weights) -> Iterator[Record]:
    for number in account.numbers:
        yield _number(number, weights)
    for idle in account.idle:
        yield {"kind": "idle", "name": idle.path, "use": USES[2], "reason": idle.reason, "place": str(idle.span)}
    for one in account.taken:
        yield {"kind": "taken", "name": one.path, "reason": one.words, "place": str(one.span)}
    for swap in account.instead:
        yield {
            "kind": f"substitution of {swap.kind}", "name": swap.item, "item": swap.item, "pack": swap.pack,
            "asked": swap.asked, "used": swap.used, "reason": swap.reason,
        }  # fmt: skip


def _effect(effect: Effect) -> Record:
    return {
        "kind": "indirect effect", "name": effect.name, "text": effect.amount, "criterion": effect.criterion,
        "note": effect.words, "source": effect.cited, "use": USES[2], "reason": APART,
    }  # fmt: skip


def _number(number: Number, weights: Weights) -> Record:
    made: Record = {
        "kind": number.kind, "name": number.address, "value": number.value, "unit": number.unit, "text": number.text,
        "use": number.use, "reason": number.reason, "place": str(number.span),
    }  # fmt: skip
    if number.leaf is not None:
        made |= {"low": number.leaf.low, "high": number.leaf.high, **number.leaf.citation._asdict()}
        if (origin := number.leaf.origin) is not None:
            made |= {"pack": origin.pack, "item": origin.item, "region": origin.region, "year": origin.year}
    if (weight := weights.get(number.node)) is not None:
        made |= {**weight.total._asdict(), "elasticity": weight.elasticity}
    return made
