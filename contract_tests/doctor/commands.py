"""The command `webhook-contract doctor`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import click

from contract_tests import printing
from contract_tests.configuration import configured, settle
from contract_tests.doctor.findings import Finding, Findings, Hopeless
from contract_tests.kit.verdicts import Inconclusive, NoAnswer
from contract_tests.numbers import Finite
from contract_tests.options import read_descriptors, reception, refuse_bad_usage, target_options

CAN_BEGIN, CANNOT = 0, 3
STYLES = {"✓": "green", "✗": "bold red", "?": "yellow"}
WORDS = {"✓": "fine", "✗": "wrong", "?": "doubtful"}
EPILOG = """
\b
Examples:
  webhook-contract doctor --target https://crm.example.com/Cust12345 --token-env TOKEN
  webhook-contract doctor --target http://127.0.0.1:8080 --json

\b
Marks:
  ✓  in order
  ?  a run can begin, and may say less
  ✗  a run cannot begin

\b
Exit status:
  0  a run can begin
  2  wrong usage
  3  it cannot
"""


@configured
@click.command(epilog=EPILOG)
@target_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.option(
    "--wait", type=Finite(0, 86_400), default=15.0, show_default=True, help="Seconds to wait for a delivery."
)
def doctor(*, as_json: bool, wait: float, **given: Any) -> None:
    """Say why nothing works: the URL, the way there, the credentials, the operations, a delivery."""
    settle(given)
    refuse_bad_usage(given)
    read_descriptors(given)
    found: list[Finding] = []
    for finding in _until_hopeless(_examined(given, wait)):
        found.append(finding)
        if not as_json:
            _print(finding)
    can_begin = all(each.mark != "✗" for each in found)
    if as_json:
        _print_json(given["target"], found, can_begin=can_begin)
    sys.exit(CAN_BEGIN if can_begin else CANNOT)


def _examined(given: dict[str, Any], wait: float) -> Findings:
    from contract_tests import credentials, receiving
    from contract_tests.doctor import answers, hooks, way
    from contract_tests.kit import tag
    from contract_tests.kit.run import Run
    from contract_tests.kit.target import Target
    from contract_tests.kit.verdicts import CannotStart

    with ExitStack() as stack:
        try:
            wanted = stack.enter_context(receiving.authority(reception(given)))
            receiver = stack.enter_context(receiving.opened(wanted))
            headers = credentials.headers(**{name: given[name] for name in credentials.CREDENTIALS})
            url = given["target"] or stack.enter_context(receiving.mock(wanted))
        except CannotStart as problem:
            raise Hopeless("options", str(problem), "") from None
        target = Target(url, headers)
        named = any(given[each] is not None for each in ("user", "token_env", "ticket_env"))
        yield from way.examine(url)
        yield from answers.examine(target, given=named)
        yield from hooks.examine(Run(target, receiver, tag.fresh(), wait=wait))


def _until_hopeless(findings: Findings) -> Iterator[Finding]:
    try:
        yield from findings
    except Hopeless as end:
        yield end.finding
    except NoAnswer as silence:
        yield Finding("✗", "HTTP", f"an answer was expected, and none came: {silence.reason}")
    except Inconclusive as problem:
        yield Finding("✗", "API", str(problem))


def _print(finding: Finding) -> None:
    from rich.text import Text

    text = Text.assemble(
        (finding.mark, STYLES[finding.mark]), " ", (f"{finding.about:<12}", "bold"), finding.says
    )
    if finding.advice:
        text.append(f" → {finding.advice}", "cyan")
    printing.out().print(text, soft_wrap=True)


def _print_json(target: str | None, found: list[Finding], *, can_begin: bool) -> None:
    findings = [
        {"verdict": WORDS[each.mark], "about": each.about, "says": each.says, "advice": each.advice}
        for each in found
    ]
    report = {"target": target, "can_begin": can_begin, "findings": findings}
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))
