"""HAR files of browsers: the data that a page moves, by kind, from a cache or not, of its own host or another's.

Chrome and Playwright write what passed the wire as `_transferSize`; the body size of Firefox holds the headers; others
add them. Of a response from a cache nothing is moved. HAR 1.2: http://www.softwareishard.com/blog/har-12-spec/
Browsers tell the bytes of the wire before all have come, at times: a length that is there whole stands in their place.
Nothing but sizes, kinds and hosts is read: no header but that of a length, no cookie, no body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from lca import units
from lca.importers import Given, Made
from lca.measured.settings import cited, stated, work_of
from lca.problems import problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.text.opened import File
from lca.wording import listed, percent, plural, quantity, some

TITLE = "a HAR file of a browser: the data of a visit, by kind and host"
TAKES = {
    "work": "what was done while it was recorded, such as 3 visit; else 1 visit",
    "host": "the host whose pages these are; else that of the first request",
}
USES = ()
ORDER = 5

MOST = 500_000_000  # bytes of a file
MEGABYTE, VISIT = units.unit("MB"), units.unit("visit")
FIELDS = ("file", "kind", "requests", "received", "sent", "unit", "from_cache", "third_party")
KINDS = (
    ("document", ("text/html", "application/xhtml")),
    ("script", ("javascript", "ecmascript", "application/wasm")),
    ("style", ("text/css",)),
    ("image", ("image/",)),
    ("font", ("font", "application/vnd.ms-fontobject")),
    ("video and sound", ("video/", "audio/", "application/vnd.apple.mpegurl", "application/dash+xml")),
    ("data", ("json", "xml", "text/event-stream", "grpc", "protobuf", "text/plain")),
)
OTHER, SOCKET = "other", "web socket"
FIREFOX = "firefox"
SHARED = ("co", "com", "net", "org", "gov", "gouv", "gob", "ac", "edu", "asso")  # below a country: names of others
LENGTH = "content-length"
OK = 200  # the status of a response that is whole
HOSTS = 5  # that are named


class Moved(NamedTuple):
    """What a request moves, in bytes; received is None where the file does not say.

    is_short: whether the file says fewer bytes than the response says of itself, and all of it was there.
    """

    kind: str
    host: str
    received: int | None
    sent: int
    is_cached: bool = False
    is_short: bool = False


def read(given: Given) -> Made:
    """The data of a visit as the part of a scenario."""
    count, unit = work_of(given.said, TAKES) if "work" in given.said else (1.0, VISIT)
    moved: list[Moved] = []
    tools: list[str] = []
    first = given.said.get("host", "").lower()
    for file in given.files:
        tool, own = _moved(file)
        tools.append(tool)
        if not own:
            raise problem("there is no request in it", file.span, hint="record while the page loads, then save as HAR")
        moved += own
        first = first or own[0].host
    if first not in {each.host for each in moved}:
        hosts = dict.fromkeys(each.host for each in moved)
        raise problem(f"no request to the host {shortened(first)}", hint=f"hosts: {some(hosts, HOSTS)}")
    site = _site(first)
    total = sum((each.received or 0) + each.sent for each in moved)
    source = cited(given.files, listed(dict.fromkeys(tools)), plural(len(moved), "request"), _note(moved, site))
    part = {"data": stated([total / 1e6 / count], units.over(MEGABYTE, unit), 0.0, source)}
    return Made(_report(moved, site, given.files), part=part, sources=source.sources)


def _moved(file: File) -> tuple[str, list[Moved]]:
    """What wrote a file, and what each request of it moves."""
    try:
        log = json.loads(file.data(MOST))["log"]
        entries, by = log["entries"], log.get("creator", {})
        creator = " ".join(str(by.get(name, "")) for name in ("name", "version")).strip()
        is_list = isinstance(entries, list) and all(isinstance(each, dict) for each in entries)
    except (ValueError, RecursionError) as error:
        hint = f"{str(error)[:80]}; it may be cut"
        raise problem("this is no JSON", file.span, hint=hint) from None
    except (KeyError, TypeError, AttributeError):
        raise problem("this is no HAR file", file.span, hint="it has log.entries") from None
    if not is_list:
        raise problem("log.entries is no list of requests", file.span, hint="save it as HAR once more")
    return creator, [each for entry in entries for each in _of_entry(entry, FIREFOX in creator.lower())]


def _of_entry(entry: Mapping[str, Any], is_firefox: bool) -> Iterator[Moved]:  # noqa: FBT001  what the file is by
    request, response = _record(entry, "request"), _record(entry, "response")
    try:
        url = urlsplit(str(request.get("url") or ""))
    except ValueError:  # such as an address in brackets that are not closed
        url = urlsplit("")
    if url.scheme in ("data", "blob", "about", "chrome-extension", "moz-extension"):
        return
    host, content = (url.hostname or "").lower(), _record(response, "content")
    kind = _kind(str(content.get("mimeType", "")).lower())
    is_cached = bool(entry.get("_fromCache")) or _is_kept(entry, response)
    sent = max(_size(request, "headersSize"), 0) + max(_size(request, "bodySize"), 0)
    received = 0 if is_cached else _received(response, content, is_firefox)
    least = 0 if is_cached or response.get("status") != OK else _length(response) or 0
    is_short = received is not None and received < least <= _size(content, "size")
    if is_short:
        received = least + max(_size(response, "headersSize"), 0)
    yield Moved(kind, host, received, 0 if is_cached else sent, is_cached, is_short)
    yield from (_of_message(message, host) for message in _records(entry.get("_webSocketMessages")))


def _is_kept(entry: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Whether a response was in the cache before, and none of it came: Playwright says no more than that."""
    if _size(response, "_transferSize") == 0 and response.get("status") == OK:
        return True
    return bool(_record(entry, "cache").get("beforeRequest")) and _size(response, "bodySize") == 0


