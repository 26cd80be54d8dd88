"""Methods: formulas that give what a block does not state. Figures by hand stand beside what they are of."""

# ruff: noqa: E501  a fault, its change and its message are one line

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.disk.workspace import Run
from lca.graph import Node, evaluate
from lca.problems import Problems
from lca.questions.account import DEFAULT, UNUSED, account
from lca.questions.sweep import asked, axis, sweep
from lca.result import Result
from lca.units import unit
from tests.bench_pack import lay, swapped, write_pack, written
from tests.command import Lca

# 100 token × 2 GPU × 3 mWh/token/GPU + 20 s × 0.9 kW × (2 / 8) = 0.6 Wh + 1.25 Wh; a GPU holds 80 GB, and 90 G need 2
METHOD = """\
title: A request from its tokens
version: "1"
takes:
  model: {words: true, text: what is asked}
  size: {unit: Gparameter, of: model, parameter: parameters_in_all, above: 0, text: its parameters}
  output: {unit: token, per_work: true, low: 0, text: tokens of an answer}
  wait: {unit: s, per_work: true, default: 0 s, text: time before the first token}
  latency: {unit: s, per_work: true, optional: true, text: measured time}
  rate: {unit: token/s, default: = 1 / pace, above: 0, text: tokens in a second}
  device: {words: true, default: server, text: the server}
parameters:
  share: {value: 3 mWh/token/GPU, low: 1 mWh/token/GPU, high: 6 mWh/token/GPU, at: p. 1}
  pace: {value: 0.2 s/token, at: p. 2}
  memory: {value: 80 GB/GPU, at: p. 3}
  width: 1 GB/Gparameter
  host: 0.9 kW
equations:
  gpus: {value: "= ceil(size * width / memory / 1 [GPU]) * 1 [GPU]", at: p. 4}
  part: = gpus / 8 [GPU]
  time: = min(output / rate + wait, latency)
gives:
  energy: {value: = output * gpus * share + time * host * part, at: p. 5}
  server: {device: = device, share: = part, time: = time, lifetime: 4 year, aur: 50 %}
"""
PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
alpha,,,parameters_in_all,90,Gparameter,,,,p. 9,B,
beta,,,parameters_in_all,7000,Mparameter,,,,p. 9,B,
"""
PACKAGE = {
    "name": "made", "title": "Made", "version": "1", "citation": "The makers, 2026", "accessed": "2026-01-01",
    "redistributable": True, "licenses": [{"name": "X", "title": "X"}], "sources": [{"title": "X"}],
    "resources": [{"path": "tokens.yaml", "role": "method"}, {"path": "parameters.csv", "role": "parameters"}],
}  # fmt: skip
STUDY = """\
study: {title: By a method, criteria: [GWP], packs: [tiny, made]}
functional_units:
  one: {demand: {prompts: 1 prompt}}
sites: {lab: {region: FRA, pue: 1}}
inference:
  site: lab
  method: tokens
  model: alpha
  output: 100 token/prompt
