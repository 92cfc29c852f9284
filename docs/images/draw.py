"""Draws the README's picture of a run: `python -m docs.images.draw`, from the directory of the project."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from rich.console import Console

from contract_tests import checking
from contract_tests.reports import terminal
from tests.strangers import running

FILE = Path(__file__).with_name("check.svg")
WORD = "patch.merge"
DEFECT = "merge_null_keeps"
PORT = 8080
WIDTH = 128


class Paper(Console):
    """Folds long lines, as a terminal does."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print on lines that all have the same width."""
        super().print(*objects, **options | {"soft_wrap": False, "overflow": "fold"})


def main() -> None:
    """Run the suite against a server with one defect, and draw what it prints."""
    paper = Paper(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    with running(defect=DEFECT, port=PORT) as url:
        report = checking.check([f"--target={url}"], only="all", word=WORD, progress=lambda *_: None)
    paper.print(f"[bold]$ webhook-contract check --target {url} -k {WORD}[/]")
    terminal.show(paper, report)
    drawn = paper.export_svg(title="webhook-contract check", unique_id="check")
    # Nothing is fetched to show a picture: whoever looks at it has a monospaced font.
    FILE.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
