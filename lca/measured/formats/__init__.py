"""The forms in which meters write traces of power, one file each, found by its name.

A file declares ABOUT, what writes it and how, and TOOL, what that is called. It has `recognises(head)`, whether the
first signs of a file are of this form, and `readings(file)`, what is in it in the order in which it is written.
"""
