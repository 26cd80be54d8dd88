"""Where logs are summed, a file an engine: an object with `query`, `dialect` and `close`."""
