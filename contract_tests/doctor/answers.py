"""What the target answers: that it is this API, that it knows who asks, and what time it has."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from contract_tests.doctor.findings import Finding, Findings, Hopeless, doubtful, fine
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.target import UNSET, Target
from contract_tests.kit.verdicts import NoAnswer

# Reading calls, so that nothing comes of them; one of them is in each half of the API.
QUESTIONS = (
    ("POST", "/Agents/Webhook/GetAllWebhooks", {"NameFilter": "webhook-contract doctor"}),
    ("GET", "/Webhook/default", None),
    ("GET", "/Webhook", None),
)
SKEW = timedelta(seconds=5)
GIVE = "--token-env, --ticket-env, or --user with --password-env"


def examine(target: Target, *, given: bool) -> Findings:
    """The answer to a harmless question; Hopeless when it is not this API's. `given`: credentials were."""
    exchange = _asked(target)
    _refuse_other_sites(exchange)
    yield from _credentials(target, exchange, given=given)
    yield fine("API", f"{exchange.request} answers {exchange.status} with JSON")
    yield _clock(exchange)


def _asked(target: Target) -> Exchange:
    """The first answer that is no 404; else the last."""
    for method, path, body in QUESTIONS:
        try:
            exchange = target.send(method, path, json=UNSET if body is None else body)
        except NoAnswer as silence:
            raise Hopeless(
                "HTTP", f"{target.base} gives no answer: {silence.reason}", "does this port speak HTTP?"
            ) from None
        if exchange.status not in {404, 405}:
            break
    return exchange


def _refuse_other_sites(exchange: Exchange) -> None:
    kind = exchange.headers.get("Content-Type", "").lower()
    if 300 <= exchange.status < 400:
        raise _redirected(exchange)
    if exchange.status in {404, 405}:
        raise Hopeless(
            "API",
            f"there is no such thing below {_base(exchange)}",
            "is the tenant or the site missing from the URL, as in https://host/Cust12345?",
        )
    if exchange.status == 400 and re.search(rb"(?i)plain HTTP request|HTTPS port", exchange.body):
        raise Hopeless("API", "the port expects https", f"try {_secure(exchange.request.url)}")
    if exchange.status >= 500:
        raise Hopeless("API", f"{exchange} is the server's own mistake", "its log says more")
    if exchange.status == 200 and ("html" in kind or exchange.body.lstrip()[:1] == b"<"):
        raise Hopeless(
            "API",
            f"{exchange.request} answers a page of HTML instead of JSON{_title(exchange)}",
            "is this the URL of the website, or a login page before the API?",
        )
    if exchange.status == 200 and not _is_json(exchange):
        raise Hopeless("API", f"{exchange.request} answers {kind or 'something'} that is no JSON", "")


def _base(exchange: Exchange) -> str:
    return exchange.request.url.removesuffix(exchange.request.path)


def _secure(url: str) -> str:
    return "https" + url.removeprefix("http").partition("/api/v1")[0]


def _redirected(exchange: Exchange) -> Hopeless:
    asked = exchange.request.url
    place = urljoin(asked, exchange.headers.get("Location", ""))
    if place == "https" + asked.removeprefix("http"):
        return Hopeless("API", "the server redirects to https", f"give {_secure(asked)}")
    if re.search(r"(?i)log-?in|sign-?in|auth|oauth|account", urlsplit(place).path + urlsplit(place).netloc):
        return Hopeless(
            "API",
            f"the server redirects to a login page, {place.partition('?')[0]}",
            f"an API does not: is the URL right, and are there credentials? {GIVE}",
        )
    return Hopeless("API", f"the server redirects to {place.partition('?')[0]}", "give the URL it leads to")


def _title(exchange: Exchange) -> str:
    found = re.search(rb"(?is)<title[^>]*>(.{1,80}?)</title>", exchange.body)
    return f" ({found[1].decode(errors='replace').strip()!r})" if found else ""


def _is_json(exchange: Exchange) -> bool:
    try:
        return exchange.json is not exchange
    except ValueError:
        return False


def _credentials(target: Target, exchange: Exchange, *, given: bool) -> Findings:
    if exchange.status in {401, 403}:
        whose = "yours" if given else "none were given; those are of the documentation's samples"
        raise Hopeless(
            "credentials",
            f"the server refuses them with {exchange.status} ({whose}){_schemes(exchange)}",
            f"give {GIVE}" if not given else "expired, of another tenant, or without the right to webhooks?",
        )
    if exchange.status >= 400:
        raise Hopeless("API", f"{exchange} refuses a good call: {exchange.body[:200]!r}", "")
    anonymous = target.send(
        exchange.request.method, exchange.request.path, body=exchange.request.body, credentials={}
    )
    yield _openness(anonymous)


def _schemes(exchange: Exchange) -> str:
    named = [each.split()[0] for each in exchange.headers.getlist("WWW-Authenticate") if each.split()]
    return f"; it takes {', '.join(dict.fromkeys(named))}" if named else ""


def _openness(anonymous: Exchange) -> Finding:
    if anonymous.status < 300:
        return doubtful(
            "credentials",
            "the server answers without any",
            "auth.required stays unproved, or is broken if you give some",
        )
    return fine("credentials", f"taken; without them the answer is {anonymous.status}{_schemes(anonymous)}")


def _clock(exchange: Exchange) -> Finding:
    if "Date" not in exchange.headers:
        return doubtful("clock", "answers have no Date", "stamps are compared with the clock of this machine")
    skew = exchange.server_time - exchange.received
    if abs(skew) <= SKEW:
        return fine("clock", "both clocks agree")
    way = "ahead" if skew > timedelta(0) else "behind"
    return doubtful(
        "clock",
        f"the server's clock is {abs(skew).total_seconds():.0f} s {way} of ours",
        "the suite goes by the server's; If-Unmodified-Since of clients that do not will fail",
    )
