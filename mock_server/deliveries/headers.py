"""The HTTP headers of a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server.deliveries.payload import Event

USER_AGENT = "NetServer-Webhook/12.0.0.0"
# What frames the message is the sender's to say, whatever a hook's Headers hold.
FRAMING = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def headers(
    webhook: Mapping[str, Any], event: Event, *, retry: int, signature: str | None, ping: bool
) -> dict[str, str]:
    """The documented headers, and the hook's own where they do not clash."""
    built_in = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "X-SuperOffice-Event": event.name,
        "X-SuperOffice-EventId": event.id,
        "X-SuperOffice-Retry": str(retry),
    }
    if signature is not None:
        built_in["X-SuperOffice-Signature"] = signature
    if ping:
        built_in["X-Hook-Test"] = "true"
    taken = FRAMING | {name.casefold() for name in built_in} | {"x-superoffice-signature"}
    own = webhook["Headers"] or {}
    return built_in | {name: value for name, value in own.items() if name.casefold() not in taken}
