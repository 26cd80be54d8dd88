from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lca.cli.app import app
from lca.cli.explain import explain as _registered
from lca.disk.workspace import Run
from lca.problems import Problems
from lca.questions.explain import NO_REASON, Explanation, Folded, Reference, Step, explain
from lca.questions.why_not import why_not
from lca.result import Result
from lca.views import explanation as view
from tests.bench_pack import OWN, lay, write_pack, written
from tests.command import Lca

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "explain"
RUNNER = CliRunner(env={"COLUMNS": "80"})

CHAT = """\
study:
  title: A chat
  criteria: [GWP, ADPe]
  packs: [own]
  not_assessed:
    - {item: cable, criterion: ADPe, reason: nobody has measured it}
  out_of_scope:
    - {phase: data, reason: the data were there before}
  sources:
    meter-2024: {authors: A. Reader, title: What the meter said, year: "2024"}
parameters:
  tries: {value: 2, basis: assumed, note: people ask twice}
  tokens: {value: "= tries * 3 [token/prompt]", source: meter-2024, note: three tokens a try}
functional_units:
  one:
    title: One prompt
    demand: {prompts: 1 prompt, visits: 1 visit}
    training: {allocation: per use, include: [v2]}
  year:
    title: A year
    demand: {prompts: 2e6 prompt, visits: 1e6 visit}
  both:
    title: One prompt and a year
    sum_of: [one, year]
sites:
  hall: {region: {Here: 25 %, There: 75 %}, pue: 1.2}
terminals:
  region: Here
  time: {value: 3 min/visit, low: 1 min/visit, high: 8 min/visit, basis: assumed, note: a guess}
  devices:
    phone: {device: telephone, share: 100 %, power: 4 W, lifetime: 3 year, daily_use: 2 h/day}
    tablet: {share: 0 %, power: 4 W, lifetime: 3 year, daily_use: 2 h/day}
inference:
  site: hall
  energy: {value: 2 Wh/prompt, source: meter-2024, at: p. 3}
  idle_power: 40 %
  server: {device: machine, time: 2 s/prompt, lifetime: 4 year, aur: 50 %}
training:
  site: hall
  allocation: whole
  runs:
    v1: {energy: 10 kWh, amortised_over: 1e6 prompt}
    v2: {energy: 20 kWh, amortised_over: 1e6 prompt}
activities:
  - {item: cable, tier: network, phase: access, stage: embodied, amount: "= demand.prompts * tokens * 1 [m/token]"}
variants:
  long: {title: All versions, with: {functional_units.one.training.include: [v1, v2]}}
"""
FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,Here,2024,GWP,0.1,kgCO2eq,kWh,0.08,0.15,,p. 1,B,
electricity,use,There,2024,GWP,0.5,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,,2024,ADPe,2e-8,kgSbeq,kWh,,,,p. 2,B,
telephone,manufacture,,2024,GWP,50,kgCO2eq,device,,,,p. 3,B,
telephone,end of life,,2024,GWP,-2,kgCO2eq,device,,,,p. 3,B,a credit
telephone,embodied,,2024,ADPe,2e-3,kgSbeq,device,,,,p. 4,B,
tablet,embodied,,2024,GWP,60,kgCO2eq,device,,,,p. 3,E,
tablet,embodied,,2024,ADPe,3e-3,kgSbeq,device,,,,p. 4,B,
machine,embodied,,2024,GWP,1500,kgCO2eq,server,,,,p. 5,B,
machine,embodied,,2024,ADPe,0.04,kgSbeq,server,,,,p. 5,B,
cable,embodied,,2024,GWP,3,kgCO2eq,km,,,,p. 6,B,
windmill,use,,2024,GWP,3,kgCO2eq,kWh,,,,p. 7,B,
"""


@pytest.fixture(autouse=True)
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a scenario and a pack of its own, as the current one."""
    lay(tmp_path / "packs" / "own", OWN, factors=FACTORS)
    (tmp_path / "chat.yaml").write_text(CHAT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def result_of(name: str, variants: tuple[str | None, ...] = (None,)) -> Result:
    result, _ = Run(name, ["packs"] if Path("packs").is_dir() else []).compile((), variants, with_expectations=False)
    return result


def explained(result: Result, unit: str, criterion: str, variant: str | None = None, **options: Any) -> Explanation:
    root = result.model.totals[unit, variant, criterion]
    return explain(result.model, root, f"{criterion} of {unit}", unit, variant, **options)


def branches(step: Step) -> Iterator[Step | Reference | Folded]:
    yield step
    for child in step.children:
        yield from branches(child) if isinstance(child, Step) else iter((child,))


def steps(told: Explanation) -> list[Step]:
    return [branch for branch in branches(told.root) if isinstance(branch, Step)]


OPERATIONS: dict[str, Callable[..., float]] = {
    "sum": lambda *a: sum(a),
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "-": lambda a, b: a - b,
    "neg": lambda a: -a,
    "min": min,
    "max": max,
    "ceil": math.ceil,
    "floor": math.floor,
    "round_up": lambda a, b: math.ceil(a / b) * b,
    "log2": math.log2,
    "ln": math.log,
    "exp": math.exp,
    "exp2": math.exp2,
    "sqrt": math.sqrt,
    "**": math.pow,
    "interp": lambda x, *line: np.interp(x, line[::2], line[1::2]),
}


def recomputed(formula: dict[str, Any], values: dict[int, float]) -> float:
    """A formula of the JSON, from the values of the steps that it names and nothing else."""
    if "step" in formula:
        return values[formula["step"]]
    if "op" not in formula:
        return float(formula.get("folded", formula.get("value")))
    args = [recomputed(arg, values) for arg in formula["args"]]
    if formula["op"] == "convert":
        assert formula["from"] != formula["unit"]
        return float(args[0] * formula["factor"])
    if formula["op"] == "^":
        return float(args[0] ** formula["exponent"])
    return float(OPERATIONS[formula["op"]](*args))


def nodes(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield part
    for child in part.get("parts", ()):
        yield from nodes(child)


def assert_holds(result: Result, unit: str, criterion: str, variant: str | None, fold: float) -> None:
    told = explained(result, unit, criterion, variant, fold=fold)
    assert told.root.value == result.total(unit, criterion, variant)
    figure = json.loads(view.as_json(told))["figure"]
    values = {node["number"]: node["value"] for node in nodes(figure) if "number" in node}
    for node in nodes(figure):
        if "formula" in node:
            assert recomputed(node["formula"], values) == pytest.approx(node["value"], rel=1e-12, abs=1e-300)
        elif "number" in node:
            assert node["place"]
            assert node["basis"]
            assert node.get("source") or node["note"]


@pytest.mark.parametrize("fold", [0.0, 0.02, 0.4])
def test_each_node_equals_its_children_and_each_leaf_has_a_place_and_a_source(fold: float) -> None:
    result = result_of("chat.yaml", (None, "long"))
    for unit, variant, criterion in result.model.totals:
        assert_holds(result, unit, criterion, variant, fold)


def test_the_study_explained_is_the_study() -> None:
    result = result_of("stable_diffusion", (None, "L"))
    for unit, variant, criterion in result.model.totals:
        assert_holds(result, unit, criterion, variant, 0.0)


NUMBER = r"-?[0-9.]+(?:e[+-]?[0-9]+)?"
CONVERTED = re.compile(rf" \[× ({NUMBER}(?:/{NUMBER})?)( \S+)? per (\S+)\]")
WITH_UNIT = re.compile(rf"(?<![\w.])({NUMBER}) (?![a-z]+\()[A-Za-z%µ1][^\s×)+,]*")


def reckoned(line: str) -> float:
    """What a line of numbers, units and named factors comes to, worked out by Python from its text alone."""
    plain = WITH_UNIT.sub(r"\1", CONVERTED.sub(r" * (\1)", line))
    return float(eval(plain.replace("×", "*").replace("^", "**"), {"__builtins__": {}}, dict(OPERATIONS)))  # noqa: S307


def test_no_line_of_values_of_a_shipped_study_has_a_factor_without_a_name() -> None:
    scenarios = sorted((ROOT / "scenarios").rglob("*.yaml"))
    assert len(scenarios) > 40
    conversions: set[str] = set()
    for file in scenarios:
        study = Run(str(file), [])
        result, _ = study.compile((), [None, *study.scenario.variants], every_case=True, with_expectations=False)
        for unit, variant, criterion in result.model.totals:
            told = explained(result, unit, criterion, variant, fold=0)
            values = view.values_of(told.root)
            for step in {step.number: step for step in steps(told) if step.formula}.values():
                line = view._formulas(step, values)[-1 - bool(view._of_absolute(step))].removeprefix("= ")
                if "the sum of" in line:
                    assert ", those in " not in line or " per " in line
                    continue
                assert line.count("[") == len(CONVERTED.findall(line)), f"{file}: {step.name} = {line}"
                conversions.update(match[0] for match in CONVERTED.finditer(line))
                assert reckoned(line) == pytest.approx(step.value, rel=1e-3, abs=1e-300), f"{step.name} = {line}"
    assert {" [× 1/365 year per day]", " [× 0.01 per %]", " [× 0.001 kWh per W*h]"} <= conversions


def test_a_long_sum_names_the_factors_of_its_terms(chat: Path) -> None:
    """2 × (1 + 2 + 3) token and 2 × (1 + 2) thousandths of a ktoken are 18 token."""
    formula = "= " + " + ".join(f"tries * {each} [{unit}/prompt]" for each, unit in TERMS)
    (chat / "chat.yaml").write_text(CHAT.replace("= tries * 3 [token/prompt]", formula), "utf-8")
    told = explained(result_of("chat.yaml"), "one", "GWP", fold=0)
    (step,) = (step for step in steps(told) if step.name == "parameters.tokens")
    assert step.value == pytest.approx(18)
    assert "= the sum of 5 parts, those in ktoken/prompt × 1000 token per ktoken" in view._formulas(step, {})


TERMS = [(1, "token"), (2, "token"), (3, "token"), (0.001, "ktoken"), (0.002, "ktoken")]
FORMULAS = [
    "= max(tries, 5) * 2 [token/prompt]",
    "= min(tries, 5) * 2 [token/prompt] + tries ^ 2 * 3 [token/prompt]",
    "= ceil(tries * 0.7) * 1 [token/prompt] - -1 [token/prompt]",
    "= (log2(tries + 3) + exp(-tries)) * 1 [token/prompt]",
    "= (ln(tries + 3) + exp2(-tries) + sqrt(tries) + floor(tries * 3.4)) * 1 [token/prompt]",
    "= round_up(tries * 7 [token/prompt], 0.002 [ktoken/prompt]) + tries ^ 1.5 * 1 [token/prompt]",
    "= interp(tries, 1, 50 [token/prompt], 17, 0.1 [ktoken/prompt])",
    "= 1 [token/prompt] / (tries + 1 / (tries + 1 / (tries + 3)))",
    "= tries * " + " * ".join(["1.5"] * 40) + " * 1 [token/prompt]",
    "= " + " + ".join(["tries * 2 [token/prompt]", "3 [token/prompt]"] * 20),
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_operation_of_formulas(chat: Path, formula: str) -> None:
    text = (chat / "chat.yaml").read_text(encoding="utf-8")
    text = text.replace("= tries * 3 [token/prompt]", formula)
    assert formula in text
    (chat / "chat.yaml").write_text(text, encoding="utf-8")
    result = result_of("chat.yaml")
    assert_holds(result, "one", "GWP", None, 0.0)
    tokens = next(s for s in steps(explained(result, "one", "GWP", fold=0.0)) if s.name == "parameters.tokens")
    assert tokens.origin.place == "chat.yaml:13"
    assert tokens.origin.note == "three tokens a try"
    assert "assumed" in tokens.origin.basis


def test_branches_are_sorted_and_their_shares_sum_to_one() -> None:
    told = explained(result_of("chat.yaml"), "year", "ADPe", fold=0.3)
    shares = [child.share or 0 for child in told.root.children]
    assert sum(shares) == pytest.approx(1)
    assert [abs(share) for share in shares[:-1]] == sorted((abs(share) for share in shares[:-1]), reverse=True)
    folded = told.root.children[-1]
    assert isinstance(folded, Folded)
    assert folded.terms > 1
    assert abs(folded.share or 0) <= 0.3
    assert f"… {folded.terms} more: " in view.text(told)


def test_a_credit_has_a_share_of_the_absolute_values() -> None:
    told = explained(result_of("chat.yaml"), "year", "GWP", fold=0)
    credit = next(child for child in told.root.children if isinstance(child, Step) and "end of life" in child.name)
    assert credit.share is not None
    assert credit.share < 0
    assert "shares are of the sum of absolute values" in view.text(told)


def test_a_quantity_is_explained_once() -> None:
    told = explained(result_of("chat.yaml"), "both", "GWP", fold=0)
    numbers = [step.number for step in steps(told)]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    seen: set[int] = set()
    for branch in branches(told.root):
        if isinstance(branch, Step):
            seen.add(branch.number)
        if isinstance(branch, Reference):
            assert branch.number in seen


@pytest.mark.parametrize("depth", range(5))
def test_a_depth_cuts_the_tree(depth: int) -> None:
    told = explained(result_of("chat.yaml"), "one", "GWP", depth=depth, fold=0)

    def deepest(step: Step) -> int:
        return max([1 + deepest(child) for child in step.children if isinstance(child, Step)], default=0)

    assert deepest(told.root) == depth
    assert "… has parts that are not shown" in view.text(told)
    assert view.as_json(told)


def test_text_fits_80_columns() -> None:
    told = explained(result_of("stable_diffusion"), "FU1", "GWP", fold=0)
    assert max(map(len, view.text(told).splitlines())) <= 80


def test_a_reason_that_is_missing_is_said() -> None:
    told = explained(result_of("chat.yaml"), "one", "GWP")
    pue = next(step for step in steps(told) if step.name == "sites.hall.pue")
    assert pue.origin.note == NO_REASON
    assert "assumed, no reason given · chat.yaml:26" in view.text(told)


def test_each_source_is_cited_in_full_once() -> None:
    told = explained(result_of("chat.yaml"), "one", "GWP")
    assert told.sources == {
        "meter-2024": "A. Reader (2024). What the meter said",
        "own": "The packs of the test, 2024 [CC0]",
    }
    assert view.text(told).count("What the meter said") == 1


def invoked(*arguments: str) -> str:
    assert _registered
    done = RUNNER.invoke(app, ["explain", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("one_gwp.txt", ("one", "GWP")),
        ("one_gwp.md", ("one", "GWP", "--format", "markdown")),
        ("year_adpe_depth_2.txt", ("year", "ADPe", "--depth", "2", "--variant", "long")),
        ("one_gwp_phone.txt", ("one", "GWP", "--item", "telephone", "--stage", "use")),
        ("one_electricity.txt", ("one", "electricity", "--depth", "1")),
        ("why_not.txt", ("one", "GWP", "--why-not", "tablet")),
    ],
)
def test_golden(name: str, options: tuple[str, ...]) -> None:
    told = invoked("chat.yaml", *options, "--packs", "packs")
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / name).write_text(told, encoding="utf-8")
    assert told == (GOLDEN / name).read_text(encoding="utf-8")


def test_json_of_the_command() -> None:
    plain = json.loads(invoked("chat.yaml", "one", "GWP", "--format", "json", "--packs", "packs"))
    assert plain["title"] == "GWP of one (One prompt), from chat.yaml"
    assert plain["figure"]["value"] == result_of("chat.yaml").total("one", "GWP")


@pytest.mark.parametrize(
    ("item", "kind", "words"),
    [
        ("tablet", "zero", "tablet (embodied, access) is 0 because terminals.devices.tablet.share is 0 %"),
        ("phone", "other name", "terminals.devices.phone is in the scenario; its lines are called telephone"),
        ("v1", "excluded", "the training run v1 is not included; those that count: v2"),
        ("training v1", "elsewhere", "it is not in this inventory, but in that of: one, variant long; year"),
        ("data", "out of scope", "data is out of scope: the data were there before"),
        ("windmill", "unused", "the study's packs have factors for it, but no flow of the inventory uses it"),
        ("telefone", "unknown", "it is not in the inventory; did you mean 'telephone'?"),
        ("telephone", "contributes", "it does contribute: "),
    ],
)
def test_why_not(item: str, kind: str, words: str) -> None:
    result = result_of("chat.yaml", (None, "long"))
    reasons = why_not(result.model, result.values, "one", None, "GWP", item)
    assert kind in [reason.kind for reason in reasons]
    assert any(reason.words.startswith(words) for reason in reasons), reasons


def test_why_not_of_what_is_not_assessed() -> None:
    result = result_of("chat.yaml")
    (reason,) = why_not(result.model, result.values, "one", None, "ADPe", "cable")[:1]
    assert reason == ("not assessed", "cable is not assessed for ADPe: nobody has measured it", "chat.yaml:6")


def test_why_not_of_what_has_no_factor(chat: Path) -> None:
    text = (chat / "chat.yaml").read_text(encoding="utf-8").replace("{item: cable, tier", "{item: rope, tier")
    (chat / "chat.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Problems) as raised:
        RUNNER.invoke(
            app,
            ["explain", "chat.yaml", "one", "GWP", "--why-not", "rope", "--packs", "packs"],
            catch_exceptions=False,
        )
    assert all("'rope'" in problem.message for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("one", "GWPP"), "the study has no criterion 'GWPP'"),
        (("ones", "GWP"), "no functional unit 'ones'"),
        (("one", "GWP", "--variant", "longer"), "no variant 'longer'"),
        (("one", "GWP", "--item", "spoon"), "no line of one has item: spoon for GWP"),
        (("one", "GWPP", "--why-not", "tablet"), "the study has no criterion 'GWPP'"),
    ],
)
def test_what_does_not_exist(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(Problems) as raised:
        RUNNER.invoke(app, ["explain", "chat.yaml", *arguments, "--packs", "packs"], catch_exceptions=False)
    assert message in str(raised.value)


TWO_FLEETS = """\
study: {title: Two fleets, criteria: [GWP], packs: [tiny]}
functional_units:
  one: {demand: {prompts: 1 prompt}}
  year: {demand: {prompts: 1000 prompt}, training: {allocation: whole}}
sites: {dc: {region: FRA, pue: 1}}
parameters: {work: 1000 prompt}
web_hosting:
  site: dc
  server: {device: server, lifetime: 4 year}
  fleet: {servers: 2 server, period: 1 year, power: 1 kW/server, serves: = work}
inference:
  site: dc
  server: {device: server, lifetime: 4 year}
  fleet: {servers: 3 server, period: 1 year, power: 1 kW/server, serves: = work}
training:
  site: dc
  allocation: per use
  runs: {v1: {power: 1 kW/server, nodes: 2 server, duration: 10 h, amortised_over: 1000 prompt}}
"""


@pytest.mark.parametrize(
    ("phase", "own", "other"), [("inference", "inference", "web_hosting"), ("access", "web_hosting", "inference")]
)
def test_each_part_calls_a_node_that_parts_share_by_its_own_name(
    phase: str, own: str, other: str, lca_: Lca, tmp_path: Path
) -> None:
    """Both fleets serve the same work, so that their shares of it are one node."""
    path = written(tmp_path, TWO_FLEETS)
    text = lca_("explain", str(path), "one", "GWP", "--phase", phase, "--packs", str(write_pack(tmp_path))).out
    text = " ".join(text.replace("│", " ").split())
    assert f"share of the fleet of {own}" in text
    assert f"the fleet of {other}" not in text


def test_what_one_case_calls_a_node_is_no_name_of_it_in_another(lca_: Lca, tmp_path: Path) -> None:
    """The unit that carries all of the run calls it by the name that the share of it has in the other unit."""
    path = written(tmp_path, TWO_FLEETS)
    text = lca_("explain", str(path), "one", "GWP", "--phase", "training", "--packs", str(write_pack(tmp_path))).out
    assert text.count("active electricity of training v1 = ") == 1
