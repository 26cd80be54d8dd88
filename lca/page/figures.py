"""The charts of the page: each with a sentence above it, and the numbers that fold out below it."""

from __future__ import annotations

from typing import Any

from lca.page.charts import CHARTS, Rows
from lca.page.data import Data
from lca.page.pages import Page
from lca.page.scene import Scene, input_name, is_movable
from lca.page.svg import escape
from lca.spoken import N_
from lca.spoken.numbers import DIGITS, NONE, change, numbers, percent, stated, unit_words

WIDE, HALF = 860, 420  # pixels for which charts are drawn before a script measures the page
TITLES = {  # of each chart, and whether it is as wide as the page
    "contribution": (N_("What weighs most"), True),
    "dots": (N_("How sure"), False),
    "making": (N_("Made, and used"), False),
    "curve": (N_("What one assumption does"), True),
    "tornado": (N_("What matters most"), True),
    "variants": (N_("Side by side"), True),
}
OF_TWO = {  # of a page that compares two studies, before the others
    "against": (N_("Two studies side by side"), True),
    "carried": (N_("What carries the difference"), True),
    "apart": (N_("How sure the difference is"), True),
}
TABLES: dict[str, list[tuple[str, str, str]]] = {  # the columns behind each: key, head, and how it is written
    "contribution": [
        ("criterion", N_("Criterion"), "text"), ("part", N_("Part"), "say"), ("value", N_("Result"), "number"),
        ("unit", N_("Unit"), "unit"), ("share", N_("Share"), "percent"),
    ],
    "dots": [("chance", N_("Below it"), "percent"), ("value", N_("Result"), "number")],
    "curve": [("variant", N_("Variant"), "text"), ("x", N_("Input"), "stated"), ("value", N_("Result"), "number")],
    "tornado": [
        ("name", N_("Input"), "text"), ("low_end", N_("Low"), "stated"), ("high_end", N_("High"), "stated"),
        ("input_unit", N_("Unit"), "unit"), ("low", N_("Result at low"), "number"),
        ("high", N_("Result at high"), "number"),
    ],
    "making": [
        ("part", N_("Part"), "say"), ("making", N_("Making"), "number"), ("use", N_("Use"), "number"),
        ("undivided", N_("Not told apart"), "number"),
    ],
    "variants": [
        ("criterion", N_("Criterion"), "text"), ("variant", N_("Variant"), "text"), ("value", N_("Result"), "number"),
        ("unit", N_("Unit"), "unit"), ("lower", N_("Draws in which the case in view is lower"), "percent"),
    ],
}  # fmt: skip
TABLES_OF_TWO: dict[str, list[tuple[str, str, str]]] = {
    "against": [
        ("functional_unit", N_("Functional unit"), "text"), ("criterion", N_("Criterion"), "text"),
        ("value", N_("This study"), "number"), ("other", N_("The other"), "number"),
        ("difference", N_("The other less this"), "number"), ("unit", N_("Unit"), "unit"),
        ("relative", N_("Change"), "change"), ("lower", N_("Draws in which this study is lower"), "percent"),
    ],
    "carried": [
        ("input", N_("Input"), "text"), ("old", N_("This study"), "text"), ("new", N_("The other"), "text"),
        ("value", N_("Carries"), "number"), ("unit", N_("Unit"), "unit"), ("share", N_("Share"), "percent"),
    ],
    "apart": [("chance", N_("Below it"), "percent"), ("value", N_("The other less this"), "number")],
}  # fmt: skip
# Of the rows of some charts those that stand in the table: the first, each so many, out of how many, how many in all.
SHOWN = {"dots": (2, 5, 50, 50), "apart": (2, 5, 50, 50), "curve": (0, 8, 41, 10_000), "tornado": (0, 1, 1, 20)}


def figures(page: Page, scene: Scene) -> str:
    """All of them, as the page opens."""
    return "".join(_figure(page, scene, name, *title) for name, title in titles(page.data).items())


def titles(data: Data) -> dict[str, tuple[str, bool]]:
    """The charts of a page, in its order."""
    return TITLES if data.other is None else OF_TWO | TITLES


def tables(data: Data) -> dict[str, list[tuple[str, str, str]]]:
    """The columns behind each chart of a page."""
    return TABLES if data.other is None else TABLES_OF_TWO | TABLES


def _figure(page: Page, scene: Scene, name: str, title: str, is_wide: bool) -> str:  # noqa: FBT001
    chart = CHARTS[name]
    rows = chart.rows(scene)
    drawing = chart.draw(rows, scene, WIDE if is_wide else HALF)
    opened = " open" if name == "against" else ""
    return (
        f'<figure id="chart-{name}" class="card{" wide" if is_wide else ""}"{"" if rows else " hidden"}>'
        f'<figcaption><h2>{page.say(title)}</h2><p class="says">{escape(chart.say(rows, scene))}</p></figcaption>'
        f'{_curves(page, scene) if name == "curve" else ""}<div class="drawing">{drawing}</div>'
        f'<details{opened}><summary>{page.say("Numbers")}</summary><div class="scroll" tabindex="0">'
        f"{table_of(name, rows, scene)}</div></details></figure>"
    )


def _curves(page: Page, scene: Scene) -> str:
    """The choice of the input that the curve goes over."""
    every = [(k, each) for k, each in enumerate(scene.data["inputs"]) if is_movable(each)]
    options = "".join(
        f'<option value="{k}"{" selected" if k == scene.curve else ""}>{escape(input_name(scene, each))}</option>'
        for k, each in every
    )
    words = page.say("Over the range of")
    return f'<label class="curves" hidden>{words} <select id="curve">{options}</select></label>'


def table_of(name: str, rows: Rows, scene: Scene) -> str:
    """The numbers behind a chart; `table_of` in figures.js makes the same."""
    columns, (first, step, of, most) = (TABLES_OF_TWO | TABLES)[name], SHOWN.get(name, (0, 1, 1, len(rows)))
    shown = [row for k, row in enumerate(rows[:most]) if k % of % step == first]
    head = "".join(f'<th scope="col"{_right(kind)}>{escape(scene.say(title))}</th>' for _key, title, kind in columns)
    cells = [
        [f"<td{_right(kind)}>{escape(text)}</td>" for text in _texts([row[key] for row in shown], kind, scene)]
        for key, _title, kind in columns
    ]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _right(kind: str) -> str:
    return ' class="right"' if kind in ("number", "stated", "percent", "change") else ""


def _texts(values: list[Any], kind: str, scene: Scene) -> list[str]:
    language = scene.language
    match kind:
        case "number":
            return numbers(values, DIGITS, language)
        case "stated":
            return [stated(value, language) for value in values]
        case "percent":
            return [NONE if value is None else percent(value, language) for value in values]
        case "change":
            return [NONE if value is None else change(value, language) for value in values]
        case "unit":
            return [unit_words(value, language) for value in values]
        case "say":
            return [scene.say(value) for value in values]
    return values
