"""Logs, from their formats to one table: each case is worked out on paper, and every row of a log is accounted for."""

from __future__ import annotations

import base64
import csv
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lca.batch import files
from lca.batch.engines.duckdb import DuckDB
from lca.batch.flatten import CANONICAL
from lca.batch.logs import opened
from lca.batch.rows import Account, Left
from lca.model.mapping import mapping
from lca.model.spans import CACHE_READ, CACHE_WRITE, INPUT, OUTPUT, REASONING
from lca.problems import Misnamed, Problems
from lca.text.documents import parse
from lca.tracking import usage

NEW_YEAR = 1_767_225_600_000  # 2026-01-01 00:00 UTC in milliseconds
RECORDED = Path(__file__).parent / "recorded"


class Read:
    """A log that is read: its requests, and the account of its rows."""

    def __init__(self, paths: list[Path], folder: Path, by: tuple[str, ...] = (), by_map: str = "") -> None:
        folder.mkdir(exist_ok=True, parents=True)
        said = mapping(parse(by_map, "map.yaml")).log if by_map else None
        with DuckDB(memory=200_000_000, threads=2, spill=folder) as engine:
            self.account: Account = opened(engine, paths, folder, by, said)
            found = engine.query("select * from requests order by all")
        self.rows: list[dict[str, Any]] = [
            dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)
        ]

    @property
    def tokens(self) -> list[tuple[int, ...]]:
        """Input, cache write, cache read, reasoning and output of each request."""
        return [
            tuple(row[name] for name in ("input", "cache_write", "cache_read", "reasoning", "output"))
            for row in self.rows
        ]

    @property
    def left(self) -> dict[str, int]:
        return {each.reason: each.rows for each in self.account.left}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tables"


def lines(path: Path, *objects: Any) -> Path:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in objects), encoding="utf-8")
    return path


def parquet(path: Path, sql: str) -> Path:
    with DuckDB(threads=1) as engine:
        engine.query(f"copy ({sql}) to '{path}' (format parquet)")
    return path


def written(log: Path, ending: str) -> Path:
    """Lines of JSON in another form; in CSV what is no plain value is JSON."""
    other = log.with_name(f"other.{ending}")
    if ending == "csv":
        objects = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        with other.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, quoting=csv.QUOTE_ALL)
            rows.writerow(objects[0])
            for each in objects:
                rows.writerow(json.dumps(v) if isinstance(v, dict) else v for v in each.values())
        return other
    with DuckDB(threads=1) as engine:
        form = {"parquet": "format parquet", "json": "format json, array true"}[ending]
        engine.query(f"copy (from read_json_auto('{log}')) to '{other}' ({form})")
    return other


# --- a log of one's own ----------------------------------------------------------------------------------------------


def test_columns_that_are_called_as_ours_are_taken_as_they_are(tmp_path: Path, folder: Path) -> None:
    head = (
        "time,model,provider,input_tokens,cache_write_tokens,cache_read_tokens,reasoning_tokens,output_tokens,latency"
    )
    row = "2026-01-01T01:00:00+01:00,gpt-4o,openai,40,7,60,30,20,1.5"
    log = tmp_path / "log.csv"
    log.write_text(f"{head},region,tenant\n{row},FRA,a\n", encoding="utf-8")
    read = Read([log], folder, ("tenant", "day"))
    assert read.rows == [
        {
            "model": "gpt-4o", "provider": "openai", "region": "FRA", "ms": NEW_YEAR, "input": 40, "cache_write": 7,
            "cache_read": 60, "reasoning": 30, "output": 20, "latency": 1_500_000, "ttft": None, "tenant": "a",
        }
    ]  # fmt: skip
    assert [*read.rows[0]][: len(CANONICAL)] == [*CANONICAL]


def test_a_map_says_what_other_columns_are(tmp_path: Path, folder: Path) -> None:
    log = lines(
        tmp_path / "log.jsonl",
        {"deployment": "chat", "use": {"in": 100, "cached": 60, "out": 50, "thought": 30}, "ms": 1500, "ok": "yes"},
        {"deployment": "chat", "use": {"in": 1, "out": 1}, "ok": "no"},
    )
    said = (
        "log:\n  columns: {model: deployment, input_tokens: use.in, cache_read_tokens: use.cached, latency: ms,\n"
        "            output_tokens: use.out, reasoning_tokens: use.thought}\n"
        "  inside: [cache, reasoning]\n  latency_unit: ms\n  only: {ok: ['yes']}\n"
    )
    read = Read([log], folder, by_map=said)
    assert read.tokens == [(40, 0, 60, 30, 20)]
    assert read.rows[0]["latency"] == 1_500_000
    assert read.left == {"rows that the map leaves out": 1}


