"""Packs, each from the data of its source."""
