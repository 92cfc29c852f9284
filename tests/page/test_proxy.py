"""The page of a proxy: what departs from the document, what was learned, and no way to change a server."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from tests.page.test_looks import CONTRAST, EVIL, NARROW
from tests.upstream.servers import BASIC, proxying, raw

JSON = "Content-Type: application/json"
KNOWN = {
    "WebhookId": 7,
    "Name": "theirs",
    "State": "Active",
    "Events": ["sale.created"],
    "Type": "webhook",
    "TargetUrl": "https://shop.example/in",
    "Secret": "s3cr3t",
    "Headers": {"X-Key": "t0ken"},
    "Properties": {},
    "Registered": "2026-04-18T14:34:02",
    "RegisteredAssociate": None,
    "Updated": "0001-01-01T00:00:00",
    "UpdatedAssociate": None,
}
VIOLATIONS = "#violations-rows > li"
# What could be done to a server, and what only a mock has.
OF_A_MOCK = ("Stop", "Start", "Signal", "Choose …", "Reset …")


@pytest.fixture(name="pair")
def _pair():
    """A server that answers one webhook, and a proxy before it."""
    with raw() as server, proxying(server.url) as proxy:
        server.says(json.dumps([KNOWN]).encode(), JSON)
        yield server, proxy


def answered(server, value):
    """Lets the server answer with this from now on."""
    server.says(json.dumps(value).encode(), JSON)


def view(proxy, path="view"):
    """A part of the page as it is served."""
    answer = proxy.ask("GET", f"/_mock/page/{path}", headers={})
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_a_wrong_answer_appears(pair, opened):
    """While one looks: counted, with whose fault it is, and opened with a command for the server itself."""
    server, proxy = pair
    page = opened(proxy.url)
    expect(page.locator("#violations")).to_contain_text("Nothing departs from the document so far")
    expect(page.locator(".before")).to_contain_text(f"Before {server.url}:")
    answered(server, {**KNOWN, "TotalCalls": "many"})
    proxy.ask("GET", "/api/v1/Webhook/7")

    row = page.locator(VIOLATIONS)
    expect(row).to_have_count(1)
    expect(row.locator(".status")).to_have_text("fault: server")
    for part in ("v1Webhook_GetWebhook", "answer body", "/TotalCalls", "expected", "came 'many'"):
        expect(row).to_contain_text(part)
    expect(page.locator(".tally a").first).to_contain_text("1 violation")
    expect(page.locator(".tally a").first).to_contain_text("1 by the server")
    expect(page.locator("#news")).to_have_text("1 new violation, 1 of the server")
    row.locator("summary").click()
    expect(row.locator(".message").last).to_contain_text('"TotalCalls": "many"')
    command = row.locator(".command pre")
    expect(command).to_contain_text(f"{server.url}/api/v1/Webhook/7")
    expect(command).to_contain_text("authorization: Basic $AUTHORIZATION")
    expect(row.locator(".verdict")).to_contain_text("openapi/api.yaml#/components/schemas/")


def test_violations_of_the_server_alone(pair, opened):
    """And of another tenant none."""
    server, proxy = pair
    proxy.ask("GET", "/api/v1/Webhook", headers={})
    page = opened(proxy.url)
    expect(page.locator(f"{VIOLATIONS} .status")).to_have_text("fault: client")
    page.locator("#violations").get_by_role("link", name="Server", exact=True).click()
    expect(page.locator("#violations")).to_contain_text("None of the 1 violations is the server's")
    answered(server, "nothing")
    proxy.ask("GET", "/api/v1/Webhook", headers={})
    expect(page.locator(f"{VIOLATIONS} .status")).to_have_text("fault: server")
    page.goto(f"{proxy.url}/?tenant=Cust1")
    expect(page.locator("#violations .count")).to_have_text("0")


def test_what_was_learned_is_shown(pair, opened):
    """Without its secrets, and without a button that could change it."""
    server, proxy = pair
    page = opened(proxy.url)
    expect(page.locator("#webhooks")).to_contain_text("No webhook is known yet")
    proxy.ask("GET", "/api/v1/Webhook")
    expect(page.locator("#hooks > li")).to_contain_text("theirs")
    expect(page.locator("#webhooks")).to_contain_text("Learned from answers")
    page.locator("#hooks summary").first.click()
    expect(page.locator("#hooks .facts")).to_contain_text("X-Key: ***")
    page.locator("#requests-rows summary").click()
    expect(page.locator("#requests-rows .command")).to_contain_text("$AUTHORIZATION")

    content = page.content()
    secrets = ("s3cr3t", "t0ken", "tje0", "Tje0", BASIC["Authorization"])
    assert not [word for word in secrets if word in content]
    buttons = page.get_by_role("button").all()
    names = [each.get_attribute("aria-label") or each.inner_text() for each in buttons]
    assert not [name for name in names if name.startswith(OF_A_MOCK)]
    assert [each.line.partition(" ")[0] for each in server.got] == ["GET"]


def test_forgetting_names_the_server(pair, opened):
    """It asks before, and asks nothing of the server."""
    server, proxy = pair
    proxy.ask("GET", "/api/v1/Webhook", headers={})
    page = opened(proxy.url)
    expect(page.locator(VIOLATIONS)).to_have_count(1)
    page.get_by_role("button", name="Forget …").click()
    expect(page.get_by_role("dialog")).to_contain_text("Forget")
    expect(page.get_by_role("dialog")).to_contain_text(f"{server.url} is not asked for anything")
    assert "Reset" not in page.get_by_role("dialog").inner_text()
    page.get_by_role("button", name="Forget", exact=True).click()

    expect(page.locator(VIOLATIONS)).to_have_count(0)
    expect(page.locator("#webhooks")).to_contain_text("No webhook is known yet")
    assert len(server.got) == 1


def test_it_can_be_read_on_a_small_screen(pair, opened):
    """With texts of any length and kind, in the dark as well."""
    server, proxy = pair
    answered(server, {**KNOWN, "Name": EVIL, "TargetUrl": "https://h/" + "x" * 300, "TotalCalls": EVIL * 3})
    proxy.ask("GET", "/api/v1/Webhook/7")
    proxy.ask("GET", "/api/v1/Webhook/7", headers={})
    for scheme in ("light", "dark"):
        page = opened(proxy.url, viewport=NARROW, color_scheme=scheme)
        page.locator(f"{VIOLATIONS} summary").first.click()
        page.locator("#hooks summary").first.click()
        expect(page.locator(".rows .inside")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        assert page.evaluate(CONTRAST) == []
        assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize(
    "webhook",
    [
        {"WebhookId": 1},
        dict.fromkeys(KNOWN, None) | {"WebhookId": 1},
        dict.fromkeys((*KNOWN, "TotalErrors", "LastError"), (1, {})) | {"WebhookId": 1},
        {"WebhookId": 1, "State": "Asleep", "Events": ["a", 5], "Updated": 5, "TotalCalls": True},
    ],
)
def test_webhooks_of_any_shape(pair, webhook):
    """What a server should not answer is shown as far as it goes."""
    server, proxy = pair
    answered(server, webhook)
    proxy.ask("GET", "/api/v1/Webhook/1")

    assert view(proxy).count('class="hook"') == 1


def test_what_the_journal_forgot_is_told(pair):
    """The violation stays, with its command."""
    server, proxy = pair
    answered(server, "nothing")
    proxy.ask("GET", "/api/v1/Webhook")
    (found,) = proxy.violations()
    assert "does not keep" not in view(proxy, f"violations/{found['id']}")
    proxy.ask("DELETE", "/_mock/requests", headers={})
    told = view(proxy, f"violations/{found['id']}")
    assert "does not keep this exchange" in told
    assert f"{server.url}/api/v1/Webhook" in told
    assert proxy.ask("GET", "/_mock/page/violations/999", headers={}).status == 404


def test_the_text_names_the_server(pair):
    """And no credentials of a mock."""
    server, proxy = pair
    told = proxy.ask("GET", "/", headers={"Accept": "*/*"}).body.decode()

    assert f"before {server.url}" in told
    assert '-H "Authorization: $AUTHORIZATION"' in told
    assert "tje0" not in told