"""


def packs(folder: Path, method: str = METHOD) -> list[Path]:
    made = lay(folder / "packs" / "made", PACKAGE, parameters=PARAMETERS)
    (made / "tokens.yaml").write_text(method, "utf-8")
    return [write_pack(folder)]


def of(folder: Path, text: str, method: str = METHOD) -> Result:
    return Run(written(folder, text), packs(folder, method)).compile(every_case=True)[0]


def quantity(result: Result, path: str, *, last: bool = False) -> float:
    """The value of a quantity in its unit, by its name."""
    graph = result.whole.model.graph
    found = [index for index, name in graph.names.items() if name == path]
    found += [index for index, leaf in graph.inputs() if leaf.path == path]
    return float(evaluate(graph)[found[-1 if last else 0]])


def problems(folder: Path, text: str, method: str = METHOD) -> list[str]:
    with pytest.raises(Problems) as raised:
        of(folder, text, method)
    return [f"{problem.spans[0]!s}: {problem.message}" for problem in raised.value.problems]


def test_what_a_method_gives_is_what_its_formulas_say(tmp_path: Path) -> None:
    result = of(tmp_path, STUDY)
    assert quantity(result, "inference.gpus") == 2
    assert quantity(result, "inference.time") == pytest.approx(20, rel=1e-12)
    energy = quantity(result, "active electricity of inference")
    assert energy == pytest.approx((0.6 + 20 * 900 / 3600 * 0.25) / 1000, rel=1e-12)
    consumed = quantity(result, "server consumed by inference")
    assert consumed == pytest.approx(20 * 0.25 / (4 * 365 * 86400 * 0.5), rel=1e-12)


def test_what_is_optional_drops_out_and_is_taken_where_it_is_stated(tmp_path: Path) -> None:
    """min(20 s, 5 s): the host works a quarter of the time. A latency without a unit of the work is that of one."""
    for latency in ("5 s/prompt", "5 s", "5000 ms"):
        result = of(tmp_path, f"{STUDY}  latency: {latency}\n")
        assert quantity(result, "active electricity of inference") == pytest.approx((0.6 + 0.3125) / 1000, rel=1e-12)


def test_what_is_stated_is_there_also_where_its_default_would_lack_something(tmp_path: Path) -> None:
    """10 s as stated; the default is half of a latency that nobody stated."""
    method = swapped(METHOD, ("default: = 1 / pace", "default: = output / latency / 2"))
    result = of(tmp_path, f"{STUDY}  rate: 10 token/s\n", method)
    assert quantity(result, "inference.time") == pytest.approx(10, rel=1e-12)


def test_a_plain_value_that_is_given_is_of_the_pack(tmp_path: Path) -> None:
    found = {number.address: number.kind for number in account(of(tmp_path, STUDY)).numbers}
    assert found["inference.server.lifetime"] == found["inference.server.aur"] == DEFAULT


def test_a_default_is_for_a_unit_of_a_demand_that_is_a_formula(tmp_path: Path) -> None:
    """Nothing says in words what is counted: the demand and the tokens of an answer are formulas. 0 s is for one prompt."""
    more = "parameters: {people: 3 person, each: 2 prompt/person, length: 100 token/prompt}\n"
    demand = "demand: {prompts: = people * each}"
    text = swapped(STUDY, ("demand: {prompts: 1 prompt}", demand), ("output: 100 token/prompt", "output: = length"))
    assert of(tmp_path, more + text).total("one", "GWP") == pytest.approx(6 * of(tmp_path, STUDY).total("one", "GWP"))


def test_a_default_may_be_a_formula_and_what_is_stated_wins(tmp_path: Path) -> None:
    result = of(tmp_path, f"{STUDY}  rate: 10 token/s\n")
    assert quantity(result, "inference.time") == pytest.approx(10, rel=1e-12)


def test_what_the_block_states_of_its_own_keys_wins_and_is_in_the_account(tmp_path: Path, lca_: Lca) -> None:
    text = f"{STUDY}  energy: 4 Wh/prompt\n  server: {{aur: 25 %}}\n"
    result = of(tmp_path, text)
    assert quantity(result, "active electricity of inference") == pytest.approx(0.004, rel=1e-12)
    assert quantity(result, "server consumed by inference") == pytest.approx(20 * 0.25 / (4 * 365 * 86400 * 0.25))
    told = [(swap.asked, swap.used, swap.item) for swap in account(result).instead]
    assert told == [
        ("tokens", "what is stated", "inference.energy"),
        ("tokens", "what is stated", "inference.server.aur"),
    ]
    ran = lca_("run", str(tmp_path / "study.yaml"), "--packs", str(tmp_path / "packs"))
    assert "what is stated for tokens: inference.energy, inference.server.aur" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("stated", "energy"),
    [
        # 20 s × 400 W × 2/8 of a server
        ("server: {power: 400 W}", 20 * 400 * 0.25 / 3.6e6),
        # 500 kWh over 1e6 prompts
        ("fleet: {servers: 1 server, period: 1 year, energy: 500 kWh, serves: 1e6 prompt}", 500 / 1e6),
    ],
)
def test_what_says_the_same_otherwise_takes_the_place_of_what_is_given(
    stated: str, energy: float, tmp_path: Path
) -> None:
    result = of(tmp_path, f"{STUDY}  {stated}\n")
    name = "electricity of inference" if "fleet" in stated else "active electricity of inference"
    assert quantity(result, name) == pytest.approx(energy, rel=1e-12)


def test_parameters_and_looked_up_values_are_one_input_for_all_blocks(tmp_path: Path) -> None:
    block = "{site: lab, method: tokens, model: MODEL, output: 100 token/prompt}"
    two = STUDY[: STUDY.index("inference:")] + f"inference:\n  a: {block}\n  b: {block}\n"
    result = of(tmp_path, two.replace("MODEL", "alpha"))
    leaves = [leaf.path for _, leaf in result.model.graph.inputs()]
    assert leaves.count("methods.tokens.parameters.share") == 1
    assert leaves.count("made.alpha.parameters_in_all") == 1


def test_a_scenario_changes_a_parameter_and_a_sweep_finds_it(tmp_path: Path) -> None:
    own = f"{STUDY}methods: {{tokens: {{parameters: {{host: 1.8 kW}}}}}}\n"
    energy = quantity(of(tmp_path, own), "active electricity of inference")
    assert energy == pytest.approx((0.6 + 2.5) / 1000, rel=1e-12)
    varied = f"{STUDY}variants: {{hot: {{with: {{methods.tokens.parameters.host: 1.8 kW}}}}}}\n"
    result = of(tmp_path, varied)
    totals = {key.variant: result.whole.values[index] for key, index in result.whole.model.totals.items()}
    assert totals["hot"] > totals[None]
    run = Run(tmp_path / "study.yaml", packs(tmp_path))
    model = run.compile()[0].model
    moved = sweep(model, [axis(model, asked("methods.tokens.parameters.host=0.9 kW,1.8 kW"))])
    first, second = (float(value) for value in moved.series[0].values)
    assert (first, second) == (pytest.approx(totals[None]), pytest.approx(totals["hot"]))


def test_a_variant_may_change_the_method_and_what_the_other_takes_is_set_aside(tmp_path: Path) -> None:
    other = """\