def test_a_map_that_names_a_column_that_is_not_there_is_wrong(tmp_path: Path, folder: Path) -> None:
    log = lines(tmp_path / "log.jsonl", {"deployment": "chat", "out": 5})
    with pytest.raises(Problems, match=r"has no column 'put_out'"):
        Read([log], folder, by_map="log:\n  columns: {model: deployment, output_tokens: put_out}\n")


@pytest.mark.parametrize(
    "columns",
    [
        "5::tinyint as output_tokens, timestamp '2026-01-01 00:00' as time",
        "5::ubigint as output_tokens, timestamptz '2026-01-01 05:30+05:30' as time",
        "5.0::double as output_tokens, date '2026-01-01' as time",
        "5::decimal(9, 2) as output_tokens, 1767225600 as time",
        "'5' as output_tokens, 1767225600e0 as time",
        "5::hugeint as output_tokens, 1767225600000000000 as time",
        "'5.0' as output_tokens, '2026-01-01' as time",
        "5 as output_tokens, '1767225600000' as time",
        "5 as output_tokens, '1767225600.0' as time",
    ],
)
def test_numbers_and_times_are_read_whatever_their_type(tmp_path: Path, folder: Path, columns: str) -> None:
    read = Read([parquet(tmp_path / "log.parquet", f"select 'm' as model, {columns}")], folder)
    assert [(row["output"], row["ms"]) for row in read.rows] == [(5, NEW_YEAR)]


def test_files_of_other_types_and_columns_are_one_log(tmp_path: Path, folder: Path) -> None:
    logs = [
        parquet(tmp_path / "a.parquet", "select 'm' as model, 5::integer as output_tokens"),
        parquet(tmp_path / "b.parquet", "select 6::bigint as output_tokens, 7 as input_tokens, 'm' as model"),
        lines(tmp_path / "c.jsonl", {"model": "m", "output_tokens": 8}),
    ]
    read = Read(logs, folder)
    assert read.tokens == [(0, 0, 0, 0, 5), (0, 0, 0, 0, 8), (7, 0, 0, 0, 6)]
    assert read.account == Account(3, 3, 3, (), 0, 0, 0, 2)


def test_a_folder_and_a_pattern_name_files_and_none_twice(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "logs" / "deep").mkdir(parents=True)
    lines(tmp_path / "logs" / "a.jsonl", {"model": "m", "output_tokens": 1})
    lines(tmp_path / "logs" / "deep" / "b.jsonl", {"model": "m", "output_tokens": 2})
    (tmp_path / "logs" / "notes.txt").write_text("no log")
    read = Read([tmp_path / "logs", tmp_path / "logs" / "*.jsonl"], folder)
    assert [row["output"] for row in read.rows] == [1, 2]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns"])
def test_days_are_those_of_utc_wherever_the_machine_is(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        log = lines(
            tmp_path / "log.jsonl",
            {"model": "m", "output_tokens": 1, "time": "2026-01-01 23:30:00"},
            {"model": "m", "output_tokens": 2, "time": "2026-01-02T00:30:00+02:00"},
            {"model": "m", "output_tokens": 3, "time": "2026-01-01T18:30:00-05:30"},
        )
        read = Read([log], folder, ("day",))
    finally:
        monkeypatch.undo()
        time.tzset()
    hours = [(row["output"], (row["ms"] - NEW_YEAR) / 3_600_000) for row in read.rows]
    assert hours == [(2, 22.5), (1, 23.5), (3, 24.0)]


# --- formats ----------------------------------------------------------------------------------------------------------


def attribute(key: str, value: Any) -> dict[str, Any]:
    kind = {str: "stringValue", bool: "boolValue", int: "intValue", float: "doubleValue"}[type(value)]
    return {"key": key, "value": {kind: str(value) if kind == "intValue" else value}}


def span(number: int, attributes: dict[str, Any], parent: int = 0, **more: Any) -> dict[str, Any]:
    begun = NEW_YEAR * 1_000_000
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": f"{number:016x}",
        "parentSpanId": f"{parent:016x}" if parent else "", "name": "a span", "kind": 3,
        "startTimeUnixNano": str(begun), "endTimeUnixNano": str(begun + 1_500_000_000),
        "attributes": [attribute(key, value) for key, value in attributes.items()], **more,
    }  # fmt: skip


