"""Inputs from elsewhere, one file each."""
