"""Start-up: the wall time of whole commands over that of a Python that does nothing."""

from __future__ import annotations

from bench.measure import Row, in_turns, process

RUN = 15
HELP = 10
COMMAND = "from lca.cli import main; main()"


def rows() -> list[Row]:
    """The measurements of this file."""
    floor, run, help_ = in_turns(
        [
            process("-c", "pass"),
            process("-c", COMMAND, "run", "scenarios/stable_diffusion.yaml"),
            process("-c", COMMAND, "--help"),
        ],
        rounds=15,
    )
    return [
        Row("lca run scenarios/stable_diffusion.yaml / python -c pass", run / floor, RUN, detail=f"{run * 1e3:.0f} ms"),
        Row("lca --help / python -c pass", help_ / floor, HELP, detail=f"{help_ * 1e3:.0f} ms"),
    ]
