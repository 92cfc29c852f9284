"""A stranger: a server of the webhook API that shares no line with the mock."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .defects import DEFECTS
from .office import Office
from .problems import Refusal, page, refused
from .quirks import ALL_QUIRKS
from .routes import ROUTES, Answer, Request
from .rules import Rules, changed

SEED_CREDENTIALS = "Basic dGplMDpUamUw"
XML_TYPES = ("application/xml", "text/xml")
LARGEST_BODY = 8_000_000


def rules_for(quirks: Sequence[str] = (), defect: str | None = None) -> Rules:
    """The plain rules with the named changes."""
    rules = Rules()
    for quirk in quirks:
        rules = changed(rules, ALL_QUIRKS[quirk].change)
    return changed(rules, DEFECTS[defect].change) if defect else rules


@contextmanager
def running(
    quirks: Sequence[str] = (),
    defect: str | None = None,
    offer: str = "all",
    *,
    port: int = 0,
    credentials: str = SEED_CREDENTIALS,
    authorities: str | None = None,
) -> Iterator[str]:
    """A started server's address, up to but without /api/v1; it stops when the block ends.

    With a file of authorities it insists on https targets, and believes those.
    """
    rules = rules_for(quirks, defect)
    if authorities is not None:
        rules = changed(rules, {"https_everywhere": True, "authorities": authorities})
    office = Office(rules)
    server = Listener(("127.0.0.1", port), Conversation)
    server.office, server.offer, server.credentials = office, offer, credentials
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{office.rules.prefix}"
    finally:
        office.courier.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Listener(ThreadingHTTPServer):
    """A socket with an office behind it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    office: Office
    offer: str
    credentials: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class Conversation(BaseHTTPRequestHandler):
    """One connection: reads requests, writes answers in one piece each."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server: Listener

    def answer(self) -> None:
        office, rules = self.server.office, self.server.office.rules
        body = self.received()
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = parse_qsl(address.query, keep_blank_values=True)
        query = {rules.query_name(name): value for name, value in asked}
        base = f"http://{self.headers.get('Host', 'localhost')}{rules.prefix}"
        request = Request(self.command, address.path, query, headers, body, base)
        try:
            rules.welcome(headers.get("accept", ""))
            answer = self.found(request)(office, request)
            if rules.admits_late:
                self.admit(request, rules)
            answer = dataclasses.replace(answer, body=rules.spoken(answer.body, headers))
        except Refusal as refusal:
            answer = refusal_answer(refusal, rules)
        except Exception as error:  # a mistake of ours must not look like a network's
            answer = refusal_answer(refused(500, repr(error)), rules)
        self.write(answer, rules)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815

    def received(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def found(self, request: Request) -> Any:
        """The operation asked for, with its path parameters bound."""
        rules = self.server.office.rules
        if not rules.admits_late:
            self.admit(request, rules)
        path = request.path.removeprefix(rules.prefix).removeprefix("/api/v1/").rstrip("/")
        if not request.path.startswith(f"{rules.prefix}/api/"):
            raise refused(404, "no such page")
        elsewhere = []
        for route in ROUTES:
            match = re.fullmatch(route.pattern, path, re.IGNORECASE if rules.fold_paths else 0)
            if match and self.server.offer in route.offers and route.pattern not in rules.lacks:
                if route.method == rules.verb(request):
                    named = {name: unquote(text) for name, text in match.groupdict().items()}
                    return lambda office, asked: route.run(office, asked, named)
                elsewhere.append(route.method)
        raise refused(
            rules.unoffered_status if elsewhere else rules.unheard_of_status, f"no {request.method} here"
        )

    def admit(self, request: Request, rules: Rules) -> None:
        given = request.headers.get("authorization") or request.headers.get("x-xsrf-token")
        if rules.credentials == "none" or not rules.guarded(request):
            return
        if not given:
            raise refused(401, "authorization is required")
        if rules.credentials == "checked" and not rules.known(given, self.server.credentials):
            raise refused(rules.wrong_credentials_status, "these credentials are not known")

    def write(self, answer: Answer, rules: Rules) -> None:
        media, text = rendered(answer, self.headers.get("Accept", ""), rules)
        content = text.encode()
        phrase = rules.reason(answer.status, answer.phrase)
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"date: {self.date(rules)}"]
        lines += [f"{name}: {value}" for name, value in {**rules.extra_headers, **answer.headers}.items()]
        if media and (content or rules.typed_204):
            lines.append(f"Content-Type: {media}{rules.charset}")
        if answer.status == 401:
            lines.append('WWW-Authenticate: Basic realm="stranger"')
        if answer.status == 405:
            lines.append("Allow: POST, PATCH")
        if answer.status == 204:
            content = b""
        elif rules.chunked and self.request_version == "HTTP/1.1":
            lines.append("Transfer-Encoding: chunked")
            content = (
                b"".join(b"%x;n=1\r\n%s\r\n" % (len(part), part) for part in cut(content)) + b"0\r\n\r\n"
            )
        else:
            lines.append(f"Content-Length: {len(content)}")
        if rules.close:
            lines.append("Connection: close")
            self.close_connection = True
        head = "\r\n".join([*lines, "", ""]).encode()
        with suppress(OSError):
            self.wfile.write(head if self.command == "HEAD" else head + content)

    def date(self, rules: Rules) -> str:
        return formatdate(datetime.now(UTC).timestamp() + rules.skew - rules.date_lag, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """A stranger keeps no log."""


def cut(content: bytes) -> list[bytes]:
    return [content[start : start + 97] for start in range(0, len(content), 97)]


def refusal_answer(refusal: Refusal, rules: Rules) -> Answer:
    status = rules.restatus(refusal)
    form = rules.error_form.get(status, "object")
    body = {"object": rules.error_object, "html": page, "empty": lambda _: ""}[form](refusal)
    return Answer(status, body, kind=form)


def rendered(answer: Answer, accept: str, rules: Rules) -> tuple[str, str]:
    """The media type and text of an answer, in the type the client would like if we have it."""
    if answer.status == 204:
        return "application/json", ""
    if answer.kind in {"html", "empty"}:
        return "text/html" if answer.kind == "html" else "", answer.body
    for part in accept.split(","):
        wanted = part.partition(";")[0].strip().lower()
        if wanted in XML_TYPES and rules.xml == "xml":
            text = element(answer.kind, answer.body, rules)
            return rules.labelled(wanted), f'<?xml version="1.0" encoding="utf-8"?>\n{text}'
        if wanted in rules.json_types and rules.echo_accept:
            return wanted, rules.text(answer.body)
    return "application/json", rules.text(answer.body)


def element(name: str, value: Any, rules: Rules) -> str:
    """A value as XML: one child per property, the item type's name in arrays."""
    name = re.sub(r"[^\w.-]", "_", name) or "_"
    if isinstance(value, dict):
        inner = "".join(element(key, item, rules) for key, item in value.items())
    elif isinstance(value, list):
        inner = "".join(
            element(name.removeprefix("ArrayOf") if name != "Events" else "string", item, rules)
            for item in value
        )
    elif value is None:
        return f"<{name}/>"
    else:
        inner = rules.xml_text(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{name}>{inner}</{name}>"
