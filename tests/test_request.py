"""One request to a model: its figures, the names of its model, and what is said where it cannot be answered."""

# ruff: noqa: E501  tables

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca.disk.requests import opened
from lca.disk.workspace import Run
from lca.problems import Problems
from lca.questions.ends import ends
from tests.command import Lca

CLASSES = ("input_tokens", "cache_write_tokens", "cache_read_tokens", "reasoning_tokens", "output_tokens")
SCHEMA = {
    "name": "requests", "title": "Of a test", "version": "1", "licenses": [{"name": "CC0"}], "sources": [{"title": "made up"}],
    "citation": "Made up.", "accessed": "2026", "redistributable": True,
    "resources": [
        {"path": "models.csv", "role": "models"}, {"path": "parameters.csv", "role": "parameters"},
        {"path": "factors.csv", "role": "factors"}, {"path": "zones.csv", "role": "zones"},
        {"path": "by-token.yaml", "role": "method"}, {"path": "bent.yaml", "role": "method"}, {"path": "read.yaml", "role": "method"}, {"path": "old.yaml", "role": "method"},
    ],
}  # fmt: skip
MODELS = """\
item,provider,architecture,aliases,released,at,quality,note
one/small,one,dense,first/small tiny,2026,p. 1,B,
one/big,one,mixture of experts,,2026-02,p. 1,E,an estimate
two/big,two,dense,,,p. 1,B,
one/mid,one,dense,,,p. 1,B,
two/mid,two,dense,,,p. 1,B,
"""
PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
one/small,,2026,each,2,J/token,1,4,,p. 2,B,
one/big,,2026,each,20,J/token,10,40,,p. 2,E,caution: nobody measured it
one/mid,,2026,each,5,J/token,,,,p. 2,B,
two/mid,,2026,each,6,J/token,,,,p. 2,B,
one,,2026,pue,1.5,1,,,,p. 3,B,
one,,2026,wue,0.5,L/kWh,,,,p. 3,B,
"""
FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2026,GWP,0.1,kgCO2eq,kWh,,,,p. 4,B,
electricity,use,USA,2026,GWP,0.4,kgCO2eq,kWh,,,,p. 4,D,caution: it is last year's
electricity,use,FRA,2026,WC,2,L,kWh,,,,p. 4,B,
electricity,use,USA,2026,WC,3,L,kWh,,,,p. 4,B,
"""
ZONES = "item,zone,region,at,note\none,default,USA,p. 5,\n"
METHOD = """\
title: By tokens
takes:
  model: {words: true, text: the model}
  each: {unit: J/token, of: model, parameter: each, above: 0, text: energy of a token}
  output_tokens: {unit: token, per_work: true, low: 0, text: tokens of an answer}
  cache_read_tokens: {unit: token, per_work: true, low: 0, default: 0 token, text: tokens of a cache}
  batch: {unit: "1", default: 4, above: 0, high: 1e6, text: requests at once}
gives:
  energy: = (output_tokens + 0.1 * cache_read_tokens) * each / batch
request: {}
"""
BENT = """\
title: With a best size
takes:
  model: {words: true, text: the model}
  each: {unit: J/token, of: model, parameter: each, above: 0, text: energy of a token}
  output_tokens: {unit: token, per_work: true, low: 0, text: tokens of an answer}
equations:
  far: = each / 1 [J/token] - output_tokens / 1 [token/request]
gives:
  energy: = far * far * 1 [J/request]
request: {apart: it is a trial}
"""
READ = """\
title: By what is read, of which the range of the batch is told piece by piece
takes:
  model: {words: true, text: the model}
  each: {unit: J/token, of: model, parameter: each, above: 0, text: energy of a token}
  output_tokens: {unit: token, per_work: true, low: 0, text: tokens of an answer}
  batch: {unit: "1", default: {value: 64, low: 16, high: 256}, above: 0, text: requests at once}
gives:
  energy: = output_tokens * (each * (1 - 0.9^batch) / batch)
request: {apart: it is a trial}
"""


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("packs") / "requests"
    folder.mkdir()
    texts = {"models.csv": MODELS, "parameters.csv": PARAMETERS, "factors.csv": FACTORS, "zones.csv": ZONES}
    texts |= {"datapackage.json": json.dumps(SCHEMA), "by-token.yaml": METHOD, "bent.yaml": BENT, "read.yaml": READ}
    texts |= {"old.yaml": METHOD.replace("request: {}", "request: {apart: a newer one stands in its place}")}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder]


def by_token(packs: list[Path], model: str = "one/small", **given: object) -> lca.questions.answer.Answer:  # type: ignore[name-defined]
    return lca.request(model, method="by-token", packs=packs, **given)  # type: ignore[arg-type]


