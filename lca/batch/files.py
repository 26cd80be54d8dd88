"""The files of a log, looked at before an engine sees them: what they are, how large, and how many rows they have.

A file that cannot be told apart into rows is an error, for part of a log would pass for the whole of it; a row that
cannot be read is rejected and counted.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from glob import glob, has_magic
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, NamedTuple

from lca.batch.formats import Range
from lca.disk.files import may_read
from lca.disk.workspace import shown
from lca.problems import Problem, Problems, Span, problem, shortened

PARQUET, TABLE, LINES, ARRAY, OBJECT = "Parquet", "CSV", "JSON, a line an object", "a JSON array", "JSON"
ENDINGS = (".parquet", ".csv", ".json", ".jsonl", ".ndjson")  # of the files of a folder that are read
MAGIC = b"PAR1"
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "a ZIP archive", b"\x28\xb5\x2f\xfd": "Zstandard", b"BZh": "bzip2"}
WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
BOM = b"\xef\xbb\xbf"
HEAD = 1 << 20  # bytes in which a file shows what it is
PIECE = 1 << 22  # bytes that are counted at a time
LONGEST = 1 << 28  # bytes of one line, or one object: what is longer is not taken into memory
LONGEST_ROW = 1 << 24  # bytes of a row of a CSV
SEEN = 1_000  # objects whose keys are looked at
SIGNS = ",;\t|"  # between the cells of a CSV
BETWEEN = re.compile(r"[, \t\r\n]*")  # objects of an array
QUOTED = re.compile(rb'(?:(?<=[,;\t|\n\r])|\A)"[^"]*+(?:""[^"]*+)*+"')
OPEN = re.compile(rb'(?:(?<=[,;\t|\n\r])|\A)"[^"]*+(?:""[^"]*+)*+\Z')


Schema = Callable[[Path], tuple[int, Mapping[str, str], Mapping[str, Range]]]  # rows, types and ranges of Parquet


class Log(NamedTuple):
    """A file of a log. rows: how many it has, counted before it is read; -1 where only reading it tells.

    types: of its columns, by name; of JSON the keys of its first objects. longest: bytes of its longest line. sign:
    what parts the cells of a CSV. ranges: what the footer of Parquet says of columns.
    """

    path: Path
    name: str
    kind: str
    size: int
    rows: int
    types: Mapping[str, str]
    longest: int = 0
    sign: str = ","
    ranges: Mapping[str, Range] = MappingProxyType({})

    @property
    def is_json(self) -> bool:
        """Whether its rows are objects of JSON."""
        return self.kind in (LINES, ARRAY, OBJECT)


def found(paths: Iterable[Path]) -> list[Path]:
    """The files that paths, patterns and folders name, each once, whatever its names. Problems where one names none."""
    made: dict[Path, Path] = {}
    wrong: list[Problem] = []
    for path in paths:
        named = [*_files(path)]
        if not named:
            wrong.append(_nothing(path))
        for each in named:
            made.setdefault(each.resolve(), each)
    if wrong:
        raise Problems(wrong)
    listed = [*made.values()]
    may_read(lambda: listed)
    return listed


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file())
    elif path.is_file():
        yield path
    elif has_magic(str(path)):
        named = map(Path, glob(str(path), recursive=True))  # noqa: PTH207  a pattern may begin anywhere
        yield from sorted(each for each in named if each.is_file())


def _nothing(path: Path) -> Problem:
    name = shown(path)
    if path.is_dir():
        return Problem(f"the folder {name} has no log", (), f"files that end in {', '.join(ENDINGS)}")
    if path.exists():
        return Problem(f"{name} is not a plain file", (), "name a file or a folder")
    return Problem(f"there is no file {name}", (), "a file, a folder, or a pattern in quotes: 'logs/*.parquet'")


def looked_at(paths: Iterable[Path], schema: Schema) -> list[Log]:
    """The files of a log; `schema` reads the footers of Parquet. All that is wrong at once."""
    made: list[Log] = []
    wrong: list[Problem] = []
    for path in paths:
        try:
            made.append(_look(path, schema))
        except Problems as raised:
            wrong += raised.problems
        except OSError as error:
            wrong.append(Problem(f"{shown(path)} cannot be read: {error.strerror or error}"))
    if wrong:
        raise Problems(wrong)
    return made


def _look(path: Path, schema: Schema) -> Log:
    name, size = shown(path), path.stat().st_size
    if size == 0:
        raise problem(f"{name} is empty", hint="take it out, or write it again: it has not even a head")
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        packed = next((what for magic, what in PACKED.items() if head.startswith(magic)), None)
        if packed:
            raise problem(f"{name} is packed ({packed})", hint="unpack it first")
        if head.startswith(MAGIC):
            _refuse_cut(stream, name, size)
            rows, types, ranges = schema(path)
            return Log(path, name, PARQUET, size, rows, types, ranges=ranges)
        if head[:2] in WIDE:
            raise problem(f"{name} is {WIDE[head[:2]]}", hint="save it as UTF-8")
        text = head.removeprefix(BOM).lstrip()
        if not text:
            raise problem(f"{name} has nothing but blanks", hint="take it out")
        stream.seek(0)
        if text[:1] in (b"{", b"["):
            return _json(path, name, size, stream, text)
        return _table(path, name, size, stream)


def _refuse_cut(stream: IO[bytes], name: str, size: int) -> None:
    """Problems where a Parquet file does not end as it has to."""
    stream.seek(max(size - 8, 0))
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if size < 12 or tail[4:] != MAGIC or length > size - 12:
        raise problem(f"{name} is cut: a Parquet file ends with {MAGIC.decode()}", hint="copy or write it again")


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json(path: Path, name: str, size: int, stream: IO[bytes], text: bytes) -> Log:
    if text.startswith(b"["):
        kind, objects = ARRAY, _in_array(text)
    else:
        objects = [each for line in text.split(b"\n")[:SEEN] if isinstance(each := parsed(line), dict)]
        kind = LINES if objects else OBJECT
    if kind != LINES and size > LONGEST:
        raise problem(
            f"{name} is one piece of JSON of {size / 1e6:,.0f} MB", hint="write an object a line (JSON Lines)"
        )
    rows, longest = _lines(stream, name) if kind == LINES else (-1, size)
    keys = dict.fromkeys(key for each in objects for key in each)
    if not keys:
        keys = dict.fromkeys(found.decode() for found in re.findall(rb'"([\w.]{1,60})"\s*:', text))
    return Log(path, name, kind, size, rows, dict.fromkeys(keys, "VARCHAR"), longest)


def parsed(line: bytes) -> Any:
    """What a line of JSON says; None where it is none."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _in_array(text: bytes) -> list[dict[str, Any]]:
    """The first objects of an array, of which the end may not be there."""
    held, decoder, at = text.decode("utf-8", "replace"), json.JSONDecoder(), 1
    made: list[dict[str, Any]] = []
    while len(made) < SEEN:
        try:
            each, at = decoder.raw_decode(held, BETWEEN.match(held, at).end())  # type: ignore[union-attr]  # it matches
        except (ValueError, RecursionError):
            break
        made += [each] if isinstance(each, dict) else []
    return made


