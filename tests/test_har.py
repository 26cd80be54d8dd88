"""The data of a visit from a browser's HAR file: the byte rules of each browser, on sizes that can be added by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lca.disk.imports import files
from lca.disk.workspace import Library
from lca.importers import Given, Made, kind
from lca.problems import Problems

HIDDEN = "Bearer s3cr3t"


def entry(url: str = "https://shop.example/", mime: str = "text/html", **response: Any) -> dict[str, Any]:
    """A request of 100 bytes of headers, and a response."""
    more = {key: response.pop(key) for key in ("_fromCache", "cache", "_webSocketMessages") if key in response}
    headers = response.pop("headers", [])
    return {
        "request": {
            "method": "GET", "url": url, "headersSize": 100, "bodySize": 0,
            "headers": [{"name": "Authorization", "value": HIDDEN}], "cookies": [{"name": "id", "value": HIDDEN}],
        },
        "response": {
            "status": 200, "headers": headers, "headersSize": response.pop("headersSize", 200),
            "content": {"mimeType": mime, "text": HIDDEN, **response.pop("content", {})}, **response,
        },
        **more,
    }  # fmt: skip


def imported(folder: Path, *entries: dict[str, Any], creator: str = "WebInspector", **said: str) -> Made:
    path = folder / "visit.har"
    path.write_text(json.dumps({"log": {"creator": {"name": creator}, "entries": entries}}), encoding="utf-8")
    return kind("har").read(Given(files([path]), Library(), said))


def value(made: Made) -> str:
    return str(made.part["data"]["value"])


MB = 1_000_000


@pytest.mark.parametrize(
    ("creator", "response", "expected"),
    [
        ("WebInspector", {"_transferSize": 2 * MB, "bodySize": MB}, "2.0001 MB/visit"),  # the wire, and 100 bytes sent
        ("Playwright", {"_transferSize": -1, "bodySize": MB}, "1.0003 MB/visit"),  # headers are added
        ("Firefox", {"bodySize": MB}, "1.0001 MB/visit"),  # they are in the body's size
        ("other", {"bodySize": -1, "content": {"size": 3 * MB, "compression": 2 * MB}}, "1.0003 MB/visit"),
        ("other", {"bodySize": -1, "headersSize": -1, "headers": [{"name": "Content-Length", "value": "500000"}]},
         "0.5001 MB/visit"),
        ("WebInspector", {"_transferSize": 300, "status": 304, "bodySize": 0}, "0.0004 MB/visit"),
    ],
)  # fmt: skip
def test_the_bytes_of_a_response(creator: str, response: dict[str, Any], expected: str, tmp_path: Path) -> None:
    assert value(imported(tmp_path, entry(**response), creator=creator)) == expected


@pytest.mark.parametrize("kept", [{"_fromCache": "disk"}, {"cache": {"beforeRequest": {"hitCount": 1}}, "bodySize": 0}])
def test_what_comes_from_a_cache_moves_nothing(kept: dict[str, Any], tmp_path: Path) -> None:
    made = imported(tmp_path, entry(bodySize=MB, creator="x"), entry("https://shop.example/a.js", **kept))
    assert value(made) == "1.0003 MB/visit"
    assert made.part["data"]["at"] == "2 requests"
    assert "1 from a cache" in made.part["data"]["note"]


def test_kinds_and_other_hosts_are_told(tmp_path: Path) -> None:
    made = imported(
        tmp_path,
        entry(bodySize=MB, headersSize=0),
        entry("https://static.shop.example/a.css", "text/css", bodySize=MB, headersSize=0),
        entry("https://ads.example.net/x.png", "image/png", bodySize=2 * MB, headersSize=0),
        work="2 visit",
    )
    assert value(made) == "2.00015 MB/visit"
    by_kind = {record["kind"]: record for record in made.report.records}
    assert {kind: record["received"] for kind, record in by_kind.items()} == {
        "document": MB,
        "style": MB,
        "image": 2 * MB,
    }
    assert [by_kind[kind]["third_party"] for kind in ("document", "style", "image")] == [0, 0, 1]
    assert "50.0 % of the bytes of other hosts than shop.example" in made.part["data"]["note"]


def test_messages_of_web_sockets_count(tmp_path: Path) -> None:
    sent = {"type": "send", "opcode": 1, "data": "x" * MB}
    come = {"type": "receive", "opcode": 2, "data": "QUFB" * (MB // 3)}  # base 64: three bytes of four signs
    made = imported(tmp_path, entry(bodySize=0, headersSize=0, _webSocketMessages=[sent, come, "?"]))
    assert float(value(made).split()[0]) == pytest.approx(2.0001, rel=1e-5)


def test_what_is_not_known_is_said_and_not_guessed(tmp_path: Path) -> None:
    made = imported(tmp_path, entry(bodySize=MB), entry("https://shop.example/b", bodySize=-1, headersSize=-1))
    assert value(made) == "1.0004 MB/visit"
    assert "1 response of unknown size left out" in made.part["data"]["note"]


def test_nothing_secret_is_kept(tmp_path: Path) -> None:
    made = imported(tmp_path, entry("https://user:pw@shop.example/path?token=abc", bodySize=MB))
    assert not any(
        secret in f"{made}{[*made.report.records]}" for secret in (HIDDEN, "s3cr3t", "token", "pw@", "/path")
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is no JSON"),
        ('{"log": {"entries": [', "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("{}", "this is no HAR file"),
        ('{"log": {"entries": {}}}', "no list of requests"),
        ('{"log": {"entries": []}}', "no request in it"),
        ('{"log": {"entries": [{}]}}', None),
    ],
)
def test_what_is_no_har_is_told(text: str, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "x.har"
    path.write_text(text, encoding="utf-8")
    given = Given(files([path]), Library())
    if said is None:
        assert "1 response of unknown size" in kind("har").read(given).part["data"]["note"]
        return
    with pytest.raises(Problems, match=said):
        kind("har").read(given)


def test_what_playwright_itself_writes_is_read() -> None:
    """A page of five files, loaded twice: the second time but for the page itself all is in the cache."""
    path = Path(__file__).parent / "recorded" / "playwright-1-65.har"
    made = kind("har").read(Given(files([path]), Library()))
    entries = json.loads(path.read_text(encoding="utf-8"))["log"]["entries"]
    sent = sum(each["request"]["headersSize"] for each in entries if each["response"]["_transferSize"])
    received = sum(each["response"]["_transferSize"] for each in entries)
    assert made.part["data"]["at"] == "10 requests"
    assert "4 from a cache" in made.part["data"]["note"]
    assert float(value(made).split()[0]) == pytest.approx((received + sent) / 1e6)


def test_a_host_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"no request to the host other\.example"):
        imported(tmp_path, entry(bodySize=1), host="other.example")


def test_bytes_that_are_told_before_all_have_come_are_corrected(tmp_path: Path) -> None:
    """Playwright tells 3908 bytes of an image of 30000 that is all there: 30000, 200 of headers, 100 sent."""
    length = [{"name": "content-length", "value": "30000"}]
    told = {"_transferSize": 3_908, "bodySize": 3_720, "headers": length, "content": {"size": 30_000}}
    made = imported(tmp_path, entry(**told), creator="Playwright")
    assert value(made) == "0.0303 MB/visit"
    assert "1 response by content-length" in made.part["data"]["note"]
    assert "Corrected" in str(made.report.blocks)


@pytest.mark.parametrize(
    "more", [{"content": {"size": 2_000}}, {"status": 304}, {"status": 206}, {"_fromCache": "disk"}]
)
def test_a_length_that_did_not_come_whole_counts_as_what_came(more: dict[str, Any], tmp_path: Path) -> None:
    """A load that was broken off, one that had not changed, a part, and one from a cache."""
    length = [{"name": "content-length", "value": "30000"}]
    told = {"_transferSize": 900, "bodySize": 700, "headers": length, "content": {"size": 30_000}} | more
    other = entry(_transferSize=0, status=204)
    made = imported(tmp_path, entry(**told), other)
    assert value(made) == ("0.0001 MB/visit" if "_fromCache" in more else "0.0011 MB/visit")
    assert "content-length" not in made.part["data"]["note"]
