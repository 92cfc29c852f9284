"""The parts of a run are forks of a process that has loaded the suite, if they draw what is usual."""

from __future__ import annotations

import subprocess
import sys

import pytest

from contract_tests import forking

ASKING = """
import sys
from contract_tests import forking

def tell(telling):
    telling.send("contract_tests.test_schema" in sys.modules)

if __name__ == "__main__":
    forking.begin(is_usual={usual})
    told, telling = forking.CONTEXT.Pipe(duplex=False)
    part = forking.CONTEXT.Process(target=tell, args=(telling,))
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
