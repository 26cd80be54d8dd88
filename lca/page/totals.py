"""The table of totals, as Table 2 of a paper: each figure with its interval, and with what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lca.model.case import TotalKey
from lca.page.pages import Page
from lca.page.scene import Scene
from lca.page.sections import explanation
from lca.page.svg import escape
from lca.page.words import plain
from lca.questions.uncertainty import uncertainty, varied
from lca.result import TONE, Verdict
from lca.spoken import N_, _
from lca.spoken.numbers import DIGITS, NONE, THIN, change, numbers, unit_words

SAMPLES = 10_000  # behind the intervals
Ends = Mapping[TotalKey, tuple[float, float]]
Known = Mapping[TotalKey, Verdict]


def totals(page: Page, scene: Scene) -> str:
    """A table for each functional unit: a row a variant, a column a criterion."""
    ends, known = _ends(page), _known(page)
    tables = "".join(_table(page, scene, unit, ends, known) for unit in range(len(page.result.functional_units)))
    said = page.say("No input has a range, so that no interval is known.")
    if ends:
        words = N_(
            "Below a figure stands the interval that holds 95 % of {count} draws of the inputs, and what was published."
        )
        said = page.say(words, count=f"{SAMPLES:,}".replace(",", THIN))
    moved = page.say("Intervals and published figures are those of the study as it stands.")
    made = page.say("How the first figure is made, down to its sources")
    return (
        f'<section id="totals" class="card wide"><h2>{page.say("Totals")}</h2><p>{said}</p>'
        f'<p class="when-moved" hidden>{moved}</p>{tables}'
        f'<details class="deep"><summary>{made}</summary>{explanation(page)}</details></section>'
    )


def _ends(page: Page) -> Ends:
    """Between what 95 % of the draws of each total lie; nothing where nothing varies."""
    model = page.result.model
    if not varied(model.graph, [*model.totals.values()]).uncertain:
        return {}
    made = ((each.figure, each.spread) for each in uncertainty(model, SAMPLES, 0).estimates)
    return {TotalKey(of.functional_unit, of.variant, of.criterion): (spread.low, spread.high) for of, spread in made}


def _known(page: Page) -> Known:
    """The verdicts on totals for which a figure is expected."""
    every = (v for v in page.result.verdicts if v.plain and v.relation == "value")
    return {v.total: v for v in every if v.total in page.result.model.totals}


def _table(page: Page, scene: Scene, unit: int, ends: Ends, known: Known) -> str:
    named, criteria = scene.data["functional_units"][unit], scene.data["criteria"]
    heads = "".join(_head(criterion["label"], unit_words(criterion["unit"], page.language)) for criterion in criteria)
    columns = [[*_column(page, scene, unit, criterion, ends, known)] for criterion in range(len(criteria))]
    rows = "".join(
        f'<tr><th scope="row">{escape(plain(variant["title"]))}</th>{"".join(column[k] for column in columns)}</tr>'
        for k, variant in enumerate(scene.data["variants"])
    )
    title = escape(plain(f"{named['key']} {named['title']}".strip()))
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="totals">'
        f"<caption>{title}</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _head(label: str, unit: str) -> str:
    return f'<th scope="col" class="right">{escape(plain(label))}<br><small>{escape(unit)}</small></th>'


def _column(page: Page, scene: Scene, unit: int, criterion: int, ends: Ends, known: Known) -> Iterable[str]:
    """The cells of a criterion, all in one notation."""
    result = page.result
    key = result.criteria[criterion].key
    cases = [TotalKey(result.functional_units[unit], variant, key) for variant in result.variants]
    places = [of_variant[criterion] for of_variant in scene.data["totals"][unit]]
    stated = {case: scene.machine.stated[place] for case, place in zip(cases, places, strict=True) if place is not None}
    every = [*stated.values(), *(end for case in cases for end in ends.get(case, ()))]
    every += [known[case].published for case in cases if case in known]
    shown = dict(zip(every, numbers(every, DIGITS, page.language), strict=True))
    for case, place in zip(cases, places, strict=True):
        if place is None:
            yield f'<td class="right">{NONE}</td>'
            continue
        figure = f'<span class="figure" data-node="{place}">{escape(shown[stated[case]])}</span>'
        yield f'<td class="right">{figure}{_beside(page, case, ends, known, shown)}</td>'


def _beside(page: Page, case: TotalKey, ends: Ends, known: Known, shown: Mapping[float, str]) -> str:
    """The interval of a figure, and what was published."""
    made = ""
    if case in ends:
        low, high = (shown[end] for end in ends[case])
        made += f'<small class="was">{page.say("{low} to {high}", low=low, high=high)}</small>'
    if case in known:
        v, language = known[case], page.language
        words = page.say(
            "{said} {figure}, {change}: {verdict}", said=_(v.said), figure=shown[v.published],
            change=change(v.deviation, language), verdict=_(v.verdict),
        )  # fmt: skip
        made += f'<small class="was {TONE[v.verdict]}">{words}</small>'
    return made
