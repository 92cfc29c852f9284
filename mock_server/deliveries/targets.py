"""Which addresses deliveries may reach: this machine, and what `--allow-targets` adds."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Thread

from mock_server.errors import TargetsError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class TargetError(Exception):
    """A target that no request is sent to."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Hosts and networks that are open beside the loopback addresses."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def admits(self, host: str, address: Address) -> bool:
        """Whether a request may go to this address of this host."""
        return (
            address.is_loopback or host in self.hosts or any(address in network for network in self.networks)
        )

    def addresses(self, host: str, port: int, limit: float) -> list[str]:
        """The addresses of a host that may be reached; they are looked up once, and then used as they are."""
        found = resolve(host, port, limit)
        admitted = [address for address in found if self.admits(host, ip_address(address))]
        if not admitted:
            raise TargetError(
                f"{host} is {', '.join(found)}: the mock sends to loopback addresses only; "
                f"--allow-targets {host} opens this one"
            )
        return admitted


def parse(texts: tuple[str, ...]) -> Targets:
    """Targets from networks such as 10.0.0.0/8, addresses, and names of hosts; TargetsError for others."""
    hosts, networks = set(), []
    for text in texts:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError:
            hosts.add(_name(text))
    return Targets(frozenset(hosts), tuple(networks))


def _name(text: str) -> str:
    if not re.fullmatch(r"[\w.-]+", text):
        raise TargetsError(
            f"--allow-targets: expected a network like 10.0.0.0/8, an address or a host's name, got {text!r}"
        )
    return text.casefold()


def resolve(host: str, port: int, limit: float) -> list[str]:
    """The addresses of a host, within a time limit that the system's own lookup does not have."""
    if _is_address(host):
        return [host]
    found: list[str] = []
    failed: list[str] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(answer[4][0]) for answer in answers))
        except (OSError, UnicodeError) as error:
            failed.append(str(error))

    thread = Thread(target=look_up, name="webhook-mock-lookup", daemon=True)
    thread.start()
    thread.join(limit)
    if not found:
        raise TargetError(f"{host}: {failed[0] if failed else f'no address within {limit:g} s'}")
    return found


def _is_address(host: str) -> bool:
    """True for what needs no lookup, which would cost a thread."""
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
