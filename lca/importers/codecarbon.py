"""CodeCarbon's emissions.csv: the electricity of runs at the plug of the machine.

Its energies are multiplied by the PUE that it was told, so that they are divided by it here: the PUE is the site's.
Its emissions are by factors of its own and are not taken. Columns: CodeCarbon 3.3.2, codecarbon/output_methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lca import units
from lca.importers import File, Given, Made
from lca.measured.readings import lacking, rows
from lca.measured.settings import hashed, is_once, number, short, stated, work_of
from lca.problems import Problem, Problems, Span, near, problem, shortened
from lca.report import Column, Entries, Entry, Grid, Heading, Report, row
from lca.wording import number as written
from lca.wording import plural, quantity, some

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
    """A run: its electricity at the plug in kWh, its time in s, what it was multiplied by, and how it was measured."""

    file: str
    run: str
    project: str
    energy: float
    duration: float
    pue: float
    region: str
    how: str
    at: Span


def read(given: Given) -> Made:
    """The electricity of runs as the part of a scenario."""
    every = [ran for file in given.files for ran in _runs(file, number(given.said, "pue", ONE, TAKES))]
    runs = _asked(every, given.said)
    count, unit = work_of(given.said, TAKES)
    repeated = given.said.get("repeat", "")
    if repeated not in ("", "runs"):
        raise problem(f"repeat={shortened(repeated)} is not known", hint="repeat=runs")
    if repeated and "work" not in given.said:
        raise problem("repeat=runs needs the work of each run", hint="--set work='1200 prompt'")
    energies = [ran.energy / count for ran in runs] if repeated else [sum(ran.energy for ran in runs) / count]
    energy = units.over(KWH, unit) if unit is not ONE or "work" in given.said else KWH
    part = {"energy": stated(energies, energy, 0.0, _note(runs, given.files))}
    return Made(_report(runs), part=part, is_measured=is_once(given.said))


def _runs(file: File, pue: float | None) -> Iterator[Ran]:
    """The runs of a file: the last line of each, since a run that goes on writes its sums anew."""
    found: dict[str, Ran] = {}
    checked = False
    for line, cells in rows(file.lines(), file.name, ","):
        span = Span(file.name, line, 1)
        wrong = None if checked else lacking(COLUMNS, cells, Span(file.name, 1, 1), "CodeCarbon writes them")
        if wrong is not None:
            raise Problems([wrong])
        checked = True
        run = _run(file, cells, pue, span)
        before = found.get(run.run)
        if before is not None and run.energy < before.energy:
            hint = "a run's sums only rise: is the file made of several?"
            raise problem(f"run {shortened(run.run)} has less energy than further up", span, before.at, hint=hint)
        found[run.run] = run
    if not found:
        raise problem("there is no run in it", file.span, hint="a line a run, below the names of the columns")
    yield from found.values()


def _run(file: File, cells: Mapping[str, str], pue: float | None, span: Span) -> Ran:
    own = _number(cells, "pue", span) if cells.get("pue", "").strip() else None
    if own is None and pue is None:
        hint = "say which PUE CodeCarbon was told, 1 where none: --set pue=1"
        raise problem("the file does not say by which PUE its energies were multiplied", span, hint=hint)
    if own is not None and pue is not None and own != pue:
        raise problem(f"pue={pue:g} is set, and the file says {own:g}", span, hint="leave pue out")
    factor = own if own is not None else pue or 1.0
    if factor < 1:
        raise problem(
            f"a PUE of {factor:g} is below 1", span, hint="the electricity of a site is not below that of its machines"
        )
    energy = _number(cells, "energy_consumed", span)
    parts = [_number(cells, name, span) for name in PARTS if cells.get(name, "").strip()]
    if (
        len(parts) == len(PARTS)
        and abs(sum(parts) - energy) > 1e-6 * max(energy, 1e-12)
        and abs(sum(parts) - energy) > 1e-9
    ):
        hint = "energy_consumed is that of CPU, GPU and memory"
        raise problem(f"its parts sum to {sum(parts):g} kWh, and it says {energy:g}", span, hint=hint)
    how = " ".join(
        part
        for part in (
            f"CodeCarbon {cells.get('codecarbon_version', '')}".strip(),
            cells.get("tracking_mode", ""),
            cells.get("cpu_model", ""),
            cells.get("gpu_model", ""),
        )
        if part
    )
    return Ran(
        file.name, cells["run_id"], cells.get("project_name", ""), energy / factor,
        _number(cells, "duration", span) if cells.get("duration", "").strip() else 0.0,
        factor, cells.get("country_iso_code", ""), how, span,
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
    names = [name.strip() for name in said.get("run", "").split(",") if name.strip()]
    known = {name for ran in every for name in (ran.run, ran.project) if name}
    wrong = [name for name in names if name not in known]
    if wrong:
        listing = f"runs: {some(sorted(known), 6)}"
        raise Problems([Problem(f"no run '{shortened(name)}'", (), near(name, known, listing)) for name in wrong])
    return [ran for ran in every if not names or ran.run in names or ran.project in names]


def _note(runs: list[Ran], files: Iterable[File]) -> str:
    pues = sorted({ran.pue for ran in runs})
    words = [
        hashed(files),
        plural(len(runs), "run"),
        quantity(sum(ran.duration for ran in runs) / 3600, "h"),
        *dict.fromkeys(ran.how for ran in runs),
        f"IT electricity: divided by the PUE of {', '.join(map(written, pues))} that it was multiplied with",
    ]
    return "; ".join(words)


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
    caution = Entry(
        "Caution", ("where it reads no meter of the CPU or the memory it takes a model, and does not say so",)
    )
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
