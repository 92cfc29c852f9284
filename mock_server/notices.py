"""Who is written to when a webhook fails for the first time or is disabled, and what."""

from __future__ import annotations

from mock_server.deliveries.courier import Outcome
from mock_server.deliveries.mails import Mail
from mock_server.deliveries.payload import Event
from mock_server.service import Entity, Service

FIRST = "FirstFailure"
LAST = "Disabling"
EMAIL = "Email"
SUBJECTS = {FIRST: "has failed", LAST: "has been disabled"}


def notify(
    service: Service, tenant: str, before: Entity, after: Entity, *, event: Event, outcome: Outcome
) -> None:
    """Posts the mail that a failed attempt asks for, if it asks for one."""
    reason = _reason(before, after)
    if reason and EMAIL in _names(after["NotifyVia"]) and (to := receivers(after)):
        name = " ".join((after["Name"] or "").split())
        mail = Mail(
            when=service.clock(),
            webhook_id=after["WebhookId"],
            reason=reason,
            to=to,
            subject=f"Webhook {after['WebhookId']} {name!r} {SUBJECTS[reason]}",
            text=_text(after, event, outcome),
        )
        service.mails.post(tenant, mail)


def receivers(webhook: Entity) -> tuple[str, ...]:
    """The addresses of 12.0, or the one of earlier versions where there are none."""
    several = tuple(each for each in webhook["ErrorEmails"] or () if each)
    one = webhook["ErrorsEmail"]
    return several or ((one,) if one else ())


def _reason(before: Entity, after: Entity) -> str | None:
    wanted = _names(after["NotifyWhen"])
    if before["State"] != after["State"] and LAST in wanted:
        return LAST
    return FIRST if before["ConsecutiveErrors"] == 0 and FIRST in wanted else None


def _names(flags: str) -> list[str]:
    return flags.split(", ")


def _text(webhook: Entity, event: Event, outcome: Outcome) -> str:
    return (
        f"Webhook: {webhook['WebhookId']} {webhook['Name'] or ''}\n"
        f"TargetUrl: {webhook['TargetUrl']}\n"
        f"State: {webhook['State']}\n"
        f"Event: {event.name}\n"
        f"EventId: {event.id}\n\n"
        f"{outcome.text}\n"
    )
