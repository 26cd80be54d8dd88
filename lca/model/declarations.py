"""Declarations: what a scenario says besides its blocks. Terms follow ISO 14040/14044 and the PEF."""

from __future__ import annotations

from typing import ClassVar

from lca import units
from lca.graph import Node
from lca.model.criteria import market_key
from lca.model.fields import (
    MOST_LISTED,
    ByLanguage,
    Each,
    Field,
    Listed,
    Mix,
    Names,
    One,
    Profiled,
    Quantities,
    Quantity,
    Record,
    Rivals,
    Text,
    Title,
    Truth,
    Whole,
    Words,
    Year,
    YearSpan,
    by_path,
    held,
    renamed,
)
from lca.model.goal import ATTRIBUTIONAL, MODELLING, Alternative, Goal, Indirect, Requirement, Review
from lca.model.ledger import Taken
from lca.model.reader import Broken
from lca.model.terms import CONTROL_DOC, CONTROLS, NOTE, PHASES, STAGES, TIERS
from lca.model.years import PER_YEAR
from lca.problems import Problem, near, shortened
from lca.spoken import N_
from lca.text.documents import Located
from lca.text.overlay import Path, entries, find, items, joined, mixed, split, words_under
from lca.wording import some


class Proxy(Record):
    """A criterion for which some part has no factor, taken from another criterion's factor."""

    entry_name = "criterion"
    criterion = Text("the criterion that has no factor", required=True)
    from_ = Text("the criterion whose factor stands in", required=True)
    for_ = Text("the tier, phase or item that it is for", required=True)
    reason = Words("why this is the best there is", required=True)


class StandIn(Record):
    """A region, a year, a provider or a thing that stands in for one of which the packs have nothing."""

    entry_name = "asked"
    asked = Text("the region, year, years, provider or item of which the packs have nothing", required=True)
    used = Text("the one that stands in for it", required=True)
    for_ = Text("the tier, phase or item that it is for", required=True)
    reason = Words("why this is the best there is", required=True)


class Gap(Record):
    """A part that is not assessed for a criterion, or not at all."""

    entry_name = "item"
    item = Text("the item that is left out; '*' for every item of the tier or phase")
    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage", choices=STAGES)
    region = Text("the region; all where it is absent")
    criterion = Text("the criterion; all where it is absent")
    reason = Words("why", required=True)

    def check(self) -> None:
        super().check()
        if not any(self.has(name) for name in ("item", "tier", "phase", "stage", "criterion")):
            self.reader.report(self.missing(self.fields["item"], "say what is left out; '*' for every item"))


class Outside(Record):
    """A cell of the scope grid that the study leaves out on purpose, or an item of a cell that it counts otherwise."""

    item = Text("what is left out of it in words, where other parts of it are counted")
    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage", choices=STAGES)
    impacts = Text("the kind of impact", choices=("direct", "indirect"))
    reason = Words("why", required=True)


class Cited(Record):
    """A source of the scenario's own."""

    authors = Words("who wrote it")
    title = Words("its title", required=True)
    container = Text("the journal, proceedings or site")
    year = Text("the year")
    locator = Text("DOI or address")
    licence = Text("the licence")
    accessed = Text("when it was read")
    note = Words(NOTE)


class MarkedRange(Record):
    """A range of an input that its figures mark, such as what others have measured."""

    entry_name = "input"
    input = Text("the path of the input", required=True)
    from_ = Text("where the range begins, with its unit", required=True)
    to = Text("where it ends", required=True)
    text = Text("what it is, as the figure says it", required=True)
    source = Text("the key of the source")
    at = Text("page or table")
    via = Text("the text in which the source was read at second hand")
    note = Words(NOTE)


class Control(Record):
    """An input that the living report lets its readers move."""

    entry_name = "input"
    input = Text("the path of the input", required=True)
    label = ByLanguage("what it is called there: words, or words by language, as in {en: Time, fr: Temps}")


class OwnUnits(Names):
    """Things that the scenario counts in: each is a unit and a dimension of its own, and means nothing elsewhere."""

    def read(self, record: Record, at: Located, path: Path) -> tuple[str, ...]:
        names = super().read(record, at, path)
        if len(names) > units.MOST_OWN:
            message = f"{len(names)} units of the scenario's own"
            record.reader.fail(Problem(message, (at.span,), f"at most {units.MOST_OWN}"))
        for item in items(at):
            refused = units.refused_own(str(item.value), frozenset(names))
            if refused is not None:
                record.reader.report(Problem(refused.message, (item.span,), refused.hint))
        return names


