"""Wrong ways to select members of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from mock_server import selection
from mock_server.entity import DEFAULT
from mock_server.faults.fault import Change, Fault, around, decides
from mock_server.faults.wire import (
    AGENT,
    Environ,
    When,
    Wsgi,
    asking,
    asks,
    body_of,
    call,
    query,
    send,
    with_body,
    wrapping,
)
from mock_server.problems import Invalid

LIST = asks(f"POST {AGENT}/GetAllWebhooks")
POST = asks("POST /Webhook")
PATCH = asks("PATCH /Webhook/{id}")
PUT = asks("PUT /Webhook/{id}")
GET = asks("GET /Webhook/{id}")
GET_BY_AGENT = asks(f"POST {AGENT}/GetWebhook")
CLEARED = ("Secret", "Headers", "Properties")
KNOWN = frozenset(name.casefold() for name in (*DEFAULT, "_Links"))


def _as_written(text: str) -> selection.Tree:
    """Names in lower case, which is how they are matched, count only where they are documented so."""
    known = [part.strip() for part in text.split(",") if part.strip()[:1].isupper()]
    return selection.parse(",".join(known) or "-")


def _known_only(text: str) -> selection.Tree:
    tree = selection.parse(text)
    if not KNOWN.issuperset(tree):
        raise Invalid(f"$select: expected properties of Webhook, got {text!r}")
    return tree


def _first_only(text: str) -> selection.Tree:
    return selection.parse(text.partition(",")[0])


def _objects_stay(select: Any) -> Any:
    def wrong(value: Any, tree: selection.Tree) -> Any:
        chosen = select(value, tree)
        if not isinstance(chosen, dict):
            return chosen
        return {**chosen, **{name: value[name] for name in ("Headers", "Properties") if name in value}}

    return wrong


def _storing(app: Wsgi) -> Wsgi:
    """A PATCH with $select stores the nulls that it shows."""

    def wrong(environ: Environ, start_response: Any) -> Iterable[bytes]:
        chosen = query(environ, "$select")
        if not PATCH(environ) or not chosen:
            return app(environ, start_response)
        sent = body_of(environ)
        answer = call(app, with_body(environ, sent))
        names = [name for name in CLEARED if name.casefold() not in selection.parse(chosen)]
        if answer.went_well:
            call(app, with_body(environ, orjson.dumps(dict.fromkeys(names))))
        return send(answer, start_response)

    return wrong


def _loosely(when: When, fits: Callable[[str, str], bool]) -> Change:
    """A name selects other members, too: those that fit it."""

    def change(environ: Environ) -> Environ:
        chosen = selection.parse(query(environ, "$select"))
        also = [name for name in KNOWN for each in chosen if fits(name, each)]
        pairs = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        if also:
            pairs["$select"] += "," + ",".join(also)
        return {"QUERY_STRING": urlencode(pairs)}

    return asking(when, change)


def _begins_so(name: str, chosen: str) -> bool:
    return name.startswith(chosen)


def _is_beginning(name: str, chosen: str) -> bool:
    return chosen.startswith(name)


def _has_part(name: str, chosen: str) -> bool:
    return chosen in name


def _unselected(_: Environ) -> Environ:
    return {"QUERY_STRING": ""}


FAULTS = (
    Fault(
        "select-by-prefix",
        "webhook.post.select",
        "the $select of a POST selects members whose names begin so",
        _loosely(POST, _begins_so),
    ),
    Fault(
        "patch-select-by-beginning",
        "webhook.patch.select",
        "the $select of a PATCH selects Registered with RegisteredAssociate",
        _loosely(PATCH, _is_beginning),
    ),
    Fault(
        "put-select-by-part",
        "webhook.put.select",
        "the $select of a PUT selects members whose names have it in them",
        _loosely(PUT, _has_part),
    ),
    Fault(
        "get-select-by-prefix",
        "webhook.get.select",
        "the $select of GET selects members whose names begin so",
        _loosely(GET, _begins_so),
    ),
    Fault(
        "agent-get-select-by-beginning",
        "agent.get.select",
        "the $select of GetWebhook selects Updated with UpdatedAssociate",
        _loosely(GET_BY_AGENT, _is_beginning),
    ),
    Fault(
        "list-select-by-part",
        "agent.list.select",
        "the $select of GetAllWebhooks selects members whose names have it in them",
        _loosely(LIST, _has_part),
    ),
    Fault(
        "select-ignored", "webhook.post.select", "$select is ignored", decides(select=lambda value, _: value)
    ),
    Fault(
        "select-leaves-objects",
        "webhook.post.select",
        "$select nulls neither Headers nor Properties",
        around("select", _objects_stay),
    ),
    Fault(
        "select-first-only",
        "webhook.post.select",
        "$select takes its first name only",
        decides(parse_selection=_first_only),
    ),
    Fault(
        "select-case-sensitive",
        "webhook.post.select-any-case",
        "$select knows names in the documented letter case only",
        decides(parse_selection=_as_written),
    ),
    Fault(
        "select-unknown-refused",
        "webhook.post.select-example",
        "a $select with the name of no member is refused",
        decides(parse_selection=_known_only),
    ),
    Fault(
        "patch-select-ignored",
        "webhook.patch.select",
        "the $select of a PATCH is ignored",
        asking(PATCH, _unselected),
    ),
    Fault(
        "patch-select-stored",
        "webhook.patch.select",
        "a PATCH with $select empties what it does not select",
        wrapping(_storing),
    ),
    Fault(
        "list-select-ignored",
        "agent.list.select",
        "the $select of GetAllWebhooks is ignored",
        asking(LIST, _unselected),
    ),
)