methods:
  plain: {title: A figure, gives: {energy: 2 Wh/prompt}}
variants:
  plain: {with: {inference.method: plain}}
  late: {with: {inference.latency: 5 s}}
"""
    result = of(tmp_path, STUDY + other)
    assert quantity(result, "active electricity of inference", last=True) != 0.002
    assert {key.variant for key in result.whole.model.totals} == {None, "plain", "late"}
    assert [number.address for number in account(result).of("stated", UNUSED)] == []


def test_a_method_extends_another(tmp_path: Path) -> None:
    """What is taken is replaced whole; parameters and formulas are merged."""
    own = """\
methods:
  ours:
    title: Ours
    extends: tokens
    takes: {size: {unit: Gparameter, text: stated for each block}}
    parameters: {host: 0 kW}
"""
    text = swapped(STUDY, ("method: tokens", "method: ours")) + "  size: 240 Gparameter\n" + own
    assert quantity(of(tmp_path, text), "active electricity of inference") == pytest.approx(0.9e-3, rel=1e-12)
    lacking = swapped(STUDY, ("method: tokens", "method: ours")) + own
    assert [told.partition("study.yaml:")[2] for told in problems(tmp_path, lacking)] == [
        "7:11: inference has no 'size', which ours takes"
    ]


def test_processes_are_activities_by_a_method(tmp_path: Path) -> None:
    """Twice 3 MB/visit × 50 Wh/GB, one in each region."""
    text = """\
study: {title: A page, criteria: [GWP], packs: [tiny]}
functional_units: {one: {demand: {visits: 1 visit}}}
methods:
  page:
    title: A page by its data
    takes: {data: {unit: GB, per_work: true, text: data of a visit}, region: {words: true, text: where}}
    parameters: {each: 50 Wh/GB}
    gives:
      activities:
        centre: {item: electricity, tier: data centre, stage: use, region: = region, amount: = data * each}
        network: {item: electricity, tier: network, stage: use, region: World, amount: = data * each}
processes:
  home: {method: page, data: 3 MB/visit, region: FRA}
