"""Tests of the receiving side: its commands, its vectors, its document."""
