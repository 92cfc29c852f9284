"""Every operation, whatever the document lets one send, and what it does not."""

from __future__ import annotations

import copy
import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import requests

from contract_tests.kit import arrange, expect, ledger, profiles
from contract_tests.kit.clause import checks
from contract_tests.kit.exchange import Exchange, Request
from contract_tests.kit.properties import as_dear_as, given
from contract_tests.kit.run import Run
from contract_tests.kit.target import USER_AGENT
from contract_tests.kit.verdicts import ContractViolation, NotOffered
from openapi import document

OPERATIONS = tuple(document.load().operations)
each_operation = pytest.mark.parametrize("operation", OPERATIONS)
Drawn = defaultdict[tuple[str, str], list[Exchange]]
RIGHT, WRONG = "positive", "negative"
# Of each operation: what is against the document has checks of its own, and a wider search is a stock tool's.
EXAMPLES = {RIGHT: 2, WRONG: 1}
JSON = "application/json"
# Conditions are the business of other checks; credentials and formats of the run.
LEFT_OUT = {"authorization", "x-xsrf-token", "cookie", "so-apptoken", "host"}


@functools.cache
def schema() -> Any:
    """The document as schemathesis reads it; an empty configuration keeps files of the user's out."""
    import schemathesis  # half a second in which slow observations could be under way already

    return schemathesis.openapi.from_dict(slimmed(document.load().raw), config=schemathesis.Config())


