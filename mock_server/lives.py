"""Lives of tenants: what began before a tenant was cleared does not count after it."""

from __future__ import annotations

from threading import Lock
from weakref import WeakValueDictionary


class Life:
    """One life of a tenant; whoever is about to do something for it holds it."""

    __slots__ = ("__weakref__",)


class Lives:
    """The lives that somebody holds: tenants that come and go leave nothing behind."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: WeakValueDictionary[str, Life] = WeakValueDictionary()

    def of(self, tenant: str) -> Life:
        """The life that a tenant has now."""
        with self._lock:
            if (life := self._held.get(tenant)) is None:
                life = self._held[tenant] = Life()
            return life

    def lasts(self, tenant: str, life: Life) -> bool:
        """Whether a tenant still has the life that it had."""
        return self._held.get(tenant) is life

    def end(self, tenant: str) -> None:
        """Lets a tenant begin anew."""
        with self._lock:
            self._held.pop(tenant, None)
