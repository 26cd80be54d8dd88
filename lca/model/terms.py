"""Terms of the grid that a study fills: tiers, AI phases, life-cycle stages (ISO 14040; Berthelot et al. 2024)."""

TIERS = ("terminals", "network", "data centre")
PHASES = ("data", "training", "inference", "access")
STAGES = ("manufacture", "distribution", "use", "end of life", "embodied")
EMBODIED = ("manufacture", "distribution", "end of life", "embodied")
NOTE = "anything a reader should know"
