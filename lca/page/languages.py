"""A page that speaks several languages: what differs from one to the other, which its script puts in their place.

A page has the same tags in every language, so that another is told by the texts and attributes that differ, found by
one walk here and put in by the same walk in `scripts/languages.js`. A study whose page has other tags there, whatever
it did for that, is told by the whole page.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
LAST_OF_ONE = "\uffff"  # of the characters that are one to JavaScript as well
DRAWN = ("drawing", "strip")  # class, or id, of what a script draws as the page opens


class _Walk(HTMLParser):
    """Every attribute and every text of a page in their order, and the tags and names around them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self._drawn = 0  # how many are open where what is drawn begins
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._drawn:
            self.shape.append(" ".join((tag, *(name for name, _ in attrs))))
            self.texts += [value or "" for _, value in attrs]
        if tag not in VOID:
            self._open.append(tag)
            if not self._drawn and any(name in ("class", "id") and value in DRAWN for name, value in attrs):
                self._drawn = len(self._open)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._drawn == len(self._open):
            self._drawn = 0
        self._open.pop()
        if not self._drawn:
            self.shape.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self._drawn:
            return
        if self.shape and self.shape[-1] == "":  # a text in pieces is one
            self.texts[-1] += data
            return
        self.shape.append("")
        self.texts.append(data)


def told(own: str, other: str) -> dict[str, Any]:
    """What leads from the body of a page to that in another language, as plain values.

    at: the places of what differs, each by how far it is from the one before; to: which of `texts` each becomes, a text
    being itself, or how much of the own one it begins and ends with, and what stands between. Where the tags differ,
    html: the whole.

    >>> told('<p lang="en">one <b>2.5</b></p><p>two</p>', '<p lang="fr">one <b>2,5</b></p><p>deux</p>')
    {'at': [0, 2, 1], 'to': [0, 1, 2], 'texts': ['fr', [1, 1, ','], 'deux']}
    >>> told("<p>one</p>", "<p>un<br></p>")
    {'html': '<p>un<br></p>'}
    """
    here, there = _Walk(own), _Walk(other)
    if here.shape != there.shape:
        return {"html": other}
    places = [k for k, pair in enumerate(zip(here.texts, there.texts, strict=True)) if pair[0] != pair[1]]
    made = [_made_of(here.texts[k], there.texts[k]) for k in places]
    texts = {text: place for place, text in enumerate(dict.fromkeys(made))}
    return {
        "at": [after - before for before, after in pairwise([0, *places])],
        "to": [texts[text] for text in made],
        "texts": [[*text] if isinstance(text, tuple) else text for text in texts],
    }


def _made_of(own: str, other: str) -> str | tuple[int, int, str]:
    """
    >>> _made_of("known gap: a reason", "écart connu : a reason"), _made_of("aa", "a"), _made_of("one", "un")
    ((0, 10, 'écart connu '), (1, 0, ''), 'un')
    """
    if max(own + other, default="") > LAST_OF_ONE:
        return other
    most = min(len(own), len(other))
    first = next((k for k in range(most) if own[k] != other[k]), most)
    last = next((k for k in range(most - first) if own[-1 - k] != other[-1 - k]), most - first)
    return (first, last, other[first : len(other) - last]) if first + last else other


def changes(own: Any, other: Any) -> Iterator[tuple[list[str | int], Any]]:
    """Where plain values differ from others: the keys that lead there, and what stands there in the others.

    >>> [*changes({"a": [1, {"b": 2}], "c": 0}, {"a": [1, {"b": 3}], "c": [0]})]
    [(['a', 1, 'b'], 3), (['c'], [0])]
    """
    keys: list[Any] = []
    if isinstance(own, dict) and isinstance(other, dict) and own.keys() == other.keys():
        keys = [*own]
    elif isinstance(own, list | tuple) and isinstance(other, list | tuple) and len(own) == len(other):
        keys = [*range(len(own))]
    elif own != other:
        yield [], other
    for key in keys:
        for path, value in changes(own[key], other[key]):
            yield [key, *path], value
