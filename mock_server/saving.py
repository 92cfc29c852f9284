"""What is asked of a webhook, and of its target, before it is saved."""

from __future__ import annotations

from mock_server import signals
from mock_server.deliveries.payload import TEST_EVENT
from mock_server.entity import checked, is_url_hook
from mock_server.problems import Invalid
from mock_server.service import Caller, Entity, Service


def acceptable(service: Service, entity: Entity) -> Entity:
    """The same webhook, if this mock may save it."""
    checked(entity)
    target = entity["TargetUrl"]
    if service.settings.require_https and is_url_hook(entity) and not target.startswith("https:"):
        raise Invalid(f"TargetUrl: expected a URL with HTTPS, got {target!r}")
    return entity


def pings(service: Service) -> bool:
    """Whether targets are asked at all before their webhooks are saved."""
    return service.settings.ping_on_save


def reach(service: Service, caller: Caller, entity: Entity) -> None:
    """Sends the test event to the target of a webhook that is about to be saved; it has to answer 200."""
    if not is_url_hook(entity):
        return
    event = signals.event_of(service, caller, TEST_EVENT, 0, {})
    outcome = service.courier.post(caller.tenant, entity, event, retry=0, ping=True)
    if not outcome.success:
        raise Invalid(
            f"TargetUrl: expected {entity['TargetUrl']} to answer the test event with 200, got {outcome.text}"
        )
