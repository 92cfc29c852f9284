"""The exchanges of a run as an HTTP Archive."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from contract_tests.kit.target import Target, basic, scheme
from contract_tests.reports import har
from tests.kit.servers import answering, exchange

JSON = {"Content-Type": "application/json"}


def archived(file: Path, *exchanges) -> dict:
    """The log that is written of these exchanges."""
    with har.recording(file) as note:
        for each in exchanges:
            note(each)
    return json.loads(file.read_text(encoding="utf-8"))["log"]


def test_every_exchange_of_a_target_is_in_the_archive(tmp_path):
    """What a target sends is written with its answer, in order, with times."""
    file = tmp_path / "run.har"
    with answering(lambda _: (200, JSON, b'{"a": 1}')) as server, har.recording(file) as note:
        target = Target(server.url, observers=[note])
        target.clause = "webhook.post.ok"
        target.send("POST", "/Webhook", json={"Name": "blå"}, query={"$select": "name"})
        target.send("GET", "/Webhook/7")
    log = json.loads(file.read_text(encoding="utf-8"))["log"]
    first, second = log["entries"]

    assert (log["version"], log["creator"]["name"]) == ("1.2", "superoffice-webhook-contract")
    assert first["request"]["postData"] == {"mimeType": "application/json", "text": '{"Name": "blå"}'}
    assert first["request"]["queryString"] == [{"name": "$select", "value": "name"}]
    assert (first["response"]["status"], first["response"]["statusText"]) == (200, "OK")
    assert first["response"]["content"]["text"] == '{"a": 1}'
    assert first["comment"] == "webhook.post.ok"
    assert (second["request"]["method"], "postData" in second["request"]) == ("GET", False)
    assert datetime.fromisoformat(first["startedDateTime"]).tzinfo is not None
    assert 0 <= first["timings"]["wait"] == first["time"] < 30_000


MEMBERS = {
    "entry": {"startedDateTime", "time", "request", "response", "timings", "cache"},
    "request": {
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    },
    "response": {
        "status",
        "statusText",
        "httpVersion",
        "cookies",
        "headers",
        "content",
        "redirectURL",
        "headersSize",
        "bodySize",
    },
}


def test_entries_have_what_the_format_demands(tmp_path):
    """The members that HAR 1.2 does not call optional are there."""
    (entry,) = archived(tmp_path / "run.har", exchange(sent=b"{}"))["entries"]

    assert set(entry) >= MEMBERS["entry"]
    assert set(entry["request"]) >= MEMBERS["request"]
    assert set(entry["response"]) >= MEMBERS["response"]
    assert set(entry["timings"]) >= {"send", "wait", "receive"}
    assert set(entry["response"]["content"]) >= {"size", "mimeType"}


@pytest.mark.parametrize(
    "credentials",
    [scheme("Bearer", "s3cret-token"), basic("ada", "s3cret-token"), {"SO-AppToken": "s3cret-token"}],
    ids=str,
)
def test_credentials_are_in_no_entry(credentials, tmp_path):
    """No header that was sent and no answer that repeats it, at once or later, shows a secret."""
    (value,) = credentials.values()
    secret = value.rpartition(" ")[2]
    echo = exchange(
        sent_headers=credentials, headers={"X-Echo": value}, body=f'{{"was": "{value}"}}'.encode()
    )
    later = exchange(body=f"who sent {secret} and s3cret-token?".encode())
    archived(tmp_path / "run.har", echo, later)
    text = (tmp_path / "run.har").read_text(encoding="utf-8")

    assert secret not in text
    assert "who sent (redacted)" in text
    if "Basic" not in value:
        assert "s3cret-token" not in text


def test_what_others_have_saved_is_not_shown(tmp_path):
    """Of a webhook that was there before, secret and headers are left out; those of the run are kept."""
    mine = exchange(sent=b'{"Secret": "mine", "Headers": {"X": "own"}}')
    listed = b'[{"Secret": "mine", "Headers": {"X": "own"}}, {"Secret": "theirs", "Headers": {"K": "key"}}]'
    _, entry = archived(tmp_path / "run.har", mine, exchange(body=listed))["entries"]
    told = json.loads(entry["response"]["content"]["text"])

    assert told[0] == {"Secret": "mine", "Headers": {"X": "own"}}
    assert told[1] == {"Secret": "(redacted)", "Headers": {"K": "(redacted)"}}


def test_bodies_are_bounded(tmp_path, monkeypatch):
    """Of a long body the beginning is kept, and its length told; in the end nothing is kept."""
    monkeypatch.setattr(har, "BODY", 100)
    monkeypatch.setattr(har, "ALL_BODIES", 250)
    entries = archived(tmp_path / "run.har", *[exchange(body=b"x" * 1000)] * 4)["entries"]

    assert [len(each["response"]["content"]["text"]) for each in entries] == [100, 100, 50, 0]
    assert {each["response"]["content"]["size"] for each in entries} == {1000}


def test_a_silence_is_an_entry(tmp_path):
    """A request that was never answered is there, with the status 0."""
    (entry,) = archived(tmp_path / "run.har", exchange(status=0))["entries"]

    assert entry["response"]["status"] == 0


def test_an_interrupted_run_leaves_a_whole_file(tmp_path):
    """What had been recorded when the run was broken off can be read."""

    def interrupted() -> None:
        with har.recording(tmp_path / "run.har") as note:
            note(exchange())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(json.loads((tmp_path / "run.har").read_text())["log"]["entries"]) == 1


def test_the_user_of_an_address_is_not_shown(tmp_path):
    """A user and a password in the target's address are left out."""
    each = exchange(base="http://ada:s3cret-word@127.0.0.1:9/api/v1", body=b"at ada:s3cret-word@127.0.0.1")
    text = json.dumps(archived(tmp_path / "run.har", each))

    assert "s3cret-word" not in text
    assert "http://127.0.0.1:9/api/v1/Webhook" in text
