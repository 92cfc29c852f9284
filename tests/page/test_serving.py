"""The page as it is served: forms of the answer, guards, what is bounded, and commands that a shell runs."""

from __future__ import annotations

import subprocess
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from mock_server.deliveries.log import BODY, Entry
from mock_server.deliveries.signature import sign
from mock_server.web.page import curl, looking
from mock_server.web.page.routes import FILES
from mock_server.web.page.signatures import verdict
from tests.mock_server.conftest import served

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ANYBODY = {"Authorization": ""}
ENTRY = Entry(
    when=datetime(2026, 11, 21, tzinfo=UTC),
    webhook_id=1,
    type="webhook",
    event="a.b",
    event_id="e",
    retry=0,
    target="http://localhost:9/",
    success=True,
    seconds=0.1,
    request_body=b"{}",
    request_headers={"X-SuperOffice-Signature": sign("s", b"{}")},
    secret="s",
)


@pytest.fixture(name="get")
def _get(make):
    """Asks one mock."""
    apis = {}

    def get(path="/", headers=None, **settings):
        key = tuple(sorted(settings.items()))
        api = apis.get(key) or apis.setdefault(key, make(**settings))
        return api.app.test_client(use_cookies=False).get(path, headers={**BROWSER, **(headers or {})})

    return get


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (BROWSER["Accept"], "text/html"),
        ("text/html", "text/html"),
        ("*/*", "text/plain"),
        ("", "text/plain"),
        ("text/html;q=0", "text/plain"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("text/html, application/json", "text/html"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(get, accept, expected):
    """A page for browsers, JSON for who names it, and text for curl."""
    answer = get(headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.mimetype == expected
    assert answer.headers["Vary"] == "Accept"


def test_the_text_tells_where_everything_is(get):
    """Under the address that was asked; a password of one's own is not told."""
    told = get(headers={"Accept": "*/*"}).text

    assert "http://localhost/_mock/docs" in told
    assert "-u 'tje0:Tje0'" in told
    assert "s3cr3t" not in get(headers={"Accept": "*/*"}, password="s3cr3t").text


@pytest.mark.parametrize("path", ["/", "/_mock/page/view", "/_mock/page/script.js", "/_mock/page/style.css"])
def test_a_browser_may_do_little_with_it(get, path):
    """No script and no style of anybody else, no frames, no markup made of texts."""
    answer = get(path)
    policy = answer.headers["Content-Security-Policy"]

    assert answer.status_code == 200
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for part in ("script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "trusted-types 'none'"):
        assert part in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize(
    "path", ["/?tenant=x", "/_mock/page/view", "/_mock/page/tenants", "/_mock/page/requests/1"]
)
@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({"control": False}, {}, 403),
        ({"control": False}, {"Authorization": "Basic dGplMDpUamUw"}, 403),
        ({"control_token": "t"}, {}, 401),
        ({"control_token": "t"}, {"Authorization": "Bearer x"}, 401),
        ({}, {"Host": "evil.example.com"}, 403),
        ({}, {"Host": "127.0.0.1.nip.io:8080"}, 403),
        ({}, {"Origin": "http://evil.example.com"}, 403),
        ({}, {"Origin": "http://localhost:3000"}, 403),
        ({}, {"Origin": "null"}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_strangers_see_nothing(get, path, settings, headers, status):
    """Neither from elsewhere, nor through a name that somebody else lets lead here."""
    answer = get(path, headers, **settings)

    assert answer.status_code == status
    assert 'id="webhooks"' not in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "mock",
        "a.localhost",
        "mock.test",
        "box.local",
    ],
)
def test_names_of_this_machine_lead_to_it(get, host):
    """Addresses, single words, and what nobody can register."""
    assert get(headers={"Host": host}).status_code == 200
    assert get("/_mock/page/view", {"Host": host, "Origin": f"http://{host}"}).status_code == 200


def test_a_token_opens_every_name(get):
    """Whoever has it is no stranger."""
    headers = {"Host": "mock.example.com", "Origin": "https://mock.example.com", "Authorization": "Bearer t"}
    assert get("/_mock/page/view", headers, control_token="t").status_code == 200


def test_a_link_may_lead_to_the_page(get):
    """From any site: following it changes nothing."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert get("/", headers).status_code == 200
    assert get("/_mock/page/view", headers).status_code == 403


def test_what_did_not_change_is_not_sent(get, make):
    """And looking at it leaves no trace in the journal."""
    first = get("/_mock/page/view")
    tag = first.headers["ETag"]
    again = get("/_mock/page/view", {"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")
    assert get("/_mock/requests").json == []
    api = make()
    api.new()
    assert api("GET", "/_mock/page/view").headers["ETag"] != tag


@pytest.mark.parametrize(
    "query", ["tenant=%00", "tenant=" + "x" * 300, "deliveries=x", "hook=99999999999", "after=-1"]
)
def test_what_cannot_be_meant_is_refused(get, query):
    """With the reason, on the page too."""
    assert get(f"/?{query}").status_code == 400
    assert get(f"/_mock/page/view?{query}").status_code == 400


def test_what_is_not_kept_is_not_found(get):
    """As after a reset."""
    assert get("/_mock/page/deliveries/1").status_code == 404
    assert get("/_mock/page/nothing.js").status_code == 404


def test_the_command_serves_it():
    """With all its files, and as the server of the command answers."""
    with served() as (_, port), closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        found = {path: _asked(connection, path) for path in ("/", "/_mock/page/view", *map(_file, FILES))}

    assert {status for status, _ in found.values()} == {200}
    assert b'id="webhooks"' in found["/"][1]
    assert all(body for _, body in found.values())


def _file(name):
    return f"/_mock/page/{name}"


def _asked(connection, path):
    connection.request("GET", path, headers=BROWSER)
    with closing(connection.getresponse()) as answer:
        return answer.status, answer.read()


def test_webhooks_come_in_pages(make):
    """By id, a bounded number at a time."""
    api = make()
    for number in range(looking.ROWS + 5):
        api.new(Name=f"hook {number}")
    first = api("GET", "/_mock/page/view").text
    rest = api("GET", f"/_mock/page/view?after={looking.ROWS}").text

    assert first.count('class="hook"') == looking.ROWS
    assert f"after={looking.ROWS}" in first
    assert rest.count('class="hook"') == 5


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "verified"),
        ({"secret": "other"}, "wrong"),
        ({"request_headers": {"X-Other": "x"}}, "wrong"),
        ({"secret": None}, "wrong"),
        ({"secret": "", "request_headers": {"X-Other": "x"}}, "unsigned"),
        ({"request_headers": {}}, "unsigned"),
        ({"request_body": b" " * BODY}, "unknown"),
        ({"request_headers": {"x-superoffice-signature": "\xfc"}}, "wrong"),
    ],
)
def test_signatures_are_judged(changes, kind):
    """By the secret that the webhook had when it was sent; what is not kept whole is not judged."""
    from dataclasses import replace

    assert verdict(replace(ENTRY, **changes)).kind == kind


BODIES = [
    b"{}",
    b"it's $HOME `id` \\ !",
    '{"a": "é"}\n'.encode(),
    b"@/etc/passwd",
    b"\xff\x00\x1b[201~",
    b"-x",
    b"",
]


@pytest.mark.parametrize("body", BODIES)
def test_commands_say_what_was_sent(receiver, body):
    """Run by a shell, they send the same bytes and headers; nothing in them is obeyed."""
    headers = [
        ("Content-Type", "text/odd"),
        ("X-Odd", "a 'b' \"c\" $(id)"),
        ("X-Empty", ""),
        ("Host", "elsewhere"),
    ]
    command = curl.command("POST", f"{receiver.url}/a[1]?b={{c}}", headers, body)
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
    got = receiver.wait(1)[0]
    assert got.body == body
    assert got.path == "/a[1]?b={c}"
    assert {name: got.headers[name] for name in ("Content-Type", "X-Odd", "X-Empty")} == dict(headers[:3])


def test_a_request_can_be_asked_again(make):
    """With the credentials that the mock takes, and as it was addressed; a refused one is left as it was."""
    api = make()
    api("GET", "/Cust%201/api/v1/Webhook?nameFilter=%C3%A9")
    api("GET", "/Cust%201/api/v1/Webhook", headers={"Authorization": "Basic eDp5"})
    exchanges = [api("GET", f"/_mock/page/requests/{number}?tenant=Cust%201").text for number in (1, 2)]

    assert "http://localhost/Cust%201/api/v1/Webhook?nameFilter=%C3%A9" in exchanges[0]
    assert "-u tje0:Tje0" in exchanges[0]
    assert "-u tje0" not in exchanges[1]
    assert "eDp5" not in exchanges[1]