def test_by_hand(packs: list[Path]) -> None:
    """900 tokens of 2 J (1 to 4), four at once: 450 J = 0.000125 kWh, by a PUE of 1.5 0.0001875 kWh."""
    answer = by_token(packs, output_tokens=900)
    kwh = 900 * 2 / 4 / 3.6e6
    assert answer["FE"][:3] == pytest.approx((kwh * 1.5, kwh * 1.5 / 2, kwh * 1.5 * 2), rel=1e-12)
    assert answer["GWP"][:3] == pytest.approx([kwh * 1.5 * 0.4 * each for each in (1, 0.5, 2)], rel=1e-12)
    assert answer["WC"].value == pytest.approx(kwh * (0.5 + 1.5 * 3), rel=1e-12), (
        "water: once for IT energy, once by PUE"
    )
    assert [*answer] == ["FE", "GWP", "WC"]
    assert answer.about.left_out == ("ADPe", "PE")
    assert answer["GWP"].unit == "kgCO2eq"
    assert by_token(packs, output_tokens=900, region="FRA")["GWP"].value == pytest.approx(kwh * 1.5 * 0.1, rel=1e-12)


def test_each_class_of_tokens_is_counted_once(packs: list[Path]) -> None:
    base = by_token(packs, output_tokens=100)["FE"].value
    assert by_token(packs, output_tokens=100, cache_read_tokens=1000)["FE"].value == pytest.approx(2 * base, rel=1e-12)
    more = by_token(packs, output_tokens=100, input_tokens=5000, reasoning_tokens=7)
    assert more["FE"].value == base
    assert more.about.not_counted == ("input_tokens", "reasoning_tokens")
    assert by_token(packs, output_tokens=100).about.not_counted == ()


def test_a_rare_take_is_a_number_or_a_text(packs: list[Path]) -> None:
    base = by_token(packs, output_tokens=100)["FE"].value
    for batch in (8, "8", 8.0):
        assert by_token(packs, output_tokens=100, batch=batch)["FE"].value == pytest.approx(base / 2, rel=1e-12)
    assert by_token(packs, output_tokens="0.1 ktoken")["FE"].value == pytest.approx(base, rel=1e-12)


def test_arrays_are_what_numbers_are_one_by_one(packs: list[Path]) -> None:
    tokens, batch = np.array([[1.0, 20.0, 300.0], [0.0, 5.0, 7.0]]), np.array([1.0, 2.0, 64.0])
    many = by_token(packs, output_tokens=tokens, batch=batch)["GWP"]
    assert many.low.shape == (2, 3)
    for place, number in np.ndenumerate(tokens):
        one = by_token(packs, output_tokens=float(number), batch=float(batch[place[1]]))["GWP"]
        assert (many.value[place], many.low[place], many.high[place]) == one[:3]
    assert many.low.dtype == np.float64


@pytest.mark.parametrize("method", ["by-token", "read", "bent"])
@settings(deadline=None)
@given(tokens=st.floats(0, 1e9), batch=st.floats(1, 1e3))
def test_numbers_are_those_of_the_scenario_to_the_bit(
    packs: list[Path], tokens: float, batch: float, method: str
) -> None:
    """The scenario that a request writes has its figures, and its ends."""
    asked, of = opened(packs), {"output_tokens": tokens} | ({"batch": batch} if method == "by-token" else {})
    answer = asked.request("one/small", "", method, of)
    text = asked.yaml("one/small", "", method, of)
    path = packs[0].parent / "request.yaml"
    path.write_text(text)
    result = Run(path, packs).compile()[0]
    for end in ends(result):
        own = answer[end.record["criterion"]]
        assert own.value == end.record["value"]
        assert (own.low, own.high) == pytest.approx((end.low.bound, end.high.bound), rel=1e-12, abs=1e-300)


def test_ends_are_written_out_where_they_are_the_same_for_every_number(packs: list[Path]) -> None:
    known = {key: opened(packs) for key in ("read", "bent")}
    for method, asked in known.items():
        asked.request("one/small", "", method, {"output_tokens": 3.0})
    written = {asked.method: priced.function.is_written for asked, priced in opened(packs)._known.items()}
    assert written["read"]
    assert not written["bent"]


