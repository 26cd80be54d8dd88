"""Drawing: from a result to the values of a plot, its specification, and a picture of it."""
