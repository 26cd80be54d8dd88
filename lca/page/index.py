"""The index of several pages: each study with what it is of and its totals, and the way to its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from lca import __version__
from lca.model.case import TotalKey
from lca.page.html import document
from lca.page.pages import AUTO, Page
from lca.page.svg import escape
from lca.page.words import plain
from lca.spoken import LANGUAGES, _, spoken, told
from lca.spoken.numbers import DIGITS, NONE, numbers, unit_words


def index(pages: Mapping[str, Page], language: str) -> str:
    """A page that leads to others, by the names of their files. Without a script: with `AUTO` in every language."""
    languages = LANGUAGES if language == AUTO else (language,)
    titles, studies, footers = zip(*(_in_language(pages, each) for each in languages), strict=True)
    title = " · ".join(titles)
    body = (
        f"<header><h1>{escape(title)}</h1></header><main>{''.join(studies)}</main><footer>{''.join(footers)}</footer>"
    )
    return document(languages[0], title, body)


def _in_language(pages: Mapping[str, Page], language: str) -> tuple[str, str, str]:
    """Its title, its studies and its foot."""
    with spoken(language):
        studies = "".join(_study(name, page._replace(language=language)) for name, page in pages.items())
        written = escape(_("Written by lca {version}.", version=__version__))
        return _("Reports"), studies, f'<p lang="{language}">{written}</p>'


def _study(name: str, page: Page) -> str:
    """A study: its title, which leads to its page, and its totals, a row a functional unit."""
    about, result = page.result.model.scenario.about, page.result
    title = plain(about.title or result.model.scenario.name)
    by = " · ".join(plain(text) for text in (about.authors, about.date) if text)
    heads = "".join(
        f'<th scope="col" class="right">{escape(plain(told(c.label)))}<br>'
        f"<small>{escape(unit_words(c.unit_label, page.language))}</small></th>"
        for c in result.criteria
    )
    columns = [[*_column(page, criterion.key)] for criterion in result.criteria]
    rows = "".join(
        f'<tr><th scope="row">{escape(_unit(page, unit))}</th>{"".join(column[k] for column in columns)}</tr>'
        for k, unit in enumerate(result.functional_units)
    )
    link = f'<a href="{escape(quote(name))}">{escape(title)}</a>'
    return (
        f'<section class="card wide" lang="{page.language}"><h2>{link}</h2>'
        f'<p class="sub">{escape(by)}</p><div class="scroll"><table class="totals"><thead><tr><td></td>{heads}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div></section>"
    )


def _unit(page: Page, unit: str) -> str:
    return plain(f"{unit} {page.result.model.titles.get(unit, '')}".strip())


def _column(page: Page, criterion: str) -> Iterator[str]:
    """The totals of a criterion in the first variant that has them, in one notation."""
    result = page.result
    variant = result.variants[0]
    keys = [TotalKey(unit, variant, criterion) for unit in result.functional_units]
    values = [result.values[result.model.totals[key]] for key in keys if key in result.model.totals]
    shown = iter(_shown(values, page.language))
    for key in keys:
        yield f'<td class="right">{escape(next(shown)) if key in result.model.totals else NONE}</td>'


def _shown(values: list[float], language: str) -> Iterable[str]:
    return numbers(values, DIGITS, language)
