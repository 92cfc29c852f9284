"""The parts of a run are forks of a process that has loaded the suite, if they draw what is usual."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from contract_tests import forking
from tests.targets.runs import run

ASKING = """
import sys
from contract_tests import forking

def tell(telling):
    telling.send("contract_tests.test_schema" in sys.modules)

if __name__ == "__main__":
    origin = forking.begun(is_usual={usual})
    told, telling = origin.Pipe(duplex=False)
    part = origin.Process(target=tell, args=(telling,))
    part.start()
    telling.close()
    print(told.recv())
    part.join()
"""


@pytest.mark.skipif(not forking.CAN_FORK, reason="this system starts every process anew")
@pytest.mark.parametrize("usual", [True, False])
def test_a_part_finds_the_checks_loaded_if_they_draw_what_is_usual(usual, tmp_path):
    """Other depths and seeds have to be known before the checks are."""
    script = tmp_path / "asking.py"
    script.write_text(ASKING.format(usual=usual), encoding="utf-8")

    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=60)

    assert (told.stdout, told.stderr) == (f"{usual}\n", "")


def test_a_long_name_of_the_directory_for_temporary_files_does_no_harm(tmp_path):
    """The name of a socket has an end at about a hundred bytes."""
    script, room = tmp_path / "asking.py", tmp_path / ("long" * 30)
    script.write_text(ASKING.format(usual=True), encoding="utf-8")
    room.mkdir()

    told = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | {"TMPDIR": str(room)},
    )

    assert (told.stdout, told.stderr) == ("False\n", "")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_nothing_is_left_where_one_stands(jobs, tmp_path):
    """What Hypothesis keeps is among the caches of whoever runs the suite, also where it never was before."""
    place, caches = tmp_path / "place", tmp_path / "caches"
    place.mkdir()

    ran = run("check", "-k", "keeps-name", "--jobs", jobs, place=place, XDG_CACHE_HOME=str(caches))

    assert ran.status == 0, ran.err
    assert [*place.iterdir()] == []
    assert [each.name for each in caches.iterdir()] == ["webhook-contract"]
