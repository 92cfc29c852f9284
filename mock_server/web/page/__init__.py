"""The page at `/`: what a tenant has, what was asked and delivered, as it happens."""
