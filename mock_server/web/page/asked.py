"""What the address of the page asks for: a tenant, and which rows of its lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

from mock_server.fields import int32
from mock_server.problems import Invalid, shown
from mock_server.web.calls import parameters
from mock_server.web.tenants import demand_tenant

FLAGS = ("failed", "refused", "servers")
NUMBERS = ("after", "deliveries", "requests", "violations", "hook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The parameters of the page; what is left out is the newest of everything."""

    tenant: str = ""
    # Webhooks after this id.
    after: int | None = None
    # Deliveries, requests and violations before these.
    deliveries: int | None = None
    requests: int | None = None
    violations: int | None = None
    # Deliveries of this webhook, failed ones, requests that were refused, and violations of the server.
    hook: int | None = None
    failed: bool = False
    refused: bool = False
    servers: bool = False

    @classmethod
    def of(cls, raw: str) -> Asked:
        """The parameters of a query; others are passed over."""
        query = parameters(raw)
        numbers: dict[str, Any] = {name: _number(name, query[name]) for name in NUMBERS if query.get(name)}
        flags = {name: query.get(name) == "1" for name in FLAGS}
        tenant = query.get("tenant", "").strip("/")
        demand_tenant(tenant, "tenant")
        return cls(tenant=tenant, **numbers, **flags)

    @property
    def prefix(self) -> str:
        """What stands before `/api` in addresses of the tenant."""
        return f"/{quote(self.tenant)}" if self.tenant else ""

    def with_(self, **changes: Any) -> str:
        """The address of the page with some of it changed."""
        said = {**asdict(self), **changes}
        kept = {name: 1 if value is True else value for name, value in said.items() if value}
        return f"?{urlencode(kept)}"


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid(f"{name}: expected a whole number, got {shown(text)}")
    return int(int32(int(text), name)) if name in ("after", "hook") else int(text)
