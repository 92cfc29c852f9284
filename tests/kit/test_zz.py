"""Scratch."""
import pytest
from contract_tests.kit import curl
from contract_tests.kit.exchange import Request, Exchange
from .servers import *
from .test_curl import *
from .test_curl import arrives, shell, repeated, numbering

def test_at(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", JSON, b"@nobody")).body == b"@nobody"

def test_empty_header(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", {"If-Unmodified-Since": ""}, b"{}")).headers.get("If-Unmodified-Since") == ""

def test_accept(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", {"Accept": "nothing/at-all"}, b"{}")).headers["Accept"] == "nothing/at-all"
def test_accept2(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", {"Accept": "application/json"}, b"{}")).headers["Accept"] == "application/json"

def test_glob(receiver):
    """x."""
    assert arrives(receiver, Request("GET", "/box?a=[1-2]{b,c}", f"{receiver.url}/box?a=[1-2]", {})).path == "/box?a=[1-2]"
def test_dots(receiver):
    """x."""
    assert arrives(receiver, Request("GET", "/box", f"{receiver.url}/box/../x", {})).path
def test_notype(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", {}, b"{}")).headers.get("Content-Type") is None

def test_201():
    """x."""
    with answering(numbering(41)) as server:
        assert repeated(server, exchange(status=201, body=b'{"WebhookId": 7}'), exchange("PATCH", "/Webhook/7"))[1] == ("PATCH", "/Webhook/41")
def test_bodyid(receiver):
    """x."""
    with answering(numbering(41)) as server:
        body = b'{"Self": "http://x/api/v1/Webhook/7"}'
        lines = curl.script([exchange(base=server.url+"/api/v1", body=b'{"WebhookId": 7}', sent=b"{}"), exchange("PUT", "/Webhook/7", base=server.url+"/api/v1", sent=body)])
        shell(*lines)
        assert server.heard[1][3] == body
def test_query():
    """x."""
    with answering(numbering(41)) as server:
        assert repeated(server, exchange(body=b'{"WebhookId": 7}'), exchange("POST", "/Agents/Webhook/GetWebhook?webhookId=7"))[1][1].endswith("=41")
def test_nothing_to_capture():
    """x."""
    with answering(lambda h: (400, {}, b"{}")) as server:
        print(repeated(server, exchange(body=b'{"WebhookId": 7}'), exchange("PATCH", "/Webhook/7")))
def test_utf16(receiver):
    """x."""
    assert arrives(receiver, Request("POST", "/box", f"{receiver.url}/box", {"X-A": "blå"}, b"{}")).headers["X-A"] == "blå"
