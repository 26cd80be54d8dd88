"""Fixtures of many files."""

from __future__ import annotations

import sys

import pytest

from lca.cli import main
from tests.command import Lca, Ran


@pytest.fixture
def lca_(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lca:
    """Run a command in this process, on a page of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["lca", *words])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ran(code, *capsys.readouterr())

    return run
