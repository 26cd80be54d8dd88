"""The sections of the page below its figures: what stands behind them, from the same reports that commands print."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lca import __version__
from lca.checks import Checked, checked
from lca.citations import Source
from lca.compile import Model
from lca.graph import Input
from lca.model.packs import Pack
from lca.outputs import html
from lca.page import facing
from lca.page.pages import Page
from lca.page.svg import escape
from lca.page.words import plain
from lca.questions import citing
from lca.questions.account import account, is_ranged
from lca.questions.explain import Explanation, Folded, Reference, Step
from lca.questions.explain import explain as explained
from lca.questions.quality import WEAK, quality
from lca.questions.withheld import withheld
from lca.report import Block, Grid, Heading, Prose
from lca.result import tally
from lca.spoken import N_, _
from lca.spoken.numbers import change, input_quantity, stated
from lca.text.overlay import entries, find, keyed
from lca.views import account as account_view
from lca.views import boundary, goal, methods, verdicts
from lca.views import explanation as explanation_view
from lca.views import quality as quality_view
from lca.views.study import grounds

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
DOI = re.compile(r"(?:doi:? ?)?(10\.\d{4,9}/[^\s\"'<>]+)", re.IGNORECASE)
FITTED = "fitted"


class Section(NamedTuple):
    """A section: the key of its anchor, its title and its HTML."""

    key: str
    title: str
    body: str


def sections(page: Page) -> list[Section]:
    """All of them, in the order of the page; those that have nothing to say are left out."""
    every = (
        Section("differ", N_("What differs between both studies"), facing.differences(page)),
        Section("boundary", N_("What is counted, and what is not"), _boundary(page)),
        Section(
            "ground",
            N_("What the figures rest on"),
            _blocks(grounds(page.result, page.result.verdicts)),
        ),
        Section("quality", N_("How good the data are"), _quality(page)),
        Section("checks", N_("Checks"), _checks(page)),
        Section("inputs", N_("Every input"), _inputs(page)),
        Section("account", N_("What became of every number"), _account(page)),
        Section("methods", N_("Methods"), _methods(page)),
        Section("goal", N_("Goal, scope and critical review"), _blocks(goal.blocks(page.result))),
        Section("sources", N_("Sources and licences"), _sources(page)),
        Section("again", N_("How to run it again"), _again(page)),
    )
    return [section for section in every if section.body]


def _blocks(given: Iterable[Block]) -> str:
    """Blocks of a report; a table scrolls by itself where the page is narrow."""
    made = []
    for block in given:
        own = html.blocks([block])
        made.append(_scrolled(own) if isinstance(block, Grid) else own)
    return "".join(made)


def _scrolled(table: str) -> str:
    return f'<div class="scroll" tabindex="0">{table}</div>'


# --- boundary, quality, checks ----------------------------------------------------------------------------------------


def _boundary(page: Page) -> str:
    """Tiers and phases by stages of the life cycle, each cell as it is counted."""
    blocks = [block for block in boundary.report(page.result).blocks if not _is_title(block)]
    return f'<div class="boundary">{_blocks(blocks)}</div>'


def _is_title(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 1


def _quality(page: Page) -> str:
    model = page.result.model
    plain_cases = [case for case in model.cases if case.variant is None]
    shown = model.of_cases(plain_cases) if plain_cases else model
    return _blocks(quality_view.report(shown, quality(shown)).blocks)


def _checks(page: Page) -> str:
    """What was fitted stands apart from what was reproduced: it is no evidence."""
    found = checked(page.result.model.scenario.name, page.result.whole)
    fitted = [verdict for verdict in found.verdicts if verdict.verdict == FITTED]
    others = [verdict for verdict in found.verdicts if verdict.verdict != FITTED]
    blocks: list[Block] = [
        Prose(_("{tally}.", tally=tally(found.verdicts)), "strong")
        if found.verdicts
        else Prose(_("No figure is expected."))
    ]
    if others:
        blocks += [Heading(_("Held against what others have published")), *_verdicts(found._replace(verdicts=others))]
    if fitted:
        words = _("An input was set so that these are met: they show nothing of how good the study is.")
        blocks += [
            Heading(_("Used to fit an input")),
            Prose(words, "fair"),
            *_verdicts(found._replace(verdicts=fitted)),
        ]
    return _blocks(blocks)


def _verdicts(found: Checked) -> Iterator[Block]:
    return (block for block in verdicts.report([found]).blocks if isinstance(block, Grid))


# --- inputs -----------------------------------------------------------------------------------------------------------


def _inputs(page: Page) -> str:
    model, hidden = page.result.model, withheld(page.result.model)
    graph = model.graph
    leaves = [index for index in graph.below(model.totals.values()) if graph.op[index] == "input"]
    own = [index for index in leaves if graph.info[index].origin is None]
    of_packs = [index for index in leaves if graph.info[index].origin is not None]
    reach = {index: each.reach for each in page.data.inputs for index in each.leaves}
    heads = (N_("Input"), N_("Value"), N_("Range"), N_("Basis"), N_("Source"), N_("Moves a total by"))
    head = "".join(f'<th scope="col">{page.say(title)}</th>' for title in heads)
    words = page.say(
        "{count} numbers. Evidence is thin where a number is assumed, or where its pack marks it D or E; the last "
        "column says how far the range of a number moves the total that it moves most.", count=str(len(leaves)),
    )  # fmt: skip
    made = [f"<p>{words}</p>"]
    for title, some in ((N_("Stated by the study"), own), (N_("Taken from packs"), of_packs)):
        rows = "".join(_input(page, index, index in hidden, reach.get(index)) for index in some)
        if rows:
            table = f'<table class="inputs"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
            made.append(f"<h3>{page.say(title)}</h3>{_scrolled(table)}")
    return "".join(made)


def _input(page: Page, index: int, is_hidden: bool, reach: float | None) -> str:  # noqa: FBT001
    leaf: Input = page.result.model.graph.info[index]
    unit = "" if str(leaf.unit) == "1" else plain(str(leaf.unit))
    language, cited = page.language, leaf.citation
    name = leaf.path if leaf.address == leaf.path else leaf.address
    thin = f' <strong class="thin">{page.say("thin evidence")}</strong>' if _is_thin(leaf) else ""
    note = f"<small>{escape(plain(cited.note))}</small>" if cited.note else ""
    value = page.say("withheld") if is_hidden else escape(input_quantity(leaf.value, unit, language))
    span = "" if is_hidden else _range(page, leaf)
    source = _cited(cited.source, cited.at, cited.via)
    moves = change(reach, language).removeprefix("+") if reach else ""
    letter = f" {escape(leaf.quality)}" if leaf.quality else ""
    basis = escape(_(cited.basis))
    return (
        f'<tr><th scope="row"><code>{_broken(name)}</code>{thin}{note}</th><td>{value}</td><td>{span}</td>'
        f"<td>{basis}{letter}</td><td>{source}</td><td>{escape(moves)}</td></tr>"
    )


def _is_thin(leaf: Input) -> bool:
    return (leaf.origin is None and leaf.citation.basis == "assumed") or leaf.quality in WEAK


def _range(page: Page, leaf: Input) -> str:
    if not is_ranged(leaf):
        return page.say("none")
    ends = ("…" if end is None else stated(end, page.language) for end in (leaf.low, leaf.high))
    low, high = ends
    return page.say("by its law") if (low, high) == ("…", "…") else page.say("{low} to {high}", low=low, high=high)


def _cited(source: str, at: str, via: str) -> str:
    parts = (source, at, via and _("via {source}", source=via))
    return escape(plain(", ".join(part for part in parts if part)))


def _broken(path: str) -> str:
    """A path that may be broken after its dots."""
    return escape(plain(path)).replace(".", ".<wbr>")


# --- account, methods, sources ----------------------------------------------------------------------------------------


def _account(page: Page) -> str:
    return _blocks(account_view.summary(page.result, account(page.result)))


def _methods(page: Page) -> str:
    """The formula sheets of the methods that blocks name."""
    tree, packs = page.result.model.scenario.tree, page.result.model.factors.packs
    named = {at.value for at in keyed(tree, "method") if isinstance(at.value, str)}
    made = []
    for key in sorted(named & {*entries(find(tree, ("methods",)))}):
        of = next((pack for pack in packs.values() if key in pack.formulas), None)
        if of is None:
            made.append(f"<h3>{escape(plain(key))}</h3><p>{page.say('It stands in the scenario itself.')}</p>")
        elif not of.redistributable:
            made.append(
                f"<h3>{escape(plain(key))}</h3><p>"
                f"{page.say('Its pack, {pack}, may not be passed on.', pack=plain(of.name))}</p>"
            )
        else:
            made.append(_sheet([*packs.values()], key))
    return "".join(made)


def _sheet(packs: list[Pack], key: str) -> str:
    title, *rest = methods.sheet(packs, key).blocks
    summary = title.text if isinstance(title, Heading) else key
    return f"<details><summary>{html.text(summary)}</summary>{_blocks(rest)}</details>"


def _sources(page: Page) -> str:
    models = [page.result.model, *([] if page.data.other is None else page.data.other.models)]
    packs = list({pack.name: pack for model in models for pack in _used(model)}.values())
    rows = "".join(f"<dt>{escape(plain(pack.name))}</dt><dd>{_pack(page, pack)}</dd>" for pack in packs)
    cited = {key: source for model in reversed(models) for key, source in _behind(model).items()}
    sources = [cited[key] for key in sorted(cited)]
    listed = "".join(f"<dt>{escape(plain(each.key))}</dt><dd>{_source(each)}</dd>" for each in sources)
    made = f"<h3>{page.say('Packs of factors')}</h3><dl>{rows}</dl>" if rows else ""
    made += f"<h3>{page.say('Sources')}</h3><dl>{listed}</dl>" if listed else ""
    used = {pack.name for pack in packs}
    others = {pack.name: pack for like in page.likes for pack in like.sources if pack.name not in used}
    rows = "".join(f"<dt>{escape(plain(name))}</dt><dd>{_pack(page, pack)}</dd>" for name, pack in others.items())
    return made + (f"<h3>{page.say('Packs of equivalences')}</h3><dl>{rows}</dl>" if rows else "")


def _used(model: Model) -> list[Pack]:
    return [model.factors.packs[name] for name in model.used_packs]


def _behind(model: Model) -> dict[str, Source]:
    """What the numbers behind the totals of a study cite, but for packs."""
    leaves = (model.graph.info[i] for i in model.graph.below(model.totals.values()) if model.graph.op[i] == "input")
    keys = dict.fromkeys(key for leaf in leaves for key in (leaf.citation.source, leaf.citation.via))
    known = model.facts.sources
    return {key: known[key] for key in keys if key in known and key not in model.factors.packs}


def _pack(page: Page, pack: Pack) -> str:
    version = page.say(
        "Version {version}, licence {licence}.", version=plain(pack.version), licence=plain(pack.licence)
    )
    kept = (
        ""
        if pack.redistributable
        else f" <strong>{page.say('It may not be passed on: its numbers are withheld.')}</strong>"
    )
    return f"{linked(pack.citation)}<br><small>{version}{kept}</small>"


def _source(source: Source) -> str:
    licence = f" <small>[{escape(plain(source.licence))}]</small>" if source.licence else ""
    return f"{linked(str(source))}{licence}"


def linked(text: str) -> str:
    """A text whose web addresses and DOIs are links; nothing else becomes one.

    >>> linked("See https://a.org/b, javascript:x")
    'See <a href="https://a.org/b" rel="noopener noreferrer">https://a.org/b</a>, javascript:x'
    """
    made, end = "", 0
    words = plain(text)
    for found in re.finditer(f"(?P<web>{ADDRESS.pattern})|(?<![/\\w]){DOI.pattern}", words, re.IGNORECASE):
        shown = found[0].rstrip(".,;:)")
        address = shown if found["web"] else f"https://doi.org/{(found[2] or '').rstrip('.,;:)')}"
        made += escape(words[end : found.start()])
        made += f'<a href="{escape(address)}" rel="noopener noreferrer">{escape(shown)}</a>'
        end = found.start() + len(shown)
    return made + escape(words[end:])


def _again(page: Page) -> str:
    about = page.result.model.scenario.about
    packs = "".join(f" --packs {name}" for name in page.packs)
    other = page.data.other
    against = "" if other is None else f" --compare {shlex.quote(other.against.name)}"
    commands = (f"lca run {page.name}{packs}", f"lca report {page.name}{against} -o report.html{packs}")
    hashed = [] if other is None else [f"<code>{citing.inputs(model)}</code>" for model in other.models]
    said = (
        (page.say("Version of lca"), escape(__version__)),
        (page.say("Version of the study"), escape(plain(about.version))),
        (page.say("SHA-256 of the inputs"), f"<code>{citing.inputs(page.result.model)}</code>"),
        (page.say("SHA-256 of the inputs of the other"), "".join(hashed)),
        (page.say("Commands"), "<br>".join(f"<code>{escape(plain(command))}</code>" for command in commands)),
    )
    rows = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in said if text)
    words = page.say(
        "The hash is of the scenario and of the tables of its packs: whoever has the same files has the same."
    )
    return f"<dl>{rows}</dl><p>{words}</p>"


# --- one figure explained ---------------------------------------------------------------------------------------------


def explanation(page: Page) -> str:
    """The total that the page opens with, as a tree; a number that may not be passed on ends it."""
    model = page.result.model
    total, root = next(iter(model.totals.items()))
    if withheld(model) & {*model.graph.below([root])}:
        return f"<p>{page.say('It rests on numbers of packs that may not be passed on.')}</p>"
    label = model.factors.criteria[total.criterion].label
    made = explained(
        model,
        root,
        _("{criterion} of {case}", criterion=label, case=str(total.case)),
        total.functional_unit,
        total.variant,
    )
    return f'<ul class="tree">{_branch(made.root, explanation_view.values_of(made.root), made)}</ul>'


def _branch(branch: Step | Reference | Folded, values: explanation_view.Values, made: Explanation) -> str:
    head, *lines = map(html.text, explanation_view.said(branch, values))
    below = "".join(f"<br><small>{line}</small>" for line in lines)
    children = branch.children if isinstance(branch, Step) else ()
    if not children:
        return f"<li>{head}{below}</li>"
    inner = "".join(_branch(child, values, made) for child in children)
    opened = " open" if branch is made.root else ""
    return f"<li><details{opened}><summary>{head}</summary>{below.removeprefix('<br>')}<ul>{inner}</ul></details></li>"
