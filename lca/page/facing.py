"""What a page says of the other study of a comparison: a line below the answer, a card, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lca import units
from lca.model.case import CaseKey
from lca.page.other import Other
from lca.page.pages import Page
from lca.page.scene import Scene, other_in_view, total_in_view
from lca.page.svg import escape
from lca.page.words import brief, one_side, plain
from lca.questions.compare import Comparison, Contribution, changed
from lca.questions.statements import EQUIVALENT
from lca.result import Result
from lca.spoken import N_, _
from lca.spoken.numbers import DIGITS, NONE, change, input_quantity, numbers, percent, quantity, unit_words

MOST = 60  # differences of a case that are listed


def line(page: Page, scene: Scene) -> str:
    """The other's total, and how far it is from the one above; nothing in a page of one study."""
    if page.data.other is None:
        return ""
    place, title = other_in_view(scene), escape(scene.data["other"]["title"])
    unit = scene.data["criteria"][scene.view.criterion]["unit"]
    total = NONE if place is None else quantity(scene.machine.values[place], unit, page.language)
    said = page.say(away(scene))
    node = "null" if place is None else place
    return (
        f'<p id="other"><span class="name">{title}</span> <span class="figure" id="other-total" data-node="{node}">'
        f'{escape(total)}</span> <span id="other-change">{said}</span></p>'
    )


def away(scene: Scene) -> str:
    """How far the other's total is from this study's."""
    own, other = total_in_view(scene), other_in_view(scene)
    if own is None or other is None:
        return scene.say("not in both studies")
    a, b = scene.machine.values[own], scene.machine.values[other]
    if a == b:
        return scene.say("the same")
    if not a:
        unit = scene.data["criteria"][scene.view.criterion]["unit"]
        return scene.say("{figure} in this study", figure=quantity(a, unit, scene.language))
    return scene.say("{change} from this study", change=change((b - a) / abs(a), scene.language))


# --- what is compared -------------------------------------------------------------------------------------------------


def card(page: Page, *, lock: bool) -> str:
    """What moves both and what is held, and what cannot be compared; nothing in a page of one study."""
    other = page.data.other
    if other is None:
        return ""
    said = [*_ways(page, other, lock=lock), *_alone(page, other), *_unlike(page, other), page.say(EQUIVALENT)]
    title = page.say("Compared with “{other}”", other=other.against.title)
    body = "".join(f"<p>{words}</p>" for words in said)
    return f'<section id="facing" class="card wide"><h2>{title}</h2>{body}</section>'


def _ways(page: Page, other: Other, *, lock: bool) -> Iterator[str]:
    """What a move changes in the other study, and how its draws are made."""
    title = other.against.title
    if other.against.result is None:
        yield page.say(
            "“{other}” is a saved result: its totals stay what they are, whatever is moved or drawn. Its parts, its "
            "inputs and what its functional units ask for are not known.",
            other=title,
        )  # fmt: skip
        return
    if not lock:
        yield page.say(
            "An input that both state alike, by the same path the same number with the same range, moves both. "
            "“{other}” keeps all else as it states it; each control says which it is.",
            other=title,
        )  # fmt: skip
    yield page.say("In draws, inputs of the same path are drawn together in both, each by its own range.")
    if other.frozen:
        yield page.say(
            "Some numbers of “{other}” may not be passed on: what rests on them is a plain number here, which nothing "
            "moves.",
            other=title,
        )  # fmt: skip


def _alone(page: Page, other: Other) -> Iterator[str]:
    """What only one of both has."""
    here, there = page.result.functional_units, other.against.units
    paired = [pair for unit in here if (pair := other.against.pair(unit)) is not None]
    left = [unit for unit in here if other.against.pair(unit) is None]
    right = [unit for unit in there if unit not in {pair.b.functional_unit for pair in paired}]
    if left:
        yield page.say("Only this study has the functional units {units}.", units=plain(", ".join(left)))
    if right:
        yield page.say("Only the other has the functional units {units}.", units=plain(", ".join(right)))
    for said, own, theirs in (
        (N_("Only this study is assessed by {criteria}."), "a", "b"),
        (N_("Only the other is assessed by {criteria}."), "b", "a"),
    ):
        keys = [key for pair in paired for key in getattr(pair, own).totals if key not in getattr(pair, theirs).totals]
        if keys:
            labels = [_label(page, other, key) for key in dict.fromkeys(keys)]
            yield page.say(said, criteria=plain(", ".join(labels)))


def _label(page: Page, other: Other, key: str) -> str:
    results = [page.result] if other.against.result is None else [page.result, other.against.result]
    return next((r.model.factors.criteria[key].label for r in results if key in r.model.factors.criteria), key)


def _unlike(page: Page, other: Other) -> Iterator[str]:
    """Functional units that ask for something else in the other study: neither is better than the other."""
    result = other.against.result
    for unit in page.result.functional_units if result is not None else ():
        pair = other.against.pair(unit)
        if pair is None or result is None:
            continue
        own, theirs = CaseKey(unit, page.result.variants[0]), CaseKey(pair.b.functional_unit, pair.b.variant)
        if not _ask_alike(page.result, own, result, theirs):
            here, there = (_asked(each, case, page.language) for each, case in ((page.result, own), (result, theirs)))
            yield page.say(
                "Their functions differ, so that neither is better than the other: “{unit}” asks for {here} here, and "
                "“{their}” for {there} there.",
                unit=plain(unit), here=here, their=plain(theirs.functional_unit), there=there,
            )  # fmt: skip


