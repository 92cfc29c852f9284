"""Requests that mix with others, and effects that outlive a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from time import sleep
from typing import Any

from mock_server.behaviour import Behaviour
from mock_server.faults.fault import Entity, Fault, Save, around, patching, posting
from mock_server.faults.wire import (
    AGENT,
    BREAKDOWN,
    Answer,
    Environ,
    Wsgi,
    answering,
    asking,
    asks,
    body_of,
    call,
    instead,
    send,
    with_body,
    wrapping,
)
from mock_server.service import Caller, Service

PATCH = asks("PATCH /Webhook/{id}")
PUT = asks("PUT /Webhook/{id}")
SAVE = asks(f"POST {AGENT}/SaveWebhook")
DELETE = asks("DELETE /Webhook/{id}")
REMOVE_BY_GET = asks(f"GET {AGENT}/DeleteWebhook")
PAUSE = 0.01


# ---- several at once


def _one_id_at_a_time(behaviour: Behaviour) -> Behaviour:
    """Webhooks that are made at the same time are answered with the id of the first."""
    running: list[int] = []

    def created(save: Save) -> Entity:
        entity = save.done()
        running.append(entity["WebhookId"])
        first = running[0]
        sleep(10 * PAUSE)
        running.remove(entity["WebhookId"])
        return {**entity, "WebhookId": first}

    return posting(created)(behaviour)


_TURNS = count()


def _piece_by_piece(save: Save) -> Entity:
    """Each part of a patch is a change of its own; every other patch begins at its end, so that two cross."""
    if isinstance(save.sent, list):
        parts: list[Any] = [[each] for each in save.sent]
    elif isinstance(save.sent, dict):
        parts = [{name: each} for name, each in save.sent.items()]
    else:
        return save.done()
    if next(_TURNS) % 2:
        parts.reverse()
    for part in parts[:-1]:
        save.good(part)
        sleep(5 * PAUSE)
    return save.good(parts[-1] if parts else save.sent)


# ---- one after the other


def _put_undone(behaviour: Behaviour) -> Behaviour:
    """The patch after a PUT brings back the Name from before it."""
    names: dict[tuple[str, int], Any] = {}

    def wrap(replace: Any) -> Any:
        def replaced(
            service: Service, caller: Caller, webhook_id: int, sent: Entity, **condition: Any
        ) -> Any:
            before = service.behaviour.get(service, caller, webhook_id)
            names[caller.tenant, webhook_id] = before["Name"]
            return replace(service, caller, webhook_id, sent, **condition)

        return replaced

    def patched(save: Save) -> Entity:
        answer, key = save.done(), (save.caller.tenant, save.webhook_id)
        return save.store({**answer, "Name": names.pop(key)}) if key in names else answer

    return patching(patched)(around("replace", wrap)(behaviour))


def _half_done(app: Wsgi) -> Wsgi:
    """A PUT or a SaveWebhook that is refused has changed the Name already."""

    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not (PUT(environ) or SAVE(environ)):
            return app(environ, start_response)
        sent = body_of(environ)
        answer = call(app, with_body(environ, sent))
        if answer.status == 400:
            _rename(app, environ, sent)
        return send(answer, start_response)

    return wrong


def _rename(app: Wsgi, environ: Environ, sent: bytes) -> None:
    name = re.search(rb'"Name" *: *("[^"]*")', sent)
    webhook_id = re.search(rb'"WebhookId" *: *(\d+)', sent)
    path = environ["PATH_INFO"] if PUT(environ) else f"/api/v1/Webhook/{_number(webhook_id)}"
    if name:
        change = with_body(environ, b'{"Name": %s}' % name.group(1))
        call(app, {**change, "REQUEST_METHOD": "PATCH", "PATH_INFO": path})


def _number(found: re.Match[bytes] | None) -> int:
    return int(found.group(1)) if found else 0


def _deleted_in_the_end(app: Wsgi) -> Wsgi:
    """A DELETE that is answered with 412 deletes all the same."""

    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not DELETE(environ):
            return app(environ, start_response)
        answer = call(app, with_body(environ, b""))
        if answer.status == 412:
            call(app, with_body({**environ, "HTTP_IF_UNMODIFIED_SINCE": ""}, b""))
        return send(answer, start_response)

    return wrong


def _is_nowhere(environ: Environ) -> bool:
    return environ["PATH_INFO"].startswith("/api/v1/") and "__" not in environ["PATH_INFO"]


def _is_unknown_member(answer: Answer) -> bool:
    return answer.status == 400 and b"expected a property of Webhook" in answer.body


FAULTS = (
    Fault(
        "ids-shared",
        "webhook.post.parallel",
        "webhooks that are made at the same time get one id",
        _one_id_at_a_time,
    ),
    Fault(
        "patches-torn",
        "webhook.patch.parallel-whole",
        "a patch is stored piece by piece, so that two at the same time mix",
        patching(_piece_by_piece),
    ),
    Fault(
        "put-undone",
        "webhook.store.last-write",
        "the PATCH after a PUT brings the old Name back",
        _put_undone,
    ),
    Fault("put-half-done", "robust.refused-put", "a refused PUT has changed the Name", wrapping(_half_done)),
    Fault(
        "save-half-done",
        "robust.refused-save",
        "a refused SaveWebhook has changed the Name",
        wrapping(_half_done),
    ),
    Fault(
        "delete-in-the-end",
        "robust.refused-delete",
        "a DELETE that is answered with 412 deletes",
        wrapping(_deleted_in_the_end),
    ),
    Fault(
        "get-deletes",
        "robust.safe-methods",
        "a GET of DeleteWebhook deletes",
        asking(REMOVE_BY_GET, lambda _: {"REQUEST_METHOD": "POST"}),
    ),
    Fault(
        "nowhere-500",
        "robust.hostile-paths",
        "an address that leads nowhere is a server error",
        answering(
            _is_nowhere, instead(500, lambda answer: b"requested URL was not found" in answer.body, BREAKDOWN)
        ),
    ),
    Fault(
        "unknown-member-500",
        "robust.hostile-members",
        "a patch of a member that no webhook has is a server error",
        answering(PATCH, instead(500, _is_unknown_member, BREAKDOWN)),
    ),
)
