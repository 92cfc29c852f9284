"""Which requests are meant: by operation, by method, by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from mock_server.problems import Invalid, shown
from openapi.document import BASE_PATH, load

Meant = Callable[[str, str], bool]

_STEP = re.compile(r"\\\{[^/]*?\\\}")


def operation_of(method: str, path: str) -> str | None:
    """The operation of the Webhook API that a request names, or None."""
    return _operation(method, path.removeprefix(BASE_PATH)) if path.startswith(BASE_PATH) else None


@lru_cache(maxsize=1024)
def _operation(method: str, path: str) -> str | None:
    return next((name for name, way, fits in _operations() if way == method and fits.fullmatch(path)), None)


@cache
def _operations() -> list[tuple[str, str, re.Pattern[str]]]:
    """Those without a placeholder first: /Webhook/default is no webhook."""
    found = sorted(load().operations.values(), key=lambda each: "{" in each.path)
    return [(each.id, each.method, template(each.path)) for each in found]


def template(path: str) -> re.Pattern[str]:
    """A path in which {} or {name} stands for one step."""
    return re.compile(_STEP.sub("[^/]+", re.escape(path)))


def meant(said: Mapping[str, Any]) -> Meant:
    """What `operation`, `method`, `path` and `pathPattern` say together."""
    operation, method, patterns = said.get("operation"), said.get("method"), _patterns(said)
    if operation is not None and operation not in load().operations:
        raise Invalid(f"operation: expected an operation id of the Webhook API, got {shown(operation)}")

    def fits(way: str, path: str) -> bool:
        return (
            (method is None or method.upper() == way)
            and (operation is None or operation == operation_of(way, path))
            and all(fits_path(pattern, path) for pattern in patterns)
        )

    return fits


def _patterns(said: Mapping[str, Any]) -> list[re.Pattern[str]]:
    found = [template(said["path"].rstrip("/"))] if "path" in said else []
    return [*found, pattern(said["pathPattern"])] if "pathPattern" in said else found


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression that somebody wrote."""
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise Invalid(f"pathPattern: expected a regular expression, got {shown(text)}: {error}") from None


def fits_path(wanted: re.Pattern[str], path: str) -> bool:
    """Paths may be meant with /api/v1 or without."""
    return bool(wanted.fullmatch(path) or wanted.fullmatch(path.removeprefix(BASE_PATH)))
