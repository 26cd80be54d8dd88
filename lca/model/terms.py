"""Terms of the grid that a study fills: tiers, AI phases, life-cycle stages (ISO 14040; Berthelot et al. 2024)."""

from __future__ import annotations

from lca.spoken import N_

TIERS = (N_("terminals"), N_("network"), N_("data centre"))
PHASES = (N_("data"), N_("training"), N_("inference"), N_("access"))
STAGES = (  # the last two hold several
    N_("manufacture"), N_("distribution"), N_("use"), N_("end of life"), N_("embodied"), N_("all"),
)  # fmt: skip
EMBODIED = ("manufacture", "distribution", "end of life", "embodied")
METERED = "where the energy was metered: `site` where it holds the PUE already; at the equipment where absent"
METERS = ("site", "equipment")
BASES = LOCATION, MARKET = (
    N_("location-based"),
    N_("market-based"),
)  # GHG Protocol Scope 2 Guidance (2015), section 7.1
CONTROL = "control"
CONTROL_DOC = (
    "whose it is, seen by the organisation that reports by GHG scopes; by default sites are purchased, the rest others'"
)
CONTROLS = (N_("own"), N_("rented"), N_("let"), N_("sold"), N_("purchased"), N_("others"))
SCOPES = (N_("scope 1"), N_("scope 2"), N_("scope 3"), N_("no scope"), N_("not of the protocol"))
CATEGORIES = {  # of the GHG Protocol: the Corporate Standard (2004), chapter 4; the Scope 3 Standard (2011), Table 5.4
    "1": N_("direct emissions"),
    "2": N_("purchased electricity"),
    "3.1": N_("purchased goods and services"),
    "3.2": N_("capital goods"),
    "3.3": N_("fuel- and energy-related activities"),
    "3.4": N_("upstream transportation and distribution"),
    "3.5": N_("waste generated in operations"),
    "3.6": N_("business travel"),
    "3.7": N_("employee commuting"),
    "3.8": N_("upstream leased assets"),
    "3.9": N_("downstream transportation and distribution"),
    "3.10": N_("processing of sold products"),
    "3.11": N_("use of sold products"),
    "3.12": N_("end-of-life treatment of sold products"),
    "3.13": N_("downstream leased assets"),
    "3.14": N_("franchises"),
    "3.15": N_("investments"),
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
