"""What a test may steer while the mock runs: the journal, snapshots, faults, delays and clocks of tenants."""
