"""Servers that break one promise about targets that fail, or about trying a target, each."""

from __future__ import annotations

from typing import Any

from .change import defect
from .hooks import counted

TOLD = "W:dev/notification"
TESTED = "W:reference/test-event"
USAGE = "T:usage"


def not_stopped(state: str) -> bool:
    return state != "Stopped"


def not_errors(state: str) -> bool:
    return state != "TooManyErrors"


def without_errors(hook: Any) -> dict[str, Any]:
    return counted(hook) | {"TotalErrors": 0}


FAILING = (
    defect("never_disabled", "Failures never disable a webhook.", TOLD, "should", failures_allowed=10_000),
    defect("disabled_early", "Three failures disable a webhook.", TOLD, "should", failures_allowed=3),
    defect("disabled_told", "Disabled webhooks are told.", "W:admin/index", "should", reached=not_stopped),
    defect("revived_silent", "What was disabled stays silent.", TOLD, "should", revives=False),
    defect("gone_ignored", "A 410 is a failure like others.", "section 7.3", "should", gone_disables=False),
    defect(
        "errors_untold", "TooManyErrors is told to nobody.", "section 7.3", "should", announced=not_errors
    ),
    defect(
        "errors_stay",
        "A success does not end the count.",
        USAGE,
        "should",
        counters=counted,
        success_resets=False,
    ),
    defect("errors_add_up", "Successes among failures save nobody.", TOLD, "should", success_resets=False),
    defect(
        "last_error_old",
        "LastError stays the first one.",
        USAGE,
        "should",
        error_kept=lambda before, now: before or now,
    ),
    defect("stopped_retried", "What was stopped is tried again.", "S0: State", tried_again="Stopped".__eq__),
    defect("errors_uncounted", "TotalErrors is always 0.", USAGE, "should", counters=without_errors),
)
TESTING = (
    defect("test_event_named", "It is called webhook.test.", TESTED, "should", test_event="webhook.test"),
    defect("test_event_bare", "It has no X-Hook-Test.", TESTED, "should", test_header=False),
    defect("test_event_unsigned", "It is not signed.", TESTED, "should", test_signed=False),
    defect("saved_anyway", "A failing target is tried and saved.", "W:dev/register", "should", ping="ignore"),
)
