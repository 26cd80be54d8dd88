"""What people and other programs have, made scenarios, parts of them and packs: `lca import` in Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.problems import Misnamed, Problem, shortened
from lca.scenario import several
from lca.study.hints import told, told_in_python
from lca.study.reports import StudyReport

if TYPE_CHECKING:
    from lca.importers import Made


@told_in_python
class Imported(StudyReport):
    """What was made of files: `text`, or `files` of a folder such as a pack; it prints what there is to say of it.

    `part` is what stands at a path of a scenario, as plain mappings, lists and texts; None of what is no part of one.
    `replaced`: what it took the place of, in words, once it was put into a scenario.
    """

    def __init__(self, made: Made, at: tuple[str, ...] | None) -> None:
        super().__init__("import", made.report)
        self._made, self._at = made, at
        self.part, self.files = made.part, dict(made.files)
        self.replaced: tuple[str, ...] = ()

    @property
    def scenario(self) -> str:
        """The text, of a scenario or a part of one; empty where files of a folder are made."""
        return "" if self.files else self._made.whole

    def save(self, place: str | Path) -> Path:
        """Write it: the text as a file, the files as a folder of their own. Problems where a folder is there."""
        from lca.disk.files import write
        from lca.disk.imports import write_folder

        if self.files:
            write_folder(Path(place), self.files)
        else:
            write(Path(place), self._made.whole)
        return Path(place)

    def into(self, scenario: str | Path, output: str | Path | None = None) -> Path:
        """Put it into a scenario at the path that was named, whose comments stay; into another file with `output`."""
        from lca.disk.imports import put_into

        if self._at is None:
            hint = "say where it is to stand, as in lca.imported(kind, files, at='parameters'), or at='.' for all of it"
            raise Misnamed([Problem("no path was named", (), hint)])
        own = Path(output) if output is not None else None
        written, self.replaced = put_into(self._made, Path(scenario), self._at, own)
        return written


@told
def imported(
    kind: str,
    files: str | Path | Iterable[str | Path],
    at: str,
    sheet: str,
    mapping: str | Path | None,
    packs: str | Path | Iterable[str | Path],
    said: dict[str, Any],
) -> Imported:
    """See `lca.imported`."""
    from lca.disk import imports
    from lca.disk.workspace import Library, read, shown
    from lca.importers import WHOLE, Given
    from lca.importers import kind as named
    from lca.text.documents import parse
    from lca.text.overlay import split

    keys = () if at == WHOLE else split(at)
    if at not in ("", WHOLE) and not keys:
        raise Misnamed([Problem(f"'{shortened(at)}' is not a path", (), "as in parameters or sites.lab")])
    located = parse(read(Path(mapping)), shown(Path(mapping))) if mapping is not None else None
    opened = imports.files(map(Path, several(files)))
    words = {name: str(value) for name, value in said.items() if value is not None}
    made = named(kind).read(Given(opened, Library(several(packs)), words, sheet, located, keys))
    return Imported(made, keys if at else None)
