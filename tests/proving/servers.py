"""A server with faults of its own making: `python -m tests.proving.servers`, in front of the mock."""

from __future__ import annotations

import json
import os
import sys

# What each fault says of itself, and what the mock is really started with.
FAULTS = {
    "caught": ("webhook.post.ok", ["--fault", "post-created"]),
    "idle": ("webhook.post.ok", []),
    "mistaken": ("agent.list.ok", ["--fault", "post-created"]),
    "dead": ("webhook.post.ok", ["--database", "nonsense"]),
}
VARIATIONS = [
    {"id": "good", "says": "nothing is wrong"},
    {"id": "bad", "says": "something is", "options": ["--fault", "post-created"]},
]


def main(arguments: list[str]) -> None:
    """Tell the list, or become the mock."""
    if "--list-faults" in arguments:
        faults = [{"id": name, "clause": clause, "says": name} for name, (clause, _) in FAULTS.items()]
        sys.stdout.write(json.dumps({"faults": faults, "variations": VARIATIONS}))
        return
    options = list(arguments)
    for name, (_, real) in FAULTS.items():
        if options[-2:] == ["--fault", name]:
            options[-2:] = real
    os.execv(sys.executable, [sys.executable, "-m", "mock_server", *options])  # noqa: S606  # the mock itself


if __name__ == "__main__":
    main(sys.argv[1:])
