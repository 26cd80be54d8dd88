"""Bounds on what is held at once, and Ctrl-C: commands that draw say what is too much, and stop when told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lca import samples
from lca.problems import Problems
from tests.bench_pack import swapped
from tests.command import Lca

STUDY = "stable_diffusion"
PATIENCE = 2.0  # seconds: an idle machine takes a hundredth of one
MANY = range(100)
SUM = f"""\
study: {{criteria: [GWP], packs: [boavizta-2023-11]}}
functional_units: {{one: {{demand: {{visits: 1 visit}}}}}}
parameters: {{{", ".join(f"p{k}: {{value: 10, law: {{normal: {{sd: 1}}}}}}" for k in MANY)}}}
activities:
  - item: electricity
    tier: data centre
    stage: use
    region: FRA
    amount: "= ({" + ".join(f"p{k}" for k in MANY)}) * 1 [kWh]"
expect: {{total: {{of: one, criterion: GWP, value: 98 kgCO2eq, within: 1 %, basis: derived}}}}
"""
LONG = {"uncertainty": "-n", "check": "--draws", "sensitivity": "-n"}  # and how draws are asked for


@pytest.mark.parametrize("command", LONG)
def test_an_interrupt_is_obeyed_at_once(command: str, tmp_path: Path) -> None:
    """Ten million draws of a hundred inputs: ten seconds of work."""
    scenario = tmp_path / "sum.yaml"
    scenario.write_text(swapped(SUM, ("= (p0", "= (min(p0, p1) + p0")) if command == "sensitivity" else SUM)
    draws = "190000" if command == "sensitivity" else "10000000"
    words = [sys.executable, "-m", "lca", command, str(scenario), LONG[command], draws]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        time.sleep(2.5)
        assert running.poll() is None, "it was over before it was interrupted"
        begin = time.monotonic()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert time.monotonic() - begin < PATIENCE
    assert (running.returncode, said) == (130, "")


TOO_MANY = {
    "uncertainty": (STUDY, "-n", "1000000000000"),
    "check": ("--draws", "1000000000000"),
    "sweep": (STUDY, "sites.host.pue=1.1:1.5:400", "--and", "inference.server.aur=10%:50%:240", "--variant", "all"),
}


@pytest.mark.parametrize("command", TOO_MANY)
def test_what_memory_is_not_to_hold_is_refused(command: str, lca_: Lca) -> None:
    ran = lca_(command, *TOO_MANY[command])
    assert ran.code == 1
    assert "are too many" in ran.err
    assert "numbers are kept of each, and 40,000,000 in all (320 MB)" in " ".join(ran.err.split())


def test_one_bound_for_all() -> None:
    assert [samples.most(held) for held in (1, 4, 400)] == [10_000_000, 10_000_000, 100_000]
    samples.refuse_too_many(100_000, 400, "points")
    with pytest.raises(Problems, match="100,001 points are too many"):
        samples.refuse_too_many(100_001, 400, "points")


def test_what_fails_in_one_thread_stops_the_others() -> None:
    def work(place: int) -> int:
        if place == 3:
            raise ZeroDivisionError
        return place

    with pytest.raises(ZeroDivisionError):
        samples.each(work, range(100), 2)
    assert samples.each(lambda place: place * 2, range(3), 2) == [0, 2, 4]
