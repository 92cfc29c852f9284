"""A mock and its tenants as objects: what they have, what was asked and delivered, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import orjson

from mock_server.testing import misses

if TYPE_CHECKING:
    from urllib3 import PoolManager

Json = Any

BASE = "/api/v1"
LOOK_SECONDS = 0.01
# More than a mock keeps.
ALL = 2000
SECONDS = 5.0


class ControlError(Exception):
    """The mock refused what was asked of it; the message is the mock's."""


@dataclass(frozen=True, slots=True)
class Caller:
    """How a mock is asked."""

    pool: PoolManager
    url: str
    user: str
    password: str
    control_token: str | None

    def ask(self, method: str, path: str, value: Json = None, *, also: Sequence[int] = ()) -> Json:
        """The JSON of an answer; ControlError when it is neither a success nor one of `also`."""
        from urllib3.util import make_headers

        headers = {"Content-Type": "application/json"}
        if "/_mock/" not in path:
            headers |= make_headers(basic_auth=f"{self.user}:{self.password}")
        elif self.control_token:
            headers["Authorization"] = f"Bearer {self.control_token}"
        body = None if value is None else orjson.dumps(value)
        answer = self.pool.request(method, f"{self.url}{path}", body=body, headers=headers, retries=False)
        if answer.status >= 300 and answer.status not in also:
            raise ControlError(f"{method} {path}: {answer.status} {misses.message(answer.data)}")
        return orjson.loads(answer.data) if answer.data else None


class Tenant:
    """One tenant of a mock; what it does concerns no other."""

    def __init__(self, caller: Caller, name: str) -> None:
        self.name = name
        self._caller = caller
        self._prefix = f"/{quote(name)}" if name else ""

    @property
    def url(self) -> str:
        """What stands before `/api`."""
        return f"{self._caller.url}{self._prefix}"

    @property
    def hooks(self) -> list[dict[str, Any]]:
        """The webhooks."""
        return list(self._steer("GET", "snapshot")["webhooks"])

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The journal: what was asked of the Webhook API, newest last."""
        return list(self._steer("GET", f"requests?limit={ALL}"))

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        """The attempts to deliver, newest last."""
        return list(self._steer("GET", f"deliveries?limit={ALL}"))

    @property
    def mails(self) -> list[dict[str, Any]]:
        """The mails about webhooks that fail, newest last."""
        return list(self._steer("GET", f"mails?limit={ALL}"))

    def create(self, **members: Json) -> dict[str, Any]:
        """A new webhook with these members: `create(TargetUrl=url, Events=["sale.created"])`."""
        return dict(self._caller.ask("POST", f"{self._prefix}{BASE}/Webhook", members))

    def signal(self, event: str, primary_key: int = 0, data: Mapping[str, Json] | None = None) -> None:
        """Lets an event happen, as SignalEvent does."""
        said = {"EventName": event, "PrimaryKey": primary_key, "Data": dict(data or {})}
        self._caller.ask("POST", f"{self._prefix}{BASE}/Agents/Webhook/SignalEvent", said)

    def snapshot(self) -> dict[str, Any]:
        """What the tenant has, for `restore`."""
        return dict(self._steer("GET", "snapshot"))

    def restore(self, snapshot: Mapping[str, Json]) -> None:
        """Lets the tenant have exactly this; a webhook needs a TargetUrl and nothing else."""
        self._steer("PUT", "snapshot", snapshot)

    def reset(self) -> None:
        """Lets the tenant begin anew."""
        self._steer("POST", "reset")

    def clock(self, **change: Json) -> dict[str, Any]:
        """The clock of the tenant, changed first: `now`, `frozen`, `scale`, `step`."""
        return dict(self._steer("PUT", "clock", change) if change else self._steer("GET", "clock"))

    def delays(self, *rules: Mapping[str, Json], seed: int = 0) -> None:
        """Lets these rules hold, and no others: `delays({"method": "POST", "status": 503, "times": 2})`."""
        self._steer("PUT", "delays", {"seed": seed, "rules": list(rules)})

    @contextmanager
    def fault(self, fault: str) -> Iterator[None]:
        """Is wrong in this way for as long as the block runs."""
        before = self._steer("GET", "faults")["active"]
        self._steer("PUT", f"faults/{quote(fault)}")
        try:
            yield
        finally:
            self._steer("PUT", "faults", {"active": before})

    def wait_idle(self, timeout: float = SECONDS) -> None:
        """Waits until nothing is queued or tried; AssertionError with what still is."""
        waiting = self._waiting(timeout)
        if waiting:
            raise AssertionError(misses.of_waiting(waiting, timeout))

    def assert_delivered(
        self,
        *,
        event: str | None = None,
        target: str | None = None,
        hook: int | None = None,
        payload: Mapping[str, Json] | None = None,
        times: int | None = None,
        within: float = SECONDS,
    ) -> list[dict[str, Any]]:
        """The deliveries that went well and are like this: one or more, or exactly `times`.

        `payload` is a part of the body. Waits while something is queued or tried, `within` seconds at most.
        """
        wanted = misses.Wanted(event=event, target=target, hook=hook, payload=payload)
        found = self._delivered(wanted, times, within)
        if len(found) == times or (found and times is None):
            return found
        raise AssertionError(misses.of_deliveries(wanted, times, len(found), self.deliveries))

    def _delivered(self, wanted: misses.Wanted, times: int | None, within: float) -> list[dict[str, Any]]:
        end = time.monotonic() + within
        while True:
            # Idle before the look: nothing can come in between.
            rests = self._waiting(0) is None
            found = [each for each in self.deliveries if not misses.differences(wanted, each)]
            if (found and times is None) or rests or time.monotonic() > end:
                return found
            time.sleep(LOOK_SECONDS)

    def assert_requested(self, *, times: int | None = None, **matcher: Json) -> int:
        """How many requests are like this: one or more, or exactly `times`.

        The matcher is that of `POST /_mock/requests/count`: method, path, pathPattern, operation, query,
        headers, status, body, bodyContains, and atLeast and atMost.
        """
        said = matcher if times is None else {**matcher, "exactly": times}
        answer = self._steer("POST", "requests/count", said)
        if not answer["satisfied"]:
            raise AssertionError(misses.of_requests(said, answer))
        return int(answer["count"])

    def _waiting(self, seconds: float) -> list[dict[str, Any]] | None:
        path = f"idle?{urlencode({'timeout': seconds})}"
        answer = self._steer("POST", path, also=(408,))
        return None if answer["idle"] else list(answer["waiting"])

    def _steer(self, method: str, path: str, value: Json = None, *, also: Sequence[int] = ()) -> Json:
        return self._caller.ask(method, f"{self._prefix}/_mock/{path}", value, also=also)


class Mock(Tenant):
    """A whole mock; by itself it is the tenant without a name."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, "")

    @property
    def tenants(self) -> list[dict[str, Any]]:
        """Each tenant with its name, the number of its webhooks, and its last use."""
        return list(self._steer("GET", "tenants"))

    def tenant(self, name: str) -> Tenant:
        """A tenant, which need not be made first."""
        return Tenant(self._caller, name)

    def forget(self, name: str) -> None:
        """Forgets a tenant, if there is one of that name."""
        self._steer("DELETE", f"tenants/{quote(name)}", also=(404,))
