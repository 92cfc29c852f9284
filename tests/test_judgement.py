"""The suite judges servers that share nothing with the mock: it clears the good ones and convicts the bad."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from multiprocessing.pool import AsyncResult
from typing import Any

import pytest

from openapi import clauses
from tests.kit.judge import judged
from tests.strangers import WORLDS

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One run of the suite: against which stranger, and about which clauses."""

    quirks: tuple[str, ...] = ()
    defect: str | None = None
    offer: str = "all"
    only: str = "core"
    word: str | None = None


@pytest.fixture(scope="session")
def verdict_on(request: pytest.FixtureRequest) -> Iterator[Callable[[Case], Report]]:
    """Runs the suite, two runs at a time and ahead of the tests, unless those are spread over processes.

    Each run has a process of its own, since the suite keeps what it has seen; what it imports is loaded once.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kit.judge"])
    with context.Pool(2, maxtasksperchild=1) as pool:

        def judge(case: Case) -> AsyncResult[Report]:
            return pool.apply_async(judged, kwds=asdict(case))

        ahead = [] if hasattr(request.config, "workerinput") else cases(request.session.items)
        runs = {case: judge(case) for case in ahead}
        yield lambda case: runs.setdefault(case, runs.get(case) or judge(case)).get(timeout=300)


def cases(items: list[pytest.Item]) -> list[Case]:
    """What the collected tests are about, each once."""
    named = (
        value for item in items for value in getattr(getattr(item, "callspec", None), "params", {}).values()
    )
    return list(dict.fromkeys(value for value in named if isinstance(value, Case)))


def with_verdict(report: Report, *verdicts: str) -> dict[str, str]:
    """The clauses that got one of the verdicts, with what is said about each."""
    return {each["id"]: each["reason"] for each in report["clauses"] if each["verdict"] in verdicts}


# ---- good servers

FOUR_OPERATIONS = Case(quirks=WORLDS["documented_online"], offer="core")
STRICT = Case(quirks=WORLDS["strict"])
# Its webhooks are older than their counters.
UNASKED = {
    STRICT: {"delivery.counters"},
    FOUR_OPERATIONS: {"delivery.test-event", "delivery.test-event-signed"},
}

# Should-clauses that a good server breaks, and why that is no fault of the suite.
DEPARTURES = {
    FOUR_OPERATIONS: set(),
    STRICT: {
        # `unmodified_precisely`: it compares fractions of a second, which a date of HTTP does not have.
        "webhook.patch.fresh-same-second",
    },
}
good = pytest.mark.parametrize(
    "case", [pytest.param(FOUR_OPERATIONS, id="four"), pytest.param(STRICT, id="strict")]
)


@good
def test_a_legal_variation_is_not_convicted(verdict_on, case):
    """A server that differs only where the documents leave it open breaks no clause but those named."""
    report = verdict_on(case)

    assert set(with_verdict(report, "broken")) == DEPARTURES[case], with_verdict(report, "broken")
    assert {each["level"] for each in report["clauses"] if each["id"] in DEPARTURES[case]} <= {"should"}


@good
def test_no_question_about_the_core_stays_open(verdict_on, case):
    """Each clause about the four operations is answered, also where nothing else is there to look with."""
    report = verdict_on(case)

    assert set(with_verdict(report, "not offered")) == UNASKED[case]
    assert with_verdict(report, "unproved", "blocked", "error") == {}
    assert len(report["clauses"]) > 100


@pytest.mark.parametrize("case", [pytest.param(STRICT, id="strict")])
def test_nothing_is_left_behind(verdict_on, case):
    """Where webhooks can be deleted those of the run are gone when it ends."""
    assert verdict_on(case)["left_behind"] == []


@pytest.mark.parametrize("case", [Case(offer="core", only="all", word="get.unknown-id")])
def test_an_absent_operation_is_not_held_against_a_server(verdict_on, case):
    """Clauses about operations that a server does not have are not offered, which is no conviction."""
    report = verdict_on(case)

    assert set(with_verdict(report, "not offered")) == {"webhook.get.unknown-id", "agent.get.unknown-id"}
    assert report["summary"]["not offered"] == len(report["clauses"])


# ---- bad servers: the defect, and the clause that it breaks

CONVICTED = {
    # what is saved and answered
    "post_201": "webhook.post.ok",
    "id_text": "webhook.post.shape",
    "camel_case": "webhook.post.shape",
    "select_ignored": "webhook.post.select",
    "malformed_500": "robust.malformed-body",
    # patches
    "stored_to_conflict": "webhook.patch.conflict-changes-nothing",
    "stored_to_bad_path": "webhook.patch.all-or-nothing",
    "test_text_for_number": "webhook.patch.test-exact",
    "path_case": "webhook.patch.path-any-case",
    "index_negative": "webhook.patch.index-range",
    "draft_outlives": "webhook.store.last-write",
    # media types
    "text_json_refused": "webhook.post.json-types",
    # conditions
    "condition_ignored": "webhook.patch.stale",
    "condition_not_merged": "webhook.patch.stale",
    # lists
    "stopped_unfiltered": "agent.list.status-filter",
    # deliveries
    "stopped_told": "agent.signal.stopped-is-silent",
    "told_twice": "agent.signal.once",
    "signature_other_bytes": "delivery.signature-raw-body",
    "signature_old": "delivery.signature-new-secret",
}
# The whole sentence of a clause is a word that no other clause has.
BAD = {defect: Case(defect=defect, word=clauses.get(clause).says) for defect, clause in CONVICTED.items()}
# Those whose failure is an answer, which can be asked for again.
ANSWERS = [defect for defect in BAD if not CONVICTED[defect].startswith(("delivery.", "agent.signal."))]


def failure_of(report: Report, clause: str) -> dict[str, Any]:
    """What is told about a broken clause."""
    (failure,) = (each["failure"] for each in report["clauses"] if each["id"] == clause)
    return failure


@pytest.mark.parametrize(("case", "defect"), [pytest.param(BAD[each], each, id=each) for each in BAD])
def test_a_broken_promise_is_found(verdict_on, case, defect):
    """A server that breaks one promise is convicted of the clause that makes it."""
    report = verdict_on(case)

    assert CONVICTED[defect] in with_verdict(report, "broken"), report["summary"]
    failure = failure_of(report, CONVICTED[defect])
    assert failure["expected"] != failure["came"]


@pytest.mark.parametrize(("case", "defect"), [pytest.param(BAD[each], each, id=each) for each in ANSWERS])
def test_a_conviction_can_be_looked_into(verdict_on, case, defect):
    """A broken clause comes with a request, its answer, and lines that send it again."""
    failure = failure_of(verdict_on(case), CONVICTED[defect])

    assert failure["request"].startswith(("POST /", "PATCH /"))
    assert failure["answer"].startswith("HTTP ")
    assert any("curl" in line for line in failure["script"])


@pytest.mark.parametrize("case", [pytest.param(BAD["condition_not_merged"], id="condition_not_merged")])
def test_a_conviction_names_the_form_that_is_wrong(verdict_on, case):
    """Where only one form of a PATCH is wrong the failure is that of this form."""
    failure = failure_of(verdict_on(case), CONVICTED["condition_not_merged"])

    assert "merge-patch" in failure["check"]
    assert (failure["expected"], failure["came"]) == ("status 412", "status 200")
