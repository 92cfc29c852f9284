"""The mock from Python: objects, assertions, and what they say when they fail."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from threading import active_count

import pytest
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from mock_server.testing import ControlError, connected, running_mock
from tests.mock_server.waiting import until


@pytest.fixture(scope="module")
def mock():
    """One mock for these tests."""
    with running_mock(attempt_delays=(0, 0.01, 0.01)) as found:
        yield found


@pytest.fixture(name="tenant")
def _tenant(mock, request):
    return mock.tenant(request.node.name)


@contextmanager
def failing(*words):
    """An assertion that fails, with these words in its message."""
    with pytest.raises(AssertionError) as failure:
        yield
    for word in words:
        assert word in str(failure.value), str(failure.value)


def _status(url):
    with PoolManager() as pool:
        return pool.request("GET", url, retries=False).status


def test_a_mock_is_started_and_ended():
    """Its port is free and its threads are gone afterwards."""
    before = active_count()
    with running_mock() as mock:
        assert mock.url.startswith("http://127.0.0.1:")
        assert _status(f"{mock.url}/api/v1/Webhook") == 401
        mock.create(TargetUrl="http://localhost:9/")
    with pytest.raises(HTTPError, match="refused"):
        _status(f"{mock.url}/api")
    assert until(lambda: active_count() <= before)


def test_two_mocks_do_not_meet(mock):
    """Each has a store of its own."""
    with running_mock(
        user="me", password="other", control_token="s3cr3t", faults=["state-numbered"]
    ) as other:
        other.tenant("a").create(TargetUrl="http://localhost:9/")

        assert other.tenant("a").hooks[0]["WebhookId"] == 1
        assert mock.tenant("a").hooks == []
        with connected(other.url) as stranger, pytest.raises(ControlError, match="401"):
            stranger.reset()


def test_a_tenant_has_what_it_was_given(tenant, mock):
    """Webhooks, snapshots, the journal and the name."""
    first = tenant.create(TargetUrl="http://localhost:9/", Name="a")
    before = tenant.snapshot()
    tenant.create(TargetUrl="http://localhost:9/")
    tenant.restore(before)

    assert [hook["Name"] for hook in tenant.hooks] == ["a"]
    assert first["WebhookId"] == 1
    assert [one["method"] for one in tenant.requests] == ["POST", "POST"]
    assert tenant.name in [each["name"] for each in mock.tenants]
    tenant.reset()
    assert (tenant.hooks, tenant.requests) == ([], [])
    mock.forget(tenant.name)
    mock.forget(tenant.name)
    assert tenant.name not in [each["name"] for each in mock.tenants]


def test_refusals_are_told(tenant):
    """In the words of the mock."""
    with pytest.raises(ControlError, match="TargetUrl: expected"):
        tenant.create(TargetUrl="nowhere")
    with pytest.raises(ControlError, match="404 no fault is called 'nothing'"), tenant.fault("nothing"):
        pass
    with pytest.raises(ControlError, match="400 body"):
        tenant.clock(freeze=True)


def test_deliveries_are_asserted(tenant, receiver):
    """Those that went well, once they have."""
    hook = tenant.create(TargetUrl=receiver.url, Events=["sale.created", "sale.changed"])
    tenant.signal("sale.created", 7, {"a": 1})
    (found,) = tenant.assert_delivered(event="Sale.Created", target=receiver.url, payload={"PrimaryKey": 7})
    tenant.signal("sale.created", 8)

    assert found["WebhookId"] == hook["WebhookId"]
    assert len(tenant.assert_delivered(event="sale.created", times=2)) == 2
    tenant.assert_delivered(event="sale.deleted", times=0)
    tenant.wait_idle()
    assert len(tenant.deliveries) == 2
    with failing("expected 1 delivery", "got 2"):
        tenant.assert_delivered(event="sale.created", times=1)
    with failing(
        "expected a delivery with event 'sale.changed', got 0", "nearest: sale.created for webhook 1"
    ):
        tenant.assert_delivered(event="sale.changed")
    with failing("payload/PrimaryKey: expected 9, got 8"):
        tenant.assert_delivered(event="sale.created", payload={"PrimaryKey": 9})


def test_failures_are_told(tenant, receiver):
    """An attempt that came near is shown with what became of it."""
    receiver.answers = lambda _: 500
    with failing("nothing was delivered or tried"):
        tenant.assert_delivered()
    tenant.create(TargetUrl=receiver.url, Events=["a.b"])
    tenant.signal("a.b")
    with failing("got 0", "outcome: expected a success, got status 500 on attempt"):
        tenant.assert_delivered(event="a.b")


def test_what_waits_is_told(tenant, receiver):
    """With the event and the time that is left."""
    receiver.answers = lambda _: 500
    tenant.clock(frozen=True)
    tenant.create(TargetUrl=receiver.url, Events=["a.b"])
    tenant.signal("a.b")
    receiver.wait()
    with failing("got 1", "a.b for webhook 1 waits 0.01 s, attempt 2"):
        tenant.wait_idle(0.5)
    tenant.clock(frozen=False)
    tenant.wait_idle()


def test_requests_are_asserted(tenant):
    """With the nearest miss where there are too few."""
    with failing("nothing was asked"):
        tenant.assert_requested(method="GET")
    tenant.create(TargetUrl="http://localhost:9/", Name="a")

    assert tenant.assert_requested(method="POST", path="/Webhook", bodyContains={"Name": "a"}, times=1) == 1
    assert tenant.assert_requested(method="DELETE", times=0) == 0
    with failing("nearest: POST /api/v1/Webhook at ", ", 200", "body/Name: expected 'b', got 'a'"):
        tenant.assert_requested(method="POST", bodyContains={"Name": "b"})


def test_faults_last_as_long_as_their_block(tenant):
    """And those of before come back, also after an exception."""
    hook = {"TargetUrl": "http://localhost:9/"}

    def broken():
        with tenant.fault("state-numbered"):
            assert tenant.create(**hook)["State"] == 1
            with tenant.fault("state-numbered"):
                pass
            assert tenant.create(**hook)["State"] == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()

    assert tenant.create(**hook)["State"] == "Active"


def test_rules_and_clocks_are_set(tenant):
    """Refusals, broken connections, and moments."""
    tenant.delays(
        {"method": "POST", "status": 503, "times": 1}, {"method": "POST", "reset": "after", "times": 1}
    )
    with pytest.raises(ControlError, match="503"):
        tenant.create(TargetUrl="http://localhost:9/")
    with pytest.raises(HTTPError):
        tenant.create(TargetUrl="http://localhost:9/")
    tenant.delays()

    assert len(tenant.hooks) == 1
    assert tenant.clock(now="2030-01-02T03:04:05Z", frozen=True)["now"] == "2030-01-02T03:04:05.0000000Z"
    assert tenant.create(TargetUrl="http://localhost:9/")["Registered"] == "2030-01-02T03:04:05"
    assert tenant.clock()["frozen"]


def test_a_mock_elsewhere_is_steered_alike(served):
    """A process, reached by its URL."""
    with (
        served("--control-token", "t") as (_, port),
        connected(f"http://127.0.0.1:{port}/", control_token="t") as far,
    ):
        far.tenant("a").create(TargetUrl="http://localhost:9/")
        far.tenant("a").assert_requested(method="POST", times=1)


def test_the_package_itself_stays_light():
    """Whoever imports the mock does not get the testing half, nor urllib3 or Werkzeug."""
    heavy = {"flask", "urllib3", "werkzeug", "sqlalchemy", "yaml"}
    code = f"import sys, mock_server.pytest_plugin; print({heavy} & {{*sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "set()"
