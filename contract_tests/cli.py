"""The command `webhook-contract`."""

from __future__ import annotations

import click

from contract_tests import printing
from contract_tests.check_command import EXAMPLES, check
from contract_tests.doctor.commands import doctor
from contract_tests.ending import Commands
from contract_tests.listening import commands as listening
from contract_tests.live import commands as live
from contract_tests.proving.command import prove
from contract_tests.reports import commands as reports
from openapi import clauses as contract


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(package_name="superoffice-webhook-contract")
def main() -> None:
    """Contract tests for the SuperOffice Webhook web API: a verdict for every documented promise."""


@main.command()
@click.option("-k", "word", metavar="WORD", help="Only clauses with the word in their id or sentence.")
def clauses(*, word: str | None) -> None:
    """List the clauses: level, id, what they say, and where that is documented."""
    out = printing.out()
    found = [
        each
        for each in contract.load().values()
        if not word or word.lower() in f"{each.id} {each.says}".lower()
    ]
    if not found:
        raise click.UsageError(f"no clause has {word!r} in its id or its sentence")
    for clause in found:
        out.print(f"[dim]{clause.level:<6}[/] [bold]{clause.id}[/]", soft_wrap=True)
        out.print(f"       {clause.says}\n       [dim]{clause.source}[/]", soft_wrap=True)


main.add_command(check)
main.add_command(doctor)
main.add_command(reports.report)
main.add_command(reports.diff)
main.add_command(live.clean)
main.add_command(live.plan(check.params))
main.add_command(prove)
main.add_command(listening.listen)
main.add_command(listening.sign)
main.add_command(listening.verify)
main.add_command(listening.verify_receiver)
