"""The comments on cells: notes, and the threads of newer programs."""

from __future__ import annotations

from collections.abc import Iterator

from lca.workbook.reading.archive import Archive
from lca.workbook.reading.xml import Element, tree
from lca.workbook.review.copies import Comment, position_of

MOST = 5_000
LONGEST = 4_000  # characters of one
THREAD = "tc="  # the author of a note that only stands in for a thread


def read(archive: Archive, sheet: str, parts: list[str], people: dict[str, str]) -> Iterator[Comment]:
    """The comments of a sheet, by the parts that its relations name."""
    for part in parts:
        root = tree(archive, part)
        made = _threads(root, people) if root.name == "ThreadedComments" else _notes(root)
        for cell, author, text in made:
            if position_of(cell) is not None and text.strip():
                yield Comment(sheet, cell, author, text.strip()[:LONGEST])


def _notes(root: Element) -> Iterator[tuple[str, str, str]]:
    authors = [author.text.strip() for author in root.below("author")]
    for comment in root.below("comment"):
        number = comment.get("authorId")
        author = authors[int(number)] if number.isdecimal() and len(number) < 6 and int(number) < len(authors) else ""
        if not author.startswith(THREAD):
            yield comment.get("ref"), author, _without_author(comment.words(), author)


def _without_author(text: str, author: str) -> str:
    r"""A note's text: programs write the author's name above it once more.

    >>> _without_author("Ada:\nwhy 40?", "Ada")
    'why 40?'
    """
    head, _, rest = text.partition("\n")
    return rest if author and head.strip() == f"{author}:" else text


def _threads(root: Element, people: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for comment in root.below("threadedComment"):
        text = "".join(part.text for part in comment.each("text"))
        yield comment.get("ref"), people.get(comment.get("personId"), ""), text


def people(archive: Archive) -> dict[str, str]:
    """The names of those who take part in threads."""
    names: dict[str, str] = {}
    for part in archive.names:
        if part.startswith("xl/persons/") and part.endswith(".xml"):
            names |= {person.get("id"): person.get("displayName") for person in tree(archive, part).below("person")}
    return names
