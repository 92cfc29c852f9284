"""The page by keyboard, on a small screen, in the dark, and with hostile texts in every field."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from mock_server.testing import running_mock
from tests.page.test_flows import DELIVERIES, REQUESTS, hook

EVIL = "\"'><img src=x onerror=alert(1)><script>alert(2)</script></pre></textarea>{{7*7}}\u202e"
NARROW = {"width": 400, "height": 800}
# Contrast of what is read, as WCAG 2.2 (1.4.3) counts it; the canvas turns any colour into bytes.
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const bytes = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((each) => each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4)
    .reduce((sum, each, at) => sum + each * [.2126, .7152, .0722][at], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = bytes(getComputedStyle(at).backgroundColor);
      if (found[3] > 250) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = new Set();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim()) continue;
    if (!node.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const [one, other] = [light(bytes(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    const said = `${node.className || node.nodeName} ${ratio.toFixed(1)} ${text.data.trim().slice(0, 20)}`;
    if (ratio < 4.5) poor.add(said);
  }
  return [...poor];
}"""


@pytest.fixture(name="busy")
def _busy(mock, receiver):
    """A mock with something of everything: every State, failures, refusals, and a wrong signature."""
    receiver.answers = lambda number: 200 if number < 4 else (500, {}, b"out of paper")
    hook(mock, receiver, Name="A name without any blank: " + "long" * 30, Properties={"a": "b" * 200})
    hook(mock, receiver, Name="stopped", State="Stopped", Secret=None)
    hook(
        mock,
        receiver,
        Name="unsigned",
        Secret=None,
        Events=["contact.created"],
        TargetUrl=receiver.url + "/x" * 80,
    )
    mock.signal("sale.created")
    mock.signal("contact.created")
    mock._steer("PUT", "faults/signature-hex")
    mock.wait_idle()
    mock.signal("sale.created")
    mock.wait_idle()
    mock._caller.ask("GET", "/api/v1/Webhook/" + "9" * 120, also=(400, 404))
    mock.signal("sale.created")
    mock.wait_idle()
    return mock


def _opened_wide(page):
    """Opens a row of each list."""
    for rows in ("#hooks", "#deliveries-rows", "#requests-rows"):
        page.locator(f"{rows} summary").first.click()
    expect(page.locator(".rows .inside")).to_have_count(2)


def test_nothing_scrolls_sideways_on_a_small_screen(busy, opened):
    """Closed, opened, and with the dialogs."""
    page = opened(busy.url, viewport=NARROW)
    _opened_wide(page)
    page.locator("#tenants summary").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_role("switch")).not_to_have_count(0)

    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    outside = """() => [...document.querySelectorAll('main *, header *, dialog[open] *')]
        .filter((each) => each.checkVisibility() && !each.closest('.unseen'))
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1
            && getComputedStyle(each.parentNode).overflowX === 'visible')
        .map((each) => each.outerHTML.slice(0, 80))"""
    assert page.evaluate(outside) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(busy, opened, scheme):
    """In both schemes; the button changes between them and is remembered."""
    page = opened(busy.url, color_scheme=scheme)
    _opened_wide(page)
    page.wait_for_timeout(1800)  # what is new has a colour for a moment
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert page.evaluate(CONTRAST) == []
    page.get_by_role("button", name="Change between light and dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground


def test_everything_can_be_done_by_keyboard(mock, receiver, opened):
    """Rows by arrows, and each button by Tab; the focus stays while things happen."""
    hook(mock, receiver)
    mock.signal("sale.created", 1)
    mock.signal("sale.created", 2)
    mock.wait_idle()
    page = opened(mock.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the webhooks")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")  # All
    page.keyboard.press("Tab")  # Failed
    page.keyboard.press("Tab")
    expect(page.locator(f"{DELIVERIES} summary").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(f"{DELIVERIES} .verdict")).to_be_visible()
    focused = page.locator(f"{DELIVERIES} summary").last
    mock.signal("sale.created", 3)
    expect(page.locator(DELIVERIES)).to_have_count(3)
    expect(focused).to_be_focused()
    page.get_by_role("button", name="Signal an event for deals").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(DELIVERIES)).to_have_count(4)
    page.get_by_role("button", name="Stop deals #1").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Start deals #1")).to_be_focused()


