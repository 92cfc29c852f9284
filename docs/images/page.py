"""Takes the pictures of the mock's own page: `python -m docs.images.page`, with chromium on the path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import urllib3
from playwright.sync_api import Page, expect

from contract_tests import embedded
from docs.images.browser import Size, looking
from mock_server.testing import Tenant, connected

HERE = Path(__file__).parent
TENANT = "Cust12345"
WIDE, NARROW, LOW = (1200, 700), (400, 780), (1200, 560)
WRONG = ("--fault", "stamps-numbered")
TARGET = 9000
SALE = {"Amount": 4200, "Heading": "Forklifts"}


class Target(BaseHTTPRequestHandler):
    """Takes what is sent, but for one path."""

    def do_POST(self) -> None:
        """Says what became of a delivery."""
        self.rfile.read(int(self.headers["Content-Length"]))
        is_broken = self.path == "/warehouse"
        body = b'{"error": "database is locked"}' if is_broken else b'{"ok": true}'
        self.send_response(500 if is_broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def main() -> None:
    """Give a mock something to show, and take a picture of each kind."""
    with embedded.mock("--port", "8080", "--clock-scale", "50") as url, _target() as target:
        root = url.removesuffix("/api/v1")
        with connected(root) as mock:
            tenant = mock.tenant(TENANT)
            _filled(tenant, target)
            page = f"{root}/?tenant={TENANT}"
            _picture(page, "page-light.png", WIDE)
            _picture(page, "page-dark.png", WIDE, dark=True, row="sale.changed")
            _picture(page, "page-narrow.png", NARROW)
            for number in range(300):
                tenant.signal("sale.changed", number, SALE)
            tenant.wait_idle(60)
            _picture(page, "page-busy.png", WIDE)
    with embedded.mock("--port", "8081", *WRONG) as url, embedded.mock("--upstream", url) as proxy:
        root = proxy.partition("/api/v1")[0]
        _passed(f"{root}/{TENANT}/api/v1/Webhook")
        _picture(f"{root}/?tenant={TENANT}", "page-proxy.png", LOW)


def _passed(hooks: str) -> None:
    """What a client does well, but for one request; the server has its own faults."""
    for name, event in (("ERP orders", "sale.created"), ("Newsletter", "contact.created")):
        _asked(hooks, {"Name": name, "Events": [event], "TargetUrl": f"https://shop.example/{event}"})
    _asked(hooks, {"Name": 5, "Events": ["sale.changed"], "TargetUrl": "https://shop.example/"})
    _asked(f"{hooks}/1")


def _asked(url: str, body: object = None) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Basic dGplMDpUamUw"}
    urllib3.request("GET" if body is None else "POST", url, json=body, headers=headers)


@contextmanager
def _target() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", TARGET), Target)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{TARGET}"
    server.shutdown()
    server.server_close()


def _filled(tenant: Tenant, target: str) -> None:
    """Webhooks of each State, deliveries that arrive and fail, and one with a wrong signature."""
    for name, path, events, more in (
        ("ERP orders", "erp", ["sale.created", "sale.changed"], {"Secret": "s3cr3t"}),
        ("Newsletter", "newsletter", ["contact.created"], {}),
        ("Data warehouse", "warehouse", ["sale.created"], {"Secret": "s3cr3t"}),
        ("Old integration", "old", ["contact.deleted"], {"State": "Stopped"}),
    ):
        tenant.create(Name=name, TargetUrl=f"{target}/{path}", Events=events, Type="webhook", **more)
    for number in range(1, 7):
        tenant.signal("contact.created", number)
        tenant.signal("sale.changed", 100 + number, SALE)
    tenant.signal("sale.created", 107, SALE)
    tenant.wait_idle(60)
    with tenant.fault("signature-hex"):
        tenant.signal("sale.changed", 107, SALE)
        tenant.wait_idle(60)


def _picture(url: str, name: str, size: Size, *, dark: bool = False, row: str = "") -> None:
    with looking(url, size, dark=dark) as page:
        expect(page.locator("time").first).to_have_text(re.compile("now|ago"))
        if row:
            _open(page, row)
        page.screenshot(path=HERE / name)


def _open(page: Page, event: str) -> None:
    row = page.locator("#deliveries-rows > li", has_text=event).first
    row.locator("summary").click()
    expect(row.locator(".inside")).to_be_visible()


if __name__ == "__main__":
    main()
