"""A study as Python has it: changed, asked and shown without a command line."""