def slimmed(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what is slow to draw and has checks of its own.

    That is headers, other bodies than JSON, and members that no page names.
    """
    slim = copy.deepcopy({name: part for name, part in raw.items() if name != "webhooks"})
    for body in slim["components"]["requestBodies"].values():
        body["content"] = {JSON: body["content"][JSON]}
    for each in parts(slim):
        if "properties" in each and each.get("type") == "object":
            each.setdefault("additionalProperties", False)
        if isinstance(named := each.get("parameters"), list):
            named[:] = [parameter for parameter in named if not is_header(slim, parameter)]
    return slim


def parts(whole: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(whole, dict):
        yield whole
    if isinstance(whole, dict | list):
        for each in whole.values() if isinstance(whole, dict) else whole:
            yield from parts(each)


def is_header(raw: Mapping[str, Any], parameter: Mapping[str, Any]) -> bool:
    """True for a parameter that travels in a header, or a reference to one."""
    name = parameter.get("$ref", "").rpartition("/")[2]
    return bool(raw["components"]["parameters"].get(name, parameter)["in"] == "header")


@functools.cache
def cases(operation: str, mode: str) -> Any:
    """What schemathesis draws for one operation, right or wrong."""
    from schemathesis import GenerationMode

    return schema().find_operation_by_id(operation).as_strategy(generation_mode=GenerationMode(mode))


def sent(run: Run, case: Any) -> Exchange:
    """Send a drawn case; one that would touch what the run has not made is drawn again."""
    if run.spare in run.target.ledger.gone:
        run.spare = arrange.saved(run)["WebhookId"]
    own(run, case)
    request = prepared(run, case)
    hypothesis.assume(not run.target.ledger.trespass(request, run.target.base))
    exchange = run.target.exchange(request)
    arrange.remember(run, exchange)
    named_again(run, exchange)
    return exchange


def prepared(run: Run, case: Any) -> Request:
    """A drawn case as it goes out."""
    arguments = case.as_transport_kwargs(base_url=run.target.base)
    wire = requests.Request(**{key: value for key, value in arguments.items() if key in WIRE}).prepare()
    headers = dict(run.target.credentials) | {"Accept": "application/json", "User-Agent": USER_AGENT}
    headers |= {name: text(value) for name, value in wire.headers.items() if name.lower() not in LEFT_OUT}
    body = wire.body.encode() if isinstance(wire.body, str) else wire.body
    path = str(wire.url)[len(run.target.base) :]
    return Request(str(wire.method), path, str(wire.url), headers, body)


def named_again(run: Run, exchange: Exchange) -> None:
    """Put the tag back into the spare webhook when a drawn change may have taken it out."""
    changed = ledger.read(exchange.request, run.target.base).operation in ledger.CHANGES
    changed = changed and run.spare not in run.target.ledger.gone
    if changed and arrange.went_well(exchange) and run.tag.encode() not in (exchange.request.body or b""):
        arrange.patch(run, run.spare, {"Name": run.fresh("spare")})


WIRE = {"method", "url", "headers", "params", "json", "data", "files", "cookies"}


def text(value: str | bytes) -> str:
    """A header's value as the connection takes it."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def own(run: Run, case: Any) -> None:
    """Turn what was drawn towards the run's own webhooks, its own events and its own receiver."""
    for part in (case.path_parameters, case.query):
        for name in {*(part or {})} & {"id", "webhookId", "WebhookId"}:
            part[name] = turned(run, part[name])
    if isinstance(case.path_parameters, dict) and "eventName" in case.path_parameters:
        case.path_parameters["eventName"] = f"{run.tag}.drawn"
    case.body = at_home(run, case.body)


def turned(run: Run, value: Any) -> Any:
    """An id that was drawn, of the same kind, that can be taken for no other than one of ours."""
    match value:
        case bool():
            return False
        case int():
            return run.spare
        case float():
            return run.spare + 0.25
        case str():
            return re.sub(r"\d+", str(run.spare), value)
        case list():
            return [turned(run, each) for each in value]
    return at_home(run, value)


def at_home(run: Run, body: Any) -> Any:
    """The same body, with our receiver for its target, our webhook for its id and our event for its event."""
    if isinstance(body, list):
        return [at_home(run, each) for each in body]
    if not isinstance(body, Mapping):
        return body
    patched = str(body.get("path", "")).strip("/").lower()
    return {
        name: _at_home(run, patched if name == "value" and patched else name, value)
        for name, value in body.items()
    }


def _at_home(run: Run, name: str, value: Any) -> Any:
    match name.lower():
        case "targeturl" if isinstance(value, str) and urlsplit_or_none(value):
            return f"{run.receiver.url}/{run.tag}/drawn"
        case "name" | "targeturl" if isinstance(value, str) and value:
            return f"{run.tag} {value}"
        case "webhookid" if value:
            return turned(run, value)
        case "eventname" if isinstance(value, str):
            return f"{run.tag}.drawn"
        case "eventname" if value is not None and not isinstance(value, Mapping):
            return [f"{run.tag}.drawn"]  # of a wrong kind too, but of nobody's name
    return at_home(run, value)


def urlsplit_or_none(value: str) -> bool:
    """True for a text that names a host."""
    try:
        return bool(urlsplit(value).netloc)
    except ValueError:
        return False


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """What was drawn for each operation and mode; two checks look at it, since drawing takes long."""
    return defaultdict(list)


def explore(run: Run, drawn: Drawn, operation: str, mode: str, judge: Any) -> None:
    """Draw some cases of an operation, send each of them and judge the answer."""
    __tracebackhide__ = True
    run.require(operation)
    if operation not in run.asked.operations:
        raise NotOffered(f"this run is not about {profiles.label(operation)}")
    run.spare = arrange.saved(run)["WebhookId"]

    @given(examples=EXAMPLES[mode], case=cases(operation, mode))
    def explored(run: Run, case: Any) -> None:
        exchange = sent(run, case)
        drawn[operation, mode].append(exchange)
        judge(exchange)

    explored(run=run)


def passes(judge: Any, seen: list[Exchange]) -> bool:
    """True when the judge has nothing against what was seen, if anything was."""
    try:
        for exchange in seen:
            judge(exchange)
    except ContractViolation:
        return False
    return bool(seen)


def some(value: Any) -> Any:
    """The value itself, or the ends of a list that is long because of all the other checks."""
    return [*value[:10], *value[10:][-10:]] if isinstance(value, list) else value


@checks("robust.no-server-error")
@as_dear_as(6)
@each_operation
@pytest.mark.parametrize("mode", [RIGHT, WRONG], ids=["by the document", "against it"])
def test_nothing_is_a_server_error(run, drawn, operation, mode):
    explore(run, drawn, operation, mode, expect.no_server_error)


def is_nothing(operation, exchange):
    """True for the null by which agents tell that nothing is there, and servers that no error was."""
    may_be_null = operation.startswith("v1WebhookAgent_") or operation.endswith("_GetLastError")
    return may_be_null and exchange.body.strip() == b"null"


@checks("robust.documented-success")
@each_operation
def test_a_success_is_as_documented(run, drawn, operation):
    documented = document.load().operations[operation]
    reference = document.load().success_reference(operation)

    def judge(exchange):
        if exchange.status >= 300:
            return
        expect.status(exchange, documented.success)
        if reference is None:
            expect.no_body(exchange)
        elif "json" in exchange.headers.get("Content-Type", "json") and not is_nothing(operation, exchange):
            expect.shape(exchange, reference, some(expect.json(exchange)))

    # What was seen does not pass: it is drawn again, and made smaller.
    if not passes(judge, drawn[operation, RIGHT]):
        explore(run, drawn, operation, RIGHT, judge)
