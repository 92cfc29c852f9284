"""The commands of the receiving side: listen, sign, verify, verify-receiver."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

import click

from contract_tests.listening import secret as secrets
from contract_tests.numbers import Finite

VERIFIES, REFUSED, CANNOT_REACH = 0, 1, 3
LISTEN = """
\b
Examples:
  webhook-contract listen --secret-env SECRET
      prints what comes to http://127.0.0.1:9000/, whatever the path
  webhook-contract listen --fail-first 2
      shows how the sender tries again
  webhook-contract listen --port 0 --tls
      takes a free port, and a certificate that is made for the run

Ctrl-C or SIGTERM ends it.
"""
SIGN = """
\b
Examples:
  printf %s '{"Event":"sale.created"}' | webhook-contract sign --secret neque
  webhook-contract sign --secret-env SECRET --header < body.json
"""
VERIFY = """
\b
Example:
  webhook-contract verify --secret-env SECRET --signature "$SIGNATURE" < body.json

\b
Exit status:
  0  the signature verifies
  1  it does not, and the line says why
  2  wrong usage
"""
VERIFY_RECEIVER = """
\b
Examples:
  webhook-contract verify-receiver http://127.0.0.1:5000/webhook --secret-env SECRET
  webhook-contract verify-receiver https://test.example.com/webhook --secret-env SECRET \\
      --allow-host test.example.com

\b
Exit status:
  0  every good delivery is taken and every bad one refused
  1  one of them is not
  2  wrong usage
  3  the receiver cannot be reached
"""


class CannotReach(click.ClickException):
    """The receiver under test gives no answer at all."""

    exit_code = CANNOT_REACH

    def show(self, file: IO[Any] | None = None) -> None:
        """Print one line."""
        click.echo(f"webhook-contract: {self.message}", file=file, err=file is None)


@click.command(epilog=LISTEN)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=9000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
@secrets.options
@click.option(
    "--status", default=200, show_default=True, type=click.IntRange(200, 599), help="What is answered."
)
@click.option(
    "--fail-first",
    metavar="N",
    default=0,
    type=click.IntRange(0),
    help="Answer 500 to the first N attempts of each EventId, except to test deliveries.",
)
@click.option("--delay", metavar="S", default=0.0, type=Finite(0, 3600), help="Seconds before each answer.")
@click.option("--tls", is_flag=True, help="Serve HTTPS; the ready line names the authority to trust.")
def listen(
    *,
    host: str,
    port: int,
    secret: str | None,
    secret_env: str | None,
    status: int,
    fail_first: int,
    delay: float,
    tls: bool,
) -> None:
    """Receive deliveries and print each: attempt, signature, departures from the documented shape."""
    from contract_tests.listening import serving
    from contract_tests.listening.attempts import Answers

    answers = Answers(status=status, failing=fail_first, delay=delay)
    serving.serve(host, port, secret=secrets.given(secret, secret_env), answers=answers, tls=tls)


@click.command(epilog=SIGN)
@secrets.options
@click.option("--header", is_flag=True, help="Print the whole header.")
def sign(*, secret: str | None, secret_env: str | None, header: bool) -> None:
    """Print the signature of the body on standard input."""
    from contract_tests.kit import signature

    key = secrets.needed(secret, secret_env)
    made = signature.sign(key, sys.stdin.buffer.read())
    click.echo(f"{signature.HEADER}: {made}" if header else made)


@click.command(epilog=VERIFY)
@secrets.options
@click.option("--signature", metavar="TEXT", required=True, help="What came in X-SuperOffice-Signature.")
def verify(*, secret: str | None, secret_env: str | None, signature: str) -> None:
    """Check the signature of the body on standard input, and say why it does not verify."""
    from contract_tests.listening.diagnosis import Trust, diagnose

    key = secrets.needed(secret, secret_env)
    finding = diagnose(key, sys.stdin.buffer.read(), signature)
    click.echo(str(finding))
    sys.exit(VERIFIES if finding.trust is Trust.VERIFIES else REFUSED)


@click.command("verify-receiver", epilog=VERIFY_RECEIVER)
@click.argument("url")
@secrets.options
@click.option(
    "--allow-host", "hosts", metavar="HOST", multiple=True, help="A host beside this machine; repeatable."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write a JSON report.")
def verify_receiver(
    *, url: str, secret: str | None, secret_env: str | None, hosts: tuple[str, ...], json_file: Path | None
) -> None:
    """Send good and bad deliveries to a receiver of your own, and grade what it takes and refuses."""
    from contract_tests import printing
    from contract_tests.kit.verdicts import Blocked, NoAnswer
    from contract_tests.listening import cases, endpoint, graded, grading
    from contract_tests.reports import forms

    key = secrets.needed(secret, secret_env)
    forms.refuse_unwritable([json_file] if json_file else [])
    try:
        grades = grading.grade(endpoint.endpoint(url, hosts), cases.cases(key))
    except endpoint.NotAllowed as problem:
        raise click.UsageError(str(problem)) from None
    except NoAnswer as problem:
        raise CannotReach(f"{url} gives no answer: {problem.reason}") from None
    except Blocked as problem:
        raise CannotReach(str(problem)) from None
    graded.show(printing.out(), grades)
    if json_file is not None:
        graded.write_json(grades, json_file)
    sys.exit(REFUSED if grades.broken else VERIFIES)
