"""The blocks of a scenario. Terms follow ISO 14040/14044, the PEF and Berthelot et al. (2024)."""

from __future__ import annotations

from lca.model.fields import (
    Each,
    Field,
    Listed,
    Mix,
    Names,
    One,
    OneOrEach,
    Quantities,
    Quantity,
    Record,
    Text,
    Truth,
    Year,
)

TIERS = ("terminals", "network", "data centre")
PHASES = ("data", "training", "inference", "access")
STAGES = ("manufacture", "distribution", "use", "end of life", "embodied")
EMBODIED = ("manufacture", "distribution", "end of life", "embodied")
NOTE = "anything a reader should know"
SHARE_BY = ("time", "requests", "revenue")


class Proxy(Record):
    """A criterion for which some part has no factor, taken from another criterion's factor."""

    entry_name = "criterion"
    criterion = Text("the criterion that has no factor", required=True)
    from_ = Text("the criterion whose factor stands in", required=True)
    for_ = Text("the tier, phase or item that it is for", required=True)
    reason = Text("why this is the best there is", required=True)


class Gap(Record):
    """A part that is not assessed for a criterion, or not at all."""

    entry_name = "item"
    item = Text("the item that is left out; '*' for every item of the tier or phase")
    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage", choices=STAGES)
    criterion = Text("the criterion; all where it is absent")
    reason = Text("why", required=True)

    def check(self) -> None:
        super().check()
        if not any(self.has(name) for name in ("item", "tier", "phase", "stage", "criterion")):
            self.scope.report(self.missing(self.fields["item"], "say what is left out; '*' for every item"))


class Outside(Record):
    """A cell of the scope grid that the study leaves out on purpose."""

    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage", choices=STAGES)
    impacts = Text("the kind of impact", choices=("direct", "indirect"))
    reason = Text("why", required=True)


class Cited(Record):
    """A source of the scenario's own."""

    authors = Text("who wrote it")
    title = Text("its title", required=True)
    container = Text("the journal, proceedings or site")
    year = Text("the year")
    locator = Text("DOI or address")
    licence = Text("the licence")
    accessed = Text("when it was read")
    note = Text(NOTE)


class Band(Record):
    """A range of an input that its figures mark, such as what others have measured."""

    entry_name = "input"
    input = Text("the path of the input", required=True)
    from_ = Text("where the range begins, with its unit", required=True)
    to = Text("where it ends", required=True)
    text = Text("what it is, as the figure says it", required=True)
    source = Text("the key of the source")
    at = Text("page or table")
    via = Text("the text in which the source was read at second hand")
    note = Text(NOTE)


class About(Record):
    """What is assessed, by which criteria and factors."""

    title = Text("what the study is called")
    base = Text("what the case without a variant is called", default="base")
    authors = Text("who made the study")
    date = Text("when")
    version = Text("which version of the study")
    criteria = Names("the criteria, in the order of the tables", required=True)
    factors = Names("factor packs, in order of preference", required=True)
    proxies = Listed(Proxy, "criteria taken from another criterion's factors")
    not_assessed = Listed(Gap, "what is left out for want of a factor")
    out_of_scope = Listed(Outside, "what the study leaves out on purpose")
    sources = Each(Cited, "sources that the shipped list does not have")
    bands = Listed(Band, "ranges of inputs that figures mark")
    note = Text(NOTE)


class FunctionalUnit(Record):
    """What the impacts are for, and the reference flows that it demands."""

    title = Text("what it is in words")
    demand = Quantities("", "reference flows: visits, prompts, …", low=0)
    year = Year("the year of the factors; the newest where absent")
    sum_of = Names("functional units that this one adds up")
    note = Text(NOTE)

    def check(self) -> None:
        super().check()
        if not self.has("demand") and not self.has("sum_of"):
            self.scope.report(self.missing(self.fields["demand"]))


class Site(Record):
    """A place where servers stand."""

    region = Mix("the region of its electricity, or a mix of regions", required=True)
    pue = Quantity(
        "1",
        "power usage effectiveness: electricity of the site over that of its IT equipment (ISO/IEC 30134-2)",
        low=1,
        high=10,
        profile=True,
    )
    provider = Text("the item under which packs have the site's PUE")
    note = Text(NOTE)

    def item(self) -> str:
        return str(self.provider)


