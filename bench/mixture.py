"""The mixture of the long run: every operation, right and wrong requests, signals, and the control API."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

JSON = "application/json"
MOST_HOOKS = 20
EVENTS = ("contact.created", "contact.changed", "sale.created", "ticket.deleted")
AGENT = "/api/v1/Agents/Webhook"
HOOKS = "/api/v1/Webhook"
NEVER = "Sat, 01 Jan 2000 00:00:00 GMT"
ALWAYS = "Fri, 01 Jan 2100 00:00:00 GMT"


@dataclass(frozen=True, slots=True)
class Request:
    """One request below a tenant, and the statuses that are right for it."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    right: frozenset[int] = frozenset({200})


@dataclass(slots=True)
class Life:
    """One tenant as far as the mixture knows it: its ids, and how it is told from others."""

    tenant: str
    ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class World:
    """What the makers of requests need: chance, and where deliveries go."""

    random: Random
    target: str


Maker = Callable[[World, Life], Request]


def request(method: str, path: str, value: Any = None, *right: int, **headers: str) -> Request:
    """A request with JSON, and what is right for it."""
    body = b"" if value is None else json.dumps(value).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Request(method, path, body, named, frozenset(right or (200,)))


def hook(world: World) -> dict[str, Any]:
    """A webhook that some deliveries of the run go to."""
    random = world.random
    return {
        "Name": f"hook {random.randrange(10**6)}",
        "Events": random.sample(EVENTS, 2),
        # A path that the receiver takes for good or bad, so that counters and retries have work.
        "TargetUrl": f"{world.target}/{random.choice(('good', 'good', 'good', 'moody', 'bad'))}",
        "Secret": "correct horse",
        "Headers": {"X-Reason": "x" * random.randrange(200)},
        "Properties": {"note": "ü" * random.randrange(400)},
        "NotifyVia": "Email",
        "NotifyWhen": "Disabling, FirstFailure",
        "ErrorEmails": ["someone@example.com"],
    }


def some(world: World, life: Life) -> int:
    """The id of a webhook that there is, or of none."""
    return world.random.choice(life.ids) if life.ids and world.random.random() < 0.95 else 999_999


def create(world: World, life: Life) -> Request:
    """Until the tenant has its share."""
    if len(life.ids) >= MOST_HOOKS:
        return delete(world, life)
    return request("POST", HOOKS, hook(world))


def delete(_: World, life: Life) -> Request:
    """The oldest, as if it were not needed any more."""
    gone = life.ids.pop(0) if life.ids else 999_999
    return request("DELETE", f"{HOOKS}/{gone}", None, 204, 404)


def json_patch(world: World, life: Life) -> Request:
    """A few operations, one of which may not hold."""
    operations = [
        {"op": "replace", "path": "/Name", "value": f"patched {world.random.randrange(100)}"},
        {"op": "add", "path": "/Events/-", "value": "activity.created"},
        {"op": "remove", "path": "/Events/0"},
        {"op": "test", "path": "/Type", "value": world.random.choice(("webhook", "other"))},
        {"op": "replace", "path": "/State", "value": "Active"},
    ]
    return request("PATCH", f"{HOOKS}/{some(world, life)}", operations, 200, 400, 404, 409)


def merge_patch(world: World, life: Life) -> Request:
    """A few members, one of them taken away."""
    change = {"Name": "merged", "Headers": {"X-Reason": None, "X-Other": "1"}, "State": "Active"}
    return request("PATCH", f"{HOOKS}/{some(world, life)}", change, 200, 404)


def conditional(world: World, life: Life) -> Request:
    """A change under a condition, which holds or not."""
    since = world.random.choice((NEVER, ALWAYS))
    path = f"{HOOKS}/{some(world, life)}"
    return request("PATCH", path, {"Name": "later"}, 200, 404, 412, If_Unmodified_Since=since)


def replace(world: World, life: Life) -> Request:
    """The whole webhook."""
    return request("PUT", f"{HOOKS}/{some(world, life)}", hook(world), 200, 404)


def get(world: World, life: Life) -> Request:
    """One webhook, in any of the forms."""
    accept = world.random.choice((JSON, JSON, "application/xml"))
    return request("GET", f"{HOOKS}/{some(world, life)}", None, 200, 404, Accept=accept)


def find(world: World, _: Life) -> Request:
    """The list, filtered and selected, and in gzip where it is long."""
    query = world.random.choice(
        ("", "?eventFilter=sale.created", "?$select=Name,State", "?statusFilter=Active")
    )
    return request("GET", f"{HOOKS}{query}", None, 200, Accept_Encoding="gzip")


def agent(world: World, life: Life) -> Request:
    """A method of the agent."""
    known = some(world, life)
    name, value, status = world.random.choice(
        (
            ("GetAllWebhooks", {"NameFilter": "hook"}, 200),
            ("GetWebhook", {"WebhookId": known}, 200),
            ("GetLastError", {"WebhookId": known}, 200),
            ("CreateDefaultWebhook", None, 200),
            ("SaveWebhook", {"Entity": {**hook(world), "WebhookId": known}}, 200),
        )
    )
    return request("POST", f"{AGENT}/{name}", value, status, 400, 404)


