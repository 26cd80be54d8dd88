"""An explanation as text of 80 columns, as Markdown, and as JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from lca.problems import printable
from lca.questions.explain import (
    NO_REASON,
    Explanation,
    Folded,
    Origin,
    Reference,
    Step,
    Term,
    factor_words,
    formula_text,
)
from lca.questions.why_not import Reason
from lca.spoken import N_, _, told
from lca.wording import legible, localised, significant, with_unit

WIDTH = 80
NARROWEST = 30  # columns that text keeps however deep it stands
LISTED = 4  # terms of a sum that are written out; the branches show those of a longer one
CUT = N_("… has parts that are not shown; a greater --depth shows them")
SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")

Branch = Step | Reference | Folded
Values = dict[int, tuple[str, float, str]]


def text(explanation: Explanation) -> str:
    """The explanation as an outline."""
    root = explanation.root
    lines = [*_wrapped(explanation.title, "", "  "), "", *_text(root, values_of(root), "", ""), ""]
    if _is_cut(root):
        lines += [_(CUT), ""]
    if explanation.sources:
        lines.append(_("Sources"))
        for key, cited in explanation.sources.items():
            lines += _wrapped(_("{what}: {reason}", what=key, reason=cited), "  ", "    ")
    return "\n".join(lines).rstrip() + "\n"


def markdown(explanation: Explanation) -> str:
    """The explanation as nested lists."""
    root = explanation.root
    lines = [f"# {escaped(explanation.title)}", "", *_list(root, values_of(root), 0)]
    if _is_cut(root):
        lines += ["", _(CUT)]
    if explanation.sources:
        lines += ["", f"## {_('Sources')}", ""]
        cited = ((f"- **{escaped(key)}**", escaped(text)) for key, text in explanation.sources.items())
        lines += [_("{what}: {reason}", what=key, reason=text) for key, text in cited]
    return "\n".join(lines) + "\n"


def said(branch: Branch, values: Values) -> list[str]:
    """A branch in lines: its name and value, its formula, and where it is from. `values`: of the steps by number."""
    if isinstance(branch, Folded):
        return [_folded(branch)]
    if isinstance(branch, Reference):
        return [f"{_share(branch.share)}{_reference(branch)}"]
    return [f"{_share(branch.share)}{_headline(branch)}", *_formulas(branch, values), *_notes(branch)]


def data(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain data."""
    values = values_of(explanation.root)
    return {"title": explanation.title, "figure": _data(explanation.root, values), "sources": explanation.sources}


def as_json(explanation: Explanation) -> str:
    """The explanation for machines."""
    return legible(json.dumps(data(explanation), ensure_ascii=False, indent=2)) + "\n"


# --- what all of them say -------------------------------------------------------------------------------------------


def values_of(root: Step) -> Values:
    """Name, value and unit of each step by its number."""
    by_number: Values = {}
    pending: list[Branch] = [root]
    while pending:
        branch = pending.pop()
        if isinstance(branch, Step):
            pending += branch.children
        if not isinstance(branch, Folded):
            by_number[branch.number] = branch.name, branch.value, branch.unit
    return by_number


def _is_cut(root: Step) -> bool:
    """Whether parts of a step are not shown anywhere."""
    cut: set[int] = set()
    told: set[int] = set()
    pending: list[Branch] = [root]
    while pending:
        branch = pending.pop()
        if isinstance(branch, Step):
            (cut if branch.cut else told).add(branch.number)
            pending += branch.children
    return bool(cut - told)


def amount(value: float, unit: str, digits: int = 5) -> str:
    """A value with its unit.

    >>> amount(0.00757912345, "kgCO2eq"), amount(1.14, "1"), amount(67.5, "%")
    ('0.0075791 kgCO2eq', '1.14', '67.5 %')
    """
    return with_unit(significant(value, digits), unit)


def _share(share: float | None) -> str:
    """
    >>> _share(0.31378), _share(0.00004)
    ('31.4 % ', '<0.1 % ')
    """
    if share is None:
        return ""
    return localised("<0.1 %" if 0 < abs(share) < 0.0005 else f"{share * 100:.1f} %") + " "


