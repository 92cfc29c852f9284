"""Tests of the proof: that it sees a fault that survives, and everything else that is not proved."""
