"""The API docs at `/_mock/docs`: what a browser loads and from where, and requests that are tried in it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
import urllib3

from mock_server.testing import running_mock
from openapi import control, document

PATCH = "#operations-Webhook-v1Webhook_PatchWebhook"
SECONDS = 30
TOKEN = {"control_token": "s3cr3t"}


@pytest.fixture(name="steered")
def _steered():
    with running_mock() as mock:
        yield mock


@pytest.fixture(name="locked")
def _locked():
    with running_mock(**TOKEN) as mock:
        yield mock


@pytest.fixture(name="docs")
def _docs(browser):
    """Opens the docs; whatever a page asks for elsewhere, or breaks, fails the test."""
    contexts, wrong = [], []

    def docs(url, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        here = urlsplit(url).netloc
        page.on(
            "request",
            lambda asked: (
                wrong.append(asked.url)
                if urlsplit(asked.url).scheme != "data" and urlsplit(asked.url).netloc != here
                else None
            ),
        )
        page.on("pageerror", lambda error: wrong.append(f"{error}"))
        page.on(
            "console",
            lambda said: (
                wrong.append(said.text) if said.type == "error" and "status of 4" not in said.text else None
            ),
        )
        page.goto(url)
        return page

    yield docs
    for context in contexts:
        context.close()
    assert not wrong, wrong


def tried(page, webhook_id, *, media_type=None, example=None, body=None):
    """Sends a PATCH from the page; the status that it shows."""
    operation = page.locator(PATCH)
    if not operation.locator(".execute").count():
        operation.locator(".opblock-summary-control").click()
    operation.get_by_placeholder("id", exact=True).fill(f"{webhook_id}")
    if media_type:
        operation.locator(".opblock-section-request-body .content-type").select_option(media_type)
    if example:
        operation.locator(".opblock-section-request-body .examples-select-element").select_option(example)
    if body is not None:
        operation.locator("textarea").fill(json.dumps(body))
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as told:
        operation.locator(".execute").click()
    operation.locator(
        ".live-responses-table .response-col_status", has_text=f"{told.value.status}"
    ).wait_for()
    return told.value.status


def test_both_forms_of_a_patch_can_be_tried(docs, steered):
    """In the tenant of the address, with the credentials that the documentation prints."""
    tenant = steered.tenant("Cust12345")
    hook = tenant.create(Name="deals", TargetUrl="http://localhost:9/", Events=["sale.created"])["WebhookId"]
    page = docs(f"{tenant.url}/_mock/docs")

    assert tried(page, hook, example="JsonPatchOurs") == 200
    assert tenant.hooks[0]["Events"] == ["sale.created", "sale.changed"]
    assert tried(page, hook, example="MergePatchOurs") == 200
    operations = [{"op": "replace", "path": "/Name", "value": "from the page"}]
    assert tried(page, hook, media_type="application/json-patch+json", body=operations) == 200
    assert tenant.hooks[0]["Name"] == "from the page"
    assert tried(page, hook, media_type="application/merge-patch+json", body={"Name": "merged"}) == 200
    assert tenant.hooks[0]["Name"] == "merged"
    assert tried(page, hook, body=[{"op": "test", "path": "/Name", "value": "no"}]) == 409
    tenant.assert_requested(method="PATCH", path=f"/Webhook/{hook}", times=5)


def test_other_credentials_can_be_given(docs):
    """Those of the mock are not told, unless they are the printed ones; a dialog takes them."""
    with running_mock(user="me", password="s3cr3t") as mock:
        tenant = mock.tenant("Cust1")
        hook = tenant.create(TargetUrl="http://localhost:9/")["WebhookId"]
        page = docs(f"{tenant.url}/_mock/docs")
        page.locator(".auth-wrapper .authorize").first.click()
        dialog = page.locator(".modal-ux")
        dialog.get_by_label("Username").fill("me")
        dialog.get_by_label("Password").fill("s3cr3t")
        dialog.get_by_role("button", name="Apply credentials").first.click()
        dialog.get_by_role("button", name="Close").last.click()

        assert tried(page, hook, body={"Name": "mine"}) == 200
        assert "s3cr3t" not in urllib3.request("GET", f"{tenant.url}/_mock/docs").data.decode()


def test_the_control_api_is_the_second_document(docs, steered):
    """One click away, and of the same tenant; the tenant is another one when somebody asks for it."""
    page = docs(f"{steered.url}/Cust1/_mock/docs")
    page.get_by_role("link", name="Control API").click()
    page.locator("#operations-State-reset .opblock-summary-control").click()
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.locator("#operations-State-reset .execute").click()
    assert (told.value.status, urlsplit(told.value.url).path) == (204, "/Cust1/_mock/reset")

    page.get_by_role("textbox", name="Tenant").fill("Tønsberg/a b")
    page.get_by_role("button", name="Open").first.click()
    page.wait_for_url("**/T%C3%B8nsberg/a%20b/_mock/docs?document=control")
    page.locator("#operations-State-getSnapshot .opblock-summary-control").click()
    with page.expect_response(lambda answer: answer.url.endswith("/_mock/snapshot")) as told:
        page.locator("#operations-State-getSnapshot .execute").click()
    assert (told.value.status, told.value.json()["webhooks"]) == (200, [])


def test_a_mock_with_a_token_asks_for_it(docs, locked):
    """In the page, which keeps it for the tab; a wrong one is told."""
    page = docs(f"{locked.url}/_mock/docs?document=control")
    page.get_by_label("Token").fill("wrong")
    page.locator("#opening button").click()
    page.get_by_text("That is not the token.").wait_for()
    page.get_by_label("Token").fill("s3cr3t")
    page.locator("#opening button").click()
    page.locator("#operations-State-getSnapshot .opblock-summary-control").click()
    with page.expect_response(lambda answer: answer.url.endswith("/_mock/snapshot")) as told:
        page.locator("#operations-State-getSnapshot .execute").click()
    assert told.value.status == 200


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 400, "height": 800}}],
    ids=["light", "dark", "narrow"],
)
@pytest.mark.parametrize("shown", ["api", "control"])
def test_nothing_is_wider_than_the_window(docs, steered, shown, options):
    """An opened operation neither; and the colours are those that the browser prefers."""
    page = docs(f"{steered.url}/_mock/docs?document={shown}", **options)
    page.locator(".opblock-summary-control").nth(3).click()
    page.locator(".opblock .execute, .opblock .responses-wrapper").first.wait_for()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dark = page.evaluate("document.documentElement.classList.contains('dark-mode')")
    assert dark == (options.get("color_scheme") == "dark")


@pytest.mark.parametrize("name", ["api", "control"])
def test_the_documents_are_those_of_the_package(steered, name):
    """Byte for byte what is documented, but for the server, which is this tenant."""
    found = urllib3.request("GET", f"{steered.url}/Cust1/_mock/docs/{name}.json").json()
    raw = (document if name == "api" else control).load().raw

    assert [each["url"] for each in found.pop("servers")] == ["/Cust1/api/v1" if name == "api" else "/Cust1"]
    assert found == json.loads(json.dumps({key: value for key, value in raw.items() if key != "servers"}))


@pytest.mark.parametrize(
    ("settings", "headers", "expected"),
    [
        ({}, {}, 200),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"control": False}, {}, 403),
        (TOKEN, {}, 401),
        (TOKEN, {"Authorization": "Bearer s3cr3t"}, 200),
    ],
)
def test_the_guard_is_that_of_the_control_api(settings, headers, expected):
    """For the page and for the documents; files without anything of a tenant are open."""
    with running_mock(**settings) as mock:
        for path in ("", "/api.json", "/control.json"):
            answer = urllib3.request("GET", f"{mock.url}/_mock/docs{path}", headers=headers)
            assert answer.status == expected
        assert urllib3.request("GET", f"{mock.url}/_mock/docs/docs.js").status == 200


def test_links_of_other_sites_lead_to_the_page(steered):
    """Whoever follows one sees the page, whose documents stay closed to the other site."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert urllib3.request("GET", f"{steered.url}/_mock/docs", headers=headers).status == 200


