"""Measured data: traces of power in the forms that meters write them, and what they come to."""
