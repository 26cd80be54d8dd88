"""Laws as they are written in a scenario and in a pack, and what they need.

A law is bound when its input is, so that every sample is possible: a law whose range leaves the bounds of its field is
refused, and a normal or lognormal law is cut off at them.

`low` and `high` are the 95 % interval of a normal and a lognormal law, or the one that `holds` another part of it (80 %
between the 10th and the 90th percentile), and the ends of a uniform and a triangular one. A range beside a standard
deviation has to say the same: one of it to each side, as some sources print it.
Without a law they mean triangular round the value. An input with neither, or with `law: held`, is held.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lca import units
from lca.graph import MOST_PLACES, Input
from lca.model import moments
from lca.model.laws import Choices, Dirichlet, Law, Lognormal, Normal, Triangular, Uniform
from lca.model.ledger import WHOLE, Bounds
from lca.model.moments import kept
from lca.model.pedigree import SCORES, Pedigree, Table, variance
from lca.operations import is_same
from lca.problems import Problem, Problems, Span, near
from lca.text.documents import Located
from lca.units import ONE, Unit
from lca.wording import apart

USUAL = "95 %"  # of a normal or lognormal law lies between low and high
SLACK = 1e-6  # how far chances may be from 100 % by rounding of what is written
WIDEST = 1000.0  # geometric standard deviation that makes sense
RAREST = 0.1  # least part of a normal or lognormal law that lies within its bounds
OPTIONS = {
    "held": (),
    "lognormal": ("gsd", "holds"),
    "normal": ("sd", "cv", "holds"),
    "uniform": (),
    "triangular": (),
    "choices": (),
    "pedigree": ("scores", "basic", "factors"),
    "dirichlet": ("concentration",),
}


class Within(NamedTuple):
    """What an input may be, in its unit: the bounds of its field. `words` says it to the reader."""

    least: float = -math.inf
    most: float = math.inf
    words: str = ""
    above: bool = False

    def allows(self, value: float) -> bool:
        """Whether a number is inside."""
        inside = self.least <= value <= self.most or is_same(value, self.least) or is_same(value, self.most)
        return inside and not (self.above and value == self.least)


def within(bounds: Bounds, unit: Unit) -> Within:
    """The bounds of a field in the unit of an input. Where the dimensions differ (h/visit, not h), 0 still counts."""
    factor = units.scale(units.unit(bounds.unit), unit) if bounds.unit else 1.0
    least, most = _first(bounds.low, bounds.above, -math.inf), _first(bounds.high, math.inf)
    if factor is None:
        return Within(0.0 if least == 0 else -math.inf, words=str(bounds), above=bounds.above == 0)
    return Within(least * factor, most * factor, str(bounds), bounds.above is not None)


def _first(*ends: float | None) -> float:
    return next(end for end in ends if end is not None)


def of_row(value: float, low: float | None) -> Within:
    """The bounds of a row of a pack: what is not negative stays so."""
    return Within(0.0) if min(value, value if low is None else low) >= 0 else Within()


class Given(NamedTuple):
    """What is known of an input besides its law. `low` and `high` are None where they are not stated."""

    value: float
    unit: Unit
    low: float | None
    high: float | None
    within: Within
    span: Span
    group: str = ""


class LawText(NamedTuple):
    """A law as it was written: its kind, and each option's text and place.

    `bare`: numbers stand without units, in that of the value, as in a row of a pack.
    """

    kind: str
    span: Span
    options: Mapping[str, tuple[str, Span]]
    bare: bool = False


# --- As written -----------------------------------------------------------------------------------------------------


def law_text(at: Located) -> LawText:
    """The law of a scenario: `uniform`, or `{lognormal: {gsd: 1.2}}`. Problems where it is neither."""
    if isinstance(at.value, str):
        return LawText(at.value, at.span, {})
    if not isinstance(at.value, dict) or len(at.value) != 1:
        raise _wrong("a law is one word, or one word with its parameters", at.span, "law: {lognormal: {gsd: 1.2}}")
    ((kind, below),) = at.value.items()
    return LawText(kind, below.key_span, _options(kind, below))


def _options(kind: str, at: Located) -> dict[str, tuple[str, Span]]:
    if isinstance(at.value, list) and kind == "pedigree":
        return {"scores": (_words(at), at.span)}
    if not isinstance(at.value, dict):
        raise _wrong(f"{kind} takes a mapping of parameters", at.span, _example(kind))
    return {key: (_words(child), child.span) for key, child in at.value.items()}


def _words(at: Located) -> str:
    items = at.value if isinstance(at.value, list) else [at]
    return " ".join(item.value for item in items if isinstance(item.value, str))


def in_row(text: str, span: Span) -> LawText:
    """The law of a row of a pack: `lognormal`, `lognormal gsd=1.2` or `pedigree 2 3 1 1 4`.

    >>> in_row("pedigree 2 3 1 1 4 basic=1.05", Span("f.csv", 2, 9)).options["scores"][0]
    '2 3 1 1 4'
    """
    kind, *words = text.split()
    pairs = [word.partition("=") for word in words]
    scores = " ".join(name for name, sign, _ in pairs if not sign)
    options = {name: (number, span) for name, sign, number in pairs if sign}
    return LawText(kind, span, {**({"scores": (scores, span)} if scores else {}), **options}, bare=True)


def _example(kind: str) -> str:
    return {
        "lognormal": "{lognormal: {gsd: 1.2}}",
        "normal": "{normal: {sd: 0.1}}",
        "choices": "{choices: {0.3: 40 %, 0.5: 60 %}}",
        "pedigree": "{pedigree: [2, 3, 1, 1, 4]}",
        "dirichlet": "{dirichlet: {concentration: 50}}",
    }.get(kind, f"law: {kind}")


def _wrong(message: str, span: Span, hint: str) -> Problems:
    return Problems([Problem(message, (span,), hint)])


# --- Binding --------------------------------------------------------------------------------------------------------


def bound(law: LawText | None, given: Given, pedigree: Table) -> Law | None:
    """The law of an input; None where it is held. Problems where a law is unknown, lacks a range or is impossible."""
    if law is None:
        return _ranged(given)
    if law.kind == "held":
        return None
    if law.kind not in OPTIONS:
        raise _wrong(f"no law '{law.kind}'", law.span, near(law.kind, OPTIONS, f"laws: {', '.join(OPTIONS)}"))
    known = OPTIONS[law.kind]
    for name, (_, span) in law.options.items():
        if name not in known and law.kind != "choices":
            hint = near(name, known, f"it takes {', '.join(known)}" if known else "it takes none")
            raise _wrong(f"{law.kind} has no parameter '{name}'", span, hint)
    if law.kind == "pedigree":
        return _pedigree(law, given, pedigree())
    return _BINDERS[law.kind](law, given)


def _ranged(given: Given) -> Law | None:
    """What a range means that has no law: triangular round the value; an end that is not stated is the value."""
    low = given.value if given.low is None else given.low
    high = given.value if given.high is None else given.high
    return Triangular(low, given.value, high) if low < high else None


def _ends(law: LawText, given: Given) -> tuple[float, float]:
    if given.low is None or given.high is None:
        either = " or its parameters" if OPTIONS[law.kind] else ""
        raise _wrong(f"{law.kind} needs low and high", law.span, f"give both ends{either}, as in {_example(law.kind)}")
    if given.low >= given.high:
        raise _wrong(f"{law.kind} needs low below high", law.span, "an input without a range has no law")
    return given.low, given.high


def _uniform(law: LawText, given: Given) -> Law:
    return Uniform(*_ends(law, given))


def _triangular(law: LawText, given: Given) -> Law:
    low, high = _ends(law, given)
    return Triangular(low, given.value, high)


def _normal(law: LawText, given: Given) -> Law:
    sd = _spread(law, given)
    if sd is None:
        low, high = _ends(law, given)
        made = Normal((low + high) / 2, (high - low) / 2 / _to_an_end(law), given.within.least, given.within.most)
    else:
        made = Normal(given.value, sd, given.within.least, given.within.most)
    return _mostly_inside(made, law, given)


def _to_an_end(law: LawText) -> float:
    """Standard deviations from the middle to low and to high: 1.96, or what the stated part of the law calls for."""
    text, span = law.options.get("holds", (USUAL, law.span))
    part = _pure(text, span)
    if not 0 < part < 1:
        raise _wrong(f"holds is {text}", span, "the part of the law between low and high, such as 80 %")
    return moments.score((1 + part) / 2)


def _spread(law: LawText, given: Given) -> float | None:
    """The standard deviation that is stated, in the unit of the input or as a part of the value (`cv`)."""
    _refuse_several(law)
    if not law.options or "holds" in law.options:
        return None
    ((name, (text, span)),) = law.options.items()
    sd = _pure(text, span) * abs(given.value) if name == "cv" else _measure(text, span, given.unit, bare=law.bare)
    if not 0 < sd < math.inf:
        raise _wrong(f"{name} is {text}", span, "a spread is above 0")
    if not _says_the_same(given, sd):
        hint = f"leave out one of them; or low and high are the value less and plus one {name}"
        raise _wrong(f"{law.kind} has both a range and {name}", law.span, hint)
    return sd


def _says_the_same(given: Given, sd: float) -> bool:
    """Whether a range, if there is one, is a standard deviation to each side of the value."""
    ends = [(end, given.value + sign * sd) for end, sign in ((given.low, -1), (given.high, 1)) if end is not None]
    return all(math.isclose(end, there, rel_tol=SLACK, abs_tol=SLACK * sd) for end, there in ends)


def _refuse_several(law: LawText) -> None:
    if len(law.options) > 1:
        raise _wrong(f"{law.kind} takes one of {' and '.join(law.options)}", law.span, "leave out the other")


def _lognormal(law: LawText, given: Given) -> Law:
    _refuse_several(law)
    if "gsd" in law.options:
        if given.low is not None or given.high is not None:
            raise _wrong("lognormal has both a range and gsd", law.span, "leave out one of them")
        text, span = law.options["gsd"]
        gsd = _pure(text, span)
        if not 1 < gsd <= WIDEST:
            raise _wrong(f"gsd is {text}", span, f"a geometric standard deviation is above 1 and at most {WIDEST:g}")
        return _positive(law, given, given.value, math.log(gsd))
    low, high = _ends(law, given)
    if low <= 0:
        hint = "a lognormal law has positive numbers only; write triangular or normal"
        raise _wrong(f"lognormal with low: {low:g}", law.span, hint)
    middle = (math.log(low) + math.log(high)) / 2
    return _positive(law, given, math.exp(middle), (math.log(high) - math.log(low)) / 2 / _to_an_end(law))


def _positive(law: LawText, given: Given, median: float, sigma: float, origin: str = "") -> Law:
    if given.value <= 0:
        hint = "a lognormal law has positive numbers only; write triangular or normal"
        raise _wrong(f"{law.kind} for {given.value:g}", law.span, hint)
    least = max(0.0, given.within.least)
    return _mostly_inside(Lognormal(median, math.exp(sigma), least, given.within.most, origin), law, given)


def _mostly_inside(made: Lognormal | Normal, law: LawText, given: Given) -> Law:
    if kept(made) < RAREST:
        hint = f"it has to be {given.within.words}; uniform between two ends says that better"
        raise _wrong(f"only {kept(made) * 100:.1g} % of the law is possible", law.span, hint)
    return made


def _choices(law: LawText, given: Given) -> Law:
    values = {_measure(text, place[1], given.unit, bare=law.bare): _pure(*place) for text, place in law.options.items()}
    total = sum(values.values())
    if len(values) < 2 or len(values) < len(law.options):
        raise _wrong("choices are two or more different numbers", law.span, _example("choices"))
    if min(values.values()) < 0:
        raise _wrong("a chance is below 0 %", law.span, "chances are between 0 % and 100 %, and sum to 100 %")
    if not abs(total - 1) <= SLACK:
        message = f"the chances sum to {apart(total * 100, lambda shown: shown == WHOLE)} %"
        raise _wrong(message, law.span, "they have to sum to 100 %")
    rising = sorted(values)
    for value in (rising[0], rising[-1]):
        if not given.within.allows(value):
            shown = f"{value:g} {given.unit}".removesuffix(" 1")
            raise _wrong(f"one choice is {shown}", law.span, f"it has to be {given.within.words}")
    return Choices(tuple(rising), tuple(values[value] / total for value in rising))


def _dirichlet(law: LawText, given: Given) -> Law | None:
    text, span = law.options.get("concentration", ("", law.span))
    if not given.group:
        raise _wrong("dirichlet is for the shares of a mix", law.span, "write triangular, or another law of one number")
    if not text or given.low is not None or given.high is not None:
        raise _wrong("dirichlet needs a concentration, and no range", law.span, _example("dirichlet"))
    concentration = _pure(text, span)
    whole = units.scale(ONE, given.unit) or 1.0
    if not 0 < concentration < math.inf:
        raise _wrong(f"concentration is {text}", span, "it is above 0; the larger, the less the shares vary")
    return Dirichlet(given.value, concentration, whole) if given.value > 0 else None


def _pedigree(law: LawText, given: Given, table: Pedigree) -> Law:
    """A lognormal round the value: the variances of ln x of the scores and of the basic factor add up."""
    _refuse_range(law, given)
    factors, span = law.options.get("factors", (next(iter(table.variances)), law.span))
    if factors not in table.variances:
        hint = near(factors, table.variances, f"sets: {', '.join(table.variances)}")
        raise _wrong(f"no set of pedigree factors '{factors}'", span, hint)
    scores = _scores(law, len(table.variances[factors]))
    total = _basic(law, table.basic[factors])
    for score, by_score in zip(scores, table.variances[factors], strict=True):
        if not by_score[score - 1] < math.inf:
            raise _wrong(f"{factors} has no factor for the score {score}", law.span, "its source leaves it open")
        total += by_score[score - 1]
    if not total:
        raise _wrong("these scores leave no spread", law.span, "give a basic factor, or no law")
    return _positive(law, given, given.value, math.sqrt(total), f"pedigree {' '.join(map(str, scores))}, {factors}")


def mixed(shares: Sequence[Input]) -> Problem | None:
    """What is wrong with the laws of the shares of a mix: a Dirichlet law is that of all that are not 0 %."""
    concentrations = {share.law.concentration for share in shares if isinstance(share.law, Dirichlet)}
    others = [share for share in shares if share.value and not isinstance(share.law, Dirichlet)]
    if not concentrations or not (others or len(concentrations) > 1):
        return None
    hint = "give each share of the mix {dirichlet: {concentration: …}}, the same for all"
    return Problem("a Dirichlet law is for all shares of a mix", tuple(s.span for s in shares)[:MOST_PLACES], hint)


def _refuse_range(law: LawText, given: Given) -> None:
    if given.low is not None or given.high is not None:
        raise _wrong("pedigree gives the spread; low and high give another", law.span, "leave out one of them")


def _scores(law: LawText, count: int) -> list[int]:
    text, span = law.options.get("scores", ("", law.span))
    words = text.split()
    if len(words) != count or not all(word in SCORES for word in words):
        hint = "reliability, completeness, temporal, geographical and technological correlation: [2, 3, 1, 1, 4]"
        raise _wrong(f"pedigree needs {count} scores from 1 to 5", span, hint)
    return [int(word) for word in words]


def _basic(law: LawText, usual: float) -> float:
    """The variance of a basic uncertainty factor, which is a squared geometric standard deviation."""
    if "basic" not in law.options:
        return usual
    text, span = law.options["basic"]
    factor = _pure(text, span)
    if not 1 <= factor < math.inf:
        raise _wrong(f"basic is {text}", span, "a basic uncertainty factor is 1 or more, such as 1.05")
    return variance(factor, "gsd squared")


def _pure(text: str, span: Span) -> float:
    return _measure(text, span, ONE)


def _measure(text: str, span: Span, unit: Unit, *, bare: bool = False) -> float:
    """A number in a unit; `bare`: one that is written without a unit is in it already."""
    try:
        value, own = units.quantity_like(text, unit)
    except units.UnitError as error:
        raise _wrong(str(error.message), span, error.hint or "needed a number") from None
    if own is ONE and bare:
        own = unit
    factor = units.scale_stated(own, unit)
    if factor is None:
        missing = own is ONE
        hint = f"write '{text} {unit}'" if missing else f"write it in {unit}, as the value is"
        raise _wrong("the unit is missing" if missing else f"{own} is not {unit}", span, hint)
    return value * factor


_BINDERS: dict[str, Callable[[LawText, Given], Law | None]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "normal": _normal,
    "lognormal": _lognormal,
    "choices": _choices,
    "dirichlet": _dirichlet,
}
