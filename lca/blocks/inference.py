"""Inference: the servers that run the model."""

from __future__ import annotations

from collections.abc import Iterator

from lca.model.case import Case
from lca.model.fields import OneOrEach
from lca.model.flow import Flow
from lca.serving import Service, served

ORDER = 4

FIELD = OneOrEach(Service, "servers that run the model")
EXAMPLE = """\
inference:
  site: cloud
  energy:                        # measured while it answers, for one prompt
    value: 0.5 Wh/prompt
    low: 0.1 Wh/prompt
    high: 3 Wh/prompt
    basis: assumed
    note: order of magnitude; measure yours
  idle_power: {value: 30 %, low: 15 %, high: 60 %, basis: assumed, note: power while idle over power while busy}
  server:
    device: p5-48xlarge          # eight H100
    share: {value: 1/64, low: 1/256, high: 1/8, basis: assumed, note: one prompt of those answered side by side}
    time: {value: 5 s/prompt, low: 2 s/prompt, high: 15 s/prompt, basis: assumed, note: how long an answer takes}
    lifetime: {value: 5 year, low: 3 year, high: 6 year, basis: assumed, note: usual for servers}
    aur: {value: 40 %, low: 15 %, high: 80 %, basis: assumed, note: share of its life that the server is at work}
"""


def flows(case: Case) -> Iterator[Flow]:
    """Electricity and servers of each service."""
    return served(case, "inference", "inference")
