"""Wrong ways to read a merge patch, and to answer a PATCH."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Entity, Fault, Save, around, patching, rewriting
from mock_server.faults.wire import Answer, Environ, answering, asks, media_type, members, status, without
from mock_server.problems import Invalid

PATCH = asks("PATCH /Webhook/{id}")


def _is_merge(environ: Environ) -> bool:
    return bool(environ["sent"].lstrip().startswith(b"{"))


def _merged(change: Any) -> Change:
    """Another merge patch than the one that was sent."""
    return rewriting(lambda sent: change(sent) if isinstance(sent, dict) else sent)


def _merging(change: Any) -> Change:
    """Another merge patch, made from the webhook that it is for."""

    def wrong(save: Save) -> Entity:
        before = save.stored()
        if not isinstance(save.sent, dict) or before is None:
            return save.done()
        return save.good({name: change(before.get(name), value) for name, value in save.sent.items()})

    return patching(wrong)


def _appended(before: Any, value: Any) -> Any:
    return [*before, *value] if isinstance(before, list) and isinstance(value, list) else value


def _by_index(before: Any, value: Any) -> Any:
    if isinstance(before, list) and isinstance(value, list):
        return [*value, *before[len(value) :]]
    return value


def _adding(before: Any, value: Any) -> Any:
    return {**value, **before} if isinstance(before, dict) and isinstance(value, dict) else value


def _nothing(_: Any) -> Any:
    return {}


def _without_nulls(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if value is not None}


def _nulls_of_texts(before: Any, value: Any) -> Any:
    return {} if value is None and isinstance(before, dict) else value


def _without_objects(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if not isinstance(value, dict)}


def _first_member(sent: Any) -> Any:
    return dict(list(sent.items())[:1])


def _documented_case(sent: Any) -> Any:
    return {name: value for name, value in sent.items() if name in DEFAULT}


def _drops_secret(save: Save) -> Entity:
    answer = save.done()
    if not isinstance(save.sent, dict) or "Secret" in save.sent:
        return answer
    return save.store({**answer, "Secret": ""})


def _keeps_updated(save: Save) -> Entity:
    before, answer = save.stored(), save.done()
    if not isinstance(save.sent, dict) or before is None:
        return answer
    return save.store({**answer, "Updated": before["Updated"]})


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
    _patch(
        "merge-ignored", "merge", "a merge patch is answered with 200 and changes nothing", _merged(_nothing)
    ),
    _patch(
        "merge-first-only", "merge", "a merge patch changes its first member only", _merged(_first_member)
    ),
    _patch(
        "merge-case-sensitive",
        "path-any-case",
        "a merge patch needs the documented letter case",
        _merged(_documented_case),
    ),
    _patch(
        "merge-array-appends", "merge-array", "an array in a merge patch is appended", _merging(_appended)
    ),
    _patch(
        "merge-array-by-index",
        "merge-array",
        "an array in a merge patch leaves the rest of a longer one",
        _merging(_by_index),
    ),
    _patch(
        "merge-null-ignored", "merge-null", "a null in a merge patch is passed over", _merged(_without_nulls)
    ),
    _patch(
        "merge-null-leaves-objects",
        "merge-null",
        "a null in a merge patch leaves Headers and Properties",
        _merging(_nulls_of_texts),
    ),
    _patch(
        "merge-nested-ignored",
        "merge-nested",
        "an object in a merge patch is passed over",
        _merged(_without_objects),
    ),
    _patch(
        "merge-nested-adds-only",
        "merge-nested",
        "an object in a merge patch adds entries and changes none",
        _merging(_adding),
    ),
    _patch(
        "merge-drops-secret",
        "forms-agree",
        "a merge patch that does not name Secret empties it",
        patching(_drops_secret),
    ),
    _patch(
        "updated-not-by-merge",
        "updated-now",
        "a merge patch leaves Updated as it was",
        patching(_keeps_updated),
    ),
    # what is answered
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