def test_everything_has_a_name(busy, opened):
    """Landmarks, buttons, links and fields, and what is new is told to a screen reader."""
    page = opened(busy.url)
    nameless = """() => [...document.querySelectorAll('button, a, input, textarea, section, summary, dialog')]
        .filter((each) => !(each.ariaLabel || each.textContent.trim() || each.labels?.length
            || each.getAttribute('aria-labelledby')))
        .map((each) => each.outerHTML.slice(0, 80))"""

    assert page.evaluate(nameless) == []
    for role in ("banner", "main", "navigation"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    busy.signal("contact.created")
    expect(page.locator("#news")).to_contain_text("new deliver")


def test_hostile_texts_are_texts(mock, receiver, opened):
    """In names, events, secrets, headers, properties, targets, answers, requests, tenants, and addresses."""
    receiver.answers = lambda _: (200, {"X-Evil": EVIL.encode("ascii", "ignore").decode()}, EVIL.encode())
    tenant = mock.tenant(EVIL.rstrip("\u202e"))
    hook(
        tenant,
        receiver,
        Name=EVIL,
        Events=[f"evil{EVIL.replace(' ', '')}"],
        Secret=EVIL,
        Headers={"X-Evil": EVIL},
        Properties={EVIL: EVIL},
        TargetUrl=f"{receiver.url}/{EVIL.replace(' ', '')}",
        Description=EVIL,
    )
    tenant.signal(f"evil{EVIL.replace(' ', '')}", 1, {EVIL: EVIL})
    tenant.wait_idle()
    tenant._caller.ask("POST", f"{tenant._prefix}/api/v1/Agents/Webhook/GetAllWebhooks", {"NameFilter": EVIL})
    page = opened(mock.url)
    page.locator("#tenants summary").click()
    page.locator("#choices a").click()
    expect(page.locator("#hooks b")).to_have_text(EVIL)
    page.locator("#hooks .secret summary").evaluate(
        "(each) => { each.closest('li').querySelector('details').open = true; }"
    )
    _opened_wide(page)
    expect(page.locator(f"{DELIVERIES} .message").last).to_contain_text("onerror=alert(1)")
    page.locator(f"{REQUESTS} summary").nth(1).click()
    expect(page.locator(f"{REQUESTS} .inside")).to_have_count(2)
    page.get_by_role("button", name="Signal an event for").click()
    page.get_by_role("button", name="Signal", exact=True).click()
    expect(page.locator(DELIVERIES)).to_have_count(2)
    page.get_by_role("button", name="Reset …").click()

    assert page.locator("main img, main script, dialog img, dialog script").count() == 0
    page.context.close()


def test_a_token_is_asked_for(browser, opened):
    """Nothing is shown before; it stays in the tab, and a wrong one is told."""
    with running_mock(control=False, control_token="s3cr3t") as mock:
        mock.create(Name="deals", TargetUrl="http://h/")
        page = opened(mock.url)
        expect(page.get_by_role("heading", level=1)).to_have_text("This mock asks for its token")
        assert "deals" not in page.content()
        page.get_by_label("Control token").fill("other")
        page.get_by_role("button", name="Open", exact=True).last.click()
        expect(page.get_by_role("alert")).to_have_text("That is not the token.")
        page.get_by_label("Control token").fill("s3cr3t")
        page.keyboard.press("Enter")
        expect(page.locator("#hooks > li")).to_have_count(1)
        page.reload()
        expect(page.locator("#hooks > li")).to_have_count(1)
        page.get_by_role("button", name="Reset …").click()
        page.get_by_role("button", name="Reset", exact=True).click()
        expect(page.locator("#webhooks")).to_contain_text("No webhooks yet")


def test_elsewhere_the_page_is_off(opened):
    """And says how to turn it on."""
    with running_mock(control=False) as mock:
        page = opened(mock.url)

        expect(page.locator("main")).to_contain_text("--control-token")


def test_another_site_cannot_steer_the_mock(mock, receiver, opened):
    """Neither with forms nor with requests that ask nobody."""
    hook(mock, receiver)
    with running_mock() as other:
        page = opened(other.url.replace("127.0.0.1", "localhost") + "/healthz")
        page.evaluate(
            """async (url) => {
                const send = (path, options) =>
                    fetch(url + path, {mode: 'no-cors', ...options}).catch(() => 0);
                await send('/_mock/reset', {method: 'POST'});
                await send('/_mock/reset', {method: 'POST', body: new URLSearchParams({a: 1})});
                await send('/_mock/tenants/', {method: 'DELETE'});
                await send('/api/v1/Webhook/1', {method: 'DELETE'});
                const form = document.createElement('form');
                [form.action, form.method] = [`${url}/_mock/reset`, 'post'];
                document.body.append(form);
                form.submit();
            }""",
            mock.url,
        )
        page.wait_for_url("**/_mock/reset")

    assert len(mock.hooks) == 1
