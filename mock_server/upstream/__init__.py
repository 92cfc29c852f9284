"""Proxy mode: traffic passes to a real server and back, and each exchange is held against the document."""
