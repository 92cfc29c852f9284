"""Tests of what the checks are made of, each module against the one of its name."""
