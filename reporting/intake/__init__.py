"""Reports arrive."""
