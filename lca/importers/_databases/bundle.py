"""Zip archives of data sets: openLCA's JSON-LD and ILCD. Unpacked in memory, a part at a time, within bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from lca.model.packs import no_json
from lca.problems import Problems
from lca.workbook.reading.archive import Archive
from lca.workbook.reading.xml import Element, tree

LARGEST = 64_000_000  # bytes of one part


class Bundle(Archive):
    """The data sets of an archive by their paths. Problems where it is damaged, or was made to do harm."""

    packed, inflated, parts = 500_000_000, 4_000_000_000, 400_000
    needs = "no export needs that"
    save_as = "export it anew from the program that made it"

    def _refuse_other_formats(self) -> None:
        """All archives are read as what they hold."""

    def bytes_of(self, part: str) -> bytes:
        """A part. Problems where it is larger than any data set."""
        pieces: list[bytes] = []
        size = 0
        for piece in self.chunks(part):
            size += len(piece)
            if size > LARGEST:
                what = f"has a part larger than {LARGEST // 1_000_000} MB: {part!r}"
                raise self.refused(what, "it may be a bomb; do not open it")
            pieces.append(piece)
        return b"".join(pieces)

    def json(self, part: str) -> Any:
        """A part as JSON. Problems where it is none."""
        text = self.bytes_of(part).decode("utf-8-sig", "replace")
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Problems([no_json(text, f"{self.name}/{part}", error)]) from None

    def xml(self, part: str) -> Element:
        """A part as XML, whose document types and entities are refused."""
        return tree(self, part)

    def remembered(self, key: tuple[str, ...], make: Callable[[], str]) -> str:
        """What many data sets ask of one, made once."""
        if key not in self._remembered:
            self._remembered[key] = make()
        return self._remembered[key]

    @cached_property
    def _remembered(self) -> dict[tuple[str, ...], str]:
        return {}

    def below(self, folder: str, ending: str) -> list[str]:
        """The parts of a folder, wherever in the archive it is."""
        return [name for name in self._folders.get(folder.casefold(), ()) if name.casefold().endswith(ending)]

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.names:
            folder = name.rpartition("/")[0].rpartition("/")[2].casefold()
            found.setdefault(folder, []).append(name)
        return found

    def of(self, folder: str, key: str, ending: str) -> str:
        """The part of a data set by its key; '' where it is not there."""
        return self._keys.get((folder.casefold(), f"{key.casefold()}{ending}"), "")

    @cached_property
    def _keys(self) -> dict[tuple[str, str], str]:
        return {
            (folder, key): name for folder, names in self._folders.items() for name in names for key in _spelt(name)
        }


def _spelt(name: str) -> Iterator[str]:
    """What a data set may be asked for by: its file, and without the version that ILCD may put behind its key."""
    file = name.rpartition("/")[2].casefold()
    yield file
    if "_" in file:
        yield f"{file.partition('_')[0]}.{file.rpartition('.')[2]}"