class Accessory(Record):
    """A device used together with another, such as the monitor of a desktop."""

    device = Text("the item under which packs have its factors; the name where absent")
    count = Quantity("1", "how many of them", low=0)
    power = Quantity("W", "electric power in use", low=0, profile=True, required=True)
    lifetime = Quantity("year", "years from purchase to replacement", above=0, profile=True, required=True)
    daily_use = Quantity("h/day", "hours a day in use, for all purposes", above=0, high=24, profile=True, required=True)
    note = Text(NOTE)

    def item(self) -> str:
        return str(self.device) or self.name


class Device(Accessory):
    """A kind of terminal."""

    share = Quantity("1", "share of the time of use", low=0, high=1, group=True, required=True)
    accessories = Each(Accessory, "devices used together with it")


class Terminals(Record):
    """The users' devices: what they use while the service is used, and the share of their making that this consumes."""

    region = Mix("the users' region, or a mix of regions", required=True)
    time = Quantity("h", "time of use", per_work=True, low=0, required=True)
    devices = Each(Device, "kinds of devices", total="share", required=True)
    note = Text(NOTE)


class Link(Record):
    """A kind of network."""

    share = Quantity("1", "share of the data", low=0, high=1, group=True, required=True)
    energy = Quantity("kWh/GB", "electricity of the network", low=0, profile=True)
    equipment = Text("the item under which packs have a factor per GB")
    note = Text(NOTE)

    def item(self) -> str:
        return self.equipment or self.name


class Network(Record):
    """The networks between the users and the site."""

    region = Mix("the region of the networks' electricity, or a mix of regions", required=True)
    data = Quantity("GB", "data transferred", per_work=True, low=0, required=True)
    links = Each(Link, "kinds of networks", total="share", required=True)
    note = Text(NOTE)


class Server(Record):
    """The equipment, of which the service takes a share for a time."""

    device = Text("the item under which packs have its factors", required=True)
    share = Quantity("1", "share of one device while it works, such as one GPU of eight", above=0)
    time = Quantity("h", "time that a unit of work takes", per_work=True, low=0)
    power = Quantity("W", "electric power of the whole device while it works, where no energy was measured", low=0)
    lifetime = Quantity("year", "years from purchase to replacement", above=0, required=True)
    aur = Quantity(
        "1",
        "active utilization rate: share of its lifetime that the device is actively used "
        "(Berthelot et al. 2024, p. 709)",
        above=0,
        high=1,
    )
    note = Text(NOTE)


class Fleet(Record):
    """Capacity in place of a measurement: the servers of a period, and what they served in it."""

    servers = Quantity("server", "servers in place", above=0, required=True)
    period = Quantity("year", "for how long", above=0, required=True)
    energy = Quantity("kWh", "electricity of all of them over the period", low=0)
    power = Quantity("W/server", "mean electric power of one, where no energy is known", low=0)
    serves = Quantity(
        "", "work that this service did on them in the period, such as 75e6 visit", above=0, required=True
    )
    share = Quantity("1", "share of the fleet that is this service's", above=0, high=1)
    share_by = Text("what the share is by", choices=SHARE_BY)
    note = Text(NOTE)

    def check(self) -> None:
        super().check()
        if self.has("share") and not self.has("share_by"):
            hint = f"share_by: {', '.join(SHARE_BY[:-1])} or {SHARE_BY[-1]}"
            self.scope.report(self.missing(self.fields["share_by"], f"say what the share is by; {hint}"))


class Service(Record):
    """Servers that answer: web hosting or inference."""

    site = Text("the name of the site", required=True)
    images = Quantity("image", "images for a unit of the demand", per_work=True, low=0)
    tokens = Quantity("token", "tokens for a unit of the demand", per_work=True, low=0)
    energy = Quantity("kWh", "measured electricity while active", per_work=True, low=0)
    idle_power = Quantity("1", "power while idle, as a share of the active power", low=0, high=1)
    server = One(Server, "the equipment")
    fleet = One(Fleet, "capacity in place of a measurement")
    note = Text(NOTE)


class Storage(Record):
    """Data kept: what the service stores, for how long, on what."""

    site = Text("the name of the site", required=True)
    data = Quantity("GB", "data stored", per_work=True, low=0, required=True)
    kept = Quantity("year", "how long they are kept", above=0, required=True)
    copies = Quantity("1", "copies kept, the first included", low=1)
    energy = Quantity("kWh/GB/year", "electricity of storage", low=0, required=True)
    device = Text("the item under which packs have a factor for the medium")
    density = Quantity("GB/device", "data that one medium holds", above=0)
    lifetime = Quantity("year", "years from purchase to replacement of the medium", above=0)
    note = Text(NOTE)


