"""LaTeX tables: every shape of an export compiles with what its first line asks for, and fits the page of `article`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lca.citations import Source
from lca.disk.workspace import Run
from lca.outputs import Study, latex, outputs
from lca.report import Look
from lca.tex import escaped, running
from tests.command import Lca
from tests.test_brightway import CHAT, CLOSED, OPEN, write_pack

HOSTILE = "\\input{/etc/passwd} 100 % of R&D_1 #2 $x^2$ ~ | \"q\" `a` 'b' -- été Łódź ąő «½» µ Ω CO₂ 10⁻³ 中 😀 \\"
LONG = "A-scenario-whose-title-is-one-word_" * 6
WIDE_CRITERIA = "key,label,name,unit,suffix,unit_label,method,at,note,counts,stages\n" + "".join(
    f"W{n},A label of criterion_{n}{'x' * 30},Criterion {n},kgW{n}eq,W{n}eq,kg of something & CO2 eq,Own {n},,,,\n"
    for n in range(16)
)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Exports of every shape, by a name."""
    folder = tmp_path_factory.mktemp("exports")
    before = Path.cwd()
    os.chdir(folder)
    try:
        return {name: latex.render(study, Look()) for name, study in studies(folder).items()}
    finally:
        os.chdir(before)


def studies(folder: Path) -> dict[str, Study]:
    made: dict[str, Study] = {}
    for name, variants, published in (
        ("stable_diffusion", None, True), ("stable_diffusion", None, False), ("stable_diffusion", (None,), True),
        ("stable_diffusion", ("L",), False), ("chat_assistant", None, False), ("training_layers", None, False),
        ("video_streaming", None, True), ("chatgpt_electricity", None, True),
    ):  # fmt: skip
        made[f"{name} {variants} {published}"] = compiled(name, variants, published=published)
    write_pack(folder / "packs" / "open", OPEN, redistributable=True)
    write_pack(folder / "packs" / "closed", CLOSED, redistributable=False)
    for name, title in (("hostile", HOSTILE), ("long", LONG)):
        quoted = "'" + title.replace("'", "''") + "'"
        text = CHAT.replace("=1+1 & 50 % of it", quoted).replace('"=cmd"', quoted).replace("Long_visits", quoted)
        (folder / f"{name}.yaml").write_text(text.replace("no_figure", quoted), "utf-8")
        made[name] = compiled(f"{name}.yaml", None, packs=["packs"])
    many = "".join(f"  v{n}: {{title: Variant {n}, with: {{terminals.time: {n} min/visit}}}}\n" for n in range(1, 60))
    (folder / "many.yaml").write_text(CHAT + many, "utf-8")
    made["many"] = compiled("many.yaml", None, packs=["packs"])
    rows = "".join(f"cable,embodied,,2024,W{n},3e-{9 * n},kgW{n}eq,m,,,,p. 1,B,\n" for n in range(16))
    write_pack(folder / "wide" / "open", rows, redistributable=True)
    (folder / "wide" / "criteria.csv").write_text(WIDE_CRITERIA, "utf-8")
    (folder / "wide.yaml").write_text(WIDE, "utf-8")
    made["wide"] = compiled("wide.yaml", None, packs=["wide"])
    return made


WIDE = f"""\
study: {{title: Many criteria, criteria: [{", ".join(f"W{n}" for n in range(16))}], packs: [open]}}
functional_units: {{one: {{title: A metre, demand: {{visits: 1 visit}}}}}}
activities:
  cable: {{item: cable, tier: network, stage: embodied, amount: 2 m/visit}}
"""


def compiled(
    name: str, variants: tuple[str | None, ...] | None, packs: list[str] | None = None, *, published: bool = False
) -> Study:
    opened = Run(name, packs or [])
    every = (None, *opened.scenario.variants)
    result, verdicts = opened.compile((), every if variants is None else variants)
    if variants:
        result.whole = opened.compile((), every, with_expectations=False)[0]
    return Study(result, verdicts, published)


def pdflatex() -> str:
    found = shutil.which("pdflatex")
    if found is None:
        message = "LaTeX is not installed: apt-get install --no-install-recommends texlive-latex-recommended"
        (pytest.fail if os.environ.get("LCA_REQUIRE_TOOLS") == "1" else pytest.skip)(message)
    return str(found)


def test_every_shape_compiles_and_fits_the_page(exports: dict[str, str], tmp_path: Path) -> None:
    program = pdflatex()
    needed = {line.removeprefix("% needs ").replace(" and ", "\n") for line in map(first, exports.values())}
    (preamble,) = needed
    labels = [label for text in exports.values() for label in re.findall(r"\\label\{(.+?)\}", text)]
    assert len(labels) == len(set(labels)) == len(exports)
    for place, text in enumerate(exports.values()):
        (tmp_path / f"{place}.tex").write_text(text, "utf-8")
    parts = "\n\\clearpage\n".join(f"\\ref{{{label}}}\\input{{{place}}}" for place, label in enumerate(labels))
    page = f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\n{parts}\n\\end{{document}}\n"
    (tmp_path / "paper.tex").write_text(page, "utf-8")
    command = [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "paper.tex"]
    for _ in range(2):  # references are known the second time
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout[-3000:].decode("utf-8", "replace")
    log = (tmp_path / "paper.log").read_text("utf-8", "replace")
    told = [line for line in log.splitlines() if re.match("Overfull|LaTeX Warning|Missing character|!", line)]
    assert told == []
    assert "(/etc/" not in log


def first(text: str) -> str:
    return text.splitlines()[0]


