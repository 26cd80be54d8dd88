"""The clients that can be tracked, one file each.

MODULES: what the modules begin with that their classes are of, or that are such a client themselves.
"""
