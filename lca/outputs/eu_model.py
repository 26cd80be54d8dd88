"""The lines on energy of the Model Documentation Form of the EU's Code of Practice for general-purpose AI.

Transparency chapter, 10 July 2025, sections on computation and on energy; read at second hand, in two transcriptions of
the form that agree. It asks for the electricity of training in MWh, and of inference for computation in FLOP, not for
electricity. What the scenario does not say is left blank, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from lca import __version__
from lca.outputs import Study
from lca.questions.citing import inputs
from lca.questions.disclosed import INFERENCE, TRAINING, Disclosed, disclosed, one_case
from lca.report import Look
from lca.wording import in_markdown, number

WRITES = ("study",)
ORDER = 12
NO_FLOP = "the scenario states no floating-point operations of the training as a whole"
OF_INFERENCE = "the form asks for floating-point operations of a benchmark, and a scenario counts electricity"


def render(study: Study, _look: Look) -> str:
    """The lines as a table in Markdown. Problems where the study is of several cases."""
    case = one_case(study.result, "the form")
    model = study.result.model
    told = disclosed(study.result)
    title = model.scenario.about.title or model.scenario.name
    lines = [
        f"# Model Documentation Form, energy: {in_markdown(title)}, {in_markdown(str(case))}",
        "",
        "| item | answer |",
        "|---|---|",
        *(f"| {item} | {answer} |" for item, answer in _items(study, told)),
    ]
    if INFERENCE in told.kwh:
        unit = model.titles.get(case.functional_unit) or case.functional_unit
        amount = f"{_digits(told.kwh[INFERENCE] / 1000)} MWh"
        work = f"{case.functional_unit} ({in_markdown(unit)})"
        lines += ["", f"Beside the form: inference for {work} takes {amount} of electricity."]
    return "\n".join(lines) + "\n"


def _items(study: Study, told: Disclosed) -> Iterator[tuple[str, str]]:
    flop = _blank(told.no_training or NO_FLOP) if told.flop is None else f"{_digits(told.flop)} FLOP"
    yield "Amount of computation used for training", flop
    energy = _blank(told.no_training) if told.no_training else f"{_digits(told.kwh[TRAINING] / 1000)} MWh"
    yield "Amount of energy used for training", energy
    yield "Measurement methodology (energy of training)", _blank(told.no_training) if told.no_training else _how(study)
    yield "Benchmarked amount of computation used for inference", _blank(OF_INFERENCE)
    yield "Measurement methodology (computation of inference)", _blank(OF_INFERENCE)


def _how(study: Study) -> str:
    """How the electricity of training was found, in less than the hundred words that the form recommends."""
    result = study.result
    lines = [line for line in result.model.lines if line.phase == TRAINING and line.flow == "electricity"]
    leaves = [leaf for line in lines for leaf in result.model.graph.leaves(line.amount)]
    bases = ", ".join(sorted({leaf.citation.basis for leaf in leaves}))
    return (
        f"Estimated by lca {__version__}: electricity of the site in the data centre, with what the scenario states of "
        f"PUE and idle power; its inputs are {bases}; SHA-256 of the inputs {inputs(result.model)}"
    )


def _blank(why: str) -> str:
    return f"(left blank: {why})"


def _digits(value: float) -> str:
    """Three significant digits, where the form asks for two at least.

    >>> _digits(1287.06), _digits(0.00271), _digits(5.1e17)
    ('1290', '0.00271', '5.1e17')
    """
    return number(float(f"{value:.3g}"))
