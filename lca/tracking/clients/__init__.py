"""The clients that can be tracked, one file each.

NEEDED: what such a client has; WANTED: what is to be tracked instead of what has not.
MODULES: what the modules begin with that their classes are of, or that are such a client themselves.
"""
