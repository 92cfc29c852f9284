"""The tenant that a request names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server.problems import Invalid, shown
from mock_server.web.mount import TENANT

LIMIT = 255


def tenant_of(environ: Mapping[str, Any]) -> str:
    """What stands before `/api` or `/_mock`, if it can be a tenant."""
    tenant: str = environ[TENANT]
    if tenant:
        demand_tenant(tenant, "path")
    return tenant


def demand_tenant(tenant: str, place: str) -> None:
    """Refuses what no database could name."""
    if tenant and (len(tenant) > LIMIT or not tenant.isprintable()):
        raise Invalid(
            f"{place}: expected a tenant of at most {LIMIT} printable characters, got {shown(tenant)}"
        )
