"""A first scenario: commented, and running as it stands. Its own numbers are assumed, with ranges, to be replaced.

That of a kind of service is a file of `templates/`, found by its name; its first line says what it is of. `$title` and
`$file` are filled in.
"""

from __future__ import annotations

from string import Template

from lca import discovery
from lca.blocks import examples
from lca.problems import problem
from lca.spoken import ENGLISH

SCENARIO = """\
# A scenario of lca: change the numbers, run it, look at the table.
#
#   lca run {file}              the table          lca run {file} --by tier,phase
#   lca scope {file}            what is counted    lca check {file}
#   lca factors smartphone      rows of factors    lca units kWh/GB
#
# A quantity is a number with its unit, a formula that begins with =, or a mapping:
#   {{value, low, high, basis, source, at, note}}
# basis says where it comes from: measured, published, derived, assumed or calibrated. What is measured or published
# names its source. Every number of this file is assumed, so that there is something to run: put yours in their place.

study:
  title: {title}
  # What a critical review asks for; `lca scope` prints what is stated here, and what is not.
  # goal: {{purpose: why it is made, use: what for, audience: for whom, comparative: none}}  # or internal, public
  # review: {{status: none}}       # or internal, external, panel; and by whom
  # cut_off: the rule by which parts are left out as too small
  # quality: {{year: 2026, time: 5 year, geography: country, letter: C}}  # what factors have to be
  criteria: [ADPe, GWP, PE]
  packs:                         # in order of preference; `lca factors` lists them
    - boavizta-2023-11           # electricity
    - boavizta-2023-11-devices   # making of terminals
    - boavizta-2026-08-profiles  # their power, lifetime and hours of use, where they are not stated here
    - ecologits-0-11             # making of a GPU server
  proxies:
    - criterion: PE
      from: ADPf
      for: terminals
      reason: no open source gives the primary energy of making terminals
  not_assessed:
    - {{item: network, stage: embodied, reason: no open factor for making network equipment}}
  out_of_scope:
    - {{phase: training, reason: the model is used as it is; add a `training` block to count its making}}
    - {{phase: data, reason: nothing is stored; add a `storage` block to count what is kept}}

functional_units:
  FU1:
    title: One conversation
    demand:                      # reference flows: what one functional unit asks for
      visits: {{value: 1 visit, basis: derived, note: by definition}}
      prompts: {{value: 5 prompt, low: 2 prompt, high: 10 prompt, basis: assumed, note: prompts of a conversation}}
  FU2:
    title: A year of service
    demand:
      visits: {{value: 1e6 visit, low: 5e5 visit, high: 2e6 visit, basis: assumed, note: take it from your statistics}}
      prompts: "= visits * prompts_per_visit"

parameters:                      # quantities of your own, for formulas
  prompts_per_visit:
    {{value: 5 prompt/visit, low: 2 prompt/visit, high: 10 prompt/visit, basis: assumed, note: as in FU1}}

sites:
  cloud:
    region: FRA                  # or a mix: {{FRA: 60 %, DEU: 40 %}}
    pue: {{value: 1.2, low: 1.1, high: 1.6, basis: assumed, note: ask your provider}}

{blocks}variants:
  Germany:
    title: Hosted in Germany
    with:
      sites.cloud.region: DEU

# Figures that the study should meet; `lca check` recomputes them, and fails where one is missed.
expect:
  use_dominates:
    title: electricity is more than half of the primary energy
    of: FU1
    criterion: PE
    where: {{stage: use}}
    over: {{of: FU1, criterion: PE}}
    at_least: 50 %
    basis: derived               # a check of our own; a published figure names its source instead
"""


def kinds() -> dict[str, str]:
    """The kinds of scenario, each with what it is of."""
    return discovery.headings("views/templates", ".yaml")


def scenario(title: str, file: str, kind: str = "", language: str = ENGLISH) -> str:
    """The text of a scenario with a title, to be kept in a file: of a kind, or with what the blocks show.

    Problems where it is not written in the language.
    """
    known = discovery.texts(f"views/templates{'' if language == ENGLISH else f'/{language}'}", ".yaml")
    if kind in known:
        return Template(known[kind]).substitute(title=quoted(title), file=file)
    if kind or language != ENGLISH:
        what = f"a scenario of the kind {kind}" if kind else "a scenario without a kind"
        raise problem(
            f"{what} is not written in {language}", hint=f"take --kind {' or '.join(known)}, or leave out --lang"
        )
    return SCENARIO.format(title=quoted(title), file=file, blocks="".join(f"{each}\n" for each in examples()))


def quoted(title: str) -> str:
    r"""A title as YAML reads it, whatever it holds.

    >>> print(quoted('say "hi"'))
    "say \"hi\""
    """
    escaped = title.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