def otlp(*spans: dict[str, Any]) -> dict[str, Any]:
    resource = {"attributes": [attribute("service.name", "shop")]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "x"}, "spans": [*spans]}]}]}


CHAT = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}
COUNTS = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 50}


@pytest.mark.parametrize(
    ("names", "tokens"),
    [
        (COUNTS, (100, 0, 0, 0, 50)),
        (COUNTS | {"gen_ai.usage.cache_read.input_tokens": 60}, (40, 0, 60, 0, 50)),
        (COUNTS | {"gen_ai.usage.cache_creation.input_tokens": 7}, (93, 7, 0, 0, 50)),
        (COUNTS | {"gen_ai.usage.cache_write.input_tokens": 7}, (93, 7, 0, 0, 50)),
        (COUNTS | {"gen_ai.usage.cache_read_input_tokens": 60}, (40, 0, 60, 0, 50)),
        (COUNTS | {"gen_ai.usage.reasoning.output_tokens": 30}, (100, 0, 0, 30, 20)),
        ({"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 50}, (100, 0, 0, 0, 50)),
        (COUNTS | {"gen_ai.usage.reasoning_tokens": 30, "gen_ai.usage.total_tokens": 150}, (100, 0, 0, 30, 20)),
        (COUNTS | {"gen_ai.usage.reasoning_tokens": 30, "gen_ai.usage.total_tokens": 180}, (100, 0, 0, 30, 50)),
        (COUNTS | {"gen_ai.usage.reasoning_tokens": 70, "gen_ai.usage.total_tokens": 220}, (100, 0, 0, 70, 50)),
    ],
)  # fmt: skip
def test_spans_by_present_pending_and_older_names(
    tmp_path: Path, folder: Path, names: dict[str, int], tokens: tuple[int, ...]
) -> None:
    read = Read([lines(tmp_path / "log.jsonl", otlp(span(1, CHAT | names)))], folder, ("service.name",))
    assert read.tokens == [tokens]
    told = usage.span(CHAT | names)  # a span processor tells them so
    assert (told.input, told.cache_write, told.cache_read, told.reasoning, told.output) == tokens
    assert (read.rows[0]["latency"], read.rows[0]["service.name"]) == (1_500_000, "shop")


def test_a_span_is_read_alike_in_a_log_and_as_it_ends(tmp_path: Path, folder: Path) -> None:
    """Each class by each of its names, and each with all others of its names beside it."""
    every = [INPUT, OUTPUT, CACHE_READ, CACHE_WRITE, REASONING]
    said = [COUNTS | {name: 20} for names in every for name in names]
    said += [COUNTS | {name: 20 + place for place, name in enumerate(names)} for names in every]
    read = Read([lines(tmp_path / "log.jsonl", otlp(*(span(n, CHAT | each) for n, each in enumerate(said))))], folder)
    told = [usage.span(each) for each in said]
    expected = [(each.input, each.cache_write, each.cache_read, each.reasoning, each.output) for each in told]
    assert sorted(read.tokens) == sorted(expected)


def test_a_total_that_contradicts_a_span_is_an_error_of_its_row(tmp_path: Path, folder: Path) -> None:
    odd = CHAT | COUNTS | {"gen_ai.usage.total_tokens": 7}
    read = Read([lines(tmp_path / "log.jsonl", otlp(span(1, CHAT | COUNTS), span(2, odd)))], folder)
    assert read.left == {"a total that is not the sum of input and output": 1}
    with pytest.raises(Problems, match="contradicts itself"):
        usage.span(odd)


def test_only_requests_that_hold_no_other_are_counted(tmp_path: Path, folder: Path) -> None:
    agent = COUNTS | {"gen_ai.operation.name": "invoke_agent"}
    log = lines(
        tmp_path / "log.jsonl",
        otlp(
            span(1, agent),
            span(2, CHAT | COUNTS, parent=1),
            span(3, CHAT | COUNTS, parent=2),
            span(4, {"http.url": "x"}),
        ),
        otlp(span(2, CHAT | COUNTS, parent=1)),
        otlp(),
        {"resourceSpans": None},
    )
    read = Read([log], folder)
    assert read.tokens == [(100, 0, 0, 0, 50)]
    account = read.account
    assert (account.read, account.requests, account.twice, account.holding) == (7, 1, 1, 1)
    assert read.left == {"spans that are no request to a model": 2, "lines without spans": 2}


def test_a_request_that_holds_another_by_a_tool_is_left_out(tmp_path: Path, folder: Path) -> None:
    tool, client = {"gen_ai.operation.name": "execute_tool"}, {"http.url": "x"}
    spans = [span(1, CHAT | COUNTS), span(2, tool, parent=1), span(3, client, parent=2), span(4, CHAT | COUNTS, 3)]
    read = Read([lines(tmp_path / "log.jsonl", otlp(*spans))], folder)
    assert (read.account.requests, read.account.holding) == (1, 1)
    around = [span(1, tool, parent=2), span(2, client, parent=1), span(3, CHAT | COUNTS, parent=1)]
    read = Read([lines(tmp_path / "around.jsonl", otlp(*around))], tmp_path / "others")
    assert (read.account.requests, read.account.holding) == (1, 0)


def test_what_is_written_in_two_forms_is_the_same(tmp_path: Path, folder: Path) -> None:
    spans = [span(1, CHAT | COUNTS), span(2, CHAT | COUNTS, parent=1)]
    log, other = lines(tmp_path / "log.jsonl", otlp(spans[0])), tmp_path / "other.json"
    other.write_text(json.dumps(otlp(spans[1]), indent=1), encoding="utf-8")
    account = Read([log, other], folder).account
    assert (account.requests, account.twice, account.holding) == (1, 0, 1)
    spent = lines(tmp_path / "spent.jsonl", SPEND)
    account = Read([spent, written(spent, "csv")], tmp_path / "others").account
    assert (account.requests, account.twice) == (1, 1)


def test_hostile_spans_are_rejected_and_counted(tmp_path: Path, folder: Path) -> None:
    twice = span(1, CHAT | COUNTS)
    twice["attributes"].append(attribute("gen_ai.usage.output_tokens", 7))
    nothing = span(2, CHAT | COUNTS)
    nothing["attributes"] += [{"key": None, "value": {"stringValue": "x"}}, {"key": "y"}, {"value": {"intValue": "5"}}]
    number = span(3, CHAT)
    number["attributes"] += [{"key": "gen_ai.usage.output_tokens", "value": {"intValue": 5}}]
    log = lines(
        tmp_path / "log.jsonl",
        otlp(twice, nothing, number, span(4, CHAT | {"gen_ai.usage.output_tokens": 12.5})),
        otlp(span(5, CHAT | {"gen_ai.usage.output_tokens": -1}), span(6, CHAT | {"error.type": "timeout"})),
        otlp(span(7, CHAT | COUNTS | {"gen_ai.usage.cache_read.input_tokens": 101})),
        otlp(span(8, CHAT | COUNTS, endTimeUnixNano="0"), span(9, CHAT | COUNTS, startTimeUnixNano="soon")),
    )
    read = Read([log], folder)
    assert read.tokens == [(0, 0, 0, 0, 5), (100, 0, 0, 0, 50)]
    assert read.left == {
        "an attribute that is there twice": 1, "tokens that are no whole number from 0 to 1e9": 2, "failed": 1,
        "more cached tokens than input": 1, "a latency that is none": 1, "a time that is none": 1,
    }  # fmt: skip


@pytest.mark.parametrize("held", ["attributes", "columns", "map", "json"])
def test_spans_in_parquet(tmp_path: Path, folder: Path, held: str) -> None:
    said = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": "100",
            "gen_ai.usage.output_tokens": "50", "gen_ai.usage.cache_read.input_tokens": "60"}  # fmt: skip
    names = ", ".join(f"'{key}'" for key in said)
    values = ", ".join(f"'{value}'" for value in said.values())
    forms = {
        "attributes": "struct_pack("
        + ", ".join(f"\"{key}\" := '{value}'" for key, value in said.items())
        + ") as attributes",
        "columns": ", ".join(f"'{value}' as \"{key}\"" for key, value in said.items()),
        "map": f"map([{names}], [{values}]) as SpanAttributes",
        "json": f"'{json.dumps(said)}' as attributes",
    }
    times = "timestamp '2026-01-01 00:00' as Timestamp, 1500000000 as Duration"
    log = parquet(
        tmp_path / "log.parquet", f"select 't' as TraceId, 's' as SpanId, '' as ParentSpanId, {times}, {forms[held]}"
    )
    read = Read([log], folder)
    assert read.tokens == [(40, 0, 60, 0, 50)]
    assert (read.rows[0]["ms"], read.rows[0]["latency"]) == (NEW_YEAR, 1_500_000)


def test_spans_as_opentelemetry_writes_them(tmp_path: Path, folder: Path) -> None:
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    encoder = pytest.importorskip("opentelemetry.exporter.otlp.proto.common.trace_encoder")
    json_format = pytest.importorskip("google.protobuf.json_format")
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    simple = pytest.importorskip("opentelemetry.sdk.trace.export")
    kept = export.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(simple.SimpleSpanProcessor(kept))
    tracer = provider.get_tracer("a test")
    with tracer.start_as_current_span("agent", attributes={"gen_ai.operation.name": "invoke_agent", **COUNTS}):
        for number in range(3):
            with tracer.start_as_current_span("chat", attributes={**CHAT, **COUNTS, "tenant": f"t{number}"}):
                pass
    made = json_format.MessageToDict(encoder.encode_spans(kept.get_finished_spans()))
    for each in made["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):  # bytes, which OTLP-JSON has in base 16
            each[name] = base64.b64decode(each.get(name, "")).hex()
    log = tmp_path / "log.json"
    log.write_text(json.dumps(made, indent=2), encoding="utf-8")
    read = Read([log], folder, ("tenant",))
    assert read.tokens == [(100, 0, 0, 0, 50)] * 3
    assert {row["tenant"] for row in read.rows} == {"t0", "t1", "t2"}
    assert all(row["latency"] >= 0 for row in read.rows)
    assert read.left == {"spans that are no request to a model": 1}


SPEND = {"request_id": "r1", "call_type": "acompletion", "model": "gpt-4o", "custom_llm_provider": "openai",
         "startTime": "2026-01-01 00:00:00", "endTime": "2026-01-01 00:00:01.5", "prompt_tokens": 100,
         "completion_tokens": 50, "total_tokens": 150, "cache_hit": "False", "status": "success"}  # fmt: skip


def spent(**usage_object: Any) -> dict[str, Any]:
    return {"metadata": {"usage_object": usage_object}}


def test_spend_logs_of_litellm(tmp_path: Path, folder: Path) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 30}}
    claude = {"cache_read_input_tokens": 60, "cache_creation_input_tokens": 7}
    log = lines(
        tmp_path / "log.jsonl",
        SPEND | {"team_id": "a"},
        SPEND | spent(**details) | {"request_id": "r2", "team_id": "b"},
        SPEND | {"metadata": json.dumps(spent(**claude)["metadata"])} | {"request_id": "r3"},
        SPEND | spent(**details) | {"request_id": "r4", "total_tokens": 180},
        SPEND | {"request_id": "r5", "total_tokens": 151},
        SPEND | {"request_id": "r6", "cache_hit": "True"},
        SPEND
        | {"request_id": "r7", "status": "failure", "prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        SPEND | {"request_id": "r8", "call_type": "aimage_generation"},
        SPEND | {"team_id": "a"},
    )
    read = Read([log], folder, ("team_id",))
    assert sorted(read.tokens) == [(33, 7, 60, 0, 50), (40, 0, 60, 30, 20), (40, 0, 60, 30, 50), (100, 0, 0, 0, 50)]
    assert {row["latency"] for row in read.rows} == {1_500_000}
    assert {row["team_id"] for row in read.rows} == {"", "a", "b"}
    assert read.left == {
        "answered from LiteLLM's cache": 1, "failed": 1, "calls that are no requests for text": 1,
        "a total that is not the sum of input and output": 1,
    }  # fmt: skip
    assert read.account.twice == 1


def test_a_call_that_failed_on_its_way_counts_with_what_it_took(tmp_path: Path, folder: Path) -> None:
    log = lines(tmp_path / "log.jsonl", SPEND | {"status": "failure", "completion_tokens": 20, "total_tokens": 120})
    assert Read([log], folder).tokens == [(100, 0, 0, 0, 20)]


def test_what_litellm_itself_tells_callbacks(folder: Path) -> None:
    read = Read([RECORDED / "litellm-logs.jsonl"], folder)
    assert sorted(zip([row["model"] for row in read.rows], read.tokens, strict=True)) == [
        ("claude-opus-4-5", (40, 7, 60, 0, 50)),
        ("gpt-4o", (100, 0, 0, 0, 50)),
        ("o3", (40, 0, 60, 30, 20)),
    ]
    assert all(0 < row["latency"] < 60_000_000 for row in read.rows)
    assert {*read.left} == {"failed"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_spend_logs_are_the_same_in_every_form(tmp_path: Path, folder: Path, ending: str) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 60}, "completion_tokens_details": {"reasoning_tokens": 30}}
    log = lines(tmp_path / "log.jsonl", SPEND | spent(**details), SPEND | spent(**details) | {"request_id": "r2"})
    other = written(log, ending)
    assert Read([other], folder).rows == Read([log], tmp_path / "others").rows


