"""Wrong answers to a PATCH that was understood, and media types that are not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mock_server.faults.fault import Change, Fault, around
from mock_server.faults.wire import Answer, Environ, answering, asks, media_type, members, status, without
from mock_server.problems import Invalid

PATCH = asks("PATCH /Webhook/{id}")


def _is_merge(environ: Environ) -> bool:
    return bool(environ["sent"].lstrip().startswith(b"{"))


def _types_refused(*refused: str) -> Change:
    def around_read(read: Any) -> Any:
        def wrong(body: bytes, content_type: str, schema: str) -> Any:
            if content_type.partition(";")[0] in refused:
                raise Invalid(f"Content-Type: expected application/json, got {content_type!r}")
            return read(body, content_type, schema)

        return wrong

    return around("read", around_read)


def _merge_answered(environ: Environ, answer: Answer) -> Answer:
    return replace(answer, status=202) if _is_merge(environ) and answer.went_well else answer


def _conflict_as_bad_request(_: Environ, answer: Answer) -> Answer:
    return replace(answer, status=400) if answer.status == 409 else answer


def _missing_as_bad_request(_: Environ, answer: Answer) -> Answer:
    return replace(answer, status=400) if answer.status == 404 else answer


def _patch(fault_id: str, clause: str, says: str, change: Change) -> Fault:
    return Fault(fault_id, f"webhook.patch.{clause}", says, change)


FAULTS = (
    _patch("patch-accepted", "ok", "a PATCH answers 202", answering(PATCH, status(202))),
    _patch("merge-accepted", "ok", "a merge patch answers 202", answering(PATCH, _merge_answered)),
    _patch(
        "patch-numbers-state",
        "shape",
        "the answer to a PATCH shows State as a number",
        answering(PATCH, members(lambda _: {"State": 1})),
    ),
    _patch(
        "patch-without-stamps",
        "shape",
        "the answer to a PATCH lacks Registered and Updated",
        answering(PATCH, without("Registered", "Updated")),
    ),
    _patch(
        "patch-without-id",
        "keeps-identity",
        "the answer to a PATCH has the WebhookId 0",
        answering(PATCH, members(lambda _: {"WebhookId": 0})),
    ),
    _patch(
        "patch-links-missing",
        "links",
        "the answer to a PATCH has no _Links",
        answering(PATCH, without("_Links")),
    ),
    _patch(
        "conflict-bad-request",
        "test-conflict",
        "a failed test is answered with 400",
        answering(PATCH, _conflict_as_bad_request),
    ),
    _patch(
        "unknown-bad-request",
        "unknown-id",
        "a PATCH of an unknown id is answered with 400",
        answering(PATCH, _missing_as_bad_request),
    ),
    Fault(
        "patch-as-text",
        "webhook.patch.content-type",
        "the JSON of a PATCH is labelled as plain text",
        answering(PATCH, media_type("text/plain")),
    ),
    Fault(
        "patch-types-refused",
        "webhook.patch.media-types",
        "bodies are taken as application/json only",
        _types_refused("application/json-patch+json", "application/merge-patch+json"),
    ),
    Fault(
        "merge-type-refused",
        "webhook.patch.media-types",
        "bodies are not taken as application/merge-patch+json",
        _types_refused("application/merge-patch+json"),
    ),
)
