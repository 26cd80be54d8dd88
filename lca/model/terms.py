"""Terms of the grid that a study fills: tiers, AI phases, life-cycle stages (ISO 14040; Berthelot et al. 2024)."""

TIERS = ("terminals", "network", "data centre")
PHASES = ("data", "training", "inference", "access")
STAGES = ("manufacture", "distribution", "use", "end of life", "embodied", "all")  # the last two hold several
EMBODIED = ("manufacture", "distribution", "end of life", "embodied")
METERED = "where the energy was metered: `site` where it holds the PUE already; at the equipment where absent"
METERS = ("site", "equipment")
BASES = LOCATION, MARKET = ("location-based", "market-based")  # GHG Protocol Scope 2 Guidance (2015), section 7.1
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
