"""Scripts that write tables of `factors/` from what others publish."""
