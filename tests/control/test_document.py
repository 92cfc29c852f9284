"""`control.yaml`: valid, true to the routes, and true to real answers."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

from mock_server.web.control.operations import OPERATIONS
from mock_server.web.control.routes import ROUTES
from openapi.control import load
from tests.mock_server.waiting import until

SNAPSHOT = {"webhooks": [{"TargetUrl": "http://localhost:9/", "Events": ["a.b"]}]}
# A request for each operation that answers something; what it needs first is there.
CALLS = {
    "describe": ("GET", "/openapi.json", None, 200),
    "reset": ("POST", "/reset", None, 204),
    "getSnapshot": ("GET", "/snapshot", None, 200),
    "putSnapshot": ("PUT", "/snapshot", SNAPSHOT, 204),
    "findRequests": ("GET", "/requests", None, 200),
    "clearRequests": ("DELETE", "/requests", None, 204),
    "countRequests": ("POST", "/requests/count", {"method": "PATCH"}, 200),
    "findViolations": ("GET", "/violations", None, 200),
    "clearViolations": ("DELETE", "/violations", None, 204),
    "getFaults": ("GET", "/faults", None, 200),
    "putFaults": ("PUT", "/faults", {"active": ["state-numbered"]}, 200),
    "clearFaults": ("DELETE", "/faults", None, 204),
    "putFault": ("PUT", "/faults/state-numbered", None, 200),
    "deleteFault": ("DELETE", "/faults/state-numbered", None, 204),
    "getDelays": ("GET", "/delays", None, 200),
    "putDelays": ("PUT", "/delays", {"rules": [{"method": "GET", "delay": 0.01}]}, 200),
    "clearDelays": ("DELETE", "/delays", None, 204),
    "getClock": ("GET", "/clock", None, 200),
    "putClock": ("PUT", "/clock", {"frozen": True}, 200),
    "clearClock": ("DELETE", "/clock", None, 204),
    "findDeliveries": ("GET", "/deliveries", None, 200),
    "findMails": ("GET", "/mails", None, 200),
    "waitIdle": ("POST", "/idle", None, 200),
    "getTenants": ("GET", "/tenants", None, 200),
    "deleteTenant": ("DELETE", "/tenants/Cust1", None, 204),
}


def test_the_document_is_valid():
    """As OpenAPI 3.1 says."""
    validate(load().raw)


def test_routes_are_those_of_the_document():
    """None more, none less, and each has what it does."""
    documented = {(each.method, each.path, each.id) for each in load().operations.values()}

    assert set(ROUTES) == documented
    assert set(OPERATIONS) == {operation for _, _, operation in ROUTES} == set(CALLS)


@pytest.fixture(name="used")
def _used(make, receiver):
    """A mock whose tenant without a name has something of everything."""
    api = make(attempt_delays=(0, 0.01, 0.01))
    receiver.answers = lambda _: 410
    api.new(Events=["a.b"], TargetUrl=receiver.url, ErrorsEmail="a@b.example")
    api("POST", "/Webhook/a.b/1")
    api("GET", "/Cust1/api/v1/Webhook/99")
    assert until(lambda: api("GET", "/_mock/mails").json)
    return api


@pytest.mark.parametrize("operation", CALLS)
def test_answers_are_as_documented(used, operation):
    """Each answer has the status and the schema that the document gives it."""
    method, path, body, status = CALLS[operation]
    answer = used(method, f"/_mock{path}", body)

    assert answer.status_code == status, answer.text
    found = load().operations[operation]
    assert str(status) in found.raw["responses"]
    if status == 204:
        assert answer.data == b""
        return
    # Only a proxy has violations; its own tests hold them against the document.
    assert answer.json not in ([], None) or operation == "findViolations"
    assert load().difference(load().success_reference(operation), answer.json) is None


def test_refusals_are_as_documented(api):
    """Every refusal is the one error object."""
    for method, path, status in (
        ("PUT", "/_mock/delays", 400),
        ("PUT", "/_mock/faults/nothing", 404),
        ("DELETE", "/_mock/tenants/nobody", 404),
        ("GET", "/_mock/nothing", 404),
    ):
        answer = api(method, path)

        assert answer.status_code == status
        assert load().difference("#/components/schemas/Error", answer.json) is None


def test_the_document_is_served(make):
    """To everybody, as it is."""
    assert make(control=False)("GET", "/_mock/openapi.json", headers={"Authorization": ""}).json == load().raw
