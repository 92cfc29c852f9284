"""Turns that several mocks share through Redis; no request ever waits for it, and none is lost with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec, module_from_spec
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

import orjson

from mock_server.deliveries.turns import Turns
from mock_server.errors import QueueError

if TYPE_CHECKING:
    from mock_server.outbox import Hook

NAME = "webhook-mock"
PAUSE = 1.0

log = logging.getLogger(__name__)


class Sharing:
    """Two threads: one tells the others of work, one takes work when this mock has a thread to spare."""

    def __init__(self, url: str, turns: Turns) -> None:
        self._huey = _connected(url)
        self._turns = turns
        self._changed = Condition()
        self._notes: dict[Hook, None] = {}
        self._closed = False
        self._works = True
        for run in (self._tell, self._listen):
            Thread(target=run, name="webhook-mock-sharing", daemon=True).start()

    def give(self, hook: Hook) -> None:
        """Gives a webhook a turn in whichever mock is free."""
        with self._changed:
            self._notes[hook] = None
            self._changed.notify()

    def close(self) -> None:
        """Tells and takes no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _tell(self) -> None:
        while (hooks := self._noted()) is not None:
            for hook in hooks:
                if not self._try(partial(self._push, hook)):
                    self._turns.give(hook)

    def _push(self, hook: Hook) -> bool:
        self._huey.turn(*hook)
        return True

    def _noted(self) -> list[Hook] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._notes or self._closed)
            hooks = list(self._notes)
            self._notes.clear()
        return hooks or None

    def _listen(self) -> None:
        while not self._closed:
            if self._turns.wait_for_room(PAUSE) and (task := self._try(self._huey.dequeue)):
                self._turns.give(tuple(task.args))

    def _try(self, ask: Callable[[], Any]) -> Any:
        """Asks Redis; the queue goes on without it, each mock for itself."""
        try:
            found = ask()
        except Exception as error:
            if self._works and not self._closed:
                log.warning("the queue goes on without Redis: %s", error)
            self._works = False
            self._pause()
            return None
        self._works = True
        return found

    def _pause(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed, PAUSE)


def _connected(url: str) -> Any:
    try:
        # The package first: Huey has no word for it when it is missing.
        import redis
        from huey import Huey
    except ModuleNotFoundError as error:
        raise QueueError(f"--queue: {error}; the extra [redis] of this package brings it") from None
    try:
        huey = Huey(NAME, storage_class=_storage(), url=url, results=False, serializer=_serializer())
        huey.storage.conn.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise QueueError(f"--queue: {str(error).strip().splitlines()[0]}") from None
    huey.turn = huey.task(name="turn")(_turn)
    return huey


def _storage() -> Any:
    """Huey's storage in Redis, from a copy of its module: the first may be there without a Redis client."""
    found = find_spec("huey.storage")
    if found is None or found.loader is None:
        raise QueueError("--queue: huey has no storage")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module.RedisStorage


def _turn(tenant: str, webhook_id: int) -> None:
    """Names the task; a turn that comes from Redis is run as one of this mock's own."""


def _serializer() -> Any:
    """Turns as JSON: Huey's own way to write them would run whatever somebody puts into Redis."""
    from huey.registry import Message
    from huey.serializer import Serializer

    class Json(Serializer):  # type: ignore[misc]  # Huey has no types
        def _serialize(self, data: Any) -> bytes:
            return orjson.dumps([data.id, data.name, *data.args])

        def _deserialize(self, data: bytes) -> Any:
            number, name, *hook = orjson.loads(data)
            return Message(number, name, args=tuple(hook), kwargs={})

    return Json()
