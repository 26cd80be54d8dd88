"""Logs of requests priced: what the tape says can be summed is summed by an engine, all else row by row."""
