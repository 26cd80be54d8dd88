"""Sheets that others made at home: their cells, what a map says of them, and a map to begin with."""
