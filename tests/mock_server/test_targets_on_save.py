"""What a target has to be before its webhook is saved: https, trusted, and answering the test event."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from threading import Thread

import pytest

from mock_server import Settings, create_app
from mock_server.errors import CertificateError
from tests.mock_server.waiting import until

SOURCE = "SuperOffice.Services.Implementation"


def _saves(api, target):
    """The four ways to save a webhook with a target; webhook 1 exists."""
    hook = {"Name": "new", "TargetUrl": target, "Secret": "s"}
    return {
        "post": lambda: api("POST", "/Webhook", hook),
        "put": lambda: api("PUT", "/Webhook/1", hook),
        "patch": lambda: api.patch(1, hook),
        "save": lambda: api("POST", "/Agents/Webhook/SaveWebhook", {**hook, "WebhookId": 1}),
    }


WAYS = ("post", "put", "patch", "save")


@pytest.mark.parametrize("way", WAYS)
def test_a_target_has_to_answer(make, receiver, way):
    """The signed test event comes first; without a 200 nothing is saved."""
    api = make(ping_on_save=True)
    first = api.new(Name="old", TargetUrl=receiver.url)
    receiver.answers = lambda _: (418, {}, b"I am a teapot")
    refused = _saves(api, receiver.url + "/new")[way]()
    got = receiver.got[-1]

    assert refused.status_code == 400
    assert (refused.json["ErrorType"], refused.json["ErrorSource"]) == ("ArgumentException", SOURCE)
    assert "418" in refused.json["Message"]
    assert "I am a teapot" in refused.json["ErrorMessage"]
    assert (got.path, got.headers["X-Hook-Test"]) == ("/new", "true")
    assert got.headers["X-SuperOffice-Signature"]
    assert (json.loads(got.body)["Event"], json.loads(got.body)["PrimaryKey"]) == ("test", 0)
    assert api.read(1) == first
    assert len(api("GET", "/Webhook").json) == 1

    receiver.answers = lambda _: 200
    assert _saves(api, receiver.url)[way]().status_code == 200
    assert len(receiver.got) == 3


def test_others_are_not_tried(make, receiver):
    """Scripts have no URL; a refused request, or one that saves nothing, has no need to try it."""
    api = make(ping_on_save=True)
    api.new(TargetUrl=receiver.url)
    api.new(Type="crmscript", TargetUrl="script")

    assert api.patch(1, [{"op": "test", "path": "Name", "value": "A hook"}]).status_code == 200
    assert api.patch(9, {"Name": "x"}).status_code == 404
    assert api.patch(1, {"Events": [","]}).status_code == 400
    late = {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert api.patch(1, {"Name": "x"}, headers=late).status_code == 412
    assert len(receiver.got) == 1


def test_a_slow_target_holds_up_nobody(make, receiver):
    """While one save waits for its target, others read and write the one connection of the database."""
    api = make(ping_on_save=True)
    api.new(Type="crmscript", TargetUrl="script")
    receiver.answers = lambda _: time.sleep(0.5) or 200
    saving = Thread(target=_saves(api, receiver.url)["post"])
    saving.start()
    receiver.wait()
    start = time.monotonic()
    api.read(1)
    api.new(Type="crmscript", TargetUrl="script")

    assert time.monotonic() - start < 0.3
    saving.join()
    assert len(api("GET", "/Webhook").json) == 3


@pytest.mark.parametrize("way", WAYS)
def test_https_can_be_demanded(make, way):
    """The refusal names what is missing, and the URL."""
    api = make(require_https=True)
    api.new(TargetUrl="https://localhost:9/")
    refused = _saves(api, "http://www.example.com/")[way]()

    assert (refused.status_code, refused.json["ErrorType"]) == (400, "ArgumentException")
    assert "HTTPS" in refused.json["Message"]
    assert "'http://www.example.com/'" in refused.json["Message"]
    assert refused.json["ErrorSource"] == SOURCE
    assert api.new(Type="crmscript", TargetUrl="script")


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory):
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl is not here to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([openssl, *command.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder


def test_private_certificates(make, receiving, certificate):
    """A target is refused until its certificate is believed; its name counts even then."""
    with receiving(certificate) as target:
        here = target.url.replace("127.0.0.1", "localhost")
        stranger = make()("POST", "/Webhook/Test", {"TargetUrl": here}).json
        api = make(ca=str(certificate / "cert.pem"))
        known = api("POST", "/Webhook/Test", {"TargetUrl": here}).json
        other_name = api("POST", "/Webhook/Test", {"TargetUrl": target.url}).json
        api.new(Events=["a.b"], TargetUrl=here)
        api("POST", "/Webhook/a.b/0")

        assert until(lambda: api.read(1)["TotalCalls"]) == 1
    assert (stranger["Success"], known["Success"], other_name["Success"]) == (False, True, False)
    assert "CERTIFICATE_VERIFY_FAILED" in stranger["Message"]
    assert known["Message"].startswith("HTTP/1.1 200")


def test_a_bundle_that_is_none(tmp_path):
    """It keeps the mock from starting, in one line."""
    (tmp_path / "empty.pem").write_text("nothing")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(CertificateError, match=name):
            create_app(Settings(ca=str(tmp_path / name)))


def test_waits_can_pass_faster(make, receiver):
    """The documented 1 s and 4 s, fifty times faster and in the same order."""
    api = make(clock_scale=50)
    receiver.answers = lambda number: 200 if number == 3 else 500
    api.new(Events=["a.b"], TargetUrl=receiver.url)
    start = time.monotonic()
    api("POST", "/Webhook/a.b/0")
    receiver.wait(3)

    assert 0.1 <= time.monotonic() - start < 0.9


def test_the_options_are_served(served, receiver):
    """Each option of the command reaches the mock."""
    import requests

    with served("--ping-on-save", "--any-2xx", "--clock-scale", "50", "--require-https") as (_, port):
        base = f"http://127.0.0.1:{port}/api/v1/Webhook"
        plain = requests.post(base, json={"TargetUrl": receiver.url}, auth=("tje0", "Tje0"), timeout=5)
        secure = receiver.url.replace("http:", "https:")
        closed = requests.post(base, json={"TargetUrl": secure}, auth=("tje0", "Tje0"), timeout=5)

    assert "HTTPS" in plain.json()["Message"]
    assert "to answer the test event with 200" in closed.json()["Message"]
