"""JSON Patch and Merge Patch on a webhook, as far as the PATCH page goes."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from .hooks import MEMBERS, READ_ONLY, SPELLING, WRITABLE
from .problems import Refusal, refused

if TYPE_CHECKING:
    from .rules import Rules

Operation = dict[str, Any]
SUPPORTED = ("add", "replace", "remove", "test")
INDEX = re.compile(r"0|[1-9][0-9]*")
MISSING = object()


def operations(document: Any, entity: dict[str, Any], rules: Rules) -> list[Operation]:
    """The body as a list of operations, whichever of the two forms it has."""
    if isinstance(document, dict):
        return rules.merge_operations(entity, document, rules)
    if not isinstance(document, list):
        raise refused(rules.malformed_status, "a patch is an array of operations or an object")
    for operation in document:
        well_formed(operation, rules)
        if rules.operations_first:
            rules.supported(operation, rules)
    return rules.ordered(document)


def well_formed(operation: Any, rules: Rules) -> None:
    texts = isinstance(operation, dict) and [operation.get("op"), operation.get("path")]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise refused(rules.malformed_status, "an operation has an op and a path")
    if operation["op"] in SUPPORTED and operation["op"] != "remove" and "value" not in operation:
        raise refused(rules.malformed_status, f"{operation['op']} needs a value")


def supported(operation: Operation, rules: Rules) -> bool:
    """Whether to carry out an operation; what is not supported is refused, not left out."""
    if operation["op"] not in SUPPORTED:
        raise refused(rules.unsupported_status, f"{operation['op']!r} is not supported", "unsupported")
    return True


def apply(entity: dict[str, Any], listed: list[Operation], rules: Rules) -> None:
    """Change the entity, operation by operation, until one is refused."""
    for position, operation in enumerate(listed):
        try:
            if rules.supported(operation, rules):
                step(entity, operation, rules)
        except Refusal as refusal:
            refusal.position = position
            raise


def step(entity: dict[str, Any], operation: Operation, rules: Rules) -> None:
    parts = rules.tokens(operation["path"])
    name = rules.member(parts[0])
    if name not in entity:
        foreign(operation, rules)
    elif len(parts) == 1:
        whole(entity, name, operation, rules)
    else:
        inside(entity, name, parts[1:], operation, rules)


def foreign(operation: Operation, rules: Rules) -> None:
    """A path to nothing: the page's own sample has one and is answered 200."""
    if rules.unknown_path == "refuse":
        raise refused(rules.patch_status, f"nothing is at {operation['path']!r}", "path")
    if operation["op"] == "test":
        compare(MISSING, operation, rules)


def whole(entity: dict[str, Any], name: str, operation: Operation, rules: Rules) -> None:
    """An operation on a member of the webhook itself."""
    value = copy.deepcopy(operation.get("value"))
    if operation["op"] == "test":
        compare(entity[name], operation, rules)
    elif name in READ_ONLY:
        if rules.read_only == "refuse":
            raise refused(rules.patch_status, f"{name} belongs to the server", "path")
    elif operation["op"] == "remove":
        entity[name] = copy.deepcopy(rules.remove_leaves.get(name, WRITABLE[name]))
    elif operation["op"] == "add" and isinstance(value, list) and rules.add_array == "append":
        entity[name] = [*(entity[name] or []), *value]
    else:
        entity[name] = value


def inside(entity: dict[str, Any], name: str, parts: list[str], operation: Operation, rules: Rules) -> None:
    """An operation on an element of Events, Headers or Properties, however deep."""
    if name in READ_ONLY and operation["op"] != "test":
        return
    if entity[name] is None and operation["op"] == "add" and rules.null_parent == "create":
        entity[name] = [] if name == "Events" else {}
    parent = entity[name]
    for part in parts[:-1]:
        parent = look_up(parent, part)
    last = parts[-1]
    if operation["op"] == "test":
        compare(rules.looked_up(look_up(parent, last)), operation, rules)
    elif isinstance(parent, list):
        change_list(parent, last, operation, rules)
    elif isinstance(parent, dict):
        change_dict(parent, last, operation, rules)
    else:
        raise refused(rules.patch_status, f"nothing is at {operation['path']!r}", "path")


