"""The contract tests: any implementation against the contract."""