def own_units(tree: Located) -> units.Own:
    """The units of its own that a scenario declares, of those that can be."""
    return units.own_of(item.value for item in items(entries(tree).get("units")) if isinstance(item.value, str))


class Together(Record):
    """Inputs that go together: one random number for all, each at the same quantile of its own law."""

    entry_name = "inputs"
    inputs = Names("the paths of the inputs, two or more", required=True)
    reason = Words("why they go together", required=True)


class Independent(Record):
    """An input that is drawn anew in each variant, also where the variants have its value in common."""

    entry_name = "input"
    input = Text("the path of the input", required=True)
    reason = Words("why it says nothing of one variant what it is in another", required=True)


class About(Record):
    """What is assessed, by which criteria and factors."""

    title = Title("what the study is called")
    base = Title("what the case without a variant is called; base where absent")
    authors = Words("who made the study")
    date = Words("when")
    version = Words("which version of the study")
    criteria = held(Names("the criteria, in the order of the tables", required=True))
    packs = renamed(Names("factor packs, in order of preference"), "factors")
    goal = held(One(Goal, "why the study is made, for whom and for what"))
    review = held(One(Review, "the critical review"))
    modelling = held(Text("the modelling of the system", default=ATTRIBUTIONAL, choices=MODELLING))
    cut_off = Words("the rule by which inputs and outputs are left out as too small")
    alternatives = held(Listed(Alternative, "allocations that were considered and not chosen"))
    quality = held(One(Requirement, "what is required of factors"))
    proxies = Listed(Proxy, "criteria taken from another criterion's factors")
    stand_ins = Listed(StandIn, "regions, years, providers and items in place of which others are taken")
    not_assessed = Listed(Gap, "what is left out for want of a factor")
    out_of_scope = Listed(Outside, "what the study leaves out on purpose")
    indirect = held(Each(Indirect, "effects beyond the service, beside the figures and in none"))
    sources = held(Each(Cited, "sources that the shipped list does not have"))
    together = held(Listed(Together, "inputs that go together: one draw for all"))
    independent = held(Listed(Independent, "inputs that have a draw of their own in each variant"))
    bands = Listed(MarkedRange, "ranges of inputs that figures mark")
    controls = Listed(Control, "inputs that the report lets its readers move, in its order; else those of most reach")
    note = Words(NOTE)


class FunctionalUnit(Record):
    """What the impacts are for, and the reference flows that it demands."""

    title = Title("what it is in words")
    demand = Quantities(
        "",
        "reference flows: visits, prompts, …, or a table of them, as demand.csv; a unit of training alone needs none",
        low=0,
        table=True,
    )
    year = Year("the year of the factors; the newest where absent")
    years = YearSpan("in place of `year`, the first and the last, as in 2024..2030: one result a year, and their sum")
    rates = Quantities(
        PER_YEAR, "changes of numbers a year, by their paths, as in inference.energy: -15 %/year", low=-100
    )
    sum_of = held(Names("functional units that this one adds up"))
    note = Words(NOTE)

    def check(self) -> None:
        super().check()
        if self.has("rates") and not self.has("years"):
            hint = f"say over which: {joined(self.path)}.years: 2024..2030, in place of year"
            message = f"{joined(self.path)} has rates and no years"
            self.reader.report(Problem(message, (entries(self.tree)["rates"].key_span,), hint))
        paths: dict[object, Located] = {}
        for key, at in entries(entries(self.tree).get("rates")).items():
            self._check_rate(key, at, paths)

    def _check_rate(self, key: str, at: Located, paths: dict[object, Located]) -> None:
        """Report a rate that changes no quantity of the demand or of a block, or one that has a rate already."""
        try:
            path = self.reader.context.whole(split(key))
            self.reader.context.named(split(key))
        except LookupError as error:
            self.reader.report(Problem(error.args[0], (at.key_span,), error.args[1]))
            return
        except Broken:
            return
        if path[0] not in self.overlaid and path[:-1] != (*self.path, "demand"):
            hint = f"rates are of the demand, as in demand.prompts, and of {', '.join(self.overlaid)}"
            self.reader.report(Problem(f"a rate cannot change {joined(path)}", (at.key_span,), hint))
        elif paths.setdefault(path, at) is not at:
            self.reader.report(
                Problem(f"{joined(path)} has two rates", (at.key_span, paths[path].key_span), "keep one of the two")
            )


