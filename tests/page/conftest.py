"""A browser, a mock with a receiver, and pages that notice when something is executed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mock_server.testing import Mock, running_mock
from tests.mock_server.conftest import Receiver, _make, receiving

__all__ = ["_make"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The sandbox of the browser needs rights that containers do not give; the pages are our own.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
SECONDS = 20


# Not longer than its tests: beside it nobody else in this process could run an event loop.
@pytest.fixture(scope="package", name="browser")
def _browser() -> Iterator[Any]:
    """Chromium of this machine."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(name="mock")
def _mock() -> Iterator[Mock]:
    with running_mock(attempt_delays=(0, 0.01, 0.01)) as mock:
        yield mock


@pytest.fixture(name="opened")
def _opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages in one window, and fails in the end if any of them broke, or ran what it should not."""
    contexts, wrong = [], []

    def opened(url: str, *, beside: Any = None, **options: Any) -> Any:
        if beside is None:
            contexts.append(browser.new_context(**options))
        page = (beside.context if beside else contexts[-1]).new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on(
            "console",
            lambda message: (
                wrong.append(f"{message.text} {message.location}") if _is_trouble(message) else None
            ),
        )
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong, wrong


def _is_trouble(message: Any) -> bool:
    """Violations of the policy, and nothing that a test has asked for: refusals are errors for a browser."""
    return message.type == "error" and "status of 4" not in message.text and "ERR_" not in message.text


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: Any) -> None:
    """Nothing here leaves the machine."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        if name in os.environ:
            monkeypatch.delenv(name)
