"""Why a signature does not verify: mistakes are made on purpose until one gives what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from contract_tests.kit.signature import verifies
from contract_tests.listening.mistakes import BODIES, DIGESTS, KEYS, RIGHT, Digest
from contract_tests.listening.notations import NOTATIONS, base64, form

T = TypeVar("T")
LONG = 100_000  # bytes; mistakes with a longer body would take too long to try
UNKNOWN = (
    "no known mistake explains it, so either another secret was used or the body is not the one that was "
    "signed; nobody can tell these two apart"
)


class Trust(Enum):
    """What is known of a delivery's origin."""

    VERIFIES = "verifies"
    REFUSED = "does not verify"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one signature, and why."""

    trust: Trust
    why: str

    def __str__(self) -> str:
        return f"{self.trust.value}: {self.why}" if self.why else self.trust.value


def diagnose(secret: str | None, body: bytes, signature: str | None) -> Finding:
    """Check a signature; where there is a secret and it fails, find out why."""
    if not secret:
        return Finding(Trust.UNCHECKED, _without_secret(signature))
    if signature is None:
        return Finding(Trust.REFUSED, "there is a secret here, but no signature came")
    if not signature.strip():
        return Finding(Trust.REFUSED, "the signature is empty")
    if verifies(secret, body, signature):
        return Finding(Trust.VERIFIES, "")
    return Finding(Trust.REFUSED, next(_explanations(secret, body, signature), "") or _unexplained(signature))


def _without_secret(signature: str | None) -> str:
    if signature is None:
        return "not signed, and there is no secret here"
    return "signed, but there is no secret here to check it with"


def _unexplained(signature: str) -> str:
    odd = form(signature)
    return f"{odd}; apart from that, {UNKNOWN}" if odd else UNKNOWN


@dataclass(frozen=True, slots=True)
class Attempt:
    """A digest, and the mistakes it was made with."""

    mistakes: tuple[str, ...]
    digest: bytes


def _explanations(secret: str, body: bytes, signature: str) -> Iterator[str]:
    """What the signature is, in the order of the number of mistakes: one, then two."""
    attempts = list(_attempts(secret, body))
    for most in (1, 2):
        for attempt in attempts:
            for notation in _notations(attempt, signature, most):
                yield _sentence(attempt, notation)


def _notations(attempt: Attempt, signature: str, most: int) -> Iterator[str]:
    """How the signature is written if it is of this digest and that makes so many mistakes."""
    left = most - len(attempt.mistakes)
    if left == 0 and signature == base64(attempt.digest):
        yield ""
    if left == 1:
        yield from (each for each, fits in NOTATIONS.items() if fits(attempt.digest, signature))


def _sentence(attempt: Attempt, notation: str) -> str:
    made = [f"made {each}" for each in attempt.mistakes]
    written = [f"written {notation}"] if notation else []
    return f"it is {', and '.join(made + written)}"


def _attempts(secret: str, body: bytes) -> Iterator[Attempt]:
    """The right digest, and those with one or two mistakes."""
    keys = _variants(KEYS, secret, secret.encode())
    bodies = _variants(BODIES if len(body) <= LONG else {}, body, body)
    digests: dict[str, Digest] = {"": RIGHT, **DIGESTS}
    for key_name, key in keys.items():
        for body_name, message in bodies.items():
            for digest_name, digest in digests.items():
                mistakes = tuple(filter(None, (digest_name, key_name, body_name)))
                if len(mistakes) <= 2:
                    yield Attempt(mistakes, digest(key, message))


def _variants(table: Mapping[str, Callable[[T], bytes]], value: T, right: bytes) -> dict[str, bytes]:
    """The right bytes without a name, and others with the name of the first mistake that makes them."""
    found = {right: ""}
    for name, wrong in table.items():
        try:
            found.setdefault(wrong(value), name)
        except ValueError:
            continue
    return {name: variant for variant, name in found.items()}
