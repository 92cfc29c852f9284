"""What every operation works with: the caller of one request, and the parts of one mock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from mock_server.fields import Fields, Reader
from openapi.document import load

if TYPE_CHECKING:
    from mock_server.behaviour import Behaviour
    from mock_server.clock import Clock
    from mock_server.deliveries.courier import Courier
    from mock_server.deliveries.dispatch import Dispatch
    from mock_server.deliveries.log import Log
    from mock_server.deliveries.mails import Mails
    from mock_server.settings import Settings
    from mock_server.store import Store

Entity = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and in which tenant."""

    tenant: str
    associate_id: int
    name: str

    @property
    def context(self) -> str:
        """The tenant as payloads name it: the last step of the path before `/api`."""
        return context_of(self.tenant)


def context_of(tenant: str) -> str:
    """The last step of a tenant's path."""
    return tenant.rpartition("/")[2] or "Default"


@dataclass(frozen=True, slots=True)
class Model:
    """The document's schemas as readers of request bodies."""

    members: Mapping[str, Reader]
    webhook: Reader
    filters: Reader
    test: Reader
    signal: Reader
    last_error: Reader


@cache
def model() -> Model:
    """The readers of the one document, made when the first body needs them."""
    fields = Fields(load())
    return Model(
        members=fields.members("WebhookInput"),
        webhook=fields.reader("WebhookInput"),
        filters=fields.reader("GetAllWebhooksRequest"),
        test=fields.reader("TestWebhookRequest"),
        signal=fields.reader("SignalEventRequest"),
        last_error=fields.reader("GetLastErrorRequest"),
    )


@dataclass(frozen=True, slots=True)
class Service:
    """One mock: where it keeps things, how it decides, and who delivers."""

    settings: Settings
    store: Store
    behaviour: Behaviour
    courier: Courier
    dispatch: Dispatch
    log: Log
    mails: Mails
    clock: Clock
    # Tenants for which something else was decided while the mock runs.
    apart: dict[str, Service] = field(default_factory=dict, compare=False)

    def of(self, tenant: str) -> Service:
        """The same mock as it is for a tenant."""
        return self.apart.get(tenant, self)

    @property
    def model(self) -> Model:
        """The readers of request bodies."""
        return model()

    def warm(self) -> None:
        """Reads the document now, and loads the queue, so that nobody has to wait for it."""
        model()
        self.dispatch.warm()

    def close(self) -> None:
        """Lets running attempts end, then gives the database back."""
        self.dispatch.close()
        self.mails.close()
        self.store.close()
