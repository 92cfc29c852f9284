"""The newcomer's walk works: its blocks run one after the other, and print what it tells."""

from __future__ import annotations

import re

from tests.blocks import free_port, ran, read, replaced

TEXT = read("docs/five-minutes.md")
# A block of shell, and what the document shows of its output.
STEPS = re.findall(r"^```sh\n(.*?)^```\n\n```(?:json|text)\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
MARK = "== the next step =="


def test_every_step_tells_what_comes():
    """No block is without its output."""
    assert TEXT.count("```sh\n") == len(STEPS) >= 8


def test_the_walk(tmp_path):
    """In an empty directory and one shell; each line that is told comes, in its order."""
    ports = free_port(), free_port()
    script = replaced(f"\necho; echo {MARK!r}\n".join(step for step, _ in STEPS), *ports)
    done = ran(f"trap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n{script}", tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    outputs = done.stdout.split(MARK)
    assert len(outputs) == len(STEPS)
    for output, (_, told) in zip(outputs, STEPS, strict=True):
        rest = output
        for line in replaced(told, *ports).splitlines():
            _, found, rest = rest.partition(line)
            assert found, f"{line!r} did not come in\n{output}"
