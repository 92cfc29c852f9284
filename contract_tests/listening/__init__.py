"""The receiving side: see deliveries as they come, sign and verify bodies, and grade other receivers."""
