"""What kinds of measured data have in common: what is set, and what a measured quantity is written as."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from lca import units
from lca.problems import problem, shortened
from lca.text.opened import File
from lca.text.writing import amount, safe
from lca.units import ONE, Unit
from lca.wording import some

NAMED = 4  # files of a source that are named
SIGNS, SHORT, LONGEST = 12, 8, 40  # signs of a hash, of that in a key, and of a name in one
MOST = 1e15  # of a quantity: what is larger was read in another unit than it has


def is_once(said: Mapping[str, str]) -> bool:
    """Whether what was measured must not be priced by a method too."""
    if said.get("apart", "yes") != "yes":
        raise problem(f"apart={shortened(said['apart'])} is not known", hint="apart=yes")
    return "apart" not in said


def quantity_of(
    said: Mapping[str, str], name: str, of: Unit | None, takes: Mapping[str, str]
) -> tuple[float, Unit] | None:
    """A quantity above 0 that is set, of the dimension of `of` where that is one. Problems where it is none."""
    if name not in said:
        return None
    try:
        value, unit = units.quantity(said[name])
    except units.UnitError as error:
        raise problem(f"{name}: {error.message}", hint=error.hint or takes[name]) from None
    if of is not None and units.scale(unit, of) is None:
        raise problem(f"{name}: {unit} is not {of}", hint=takes[name])
    if not 0 < value < float("inf"):
        raise problem(f"{name}={shortened(said[name])} is not above 0", hint=takes[name])
    return value, unit


def number(said: Mapping[str, str], name: str, of: Unit, takes: Mapping[str, str]) -> float | None:
    """A quantity that is set, in a unit; None where it is not."""
    found = quantity_of(said, name, of, takes)
    return None if found is None else found[0] * (units.scale(found[1], of) or 1.0)


def work_of(said: Mapping[str, str], takes: Mapping[str, str]) -> tuple[float, Unit]:
    """The work that was done, 1 where none is set."""
    return quantity_of(said, "work", None, takes) or (1.0, ONE)


def named_in(said: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The names that are set with commas between; none where it is not set.

    >>> named_in({"metric": "a, b,"}, "metric")
    ('a', 'b')
    """
    return tuple(word.strip() for word in said.get(name, "").split(",") if word.strip())


def zone_of(said: Mapping[str, str]) -> ZoneInfo | None:
    """The time zone that `clock` names. Problems where there is none of that name."""
    if "clock" not in said:
        return None
    try:
        return ZoneInfo(said["clock"])
    except (KeyError, ValueError, OSError):
        raise problem(f"clock={shortened(said['clock'])} is no time zone", hint="such as Europe/Paris") from None


def is_repeated(said: Mapping[str, str], each: str) -> bool:
    """Whether each file, or run, is a repetition of the work that is set."""
    if "repeat" not in said:
        return False
    if said["repeat"] != f"{each}s":
        raise problem(f"repeat={shortened(said['repeat'])} is not known", hint=f"repeat={each}s")
    if "work" not in said:
        raise problem(f"repeat={each}s needs the work of each {each}", hint="--set work='1200 prompt'")
    return True


class Cited(NamedTuple):
    """The files that measured numbers are read in as one source: its key, and what `study.sources` says of it.

    at: where in them, such as their period and what was measured. note: what else is to be known. basis: measured, or
    published where others did.
    """

    key: str
    source: Mapping[str, str]
    at: str
    note: str
    basis: str = "measured"

    @property
    def sources(self) -> dict[str, Mapping[str, str]]:
        """What it adds to `study.sources`."""
        return {self.key: self.source}

    @property
    def said(self) -> dict[str, str]:
        """What a quantity says of where it comes from."""
        made = {"basis": self.basis, "source": self.key, "at": self.at, "note": self.note}
        return {name: text for name, text in made.items() if text}


def cited(files: Sequence[File], tool: str, at: str, note: Iterable[str], year: str = "") -> Cited:
    """What is said of numbers of some files, which `tool` wrote. Problems where two of the files are the same."""
    hashes: dict[str, File] = {}
    for file in files:
        own = _hash(file)
        if own in hashes:
            hint = "name it once: what it says would count twice"
            raise problem("the two files are the same", hashes[own].span, file.span, hint=hint)
        hashes[own] = file
    names = [re.split(r"[/\\]", file.name)[-1] for file in files]
    own = next(iter(hashes)) if len(files) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    stem = re.sub("[^a-z0-9]+", "-", names[0].rpartition(".")[0].casefold() or names[0].casefold()).strip("-")
    told = {
        "title": some(names, NAMED), "container": tool, "year": year,
        "locator": f"sha256 {some((each[:SIGNS] for each in hashes), NAMED)}",
    }  # fmt: skip
    source = {name: safe(text) for name, text in told.items() if text}
    return Cited(f"{stem[:LONGEST] or 'file'}-{own[:SHORT]}", source, safe(at), safe("; ".join(note)))


def stated(values: Sequence[float], unit: Unit, accuracy: float, cited: Cited) -> dict[str, Any]:
    """A measured quantity: the mean of repetitions; their range, and the accuracy of the meter around it."""
    made = {"value": amount(short(sum(values) / len(values)), str(unit))}
    if len(values) > 1 or accuracy:
        low, high = min(values) * (1 - accuracy), max(values) * (1 + accuracy)
        made |= {"low": amount(short(low), str(unit)), "high": amount(short(high), str(unit))}
    return {**made, **cited.said}


def short(value: float) -> float:
    """Six digits: more than a meter has. Problems where it is more than can be measured."""
    if not abs(value) < MOST:
        raise problem(f"{value:g} is more than can be measured", hint="is the unit of its numbers right?")
    return float(f"{value:.6g}")


def _hash(file: File) -> str:
    """The SHA-256 of a file."""
    made = hashlib.sha256()
    with file.open() as stream:
        while piece := stream.read(1 << 20):
            made.update(piece)
    return made.hexdigest()