def others(world: World, life: Life) -> Request:
    """The default, the last error, and what the mock says of itself."""
    paths = (f"{HOOKS}/default", f"{HOOKS}/{some(world, life)}/LastError", "/api", AGENT + "/GetWebhook")
    return request("GET", world.random.choice(paths), None, 200, 404)


def tried(world: World, _: Life) -> Request:
    """The test event."""
    return request("POST", f"{HOOKS}/Test", hook(world), 200)


def signal(world: World, _: Life) -> Request:
    """An event, by either way."""
    event, key = world.random.choice(EVENTS), world.random.randrange(10**6)
    if world.random.random() < 0.5:
        return request("POST", f"{HOOKS}/{event}/{key}", {"name": "x" * 50}, 204)
    value = {"EventName": event, "PrimaryKey": key, "Data": {"name": "x"}}
    return request("POST", f"{AGENT}/SignalEvent", value, 204)


def refused(world: World, life: Life) -> Request:
    """What is no good: credentials, paths, types, methods."""
    known = some(world, life)
    return world.random.choice(
        (
            request("GET", HOOKS, None, 401, Authorization="Basic bm9ib2R5Om5vdGhpbmc="),
            request("GET", HOOKS, None, 401, Authorization=f"Bearer {world.random.random()}"),
            request("GET", f"{HOOKS}/{known}x", None, 400, 404),
            request("GET", f"/api/v1/Nothing{world.random.randrange(10**6)}", None, 404),
            request("DELETE", HOOKS, None, 405),
            request("POST", HOOKS, {"TargetUrl": "x"}, 400),
            request("POST", HOOKS, hook(world), 415, Content_Type="image/png"),
            request(
                "PATCH", f"{HOOKS}/{known}", [{"op": "move", "from": "/Name", "path": "/Secret"}], 400, 404
            ),
            request("PATCH", f"{HOOKS}/{known}", {f"Unknown{world.random.randrange(10**6)}": 1}, 400, 404),
        )
    )


def malformed(world: World, _: Life) -> Request:
    """Bodies that are none."""
    body, coding = world.random.choice(
        (
            (b"{", ""),
            (b"\xff\xfe", ""),
            (b"[" * 5000, ""),
            (b'{"TargetUrl": NaN}', ""),
            (gzip.compress(b" " * 5_000_000), "gzip"),
            (b"no gzip at all", "gzip"),
            (b"<Webhook>", ""),
        )
    )
    kind = "application/xml" if body.startswith(b"<") else JSON
    headers = {"Content-Type": kind, **({"Content-Encoding": coding} if coding else {})}
    return Request("POST", HOOKS, body, headers, frozenset({400, 413}))


def coded(world: World, life: Life) -> Request:
    """A body in gzip."""
    if len(life.ids) >= MOST_HOOKS:
        return delete(world, life)
    body = gzip.compress(json.dumps(hook(world)).encode())
    return Request("POST", HOOKS, body, {"Content-Encoding": "gzip"})


def looked(world: World, _: Life) -> Request:
    """What the mock remembers."""
    paths = ("requests?limit=5", "deliveries?limit=5", "mails?limit=5", "faults", "clock", "delays")
    return request("GET", f"/_mock/{world.random.choice(paths)}")


def counted(world: World, _: Life) -> Request:
    """Was there such a request?"""
    said = {"method": "PATCH", "path": f"/Webhook/{world.random.randrange(10**6)}", "atLeast": 1}
    return request("POST", "/_mock/requests/count", said)


def steered(world: World, _: Life) -> Request:
    """A fault, a rule or a clock that does no harm, on or off."""
    return world.random.choice(
        (
            request("PUT", "/_mock/faults/select-ignored"),
            request("DELETE", "/_mock/faults", None, 204),
            request(
                "PUT", "/_mock/delays", {"rules": [{"operation": "v1Webhook_GetWebhook", "delay": 0.001}]}
            ),
            request("DELETE", "/_mock/delays", None, 204),
            request("PUT", "/_mock/clock", {"step": 1}),
            request("DELETE", "/_mock/clock", None, 204),
        )
    )


def metrics(_world: World, _: Life) -> Request:
    """As Prometheus asks; it has no tenant."""
    return request("GET", "/metrics", None, 200)


# How often each comes, of all.
WEIGHTS: dict[Maker, int] = {
    get: 200,
    json_patch: 150,
    merge_patch: 100,
    create: 90,
    delete: 50,
    find: 60,
    conditional: 50,
    replace: 50,
    agent: 60,
    others: 40,
    signal: 20,
    tried: 5,
    refused: 50,
    malformed: 20,
    coded: 10,
    looked: 8,
    counted: 4,
    steered: 4,
    metrics: 1,
}
