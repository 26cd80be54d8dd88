"""Questions that are asked of a compiled study: each reads the graph, and none changes it."""
