"""Deliveries as people see them come in, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from textwrap import indent
from threading import Lock

from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.markup import escape
from rich.text import Text

from contract_tests.kit.verdicts import Verdict
from contract_tests.listening.diagnosis import Trust
from contract_tests.listening.listener import Seen
from contract_tests.reports.marks import MARKS, STYLES, printable

VERDICTS = {
    Trust.VERIFIES: Verdict.KEPT,
    Trust.REFUSED: Verdict.BROKEN,
    Trust.UNCHECKED: Verdict.UNPROVED,
}
WORDS = {
    Trust.VERIFIES: "signed rightly",
    Trust.REFUSED: "signed wrongly or not at all",
    Trust.UNCHECKED: "not checked",
}


@dataclass(slots=True)
class Printed:
    """Prints one delivery at a time, and counts them; `unread` is called when nobody reads any more."""

    console: Console
    delay: float
    unread: Callable[[], None]
    trust: Counter[Trust] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    differing: int = 0
    _lock: Lock = field(default_factory=Lock)

    def tell(self, seen: Seen) -> None:
        """Print a delivery."""
        with self._lock:
            self.trust[seen.finding.trust] += 1
            self.statuses[seen.status] += 1
            self.differing += bool(seen.differences)
            self._print("\n".join(self._lines(seen)), _body(seen))

    def lost(self, why: str) -> None:
        """Print why a connection came to nothing."""
        with self._lock:
            self._print(f"[{STYLES[Verdict.BROKEN]}]{MARKS[Verdict.BROKEN]}[/] {_safe(why)}\n")

    def _print(self, *texts: str | Text) -> None:
        try:
            for each in texts:
                self.console.print(each, soft_wrap=True)
        except (OSError, SystemExit):  # the pipe is closed: rich ends the thread, which is not the main one
            self.unread()

    def _lines(self, seen: Seen) -> Iterator[str]:
        incoming, delivery = seen.incoming, seen.incoming.delivery
        test = " [dim](test delivery)[/]" if incoming.is_test else ""
        came = delivery.received.astimezone().isoformat(" ", "milliseconds")[11:23]
        name = f"[bold]{_safe(incoming.event) or 'no event'}[/]{test}"
        yield f"[dim]{came}[/] {name} {_safe(incoming.event_id) or 'no EventId'}"
        yield f"  {_safe(delivery.method)} {_safe(delivery.path)}: {_attempt(seen)}"
        yield f"  answered {seen.status}" + (f" after {self.delay:g} s" if self.delay else "")
        yield _marked(VERDICTS[seen.finding.trust], f"signature {seen.finding}")
        for difference in seen.differences:
            yield _marked(Verdict.BROKEN, difference)
        if not seen.differences:
            yield _marked(Verdict.KEPT, "shape as documented")

    def summary(self) -> str:
        """One line about everything that came."""
        count = self.statuses.total()
        trust = [f"{self.trust[each]} {WORDS[each]}" for each in Trust if self.trust[each]]
        shape = [f"{self.differing} not of the documented shape"] if self.differing else []
        answers = [f"answered {status}: {times}" for status, times in sorted(self.statuses.items())]
        found = "; ".join([", ".join(trust), *shape, ", ".join(answers)])
        return f"{count} {'delivery' if count == 1 else 'deliveries'}" + (f": {found}" if count else "")


def _attempt(seen: Seen) -> str:
    """Which attempt it is, by our count and by the sender's."""
    attempt = seen.attempt
    retry = _safe(seen.incoming.retry) or "missing"
    since = f", {attempt.seconds:.2f} s after the first" if attempt.number > 1 else ""
    again = ", although an attempt before was answered 200" if attempt.taken else ""
    return f"attempt {attempt.number} (X-SuperOffice-Retry {retry}){since}{again}"


def _marked(verdict: Verdict, text: str) -> str:
    return f"  [{STYLES[verdict]}]{MARKS[verdict]}[/] {_safe(text)}"


def _safe(text: str) -> str:
    return escape(printable(text).replace("\n", "\\n"))


def _body(seen: Seen) -> Text:
    return JSONHighlighter()(Text(indent(printable(seen.incoming.pretty) or "(no body)", "    ") + "\n"))
