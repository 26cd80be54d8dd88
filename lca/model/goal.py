"""Goal and scope as the author states them, for critical reviewers. Terms follow ISO 14044, clauses 4.2, 5 and 6.

Nothing here moves a figure. What is left out is printed as not stated, never guessed.
"""

from __future__ import annotations

from typing import NoReturn

from lca import units
from lca.model.criteria import near_criterion
from lca.model.fields import Field, Record, Text, Words, Year
from lca.model.packs import QUALITIES
from lca.problems import Problem, near, shortened
from lca.spoken import N_
from lca.text.documents import Located
from lca.text.overlay import Path, entries, joined

NONE, INTERNAL, PUBLIC = "none", "internal", "public"  # comparative assertions
REVIEWS = NO_REVIEW, _, _, PANEL = "none", N_("internal"), N_("external"), N_("panel")
MODELLING = ATTRIBUTIONAL, _ = N_("attributional"), N_("consequential")
SIGNS = INCREASES, REDUCES = "increases", "reduces"  # what an indirect effect does to impacts
ORDERS = FIRST, _, _ = N_("first"), N_("second"), N_("third")
UNQUANTIFIED = N_("unquantified")
GEOGRAPHIES = COUNTRY, REGION, WORLD = N_("country"), N_("region"), N_("world")
TECHNOLOGIES = SAME, _ = N_("same"), N_("similar")
YEARS = units.unit("year")


class Goal(Record):
    """The goal of the study (ISO 14044, 4.2)."""

    purpose = Text("the reasons for carrying out the study")
    use = Text("the intended application of its results")
    audience = Text("to whom the results are to be communicated")
    comparative = Text(
        "comparative assertions, that one product is better than another or equal to it: `none`, `internal`, or "
        "`public` where they are to be disclosed to the public",
        choices=(NONE, INTERNAL, PUBLIC),
    )
    commissioner = Text("who commissioned it")


class Review(Record):
    """The critical review (ISO 14044, clause 6)."""

    status = Text(
        "by whom: nobody, an internal or external expert, a panel of interested parties", required=True, choices=REVIEWS
    )
    by = Text("the names of the reviewers")
    statement = Text("where the review statement is found")

    def check(self) -> None:
        super().check()
        said = next((name for name in ("by", "statement") if self.has(name)), "")
        if self.reader.attempt(lambda: self.status, self.span) == NO_REVIEW and said:
            hint = f"say which review it was: {', '.join(REVIEWS[1:])}; or take {said} out"
            self.reader.report(Problem(f"no review has been made, and study.review has '{said}'", (self.span,), hint))


class Alternative(Record):
    """An allocation that was considered and not chosen; a variant of the study may compute it (ISO 14044, 4.3.4.2)."""

    entry_name = "part"
    part = Text("what is shared out, such as training", required=True)
    instead = Text("the other way of sharing it", required=True)
    variant = Text("the variant that computes it")
    reason = Text("why it was not chosen")


class Age(Field):
    """A length of time in years, as a plain number."""

    kind = "age"

    def read(self, record: Record, at: Located, path: Path) -> float:
        text = record.reader.text(at, joined(path))
        value, unit = units.quantity(text)
        scale = units.scale(unit, YEARS)
        if scale is None or value < 0:
            message = f"'{shortened(text)}' is no length of time"
            record.reader.fail(Problem(message, (at.span,), "write it as 5 year"))
        return value * scale


