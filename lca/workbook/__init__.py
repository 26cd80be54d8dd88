"""The workbook of reviewers: what it and its readers agree on, writing it, reading it back, and reviewing it."""
