"""What the control API does: each operation takes a request and returns what its answer holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mock_server.control import asked, matching, snapshots
from mock_server.control.journal import Exchange
from mock_server.control.stages import demand_faults
from mock_server.control.wording import demand
from mock_server.problems import Invalid, NotFound, shown
from mock_server.upstream.passed import FAULTS
from mock_server.upstream.violations import Violation
from mock_server.web import looks
from mock_server.web.control.asking import Asking
from openapi import control as document

# A value to answer; None is 204, and a pair has a status of its own.
Operation = Callable[..., Any]

ANSWERS = re.compile(r"[1-5]([0-9]{2}|xx)")
PATIENCE = 5.0
MOST_PATIENCE = 60.0


def describe(_: Asking) -> Any:
    return document.load().raw


def reset(asking: Asking) -> None:
    asking.control.reset(asking.tenant)


def get_snapshot(asking: Asking) -> Any:
    if upstream := asking.control.upstream:
        upstream.settle()
        return upstream.learned.snapshot(asking.service, asking.tenant)
    return snapshots.taken(asking.service, asking.tenant)


def put_snapshot(asking: Asking) -> None:
    snapshots.restored(asking.service, asking.tenant, asking.said(None))


def find_requests(asking: Asking) -> Any:
    limit = looks.limit(asking)
    found = asking.control.journal.find(asking.tenant, _wanted(asking))
    return [each.shown() for each in found[-limit:]] if limit else []


def clear_requests(asking: Asking) -> None:
    asking.control.journal.clear(asking.tenant)


def count_requests(asking: Asking) -> Any:
    said = asking.said("Matcher")
    return matching.counted(said, asking.control.journal.find(asking.tenant, lambda _: True))


def find_violations(asking: Asking) -> Any:
    limit, upstream = looks.limit(asking), asking.control.upstream
    wanted = _violations(asking)
    if upstream is None:
        return []
    upstream.settle()
    found = upstream.violations.find(asking.tenant, wanted)
    return [each.shown() for each in found[-limit:]] if limit else []


def _violations(asking: Asking) -> Callable[[Violation], bool]:
    """The violations that the query means."""
    fault, operation, since = asking.query("fault"), asking.query("operation"), asking.moment("since")
    asked.meant({"operation": operation} if operation else {})
    after, number = asking.query("after"), asking.query("request")
    if fault and fault not in FAULTS:
        raise Invalid(f"fault: expected one of {', '.join(FAULTS)}, got {shown(fault)}")
    first = asking.number(after, "after") if after else 0
    request = asking.number(number, "request") if number else None

    def wanted(violation: Violation) -> bool:
        return (
            violation.id > first
            and (since is None or violation.when > since)
            and (not fault or violation.finding.fault == fault)
            and (not operation or violation.operation == operation)
            and (request is None or violation.request == request)
        )

    return wanted


def clear_violations(asking: Asking) -> None:
    if upstream := asking.control.upstream:
        upstream.settle()
        upstream.violations.clear(asking.tenant)


def get_faults(asking: Asking) -> Any:
    from mock_server.faults.told import as_value

    active = asking.control.stage(asking.tenant).faults
    return {"active": list(active), "available": as_value()["faults"]}


def put_faults(asking: Asking) -> Any:
    said = asking.said(None)
    demand("FaultsChange", said)
    demand_faults(said["active"])
    asking.control.set_faults(asking.tenant, said["active"])
    return get_faults(asking)


def clear_faults(asking: Asking) -> None:
    asking.control.set_faults(asking.tenant, [])


def put_fault(asking: Asking, fault: str) -> Any:
    asking.control.switch(asking.tenant, fault, on=True)
    return get_faults(asking)


def delete_fault(asking: Asking, fault: str) -> None:
    asking.control.switch(asking.tenant, fault, on=False)


def get_delays(asking: Asking) -> Any:
    return asking.control.stage(asking.tenant).rules.said


def put_delays(asking: Asking) -> Any:
    asking.control.set_rules(asking.tenant, asking.said("Delays"))
    return get_delays(asking)


def clear_delays(asking: Asking) -> None:
    asking.control.set_rules(asking.tenant, {"rules": []})


def get_clock(asking: Asking) -> Any:
    return asking.control.stage(asking.tenant).timing.shown()


def put_clock(asking: Asking) -> Any:
    asking.control.set_clock(asking.tenant, asking.said("ClockChange"))
    return get_clock(asking)


def clear_clock(asking: Asking) -> None:
    asking.control.set_clock(asking.tenant, None)


def wait_idle(asking: Asking) -> Any:
    seconds = asking.seconds("timeout", PATIENCE, MOST_PATIENCE)
    waiting = asking.control.waiting(asking.tenant, seconds)
    return (200 if waiting is None else 408), {"idle": waiting is None, "waiting": waiting or []}


def get_tenants(asking: Asking) -> Any:
    _demand_root(asking)
    return asking.control.tenants()


def delete_tenant(asking: Asking, name: str) -> None:
    _demand_root(asking)
    asking.control.forget(name.strip("/"))


def _demand_root(asking: Asking) -> None:
    if asking.tenant:
        raise NotFound(f"/_mock/tenants: expected no tenant before it, got {shown(asking.tenant)}")


def _wanted(asking: Asking) -> Callable[[Exchange], bool]:
    """The requests that the query means."""
    names = ("operation", "method", "path")
    meant = asked.meant({name: value for name in names if (value := asking.query(name))})
    status, text = (asking.query("status") or "").lower(), (asking.query("contains") or "").encode()
    since, after = asking.moment("since"), asking.query("after")
    if status and not ANSWERS.fullmatch(status):
        raise Invalid(f"status: expected a status such as 200 or 4xx, got {shown(status)}")
    first = asking.number(after, "after") if after else 0

    def wanted(exchange: Exchange) -> bool:
        return (
            exchange.id > first
            and (since is None or exchange.when > since)
            and meant(exchange.method, exchange.path)
            and (not status or exchange.status[:3] == status or exchange.status[:1] + "xx" == status)
            and (not text or text in exchange.body or text in exchange.said)
        )

    return wanted


OPERATIONS: Mapping[str, Operation] = {
    "describe": describe,
    "reset": reset,
    "getSnapshot": get_snapshot,
    "putSnapshot": put_snapshot,
    "findRequests": find_requests,
    "clearRequests": clear_requests,
    "countRequests": count_requests,
    "findViolations": find_violations,
    "clearViolations": clear_violations,
    "getFaults": get_faults,
    "putFaults": put_faults,
    "clearFaults": clear_faults,
    "putFault": put_fault,
    "deleteFault": delete_fault,
    "getDelays": get_delays,
    "putDelays": put_delays,
    "clearDelays": clear_delays,
    "getClock": get_clock,
    "putClock": put_clock,
    "clearClock": clear_clock,
    "findDeliveries": looks.deliveries,
    "findMails": looks.mails,
    "waitIdle": wait_idle,
    "getTenants": get_tenants,
    "deleteTenant": delete_tenant,
}
