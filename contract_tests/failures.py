"""What is told of a failed check: what was sent, expected and came, and how to see it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

from contract_tests.kit import curl, redaction, script, transcript
from contract_tests.kit.exchange import Delivery, Exchange
from contract_tests.kit.redaction import Hide
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import ContractViolation, Failure, Turn
from openapi.clauses import Clause

RECENT = 30  # exchanges of a check that its script repeats
# What differs from run to run: values of any kind. What stays: words, names of members, and statuses.
VARYING = (
    (re.compile(r"https?://[^\s'\"]+"), "URL"),
    (re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\""), "TEXT"),
    (re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT"), "TIME"),
    (re.compile(r"\bwct[0-9a-f]{8}[\w.-]*"), "NAME"),
    (re.compile(r"(?<!status )(?<!or )(?<![\w.])-?\d[\d.]*"), "NUMBER"),
    (re.compile(r"\b(TEXT|NUMBER|NAME)(, (TEXT|NUMBER|NAME))+"), "VALUES"),
)


def failure(check: str, clause: Clause, violation: ContractViolation, run: Run | None) -> Failure:
    """The failure of a check in the run, told without credentials."""
    exchanges = recent(run)
    hide = hiding(run, exchanges)
    expected, came = hide(violation.expected), hide(violation.came)
    said = f"{clause.id}: {clause.says}", f"expected {expected}; came {came}"
    return Failure(
        check=check,
        expected=expected,
        came=came,
        where=violation.where or _place(violation),
        request=hide(_request(violation.seen)),
        sent=transcript.sent(violation.seen, hide),
        answer=transcript.came(violation.seen, hide),
        signature=signature(check, violation, drawn=run is not None and run.failing is not None),
        script=script.whole(exchanges, said, run, hide),
        turns=transcript.turns(exchanges, hide),
    )


def turns(run: Run) -> tuple[Turn, ...]:
    """What has been said since the check began."""
    exchanges = recent(run)
    return transcript.turns(exchanges, hiding(run, exchanges))


def recent(run: Run | None) -> list[Exchange]:
    """The exchanges of the current check, after those that made what it is about."""
    return [] if run is None else curl.relevant(run.target.recent[-RECENT:], run.target.made)


def hiding(run: Run | None, exchanges: Sequence[Exchange] = ()) -> Hide:
    """Hides the credentials of the run, and secrets on the target that these exchanges have not sent."""
    if run is None:
        return redaction.hiding(())
    bodies = "\n".join(each.request.body.decode(errors="replace") for each in exchanges if each.request.body)
    hidden = redaction.secrets(run.target.credentials, run.target.base)
    return redaction.hiding(hidden, run.target.base, bodies)


def _place(violation: ContractViolation) -> str:
    """The part of a message that is wrong, where the check names no member."""
    if violation.came.startswith("status "):
        return "status"
    return "body" if "body" in violation.expected else ""


def _request(seen: Exchange | Delivery | None) -> str:
    return "" if seen is None else str(seen.request if isinstance(seen, Exchange) else seen)


def signature(check: str, violation: ContractViolation, *, drawn: bool = False) -> str:
    """The check, and a digest of what differs: the same in each run, whatever its names and ids are.

    What came is no part of it when values were drawn, since the smallest that fails can be another.
    """
    came = "" if drawn else violation.came
    said = "\n".join((violation.where, violation.expected, came))
    return f"{check}:{sha256(constant(said).encode(errors='backslashreplace')).hexdigest()[:8]}"


def constant(text: str) -> str:
    """The text with a word in place of each value, so that two runs say the same."""
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text
