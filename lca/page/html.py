"""The page as one HTML file: whole before any script runs, and with nothing from elsewhere.

The content policy of its head allows the one script and the one style of the page, by their hashes, and nothing else.
All that comes from a scenario or a pack is data, or text that has been escaped.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from lca import __version__
from lca.model.case import CaseKey
from lca.page import likes, tape
from lca.page.charts import CHARTS
from lca.page.charts import script as charts_script
from lca.page.controls import controls, homes, written
from lca.page.data import as_json
from lca.page.facing import card, line
from lca.page.figures import SHOWN, WIDE, figures, tables
from lca.page.languages import changes
from lca.page.languages import told as told_in
from lca.page.pages import Page
from lca.page.panel import panel
from lca.page.scene import Scene, opening, total_in_view
from lca.page.sections import Section, sections
from lca.page.svg import escape
from lca.page.told import told
from lca.page.totals import totals
from lca.page.words import plain, words
from lca.spoken import ENGLISH, N_, NAMES, spoken
from lca.spoken.numbers import NONE, input_quantity, quantity

HERE = Path(__file__).parent
SCRIPTS = (  # beside the interpreter and the charts
    "words", "draws", "explain", "download", "state", "moves", "controls", "likes", "answer", "totals", "figures",
    "address", "facing", "dialog", "languages", "page",
)  # fmt: skip
LINE_START = re.compile(r"^ *(?://.*\n)?", re.MULTILINE)
FOLDED = ("differ", "ground", "quality", "inputs", "account", "methods", "goal", "sources")


def page(of: Page, *, lock: bool = False) -> str:
    """The page as a text. `lock`: without scripts, and so in one language."""
    first, *others = (_spoken(of._replace(language=language), lock=lock) for language in (of.language, *of.others))
    if lock:
        return document(of.language, first.title, f"{first.body}\n")
    data = first.data | {"inputs": _table(first.data["inputs"])}
    if others:
        data["others"] = {
            language: {"page": told_in(first.body, other.body), "data": [*changes(first.data, other.data)]}
            for language, other in zip(of.others, others, strict=True)
        }
    given = f'<script type="application/json" id="data">{as_json(data)}</script>'
    return document(of.language, first.title, f"{first.body}\n{given}", script())


class _Spoken(NamedTuple):
    """A page in one language: its title, its body, and what its script is given."""

    title: str
    body: str
    data: dict[str, Any]


def _spoken(of: Page, *, lock: bool) -> _Spoken:
    with spoken(of.language):
        scene = opening(of.data, of.language)
        title = plain(of.result.model.scenario.about.title or of.result.model.scenario.name)
        return _Spoken(title, _body(of, scene, title, lock=lock), {} if lock else _data(of, scene))


def _table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows that all have the same keys, which are written once."""
    return {"keys": [*rows[0]] if rows else [], "rows": [[*row.values()] for row in rows]}


def document(language: str, title: str, body: str, code: str = "") -> str:
    """A body as a whole document, with the style of all pages and the policy that closes it."""
    style = (HERE / "page.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(code, style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f'<meta name="generator" content="lca {escape(__version__)}">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}"
        f"{f'<script>{code}</script>' if code else ''}\n</body>\n</html>\n"
    )


