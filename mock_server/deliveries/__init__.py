"""Sending events: what goes out, how it is signed, when it is tried, and who sends it."""
