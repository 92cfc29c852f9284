"""Takes the README's picture of a report: `python -m docs.images.shoot`, with chromium on the path."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from contract_tests import checking, embedded
from contract_tests.reports import page
from docs.images.browser import looking

FILE = Path(__file__).with_name("report.png")
FAULTS = ("conflict-stored", "merge-null-ignored", "signature-hex")
WORD = "p"  # in the id of every clause about a page
SIZE = (1200, 860)


def main() -> None:
    """Run the suite against a mock with faults, and take a picture of the page in a browser."""
    options = [option for fault in FAULTS for option in ("--fault", fault)]
    with embedded.mock("--port", "8080", *options) as url, TemporaryDirectory() as place:
        report = checking.check([f"--target={url}"], only="core", word=WORD, progress=lambda *_: None)
        file = Path(place) / "report.html"
        file.write_bytes(page.rendered(report))
        with looking(file.as_uri(), SIZE) as shown:
            shown.screenshot(path=FILE)


if __name__ == "__main__":
    main()
