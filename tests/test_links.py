"""No link of a page leads nowhere: files, folders, and headings by the names that GitHub and the site give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from tools.site import lay_out

if TYPE_CHECKING:
    from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    {
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "factors").rglob("*.md"),
        *(ROOT / "docs").rglob("*.ipynb"),
        *(ROOT / "notebooks").rglob("*.ipynb"),
    }
)
OUTSIDE = re.compile(r"https?://[a-z0-9.-]+\.[a-z]+(/\S*)?|mailto:\S+@\S+")
MARKDOWN = MarkdownIt().enable("table")


class Link(NamedTuple):
    """A link or picture of a page, and the line of the block that it stands in."""

    target: str
    line: int


def text_of(page: Path) -> str:
    """The Markdown of a page; of a notebook, that of its cells."""
    text = page.read_text("utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


@cache
def tokens(page: Path) -> list[Token]:
    return MARKDOWN.parse(text_of(page))


def links(page: Path) -> Iterator[Link]:
    for block in tokens(page):
        for token in block.children or ():
            for name in ("href", "src"):
                if name in token.attrs:
                    yield Link(str(token.attrs[name]), (block.map or [0])[0] + 1)


@cache
def anchors(page: Path) -> frozenset[str]:
    found: dict[str, int] = {}
    names = []
    every = tokens(page)
    for opening, inline in pairwise(every):
        if opening.type == "heading_open":
            name = anchor(
                "".join(part.content for part in inline.children or () if part.type in ("text", "code_inline"))
            )
            names.append(f"{name}-{found[name]}" if name in found else name)
            found[name] = found.get(name, 0) + 1
    return frozenset(names)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def broken(page: Path, target: str, root: Path = ROOT) -> str:
    """What is wrong with a link; empty where it leads somewhere."""
    if re.match(r"[a-z]+:", target):
        return "" if OUTSIDE.fullmatch(target) else "no address"
    name, _, part = unquote(target).partition("#")
    file = (page.parent / name).resolve() if name else page
    if name and not (file.exists() and file.is_relative_to(root)):
        return "no such file"
    if part and (file.suffix != ".md" or part not in anchors(file)):
        return f"no such heading; there are {', '.join(sorted(anchors(file))) if file.suffix == '.md' else 'none'}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_leads_nowhere(page: Path) -> None:
    wrong = {f"{page.name}:{link.line}: {link.target}": broken(page, link.target) for link in links(page)}
    assert {link: why for link, why in wrong.items() if why} == {}


def test_the_site_has_every_page_and_all_that_they_link_to(tmp_path: Path) -> None:
    lay_out(tmp_path)
    pages = {page.relative_to(tmp_path).as_posix(): page for page in tmp_path.rglob("*.md")}
    reached = re.findall(r"\S+\.md$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert [page for page in reached if page not in pages] == []
    assert [page for page in pages if page.startswith("docs/") and page.count("/") == 1 and page not in reached] == []
    assert len([page for page in pages if page.startswith("docs/sheets/")]) > 10
    for page in pages.values():
        assert {link: why for link in links(page) if (why := broken(page, link.target, tmp_path))} == {}
        assert [link for link in links(page) if link.target[0] != "#" and (page.parent / link.target).is_dir()] == []


def test_links_and_headings_are_found(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "# One, two: `three`\n\n## A\n\n## A\n\n| [x](b.md#c) |\n|---|\n\n![y](z.svg)\n\n`[no](no.md)`\n", "utf-8"
    )
    assert [link.target for link in links(page)] == ["b.md#c", "z.svg"]
    assert anchors(page) == {"one-two-three", "a", "a-1"}
    assert broken(page, "#a-1") == ""
    assert broken(page, "#b").startswith("no such heading")
    assert (broken(page, "b.md"), broken(page, "ftp:x")) == ("no such file", "no address")