def _demand(result: Result, case: CaseKey) -> Mapping[str, tuple[float, units.Unit]]:
    """What a case asks for, by flow: numbers and units."""
    read = result.model.read.get(case)
    flows = {} if read is None else read.demand
    return {name: (result.values[node.index], node.unit) for name, node in flows.items()}


def _ask_alike(first: Result, case: CaseKey, other: Result, theirs: CaseKey) -> bool:
    a, b = _demand(first, case), _demand(other, theirs)
    return a.keys() == b.keys() and all(_is_same(a[name], b[name]) for name in a)


def _is_same(a: tuple[float, units.Unit], b: tuple[float, units.Unit]) -> bool:
    factor = units.scale(a[1], b[1])
    return factor is not None and abs(a[0] * factor - b[0]) <= 1e-9 * abs(b[0])


def _asked(result: Result, case: CaseKey, language: str) -> str:
    said = ", ".join(input_quantity(value, str(unit), language) for value, unit in _demand(result, case).values())
    return said or _("nothing that is counted")


# --- what differs -----------------------------------------------------------------------------------------------------


def differences(page: Page) -> str:
    """Which inputs differ, what each carries, and what cannot be said: a table a functional unit, for the variant that
    the page opens with, and one for each other variant.
    """
    other = page.data.other
    if other is None:
        return ""
    first, *others = page.result.variants
    made = ""
    for (unit, variant), pair in other.against.pairs.items():
        if variant == first:
            title = escape(plain(f"{unit} · {page.result.model.scenario.label(variant)}"))
            made += f"<h3>{title}</h3>{_case(page, other, pair)}"
    for variant in others:
        pairs = [pair for (_, own), pair in other.against.pairs.items() if own == variant]
        every = {(each.name, each.old, each.new): each for pair in pairs for each in changed(pair.a, pair.b)}
        table = _table(page, other, pairs[0], [*every.values()][:MOST], has_shares=False) if every else ""
        title = escape(plain(page.result.model.scenario.label(variant)))
        made += f"<h3>{title}</h3>{table}{_rest(page, len(every))}"
    return made


def _rest(page: Page, count: int) -> str:
    """How many differences there is no room for; or that there is none."""
    if count > MOST:
        return f'<p class="sub">{page.say("{count} more differ.", count=str(count - MOST))}</p>'
    return "" if count else f'<p class="sub">{page.say("Nothing that moves a figure differs.")}</p>'


def _case(page: Page, other: Other, pair: Comparison) -> str:
    """The inputs of a case that differ, old and new, and what each carries of the difference by each criterion."""
    is_kept = bool(page.data.frozen)
    carried = () if is_kept else pair.contributions
    rest = [each for each in changed(pair.a, pair.b) if each.name not in {own.name for own in carried}]
    every = [*carried, *rest]
    notes = []
    if is_kept:
        notes.append(page.say("What carries the difference rests on numbers that may not be passed on."))
    elif pair.note:
        notes.append(escape(plain(pair.note)))
    if pair.idle and not is_kept:
        notes.append(page.say("Different without effect: {names}.", names=brief(", ".join(pair.idle))))
    table = _table(page, other, pair, every[:MOST], has_shares=bool(carried)) if every else ""
    more = "" if notes and not every else _rest(page, len(every))
    return table + more + "".join(f'<p class="sub">{words}</p>' for words in notes)


def _table(page: Page, other: Other, pair: Comparison, rows: Sequence[Contribution], *, has_shares: bool) -> str:
    shown = pair.differences if has_shares else ()
    heads = [page.say(N_("Input")), page.say(N_("This study")), escape(other.against.title)]
    labels = page.result.model.factors.criteria
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    for each in shown:
        unit = escape(unit_words(each.unit, page.language))
        head += (
            f'<th scope="col" class="right">{escape(plain(labels[each.criterion].label))}<br><small>{unit}</small></th>'
        )
    columns = [[*_column(page, each.criterion, each.difference, rows)] for each in shown]
    body = "".join(
        f'<tr><th scope="row">{escape(brief(row.name)).replace(".", ".<wbr>")}'
        f"<br><small>{escape(plain(row.place))}</small></th><td>{escape(one_side(row.old))}</td><td>{escape(one_side(row.new))}</td>"
        f"{''.join(column[k] for column in columns)}</tr>"
        for k, row in enumerate(rows)
    )
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _column(page: Page, criterion: str, whole: float, rows: Sequence[Contribution]) -> Iterator[str]:
    """What each carries of a difference, in one notation, and the share of it."""
    values = [row.carries.get(criterion) for row in rows]
    texts = iter(numbers([value for value in values if value is not None], DIGITS, page.language))
    for value in values:
        if value is None:
            yield f'<td class="right">{NONE}</td>'
        else:
            text = f"+{next(texts)}" if value > 0 else next(texts)
            share = f"<br><small>{escape(percent(value / whole, page.language))}</small>" if whole else ""
            yield f'<td class="right">{escape(text)}{share}</td>'


# --- beside a control -------------------------------------------------------------------------------------------------


def remark(page: Page, path: str) -> str:
    """Whether an input moves the other study as well, or what that keeps; nothing in a page of one study."""
    other = page.data.other
    if other is None or other.against.result is None:
        return ""
    if path in other.shared:
        return page.say("Moves both studies.")
    if path in other.kept:
        units_of = [(leaf.value, "" if leaf.unit is units.ONE else str(leaf.unit)) for leaf in other.kept[path]]
        said = dict.fromkeys(input_quantity(value, unit, page.language) for value, unit in units_of)
        return page.say("The other study keeps {value}.", value=", ".join(said))
    return page.say("The other study does not depend on it.")