"""
    result = of(tmp_path, text)
    graph = result.model.graph
    lines = {line.item: Node(graph, line.amount).to(unit("Wh")).index for line in result.model.lines}
    lines = {item: evaluate(graph)[index] for item, index in lines.items()}
    assert lines == {"home centre": pytest.approx(0.15), "home network": pytest.approx(0.15)}
    assert {line.region for line in result.model.lines} == {"FRA", "World"}


WRONG = {
    "a method that nobody has": (("method: tokens", "method: token"), None, "study.yaml:7:11: no method 'token'"),
    "what it takes is missing": (("  output: 100 token/prompt\n", ""), None, "study.yaml:7:11: inference has no 'output', which tokens takes"),
    "words that are missing": (("  model: alpha\n", ""), None, "study.yaml:7:11: inference has no 'model', which tokens takes"),
    "a thing that packs do not know": (("alpha", "alpah"), None, "study.yaml:7:11: inference has no 'size', which tokens takes"),
    "an equation that is stated": (("model: alpha", "model: alpha\n  gpus: 3 GPU"), None, "study.yaml:9:3: gpus is worked out by tokens, and not stated"),
    "another unit": (("100 token/prompt", "100 s/prompt"), None, "study.yaml:9:11: s/prompt is not token"),
    "a bound in another unit": (("100 token/prompt", "0.004 ktoken/prompt"), ("low: 0, text: tokens", "low: 5, text: tokens"), "study.yaml:9:11: inference.output is 0.004 ktoken/prompt; it has to be at least 5 token"),
    "an unknown key": (("model: alpha", "model: alpha\n  outputs: 3 token"), None, "study.yaml:9:3: unknown key 'outputs' in inference"),
    "a name that a scenario adds": (("sites:", "methods: {tokens: {parameters: {hosts: 1 kW}}}\nsites:"), None, "study.yaml:4:33: tokens has no 'hosts' among its parameters"),
    "a name that is none": (None, ("* host *", "* hots *"), "packs/made/tokens.yaml:22:52: tokens has no 'hots'"),
    "a name of the scenario": (None, ("* host *", "* sites.lab.pue *"), "packs/made/tokens.yaml:22:52: tokens has no 'sites.lab.pue'"),
    "a circle": (None, ("default: = 1 / pace", "default: = output / time"), "packs/made/tokens.yaml:9:34: a formula needs its own result: rate -> time -> rate"),
    "words in a formula": (None, ("gpus / 8", "gpus * model / 8"), "packs/made/tokens.yaml:19:18: model is words, and no quantity"),
    "a name twice": (None, ("  host: 0.9 kW", "  host: 0.9 kW\n  wait: 1 s"), "packs/made/tokens.yaml:17:3: tokens has 'wait' twice"),
    "a key that blocks do not have": (None, ("aur: 50 %", "aurs: 50 %"), "packs/made/tokens.yaml:23:77: tokens gives server.aurs, which a service does not have"),
    "units that do not fit": (None, ("* share +", "* pace +"), "packs/made/tokens.yaml:22:44: s*kW/prompt cannot be added to GPU*s/prompt"),
    "no formula": (None, ("= gpus / 8 [GPU]", "= gpus / / 8"), "packs/made/tokens.yaml:19:18: a value is missing here"),
    "a name with a dot": (None, ("  part:", "  part.of:"), "packs/made/tokens.yaml:19:3: 'part.of' is no name for a formula"),
    "a look-up of what": (None, ("of: model, ", ""), "packs/made/tokens.yaml:5:3: size has no of"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_method_is_said_in_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_study, in_method, message = WRONG[name]
    monkeypatch.chdir(tmp_path)
    text = swapped(STUDY, in_study) if in_study else STUDY
    method = swapped(METHOD, in_method) if in_method else METHOD
    assert message in problems(tmp_path, text, method)


def test_a_bound_holds_in_any_unit(tmp_path: Path) -> None:
    method = swapped(METHOD, ("low: 0, text: tokens", "low: 5, text: tokens"))
    assert quantity(of(tmp_path, swapped(STUDY, ("100 token", "0.1 ktoken")), method), "inference.gpus") == 2


def test_a_parameter_is_no_formula_and_a_method_that_no_block_names_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problems, match="a parameter of a method is no formula"):
        of(tmp_path, STUDY, swapped(METHOD, ("host: 0.9 kW", "host: = 900 [W]")))
    idle = account(
        of(tmp_path, f"{STUDY}methods: {{unused: {{title: Unused, gives: {{energy: 1 Wh/prompt}}}}}}\n")
    ).idle
    assert ("methods.unused", "no block names it") in [(one.path, one.reason) for one in idle]


def test_a_misspelt_take_is_named_beside_what_is_missing(tmp_path: Path) -> None:
    told = problems(tmp_path, swapped(STUDY, ("output:", "outputs:")))
    assert [each.partition("study.yaml:")[2] for each in told] == [
        "7:11: inference has no 'output', which tokens takes",
        "9:3: unknown key 'outputs' in inference",
    ]


def test_twelve_methods_that_extend_one_another_are_no_circle(tmp_path: Path) -> None:
    chain = {f"m{n}": {"title": "M", "extends": f"m{n + 1}" if n < 12 else "tokens", "gives": {}} for n in range(13)}
    text = swapped(STUDY, ("method: tokens", "method: m0")) + f"methods: {json.dumps(chain)}\n"
    assert {told.partition(": ")[2] for told in problems(tmp_path, text)} == {"too many methods extend one another"}


def test_the_sheet_says_what_is_wrong_with_a_method(tmp_path: Path, lca_: Lca) -> None:
    folder = str(packs(tmp_path, swapped(METHOD, ("* host *", "* hots *")))[0])
    ran = lca_("methods", "tokens", "--packs", folder)
    assert (ran.code, "tokens has no 'hots'" in ran.err, "= output * gpus" in ran.out) == (1, True, True)


def test_a_default_is_said_where_no_pack_knows_the_thing(tmp_path: Path) -> None:
    """A model whose name is mistyped, and whose size is stated, is not served by a default without a word."""
    looked_up = ("rate: {unit: token/s, ", "rate: {unit: token/s, of: model, parameter: speed, ")
    result = of(tmp_path, STUDY, swapped(METHOD, looked_up))
    told = [(one.path, one.words) for one in account(result).taken]
    assert told == [("inference.rate", "its default, since no pack of the study has speed of alpha")]


def test_methods_that_extend_one_another_in_a_circle(tmp_path: Path) -> None:
    own = "methods: {a: {title: A, extends: b, gives: {energy: 1 Wh}}, b: {title: B, extends: a, gives: {energy: 1 Wh}}}\n"
    found = problems(tmp_path, swapped(STUDY, ("method: tokens", "method: a")) + own)
    assert any("extend one another in a circle" in problem for problem in found)


def test_a_chain_of_equations_is_long(tmp_path: Path) -> None:
    """Neither the depth of Python's stack nor the square of its length is in the way."""
    links = {f"e{n}": f"= e{n - 1} + 1 [Wh]" if n else "= 1 [Wh]" for n in range(2_000)}
    method = {"title": "A chain", "equations": links, "gives": {"energy": "= e1999 / 1 [prompt]"}}
    text = f"{STUDY[: STUDY.index('  method')]}  method: chain\nmethods: {json.dumps({'chain': method})}\n"
    result = of(tmp_path, text)
    assert quantity(result, "active electricity of inference") == pytest.approx(2.0, rel=1e-9)


