"""Holds one exchange against the document: first the request, then the answer."""

from __future__ import annotations

from mock_server.upstream import answering, asking
from mock_server.upstream.passed import Finding, Passed
from mock_server.upstream.plans import is_described, plan_of

PATHS = "#/paths"


def findings(passed: Passed) -> list[Finding]:
    """Everything that is wrong; nothing for paths that the document is not about."""
    if passed.answered is None:
        error, message = passed.trouble or ("", "")
        return [Finding("network", "answer", "", "an answer", f"{error}: {message}", PATHS)]
    if not is_described(passed.method, passed.path):
        return []
    plan = plan_of(passed.method, passed.path)
    if plan is None:
        came = f"{passed.method} {passed.path}"
        return [Finding("client", "request path", "", "an operation of the document", came, PATHS)]
    found = list(asking.findings(passed, plan))
    return [*found, *answering.findings(passed, passed.answered, plan, faultless=not found)]
