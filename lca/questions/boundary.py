"""The system boundary: what is counted, what by proxy, what is not assessed, what is out of scope, and why.

The grid follows the keynote of A.-L. Ligozat at GreenDays 2023, as shown by Berthelot et al. at GreenDays 2024: stage
of the life cycle × tier × AI phase × kind of impact. Missing is not zero: a stage for which the packs have no figure
is said to be not assessed, whether or not the scenario declares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lca.compile import Line, Model, Note
from lca.model.criteria import Criterion, market_key
from lca.model.declarations import Gap, Outside, Proxy
from lca.model.terms import MARKET, PHASES, TIERS, holds
from lca.model.terms import STAGES as EVERY_STAGE
from lca.spoken import N_, told
from lca.text.overlay import joined

STAGES = ("manufacture", "distribution", "use", "end of life")
TOTAL = "embodied"
COUNTED, BY_PROXY, NOT_ASSESSED = N_("counted"), N_("by proxy"), N_("not assessed")
OUT_OF_SCOPE, ABSENT = N_("out of scope"), N_("absent")
DIRECT_ONLY = N_("a life-cycle assessment of direct impacts says nothing of what the service changes elsewhere")
NO_FIGURE = N_("the factor packs give no figure for this stage")
NOT_STATED = "not stated"  # the kind of a note: an input is missing, and with it what it would count


class Remark(NamedTuple):
    """Something left out or taken from elsewhere: what, for which criteria (none: for all), and why."""

    what: str
    criteria: tuple[str, ...]
    reason: str
    proxy: str = ""

    def labels(self, known: Mapping[str, Criterion]) -> list[str]:
        """Its criteria as tables call them; of what is market-based alone, whatever the basis."""
        alone = self.what.startswith(MARKET)
        return [
            told(known[key].either if alone else known[key].label) if key in known else key for key in self.criteria
        ]


class GridCell(NamedTuple):
    """A cell of the grid. `whole`: its stage is inside one figure for all stages but use."""

    tier: str
    phase: str
    stage: str
    impacts: str
    status: str
    criteria: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    whole: bool = False


def proxies(model: Model) -> tuple[Remark, ...]:
    """The proxies of which a case has made use."""
    used: dict[str, dict[str, None]] = {}
    for note in model.notes:
        used.setdefault(note.by, {})[note.criterion] = None
    declared: Iterable[Proxy] = model.scenario.about.proxies.values()
    met = ((proxy, tuple(used.get(joined(proxy.path), ()))) for proxy in declared)
    return tuple(Remark(_term(proxy.for_), criteria, proxy.reason, proxy.from_) for proxy, criteria in met if criteria)


def gaps(model: Model) -> tuple[Remark, ...]:
    """What the scenario declares as not assessed, and what it leaves out because it says nothing of it."""
    declared: Iterable[Gap] = model.scenario.about.not_assessed.values()
    return (*(_remark(model, gap) for gap in declared), *unstated(model))


def _remark(model: Model, gap: Gap) -> Remark:
    """A declared gap; one of what is market-based alone is said of the other basis, where that is the only one."""
    of = next((key for key in model.criteria if market_key(key) == gap.criterion), "")
    if of and gap.criterion not in model.factors.criteria:
        return Remark(N_("market-based {what}", what=_gap_words(gap).removeprefix(f"{MARKET} ")), (of,), gap.reason)
    return Remark(_gap_words(gap), _by_bases(model, gap.criterion), gap.reason)


def unstated(model: Model) -> Iterator[Remark]:
    """What is left out because the scenario does not state an input that it takes."""
    met: dict[tuple[str, str, str], dict[str, None]] = {}
    for note in model.notes:
        if note.kind == NOT_STATED:
            met.setdefault((note.item, note.stage, note.reason), {})[note.criterion] = None
    for (item, stage, reason), criteria in met.items():
        yield Remark(
            N_("{item}, {stage}", item=item, stage=N_(stage)),
            () if {*model.criteria} <= {*criteria} else tuple(criteria),
            reason,
        )


def _by_bases(model: Model, criterion: str) -> tuple[str, ...]:
    """A criterion that an entry names, and its market-based like where the study is by both; none where it is empty."""
    both = tuple(key for key in (criterion, market_key(criterion)) if key in model.criteria)
    return both or ((criterion,) if criterion else ())


def _gap_words(gap: Gap) -> str:
    item = N_("everything") if gap.item in ("", "*") else gap.item
    named = dict.fromkeys(word for word in (gap.tier, gap.phase, item, gap.stage, gap.region) if word)
    return _in_a_row([*map(_term, named)])


def _term(word: str) -> str:
    """A word that may be one of the field, which is ours to tell."""
    return N_(word) if word in (*TIERS, *PHASES, *EVERY_STAGE) else word


def _in_a_row(words: list[str]) -> str:
    """Words of which each may be told in another language.

    >>> _in_a_row(["a", "b", "c"])
    'a, b, c'
    """
    first, *rest = words
    return N_("{first}, {rest}", first=first, rest=_in_a_row(rest)) if rest else first


def grid(model: Model) -> tuple[GridCell, ...]:
    """Every cell of the grid, direct impacts first."""
    study = model.scenario.about
    outside: tuple[Outside, ...] = tuple(study.out_of_scope.values())
    declared: tuple[Gap, ...] = tuple(study.not_assessed.values())
    places = [(tier, phase, stage) for tier in TIERS for phase in PHASES for stage in STAGES]
    direct = [_direct(model, declared, outside, *place) for place in places]
    return (*direct, *(_indirect(outside, *place) for place in places))


def _direct(
    model: Model, declared: tuple[Gap, ...], outside: tuple[Outside, ...], tier: str, phase: str, stage: str
) -> GridCell:
    part = [line for line in model.lines if line.tier == tier and line.phase == phase]
    here = [line for line in part if holds(line.stage, stage)]
    notes = [note for note in model.notes if note.tier == tier and note.phase == phase and holds(note.stage, stage)]
    plain = {line.criterion for line in here if not line.proxy}
    noted = list(_noted(notes))
    met = {remark.reason for remark in noted}
    unmet = tuple(gap for gap in declared if gap.reason not in met)
    remarks = [
        *_proxied(here, notes),
        *noted,
        *_declared(model, unmet, tier, phase, stage, active=bool(part or notes)),
        *_left_out(outside, tier, phase, stage, tiers_of(model, phase)),
    ]
    if not here and any(line.stage == "manufacture" for line in part):
        remarks.append(Remark(NOT_ASSESSED, (), NO_FIGURE))
    whole = bool(here) and all(line.stage == TOTAL for line in here)
    criteria = tuple(key for key in model.criteria if key in plain)
    status = _status(bool(plain), bool(here), remarks)
    return GridCell(tier, phase, stage, "direct", status, criteria, tuple(dict.fromkeys(remarks)), whole)


def _status(counted: bool, any_line: bool, remarks: list[Remark]) -> str:  # noqa: FBT001
    if any_line:
        return COUNTED if counted else BY_PROXY
    if not remarks:
        return ABSENT
    return OUT_OF_SCOPE if all(remark.what == OUT_OF_SCOPE for remark in remarks) else NOT_ASSESSED


def _proxied(here: list[Line], notes: list[Note]) -> Iterator[Remark]:
    used = dict.fromkeys((line.criterion, line.proxy) for line in here if line.proxy)
    for criterion, proxy in used:
        reasons = [note.reason for note in notes if (note.criterion, note.proxy) == (criterion, proxy)]
        yield Remark(BY_PROXY, (criterion,), reasons[0] if reasons else "", proxy)


def _noted(notes: list[Note]) -> Iterator[Remark]:
    """The gaps that were met, those of one reason together."""
    met: dict[str, dict[str, None]] = {}
    for note in notes:
        if note.kind in (NOT_ASSESSED, NOT_STATED):
            met.setdefault(note.reason, {})[note.criterion] = None
    yield from (Remark(NOT_ASSESSED, tuple(criteria), reason) for reason, criteria in met.items())


def _declared(
    model: Model, gaps: tuple[Gap, ...], tier: str, phase: str, stage: str, *, active: bool
) -> Iterator[Remark]:
    """Gaps of a whole tier or phase, which no flow may ever meet."""
    for gap in gaps:
        own_tier = tier in (gap.tier, gap.item)
        own_phase = phase in (gap.phase, gap.item) or (not gap.phase and active)
        if own_tier and own_phase and (not gap.stage or holds(gap.stage, stage)):
            yield Remark(NOT_ASSESSED, _by_bases(model, gap.criterion), gap.reason)


def tiers_of(model: Model, phase: str) -> tuple[str, ...]:
    """The tiers in which a phase takes place; the data centre where the inventory has nothing of it."""
    lines = [line.tier for line in model.lines if line.phase == phase]
    notes = [note.tier for note in model.notes if note.phase == phase]
    return tuple(dict.fromkeys([*lines, *notes])) or TIERS[-1:]


def _left_out(
    outside: tuple[Outside, ...], tier: str, phase: str, stage: str, tiers: tuple[str, ...]
) -> Iterator[Remark]:
    """What is out of scope on purpose; an entry that names no tier means those in which the phase takes place."""
    for entry in outside:
        here = entry.tier == tier if entry.tier else tier in tiers
        of_phase = not entry.phase or entry.phase == phase
        of_stage = not entry.stage or holds(entry.stage, stage)
        if here and of_phase and of_stage and entry.impacts != "indirect":
            yield Remark(OUT_OF_SCOPE, (), f"{entry.item} ({entry.reason})" if entry.item else entry.reason)


def _indirect(outside: tuple[Outside, ...], tier: str, phase: str, stage: str) -> GridCell:
    said = [
        Remark(OUT_OF_SCOPE, (), entry.reason)
        for entry in outside
        if entry.impacts == "indirect"
        and entry.tier in ("", tier)
        and entry.phase in ("", phase)
        and (not entry.stage or holds(entry.stage, stage))
    ]
    return GridCell(
        tier, phase, stage, "indirect", OUT_OF_SCOPE, (), tuple(said) or (Remark(OUT_OF_SCOPE, (), DIRECT_ONLY),)
    )
