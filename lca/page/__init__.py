"""The living report: one HTML file of a study, whose inputs can be moved.

The page holds the tape as data and a fixed interpreter of it; no text of a scenario is in a script.
"""