def script() -> str:
    """All that runs in the page, without its remarks and its indents: the same for every study."""
    texts = ((HERE / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    words, draws, *own = texts
    return LINE_START.sub("", "\n".join(['"use strict";', words, tape.core(), draws, charts_script(), *own]))


def _policy(code: str, style: str) -> str:
    scripts = f"'sha256-{_hash(code)}'" if code else "'none'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'sha256-{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _data(of: Page, scene: Scene) -> dict[str, Any]:
    """What the script is given."""
    shown = controls(of.data, of.language)
    heads = [head for columns in tables(of.data).values() for _, head, _ in columns]
    return {
        **scene.data,
        "language": of.language,
        "words": words(script(), (*heads, *likes.messages(of)), of.language),
        "title": plain(of.result.model.scenario.about.title or of.name),
        "extends": of.name,
        "controls": [{"input": each.place, "track": [*each.track]} for each in shown],
        "written": written(of.data),
        "homes": homes(of.data),
        "told": told(of.data),
        "tables": tables(of.data),
        "shown": SHOWN,
        "likes": likes.data(of),
    }


# --- body -------------------------------------------------------------------------------------------------------------


def _body(of: Page, scene: Scene, title: str, *, lock: bool) -> str:
    about = of.result.model.scenario.about
    made = sections(of)
    by = " · ".join(plain(text) for text in (about.authors, about.date, about.version) if text)
    links = "".join(f'<li><a href="#{each.key}">{of.say(each.title)}</a></li>' for each in made)
    live = "" if lock else panel(of)
    choice = "" if lock else _choice(of, scene)
    like_of = "" if lock else '<p id="like-of" class="note"></p>'
    head = f'{_languages(of)}<h1>{escape(title)}</h1><p class="sub">{escape(by)}</p>{_units(of)}{choice}'
    drawn = f'<div id="figures">{card(of, lock=lock)}{figures(of, scene)}{totals(of, scene)}</div>'
    return (
        f'<a class="skip" href="#figures">{of.say("To the figures")}</a><header>{head}</header>'
        f'{_answer(of, scene, lock=lock)}<main>{like_of}<div class="live off">{live}{drawn}</div>'
        f"{likes.section(of, scene)}"
        f'<nav aria-label="{of.say("What stands behind the figures")}"><ul>{links}</ul></nav>'
        f"{''.join(_section(of, each) for each in made)}</main>"
        f"<footer><p>{of.say('Written by lca {version}.', version=__version__)}</p></footer>"
    )


def _languages(of: Page) -> str:
    """The choice of a language, of a page that speaks several; without its script it says which one it is in."""
    if not of.others:
        return ""
    rest = " · ".join(f'<span lang="{each}">{name}</span>' for each, name in NAMES.items() if each != ENGLISH)
    said = f'<span lang="{ENGLISH}">{NAMES[ENGLISH]}; with scripts also: {rest}</span>'
    buttons = (f'<button type="button" lang="{each}" hidden>{name}</button>' for each, name in NAMES.items())
    return f'<p class="languages sub">{said}{"".join(buttons)}</p>'


def _units(of: Page) -> str:
    """The functional units: what the question is."""
    named = {unit: escape(plain(of.result.model.titles.get(unit, ""))) for unit in of.result.functional_units}
    rows = (f"<dt>{escape(plain(unit))}</dt><dd>{title}{_demand(of, unit)}</dd>" for unit, title in named.items())
    return f'<dl class="units" aria-label="{of.say("Functional units")}">{"".join(rows)}</dl>'


def _demand(of: Page, unit: str) -> str:
    case = of.result.model.read.get(CaseKey(unit, of.result.variants[0]))
    flows = {} if case is None else case.demand
    said = (input_quantity(of.result.values[node.index], str(node.unit), of.language) for node in flows.values())
    words = ", ".join(said)
    return f' <span class="sub">{escape(words)}</span>' if words else ""


def _choice(of: Page, scene: Scene) -> str:
    """What the reader looks at: three groups of radio buttons."""
    groups = (
        ("unit", N_("Functional unit"), [each["key"] for each in scene.data["functional_units"]]),
        ("criterion", N_("Criterion"), [each["label"] for each in scene.data["criteria"]]),
        ("variant", N_("Variant"), [each["title"] for each in scene.data["variants"]]),
    )
    return f'<form class="choice" hidden>{"".join(_group(of, *group) for group in groups)}</form>'


def _group(of: Page, name: str, title: str, options: list[str]) -> str:
    made = "".join(
        f'<label><input type="radio" name="{name}" value="{k}"{"" if k else " checked"}>{escape(plain(option))}</label>'
        for k, option in enumerate(options)
    )
    only = " hidden" if len(options) == 1 else ""
    return f"<fieldset{only}><legend>{of.say(title)}</legend>{made}</fieldset>"


def _answer(of: Page, scene: Scene, *, lock: bool) -> str:
    """The total in view, which stays in sight, over a strip of its parts."""
    place, strip = total_in_view(scene), CHARTS["strip"]
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    total = NONE if place is None else quantity(scene.machine.values[place], unit, of.language)
    return (
        f'<section id="answer" aria-label="{of.say("Answer")}"><div class="inner">'
        f'<p class="total"><strong class="figure" id="total" data-node="{place}">{escape(total)}</strong> '
        f'<span id="case">{escape(case_words(scene))}</span> <span id="change">{of.say("as in the study")}</span>'
        f"{'' if lock else likes.choice(of)}</p>"
        f'{line(of, scene)}<p id="limits"></p><div id="strip">{strip.draw(strip.rows(scene), scene, WIDE)}</div>'
        '<p id="said" class="unseen" role="status" aria-live="polite"></p></div></section>'
    )


def case_words(scene: Scene) -> str:
    """What the answer is of."""
    unit, variant = scene.data["functional_units"][scene.view.unit], scene.data["variants"][scene.view.variant]
    criterion = scene.data["criteria"][scene.view.criterion]
    return " · ".join(plain(text) for text in (criterion["label"], unit["title"] or unit["key"], variant["title"]))


def _section(of: Page, each: Section) -> str:
    title = of.say(each.title)
    if each.key in FOLDED:
        body = f"<details><summary><h2>{title}</h2></summary><div>{each.body}</div></details>"
    else:
        body = f"<h2>{title}</h2><div>{each.body}</div>"
    return f'<section id="{each.key}">{body}</section>'