def test_they_are_listed_and_printed_as_a_formula_sheet(tmp_path: Path, lca_: Lca) -> None:
    folder = str(packs(tmp_path)[0])
    assert "tokens" in lca_("methods", "--packs", folder).out
    sheet = lca_("methods", "tokens", "--packs", folder).out
    for part in ("parameters_in_all", "= output * gpus * share", "p. 5", "The makers, 2026"):
        assert part in sheet
    assert "no method 'tokns'" in lca_("methods", "tokns", "--packs", folder).err


def test_a_demand_that_names_a_block_by_a_method_goes_in_no_circle(tmp_path: Path) -> None:
    """What a method takes for a unit of the work asks for the demand, which may name the block: 2 servers of 3 kWh."""
    text = """\
study: {title: In a circle, criteria: [FE]}
functional_units: {one: {demand: {servers: "= equipment.rack.cpus * 1 [server]"}}}
methods:
  made: {title: Made, takes: {cpus: {text: how many, unit: "1"}}, gives: {parts: {box: "= cpus * 1 [device]"}}}
equipment: {rack: {method: made, cpus: 2}}
factors: {box: {item: box, impacts: {GWP: 1 kgCO2eq/device}}}
activities: [{item: electricity, region: FRA, tier: data centre, stage: use, amount: "= servers * 3 [kWh/server]"}]
"""
    path = tmp_path / "circle.yaml"
    path.write_text(text)
    result, _ = Run(path).compile()
    assert [result.values[index] for index in result.model.totals.values()] == [6.0]
