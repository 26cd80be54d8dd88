"""Text to values that remember where they were written."""
