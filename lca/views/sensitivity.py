"""Sensitivities for readers: what matters most, each input with its range and a bar for where it takes the figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import product
from math import isfinite, sqrt

from lca.compile import Model
from lca.questions.beyond import beyond
from lca.questions.sensitivity import EXACT, MEMBER, MIX, SHARE, TOGETHER, Driver, Index, Sensitivity
from lca.report import Block, Cell, Column, Grid, Heading, Prose, Record, Report, Row, row
from lca.spoken import N_, _, n_, told
from lca.wording import NONE, deviation, figure, grouped, localised, number, quantity, with_unit

TOP = 10  # drivers that a table shows
SHARES = 2  # shares of a mix that it shows, or inputs that go together
WHOLES, PARTS = (MIX, TOGETHER), (SHARE, MEMBER)
LONGEST = 31  # characters of a path: with these the table fits 80 columns
GONE = "…"  # parts of a path that are left out
MOST_PARTS = 10  # of a path that is shortened
HALF = 4  # characters of a bar on each side of the middle
LOW, HIGH, MIDDLE = "░", "█", "│"
FIRST, TOTAL = N_("first"), N_("total")  # indices
SURE = 1.959963984540054  # standard errors to each end of a 95 % interval
LEGEND = N_(
    "first: share of the variance that goes once the input is known; total: share that stays while it alone is not. "
    "elasticity: change in percent for one percent of the input. Bars: the figure at the ends of the range, all else "
    "as it is."
)
COLUMNS = (
    "functional_unit", "variant", "criterion", "input", "kind", "mix", "value", "input_unit", "low", "high", "at_low",
    "at_high", "figure", "unit", "elasticity", "first", "first_error", "total", "total_error", "method", "reason",
)  # fmt: skip


def report(model: Model, sensitivities: Sequence[Sensitivity], top: int = TOP) -> Report:
    """A table for each figure, of the drivers that matter most; all of them in the records."""
    blocks = [block for each in sensitivities for block in _figure(model, each, top)]
    blocks += [Prose(_("Beyond what can be: {what}.", what=what), "bad") for what in beyond(model)]
    return Report((*blocks, *_legend()), COLUMNS, tuple(record for each in sensitivities for record in records(each)))


def records(sensitivity: Sensitivity) -> Iterator[Record]:
    """A record for each driver and each held input of a figure. Errors are standard errors, 0 in closed form."""
    base: Record = {
        "functional_unit": sensitivity.functional_unit,
        "variant": sensitivity.variant,
        "criterion": sensitivity.criterion,
        "figure": sensitivity.value,
        "unit": sensitivity.unit,
        "method": sensitivity.indices.method,
        "reason": sensitivity.indices.reason,
    }
    for driver in sensitivity.drivers:
        yield (
            base
            | {
                "input": driver.path,
                "input_unit": driver.unit,
                **{
                    name: getattr(driver, name) for name in ("kind", "mix", "value", "low", "high", "at_low", "at_high")
                },
                "elasticity": driver.elasticity,
                **(driver.sobol._asdict() if driver.sobol else {}),
            }
            | (
                {"first_error": driver.sobol.first_error, "total_error": driver.sobol.total_error}
                if driver.sobol
                else {}
            )
        )
    for path, elasticity in sensitivity.held:
        yield base | {"input": path, "kind": "held", "elasticity": elasticity}


def _figure(model: Model, sensitivity: Sensitivity, top: int) -> Iterator[Block]:
    case = ", ".join(part for part in (sensitivity.functional_unit, sensitivity.variant) if part)
    label = told(model.factors.criteria[sensitivity.criterion].label)
    value = with_unit(figure(sensitivity.value), sensitivity.unit)
    yield Heading(_("{what}: {reason}", what=f"{case}, {label}", reason=value))
    shown = _shown(sensitivity.drivers, top)
    if shown:
        heads = (
            Column(_("input")),
            Column(_("range"), fold=True),
            Column(f"{_('low')} {LOW}\n{_('high')} {HIGH}"),
            Column(_("elas-\nticity"), right=True),
        )
        sobol = (Column(_(FIRST), right=True), Column(_(TOTAL), right=True))
        widest = _widest(shown, sensitivity.value)
        names = shortened([_name(driver) for driver in shown], model.factors.packs)
        rows = (_row(name, driver, sensitivity, widest) for name, driver in zip(names, shown, strict=True))
        yield Grid((*heads, *sobol), tuple(rows))
    for text in _grounds(sensitivity, top):
        yield Prose(text, "faint")


def _shown(drivers: Sequence[Driver], top: int) -> list[Driver]:
    """The first drivers; a mix, or inputs that go together, count as one, and show what moves the figure most."""
    kept: list[Driver] = []
    shares = 0
    for driver in drivers:
        shares = shares + 1 if driver.kind in PARTS else 0
        if not shares and len([each for each in kept if each.kind not in PARTS]) == top:
            break
        if shares <= SHARES and (driver.kind not in PARTS or driver.at_low is not None):
            kept.append(driver)
    return kept


def shortened(paths: Sequence[str], packs: Collection[str] = ()) -> list[str]:
    """Long paths with parts left out, so that each still means one of them: the end stays, of a factor its item.

    >>> shortened(["terminals.devices.desktop.accessories.monitor.daily_use"])
    ['….accessories.monitor.daily_use']
    >>> shortened(["own-2026.printed-manual.manufacture.GWP", "own-2026.printed-manual.distribution.GWP"], ["own-2026"])
    ['….printed-manual.manufacture.…', '….printed-manual.distribution.…']
    """
    short = [_shorter(path, packs) for path in paths]
    meanings = Counter(name for names in short for name in names)
    return [next((n for n in names if meanings[n] == 1), path) for path, names in zip(paths, short, strict=True)]


def _shorter(path: str, packs: Collection[str]) -> list[str]:
    """What a path may be shortened to, the best first: with its item, most parts, and the last of them."""
    parts = path.split(".")
    if len(path) <= LONGEST or len(parts) > MOST_PARTS:
        return [path]
    needed = 1 if parts[0] in packs else -1
    choices = [kept for kept in product((False, True), repeat=len(parts)) if any(kept)]
    choices.sort(key=lambda kept: (kept[needed], sum(kept), kept[::-1]), reverse=True)
    return [name for kept in choices if len(name := _cut(parts, kept)) <= LONGEST]


def _cut(parts: Sequence[str], kept: Sequence[bool]) -> str:
    """The parts that are kept; one sign for all that are left out beside one another."""
    words = [part if stays else GONE for part, stays in zip(parts, kept, strict=True)]
    return ".".join(word for word, before in zip(words, ["", *words], strict=False) if word != GONE or before != GONE)


def _name(driver: Driver) -> str:
    if driver.kind == MIX:
        return _("{input} (mix)", input=driver.path)
    if driver.kind == TOGETHER:
        return _("{count} inputs together", count=driver.path.count(",") + 1)
    return driver.path.removeprefix(f"{driver.mix}.") if driver.kind == SHARE else driver.path


def _row(name: str, driver: Driver, sensitivity: Sensitivity, widest: float) -> Row:
    if driver.kind in WHOLES:
        return row(name, "", "", "", *_indices(driver.sobol, NONE))
    slope = NONE if driver.elasticity is None else localised(f"{driver.elasticity:+.2f}")
    cells = (_range(driver), _bar(driver, sensitivity.value, widest), slope)
    part = driver.kind in PARTS
    return row(name, *cells, *_indices(driver.sobol, "" if part else NONE), depth=int(part))


def _range(driver: Driver) -> str:
    if driver.low is None or driver.high is None:
        return NONE
    return _("{low} to {high}", low=number(driver.low), high=quantity(driver.high, driver.unit))


def _bar(driver: Driver, value: float, widest: float) -> str:
    """Where the low and the high end of an input take the figure, below it to the left and above it to the right."""
    ends = [(end - value, sign) for end, sign in ((driver.at_low, LOW), (driver.at_high, HIGH)) if end is not None]
    sides = {side: [" "] * HALF for side in (False, True)}
    for far, sign in sorted(ends, key=lambda pair: -abs(pair[0])):
        cells = round(min(abs(far) / widest, 1.0) * HALF) if widest and far == far else 0
        sides[far > 0][:cells] = [sign] * cells
    return f"{''.join(reversed(sides[False]))}{MIDDLE}{''.join(sides[True])}"


def _widest(drivers: Iterable[Driver], value: float) -> float:
    """The longest way from the figure to an end of a range, infinite ones aside."""
    ends = (end - value for driver in drivers for end in (driver.at_low, driver.at_high) if end is not None)
    return max((abs(far) for far in ends if isfinite(far)), default=0.0)


def _indices(sobol: Index | None, none: str) -> tuple[Cell, Cell]:
    first, total = (none, none) if sobol is None else (localised(f"{sobol.first:.3f}"), localised(f"{sobol.total:.3f}"))
    return Cell(first, "strong"), Cell(total, "strong")


def _grounds(sensitivity: Sensitivity, top: int) -> Iterator[str]:
    """How the indices were found, what they leave, and what is held."""
    indices, spread = sensitivity.indices, _spread(sensitivity)
    if not indices.of:
        yield _("No input below this figure has a range or a law: it does not vary.")
    elif indices.method == EXACT:
        terms = n_("{count} term", "{count} terms", indices.terms)
        inputs = n_("{count} input", "{count} inputs", len(indices.of))
        yield _(
            "Indices in closed form: the figure is a sum of {terms} in {inputs}. {spread}",
            terms=terms, inputs=inputs, spread=spread,
        )  # fmt: skip
    elif indices.variance is None:
        yield _(
            "No indices, since there is no closed form and nothing to share out: {reason}. {spread}",
            reason=told(indices.reason), spread=spread,
        )  # fmt: skip
    else:
        errors = [(index.first_error, index.total_error) for index in indices.of.values() if index is not None]
        first, total = (localised(f"{SURE * max(each):.3f}") for each in zip(*errors, strict=True))
        yield _(
            "Indices estimated (Jansen, two samples of {draws}; 95 % intervals at most ±{first} and ±{total}), since "
            "there is no closed form: {reason}. {spread}",
            draws=grouped(indices.draws), first=first, total=total, reason=told(indices.reason), spread=spread,
        )  # fmt: skip
    rest = len([driver for driver in sensitivity.drivers if driver.kind not in PARTS]) - top
    if rest > 0:
        yield n_("{count} more input matters less.", "{count} more inputs matter less.", rest)
    if sensitivity.held:
        largest = ", ".join(f"{path} {localised(f'{slope:+.2f}')}" for path, slope in sensitivity.held[:3])
        yield n_(
            "{count} input held for want of a range; the largest elasticities: {largest}.",
            "{count} inputs held for want of a range; the largest elasticities: {largest}.",
            len(sensitivity.held), largest=largest,
        )  # fmt: skip


def _spread(sensitivity: Sensitivity) -> str:
    mean, variance = sensitivity.indices.mean, sensitivity.indices.variance
    if mean is None:
        return _("There is no mean and no standard deviation to show.")
    shown = figure(mean)
    if sensitivity.value:
        gap = deviation(mean / sensitivity.value - 1)
        shown = _("{mean} ({gap} from the figure)", mean=shown, gap=gap)
    words = _("Mean {mean}, no standard deviation.", mean=shown)
    if variance is not None:
        words = _("Mean {mean}, standard deviation {deviation}.", mean=shown, deviation=figure(sqrt(variance)))
    together = 1 - sum(index.first for index in sensitivity.indices.of.values() if index is not None)
    if sensitivity.indices.method == EXACT and together > 0:
        share = localised(f"{together * 100:.1f} %")
        words += " " + _("{share} of the variance comes of inputs acting together.", share=share)
    return words


def _legend() -> tuple[Block, ...]:
    return (Prose(_(LEGEND), "faint"),)