OBSERVED = {"id": "o1", "trace_id": "t1", "type": "GENERATION", "start_time": "2026-01-01 00:00:00.000000",
            "end_time": "2026-01-01 00:00:01.500000", "provided_model_name": "gpt-4o", "parent_observation_id": "",
            "environment": "production", "user_id": "u1", "input": "a text", "output": "a text"}  # fmt: skip
PARTS = {"input": 40, "input_cached_tokens": 60, "output": 20, "output_reasoning_tokens": 30}


def test_observations_of_langfuse_in_both_shapes(tmp_path: Path, folder: Path) -> None:
    camel = {"id": "o9", "traceId": "t9", "type": "GENERATION", "startTime": "2026-01-01T00:00:00.000Z", "latency": 1.5,
             "model": "gpt-4o", "parentObservationId": None, "inputUsage": 100, "outputUsage": 50}  # fmt: skip
    log = lines(
        tmp_path / "log.jsonl",
        OBSERVED | {"usage_details": PARTS | {"total": 150}},
        OBSERVED | {"id": "o2", "usage_details": {"input": 100, "input_cached_tokens": 60, "output": 50, "total": 150}},
        OBSERVED | {"id": "o3", "type": "SPAN"},
        OBSERVED | {"id": "o4", "usage_details": PARTS, "parent_observation_id": "o1"},
    )
    other = lines(tmp_path / "other.jsonl", camel, camel | {"id": "o8", "usageDetails": PARTS})
    read = Read([log, other], folder)
    parts = (40, 0, 60, 30, 20)
    assert sorted(read.tokens) == [(40, 0, 60, 0, 50), parts, parts, (100, 0, 0, 0, 50)]
    assert {row["latency"] for row in read.rows if row["ms"] == NEW_YEAR} <= {1_500_000, None}
    assert read.left == {"observations that are no generation": 1}
    assert read.account.holding == 1