def _pieces(stream: IO[bytes], name: str) -> Iterator[bytes]:
    """A text in pieces that end with a line."""
    held = b""
    while piece := stream.read(PIECE):
        held += piece
        if (cut := held.rfind(b"\n") + 1) > 0:
            yield held[:cut]
            held = held[cut:]
        if len(held) > LONGEST:
            raise problem(f"{name} has a line of more than {LONGEST / 1e6:,.0f} MB", hint="an object a line")
    if held:
        yield held


def _lines(stream: IO[bytes], name: str) -> tuple[int, int]:
    """How many lines have something on them, and the bytes of the longest."""
    count = longest = 0
    for number, piece in enumerate(_pieces(stream, name)):
        lines = (piece.removeprefix(BOM) if number == 0 else piece).split(b"\n")
        count += sum(1 for line in lines if line and not line.isspace())
        longest = max(longest, *map(len, lines))
    return count, longest


# --- CSV --------------------------------------------------------------------------------------------------------------


def _table(path: Path, name: str, size: int, stream: IO[bytes]) -> Log:
    first = stream.readline(HEAD)
    try:
        head = first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise problem(f"{name} is no text in UTF-8", hint="save it as UTF-8") from None
    sign = max(SIGNS, key=head.count)
    columns = [cell.strip() for cell in next(csv.reader([head], delimiter=sign), [])]
    twice = next((each for number, each in enumerate(columns) if each in columns[:number]), None)
    if twice is not None or not all(columns):
        told = f"two columns are called '{shortened(twice)}'" if twice else "a column has no name"
        raise problem(told, Span(name, 1, 1, shortened(head, 200)), hint="the first line names the columns")
    return Log(path, name, TABLE, size, _records(stream, name), dict.fromkeys(columns, "VARCHAR"), 0, sign)


def _records(stream: IO[bytes], name: str) -> int:
    """How many rows follow the head: lines that begin outside quotes and are not empty."""
    count, held = 0, b""
    for piece in _pieces(stream, name):
        bare = QUOTED.sub(b"x", held + piece)
        opened = OPEN.search(bare)
        if opened is not None:
            held = bare[bare.rfind(b"\n", 0, opened.start()) + 1 :]
            if len(held) > LONGEST_ROW:
                raise problem(f"{name} has a quote that is never closed", hint="a quote within quotes is written twice")
            bare = bare[: len(bare) - len(held)]
        else:
            held = b""
        count += sum(1 for line in bare.split(b"\n") if line not in (b"", b"\r"))
    return count + bool(held)
