"""The XML of a workbook's parts: read as a stream, without document types and entities, of bounded depth and number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from lca.workbook.reading.archive import Archive

DEEPEST = 64
MOST = 200_000  # elements of a part that is kept whole
LONGEST = 40_000  # characters of an element's own text; a cell holds 32,767

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Element:
    """An element, its attributes and what it holds. Names are without their prefixes."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: Attributes) -> None:
        self.name, self.attributes = name, attributes
        self.children: list[Element] = []
        self.text = ""

    def get(self, name: str) -> str:
        """An attribute, with whatever prefix."""
        attribute = self.attributes.get(name)
        if attribute is None:
            attribute = next((value for key, value in self.attributes.items() if key.endswith(f":{name}")), "")
        return attribute

    def each(self, name: str) -> list[Element]:
        """The children of a name."""
        return [child for child in self.children if child.name == name]

    def below(self, name: str) -> list[Element]:
        """The descendants of a name, in their order."""
        elements: list[Element] = []
        waiting = [*reversed(self.children)]
        while waiting:
            element = waiting.pop()
            if element.name == name:
                elements.append(element)
            waiting += reversed(element.children)
        return elements

    def words(self) -> str:
        """The texts of all `t` below, as rich texts have them; those that say how others are pronounced left out."""
        return "".join(t.text for t in self.below("t"))


def stream(archive: Archive, part: str, start: Start, end: End, text: Text) -> None:
    """Read a part. Problems where it is no XML, or XML that no program writes for a workbook."""
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            what = f"is nested too deeply in its part {part!r}"
            raise archive.refused(what, "it was made to do harm; do not open it")
        start(name.rpartition(":")[2], attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2])

    def refuse(*_: Any) -> None:
        what = f"declares a document type in its part {part!r}"
        raise archive.refused(what, "no program writes that; it was made to do harm")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = opened, closed, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for piece in archive.chunks(part):
            parser.Parse(piece, False)  # noqa: FBT003  takes no keywords
        parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError, LookupError):
        raise archive.refused(f"is damaged in its part {part!r}", "ask for another copy") from None


def tree(archive: Archive, part: str) -> Element:
    """A small part as a tree."""
    root = Element("", {})
    open_ = [root]
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count
        count += 1
        if count > MOST:
            raise archive.refused(f"has more than {MOST:,} entries in its part {part!r}", "ask for another copy")
        made = Element(name, attributes)
        open_[-1].children.append(made)
        open_.append(made)

    def end(_: str) -> None:
        open_.pop()

    def text(words: str) -> None:
        element = open_[-1]
        if len(element.text) < LONGEST:
            element.text += words

    stream(archive, part, start, end, text)
    return root.children[0] if root.children else root