def test_ends_that_depend_on_the_numbers_are_looked_for_at_each(packs: list[Path]) -> None:
    """(each - tokens)², each from 1 to 4: at 2 tokens the least is 0, at the middle, and the greatest 4; at 10, 36 to 81."""
    for tokens, low, high in ((2, 0, 4), (10, 36, 81)):
        found = lca.request("one/small", tokens, method="bent", packs=packs)["FE"]
        assert (found.low, found.high) == pytest.approx((low / 2.4e6, high / 2.4e6), rel=1e-6, abs=1e-12)
    arrays = lca.request("one/small", np.array([2.0, 10.0]), method="bent", packs=packs)["FE"]
    assert arrays.high == pytest.approx([4 / 2.4e6, 81 / 2.4e6])


def test_without_a_method_no_value_is_headlined(packs: list[Path]) -> None:
    answer = lca.request("one/small", 100, packs=packs)
    assert answer["FE"].value is None
    assert answer.methods == ("by-token",)
    assert answer["FE"].methods["by-token"] == by_token(packs, output_tokens=100)["FE"]
    assert answer.apart == {"old": "a newer one stands in its place", "bent": "it is a trial", "read": "it is a trial"}  # type: ignore[attr-defined]
    assert (answer["FE"].low, answer["FE"].high) == by_token(packs, output_tokens=100)["FE"][1:3]


@pytest.mark.parametrize(
    ("name", "key"),
    [("one/small", "one/small"), ("small", "one/small"), ("first/small", "one/small"), ("tiny", "one/small"), ("two/big", "two/big")],
)  # fmt: skip
def test_a_model_by_any_of_its_names(packs: list[Path], name: str, key: str) -> None:
    asked = opened(packs)
    assert asked.model(name, [asked.form("by-token")]) == key


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"model": "one/smal"}, "no model 'one/smal'", "did you mean 'one/small' or"),
        ({"model": "Small"}, "no model 'Small'", "did you mean 'small'?"),
        ({"model": "mid"}, "'mid' is the name of 2 models", "name one of them: one/mid, two/mid"),
        ({"model": "two/big"}, "by-token does not answer of two/big: no figures of the model", "name another method"),
        ({"output_tokens": None}, "by-token does not answer of one/small: it takes output_tokens: tokens of an answer", "name another method"),
        ({"output_tokens": -1}, "output_tokens is -1", "a number that is finite and not below 0"),
        ({"output_tokens": math.nan}, "output_tokens is nan", "a number that is finite and not below 0"),
        ({"output_tokens": [1, math.inf]}, "output_tokens is inf", "a number that is finite and not below 0"),
        ({"output_tokens": [1, 2], "batch": [1, 2, 3]}, "these are no numbers that go together", "output_tokens, batch: numbers, or arrays of one shape"),
        ({"output_tokens": "3 kg"}, "output_tokens is no 3 kg", "a number, or a quantity in token"),
        ({"output_tokens": ["a"]}, "these are no numbers that go together", "output_tokens: numbers"),
        ({"output_tokens": 10**400}, "these are no numbers that go together", "output_tokens: numbers"),
        ({"provider": "one"}, "provider is not stated so", "it is who serves the model"),
        ({"batch": 1e9}, "batch is 1e+09", "a number that is finite and above 0, and not above 1e+06"),
        ({"output_tokens": 1e308, "batch": 1e-9}, "the figures are not finite", "smaller numbers"),
        ({"region": 5}, "region is 5", "name it by a text"),
        ({"model": None}, "model is None", "name it by a text"),
        ({"batch": 0}, "batch is 0", "a number that is finite and above 0"),
        ({"batsh": 3}, "by-token takes no 'batsh'", "did you mean 'batch'?"),
        ({"method": "by-tokens"}, "no method 'by-tokens'", "did you mean 'by-token' or"),
        ({"method": "swd-4"}, "not a method of a request: 'swd-4'", ""),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked(packs: list[Path], given: dict[str, object], message: str, hint: str) -> None:
    asked = {"model": "one/small", "method": "by-token", "output_tokens": 3, **given}
    with pytest.raises(Problems) as raised:
        lca.request(**asked, packs=packs)  # type: ignore[arg-type]
    (problem,) = raised.value.problems
    assert problem.message == message
    assert (problem.hint or "").startswith(hint)


def test_a_criterion_that_is_none(packs: list[Path]) -> None:
    with pytest.raises(KeyError, match="did you mean 'GWP'"):
        by_token(packs, output_tokens=3)["gwp"]


