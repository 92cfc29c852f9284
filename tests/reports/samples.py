"""Reports of runs that never happened, for the tests of every form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from contract_tests.kit.removal import Remnant
from contract_tests.kit.verdicts import Failure, Outcome, Repeats, Turn, Verdict, Verdicts
from contract_tests.reports import report
from contract_tests.reports.report import Known, Report, Standing

# One clause for each verdict that a check can give.
CLAUSES = {
    "webhook.post.ok": Verdict.KEPT,
    "webhook.post.shape": Verdict.BROKEN,
    "webhook.post.assigns-id": Verdict.UNPROVED,
    "webhook.post.links-self": Verdict.BLOCKED,
    "webhook.patch.ok": Verdict.ERROR,
    "webhook.patch.merge": Verdict.FLAKY,
    "webhook.get.ok": Verdict.NOT_OFFERED,
}
TURN = Turn(
    "POST",
    "http://127.0.0.1:9/api/v1/Webhook",
    (("Content-Type", "application/json"), ("Authorization", "(redacted)")),
    '{\n  "Name": "x"\n}',
    200,
    (("Content-Type", "application/json"),),
    '{\n  "WebhookId": "7"\n}',
)
FAILURE = Failure(
    check="test_shape[rich]",
    expected="the shape WebhookWithLinks",
    came="'7' is not of type 'integer'",
    where="$.WebhookId",
    request="POST /Webhook",
    sent='POST http://127.0.0.1:9/api/v1/Webhook\n\n{\n  "Name": "x"\n}',
    answer='HTTP 200\n\n{\n  "WebhookId": "7"\n}',
    signature="test_shape[rich]:0123abcd",
    repeats=Repeats.YES,
    script=("#!/usr/bin/env bash", 'curl -X POST "http://127.0.0.1:9/api/v1/Webhook"', "curl -X GET x"),
    turns=(TURN,),
)
FLAKY = Failure(
    check="test_merge", expected="one", came="another", repeats=Repeats.NO, turns=(TURN,), again=(TURN,)
)
LEVELS = {"must": "webhook.post.ok", "should": "webhook.post.links-self", "robust": "robust.malformed-body"}
MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
REMNANTS = (Remnant(7, "DELETE /Webhook/7 is answered 500"), Remnant(9, "the target gives no answer"))
HOSTILE = f"{MARKUP}`|*[x](javascript:alert(3))\"'&\x1b[31m"


def verdicts(said: Mapping[str, Verdict], failure: Failure = FAILURE) -> Verdicts:
    """One outcome for each clause."""
    found = Verdicts()
    failures = {Verdict.BROKEN: failure, Verdict.FLAKY: FLAKY}
    for clause_id, verdict in said.items():
        found.add(Outcome(clause_id, "test_it", verdict, f"because {verdict.word}", failures.get(verdict)))
    return found


def finished(
    said: Mapping[str, Verdict] = CLAUSES,
    failure: Failure = FAILURE,
    *,
    strict: bool = False,
    **members: object,
) -> Report:
    """A run that found this."""
    values = {
        "target": "http://127.0.0.1:9/api/v1",
        "started": datetime(2024, 4, 18, 12, 0, 0, 999_999, tzinfo=UTC),
        "seconds": 12.34567,
        "requests": 321,
        "lines": report.lines(verdicts(said, failure), said),
        "waited": {429: 1.23456},
        "version": "0.1.0",
        "strict": strict,
    }
    return Report(**{**values, **members})


def known(clause: str = "webhook.post.shape", **members: object) -> Known:
    """An entry of a file of known failures."""
    values = {"reason": "ticket 7", "owner": "team", "expires": date(2999, 1, 1), "standing": Standing.STALE}
    return Known(clause, **{**values, **members})


def hostile() -> Report:
    """A run against a target that writes markup and commands wherever it can."""
    turn = Turn("POST", f"http://x/{HOSTILE}", (("X", HOSTILE),), HOSTILE, 200, (("Y", HOSTILE),), HOSTILE)
    failure = Failure(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        HOSTILE,
        script=(HOSTILE, HOSTILE),
        turns=(turn,),
        again=(turn,),
    )
    found = Verdicts()
    found.add(Outcome("webhook.post.ok", HOSTILE, Verdict.BROKEN, HOSTILE, failure))
    found.add(Outcome("webhook.post.shape", HOSTILE, Verdict.UNPROVED, HOSTILE))
    entries = (known(reason=HOSTILE, owner=HOSTILE),)
    return finished(lines=report.lines(found, found.outcomes), target=f"http://x/{HOSTILE}", known=entries)
