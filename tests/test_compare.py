from __future__ import annotations

import json
import subprocess
from itertools import permutations
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from lca.cli.app import app
from lca.cli.compare import compare as _command
from lca.cli.run import run as _registered
from lca.disk.workspace import Library, Run
from lca.problems import Problems
from lca.questions.compare import MOST, Comparison
from lca.study import comparing
from tests.bench_pack import OWN, lay, swapped

if TYPE_CHECKING:
    from click.testing import Result as Invoked

RUNNER = CliRunner(env={"COLUMNS": "100"})

CHAT = """\
study:
  title: A chat
  criteria: [GWP, ADPe]
  packs: [own]
functional_units:
  one:
    demand: {prompts: 1 prompt, visits: 1 visit}
  year:
    demand: {prompts: 2e6 prompt, visits: 1e6 visit}
    training: {include: [v1, v2], allocation: whole}
  both:
    sum_of: [one, year]
parameters:
  unused: 3 kWh
sites:
  hall: {region: Here, pue: 1.2}
terminals:
  region: Here
  time: 3 min/visit
  devices:
    phone: {share: 100 %, power: 4 W, lifetime: 3 year, daily_use: 2 h/day}
inference:
  site: hall
  energy: 2 Wh/prompt
  idle_power: 40 %
  server: {device: machine, time: 2 s/prompt, lifetime: 4 year, aur: 50 %}
training:
  site: hall
  allocation: per use
  include: [v2]
  runs:
    v1: {energy: 10 kWh, amortised_over: 1e6 prompt}
    v2: {energy: 20 kWh, amortised_over: 1e6 prompt}
variants:
  dirty: {with: {sites.hall.region: There, sites.hall.pue: 1.5}}
  longer: {over: true, with: {inference.server.lifetime: 5 year, training.include: [v1]}}
"""
FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,Here,2024,GWP,0.1,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,There,2024,GWP,0.5,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,,2024,ADPe,2e-8,kgSbeq,kWh,,,,p. 2,B,
phone,embodied,,2024,GWP,50,kgCO2eq,device,,,,p. 3,B,
phone,embodied,,2024,ADPe,2e-3,kgSbeq,device,,,,p. 4,B,
tablet,embodied,,2024,GWP,60,kgCO2eq,device,,,,p. 3,B,
tablet,embodied,,2024,ADPe,3e-3,kgSbeq,device,,,,p. 4,B,
machine,embodied,,2024,GWP,1500,kgCO2eq,server,,,,p. 5,B,
machine,embodied,,2024,ADPe,0.04,kgSbeq,server,,,,p. 5,B,
cable,embodied,,2024,GWP,3,kgCO2eq,km,,,,p. 6,B,
cable,embodied,,2024,ADPe,1e-4,kgSbeq,km,,,,p. 6,B,
rope,embodied,,2024,GWP,2,kgCO2eq,km,,,,p. 6,B,
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pack and the scenario `a.yaml`, as the current one."""
    lay(tmp_path / "packs" / "own", OWN, factors=FACTORS)
    (tmp_path / "a.yaml").write_text(CHAT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def edited(*edits: tuple[str, str], name: str = "b.yaml") -> str:
    """A copy of the scenario with texts replaced."""
    text = CHAT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    Path(name).write_text(text, encoding="utf-8")
    return name


def compared(a: str, b: str, unit: str = "one", *players: str) -> Comparison:
    """The comparison of one functional unit, or of two that are named."""
    library = Library(["packs"])
    first, second = comparing.named(a, ""), comparing.named(b, a)
    units = [] if first.functional_unit else [unit]
    one, other = (comparing.opened(named, "", units, library) for named in (first, second))
    (found,) = comparing.compared(first, second, one, other, library, players).pairs
    return found


def total(name: str, unit: str = "one", criterion: str = "GWP") -> float:
    result, _ = Run(name, ["packs"]).compile([unit], with_expectations=False)
    return result.total(unit, criterion)


def carried(found: Comparison, criterion: str = "GWP") -> dict[str, float]:
    return {c.name: c.carries[criterion] for c in found.contributions}


def assert_sums(found: Comparison) -> None:
    for d in found.differences:
        assert fsum(carried(found, d.criterion).values()) == pytest.approx(d.difference, rel=1e-12, abs=0)


EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "pue": (("pue: 1.2", "pue: 1.4"),),
    "time": (("time: 3 min", "time: 200 s"),),
    "power": (("power: 4 W", "power: 0.005 kW"),),
    "lifetime": (("lifetime: 4 year", "lifetime: 1500 day"),),
    "aur": (("aur: 50 %", "aur: 0.3"),),
    "idle": (("idle_power: 40 %", "idle_power: 55 %"),),
    "energy": (("energy: 2 Wh/prompt", 'energy: {value: 3 Wh/prompt, low: 1 Wh/prompt, basis: assumed}'),),
    "demand": (("{prompts: 1 prompt,", "{prompts: 3 prompt,"),),
    "include": (("include: [v2]", "include: [v1, v2]"),),
    "mix": (("region: Here, pue", "region: {Here: 40 %, There: 60 %}, pue"),),
    "device": (
        ("share: 100 %", "share: 80 %"),
        ("inference:\n", "    tablet: {share: 20 %, power: 8 W, lifetime: 4 year, daily_use: 1 h/day}\ninference:\n"),
    ),
    "line": (
        ("variants:", "activities:\n  - {item: cable, tier: network, stage: embodied, amount: 2 m/visit}\nvariants:"),
    ),
    "formula": (
        ("unused: 3 kWh", "unused: 3 kWh\n  per: 2.5 Wh/prompt"),
        ("energy: 2 Wh/prompt", 'energy: "= per * 1.1"'),
    ),
}  # fmt: skip
NAMES = {
    "pue": "sites.hall.pue", "time": "terminals.time", "power": "terminals.devices.phone.power",
    "lifetime": "inference.server.lifetime", "aur": "inference.server.aur", "idle": "inference.idle_power",
    "energy": "inference.energy", "demand": "functional_units.one.demand.prompts", "include": "training.include",
    "mix": "sites.hall.region", "device": "terminals.devices (shares)", "line": "activities",
    "formula": "parameters.per + inference.energy",
}  # fmt: skip


def test_differences_by_hand() -> None:
    """Runs are held against runs below; these two are checked here: a prompt and its part of v2, then of v1."""
    edited(*EDITS["pue"])
    assert total("b.yaml") - total("a.yaml") == pytest.approx((0.002 * (1 + 0.4) + 20 / 1e6) * 0.2 * 0.1, rel=1e-9)
    edited(*EDITS["include"])
    assert total("b.yaml") - total("a.yaml") == pytest.approx(10 / 1e6 * 1.2 * 0.1, rel=1e-9)


@pytest.mark.parametrize("key", EDITS)
def test_one_change_carries_the_whole_difference(key: str) -> None:
    found = compared("a.yaml", edited(*EDITS[key]))
    difference = total("b.yaml") - total("a.yaml")
    assert difference
    names = list(carried(found))
    assert [set(name.split(" + ")) for name in names] == [set(NAMES[key].split(" + "))]
    assert carried(found)[names[0]] == pytest.approx(difference, rel=1e-9)
    assert_sums(found)


def by_orders(keys: tuple[str, ...]) -> dict[str, float]:
    """The Shapley value from its definition: the mean over all orders, each step a scenario written and run anew."""
    shares = dict.fromkeys(keys, 0.0)
    orders = list(permutations(keys))
    for order in orders:
        before = total("a.yaml")
        for place, key in enumerate(order):
            after = total(edited(*(edit for made in order[: place + 1] for edit in EDITS[made]), name="c.yaml"))
            shares[key] += (after - before) / len(orders)
            before = after
    return shares


@pytest.mark.parametrize(
    "keys",
    [
        ("pue", "aur", "include"),
        ("energy", "mix", "demand", "idle"),
        ("device", "time", "power"),
        ("formula", "pue", "line"),
    ],
)
def test_the_shares_are_those_of_all_orders(keys: tuple[str, ...]) -> None:
    found = compared("a.yaml", edited(*(edit for key in keys for edit in EDITS[key])))
    assert_sums(found)
    expected = by_orders(keys)
    shares = carried(found)
    for key in keys:
        name = next(name for name in shares if set(name.split(" + ")) == set(NAMES[key].split(" + ")))
        assert shares[name] == pytest.approx(expected[key], rel=1e-9)


SUBSETS = st.sets(st.sampled_from([key for key in EDITS if key != "formula"]), min_size=1, max_size=6)


@given(SUBSETS, st.sampled_from(["one", "year", "both"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_contributions_sum_to_the_difference_and_change_sign_with_the_order(keys: set[str], unit: str) -> None:
    edited(*(edit for key in sorted(keys) for edit in EDITS[key]))
    there, back = compared("a.yaml", "b.yaml", unit), compared("b.yaml", "a.yaml", unit)
    assert not there.note
    assert_sums(there)
    for d in there.differences:
        assert d.difference == pytest.approx(
            total("b.yaml", unit, d.criterion) - total("a.yaml", unit, d.criterion), rel=1e-6
        )
        shares, reverse = carried(there, d.criterion), carried(back, d.criterion)
        assert set(shares) == set(reverse)
        scale = max(map(abs, shares.values()), default=0.0)
        for name, share in shares.items():
            assert reverse[name] == pytest.approx(-share, rel=1e-9, abs=1e-12 * scale)


def test_changes_without_effect_carry_nothing() -> None:
    found = compared(
        "a.yaml", edited(("unused: 3 kWh", "unused: 7 kWh"), ("title: A chat", "title: Chats"), *EDITS["pue"])
    )
    assert list(carried(found)) == ["sites.hall.pue"]
    assert found.idle == ("parameters.unused",)


@pytest.mark.parametrize(
    "edit",
    [
        ("time: 3 min/visit", "time: 180 s/visit"),
        ("aur: 50 %", "aur: {value: 1/2, basis: assumed, note: a half}"),
        ("include: [v2]", "include: v2"),
        ("title: A chat", "title: Many chats"),
    ],
)
def test_another_way_to_write_the_same_is_no_change(edit: tuple[str, str]) -> None:
    found = compared("a.yaml", edited(edit))
    assert not found.contributions
    assert not found.idle
    assert not any(d.difference for d in found.differences)


def test_inputs_that_act_alike_carry_alike() -> None:
    found = compared("a.yaml", edited(("time: 3 min", "time: 6 min"), ("visits: 1 visit", "visits: 2 visit")))
    shares = carried(found)
    assert shares["terminals.time"] == pytest.approx(shares["functional_units.one.demand.visits"], rel=1e-12)


def test_two_functional_units() -> None:
    found = compared("a.yaml#one", ":#year")
    assert [d.b for d in found.differences] == pytest.approx([total("a.yaml", "year", key) for key in ("GWP", "ADPe")])
    assert_sums(found)
    assert "functional_units.one.demand.visits" in carried(found)


def test_a_variant_against_the_base_case() -> None:
    found = compared("a.yaml:base", ":dirty")
    assert found.differences == compared("a.yaml", "a.yaml:dirty").differences
    assert found.a.variant is None


def test_two_variants() -> None:
    found = compared("a.yaml:dirty", ":longer")
    assert not found.note
    assert set(carried(found)) == {
        "sites.hall.region",
        "sites.hall.pue",
        "inference.server.lifetime",
        "training.include",
    }
    assert_sums(found)


def test_what_is_not_assessed_is_one_player() -> None:
    edited(*EDITS["line"], name="a.yaml")
    gap = "  not_assessed: [{item: cable, criterion: ADPe, reason: no figure}]\nfunctional_units:"
    edited(*EDITS["line"], ("functional_units:", gap))
    found = compared("a.yaml", "b.yaml")
    assert carried(found, "ADPe") == {"study.not_assessed": found.differences[1].difference}
    assert carried(found) == {"study.not_assessed": 0.0}


def test_one_service_against_several_named_ones() -> None:
    block = CHAT[CHAT.index("inference:\n") : CHAT.index("training:\n  site")]
    named = block.replace("\n  ", "\n    ").replace("inference:", "inference:\n  chat:")
    both = named + named.replace("inference:\n  chat:", "  image:")
    moved = ("with: {inference.", "with: {inference.chat.")
    found = compared("a.yaml", edited((block, both.rstrip() + "\n"), moved))
    assert list(carried(found)) == ["inference"]
    assert_sums(found)
    Path("a.yaml").write_text(CHAT.replace(block, named.rstrip() + "\n").replace(*moved), encoding="utf-8")
    assert list(carried(compared("a.yaml", "b.yaml"))) == ["inference.image"]


def many(count: int) -> str:
    names = [f"p{i}" for i in range(count)]
    inputs = "".join(f"  {name}: {i + 1} m/visit\n" for i, name in enumerate(names))
    line = (
        f'activities:\n  - {{item: cable, tier: network, stage: embodied, amount: "= {" + ".join(names)}"}}\nvariants:'
    )
    edited(("unused: 3 kWh\n", f"unused: 3 kWh\n{inputs}"), ("variants:", line), name="a.yaml")
    text = Path("a.yaml").read_text(encoding="utf-8")
    Path("b.yaml").write_text(text.replace(" m/visit", " dm/visit").replace("pue: 1.2", "pue: 1.3"), encoding="utf-8")
    return "b.yaml"


def test_as_many_players_as_can_be_told_apart() -> None:
    found = compared("a.yaml", many(MOST - 1))
    assert len(found.contributions) == MOST
    assert_sums(found)


def test_more_players_ask_which_are_meant() -> None:
    found = compared("a.yaml", many(MOST))
    assert found.differences
    assert not found.contributions
    assert "13 inputs changed, of which 12 can be told apart; choose with --players" in found.note
    assert "parameters.p0, parameters.p1" in found.note


def test_chosen_players_and_the_rest() -> None:
    found = compared("a.yaml", many(20), "one", "sites", "parameters.p3")
    assert set(carried(found)) == {"sites", "parameters.p3", "everything else"}
    assert_sums(found)


def test_a_player_that_did_not_change() -> None:
    with pytest.raises(Problems, match=r"nothing changed at 'sites\.hall\.pui'"):
        compared("a.yaml", edited(*EDITS["pue"]), "one", "sites.hall.pui")


# --- the command ----------------------------------------------------------------------------------------------------


def invoked(*arguments: str) -> Invoked:
    assert _registered
    assert _command
    return RUNNER.invoke(app, [*arguments, "--packs", "packs"], catch_exceptions=False)


def records(*arguments: str) -> list[dict[str, Any]]:
    done = invoked("compare", *arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def git(*arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)  # noqa: S607


def committed(folder: Path) -> None:
    git("init", "--quiet")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "chat.yaml").write_text(CHAT, encoding="utf-8")
    (folder / "scenarios" / "more.yaml").write_text("extends: chat.yaml\nsites: {hall: {pue: 1.1}}\n", encoding="utf-8")
    git("add", "scenarios")
    git("commit", "--quiet", "--message", "first")
    (folder / "scenarios" / "chat.yaml").write_text(swapped(CHAT, ("pue: 1.2", "pue: 1.6")), encoding="utf-8")


def test_a_git_revision(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed(folder)
    found = records("HEAD:scenarios/chat.yaml", "scenarios/chat.yaml", "--fu", "one")
    assert [r["input"] for r in found if r["kind"] == "contribution"] == ["sites.hall.pue"] * 2
    assert {(r["old"], r["new"]) for r in found if r["kind"] == "contribution"} == {("1.2", "1.6")}
    extended = records("HEAD:scenarios/more.yaml:dirty#year", "scenarios/more.yaml:dirty#year")
    assert [r["difference"] for r in extended if r["kind"] == "total"] == [0.0, 0.0]
    monkeypatch.chdir(folder / "scenarios")
    done = RUNNER.invoke(app, ["compare", "HEAD:chat.yaml", "chat.yaml", "--packs", "../packs"], catch_exceptions=False)
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("HEAD:scenarios/none.yaml", "there is no file scenarios/none.yaml at HEAD"),
        ("v9:scenarios/chat.yaml", "there is no revision 'v9' here"),
        ("--upload-pack=x:scenarios/chat.yaml", "there is no revision '--upload-pack=x' here"),
        ("HEAD:../../outside.yaml", "there is no file ../../outside.yaml at HEAD"),
        ("HEAD:scenarios", "there is no file scenarios"),
        ("nowhere.yaml", "there is no file nowhere.yaml"),
        ("a.yaml:dirtier", "no variant 'dirtier'"),
        ("a.yaml#two", "no functional unit 'two'"),
        (":dirty", "':dirty' names no scenario"),
    ],
)
def test_what_does_not_exist(folder: Path, argument: str, message: str) -> None:
    committed(folder)
    with pytest.raises(Problems) as raised:
        RUNNER.invoke(app, ["compare", "--packs", "packs", "--", argument, "a.yaml"], catch_exceptions=False)
    assert message in str(raised.value)


def test_outside_a_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    with pytest.raises(Problems, match="git says: not a git repository"):
        invoked("compare", "HEAD:chat.yaml", "a.yaml")


def test_without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(Problems, match="git is not installed"):
        invoked("compare", "HEAD:chat.yaml", "a.yaml")


def test_a_saved_result(folder: Path) -> None:
    (folder / "old.json").write_text(
        invoked("run", "a.yaml", "--format", "json", "--variant", "all").stdout, encoding="utf-8"
    )
    edited(*EDITS["pue"])
    found = records("old.json", "b.yaml", "--fu", "one")
    assert {r["kind"] for r in found} == {"total"}
    assert found[0]["a"] == total("a.yaml")
    assert found[0]["b"] == total("b.yaml")
    shown = invoked("compare", "old.json", "b.yaml", "--variant", "dirty").stdout
    assert "a saved result has no inputs" in " ".join(shown.split())
    parts = invoked("run", "a.yaml", "--format", "json", "--by", "tier,item").stdout
    (folder / "parts.json").write_text(parts, encoding="utf-8")
    assert records("parts.json", "a.yaml", "--fu", "one")[0]["relative"] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("text", ["{}", "[]", "[1]", "nonsense", '[{"functional_unit": "one"}]', "[" * 100_000])
def test_what_is_no_saved_result(folder: Path, text: str) -> None:
    (folder / "old.json").write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match=r"old\.json"):
        invoked("compare", "old.json", "a.yaml")


def test_fail_above() -> None:
    edited(*EDITS["pue"])
    assert invoked("compare", "a.yaml", "b.yaml", "--fu", "year", "--fail-above", "90 %").exit_code == 0
    assert invoked("compare", "a.yaml", "a.yaml", "--fail-above", "0%").exit_code == 0
    done = invoked("compare", "a.yaml", "b.yaml", "--fu", "year", "--fail-above", "2%")
    assert done.exit_code == 3
    assert "GWP of b.yaml year differs by +" in done.stderr
    assert "ADPe" not in done.stderr
    assert "more than 2 %" in done.stderr


@pytest.mark.parametrize(
    "text", ["much", "nan", "-1%", "1_000", "٣ %", "1e-400", "1e999 %", "2 kWh", "2 h/day", "2 %%"]
)
def test_fail_above_takes_a_percentage(text: str) -> None:
    assert invoked("compare", "a.yaml", "a.yaml", "--fail-above", text).exit_code == 2


def test_a_figure_of_one_side_alone_is_said_and_fails_where_it_is_gone() -> None:
    edited(("criteria: [GWP, ADPe]", "criteria: [GWP]"))
    assert "ADP of one is only in A" in invoked("compare", "a.yaml", "b.yaml", "--fu", "one").stdout
    assert invoked("compare", "a.yaml", "b.yaml").exit_code == 0
    done = invoked("compare", "a.yaml", "b.yaml", "--fail-above", "1000%")
    assert (done.exit_code, "ADP of one is only in A" in done.stderr) == (3, True)
    assert "more than" not in done.stderr
    assert invoked("compare", "b.yaml", "a.yaml", "--fail-above", "0%").exit_code == 0


def test_every_format() -> None:
    edited(*EDITS["pue"], *EDITS["include"])
    table = invoked("compare", "a.yaml", "b.yaml", "--fu", "one").stdout
    assert "a.yaml one → b.yaml one" in table
    assert "v2 → v1, v2" in table
    assert invoked("compare", "a.yaml", "b.yaml", "--format", "markdown").stdout.count("| GWP |") == 3
    assert invoked("compare", "a.yaml", "b.yaml", "--format", "csv").stdout.startswith("kind,functional_unit,")


def test_without_a_common_functional_unit() -> None:
    edited(("  one:\n", "  uno:\n"), ("[one, year]", "[uno, year]"))
    assert "one is only in A" in invoked("compare", "a.yaml", "b.yaml").stdout
    assert invoked("compare", "a.yaml#one", "b.yaml#uno").exit_code == 0
    done = invoked("compare", "a.yaml#one", "b.yaml", "--fu", "year")
    assert done.exit_code == 0