def _headline(step: Step) -> str:
    digits = 5 if step.formula else 12
    shown = amount(step.value, step.unit, digits)
    ends = [None if end is None else amount(end, step.unit, digits) for end in (step.origin.low, step.origin.high)]
    reach = f" ({_('{low} to {high}', low=ends[0] or '?', high=ends[1] or '?')})" if any(ends) else ""
    return f"[{step.number}] {step.name} = {shown}{reach}{' …' if step.cut else ''}"


def _formulas(step: Step, values: Values) -> list[str]:
    """The formula with names, then with values; of a long sum only how many parts it has."""
    formula = step.formula
    if formula is None:
        return []
    if formula.op == "sum" and len(formula.args) > LISTED:
        folded = sum(branch.terms - 1 for branch in step.children if isinstance(branch, Folded))
        converted = dict.fromkeys(arg.info for arg in formula.args if arg.op == "scale" and arg.info.words)
        units = "".join(_(", those in {unit} × {factor}", unit=c.source, factor=factor_words(c)) for c in converted)
        return [
            _("= the sum of {count} parts{units}", count=len(formula.args) + folded, units=units),
            *_of_absolute(step),
        ]

    def named(number: int) -> str:
        return values[number][0] if number in values else f"[{number}]"

    def valued(number: int) -> str:
        return amount(*values[number][1:]) if number in values else f"[{number}]"

    if step.cut:
        return []
    return [
        f"= {formula_text(formula, named)}",
        f"= {formula_text(formula, valued, conversions=True)}",
        *_of_absolute(step),
    ]


def _of_absolute(step: Step) -> list[str]:
    """What has to be said of the shares of terms of both signs."""
    mixed = any(branch.share is not None and branch.share < 0 for branch in step.children)
    return [_("shares are of the sum of absolute values")] if mixed else []


def _cited(origin: Origin) -> str:
    """Basis, source and place in one line.

    >>> _cited(Origin("a.yaml:3", "published", "b-2024", "p. 7"))
    'published: b-2024, p. 7 · a.yaml:3'
    """
    via = origin.via and _("via {source}", source=origin.via)
    source = ", ".join(part for part in (origin.source, origin.at, via) if part)
    basis = ", ".join(_(word) for word in origin.basis.split(", "))
    if source:
        basis = _("{what}: {reason}", what=basis, reason=source)
    elif origin.note == NO_REASON:
        basis += f", {_(NO_REASON)}"
    fitted = _("fitted to {figures}", figures=", ".join(origin.fitted_to)) if origin.fitted_to else ""
    return " · ".join(part for part in (basis, fitted, origin.place) if part)


def _reference(branch: Reference) -> str:
    what = f"[{branch.number}] {branch.name} = {amount(branch.value, branch.unit)}"
    return _("{what}, see [{number}]", what=what, number=branch.number)


def _folded(branch: Folded) -> str:
    shown = f"{_share(branch.share)}= {amount(branch.value, branch.unit)}"
    return _("… {count} more: {amount}", count=branch.terms, amount=shown)


def _notes(step: Step) -> Iterator[str]:
    yield _cited(step.origin)
    if step.origin.note not in ("", NO_REASON):
        yield _("note: {text}", text=step.origin.note)


# --- text -----------------------------------------------------------------------------------------------------------


def _text(branch: Branch, values: Values, first: str, rest: str) -> Iterator[str]:
    if isinstance(branch, Folded):
        yield from _wrapped(_folded(branch), first, f"{rest}  ")
        return
    share = _share(branch.share)
    if isinstance(branch, Reference):
        yield from _wrapped(f"{share}{_reference(branch)}", first, f"{rest}  ")
        return
    bar = "│" if branch.children else " "
    yield from _wrapped(f"{share}{_headline(branch)}", first, f"{rest}{bar}   ")
    for line in (*_formulas(branch, values), *_notes(branch)):
        yield from _wrapped(line, f"{rest}{bar}  ", f"{rest}{bar}    ")
    for place, child in enumerate(branch.children, 1):
        last = place == len(branch.children)
        yield from _text(child, values, f"{rest}{'└─ ' if last else '├─ '}", f"{rest}{'   ' if last else '│  '}")


