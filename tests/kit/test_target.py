"""The one door to the implementation: what goes out, and what comes back."""

from __future__ import annotations

import pytest

from contract_tests.kit.address import api_url
from contract_tests.kit.ledger import UNKNOWN_IDS
from contract_tests.kit.target import RECENT, USER_AGENT, Target, basic, scheme

from .servers import answering, fine

# ---- where to


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/v1"),
        ("http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080/api/v1"),
        ("http://127.0.0.1:8080/api/v1//", "http://127.0.0.1:8080/api/v1"),
        ("http://127.0.0.1:8080/API/V1", "http://127.0.0.1:8080/API/V1"),
        ("https://online.example.com/Cust12345", "https://online.example.com/Cust12345/api/v1"),
        ("https://online.example.com/Cust12345/", "https://online.example.com/Cust12345/api/v1"),
        ("https://online.example.com/Cust12345/api/v1/", "https://online.example.com/Cust12345/api/v1"),
        ("https://example.com/apiv1", "https://example.com/apiv1/api/v1"),
    ],
)
def test_any_base_leads_to_the_api(typed, url):
    """A host, a tenant and the whole URL lead to the same API."""
    assert api_url(typed) == url
    assert Target(typed).base == url


@pytest.mark.parametrize(
    ("base", "is_local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080/Cust1", True),
        ("http://LOCALHOST", True),
        ("http://[::1]:8080", True),
        ("https://example.com", False),
        ("http://localhost.example.com", False),
        ("http://192.0.2.7", False),
    ],
)
def test_loopback_is_local(base, is_local):
    """Only a target on loopback is sure to reach our receiver."""
    assert Target(base).is_local is is_local


# ---- what goes out


def test_a_request_has_the_headers_of_the_run():
    """Credentials, the accepted type, our name and the clause go with every request."""
    with answering(fine) as server:
        target = Target(server.url, basic("tje0", "Tje0"), clause="webhook.post.ok")
        target.send("POST", "/Webhook", json={"Name": "blå"})

    method, path, headers, body = server.heard[0]
    assert (method, path, body) == ("POST", "/api/v1/Webhook", '{"Name": "blå"}'.encode())
    assert headers["authorization"] == "Basic dGplMDpUamUw"
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == USER_AGENT
    assert headers["x-contract-clause"] == "webhook.post.ok"


def test_a_check_can_say_otherwise():
    """Headers and credentials of one request replace those of the run."""
    with answering(fine) as server:
        target = Target(server.url, basic("tje0", "Tje0"))
        target.send("GET", "/Webhook", credentials={})
        target.send("GET", "/Webhook", credentials=scheme("SoTicket", "7T:x"), headers={"Accept": "*/*"})

    without, other = (headers for _, _, headers, _ in server.heard)
    assert "authorization" not in without
    assert "x-contract-clause" not in without
    assert "content-type" not in without
    assert (other["authorization"], other["accept"]) == ("SoTicket 7T:x", "*/*")


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ({"json": None}, b"null"),
        ({"json": {}}, b"{}"),
        ({"json": [1.5, True, "\u2028"]}, '[1.5, true, "\u2028"]'.encode()),
        ({"json": "\ud83d"}, b'"\xed\xa0\xbd"'),
        ({"body": b"\xff\x00"}, b"\xff\x00"),
        ({"body": b""}, b""),
        ({}, b""),
    ],
    ids=repr,
)
def test_a_body_goes_out_as_it_is(sent, arrives):
    """JSON is written in UTF-8, and bytes are not looked at."""
    with answering(fine) as server:
        exchange = Target(server.url).send("PATCH", f"/Webhook/{UNKNOWN_IDS[0]}", **sent)

    assert server.heard[0][3] == arrives
    assert (exchange.request.body or b"") == arrives


@pytest.mark.parametrize(
    ("path", "query", "arrives"),
    [
        ("/Webhook", {"$select": "name,category/id"}, "/Webhook?$select=name,category/id"),
        ("/Webhook", {"a": "b c&d", "e": "ø"}, "/Webhook?a=b%20c%26d&e=%C3%B8"),
        ("/Webhook/1%2F2", None, "/Webhook/1%2F2"),
        ("/Webhook/%00", None, "/Webhook/%00"),
        ("/Webhook/%F0%9F%94%91", None, "/Webhook/%F0%9F%94%91"),
        ("/Webhook/%2e%2e/%ff", None, "/Webhook/%2e%2e/%ff"),
        ("/Webhook?%24select=%", None, "/Webhook?%24select=%"),
        ("/Webhook/-1", {}, "/Webhook/-1"),
    ],
)
def test_a_path_goes_out_as_it_is(path, query, arrives):
    """A query is encoded, and what is encoded already stays so; the exchange names the same path."""
    with answering(fine) as server:
        target = Target(f"{server.url}/Cust1")
        exchange = target.send("GET", path, query=query)

    assert server.heard[0][1] == f"/Cust1/api/v1{arrives}"
    assert exchange.request.url == f"{server.url}/Cust1/api/v1{arrives}"
    assert str(exchange) == f"GET {arrives} → 200"


# ---- what comes back


def test_an_answer_is_kept_as_it_came():
    """Status, headers and bytes of the answer are those of the server."""
    with answering(lambda _heard: (418, {"X-One": "1"}, b"caf\xe9")) as server:
        exchange = Target(server.url).send("GET", "/Webhook")

    assert (exchange.status, exchange.headers["x-one"], exchange.body) == (418, "1", b"caf\xe9")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status):
    """A redirect is an answer like others, and asks nobody else."""
    with answering(lambda _heard: (status, {"Location": "/elsewhere"}, b"")) as server:
        exchange = Target(server.url).send("POST", "/Webhook", json={})

    assert exchange.status == status
    assert [path for _, path, _, _ in server.heard] == ["/api/v1/Webhook"]


@pytest.mark.parametrize(("status", "told"), [(500, {"Retry-After": "0"}), (503, {})])
def test_refusals_are_not_repeated(status, told):
    """A server that does not ask for patience has answered."""
    with answering(lambda _heard: (status, told, b"")) as server:
        exchange = Target(server.url).send("POST", "/Webhook", json={})

    assert exchange.status == status
    assert len(server.heard) == 1


# ---- memory


def test_requests_are_counted():
    """Every request counts, and another check forgets none of them."""
    with answering(fine) as server:
        target = Target(server.url)
        for _ in range(3):
            target.send("GET", "/Webhook")
        target.begin()
        target.send("GET", "/Webhook")

    assert target.requests == 4
    assert len(target.recent) == 1


def test_memory_is_bounded():
    """Of a check that sends very much only the last exchanges are kept."""
    with answering(fine) as server:
        target = Target(server.url)
        exchanges = [target.send("GET", "/Webhook") for _ in range(RECENT + 3)]

    assert target.recent == exchanges[3:]


# ---- credentials


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (basic("tje0", "Tje0"), "Basic dGplMDpUamUw"),
        (basic("åse", "pässwörd"), "Basic w6VzZTpww6Rzc3fDtnJk"),
        (basic("ada", "a:b"), "Basic YWRhOmE6Yg=="),
        (basic("ada", ""), "Basic YWRhOg=="),
        (scheme("Bearer", "abc.def"), "Bearer abc.def"),
        (scheme("SoTicket", "7T:x"), "SoTicket 7T:x"),
    ],
)
def test_credentials_are_one_header(headers, value):
    """User and password are joined in UTF-8 and encoded; a token is taken as it is."""
    assert headers == {"Authorization": value}
