"""One thing to do, and the operations that do it: the first of them that the target has is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from contract_tests.kit.exchange import Exchange
from contract_tests.kit.run import Run
from contract_tests.kit.values import Json, Members

AGENT = "/Agents/Webhook"
Way = Callable[..., Exchange]


def way(ways: Mapping[str, Way]) -> Way:
    """A call that takes the first way that is there; NotOffered when none is."""

    def taken(run: Run, *args: object) -> Exchange:
        return ways[run.one_of(*ways)](run, *args)

    return taken


def post(run: Run, body: Json) -> Exchange:
    """POST /Webhook."""
    return run.target.send("POST", "/Webhook", json=body)


def save(run: Run, body: Json) -> Exchange:
    """SaveWebhook: makes a webhook, or changes the one whose id is in the body."""
    return run.target.send("POST", f"{AGENT}/SaveWebhook", json=body)


def put(run: Run, webhook_id: int, body: Members) -> Exchange:
    """PUT /Webhook/{id}."""
    return run.target.send("PUT", f"/Webhook/{webhook_id}", json=body)


def get_by_agent(run: Run, webhook_id: int) -> Exchange:
    """GetWebhook: null when there is none."""
    return run.target.send("POST", f"{AGENT}/GetWebhook?webhookId={webhook_id}")


def delete_by_agent(run: Run, webhook_id: int) -> Exchange:
    """DeleteWebhook."""
    return run.target.send("POST", f"{AGENT}/DeleteWebhook?webhookId={webhook_id}")


def signal_by_agent(run: Run, event: str, key: int, data: Json) -> Exchange:
    """SignalEvent of the agent."""
    body = {"EventName": event, "PrimaryKey": key, "Data": data}
    return run.target.send("POST", f"{AGENT}/SignalEvent", json=body)


def signal_in_path(run: Run, event: str, key: int, data: Json) -> Exchange:
    """POST /Webhook/{eventName}/{primaryKey}."""
    return run.target.send("POST", f"/Webhook/{quote(event, safe='')}/{key}", json=data)


make = way({"v1Webhook_PostWebhook": post, "v1WebhookAgent_SaveWebhook": save})
REPLACES: Mapping[str, Way] = {
    "v1Webhook_PutWebhook": put,
    "v1WebhookAgent_SaveWebhook": lambda run, webhook_id, body: save(run, {**body, "WebhookId": webhook_id}),
}
replace = way(REPLACES)
get = way(
    {
        "v1Webhook_GetWebhook": lambda run, webhook_id: run.target.send("GET", f"/Webhook/{webhook_id}"),
        "v1WebhookAgent_GetWebhook": get_by_agent,
    }
)
listing = way(
    {
        "v1WebhookAgent_GetAllWebhooks": lambda run, filters: run.target.send(
            "POST", f"{AGENT}/GetAllWebhooks", json=filters
        ),
        # Its filters are in the query; whoever lists here looks through everything.
        "v1Webhook_GetAllWebhooks": lambda run, _filters: run.target.send("GET", "/Webhook"),
    }
)
signal = way({"v1WebhookAgent_SignalEvent": signal_by_agent, "v1Webhook_SignalEvent": signal_in_path})
DELETES: Mapping[str, Way] = {
    "v1Webhook_DeleteWebhook": lambda run, webhook_id: run.target.send("DELETE", f"/Webhook/{webhook_id}"),
    "v1WebhookAgent_DeleteWebhook": delete_by_agent,
}
delete = way(DELETES)
TESTS: Mapping[str, Way] = {
    "v1Webhook_TestWebhook": lambda run, body: run.target.send("POST", "/Webhook/Test", json=body),
    "v1WebhookAgent_TestWebhook": lambda run, body: run.target.send(
        "POST", f"{AGENT}/TestWebhook", json={"Webhook": body}
    ),
}
last_error = way(
    {
        "v1WebhookAgent_GetLastError": lambda run, webhook_id: run.target.send(
            "POST", f"{AGENT}/GetLastError", json={"WebhookId": webhook_id}
        ),
        "v1Webhook_GetLastError": lambda run, webhook_id: run.target.send(
            "GET", f"/Webhook/{webhook_id}/LastError"
        ),
    }
)
READS = ("v1Webhook_GetWebhook", "v1WebhookAgent_GetWebhook")
LISTS = ("v1WebhookAgent_GetAllWebhooks", "v1Webhook_GetAllWebhooks")
