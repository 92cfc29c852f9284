"""Tests of what makes a run safe on a real tenant."""
