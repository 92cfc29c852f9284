"""Tests of what makes `check` usable with any target."""
