"""What figures say about inputs, for readers: what they can tell apart, how far each has to move, and a fit as YAML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.questions.calibrate import MOVES, Diagnosis, Fit, Fitted, Seen
from lca.report import Block, Column, Entries, Entry, Grid, Heading, Prose, Record, Report, row
from lca.text.overlay import split
from lca.text.writing import amount, block
from lca.wording import between, deviation, figure, listed, number, percent, plural, quantity, some

COLUMNS = ("input", "value", "unit", "low", "high", "left", "figure", "elasticity", "needed")
FIT_COLUMNS = ("input", "before", "after", "unit", "low", "high", "at_end")
NAMED = 4  # inputs of a group that are named
MOST = 12  # inputs of the table


def report(found: Diagnosis, fitted: Fit | None = None) -> Report:
    """The diagnosis, and the fit where one was asked for."""
    blocks = (*_of_fit(fitted), *_of_diagnosis(found)) if fitted else (*_of_diagnosis(found),)
    if fitted:
        return Report(blocks, FIT_COLUMNS, tuple(map(_fit_record, fitted.inputs)))
    return Report(blocks, COLUMNS, tuple(record for one in found.seen for record in _records(found, one)))


def _of_diagnosis(found: Diagnosis) -> Iterator[Block]:
    figures, several = plural(len(found.targets), "figure"), plural(len(found.seen), "input")
    yield Heading(f"What {figures} can say about {several}", 1)
    yield Prose(_verdict(found))
    yield _figures(found)
    yield from _inputs(found)
    apart = tuple(Entry(one[0], (f"and {some(one[1:], NAMED)}",)) for one in found.alike)
    if apart:
        yield Heading("No figure tells these apart")
        yield Prose("Each moves all the figures in the same proportion as the others of its line.")
        yield Entries(apart)
    if found.held:
        words = f"{plural(len(found.held), 'input')} without a range: {some(found.held, NAMED)}"
        yield Entries((Entry("Held", (words,)),))


def _verdict(found: Diagnosis) -> str:
    told = plural(found.told, "combination")
    return (
        f"They determine {found.determined:.1f} of {len(found.seen)} numbers: {told} of inputs can be told from what is"
        f" stated, within the tolerances and the ranges, of at most {found.rank}. All else stays as free as its range."
    )


def _figures(found: Diagnosis) -> Grid:
    heads = ("", "figure", "computed", "published", "deviation", "within")
    rows = (
        row(
            str(place), one.key, figure(one.computed), figure(one.published), deviation(one.deviation),
            percent(one.within),
        )
        for place, one in enumerate(found.targets, 1)
    )  # fmt: skip
    return Grid(tuple(Column(head, right=place != 1, fold=place == 1) for place, head in enumerate(heads)), tuple(rows))


def _inputs(found: Diagnosis) -> Iterator[Block]:
    heads = (Column("input"), *(Column(head, right=True) for head in ("stated", "range", "left")))
    yield Heading("How far an input alone would have to move")
    yield Prose("Where it meets a figure, within its range; left: of its range, once all figures are known.")
    yield Grid(heads, tuple(row(*_cells(one), remarks=_meets(found, one)) for one in found.seen[:MOST]))
    rest = len(found.seen) - MOST
    if rest > 0:
        left = percent(found.seen[MOST].left)
        yield Prose(f"{plural(rest, 'other input')}: at least {left} of each range is left (--format csv has all).")


def _cells(one: Seen) -> tuple[str, ...]:
    return one.path, quantity(one.value, one.unit), between(one.low, one.high), f"{one.left * 100:.0f} %"


def _meets(found: Diagnosis, one: Seen) -> list[str]:
    met = [
        f"{target.key} at {number(need)}"
        for target, need in zip(found.targets, one.needs, strict=True)
        if need is not None
    ]
    return [f"meets {', '.join(met)}" if met else "meets none"]


def _records(found: Diagnosis, one: Seen) -> Iterator[Record]:
    for target, slope, need in zip(found.targets, one.slopes, one.needs, strict=True):
        own = (one.path, one.value, one.unit, one.low, one.high, one.left, target.key, slope, need)
        yield dict(zip(COLUMNS, own, strict=True))


# --- the fit ---------------------------------------------------------------------------------------------------------


def _of_fit(fitted: Fit) -> Iterator[Block]:
    yield Heading(f"{plural(len(fitted.inputs), 'input')} fitted to {plural(len(fitted.targets), 'figure')}", 1)
    heads = ("input", "stated", "fitted", "range", "of the way")
    rows = (
        row(
            one.seen.path, quantity(one.seen.value, one.seen.unit), quantity(one.value, one.seen.unit),
            between(one.seen.low, one.seen.high), _way(one),
        )
        for one in fitted.inputs
    )  # fmt: skip
    yield Grid(tuple(Column(head, right=bool(place)) for place, head in enumerate(heads)), tuple(rows))
    figures = ("figure", "published", "before", "after", "deviation", "")
    after = (
        row(
            one.key, figure(one.published), figure(one.computed), figure(value), deviation(value / one.published - 1),
            "met" if met else "not met",
        )
        for one, value, met in zip(fitted.targets, fitted.after, fitted.met, strict=True)
    )  # fmt: skip
    yield Grid(
        tuple(Column(head, right=0 < place < 5, fold=not place) for place, head in enumerate(figures)), tuple(after)
    )
    if not all(fitted.met):
        yield Prose("Within these ranges the figures are not all met: what is printed comes nearest.")
    yield Prose("These figures are fitted from now on: they are no evidence for the study.")


def _way(one: Fitted) -> str:
    return "to the end" if one.at_end else f"{abs(one.moved) * 100:.0f} %"


def _fit_record(one: Fitted) -> Record:
    own = (one.seen.path, one.seen.value, one.value, one.seen.unit, one.seen.low, one.seen.high, one.at_end)
    return dict(zip(FIT_COLUMNS, own, strict=True))


def scenario(fitted: Fit, extends: str) -> str:
    """A scenario that extends the study, with each fitted input as calibrated."""
    keys = [one.key for one in fitted.targets]
    tree: dict[str, Any] = {"extends": extends}
    for one in fitted.inputs:
        at = tree
        *above, last = split(one.seen.leaf.address)
        for key in above:
            at = at.setdefault(key, {})
        moved = [key for key, reach in zip(keys, one.seen.reaches, strict=True) if abs(reach) > MOVES]
        at[last] = _quantity(one, moved or keys)
    return "\n".join(block(tree)) + "\n"


def _quantity(one: Fitted, keys: list[str]) -> dict[str, Any]:
    seen, cited = one.seen, one.seen.leaf.citation
    before = ", ".join(part for part in (cited.basis, cited.source, cited.at) if part)
    return {
        "value": amount(one.value, seen.unit),
        "low": amount(seen.low, seen.unit),
        "high": amount(seen.high, seen.unit),
        "basis": "calibrated",
        "fitted_to": keys,
        "note": f"fitted to {listed(keys)}; stated before: {quantity(seen.value, seen.unit)} ({before})",
    }
