"""The same JSON in other bytes, as it comes out of a parser and a serialiser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from typing import Any

LAYOUTS: Mapping[str, Mapping[str, Any]] = {
    "compact": {"separators": (",", ":")},
    "with blanks after commas and colons": {},
    "indented by 2": {"indent": 2},
    "indented by 4": {"indent": 4},
    "indented by tabs": {"indent": "\t"},
}
ORDERS = ("", "with sorted members")


def escaped(text: str, form: str = "\\u{:04x}") -> str:
    """JSON with its non-ASCII characters escaped, by their UTF-16 code units."""

    def units(found: re.Match[str]) -> str:
        raw = found[0].encode("utf-16-be", "surrogatepass")
        return "".join(form.format(int.from_bytes(raw[at : at + 2])) for at in range(0, len(raw), 2))

    return re.sub(r"[^\x00-\x7f]", units, text)


def _unit(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


ESCAPES: Mapping[str, Callable[[str], str]] = {
    "": lambda text: text,
    "with non-ASCII escaped": escaped,
    "with non-ASCII escaped in capitals": lambda text: escaped(text, "\\u{:04X}"),
    "with slashes escaped": lambda text: text.replace("/", "\\/"),
    "with non-ASCII and slashes escaped, as PHP does": lambda text: escaped(text).replace("/", "\\/"),
    "with <, > and & escaped, as Go does": lambda text: re.sub("[<>&]", _unit, text),
}


def rewritten(body: bytes, layout: str = "compact", order: str = "", escape: str = "") -> bytes:
    """The JSON of a body written anew; ValueError when it is none."""
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False, sort_keys=bool(order), **LAYOUTS[layout])
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return ESCAPES[escape](text).encode()


REWRITINGS: Mapping[str, Callable[[bytes], bytes]] = {
    ", ".join(filter(None, how)): partial(rewritten, layout=how[0], order=how[1], escape=how[2])
    for how in product(LAYOUTS, ORDERS, ESCAPES)
}
