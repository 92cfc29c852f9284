"""What shows the defects of the operations beside the four."""

from __future__ import annotations

import time
from typing import Any

from .visitor import AGENT, Visitor, steady

FULL = {"Secret": "t", "Headers": {"A": "1"}, "Events": ["e0", "e1"]}


def proposals(visitor: Visitor) -> Any:
    answers = [
        visitor.ask("GET", "Webhook/default", b""),
        visitor.ask("POST", f"{AGENT}CreateDefaultWebhook"),
    ]
    return steady([list(answer) for answer in answers]), len(visitor.all())


def read(visitor: Visitor) -> Any:
    """Lists, items, selections and last errors, of a webhook that was changed."""
    visitor.made(**FULL)
    visitor.made(Name="other", State="Stopped", Events=["e2"])
    visitor.patch(1, {"Name": "m"})
    paths = ("", "?eventFilter=e2", "?statusFilter=Stopped", "/1", "/1?$select=name", "/1/LastError")
    answers = [visitor.ask("GET", f"Webhook{path}", b"")[1] for path in paths]
    answers += [visitor.ask("POST", f"{AGENT}GetWebhook?webhookId=1&$select=name", b"")[1]]
    return steady(answers)


def put(visitor: Visitor) -> Any:
    """What several PUTs and saves make of two webhooks, and of their dates."""
    created = [visitor.post(**FULL)[1] for _ in range(3)]
    time.sleep(0.002)
    target = {"TargetUrl": visitor.target.url}
    body = {"Name": "p", "Events": ["e3"], "WebhookId": 2, "Registered": "2001-01-01T00:00:00Z", **target}
    done = [visitor.ask("PUT", "Webhook/1?$select=name", body), visitor.ask("PUT", "Webhook/3", b"null")]
    saved = [body, {**target, "webhookId": 3, "name": "camel"}, {**target, "Name": "new"}]
    done += [visitor.ask("POST", f"{AGENT}SaveWebhook", each) for each in saved]
    dates = [
        (old["Registered"] == new["Registered"], old["Updated"] == new["Updated"])
        for old, new in zip(created, visitor.all(), strict=False)
    ]
    return (
        [(status, steady(answer) if status == 200 else "") for status, answer in done],
        steady(visitor.all()),
        dates,
    )


def deleted(visitor: Visitor) -> Any:
    """What is left of a webhook after it is deleted, and which id comes next."""
    visitor.made()
    statuses = [visitor.ask("DELETE", "Webhook/1", b"")[0], visitor.ask("GET", "Webhook/1", b"")[0]]
    visitor.signal("a.b")
    told = len(visitor.target.received(1, within=0.2))
    visitor.made()
    visitor.made()
    statuses += [visitor.ask("POST", f"{AGENT}DeleteWebhook?WebhookId=3", b"null")[0]]
    return statuses, told, steady(visitor.all()), visitor.made()


def tried(visitor: Visitor) -> Any:
    """Test events, sent in camel case too, to a target that is not content."""
    visitor.target.status = 500
    body = {"TargetUrl": visitor.target.url, "Name": "tried"}
    answers = [visitor.ask("POST", "Webhook/Test", body)]
    answers += [visitor.ask("POST", f"{AGENT}TestWebhook", {name: body}) for name in ("Webhook", "webhook")]
    return [(status, steady(answer).get("Success")) for status, answer in answers], len(visitor.all())


def probes() -> dict[str, Any]:
    """The probe of each defect."""
    named = {
        proposals: "default_saved default_stopped default_no_events null_body_refused",
        read: "query_event_unfiltered query_state_unfiltered rest_list_stale get_stale get_unselected"
        " agent_get_unselected error_without_error",
        put: "put_unselected put_merges put_keeps_updated put_registers save_registers"
        " put_believes_registered put_by_body put_nothing save_needs_id save_exact_id",
        deleted: "deleted_readable deleted_told ids_reused delete_exact_name",
        tried: "test_saves test_succeeds requests_pascal",
    }
    return {defect: probe for probe, defects in named.items() for defect in defects.split()}
