"""What `webhook-contract prove` shows in a terminal: a line for each trial, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from contract_tests.proving.matrix import GOOD, verdict

if TYPE_CHECKING:
    from rich.console import Console

    from contract_tests.proving.matrix import Proof
    from contract_tests.proving.plan import Trial
    from contract_tests.proving.trial import Finding


def tell(console: Console, done: int, total: int, trial: Trial, found: Finding) -> None:
    """A line of one trial that is over."""
    said = verdict(trial, found)
    style = "green" if said in GOOD else "bold red"
    took = f"{found.first.requests} requests, {found.first.seconds:.1f} s" if found.first else ""
    text = f"{done:>4}/{total}  [{style}]{said:<12}[/] {trial.id:<28} [dim]{trial.clause or ''}  {took}[/]"
    console.print(text, soft_wrap=True)


def show(console: Console, proof: Proof) -> None:
    """What all of them have proved."""
    for problem in proof.problems:
        console.print(f"[bold red]✗[/] {escape(problem)}", soft_wrap=True)
    console.print(", ".join(f"{count} {word}" for word, count in proof.summary.items() if count))
    requests, seconds = proof.to_first
    console.print(
        f"{len(proof.found)} runs in {proof.seconds:.0f} s; the median fault shows after "
        f"{requests:.0f} requests and {seconds:.1f} s"
    )
    console.print("[bold red]not proved[/]" if proof.problems else "[bold green]proved[/]")
