"""Pictures of pages, taken by the chromium of this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

Size = tuple[int, int]


@contextmanager
def looking(url: str, size: Size, *, dark: bool = False) -> Iterator[Page]:
    """A page in a window of this size, for as long as the block runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
        )
        page.goto(url)
        yield page
        browser.close()
