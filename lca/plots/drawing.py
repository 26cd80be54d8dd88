"""A specification as a picture: PNG, SVG or PDF, drawn by vl-convert without a browser and without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lca.plots.charts import Spec
from lca.problems import Problem, Problems

if TYPE_CHECKING:
    from types import ModuleType

GRAMMAR = "5.20"  # the Vega-Lite that the figures are written in; every vl-convert since 1.7 has it
FINE = 2.0  # pixels of a PNG for each of the figure: 192 dpi at 170 mm

ADDRESSES = 64 << 30  # bytes of address space, little of which is memory


def draw(spec: Spec, picture: str) -> bytes:
    """The bytes of a file. Problems where vl-convert is not installed."""
    _refuse_little_room()
    converter = _converter()
    language: dict[str, Any] = {"vl_version": GRAMMAR} if "vega-lite" in spec["$schema"] else {}
    name = f"{'vegalite' if language else 'vega'}_to_{picture}"
    finer = {"scale": FINE} if picture == "png" else {}
    drawn: bytes | str = getattr(converter, name)(spec, allowed_base_urls=[], **language, **finer)
    return drawn.encode("utf-8") if isinstance(drawn, str) else drawn


def _refuse_little_room() -> None:
    """Problems where the address space is limited: the engine that draws sets much aside, and would end the program."""
    try:
        import resource
    except ImportError:  # no limit that a program could ask for
        return
    room, _ = resource.getrlimit(resource.RLIMIT_AS)
    if room != resource.RLIM_INFINITY and room < ADDRESSES:
        hint = "run it without the limit (ulimit -v unlimited); `--format csv` or `json` gives the numbers"
        message = f"drawing needs an address space of {ADDRESSES >> 30} GiB, and the limit is {room / 2**30:.1f} GiB"
        raise Problems([Problem(message, (), hint)])


def _converter() -> ModuleType:
    try:
        import vl_convert
    except ImportError:
        hint = (
            "install it with `pip install 'lca[plot]'`, in a checkout with `.venv/bin/pip install -e '.[plot]'`\n"
            "`--format csv` or `json` gives the numbers without it"
        )
        raise Problems(
            [Problem("drawing needs the package vl-convert-python, which is not installed", (), hint)]
        ) from None
    return vl_convert  # type: ignore[no-any-return,unused-ignore]
