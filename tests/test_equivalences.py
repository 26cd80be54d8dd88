"""Figures in things that people know: factors beside the arithmetic by hand, words, and what has none."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import pytest

from lca.disk.workspace import Library, Run
from lca.model.criteria import Criterion
from lca.page import likes
from lca.page.data import data
from lca.page.html import page
from lca.page.pages import Page
from lca.page.scene import opening
from lca.questions.equivalences import Equivalence

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = Library()


def known(*keys: str) -> dict[str, Equivalence]:
    """The shipped ones by some criteria."""
    criteria: list[Criterion] = []
    for key in keys:
        plain = LIBRARY.criteria[key.removesuffix("_market")]
        criteria.append(plain.by_basis("market-based") if key.endswith("_market") else plain)
    return {each.key: each for each in LIBRARY.equivalences(criteria)}


@cache
def studied(language: str = "en") -> Page:
    run = Run(ROOT / "scenarios" / "stable_diffusion.yaml")
    result = run.compile((), (None,), every_case=True)[0]
    return Page(data(result), language, "stable_diffusion", (), tuple(Library().equivalences(result.criteria)))


def test_factors_are_those_of_packs_by_hand() -> None:
    """A kilometre is the car and its fuel; a year of a smartphone one of its 2.5; a person what the set says."""
    of = known("GWP", "ADPe")
    assert of["car"].factors["GWP"].value == pytest.approx(0.0256 + 0.192)
    assert of["smartphone"].factors["GWP"].value == pytest.approx(84 / 2.5)
    assert of["smartphone"].factors["ADPe"].value == pytest.approx(0.00205 / 2.5)
    assert of["person"].factors["GWP"].value == pytest.approx(7553.08316285117)
    assert of["smartphone"].factors["GWP"].at == (
        "boaviztapi/data/factors.yml, SMARTPHONE",
        "src/acv-terminaux.publicodes, acv . smartphone . durée de vie théorique",
    )


def test_a_criterion_without_a_sound_factor_has_none() -> None:
    """Cars are of GWP alone; EF has no primary energy; credits make a smartphone's EPf negative, marked D."""
    assert known("PE") == {}
    of = known("GWP", "ADPe", "EPf")
    assert set(of["car"].factors) == {"GWP"}
    assert set(of["smartphone"].factors) == {"GWP", "ADPe"}
    assert set(of["person"].factors) == {"GWP", "ADPe", "EPf"}


def test_the_market_based_like_of_a_criterion_has_its_factor() -> None:
    of = known("GWP", "GWP_market")["car"].factors
    assert of["GWP_market"] == of["GWP"]


def test_every_pack_behind_one_may_be_passed_on() -> None:
    """Their figures are in every page, whatever packs a study names."""
    packs = [pack for each in known(*LIBRARY.criteria).values() for pack in each.sources]
    assert packs
    assert all(pack.redistributable and not pack.share_alike for pack in packs)


# --- words ------------------------------------------------------------------------------------------------------------

SAID = (  # kg of GWP; the words by car, of a smartphone, of a person
    (0.2176, "1.00 km", "2.36 days", "2.88 × 10⁻³ % of"),  # 0.2176 / 33.6 of 365 days
    (0.02176, "100 m", "5.67 hours", "2.88 × 10⁻⁴ % of"),
    (33.6, "154 km", "1.00 years", "0.445 % of"),
    (7553.08316285117 * 60, "2 080 000 km", "13 500 years", "60.0 times"),  # the service of FU2 is so large
    (0.0, "0 m", "0 minutes", "0 % of"),
)


@pytest.mark.parametrize(("value", "car", "smartphone", "person"), SAID)
def test_an_amount_is_in_the_largest_unit_in_which_it_is_one_or_more(
    value: float, car: str, smartphone: str, person: str
) -> None:
    of = studied()
    scene, gwp = opening(of.data, "en"), 1
    said = [likes.words(each, scene, value, gwp) for each in likes.data(of)]
    words = [f"{car} by car", f"{smartphone} of a smartphone", f"{person} the yearly footprint of one person"]
    assert [text.replace("\u202f", " ") for text in said] == [f"as much as {each}" for each in words]


def test_french_has_the_singular_below_two() -> None:
    of = studied("fr")
    scene, gwp, smartphone = opening(of.data, "fr"), 1, likes.data(of)[1]
    assert likes.words(smartphone, scene, 1.5 * 33.6, gwp) == "autant que 1,50 an de smartphone"
    assert likes.words(smartphone, scene, 2 * 33.6, gwp) == "autant que 2,00 ans de smartphone"


def test_what_cannot_be_said_says_why() -> None:
    of = studied()
    scene, (car, *_) = opening(of.data, "en"), likes.data(of)
    assert likes.words(car, scene, 1.0, 0) == "there is no factor by ADP"
    assert likes.words(car, scene, -1.0, 1) == "only a figure that is not below 0 has one"
    assert likes.words(car, scene, None, 1) == "only a figure that is not below 0 has one"


# --- the page ---------------------------------------------------------------------------------------------------------


def texts(written: str) -> str:
    """The section of equivalences as a reader without scripts reads it."""
    [found] = re.findall(r'<section id="likes">.*?</section>', written, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found)).replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "FU1 Single use of service, GWP 9.02 × 10⁻³ kg CO₂ eq: as much as 41.5 m by car"),
        ("fr", "FU1 Un usage du service, GWP 9,02 × 10⁻³ kg éq. CO₂ : autant que 41,5 m en voiture"),
    ],
)
def test_without_scripts_all_are_folded_and_one_is_open_at_a_time(language: str, said: str) -> None:
    written = page(studied(language), lock=True)
    assert said in texts(written)
    assert "ADEME, Impact CO2" in texts(written)
    assert written.count('<details class="deep" name="like">') == 3
    assert 'id="like"' not in written


def test_the_headline_and_the_totals_have_none() -> None:
    written = page(studied(), lock=True)
    assert "by car" not in written[: written.index('<section id="likes">')]


def test_packs_of_equivalences_stand_among_the_sources_with_their_licences() -> None:
    written = page(studied(), lock=True)
    sources = written[written.index('<section id="sources">') :]
    assert "impact-co2-2026-transport" in sources
    assert "Packs of equivalences" in sources