class Placed(Mix):
    """A mix of regions; where absent, the region in which packs have the zone of a record's provider."""

    def absent(self, record: Record) -> tuple[tuple[str, None], ...] | None:
        return record.placed() if isinstance(record, Site) else None


class Site(Record):
    """A place where servers stand."""

    region = Placed("the region of its electricity, or a mix of regions; that of its zone where absent")
    pue = Quantity(
        "1",
        "power usage effectiveness: electricity of the site over that of its IT equipment (ISO/IEC 30134-2)",
        low=1,
        high=10,
        profile=True,
    )
    wue = Quantity(
        "L/kWh",
        "water usage effectiveness: water that the site takes for the electricity of its IT equipment "
        "(ISO/IEC 30134-9)",
        low=0,
        profile=True,
    )
    provider = Profiled("the item under which packs have the site's PUE and WUE", "pue", "wue")
    zone = Text("the provider's own name of the place, such as eu-west-1: its PUE and WUE are taken")
    supply = Mix(
        "what its electricity is bought as, or a mix: contracts and residual mixes, each a region of electricity "
        "factors. Results are then given location-based and market-based "
        "(GHG Protocol Scope 2 Guidance 2015, section 7.1)"
    )
    building = Text("the item under which packs have building and cooling, for a kWh of the IT equipment")
    control = Text(CONTROL_DOC, choices=CONTROLS)
    note = Words(NOTE)

    def item(self) -> str:
        return str(self.provider)

    def region_of_profile(self) -> str:
        return str(self.zone) or super().region_of_profile()

    def profile(self, field: Quantity) -> Node | None:
        node = super().profile(field)
        leaves = () if node is None else self.reader.graph.leaves(node.index)  # it may have a rate beside it
        origin = next((leaf.origin for leaf in leaves if leaf.origin is not None), None)
        if node is not None and self.zone and origin is not None and not origin.region:
            words = N_(
                "the figure of {provider} as a whole, since {pack} has none for {zone}", provider=self.provider,
                pack=origin.pack, zone=self.zone,
            )  # fmt: skip
            path = joined((*self.path, field.name))
            self.reader.ledger.facts.taken[Taken(path, words, self.span, node.index)] = None
        return node

    def placed(self) -> tuple[tuple[str, None], ...] | None:
        """The region of its zone, by a pack; None without a zone. Broken where no pack has the zone, or places it."""
        if not self.zone:
            return None
        self._check_zone()
        region, pack = self.reader.ledger.packs.zones(self.item()).get(self.zone, ("", ""))
        if not region:
            why = f"no pack of the study says in which region {self.provider} {self.zone} is: state it"
            self.reader.fail(self.missing(self.fields["region"], why))
        words = N_(
            "{region}, where {pack} has {provider} {zone}",
            region=region,
            pack=pack,
            provider=self.provider,
            zone=self.zone,
        )
        self.reader.ledger.facts.taken[Taken(joined((*self.path, "region")), words, self.span)] = None
        return ((region, None),)

    def check(self) -> None:
        super().check()
        for test in (self._check_zone, lambda: self.need("region"), self._check_supply):
            self.reader.attempt(test, self.span)

    def _check_zone(self) -> None:
        """Report a zone that is nobody's, or that no pack has for the provider. Broken then."""
        if not self.zone:
            return
        if not self.provider:
            self.reader.fail(self.missing(self.fields["provider"], "a zone is that of a provider: name it"))
        packs, item = self.reader.ledger.packs, self.item()
        known = sorted({*packs.zones(item), *packs.places_of(item, "pue"), *packs.places_of(item, "wue")} - {""})
        if packs.complete and self.zone not in known and item in {*packs.having("pue"), *packs.having("wue")}:
            listed = f"zones: {some(known, MOST_LISTED)}" if known else "take it out: no pack has its zones"
            span = entries(self.tree)["zone"].span
            self.reader.fail(
                Problem(f"{item} has no zone '{shortened(self.zone)}'", (span,), near(self.zone, known, listed))
            )

    def _check_supply(self) -> None:
        """Report contracts that no pack, and no factor of the study's own, has electricity of."""
        packs, named = self.reader.ledger.packs, mixed(entries(self.tree).get("supply"))
        own = [entries(each).get("region") for each in entries(find(self.top.tree, ("factors",))).values()]
        known = packs.places_with("electricity") if named and packs.complete else []
        known += [region.value for region in own if region is not None and isinstance(region.value, str)]
        for name, span in named.items() if packs.complete and not self._leaves_out_contracts() else ():
            if name not in [*known, *words_under(self.top.tree, ("study", "stand_ins"), "asked")]:
                ways = f"give it a factor of your own: factors: {{{shortened(name)}: {{item: electricity, region: …}}}}"
                hint = near(name, known, ways)
                self.reader.report(Problem(f"no factor of electricity bought as '{shortened(name)}'", (span,), hint))

    def _leaves_out_contracts(self) -> bool:
        """Whether the study says of what is market-based alone that it is not assessed."""
        markets = {market_key(key) for key in self.reader.ledger.packs.criteria}
        return not markets.isdisjoint(words_under(self.top.tree, ("study", "not_assessed"), "criterion"))