def _records(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _of_message(message: Mapping[str, Any], host: str) -> Moved:
    """A message of a web socket; of what is binary the file has the text in base 64."""
    data = str(message.get("data", ""))
    size = len(data) * 3 // 4 if message.get("opcode") == 2 else len(data.encode())
    is_sent = message.get("type") == "send"
    return Moved(SOCKET, host, 0 if is_sent else size, size if is_sent else 0)


def _received(response: Mapping[str, Any], content: Mapping[str, Any], is_firefox: bool) -> int | None:  # noqa: FBT001
    """The bytes of a response on the wire."""
    wire, body, headers = (_size(response, name) for name in ("_transferSize", "bodySize", "headersSize"))
    if wire >= 0:
        return wire
    if body >= 0:
        return body + (0 if is_firefox else max(headers, 0))
    size = _size(content, "size")
    if size >= 0:
        return max(0, size - max(_size(content, "compression"), 0)) + max(headers, 0)
    return _length(response)


def _length(response: Mapping[str, Any]) -> int | None:
    """What the header of a length says; no other header is looked at."""
    for header in _records(response.get("headers")):
        if str(header.get("name", "")).lower() == LENGTH:
            value = str(header.get("value", ""))
            return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    return None


def _record(at: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = at.get(name)
    return value if isinstance(value, dict) else {}


def _size(at: Mapping[str, Any], name: str) -> int:
    """A number of bytes; -1 where it is not known."""
    value = at.get(name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e15 else -1


def _kind(mime: str) -> str:
    return next((kind for kind, signs in KINDS if any(sign in mime for sign in signs)), OTHER)


def _site(host: str) -> str:
    """The last names of a host, by which its own requests are told from those to others: two, or three below co.uk.

    >>> _site("www.shop.example.com"), _site("api.shop.co.uk"), _site("www.impots.gouv.fr"), _site("10.0.0.1")
    ('example.com', 'shop.co.uk', 'impots.gouv.fr', '10.0.0.1')
    """
    names = host.split(".")
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    return ".".join(names[-3 if len(names[-1]) == 2 and names[-2:-1] and names[-2] in SHARED else -2 :])


def _note(moved: list[Moved], site: str) -> list[str]:
    unknown = sum(each.received is None for each in moved)
    cached = sum(each.is_cached for each in moved)
    short = sum(each.is_short for each in moved)
    return [
        f"{cached} from a cache",
        *([f"{percent(_foreign(moved, site))} of the bytes of other hosts than {site}"] if site else []),
        "received and sent, headers where they are known",
        *([f"{plural(unknown, 'response')} of unknown size left out"] if unknown else []),
        *([f"{plural(short, 'response')} by {LENGTH}, since fewer bytes are told to have come"] if short else []),
    ]


def _foreign(moved: list[Moved], site: str) -> float:
    total = sum(_bytes(each) for each in moved)
    return sum(_bytes(each) for each in moved if _site(each.host) != site) / total if total else 0.0


def _bytes(each: Moved) -> int:
    return (each.received or 0) + each.sent


class Sum(NamedTuple):
    """Requests of a kind together; bytes, and the part of them of other hosts."""

    kind: str
    requests: int
    received: int
    sent: int
    cached: int
    foreign: float


def _sums(moved: list[Moved], site: str) -> list[Sum]:
    kinds: dict[str, list[Moved]] = {}
    for each in moved:
        kinds.setdefault(each.kind, []).append(each)
    made = (
        Sum(
            kind, len(own), sum(each.received or 0 for each in own), sum(each.sent for each in own),
            sum(each.is_cached for each in own), _foreign(own, site),
        )
        for kind, own in kinds.items()
    )  # fmt: skip
    return sorted(made, key=lambda each: (-each.received - each.sent, each.kind))


def _report(moved: list[Moved], site: str, files: tuple[File, ...]) -> Report:
    sums, name = _sums(moved, site), ", ".join(file.name for file in files)
    heads = ("kind", "requests", "received", "sent", "from a cache", "other hosts")
    rows = (
        row(
            each.kind, str(each.requests), _megabytes(each.received), _megabytes(each.sent), str(each.cached),
            percent(each.foreign),
        )
        for each in sums
    )  # fmt: skip
    grid = Grid(tuple(Column(head, right=bool(place)) for place, head in enumerate(heads)), tuple(rows))
    told = tuple(Entry(term, (text,)) for term, text in _told(moved, site) if text)
    records = tuple(dict(zip(FIELDS, (name, *each[:4], "B", *each[4:]), strict=True)) for each in sums)
    return Report((Heading("What was moved"), grid, *((Entries(told),) if told else ())), FIELDS, records)


def _told(moved: list[Moved], site: str) -> Iterator[tuple[str, str]]:
    others: dict[str, int] = {}
    for each in moved:
        if _site(each.host) != site:
            others[each.host] = others.get(each.host, 0) + _bytes(each)
    largest = sorted(others, key=lambda host: (-others[host], host))
    yield "Other hosts", some((f"{host} ({_megabytes(others[host])})" for host in largest), HOSTS)
    short = sum(each.is_short for each in moved)
    words = f"{plural(short, 'response')} as long as {LENGTH} says: fewer bytes are told to have come than are there"
    yield "Corrected", words if short else ""
    unknown = sum(each.received is None for each in moved)
    yield "Unknown", f"{plural(unknown, 'response')}: the file does not say how large" if unknown else ""


def _megabytes(count: int) -> str:
    return quantity(count / 1e6, "MB")
