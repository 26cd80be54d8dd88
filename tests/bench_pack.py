"""A small factor pack with round numbers, and scenarios run from their text: what the tests of the engine stand on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from lca.disk.workspace import Run
from lca.result import Result, Verdict

PACKAGE = {
    "name": "tiny",
    "title": "Round numbers",
    "version": "1",
    "licenses": [{"name": "CC0-1.0"}],
    "sources": [{"title": "made for tests"}],
    "citation": "Round numbers for tests",
    "accessed": "2024-01-01",
    "redistributable": True,
    "resources": [
        {"path": "factors.csv", "role": "factors"},
        {"path": "parameters.csv", "role": "parameters"},
        {"path": "assemblies.csv", "role": "assemblies"},
    ],
}

FACTORS = """\
item,stage,region,year,criterion,value,unit,per,low,high,law,at,quality,note
electricity,use,FRA,2020,GWP,0.1,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,USA,2020,GWP,0.4,kgCO2eq,kWh,,,,p. 1,B,
electricity,use,USA,2024,GWP,200,gCO2eq,kWh,,,,p. 1,B,
electricity,use,World,2020,GWP,0.5,kgCO2eq,kWh,0.3,0.7,,p. 1,B,
electricity,use,FRA,2020,PE,10,MJ,kWh,,,,p. 1,B,
electricity,use,USA,2020,PE,9,MJ,kWh,,,,p. 1,B,
electricity,use,World,2020,PE,8,MJ,kWh,,,,p. 1,B,
phone,manufacture,,2020,GWP,50,kgCO2eq,device,,,,p. 2,B,
phone,distribution,,2020,GWP,2,kgCO2eq,device,,,,p. 2,B,
phone,end of life,,2020,GWP,-1,kgCO2eq,device,,,,p. 2,B,credits included
phone,manufacture,,2020,ADPf,600,MJ,device,,,,p. 2,B,
laptop,embodied,,2020,GWP,200,kgCO2eq,device,,,,p. 2,B,
laptop,embodied,,2020,PE,3000,MJ,device,,,,p. 2,B,
monitor,embodied,,2020,GWP,80,kgCO2eq,device,,,,p. 2,B,
server,embodied,,2020,GWP,1000,kgCO2eq,server,800,1500,,p. 3,B,
server,embodied,,2020,PE,12000,MJ,server,,,,p. 3,B,
chassis,embodied,,2020,GWP,200,kgCO2eq,device,,,,p. 3,B,
gpu,manufacture,,2020,GWP,90,kgCO2eq,GPU,,,,p. 3,B,
gpu,end of life,,2020,GWP,10,kgCO2eq,GPU,,,,p. 3,B,
disk,embodied,,2020,GWP,30,kgCO2eq,device,,,,p. 3,B,
fixed-kit,use,,2020,GWP,0.02,kgCO2eq,GB,,,,p. 4,B,
fixed-kit,manufacture,,2020,GWP,0.01,kgCO2eq,GB,,,,p. 4,B,
fixed-kit,end of life,,2020,GWP,-0.002,kgCO2eq,GB,,,,p. 4,B,
steel,manufacture,,2020,GWP,2,kgCO2eq,kg,,,,p. 5,B,
steel,end of life,,2020,GWP,-3,kgCO2eq,kg,,,,p. 5,B,
"""

PARAMETERS = """\
item,region,year,name,value,unit,low,high,law,at,quality,note
phone,,2020,power,5,W,,,,p. 2,B,
phone,,2020,lifetime,2,year,,,,p. 2,B,
phone,,2020,daily_use,2,h/day,,,,p. 2,B,
phone,FRA,2020,power,4,W,,,,p. 2,B,
fibre,World,2020,energy,0.05,kWh/GB,,,,p. 4,B,
cloudy,,2020,pue,1.5,1,,,,p. 6,B,
cloudy,,2024,pue,1.25,1,,,,p. 6,B,
"""

ASSEMBLIES = """\
item,component,amount,unit,low,high,at,quality,note
gpu-server,chassis,1,device/server,,,p. 3,B,
gpu-server,gpu,8,GPU/server,,,p. 3,B,
rack,gpu-server,4,server/device,,,p. 3,B,
"""

OWN = PACKAGE | {
    "name": "own", "title": "Our own", "citation": "The packs of the test, 2024", "redistributable": True,
    "licenses": [{"name": "CC0-1.0", "title": "CC0"}], "sources": [{"title": "The test"}],
    "resources": [{"name": "factors", "path": "factors.csv", "role": "factors"}],
}  # fmt: skip


def write_pack(folder: Path, **tables: str) -> Path:
    """The pack in a folder, with some of its tables given another text; the folder for `--packs`."""
    texts = {"factors": FACTORS, "parameters": PARAMETERS, "assemblies": ASSEMBLIES} | tables
    package = texts.pop("package", PACKAGE)
    return lay(folder / "packs" / "tiny", package, **texts).parent


def lay(pack: Path, package: Mapping[str, object] | str, **tables: str) -> Path:
    """A factor pack in a folder of its own: what it says of itself, and the text of each table."""
    pack.mkdir(parents=True, exist_ok=True)
    about = package if isinstance(package, str) else json.dumps(package, indent=2)
    (pack / "datapackage.json").write_text(about, encoding="utf-8")
    for name, text in tables.items():
        (pack / f"{name}.csv").write_text(text, encoding="utf-8")
    return pack


def swapped(text: str, *changes: tuple[str, str]) -> str:
    """A text with parts of it put differently; each has to stand there once, so that no change is none."""
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times in the text: {old}"
        text = text.replace(old, new)
    return text


def written(folder: Path, text: str, name: str = "study.yaml") -> Path:
    """A scenario file with a text."""
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def run(folder: Path, text: str, **asked: object) -> tuple[Result, list[Verdict]]:
    """A scenario's result and verdicts with the small pack; `asked` goes to `Run.compile`."""
    return Run(written(folder, text), [write_pack(folder)]).compile(**asked)  # type: ignore[arg-type]
