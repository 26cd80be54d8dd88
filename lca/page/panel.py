"""The controls of the page as HTML: a slider and a field for each, the ends of its range, and what it rests on."""

from __future__ import annotations

from lca.graph import Input
from lca.page.controls import Control, all_of_a_mix, controls, locked
from lca.page.facing import remark
from lca.page.pages import Page
from lca.page.svg import escape
from lca.page.words import plain
from lca.spoken import ENGLISH, N_, _
from lca.spoken.numbers import input_quantity, is_several, stated, unit_words

STEPS = 200  # of a slider
NEAR = 0.25  # of it, within which two numbers touch
LOCKED = N_("Locked, since figures that rest on numbers which may not be passed on would follow them: {paths}.")
WHOLE = N_("Not to be moved, since no other share of the mix could take the rest: {paths}.")


def panel(page: Page) -> str:
    """All controls; they are hidden until the script is there that hears them."""
    shown = controls(page.data, page.language)
    made = "".join(_control(page, each) for each in shown)
    told = [
        page.say(words, paths=", ".join(map(plain, paths)))
        for words, paths in ((LOCKED, locked(page.data)), (WHOLE, all_of_a_mix(page.data)))
        if paths
    ]
    closed, title = "".join(f'<p class="sub">{words}</p>' for words in told), page.say("Move an assumption")
    return (
        f'<section id="controls" aria-label="{page.say("Inputs to move")}" hidden><h2>{title}</h2>'
        f'<p class="tools"><button type="button" id="reset">{page.say("Reset")}</button> '
        f'<button type="button" id="download">{page.say("Download as scenario")}</button></p>'
        f"{made}{closed}</section>"
    )


def _control(page: Page, each: Control) -> str:
    place, unit = each.place, plain(each.moved.unit)
    words = unit_words(unit, page.language, several=is_several(each.moved.leaf.value))
    label, shown = escape(plain(each.label)), escape(words)
    said = f"{label}, {shown}" if shown else label
    return (
        f'<div class="control" data-input="{place}"><div class="top"><label for="slide-{place}">{label}</label>'
        f'<span class="typed"><input inputmode="decimal" autocomplete="off" spellcheck="false" id="number-{place}" '
        f'aria-label="{said}" value="{each.moved.leaf.value!r}"> <span class="unit">{shown}</span></span></div>'
        f'<input type="range" id="slide-{place}" min="0" max="{STEPS}" step="1" aria-describedby="note-{place}">'
        f'{_marks(page, each)}<p class="note" id="note-{place}">{_note(page, each)}</p>'
        f'<p class="remark" role="status"></p></div>'
    )


def _marks(page: Page, each: Control) -> str:
    """Ticks at the low and the high end of the range, and at what the study states."""
    value = each.moved.leaf.value
    made = f'<line class="stated" x1="{_part(each, value)}" x2="{_part(each, value)}" y1="0" y2="9"/>'
    for end, anchor in _ends(each):
        at = _part(each, end)
        made += f'<line x1="{at}" x2="{at}" y1="0" y2="6"/>'
        made += f'<text x="{at}" y="16" text-anchor="{anchor}">{escape(stated(end, page.language))}</text>'
    return f'<svg class="marks" aria-hidden="true">{made}</svg>'


def _ends(each: Control) -> list[tuple[float, str]]:
    """The ends of a range, and where the numbers below stand: between the ends, or beside them where these are near."""
    ends = [end for end in (each.moved.low, each.moved.high) if end is not None]
    is_near = len(ends) > 1 and each.track.part(ends[-1]) - each.track.part(ends[0]) < NEAR
    return list(zip(ends, ("end", "start") if is_near else ("start", "end"), strict=False))


def _part(each: Control, value: float) -> str:
    return f"{min(1.0, max(0.0, each.track.part(value))) * 100:.2f}%"


def _note(page: Page, each: Control) -> str:
    """What an input is, and in a line what it rests on."""
    leaf: Input = each.moved.leaf
    cited = leaf.citation
    parts = (cited.source, cited.at, cited.via and _("via {source}", source=cited.via))
    source = plain(", ".join(part for part in parts if part))
    basis = _(cited.basis)
    rests = _("{what}: {reason}", what=basis, reason=source) if source else basis
    study = page.say("{value} in the study", value=input_quantity(leaf.value, each.moved.unit, page.language))
    meaning = plain(_(each.doc))
    own = ENGLISH if meaning == plain(each.doc) else page.language  # what a pack's method says is as it is written
    doc = f'<span class="doc" lang="{own}">{escape(meaning)}</span><br>' if each.doc else ""
    both = remark(page, each.moved.path)
    return f'{doc}{study} · <span class="rests">{escape(rests)}</span>{f"<br>{both}" if both else ""}'
