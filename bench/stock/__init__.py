"""Gives the faults of the mock to stock tools and to the suite, and counts who sees them."""
