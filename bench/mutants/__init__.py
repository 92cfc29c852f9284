"""Mutants of the mock, with the suite as the only judge: `python -m bench.mutants`."""
