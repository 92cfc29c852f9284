"""Wrong answers to what makes no sense."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mock_server import selection
from mock_server.conditions import http_date
from mock_server.faults.choking import Broken
from mock_server.faults.fault import Entity, Fault, Save, decides, patching
from mock_server.faults.wire import (
    AGENT,
    BREAKDOWN,
    Answer,
    Environ,
    answering,
    asking,
    asks,
)
from mock_server.filters import EVERYTHING

PATCH = asks("PATCH /Webhook/{id}")
SIGNAL = asks(f"POST {AGENT}/SignalEvent")
LIST = asks(f"POST {AGENT}/GetAllWebhooks")
SAVE = asks(f"POST {AGENT}/SaveWebhook")
ONE = asks("GET /Webhook/{id}", "PATCH /Webhook/{id}")
PUT = asks("PUT /Webhook/{id}")
_TAIL = re.compile(r"(?<=[0-9])[^0-9/][^/]*$")


def _breaks(when: Callable[[Environ, Answer], bool]) -> Any:
    """A server error in place of some answers."""

    def rewrite(environ: Environ, answer: Answer) -> Answer:
        return replace(answer, status=500).having(BREAKDOWN) if when(environ, answer) else answer

    return rewrite


def _from_the_end(save: Save) -> Entity:
    """A negative id counts from the newest webhook."""
    if save.webhook_id >= 0:
        return save.done()
    with save.service.store.reading() as rows:
        everything = list(rows.find(save.caller.tenant, EVERYTHING))
    newest = everything[max(save.webhook_id, -len(everything))]
    return save.service.behaviour.patch(save.service, save.caller, newest["WebhookId"], save.sent)


def _digits_in_front(environ: Environ) -> Environ:
    """As `parseInt` does."""
    return {"PATH_INFO": _TAIL.sub("", environ["PATH_INFO"])}


def _lower_half(environ: Environ) -> Environ:
    """As a cast to 32 bits does."""
    front, _, last = environ["PATH_INFO"].rpartition("/")
    return {"PATH_INFO": f"{front}/{int(last) % 2**32}"} if last.isdecimal() else {}


def _strict_selection(text: str) -> selection.Tree:
    if "" in (step.strip() for step in text.replace("/", ",").split(",")):
        raise Broken("Index was outside the bounds of the array.")
    return selection.parse(text)


def _any(_: Environ) -> bool:
    return True


def _is_number(environ: Environ) -> bool:
    return bool(environ["PATH_INFO"].rpartition("/")[2].isdigit())


def _stray_condition(environ: Environ, _: Answer) -> bool:
    condition = environ.get("HTTP_IF_UNMODIFIED_SINCE")
    return bool(condition) and http_date(condition) is None


def _unknown_language(environ: Environ, _: Answer) -> bool:
    return not environ.get("HTTP_SO_LANGUAGE", "en").replace("-", "").isalpha()


FAULTS = (
    Fault(
        "put-breaks-without-events",
        "robust.no-server-error",
        "PUT of a webhook without Events is a server error",
        answering(PUT, _breaks(lambda _, answer: answer.went_well and b'"Events":[]' in answer.body)),
    ),
    Fault(
        "save-breaks-without-name",
        "robust.no-server-error",
        "SaveWebhook of a webhook without a Name is a server error",
        answering(SAVE, _breaks(lambda _, answer: b'"Name":null' in answer.body)),
    ),
    Fault(
        "save-created-without-name",
        "robust.documented-success",
        "SaveWebhook of a webhook without a Name answers 201",
        answering(
            SAVE, lambda _, answer: replace(answer, status=201) if b'"Name":null' in answer.body else answer
        ),
    ),
    Fault(
        "id-500",
        "robust.hostile-ids",
        "an id that is no number is a server error",
        answering(PATCH, _breaks(lambda environ, _: not _is_number(environ))),
    ),
    Fault(
        "id-from-the-end",
        "robust.hostile-ids",
        "a negative id counts from the newest webhook",
        patching(_from_the_end),
    ),
    Fault(
        "id-with-tail",
        "robust.hostile-ids",
        "an id ends where its digits end, whatever follows",
        asking(ONE, _digits_in_front),
    ),
    Fault(
        "id-wrapped",
        "robust.hostile-ids",
        "an id has its lower 32 bits only",
        asking(ONE, _lower_half),
    ),
    Fault(
        "condition-500",
        "robust.hostile-headers",
        "an If-Unmodified-Since that is no date is a server error",
        answering(PATCH, _breaks(_stray_condition)),
    ),
    Fault(
        "language-500",
        "robust.hostile-headers",
        "an SO-Language that is no language is a server error",
        answering(_any, _breaks(_unknown_language)),
    ),
    Fault(
        "selection-500",
        "robust.hostile-headers",
        "an empty name in $select is a server error",
        decides(parse_selection=_strict_selection),
    ),
)
