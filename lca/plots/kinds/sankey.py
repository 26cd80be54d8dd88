"""From the demand through the parts of the service to the criteria: ribbons as wide as the shares of each criterion.

Each criterion is 100 %, so that the bands of different units stand beside one another. The layout is our own; the
specification is Vega with `path` marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from lca.model.case import CaseKey
from lca.plots import charts
from lca.plots.charts import GREY, INK, SIZE, Caption, Spec
from lca.plots.study import Asked, Drawing, caption, case_titles, criterion_labels, part_words
from lca.questions import drivers, grouping
from lca.questions.drivers import FIXED, Driven, Flow
from lca.spoken import N_, _
from lca.wording import quantity

ORDER = 1
ABOUT = "from the demand through the parts to the criteria"

VEGA = "https://vega.github.io/schema/vega/v5.json"
HEIGHT = 230  # pixels of all ribbons of a panel together
NODE = 12  # pixels of a node's width
GAP = 17  # pixels between nodes: room for a label beside the smallest
COLUMNS = (120, 300, 505)  # left edges of demand, parts and criteria
HEAD = 44  # pixels above a panel, for its title and the heads of its columns
BETWEEN = 26  # pixels between panels
HEADS = (N_("demand"), N_("part of the service"), N_("criterion, 100 % each"))
LONGEST = 24  # characters of a name beside a node
THIN = 0.75  # pixels: the outline that keeps a thin ribbon visible
HALO = {
    name: {"value": value}
    for name, value in (("stroke", "white"), ("strokeWidth", 3), ("strokeJoin", "round"), ("strokeOpacity", 0.8))
}
NOTE = N_("A ribbon is as wide as its share of a criterion; the percentage of a part is its mean over the criteria.")


class Node(NamedTuple):
    """A bar of one column: its name, place, height in pixels and what stands beside it."""

    key: str
    x: float
    y: float
    height: float
    colour: str
    text: str
    detail: str


class Ribbon(NamedTuple):
    """A band from one node to another, as an SVG path. `width` is in shares, 1 being a whole criterion."""

    source: str
    target: str
    width: float
    path: str
    colour: str


def drawing(asked: Asked) -> Drawing:
    """From the demand through the parts to the criteria."""
    result = asked.result
    driven = drivers.driven(result.model, result.values, asked.by or grouping.PAPER)
    about = caption(result, _("From the demand to the impacts"))
    flows = drivers.flows(result.model, result.values)
    made = spec(driven, flows, case_titles(result), criterion_labels(result), about)
    return Drawing(made, rows(driven))


def spec(
    driven: Sequence[Driven],
    flows: Sequence[Flow],
    titles: Mapping[CaseKey, str],
    labels: Mapping[str, str],
    caption: Caption,
) -> Spec:
    """The figure. `titles` name the cases, `labels` the criteria; both give the order."""
    texts: list[Spec] = []
    nodes: list[Node] = []
    ribbons: list[Ribbon] = []
    top = 0.0
    for case in [case for case in titles if any(each.case == case for each in driven)]:
        own = [each for each in driven if each.case == case]
        own_nodes, own_ribbons = layout(own, [flow for flow in flows if flow.case == case], labels, top + HEAD)
        texts += _heads(titles[case], top)
        nodes += own_nodes
        ribbons += own_ribbons
        top = max(node.y + node.height for node in own_nodes) + BETWEEN
    return _vega(texts, nodes, ribbons, top - BETWEEN + 22, caption)


def layout(
    driven: Sequence[Driven], flows: Sequence[Flow], labels: Mapping[str, str], top: float
) -> tuple[list[Node], list[Ribbon]]:
    """The nodes and ribbons of one case below a height in pixels."""
    columns = [_demand(driven, flows), _parts(driven), _criteria(driven, labels)]
    scale = HEIGHT / max(1, len(columns[2]))
    tall = max(len(column) for column in columns) - 1
    nodes = [
        node for x, column in zip(COLUMNS, columns, strict=True) for node in _stack(column, x, top, scale, tall * GAP)
    ]
    place = {(node.x, node.key): node for node in nodes}
    left = _sum((each.driver, each.part, each.share) for each in driven)
    right = _sum((each.part, each.criterion, each.share) for each in driven)
    bands = [*_bands(left, place, 0, scale, columns), *_bands(right, place, 1, scale, columns)]
    return nodes, bands


Row = tuple[str, float, str, str, str]  # key, share, colour, text, detail


def _demand(driven: Sequence[Driven], flows: Sequence[Flow]) -> list[Row]:
    weight = _sum(("", each.driver, each.share) for each in driven)
    amount = {flow.name: quantity(flow.amount, flow.unit) for flow in flows} | {FIXED: _("whatever the demand")}
    order = [flow.name for flow in flows] + [FIXED]
    present = [name for name in charts.unique(order) if ("", name) in weight]
    return [(name, weight["", name], GREY, _(name) if name == FIXED else name, amount[name]) for name in present]


def _parts(driven: Sequence[Driven]) -> list[Row]:
    weight = _sum(("", each.part, each.share) for each in driven)
    order = grouping.ordered(each.part for each in driven)
    colour = charts.colours(order)
    whole = sum(weight.values())
    return [
        (name, weight["", name], colour[name], part_words(name), charts.percent(weight["", name] / whole))
        for name in order
    ]


def _criteria(driven: Sequence[Driven], labels: Mapping[str, str]) -> list[Row]:
    weight = _sum(("", each.criterion, each.share) for each in driven)
    total = {key: sum(each.value for each in driven if each.criterion == key) for key in labels}
    unit = {each.criterion: each.unit for each in driven}
    return [
        (key, weight["", key], INK, label, charts.measured(total[key], unit[key]))
        for key, label in labels.items()
        if ("", key) in weight
    ]


def _sum(triples: Iterable[tuple[str, str, float]]) -> dict[tuple[str, str], float]:
    """The sizes of what flows between two nodes, whatever its sign."""
    total: dict[tuple[str, str], float] = {}
    for source, target, share in triples:
        total[source, target] = total.get((source, target), 0.0) + abs(share)
    return total


def _stack(column: Sequence[Row], x: float, top: float, scale: float, room: float) -> Iterator[Node]:
    """The nodes of a column, spread evenly over the height that the fullest column takes."""
    gap = room / (len(column) - 1) if len(column) > 1 else 0.0
    gap = min(gap, 2 * GAP)
    y = top + (room - gap * (len(column) - 1)) / 2
    for key, share, colour, text, detail in column:
        yield Node(key, x, y, share * scale, colour, charts.plain(text, LONGEST), charts.plain(detail, LONGEST))
        y += share * scale + gap


def _bands(
    shares: Mapping[tuple[str, str], float],
    place: Mapping[tuple[float, str], Node],
    column: int,
    scale: float,
    columns: Sequence[Sequence[Row]],
) -> Iterator[Ribbon]:
    """The ribbons between a column and the next; they leave and arrive in the order of the nodes."""
    used: dict[Node, float] = {}

    def taken(node: Node, height: float) -> float:
        start = node.y + used.get(node, 0.0)
        used[node] = used.get(node, 0.0) + height
        return start

    near, far = COLUMNS[column], COLUMNS[column + 1]
    pairs = product((row[0] for row in columns[column]), (row[0] for row in columns[column + 1]))
    for source, target in pairs:
        if width := shares.get((source, target)):
            left, right, height = place[near, source], place[far, target], width * scale
            path = band(near + NODE, taken(left, height), far, taken(right, height), height)
            yield Ribbon(source, target, width, path, (right if column == 0 else left).colour)


def band(x: float, y: float, far: float, other: float, height: float) -> str:
    """A ribbon of one height between two verticals, as an SVG path.

    >>> band(0, 0, 10, 4, 2)
    'M0,0C5,0,5,4,10,4L10,6C5,6,5,2,0,2Z'
    """
    half, low, other_low = (x + far) / 2, y + height, other + height
    upper = f"M{x:.6g},{y:.6g}C{half:.6g},{y:.6g},{half:.6g},{other:.6g},{far:.6g},{other:.6g}"
    lower = f"L{far:.6g},{other_low:.6g}C{half:.6g},{other_low:.6g},{half:.6g},{low:.6g},{x:.6g},{low:.6g}Z"
    return upper + lower


def _heads(title: str, top: float) -> list[Spec]:
    first = {
        "x": COLUMNS[0],
        "y": top + 8,
        "text": charts.plain(title, 3 * LONGEST),
        "size": SIZE + 1,
        "weight": "bold",
        "align": "left",
        "ink": INK,
    }
    heads = [
        {"x": x, "y": top + 28, "text": words, "size": SIZE - 1, "weight": "normal", "align": "left", "ink": GREY}
        for x, words in zip(COLUMNS, map(_, HEADS), strict=True)
    ]
    return [first, *heads]


def _labels(node: Node) -> Iterator[Spec]:
    """The name of a node and what it amounts to: outside of the outer columns, on the ribbons of the middle one."""
    middle = node.y + node.height / 2
    left = node.x == COLUMNS[0]
    common: Spec = {"align": "right" if left else "left", "x": node.x - 6 if left else node.x + NODE + 6, "size": SIZE}
    if node.x == COLUMNS[1]:
        yield common | {"y": middle, "text": f"{node.text}  {node.detail}", "weight": "normal", "ink": INK}
        return
    yield common | {"y": middle - 7, "text": node.text, "weight": "bold", "ink": INK}
    yield common | {"y": middle + 7, "text": node.detail, "weight": "normal", "ink": GREY}


def _vega(
    texts: Sequence[Spec], nodes: Sequence[Node], ribbons: Sequence[Ribbon], height: float, caption: Caption
) -> Spec:
    below = [
        {
            "x": 0,
            "y": height + (charts.SMALL + 3) * place,
            "text": line,
            "size": charts.SMALL,
            "weight": "normal",
            "align": "left",
            "ink": GREY,
        }
        for place, line in enumerate(charts.source_lines(caption, _(NOTE)))
    ]
    labels = [label for node in nodes for label in _labels(node)]
    return {
        "$schema": VEGA,
        "background": "white",
        "padding": 14,
        "width": charts.WIDTH,
        "height": height + (charts.SMALL + 3) * len(below),
        "title": charts.frame(caption)
        | {"frame": "bounds", "font": charts.FONT, "subtitleFont": charts.FONT, "color": INK, "subtitleColor": GREY},
        "data": [
            {"name": "ribbons", "values": [ribbon._asdict() for ribbon in ribbons]},
            {"name": "nodes", "values": [node._asdict() for node in nodes]},
            {"name": "halos", "values": [label for label in labels if label["x"] > COLUMNS[1]]},
            {"name": "words", "values": [*texts, *labels, *below]},
        ],
        "config": {"aria": False},
        "marks": [_ribbon_marks(), _node_marks(), _word_marks("halos", HALO), _word_marks("words", {})],
    }


def _ribbon_marks() -> Spec:
    colour = {"field": "colour"}
    encode = {"path": {"field": "path"}, "fill": colour, "fillOpacity": {"value": 0.5}, "stroke": colour}
    outline = {"strokeWidth": {"value": THIN}, "strokeOpacity": {"value": 0.6}}
    return {"type": "path", "from": {"data": "ribbons"}, "encode": {"enter": {**encode, **outline}}}


def _node_marks() -> Spec:
    place = {"x": {"field": "x"}, "y": {"field": "y"}, "width": {"value": NODE}, "height": {"field": "height"}}
    colour = {"fill": {"field": "colour"}, "stroke": {"field": "colour"}, "strokeWidth": {"value": THIN}}
    return {"type": "rect", "from": {"data": "nodes"}, "encode": {"enter": {**place, **colour}}}


def _word_marks(data: str, more: Spec) -> Spec:
    fields = {
        "x": "x",
        "y": "y",
        "text": "text",
        "fontSize": "size",
        "fontWeight": "weight",
        "align": "align",
        "fill": "ink",
    }
    encode: dict[str, Any] = {channel: {"field": field} for channel, field in fields.items()}
    return {
        "type": "text",
        "from": {"data": data},
        "encode": {"enter": {**encode, "baseline": {"value": "middle"}, "font": {"value": charts.FONT}, **more}},
    }


def rows(driven: Sequence[Driven]) -> list[dict[str, Any]]:
    """The numbers behind the figure."""
    return [
        {
            "functional_unit": each.case[0],
            "variant": each.case[1] or "",
            "criterion": each.criterion,
            "demand": each.driver,
        }
        | {"part": each.part, "value": each.value, "unit": each.unit, "share": each.share}
        for each in driven
    ]
