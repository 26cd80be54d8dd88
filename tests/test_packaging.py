"""What a user installs: the wheel, alone, in an empty folder; and that the locked versions suit what it asks for.

The wheel is built from the sdist, so both are complete. It is installed in a virtual environment of its own that sees
the libraries of this one but, as path files of a second folder are not read, not the checkout.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CARRIED = {"lca": "lca", "factors": "lca/data/factors", "scenarios": "lca/data/scenarios"}
PATIENCE = 120  # seconds: the longest step takes three

pytestmark = pytest.mark.xdist_group("wheel")  # one build for all


class Installed(NamedTuple):
    """An installed wheel: the folder of the package, its command, and an empty folder to work in."""

    package: Path
    command: Path
    folder: Path

    def lca(self, *words: str) -> subprocess.CompletedProcess[str]:
        return _run([self.command, *words], self.folder)


def _run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)


def _done(command: list[str | Path], folder: Path) -> str:
    done = _run(command, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _done([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], folder)
    return next(folder.glob("lca-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    own = Path(_done([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    _done([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel], folder)
    return folder


@pytest.fixture
def installed(environment: Path, tmp_path: Path) -> Installed:
    where = _done([environment / "bin" / "python", "-c", "import lca; print(lca.__file__)"], tmp_path)
    return Installed(Path(where.strip()).parent, environment / "bin" / "lca", tmp_path)


def _files(source: str) -> Iterator[str]:
    for path in sorted((ROOT / source).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{CARRIED[source]}/{path.relative_to(ROOT / source).as_posix()}"


@pytest.mark.parametrize("source", CARRIED)
def test_the_wheel_carries_every_file(source: str, wheel: Path) -> None:
    expected = set(_files(source))
    assert expected
    assert expected <= set(ZipFile(wheel).namelist())


def test_the_wheel_carries_the_licence_and_the_notice(wheel: Path) -> None:
    names = {Path(name).name for name in ZipFile(wheel).namelist() if ".dist-info/licenses/" in name}
    assert names == {"LICENSE", "NOTICE"}


def test_the_package_is_the_installed_one(installed: Installed, environment: Path) -> None:
    assert installed.package.is_relative_to(environment)
    assert not installed.package.is_relative_to(ROOT)


def test_a_shipped_scenario_runs_by_name(installed: Installed) -> None:
    ran = installed.lca("run", "stable_diffusion")
    assert ran.returncode == 0, ran.stderr
    assert "ADP" in ran.stdout
    assert list(installed.folder.iterdir()) == []


def test_a_report_is_written_with_what_is_in_the_wheel(installed: Installed) -> None:
    ran = installed.lca("report", "bloom", "-o", "bloom.html", "--lang", "fr")
    assert ran.returncode == 0, ran.stderr
    page = installed.folder / "bloom.html"
    assert "PAGE = live(" in page.read_text("utf-8")
    page.unlink()


def test_a_published_study_runs_by_name(installed: Installed) -> None:
    ran = installed.lca("check", "strubell_2019", "published/patterson_2021")
    assert ran.returncode == 0, ran.stderr
    assert "scenarios/published/strubell_2019.yaml" in ran.stdout


def test_scenarios_come_from_the_wheel(installed: Installed) -> None:
    """Where it comes from is what is tested; the figures of the study are held against the paper's in test_study.py."""
    shipped = installed.package / "data" / "scenarios"
    copy = shipped / "only_in_the_wheel.yaml"
    copy.write_bytes((shipped / "stable_diffusion.yaml").read_bytes())
    try:
        assert installed.lca("run", copy.stem).stdout == installed.lca("run", "stable_diffusion").stdout
        assert installed.lca("run", copy.stem).returncode == 0
    finally:
        copy.unlink()


def test_factors_lists_every_pack(installed: Installed) -> None:
    listed = installed.lca("factors")
    assert listed.returncode == 0, listed.stderr
    packs = [path.parent.name for path in (ROOT / "factors").glob("*/datapackage.json")]
    assert packs
    assert [pack for pack in packs if pack not in listed.stdout] == []


def test_languages_come_from_the_wheel(installed: Installed) -> None:
    done = installed.lca("run", "bloom", "--lang", "fr")
    assert "rien n’est calé" in done.stdout, done.stderr


def test_factors_come_from_the_wheel(installed: Installed) -> None:
    pack = next((installed.package / "data" / "factors").glob("*/datapackage.json")).parent
    aside = installed.folder / pack.name
    listed = re.compile(rf"(?<![\w-]){re.escape(pack.name)}(?![\w-])")  # a-2023 is not a-2023-devices
    assert listed.search(installed.lca("factors").stdout)
    pack.rename(aside)
    try:
        assert not listed.search(installed.lca("factors").stdout)
    finally:
        aside.rename(pack)


def test_a_new_scenario_runs(installed: Installed) -> None:
    made = installed.lca("new", "demo")
    assert made.returncode == 0, made.stderr
    assert [path.name for path in installed.folder.iterdir()] == ["demo.yaml"]
    ran = installed.lca("run", "demo.yaml")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def _locked() -> dict[str, str]:
    """The versions that the tests run with; those of Spark's client in an environment of its own."""
    files = (ROOT / "tests" / "oracles" / "requirements-sail.txt", ROOT / "requirements-dev.txt")
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    pins = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def _asked() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    texts = [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]
    return [asked for asked in map(Requirement, texts) if asked.name != PROJECT["name"]]


@pytest.mark.parametrize("asked", _asked(), ids=str)
def test_the_locked_version_suits(asked: Requirement) -> None:
    assert _locked()[canonicalize_name(asked.name)] in asked.specifier


def test_the_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert releases[0].startswith(("[Unreleased]", f"[{PROJECT['version']}]"))
    assert [r for r in releases if "### Figures that changed" not in r or "### The tool" not in r] == []