def test_observations_of_older_versions_say_their_unit(tmp_path: Path, folder: Path) -> None:
    old = {"id": "o1", "traceId": "t1", "type": "GENERATION", "startTime": "2026-01-01T00:00:00Z", "model": "gpt-4o"}
    used = {"input": 100, "output": 50, "total": 150}
    log = lines(
        tmp_path / "log.jsonl",
        old | {"usage": used | {"unit": "TOKENS"}},
        old | {"id": "o2", "usage": used | {"unit": "CHARACTERS"}},
    )
    read = Read([log], folder)
    assert read.tokens == [(100, 0, 0, 0, 50)]
    assert read.left == {"usage that is not in tokens": 1}


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_observations_are_the_same_in_every_form(tmp_path: Path, folder: Path, ending: str) -> None:
    log = lines(tmp_path / "log.jsonl", *(OBSERVED | {"id": f"o{n}", "usage_details": PARTS} for n in range(3)))
    other = written(log, ending)
    assert Read([other], folder).rows == Read([log], tmp_path / "others").rows


def answer(number: int, made: int, **more: Any) -> dict[str, Any]:
    counts = {"input_tokens": 2, "cache_creation_input_tokens": 7, "cache_read_input_tokens": 60, "output_tokens": made}
    message = {"id": f"msg_{number}", "model": "claude-opus-4-5", "usage": counts | more}
    about = {"type": "assistant", "timestamp": "2026-01-01T00:00:00.000Z", "sessionId": "s", "uuid": f"{number}-{made}"}
    return about | {"message": message, "cwd": "/home/me/shop"}


