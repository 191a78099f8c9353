"""A real Chromium on the Dagster UI."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000


@contextmanager
def open_page(url: str, *, width: int = 1440, height: int = 900) -> Generator[Page, None, None]:
    """A page whose relative addresses start at ``url``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
        page = browser.new_page(base_url=url, viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


def _chromium() -> str:
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    assert found, (
        f"There is no Chromium: none of {', '.join(_NAMES)} is on the PATH. "
        "On Debian or Ubuntu: apt-get install chromium"
    )
    return found
