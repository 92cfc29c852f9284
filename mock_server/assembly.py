"""Puts the parts of one mock together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mock_server import attempts, signals
from mock_server.behaviour import Behaviour
from mock_server.clock import Clock
from mock_server.deliveries import targets
from mock_server.deliveries.courier import Courier
from mock_server.deliveries.dispatch import Dispatch
from mock_server.deliveries.log import Log
from mock_server.deliveries.mails import Mails
from mock_server.deliveries.payload import Event
from mock_server.service import Service
from mock_server.settings import Settings
from mock_server.store import Store

if TYPE_CHECKING:
    from ssl import SSLContext


def assembled(settings: Settings, behaviour: Behaviour, clock: Clock) -> Service:
    """One mock, ready to be asked."""
    if settings.any_2xx:
        behaviour = replace(behaviour, succeeded=signals.any_2xx)
    mails, log = Mails(settings.smtp), Log()
    store = Store(settings.database)
    courier = Courier(
        behaviour, targets.parse(settings.targets), settings.attempt_limit, log, clock, _trust(settings)
    )

    def attempt(tenant: str, webhook_id: int, event: Event, retry: int) -> bool:
        return attempts.attempt(service, tenant, webhook_id, event, retry)

    delays = tuple(delay / settings.clock_scale for delay in settings.attempt_delays)
    dispatch = Dispatch(attempt, delays, settings.queue_limit, settings.cycles)
    service = Service(settings, store, behaviour, courier, dispatch, log, mails, clock)
    return service


def _trust(settings: Settings) -> SSLContext | None:
    if settings.ca is None:
        return None
    # TLS takes memory that a mock without --ca does not need.
    from mock_server.deliveries.trust import trust

    return trust(settings.ca)
