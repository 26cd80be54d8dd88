"""What is printed for people stays within the page, whatever is asked for."""

from __future__ import annotations

import pytest

from tests.command import Lca

PAGE = 80
ALL = "tier,phase,stage,item,flow,region"
COMMANDS = (
    "run stable_diffusion", "run stable_diffusion --variant all -v", f"run stable_diffusion --by {ALL}",
    "run stable_diffusion --normalise EF3.1 --criteria GWP,ADP --weight", "check stable_diffusion",
    "scope stable_diffusion", "account stable_diffusion", "quality stable_diffusion --variant all",
    "uncertainty stable_diffusion -n 500 --variant base,L", f"uncertainty stable_diffusion -n 500 --by {ALL}",
    "sensitivity stable_diffusion --fu FU1", "explain stable_diffusion FU1 GWP", "compare stable_diffusion :L",
    "breakeven stable_diffusion FU2 training=inference --over inference.server.aur",
    "sweep stable_diffusion inference.server.aur=10%,40%", "factors", "factors smartphone", "criteria", "criteria ADPe",
    "units", "units kWh/GB",
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_no_line_is_wider_than_the_page(words: str, lca_: Lca) -> None:
    ran = lca_(*words.split())
    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if len(line) > PAGE] == []
