"""Studies of inference, water, services and video: none misses a figure unexplained, and each gap says its size."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from lca.checks.strict import findings
from lca.disk.workspace import Run
from lca.result import Result, Verdict

FOLDER = Path(__file__).parent.parent / "scenarios" / "published"
NAMES = (
    "altman_2025",
    "chien_2023",
    "claim_200_trainings",
    "claim_gpu_cpu",
    "claim_half_litre",
    "couch_2026",
    "delavande_2025",
    "devries_2027",
    "epoch_2025",
    "gemini_2025",
    "google_search_2009",
    "greenly_2023",
    "iea_video_2020",
    "jegham_2025",
    "jegham_video_2026",
    "malmodin_2020",
    "mistral_2025",
    "mlenergy_2026",
    "power_hungry_2024",
    "swd_2024",
    "video_hour_2021",
    "web_almanac_2022",
)


@cache
def study(name: str) -> tuple[Result, tuple[Verdict, ...]]:
    opened = Run(FOLDER / f"{name}.yaml")
    result, verdicts = opened.compile((), (None, *opened.scenario.variants))
    return result, tuple(verdicts)


@pytest.mark.parametrize("name", NAMES)
def test_no_figure_is_missed_unexplained_and_nothing_is_unused_or_undeclared(name: str) -> None:
    result, verdicts = study(name)
    assert not [verdict.key for verdict in verdicts if verdict.verdict == "missed"]
    assert [problem.message for problem in findings(result)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_file_fits_two_screens(name: str) -> None:
    assert len((FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()) < 80


@pytest.mark.parametrize("name", NAMES)
def test_a_known_gap_begins_with_its_size(name: str) -> None:
    for verdict in study(name)[1]:
        if verdict.verdict == "known gap" and verdict.within:
            stated = float(verdict.reason.split(" %")[0])
            digits = len(verdict.reason.split(" %")[0].partition(".")[2])
            assert stated == pytest.approx(verdict.deviation * 100, abs=0.51 * 10**-digits), verdict.key


def test_there_are_as_many_figures_as_said() -> None:
    verdicts = [verdict.verdict for name in NAMES for verdict in study(name)[1]]
    assert len(verdicts) - verdicts.count("holds") >= 100
    assert verdicts.count("reproduced") >= 90


def figure(name: str, key: str) -> float:
    return next(verdict.computed for verdict in study(name)[1] if verdict.key == key)


def test_an_answer_on_paper() -> None:
    """Jegham et al.: water is E/PUE x WUE on site and E x EWIF off site, where E holds the PUE already."""
    assert figure("jegham_2025", "least_water") == pytest.approx(391509e3 * (0.30 / 1.12 + 3.142), rel=1e-12)
    assert figure("jegham_2025", "r1_climate") == pytest.approx(0.023815 * 0.6, rel=1e-12)
    assert figure("epoch_2025", "baseline") == pytest.approx(1e14 / 9.89e13 * 1.275 * 0.7 * 1.2 / 3600, rel=1e-12)
    assert figure("chien_2023", "ratio") == pytest.approx(96.36e9 * 2.07 / 3600 / 2236467, rel=1e-12)
    prompt = (0.14 + 0.06 + 0.02) / 1000
    assert figure("gemini_2025", "climate") == pytest.approx(prompt * 1.09 * 0.094 + 1e-5, rel=1e-12)
    assert figure("gemini_2025", "water") == pytest.approx(prompt * 1.15, rel=1e-12)
    assert figure("malmodin_2020", "hour") == pytest.approx((7 + 1.5 + 16.5 + 4 * 0.05) / 1000, rel=1e-12)
    assert figure("claim_200_trainings", "claim") == pytest.approx(3617 * 6.5 * 8760 / 1287e3, rel=1e-12)
