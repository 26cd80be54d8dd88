"""Terms of the grid that a study fills: tiers, AI phases, life-cycle stages (ISO 14040; Berthelot et al. 2024)."""

TIERS = ("terminals", "network", "data centre")
PHASES = ("data", "training", "inference", "access")
STAGES = ("manufacture", "distribution", "use", "end of life", "embodied", "all")  # the last two hold several
EMBODIED = ("manufacture", "distribution", "end of life", "embodied")
METERED = "where the energy was metered: `site` where it holds the PUE already; at the equipment where absent"
METERS = ("site", "equipment")
BASES = LOCATION, MARKET = ("location-based", "market-based")  # GHG Protocol Scope 2 Guidance (2015), section 7.1
CONTROL = "control"
CONTROL_DOC = (
    "whose it is, seen by the organisation that reports by GHG scopes; by default sites are purchased, the rest others'"
)
CONTROLS = ("own", "rented", "let", "sold", "purchased", "others")
SCOPES = ("scope 1", "scope 2", "scope 3", "no scope", "not of the protocol")
CATEGORIES = {  # of the GHG Protocol: the Corporate Standard (2004), chapter 4; the Scope 3 Standard (2011), Table 5.4
    "1": "direct emissions",
    "2": "purchased electricity",
    "3.1": "purchased goods and services",
    "3.2": "capital goods",
    "3.3": "fuel- and energy-related activities",
    "3.4": "upstream transportation and distribution",
    "3.5": "waste generated in operations",
    "3.6": "business travel",
    "3.7": "employee commuting",
    "3.8": "upstream leased assets",
    "3.9": "downstream transportation and distribution",
    "3.10": "processing of sold products",
    "3.11": "use of sold products",
    "3.12": "end-of-life treatment of sold products",
    "3.13": "downstream leased assets",
    "3.14": "franchises",
    "3.15": "investments",
}
NOTE = "anything a reader should know"


def holds(of_figure: str, stage: str) -> bool:
    """Whether a figure for a stage holds another, or a part of it: `embodied` is all but use, `all` is every stage.

    >>> holds("embodied", "manufacture"), holds("embodied", "use")
    (True, False)
    """
    return of_figure in (stage, "all") or ("embodied" in (of_figure, stage) and {of_figure, stage} <= {*EMBODIED})


def overlap(stage: str, other: str) -> bool:
    """Whether figures for two stages would count something twice: one holds the other, or a part of it.

    >>> overlap("manufacture", "all"), overlap("manufacture", "use")
    (True, False)
    """
    return holds(stage, other) or holds(other, stage)
