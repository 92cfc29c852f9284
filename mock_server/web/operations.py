"""The 18 operations: each reads its request, calls its resource, and says what the answer holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server import filters
from mock_server.entity import blank
from mock_server.fields import plain
from mock_server.formats.bodies import PATCH
from mock_server.problems import Invalid, NotFound
from mock_server.service import Entity
from mock_server.web.answers import NOTHING, Result
from mock_server.web.calls import Call

Operation = Callable[..., Result]

WEBHOOK = "Webhook"
LIST = "ArrayOfWebhook"
TEST = "WebhookResult"
TEXT = "string"


# REST


def default(_: Call) -> Result:
    """GET /Webhook/default"""
    return Result(blank(), WEBHOOK)


def find(call: Call) -> Result:
    """GET /Webhook"""
    return Result(call.service.behaviour.find(call.service, call.caller, call.filter()), LIST)


def create(call: Call) -> Result:
    """POST /Webhook"""
    sent = call.body("WebhookInput", call.service.model.webhook)
    return _linked(call, call.service.behaviour.create(call.service, call.caller, sent))


def get(call: Call, webhook_id: str) -> Result:
    """GET /Webhook/{id}"""
    found = call.service.behaviour.get(
        call.service,
        call.caller,
        call.number(webhook_id, "id"),
        unmodified=call.unmodified(),
        modified=call.modified(),
    )
    return _linked(call, found)


def replace(call: Call, webhook_id: str) -> Result:
    """PUT /Webhook/{id}"""
    number = call.number(webhook_id, "id")
    sent = call.body("WebhookInput", call.service.model.webhook)
    behaviour = call.service.behaviour
    return _linked(
        call, behaviour.replace(call.service, call.caller, number, sent, unmodified=call.unmodified())
    )


def patch(call: Call, webhook_id: str) -> Result:
    """PATCH /Webhook/{id}"""
    number, changes = call.number(webhook_id, "id"), call.json(PATCH)
    behaviour = call.service.behaviour
    return _linked(
        call, behaviour.patch(call.service, call.caller, number, changes, unmodified=call.unmodified())
    )


def delete(call: Call, webhook_id: str) -> Result:
    """DELETE /Webhook/{id}"""
    number = call.number(webhook_id, "id")
    call.service.behaviour.delete(call.service, call.caller, number, unmodified=call.unmodified())
    return NOTHING


def test(call: Call) -> Result:
    """POST /Webhook/Test"""
    sent = call.body("WebhookInput", call.service.model.webhook)
    return Result(call.service.behaviour.test(call.service, call.caller, sent), TEST)


def signal(call: Call, event_name: str, primary_key: str) -> Result:
    """POST /Webhook/{eventName}/{primaryKey}"""
    number = call.number(primary_key, "primaryKey")
    data = call.body("SignalData", _data, required=False)
    return _signalled(call, event_name, number, data)


def last_error(call: Call, webhook_id: str) -> Result:
    """GET /Webhook/{webhookId}/LastError"""
    number = call.number(webhook_id, "webhookId")
    return Result(call.service.behaviour.last_error(call.service, call.caller, number), TEXT)


# Agents


def create_default(call: Call) -> Result:
    """POST /Agents/Webhook/CreateDefaultWebhook"""
    call.json("SignalData")
    return Result(blank(), WEBHOOK)


def save(call: Call) -> Result:
    """POST /Agents/Webhook/SaveWebhook"""
    sent = call.body("WebhookInput", call.service.model.webhook)
    return Result(call.service.behaviour.save(call.service, call.caller, sent), WEBHOOK)


def agent_delete(call: Call) -> Result:
    """POST /Agents/Webhook/DeleteWebhook: what is gone already is as it was wished."""
    try:
        return delete(call, _queried_id(call))
    except NotFound:
        return NOTHING


def agent_get(call: Call) -> Result:
    """POST /Agents/Webhook/GetWebhook: null when there is none."""
    number = call.number(_queried_id(call), "webhookId")
    try:
        found: Any = call.service.behaviour.get(call.service, call.caller, number)
    except NotFound:
        found = None
    return Result(found, WEBHOOK, selects=True)


def agent_find(call: Call) -> Result:
    """POST /Agents/Webhook/GetAllWebhooks"""
    sent = call.body("GetAllWebhooksRequest", call.service.model.filters, required=False) or {}
    wanted = filters.wanted(sent.get("NameFilter"), sent.get("EventFilter"), sent.get("StatusFilter"))
    return Result(call.service.behaviour.find(call.service, call.caller, wanted), LIST, selects=True)


def agent_test(call: Call) -> Result:
    """POST /Agents/Webhook/TestWebhook"""
    sent = call.body("TestWebhookRequest", call.service.model.test)["Webhook"]
    return Result(call.service.behaviour.test(call.service, call.caller, sent), TEST, selects=True)


def agent_signal(call: Call) -> Result:
    """POST /Agents/Webhook/SignalEvent"""
    sent = call.body("SignalEventRequest", call.service.model.signal)
    return _signalled(call, sent["EventName"], sent.get("PrimaryKey", 0), sent.get("Data"))


def agent_last_error(call: Call) -> Result:
    """POST /Agents/Webhook/GetLastError: empty when there is no such webhook."""
    number = call.body("GetLastErrorRequest", call.service.model.last_error)["WebhookId"]
    try:
        return Result(call.service.behaviour.last_error(call.service, call.caller, number), TEXT)
    except NotFound:
        return Result("", TEXT)


def _linked(call: Call, entity: Entity) -> Result:
    return Result({**entity, "_Links": call.links(entity)}, "WebhookWithLinks", selects=True)


def _queried_id(call: Call) -> str:
    webhook_id = call.query("webhookid")
    if webhook_id is None:
        raise Invalid("webhookId: expected a query parameter, got none")
    return webhook_id


def _signalled(call: Call, name: str, primary_key: int, data: Any) -> Result:
    if not name.strip() or any(ord(character) < 32 or character == "\x7f" for character in name):
        raise Invalid(f"EventName: expected a name without control characters, got {name!r}")
    call.service.behaviour.signal(
        call.service, call.caller, plain(name, "EventName"), primary_key, data or {}
    )
    return NOTHING


def _data(value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise Invalid(f"{place}: expected an object of details, got {type(value).__name__}")
    return value
