"""Tries the suite: each way to be wrong must break the promise that it breaks, and no way to be right any."""