def test_sessions_of_claude_code(tmp_path: Path, folder: Path) -> None:
    compaction = {"type": "compaction", "input_tokens": 3, "output_tokens": 4}
    log = lines(
        tmp_path / "session.jsonl",
        {"type": "summary", "summary": "x", "leafUuid": "y"},
        {"type": "user", "message": {"role": "user", "content": "hi"}, "sessionId": "s", "uuid": "u"},
        answer(1, 5),
        answer(1, 5),
        answer(1, 90),
        answer(2, 30, output_tokens_details={"thinking_tokens": 10}),
        answer(3, 30, iterations=[{"type": "message", "input_tokens": 2, "output_tokens": 30}, compaction]),
        answer(4, 30, iterations=[{"type": "advisor_message", "input_tokens": 2, "output_tokens": 30}]),
    )
    read = Read([log], folder, ("cwd",))
    assert sorted(read.tokens) == [(2, 7, 60, 0, 90), (2, 7, 60, 10, 20), (5, 7, 60, 0, 34)]
    assert read.left == {"lines that are no answer": 2, "a part of the answer may be another model's": 1}
    assert (read.account.twice, read.account.differ) == (2, 1)


# --- the rule for classes of tokens is that of the trackers -----------------------------------------------------------


def usages(count: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311  no secret
    for _ in range(count):
        inside, outside = chance.randrange(40), chance.randrange(40)
        read, write, thought = (chance.choice([0, 0, chance.randrange(30)]) for _ in range(3))
        whole = inside + outside + chance.choice([0, 0, thought, 1])
        yield {
            "prompt_tokens": inside, "completion_tokens": outside,
            "total_tokens": chance.choice([whole, inside + outside]),
            "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": write},
            "completion_tokens_details": {"reasoning_tokens": thought},
        }  # fmt: skip


