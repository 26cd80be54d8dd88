"""The study in openLCA's JSON-LD format: processes, flows, units, impact categories, product systems, by olca-schema.

Each case is a process and a product system; each flow of an inventory is a process whose exchanges are its impact
factors; each criterion is an elementary flow with an impact category of its own, of factor 1. So a result of openLCA is
the total of the study. Identifiers are made of names: the same study gives the same data sets.

Format: https://greendelta.github.io/olca-schema.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from lca.model.laws import Lognormal, Normal, Triangular, Uniform
from lca.outputs import Study
from lca.problems import printable, problem
from lca.processes import ANYWHERE, Activity, Book, Exchange, Spread, activities
from lca.report import Look
from lca.wording import plural

if TYPE_CHECKING:
    import olca_schema as olca

WRITES = ("study",)
HEEDS = ("with_restricted",)
ORDER = 9
BINARY = True

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold
INSTALL = "install it with `pip install 'lca[openlca]'`, in a checkout with `.venv/bin/pip install -e '.[openlca]'`"


def render(study: Study, _look: Look) -> bytes:
    """The archive. Factors that may not be redistributed are withheld: their products stand in the case instead."""
    schema = _schema()
    result = study.result
    book = activities(result, with_restricted=study.with_restricted)
    written = io.BytesIO()
    with schema.zipio.ZipWriter(written) as archive:
        for entity in _Writer(schema, result.model.scenario.name, book).entities():
            entity.last_change = None  # the library sets the time of writing
            archive.write(entity)
    return _still(written)


def left_out(study: Study) -> list[str]:
    """What an archive for openLCA does not hold of a study."""
    book = activities(study.result, with_restricted=study.with_restricted)
    exchanges = [e for activity in book.activities for e in activity.exchanges]
    return [*_left_out(exchanges), *(remark for remark in book.left_out if "passed on" in remark)]


def _left_out(exchanges: list[Exchange]) -> Iterator[str]:
    if formulas := sum(bool(e.formula) for e in exchanges):
        yield f"expressions of inputs, of {plural(formulas, 'amount')}, and their laws: plain numbers there"
    if cut := sum(_is_cut(e.law) for e in exchanges):
        many = f"where {cut} laws are cut off: openLCA draws them whole"
        yield "where 1 law is cut off: openLCA draws it whole" if cut == 1 else many


def _is_cut(law: Spread | None) -> bool:
    match law:
        case Lognormal(_, _, least, most):
            return least > 0 or math.isfinite(most)
        case Normal(_, _, least, most):
            return math.isfinite(least) or math.isfinite(most)
        case _:
            return False


def _schema() -> Any:
    try:
        import olca_schema
        import olca_schema.zipio
    except ImportError:
        raise problem("openLCA's format needs the library olca-schema", hint=INSTALL) from None
    return olca_schema


class _Writer:
    """One study on its way to data sets."""

    def __init__(self, schema: Any, study: str, book: Book) -> None:
        self.schema, self.study, self.book = schema, study, book
        self.by_code = {activity.code: activity for activity in book.activities}
        self.places = {a.location for a in book.activities if a.location not in ("", ANYWHERE)}

    def entities(self) -> Iterator[Any]:
        """Every data set: what is named by others before them."""
        for unit in dict.fromkeys(activity.unit for activity in self.book.activities):
            yield from self._unit(unit)
        for place in sorted(self.places):
            yield self.schema.Location(id=self._id("location", place), name=place, code=place)
        for activity in self.book.activities:
            yield self._flow(activity)
        categories = [self._category(activity) for activity in self.book.activities if activity.criterion]
        yield from categories
        yield self.schema.ImpactMethod(
            id=self._id("method"),
            name=f"Criteria of {self.study}",
            impact_categories=[one.to_ref() for one in categories],
        )
        processes = [activity for activity in self.book.activities if activity.exchanges]
        yield from map(self._process, processes)
        yield from (self._system(activity) for activity in processes if activity.code.startswith("case "))

    def _id(self, *names: str) -> str:
        """An identifier made of names."""
        return str(uuid5(NAMESPACE_URL, "\n".join(("lca", self.study, *names))))

    def _ref(self, kind: str, name: str, own: str) -> olca.Ref:
        made: olca.Ref = self.schema.Ref(id=own, name=printable(name), ref_type=self.schema.RefType.get(kind))
        return made

    def _unit(self, name: str) -> Iterator[Any]:
        """A unit with a group and a property of its own."""
        unit = self.schema.Unit(id=self._id("unit", name), name=name, conversion_factor=1.0, is_ref_unit=True)
        yield self.schema.UnitGroup(id=self._id("units", name), name=f"Units of {name}", units=[unit])
        yield self.schema.FlowProperty(
            id=self._id("property", name), name=f"Amount in {name}",
            flow_property_type=self.schema.FlowPropertyType.PHYSICAL_QUANTITY,
            unit_group=self._ref("UnitGroup", f"Units of {name}", self._id("units", name)),
        )  # fmt: skip

    def _measured(self, unit: str) -> dict[str, Any]:
        """In which unit an amount is, and of which property."""
        return {
            "unit": self._ref("Unit", unit, self._id("unit", unit)),
            "flow_property": self._ref("FlowProperty", f"Amount in {unit}", self._id("property", unit)),
        }

    def _flow(self, activity: Activity) -> Any:
        kinds = self.schema.FlowType
        own = self._measured(activity.unit)["flow_property"]
        return self.schema.Flow(
            id=self._id("flow", activity.code), name=printable(activity.name), description=printable(activity.comment),
            flow_type=kinds.ELEMENTARY_FLOW if activity.criterion else kinds.PRODUCT_FLOW,
            flow_properties=[
                self.schema.FlowPropertyFactor(conversion_factor=1.0, flow_property=own, is_ref_flow_property=True)
            ],
        )  # fmt: skip

    def _flow_ref(self, activity: Activity) -> olca.Ref:
        return self._ref("Flow", activity.name, self._id("flow", activity.code))

    def _category(self, activity: Activity) -> Any:
        factor = self.schema.ImpactFactor(flow=self._flow_ref(activity), value=1.0, **self._measured(activity.unit))
        return self.schema.ImpactCategory(
            id=self._id("category", activity.code), name=activity.name, code=activity.criterion,
            description=activity.comment, ref_unit=activity.unit, impact_factors=[factor],
        )  # fmt: skip

    def _process(self, activity: Activity) -> Any:
        place = activity.location
        return self.schema.Process(
            id=self._id("process", activity.code), name=printable(activity.name),
            description=printable(activity.comment), process_type=self.schema.ProcessType.UNIT_PROCESS,
            exchanges=[self._exchange(e, n) for n, e in enumerate(activity.exchanges, 1)],
            last_internal_id=len(activity.exchanges),
            location=self._ref("Location", place, self._id("location", place)) if place in self.places else None,
        )  # fmt: skip

    def _exchange(self, e: Exchange, number: int) -> Any:
        source = self.by_code[e.code]
        taken = e.kind == "technosphere"
        own = self._ref("Process", source.name, self._id("process", e.code)) if taken else None
        return self.schema.Exchange(
            internal_id=number, amount=e.amount, flow=self._flow_ref(source), is_input=taken,
            is_quantitative_reference=e.kind == "production", description=printable(e.comment), default_provider=own,
            is_avoided_product=False, uncertainty=self._uncertainty(e.law), **self._measured(source.unit),
        )  # fmt: skip

    def _uncertainty(self, law: Spread | None) -> Any:
        kinds, made = self.schema.UncertaintyType, self.schema.Uncertainty
        match law:
            case Lognormal(median, gsd):
                return made(distribution_type=kinds.LOG_NORMAL_DISTRIBUTION, geom_mean=median, geom_sd=gsd)
            case Normal(mean, sd):
                return made(distribution_type=kinds.NORMAL_DISTRIBUTION, mean=mean, sd=sd)
            case Uniform(low, high):
                return made(distribution_type=kinds.UNIFORM_DISTRIBUTION, minimum=low, maximum=high)
            case Triangular(low, mode, high):
                return made(distribution_type=kinds.TRIANGLE_DISTRIBUTION, minimum=low, mode=mode, maximum=high)
            case None:
                return None

    def _system(self, case: Activity) -> Any:
        """The product system of a case: the processes that it takes, linked to their providers."""
        links = [*self._links(case)]
        taken = [self.by_code[e.code] for e in case.exchanges if e.kind == "technosphere"]
        unit = self._measured(case.unit)
        return self.schema.ProductSystem(
            id=self._id("system", case.code), name=printable(case.name), description=printable(case.comment),
            ref_process=self._ref("Process", case.name, self._id("process", case.code)),
            ref_exchange=self.schema.ExchangeRef(internal_id=1), target_amount=1.0, target_unit=unit["unit"],
            target_flow_property=unit["flow_property"], process_links=links,
            processes=[
                self._ref("Process", one.name, self._id("process", one.code))
                for one in {one.code: one for one in (case, *taken)}.values()
            ],
        )  # fmt: skip

    def _links(self, case: Activity) -> Iterator[Any]:
        for number, e in enumerate(case.exchanges, 1):
            if e.kind == "technosphere":
                source = self.by_code[e.code]
                yield self.schema.ProcessLink(
                    exchange=self.schema.ExchangeRef(internal_id=number), flow=self._flow_ref(source),
                    process=self._ref("Process", case.name, self._id("process", case.code)),
                    provider=self._ref("Process", source.name, self._id("process", e.code)),
                )  # fmt: skip


def _still(written: io.BytesIO) -> bytes:
    """The bytes of an archive, the same whenever they are written."""
    still = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, EPOCH), source.read(entry), zipfile.ZIP_DEFLATED)
    return still.getvalue()