def test_labels_say_which_export_it_is(exports: dict[str, str]) -> None:
    labels = {name: re.findall(r"\\label\{(.+?)\}", text)[0] for name, text in exports.items()}
    assert labels["stable_diffusion None True"] == "tab:stable-diffusion-published"
    assert labels["stable_diffusion None False"] == "tab:stable-diffusion"
    assert labels["stable_diffusion (None,) True"] == "tab:stable-diffusion-base-published"
    assert labels["stable_diffusion ('L',) False"] == "tab:stable-diffusion-L"


def test_names_are_those_that_readers_know(exports: dict[str, str]) -> None:
    for text in (exports["stable_diffusion None True"], exports["chat_assistant None False"]):
        assert not re.search(r"FU[12]|\b(answer|student|year): |web\\_hosting|berthelot-2024", text)
    assert "{\\raggedright\\itshape A year of service}" in exports["stable_diffusion None True"]
    assert "beside the published figures (Berthelot et al., 2024)" in exports["stable_diffusion None True"]
    assert "\\hspace*{1em}four images in one batch & " in exports["stable_diffusion None False"]


TABLE_2 = r"""
    \hspace{0pt}A year of service & $4.06$ & $4.53 \times 10^{5}$ & $1.17 \times 10^{7}$ \\
    \hspace*{1em}published & $4.64$ & $3.60 \times 10^{5}$ & $8.93 \times 10^{6}$ \\
    \hspace*{1em}deviation & $-12.5$\,\% & $+25.9$\,\% & $+30.7$\,\% \\
    \bottomrule"""


def test_published_figures_stand_below_the_computed_ones(exports: dict[str, str]) -> None:
    table = exports["stable_diffusion (None,) True"]
    assert TABLE_2 in table
    assert table.count("\\toprule") == table.count("\\midrule") == table.count("\\bottomrule") == 1
    assert table.count("{") == table.count("}")


def test_what_is_by_proxy_is_said_below(exports: dict[str, str]) -> None:
    table = exports["long"]
    assert "By proxy: terminals for PE from ADPf (A-scenari\\allowbreak{}o-whose-ti" in table
    assert "kg CO\\textsubscript{2} eq & MJ \\\\" in table
    assert "published" not in table


def test_what_has_no_room_on_a_page_goes_on_in_a_table_that_names_the_first(exports: dict[str, str]) -> None:
    assert exports["many"].count("Table~\\ref{tab:many}, continued") == exports["many"].count("\\begin{table}") - 1 > 2
    assert exports["wide"].count("\\begin{tabularx}") > 4
    assert exports["wide"].count("\\caption") == 1


def test_an_option_that_a_form_does_not_heed_is_refused(lca_: Lca) -> None:
    for name, form in outputs("study").items():
        source = (Path(latex.__file__).parent / f"{name}.py").read_text("utf-8")
        assert {*form.heeds} == {option for option in ("published", "with_restricted") if f"study.{option}" in source}
    ran = lca_("export", "web_shop", "--format", "csv", "--published")
    assert (ran.code, ran.out) == (2, "")
    assert "Invalid value for --published: csv does not heed it: latex only" in ran.err
    assert lca_("export", "web_shop", "--format", "markdown", "--with-restricted").code == 2


def test_two_of_one_title_are_told_apart() -> None:
    assert latex._titles(["a", "b", "c"], {"a": "One", "b": "One"}) == {"a": "One (a)", "b": "One (b)", "c": "c"}


@pytest.mark.parametrize(
    ("authors", "cited"),
    [
        ("Adams, B.", "Adams, 2020"),
        ("Adams, B., Cole, D.-E.", "Adams et al., 2020"),
        ("de Vries, A.", "de Vries, 2020"),
        ("Chung, J.-W., and others", "Chung et al., 2020"),
        ("Mistral AI, with Carbone 4 and ADEME", "Mistral AI, with Carbone 4 and ADEME, 2020"),
        ("", "A title, 2020"),
    ],
)
def test_a_source_is_cited_as_papers_do(authors: str, cited: str) -> None:
    assert latex.cite(Source("key-2020", authors, "A title", year="2020")) == cited


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\\b", "a\\textbackslash{}b"),
        ("{$#^~}", "\\{\\$\\#\\textasciicircum{}\\textasciitilde{}\\}"),
        ("two\nlines", "two lines"),
        ("\\input{/etc/passwd}", "\\textbackslash{}input\\{/etc/passwd\\}"),
        ("^^5cinput", "\\textasciicircum{}\\textasciicircum{}5cinput"),
        ("--packs ''", "-{}-packs '{}'"),
    ],
)
def test_latex_runs_nothing(text: str, printed: str) -> None:
    assert escaped(text) == printed


def test_no_sign_of_the_world_stops_latex(tmp_path: Path) -> None:
    """All of the first plane of Unicode that people write, a sign each, in a document that has to compile."""
    signs = (chr(number) for number in range(0x20, 0x3000) if not 0x1100 <= number < 0x1D00)
    text = " ".join(dict.fromkeys(map(running, signs)))
    body = (
        f"\\documentclass{{article}}\\usepackage[T1]{{fontenc}}\\begin{{document}}\\raggedright {text}\\end{{document}}"
    )
    (tmp_path / "signs.tex").write_text(body, "utf-8")
    command = [pdflatex(), "-interaction=nonstopmode", "-halt-on-error", "signs.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:].decode("utf-8", "replace")
    assert "Missing character" not in (tmp_path / "signs.log").read_text("utf-8", "replace")
