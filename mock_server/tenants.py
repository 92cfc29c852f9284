"""A tenant as a whole: which there are, what each has, and how it is emptied or filled in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, bindparam, delete, func, select, text

from mock_server import tables
from mock_server.tables import Statement, webhooks

_webhook = webhooks.c
_tenant = tables.tenants.c
COUNTERS = {
    "total_calls": "TotalCalls",
    "total_errors": "TotalErrors",
    "consecutive_errors": "ConsecutiveErrors",
    "last_error": "LastError",
}

STATEMENTS: Mapping[str, Executable] = {
    "names": select(_tenant.tenant, func.count(_webhook.webhook_id))
    .select_from(tables.tenants.outerjoin(webhooks, _tenant.tenant == _webhook.tenant))
    .group_by(_tenant.tenant)
    .order_by(_tenant.tenant),
    "count": select(func.count()).select_from(webhooks).where(_webhook.tenant == bindparam("tenant_")),
    "states": select(_webhook.state, func.count())
    .where(_webhook.tenant == bindparam("tenant_"))
    .group_by(_webhook.state),
    "last_id": select(_tenant.last_id).where(_tenant.tenant == bindparam("tenant_")),
    "set_last_id": text(
        "INSERT INTO webhook_tenant (tenant, last_id) VALUES (:tenant_, :last_) "
        "ON CONFLICT (tenant) DO UPDATE SET last_id = :last_"
    ),
    "clear": delete(webhooks).where(_webhook.tenant == bindparam("tenant_")),
    "forget": delete(tables.tenants).where(_tenant.tenant == bindparam("tenant_")),
    "restore": tables.INSERT.values({name: bindparam(f"{name}_") for name in COUNTERS}),
}


class Tenants:
    """Whole tenants, as one transaction sees them."""

    __slots__ = ("_cursor", "_statements")

    def __init__(self, cursor: Any, statements: Mapping[str, Statement]) -> None:
        self._cursor = cursor
        self._statements = statements

    def names(self) -> dict[str, int]:
        """Those that ever had a webhook, with the number that they have now."""
        return dict(self._run("names").fetchall())

    def count(self, tenant: str) -> int:
        """How many webhooks a tenant has."""
        return int(self._run("count", tenant_=tenant).fetchone()[0])

    def states(self, tenant: str) -> dict[str, int]:
        """How many webhooks of a tenant are in which State."""
        return dict(self._run("states", tenant_=tenant).fetchall())

    def last_id(self, tenant: str) -> int:
        """The last id that was given; 0 when there is none."""
        row = self._run("last_id", tenant_=tenant).fetchone()
        return int(row[0]) if row else 0

    def clear(self, tenant: str) -> None:
        """Forgets the webhooks, and which ids were given."""
        self._run("clear", tenant_=tenant)
        self._run("forget", tenant_=tenant)

    def begin_after(self, tenant: str, last_id: int) -> None:
        """Lets ids go on after this one."""
        self._run("set_last_id", tenant_=tenant, last_=last_id)

    def restore(self, values: Mapping[str, Any], entity: Mapping[str, Any]) -> None:
        """Keeps a webhook with the counters that it has; `values` are those of a new one."""
        counted = {f"{column}_": entity[name] for column, name in COUNTERS.items()}
        self._run("restore", **values, **counted)

    def _run(self, name: str, /, **values: Any) -> Any:
        self._statements[name].run(self._cursor, values)
        return self._cursor
