"""Whether webhooks can be made, which operations are there, and whether a delivery arrives."""

from __future__ import annotations

import re
import time

from contract_tests.doctor.findings import Finding, Findings, Hopeless, doubtful, fine
from contract_tests.kit import arrange, profiles
from contract_tests.kit.exchange import Exchange
from contract_tests.kit.opening import close_run, open_run
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import CannotStart, ContractViolation, Inconclusive

# What a server may write about a target that it has tried in vain.
TRIES = re.compile("ping|test|reach|respond|answer|connect|200", re.IGNORECASE)


def examine(run: Run) -> Findings:
    """Make a webhook, call every operation, wait for a delivery, and clean up."""
    try:
        yield _made(run)
        yield from _offered(run)
        yield from _delivered(run)
    finally:
        left = close_run(run)
    yield (
        doubtful("clean-up", f"webhooks {left} are still there", "remove them by hand")
        if left
        else fine("clean-up", "what was made is gone, or stopped where nothing removes it")
    )


def _made(run: Run) -> Finding:
    try:
        open_run(run)
    except CannotStart as problem:
        last = next((each for each in reversed(run.target.recent) if each.request.method == "POST"), None)
        wanted = _insistence(run, last) if last else None
        raise wanted or Hopeless("webhooks", str(problem), "") from None
    return fine("webhooks", "one could be made")


def _insistence(run: Run, exchange: Exchange) -> Hopeless | None:
    """What the server may want of targets, from the text of its refusal and what came to the receiver."""
    text = exchange.body.decode(errors="replace")
    told = " ".join(_message(exchange).split())[:200]
    if exchange.status >= 500 or exchange.status in {401, 403, 404, 405, 501}:
        return None
    if run.receiver.failed:
        return Hopeless(
            "webhooks",
            f"the server tries each target, and does not trust the receiver ({run.receiver.failed}): {told}",
            "let it trust the file of --receiver-ca-out, or give --receiver-cert and --receiver-key",
        )
    if run.receiver.url.startswith("http:") and re.search("(?i)https|secure|ssl|tls", text):
        return Hopeless(
            "webhooks",
            f"the server insists on https targets: {told}",
            "--receiver-tls, or a tunnel that --receiver-url names",
        )
    if TRIES.search(text) and not run.receiver.has_heard(run.tag):
        return Hopeless(
            "webhooks",
            f"the server tries each target, and does not reach {run.receiver.url}: {told}",
            "--receiver-url says how it does, --receiver-bind where to listen",
        )
    return None


def _message(exchange: Exchange) -> str:
    """What the refusal says to people: the members that errors are documented with, or all of it."""
    try:
        error = exchange.json
    except ValueError:
        error = None
    named = [error.get(name) for name in ("Message", "ErrorMessage")] if isinstance(error, dict) else []
    return next((each for each in named if isinstance(each, str)), exchange.body.decode(errors="replace"))


def _offered(run: Run) -> Findings:
    for profile in ("rest", "agents"):
        asked = profiles.operations(profile)
        there, missing = asked & run.offered, sorted(map(profiles.label, asked - run.offered))
        count = f"{len(there) or 'none'} of the {len(asked)} operations of {profile}"
        without = f", without {', '.join(missing)}" if there else ""
        yield doubtful("offers", count + without) if missing else fine("offers", count)


def _delivered(run: Run) -> Findings:
    try:
        hook = arrange.saved(run)
        if run.receiver.all(arrange.mailbox(hook)):
            yield fine("targets", "the server tries a target before it saves a webhook, and reaches ours")
        since = time.monotonic()
        arrange.signalled(run, hook["Events"][0])
        heard = run.deliveries(arrange.mailbox(hook), 1, since=since)
    except (Inconclusive, ContractViolation) as problem:
        yield doubtful("deliveries", str(problem), "clauses about deliveries stay unproved or blocked")
        return
    if heard:
        yield fine("deliveries", f"one came to {run.receiver.url} after {heard[0].at - since:.1f} s")
    else:
        advice = run.lost or "does the server send events to addresses of its own machine?"
        yield doubtful("deliveries", f"nothing came to {run.receiver.url} within {run.wait:g} s", advice)