def change_list(items: list[Any], token: str, operation: Operation, rules: Rules) -> None:
    position = rules.position(token, len(items), operation["op"])
    if position is None:
        raise refused(rules.patch_status, f"no element is at {token!r}", "path")
    if operation["op"] == "add":
        end = None if token == "-" else position
        rules.insert(items, end, copy.deepcopy(operation["value"]))
    elif operation["op"] == "replace":
        items[position] = copy.deepcopy(operation["value"])
    else:
        rules.delete(items, position)


def position(token: str, size: int, operation: str) -> int | None:
    """The place that a token names among so many elements; None when it names none."""
    if operation == "add" and token == "-":
        return size
    inside = INDEX.fullmatch(token) and int(token) < size + (operation == "add")
    return int(token) if inside else None


def change_dict(items: dict[str, Any], token: str, operation: Operation, rules: Rules) -> None:
    key = spelled(items, token)
    if operation["op"] != "add" and key not in items and not rules.lenient_targets:
        raise refused(rules.patch_status, f"no entry is named {token!r}", "path")
    if operation["op"] == "remove":
        items.pop(key, None)
    else:
        rules.assign(items, key, copy.deepcopy(operation["value"]))


def compare(actual: Any, operation: Operation, rules: Rules) -> None:
    if actual is MISSING or not rules.equal(actual, operation["value"]):
        raise refused(409, f"the value at {operation['path']!r} differs", "conflict")


def look_up(container: Any, token: str) -> Any:
    if isinstance(container, dict):
        return container.get(spelled(container, token), MISSING)
    if isinstance(container, list) and INDEX.fullmatch(token) and int(token) < len(container):
        return container[int(token)]
    return MISSING


def spelled(items: dict[str, Any], token: str) -> str:
    """The entry a token names: the exact one if there is one, else one in another case."""
    if token in items:
        return token
    return next((key for key in items if key.lower() == token.lower()), token)


def same(left: Any, right: Any) -> bool:
    """Equality as RFC 6902 defines it: Python's, but true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def tokens(path: str) -> list[str]:
    """A path's reference tokens; the leading slash is optional."""
    return [unescaped(part) for part in path.removeprefix("/").split("/")]


def unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def member(token: str) -> str | None:
    """The property a token names, in any case."""
    name = SPELLING.get(token.lower())
    return name if name in MEMBERS else None


def insert(items: list[Any], position: int | None, value: Any) -> None:
    items.insert(len(items) if position is None else position, value)


def delete(items: list[Any], position: int) -> None:
    del items[position]


def assign(items: dict[str, Any], key: str, value: Any) -> None:
    items[key] = value


def merge_operations(entity: dict[str, Any], document: dict[str, Any], rules: Rules) -> list[Operation]:
    """A merge patch as operations: the conversion that the page announces."""
    listed: list[Operation] = []
    for key, value in document.items():
        name = member(key)
        current = entity.get(name) if name else None
        path = "/" + escaped(key)
        if value is None:
            listed.append({"op": "remove", "path": path})
        elif name == "Events" and not isinstance(value, list):
            listed.append(onto_array(path, value, rules))
        elif name in {"Headers", "Properties"} and isinstance(value, dict):
            merged = deep(current, value) if rules.merge_deep else deep(None, value)
            listed.append({"op": "replace", "path": path, "value": merged})
        else:
            listed.append({"op": "replace", "path": path, "value": value})
    return listed


def onto_array(path: str, value: Any, rules: Rules) -> Operation:
    if rules.merge_onto_array == "refuse":
        raise refused(rules.malformed_status, "Events is an array")
    return {"op": "add", "path": f"{path}/-", "value": value}


def deep(current: Any, change: Any) -> Any:
    """The result of merging, by the algorithm of RFC 7396."""
    if not isinstance(change, dict):
        return change
    result = dict(current) if isinstance(current, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = deep(result.get(key), value)
    return result


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
