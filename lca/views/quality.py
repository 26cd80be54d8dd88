"""Data quality for readers: what each total rests on, in three readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lca.citations import BASES
from lca.compile import Model
from lca.model.packs import QUALITIES
from lca.questions.quality import NO_INPUT, NO_LETTER, READINGS, Quality, reading
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Record, Report, row
from lca.spoken import N_, _, told
from lca.wording import NONE, percent

COLUMNS = ("functional_unit", "variant", "criterion", "reading", "class", "share")
TITLES = {
    READINGS[0]: N_("By the weakest input of each line"),
    READINGS[1]: N_("By the weight of inputs"),
    READINGS[2]: N_("By the quality letter of factors"),
}
MEANING = {
    READINGS[0]: N_("a line counts for the weakest basis among its inputs, calibrated being the weakest"),
    READINGS[1]: N_("an input counts by its elasticity: change of the total in percent for one percent of its own"),
    READINGS[2]: N_("A measured or official, B published, C second hand, D proxy or with a caution, E weak guess"),
}


def report(model: Model, qualities: Sequence[Quality]) -> Report:
    """A table for each reading."""
    blocks: list[Block] = [block for name in READINGS for block in _section(model, qualities, name)]
    blocks += [Heading(_("How to read this")), _meaning()]
    return Report(tuple(blocks), COLUMNS, tuple(_records(qualities)))


def _meaning() -> Entries:
    return Entries(tuple(Entry(_(name), (_(words),)) for name, words in MEANING.items()))


def _section(model: Model, qualities: Sequence[Quality], name: str) -> Iterator[Block]:
    usual = (*QUALITIES, NO_LETTER) if name == READINGS[2] else (NO_INPUT, *BASES)
    classes = [each for each in usual if any(each in reading(one, name) for one in qualities)]
    rows = []
    for one in qualities:
        label = told(model.factors.criteria[one.criterion].label)
        shares = reading(one, name)
        cells = (percent(shares[each]) if each in shares else NONE for each in classes)
        rows.append(row(_case(one), label, *cells))
    yield Heading(_(TITLES[name]))
    yield Grid((Column(), Column(), *(Column(_(each), right=True) for each in classes)), tuple(rows))


def _case(one: Quality) -> str:
    return f"{one.functional_unit}, {one.variant}" if one.variant else one.functional_unit


def _records(qualities: Sequence[Quality]) -> Iterator[Record]:
    for one in qualities:
        for name in READINGS:
            for each, share in reading(one, name).items():
                values = (one.functional_unit, one.variant, one.criterion, name, each, share)
                yield dict(zip(COLUMNS, values, strict=True))
