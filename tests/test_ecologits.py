"""EcoLogits: what its releases answered, as `make test-all` recorded it, is what their methods here come to.

At both ends, for every model of each release at one number of tokens, and for some of them at many, in many places,
with and without a measured time. `make test` tries a part of it, `make test-all` all.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import lca
from lca.disk.workspace import Library, Run
from lca.questions.ends import ends
from tests.bench_pack import written
from tests.whole import some

RECORDED = Path(__file__).parent / "recorded"
RELEASES = ("ecologits-0-11", "ecologits-0-9", "ecologits-0-8", "ecologits-video-0-11")
EXACT = 1e-9
EVERY = 5  # of the questions, by `make test`
TOGETHER = 60  # questions that are one study
CRITERIA = {"energy": "FE", "gwp": "GWP", "adpe": "ADPe", "pe": "PE", "wcf": "WC"}
STAGES = {"usage": "use", "embodied": "manufacture"}
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}

Ends = tuple[float, float]


class Case(NamedTuple):
    """A question, as a study asks it, and the ends of its answer by stage and criterion."""

    name: str
    site: dict[str, str]
    block: dict[str, Any]
    answer: dict[tuple[str, str], Ends]


@cache
def recorded(release: str) -> tuple[Case, ...]:
    """The questions that a release was asked."""
    said = json.loads((RECORDED / f"{release}.json").read_text(encoding="utf-8"))
    names = [tuple(name.split()) for name in said["figures"]]
    cases = []
    for *asked, number in said["asked"]:
        figures = [tuple(one) if isinstance(one, list) else (one, one) for one in said["answers"][number]]
        answer = {(STAGES[stage], CRITERIA[key]): one for (stage, key), one in zip(names, figures, strict=False)}
        ask = of_video if "video" in release else of_request
        cases.append(Case(f"{release}: {' '.join(map(str, asked))}", *ask(release, *asked), answer))
    return tuple(cases)


def of_request(
    release: str, provider: str, model: str, tokens: int, zone: str | None, latency: float | None
) -> tuple[dict[str, str], dict[str, Any]]:
    """The site and the block of a request."""
    key = f"{provider}/{model}"
    block = {"method": release, "model": key, "output_tokens": f"{tokens} token/request"}
    block |= {} if latency is None else {"latency": f"{latency} s"}
    if release == "ecologits-0-9":
        block |= {"provider": provider, "zone": {None: placed(provider), "WOR": "World"}.get(zone, zone)}
    return placed_at(provider, zone), block


def of_video(
    release: str, model: str, size: str, duration: float, sound: bool, zone: str | None
) -> tuple[dict[str, str], dict[str, Any]]:
    """The site and the block of a video."""
    width, height = SIZES.get(size) or size.split("x")
    provider, _, _ = model.partition("/")
    block = {"method": release, "model": model, "duration": f"{duration} s", "width": width, "height": height}
    return placed_at(provider, zone), block | ({} if sound else {"audio": 0})


def placed_at(provider: str, zone: str | None) -> dict[str, str]:
    return {"provider": provider} | ({"zone": "default"} if zone is None else {"region": zone})


def placed(provider: str) -> str:
    """Where a provider is where nobody says so, since 0.9."""
    return "SWE" if provider == "mistralai" else "USA"


def study(release: str, cases: Sequence[Case]) -> str:
    """One study of several questions, a site and a block each."""
    has_water = any(criterion == "WC" for case in cases for _, criterion in case.answer)
    off = [{"stage": "embodied", "criterion": "WC", "reason": "EcoLogits has none"}] if has_water else []
    text = {
        "study": {
            "title": "Questions",
            "criteria": [key for key in CRITERIA.values() if has_water or key != "WC"],
            "packs": [release.replace("video-", "")],
            "not_assessed": off,
        },
        "functional_units": {"one": {"demand": {"requests": "1 request"}}},
        "sites": {f"s{i}": case.site for i, case in enumerate(cases)},
        "inference": {f"b{i}": {"site": f"s{i}", **case.block} for i, case in enumerate(cases)},
    }
    return json.dumps(text)


def answers(folder: Path, release: str, cases: Sequence[Case]) -> dict[str, dict[tuple[str, str], Ends]]:
    """The ends of our answers, by block."""
    result = Run(written(folder, study(release, cases)), library=library()).compile()[0]
    found: dict[str, dict[tuple[str, str], Ends]] = {}
    for one in ends(result, ("part", "stage")):
        assert one.low.is_exact, one.name
        assert one.high.is_exact, one.name
        of_block = found.setdefault(one.record["part"], {})
        of_block[one.record["stage"], one.record["criterion"]] = (one.low.bound, one.high.bound)
    return found


@cache
def library() -> Library:
    return Library()


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_answers_as_it_does(release: str, tmp_path: Path) -> None:
    cases = some(recorded(release), EVERY)
    for start in range(0, len(cases), TOGETHER):
        asked = cases[start : start + TOGETHER]
        found = answers(tmp_path, release, asked)
        for i, case in enumerate(asked):
            for key, own in case.answer.items():
                assert found[f"inference.b{i}"][key] == pytest.approx(own, rel=EXACT, abs=0), (case.name, key)


@pytest.mark.parametrize("release", RELEASES)
def test_many_questions_were_asked(release: str) -> None:
    assert len(recorded(release)) >= (200 if "video" in release else 500)


@pytest.mark.parametrize("release", RELEASES)
def test_the_ends_of_a_sum_are_the_sums_of_ends(release: str, tmp_path: Path) -> None:
    """What EcoLogits adds up by adding ends, lca finds as the ends of the whole."""
    cases = recorded(release)[:: len(recorded(release)) // 12]
    result = Run(written(tmp_path, study(release, cases)), library=library()).compile()[0]
    for one in ends(result):
        added = [own for case in cases for (_, key), own in case.answer.items() if key == one.record["criterion"]]
        assert (one.low.bound, one.high.bound) == pytest.approx([*map(sum, zip(*added, strict=True))], rel=EXACT, abs=0)


def test_a_request_by_hand(tmp_path: Path) -> None:
    """400 tokens of Llama 3.1 70B by release 0.9.1, in five steps on paper.

    1.2 × 70.55 × 2 bytes are 169.3 GB: three GPUs of 80 GB, rounded up to four, half a server. A token takes each GPU
    1.16653e-6 × e^(-0.0112059 × 64) × 70.55 + 4.05293e-5 = 8.07014e-5 Wh, all of them 0.129122 Wh for 400. It takes
    0.000678509 × 70.55 + 0.000311931 × 64 + 0.0194737 = 0.0873061 s, all 34.9224 s: 1200 W of the server, halved and
    shared by 64, are 0.0909439 Wh. 0.220066 Wh in all; times 1.09 or 1.14 they are 0.239872 or 0.250875 Wh. Each
    is multiplied by 0.13 + 1.09 × 3.1321 or by 0.99 + 1.14 × 3.1321 L/kWh, with the PUE for the second time.
    Making: 34.9224 s / 3 years / 64 of half of 5700 kg and four times 164 kg.
    """
    asked = of_request("ecologits-0-9", "huggingface_hub", "meta-llama/Llama-3.1-70B", 400, None, None)
    found = answers(tmp_path, "ecologits-0-9", [Case("", *asked, {("use", "WC"): (0, 0)})])["inference.b0"]
    assert found["use", "FE"] == pytest.approx((0.239872e-3, 0.250875e-3), rel=1e-5)
    assert found["use", "WC"] == pytest.approx((8.50104e-4, 1.144141e-3), rel=1e-5)
    assert found["manufacture", "GWP"] == pytest.approx((2.02212e-5, 2.02212e-5), rel=1e-5)


def test_the_machine_of_a_video_is_that_of_its_model_however_it_is_named(tmp_path: Path) -> None:
    text = study("ecologits-video-0-11", recorded("ecologits-video-0-11")[:1])
    whole = Run(written(tmp_path, text), library=library()).compile()[0].total("one", "GWP")
    bare = text.replace('"klingai/kling-v1.6"', '"kling-v1.6"')
    assert bare != text
    assert Run(written(tmp_path, bare), library=library()).compile()[0].total("one", "GWP") == whole


def rows(pack: str, table: str) -> list[dict[str, str]]:
    with (Path(__file__).parents[1] / "factors" / pack / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("release", ["ecologits-0-11", "ecologits-0-9", "ecologits-0-8"])
def test_every_model_of_a_release_is_in_the_catalogue(release: str) -> None:
    known = {name: row for row in rows("models-2026", "models") for name in (row["item"], *row["aliases"].split())}
    of_release = [row for row in rows(release, "models") if row["architecture"] != "diffusion"]
    names = [name for row in of_release for name in (row["item"], *row["aliases"].split())]
    assert [name for name in names if name not in known] == []
    newest = {row["item"] for row in of_release if known[row["item"]]["at"] == row["at"]}
    assert newest
    own, all_ = (
        {(row["item"], row["name"]): row["value"] for row in rows(pack, "parameters") if row["item"] in newest}
        for pack in (release, "models-2026")
    )
    assert all(own[key] == value for key, value in all_.items())


@pytest.mark.parametrize("release", ["ecologits-0-11", "ecologits-0-9", "ecologits-0-8"])
def test_lca_request_asks_a_release_as_it_is_asked(release: str) -> None:
    said = json.loads((RECORDED / f"{release}.json").read_text(encoding="utf-8"))
    by_zone = [[one for one in said["asked"] if one[3] == zone] for zone in (None, "WOR", "FRA")]
    for provider, model, tokens, zone, latency, number in (one for each in by_zone for one in each[:: len(each) // 3]):
        key = f"{provider}/{model}"
        answer = lca.request(key, output_tokens=tokens, latency=latency, region=zone, method=release)
        for name, own in zip(said["figures"], said["answers"][number], strict=False):
            if name in ("usage energy", "usage wcf"):
                found = answer[CRITERIA[name.split()[1]]]
                assert [found.low, found.high] == pytest.approx(
                    own if isinstance(own, list) else [own] * 2, rel=EXACT, abs=0
                )
