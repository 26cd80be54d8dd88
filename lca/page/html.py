"""The page as one HTML file: whole before any script runs, and with nothing from elsewhere.

The content policy of its head allows the one script and the one style of the page, by their hashes, and nothing else.
All that comes from a scenario or a pack is data, or text that has been escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from lca import __version__
from lca.graph import Input
from lca.model.case import CaseKey
from lca.page import tape
from lca.page.charts import CHARTS
from lca.page.charts import script as charts_script
from lca.page.controls import Control, controls, homes, locked, written
from lca.page.data import as_json
from lca.page.numbers import DIGITS, change, input_quantity, numbers, percent, quantity, stated, unit_words
from lca.page.scene import Scene, input_name, opening, total_in_view
from lca.page.sections import Page, Section, explanation, sections
from lca.page.svg import escape
from lca.page.told import told
from lca.page.words import ENGLISH, _, catalogue, plain
from lca.questions.uncertainty import uncertainty, varied
from lca.result import TONE, Verdict

HERE = Path(__file__).parent
SAMPLES = 10_000  # behind the intervals of the table
WIDE, HALF = 860, 420  # pixels for which charts are drawn before a script measures the page
FIGURES = {  # of each chart its title, and whether it is as wide as the page
    "contribution": ("What weighs most", True),
    "dots": ("How sure", False),
    "curve": ("What one assumption does", False),
    "tornado": ("What matters most", True),
    "making": ("Made, and used", False),
    "variants": ("Side by side", False),
}
TABLES: dict[str, list[tuple[str, str, str]]] = {  # of each chart the columns behind it: key, head, and how it is written
    "contribution": [
        ("criterion", "Criterion", "text"), ("part", "Part", "say"), ("value", "Result", "number"), ("unit", "Unit", "unit"),
        ("share", "Share", "percent"),
    ],
    "dots": [("chance", "Below it", "percent"), ("value", "Result", "number")],
    "curve": [("variant", "Variant", "text"), ("x", "Input", "stated"), ("value", "Result", "number")],
    "tornado": [
        ("name", "Input", "text"), ("low_end", "Low", "stated"), ("high_end", "High", "stated"), ("input_unit", "Unit", "unit"),
        ("low", "Result at low", "number"), ("high", "Result at high", "number"),
    ],
    "making": [
        ("part", "Part", "say"), ("making", "Making", "number"), ("use", "Use", "number"),
        ("undivided", "Not told apart", "number"),
    ],
    "variants": [
        ("criterion", "Criterion", "text"), ("variant", "Variant", "text"), ("value", "Result", "number"),
        ("unit", "Unit", "unit"), ("lower", "Draws in which the case in view is lower", "percent"),
    ],
}  # fmt: skip
STEP_OF_CURVE = 8  # of the points of a curve, those that stand in its table
SCRIPTS = ("words", "draws", "explain", "download", "page")  # beside the interpreter and the charts
FOLDED = ("ground", "quality", "inputs", "account", "methods", "goal", "sources")
Estimates = dict[tuple[str, str | None, str], tuple[float, float]]


def page(of: Page, *, lock: bool = False) -> str:
    """The page as a text. `lock`: without scripts."""
    scene = opening(of.data, of.language)
    style = (HERE / "page.css").read_text(encoding="utf-8")
    code = "" if lock else script()
    about = of.result.model.scenario.about
    title = plain(about.title or of.result.model.scenario.name)
    data = "" if lock else f'<script type="application/json" id="data">{as_json(_data(of, scene))}</script>'
    return (
        f'<!doctype html>\n<html lang="{of.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(code, style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f'<meta name="generator" content="lca {escape(__version__)}">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{_body(of, scene, title, lock=lock)}\n{data}"
        f"{f'<script>{code}</script>' if code else ''}\n</body>\n</html>\n"
    )


def script() -> str:
    """All that runs in the page: the same for every study."""
    texts = ((HERE / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    words, draws, *own = texts
    return "\n".join(['"use strict";', words, tape.core(), draws, charts_script(), *own])


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
    return {
        **scene.data,
        "language": of.language,
        "words": {} if of.language == ENGLISH else dict(catalogue(of.language)),
        "title": plain(of.result.model.scenario.about.title or of.name),
        "extends": of.name,
        "controls": [{"input": each.place, "track": [*each.track]} for each in shown],
        "written": written(of.data),
        "homes": homes(of.data),
        "told": told(of.data),
        "tables": TABLES,
        "step_of_curve": STEP_OF_CURVE,
    }


# --- body -------------------------------------------------------------------------------------------------------------


def _body(of: Page, scene: Scene, title: str, *, lock: bool) -> str:
    about = of.result.model.scenario.about
    made = sections(of)
    by = " · ".join(plain(text) for text in (about.authors, about.date, about.version) if text)
    links = "".join(f'<li><a href="#{each.key}">{of.say(each.title)}</a></li>' for each in made)
    live = "" if lock else _controls(of)
    return "".join(
        (
            f'<a class="skip" href="#figures">{of.say("To the figures")}</a>',
            f'<header><h1>{escape(title)}</h1><p class="sub">{escape(by)}</p>{_units(of)}',
            "" if lock else _choice(of, scene),
            f'</header>{_answer(of, scene)}<main><div class="live off">{live}'
            f'<div id="figures">{_figures(of, scene)}{_table(of, scene)}</div></div>',
            f'<nav aria-label="{of.say("What stands behind the figures")}"><ul>{links}</ul></nav>',
            "".join(_section(of, each) for each in made),
            f"</main><footer><p>{of.say('Written by lca {version}.', version=__version__)}</p></footer>",
        )
    )


def _units(of: Page) -> str:
    """The functional units: what the question is."""
    rows = (
        f"<dt>{escape(plain(unit))}</dt><dd>{escape(plain(of.result.model.titles.get(unit, '')))}{_demand(of, unit)}</dd>"
        for unit in of.result.functional_units
    )
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
        ("unit", "Functional unit", [each["key"] for each in scene.data["functional_units"]]),
        ("criterion", "Criterion", [each["label"] for each in scene.data["criteria"]]),
        ("variant", "Variant", [each["title"] for each in scene.data["variants"]]),
    )
    return f'<form class="choice" hidden>{"".join(_group(of, *group) for group in groups)}</form>'


def _group(of: Page, name: str, title: str, options: list[str]) -> str:
    made = "".join(
        f'<label><input type="radio" name="{name}" value="{k}"{"" if k else " checked"}>{escape(plain(option))}</label>'
        for k, option in enumerate(options)
    )
    return f"<fieldset><legend>{of.say(title)}</legend>{made}</fieldset>"


def _answer(of: Page, scene: Scene) -> str:
    """The total in view, which stays in sight, over a strip of its parts."""
    place, strip = total_in_view(scene), CHARTS["strip"]
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    total = "–" if place is None else quantity(scene.machine.values[place], unit, of.language)
    return (
        f'<section id="answer" aria-label="{of.say("Answer")}"><div class="inner">'
        f'<p class="total"><strong class="figure" id="total" data-node="{place}">{escape(total)}</strong> '
        f'<span id="case">{escape(case_words(scene))}</span> <span id="change">{of.say("as in the study")}</span></p>'
        f'<p id="limits"></p><div id="strip">{strip.draw(strip.rows(scene), scene, WIDE)}</div>'
        '<p id="said" class="unseen" role="status" aria-live="polite"></p></div></section>'
    )


def case_words(scene: Scene) -> str:
    """What the answer is of."""
    unit, variant = scene.data["functional_units"][scene.view.unit], scene.data["variants"][scene.view.variant]
    criterion = scene.data["criteria"][scene.view.criterion]
    return " · ".join(plain(text) for text in (criterion["label"], unit["title"] or unit["key"], variant["title"]))


def _section(of: Page, each: Section) -> str:
    language = f' lang="{ENGLISH}"' if each.is_english and of.language != ENGLISH else ""
    title = of.say(each.title)
    if each.key in FOLDED:
        body = f"<details><summary><h2>{title}</h2></summary><div{language}>{each.body}</div></details>"
    else:
        body = f"<h2>{title}</h2><div{language}>{each.body}</div>"
    return f'<section id="{each.key}">{body}</section>'


# --- totals -----------------------------------------------------------------------------------------------------------


def _table(of: Page, scene: Scene) -> str:
    """Every total, with its interval and what was published; a table for each functional unit."""
    spread, published = _estimates(of), _published(of)
    tables = "".join(_of_unit(of, scene, place, spread, published) for place in range(len(of.result.functional_units)))
    words = _(
        "Below a figure stands the interval that holds 95 % of {count} draws of the inputs, and what was published.",
        of.language, count=f"{SAMPLES:,}".replace(",", "\u202f"),
    )  # fmt: skip
    said = words if spread else _("No input has a range, so that no interval is known.", of.language)
    moved = of.say("Intervals and published figures are those of the study as it stands.")
    return (
        f'<section id="totals" class="card wide"><h2>{of.say("Totals")}</h2><p>{escape(said)}</p>'
        f'<p class="when-moved" hidden>{moved}</p>{tables}{_explained(of)}</section>'
    )


def _explained(of: Page) -> str:
    words = of.say("How the first figure is made, down to its sources")
    return f"<details><summary>{words}</summary>{explanation(of)}</details>"


def _estimates(of: Page) -> Estimates:
    model = of.result.model
    if not varied(model.graph, [*model.totals.values()]).uncertain:
        return {}
    made = uncertainty(model, SAMPLES, 0).estimates
    return {
        (e.figure.functional_unit, e.figure.variant, e.figure.criterion): (e.spread.low, e.spread.high)
        for e in made
        if not e.figure.group
    }


def _published(of: Page) -> dict[tuple[str, str | None, str], Verdict]:
    known = of.result.model.totals
    plain_ones = [v for v in of.result.verdicts if v.plain and v.relation == "value" and v.total in known]
    return {(v.of, v.variant, v.criterion): v for v in plain_ones}


def _of_unit(of: Page, scene: Scene, unit: int, spread: Estimates, published: dict[Any, Verdict]) -> str:
    named = scene.data["functional_units"][unit]
    criteria = of.result.criteria
    heads = "".join(
        f'<th scope="col" class="right">{escape(plain(c.label))}<br><small>{escape(unit_words(c.unit_label, of.language))}'
        "</small></th>"
        for c in criteria
    )
    columns = [_column(of, scene, unit, k, spread, published) for k in range(len(criteria))]
    rows = "".join(
        f'<tr><th scope="row">{escape(plain(variant["title"]))}</th>{"".join(column[k] for column in columns)}</tr>'
        for k, variant in enumerate(scene.data["variants"])
    )
    title = escape(plain(f"{named['key']} {named['title']}".strip()))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="totals"><caption>{title}</caption>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _column(
    of: Page, scene: Scene, unit: int, criterion: int, spread: Estimates, published: dict[Any, Verdict]
) -> list[str]:
    """The cells of a criterion, all in one notation."""
    key = of.result.criteria[criterion].key
    keys = [(of.result.functional_units[unit], variant, key) for variant in of.result.variants]
    places = [scene.data["totals"][unit][k][criterion] for k in range(len(keys))]
    every: list[float] = []
    for case, place in zip(keys, places, strict=True):
        ends = spread.get(case, ())
        expected = (published[case].published,) if case in published else ()
        every += [*([] if place is None else [scene.machine.stated[place]]), *ends, *expected]
    written_as = dict(zip(every, numbers(every, DIGITS, of.language), strict=True))
    return [
        _total(of, scene, case, place, spread, published, written_as) for case, place in zip(keys, places, strict=True)
    ]


def _total(
    of: Page, scene: Scene, case: Any, place: int | None, spread: Estimates, published: dict[Any, Verdict],
    written_as: dict[float, str],
) -> str:  # fmt: skip
    if place is None:
        return '<td class="right">–</td>'
    made = f'<span class="figure" data-node="{place}">{escape(written_as[scene.machine.stated[place]])}</span>'
    if case in spread:
        low, high = (written_as[end] for end in spread[case])
        made += f'<small class="was">{of.say("{low} to {high}", low=low, high=high)}</small>'
    if case in published:
        v = published[case]
        words = of.say(
            "{said} {figure}, {change}: {verdict}", said=_(v.said, of.language), figure=written_as[v.published],
            change=change(v.deviation, of.language), verdict=_(v.verdict, of.language),
        )  # fmt: skip
        made += f'<small class="was {TONE[v.verdict]}">{words}</small>'
    return f'<td class="right">{made}</td>'


# --- charts -----------------------------------------------------------------------------------------------------------


def _figures(of: Page, scene: Scene) -> str:
    return "".join(_figure(of, scene, name, title, is_wide=wide) for name, (title, wide) in FIGURES.items())


def _figure(of: Page, scene: Scene, name: str, title: str, *, is_wide: bool) -> str:
    chart = CHARTS[name]
    rows = chart.rows(scene)
    drawing = chart.draw(rows, scene, WIDE if is_wide else HALF)
    hidden = "" if rows else " hidden"
    return (
        f'<figure id="chart-{name}" class="card{" wide" if is_wide else ""}"{hidden}><figcaption><h2>{of.say(title)}</h2>'
        f'<p class="says">{escape(chart.say(rows, scene))}</p></figcaption>{_curves(of, scene) if name == "curve" else ""}'
        f'<div class="drawing">{drawing}</div><details><summary>{of.say("Numbers")}</summary>'
        f'<div class="scroll" tabindex="0">{table_of(name, rows, scene)}</div></details></figure>'
    )


def _curves(of: Page, scene: Scene) -> str:
    """The choice of the input that the curve goes over."""
    every = [
        (k, each) for k, each in enumerate(scene.data["inputs"]) if each["low"] is not None and not each["is_locked"]
    ]
    options = "".join(
        f'<option value="{k}"{" selected" if k == scene.curve else ""}>{escape(input_name(scene, each))}</option>'
        for k, each in every
    )
    return f'<label class="curves" hidden>{of.say("Over the range of")} <select id="curve">{options}</select></label>'


def table_of(name: str, rows: list[dict[str, Any]], scene: Scene) -> str:
    """The numbers behind a chart; `table_of` in page.js makes the same."""
    columns = TABLES[name]
    shown = [row for k, row in enumerate(rows) if name != "curve" or (k % 41) % STEP_OF_CURVE == 0]
    head = "".join(f'<th scope="col"{_right(kind)}>{escape(scene.say(title))}</th>' for _key, title, kind in columns)
    cells = [
        [f"<td{_right(kind)}>{escape(text)}</td>" for text in _texts(shown, key, kind, scene)]
        for key, _head, kind in columns
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _right(kind: str) -> str:
    return ' class="right"' if kind in ("number", "stated", "percent") else ""


def _texts(rows: Iterable[dict[str, Any]], key: str, kind: str, scene: Scene) -> list[str]:
    values = [row[key] for row in rows]
    match kind:
        case "number":
            return numbers(values, DIGITS, scene.language)
        case "stated":
            return [stated(value, scene.language) for value in values]
        case "percent":
            return ["–" if value is None else percent(value, scene.language) for value in values]
        case "unit":
            return [unit_words(value, scene.language) for value in values]
        case "say":
            return [scene.say(value) for value in values]
    return values


# --- controls ---------------------------------------------------------------------------------------------------------


def _controls(of: Page) -> str:
    shown = controls(of.data, of.language)
    made = "".join(_control(of, each) for each in shown)
    kept = [plain(path) for path in locked(of.data)]
    words = of.say(
        "Locked, since figures that rest on numbers which may not be passed on would follow them: {paths}.",
        paths=", ".join(kept),
    )  # fmt: skip
    closed = f'<p class="sub">{words}</p>'
    return (
        f'<section id="controls" aria-label="{of.say("Inputs to move")}" hidden><h2>{of.say("Move an assumption")}</h2>'
        f'<p class="tools"><button type="button" id="reset">{of.say("Reset")}</button> '
        f'<button type="button" id="download">{of.say("Download as scenario")}</button></p>'
        f"{made}{closed if kept else ''}</section>"
    )


def _control(of: Page, each: Control) -> str:
    place, unit = each.place, plain(each.moved.unit)
    label, shown = escape(plain(each.label)), escape(unit_words(unit, of.language))
    return (
        f'<div class="control" data-input="{place}"><div class="top"><label for="slide-{place}">{label}</label>'
        f'<span class="typed"><input type="number" step="any" id="number-{place}" aria-label="{label}'
        f'{f", {shown}" if shown else ""}" value="{each.moved.leaf.value!r}"> <span class="unit">{shown}</span></span></div>'
        f'<input type="range" id="slide-{place}" min="0" max="200" step="1" aria-describedby="note-{place}">'
        f'{_marks(of, each)}<p class="note" id="note-{place}">{_note(of, each)}</p>'
        f'<p class="remark" role="status"></p></div>'
    )


def _marks(of: Page, each: Control) -> str:
    """Ticks at the low and the high end of the range, and at what the study states."""
    low, high, value = each.moved.low, each.moved.high, each.moved.leaf.value
    made = f'<line class="stated" x1="{_part(each, value)}" x2="{_part(each, value)}" y1="0" y2="9"/>'
    ends = [(end, "start" if end == low else "end") for end in (low, high) if end is not None]
    for end, anchor in ends:
        at = _part(each, end)
        made += f'<line x1="{at}" x2="{at}" y1="0" y2="6"/>'
        made += f'<text x="{at}" y="16" text-anchor="{anchor}">{escape(stated(end, of.language))}</text>'
    return f'<svg class="marks" aria-hidden="true">{made}</svg>'


def _part(each: Control, value: float) -> str:
    return f"{min(1.0, max(0.0, each.track.part(value))) * 100:.2f}%"


def _note(of: Page, each: Control) -> str:
    """What an input is, and in a line what it rests on."""
    leaf: Input = each.moved.leaf
    cited = leaf.citation
    parts = (cited.source, cited.at, cited.via and f"via {cited.via}")
    source = plain(", ".join(part for part in parts if part))
    basis = _(cited.basis, of.language)
    rests = f"{basis}: {source}" if source else basis
    study = of.say("{value} in the study", value=input_quantity(leaf.value, each.moved.unit, of.language))
    doc = f'<span class="doc">{escape(plain(each.doc))}</span><br>' if each.doc else ""
    return f'{doc}{study} · <span class="rests">{escape(rests)}</span>'