class Version(Record):
    """A training run."""

    energy = Quantity("kWh", "measured electricity of the run", low=0)
    nodes = Quantity("server", "servers used", low=0)
    duration = Quantity("h", "how long they were used", low=0)
    power = Quantity("W/server", "electric power of one server, where no energy was measured", low=0)
    amortised_over = Quantity("", "uses that share the run, such as 31e6 prompt", above=0)
    note = Text(NOTE)


class Training(Record):
    """The training of the model: which versions count, and whole or shared among uses."""

    site = Text("the name of the site", required=True)
    device = Text("the item under which packs have factors of a server")
    lifetime = Quantity("year", "years from purchase to replacement of a server", above=0)
    aur = Quantity("1", "active utilization rate of the training servers", above=0, high=1)
    idle_power = Quantity("1", "power while idle, as a share of the active power", low=0, high=1)
    allocation = Text(
        "`whole`: all of each run; `per use`: each run over the uses that share it",
        choices=("whole", "per use"),
        default="whole",
    )
    include = Names("the versions that count; all where absent")
    versions = Each(Version, "training runs", required=True)
    note = Text(NOTE)


class Activity(Record):
    """A free line of the inventory, for what no block foresees."""

    entry_name = "item"
    name_ = Text("what to call the line")
    item_ = Text("the item under which packs have factors", required=True)
    tier = Text("the tier", choices=TIERS, required=True)
    phase = Text("the AI phase", choices=PHASES, default="access")
    stage = Text("the life-cycle stage; `embodied` for all but use", choices=STAGES, required=True)
    region = Mix("the region of the factor, where it has one")
    amount = Quantity("", "how much of it, in all or for a unit of the demand", required=True)
    note = Text(NOTE)


class Where(Record):
    """Which lines of a result are meant."""

    tier = Text("the tier", choices=TIERS)
    phase = Text("the AI phase", choices=PHASES)
    stage = Text("the life-cycle stage; `embodied` for all but use", choices=STAGES)
    item = Text("the item")


class Figure(Record):
    """One figure of a result."""

    of = Text("the functional unit", required=True)
    variant = Text("the variant; the base case where absent")
    criterion = Text("the criterion")
    flow = Text("a flow in place of a criterion, such as electricity")
    where = One(Where, "which lines are summed; all where absent")
    times = Quantity("1", "a factor on the figure, for comparisons", above=0)
    given = Quantities("", "inputs set to other values for this figure alone, by path")


Figure.fields["over"] = One(Figure, "the figure that it is divided by")
Figure.fields["over"].name = "over"


class Expectation(Figure):
    """What a figure should be, and who says so."""

    title = Text("the finding in words")
    value = Field("the figure as printed")
    within = Quantity("1", "tolerance, relative to the printed figure", low=0, high=1)
    at_least = Field("a lower bound")
    at_most = Field("an upper bound")
    below = One(Figure, "a figure that is larger")
    basis = Text("`published`, or `derived` for an invariant of our own")
    source = Text("the key of the source")
    at = Text("page or table")
    via = Text("the text in which the source was read at second hand")
    known_gap = Text("why the figure is known to be missed")
    note = Text(NOTE)


class Variant(Record):
    """What the paper calls a scenario: the base case with some values changed."""

    title = Text("what it is in words")
    with_ = Field("a mapping of paths to values", required=True)
    over = Truth("whether it may override what a functional unit sets")
    note = Text(NOTE)


class Study(Record):
    """A scenario with its overlays applied: one functional unit of one variant."""

    study = One(About, "what is assessed, by which criteria and factors", required=True)
    extends = Text("another scenario that this one changes")
    functional_units = Each(FunctionalUnit, "what the impacts are for", required=True)
    parameters = Quantities("", "quantities of the scenario's own, for formulas")
    sites = Each(Site, "places where servers stand")
    terminals = One(Terminals, "the users' devices")
    network = One(Network, "the networks between the users and the site")
    web_hosting = OneOrEach(Service, "servers that serve the pages")
    storage = OneOrEach(Storage, "data kept")
    inference = OneOrEach(Service, "servers that run the model")
    training = One(Training, "the training of the model")
    activities = Listed(Activity, "free lines of the inventory")
    variants = Each(Variant, "what the paper calls scenarios")
    expect = Each(Expectation, "figures that the study should meet")


BLOCKS = (
    "study",
    "parameters",
    "sites",
    "terminals",
    "network",
    "web_hosting",
    "storage",
    "inference",
    "training",
    "activities",
)
