"""Proxy mode: bytes, trouble, checks, violations, records and options."""
