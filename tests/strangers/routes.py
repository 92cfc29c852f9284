"""The eighteen operations, from request to answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from .hooks import Hook, default_entity, select, shown, validate
from .listing import matching
from .office import Office
from .problems import refused

FORM = "application/x-www-form-urlencoded"
OFFERS = ("core", "rest", "agents", "all")


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived; header and query names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be sent, before it is put into bytes."""

    status: int
    body: Any = None
    phrase: str = ""
    kind: str = "object"
    headers: Mapping[str, str] = field(default_factory=dict)


Operation = Callable[[Office, Request, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation's place; core are the four seeds'."""

    method: str
    pattern: str
    run: Operation
    core: bool = False

    @property
    def offers(self) -> set[str]:
        mine = "agents" if self.pattern.startswith("Agents/") else "rest"
        return {mine, "all", "core"} if self.core else {mine, "all"}


def document(office: Office, request: Request, *, optional: bool = False) -> Any:
    """The request's body as JSON."""
    rules, kind = office.rules, office.rules.media_type(request.headers.get("content-type", ""))
    if optional and request.body in (b"", b"null"):
        return None
    if kind == FORM:
        return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    if kind and kind not in rules.json_types and not rules.any_media:
        raise refused(rules.media_status, f"{kind} is not supported")
    try:
        found = json.loads(request.body.decode("utf-8-sig"))
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise refused(rules.malformed_status, f"the body is no JSON: {error}") from None
    return found


def request_object(office: Office, request: Request) -> dict[str, Any]:
    """The members of an agent's request, by lower-case name."""
    found = document(office, request, optional=True)
    if not isinstance(found, dict | None):
        raise refused(office.rules.malformed_status, "the request is an object")
    return {office.rules.request_name(key): value for key, value in (found or {}).items()}


def without_body(office: Office, request: Request) -> None:
    """An agent's method that has no body is called with none, or with null."""
    if request.body == b"null" and not office.rules.null_bodies:
        raise refused(office.rules.malformed_status, "null is no request")


def selected(office: Office, request: Request, entity: dict[str, Any]) -> dict[str, Any]:
    """As much of a webhook as was selected."""
    wanted = request.query.get("$select") if office.rules.selects(request) else None
    return select(entity, wanted, office.rules)


def with_links(office: Office, request: Request, hook: Hook, phrase: str = "OK", status: int = 200) -> Answer:
    """A WebhookWithLinks, as much of it as was selected."""
    links = office.rules.links(f"{request.base}/api/v1/Webhook", hook.id)
    entity = office.rules.arranged(shown(hook, office.rules, links))
    entity = selected(office, request, entity)
    if office.rules.select_stores:
        hook.values = {name: entity.get(name) for name in hook.values} | {"State": hook.values["State"]}
    validators = {}
    if office.rules.validators:
        stamp = hook.changed.strftime("%a, %d %b %Y %H:%M:%S GMT")
        validators = {"Last-Modified": stamp, "ETag": f'W/"{hook.id}-{hook.changed.timestamp():.6f}"'}
    return Answer(status, entity, phrase, "WebhookWithLinks", validators)


def saved(office: Office, request: Request, hook: Hook, phrase: str = "OK", status: int = 200) -> Answer:
    """The answer to a save."""
    answer = with_links(office, request, hook, phrase, status)
    return replace(answer, body=office.rules.told(answer.body))


def bare(office: Office, request: Request, hook: Hook) -> dict[str, Any]:
    entity = office.rules.show_listed(office.rules.arranged(shown(hook, office.rules)))
    return selected(office, request, entity)


def number(office: Office, text: str | None) -> int:
    """An id from a path or a query."""
    if text is None or not re.fullmatch(r"[+-]?[0-9]{1,300}", text):
        raise refused(office.rules.bad_id_status, f"{text!r} is no id")
    return int(text)


def condition(request: Request) -> str | None:
    return request.headers.get("if-unmodified-since")


def create(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    hook = office.create(document(office, request))
    return saved(office, request, hook, status=office.rules.created_status)


def patch(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    def body() -> Any:
        return document(office, request)

    hook_id = number(office, found["id"])
    hook = office.patch(hook_id, body, condition(request))
    return saved(office, request, hook, "Webhook updated.", office.rules.patched_status)


def put(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    asked = document(office, request)
    hook_id = office.rules.put_id(number(office, found["id"]), asked)
    hook = office.replace(hook_id, asked, condition(request))
    return saved(office, request, hook, "Webhook updated.")


def get(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    hook = office.rules.got(office.known(number(office, found["id"])))
    return with_links(office, request, hook, "Webhook found.")


def delete(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    office.remove(number(office, found["id"]), condition(request))
    return Answer(204, phrase="Webhook deleted.")


def propose(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    without_body(office, request)
    return Answer(200, office.rules.proposed(office, default_entity(office.rules)), kind="Webhook")


def listed(office: Office, request: Request, filters: dict[str, Any], known: list[Hook]) -> Answer:
    hooks = matching(known, filters, office.rules)
    found = office.rules.listed([bare(office, request, hook) for hook in hooks])
    return Answer(200, found, kind="ArrayOfWebhook")


def list_all(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    known = [office.rules.rest_listed(hook) for hook in office.all()]
    return listed(office, request, office.rules.queried(dict(request.query)), known)


def agent_list(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    known = [office.rules.agent_listed(hook) for hook in office.all()]
    return listed(office, request, request_object(office, request), known)


def test_result(office: Office, hook: Any) -> Answer:
    """The answer of a target to the test event; nothing is saved."""
    values = office.complete(office.read(hook))
    validate(values, office.rules)
    outcome = office.ping(values)
    office.rules.tested(office, values)
    result = {"Success": office.rules.test_succeeded(outcome.status), "Message": outcome.text}
    return Answer(200, result | {"TableRight": None, "FieldProperties": {}}, kind="WebhookResult")


def test(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    return test_result(office, document(office, request))


def agent_test(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    return test_result(office, request_object(office, request).get("webhook"))


def signal(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    data = document(office, request, optional=True)
    office.signal(found["event"], number(office, found["key"]), data)
    return Answer(office.rules.signal_status, phrase="No Content")


def agent_signal(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    asked = request_object(office, request)
    office.signal(asked.get("eventname"), asked.get("primarykey"), asked.get("data"))
    return Answer(office.rules.signal_status, phrase="No Content")


def last_error(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    hook = office.known(number(office, found["id"]))
    return Answer(200, office.rules.error_told(hook.last_error), kind="string")


def agent_last_error(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    wanted = request_object(office, request).get("webhookid") or 0
    if not isinstance(wanted, int):
        raise refused(office.rules.malformed_status, "WebhookId is an integer")
    hook = office.hooks.get(wanted)
    return Answer(200, office.rules.error_told(hook.last_error) if hook else "", kind="string")


def agent_get(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    """An agent knows no 404: what is not there is null."""
    without_body(office, request)
    hook = office.hooks.get(number(office, request.query.get("webhookid")))
    return Answer(200, bare(office, request, hook) if hook else None, kind="Webhook")


def agent_save(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    asked = document(office, request)
    office.read(asked)
    hook_id = office.rules.saved_id(asked)
    if not hook_id:
        return Answer(200, bare(office, request, office.create(asked)), kind="Webhook")
    hook = office.replace(hook_id, asked, condition(request), "save")
    return Answer(200, bare(office, request, hook), kind="Webhook")


def agent_delete(office: Office, request: Request, found: Mapping[str, str]) -> Answer:
    without_body(office, request)
    office.forget(number(office, request.query.get("webhookid")))
    return Answer(204)


AGENT = "Agents/Webhook/"
ROUTES = (
    Route("GET", "Webhook/default", propose),
    Route("GET", "Webhook", list_all),
    Route("POST", "Webhook", create, core=True),
    Route("POST", "Webhook/Test", test),
    Route("GET", r"Webhook/(?P<id>[^/]+)", get),
    Route("PUT", r"Webhook/(?P<id>[^/]+)", put),
    Route("PATCH", r"Webhook/(?P<id>[^/]+)", patch, core=True),
    Route("DELETE", r"Webhook/(?P<id>[^/]+)", delete),
    Route("GET", r"Webhook/(?P<id>[^/]+)/LastError", last_error),
    Route("POST", r"Webhook/(?P<event>[^/]+)/(?P<key>[^/]+)", signal),
    Route("POST", AGENT + "CreateDefaultWebhook", propose),
    Route("POST", AGENT + "SaveWebhook", agent_save),
    Route("POST", AGENT + "DeleteWebhook", agent_delete),
    Route("POST", AGENT + "GetWebhook", agent_get),
    Route("POST", AGENT + "GetAllWebhooks", agent_list, core=True),
    Route("POST", AGENT + "TestWebhook", agent_test),
    Route("POST", AGENT + "SignalEvent", agent_signal, core=True),
    Route("POST", AGENT + "GetLastError", agent_last_error),
)
