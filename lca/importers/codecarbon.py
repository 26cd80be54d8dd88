"""CodeCarbon's emissions.csv: the electricity of runs at the plug of the machine.

Its energies are multiplied by the PUE that it was told, so that they are divided by it here: the PUE is the site's.
Its emissions are by factors of its own and are not taken. Columns: CodeCarbon 3.3.2, codecarbon/output_methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from lca import units
from lca.importers import File, Given, Made
from lca.measured.readings import lacking, rows
from lca.measured.settings import Cited, cited, is_once, is_repeated, named_in, number, short, stated, work_of
from lca.problems import Problem, Problems, Span, near, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.wording import listed, plural, quantity, some
from lca.wording import number as written

TITLE = "emissions.csv of CodeCarbon: the electricity of runs, without the PUE that it multiplied with"
TAKES = {
    "work": "what the runs did, such as 1200 prompt: the energy is then for one",
    "run": "a run_id or project_name, where not all runs count; several with commas",
    "pue": "the PUE that CodeCarbon was told, where its file has no such column (before 3.0), such as 1",
    "repeat": "runs, where each run is a repetition of that work; else all count together",
    "apart": "yes, where requests that a method prices in the scenario are others than those that were measured",
}
USES = ()
ORDER = 2

COLUMNS = ("run_id", "energy_consumed")
PARTS = ("cpu_energy", "gpu_energy", "ram_energy")
ROUNDED, SMALLEST = 1e-6, 1e-9  # how far the sum of parts may be from the whole: relative, and in kWh
SHORT = 8  # signs of a run's id that tell it from others
FIELDS = ("file", "run_id", "project_name", "energy", "unit", "duration", "pue", "region")
ONE, KWH = units.ONE, units.unit("kWh")


class Ran(NamedTuple):
    """A run, or a task of one: its electricity at the plug in kWh, what it was multiplied by, and how it was measured.

    duration: in s. ended: when it did, as written. is_all: whether all of a machine was measured.
    """

    file: str
    run: str
    project: str
    energy: float
    duration: float
    pue: float
    region: str
    how: str
    at: Span
    task: str = ""
    ended: str = ""
    is_all: bool = False
    tool: str = ""


def read(given: Given) -> Made:
    """The electricity of runs as the part of a scenario."""
    runs = _asked(_runs(given.files, number(given.said, "pue", ONE, TAKES)), given.said)
    count, unit = work_of(given.said, TAKES)
    is_each = is_repeated(given.said, "run")
    whole: dict[str, float] = {}
    for ran in runs:
        name = ran.run if is_each else ""
        whole[name] = whole.get(name, 0.0) + ran.energy
    energies = [energy / count for energy in whole.values()]
    energy = units.over(KWH, unit) if unit is not ONE or "work" in given.said else KWH
    source = _cited(runs, given.files)
    part = {"energy": stated(energies, energy, 0.0, source)}
    return Made(_report(runs), part=part, sources=source.sources, is_measured=is_once(given.said))


def _runs(files: Iterable[File], pue: float | None) -> list[Ran]:
    """The runs of files: the last line of each, since a run that goes on writes its sums anew.

    Of a file of tasks each line is one. Problems where a run is in two files, or both with its tasks and as a whole.
    """
    found: dict[tuple[str, str], Ran] = {}
    for file in files:
        started = len(found)
        checked = False
        for line, cells in rows(file, ","):
            span = Span(file.name, line, 1)
            wrong = None if checked else lacking(COLUMNS, cells, Span(file.name, 1, 1), "CodeCarbon writes them")
            if wrong is not None:
                raise Problems([wrong])
            checked = True
            run = _run(file, cells, pue, span)
            before = found.get((run.run, run.task))
            if before is not None and before.file != file.name:
                hint = "name one of the files: the run would count twice"
                raise problem(f"run {shortened(run.run)} is in two files", before.at, span, hint=hint)
            if before is not None and (run.task or run.energy < before.energy):
                hint = "a run's sums only rise, and a task has one line: is the file made of several?"
                said = (
                    f"task {shortened(run.task)} stands further up" if run.task else "has less energy than further up"
                )
                raise problem(f"run {shortened(run.run)} {said}", before.at, span, hint=hint)
            found[run.run, run.task] = run
        if len(found) == started:
            raise problem("there is no run in it", file.span, hint="a line a run, below the names of the columns")
    wholes = {run: ran for (run, task), ran in found.items() if not task}
    both = next((ran for (run, task), ran in found.items() if task and run in wholes), None)
    if both is not None:
        hint = "name the file of the one or of the other: they are the same electricity"
        raise problem(f"run {shortened(both.run)} is there as a whole and by its tasks", both.at, hint=hint)
    return [*found.values()]


def _run(file: File, cells: Mapping[str, str], pue: float | None, span: Span) -> Ran:
    own = _number(cells, "pue", span) if cells.get("pue", "").strip() else None
    if own is None and pue is None:
        hint = "say which PUE CodeCarbon was told, 1 where none: --set pue=1"
        raise problem("the file does not say by which PUE its energies were multiplied", span, hint=hint)
    if own is not None and pue is not None and own != pue:
        raise problem(f"pue={pue:g} is set, and the file says {own:g}", span, hint="leave pue out")
    if not cells["run_id"].strip():
        raise problem("the line names no run", span, hint="without a run_id, a run and its going on are not told apart")
    factor = own if own is not None else pue or 1.0
    if factor < 1:
        raise problem(
            f"a PUE of {factor:g} is below 1", span, hint="the electricity of a site is not below that of its machines"
        )
    energy = _number(cells, "energy_consumed", span)
    parts = [_number(cells, name, span) for name in PARTS if cells.get(name, "").strip()]
    if len(parts) == len(PARTS) and abs(sum(parts) - energy) > ROUNDED * energy and abs(sum(parts) - energy) > SMALLEST:
        hint = "energy_consumed is that of CPU, GPU and memory"
        raise problem(f"its parts sum to {sum(parts):g} kWh, and it says {energy:g}", span, hint=hint)
    how = " ".join(
        part
        for part in (
            cells.get("tracking_mode", ""),
            cells.get("cpu_model", ""),
            cells.get("gpu_model", ""),
        )
        if part
    )
    return Ran(
        file.name, cells["run_id"], cells.get("project_name", ""), energy / factor,
        _number(cells, "duration", span) if cells.get("duration", "").strip() else 0.0,
        factor, cells.get("country_iso_code", ""), how, span, cells.get("task_name", ""), cells.get("timestamp", ""),
        cells.get("tracking_mode", "") == "machine", f"CodeCarbon {cells.get('codecarbon_version', '')}".strip(),
    )  # fmt: skip


def _number(cells: Mapping[str, str], name: str, span: Span) -> float:
    text = cells[name].strip()
    try:
        value = units.number(text)
    except units.UnitError as error:
        raise problem(f"{name}: {error.message}", span, hint="a number") from None
    if value < 0:
        raise problem(f"{name} is {shortened(text)}, below 0", span, hint="energies and times are not")
    return value


def _asked(every: list[Ran], said: Mapping[str, str]) -> list[Ran]:
    """The runs that are named; all where none is."""
    names = named_in(said, "run")
    known = {name for ran in every for name in (ran.run, ran.project) if name}
    wrong = [name for name in names if name not in known]
    if wrong:
        listing = f"runs: {some(sorted(known), 6)}"
        raise Problems([Problem(f"no run '{shortened(name)}'", (), near(name, known, listing)) for name in wrong])
    return [ran for ran in every if not names or ran.run in names or ran.project in names]


def _cited(runs: list[Ran], files: tuple[File, ...]) -> Cited:
    pues = sorted({ran.pue for ran in runs})
    ends = sorted(ran.ended for ran in runs if ran.ended)
    at = plural(len(runs), "task" if runs[0].task else "run")
    words = [
        quantity(sum(ran.duration for ran in runs) / 3600, "h"),
        *dict.fromkeys(ran.how for ran in runs if ran.how),
        f"IT electricity: divided by the PUE of {', '.join(map(written, pues))} that it was multiplied with",
    ]
    tools = listed(dict.fromkeys(ran.tool for ran in runs))
    when = f", ended {' to '.join(dict.fromkeys((ends[0], ends[-1])))}" if ends else ""
    return cited(files, tools, f"{at}{when}", words, ends[-1][:4] if ends else "")


def _overlap(runs: list[Ran]) -> bool:
    """Whether two runs that each measured all of a machine went on at the same time."""
    spans = []
    for ran in runs:
        try:
            end = datetime.fromisoformat(ran.ended).replace(tzinfo=None)
            spans.append((end - timedelta(seconds=ran.duration), end))
        except (ValueError, OverflowError):
            continue
    return any(after[0] < before[1] for before, after in pairwise(sorted(spans)))


def _report(runs: list[Ran]) -> Report:
    heads = ("project", "run", "energy", "time", "PUE taken out")
    grid = Grid(
        tuple(Column(head, right=place > 1) for place, head in enumerate(heads)),
        tuple(
            row(
                ran.project,
                ran.run[:SHORT],
                quantity(short(ran.energy), "kWh"),
                quantity(ran.duration, "s"),
                written(ran.pue),
            )
            for ran in runs
        ),
    )
    regions = sorted({ran.region for ran in runs if ran.region})
    where = f": the site's region is to be stated, {' or '.join(regions)}" if regions else ""
    told = Entry("Not taken", (f"its emissions and water, which rest on factors of its own{where}",))
    cautions = ["where it reads no meter of the CPU or the memory it takes a model, and does not say so"]
    if _overlap([ran for ran in runs if ran.is_all]):
        cautions.append(
            "runs that each measured a whole machine overlap: on one machine they count twice, leave some out"
        )
    caution = Entry("Caution", tuple(cautions))
    records = tuple(
        dict(
            zip(
                FIELDS,
                (ran.file, ran.run, ran.project, ran.energy, "kWh", ran.duration, ran.pue, ran.region),
                strict=True,
            )
        )
        for ran in runs
    )
    return Report((Heading("Runs"), grid, Entries((told, caution))), FIELDS, records)
