"""Debian's Chromium, driven by Playwright: a browser that asks nobody for anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser; where it, or what drives it, is not installed, the test is skipped and says so."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: pip install playwright")
    if not PROGRAM.exists():
        missing("Chromium is not installed: apt-get install --no-install-recommends chromium")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(PROGRAM), args=list(QUIET))
        yield started
        started.close()


def shown(chromium: Browser, file: Path) -> tuple[Page, list[str]]:
    """A report as a browser has it once its script is there, and what went wrong: messages, errors, requests."""
    page, told = chromium.new_page(viewport={"width": 1280, "height": 900}), list[str]()
    page.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: told.append(request.url) if request.url != file.as_uri() else None)
    page.goto(file.as_uri())
    page.wait_for_function("typeof PAGE === 'object'")
    return page, told


def missing(message: str) -> None:
    """A tool that is not there: a failure where all of them have to be."""
    (pytest.fail if os.environ.get("LCA_REQUIRE_TOOLS") == "1" else pytest.skip)(message)