class Requirement(Record):
    """What factors have to be, set before they are looked for (ISO 14044, 4.2: data quality requirements)."""

    year = Year("the year that the study is of, where its functional units say none: ages are counted from it")
    time = Age("time-related coverage: how far from that year a factor may be, such as 5 year")
    geography = Text(
        "geographical coverage: `country` for the one country asked for, `region` for the country or group of "
        "countries asked for, `world` for any group of countries as well",
        choices=GEOGRAPHIES,
    )
    technology = Text(
        "technology coverage: `same` for the very item, `similar` where another may stand in", choices=TECHNOLOGIES
    )
    letter = Text("the weakest quality letter that a pack may give a factor", choices=tuple(QUALITIES))

    def check(self) -> None:
        super().check()
        wrong = self._wrong()
        if wrong:
            self.reader.report(Problem(wrong[0], (self.span,), wrong[1]))

    def _wrong(self) -> tuple[str, str] | None:
        """What is not in order, and the way out."""
        if not any(self.has(name) for name in ("time", "geography", "technology", "letter")):
            return "study.quality requires nothing", "add time, geography, technology or letter"
        if self.has("year") and not self.has("time"):
            return "study.quality has a year, and no time", "add how far from it factors may be, as in time: 5 year"
        if self.has("time") and not self.has("year") and not self._every_unit_has_a_year():
            return "study.quality has a time, and no year", "ages are counted from it, as in year: 2024"
        return None

    def _every_unit_has_a_year(self) -> bool:
        units_of_case = self.reader.attempt(lambda: self.top.need("functional_units"), self.span) or {}
        return all(unit.has("year") for unit in units_of_case.values())


class Amount(Text):
    """An amount that is printed and goes into no figure: a number with its unit, or `unquantified`."""

    moves = False


class Indirect(Record):
    """An effect of the service beyond its own life cycle, declared beside the figures and never added to one.

    Orders are those of ITU-T L.1480 (12/2022): the first is what figures count, the second what the use of the service
    changes in other domains (Bieser and Hilty 2018, doi 10.3390/su10082662), and higher ones, here the third, are how
    habits, markets and structures answer, rebound among them (Coroama and Mattern 2019, CEUR 2382).
    """

    entry_name = "what"
    what = Words("the effect in words", required=True)
    sign = Text("whether it `increases` or `reduces` impacts", required=True, choices=SIGNS)
    order = Text(
        "`second` for what the use of the service changes elsewhere; `third` for how habits, markets and structures "
        "answer, such as rebound",
        required=True,
        choices=ORDERS,
    )
    amount = Amount(
        "how much, above 0 and with its unit, as 0.2 kgCO2eq/visit; `unquantified` where nobody knows",
        default=UNQUANTIFIED,
    )
    criterion = Text("the criterion that the amount is by, where it is an impact")
    reason = Words("why it is to be expected", required=True)
    source = Text("the key of the source; an amount needs one")
    at = Text("page or table")

    def check(self) -> None:
        super().check()
        self.reader.attempt(self._check_order, self.span)
        self.reader.attempt(self._check_amount, self.span)
        self.reader.attempt(self._check_source, self.span)

    def _check_order(self) -> None:
        if self.order == FIRST:
            hint = (
                "count it as a part of the service, or say that it is left out under study.not_assessed or "
                "study.out_of_scope"
            )
            self._wrong(
                "order", f"{self.name} is of the first order, which figures count, and no indirect effect", hint
            )

    def _check_amount(self) -> None:
        if self.amount == UNQUANTIFIED:
            if self.criterion:
                self._wrong("criterion", f"{self.name} has a criterion and no amount", "add amount, or take it out")
            return
        known = self.reader.ledger.packs.criteria
        if self.criterion and self.criterion not in known:
            self._wrong(
                "criterion", f"no criterion '{shortened(self.criterion)}'", near_criterion(known, self.criterion)
            )
        criterion = known.get(self.criterion)
        try:
            value, _ = units.quantity(self.amount, criterion and criterion.space, self.reader.own)
        except units.UnitError as error:
            impact = "an impact says its criterion, as in criterion: GWP; or write amount: unquantified"
            self._wrong("amount", error.message, error.hint if self.criterion else f"{error.hint}\n{impact}".strip())
        if value <= 0:
            self._wrong("amount", f"{self.amount} is not above 0", "which way it goes is said by sign")
        if not self.source:
            self._wrong("amount", f"the amount of {self.name} has no source", "name it, or write amount: unquantified")

    def _check_source(self) -> None:
        known = self.reader.ledger.facts.sources
        if self.source and self.source not in known:
            hint = near(self.source, known, "describe it under study.sources: key: {title: …}")
            self._wrong("source", f"no source '{shortened(self.source)}'", hint)

    def _wrong(self, key: str, message: str, hint: str) -> NoReturn:
        self.reader.fail(Problem(message, (entries(self.tree)[key].span,), hint))