def _wrapped(line: str, first: str, rest: str) -> list[str]:
    width = max(WIDTH, len(rest) + NARROWEST)
    words = printable(line.replace("\n", " "))
    return textwrap.wrap(words, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False) or [first]


# --- Markdown -------------------------------------------------------------------------------------------------------


def escaped(words: str) -> str:
    r"""Words in which Markdown sees no mark.

    >>> escaped("a_b [1] <x>")
    'a\\_b \\[1\\] \\<x\\>'
    """
    return SPECIAL.sub(r"\\\1", printable(words.replace("\n", " ")))


def _list(branch: Branch, values: Values, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(branch, Folded):
        yield f"{indent}- {escaped(_folded(branch))}"
        return
    share = f"**{_share(branch.share).strip()}** " if branch.share is not None else ""
    if isinstance(branch, Reference):
        yield f"{indent}- {share}{escaped(_reference(branch))}"
        return
    yield f"{indent}- {share}{escaped(_headline(branch))}"
    notes = (*_formulas(branch, values), *_notes(branch))
    yield from (f"{indent}  <br>{escaped(line)}" for line in notes)
    for child in branch.children:
        yield from _list(child, values, depth + 1)


# --- JSON -----------------------------------------------------------------------------------------------------------


def _data(branch: Branch, values: Values) -> dict[str, Any]:
    share = {} if branch.share is None else {"share": branch.share}
    if isinstance(branch, Folded):
        return {"folded": branch.terms, "value": branch.value, "unit": branch.unit, **share}
    plain: dict[str, Any] = {"name": branch.name, "value": branch.value, "unit": branch.unit, **share}
    if isinstance(branch, Reference):
        return {"see": branch.number, **plain}
    origin = {key: value for key, value in branch.origin._asdict().items() if value not in ("", None, ())}
    step = {"number": branch.number, **plain, **origin}
    if branch.formula is None:
        return step
    words = _formulas(branch, values)
    lines = [line.removeprefix("= ") for line in words if line.startswith("= ")]
    step |= dict(zip(("in_words", "in_values"), lines, strict=False))
    step["formula"] = formula_data(branch.formula)
    if branch.cut:
        return step | {"cut": True}
    return step | {"parts": [_data(child, values) for child in branch.children]}


def formula_data(term: Term) -> dict[str, Any]:
    """A formula as plain data: `step` refers to a number, `convert` multiplies by a factor."""
    if term.op == "ref":
        return {"step": term.info}
    if term.op == "folded":
        return {"folded": term.info[0], "unit": term.info[1]}
    if term.op == "const":
        return {"value": term.info[0], "unit": term.info[1]}
    args = [formula_data(arg) for arg in term.args]
    if term.op == "scale":
        conversion = term.info
        return {"op": "convert", "args": args, "factor": conversion.factor, "from": conversion.source,
                "unit": conversion.target}  # fmt: skip
    return {"op": term.op, "args": args} | ({"exponent": term.info} if term.op == "^" else {})


# --- why not --------------------------------------------------------------------------------------------------------


def reasons(why: Sequence[Reason], about: str, form: str = "text") -> str:
    """The reasons why something contributes nothing, as text, Markdown or JSON."""
    if form == "json":
        plain = {"about": about, "reasons": [reason._asdict() for reason in why]}
        return legible(json.dumps(plain, ensure_ascii=False, indent=2))
    lines = [f"{told(reason.words)}{f' · {reason.place}' if reason.place else ''}" for reason in why]
    about = told(about)
    if form == "markdown":
        return "\n".join([f"**{escaped(about)}**", "", *(f"- {escaped(line)}" for line in lines)]) + "\n"
    return "\n".join([printable(about), *(part for line in lines for part in _wrapped(line, "  ", "    "))]) + "\n"
