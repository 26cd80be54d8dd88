"""Goal and scope as the author states them, for critical reviewers. Terms follow ISO 14044, clauses 4.2, 5 and 6.

Nothing here moves a figure. What is left out is printed as not stated, never guessed.
"""

from __future__ import annotations

from lca import units
from lca.model.fields import Field, Record, Text, Year
from lca.model.packs import QUALITIES
from lca.problems import Problem, shortened
from lca.text.documents import Located
from lca.text.overlay import Path, joined

NONE, INTERNAL, PUBLIC = "none", "internal", "public"  # comparative assertions
REVIEWS = NO_REVIEW, _, _, PANEL = "none", "internal", "external", "panel"
MODELLING = ATTRIBUTIONAL, _ = "attributional", "consequential"
GEOGRAPHIES = COUNTRY, REGION, WORLD = "country", "region", "world"
TECHNOLOGIES = SAME, _ = "same", "similar"
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
