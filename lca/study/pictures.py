"""A figure of a study as a notebook has it: a specification, a picture, and the numbers behind it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.outputs import outputs
from lca.problems import Misnamed, Problem, Problems, near
from lca.report import Look

if TYPE_CHECKING:
    import pandas as pd

    from lca.plots.study import Drawing

LITE = "vega-lite"  # in the address of the grammar of a specification
VERSION = 5  # of Vega-Lite and of Vega, in the names of their MIME types
MIME = {True: f"application/vnd.vegalite.v{VERSION}+json", False: f"application/vnd.vega.v{VERSION}+json"}


class StudyPlot:
    """A figure: a notebook shows it, `spec` is its specification, `save` writes it, `frame` has its numbers.

    `grammar` is the language of the specification: `vega-lite`, or `vega` for what is more than Vega-Lite can say.
    """

    def __init__(self, kind: str, drawing: Drawing) -> None:
        self.kind, self._drawing = kind, drawing

    @property
    def spec(self) -> dict[str, Any]:
        """The specification, for tools that read Vega-Lite, or Vega."""
        return self._drawing.spec

    @property
    def grammar(self) -> str:
        """The language that the specification is in."""
        return LITE if LITE in self.spec["$schema"] else "vega"

    @property
    def records(self) -> list[dict[str, Any]]:
        """The numbers behind the figure."""
        return self._drawing.records

    def frame(self) -> pd.DataFrame:
        """The numbers behind the figure as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.records)

    def save(self, file: str | Path) -> Path:
        """Write it to a file, whole or not at all: .svg, .png or .pdf are pictures, .csv its numbers, .json the
        specification. Misnamed where the ending is another, Problems where a picture cannot be drawn.
        """
        import json

        from lca.disk.files import write

        path, forms = Path(file), outputs("figure")
        endings = {suffix: form for form in forms.values() for suffix in form.suffixes}
        content: str | bytes
        if path.suffix.lower() == ".json":
            content = json.dumps(self.spec, indent=1, ensure_ascii=False) + "\n"
        elif path.suffix.lower() == ".csv":
            content = outputs("records")["csv"].render(self._drawing.report, Look())
        elif path.suffix.lower() in endings:
            content = endings[path.suffix.lower()].render(self._drawing, Look())
        else:
            known = [*endings, ".json", ".csv"]
            hint = near(path.suffix, known, f"a file that ends in {', '.join(known)}")
            raise Misnamed([Problem(f"the ending of {path.name} says no form", (), hint)])
        write(path, content)
        return path

    def __repr__(self) -> str:
        return f"<plot {self.kind}: {self.grammar}, {len(self.records):,} records>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """What a notebook shows: the specification, a picture for where none reads it, and a line of text."""
        from lca.plots.drawing import draw

        bundle: dict[str, Any] = {MIME[self.grammar == LITE]: self.spec, "text/plain": repr(self)}
        with suppress(Problems):  # nothing that draws may be installed
            bundle["image/svg+xml"] = draw(self.spec, "svg").decode()
        return bundle
