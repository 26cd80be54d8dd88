"""A map: what the columns and words of somebody's table mean, for importers. One schema for all of them, and closed.

`columns` say which column is which field of an activity, by its head or its letter; `values` what words stand for;
`always` what holds for every row. A row may be several activities: `lines` has a set of columns for each. `trace` is
for traces of power: which column is the time, and which the power or the energy. `log` is for logs of requests.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import cast

from lca.citations import BASES
from lca.model.case import Case, CaseKey
from lca.model.declarations import Where
from lca.model.fields import Each, Field, Names, One, Record, Rivals, Text, Words
from lca.model.ledger import Ledger
from lca.model.packs import Factors
from lca.model.terms import NOTE, PHASES, STAGES, TIERS
from lca.problems import Problem, near, shortened
from lca.text.documents import Located
from lca.text.overlay import Path, entries, items, joined
from lca.text.source import gathered

NAMED = ("tier", "phase", "stage", "region")  # fields that rows of words alone, or rows above, may give
CHOICES = {"tier": TIERS, "phase": PHASES, "stage": STAGES, "basis": tuple(BASES)}
FIELDS = ("name", "item", "amount", "unit", *NAMED, "low", "high", "times", "over", "basis")
INSIDE = ("cache", "reasoning")  # classes of tokens that logs may count in those of input and output
Meanings = Dict[str, Dict[str, str]]  # of a word: what it says of which fields


class Aliases(Field):
    """What each word of a table stands for: another word, or several fields at once; '' says nothing."""

    kind = "aliases"

    def read(self, record: Record, at: Located, path: Path) -> Meanings:
        return {
            word: {self.name: "" if child.value == "" else record.reader.text(child, joined((*path, word)))}
            if isinstance(child.value, str)
            else self._several(record, child, (*path, word))
            for word, child in record.reader.mapping(at, joined(path)).items()
        }

    def _several(self, record: Record, at: Located, path: Path) -> dict[str, str]:
        said = {}
        for field, child in record.reader.mapping(at, joined(path)).items():
            if field not in FIELDS:
                hint = near(field, FIELDS, f"fields: {', '.join(FIELDS)}")
                record.reader.fail(Problem(f"an activity has no '{shortened(field)}'", (child.key_span,), hint))
            said[field] = record.reader.text(child, joined((*path, field)))
        return said

    def absent(self, record: Record) -> Meanings:
        return {}


class Rows(Text):
    """A row, or a first and a last one."""

    kind = "rows"

    def read(self, record: Record, at: Located, path: Path) -> tuple[int, int]:  # type: ignore[override]
        text = record.reader.text(at, joined(path))
        first, sign, last = (part.strip() for part in text.partition(".."))
        if not all(part.isascii() and part.isdecimal() and 0 < len(part) < 7 for part in (first, last or first)):
            record.reader.fail(Problem(f"'{shortened(text)}' is no row", (at.span,), "as in 4, or 4..5"))
        return int(first), int(last) if sign else int(first)

    def absent(self, record: Record) -> tuple[int, int] | None:  # type: ignore[override]
        return None


class Beginnings(Names):
    """Words with which rows begin; there may be none."""

    kind = "beginnings"

    def read(self, record: Record, at: Located, path: Path) -> tuple[str, ...]:
        return super().read(record, at, path) if at.value != [] else ()


class Columns(Record):
    """Which column is which field: its head, or its letter, as in D."""

    name_ = Text("what the row is called; the words of its item where absent")
    item = Text("the item under which packs have factors")
    amount = Text("how much of it; its unit may stand in the head, as in Amount (kWh), or in the cell")
    unit = Text("the unit of the amount")
    tier = Text("the tier")
    phase = Text("the AI phase")
    stage = Text("the life-cycle stage")
    region = Text("the region of the factor")
    low = Text("the lower end of the range of the amount")
    high = Text("the upper end of the range of the amount")
    times = Text("by what the amount is multiplied: a number, or percents, such as a share that is allocated")
    over = Text("by what the amount is divided: a number, or a time of life, of which the years count")
    basis = Text("where the amount comes from: measured, published, derived, assumed")
    note = Names("columns whose words become the note of the amount")


class Always(Record):
    """What holds for every row that says nothing else."""

    item = Text("the item under which packs have factors")
    unit = Text("the unit of the amount")
    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage", choices=STAGES)
    region = Text("the region of the factor")
    basis = Text("where the amounts come from", choices=tuple(BASES))
    note = Words(NOTE)


class Line(Record):
    """One of the activities that each row is: its own columns, and what holds for it, over those of the map."""

    columns = One(Columns, "columns of this activity alone", required=True)
    always = One(Always, "what holds for this activity in every row")


class Values(Record):
    """What the words of the table stand for, field by field."""

    item = Aliases("items by the words of the table, as in {Serveur: server}")
    unit = Aliases("units, as in {pièce: device, kWh/an: kWh}")
    tier = Aliases("tiers, as in {Réseau: network}")
    phase = Aliases("AI phases")
    stage = Aliases("life-cycle stages, as in {Fabrication: manufacture}")
    region = Aliases("regions, as in {France: FRA}")
    basis = Aliases("bases, as in {Facture: measured}")
    amount = Aliases("words in place of numbers, as in {n/a: ''} for a row without an amount")
    criterion = Aliases("criteria, for factors, as in {Changement climatique: GWP}")


class OnlyWhere(Field):
    """Rows that count: for each column the word that stands in it, or one of several."""

    kind = "words by column"

    def read(self, record: Record, at: Located, path: Path) -> Dict[str, tuple[str, ...]]:
        return {
            column: tuple(record.reader.text(item, joined((*path, column))) for item in items(child))
            for column, child in record.reader.mapping(at, joined(path)).items()
        }

    def absent(self, record: Record) -> Dict[str, tuple[str, ...]]:
        return {}


class Trace(Record):
    """A trace of power: which column, or which key of a JSON object with points between keys, says what."""

    time = Text("the time of a reading", required=True)
    power = Text("the power at that time")
    energy = Text("the energy since the reading before")
    counter = Text("the energy since the meter began, which rises until it begins anew")
    unit = Text("the unit of power or energy; W or J where absent")
    device = Names("what tells one device from another; all are one where absent")
    only = OnlyWhere("the rows that count, as in {metric: node_power} or {zone: [package, dram]}")
    rivals = tuple(
        Rivals((one,), (other,), "what was measured", "one of power, energy and counter")
        for one, other in (("power", "energy"), ("power", "counter"), ("energy", "counter"))
    )

    def check(self) -> None:
        super().check()
        if not any(self.has(name) for name in ("power", "energy", "counter")):
            hint = "power: the column of it; or energy, or counter"
            self.reader.report(Problem("a trace says neither a power nor an energy", (self.span,), hint))


class LogColumns(Record):
    """Which column of a log is what; in JSON, keys inside one another stand with points between."""

    model = Text("the model", required=True)
    provider = Text("who serves it")
    region = Text("where it is answered")
    input_tokens = Text("the tokens put in")
    cache_write_tokens = Text("the tokens written to a cache")
    cache_read_tokens = Text("the tokens read from a cache")
    reasoning_tokens = Text("the tokens of reasoning")
    output_tokens = Text("the tokens put out", required=True)
    latency = Text("how long the request took")
    time = Text("when it began")
    id = Text("what rows of one request have in common; without it, every row is a request")


class Meant(Field):
    """What words of a log stand for in packs."""

    kind = "words by word"

    def read(self, record: Record, at: Located, path: Path) -> Dict[str, str]:
        children = record.reader.mapping(at, joined(path)).items()
        return {word: record.reader.text(child, joined((*path, word))) for word, child in children}

    def absent(self, record: Record) -> Dict[str, str]:
        return {}


class Log(Record):
    """A log of requests: which column says what, and what models and regions are called in packs."""

    columns = One(LogColumns, "which column is what; not needed where the format is known")
    inside = Names("classes that are inside another one: cache, of the input, and reasoning, of the output")
    latency_unit = Text("the unit of the latency", default="s")
    only = OnlyWhere("the rows that are requests to be priced, as in {status: [ok, done]}")
    models = Meant("models as packs call them, by the words of the log, as in {chat-prod: openai/gpt-4o}")
    regions = Meant("regions as packs call them, by the words of the log, as in {eu-west-3: FRA}")

    def check(self) -> None:
        super().check()
        for name in self.inside:
            if name not in INSIDE:
                hint = near(name, INSIDE, f"classes: {', '.join(INSIDE)}")
                span = entries(self.tree)["inside"].span
                self.reader.report(Problem(f"'{shortened(name)}' is inside no other class", (span,), hint))


class SheetTotal(Record):
    """A total of the table that the study should come to: it becomes an expectation."""

    row = Text("the words with which its row begins, or the number of the row", required=True)
    column = Text("the column that it stands in, by head or letter", required=True)
    unit = Text("its unit, where neither head nor cell says it")
    of = Text("the functional unit; the only one where absent")
    criterion = Text("the criterion that it is by")
    flow = Text("the flow that it is an amount of, such as electricity")
    where = One(Where, "which lines it sums; all where absent")
    within = Text("tolerance, relative to the total, as in 1 %; half of the last digit where absent")
    title = Words("what it is in words")


class Mapping(Record):
    """What the columns and words of a table mean."""

    title = Words("what the map is of")
    sheet = Text("the sheet of a workbook that is meant; --sheet says so as well")
    head = Rows("the row of the head, or the first and last one, as in 4..5; looked for where absent")
    decimal = Text("the sign before decimals in numbers that are text", choices=("comma", "point"))
    columns = One(Columns, "which column is which field of an activity")
    lines = Each(Line, "the activities that each row is, where it is several: making and using, for instance")
    always = One(Always, "what holds for every row that says nothing else")
    values = One(Values, "what the words of the table stand for")
    sections = Text("the field that a row of words alone gives to the rows below it", choices=NAMED)
    down = Names("fields whose words hold until other words stand in their column: tier, phase, stage, region")
    total_rows = Beginnings(
        "words with which rows of totals begin, beside total, sous-total, subtotal, somme, sum, summe; "
        "[] where none are totals but those that totals names"
    )
    skip = Names("rows that are left out, by the words with which they begin, or by number, as in 4 or 4..5")
    totals = Each(SheetTotal, "totals of the table that the study should come to")
    trace = One(Trace, "of a trace of power: which column says what")
    log = One(Log, "of a log of requests: which column says what")
    scenario = Field("the rest of the scenario, as scenarios have it: study and functional_units at least")
    note = Words(NOTE)
    called = "the map"

    def check(self) -> None:
        super().check()
        for name in self.down:
            if name not in NAMED:
                span = entries(self.tree)["down"].span
                hint = near(name, NAMED, f"fields: {', '.join(NAMED)}")
                self.reader.report(Problem(f"'{shortened(name)}' is not taken from above", (span,), hint))


def mapping(tree: Located) -> Mapping:
    """A map, read and tested. Problems where it is not in order."""
    ledger = Ledger({}, Factors((), {}, {}, complete=False))
    made = cast("Mapping", Case(Mapping, ledger, tree, CaseKey("", None), {}).study)
    made.check()
    if ledger.problems:
        raise gathered(ledger.problems)
    return made
