"""Measures the speed of the mock and of the suite, next to what else could be used; `python -m bench`."""
