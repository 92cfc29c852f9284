"""The page at `/`, as a server answers it and as a browser shows it."""