class Where(Record):
    """Which lines of a result are meant."""

    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage; `embodied` for all but use, `all` for figures of every stage", choices=STAGES)
    item = Text("the item")
    flow = Text("the flow, such as electricity or water; alone, without a criterion, it is the amount of that flow")


class Selector(Record):
    """One figure of a result, or a quantity of a case."""

    of = Text("the functional unit", required=True)
    variant = Text("the variant; the base case where absent")
    criterion = Text("the criterion")
    flow = Text("a flow in place of a criterion, such as electricity")
    quantity = Text(
        "a quantity in place of a criterion: a path or name as formulas have it, or as `lca explain` prints it"
    )
    where = One(Where, "which lines are summed; all where absent")
    times = Quantity("1", "a factor on the figure, for comparisons", above=0)
    given = by_path(Quantities("", "inputs set to other values for this figure alone, by path"))
    normalised = Text("a set of normalisation factors, such as EF3.1: the figure in person-equivalents, person*year")
    weighted = Text("a set of weights: normalised and weighted, of all criteria of the study where none is named")
    statistic = Text(
        "of its samples in place of the figure: mean, median, sd, low and high (2.5 and 97.5 %), or p5, p95, …"
    )
    rivals: ClassVar[tuple[Rivals, ...]] = (
        Rivals(("flow",), ("where", "flow"), "its flow", "the lines of a flow have no other"),
        Rivals(("normalised",), ("weighted",), "its set", "what is weighted is normalised"),
    )


Selector.fields["over"] = One(Selector, "the figure that it is divided by")
Selector.fields["over"].name = "over"
SAMPLES = 100_000  # as many as `lca uncertainty` takes
DIGITS = 15  # that a float holds of any number


class Expectation(Selector):
    """What a figure should be, and who says so."""

    title = Title("the finding in words")
    value = Field("the figure as printed")
    within = Quantity("1", "tolerance, relative to the printed figure", low=0, high=1)
    digits = Whole("how many digits of the value are printed, where zeros at its end are digits too", 1, DIGITS)
    at_least = Field("a lower bound")
    at_most = Field("an upper bound")
    below = One(Selector, "a figure that is larger")
    samples = Whole("how many samples a statistic is of", 100, default=SAMPLES)
    seed = Whole("where the random numbers of a statistic start", 0, default=0)
    basis = Text("`published`, `derived` for an invariant of our own, or `target` for a budget")
    source = Text("the key of the source")
    at = Text("page or table")
    via = Text("the text in which the source was read at second hand")
    known_gap = Text("why the figure is known to be missed")
    note = Words(NOTE)
    rivals = (
        *Selector.rivals,
        Rivals(("within",), ("digits",), "its tolerance", "half of the last digit is a tolerance"),
    )


class Variant(Record):
    """What the paper calls a scenario: the base case with some values changed."""

    title = Title("what it is in words")
    with_ = by_path(Field("a mapping of paths to values", required=True))
    over = Truth("whether it may override what a functional unit sets")
    note = Words(NOTE)
