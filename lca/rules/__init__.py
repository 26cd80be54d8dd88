"""The contested choices, one file each, with the source that each follows."""
