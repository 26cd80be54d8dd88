"""The pages of the site: `python -m tools.site FOLDER` lays them out as they stand here, for `make docs`.

What a page links to goes along: other pages, pictures, scenarios, packs. A folder that is linked to gets a page that
lists it. Each method has a sheet, in docs/sheets, as `lca methods KEY` prints it.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from lca.disk.workspace import Library
from lca.outputs import markdown
from lca.report import Look
from lca.views.methods import sheet

ROOT = Path(__file__).resolve().parents[1]
STARTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "factors/README.md")
LINK = re.compile(r"(\]\()([^)#\s:]+)((?:#[^)\s]*)?\))")


def lay_out(target: Path) -> None:
    """Write every page, and all that a page links to, below the target, which is emptied before."""
    shutil.rmtree(target, ignore_errors=True)
    pending = [ROOT / name for name in STARTS] + sorted((ROOT / "docs").rglob("*.md"))
    done: set[Path] = set()
    while pending:
        source = pending.pop()
        if source not in done:
            done.add(source)
            pending += _placed(source, target / source.relative_to(ROOT))
    for name, text in _sheets():
        _write(target / "docs" / "sheets" / f"{name}.md", text)


def _placed(source: Path, place: Path) -> list[Path]:
    """Put a file or the list of a folder in its place; what it links to."""
    if source.is_dir():
        files = sorted(file for file in source.iterdir() if file.is_file() and not file.name.startswith("."))
        _write(place / "README.md", "\n".join([f"# {source.name}", "", *(f"- [{f.name}]({f.name})" for f in files)]))
        return files
    if source.suffix != ".md":
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
        return []
    text = source.read_text("utf-8")
    linked = [(source.parent / match[2]).resolve() for match in LINK.finditer(text)]
    folders = {match[2] for match in LINK.finditer(text) if (source.parent / match[2]).is_dir()}
    _write(place, LINK.sub(lambda m: f"{m[1]}{m[2].rstrip('/')}/README.md{m[3]}" if m[2] in folders else m[0], text))
    return [path for path in linked if path.exists() and path.is_relative_to(ROOT)]


def _sheets() -> Iterator[tuple[str, str]]:
    """The sheet of each method, and the list of them."""
    library = Library()
    packs = [library.pack(name) for name in library.names()]
    links = []
    for key in (key for pack in packs for key in pack.formulas):
        text = markdown.render(sheet(packs, key), Look())
        links.append(f"- [{text.splitlines()[0].removeprefix('# ')}]({key}.md)")
        yield key, text
    head = "# A sheet for each method\n\nAs `lca methods KEY` prints it: what it takes, its equations, its sources.\n\n"
    yield "README", head + "\n".join(links)


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text.rstrip("\n") + "\n", "utf-8")


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