def test_cautions_are_with_each_result(lca_: Lca, packs: list[Path]) -> None:
    about = by_token(packs, "one/big", output_tokens=3).about
    assert about.cautions == ("one/big, each: nobody measured it", "electricity USA, GWP: it is last year's")
    said = lca_("request", "one/big", "--output-tokens", "3", "--method", "by-token", "--packs", str(packs[0]))
    assert "caution: one/big, each: nobody measured it" in said.out
    text = lca_(
        "request", "one/big", "--output-tokens", "3", "--method", "by-token", "--packs", str(packs[0]), "--yaml"
    )
    path = packs[0].parent / "cautious.yaml"
    path.write_text(text.out)
    run = lca_("run", str(path), "--packs", str(packs[0])).out
    assert "Caution" in run
    assert "one/big, each: nobody measured it" in re.sub(r"\s+", " ", run)


def test_what_is_stated_is_in_the_grounds_and_what_it_stands_for_is_not(lca_: Lca) -> None:
    options = ("request", "openai/gpt-4o", "--output-tokens", "400", "--method", "ecologits-0-11")
    said = lca_(*options, "--set", "active=44 Gparameter", "--set", "batch=1").out
    assert "400 output tokens, active 44 Gparameter, batch 1" in " ".join(said.split())
    assert "active 88" not in said
    assert "active 88" in lca_(*options).out
    assert lca_(*options, "--set", "output_tokens=1").code == 2
    assert lca_(*options, "--set", "model=openai/gpt-4o-mini").code == 1


def test_a_configuration_is_of_the_model() -> None:
    large, small = (f"meta-llama/Llama-3.1-{size}-Instruct" for size in ("70B", "8B"))
    own = lca.request(large, 400, method="measured", configuration=f"{large}, H100 x 4, batch 8")
    assert any("batch 8" in said for said in own.about.said) or own.about.said
    assert own["FE"].value > lca.request(large, 400, method="measured")["FE"].value
    with pytest.raises(Problems, match="is no configuration of the model"):
        lca.request(large, 400, method="measured", configuration=small)


def test_arrays_print_themselves() -> None:
    assert "array" not in repr(lca.request("gpt-4o", 400, method="ecologits-0-11"))
    assert "kWh" in repr(lca.request("gpt-4o", np.array([4, 400]), method="ecologits-0-11"))
    assert "kWh" in repr(lca.request("gpt-4o", np.array([4, 400])))


def test_a_latency_that_is_not_known_is_none() -> None:
    """As in EcoLogits, where it is infinite; in an array it may be so for some."""
    known, unknown = (lca.request("gpt-4o", 400, method="ecologits-0-11", latency=each)["FE"] for each in (2.0, None))
    assert lca.request("gpt-4o", 400, method="ecologits-0-11", latency=math.inf)["FE"] == unknown
    several = lca.request("gpt-4o", 400, method="ecologits-0-11", latency=np.array([2.0, math.inf]))["FE"]
    assert [*several.value] == [known.value, unknown.value]


def test_where_a_model_is_served_is_asked_for(packs: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "requests"
    other.mkdir()
    for file in packs[0].iterdir():
        (other / file.name).write_text("item,zone,region,at,note\n" if file.name == "zones.csv" else file.read_text())
    with pytest.raises(Problems, match="says where the model is served"):
        by_token([other], output_tokens=3)


@pytest.mark.parametrize("key", ["value", "low", "high"])
def test_the_table_and_its_records(lca_: Lca, packs: list[Path], key: str) -> None:
    options = ("request", "small", "--output-tokens", "900", "--packs", str(packs[0]))
    table = lca_(*options).out
    assert "One request to one/small: 900 output tokens" in table
    assert "by-token" in table
    records = json.loads(lca_(*options, "--format", "json").out)
    records = records if isinstance(records, list) else records["records"]
    own = {(row["method"], row["criterion"]): row[key] for row in records}
    assert own["by-token", "FE"] == getattr(by_token(packs, output_tokens=900)["FE"], key)
    assert own["", "FE"] == getattr(lca.request("small", 900, packs=packs)["FE"], key)


def test_the_list_of_models(lca_: Lca, packs: list[Path]) -> None:
    listed = lca_("request", "--list", "--packs", str(packs[0])).out
    assert all(key in listed for key in ("one/small", "one/big", "two/big"))
    assert "two/big" not in lca_("request", "one/", "--list", "--packs", str(packs[0])).out


@pytest.mark.parametrize("method", ["ecologits-0-11", "ecologits-0-9", "ecologits-0-8", "fitted-2026"])
@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "openai/gpt-4o", "openai/gpt-4"])
def test_no_shipped_method_is_slow(method: str, model: str) -> None:
    """Where ends are not told for all numbers at once, each request searches for them."""
    for more in ({}, {"latency": 2.0}):
        lca.request(model, 400, method=method, **more)  # type: ignore[arg-type]
    own = [priced for asked, priced in opened()._known.items() if asked.method == method]
    assert own
    assert all(priced.function.is_written for priced in own)
