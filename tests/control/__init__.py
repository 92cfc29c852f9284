"""What a test may steer in the mock while it runs."""
