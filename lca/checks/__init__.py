"""Checks of a result, one file each."""
