"""Starts one stranger from the command line."""

import argparse
import threading
from contextlib import suppress

from . import ALL_QUIRKS, DEFECTS, OFFERS, WORLDS, running


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.strangers", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--quirk", action="append", default=[], choices=sorted(ALL_QUIRKS), metavar="NAME")
    parser.add_argument("--world", choices=sorted(WORLDS), help="a combination of quirks")
    parser.add_argument("--defect", choices=sorted(DEFECTS), metavar="NAME")
    parser.add_argument("--offer", choices=OFFERS, default="all")
    parser.add_argument("--authorities", metavar="FILE", help="insist on https, and believe these (PEM)")
    parser.add_argument("--list", action="store_true", help="print the names of quirks and defects")
    options = parser.parse_args()
    if options.list:
        for change in (*ALL_QUIRKS.values(), *DEFECTS.values()):
            print(f"{type(change).__name__.lower()} {change.name}: {change.says}")  # noqa: T201
        return
    quirks = [*WORLDS.get(options.world, ()), *options.quirk]
    with (
        running(
            quirks, options.defect, options.offer, port=options.port, authorities=options.authorities
        ) as url,
        suppress(KeyboardInterrupt),
    ):
        print(f"ready {url}", flush=True)  # noqa: T201
        threading.Event().wait()


main()
