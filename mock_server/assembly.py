"""Puts the parts of one mock together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_server import attempts
from mock_server.behaviour import Behaviour
from mock_server.clock import Clock
from mock_server.deliveries import targets
from mock_server.deliveries.courier import Courier
from mock_server.deliveries.dispatch import Dispatch
from mock_server.deliveries.log import Log
from mock_server.deliveries.mails import Mails
from mock_server.errors import QueueError
from mock_server.service import Service
from mock_server.settings import Settings
from mock_server.store import Store

if TYPE_CHECKING:
    from ssl import SSLContext


def assembled(settings: Settings, behaviour: Behaviour, clock: Clock) -> Service:
    """One mock, ready to be asked."""
    mails, log = Mails(settings.smtp), Log()
    store = Store(settings.database)
    courier = Courier(
        behaviour, targets.parse(settings.targets), settings.attempt_limit, log, clock, _trust(settings)
    )

    dispatch = Dispatch(
        store,
        delays=tuple(delay / settings.clock_scale for delay in settings.attempt_delays),
        limit=settings.queue_limit,
        cycles=settings.cycles,
    )
    service = Service(settings, store, behaviour, courier, dispatch, log, mails, clock)
    dispatch.start(attempts.work(service), _queue(settings, store))
    return service


def _queue(settings: Settings, store: Store) -> str | None:
    """Where turns are shared; mocks that share turns have to share what is to be done."""
    if settings.queue is not None and not store.is_shared:
        raise QueueError(f"--queue: expected a postgresql:// URL in --database, got {store.name}")
    return settings.queue


def _trust(settings: Settings) -> SSLContext | None:
    if settings.ca is None:
        return None
    # TLS takes memory that a mock without --ca does not need.
    from mock_server.deliveries.trust import trust

    return trust(settings.ca)
