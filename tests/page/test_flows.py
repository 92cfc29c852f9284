"""What a developer does with the page, in a real browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from mock_server.deliveries.log import Entry, Log
from mock_server.testing import running_mock

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

expect.set_options(timeout=20_000)

DELIVERIES = "#deliveries-rows > li"
REQUESTS = "#requests-rows > li"


def hook(mock, receiver, **members):
    """A new webhook whose target is the receiver."""
    said = {
        "Name": "deals",
        "Events": ["sale.created"],
        "TargetUrl": receiver.url,
        "Secret": "s3cr3t",
        "Type": "webhook",
    }
    return mock.create(**{**said, **members})


def test_an_empty_mock_tells_what_to_do_next(mock, opened):
    """With commands to copy."""
    page = opened(mock.url)

    expect(page.locator("#webhooks")).to_contain_text("No webhooks yet")
    command = page.locator("#webhooks pre").inner_text()
    assert command.startswith("curl ")
    assert f"{mock.url}/api/v1/Webhook" in command


def test_a_delivery_arrives_while_one_looks(mock, receiver, opened):
    """Webhook, request and delivery appear without a reload, and in a second tab, too."""
    page = opened(mock.url)
    second = opened(mock.url, beside=page)
    hook(mock, receiver)
    for each in (page, second):
        each.bring_to_front()
        expect(each.locator("#hooks > li")).to_have_count(1)
    mock.signal("sale.created", 7)
    receiver.wait(1)
    for each in (page, second):
        each.bring_to_front()
        expect(each.locator(DELIVERIES)).to_have_count(1)
        expect(each.locator("#hooks")).to_contain_text("1 call")
        expect(each.locator(REQUESTS)).to_have_count(2)
    expect(page.locator(f"{DELIVERIES} .status")).to_have_text("200")
    expect(page.locator(f"{DELIVERIES} time")).to_have_text(re.compile("now|ago"))


def test_a_delivery_is_opened(mock, receiver, opened):
    """Headers, body, the verdict about its signature, and a command; what is open stays open."""
    hook(mock, receiver, Headers={"X-Team": "orders"})
    mock.signal("sale.created", 7)
    mock.wait_idle()
    page = opened(mock.url)
    page.locator(f"{DELIVERIES} summary").click()
    row = page.locator(DELIVERIES).last

    expect(row.locator(".verdict")).to_contain_text("Signature verified")
    expect(row.locator(".headers").first).to_contain_text("X-Team")
    expect(row.locator(".message pre").first).to_contain_text('"PrimaryKey": 7')
    expect(row.locator(".command pre")).to_contain_text("X-SuperOffice-Signature")
    mock.signal("sale.created", 8)
    expect(page.locator(DELIVERIES)).to_have_count(2)
    expect(row.locator(".verdict")).to_be_visible()


def test_what_is_read_stays(mock, receiver, opened):
    """Though newer rows push it out; a reset takes it away."""
    hook(mock, receiver)
    mock.signal("sale.created", 1)
    mock.wait_idle()
    page = opened(mock.url)
    page.locator(f"{DELIVERIES} summary").click()
    expect(page.locator(f"{DELIVERIES} .verdict")).to_be_visible()
    for number in range(40):
        mock.signal("sale.created", number)
    mock.wait_idle()
    expect(page.locator("#deliveries .count")).to_have_text("41")
    expect(page.locator(DELIVERIES)).to_have_count(26)
    expect(page.locator(f"{DELIVERIES} .verdict")).to_be_visible()
    mock.reset()
    expect(page.locator(DELIVERIES)).to_have_count(0)


@pytest.mark.parametrize(
    ("faults", "secret", "word"),
    [
        (["signature-hex"], "s3cr3t", "wrong"),
        ([], "s3cr3t", "verified"),
        ([], None, "not signed"),
    ],
)
def test_signatures_are_judged(receiver, opened, faults, secret, word):
    """In the row and when it is opened."""
    with running_mock(faults=faults) as mock:
        hook(mock, receiver, Secret=secret)
        _judged(mock, opened, word)


def _judged(mock, opened, word):
    mock.signal("sale.created")
    mock.wait_idle()
    page = opened(mock.url)

    expect(page.locator(f"{DELIVERIES} .seal")).to_have_text(f"signature {word}")
    page.locator(f"{DELIVERIES} summary").click()
    expect(page.locator(f"{DELIVERIES} .verdict")).to_contain_text(f"Signature {word}.")
    expect(page.locator(".verdict dt")).to_have_text(["Came", "Expected"] if word == "wrong" else [])


def test_a_request_is_opened(mock, receiver, opened):
    """Both sides, without credentials."""
    hook(mock, receiver)
    page = opened(mock.url)
    page.locator(f"{REQUESTS} summary").click()
    row = page.locator(REQUESTS)

    expect(row.locator(".message").first).to_contain_text("Basic ***")
    expect(row.locator(".message").last).to_contain_text('"WebhookId": 1')
    expect(row.locator(".command pre")).to_contain_text("-u tje0:Tje0")


def test_an_event_is_signalled(mock, receiver, opened):
    """From the form, with data; what is no JSON is told."""
    hook(mock, receiver)
    page = opened(mock.url)
    page.get_by_label("Event", exact=True).fill("sale.created")
    page.get_by_label("Primary key").fill("42")
    page.locator("#signal .more summary").click()
    page.locator("#data").fill("{nothing")
    page.get_by_role("button", name="Signal", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Not done")).to_be_visible()
    page.locator("#data").fill('{"Heading": "x"}')
    page.get_by_role("button", name="Signal", exact=True).click()

    expect(page.locator(DELIVERIES)).to_have_count(1)
    assert b'"PrimaryKey":42' in receiver.wait(1)[0].body


def test_a_webhook_is_stopped_and_started(mock, receiver, opened):
    """By a PATCH of its State, as a client would."""
    hook(mock, receiver)
    page = opened(mock.url)
    page.get_by_role("button", name="Stop deals #1").click()
    expect(page.locator("#hooks .state")).to_contain_text("Stopped")
    assert mock.hooks[0]["State"] == "Stopped"
    page.get_by_role("button", name="Start deals #1").click()
    expect(page.locator("#hooks .state")).to_contain_text("Active")
    expect(page.get_by_role("button", name="Stop deals #1")).to_be_focused()
    assert mock.assert_requested(method="PATCH", path="/Webhook/1", times=2)


def test_too_many_errors_are_seen(mock, receiver, opened):
    """With counters and the last error, and the failed ones alone."""
    receiver.answers = lambda number: 200 if number == 1 else (500, {}, b"out of paper")
    hook(mock, receiver)
    mock.signal("sale.created")
    mock.wait_idle()
    mock.signal("sale.created")
    mock.wait_idle()
    page = opened(mock.url)

    expect(page.locator("#hooks .state")).to_contain_text("TooManyErrors")
    expect(page.locator("#hooks .counts")).to_contain_text("9 errors, 9 in a row")
    expect(page.locator(DELIVERIES)).to_have_count(10)
    page.get_by_role("link", name="Failed", exact=True).click()
    expect(page.locator(DELIVERIES)).to_have_count(9)
    page.locator("#hooks summary").first.click()
    expect(page.locator("#hooks .facts")).to_contain_text("out of paper")


def test_a_fault_is_switched(mock, opened):
    """On in the dialog, off in the list."""
    page = opened(f"{mock.url}/?tenant=Cust1")
    page.get_by_role("button", name="Choose").click()
    page.get_by_label("Search the faults").fill("hexadecimal")
    page.get_by_role("switch", name="signature-hex").click()
    expect(page.get_by_role("switch", name="signature-hex")).to_be_checked()
    assert mock.tenant("Cust1")._steer("GET", "faults")["active"] == ["signature-hex"]
    assert mock._steer("GET", "faults")["active"] == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Turn off signature-hex").click()
    expect(page.locator("#faults")).to_contain_text("None is on")
    assert mock.tenant("Cust1")._steer("GET", "faults")["active"] == []


def test_a_tenant_is_reset_when_one_is_sure(mock, receiver, opened):
    """Its own webhooks alone, and the focus is back where it was."""
    for each in (mock, mock.tenant("Cust1")):
        hook(each, receiver)
    page = opened(f"{mock.url}/?tenant=Cust1")
    page.get_by_role("button", name="Reset …").click()
    expect(page.get_by_role("dialog")).to_contain_text("Reset Cust1?")
    page.get_by_role("button", name="Keep everything").click()
    assert len(mock.tenant("Cust1").hooks) == 1
    page.get_by_role("button", name="Reset …").click()
    page.get_by_role("button", name="Reset", exact=True).click()

    expect(page.locator("#webhooks")).to_contain_text("No webhooks yet")
    expect(page.locator(REQUESTS)).to_have_count(0)
    expect(page.get_by_role("button", name="Reset …")).to_be_focused()
    assert [len(each.hooks) for each in (mock, mock.tenant("Cust1"))] == [1, 0]


def test_tenants_are_chosen(mock, receiver, opened):
    """From the list, or by name; the way back is that of the browser."""
    hook(mock.tenant("a/b c"), receiver)
    page = opened(mock.url)
    page.locator("#tenants summary").click()
    page.locator("#choices").get_by_role("link", name="a/b c").click()
    expect(page.locator("#hooks > li")).to_have_count(1)
    expect(page).to_have_title("b c · webhook-mock")
    page.get_by_role("button", name="Stop deals #1").click()
    expect(page.locator("#hooks .state")).to_contain_text("Stopped")
    page.go_back()
    expect(page.locator("#webhooks")).to_contain_text("No webhooks yet")
    page.locator("#tenants summary").click()
    page.get_by_label("Another tenant").fill("nobody")
    page.get_by_role("button", name="Open").click()
    expect(page.locator("#tenant")).to_have_text("nobody")


def test_ten_thousand_deliveries(mock, opened, monkeypatch):
    """Some rows at once, and the way to the older ones; failed ones alone are found among all of them."""
    kept = list(_entries(10_000))
    monkeypatch.setattr(Log, "all", lambda *_: kept)
    page = opened(mock.url)

    expect(page.locator("#deliveries .count")).to_have_text("10,000")
    expect(page.locator(DELIVERIES)).to_have_count(25)
    expect(page.locator(DELIVERIES).first).to_contain_text("number 9999")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(DELIVERIES).first).to_contain_text("number 9974")
    expect(page.locator(DELIVERIES)).to_have_count(25)
    page.get_by_role("link", name="Newest").click()
    expect(page.locator(DELIVERIES).first).to_contain_text("number 9999")
    page.get_by_role("link", name="Failed", exact=True).click()
    expect(page.locator(DELIVERIES).first).to_contain_text("number 9990")
    expect(page.locator(DELIVERIES)).to_have_count(25)
    assert page.evaluate("async () => (await (await fetch('_mock/page/view')).text()).length") < 100_000


def _entries(number):
    for each in range(number):
        yield Entry(
            when=datetime.now(UTC),
            webhook_id=1,
            type="webhook",
            event=f"number {each}",
            event_id="e",
            retry=0,
            target="http://h/",
            success=each % 10 != 0,
            seconds=0.01,
            request_body=b"{}",
            status=200,
        )


def test_a_mock_that_is_gone_is_told(mock, opened):
    """And one that comes back goes on."""
    page = opened(mock.url)
    expect(page.locator("#pulse")).to_have_text("Live")
    page.context.set_offline(True)
    expect(page.locator("#pulse")).to_have_text("No answer")
    page.context.set_offline(False)
    expect(page.locator("#pulse")).to_have_text("Live")


def test_the_page_can_be_held(mock, receiver, opened):
    """Nothing changes while it is paused."""
    page = opened(mock.url)
    page.get_by_role("button", name="Live: pause").click()
    expect(page.locator("#pulse")).to_have_text("Paused")
    hook(mock, receiver)
    page.wait_for_timeout(1500)
    expect(page.locator("#hooks")).to_have_count(0)
    page.get_by_role("button", name="Paused: go on").click()
    expect(page.locator("#hooks > li")).to_have_count(1)
