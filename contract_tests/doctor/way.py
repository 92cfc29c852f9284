"""The way to the target: its URL, its name, its port, its certificate."""

from __future__ import annotations

import re
import socket
import ssl
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from contract_tests.doctor.findings import Finding, Findings, Hopeless, doubtful, fine

PATIENCE = 10.0  # seconds
# X.509 verification results of OpenSSL (openssl-verification-options, "Diagnostics").
CERTIFICATES = {
    9: ("is not valid yet", "compare the clocks of both machines"),
    10: ("has expired", "it has to be renewed"),
    18: ("is signed by nobody but itself", "SSL_CERT_FILE=certificate.pem lets this command trust it"),
    19: ("comes from a private authority", "SSL_CERT_FILE=authority.pem lets this command trust it"),
    20: (
        "comes from an authority that this machine does not know",
        "the server may leave out its chain; SSL_CERT_FILE=authority.pem lets this command trust it",
    ),
    62: ("is for another name", "use the name that is in the certificate"),
    64: ("is for another address", "use the name that is in the certificate"),
}
ONLINE = re.compile(r"(sod|qaonline|online)[0-9]*\.superoffice\.com")
DEFAULT_PORTS = {"http": 80, "https": 443}


def examine(url: str) -> Findings:
    """Everything up to a connection; Hopeless when there is none."""
    parts = urlsplit(url)
    yield from _form(parts)
    addresses = _addresses(parts)
    yield fine("name", f"{parts.hostname} is {', '.join(sorted(addresses))}")
    _connect(parts).close()
    yield fine("port", f"{parts.hostname}:{_port(parts)} takes connections")
    if parts.scheme == "https":
        yield _certificate(parts)


def _form(parts: SplitResult) -> Findings:
    """What can be told from the URL alone."""
    steps = [each for each in parts.path.split("/") if each]
    if ONLINE.fullmatch(parts.hostname or "") and (not steps or steps[0].lower() == "api"):
        raise Hopeless(
            "URL", f"{parts.geturl()} names no tenant", f"https://{parts.hostname}/Cust12345 is expected"
        )
    if parts.query or parts.fragment:
        raise Hopeless("URL", f"{parts.geturl()} has more than a path", "give the part before ? and #")
    below = re.fullmatch(r"(.*?)(/api)?/v1/((agents/)?webhook.*)", parts.path, re.IGNORECASE)
    if below is not None:
        base = parts._replace(path=below[1]).geturl()
        raise Hopeless("URL", f"{parts.geturl()} goes on after the base", f"give {base}")
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        yield doubtful(
            "URL",
            "credentials and webhooks travel unencrypted",
            f"https://{parts.netloc}{parts.path} if there is one",
        )
    else:
        yield fine("URL", parts.geturl())


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost"


def _port(parts: SplitResult) -> int:
    return parts.port or DEFAULT_PORTS[parts.scheme]


def _addresses(parts: SplitResult) -> set[str]:
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no host name"
        raise Hopeless(
            "name",
            f"{parts.hostname} has no address: {reason}",
            "look for a typing error; some names are known inside a company network only",
        ) from None
    return {str(each[4][0]) for each in found}


def _connect(parts: SplitResult) -> socket.socket:
    try:
        return socket.create_connection((parts.hostname or "", _port(parts)), PATIENCE)
    except TimeoutError:
        problem, advice = "gives no sign", "a firewall, or a VPN that is not connected"
    except ConnectionRefusedError:
        problem, advice = "refuses connections", "is the server running, and is this its port?"
    except OSError as error:
        problem, advice = f"cannot be reached: {error.strerror or error}", "is there a route to it?"
    raise Hopeless("port", f"{parts.hostname}:{_port(parts)} {problem}", advice) from None


def _certificate(parts: SplitResult) -> Finding:
    context = ssl.create_default_context()
    try:
        with (
            _connect(parts) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as connection,
        ):
            return fine("TLS", f"{connection.version()}, with a certificate that is trusted")
    except ssl.SSLCertVerificationError as error:
        problem, advice = CERTIFICATES.get(error.verify_code, (f"is wrong: {error.verify_message}", ""))
        raise Hopeless("TLS", f"the certificate of {parts.hostname} {problem}", advice) from None
    except ssl.SSLError as error:
        problem, advice = _handshake(error, parts)
    except OSError as error:
        problem, advice = f"the connection ended in the handshake: {error.strerror or error}", ""
    raise Hopeless("TLS", problem, advice) from None


def _handshake(error: ssl.SSLError, parts: SplitResult) -> tuple[str, str]:
    if error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"}:
        return f"{parts.netloc} does not speak TLS", f"try http://{parts.netloc}{parts.path}"
    return f"no TLS connection: {error.reason or error}", "which versions and ciphers does the server allow?"
