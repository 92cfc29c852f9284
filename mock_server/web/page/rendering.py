"""The page as HTML: templates, and the few words that they need."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mock_server.control.asked import operation_of
from mock_server.control.hiding import hidden
from mock_server.control.journal import BODY, Exchange, cut
from mock_server.deliveries.log import Entry
from mock_server.problems import Forbidden, Problem, Unauthorized
from mock_server.settings import Settings
from mock_server.upstream.violations import DOCUMENT, WORDS
from mock_server.web.about import mock_version
from mock_server.web.mount import BASE
from mock_server.web.page import curl
from mock_server.web.page.asked import Asked
from mock_server.web.page.looking import View, is_refused
from mock_server.web.page.signatures import verdict

if TYPE_CHECKING:
    from mock_server.upstream.violations import Violation

# How each State is marked, so that its colour is not all there is.
MARKS = {"Active": "●", "Stopped": "■", "TooManyErrors": "▲", "Unknown": "○"}

# Whose fault a violation is: a word for its row, one for their number, and a kind for the style.
FAULTS = {
    "server": ("server", WORDS["server"], "bad"),
    "client": ("client", WORDS["client"], "warn"),
    "network": ("no answer", WORDS["network"], "idle"),
}

TITLES = {Unauthorized.status: "This mock asks for its token", Forbidden.status: "The page is closed here"}
# What an opened row does not have to have.
NOTHING = dict.fromkeys(("verdict", "signed", "violation", "sent", "came"))
# A webhook to begin with, whose target is `webhook-contract listen --port 9000 --secret s3cr3t`.
FIRST = {
    "Name": "deals",
    "Events": ["sale.created"],
    "TargetUrl": "http://127.0.0.1:9000/",
    "Secret": "s3cr3t",
    "Type": "webhook",
}


def page(seen: View, origin: str) -> bytes:
    """The whole page."""
    return _rendered("page.html", seen=seen, gate=None, **_context(seen, origin))


def view(seen: View, origin: str) -> bytes:
    """The part of it that changes."""
    return _rendered("view.html", seen=seen, **_context(seen, origin))


def gate(problem: Problem) -> bytes:
    """The page of somebody who may not see it, or not yet."""
    title = TITLES.get(problem.status, "This cannot be shown")
    token = problem.status == Unauthorized.status
    return _rendered("page.html", seen=None, gate=problem.message, title=title, token=token)


def tenants(found: Sequence[Mapping[str, Any]], asked: Asked) -> bytes:
    """The list of tenants."""
    return _rendered("tenants.html", tenants=found, asked=asked)


def opened(kind: str, found: Any, settings: Settings) -> bytes:
    """One row, opened."""
    said = _delivery(found) if kind == "deliveries" else _exchange(found, settings)
    return _rendered("opened.html", **said)


def departed(violation: Violation, exchange: Exchange | None, settings: Settings) -> bytes:
    """One violation, opened; the journal may have forgotten its exchange."""
    said = _exchange(exchange, settings) if exchange else {**NOTHING, "facts": {"Address": violation.target}}
    said |= {"violation": violation, "curl": violation.curl, "again": "Ask the server itself again"}
    return _rendered("opened.html", **said)


def _context(seen: View, origin: str) -> dict[str, Any]:
    """What the links lead to, and what to do next where a list is empty."""
    url = f"{origin}{seen.asked.prefix}{BASE}"
    event = {"EventName": "sale.created", "PrimaryKey": 1}
    return {
        "asked": seen.asked,
        "url": url,
        "list": curl.of_call(f"{url}/Webhook", None, seen.settings),
        "create": curl.of_call(f"{url}/Webhook", FIRST, seen.settings),
        "signal": curl.of_call(f"{url}/Agents/Webhook/SignalEvent", event, seen.settings),
        "read": lambda number: curl.of_call(f"{url}/Webhook/{number}", None, seen.settings),
    }


def _delivery(entry: Entry) -> dict[str, Any]:
    return {
        **NOTHING,
        "facts": {
            "Webhook": entry.webhook_id,
            "Target": entry.target,
            "EventId": entry.event_id,
            "Retry": entry.retry,
            "When": Markup("{} UTC").format(_moment(entry.when)),
            "Error": entry.error,
        },
        "verdict": verdict(entry),
        "signed": entry.request_headers.get("X-SuperOffice-Signature"),
        "sent": _message(entry.request_headers.items(), entry.request_body),
        "came": _message(entry.response_headers, entry.response_body) if entry.status else None,
        "curl": curl.of_delivery(entry),
        "again": "Send it again",
    }


def _exchange(exchange: Exchange, settings: Settings) -> dict[str, Any]:
    headers = [(name, hidden(name, value)) for name, value in exchange.headers.items()]
    answered = [(name, hidden(name, value)) for name, value in exchange.answered]
    return {
        **NOTHING,
        "facts": {
            "Operation": operation_of(exchange.method, exchange.path),
            "Address": curl.url(exchange.environ),
            "When": Markup("{} UTC").format(_moment(datetime.fromtimestamp(exchange.when, UTC))),
        },
        "sent": _message(headers, exchange.public(exchange.body)),
        "came": _message(answered, exchange.public(exchange.said)) if exchange.status else None,
        "curl": curl.of_exchange(exchange, settings),
        "again": "Ask it again",
    }


def _message(headers: Any, body: bytes) -> dict[str, Any]:
    return {"headers": list(headers), "body": _readable(body), "size": len(body), "is_cut": len(body) > BODY}


def _readable(body: bytes) -> str:
    """JSON with a line for each member; anything else as it is."""
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()[:BODY]
    except orjson.JSONDecodeError:
        return cut(body)


def _rendered(template: str, **values: Any) -> bytes:
    # Half of a surrogate pair has no bytes.
    return _environment().get_template(template).render(**values).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("mock_server.web.page", "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "iso": _iso,
        "moment": _moment,
        "ago": _ago,
        "ms": _milliseconds,
        "verdict": verdict,
        "operation": lambda each: operation_of(each.method, each.path),
        "refused": is_refused,
        "epoch": lambda seconds: datetime.fromtimestamp(seconds, UTC),
        "basic": _basic,
        "json": lambda value: orjson.dumps(value).decode(),
        "bare": lambda target: target.removeprefix("http://"),
    }
    environment.globals |= {
        "MARKS": MARKS,
        "FAULTS": FAULTS,
        "DOCUMENT": DOCUMENT,
        "VERSION": mock_version(),
        "BASE": BASE,
    }
    return environment


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"


def _ago(moment: datetime) -> Markup:
    """A time, which the script tells as how long ago it was."""
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        _iso(moment), _moment(moment), f"{moment:%H:%M:%S}"
    )


def _milliseconds(seconds: float) -> str:
    return (
        f"{seconds:.1f} s"
        if seconds >= 1
        else f"{seconds * 1000:.0f} ms"
        if seconds >= 0.01
        else f"{seconds * 1000:.1f} ms"
    )


def _basic(settings: Settings) -> str:
    """What the script sends to the Webhook API; nothing to a real server."""
    if settings.upstream or not settings.authentication:
        return ""
    return "Basic " + b64encode(f"{settings.user}:{settings.password}".encode()).decode()