def test_browsers_are_told_to_load_nothing_else(steered):
    """No script between the lines, nothing from elsewhere, and no frame around it."""
    answer = urllib3.request("GET", f"{steered.url}/_mock/docs")
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in answer.data.decode().replace("http-equiv", "")


@pytest.mark.parametrize(
    ("tenant", "place"),
    [
        ("", "/_mock/docs"),
        ("//evil.example", "/evil.example/_mock/docs"),
        ("/\\evil.example", "/%5Cevil.example/_mock/docs"),
        ("a\r\nX: y", "/a%0D%0AX%3A%20y/_mock/docs"),
    ],
)
def test_a_tenant_leads_nowhere_else(steered, tenant, place):
    """Whatever is asked for, the answer stays on this mock."""
    answer = urllib3.request("GET", f"{steered.url}/_mock/docs", fields={"tenant": tenant}, redirect=False)

    assert (answer.status, answer.headers["Location"]) == (303, place)


def test_files_are_not_sent_twice(steered):
    """A browser that has one asks whether it is still the same."""
    url = f"{steered.url}/_mock/docs/swagger-ui-bundle.js"
    tag = urllib3.request("GET", url).headers["ETag"]

    assert urllib3.request("GET", url, headers={"If-None-Match": tag}).status == 304
    assert urllib3.request("GET", f"{steered.url}/_mock/docs/swagger-ui.js").status == 404