def test_usage_is_read_as_trackers_read_it(tmp_path: Path, folder: Path) -> None:
    made = [*usages(400)]
    rows = [
        {**SPEND, **{k: v for k, v in each.items() if "details" not in k}, **spent(**each), "request_id": f"r{n:03}"}
        for n, each in enumerate(made)
    ]
    read = Read([lines(tmp_path / "log.jsonl", *rows)], folder, ("request_id",))
    found = {row["request_id"]: tokens for row, tokens in zip(read.rows, read.tokens, strict=True)}
    expected = {}
    for number, each in enumerate(made):
        try:
            told = usage.chat(each)
        except Problems:
            continue
        expected[f"r{number:03}"] = (told.input, told.cache_write, told.cache_read, told.reasoning, told.output)
    assert 100 < len(expected) < 400
    assert found == expected


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_every_line_is_read_or_rejected_with_its_place(tmp_path: Path, folder: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(
        b'\xef\xbb\xbf{"model":"m","output_tokens":1}\r\n'
        b"\n   \n"
        b'{"model":"m","output_tokens":\n'
        b'{"model":"m","output_tokens":12.5}\n'
        b'{"model":"m","output_tokens":-3}\n'
        b'{"model":"m","output_tokens":99999999999999999999}\n'
        b'{"model":"m","output_tokens":"1e3"}\n'
        b'{"model":"m","output_tokens":true}\n'
        b'{"model":"m"}\n{"output_tokens":1}\n[1]\n"x"\n\xff\xfe\n'
        b'{"model":"m","output_tokens":2,"time":"yesterday"}\n'
        b'{"model":"m","output_tokens":2,"latency":-1}\n'
        b'{"model":"m","output_tokens":2,"latency":"NaN"}\n'
        b'{"model":"m","output_tokens":2,"output_tokens":3}'
    )
    read = Read([log], folder)
    assert [row["output"] for row in read.rows] == [1, 2]
    assert read.account.left == (
        Left("tokens that are no whole number from 0 to 1e9", 5, tuple(f"{log}, line {n}" for n in (5, 6, 7))),
        Left("a latency that is none", 2, (f"{log}, line 16", f"{log}, line 17")),
        Left("lines that are no JSON", 2, (f"{log}, line 4", f"{log}, line 14")),
        Left("lines that are no object", 2, (f"{log}, line 12", f"{log}, line 13")),
        Left("a time that is none", 1, (f"{log}, line 15",)),
        Left("no model", 1, (f"{log}, line 11",)),
        Left("no tokens", 1, (f"{log}, line 10",)),
    )
    assert read.account.read == 16


def test_rows_of_csv_that_do_not_fit_are_counted(tmp_path: Path, folder: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text('model,output_tokens,note\nm,1,"a\nb"\nm,2\n\nm,3,x,y\nm,4,"say ""hi"", you"\nm,5,an in"ch\n')
    read = Read([log], folder, ("note",))
    assert [(row["output"], row["note"]) for row in read.rows] == [(1, "a\nb"), (4, 'say "hi", you'), (5, 'an in"ch')]
    assert read.account.left == (Left("rows whose cells do not fit the head", 2, (f"{log}, line 4", f"{log}, line 6")),)


def test_a_hostile_name_is_a_text(tmp_path: Path, folder: Path) -> None:
    name = "'; drop table requests; --\x1b[31m<b>\"{}$"
    log = lines(tmp_path / "it's a log.jsonl", {"model": name, "output_tokens": 1, "te'n\"ant": name})
    read = Read([log], folder, ("te'n\"ant",))
    assert [(row["model"], row["te'n\"ant"]) for row in read.rows] == [(name, name)]


def test_bad_files_are_told_together(tmp_path: Path, folder: Path) -> None:
    whole = parquet(tmp_path / "whole.parquet", "select 'm' as model, 1 as output_tokens").read_bytes()
    contents = {
        "empty.csv": b"", "cut.parquet": whole[:-10], "head.parquet": b"PAR1", "packed.json.gz": b"\x1f\x8b\x08\x00",
        "wide.csv": "model".encode("utf-16"), "blank.json": b" \n ", "latin.csv": b"mod\xe8le,output_tokens\nm,1\n",
        "twice.csv": b"model,model\n", "other.csv": b"name,count\nm,1\n",
    }  # fmt: skip
    paths = [tmp_path / name for name in contents]
    for path, data in zip(paths, contents.values(), strict=True):
        path.write_bytes(data)
    with pytest.raises(Problems) as told:
        Read(paths, folder)
    texts = str(told.value)
    for words in ("empty.csv is empty", "cut.parquet is cut", "head.parquet is cut", "packed (gzip)", "is UTF-16",
                  "nothing but blanks", "latin.csv is no text in UTF-8", "two columns are called 'model'"):  # fmt: skip
        assert words in texts
    with pytest.raises(Problems, match=r"a log of no format that is known; it has name, count"):
        Read(paths[-1:], folder)
    with pytest.raises(Problems, match=r"there is no file .*missing.csv"):
        Read([tmp_path / "missing.csv"], folder)


def test_a_parquet_file_that_lacks_a_column_is_none(tmp_path: Path, folder: Path) -> None:
    logs = [
        parquet(tmp_path / "a.parquet", "select 'm' as model, 5 as output_tokens"),
        parquet(tmp_path / "b.parquet", "select 'm' as model, 6 as input_tokens"),
    ]
    with pytest.raises(Problems, match=r"b.parquet is a log of no format that is known"):
        Read(logs, folder)


def test_a_difference_is_an_error(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = lines(tmp_path / "log.jsonl", {"model": "m", "output_tokens": 1})
    monkeypatch.setattr(files, "_lines", lambda stream, name: (2, 100))
    with pytest.raises(Problems, match=r"log.jsonl has 2 rows, and 1 were read"):
        Read([log], folder)


@pytest.mark.parametrize("name", ["output", "ms", "why", "tenat"])
def test_columns_that_cannot_be_grouped_by(tmp_path: Path, folder: Path, name: str) -> None:
    log = lines(tmp_path / "log.jsonl", {"model": "m", "output_tokens": 1, "tenant": "a"})
    with pytest.raises(Misnamed, match="group"):
        Read([log], folder, (name,))


VALUES = {
    "model": ("'m'", "''", "null"),
    "output_tokens": ("5", "-1", "null", "2000000000"),
    "input_tokens": ("7", "null", "-3"),
    "latency": ("1.5e0", "null", "-1e0", "'nan'::double", "1e9"),
    "time": ("timestamp '2026-01-01'", "null", "timestamp '1969-01-01'", "'infinity'::timestamp"),
}


@pytest.mark.parametrize("column", VALUES)
def test_what_footers_say_changes_nothing(tmp_path: Path, folder: Path, column: str) -> None:
    """One file, of which the footer says what may be wrong, and two, of which every row is looked at."""
    plain = {name: values[0] for name, values in VALUES.items()}
    for number, value in enumerate(VALUES[column]):
        said = ", ".join(f"{each} as {name}" for name, each in (plain | {column: value}).items())
        same = ", ".join(f"{each} as {name}" for name, each in plain.items())
        log = parquet(tmp_path / f"{number}.parquet", f"select {same} union all select {said}")
        other = parquet(tmp_path / f"{number}-other.parquet", f"select {same} limit 0")
        one, both = Read([log], folder / "one"), Read([log, other], folder / "both")
        assert one.rows == both.rows
        assert one.left == both.left
        assert one.account.bare == both.account.bare
