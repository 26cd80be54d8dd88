"""Laws fitted to measurements."""
