"""Bodies in gzip and deflate, answers in gzip, and Accept that fits nothing."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

BODY = json.dumps({"TargetUrl": "http://localhost:9/", "Name": "packed"}).encode()


def packed(body):
    """In gzip, the same at any time: workers of one run have to collect the same tests."""
    return gzip.compress(body, mtime=0)


HALVES = packed(BODY[:20]) + packed(BODY[20:])


def post(api, body, coding):
    """The answer to a POST in that coding."""
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    return api("POST", "/Webhook", data=body, headers=headers)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", packed(BODY)),
        ("X-GZIP ", packed(BODY)),
        ("gzip", HALVES),
        ("deflate", zlib.compress(BODY)),
        ("identity", BODY),
    ],
)
def test_requests_may_be_coded(api, coding, body):
    """The codings of RFC 9110 that the standard library has, in any case."""
    assert post(api, body, coding).json["Name"] == "packed"


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("br", BODY, 415),
        ("gzip, gzip", packed(packed(BODY)), 415),
        ("gzip", BODY, 400),
        ("gzip", packed(BODY)[:-9], 400),
        ("gzip", packed(BODY) + b"more", 400),
        ("deflate", packed(BODY), 400),
        ("gzip", packed(b" " * 50_000_000), 413),
        ("gzip", packed(b" " * 3_000_000) * 2, 413),
    ],
)
def test_codings_that_lead_nowhere(api, coding, body, status):
    """An unknown one is told which are known, a broken one what is wrong, and a bomb is not unpacked."""
    answer = post(api, body, coding)

    assert (answer.status_code, answer.json["Error"]) == (status, True)
    assert ("Accept-Encoding" in answer.headers) == (status == 415)


@pytest.mark.parametrize(
    ("accepted", "coded"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("", False),
        (None, False),
    ],
)
def test_large_answers_may_be_coded(api, accepted, coded):
    """Only for whoever accepts it, and only where there is something to gain."""
    for _ in range(5):
        api.new()
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    plain, answer = api("GET", "/Webhook"), api("GET", "/Webhook", headers=headers)

    assert (answer.headers.get("Content-Encoding") == "gzip") == coded
    assert (gzip.decompress(answer.data) if coded else answer.data) == plain.data
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Accept-Encoding" in answer.headers.get("Vary", "") or not coded
    assert "Content-Encoding" not in api("GET", "/Webhook/1", headers=headers).headers


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("text/html, application/xml;q=0.1", 200),
        ("text/html", 406),
        ("application/*;q=0, text/*;q=0", 406),
    ],
)
def test_strict_accept(make, accept, status):
    """With the option, what fits nothing is refused before anything is done."""
    api = make(strict_accept=True)
    headers = {"Accept": accept} if accept else {}
    answer = api("POST", "/Webhook", {"TargetUrl": "http://localhost:9/"}, headers)

    assert answer.status_code == status
    assert len(api("GET", "/Webhook").json) == (status == 200)
    if status == 406:
        assert "application/json" in answer.json["Message"]
