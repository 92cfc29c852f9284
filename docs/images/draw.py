"""Draws the README's picture of a run: `python -m docs.images.draw`, from the directory of the project."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from contract_tests import checking, terminal
from tests.strangers import running

FILE = Path(__file__).with_name("check.svg")
WORD = "patch.test"
DEFECT = "test_caseless"
PORT = 8080
WIDTH = 118


def main() -> None:
    """Run the suite against a server with one defect, and draw what it prints."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    with running(defect=DEFECT, port=PORT) as url:
        command = f"webhook-contract check --target {url} -k {WORD}"
        report = checking.check([f"--target={url}"], only="all", word=WORD, progress=lambda *_: None)
    console.print(f"[bold]$ {command}[/]")
    terminal.show(console, report, strict=False)
    drawn = console.export_svg(title="webhook-contract check", unique_id="check")
    # Nothing is fetched to show a picture: whoever looks has a monospaced font.
    FILE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
