"""Read me: what the study is, what the workbook can do, and what one has to know to trust it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lca import __version__
from lca.questions import allocation, statements
from lca.questions.account import DEFAULT, Account, account
from lca.questions.indirect import effects
from lca.questions.methods import methods, mixed
from lca.questions.requirement import Judgement, judgement
from lca.questions.stages import equipment
from lca.spoken import N_, _, told
from lca.text.identity import digest
from lca.wording import percent
from lca.workbook.names import FORMAT, HIDDEN, IDENTITY, SCENARIO, WITHHELD, WRITTEN_BY
from lca.workbook.writing.book import Book, Page
from lca.workbook.writing.cells import Formula, Value, lines_needed, quoted
from lca.workbook.writing.setup import printed
from lca.workbook.writing.styles import ALARM

WHAT = {
    "Results": N_("Totals of all variants against published figures, shares by tier with a chart, contributions."),
    "Inputs": N_("Every number of the scenario, to be changed, with its range, basis, source and note."),
    "Factors": N_("The impact factors that the study uses, with pack, licence and place in the source."),
    "Inventory": N_("Flows and the steps that lead to them."),
    "Impacts": N_("Flow × factor, a line for each functional unit, variant and criterion."),
    "Checks": N_("Expected figures, sums, shares and bounds as formulas: reproduced, fitted or missed."),
    "Sources": N_("What is cited."),
    "Units": N_("Conversion factors and constants, as named cells."),
}
HOW = (
    N_("Change a framed yellow cell of Inputs or Factors: every figure, share, check and the chart follow."),
    N_("A changed cell is bold, italic and orange until it has its old value again. Checks shows what totals did."),
    N_(
        "All variants and functional units are computed at once. The choices on Results only select what its tables "
        "show."
    ),
    N_(
        "Every computed cell is a formula down to Inputs, Factors and Units. A name such as inference_energy is its "
        "cell."
    ),
    N_(
        "Sheets are protected without a password: values, ranges and the column Reviewer are open. Errors are failures."
    ),
    N_("Write what you think of a number into its column Reviewer; a percentage is typed with its sign, as 40%."),
    N_("Comments are welcome. `lca review COPY.xlsx SCENARIO` lists what an edited copy changes, and what that does."),
)
LOOKS = (
    ("0.4", "input", N_("an input or a factor: change it")),
    ("S", "choice", N_("a choice of what is shown")),
    ("0.4", "number", N_("computed: a formula")),
    ("0.4", "total", N_("a total, or an impact: a formula")),
    (
        "withheld",
        "withheld",
        N_("may not be passed on; or a value computed from what may not, which follows no change"),
    ),
)
ITSELF = "rows, units and numbers as exported; what formulas and labels say only `lca review` compares"
TAMPERED = "FAIL: rows, units, numbers or the count of formulas are not as exported; see Checks"
WIDTH = 7  # columns
Lines = Iterable[Sequence[Value]]


def write(book: Book) -> None:
    """Write the sheet."""
    page, get = book.pages["Read me"], book.styles.get
    page.widths(26, 36, 20, 22, 20, 12, 34)
    page.begin(book.title("study") or _("A life-cycle assessment"), _("Life-cycle assessment as a live workbook"))
    page.rows.skip()
    _study(book, page)
    _section(page, N_("How to use it"))
    for line in HOW:
        page.rows.line([f"•  {_(line)}"], [get("lead")])
    _section(page, N_("How cells look"))
    for sample, kind, meaning in LOOKS:
        page.rows.line([sample, _(meaning)], [get(kind), get("lead")])
    _section(page, N_("Sheets"))
    for name in book.pages:
        if name not in HIDDEN and name != page.name:
            _sheet(page, name)
    _choices(book, page)
    _packs(book, page)
    _goal(book, page)
    _caveats(book, page)
    page.highlight("B4:B12", 'LEFT(B4,4)="FAIL"', ALARM)
    printed(page, book, WIDTH)


# --- the study -------------------------------------------------------------------------------------------------------


def _study(book: Book, page: Page) -> None:
    get = book.styles.get
    for label, value in _facts(book):
        if isinstance(value, Formula):
            page.rows.line([label, value, *[None] * 5], [get("strong"), get("left", "0"), *[get("left")] * 5])
        elif value:
            _spread(page, [label, value], get("strong"))


def _facts(book: Book) -> Iterator[tuple[str, Value]]:
    yield _("Authors"), book.text("study", "authors")
    yield _("Date"), book.text("study", "date")
    yield _("Version"), book.text("study", "version")
    yield SCENARIO, book.scenario_name
    yield IDENTITY, digest(book.model.scenario.tree)
    yield WRITTEN_BY, f"lca {__version__}, workbook format {FORMAT}"
    yield _("Checks"), Formula("checks_headline", book.tally.words)
    yield _("The workbook itself"), Formula(_itself(book), ITSELF)
    yield _("Values changed"), Formula("values_changed", 0)
    yield _("Note"), book.text("study", "note")


def _itself(book: Book) -> str:
    """Whether rows, units, numbers and formulas are what they were, in words."""
    fine, wrong = book.word_named("words_itself", ITSELF), book.word_named("words_tampered", TAMPERED)
    return f"IF(COUNTIF(checks_itself,word_ok)={book.constant(book.kept)},{fine},{wrong})"


def _sheet(page: Page, name: str) -> None:
    get = page.rows.styles.get
    row = page.rows.line([name, _(WHAT[name])], [get("link"), get("lead")])
    page.sheet.write_url(row - 1, 0, f"internal:{quoted(name)}!A1", get("link"), name)


# --- tables of words -------------------------------------------------------------------------------------------------


def _section(page: Page, title: str, head: Sequence[str] = ()) -> None:
    page.rows.skip()
    page.section(_(title), WIDTH)
    if head:
        style = page.rows.styles.get("head")
        _spread(page, [*map(_, head)], style, style)


def _table(page: Page, title: str, head: Sequence[str], lines: Lines) -> tuple[int, int]:
    """A table; its first and its last row. Nothing where there are no lines."""
    rows = [[value if value != "" else None for value in line] for line in lines]
    if not rows:
        return 1, 1
    _section(page, title, head)
    first = page.rows.next
    for line in rows:
        _spread(page, line, page.rows.styles.get("strong"))
    return first, page.rows.next - 1


def _spread(page: Page, values: Sequence[Value], first: int, style: int | None = None) -> None:
    """Write a row whose last value goes on to the last column."""
    start, wrapped = len(values), page.rows.styles.get("wrapped")
    widths = [page.rows.widths[number] for number in range(1, WIDTH + 1)]
    room = [*widths[1 : start - 1], sum(widths[start - 1 :])]
    lines = max(lines_needed(str(value or ""), width) for value, width in zip(values[1:], room, strict=True))
    styles = [first, *[style or wrapped] * (WIDTH - 1)]
    cells = zip(range(1, WIDTH + 1), [*values, *[None] * (WIDTH - start)], styles, strict=True)
    if start < WIDTH:
        page.merge(start, WIDTH)
    page.rows.add(cells, lines)


# --- what there is to choose from ------------------------------------------------------------------------------------


def _choices(book: Book, page: Page) -> None:
    """Functional units, variants and criteria, from which the lists on Results are taken."""
    model = book.model
    span = _table(page, N_("Functional units"), (N_("Functional unit"), N_("What it is"), N_("Note")), [
        (label, model.titles.get(unit, ""), book.text("functional_units", model.scenario.written(unit), "note"))
        for unit, label in book.unit_labels.items()
    ])  # fmt: skip
    book.define("list_functional_units", page.span("A", *span))
    span = _table(page, N_("Variants"), (N_("Variant"), N_("Key in the scenario"), N_("Note")), [
        (label, key or _("the case without a variant"), "" if key is None else book.text("variants", key, "note"))
        for key, label in book.variant_labels.items()
    ])  # fmt: skip
    book.define("list_variants", page.span("A", *span))
    known = [model.factors.criteria[key] for key in model.criteria]
    span = _table(page, N_("Criteria"), (N_("Criterion"), N_("Name"), N_("Unit"), N_("Key"), N_("Method")), [
        (book.criterion_labels[c.key], _(c.name), c.unit_label, c.key, c.method) for c in known
    ])  # fmt: skip
    book.define("list_criteria", page.span("A", *span))
    book.define("list_criteria_units", page.span("C", *span))


# --- what one has to know --------------------------------------------------------------------------------------------


def _packs(book: Book, page: Page) -> None:
    head = (N_("Pack"), N_("Title"), N_("Version"), N_("Licence"), N_("Used for"), N_("Read on"), N_("Citation"))
    packs = book.model.packs
    _table(page, N_("Factor packs, in order of preference"), head, [
        (
            pack.name, pack.title, pack.version, _licence(book, pack.name), _used(book, packs, pack.name),
            pack.accessed, pack.citation,
        )
        for pack in book.model.factors.packs.values()
    ])  # fmt: skip


def _licence(book: Book, pack: str) -> str:
    licence = book.model.factors.packs[pack].licence
    return (
        _("{licence}; not to be passed on: values are withheld", licence=licence)
        if pack in book.restricted
        else licence
    )


def _used(book: Book, used: dict[str, tuple[str, ...]], pack: str) -> str:
    keys = [key for key, packs in used.items() if pack in packs]
    return ", ".join(book.criterion_labels.get(key, key) for key in keys)


def _goal(book: Book, page: Page) -> None:
    """Goal and scope as a critical review asks for them, methods, stages of equipment, and data quality."""
    about = book.model.scenario.about
    stated = [(each.term, "; ".join(each.shown)) for each in statements.statements(book.result)]
    conflicts = [(_("Not in conformity"), text) for text in statements.conflicts(about)]
    missing = ", ".join(statements.unstated(book.result)).lower()
    _table(page, N_("Goal and scope"), (N_("What"), N_("As stated")), [*stated, *conflicts])
    if missing:
        asked_for = _("{asked_for}: {terms}.", asked_for=_(statements.ASKED_FOR), terms=missing)
        page.rows.line([asked_for], [book.styles.get("lead")])
    every = methods(book.model)
    beyond = mixed(every)
    label = book.criterion_labels.get
    _table(page, N_("Impact methods"), (N_("Criterion"), N_("Method"), N_("Packs"), N_("From"), N_("Mixed")), [
        (
            label(each.criterion, each.criterion), each.words, ", ".join(each.packs), label(each.proxy, each.proxy),
            "mixed" if each.criterion in beyond else "",
        )
        for each in every
    ])  # fmt: skip
    head = (N_("Stages but use"), N_("Equipment"), N_("With end-of-life credits"))
    groups = equipment(book.result)
    _table(page, N_("Stages of equipment"), head, [
        (", ".join(each.stages), ", ".join(each.items), ", ".join(each.credits)) for each in groups
    ])  # fmt: skip
    if about.quality is not None:
        _quality(book, page, judgement(book.result, about.quality))


def _quality(book: Book, page: Page, judged: Judgement) -> None:
    """Rows of packs that meet the data quality required, and rows that do not."""
    head = (
        N_("Item"),
        N_("Region, year, letter"),
        N_("Pack"),
        N_("Criteria"),
        N_("Weighs at most"),
        N_("Meets it"),
        N_("Why not"),
    )
    label = book.criterion_labels.get
    _table(page, N_("Factors against the data quality required"), head, [
        (
            row.item, ", ".join(filter(None, (row.region, row.year, row.letter))), row.pack,
            ", ".join(label(key, key) for key in criteria), percent(share), "no" if row.misses else "yes",
            "; ".join((*row.misses, *reasons)),
        )
        for row, criteria, share, reasons in judged.data
    ])  # fmt: skip


def _caveats(book: Book, page: Page) -> None:
    """What is fitted, how the parts are shared out, what stands in, is not assessed or was left out."""
    fitted = [(leaf.path, ", ".join(leaf.fitted_to)) for leaf in book.inputs.values() if leaf.fitted_to]
    none = [(_("none"), _("no input was chosen to meet a published figure"))]
    _table(page, N_("Fitted inputs"), (N_("Input"), N_("Chosen so that these figures are met")), fitted or none)
    head = (N_("What"), N_("Why"), N_("Tier"), N_("Stage"), N_("Criterion"), N_("Items"))
    shared = [(_(each.convention), ", ".join(each.parts), each.cases) for each in allocation.carried(book.result)]
    beyond = [(_("more than once"), text, "") for text in allocation.more_than_once(book.result)]
    _table(
        page,
        N_("Allocation"),
        (N_("Convention"), N_("What, as exported"), N_("Cases, where not all")),
        [*shared, *beyond],
    )
    _table(page, N_("Stand-ins and gaps"), head, [(*note, ", ".join(items)) for note, items in _notes(book).items()])
    outside = [
        (", ".join(text for key, text in entry.items() if key != "reason"), entry.get("reason", ""))
        for entry in book.listed("study", "out_of_scope")
    ]
    _table(page, N_("Left out on purpose"), (N_("What"), N_("Why")), outside)
    _indirect(book, page)
    _account(book, page, account(book.result))


def _indirect(book: Book, page: Page) -> None:
    """Effects beyond the service, which are in no figure."""
    head = (N_("Name"), N_("Indirect effect"), N_("Order"), N_("Impacts"), N_("Amount"), N_("Source"), N_("Why"))
    every = effects(book.model.scenario.about)
    _table(page, N_("Indirect effects, declared apart, and in no figure"), head, [
        (one.name, one.what, one.order, one.sign, f"{one.criterion} {one.amount}".strip(), one.cited, one.reason)
        for one in every
    ])  # fmt: skip


def _account(book: Book, page: Page, made: Account) -> None:
    """What is stated and idle, what packs gave in place of fields, and what was taken in place of what."""
    _table(page, N_("Stated, and not used"), (N_("What"), N_("Why")), [(idle.path, idle.reason) for idle in made.idle])
    head = (N_("Input"), N_("Value"), N_("Region"), N_("Year"), N_("Pack"))
    defaults = [(number, number.leaf.origin) for number in made.of(DEFAULT) if number.leaf is not None]
    _table(page, N_("Taken from packs, for fields that are left out"), head, [
        (number.address, WITHHELD if of.pack in book.restricted else number.text, of.region, of.year, of.pack)
        for number, of in defaults if of is not None
    ])  # fmt: skip
    head = (N_("Used"), N_("Asked"), N_("Item"), N_("Pack"), N_("Why"))
    _table(page, N_("Taken in place of what was asked for"), head, [
        (swap.used, swap.asked, swap.item, swap.pack, swap.reason or "not declared") for swap in made.instead
    ])  # fmt: skip


def _notes(book: Book) -> dict[tuple[str, ...], dict[str, None]]:
    """The proxies and gaps that were made use of, each with its items."""
    notes: dict[tuple[str, ...], dict[str, None]] = {}
    label = book.criterion_labels.get
    for note in book.model.notes:
        proxy = book.model.factors.criteria[note.proxy].either if note.kind == "proxy" else ""
        what = _("taken from {criterion}", criterion=proxy) if proxy else _(note.kind)
        key = (what, told(note.reason), note.tier, note.stage, label(note.criterion, note.criterion))
        notes.setdefault(key, {})[note.item] = None
    return notes
